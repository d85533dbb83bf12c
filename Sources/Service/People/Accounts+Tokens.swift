import Foundation
import GRDB

/// A token as the administrator sees it.
struct TokenRow: Hashable, Sendable, Encodable {
    let id: Int64
    let name: String
    let roles: [Role]
    let madeBy: String
    let madeAt: String
    let endedAt: String?
}

/// A log-in as its person and the administrator see it.
struct LoginRow: Hashable, Sendable, Encodable {
    let id: Int64
    let beganAt: String
    let seenAt: String
    /// Of the terminal.
    let address: String
}

// MARK: Tokens of the API

extension Accounts {
    /// All tokens, the newest first; those that have ended too.
    func tokens() async throws -> [TokenRow] {
        try await store.database.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT token.*, person.login FROM token JOIN person ON person.id = madeBy ORDER BY token.id DESC"
            ).map { row in
                let roles = Self.roles(row["roles"])
                return TokenRow(
                    id: row["id"], name: row["name"], roles: Role.allCases.filter(roles.contains),
                    madeBy: row["login"], madeAt: row["madeAt"], endedAt: row["endedAt"])
            }
        }
    }

    /// Makes a token for a program.
    ///
    /// - Returns: Its number and its secret, which is shown once.
    func makeToken(_ name: String, roles: Set<Role>, by person: Person) async throws -> (id: Int64, secret: String) {
        guard person.id > 0 else {
            throw ServiceFault.invalid(
                "トークンをつくれるのは、ログインした管理者だけです。何も変わっていません。",
                "Only an administrator who has logged in makes tokens. Nothing was changed.")
        }
        guard (1...60).contains(name.count), !name.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw ServiceFault.invalid("トークンの名前は60字までで入力してください。", "A token's name has 1 to 60 characters.")
        }
        let secret = Secret()
        let at = Store.text(store.now())
        let id = try await store.database.write { db in
            try db.execute(
                sql: "INSERT INTO token (hash, name, roles, madeBy, madeAt) VALUES (?, ?, ?, ?, ?)",
                arguments: [secret.hash, name, Self.text(roles), person.id, at])
            return db.lastInsertedRowID
        }
        return (id, secret.text)
    }

    func endToken(_ id: Int64) async throws {
        let at = Store.text(store.now())
        try await store.database.write { db in
            try db.execute(
                sql: "UPDATE token SET endedAt = coalesce(endedAt, ?) WHERE id = ?", arguments: [at, id])
            if db.changesCount == 0 { throw ServiceFault.notFound }
        }
    }
}

// MARK: Own log-ins and password

extension Accounts {
    /// The log-ins of a person that have not ended, the newest visit first.
    func logins(of person: Int64) async throws -> [LoginRow] {
        let now = store.now()
        let oldest = Store.text(now.addingTimeInterval(-Self.longestHours * 3600))
        return try await store.database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM login WHERE person = ? AND seenAt > ? AND beganAt > ? ORDER BY seenAt DESC, id DESC
                    """, arguments: [person, Store.text(try SectionSettings.idleSince(now, db)), oldest]
            ).map { LoginRow(id: $0["id"], beganAt: $0["beganAt"], seenAt: $0["seenAt"], address: $0["address"]) }
        }
    }

    func endLogin(_ id: Int64, of person: Int64) async throws {
        try await store.database.write { db in
            try db.execute(sql: "DELETE FROM login WHERE id = ? AND person = ?", arguments: [id, person])
            if db.changesCount == 0 { throw ServiceFault.notFound }
        }
    }

    /// Changes somebody's own password; the other log-ins end.
    ///
    /// - Parameters:
    ///   - kept: The log-in that asks.
    ///   - address: Of the terminal.
    func changePassword(
        of person: Person, from current: String, to new: String, keeping kept: Login?, address: String
    ) async throws {
        try Passwords.check(new)
        try await attempts.begin(person.login, address)
        let stored = try await store.database.read { db in
            try String.fetchOne(db, sql: "SELECT password FROM person WHERE id = ?", arguments: [person.id])
        }
        guard let stored, try await desk.isRight(current, for: stored) else {
            throw ServiceFault.invalid(
                "今のパスワードが違います。パスワードは変わっていません。", "The present password is wrong. The password was not changed.")
        }
        try await attempts.succeeded(person.login, address)
        let hash = try await desk.hash(new)
        try await store.database.write { db in
            try db.execute(sql: "UPDATE person SET password = ? WHERE id = ?", arguments: [hash, person.id])
            try db.execute(
                sql: "DELETE FROM login WHERE person = ? AND id <> ?", arguments: [person.id, kept?.id ?? -1])
        }
    }
}

import Admissions
import Foundation
import GRDB

/// A log-in that has not ended.
struct Login: Hashable, Sendable {
    /// Its number, for ending it from elsewhere.
    let id: Int64
    /// What forms of this log-in carry, so that no other site's form is taken for one of ours.
    let formToken: String
}

/// A person as the administrator sees it.
struct PersonRow: Hashable, Sendable, Encodable {
    let id: Int64
    let login: String
    let name: String
    let roles: [Role]
    let isActive: Bool
    /// Whether the person has set a password.
    let hasJoined: Bool
    /// How many log-ins have not ended.
    let openLogins: Int
}

/// The people of the section, their invitations, log-ins and tokens.
public struct Accounts: Sendable {
    let store: Store
    let desk = PasswordDesk()
    let attempts: Attempts

    init(_ store: Store) {
        self.store = store
        attempts = Attempts(store)
    }

    static let migrations: [(String, [String])] = [
        (
            "people",
            [
                """
                CREATE TABLE person (
                    id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, roles TEXT NOT NULL,
                    password TEXT, isActive INTEGER NOT NULL DEFAULT 1, createdAt TEXT NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE invitation (
                    hash TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person(id), endsAt TEXT NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE login (
                    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, person INTEGER NOT NULL REFERENCES person(id),
                    formToken TEXT NOT NULL, beganAt TEXT NOT NULL, seenAt TEXT NOT NULL, address TEXT NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE token (
                    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, roles TEXT NOT NULL,
                    madeBy INTEGER NOT NULL REFERENCES person(id), madeAt TEXT NOT NULL, endedAt TEXT
                ) STRICT
                """,
                "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
                "CREATE TABLE attempt (id INTEGER PRIMARY KEY, key TEXT NOT NULL, at TEXT NOT NULL) STRICT",
                "CREATE INDEX attemptByKey ON attempt (key, at)",
            ]
        )
    ]

    /// How long an invitation can be used.
    static let invitationHours = 72.0
    /// After how many hours a log-in ends in any case; ``SectionSettings`` say after how many minutes without a visit.
    static let longestHours = 12.0
    /// By how many seconds the clock may be set back without that a log-in ends.
    private static let clockSeconds = 60.0

    // MARK: People

    /// Makes a person who has not joined.
    ///
    /// - Returns: The secret of the invitation, which is shown once.
    func invite(login: String, name: String, roles: Set<Role>) async throws -> (person: Int64, secret: String) {
        let login = login.trimmingCharacters(in: .whitespaces).lowercased()
        let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
        let signs = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyz0123456789._-")
        guard (1...40).contains(login.count), login.unicodeScalars.allSatisfy(signs.contains) else {
            throw ServiceFault.invalid(
                "ログイン名は、半角の英小文字・数字・「.」「_」「-」で40字までにしてください。",
                "A log-in name has at most 40 small letters, digits, dots, hyphens and underscores.")
        }
        guard (1...60).contains(name.count), !name.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw ServiceFault.invalid("氏名は60字までで入力してください。", "A name has 1 to 60 characters.")
        }
        guard !roles.isEmpty else {
            throw ServiceFault.invalid("役割を一つ以上選んでください。", "Choose at least one role.")
        }
        let now = store.now()
        let secret = Secret()
        let id = try await store.database.write { db in
            guard try Int.fetchOne(db, sql: "SELECT 1 FROM person WHERE login = ?", arguments: [login]) == nil else {
                throw ServiceFault(
                    .conflict, "loginTaken",
                    Phrase("そのログイン名はすでに使われています。", "This log-in name is taken already."))
            }
            try db.execute(
                sql: "INSERT INTO person (login, name, roles, createdAt) VALUES (?, ?, ?, ?)",
                arguments: [login, name, Self.text(roles), Store.text(now)])
            let id = db.lastInsertedRowID
            try Self.addInvitation(db, of: id, secret, now)
            return id
        }
        return (id, secret.text)
    }

    /// A new invitation for somebody who lost the first, or the password. Earlier ones and all log-ins end.
    func inviteAgain(_ person: Int64) async throws -> String {
        let secret = Secret()
        let now = store.now()
        try await store.database.write { db in
            guard try Int.fetchOne(db, sql: "SELECT 1 FROM person WHERE id = ?", arguments: [person]) != nil else {
                throw ServiceFault.notFound
            }
            try db.execute(sql: "DELETE FROM invitation WHERE person = ?", arguments: [person])
            try db.execute(sql: "DELETE FROM login WHERE person = ?", arguments: [person])
            try db.execute(sql: "UPDATE person SET password = NULL WHERE id = ?", arguments: [person])
            try Self.addInvitation(db, of: person, secret, now)
        }
        return secret.text
    }

    private static func addInvitation(_ db: Database, of person: Int64, _ secret: Secret, _ now: Date) throws {
        try db.execute(
            sql: "INSERT INTO invitation (hash, person, endsAt) VALUES (?, ?, ?)",
            arguments: [secret.hash, person, Store.text(now.addingTimeInterval(invitationHours * 3600))])
    }

    /// Who an invitation is for; `nil` where it was used, ended or never made.
    func invited(by secret: String) async throws -> Person? {
        let now = Store.text(store.now())
        return try await store.database.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT person.* FROM invitation JOIN person ON person.id = invitation.person
                    WHERE invitation.hash = ? AND invitation.endsAt > ? AND person.isActive = 1
                    """, arguments: [Secret.hash(of: secret), now]
            ).map(Self.person)
        }
    }

    /// Sets the password of somebody who was invited; the invitation is used up.
    func join(_ secret: String, password: String) async throws -> Person {
        try Passwords.check(password)
        // A link that nobody made is not worth the hash.
        guard try await invited(by: secret) != nil else { throw ServiceFault.invitationEnded }
        let stored = try await desk.hash(password)
        let now = Store.text(store.now())
        let person = try await store.database.write { db -> Person? in
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT person.* FROM invitation JOIN person ON person.id = invitation.person
                        WHERE invitation.hash = ? AND invitation.endsAt > ? AND person.isActive = 1
                        """, arguments: [Secret.hash(of: secret), now])
            else { return nil }
            let person = Self.person(row)
            try db.execute(sql: "UPDATE person SET password = ? WHERE id = ?", arguments: [stored, person.id])
            try db.execute(sql: "DELETE FROM invitation WHERE person = ?", arguments: [person.id])
            return person
        }
        guard let person else { throw ServiceFault.invitationEnded }
        return person
    }

    /// Everybody, by log-in name.
    func people() async throws -> [PersonRow] {
        let now = store.now()
        return try await store.database.read { db in
            let idle = Store.text(try SectionSettings.idleSince(now, db))
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT person.*, (SELECT count(*) FROM login WHERE login.person = person.id AND seenAt > ?) AS logins
                    FROM person ORDER BY login
                    """, arguments: [idle]
            ).map { row in
                let person = Self.person(row)
                return PersonRow(
                    id: person.id, login: person.login, name: person.name,
                    roles: Role.allCases.filter(person.roles.contains), isActive: row["isActive"],
                    hasJoined: (row["password"] as String?) != nil, openLogins: row["logins"])
            }
        }
    }

    /// Changes somebody's roles, or whether the person may log in at all. All log-ins of the person end.
    func change(_ id: Int64, roles: Set<Role>?, isActive: Bool?) async throws {
        try await store.database.write { db in
            guard try Int.fetchOne(db, sql: "SELECT 1 FROM person WHERE id = ?", arguments: [id]) != nil else {
                throw ServiceFault.notFound
            }
            if let roles {
                try db.execute(sql: "UPDATE person SET roles = ? WHERE id = ?", arguments: [Self.text(roles), id])
            }
            if let isActive {
                try db.execute(sql: "UPDATE person SET isActive = ? WHERE id = ?", arguments: [isActive, id])
            }
            let administrators = try String.fetchAll(db, sql: "SELECT roles FROM person WHERE isActive = 1")
                .count { Self.roles($0).contains(.administrator) }
            guard administrators > 0 else {
                throw ServiceFault.invalid(
                    "管理の役割をもつ人が一人もいなくなるため、変えていません。先にほかの人へ管理の役割を付けてください。",
                    "Nobody would have the role of administrator. Give it to somebody else first. Nothing was changed.")
            }
            try db.execute(sql: "DELETE FROM login WHERE person = ?", arguments: [id])
        }
    }

    func endLogins(of person: Int64) async throws {
        try await store.database.write { db in
            try db.execute(sql: "DELETE FROM login WHERE person = ?", arguments: [person])
        }
    }

    // MARK: Logging in

    /// Logs somebody in.
    ///
    /// - Parameter address: Of the terminal.
    /// - Returns: The secret of the log-in, for the cookie.
    func logIn(_ login: String, password: String, from address: String) async throws -> (Person, secret: String) {
        let login = login.trimmingCharacters(in: .whitespaces).lowercased()
        // Counted before the password is looked at, so that many at once are counted too.
        try await attempts.begin(login, address)
        let known = try await store.database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM person WHERE login = ? AND isActive = 1 AND password IS NOT NULL",
                arguments: [login]
            ).map { (person: Self.person($0), password: $0["password"] as String) }
        }
        // Somebody unknown takes as long as somebody known.
        let isRight = try await desk.isRight(password, for: known?.password ?? Self.nobody)
        guard let person = known?.person, isRight else {
            throw ServiceFault(
                .unauthorized, "wrongLogin",
                Phrase(
                    "ログイン名かパスワードが違います。忘れたときは、管理者に新しい招待リンクを頼んでください。",
                    "The log-in name or the password is wrong. If you forgot it, ask the administrator for a new invitation."
                ))
        }
        try await attempts.succeeded(login, address)
        return (person, secret: try await begin(person, from: address))
    }

    /// Begins a log-in of somebody who was recognised.
    func begin(_ person: Person, from address: String) async throws -> String {
        let (secret, form) = (Secret(), Secret())
        let now = Store.text(store.now())
        let oldest = Store.text(store.now().addingTimeInterval(-Self.longestHours * 3600))
        try await store.database.write { db in
            try db.execute(sql: "DELETE FROM login WHERE beganAt <= ?", arguments: [oldest])
            try db.execute(
                sql: "INSERT INTO login (hash, person, formToken, beganAt, seenAt, address) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [secret.hash, person.id, form.text, now, now, address])
        }
        return secret.text
    }

    /// A hash that no password has.
    private static let nobody = "scrypt$32768$8$3$AAAAAAAAAAAAAAAAAAAAAA==$AAAA"

    /// Whose log-in it is, unless it has ended.
    func visitor(_ secret: String) async throws -> (Person, Login)? {
        let now = store.now()
        let oldest = Store.text(now.addingTimeInterval(-Self.longestHours * 3600))
        // A log-in of the future began before the clock was set back; how old it is cannot be known.
        let newest = Store.text(now.addingTimeInterval(Self.clockSeconds))
        let hash = Secret.hash(of: secret)
        let found = try await store.database.read { db in
            let idle = Store.text(try SectionSettings.idleSince(now, db))
            return try Row.fetchOne(
                db,
                sql: """
                    SELECT person.*, login.id AS loginID, login.formToken, login.seenAt FROM login
                    JOIN person ON person.id = login.person
                    WHERE login.hash = ? AND login.seenAt > ? AND login.beganAt > ? AND login.beganAt <= ?
                        AND person.isActive = 1
                    """, arguments: [hash, idle, oldest, newest]
            ).map { row in
                (
                    person: Self.person(row), login: Login(id: row["loginID"], formToken: row["formToken"]),
                    seenAt: row["seenAt"] as String
                )
            }
        }
        guard let (person, login, seenAt) = found else { return nil }
        // Once a minute is enough to know whether somebody is idle, and spares most visits a write.
        if let seen = Store.time(seenAt), abs(now.timeIntervalSince(seen)) > 60 {
            try await store.database.write { db in
                try db.execute(
                    sql: "UPDATE login SET seenAt = ? WHERE id = ?", arguments: [Store.text(now), login.id])
            }
        }
        return (person, login)
    }

    func end(_ login: Login) async throws {
        try await store.database.write { db in
            try db.execute(sql: "DELETE FROM login WHERE id = ?", arguments: [login.id])
        }
    }

    /// Who is known by a log-in name; for the log-in of a trusted proxy.
    func known(_ login: String) async throws -> Person? {
        try await store.database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM person WHERE login = ? AND isActive = 1", arguments: [login.lowercased()]
            ).map(Self.person)
        }
    }

    // MARK: Tokens of the API

    /// Whose token it is: a visitor without a log-in, whose name is the token's.
    func holder(ofToken secret: String) async throws -> Person? {
        try await store.database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM token WHERE hash = ? AND endedAt IS NULL",
                arguments: [Secret.hash(of: secret)]
            ).map { row in
                Person(
                    id: -(row["id"] as Int64), login: "token-\(row["id"] as Int64)", name: row["name"],
                    roles: Self.roles(row["roles"]))
            }
        }
    }

    // MARK: Rows

    static func text(_ roles: Set<Role>) -> String {
        Role.allCases.filter(roles.contains).map(\.rawValue).joined(separator: " ")
    }

    static func roles(_ text: String) -> Set<Role> {
        Set(text.split(separator: " ").compactMap { Role(rawValue: String($0)) })
    }

    static func person(_ row: Row) -> Person {
        Person(id: row["id"], login: row["login"], name: row["name"], roles: roles(row["roles"]))
    }
}

/// Slows down those who guess passwords: after five wrong ones for a name, or thirty from a terminal, within a quarter of an
/// hour, further attempts are refused until it has passed. They are counted in the database, so also over a restart.
struct Attempts: Sendable {
    private static let (mostOfName, mostOfAddress, seconds) = (5, 30, 900.0)
    private let store: Store

    init(_ store: Store) { self.store = store }

    /// Counts an attempt, which is wrong until ``succeeded(_:_:)`` says otherwise.
    ///
    /// - Throws: ``ServiceFault/throttled`` where there were too many before.
    func begin(_ login: String, _ address: String) async throws {
        let now = store.now()
        // An attempt of the future was made before the clock was set back.
        let (since, until) = (Store.text(now.addingTimeInterval(-Self.seconds)), Store.text(now))
        try await store.database.write { db in
            try db.execute(sql: "DELETE FROM attempt WHERE at <= ? OR at > ?", arguments: [since, until])
            for (key, most) in [(Self.name(login), Self.mostOfName), (Self.address(address), Self.mostOfAddress)] {
                let count = try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM attempt WHERE key = ?", arguments: [key])
                if count ?? 0 >= most { throw ServiceFault.throttled }
            }
            for key in [Self.name(login), Self.address(address)] {
                try db.execute(sql: "INSERT INTO attempt (key, at) VALUES (?, ?)", arguments: [key, until])
            }
        }
    }

    /// Forgets the attempts for a name, and the last one of the terminal.
    func succeeded(_ login: String, _ address: String) async throws {
        try await store.database.write { db in
            try db.execute(sql: "DELETE FROM attempt WHERE key = ?", arguments: [Self.name(login)])
            try db.execute(
                sql: "DELETE FROM attempt WHERE id = (SELECT max(id) FROM attempt WHERE key = ?)",
                arguments: [Self.address(address)])
        }
    }

    /// Hashed, as a password is sometimes entered in the place of the name.
    private static func name(_ login: String) -> String { Secret.hash(of: "name " + login) }
    private static func address(_ address: String) -> String { "address " + address }
}

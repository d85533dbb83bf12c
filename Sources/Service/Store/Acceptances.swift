import Admissions
import Foundation
import GRDB

/// A doubt that somebody accepted: by its code, for the very problems that were shown.
struct AcceptanceRow: Hashable, Sendable, Encodable {
    let id: Int64
    let code: String
    /// The hash of the problems as they were accepted. Where a later version has others of the code, it is asked again.
    let fingerprint: String
    let by: String
    let at: String
    let reason: String
}

/// Who accepted which doubts of a round, and why. Nothing is deleted: what was taken back keeps its row.
struct Acceptances: Sendable {
    let store: Store

    static let migrations: [(String, [String])] = [
        (
            "acceptances",
            [
                """
                CREATE TABLE acceptance (
                    id INTEGER PRIMARY KEY, round INTEGER NOT NULL REFERENCES round(id), code TEXT NOT NULL,
                    fingerprint TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, reason TEXT NOT NULL,
                    endedBy TEXT, endedAt TEXT
                ) STRICT
                """
            ]
        )
    ]

    /// What is accepted and was not taken back, by code.
    func accepted(of round: Int64) async throws -> [AcceptanceRow] {
        try await store.database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM acceptance WHERE round = ? AND endedAt IS NULL ORDER BY code, id",
                arguments: [round]
            ).map {
                AcceptanceRow(
                    id: $0["id"], code: $0["code"], fingerprint: $0["fingerprint"], by: $0["by"], at: $0["at"],
                    reason: $0["reason"])
            }
        }
    }

    /// Accepts a doubt. Once more for the same problems changes nothing.
    func accept(_ code: String, fingerprint: String, of round: Int64, by: Person, reason: String) async throws {
        let at = Store.text(store.now())
        try await store.database.write { db in
            let isThere = try Int.fetchOne(
                db,
                sql: "SELECT 1 FROM acceptance WHERE round = ? AND code = ? AND fingerprint = ? AND endedAt IS NULL",
                arguments: [round, code, fingerprint])
            if isThere != nil { return }
            try db.execute(
                sql: "INSERT INTO acceptance (round, code, fingerprint, by, at, reason) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [round, code, fingerprint, by.login, at, reason])
        }
    }

    /// Takes an acceptance back.
    func end(_ id: Int64, of round: Int64, by: Person) async throws {
        let at = Store.text(store.now())
        try await store.database.write { db in
            try db.execute(
                sql: "UPDATE acceptance SET endedBy = ?, endedAt = ? WHERE id = ? AND round = ? AND endedAt IS NULL",
                arguments: [by.login, at, id, round])
            if db.changesCount == 0 { throw ServiceFault.notFound }
        }
    }
}

import Admissions
import Foundation
import GRDB

/// Papers of a child that the section waits for.
struct PaperRow: Hashable, Sendable, Encodable {
    let id: Int64
    /// The id of the child as it was typed.
    let child: String
    /// What is missing, such as 就労証明書.
    let missing: String
    let by: String
    let at: String
    /// Who had them, and when; `nil`: they are still missing.
    let doneBy: String?
    let doneAt: String?

    var isOpen: Bool { doneAt == nil }
}

/// The children of a round whose papers are missing (書類待ち). Nothing is deleted: what came in keeps its row.
struct Papers: Sendable {
    let store: Store

    /// The name under which open papers are accepted, as a doubt is by its code.
    static let code = "PAPERS_MISSING"
    /// A text for what is missing has at most this many characters.
    static let longest = 100

    static let migrations: [(String, [String])] = [
        (
            "papers",
            [
                """
                CREATE TABLE paper (
                    id INTEGER PRIMARY KEY, round INTEGER NOT NULL REFERENCES round(id), child TEXT NOT NULL,
                    missing TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, doneBy TEXT, doneAt TEXT
                ) STRICT
                """
            ]
        )
    ]

    /// All of a round, those that are missing first.
    func all(of round: Int64) async throws -> [PaperRow] {
        try await store.database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM paper WHERE round = ? ORDER BY doneAt IS NOT NULL, child, id",
                arguments: [round]
            ).map(Self.paper)
        }
    }

    private static func paper(_ row: Row) -> PaperRow {
        PaperRow(
            id: row["id"], child: row["child"], missing: row["missing"], by: row["by"], at: row["at"],
            doneBy: row["doneBy"], doneAt: row["doneAt"])
    }

    /// Notes that papers are missing. Once more for the same child and the same papers changes nothing.
    func add(_ child: String, missing: String, of round: Int64, by: Person) async throws {
        let at = Store.text(store.now())
        try await store.database.write { db in
            let isThere = try Int.fetchOne(
                db, sql: "SELECT 1 FROM paper WHERE round = ? AND child = ? AND missing = ? AND doneAt IS NULL",
                arguments: [round, child, missing])
            if isThere != nil { return }
            try db.execute(
                sql: "INSERT INTO paper (round, child, missing, by, at) VALUES (?, ?, ?, ?, ?)",
                arguments: [round, child, missing, by.login, at])
        }
    }

    /// Says otherwise what is missing.
    func change(_ id: Int64, missing: String, of round: Int64) async throws {
        try await update(id, of: round, "missing = ?", [missing])
    }

    /// Notes that the papers came in.
    func end(_ id: Int64, of round: Int64, by: Person) async throws {
        try await update(id, of: round, "doneBy = ?, doneAt = ?", [by.login, Store.text(store.now())])
    }

    private func update(_ id: Int64, of round: Int64, _ change: String, _ values: [String]) async throws {
        try await store.database.write { db in
            try db.execute(
                sql: "UPDATE paper SET \(change) WHERE id = ? AND round = ? AND doneAt IS NULL",
                arguments: StatementArguments(values) + [id, round])
            if db.changesCount == 0 { throw ServiceFault.notFound }
        }
    }
}

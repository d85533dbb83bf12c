import Admissions
import Foundation
import GRDB

/// A trial run of a version of a round's files.
struct RunRow: Hashable, Sendable, Encodable {
    /// Where a run stands.
    enum State: String, Sendable, Codable, CaseIterable {
        case waiting, running, done, failed, stopped
    }

    let id: Int64
    let round: Int64
    let version: Int
    /// The codes of doubts that were accepted when it was asked for.
    let accepted: [String]
    /// Seconds after which the search ends with the best that was found; `nil`: no limit.
    let timeLimit: Int?
    let state: State
    let by: String
    let at: String
    let startedAt: String?
    let endedAt: String?
    /// What went wrong, or why it was stopped, in both languages.
    let japanese: String?
    let english: String?
    /// The number of the ledger's entry, once it was handed in.
    let handedIn: Int?
}

/// The runs of all rounds. The result of run 12 is the folder `trials/12`, which is written whole or not at all and carries the
/// mark of a trial; its case is the folder of ``RoundBook/folder(of:version:)``.
struct RunBook: Sendable {
    let store: Store

    static let migrations: [(String, [String])] = [
        (
            "runs",
            [
                """
                CREATE TABLE run (
                    id INTEGER PRIMARY KEY, round INTEGER NOT NULL REFERENCES round(id), version INTEGER NOT NULL,
                    accepted TEXT NOT NULL, timeLimit INTEGER, state TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
                    startedAt TEXT, endedAt TEXT, japanese TEXT, english TEXT, handedIn INTEGER
                ) STRICT
                """
            ]
        )
    ]

    /// The runs of a round, the newest first.
    func runs(of round: Int64) async throws -> [RunRow] {
        try await store.database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM run WHERE round = ? ORDER BY id DESC", arguments: [round])
                .map(Self.run)
        }
    }

    func run(_ id: Int64) async throws -> RunRow? {
        try await store.database.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM run WHERE id = ?", arguments: [id]).map(Self.run)
        }
    }

    /// The result folder of a run that is done.
    func folder(of run: Int64) -> URL { store.home.appending(path: "trials/\(run)") }

    static func run(_ row: Row) -> RunRow {
        RunRow(
            id: row["id"], round: row["round"], version: row["version"],
            accepted: (row["accepted"] as String).split(separator: " ").map(String.init), timeLimit: row["timeLimit"],
            state: RunRow.State(rawValue: row["state"]) ?? .failed, by: row["by"], at: row["at"],
            startedAt: row["startedAt"], endedAt: row["endedAt"], japanese: row["japanese"], english: row["english"],
            handedIn: row["handedIn"])
    }
}

import Admissions
import Foundation
import GRDB

/// That a trial's result is handed in: computed again without the mark of a trial, compared, and recorded in the ledger.
struct HandInRow: Hashable, Sendable, Encodable {
    let run: Int64
    let state: RunRow.State
    /// How who asked signs, see ``Signature``.
    let by: String
    let at: String
    let why: String
    let japanese: String?
    let english: String?
}

/// Which trials were handed in. The table is part of the queue, see ``RunDesk``.
struct HandIns: Sendable {
    let store: Store

    static let migrations: [(String, [String])] = [
        (
            "handIns",
            [
                """
                CREATE TABLE handIn (
                    run INTEGER PRIMARY KEY REFERENCES run(id), state TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
                    why TEXT NOT NULL, japanese TEXT, english TEXT
                ) STRICT
                """
            ]
        )
    ]

    /// Hands a trial in. What waits, runs or is recorded stays as it is; what failed is tried again.
    func ask(_ run: RunRow, by: Person, why: String) async throws {
        guard run.state == .done else {
            throw ServiceFault(
                .conflict, "notDone",
                Phrase(
                    "提出できるのは、完了した試行だけです。何も変わっていません。",
                    "Only a trial that is done can be handed in. Nothing was changed."))
        }
        let at = Store.text(store.now())
        try await store.database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO handIn (run, state, by, at, why) VALUES (?, 'waiting', ?, ?, ?)
                    ON CONFLICT (run) DO UPDATE SET state = 'waiting', by = excluded.by, at = excluded.at,
                        why = excluded.why, japanese = NULL, english = NULL
                    WHERE state IN ('failed', 'stopped')
                    """,
                arguments: [run.id, Signature.text(of: by), at, why])
        }
    }

    /// Those of a round, by the number of the trial.
    func all(of round: Int64) async throws -> [Int64: HandInRow] {
        try await store.database.read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT handIn.* FROM handIn JOIN run ON run.id = handIn.run WHERE run.round = ?",
                arguments: [round])
            return Dictionary(uniqueKeysWithValues: rows.map(Self.handIn).map { ($0.run, $0) })
        }
    }

    /// Takes the one that was asked for first; `nil` where none waits.
    func takeNext() async throws -> HandInRow? {
        try await store.database.write { db in
            try Row.fetchOne(
                db,
                sql: """
                    UPDATE handIn SET state = 'running'
                    WHERE run = (SELECT run FROM handIn WHERE state = 'waiting' ORDER BY at, run LIMIT 1) RETURNING *
                    """
            ).map(Self.handIn)
        }
    }

    /// Records how it ended.
    ///
    /// - Parameter entry: The number of the ledger's entry; `nil` where nothing was recorded.
    func end(_ run: Int64, entry: Int?, _ why: Phrase?) async throws {
        try await store.database.write { db in
            try db.execute(
                sql: "UPDATE handIn SET state = ?, japanese = ?, english = ? WHERE run = ?",
                arguments: [
                    (entry == nil ? RunRow.State.failed : .done).rawValue, why?.japanese, why?.english, run,
                ])
            if let entry { try db.execute(sql: "UPDATE run SET handedIn = ? WHERE id = ?", arguments: [entry, run]) }
        }
    }

    /// Puts what was at work when the service ended back into the queue.
    func queueAgain() async throws {
        try await store.database.write { db in
            try db.execute(sql: "UPDATE handIn SET state = 'waiting' WHERE state = 'running'")
        }
    }

    private static func handIn(_ row: Row) -> HandInRow {
        HandInRow(
            run: row["run"], state: RunRow.State(rawValue: row["state"]) ?? .failed, by: row["by"], at: row["at"],
            why: row["why"], japanese: row["japanese"], english: row["english"])
    }
}

import Admissions
import Foundation
import GRDB

/// The queue of trial runs, in the table of runs: whoever asked first comes first.
extension RunBook {
    static let queueMigrations: [(String, [String])] = [
        (
            "runQueue",
            [
                // However often a button is clicked, the same run does not wait twice.
                """
                CREATE UNIQUE INDEX run_waits_once ON run (round, version, accepted, coalesce(timeLimit, 0))
                WHERE state IN ('waiting', 'running')
                """
            ]
        )
    ]

    /// Asks for a run.
    ///
    /// - Parameter after: The newest run that whoever asks had seen; a later one of the same settings is the answer to the same
    ///   click.
    /// - Returns: The new run, or the one that was asked for already.
    func ask(
        round: Int64, version: Int, accepted: [String], timeLimit: Int?, by: Person, after: Int64?
    ) async throws -> RunRow {
        let accepted = Set(accepted).sorted().joined(separator: " ")
        let at = Store.text(store.now())
        return try await store.database.write { db in
            let same = try Row.fetchOne(
                db,
                sql: """
                    SELECT * FROM run WHERE round = ? AND version = ? AND accepted = ?
                    AND coalesce(timeLimit, 0) = coalesce(?, 0)
                    AND (state IN ('waiting', 'running') OR (id > ? AND by = ?)) ORDER BY id DESC LIMIT 1
                    """,
                arguments: [round, version, accepted, timeLimit, after ?? Int64.max, by.login])
            if let same { return Self.run(same) }
            try db.execute(
                sql: """
                    INSERT INTO run (round, version, accepted, timeLimit, state, by, at)
                    VALUES (?, ?, ?, ?, 'waiting', ?, ?)
                    """,
                arguments: [round, version, accepted, timeLimit, by.login, at])
            guard
                let row = try Row.fetchOne(db, sql: "SELECT * FROM run WHERE id = ?", arguments: [db.lastInsertedRowID])
            else { throw ServiceFault.notFound }
            return Self.run(row)
        }
    }

    /// Takes the run that waited longest; `nil` where none waits.
    func takeNext() async throws -> RunRow? {
        let at = Store.text(store.now())
        return try await store.database.write { db in
            try Row.fetchOne(
                db,
                sql: """
                    UPDATE run SET state = 'running', startedAt = ?
                    WHERE id = (SELECT min(id) FROM run WHERE state = 'waiting') RETURNING *
                    """,
                arguments: [at]
            ).map(Self.run)
        }
    }

    /// Records how a run ended.
    func end(_ id: Int64, _ state: RunRow.State, _ why: Phrase?) async throws {
        let at = Store.text(store.now())
        try await store.database.write { db in
            try db.execute(
                sql: """
                    UPDATE run SET state = ?, endedAt = ?, japanese = ?, english = ? WHERE id = ? AND state = 'running'
                    """,
                arguments: [state.rawValue, at, why?.japanese, why?.english, id])
        }
    }

    /// Takes a run that waits out of the queue.
    ///
    /// - Returns: Whether it waited.
    func giveUp(_ id: Int64, _ why: Phrase) async throws -> Bool {
        let at = Store.text(store.now())
        return try await store.database.write { db in
            try db.execute(
                sql: """
                    UPDATE run SET state = 'stopped', endedAt = ?, japanese = ?, english = ?
                    WHERE id = ? AND state = 'waiting'
                    """,
                arguments: [at, why.japanese, why.english, id])
            return db.changesCount > 0
        }
    }

    /// How many runs come before one that waits.
    func runs(before id: Int64) async throws -> Int {
        try await store.database.read { db in
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM run WHERE state IN ('waiting', 'running') AND id < ?", arguments: [id])
                ?? 0
        }
    }

    /// Puts what ran when the service ended back into the queue, in its place.
    func queueAgain() async throws {
        try await store.database.write { db in
            try db.execute(sql: "UPDATE run SET state = 'waiting', startedAt = NULL WHERE state = 'running'")
        }
    }
}

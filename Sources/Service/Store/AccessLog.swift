import Admissions
import Foundation
import GRDB

/// Who saw or did what, from where and when. Each entry carries the hash of the one before, as in the ledger, so that none can
/// be altered or left out unseen. The newest hash is kept elsewhere from time to time (``Anchors``), so that a tail that was
/// cut off is missed.
public struct AccessLog: Sendable {
    let database: DatabaseQueue
    let now: @Sendable () -> Date

    /// One visit as it is logged. It names records by their ids, which are needed to answer who saw a child's record; the log
    /// is seen by the administrator alone.
    struct Entry: Hashable, Sendable, Codable {
        var at: String
        /// The log-in name; empty before the log-in.
        var who: String
        var address: String
        /// `seen`, `exported` or `changed`.
        var kind: String
        /// Method and path.
        var what: String
        /// The number of the round, where there is one.
        var round: String
        /// The id of the child or household, where the visit is about one.
        var record: String
        /// The status of the answer.
        var status: Int
    }

    /// An entry with its place in the chain.
    struct Chained: Hashable, Sendable, Encodable {
        var number: Int
        var entry: Entry
        var hash: String
    }

    static let schema = [
        """
        CREATE TABLE IF NOT EXISTS visit (
            number INTEGER PRIMARY KEY, previous TEXT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL,
            at TEXT GENERATED ALWAYS AS (json_extract(body, '$.at')) VIRTUAL,
            who TEXT GENERATED ALWAYS AS (json_extract(body, '$.who')) VIRTUAL,
            kind TEXT GENERATED ALWAYS AS (json_extract(body, '$.kind')) VIRTUAL,
            round TEXT GENERATED ALWAYS AS (json_extract(body, '$.round')) VIRTUAL,
            record TEXT GENERATED ALWAYS AS (json_extract(body, '$.record')) VIRTUAL
        ) STRICT
        """,
        "CREATE INDEX IF NOT EXISTS visitByRecord ON visit (record)",
        "CREATE INDEX IF NOT EXISTS visitByWho ON visit (who)",
        """
        CREATE TRIGGER IF NOT EXISTS visit_is_not_changed BEFORE UPDATE ON visit
        BEGIN SELECT RAISE(ABORT, 'a visit cannot be changed'); END
        """,
        """
        CREATE TRIGGER IF NOT EXISTS visit_is_not_deleted BEFORE DELETE ON visit
        BEGIN SELECT RAISE(ABORT, 'a visit cannot be deleted'); END
        """,
    ]

    init(_ url: URL, now: @escaping @Sendable () -> Date) throws {
        var settings = Configuration()
        settings.busyMode = .timeout(10)
        settings.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        database = try DatabaseQueue(path: url.path, configuration: settings)
        self.now = now
        try database.write { db in for statement in Self.schema { try db.execute(sql: statement) } }
    }

    static func hash(previous: String, body: String) -> String { Secret.hash(of: previous + "\n" + body) }

    /// Adds an entry.
    ///
    /// - Returns: Its number and hash.
    @discardableResult
    func write(_ entry: Entry) async throws -> (number: Int, hash: String) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = String(decoding: try encoder.encode(entry), as: UTF8.self)
        return try await database.write { db in
            let newest = try Row.fetchOne(db, sql: "SELECT number, hash FROM visit ORDER BY number DESC LIMIT 1")
            let number = (newest?["number"] as Int? ?? 0) + 1
            let previous = newest?["hash"] as String? ?? ""
            let hash = Self.hash(previous: previous, body: body)
            try db.execute(
                sql: "INSERT INTO visit (number, previous, hash, body) VALUES (?, ?, ?, ?)",
                arguments: [number, previous, hash, body])
            return (number, hash)
        }
    }

    /// Makes what was written so far outlast a power cut.
    func flush() async throws {
        try await database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA wal_checkpoint(FULL)") }
    }

    // MARK: Searching

    /// What is looked for; `nil`: anything.
    struct Search: Hashable, Sendable {
        var who: String?
        var record: String?
        var round: String?
        var kind: String?
        /// From when, and until before when, as times are stored.
        var from: String?
        var to: String?

        fileprivate var condition: (sql: String, arguments: StatementArguments) {
            var (parts, values): ([String], [String]) = ([], [])
            for (column, value) in [("who", who), ("record", record), ("round", round), ("kind", kind)] {
                guard let value else { continue }
                parts.append("\(column) = ?")
                values.append(value)
            }
            if let from {
                parts.append("at >= ?")
                values.append(from)
            }
            if let to {
                parts.append("at < ?")
                values.append(to)
            }
            return (parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND "), StatementArguments(values))
        }
    }

    /// A page of the entries that are looked for, the newest first.
    func page(
        _ asked: String?, of search: Search
    ) async throws -> (rows: [Chained], count: Int, paging: Paging) {
        let condition = search.condition
        return try await database.read { db in
            let count =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM visit" + condition.sql, arguments: condition.arguments) ?? 0
            let paging = Paging(count, asked)
            return (try Self.rows(db, search, paging.range), count, paging)
        }
    }

    /// The newest of the entries that are looked for.
    func newest(_ most: Int, of search: Search) async throws -> [Chained] {
        try await database.read { db in try Self.rows(db, search, 0..<most) }
    }

    private static func rows(_ db: Database, _ search: Search, _ range: Range<Int>) throws -> [Chained] {
        let condition = search.condition
        return try Row.fetchAll(
            db,
            sql: "SELECT number, hash, body FROM visit" + condition.sql
                + " ORDER BY number DESC LIMIT \(range.count) OFFSET \(range.lowerBound)",
            arguments: condition.arguments
        ).map { row in
            Chained(
                number: row["number"],
                entry: try JSONDecoder().decode(Entry.self, from: Data((row["body"] as String).utf8)),
                hash: row["hash"])
        }
    }
}

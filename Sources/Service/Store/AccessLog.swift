import Crypto
import Foundation
import GRDB

/// Who saw or did what, from where and when. Each entry carries the hash of the one before, as in the ledger, so that none can
/// be altered or left out unseen.
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
        /// The status of the answer.
        var status: Int
    }

    /// An entry with its place in the chain.
    struct Chained: Hashable, Sendable {
        var number: Int
        var entry: Entry
        var hash: String
    }

    static let schema = [
        """
        CREATE TABLE IF NOT EXISTS visit (
            number INTEGER PRIMARY KEY, previous TEXT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL,
            at TEXT GENERATED ALWAYS AS (json_extract(body, '$.at')) VIRTUAL,
            who TEXT GENERATED ALWAYS AS (json_extract(body, '$.who')) VIRTUAL
        ) STRICT
        """,
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

    func write(_ entry: Entry) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = String(decoding: try encoder.encode(entry), as: UTF8.self)
        try await database.write { db in
            let previous =
                try String.fetchOne(db, sql: "SELECT hash FROM visit ORDER BY number DESC LIMIT 1") ?? ""
            try db.execute(
                sql: "INSERT INTO visit (previous, hash, body) VALUES (?, ?, ?)",
                arguments: [previous, Self.hash(previous: previous, body: body), body])
        }
    }
}

import Foundation
import GRDB

/// The service's data: one folder with a database, the contents of files by their hash, and what was computed.
///
/// ```
/// DIR/service.sqlite     people, rounds, versions of files, runs (SQLite, write-ahead log)
/// DIR/access.sqlite      who saw or did what, chained
/// DIR/ledger.sqlite      results that were handed in, reviewed, approved and published
/// DIR/blobs/ab/abcd...   contents of files, named by their SHA-256; never changed
/// DIR/cases/ROUND/VERSION  a version as a case folder, made from the blobs when it is needed
/// DIR/trials/RUN         result folders of trial runs
/// DIR/results            result folders that the ledger names
/// DIR/prints/ID          letters and tables to be handed out, which can be made again
/// DIR/incoming           uploads that have not ended
/// ```
public struct Store: Sendable {
    public let home: URL
    let database: DatabasePool
    /// The clock; a test sets it.
    let now: @Sendable () -> Date

    public init(_ home: URL, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.home = home
        self.now = now
        let files = FileManager.default
        for name in ["", "blobs", "cases", "trials", "results", "prints", "incoming"] {
            try files.createDirectory(
                at: home.appending(path: name), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        var settings = Configuration()
        settings.busyMode = .timeout(10)
        settings.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
        database = try DatabasePool(path: home.appending(path: "service.sqlite").path, configuration: settings)
        try Self.migrator.migrate(database)
    }

    /// The tables, in the order in which versions of the program added them. A migration is never changed after a release.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        let areas = [
            Accounts.migrations,
            Anchors.migrations,
            RoundBook.migrations,
            Acceptances.migrations,
            RunBook.migrations,
            RunBook.queueMigrations,
            HandIns.migrations,
            Prints.migrations,
            FollowingRounds.migrations,
            Papers.migrations,
        ]
        for (name, statements) in areas.flatMap({ $0 }) {
            migrator.registerMigration(name) { db in for statement in statements { try db.execute(sql: statement) } }
        }
        return migrator
    }

    /// Removes folders of cases that a service that was killed had begun to write; for the one that holds the ``DataLock``.
    func removeUnfinishedCases() throws {
        let files = FileManager.default
        for round in try files.contentsOfDirectory(atPath: home.appending(path: "cases").path) {
            let folder = home.appending(path: "cases/\(round)")
            for name in try files.contentsOfDirectory(atPath: folder.path) where name.hasPrefix(".") {
                try files.removeItem(at: folder.appending(path: name))
            }
        }
    }

    /// A time as it is stored: UTC, to the second.
    static func text(_ time: Date) -> String { time.formatted(.iso8601) }

    static func time(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }
}

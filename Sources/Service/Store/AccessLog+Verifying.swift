import Admissions
import Foundation
import GRDB

/// What a check of the access log found.
public struct AccessLogVerification: Hashable, Sendable, Encodable {
    /// Every fault; none: nothing was altered.
    public var faults: [Phrase] = []
    public var entries = 0
    /// How many hashes that are kept elsewhere were compared.
    public var anchors = 0
    /// The hash of the newest entry, to be written down elsewhere; empty where there is no entry.
    public var newest = ""

    /// The result in words.
    public var lines: [Phrase] {
        guard faults.isEmpty else { return faults }
        return [
            Phrase(
                "アクセス記録の \(entries) 件はつながっており、書き換えも欠けもありません（控えと照合したもの: \(anchors) 件）。",
                "The \(entries) entries of the access log form one chain; none was altered or is missing (\(anchors) compared with hashes kept elsewhere)."
            ),
            Phrase("最新のハッシュ: \(newest)", "newest hash: \(newest)"),
        ]
    }

    private enum CodingKeys: String, CodingKey { case isSound, entries, anchors, newest, faults }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(faults.isEmpty, forKey: .isSound)
        try container.encode(entries, forKey: .entries)
        try container.encode(anchors, forKey: .anchors)
        try container.encode(newest, forKey: .newest)
        try container.encode(faults.map(\.english), forKey: .faults)
    }
}

/// Hashes of the access log that are kept in service.sqlite: an entry that has one cannot be cut off unseen.
struct Anchors: Sendable {
    let store: Store
    /// An entry gets an anchor when its number is a multiple of this, and the newest when the service starts and ends.
    static let distance = 20

    static let migrations: [(String, [String])] = [
        (
            "anchors",
            ["CREATE TABLE anchor (number INTEGER PRIMARY KEY, hash TEXT NOT NULL, at TEXT NOT NULL) STRICT"]
        )
    ]

    /// Keeps the hash of an entry that is on the disk.
    func keep(_ number: Int, _ hash: String) async throws {
        let at = Store.text(store.now())
        try await store.database.write { db in
            try db.execute(
                sql: "INSERT INTO anchor (number, hash, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [number, hash, at])
        }
    }

    /// Keeps the hash of the newest entry.
    func keepNewest(of log: AccessLog) async throws {
        try await log.flush()
        guard let newest = try await log.newest(1, of: .init()).first else { return }
        try await keep(newest.number, newest.hash)
    }
}

extension AccessLog {
    /// Whether a file is an access log, and no ledger.
    public static func isOne(at url: URL) -> Bool {
        // Only a plain file is opened: a pipe would wait for somebody to write.
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular, let database = try? reading(url) else {
            return false
        }
        return (try? database.read { try $0.tableExists("visit") }) ?? false
    }

    /// Checks every entry of an access log, also while the service runs.
    ///
    /// - Parameter url: The file; hashes that are kept in the service.sqlite beside it are compared.
    public static func verify(_ url: URL) throws -> AccessLogVerification {
        // Anchors first: what is added meanwhile is no fault.
        let service = url.deletingLastPathComponent().appending(path: "service.sqlite")
        var anchors: [Int: String] = [:]
        if FileManager.default.fileExists(atPath: service.path) {
            try reading(service).read { db in
                guard try db.tableExists("anchor") else { return }
                for row in try Row.fetchAll(db, sql: "SELECT number, hash FROM anchor") {
                    anchors[row["number"]] = row["hash"] as String
                }
            }
        }
        var found = AccessLogVerification()
        do {
            try reading(url).read { db in try verify(db, anchors, &found) }
        } catch let error as DatabaseError {
            found.faults.append(
                Phrase(
                    "アクセス記録のファイルが壊れています（\(error.resultCode)）。バックアップから戻してください。",
                    "The file of the access log is damaged (\(error.resultCode)). Restore it from a backup."))
        }
        return found
    }

    private static func reading(_ url: URL) throws -> DatabaseQueue {
        var settings = Configuration()
        settings.readonly = true
        settings.busyMode = .timeout(10)
        return try DatabaseQueue(path: url.path, configuration: settings)
    }

    private static func verify(_ db: Database, _ anchors: [Int: String], _ found: inout AccessLogVerification) throws {
        // Of many faults the first say enough.
        func fault(_ japanese: String, _ english: String) {
            if found.faults.count < 20 { found.faults.append(Phrase(japanese, english)) }
        }
        for report in try String.fetchAll(db, sql: "PRAGMA integrity_check(5)") where report != "ok" {
            fault("ファイルの構造が壊れています: \(report)", "The structure of the file is damaged: \(report)")
        }
        let kept = Set(try String.fetchAll(db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        for statement in schema {
            // SQLite keeps a statement without these words.
            if !kept.contains(statement.replacing(" IF NOT EXISTS", with: "")) {
                fault("表かその守りが作り変えられています。", "The table, or what guards it, was altered.")
            }
        }
        var (previous, next) = ("", 1)
        let rows = try Row.fetchCursor(db, sql: "SELECT number, previous, hash, body FROM visit ORDER BY number")
        while let row = try rows.next() {
            let number = row["number"] as Int
            if number != next {
                fault("\(next) 番から \(number - 1) 番までがありません。", "The entries \(next) to \(number - 1) are missing.")
            }
            if row["previous"] as String != previous {
                fault("\(number) 番が前の記録とつながっていません。", "Entry \(number) does not follow the one before.")
            }
            let hash = hash(previous: row["previous"], body: row["body"])
            if hash != row["hash"] as String {
                fault("\(number) 番が書き換えられています。", "Entry \(number) was altered.")
            }
            if let anchor = anchors[number] {
                found.anchors += 1
                if anchor != hash {
                    fault("\(number) 番が控えと違います。", "Entry \(number) differs from the hash kept elsewhere.")
                }
            }
            (previous, next) = (row["hash"], number + 1)
            found.entries += 1
        }
        if let last = anchors.keys.max(), last >= next {
            fault(
                "\(next) 番から後が切り取られています（\(last) 番までの控えがあります）。",
                "Everything from entry \(next) on was cut off; there was at least entry \(last).")
        }
        found.newest = previous
    }
}

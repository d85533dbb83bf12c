import Admissions
import Foundation
import GRDB
import Ledger

/// A copy of the service's data that stands for itself, in a folder of the same form.
///
/// It may be made while the service runs. Each database is copied as it is at one moment, in the order in which they refer to
/// each other: what service.sqlite names is in the ledger and the access log that are copied after it, and what the three name
/// is in the files that are copied last, since the service writes a file before it names it.
public struct SectionBackup: Sendable {
    public let home: URL

    public init(_ home: URL) { self.home = home }

    /// What a backup holds.
    public struct Counts: Hashable, Sendable, Encodable {
        public var files = 0
        public var results = 0
        public var ledgerEntries = 0
        public var visits = 0

        public var phrase: Phrase {
            Phrase(
                "ファイル \(files) 件、結果 \(results) 件、台帳 \(ledgerEntries) 件、アクセス記録 \(visits) 件",
                "\(files) files, \(results) results, \(ledgerEntries) entries of the ledger, \(visits) of the access log"
            )
        }
    }

    /// Copies the data of a service into a new folder and verifies the copy.
    ///
    /// - Returns: What it holds.
    /// - Throws: ``SavingFault``; the folder is written whole or not at all.
    public static func make(of data: URL, at target: URL) throws -> Counts {
        guard FileManager.default.fileExists(atPath: data.appending(path: "service.sqlite").path) else {
            throw SavingFault.noData(path: data.path)
        }
        return try SectionBackup(target).fill { unfinished in
            try copy(data, to: unfinished)
            return try SectionBackup(unfinished).verify()
        }
    }

    /// Copies this backup into a new folder of data, after it was verified. All log-ins end.
    ///
    /// - Returns: What it holds.
    /// - Throws: ``SavingFault``; the folder is written whole or not at all.
    public func restore(to data: URL) throws -> Counts {
        guard FileManager.default.fileExists(atPath: home.appending(path: "service.sqlite").path) else {
            throw SavingFault.noData(path: home.path)
        }
        let counts = try verify()
        return try SectionBackup(data).fill { unfinished in
            for name in try FileManager.default.contentsOfDirectory(atPath: home.path) {
                try FileManager.default.copyItem(
                    at: home.appending(path: name), to: unfinished.appending(path: name))
            }
            // Somebody whose log-in was ended since must not be in again.
            try DatabaseQueue(path: unfinished.appending(path: "service.sqlite").path).write { db in
                try db.execute(sql: "DELETE FROM login")
            }
            return counts
        }
    }

    // MARK: Writing

    /// Fills the folder of this backup under another name beside it, so that it is there whole or not at all.
    private func fill(_ body: (URL) throws -> Counts) throws -> Counts {
        let files = FileManager.default
        let isThere = files.fileExists(atPath: home.path)
        if isThere, (try? files.contentsOfDirectory(atPath: home.path).isEmpty) != true {
            throw SavingFault.exists(path: home.path)
        }
        let unfinished = home.deletingLastPathComponent()
            .appending(path: ".\(home.lastPathComponent)-\(UUID().uuidString)")
        do {
            try files.createDirectory(
                at: unfinished, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let counts = try body(unfinished)
            sync()
            if isThere { try files.removeItem(at: home) }
            try files.moveItem(at: unfinished, to: home)
            sync()
            return counts
        } catch {
            try? files.removeItem(at: unfinished)
            if error is SavingFault { throw error }
            throw SavingFault.cannotWrite(path: home.path, reason: Phrase(reasonOf: error))
        }
    }

    private static func copy(_ data: URL, to target: URL) throws {
        try vacuum("service.sqlite", of: data, to: target)
        if FileManager.default.fileExists(atPath: data.appending(path: "ledger.sqlite").path) {
            // Page by page, as the ledger's own check compares every byte.
            try reading(data.appending(path: "ledger.sqlite"))
                .backup(to: DatabaseQueue(path: target.appending(path: "ledger.sqlite").path))
        }
        try vacuum("access.sqlite", of: data, to: target)
        let backup = SectionBackup(target)
        for sha256 in try backup.contents() {
            try copyItem("blobs/\(sha256.prefix(2))/\(sha256)", of: data, to: target)
        }
        for folder in try backup.folders() { try copyItem(folder, of: data, to: target) }
    }

    private static func vacuum(_ name: String, of data: URL, to target: URL) throws {
        try reading(data.appending(path: name)).writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [target.appending(path: name).path])
        }
        // SQLite makes it as the umask says.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: target.appending(path: name).path)
    }

    private static func copyItem(_ path: String, of data: URL, to target: URL) throws {
        let place = target.appending(path: path)
        // The folder of a run that was set aside may be lost; the ledger says so.
        guard FileManager.default.fileExists(atPath: data.appending(path: path).path) else { return }
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try FileManager.default.copyItem(at: data.appending(path: path), to: place)
    }

    private static func reading(_ url: URL) throws -> DatabaseQueue {
        var settings = Configuration()
        settings.readonly = true
        settings.busyMode = .timeout(60)
        return try DatabaseQueue(path: url.path, configuration: settings)
    }

    // MARK: Reading

    /// The contents of files that service.sqlite names, by their SHA-256.
    private func contents() throws -> [String] {
        try Self.reading(home.appending(path: "service.sqlite")).read { db in
            try String.fetchAll(db, sql: "SELECT DISTINCT sha256 FROM file ORDER BY sha256")
        }
    }

    /// The result folders that service.sqlite and the ledger name, from the home.
    private func folders() throws -> [String] {
        let trials = try Self.reading(home.appending(path: "service.sqlite")).read { db in
            try Int64.fetchAll(db, sql: "SELECT id FROM run WHERE state = 'done' ORDER BY id").map { "trials/\($0)" }
        }
        guard ledger.isThere else { return trials }
        return trials
            + (try ledger.entries().runs.map(\.run.folder).filter { !$0.hasPrefix("/") && !$0.hasPrefix("..") })
    }

    private var ledger: LedgerFile { LedgerFile(home.appending(path: "ledger.sqlite")) }

    /// Checks every database, every content and both chains.
    ///
    /// - Throws: ``SavingFault/damaged(path:faults:)``.
    public func verify() throws -> Counts {
        var (counts, faults) = (Counts(), [Phrase]())
        do {
            try Self.reading(home.appending(path: "service.sqlite")).read { db in
                for report in try String.fetchAll(db, sql: "PRAGMA integrity_check(5)") where report != "ok" {
                    faults.append(Phrase("service.sqlite が壊れています: \(report)", "service.sqlite is damaged: \(report)"))
                }
                try db.checkForeignKeys()
            }
            for sha256 in try contents() {
                counts.files += 1
                let place = home.appending(path: "blobs/\(sha256.prefix(2))/\(sha256)")
                let bytes = try? [UInt8](Data(contentsOf: place))
                if bytes.map({ SHA256.digest(of: $0).description }) != sha256, faults.count < 20 {
                    faults.append(
                        Phrase(
                            "ファイルの中身 \(sha256.prefix(12)) が欠けているか、違っています。",
                            "The content \(sha256.prefix(12)) is missing or another."))
                }
            }
            for folder in try folders() where folder.hasPrefix("trials/") {
                counts.results += 1
                if !FileManager.default.fileExists(atPath: home.appending(path: folder).path) {
                    faults.append(Phrase("\(folder) がありません。", "\(folder) is missing."))
                }
            }
            if ledger.isThere {
                let found = try ledger.verify()
                counts.ledgerEntries = found.entries
                faults += found.faults
            }
            let found = try AccessLog.verify(home.appending(path: "access.sqlite"))
            counts.visits = found.entries
            faults += found.faults
        } catch let error as DatabaseError {
            faults.append(
                Phrase("データベースを読めません（\(error.resultCode)）。", "A database cannot be read (\(error.resultCode))."))
        } catch let fault as LedgerFault {
            faults.append(fault.phrase)
        }
        if !faults.isEmpty { throw SavingFault.damaged(path: home.path, faults: faults) }
        return counts
    }
}

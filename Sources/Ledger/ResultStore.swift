import Admissions
import Foundation

/// Keeps results: each in a folder that is written whole, then recorded in the ledger.
///
/// The order is what makes it safe. A folder is on the disk before the ledger names it, so an entry without a folder cannot
/// come about; a folder without an entry is what a kill between the two leaves, and the next run takes it over if it is the
/// same result. Nothing that is complete is ever deleted. Callers must hold the ``LedgerLock``.
public struct ResultStore: Sendable {
    public let ledger: LedgerFile
    /// Holds a folder for each case, with a folder for each revision.
    public let root: URL

    public init(ledger: LedgerFile, root: URL) {
        self.ledger = ledger
        self.root = withoutLinks(root)
    }

    /// The folder within a result folder that holds a copy of the case.
    public static let caseFolder = "case"

    /// What the ledger says of a round with these inputs.
    public enum Standing: Hashable, Sendable {
        /// Nothing yet.
        case new
        /// It was computed from the same inputs, and its folder is as it was written.
        case done(LedgerRun)
        /// It was computed from other inputs.
        case changed(LedgerRun)
        /// It was computed from the same inputs, and its folder is gone.
        case lost(LedgerRun)
        /// Somebody said that its folder does not count any more.
        case setAside(LedgerRun)
        /// Its folder is not as it was written.
        case altered(LedgerRun, faults: [Phrase])
    }

    /// - Parameters:
    ///   - key: The round.
    ///   - inputs: SHA-256 of the inputs, see ``FileHash``.
    public func standing(of key: RoundKey, inputs: String) throws(LedgerFault) -> Standing {
        guard let latest = try ledger.entries().latest(of: key) else { return .new }
        if latest.setAside != nil { return .setAside(latest) }
        if latest.run.inputs != inputs { return .changed(latest) }
        let folder = ledger.folder(of: latest.run)
        if !FileManager.default.fileExists(atPath: folder.path) { return .lost(latest) }
        let faults = ledger.faults(ofFolder: latest.run)
        return faults.isEmpty ? .done(latest) : .altered(latest, faults: faults)
    }

    /// What was kept.
    public struct Kept: Hashable, Sendable {
        public var entry: LedgerEntry
        public var folder: URL
        /// Where a folder was moved that stood in the way and is recorded nowhere.
        public var setAside: URL?
    }

    /// Writes the result of a run as the next revision of its round and records it.
    ///
    /// - Parameters:
    ///   - run: The run, without what this function knows: revision, folder and hashes of files.
    ///   - name: The name of the case's folder in ``root``.
    ///   - files: Every file of the result with its bytes.
    ///   - volatile: Names of files that differ from run to run of the same case.
    ///   - people: How many people must have signed an approved run, for a ledger that this begins; another keeps what it says.
    ///   - by: Who records it.
    ///   - at: UTC, such as `2027-02-01T09:00:00Z`.
    ///   - why: Why it is recorded.
    ///   - write: Writes the folder whole or not at all, durably.
    /// - Throws: ``LedgerFault``, or what `write` throws. Then nothing is recorded; a folder may be there, which the next
    ///   call takes over.
    public func keep(
        _ run: RecordedRun, named name: String, files: [(name: String, bytes: [UInt8])], volatile: Set<String>,
        people: Int? = nil, by: String, at: String, why: String, write: (URL) throws -> Void
    ) throws -> Kept {
        var run = run
        let before = try ledger.entries()
        let latest = before.latest(of: run.key)
        run.supersedes = latest?.number
        run.revision = (latest?.run.revision ?? 0) + 1
        let folder = root.appending(path: name).appending(path: "revision-\(run.revision)")
        run.folder = Self.path(from: ledger.home, to: folder)
        if let other = before.runs.first(where: { ledger.folder(of: $0.run) == folder }) {
            throw LedgerFault.refused(
                Phrase(
                    "\(folder.path) には \(other.run.key) の結果があります。案件のフォルダには、回ごとに違う名前を付けてください",
                    "\(folder.path) holds the result of \(other.run.key); name each case folder after its round"))
        }
        try removePartial(in: folder.deletingLastPathComponent())
        var setAside: URL?
        if FileManager.default.fileExists(atPath: folder.path), !isSame(folder, files, volatile: volatile) {
            setAside = try Self.moveAside(folder)
        }
        if !FileManager.default.fileExists(atPath: folder.path) { try write(folder) }
        // What is recorded is what lies there.
        run.files = try hashes(in: folder)
        run.result = run.files.digest
        let entry = try ledger.record(
            run, after: before, people: before.isEmpty ? people : nil, by: by, at: at, why: why)
        return Kept(entry: entry, folder: folder, setAside: setAside)
    }

    /// Takes away what folders that were never finished have left.
    private func removePartial(in folder: URL) throws {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return }
        for name in names where name.hasPrefix(".revision-") && name.contains(".partial-") {
            try FileManager.default.removeItem(at: folder.appending(path: name))
        }
    }

    /// Whether a folder that no entry names holds the same result.
    private func isSame(_ folder: URL, _ files: [(name: String, bytes: [UInt8])], volatile: Set<String>) -> Bool {
        guard LedgerFile.fileNames(in: folder).map(Set.init) == Set(files.map(\.name)) else { return false }
        return files.allSatisfy { file in
            volatile.contains(file.name)
                || plainBytes(of: folder.appending(path: file.name)) == file.bytes
        }
    }

    private static func moveAside(_ folder: URL) throws -> URL {
        let parent = folder.deletingLastPathComponent()
        for number in 1...Int.max {
            let aside = parent.appending(path: "unrecorded-\(folder.lastPathComponent)-\(number)")
            if FileManager.default.fileExists(atPath: aside.path) { continue }
            try FileManager.default.moveItem(at: folder, to: aside)
            return aside
        }
        preconditionFailure("there is a free number")
    }

    private func hashes(in folder: URL) throws(LedgerFault) -> [FileHash] {
        var hashes: [FileHash] = []
        for name in LedgerFile.fileNames(in: folder) ?? [] {
            guard let bytes = plainBytes(of: folder.appending(path: name)) else {
                throw LedgerFault.inaccessible(path: folder.appending(path: name).path, reason: lastReason())
            }
            hashes.append(FileHash(name: name, bytes: bytes))
        }
        return hashes
    }

    /// The path of a file or folder from another folder.
    public static func path(from home: URL, to folder: URL) -> String {
        let (from, to) = (home.standardizedFileURL.pathComponents, folder.standardizedFileURL.pathComponents)
        let common = zip(from, to).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: from.count - common) + to[common...]).joined(separator: "/")
    }
}

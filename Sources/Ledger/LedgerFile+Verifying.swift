import Admissions
import Foundation
import GRDB

/// What ``LedgerFile/verify(checksFolders:)`` found.
public struct LedgerVerification: Hashable, Sendable {
    /// One sentence for each fault; empty where all is as it was written.
    public var faults: [Phrase] = []
    /// What could not be checked, and why; no fault.
    public var notes: [Phrase] = []
    /// Numbers of the runs whose result folder is not as it was recorded, unless it was set aside.
    public var alteredRuns: [Int] = []
    public var entries = 0
    public var files = 0
}

extension LedgerFile {
    /// Checks that nothing was altered: the chain, the file byte for byte, and every file of the result folders.
    ///
    /// The bytes are checked by writing the same entries into a new file and comparing: so an altered byte is found wherever
    /// it is, also where no entry is. This holds where the file was written by the version of SQLite that checks it; of
    /// another version the layout may differ, and then a note says that only the content was compared.
    ///
    /// - Parameter checksFolders: Whether the result folders are read.
    /// - Throws: ``LedgerFault/missing(path:)`` and ``LedgerFault/inaccessible(path:reason:)``; what is altered is a fault
    ///   in the answer.
    /// - Complexity: O(size of the ledger and of the result folders).
    public func verify(checksFolders: Bool = true) throws(LedgerFault) -> LedgerVerification {
        guard isThere else { throw LedgerFault.missing(path: url.path) }
        var found = LedgerVerification()
        var rows: [StoredRow] = []
        do {
            let content = try withDatabase(readonly: true) { db -> (faults: [Phrase], rows: [StoredRow]) in
                var faults: [Phrase] = []
                let report = try Row.fetchAll(db, sql: "PRAGMA integrity_check").map {
                    (String.fromDatabaseValue($0[0]) ?? "no answer").split(whereSeparator: \.isNewline)
                        .joined(separator: " ")
                }
                if report != ["ok"] { faults += report.map { Phrase(same: "SQLite: \($0)") } }
                return (faults, try Self.rows(of: db))
            }
            guard let content else { return found }
            found.faults += content.faults
            rows = content.rows
        } catch .altered(_, let faults) {
            found.faults += faults
            return found
        } catch .otherFormat(let path, let format) {
            found.faults.append(LedgerFault.otherFormat(path: path, format: format).phrase)
            return found
        }
        let (entries, faults) = Self.read(rows)
        found.faults += faults
        found.entries = entries.count
        found.notes += Self.notes(on: entries)
        if hasOtherNames {
            found.notes.append(
                Phrase(
                    "このファイルには名前が複数あります（ハードリンク）。書き込むときは、いつも同じ名前を使ってください",
                    "the file has several names (hard links); write to it by one of them only"))
        }
        try compareBytes(rows, entries, &found)
        if checksFolders, found.faults.isEmpty {
            for run in entries.runs {
                found.files += run.run.files.count
                let faults = self.faults(ofFolder: run.run).map {
                    Phrase("\(run.number) 番: ", "run \(run.number): ") + $0
                }
                if let entry = run.setAside {
                    let (number, body) = (entry.number, entry.body)
                    found.notes.append(
                        Phrase(
                            "\(run.number) 番: \(body.by) がこのフォルダを使わないことにしました（記録 \(number)）: \(body.why)",
                            "run \(run.number): its folder was set aside by \(body.by) (entry \(number)): \(body.why)"))
                    found.notes += faults
                } else {
                    found.faults += faults
                    if !faults.isEmpty { found.alteredRuns.append(run.number) }
                }
            }
        }
        return found
    }

    /// What is unusual about entries and no fault: a clock may be set back.
    static func notes(on entries: [LedgerEntry]) -> [Phrase] {
        zip(entries, entries.dropFirst()).filter { $1.body.at.utf8.lexicographicallyPrecedes($0.body.at.utf8) }.map {
            Phrase(
                "記録 \($1.number) の日時 \($1.body.at) が、記録 \($0.number) の \($0.body.at) より前です。時計が戻されています",
                "entry \($1.number) is dated \($1.body.at), before entry \($0.number), \($0.body.at); the clock was set back"
            )
        }
    }

    /// Whether something is there under its name.
    public var isThere: Bool {
        var status = stat()
        return lstat(url.path, &status) == 0 || errno != ENOENT
    }

    private var hasOtherNames: Bool {
        var status = stat()
        return stat(url.path, &status) == 0 && status.st_nlink > 1
    }

    /// Compares the file with one that is made of its entries anew.
    private func compareBytes(
        _ rows: [StoredRow], _ entries: [LedgerEntry], _ found: inout LedgerVerification
    ) throws(LedgerFault) {
        let temporary = FileManager.default.temporaryDirectory
        let folder = temporary.appending(path: "enmusubi-ledger-\(UUID().uuidString)")
        // Not the folder for temporary files itself: one that is missing is a mistake in TMPDIR.
        guard mkdir(folder.path, 0o700) == 0 else {
            throw LedgerFault.noRoom(folder: temporary.path, reason: lastReason())
        }
        let copy = LedgerFile(folder.appending(path: "ledger"))
        defer { try? FileManager.default.removeItem(at: folder) }
        guard let written = plainBytes(of: url) else {
            throw LedgerFault.inaccessible(path: url.path, reason: lastReason())
        }
        var expected: [UInt8] = []
        if !rows.isEmpty {
            do { try copy.rewrite(rows) } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT
            {
                found.faults.append(Phrase("これらの記録は一つの台帳に並びません", "the entries cannot stand in one ledger"))
                return
            } catch let error as DatabaseError {
                throw LedgerFault.noRoom(
                    folder: temporary.path, reason: Phrase(same: error.message ?? "\(error.resultCode)"))
            } catch {
                throw LedgerFault.noRoom(
                    folder: temporary.path, reason: Phrase("写しを作れません（\(error)）", "no copy can be made (\(error))"))
            }
            guard let bytes = plainBytes(of: copy.url) else {
                throw LedgerFault.noRoom(folder: temporary.path, reason: lastReason())
            }
            expected = bytes
        }
        if written == expected { return }
        let isOtherVersion = entries.contains { $0.body.sqlite != Self.sqliteVersion }
        if isOtherVersion, found.faults.isEmpty {
            found.notes.append(
                Phrase(
                    "SQLite \(Self.sqliteVersion) は、書いた時の版と違う並べ方をします。記録は確かめましたが、その間のバイトは確かめていません",
                    "SQLite \(Self.sqliteVersion) lays the file out otherwise than the versions that wrote it; the entries were "
                        + "checked, the bytes between them were not"))
            return
        }
        let place = zip(written, expected).prefix { $0 == $1 }.count
        found.faults.append(
            Phrase("ファイルの \(place) バイト目が、記録から作られるものと違います", "byte \(place) of the file is not what its entries give"))
    }

    /// Writes the rows as they were written first: one transaction each.
    private func rewrite(_ rows: [StoredRow]) throws {
        let queue = try Self.open(url, isDurable: false)
        defer { try? queue.close() }
        for row in rows { try queue.write { try Self.insert(row, into: $0) } }
    }

    // MARK: Result folders

    /// The folder that holds the ledger; result folders are named from here.
    public var home: URL { url.deletingLastPathComponent() }

    /// Where the files of a run are.
    public func folder(of run: RecordedRun) -> URL { home.appending(path: run.folder).standardizedFileURL }

    /// What in the result folder is not as it was recorded.
    public func faults(ofFolder run: RecordedRun) -> [Phrase] {
        let folder = folder(of: run)
        guard let names = Self.fileNames(in: folder, most: run.files.count + Self.mostStrangers) else {
            return [Phrase("フォルダ \(run.folder) がありません", "its folder \(run.folder) is missing")]
        }
        var faults: [Phrase] = []
        for file in run.files {
            // A name that an altered ledger makes up leads nowhere.
            guard !file.name.split(separator: "/").contains(".."),
                let bytes = plainBytes(of: folder.appending(path: file.name))
            else {
                faults.append(
                    Phrase(
                        "\(run.folder)/\(file.name) がないか、読めません",
                        "\(run.folder)/\(file.name) is missing or cannot be read"))
                continue
            }
            if FileHash(name: file.name, bytes: bytes) != file {
                let wasSaved = FileHash(name: file.name, bytes: Self.withoutTraces(bytes)) == file
                faults.append(
                    Phrase("\(run.folder)/\(file.name) が書き換えられています", "\(run.folder)/\(file.name) was altered")
                        + (wasSaved
                            ? Phrase(
                                "（形だけ。表計算ソフトかエディタで保存されています）",
                                " (only its form: a spreadsheet or an editor has saved it)")
                            : Phrase(same: "")))
            }
        }
        let known = Set(run.files.map(\.name))
        for name in names where !known.contains(name) {
            faults.append(Phrase("\(run.folder)/\(name) が後から置かれています", "\(run.folder)/\(name) was put there afterwards"))
        }
        return faults
    }

    /// The bytes without a byte order mark, and with LF where CRLF ends a line.
    private static func withoutTraces(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        for index in start..<bytes.count {
            let isHalf = bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if !isHalf { text.append(bytes[index]) }
        }
        return text
    }

    /// Files that are named, at most, where they were put into a result folder afterwards; an altered ledger may name a
    /// folder that holds a whole disk.
    private static let mostStrangers = 1000

    /// The names of all files in a folder and the folders in it, in order; `nil` where there is no folder.
    ///
    /// - Parameter most: With more than this the rest is not looked at.
    static func fileNames(in folder: URL, most: Int = .max) -> [String]? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue,
            let found = FileManager.default.enumerator(atPath: folder.path)
        else { return nil }
        var names: [String] = []
        for case let name as String in found {
            if names.count > most { break }
            names.append(name)
        }
        return names.filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: folder.appending(path: name).path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

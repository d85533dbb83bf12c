import Admissions
import Foundation
import GRDB

/// The ledger: one SQLite file, to which entries are added and in which nothing is ever changed.
///
/// Each entry carries the SHA-256 of the one before, so that no entry can be altered, left out or put in without all later
/// ones changing. The file is opened for each call and is a single file at rest. A transaction is on the disk when a call
/// returns (rollback journal, `synchronous = EXTRA`).
public struct LedgerFile: Sendable {
    public let url: URL
    /// Whether a file that is made is as open as the user's other files; else only its owner may read it.
    public var isShared = false

    /// - Parameter url: Of any of its names; links are followed, so that a ledger has one ``home`` however it is named.
    public init(_ url: URL) { self.url = withoutLinks(url) }
    public init(path: String) { self.init(URL(fileURLWithPath: path)) }

    /// `ENMU`: marks the file for tools that look at SQLite files.
    static let applicationID = 0x454E_4D55
    /// The highest version that is read. 1 has states only; with 2 an entry may say how many people must sign, and be an act.
    /// A ledger has the version of the entry that needs the highest.
    static let formatVersion = 2
    /// From which version on a ledger holds acts and the number of people.
    static let versionOfActs = 2

    /// Everything that is in the file beside the entries; ``verify()`` compares with it.
    static let schema = [
        """
        CREATE TABLE entry (
            number INTEGER PRIMARY KEY,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL,
            body TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'an entry of the ledger cannot be changed'); END
        """,
        """
        CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'an entry of the ledger cannot be deleted'); END
        """,
        """
        CREATE VIEW run AS
        SELECT number, json_extract(body, '$.run.key.month') AS month, json_extract(body, '$.run.key.round') AS round,
            json_extract(body, '$.run.revision') AS revision, json_extract(body, '$.run.folder') AS folder,
            json_extract(body, '$.at') AS at
        FROM entry WHERE json_extract(body, '$.state') = 'computed'
        """,
    ]

    /// Such as `3.40.1`.
    static let sqliteVersion: String = {
        let version = try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
        guard let version else { preconditionFailure("SQLite does not tell its version") }
        return version
    }()

    // MARK: Reading

    /// Every entry in order, its chain checked.
    ///
    /// - Returns: Nothing where the file does not exist.
    /// - Throws: ``LedgerFault/altered(path:faults:)`` where the chain is broken, or ``LedgerFault/inaccessible(path:reason:)``.
    /// - Complexity: O(size of the ledger).
    public func entries() throws(LedgerFault) -> [LedgerEntry] {
        let rows = try withDatabase(readonly: true) { try Self.rows(of: $0) } ?? []
        // SQLite takes a few bytes of anything for a file in which nothing was written yet.
        if rows.isEmpty, let size = try fileSize(), size > 0 {
            throw LedgerFault.altered(path: url.path, faults: [Phrase("台帳のファイルではありません", "the file is no ledger")])
        }
        let (entries, faults) = Self.read(rows)
        if !faults.isEmpty { throw LedgerFault.altered(path: url.path, faults: faults) }
        return entries
    }

    /// An entry as it is stored.
    struct StoredRow: Hashable {
        var number: Int
        var previous: String
        var hash: String
        var body: String
    }

    /// The rows of a file that SQLite finds sound and that holds what a ledger holds and nothing else; a hostile file is not
    /// asked for more.
    static func rows(of db: Database) throws -> [StoredRow] {
        guard try holdsEntries(db) else { return [] }
        let report = try Row.fetchAll(db, sql: "PRAGMA quick_check(1)").map { String.fromDatabaseValue($0[0]) }
        guard report == ["ok"] else {
            let reason = ((report.first ?? nil) ?? "no answer").split(whereSeparator: \.isNewline).joined(
                separator: " ")
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "SQLite: \(reason)")
        }
        return try Row.fetchAll(db, sql: "SELECT number, previous, hash, body FROM entry ORDER BY number").map { row in
            guard let number = Int.fromDatabaseValue(row[0]), let previous = String.fromDatabaseValue(row[1]),
                let hash = String.fromDatabaseValue(row[2]), let body = String.fromDatabaseValue(row[3])
            else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row of the ledger cannot be read") }
            return StoredRow(number: number, previous: previous, hash: hash, body: body)
        }
    }

    /// Whether the table of entries is there; not in a file whose first entry was never finished.
    ///
    /// - Throws: `DatabaseError` where anything else is there: the file is no ledger.
    private static func holdsEntries(_ db: Database) throws -> Bool {
        let found = try Row.fetchAll(db, sql: "SELECT sql FROM sqlite_master LIMIT \(schema.count + 1)").map {
            String.fromDatabaseValue($0[0])
        }
        if found.isEmpty { return false }
        guard Set(found.compactMap { $0 }) == Set(schema), found.count == schema.count else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file holds other tables than a ledger")
        }
        return true
    }

    /// The entries that the rows hold, and what is wrong with them.
    static func read(_ rows: [StoredRow]) -> (entries: [LedgerEntry], faults: [Phrase]) {
        var entries: [LedgerEntry] = []
        var faults: [Phrase] = []
        var previous = LedgerEntry.noPrevious
        var book = Book()
        for (index, row) in rows.enumerated() {
            if row.number != index + 1 {
                faults.append(Phrase("記録 \(index + 1) がありません", "entry \(index + 1) is missing"))
            }
            if row.previous != previous {
                faults.append(
                    Phrase(
                        "記録 \(row.number) が直前の記録に続いていません。ハッシュが違います",
                        "entry \(row.number) does not follow the one before: its hash is another"))
            }
            if LedgerEntry.hash(previous: row.previous, text: row.body) != row.hash {
                faults.append(
                    Phrase("記録 \(row.number) の内容がハッシュと合いません", "entry \(row.number) is not what its hash says"))
            }
            previous = row.hash
            guard let body = try? JSONDecoder().decode(LedgerEntry.Body.self, from: Data(row.body.utf8)) else {
                faults.append(Phrase("記録 \(row.number) を読めません", "entry \(row.number) cannot be read"))
                continue
            }
            if let fault = book.fault(of: body, number: row.number) {
                faults.append(Phrase("記録 \(row.number): ", "entry \(row.number): ") + fault)
            }
            entries.append(
                LedgerEntry(number: row.number, body: body, previous: row.previous, hash: row.hash, text: row.body))
        }
        return (entries, faults)
    }

    // MARK: Writing

    /// Records a computed run as the next revision of its round.
    ///
    /// The caller holds the ``LedgerLock`` and has written the result folder.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - known: The entries that are there, as ``entries()`` gave them under the same lock.
    ///   - people: See ``LedgerEntry/Body/people``.
    ///   - by: Who does it.
    ///   - at: UTC, such as `2027-02-01T09:00:00Z`.
    ///   - why: Why it is done.
    /// - Throws: ``LedgerFault``; then the ledger is as it was.
    func record(
        _ run: RecordedRun, after known: [LedgerEntry], people: Int?, by: String, at: String, why: String
    ) throws(LedgerFault) -> LedgerEntry {
        try append(
            LedgerEntry.Body(
                state: .computed, run: run, people: people, by: by, at: at, why: why, sqlite: Self.sqliteVersion,
                version: people == nil ? nil : Self.versionOfActs),
            after: known)
    }

    /// Moves a run to the next state.
    ///
    /// - Parameters:
    ///   - state: `reviewed`, `approved` or `published`; the run must be in the state before.
    ///   - number: The entry that computed the run.
    ///   - by: Who does it.
    ///   - at: UTC, such as `2027-02-01T09:00:00Z`.
    ///   - why: Why it is done.
    /// - Throws: ``LedgerFault/refused(_:)`` where the run is in another state or superseded.
    public func advance(
        to state: RunState, run number: Int, by: String, at: String, why: String
    ) throws(LedgerFault) -> LedgerEntry {
        try append(
            LedgerEntry.Body(state: state, subject: number, by: by, at: at, why: why, sqlite: Self.sqliteVersion),
            after: try entries())
    }

    /// Adds an entry in one transaction.
    func append(
        _ body: LedgerEntry.Body, after known: [LedgerEntry]
    ) throws(LedgerFault) -> LedgerEntry {
        var book = Book()
        for entry in known { _ = book.fault(of: entry.body, number: entry.number) }
        if let fault = book.fault(of: body, number: known.count + 1) { throw LedgerFault.refused(fault) }
        let previous = known.last?.hash ?? LedgerEntry.noPrevious
        let text = Self.text(of: body)
        let row = StoredRow(
            number: known.count + 1, previous: previous, hash: LedgerEntry.hash(previous: previous, text: text),
            body: text)
        _ = try withDatabase(readonly: false) { db in
            do { try Self.insert(row, into: db) } catch let error as DatabaseError
                where error.resultCode == .SQLITE_CONSTRAINT
            {
                // The number is taken: another program has added an entry since this one read them.
                throw LedgerFault.busy(path: url.path)
            }
        }
        return LedgerEntry(number: row.number, body: body, previous: previous, hash: row.hash, text: text)
    }

    private static func text(of body: LedgerEntry.Body) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Plain structs of strings and numbers always encode.
        guard let data = try? encoder.encode(body) else { preconditionFailure("an entry did not encode") }
        return String(decoding: data, as: UTF8.self)
    }

    static func insert(_ row: StoredRow, into db: Database) throws {
        let version = version(of: row)
        if try !holdsEntries(db) {
            for statement in schema { try db.execute(sql: statement) }
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: "PRAGMA user_version = \(version)")
        } else if try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 < version {
            // From here on a program that knows no such entries says so instead of reading it.
            try db.execute(sql: "PRAGMA user_version = \(version)")
        }
        try db.execute(
            sql: "INSERT INTO entry (number, previous, hash, body) VALUES (?, ?, ?, ?)",
            arguments: [row.number, row.previous, row.hash, row.body])
    }

    /// The lowest version of a ledger that may hold the entry.
    private static func version(of row: StoredRow) -> Int {
        struct Version: Decodable { var version: Int? }
        return (try? JSONDecoder().decode(Version.self, from: Data(row.body.utf8)))?.version ?? 1
    }

    // MARK: The file

    /// Opens the file, works in one transaction and closes it.
    ///
    /// - Returns: `nil` where nothing is there to be read.
    func withDatabase<Value>(
        readonly: Bool, isDurable: Bool = true, _ body: (Database) throws -> Value
    ) throws(LedgerFault) -> Value? {
        let size = try fileSize()
        if readonly {
            // A file without a byte is a ledger whose first entry was never finished.
            guard let size, size > 0 else { return nil }
        } else if size == nil {
            try make()
        }
        do {
            let queue = try Self.open(url, isDurable: isDurable)
            defer { try? queue.close() }
            func checked(_ db: Database) throws -> Value {
                try requireFormat(db)
                return try body(db)
            }
            return readonly ? try queue.read(checked) : try queue.write(checked)
        } catch let error as DatabaseError {
            let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_SCHEMA, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_TOOBIG,
                .SQLITE_CONSTRAINT:
                throw LedgerFault.altered(path: url.path, faults: [Phrase(same: reason)])
            default: throw LedgerFault.inaccessible(path: url.path, reason: Phrase(same: reason))
            }
        } catch let fault as LedgerFault {
            throw fault
        } catch is RowDecodingError {
            throw LedgerFault.altered(
                path: url.path, faults: [Phrase("台帳の行を読めません", "a row of the ledger cannot be read")])
        } catch {
            throw LedgerFault.inaccessible(path: url.path, reason: Phrase(same: "\(error)"))
        }
    }

    /// A ledger in another form is not read: its entries may mean something else.
    private func requireFormat(_ db: Database) throws {
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == Self.applicationID,
            let format = try Int.fetchOne(db, sql: "PRAGMA user_version"), !(1...Self.formatVersion).contains(format)
        else { return }
        throw LedgerFault.otherFormat(path: url.path, format: format)
    }

    /// The same settings wherever the file is written, so that the same entries give the same bytes.
    static func open(_ url: URL, isDurable: Bool = true) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA page_size = 4096")
            try db.execute(sql: "PRAGMA secure_delete = ON")
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            try db.execute(sql: "PRAGMA synchronous = \(isDurable ? "EXTRA" : "OFF")")
        }
        return try DatabaseQueue(path: url.path, configuration: configuration)
    }

    /// Makes the file without a byte, for its owner alone unless ``isShared``; its journals get the same mode.
    private func make() throws(LedgerFault) {
        let descriptor = Foundation.open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, isShared ? 0o666 : 0o600)
        guard descriptor >= 0 else { throw LedgerFault.inaccessible(path: url.path, reason: lastReason()) }
        close(descriptor)
    }

    /// `nil` where the file does not exist.
    private func fileSize() throws(LedgerFault) -> Int? {
        var status = stat()
        if stat(url.path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw LedgerFault.inaccessible(path: url.path, reason: Phrase("通常のファイルではありません", "it is no plain file"))
            }
            return Int(status.st_size)
        }
        if errno == ENOENT { return nil }
        throw LedgerFault.inaccessible(path: url.path, reason: lastReason())
    }
}

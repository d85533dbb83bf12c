import Admissions
import Foundation
import GRDB
import Hummingbird
import NIOCore

/// A round as it stands in the list.
struct RoundRow: Hashable, Sendable, Encodable {
    let id: Int64
    let municipality: String
    /// Such as `2027-04`.
    let month: String
    /// What the round is called, such as 一次.
    let name: String
    /// The newest version of its files.
    let version: Int
    let madeBy: String
    let madeAt: String

    var placementMonth: PlacementMonth? { PlacementMonth(month) }
    /// Such as 令和9年4月 一次.
    var title: Phrase {
        let written = placementMonth.map(\.japanese) ?? month
        return Phrase("\(written) \(name)", "\(month) \(name)")
    }
}

/// A version of a round's files: what somebody uploaded or changed, and when.
struct VersionRow: Hashable, Sendable, Encodable {
    let number: Int
    let by: String
    let at: String
    /// What was done, in both languages, as it was recorded.
    let japanese: String
    let english: String
    /// How many files it has, and their bytes together.
    let files: Int
    let size: Int

    var what: Phrase { Phrase(japanese, english) }
}

/// A file of a version.
struct FileRow: Hashable, Sendable, Encodable {
    let name: String
    let sha256: String
    let size: Int
}

/// The rounds and the versions of their files. A version is never changed; a change makes a new one.
struct RoundBook: Sendable {
    let store: Store

    static let migrations: [(String, [String])] = [
        (
            "rounds",
            [
                """
                CREATE TABLE round (
                    id INTEGER PRIMARY KEY, municipality TEXT NOT NULL, month TEXT NOT NULL, name TEXT NOT NULL,
                    madeBy TEXT NOT NULL, madeAt TEXT NOT NULL, before INTEGER REFERENCES round(id),
                    UNIQUE (municipality, month, name)
                ) STRICT
                """,
                """
                CREATE TABLE version (
                    round INTEGER NOT NULL REFERENCES round(id), number INTEGER NOT NULL, by TEXT NOT NULL,
                    at TEXT NOT NULL, japanese TEXT NOT NULL, english TEXT NOT NULL, PRIMARY KEY (round, number)
                ) STRICT
                """,
                """
                CREATE TABLE file (
                    round INTEGER NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
                    size INTEGER NOT NULL, PRIMARY KEY (round, version, name),
                    FOREIGN KEY (round, version) REFERENCES version(round, number)
                ) STRICT
                """,
            ]
        )
    ]

    /// All rounds, the newest month first.
    func rounds() async throws -> [RoundRow] {
        try await store.database.read { db in
            try Row.fetchAll(db, sql: Self.select + " GROUP BY round.id ORDER BY month DESC, round.id DESC")
                .map(Self.round)
        }
    }

    func round(_ id: Int64) async throws -> RoundRow? {
        try await store.database.read { db in
            try Row.fetchOne(db, sql: Self.select + " WHERE round.id = ? GROUP BY round.id", arguments: [id])
                .map(Self.round)
        }
    }

    private static let select = """
        SELECT round.*, max(version.number) AS version FROM round JOIN version ON version.round = round.id
        """

    private static func round(_ row: Row) -> RoundRow {
        RoundRow(
            id: row["id"], municipality: row["municipality"], month: row["month"], name: row["name"],
            version: row["version"], madeBy: row["madeBy"], madeAt: row["madeAt"])
    }

    /// Makes a round with its first version.
    ///
    /// - Parameters:
    ///   - files: Their contents by name.
    ///   - before: The round of the month before, where this one follows.
    func make(
        municipality: String, month: PlacementMonth, name: String, files: [String: [UInt8]], before: Int64? = nil,
        by: Person, what: Phrase
    ) async throws -> Int64 {
        let kept = try files.mapValues { try Blobs(store).keep($0) }
        let at = Store.text(store.now())
        return try await store.database.write { db in
            let isThere = try Int.fetchOne(
                db, sql: "SELECT 1 FROM round WHERE municipality = ? AND month = ? AND name = ?",
                arguments: [municipality, month.description, name])
            guard isThere == nil else {
                throw ServiceFault(
                    .conflict, "roundExists",
                    Phrase(
                        "\(month.japanese)の「\(name)」はすでにあります。一覧から開くか、別の名前を付けてください。",
                        "There is a round \(month) \(name) already. Open it from the list, or choose another name."))
            }
            try db.execute(
                sql: "INSERT INTO round (municipality, month, name, madeBy, madeAt, before) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [municipality, month.description, name, by.login, at, before])
            let id = db.lastInsertedRowID
            try Self.add(db, round: id, number: 1, by: by.login, at: at, what: what, files: kept)
            return id
        }
    }

    /// The newest version's files, by name.
    func files(of round: Int64, version: Int) async throws -> [FileRow] {
        try await store.database.read { db in
            try Self.files(db, of: round, version: version)
        }
    }

    func versions(of round: Int64) async throws -> [VersionRow] {
        try await store.database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT version.*, count(file.name) AS files, coalesce(sum(file.size), 0) AS size FROM version
                    LEFT JOIN file ON file.round = version.round AND file.version = version.number
                    WHERE version.round = ? GROUP BY version.number ORDER BY version.number DESC
                    """, arguments: [round]
            ).map {
                VersionRow(
                    number: $0["number"], by: $0["by"], at: $0["at"], japanese: $0["japanese"], english: $0["english"],
                    files: $0["files"], size: $0["size"])
            }
        }
    }

    /// Makes a new version.
    ///
    /// - Parameters:
    ///   - expecting: The version that whoever makes the change has seen. Where there is a newer one, nothing is changed.
    ///   - changes: New contents by name; `nil` takes a file out.
    ///   - what: What was done, for the list of versions.
    /// - Returns: The number of the version; the present one where nothing differs.
    /// - Throws: ``ServiceFault/changedMeanwhile(by:at:)``.
    @discardableResult
    func change(
        _ round: Int64, expecting: Int, _ changes: [String: [UInt8]?], by: Person, what: Phrase
    ) async throws -> Int {
        try await change(
            round, expecting: expecting,
            kept: try changes.mapValues { try $0.map { try Blobs(store).keep($0) } }, by: by, what: what)
    }

    /// Refuses what was made from an earlier version than the newest; nothing was changed by then.
    ///
    /// - Throws: ``ServiceFault/changedMeanwhile(by:at:)``.
    func require(_ seen: Int, of round: RoundRow) async throws {
        if seen != round.version { throw try await changedMeanwhile(round.id) }
    }

    /// That somebody changed the round meanwhile: who, and when.
    func changedMeanwhile(_ round: Int64) async throws -> ServiceFault {
        let newest = try await versions(of: round).first
        return .changedMeanwhile(by: newest?.by ?? "", at: newest?.at ?? "")
    }

    /// Makes a new version of contents that are kept already; see ``change(_:expecting:_:by:what:)``.
    @discardableResult
    func change(
        _ round: Int64, expecting: Int, kept: [String: (sha256: String, size: Int)?], by: Person, what: Phrase
    ) async throws -> Int {
        let at = Store.text(store.now())
        return try await store.database.write { db in
            guard
                let newest = try Row.fetchOne(
                    db, sql: "SELECT * FROM version WHERE round = ? ORDER BY number DESC LIMIT 1", arguments: [round])
            else { throw ServiceFault.notFound }
            let number = newest["number"] as Int
            guard number == expecting else {
                throw ServiceFault.changedMeanwhile(by: newest["by"], at: newest["at"])
            }
            let before = try Self.files(db, of: round, version: number)
            var files = Dictionary(uniqueKeysWithValues: before.map { ($0.name, $0) })
            for (name, file) in kept {
                files[name] = file.map { FileRow(name: name, sha256: $0.sha256, size: $0.size) }
            }
            if Set(files.values) == Set(before) { return number }
            try Self.add(
                db, round: round, number: number + 1, by: by.login, at: at, what: what,
                files: files.mapValues { (sha256: $0.sha256, size: $0.size) })
            return number + 1
        }
    }

    private static func files(_ db: Database, of round: Int64, version: Int) throws -> [FileRow] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM file WHERE round = ? AND version = ? ORDER BY name", arguments: [round, version]
        ).map { FileRow(name: $0["name"], sha256: $0["sha256"], size: $0["size"]) }
    }

    private static func add(
        _ db: Database, round: Int64, number: Int, by: String, at: String, what: Phrase,
        files: [String: (sha256: String, size: Int)]
    ) throws {
        try db.execute(
            sql: "INSERT INTO version (round, number, by, at, japanese, english) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [round, number, by, at, what.japanese, what.english])
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            try db.execute(
                sql: "INSERT INTO file (round, version, name, sha256, size) VALUES (?, ?, ?, ?, ?)",
                arguments: [round, number, name, file.sha256, file.size])
        }
    }

    /// The content of a file of a version; `nil` where there is none of that name.
    func content(of name: String, round: Int64, version: Int) async throws -> [UInt8]? {
        guard let file = try await files(of: round, version: version).first(where: { $0.name == name }) else {
            return nil
        }
        return try Blobs(store).content(file.sha256)
    }

    /// A version as a case folder on the disk, for everything that reads one. It is made whole or not at all, and kept.
    func folder(of round: Int64, version: Int) async throws -> URL {
        let home = store.home.appending(path: "cases/\(round)")
        let folder = home.appending(path: "\(version)")
        if FileManager.default.fileExists(atPath: folder.path) { return folder }
        let files = try await files(of: round, version: version)
        let unfinished = home.appending(path: ".\(version)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: unfinished, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for file in files {
            try FileManager.default.copyItem(
                at: Blobs(store).url(file.sha256), to: unfinished.appending(path: file.name))
        }
        do {
            try FileManager.default.moveItem(at: unfinished, to: folder)
        } catch {
            // Somebody else made it meanwhile, with the same bytes.
            try FileManager.default.removeItem(at: unfinished)
            guard FileManager.default.fileExists(atPath: folder.path) else { throw error }
        }
        return folder
    }
}

/// Contents of files, by their SHA-256.
struct Blobs: Sendable {
    let store: Store

    init(_ store: Store) { self.store = store }

    func url(_ sha256: String) -> URL { store.home.appending(path: "blobs/\(sha256.prefix(2))/\(sha256)") }

    /// Keeps a content; the file is whole on the disk before it has its name.
    func keep(_ bytes: [UInt8]) throws -> (sha256: String, size: Int) {
        let sha256 = Admissions.SHA256.digest(of: bytes).description
        if !FileManager.default.fileExists(atPath: url(sha256).path) {
            let file = try begin()
            do {
                try file.handle.write(contentsOf: Data(bytes))
                try end(file, as: sha256)
            } catch {
                abandon(file)
                throw error
            }
        }
        return (sha256, bytes.count)
    }

    /// Keeps the body of a request, as it comes.
    ///
    /// - Throws: ``ServiceFault/tooLarge(megabytes:)``; what came is then thrown away, as where the body is cut off.
    func receive(_ body: RequestBody, megabytes: Int) async throws -> (sha256: String, size: Int) {
        let file = try begin()
        do {
            var (hash, size) = (Admissions.SHA256(), 0)
            for try await part in body {
                size += part.readableBytes
                if size > megabytes << 20 { throw ServiceFault.tooLarge(megabytes: megabytes) }
                hash.update(part.readableBytesView)
                try file.handle.write(contentsOf: Data(part.readableBytesView))
            }
            let sha256 = hash.finalize().description
            try end(file, as: sha256)
            return (sha256, size)
        } catch {
            abandon(file)
            throw error
        }
    }

    /// A file that is not whole yet.
    private struct Unfinished {
        let place: URL
        let handle: FileHandle
    }

    private func begin() throws -> Unfinished {
        let place = store.home.appending(path: "incoming/\(UUID().uuidString)")
        guard
            FileManager.default.createFile(
                atPath: place.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw ServiceFault.cannotStore }
        return Unfinished(place: place, handle: try FileHandle(forWritingTo: place))
    }

    /// Gives a file its name once it is on the disk; nothing more where the content is kept already.
    private func end(_ file: Unfinished, as sha256: String) throws {
        try file.handle.synchronize()
        try file.handle.close()
        let place = url(sha256)
        let files = FileManager.default
        try files.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        do { try files.moveItem(at: file.place, to: place) } catch {
            guard files.fileExists(atPath: place.path) else { throw error }
            try files.removeItem(at: file.place)
        }
    }

    private func abandon(_ file: Unfinished) {
        try? file.handle.close()
        try? FileManager.default.removeItem(at: file.place)
    }

    func content(_ sha256: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(sha256))) }
}

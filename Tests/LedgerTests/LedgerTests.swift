import Admissions
import Foundation
import Ledger
import Testing

/// A folder of its own for one test, on a file system in memory where there is one.
final class Scratch {
    let url: URL

    init() throws {
        let base =
            FileManager.default.isWritableFile(atPath: "/dev/shm")
            ? URL(fileURLWithPath: "/dev/shm") : FileManager.default.temporaryDirectory
        url = base.appending(path: "enmusubi-ledger-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// Results of invented rounds.
struct Bookkeeper {
    let scratch: Scratch
    let ledger: LedgerFile
    let store: ResultStore

    init() throws {
        scratch = try Scratch()
        ledger = LedgerFile(scratch.url.appending(path: "ledger.sqlite"))
        store = ResultStore(ledger: ledger, root: scratch.url.appending(path: "results"))
    }

    static func key(_ month: Int, _ round: String = "first") -> RoundKey {
        RoundKey(municipality: "えんむすび市", month: PlacementMonth(year: 2027, month: month)!, round: round)
    }

    static func files(_ text: String) -> [(name: String, bytes: [UInt8])] {
        [("case/case.yaml", Array("month".utf8)), ("placements.csv", Array(text.utf8)), ("run.json", Array("{}".utf8))]
    }

    @discardableResult
    func keep(_ key: RoundKey, inputs: String = "a", text: String = "placed", people: Int? = nil) throws
        -> ResultStore.Kept
    {
        let run = RecordedRun(
            key: key, inputs: inputs, rules: "r", caseDigest: "d", program: "enmusubi 0", status: .optimal,
            children: 3, placed: 1, stays: 1, held: 1, claims: 0, accepted: [])
        let files = Self.files(text)
        return try store.keep(
            run, named: key.month, files: files, volatile: ["run.json"], people: people, by: "enmusubi",
            at: "2027-02-01T09:00:00Z", why: "batch"
        ) { folder in
            for file in files {
                let place = folder.appending(path: file.name)
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.bytes).write(to: place)
            }
        }
    }
}

@Suite("The ledger")
struct LedgerTests {
    @Test("Keeps entries in a chain that verifies, in a file that is one file at rest")
    func chain() throws {
        let books = try Bookkeeper()
        for month in 4...9 { try books.keep(Bookkeeper.key(month)) }
        _ = try books.ledger.advance(to: .reviewed, run: 6, by: "k-012", at: "2027-02-02T09:00:00Z", why: "checked")
        let entries = try books.ledger.entries()
        #expect(entries.map(\.number) == Array(1...7))
        #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.hash == $1.previous })
        #expect(entries.runs.map(\.state) == [.computed, .computed, .computed, .computed, .computed, .reviewed])
        let found = try books.ledger.verify()
        #expect(found.faults == [] && found.notes == [] && found.entries == 7 && found.files == 18)
        let names = try FileManager.default.contentsOfDirectory(atPath: books.scratch.url.path).sorted()
        #expect(names == ["ledger.sqlite", "results"])
    }

    @Test("A state follows only the one before it, and only for the latest revision")
    func states() throws {
        let books = try Bookkeeper()
        let key = Bookkeeper.key(4)
        try books.keep(key)
        func advance(_ state: RunState, _ run: Int, why: String = "in order") throws {
            _ = try books.ledger.advance(to: state, run: run, by: "k-012", at: "2027-02-02T09:00:00Z", why: why)
        }
        #expect(throws: LedgerFault.self) { try advance(.approved, 1) }
        #expect(throws: LedgerFault.self) { try advance(.reviewed, 1, why: "") }
        try advance(.reviewed, 1)
        try advance(.approved, 1)
        #expect(throws: LedgerFault.self) { try advance(.reviewed, 1) }
        #expect(throws: LedgerFault.self) { try advance(.computed, 1) }
        #expect(throws: LedgerFault.self) { try advance(.published, 2) }
        try books.keep(key, inputs: "b", text: "other")
        #expect(throws: LedgerFault.self) { try advance(.published, 1) }
        let runs = try books.ledger.entries().runs
        #expect(runs.map(\.state) == [.approved, .computed])
        #expect(runs.map(\.run.revision) == [1, 2])
        #expect(runs.map(\.supersededBy) == [4, nil])
        #expect(try books.ledger.verify().faults == [])
    }

    @Test("Tells what is new, done, changed, lost and altered")
    func standing() throws {
        let books = try Bookkeeper()
        let key = Bookkeeper.key(4)
        #expect(try books.store.standing(of: key, inputs: "a") == .new)
        let kept = try books.keep(key)
        guard case .done = try books.store.standing(of: key, inputs: "a") else { return #expect(Bool(false)) }
        guard case .changed = try books.store.standing(of: key, inputs: "b") else { return #expect(Bool(false)) }
        try Data("held".utf8).write(to: kept.folder.appending(path: "placements.csv"))
        guard case .altered(_, let faults) = try books.store.standing(of: key, inputs: "a") else {
            return #expect(Bool(false))
        }
        #expect(faults.map(\.english) == ["results/2027-04/revision-1/placements.csv was altered"])
        #expect(try books.ledger.verify().faults.count == 1)
        try FileManager.default.removeItem(at: kept.folder)
        guard case .lost = try books.store.standing(of: key, inputs: "a") else { return #expect(Bool(false)) }
    }

    @Test("Takes over the folder of a run that was killed before it was recorded, and sets another one aside")
    func recovery() throws {
        let books = try Bookkeeper()
        let folder = books.store.root.appending(path: "2027-04/revision-1")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "case"), withIntermediateDirectories: true)
        for file in Bookkeeper.files("placed") {
            try Data(file.name == "run.json" ? Array("{1}".utf8) : file.bytes).write(
                to: folder.appending(path: file.name))
        }
        let partial = books.store.root.appending(path: "2027-04/.revision-1.partial-abcdef")
        try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
        let kept = try books.keep(Bookkeeper.key(4))
        #expect(kept.setAside == nil)
        #expect(try Data(contentsOf: folder.appending(path: "run.json")) == Data("{1}".utf8))
        #expect(!FileManager.default.fileExists(atPath: partial.path))
        let next = books.store.root.appending(path: "2027-04/revision-2")
        try FileManager.default.createDirectory(at: next, withIntermediateDirectories: true)
        try Data("?".utf8).write(to: next.appending(path: "placements.csv"))
        let second = try books.keep(Bookkeeper.key(4), inputs: "b")
        #expect(second.setAside?.lastPathComponent == "unrecorded-revision-2-1")
        #expect(try books.ledger.verify().faults == [])
    }

    @Test("A folder that holds another round's result is refused")
    func collision() throws {
        let books = try Bookkeeper()
        try books.keep(Bookkeeper.key(4, "first"))
        #expect(throws: LedgerFault.self) { try books.keep(Bookkeeper.key(4, "second")) }
        #expect(try books.ledger.entries().count == 1)
    }

    @Test("A ledger in another form is told as such, and nothing is read of it or written")
    func otherFormat() throws {
        let books = try Bookkeeper()
        try books.keep(Bookkeeper.key(4))
        var bytes = try Data(contentsOf: books.ledger.url)
        // SQLite keeps user_version as four bytes, the highest first, from byte 60.
        bytes[63] = 3
        try bytes.write(to: books.ledger.url)
        #expect(throws: LedgerFault.otherFormat(path: books.ledger.url.path, format: 3)) {
            _ = try books.ledger.entries()
        }
        #expect(throws: LedgerFault.self) { try books.keep(Bookkeeper.key(5)) }
        let faults = try books.ledger.verify().faults
        #expect(
            faults.count == 1 && faults[0].english.contains("has format 3; this version reads up to 2"), "\(faults)")
        #expect(try Data(contentsOf: books.ledger.url) == bytes)
    }

    @Test("Every one-byte edit of the file is found", arguments: [1, 40])
    func edits(runs: Int) throws {
        let books = try Bookkeeper()
        for number in 1...runs {
            try books.keep(Bookkeeper.key(4), inputs: "\(number)", text: "\(number)")
            if number % 3 == 0 {
                _ = try books.ledger.advance(
                    to: .reviewed, run: try books.ledger.entries().runs.last!.number, by: "k-012",
                    at: "2027-02-02T09:00:00Z", why: "checked")
            }
        }
        #expect(try books.ledger.verify().faults == [])
        let original = try Data(contentsOf: books.ledger.url)
        var state: UInt64 = 20_270_401
        for trial in 0..<(runs == 1 ? 400 : 100) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let place = trial < 100 && runs == 1 ? trial : Int(state >> 33) % original.count
            var edited = original
            edited[place] ^= UInt8(1 + (state >> 20) % 255)
            try edited.write(to: books.ledger.url)
            let found = try books.ledger.verify(checksFolders: false)
            #expect(!found.faults.isEmpty, "byte \(place) of \(original.count)")
        }
        try (original + Data([0])).write(to: books.ledger.url)
        #expect(try !books.ledger.verify(checksFolders: false).faults.isEmpty)
        try original.dropLast().write(to: books.ledger.url)
        #expect(try !books.ledger.verify(checksFolders: false).faults.isEmpty)
        try original.write(to: books.ledger.url)
        #expect(try books.ledger.verify(checksFolders: false).faults == [])
    }

    @Test("An entry whose hash was made to fit breaks the chain of those after it")
    func forgery() throws {
        let books = try Bookkeeper()
        for month in 4...6 { try books.keep(Bookkeeper.key(month)) }
        let bytes = try Data(contentsOf: books.ledger.url)
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        let entry = try books.ledger.entries()[1]
        #expect(text.contains(entry.hash))
        var forged = bytes
        let place = forged.range(of: Data(entry.hash.utf8))!
        forged.replaceSubrange(place, with: Data(String(entry.hash.reversed()).utf8))
        try forged.write(to: books.ledger.url)
        #expect(throws: LedgerFault.self) { try books.ledger.entries() }
        #expect(throws: LedgerFault.self) { try books.keep(Bookkeeper.key(7)) }
    }

    @Test("One program at a time holds the lock, and it leaves no file behind")
    func lock() throws {
        let books = try Bookkeeper()
        do {
            let lock = try LedgerLock(books.ledger.url)
            #expect(throws: LedgerFault.busy(path: books.ledger.url.path)) { try LedgerLock(books.ledger.url) }
            withExtendedLifetime(lock) {}
        }
        _ = try LedgerLock(books.ledger.url)
        #expect(try FileManager.default.contentsOfDirectory(atPath: books.scratch.url.path) == [])
    }

    @Test("One lock and one home, by whatever name the ledger is called")
    func names() throws {
        let books = try Bookkeeper()
        let manager = FileManager.default
        let elsewhere = books.scratch.url.appending(path: "else/where")
        try manager.createDirectory(at: elsewhere, withIntermediateDirectories: true)
        let soft = elsewhere.appending(path: "soft")
        try manager.createSymbolicLink(at: soft, withDestinationURL: books.ledger.url)
        let folder = books.scratch.url.appending(path: "folder")
        try manager.createSymbolicLink(at: folder, withDestinationURL: books.scratch.url)
        // Also before the ledger is there.
        func check(_ names: [URL]) throws {
            let lock = try LedgerLock(books.ledger.url)
            for name in names {
                #expect(throws: LedgerFault.busy(path: name.path)) { try LedgerLock(name) }
            }
            withExtendedLifetime(lock) {}
        }
        let byFolder = folder.appending(path: "ledger.sqlite")
        for name in [soft, byFolder] {
            let lock = try LedgerLock(books.ledger.url)
            #expect(throws: LedgerFault.busy(path: books.ledger.url.path)) { try LedgerLock(name) }
            withExtendedLifetime(lock) {}
            #expect(LedgerFile(name).home == books.ledger.home)
        }
        try books.keep(Bookkeeper.key(4))
        #expect(try LedgerFile(soft).verify().faults == [])
        let hard = elsewhere.appending(path: "hard")
        try manager.linkItem(at: books.ledger.url, to: hard)
        try check([hard])
        #expect(try books.ledger.verify().notes.count == 1)
    }

    @Test("Only the owner may read a new ledger, unless it is shared")
    func access() throws {
        let books = try Bookkeeper()
        try books.keep(Bookkeeper.key(4))
        var status = stat()
        #expect(stat(books.ledger.url.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test("A ledger that was cut off was altered")
    func cut() throws {
        let books = try Bookkeeper()
        for month in 4...8 { try books.keep(Bookkeeper.key(month)) }
        let whole = try Data(contentsOf: books.ledger.url)
        for length in Array(stride(from: 1, to: whole.count, by: 211)) + [4096, 8192] where length < whole.count {
            try whole.prefix(length).write(to: books.ledger.url)
            #expect(throws: LedgerFault.self, "\(length)") { try books.ledger.entries() }
            #expect(try !books.ledger.verify(checksFolders: false).faults.isEmpty, "\(length)")
        }
    }

    @Test("A clock that was set back is a note, no fault")
    func clock() throws {
        let books = try Bookkeeper()
        try books.keep(Bookkeeper.key(4))
        for (state, at) in [(RunState.reviewed, "2026-12-31T23:59:59Z"), (.approved, "2027-03-01T00:00:00Z")] {
            _ = try books.ledger.advance(to: state, run: 1, by: "k-1", at: at, why: "seen")
        }
        let found = try books.ledger.verify()
        #expect(found.faults == [])
        #expect(found.notes.map { $0.english.prefix(21) } == ["entry 2 is dated 2026"])
    }

    @Test("What is no plain file is not opened", arguments: ["pipe", "folder"])
    func plainFiles(_ kind: String) throws {
        let books = try Bookkeeper()
        if kind == "pipe" {
            mkfifo(books.ledger.url.path, 0o600)
        } else {
            mkdir(books.ledger.url.path, 0o700)
        }
        let fault = LedgerFault.inaccessible(
            path: books.ledger.url.path, reason: Phrase("通常のファイルではありません", "it is no plain file"))
        #expect(throws: fault) { try books.ledger.entries() }
        #expect(throws: fault) { try books.ledger.verify() }
        #expect(throws: fault) { try books.keep(Bookkeeper.key(4)) }
        #expect(throws: fault) { try LedgerLock(books.ledger.url) }
    }

    @Test("A ledger that is not there or is no ledger is told apart")
    func strangers() throws {
        let books = try Bookkeeper()
        #expect(try books.ledger.entries() == [])
        #expect(throws: LedgerFault.missing(path: books.ledger.url.path)) { try books.ledger.verify() }
        try Data("month,round\n".utf8).write(to: books.ledger.url)
        #expect(throws: LedgerFault.self) { try books.ledger.entries() }
        #expect(try !books.ledger.verify().faults.isEmpty)
    }
}

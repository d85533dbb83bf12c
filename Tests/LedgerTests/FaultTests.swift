import Admissions
import CaseFiles
import DiskFaults
import Foundation
import Ledger
import Testing

/// Elsewhere nothing can stand before the C library.
private var canWatchTheDisk: Bool {
    #if os(Linux)
        true
    #else
        false
    #endif
}

/// Every operation that changes the disk fails in turn, while a result is written and recorded.
///
/// The faults are put before the C library, so SQLite's own writes fail like ours.
@Suite("No fault of the disk loses or doubles anything", .enabled(if: canWatchTheDisk))
struct FaultTests {
    private static let key = Bookkeeper.key(4)

    /// A ledger with a run of March, ready for one of April.
    private struct Start {
        let books: Bookkeeper
        let ledger: Data

        init() throws {
            books = try Bookkeeper()
            try FaultTests.keep(Bookkeeper.key(3), in: books)
            ledger = try Data(contentsOf: books.ledger.url)
        }

        /// Takes April away again.
        func reset() throws {
            try ledger.write(to: books.ledger.url)
            for name in ["ledger.sqlite-journal", "results/2027-04"] {
                let url = books.scratch.url.appending(path: name)
                if FileManager.default.fileExists(atPath: url.path) { try FileManager.default.removeItem(at: url) }
            }
        }
    }

    private static func keep(_ key: RoundKey, in books: Bookkeeper, inputs: String = "a") throws {
        // A run that was recorded and is as it was written is not done again.
        if case .done = try books.store.standing(of: key, inputs: inputs) { return }
        let run = RecordedRun(
            key: key, inputs: inputs, rules: "r", caseDigest: "d", program: "enmusubi 0", status: .optimal,
            children: 3, placed: 1, stays: 1, held: 1, claims: 0, accepted: [])
        let files = Bookkeeper.files(inputs)
        _ = try books.store.keep(
            run, named: key.month, files: files, volatile: ["run.json"], by: "enmusubi", at: "2027-02-01T09:00:00Z",
            why: "batch"
        ) { folder in
            try writeFolder(files.map { OutputFile(name: $0.name, bytes: $0.bytes) }, to: folder)
        }
    }

    /// What must hold after a fault, without having been mended: the ledger reads, and what it names is there.
    private static func isConsistent(_ runs: [LedgerRun], in books: Bookkeeper) -> Bool {
        (1...2).contains(runs.count) && runs.allSatisfy { books.ledger.faults(ofFolder: $0.run).isEmpty }
    }

    /// What must hold after the next batch: everything is there once.
    private static func isFinished(_ books: Bookkeeper) throws -> Bool {
        let runs = try books.ledger.entries().runs
        let names = try FileManager.default.contentsOfDirectory(
            atPath: books.store.root.appending(path: "2027-04").path)
        return runs.map(\.run.key) == [Bookkeeper.key(3), key] && runs.map(\.run.revision) == [1, 1]
            && runs.allSatisfy { books.ledger.faults(ofFolder: $0.run).isEmpty } && names == ["revision-1"]
    }

    static let kinds: [(fault: disk_fault, code: Int32)] = [
        (DISK_FAULT_ONCE, EIO), (DISK_FAULT_ONCE, ENOSPC), (DISK_FAULT_FROM_THEN_ON, EIO),
        (DISK_FAULT_FROM_THEN_ON, ENOSPC), (DISK_FAULT_FROM_THEN_ON, EROFS), (DISK_FAULT_TORN, ENOSPC),
    ]
    /// So many of each kind are 10,000 and a few.
    static let faultsOfAKind = 1_667

    @Test(
        "10,000 faults: each operation, once or from then on, torn, for want of space or for any other reason",
        arguments: kinds.indices)
    func tenThousand(kind: Int) throws {
        let (fault, code) = Self.kinds[kind]
        let start = try Start()
        disk_faults_begin(DISK_FAULT_NONE, -1, 0)
        try Self.keep(Self.key, in: start.books)
        let operations = Int(disk_faults_end())
        try #require(operations > 30, "the disk was not watched")
        #expect(try Self.isFinished(start.books))
        var thrown = 0
        for trial in 0..<Self.faultsOfAKind {
            let operation = trial % operations
            try start.reset()
            disk_faults_begin(fault, Int32(operation), code)
            let failure = Result { try Self.keep(Self.key, in: start.books) }
            _ = disk_faults_end()
            let place = "fault \(fault.rawValue), \(code) at \(operation) of \(operations)"
            try #require(disk_faults_hit() > 0, "\(place) was not met")
            let runs = try start.books.ledger.entries().runs
            #expect(Self.isConsistent(runs, in: start.books), "\(place)")
            if case .success = failure {
                #expect(runs.count == 2, "\(place): nothing was recorded, and nobody was told")
            } else {
                thrown += 1
            }
            // The next batch meets a fault as well, every third time, and the one after it finishes.
            if trial % 3 == 0 {
                disk_faults_begin(fault, Int32((operation * 7 + trial) % operations), code)
                _ = Result { try Self.keep(Self.key, in: start.books) }
                _ = disk_faults_end()
                #expect(
                    Self.isConsistent(try start.books.ledger.entries().runs, in: start.books),
                    "second fault after \(place)")
            }
            try Self.keep(Self.key, in: start.books)
            #expect(try Self.isFinished(start.books), "\(place)")
        }
        #expect(thrown > Self.faultsOfAKind / 2)
        #expect(try start.books.ledger.verify().faults == [])
    }
}

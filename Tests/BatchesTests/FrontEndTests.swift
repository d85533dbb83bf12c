import Admissions
import Batches
import CaseFiles
import Foundation
import Rounds
import Testing

/// What a front end does in a month, once through the libraries alone and once through the commands.
@Suite("Any front end makes the bytes of the commands")
struct FrontEndTests {
    private static let manual = Office.root.appending(path: "examples/compare")
    private static let change = "objective:placements"
    private static let draws = 3

    /// Everything that is written, by path, without the seconds that `run.json` records.
    typealias Files = [String: [UInt8]]

    private func add(_ files: [OutputFile], in folder: String, to all: inout Files) {
        for file in files { all["\(folder)/\(file.name)"] = withoutTimings(file.bytes, name: file.name) }
    }

    private func add(contentsOf url: URL, in folder: String, to all: inout Files) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: url.path) {
            let file = url.appending(path: path)
            if try file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true { continue }
            all["\(folder)/\(path)"] = withoutTimings(Array(try Data(contentsOf: file)), name: file.lastPathComponent)
        }
    }

    /// A round, a batch of two months, a comparison and a what-if, through `Rounds` and `Batches` alone.
    private func byLibrary(threads: Int) throws -> Files {
        var all: Files = [:]
        // A round.
        var options = Round.Options()
        options.threads = threads
        let reading = CaseFolder(Office.example).read(doubts: .sought(previous: nil), threads: threads)
        let result = try Round(reading, named: "small-town", options: options).run()
        add(try result.files(), in: "run", to: &all)
        // A batch of two months.
        let office = try Office()
        _ = try office.batch(threads: threads).pass()
        _ = try office.next(
            after: "2027-04-first", to: try #require(PlacementMonth(year: 2027, month: 5)), named: "2027-05")
        let summary = try office.batch(threads: threads).pass()
        #expect(summary.failures.isEmpty && summary.count(.computed) == 1 && summary.count(.unchanged) == 1)
        try add(contentsOf: office.results, in: "results", to: &all)
        try add(contentsOf: office.inbox.appending(path: "2027-05"), in: "next", to: &all)
        // A comparison with what staff decided.
        let manual = CaseFolder(Self.manual).read(doubts: .sought(previous: nil), threads: threads)
        let computed = try Round(manual, named: "compare", options: options).run()
        let places = try ManualComparison.places(
            in: Self.manual.appending(path: ManualTable.fileName), of: computed.subject, named: "manual.csv")
        let comparison = try ManualComparison(
            of: computed.subject, named: "compare", computed: computed.allocation.allocation, with: places,
            threads: threads)
        #expect(!comparison.differences.isEmpty)
        add(try comparison.files(), in: "comparison", to: &all)
        // A what-if.
        let written = CaseFolder(Office.example).read(threads: threads)
        let study = try PolicyStudy(
            try #require(written.draft), of: try #require(written.subject), [try Change(Self.change)])
        add(try study.findings(draws: Self.draws, threads: threads).files(), in: "what-if", to: &all)
        return all
    }

    /// The program beside the tests.
    private static var program: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "enmusubi")
    }

    @discardableResult
    private func run(_ arguments: String..., status: Int32 = 0) throws -> String {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == status, "\(arguments): \(text)")
        return text
    }

    /// The same through the commands.
    private func byCommand() throws -> Files {
        var all: Files = [:]
        let office = try Office()
        let home = office.home
        func path(_ name: String) -> String { home.appending(path: name).path }
        try run("run", Office.example.path, "--out", path("run"))
        try add(contentsOf: home.appending(path: "run"), in: "run", to: &all)
        let batch = ["batch", office.inbox.path, "--ledger", office.ledger.url.path, "--out", office.results.path]
        func pass() throws {
            try run(
                batch[0], batch[1], batch[2], batch[3], batch[4], batch[5], "--quiet-time", "0", "--by", "tests")
        }
        try pass()
        let first = office.inbox.appending(path: "2027-04-first").path
        try run(
            "next", first, office.ledger.url.path, "--month", "2027-05", "--out",
            office.inbox.appending(path: "2027-05").path)
        try pass()
        try add(contentsOf: office.results, in: "results", to: &all)
        try add(contentsOf: office.inbox.appending(path: "2027-05"), in: "next", to: &all)
        try run("run", Self.manual.path, "--out", path("computed"))
        try run("compare", Self.manual.path, path("computed"), "--out", path("comparison"), status: 4)
        try add(contentsOf: home.appending(path: "comparison"), in: "comparison", to: &all)
        try run(
            "what-if", Office.example.path, "--change", Self.change, "--draws", "\(Self.draws)", "--out",
            path("what-if"))
        try add(contentsOf: home.appending(path: "what-if"), in: "what-if", to: &all)
        return all
    }

    /// The page of a batch says when each result was recorded.
    private func withoutTime(_ bytes: [UInt8], _ path: String) -> [UInt8] {
        guard path == "results/batch.html" else { return bytes }
        let text = String(decoding: bytes, as: UTF8.self)
        return Array(text.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d/, with: "").utf8)
    }

    @Test("A round, a batch of two months, a comparison and a what-if, four at once in one process")
    func fourAtOnce() throws {
        let expected = try byCommand()
        for folder in ["run", "results", "next", "comparison", "what-if"] {
            try #require(expected.keys.contains { $0.hasPrefix("\(folder)/") }, "\(folder)")
        }
        let results = Guarded<[Result<Files, any Error>]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { number in
            // With one thread each, and with several.
            let result = Result { try byLibrary(threads: 1 + number) }
            results.withLock { $0.append(result) }
        }
        for result in results.withLock({ $0 }) {
            let files = try result.get()
            #expect(files.keys.sorted() == expected.keys.sorted())
            for (path, bytes) in files {
                #expect(withoutTime(bytes, path) == withoutTime(try #require(expected[path]), path), "\(path)")
            }
        }
    }
}

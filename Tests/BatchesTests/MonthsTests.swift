import Admissions
import Batches
import CaseFiles
import Foundation
import Ledger
import Programs
import Rounds
import Testing

/// A home with an inbox, a ledger and results, taken away at the end.
final class Office {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let example = root.appending(path: "examples/small-town")

    let home = FileManager.default.temporaryDirectory.appending(path: "enmusubi-office-\(UUID().uuidString)")
    var inbox: URL { home.appending(path: "inbox") }
    var ledger: LedgerFile { LedgerFile(path: home.appending(path: "ledger.sqlite").path) }
    var results: URL { home.appending(path: "results") }

    init(case folder: URL = Office.example, named name: String = "2027-04-first") throws {
        try FileManager.default.createDirectory(at: inbox, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: folder, to: inbox.appending(path: name))
    }

    deinit { try? FileManager.default.removeItem(at: home) }

    /// - Parameter threads: Of each round.
    func batch(
        threads: Int = 1, accepting codes: [String] = [], stop: StopSignal = StopSignal(),
        hears: @escaping @Sendable (BatchEvent) -> Void = { _ in }
    ) -> MonthlyBatch {
        var options = MonthlyBatch.Options(
            inbox: inbox.path, ledger: ledger.url.path, out: results.path, by: "tests")
        options.quietTime = 0
        options.round.threads = threads
        options.acceptance = Acceptance(codes: codes)
        return MonthlyBatch(options, stop: stop, now: { Date(timeIntervalSince1970: 1_800_000_000) }, hears: hears)
    }

    /// The case of the next month, written into the inbox.
    func next(after name: String, to month: PlacementMonth, named next: String) throws -> NextRound {
        let folder = CaseFolder(inbox.appending(path: name))
        let reading = folder.read()
        let subject = try #require(reading.subject)
        let recorded = try RecordedResult(of: subject, named: name, in: ledger)
        let round = try NextRound(
            after: recorded, try #require(reading.draft), folder.readBetweenRounds(), to: .init(month: month))
        try round.write(to: CaseFolder(inbox.appending(path: next)))
        return round
    }

    /// Every file of the result folders by its path, without what differs from run to run.
    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: results.path) {
            let url = results.appending(path: path)
            // The page of the batch says what the last pass did.
            if try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true || path == "batch.html" {
                continue
            }
            files[path] = try withoutTimings(Array(Data(contentsOf: url)), name: url.lastPathComponent)
        }
        return files
    }
}

/// The bytes of a file without the seconds that `run.json` records.
func withoutTimings(_ bytes: [UInt8], name: String) -> [UInt8] {
    if name != RunRecord.fileName { return bytes }
    return Array(
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.contains("Seconds\"") }
            .joined(separator: "\n").utf8)
}

@Suite("Months in turn, through the library")
struct MonthsTests {
    private let may = PlacementMonth(year: 2027, month: 5)!

    @Test("Two months: computed, recorded, carried over, and unchanged the next time")
    func twoMonths() throws {
        let office = try Office()
        let first = try office.batch().pass()
        #expect(first.failures.isEmpty && first.count(.computed) == 1)
        let next = try office.next(after: "2027-04-first", to: may, named: "2027-05")
        #expect(!next.draft.children.isEmpty)
        let second = try office.batch().pass()
        #expect(second.failures.isEmpty && second.count(.computed) == 1 && second.count(.unchanged) == 1)
        #expect(second.rows.map(\.folder) == ["2027-04-first", "2027-05"])
        let found = try office.ledger.verify()
        #expect(found.faults.isEmpty && found.entries == 2)
        let before = try office.files()
        #expect(try office.batch(threads: 3).pass().count(.unchanged) == 2)
        #expect(try office.files() == before)
    }

    @Test("The next month has the files of the city as they are, and says what changed for each child")
    func ownForm() throws {
        let office = try Office(case: Office.root.appending(path: "examples/cp932-profile"), named: "2027-04")
        #expect(try office.batch().pass().failures.isEmpty)
        let next = try office.next(after: "2027-04", to: may, named: "2027-05")
        func lines(_ month: String, _ name: String) throws -> [[UInt8]] {
            let bytes = try Data(contentsOf: office.inbox.appending(path: month).appending(path: name))
            return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        }
        #expect(try lines("2027-05", "縁結市.yaml") == lines("2027-04", "縁結市.yaml"))
        let settings = (try lines("2027-04", "case.yaml"), try lines("2027-05", "case.yaml"))
        #expect(settings.0.count == settings.1.count)
        #expect(zip(settings.0, settings.1).count { $0 != $1 } == 2, "month and round alone")
        for name in ["申込児童.csv", "募集数.csv"] {
            let header = (try lines("2027-04", name)[0], try lines("2027-05", name)[0])
            #expect(header.1.starts(with: header.0.dropLast()), "\(name)")
            #expect(header.1.last == UInt8(ascii: "\r"))
        }
        let kept = Set(next.draft.children.map(\.id))
        #expect(!kept.isEmpty)
        #expect(Set(next.changes.filter { $0.kind == .waitingMonths }.map(\.child)) == kept)
        #expect(next.changes.contains { $0.kind == .placed })
    }

    @Test("A month that is the case's own needs a name for its second round")
    func sameMonth() throws {
        let office = try Office()
        _ = try office.batch().pass()
        do {
            _ = try office.next(after: "2027-04-first", to: PlacementMonth(year: 2027, month: 4)!, named: "2027-05")
            Issue.record("a second round was made without a name")
        } catch let error as BatchError {
            guard case .cannotFollow(.sameRound) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test("A case of an altered result is not carried over")
    func alteredResult() throws {
        let office = try Office()
        _ = try office.batch().pass()
        let run = try #require(try office.ledger.entries().runs.first)
        let file = office.ledger.folder(of: run.run).appending(path: "placements.csv")
        try Data("child_id\n".utf8).write(to: file)
        do {
            _ = try office.next(after: "2027-04-first", to: may, named: "2027-05")
            Issue.record("an altered result was carried over")
        } catch let error as BatchError {
            guard case .ledger(.alteredFolder) = error else {
                Issue.record("\(error)")
                return
            }
        }
        let again = try office.batch().pass()
        #expect(again.failures.count == 1 && again.count(.failed) == 1)
    }

    @Test("A bad case does not stop the others, and says why")
    func badCase() throws {
        let office = try Office()
        let bad = office.inbox.appending(path: "bad")
        try FileManager.default.copyItem(at: Office.example, to: bad)
        let settings = bad.appending(path: "case.yaml")
        let text = try String(contentsOf: settings, encoding: .utf8)
        try text.replacing("month: 2027-04", with: "month: 2027-06").replacing(
            "round: 2027-04 first", with: "round: other"
        ).write(to: settings, atomically: true, encoding: .utf8)
        try Data("child_id\n".utf8).write(to: bad.appending(path: "children.csv"))
        let summary = try office.batch().pass()
        #expect(summary.count(.computed) == 1 && summary.count(.failed) == 1)
        let failure = try #require(summary.failures.first)
        guard case .round(.invalidCase) = failure else {
            Issue.record("\(failure)")
            return
        }
    }

    @Test("A batch that is stopped records nothing of the case at work")
    func stopped() throws {
        let office = try Office()
        let stop = StopSignal()
        let summary = try office.batch(
            stop: stop,
            hears: { if case .reading = $0 { stop.raise() } }
        ).pass()
        #expect(summary.count(.computed) == 0)
        #expect(try office.ledger.entries().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: office.results.appending(path: "2027-04-first").path))
    }

    @Test("No month of another fiscal year, and no round without a result")
    func refusals() throws {
        let office = try Office()
        do {
            _ = try office.next(after: "2027-04-first", to: may, named: "2027-05")
            Issue.record("a round without a ledger was carried over")
        } catch let error as BatchError {
            guard case .ledger(.missing) = error else {
                Issue.record("\(error)")
                return
            }
        }
        _ = try office.batch().pass()
        do {
            _ = try office.next(
                after: "2027-04-first", to: PlacementMonth(year: 2028, month: 4)!, named: "2028-04")
            Issue.record("a round of another fiscal year was made")
        } catch let error as BatchError {
            guard case .cannotFollow(.otherFiscalYear) = error else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(!FileManager.default.fileExists(atPath: office.inbox.appending(path: "2028-04").path))
    }
}

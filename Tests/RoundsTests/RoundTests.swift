import Admissions
import Allocating
import CaseFiles
import Foundation
import Programs
import Testing
import Verifying

@testable import MarketOracle
@testable import Rounds

@Suite("A round keeps its promises through the library")
struct RoundTests {
    private func reading(_ example: String) -> CaseReading {
        CaseFolder(Bench.examples.appending(path: example)).read(doubts: .sought(previous: nil))
    }

    @Test("A result whose claim list was altered is refused by the gate", arguments: 1...12 as ClosedRange<UInt64>)
    func alteredClaims(seed: UInt64) throws {
        let draft = RandomMarket.draft(seed: seed, style: .unstable)
        let subject = try #require(draft.resolve().case)
        let right = try Allocator(subject).allocate()
        let verified = Verifier(subject).verify(right.allocation)
        try Round.refuseFaults(verified, right)
        var wrongs: [[Int]] = []
        let absent = subject.households.indices.filter { !right.claimants.contains($0) }
        if let other = absent.first { wrongs.append((right.claimants + [other]).sorted()) }
        if !right.claimants.isEmpty { wrongs.append(Array(right.claimants.dropFirst())) }
        #expect(!wrongs.isEmpty)
        for claimants in wrongs {
            var wrong = right
            wrong.claimants = claimants
            #expect(throws: RoundError.self, "\(claimants) for \(right.claimants)") {
                try Round.refuseFaults(verified, wrong)
            }
        }
    }

    @Test("A result that breaks a rule is refused by the gate, and told fault by fault")
    func faultyAllocation() throws {
        let subject = try #require(reading("two-nurseries").subject)
        var result = try Allocator(subject).allocate()
        // Everybody at the first wish: more children than seats.
        result.allocation.choices = [Int32](repeating: 0, count: subject.children.count)
        do {
            try Round.refuseFaults(Verifier(subject).verify(result.allocation), result)
            Issue.record("the gate let a faulty allocation pass")
        } catch {
            guard case .defect(_, let faults) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!faults.isEmpty)
        }
    }

    @Test("A case with errors, with open warnings, and a missing solver are told apart")
    func refusals() throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "rounds-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let empty = CaseFolder(home).read(doubts: .sought(previous: nil))
        do {
            _ = try Round(empty, named: "empty")
            Issue.record("a folder without a case was taken")
        } catch {
            guard case .invalidCase("empty", let problems) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!problems.isEmpty && error.problems == problems)
        }
        let pins = reading("pins")
        let codes = Set(pins.problems.filter(\.needsAcceptance).map(\.code))
        try #require(!codes.isEmpty, "the example must have a warning to accept")
        do {
            _ = try Round(pins, named: "pins")
            Issue.record("a warning that needs acceptance was passed over")
        } catch {
            guard case .needsAcceptance(let open) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(open == codes.sorted())
        }
        #expect(try Round(pins, named: "pins", accepting: Acceptance(codes: codes)).accepted == codes.sorted())
        if !GLPKSolver.isAvailable {
            var options = Round.Options()
            options.solver = .glpk
            #expect(throws: RoundError.self) { _ = try Round(reading("two-nurseries"), named: "x", options: options) }
        }
    }

    @Test("A round that was stopped before it began says so, and what it gives is checked")
    func stopped() throws {
        let stop = StopSignal()
        stop.raise()
        let result = try Round(reading("two-nurseries"), named: "two-nurseries").run(stop: stop)
        #expect(result.record.termination == .stopped(by: .interrupted))
        #expect(result.record.isInterrupted && !result.record.isProved)
        #expect(result.verified.faults.isEmpty)
    }

    @Test("Events tell the steps in order")
    func events() throws {
        let heard = Heard()
        _ = try Round(reading("two-nurseries"), named: "two-nurseries").run { heard.add($0) }
        let events = heard.events
        #expect(events.first == .allocating(.compiling))
        let steps: [RoundEvent] = [.verifying, .advising]
        #expect(events.filter(steps.contains) == steps)
    }

    @Test("A folder that is no result, of another form, or of another case is told apart")
    func savedResults() throws {
        let bench = try Bench(Bench.examples.appending(path: "two-nurseries"))
        let folder = try bench.write(bench.finished.files())
        let saved = try SavedResult(ResultFolder(folder), named: "result")
        #expect(try saved.allocation(of: bench.subject) == bench.finished.allocation.allocation)
        #expect(try saved.checked(with: bench.subject).verified.claims == bench.finished.verified.claims)
        let other = try #require(reading("small-town").subject)
        do {
            _ = try saved.allocation(of: other)
            Issue.record("the result of another case was taken")
        } catch {
            guard case .otherCase("result") = error else {
                Issue.record("\(error)")
                return
            }
        }
        let file = folder.appending(path: RunRecord.fileName)
        let text = try String(contentsOf: file, encoding: .utf8)
        for changed in [text.replacing("\"format\" : 1", with: "\"format\" : 99"), "{}", "[", ""] {
            try #require(changed != text)
            try changed.write(to: file, atomically: true, encoding: .utf8)
            do {
                _ = try SavedResult(ResultFolder(folder), named: "result")
                Issue.record("\(changed.prefix(20)) was read")
            } catch {
                guard case .unreadableResult("result", let problems) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(problems.count == 1)
            }
        }
    }
}

/// Events, in the order in which they came.
private final class Heard: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [RoundEvent] = []
    var events: [RoundEvent] { lock.withLock { all } }
    func add(_ event: RoundEvent) { lock.withLock { all.append(event) } }
}

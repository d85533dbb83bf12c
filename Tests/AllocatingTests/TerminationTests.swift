import Admissions
import Foundation
import MarketOracle
import Programs
import Testing

@testable import Allocating

@Suite("A result says what ended its search")
struct TerminationTests {

    private func termination(
        _ subject: Case, _ change: (inout Allocator.Options) -> Void
    ) throws -> (result: AllocationResult, phases: [Termination]) {
        var options = Allocator.Options()
        change(&options)
        let result = try Allocator(subject, options: options).allocate()
        #expect(result.isProved == (result.termination == .proved))
        return (result, result.phases.map(\.termination))
    }

    private func cases() throws -> [Case] {
        [
            try RandomMarket.draft(seed: 3, style: .mixed).resolved(),
            try RandomMarket.round(seed: 3, style: .pinsInPhases).resolved(),
        ]
    }

    @Test("Proved")
    func proved() throws {
        for subject in try cases() {
            let (result, phases) = try termination(subject) { _ in }
            #expect(result.termination == .proved && result.status == .optimal)
            #expect(phases.allSatisfy(\.isProved) && phases.isEmpty == subject.isPlain)
        }
    }

    @Test("A deadline that has passed is a limit of time")
    func time() throws {
        for subject in try cases() {
            let (result, phases) = try termination(subject) { $0.deadline = .after(.seconds(-1)) }
            #expect(result.termination == .stopped(by: .time) && result.status == .feasible)
            #expect(phases.allSatisfy { $0 == .stopped(by: .time) })
        }
    }

    @Test("A raised signal is an interruption, unless a timer raised it first")
    func interrupted() throws {
        for subject in try cases() {
            let signal = StopSignal()
            signal.raise()
            signal.raise(for: .time)
            let (result, phases) = try termination(subject) { $0.deadline = .after(.seconds(-1), signal: signal) }
            #expect(result.termination == .stopped(by: .interrupted) && result.status == .interrupted)
            #expect(phases.allSatisfy { $0 == .stopped(by: .interrupted) })
            let timer = StopSignal()
            timer.raise(for: .time)
            timer.raise()
            let timed = try termination(subject) { $0.deadline = Deadline(signal: timer) }
            #expect(timed.result.termination == .stopped(by: .time) && timed.result.status == .feasible)
        }
    }

    @Test("A budget that is spent is a limit of work")
    func work() throws {
        for subject in try cases() {
            let (result, _) = try termination(subject) { $0.deadline.work = WorkBudget(limit: 1) }
            #expect(result.termination == .stopped(by: .work) && result.status == .feasible)
        }
    }

    @Test(
        "A program that grows too large is a limit of size, with the reduction and without", arguments: [true, false])
    func size(usesReduction: Bool) throws {
        var stopped: Set<Bool> = []
        for seed in 1...40 as ClosedRange<UInt64> {
            let drafts =
                [RandomMarket.draft(seed: seed, style: .tangled)]
                + RandomMarket.RoundStyle.allCases.map { RandomMarket.round(seed: seed, style: $0) }
            for subject in try drafts.map({ try $0.resolved() }) {
                let (result, phases) = try termination(subject) {
                    $0.usesReduction = usesReduction
                    // Every program with a row for a claim is too large.
                    $0.mostEntries = -1
                }
                if result.isProved { continue }
                #expect(result.termination == .stopped(by: .size) && result.status == .feasible)
                #expect(phases.first { !$0.isProved } ?? .stopped(by: .size) == .stopped(by: .size))
                stopped.insert(subject.isPlain)
            }
        }
        #expect(stopped.contains(true) && stopped.contains(false), "no program was too large: \(stopped)")
    }

    @Test("More claims than are of use are a limit of claims")
    func claims() throws {
        var stopped = 0
        for seed in 1...200 as ClosedRange<UInt64> where stopped < 3 {
            let subject = try RandomMarket.draft(seed: seed, style: .unstable).resolved()
            guard subject.isPlain, try !Allocator(subject).allocate().claimants.isEmpty else { continue }
            let (result, _) = try termination(subject) { $0.mostClaims = 0 }
            #expect(result.termination == .stopped(by: .claims) && result.claimBound > 0)
            stopped += 1
        }
        #expect(stopped == 3)
    }

    @Test("What stopped the first phase stopped the round")
    func firstPhase() {
        let phases = [Termination.proved, .stopped(by: .size), .stopped(by: .time)].enumerated().map {
            PhaseResult(
                phase: $0, termination: $1, claimants: [], claimBound: 0, record: SearchRecord())
        }
        let result = AllocationResult(Allocation(choices: []), phases: phases)
        #expect(result.termination == .stopped(by: .size))
    }

    @Test("The words in JSON, and the objects that contradict themselves")
    func json() throws {
        let all = [Termination.proved] + Termination.Limit.allCases.map { .stopped(by: $0) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let texts = try all.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        #expect(
            texts == [
                #"{"reason":"proved"}"#, #"{"limit":"time","reason":"stopped"}"#,
                #"{"limit":"interrupted","reason":"stopped"}"#, #"{"limit":"work","reason":"stopped"}"#,
                #"{"limit":"size","reason":"stopped"}"#, #"{"limit":"claims","reason":"stopped"}"#,
            ])
        for (text, value) in zip(texts, all) {
            #expect(try JSONDecoder().decode(Termination.self, from: Data(text.utf8)) == value)
        }
        for text in [
            #"{"reason":"proved","limit":"time"}"#, #"{"reason":"stopped"}"#, #"{"reason":"x"}"#,
            #"{"reason":"stopped","limit":"x"}"#, "{}",
        ] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(Termination.self, from: Data(text.utf8)) }
        }
    }
}

import Admissions
import Allocating
import Asking
import Programs
import Testing

@testable import MarketOracle

@Suite("Advice is what looking at every allocation of the changed case confirms")
struct AdviserTests {
    @Test("Each change leads to the claims, placements and moves that it promises")
    func isConfirmed() throws {
        var kinds: [String: Int] = [:]
        var advised = 0
        var claiming = 0
        for style in [RandomMarket.Style.unstable, .tangled] {
            for seed in 1...100 as ClosedRange<UInt64> {
                let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
                let result = try Allocator(subject).allocate()
                let findings = try Adviser(subject).findings(on: result)
                if result.claimants.isEmpty {
                    #expect(findings == Adviser.Findings())
                    continue
                }
                claiming += 1
                if !findings.advice.isEmpty { advised += 1 }
                #expect(
                    (findings.cut == nil) == (findings.tried == findings.candidates), "style \(style), seed \(seed)")
                for advice in findings.advice {
                    let changed = try #require(advice.change.applied(to: subject))
                    // Looking at every allocation takes its time.
                    if ExhaustiveSearch.size(of: changed) > 4_000 { continue }
                    let best = ExhaustiveSearch.best(of: changed)
                    let comment: Comment = "style \(style), seed \(seed): \(advice)"
                    #expect(advice.claims < result.claimants.count, comment)
                    #expect(best.claims.count == advice.claims, comment)
                    #expect(best.allocation.choices.count { $0 >= 0 } == advice.placed, comment)
                    let moved = subject.children.indices.count {
                        best.allocation.facility(of: $0, in: subject) != result.allocation.facility(of: $0, in: subject)
                    }
                    #expect(moved == advice.changedChildren, comment)
                    switch advice.change {
                    case .usableSeat: kinds["seat", default: 0] += 1
                    case .timing: kinds["timing", default: 0] += 1
                    case .facility: kinds["facility", default: 0] += 1
                    default: Issue.record("this is no advice: \(advice.change)")
                    }
                }
            }
        }
        #expect(kinds["seat", default: 0] > 60 && kinds.count > 1, "\(kinds)")
        #expect(advised * 10 > claiming * 9, "\(advised) of \(claiming) markets with a claim have advice")
    }

    @Test("Bounded work is said, never silent")
    func isBounded() throws {
        let subject = try Self.unstable()
        let result = try Allocator(subject).allocate()
        var options = Adviser.Options()
        options.mostCandidates = 1
        let few = try Adviser(subject, options: options).findings(on: result)
        #expect(few.tried == 1 && few.candidates > 1 && few.cut == .work)
        options.mostCandidates = 100
        options.mostChildren = subject.children.count - 1
        let none = try Adviser(subject, options: options).findings(on: result)
        #expect(none.tried == 0 && none.advice.isEmpty && none.cut == .work)
    }

    @Test("When the time has ended nothing is tried, and that is said")
    func outOfTime() throws {
        let subject = try Self.unstable()
        let result = try Allocator(subject).allocate()
        var options = Adviser.Options()
        options.allocator.deadline = .after(.zero)
        let findings = try Adviser(subject, options: options).findings(on: result)
        #expect(findings.tried == 0 && findings.candidates > 0 && findings.cut == .time)
    }

    @Test("The advice is the same with and without the reduction, and by any solver")
    func isTheSame() throws {
        for seed in 1...40 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: .unstable).resolved()
            var all: Set<Adviser.Findings> = []
            let backends: [SolverChoice] = GLPKSolver.isAvailable ? [.glpk, .native] : [.native]
            for (solver, reduces) in backends.flatMap({ [($0, true), ($0, false)] }) {
                var options = Adviser.Options()
                options.allocator.solver = solver
                options.allocator.usesReduction = reduces
                let result = try Allocator(subject, options: options.allocator).allocate()
                all.insert(try Adviser(subject, options: options).findings(on: result))
            }
            #expect(all.count == 1, "seed \(seed)")
        }
    }

    static func unstable() throws -> Case {
        for seed in 1...100 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: .unstable).resolved()
            if try !Allocator(subject).allocate().claimants.isEmpty { return subject }
        }
        preconditionFailure("no market of a hundred is without a stable allocation")
    }
}

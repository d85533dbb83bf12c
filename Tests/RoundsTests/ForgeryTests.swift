import Admissions
import CaseFiles
import Foundation
import Programs
import Testing
import Verifying

@testable import MarketOracle
@testable import Rounds

/// Results in which everything agrees but one thing: it is not the result of the rules.
///
/// With `--quick`, which solves nothing, none of them has a fault: what else is wrong with them, nothing is.
@Suite("A forged result whose files all agree is found by solving again", .serialized)
struct ForgeryTests {
    /// - Returns: The faults that `verify` finds in a forged result that is sound for `--quick`.
    private func faults(_ bench: Bench, _ allocation: Allocation, _ comment: Comment) throws -> [String] {
        try bench.write(try bench.forged(allocation), as: "forged")
        let quick = try bench.check("forged", .quick)
        #expect(quick.faults == [], comment)
        #expect(quick.proof.optimality == .quick, comment)
        return try bench.check("forged").faults.map(\.english)
    }

    @Test("Everybody at the baseline, in a round with phases")
    func baseline() throws {
        let bench = try Bench(Bench.examples.appending(path: "support-first"))
        let baseline = Allocation(baselineOf: bench.subject)
        let faults = try faults(bench, baseline, "baseline")
        #expect(faults.contains("solving again comes to another allocation"))
        #expect(faults.contains("solving again proves 0 claims to be the fewest"))
        #expect(faults.count == 2)
    }

    @Test("The other stable allocation of the two nurseries, with the steps of the right one")
    func otherStableAllocation() throws {
        let bench = try Bench(Bench.examples.appending(path: "two-nurseries"))
        // X is at B and Y at A: 1 and 4 get their second wishes, 2 and 3 their first.
        let other = Allocation(choices: [1, 0, 0, 1])
        #expect(Verifier(bench.subject).verify(other).isStable)
        #expect(try faults(bench, other, "two nurseries") == ["solving again comes to another allocation"])
    }

    @Test("Pinned children stay, and another child has the place")
    func pins() throws {
        let bench = try Bench(Bench.examples.appending(path: "pins"))
        #expect(try !faults(bench, Allocation(baselineOf: bench.subject), "pins").isEmpty)
    }

    @Test("A result that is not proved, called proved", arguments: ["two-nurseries", "support-first", "pins"])
    func unproved(example: String) throws {
        let bench = try Bench(Bench.examples.appending(path: example)) { $0.timeLimit = .zero }
        #expect(bench.finished.record.status == .feasible)
        try bench.write(bench.finished.files())
        let honest = try bench.check()
        #expect(honest.faults == [] && honest.proof.optimality == .unproved)
        let allocation = try #require(
            ResultFolder(bench.home.appending(path: "result")).readAllocation(of: bench.subject).allocation)
        try bench.write(try bench.forged(allocation) { $0.status = .optimal }, as: "forged")
        #expect(try !bench.check("forged").faults.isEmpty)
    }

    /// The allocation with a household at another outcome of its list, where seats allow.
    private func moves(of household: Household, in subject: Case, from allocation: Allocation) -> [Allocation] {
        JointList(of: household, in: subject).outcomes.filter(\.isEligible).compactMap { outcome -> Allocation? in
            var changed = allocation
            for (child, choice) in zip(household.members, outcome.choices) { changed.choices[child] = choice }
            return changed != allocation && Verifier(subject).verify(changed).faults.isEmpty ? changed : nil
        }
    }

    private func claimants(_ allocation: Allocation, in subject: Case) -> [Int] {
        Verifier(subject).verify(allocation).claims.map(\.household)
    }

    @Test("On tiny markets with every rule, whatever household was moved", arguments: RandomMarket.Style.allCases)
    func moved(style: RandomMarket.Style) throws {
        var forged = 0
        for seed in 41...46 as ClosedRange<UInt64> {
            // Without the reduction the forger has no steps to forge.
            let bench = try Bench(nil, RandomMarket.draft(seed: seed, style: style)) { $0.usesReduction = false }
            let best = ExhaustiveSearch.best(of: bench.subject).allocation
            for household in bench.subject.households.prefix(4) {
                guard let other = moves(of: household, in: bench.subject, from: best).first else { continue }
                #expect(
                    try faults(bench, other, "\(style), seed \(seed)").contains(
                        "solving again comes to another allocation"))
                forged += 1
            }
        }
        #expect(forged > 4)
    }

    @Test("As many claims, but with a higher household than need be")
    func claimOrder() throws {
        var found = 0
        for seed in 1...400 as ClosedRange<UInt64> where found < 5 {
            let draft = RandomMarket.draft(seed: seed, style: .unstable)
            let subject = try draft.resolved()
            let best = ExhaustiveSearch.best(of: subject)
            if best.claims.isEmpty { continue }
            let other = subject.households.lazy.flatMap { self.moves(of: $0, in: subject, from: best.allocation) }
                .flatMap { moved in subject.households.lazy.flatMap { self.moves(of: $0, in: subject, from: moved) } }
                .first {
                    let claims = self.claimants($0, in: subject)
                    return claims.count == best.claims.count && claims != best.claimants
                }
            guard let other else { continue }
            found += 1
            let bench = try Bench(nil, draft) { $0.usesReduction = false }
            #expect(try faults(bench, other, "seed \(seed)") == ["solving again comes to another allocation"])
        }
        #expect(found == 5)
    }

    @Test("The result of another objective", arguments: [Objective.placements, .ranks, .priority])
    func otherObjective(objective: Objective) throws {
        var found = 0
        for seed in 1...400 as ClosedRange<UInt64> where found < 3 {
            var draft = RandomMarket.draft(seed: seed, style: seed % 2 == 0 ? .mixed : .tangled)
            draft.rules.objective = objective == .priority ? .ranks : .priority
            let other = ExhaustiveSearch.best(of: try draft.resolved())
            draft.rules.objective = objective
            let best = ExhaustiveSearch.best(of: try draft.resolved())
            if best.allocation == other.allocation { continue }
            #expect(best.claims.count == other.claims.count)
            found += 1
            let bench = try Bench(nil, draft) { $0.usesReduction = false }
            #expect(
                try faults(bench, other.allocation, "seed \(seed)") == ["solving again comes to another allocation"])
        }
        #expect(found == 3)
    }

    @Test("In rounds with phases and pins, whatever household was moved", arguments: RandomMarket.RoundStyle.allCases)
    func movedInPhases(style: RandomMarket.RoundStyle) throws {
        var forged = 0
        for seed in 1...20 as ClosedRange<UInt64> where forged < 4 {
            let bench = try Bench(nil, RandomMarket.round(seed: seed, style: style))
            if bench.subject.isPlain { continue }
            let best = ExhaustiveSearch.bestByPhases(of: bench.subject).allocation
            let baseline = Allocation(baselineOf: bench.subject)
            if baseline == best || !Verifier(bench.subject).verify(baseline).faults.isEmpty { continue }
            #expect(
                try faults(bench, baseline, "\(style), seed \(seed)").contains(
                    "solving again comes to another allocation"))
            forged += 1
        }
        #expect(forged == 4)
    }

    @Test("Right results have no fault, however they were found")
    func right() throws {
        // The other solver is GLPK, where it is built in.
        let deep = GLPKSolver.isAvailable ? ResultAudit.Options.Depth.deep : .standard
        for style in RandomMarket.Style.allCases {
            for seed in 1...4 as ClosedRange<UInt64> {
                for usesReduction in [true, false] {
                    let bench = try Bench(nil, RandomMarket.draft(seed: seed, style: style)) {
                        $0.usesReduction = usesReduction
                        $0.sufficient = seed == 4 ? 100 : nil
                    }
                    try bench.write(bench.finished.files())
                    for depth in [.standard, deep] {
                        let checked = try bench.check("result", depth)
                        #expect(checked.faults == [], "\(style), seed \(seed), reduction \(usesReduction), \(depth)")
                        #expect([.steps, .solved].contains(checked.proof.optimality))
                    }
                }
            }
        }
        for style in RandomMarket.RoundStyle.allCases {
            for seed in 1...4 as ClosedRange<UInt64> {
                let bench = try Bench(nil, RandomMarket.round(seed: seed, style: style))
                try bench.write(bench.finished.files())
                let checked = try bench.check("result", deep)
                #expect(checked.faults == [], "\(style), seed \(seed)")
                #expect(
                    checked.proof.optimality == .solved || (deep == .standard && checked.proof.optimality == .steps))
            }
        }
    }
}

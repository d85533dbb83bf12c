import Admissions
import Programs
import Testing
import Verifying

@testable import Allocating
@testable import MarketOracle

/// The allocator against looking at every allocation, on tiny markets with every rule.
struct AgreementTests {
    /// 1,300 markets; in the style `unstable` more than 200 have no stable allocation.
    static let markets: [(RandomMarket.Style, Range<UInt64>)] = [
        (.mixed, 1..<301), (.unstable, 1..<601), (.plural, 1..<201), (.transfers, 1..<151), (.singles, 1..<51),
    ]

    static let backends: [SolverChoice] = GLPKSolver.isAvailable ? [.glpk, .native] : [.native]

    @Test("Exhaustive search finds the same allocation and claims", arguments: backends, [true, false])
    func agreesWithExhaustiveSearch(solver: SolverChoice, usesReduction: Bool) throws {
        var unstable = 0
        for (style, seeds) in Self.markets {
            for seed in seeds {
                let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
                let best = ExhaustiveSearch.best(of: subject)
                if !best.claims.isEmpty { unstable += 1 }
                var options = Allocator.Options()
                options.solver = solver
                options.usesReduction = usesReduction
                let result = try Allocator(subject, options: options).allocate()
                #expect(result.status == .optimal, "style \(style), seed \(seed)")
                #expect(result.allocation == best.allocation, "style \(style), seed \(seed)")
                #expect(result.claimants == best.claimants.sorted(), "style \(style), seed \(seed)")
            }
        }
        #expect(unstable >= 200)
    }

    @Test("The reduction never strikes an outcome of a stable allocation, and refutes only what has none")
    func reductionIsSound() throws {
        var decided = 0
        for (style, seeds) in Self.markets {
            for seed in seeds {
                let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
                let store = OutcomeStore(Allocating.Market(subject))
                let none = [Bool](repeating: false, count: subject.households.count)
                var reduction = Reduction(store, isExempt: none)
                reduction.run()
                let stable = ExhaustiveSearch.stableAllocations(of: subject)
                if !reduction.emptied.isEmpty {
                    #expect(stable.isEmpty, "style \(style), seed \(seed)")
                    continue
                }
                for allocation in stable {
                    for household in subject.households.indices {
                        let survives = reduction.survivors(of: household).contains {
                            store.choices(of: household, outcome: $0)
                                == subject.households[household].members.map { allocation.choices[$0] }
                        }
                        #expect(survives, "style \(style), seed \(seed), household \(household)")
                    }
                }
                decided += reduction.states.count { $0.survivorCount == 1 }
            }
        }
        #expect(decided > 1_000, "the reduction must decide something to be worth testing")
    }

    @Test("In every allocation somebody of each core has a claim", arguments: [RandomMarket.Style.unstable, .tangled])
    func coresAreCores(style: RandomMarket.Style) throws {
        var cores = 0
        var smallCores = 0
        for seed in 1...400 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            var options = Allocator.Options()
            options.solver = .native
            let result = try Allocator(subject, options: options).allocate()
            if result.record.cores.isEmpty { continue }
            let market = MarketOracle.Market(of: subject)
            market.forEachAllocation { chosen, occupants in
                let claimants = Set(market.claimants(chosen, occupants, atMost: .max)!)
                for core in result.record.cores where claimants.count(where: core.households.contains) < core.least {
                    Issue.record("style \(style), seed \(seed): too few of \(core) have a claim in \(chosen)")
                }
            }
            cores += result.record.cores.count
            smallCores += result.record.cores.count { $0.households.count < subject.households.count }
        }
        #expect(cores > 100)
        #expect(smallCores * 2 > cores, "most cores leave somebody out: \(smallCores) of \(cores)")
    }

    @Test("The order of rows changes nothing", arguments: 1...60)
    func rowOrderIsIrrelevant(seed: UInt64) throws {
        var draft = RandomMarket.draft(seed: seed, style: .unstable)
        let subject = try draft.resolved()
        let result = try Allocator(subject).allocate()
        draft.children.reverse()
        draft.facilities.reverse()
        draft.households.reverse()
        draft.jointWishes.reverse()
        draft.seatLimits.reverse()
        let shuffled = try draft.resolved()
        #expect(shuffled.digest() == subject.digest())
        #expect(try Allocator(shuffled).allocate().allocation == result.allocation)
    }

    @Test("Cores meet the claimants, and there are as many claimants as the cores need")
    func coresMeetTheClaimants() throws {
        for seed in UInt64(1)...200 {
            let subject = try RandomMarket.draft(seed: seed, style: .unstable).resolved()
            let result = try Allocator(subject).allocate()
            for core in result.record.cores {
                #expect(result.claimants.count(where: core.households.contains) >= core.least, "seed \(seed)")
            }
            #expect(result.record.cores.reduce(0) { $0 + $1.least } == result.claimants.count, "seed \(seed)")
            #expect(result.record.cores.isEmpty == result.claimants.isEmpty, "seed \(seed)")
        }
    }

    @Test(
        "Where a program would grow too large there is an allocation without faults, and nothing is said to be proved")
    func tooLarge() throws {
        var ended = 0
        for seed in 1...40 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: .mixed).resolved()
            guard subject.isPlain else { continue }
            var options = Allocator.Options()
            options.mostEntries = 0
            let result = try Allocator(subject, options: options).allocate()
            let verified = Verifier(subject).verify(result.allocation)
            #expect(verified.faults.isEmpty, "seed \(seed)")
            if result.isProved {
                #expect(try result.allocation == Allocator(subject).allocate().allocation, "seed \(seed)")
            } else {
                ended += 1
                #expect(result.claimBound <= verified.claims.count, "seed \(seed)")
            }
        }
        #expect(ended > 3)
    }

    @Test("With no time left everybody stays at the baseline and nothing is said to be proved")
    func noTimeLeft() throws {
        let subject = try RandomMarket.draft(seed: 3, style: .mixed).resolved()
        var options = Allocator.Options()
        options.deadline = .after(.zero)
        let result = try Allocator(subject, options: options).allocate()
        #expect(result.status == .feasible)
        #expect(result.allocation == Allocation(baselineOf: subject))
    }
}

extension OutcomeStore {
    /// What each member of the household gets by an outcome, as in `Allocation.choices`.
    func choices(of household: Int, outcome: Int) -> [Int32] {
        let size = market.memberCount(household)
        return (0..<size).map { index in
            let member = Int(market.memberStart[household]) + index
            let option = options[Int(start[household]) + outcome * size + index]
            return option == market.optionStart[member + 1] - 1
                ? Allocation.baseline : option - market.optionStart[member]
        }
    }
}

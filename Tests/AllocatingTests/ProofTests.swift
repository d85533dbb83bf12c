import Admissions
import Testing

@testable import Allocating
@testable import MarketOracle
@testable import Verifying

/// Proofs of the allocator before the verifier, which shares nothing with it, on tiny markets with every rule.
@Suite("Every proof replays, and a forged one does not")
struct ProofTests {
    /// An allocated market and its proof.
    struct Sample {
        let subject: Case
        let allocation: Allocation
        let claimants: [Int]
        let proof: Proof
        let comment: Comment

        func replay(_ changed: Proof? = nil, claimants changedClaimants: [Int]? = nil) -> ProofReplay.Result {
            ProofReplay(of: subject).replay(
                changed ?? proof, of: allocation, claimants: changedClaimants ?? claimants,
                bound: (changedClaimants ?? claimants).count)
        }
    }

    static func sample(_ style: RandomMarket.Style, _ seed: UInt64) throws -> Sample {
        let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
        let result = try Allocator(subject).allocate()
        return Sample(
            subject: subject, allocation: result.allocation, claimants: result.claimants, proof: result.record.proof,
            comment: "style \(style), seed \(seed)")
    }

    @Test("Every proof replays, written and read again", arguments: RandomMarket.Style.allCases)
    func replays(style: RandomMarket.Style) throws {
        var sum = ProofReplay.Result()
        for seed in 1...200 as ClosedRange<UInt64> {
            let sample = try Self.sample(style, seed)
            var proof = sample.proof
            let read: Deduction? = Deduction(proof.deduction!.description)
            proof.deduction = try #require(read, sample.comment)
            for index in proof.cores.indices {
                proof.cores[index].deduction = try #require(
                    Deduction(proof.cores[index].deduction.description), sample.comment)
            }
            #expect(proof == sample.proof, sample.comment)
            let replayed = sample.replay(proof)
            #expect(replayed.faults == [], sample.comment)
            #expect(replayed.hasSteps, sample.comment)
            #expect(
                replayed.decidedHouseholds + replayed.searchedHouseholds == sample.subject.households.count,
                sample.comment)
            sum.steps += replayed.steps
            sum.decidedHouseholds += replayed.decidedHouseholds
            sum.searchedHouseholds += replayed.searchedHouseholds
            sum.replayedCores += replayed.replayedCores
            sum.searchedCores += replayed.searchedCores
        }
        #expect(sum.steps > 500, "\(sum)")
        #expect(sum.decidedHouseholds > 300, "\(sum)")
        if style == .unstable || style == .tangled {
            #expect(sum.replayedCores > 20 && sum.searchedCores < sum.replayedCores, "\(sum)")
        }
    }

    @Test("Without the reduction a solver proves everything, and the replay says so")
    func whole() throws {
        let subject = try RandomMarket.draft(seed: 5, style: .unstable).resolved()
        var options = Allocator.Options()
        options.usesReduction = false
        let result = try Allocator(subject, options: options).allocate()
        #expect(result.record.proof.meansForClaims == .search)
        #expect(result.record.proof.meansForObjective == .search)
        let replayed = ProofReplay(of: subject).replay(
            result.record.proof, of: result.allocation, claimants: result.claimants, bound: result.claimBound)
        #expect(!replayed.hasSteps && replayed.faults.isEmpty)
    }

    // MARK: Forgeries

    static let forgeable: [(RandomMarket.Style, UInt64)] = [
        RandomMarket.Style.mixed, .unstable, .tangled, .transfers,
    ].flatMap { style in (1...100).map { (style, UInt64($0)) } }

    @Test("A dropped strike leaves its household undecided")
    func dropped() throws {
        var refused = 0
        for (style, seed) in Self.forgeable {
            let sample = try Self.sample(style, seed)
            let steps = sample.proof.deduction!.steps
            let searched = Set(sample.proof.components.joined())
            for (index, step) in steps.enumerated() where !searched.contains(Int(step.named!.household)) {
                let others = steps[..<index] + steps[(index + 1)...]
                if others.contains(where: { includes($0, step) }) { continue }
                var proof = sample.proof
                proof.deduction!.steps.remove(at: index)
                #expect(!sample.replay(proof).faults.isEmpty, "\(sample.comment), step \(index + 1)")
                refused += 1
            }
        }
        #expect(refused > 1_000)
    }

    /// Whether one strike makes another needless for its own household.
    private func includes(_ one: Deduction.Step, _ other: Deduction.Step) -> Bool {
        guard one.named?.household == other.named?.household, case .after(_, let sure) = one else { return false }
        switch other {
        case .after(_, let outcome): return sure <= outcome
        case .full(_, let outcomes, _): return sure < outcomes.lowerBound
        case .suppose, .absurd: return false
        }
    }

    @Test("A strike before its premises is refused, unless it needs none")
    func reordered() throws {
        var (refused, accepted) = (0, 0)
        for (style, seed) in Self.forgeable {
            let sample = try Self.sample(style, seed)
            for index in sample.proof.deduction!.steps.indices {
                var proof = sample.proof
                let step = proof.deduction!.steps.remove(at: index)
                proof.deduction!.steps.insert(step, at: 0)
                let faults = sample.replay(proof).faults
                if faults.isEmpty { accepted += 1 } else { refused += 1 }
            }
            // Backwards, the strikes hold only where none of them needs another.
            var proof = sample.proof
            proof.deduction!.steps.reverse()
            if sample.replay(proof).faults.isEmpty { accepted += 1 } else { refused += 1 }
        }
        #expect(refused > 300 && accepted > 300, "\(refused) refused, \(accepted) accepted")
    }

    @Test("A wrong limit is refused")
    func wrongLimit() throws {
        var refused = 0
        for (style, seed) in Self.forgeable {
            let sample = try Self.sample(style, seed)
            for (index, step) in sample.proof.deduction!.steps.enumerated() {
                guard case .full(let household, let outcomes, let limit) = step else { continue }
                for other in [limit + 1, limit + 2, limit + 9] {
                    var proof = sample.proof
                    proof.deduction!.steps[index] = .full(household: household, outcomes: outcomes, limit: other)
                    let faults = sample.replay(proof).faults
                    // The next limit may be full as well; there are never nine more.
                    if faults.isEmpty {
                        #expect(other < limit + 9, sample.comment)
                    } else {
                        #expect(faults.contains { $0.step == index + 1 }, sample.comment)
                        refused += 1
                    }
                }
            }
        }
        #expect(refused > 1_000)
    }

    @Test("A strike too far is refused")
    func tooFar() throws {
        var refused = 0
        for (style, seed) in Self.forgeable {
            let sample = try Self.sample(style, seed)
            for (index, step) in sample.proof.deduction!.steps.enumerated() {
                var proof = sample.proof
                switch step {
                case .after(let household, let outcome):
                    // Sure of something better.
                    guard outcome > 0 else { continue }
                    proof.deduction!.steps[index] = .after(household: household, outcome: outcome - 1)
                case .full(let household, let outcomes, let limit):
                    proof.deduction!.steps[index] = .full(
                        household: household, outcomes: outcomes.lowerBound...outcomes.upperBound + 1, limit: limit)
                case .suppose, .absurd: continue
                }
                let faults = sample.replay(proof).faults
                if !faults.isEmpty { refused += 1 }
            }
        }
        #expect(refused > 500)
    }

    @Test("A household left out of a core makes it no core, or a smaller one")
    func smallerCores() throws {
        var (refused, accepted, confirmed) = (0, 0, 0)
        for style in [RandomMarket.Style.unstable, .tangled] {
            for seed in 1...200 as ClosedRange<UInt64> {
                let sample = try Self.sample(style, seed)
                for (index, core) in sample.proof.cores.enumerated() where core.search == nil {
                    for household in core.households {
                        var proof = sample.proof
                        proof.cores[index].households.removeAll { $0 == household }
                        if sample.replay(proof).faults.contains(where: {
                            $0.part == .core(index) && $0.reason != .notMet
                        }) {
                            refused += 1
                        } else {
                            accepted += 1
                            // Looking at every allocation takes its time.
                            guard ExhaustiveSearch.size(of: sample.subject) < 4_000 else { continue }
                            #expect(isCore(proof.cores[index].households, of: sample.subject), sample.comment)
                            confirmed += 1
                        }
                    }
                }
            }
        }
        #expect(refused > 100 && confirmed > 0, "\(refused) refused, \(accepted) accepted, \(confirmed) confirmed")
    }

    private func isCore(_ households: [Int], of subject: Case) -> Bool {
        let market = MarketOracle.Market(of: subject)
        var isCore = true
        market.forEachAllocation { chosen, occupants in
            if Set(market.claimants(chosen, occupants, atMost: .max)!).isDisjoint(with: households) { isCore = false }
        }
        return isCore
    }

    @Test("A core that is dropped, doubled or needs more than it does is noticed")
    func changedCores() throws {
        var refused = 0
        for style in [RandomMarket.Style.unstable, .tangled] {
            for seed in 1...200 as ClosedRange<UInt64> {
                let sample = try Self.sample(style, seed)
                for index in sample.proof.cores.indices {
                    var (dropped, doubled, more) = (sample.proof, sample.proof, sample.proof)
                    dropped.cores.remove(at: index)
                    doubled.cores.append(sample.proof.cores[index])
                    more.cores[index].least += 1
                    for forged in [dropped, doubled, more] {
                        #expect(!sample.replay(forged).faults.isEmpty, "\(sample.comment), core \(index + 1)")
                        refused += 1
                    }
                }
            }
        }
        #expect(refused > 100)
    }

    @Test("The claimant of a core is said to be placed by logic only where it is the lowest")
    func placing() throws {
        var (byLogic, bySearch) = (0, 0)
        for style in [RandomMarket.Style.unstable, .tangled] {
            for seed in 1...200 as ClosedRange<UInt64> {
                let sample = try Self.sample(style, seed)
                if sample.claimants.isEmpty { continue }
                var proof = sample.proof
                proof.isPlacedByCores.toggle()
                let order = ExhaustiveSearch.best(of: sample.subject).householdOrder
                let isLowest = proof.cores.allSatisfy { core in
                    core.least == 1 && sample.claimants.contains(order.last { core.households.contains($0) }!)
                }
                #expect(sample.proof.isPlacedByCores == isLowest, sample.comment)
                #expect(sample.replay(proof).faults.isEmpty == isLowest, sample.comment)
                if isLowest { byLogic += 1 } else { bySearch += 1 }
            }
        }
        #expect(byLogic > 20 && bySearch > 0, "\(byLogic) by logic, \(bySearch) by search")
    }

    @Test("A claimant left out, added or exchanged is noticed")
    func claimants() throws {
        var refused = 0
        for style in [RandomMarket.Style.unstable, .tangled, .mixed] {
            for seed in 1...200 as ClosedRange<UInt64> {
                let sample = try Self.sample(style, seed)
                for household in sample.subject.households.indices {
                    var changed = Set(sample.claimants)
                    if changed.remove(household) == nil { changed.insert(household) }
                    #expect(!sample.replay(claimants: changed.sorted()).faults.isEmpty, sample.comment)
                    refused += 1
                }
                if sample.proof.isPlacedByCores, let first = sample.claimants.first {
                    for other in sample.subject.households.indices where !sample.claimants.contains(other) {
                        let changed = sample.claimants.filter { $0 != first } + [other]
                        #expect(!sample.replay(claimants: changed.sorted()).faults.isEmpty, sample.comment)
                        refused += 1
                    }
                }
            }
        }
        #expect(refused > 1_000)
    }

    @Test("An allocation that the strikes exclude is noticed")
    func otherAllocation() throws {
        var refused = 0
        for (style, seed) in Self.forgeable {
            let sample = try Self.sample(style, seed)
            let searched = Set(sample.proof.components.joined())
            for (index, household) in sample.subject.households.enumerated() where !searched.contains(index) {
                var allocation = sample.allocation
                for child in household.members { allocation.choices[child] = Allocation.baseline }
                if allocation == sample.allocation { continue }
                let faults = ProofReplay(of: sample.subject).replay(
                    sample.proof, of: allocation, claimants: sample.claimants, bound: sample.claimants.count
                ).faults
                #expect(faults == [ProofFault(.deduction, .excludesResult(index))], sample.comment)
                refused += 1
            }
        }
        #expect(refused > 500)
    }

    // MARK: Soundness

    @Test("Whatever strike is accepted, no allocation in which the claim-free have no claim is lost")
    func isSound() throws {
        var (accepted, refused, absurd) = (0, 0, 0)
        for style in RandomMarket.Style.allCases {
            for seed in 1...100 as ClosedRange<UInt64> {
                let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
                var random = SplitMix64(seed: seed &+ 4711)
                let free = subject.households.indices.filter { _ in random.chance(80) }
                let order = SeatOrder(subject, Comparator(of: subject))
                let market = MarketOracle.Market(of: subject)
                var strikes = StrikeReplay(
                    subject, order, lastNamed: market.lists.map { Int32($0.count) })
                strikes.assumeClaimFree(free)
                for _ in 0..<60 where strikes.emptied == nil && !subject.households.isEmpty {
                    let household = random.pick(Array(subject.households.indices))
                    let eligible = market.lists[household].count { $0.outcome.isEligible }
                    let outcome = Int32(random.int(0...max(0, eligible - 1)))
                    let step: Deduction.Step =
                        switch random.int(0...9) {
                        case 0: .suppose(household: Int32(household), outcome: outcome)
                        case 1: .absurd
                        case 2...5: .after(household: Int32(household), outcome: outcome)
                        default:
                            .full(
                                household: Int32(household), outcomes: outcome...outcome,
                                limit: Int32(random.int(0...1)))
                        }
                    if strikes.apply(step) == nil { accepted += 1 } else { refused += 1 }
                    if step == .absurd || !strikes.isSupposing { continue }
                    if strikes.emptied != nil {
                        absurd += 1
                        #expect(strikes.apply(.absurd) == nil)
                    }
                }
                // What is still only supposed proves nothing.
                if strikes.isSupposing { continue }
                let mayClaim = Set(subject.households.indices).subtracting(free)
                market.forEachAllocation { chosen, occupants in
                    guard mayClaim.isSuperset(of: market.claimants(chosen, occupants, atMost: .max)!) else { return }
                    #expect(strikes.emptied == nil, "style \(style), seed \(seed)")
                    for (household, index) in chosen.enumerated() {
                        let outcome = market.lists[household][index].outcome.choices
                        let isLeft = strikes.isLeft(outcome, to: household)
                        #expect(
                            isLeft, "style \(style), seed \(seed): household \(household) lost \(outcome)")
                    }
                }
            }
        }
        #expect(accepted > 3_000 && refused > 3_000, "\(accepted) accepted, \(refused) refused")
        #expect(absurd > 100)
    }

    @Test(
        "Malformed text is no deduction",
        arguments: [
            "x", "1", "1:", "1>", ":0", "1:0-", "1:3-2", "1:0@", "1:0,", "1>2>3", "1:0  2>1", " 1:0", "1:0 ", "1:0@1-2",
            "1>2,3", "9999999999>1", "1:-1", "1?", "?1", "1?2!", "!1", "! ", "!!", "1!",
        ])
    func malformed(text: String) {
        #expect(Deduction(text) == nil)
    }

    @Test("The text is as short as the grammar allows")
    func text() {
        let deduction = Deduction([
            .full(household: 12, outcomes: 0...2, limit: 0), .full(household: 12, outcomes: 4...4, limit: 1),
            .after(household: 12, outcome: 5), .after(household: 7, outcome: 0), .after(household: 7, outcome: 0),
            .suppose(household: 7, outcome: 0), .full(household: 7, outcomes: 0...0, limit: 0), .absurd, .absurd,
            .full(household: 7, outcomes: 1...1, limit: 0), .suppose(household: 7, outcome: 2),
        ])
        #expect(deduction.description == "12:0-2,4@1>5 7>0 7>0 7?0 7:0 ! ! 7:1 7?2")
        #expect(Deduction(deduction.description) == deduction)
        #expect(Deduction("") == Deduction())
    }
}

import Admissions
import SyntheticCity
import Testing

@testable import Allocating
@testable import MarketOracle

/// A reduction that ends, and one that was told something else, against one that begins anew.
struct RetractionTests {
    static let styles: [RandomMarket.Style] = [.mixed, .unstable, .plural, .transfers, .tangled]

    /// What is left of each list, or `nil` where somebody has nothing left.
    private func survivors(_ reduction: Reduction) -> [[Int]]? {
        reduction.emptied.isEmpty ? reduction.states.indices.map(reduction.survivors(of:)) : nil
    }

    /// Whether nothing is left that a reduction that begins anew strikes.
    ///
    /// Which strikes are found depends a little on the order: a claim that is no more may have had its use. So each may, rarely,
    /// find what the other does not.
    private func isAsStrong(_ reduction: Reduction, as anew: Reduction) -> Bool {
        guard let left = survivors(reduction) else { return true }
        guard let other = survivors(anew) else { return false }
        return zip(left, other).allSatisfy { Set($0).isSubset(of: $1) }
    }

    @Test("The reduction looks at every household again that it could decide")
    func fixpoint() throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            var city = CityOptions(children: 1_000, facilities: 40, seed: seed)
            city.siblingShare = 0.3
            let market = Market(try City(city).makeDraft().resolved())
            var reduction = Reduction(
                OutcomeStore(market), isExempt: [Bool](repeating: false, count: market.householdCount))
            reduction.run()
            let before = reduction.struckAt
            #expect(before.contains { $0 > 0 } && reduction.emptied.isEmpty)
            for household in 0..<market.householdCount { reduction.enqueue(household: household) }
            reduction.run()
            // Not the arrays, which are too long to be shown.
            let isSame = reduction.struckAt == before
            #expect(isSame, "seed \(seed)")
        }
    }

    @Test("After other households were let claim, all is found that a new beginning finds", arguments: styles)
    func exemptsOthers(style: RandomMarket.Style) throws {
        var (total, weaker, retracted) = (0, 0, 0)
        for seed in 1...300 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            let households = subject.households.indices
            let store = OutcomeStore(Allocating.Market(subject))
            var random = SplitMix64(seed: seed)
            var reduction = Reduction(store, isExempt: households.map { _ in false })
            reduction.run()
            for _ in 0..<6 {
                let exempt = Set(households.filter { _ in random.next() % 4 == 0 })
                let before = survivors(reduction)
                reduction.exempt(exempt)
                reduction.run()
                var anew = Reduction(store, isExempt: households.map(exempt.contains))
                anew.run()
                total += 1
                if !isAsStrong(reduction, as: anew) { weaker += 1 }
                if survivors(reduction) != before { retracted += 1 }
            }
        }
        #expect(weaker * 200 < total, "\(weaker) of \(total)")
        #expect(retracted > 100, "an exemption must change something to be worth testing: \(retracted)")
    }

    @Test("What remains stands: no allocation in which only the exempt claim is struck", arguments: styles)
    func isSound(style: RandomMarket.Style) throws {
        for seed in 1...100 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            let store = OutcomeStore(Allocating.Market(subject))
            var random = SplitMix64(seed: seed)
            var reduction = Reduction(store, isExempt: subject.households.map { _ in false })
            reduction.run()
            let market = MarketOracle.Market(of: subject)
            for _ in 0..<3 {
                let exempt = Set(subject.households.indices.filter { _ in random.next() % 4 == 0 })
                reduction.exempt(exempt)
                reduction.run()
                let left = survivors(reduction)
                market.forEachAllocation { chosen, occupants in
                    guard exempt.isSuperset(of: market.claimants(chosen, occupants, atMost: .max)!) else { return }
                    #expect(left != nil, "style \(style), seed \(seed), exempt \(exempt.sorted()): \(chosen)")
                    let allocation = market.allocation(chosen)
                    for household in subject.households.indices where left != nil {
                        let choices = subject.households[household].members.map { allocation.choices[$0] }
                        #expect(
                            left![household].contains { store.choices(of: household, outcome: $0) == choices },
                            "style \(style), seed \(seed), exempt \(exempt.sorted()), household \(household)")
                    }
                }
            }
        }
    }

    @Test(
        "After a change that could be advised, what a new beginning finds is found, and no more is refuted than is true",
        arguments: styles)
    func changes(style: RandomMarket.Style) throws {
        var (total, weaker) = (0, 0)
        var (seats, answers) = (0, 0)
        for seed in 1...300 as ClosedRange<UInt64> {
            let draft = RandomMarket.draft(seed: seed, style: style)
            let subject = try (seed % 3 == 0 ? RandomMarket.sharing(draft, seed: seed) : draft).resolved()
            let none = subject.households.map { _ in false }
            let store = OutcomeStore(Allocating.Market(subject))
            var beginning = Reduction(store, isExempt: none)
            beginning.run()
            var changes: [Change] = subject.facilities.map { .usableSeat($0.id, ageClass: 1) }
            for household in subject.households {
                changes += [.timing(household.id, .any), .facility(household.id, .sameFirst)]
            }
            for change in changes {
                guard let changed = change.applied(to: subject) else { continue }
                var reduction = beginning
                switch change {
                case .usableSeat:
                    seats += 1
                    reduction.raiseSeats(by: OutcomeStore(store, on: store.market.raisingSeats(as: changed)))
                case .timing(let id, _), .facility(let id, _):
                    answers += 1
                    let household = try #require(subject.answer(of: id)).household
                    reduction.replaceList(of: household, by: OutcomeStore(store, changing: household, as: changed))
                default: Issue.record("not asked about: \(change)")
                }
                reduction.run()
                var anew = Reduction(OutcomeStore(Allocating.Market(changed)), isExempt: none)
                anew.run()
                total += 1
                if !isAsStrong(reduction, as: anew) { weaker += 1 }
                if survivors(reduction) == nil {
                    #expect(
                        ExhaustiveSearch.stableAllocations(of: changed).isEmpty,
                        "style \(style), seed \(seed), \(change)")
                }
            }
        }
        #expect(weaker * 200 < total, "\(weaker) of \(total)")
        #expect(seats > 50, "\(seats)")
        #expect(answers > 50 || style == .transfers, "\(answers)")
    }
}

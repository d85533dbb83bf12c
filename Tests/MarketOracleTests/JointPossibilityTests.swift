import Admissions
import Testing

@testable import MarketOracle

/// Siblings who can never be placed, found without their list, against the list.
struct JointPossibilityTests {
    @Test(
        "Exactly the households whose whole list has nothing but the baseline", arguments: RandomMarket.Style.allCases)
    func agreesWithLists(style: RandomMarket.Style) throws {
        var (found, cases) = (0, 0)
        for seed in 1...400 as ClosedRange<UInt64> {
            var draft = RandomMarket.draft(seed: seed, style: style)
            // Fewer wishes, so that answers cannot be kept more often.
            var random = SplitMix64(seed: seed)
            for row in draft.children.indices where draft.jointWishes.isEmpty && random.chance(40) {
                draft.children[row].wishes = Array(draft.children[row].wishes.suffix(1))
                draft.children[row].wishPoints = Array(draft.children[row].wishPoints.suffix(1))
                if draft.children[row].wishPoints.count > draft.children[row].wishes.count {
                    draft.children[row].wishPoints = []
                }
            }
            guard let subject = draft.resolve().case else { continue }
            cases += 1
            let expected = subject.households.indices.filter { index in
                let household = subject.households[index]
                if case .single = household.wishes { return false }
                let hasWish = household.members.contains { subject.children[$0].wishes.contains(where: \.isEligible) }
                return hasWish
                    && JointList(of: household, in: subject).outcomes.dropLast().allSatisfy { !$0.isEligible }
            }
            #expect(subject.householdsWithoutOutcome() == expected, "style \(style), seed \(seed)")
            found += expected.count
        }
        #expect(cases > 200)
        if style == .mixed { #expect(found > 20) }
    }
}

import Admissions
import MarketOracle
import Testing

@testable import Verifying

struct LargeHouseholdTests {
    @Test("Ranks in the lists of ten children are the oracle's", arguments: [Timing.together, .any, .younger])
    func tenChildren(timing: Timing) throws {
        var rules = Rules(priority: [], drawSeed: "1")
        (rules.siblings.aggregate, rules.siblings.followLead) = (.product, true)
        let subject = try CaseDraft(
            municipality: "Test", round: "1", month: PlacementMonth("2027-04")!, rules: rules,
            children: (0..<10).map {
                ChildRow(id: ChildID("c\(10 + $0)"), household: "h", ageClass: 5 - $0 % 6, wishes: ["F"])
            },
            facilities: [FacilityRow(id: "F", seats: [2, 2, 2, 2, 2, 2])],
            households: [HouseholdRow(household: "h", timing: timing, facility: .sameFirst)]
        ).resolved()
        let expected = JointList(of: subject.households[0], in: subject).outcomes.map(\.choices)
        let list = HouseholdList(of: 0, in: subject)
        for index in stride(from: 0, to: expected.count, by: 97) {
            #expect(list.rank(of: expected[index]) == index + 1)
        }
        #expect(list.rank(of: expected.last!) == expected.count)
    }
}

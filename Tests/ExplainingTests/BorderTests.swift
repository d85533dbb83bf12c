import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@Suite("How far priority reached")
struct BorderTests {
    @Test("Every class offered has its row with what was placed, left, and the last key")
    func rows() throws {
        func child(_ id: ChildID, _ points: Int, _ wishes: [FacilityID], group: [String] = []) -> ChildRow {
            ChildRow(
                id: id, household: HouseholdID("h\(id)"), ageClass: 1, groups: group, wishes: wishes,
                points: ExactNumber(points), wishPoints: id == "b" ? [50] : [], attributes: ["7"])
        }
        let subject = try CaseDraft(
            municipality: "T", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(
                priority: [PriorityKey("points", .descending), PriorityKey("tax", .ascending)], drawSeed: "1"),
            attributeNames: ["tax"],
            children: [
                child("a", 40, ["A", "B"]), child("b", 30, ["A"]), child("c", 35, ["A"], group: ["support"]),
            ],
            facilities: [
                FacilityRow(id: "A", seats: [2, 2, nil, nil, nil, nil]),
                FacilityRow(id: "B", seats: [nil, nil, nil, nil, nil, nil]),
            ],
            seatLimits: [
                SeatLimitRow(facility: "A", ages: AgeSet([0, 1]), seats: 3),
                SeatLimitRow(facility: "B", ages: AgeSet([1]), group: .members(of: "support"), seats: 1, opens: true),
            ]
        ).resolved()
        let allocation = Allocation(choices: [0, 0, Allocation.baseline])
        let verified = Verifier(subject).verify(allocation)
        #expect(verified.isStable)
        #expect(
            try Explanations(of: subject, allocation, verified).borders == [
                Border(facility: 0, ageClass: 0, seats: 2, applicants: 0, placed: 0, left: 1, lowestKey: nil),
                Border(
                    facility: 0, ageClass: 1, seats: 2, applicants: 3, placed: 2, left: 0, lowestKey: "points=40;tax=7"),
                Border(facility: 1, ageClass: 1, seats: nil, applicants: 0, placed: 0, left: 0, lowestKey: nil),
            ])
    }

    @Test("Nobody placed is below the border, and somebody is at it")
    func lowest() throws {
        var rows = 0
        for seed in 1...100 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed).resolved()
            let allocation = ExhaustiveSearch.best(of: subject).allocation
            let verified = Verifier(subject).verify(allocation)
            let order = PriorityOrder(of: subject)
            for border in try Explanations(of: subject, allocation, verified).borders {
                let here = verified.placements.filter {
                    $0.outcome == .placed && $0.facility == border.facility
                        && subject.children[$0.child].ageClass == border.ageClass
                }
                #expect(here.count == border.placed, "seed \(seed)")
                #expect((border.lowestKey == nil) == here.isEmpty, "seed \(seed)")
                guard let key = border.lowestKey else { continue }
                rows += 1
                let last = order.children(at: border.facility).last { child in here.contains { $0.child == child } }!
                let comparator = Comparator(of: subject)
                let values = comparator.values(of: last, at: Int(verified.placements[last].wishRank! - 1))
                let expected = zip(subject.rules.priority, values).filter { $0.0.name != "draw" }
                    .map { "\($0.0.name)=\($0.1.map(\.description) ?? "")" }.joined(separator: ";")
                #expect(key == expected, "seed \(seed)")
            }
        }
        #expect(rows > 100)
    }
}

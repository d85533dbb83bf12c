import Admissions
import Testing

@testable import Comparing

@Suite("Faults of a manual result")
struct ManualFaultTests {
    @Test("Limits at which the same children are too many come in their order, whatever order they are found in")
    func orderOfLimits() {
        let faults = (0..<8).map { ManualFault(.seats, facility: 0, children: [1, 2], limit: $0, used: 2, seats: 1) }
        #expect(ManualFault.inOrder(faults.reversed()) == faults)
        #expect(ManualFault.inOrder(Set(faults)) == faults)
    }
}

extension ManualFaultTests {
    @Test("Who stays in a class whose seats stay closed uses no seat and is named by no fault")
    func stayer() throws {
        func child(_ id: String, _ wishes: [FacilityID], at current: FacilityID? = nil) -> ChildRow {
            ChildRow(
                id: ChildID(id), household: HouseholdID(id), ageClass: 1, currentFacility: current, wishes: wishes,
                points: 1)
        }
        var rules = Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1")
        rules.keepsClosed = AgeSet(CollectionOfOne(1))
        let subject = try CaseDraft(
            municipality: "test", round: "test", month: PlacementMonth(year: 2027, month: 4)!, rules: rules,
            children: [child("1", ["A"]), child("2", ["A"]), child("3", ["B"], at: "A")],
            facilities: [("A", 1), ("B", 0)].map {
                FacilityRow(id: FacilityID($0), seats: [nil, $1, nil, nil, nil, nil])
            }
        ).resolved()
        let check = try ManualCheck(ManualResult([0, 0, 0], of: subject), of: subject)
        let fault = try #require(check.faults.first { $0.kind == .seats })
        #expect(fault.children == [0, 1])
        #expect((fault.used, fault.seats) == (2, 1))
    }
}

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
    /// Two children whom staff placed at A, which has one seat for them, and one that stays there.
    private func fault(stayerOf stayingClass: Int, keepsClosed: AgeSet, seats: [Int?]) throws -> ManualFault {
        func child(_ id: String, _ ageClass: Int, _ wish: FacilityID, at current: FacilityID? = nil) -> ChildRow {
            ChildRow(
                id: ChildID(id), household: HouseholdID(id), ageClass: ageClass, currentFacility: current,
                wishes: [wish], points: 1)
        }
        var rules = Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1")
        rules.keepsClosed = keepsClosed
        let subject = try CaseDraft(
            municipality: "test", round: "test", month: PlacementMonth(year: 2027, month: 4)!, rules: rules,
            children: [child("1", 1, "A"), child("2", 1, "A"), child("3", stayingClass, "B", at: "A")],
            facilities: [
                FacilityRow(id: "A", seats: seats), FacilityRow(id: "B", seats: [Int?](repeating: 0, count: 6)),
            ],
            seatLimits: [SeatLimitRow(facility: "A", ages: AgeSet(1...2), seats: 1)]
        ).resolved()
        let check = try ManualCheck(ManualResult([0, 0, 0], of: subject), of: subject)
        return try #require(check.faults.first { $0.kind == .seats })
    }

    @Test("Who stays in a class that keeps its seats closed, or is not offered, uses no seat and is named by no fault")
    func stayers() throws {
        let closed = try fault(
            stayerOf: 1, keepsClosed: AgeSet(CollectionOfOne(1)), seats: [nil, 1, nil, nil, nil, nil])
        #expect(closed.children == [0, 1])
        #expect((closed.used, closed.seats) == (2, 1))
        let notOffered = try fault(stayerOf: 2, keepsClosed: [], seats: [nil, 2, nil, nil, nil, nil])
        #expect(notOffered.children == [0, 1])
        #expect((notOffered.used, notOffered.seats) == (2, 1))
        // Who stays in a class that is offered uses a seat, which it brought.
        let plain = try fault(stayerOf: 1, keepsClosed: [], seats: [nil, 1, nil, nil, nil, nil])
        #expect(plain.children == [0, 1, 2])
        #expect((plain.used, plain.seats) == (3, 2))
    }
}

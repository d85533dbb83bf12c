import Admissions
import Allocating
import Verifying

/// Builds the case of examples/two-nurseries in code, allocates it, verifies the result and reads it.
@main
struct TwoNurseries {
    static func main() throws {
        let draft = CaseDraft(
            municipality: "Example", round: "2027-04 first", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(
                priority: [PriorityKey("points", .descending)], drawSeed: "20270401",
                siblings: SiblingRules(timing: .together, facility: .sameFirst)),
            children: [
                child("1", of: "X", born: "2025-04-10", points: 40),
                child("2", of: "Y", born: "2025-05-02", points: 38),
                child("3", of: "Y", born: "2026-03-20", points: 36),
                child("4", of: "X", born: "2026-03-25", points: 34),
            ],
            facilities: [
                FacilityRow(id: "A", seats: [nil, 2, nil, nil, nil, nil]),
                FacilityRow(id: "B", seats: [nil, 2, nil, nil, nil, nil]),
            ],
            households: [
                HouseholdRow(household: "X", timing: .together, facility: .sameFirst),
                HouseholdRow(household: "Y", timing: .together, facility: .sameFirst),
            ])
        let subject = try draft.resolved()

        let result = try Allocator(subject).allocate()
        let verified = Verifier(subject).verify(result.allocation)
        precondition(
            verified.agrees(withProved: result.provedClaimants), "the result did not pass its check: \(verified.faults)"
        )

        for placement in verified.placements {
            let child = subject.children[placement.child]
            let place = placement.facility.map { subject.facilities[$0].id.spelling } ?? "-"
            print("child \(child.id) of \(child.householdID): \(placement.outcome.rawValue) \(place)")
        }
        print("justified claims: \(verified.claims.count); proved: \(result.isProved)")
    }

    /// A child who wishes A, then B.
    static func child(_ id: ChildID, of household: HouseholdID, born: String, points: Int) -> ChildRow {
        ChildRow(
            id: id, household: household, birthDate: CalendarDate(born), wishes: ["A", "B"],
            points: ExactNumber(points))
    }
}

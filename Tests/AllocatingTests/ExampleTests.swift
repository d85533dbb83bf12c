import Admissions
import Programs
import Testing

@testable import Allocating

/// The examples whose answer the rules fix.
struct ExampleTests {
    @Test("Two nurseries: X at A and Y at B", arguments: AgreementTests.backends, [true, false])
    func twoNurseries(solver: SolverChoice, usesReduction: Bool) throws {
        let subject = try CaseDraft(
            municipality: "Example", round: "1", month: PlacementMonth("2027-04")!,
            rules: Rules(priority: [PriorityKey("rank", .ascending)], drawSeed: "1"), attributeNames: ["rank"],
            children: [("1", "X"), ("2", "Y"), ("3", "Y"), ("4", "X")].map { id, household in
                ChildRow(
                    id: ChildID(id), household: HouseholdID(household), ageClass: 1, wishes: ["A", "B"],
                    attributes: [id])
            },
            facilities: ["A", "B"].map { FacilityRow(id: $0, seats: [nil, 2, nil, nil, nil, nil]) },
            households: ["X", "Y"].map { HouseholdRow(household: $0, timing: .together, facility: .sameFirst) }
        ).resolved()
        var options = Allocator.Options()
        options.solver = solver
        options.usesReduction = usesReduction
        let result = try Allocator(subject, options: options).allocate()
        #expect(result.status == .optimal)
        #expect(result.claimants.isEmpty)
        #expect(result.allocation.choices == [0, 1, 1, 0])
    }

    @Test("A claim by one's own seat is seen: nothing is stable in the smallest trap", arguments: [true, false])
    func ownSeatTrap(usesReduction: Bool) throws {
        // A has one seat, order b, c, a; X = {a, b} ranks (a at A, b held), then (b at A, a held); Y = {c} wants A.
        let subject = try CaseDraft(
            municipality: "Example", round: "1", month: PlacementMonth("2027-04")!,
            rules: Rules(priority: [PriorityKey("rank", .ascending)], drawSeed: "1"), attributeNames: ["rank"],
            children: [("a", "X", "3"), ("b", "X", "1"), ("c", "Y", "2")].map { id, household, rank in
                ChildRow(
                    id: ChildID(id), household: HouseholdID(household), ageClass: 1, wishes: ["A"],
                    attributes: [rank])
            },
            facilities: [FacilityRow(id: "A", seats: [nil, 1, nil, nil, nil, nil])],
            jointWishes: [
                JointWishRow(household: "X", rank: 1, child: "a", facility: "A"),
                JointWishRow(household: "X", rank: 1, child: "b", facility: nil),
                JointWishRow(household: "X", rank: 2, child: "a", facility: nil),
                JointWishRow(household: "X", rank: 2, child: "b", facility: "A"),
            ]
        ).resolved()
        var options = Allocator.Options()
        options.usesReduction = usesReduction
        let result = try Allocator(subject, options: options).allocate()
        // The claim sits as low as it can: with Y, whose best child comes after X's.
        #expect(result.claimants == [1])
        #expect(result.status == .optimal)
    }

    @Test("Two transfer applicants change places when both gain")
    func swapOfPresentSeats() throws {
        let subject = try CaseDraft(
            municipality: "Example", round: "1", month: PlacementMonth("2027-04")!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [
                ChildRow(id: "1", household: "1", ageClass: 1, currentFacility: "A", wishes: ["B"], points: 1),
                ChildRow(id: "2", household: "2", ageClass: 1, currentFacility: "B", wishes: ["A"], points: 2),
            ],
            facilities: ["A", "B"].map { FacilityRow(id: $0, seats: [nil, 0, nil, nil, nil, nil]) }
        ).resolved()
        let result = try Allocator(subject).allocate()
        #expect(result.allocation.choices == [0, 0])
        #expect(result.claimants.isEmpty)
    }
}

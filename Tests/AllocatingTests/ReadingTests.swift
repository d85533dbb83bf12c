import Admissions
import Testing
import Verifying

@testable import Allocating
@testable import MarketOracle

/// What the rules' page says under Readings, each in a small case, by the allocator, the verifier and the oracle.
@Suite("Readings of the rules")
struct ReadingTests {
    private static let month = PlacementMonth(year: 2027, month: 4)!

    private static func child(
        _ id: ChildID, _ household: HouseholdID, at current: FacilityID? = nil, _ wishes: [FacilityID],
        points: Int? = nil
    ) -> ChildRow {
        ChildRow(
            id: id, household: household, ageClass: 1, currentFacility: current, wishes: wishes,
            points: points.map { ExactNumber($0) })
    }

    private static func facility(_ id: FacilityID, seats: Int, north: Double? = nil) -> FacilityRow {
        FacilityRow(
            id: id, seats: [nil, seats, nil, nil, nil, nil], latitude: north.map { 35.86 + $0 / 111.195 },
            longitude: north.map { _ in 139.64 })
    }

    /// Where each child ends up, by every backend, as the oracle and the verifier say too.
    private static func places(_ draft: CaseDraft) throws -> [String: String] {
        let subject = try draft.resolved()
        let best = ExhaustiveSearch.best(of: subject)
        for solver in AgreementTests.backends {
            for usesReduction in [true, false] {
                var options = Allocator.Options()
                (options.solver, options.usesReduction) = (solver, usesReduction)
                #expect(try Allocator(subject, options: options).allocate().allocation == best.allocation)
            }
        }
        let verified = Verifier(subject).verify(best.allocation)
        #expect(verified.faults.isEmpty)
        #expect(verified.claims.map(\.household) == best.claimants)
        var places: [String: String] = [:]
        for (index, child) in subject.children.enumerated() {
            places[child.id.folded] =
                best.allocation.facility(of: index, in: subject).map { subject.facilities[$0].id.folded } ?? "-"
        }
        return places
    }

    // MARK: Household points

    @Test(
        "Under householdPriority a child without points has its household's, also their mean",
        arguments: [
            (HouseholdPriority.each, 1, ["rival"]), (.best, 41, ["rival"]), (.best, 39, ["blank"]),
            (.worst, 21, ["rival"]),
            (.worst, 19, ["blank"]), (.mean, 31, ["rival"]), (.mean, 29, ["blank"]),
        ])
    func blankChild(rule: HouseholdPriority, rival: Int, placed: [String]) throws {
        let places = try Self.places(
            CaseDraft(
                municipality: "test", round: "first", month: Self.month,
                rules: Rules(
                    priority: [PriorityKey("points", .descending, blank: .last)], drawSeed: "1",
                    householdPriority: rule,
                    siblings: SiblingRules(timing: .any, facility: .rankFirst)),
                children: [
                    Self.child("blank", "X", ["A"]), Self.child("rich", "X", ["B"], points: 40),
                    Self.child("poor", "X", ["B"], points: 20), Self.child("rival", "Y", ["A"], points: rival),
                ], facilities: [Self.facility("A", seats: 1), Self.facility("B", seats: 2)]))
        #expect(["blank", "rival"].filter { places[$0] == "A" } == placed)
    }

    @Test("Where no child of the household has points, all stay blank")
    func blankHousehold() throws {
        let places = try Self.places(
            CaseDraft(
                municipality: "test", round: "first", month: Self.month,
                rules: Rules(
                    priority: [PriorityKey("points", .descending, blank: .last)], drawSeed: "1",
                    householdPriority: .best, siblings: SiblingRules(timing: .any, facility: .rankFirst)),
                children: [
                    Self.child("one", "X", ["A"]), Self.child("two", "X", ["A"]),
                    Self.child("rival", "Y", ["A"], points: 1),
                ], facilities: [Self.facility("A", seats: 1)]))
        #expect(places["rival"] == "A")
    }

    // MARK: A sibling that stays

    private static func pair(
        _ timing: Timing, _ facility: FacilityAnswer, _ kept: KeptSeat, staying: [FacilityID], new: [FacilityID],
        _ facilities: [FacilityRow]
    ) throws -> [String: String] {
        try places(
            CaseDraft(
                municipality: "test", round: "first", month: month,
                rules: Rules(
                    priority: [PriorityKey("points", .descending)], drawSeed: "1",
                    siblings: SiblingRules(
                        timing: timing, facility: facility, keptSeat: kept, nearKilometres: ExactNumber("1.5"))),
                children: [
                    child("stays", "X", at: "S", staying, points: 20), child("new", "X", new, points: 20),
                ], facilities: facilities + [Self.facility("S", seats: 1, north: 0)]))
    }

    @Test("keptSeat ignored with together: all move now, or nobody does; under counts the younger may join")
    func keptSeatIgnored() throws {
        let one = [Self.facility("B", seats: 1, north: 1)]
        let two = [Self.facility("B", seats: 2, north: 1)]
        let held = ["stays": "S", "new": "-"]
        #expect(try Self.pair(.together, .rankFirst, .ignored, staying: ["B"], new: ["B"], one) == held)
        #expect(
            try Self.pair(.together, .rankFirst, .ignored, staying: ["B"], new: ["B", "S"], two)
                == ["stays": "B", "new": "B"])
        #expect(try Self.pair(.together, .sameFirst, .ignored, staying: [], new: ["B", "S"], two) == held)
        #expect(
            try Self.pair(.together, .sameOnly, .counts, staying: [], new: ["B", "S"], two)
                == ["stays": "S", "new": "S"])
        #expect(
            try Self.pair(.any, .sameOnly, .ignored, staying: [], new: ["B"], two) == ["stays": "S", "new": "B"])
    }

    @Test("near: whoever is placed must be near a sibling that stays, unless staying is ignored")
    func nearOneThatStays() throws {
        let places = [Self.facility("B", seats: 1, north: 1), Self.facility("C", seats: 1, north: 3)]
        #expect(try Self.pair(.any, .near, .counts, staying: [], new: ["C"], places) == ["stays": "S", "new": "-"])
        #expect(
            try Self.pair(.any, .near, .counts, staying: [], new: ["C", "B"], places) == ["stays": "S", "new": "B"])
        #expect(
            try Self.pair(.any, .near, .ignored, staying: [], new: ["C", "B"], places) == ["stays": "S", "new": "C"])
        // Where the sibling moves, only its new place matters.
        let beside = places + [Self.facility("D", seats: 1, north: 3.5)]
        #expect(
            try Self.pair(.any, .near, .counts, staying: ["D"], new: ["C"], beside) == ["stays": "D", "new": "C"])
    }
}

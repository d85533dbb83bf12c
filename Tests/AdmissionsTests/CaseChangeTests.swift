import Testing

@testable import Admissions

@Suite("A changed case is the case of the changed draft")
struct CaseChangeTests {
    @Test("One more seat counts in the class, the pooled and the total limit, and in no group's")
    func seat() throws {
        var draft = try Self.draft()
        let changed = try #require(draft.resolved().applying(.seat(facility: 0, ageClass: 1)))
        draft.facilities[0].seats[1] = 3
        draft.seatLimits[0].seats = 6
        draft.seatLimits[1].seats = 10
        #expect(try changed == draft.resolved())
        #expect(try changed.digest() == draft.resolved().digest())
    }

    @Test("A class that is not offered gets no seat")
    func notOffered() throws {
        #expect(try Self.draft().resolved().applying(.seat(facility: 0, ageClass: 5)) == nil)
    }

    @Test("An answer is another answer, and nothing else")
    func answers() throws {
        var draft = try Self.draft()
        let subject = try draft.resolved()
        let together = try #require(subject.applying(.timing(household: 0, .any)))
        let same = try #require(subject.applying(.facility(household: 0, .sameFirst)))
        draft.households[0].timing = .any
        #expect(try together == draft.resolved())
        draft.households[0].timing = .together
        draft.households[0].facility = .sameFirst
        #expect(try same == draft.resolved())
    }

    @Test("Who has no such answer, or has it already, has nothing to change")
    func noAnswer() throws {
        let subject = try Self.draft().resolved()
        #expect(subject.applying(.timing(household: 1, .any)) == nil)
        #expect(subject.applying(.facility(household: 0, .sameOnly)) == nil)
        #expect(subject.applying(.facility(household: 0, .near)) == nil)
        #expect(
            try #require(subject.applying(.timing(household: 0, .any))).applying(.timing(household: 0, .any)) == nil)
    }

    static func draft() throws -> CaseDraft {
        CaseDraft(
            municipality: "T", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [
                ChildRow(id: "a", household: "h", ageClass: 1, wishes: ["A"], points: 3),
                ChildRow(id: "b", household: "h", ageClass: 2, wishes: ["A"], points: 2),
                ChildRow(id: "c", household: "i", ageClass: 1, wishes: ["A"], points: 1),
            ],
            facilities: [FacilityRow(id: "A", seats: [nil, 2, 2, nil, nil, nil])],
            households: [HouseholdRow(household: "h", timing: .together, facility: .sameOnly)],
            seatLimits: [
                SeatLimitRow(facility: "A", ages: AgeSet(1...2), seats: 5),
                SeatLimitRow(facility: "A", ages: AgeSet(0...5), seats: 9),
                SeatLimitRow(facility: "A", ages: AgeSet(1...2), group: .members(of: "support"), seats: 1),
            ])
    }
}

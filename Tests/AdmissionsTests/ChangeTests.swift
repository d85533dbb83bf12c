import Testing

@testable import Admissions

@Suite("A changed case is the case of the changed draft")
struct ChangeTests {
    @Test("One more seat counts in the class, the pooled and the total limit, and in no group's")
    func seat() throws {
        var draft = try Self.draft()
        let changed = try #require(Change.usableSeat("A", ageClass: 1).applied(to: draft.resolved()))
        draft.facilities[0].seats[1] = 3
        draft.seatLimits[0].seats = 6
        draft.seatLimits[1].seats = 10
        #expect(try changed == draft.resolved())
        #expect(try changed.digest() == draft.resolved().digest())
    }

    @Test("One more seat counts in a limit over several facilities too")
    func seatOfSharedLimit() throws {
        var draft = try Self.draft()
        draft.facilities.append(FacilityRow(id: "Z", seats: [nil, 1, nil, nil, nil, nil]))
        draft.seatLimits.append(SeatLimitRow(facility: "Z", sharedWith: ["A"], ages: AgeSet([1]), seats: 4))
        let changed = try #require(Change.usableSeat("A", ageClass: 1).applied(to: draft.resolved()))
        draft.facilities[0].seats[1] = 3
        draft.seatLimits[0].seats = 6
        draft.seatLimits[1].seats = 10
        draft.seatLimits[draft.seatLimits.count - 1].seats = 5
        #expect(try changed == draft.resolved())
        let limit = try draft.resolved().limits.count - 1
        let more = try #require(Change.limitSeats([limit], .more(2)).applied(to: draft.resolved()))
        draft.seatLimits[draft.seatLimits.count - 1].seats = 7
        #expect(try more == draft.resolved())
    }

    @Test("A class that is not offered gets no seat")
    func notOffered() throws {
        #expect(try Change.usableSeat("A", ageClass: 5).applied(to: Self.draft().resolved()) == nil)
    }

    @Test("An answer is another answer, and nothing else")
    func answers() throws {
        var draft = try Self.draft()
        let subject = try draft.resolved()
        let together = try #require(Change.timing("h", .any).applied(to: subject))
        let same = try #require(Change.facility("h", .sameFirst).applied(to: subject))
        draft.households[0].timing = .any
        #expect(try together == draft.resolved())
        draft.households[0].timing = .together
        draft.households[0].facility = .sameFirst
        #expect(try same == draft.resolved())
    }

    @Test("Who has no such answer, or has it already, has nothing to change")
    func noAnswer() throws {
        let subject = try Self.draft().resolved()
        #expect(Change.timing("i", .any).applied(to: subject) == nil)
        #expect(Change.facility("h", .sameOnly).applied(to: subject) == nil)
        #expect(Change.facility("h", .near).applied(to: subject) == nil)
        let changed = try #require(Change.timing("h", .any).applied(to: subject))
        #expect(Change.timing("h", .any).applied(to: changed) == nil)
    }

    @Test(
        "Made to the case or to the draft, a change gives the same case",
        arguments: ["answer:h:timing:any", "answer:h:facility:sameFirst", "siblings.keptSeat:ignored"])
    func sameCase(text: String) throws {
        let change = try Change(text)
        var draft = try Self.draft()
        let changed = try #require(change.applied(to: draft.resolved()))
        try change.apply(to: &draft)
        #expect(try changed == draft.resolved())
        #expect(try changed != Self.draft().resolved())
    }

    @Test(
        "What resolving needs is made to a draft only",
        arguments: ["seats:A:1:+1", "drawSeed:2", "child:a:points:9", "answer:h:timing:elder", "objective:placements"])
    func draftOnly(text: String) throws {
        let change = try Change(text)
        var draft = try Self.draft()
        #expect(try change.applied(to: draft.resolved()) == nil)
        try change.apply(to: &draft)
        #expect(try draft != Self.draft())
    }

    @Test(
        "What names the indices of a case is made to a case only, and says so",
        arguments: [
            Change.usableSeat("A", ageClass: 1), .limitSeats([0], .exactly(0)), .draw(child: 0, beforeOthers: false),
            .list(household: 0, [[0, 0]]), .points(children: [0, 1], 1),
            .answer(household: 0, SiblingAnswer(timing: .any, facility: .rankFirst, lead: nil, preferred: 0)),
        ])
    func caseOnly(change: Change) throws {
        var draft = try Self.draft()
        let subject = try draft.resolved()
        #expect(try #require(change.applied(to: subject)) != subject)
        let error = #expect(throws: InvalidChange.self) { try change.apply(to: &draft) }
        #expect(error?.description.contains("resolved case") == true)
        #expect(try draft == Self.draft())
    }

    @Test("Another answer of a child is computed into points, here and where a sibling applies")
    func attribute() throws {
        var draft = try Self.draft()
        draft.attributeNames = ["hours", "note"]
        for row in draft.children.indices {
            draft.children[row].points = nil
            draft.children[row].attributes = ["100", ""]
        }
        draft.rules.pointsTable = [
            PointsRow("hours", .range(from: .number(160), to: nil), earns: .points(20)),
            PointsRow("hours", .range(from: .number(1), to: .number(159)), earns: .points(10)),
        ]
        let change = try Change("child:c:hours:160")
        #expect(change.description == "child:c:hours:160")
        let before = try draft.resolved()
        #expect(before.children.map(\.points) == [10, 10, 10])
        #expect(change.applied(to: before) == nil)
        try change.apply(to: &draft)
        #expect(try draft.resolved().children.map(\.points) == [10, 10, 20])
        try Change("child:c:hours:").apply(to: &draft)
        #expect(try draft.resolved().children.map(\.points) == [10, 10, 0])
        try Change("child:c:note:a:b").apply(to: &draft)
        #expect(draft.children[2].attributes == ["", "a:b"])
        let points = try Change("child:c:points:7")
        let error = #expect(throws: InvalidChange.self) { try points.apply(to: &draft) }
        #expect(error?.description.contains("the points table computes the points") == true)
    }

    @Test("Given points are changed as such; what is no child, column or number is said")
    func givenPoints() throws {
        var draft = try Self.draft()
        try Change("child:c:points:7.5").apply(to: &draft)
        #expect(try draft.resolved().children.map(\.points) == [3, 2, ExactNumber("7.5")])
        for (text, sentence) in [
            ("child:z:points:7", "there is no child z"), ("child:c:hours:7", "no further column hours"),
            ("child:c:points:many", "many is no number"),
        ] {
            let error = #expect(throws: InvalidChange.self) { try Change(text).apply(to: &draft) }
            #expect(error?.description.contains(sentence) == true, "\(text)")
        }
        for text in ["child:c:points", "child::points:1", "child:c::1"] {
            let error = #expect(throws: InvalidChange.self) { try Change(text) }
            #expect(error?.description.contains("is not of the form") == true, "\(text)")
        }
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

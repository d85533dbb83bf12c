import Admissions
import Testing

@Suite("The case of the next round")
struct CarryOverTests {
    static let may = PlacementMonth("2027-05")!

    /// The next case where these children are placed and the others are not.
    static func carry(
        _ draft: CaseDraft, placing: [ChildID: FacilityID] = [:], _ rows: MonthRows = MonthRows(),
        to month: PlacementMonth = may, phases: [ChildID: Int32] = [:]
    ) throws -> (next: CarriedOver, warnings: [Finding]) {
        let subject = try draft.resolved()
        var result = Allocation(baselineOf: subject)
        for (index, child) in subject.children.enumerated() {
            if let phase = phases[child.id] { result.phases[index] = phase }
            guard let place = placing[child.id] else { continue }
            if let wish = child.wishes.firstIndex(where: { subject.facilities[$0.facility].id == place }) {
                result.choices[index] = Int32(wish)
            }
        }
        return try draft.carriedOver(subject, result, rows, to: month, round: month.description)
    }

    /// What a refusal says of places.
    static func refused(_ body: () throws -> Void) -> [Place]? {
        do {
            try body()
            return nil
        } catch CarryOverFault.findings(let findings) {
            return findings.map(Place.init)
        } catch { return [] }
    }

    /// Three children of class 1, of whom `t` has a seat at B.
    static func three() -> CaseDraft {
        var draft = Drafts.smallest()
        draft.children = [
            Drafts.child("a", "X", wishes: ["A", "B"]), Drafts.child("b", "Y", wishes: ["A"]),
            Drafts.child("t", "Z", wishes: ["A"]),
        ]
        draft.children[2].currentFacility = "B"
        draft.facilities = [Drafts.facility("A"), Drafts.facility("B")]
        return draft
    }

    @Test("Placed children leave with their seats, transfers free theirs, held and staying ones stay in play")
    func seats() throws {
        let (next, warnings) = try Self.carry(Self.three(), placing: ["a": "B", "t": "A"])
        #expect(warnings.isEmpty)
        #expect(next.draft.children.map(\.id) == ["b"])
        #expect(next.draft.facilities.map { $0.seats[1] } == [1, 2])
        #expect(next.draft.month == Self.may)
        #expect(next.draft.round == "2027-05")
        #expect((next.seatsTaken, next.seatsFreed, next.seatsReturned) == (2, 1, 0))
        #expect(next.children.map(\.fate) == [.placed, .held, .placed])
        #expect(next.children[2].former == "B")
        let idle = try Self.carry(Self.three()).next
        #expect(idle.draft.children.map(\.id) == ["a", "b", "t"])
        #expect(idle.children.map(\.fate) == [.held, .held, .stays])
        #expect(try idle.draft.resolved().children[2].currentFacility == 1)
    }

    @Test("A child that was placed and asks for a transfer is no sibling of itself, and says where it is")
    func placedChildren() throws {
        var child = Drafts.child("a", "X", wishes: ["A"])
        child.currentFacility = "B"
        let next = try Self.carry(Self.three(), placing: ["a": "B"], MonthRows(newChildren: [child])).next
        let row = try #require(next.draft.children.first { $0.id == "a" })
        #expect(row.siblingFacilities == [])
        #expect(next.children.last?.siblingsAdded == [])
        child.currentFacility = nil
        let places = Self.refused {
            _ = try Self.carry(Self.three(), placing: ["a": "B"], MonthRows(newChildren: [child]))
        }
        #expect(places == [Place(.newChildPlaced, .newChildren, 0, "current_facility_id")])
    }

    @Test("A seat left in an over-full class first works off the children who are too many, month by month")
    func overfullClasses() throws {
        func only(_ value: Int) -> [Int?] { [nil, value, nil, nil, nil, nil] }
        var draft = Drafts.smallest()
        draft.children = ["s", "t", "u"].map { Drafts.child(ChildID($0), HouseholdID("h" + $0), wishes: ["B"]) }
        for row in draft.children.indices { draft.children[row].currentFacility = "A" }
        draft.facilities = [Drafts.facility("A"), Drafts.facility("B")]
        draft.facilities[0].seats = only(0)
        draft.facilities[0].capacity = only(11)
        draft.facilities[0].enrolled = only(13)
        #expect(try draft.resolved().limits.first { $0.excess > 0 }?.seats == -2)
        let (first, warnings) = try Self.carry(draft, placing: ["s": "B"])
        #expect(warnings.isEmpty)
        #expect(first.draft.facilities[0].seats[1] == 0)
        #expect(first.draft.facilities[0].enrolled[1] == 12)
        #expect(try first.draft.resolved().limits.first { $0.excess > 0 }?.seats == -1)
        let second = try Self.carry(first.draft, placing: ["t": "B"], to: PlacementMonth("2027-06")!).next
        #expect(second.draft.facilities[0].seats[1] == 0)
        #expect(try second.draft.resolved().limits.allSatisfy { $0.excess == 0 })
        let both = try Self.carry(draft, placing: ["s": "B", "t": "B", "u": "B"]).next
        #expect(both.draft.facilities[0].seats[1] == 1)
        #expect(both.draft.facilities[0].enrolled[1] == 10)
    }

    @Test("A negative number of seats is worked off month by month, and stays written as one")
    func negativeSeats() throws {
        var draft = Drafts.smallest()
        draft.children = ["s", "t", "u"].map { Drafts.child(ChildID($0), HouseholdID("h" + $0), wishes: ["B"]) }
        for row in draft.children.indices { draft.children[row].currentFacility = "A" }
        draft.facilities = [Drafts.facility("A"), Drafts.facility("B")]
        draft.facilities[0].seats[1] = -2
        let (first, warnings) = try Self.carry(draft, placing: ["s": "B"])
        #expect(warnings.isEmpty)
        #expect(first.draft.facilities[0].seats[1] == -1)
        let second = try Self.carry(first.draft, placing: ["t": "B"], to: PlacementMonth("2027-06")!).next
        #expect(second.draft.facilities[0].seats[1] == 0)
        let all = try Self.carry(draft, placing: ["s": "B", "t": "B", "u": "B"]).next
        #expect(all.draft.facilities[0].seats[1] == 1)
    }

    @Test("A seat that stayed closed in the round is vacant in the next one")
    func keptClosed() throws {
        var draft = Self.three()
        draft.rules.keepsClosed = AgeSet(0...5)
        let next = try Self.carry(draft, placing: ["t": "A"]).next
        let open = try Self.carry(Self.three(), placing: ["t": "A"]).next
        #expect(next.draft.facilities.map(\.seats) == open.draft.facilities.map(\.seats))
        #expect(next.draft.rules.keepsClosed == AgeSet(0...5))
    }

    @Test("A limit over two facilities loses a seat to who comes in, and none to who moves within it")
    func sharedLimits() throws {
        func seats(placing places: [ChildID: FacilityID]) throws -> Int {
            var draft = Self.three()
            draft.seatLimits = [SeatLimitRow(facility: "A", sharedWith: ["B"], ages: AgeSet(0...5), seats: 2)]
            let (next, warnings) = try Self.carry(draft, placing: places)
            #expect(warnings.allSatisfy { $0.code != .limitOverbooked })
            #expect(next.draft.seatLimits[0].facilities == ["A", "B"])
            return next.draft.seatLimits[0].seats
        }
        #expect(try seats(placing: ["a": "B"]) == 1)
        #expect(try seats(placing: ["t": "A"]) == 2)
        #expect(try seats(placing: ["a": "B", "t": "A"]) == 1)
    }

    @Test("Declines give the seat back and are counted; a transfer that declines has left its former seat")
    func declines() throws {
        let rows = MonthRows(declines: [DepartureRow(child: "a"), DepartureRow(child: "t")])
        let next = try Self.carry(Self.three(), placing: ["a": "B", "t": "A"], rows).next
        #expect(next.draft.facilities.map { $0.seats[1] } == [2, 3])
        #expect((next.seatsTaken, next.seatsFreed, next.seatsReturned) == (0, 1, 2))
        #expect(next.children.map(\.fate) == [.declined, .held, .declined])
        #expect(next.draft.children.map(\.id) == ["b"])
    }

    @Test("Withdrawals leave and new children join, with the months that they have waited")
    func newcomers() throws {
        var draft = Self.three()
        draft.attributeNames = ["tax"]
        for index in draft.children.indices { draft.children[index].attributes = ["\(index)"] }
        var child = Drafts.child("n", "N", wishes: ["B"])
        child.attributes = ["yes", "7"]
        let rows = MonthRows(
            withdrawals: [DepartureRow(child: "b"), DepartureRow(child: "t")], newChildren: [child],
            attributeNames: ["single", "tax"])
        let next = try Self.carry(draft, rows, to: PlacementMonth("2027-07")!).next
        #expect(next.draft.attributeNames == ["tax", "waiting_months", "single"])
        #expect(next.draft.children.map(\.id) == ["a", "n"])
        #expect(next.draft.children.map(\.attributes) == [["0", "3", ""], ["7", "0", "yes"]])
        #expect(next.firstNewRow == 1)
        #expect(next.children.map(\.fate) == [.held, .withdrawn, .withdrawn, .new])
        #expect(next.draft.facilities.map { $0.seats[1] } == [2, 2])
        let later = try Self.carry(next.draft, to: PlacementMonth("2028-03")!).next
        #expect(later.draft.children.map { $0.attributes[1] } == ["11", "8"])
        _ = try later.draft.resolved()
    }

    @Test("Class ages stay for the year, also of a child without a birth date")
    func ages() throws {
        var draft = Drafts.smallest()
        draft.children = [
            Drafts.child("a", "X", born: "2026-01-15", wishes: ["A"]), Drafts.child("b", "Y", wishes: ["A"]),
        ]
        draft.children[1].birthDate = nil
        draft.children[1].ageClass = 2
        let next = try Self.carry(draft, to: PlacementMonth("2028-03")!).next
        #expect(try next.draft.resolved().children.map(\.ageClass) == [1, 2])
    }

    @Test("Every limit that covers a child changes, of phases those of its own")
    func limits() throws {
        var draft = Self.three()
        draft.rules.phases = [Phase("one", who: .everyone), Phase("two", who: .everyone)]
        draft.children[0].groups = ["support"]
        draft.seatLimits = [
            SeatLimitRow(facility: "A", ages: AgeSet("0-5")!, seats: 9),
            SeatLimitRow(facility: "A", ages: AgeSet("1")!, group: .members(of: "support"), seats: 2),
            SeatLimitRow(facility: "A", ages: AgeSet("1")!, group: .others(than: "support"), seats: 3),
            SeatLimitRow(facility: "A", ages: AgeSet("1-2")!, seats: 5, phase: "one"),
            SeatLimitRow(facility: "A", ages: AgeSet("1-3")!, seats: 5, phase: "two"),
            SeatLimitRow(facility: "A", ages: AgeSet("3-5")!, seats: 4),
            SeatLimitRow(facility: "B", ages: AgeSet("1-2")!, seats: 0, phase: "one"),
        ]
        draft.facilities[0].capacity = [nil, 9, nil, nil, nil, nil]
        draft.facilities[0].enrolled = [nil, 7, nil, nil, nil, nil]
        let next = try Self.carry(draft, placing: ["a": "A", "t": "A"], phases: ["a": 0, "t": 1]).next
        #expect(next.draft.seatLimits.map(\.seats) == [7, 1, 2, 4, 4, 4, 1])
        #expect(next.draft.facilities[0].seats[1] == 0)
        #expect(next.draft.facilities[0].enrolled[1] == 9)
        #expect(next.draft.facilities[1].seats[1] == 3)
    }

    @Test("A sibling's place becomes one where a sibling is enrolled, and its former one does not stay")
    func siblings() throws {
        var draft = Drafts.siblings(HouseholdRow(household: "X", timing: .any, facility: .sameFirst))
        draft.children[0].currentFacility = "B"
        draft.children[0].wishes = ["A"]
        draft.children[1].siblingFacilities = ["B"]
        let newcomer = Drafts.child("new", "X", wishes: ["B"])
        let next = try Self.carry(draft, placing: ["sib1": "A"], MonthRows(newChildren: [newcomer])).next
        #expect(next.draft.children.map(\.siblingFacilities) == [["A"], ["A"]])
        #expect(next.children[1].siblingsAdded == ["A"])
        #expect(next.children[1].siblingsRemoved == ["B"])
        #expect(next.draft.children[0].wishes == ["A", "B"])
    }

    @Test("Points that a table computes are left to it, others stay")
    func points() throws {
        var draft = Self.three()
        draft.rules.priority = [PriorityKey("points", .descending)]
        for index in draft.children.indices { draft.children[index].points = 10 }
        #expect(try Self.carry(draft).next.draft.children.map(\.points) == [10, 10, 10])
        draft.rules.pointsTable = [
            PointsRow("child_kind", earns: .points(10))
        ]
        draft.attributeNames = ["child_kind"]
        for index in draft.children.indices { draft.children[index].attributes = ["x"] }
        let next = try Self.carry(draft).next
        #expect(next.draft.children.map(\.points) == [nil, nil, nil])
        #expect(try next.draft.resolved().children.map(\.points) == [10, 10, 10])
    }

    @Test("Under sameOnly only the sibling's place remains a wish, with its points")
    func sameOnly() throws {
        var draft = Drafts.siblings(HouseholdRow(household: "X", timing: .any, facility: .sameOnly))
        draft.rules.priority = [PriorityKey("points", .descending)]
        for index in draft.children.indices { draft.children[index].wishPoints = [5, 7] }
        let next = try Self.carry(draft, placing: ["sib1": "B"]).next
        #expect(next.draft.children.map(\.wishes) == [["B"]])
        #expect(next.draft.children.map(\.wishPoints) == [[7]])
        #expect(next.children[1].wishesKept == ["B"])
        #expect(next.draft.households == [])
        _ = try next.draft.resolved()
        let rows = MonthRows(declines: [DepartureRow(child: "sib1")])
        let declined = try Self.carry(draft, placing: ["sib1": "B"], rows).next
        #expect(declined.draft.children.map(\.wishes) == [["A", "B"]])
    }

    @Test("A child that is where its sibling was placed has no wish left, and one that cannot follow has none either")
    func sameOnlyWithoutWish() throws {
        var draft = Drafts.siblings(HouseholdRow(household: "X", timing: .any, facility: .sameOnly))
        draft.children[1].wishes = ["A"]
        let next = try Self.carry(draft, placing: ["sib1": "B"]).next
        #expect(next.draft.children.map(\.wishes) == [[]])
        #expect(try next.draft.resolve().case != nil)
    }

    @Test("Who had to be placed first no longer binds once it is placed")
    func lead() throws {
        for timing in [Timing.lead, .elder, nil] {
            var draft = Drafts.siblings(HouseholdRow(household: "X", timing: timing, facility: .sameFirst))
            if timing == .lead { draft.households[0].leadChild = "sib1" }
            if timing == nil { draft.rules.siblings.timing = .elder }
            draft.households[0].preferredChild = "sib1"
            draft.children.append(Drafts.child("sib3", "X", born: "2025-07-01", wishes: ["A"]))
            let next = try Self.carry(draft, placing: ["sib1": "A"]).next
            #expect(
                next.draft.households == [HouseholdRow(household: "X", timing: .any, facility: .sameFirst)])
            let (withdrawn, warnings) = try Self.carry(
                draft, MonthRows(withdrawals: [DepartureRow(child: "sib1")]))
            #expect(warnings.map(\.code) == (timing == .lead ? [.leadGone] : []))
            #expect(withdrawn.draft.households[0].timing == (timing == .lead ? .any : timing))
            _ = try withdrawn.draft.resolved()
        }
        var draft = Drafts.siblings(nil)
        draft.rules.siblings.timing = .elder
        draft.children.append(Drafts.child("sib3", "X", born: "2025-07-01", wishes: ["A"]))
        let next = try Self.carry(draft, placing: ["sib1": "A"]).next
        #expect(next.draft.households == [HouseholdRow(household: "X", timing: .any)])
    }

    @Test("An explicit table keeps the outcomes that agree with what the others got")
    func jointWishes() throws {
        var draft = Drafts.siblings(nil)
        draft.jointWishes =
            Drafts.joint(rank: 1, "A", "A") + Drafts.joint(rank: 2, "B", "A") + Drafts.joint(rank: 3, "B", "B")
            + Drafts.joint(rank: 4, "B", nil) + Drafts.joint(rank: 5, nil, "B")
        #expect(try Self.carry(draft).next.draft.jointWishes == draft.jointWishes)
        let next = try Self.carry(draft, placing: ["sib1": "B"]).next
        #expect(next.draft.jointWishes == [])
        #expect(next.draft.children.map(\.wishes) == [["A", "B"]])
        let withdrawn = try Self.carry(draft, MonthRows(withdrawals: [DepartureRow(child: "sib1")])).next
        #expect(withdrawn.draft.children.map(\.wishes) == [["B"]])
        let none = try Self.carry(draft, MonthRows(withdrawals: [DepartureRow(child: "sib2")])).next
        #expect(none.draft.children.map(\.wishes) == [["B"]])
        let (joined, warnings) = try Self.carry(
            draft, MonthRows(newChildren: [Drafts.child("sib3", "X", wishes: ["A"])]))
        #expect(joined.draft.jointWishes == [])
        #expect(warnings.map(\.code) == [.jointWishesDropped])
    }

    @Test("Pins are for one round, and a seat that was not there is told")
    func pins() throws {
        var draft = Self.three()
        draft.facilities[0].seats[1] = 0
        draft.pins = [PinRow(child: "a", facility: "A", by: "k-1", reason: "urgent")]
        let subject = try draft.resolved()
        let (next, warnings) = try draft.carriedOver(
            subject, Allocation(baselineOf: subject), MonthRows(), to: Self.may, round: "2027-05")
        #expect(next.pinsDropped == 1)
        #expect(next.draft.pins == [])
        #expect(next.draft.facilities[0].seats[1] == 0)
        #expect(warnings.map(Place.init) == [Place(.limitOverbooked, .facilities, 0, "seats_1")])
    }

    @Test("What cannot have happened is refused at its row")
    func refusals() throws {
        let rows = MonthRows(
            declines: [DepartureRow(child: "a"), DepartureRow(child: "b"), DepartureRow(child: "?")],
            withdrawals: [DepartureRow(child: "a"), DepartureRow(child: "t")],
            newChildren: [Drafts.child("b", "Y", wishes: ["A"]), Drafts.child("t", "Z", wishes: ["A"])])
        let places = Self.refused { _ = try Self.carry(Self.three(), placing: ["a": "A", "t": "A"], rows) }
        #expect(
            places == [
                Place(.declineNotPlaced, .declines, 1, "child_id"),
                Place(.departureUnknownChild, .declines, 2, "child_id"),
                Place(.departureTwice, .withdrawals, 0, "child_id"),
                Place(.withdrawalOfPlaced, .withdrawals, 1, "child_id"),
                Place(.newChildInPlay, .newChildren, 0, "child_id"),
                Place(.newChildPlaced, .newChildren, 1, "current_facility_id"),
            ])
        var draft = Self.three()
        draft.attributeNames = ["waiting_months"]
        for index in draft.children.indices { draft.children[index].attributes = [index == 1 ? "two" : ""] }
        #expect(
            Self.refused { _ = try Self.carry(draft) } == [Place(.waitingNotANumber, .children, 1, "waiting_months")])
    }

    @Test("A child that is due before the month is told")
    func dueDate() throws {
        var draft = Drafts.smallest()
        draft.children[0].birthDate = nil
        draft.children[0].dueDate = CalendarDate("2027-04-20")!
        draft.facilities[0].seats[0] = 1
        let (_, warnings) = try Self.carry(draft)
        #expect(warnings.map(Place.init) == [Place(.dueDatePassed, .children, 0, "due_date")])
        #expect(try Self.carry(draft, to: draft.month, round: "second").warnings.isEmpty)
    }

    static func carry(_ draft: CaseDraft, to month: PlacementMonth, round: String) throws -> (
        next: CarriedOver, warnings: [Finding]
    ) {
        let subject = try draft.resolved()
        return try draft.carriedOver(
            subject, Allocation(baselineOf: subject), MonthRows(), to: month, round: round)
    }

    @Test("Another fiscal year, an earlier month and a round without a name of its own are refused")
    func months() throws {
        let draft = Drafts.smallest()
        let (april, march) = (PlacementMonth("2028-04")!, PlacementMonth("2027-03")!)
        #expect(throws: CarryOverFault.otherFiscalYear(april)) { try Self.carry(draft, to: april) }
        #expect(throws: CarryOverFault.otherFiscalYear(march)) { try Self.carry(draft, to: march) }
        #expect(throws: CarryOverFault.sameRound("2027-04 first")) {
            try Self.carry(draft, to: draft.month, round: "2027-04 first")
        }
        var may = draft
        may.month = Self.may
        #expect(throws: CarryOverFault.earlierMonth(draft.month)) { try Self.carry(may, to: draft.month) }
    }
}

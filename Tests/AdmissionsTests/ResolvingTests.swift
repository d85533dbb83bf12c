import Admissions
import Testing

struct ResolvingTests {
    private func wishes(
        _ wishes: [FacilityID?], points: [ExactNumber?] = [], current: FacilityID? = nil
    ) throws -> (wishes: [String], points: [ExactNumber?]) {
        var draft = Drafts.smallest()
        draft.facilities += ["B", "C", "D"].map(Drafts.facility)
        draft.children[0].wishes = wishes
        draft.children[0].wishPoints = points
        draft.children[0].currentFacility = current
        let subject = try draft.resolved()
        let resolved = subject.children[0].wishes
        return (resolved.map { subject.facilities[$0.facility].id.folded }, resolved.map(\.points))
    }

    @Test("Gaps close up and repeats drop")
    func gapsAndRepeats() throws {
        #expect(try wishes([nil, "B", nil, nil, "A", "B", nil, "C", "A"]).wishes == ["B", "A", "C"])
        #expect(try wishes([nil, nil]).wishes == [])
        #expect(try wishes([]).wishes == [])
    }

    @Test("Points belong to the wish of their number before gaps close")
    func wishPoints() throws {
        let found = try wishes([nil, "B", nil, "A", "B", "C", "D"], points: [nil, 12, nil, nil, 99, 16])
        #expect(found.wishes == ["B", "A", "C", "D"])
        #expect(found.points == [12, nil, 16, nil])
    }

    @Test("A wish for the present facility drops itself and all after it")
    func presentFacility() throws {
        #expect(try wishes(["B", "A", "C", "D"], current: "A").wishes == ["B"])
        #expect(try wishes(["A", "B"], current: "A").wishes == [])
        #expect(try wishes(["B", "C"], current: "A").wishes == ["B", "C"])
    }

    @Test("The time for one child's wishes does not grow with their square")
    func longList() throws {
        var draft = Drafts.smallest()
        let ids = (0..<40_000).map { FacilityID("F\($0)") }
        draft.facilities = ids.map { FacilityRow(id: $0, seats: [nil, 1, nil, nil, nil, nil]) }
        draft.children[0].wishes = ids
        let clock = ContinuousClock()
        var subject: Case?
        let time = clock.measure { subject = draft.resolve().case }
        #expect(subject?.children[0].wishes.map { subject!.facilities[$0.facility].id } == ids)
        // In a debug build one second; with a search for repeats through the list, a minute.
        #expect(time < .seconds(20))
    }

    @Test("A long table of joint wishes is taken whole, by its ranks")
    func longTable() throws {
        var draft = Drafts.smallest()
        let ids = (0..<3_000).map { FacilityID("F\($0)") }
        draft.facilities = ids.map { FacilityRow(id: $0, seats: [nil, 1, nil, nil, nil, nil]) }
        draft.children[0].wishes = ids
        draft.jointWishes = ids.indices.reversed().map {
            JointWishRow(household: "X", rank: -$0, child: "kid", facility: ids[$0])
        }
        guard case .table(let table) = try draft.resolved().households[0].wishes else {
            Issue.record("no table")
            return
        }
        #expect(table.choices == (0..<3_000).reversed().map { Int32($0) })
    }

    @Test("Children, facilities and households ascend by the bytes of their ids")
    func order() throws {
        var draft = Drafts.smallest()
        draft.children = ["10", "9", "あ", "Z", "a"].map {
            Drafts.child($0, HouseholdID("h" + $0.folded), wishes: ["A"])
        }
        draft.facilities += ["10", "9", "い", "b"].map(Drafts.facility)
        let subject = try draft.resolved()
        #expect(subject.children.map(\.id) == ["10", "9", "Z", "a", "あ"])
        #expect(subject.households.map(\.id) == ["h10", "h9", "hZ", "ha", "hあ"])
        #expect(subject.facilities.map(\.id) == ["10", "9", "A", "b", "い"])
        #expect(subject.children.map(\.household) == [0, 1, 2, 3, 4])
        #expect(subject.households.map(\.members) == [[0], [1], [2], [3], [4]])
    }

    @Test("The draw is the SHA-256 of seed, colon and id")
    func draw() throws {
        var draft = Drafts.smallest()
        draft.rules.drawSeed = "20270401"
        draft.children[0].id = "C0001"
        guard case .seeded(let digest) = try draft.resolved().children[0].draw else {
            Issue.record("no seeded draw")
            return
        }
        // printf '20270401:C0001' | sha256sum
        #expect(digest.description == "8d496e4d8e797c66f35f251cb9d31b015b54d6f5b0c9f49d194a47a557a7fda5")
        draft.rules.drawSeed = "令和9年"
        draft.children[0].id = "児-1"
        guard case .seeded(let digest) = try draft.resolved().children[0].draw else { return }
        #expect(digest.description == "e54660a44489b6885d8ca28288cc21ced6be68fea23122c4acedf08c2c01615f")
    }

    @Test("A draw column replaces the seed")
    func givenDraw() throws {
        var draft = Drafts.smallest()
        draft.children[0].draw = 17
        #expect(try draft.resolved().children[0].draw == .given(17))
        draft.rules.drawSeed = nil
        #expect(try draft.resolved().children[0].draw == .given(17))
    }

    @Test("Key values stand by child and key; attributes are numbers or dates, whole columns at once")
    func keyValues() throws {
        var draft = Drafts.smallest()
        draft.children = ["b", "a"].map { Drafts.child($0, HouseholdID("h" + $0.folded), wishes: ["A"]) }
        draft.attributeNames = ["tax", "since"]
        draft.children[0].attributes = ["12.50", "2026-10-01"]
        draft.children[1].attributes = ["", "2026-09-30"]
        draft.children[0].points = 3
        draft.rules.priority = [
            PriorityKey("since", .ascending), PriorityKey("points", .descending, blank: .last),
            PriorityKey("draw", .ascending), PriorityKey("tax", .ascending, blank: .first),
            PriorityKey("age_class", .descending), PriorityKey("birth_date", .ascending),
        ]
        let subject = try draft.resolved()
        let birth = KeyValue.date(CalendarDate("2025-06-01")!)
        #expect(
            subject.keyValues == [
                .date(CalendarDate("2026-09-30")!), nil, nil, nil, .number(1), birth,
                .date(CalendarDate("2026-10-01")!), .number(3), nil, .number(ExactNumber("12.5")!), .number(1), birth,
            ])
        #expect(subject.keyValue(child: 1, key: 3) == .number(ExactNumber("12.5")!))
        #expect(subject.attributeNames == ["since", "tax"])
        #expect(subject.children.map(\.attributes) == [["2026-09-30", ""], ["2026-10-01", "12.50"]])
    }

    @Test("Coordinates at the edge are coordinates")
    func coordinates() throws {
        var draft = Drafts.smallest()
        (draft.facilities[0].latitude, draft.facilities[0].longitude) = (-90, 180)
        #expect(try draft.resolved().facilities[0].location == Location(latitude: -90, longitude: 180))
    }

    @Test("Attributes that do not fit their names stop the program with both numbers")
    func attributeShape() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var draft = Drafts.smallest()
            draft.attributeNames = ["tax", "tier"]
            draft.children[0].attributes = ["1"]
            _ = draft.resolve()
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("row 0 of children has 1 attributes for 2 names"))
    }

    @Test("Attribute names that repeat stop the program")
    func attributeNames() async throws {
        await #expect(processExitsWith: .failure) {
            var draft = Drafts.smallest()
            draft.attributeNames = ["tax", "tax"]
            draft.children[0].attributes = ["1", "2"]
            _ = draft.resolve()
        }
    }
}

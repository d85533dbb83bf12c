import Admissions
import Testing

/// Households that are too large to be ranked, and columns that name no households.
struct HouseholdSizeTests {
    /// A city of children alone, with one household of children of these numbers of wishes.
    private static func draft(wishes: [Int], others: Int, timing: Timing? = .any) -> CaseDraft {
        let facilities = (0..<max(1, wishes.max() ?? 1)).map { FacilityID("F\($0)") }
        var draft = Drafts.smallest()
        draft.facilities = facilities.map(Drafts.facility)
        draft.children = wishes.enumerated().map { index, count in
            ChildRow(
                id: ChildID("s\(index)"), household: "X",
                birthDate: CalendarDate(dayNumber: CalendarDate("2024-06-01")!.dayNumber + index % 300)!,
                wishes: Array(facilities.prefix(count)))
        }
        draft.children += (0..<others).map {
            Drafts.child(ChildID("o\($0)"), HouseholdID("o\($0)"), wishes: [facilities[0]])
        }
        if let timing { draft.households = [HouseholdRow(household: "X", timing: timing, facility: .sameFirst)] }
        return draft
    }

    private static func errors(of draft: CaseDraft) -> [Place] {
        draft.resolve().findings.filter { $0.severity == .error }.map(Place.init)
    }

    private static let tooLarge = Place(.householdTooLarge, .children, 0, "household_id")
    private static let constant = Place(.householdConstant, .children, 0, "household_id")

    @Test("The wishes of a household combine in at most 5,000,000 ways, and no way more")
    func combinations() throws {
        #expect(Household.mostCombinations == 125 * 200 * 200)
        #expect(Self.errors(of: Self.draft(wishes: [124, 199, 199], others: 0)).isEmpty)
        #expect(Self.errors(of: Self.draft(wishes: [124, 199, 200], others: 0)) == [Self.tooLarge])
        #expect(Self.errors(of: Self.draft(wishes: [20, 20, 20, 20, 20], others: 0)).isEmpty)
        #expect(Self.errors(of: Self.draft(wishes: [20, 20, 20, 20, 20, 20], others: 0)) == [Self.tooLarge])
        #expect(Self.errors(of: Self.draft(wishes: [Int](repeating: 10, count: 7), others: 100)) == [Self.tooLarge])
    }

    @Test("A household that decides together has at most 10 children", arguments: [Timing.any, .together, .elder])
    func children(timing: Timing) {
        let ones = [Int](repeating: 1, count: 11)
        #expect(Self.errors(of: Self.draft(wishes: Array(ones.dropLast()), others: 200, timing: timing)).isEmpty)
        #expect(Self.errors(of: Self.draft(wishes: ones, others: 200, timing: timing)) == [Self.tooLarge])
    }

    @Test("A constant in the household column is told once, and nothing that follows from it")
    func constant() {
        var draft = Self.draft(wishes: [Int](repeating: 2, count: 300), others: 0, timing: nil)
        draft.households = (0..<50).map { HouseholdRow(household: HouseholdID("h\($0)"), timing: .any) }
        #expect(draft.places == [Self.constant])
        #expect(draft.resolve().findings[0].message.contains("300 of 300"))
        // One value for a tenth of the children, the others have households.
        #expect(Self.errors(of: Self.draft(wishes: [Int](repeating: 2, count: 30), others: 270)) == [Self.constant])
        #expect(Self.errors(of: Self.draft(wishes: [Int](repeating: 2, count: 29), others: 271)) == [Self.tooLarge])
    }

    @Test("Children who apply independently may share an id, unless they share points by it")
    func independent() {
        var draft = Self.draft(wishes: [Int](repeating: 2, count: 300), others: 0, timing: nil)
        draft.rules.siblings.timing = .independent
        #expect(Self.errors(of: draft).isEmpty)
        draft.rules.householdPriority = .best
        #expect(Self.errors(of: draft) == [Self.constant])
    }

    @Test("A household with a table of joint wishes may have any number of children")
    func table() throws {
        var draft = Self.draft(wishes: [Int](repeating: 5, count: 60), others: 0, timing: nil)
        draft.jointWishes = draft.children.map {
            JointWishRow(household: "X", rank: 1, child: $0.id, facility: $0.wishes[0])
        }
        #expect(try draft.resolved().households[0].members.count == 60)
    }

    @Test(
        "Shared points to which what a wish adds cannot be added are an error",
        arguments: [HouseholdPriority.best, .worst])
    func sharedPoints(rule: HouseholdPriority) throws {
        func part(_ name: String, _ denominator: Int64, when: [PointsCondition] = []) -> PointsPart {
            PointsPart(
                name, rows: [PointsRow(when: [.attribute(name, .filled)], earns: .value)],
                factor: ExactNumber(1, over: denominator), when: when)
        }
        var draft = Self.draft(wishes: [2, 2], others: 0, timing: .any)
        draft.rules.priority = [PriorityKey("points", .descending)]
        draft.rules.householdPriority = rule
        draft.attributeNames = ["a", "b", "c"]
        draft.rules.pointsTable = PointsTable(parts: [
            part("a", 9_973), part("b", 9_967, when: [.wishRank(.oneOf([1]))]),
            part("c", 9_949, when: [.attribute("c", .filled)]),
            PointsPart("points", of: ["a", "b", "c"], combine: .max),
        ])
        for row in draft.children.indices { draft.children[row].points = nil }
        draft.children[0].attributes = ["1", "2", ""]
        draft.children[1].attributes = ["1", "2", "3"]
        #expect(Self.errors(of: draft).isEmpty)
        draft.children[0].attributes = ["899999999999", "999999999999", ""]
        draft.children[1].attributes = ["899999999999", "999999999999", "999999999998"]
        #expect(Self.errors(of: draft).contains(Place(.pointsTooLarge, .children, 0, "points")))
    }

    @Test("Points of a household whose exact mean cannot be held are an error")
    func means() throws {
        var draft = Self.draft(wishes: [Int](repeating: 1, count: 2_000), others: 0, timing: nil)
        draft.rules.priority = [PriorityKey("points", .descending)]
        draft.rules.householdPriority = .mean
        draft.jointWishes = draft.children.map { JointWishRow(household: "X", rank: 1, child: $0.id, facility: nil) }
        for row in draft.children.indices { draft.children[row].points = ExactNumber(1_000_000_000_000) }
        #expect(Self.errors(of: draft).isEmpty)
        draft.children[0].points = ExactNumber("0.0001")
        #expect(Self.errors(of: draft) == [Place(.pointsTooLarge, .children, 0, "points")])
    }
}

import Admissions
import Testing

struct DigestTests {
    /// A change of one field that makes another case.
    struct Change: Sendable, CustomStringConvertible {
        let description: String
        let apply: @Sendable (inout CaseDraft) -> Void

        init(_ description: String, _ apply: @escaping @Sendable (inout CaseDraft) -> Void) {
            self.description = description
            self.apply = apply
        }
    }

    static let changes: [Change] =
        ruleChanges + facilityChanges + childChanges + householdChanges

    private static let ruleChanges = [
        Change("municipality") { $0.municipality = "Other" },
        Change("round") { $0.round = "Other" },
        Change("month") { $0.month = PlacementMonth("2027-05")! },
        Change("draw seed") { $0.rules.drawSeed = "8" },
        Change("blank draw seed") { $0.rules.drawSeed = "" },
        Change("objective") { $0.rules.objective = .ranks },
        Change("household priority") { $0.rules.householdPriority = .mean },
        Change("key removed") { $0.rules.priority.removeLast() },
        Change("key name") { $0.rules.priority[0].name = "age_class" },
        Change("key order") { $0.rules.priority[0].order = .descending },
        Change("key blank") { $0.rules.priority[1].blank = .first },
        Change("key public") { $0.rules.priority[1].publication = .yes },
        Change("key in bands") {
            $0.rules.priority[1].publication = .band
            $0.rules.priority[1].bands = [100]
        },
        Change("seats 0 below none") { $0.facilities[2].seats[2] = -1 },
        Change("seats more below none") { $0.facilities[2].seats[2] = -2 },
        Change("classes kept closed") { $0.rules.keepsClosed = AgeSet([1]) },
        Change("class kept closed at one facility") { $0.facilities[0].keepsClosed = [nil, true, nil, nil, nil, nil] },
        Change("classes kept closed but at one facility") {
            $0.rules.keepsClosed = AgeSet([1])
            $0.facilities[0].keepsClosed = [nil, false, nil, nil, nil, nil]
        },
        Change("class unpublished") { $0.facilities[0].unpublished = AgeSet([1]) },
        Change("keys exchanged") { $0.rules.priority.swapAt(0, 1) },
        Change("timing") { $0.rules.siblings.timing = .any },
        Change("facility answer") { $0.rules.siblings.facility = .rankFirst },
        Change("twins' timing") { $0.rules.siblings.twinsTiming = .together },
        Change("twins' facility answer") { $0.rules.siblings.twinsFacility = .sameOnly },
        Change("aggregate") { $0.rules.siblings.aggregate = .worst },
        Change("count first") { $0.rules.siblings.countFirst = false },
        Change("kept seat") { $0.rules.siblings.keptSeat = .ignored },
        Change("follow lead") { $0.rules.siblings.followLead = true },
        Change("near") { $0.rules.siblings.nearKilometres = 2 },
        Change("near 0") { $0.rules.siblings.nearKilometres = 0 },
        Change("points computed") { compute(&$0, by: PointsRow("age_class", earns: .points(0))) },
        Change("points computed of a value") { compute(&$0, by: PointsRow("age_class", .oneOf(["5"]), earns: .value)) },
        Change("points computed at a place") {
            compute(&$0, by: PointsRow("age_class", at: .sameFacility, earns: .points(0)))
        },
        Change("points computed in a group") {
            compute(&$0, by: PointsRow("age_class", earns: .points(0), maxGroup: "g"))
        },
        Change("attribute name") { $0.attributeNames[1] = "district" },
    ]

    /// Changes of the points table, each of another kind of the words that a part has.
    static let partChanges = [
        parts("one part", [total]), parts("another part", [total, other]),
        parts("part of a part", [total, PointsPart("x", of: ["points"])]),
        parts("largest", [total, PointsPart("x", of: ["points"], combine: .max)]),
        parts("factor", [total, PointsPart("x", of: ["points"], factor: 2)]),
        parts("floor", [total, PointsPart("x", of: ["points"], floor: 2)]),
        parts("cap", [total, PointsPart("x", of: ["points"], cap: 2)]),
        parts("missing", [total, PointsPart("x", of: ["points"], missing: 2)]),
        parts(
            "part with a condition", [total, PointsPart("x", of: ["points"], when: [.attribute("age_class", .filled)])]),
        row("row with a name", PointsRow(name: "x", when: [], earns: .points(0))),
        row("two conditions", PointsRow(when: [.wishRank(.oneOf([1])), .facility("A")], earns: .points(0))),
        row("blank", PointsRow("area", .blank, earns: .points(0))),
        row("months", PointsRow("birth_date", .months(from: 1, to: nil), earns: .points(0))),
        row("months to", PointsRow("birth_date", .months(from: nil, to: 1), earns: .points(0))),
        row("count", PointsRow(when: [.count(.siblingsApplying, .range(from: 1, to: nil))], earns: .points(0))),
        row("count to", PointsRow(when: [.count(.siblingsApplying, .range(from: nil, to: 1))], earns: .points(0))),
        row("another count", PointsRow(when: [.count(.siblingsEnrolled, .range(from: 1, to: nil))], earns: .points(0))),
        row("sibling enrolled", PointsRow(when: [.sameFacility], earns: .points(0))),
        row("sibling applies", PointsRow(when: [.siblingApplies], earns: .points(0))),
        row("facility", PointsRow(when: [.facility("A")], earns: .points(0))),
        row("kind", PointsRow(when: [.kind(["A"])], earns: .points(0))),
        row("ward", PointsRow(when: [.ward(["A"])], earns: .points(0))),
        row("two wards", PointsRow(when: [.ward(["A", "B"])], earns: .points(0))),
        row("rank", PointsRow(when: [.wishRank(.oneOf([1]))], earns: .points(0))),
        row("ranks", PointsRow(when: [.wishRank(.range(from: 1, to: nil))], earns: .points(0))),
        row("refusal", PointsRow("age_class", .oneOf(["5"]), earns: .refusal("x"))),
        row("another refusal", PointsRow("age_class", .oneOf(["5"]), earns: .refusal("y"))),
    ]

    private static let total = PointsPart("points", rows: [PointsRow("age_class", earns: .points(0))])
    private static let other = PointsPart("x", rows: [PointsRow("age_class", earns: .points(0))])

    private static func parts(_ name: String, _ parts: [PointsPart]) -> Change {
        Change(name) { draft in
            compute(&draft, by: parts[0].rows.first ?? total.rows[0])
            nameKinds(&draft)
            draft.rules.pointsTable = PointsTable(parts: parts)
        }
    }

    /// Gives facilities the kind and the wards that conditions name.
    private static func nameKinds(_ draft: inout CaseDraft) {
        (draft.facilities[0].kind, draft.facilities[0].ward, draft.facilities[1].ward) = ("A", "A", "B")
    }

    private static func row(_ name: String, _ row: PointsRow) -> Change {
        parts(name, [PointsPart("points", rows: [row], cap: 5)])
    }

    @Test("Each word of a table of parts makes another digest, and a list keeps the one that it had")
    func parts() throws {
        var draft = Drafts.full()
        Self.compute(&draft, by: PointsRow("age_class", earns: .points(0)))
        Self.nameKinds(&draft)
        let list = try draft.resolved().digest()
        var seen = Set<SHA256.Digest>()
        for change in Self.partChanges {
            var draft = Drafts.full()
            change.apply(&draft)
            #expect(seen.insert(try draft.resolved().digest()).inserted, "\(change)")
        }
        // The order of the parts has no meaning.
        var exchanged = Drafts.full()
        Self.parts("parts exchanged", [Self.other, Self.total]).apply(&exchanged)
        #expect(!seen.insert(try exchanged.resolved().digest()).inserted)
        // The part that is a list has the digest of the list.
        #expect(seen.contains(list))
        // As version 0.2.0 made it.
        #expect(
            try PointsTableTests.draft().resolved().digest().description
                == "88e9919044b62dde903e8907317b04e34e59defda035a4e29f68794bcb1b61a5")
    }

    /// Lets a table of one row give the points, in the place of those that are given.
    private static func compute(_ draft: inout CaseDraft, by row: PointsRow) {
        draft.rules.pointsTable = [row]
        for index in draft.children.indices {
            draft.children[index].points = nil
            draft.children[index].wishPoints = []
        }
    }

    private static let facilityChanges = [
        Change("facility id") { $0.facilities.append(FacilityRow(id: "D", seats: $0.facilities[0].seats)) },
        Change("facility name") { $0.facilities[2].name = "Other" },
        Change("seats") { $0.facilities[2].seats[2] = 3 },
        Change("seats 0") { $0.facilities[2].seats[2] = 0 },
        Change("seats blank") { $0.facilities[2].seats[2] = nil },
        Change("seats moved") { $0.facilities[2].seats = [1, 2, nil, 2, nil, nil] },
        Change("minimum months") { $0.facilities[1].minimumAgeMonths = 9 },
        Change("minimum months 0") { $0.facilities[1].minimumAgeMonths = 0 },
        Change("no minimum months") { $0.facilities[1].minimumAgeMonths = nil },
        Change("minimum days instead of months") {
            ($0.facilities[1].minimumAgeMonths, $0.facilities[1].minimumAgeDays) = (nil, 8)
        },
        Change("kind") { $0.facilities[1].kind = "small" },
        Change("ward") { $0.facilities[1].ward = "small" },
        Change("latitude") { $0.facilities[0].latitude = 35.87 },
        Change("longitude") { $0.facilities[0].longitude = 139.66 },
        Change("no location") { ($0.facilities[0].latitude, $0.facilities[0].longitude) = (nil, nil) },
        Change("limit facility") { $0.seatLimits[0].facility = "C" },
        Change("limit ages") { $0.seatLimits[0].ages = AgeSet(0...3) },
        Change("limit group") { $0.seatLimits[2].group = .members(of: "graduates") },
        Change("limit group that reads alike") { $0.seatLimits[2].group = .members(of: "!graduates") },
        Change("limit for everyone") { $0.seatLimits[2].group = .everyone },
        Change("limit seats") { $0.seatLimits[0].seats = 5 },
        Change("limit opens") { $0.seatLimits[1].opens = false },
        Change("limit over two facilities") { $0.seatLimits[0].sharedWith = ["C"] },
        Change("limit over two other facilities") { $0.seatLimits[0].sharedWith = ["B"] },
        Change("limit over all facilities") { $0.seatLimits[0].sharedWith = ["B", "C"] },
        Change("more seats of a limit over two facilities") {
            $0.seatLimits[0].sharedWith = ["C"]
            $0.seatLimits[0].seats = 9
        },
        Change("limit removed") { $0.seatLimits.removeLast() },
    ]

    private static let childChanges = [
        Change("child id") { $0.children[4].id = "e2" },
        Change("household id") { $0.children[4].household = "Z2" },
        Change("child removed") { $0.children.remove(at: 4) },
        Change("birth date") { $0.children[4].birthDate = CalendarDate("2025-06-02") },
        Change("unborn") { ($0.children[4].birthDate, $0.children[4].dueDate) = (nil, $0.children[4].birthDate) },
        Change("no birth date") { ($0.children[4].birthDate, $0.children[4].ageClass) = (nil, 1) },
        Change("class age") { ($0.children[4].birthDate, $0.children[4].ageClass) = (nil, 2) },
        Change("present facility") { $0.children[2].currentFacility = nil },
        Change("group") { $0.children[4].groups = ["support"] },
        Change("sibling's facility") { $0.children[4].siblingFacilities = ["B"] },
        Change("another sibling's facility") { $0.children[4].siblingFacilities = ["C"] },
        Change("wish added") { $0.children[5].wishes.append("A") },
        Change("wishes exchanged") { $0.children[4].wishes.swapAt(0, 1) },
        Change("wish removed") { $0.children[4].wishes.removeLast() },
        Change("points") { $0.children[4].points = 10 },
        Change("points 0") { $0.children[4].points = 0 },
        Change("wish points") { $0.children[4].wishPoints = [10] },
        Change("points of the second wish") { $0.children[4].wishPoints = [nil, 10] },
        Change("given draws") { for row in $0.children.indices { $0.children[row].draw = ExactNumber(row) } },
        Change("other given draws") { for row in $0.children.indices { $0.children[row].draw = ExactNumber(row + 1) } },
        Change("given draws, no seed") {
            $0.rules.drawSeed = nil
            for row in $0.children.indices { $0.children[row].draw = ExactNumber(row) }
        },
        Change("given draws, blank seed") {
            $0.rules.drawSeed = ""
            for row in $0.children.indices { $0.children[row].draw = ExactNumber(row) }
        },
        Change("attribute") { $0.children[4].attributes[1] = "" },
        Change("attribute moved") { $0.children[4].attributes.swapAt(1, 2) },
    ]

    private static let householdChanges = [
        Change("answered timing") { ($0.households[0].timing, $0.households[0].leadChild) = (.together, nil) },
        Change("answered elder") { ($0.households[0].timing, $0.households[0].leadChild) = (.elder, nil) },
        Change("answered facility") { $0.households[0].facility = .sameOnly },
        Change("lead child") { $0.households[0].leadChild = "b" },
        Change("preferred child") { $0.households[0].preferredChild = "a" },
        Change("no longer independent") { $0.households[1].timing = .together },
        Change("joint choice") { $0.jointWishes[3].facility = "A" },
        Change("joint ranks exchanged") { ($0.jointWishes[4].rank, $0.jointWishes[5].rank) = (2, 2) },
        Change("joint rank removed") { $0.jointWishes.removeLast(2) },
        Change("no table") { $0.jointWishes = [] },
        Change("table of one child") {
            $0.jointWishes += [JointWishRow(household: "Z", rank: 1, child: "e", facility: "B")]
        },
    ]

    @Test("No two cases that differ in one field have the same digest")
    func everyFieldMatters() throws {
        var owner = [try Drafts.full().resolved().digest(): "nothing"]
        for change in Self.changes {
            var draft = Drafts.full()
            change.apply(&draft)
            let other = owner.updateValue(change.description, forKey: try draft.resolved().digest())
            #expect(other == nil, "\(change) has the digest of \(other ?? "")")
        }
    }

    private static let phaseChanges = [
        Change("phase name") { $0.rules.phases[1].name = "third" },
        Change("phase of another group") { $0.rules.phases[0].who = .members(of: "graduates") },
        Change("phase of others") { $0.rules.phases[0].who = .others(than: "support") },
        Change("phase of a group that reads alike") { $0.rules.phases[0].who = .members(of: "!support") },
        Change("phases exchanged") { $0.rules.phases.swapAt(0, 1) },
        Change("a third phase") { $0.rules.phases.append(Phase("third", who: .everyone)) },
        Change("limit of another phase") { ($0.seatLimits[3].phase, $0.seatLimits[3].isReleased) = ("second", false) },
        Change("limit of no phase") {
            ($0.seatLimits[3].phase, $0.seatLimits[3].isReleased) = (nil, false)
            $0.seatLimits[3].ages = AgeSet(0...1)
        },
        Change("other ages in the phase") { $0.seatLimits[3].ages = AgeSet(0...1) },
        Change("not released") { $0.seatLimits[3].isReleased = false },
        Change("no limit of a phase") { $0.seatLimits.removeLast() },
        Change("no phases") {
            $0.rules.phases = []
            $0.seatLimits.removeLast()
        },
        Change("pinned child") { $0.pins[0].child = "d" },
        Change("pinned elsewhere") { $0.pins[0].facility = "B" },
        Change("pinned to being held") { $0.pins[0].facility = nil },
        Change("decided by another") { $0.pins[0].by = "Suzuki" },
        Change("decided for another reason") { $0.pins[0].reason = "care" },
        Change("one pin less") { $0.pins.removeLast() },
        Change("no pins") { $0.pins = [] },
    ]

    @Test("Phases, their limits and pins are in the digest")
    func phasesMatter() throws {
        var owner = [
            try Drafts.phased().resolved().digest(): "nothing", try Drafts.full().resolved().digest(): "plain",
        ]
        for change in Self.phaseChanges {
            var draft = Drafts.phased()
            change.apply(&draft)
            let other = owner.updateValue(change.description, forKey: try draft.resolved().digest())
            #expect(other == nil, "\(change) has the digest of \(other ?? "")")
        }
        for seed in 0..<20 as Range<UInt64> {
            #expect(try Drafts.phased().shuffled(seed: seed).resolved() == Drafts.phased().resolved())
        }
    }

    @Test("The order of rows, of columns and of names in a list changes neither case nor digest", arguments: 0..<50)
    func orderDoesNotMatter(seed: UInt64) throws {
        let subject = try Drafts.full().resolved()
        let shuffled = try Drafts.full().shuffled(seed: seed).resolved()
        #expect(shuffled == subject)
        #expect(shuffled.digest() == subject.digest())
    }

    @Test("What makes the same case has the same digest")
    func sameCase() throws {
        let subject = try Drafts.full().resolved()
        for change in [
            Change("blank rows and repeats") { draft in
                draft.children[1].wishes = ["B", nil, "A", "B", nil]
                draft.households.append(draft.households[0])
            },
            Change("the class age beside the date") { $0.children[4].ageClass = 1 },
            Change("ranks with other gaps") { draft in
                for row in draft.jointWishes.indices { draft.jointWishes[row].rank *= 10 }
            },
            Change("the baseline written out") { draft in
                draft.jointWishes += [
                    JointWishRow(household: "Y", rank: 99, child: "c", facility: nil),
                    JointWishRow(household: "Y", rank: 99, child: "d", facility: nil),
                ]
            },
            Change("an answer beside the table") {
                $0.households.append(HouseholdRow(household: "Y", timing: .any, facility: .near))
            },
        ] {
            var draft = Drafts.full()
            change.apply(&draft)
            #expect(try draft.resolved() == subject, "\(change)")
            #expect(try draft.resolved().digest() == subject.digest(), "\(change)")
        }
    }

    @Test("The equator from the south is the equator")
    func negativeZero() throws {
        let digests = try [0, -0.0].map { zero in
            var draft = Drafts.full()
            (draft.facilities[0].latitude, draft.facilities[0].longitude) = (zero, zero)
            return try draft.resolved().digest()
        }
        #expect(digests[0] == digests[1])
    }

    @Test("How many are enrolled beyond capacity is in the digest, where the vacancies do not tell it")
    func overfull() throws {
        func digest(capacity: Int?, enrolled: Int?) throws -> SHA256.Digest {
            var draft = Drafts.full()
            draft.facilities[0].seats[1] = 0
            draft.facilities[0].capacity = [nil, capacity, nil, nil, nil, nil]
            draft.facilities[0].enrolled = [nil, enrolled, nil, nil, nil, nil]
            return try draft.resolved().digest()
        }
        let plain = try digest(capacity: nil, enrolled: nil)
        #expect(try digest(capacity: 11, enrolled: 11) == plain)
        #expect(try digest(capacity: 11, enrolled: 12) != plain)
        #expect(try digest(capacity: 11, enrolled: 12) != digest(capacity: 11, enrolled: 13))
    }

    @Test(
        "No character in a text can pass for the end of a field or of a list",
        arguments: ["\u{1F}", "\u{1E}", "/", "\u{0}", ";", ","])
    func separators(mark: String) throws {
        func digest(_ change: (inout CaseDraft) -> Void) throws -> SHA256.Digest {
            var draft = Drafts.full()
            change(&draft)
            return try draft.resolved().digest()
        }
        let pairs: [((inout CaseDraft, String, String) -> Void)] = [
            { ($0.municipality, $0.round) = ($1, $2) },
            { ($0.facilities[0].kind, $0.facilities[0].ward) = ($1, $2) },
            { ($0.children[0].attributes[1], $0.children[0].attributes[2]) = ($1, $2) },
            { ($0.attributeNames[1], $0.attributeNames[2]) = ($1, $2) },
            { ($0.facilities[0].name, $0.facilities[0].kind) = ($1, $2) },
        ]
        for change in pairs {
            let left = try digest { change(&$0, "p\(mark)q", "r") }
            let right = try digest { change(&$0, "p", "q\(mark)r") }
            #expect(left != right)
        }
        let lists: [[String]] = [
            ["p\(mark)q"], ["p", "q"], ["p", "q", mark], [mark], [mark, mark + mark],
        ]
        let digests = try lists.map { groups in try digest { $0.children[0].groups = groups } }
        #expect(Set(digests).count == lists.count)
    }
}

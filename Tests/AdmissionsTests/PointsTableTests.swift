import Admissions
import Testing

@Suite("Points by a table")
struct PointsTableTests {
    /// Two facilities, a table with bases by hours, a bonus at a sibling's facility and one at B, a deduction.
    static func draft() -> CaseDraft {
        var draft = Drafts.smallest()
        draft.rules.priority = [PriorityKey("points", .descending)]
        draft.attributeNames = ["father_hours", "mother_hours", "single", "arrears", "base"]
        draft.rules.pointsTable = [
            PointsRow("father_hours", .range(from: .number(160), to: nil), earns: .points(26), maxGroup: "father"),
            PointsRow("father_hours", .range(from: .number(120), to: nil), earns: .points(22), maxGroup: "father"),
            PointsRow(
                "mother_hours", .range(from: .number(120), to: .number(159)), earns: .points(22), maxGroup: "mother"),
            PointsRow("mother_hours", .range(from: .number(160), to: nil), earns: .points(26), maxGroup: "mother"),
            PointsRow("single", .oneOf(["yes", "1"]), earns: .points(20)),
            PointsRow("arrears", earns: .points(ExactNumber("-5.5")!)),
            PointsRow("sibling_facility_ids", at: .sameFacility, earns: .points(3)),
            PointsRow("group", .oneOf(["partner"]), at: .facility("B"), earns: .points(ExactNumber("0.5")!)),
        ]
        draft.facilities.append(Drafts.facility("B"))
        draft.children[0].wishes = ["A", nil, "B"]
        draft.children[0].attributes = ["168", "159", "", "", ""]
        return draft
    }

    static func points(_ change: (inout CaseDraft) -> Void = { _ in }) throws -> [String?] {
        var draft = draft()
        change(&draft)
        let child = try draft.resolved().children[0]
        return [child.points?.description] + child.wishes.map { $0.points?.description }
    }

    @Test("Rows add up, of a group the most counts, bounds are inside, and places count at their wish only")
    func sums() throws {
        #expect(try Self.points() == ["48", nil, nil])
        #expect(try Self.points { $0.children[0].attributes[0] = "159.9" } == ["44", nil, nil])
        #expect(try Self.points { $0.children[0].attributes[1] = "160" } == ["52", nil, nil])
        #expect(try Self.points { $0.children[0].attributes[1] = "119" } == ["26", nil, nil])
        #expect(try Self.points { $0.children[0].attributes[2] = "yes" } == ["68", nil, nil])
        #expect(try Self.points { $0.children[0].attributes[2] = "1.0" } == ["68", nil, nil])
        #expect(try Self.points { $0.children[0].attributes[2] = "no" } == ["48", nil, nil])
        #expect(try Self.points { $0.children[0].attributes[3] = "x" } == ["42.5", nil, nil])
        #expect(try Self.points { $0.children[0].siblingFacilities = ["B"] } == ["48", nil, "51"])
        #expect(try Self.points { $0.children[0].siblingFacilities = ["A", "B"] } == ["48", "51", "51"])
        #expect(try Self.points { $0.children[0].groups = ["partner", "x"] } == ["48", nil, "48.5"])
        #expect(try Self.points { $0.children[0].attributes = ["", "", "", "", ""] } == ["0", nil, nil])
    }

    @Test("A value meets a number however it is written, but ids and groups are text")
    func writtenOtherwise() throws {
        func sum(_ attribute: String, _ value: String, _ change: (inout CaseDraft) -> Void) throws -> String? {
            try Self.points {
                change(&$0)
                $0.rules.pointsTable = [PointsRow(attribute, .oneOf([value]), earns: .points(7))]
            }[0]
        }
        for (value, text) in [("1", "01"), ("01", "1"), ("01", "1.0"), ("1", "1")] {
            #expect(try sum("single", value) { $0.children[0].attributes[2] = text } == "7")
        }
        #expect(try sum("single", "1") { $0.children[0].attributes[2] = "10" } == "0")
        for (value, name, points) in [("1", "01", "0"), ("01", "1", "0"), ("01", "01", "7")] {
            #expect(try sum("group", value) { $0.children[0].groups = [name] } == points)
            func add(_ draft: inout CaseDraft) {
                draft.facilities += [Drafts.facility("1"), Drafts.facility("01")]
            }
            #expect(
                try sum("sibling_facility_ids", value) {
                    add(&$0)
                    $0.children[0].siblingFacilities = [FacilityID(name)]
                } == points)
            #expect(
                try sum("current_facility_id", value) {
                    add(&$0)
                    $0.children[0].currentFacility = FacilityID(name)
                } == points)
        }
        var draft = Self.draft()
        draft.rules.pointsTable = [PointsRow("sibling_facility_ids", .oneOf(["0A"]), earns: .points(7))]
        #expect(draft.resolve().findings.map(\.code) == [.facilityUnknown])
        #expect(draft.resolve().findings[0].column == "pointsTable[0]")
    }

    @Test("A row may count an attribute's own number, and test dates, ages and present facilities")
    func otherConditions() throws {
        #expect(
            try Self.points {
                $0.children[0].attributes[4] = "12.25"
                $0.rules.pointsTable = [
                    PointsRow("base", earns: .value), PointsRow("age_class", .oneOf(["1"]), earns: .points(1)),
                ]
            } == ["13.25", nil, nil])
        #expect(
            try Self.points {
                $0.rules.pointsTable = [
                    PointsRow(
                        "birth_date", .range(from: nil, to: .date(CalendarDate("2025-06-01")!)), earns: .points(7)),
                    PointsRow("current_facility_id", earns: .points(9)),
                ]
            } == ["7", nil, nil])
    }

    @Test("Points that are given as well must be the computed ones, at every wish")
    func agreement() throws {
        #expect(
            try Self.points {
                $0.children[0].points = 48
                $0.children[0].siblingFacilities = ["B"]
                $0.children[0].wishPoints = [48, nil, 51]
            } == ["48", nil, "51"])
        var draft = Self.draft()
        draft.children[0].points = 47
        draft.children[0].wishPoints = [nil, nil, 51]
        #expect(
            draft.places == [
                Place(.pointsDisagree, .children, 0, "points"), Place(.pointsDisagree, .children, 0, "points_3"),
            ])
    }

    @Test("The computation shows each row that the child meets, where it counts and where not")
    func computation() throws {
        var draft = Self.draft()
        draft.children[0].siblingFacilities = ["B"]
        let computation = try #require(draft.pointsComputation(ofRow: 0))
        #expect(computation.own == 48)
        #expect(computation.wishes.map(\.points) == [48, 51])
        let rows = computation.parts[0].rows
        #expect(rows.indices.filter { rows[$0].isMetAnywhere } == [0, 1, 2, 6])
        #expect([0, 1, 2, 6].map { rows[$0].counts } == [true, false, true, false])
        #expect(
            [0, 1, 2, 6].map { rows[$0].countsAtWishes } == [
                [true, true], [false, false], [true, true], [false, true],
            ])
        #expect(Drafts.smallest().pointsComputation(ofRow: 0) == nil)
    }

    @Test("Equal points of a group count once")
    func groupTies() throws {
        #expect(
            try Self.points {
                $0.rules.pointsTable = [
                    PointsRow("father_hours", earns: .points(5), maxGroup: "g"),
                    PointsRow("mother_hours", earns: .points(5), maxGroup: "g"),
                    PointsRow("sibling_facility_ids", at: .sameFacility, earns: .points(8), maxGroup: "g"),
                ]
                $0.children[0].siblingFacilities = ["A"]
            } == ["5", "8", nil])
    }

    @Test("A case with a table has another digest than one with the same points given")
    func digest() throws {
        let computed = try Self.draft().resolved()
        var given = Self.draft()
        given.rules.pointsTable = []
        given.children[0].points = 48
        #expect(try given.resolved().children == computed.children)
        #expect(try given.resolved().digest() != computed.digest())
    }

    @Test("Many children with random attributes get what adding by hand gives", arguments: [1, 2, 3])
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var draft = Self.draft()
        draft.children = (0..<200).map { index in
            var child = Drafts.child(ChildID("k\(index)"), HouseholdID("h\(index)"), wishes: ["A", "B"])
            child.attributes = ["", "", "", "", ""]
            if Bool.random(using: &random) { child.attributes[0] = "\(Int.random(in: 100...180, using: &random))" }
            if Bool.random(using: &random) { child.attributes[1] = "\(Int.random(in: 100...180, using: &random))" }
            if Bool.random(using: &random) { child.attributes[2] = ["yes", "no", "1"].randomElement(using: &random)! }
            if Bool.random(using: &random) { child.siblingFacilities = ["B"] }
            return child
        }
        let subject = try draft.resolved()
        for row in draft.children {
            let child = try #require(subject.children.first { $0.id == row.id })
            let father = Int(row.attributes[0]).map { $0 >= 160 ? 26 : $0 >= 120 ? 22 : 0 } ?? 0
            let mother = Int(row.attributes[1]).map { $0 >= 160 ? 26 : $0 >= 120 ? 22 : 0 } ?? 0
            let single = ["yes", "1"].contains(row.attributes[2]) ? 20 : 0
            #expect(child.points == ExactNumber(father + mother + single), "seed \(seed)")
            let atB = child.wishes[1].points ?? child.points
            #expect(atB == ExactNumber(father + mother + single + (row.siblingFacilities.isEmpty ? 0 : 3)))
        }
    }
}

import Admissions
import Testing

@testable import CaseFiles

@Suite("Reading and writing points from parts")
struct PointsPartsReadingTests {
    static let settings = """
        municipality: T
        round: r
        month: 2027-04
        priority: [{key: points, order: descending}]
        drawSeed: 1
        siblings: {timing: independent}

        """

    static let children = """
        child_id,household_id,birth_date,wish_1,wish_2,father,mother_hours,mother_due,area,single,fee_arrears,waiting_months
        1,X,2025-04-10,A,B,,168,2027-05-20,1区,yes,,3
        2,Y,2025-05-10,B,A,x,130,,,,yes,

        """

    static let facilities = """
        facility_id,name,kind,ward,seats_1
        A,青葉,公立,１区,5
        B,ばら,小規模,北区,5

        """

    /// The case with this text as its points table; the text begins in line 7, column 1.
    static func read(_ table: String) throws -> CaseReading {
        let sketch = try Sketch([
            "case.yaml": settings + table + "\n", "children.csv": children, "facilities.csv": facilities,
            "households.csv": nil, "seat_limits.csv": nil, "joint_wishes.csv": nil,
        ])
        return sketch.read()
    }

    static let full = """
        pointsTable:
          father: {when: [{attribute: father, blank: false}], combine: max, rows: [
              {name: "就労 月160時間以上", attribute: father, value: [a, ｘ], points: 20}]}
          mother: {combine: first, rows: [
              {name: 出産, attribute: mother_due, monthsFrom: -2, monthsTo: 2, points: 20},
              {attribute: mother_hours, from: 160, points: 18},
              {attribute: mother_hours, to: 159, points: 15.5}]}
          base: {combine: min, of: [father, mother]}
          adjustments: {cap: 10, floor: -5, rows: [
              {name: ひとり親で就労, when: [{attribute: single, value: "yes"}, {attribute: mother_hours, from: 1}], points: 6},
              {count: siblings_applying, from: 1, points: 1},
              {count: months_waiting, points: value},
              {at: sameFacility, points: 3, maxGroup: g},
              {at: siblingApplies, points: 2, maxGroup: g},
              {attribute: single, at: A, points: 1},
              {kind: [公立, 小規模], ward: １区, points: 4},
              {livesIn: area, wishRank: {from: 1, to: 3}, points: "1/2"},
              {wishRank: [1, 2], points: 2},
              {attribute: fee_arrears, value: "yes", refuse: 利用者負担額の滞納}]}
          papers: {factor: 0.5, of: [base], missing: 0}
          points: {of: [base, adjustments], factor: 1/3}
        """

    @Test("Every word is read as what it means")
    func words() throws {
        let reading = try Self.read(Self.full)
        #expect(reading.problems.map(\.code) == ["KEY_OF_WISH_RANK", "WISH_REFUSED", "WISH_REFUSED"])
        let table = try #require(reading.draft?.rules.pointsTable)
        let hours = { (from: ExactNumber?, to: ExactNumber?) in
            PointsCondition.attribute(
                "mother_hours", .range(from: from.map(KeyValue.number), to: to.map(KeyValue.number)))
        }
        #expect(table.parts.map(\.name) == ["father", "mother", "base", "adjustments", "papers", "points"])
        #expect(
            table.parts[0]
                == PointsPart(
                    "father",
                    rows: [
                        PointsRow(
                            name: "就労 月160時間以上", when: [.attribute("father", .oneOf(["a", "x"]))], earns: .points(20))
                    ], combine: .max, when: [.attribute("father", .filled)]))
        #expect(
            table.parts[1].rows == [
                PointsRow(name: "出産", when: [.attribute("mother_due", .months(from: -2, to: 2))], earns: .points(20)),
                PointsRow(when: [hours(160, nil)], earns: .points(18)),
                PointsRow(when: [hours(nil, 159)], earns: .points(ExactNumber("15.5")!)),
            ])
        #expect(table.parts[2] == PointsPart("base", of: ["father", "mother"], combine: .min))
        #expect((table.parts[3].floor, table.parts[3].cap) == (-5, 10))
        let half = ExactNumber(1, over: 2)!
        #expect(
            table.parts[3].rows == [
                PointsRow(
                    name: "ひとり親で就労", when: [.attribute("single", .oneOf(["yes"])), hours(1, nil)], earns: .points(6)),
                PointsRow(when: [.count(.siblingsApplying, .range(from: 1, to: nil))], earns: .points(1)),
                PointsRow(when: [.count(.monthsWaiting, .range(from: nil, to: nil))], earns: .value),
                PointsRow(when: [.sameFacility], earns: .points(3), maxGroup: "g"),
                PointsRow(when: [.siblingApplies], earns: .points(2), maxGroup: "g"),
                PointsRow("single", at: .facility("A"), earns: .points(1)),
                PointsRow(when: [.kind(["公立", "小規模"]), .ward(["1区"])], earns: .points(4)),
                PointsRow(when: [.livesIn("area"), .wishRank(.range(from: 1, to: 3))], earns: .points(half)),
                PointsRow(when: [.wishRank(.oneOf([1, 2]))], earns: .points(2)),
                PointsRow("fee_arrears", .oneOf(["yes"]), earns: .refusal("利用者負担額の滞納")),
            ])
        #expect(table.parts[4] == PointsPart("papers", of: ["base"], factor: half, missing: 0))
        #expect(table.parts[5] == PointsPart("points", of: ["base", "adjustments"], factor: ExactNumber(1, over: 3)))
        // 1: the father is missing, the mother 20; single 6, waiting 3; at A single, ward, area, rank beside, capped.
        let child = try #require(reading.subject?.children[0])
        #expect(child.points == ExactNumber(29, over: 3))
        #expect(child.wishes.map(\.points) == [10, 10])
        // 2: the father 20, the mother 15.5; no adjustment but the rank, and not eligible.
        let other = try #require(reading.subject?.children[1])
        #expect(other.points == ExactNumber("15.5")!.divided(by: 3))
        #expect(other.wishes.map(\.ineligibility) == [.notEligible, .notEligible])
    }

    @Test("What is written is read again as it was, with the same digest")
    func roundTrip() throws {
        let draft = try #require(try Self.read(Self.full).draft)
        var others = draft
        others.rules.pointsTable.parts[0].name = "null"
        others.rules.pointsTable.parts[2].parts[0] = "null"
        others.rules.pointsTable.parts[1].rows += [
            PointsRow(
                when: [.facility("A"), .attribute("single", .blank), .count(.underSchoolAge, .oneOf([2, 3]))],
                earns: .points(-1)),
            PointsRow(when: [], earns: .points(1)), PointsRow(name: "\"q\": [", when: [], earns: .refusal("a: b # c")),
            PointsRow(
                when: [.attribute("mother_due", .range(from: .date(CalendarDate("2027-04-01")!), to: nil))],
                earns: .points(1)),
            PointsRow(when: [.attribute("mother_due", .months(from: nil, to: 3))], earns: .points(1)),
        ]
        var fine = draft
        let small = ExactNumber(1, over: 262_144)!
        let part = PointsPart(
            "fine", rows: [PointsRow(when: [], earns: .points(small))], factor: small, floor: small,
            cap: ExactNumber(Int64.max, over: 2)!, missing: small)
        fine.rules.pointsTable.parts.append(part)
        fine.rules.priority.append(
            PriorityKey("met", .descending, onlyWhen: KeyRestriction(parts: [.init("fine", from: small)])))
        for draft in [draft, others, fine] {
            let sketch = try Sketch()
            let folder = CaseFolder(sketch.url.appending(path: "copy"))
            try folder.write(draft)
            let reading = folder.read()
            #expect(reading.errors == [])
            #expect(reading.draft?.rules == draft.rules)
            let subject = try #require(draft.resolve().case)
            #expect(reading.subject == subject)
            #expect(reading.subject?.digest() == subject.digest())
        }
    }

    @Test("A list is written as a list, word by word as before, and a map of one plain part is that list")
    func lists() throws {
        let list = """
            pointsTable:
              - {attribute: mother_hours, from: 160, to: 170, points: 20, maxGroup: g}
              - {attribute: single, value: ["yes", a], at: sameFacility, points: 3}
              - {attribute: area, at: A, points: 0.5}
              - {attribute: waiting_months, points: value}
            """
        let draft = try #require(try Self.read(list).draft)
        #expect(CaseFolder.lines(of: draft.rules.pointsTable).joined(separator: "\n") == list)
        let rows = list.split(separator: "\n").dropFirst().map { "\($0)\n" }.joined()
        let parts = "pointsTable:\n  points:\n    rows:\n" + rows.replacing("  - ", with: "      - ")
        let same = try Self.read(parts)
        #expect(same.draft?.rules == draft.rules)
        #expect(same.subject?.digest() == draft.resolve().case?.digest())
        #expect(same.subject != nil)
    }

    @Test("Columns that only a condition reads are read")
    func columns() throws {
        let table = """
            pointsTable:
              points: {when: [{attribute: father, blank: true}], missing: 1, rows: [
                {count: months_waiting, points: value}, {livesIn: area, points: 1}, {points: 2}]}
            """
        let reading = try Self.read(table)
        #expect(reading.unreadColumns.map(\.columns) == [["fee_arrears", "mother_due", "mother_hours", "single"]])
        #expect(reading.subject?.children.map(\.points) == [5, 1])
        // The ward is written in full width in one file and not in the other.
        #expect(reading.subject?.children[0].wishes.map(\.points) == [6, nil])
    }

    struct Mistake: Sendable, CustomStringConvertible {
        /// After `pointsTable: `, so that it begins in column 14 of line 7.
        let table: String
        let expected: String

        init(_ table: String, _ expected: String) { (self.table, self.expected) = (table, expected) }

        var description: String { table }
    }

    static let mistakes = [
        Mistake("3", "7:14: error SETTING_INVALID"),
        Mistake("{base: {rows: [{points: 1}]}}", "7:14: error SETTING_MISSING"),
        Mistake("{points: 3}", "7:23: error SETTING_INVALID"),
        Mistake("{points: {rows: 1}}", "7:30: error SETTING_INVALID"),
        Mistake("{points: {of: base}, base: {rows: [{points: 1}]}}", "7:28: error SETTING_INVALID"),
        Mistake("{points: {of: [base]}}", "7:15: error PART_UNKNOWN"),
        Mistake("{points: {of: [a]}, a: {of: [b]}, b: {of: [a]}}", "7:34: error PARTS_CIRCLE"),
        Mistake("{points: {combine: min}}", "7:15: error PART_EMPTY"),
        Mistake("{points: {floor: 2, cap: 1, rows: [{points: 1}]}}", "7:15: error CAP_BELOW_FLOOR"),
        Mistake("{points: {sum: [a], rows: [{points: 1}]}}", "7:24: error SETTING_UNKNOWN"),
        Mistake("{points: {combine: median, rows: [{points: 1}]}}", "7:33: error SETTING_INVALID"),
        Mistake("{points: {factor: half, rows: [{points: 1}]}}", "7:32: error SETTING_INVALID"),
        Mistake("{points: {when: {attribute: single}, rows: [{points: 1}]}}", "7:30: error SETTING_INVALID"),
        Mistake("{points: {when: [single], rows: [{points: 1}]}}", "7:31: error SETTING_INVALID"),
        Mistake("{points: {when: [{}], rows: [{points: 1}]}}", "7:31: error SETTING_MISSING"),
        Mistake("[{when: [{attribute: single, at: A}], points: 1}]", "7:23: error SETTING_INVALID"),
        Mistake("[{attribute: single}]", "7:15: error SETTING_MISSING"),
        Mistake("[{from: 1, points: 1}]", "7:22: error SETTING_MISSING"),
        Mistake("[{attribute: single, points: 1, refuse: x}]", "7:54: error SETTING_INVALID"),
        Mistake("[{attribute: single, maxGroup: g, refuse: x}]", "7:56: error SETTING_INVALID"),
        Mistake("[{attribute: single, count: months_waiting, points: 1}]", "7:15: error SETTING_INVALID"),
        Mistake("[{count: siblings, points: 1}]", "7:23: error SETTING_INVALID"),
        Mistake("[{count: months_waiting, from: 1.5, points: 1}]", "7:45: error SETTING_INVALID"),
        Mistake("[{count: months_waiting, blank: true, points: 1}]", "7:46: error SETTING_INVALID"),
        Mistake("[{count: months_waiting, from: 2, to: 1, points: 1}]", "7:15: error SETTING_INVALID"),
        Mistake("[{attribute: single, value: [], points: 1}]", "7:42: error SETTING_INVALID"),
        Mistake("[{attribute: single, value: a, from: 1, points: 1}]", "7:15: error SETTING_INVALID"),
        Mistake("[{attribute: mother_due, from: 1, monthsTo: 1, points: 1}]", "7:15: error SETTING_INVALID"),
        Mistake("[{attribute: mother_due, monthsFrom: 2, monthsTo: 1, points: 1}]", "7:15: error SETTING_INVALID"),
        Mistake("[{attribute: mother_due, monthsFrom: x, points: 1}]", "7:51: error SETTING_INVALID"),
        Mistake("[{attribute: single, blank: true, points: value}]", "7:15: error SETTING_INVALID"),
        Mistake("[{attribute: single, blank: true, value: a, points: 1}]", "7:15: error ROW_NEVER_MET"),
        Mistake(
            "[{attribute: single, value: a, when: [{attribute: single, value: b}], points: 1}]",
            "7:15: error ROW_NEVER_MET"),
        Mistake("[{wishRank: 0, points: 1}]", "7:26: error SETTING_INVALID"),
        Mistake("[{wishRank: {from: 1, until: 2}, points: 1}]", "7:36: error SETTING_UNKNOWN"),
        Mistake("[{wishRank: 1, when: [{wishRank: 2}], points: 1}]", "7:15: error ROW_NEVER_MET"),
        Mistake("[{at: Z, points: 1}]", "7:15: error FACILITY_UNKNOWN"),
        Mistake("[{kind: 小規摸, points: 1}]", "7:15: error FACILITY_UNKNOWN"),
        Mistake("[{ward: 東区, points: 1}]", "7:15: error FACILITY_UNKNOWN"),
        Mistake("[{attribute: single, refuse: \" \"}]", "7:43: error SETTING_INVALID"),
        Mistake("[{attribute: single, refuse: \"\u{3000}\"}]", "7:43: error SETTING_INVALID"),
        Mistake("[{attribute: single, refuse: \"\\u200b\"}]", "7:43: error SETTING_INVALID"),
        Mistake("[{attribute: single, maxGroup: \"a\\nb\", points: 1}]", "7:45: error SETTING_INVALID"),
        Mistake("{\"\\u200b\": {rows: [{points: 1}]}, points: {rows: [{points: 1}]}}", "7:15: error SETTING_INVALID"),
        Mistake("[{attribute: waiting_months, from: 1², points: 1}]", "7:49: error SETTING_INVALID"),
        Mistake("[{attribute: waiting_months, points: 2①}]", "7:51: error SETTING_INVALID"),
        Mistake("[{attribute: wish_1, points: 1}]", "7:15: error POINTS_ATTRIBUTE_UNKNOWN"),
        Mistake("[{livesIn: home, points: 1}]", "7:15: error POINTS_ATTRIBUTE_UNKNOWN"),
        Mistake("[{at: A, points: value}]", "7:15: error POINTS_ATTRIBUTE_UNKNOWN"),
        Mistake(
            "{points: {rows: [{points: 1}, {attribute: singel, points: 1}]}}", "7:44: error POINTS_ATTRIBUTE_UNKNOWN"),
    ]

    @Test("Each mistake has its code and place, and nothing follows from it", arguments: mistakes)
    func mistake(mistake: Mistake) throws {
        let reading = try Self.read("pointsTable: \(mistake.table)")
        #expect(reading.subject == nil)
        #expect(
            reading.problems.map(\.description).first?.hasPrefix("case.yaml:\(mistake.expected)") == true,
            "\(reading.problems)")
        #expect(reading.problems.count == 1, "\(reading.problems)")
    }

    @Test("A column that is misspelt in a condition is guessed, and a total that is missing is said of the child")
    func sentences() throws {
        let misspelt = try Self.read(
            "pointsTable: {points: {rows: [{when: [{at: A}, {attribute: singel}], points: 1}]}}")
        #expect(misspelt.problems.first?.message.hasSuffix("Is single meant?") == true)
        let missing = try Self.read(
            "pointsTable: {points: {of: [f]}, f: {when: [{attribute: father}], rows: [{points: 1}]}}")
        #expect(missing.problems.map(\.code) == ["POINTS_NOT_COMPUTABLE"])
        #expect(missing.problems.map(\.line) == [2])
    }

    @Test("A column that the profile reads under a standard name is asked for by that name")
    func profile() throws {
        let sketch = try Sketch([
            "case.yaml": Self.settings + """
                columns: {children: {birth_date: 生年月日}}
                pointsTable: [{attribute: 生年月日, from: 2025-05-01, points: 1}]

                """,
            "children.csv": Self.children.replacingOccurrences(of: "birth_date", with: "生年月日"),
            "facilities.csv": Self.facilities, "households.csv": nil, "seat_limits.csv": nil, "joint_wishes.csv": nil,
        ])
        let problem = try #require(sketch.read().problems.first)
        #expect(problem.code == "POINTS_ATTRIBUTE_UNKNOWN")
        #expect(problem.message.hasSuffix("Is birth_date meant?"))
    }

    @Test("A value that no row names is a doubt at the part")
    func unnamed() throws {
        let sketch = try Sketch([
            "case.yaml": Self.settings + """
                pointsTable:
                  points:
                    rows: [{attribute: single, value: "はい", points: 1}]

                """,
            "children.csv": Self.children, "facilities.csv": Self.facilities, "households.csv": nil,
            "seat_limits.csv": nil, "joint_wishes.csv": nil,
        ])
        let problems = CaseFolder(sketch.url).read(doubts: .sought(previous: nil)).problems
        let doubt = try #require(problems.first { $0.code == "VALUES_UNNAMED" })
        #expect(doubt.needsAcceptance)
        #expect(doubt.message.contains("1 child has a `single` value that no row names: yes (1)"))
        #expect((doubt.file, doubt.line) == ("case.yaml", 7))
    }
}

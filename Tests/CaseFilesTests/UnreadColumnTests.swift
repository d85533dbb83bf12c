import Admissions
import Foundation
import SyntheticCity
import Tables
import Testing

@testable import CaseFiles

@Suite("Columns, files and settings that nothing reads")
struct UnreadColumnTests {
    /// Two nurseries and four children, each of whom has a second wish.
    static let two: [String: String?] = [
        "case.yaml": """
        municipality: T
        round: r
        month: 2027-04
        priority: [{key: points, order: descending}]
        drawSeed: 1

        """,
        "children.csv": """
        child_id,household_id,birth_date,wish_1,wish_2,points
        1,X,2025-04-10,F01,F02,40
        2,Y,2025-05-02,F01,F02,38
        3,Z,2026-03-20,F01,F02,36

        """,
        "facilities.csv": "facility_id,name,seats_1\nF01,青葉,2\nF02,ばら,2\n",
        "households.csv": nil, "seat_limits.csv": nil, "joint_wishes.csv": nil,
    ]

    static func read(_ changes: [String: String?] = [:]) throws -> CaseReading {
        try Sketch(two.merging(changes, uniquingKeysWith: { $1 })).read()
    }

    static func table(_ name: String) -> String { two[name]!! }

    /// The problems as severity, code and whether somebody must accept them.
    static func kinds(_ reading: CaseReading) -> [String] {
        reading.problems.map { "\($0.severity.rawValue) \($0.code)\($0.needsAcceptance ? " to accept" : "")" }
    }

    @Test(
        "A wish column that is spelled otherwise is never lost in silence, as the second wish or as a third",
        arguments: [
            "wish_02", "wish2", "wish_0", "Wish_2", "wish-2", "wish 2", "WISH_2", "wihs_2", "第2希望", "第２希望", "希望2",
            "ｗｉｓｈ＿２", "wish_\u{AD}2", "wish.2", "第二希望", "第Ⅱ希望", "志望2", "第2希望施設番号", "wish2_facility", "choice_2",
        ])
    func wishes(header: String) throws {
        let second = Self.table("children.csv").replacing("wish_2", with: header)
        // With a soft hyphen it is the very column.
        let isRead = header == "wish_\u{AD}2" || header == "ｗｉｓｈ＿２"
        let reading = try Self.read(["children.csv": second])
        #expect(
            isRead
                ? reading.problems.isEmpty && reading.subject?.children[0].wishes.count == 2
                : reading.subject == nil || reading.problems.contains { $0.needsAcceptance }, "\(reading.problems)")
        let third = Self.table("children.csv").replacing("wish_2,points", with: "wish_2,\(header),points")
            .replacing("F02,", with: "F02,F03,")
        let beside = try Self.read([
            "children.csv": third, "facilities.csv": Self.table("facilities.csv") + "F03,ゆり,2\n",
        ])
        #expect(
            beside.subject == nil || beside.problems.contains { $0.needsAcceptance }, "\(beside.problems)")
        for problem in reading.problems + beside.problems
        where problem.code.hasPrefix("COLUMN_") && problem.code != "COLUMN_TWICE" {
            #expect(problem.file == "children.csv" && problem.line == 1 && problem.column ?? 0 > 1)
            #expect(problem.text(in: .japanese).contains("「"))
        }
    }

    @Test(
        "A header that only folding makes a known one is an error, one near it a doubt, in every table",
        arguments: [
            ("children.csv", "birth_date", "Birth Date", "error MISSING_COLUMN"),
            ("children.csv", "points\n", "points,Points\n", "error COLUMN_MISSPELT"),
            ("children.csv", "points\n", "points,point\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,current_facility\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,nursery now\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,siblingFacilities\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,score_1\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,在園施設番号\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,兄弟在園施設\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,第1希望加点\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,出産予定日\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,抽選番号\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,sibling_pattern\n", "warning COLUMN_SIMILAR to accept"),
            ("children.csv", "points\n", "points,備考\n", nil),
            ("children.csv", "points\n", "points,区分\n", nil),
            ("children.csv", "points\n", "points,年齢\n", nil),
            ("facilities.csv", "seats_1\n", "seats_1,seats_6\n", "error COLUMN_MISSPELT"),
            ("facilities.csv", "seats_1\n", "seats_1,seats_02\n", "error COLUMN_MISSPELT"),
            ("facilities.csv", "seats_1\n", "seats_1,seats_0歳\n", "warning COLUMN_SIMILAR to accept"),
            ("facilities.csv", "seats_1\n", "seats_1,0歳募集\n", "warning COLUMN_SIMILAR to accept"),
            ("facilities.csv", "seats_1\n", "seats_1,seat_2\n", "warning COLUMN_SIMILAR to accept"),
            ("facilities.csv", "seats_1\n", "seats_1,1歳児定員\n", "warning COLUMN_UNREAD"),
            ("facilities.csv", "seats_1\n", "seats_1,電話\n", "warning COLUMN_UNREAD"),
        ] as [(String, String, String, String?)])
    func headers(file: String, old: String, new: String, expected: String?) throws {
        let text = Self.table(file).replacing(old, with: new)
        // A blank cell in each row for the new column.
        let added = new.contains(",") ? text.replacing(/(\d)\n/) { "\($0.1),\n" } : text
        let header = text.prefix { $0 != "\n" }
        let rows = added.split(separator: "\n").dropFirst()
        let reading = try Self.read([file: "\(header)\n" + rows.joined(separator: "\n") + "\n"])
        #expect(Self.kinds(reading) == (expected.map { [$0] } ?? []), "\(reading.problems)")
    }

    @Test("What the other tables do not read is doubted where it may be an answer, a group or a phase")
    func otherTables() throws {
        let children = """
            child_id,household_id,birth_date,group,wish_1,points
            c1,X,2025-04-10,support,F01,40
            c2,X,2025-05-02,,F01,38

            """
        for (file, text, expected) in [
            ("households.csv", "household_id,when,facility\nX,any,sameOnly\n", ["COLUMN_SIMILAR"]),
            ("households.csv", "household_id,同時入所条件,facility\nX,,sameOnly\n", ["COLUMN_SIMILAR"]),
            ("households.csv", "household_id,timing,facility,first\nX,any,sameOnly,c1\n", ["COLUMN_OF_IDS"]),
            ("households.csv", "household_id,timing,facility,Lead Child ID\nX,any,sameOnly,c1\n", ["COLUMN_MISSPELT"]),
            ("seat_limits.csv", "facility_id,ages,who,seats\nF01,1,support,1\n", ["COLUMN_SIMILAR"]),
            ("seat_limits.csv", "facility_id,ages,seats,offered\nF02,2,1,yes\n", ["COLUMN_SIMILAR"]),
            ("seat_limits.csv", "facility_id,ages,seats,note\nF02,2,1,rebuilt\n", ["COLUMN_UNREAD"]),
            (
                "joint_wishes.csv", "household_id,rank,child_id,facility_id,instead\nX,1,c1,F01,F02\nX,1,c2,F01,F02\n",
                ["COLUMN_OF_IDS"]
            ),
            ("pins.csv", "child_id,facility_id,by,reason,Facility-ID\nc1,F01,S,r,F02\n", ["COLUMN_MISSPELT"]),
        ] {
            let reading = try Self.read(["children.csv": children, file: text])
            let codes = reading.problems.filter { $0.file == file }.map(\.code)
                .filter { $0.hasPrefix("COLUMN") }
            #expect(codes == expected, "\(text): \(reading.problems)")
        }
    }

    @Test("Cells tell what a column is: ids and names of facilities, ids of children; counts are none")
    func content() throws {
        func problems(_ header: String, _ cell: (Int) -> String, ids: (Int) -> String) throws -> [String] {
            var children = "child_id,household_id,age_class,wish_1,points,\(header)\n"
            for child in 1...60 { children += "C\(child),H\(child),1,\(ids(child % 20 + 1)),\(child),\(cell(child))\n" }
            let facilities = (1...20).map { "\(ids($0)),園\($0),5\n" }.joined()
            let reading = try Self.read([
                "children.csv": children, "facilities.csv": "facility_id,name,seats_1\n" + facilities,
            ])
            #expect(reading.unreadColumns == [UnreadColumns(file: "children.csv", columns: [header])])
            return Self.kinds(reading)
        }
        let named = { (number: Int) in "F\(number)" }
        let numbered = { (number: Int) in "\(number)" }
        let doubt = ["warning COLUMN_OF_IDS to accept"]
        #expect(try problems("x", { $0 % 9 == 0 ? named($0 % 20 + 1) : "" }, ids: named) == doubt)
        #expect(try problems("x", { "\(named($0 % 19 + 1));\(named($0 % 7 + 1))" }, ids: named) == doubt)
        #expect(try problems("x", { "園\($0 % 20 + 1)" }, ids: named).contains(doubt[0]) == false, "it repeats wish_1")
        #expect(try problems("x", { "園\($0 % 19 + 1)" }, ids: named) == doubt)
        #expect(try problems("x", { "C\(61 - $0)" }, ids: named) == doubt)
        #expect(try problems("x", { $0 % 3 == 0 ? named(1) : "outside" }, ids: named) == [])
        #expect(try problems("x", { numbered($0 % 18 + 1) }, ids: numbered) == doubt)
        for header in ["候補３", "選択3", "申込園３", "第三希", "wish_three", "third_choice"] {
            #expect(try problems(header, { numbered($0 % 5 + 1) }, ids: numbered) == doubt, "\(header)")
            #expect(try problems(header, { $0 < 3 ? numbered($0 % 5 + 1) : "" }, ids: numbered) == doubt, "\(header)")
        }
        #expect(try problems("siblings", { numbered($0 % 4) }, ids: numbered) == [])
        #expect(try problems("tax", { "\($0 * 100)" }, ids: numbered) == [])
    }

    @Test("A column that only repeats the name of a wish that is read raises nothing, but is named")
    func echo() throws {
        let settings = Self.table("case.yaml") + "columns:\n  children: {wish_N: 第N希望施設番号}\n"
        let table = """
            child_id,household_id,birth_date,第1希望施設番号,第1希望施設名,第2希望施設番号,第2希望施設名,points
            1,X,2025-04-10,F01,青葉,F02,ばら,40
            2,Y,2025-05-02,F02,ばら,,,38

            """
        let reading = try Self.read(["case.yaml": settings, "children.csv": table])
        #expect(reading.problems == [])
        #expect(reading.unreadColumns.map(\.columns) == [["第1希望施設名", "第2希望施設名"]])
        let other = try Self.read(["case.yaml": settings, "children.csv": table.replacing("ばら,40", with: "青葉,40")])
        #expect(Self.kinds(other) == ["error COLUMN_MISSPELT"])
    }

    @Test("null in the profile says that there is no such column; an empty header says nothing and is an error")
    func without() throws {
        let table = Self.table("children.csv").replacing("points\n", with: "points,在園施設,第1希望加点\n")
            .replacing(/(\d)\n/) { "\($0.1),,\n" }
        #expect(Self.kinds(try Self.read(["children.csv": table])).count == 2)
        let settings = Self.table("case.yaml") + "columns:\n  children: {current_facility_id: null, points_N: ~}\n"
        let reading = try Self.read(["children.csv": table, "case.yaml": settings])
        #expect(reading.problems == [])
        #expect(reading.unreadColumns.map(\.columns) == [["在園施設", "第1希望加点"]])
        let empty = Self.table("case.yaml") + "columns:\n  children:\n    current_facility_id:\n"
        #expect(Self.kinds(try Self.read(["case.yaml": empty])) == ["error SETTING_INVALID"])
    }

    @Test("Attributes of keys and of the points table are read; others are named, and so are those of other tables")
    func named() throws {
        let settings = """
            municipality: T
            round: r
            month: 2027-04
            priority: [{key: points, order: descending}, {key: tax, order: ascending, blank: last}]
            pointsTable: [{attribute: hours, points: 3}]
            drawSeed: 1

            """
        let reading = try Self.read([
            "case.yaml": settings,
            "children.csv": """
            z,child_id,household_id,birth_date,wish_1,hours,tax,memo
            ,1,X,2025-04-10,F01,160,3,
            """,
            "facilities.csv": "facility_id,name,tel,seats_1\nF01,青葉,1,2\n",
        ])
        #expect(
            reading.unreadColumns == [
                UnreadColumns(file: "children.csv", columns: ["memo", "z"]),
                UnreadColumns(file: "facilities.csv", columns: ["tel"]),
            ])
        #expect(reading.errors == [])
        #expect(!reading.problems.contains { $0.needsAcceptance })
    }

    @Test(
        "Made-up cities and their siblings' columns raise no doubt about a column",
        arguments: 1...4 as ClosedRange<UInt64>)
    func cities(seed: UInt64) throws {
        let sketch = try Sketch()
        let folder = CaseFolder(sketch.url.appending(path: "city"))
        try folder.write(try City(CityOptions(children: 300, facilities: 20, seed: seed)).makeDraft())
        let reading = folder.read(doubts: .sought(previous: nil))
        #expect(reading.unreadColumns == [])
        #expect(!reading.problems.contains { $0.needsAcceptance }, "\(reading.problems)")
    }

    @Test("A file whose name is nearly that of a missing table is an error, as is a workbook in its place")
    func files() throws {
        for name in [
            "household.csv", "Households.csv", "household.xlsx", "households.xls", "joint-wishes.csv", "seat_limit.csv",
            "pin.csv",
        ] {
            let reading = try Self.read([name: "household_id\n"])
            #expect(reading.problems.map(\.description).map { $0.prefix { $0 != ":" } } == ["\(name)"])
            #expect(Self.kinds(reading) == ["error FILE_SIMILAR"])
        }
        for name in ["notes.csv", "housing.csv", "~$households.xlsx", "pins.bak"] {
            #expect(try Self.read([name: "x\n"]).problems == [])
        }
        let missing = try Self.read(["children.csv": nil, "Children.xlsx": "PK"])
        #expect(missing.problems.map(\.code) == ["FILE_MISSING"])
        #expect(missing.problems[0].message.contains("Children.xlsx"))
        let twins = try Self.read(["children.xlsx": "PK", "facilities.ods": "PK"])
        #expect(twins.problems.map(\.file) == ["facilities.ods", "children.xlsx"] || twins.problems.count == 2)
        #expect(Set(Self.kinds(twins)) == ["error FILE_SIMILAR"])
        let sketch = try Sketch(Self.two)
        try sketch.write("decline.csv", Array("child_id,date\n".utf8))
        #expect(CaseFolder(sketch.url).readBetweenRounds().problems.map(\.code) == ["FILE_SIMILAR"])
    }

    @Test(
        "A setting with a lost indent is an error at its place",
        arguments: [
            ("phases:\n", 6), ("pointsTable:\n", 6), ("columns:\n", 6), ("siblings:\n", 6), ("phases: null\n", 6),
            ("siblings:\n  twins:\n", 7), ("columns:\n  files:\n", 7), ("columns:\n  children:\n", 7),
            ("columns:\n  values:\n", 7), ("columns:\n  patterns:\n", 7), ("columns:\n  settings:\n", 7),
            ("columns:\n  values:\n    timing:\n", 8), ("columns:\n  patterns:\n    a: 1\n", 8),
            ("columns:\n  settings: [a]\n", 7), ("columns:\n  values: {timming: {a: any}}\n", 7),
        ])
    func lostIndents(text: String, line: Int) throws {
        let problems = try Self.read(["case.yaml": Self.table("case.yaml") + text]).errors
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.file == "case.yaml")
        #expect(problems.first?.line == line, "\(problems)")
        #expect(["SETTING_INVALID", "SETTING_UNKNOWN"].contains(problems.first?.code))
    }

    @Test(
        "Invisible characters part no siblings: they are dropped and the two spellings told, or refused with their place",
        arguments: [
            ("\u{AD}X", "ID_CLASH"), ("X\u{200D}", "ID_CLASH"), ("X\u{2060}", "ID_CLASH"), ("X\u{34F}", "ID_CLASH"),
            ("X\u{FE0F}", "ID_CLASH"), ("X\u{E0100}", "ID_CLASH"), ("X\u{200B}", "ID_CLASH"), ("Ｘ", "ID_CLASH"),
            ("\u{FEFF}X", "BYTE_ORDER_MARK"), ("X\u{7F}", "CONTROL_CHARACTER"), ("X\u{9B}", "CONTROL_CHARACTER"),
            ("X\u{202E}", "CONTROL_CHARACTER"), ("\u{200F}X", "CONTROL_CHARACTER"), ("X\u{2066}", "CONTROL_CHARACTER"),
            ("\u{61C}X", "CONTROL_CHARACTER"),
            ("Х", "ID_SIMILAR"), ("x", "ID_SIMILAR"), ("Χ", "ID_SIMILAR"),
        ])
    func invisible(id: String, code: String) throws {
        let text = Self.table("children.csv").replacing("3,Z,", with: "3,\(id),")
        let reading = try Self.read(["children.csv": text])
        // Whoever shares a household id has an answer to give.
        let problems = reading.problems.filter { $0.code != "ANSWER_FILLED" }
        #expect(problems.map(\.code) == [code], "\(reading.problems)")
        #expect(problems.first?.line == 4)
        if code == "ID_SIMILAR" {
            #expect(problems[0].needsAcceptance)
        } else {
            #expect(reading.subject == nil)
        }
    }

    @Test("What nobody sees changes no group, no choice and no wish")
    func ignorable() throws {
        let plain = try #require(try Sketch().read().subject)
        let reading = try Sketch([
            "children.csv": Sketch.sound["children.csv"]!.replacing(",A,B,40", with: ",A\u{FE0F},B\u{200D},40"),
            "households.csv": Sketch.sound["households.csv"]!.replacing("lead,", with: "le\u{AD}ad,"),
        ]).read()
        #expect(reading.problems == [])
        #expect(reading.subject == plain)
    }

    @Test("A control character in a setting is an error")
    func settings() throws {
        for text in ["\"r\\e[31m\"", "\"r\\u202E\"", "\"r\\x7F\""] {
            let yaml = Self.table("case.yaml").replacing("round: r", with: "round: \(text)")
            let problems = try Self.read(["case.yaml": yaml]).problems
            #expect(problems.map(\.code) == ["CONTROL_CHARACTER"])
            #expect(problems.first?.line == 2)
        }
    }

    @Test(
        "manual.csv: a second column that could be one of the two that are read is an error, others are not looked at")
    func manual() throws {
        let sketch = try Sketch(Self.two)
        let subject = try #require(sketch.read().subject)
        let url = sketch.url.appending(path: "manual.csv")
        for (header, code) in [("Facility_ID", "COLUMN_MISSPELT"), ("facilty_id", "COLUMN_MISSPELT"), ("outcome", nil)]
        {
            try sketch.write(
                "manual.csv", Array("child_id,facility_id,\(header)\n1,F01,F02\n2,,F02\n3,F02,\n".utf8))
            let (places, problems) = ManualTable.read(url, of: subject)
            #expect(problems.map(\.code) == [code].compactMap { $0 })
            #expect((places == nil) == (code != nil))
        }
    }

    @Test("Synonyms of the dangerous columns are proposed, and several files give one map")
    func suggestions() throws {
        func suggest(_ headers: [String], _ name: String) -> ColumnSuggestions {
            ColumnSuggestions(headers: headers, fileName: name)
        }
        let children = suggest(
            ["児童番号", "世帯番号", "生年月日", "在園施設番号", "第1希望", "第1希望加点", "兄弟在園施設番号"], "申込.csv")
        #expect(
            Set(children.columns.map(\.column)).isSuperset(of: [
                "current_facility_id", "points_N", "sibling_facility_ids",
            ]))
        let households = suggest(["世帯番号", "同時入所条件", "施設条件", "優先児童番号", "希望優先児童番号"], "世帯.csv")
        #expect(
            households.columns.map(\.column) == [
                "household_id", "timing", "facility", "lead_child_id", "prefer_child_id",
            ])
        let limits = suggest(["施設番号", "対象年齢", "対象区分", "枠数", "開設"], "枠.csv")
        #expect(limits.columns.map(\.column) == ["facility_id", "ages", "group", "seats", "opens"])
        let yaml = ColumnSuggestions.yaml(of: [limits, households, children, suggest(["児童番号", "世帯番号"], "他.csv")])
        #expect(
            yaml.hasPrefix(
                "columns:\n  files: {children: \"申込.csv\", households: \"世帯.csv\", seat_limits: \"枠.csv\"}\n"))
        #expect(yaml.components(separatedBy: "\n  children:").count == 2)
        #expect(yaml.contains("# 他.csv seems to be children too"))
        let peer = suggest(["申請者番号", "世帯番号", "年齢", "点数1", "希望保育園ID_1", "在籍保育所ID", "きょうだいパターン"], "申.csv")
        let mixed = ColumnSuggestions.yaml(of: [peer, suggest(["園ID", "0歳児募集数"], "園.csv")])
        #expect(mixed.contains("  profile: chilmai\n") && mixed.contains("    name: null\n"))
    }

    @Test("A file whose header nobody knows is said to be unknown, at the header")
    func unknown() throws {
        let sketch = try Sketch()
        try sketch.write("x.csv", Array("a,b,c\n1,2,3\n".utf8))
        let suggestions = ProfileSuggestions(paths: [sketch.url.appending(path: "x.csv").path])
        #expect(suggestions.problems.map(\.description).first?.hasPrefix("x.csv:1:1: error HEADER_UNKNOWN") == true)
        #expect(suggestions.tables.isEmpty)
    }
}

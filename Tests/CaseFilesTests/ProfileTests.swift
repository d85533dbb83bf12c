import Admissions
import Foundation
import Tables
import Testing

@testable import CaseFiles

@Suite("Column profiles")
struct ProfileTests {
    static let settings = """
        municipality: T
        round: r
        month: 2027-04
        drawSeed: 1

        """

    /// The peer's demonstration: a transfer applicant, two siblings who want one place, five children in all.
    static let peer: [String: String?] = [
        "case.yaml": settings + """
            columns:
              profile: chilmai
              files: {children: 申込者データ.csv, facilities: 保育所データ.csv}
            """,
        "申込者データ.csv": """
        申請者番号,世帯番号,年齢,点数1,点数2,希望保育園ID_1,希望保育園ID_2,在籍保育所ID,きょうだいパターン
        101,1001,3,100,100,10,20,,
        102,1002,3,80,80,10,30,20,
        103,1003,3,70,70,20,,,
        104,1004,3,60,60,20,30,,1
        105,1004,3,60,60,20,30,,1

        """,
        "保育所データ.csv": """
        保育所ID,保育所名,0歳募集人数,1歳募集人数,2歳募集人数,3歳募集人数,4歳募集人数,5歳募集人数
        10,さくら保育園,0,0,0,1,0,0
        20,ひまわり保育園,0,0,0,1,0,0
        30,つばき保育園,0,0,0,3,0,0

        """,
        "children.csv": nil, "facilities.csv": nil, "households.csv": nil, "seat_limits.csv": nil,
        "joint_wishes.csv": nil,
    ]

    /// The peer's files with some replaced.
    static func peer(_ changes: [String: String?]) throws -> CaseReading {
        try Sketch(peer.merging(changes, uniquingKeysWith: { $1 })).read()
    }

    @Test("The peer's two tables are read as they are, with its rules")
    func chilmai() throws {
        let reading = try Self.peer([:])
        #expect(reading.problems.map(\.code) == ["ELDEST_BY_ID"])
        let subject = try #require(reading.subject)
        #expect(subject.rules.objective == .placements)
        #expect(subject.rules.siblings.aggregate == .product)
        #expect(subject.rules.siblings.keptSeat == .ignored)
        #expect(subject.rules.siblings.followLead)
        #expect(subject.rules.priority == [PriorityKey("points", .descending)])
        #expect(subject.children.map(\.id.folded) == ["101", "102", "103", "104", "105"])
        #expect(subject.children[1].currentFacility == 1)
        #expect(subject.children[2].wishes.map(\.points) == [70])
        #expect(subject.children[2].points == 70)
        #expect(subject.attributeNames == [])
        let siblings = try #require(subject.households.first { $0.members.count == 2 })
        guard case .answer(let answer) = siblings.wishes else {
            Issue.record("no answer")
            return
        }
        #expect(answer.timing == .together && answer.facility == .sameOnly)
        #expect(reading.files.map(\.name) == ["case.yaml", "申込者データ.csv", "保育所データ.csv"])
    }

    @Test(
        "Each sibling pattern has its answer",
        arguments: [
            ("1", Timing.together, FacilityAnswer.sameOnly, nil), ("2", .elder, .sameOnly, 3),
            ("3", .younger, .sameOnly, 4), ("4", .together, .sameFirst, nil), ("5", .any, .sameFirst, nil),
            ("6", .together, .rankFirst, nil), ("7.0", .any, .rankFirst, nil),
        ] as [(String, Timing, FacilityAnswer, Int?)])
    func patterns(code: String, timing: Timing, facility: FacilityAnswer, lead: Int?) throws {
        let table = Self.peer["申込者データ.csv"]!!.replacing(",,1\n", with: ",,\(code)\n")
        let subject = try #require(try Self.peer(["申込者データ.csv": table]).subject)
        guard case .answer(let answer) = subject.households.first(where: { $0.members.count == 2 })?.wishes else {
            Issue.record("no answer")
            return
        }
        #expect((answer.timing, answer.facility) == (timing, facility))
        #expect(answer.lead == lead)
    }

    @Test("What the peer's tables have wrong is said at its place, in their words")
    func chilmaiProblems() throws {
        let table = Self.peer["申込者データ.csv"]!!
        for (old, new, expected) in [
            (
                "申請者番号", "申請番号",
                "申込者データ.csv:1:1: error MISSING_COLUMN: The column 申請者番号, which the profile reads as child_id"
            ),
            ("60,20,30,,1\n1", "60,20,30,,8\n1", "申込者データ.csv:5:25: error NOT_A_PATTERN"),
            ("60,20,30,,1\n1", "60,20,30,,2\n1", "申込者データ.csv:6:25: error PATTERN_DISAGREES"),
            ("70,70,20", "70,70,99", "申込者データ.csv:4:18: error FACILITY_UNKNOWN"),
            ("103,1003,3,70", "103,1003,3,七十", "申込者データ.csv:4:12: error NOT_A_NUMBER: row 4, \"点数1\" (D4): 点数1 must be"),
            ("103,1003,3", "103,1003,9", "申込者データ.csv:4:10: error AGE_OUT_OF_RANGE"),
        ] {
            let reading = try Self.peer(["申込者データ.csv": table.replacing(old, with: new, maxReplacements: 1)])
            #expect(reading.errors.map(\.description).contains { $0.hasPrefix(expected) }, "\(reading.errors)")
            #expect(reading.errors.count == 1, "\(reading.errors)")
        }
    }

    @Test(
        "The peer's combination file is an explicit table: who is not named, or at its present place, is at its baseline"
    )
    func combinations() throws {
        let settings = Self.peer["case.yaml"]!!.replacing("保育所データ.csv}", with: "保育所データ.csv, joint_wishes: 組合せ.csv}")
        let reading = try Self.peer([
            "case.yaml": settings,
            "申込者データ.csv": Self.peer["申込者データ.csv"]!!.replacing("102,1002", with: "102,1004"),
            "組合せ.csv": """
            ファミリーコード,総当たり順位,宛名コード1,宛名コード2,宛名コード3,希望施設1,希望施設2,希望施設3
            1004.0,1,104,105,102,20,20,10
            1004,2,104,105,102,30,30,20
            1004,3,105,104,,20,,

            """,
        ])
        #expect(reading.errors == [])
        let subject = try #require(reading.subject)
        guard case .table(let table) = subject.households.first(where: { $0.members.count == 3 })?.wishes else {
            Issue.record("no table")
            return
        }
        // Members by id: 102, 104, 105.
        #expect(table.choices == [0, 0, 0, -1, 1, 1, -1, -1, 0])
        #expect(reading.warnings.map(\.code).contains("ID_DECIMAL"))
    }

    @Test("A facility in the combination file that no child wished is an error in its own column")
    func wrongCombination() throws {
        let settings = Self.peer["case.yaml"]!!.replacing("保育所データ.csv}", with: "保育所データ.csv, joint_wishes: 組合せ.csv}")
        let reading = try Self.peer([
            "case.yaml": settings,
            "組合せ.csv": "ファミリーコード,総当たり順位,宛名コード1,宛名コード2,希望施設1,希望施設2\n1004,1,104,105,20,10\n",
        ])
        #expect(reading.errors.map(\.description).map { $0.prefix { $0 != "J" } } == ["組合せ.csv:2:19: error "])
    }

    @Test("A city's vacancy table is facilities: - is not offered, the name is the id")
    func vacancyTable() throws {
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/vacancy-table.csv")
        let sketch = try Sketch([
            "case.yaml": Self.settings + """
                priority: [{key: points, order: descending}]
                columns:
                  files: {facilities: vacancy-table.csv}
                  blank: ["-"]
                  facilities: {facility_id: 保育園名称, name: 保育園名称, seats_N: N歳児 募集数, capacity_N: N歳児 定員}
                """,
            "children.csv": "child_id,household_id,age_class,wish_1,wish_2,points\nc,h,1,B保育所,H保育所,1\n",
            "facilities.csv": nil, "households.csv": nil, "seat_limits.csv": nil, "joint_wishes.csv": nil,
        ])
        try sketch.write("vacancy-table.csv", Array(try Data(contentsOf: fixture)))
        let reading = sketch.read()
        #expect(reading.errors == [])
        let subject = try #require(reading.subject)
        #expect(subject.facilities.count == 22)
        let b = try #require(subject.facilities.first { $0.id == "B保育所" })
        #expect(b.name == "B保育所")
        #expect(b.seats == [nil, 0, 0, 2, 0, 2])
        #expect(subject.facilities.contains { $0.id == "公 立" && $0.seats == [0, 0, 0, 0, 0, 0] })
    }

    @Test("The same case by its own columns, in CP932 with full-width digits, equals the standard one")
    func equality() throws {
        let plain = try #require(try Sketch().read().subject)
        let sketch = try Sketch([
            "case.yaml": Sketch.sound["case.yaml"]! + """
                columns: saitama.yaml
                """,
            "saitama.yaml": """
            files: {children: 児童.csv}
            blank: [なし]
            children:
              child_id: 児童番号
              household_id: 世帯番号
              birth_date: 生年月日
              wish_N: 第N希望（園）
              points: 指数
              points_N: 第N希望加点後指数
            households: {timing: 時期}
            values:
              timing: {上の子から: lead}
            """,
            "households.csv": "household_id,時期,facility,lead_child_id\nh1,上の子から,rankFirst,c1\n", "children.csv": nil,
        ])
        var writer = TableWriter(.cp932)
        for line in [
            "児童番号,世帯番号,生年月日,第１希望（園）,第2希望（園）,指数,第２希望加点後指数,tax", "ｃ１,h1,令和7年4月10日,A,B,４０,,3",
            "c2,h1,R8.3.25,A,B,34,なし,", "c3,h2,2025/4/1,B,A,38,41.5,2",
        ] {
            try writer.append(line.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
        }
        try sketch.write("児童.csv", writer.bytes)
        let reading = sketch.read()
        #expect(reading.problems == [])
        #expect(reading.subject == plain)
        #expect(reading.subject?.digest() == plain.digest())
        #expect(reading.files.map(\.name).prefix(3) == ["case.yaml", "saitama.yaml", "児童.csv"])
    }

    @Test("case.yaml overrules what a profile sets, setting by setting")
    func precedence() throws {
        let settings = Self.peer["case.yaml"]!! + "\nobjective: priority\nsiblings: {aggregate: worst}\n"
        let rules = try #require(try Self.peer(["case.yaml": settings]).subject).rules
        #expect(rules.objective == .priority)
        #expect(rules.siblings.aggregate == .worst)
        #expect(rules.siblings.keptSeat == .ignored)
    }

    @Test("A base profile's column can be given another header, or taken out")
    func derived() throws {
        let settings =
            Self.peer["case.yaml"]!! + "\n  children: {child_id: 児童宛名コード, points: 合算後点数, points_N: null}\n"
        let table = Self.peer["申込者データ.csv"]!!.replacing("申請者番号", with: "児童宛名コード")
            .replacing("点数1,点数2", with: "合算後点数,備考")
        let subject = try #require(try Self.peer(["case.yaml": settings, "申込者データ.csv": table]).subject)
        #expect(subject.children[0].points == 100)
        #expect(subject.attributeNames == ["備考"])
    }

    @Test("Misspelt and impossible profiles are said at their place")
    func wrongProfiles() throws {
        for (text, expected) in [
            ("columns: chilmei", "case.yaml:5:10: error SETTING_INVALID"),
            ("columns: none.yaml", "case.yaml:5:10: error FILE_MISSING"),
            ("columns: {child: {child_id: a}}", "case.yaml:5:11: error SETTING_UNKNOWN"),
            ("columns: {children: {chld_id: a}}", "case.yaml:5:31: error SETTING_UNKNOWN"),
            ("columns: {files: {kids: a.csv}}", "case.yaml:5:25: error SETTING_UNKNOWN"),
            ("columns: {files: {children: a.csv}}", "a.csv: error FILE_MISSING"),
            ("columns: {children: {wish_N: 希望N}}", "children.csv:1:1: error MISSING_COLUMN"),
            ("columns: {children: {tax: t}}", "case.yaml:5:27: error SETTING_UNKNOWN"),
            ("columns: {patterns: {a: {timing: lead, facility: sameOnly}}}", "case.yaml:5:25: error SETTING_INVALID"),
            ("columns: {profile: other}", "case.yaml:5:20: error SETTING_INVALID"),
        ] {
            let yaml = Self.settings + text + "\npriority: [{key: points, order: descending}]\n"
            let problems = try Sketch(["case.yaml": yaml]).read().problems
            #expect(problems.map(\.description).contains { $0.hasPrefix(expected) }, "\(text): \(problems)")
        }
    }

    @Test("Two headers for one column are an error")
    func twice() throws {
        let problems = try Sketch("children.csv", "points,points_2", "points,ｐｏｉｎｔｓ").read().errors
        #expect(problems.map(\.description).map { $0.prefix(37) } == ["children.csv:1:55: error COLUMN_TWICE"])
    }

    @Test(
        "The number may stand anywhere in a header",
        arguments: [
            ("N歳児 募集数", "5歳児 募集数", 5), ("第N希望", "第12希望", 12), ("希望N", "希望03", 3), ("点数", "点数7", 7),
            ("No.N", "No.4", 4), ("第N希望", "第N希望", nil), ("第N希望", "第1234希望", nil), ("希望N", "希望", nil),
            ("N歳", "歳", nil), ("NAME_N", "NAME_2", 2),
        ] as [(String, String, Int?)])
    func numberedHeaders(template: String, header: String, number: Int?) {
        #expect(NumberedHeader(template).number(in: header) == number)
    }

    @Test("Headers are recognised and proposed, and the proposal reads the file")
    func suggestions() throws {
        let vacancies = ColumnSuggestions(
            headers: ["保育園名称"] + (0...5).flatMap { ["\($0)歳児 定員", "\($0)歳児 募集数"] } + ["合計 定員"],
            fileName: "募集.csv")
        #expect(vacancies.table == .facilities)
        #expect(
            vacancies.yaml == """
                columns:
                  files: {facilities: "募集.csv"}
                  facilities:
                    facility_id: "保育園名称"  # likely; no column has numbers of facilities
                    name: "保育園名称"
                    seats_N: "N歳児 募集数"
                    capacity_N: "N歳児 定員"
                    capacity_total: "合計 定員"

                """)
        let children = ColumnSuggestions(
            headers: ["児童宛名コード", "生年月日", "第１希望施設", "第２希望施設", "合計指数", "備考"], fileName: "children.csv")
        #expect(
            children.yaml == """
                columns:
                  children:
                    child_id: "児童宛名コード"
                    birth_date: "生年月日"
                    wish_N: "第N希望施設"
                    points: "合計指数"
                    # not used by name: 備考
                    # still needed: household_id

                """)
        let peer = ColumnSuggestions(
            headers: ["申請者番号", "世帯番号", "年齢", "点数1", "希望保育園ID_1", "在籍保育所ID", "きょうだいパターン"],
            fileName: "申込.csv")
        #expect(peer.yaml == "columns:\n  profile: chilmai\n  files: {children: \"申込.csv\"}\n")
        #expect(
            ColumnSuggestions(headers: ["ファミリーコード", "総当たり順位", "宛名コード1", "希望施設1"], fileName: "k.csv").table
                == .jointWishes)
    }
}

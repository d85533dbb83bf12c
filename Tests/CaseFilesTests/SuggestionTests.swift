import Admissions
import Foundation
import Testing

@testable import CaseFiles

@Suite("Profiles that are proposed from headers and cells")
struct SuggestionTests {
    /// A list of facilities as cities have them: titles, two rows of names, strokes, a sum and notes below.
    static let facilities = """
        令和9年4月 募集人数一覧,,,,,
        コード,よび名,0歳児,,1歳児,
        ,,定員,募集人数,定員,募集人数
        1001,あおば保育園,6,2,10,3
        1002,ばら保育園,-,-,10,0
        1003,つばき保育園,6,1,12,4
        1004,さくらこども園,9,0,12,1
        合　計,,21,3,44,8
        ※ 変わることがあります。
        更新日：2027-01-05,,,,,

        """

    /// Children under headers that nobody knows, parted by tabs, with 0 for no wish.
    static let children: String = {
        var lines = ["No\tFAM\tうまれた日\tA1\tA2\t備考"]
        for index in 0..<40 {
            let first = 1001 + index % 4
            let second = index % 3 == 0 ? "0" : "\(1001 + (index + 1) % 4)"
            let day = "202\(5 + index % 2)-0\(5 + index % 4)-1\(index % 10)"
            lines.append("\(70_000 + index)\t\(500 + index * 3 / 4)\t\(day)\t\(first)\t\(second)\t様子を見る")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// Proposes for files in a folder of their own.
    static func suggest(_ files: [String: String]) throws -> (sketch: Sketch, suggestions: ProfileSuggestions) {
        var changes: [String: String?] = UnreadColumnTests.two.mapValues { _ in nil }
        changes["case.yaml"] = UnreadColumnTests.table("case.yaml")
        let sketch = try Sketch(changes)
        for (name, text) in files { try sketch.write(name, Array(text.utf8)) }
        return (
            sketch,
            ProfileSuggestions(paths: files.keys.sorted().map { sketch.url.appending(path: $0).path })
        )
    }

    @Test("Titles, rows of names, strokes, sums and notes are found, and ids that recur tell what no header does")
    func wholeFolder() throws {
        let (_, suggestions) = try Self.suggest(["a.tsv": Self.children, "園一覧.csv": Self.facilities])
        #expect(suggestions.problems == [])
        #expect(
            suggestions.yaml == """
                columns:
                  files: {children: {file: "a.tsv", separator: tab}, facilities: {file: "園一覧.csv", header: 2-3, leaveOut: ["合計", "※*", "更新日*"]}}
                  blank:
                    children: {wish_N: ["0"]}
                    facilities: {seats_N: ["-"], capacity_N: ["-"]}
                  children:
                    child_id: "No"  # guess; no two of its cells are alike; 5 digits
                    household_id: "FAM"  # guess; some of its cells are alike, as those of siblings are; 3 digits
                    birth_date: "うまれた日"  # likely; its dates are those of children of several classes; dates
                    wish_N: "A"  # likely; its cells name facilities; 4 digits
                    # not used by name: 備考
                    # 0 in wish_N means no wish: no facility has this number
                  facilities:
                    facility_id: "コード"  # likely; another file has these ids; such as 1001
                    name: "よび名"  # likely; its cells say so; such as あおば保育園
                    seats_N: "N歳児 募集人数"  # certain; such as 2
                    capacity_N: "N歳児 定員"  # certain; such as 6
                    # a mark such as - means that the class is not offered: it has no places and no children

                """)
    }

    @Test("The proposal as it is written reads the files, and is never written over")
    func readsBack() throws {
        let (sketch, suggestions) = try Self.suggest(["a.tsv": Self.children, "園一覧.csv": Self.facilities])
        try suggestions.write(into: sketch.url)
        let written = try String(contentsOf: sketch.url.appending(path: "columns.yaml"), encoding: .utf8)
        #expect(written == suggestions.profileFile() && written.hasPrefix("files: {children: "))
        #expect(throws: CannotWrite.self) { try suggestions.write(into: sketch.url) }
        let yaml = UnreadColumnTests.table("case.yaml").replacing(
            "[{key: points, order: descending}]", with: "[{key: 備考, values: [様子を見る]}]")
        try sketch.write("case.yaml", Array((yaml + "columns: columns.yaml\n").utf8))
        let reading = sketch.read()
        #expect(Set(reading.problems.map(\.code)) == ["ROWS_LEFT_OUT", "WISH_NOT_OFFERED", "ANSWER_FILLED"])
        let subject = try #require(reading.subject)
        #expect(subject.children.count == 40 && subject.facilities.map(\.id) == ["1001", "1002", "1003", "1004"])
        #expect(subject.facilities.map { $0.seats[0] } == [2, nil, 1, 0])
        #expect(
            subject.children.contains { $0.wishes.count == 1 } && subject.children.contains { $0.wishes.count == 2 })
    }

    @Test("No cell of a table about people is shown, whatever table it is taken for")
    func privacy() throws {
        let peculiar = """
            施設番号,児童氏名,生年月日,区,電話
            F9,秘密太郎,2025-07-07,ひみつ区,090-1111-2222
            F8,秘密花子,2024-08-08,ひみつ区,090-3333-4444

            """
        let (_, suggestions) = try Self.suggest(["a.tsv": Self.children, "b.csv": peculiar, "園.csv": Self.facilities])
        let (_, alone) = try Self.suggest(["b.csv": peculiar])
        for text in [suggestions.yaml, alone.yaml]
            + suggestions.tables.flatMap { $0.notes.flatMap { [$0.english, $0.japanese] } }
        {
            for secret in ["秘密", "2025-0", "2024-08", "ひみつ", "090", "70001", "700", "様子", "F9"] {
                #expect(!text.contains(secret), "\(secret)")
            }
        }
    }

    @Test("Where a file has no header nothing of its first row is shown")
    func headless() throws {
        let rows = Self.children.split(separator: "\n").dropFirst().map { $0.replacing("\t", with: ",") }
        let (_, suggestions) = try Self.suggest([
            "a.csv": rows.joined(separator: "\n"), "園.csv": Self.facilities,
        ])
        #expect(suggestions.problems.map(\.code) == ["HEADER_UNKNOWN"])
        #expect(suggestions.tables.map(\.table) == [.facilities])
        for secret in ["70000", "2025-05", "様子"] {
            #expect(
                !suggestions.yaml.contains(secret) && !suggestions.problems.contains { $0.description.contains(secret) }
            )
        }
    }

    @Test("Where wishes say names, the name is the id of facilities")
    func names() throws {
        let children = "児童番号,世帯番号,生年月日,第1希望,第2希望\n1,7,2025-05-05,ばら園,もも園\n2,8,2025-06-06,もも園,\n3,9,2025-07-07,ばら園,\n"
        let (_, suggestions) = try Self.suggest([
            "申込.csv": children, "園.csv": "施設番号,施設名,0歳児募集数,1歳児募集数\n1,ばら園,1,1\n2,もも園,2,2\n",
        ])
        #expect(suggestions.yaml.contains("facility_id: \"施設名\"  # likely; wishes say names; such as ばら園"))
        let (_, others) = try Self.suggest([
            "申込.csv": children, "園.csv": "施設番号,施設名,0歳児募集数,1歳児募集数\n1,ふじ園,1,1\n2,うめ園,2,2\n",
        ])
        #expect(others.yaml.contains("facility_id: \"施設番号\"  # certain"))
        #expect(
            others.yaml.contains("wish_N: \"第N希望\"  # likely; only 0 % of its cells name a facility of the other file"))
    }

    @Test("Without a date of birth cells from 0 to 5 are guessed to be the class")
    func classes() throws {
        let (_, suggestions) = try Self.suggest(["申込.csv": "児童番号,世帯番号,組,第1希望\n1,7,0,1\n2,8,3歳児,1\n3,9,5,1\n"])
        #expect(suggestions.yaml.contains("age_class: \"組\"  # guess; its cells are 0 to 5"))
    }

    @Test("0 is a wish where a facility has this number")
    func facilityZero() throws {
        let (_, suggestions) = try Self.suggest([
            "申込.csv": "児童番号,世帯番号,生年月日,第1希望,第2希望\n1,7,2025-05-05,0,1\n2,8,2025-06-06,1,0\n3,9,2025-07-07,2,\n",
            "園.csv": "施設番号,施設名,0歳児募集数,1歳児募集数\n0,ばら園,1,1\n1,もも園,2,2\n2,うめ園,1,1\n",
        ])
        #expect(!suggestions.yaml.contains("blank"))
        #expect(suggestions.yaml.contains("wish_N: \"第N希望\"  # certain; 1 digit"))
    }

    @Test(
        "Cells that contradict a name make it less sure, and a name that means many things is not proposed against them"
    )
    func contradictions() throws {
        let (_, suggestions) = try Self.suggest([
            "園.csv": "施設番号,施設名,X,Y,0歳児募集数,1歳児募集数\n1,ばら園,甲,36.1,若干名,1\n2,もも園,乙,36.2,△,2\n3,うめ園,丙,36.3,なし,満\n"
        ])
        let yaml = suggestions.yaml
        #expect(!yaml.contains("longitude") && yaml.contains("# not used by name: X"))
        #expect(yaml.contains("latitude: \"Y\"  # likely; such as 36.1"))
        // 満 is full and なし may be: neither is proposed as blank, which would say that there is no such class.
        #expect(!yaml.contains("blank:"))
        #expect(yaml.contains("seats_N: \"N歳児募集数\"  # guess; 3 of 5 cells are no whole numbers; some cells say none"))
    }

    @Test("What bare classes count is told by the title, or is a guess")
    func bareClasses() throws {
        func yaml(_ title: String) throws -> String {
            try Self.suggest(["x.csv": "\(title)施設番号,施設名,０歳児,１歳児\n1,ばら園,-,1\n2,もも園,0,2\n"]).suggestions.yaml
        }
        #expect(try yaml("【５月】入所待ち人数,,,\n").contains("waiting_N: \"N歳児\"  # likely; by the title"))
        #expect(try yaml("受入可能数,,,\n").contains("seats_N: \"N歳児\"  # likely; by the title"))
        #expect(try yaml("入所児童数,,,\n").contains("enrolled_N: \"N歳児\"  # likely; by the title"))
        #expect(try yaml("").contains("seats_N: \"N歳児\"  # guess; the header does not say what is counted"))
    }

    @Test("What is missing is said, with what the file has in its place")
    func missing() throws {
        let (_, suggestions) = try Self.suggest(["x.csv": "Name,Full,AgeS\nばら園,60,57日\nもも園,90,2歳半\nうめ園,ー,1歳\n"])
        #expect(suggestions.yaml.contains("capacity_total: \"Full\"  # likely; such as 60"))
        #expect(suggestions.yaml.contains("min_age_months: \"AgeS\"  # likely; such as 57日"))
        #expect(suggestions.yaml.contains("# still needed: seats_N"))
        #expect(suggestions.yaml.contains("the file has the places of all classes together only"))
        #expect(suggestions.yaml.contains("facilities: {capacity_total: [\"ー\"]}"))
    }
}

@Suite("Minimum ages in words")
struct WrittenAgeTests {
    @Test(
        "Ages are read as months or days",
        arguments: [
            ("57日", nil, 57), ("生後57日から", nil, 57), ("57日目", nil, 57), ("6か月", 6, nil), ("生後６カ月以上", 6, nil),
            ("3ヶ月", 3, nil), ("2ヵ月", 2, nil), ("0歳", 0, nil), ("1歳", 12, nil), ("2歳半", 30, nil), ("満3歳", 36, nil),
            ("1歳6か月から", 18, nil), ("1才", 12, nil),
        ] as [(String, Int?, Int?)])
    func ages(text: String, months: Int?, days: Int?) {
        #expect(WrittenAge(folded(text)) == WrittenAge(months: months, days: days))
    }

    @Test(
        "What is no single age is none",
        arguments: ["", "産休明け", "歳", "か月", "6", "2~3歳", "6か月半", "1歳半6か月", "首がすわってから", "57日・6か月", "99999日"])
    func others(text: String) { #expect(WrittenAge(folded(text)) == nil) }

    @Test("A column of ages may have both units in words, and both columns count")
    func inTables() throws {
        func ages(_ header: String, _ cells: [String]) throws -> [(Int?, Int?)] {
            let rows = cells.enumerated().map { "F0\($0.offset + 1),2,2,\($0.element)\n" }
            let reading = try UnreadColumnTests.read([
                "facilities.csv": "facility_id,seats_0,seats_1,\(header)\n" + rows.joined()
            ])
            return try #require(reading.subject).facilities.map { ($0.minimumAgeMonths, $0.minimumAgeDays) }
        }
        let months = try ages("min_age_months", ["57日", "6か月", "8"])
        #expect(months.map(\.0) == [nil, 6, 8] && months.map(\.1) == [57, nil, nil])
        let days = try ages("min_age_days", ["57日", "6か月", "60"])
        #expect(days.map(\.0) == [nil, 6, nil] && days.map(\.1) == [57, nil, 60])
        let both = try ages("min_age_months,min_age_days", ["3,57", "57日,60日", ",1歳"])
        #expect(both.map(\.0) == [3, nil, 12] && both.map(\.1) == [57, 60, nil])
        let wrong = try UnreadColumnTests.read([
            "facilities.csv": "facility_id,seats_0,seats_1,min_age_months\nF01,1,1,産休明け\nF02,1,1,\n"
        ])
        #expect(wrong.problems.map(\.code) == ["NOT_A_NUMBER"] && wrong.problems[0].message.contains("57日"))
    }
}

@Suite("Lists of facilities without a case")
struct FacilityListTests {
    static let table = "番号,0歳,1歳,待0,待1\nB,1,,5,6\nA,2,0,,1\n"

    @Test("A list is read by columns.yaml of its folder, or by case.yaml where there is one")
    func profiles() throws {
        let sketch = try Sketch(UnreadColumnTests.two)
        let profile = "facilities: {facility_id: 番号, seats_N: N歳, waiting_N: 待N}\n"
        try sketch.write("list.csv", Array(Self.table.utf8))
        try sketch.write("columns.yaml", Array(profile.utf8))
        let path = sketch.url.appending(path: "list.csv").path
        defer { withExtendedLifetime(sketch) {} }
        // case.yaml stands before it, and says nothing of such columns.
        let byCase = FacilityList(path: path)
        #expect(byCase.rows == nil && byCase.problems.map(\.code) == ["MISSING_COLUMN"])
        let yaml = UnreadColumnTests.table("case.yaml") + "columns: columns.yaml\n"
        try sketch.write("case.yaml", Array(yaml.utf8))
        let named = FacilityList(path: path)
        try FileManager.default.removeItem(at: sketch.url.appending(path: "case.yaml"))
        let alone = FacilityList(path: path)
        for list in [named, alone] {
            #expect(list.problems == [])
            #expect(list.rows?.map(\.id) == ["B", "A"] && list.rows?.map { $0.seats[0] } == [1, 2])
            #expect(list.waiting.map { $0[0] } == [5, nil] && list.totalCapacities == [nil, nil])
        }
    }

    @Test("Without columns of seats no class has any, and what is wrong is said at its place")
    func problems() throws {
        let sketch = try Sketch(UnreadColumnTests.two)
        let path = sketch.url.appending(path: "list.csv").path
        defer { withExtendedLifetime(sketch) {} }
        func list(_ text: String) throws -> FacilityList {
            try sketch.write("list.csv", Array(text.utf8))
            return FacilityList(path: path)
        }
        let bare = try list("facility_id,capacity_total\nA,60\nB,\n")
        #expect(bare.problems == [] && bare.totalCapacities == [60, nil])
        #expect(bare.rows?.allSatisfy { $0.seats == [nil, nil, nil, nil, nil, nil] } == true)
        #expect(try list("facility_id,seats_0\nA,1\nA,2\n").problems.map(\.code) == ["FACILITY_TWICE"])
        #expect(try list("facility_id,waiting_0\nA,x\n").problems.map(\.code) == ["NOT_A_NUMBER"])
        #expect(try list("facility_id,seats_0\n").rows == nil)
        let sum = try list("facility_id,seats_0\nA,1\n合計,1\n")
        #expect(sum.rows == nil && sum.problems.map(\.code) == ["NOTE_ROW"])
        #expect(FacilityList(path: path + "x").problems.map(\.code) == ["FILE_UNREADABLE"])
    }
}

import Admissions
import Foundation
import Tables
import Testing

@testable import CaseFiles

@Suite("Problems in Japanese")
struct JapaneseTests {
    /// Every code that stands in the sources as a text.
    static func codesInSources() throws -> Set<String> {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        var codes = Set<String>()
        for target in ["CaseFiles", "Tables", "Workbooks", "Rounds", "Batches", "enmusubi"] {
            let folder = sources.appending(path: target)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift")
            {
                let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                for match in text.matches(of: /"([A-Z]+(?:_[A-Z]+)+)"/) where match.1.utf8.count > 4 {
                    codes.insert(String(match.1))
                }
            }
        }
        // The names of variables of the environment.
        return codes.subtracting(["SWIFT_BACKTRACE", "ENMUSUBI_PLAIN_HEAP"])
    }

    @Test("Every code has a sentence in Japanese, and no sentence is of another code")
    func complete() throws {
        let codes = Set(Finding.Code.allCases.map(\.rawValue)).union(TableProblem.Code.allCases.map(\.rawValue))
            .union(try Self.codesInSources())
        let meanings = Dictionary(uniqueKeysWithValues: Problem.Code.allCases.map { ($0.rawValue, $0.meaning) })
        #expect(codes.subtracting(meanings.keys) == [])
        #expect(Set(meanings.keys).subtracting(codes) == [])
        for (code, sentence) in meanings { #expect(sentence.hasSuffix("。"), "\(code)") }
    }

    @Test("The place and the code stay, the sentence changes")
    func text() {
        var problem = Problem(
            .finding(.keyBlank), file: "申込児童.csv", line: 18, column: 53, "\("tax") is blank.", "「\("tax")」が空欄です。")
        #expect(problem.text(in: .english) == "申込児童.csv:18:53: error KEY_BLANK: tax is blank.")
        #expect(problem.text(in: .english) == problem.description)
        problem.spot = Problem.Spot(row: 17, column: 17, header: "所得割額")
        #expect(
            problem.text(in: .english) == "申込児童.csv:18:53: error KEY_BLANK: row 17, \"所得割額\" (Q17): tax is blank.")
        #expect(problem.text(in: .japanese) == "申込児童.csv:18:53: エラー KEY_BLANK: 17行目「所得割額」(Q17): 「tax」が空欄です。")
        problem.spot = Problem.Spot(row: 17)
        #expect(problem.text(in: .japanese) == "申込児童.csv:18:53: エラー KEY_BLANK: 17行目: 「tax」が空欄です。")
        problem = Problem(.finding(.facilityGone), .warning, "gone", "ありません。")
        problem.needsAcceptance = true
        #expect(problem.text(in: .japanese) == "注意 FACILITY_GONE: ありません。（承認が必要です）")
        #expect(
            problem.text(in: .japanese, acceptance: "--accept FACILITY_GONE")
                == "注意 FACILITY_GONE: ありません。（承認するには --accept FACILITY_GONE）")
        #expect(problem.description == "warning FACILITY_GONE: gone (must be accepted)")
        #expect(
            problem.text(in: .english, acceptance: "--accept FACILITY_GONE")
                == "warning FACILITY_GONE: gone (accepted by --accept FACILITY_GONE)")
    }

    @Test("The place for people is that of a spreadsheet, also below cells of several lines and in a city's own words")
    func spots() throws {
        let reading = try Sketch([
            "case.yaml": Sketch.sound["case.yaml"]!
                + "columns: {files: {children: 申込児童.csv, facilities: 施設.csv}, children: {wish_N: 第N希望, current_facility_id: 在園}}\n",
            "children.csv": nil, "facilities.csv": nil, "施設.csv": Sketch.sound["facilities.csv"]!,
            "申込児童.csv": "child_id,household_id,birth_date,備考,在園,第1希望,points,tax\n"
                + "c1,h1,2025-04-10,\"二行の\n備考\",,A,40,3\n\nc2,h1,2026-03-25,,,Z,34,3\n",
        ]).read()
        let problem = try #require(reading.problems.first { $0.code == "FACILITY_UNKNOWN" }, "\(reading.problems)")
        #expect(
            problem.text(in: .japanese)
                == "申込児童.csv:5:20: エラー FACILITY_UNKNOWN: 4行目「第1希望」(F4): 施設「Z」は 施設.csv にありません。施設番号を直すか、"
                + "施設を加えてください。")
        #expect(problem.message == "The facility Z is not in 施設.csv.")
        let object = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(problem)) as? [String: Any])
        #expect(
            object["row"] as? Int == 4 && object["cell"] as? String == "F4" && object["header"] as? String == "第1希望")
        #expect(object["values"] as? [String] == ["Z", "施設.csv"])
        #expect((object["japanese"] as? String)?.hasPrefix("施設「Z」") == true)
    }

    @Test("Many problems of one cause are three lines and one that counts the others and says what it may be")
    func groups() throws {
        let rows = (1...20).map { "c\($0),h\($0),2025-05-10,2,\($0 == 20 ? "Z" : "Y"),A,\($0),3\n" }
        let problems = try Sketch([
            "children.csv": "child_id,household_id,birth_date,age_class,wish_1,wish_2,points,tax\n" + rows.joined(),
            "households.csv": nil,
        ]).read().problems
        #expect(problems.count == 40)
        let lines = ProblemGroup.lines(of: problems, in: .japanese, optionForAll: "--all") { _ in nil }
        #expect(lines.count == 8)
        #expect(
            lines.last == "children.csv: エラー FACILITY_UNKNOWN: 同じものがほかに 17 件あります（「wish_1」、5、6、7、8、9 行目など）。"
                + "内訳は Y（19件）、Z（1件） です。すべて見るには --all を付けてください。施設の表が別の市や年度のものでないか、"
                + "表計算ソフトが番号の先頭の 0 を落としていないか（012 と 12）確かめてください。", "\(lines)")
        #expect(lines.contains { $0.hasSuffix("すべて同じ向きに1クラスずれています。case.yaml の month の年度が違うと思われます。") })
        #expect(ProblemGroup.lines(of: problems, in: .english, optionForAll: nil) { _ in nil }.count == 40)
        let few = ProblemGroup.lines(of: Array(problems.prefix(6)), in: .english, optionForAll: "--all") { _ in nil }
        #expect(few == problems.prefix(6).map(\.description))
    }

    /// Twelve rows of one fault: the file, its header, a row in which `#` is the number, what case.yaml has besides, the code, and
    /// the beginning of what stands behind it.
    static let causes: [(file: String, header: String, row: String, settings: String, code: String, hint: String)] = [
        (
            "children.csv", "child_id,household_id,birth_date,wish_1,points,tax", "c,h#,2025-04-10,A,1,3", "",
            "CHILD_TWICE", "希望ごとに一行の表か"
        ),
        (
            "children.csv", "child_id,household_id,birth_date,wish_1,points,tax", "c#,h#,,A,1,3", "", "AGE_MISSING",
            "生年月日の列の見出しが"
        ),
        (
            "children.csv", "child_id,household_id,birth_date,wish_1,points,tax", "c#,h#,2012-04-10,A,1,3", "",
            "AGE_OUT_OF_RANGE", "case.yaml の month と、この列が"
        ),
        (
            "children.csv", "child_id,household_id,birth_date,wish_1,points,tax", "c#,h#,令和なし,A,1,3", "", "NOT_A_DATE",
            "値がないことを言葉で"
        ),
        (
            "children.csv", "child_id,household_id,birth_date,wish_1,points,tax", "c#,h#,2025-04-10,A,なし,3", "",
            "NOT_A_NUMBER", "値がないことを言葉で"
        ),
        (
            "children.csv", "child_id,household_id,birth_date,wish_1,points,tax", "c#,h#,2025-04-10,A,,3", "",
            "KEY_BLANK", "空欄が「該当なし」の意味なら"
        ),
        (
            "children.csv", "child_id,household_id,birth_date,wish_1,points,tax,hours", "c#,h#,2025-04-10,A,1,3,9",
            "pointsTable: [{attribute: hours, points: 5}]\n", "POINTS_DISAGREE", "case.yaml の pointsTable が"
        ),
        ("households.csv", "household_id,timing", "x#,together", "", "HOUSEHOLD_UNKNOWN", "この表が別の月や回の"),
        ("pins.csv", "child_id,facility_id,by,reason", "x#,A,k-1,市の決定", "", "PIN_UNKNOWN_CHILD", "この表が別の月や回の"),
    ]

    @Test("What so many problems of one cause probably are is said, of a few it is not", arguments: causes.indices)
    func hints(_ index: Int) throws {
        let cause = Self.causes[index]
        for count in [9, 12] {
            let rows = (1...count).map { cause.row.replacing("#", with: "\($0)") + "\n" }
            var files: [String: String?] = [
                "case.yaml": Sketch.sound["case.yaml"]! + cause.settings, "households.csv": nil,
            ]
            files[cause.file] = cause.header + "\n" + rows.joined()
            let sketch = try Sketch(files)
            // The same child twice is told from its second row on.
            let groups = ProblemGroup.all(of: try sketch.read().problems.filter { $0.code == cause.code })
            let group = try #require(groups.first, "\(try sketch.read().problems)")
            #expect(group.problems.count >= count - 1)
            let hint = group.hint
            if count == 9 {
                #expect(hint == nil)
            } else {
                #expect(hint?[.japanese].hasPrefix(cause.hint) == true && hint?[.english].isEmpty == false)
            }
        }
    }
}

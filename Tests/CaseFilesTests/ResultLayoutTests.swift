import Admissions
import Foundation
import Tables
import Testing

@testable import CaseFiles

@Suite("The table of the result for a core system")
struct ResultLayoutTests {
    /// The sound case with `columns.result` as given, indented by four, and perhaps with another table of children.
    static func sketch(_ result: String, children: String? = nil) throws -> Sketch {
        let yaml: String = Sketch.sound["case.yaml"]! + "columns:\n  result:\n" + result
        var changes: [String: String?] = [:]
        changes["case.yaml"] = yaml
        if let children { changes["children.csv"] = children }
        return try Sketch(changes)
    }

    static func reading(_ result: String, children: String? = nil) throws -> CaseReading {
        try sketch(result, children: children).read()
    }

    /// The lines of the table where the first child is placed at its second wish and the others are held.
    static func lines(_ result: String, children: String? = nil) throws -> [String] {
        let sketch = try sketch(result, children: children)
        defer { withExtendedLifetime(sketch) {} }
        let reading = CaseFolder(sketch.url).read()
        let subject = try #require(reading.subject, "\(reading.problems)")
        var placements = subject.children.indices.map {
            Placement(
                child: $0, outcome: .held, facility: nil, wishRank: nil, jointRank: nil, points: 34,
                isConditional: false)
        }
        placements[0] = Placement(
            child: 0, outcome: .placed, facility: 1, wishRank: 2, jointRank: 3, points: 40, isConditional: false)
        placements[1].isConditional = true
        let layout = try #require(reading.resultLayout)
        let file = try ResultTables(of: subject).table(in: layout, placements, try reading.writtenChildren())
        // A carriage return is shown as a dollar sign.
        return try DecodedText(file.bytes).utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0.map { $0 == 0x0D ? UInt8(ascii: "$") : $0 }, as: UTF8.self)
        }
    }

    @Test("Every kind of column, in the order of the setting, with codes for outcomes, in CP932")
    func everyColumn() throws {
        let lines = try Self.lines(
            """
                file: 結果取込.csv
                encoding: cp932
                columns:
                  児童番号: child_id
                  世帯: household_id
                  組: age_class
                  結果: outcome
                  施設: facility_id
                  施設名: facility_name
                  順位: wish_rank
                  組合せ: joint_rank
                  指数: points
                  段階: phase
                  月: month
                  月2: {month: YYYYMM01}
                  回: round
                  市: municipality
                  氏名: {column: 氏名}
                  希望: {column: wish_1}
                  定数: {text: "01"}
                  空き: null
                outcomes: {placed: "1", held: "2", stays: "3", conditional: "4"}

            """,
            children: """
                child_id,household_id,birth_date,wish_1,wish_2,points,points_2,tax,氏名
                c3,h2,2025-04-01,B,A,38,41.5,2,"三, ""子""君"
                c1,h1,2025-04-10,A,B,40,,3,=1+1
                c2,h1,2026-03-25,A,B,34,,,　二郎

                """)
        #expect(
            lines == [
                "児童番号,世帯,組,結果,施設,施設名,順位,組合せ,指数,段階,月,月2,回,市,氏名,希望,定数,空き$",
                "c1,h1,1,1,B,ばら保育園,2,3,40,,2027-04,20270401,2027-04 first,さいたま市,=1+1,A,01,$",
                "c2,h1,1,4,,,,,34,,2027-04,20270401,2027-04 first,さいたま市,　二郎,A,01,$",
                "c3,h2,2,2,,,,,34,,2027-04,20270401,2027-04 first,さいたま市,\"三, \"\"子\"\"君\",B,01,$", "",
            ])
    }

    @Test("Without header, codes and encoding: UTF-8, the words of placements.csv, no first line")
    func defaults() throws {
        let lines = try Self.lines("    file: out.txt\n    header: false\n    columns: {a: child_id, b: outcome}\n")
        #expect(lines == ["c1,placed", "c2,held", "c3,held", ""])
    }

    /// Settings that are wrong, the line of the error and some of its words.
    static let wrongSettings: [(result: String, line: Int, words: String)] = [
        ("    columns: {a: child_id}\n", 11, "file is missing"), ("    file: a.csv\n", 11, "columns is missing"),
        ("    file: a/b.csv\n    columns: {a: child_id}\n", 11, "without a folder"),
        ("    file: ../b.csv\n    columns: {a: child_id}\n", 11, "without a folder"),
        ("    file: .csv\n    columns: {a: child_id}\n", 11, "without a folder"),
        ("    file: a.xlsx\n    columns: {a: child_id}\n", 11, "ends in .csv"),
        ("    file: Placements.CSV\n    columns: {a: child_id}\n", 11, "already"),
        ("    file: ｒeasons.csv\n    columns: {a: child_id}\n", 11, "already"),
        ("    file: a.csv\n    columns: {}\n", 12, "must be a map"),
        ("    file: a.csv\n    columns: {a: child}\n", 12, "must be one of"),
        ("    file: a.csv\n    columns: {a: {column: b}}\n", 12, "has no column b"),
        ("    file: a.csv\n    columns: {a: {text: b, month: YYYYMM}}\n", 12, "one of column, text and month"),
        ("    file: a.csv\n    columns: {a: {month: YYYY}}\n", 12, "must have YYYY"),
        ("    file: a.csv\n    columns: {a: {word: b}}\n", 12, "no setting word"),
        ("    file: a.csv\n    encoding: sjis\n    columns: {a: child_id}\n", 12, "must be one of utf8, cp932"),
        ("    file: a.csv\n    columns: {a: child_id}\n    outcomes: {placed: \"1\"}\n", 13, "stays is missing"),
        ("    file: a.csv\n    columns: {a: child_id}\n    outcomes: 1\n", 13, "must be a map"),
        ("    file: a.csv\n    columns: {a: child_id, a: outcome}\n", 12, "stands twice"),
    ]

    @Test("What is wrong is refused at its place", arguments: wrongSettings)
    func wrong(result: String, line: Int, words: String) throws {
        let problems = try Self.reading(result).errors
        let right = problems.filter { $0.file == "case.yaml" && $0.line == line && $0.message.contains(words) }
        #expect(!right.isEmpty, "\(problems)")
    }

    @Test("A column of the result is not one that nothing reads")
    func unread() throws {
        let children = """
            child_id,household_id,birth_date,wish_1,wish_2,points,points_2,tax,氏名
            c1,h1,2025-04-10,A,B,40,,3,一郎
            c2,h1,2026-03-25,A,B,34,,,二郎
            c3,h2,2025-04-01,B,A,38,41.5,2,三子

            """
        let with = try Self.reading(
            "    file: a.csv\n    columns: {a: {column: 氏名}}\n", children: children)
        let without = try Self.reading("    file: a.csv\n    columns: {a: child_id}\n", children: children)
        #expect(with.unreadColumns == [])
        #expect(without.unreadColumns.map(\.columns) == [["氏名"]])
    }

    @Test("excel is true or false, and false where nothing is said")
    func excel() throws {
        func reading(_ line: String) throws -> CaseReading {
            var changes: [String: String?] = [:]
            changes["case.yaml"] = Sketch.sound["case.yaml"]! + line
            return try Sketch(changes).read()
        }
        #expect(try reading("excel: true\n").asksForWorkbook)
        #expect(try !reading("").asksForWorkbook)
        #expect(try reading("excel: 1\n").errors.map(\.line) == [9])
    }

    @Test("The children's table is read again as it was written, and refused where it changed meanwhile")
    func written() throws {
        let sketch = try Sketch([
            "children.csv": """
            child_id,household_id,birth_date,wish_1,wish_2,points,points_2,tax
            c3,h2,2025-04-01,B,A,38,41.5,2
             ｃ１ ,h1,2025-04-10,A,B,40,,3
            c2,h1,2026-03-25,A,B,34,,

            """
        ])
        let reading = CaseFolder(sketch.url).read()
        let children = try #require(try reading.writtenChildren())
        #expect(children.children == [2, 0, 1])
        #expect(children.text(ofChild: 0, column: children.idColumn) == " ｃ１ ")
        #expect(children.holdsValues == [false, false, true, false, false, true, true, true])
        try Data("child_id\n".utf8).write(to: sketch.url.appending(path: "children.csv"))
        #expect(throws: Problem.self) { try reading.writtenChildren() }
    }
}

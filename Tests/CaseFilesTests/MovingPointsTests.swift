import Admissions
import CaseFiles
import Foundation
import Testing

/// Other points for rows of the points table, written where the old ones stand.
@Suite("Moving points")
struct MovingPointsTests {
    private static let children = """
        child_id,household_id,birth_date,hours,single,tax,wish_1
        c1,h1,2025-04-10,160,yes,3,A
        c2,h2,2025-03-25,120,,1,A

        """

    /// A case with this table, in a case.yaml that has a comment.
    private static func sketch(_ table: String) throws -> Sketch {
        try Sketch([
            "case.yaml": Sketch.sound["case.yaml"]! + "# 指数表\n" + table, "children.csv": children,
            "households.csv": "household_id,timing\n",
        ])
    }

    @Test(
        "Nothing but the numbers of the rows that move is changed, in every form", arguments: writtenForms,
        ["\n", "\r\n"])
    func forms(form: String, newLine: String) throws {
        let sketch = try Self.sketch(form)
        let url = sketch.url.appending(path: "case.yaml")
        let text = try String(contentsOf: url, encoding: .utf8).replacing("\n", with: newLine)
        try Data(text.utf8).write(to: url)
        let reading = sketch.read()
        #expect(reading.errors == [])
        let rules = try #require(reading.draft).rules
        var other = rules
        for part in other.pointsTable.parts.indices {
            for row in other.pointsTable.parts[part].rows.indices {
                let isFirst = other.pointsTable.parts[part].rows[row].name == "就労"
                other.pointsTable.parts[part].rows[row].amount = .points(isFirst ? -7 : ExactNumber("2.25")!)
            }
        }
        let bytes = try CaseFolder(sketch.url).settings(changing: rules, to: other)
        let written = String(decoding: bytes, as: UTF8.self)
        var expected = text.replacing("20,", with: "-7,").replacing("20}", with: "-7}").replacing(
            "   20 ", with: "   -7 ")
        for old in ["1.50", "1.5", "3/2"] { expected = expected.replacing(old, with: "2.25") }
        #expect(written == expected)
        try sketch.write("case.yaml", bytes)
        #expect(try #require(sketch.read().draft).rules == other)
    }

    @Test("A number that is written in an unusual way stays, so that reading again tells")
    func unusual() throws {
        let sketch = try Self.sketch(
            """
            pointsTable:
              - {name: 就労, attribute: hours, from: 150, points: &many 20}
              - {name: ひとり親, attribute: single, points: *many}

            """)
        let rules = try #require(sketch.read().draft).rules
        var other = rules
        other.pointsTable.parts[0].rows[1].amount = .points(3)
        try sketch.write("case.yaml", try CaseFolder(sketch.url).settings(changing: rules, to: other))
        #expect(try #require(sketch.read().draft).rules == rules)
    }

    @Test("Without a table, or with points besides, it is said why no row can move")
    func obstacles() throws {
        let without = try #require(try Sketch().read().draft).obstaclesToMovingPoints
        #expect(without.map(\.code) == ["SETTING_MISSING"])
        #expect(without[0].text(in: .japanese).contains("指数表"))
        let sketch = try Self.sketch(writtenForms[0])
        #expect(try #require(sketch.read().draft).obstaclesToMovingPoints == [])
        try sketch.write(
            "children.csv",
            Array(
                Self.children.replacing("tax,", with: "tax,points,").replacing(",3,A", with: ",3,21.5,A")
                    .replacing(",1,A", with: ",1,,A").utf8))
        let reading = sketch.read()
        #expect(reading.errors == [])
        #expect(try #require(reading.draft).obstaclesToMovingPoints.map(\.code) == ["POINTS_DISAGREE"])
    }
}

/// Forms of a table with the points 20 and 1.5 in this order, with what replaces them.
private let writtenForms = [
    """
    pointsTable:
      - {name: 就労, attribute: hours, from: 150, points: 20}  # 20 点
      - {attribute: single, points: "1.5", name: ひとり親}

    """,
    """
    pointsTable:
      - name: 就労
        attribute: hours
        from: 150
        "points":   20   # 基準

      - name: ひとり親
        attribute: single
        points: 3/2
    keepsClosed: "0"

    """,
    """
    pointsTable: # parts
      base:
        cap: 30
        rows:
        - {points: 20, name: 就労, attribute: hours, from: 150}
      more: {rows: [{name: ひとり親, attribute: single, points: '1.50'}]}
      points: {of: [base, more]}

    """,
    "pointsTable: {points: {rows: [{name: 就労, attribute: hours, from: 150, points: 20}, "
        + "{name: ひとり親, attribute: single, points: 1.5}]}}\n",
]

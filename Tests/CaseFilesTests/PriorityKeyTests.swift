import Admissions
import CaseFiles
import Foundation
import Testing

@Suite("Priority keys in case.yaml")
struct PriorityKeyTests {
    /// A sound case with these keys, and a home, a reason and distances in its children's table.
    private func sketch(_ keys: String, children: String? = nil, wards: [String] = ["北区", "南１区"]) throws -> Sketch {
        try Sketch([
            "case.yaml": """
            municipality: さいたま市
            round: 2027-04 first
            month: 2027-04
            priority:
            \(keys)
            drawSeed: 20270401
            siblings: {timing: together, facility: sameFirst}

            """,
            "children.csv": children ?? """
                child_id,household_id,birth_date,sibling_facility_ids,wish_1,wish_3,home,work,rank,distance,distance_1,distance_3
                c1,h1,2025-04-10,B,A,B,南1区,災害,B,5,,2
                c2,h2,2025-05-25,,A,,北区,就労,A,4,,

                """,
            "facilities.csv": """
            facility_id,name,seats_1,ward
            A,青葉保育園,2,\(wards[0])
            B,ばら保育園,2,\(wards[1])

            """, "households.csv": "household_id\n", "seat_limits.csv": "facility_id,ages,seats\n",
        ])
    }

    private func errors(_ reading: CaseReading) -> [String] {
        reading.errors.map { "\($0.file ?? ""):\($0.line ?? 0):\($0.column ?? 0) \($0.code)" }
    }

    /// For each key the value of the first child at its wishes.
    private func values(_ subject: Case) -> [[String]] {
        subject.rules.priority.indices.map { key in
            subject.children[0].wishes.indices.map {
                subject.rules.priority[key].text(of: subject.keyValue(child: 0, wish: $0, key: key))
            }
        }
    }

    private static let allKeys = """
          - {key: wish_rank}
          - {key: sibling_at_facility}
          - {key: lives_in_area, column: home}
          - {key: work, values: [災害, 疾病, 就労]}
          - {key: rank, letters: true, order: descending}
          - {key: distance, order: ascending, blank: last}
        """

    @Test("Each word is read with its usual order, and the values are those of the wishes")
    func read() throws {
        let reading = try sketch(Self.allKeys).read()
        #expect(errors(reading) == [])
        let subject = try #require(reading.subject)
        #expect(
            subject.rules.priority.map(\.order) == [
                .ascending, .descending, .descending, .ascending, .descending, .ascending,
            ])
        #expect(
            values(subject) == [["1", "2"], ["0", "1"], ["0", "1"], ["災害", "災害"], ["B", "B"], ["5", "2"]])
        #expect(reading.unreadColumns == [])
        #expect(reading.warnings.filter { $0.file == "case.yaml" }.map(\.code) == ["KEY_OF_WISH_RANK", "KEY_BY_WISH"])
        #expect(reading.warnings.allSatisfy { !$0.needsAcceptance })
    }

    @Test("What is read is written so that it reads the same again")
    func written() throws {
        let sketch = try sketch(Self.allKeys)
        let reading = sketch.read()
        let folder = CaseFolder(sketch.url.appending(path: "again"))
        try folder.write(try #require(reading.draft))
        let again = folder.read()
        #expect(again.draft == reading.draft)
        #expect(again.subject?.digest() == reading.subject?.digest())
    }

    @Test(
        "A setting that cannot be is an error at its place",
        arguments: [
            ("{key: lives_in_area, order: descending}", "case.yaml:5:5 KEY_UNKNOWN"),
            ("{key: lives_in_area, column: hone}", "case.yaml:5:5 KEY_UNKNOWN"),
            ("{key: wish_rank, column: home}", "case.yaml:5:30 SETTING_INVALID"),
            ("{key: points, order: descending, letters: true}", "case.yaml:5:47 SETTING_INVALID"),
            ("{key: work, values: [災害], letters: true}", "case.yaml:5:40 SETTING_INVALID"),
            ("{key: work, values: [災害, 疾病, 災害]}", "case.yaml:5:25 SETTING_INVALID"),
            ("{key: work, values: []}", "case.yaml:5:25 SETTING_INVALID"),
            ("{key: work, values: [災害, 就労], order: descending}", "case.yaml:5:42 SETTING_INVALID"),
            ("{key: work, values: [災害, 就労], public: band, bands: [2]}", "case.yaml:5:25 SETTING_INVALID"),
            ("{key: work, values: [災害, 疾病]}", "case.yaml:5:5 KEY_VALUE_UNLISTED"),
            ("{key: home, order: ascending, letters: true}", "children.csv:2:24 KEY_NOT_COMPARABLE"),
            ("{key: distance}", "case.yaml:5:5 SETTING_MISSING"),
            ("{key: sibling_at_facility, values: [a]}", "case.yaml:5:5 KEY_UNKNOWN"),
            ("{key: wish_rank, letters: true}", "case.yaml:5:5 KEY_UNKNOWN"),
            ("{key: work, values: [災害, null]}", "case.yaml:5:30 SETTING_INVALID"),
            ("{key: work, values: [災害, \"\\u200b\"]}", "case.yaml:5:30 SETTING_INVALID"),
            ("{key: work, values: [災害, \"a\\u0007\"]}", "case.yaml:5:30 CONTROL_CHARACTER"),
            ("{key: met, onlyWhen: [{attribute: distance, from: 1²}]}", "case.yaml:5:55 SETTING_INVALID"),
            ("{key: wish_3, order: ascending}", "case.yaml:5:5 KEY_UNKNOWN"),
        ])
    func wrong(key: String, place: String) throws {
        let reading = try sketch("  - \(key)").read()
        #expect(errors(reading).first == place)
        #expect(reading.subject == nil)
    }

    /// The sketch with a points table of two parts.
    private func tableSketch(_ keys: String) throws -> Sketch {
        let sketch = try sketch(keys)
        let url = sketch.url.appending(path: "case.yaml")
        let table = """
            pointsTable:
              base: {rows: [{attribute: rank, value: A, points: 10}]}
              points: {of: [base], rows: [{wishRank: 1, points: 3}]}

            """
        try Data((String(contentsOf: url, encoding: .utf8) + table).utf8).write(to: url)
        return sketch
    }

    @Test("A part may be a key, and a key for some only; both are written so that they read the same again")
    func partsAndRestrictions() throws {
        let keys = """
              - {key: base, order: descending}
              - {key: met, onlyWhen: [{wishRank: 1}, {part: points, from: 13}]}
              - {key: distance, order: ascending, blank: first, onlyWhen: [{attribute: work, value: 災害}, {at: sameFacility}]}
            """
        let sketch = try tableSketch(keys)
        let reading = sketch.read()
        #expect(errors(reading) == [])
        let subject = try #require(reading.subject)
        #expect(subject.rules.priority.map(\.source) == [.part, .met, .attribute])
        #expect(values(subject) == [["0", "0"], ["0", "0"], ["", "2"]])
        #expect(subject.keyValue(child: 1, wish: 0, key: 1) == .number(1))
        #expect(reading.warnings.filter { $0.code == "KEY_OF_WISH_RANK" }.map(\.line) == [6])
        let folder = CaseFolder(sketch.url.appending(path: "again"))
        try folder.write(try #require(reading.draft))
        let again = folder.read()
        #expect(again.draft == reading.draft)
        #expect(again.subject?.digest() == reading.subject?.digest())
    }

    @Test(
        "A restriction that cannot be is an error at its place",
        arguments: [
            ("{key: points, order: descending, onlyWhen: [{wishRank: 1}]}", "5:48 SETTING_INVALID"),
            ("{key: met, onlyWhen: []}", "5:26 SETTING_INVALID"),
            ("{key: met, onlyWhen: [{part: base}]}", "5:27 SETTING_MISSING"),
            ("{key: met, onlyWhen: [{part: base, from: 3, to: 2}]}", "5:27 SETTING_INVALID"),
            ("{key: met, onlyWhen: [{part: bases, from: 3}]}", "5:5 PART_UNKNOWN"),
            ("{key: met, onlyWhen: [{attribute: jobs, blank: true}]}", "5:5 KEY_UNKNOWN"),
            ("{key: met, onlyWhen: [{livesIn: jobs}]}", "5:5 KEY_UNKNOWN"),
            ("{key: met, onlyWhen: [{at: X}]}", "5:5 FACILITY_UNKNOWN"),
            ("{key: met, onlyWhen: [{wishRank: 1}, {wishRank: 2}]}", "5:5 ROW_NEVER_MET"),
            ("{key: met}", "5:5 KEY_UNKNOWN"),
            ("{key: met, onlyWhen: [{part: base, from: 3}, {part: base, to: 2}]}", "5:5 ROW_NEVER_MET"),
            ("{key: met, onlyWhen: [{attribute: current_facility_id, value: X}]}", "5:5 FACILITY_UNKNOWN"),
            ("{key: met, onlyWhen: [{ward: 東区}]}", "5:5 FACILITY_UNKNOWN"),
            ("{key: met, onlyWhen: [{kind: 公立}]}", "5:5 FACILITY_UNKNOWN"),
        ])
    func wrongRestriction(key: String, place: String) throws {
        let reading = try tableSketch("  - \(key)\n  - {key: points, order: descending}").read()
        #expect(errors(reading).first == "case.yaml:\(place)")
        #expect(reading.subject == nil)
    }

    @Test(
        "A condition that names nothing is told its words, part among them, and a column of the program's is no slip of the pen"
    )
    func words() throws {
        func message(_ key: String) throws -> String {
            try #require(try tableSketch("  - \(key)\n  - {key: points, order: descending}").read().errors.first)
                .message
        }
        #expect(try message("{key: met, onlyWhen: [{}]}").contains("it needs one of part, attribute, count,"))
        #expect(try message("{key: wish_3, order: ascending}").hasPrefix("The column wish_3 has a meaning of its own"))
    }

    @Test(
        "A column by wish whose name is written otherwise is an error, and one of another number is not",
        arguments: [
            ("distance_01", true), ("Distance_1", true), ("distance-1", true), ("distance1", true),
            ("distance_0", true),
            ("distance2026", false), ("distances", false),
        ])
    func misspelt(header: String, isError: Bool) throws {
        let children = """
            child_id,household_id,birth_date,wish_1,wish_3,distance,\(header)
            c1,h1,2025-04-10,A,B,1,2

            """
        let reading = try sketch("  - {key: distance, order: ascending}", children: children).read()
        #expect(errors(reading) == (isError ? ["children.csv:1:57 COLUMN_MISSPELT"] : []))
    }

    @Test("Drawn figures in a cell of a key are an error at the cell, digits of full width are not")
    func drawnFigures() throws {
        func errors(_ cell: String) throws -> [String] {
            let children = """
                child_id,household_id,birth_date,wish_1,distance,distance_1
                c1,h1,2025-04-10,A,1,\(cell)

                """
            return self.errors(try sketch("  - {key: distance, order: ascending}", children: children).read())
        }
        for cell in ["2①", "1²", "10⁰", "1₂", "③"] {
            #expect(try errors(cell) == ["children.csv:2:22 NOT_A_NUMBER"], "\(cell)")
        }
        #expect(try errors("１２.５") == [])
    }

    @Test("A condition that compares a text as a number is an error at the cell")
    func incomparable() throws {
        let reading = try tableSketch(
            "  - {key: met, onlyWhen: [{attribute: work, from: 3}]}\n  - {key: points, order: descending}"
        ).read()
        #expect(errors(reading) == ["children.csv:2:28 KEY_NOT_COMPARABLE", "children.csv:3:25 KEY_NOT_COMPARABLE"])
    }

    @Test("A value in a column of a wish that is blank is an error at its cell")
    func withoutWish() throws {
        let children = """
            child_id,household_id,birth_date,wish_1,wish_3,distance_1,distance_3
            c1,h1,2025-04-10,A,B,1,2
            c2,h2,2025-05-25,A,,4,5

            """
        let reading = try sketch("  - {key: distance, order: ascending}", children: children).read()
        #expect(errors(reading) == ["children.csv:3:23 KEY_VALUE_WITHOUT_WISH"])
    }

    @Test("What the list does not name is named in both languages")
    func languages() throws {
        let problem = try #require(try sketch("  - {key: work, values: [災害, 疾病]}").read().errors.first)
        #expect(problem.description.contains("1 cell has a value of work that the key's list does not name: 就労 (1);"))
        #expect(problem.text(in: .japanese).contains("values にない値が 1 件あります: 就労（1件）。"))
    }

    @Test("A column that another rule reads by its own name is no value of a wish")
    func otherColumns() throws {
        let keys = "  - {key: distance, order: ascending}\n  - {key: distance_1, order: ascending, blank: last}"
        let reading = try sketch(keys).read()
        #expect(errors(reading) == [])
        #expect(try #require(reading.subject).rules.priority.map(\.source) == [.attribute, .attribute])
        #expect(values(try #require(reading.subject)) == [["5", "2"], ["", ""]])
    }

    @Test("Without a ward lives_in_area is an error that says so")
    func noWards() throws {
        let reading = try sketch("  - {key: lives_in_area, column: home}", wards: ["", ""]).read()
        #expect(errors(reading) == ["case.yaml:5:5 KEY_UNKNOWN"])
        #expect(reading.errors[0].message.contains("No facility has a ward"))
        #expect(reading.errors[0].text(in: .japanese).contains("地区（ward）がない"))
    }
}

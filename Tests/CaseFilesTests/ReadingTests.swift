import Admissions
import Foundation
import SyntheticCity
import Tables
import Testing

@testable import CaseFiles

@Suite("Reading a case folder")
struct ReadingTests {
    @Test("A sound case is read without a word")
    func sound() throws {
        let reading = try Sketch().read()
        #expect(reading.problems == [])
        let subject = try #require(reading.subject)
        #expect(subject.municipality == "さいたま市")
        #expect(subject.children.map(\.id.folded) == ["c1", "c2", "c3"])
        #expect(subject.children[2].ageClass == 2)
        #expect(subject.children[2].wishes.map { $0.points?.description } == [nil, "41.5"])
        #expect(subject.limits.contains { $0.opens && $0.ages == AgeSet("3;4") && $0.group == .members(of: "support") })
        #expect(subject.keyValue(child: 1, key: 1) == nil)
        #expect(
            reading.files.map(\.name) == [
                "case.yaml", "children.csv", "facilities.csv", "households.csv", "joint_wishes.csv", "seat_limits.csv",
            ])
    }

    @Test("Kana of half width with its mark is the same id, letter for letter, as that of full width")
    func halfWidthKana() throws {
        func children(_ written: String) throws -> [[UInt8]] {
            let subject = try #require(try Sketch("children.csv", "c3,h2", "\(written),h2").read().subject)
            return subject.children.map { Array($0.id.folded.utf8) }
        }
        #expect(try children("ﾌﾞﾄﾞｳ1") == children("ブドウ1"))
        #expect(try children("ﾊﾟ") == children("パ"))
        #expect(try children("ハ\u{309A}") == children("パ"))
    }

    struct Spoiling: Sendable, CustomTestStringConvertible {
        var file: String
        var old: String
        var new: String
        var expected: String
        init(_ file: String, _ old: String, _ new: String, _ expected: String) {
            (self.file, self.old, self.new, self.expected) = (file, old, new, expected)
        }
        var testDescription: String { expected }
    }

    static let spoilings = [
        // The list of the first issue.
        Spoiling("children.csv", "household_id", "house", "children.csv:1:1: error MISSING_COLUMN"),
        Spoiling("children.csv", "A,B,40", "A,Z,40", "children.csv:2:20: error FACILITY_UNKNOWN"),
        Spoiling("children.csv", "c2,h1", "c1,h1", "children.csv:3:1: error CHILD_TWICE"),
        Spoiling("households.csv", "c1\n", "c1\nh1,any,rankFirst,\n", "households.csv:3:1: error HOUSEHOLD_TWICE"),
        Spoiling("facilities.csv", "2,1", "-2,1", "facilities.csv:2:9: warning CLASS_OVERFULL"),
        Spoiling("seat_limits.csv", "1-2,,3", "1-2,,-3", "seat_limits.csv:2:8: error SEATS_NEGATIVE"),
        Spoiling("households.csv", ",c1\n", ",c3\n", "households.csv:2:19: error CHILD_NOT_IN_HOUSEHOLD"),
        Spoiling("facilities.csv", "2,0", "2,", "children.csv:4:18: warning WISH_NOT_OFFERED"),
        Spoiling(
            "children.csv", "c1,h1,2025-04-10,A,B,40,,3", "c1,h1,2025-04-10,A,B,40",
            "children.csv:2:1: error ROW_LENGTH"),
        // Cells.
        Spoiling("children.csv", "40,,3", "4O,,3", "children.csv:2:22: error NOT_A_NUMBER"),
        Spoiling("children.csv", "2025-04-10", "2025-04-31", "children.csv:2:7: error NOT_A_DATE"),
        Spoiling("facilities.csv", "2,1", "2.0,1", "facilities.csv:2:9: error NOT_A_NUMBER"),
        Spoiling("children.csv", "A,B,40,,3", "A,B,40,,123456789018", "children.csv:2:26: error MY_NUMBER"),
        Spoiling("children.csv", "A,B,40,,3", "A,B,40,,１２３４５６７８９０１８", "children.csv:2:26: error MY_NUMBER"),
        Spoiling("children.csv", "A,B,40,,3", "A,B,40,,1234-5678-9018", "children.csv:2:26: error MY_NUMBER"),
        Spoiling("facilities.csv", "2,0\n", "2,0\nＡ,別の園,1,1\n", "facilities.csv:4:1: error ID_CLASH"),
        Spoiling("households.csv", "lead,rankFirst", "leader,rankFirst", "households.csv:2:4: error NOT_A_CHOICE"),
        Spoiling("seat_limits.csv", "1-2,,3", "2-1,,3", "seat_limits.csv:2:3: error NOT_AGES"),
        Spoiling("seat_limits.csv", "1-2,,3", "1-2,!,3", "seat_limits.csv:2:7: error NOT_A_GROUP"),
        Spoiling("seat_limits.csv", "1-2,,3", "1-2,,", "seat_limits.csv:2:8: error NOT_A_NUMBER"),
        Spoiling("seat_limits.csv", "yes", "ja", "seat_limits.csv:3:17: error NOT_A_CHOICE"),
        Spoiling(
            "seat_limits.csv", "opens\nA,1-2,,3,\nB,3;4,support,1,yes",
            "opens,phase\nA,1-2,,3,,x\nB,3;4,support,1,yes,",
            "seat_limits.csv:2:11: error PHASE_UNKNOWN"),
        Spoiling(
            "joint_wishes.csv", "facility_id\n", "facility_id\nh1,first,c1,A\n",
            "joint_wishes.csv:2:4: error NOT_A_NUMBER"),
        // Settings.
        Spoiling("case.yaml", "month: 2027-04", "month: 2027-13", "case.yaml:3:8: error SETTING_INVALID"),
        Spoiling("case.yaml", "month: 2027-04\n", "", "case.yaml:1:1: error SETTING_MISSING"),
        Spoiling("case.yaml", "drawSeed", "drawseed", "case.yaml:7:1: error SETTING_UNKNOWN"),
        Spoiling("case.yaml", "key: tax", "key: taxes", "case.yaml:6:5: error KEY_UNKNOWN"),
        Spoiling("case.yaml", "order: descending", "order: down", "case.yaml:5:26: error SETTING_INVALID"),
        Spoiling(
            "case.yaml", "order: descending", "order: descending, public: maybe",
            "case.yaml:5:46: error SETTING_INVALID"),
        Spoiling(
            "case.yaml", "order: descending", "order: descending, public: band", "case.yaml:5:5: error SETTING_MISSING"),
        Spoiling(
            "case.yaml", "order: descending", "order: descending, public: band, bands: [30, 20]",
            "case.yaml:5:59: error SETTING_INVALID"),
        Spoiling(
            "case.yaml", "order: descending", "order: descending, public: yes, bands: [20, 30]",
            "case.yaml:5:58: error SETTING_INVALID"),
        Spoiling(
            "facilities.csv", "seats_2\nA,青葉保育園,2,1\nB,ばら保育園,2,0",
            "seats_2,unpublished\nA,青葉保育園,2,1,x\nB,ばら保育園,2,0,",
            "facilities.csv:2:13: error NOT_AGES"),
        Spoiling("case.yaml", "together", "lead", "case.yaml:8:11: error LEAD_AS_DEFAULT"),
        Spoiling("case.yaml", "drawSeed: 20270401\n", "", "case.yaml:1:1: error DRAW_MISSING"),
        Spoiling("case.yaml", "round: 2027-04 first", "round: [", "case.yaml:4:9: error YAML_SYNTAX"),
        Spoiling("case.yaml", "round: 2027-04 first", "month: 2027-04", "case.yaml:2:1: error SETTING_TWICE"),
        Spoiling(
            "case.yaml", "drawSeed: 20270401", "drawSeed: 1\nphases: [{name: a}]",
            "case.yaml:8:10: error SETTING_MISSING"),
        Spoiling(
            "case.yaml", "drawSeed: 20270401", "drawSeed: 1\nphases: [{name: a, who: '!'}]",
            "case.yaml:8:25: error SETTING_INVALID"),
        Spoiling(
            "case.yaml", "drawSeed: 20270401", "drawSeed: 1\nphases: [{name: a, who: all}, {name: a, who: all}]",
            "case.yaml:8:31: error PHASE_TWICE"),
        Spoiling(
            "case.yaml", "drawSeed: 20270401", "drawSeed: 1\nphases: {name: a, who: all}",
            "case.yaml:8:9: error SETTING_INVALID"),
        Spoiling(
            "case.yaml", "drawSeed: 20270401", "drawSeed: 1\ncolumns: chilmei",
            "case.yaml:8:10: error SETTING_INVALID"),
        Spoiling(
            "case.yaml", "drawSeed: 20270401", "drawSeed: 1\npointsTable: [{attribute: a, points: x}]",
            "case.yaml:8:38: error SETTING_INVALID"),
        Spoiling(
            "case.yaml", "drawSeed: 20270401", "drawSeed: 1\npointsTable: [{attribute: hours, points: 1}]",
            "case.yaml:8:15: error POINTS_ATTRIBUTE_UNKNOWN"),
        Spoiling(
            "case.yaml", "drawSeed: 20270401", "drawSeed: 1\npointsTable: [{attribute: tax, form: 1, points: 1}]",
            "case.yaml:8:32: error SETTING_UNKNOWN"),
        // Spreadsheets.
        Spoiling("children.csv", "c3,h2", "1.2E+11,h2", "children.csv:4:1: error ID_SHORTENED"),
        Spoiling("children.csv", "2025-04-10", "H37.4.1", "children.csv:2:7: error NOT_A_DATE"),
        // Remarks.
        Spoiling(
            "children.csv", ",points_2,", ",point_2,", "children.csv:1:55: warning COLUMN_SIMILAR"),
        Spoiling(
            "facilities.csv", "seats_2\nA,青葉保育園,2,1\nB,ばら保育園,2,0", "seats_2,note\nA,青葉保育園,2,1,\nB,ばら保育園,2,0,",
            "facilities.csv:1:34: warning COLUMN_UNREAD"),
    ]

    @Test("Each mistake has its code and place", arguments: spoilings)
    func mistakes(spoiling: Spoiling) throws {
        let problems = try Sketch(spoiling.file, spoiling.old, spoiling.new).read().problems
        #expect(problems.map(\.description).contains { $0.hasPrefix(spoiling.expected + ":") }, "\(problems)")
        #expect(problems.count == 1, "only that is reported: \(problems)")
    }

    @Test("All problems of all files come in one go, in order")
    func allAtOnce() throws {
        let reading = try Sketch([
            "case.yaml": Sketch.sound["case.yaml"]!.replacing("2027-04\n", with: "April\n"),
            "children.csv": Sketch.sound["children.csv"]!.replacing("40", with: "x").replacing("34", with: "y"),
            "facilities.csv": "facility_id,seats_1\nA,many\n",
        ]).read()
        #expect(reading.subject == nil)
        #expect(
            reading.problems.map(\.description).map { String($0.prefix { $0 != " " }) } == [
                "case.yaml:3:8:", "children.csv:2:22:", "children.csv:3:22:", "facilities.csv:2:3:",
            ])
    }

    @Test("A missing folder and missing files are said")
    func missing() throws {
        #expect(CaseFolder(path: "/nowhere/at/all").read().problems.map(\.code) == ["FOLDER_MISSING"])
        let reading = try Sketch(["children.csv": nil, "case.yaml": nil]).read()
        #expect(
            reading.problems.map(\.description).map { String($0.prefix { $0 != "A" }) } == [
                "case.yaml: error FILE_MISSING: ", "children.csv: error FILE_MISSING: ",
            ])
    }

    @Test("Pins and phases are read, with their mistakes in their places")
    func pinsAndPhases() throws {
        let header = "child_id,facility_id,by,reason\n"
        let phases = Sketch.sound["case.yaml"]! + "phases:\n  - {name: 先行, who: support}\n  - {name: 一般, who: all}\n"
        let limits = "facility_id,ages,group,seats,opens,phase,release\nA,1-2,,3,,先行,yes\nA,1-2,,4,,,\n"
        let reading = try Sketch([
            "case.yaml": phases, "seat_limits.csv": limits, "pins.csv": header + "c3,A,佐藤,緊急\nc1,,佐藤,辞退の申出\n",
            "children.csv": Sketch.sound["children.csv"]!.replacing("points_2,tax", with: "points_2,tax,group")
                .replacing(",40,,3", with: ",40,,3,support").replacing(",34,,", with: ",34,,,")
                .replacing("41.5,2", with: "41.5,2,"),
        ]).read()
        let subject = try #require(reading.subject, "\(reading.problems)")
        #expect(reading.problems == [])
        #expect(subject.rules.phases == [Phase("先行", who: .members(of: "support")), Phase("一般", who: .everyone)])
        #expect(subject.pins.map(\.child) == [0, 2])
        #expect(subject.pins.map(\.facility) == [nil, 0])
        #expect(subject.pins.map(\.choice) == [-1, 1])
        #expect(subject.pins.map(\.by) == ["佐藤", "佐藤"])
        #expect(subject.limits.filter { !$0.isClassLimit }.map(\.phase) == [nil, 0])
        #expect(subject.limits.filter { !$0.isClassLimit }.map(\.isReleased) == [false, true])
        for (rows, place) in [
            ("c9,A,佐藤,緊急\n", "pins.csv:2:1: error PIN_UNKNOWN_CHILD"),
            ("c3,Q,佐藤,緊急\n", "pins.csv:2:4: error FACILITY_UNKNOWN"),
            ("c3,A,佐藤,緊急\nc3,B,佐藤,緊急\n", "pins.csv:3:1: error PIN_TWICE"),
            ("c3,A,佐藤,\n", "pins.csv:2:9: error PIN_UNSIGNED"),
        ] {
            let problems = try Sketch(["pins.csv": header + rows]).read().problems
            #expect(problems.map(\.description).map { String($0.prefix(place.count)) } == [place], "\(problems)")
        }
    }

    @Test("Vacancies that capacity, margin and enrolment do not give are warned of where they stand")
    func derivedVacancies() throws {
        let reading = try Sketch([
            "facilities.csv": """
            facility_id,name,seats_1,seats_2,capacity_1,enrolled_1,margin_1
            A,青葉保育園,2,1,10,9,1
            B,ばら保育園,2,0,10,9,

            """
        ]).read()
        let expected =
            "facilities.csv:3:9: warning SEATS_DISAGREE: row 3, \"seats_1\" (C3): seats_1 is 2, but capacity and enrolled give "
            + "10 - 9 = 1; "
        #expect(reading.problems.count == 1)
        #expect(reading.problems[0].description.hasPrefix(expected))
        let vacancies = try #require(reading.draft).facilities.map { $0.vacancies.map(\.derivation) }
        #expect(vacancies == [["10 + 1 - 9 = 2"], ["10 - 9 = 1"]])
    }

    @Test("Empty files, broken bytes and endless lines end in a sentence", arguments: ["case.yaml", "children.csv"])
    func broken(name: String) throws {
        let sketch = try Sketch()
        for (bytes, code) in [
            ([], "EMPTY_FILE"), (Array("a: ".utf8) + [0xFF, 0xFF], "INVALID_ENCODING"),
            (
                [UInt8](repeating: UInt8(ascii: "["), count: 200_000),
                name == "case.yaml" ? "YAML_SYNTAX" : "MISSING_COLUMN"
            ),
            (
                [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20),
                name == "case.yaml" ? "FILE_TOO_LARGE" : "ROW_TOO_LONG"
            ),
        ] {
            try sketch.write(name, bytes)
            let reading = sketch.read()
            #expect(reading.subject == nil)
            #expect(reading.problems.first?.code == code)
            #expect(reading.problems.first?.file == name)
        }
        try FileManager.default.removeItem(at: sketch.url.appending(path: name))
        try FileManager.default.createDirectory(at: sketch.url.appending(path: name), withIntermediateDirectories: true)
        #expect(sketch.read().problems.map(\.code) == ["FILE_UNREADABLE"])
    }

    @Test("Nothing is read that is no plain file, or lies outside the folder", arguments: ["children.csv", "pins.csv"])
    func plainFiles(_ name: String) throws {
        let sketch = try Sketch()
        let path = sketch.url.appending(path: name).path
        func codes(_ make: () throws -> Void) rethrows -> [String] {
            unlink(path)
            try make()
            return sketch.read().problems.map(\.code)
        }
        #expect(codes { mkfifo(path, 0o600) } == ["FILE_UNREADABLE"])
        #expect(codes { symlink("/dev/zero", path) } == ["FILE_OUTSIDE"])
        #expect(codes { symlink("nowhere", path) } == ["FILE_UNREADABLE"])
        let outside = sketch.url.deletingLastPathComponent().appending(path: "enmusubi-\(UUID().uuidString).csv")
        defer { unlink(outside.path) }
        try Data("child_id\n".utf8).write(to: outside)
        #expect(codes { symlink("../\(outside.lastPathComponent)", path) } == ["FILE_OUTSIDE"])
        // A link within the folder is a name like any other.
        let text =
            name == "children.csv" ? Sketch.sound["children.csv"]! : "child_id,facility_id,by,reason\n"
        try sketch.write("真.csv", Array(text.utf8))
        #expect(codes { symlink("真.csv", path) } == [])
        // And so is one that the folder itself is known by.
        let link = sketch.url.deletingLastPathComponent().appending(path: "enmusubi-\(UUID().uuidString)")
        defer { unlink(link.path) }
        symlink(sketch.url.path, link.path)
        #expect(CaseFolder(link).read().problems == [])
    }

    @Test(
        "A name that leads out of the folder is an error at its place",
        arguments: ["../x.csv", "/x.csv", "a/../../x.csv"])
    func outside(_ name: String) throws {
        let sketch = try Sketch()
        let text = Sketch.sound["case.yaml"]!
        try sketch.write("case.yaml", Array((text + "columns:\n  files: {pins: \"\(name)\"}\n").utf8))
        let problem = try #require(sketch.read().problems.first)
        #expect(problem.description.hasPrefix("case.yaml:10:17: error FILE_OUTSIDE"), "\(problem)")
        #expect(CaseFolder(sketch.url).inventory().problems.map(\.code) == ["FILE_OUTSIDE"])
        try sketch.write("case.yaml", Array((text + "columns: ../x.yaml\n").utf8))
        #expect(sketch.read().problems.first?.code == "FILE_OUTSIDE")
    }

    @Test("CP932 with CRLF, a byte order mark and full-width ids read the same")
    func encodings() throws {
        let plain = try #require(try Sketch().read().subject)
        let sketch = try Sketch()
        var writer = TableWriter(.cp932)
        for line in Sketch.sound["facilities.csv"]!.split(separator: "\n") {
            try writer.append(line.split(separator: ",").map(String.init))
        }
        try sketch.write("facilities.csv", writer.bytes)
        try sketch.write(
            "children.csv",
            [0xEF, 0xBB, 0xBF] + Array(Sketch.sound["children.csv"]!.replacing("A,B,40", with: "　Ａ ,B,４０").utf8))
        let reading = sketch.read()
        #expect(reading.problems == [])
        #expect(reading.subject == plain)
        #expect(reading.files.map(\.encoding) == [.utf8, .utf8, .cp932, .utf8, .utf8, .utf8])
    }

    @Test("Characters that are one in CP932 are one, however a program decoded them")
    func foldedAsOne() throws {
        for (first, second) in [
            ("\u{301C}", "\u{FF5E}"), ("\u{301C}", "~"), ("\u{2212}", "\u{FF0D}"), ("\u{2212}", "-"),
            ("\u{2016}", "\u{2225}"), ("\u{2014}", "\u{2015}"), ("\u{A2}", "\u{FFE0}"), ("\u{A3}", "\u{FFE1}"),
            ("\u{A5}", "\u{FFE5}"), ("\u{A6}", "\u{FFE4}"), ("\u{AC}", "\u{FFE2}"),
        ] {
            let (one, other) = (FacilityID(spelled: "園\(first)1"), FacilityID(spelled: "園\(second)1"))
            #expect(one == other && one.folded == other.folded)
            #expect(one.spelling == "園\(first)1" && other.spelling == "園\(second)1")
            #expect(FacilityID(spelled: one.folded).folded == one.folded)
            // A wish may have either, and two facilities may not.
            let reading = try Sketch([
                "facilities.csv": Sketch.sound["facilities.csv"]!.replacing("A,", with: "園\(first)1,"),
                "children.csv": Sketch.sound["children.csv"]!.replacing("A", with: "園\(second)1"),
                "seat_limits.csv": Sketch.sound["seat_limits.csv"]!.replacing("A,", with: "園\(second)1,"),
            ]).read()
            let draft = try #require(reading.draft)
            #expect(reading.problems == [])
            #expect(draft.children.allSatisfy { $0.wishes.contains { $0?.spelling == "園\(first)1" } })
            let clash = try Sketch([
                "facilities.csv": Sketch.sound["facilities.csv"]! + "園\(first)1,,1,\n園\(second)1,,1,\n"
            ]).read()
            #expect(clash.errors.map(\.code) == ["ID_CLASH"])
        }
    }

    @Test("Ids are spelled as in their own tables, wherever they stand, and what stands for another id is no spelling")
    func spellings() throws {
        let reading = try Sketch([
            "children.csv": """
            child_id,household_id,birth_date,wish_1,wish_2,points,points_2,tax
            ｃ１,ｈ１,2025-04-10,A,Ｂ,40,,3
            c2,ｈ１,2026-03-25,Ａ,B,34,,
            3.0,h2,2025-04-01,B,A,38,41.5,2

            """,
            "facilities.csv": "facility_id,name,seats_1,seats_2\nＡ,青葉保育園,2,1\nB,ばら保育園,2,0\n",
            "pins.csv": "child_id,facility_id,by,reason\nc1,A,佐藤,緊急\n",
        ]).read()
        let draft = try #require(reading.draft)
        #expect(reading.errors == [])
        #expect(draft.children.map(\.id.spelling) == ["ｃ１", "c2", "3"])
        #expect(draft.children.map(\.id.folded) == ["c1", "c2", "3"])
        #expect(draft.children.map(\.household.spelling) == ["ｈ１", "ｈ１", "h2"])
        #expect(draft.children.map { $0.wishes.map { $0?.spelling } } == [["Ａ", "B"], ["Ａ", "B"], ["B", "Ａ"]])
        #expect(draft.households.map(\.household.spelling) == ["ｈ１"])
        #expect(draft.households.map { $0.leadChild?.spelling } == ["ｃ１"])
        #expect(draft.seatLimits.map(\.facility.spelling) == ["Ａ", "B"])
        #expect(draft.pins.map(\.child.spelling) == ["ｃ１"] && draft.pins.map { $0.facility?.spelling } == ["Ａ"])
    }

    @Test("A pin copied from a result may have its apostrophe, unless the case has the id with it")
    func copiedPins() throws {
        let children = Sketch.sound["children.csv"]!.replacing("c1,", with: "=c1,").replacing("c3,", with: "'=c3,")
        func pinned(_ id: String, _ more: String = "") throws -> [String] {
            let reading = try Sketch([
                "children.csv": children + more,
                "households.csv": "household_id,timing\n",
                "pins.csv": "child_id,facility_id,by,reason\n\(id),A,佐藤,緊急\n",
            ]).read()
            return reading.errors.isEmpty ? reading.draft?.pins.map(\.child.folded) ?? [] : reading.errors.map(\.code)
        }
        #expect(try pinned("=c1") == ["=c1"])
        #expect(try pinned("'=c1") == ["=c1"])
        #expect(try pinned("''=c1") == ["PIN_UNKNOWN_CHILD"])
        #expect(try pinned("''=c3") == ["'=c3"])
        #expect(try pinned("'=c3") == ["'=c3"])
        #expect(try pinned("'=c3", "=c3,h3,2025-04-01,B,A,38,41.5,2\n") == ["'=c3"])
    }

    @Test("Wish columns count by their numbers, whatever their order, and gaps keep their points")
    func wishNumbers() throws {
        let reading = try Sketch([
            "children.csv": """
            points_7,wish_7,child_id,household_id,birth_date,wish_3,points,tax
            5,A,c1,h1,2025-04-10,B,40,
            ,A,c2,h1,2026-03-25,,34,
            7,,c3,h2,2025-04-01,B,38,2
            """
        ]).read()
        #expect(reading.problems.map(\.description.localizedLowercase).map { $0.prefix(16) } == ["children.csv:4:1"])
        let draft = try #require(reading.draft)
        #expect(draft.children[0].wishes == ["B", "A"])
        #expect(draft.children[0].wishPoints == [nil, 5])
    }

    @Test("Plain Japanese characters are what NFKC leaves as they are, alone and beside any other")
    func plainCharacters() {
        let plain = (0...0xFFFF as ClosedRange<UInt32>).compactMap { Unicode.Scalar($0) }.filter(isPlain)
        #expect(plain.count > 21_000)
        func isKept(_ text: String) -> Bool {
            let decomposed = text.decomposedStringWithCompatibilityMapping
            return Array(decomposed.precomposedStringWithCanonicalMapping.unicodeScalars) == Array(text.unicodeScalars)
        }
        var forwards = String.UnicodeScalarView()
        forwards.append(contentsOf: plain)
        #expect(isKept(String(forwards)))
        #expect(isKept(String(String.UnicodeScalarView(plain.reversed()))))
        #expect(plain.allSatisfy { !$0.properties.isDefaultIgnorableCodePoint })
        #expect(!isPlain("\u{3099}") && !isPlain("Ａ") && !isPlain("ｶ"))
    }

    @Test("A made-up city is the same after writing and reading")
    func roundTrip() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let draft = try City(CityOptions(children: 600, facilities: 30, seed: seed)).makeDraft()
            let sketch = try Sketch()
            let folder = CaseFolder(sketch.url.appending(path: "city"))
            try folder.write(draft)
            let reading = folder.read()
            #expect(reading.errors == [])
            #expect(reading.subject == draft.resolve().case, "seed \(seed)")
            #expect(reading.subject?.digest() == draft.resolve().case?.digest())
        }
    }

    @Test("Texts that mean something in YAML come back as they were")
    func awkwardSettings() throws {
        var draft = try #require(try Sketch().read().draft)
        draft.municipality = "null"
        draft.round = "a: \"b\" # \\ c\n- d"
        draft.rules.drawSeed = "007"
        draft.rules.siblings.twinsTiming = .any
        draft.rules.siblings.nearKilometres = ExactNumber("1.50")
        draft.rules.priority = [PriorityKey("tax", .ascending, blank: .first)]
        draft.rules.phases = [
            Phase("no", who: .others(than: "support")), Phase("a: b", who: .members(of: "null")),
            Phase("all", who: .everyone),
        ]
        draft.seatLimits = [
            SeatLimitRow(facility: "A", ages: AgeSet(1...2), seats: 3, phase: "a: b", isReleased: true),
            SeatLimitRow(facility: "A", ages: AgeSet(1...2), group: .others(than: "x"), seats: 3),
        ]
        draft.pins = [PinRow(child: "c2", facility: nil, by: "a,b", reason: "\"c\"\nd")]
        draft.facilities[1].capacity = [nil, 12, nil, nil, nil, nil]
        draft.facilities[1].enrolled = [nil, 10, nil, nil, nil, nil]
        let sketch = try Sketch()
        let folder = CaseFolder(sketch.url.appending(path: "copy"))
        try folder.write(draft)
        let reading = folder.read()
        #expect(reading.problems.map(\.code) == ["PHASE_WITHOUT_CHILDREN"])
        #expect(reading.subject == draft.resolve().case)
        #expect(reading.draft?.pins == draft.pins)
        #expect(reading.draft?.seatLimits == draft.seatLimits)
        #expect(reading.draft?.facilities[1].vacancies == draft.facilities[1].vacancies)
        #expect(reading.draft?.rules == draft.rules)
        #expect(reading.draft?.round == draft.round)
    }
}

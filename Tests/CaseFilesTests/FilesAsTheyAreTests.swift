import Admissions
import Foundation
import Tables
import Testing

@testable import CaseFiles

@Suite("Files as cities have them")
struct FilesAsTheyAreTests {
    static let children = UnreadColumnTests.table("children.csv")
    static let facilities = UnreadColumnTests.table("facilities.csv")

    static func read(_ changes: [String: String?], columns: String = "") throws -> CaseReading {
        var changes = changes
        if !columns.isEmpty {
            changes["case.yaml"] = UnreadColumnTests.table("case.yaml") + "columns: {\(columns)}\n"
        }
        return try UnreadColumnTests.read(changes)
    }

    /// The digest of the case as it is without any of this.
    static func plain() throws -> SHA256.Digest { try #require(UnreadColumnTests.read().subject).digest() }

    @Test("A header below titles is found where no setting says so, told, and not told where one does")
    func foundHeader() throws {
        let table = "【令和9年4月】募集数,,\n\n" + Self.facilities
        let found = try Self.read(["facilities.csv": table])
        #expect(found.problems.map(\.code) == ["LAYOUT_FOUND"] && found.problems.allSatisfy { !$0.needsAcceptance })
        #expect(found.problems.first?.message.contains("{file: \"facilities.csv\", header: 3}") == true)
        #expect(found.problems.first?.line == 3)
        #expect(try #require(found.subject).digest() == Self.plain())
        let said = try Self.read(["facilities.csv": table], columns: "files: {facilities: {header: 3}}")
        #expect(said.problems == [] && said.subject != nil)
        // Where a column that is needed is missing nothing is taken for a header.
        let lacking = try Self.read(["facilities.csv": table.replacing("seats_1", with: "seets_1")])
        #expect(lacking.subject == nil && !lacking.problems.map(\.code).contains("LAYOUT_FOUND"))
        // A setting counts also where it is wrong.
        let wrong = try Self.read(["facilities.csv": table], columns: "files: {facilities: {header: 2-3}}")
        #expect(wrong.problems == [] && wrong.subject != nil)
        #expect(try Self.read(["facilities.csv": table], columns: "files: {facilities: {header: 4}}").subject == nil)
    }

    @Test("Two rows of names, another separator and UTF-16 give the same case")
    func forms() throws {
        let two = "facility_id,name,seats\n,,1\nF01,青葉,2\nF02,ばら,2\n"
        let joined = try Self.read(["facilities.csv": two], columns: "facilities: {seats_N: seats N}")
        #expect(joined.problems.map(\.code) == ["LAYOUT_FOUND"])
        #expect(try #require(joined.subject).digest() == Self.plain())
        for mark in ["\t", ";"] {
            let parted = try Self.read(["children.csv": Self.children.replacing(",", with: mark)])
            #expect(parted.problems.map(\.code) == ["LAYOUT_FOUND"])
            #expect(
                parted.problems.first?.message.contains(mark == ";" ? "separator: semicolon" : "separator: tab") == true
            )
            #expect(try #require(parted.subject).digest() == Self.plain())
        }
        let sketch = try Sketch(UnreadColumnTests.two)
        try sketch.write(
            "children.csv", ([0xFEFF] + Array(Self.children.utf16)).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        let wide = sketch.read()
        #expect(wide.problems == [] && wide.files.map(\.encoding) == [.utf8, .utf16, .utf8])
        #expect(try #require(wide.subject).digest() == Self.plain())
    }

    @Test("Sums and notes are asked about, and left out and listed where leaveOut names them")
    func notes() throws {
        let table = Self.facilities + "合　計,,4\n"
        let asked = try Self.read(["facilities.csv": table])
        #expect(asked.problems.map(\.code) == ["NOTE_ROW"] && asked.problems.allSatisfy(\.needsAcceptance))
        #expect(asked.subject?.facilities.count == 3)
        let named = try Self.read(
            ["facilities.csv": table + "更新日：令和8年5月1日\n"], columns: "files: {facilities: {leaveOut: [合計, 更新日*]}}")
        #expect(named.problems.map(\.code) == ["ROWS_LEFT_OUT"] && named.problems.allSatisfy { !$0.needsAcceptance })
        #expect(named.problems.first?.message.contains("4, 5") == true)
        #expect(try #require(named.subject).digest() == Self.plain())
        // A text without a star is the whole cell.
        let short = try Self.read(
            ["facilities.csv": table + "更新日：令和8年5月1日\n"], columns: "files: {facilities: {leaveOut: [合計, 更新日]}}")
        #expect(short.subject == nil)
    }

    @Test("0 may mean no wish in one column without emptying seats")
    func blanks() throws {
        let children = Self.children.replacing("2025-05-02,F01,F02", with: "2025-05-02,F01,0")
        let facilities = "facility_id,name,seats_0,seats_1\nF01,青葉,-,2\nF02,ばら,0,2\n"
        let reading = try Self.read(
            ["children.csv": children, "facilities.csv": facilities],
            columns: "blank: {children: {wish_N: [\"0\"]}, facilities: [\"-\"]}")
        #expect(reading.problems == [])
        let subject = try #require(reading.subject)
        #expect(subject.children.map(\.wishes.count).sorted() == [1, 2, 2])
        #expect(subject.facilities.map { $0.seats[0] } == [nil, 0])
        #expect(try Self.read(["children.csv": children]).problems.map(\.code) == ["FACILITY_UNKNOWN"])
    }

    @Test(
        "What the new settings say wrongly is told with its place",
        arguments: [
            ("files: {children: {header: 0}}", "SETTING_INVALID"),
            ("files: {children: {header: 3-2}}", "SETTING_INVALID"),
            ("files: {children: {header: 1-4}}", "SETTING_INVALID"),
            ("files: {children: {header: 99999999999999999999}}", "SETTING_INVALID"),
            ("files: {children: {separator: pipe}}", "SETTING_INVALID"),
            ("files: {children: {sheets: a}}", "SETTING_UNKNOWN"),
            ("files: {children: {file: ../x.csv}}", "FILE_OUTSIDE"),
            ("files: {facilities: {leaveOut: [\"*\"]}}", "SETTING_INVALID"),
            ("files: {facilities: {leaveOut: [\"＊\"]}}", "SETTING_INVALID"),
            ("blank: {childs: [x]}", "SETTING_UNKNOWN"), ("blank: {children: {wsh_1: [x]}}", "SETTING_UNKNOWN"),
            ("blank: {facilities: {seats_9: [x]}}", "SETTING_UNKNOWN"),
        ])
    func wrongSettings(columns: String, code: String) throws {
        let reading = try Self.read([:], columns: columns)
        #expect(reading.problems.map(\.code) == [code])
        #expect(reading.problems.first?.file == "case.yaml" && reading.problems.first?.line == 6)
    }

    @Test("A second header below children is not taken for the header")
    func secondHeader() throws {
        let wrong = Self.children.replacing("birth_date", with: "birthdate")
        let reading = try Self.read(["children.csv": wrong + Self.children])
        #expect(reading.subject == nil && !reading.problems.map(\.code).contains("LAYOUT_FOUND"))
    }

    @Test("An entry of leaveOut that names no row is told")
    func unmatchedNotes() throws {
        let reading = try Self.read([:], columns: "files: {facilities: {leaveOut: [合計]}}")
        #expect(reading.problems.map(\.code) == ["ROWS_LEFT_OUT"] && reading.subject != nil)
        #expect(reading.problems.first?.message.contains("合計") == true)
    }

    @Test("A sheet of a file that is no workbook is an error")
    func sheetOfText() throws {
        let reading = try Self.read([:], columns: "files: {facilities: {sheet: 4月}}")
        #expect(reading.problems.first?.code == "SHEET_UNKNOWN" && reading.subject == nil)
    }

    @Test("New children come in the form of the others")
    func newChildren() throws {
        let children = "申込一覧\n" + Self.children.replacing(",", with: ";")
        let form = "columns: {files: {children: {header: 2, separator: semicolon}}}\n"
        let sketch = try Sketch(
            UnreadColumnTests.two.merging(
                [
                    "case.yaml": UnreadColumnTests.table("case.yaml") + form, "children.csv": children,
                    "new_children.csv": children.replacing("\n1;", with: "\n7;"),
                ], uniquingKeysWith: { $1 }))
        defer { withExtendedLifetime(sketch) {} }
        let reading = CaseFolder(sketch.url).readBetweenRounds()
        #expect(reading.problems == [] && reading.rows?.newChildren.count == 3)
    }
}

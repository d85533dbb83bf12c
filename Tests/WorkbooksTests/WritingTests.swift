import Foundation
import Testing

@testable import Workbooks

@Suite("Workbooks are written")
struct WritingTests {
    /// A workbook of one sheet with one column and these cells.
    static func workbook(
        _ cells: [WorkbookCell], in folder: URL = FileManager.default.temporaryDirectory
    ) throws(WorkbookError) -> [UInt8] {
        let writer = try WorkbookWriter(title: "試験", in: folder)
        try writer.addSheet(WorkbookSheet("児童", columns: [.init("児童番号")])) { rows throws(WorkbookError) in
            for cell in cells { try rows.append([cell]) }
        }
        return try writer.finish()
    }

    /// A folder of the test's own.
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "enmusubi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        return folder
    }

    static let nasty = [
        "=1+1", "+1", "-5", "@x", "００１", "0012", "1234567890123", "http://example.jp", "a\"b", " x ", "\t",
    ]

    @Test("The same cells give the same bytes, whatever the zone of time, the user and the folder")
    func sameBytes() throws {
        let cells = Self.nasty.map { WorkbookCell.text($0) } + [.number(12), WorkbookCell(.number(1.5), .granted)]
        let first = try Self.workbook(cells)
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        // The clock of files in a container has steps of two seconds.
        usleep(2_100_000)
        #expect(try Self.workbook(cells, in: folder) == first)
        #expect(first.starts(with: Array("PK".utf8)))
    }

    @Test("Another cell gives other bytes")
    func otherBytes() throws {
        #expect(try Self.workbook([.text("1")]) != Self.workbook([.number(1)]))
    }

    @Test("Nothing is left in the temporary folder, whether a workbook is written, refused or given up")
    func nothingLeft() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        func left() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path) }
        _ = try Self.workbook([.text("c1")], in: folder)
        #expect(try left() == [])
        #expect(throws: WorkbookError.self) { try Self.workbook([.text("\u{1}")], in: folder) }
        #expect(try left() == [])
        do {
            let writer = try WorkbookWriter(title: "", in: folder)
            #expect(try left().count == 1)
            let mode =
                try FileManager.default.attributesOfItem(
                    atPath: folder.appending(path: try left()[0]).path)[.posixPermissions] as? Int
            #expect(mode == 0o700)
            withExtendedLifetime(writer) {}
        }
        #expect(try left() == [])
    }

    #if os(Linux)
        @Test("A workbook that is given up leaves no file open, which would keep its content on the disk")
        func nothingOpen() throws {
            func open(in folder: URL) throws -> [String] {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
                }.filter { $0.contains(folder.lastPathComponent) }
            }
            let folder = try Self.folder()
            defer { try? FileManager.default.removeItem(at: folder) }
            do {
                let writer = try WorkbookWriter(title: "", in: folder)
                try writer.addSheet(WorkbookSheet("s", columns: [.init("x")])) { _ in }
                #expect(try open(in: folder).count == 1)
            }
            #expect(try open(in: folder) == [])
        }
    #endif

    @Test("A text that a cell cannot hold is refused with its place, and is never cut")
    func tooLong() throws {
        let most = String(repeating: "あ", count: WorkbookWriter.mostUnitsOfCell)
        _ = try Self.workbook([.text(most)])
        #expect(throws: WorkbookError.textTooLong(sheet: "児童", cell: "A3", count: 32_768)) {
            try Self.workbook([.text("c1"), .text(most + "い")])
        }
        // Excel counts a character beyond the first plane as two.
        #expect(throws: WorkbookError.textTooLong(sheet: "児童", cell: "A2", count: 32_768)) {
            try Self.workbook([.text(String(repeating: "𠮷", count: 16_384))])
        }
    }

    @Test("A character that XML lacks is refused", arguments: ["\u{0}", "\u{B}", "\u{1F}", "\u{FFFE}", "\u{FFFF}"])
    func invalid(character: String) {
        #expect(
            throws: WorkbookError.invalidCharacter(
                sheet: "児童", cell: "A2", character: character.unicodeScalars.first!)
        ) { try Self.workbook([.text("a" + character)]) }
    }

    @Test(
        "A name that no sheet can have is refused",
        arguments: ["", "a/b", "a\\b", "a:b", "a*b", "a?b", "[a]", "'a", "a'", String(repeating: "あ", count: 32)])
    func names(name: String) throws {
        let writer = try WorkbookWriter(title: "")
        #expect(throws: WorkbookError.unfitName(name)) {
            try writer.addSheet(WorkbookSheet(name, columns: [])) { _ in }
        }
    }

    @Test("A name that differs only by case from another is refused")
    func nameTwice() throws {
        let writer = try WorkbookWriter(title: "")
        try writer.addSheet(WorkbookSheet("Abc", columns: [.init("x")])) { _ in }
        #expect(throws: WorkbookError.nameTwice("aBC")) {
            try writer.addSheet(WorkbookSheet("aBC", columns: [.init("x")])) { _ in }
        }
    }

    @Test("Days that Excel does not know or counts otherwise are refused")
    func days() throws {
        func day(_ year: Int, _ month: Int) -> WorkbookCell { .init(.day(year: year, month: month, day: 1, .hyphens)) }
        _ = try Self.workbook([day(1900, 3), day(9999, 12)])
        for cell in [day(1900, 2), day(1899, 12), day(10_000, 1)] {
            #expect(throws: WorkbookError.unknownDay(sheet: "児童", cell: "A2")) { try Self.workbook([cell]) }
        }
    }

    @Test("Too many columns are refused")
    func columns() throws {
        let columns = [WorkbookSheet.Column](repeating: .init("x"), count: 16_385)
        let writer = try WorkbookWriter(title: "")
        #expect(throws: WorkbookError.tooManyColumns(sheet: "s", count: 16_385)) {
            try writer.addSheet(WorkbookSheet("s", columns: columns)) { _ in }
        }
    }

    @Test("A folder that nobody can write into gives an error")
    func noFolder() {
        #expect(throws: WorkbookError.self) {
            try WorkbookWriter(title: "", in: URL(fileURLWithPath: "/nowhere/at/all"))
        }
    }

    @Test("What a cell cannot hold is known beforehand")
    func refusal() {
        #expect(WorkbookRows.refusal(of: "=1+1\n\t", sheet: "s", row: 1, 2) == nil)
        #expect(
            WorkbookRows.refusal(of: "\u{FFFE}", sheet: "s", row: 1, 2)
                == .invalidCharacter(sheet: "s", cell: "C2", character: "\u{FFFE}"))
    }

    @Test(
        "What looks like the code of a character stays what it is, and lines end with LF",
        arguments: [
            ("_x0041_", "_x005F_x0041_"), ("_x004_", "_x004_"), ("a_b", "a_b"), ("a\r\nb\rc", "a\nb\nc"),
            ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
        ])
    func codes(text: String, written: String) { #expect(escaped(text) == written) }

    @Test(
        "A wide character is as wide as two others",
        arguments: [("abc", 3), ("ｶﾞ", 2), ("あい", 4), ("ab\nあいう", 6), ("", 0), ("００１", 6)])
    func widths(text: String, width: Int) { #expect(displayWidth(of: text) == width) }

    @Test(
        "Cells are named as in Excel",
        arguments: [(0, 0, "A1"), (11, 2, "C12"), (0, 25, "Z1"), (0, 26, "AA1"), (0, 16_383, "XFD1")])
    func cellNames(row: Int, column: Int, name: String) { #expect(WorkbookRows.cellName(row: row, column) == name) }
}

import Foundation
import Tables
import Testing
import Workbooks

/// Fixtures/make.py makes the files and says what they are.
@Suite("Workbooks as programs write them are read")
struct FixtureTests {
    static func bytes(_ name: String) throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
        return Array(try Data(contentsOf: url))
    }

    @Test("Furigana, merged headers, dates, leading zeros and cells that cannot be read, as Excel writes them")
    func excel() throws {
        let sheet = try Workbook(Self.bytes("excel.xlsx")).sheet(0)
        #expect(
            String(decoding: sheet.csv, as: UTF8.self) == """
                番号,児童,,希望,,受付,点
                ,氏名,生年月日,第1,第2,,
                0012,山田 花子,2025-04-02,0007,0,2025-11-01 13:30:00,3
                0345,佐藤 次郎,2024-04-01,0003,,,
                1234567890123450,"鈴木
                三郎",2023-04-01,,,,#DIV/0!

                """)
        #expect(
            sheet.merged.map {
                cellName(row: $0.firstRow, column: $0.firstColumn) + cellName(row: $0.lastRow, column: $0.lastColumn)
            }
                == ["A1A2", "B1C1", "D1E1"])
        #expect(sheet.hiddenRows == [4] && sheet.hiddenColumns == [5])
        #expect(
            sheet.problems == [
                CellProblem(code: .formulaWithoutValue, row: 4, column: 7),
                CellProblem(code: .lostDigits, row: 5, column: 1),
                CellProblem(code: .errorValue, row: 5, column: 7),
            ])
    }

    @Test(
        "The same cells are read whoever wrote them, in both date systems",
        arguments: ["openpyxl.xlsx", "openpyxl-1904.xlsx", "libreoffice.xlsx", "libreoffice.ods"])
    func writers(_ name: String) throws {
        let workbook = try Workbook(Self.bytes(name))
        #expect(workbook.sheets.map(\.name) == ["施設", "空"])
        #expect(workbook.sheets.map(\.isHidden) == [false, true])
        let sheet = try workbook.sheet(0)
        let table = try #require(Table.read(sheet.csv).table)
        #expect(table.columns == ["施設番号", "施設名", "開設日", "開所", "緯度", "定員"])
        let cells = (0..<table.rowCount).map { row in table.columns.indices.map { table.text(row: row, column: $0) } }
        #expect(
            cells.map { Array($0.dropLast()) } == [
                ["F000003", "あおぞら保育園", "2001-04-01", "07:30", "35.8617"],
                ["000042", "にじ\n保育園", "2024-02-29 09:15:00", "07:00:30", "35.5"],
                ["1410051018778", "  ほし, \"保育園\" ", "1999-12-31", "", "0.0000001"],
            ])
        // LibreOffice writes a truth value as a number with a format.
        #expect(cells.map { $0[5] } == ["90", "", name.hasSuffix(".ods") ? "1" : "TRUE"])
        #expect(sheet.merged == [CellRange(firstRow: 4, firstColumn: 5, lastRow: 5, lastColumn: 5)])
        #expect(sheet.hiddenRows == [3] && sheet.hiddenColumns == [4] && sheet.problems.isEmpty)
        #expect(try workbook.sheet(1).csv.isEmpty)
    }

    @Test("Comments are left out and repeated cells and rows repeated, as LibreOffice writes them")
    func repeats() throws {
        let sheet = try Workbook(Self.bytes("repeats.ods")).sheet(0)
        #expect(String(decoding: sheet.csv, as: UTF8.self) == "\"名前  と\n読み\",同じ,同じ,同じ\n山田,,2,\n山田,,2,\n")
        #expect(sheet.rows == [1, 2, 3])
    }

    @Test("A part that is packed a thousand times is refused before it is unpacked")
    func bomb() throws {
        let workbook = try Workbook(Self.bytes("bomb.xlsx"))
        let clock = ContinuousClock()
        let begin = clock.now
        #expect(throws: WorkbookProblem.self) { try workbook.sheet(0) }
        #expect(clock.now - begin < .seconds(5))
    }

    @Test(
        "The old form and a password are told as such",
        arguments: [("old.xls", WorkbookProblem.Code.old), ("encrypted.xlsx", .encrypted)])
    func unreadable(name: String, code: WorkbookProblem.Code) throws {
        let bytes = try Self.bytes(name)
        #expect(Workbook.looksLikeWorkbook(bytes))
        do {
            _ = try Workbook(bytes)
            Issue.record("it is read")
        } catch { #expect(error.code == code) }
    }
}

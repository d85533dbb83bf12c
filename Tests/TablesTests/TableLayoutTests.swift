import Testing

@testable import Tables

@Suite("Where in a file its table stands")
struct TableLayoutTests {
    static func read(
        _ text: String, _ layout: TableLayout = .standard, sheet: SheetPlaces? = nil,
        leavesOut: ((String) -> Bool)? = nil
    ) -> (table: Table?, problems: [TableProblem]) {
        Table.read(Array(text.utf8), layout: layout, sheet: sheet, leavesOut: leavesOut)
    }

    static func cells(_ table: Table) -> [[String]] {
        (0..<table.rowCount).map { row in table.columns.indices.map { table.trimmedText(row: row, column: $0) } }
    }

    @Test("A title above the header is passed over, whatever is wrong in it, and places stay those of the file")
    func title() throws {
        let text = "【令和9年\u{7F}】,a\"b\n\nid,name\n1,x\n2\n"
        let (table, problems) = Self.read(text, TableLayout(header: 3...3))
        let read = try #require(table)
        #expect(read.columns == ["id", "name"])
        #expect(Self.cells(read) == [["1", "x"]])
        #expect(read.place(row: 0, column: 1).line == 4 && read.place(row: 0, column: 1).column == 3)
        #expect(read.headerRow == 3 && read.headerRows == 3...3)
        #expect(problems.map(\.code) == [.rowLength] && problems.first?.line == 5)
        let none = Self.read(text, TableLayout(header: 9...9))
        #expect(none.table == nil && none.problems.map(\.code) == [.emptyFile])
    }

    @Test("Names of two rows are joined; what stands above the first of several columns counts for each")
    func twoRows() throws {
        let text = "施設名,0歳児,,1歳児,,備考\n,定員,募集,定員,募集,\nA,1,2,3,4,\n"
        let table = try #require(Self.read(text, TableLayout(header: 1...2)).table)
        #expect(table.columns == ["施設名", "0歳児 定員", "0歳児 募集", "1歳児 定員", "1歳児 募集", "備考"])
        #expect(Self.cells(table) == [["A", "1", "2", "3", "4", ""]])
        // A name that stands in both rows is said once.
        #expect(Self.read("id,a\nid,b\n1,2\n", TableLayout(header: 1...2)).table?.columns == ["id", "a b"])
        // Two columns that would be called alike are an error, as in one row.
        #expect(Self.read("a,b,\nx,y,y\n1,2,3\n", TableLayout(header: 1...2)).problems.map(\.code) == [.columnTwice])
    }

    @Test("In a sheet merged cells say for which columns a name counts, and places are rows and columns of the sheet")
    func sheet() throws {
        let text = "施設名,0歳児,,,計\n,定員,募集,,\nA,1,2,x,3\n"
        let places = SheetPlaces(
            rows: [3, 4, 7], merged: [.init(rows: 3...3, columns: 2...3), .init(rows: 3...4, columns: 1...1)])
        let (table, problems) = Self.read(text, TableLayout(header: 3...4), sheet: places)
        #expect(table == nil)
        // The fourth column has no name: C and not what stands above B.
        #expect(
            problems == [
                TableProblem(
                    .columnWithoutName, line: 4, column: 4, row: 4, field: 4,
                    "The column has no name in the header; name it, or empty it.",
                    "見出しのない列に値があります。見出しを書くか、列の中身を消してください。")
            ])
        let named = try #require(
            Self.read(text.replacing("募集,,", with: "募集,備考,"), TableLayout(header: 3...4), sheet: places).table)
        #expect(named.columns == ["施設名", "0歳児 定員", "0歳児 募集", "備考", "計"])
        #expect(named.place(row: 0, column: 3) == (7, 4))
        #expect(named.headerPlace(column: 2) == (4, 3))
    }

    @Test("Fields may be parted by tabs or semicolons, and commas are then text")
    func separators() throws {
        for (mark, separator) in [("\t", TableLayout.Separator.tab), (";", .semicolon), (",", .comma)] {
            let other = mark == "," ? ";" : ","
            let text = "a\(mark)b\r\n1\(other)2\(mark)\"x\(mark)y\"\r\n\(mark)3\r\n"
            let table = try #require(Self.read(text, TableLayout(separator: separator)).table)
            #expect(Self.cells(table) == [["1\(other)2", "x\(mark)y"], ["", "3"]])
            #expect(table.isBlank(row: 1, column: 0))
        }
    }

    @Test("A text written as a formula so that a spreadsheet leaves it alone is that text")
    func equals() throws {
        let text = "a,b,c\n=\"0012\",\"=\"\"0034\"\"\",=1+1\n=\"\",\"=\"\"\"\"\",=\"x,y\"\n"
        let table = try #require(Self.read(text).table)
        #expect(Self.cells(table) == [["0012", "0034", "=1+1"], ["", "", "x,y"]])
        #expect(table.isBlank(row: 1, column: 0) && table.isBlank(row: 1, column: 1))
        #expect(Self.read("a,b\n=\"1,2\n").problems.map(\.code) == [.unterminatedQuote])
    }

    @Test("A line break within a name counts for nothing, between words of ASCII for a blank")
    func lineBreaks() {
        #expect(
            Self.read("\"０歳児\n募集数\",\"child\r\nid\",\"a\n\n園\"\n1,2,3\n").table?.columns == [
                "０歳児募集数", "child id", "a園",
            ])
    }

    @Test("Rows that are named are left out and listed, also where they lack fields; others are not")
    func leavingOut() throws {
        let text = "id,n\n1,2\n合計,2\n更新日：5月1日\n,合計\n3,4\n"
        let (table, problems) = Self.read(text, leavesOut: { $0 == "合計" || $0.hasPrefix("更新日") })
        let read = try #require(table)
        #expect(Self.cells(read) == [["1", "2"], ["3", "4"]] && read.leftOutRows == [3, 4, 5] && problems.isEmpty)
        #expect(Self.read(text).problems.map { $0.message.contains("leaveOut") } == [true])
    }

    @Test("Sums and notes look like it, names of facilities and numbers do not")
    func notes() {
        for text in [
            "合計", "合　計", "総計", "小 計", "集計", "総数", "合計（名）", "公立　計", "Total", "※ 0は募集なし", "更新日：2026-05-01", "(注1) a",
            "* note",
        ] {
            #expect(NoteRow.isLikely(text), "\(text)")
        }
        for text in ["計算保育園", "合計保育園", "注目保育園", "更新保育園", "小計園", "集計台保育園", "Totoro", "12", "F01", "(株)園", "", "-"] {
            #expect(!NoteRow.isLikely(text), "\(text)")
        }
    }

    @Test("UTF-16 with a byte order mark is read in both orders, with characters beyond 16 bits")
    func utf16() throws {
        let text = "番号,名\n1,𠮷田\n"
        for isLittle in [true, false] {
            let bytes: [UInt8] = ([0xFEFF] + Array(text.utf16)).flatMap { unit in
                let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
                return isLittle ? pair.reversed() : pair
            }
            let decoded = try DecodedText(bytes)
            #expect(decoded.utf8 == Array(text.utf8) && decoded.isUTF16)
            // A half of a pair is no character.
            #expect(throws: TableProblem.self) { try DecodedText(bytes + (isLittle ? [0x00, 0xD8] : [0xD8, 0x00])) }
        }
    }

    @Test("Rows above that are filled like a header or like data show that what is below is not the header")
    func notBelowData() {
        let fits: ([String]) -> Bool = { $0.contains("id") && $0.contains("birth") }
        func layout(_ text: String) -> ClosedRange<Int>? {
            Table.layout(of: Array(text.utf8), separators: [.comma], fits: fits)?.header
        }
        #expect(layout("title,,\n\nid,birth,wish\n1,2,3\n") == 3...3)
        #expect(layout("id,birht,wish\n1,2,3\nid,birth,wish\n4,5,6\n") == nil)
        #expect(layout("id,bi\"rth,wish\n1,2,3\nid,birth,wish\n4,5,6\n") == nil)
        #expect(layout("a\n" + String(repeating: "x,\n", count: 39) + "id,birth\n1,2\n") == nil)
        #expect(layout("a\n" + String(repeating: ",\n", count: 60) + "id,birth\n1,2\n") == 62...62)
    }

    @Test("The last row of a header may be shorter than the rows above it, at the end of the text too")
    func shortLastRow() {
        for text in ["施設の一覧\n1,2,2,2\n※以上", "a,b,b\nx", "a,,b\nx\r"] {
            for rows in [1...2, 2...3] {
                let problems = Self.read(text, TableLayout(header: rows)).problems
                #expect(problems.allSatisfy { $0.line >= 1 && $0.column >= 1 })
            }
            _ = Table.layout(of: Array(text.utf8), separators: TableLayout.Separator.allCases) { _ in false }
        }
    }

    @Test("A column without a name and without content is none; one with content is an error at its name")
    func nameless() throws {
        let table = try #require(Self.read(",id,,n,\n,1,,2,\n,3,,4,\n").table)
        #expect(table.column("id") == 1 && table.column("n") == 3 && table.rowCount == 2)
        let wrong = Self.read(",id,,n\n,1,,2\n,3,x,4\n")
        #expect(wrong.table == nil && wrong.problems.map(\.code) == [.columnWithoutName])
        #expect(wrong.problems.first?.line == 1 && wrong.problems.first?.column == 5)
    }

    @Test("Where some names of a row are merged, the others count for the next columns as in a text")
    func partlyMerged() {
        let text = "施設名,0歳,,1歳,,備考,\n,募集,定員,募集,定員,,\nA,1,2,3,4,,\n"
        let places = SheetPlaces(
            rows: [1, 2, 3], merged: [.init(rows: 1...1, columns: 2...3), .init(rows: 1...1, columns: 6...7)])
        #expect(
            Self.read(text, TableLayout(header: 1...2), sheet: places).table?.columns
                == ["施設名", "0歳 募集", "0歳 定員", "1歳 募集", "1歳 定員", "備考"])
    }
}

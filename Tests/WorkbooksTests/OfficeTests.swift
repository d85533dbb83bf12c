import Testing
import Workbooks

@Suite("Workbooks of Excel are read as what their cells say")
struct OfficeTests {
    @Test("Sheets are found by their relationships, charts are left out, hidden ones are told")
    func sheets() throws {
        let workbook = try Workbook(Office(cell: "<c><v>1</v></c>").parts.bytes)
        #expect(workbook.sheets.map(\.name) == ["申込者"])
        #expect(workbook.sheets.map(\.isHidden) == [true])
        #expect(try workbook.sheet(0).name == "申込者")
        #expect(Workbook.looksLikeWorkbook(Office().parts.bytes) && !Workbook.looksLikeWorkbook(Array("a,b\n".utf8)))
    }

    @Test("Texts are shared, inline or of a formula; furigana is left out and runs are joined")
    func texts() throws {
        let shared = """
            <si><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh><phoneticPr fontId="1"/></si>\
            <si><r><rPr><b/></rPr><t xml:space="preserve">a, </t></r><r><t>"b"</t></r></si>
            """
        let rows = """
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>\
            <c r="C1" t="inlineStr"><is><t>直接</t><rPh sb="0" eb="2"><t>チョクセツ</t></rPh></is></c>\
            <c r="E1" t="str"><f>A1</f><v>式</v></c><c r="F1" t="str"><f>A1</f><v></v></c></row>
            """
        let sheet = try Office(rows: rows, strings: shared).read()
        #expect(String(decoding: sheet.csv, as: UTF8.self) == "山田,\"a, \"\"b\"\"\",直接,,式\n")
        #expect(sheet.problems.isEmpty)
    }

    @Test(
        "Blanks, escapes and line ends of a text are what Excel shows",
        arguments: [
            ("<t> a </t>", "a"), ("<t xml:space=\"preserve\"> a </t>", " a "), ("<t>a_x000D_&#10;b</t>", "\"a\nb\""),
            ("<t>a&#13;b</t>", "\"a\nb\""), ("<t>a_x000A_b</t>", "\"a\nb\""), ("<t>_x005F_x000D_</t>", "_x000D_"),
            ("<t>_x3042_</t>", "あ"), ("<t>_xD842__xDFB7_</t>", "𠮷"), ("<t>_xD842_</t>", "\u{FFFD}"),
            ("<t>_x12_</t>", "_x12_"), ("<t>a&amp;&lt;b</t>", "a&<b"), ("<t><![CDATA[a<b]]></t>", "a<b"),
        ])
    func blanks(_ text: String, _ expected: String) throws {
        #expect(try Office(cell: "<c t=\"inlineStr\"><is>\(text)</is></c>").csv == expected + "\n")
        #expect(try Office(cell: "<c t=\"s\"><v>0</v></c>", strings: "<si>\(text)</si>").csv == expected + "\n")
    }

    @Test(
        "A number is written in plain digits, the fewest that are read as the same",
        arguments: [
            ("35.861699999999999", "35.8617"), ("1410051018778", "1410051018778"), ("1", "1"), ("0", "0"), ("-0", "0"),
            ("-1.50", "-1.5"), ("3.0", "3"), ("007", "7"), ("0.10", "0.1"), ("1E-3", "0.001"), ("1.5E+2", "150"),
            ("1.2345E-7", "0.00000012345"), ("1E+14", "100000000000000"), ("999999999999999", "999999999999999"),
            ("-12.5E-2", "-0.125"), ("0.30000000000000004", "0.3"), ("1.25E10", "12500000000"),
            (".5", "0.5"), ("5.", "5"), ("-.25", "-0.25"), ("12.299999999999999", "12.3"),
            ("-12.299999999999999", "-12.3"), ("9.9999999999999996E-2", "0.1"), ("0.99999999999999989", "1"),
            ("9.9999999999999995E-8", "0.0000001"), ("0.12345678901234565", "0.123456789012346"),
            ("123456789012345.61", "123456789012346"), ("99999999999999.984", "100000000000000"),
            ("1.0000000000000002", "1"), ("0", "0"), ("1E-300", "0." + String(repeating: "0", count: 299) + "1"),
        ])
    func numbers(_ stored: String, _ expected: String) throws {
        let sheet = try Office(cell: "<c><v>\(stored)</v></c>").read()
        #expect(String(decoding: sheet.csv, as: UTF8.self) == expected + "\n")
        #expect(sheet.problems.isEmpty)
    }

    @Test(
        "A whole number of more than fifteen digits has lost some",
        arguments: ["1234567890123450", "1E+15", "1.23456789012345E+17", "-1000000000000000", "999999999999999.9"])
    func digits(_ stored: String) throws {
        let sheet = try Office(rows: "<row r=\"3\"><c r=\"B3\"><v>\(stored)</v></c></row>").read()
        #expect(sheet.problems == [CellProblem(code: .lostDigits, row: 3, column: 2)])
        #expect(!String(decoding: sheet.csv, as: UTF8.self).contains("E"))
    }

    @Test(
        "The format says whether a number is a date",
        arguments: [
            ("yyyy\"年\"m\"月\"d\"日\"", "2025-04-02"), ("[$-411]ge.m.d;@", "2025-04-02"), ("m/d", "2025-04-02"),
            ("yyyy/m/d", "2025-04-02"), ("[$-F800]dddd, mmmm dd, yyyy", "2025-04-02"), ("aaaa", "2025-04-02"),
            ("[$-411]ggge\"年\"", "2025-04-02"), ("mmm", "2025-04-02"), ("[Red]0.00", "45749"), ("General", "45749"),
            ("\"day\"0", "45749"), ("0\\d", "45749"), ("[Yellow]#,##0", "45749"), ("0.00E+00", "45749"),
            ("_d0_)", "45749"), ("*d0", "45749"), ("G/標準", "45749"), ("@", "45749"), ("[$¥-411]#,##0", "45749"),
            ("#,##0\"名\";[Red]-#,##0", "45749"), ("0.0_ ", "45749"), ("# ?/?", "45749"), ("", "45749"),
            ("\"No.\"General", "45749"), ("[Red]General", "45749"), ("[>100]General", "45749"), ("[Red]G/標準", "45749"),
            ("GENERAL\"番\"", "45749"), ("\"No.\"G/標準;-G/標準", "45749"), ("[Red]g/m/d", "2025-04-02"),
            ("General;yyyy", "45749"),
        ])
    func dates(_ code: String, _ expected: String) throws {
        #expect(try Office(cell: "<c s=\"1\"><v>45749</v></c>", formats: [code]).csv == expected + "\n")
    }

    @Test("Built-in formats are dates, times and numbers as in the Japanese Excel")
    func builtIn() throws {
        let dates = [14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 34, 35, 36] + Array(50...58)
        let times = [18, 19, 20, 21, 32, 33, 45, 46, 47]
        let numbers = [0, 1, 2, 3, 4, 9, 10, 11, 12, 13, 37, 38, 39, 40, 48, 49]
        for (list, stored, expected) in [
            (dates, "45749", "2025-04-02"), (times, "0.5625", "13:30"), (numbers, "45749", "45749"),
        ] {
            for number in list {
                let csv = try Office(cell: "<c s=\"1\"><v>\(stored)</v></c>", builtIn: [number]).csv
                #expect(csv == expected + "\n", "\(number)")
            }
        }
    }

    @Test(
        "A time is written only where there is one",
        arguments: [
            ("yyyy/m/d", "45749.5625", "2025-04-02 13:30:00"), ("yyyy/m/d h:mm", "45749", "2025-04-02"),
            ("yyyy/m/d", "45748.9999999", "2025-04-02"), ("h:mm", "0.5625", "13:30"), ("h:mm", "45749.5625", "13:30"),
            ("h:mm:ss", "0.56266203703703699", "13:30:14"), ("[h]:mm", "1.0625", "25:30"), ("mm:ss", "0.5", "12:00"),
            ("h:mm AM/PM", "0.5625", "13:30"), ("h\"時\"m\"分\"", "0", "00:00"), ("[mm]:ss", "0.0625", "01:30"),
            ("上午/下午h\"時\"mm\"分\"", "0.5625", "13:30"),
        ])
    func times(_ code: String, _ stored: String, _ expected: String) throws {
        #expect(try Office(cell: "<c s=\"1\"><v>\(stored)</v></c>", formats: [code]).csv == expected + "\n")
    }

    @Test("Both date systems count right, and the day that Excel has too many is no date")
    func systems() throws {
        func date(_ stored: String, _ properties: String = "") throws -> SheetText {
            var office = Office(cell: "<c s=\"1\"><v>\(stored)</v></c>", builtIn: [14])
            office.properties = properties
            return try office.read()
        }
        for (stored, expected) in [
            ("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("2958465", "9999-12-31"),
            ("36585", "2000-02-29"), ("36586", "2000-03-01"), ("45292", "2024-01-01"),
        ] {
            #expect(String(decoding: try date(stored).csv, as: UTF8.self) == expected + "\n")
        }
        for stored in ["60", "60.5", "0", "-1", "2958466", "1E+300"] {
            #expect(try date(stored).problems.map(\.code) == [.noDate], "\(stored)")
        }
        for (stored, expected) in [
            ("0", "1904-01-01"), ("60", "1904-03-01"), ("44287", "2025-04-02"), ("2957003", "9999-12-31"),
        ] {
            #expect(String(decoding: try date(stored, "date1904=\"1\"").csv, as: UTF8.self) == expected + "\n")
        }
        #expect(try date("2957004", "date1904=\"true\"").problems.map(\.code) == [.noDate])
    }

    @Test("Dates of the strict form are text")
    func isoDates() throws {
        for (stored, expected) in [
            ("2025-04-02", "2025-04-02"), ("2025-04-02T00:00:00", "2025-04-02"),
            ("2025-04-02T13:30:00.000Z", "2025-04-02 13:30:00"), ("13:30:00", "13:30"),
        ] {
            #expect(try Office(cell: "<c t=\"d\"><v>\(stored)</v></c>").csv == expected + "\n")
        }
        for stored in ["2025-4-2", "2025-13-01", "T", "2025-04-02Tx"] {
            #expect(try Office(cell: "<c t=\"d\"><v>\(stored)</v></c>").read().problems.map(\.code) == [.noDate])
        }
    }

    @Test(
        "Leading zeros are kept where the format shows them",
        arguments: [
            ("0000", "12", "0012"), ("000000", "1234567", "1234567"), ("\"A\"0000", "12", "A0012"),
            ("\\A\\-000", "7", "A-007"), ("000-0000", "1234567", "123-4567"), ("000-0000", "12345678", "1234-5678"),
            ("00\"歳\"", "3", "03"), ("0000_ ", "12", "0012"), ("0000;-0000", "12", "0012"), ("0000", "-5", "-5"),
            ("0000", "1.5", "1.5"), ("0", "12", "12"), ("#0000", "12", "12"), ("0,000", "12", "12"),
            ("00.00", "12", "12"), ("00%", "0.5", "0.5"), ("[<=999]000;000-0000", "12", "12"),
            ("[Red]0000", "12", "0012"), ("\"a,b\"00", "1", "\"a,b01\""), ("00;[Red]-00", "20", "20"),
            ("000;(000)", "17", "017"), ("000;\"x\"000", "19", "019"), ("00000;@", "16", "00016"),
            ("0000;-0000;\"-\"", "14", "0014"), ("\\-000", "7", "007"), ("\"(\"000\")\"", "7", "007"),
            ("\"▲\"000", "7", "007"), ("0000", "11.999999999999998", "0012"),
        ])
    func zeros(_ code: String, _ stored: String, _ expected: String) throws {
        #expect(try Office(cell: "<c s=\"1\"><v>\(stored)</v></c>", formats: [code]).csv == expected + "\n")
    }

    @Test(
        "What is no number is told, not guessed",
        arguments: ["x", "0x10", "nan", "inf", "1 2", "1,5", "--1", ".", "1E+400"])
    func noNumbers(_ stored: String) throws {
        for formats in [[], ["0000"], ["yyyy/m/d"]] {
            let sheet = try Office(cell: "<c s=\"\(formats.count)\"><v>\(stored)</v></c>", formats: formats).read()
            #expect(sheet.problems.map(\.code) == [.noNumber])
        }
    }

    @Test("What cannot be read is told with its cell")
    func problems() throws {
        let rows = """
            <row r="2"><c r="A2"><f>B1</f></c><c r="B2"><f>B1</f><v/></c><c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>\
            <c r="D2" t="str"><f>B1</f></c><c r="E2"><v>x</v></c><c r="F2" t="b"><v>1</v></c><c r="G2" t="b"><v>0</v></c>\
            <c r="H2"><f>1+1</f><v>2</v></c></row>
            """
        let sheet = try Office(rows: rows).read()
        #expect(
            sheet.problems.map { "\($0.code.rawValue) \(cellName(row: $0.row, column: $0.column))" } == [
                "CELL_FORMULA_WITHOUT_VALUE A2", "CELL_FORMULA_WITHOUT_VALUE B2", "CELL_ERROR_VALUE C2",
                "CELL_FORMULA_WITHOUT_VALUE D2", "CELL_NO_NUMBER E2",
            ])
        #expect(String(decoding: sheet.csv, as: UTF8.self) == ",,#DIV/0!,,x,TRUE,FALSE,2\n")
    }

    @Test("A text that stands in the cell itself is missing where its formula has none", arguments: [false, true])
    func inlineFormula(scans: Bool) throws {
        for (content, expected) in [
            ("<f>A1</f>", CellProblem.Code.formulaWithoutValue), ("<f>A1</f><is><t/></is>", .formulaWithoutValue),
            ("<f>A1</f><is><t>a</t></is>", nil), ("", nil), ("<is><t/></is>", nil),
        ] {
            let office = Office(cell: "<c t=\"inlineStr\">\(content)</c>")
            let sheet = try Workbook(office.parts.bytes).sheet(0, scans: scans)
            #expect(sheet.problems.map(\.code) == (expected.map { [$0] } ?? []), "\(content)")
        }
    }

    @Test("A truth value is 0, 1, true or false, and nothing else")
    func booleans() throws {
        for (stored, expected) in [("0", "FALSE"), ("1", "TRUE"), ("true", "TRUE"), ("false", "FALSE")] {
            #expect(try Office(cell: "<c t=\"b\"><v>\(stored)</v></c>").csv == expected + "\n")
        }
        for stored in ["2", "-1", "TRUE", "yes", "00", " 1"] {
            let sheet = try Office(cell: "<c t=\"b\"><v>\(stored)</v></c>").read()
            #expect(sheet.problems.map(\.code) == [.noNumber] && sheet.csv == Array("\(stored)\n".utf8), "\(stored)")
        }
    }

    @Test("Rows without height and columns without width are hidden", arguments: [false, true])
    func flat(scans: Bool) throws {
        let rows = (1...6).map { row in
            let attributes = [
                "ht=\"0\" customHeight=\"1\"", "ht=\"15\"", "hidden=\"1\" ht=\"15\"", "ht=\"0.0\" hidden=\"0\"",
                "ht=\"0.5\"", "",
            ][row - 1]
            return "<row r=\"\(row)\" \(attributes)><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>"
        }
        var office = Office(rows: rows.joined())
        office.sheet =
            "<cols><col min=\"1\" max=\"1\" width=\"9\"/><col min=\"2\" max=\"2\" width=\"0\" customWidth=\"1\"/></cols>"
            + office.sheet
        let sheet = try Workbook(office.parts.bytes).sheet(0, scans: scans)
        #expect(sheet.hiddenRows == [1, 3, 4] && sheet.hiddenColumns == [2])
    }

    @Test(
        "Rows hidden by default are those that the file leaves out: what it has is shown unless it says otherwise",
        arguments: [false, true])
    func hiddenByDefault(scans: Bool) throws {
        var office = Office(
            rows:
                "<row r=\"1\"><c><v>1</v></c></row><row r=\"2\" hidden=\"1\"><c><v>2</v></c></row><row r=\"3\"><c><v>3</v></c></row>"
        )
        office.sheet = "<sheetFormatPr defaultRowHeight=\"15\" zeroHeight=\"1\"/>" + office.sheet
        let sheet = try Workbook(office.parts.bytes).sheet(0, scans: scans)
        #expect(sheet.rows == [1, 2, 3] && sheet.hiddenRows == [2])
    }

    @Test("All rows have as many fields as there are columns with content, and keep their numbers")
    func shape() throws {
        let rows = """
            <row r="2"><c r="B2"><v>1</v></c></row><row r="3"><c r="A3" s="0"/></row><row/>\
            <row r="9"><c r="A9"><v>2</v></c><c r="D9"><v>3</v></c><c r="F9" t="str"><v></v></c></row><row><c><v>4</v></c></row>
            """
        let sheet = try Office(rows: rows).read()
        #expect(String(decoding: sheet.csv, as: UTF8.self) == ",1,,\n2,,,3\n4,,,\n")
        #expect(sheet.rows == [2, 9, 10])
        #expect(sheet.columnCount == 4)
        let empty = try Office().read()
        #expect(empty.csv.isEmpty && empty.rows.isEmpty && empty.columnCount == 0)
    }

    @Test("Merged cells have their content in the first, hidden rows and columns are told where they have content")
    func mergedAndHidden() throws {
        var office = Office()
        office.sheet = """
            <cols><col min="1" max="1" hidden="1"/><col min="3" max="9" hidden="1"/></cols><sheetData>\
            <row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>9</v></c><c r="C1" t="str"><v>a,"b</v></c></row>\
            <row r="2" hidden="1"><c r="A2"><v>9</v></c><c r="B2"><f>A1</f></c></row>\
            <row r="3" hidden="1"><c r="B3"><v>2</v></c></row><row r="4" hidden="1"/></sheetData>\
            <mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="D1"/>\
            <mergeCell ref="A4:A5"/><mergeCell ref="D1:E1"/></mergeCells>
            """
        let sheet = try office.read()
        #expect(String(decoding: sheet.csv, as: UTF8.self) == "1,,\"a,\"\"b\"\n,2,\n")
        #expect(sheet.rows == [1, 3])
        #expect(sheet.merged == [CellRange(firstRow: 1, firstColumn: 1, lastRow: 2, lastColumn: 2)])
        #expect(sheet.hiddenRows == [3])
        #expect(sheet.hiddenColumns == [1, 3])
        #expect(sheet.problems.isEmpty)
    }

    @Test("Prefixes, the strict namespace, other encodings and other elements change nothing")
    func namespaces() throws {
        let plain = try Office(cell: "<c r=\"A1\" t=\"inlineStr\"><is><t>園</t></is></c>").csv
        var prefixed = Office()
        prefixed.change = { zip in
            let sheet = """
                <?xml version="1.0" encoding="utf-16"?><x:worksheet xmlns:x="\(Office.main)" xmlns:y="urn:other"><y:sheetData>\
                <x:row><x:c><x:v>1</x:v></x:c></x:row></y:sheetData><x:sheetData><y:row/><x:row r="1"><!-- 注 --><y:c/>\
                <x:c r="A1" t="inlineStr"><x:is><x:t>園</x:t><y:t>x</y:t></x:is></x:c></x:row></x:sheetData></x:worksheet>
                """
            zip.entries[zip.entries.count - 1].content =
                [0xFF, 0xFE] + sheet.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        }
        #expect(try prefixed.csv == plain)
        var strict = Office(cell: "<c r=\"A1\" t=\"inlineStr\"><is><t>園</t></is></c>")
        strict.namespace = Office.strict
        #expect(try strict.csv == plain)
    }

    @Test("A large sheet is the same with rows that are written plainly and with others")
    func scanning() throws {
        let plain = """
            <row r="%" spans="1:3" ht="15"><c r="A%" t="inlineStr"><is><t> 園 </t></is></c><c r="B%" s="1"><v>45749</v></c>\
            <c r="C%"><v>%</v></c><c r="D%" t="str"><f>A1</f><v>a_x0041_</v></c><c r="E%" t="b"><v>1</v></c></row>
            """
        // An entity, a comment, an attribute in other quotation marks, and a formula that is shared.
        let others = [
            plain.replacing(" 園 ", with: "園&amp;"), plain.replacing("<c r=\"B", with: "<!-- --><c r=\"B"),
            plain.replacing("ht=\"15\"", with: "hidden='1'"), plain.replacing("<f>", with: "<f t=\"shared\" si=\"0\">"),
        ]
        let rows = (1...5_000).map { number in
            (number % 100 == 0 ? others[number / 100 % 4] : plain).replacing("%", with: String(number))
        }
        let workbook = try Workbook(Office(rows: rows.joined(separator: "\n"), builtIn: [14]).parts.bytes)
        let (sheet, parsed) = try (workbook.sheet(0), workbook.sheet(0, scans: false))
        #expect(sheet.csv == parsed.csv && sheet.rows == parsed.rows && sheet.hiddenRows == parsed.hiddenRows)
        let lines = String(decoding: sheet.csv, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 5_000 && sheet.hiddenRows.count == 13 && sheet.problems.isEmpty)
        #expect(lines[0] == "園,2025-04-02,1,aA,TRUE" && lines[399] == "園&,2025-04-02,400,aA,TRUE")
    }

    @Test("Cells are named as spreadsheets name them")
    func names() {
        #expect(cellName(row: 12, column: 3) == "C12")
        #expect(cellName(row: 1, column: 26) == "Z1" && cellName(row: 1, column: 27) == "AA1")
        #expect(cellName(row: 1_048_576, column: 16_384) == "XFD1048576")
    }
}

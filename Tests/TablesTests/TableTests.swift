import Testing

@testable import Tables

struct TableTests {
    private func read(_ text: String, rowLimit: Int = 1 << 20) -> (table: Table?, problems: [TableProblem]) {
        Table.read(Array(text.utf8), rowLimit: rowLimit)
    }

    private func rows(_ table: Table) -> [[String]] {
        (0..<table.rowCount).map { row in table.columns.indices.map { table.text(row: row, column: $0) } }
    }

    @Test("Every line end, quotes and a missing last line end give the same rows", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let text = ["a,b", "1,\"x,\"\"y\"\"\"", "", "2,\"p\(end)q\""].joined(separator: end)
        for suffix in ["", end] {
            let (table, problems) = read(text + suffix)
            #expect(problems.isEmpty)
            #expect(try rows(#require(table)) == [["1", "x,\"y\""], ["2", "p\(end)q"]])
        }
    }

    @Test("A quote in the name of a column is read as in a cell, so that what was written is read back the same")
    func quotedNames() throws {
        let names = ["a\"b", "\"", "c,\"d\""]
        var writer = TableWriter(.utf8)
        try writer.append(names)
        #expect(Table.read(writer.bytes).table?.columns == names)
        #expect(read("\"a\"\"b\",\"a\"\"b\"\n").problems.map(\.code) == [.columnTwice])
    }

    @Test("Places count lines of the file and characters of the line")
    func places() throws {
        let table = try #require(read("名前,b\n\"あ\nい\",う\n\n 3 ,\"4\"\n").table)
        #expect(table.place(row: 0, column: 0) == (2, 1))
        #expect(table.place(row: 0, column: 1) == (3, 4))
        #expect(table.place(row: 1, column: 1) == (5, 5))
        #expect(table.headerPlace(column: 1) == (1, 4))
        #expect(table.line(row: 1) == 5)
        #expect(table.trimmedText(row: 1, column: 0) == "3")
    }

    @Test("Empty fields at the end of a row are there and have their places")
    func emptyEnds() throws {
        let lines = ["a,b,c,d", "1,,,", ",2,,", ",,,", "あ,,3,", ",\"\",,", ",,,4"]
        let table = try #require(read(lines.joined(separator: "\n")).table)
        // A row without any content is none.
        let kept = [1, 2, 4, 6]
        #expect(
            rows(table)
                == kept.map { lines[$0].split(separator: ",", omittingEmptySubsequences: false).map(String.init) })
        for (row, line) in kept.enumerated() {
            var place = 1
            for (column, field) in lines[line].split(separator: ",", omittingEmptySubsequences: false).enumerated() {
                #expect(table.place(row: row, column: column) == (line + 1, place))
                #expect(table.byteCount(row: row, column: column) == field.utf8.count)
                #expect(table.isBlank(row: row, column: column) == field.isEmpty)
                place += field.count + 1
            }
        }
    }

    @Test("Ideographic spaces are blanks, and rows of blanks only are passed over")
    func ideographicSpaces() throws {
        let table = try #require(read("a,b\n\u{3000}x\u{3000} ,y\n,\u{3000}\n,,\n").table)
        #expect(table.rowCount == 1)
        #expect(table.trimmedText(row: 0, column: 0) == "x")
        #expect(table.text(row: 0, column: 0) == "\u{3000}x\u{3000} ")
    }

    @Test(
        "Each problem of form has its code and place",
        arguments: [
            ("", TableProblem.Code.emptyFile, 1, 1),
            ("\n\n", .emptyFile, 1, 1),
            ("a,b\n1,\"2\n3,4\n", .unterminatedQuote, 2, 3),
            ("a,b\n1,\"2\"x\n", .textAfterQuote, 2, 6),
            ("a,b\nあ,2\"3\n", .quoteInField, 2, 4),
            ("a,b\n1,2\u{0}\n", .controlCharacter, 2, 4),
            ("a,b\n1,2\n1\n", .rowLength, 3, 1),
            ("a,b\n1,2,3\n", .rowLength, 2, 1),
            ("a,a\n1,2\n", .columnTwice, 1, 3),
            ("a,,b\n1,2,3\n", .columnWithoutName, 1, 3),
        ])
    func problems(text: String, code: TableProblem.Code, line: Int, column: Int) {
        let problems = read(text).problems
        #expect(problems.map(\.code) == [code])
        #expect(problems.first.map { [$0.line, $0.column] } == [line, column])
    }

    @Test("A row past the limit is one problem, and what follows is read", arguments: [false, true])
    func longRow(isQuoted: Bool) throws {
        let long = String(repeating: "x", count: 300)
        let (table, problems) = read("a,b\n1,\(isQuoted ? "\"\(long)\"" : long)\n3,4\n", rowLimit: 100)
        #expect(problems.map(\.code) == [.rowTooLong])
        #expect(problems[0].line == 2)
        #expect(try rows(#require(table)) == [["3", "4"]])
    }

    @Test("Empty columns at the end of the header hold nothing")
    func trailingEmptyColumns() throws {
        let (table, problems) = read("a,b,,\n1,2,,\n")
        #expect(problems.isEmpty)
        #expect(try #require(table).columns == ["a", "b"])
    }

    @Test("What is written reads back, for random tables", arguments: UInt64(1)...40)
    func roundTrip(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let alphabet = ["a", "b", "7", ",", "\"", "\n", " ", "保", "育", "園", "ｱ", "①", "~"]
        let width = 1 + random(4)
        let table = (0..<random(20)).map { _ in
            (0..<width).map { column in
                (column == 0 ? "k" : "") + (0..<random(6)).map { _ in alphabet[random(alphabet.count)] }.joined()
            }
        }
        for encoding in TextEncoding.allCases {
            var writer = TableWriter(encoding)
            try writer.append((0..<width).map { "c\($0)" })
            for row in table { try writer.append(row) }
            let text = try DecodedText(writer.bytes)
            let (read, problems) = Table.read(text.utf8)
            #expect(problems.isEmpty, "seed \(seed)")
            #expect(try rows(#require(read)) == table, "seed \(seed)")
        }
    }

    @Test("Bytes at random never crash the reader", arguments: UInt64(1)...300)
    func randomBytes(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        let alphabet: [UInt8] = [0x22, 0x2C, 0x0A, 0x0D, 0x61, 0x20, 0xE3, 0x81, 0x82, 0x00, 0xFF, 0x80]
        let bytes = (0..<60).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return alphabet[Int((state >> 33) % UInt64(alphabet.count))]
        }
        let (table, _) = Table.read(bytes, rowLimit: 40)
        if let table {
            for row in 0..<table.rowCount {
                for column in table.columns.indices {
                    _ = table.trimmedText(row: row, column: column)
                    #expect(table.place(row: row, column: column).line >= 1)
                }
            }
        }
        _ = try? DecodedText(bytes)
    }

    @Test("Full-width signs are disarmed too, in both encodings", arguments: [TextEncoding.utf8, .cp932])
    func fullWidthFormulas(_ encoding: TextEncoding) throws {
        for field in ["＝1+1", "＋１", "－１", "＠a"] {
            var writer = TableWriter(encoding)
            try writer.append([field, "保\(field)"])
            let read = Table.read(Array("h,i\n".utf8) + (try DecodedText(writer.bytes).utf8)).table
            let table = try #require(read)
            #expect(table.text(row: 0, column: 0) == "'" + field)
            #expect(table.text(row: 0, column: 1) == "保\(field)")
        }
    }

    @Test("What writing puts before a cell, reading takes away, and nothing else")
    func guards() throws {
        let signs = ["", "'", "=", "+", "-", "@", "＝", "＋", "－", "＠", "\u{2212}", "1", "a", " ", "あ", "\u{301}"]
        var fields: [String] = []
        for first in signs { for second in signs { for third in signs { fields.append(first + second + third) } } }
        var written = Set<[Unicode.Scalar]>()
        for field in fields {
            var writer = TableWriter()
            try writer.append([field, "."])
            let table = try #require(Table.read(Array("h,i\n".utf8) + writer.bytes).table)
            let cell = table.text(row: 0, column: 0)
            #expect(Array(TableWriter.withoutGuard(cell).unicodeScalars) == Array(field.unicodeScalars), "\(field)")
            #expect(!TableWriter.isFormula(cell), "\(field)")
            written.insert(Array(cell.unicodeScalars))
        }
        // Two fields never give the same cell.
        #expect(written.count == Set(fields.map { Array($0.unicodeScalars) }).count)
        var plain = TableWriter(guardsFormulas: false)
        try plain.append(["=1", "'=1"])
        #expect(plain.bytes == Array("=1,'=1\n".utf8))
    }

    @Test("Cells that a spreadsheet would run are disarmed, numbers are not")
    func formulas() throws {
        var writer = TableWriter()
        try writer.append(["=1+1", "-5", "+3.2", "-x", "@a", "a=b"])
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"'=1+1\",-5,+3.2,\"'-x\",\"'@a\",a=b\n")
    }
}

struct EncodingTests {
    @Test("CP932 reads what Japanese spreadsheets write, and writes it as Windows does")
    func samples() throws {
        let samples: [(String, [UInt8])] = [
            ("保育園", [0x95, 0xDB, 0x88, 0xE7, 0x89, 0x80]), ("髙", [0xFB, 0xFC]), ("﨑", [0xFA, 0xB1]),
            ("①", [0x87, 0x40]), ("㈱", [0x87, 0x8A]), ("～", [0x81, 0x60]), ("￥", [0x81, 0x8F]), ("ｱ", [0xB1]),
            ("∵", [0x81, 0xE6]), ("Ⅰ", [0x87, 0x54]), ("\\", [0x5C]),
        ]
        for (text, bytes) in samples {
            var writer = TableWriter(.cp932)
            try writer.append([text])
            #expect(writer.bytes == bytes + [0x0D, 0x0A])
            #expect(try String(decoding: CP932.decode(bytes).get(), as: UTF8.self) == text)
        }
        // NEC's places for IBM's characters are read too.
        #expect(try String(decoding: CP932.decode([0xED, 0x95]).get(), as: UTF8.self) == "﨑")
    }

    @Test("Every character of the double-byte plane goes back to a code that reads as it")
    func wholePlane() throws {
        var count = 0
        for scalar in CP932.decoding where scalar != 0 {
            let code = try #require(CP932.code(of: Unicode.Scalar(scalar)!))
            let text = try CP932.decode([UInt8(code >> 8), UInt8(code & 0xFF)]).get()
            #expect(String(decoding: text, as: UTF8.self) == String(Unicode.Scalar(scalar)!))
            count += 1
        }
        #expect(count == 7_724)
    }

    @Test(
        "Characters that other tables decode are written by the one code that CP932 has",
        arguments: [
            ("\u{301C}", "\u{FF5E}"), ("\u{2212}", "\u{FF0D}"), ("\u{2016}", "\u{2225}"), ("\u{2014}", "\u{2015}"),
            ("\u{A2}", "\u{FFE0}"), ("\u{A3}", "\u{FFE1}"), ("\u{A5}", "\u{FFE5}"), ("\u{A6}", "\u{FFE4}"),
            ("\u{AC}", "\u{FFE2}"),
        ])
    func otherTables(_ character: String, _ microsofts: String) throws {
        var (writer, other) = (TableWriter(.cp932), TableWriter(.cp932))
        try writer.append(["園" + character])
        try other.append(["園" + microsofts])
        #expect(writer.bytes == other.bytes)
        #expect(TextEncoding.cp932.reread(character) == microsofts)
        #expect(TextEncoding.cp932.reread(microsofts) == microsofts)
        #expect(TextEncoding.utf8.reread(character) == character)
    }

    @Test("UTF-8 with and without a mark and CP932 are told apart")
    func detection() throws {
        let text = "名前,保育園\n"
        #expect(try DecodedText(Array(text.utf8)).encoding == .utf8)
        #expect(try DecodedText([0xEF, 0xBB, 0xBF] + Array(text.utf8)).utf8 == Array(text.utf8))
        var writer = TableWriter(.cp932)
        try writer.append(["名前", "保育園"])
        let read = try DecodedText(writer.bytes)
        #expect(read.encoding == .cp932)
        #expect(String(decoding: read.utf8, as: UTF8.self) == "名前,保育園\r\n")
    }

    @Test("What is neither has the place of the first bad byte")
    func neither() {
        #expect {
            try DecodedText(Array("a,b\nあ,".utf8) + [0xFF, 0xFF])
        } throws: { error in
            guard let problem = error as? TableProblem else { return false }
            return problem.code == .invalidEncoding && problem.line == 2 && problem.column == 3
        }
    }

    @Test("A character that CP932 lacks is named with its place")
    func unencodable() {
        var writer = TableWriter(.cp932)
        #expect(throws: TableWriter.UnencodableCharacter.self) { try writer.append(["a", "b😀"]) }
    }

    @Test(
        "Broken UTF-8 is found at its first byte",
        arguments: [
            ([0x61, 0xC0, 0x80], 1), ([0xE3, 0x81], 0), ([0xED, 0xA0, 0x80], 0), ([0x61, 0xF5, 0x80, 0x80, 0x80], 1),
            ([0x80], 0), ([0xE0, 0x80, 0x80], 0),
        ] as [([UInt8], Int)])
    func brokenUTF8(bytes: [UInt8], offset: Int) {
        #expect(DecodedText.firstInvalidUTF8(bytes) == offset)
    }

    @Test("Whatever is written field by field reads back as it was", arguments: [TextEncoding.utf8, .cp932])
    func fields(encoding: TextEncoding) throws {
        let texts = [
            "", "a", "12", "-5", "+1.5", "-", "=1+1", "@x", "a b", " a", "a ", "a,b", "a\"b", "\"", "a\nb", "\ta",
            "保育園",
            "第一 保育園", "あ,い", "a-b", "a=b", "'a", "~", "!a", "(a)",
        ]
        var (single, whole) = (TableWriter(encoding), TableWriter(encoding))
        try single.append(["text", "number", "twice"])
        try whole.append(["text", "number", "twice"])
        for (index, text) in texts.enumerated() {
            try single.add(text)
            single.add(index - 10)
            try single.add(text)
            single.endRow()
            try whole.append([text, String(index - 10), text])
        }
        #expect(single.bytes == whole.bytes)
        let read = Table.read(try DecodedText(single.bytes).utf8)
        #expect(read.problems.isEmpty)
        let table = try #require(read.table)
        for (row, text) in texts.enumerated() {
            let isFormula = TableWriter.isFormula(text)
            #expect(table.text(row: row, column: 0) == (isFormula ? "'" : "") + text)
            #expect(table.text(row: row, column: 1) == String(row - 10))
        }
    }

    @Test("A missing number is an empty field, the largest have all their digits")
    func numbers() {
        var writer = TableWriter()
        for number in [nil, 0, 7, -7, Int.max, Int.min, nil] as [Int?] { writer.add(number) }
        writer.endRow()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == ",0,7,-7,\(Int.max),\(Int.min),\n")
    }
}

@Suite("Characters, headers and files that are no table")
struct UnwelcomeTests {
    func read(_ text: String) -> (table: Table?, problems: [TableProblem]) { Table.read(Array(text.utf8)) }

    @Test(
        "No control character, no turn of direction and no byte order mark within the file is accepted, wherever it stands",
        arguments: [
            "\u{0}", "\u{1B}", "\u{7F}", "\u{80}", "\u{85}", "\u{9B}", "\u{9F}", "\u{61C}", "\u{200E}", "\u{200F}",
            "\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{FEFF}",
        ])
    func characters(character: String) {
        let code = character == "\u{FEFF}" ? TableProblem.Code.byteOrderMark : .controlCharacter
        for (text, line, column) in [
            ("a,b\n1,2\(character)\n3,4\n", 2, 4), ("a,b\n保育園の表のとおり,\(character)2\n3,4\n", 2, 11),
            ("a,b\n1,\"2\n\(character)\"\n3,4\n", 3, 1), ("a,b\n3,4\n\(character)1,2", 3, 1),
        ] {
            let (table, problems) = read(text)
            #expect(problems == problems.filter { $0.code == code })
            #expect(problems.map { [$0.line, $0.column] } == [[line, column]], "\(problems)")
            #expect(table?.rowCount == 1)
            #expect(table?.text(row: 0, column: 0) == "3")
        }
        #expect(read("a\(character),b\n1,2\n").table == nil)
    }

    @Test(
        "Characters beside them are accepted, as is all text",
        arguments: ["~", "\u{A0}", "é", "保", "\u{200B}", "\u{2027}", "😀", "ﺎ"])
    func others(character: String) {
        let (table, problems) = read("a,b\n1,x\(character)\t\n")
        #expect(problems == [])
        #expect(table?.trimmedText(row: 0, column: 1).hasPrefix("x") == true)
    }

    @Test("A header of 2,000 columns is read, one of more is one problem, however many they are")
    func columnLimit() {
        func header(_ count: Int) -> String { (0..<count).map { "c\($0)" }.joined(separator: ",") }
        #expect(read(header(2_000) + "\n").table?.columns.count == 2_000)
        #expect(read(header(2_000) + String(repeating: ",", count: 14_000) + "\n").table?.columns.count == 2_000)
        for text in [header(2_001), header(100_000), "a" + String(repeating: ",", count: 100_000) + "b"] {
            let start = ContinuousClock.now
            let (table, problems) = read(text + "\n1\n")
            #expect(table == nil)
            #expect(problems.map(\.code) == [.tooManyColumns])
            #expect(ContinuousClock.now - start < .seconds(5), "the header is read in linear time")
        }
    }

    @Test("A title above the header and other marks than commas are said once")
    func title() {
        let rows = (1...500).map { "\($0),2,3\n" }.joined()
        let titled = read("申込児童一覧,,\nid,b,c\n" + rows)
        #expect(titled.table == nil)
        #expect(titled.problems.map(\.code) == [.titleLine])
        #expect(titled.problems.first?.message.contains("line 2") == true)
        // One row that is longer, or a row that fits, is a problem of that row.
        #expect(read("a,b\n1,2,3\n1,2\n1,2,3\n").problems.map(\.code) == [.rowLength, .rowLength])
        #expect(read("a\tb\tc\n1\t2\t3\n").problems.map(\.code) == [.notCommaSeparated])
        #expect(read("a;b;c\n1;2;3\n").problems.map(\.code) == [.notCommaSeparated])
    }

    @Test("A workbook and UTF-16 that is cut short are said to be what they are")
    func otherFiles() {
        for (bytes, word) in [
            (Array("PK\u{3}\u{4}".utf8) + [0x14, 0, 6, 0], "Excel"), ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "Excel"),
            ([0xFF, 0xFE, 0x61, 0, 0x62], "UTF-16"), ([0xFE, 0xFF, 0xD8, 0x00, 0, 0x61], "UTF-16"),
        ] as [([UInt8], String)] {
            #expect {
                try DecodedText(bytes)
            } throws: { error in
                guard let problem = error as? TableProblem else { return false }
                return problem.code == .invalidEncoding && problem.message.contains(word)
            }
        }
    }
}

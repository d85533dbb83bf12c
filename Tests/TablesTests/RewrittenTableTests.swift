import Tables
import Testing

@Suite("A table with other cells, rows and columns")
struct RewrittenTableTests {
    private func table(
        _ text: String, header: ClosedRange<Int>? = nil, _ separator: TableLayout.Separator = .comma
    ) throws -> Table {
        let (table, problems) = Table.read(
            Array(text.utf8), layout: TableLayout(header: header, separator: separator))
        #expect(problems.isEmpty)
        return try #require(table)
    }

    private func text(_ table: RewrittenTable) -> String { String(decoding: table.utf8, as: UTF8.self) }

    @Test("What does not change stays byte for byte: titles, quotes, blanks, line ends")
    func untouched() throws {
        let text = "title;\"x\"\r\nid;\"na;me\";n\r\n\"1\"; a ;\r\n=\"02\";\"b\";3\r\n"
        let source = try table(text, header: 2...2, .semicolon)
        var same = RewrittenTable(source, separator: .semicolon)
        for row in 0..<source.rowCount { same.append(row: row) }
        #expect(self.text(same) == text)
        var changed = RewrittenTable(source, separator: .semicolon)
        changed.append(row: 1, changing: [2: "4;\"5\""])
        #expect(self.text(changed) == "title;\"x\"\r\nid;\"na;me\";n\r\n=\"02\";\"b\";\"4;\"\"5\"\"\"\r\n")
        #expect(changed.rows == [["02", "b", "4;\"5\""]])
    }

    @Test("New columns stand at the right of the last one, behind which the file may have empty ones")
    func columns() throws {
        let source = try table("id,n,,\n1,2,,\n3,4")
        var next = RewrittenTable(source, separator: .comma)
        let column = next.addColumn("waiting, months")
        next.append(row: 1, changing: [column: "1"])
        next.append([.text("5"), .field(source.field(row: 0, column: 1)), .text(" x")])
        #expect(text(next) == "id,n,\"waiting, months\"\n3,4,1\n5,2,\" x\"\n")
        #expect(text(RewrittenTable(try table("id,n"), separator: .comma)) == "id,n\n")
    }

    @Test("Below a header of two rows a new column keeps a name of its own")
    func twoRows() throws {
        let source = try table("id,0歳,,1歳\n,定員,募集,募集\nA,1,2,3\n", header: 1...2)
        var next = RewrittenTable(source, separator: .comma)
        _ = next.addColumn("unpublished")
        next.append(row: 0)
        let again = try table(text(next), header: 1...2)
        #expect(again.columns == source.columns + ["unpublished"])
        #expect(again.text(row: 0, column: 3) == "3")
    }

    @Test("A text is encoded as its file was", arguments: ["utf8", "mark", "cp932", "utf16"])
    func encodings(_ name: String) throws {
        let text = "番号,名\r\n１,〜園\r\n"
        var writer = TableWriter(.cp932)
        try writer.append(["番号", "名"])
        try writer.append(["１", "～園"])
        let bytes: [UInt8] =
            switch name {
            case "utf8": Array(text.utf8)
            case "mark": [0xEF, 0xBB, 0xBF] + Array(text.utf8)
            case "cp932": writer.bytes
            default: [0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
            }
        let decoded = try DecodedText(bytes)
        let form = TextForm(of: bytes, decoded)
        #expect(try form.encoded(decoded.utf8) == bytes)
        if name == "cp932" {
            #expect(throws: TableWriter.UnencodableCharacter.self) { try form.encoded(Array("𠮷".utf8)) }
        }
    }
}

import Admissions
import CaseFiles
import Foundation
import Testing

@Suite("Tables as they are written")
struct WrittenTableTests {
    private func children(_ sketch: Sketch) throws -> (table: WrittenTable, bytes: [UInt8]) {
        let table = try #require(sketch.read().writtenTables().first { $0.kind == .children })
        return (table, [UInt8](try Data(contentsOf: sketch.url.appending(path: table.file))))
    }

    @Test("One cell is corrected and every other byte stays: titles, quotes, blank lines, line ends, what is left out")
    func corrected() throws {
        let text = """
            申込一覧\r
            \r
            child_id,household_id,birth_date,wish_1,note\r
            c1,"h1",2025-04-10,A,"two\r
            lines"\r
            \r
             c2 ,h2,2025-13-01, B ,"a ""b"" c"\r
            c3,h3,2025-04-01,B,
            """
        let sketch = try Sketch(["children.csv": text, "households.csv": "household_id,timing,facility\n"])
        let (table, bytes) = try children(sketch)
        #expect(bytes == Array(text.utf8))
        let problem = try #require(sketch.read().errors.first { $0.code == "NOT_A_DATE" })
        let spot = try #require(problem.spot)
        let row = try #require(table.row(numbered: spot.row))
        #expect(table.text(row: row, column: try #require(spot.column) - 1) == "2025-13-01")
        #expect(table.ids(row: row) == ["c2", "h2"])
        #expect((0..<table.rowCount).allSatisfy { table.row(numbered: table.number(ofRow: $0)) == $0 })
        #expect(table.row(numbered: 1) == nil && table.row(numbered: 999) == nil)
        let corrected = try table.file(replacing: row, 2, by: "2025-03-01", in: bytes)
        #expect(String(decoding: corrected, as: UTF8.self) == text.replacing("2025-13-01", with: "2025-03-01"))
        let quoted = try table.file(replacing: row, 4, by: "x, \"y\"", in: bytes)
        #expect(
            String(decoding: quoted, as: UTF8.self)
                == text.replacing("\"a \"\"b\"\" c\"", with: "\"x, \"\"y\"\"\""))
        #expect(
            try table.file(replacing: 2, 4, by: "last", in: bytes) == Array((text + "last").utf8))
    }

    @Test("CP932 and a byte order mark stay, and a character that the encoding lacks is refused")
    func encodings() throws {
        let cp932: [UInt8] =
            Array("child_id,household_id,birth_date,wish_1,".utf8) + [0x8E, 0x73] + Array("\nc1,h1,2025-04-10,A,".utf8)
            + [0x8E, 0x73] + Array("\n".utf8)
        let sketch = try Sketch(["households.csv": "household_id,timing,facility\n"])
        try sketch.write("children.csv", cp932)
        let (table, bytes) = try children(sketch)
        #expect(
            try table.file(replacing: 0, 3, by: "B", in: bytes)
                == Array("child_id,household_id,birth_date,wish_1,".utf8) + [0x8E, 0x73]
                + Array("\nc1,h1,2025-04-10,B,".utf8) + [0x8E, 0x73] + Array("\n".utf8))
        #expect(throws: UncorrectableCell.unencodable("𠮷")) {
            _ = try table.file(replacing: 0, 4, by: "𠮷", in: bytes)
        }
        #expect(throws: UncorrectableCell.character) { _ = try table.file(replacing: 0, 3, by: "a\nb", in: bytes) }
        #expect(throws: UncorrectableCell.form) { _ = try table.file(replacing: 0, 3, by: "B", in: bytes + [0x20]) }
        let marked = [0xEF, 0xBB, 0xBF] + Array("child_id,household_id,birth_date,wish_1\nc1,h1,2025-04-10,A\n".utf8)
        try sketch.write("children.csv", marked)
        let (other, own) = try children(sketch)
        #expect(Array(try other.file(replacing: 0, 3, by: "", in: own)) == Array(marked.dropLast(2)) + [0x0A])
    }
}

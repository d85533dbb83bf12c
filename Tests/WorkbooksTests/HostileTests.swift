import Testing
import Workbooks
import ZipFiles

/// Each of these files gets one problem; the time is bounded loosely, since tests run beside others.
@Suite("Hostile workbooks get one clear problem", .timeLimit(.minutes(1)))
struct HostileTests {
    @Test(
        "Rows and cells that do not ascend, or stand outside the sheet, are damage",
        arguments: [
            "<row r=\"2\"/><row r=\"1\"/>", "<row r=\"2\"/><row r=\"2\"/>", "<row r=\"1048577\"/>", "<row r=\"0\"/>",
            "<row r=\"99999999999999999999\"/>", "<row r=\"-1\"/>", "<row r=\"x\"/>", "<row r=\"1048576\"/><row/>",
            "<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>", "<row r=\"1\"><c r=\"A1\"/><c r=\"A1\"/></row>",
            "<row r=\"1\"><c r=\"A2\"/></row>", "<row r=\"1\"><c r=\"XFE1\"/></row>",
            "<row r=\"1\"><c r=\"AAAAAAAAAAAA1\"/></row>",
            "<row r=\"1\"><c r=\"A\"/></row>", "<row r=\"1\"><c r=\"1\"/></row>", "<row r=\"1\"><c r=\"a1\"/></row>",
            "<row r=\"1\"><c r=\"XFD1\"/><c/></row>", "<row r=\"1\"><c r=\"A1:B1\"/></row>",
            "<row r=\"1\"><c s=\"1\"><v>1</v></c></row>", "<row r=\"1\"><c s=\"-1\"><v>1</v></c></row>",
            "<row r=\"1\"><c t=\"s\"><v>0</v></c></row>", "<row r=\"1\"><c t=\"s\"><v>-1</v></c></row>",
            "<row r=\"1\"><c t=\"s\"><v>99999999999999999999999</v></c></row>", "<row r=\"1\"><c><v>1</v></row>",
            "<row r=\"1\"><c><v>\u{1}</v></c></row>", "<row r=\"1\"><c><v>&x;</v></c></row>", "</sheetData>",
        ])
    func order(_ rows: String) {
        #expect(Office(rows: rows).code == .damaged)
    }

    @Test("More columns than a table has are too many, wherever they stand")
    func columns() throws {
        #expect(Office(rows: "<row r=\"1\"><c r=\"BXX1\"><v>1</v></c></row>").code == nil)
        #expect(Office(rows: "<row r=\"1\"><c r=\"BXY1\"><v>1</v></c></row>").code == .tooLarge)
        #expect(Office(rows: "<row r=\"1\"><c r=\"XFD1\"/></row>").code == nil)
        let many = String(repeating: "<c/>", count: 100_000)
        #expect(Office(rows: "<row>\(many)</row>").code == .damaged)
        #expect(Office(rows: "<row>\(many.replacing("<c/>", with: "<c><v>1</v></c>"))</row>").code == .tooLarge)
    }

    @Test("Rows that would be padded beyond the bound are too many")
    func padding() {
        let rows = String(repeating: "<row><c><v>1</v></c></row>", count: 60_000)
        #expect(Office(rows: rows + "<row><c r=\"BXX60001\"><v>1</v></c></row>").code == .tooLarge)
    }

    @Test("One long text that many cells refer to is too much")
    func longText() {
        let text = String(repeating: "園", count: 32_767)
        let cells = String(repeating: "<c t=\"s\"><v>0</v></c>", count: 1_000)
        let rows = String(repeating: "<row>\(cells)</row>", count: 10)
        #expect(Office(rows: rows, strings: "<si><t>\(text)</t></si>").code == .tooLarge)
    }

    @Test("A document type is refused, whatever it declares")
    func documentType() throws {
        var office = Office(cell: "<c t=\"inlineStr\"><is><t>&a;</t></is></c>")
        office.change = { zip in
            for index in zip.entries.indices {
                zip.entries[index].content =
                    Array("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;\">]>".utf8)
                    + zip.entries[index].content
            }
        }
        #expect(office.code == .damaged)
        office.change = { zip in
            let last = zip.entries.count - 1
            zip.entries[last].content =
                Array("<!DOCTYPE x SYSTEM \"file:///etc/passwd\">".utf8) + zip.entries[last].content
        }
        do {
            _ = try office.read()
            Issue.record("it is read")
        } catch {
            #expect(error.message.contains("document type") && error.sheet == "申込者")
        }
    }

    @Test("Deep nesting, long tags and long texts end the reading")
    func nesting() {
        let deep = String(repeating: "<a>", count: 1_000)
        #expect(Office(rows: deep).code == .damaged)
        let long = String(repeating: "a", count: 5 << 18)
        #expect(Office(rows: "<row x=\"\(long)\"/>").code == .tooLarge)
        #expect(Office(rows: "<!--\(long)-->").code == .tooLarge)
        #expect(Office(cell: "<c t=\"str\"><v>\(long)</v></c>").code == .tooLarge)
        let many = (0..<200_000).map { "a\($0)=\"\"" }.joined(separator: " ")
        #expect(Office(rows: "<row \(many)/>").code == .tooLarge)
    }

    @Test("Merged ranges that overlap, leave the sheet or are too many are refused")
    func merges() {
        func office(_ ranges: [String]) -> Office {
            var office = Office(cell: "<c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>1</v></c>")
            office.sheet += "<mergeCells>\(ranges.map { "<mergeCell ref=\"\($0)\"/>" }.joined())</mergeCells>"
            return office
        }
        for range in ["B1:A1", "A2:A1", "A0:B1", "XFE1:XFE2", "A1:", "A1:B1048577", "", "A1:B2:C3"] {
            #expect(office([range]).code == .damaged, "\(range)")
        }
        #expect(office(["A1:B1", "B1:B2"]).code == .damaged)
        #expect(office(["A5:A9", "A8:B8"]).code == .damaged)
        #expect(office(Array(repeating: "C1:XFD1048576", count: 1_000)).code == nil)
        #expect(office(Array(repeating: "C1:D1", count: 100_001)).code == .tooLarge)
    }

    @Test("Cells that cannot be read are an error of the sheet where they are too many")
    func tooManyProblems() throws {
        let row = "<row>\(String(repeating: "<c><f/></c>", count: 1_000))</row>"
        #expect(Office(rows: String(repeating: row, count: 250)).code == nil)
        let office = Office(rows: String(repeating: row, count: 250) + "<row><c><f/></c></row>")
        do {
            _ = try office.read()
            Issue.record("it is read")
        } catch { #expect(error.code == .tooLarge && error.sheet == "申込者" && error.message.contains("250000")) }
    }

    @Test("Names of sheets, relationships and their types that would fill memory are refused")
    func longNames() {
        let long = String(repeating: "n", count: 600)
        for (entry, name) in [(2, "申込者"), (2, "r1"), (1, "r1"), (1, "tables/one.xml"), (1, "/worksheet")] {
            var office = Office(cell: "<c><v>1</v></c>")
            office.change = { zip in
                let text = String(decoding: zip.entries[entry].content, as: UTF8.self).replacing(
                    name, with: long + name)
                zip.entries[entry].content = Array(text.utf8)
            }
            #expect(office.code == .tooLarge, "\(entry) \(name)")
        }
    }

    @Test("A container that lies is damage, one with a password is told as one")
    func container() throws {
        let sound = Office(cell: "<c><v>1</v></c>")
        func code(_ change: @escaping (inout ZipFile) -> Void) -> WorkbookProblem.Code? {
            var office = sound
            office.change = change
            return office.code
        }
        #expect(code { _ in } == nil)
        #expect(code { $0.entries[5 - 1].toldSize = 10 } == .damaged)
        #expect(code { $0.entries[5 - 1].toldSize = 4_000_000_000 } == .tooLarge)
        #expect(code { $0.entries[5 - 1].toldSize = 500_000_000 } == .tooLarge)
        #expect(code { $0.entries[5 - 1].isEncrypted = true } == .encrypted)
        #expect(code { $0.entries[5 - 1].method = 8 } == .damaged)
        #expect(code { $0.entries[5 - 1].method = 12 } == .damaged)
        #expect(code { $0.entries.append($0.entries[4]) } == .damaged)
        #expect(code { $0.entries[0].name = Array("_rels/.RELS".utf8) } == nil)
        #expect(code { $0.entries[4].name = Array("BOOK/tables/one.xml\0.png".utf8) } == .damaged)
        #expect(code { $0.entries.remove(at: 4) } == .damaged)
        #expect(code { $0.entries.remove(at: 3) } == .damaged)
        #expect(code { $0.entries.remove(at: 1) } == .damaged)
        #expect(code { $0.entries.remove(at: 0) } == .unknown)
        #expect(code { zip in for index in 0..<10_001 { zip.add("x\(index)", []) } } == .tooLarge)
        #expect(
            code { $0.entries[4].content = Array("<worksheet>\u{FF}".unicodeScalars.map { UInt8($0.value) }) }
                == .damaged)
        #expect(code { $0.entries[4].content = [] } == .damaged)
        // An archive in place of a part is no XML; it is never opened.
        let inner = sound.parts.bytes
        #expect(code { $0.entries[4].content = inner } == .damaged)
        let bytes = sound.parts.bytes
        for count in stride(from: 0, to: bytes.count, by: 7) {
            let code = self.code(Array(bytes[..<count]))
            #expect(code == .damaged || code == .unknown, "\(count) bytes")
        }
    }

    @Test("More entries than memory holds are refused before there is room made for them")
    func entries() {
        var bytes = Office().parts.bytes
        let end = Array(bytes.suffix(22))
        let start = bytes.count - 22
        func little(_ number: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(number >> (8 * $0) & 255) } }
        bytes.removeLast(22)
        bytes += [0x50, 0x4B, 6, 6] + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8)
        bytes += little(1 << 40, 8) + little(1 << 40, 8) + little(start, 8) + little(0, 8)
        bytes += [0x50, 0x4B, 6, 7] + little(0, 4) + little(start, 8) + little(1, 4)
        bytes += end[..<8] + [255, 255, 255, 255] + end[12...]
        #expect(code(bytes) == .tooLarge)
    }

    @Test("Old, binary and other files are told as what they are")
    func others() throws {
        let compound: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
        let old = compound + [UInt8](repeating: 0, count: 1_016)
        #expect(Workbook.looksLikeWorkbook(old))
        #expect(code(old) == .old)
        #expect(code(compound) == .old)
        let name: [UInt8] = "EncryptedPackage".utf8.flatMap { [$0, 0] as [UInt8] }
        #expect(code(old + name + [UInt8](repeating: 0, count: 512)) == .encrypted)
        #expect(code([]) == .unknown && code(Array("a,b\n1,2\n".utf8)) == .unknown)
        #expect(code(Array("PK\u{3}\u{4}".utf8)) == .damaged)
        #expect(code(ZipFile(["a.txt": "b"]).bytes) == .unknown)
        #expect(code(ZipFile().bytes) == .unknown && Workbook.looksLikeWorkbook(ZipFile().bytes))
        var other = Office()
        other.change = { zip in zip.entries[2].content = Array("<w:document xmlns:w=\"urn:word\"/>".utf8) }
        #expect(other.code == .unknown)
        other.change = { zip in
            let text = String(decoding: zip.entries[0].content, as: UTF8.self).replacing("main.xml", with: "main.bin")
            zip.entries[0].content = Array(text.utf8)
        }
        #expect(other.code == .binary)
    }

    @Test("Every problem says what to do in both languages")
    func sentences() {
        for bytes in [[], [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], Array("PK\u{3}\u{4}".utf8)] as [[UInt8]] {
            do {
                _ = try Workbook(bytes)
                Issue.record("it is read")
            } catch {
                #expect(error.message.hasSuffix(".") && error.message.contains("save"))
                #expect(error.japanese.hasSuffix("ください。"))
            }
        }
        for code in CellProblem.Code.allCases {
            let problem = CellProblem(code: code, row: 1, column: 1)
            #expect(problem.message.hasSuffix(".") && problem.japanese.hasSuffix("ください。"))
        }
    }

    private func code(_ bytes: [UInt8]) -> WorkbookProblem.Code? {
        do throws(WorkbookProblem) {
            let workbook = try Workbook(bytes)
            for index in workbook.sheets.indices { _ = try workbook.sheet(index) }
            return nil
        } catch { return error.code }
    }
}

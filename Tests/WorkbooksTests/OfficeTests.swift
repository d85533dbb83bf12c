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
}

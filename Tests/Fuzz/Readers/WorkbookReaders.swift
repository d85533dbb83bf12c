import Foundation
import Tables
import Workbooks
import ZipFiles

extension Seeds {
    /// Workbooks: there is content or one problem, within bounds of time and memory, and the same by the XML parser alone.
    func workbooks() throws -> Reader {
        let parts = [Self.officeParts, Self.openParts]
        return Reader { chance in
            var bytes: [UInt8]
            if chance.percent(25) {
                bytes = chance.pick(workbookFiles)
                for _ in 0..<chance.few() { mutateBytes(&bytes, &chance) }
            } else {
                var zip = ZipFile(chance.pick(parts))
                for _ in 0..<chance.few() {
                    let index = chance.percent(60) ? zip.entries.count - 1 : chance.below(zip.entries.count)
                    mutateEntry(&zip, index, &chance)
                }
                bytes = zip.bytes
                if chance.percent(3) { mutateBytes(&bytes, &chance) }
            }
            return Input(bytes, as: "book.xlsx")
        } run: { input, _ in
            let bytes = input["book.xlsx"]
            let before = (memory: peakBytes(), seconds: processSeconds())
            let read = Self.contents(bytes)
            let used = (memory: peakBytes() - before.memory, seconds: processSeconds() - before.seconds)
            try demand(used.memory <= Self.mostBytes, "a workbook took \(used.memory) bytes of memory")
            try demand(used.seconds <= Self.mostSeconds, "a workbook took \(used.seconds) s")
            for content in read {
                if case .success(let sheet) = content { try check(sheet) }
            }
            try demand(Self.isSame(read, Self.contents(bytes, scans: false)), "the parser alone reads otherwise")
        }
    }

    /// What a hostile workbook may take beside what the process has already.
    private static let mostBytes = 200 << 20
    /// Of processor time, for the workbook and all its sheets; hostile ones are small.
    private static let mostSeconds = 2.0

    private static func contents(_ bytes: [UInt8], scans: Bool = true) -> [Result<SheetText, WorkbookProblem>] {
        let workbook: Workbook
        do throws(WorkbookProblem) { workbook = try Workbook(bytes) } catch { return [.failure(error)] }
        return workbook.sheets.indices.map { index in
            Result { () throws(WorkbookProblem) in try workbook.sheet(index, scans: scans) }
        }
    }

    private static func isSame(
        _ one: [Result<SheetText, WorkbookProblem>], _ other: [Result<SheetText, WorkbookProblem>]
    ) -> Bool {
        one.count == other.count
            && zip(one, other).allSatisfy { one, other in
                switch (one, other) {
                case (.success(let one), .success(let other)):
                    one.csv == other.csv && one.rows == other.rows && one.problems == other.problems
                        && one.merged == other.merged && one.hiddenRows == other.hiddenRows
                        && one.hiddenColumns == other.hiddenColumns
                // What is told of a file with several faults depends on which is met first.
                case (.failure, .failure): true
                default: false
                }
            }
    }

    private func check(_ sheet: SheetText) throws {
        try demand(String(validating: sheet.csv, as: UTF8.self) != nil, "the CSV is no UTF-8")
        try demand(sheet.csv.last ?? 10 == 10, "the last row has no end")
        try demand(zip(sheet.rows, sheet.rows.dropFirst()).allSatisfy { $0 < $1 }, "rows do not ascend")
        try demand((sheet.rows.first ?? 1) >= 1 && (sheet.rows.last ?? 1) <= 1_048_576, "a row is outside the sheet")
        var (fields, rows, isQuoted) = (1, 0, false)
        for byte in sheet.csv {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard !isQuoted else { continue }
            if byte == UInt8(ascii: ",") { fields += 1 }
            guard byte == 10 else { continue }
            try demand(fields == sheet.columnCount, "a row has \(fields) fields of \(sheet.columnCount)")
            (fields, rows) = (1, rows + 1)
        }
        try demand(rows == sheet.rows.count && !isQuoted, "\(rows) rows have \(sheet.rows.count) numbers")
        try demand(Set(sheet.hiddenRows).isSubset(of: sheet.rows), "a hidden row has no content")
        try demand((sheet.hiddenColumns.last ?? 0) <= sheet.columnCount, "a hidden column has no content")
        for problem in sheet.problems { _ = cellName(row: problem.row, column: problem.column) }
        let form: Set<TableProblem.Code> = [.unterminatedQuote, .textAfterQuote, .quoteInField]
        try demand(!Table.read(sheet.csv).problems.contains { form.contains($0.code) }, "the CSV has a fault of form")
    }

    private static let officeParts: KeyValuePairs<String, String> = [
        "_rels/.rels": """
        <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" \
        Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/b.xml"/></Relationships>
        """,
        "xl/_rels/b.xml.rels": """
        <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
        <Relationship Id="r1" Type="x/worksheet" Target="sheet.xml"/><Relationship Id="r2" Type="x/styles" Target="/xl/styles.xml"/>\
        <Relationship Id="r3" Type="x/sharedStrings" Target="../xl/words.xml"/></Relationships>
        """,
        "xl/b.xml": """
        <workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" \
        xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="0"/><sheets>\
        <sheet name="申込者" sheetId="1" state="hidden" r:id="r1"/></sheets></workbook>
        """,
        "xl/styles.xml": """
        <styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>\
        <numFmt numFmtId="164" formatCode="0000"/><numFmt numFmtId="165" formatCode="[$-411]ge\\.m\\.d;@"/>\
        <numFmt numFmtId="166" formatCode="&quot;A&quot;000-0000_ "/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>\
        <xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="46"/></cellXfs></styleSheet>
        """,
        "xl/words.xml": """
        <sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh>\
        </si><si><r><t xml:space="preserve">a, </t></r><r><t>"b"_x000D_</t></r></si><si><t/></si></sst>
        """,
        "xl/sheet.xml": """
        <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="2" max="3" hidden="1"/></cols>\
        <sheetData><row r="1" spans="1:5" ht="15"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is>\
        <t>直 接</t></is></c><c r="D1" s="1"><v>12</v></c><c r="E1" s="2"><v>45749</v></c></row><row r="3" hidden="1">\
        <c r="A3" s="4"><v>45749.5625</v></c><c r="B3"><v>35.861699999999999</v></c><c r="C3" t="b"><v>1</v></c>\
        <c r="D3" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="E3"><f>A1</f></c><c r="F3" s="6"><v>1.0625</v></c></row>\
        <row r="4"><c r="A4" t="str"><f>A1&amp;"x"</f><v>x&lt;y</v></c><c><v>1410051018778</v></c><c r="D4" s="3"><v>1234567</v></c>\
        <c r="E4" t="d"><v>2025-04-02T13:30:00</v></c><c r="F4" s="5"><v>0.5</v></c></row><row><c><v>-1.5E-7</v></c></row></sheetData>\
        <mergeCells><mergeCell ref="A1:B3"/><mergeCell ref="D1:E1"/></mergeCells></worksheet>
        """,
    ]

    private static let openParts: KeyValuePairs<String, String> = [
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": """
        <m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="/"/></m:manifest>
        """,
        "styles.xml": """
        <o:document-styles xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" \
        xmlns:s="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:n="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0">\
        <o:styles><n:number-style s:name="n1"><n:text>A</n:text><n:number n:decimal-places="0" n:min-integer-digits="4">\
        <n:embedded-text n:position="2">-</n:embedded-text></n:number></n:number-style><s:style s:name="c1" s:family="table-cell" \
        s:data-style-name="n1"/></o:styles></o:document-styles>
        """,
        "content.xml": """
        <o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" \
        xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:x="urn:oasis:names:tc:opendocument:xmlns:text:1.0" \
        xmlns:s="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><o:automatic-styles><s:style s:name="t1" s:family="table">\
        <s:table-properties t:display="false"/></s:style><s:style s:name="c2" s:family="table-cell" s:parent-style-name="c1"/>\
        </o:automatic-styles><o:body><o:spreadsheet><t:table t:name="一" t:style-name="t1"><t:table-column \
        t:number-columns-repeated="2" t:visibility="collapse" t:default-cell-style-name="c1"/><t:table-header-rows><t:table-row>\
        <t:table-cell t:number-columns-spanned="2" t:number-rows-spanned="2" o:value-type="string"><x:p>山<x:s x:c="3"/>田</x:p>\
        <x:p>x<x:line-break/></x:p></t:table-cell><t:covered-table-cell/><t:table-cell o:value-type="float" o:value="12"/>\
        </t:table-row></t:table-header-rows><t:table-row t:number-rows-repeated="3" t:visibility="filter"><t:table-cell \
        t:number-columns-repeated="2" t:style-name="c2" o:value-type="float" o:value="7"/><t:table-cell o:value-type="date" \
        o:date-value="2025-04-02T13:30:00"/><t:table-cell o:value-type="time" o:time-value="PT13H30M00S"/><t:table-cell \
        t:formula="of:=A1"/><t:table-cell o:value-type="boolean" o:boolean-value="true"/></t:table-row><t:table-row \
        t:number-rows-repeated="1048000"><t:table-cell t:number-columns-repeated="16384"/></t:table-row></t:table><t:table t:name="二">\
        <t:table-row><t:table-cell><x:p>a</x:p></t:table-cell></t:table-row></t:table></o:spreadsheet></o:body></o:document-content>
        """,
    ]
}

/// Changes one entry of a container: its XML mostly, now and then what the container says about it.
private func mutateEntry(_ zip: inout ZipFile, _ index: Int, _ chance: inout Chance) {
    switch chance.below(40) {
    case 0: zip.entries[index].toldSize = chance.pick([0, 1, 0xFFFF_FFFF, 400_000_000, 7_000_000])
    case 1: zip.entries[index].method = chance.pick([8, 12, 14, 93, 95, 99])
    case 2: zip.entries[index].isEncrypted = true
    case 3: zip.entries[index].name = Array(chance.pick(["xl/b.xml", "content.xml", "", "/", "a\0b", "..", "x"]).utf8)
    case 4: zip.entries.append(zip.entries[index])
    case 5 where zip.entries.count > 1: zip.entries.remove(at: index)
    case 6: zip.entries[index].content = chance.pick(zip.entries).content
    case 7: mutateBytes(&zip.entries[index].content, &chance)
    default: mutateXML(&zip.entries[index].content, &chance)
    }
}

/// Changes of XML that mostly leave it well-formed.
private func mutateXML(_ bytes: inout [UInt8], _ chance: inout Chance) {
    let text = String(decoding: bytes, as: UTF8.self)
    var tokens = xmlTokens(text)
    guard !tokens.isEmpty else { return mutateBytes(&bytes, &chance) }
    let place = chance.below(tokens.count)
    switch chance.below(10) {
    case 0...3:
        // Another value of an attribute.
        let tags = tokens.indices.filter { tokens[$0].contains("=\"") }
        guard let tag = tags.isEmpty ? nil : chance.pick(tags) else { return }
        var parts = tokens[tag].split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3 else { return }
        parts[chance.below(parts.count / 2) * 2 + 1] = chance.pick(nastyAttributes)
        tokens[tag] = parts.joined(separator: "\"")
    case 4, 5:
        // Another text.
        let texts = tokens.indices.filter { !tokens[$0].hasPrefix("<") }
        let value = chance.percent(70) ? chance.pick(Nasty.numbers + Nasty.dates) : chance.pick(nastyFragments)
        if texts.isEmpty { tokens.insert(value, at: place) } else { tokens[chance.pick(texts)] = value }
    case 6: tokens.insert(chance.pick(nastyFragments), at: place)
    case 7:
        // A run of tags many times over.
        let end = min(tokens.count, place + chance.int(1...12))
        let times = chance.pick([2, 3, 20, 3_000])
        tokens.insert(String(repeating: tokens[place..<end].joined(), count: times), at: end)
    case 8: mutateList(&tokens, &chance)
    default:
        // An attribute more, or one less.
        guard tokens[place].hasPrefix("<"), let blank = tokens[place].firstIndex(of: " ") else { return }
        tokens[place].insert(contentsOf: " \(chance.pick(nastyNames))=\"\(chance.pick(nastyAttributes))\"", at: blank)
    }
    bytes = Array(tokens.joined().utf8.prefix(4 << 20))
}

/// The tags of XML and the texts between them.
private func xmlTokens(_ text: String) -> [String] {
    var tokens: [String] = []
    var current = ""
    for character in text {
        if character == "<", !current.isEmpty {
            tokens.append(current)
            current = ""
        }
        current.append(character)
        if character == ">" {
            tokens.append(current)
            current = ""
        }
    }
    return current.isEmpty ? tokens : tokens + [current]
}

private let nastyNames = [
    "r", "s", "t", "hidden", "xmlns", "xml:space", "x:y", "o:value", "t:number-rows-repeated", "ref",
]

private let nastyAttributes = [
    "", "0", "1", "2", "-1", "7", "2000", "2001", "16384", "16385", "1048576", "1048577", "4294967296",
    "99999999999999999999", "s",
    "str", "inlineStr", "b", "e", "d", "n", "A1", "B2", "XFD1", "XFE1", "A1048576", "A1:XFD1048576", "A1:A1", "B2:A1",
    "A0", "ZZZZZZ9",
    "true", "false", "string", "float", "date", "time", "boolean", "percentage", "collapse", "c1", "c2", "preserve",
    "x.bin",
    "xl/sheet.xml", "/../../xl/sheet.xml", "1E+400", "NaN", "PT", "PT1H", "PT99999999H", "2025-04-02", "2025-04-02T",
    "General",
    "0000", "yyyy/m/d", "[h]:mm", "[$-411", "&quot;", "\\", "000000000000000000000", "_", "*", "[", "e", "AM/PM",
    "&amp;", "&#10;", "園",
]

private let nastyFragments = [
    "<row/>", "<row r=\"9\">", "</row>", "<c/>", "<c r=\"C9\">", "</c>", "<v/>", "<v>1</v>", "<f/>", "<is>", "<t>",
    "</t>", "<!-- -->",
    "<![CDATA[<row>]]>", "<?x y?>", "<!DOCTYPE a>", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;", "&#0;", "&#13;",
    "&#x10FFFF;", "&#xFFFF;",
    "&amp;", "&", "]]>", "_x000D_", "_xD800_", "_xD83D__xDE00_", "_x0000_", "\u{FEFF}", "\0", "\u{1}", "\u{FFFE}", "\"",
    ",", "\n", "\r\n",
    "<mergeCell ref=\"A1:C9\"/>", "<x:p>b</x:p>",
    "<t:table-row><t:table-cell><x:p>1</x:p></t:table-cell></t:table-row>", "<a><b/></a>",
    "<t:covered-table-cell t:number-columns-repeated=\"9\"/>", "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "<row xmlns=\"urn:x\">", "<x:row xmlns:x=\"urn:x\"/>",
]

/// The most memory that the process had.
private func peakBytes() -> Int {
    var usage = rusage()
    #if os(Linux)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    #else
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss
    #endif
}

/// The time of the processor that the process took.
private func processSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

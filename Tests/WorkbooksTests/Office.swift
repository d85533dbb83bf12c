import Workbooks
import ZipFiles

/// Builds workbooks of Excel from XML for tests.
struct Office {
    static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    static let strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    static let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    /// What stands in `<worksheet>`.
    var sheet = "<sheetData/>"
    /// What stands in `<sst>`.
    var strings: String?
    /// Codes of custom formats; cell style `i + 1` has code `i`.
    var formats: [String] = []
    /// Numbers of built-in formats, whose styles follow.
    var builtIn: [Int] = []
    var properties = ""
    var namespace = Office.main
    /// Changes the parts before they are packed.
    var change: (inout ZipFile) -> Void = { _ in }

    /// A sheet with these rows, as `<row>` elements.
    init(rows: String = "", strings: String? = nil, formats: [String] = [], builtIn: [Int] = []) {
        sheet = "<sheetData>\(rows)</sheetData>"
        self.strings = strings
        self.formats = formats
        self.builtIn = builtIn
    }

    /// A sheet with one cell in A1.
    init(cell: String, strings: String? = nil, formats: [String] = [], builtIn: [Int] = []) {
        self.init(rows: "<row r=\"1\">\(cell)</row>", strings: strings, formats: formats, builtIn: builtIn)
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }

    var parts: ZipFile {
        var zip = ZipFile()
        let package = "http://schemas.openxmlformats.org/package/2006/relationships"
        func relationships(_ list: [(id: String, type: String, target: String)]) -> String {
            let items = list.map {
                "<Relationship Id=\"\($0.id)\" Type=\"\(Self.relations)/\($0.type)\" Target=\"\($0.target)\"/>"
            }
            return "<?xml version=\"1.0\"?><Relationships xmlns=\"\(package)\">\(items.joined())</Relationships>"
        }
        func add(_ name: String, _ text: String) { zip.add(name, Array(text.utf8)) }
        add("_rels/.rels", relationships([("a", "officeDocument", "book/main.xml")]))
        add(
            "book/_rels/main.xml.rels",
            relationships(
                [
                    ("r1", "worksheet", "tables/one.xml"), ("r2", "styles", "/looks.xml"),
                    ("r3", "chartsheet", "chart.xml"),
                ] + (strings == nil ? [] : [("r4", "sharedStrings", "../words.xml")])))
        add(
            "book/main.xml",
            """
            <workbook xmlns="\(namespace)" xmlns:r="\(Self.relations)"><workbookPr \(properties)/><sheets>\
            <sheet name="図" sheetId="2" r:id="r3"/><sheet name="申込者" sheetId="1" state="hidden" r:id="r1"/></sheets></workbook>
            """)
        let codes = formats.enumerated().map { "<numFmt numFmtId=\"\(200 + $0)\" formatCode=\"\(Self.escaped($1))\"/>" }
        let numbers = [0] + formats.indices.map { 200 + $0 } + builtIn
        let styles = numbers.map { "<xf numFmtId=\"\($0)\"/>" }
        add(
            "looks.xml",
            """
            <styleSheet xmlns="\(namespace)"><numFmts>\(codes.joined())</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>\
            <cellXfs>\(styles.joined())</cellXfs></styleSheet>
            """)
        if let strings { add("words.xml", "<sst xmlns=\"\(namespace)\">\(strings)</sst>") }
        add("book/tables/one.xml", "<worksheet xmlns=\"\(namespace)\">\(sheet)</worksheet>")
        change(&zip)
        return zip
    }

    func read() throws(WorkbookProblem) -> SheetText { try Workbook(parts.bytes).sheet(0) }

    var csv: String {
        get throws { String(decoding: try read().csv, as: UTF8.self) }
    }

    /// The code of the problem that the workbook has.
    var code: WorkbookProblem.Code? {
        do throws(WorkbookProblem) {
            _ = try read()
            return nil
        } catch { return error.code }
    }
}

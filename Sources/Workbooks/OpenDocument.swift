/// The names of OpenDocument 1.0 to 1.3.
enum OpenNames {
    /// What the names of elements and attributes begin with.
    static let all: StaticString = "urn:oasis:names:tc:opendocument:xmlns:"

    /// The attribute by which LibreOffice tells errors of formulas.
    static let extendedType: StaticString =
        "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0|value-type"
}

extension XMLAttributes {
    /// The value of the attribute of OpenDocument with this name, such as `table:1.0|name`, or `nil`.
    func open(_ name: StaticString) -> XMLText? {
        first { $0.name.begins(with: OpenNames.all) && $0.name.dropping(OpenNames.all.utf8CodeUnitCount) == name }?
            .value
    }
}

/// A workbook of OpenDocument: its tables and its styles.
struct OpenDocument: Sendable {
    let sheets: [SheetName]
    let content: Archive.Part
    /// The named styles; those of the cells stand with them.
    let styles: OpenStyles
    /// The first sheet that is shown, read together with the names of all, as most workbooks have no other.
    private let first: (index: Int, text: Result<SheetText, WorkbookProblem>)?

    /// - Parameter archive: The container.
    init(_ archive: Archive) throws(WorkbookProblem) {
        guard let content = archive.part("content.xml") else { throw .unknown }
        if let part = archive.part("META-INF/manifest.xml") {
            let receiver = ManifestReceiver()
            try receiver.read(part, of: archive)
            if receiver.isEncrypted { throw .encrypted }
        }
        self.content = content
        var styles = OpenStyles()
        if let part = archive.part("styles.xml") {
            let receiver = OpenStyleReceiver(styles)
            try receiver.read(part, of: archive)
            styles = receiver.styles
        }
        self.styles = styles
        do throws(WorkbookProblem) {
            let read = try OpenSheetReceiver.readFirst(of: content, styles, archive)
            (sheets, first) = (read.sheets, read.first.map { ($0.index, .success($0.text)) })
        } catch {
            // What is wrong may be wrong with that sheet alone.
            let receiver = OpenContentReceiver(styles)
            try receiver.read(content, of: archive)
            guard receiver.isWorkbook else { throw .unknown }
            sheets = receiver.sheets
            first = sheets.firstIndex { !$0.isHidden }.map { ($0, .failure(error)) }
        }
    }

    /// Reads the cells of a sheet.
    ///
    /// - Parameters:
    ///   - index: The index of the sheet.
    ///   - archive: The container.
    func sheet(_ index: Int, of archive: Archive) throws(WorkbookProblem) -> SheetText {
        if let first, first.index == index { return try first.text.get() }
        return try OpenSheetReceiver.read(index, in: self, of: archive)
    }
}

/// Finds out whether parts are encrypted.
private final class ManifestReceiver: XMLReceiver {
    private(set) var isEncrypted = false

    init() { super.init([OpenNames.all]) }

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        switch (parent, name) {
        case (Self.document, "manifest:1.0|manifest"): return 1
        case (1, "manifest:1.0|file-entry"): return 2
        case (2, "manifest:1.0|encryption-data"): isEncrypted = true
        default: break
        }
        return 0
    }
}

/// What styles say about numbers, rows, columns and tables.
struct OpenStyles: Sendable {
    /// A style of cells.
    struct Cell: Sendable {
        let parent: String?
        let dataStyle: String?
    }

    var cells: [String: Cell] = [:]
    var formats = CellFormats()
    /// The formats of data styles, where they are not plain.
    var dataStyles: [String: NumberSections] = [:]
    /// Styles of tables that are not shown, and of rows and columns without height or width.
    var hiddenTables: Set<String> = []
    var flatRows: Set<String> = []
    var flatColumns: Set<String> = []

    /// The format of a style of cells. O(number of its parents).
    func format(_ style: String) -> NumberSections {
        var name = style
        // Styles inherit a few times; one that inherits from itself is plain.
        for _ in 0..<16 {
            guard let cell = cells[name] else { break }
            if let dataStyle = cell.dataStyle { return dataStyles[dataStyle] ?? .plain }
            guard let parent = cell.parent else { break }
            name = parent
        }
        return .plain
    }
}

/// Reads styles, named ones and those of a content.
class OpenStyleReceiver: XMLReceiver {
    private enum Place {
        static let root: UInt8 = 1, styles: UInt8 = 2, style: UInt8 = 3, number: UInt8 = 4, literal: UInt8 = 5
        static let digits: UInt8 = 6, embedded: UInt8 = 7, rowStyle: UInt8 = 8, columnStyle: UInt8 = 9
    }

    private(set) final var styles: OpenStyles
    /// The style that is open.
    private var name = ""
    private var isPadded = false
    private var template: [UInt8] = []
    private var digits = 0
    private var literal: [UInt8] = []
    private var position = 0
    /// The conditions of the style that is open and the styles that they choose.
    private var maps: [(condition: NumberCondition, style: String)] = []
    private var hasUnknownMap = false
    private var mapCount = 0
    /// Maps of styles, which may choose styles that come later.
    private var allMaps: [(name: String, maps: [(condition: NumberCondition, style: String)])] = []

    /// - Parameter styles: The styles that are known.
    init(_ styles: OpenStyles) {
        self.styles = styles
        super.init([OpenNames.all])
    }

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        switch (parent, name) {
        case (Self.document, "office:1.0|document-styles"), (Self.document, "office:1.0|document-content"):
            return Place.root
        case (Place.root, "office:1.0|styles"), (Place.root, "office:1.0|automatic-styles"): return Place.styles
        case (Place.styles, "style:1.0|style"):
            guard let own = attributes.open("style:1.0|name"), let family = attributes.open("style:1.0|family") else {
                return 0
            }
            self.name = try own.name()
            switch family {
            case "table": return Place.style
            case "table-row": return Place.rowStyle
            case "table-column": return Place.columnStyle
            case "table-cell": break
            default: return 0
            }
            guard styles.cells.count < Limits.styles else { throw .tooLarge(.styles) }
            styles.cells[self.name] = OpenStyles.Cell(
                parent: try attributes.open("style:1.0|parent-style-name")?.name(),
                dataStyle: try attributes.open("style:1.0|data-style-name")?.name())
            return 0
        case (Place.style, "style:1.0|table-properties"):
            if attributes.open("table:1.0|display").map({ $0 == "false" }) ?? false {
                try note(in: &styles.hiddenTables)
            }
            return 0
        case (Place.rowStyle, "style:1.0|table-row-properties"):
            if attributes.open("style:1.0|row-height")?.isNoLength ?? false { try note(in: &styles.flatRows) }
            return 0
        case (Place.columnStyle, "style:1.0|table-column-properties"):
            if attributes.open("style:1.0|column-width")?.isNoLength ?? false { try note(in: &styles.flatColumns) }
            return 0
        case (Place.styles, "datastyle:1.0|number-style"), (Place.styles, "datastyle:1.0|text-style"):
            self.name = try attributes.open("style:1.0|name")?.name() ?? ""
            template = []
            isPadded = false
            maps = []
            hasUnknownMap = false
            return Place.number
        case (Place.number, "style:1.0|map"):
            mapCount += 1
            guard mapCount <= Limits.styles else { throw .tooLarge(.styles) }
            if let condition = try NumberCondition(attributes.open("style:1.0|condition")?.name() ?? "") {
                maps.append((condition, try attributes.open("style:1.0|apply-style-name")?.name() ?? ""))
            } else {
                hasUnknownMap = true
            }
            return 0
        case (Place.number, "datastyle:1.0|text"):
            literal = []
            return Place.literal
        case (Place.number, "datastyle:1.0|number"):
            func count(_ name: StaticString) -> Int { attributes.open(name)?.count ?? 0 }
            digits = min(255, count("datastyle:1.0|min-integer-digits"))
            isPadded =
                digits >= 2 && count("datastyle:1.0|decimal-places") == 0
                && !(attributes.open("datastyle:1.0|grouping")?.isTrue ?? false)
                && attributes.open("datastyle:1.0|display-factor").map { $0 == "1" } ?? true
            guard template.count + digits <= Limits.nameBytes else { throw .tooLarge(.name) }
            template += Array(repeating: 0, count: digits)
            return Place.digits
        case (Place.digits, "datastyle:1.0|embedded-text"):
            literal = []
            position = attributes.open("datastyle:1.0|position")?.count ?? 0
            return Place.embedded
        default: return 0
        }
    }

    override func text(_ piece: UnsafeBufferPointer<UInt8>, in place: UInt8) throws(WorkbookProblem) {
        guard place == Place.literal || place == Place.embedded else { return }
        guard template.count + literal.count + piece.count <= Limits.nameBytes else { throw .tooLarge(.name) }
        literal.append(contentsOf: piece.lazy.filter { $0 != 0 })
    }

    private func note(in set: inout Set<String>) throws(WorkbookProblem) {
        guard set.count < Limits.styles else { throw .tooLarge(.styles) }
        set.insert(name)
    }

    override func end(_ place: UInt8) throws(WorkbookProblem) {
        switch place {
        // What stands behind the digits is a unit.
        case Place.literal where !isPadded: template += literal
        case Place.embedded where position > 0 && position < digits:
            // Before as many digits as the position says.
            var left = position
            let index = template.lastIndex { byte in
                if byte == 0 { left -= 1 }
                return byte == 0 && left == 0
            }
            if let index { template.insert(contentsOf: literal, at: index) }
        case Place.number: try endFormat()
        case Place.styles:
            for (name, maps) in allMaps {
                styles.dataStyles[name, default: .plain].conditional = maps.map {
                    ($0.condition, styles.dataStyles[$0.style]?.rest ?? .plain)
                }
            }
            allMaps = []
        default: break
        }
    }

    private func endFormat() throws(WorkbookProblem) {
        styles.dataStyles[name] = nil
        // Which numbers have which section is not known then.
        guard !hasUnknownMap else { return }
        guard styles.formats.templates.count < Limits.styles else { throw .tooLarge(.styles) }
        if isPadded { styles.dataStyles[name] = NumberSections(rest: styles.formats.padded(template)) }
        if !maps.isEmpty { allMaps.append((name, maps)) }
    }
}

/// Reads the names of the tables and the styles of their cells.
class OpenContentReceiver: OpenStyleReceiver {
    private(set) final var isWorkbook = false
    private(set) final var sheets: [SheetName] = []

    private enum Place {
        static let body: UInt8 = 20, tables: UInt8 = 21
    }

    /// Called where a table begins, which is the last of ``sheets``.
    ///
    /// - Returns: The place of the table; 0 where its cells are not wanted.
    func beginTable() -> UInt8 { 0 }

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        switch (parent, name) {
        case (_, "office:1.0|body"): return Place.body
        case (Place.body, "office:1.0|spreadsheet"):
            isWorkbook = true
            return Place.tables
        case (Place.tables, "table:1.0|table"):
            guard sheets.count < Limits.sheets else { throw .tooLarge(.sheets) }
            let style = try attributes.open("table:1.0|style-name")?.name()
            sheets.append(
                SheetName(
                    name: try attributes.open("table:1.0|name")?.name() ?? "",
                    isHidden: style.map(styles.hiddenTables.contains) ?? false))
            return beginTable()
        default: return try super.begin(name, attributes, in: parent)
        }
    }
}

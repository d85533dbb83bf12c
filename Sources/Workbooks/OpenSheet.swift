/// Reads the cells of one table of an OpenDocument workbook.
final class OpenSheetReceiver: OpenContentReceiver {
    private enum Place {
        static let table: UInt8 = 22, row: UInt8 = 23, cell: UInt8 = 24
        static let paragraph: UInt8 = 25, inline: UInt8 = 26, covered: UInt8 = 27
    }

    /// What the value of a cell is, by its attribute `office:value-type`.
    private enum Kind {
        case none, number, text, boolean, date, time
    }

    private var builder: SheetBuilder
    /// The table whose cells are read; until it has begun `nil` where the first that is shown is wanted.
    private var wanted: Int?
    private var merged: [CellRange] = []
    private var hiddenColumns: [ClosedRange<Int>] = []
    /// The formats of columns, as far as they are told.
    private var columnFormats: [NumberSections] = []
    private var described = 0

    private var row = 0
    private var rowRepeats = 1
    private var rowFormat: NumberSections?
    private var column = 0
    private var kind = Kind.none
    private var cellRepeats = 1
    private var format: NumberSections?
    private var hasFormula = false
    private var isError = false
    private var hasParagraph = false
    private var value: [UInt8]?
    private var paragraphs = TextRuns()

    private init(_ wanted: Int?, _ styles: OpenStyles, _ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.wanted = wanted
        builder = SheetBuilder(buffer)
        super.init(styles)
    }

    /// Reads a sheet.
    static func read(_ index: Int, in document: OpenDocument, of archive: Archive) throws(WorkbookProblem) -> SheetText
    {
        try SheetText.make(of: archive) { buffer throws(WorkbookProblem) in
            let receiver = OpenSheetReceiver(index, document.styles, buffer)
            try receiver.read(document.content, of: archive)
            return (document.sheets[index].name, receiver.builder, receiver.merged, receiver.hiddenColumns)
        }
    }

    /// Reads the names of all sheets, and the cells of the first that is shown, if there is one.
    static func readFirst(
        of content: Archive.Part, _ styles: OpenStyles, _ archive: Archive
    ) throws(WorkbookProblem) -> (sheets: [SheetName], first: (index: Int, text: SheetText)?) {
        var sheets: [SheetName] = []
        var index: Int?
        let text = try SheetText.make(of: archive) { buffer throws(WorkbookProblem) in
            let receiver = OpenSheetReceiver(nil, styles, buffer)
            try receiver.read(content, of: archive)
            guard receiver.isWorkbook else { throw .unknown }
            (sheets, index) = (receiver.sheets, receiver.wanted)
            return (index.map { sheets[$0].name } ?? "", receiver.builder, receiver.merged, receiver.hiddenColumns)
        }
        return (sheets, index.map { ($0, text) })
    }

    override func beginTable() -> UInt8 {
        let index = sheets.count - 1
        if wanted == nil, !sheets[index].isHidden { wanted = index }
        return wanted == index ? Place.table : 0
    }

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        switch parent {
        case Place.row:
            if name == "table:1.0|table-cell" {
                try beginCell(attributes)
                return Place.cell
            }
            guard name == "table:1.0|covered-table-cell" else { return 0 }
            cellRepeats = try Self.count(attributes.open("table:1.0|number-columns-repeated"))
            return Place.covered
        // Beside paragraphs there are comments, drawings and tables of their own.
        case Place.cell: return name == "text:1.0|p" ? try beginParagraph() : 0
        case Place.paragraph, Place.inline: return try beginInline(name, attributes)
        case Place.table:
            switch name {
            case "table:1.0|table-row":
                try beginRow(attributes)
                return Place.row
            case "table:1.0|table-column":
                try describeColumns(attributes)
                return 0
            case "table:1.0|table-rows", "table:1.0|table-header-rows", "table:1.0|table-row-group",
                "table:1.0|table-columns", "table:1.0|table-header-columns", "table:1.0|table-column-group":
                return Place.table
            default: return 0
            }
        default: return try super.begin(name, attributes, in: parent)
        }
    }

    override func text(_ piece: UnsafeBufferPointer<UInt8>, in place: UInt8) throws(WorkbookProblem) {
        if place == Place.paragraph || place == Place.inline {
            try paragraphs.append(piece)
        } else {
            try super.text(piece, in: place)
        }
    }

    override func end(_ place: UInt8) throws(WorkbookProblem) {
        switch place {
        case Place.cell: try endCell()
        case Place.covered: try advance()
        case Place.row:
            try builder.endRow()
            try builder.repeatRow(rowRepeats - 1)
            row += rowRepeats - 1
        default: try super.end(place)
        }
    }

    /// A number of repetitions; one where nothing is said.
    private static func count(_ text: XMLText?) throws(WorkbookProblem) -> Int {
        guard let text else { return 1 }
        guard let count = text.count, count >= 1 else { throw .damaged(.row) }
        return count
    }

    private func cellFormat(_ style: XMLText?) -> NumberSections? {
        // Most workbooks have no numbers with leading zeros.
        styles.formats.templates.isEmpty ? nil : style.map { styles.format($0.string) }
    }

    private func describeColumns(_ attributes: XMLAttributes) throws(WorkbookProblem) {
        let count = try Self.count(attributes.open("table:1.0|number-columns-repeated"))
        guard count <= Limits.sheetColumns - described else { throw .damaged(.place) }
        if isHidden(attributes, styles.flatColumns) {
            hiddenColumns.append(described + 1...described + count)
        }
        let format = cellFormat(attributes.open("table:1.0|default-cell-style-name")) ?? .plain
        columnFormats += Array(repeating: format, count: max(0, min(count, Limits.columns - described)))
        described += count
    }

    private func beginRow(_ attributes: XMLAttributes) throws(WorkbookProblem) {
        row += 1
        column = 0
        rowRepeats = try Self.count(attributes.open("table:1.0|number-rows-repeated"))
        rowFormat = cellFormat(attributes.open("table:1.0|default-cell-style-name"))
        try builder.beginRow(row, isHidden: isHidden(attributes, styles.flatRows))
    }

    /// Whether a row or column is not shown.
    ///
    /// - Parameters:
    ///   - attributes: Its attributes.
    ///   - flat: The styles of those without height or width.
    private func isHidden(_ attributes: XMLAttributes, _ flat: Set<String>) -> Bool {
        if let visibility = attributes.open("table:1.0|visibility"), visibility == "collapse" || visibility == "filter"
        {
            return true
        }
        return !flat.isEmpty && attributes.open("table:1.0|style-name").map { flat.contains($0.string) } ?? false
    }

    private func beginCell(_ attributes: XMLAttributes) throws(WorkbookProblem) {
        (kind, cellRepeats, format) = (.none, 1, nil)
        (hasFormula, isError, hasParagraph, value) = (false, false, false, nil)
        paragraphs.removeAll()
        var (spannedRows, spannedColumns) = (1, 1)
        for (name, text) in attributes {
            guard name.begins(with: OpenNames.all) else {
                if name == OpenNames.extendedType, text == "error" { isError = true }
                continue
            }
            switch name.dropping(OpenNames.all.utf8CodeUnitCount) {
            case "table:1.0|number-columns-repeated": cellRepeats = try Self.count(text)
            case "table:1.0|number-columns-spanned": spannedColumns = try Self.count(text)
            case "table:1.0|number-rows-spanned": spannedRows = try Self.count(text)
            case "table:1.0|formula": hasFormula = true
            case "table:1.0|style-name": format = cellFormat(text)
            case "office:1.0|value-type": kind = Self.kind(text)
            case "office:1.0|value", "office:1.0|date-value", "office:1.0|time-value", "office:1.0|boolean-value",
                "office:1.0|string-value":
                value = Array(text.bytes)
            default: break
            }
        }
        guard spannedRows > 1 || spannedColumns > 1 else { return }
        guard merged.count < Limits.merges else { throw .tooLarge(.merges) }
        guard spannedRows <= Limits.sheetRows - row + 1, spannedColumns <= Limits.sheetColumns - column else {
            throw .damaged(.place)
        }
        merged.append(
            CellRange(
                firstRow: row, firstColumn: column + 1, lastRow: row + spannedRows - 1,
                lastColumn: column + spannedColumns))
    }

    private static func kind(_ text: XMLText) -> Kind {
        switch text {
        case "float", "percentage", "currency": .number
        case "date": .date
        case "time": .time
        case "boolean": .boolean
        default: .text
        }
    }

    private func advance() throws(WorkbookProblem) {
        guard cellRepeats <= Limits.sheetColumns - column else { throw .damaged(.place) }
        column += cellRepeats
    }

    /// Blanks of a paragraph are kept as they stand: LibreOffice, unlike the standard, writes and reads them so.
    private func beginParagraph() throws(WorkbookProblem) -> UInt8 {
        if hasParagraph { try paragraphs.append(UInt8(ascii: "\n")) }
        hasParagraph = true
        return Place.paragraph
    }

    private func beginInline(_ name: XMLText, _ attributes: XMLAttributes) throws(WorkbookProblem) -> UInt8 {
        switch name {
        case "text:1.0|s":
            let count = try Self.count(attributes.open("text:1.0|c"))
            guard count <= Limits.cellBytes else { throw .tooLarge(.cell) }
            for _ in 0..<count { try paragraphs.append(UInt8(ascii: " ")) }
        case "text:1.0|tab": try paragraphs.append(UInt8(ascii: "\t"))
        case "text:1.0|line-break": try paragraphs.append(UInt8(ascii: "\n"))
        // The reading of a word, furigana, and a footnote.
        case "text:1.0|ruby-text", "text:1.0|note": break
        default: return name.begins(with: "text:1.0|") ? Place.inline : 0
        }
        return 0
    }

    private func endCell() throws(WorkbookProblem) {
        let first = column + 1
        try advance()
        // Most cells have nothing; sheets end with thousands of them, told as one.
        guard kind != .none || hasParagraph || hasFormula else { return }
        if isErrorText { isError = true }
        for column in first...column {
            let before = (builder.count, builder.problems.count)
            try add(at: column)
            // An empty text adds nothing, however often it is repeated.
            if before == (builder.count, builder.problems.count) { return }
        }
    }

    /// Whether the cell shows the name of an error in place of a number or the result of a formula, as programs write that
    /// do not tell errors otherwise.
    private var isErrorText: Bool {
        guard hasFormula || (kind != .none && kind != .text) else { return false }
        let text = paragraphs.bytes.isEmpty ? value ?? [] : paragraphs.bytes
        let names = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"]
        if text.first == UInt8(ascii: "#") { return names.contains { text.elementsEqual($0.utf8) } }
        // Errors of LibreOffice have numbers, in Japanese too.
        return ["Err:", "エラー:"].contains { name in
            text.starts(with: name.utf8) && text.count == name.utf8.count + 3
                && text.suffix(3).allSatisfy { (48...57).contains($0) }
        }
    }

    private func add(at column: Int) throws(WorkbookProblem) {
        if isError { try builder.note(.errorValue, column: column) }
        if kind == .none, hasFormula, !isError { try builder.note(.formulaWithoutValue, column: column) }
        guard !isError, kind != .none, kind != .text else {
            return try addText(value.flatMap { $0.isEmpty || isError ? nil : $0 } ?? paragraphs.bytes, column)
        }
        guard let value else { return try builder.note(.noNumber, column: column) }
        var problem: WorkbookProblem?
        value.withUnsafeBufferPointer { value in
            do throws(WorkbookProblem) { try add(value, at: column) } catch { problem = error }
        }
        if let problem { throw problem }
    }

    private func add(_ value: UnsafeBufferPointer<UInt8>, at column: Int) throws(WorkbookProblem) {
        switch kind {
        case .none, .text: break
        case .number:
            let sections = format ?? rowFormat ?? columnFormats[safe: column - 1] ?? .plain
            let format =
                sections.conditional.isEmpty ? sections.rest : sections.format(of: NumberText.number(value) ?? 0)
            try builder.addNumber(value, column: column, format: format, formats: styles.formats, is1904: false)
        case .boolean:
            let isTrue = value.elementsEqual("true".utf8)
            if !isTrue, !value.elementsEqual("false".utf8) {
                try builder.note(.noNumber, column: column)
                return try builder.addText(value, column: column)
            }
            try addText(Array((isTrue ? "TRUE" : "FALSE").utf8), column)
        case .date, .time:
            if let text = kind == .date ? ISODate.text(value) : ISODate.duration(value) {
                try addText(Array(text.utf8), column)
            } else {
                try builder.note(.noDate, column: column)
                try builder.addText(value, column: column)
            }
        }
    }

    private func addText(_ text: [UInt8], _ column: Int) throws(WorkbookProblem) {
        var problem: WorkbookProblem?
        text.withUnsafeBufferPointer { text in
            do throws(WorkbookProblem) { try builder.addText(text, column: column) } catch { problem = error }
        }
        if let problem { throw problem }
    }
}

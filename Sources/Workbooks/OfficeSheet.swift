/// Reads the cells of a worksheet of Excel.
final class OfficeSheetReceiver: XMLReceiver {
    private enum Place {
        static let worksheet: UInt8 = 1, rows: UInt8 = 2, row: UInt8 = 3, cell: UInt8 = 4, value: UInt8 = 5
        static let formula: UInt8 = 6, inline: UInt8 = 7, run: UInt8 = 8, text: UInt8 = 9, columns: UInt8 = 10
        static let merges: UInt8 = 11
    }

    /// What the value of a cell is, by its attribute `t`.
    private enum Kind {
        case number, shared, text, formulaText, boolean, error, date
    }

    private let package: OfficePackage
    private var builder: SheetBuilder
    private var row = 0
    private var column = 0
    private var kind = Kind.number
    private var style = 0
    private var hasFormula = false
    private var hasValue = false
    private var runs = TextRuns()
    private var merged: [CellRange] = []
    private var hiddenColumns: [ClosedRange<Int>] = []

    private init(_ package: OfficePackage, _ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.package = package
        builder = SheetBuilder(buffer)
        super.init(OfficeNames.main)
    }

    /// Reads a sheet.
    static func read(
        _ sheet: OfficePackage.Sheet, in package: OfficePackage, of archive: Archive
    ) throws(WorkbookProblem) -> SheetText {
        try SheetText.make(sheet.name.name) { buffer throws(WorkbookProblem) in
            let receiver = OfficeSheetReceiver(package, buffer)
            try receiver.read(sheet.part, of: archive)
            return (receiver.builder, receiver.merged, receiver.hiddenColumns)
        }
    }

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        switch parent {
        case Place.cell:
            if name == "v" {
                hasValue = true
                return Place.value
            }
            if name == "f" {
                hasFormula = true
                return 0
            }
            return name == "is" ? Place.inline : 0
        case Place.row:
            guard name == "c" else { return 0 }
            try beginCell(attributes)
            return Place.cell
        case Place.rows:
            guard name == "row" else { return 0 }
            try beginRow(attributes)
            return Place.row
        // Beside runs there are the readings of words, furigana.
        case Place.inline where name == "r": return Place.run
        case Place.inline where name == "t", Place.run where name == "t":
            runs.beginRun(keepsBlanks: attributes.keepBlanks)
            return Place.text
        case Self.document: return name == "worksheet" ? Place.worksheet : 0
        case Place.worksheet:
            switch name {
            case "sheetData": return Place.rows
            case "cols": return Place.columns
            case "mergeCells": return Place.merges
            default: return 0
            }
        case Place.columns where name == "col":
            guard attributes["hidden"]?.isTrue ?? false, let first = attributes["min"]?.count,
                let last = attributes["max"]?.count, 1 <= first, first <= last,
                hiddenColumns.count < Limits.sheetColumns
            else { return 0 }
            hiddenColumns.append(first...last)
            return 0
        case Place.merges where name == "mergeCell":
            guard merged.count < Limits.merges else { throw .tooLarge(.merges) }
            guard let range = attributes["ref"].flatMap({ Self.range($0) }) else { throw .damaged(.place) }
            if (range.firstRow, range.firstColumn) != (range.lastRow, range.lastColumn) { merged.append(range) }
            return 0
        default: return 0
        }
    }

    override func text(_ piece: UnsafeBufferPointer<UInt8>, in place: UInt8) throws(WorkbookProblem) {
        if place == Place.value || place == Place.text { try runs.append(piece) }
    }

    override func end(_ place: UInt8) throws(WorkbookProblem) {
        switch place {
        case Place.cell: try endCell()
        case Place.row: try builder.endRow()
        case Place.text: runs.endRun()
        default: break
        }
    }

    private func beginRow(_ attributes: XMLAttributes) throws(WorkbookProblem) {
        row += 1
        column = 0
        var isHidden = false
        for (name, value) in attributes {
            if name == "r" {
                guard let number = value.count, number >= row else { throw .damaged(.order) }
                row = number
            } else if name == "hidden" {
                isHidden = value.isTrue
            }
        }
        try builder.beginRow(row, isHidden: isHidden)
    }

    private func beginCell(_ attributes: XMLAttributes) throws(WorkbookProblem) {
        let before = column
        column += 1
        kind = .number
        style = 0
        hasFormula = false
        hasValue = false
        runs.removeAll()
        for (name, value) in attributes {
            guard name[0] != 0, name[1] == 0 else { continue }
            switch name[0] {
            case UInt8(ascii: "r"):
                var offset = 0
                guard let place = Self.cell(value, &offset), value[offset] == 0, place.row == row else {
                    throw .damaged(.place)
                }
                column = place.column
            case UInt8(ascii: "s"):
                guard let number = value.count, package.formats == nil || number < package.formats!.styles.count else {
                    throw .damaged(.style)
                }
                style = number
            case UInt8(ascii: "t"): kind = Self.kind(value)
            default: break
            }
        }
        guard column > before else { throw .damaged(.order) }
        guard column <= Limits.sheetColumns else { throw .damaged(.place) }
    }

    private static func kind(_ text: XMLText) -> Kind {
        switch text {
        case "s": .shared
        case "str": .formulaText
        case "inlineStr": .text
        case "b": .boolean
        case "e": .error
        case "d": .date
        default: .number
        }
    }

    private func endCell() throws(WorkbookProblem) {
        // An empty text is a value, but only of a formula whose value is a text.
        if hasFormula, !hasValue || (runs.bytes.isEmpty && kind != .formulaText), kind != .text {
            return builder.note(.formulaWithoutValue, column: column)
        }
        if kind == .formulaText {
            runs.beginWhole()
            runs.endRun()
        }
        if kind == .formulaText || kind == .text { runs.joinLineEnds() }
        guard !runs.bytes.isEmpty else { return }
        var problem: WorkbookProblem?
        runs.bytes.withUnsafeBufferPointer { value in
            do throws(WorkbookProblem) { try add(value) } catch { problem = error }
        }
        if let problem { throw problem }
    }

    private func add(_ value: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) {
        switch kind {
        case .shared: try addShared(value)
        case .number:
            try builder.addNumber(
                value, column: column, format: package.formats?.styles[safe: style] ?? .plain,
                formats: package.formats, is1904: package.is1904)
        case .text, .formulaText: try builder.addText(value, column: column)
        case .boolean:
            let isTrue = value.elementsEqual("1".utf8) || value.elementsEqual("true".utf8)
            var text = isTrue ? "TRUE" : "FALSE"
            try add(&text)
        case .error:
            builder.note(.errorValue, column: column)
            try builder.addText(value, column: column)
        case .date:
            guard var text = ISODate.text(value) else {
                builder.note(.noDate, column: column)
                return try builder.addText(value, column: column)
            }
            try add(&text)
        }
    }

    private func add(_ text: inout String) throws(WorkbookProblem) {
        var problem: WorkbookProblem?
        text.withUTF8 { text in
            do throws(WorkbookProblem) { try builder.addText(text, column: column) } catch { problem = error }
        }
        if let problem { throw problem }
    }

    private func addShared(_ value: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) {
        var index = 0
        for byte in value {
            guard (48...57).contains(byte), index < package.strings.count else { throw .damaged(.string) }
            index = index * 10 + Int(byte - 48)
        }
        guard index < package.strings.count else { throw .damaged(.string) }
        try package.strings.withField(index) { field throws(WorkbookProblem) in
            guard !field.isEmpty else { return }
            try builder.beginField(column)
            try builder.append(field)
        }
    }

    /// The place that a reference such as `C12` names, from `offset` on, which is then behind it.
    private static func cell(_ text: XMLText, _ offset: inout Int) -> (row: Int, column: Int)? {
        var (row, column) = (0, 0)
        while (65...90).contains(text[offset]) {
            column = column * 26 + Int(text[offset] - 64)
            guard column <= Limits.sheetColumns else { return nil }
            offset += 1
        }
        while (48...57).contains(text[offset]) {
            row = row * 10 + Int(text[offset] - 48)
            guard row <= Limits.sheetRows else { return nil }
            offset += 1
        }
        return row > 0 && column > 0 ? (row, column) : nil
    }

    /// The cells that a reference such as `A1:C2` names.
    private static func range(_ text: XMLText) -> CellRange? {
        var offset = 0
        guard let first = cell(text, &offset) else { return nil }
        var last = first
        if text[offset] == UInt8(ascii: ":") {
            offset += 1
            guard let other = cell(text, &offset) else { return nil }
            last = other
        }
        guard text[offset] == 0, first.row <= last.row, first.column <= last.column else { return nil }
        return CellRange(firstRow: first.row, firstColumn: first.column, lastRow: last.row, lastColumn: last.column)
    }
}

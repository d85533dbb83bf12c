/// A cell of Excel as its attributes and elements say.
struct OfficeCell {
    /// What the value of a cell is, by its attribute `t`.
    enum Kind {
        case number, shared, text, formulaText, boolean, error, date
    }

    /// The row and the column that its reference names; 0 without one.
    var row = 0
    var column = 0
    var style = 0
    var kind = Kind.number
    var hasFormula = false
    var hasValue = false
}

/// Turns the cells of a worksheet of Excel into rows of CSV.
struct OfficeRows {
    private(set) var builder: SheetBuilder
    private let strings: SharedStrings.Fields
    private let formats: CellFormats
    private let hasFormats: Bool
    private let is1904: Bool
    private var row = 0
    private var column = 0

    /// - Parameters:
    ///   - package: The workbook.
    ///   - strings: Its shared texts.
    ///   - buffer: Memory for the CSV.
    init(
        _ package: OfficePackage, _ strings: SharedStrings.Fields, _ buffer: UnsafeMutableBufferPointer<UInt8>
    ) {
        builder = SheetBuilder(buffer)
        self.strings = strings
        formats = package.formats ?? CellFormats()
        hasFormats = package.formats != nil
        is1904 = package.is1904
    }

    /// Begins a row.
    ///
    /// - Parameters:
    ///   - number: The number that the row has; 0 for the one behind the last.
    ///   - isHidden: Whether the row is not shown.
    mutating func beginRow(_ number: Int, isHidden: Bool) throws(WorkbookProblem) {
        guard number == 0 || number > row else { throw .damaged(.order) }
        row = number == 0 ? row + 1 : number
        column = 0
        try builder.beginRow(row, isHidden: isHidden)
    }

    mutating func endRow() throws(WorkbookProblem) { try builder.endRow() }

    /// Adds a row that was scanned.
    ///
    /// - Parameter scanner: What has the row.
    mutating func add(_ scanner: RowScanner) throws(WorkbookProblem) {
        try beginRow(scanner.number, isHidden: scanner.isHidden)
        for scanned in scanner.cells {
            let value = scanned.value
            if scanned.cell.kind == .text, !TextRuns.isFinal(value, keepsBlanks: scanned.keepsBlanks) {
                var text = TextRuns()
                text.beginRun(keepsBlanks: scanned.keepsBlanks)
                try text.append(value)
                text.endRun()
                try add(scanned.cell, text: &text)
            } else {
                guard value.count <= Limits.cellBytes else { throw .tooLarge(.cell) }
                try add(scanned.cell, value)
            }
        }
        try endRow()
    }

    /// Adds a cell with the text of its value or its runs.
    mutating func add(_ cell: OfficeCell, text: inout TextRuns) throws(WorkbookProblem) {
        if cell.kind == .text { text.joinLineEnds() }
        var problem: WorkbookProblem?
        text.bytes.withUnsafeBufferPointer { value in
            do throws(WorkbookProblem) { try add(cell, value) } catch { problem = error }
        }
        if let problem { throw problem }
    }

    /// Adds a cell.
    ///
    /// - Parameters:
    ///   - cell: The cell, to the right of all that the row has.
    ///   - value: Its value as it is stored; a text is final.
    private mutating func add(_ cell: OfficeCell, _ value: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) {
        let next = cell.column == 0 ? column + 1 : cell.column
        guard next > column else { throw .damaged(.order) }
        guard next <= Limits.sheetColumns, cell.row == 0 || cell.row == row else { throw .damaged(.place) }
        column = next
        guard !hasFormats || cell.style < formats.styles.count else { throw .damaged(.style) }
        // An empty text is a value, but only of a formula whose value is a text. A text in the cell itself has no `<v>`.
        let hasValue = cell.kind == .text || cell.hasValue
        if cell.hasFormula, !hasValue || (value.isEmpty && cell.kind != .formulaText) {
            return try builder.note(.formulaWithoutValue, column: column)
        }
        guard !value.isEmpty else { return }
        switch cell.kind {
        case .shared: try addShared(value)
        case .number:
            let format = hasFormats ? formats.styles[cell.style] : .plain
            if format == .plain, NumberText.isPlain(value) { return try builder.addPlain(value, column: column) }
            try builder.addNumber(value, column: column, format: format, formats: formats, is1904: is1904)
        case .text: try builder.addText(value, column: column)
        case .formulaText: try addFormulaText(value)
        case .boolean:
            let isTrue = value.elementsEqual("1".utf8) || value.elementsEqual("true".utf8)
            guard isTrue || value.elementsEqual("0".utf8) || value.elementsEqual("false".utf8) else {
                try builder.note(.noNumber, column: column)
                return try builder.addText(value, column: column)
            }
            try builder.addText(isTrue ? "TRUE" : "FALSE", column: column)
        case .error:
            try builder.note(.errorValue, column: column)
            try builder.addText(value, column: column)
        case .date:
            guard let text = ISODate.text(value) else {
                try builder.note(.noDate, column: column)
                return try builder.addText(value, column: column)
            }
            try builder.addText(text, column: column)
        }
    }

    private mutating func addFormulaText(_ value: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) {
        guard !TextRuns.isFinal(value, keepsBlanks: true) else { return try builder.addText(value, column: column) }
        var text = TextRuns()
        text.beginRun(keepsBlanks: true)
        try text.append(value)
        text.endRun()
        text.joinLineEnds()
        try builder.addText(String(decoding: text.bytes, as: UTF8.self), column: column)
    }

    private mutating func addShared(_ value: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) {
        var index = 0
        for byte in value {
            guard (48...57).contains(byte), index < strings.count else { throw .damaged(.string) }
            index = index * 10 + Int(byte - 48)
        }
        guard index < strings.count else { throw .damaged(.string) }
        let field = strings[index]
        guard !field.isEmpty else { return }
        try builder.beginField(column)
        try builder.append(field)
    }
}

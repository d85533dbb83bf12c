/// Reads the cells of a worksheet of Excel.
///
/// Rows that are written plainly are read by a ``RowScanner``, all else by the parser.
final class OfficeSheetReceiver: XMLReceiver {
    private enum Place {
        static let worksheet: UInt8 = 1, rows: UInt8 = 2, row: UInt8 = 3, cell: UInt8 = 4, value: UInt8 = 5
        static let inline: UInt8 = 6, run: UInt8 = 7, text: UInt8 = 8, columns: UInt8 = 9, merges: UInt8 = 10
    }

    private var rows: OfficeRows
    private var cell = OfficeCell()
    private var runs = TextRuns()
    private var merged: [CellRange] = []
    private var hiddenColumns: [ClosedRange<Int>] = []
    private var scanner = RowScanner()
    private var scanning: Scanning
    /// Bytes that were not read yet.
    private var rest: [UInt8] = []

    /// Where the scanner may be used.
    private enum Scanning {
        /// The first row is looked for; so many tags were passed.
        case before(tags: Int)
        /// The bytes at hand are between rows.
        case rows
        /// The parser reads all that follows.
        case never
    }

    private init(_ rows: OfficeRows, scans: Bool) {
        self.rows = rows
        scanning = scans ? .before(tags: 0) : .never
        super.init(OfficeNames.main)
    }

    /// Reads a sheet.
    ///
    /// - Parameters:
    ///   - sheet: The sheet.
    ///   - package: The workbook that has it.
    ///   - archive: The container.
    ///   - scans: Whether plain rows are read by the scanner; the result is the same.
    static func read(
        _ sheet: OfficePackage.Sheet, in package: OfficePackage, of archive: Archive, scans: Bool
    ) throws(WorkbookProblem) -> SheetText {
        try SheetText.make(of: archive) { buffer throws(WorkbookProblem) in
            try package.strings.withFields { strings throws(WorkbookProblem) in
                let receiver = OfficeSheetReceiver(OfficeRows(package, strings, buffer), scans: scans)
                try receiver.read(sheet.part, of: archive)
                return (sheet.name.name, receiver.rows.builder, receiver.merged, receiver.hiddenColumns)
            }
        }
    }

    // MARK: What the parser reads

    override func begin(_ name: XMLText, _ attributes: XMLAttributes, in parent: UInt8) throws(WorkbookProblem) -> UInt8
    {
        switch parent {
        case Place.cell:
            if name == "v" {
                cell.hasValue = true
                return Place.value
            }
            if name == "f" {
                cell.hasFormula = true
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
        case Place.columns where name == "col": addHiddenColumns(attributes)
        case Place.merges where name == "mergeCell": try addMerged(attributes)
        default: break
        }
        return 0
    }

    override func text(_ piece: UnsafeBufferPointer<UInt8>, in place: UInt8) throws(WorkbookProblem) {
        if place == Place.value || place == Place.text { try runs.append(piece) }
    }

    override func end(_ place: UInt8) throws(WorkbookProblem) {
        switch place {
        case Place.cell: try rows.add(cell, text: &runs)
        case Place.row: try rows.endRow()
        case Place.text: runs.endRun()
        default: break
        }
    }

    private func beginRow(_ attributes: XMLAttributes) throws(WorkbookProblem) {
        var number = 0
        var isHidden = false
        for (name, value) in attributes {
            if name == "r" {
                guard let count = value.count, count > 0 else { throw .damaged(.order) }
                number = count
            } else if name == "hidden" {
                isHidden = isHidden || value.isTrue
            } else if name == "ht" {
                isHidden = isHidden || NumberText.isZero(value.bytes)
            } else if name == "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac|dyDescent" {
                scanner.knowsDescent = true
            }
        }
        try rows.beginRow(number, isHidden: isHidden)
    }

    private func beginCell(_ attributes: XMLAttributes) throws(WorkbookProblem) {
        cell = OfficeCell()
        runs.removeAll()
        for (name, value) in attributes {
            switch name {
            case "r":
                guard let place = OfficeReference.cell(value) else { throw .damaged(.place) }
                (cell.row, cell.column) = place
            case "s":
                guard let number = value.count else { throw .damaged(.style) }
                cell.style = number
            case "t": cell.kind = Self.kind(value)
            default: break
            }
        }
    }

    private static func kind(_ text: XMLText) -> OfficeCell.Kind {
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

    private func addHiddenColumns(_ attributes: XMLAttributes) {
        let isFlat = attributes["width"].map { NumberText.isZero($0.bytes) } ?? false
        guard isFlat || attributes["hidden"]?.isTrue ?? false, let first = attributes["min"]?.count,
            let last = attributes["max"]?.count, 1 <= first, first <= last, hiddenColumns.count < Limits.sheetColumns
        else { return }
        hiddenColumns.append(first...last)
    }

    private func addMerged(_ attributes: XMLAttributes) throws(WorkbookProblem) {
        guard merged.count < Limits.merges else { throw .tooLarge(.merges) }
        guard let range = attributes["ref"].flatMap(OfficeReference.range) else { throw .damaged(.place) }
        if (range.firstRow, range.firstColumn) != (range.lastRow, range.lastColumn) { merged.append(range) }
    }

    // MARK: What the scanner reads

    override func take(_ piece: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) {
        if case .never = scanning { return parse(piece) }
        rest.append(contentsOf: piece)
        rest.append(0)
        var problem: WorkbookProblem?
        let read = rest.withUnsafeBufferPointer { bytes in
            do throws(WorkbookProblem) { return try advance(UnsafeBufferPointer(rebasing: bytes.dropLast())) } catch {
                problem = error
                return 0
            }
        }
        if let problem { throw problem }
        rest.removeLast()
        rest.removeSubrange(..<read)
    }

    override func finish() throws(WorkbookProblem) {
        rest.withUnsafeBufferPointer { parse($0) }
        try super.finish()
    }

    /// Reads as many of the bytes as can be read without those that follow.
    ///
    /// - Parameter bytes: The bytes at hand, with a zero behind them.
    /// - Returns: The number of bytes that were read.
    private func advance(_ bytes: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) -> Int {
        var at = 0
        while at < bytes.count, !isStopped {
            switch scanning {
            case .before(let tags):
                guard let end = bytes[at...].firstIndex(of: UInt8(ascii: ">")) else {
                    guard bytes.count - at > Limits.tagBytes else { return at }
                    scanning = .never
                    continue
                }
                let tag = UnsafeBufferPointer(rebasing: bytes[at...end])
                guard tags > 0 || Self.isUTF8(tag), tags < Self.mostTags else {
                    scanning = .never
                    continue
                }
                parse(tag)
                at = end + 1
                scanning = .before(tags: tags + 1)
                if place == Place.rows { scanning = tag.elementsEqual("<sheetData>".utf8) ? .rows : .never }
            case .rows:
                // Blanks between rows say nothing.
                while at < bytes.count, bytes[at] == 32 || bytes[at] == 10 || bytes[at] == 13 || bytes[at] == 9 {
                    at += 1
                }
                let row = UnsafeBufferPointer(rebasing: bytes[at...])
                switch scanner.scan(row) {
                case .row(let count):
                    try rows.add(scanner)
                    at += count
                case .cutOff where row.count <= Limits.tagBytes: return at
                case .cutOff, .other:
                    guard let count = parseRow(row) else { return at }
                    at += count
                }
            case .never:
                parse(UnsafeBufferPointer(rebasing: bytes[at...]))
                return bytes.count
            }
        }
        return at
    }

    /// Tags before the first row, the declaration included, of which programs write a few dozen.
    private static let mostTags = 1_000

    /// Whether the first tag of a part allows that its bytes are UTF-8 and nothing else.
    private static func isUTF8(_ tag: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: tag, as: UTF8.self).lowercased()
        guard text.hasPrefix("<?xml") else { return text.hasPrefix("<worksheet") }
        return text.contains("encoding=\"utf-8\"") || !text.contains("encoding")
    }

    /// Lets the parser read a row that is not plain; behind it there may be plain ones.
    ///
    /// - Returns: The number of bytes that were read; `nil` where the row ends behind the bytes.
    private func parseRow(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let mark = "</row>".utf8
        var end = 0
        while end < bytes.count, bytes[end] != UInt8(ascii: "<") || !bytes[end...].starts(with: mark) { end += 1 }
        if end == bytes.count, end <= Limits.tagBytes, bytes.starts(with: "<row".utf8) { return nil }
        end = min(bytes.count, end + mark.count)
        parse(UnsafeBufferPointer(rebasing: bytes[..<end]))
        if place != Place.rows { scanning = .never }
        return end
    }
}

/// References to cells as Excel writes them.
private enum OfficeReference {
    /// The place that a reference such as `C12` names; `nil` where it is none, or stands outside the sheet.
    static func cell(_ text: XMLText) -> (row: Int, column: Int)? {
        var offset = 0
        guard let place = cell(text, &offset), text[offset] == 0 else { return nil }
        return place
    }

    /// The cells that a reference such as `A1:C2` names.
    static func range(_ text: XMLText) -> CellRange? {
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

    /// - Parameter offset: Where the place begins; behind it on return.
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
}

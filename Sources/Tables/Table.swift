/// A table read from CSV (RFC 4180): a header and rows of as many fields, each with its exact place in the file.
///
/// The bytes are kept once; fields are ranges in them and become strings when asked for.
public struct Table: Sendable {
    /// Column names, trimmed.
    public let columns: [String]
    public private(set) var rowCount = 0
    private let bytes: [UInt8]
    /// For each field of the rows, at `row * columns.count + column`: its content without outer quotes.
    private var start: [Int] = []
    private var end: [Int] = []
    /// For each row: offset and line of its first byte.
    private var rowStart: [Int] = []
    private var rowLine: [Int] = []
    /// Fields with doubled quotes in them, by field.
    private var hasDoubledQuotes: Set<Int> = []
    private let headerStart: [Int]
    private let headerLine: Int
    private let headerOffset: Int

    /// Reads a table.
    ///
    /// Rows end with LF, CRLF or CR; quoted fields may contain them. Rows without any content are passed over, empty
    /// fields past the last column too. Rows that are wrong in form are left out of the table.
    ///
    /// - Parameter rowLimit: Bytes that one row may have.
    /// - Returns: The table, `nil` where there is not even a header, and every problem of form in order.
    /// - Complexity: O(bytes).
    public static func read(_ utf8: [UInt8], rowLimit: Int = 1 << 20) -> (table: Table?, problems: [TableProblem]) {
        var reader = TableReader(utf8, rowLimit: rowLimit)
        let table = reader.read()
        return (table, reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }

    fileprivate init(bytes: [UInt8], header: TableReader.Row, names: [String]) {
        self.bytes = bytes
        columns = names
        headerStart = header.fields.map(\.outerStart)
        headerLine = header.line
        headerOffset = header.start
    }

    fileprivate mutating func append(_ row: TableReader.Row) {
        for field in row.fields.prefix(columns.count) {
            if field.hasDoubledQuotes { hasDoubledQuotes.insert(start.count) }
            start.append(field.start)
            end.append(field.end)
        }
        rowStart.append(row.start)
        rowLine.append(row.line)
        rowCount += 1
    }

    /// Index of the column of this name, or `nil`.
    public func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

    /// Whether the field has no content but blanks.
    public func isBlank(row: Int, column: Int) -> Bool { trimmed(row, column).isEmpty }

    /// The field as it stands, quotes resolved, not trimmed. O(length).
    public func text(row: Int, column: Int) -> String {
        let field = row * columns.count + column
        return string(start[field]..<end[field], field)
    }

    /// The field without blanks (ASCII ones and U+3000) at its ends. O(length).
    public func trimmedText(row: Int, column: Int) -> String {
        string(trimmed(row, column), row * columns.count + column)
    }

    /// The bytes of the field without blanks at its ends, doubled quotes as they stand. O(blanks).
    public func trimmedBytes(row: Int, column: Int) -> ArraySlice<UInt8> { bytes[trimmed(row, column)] }

    private func string(_ range: Range<Int>, _ field: Int) -> String {
        if hasDoubledQuotes.isEmpty || !hasDoubledQuotes.contains(field) {
            return String(decoding: bytes[range], as: UTF8.self)
        }
        var content: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            content.append(bytes[index])
            index += bytes[index] == UInt8(ascii: "\"") ? 2 : 1
        }
        return String(decoding: content, as: UTF8.self)
    }

    private func trimmed(_ row: Int, _ column: Int) -> Range<Int> {
        let field = row * columns.count + column
        return trimmedRange(of: start[field]..<end[field], in: bytes)
    }

    /// Line and character, from 1, at which the field begins (its quote included).
    public func place(row: Int, column: Int) -> (line: Int, column: Int) {
        let field = row * columns.count + column
        let isQuoted = start[field] > 0 && bytes[start[field] - 1] == UInt8(ascii: "\"")
        return place(of: start[field] - (isQuoted ? 1 : 0), from: rowStart[row], line: rowLine[row])
    }

    /// Line of the row's first byte, from 1.
    public func line(row: Int) -> Int { rowLine[row] }

    /// Line and character, from 1, at which the column's name begins.
    public func headerPlace(column: Int) -> (line: Int, column: Int) {
        place(of: headerStart[column], from: headerOffset, line: headerLine)
    }

    /// Line of the header.
    public var headerRow: Int { headerLine }

    private func place(of offset: Int, from rowStart: Int, line: Int) -> (line: Int, column: Int) {
        placeOf(offset, from: rowStart, line: line, in: bytes)
    }
}

/// Counts lines and characters up to an offset.
private func placeOf(_ offset: Int, from start: Int, line: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    var line = line
    var column = 1
    var index = start
    while index < offset {
        let byte = bytes[index]
        if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && bytes[index + 1] != UInt8(ascii: "\n")) {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80, byte != UInt8(ascii: "\r") {
            column += 1
        }
        index += 1
    }
    return (line, column)
}

/// The range without blanks at its ends: space, tab, line ends and the ideographic space (E3 80 80).
private func trimmedRange(of range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    while start < end {
        if isBlank(bytes[start]) {
            start += 1
        } else if end - start >= 3, bytes[start] == 0xE3, bytes[start + 1] == 0x80, bytes[start + 2] == 0x80 {
            start += 3
        } else {
            break
        }
    }
    while start < end {
        if isBlank(bytes[end - 1]) {
            end -= 1
        } else if end - start >= 3, bytes[end - 3] == 0xE3, bytes[end - 2] == 0x80, bytes[end - 1] == 0x80 {
            end -= 3
        } else {
            break
        }
    }
    return start..<end
}

/// Cuts bytes into rows and fields.
private struct TableReader {
    struct Field {
        /// Where the field begins, its quote included.
        var outerStart: Int
        var start: Int
        var end: Int
        var hasDoubledQuotes = false
    }

    struct Row {
        var start: Int
        var line: Int
        var fields: [Field] = []
        var isSound = true
    }

    private let bytes: [UInt8]
    private let rowLimit: Int
    private var index = 0
    private var line = 1
    private(set) var problems: [TableProblem] = []

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let newLine = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ bytes: [UInt8], rowLimit: Int) {
        self.bytes = bytes
        self.rowLimit = rowLimit
    }

    mutating func read() -> Table? {
        var row = Row(start: 0, line: 1)
        var header: Row?
        while header == nil {
            guard next(&row) else {
                if problems.isEmpty {
                    problems.append(TableProblem(.emptyFile, line: 1, column: 1, "The file has no header line."))
                }
                return nil
            }
            if !row.isSound { return nil }
            if hasContent(row) { header = row }
        }
        guard let header, let names = names(header) else { return nil }
        var table = Table(bytes: bytes, header: header, names: names)
        while next(&row) {
            guard row.isSound, hasContent(row) else { continue }
            let extra = row.fields.dropFirst(names.count).contains { $0.start < $0.end }
            if row.fields.count < names.count || extra {
                note(
                    .rowLength, at: row.start, row,
                    "The row has \(row.fields.count) fields where the header has \(names.count).")
            } else {
                table.append(row)
            }
        }
        return table
    }

    private func hasContent(_ row: Row) -> Bool {
        row.fields.contains { !trimmedRange(of: $0.start..<$0.end, in: bytes).isEmpty }
    }

    private mutating func names(_ header: Row) -> [String]? {
        var names: [String] = []
        let before = problems.count
        for (index, field) in header.fields.enumerated() {
            let name = String(decoding: bytes[trimmedRange(of: field.start..<field.end, in: bytes)], as: UTF8.self)
            if name.isEmpty {
                // Spreadsheets leave empty columns behind; they may end the header but hold nothing.
                let rest = header.fields[index...].allSatisfy { trimmedRange(of: $0.start..<$0.end, in: bytes).isEmpty }
                if rest { break }
                note(.columnWithoutName, at: field.outerStart, header, "The column has no name in the header.")
            } else if names.contains(name) {
                note(.columnTwice, at: field.outerStart, header, "The column \(name) stands twice in the header.")
            }
            names.append(name)
        }
        return problems.count == before ? names : nil
    }

    private mutating func note(_ code: TableProblem.Code, at offset: Int, _ row: Row, _ message: String) {
        let place = placeOf(offset, from: row.start, line: row.line, in: bytes)
        problems.append(TableProblem(code, line: place.line, column: place.column, message))
    }

    /// Reads the next row into `row`; false at the end.
    private mutating func next(_ row: inout Row) -> Bool {
        guard index < bytes.count else { return false }
        row.start = index
        row.line = line
        row.fields.removeAll(keepingCapacity: true)
        row.isSound = true
        while true {
            let isLast = readField(&row)
            if index - row.start > rowLimit {
                note(
                    .rowTooLong, at: row.start, row,
                    "The row is longer than \(rowLimit) bytes; a quote may be missing, or this is no CSV file.")
                row.isSound = false
                skipLine()
                return true
            }
            if isLast { return true }
        }
    }

    /// Reads one field and what ends it; true where that ends the row.
    private mutating func readField(_ row: inout Row) -> Bool {
        let outer = index
        if index < bytes.count, bytes[index] == Self.quote { return readQuotedField(&row, outer) }
        let stop = min(bytes.count, row.start + rowLimit + 1)
        while index < stop {
            let byte = bytes[index]
            if byte == Self.comma || byte == Self.newLine || byte == Self.carriageReturn { break }
            if byte == Self.quote {
                if row.isSound {
                    note(
                        .quoteInField, at: index, row,
                        "A quote stands inside a field that is not quoted; quote the field and double the quote.")
                }
                row.isSound = false
            } else if byte < 32 && byte != 9 {
                if row.isSound {
                    note(.controlCharacter, at: index, row, "There is a control character here; remove it.")
                }
                row.isSound = false
            }
            index += 1
        }
        row.fields.append(Field(outerStart: outer, start: outer, end: index))
        return endField()
    }

    private mutating func readQuotedField(_ row: inout Row, _ outer: Int) -> Bool {
        index += 1
        var field = Field(outerStart: outer, start: index, end: index)
        let stop = min(bytes.count, row.start + rowLimit + 1)
        while index < stop {
            let byte = bytes[index]
            if byte == Self.quote {
                if index + 1 < bytes.count, bytes[index + 1] == Self.quote {
                    field.hasDoubledQuotes = true
                    index += 2
                    continue
                }
                field.end = index
                index += 1
                row.fields.append(field)
                if index < bytes.count, ![Self.comma, Self.newLine, Self.carriageReturn].contains(bytes[index]) {
                    if row.isSound {
                        note(.textAfterQuote, at: index, row, "There is text after the closing quote of the field.")
                    }
                    row.isSound = false
                    skipToFieldEnd()
                }
                return endField()
            }
            if byte == Self.newLine
                || (byte == Self.carriageReturn && (index + 1 == bytes.count || bytes[index + 1] != Self.newLine))
            {
                line += 1
            } else if byte < 32, byte != 9, byte != Self.carriageReturn {
                if row.isSound {
                    note(.controlCharacter, at: index, row, "There is a control character here; remove it.")
                }
                row.isSound = false
            }
            index += 1
        }
        if index == bytes.count {
            note(.unterminatedQuote, at: outer, row, "The quote that opens this field is never closed.")
            row.isSound = false
            return true
        }
        field.end = index
        row.fields.append(field)
        return true
    }

    /// Passes over what ends a field; true where that ends the row.
    private mutating func endField() -> Bool {
        guard index < bytes.count else { return true }
        switch bytes[index] {
        case Self.comma:
            index += 1
            return false
        case Self.carriageReturn:
            index += 1
            if index < bytes.count, bytes[index] == Self.newLine { index += 1 }
            line += 1
            return true
        case Self.newLine:
            index += 1
            line += 1
            return true
        default: return true
        }
    }

    private mutating func skipToFieldEnd() {
        while index < bytes.count, ![Self.comma, Self.newLine, Self.carriageReturn].contains(bytes[index]) {
            index += 1
        }
    }

    private mutating func skipLine() {
        while index < bytes.count, bytes[index] != Self.newLine, bytes[index] != Self.carriageReturn { index += 1 }
        _ = endField()
    }
}

/// The text of a table with other cells, rows and columns. What does not change stays as it was written, byte for byte.
///
/// ```swift
/// var next = RewrittenTable(table, separator: .comma)
/// let waiting = next.addColumn("waiting_months")
/// next.append(row: 3, changing: [waiting: "2"])
/// ```
///
/// The header and what stands above it stay. Columns are added at the right before the first row is appended. Rows come in the
/// order in which they are appended; none is there of itself.
public struct RewrittenTable: Sendable {
    private let table: Table
    private let separator: UInt8
    private let lineEnd: [UInt8]
    private var addedColumns: [String] = []
    private var body = ByteBuffer()

    /// - Parameters:
    ///   - table: The table as it was.
    ///   - separator: What parts its fields.
    public init(_ table: Table, separator: TableLayout.Separator) {
        self.table = table
        self.separator = separator.byte
        lineEnd = table.lineEnd
    }

    /// Names of all columns.
    public var columns: [String] { table.columns + addedColumns }

    /// Adds a column at the right; returns its index.
    public mutating func addColumn(_ header: String) -> Int {
        precondition(body.isEmpty, "columns are added before rows")
        addedColumns.append(header)
        return columns.count - 1
    }

    /// A cell of a new row.
    public enum Cell: Sendable {
        case text(String)
        /// A field as it stands in a table with the same separator, quotes included.
        case field(ArraySlice<UInt8>)
    }

    /// Appends a row of the table as it was.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - cells: What other columns say than before; those that were added are blank otherwise.
    public mutating func append(row: Int, changing cells: [Int: String] = [:]) {
        for column in columns.indices {
            if column > 0 { body.append(separator) }
            if let text = cells[column] {
                append(text)
            } else if column < table.columns.count {
                let range = table.range(row, column)
                table.bytes.withUnsafeBufferPointer { body.append(UnsafeBufferPointer(rebasing: $0[range])) }
            }
        }
        endRow()
    }

    /// Appends a new row with a cell for each column.
    public mutating func append(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
        for (column, cell) in cells.enumerated() {
            if column > 0 { body.append(separator) }
            switch cell {
            case .text(let text): append(text)
            case .field(let bytes): bytes.withUnsafeBufferPointer { body.append($0) }
            }
        }
        endRow()
    }

    private mutating func endRow() { for byte in lineEnd { body.append(byte) } }

    private mutating func append(_ text: String) {
        for byte in Self.field(text, separator) { body.append(byte) }
    }

    /// A text as it stands in a file: in quotes where it would be read otherwise.
    static func field(_ text: String, _ separator: UInt8) -> [UInt8] {
        let bytes = Array(text.utf8)
        let quote = UInt8(ascii: "\"")
        let isPlain =
            bytes.first != 0x20 && bytes.last != 0x20
            && bytes.allSatisfy { $0 != separator && $0 != quote && $0 != 0x0A && $0 != 0x0D }
        if isPlain { return bytes }
        return [quote] + bytes.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
    }

    /// The whole text in UTF-8, without a byte order mark.
    ///
    /// - Complexity: O(bytes).
    public var utf8: [UInt8] { head + body.bytes }

    /// The fields of the rows that were appended, trimmed.
    ///
    /// - Complexity: O(bytes).
    public var rows: [[String]] {
        body.bytes.withUnsafeBufferPointer { buffer in
            let layout = TableLayout(separator: TableLayout.Separator.allCases.first { $0.byte == separator }!)
            var reader = TableReader(buffer, layout, nil, rowLimit: buffer.count, unwelcome: [])
            return reader.firstRows(.max, in: nil).map(\.fields)
        }
    }

    /// What stands before the first row.
    private var head: [UInt8] {
        let bytes = table.bytes
        if addedColumns.isEmpty {
            let head = Array(bytes[..<table.rowsStart])
            return head.last == 0x0A || head.last == 0x0D ? head : head + lineEnd
        }
        let added = addedColumns.map { Self.field($0, separator) }
        guard table.headerRows.count > 1 else {
            let last = min(table.columns.count, table.headerFieldStarts.count - 1)
            let own = Array(bytes[..<(table.headerFieldStarts[last] - 1)])
            let gap = [UInt8](repeating: separator, count: table.columns.count - last)
            return own + gap + added.flatMap { [separator] + $0 } + lineEnd
        }
        // A name in the first of several rows, with nothing below it, stands for itself alone.
        let kind = TableLayout.Separator.allCases.first { $0.byte == separator }!
        let upper = FirstRows(of: bytes, separator: kind, in: table.headerRows).rows
        return upper.enumerated().reduce(into: Array(bytes[..<table.headerStartOffset])) { head, entry in
            let blank = [UInt8]()
            var fields = entry.element.fields.prefix(table.columns.count).map { Self.field($0, separator) }
            fields += Array(repeating: blank, count: table.columns.count - fields.count)
            fields += entry.offset == 0 ? added : added.map { _ in blank }
            head += fields.joined(separator: [separator]) + lineEnd
        }
    }
}

/// How the text of a file is encoded.
public struct TextForm: Hashable, Sendable {
    private var kind: Kind

    private enum Kind { case utf8, marked, cp932, utf16, utf16Big }

    /// The form in which a file is written.
    ///
    /// - Parameters:
    ///   - bytes: Of the file.
    ///   - text: What they say.
    public init(of bytes: [UInt8], _ text: DecodedText) {
        kind =
            text.isUTF16
            ? (bytes.first == 0xFE ? .utf16Big : .utf16)
            : text.encoding == .cp932 ? .cp932 : bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? .marked : .utf8
    }

    /// UTF-8 without a byte order mark.
    public static let utf8 = TextForm(kind: .utf8)

    private init(kind: Kind) { self.kind = kind }

    /// Whether it lacks characters.
    public var isCP932: Bool { kind == .cp932 }

    /// The bytes of a file with this text.
    ///
    /// - Throws: ``TableWriter/UnencodableCharacter``, which counts rows by line ends and columns by commas.
    /// - Complexity: O(bytes).
    public func encoded(_ utf8: [UInt8]) throws(TableWriter.UnencodableCharacter) -> [UInt8] {
        switch kind {
        case .utf8: return utf8
        case .marked: return [0xEF, 0xBB, 0xBF] + utf8
        case .utf16, .utf16Big:
            let isLittle = kind == .utf16
            let units = [0xFEFF] + Array(String(decoding: utf8, as: UTF8.self).utf16)
            return units.flatMap { unit in
                let (high, low) = (UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit))
                return isLittle ? [low, high] : [high, low]
            }
        case .cp932: return try Self.cp932(utf8)
        }
    }

    private static func cp932(_ utf8: [UInt8]) throws(TableWriter.UnencodableCharacter) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var (row, column) = (1, 1)
        for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars {
            if scalar == "\n" { (row, column) = (row + 1, 1) }
            if scalar == "," { column += 1 }
            guard let code = CP932.code(of: scalar) else {
                throw TableWriter.UnencodableCharacter(character: scalar, row: row, column: column)
            }
            if code > 0xFF { bytes.append(UInt8(code >> 8)) }
            bytes.append(UInt8(truncatingIfNeeded: code))
        }
        return bytes
    }
}

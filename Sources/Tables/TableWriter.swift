/// Writes tables as CSV (RFC 4180).
///
/// UTF-8 with LF, or CP932 with CRLF for spreadsheets. A cell that a spreadsheet would run as a formula is written quoted
/// with a leading apostrophe, which ``withoutGuard(_:)`` takes away again.
public struct TableWriter: Sendable {
    private var text = ByteBuffer()
    private let encoding: TextEncoding
    private let guardsFormulas: Bool
    private var row = 0
    /// Fields that the row has already.
    private var column = 0

    /// - Parameters:
    ///   - encoding: The encoding of the bytes that are written.
    ///   - guardsFormulas: False for a table that the program itself reads again, where every cell must come back as
    ///     it was.
    public init(_ encoding: TextEncoding = .utf8, guardsFormulas: Bool = true) {
        self.encoding = encoding
        self.guardsFormulas = guardsFormulas
    }

    /// Writes a part of a table that follows this many rows of it.
    ///
    /// - Parameters:
    ///   - encoding: The encoding of the bytes that are written.
    ///   - row: The number of rows before this part.
    ///   - capacity: Bytes that the part will have, about.
    public init(_ encoding: TextEncoding, followingRows row: Int, capacity: Int = 0) {
        self.encoding = encoding
        guardsFormulas = true
        self.row = row
        text = ByteBuffer(capacity: capacity)
    }

    /// What was written so far.
    public var bytes: [UInt8] { text.bytes }

    /// A character that the encoding lacks.
    public struct UnencodableCharacter: Error, Hashable, Sendable, CustomStringConvertible {
        public let character: Unicode.Scalar
        /// Row and column of the table, from 1; the header is row 1.
        public let row: Int
        public let column: Int

        public var description: String {
            let code = String(character.value, radix: 16, uppercase: true)
            return
                "CP932 has no character \(character) (U+\(String(repeating: "0", count: max(0, 4 - code.count)) + code)), "
                + "which stands in row \(row), column \(column); write UTF-8 instead"
        }
    }

    /// Adds a row.
    ///
    /// - Throws: ``UnencodableCharacter``; the bytes are then of no use.
    public mutating func append(_ fields: [String]) throws(UnencodableCharacter) {
        for field in fields { try add(field) }
        endRow()
    }

    /// Adds a field to the row.
    ///
    /// - Throws: ``UnencodableCharacter``; the bytes are then of no use.
    public mutating func add(_ field: String) throws(UnencodableCharacter) {
        beginField()
        var field = field
        if field.withUTF8({ appendPlain($0) }) { return }
        try append(field)
    }

    /// Adds a number to the row; `nil` is an empty field.
    public mutating func add(_ number: Int?) {
        beginField()
        if let number { text.append(decimal: number) }
    }

    /// Fields as they will stand in the file, encoded once to be written often.
    public struct Cells: Hashable, Sendable {
        fileprivate var bytes: [UInt8] = []
        /// Where each field begins in `bytes`; one more at the end.
        fileprivate var starts = [0]
    }

    /// Encodes fields; the place in an error is that of the next row, first column.
    ///
    /// - Parameters:
    ///   - count: The number of fields.
    ///   - field: The field of an index below `count`; called once for each, in ascending order.
    public func cells(_ count: Int, _ field: (Int) -> String) throws(UnencodableCharacter) -> Cells {
        var cells = Cells()
        cells.starts.reserveCapacity(count + 1)
        var writer = TableWriter(encoding, followingRows: row)
        for index in 0..<count {
            try writer.add(field(index))
            writer.column = 0
            cells.starts.append(writer.text.count)
        }
        cells.bytes = writer.bytes
        return cells
    }

    /// Adds one of the fields to the row. O(its bytes).
    public mutating func add(_ cells: Cells, _ index: Int) {
        beginField()
        cells.bytes.withUnsafeBufferPointer { field in
            text.append(UnsafeBufferPointer(rebasing: field[cells.starts[index]..<cells.starts[index + 1]]))
        }
    }

    /// Ends the row.
    public mutating func endRow() {
        if encoding == .cp932 { text.append(UInt8(ascii: "\r")) }
        text.append(UInt8(ascii: "\n"))
        row += 1
        column = 0
    }

    private mutating func beginField() {
        if column > 0 { text.append(UInt8(ascii: ",")) }
        column += 1
    }

    /// Appends a field that needs no quotes; false, with nothing appended, if it may need them.
    private mutating func appendPlain(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = field.first, let last = field.last else { return true }
        // What begins with a letter or digit is no formula; among the bytes up to "-" are all other signs to look at.
        if first <= UInt8(ascii: "-") || first == UInt8(ascii: "=") || first == UInt8(ascii: "@") { return false }
        // The first bytes of the full-width signs and of the minus.
        if first == 0xEF || first == 0xE2 { return false }
        if last == UInt8(ascii: " ") { return false }
        for byte in field {
            if byte <= UInt8(ascii: ","), byte != UInt8(ascii: " ") { return false }
            if byte >= 0x80, encoding == .cp932 { return false }
        }
        text.append(field)
        return true
    }

    private mutating func append(_ field: String) throws(UnencodableCharacter) {
        let isFormula = guardsFormulas && Self.needsGuard(field)
        let isQuoted = isFormula || Self.needsQuotes(field)
        if isQuoted { text.append(UInt8(ascii: "\"")) }
        if isFormula { text.append(UInt8(ascii: "'")) }
        for scalar in field.unicodeScalars {
            if scalar == "\"" { text.append(UInt8(ascii: "\"")) }
            if scalar.isASCII {
                text.append(UInt8(scalar.value))
            } else if encoding == .utf8 {
                for byte in UTF8.encode(scalar)! { text.append(byte) }
            } else if let code = CP932.code(of: scalar) {
                if code > 0xFF { text.append(UInt8(code >> 8)) }
                text.append(UInt8(truncatingIfNeeded: code))
            } else {
                throw UnencodableCharacter(character: scalar, row: row + 1, column: column)
            }
        }
        if isQuoted { text.append(UInt8(ascii: "\"")) }
    }

    private static func needsQuotes(_ field: String) -> Bool {
        field.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
            || field.first == " " || field.last == " "
    }

    /// Whether the cell is written with an apostrophe before it: what a spreadsheet would run, and what looks as if it had
    /// one already, so that each written cell stands for one field only.
    private static func needsGuard(_ field: String) -> Bool {
        guard field.utf8.first == apostrophe else { return isFormula(field) }
        return isFormula(String(String.UnicodeScalarView(field.unicodeScalars.drop { $0 == "'" })))
    }

    private static let apostrophe = UInt8(ascii: "'")

    /// The field that was written as this cell: without the apostrophe that a table writer set before it.
    public static func withoutGuard(_ cell: String) -> String {
        cell.utf8.first == apostrophe && needsGuard(cell)
            ? String(String.UnicodeScalarView(cell.unicodeScalars.dropFirst())) : cell
    }

    /// Whether a spreadsheet would run the cell: it begins like a formula and is no plain number. Japanese spreadsheets take
    /// full-width signs for the others.
    public static func isFormula(_ field: String) -> Bool {
        guard let first = field.unicodeScalars.first else { return false }
        switch first {
        // CP932 has one code for the minus U+2212 and the hyphen U+FF0D.
        case "=", "@", "\t", "\r", "\u{FF1D}", "\u{FF20}", "\u{FF0B}", "\u{FF0D}", "\u{2212}": return true
        case "+", "-":
            var digits = 0
            var points = 0
            for byte in field.utf8.dropFirst() {
                if (48...57).contains(byte) { digits += 1 } else if byte == 46 { points += 1 } else { return true }
            }
            return digits == 0 || points > 1
        default: return false
        }
    }
}

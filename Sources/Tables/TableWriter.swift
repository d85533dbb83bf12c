/// Writes tables as CSV (RFC 4180).
///
/// UTF-8 with LF, or CP932 with CRLF for spreadsheets. A cell that a spreadsheet would run as a formula is written quoted
/// with a leading apostrophe.
public struct TableWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private let encoding: TextEncoding
    private var row = 0

    public init(_ encoding: TextEncoding = .utf8) { self.encoding = encoding }

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
        row += 1
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            try append(field, column: index + 1)
        }
        if encoding == .cp932 { bytes.append(UInt8(ascii: "\r")) }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ field: String, column: Int) throws(UnencodableCharacter) {
        let isFormula = Self.isFormula(field)
        let isQuoted = isFormula || Self.needsQuotes(field)
        if isQuoted { bytes.append(UInt8(ascii: "\"")) }
        if isFormula { bytes.append(UInt8(ascii: "'")) }
        for scalar in field.unicodeScalars {
            if scalar == "\"" { bytes.append(UInt8(ascii: "\"")) }
            if scalar.isASCII {
                bytes.append(UInt8(scalar.value))
            } else if encoding == .utf8 {
                bytes.append(contentsOf: UTF8.encode(scalar)!)
            } else if let code = CP932.code(of: scalar) {
                if code > 0xFF { bytes.append(UInt8(code >> 8)) }
                bytes.append(UInt8(truncatingIfNeeded: code))
            } else {
                throw UnencodableCharacter(character: scalar, row: row, column: column)
            }
        }
        if isQuoted { bytes.append(UInt8(ascii: "\"")) }
    }

    private static func needsQuotes(_ field: String) -> Bool {
        field.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
            || field.first == " " || field.last == " "
    }

    /// Whether a spreadsheet would run the cell: it begins like a formula and is no plain number.
    static func isFormula(_ field: String) -> Bool {
        guard let first = field.utf8.first else { return false }
        switch first {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0D: return true
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
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

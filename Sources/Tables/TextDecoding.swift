/// How a text file is encoded.
public enum TextEncoding: String, CaseIterable, Sendable {
    case utf8, cp932

    /// The text as it is read again where it was written in the encoding; `nil` where that lacks a character.
    ///
    /// - Complexity: O(length).
    public func reread(_ text: String) -> String? {
        if self == .utf8 { return text }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let code = CP932.code(of: scalar) else { return nil }
            if code > 0xFF { bytes.append(UInt8(code >> 8)) }
            bytes.append(UInt8(truncatingIfNeeded: code))
        }
        guard case .success(let read) = CP932.decode(bytes) else { return nil }
        return String(decoding: read, as: UTF8.self)
    }
}

/// A text file as UTF-8, without a byte order mark, and how it was encoded.
public struct DecodedText: Sendable {
    public let utf8: [UInt8]
    public let encoding: TextEncoding
    /// Whether the file was UTF-16, which a spreadsheet calls Unicode text; `encoding` is then that of ``utf8``.
    public let isUTF16: Bool

    /// Decodes a file: UTF-16 with a byte order mark, UTF-8 with or without one where it is valid, else CP932 where it is
    /// valid.
    ///
    /// - Throws: ``TableProblem`` `INVALID_ENCODING` at the first place that is none of them.
    /// - Complexity: O(bytes).
    public init(_ bytes: [UInt8]) throws(TableProblem) {
        for (beginning, english, japanese) in Self.otherFiles where bytes.starts(with: beginning) {
            throw TableProblem(.invalidEncoding, line: 1, column: 1, english, japanese)
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            self.init(utf8: try Self.utf8(ofUTF16: bytes), encoding: .utf8, isUTF16: true)
            return
        }
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let content = hasMark ? Array(bytes.dropFirst(3)) : bytes
        guard let invalid = Self.firstInvalidUTF8(content) else {
            self.init(utf8: content, encoding: .utf8)
            return
        }
        if !hasMark, case .success(let text) = CP932.decode(content) {
            self.init(utf8: text, encoding: .cp932)
            return
        }
        let before = content[..<invalid]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        throw TableProblem(
            .invalidEncoding, line: 1 + before.count { $0 == UInt8(ascii: "\n") },
            column: 1 + content[lineStart..<invalid].count { $0 & 0xC0 != 0x80 },
            "The file is neither UTF-8 nor CP932 from here on; save it as UTF-8.",
            "ここから先は UTF-8 でも Shift_JIS（CP932）でもありません。UTF-8 で保存し直してください。")
    }

    /// What often lies where a text file is meant, by its first bytes.
    private static let otherFiles: [([UInt8], String, String)] = [
        (
            Array("PK\u{3}\u{4}".utf8),
            "This is an Excel workbook (.xlsx) or an archive, no CSV; save it as CSV (UTF-8).",
            "Excel のブック（.xlsx）か圧縮ファイルで、CSV ではありません。CSV（UTF-8）で保存し直してください。"
        ),
        (
            [0xD0, 0xCF, 0x11, 0xE0], "This is an Excel workbook (.xls), no CSV; save it as CSV (UTF-8).",
            "Excel のブック（.xls）で、CSV ではありません。CSV（UTF-8）で保存し直してください。"
        ),
    ]

    private init(utf8: [UInt8], encoding: TextEncoding, isUTF16: Bool = false) {
        self.utf8 = utf8
        self.encoding = encoding
        self.isUTF16 = isUTF16
    }

    /// - Parameter bytes: Beginning with a byte order mark.
    private static func utf8(ofUTF16 bytes: [UInt8]) throws(TableProblem) -> [UInt8] {
        let isLittle = bytes[0] == 0xFF
        let units = stride(from: 2, to: bytes.count - 1, by: 2).lazy.map { index in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return isLittle ? second << 8 | first : first << 8 | second
        }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var decoder = UTF16()
        var iterator = units.makeIterator()
        var (line, column) = (1, 1)
        var isBehindReturn = false
        let isCutShort = bytes.count % 2 != 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                text += UTF8.encode(scalar)!
                if scalar == "\r" || scalar == "\n" && !isBehindReturn {
                    (line, column) = (line + 1, 1)
                } else if scalar != "\n" {
                    column += 1
                }
                isBehindReturn = scalar == "\r"
            case .emptyInput where !isCutShort: return text
            case .emptyInput, .error:
                throw TableProblem(
                    .invalidEncoding, line: line, column: column,
                    "The file begins as UTF-16 and is none from here on; save it as UTF-8.",
                    "UTF-16 で始まりますが、ここから先は UTF-16 ではありません。UTF-8 で保存し直してください。")
            }
        }
    }

    /// Offset of the first byte that is not part of valid UTF-8, or `nil`.
    static func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var index = 0
            let count = bytes.count
            while index < count {
                let byte = bytes[index]
                if byte < 0x80 {
                    index += 1
                    // Eight ASCII bytes at once.
                    while index + 8 <= count,
                        UnsafeRawPointer(bytes.baseAddress! + index).loadUnaligned(as: UInt64.self)
                            & 0x8080_8080_8080_8080 == 0
                    {
                        index += 8
                    }
                    continue
                }
                let length: Int
                var low: UInt8 = 0x80
                var high: UInt8 = 0xBF
                switch byte {
                case 0xC2...0xDF: length = 2
                case 0xE0: (length, low) = (3, 0xA0)
                case 0xE1...0xEC, 0xEE...0xEF: length = 3
                case 0xED: (length, high) = (3, 0x9F)
                case 0xF0: (length, low) = (4, 0x90)
                case 0xF1...0xF3: length = 4
                case 0xF4: (length, high) = (4, 0x8F)
                default: return index
                }
                if index + length > count || bytes[index + 1] < low || bytes[index + 1] > high { return index }
                for offset in 2..<max(2, length) where bytes[index + offset] & 0xC0 != 0x80 { return index }
                index += length
            }
            return nil
        }
    }
}

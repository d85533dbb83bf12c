/// Reads rows of a worksheet that are written plainly, as programs do.
///
/// The XML parser looks up every name and copies every value, which for the million tags of a sheet takes most of the time
/// of reading. This scanner knows the few tags of a row. Whatever else stands in a row, an entity, a comment, a run of rich
/// text, a name with a prefix, it leaves to the parser, row by row; it therefore accepts nothing that the parser would
/// refuse.
struct RowScanner {
    /// A cell as it is written.
    struct Scanned {
        var cell = OfficeCell()
        /// Whether blanks at the ends of the text belong to it.
        var keepsBlanks = false
        /// Where the value or the text stands.
        var value = 0..<0
    }

    /// The number that the row has; 0 without one.
    private(set) var number = 0
    private(set) var isHidden = false
    private(set) var cells: [Scanned] = []
    /// Whether the parser accepted a prefix that Excel gives an attribute of rows.
    var knowsDescent = false
    /// Whether the bytes ended before the row did.
    private(set) var isCutOff = false

    private var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var at = 0

    /// Reads the row that begins at an offset. O(bytes of the row).
    ///
    /// - Parameters:
    ///   - bytes: The bytes of the sheet that are at hand.
    ///   - start: The offset of the row.
    /// - Returns: The offset behind the row; `nil` where the row is not plain, or ends behind the bytes.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        self.bytes = bytes
        at = start
        isCutOff = false
        (number, isHidden) = (0, false)
        cells.removeAll(keepingCapacity: true)
        guard take("<row") else { return nil }
        switch rowAttributes() {
        case .none: return nil
        case .empty: return at
        case .open: break
        }
        while true {
            skipBlanks()
            guard take("<") else { return nil }
            if peek() == UInt8(ascii: "/") { return take("/row>") ? at : nil }
            guard take("c"), scanCell() else { return nil }
        }
    }

    /// How a tag ends.
    private enum TagEnd { case none, open, empty }

    /// The byte at hand; 0, which no plain row has, behind the last.
    @inline(__always)
    private mutating func peek() -> UInt8 {
        if at < bytes.count { return bytes[at] }
        isCutOff = true
        return 0
    }

    /// Passes over a text if it is what stands here.
    @inline(__always)
    private mutating func take(_ text: StaticString) -> Bool {
        for offset in 0..<text.utf8CodeUnitCount {
            guard peek() == text.utf8Start[offset] else { return false }
            at += 1
        }
        return true
    }

    @inline(__always)
    private mutating func skipBlanks() {
        while Self.isBlank(peek()) { at += 1 }
    }

    @inline(__always)
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    /// The end of a tag, if it is what stands here.
    @inline(__always)
    private mutating func tagEnd() -> TagEnd {
        switch peek() {
        case UInt8(ascii: ">"):
            at += 1
            return .open
        case UInt8(ascii: "/"): return take("/>") ? .empty : .none
        default: return .none
        }
    }

    /// The value of an attribute whose name was read, between its quotes.
    @inline(__always)
    private mutating func attributeValue() -> Range<Int>? {
        guard take("=\"") else { return nil }
        let start = at
        while true {
            let byte = peek()
            if byte == UInt8(ascii: "\"") { break }
            guard (32..<127).contains(byte), byte != UInt8(ascii: "<"), byte != UInt8(ascii: "&") else { return nil }
            at += 1
        }
        at += 1
        return start..<at - 1
    }

    /// The number that a range of digits is, of at most nine, as ``XMLText/count``.
    @inline(__always)
    private func number(_ range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.count <= 9 else { return nil }
        var number = 0
        for offset in range {
            guard (48...57).contains(bytes[offset]) else { return nil }
            number = number * 10 + Int(bytes[offset] - 48)
        }
        return number
    }

    private func text(_ range: Range<Int>, is text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount
            && range.indices.allSatisfy { bytes[$0] == text.utf8Start[$0 - range.lowerBound] }
    }

    /// Attributes of rows that say nothing about the content.
    private static let rowNames: [StaticString] = [
        "r", "hidden", "spans", "s", "customFormat", "ht", "customHeight", "outlineLevel", "collapsed", "thickTop",
        "thickBot",
        "x14ac:dyDescent",
    ]

    private mutating func rowAttributes() -> TagEnd {
        var seen = 0
        while true {
            let before = at
            skipBlanks()
            let end = tagEnd()
            if end != .none { return end }
            guard at > before else { return .none }
            let start = at
            while peek() != UInt8(ascii: "="), at - start < 20, !isCutOff { at += 1 }
            let range = start..<at
            guard let name = Self.rowNames.firstIndex(where: { text(range, is: $0) }), seen & 1 << name == 0,
                name < Self.rowNames.count - 1 || knowsDescent, let value = attributeValue()
            else { return .none }
            seen |= 1 << name
            if name == 0 {
                guard let number = number(value), number > 0 else { return .none }
                self.number = number
            } else if name == 1 {
                isHidden = text(value, is: "1") || text(value, is: "true") || text(value, is: "on")
            }
        }
    }

    /// Reads a cell from behind `<c` on.
    private mutating func scanCell() -> Bool {
        var scanned = Scanned()
        switch cellAttributes(&scanned.cell) {
        case .none: return false
        case .empty:
            cells.append(scanned)
            return true
        case .open: break
        }
        skipBlanks()
        guard take("<") else { return false }
        if peek() == UInt8(ascii: "f") {
            guard scanFormula() else { return false }
            scanned.cell.hasFormula = true
            skipBlanks()
            guard take("<") else { return false }
        }
        if peek() == UInt8(ascii: "v") {
            at += 1
            guard scanned.cell.kind != .text, let value = element("/v>") else { return false }
            scanned.value = value
            scanned.cell.hasValue = true
            skipBlanks()
            guard take("<") else { return false }
        } else if peek() == UInt8(ascii: "i") {
            guard scanned.cell.kind == .text, !scanned.cell.hasFormula, take("is>") else { return false }
            skipBlanks()
            guard take("<t") else { return false }
            if peek() == 32 {
                guard take(" xml:space=\"preserve\"") else { return false }
                scanned.keepsBlanks = true
            }
            guard let value = element("/t>") else { return false }
            scanned.value = value
            skipBlanks()
            guard take("</is>") else { return false }
            skipBlanks()
            guard take("<") else { return false }
        }
        guard take("/c>") else { return false }
        cells.append(scanned)
        return true
    }

    private mutating func cellAttributes(_ cell: inout OfficeCell) -> TagEnd {
        var seen: UInt8 = 0
        while true {
            guard peek() == 32 else { return tagEnd() }
            at += 1
            let name = peek()
            let bit: UInt8 =
                name == UInt8(ascii: "r") ? 1 : name == UInt8(ascii: "s") ? 2 : name == UInt8(ascii: "t") ? 4 : 0
            guard bit != 0, seen & bit == 0 else { return .none }
            seen |= bit
            at += 1
            guard let value = attributeValue() else { return .none }
            switch bit {
            case 1:
                guard reference(value, &cell) else { return .none }
            case 2:
                guard let style = number(value) else { return .none }
                cell.style = style
            default:
                guard let kind = kind(value) else { return .none }
                cell.kind = kind
            }
        }
    }

    /// Reads a reference such as `C12`.
    private func reference(_ range: Range<Int>, _ cell: inout OfficeCell) -> Bool {
        var offset = range.lowerBound
        var (row, column) = (0, 0)
        while offset < range.upperBound, (65...90).contains(bytes[offset]) {
            column = column * 26 + Int(bytes[offset] - 64)
            guard column <= Limits.sheetColumns else { return false }
            offset += 1
        }
        while offset < range.upperBound, (48...57).contains(bytes[offset]) {
            row = row * 10 + Int(bytes[offset] - 48)
            guard row <= Limits.sheetRows else { return false }
            offset += 1
        }
        (cell.row, cell.column) = (row, column)
        return offset == range.upperBound && row > 0 && column > 0
    }

    private func kind(_ range: Range<Int>) -> OfficeCell.Kind? {
        if range.count == 1 {
            switch bytes[range.lowerBound] {
            case UInt8(ascii: "s"): return .shared
            case UInt8(ascii: "n"): return .number
            case UInt8(ascii: "b"): return .boolean
            case UInt8(ascii: "e"): return .error
            case UInt8(ascii: "d"): return .date
            default: return nil
            }
        }
        if text(range, is: "str") { return .formulaText }
        return text(range, is: "inlineStr") ? .text : nil
    }

    /// Passes over a formula without attributes, from its name on.
    private mutating func scanFormula() -> Bool {
        at += 1
        return element("/f>") != nil
    }

    /// The text of an element, from behind its name up to its end.
    ///
    /// - Parameter end: The tag that ends it, without its first character.
    @inline(__always)
    private mutating func element(_ end: StaticString) -> Range<Int>? {
        switch tagEnd() {
        case .none: return nil
        case .empty: return at..<at
        case .open: break
        }
        let start = at
        var isASCII = true
        while true {
            let byte = peek()
            // Most are digits and letters.
            if byte > UInt8(ascii: ">") {
                if byte >= 0x80 { isASCII = false }
            } else if byte == UInt8(ascii: "<") {
                break
            } else if byte < 32 && byte != 10 && byte != 9 || byte == UInt8(ascii: "&") || byte == UInt8(ascii: ">") {
                return nil
            }
            at += 1
        }
        let range = start..<at
        at += 1
        guard take(end), isASCII || isText(range) else { return nil }
        return range
    }

    /// Whether bytes are UTF-8 that XML may have: no surrogates, nothing longer than needed, not U+FFFE and U+FFFF.
    private func isText(_ range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = bytes[offset]
            guard byte >= 0x80 else {
                offset += 1
                continue
            }
            let count = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1
            guard (0xC2...0xF4).contains(byte), offset + count < range.upperBound else { return false }
            var scalar = UInt32(byte) & (0x3F >> UInt32(count))
            for next in bytes[offset + 1...offset + count] {
                guard next & 0xC0 == 0x80 else { return false }
                scalar = scalar << 6 | UInt32(next & 0x3F)
            }
            let least: UInt32 = count == 1 ? 0x80 : count == 2 ? 0x800 : 0x1_0000
            guard scalar >= least, Unicode.Scalar(scalar) != nil, scalar != 0xFFFE, scalar != 0xFFFF else {
                return false
            }
            offset += count + 1
        }
        return true
    }
}

/// Reads rows of a worksheet that are written plainly, as programs do.
///
/// The XML parser looks up every name and copies every value, which for the million tags of a sheet takes most of the time
/// of reading. This scanner knows the few tags of a row. Whatever else stands in a row, an entity, a comment, a run of rich
/// text, a name with a prefix, it leaves to the parser, row by row; it therefore accepts nothing that the parser would
/// refuse.
///
/// It reads without looking for the end of the bytes: a zero stands behind them, which no plain row has, so that nothing
/// passes over it.
struct RowScanner {
    /// A cell as it is written.
    struct Scanned {
        var cell = OfficeCell()
        /// Whether blanks at the ends of the text belong to it.
        var keepsBlanks = false
        /// The value or the text.
        var value = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    }

    /// The number that the row has; 0 without one.
    private(set) var number = 0
    private(set) var isHidden = false
    /// The cells, whose values stand in the bytes that were scanned.
    private(set) var cells: [Scanned] = []
    /// Whether the parser accepted a prefix that Excel gives an attribute of rows.
    var knowsDescent = false

    /// Where the scanner stands.
    private typealias Cursor = UnsafePointer<UInt8>

    /// What a scan finds.
    enum Outcome: Equatable {
        /// A plain row of this many bytes.
        case row(Int)
        /// A row, as far as it goes, that the bytes end in.
        case cutOff
        /// Something else.
        case other
    }

    /// Reads the row that begins here. O(bytes of the row).
    ///
    /// - Parameter bytes: The bytes of the sheet that are at hand, from the row on, with a zero behind the last.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
        guard let start = bytes.baseAddress else { return .cutOff }
        precondition(start[bytes.count] == 0, "no zero behind the bytes")
        var at = start
        if scanRow(&at) { return .row(at - start) }
        return at - start == bytes.count ? .cutOff : .other
    }

    private mutating func scanRow(_ at: inout Cursor) -> Bool {
        (number, isHidden) = (0, false)
        cells.removeAll(keepingCapacity: true)
        guard Self.take("<row", &at) else { return false }
        switch scanRowAttributes(&at) {
        case .none: return false
        case .empty: return true
        case .open: break
        }
        while true {
            Self.skipBlanks(&at)
            guard Self.take("<", &at) else { return false }
            if at[0] == UInt8(ascii: "/") { return Self.take("/row>", &at) }
            var scanned = Scanned()
            guard Self.take("c", &at), Self.scanCell(&at, &scanned) else { return false }
            cells.append(scanned)
        }
    }

    /// How a tag ends.
    private enum TagEnd { case none, open, empty }

    /// Passes over a text if it is what stands here.
    @inline(__always)
    private static func take(_ text: StaticString, _ at: inout Cursor) -> Bool {
        for offset in 0..<text.utf8CodeUnitCount {
            guard at[0] == text.utf8Start[offset] else { return false }
            at += 1
        }
        return true
    }

    @inline(__always)
    private static func skipBlanks(_ at: inout Cursor) {
        while at[0] == 32 || at[0] == 10 || at[0] == 13 || at[0] == 9 { at += 1 }
    }

    /// Passes over the end of a tag, if it is what stands here.
    @inline(__always)
    private static func tagEnd(_ at: inout Cursor) -> TagEnd {
        if at[0] == UInt8(ascii: ">") {
            at += 1
            return .open
        }
        return at[0] == UInt8(ascii: "/") && take("/>", &at) ? .empty : .none
    }

    /// The value of an attribute behind its name.
    @inline(__always)
    private static func attributeValue(_ at: inout Cursor) -> UnsafeBufferPointer<UInt8>? {
        guard take("=\"", &at) else { return nil }
        let start = at
        while at[0] != UInt8(ascii: "\"") {
            guard (32..<127).contains(at[0]), at[0] != UInt8(ascii: "<"), at[0] != UInt8(ascii: "&") else { return nil }
            at += 1
        }
        at += 1
        return UnsafeBufferPointer(start: start, count: at - start - 1)
    }

    /// Passes over a number, of at most nine digits as ``XMLText/count`` has, up to the quotation mark behind it.
    @inline(__always)
    private static func number(_ at: inout Cursor) -> Int? {
        let start = at
        var number = 0
        while (48...57).contains(at[0]) {
            number = number &* 10 &+ Int(at[0] - 48)
            at += 1
            guard at - start <= 9 else { return nil }
        }
        return at > start && take("\"", &at) ? number : nil
    }

    /// Attributes of rows; those behind the third say nothing about the content.
    private static let rowNames: [StaticString] = [
        "r", "hidden", "ht", "spans", "s", "customFormat", "customHeight", "outlineLevel", "collapsed", "thickTop",
        "thickBot", "x14ac:dyDescent",
    ]

    private mutating func scanRowAttributes(_ at: inout Cursor) -> TagEnd {
        var seen = 0
        while true {
            let before = at
            Self.skipBlanks(&at)
            let end = Self.tagEnd(&at)
            guard end == .none, at > before else { return end }
            let start = at
            while (48...58).contains(at[0]) || (65...122).contains(at[0]) { at += 1 }
            let name = UnsafeBufferPointer(start: start, count: at - start)
            guard let index = Self.rowNames.firstIndex(where: { Self.isEqual(name, $0) }), seen & 1 << index == 0,
                index < Self.rowNames.count - 1 || knowsDescent
            else { return .none }
            seen |= 1 << index
            if index == 0 {
                guard Self.take("=\"", &at), let number = Self.number(&at), number > 0 else { return .none }
                self.number = number
            } else {
                guard let value = Self.attributeValue(&at) else { return .none }
                if index == 1 { isHidden = isHidden || ["1", "true", "on"].contains { Self.isEqual(value, $0) } }
                if index == 2 { isHidden = isHidden || NumberText.isZero(value) }
            }
        }
    }

    private static func isEqual(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
        bytes.count == text.utf8CodeUnitCount && bytes.indices.allSatisfy { bytes[$0] == text.utf8Start[$0] }
    }

    /// Reads a cell from behind `<c` on.
    private static func scanCell(_ at: inout Cursor, _ scanned: inout Scanned) -> Bool {
        switch scanCellAttributes(&at, &scanned.cell) {
        case .none: return false
        case .empty: return true
        case .open: break
        }
        skipBlanks(&at)
        guard take("<", &at) else { return false }
        if at[0] == UInt8(ascii: "f") {
            at += 1
            guard element(&at, "/f>") != nil else { return false }
            scanned.cell.hasFormula = true
            skipBlanks(&at)
            guard take("<", &at) else { return false }
        }
        if at[0] == UInt8(ascii: "v") {
            at += 1
            guard scanned.cell.kind != .text, let value = element(&at, "/v>") else { return false }
            scanned.value = value
            scanned.cell.hasValue = true
            skipBlanks(&at)
            guard take("<", &at) else { return false }
        } else if at[0] == UInt8(ascii: "i") {
            guard scanned.cell.kind == .text, !scanned.cell.hasFormula, scanInline(&at, &scanned) else { return false }
            skipBlanks(&at)
            guard take("<", &at) else { return false }
        }
        return take("/c>", &at)
    }

    /// Reads a text without runs that stands in the cell itself.
    private static func scanInline(_ at: inout Cursor, _ scanned: inout Scanned) -> Bool {
        guard take("is>", &at) else { return false }
        skipBlanks(&at)
        guard take("<t", &at) else { return false }
        if at[0] == 32 {
            guard take(" xml:space=\"preserve\"", &at) else { return false }
            scanned.keepsBlanks = true
        }
        guard let value = element(&at, "/t>") else { return false }
        scanned.value = value
        skipBlanks(&at)
        return take("</is>", &at)
    }

    @inline(__always)
    private static func scanCellAttributes(_ at: inout Cursor, _ cell: inout OfficeCell) -> TagEnd {
        var seen: UInt8 = 0
        while at[0] == 32 {
            let name = at[1]
            let bit: UInt8 =
                name == UInt8(ascii: "r") ? 1 : name == UInt8(ascii: "s") ? 2 : name == UInt8(ascii: "t") ? 4 : 0
            // The bytes behind the blank are looked at one after the other, since the zero may be among them.
            at += 1
            guard bit != 0, seen & bit == 0 else { return .none }
            at += 1
            guard take("=\"", &at) else { return .none }
            seen |= bit
            switch bit {
            case 1:
                guard scanReference(&at, &cell) else { return .none }
            case 2:
                guard let style = number(&at) else { return .none }
                cell.style = style
            default:
                guard let kind = scanKind(&at) else { return .none }
                cell.kind = kind
            }
        }
        return tagEnd(&at)
    }

    /// Reads a reference such as `C12` and the quotation mark behind it.
    @inline(__always)
    private static func scanReference(_ at: inout Cursor, _ cell: inout OfficeCell) -> Bool {
        var (row, column) = (0, 0)
        while (65...90).contains(at[0]) {
            column = column &* 26 &+ Int(at[0] - 64)
            guard column <= Limits.sheetColumns else { return false }
            at += 1
        }
        while (48...57).contains(at[0]) {
            row = row &* 10 &+ Int(at[0] - 48)
            guard row <= Limits.sheetRows else { return false }
            at += 1
        }
        (cell.row, cell.column) = (row, column)
        return row > 0 && column > 0 && take("\"", &at)
    }

    /// Reads the kind of a cell and the quotation mark behind it.
    @inline(__always)
    private static func scanKind(_ at: inout Cursor) -> OfficeCell.Kind? {
        let first = at[0]
        if first == UInt8(ascii: "i") { return take("inlineStr\"", &at) ? .text : nil }
        guard (97...122).contains(first) else { return nil }
        at += 1
        if at[0] == UInt8(ascii: "t"), first == UInt8(ascii: "s") { return take("tr\"", &at) ? .formulaText : nil }
        guard take("\"", &at) else { return nil }
        switch first {
        case UInt8(ascii: "s"): return .shared
        case UInt8(ascii: "n"): return .number
        case UInt8(ascii: "b"): return .boolean
        case UInt8(ascii: "e"): return .error
        case UInt8(ascii: "d"): return .date
        default: return nil
        }
    }

    /// The text of an element, from behind its name up to its end.
    ///
    /// - Parameters:
    ///   - at: Where the tag goes on.
    ///   - end: The tag that ends the element, without its first character.
    @inline(__always)
    private static func element(_ at: inout Cursor, _ end: StaticString) -> UnsafeBufferPointer<UInt8>? {
        switch tagEnd(&at) {
        case .none: return nil
        case .empty: return UnsafeBufferPointer(start: at, count: 0)
        case .open: break
        }
        let start = at
        var all: UInt8 = 0
        while true {
            let byte = at[0]
            // Digits, letters and everything beyond ASCII, but for four characters.
            if byte > UInt8(ascii: "&"), byte != UInt8(ascii: "<"), byte != UInt8(ascii: ">") {
                all |= byte
            } else if byte == UInt8(ascii: "<") {
                break
            } else if byte < 32 && byte != 10 && byte != 9 || byte == UInt8(ascii: "&") || byte == UInt8(ascii: ">") {
                return nil
            }
            at += 1
        }
        let text = UnsafeBufferPointer(start: start, count: at - start)
        at += 1
        return take(end, &at) && (all < 0x80 || isText(text)) ? text : nil
    }

    /// Whether bytes are UTF-8 that XML may have: no surrogates, nothing longer than needed, not U+FFFE and U+FFFF.
    private static func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte >= 0x80 else {
                offset += 1
                continue
            }
            let count = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1
            guard (0xC2...0xF4).contains(byte), offset + count < bytes.count else { return false }
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

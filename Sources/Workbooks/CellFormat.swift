/// What a cell's number stands for, by its format.
enum CellFormat: Equatable, Sendable {
    /// A number like any other.
    case plain
    /// A day, with a time where it has one.
    case date
    /// A time of day.
    case time
    /// Hours and minutes that may be more than a day.
    case duration
    /// A number with leading zeros: an index into ``CellFormats/templates``.
    case padded(Int)
}

/// The formats of a workbook's cells.
struct CellFormats: Sendable {
    /// The format of each cell style.
    var styles: [CellFormat] = []
    /// What numbers with leading zeros look like: text, and 0 for each digit.
    private(set) var templates: [[UInt8]] = []

    /// The format of numbers that look like a template.
    ///
    /// - Parameter template: Text, and 0 for at least one digit. A sign before the first digit is left out, since it would
    ///   make another number of the one that is stored.
    mutating func padded(_ template: [UInt8]) -> CellFormat {
        let first = template.prefix { $0 != 0 }
        let isSign = String(decoding: first, as: UTF8.self).allSatisfy(Self.signs.contains)
        templates.append(isSign ? Array(template.dropFirst(first.count)) : template)
        return .padded(templates.count - 1)
    }

    private static let signs = " -+−－‐‑–▲△(（"

    /// The format that is built into Excel under this number, in its Japanese edition.
    ///
    /// Source: ECMA-376 part 1, 18.8.30.
    static func builtIn(_ number: Int) -> CellFormat {
        switch number {
        case 14...17, 22, 27...31, 34...36, 50...58: .date
        case 18...21, 32, 33, 45, 47: .time
        case 46: .duration
        default: .plain
        }
    }

    /// The format that a code such as `yyyy"年"m"月"d"日"` or `0000` describes.
    ///
    /// - Parameter code: The code in UTF-8. Its first section counts, which is the one of positive numbers.
    /// - Complexity: O(code length).
    mutating func format(_ code: some Sequence<UInt8>) -> CellFormat {
        var code = FormatCode(code)
        let format = code.format
        guard format == .padded(0) else { return format }
        return padded(code.template)
    }
}

/// Reads a format code.
private struct FormatCode {
    private let code: [UInt8]
    private var index = 0
    private var hasDate = false
    private var hasTime = false
    private var hasMonthOrMinute = false
    private var hasElapsed = false
    private var hasCondition = false
    /// Whether only zeros stand for digits.
    private var isZeros = true
    private var zeros = 0
    /// The literals so far and 0 for each digit.
    private(set) var template: [UInt8] = []

    init(_ code: some Sequence<UInt8>) { self.code = Array(code) }

    /// Codes longer than this are no codes of Excel, whose limit is 255 characters.
    private static let longest = 1_020

    /// The format; `.padded(0)` stands for ``template``.
    var format: CellFormat {
        mutating get {
            guard code.count <= Self.longest else { return .plain }
            while index < code.count, code[index] != UInt8(ascii: ";") { readToken() }
            if hasElapsed { return .duration }
            if hasDate || (hasMonthOrMinute && !hasTime) { return .date }
            if hasTime { return .time }
            guard isZeros, zeros >= 2, !hasCondition else { return .plain }
            // What stands behind the digits is a unit.
            while template.last != 0 { template.removeLast() }
            return .padded(0)
        }
    }

    private mutating func readToken() {
        let byte = code[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""):
            while index < code.count, code[index] != byte { addLiteral() }
            index += 1
        case UInt8(ascii: "\\"), UInt8(ascii: "!"):
            if index < code.count { addCharacter() }
        case UInt8(ascii: "_"), UInt8(ascii: "*"):
            let before = template.count
            if index < code.count { addCharacter() }
            template.removeSubrange(before...)
        case UInt8(ascii: "["): readBracket()
        case UInt8(ascii: "0"):
            zeros += 1
            template.append(0)
        case UInt8(ascii: "#"), UInt8(ascii: "?"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "%"),
            UInt8(ascii: "@"):
            isZeros = false
        case UInt8(ascii: "-"), UInt8(ascii: " "), 0x80...: template.append(byte)
        default: readLetter(byte | 0x20)
        }
    }

    private mutating func addLiteral() {
        // 0 stands for a digit in the template; a literal cannot be one.
        if code[index] != 0 { template.append(code[index]) }
        index += 1
    }

    private mutating func addCharacter() {
        addLiteral()
        while index < code.count, code[index] & 0xC0 == 0x80 { addLiteral() }
    }

    /// A bracket has elapsed hours, minutes or seconds, a colour, a condition or a language.
    private mutating func readBracket() {
        let start = index
        while index < code.count, code[index] != UInt8(ascii: "]") { index += 1 }
        let content = code[start..<index]
        index += 1
        guard let first = content.first else { return }
        if "hms".utf8.contains(first | 0x20), content.allSatisfy({ $0 | 0x20 == first | 0x20 }) { hasElapsed = true }
        if "<>=".utf8.contains(first) { hasCondition = true }
    }

    /// - Parameter letter: A letter in lower case, or another character.
    private mutating func readLetter(_ letter: UInt8) {
        switch letter {
        case UInt8(ascii: "e"):
            // The year of an era, or a number with an exponent.
            if index < code.count, code[index] == UInt8(ascii: "+") || code[index] == UInt8(ascii: "-") {
                index += 1
                isZeros = false
            } else {
                hasDate = true
            }
        case UInt8(ascii: "g"): readG()
        case UInt8(ascii: "y"), UInt8(ascii: "d"), UInt8(ascii: "b"): hasDate = true
        case UInt8(ascii: "h"), UInt8(ascii: "s"): hasTime = true
        case UInt8(ascii: "m"): hasMonthOrMinute = true
        case UInt8(ascii: "a"): readA()
        default: isZeros = isZeros && letter != UInt8(ascii: "/")
        }
    }

    /// `General`, in Excel's other languages `G/標準` and the like, is any number; a `g` alone is an era.
    private mutating func readG() {
        let rest = code[index...].prefix(6)
        if rest.map({ $0 | 0x20 }).starts(with: "eneral".utf8) {
            index += 6
            isZeros = false
        } else if rest.first == UInt8(ascii: "/"), let next = rest.dropFirst().first, next >= 0x80 {
            index += 1
            isZeros = false
        } else {
            hasDate = true
        }
    }

    /// `AM/PM` and `A/P` belong to a time, `aaa` is the day of the week.
    private mutating func readA() {
        let rest = code[index...].prefix(4).map { $0 | 0x20 }
        if rest.starts(with: "m/pm".utf8) {
            index += 4
            hasTime = true
        } else if rest.starts(with: "/p".utf8) {
            index += 2
            hasTime = true
        } else if rest.starts(with: "aa".utf8) {
            hasDate = true
        } else {
            isZeros = false
        }
    }
}

import Admissions
import Foundation

/// The folded text of a number, a date or ages; `nil` where ``hasDrawnFigures(_:)`` holds.
///
/// - Parameter trimmed: Text without blanks at its ends.
func foldedFigures(_ trimmed: String) -> String? { hasDrawnFigures(trimmed) ? nil : folded(trimmed) }

/// Whether the text has circled, raised, lowered or otherwise drawn figures. Folding makes plain digits of them and joins them to
/// those beside, so that `2①` would be 21 and `10²` would be 102; digits of full width are none of them.
///
/// - Complexity: O(length).
func hasDrawnFigures(_ text: String) -> Bool {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return false }
    return text.unicodeScalars.contains { scalar in
        if isPlain(scalar) || (0xFF10...0xFF19).contains(scalar.value) { return false }
        return String(scalar).decomposedStringWithCompatibilityMapping.utf8.contains { (48...57).contains($0) }
    }
}

/// What two ids have in common that look alike though they differ: by case, in the script of a letter that several share,
/// or by the kind of a dash.
///
/// - Parameter id: Folded.
/// - Complexity: O(length).
func likeness(of id: String) -> String {
    let lowercased = id.lowercased()
    if lowercased.utf8.allSatisfy({ $0 < 0x80 }) { return lowercased }
    var kept = String.UnicodeScalarView()
    kept.append(contentsOf: lowercased.unicodeScalars.lazy.map { alike[$0] ?? $0 })
    return String(kept)
}

/// Small letters of Cyrillic and Greek that look Latin, dashes, and katakana that looks like hiragana.
private let alike: [Unicode.Scalar: Unicode.Scalar] = Dictionary(
    uniqueKeysWithValues: [
        // Capitals decide: М and Т look Latin though т does not.
        ("авекмнорстухіјѕԁһ", "abekmhopctyxijsdh"), ("αβεζηικμνορτυχ", "abezhikmnoptyx"),
        ("\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}\u{30FC}", "--------"), ("ヘベペ", "へべぺ"),
    ].flatMap { Array(zip($0.0.unicodeScalars, $0.1.unicodeScalars)) })

/// Whether the bytes are a twelve-digit number that passes the check digit of a My Number (個人番号).
///
/// Full-width digits count too, and groups of four parted by one blank or hyphen.
///
/// Source: 行政手続における特定の個人を識別するための番号の利用等に関する法律の規定による通知カード及び個人番号カード
/// 並びに情報提供ネットワークシステムによる特定個人情報の提供等に関する省令 (2014, Ministry of Internal Affairs and
/// Communications Ordinance No. 85), article 5.
func isMyNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard [12, 14, 36].contains(bytes.count) else { return false }
    var digits: [Int] = []
    digits.reserveCapacity(12)
    if bytes.count == 36 {
        // U+FF10 to U+FF19 are EF BC 90 to EF BC 99.
        for index in stride(from: 0, to: 36, by: 3) {
            guard bytes[index] == 0xEF, bytes[index + 1] == 0xBC, (0x90...0x99).contains(bytes[index + 2]) else {
                return false
            }
            digits.append(Int(bytes[index + 2]) - 0x90)
        }
    } else {
        for (offset, byte) in bytes.enumerated() {
            if (48...57).contains(byte) {
                digits.append(Int(byte) - 48)
            } else if bytes.count != 14 || ![4, 9].contains(offset) || ![32, 45].contains(byte) {
                return false
            }
        }
    }
    guard digits.count == 12 else { return false }
    var sum = 0
    for position in 1...11 { sum += digits[11 - position] * (position <= 6 ? position + 1 : position - 5) }
    let remainder = sum % 11
    return digits[11] == (remainder <= 1 ? 0 : 11 - remainder)
}

/// Whether a text that people wrote holds a My Number, alone or among other words.
///
/// - Complexity: O(length).
public func holdsMyNumber(_ text: String) -> Bool {
    let bytes = Array(folded(text).utf8)
    func isDigit(_ index: Int) -> Bool { bytes.indices.contains(index) && (48...57).contains(bytes[index]) }
    return bytes.indices.contains { start in
        [12, 14].contains { length in
            let end = start + length
            guard end <= bytes.count, !isDigit(start - 1), !isDigit(end) else { return false }
            return bytes[start..<end].withUnsafeBufferPointer { isMyNumber($0) }
        }
    }
}

/// The form in which a spreadsheet leaves an id that it took for a number.
enum SpreadsheetNumber {
    /// `123.0`: nothing is lost.
    case decimal
    /// `1.2E+11`: digits are lost.
    case exponent

    /// Recognises the form; `nil` for every other cell.
    ///
    /// - Complexity: O(1) for cells that end in neither form.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        guard bytes.count >= 3, let first = bytes.first, let last = bytes.last, isDigit(first), isDigit(last) else {
            return nil
        }
        let end = bytes.endIndex
        if last == UInt8(ascii: "0"), bytes[end - 2] == UInt8(ascii: ".") || bytes[end - 2] == UInt8(ascii: "0"),
            let point = bytes.lastIndex(of: UInt8(ascii: ".")), point < end - 1
        {
            guard bytes[(point + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") }),
                bytes[..<point].allSatisfy(isDigit)
            else { return nil }
            self = .decimal
            return
        }
        for width in 1...3 where bytes.count > width + 2 {
            let sign = bytes[end - width - 1]
            guard sign == UInt8(ascii: "+"), [UInt8(ascii: "E"), UInt8(ascii: "e")].contains(bytes[end - width - 2])
            else { continue }
            guard bytes[..<(end - width - 2)].allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) else { return nil }
            self = .exponent
            return
        }
        return nil
    }
}

/// The choice that is nearest to a misspelt word: at most two letters wrong, and less than half of them.
func nearest(to word: String, among choices: some Sequence<String>) -> String? {
    let limit = min(2, (word.count - 1) / 2)
    return choices.filter { abs($0.count - word.count) <= limit }
        .map { ($0, distance(word.lowercased(), $0.lowercased())) }
        .filter { $0.1 <= limit }
        .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
}

/// Levenshtein distance, where `swaps` says so with two neighbours exchanged as one step; words longer than 64 characters
/// are simply far.
func distance(_ first: String, _ second: String, swaps: Bool = false) -> Int {
    let (first, second) = (Array(first), Array(second))
    guard first.count <= 64, second.count <= 64 else { return .max }
    var before: [Int] = []
    var row = Array(0...second.count)
    for (i, letter) in first.enumerated() {
        let above = row
        row[0] = i + 1
        for (j, other) in second.enumerated() {
            row[j + 1] = min(row[j] + 1, above[j + 1] + 1, above[j] + (letter == other ? 0 : 1))
            if swaps, i > 0, j > 0, letter == second[j - 1], first[i - 1] == other {
                row[j + 1] = min(row[j + 1], before[j - 1] + 1)
            }
        }
        before = above
    }
    return row[second.count]
}

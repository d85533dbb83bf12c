import Foundation

/// Ids, numbers and names are compared after trimming and NFKC folding, so that `Ａ０１` and `A01` are one, and without the
/// characters that nobody sees (Unicode's default-ignorable ones: soft hyphen, joiners, variation selectors, ...).
///
/// Characters that NFKC leaves apart are one too where they are one in CP932 and only programs differ in how they decode it, as
/// `〜` (U+301C) and `～` (U+FF5E).
///
/// - Parameter trimmed: Text without blanks at its ends.
/// - Complexity: O(length); text of ASCII and of plain Japanese characters is returned as it is.
package func folded(_ trimmed: String) -> String {
    if trimmed.utf8.allSatisfy({ $0 < 0x80 }) || trimmed.unicodeScalars.allSatisfy(isPlain) { return trimmed }
    // What is ignored may part characters that NFKC joins, and NFKC may make a character that is ignored. NFKC in two steps:
    // Foundation's one step leaves ｶﾞ as カ and a mark, which a second folding would make ガ.
    return visible(
        unified(
            visible(trimmed).decomposedStringWithCompatibilityMapping.precomposedStringWithCanonicalMapping
                .trimmingCharacters(in: .whitespacesAndNewlines)))
}

/// Whether folding leaves the character as it is, whatever stands beside it: ASCII, kana of full width and unified ideographs.
package func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x7F, 0x3005, 0x3041...0x3096, 0x30A1...0x30FA, 0x30FC, 0x4E00...0x9FFF: true
    default: false
    }
}

/// The text without default-ignorable characters.
private func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: \.properties.isDefaultIgnorableCodePoint) else { return text }
    var kept = String.UnicodeScalarView()
    kept.append(contentsOf: text.unicodeScalars.lazy.filter { !$0.properties.isDefaultIgnorableCodePoint })
    return String(kept)
}

/// The text with one character for those that are one in CP932.
private func unified(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { counterpart(of: $0) != $0 }) else { return text }
    var kept = String.UnicodeScalarView()
    kept.append(contentsOf: text.unicodeScalars.lazy.map(counterpart))
    return String(kept)
}

/// The character that stands for one of JIS X 0208, whatever table decoded it; NFKC makes the same of Microsoft's.
///
/// Source: the tables of CP932 (Microsoft), Shift_JIS (JIS X 0208) and x-mac-japanese, which differ in the codes 815C, 815F
/// to 8161, 817C, 8191, 8192 and 81CA.
private func counterpart(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    // Wave dash; Microsoft: full-width tilde.
    case "\u{301C}": "~"
    // Minus; Microsoft: full-width hyphen-minus.
    case "\u{2212}": "-"
    // Parallel to; JIS: double vertical line.
    case "\u{2225}": "\u{2016}"
    // Horizontal bar; JIS: em dash.
    case "\u{2015}": "\u{2014}"
    default: scalar
    }
}

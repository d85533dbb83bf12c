/// A text that is safe for a terminal or a log. Control characters and characters that change the direction of writing are
/// replaced by their numbers, so that no name in a file can move the cursor, hide a part of a line or forge another line.
public func harmless(_ text: String) -> String {
    // The encoding of every such character begins with one of these bytes.
    let isSuspect = text.utf8.contains { (byte: UInt8) -> Bool in
        switch byte {
        case 0..<0x20, 0x7F, 0xC2, 0xD8, 0xE2: true
        default: false
        }
    }
    guard isSuspect, text.unicodeScalars.contains(where: { isHarmful($0) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        if isHarmful(scalar) {
            let code = String(scalar.value, radix: 16, uppercase: true)
            result += "\\u{" + code + "}"
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// JSON that is safe for a terminal or a log: the same characters as in ``harmless(_:)`` are written as `\u` escapes, so the
/// content does not change.
public func harmlessJSON(_ json: [UInt8]) -> [UInt8] {
    let text = String(decoding: json, as: UTF8.self)
    guard text.unicodeScalars.contains(where: { isHarmful($0) }) else { return json }
    var result: [UInt8] = []
    for scalar in text.unicodeScalars {
        if isHarmful(scalar) {
            // All of them have at most four hexadecimal digits.
            let code = String(scalar.value, radix: 16)
            let zeros = String(repeating: "0", count: 4 - code.count)
            result += Array("\\u".utf8) + Array(zeros.utf8) + Array(code.utf8)
        } else {
            result += Array(UTF8.encode(scalar)!)
        }
    }
    return result
}

private func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // A tab is harmless.
    case 0x09: false
    case 0..<0x20, 0x7F...0x9F: true
    // ALM, LRM, RLM; line and paragraph separators; embeddings, overrides and isolates.
    case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
}

/// A text as it may reach a terminal or a log: control characters and those that turn the direction of writing are shown by
/// their numbers, so that no name in a file moves the cursor, hides a part of a line or forges another.
public func harmless(_ text: String) -> String {
    // Every such character begins with one of these bytes.
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

/// JSON with those characters as JSON writes them in ASCII; it says the same.
public func harmlessJSON(_ json: [UInt8]) -> [UInt8] {
    let text = String(decoding: json, as: UTF8.self)
    guard text.unicodeScalars.contains(where: { isHarmful($0) }) else { return json }
    var result: [UInt8] = []
    for scalar in text.unicodeScalars {
        if isHarmful(scalar) {
            // All of them have four digits.
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
    // A tabulator only makes room.
    case 0x09: false
    case 0..<0x20, 0x7F...0x9F: true
    // ALM, LRM, RLM; line and paragraph separators; embeddings, overrides and isolates.
    case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
}

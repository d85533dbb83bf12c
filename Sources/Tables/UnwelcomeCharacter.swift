/// A character that no field may have, and that a reader of bytes does not see at once: DEL, the controls U+0080 to U+009F
/// (C1), the characters that turn the direction of text, and a byte order mark within the file.
///
/// Such a character changes what a terminal or a page shows, or parts two ids that look the same.
struct UnwelcomeCharacter: Equatable {
    /// Of its first byte.
    let offset: Int
    private let kind: Kind

    private enum Kind { case control, direction, byteOrderMark }

    var isByteOrderMark: Bool { kind == .byteOrderMark }

    /// What is wrong, and what to do.
    var message: (english: String, japanese: String) {
        switch kind {
        case .control: ("There is a control character here; remove it.", "制御文字が入っています。取り除いてください。")
        case .direction:
            (
                "There is an invisible character here that turns the direction of text; remove it.",
                "文字の向きを変える見えない文字が入っています。取り除いてください。"
            )
        case .byteOrderMark:
            (
                "There is a byte order mark (U+FEFF) here, as where two files were put together; remove it.",
                "ここにバイト順マーク（U+FEFF）があります。二つのファイルをつないだ跡です。取り除いてください。"
            )
        }
    }

    /// Every such character of a text, in order.
    ///
    /// - Parameter bytes: UTF-8; of other bytes any may be missed.
    /// - Complexity: O(bytes), eight at once where they are ASCII.
    static func all(in bytes: UnsafeBufferPointer<UInt8>) -> [UnwelcomeCharacter] {
        var found: [UnwelcomeCharacter] = []
        let count = bytes.count
        var index = 0
        while index < count {
            while index + 8 <= count {
                let word = UnsafeRawPointer(bytes.baseAddress! + index).loadUnaligned(as: UInt64.self)
                // Adding 1 carries 0x7F into the highest bit, which other ASCII bytes leave alone.
                if (word | (word &+ 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 != 0 { break }
                index += 8
            }
            guard index < count else { break }
            let byte = bytes[index]
            if byte < 0x7F {
                index += 1
                continue
            }
            let length = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            if index + length <= count, let kind = kind(of: bytes, at: index) {
                found.append(UnwelcomeCharacter(offset: index, kind: kind))
            }
            index += length
        }
        return found
    }

    /// The kind of the character that begins here with all its bytes; `nil` for every other.
    private static func kind(of bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Kind? {
        switch bytes[index] {
        case 0x7F: return .control
        case 0xC2: return bytes[index + 1] <= 0x9F ? .control : nil
        // U+061C.
        case 0xD8: return bytes[index + 1] == 0x9C ? .direction : nil
        case 0xE2:
            switch (bytes[index + 1], bytes[index + 2]) {
            // U+200E and U+200F, U+202A to U+202E, U+2066 to U+2069.
            case (0x80, 0x8E...0x8F), (0x80, 0xAA...0xAE), (0x81, 0xA6...0xA9): return .direction
            default: return nil
            }
        case 0xEF: return bytes[index + 1] == 0xBB && bytes[index + 2] == 0xBF ? .byteOrderMark : nil
        default: return nil
        }
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character (but tab and line ends) or turns the direction of text: no text of a case may have
    /// it.
    public var isUnwelcome: Bool {
        switch value {
        case 9, 10, 13: false
        case 0..<32, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

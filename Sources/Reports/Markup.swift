import Tables

/// A piece of a page: HTML, SVG, or JSON inside a script element.
///
/// An interpolated value is escaped according to its type: text for use in elements and quoted attributes, ``Markup`` not at
/// all. Only literals of the source are taken as they are. No initializer takes a `String` as markup, so code that forgets to
/// escape does not compile.
package struct Markup: ExpressibleByStringInterpolation, Sendable {
    private var content: Content

    /// A page is made of many constants, which are never copied until they stand on the page.
    private enum Content {
        case constant(StaticString)
        case number(Int)
        case built(ByteBuffer)
    }

    /// A constant of the source.
    package init(trusted constant: StaticString) { content = .constant(constant) }

    package init(stringLiteral constant: StaticString) { content = .constant(constant) }

    package init(stringInterpolation interpolation: StringInterpolation) {
        content = interpolation.number.map(Content.number) ?? .built(interpolation.buffer)
    }

    /// Text of a case, escaped for elements and for quoted attributes.
    package init(escaping text: String) {
        var buffer = ByteBuffer(capacity: text.utf8.count)
        buffer.append(escaping: text)
        content = .built(buffer)
    }

    private init(built buffer: ByteBuffer) { content = .built(buffer) }

    /// A JSON string that may also be inside a script element, in quotes.
    package static func json(_ text: String) -> Markup {
        var buffer = ByteBuffer(capacity: text.utf8.count + 2)
        buffer.append(json: text)
        return Markup(built: buffer)
    }

    /// A string of a style sheet, in quotes, of which every character is written by its number.
    package static func css(_ text: String) -> Markup {
        var buffer = ByteBuffer()
        buffer.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            buffer.append(UInt8(ascii: "\\"))
            let digits = String(scalar.value, radix: 16)
            for byte in (String(repeating: "0", count: 6 - digits.count) + digits).utf8 { buffer.append(byte) }
        }
        buffer.append(UInt8(ascii: "\""))
        return Markup(built: buffer)
    }

    package var text: String {
        switch content {
        case .constant(let constant): constant.description
        case .number(let number): String(number)
        case .built(let buffer): String(decoding: buffer.bytes, as: UTF8.self)
        }
    }

    package var isEmpty: Bool {
        switch content {
        case .constant(let constant): constant.utf8CodeUnitCount == 0
        case .number: false
        case .built(let buffer): buffer.isEmpty
        }
    }

    fileprivate func append(to buffer: inout ByteBuffer) {
        switch content {
        case .constant(let constant): buffer.append(constant: constant)
        case .number(let number): buffer.append(decimal: number)
        case .built(let more): buffer.append(more)
        }
    }

    package static func + (first: Markup, second: Markup) -> Markup {
        var sum = first
        sum += second
        return sum
    }

    package static func += (first: inout Markup, second: Markup) {
        var buffer = ByteBuffer()
        if case .built(let built) = first.content { buffer = built } else { first.append(to: &buffer) }
        // So that the bytes have one owner and are not copied.
        first.content = .constant("")
        second.append(to: &buffer)
        first.content = .built(buffer)
    }

    package static func repeating(_ markup: Markup, count: Int) -> Markup {
        var buffer = ByteBuffer()
        for _ in 0..<count { markup.append(to: &buffer) }
        return Markup(built: buffer)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        /// The number that is all there is, as in most cells of a table; it needs no memory of its own.
        fileprivate var number: Int?
        fileprivate var buffer = ByteBuffer()
        private let isOnePiece: Bool

        package init(literalCapacity: Int, interpolationCount: Int) {
            isOnePiece = literalCapacity == 0 && interpolationCount == 1
            if !isOnePiece { buffer = ByteBuffer(capacity: literalCapacity + 16 * interpolationCount) }
        }

        package mutating func appendLiteral(_ literal: StaticString) { buffer.append(constant: literal) }

        package mutating func appendInterpolation(_ markup: Markup) { markup.append(to: &buffer) }

        package mutating func appendInterpolation(_ text: String) { buffer.append(escaping: text) }

        package mutating func appendInterpolation(_ number: Int) {
            if isOnePiece { self.number = number } else { buffer.append(decimal: number) }
        }
    }
}

extension Sequence<Markup> {
    package func joined(separator: Markup = "") -> Markup {
        var joined: Markup = ""
        for (index, markup) in enumerated() {
            if index > 0 { joined += separator }
            joined += markup
        }
        return joined
    }
}

extension ByteBuffer {
    mutating func append(_ markup: Markup) { markup.append(to: &self) }

    fileprivate mutating func append(constant: StaticString) {
        if constant.hasPointerRepresentation {
            append(UnsafeBufferPointer(start: constant.utf8Start, count: constant.utf8CodeUnitCount))
        } else {
            constant.withUTF8Buffer { append($0) }
        }
    }

    /// Appends text, escaped for elements and for quoted attributes.
    mutating func append(escaping text: String) {
        func isPlain(_ byte: UInt8) -> Bool {
            byte != 0x26 && byte != 0x3C && byte != 0x3E && byte != 0x22 && byte != 0x27
        }
        if append(plain: text, isPlain) { return }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): append(constant: "&amp;")
            case UInt8(ascii: "<"): append(constant: "&lt;")
            case UInt8(ascii: ">"): append(constant: "&gt;")
            case UInt8(ascii: "\""): append(constant: "&quot;")
            case UInt8(ascii: "'"): append(constant: "&#39;")
            default: append(byte)
            }
        }
    }

    /// Appends text as a JSON string, in quotes, that may also be inside a script element.
    mutating func append(json text: String) {
        append(UInt8(ascii: "\""))
        // The first byte of U+2028 and U+2029, which end a line of a script, is E2.
        let isDone = append(plain: text) { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x3C && $0 != 0xE2 }
        for scalar in isDone ? "".unicodeScalars : text.unicodeScalars {
            switch scalar {
            case "\"": append(constant: "\\\"")
            case "\\": append(constant: "\\\\")
            case "<": append(constant: "\\u003c")
            case "\u{2028}": append(constant: "\\u2028")
            case "\u{2029}": append(constant: "\\u2029")
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                append(constant: "\\u")
                for byte in (String(repeating: "0", count: 4 - digits.count) + digits).utf8 { append(byte) }
            default: for byte in Unicode.UTF8.encode(scalar)! { append(byte) }
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends text of which each byte is plain, or nothing.
    ///
    /// - Returns: Whether the text was plain.
    @inline(__always)
    private mutating func append(plain text: String, _ isPlain: (UInt8) -> Bool) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.allSatisfy(isPlain) else { return false }
            append(bytes)
            return true
        }
    }
}

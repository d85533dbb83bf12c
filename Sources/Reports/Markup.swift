/// A piece of a page: HTML, SVG, or JSON inside a script element.
///
/// An interpolated value is escaped according to its type: text for use in elements and quoted attributes, ``Markup`` not at
/// all. Only literals of the source are taken as they are. No initializer takes a `String` as markup, so code that forgets to
/// escape does not compile.
struct Markup: ExpressibleByStringInterpolation, Sendable {
    private(set) var text: String

    /// A constant of the source.
    init(trusted constant: StaticString) { text = constant.description }

    init(stringLiteral constant: StaticString) { text = constant.description }

    init(stringInterpolation interpolation: StringInterpolation) { text = interpolation.text }

    /// Text of a case, escaped for elements and for quoted attributes.
    init(escaping text: String) { self.text = Self.escaped(text) }

    private init(built text: String) { self.text = text }

    /// A JSON string that may also be inside a script element, in quotes.
    static func json(_ text: String) -> Markup {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "<": json += "\\u003c"
            case "\u{2028}": json += "\\u2028"
            case "\u{2029}": json += "\\u2029"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return Markup(built: json + "\"")
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 || $0 == 0x27 }) else {
            return text
        }
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    var isEmpty: Bool { text.isEmpty }

    static func + (first: Markup, second: Markup) -> Markup { Markup(built: first.text + second.text) }

    static func += (first: inout Markup, second: Markup) { first.text += second.text }

    static func repeating(_ markup: Markup, count: Int) -> Markup {
        Markup(built: String(repeating: markup.text, count: count))
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 8 * interpolationCount)
        }

        mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

        mutating func appendInterpolation(_ markup: Markup) { text += markup.text }

        mutating func appendInterpolation(_ text: String) { self.text += Markup.escaped(text) }

        mutating func appendInterpolation(_ number: Int) { text += String(number) }
    }
}

extension Sequence<Markup> {
    func joined(separator: Markup = "") -> Markup {
        var joined: Markup = ""
        for (index, markup) in enumerated() {
            if index > 0 { joined += separator }
            joined += markup
        }
        return joined
    }
}

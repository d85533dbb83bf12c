/// Builds the text of a page; everything that comes from a case is escaped.
struct Page {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ markup: String) { bytes.append(contentsOf: markup.utf8) }

    /// Adds a whole number.
    mutating func add(_ number: Int) {
        if (0...9).contains(number) { bytes.append(UInt8(48 + number)) } else { add(String(number)) }
    }

    /// Adds text as a JSON string that may also stand inside a script element.
    mutating func addJSON(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x80 && $0 != 0x22 && $0 != 0x5C && $0 != 0x3C }
        guard isPlain else { return add(Self.json(text)) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A phrase in both languages; the page shows one.
    static func both(_ phrase: Phrase) -> String {
        phrase.japanese == phrase.english
            ? escaped(phrase.japanese)
            : "<span lang=\"ja\">\(escaped(phrase.japanese))</span><span lang=\"en\">\(escaped(phrase.english))</span>"
    }

    static func both(_ japanese: String, _ english: String) -> String { both(Phrase(japanese, english)) }

    static func escaped(_ text: String) -> String {
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

    /// A JSON string that may also stand inside a script element.
    static func json(_ text: String) -> String {
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
        return json + "\""
    }

    mutating func heading(_ level: Int, _ id: String, _ phrase: Phrase) {
        add("<h\(level) id=\"\(id)\">\(Self.both(phrase))</h\(level)>\n")
    }

    mutating func paragraph(_ phrase: Phrase, class name: String? = nil) {
        add("<p\(name.map { " class=\"\($0)\"" } ?? "")>\(Self.both(phrase))</p>\n")
    }

    /// A column of a table.
    struct Column {
        var title: Phrase
        var isNumber = false

        init(_ japanese: String, _ english: String, isNumber: Bool = false) {
            title = Phrase(japanese, english)
            self.isNumber = isNumber
        }
    }

    /// A table with a caption; the first cell of each row is its header.
    ///
    /// - Parameter rows: Cells as markup; numbers as digits.
    mutating func table(
        _ caption: Phrase, _ columns: [Column], isSortable: Bool = false, isLong: Bool = false,
        rows: (inout Rows) -> Void
    ) {
        let classes = (isSortable ? ["sortable"] : []) + (isLong ? ["long"] : [])
        add("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(Self.escaped(caption.japanese))\">")
        add("<table class=\"\(classes.joined(separator: " "))\"><caption>\(Self.both(caption))</caption><thead><tr>")
        for column in columns {
            let name = column.isNumber ? " class=\"n\"" : ""
            let title = Self.both(column.title)
            add("<th scope=\"col\"\(name)>\(isSortable ? "<button type=\"button\">\(title)</button>" : title)</th>")
        }
        add("</tr></thead><tbody>\n")
        var builder = Rows(isNumber: columns.map(\.isNumber))
        rows(&builder)
        add(builder.html)
        add("</tbody></table></div>\n")
    }

    /// The rows of a table.
    struct Rows {
        fileprivate var html = ""
        fileprivate let isNumber: [Bool]

        mutating func add(_ cells: [String]) {
            html += "<tr>"
            for (index, cell) in cells.enumerated() {
                if index == 0 {
                    html += "<th scope=\"row\">\(cell)</th>"
                } else {
                    html += isNumber[index] ? "<td class=\"n\">\(cell)</td>" : "<td>\(cell)</td>"
                }
            }
            html += "</tr>\n"
        }
    }
}

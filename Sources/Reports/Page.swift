import Admissions
import Tables

/// Builds the text of a page out of ``Markup``, which escapes everything that comes from a case.
struct Page {
    private var buffer = ByteBuffer()

    var bytes: [UInt8] { buffer.bytes }

    mutating func add(_ markup: Markup) { buffer.append(markup) }

    /// Adds a file of Resources unescaped; it is a part of the program.
    mutating func add(_ asset: ReportAssets) { buffer.append(contentsOf: asset.bytes) }

    mutating func add(_ number: Int) { buffer.append(decimal: number) }

    /// Adds text of a case, escaped for elements and for quoted attributes.
    mutating func add(escaping text: String) { buffer.append(escaping: text) }

    /// Adds text as a JSON string that is also safe inside a script element.
    mutating func addJSON(_ text: String) { buffer.append(json: text) }

    /// A phrase in both languages, of which the page shows one.
    static func both(_ phrase: Phrase) -> Markup {
        phrase.japanese == phrase.english
            ? "\(phrase.japanese)"
            : "<span lang=\"ja\">\(phrase.japanese)</span><span lang=\"en\">\(phrase.english)</span>"
    }

    static func both(_ japanese: String, _ english: String) -> Markup { both(Phrase(japanese, english)) }

    /// The name of each class.
    static let classes = (0...5).map { both("\($0)歳児", "age \($0)") }

    mutating func heading(_ level: Int, _ id: String, _ phrase: Phrase) {
        add("<h\(level) id=\"\(id)\">\(Self.both(phrase))</h\(level)>\n")
    }

    mutating func paragraph(_ phrase: Phrase, class name: String? = nil) {
        let attribute: Markup = name.map { " class=\"\($0)\"" } ?? ""
        add("<p\(attribute)>\(Self.both(phrase))</p>\n")
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

    /// A table with more columns does not fit on a telephone, which the page then says.
    private static let mostNarrow = 5

    /// A table with more rows is printed only when that is asked for at the top of the page.
    static let mostPrintedRows = 40

    /// Says on paper how the long table that follows is printed.
    mutating func noteLongTable() {
        paragraph(
            Phrase(
                "この表は長いため、「長い表も印刷する」を選ぶと印刷されます。", "This long table is printed when asked for at the top of the page."),
            class: "paper")
    }

    /// Adds a table with a caption. The first cell of each row is its header.
    ///
    /// - Parameter rows: Adds the rows. Cells of a column of numbers must be digits.
    mutating func table(
        _ caption: Phrase, _ columns: [Column], isSortable: Bool = false, isLong: Bool = false,
        rows: (inout Rows) -> Void
    ) {
        let classes = (isSortable ? ["sortable"] : []) + (isLong ? ["long"] : [])
        let style: Markup = columns.count > Self.mostNarrow ? "scroll broad" : "scroll"
        add("<div class=\"\(style)\" tabindex=\"0\" role=\"region\" aria-label=\"\(caption.japanese)\">")
        add("<table class=\"\(classes.joined(separator: " "))\"><caption>\(Self.both(caption))</caption><thead><tr>")
        for column in columns {
            let name: Markup = column.isNumber ? " class=\"n\"" : ""
            let text = Self.both(column.title)
            let title: Markup = isSortable ? "<button type=\"button\">\(text)</button>" : text
            add("<th scope=\"col\"\(name)>\(title)</th>")
        }
        add("</tr></thead><tbody>\n")
        var builder = Rows(page: self, isNumber: columns.map(\.isNumber))
        // So that the bytes have one owner and are not copied.
        buffer = ByteBuffer()
        rows(&builder)
        self = builder.page
        add("</tbody></table></div>\n")
    }

    /// The rows of a table.
    struct Rows {
        fileprivate var page: Page
        fileprivate let isNumber: [Bool]

        /// Adds a row.
        ///
        /// - Parameters:
        ///   - cells: One cell for each column.
        ///   - isSum: Whether the row sums up those above it.
        mutating func add(_ cells: [Markup], isSum: Bool = false) {
            page.add(isSum ? "<tr class=\"sum\">" : "<tr>")
            for (index, cell) in cells.enumerated() {
                page.add(index == 0 ? "<th scope=\"row\">" : isNumber[index] ? "<td class=\"n\">" : "<td>")
                page.add(cell)
                page.add(index == 0 ? "</th>" : "</td>")
            }
            page.add("</tr>\n")
        }
    }
}

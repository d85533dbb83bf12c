/// A sheet of a workbook, without its rows.
public struct WorkbookSheet: Sendable {
    /// 1 to 31 characters, none of `[ ] : * ? / \`.
    public var name: String
    public var columns: [Column]
    /// Columns at the left that stay in sight and are printed on every page, beside the header. Default none.
    public var fixedColumns = 0
    /// Whether the header has buttons by which rows are filtered. Default true.
    public var hasFilter = true
    /// Shown at the left of the top of each printed page. Default blank.
    public var pageHeader = ""
    /// Shown at the left of the foot of each printed page, whose right side has the number of the page; cut with an ellipsis where it
    /// is too long for Excel. Default blank.
    public var pageFooter = ""

    public init(_ name: String, columns: [Column]) {
        self.name = name
        self.columns = columns
    }

    /// A column of a sheet.
    public struct Column: Sendable {
        public var header: String
        /// How its header looks.
        public var tint: Tint
        /// The widest that it becomes, in halfwidth characters; longer texts are broken into lines. Default 40.
        public var most: Int

        public init(_ header: String, tint: Tint = .given, most: Int = 40) {
            self.header = header
            self.tint = tint
            self.most = most
        }
    }

    /// What a column is, shown by the colour of its header.
    public enum Tint: Hashable, Sendable {
        /// What was there before.
        case given
        /// What was found.
        case found
    }
}

/// A cell of a workbook: what it holds and how it looks.
public struct WorkbookCell: Hashable, Sendable {
    public var content: Content
    public var look: Look

    public enum Content: Hashable, Sendable {
        case blank
        /// Stays a text whatever it looks like, also while somebody edits it.
        case text(String)
        /// Words for people, broken into lines where they are wider than the column.
        case words(String)
        case number(Double)
        case day(year: Int, month: Int, day: Int, DayForm)
    }

    /// How a day is shown.
    public enum DayForm: String, Hashable, Sendable {
        /// `2027-04-01`
        case hyphens = "yyyy\\-mm\\-dd"
        /// `2027/4/1`
        case slashes = "yyyy\\/m\\/d"
        /// `2027/04/01`
        case paddedSlashes = "yyyy\\/mm\\/dd"
    }

    /// The colour behind a cell.
    public enum Look: Hashable, Sendable {
        case plain
        /// Green, blue and amber: for what was granted, kept and refused.
        case granted, kept, refused
        /// Grey: for a second group of rows beside the first.
        case second
        /// A title within a sheet.
        case title
    }

    public init(_ content: Content, _ look: Look = .plain) {
        self.content = content
        self.look = look
    }

    public static let blank = WorkbookCell(.blank)
    public static func text(_ text: String) -> WorkbookCell { .init(text.isEmpty ? .blank : .text(text)) }
    public static func words(_ text: String) -> WorkbookCell { .init(text.isEmpty ? .blank : .words(text)) }
    /// A number; `nil` is a blank cell.
    public static func number(_ number: Int?) -> WorkbookCell { .init(number.map { .number(Double($0)) } ?? .blank) }

    /// The same cell with another colour.
    public func looking(_ look: Look) -> WorkbookCell { .init(content, look) }
}

/// Where in a file its table stands, and how its fields are parted.
public struct TableLayout: Hashable, Sendable {
    /// The rows of the header, from 1, as a spreadsheet counts them; `nil`: the first row with content.
    public var header: ClosedRange<Int>?
    public var separator = Separator.comma

    /// Rows that a header may have; more of them are no header.
    public static let headerRowLimit = 3
    /// Of a header of one row at the top, with fields parted by commas.
    public static let standard = TableLayout()

    public init(header: ClosedRange<Int>? = nil, separator: Separator = .comma) {
        self.header = header
        self.separator = separator
    }

    /// The character that parts fields.
    public enum Separator: String, CaseIterable, Sendable {
        case comma, tab, semicolon

        var byte: UInt8 {
            switch self {
            case .comma: UInt8(ascii: ",")
            case .tab: UInt8(ascii: "\t")
            case .semicolon: UInt8(ascii: ";")
            }
        }
    }
}

/// Where the rows of a text stood in the sheet of a workbook that it was made from.
public struct SheetPlaces: Sendable {
    /// The row of the sheet, from 1, of each row of the text, ascending.
    public var rows: [UInt32]
    /// Cells that were joined to one, from 1; only the first of each has content.
    public var merged: [Merged]

    /// A range of cells that are one.
    public struct Merged: Hashable, Sendable {
        public var rows: ClosedRange<Int>
        public var columns: ClosedRange<Int>

        public init(rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
            self.rows = rows
            self.columns = columns
        }
    }

    public init(rows: [UInt32], merged: [Merged] = []) {
        self.rows = rows
        self.merged = merged
    }
}

/// What often stands in a row below or among the data that is none: a sum, or a note for people.
public enum NoteRow {
    /// Whether a row whose first cell with content says this is rather a sum or a note.
    ///
    /// - Parameter first: Without blanks at its ends.
    /// - Complexity: O(length).
    public static func isLikely(_ first: String) -> Bool { pattern(of: first) != nil }

    /// What says in `leaveOut` that a row whose first cell with content says this is rather a sum or a note: the cell itself,
    /// such as `合計`, or how it begins, such as `更新日*`; `nil` where it seems to be data.
    ///
    /// - Parameter first: Without blanks at its ends.
    /// - Complexity: O(length).
    public static func pattern(of first: String) -> String? {
        let isASCII = first.utf8.first.map { $0 < 0x80 } ?? true
        let text = first.filter { !$0.isWhitespace }
        if isASCII, text.first != "*", text.first != "(" {
            return englishSums.contains(text.lowercased()) ? text : nil
        }
        if let beginning = beginnings.first(where: { text.hasPrefix($0) }) { return beginning + "*" }
        // `公立　計` is a sum, `小計園` is none.
        if first.hasSuffix("計"), first.contains(where: \.isWhitespace) { return text }
        guard let sum = sums.first(where: { text.hasPrefix($0) }) else { return nil }
        return text.count == sum.count || endings.contains { text.dropFirst(sum.count).hasPrefix($0) } ? text : nil
    }

    /// Whether a first byte may begin such a text, so that most cells need not be made a text.
    public static func mayBegin(_ byte: UInt8) -> Bool {
        byte >= 0x80 || "*(TtSs".utf8.contains(byte)
    }

    private static let englishSums: Set<String> = ["total", "subtotal", "sum", "totals"]
    /// The longer ones first.
    private static let sums = [
        "総合計", "全体計", "合計", "総計", "小計", "集計", "総数", "累計", "全体", "市計", "区計", "計",
    ]
    /// What may stand behind the word for a sum.
    private static let endings = ["（", "(", "：", ":", "人数", "数", "人", "欄", "行"]
    private static let beginnings = [
        "※", "更新日", "作成日", "出典", "備考：", "備考:", "注：", "注:", "注）", "注)", "（注", "(注", "注1", "注１", "単位：", "単位:",
        "*",
    ]
}

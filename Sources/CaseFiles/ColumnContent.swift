import Admissions

/// What the cells of a column are like, as far as a sample of the rows shows.
struct ColumnContent {
    /// Rows of the sample.
    private(set) var rows = 0
    /// Cells that are not blank, without marks that mean nothing.
    private(set) var filled = 0
    private(set) var dates = 0
    private(set) var wholeNumbers = 0
    private(set) var numbers = 0
    private(set) var ages = 0
    /// Cells such as 0 or 3歳児.
    private(set) var classAges = 0
    /// The first year of a date, and the last.
    private(set) var years: ClosedRange<Int>?
    /// The first cell that is filled and not 0, else a 0, as it is written.
    private(set) var first: String?
    /// The filled cells, folded, with how many of each there are.
    private(set) var values: [String: Int] = [:]
    /// Marks such as `-` in place of a value, as they are written, with how many of each there are.
    private(set) var marks: [String: Int] = [:]

    private static let classes = Set((0...5).flatMap { age in ["", "歳", "歳児", "歳児クラス"].map { "\(age)\($0)" } })

    /// - Parameter cell: Without blanks at its ends.
    mutating func add(_ cell: String) {
        rows += 1
        let text = folded(cell)
        if text.isEmpty { return }
        if SeatMark.isStroke(text) || SeatMark.isNone(text) {
            marks[cell, default: 0] += 1
            return
        }
        filled += 1
        if first == nil || first == "0" { first = cell }
        values[text, default: 0] += 1
        if let date = CalendarDate(text) ?? CalendarDate(written: text) {
            dates += 1
            years = min(years?.lowerBound ?? date.year, date.year)...max(years?.upperBound ?? date.year, date.year)
        }
        if let number = ExactNumber(text) {
            numbers += 1
            if number.isInteger { wholeNumbers += 1 }
        }
        // A number is an age without its unit.
        let mayBeAge = text.contains { "日月歳才".contains($0) }
        if mayBeAge ? WrittenAge(text) != nil : Int(text) != nil { ages += 1 }
        if Self.classes.contains(text) { classAges += 1 }
    }

    /// Whether every filled cell differs from all others.
    var isDistinct: Bool { filled > 1 && values.count == filled }

    func share(_ part: Int) -> Double { filled > 0 ? Double(part) / Double(filled) : 0 }

    /// The share of the filled cells that are among these, also as parts of `;`-lists. A 0 that is none of them may stand for
    /// nothing and is not counted.
    func share(in others: [String: Int]) -> Double {
        let zeros = others["0"] == nil ? values["0"] ?? 0 : 0
        var count = 0
        for (value, times) in values {
            let parts = value.contains(";") ? value.split(separator: ";").map { $0.filter { $0 != " " } } : [value]
            if parts.allSatisfy({ others[$0] != nil }) { count += times }
        }
        return filled > zeros ? Double(count) / Double(filled - zeros) : 0
    }

    /// Whether the cells may be ids: short, and neither dates nor fractions.
    var mayBeIDs: Bool {
        filled > 0 && dates < filled && numbers == wholeNumbers
            && values.keys.allSatisfy { $0.utf8.count <= 40 && !$0.contains(" ") }
    }

    /// Whether most cells are called as nurseries are.
    var mayBeFacilityNames: Bool {
        let words = ["園", "保育", "こども", "ナーサリー", "キッズ", "ルーム"]
        let named = values.keys.count { value in words.contains { value.contains($0) } }
        return filled > 2 && Double(values.count) >= 0.9 * Double(filled) && Double(named) >= 0.7 * Double(values.count)
    }

    // MARK: What may be shown

    /// The first cell, short and in one line.
    var example: String? {
        first.map { cell in
            let line = cell.filter { !$0.isNewline }
            return line.count > 24 ? line.prefix(24) + "…" : line
        }
    }

    /// What the cells look like without saying any: for columns about people.
    var shape: Phrase? {
        guard filled > 0 else { return nil }
        if dates == filled { return Phrase("日付", "dates") }
        let lengths = lengths
        let range = lengths.replacing(" to ", with: "～")
        if wholeNumbers == filled { return Phrase("\(range) 桁", "\(lengths) \(lengths == "1" ? "digit" : "digits")") }
        if numbers == filled { return Phrase("数", "numbers") }
        let isASCII = values.keys.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
        return Phrase(
            "\(range) 文字\(isASCII ? "の英数字" : "")", "\(isASCII ? "letters and digits" : "text") of \(lengths) characters"
        )
    }

    /// How long the filled cells are: `9`, or `2 to 5`.
    private var lengths: String {
        let lengths = values.keys.map(\.count)
        let (least, most) = (lengths.min() ?? 0, lengths.max() ?? 0)
        return least == most ? "\(least)" : "\(least) to \(most)"
    }
}

extension CalendarDate {
    /// Reads a date as municipalities and spreadsheets write it, if it can mean only one day.
    ///
    /// The forms are `2025-04-01`, `2025/4/1`, `2025.4.1`, `2025年4月1日`, `20250401`, and the Japanese eras Shōwa, Heisei and
    /// Reiwa as `令和7年4月1日`, `令和元年5月1日`, `R7.4.1`, `R7/4/1` or `R7-4-1`. All may have blanks between the parts, and
    /// the midnight that databases add (`2025/4/1 0:00:00`). Everything else is `nil`, such as a year of two digits without
    /// an era, a day that the calendar or the era does not have (`H31.5.1`), or a spreadsheet's day number.
    ///
    /// - Parameter text: The text after NFKC folding, without full-width digits.
    /// - Complexity: O(length).
    ///
    /// Source: 元号法 (Era Name Act, 1979) with its cabinet orders of 1989 and 2019; the first year of an era is 元年.
    public init?(written text: some StringProtocol) {
        if let date = CalendarDate(text) {
            self = date
            return
        }
        // A text that cannot be a date, such as most numbers, is rejected at once.
        guard (6...40).contains(text.utf8.count) else { return nil }
        var rest = Substring(text)
        for midnight in [" 00:00:00", " 0:00:00", " 00:00", " 0:00"] where rest.hasSuffix(midnight) {
            rest = rest.dropLast(midnight.count)
            break
        }
        let written = String(rest.filter { $0 != " " })
        if let date = Self.compact(written) ?? CalendarDate(written) {
            self = date
            return
        }
        let era = Era.all.first { era in era.names.contains { written.hasPrefix($0) } }
        let name = era?.names.first { written.hasPrefix($0) } ?? ""
        guard let parts = Self.parts(of: written.dropFirst(name.count), hasEra: era != nil) else { return nil }
        guard let era else {
            self.init(year: parts.year, month: parts.month, day: parts.day)
            return
        }
        guard let date = CalendarDate(year: era.firstDay.year - 1 + parts.year, month: parts.month, day: parts.day),
            era.firstDay <= date, date <= era.lastDay
        else { return nil }
        self = date
    }

    /// Reads a date of eight digits, as registers export it.
    private static func compact(_ text: String) -> CalendarDate? {
        guard text.utf8.count == 8, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else {
            return nil
        }
        return CalendarDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    /// Year, month and day, separated by 年, 月 and 日 or by one of `.`, `/` and `-`.
    private static func parts(of text: Substring, hasEra: Bool) -> (year: Int, month: Int, day: Int)? {
        var fields: [Substring]
        if text.hasSuffix("日") {
            fields = text.dropLast().split(separator: "年", maxSplits: 1, omittingEmptySubsequences: false)
            guard fields.count == 2 else { return nil }
            fields = [fields[0]] + fields[1].split(separator: "月", maxSplits: 1, omittingEmptySubsequences: false)
        } else {
            guard let separator = text.first(where: { ".-/".contains($0) }) else { return nil }
            fields = text.split(separator: separator, omittingEmptySubsequences: false)
        }
        guard fields.count == 3 else { return nil }
        if hasEra, fields[0] == "元" { fields[0] = "1" }
        let lengths = [hasEra ? 1...2 : 4...4, 1...2, 1...2]
        var numbers: [Int] = []
        for (field, length) in zip(fields, lengths) {
            guard length.contains(field.utf8.count), field.utf8.allSatisfy({ (48...57).contains($0) }),
                let number = Int(field), number > 0
            else { return nil }
            numbers.append(number)
        }
        return (numbers[0], numbers[1], numbers[2])
    }

    /// An era of the Japanese calendar, with the days on which it began and ended.
    private struct Era {
        let names: [String]
        let firstDay: CalendarDate
        let lastDay: CalendarDate

        static let all = [
            Era(
                names: ["令和", "R", "r"], firstDay: CalendarDate(year: 2019, month: 5, day: 1)!,
                lastDay: CalendarDate(year: 9999, month: 12, day: 31)!),
            Era(
                names: ["平成", "H", "h"], firstDay: CalendarDate(year: 1989, month: 1, day: 8)!,
                lastDay: CalendarDate(year: 2019, month: 4, day: 30)!),
            Era(
                names: ["昭和", "S", "s"], firstDay: CalendarDate(year: 1926, month: 12, day: 25)!,
                lastDay: CalendarDate(year: 1989, month: 1, day: 7)!),
        ]
    }
}

extension PlacementMonth {
    /// Reads a month in each form that ``CalendarDate/init(written:)`` reads dates in, without the day: `2027-04`, `2027/4`,
    /// `2027.4`, `2027年4月`, `202704`, `令和9年4月`, `R9.4`.
    ///
    /// - Parameter text: As it was typed, also with full-width digits and blanks.
    public init?(written text: String) {
        let month = folded(text).filter { $0 != " " }
        let isCompact = month.utf8.count == 6 && month.utf8.allSatisfy { (48...57).contains($0) }
        let day: String? =
            if month.hasSuffix("月") { "1日" } else if isCompact { "01" } else {
                month.first { ".-/".contains($0) }.map { "\($0)1" }
            }
        guard let day, let date = CalendarDate(written: month + day) else { return nil }
        self.init(year: date.year, month: date.month)
    }
}

extension CalendarDate {
    /// The date as an office writes it, in the era of the day: `令和9年4月1日`, `令和元年5月1日`.
    ///
    /// Before Shōwa the year is that of the Gregorian calendar, `1926年4月1日`.
    public var japanese: String { "\(japaneseYear)\(month)月\(day)日" }

    /// The year as an office writes it, in the era of the day, such as `令和9年`.
    fileprivate var japaneseYear: String {
        guard let era = Era.all.first(where: { $0.firstDay <= self }) else { return "\(year)年" }
        let count = year - era.firstDay.year + 1
        return "\(era.names[0])\(count == 1 ? "元" : String(count))年"
    }
}

extension PlacementMonth {
    /// The month as an office writes it, in the era of its first day: `令和9年4月`.
    public var japanese: String { "\(firstDay.japaneseYear)\(firstDay.month)月" }

    /// The fiscal year of the month as an office writes it, `令和9年度`, in the era of its first day, 1 April.
    public var japaneseFiscalYear: String { "\(firstDayOfFiscalYear.japaneseYear)度" }

    /// The last day of the fiscal year of the month, 31 March.
    public var lastDayOfFiscalYear: CalendarDate { CalendarDate(year: fiscalYear + 1, month: 3, day: 31)! }

    private var firstDayOfFiscalYear: CalendarDate { CalendarDate(year: fiscalYear, month: 4, day: 1)! }
}

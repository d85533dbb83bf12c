/// A day of the Gregorian calendar, without a time or a time zone.
public struct CalendarDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// `year * 10_000 + month * 100 + day`, so that comparing integers compares dates.
    private let packed: Int32

    public var year: Int { Int(packed) / 10_000 }
    /// 1 to 12.
    public var month: Int { Int(packed) / 100 % 100 }
    /// 1 to 31.
    public var day: Int { Int(packed) % 100 }

    /// Makes a date, or `nil` if the calendar has no such day. Years run from 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysInMonth(month, of: year)
        else { return nil }
        packed = Int32(year * 10_000 + month * 100 + day)
    }

    /// Reads `2025-04-01` or `2025/4/1`; anything else, also a day that does not exist, is `nil`.
    public init?(_ text: some StringProtocol) { self.init(String(text)) }

    /// Reads `2025-04-01` or `2025/4/1`; anything else, also a day that does not exist, is `nil`.
    public init?(_ text: String) {
        var text = text
        guard let date = text.withUTF8({ CalendarDate(utf8: $0) }) else { return nil }
        self = date
    }

    /// Reads a date from its bytes, as from a text.
    package init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        let separator: UInt8 = text.contains(UInt8(ascii: "-")) ? UInt8(ascii: "-") : UInt8(ascii: "/")
        var fields: (Int, Int, Int) = (0, 0, 0)
        var digits = (0, 0, 0)
        var index = 0
        for byte in text {
            if byte == separator {
                index += 1
                if index > 2 { return nil }
                continue
            }
            guard byte >= 48, byte <= 57 else { return nil }
            let digit = Int(byte) - 48
            switch index {
            case 0: (fields.0, digits.0) = (fields.0 * 10 + digit, digits.0 + 1)
            case 1: (fields.1, digits.1) = (fields.1 * 10 + digit, digits.1 + 1)
            default: (fields.2, digits.2) = (fields.2 * 10 + digit, digits.2 + 1)
            }
            if digits.0 > 4 || digits.1 > 2 || digits.2 > 2 { return nil }
        }
        guard index == 2, digits.0 == 4, digits.1 > 0, digits.2 > 0 else { return nil }
        self.init(year: fields.0, month: fields.1, day: fields.2)
    }

    /// The number of days of a month, leap years included.
    public static func daysInMonth(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The same day `months` later, or the last day of that month if it has no such day.
    ///
    /// A sum outside the years 1 to 9999 becomes the first or the last day of the calendar, because dates and minimum ages come
    /// from files, and a typing error there must not stop the program.
    public func adding(months: Int) -> CalendarDate {
        let (total, overflow) = (year * 12 + (month - 1)).addingReportingOverflow(months)
        if overflow || total >= 10_000 * 12 { return Self(packed: 9999_12_31) }
        if total < 12 { return Self(packed: 1_01_01) }
        let (newYear, newMonth) = (total / 12, total % 12 + 1)
        let newDay = min(day, Self.daysInMonth(newMonth, of: newYear))
        return Self(packed: Int32(newYear * 10_000 + newMonth * 100 + newDay))
    }

    private init(packed: Int32) { self.packed = packed }

    /// Days since 1 March of year 0 in the proleptic Gregorian calendar; differences are spans in days.
    public var dayNumber: Int {
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1
    }

    /// The day with this ``dayNumber``, or `nil` outside the years 1 to 9999. O(1).
    public init?(dayNumber: Int) {
        // 146 097 days are 400 years; the year here begins on 1 March.
        guard dayNumber >= 0 else { return nil }
        let (era, dayOfEra) = (dayNumber / 146_097, dayNumber % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        self.init(
            year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month: month, day: dayOfYear - (153 * part + 2) / 5 + 1)
    }

    public static func < (left: Self, right: Self) -> Bool { left.packed < right.packed }

    /// ISO 8601, `2025-04-01`.
    public var description: String {
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

/// The month in which the placements of a round start, on its first day.
public struct PlacementMonth: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first day of the month: ages are tested on this day.
    public let firstDay: CalendarDate

    /// Makes a month, or `nil` if `month` is not 1 to 12 or the year is not 1900 to 2999.
    public init?(year: Int, month: Int) {
        guard (1900...2999).contains(year), let day = CalendarDate(year: year, month: month, day: 1) else { return nil }
        firstDay = day
    }

    /// Reads `2027-04`; `nil` for anything else, also a year outside 1900 to 2999.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 7, let day = CalendarDate("\(text)-01") else { return nil }
        self.init(year: day.year, month: day.month)
    }

    /// The year in which the fiscal year (April to March) of this month began.
    public var fiscalYear: Int { firstDay.month >= 4 ? firstDay.year : firstDay.year - 1 }

    /// The class age, 0 to 5, of a child born on `birthDate`, or `nil` if there is no class for it.
    ///
    /// It is the age on 1 April of the fiscal year. By Japanese law age rises at the end of the day before the birthday, so a
    /// child born on 1 April belongs to the older class. Class 0 includes children born after 1 April, up to the end of the
    /// fiscal year.
    ///
    /// Source: 年齢計算ニ関スル法律 (Act on the Calculation of Ages, 1902) with Civil Code art. 143.
    public func classAge(bornOn birthDate: CalendarDate) -> Int? {
        let beforeSecondOfApril = birthDate.month < 4 || (birthDate.month == 4 && birthDate.day == 1)
        let cohort = beforeSecondOfApril ? birthDate.year - 1 : birthDate.year
        let age = fiscalYear - 1 - cohort
        return switch age {
        case -1: 0
        case 0...5: age
        default: nil
        }
    }

    public static func < (left: Self, right: Self) -> Bool { left.firstDay < right.firstDay }

    /// `2027-04`.
    public var description: String { String(firstDay.description.dropLast(3)) }
}

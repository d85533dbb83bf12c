/// A day and a time as a spreadsheet counts them: days since a day, and a part of a day.
struct SerialDate {
    /// Days since 0001-01-01.
    let day: Int
    /// Seconds of the day.
    let second: Int

    private static let secondsOfDay = 86_400

    /// A date; `nil` where the number is none.
    ///
    /// Excel counts 1900 as a leap year, so that its day 60 does not exist and the days before it are one less.
    ///
    /// - Parameters:
    ///   - serial: The number of the cell.
    ///   - is1904: Whether days count from 1904-01-01 instead of from 1900-01-01.
    init?(_ serial: Double, is1904: Bool) {
        guard serial >= 0, serial < 2_958_466 else { return nil }
        let seconds = Int((serial * Double(Self.secondsOfDay)).rounded())
        let (count, rest) = seconds.quotientAndRemainder(dividingBy: Self.secondsOfDay)
        if is1904 {
            day = count + Self.dayOf1904
        } else {
            guard count >= 1, count != 60 else { return nil }
            day = count + (count < 60 ? Self.dayBefore1900 : Self.dayBefore1900 - 1)
        }
        guard day <= Self.lastDay else { return nil }
        second = rest
    }

    /// The seconds of a time; `nil` where the number is none.
    ///
    /// - Parameters:
    ///   - serial: The number of the cell.
    ///   - ofDay: Whether whole days are left out.
    static func seconds(_ serial: Double, ofDay: Bool) -> Int? {
        guard serial >= 0, serial < 2_958_466 else { return nil }
        let seconds = Int((serial * Double(secondsOfDay)).rounded())
        return ofDay ? seconds % secondsOfDay : seconds
    }

    /// 1904-01-01, 1899-12-31 and 9999-12-31 as days.
    private static let (dayOf1904, dayBefore1900, lastDay) = (695_055, 693_594, 3_652_058)

    /// Year, month and day of the Gregorian calendar.
    ///
    /// Source: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, 2013.
    var calendar: (year: Int, month: Int, day: Int) {
        // Days since 0000-03-01, so that the leap day is the last of its year.
        let days = day + 306
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }

    /// Writes the date, and the time where there is one: `2025-04-02`, `2025-04-02 13:30:00`.
    ///
    /// - Parameter write: Called with each byte.
    func write<Failure>(_ write: (UInt8) throws(Failure) -> Void) throws(Failure) {
        let (year, month, day) = calendar
        try Self.write(year, digits: 4, write)
        try write(UInt8(ascii: "-"))
        try Self.write(month, digits: 2, write)
        try write(UInt8(ascii: "-"))
        try Self.write(day, digits: 2, write)
        guard second > 0 else { return }
        try write(UInt8(ascii: " "))
        try Self.writeTime(second, hasSeconds: true, write)
    }

    /// Writes a time of day, or a duration: `13:30`, `13:30:15`, `25:00`.
    ///
    /// - Parameters:
    ///   - seconds: The seconds, not negative.
    ///   - hasSeconds: Whether seconds are written even where there are none.
    ///   - write: Called with each byte.
    static func writeTime<Failure>(
        _ seconds: Int, hasSeconds: Bool, _ write: (UInt8) throws(Failure) -> Void
    ) throws(Failure) {
        try Self.write(seconds / 3_600, digits: 2, write)
        try write(UInt8(ascii: ":"))
        try Self.write(seconds / 60 % 60, digits: 2, write)
        guard hasSeconds || seconds % 60 > 0 else { return }
        try write(UInt8(ascii: ":"))
        try Self.write(seconds % 60, digits: 2, write)
    }

    private static func write<Failure>(
        _ number: Int, digits: Int, _ write: (UInt8) throws(Failure) -> Void
    ) throws(Failure) {
        var unit = 1
        var count = 1
        while count < digits || number / unit >= 10 {
            unit *= 10
            count += 1
        }
        while unit > 0 {
            try write(UInt8(48 + number / unit % 10))
            unit /= 10
        }
    }
}

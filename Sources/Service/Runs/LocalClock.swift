import Admissions
import Foundation

/// The clock on the wall of the city hall: what is stored is UTC, what people read is the time in Japan.
enum LocalClock {
    static let zoneName = "Asia/Tokyo"
    private static let zone = TimeZone(identifier: zoneName) ?? TimeZone(secondsFromGMT: 9 * 3600) ?? .gmt

    /// When a day begins, as it is stored; `nil` where the text is no date such as `2027-04-01`.
    ///
    /// - Parameter days: How many days later.
    static func beginning(of text: String, plus days: Int = 0) -> String? {
        guard let day = CalendarDate(text) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar.date(from: DateComponents(year: day.year, month: day.month, day: day.day + days))
            .map(Store.text)
    }

    /// A stored time as people read it, such as `2027-02-01 18:00`; a text that is no time stays as it is.
    static func text(_ stored: String) -> String {
        guard let time = Store.time(stored) else { return stored }
        let style = Date.ISO8601FormatStyle(dateSeparator: .dash, dateTimeSeparator: .space, timeZone: zone)
        return String(style.year().month().day().time(includingFractionalSeconds: false).format(time).prefix(16))
    }
}

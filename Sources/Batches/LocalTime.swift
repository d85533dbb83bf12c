import Foundation

/// Times for people: the ledger records them in UTC, a clerk reads them by the clock on the wall.
enum LocalTime {
    /// A time with the offset of its place, such as `2027-02-01 18:00:00 +09:00`; a text that is no time stays as it is.
    ///
    /// - Parameters:
    ///   - utc: The time as the ledger has it, such as `2027-02-01T09:00:00Z`.
    ///   - timeZone: The place.
    static func text(of utc: String, in timeZone: TimeZone) -> String {
        guard let date = try? Date(utc, strategy: .iso8601) else { return utc }
        let style = Date.ISO8601FormatStyle(
            dateSeparator: .dash, dateTimeSeparator: .space, timeZoneSeparator: .colon, timeZone: timeZone)
        let local = style.year().month().day().time(includingFractionalSeconds: false).format(date)
        let minutes = abs(timeZone.secondsFromGMT(for: date)) / 60
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let sign = timeZone.secondsFromGMT(for: date) < 0 ? "-" : "+"
        return "\(local) \(sign)\(padded(minutes / 60)):\(padded(minutes % 60))"
    }
}

import Foundation

/// Times as people read them.
enum Clock {
    /// A stored time in the time zone of the machine, such as `2027-02-05 14:03`.
    static func shown(_ stored: String) -> String {
        guard let time = Store.time(stored) else { return stored }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: time)
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        return "\(parts.year ?? 0)-\(two(parts.month))-\(two(parts.day)) \(two(parts.hour)):\(two(parts.minute))"
    }
}

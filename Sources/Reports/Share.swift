/// Shares in percent with one digit after the point.
enum Share {
    /// A share in tenths of a percent, rounded; only nothing is 0 and only all is 1,000. `nil` of nothing.
    static func tenths(_ part: Int, of whole: Int) -> Int? {
        guard whole > 0 else { return nil }
        let (doubled, overflows) = part.multipliedReportingOverflow(by: 2000)
        guard !overflows, part > 0 else { return overflows ? nil : 0 }
        if part >= whole { return 1000 * part / whole }
        return min(999, max(1, (doubled + whole) / (2 * whole)))
    }

    /// A share, such as `66.7%`; `-` of nothing.
    static func percent(_ part: Int, of whole: Int) -> String { tenths(part, of: whole).map(text) ?? "-" }

    /// The shares that parts have in their sum. They add up to 100.0, because each is what the rounded share of all parts up to
    /// it is more than that of the parts before. So the first is its own rounded share.
    static func percents(_ parts: [Int]) -> [String] {
        let whole = parts.reduce(0, +)
        var (sum, before) = (0, 0)
        return parts.map { part in
            sum += part
            guard let share = tenths(sum, of: whole) else { return "-" }
            defer { before = share }
            return text(share - before)
        }
    }

    /// How much larger one share is than another, such as `+1.2`; `-` where one of them is of nothing.
    static func difference(_ share: Int?, _ other: Int?) -> String {
        guard let share, let other else { return "-" }
        let tenths = abs(share - other)
        return "\(share > other ? "+" : share < other ? "−" : "±")\(tenths / 10).\(tenths % 10)"
    }

    /// How many apply for each seat, with two digits after the point, rounded; `-` without seats.
    static func demand(_ applicants: Int, seats: Int) -> String {
        guard seats > 0, applicants < Int.max / 200 else { return "-" }
        let hundredths = (applicants * 200 + seats) / (2 * seats)
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func text(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)%" }
}

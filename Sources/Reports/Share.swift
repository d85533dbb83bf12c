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

    /// The shares that parts have in their sum, in tenths of a percent; they add up to 1,000. The first is its own rounded share.
    /// The others are rounded down, and what is then missing goes to those that lost most, of equals to the earlier.
    ///
    /// - Parameter parts: At least one; their sum is not 0.
    static func tenths(_ parts: [Int]) -> [Int] {
        let whole = parts.reduce(0, +)
        var shares = parts.map { 1000 * $0 / whole }
        shares[0] = tenths(parts[0], of: whole)!
        let lost = parts.indices.dropFirst().sorted { one, other in
            let (here, there) = (1000 * parts[one] % whole, 1000 * parts[other] % whole)
            return here == there ? one < other : here > there
        }
        for index in lost.prefix(1000 - shares.reduce(0, +)) { shares[index] += 1 }
        return shares
    }

    /// The shares that parts have in their sum, which add up to 100.0, and for each the share of all parts up to it.
    static func percents(_ parts: [Int]) -> [(own: String, sum: String)] {
        guard parts.contains(where: { $0 > 0 }) else { return parts.map { _ in ("-", "-") } }
        var sum = 0
        return tenths(parts).map { share in
            sum += share
            return (text(share), text(sum))
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

import Admissions

/// The bins of a histogram: equally wide, one beside the other, from the least number to the largest.
///
/// Where all numbers are multiples of a unit (1, or a fraction such as 1/2) and few units lie between them, each bin is one
/// multiple of it. Otherwise a bin is a range, whose width is the least of 1, 2, 5, 10, 20 and so on, and of 0.5, 0.2, 0.1 and
/// so on, that makes few bins. So the bins depend on the numbers alone.
struct PointsBins {
    /// The most bins of one number each.
    static let mostNumbers = 30
    /// The most bins that are ranges.
    static let mostRanges = 20

    /// How many there are, at least one.
    let count: Int
    /// Whether each bin is one number and no range.
    let areNumbers: Bool
    /// Whether all numbers are whole.
    private let areWhole: Bool
    private let width: Width
    /// The place of the first bin: its lower bound is this many widths.
    private let first: Int128

    /// `above / below`, of which `below` is a power of ten, or the unit's denominator where a bin is one number.
    private struct Width {
        var above: Int128
        var below: Int128

        /// How many whole widths are in a number, rounded down.
        func place(of number: ExactNumber) -> Int128 {
            let (dividend, divisor) = (Int128(number.numerator) * below, Int128(number.denominator) * above)
            let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
            return rest < 0 ? quotient - 1 : quotient
        }

        /// The number of bins from one number to another.
        func count(from least: ExactNumber, to most: ExactNumber) -> Int128 { place(of: most) - place(of: least) + 1 }
    }

    /// - Precondition: The numbers are ascending, and there is one.
    init(_ numbers: [ExactNumber]) {
        let (least, most) = (numbers[0], numbers[numbers.count - 1])
        areWhole = numbers.allSatisfy(\.isInteger)
        let unit = Self.unit(of: numbers).map { Width(above: 1, below: Int128($0)) }
        if let unit, unit.count(from: least, to: most) <= Int128(Self.mostNumbers) {
            (width, areNumbers) = (unit, true)
        } else {
            (width, areNumbers) = (Self.width(from: least, to: most, isWhole: areWhole), false)
        }
        first = width.place(of: least)
        count = Int(width.count(from: least, to: most))
    }

    /// The denominator of the largest unit of which all numbers are multiples; `nil` where it is finer than decimals that anybody
    /// writes.
    private static func unit(of numbers: [ExactNumber]) -> Int64? {
        let finest: Int64 = 10_000
        var unit: Int64 = 1
        for number in numbers where unit % number.denominator != 0 {
            guard number.denominator <= finest else { return nil }
            // The least common multiple is found among the multiples of what is there.
            let step = unit
            while unit % number.denominator != 0 { unit += step }
            if unit > finest { return nil }
        }
        return unit
    }

    private static func width(from least: ExactNumber, to most: ExactNumber, isWhole: Bool) -> Width {
        // What two numbers of 64 bits have between them fits into 20 ranges of 10 to the 18th, their finest fractions are
        // not finer than its inverse.
        for exponent in (isWhole ? 0 : -18)...18 {
            for digit in [1, 2, 5] as [Int128] {
                let width =
                    exponent < 0
                    ? Width(above: digit, below: power(ofTen: -exponent))
                    : Width(above: digit * power(ofTen: exponent), below: 1)
                if width.count(from: least, to: most) <= Int128(Self.mostRanges) { return width }
            }
        }
        preconditionFailure("\(least) to \(most) fits into no \(Self.mostRanges) bins")
    }

    private static func power(ofTen exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    /// The bin of a number, 0 for the lowest.
    ///
    /// - Precondition: The number is one of those for which the bins were made, or lies between two of them.
    func index(of number: ExactNumber) -> Int { Int(width.place(of: number) - first) }

    /// What a bin is called: its number, or its range.
    func name(of index: Int) -> Phrase {
        let lower = text(first + Int128(index))
        if areNumbers { return Phrase(lower, lower) }
        let next = first + Int128(index) + 1
        if areWhole {
            // Of whole numbers the largest one in the bin is known.
            let upper = String(next * width.above - 1)
            return Phrase("\(lower)〜\(upper)", "\(lower) to \(upper)")
        }
        return Phrase("\(lower)以上\(text(next))未満", "\(lower) to under \(text(next))")
    }

    /// The number that is so many widths: a whole number, a decimal, or a fraction of two.
    private func text(_ place: Int128) -> String {
        let above = place * width.above
        if let above = Int64(exactly: above), let number = ExactNumber(above, over: Int64(width.below)) {
            return number.description
        }
        return width.below == 1 ? String(above) : "\(above)/\(width.below)"
    }
}

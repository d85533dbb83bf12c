/// A rational number, compared and added without rounding.
///
/// Points are decimals in the tables, and means of decimals with `householdPriority: mean`. Both must compare exactly, because
/// rounding could decide who gets a place.
public struct ExactNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The numerator in lowest terms, with the sign of the number.
    public let numerator: Int64
    /// The denominator in lowest terms, at least 1.
    public let denominator: Int64

    @inlinable public init(_ value: Int) {
        numerator = Int64(value)
        denominator = 1
    }

    /// Makes `numerator / denominator` in lowest terms, or `nil` if it does not fit in 64 bits or divides by zero.
    public init?(_ numerator: Int64, over denominator: Int64) {
        guard denominator != 0, numerator != .min, denominator != .min else { return nil }
        if denominator == 1 {
            (self.numerator, self.denominator) = (numerator, 1)
            return
        }
        let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
        let sign: Int64 = denominator < 0 ? -1 : 1
        self.numerator = sign * numerator / Int64(divisor)
        self.denominator = sign * denominator / Int64(divisor)
    }

    /// Reads a decimal such as `-12.50`; `nil` if the text is no decimal or has more than 18 digits.
    ///
    /// Exponents, thousands separators and blanks are refused; their meaning is never guessed.
    public init?(_ text: some StringProtocol) { self.init(String(text)) }

    /// Reads a decimal such as `-12.50`; `nil` if the text is no decimal or has more than 18 digits.
    public init?(_ text: String) {
        var text = text
        guard let number = text.withUTF8({ ExactNumber(utf8: $0) }) else { return nil }
        self = number
    }

    /// Reads a decimal from its bytes, as from a text.
    package init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        var numerator: Int64 = 0
        var denominator: Int64 = 1
        var digits = 0
        var seenPoint = false
        var digitsAfterPoint = 0
        var negative = false
        for (offset, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where offset == 0: negative = true
            case UInt8(ascii: "+") where offset == 0: break
            case UInt8(ascii: ".") where !seenPoint && digits > 0: seenPoint = true
            case 48...57:
                digits += 1
                guard digits <= 18 else { return nil }
                numerator = numerator * 10 + Int64(byte - 48)
                if seenPoint {
                    denominator *= 10
                    digitsAfterPoint += 1
                }
            default: return nil
            }
        }
        guard digits > 0, !seenPoint || digitsAfterPoint > 0 else { return nil }
        self.init(negative ? -numerator : numerator, over: denominator)
    }

    /// Whether the number is whole.
    @inlinable public var isInteger: Bool { denominator == 1 }

    /// The sum, or `nil` if it does not fit.
    public func adding(_ other: ExactNumber) -> ExactNumber? {
        if denominator == 1 && other.denominator == 1 {
            let (sum, overflow) = numerator.addingReportingOverflow(other.numerator)
            return overflow ? nil : ExactNumber(sum, over: 1)
        }
        let divisor = Int64(Self.greatestCommonDivisor(denominator.magnitude, other.denominator.magnitude))
        let (left, leftOverflow) = numerator.multipliedReportingOverflow(by: other.denominator / divisor)
        let (right, rightOverflow) = other.numerator.multipliedReportingOverflow(by: denominator / divisor)
        let (sum, sumOverflow) = left.addingReportingOverflow(right)
        let (common, commonOverflow) = denominator.multipliedReportingOverflow(by: other.denominator / divisor)
        if leftOverflow || rightOverflow || sumOverflow || commonOverflow { return nil }
        return ExactNumber(sum, over: common)
    }

    /// The difference, or `nil` if it does not fit.
    public func subtracting(_ other: ExactNumber) -> ExactNumber? {
        guard other.numerator != .min else { return nil }
        return ExactNumber(-other.numerator, over: other.denominator).flatMap(adding)
    }

    /// The number divided by a positive count, or `nil` if it does not fit.
    public func divided(by count: Int) -> ExactNumber? {
        let (scaled, overflow) = denominator.multipliedReportingOverflow(by: Int64(count))
        return overflow ? nil : ExactNumber(numerator, over: scaled)
    }

    /// The product, or `nil` where it does not fit.
    public func multiplied(by other: ExactNumber) -> ExactNumber? {
        // What the two have in common is taken out first, so that only a product that does not fit is refused.
        let one = Self.greatestCommonDivisor(numerator.magnitude, other.denominator.magnitude)
        let two = Self.greatestCommonDivisor(other.numerator.magnitude, denominator.magnitude)
        let (above, aboveOverflow) = (numerator / Int64(one)).multipliedReportingOverflow(
            by: other.numerator / Int64(two))
        let (below, belowOverflow) = (denominator / Int64(two)).multipliedReportingOverflow(
            by: other.denominator / Int64(one))
        return aboveOverflow || belowOverflow ? nil : ExactNumber(above, over: below)
    }

    /// Reads a decimal such as `-12.50`, or a fraction of two such as `1/3`; `nil` for anything else. The whole numbers of a fraction
    /// may have 19 digits, so that every number can be written as one.
    public init?(fraction text: String) {
        let texts = text.split(separator: "/", omittingEmptySubsequences: false).map {
            String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let sides = texts.map { side in
            ExactNumber(side) ?? (texts.count == 2 ? Int64(side).flatMap { ExactNumber($0, over: 1) } : nil)
        }
        guard sides.count <= 2, let above = sides[0], let below = sides[sides.count - 1] else { return nil }
        if sides.count == 1 {
            self = above
            return
        }
        guard let inverse = ExactNumber(below.denominator, over: below.numerator),
            let quotient = above.multiplied(by: inverse)
        else { return nil }
        self = quotient
    }

    /// Exact: the cross products are taken in 128 bits.
    public static func < (left: Self, right: Self) -> Bool {
        if left.denominator == right.denominator { return left.numerator < right.numerator }
        let leftProduct = left.numerator.multipliedFullWidth(by: right.denominator)
        let rightProduct = right.numerator.multipliedFullWidth(by: left.denominator)
        return leftProduct.high != rightProduct.high
            ? leftProduct.high < rightProduct.high : leftProduct.low < rightProduct.low
    }

    /// A decimal (`12.5`) if the number has a finite one, else a fraction (`100/3`).
    public var description: String {
        if denominator == 1 { return String(numerator) }
        var scale: Int64 = 1
        for places in 1...18 {
            scale *= 10
            guard scale % denominator == 0 else { continue }
            let (scaled, overflow) = numerator.multipliedReportingOverflow(by: scale / denominator)
            if overflow { break }
            let digits = String(scaled.magnitude)
            let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
            return (numerator < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
        }
        return "\(numerator)/\(denominator)"
    }

    private static func greatestCommonDivisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var (a, b) = (first, second)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}

extension ExactNumber: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self.init(value) }
}

/// How the integer variables of a program are encoded by 0-1 variables (bits) of the engine.
///
/// Variable v equals `lower[v]` plus the sum of `weight * bit` over its bits `start[v]..<start[v + 1]`. A short range has a bit
/// for each step, and `bit k` means "more than k above the lower bound". A long range has bits of weight 1, 2, 4, ... and one of
/// the remaining weight, so that all bits together reach exactly the upper bound.
struct Encoding {
    var lower: [Int] = []
    var start: [Int32] = [0]
    var literals: [Int32] = []
    var weights: [Int] = []

    /// Adds the bits of a variable with the range `bounds` to `engine`.
    mutating func addVariable(_ bounds: ClosedRange<Int>, to engine: inout Engine, stepLimit: Int) throws(SolverError) {
        let (range, overflow) = bounds.upperBound.subtractingReportingOverflow(bounds.lowerBound)
        guard !overflow, range < Int.max / 4 else {
            throw .tooLarge(solver: NativeSolver.solverName, place: "the bounds of variable \(lower.count)")
        }
        lower.append(bounds.lowerBound)
        if range <= stepLimit {
            for step in 0..<range {
                literals.append(engine.addVariable())
                weights.append(1)
                if step > 0 {
                    engine.addClause([literals[literals.count - 2], literals[literals.count - 1] ^ 1])
                }
            }
        } else {
            var left = range
            var weight = 1
            while left > 0 {
                literals.append(engine.addVariable())
                weights.append(min(weight, left))
                left -= min(weight, left)
                weight *= 2
            }
        }
        start.append(Int32(literals.count))
    }

    func bits(of variable: Int) -> Range<Int> { Int(start[variable])..<Int(start[variable + 1]) }

    /// The literals that say `variable == value`, or `nil` when the value is out of range.
    func literals(of variable: Int, equal value: Int) -> [Int32]? {
        let bits = bits(of: variable)
        let (offset, overflow) = value.subtractingReportingOverflow(lower[variable])
        guard !overflow, offset >= 0 else { return nil }
        var left = offset
        // The value is composed from the greatest weight down; in a short range the first bits are the true ones.
        let ordered = bits.allSatisfy { weights[$0] == 1 } ? Array(bits) : bits.sorted { weights[$0] > weights[$1] }
        var result: [Int32] = []
        for bit in ordered {
            if weights[bit] <= left {
                left -= weights[bit]
                result.append(literals[bit])
            } else {
                result.append(literals[bit] ^ 1)
            }
        }
        return left == 0 ? result : nil
    }

    /// The values of all variables under the engine's complete assignment.
    func values(in engine: borrowing Engine) -> [Int] {
        lower.indices.map { variable in
            bits(of: variable).reduce(lower[variable]) { sum, bit in
                engine.value[literals[bit]] > 0 ? sum + weights[bit] : sum
            }
        }
    }

    /// `sum of terms` as `constant + sum of coefficient * literal` with coefficients above 0.
    ///
    /// - Throws: `tooLarge`, naming `place`, when the numbers come near the limits of an `Int`.
    func literalSum(
        _ terms: some Sequence<(variable: Int, coefficient: Int)>,
        place: @autoclosure () -> String
    ) throws(SolverError) -> LiteralSum {
        var sum = LiteralSum()
        var constant: Int128 = 0
        var total: Int128 = 0
        for (variable, coefficient) in terms {
            constant += Int128(coefficient) * Int128(lower[variable])
            for bit in bits(of: variable) {
                let product = Int128(coefficient) * Int128(weights[bit])
                total += Int128(product.magnitude)
                guard total < LiteralSum.limit else {
                    throw .tooLarge(solver: NativeSolver.solverName, place: place())
                }
                if product > 0 {
                    sum.terms.append((Int(product), literals[bit]))
                } else if product < 0 {
                    constant += product
                    sum.terms.append((Int(-product), literals[bit] ^ 1))
                }
            }
        }
        guard constant.magnitude < LiteralSum.limit.magnitude else {
            throw .tooLarge(solver: NativeSolver.solverName, place: place())
        }
        sum.constant = Int(constant)
        sum.total = Int(total)
        return sum
    }
}

/// `constant + sum of coefficient * literal`, coefficients above 0, each variable at most once.
struct LiteralSum {
    /// Sums stay below this, so that sums and differences of a few of them cannot overflow.
    static let limit = Int128(1) << 60

    var constant = 0
    var terms: [(coefficient: Int, literal: Int32)] = []
    /// The sum of all coefficients.
    var total = 0

    /// Adds `lower <= self <= upper` to `engine`.
    func constrain(_ engine: inout Engine, lower: Int?, upper: Int?) {
        if let lower, let upper, !hasMultiple(between: lower, and: upper) {
            engine.consistent = false
            return
        }
        if let lower {
            let degree = Int128(lower) - Int128(constant)
            if degree > Int128(total) {
                engine.consistent = false
            } else if degree > 0 {
                engine.addRow(terms, atLeast: Int(degree))
            }
        }
        if let upper {
            // sum <= u  is  sum of coefficient * opposite >= total - u
            let degree = Int128(total) - (Int128(upper) - Int128(constant))
            if degree > Int128(total) {
                engine.consistent = false
            } else if degree > 0 {
                engine.addRow(terms.map { ($0.coefficient, $0.literal ^ 1) }, atLeast: Int(degree))
            }
        }
    }

    /// Whether `lower...upper` contains a value that the sum could have, judged by the common divisor of its coefficients.
    private func hasMultiple(between lower: Int, and upper: Int) -> Bool {
        let divisor = Int128(terms.reduce(0) { greatestCommonDivisor($0, $1.coefficient) })
        guard divisor > 1 else { return lower <= upper }
        let (least, most) = (Int128(lower) - Int128(constant), Int128(upper) - Int128(constant))
        let remainder = ((most % divisor) + divisor) % divisor
        return most - remainder >= least
    }
}

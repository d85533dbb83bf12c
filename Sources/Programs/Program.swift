/// An integer program: minimise an integer objective over bounded integer variables subject to integer rows.
///
/// All data are integers, so feasibility and objective values are exact. A maximisation is written by negating the
/// objective. Rows are stored one after the other (compressed sparse rows); a row lists its variables in ascending
/// order, each at most once, never with coefficient 0.
public struct Program: Sendable, Equatable {
    /// A variable of one program, identified by its index.
    public struct Variable: Hashable, Comparable, Sendable {
        let place: Int32

        /// The place of the variable in `0..<program.variableCount`, which is also its place in a list of values.
        public var index: Int { Int(place) }

        /// The variable at `index`, `0..<Int(Int32.max)`.
        public init(index: Int) {
            place = Int32(index)
        }

        public static func < (left: Variable, right: Variable) -> Bool { left.place < right.place }
    }

    /// A variable times a coefficient.
    public struct Term: Hashable, Sendable {
        public var variable: Variable
        public var coefficient: Int

        public init(_ coefficient: Int, _ variable: Variable) {
            self.variable = variable
            self.coefficient = coefficient
        }
    }

    /// `lower <= sum of the terms <= upper`; `nil` leaves that side open.
    public struct Row: Sendable, Equatable {
        public var name: String
        /// Ascending by variable, each variable at most once, no coefficient 0.
        public var terms: [Term]
        public var lower: Int?
        public var upper: Int?
    }

    private(set) var variableNames: [String] = []
    private(set) var lowerBounds: [Int] = []
    private(set) var upperBounds: [Int] = []

    private(set) var rowNames: [String] = []
    private(set) var rowLower: [Int?] = []
    private(set) var rowUpper: [Int?] = []
    /// Row `r` holds the entries `rowStart[r]..<rowStart[r + 1]`.
    private(set) var rowStart: [Int] = [0]
    private(set) var rowVariables: [Int32] = []
    private(set) var rowCoefficients: [Int] = []

    /// The objective without its constant, ascending by variable, each variable at most once, no coefficient 0.
    public private(set) var objective: [Term] = []
    /// The number added to every objective value.
    public private(set) var objectiveConstant = 0

    /// An empty program: no variables, no rows, objective 0.
    public init() {}

    /// The number of variables.
    public var variableCount: Int { lowerBounds.count }

    /// The number of rows.
    public var rowCount: Int { rowLower.count }

    /// The number of coefficients stored in all rows.
    public var entryCount: Int { rowVariables.count }

    /// All variables, in the order in which they were added.
    public var variables: some RandomAccessCollection<Variable> {
        (0..<variableCount).lazy.map(Variable.init(index:))
    }

    /// Adds a variable that takes the integers `lower...upper`, by default 0 or 1.
    ///
    /// - Parameters:
    ///   - name: For exports and messages only; need not be unique.
    ///   - lower: The smallest value.
    ///   - upper: The largest value.
    /// - Precondition: `lower <= upper`.
    @discardableResult
    public mutating func addVariable(_ name: String = "", lower: Int = 0, upper: Int = 1) -> Variable {
        precondition(lower <= upper, "empty range \(lower)...\(upper) for variable '\(name)'")
        variableNames.append(name)
        lowerBounds.append(lower)
        upperBounds.append(upper)
        return Variable(index: variableCount - 1)
    }

    /// Adds the row `lower <= sum of terms <= upper`.
    ///
    /// - Parameters:
    ///   - name: For exports and messages only; need not be unique.
    ///   - terms: In any order; coefficients of a variable that occurs several times are added up. May be empty.
    ///   - lower: The least value allowed, or `nil` for none.
    ///   - upper: The greatest value allowed, or `nil` for none. A row with `lower > upper` has no solution.
    /// - Returns: The index of the row, `0..<rowCount`.
    /// - Complexity: O(n) for n terms in ascending order of variables, else O(n log n).
    @discardableResult
    public mutating func addRow(_ name: String = "", _ terms: some Sequence<Term>, lower: Int?, upper: Int?) -> Int {
        for term in normalised(terms) {
            rowVariables.append(term.variable.place)
            rowCoefficients.append(term.coefficient)
        }
        rowStart.append(rowVariables.count)
        rowNames.append(name)
        rowLower.append(lower)
        rowUpper.append(upper)
        return rowCount - 1
    }

    /// Replaces the objective by `sum of terms + constant`, to be minimised.
    ///
    /// - Parameters:
    ///   - terms: In any order; coefficients of a variable that occurs several times are added up. May be empty.
    ///   - constant: A number that is added to the sum.
    public mutating func setObjective(_ terms: some Sequence<Term>, constant: Int = 0) {
        objective = normalised(terms)
        objectiveConstant = constant
    }

    /// The values that `variable` may take.
    public func bounds(of variable: Variable) -> ClosedRange<Int> {
        lowerBounds[variable.index]...upperBounds[variable.index]
    }

    /// Replaces the values that `variable` may take.
    public mutating func setBounds(of variable: Variable, to bounds: ClosedRange<Int>) {
        lowerBounds[variable.index] = bounds.lowerBound
        upperBounds[variable.index] = bounds.upperBound
    }

    /// Lets `variable` take only `value`, even if that is outside its former bounds.
    public mutating func fix(_ variable: Variable, to value: Int) {
        setBounds(of: variable, to: value...value)
    }

    /// The name that `variable` was added with; may be empty.
    public func name(of variable: Variable) -> String { variableNames[variable.index] }

    /// The row at `index`, `0..<rowCount`.
    ///
    /// - Complexity: O(n) for n terms.
    public func row(_ index: Int) -> Row {
        let terms = (rowStart[index]..<rowStart[index + 1]).map { entry in
            Term(rowCoefficients[entry], Variable(index: Int(rowVariables[entry])))
        }
        return Row(name: rowNames[index], terms: terms, lower: rowLower[index], upper: rowUpper[index])
    }

    /// All rows, in the order in which they were added.
    public var rows: some RandomAccessCollection<Row> { (0..<rowCount).lazy.map(row) }

    /// Whether `values` respects every bound and every row.
    ///
    /// - Parameter values: One value for each variable, at the variable's index. Another number of values is never feasible.
    /// - Complexity: O(variables + entries), in exact arithmetic.
    public func isFeasible(_ values: [Int]) -> Bool {
        guard values.count == variableCount else { return false }
        for index in 0..<variableCount where values[index] < lowerBounds[index] || values[index] > upperBounds[index] {
            return false
        }
        for row in 0..<rowCount {
            var activity: Int128 = 0
            for entry in rowStart[row]..<rowStart[row + 1] {
                activity += Int128(rowCoefficients[entry]) * Int128(values[Int(rowVariables[entry])])
            }
            if let lower = rowLower[row], activity < Int128(lower) { return false }
            if let upper = rowUpper[row], activity > Int128(upper) { return false }
        }
        return true
    }

    /// The objective, with its constant, at `values`, feasible or not.
    ///
    /// - Parameter values: One value for each variable, at the variable's index.
    /// - Precondition: The result fits an `Int`.
    public func objectiveValue(of values: [Int]) -> Int {
        precondition(values.count == variableCount, "\(values.count) values for \(variableCount) variables")
        var value = Int128(objectiveConstant)
        for term in objective { value += Int128(term.coefficient) * Int128(values[term.variable.index]) }
        guard let result = Int(exactly: value) else { preconditionFailure("objective value \(value) exceeds an Int") }
        return result
    }

    /// The least and greatest objective value that the bounds alone allow.
    var objectiveRange: ClosedRange<Int128> {
        var least = Int128(objectiveConstant)
        var greatest = least
        for term in objective {
            let first = Int128(term.coefficient) * Int128(lowerBounds[term.variable.index])
            let second = Int128(term.coefficient) * Int128(upperBounds[term.variable.index])
            least += min(first, second)
            greatest += max(first, second)
        }
        return least...greatest
    }

    private func normalised(_ terms: some Sequence<Term>) -> [Term] {
        var sorted = Array(terms)
        for term in sorted {
            precondition(
                term.variable.index < variableCount,
                "variable \(term.variable.index) in a program of \(variableCount)"
            )
        }
        let ascending = zip(sorted, sorted.dropFirst()).allSatisfy { $0.variable < $1.variable }
        if !ascending { sorted.sort { $0.variable < $1.variable } }
        var result: [Term] = []
        result.reserveCapacity(sorted.count)
        for term in sorted {
            if let last = result.last, last.variable == term.variable {
                result[result.count - 1].coefficient += term.coefficient
            } else {
                result.append(term)
            }
        }
        result.removeAll { $0.coefficient == 0 }
        return result
    }
}

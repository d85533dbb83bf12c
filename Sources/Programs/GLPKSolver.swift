import CGLPK

/// GLPK's branch and cut, checked in exact arithmetic.
///
/// GLPK computes in floating point. Its solutions are rounded and checked exactly before they are returned. When it reports
/// that a program is infeasible, this cannot be checked, which is why programs with large numbers are refused.
///
/// - Note: GLPK keeps its state per thread, so any number of solves may run at once. A cancelled solve stops between two nodes
///   of the search, or when GLPK's own time limit is reached.
///
/// Source: GNU Linear Programming Kit 5.0, glp_intopt.
public struct GLPKSolver: Solver {
    public let name = "GLPK"

    /// Whether this build contains GLPK (package trait `GLPK`).
    public static var isAvailable: Bool { cglpk_available() }

    /// The greatest coefficient, row bound and variable bound accepted: GLPK's tolerances grow with the numbers, and
    /// up to here they stay well below 1.
    public static let largestNumber = 1_000_000

    /// The greatest absolute objective value accepted, computed from the bounds of the variables.
    public static let largestObjective = 100_000_000

    public init() {}

    /// Minimises `program` with GLPK.
    ///
    /// - Parameters:
    ///   - program: The program to minimise.
    ///   - deadline: When to stop with what has been found.
    ///   - hint: Used only as the first incumbent. If it is feasible, the outcome is never worse.
    /// - Throws: `SolverError.unavailable` without the trait `GLPK`; `.tooLarge` beyond `largestNumber` or
    ///   `largestObjective`; `.numericalTrouble` when the exact check fails; `.failed` when GLPK broke down.
    public func solve(
        _ program: Program,
        until deadline: Deadline,
        startingFrom hint: [Int]?
    ) throws(SolverError) -> Outcome {
        guard Self.isAvailable else { throw .unavailable(solver: name) }
        try checkMagnitudes(of: program)
        var known = hint.flatMap { program.isFeasible($0) ? Solution(values: $0, program: program) : nil }
        let trivialBound = Int(program.objectiveRange.lowerBound)

        var values = [Double](repeating: 0, count: max(1, program.variableCount))
        let result = run(program, deadline: deadline, values: &values)
        var statistics = Outcome.Statistics()
        statistics.nodes = Int(result.nodes)

        var found: Solution?
        if result.has_incumbent {
            found = try exactSolution(program, values, objective: result.objective)
        }
        if let found, found.objective < known?.objective ?? .max { known = found }

        switch result.status {
        case CGLPK_OPTIMAL:
            guard let found, found == known || found.objective == known?.objective else {
                throw .numericalTrouble(solver: name, message: "the optimum is worse than a known solution")
            }
            return Outcome(reason: .optimal, incumbent: found, bound: found.objective, statistics: statistics)
        case CGLPK_INFEASIBLE:
            guard known == nil else {
                throw .numericalTrouble(solver: name, message: "called infeasible in spite of a known solution")
            }
            return Outcome(reason: .infeasible, incumbent: nil, bound: nil, statistics: statistics)
        case CGLPK_STOPPED:
            var bound = trivialBound
            if result.bound.isFinite, abs(result.bound) < 1e15 {
                bound = max(bound, Int((result.bound - 1e-6 * max(1, abs(result.bound))).rounded(.up)))
            }
            if let known { bound = min(bound, known.objective) }
            return Outcome(
                reason: deadline.reason ?? .deadline,
                incumbent: known,
                bound: bound,
                statistics: statistics
            )
        case CGLPK_UNAVAILABLE:
            throw .unavailable(solver: name)
        case CGLPK_TROUBLE:
            throw .numericalTrouble(solver: name, message: message(of: result))
        default:
            throw .failed(solver: name, message: message(of: result))
        }
    }

    private func checkMagnitudes(of program: Program) throws(SolverError) {
        let limit = UInt(Self.largestNumber)
        for index in 0..<program.variableCount
        where program.lowerBounds[index].magnitude > limit || program.upperBounds[index].magnitude > limit {
            throw .tooLarge(solver: name, place: "the bounds of variable \(index)")
        }
        for row in 0..<program.rowCount {
            let entries = program.rowStart[row]..<program.rowStart[row + 1]
            if (program.rowLower[row] ?? 0).magnitude > limit || (program.rowUpper[row] ?? 0).magnitude > limit
                || entries.contains(where: { program.rowCoefficients[$0].magnitude > limit })
            {
                throw .tooLarge(solver: name, place: "row \(row)")
            }
        }
        let range = program.objectiveRange
        if max(range.lowerBound.magnitude, range.upperBound.magnitude) > UInt128(Self.largestObjective)
            || program.objective.contains(where: { $0.coefficient.magnitude > limit })
        {
            throw .tooLarge(solver: name, place: "the objective")
        }
    }

    /// Rounds GLPK's values and checks them in exact arithmetic.
    private func exactSolution(
        _ program: Program,
        _ values: [Double],
        objective: Double
    ) throws(SolverError) -> Solution {
        var rounded: [Int] = []
        rounded.reserveCapacity(program.variableCount)
        for value in values.prefix(program.variableCount) {
            let nearest = value.rounded()
            guard abs(nearest - value) <= 1e-3, let exact = Int(exactly: nearest) else {
                throw .numericalTrouble(solver: name, message: "value \(value) is not an integer")
            }
            rounded.append(exact)
        }
        guard program.isFeasible(rounded) else {
            throw .numericalTrouble(solver: name, message: "the solution breaks a row")
        }
        let solution = Solution(values: rounded, program: program)
        guard abs(Double(solution.objective) - objective) < 0.5 else {
            throw .numericalTrouble(solver: name, message: "objective \(objective) is \(solution.objective) exactly")
        }
        return solution
    }

    private func run(_ program: Program, deadline: Deadline, values: inout [Double]) -> cglpk_result {
        // GLPK would report an infeasible empty row, or a lower bound above the upper one, as a usage error.
        for row in 0..<program.rowCount {
            if let lower = program.rowLower[row], let upper = program.rowUpper[row], lower > upper {
                return cglpk_result(infeasible: ())
            }
        }
        let columnLower = program.lowerBounds.map(Double.init)
        let columnUpper = program.upperBounds.map(Double.init)
        var objective = [Double](repeating: 0, count: program.variableCount)
        for term in program.objective { objective[term.variable.index] = Double(term.coefficient) }
        let rowStart = program.rowStart.map(Int32.init)
        let coefficients = program.rowCoefficients.map(Double.init)
        let rowLower = program.rowLower.map { $0.map(Double.init) ?? -.infinity }
        let rowUpper = program.rowUpper.map { $0.map(Double.init) ?? .infinity }

        return withUnsafePointer(to: deadline) { deadline in
            var input = cglpk_program()
            input.columns = Int32(program.variableCount)
            input.objective_constant = Double(program.objectiveConstant)
            input.rows = Int32(program.rowCount)
            input.remaining_milliseconds = { context in
                context.unsafelyUnwrapped.assumingMemoryBound(to: Deadline.self).pointee.remainingMilliseconds
            }
            input.context = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(deadline))
            return columnLower.withUnsafeBufferPointer { columnLower in
                columnUpper.withUnsafeBufferPointer { columnUpper in
                    objective.withUnsafeBufferPointer { objective in
                        rowStart.withUnsafeBufferPointer { rowStart in
                            program.rowVariables.withUnsafeBufferPointer { rowVariables in
                                coefficients.withUnsafeBufferPointer { coefficients in
                                    rowLower.withUnsafeBufferPointer { rowLower in
                                        rowUpper.withUnsafeBufferPointer { rowUpper in
                                            input.column_lower = columnLower.baseAddress
                                            input.column_upper = columnUpper.baseAddress
                                            input.objective = objective.baseAddress
                                            input.row_start = rowStart.baseAddress
                                            input.row_column = rowVariables.baseAddress
                                            input.row_coefficient = coefficients.baseAddress
                                            input.row_lower = rowLower.baseAddress
                                            input.row_upper = rowUpper.baseAddress
                                            return values.withUnsafeMutableBufferPointer {
                                                cglpk_solve(&input, $0.baseAddress)
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func message(of result: cglpk_result) -> String {
        let text = withUnsafeBytes(of: result.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        return lines.isEmpty ? "no message" : lines.joined(separator: " / ")
    }
}

extension cglpk_result {
    /// The answer for a program that is infeasible at first sight, without a solver.
    fileprivate init(infeasible: Void) {
        self.init()
        status = CGLPK_INFEASIBLE
        bound = -.infinity
    }
}

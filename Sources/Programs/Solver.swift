/// Something that solves integer programs to proved optimality, if given the time.
public protocol Solver: Sendable {
    /// A short name for logs.
    var name: String { get }

    /// Minimises `program`.
    ///
    /// The same program, hint and options give the same solution every time, unless the deadline cuts the search short.
    ///
    /// - Parameters:
    ///   - program: The program to minimise.
    ///   - deadline: When to stop with what has been found.
    ///   - hint: One value for each variable from which the search may start, feasible or not, or `nil`. It may change which
    ///     of several optimal solutions is found. A feasible hint is the first incumbent.
    /// - Returns: An outcome. That there is no solution, or not enough time, is an outcome and not an error.
    /// - Throws: `SolverError` when this solver cannot answer.
    func solve(_ program: Program, until deadline: Deadline, startingFrom hint: [Int]?) throws(SolverError) -> Outcome
}

extension Solver {
    /// Minimises `program` without a deadline or a hint.
    public func solve(_ program: Program) throws(SolverError) -> Outcome {
        try solve(program, until: .none, startingFrom: nil)
    }

    /// Minimises `program` without a hint.
    public func solve(_ program: Program, until deadline: Deadline) throws(SolverError) -> Outcome {
        try solve(program, until: deadline, startingFrom: nil)
    }
}

/// Why a solver could not answer.
public enum SolverError: Error, Equatable {
    /// The solver is not part of this build.
    case unavailable(solver: String)
    /// A number is too large for the solver to be exact.
    case tooLarge(solver: String, place: String)
    /// The solver's answer failed the exact check, or its arithmetic broke down.
    case numericalTrouble(solver: String, message: String)
    /// The solver failed because of a defect of its own. The process and later solves are not affected.
    case failed(solver: String, message: String)
}

extension SolverError: CustomStringConvertible {
    /// What happened and what to do.
    public var description: String {
        switch self {
        case .unavailable(let solver):
            "\(solver) is not built in: build with the trait \(solver), or use the native solver"
        case .tooLarge(let solver, let place):
            "\(solver) cannot be exact on \(place): scale the numbers down, or use the native solver for larger ones"
        case .numericalTrouble(let solver, let message):
            "\(solver) lost its way in rounding (\(message)): use the native solver"
        case .failed(let solver, let message):
            "\(solver) failed (\(message)): use another solver and report this program, exported as an LP file"
        }
    }
}

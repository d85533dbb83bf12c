/// A solver in plain Swift that learns from contradictions. It needs no library and never rounds.
///
/// Rows over 0-1 variables are propagated as they are; bounded integers are encoded by 0-1 variables. Every contradiction
/// teaches a clause. The optimum is approached from both sides: after each incumbent a better one is demanded, and cores (sets
/// of objective terms that cannot all be 0) raise the bound.
///
/// The result depends on the program, the hint and the options only: the search uses no clock, no random numbers and no threads.
///
/// Sources: see `NativeSession`.
public struct NativeSolver: Solver {
    static let solverName = "native"

    public var name: String { Self.solverName }

    /// Options of the search. The defaults suit most programs, and every choice gives correct results.
    public struct Options: Sendable, Equatable {
        /// Number of conflicts in the shortest interval between restarts while these follow the Luby sequence, which is half of
        /// the time. Default 128.
        public var restartInterval = 128
        /// Number of conflicts before learned clauses are first thrown away; the intervals grow. Default 2,000.
        public var reductionInterval = 2_000
        /// Number of literals in learned clauses (4 bytes each) above which clauses are thrown away early. Default 50 million.
        public var learnedLiteralLimit = 50_000_000
        /// Integer variables with up to this many steps between their bounds get a 0-1 variable for each step, others one for
        /// each binary digit. Default 32.
        public var stepLimit = 32
        /// Whether 1 is tried first for a 0-1 variable for which neither hint nor objective suggests a value. Default false.
        public var prefersOne = false
        /// Raising the bound and improving solutions take turns; this is the number of conflicts in the first turn of each. Turns
        /// grow by half. Default 1,000.
        public var firstTurn = 1_000
        /// Whether the bound is raised before solutions are improved. This is good if the optimum is near the least value that
        /// the objective could have. Default false.
        public var raisesBoundFirst = false
        /// Steps of work after which a call ends as at a deadline; a few hundred million steps take about a second. The answer is
        /// then the same on every machine. By default there is no limit.
        public var workLimit: Int?

        public init() {}
    }

    public var options: Options

    public init(options: Options = Options()) {
        self.options = options
    }

    /// Minimises `program`.
    ///
    /// - Parameters:
    ///   - program: The program to minimise.
    ///   - deadline: When to stop with what has been found.
    ///   - hint: The values that are tried first, and the first incumbent if they are feasible. A hint is ignored unless it has
    ///     one value for each variable.
    /// - Throws: `SolverError.tooLarge` when the absolute coefficients of a row, times the ranges of their variables, add up to
    ///   2^60 or more.
    public func solve(
        _ program: Program,
        until deadline: Deadline,
        startingFrom hint: [Int]?
    ) throws(SolverError) -> Outcome {
        let session = try NativeSession(program, options: options, isSingleUse: true)
        return try session.minimise(until: deadline, startingFrom: hint)
    }

    /// Searches for any solution of `program` in which the assumptions hold. The objective is reported but not minimised.
    ///
    /// See `NativeSession.solve(assuming:until:)`.
    public func solve(
        _ program: Program,
        assuming assumptions: [NativeSession.Assumption],
        until deadline: Deadline = .none
    ) throws(SolverError) -> NativeSession.Answer {
        try NativeSession(program, options: options).solve(assuming: assumptions, until: deadline)
    }
}

/// A solver in plain Swift that learns from contradictions; needs no library and has no rounding.
///
/// Rows over 0-1 variables are propagated as they are; bounded integers are made of 0-1 variables inside. Every contradiction
/// teaches a clause. The objective is closed in on from both sides: each incumbent demands a better one, and cores (sets of
/// objective terms that cannot all be 0) raise the bound.
///
/// The result depends on the program, the hint and the options only: there is no clock, chance or thread in the search.
///
/// Sources: see `NativeSession`.
public struct NativeSolver: Solver {
    static let solverName = "native"

    public var name: String { Self.solverName }

    /// How the search goes; the defaults suit most programs, and every choice gives correct results.
    public struct Options: Sendable, Equatable {
        /// Conflicts in the shortest interval between restarts, in the half of the time when these follow the Luby
        /// sequence. Default 128.
        public var restartInterval = 128
        /// Conflicts before learned clauses are first thrown away; the intervals grow. Default 2,000.
        public var reductionInterval = 2_000
        /// Literals in all learned clauses (4 bytes each) from which on they are thrown away early. Default 50 million.
        public var learnedLiteralLimit = 50_000_000
        /// Integer variables with up to this many steps between their bounds get a 0-1 variable a step, others one a
        /// binary digit. Default 32.
        public var stepLimit = 32
        /// The value tried first for a 0-1 variable that neither hint nor objective speaks for. Default false.
        public var prefersOne = false
        /// Conflicts in the first turn of each way to close in on the optimum; turns grow by half. Default 1,000.
        public var firstTurn = 1_000
        /// Whether the bound is raised before solutions are improved: good where the optimum is near the least value that
        /// the objective could have. Default false.
        public var raisesBoundFirst = false
        /// Steps of work, some hundred million a second, after which a call ends as at a deadline, on every machine with the
        /// same answer. Default: none.
        public var workLimit: Int?

        public init() {}
    }

    /// How the search goes.
    public var options: Options

    public init(options: Options = Options()) {
        self.options = options
    }

    /// Minimises `program`.
    ///
    /// - Parameters:
    ///   - program: The program to minimise.
    ///   - deadline: When to stop with what has been found.
    ///   - hint: When feasible, the first incumbent; in any case the values tried first. A hint of another length
    ///     than the program has variables is ignored.
    /// - Throws: `SolverError.tooLarge` when the absolute coefficients of a row, times the ranges, add up to 2^60 or more.
    public func solve(
        _ program: Program,
        until deadline: Deadline,
        startingFrom hint: [Int]?
    ) throws(SolverError) -> Outcome {
        let session = try NativeSession(program, options: options, isSingleUse: true)
        return try session.minimise(until: deadline, startingFrom: hint)
    }

    /// Searches for any solution of `program` in which the assumptions hold; the objective only reports.
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

/// Values for all variables of a program, with the objective they reach.
public struct Solution: Sendable, Equatable {
    /// One value for each variable, at the variable's index. They are feasible.
    public var values: [Int]
    /// The objective at `values`, with its constant.
    public var objective: Int

    public init(values: [Int], objective: Int) {
        self.values = values
        self.objective = objective
    }

    /// The value of `variable`.
    public subscript(variable: Program.Variable) -> Int { values[variable.index] }
}

/// What a solve found: why it stopped, what it has, and how good that is.
public struct Outcome: Sendable, Equatable {
    /// Why a solve stopped.
    public enum Reason: Sendable {
        /// The incumbent is proved optimal.
        case optimal
        /// The program is proved to have no solution.
        case infeasible
        /// The deadline passed first.
        case deadline
        /// The stop signal was raised first.
        case cancelled
    }

    /// The work done, for people and benchmarks. No decision may depend on it.
    public struct Statistics: Sendable, Equatable {
        /// Number of nodes of the search tree (GLPK) or of decisions (native).
        public var nodes = 0
        /// Number of contradictions from which the search learned; 0 for GLPK.
        public var conflicts = 0
        /// Number of values that followed from others; 0 for GLPK.
        public var propagations = 0
        /// How many times the search began again with what it had learned; 0 for GLPK.
        public var restarts = 0

        public init() {}
    }

    /// Why the solve stopped.
    public var reason: Reason
    /// The best solution known, or `nil` if none is known; never `nil` when optimal, always `nil` when infeasible.
    public var incumbent: Solution?
    /// No solution has an objective below this; equals the incumbent's objective when optimal, `nil` when infeasible.
    public var bound: Int?
    /// The work done.
    public var statistics: Statistics

    public init(reason: Reason, incumbent: Solution?, bound: Int?, statistics: Statistics = Statistics()) {
        self.reason = reason
        self.incumbent = incumbent
        self.bound = bound
        self.statistics = statistics
    }
}

extension Solution {
    /// Makes the solution with `values`, which must be feasible for `program`.
    init(values: [Int], program: Program) {
        self.init(values: values, objective: program.objectiveValue(of: values))
    }
}

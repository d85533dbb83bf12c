/// One program that is loaded once and asked many questions. What the search learns from one question helps with the next.
///
/// Use it for sequences such as "minimise the rank of the first household, fix it, minimise the second". Fixed variables and
/// added rows stay, while objectives and assumptions are for one call only.
///
/// Answers depend on the sequence of calls only. A session must not be used from several threads at once.
///
/// Sources: conflict-driven clause learning (Marques-Silva, Sakallah 1999, doi:10.1109/12.769433); assumptions (Een,
/// Sorensson 2003, doi:10.1016/S1571-0661(05)82542-3); cores relaxed one by one (OLL: Andres et al. 2012,
/// doi:10.4230/LIPIcs.ICLP.2012.211; Morgado et al. 2014, doi:10.1007/978-3-319-10428-7_41).
public final class NativeSession {
    /// A variable and the value that it is assumed to take.
    public struct Assumption: Hashable, Sendable {
        public var variable: Program.Variable
        public var value: Int

        public init(_ variable: Program.Variable, is value: Int) {
            self.variable = variable
            self.value = value
        }
    }

    /// The answer to a question with assumptions.
    public enum Answer: Sendable, Equatable {
        /// A solution in which all assumptions hold.
        case solution(Solution)
        /// There is no solution in which the assumptions of `core` hold, which are some of those given, in their order. If the
        /// core is empty, there is no solution at all.
        case infeasible(core: [Assumption])
        /// The search was stopped before, for the given reason (`deadline` or `cancelled`).
        case stopped(Outcome.Reason)
    }

    /// The current program, with all that was fixed and added.
    public private(set) var program: Program
    let options: NativeSolver.Options
    var engine: Engine
    var encoding = Encoding()
    /// No objective will follow another: the objective's row needs no switch.
    let isSingleUse: Bool

    /// Whether the deadline passed while the program was loaded: the session is then of no use.
    public private(set) var isIncomplete = false

    /// Loads `program`, as far as the deadline allows; see ``isIncomplete``.
    ///
    /// - Throws: `SolverError.tooLarge`, see `NativeSolver.solve`.
    /// - Complexity: O(n log n) for n coefficients.
    public convenience init(
        _ program: Program,
        options: NativeSolver.Options = NativeSolver.Options(),
        until deadline: Deadline = .none
    ) throws(SolverError) {
        try self.init(program, options: options, isSingleUse: false, until: deadline)
    }

    init(
        _ program: Program, options: NativeSolver.Options, isSingleUse: Bool, until deadline: Deadline = .none
    ) throws(SolverError) {
        self.program = program
        self.options = options
        self.isSingleUse = isSingleUse
        engine = Engine(options: options)
        for variable in program.variables {
            try encoding.addVariable(program.bounds(of: variable), to: &engine, stepLimit: options.stepLimit)
        }
        if options.prefersOne { for literal in encoding.literals { engine.phase[literal >> 1] = literal } }
        for row in 0..<program.rowCount {
            if row % 64 == 0, deadline.hasPassed {
                isIncomplete = true
                return
            }
            try load(row)
        }
    }

    private func load(_ row: Int) throws(SolverError) {
        let entries = (program.rowStart[row]..<program.rowStart[row + 1]).lazy.map { [program] entry in
            (variable: Int(program.rowVariables[entry]), coefficient: program.rowCoefficients[entry])
        }
        let sum = try encoding.literalSum(entries, place: "row \(row)")
        sum.constrain(&engine, lower: program.rowLower[row], upper: program.rowUpper[row])
    }

    /// Adds a row permanently; see `Program.addRow`.
    ///
    /// - Throws: `SolverError.tooLarge`; the session must not be used afterwards.
    public func addRow(_ terms: some Sequence<Program.Term>, lower: Int?, upper: Int?) throws(SolverError) {
        engine.undo(to: 0)
        let row = program.addRow("", terms, lower: lower, upper: upper)
        try load(row)
    }

    /// Lets `variable` take only `value` from now on. A value out of its bounds leaves no solution.
    public func fix(_ variable: Program.Variable, to value: Int) {
        engine.undo(to: 0)
        program.fix(variable, to: value)
        guard let literals = encoding.literals(of: variable.index, equal: value) else {
            engine.consistent = false
            return
        }
        for literal in literals { engine.addClause([literal]) }
    }

    /// The values that `variable` may still take, as far as conclusions drawn without a search tell.
    public func bounds(of variable: Program.Variable) -> ClosedRange<Int> {
        _ = engine.propagateFacts()
        let bits = encoding.bits(of: variable.index)
        var least = encoding.lower[variable.index]
        var most = least
        for bit in bits {
            let fact = engine.value[encoding.literals[bit]]
            if fact > 0 { least += encoding.weights[bit] }
            if fact >= 0 { most += encoding.weights[bit] }
        }
        return least...most
    }

    /// Lets the search try this value of `variable` first, until a solution suggests another. This does not change which value
    /// of the objective is optimal. A value out of bounds is ignored.
    public func prefer(_ variable: Program.Variable, is value: Int) {
        for literal in encoding.literals(of: variable.index, equal: value) ?? [] {
            engine.phase[literal >> 1] = literal
        }
    }

    /// Lets the search decide these variables before all others, in this order. Which value it tries first is set by
    /// ``prefer(_:is:)``.
    public func decideFirst(_ variables: [Program.Variable]) {
        for (index, variable) in variables.enumerated() {
            for bit in encoding.bits(of: variable.index) {
                engine.decideFirst(encoding.literals[bit] >> 1, rank: variables.count - index)
            }
        }
    }

    /// Searches for any solution in which all assumptions hold; the objective does not matter.
    ///
    /// - Parameters:
    ///   - assumptions: The assumptions in the order in which they are made. A core is likely to contain the later ones.
    ///   - deadline: When to stop with what has been found.
    ///   - shrinksCore: Whether assumptions are dropped from the core as long as that is cheap.
    /// - Returns: A solution, or a core.
    /// - Throws: `SolverError.failed` on a defect of the solver.
    public func solve(
        assuming assumptions: [Assumption],
        until deadline: Deadline = .none,
        shrinksCore: Bool = true
    ) throws(SolverError) -> Answer {
        var literals: [Int32] = []
        var origin: [Int] = []
        for (index, assumption) in assumptions.enumerated() {
            let variable = assumption.variable.index
            guard program.bounds(of: assumption.variable).contains(assumption.value),
                let made = encoding.literals(of: variable, equal: assumption.value)
            else { return .infeasible(core: engine.consistent ? [assumption] : []) }
            for literal in made {
                literals.append(literal)
                origin.append(index)
            }
        }
        engine.begin(until: deadline)
        defer { engine.reportWork() }
        switch engine.search(assuming: literals, budget: .max / 2) {
        case .satisfied: return .solution(try takeSolution())
        case .contradictory: return .infeasible(core: [])
        case .assumptionsFailed: break
        case .stopped, .budgetSpent: return .stopped(deadline.reason ?? .deadline)
        }
        let firstOf = Dictionary(zip(literals, origin), uniquingKeysWith: { first, _ in first })
        let groups = Dictionary(grouping: literals.indices, by: { origin[$0] })
        var core = Set(engine.failedLiterals.compactMap { firstOf[$0] })
        if !shrinksCore { return .infeasible(core: core.sorted().map { assumptions[$0] }) }
        // With little effort, tries whether the core is still one without each of its assumptions.
        for candidate in core.sorted().reversed() where core.count > 1 && core.contains(candidate) {
            let rest = core.subtracting([candidate]).sorted()
            let without = rest.flatMap { groups[$0, default: []].map { literals[$0] } }
            switch engine.search(assuming: without, budget: 200) {
            case .contradictory: return .infeasible(core: [])
            case .assumptionsFailed: core = Set(engine.failedLiterals.compactMap { firstOf[$0] })
            case .stopped: return .infeasible(core: core.sorted().map { assumptions[$0] })
            case .satisfied, .budgetSpent: break
            }
        }
        return .infeasible(core: core.sorted().map { assumptions[$0] })
    }

    /// Minimises the objective of `program`.
    public func minimise(
        until deadline: Deadline = .none,
        startingFrom hint: [Int]? = nil
    ) throws(SolverError) -> Outcome {
        try minimise(program.objective, constant: program.objectiveConstant, until: deadline, startingFrom: hint)
    }

    /// Minimises `sum of objective + constant`, which also becomes the objective of `program`.
    ///
    /// - Parameters:
    ///   - objective: The terms of the objective.
    ///   - constant: A number that is added to the objective.
    ///   - deadline: When to stop with what has been found.
    ///   - hint: See `NativeSolver.solve`. Without a hint, the search begins near the last solution found.
    /// - Throws: `SolverError.tooLarge` when the objective is too large, or `SolverError.failed` on a defect of the solver.
    public func minimise(
        _ objective: some Sequence<Program.Term>,
        constant: Int = 0,
        until deadline: Deadline = .none,
        startingFrom hint: [Int]? = nil
    ) throws(SolverError) -> Outcome {
        program.setObjective(objective, constant: constant)
        let terms = program.objective.lazy.map { (variable: $0.variable.index, coefficient: $0.coefficient) }
        var sum = try encoding.literalSum(terms, place: "the objective")
        let (shifted, overflow) = sum.constant.addingReportingOverflow(constant)
        guard !overflow, Int128(shifted.magnitude) < LiteralSum.limit else {
            throw .tooLarge(solver: NativeSolver.solverName, place: "the objective")
        }
        sum.constant = shifted
        var descent = Descent(sum, isSingleUse: isSingleUse)
        let before = engine.statistics
        engine.begin(until: deadline)
        if let hint, hint.count == program.variableCount {
            prefer(hint)
            if program.isFeasible(hint) { descent.incumbent = Solution(values: hint, program: program) }
        } else {
            for term in sum.terms where isSingleUse { engine.phase[term.literal >> 1] = term.literal ^ 1 }
        }
        defer { engine.reportWork() }
        try descend(&descent)
        var outcome = descent.outcome(deadline: deadline)
        outcome.statistics = engine.statistics.since(before)
        return outcome
    }

    /// Tries the values of `hint` first.
    private func prefer(_ hint: [Int]) {
        for variable in hint.indices { prefer(Program.Variable(index: variable), is: hint[variable]) }
    }

    /// The present assignment as a solution, after a check.
    func takeSolution() throws(SolverError) -> Solution {
        let values = encoding.values(in: engine)
        engine.undo(to: 0)
        guard program.isFeasible(values) else {
            throw .failed(solver: NativeSolver.solverName, message: "a solution breaks a row")
        }
        return Solution(values: values, program: program)
    }
}

extension Engine {
    /// Prepares for a call with its own deadline.
    mutating func begin(until deadline: Deadline) {
        undo(to: 0)
        self.deadline = deadline
        workEnd = options.workLimit.map { work + $0 } ?? .max
        stopped = false
        poll()
    }

    /// Reports to the deadline the work done since the last report.
    mutating func reportWork() {
        deadline.spend(work - workReported)
        workReported = work
    }

    mutating func search(assuming literals: [Int32], budget: Int) -> Verdict {
        undo(to: 0)
        assumptions.truncate(to: 0)
        for literal in literals { assumptions.append(literal) }
        return search(budget: budget)
    }

    var failedLiterals: [Int32] { (0..<failed.count).map { failed[$0] } }

    var statistics: Outcome.Statistics {
        var statistics = Outcome.Statistics()
        statistics.nodes = decisions
        statistics.conflicts = conflicts
        statistics.propagations = propagations
        statistics.restarts = restarts
        return statistics
    }
}

extension Outcome.Statistics {
    /// The difference between these statistics and earlier ones.
    func since(_ earlier: Self) -> Self {
        var result = self
        result.nodes -= earlier.nodes
        result.conflicts -= earlier.conflicts
        result.propagations -= earlier.propagations
        result.restarts -= earlier.restarts
        return result
    }
}

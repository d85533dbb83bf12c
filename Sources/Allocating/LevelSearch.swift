import Programs

/// One step of a lexicographic minimum.
enum Level {
    /// A sum to be minimised.
    case sum([Program.Term])
    /// Exactly one of these variables is 1; an earlier one is better.
    case choice([Program.Variable])
    /// A 0-1 variable, better 0.
    case flag(Program.Variable)
}

/// What a lexicographic minimum ended with.
struct LevelOutcome {
    /// The values of the best solution found, best on all levels when `isProved`.
    var values: [Int]
    /// How many levels are proved; all of them unless the time ended it.
    var provedLevels: Int
    /// A lower bound for the first level that is not proved.
    var bound: Int?
}

/// Minimises level after level, keeping what was reached, by a solver that knows single objectives only.
///
/// Most levels need no solve: where the solution at hand is at the best value that a level can still have, it is kept.
///
/// - Complexity: at most one solve a level.
struct LevelSearch {
    let solver: any Solver
    let deadline: Deadline
    private(set) var solves = 0

    init(solver: any Solver, deadline: Deadline) {
        self.solver = solver
        self.deadline = deadline
    }

    /// The lexicographic minimum, or `nil` where the program has no solution.
    ///
    /// - Throws: ``AllocationError/outOfTime`` when the time ends before any solution; what the solver throws.
    mutating func minimise(_ start: Program, _ levels: [Level]) throws(AllocationError) -> LevelOutcome? {
        var program = start
        var values: [Int]?
        for (index, level) in levels.enumerated() {
            let objective = objective(of: level)
            if let known = values, settle(level, at: known, in: &program) { continue }
            program.setObjective(objective)
            let outcome = try solve(program, from: values)
            switch outcome.reason {
            case .optimal: values = outcome.incumbent!.values
            case .infeasible:
                if values != nil { throw .fault("a program lost its solution between two levels") }
                return nil
            case .deadline, .cancelled:
                guard let found = outcome.incumbent?.values ?? values else { throw .outOfTime }
                return LevelOutcome(values: found, provedLevels: index, bound: outcome.bound)
            }
            fix(level, at: values!, in: &program)
        }
        if values == nil {
            program.setObjective([])
            let outcome = try solve(program, from: nil)
            switch outcome.reason {
            case .optimal: values = outcome.incumbent!.values
            case .infeasible: return nil
            case .deadline, .cancelled: throw .outOfTime
            }
        }
        return LevelOutcome(values: values!, provedLevels: levels.count, bound: nil)
    }

    private mutating func solve(_ program: Program, from hint: [Int]?) throws(AllocationError) -> Programs.Outcome {
        solves += 1
        do { return try solver.solve(program, until: deadline, startingFrom: hint) } catch {
            throw .solverFailed(error)
        }
    }

    private func objective(of level: Level) -> [Program.Term] {
        switch level {
        case .sum(let terms): terms
        case .choice(let variables): variables.enumerated().map { Program.Term($0, $1) }
        case .flag(let variable): [Program.Term(1, variable)]
        }
    }

    /// Fixes the level where the values are at its best possible value; false where a solve must tell.
    private func settle(_ level: Level, at values: [Int], in program: inout Program) -> Bool {
        switch level {
        case .sum(let terms):
            var least = 0
            var reached = 0
            for term in terms {
                let bounds = program.bounds(of: term.variable)
                least += term.coefficient * (term.coefficient > 0 ? bounds.lowerBound : bounds.upperBound)
                reached += term.coefficient * values[term.variable.index]
            }
            if reached > least { return false }
        case .choice(let variables):
            let possible = variables.first { program.bounds(of: $0).upperBound > 0 }
            if possible.map({ values[$0.index] }) != 1 { return false }
        case .flag(let variable):
            if values[variable.index] > program.bounds(of: variable).lowerBound { return false }
        }
        fix(level, at: values, in: &program)
        return true
    }

    private func fix(_ level: Level, at values: [Int], in program: inout Program) {
        switch level {
        case .sum(let terms):
            let reached = terms.reduce(0) { $0 + $1.coefficient * values[$1.variable.index] }
            program.addRow("", terms, lower: nil, upper: reached)
        case .choice(let variables):
            for variable in variables { program.fix(variable, to: values[variable.index]) }
        case .flag(let variable): program.fix(variable, to: values[variable.index])
        }
    }
}

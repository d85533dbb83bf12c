import Programs

/// One step of a lexicographic minimum.
enum Level {
    /// A sum to be minimised.
    case sum([Program.Term])
    /// Exactly one of these 0-1 variables is 1; an earlier one is better.
    case choice([Program.Variable])
    /// As few of these 0-1 variables as possible are 1. Among solutions with the same number, the first variable in which two
    /// differ decides: 0 is better there, so that late variables are 1. `number` is the variable that counts them.
    case fewest([Program.Variable], number: Program.Variable)
}

/// What a lexicographic minimum ended with.
struct LevelOutcome {
    /// The values of the best solution found, best on all levels when all are proved; `nil` if the time ended before any was
    /// found.
    var values: [Int]?
    /// How many levels are proved; all of them unless the time ended the search.
    var provedLevels: Int
    /// A proved lower bound: for the first level that is not proved, if it is a sum; else for the last level that has a number.
    var bound: Int?
}

/// Minimises level after level; the value that a level reached is fixed for the later ones.
///
/// Most levels need no solve: if the solution at hand already has the best value that a level can still have, it is kept.
struct LevelSearch {
    private let solver: SolverChoice
    let deadline: Deadline
    /// The number of questions asked of a solver.
    private(set) var solves = 0

    /// - Throws: ``AllocationError/glpkNotBuiltIn``.
    init(solver: SolverChoice, deadline: Deadline) throws(AllocationError) {
        if solver == .glpk, !GLPKSolver.isAvailable { throw .glpkNotBuiltIn }
        self.solver = solver
        self.deadline = deadline
    }

    /// The lexicographic minimum, or `nil` if the program has no solution.
    ///
    /// - Throws: ``AllocationError/stopped(by:)`` when the deadline passes before any solution is found, and any error of the
    ///   solver.
    mutating func minimise(_ program: Program, _ levels: [Level]) throws(AllocationError) -> LevelOutcome? {
        if solver != .glpk {
            do {
                var search = try SessionSearch(program, levels, until: deadline)
                defer { solves += search.solves }
                return try search.run(levels)
            } catch {
                // The native solver refuses a program at once if it cannot represent it exactly.
                guard solver == .auto, GLPKSolver.isAvailable, case .solverFailed(.tooLarge) = error else {
                    throw error
                }
            }
        }
        var search = SingleSearch(program, until: deadline)
        defer { solves += search.solves }
        return try search.run(levels)
    }
}

/// How a lexicographic minimum asks a solver.
private protocol LevelEngine {
    var solves: Int { get set }
    /// The values that the variable may still have, as far as is known without a search.
    func bounds(of variable: Program.Variable) -> ClosedRange<Int>
    mutating func fix(_ variable: Program.Variable, to value: Int)
    mutating func limit(_ terms: [Program.Term], to upper: Int) throws(AllocationError)
    /// Any solution in which the variables have these values.
    mutating func solution(where assumed: [(variable: Program.Variable, value: Int)]) throws(AllocationError) -> Attempt
    mutating func minimise(_ terms: [Program.Term], from values: [Int]?) throws(AllocationError) -> Programs.Outcome
    /// A solution with the best possible choice. `values` are those of a solution that is known already.
    mutating func best(of choice: [Program.Variable], from values: [Int]) throws(AllocationError) -> Attempt
}

private enum Minimum {
    case reached(Int)
    case infeasible
    case stopped(bound: Int)
}

private enum Attempt {
    case solution([Int])
    case infeasible
    case stopped
}

extension LevelEngine {
    mutating func run(_ levels: [Level]) throws(AllocationError) -> LevelOutcome? {
        var values: [Int]?
        var bound: Int?
        for (index, level) in levels.enumerated() {
            switch level {
            case .sum(let terms):
                switch try minimise(terms, &values) {
                case .reached(let value): bound = value
                case .infeasible: return try refuse(values)
                case .stopped(let bound): return LevelOutcome(values: values, provedLevels: index, bound: bound)
                }
            case .fewest(let flags, let number):
                switch try minimise(number, of: flags, &values) {
                case .reached(let value): bound = value
                case .infeasible: return try refuse(values)
                case .stopped(let bound): return LevelOutcome(values: values, provedLevels: index, bound: bound)
                }
                guard try clear(flags, &values!) else {
                    return LevelOutcome(values: values, provedLevels: index, bound: bound)
                }
            case .choice(let variables):
                if values == nil {
                    switch try solution(where: []) {
                    case .solution(let found): values = found
                    case .infeasible: return nil
                    case .stopped: return LevelOutcome(values: nil, provedLevels: index, bound: bound)
                    }
                }
                guard try settle(variables, &values!) else {
                    return LevelOutcome(values: values, provedLevels: index, bound: bound)
                }
            }
        }
        if values == nil, case .solution(let found) = try solution(where: []) { values = found }
        return values.map { LevelOutcome(values: $0, provedLevels: levels.count, bound: bound) }
    }

    /// Ends the search of a program without a solution. Only the first level may find that there is none.
    private func refuse(_ values: [Int]?) throws(AllocationError) -> LevelOutcome? {
        if values != nil { throw .fault("a program lost its solution between two levels") }
        return nil
    }

    /// Finds the least value of the sum and fixes the sum to it.
    private mutating func minimise(_ terms: [Program.Term], _ values: inout [Int]?) throws(AllocationError) -> Minimum {
        let least = least(terms)
        if values.map({ value(of: terms, at: $0) }) != least {
            let outcome = try minimise(terms, from: values)
            values = outcome.incumbent?.values ?? values
            switch outcome.reason {
            case .optimal: break
            case .infeasible: return .infeasible
            case .deadline, .cancelled: return .stopped(bound: outcome.bound ?? least)
            }
        }
        let reached = value(of: terms, at: values!)
        try limit(terms, to: reached)
        return .reached(reached)
    }

    /// Finds the least number of flags and fixes it. The number is likely small, so the values are tried one after another.
    private mutating func minimise(
        _ number: Program.Variable, of flags: [Program.Variable], _ values: inout [Int]?
    ) throws(AllocationError) -> Minimum {
        var value = bounds(of: number).lowerBound
        while value <= bounds(of: number).upperBound {
            // A single flag should be as late as possible. It is cheap to find out that it is none of the last few, so only
            // these are allowed first, and then 8 times as many each time.
            var kept = value == 1 ? 1 : flags.count
            var attempt = Attempt.infeasible
            while true {
                let cleared = flags.dropLast(kept)
                attempt = try solution(where: [(number, value)] + cleared.map { ($0, 0) })
                guard case .infeasible = attempt, !cleared.isEmpty else { break }
                kept *= 8
            }
            switch attempt {
            case .solution(let found):
                values = found
                fix(number, to: value)
                return .reached(value)
            case .infeasible: value += 1
            case .stopped: return .stopped(bound: value)
            }
        }
        return .infeasible
    }

    /// Finds and fixes the best choice; `false` if the time ended before.
    private mutating func settle(
        _ choice: [Program.Variable], _ values: inout [Int]
    ) throws(AllocationError) -> Bool {
        let possible = choice.first { bounds(of: $0).upperBound > 0 }
        if possible.map({ values[$0.index] }) != 1 {
            switch try best(of: choice, from: values) {
            case .solution(let found): values = found
            case .infeasible: throw .fault("a program lost its solution between two levels")
            case .stopped: return false
            }
        }
        for variable in choice { fix(variable, to: values[variable.index]) }
        return true
    }

    /// Fixes the flags in turn, each to 0 if that is possible; `false` if the time ended before.
    ///
    /// Each solve tries to clear several flags at once, twice as many after every success. If only one flag is left that is 1,
    /// half of the remaining flags are tried instead.
    private mutating func clear(
        _ flags: [Program.Variable], _ values: inout [Int]
    ) throws(AllocationError) -> Bool {
        var next = 0
        var end = flags.count
        var reach = 1
        while next < flags.count {
            if values[flags[next].index] == 0 || bounds(of: flags[next]).lowerBound == 1 {
                fix(flags[next], to: values[flags[next].index])
                next += 1
                continue
            }
            let isLast = flags[(next + 1)...].allSatisfy { values[$0.index] == 0 }
            if isLast { reach = max(1, (end - next) / 2) }
            let tried = flags[next..<min(next + reach, flags.count)]
            switch try solution(where: tried.map { ($0, 0) }) {
            case .solution(let found):
                values = found
                reach *= 2
            case .infeasible where reach > 1:
                if isLast { end = next + reach }
                reach /= 2
            case .infeasible:
                fix(flags[next], to: 1)
                next += 1
            case .stopped: return false
            }
        }
        return true
    }

    private func value(of terms: [Program.Term], at values: [Int]) -> Int {
        terms.reduce(0) { $0 + $1.coefficient * values[$1.variable.index] }
    }

    /// The least value that the bounds alone allow.
    private func least(_ terms: [Program.Term]) -> Int {
        terms.reduce(0) { sum, term in
            let bounds = bounds(of: term.variable)
            return sum + term.coefficient * (term.coefficient > 0 ? bounds.lowerBound : bounds.upperBound)
        }
    }
}

/// All levels in one native session: what one question teaches helps with the next.
private struct SessionSearch: LevelEngine {
    private let session: NativeSession
    private let deadline: Deadline
    var solves = 0

    /// Opens a session that looks for its first solution near everybody's best choice, in the order of the levels.
    init(_ program: Program, _ levels: [Level], until deadline: Deadline) throws(AllocationError) {
        var options = NativeSolver.Options()
        options.raisesBoundFirst = true
        do { session = try NativeSession(program, options: options, until: deadline) } catch {
            throw .solverFailed(error)
        }
        if session.isIncomplete { throw .stopped(by: deadline.limitOfSolve) }
        self.deadline = deadline
        for level in levels {
            switch level {
            case .choice(let variables): if let first = variables.first { session.prefer(first, is: 1) }
            case .fewest(let flags, _):
                // The flags are decided first, because they nearly decide the rest. The last come first, because late flags are
                // better.
                session.decideFirst(flags.reversed())
                for flag in flags { session.prefer(flag, is: 1) }
            case .sum: break
            }
        }
    }

    func bounds(of variable: Program.Variable) -> ClosedRange<Int> { session.bounds(of: variable) }

    mutating func fix(_ variable: Program.Variable, to value: Int) { session.fix(variable, to: value) }

    mutating func limit(_ terms: [Program.Term], to upper: Int) throws(AllocationError) {
        do { try session.addRow(terms, lower: nil, upper: upper) } catch { throw .solverFailed(error) }
    }

    mutating func solution(
        where assumed: [(variable: Program.Variable, value: Int)]
    ) throws(AllocationError) -> Attempt {
        solves += 1
        do {
            let assumptions = assumed.map { NativeSession.Assumption($0.variable, is: $0.value) }
            switch try session.solve(assuming: assumptions, until: deadline, shrinksCore: false) {
            case .solution(let solution): return .solution(solution.values)
            case .infeasible: return .infeasible
            case .stopped: return .stopped
            }
        } catch { throw .solverFailed(error) }
    }

    mutating func minimise(_ terms: [Program.Term], from values: [Int]?) throws(AllocationError) -> Programs.Outcome {
        solves += 1
        do { return try session.minimise(terms, until: deadline, startingFrom: values) } catch {
            throw .solverFailed(error)
        }
    }

    mutating func best(of choice: [Program.Variable], from values: [Int]) throws(AllocationError) -> Attempt {
        var values = values
        while let reached = choice.firstIndex(where: { values[$0.index] == 1 }), reached > 0 {
            switch try solution(where: choice[reached...].map { ($0, 0) }) {
            case .solution(let found): values = found
            case .infeasible: return .solution(values)
            case .stopped: return .stopped
            }
        }
        return .solution(values)
    }
}

/// Asks GLPK, with a separate solve for each question.
private struct SingleSearch: LevelEngine {
    private var program: Program
    private let deadline: Deadline
    var solves = 0

    init(_ program: Program, until deadline: Deadline) {
        self.program = program
        self.deadline = deadline
    }

    func bounds(of variable: Program.Variable) -> ClosedRange<Int> { program.bounds(of: variable) }

    mutating func fix(_ variable: Program.Variable, to value: Int) { program.fix(variable, to: value) }

    mutating func limit(_ terms: [Program.Term], to upper: Int) throws(AllocationError) {
        program.addRow("", terms, lower: nil, upper: upper)
    }

    mutating func solution(
        where assumed: [(variable: Program.Variable, value: Int)]
    ) throws(AllocationError) -> Attempt {
        var restricted = program
        for (variable, value) in assumed {
            if !restricted.bounds(of: variable).contains(value) { return .infeasible }
            restricted.fix(variable, to: value)
        }
        restricted.setObjective([])
        return attempt(try solve(restricted, from: nil))
    }

    mutating func minimise(_ terms: [Program.Term], from values: [Int]?) throws(AllocationError) -> Programs.Outcome {
        program.setObjective(terms)
        return try solve(program, from: values)
    }

    mutating func best(of choice: [Program.Variable], from values: [Int]) throws(AllocationError) -> Attempt {
        attempt(try minimise(choice.enumerated().map { Program.Term($0, $1) }, from: values))
    }

    private func attempt(_ outcome: Programs.Outcome) -> Attempt {
        switch outcome.reason {
        case .optimal: .solution(outcome.incumbent!.values)
        case .infeasible: .infeasible
        case .deadline, .cancelled: .stopped
        }
    }

    private mutating func solve(_ program: Program, from hint: [Int]?) throws(AllocationError) -> Programs.Outcome {
        solves += 1
        do { return try GLPKSolver().solve(program, until: deadline, startingFrom: hint) } catch {
            throw .solverFailed(error)
        }
    }
}

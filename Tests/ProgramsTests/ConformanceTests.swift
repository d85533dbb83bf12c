import Foundation
import Programs
import Testing

/// What every backend must do.
@Suite struct ConformanceTests {
    typealias Term = Program.Term

    @Test("An empty program has the constant as its optimum", arguments: Backend.available)
    func emptyProgram(backend: Backend) throws {
        var program = Program()
        program.setObjective([], constant: 7)
        let outcome = try backend.solver.solve(program)
        #expect(outcome.reason == .optimal)
        #expect(outcome.incumbent == Solution(values: [], objective: 7))
        #expect(outcome.bound == 7)
    }

    @Test("Without rows every variable goes to its better bound", arguments: Backend.available)
    func noRows(backend: Backend) throws {
        var program = Program()
        let a = program.addVariable(lower: -3, upper: 9)
        let b = program.addVariable(lower: -3, upper: 90)
        let c = program.addVariable()
        program.setObjective([Term(2, a), Term(-1, b), Term(1, c)], constant: -4)
        let outcome = try backend.solver.solve(program)
        #expect(outcome.reason == .optimal)
        #expect(outcome.incumbent == Solution(values: [-3, 90, 0], objective: -100))
        #expect(outcome.bound == -100)
    }

    @Test("A row without terms holds or not by itself", arguments: Backend.available)
    func emptyRows(backend: Backend) throws {
        var program = Program()
        program.addVariable()
        program.addRow("", [], lower: 0, upper: 0)
        program.addRow("", [], lower: nil, upper: nil)
        #expect(try backend.solver.solve(program).reason == .optimal)
        program.addRow("", [], lower: 1, upper: nil)
        #expect(try backend.solver.solve(program).reason == .infeasible)
        var nothing = Program()
        nothing.addRow("", [], lower: nil, upper: -1)
        let outcome = try backend.solver.solve(nothing)
        #expect(outcome.reason == .infeasible)
        #expect(outcome.incumbent == nil)
        #expect(outcome.bound == nil)
    }

    @Test("A row whose bounds cross has no solution", arguments: Backend.available)
    func crossedRow(backend: Backend) throws {
        var program = Program()
        let x = program.addVariable(lower: 0, upper: 10)
        program.addRow("", [Term(1, x)], lower: 5, upper: 4)
        #expect(try backend.solver.solve(program).reason == .infeasible)
    }

    @Test("Fixed variables keep their value", arguments: Backend.available)
    func fixedVariables(backend: Backend) throws {
        var program = Program()
        let a = program.addVariable(lower: 4, upper: 4)
        let b = program.addVariable()
        let c = program.addVariable(lower: -100, upper: 100)
        program.fix(b, to: 1)
        program.addRow("", [Term(1, a), Term(-2, b), Term(3, c)], lower: 0, upper: nil)
        program.setObjective([Term(1, c)])
        let outcome = try backend.solver.solve(program)
        #expect(outcome.incumbent == Solution(values: [4, 1, 0], objective: 0))
        program.fix(c, to: -1)
        #expect(try backend.solver.solve(program).reason == .infeasible)
    }

    @Test("Equalities and ranges with negative bounds and coefficients", arguments: Backend.available)
    func equalitiesAndRanges(backend: Backend) throws {
        var program = Program()
        let x = program.addVariable("x", lower: -20, upper: 20)
        let y = program.addVariable("y", lower: -7, upper: 40)
        program.addRow("", [Term(3, x), Term(-5, y)], lower: 1, upper: 1)
        program.addRow("", [Term(1, x), Term(1, y)], lower: -9, upper: -2)
        program.setObjective([Term(-1, x)])
        let outcome = try backend.solver.solve(program)
        #expect(outcome.incumbent == Solution(values: [-3, -2], objective: 3))
        #expect(outcome.reason == .optimal)
    }

    @Test("An equation that only fractions satisfy has no solution", arguments: Backend.available)
    func parity(backend: Backend) throws {
        var program = Program()
        let terms = (0..<6).map { _ in Term(2, program.addVariable(lower: -4, upper: 4)) }
        program.addRow("", terms, lower: 3, upper: 3)
        #expect(try backend.solver.solve(program).reason == .infeasible)
    }

    @Test("A variable named twice in a row counts twice", arguments: Backend.available)
    func repeatedTerms(backend: Backend) throws {
        var program = Program()
        let x = program.addVariable(lower: 0, upper: 9)
        let y = program.addVariable()
        program.addRow("", [Term(1, x), Term(1, y), Term(1, x), Term(-1, y)], lower: 7, upper: nil)
        program.setObjective([Term(2, x), Term(-1, x)])
        #expect(try backend.solver.solve(program).incumbent?.objective == 4)
    }

    @Test("Coefficients up to a million are exact", arguments: Backend.available)
    func largeCoefficients(backend: Backend) throws {
        var program = Program()
        let items = [999_983, 999_979, 500_009, 250_007, 125_003, 62_501].map { ($0, program.addVariable()) }
        program.addRow("", items.map { Term($0.0, $0.1) }, lower: 1_000_000, upper: nil)
        program.setObjective(items.map { Term($0.0, $0.1) })
        let outcome = try backend.solver.solve(program)
        #expect(outcome.incumbent?.objective == program.optimumByExhaustion())
    }

    @Test("Random small programs have the optimum that exhaustive search finds", arguments: Backend.available)
    func randomPrograms(backend: Backend) throws {
        for (seed, program, expected) in Program.judged {
            let outcome = try backend.solver.solve(program)
            #expect(outcome.reason == (expected == nil ? .infeasible : .optimal), "seed \(seed)")
            #expect(outcome.incumbent?.objective == expected, "seed \(seed)")
            #expect(outcome.bound == expected, "seed \(seed)")
            if let incumbent = outcome.incumbent {
                #expect(program.isFeasible(incumbent.values), "seed \(seed)")
                #expect(program.objectiveValue(of: incumbent.values) == incumbent.objective, "seed \(seed)")
            }
            #expect(try backend.solver.solve(program) == outcome, "seed \(seed): not the same twice")
        }
    }

    @Test("Hints change nothing but the way", arguments: Backend.available)
    func hints(backend: Backend) throws {
        for (seed, program, expected) in Program.judged {
            var random = SeededRandom(seed: seed)
            let hint = program.variables.map { Int.random(in: program.bounds(of: $0), using: &random) }
            let outcome = try backend.solver.solve(program, until: .none, startingFrom: hint)
            #expect(outcome.incumbent?.objective == expected, "seed \(seed)")
        }
    }

    @Test("Seven pigeons do not fit into six holes", arguments: Backend.available)
    func pigeons(backend: Backend) throws {
        #expect(try backend.solver.solve(Program.pigeonhole(7, into: 6)).reason == .infeasible)
        #expect(try backend.solver.solve(Program.pigeonhole(6, into: 6)).reason == .optimal)
    }

    @Test("A deadline in the past is an outcome", arguments: Backend.available)
    func pastDeadline(backend: Backend) throws {
        let program = Program.pigeonhole(6, into: 6)
        let outcome = try backend.solver.solve(program, until: .after(.seconds(-1)))
        #expect(outcome.reason == .deadline)
        #expect(outcome.incumbent == nil)
        #expect(outcome.bound == 0)
    }

    @Test("A feasible hint outlives a deadline in the past", arguments: Backend.available)
    func hintOutlivesDeadline(backend: Backend) throws {
        var program = Program.pigeonhole(3, into: 3)
        program.setObjective(program.variables.map { Term($0.index, $0) })
        let hint = [1, 0, 0, 0, 1, 0, 0, 0, 1]
        let outcome = try backend.solver.solve(program, until: .after(.zero), startingFrom: hint)
        #expect(outcome.reason == .deadline)
        #expect(outcome.incumbent == Solution(values: hint, objective: 12))
        #expect((outcome.bound ?? .max) <= 12)
    }

    @Test("A raised signal cancels", arguments: Backend.available)
    func raisedSignal(backend: Backend) throws {
        let signal = StopSignal()
        signal.raise()
        let program = Program.pigeonhole(6, into: 6)
        #expect(try backend.solver.solve(program, until: Deadline(signal: signal)).reason == .cancelled)
    }

    @Test("A signal raised during a long search ends it", .timeLimit(.minutes(1)), arguments: Backend.available)
    func signalDuringSearch(backend: Backend) throws {
        let signal = StopSignal()
        let program = Program.marketSplit(rows: 5, seed: 1)
        // A thread of its own: tasks may all be waiting for a free core.
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.15)
            signal.raise()
        }
        let outcome = try backend.solver.solve(program, until: Deadline(signal: signal))
        #expect(outcome.reason == .cancelled)
        #expect((outcome.bound ?? .max) <= (outcome.incumbent?.objective ?? .max))
    }

    @Test("A deadline during a long search ends it", .timeLimit(.minutes(1)), arguments: Backend.available)
    func deadlineDuringSearch(backend: Backend) throws {
        let program = Program.marketSplit(rows: 5, seed: 2)
        let start = ContinuousClock.now
        let outcome = try backend.solver.solve(program, until: .after(.milliseconds(200)))
        #expect(outcome.reason == .deadline)
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}

extension Program {
    /// A market split program, notoriously hard for its size: `rows` equations over `10 * (rows - 1)` variables, with slack.
    ///
    /// Source: Cornuejols, Dawande 1998, doi:10.1007/3-540-69346-7_22.
    static func marketSplit(rows: Int, seed: Int) -> Program {
        var random = SeededRandom(seed: seed)
        var program = Program()
        let x = (0..<10 * (rows - 1)).map { _ in program.addVariable() }
        var objective: [Term] = []
        for _ in 0..<rows {
            let row = x.map { Term(Int.random(in: 0...99, using: &random), $0) }
            let half = row.reduce(0) { $0 + $1.coefficient } / 2
            let over = program.addVariable(lower: 0, upper: half)
            let under = program.addVariable(lower: 0, upper: half)
            objective += [Term(1, over), Term(1, under)]
            program.addRow("", row + [Term(-1, over), Term(1, under)], lower: half, upper: half)
        }
        program.setObjective(objective)
        return program
    }
}

import Programs
import Testing

@Suite("One program asked many times")
struct NativeSessionTests {
    @Test("Every answer of a session is that of a fresh exhaustive search", arguments: 1...150)
    func sequences(seed: Int) throws {
        var random = SeededRandom(seed: seed)
        let session = try NativeSession(Program.random(seed: seed))
        for _ in 0..<6 {
            let all = Array(session.program.variables)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let variable = all.randomElement(using: &random)!
                session.fix(variable, to: Int.random(in: session.program.bounds(of: variable), using: &random))
            case 1:
                let terms = all.prefix(4).map { Program.Term(Int.random(in: -3...3, using: &random), $0) }
                try session.addRow(terms, lower: nil, upper: Int.random(in: -2...6, using: &random))
            default: break
            }
            let objective = all.map { Program.Term(Int.random(in: -9...9, using: &random), $0) }
            let outcome = try session.minimise(objective)
            let expected = session.program.optimumByExhaustion()
            #expect(outcome.incumbent?.objective == expected, "seed \(seed)")
            #expect(outcome.reason == (expected == nil ? .infeasible : .optimal), "seed \(seed)")
        }
    }

    @Test("A core has no solution, and a solution keeps every assumption", arguments: 1...150)
    func assumptions(seed: Int) throws {
        var random = SeededRandom(seed: seed)
        let program = Program.random(seed: seed)
        let session = try NativeSession(program)
        for _ in 0..<5 {
            let assumptions = program.variables.shuffled(using: &random).prefix(4).map {
                NativeSession.Assumption($0, is: Int.random(in: program.bounds(of: $0), using: &random))
            }
            func isSolvable(_ assumptions: [NativeSession.Assumption]) -> Bool {
                var fixed = program
                for assumption in assumptions { fixed.fix(assumption.variable, to: assumption.value) }
                return fixed.optimumByExhaustion() != nil
            }
            switch try session.solve(assuming: assumptions) {
            case .solution(let solution):
                #expect(program.isFeasible(solution.values), "seed \(seed)")
                #expect(assumptions.allSatisfy { solution[$0.variable] == $0.value }, "seed \(seed)")
            case .infeasible(let core):
                #expect(core.allSatisfy(assumptions.contains), "seed \(seed)")
                #expect(!isSolvable(core), "seed \(seed)")
            case .stopped: Issue.record("there is no deadline, seed \(seed)")
            }
        }
    }
}

import CGLPK
import Programs
import Testing

@Suite("GLPK cannot end the process")
struct GLPKGuardTests {
    @Test("Its own errors come back as a status with what it said", arguments: 0...3)
    func provoked(kind: Int32) {
        var result = cglpk_provoke_fatal_error(kind)
        guard cglpk_available() else {
            #expect(result.status == CGLPK_UNAVAILABLE)
            return
        }
        #expect(result.status == CGLPK_FATAL)
        #expect(!result.has_incumbent)
        let message = withUnsafeBytes(of: &result.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        #expect(!message.isEmpty)
    }

    @Test("After an error the next program is solved as ever")
    func afterwards() throws {
        guard GLPKSolver.isAvailable else { return }
        for kind in Int32(0)...3 {
            _ = cglpk_provoke_fatal_error(kind)
            let program = Program.random(seed: 17)
            let outcome = try GLPKSolver().solve(program)
            #expect(outcome.incumbent?.objective == program.optimumByExhaustion())
        }
    }

    @Test("Without GLPK the solver says that it is not there")
    func unavailable() {
        guard !GLPKSolver.isAvailable else { return }
        #expect(throws: SolverError.self) { try GLPKSolver().solve(Program()) }
    }
}

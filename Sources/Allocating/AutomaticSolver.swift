import Programs

/// GLPK for small programs, the native solver for large ones and wherever GLPK is not built in, fails or is slow.
///
/// Which of them answers may depend on the clock; what they answer may not, because every program that decides a
/// result has a single best allocation.
struct AutomaticSolver: Solver {
    let name = "auto"
    /// Programs with more variables go to the native solver at once: it learns, so it does not slow down as fast.
    static let largestForGLPK = 400
    /// What GLPK may take of the time before the native solver takes over.
    static let shareForGLPK = Duration.seconds(1)

    func solve(
        _ program: Program, until deadline: Deadline, startingFrom hint: [Int]?
    ) throws(SolverError) -> Programs.Outcome {
        if GLPKSolver.isAvailable, program.variableCount <= Self.largestForGLPK {
            let end = ContinuousClock.now + Self.shareForGLPK
            let share = Deadline(at: deadline.instant.map { min($0, end) } ?? end, signal: deadline.signal)
            do {
                let outcome = try GLPKSolver().solve(program, until: share, startingFrom: hint)
                if outcome.reason == .optimal || outcome.reason == .infeasible || deadline.hasPassed { return outcome }
            } catch {
                // Whatever GLPK stumbled over, the native solver decides by itself.
            }
        }
        return try NativeSolver().solve(program, until: deadline, startingFrom: hint)
    }
}

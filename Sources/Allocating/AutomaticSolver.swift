import Programs

/// The native solver, and GLPK where the native one can not take a program on.
///
/// Measured on the components of 200 cities and on hard markets, the native solver is never much slower than GLPK and
/// often a hundred times faster, because it learns. What it cannot hold exactly it refuses; then GLPK is asked.
struct AutomaticSolver: Solver {
    let name = "auto"

    func solve(
        _ program: Program, until deadline: Deadline, startingFrom hint: [Int]?
    ) throws(SolverError) -> Programs.Outcome {
        do { return try NativeSolver().solve(program, until: deadline, startingFrom: hint) } catch {
            guard GLPKSolver.isAvailable else { throw error }
            return try GLPKSolver().solve(program, until: deadline, startingFrom: hint)
        }
    }
}

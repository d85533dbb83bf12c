import Admissions
import Allocating
import Synchronization

/// A case and the same case with changes, both solved with the same draw: who gains and who loses.
public struct PolicyTrial: Sendable {
    private let draft: CaseDraft
    private let changed: CaseDraft
    /// The changes, in the order in which they are made.
    public let changes: [Change]

    /// Makes the changes to a copy of the draft.
    ///
    /// - Throws: `InvalidChange` where a change cannot be made to the draft.
    public init(_ draft: CaseDraft, _ changes: [Change]) throws(InvalidChange) {
        self.draft = draft
        self.changes = changes
        var changed = draft
        for change in changes { try change.apply(to: &changed) }
        self.changed = changed
    }

    /// Whether the draw can be repeated; false where the draft gives the numbers of the draw.
    public var canRepeatDraw: Bool { !draft.children.contains { $0.draw != nil } }

    /// Who gains and who loses by the changes, draw by draw.
    ///
    /// The first draw is the draw of the draft; the others have the seeds `seed-1`, `seed-2` and so on. The comparisons are the
    /// same with any number of threads.
    ///
    /// - Parameters:
    ///   - draws: How often both cases are solved; 1 where ``canRepeatDraw`` is false.
    ///   - threads: How many draws are solved at the same time.
    ///   - options: How each case is solved, on one thread, and until when.
    ///   - mostSteps: The most steps of the solver for all cases together; `nil`: no limit.
    ///   - progress: Called with the number of cases solved so far, on any thread.
    /// - Returns: One comparison for each draw.
    /// - Throws: ``TrialEnded`` where the time or the work ended first, `InvalidCase` where the changed case cannot be resolved,
    ///   and what the allocator throws.
    /// - Complexity: Two solves for each draw.
    public func comparisons(
        draws: Int = 1, threads: Int = 1, options: Allocator.Options = Allocator.Options(), mostSteps: Int? = nil,
        progress: @escaping @Sendable (_ cases: Int) -> Void = { _ in }
    ) throws -> [RunComparison] {
        precondition(draws == 1 || (draws > 1 && canRepeatDraw), "the draw cannot be repeated \(draws) times")
        var options = options
        options.threads = 1
        let trial = Trial(options)
        let solved = Atomic(0)
        var budget = Trial.Budget(limit: mostSteps ?? .max)
        var comparisons: [RunComparison] = []
        // With a limit few at a time, because what exceeds it is thrown away.
        let size = mostSteps.map { _ in max(1, threads) }
        try Trial.inTurn(Array(0..<draws), threads: threads, atATime: size) { draw in
            defer { progress(solved.wrappingAdd(2, ordering: .relaxed).newValue) }
            return try compare(draw: draw, trial, mostSteps)
        } take: { _, found throws(any Error) in
            let (comparison, steps) = try found.get()
            budget.spend(steps)
            if mostSteps != nil, budget.isSpent { throw TrialEnded(.work) }
            comparisons.append(comparison)
            return true
        }
        return comparisons
    }

    /// The case and the changed one, both with the same draw; 0 is the draw of the draft.
    private func compare(
        draw: Int, _ trial: Trial, _ mostSteps: Int?
    ) throws -> (comparison: RunComparison, steps: Int) {
        var steps = 0
        func solve(_ draft: CaseDraft) throws -> (Case, Allocation) {
            var draft = draft
            if draw > 0, let seed = draft.rules.drawSeed { draft.rules.drawSeed = "\(seed)-\(draw)" }
            let subject = try draft.resolved()
            let answer = try trial.solve(subject, mostSteps: mostSteps)
            steps += answer.steps
            guard let allocation = answer.allocation else { throw TrialEnded(answer.limit ?? .work) }
            return (subject, allocation)
        }
        let (subject, before) = try solve(draft)
        let (other, after) = try solve(changed)
        return (RunComparison(before, of: subject, after, of: other), steps)
    }
}

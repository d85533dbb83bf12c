import Admissions
import Allocating
import Asking
import Programs

/// Looks for the cause of each root.
///
/// Candidates come from the data (`CauseCandidates`). Each is confirmed by allocating the case with the change in place of
/// the root's pin, and all other roots pinned: the manual result must come out in full. Where there are too many for that, many
/// are tried in one case and confirmed together; those whose household then does not get what staff decided have the wrong
/// candidate.
public struct CauseSearch {
    private let subject: Case
    private let manual: ManualResult
    private let roots: Roots
    private let deadline: Deadline
    private let trial: Trial
    private var candidates: [[Cause]]
    /// How often a case may still be allocated.
    private var solvesLeft: Int
    /// How often a case was allocated.
    public private(set) var solves = 0

    /// The number of allocations times the children of the case, at most: a city of 8,000 is allocated two hundred times.
    private static let work = 1_600_000
    /// Solver's steps for one case (about a second), and for all (about a minute).
    private static let (mostSteps, mostStepsInAll) = (200_000_000, 10_000_000_000)
    private var budget = Trial.Budget(limit: mostStepsInAll)
    private static let mostClaims = 8

    /// - Parameters:
    ///   - roots: The roots of the manual result, without causes yet.
    ///   - manual: The manual result.
    ///   - subject: The case.
    ///   - options: How each case is allocated, and until when.
    public init(_ roots: Roots, _ manual: ManualResult, of subject: Case, options: Allocator.Options) {
        self.subject = subject
        self.manual = manual
        self.roots = roots
        deadline = options.deadline
        // A case that keeps many claims explains nothing, and takes long.
        var few = options
        few.mostClaims = Self.mostClaims
        trial = Trial(few)
        let finder = CauseCandidates(manual, of: subject)
        candidates = roots.roots.map(finder.candidates)
        solvesLeft = Self.work / max(1, subject.children.count)
    }

    /// The roots with their causes; `nil` stays where the work or the time ended before something was found.
    ///
    /// - Complexity: A few allocations for each kind of cause, and some for each root whose cause is not found at once.
    public mutating func find() throws -> Roots {
        var causes = [Cause?](repeating: nil, count: candidates.count)
        for (index, list) in candidates.enumerated() {
            // What the case itself says needs no allocation.
            if case .pin? = list.first { causes[index] = list[0] }
        }
        var failed = [Set<Cause>](repeating: [], count: candidates.count)
        // Together only where the work is not enough to ask each alone.
        let isTooMany = candidates.reduce(0) { $0 + $1.count } > solvesLeft
        let most = isTooMany ? candidates.map(\.count).max() ?? 0 : 0
        for place in 0..<most {
            var asked = candidates.indices.filter { causes[$0] == nil && place < candidates[$0].count }
            while !asked.isEmpty, solvesLeft > 0 {
                let tried = Dictionary(uniqueKeysWithValues: asked.map { ($0, candidates[$0][place]) })
                guard let differing = try differing(tried) else { break }
                if differing.isEmpty {
                    for (index, cause) in tried { causes[index] = cause }
                    break
                }
                let wrong = asked.filter { differing.contains(roots.roots[$0].household) }
                // Where only other households differ, the wrong candidate is unknown: each is tried alone below.
                if wrong.isEmpty { break }
                if asked.count == 1 { failed[asked[0]].insert(candidates[asked[0]][place]) }
                asked.removeAll { wrong.contains($0) }
            }
        }
        // Alone: a wrong candidate of another root may have been in the way.
        for index in candidates.indices where causes[index] == nil {
            for cause in candidates[index] where causes[index] == nil && !failed[index].contains(cause) {
                if solvesLeft == 0 { break }
                guard let differing = try differing([index: cause]) else { continue }
                if differing.isEmpty { causes[index] = cause }
                failed[index].insert(cause)
            }
            if causes[index] == nil, failed[index].count == candidates[index].count { causes[index] = .unknown }
        }
        var explained = roots
        for index in causes.indices { explained.roots[index].cause = causes[index] }
        return explained
    }

    /// Households that do not get what staff decided where the pins of these roots are replaced by changes of the case; `nil`
    /// where that is not known, because the deadline passed or too many claims remain.
    private mutating func differing(_ tried: [Int: Cause]) throws -> Set<Int>? {
        if deadline.hasPassed { return nil }
        let pinned = roots.roots.indices.filter { tried[$0] == nil }.map { roots.roots[$0].household }
        var changed = manual.pinning(pinned, in: subject)
        var isDone: Set<Cause> = []
        for index in tried.keys.sorted() {
            let cause = tried[index]!
            // One number of seats may explain several roots.
            if isDone.insert(cause).inserted {
                let household = roots.roots[index].household
                // A change that cannot be made explains nothing.
                guard let next = cause.change(of: household, in: changed, manual)?.applied(to: changed) else {
                    return [household]
                }
                changed = next
            }
        }
        solves += 1
        solvesLeft -= 1
        let answer = try trial.solve(changed, mostSteps: Self.mostSteps)
        budget.spend(answer.steps)
        if budget.isSpent { solvesLeft = 0 }
        guard let allocation = answer.allocation else { return nil }
        return Set(
            subject.children.indices.filter {
                allocation.facility(of: $0, in: changed) != manual.places[$0]
            }.map { subject.children[$0].household })
    }
}

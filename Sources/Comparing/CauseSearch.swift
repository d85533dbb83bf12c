import Admissions
import Allocating
import Programs
import Verifying

/// Looks for the cause of each root.
///
/// Candidates come from the data (``CauseCandidates``). Each is confirmed by allocating the case with the change in place of
/// the root's pin, and all other roots pinned: the manual result must come out in full. Where there are too many for that, many
/// are tried in one case and confirmed together; those whose household then does not get what staff decided have the wrong
/// candidate.
public struct CauseSearch {
    private let subject: Case
    private let manual: ManualResult
    private let roots: Roots
    private let options: Allocator.Options
    private var candidates: [[Cause]]
    /// How often a case may still be allocated.
    private var solvesLeft: Int
    /// How often a case was allocated.
    public private(set) var solves = 0

    /// Children's worth of cases that are allocated: two hundred times a city of 8,000.
    private static let work = 1_600_000
    /// Solver's steps for one case, and for all: about a second, and a minute.
    private static let (mostSteps, mostStepsInAll) = (200_000_000, 10_000_000_000)
    private var steps = 0

    /// - Parameters:
    ///   - roots: Those of the manual result; without a cause yet.
    ///   - options: How each case is allocated, and until when.
    public init(_ roots: Roots, _ manual: ManualResult, of subject: Case, options: Allocator.Options) {
        self.subject = subject
        self.manual = manual
        self.roots = roots
        self.options = options
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
            // What stands in the case needs no allocation.
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
                // Where only others differ nobody knows whose candidate it was: each is asked alone below.
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
        if options.deadline.hasPassed { return nil }
        let pinned = roots.roots.indices.filter { tried[$0] == nil }.map { roots.roots[$0].household }
        var changed = manual.pinning(pinned, in: subject)
        var isDone: Set<Cause> = []
        for index in tried.keys.sorted() {
            let cause = tried[index]!
            // One number of seats may explain several roots.
            if isDone.insert(cause).inserted {
                let household = roots.roots[index].household
                // A change that cannot be made explains nothing.
                guard let next = Self.apply(cause, to: changed, of: household, manual, subject) else {
                    return [household]
                }
                changed = next
            }
        }
        solves += 1
        solvesLeft -= 1
        var options = options
        options.recordsProof = false
        // A case that keeps many claims explains nothing, and takes long.
        options.mostClaims = 8
        options.approximates = false
        let work = WorkBudget(limit: Self.mostSteps)
        options.deadline.work = work
        let result = try Allocator(changed, options: options).allocate()
        steps += work.spent
        if steps >= Self.mostStepsInAll { solvesLeft = 0 }
        guard result.isProved else { return nil }
        return Set(
            subject.children.indices.filter {
                result.allocation.facility(of: $0, in: changed) != manual.places[$0]
            }.map { subject.children[$0].household })
    }

    /// The case with the change that the cause of a root of this household stands for; `nil` where it cannot be made.
    static func apply(
        _ cause: Cause, to changed: Case, of household: Int, _ manual: ManualResult, _ subject: Case
    ) -> Case? {
        switch cause {
        case .pin, .unknown: return nil
        case .seats(let limit, let seats), .reserved(let limit, let seats):
            return changed.adding(seats: seats - changed.limits[limit].seats, toLimit: limit)
        case .tie(let child, let others):
            return changed.drawing(child, beforeOthers: manual.isPreferred(child, to: others, in: subject))
        case .value(let child, let key, let own, let needed, _):
            return subject.rules.priority[key].source == .points
                ? adding(from: own, to: needed, child, changed) : changed.setting(key: key, of: child, to: needed)
        case .answer(let answer): return changed.answering(answer, in: household)
        case .setting(let setting):
            return CauseCandidates.ranked(household, in: changed, under: setting)
                .map { changed.listing($0, for: household) }
        }
    }

    private static func adding(from own: KeyValue?, to needed: KeyValue, _ child: Int, _ changed: Case) -> Case? {
        guard case .number(let from)? = own, case .number(let to) = needed, let amount = to.subtracting(from)
        else { return nil }
        return changed.adding(points: amount, to: [child])
    }
}

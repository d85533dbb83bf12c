import Admissions
import Allocating
import CaseFiles
import Comparing
import Programs
import Reports
import Synchronization

/// Changes of a case tried out: who gains and who loses by them. The case is not touched.
public struct PolicyStudy: Sendable {
    private let subject: Case
    private let draft: CaseDraft
    private let changed: CaseDraft
    private let changes: [PolicyChange]

    /// - Parameters:
    ///   - draft: The case as written.
    ///   - subject: The same case, resolved.
    ///   - changes: In the order in which they are made.
    /// - Throws: ``RoundError/invalidRequest(_:)`` where a change does not fit the case.
    public init(_ draft: CaseDraft, of subject: Case, _ changes: [PolicyChange]) throws(RoundError) {
        var changed = draft
        do { for change in changes { try change.apply(to: &changed) } } catch { throw .invalidRequest("\(error)") }
        self.subject = subject
        self.draft = draft
        self.changed = changed
        self.changes = changes
    }

    /// Whether another draw is possible: not where the case gives the numbers of the draw.
    public var canRepeatDraw: Bool { !draft.children.contains { $0.draw != nil } }

    /// Who gains and who loses.
    public struct Findings: Sendable {
        public let report: PolicyReport
        /// With the draw as it stands.
        public let comparison: RunComparison

        /// `groups.csv`, and `changes.csv` of the draw as it stands.
        public func files() throws(RoundError) -> [OutputFile] {
            do throws(UnwritableTable) {
                return [try report.file(), try PolicyReport.changesFile(comparison)]
            } catch { throw RoundError(error) }
        }
    }

    /// Allocates the case and the changed one with each draw.
    ///
    /// - Parameters:
    ///   - draws: With how many seeds the draw is repeated; once where ``canRepeatDraw`` is false.
    ///   - threads: How many draws are worked on at the same time; the result is the same with any number.
    ///   - deadline: Ends the work, by time or by its signal.
    ///   - hears: Is told what is being done, on any thread.
    /// - Throws: ``RoundError/ended(_:sentence:)`` where the deadline came first,
    ///   ``RoundError/invalidInput(sentence:problems:)`` where the changed case is wrong, and ``RoundError/notAllocated(_:)``
    ///   or ``RoundError/defect(_:faults:)``.
    public func findings(
        draws: Int = 1, threads: Int = 1, deadline: Deadline = .none,
        hears: @escaping @Sendable (RoundEvent) -> Void = { _ in }
    ) throws(RoundError) -> Findings {
        var options = Allocator.Options()
        options.threads = 1
        options.recordsProof = false
        options.deadline = deadline
        let seeds = canRepeatDraw ? draws : 1
        hears(.allocatingCases(done: nil, count: 2 * seeds))
        let done = Atomic(0)
        let parts = inRanges(of: seeds, threads: threads, smallest: 1) { [draft, changed, options] range in
            range.map { number in
                defer {
                    let count = done.wrappingAdd(2, ordering: .relaxed).newValue
                    hears(.allocatingCases(done: count, count: 2 * seeds))
                }
                return Result { try Self.compare(draft, changed, draw: number, options) }
            }
        }
        let comparisons: [RunComparison]
        do {
            comparisons = try parts.joined().map { try $0.get() }
        } catch RootSearchError.stopped(let limit) {
            throw .ended(
                limit, sentence: "\(limit.phrase.english) before the cases were allocated; nothing was written.")
        } catch let error as InvalidCase {
            throw .invalidInput(sentence: "the changed case is wrong: \(error)")
        } catch { throw RoundError(solving: error) }
        var report =
            seeds > 1
            ? PolicyReport("what-if", ofDraws: comparisons, in: subject)
            : PolicyReport("what-if", comparisons[0], in: subject)
        report.changes = changes.map(\.description)
        report.repeatsDraw = draws > 1
        if seeds > 1 { report.drawMatters = comparisons.contains { $0.entries != comparisons[0].entries } }
        return Findings(report: report, comparison: comparisons[0])
    }

    /// The case and the changed one, both with the same draw; the first is the draw as it stands.
    private static func compare(
        _ draft: CaseDraft, _ changed: CaseDraft, draw: Int, _ options: Allocator.Options
    ) throws -> RunComparison {
        func allocate(_ draft: CaseDraft) throws -> (Case, Allocation) {
            var draft = draft
            if draw > 0, let seed = draft.rules.drawSeed { draft.rules.drawSeed = "\(seed)-\(draw)" }
            let subject = try draft.resolved()
            let result = try Allocator(subject, options: options).allocate()
            if let limit = result.termination.limit { throw RootSearchError.stopped(by: limit) }
            return (subject, result.allocation)
        }
        let (subject, before) = try allocate(draft)
        let (other, after) = try allocate(changed)
        return RunComparison(before, of: subject, after, of: other)
    }
}

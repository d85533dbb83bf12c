import Admissions
import Allocating
import Asking
import CaseFiles
import Programs
import Reports

/// Changes of a case tried out: who gains and who loses by them. The case is not touched.
public struct PolicyStudy: Sendable {
    private let subject: Case
    private let trial: PolicyTrial

    /// - Parameters:
    ///   - draft: The case as written.
    ///   - subject: The same case, resolved.
    ///   - changes: In the order in which they are made.
    /// - Throws: ``RoundError/invalidRequest(_:)`` where a change does not fit the case.
    public init(_ draft: CaseDraft, of subject: Case, _ changes: [Change]) throws(RoundError) {
        do throws(InvalidChange) { trial = try PolicyTrial(draft, changes) } catch {
            throw .invalidRequest(error.phrase)
        }
        self.subject = subject
    }

    /// Whether the draw can be repeated; false where the case gives the numbers of the draw.
    public var canRepeatDraw: Bool { trial.canRepeatDraw }

    /// Who gains and who loses.
    public struct Findings: Sendable {
        public let report: PolicyReport
        /// The comparison with the draw as it stands.
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
    ///   - draws: The number of draws, each with its own seed; 1 is used where ``canRepeatDraw`` is false.
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
        options.deadline = deadline
        let seeds = canRepeatDraw ? draws : 1
        hears(.allocatingCases(done: nil, count: 2 * seeds))
        let comparisons: [RunComparison]
        do {
            comparisons = try trial.comparisons(draws: seeds, threads: threads, options: options) {
                hears(.allocatingCases(done: $0, count: 2 * seeds))
            }
        } catch let ended as TrialEnded {
            throw .ended(
                ended.limit,
                sentence: Phrase(
                    "\(ended.limit.phrase.japanese)。すべての割当てを終える前だったため、何も書いていません。",
                    "\(ended.limit.phrase.english) before the cases were allocated; nothing was written."))
        } catch let error as InvalidCase {
            throw .invalidInput(
                sentence: Phrase("変更後の案件に誤りがあります: ", "the changed case is wrong: ") + error.phrase)
        } catch { throw RoundError(solving: error) }
        var report =
            seeds > 1
            ? PolicyReport("what-if", ofDraws: comparisons, in: subject)
            : PolicyReport("what-if", comparisons[0], in: subject)
        report.changes = trial.changes.map { $0.spelled(as: subject).description }
        report.repeatsDraw = draws > 1
        if seeds > 1 { report.drawMatters = comparisons.contains { $0.entries != comparisons[0].entries } }
        return Findings(report: report, comparison: comparisons[0])
    }
}

import Admissions
import Allocating
import Asking
import Explaining
import Programs
import Reports

extension CheckedResult {
    /// Why a child has the place that it has, on one page.
    ///
    /// - Parameters:
    ///   - child: The index of the child in the case.
    ///   - sufficient: What would have sufficed; `nil` where it was not looked for.
    ///   - isForStaff: Whether the page says who comes before.
    public func page(of child: Int, sufficient: SufficientSearch? = nil, isForStaff: Bool = false) -> ChildPage {
        ChildPage(
            of: child, in: subject, explanations, placement: verified.placements[child],
            jointRank: verified.jointRanks[subject.children[child].household],
            sufficient: sufficient, claims: claims, isForStaff: isForStaff)
    }

    /// Looks for what would have sufficed for a child, by solving the case again.
    ///
    /// - Parameters:
    ///   - child: The index of the child in the case.
    ///   - deadline: Ends the search, by time or by its signal; what was found by then is returned.
    ///   - hears: Is told what is being done.
    /// - Returns: What was found, and why the search ended before it was complete; `nil` where it is complete.
    /// - Throws: ``RoundError/notAllocated(_:)`` or ``RoundError/defect(_:faults:)``.
    public func search(
        for child: Int, deadline: Deadline = .none, hears: @escaping @Sendable (RoundEvent) -> Void = { _ in }
    ) throws(RoundError) -> (search: SufficientSearch, cut: SufficientSearch.Cut?) {
        var options = Allocator.Options()
        options.deadline = deadline
        var search = SufficientSearch(of: subject, explanations, options)
        do {
            try search.examine(child: child, mostSteps: SufficientSearch.mostStepsInAll) {
                hears(.askingWhatSufficesForWish($0))
            }
        } catch { throw RoundError(solving: error) }
        return (search, search.cut == .time && deadline.signal?.isRaised == true ? .interrupted : search.cut)
    }
}

/// Why a child has the place that it has, as a machine-readable message.
public struct ExplainedChild: Encodable, Sendable {
    public let message = "explained"
    public let child: String
    public let outcome: String
    public let lines: [String]
    /// Why the search for what would have sufficed ended before it was complete: `work`, `time` or `interrupted`; left out where
    /// it is complete.
    public let cut: SufficientSearch.Cut?

    public init(_ page: ChildPage, _ language: Language, cut: SufficientSearch.Cut?) {
        self.cut = cut
        child = page.childID
        outcome = page.outcome.rawValue
        lines = page.lines(in: language)
    }
}

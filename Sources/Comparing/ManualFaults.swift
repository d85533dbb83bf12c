import Admissions
import Verifying

/// A rule that the manual result breaks by itself, whatever the computed result is.
public struct ManualFault: Hashable, Sendable {
    public let kind: Kind
    /// Where; `nil` where no single facility is concerned.
    public let facility: Int?
    /// The children concerned, ascending: who uses the seats, or the household that could not have its outcome, or claims.
    public let children: [Int]
    /// Children with seats that the claim asks for, ascending.
    public let displaced: [Int]
    /// Of a seat limit: its index, and how many seats are used and there are.
    public let limit: Int?
    public let used: Int?
    public let seats: Int?

    /// Which rule.
    public enum Kind: String, CaseIterable, Sendable {
        /// More seats are used than there are.
        case seats
        /// The facility has no class for the child, or the child is too young.
        case eligibility
        /// The household does not accept the outcome for its siblings.
        case siblings
        /// The child is placed where it has no wish.
        case wish
        /// The child is not where the case pins it.
        case pin
        /// A household claims seats that others of lower priority have.
        case priorityClaim = "priority_claim"
        /// A household claims vacant seats.
        case vacantClaim = "vacant_claim"

        /// The section of the rules.
        public var rule: Int {
            switch self {
            case .seats, .eligibility, .wish: 1
            case .siblings: 3
            case .priorityClaim, .vacantClaim: 4
            case .pin: 6
            }
        }
    }

    init(
        _ kind: Kind, facility: Int? = nil, children: [Int], displaced: [Int] = [], limit: Int? = nil,
        used: Int? = nil, seats: Int? = nil
    ) {
        self.kind = kind
        self.facility = facility
        self.children = children
        self.displaced = displaced
        self.limit = limit
        self.used = used
        self.seats = seats
    }
}

/// A manual result judged by itself, through the independent check.
public struct ManualCheck: Sendable {
    /// In the order of their kinds, then ascending by facility, children and limit.
    public let faults: [ManualFault]
    /// Whether claims were judged too, as they are in a round of one phase.
    public let judgesClaims: Bool
    /// Households that can have what they got only by a pin, ascending, each with the rule that forbids it.
    let forced: [Int: ManualFault.Kind]
    /// Whether no set of pins without all of ``forced`` gives the result.
    ///
    /// Not where pins and transfer applicants who leave fill a limit only together: then pinning these would do as well.
    let isForcedForCertain: Bool

    /// Judges the result.
    ///
    /// What seats, lists or eligibility forbid is noted and then taken as pinned, so that the claims of all others are
    /// judged as they stand.
    ///
    /// Of a round of several phases only what holds whichever phase placed whom is judged, and nothing is forced: a manual
    /// result does not say which.
    ///
    /// - Complexity: As `Verifier.verify(_:)`, a few times.
    public init(_ manual: ManualResult, of subject: Case, threads: Int = 1) throws {
        judgesClaims = subject.phases.count == 1
        guard judgesClaims else {
            faults = ManualFault.whateverThePhases(manual, of: subject)
            forced = [:]
            isForcedForCertain = false
            return
        }
        var judge = ManualJudge(manual, of: subject, threads: threads)
        try judge.run()
        faults = ManualFault.inOrder(Set(judge.faults))
        forced = judge.forced
        isForcedForCertain = judge.isForcedForCertain
    }
}

import Admissions

/// The result of the independent check.
public struct Verification: Sendable {
    /// Why this is not an allocation of the case; empty if it is one. If there are faults, everything else is empty.
    public let faults: [Fault]
    /// One row for each child, ascending by child.
    public let placements: [Placement]
    /// The best-ranked justified claim of every household that has one, ascending by household; with several phases, of
    /// every household in every phase.
    public let claims: [Claim]
    /// For each household the position of its outcome in its list, from 1; 0 if a pin gave it one that is not in the list.
    public let jointRanks: [Int]
    /// For each limit the number of seats used, and the number of seats including those of present transfer applicants.
    public let usedSeats: [Int]
    public let seats: [Int]
    /// Number of children held; a transfer applicant that stays is not held.
    public let heldCount: Int
    /// Total of the children's wish ranks; a child that is held or stays has the rank after the end of its list.
    public let rankTotal: Int
    /// The best-ranked claims that exist across phases or because of a pin, ascending by household. They are not counted.
    public var uncountedClaims: [Claim] = []
    /// What was reached after each phase; empty in a plain case.
    public var phases: [PhaseFigures] = []

    /// All claims, ascending by household; for each household those that are counted come first.
    public var allClaims: [Claim] {
        (claims + uncountedClaims).enumerated()
            .sorted { ($0.element.household, $0.offset) < ($1.element.household, $1.offset) }.map(\.element)
    }

    public var isStable: Bool { faults.isEmpty && claims.isEmpty }

    /// Whether the result of a search may be used: it is an allocation of the case, and if the search proved which households
    /// have a claim, exactly those have one.
    ///
    /// Check this for every result before anything is written or told. A search that counted one claim too few, or placed a
    /// claim in the wrong household, is refused here.
    ///
    /// - Parameter claimants: For each phase of the round in order (one for a plain round) the households that the search proved
    ///   to be the ones with a claim, ascending; `nil` if it proved nothing.
    /// - Returns: Also `false` if there is a fault, or if there is not one entry for each phase.
    /// - Complexity: O(phases · claims).
    public func agrees(withProved claimants: [[Int]?]) -> Bool {
        guard faults.isEmpty, claimants.count == max(1, phases.count) else { return false }
        return claimants.enumerated().allSatisfy { phase, proved in
            proved.map { $0 == claims.lazy.filter { $0.phase == phase }.map(\.household) } ?? true
        }
    }

    /// A verification that has only the reasons why this is not an allocation of the case.
    static func refused(_ faults: [Fault]) -> Verification {
        Verification(
            faults: faults, placements: [], claims: [], jointRanks: [], usedSeats: [], seats: [], heldCount: 0,
            rankTotal: 0)
    }
}

/// The objective values of an allocation after a phase.
public struct PhaseFigures: Hashable, Sendable {
    /// Number of all children held, whether they took part or not.
    public let heldCount: Int
    /// Total of all children's wish ranks.
    public let rankTotal: Int
}

/// A rule that an allocation breaks.
public enum Fault: PhrasedError, Hashable, Sendable {
    /// There is not one choice for each child.
    case wrongCount(choices: Int, children: Int)
    /// The child has no such wish.
    case noSuchWish(child: ChildID, choice: Int32)
    /// The child may not have this wish.
    case ineligible(child: ChildID, facility: FacilityID, Ineligibility)
    /// The household does not accept what it got.
    case notAccepted(household: HouseholdID)
    /// More children use a seat limit than it has seats.
    case limitExceeded(facilities: [FacilityID], ages: AgeSet, group: GroupCondition, used: Int, seats: Int)
    /// The child is not where it is pinned.
    case pinBroken(child: ChildID)
    /// There is not one phase for each child.
    case wrongPhaseCount(phases: Int, children: Int)
    /// The child is placed, but no phase is given for it; or a phase is given, but the child is not placed.
    case phaseUnclear(child: ChildID)
    /// The child is placed by a phase that is not for it.
    case notInPhase(child: ChildID, phase: String)
    /// The case and the rules disagree about whether a wish is eligible.
    case eligibilityDisagrees(child: ChildID, facility: FacilityID)
    /// The case itself has another value at a key that is computed for each wish than the rules give.
    case keyValueDisagrees(child: ChildID, facility: FacilityID, key: String)

    public var phrase: Phrase {
        switch self {
        case .wrongCount(let choices, let children):
            Phrase("児童 \(children) 人に対し、結果が \(choices) 件あります", "there are \(choices) choices for \(children) children")
        case .noSuchWish(let child, let choice):
            Phrase("児童 \(child) に第 \(choice + 1) 希望はありません", "child \(child) has no wish of index \(choice)")
        case .ineligible(let child, let facility, let reason):
            Phrase(
                "児童 \(child) は施設 \(facility) の対象ではありません（\(reason.rawValue)）",
                "child \(child) is not eligible at \(facility): \(reason.rawValue)")
        case .notAccepted(let household):
            Phrase("世帯 \(household) が受け入れない組み合わせです", "household \(household) does not accept its outcome")
        case .limitExceeded(let facilities, let ages, let group, let used, let seats):
            Phrase(
                "施設 \(facilities.map(\.spelling).joined(separator: "、"))、\(ages) 歳児\(group == .everyone ? "" : "、区分 \(group)"): "
                    + "受入枠 \(seats) 人に \(used) 人が入っています",
                "\(facilities.map(\.spelling).joined(separator: ", ")), ages \(ages)\(group == .everyone ? "" : ", group \(group)"): "
                    + "\(used) of \(seats) seats used")
        case .pinBroken(let child):
            Phrase("児童 \(child) が固定配置のとおりになっていません", "child \(child) is not where it is pinned")
        case .wrongPhaseCount(let phases, let children):
            Phrase("児童 \(children) 人に対し、段階が \(phases) 件あります", "there are \(phases) phases for \(children) children")
        case .phaseUnclear(let child):
            Phrase("児童 \(child) がどの段階で内定したか分かりません", "which phase placed child \(child), if any, is not clear")
        case .notInPhase(let child, let phase):
            Phrase(
                "児童 \(child) が、対象でない段階「\(phase)」で内定しています",
                "child \(child) is placed in the phase \(phase), which is not for it")
        case .eligibilityDisagrees(let child, let facility):
            Phrase(
                "児童 \(child) が施設 \(facility) の対象かどうかが、案件と規則で食い違います",
                "the case and the rules disagree about whether child \(child) is eligible at \(facility)")
        case .keyValueDisagrees(let child, let facility, let key):
            Phrase(
                "児童 \(child) の施設 \(facility) での優先順位の基準 \(key) の値が、案件と規則で食い違います",
                "the case and the rules disagree about the value of child \(child) at the key \(key) for \(facility)")
        }
    }
}

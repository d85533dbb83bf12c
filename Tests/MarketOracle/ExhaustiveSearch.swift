import Admissions

/// The result that the rules define, found by looking at every allocation.
///
/// It knows the rules and nothing of how solvers find the result; a round with phases or pins is searched by
/// ``bestByPhases(of:)``. For markets of some ten children; time grows with the product of the households' list lengths.
public enum ExhaustiveSearch {
    /// The one allocation that section 5 of the rules picks, and what it is worth.
    public static func best(of subject: Case) -> Best {
        let market = Market(of: subject)
        var best: (key: [Int], chosen: [Int])?
        var (feasible, stable) = (0, 0)
        var fewestClaims = Int.max
        market.forEachAllocation { chosen, occupants in
            feasible += 1
            guard let claimants = market.claimants(chosen, occupants, atMost: fewestClaims) else { return }
            if claimants.isEmpty { stable += 1 }
            fewestClaims = claimants.count
            let key = market.comparisonKey(chosen, claimants: claimants)
            if best == nil || key.lexicographicallyPrecedes(best!.key) { best = (key, chosen) }
        }
        // Nobody moves in the baseline, so it is always feasible.
        return market.describe(best!.chosen, allocationCount: feasible, stableCount: stable)
    }

    /// Every allocation in which nobody has a justified claim.
    public static func stableAllocations(of subject: Case) -> [Allocation] {
        let market = Market(of: subject)
        var found: [Allocation] = []
        market.forEachAllocation { chosen, occupants in
            if market.claimants(chosen, occupants, atMost: 0) != nil { found.append(market.allocation(chosen)) }
        }
        return found
    }

    /// The best-ranked justified claim of every household that has one, ascending by household.
    ///
    /// - Parameter allocation: Each household's outcome must be in its list and no limit exceeded.
    public static func claims(of allocation: Allocation, in subject: Case) -> [FoundClaim] {
        let market = Market(of: subject)
        return market.claims(market.chosen(in: allocation))
    }

    /// The number of joint allocations that the search would look at, those that exceed a limit included.
    public static func size(of subject: Case) -> Int {
        if !subject.isPlain { return PhasedSearch(of: subject).size }
        return subject.households.reduce(1) { size, household in
            let list = JointList(of: household, in: subject).outcomes.filter(\.isEligible)
            return size.multipliedReportingOverflow(by: list.count).overflow ? .max : size * list.count
        }
    }
}

/// The result of a case, with everything that can be compared with a solver's.
public struct Best: Hashable, Sendable {
    public let allocation: Allocation
    /// The best-ranked claim of each household with a justified claim, ascending by household.
    public let claims: [FoundClaim]
    /// Allocations that exceed no limit.
    public let allocationCount: Int
    /// Those of them in which nobody has a justified claim.
    public let stableCount: Int
    /// New applicants without a place.
    public let heldCount: Int
    /// The children's wish ranks, one past the list for a child that is held or stays, added up.
    public let rankTotal: Int
    /// For each of ``Case/households`` the position of its outcome in its list, from 1.
    public let jointRanks: [Int]
    /// Indices into ``Case/households``, the first to choose first.
    public let householdOrder: [Int]

    /// The households with a justified claim, ascending.
    public var claimants: [Int] { claims.map(\.household) }
}

/// A justified claim as the search sees it: whose, to what, and whether the seats are vacant.
public struct FoundClaim: Hashable, Sendable {
    /// Index into ``Case/households``.
    public let household: Int
    /// Position of the claimed outcome in the household's list, from 1.
    public let jointRank: Int
    public let kind: Claim.Kind

    public init(household: Int, jointRank: Int, kind: Claim.Kind) {
        self.household = household
        self.jointRank = jointRank
        self.kind = kind
    }
}

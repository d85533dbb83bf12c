import Admissions

/// Finds justified claims against an allocation from one viewpoint, household by household.
///
/// Source: Rules.md 4 and 6.
struct ClaimFinder {
    private let subject: Case
    private let occupation: Occupation
    private let comparator: Comparator
    /// For each child its choice after the phase.
    private let end: [Int32]
    private let isFree: [Bool]
    private let coverage: Coverage
    /// The demands of one outcome; the array is kept only for reuse.
    private var demands: [Occupation.Demand] = []

    init(_ subject: Case, _ occupation: Occupation, _ comparator: Comparator) {
        self.subject = subject
        self.occupation = occupation
        self.comparator = comparator
        end = occupation.stage.end
        isFree = occupation.viewpoint.isFree
        coverage = occupation.stage.coverage
    }

    /// The position in the household's list of what it got, or `nil` if the household does not accept that, and its best-ranked
    /// justified claim.
    ///
    /// One method finds both, because each rank of an outcome of siblings is counted by going through all their outcomes.
    mutating func judge(_ index: Int) -> (rank: Int?, claim: Claim?) {
        let household = subject.households[index]
        let members = household.members
        if case .single = household.wishes { return judgeSingle(index, members) }
        let got = members.map { end[$0] }
        // An outcome that only a pin could make counts as worse than every outcome of the list, and better than the baseline.
        let isOfPin = got.contains(Allocation.elsewhere)
        let own = isOfPin ? got.map { _ in Allocation.baseline } : got
        let list = AcceptedOutcomes(of: household, in: subject)
        let claimed = claimed(by: members, got, before: own, in: list)
        let ranks = list.ranks(of: [own] + (claimed.map { [$0] } ?? []))
        return (
            isOfPin ? nil : ranks[0], claimed.map { claim(of: index, $0, jointRank: ranks[1]!) }
        )
    }

    /// The best outcome to which siblings have a claim; those of them who are not free stay where they are.
    private mutating func claimed(
        by members: [Int], _ got: [Int32], before own: [Int32], in list: AcceptedOutcomes
    ) -> [Int32]? {
        let areFree = members.map { isFree[$0] }
        guard areFree.contains(true) else { return nil }
        // A wish that a child cannot have alone it cannot have with siblings either, because they need seats too.
        var possible = members.map { _ in [Int32]() }
        for (position, child) in members.enumerated() {
            guard areFree[position] else {
                if got[position] >= 0 { possible[position] = [got[position]] }
                continue
            }
            for wish in subject.children[child].wishes.indices where canHave(child, wish, of: members) {
                possible[position].append(Int32(wish))
            }
        }
        let allAreFree = !areFree.contains(false)
        return list.best(before: own, possible: possible) { outcome in
            (allAreFree || members.indices.allSatisfy { areFree[$0] || outcome[$0] == got[$0] })
                && isJustified(outcome, of: members)
        }
    }

    /// Judges a household of one child. Its claim is to the first wish before what it got that it could have.
    private mutating func judgeSingle(_ index: Int, _ members: [Int]) -> (rank: Int?, claim: Claim?) {
        let child = members[0]
        let wishCount = subject.children[child].wishes.count
        let isListed = end[child] >= 0
        let rank =
            end[child] == Allocation.elsewhere ? nil : isListed ? Int(end[child]) + 1 : wishCount + 1
        guard isFree[child],
            let wish = (0..<(isListed ? Int(end[child]) : wishCount)).first(where: {
                canHave(child, $0, of: members)
            })
        else { return (rank, nil) }
        return (rank, claim(of: index, [Int32(wish)], jointRank: wish + 1))
    }

    /// Whether the child is eligible for the wish, the phase offers it, and the child could have it if its siblings used no
    /// seats.
    private mutating func canHave(_ child: Int, _ wish: Int, of members: [Int]) -> Bool {
        guard subject.children[child].wishes[wish].isEligible,
            coverage.offers(subject.children[child].wishes[wish].facility, to: child)
        else { return false }
        let candidate = comparator.candidate(child, at: wish)
        var can = true
        coverage.forEachLimit(usedBy: child, Int32(wish)) { limit in
            if can {
                let lowest = coverage.keepsSeat(limit, child, Int32(wish)) ? nil : candidate
                can = occupation.isJustified(.init(limit: limit, users: 1, lowest: lowest), of: members)
            }
        }
        return can
    }

    private mutating func isJustified(_ outcome: [Int32], of members: [Int]) -> Bool {
        occupation.collectDemands(members, outcome, into: &demands)
        return demands.allSatisfy { occupation.isJustified($0, of: members) }
    }

    // MARK: The claim as written

    private mutating func claim(of household: Int, _ outcome: [Int32], jointRank: Int) -> Claim {
        let members = subject.households[household].members
        occupation.collectDemands(members, outcome, into: &demands)
        demands.sort { $0.limit < $1.limit }
        let isVacant = demands.allSatisfy { occupation.excess(of: $0, of: members) <= 0 }
        let leaving = isVacant ? [] : displaced(of: members)
        let rows = zip(members, outcome).map { child, choice -> Claim.Member in
            let limits = coverage.limits(usedBy: child, choice)
            return Claim.Member(
                child: child,
                facility: choice == Allocation.baseline
                    ? subject.children[child].currentFacility : subject.children[child].wishes[Int(choice)].facility,
                displaced: leaving.filter { leaver in limits.contains { leaver.limits.contains($0) } }.map(\.child))
        }
        return Claim(
            household: household, kind: occupation.viewpoint.kind ?? (isVacant ? .vacant : .priority),
            jointRank: jointRank, members: rows.sorted { $0.child < $1.child }, phase: occupation.stage.phase)
    }

    /// The children who would have to leave so that the demands can be met, ascending.
    ///
    /// Limit by limit these are the last ones in priority order, as many as are still too many after those who leave already.
    private func displaced(of members: [Int]) -> [(child: Int, limits: [Int])] {
        var leaving: [(child: Int, limits: [Int])] = []
        for demand in demands {
            let freed = leaving.count { $0.limits.contains(demand.limit) }
            let excess = occupation.excess(of: demand, of: members) - freed
            guard excess > 0 else { continue }
            for child in occupation.yielding(to: demand, of: members)
                .filter({ child in !leaving.contains { $0.child == child } }).prefix(excess)
            {
                leaving.append((child, coverage.limits(usedBy: child, end[child])))
            }
        }
        return leaving.sorted { $0.child < $1.child }
    }
}

import Admissions

/// Finds justified claims against an allocation, household by household.
///
/// Source: Rules.md 4.
struct ClaimFinder {
    private let subject: Case
    private let allocation: Allocation
    private let occupation: Occupation
    private let comparator: Comparator
    private let coverage: Coverage
    /// What one outcome asks for; kept to be filled again.
    private var demands: [Occupation.Demand] = []

    init(
        _ subject: Case, _ allocation: Allocation, _ occupation: Occupation, _ comparator: Comparator,
        _ coverage: Coverage
    ) {
        self.subject = subject
        self.allocation = allocation
        self.occupation = occupation
        self.comparator = comparator
        self.coverage = coverage
    }

    /// Where what the household got stands in its list, `nil` where it does not accept it; and its best-ranked justified
    /// claim.
    ///
    /// Both in one, because of siblings each rank is counted by going through all their outcomes.
    mutating func judge(_ index: Int) -> (rank: Int?, claim: Claim?) {
        let household = subject.households[index]
        let members = household.members
        if case .single = household.wishes {
            let choice = allocation.choices[members[0]]
            let wishes = subject.children[members[0]].wishes.count
            return (choice == Allocation.baseline ? wishes + 1 : Int(choice) + 1, claim(ofSingle: index))
        }
        let own = members.map { allocation.choices[$0] }
        // What one child cannot have alone it cannot have with siblings, who only need seats of their own.
        var possible = members.map { _ in [Int32]() }
        for (position, child) in members.enumerated() {
            for wish in subject.children[child].wishes.indices where canHave(child, wish, of: members) {
                possible[position].append(Int32(wish))
            }
        }
        let list = AcceptedOutcomes(of: household, in: subject)
        guard let claimed = list.best(before: own, possible: possible, where: { isJustified($0, of: members) }) else {
            return (list.rank(of: own), nil)
        }
        let ranks = list.ranks(of: [own, claimed])
        guard let rank = ranks[0] else { return (nil, nil) }
        return (rank, claim(of: index, claimed, jointRank: ranks[1]!))
    }

    /// A child alone claims the first wish, of those before what it got, that it could have.
    private mutating func claim(ofSingle index: Int) -> Claim? {
        let members = subject.households[index].members
        let child = members[0]
        let own = allocation.choices[child]
        let end = own == Allocation.baseline ? subject.children[child].wishes.count : Int(own)
        guard let wish = (0..<end).first(where: { canHave(child, $0, of: members) }) else { return nil }
        return claim(of: index, [Int32(wish)], jointRank: wish + 1)
    }

    /// Whether the child is eligible for the wish and could have it if its siblings were nowhere.
    private mutating func canHave(_ child: Int, _ wish: Int, of members: [Int]) -> Bool {
        guard subject.children[child].wishes[wish].isEligible else { return false }
        let candidate = comparator.candidate(child, at: wish)
        var can = true
        coverage.forEachLimit(of: child, with: Int32(wish)) { limit in
            if can {
                can = occupation.isJustified(.init(limit: limit, users: 1, lowest: candidate), of: members)
            }
        }
        return can
    }

    private mutating func isJustified(_ outcome: [Int32], of members: [Int]) -> Bool {
        occupation.collectDemands(members[...], outcome[...], into: &demands)
        return demands.allSatisfy { occupation.isJustified($0, of: members) }
    }

    // MARK: The claim as written

    private mutating func claim(of household: Int, _ outcome: [Int32], jointRank: Int) -> Claim {
        let members = subject.households[household].members
        occupation.collectDemands(members[...], outcome[...], into: &demands)
        demands.sort { $0.limit < $1.limit }
        let isVacant = demands.allSatisfy { occupation.isVacant($0, for: members) }
        let leaving = isVacant ? [] : displaced(of: members)
        let rows = zip(members, outcome).map { child, choice -> Claim.Member in
            let isPlaced = choice != Allocation.baseline
            let facility =
                isPlaced
                ? subject.children[child].wishes[Int(choice)].facility : subject.children[child].currentFacility
            let limits = coverage.limits(of: child, staying: !isPlaced, at: facility)
            return Claim.Member(
                child: child, facility: facility,
                displaced: leaving.filter { leaver in limits.contains { leaver.limits.contains($0) } }.map(\.child))
        }
        return Claim(
            household: household, kind: isVacant ? .vacant : .priority, jointRank: jointRank,
            members: rows.sorted { $0.child < $1.child })
    }

    /// The children who would have to leave for the demands, ascending: limit by limit the last in the comparator, as many
    /// as are too many after those who leave already.
    private func displaced(of members: [Int]) -> [(child: Int, limits: [Int])] {
        var leaving: [(child: Int, limits: [Int])] = []
        for demand in demands {
            let freed = leaving.count { $0.limits.contains(demand.limit) }
            let excess =
                occupation.others(demand.limit, without: members) + demand.users - occupation.seats[demand.limit]
                - freed
            guard excess > 0 else { continue }
            let facility = subject.limits[demand.limit].facility
            for child in occupation.yielding(to: demand, of: members)
                .filter({ child in !leaving.contains { $0.child == child } }).prefix(excess)
            {
                leaving.append((child, coverage.limits(of: child, staying: false, at: facility)))
            }
        }
        return leaving.sorted { $0.child < $1.child }
    }
}

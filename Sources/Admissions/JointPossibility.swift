extension Case {
    /// Households that can never be granted any outcome that they accept, whatever is vacant, although some child has an eligible
    /// wish. They have several children or a table. Ascending.
    ///
    /// - Complexity: For each household with w wishes O(w²) if it wants one facility only or names a distance, else O(w).
    public func householdsWithoutOutcome() -> [Int] {
        households.indices.filter { index in
            if case .single = households[index].wishes { return false }
            let household = households[index]
            if household.members.allSatisfy({ children[$0].wishes.allSatisfy { !$0.isEligible } }) { return false }
            switch household.wishes {
            case .single: return false
            case .table(let table): return !hasEligibleOutcome(table, household)
            case .answer(let answer):
                return !answer.acceptsAnyChildAlone && !JointPossibility(household, answer, in: self).exists
            }
        }
    }

    private func hasEligibleOutcome(_ table: JointTable, _ household: Household) -> Bool {
        (0..<table.count).contains { outcome in
            household.members.indices.allSatisfy { member in
                let choice = table.choices[outcome * table.memberCount + member]
                return choice < 0 || children[household.members[member]].wishes[Int(choice)].isEligible
            }
        }
    }
}

extension SiblingAnswer {
    /// Whether each child may be placed alone at any of its eligible wishes, whatever its siblings get.
    public var acceptsAnyChildAlone: Bool {
        timing == .any && (facility == .sameFirst || facility == .rankFirst)
    }
}

/// Finds out whether a sibling answer accepts any outcome with eligible wishes, without making the list.
///
/// Source: Rules.md 3.
private struct JointPossibility {
    private let answer: SiblingAnswer
    private let members: [Int]
    private let subject: Case
    /// For each member the facilities of its eligible wishes, best first, and its present facility.
    private let wished: [[Int]]
    private let current: [Int?]
    private let lead: Int?
    private let keptSeatCounts: Bool

    init(_ household: Household, _ answer: SiblingAnswer, in subject: Case) {
        self.answer = answer
        self.subject = subject
        members = household.members
        wished = members.map { child in subject.children[child].wishes.filter(\.isEligible).map(\.facility) }
        current = members.map { subject.children[$0].currentFacility }
        lead = answer.lead.flatMap(members.firstIndex)
        keptSeatCounts = subject.rules.siblings.keptSeat == .counts
    }

    var exists: Bool {
        switch answer.facility {
        case .sameOnly: Set(wished.joined()).contains(where: isPossible(allAt:))
        case .sameFirst, .rankFirst: isPossibleAnywhere
        case .near: isPossibleNear
        }
    }

    /// Whether the answer about timing is satisfied if exactly these members count as placed.
    private func isTimely(_ counts: (Int) -> Bool) -> Bool {
        switch answer.timing {
        case .together: members.indices.allSatisfy(counts)
        case .lead, .elder, .younger: counts(lead!)
        case .any, .independent: true
        }
    }

    /// Whether the household accepts that everybody who can be at the facility is placed there. It is enough to try this, because
    /// holding one of them would not help.
    private func isPossible(allAt facility: Int) -> Bool {
        if keptSeatCounts {
            for member in members.indices {
                if let here = current[member], here != facility, !wished[member].contains(facility) { return false }
            }
        }
        return isTimely { wished[$0].contains(facility) || (keptSeatCounts && current[$0] == facility) }
    }

    /// Whether some outcome is accepted if facilities do not matter. A child without a wish counts only if a sibling joins it.
    private var isPossibleAnywhere: Bool {
        let able = wished.map { !$0.isEmpty }
        func isJoined(_ member: Int) -> Bool {
            guard keptSeatCounts, let here = current[member] else { return false }
            return members.indices.contains { $0 != member && wished[$0].contains(here) }
        }
        // One placed child is enough except for `together`, where each of several children who only stay may need a sibling that
        // joins it.
        if answer.timing != .together { return isTimely { able[$0] || isJoined($0) } }
        let staying = members.indices.filter { !able[$0] }
        if !staying.allSatisfy(isJoined) { return false }
        let needed = Set(staying.map { current[$0]! })
        return canJoin(Array(needed), among: members.indices.filter { able[$0] })
    }

    /// Whether each of the facilities can be joined by a different member.
    private func canJoin(_ facilities: [Int], among joiners: [Int]) -> Bool {
        guard let facility = facilities.last else { return true }
        return joiners.contains { joiner in
            wished[joiner].contains(facility)
                && canJoin(facilities.dropLast(), among: joiners.filter { $0 != joiner })
        }
    }

    /// Whether some outcome is accepted in which all who count as placed are near each other. It is found by trying; after a
    /// certain number of steps the outcome is assumed to be possible.
    private var isPossibleNear: Bool {
        var steps = 0
        func isNear(_ facility: Int, _ others: [Int]) -> Bool { others.allSatisfy { subject.areNear(facility, $0) } }
        func search(_ member: Int, _ places: [Int], _ stays: [Int], _ counted: [Bool]) -> Bool {
            steps += 1
            if steps > 20_000 { return true }
            guard member < members.count else {
                if !counted.contains(true) { return false }
                return isTimely { member in
                    counted[member] || (keptSeatCounts && current[member].map(places.contains) == true)
                }
            }
            for facility in wished[member] where isNear(facility, places + stays) {
                if search(member + 1, places + [facility], stays, counted + [true]) { return true }
            }
            // A member that stays has a facility too.
            if keptSeatCounts, let here = current[member] {
                return isNear(here, places + stays) && search(member + 1, places, stays + [here], counted + [false])
            }
            return search(member + 1, places, stays, counted + [false])
        }
        return search(0, [], [], [])
    }
}

extension Case {
    /// Whether two facilities are near each other by the round's rules.
    fileprivate func areNear(_ first: Int, _ second: Int) -> Bool {
        if first == second { return true }
        let (one, other) = (facilities[first], facilities[second])
        guard let here = one.location, let there = other.location else {
            return !one.ward.isEmpty && one.ward == other.ward
        }
        let reach = rules.siblings.nearKilometres.map { Double($0.numerator) / Double($0.denominator) } ?? 0
        return here.squaredKilometres(to: there) <= reach * reach
    }
}

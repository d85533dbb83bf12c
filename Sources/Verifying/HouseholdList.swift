import Admissions

/// The outcomes that one household accepts, each with numbers that tell how well it is liked. It is used to explain results.
///
/// An outcome is one number for each member: the index of its wish, or `Allocation.baseline`.
public struct HouseholdList {
    private let accepted: AcceptedOutcomes

    /// - Parameters:
    ///   - household: Index into `Case.households`.
    ///   - subject: The case.
    public init(of household: Int, in subject: Case) {
        accepted = AcceptedOutcomes(of: subject.households[household], in: subject)
    }

    /// The position of the outcome in the household's whole list, from 1, or `nil` if it is not accepted.
    ///
    /// - Complexity: O(product of the members' wishes) for a sibling answer.
    public func rank(of outcome: [Int32]) -> Int? { accepted.rank(of: outcome) }

    /// Numbers to be compared lexicographically, smaller for a better liked outcome; `nil` if the outcome is not accepted.
    public func liking(of outcome: [Int32]) -> [Int]? {
        if outcome.contains(Allocation.elsewhere) { return nil }
        if outcome.allSatisfy({ $0 == Allocation.baseline }) { return [.max] }
        switch accepted.household.wishes {
        case .single: return [Int(outcome[0])]
        case .table(let table):
            return (0..<table.count).first { accepted.row(of: table, $0).elementsEqual(outcome) }.map { [$0] }
        case .answer:
            var measure = accepted.measure!
            return measure.accepts(outcome) ? measure.liking : nil
        }
    }

    /// For each member and each of its wishes whether some accepted outcome of eligible wishes contains it; `nil` if it takes
    /// more than `most` outcomes to find out.
    ///
    /// - Complexity: O(product of the members' wishes), less if every wish is soon found.
    public func acceptedWishes(most: Int) -> [[Bool]]? {
        let (subject, members) = (accepted.subject, accepted.household.members)
        var seen = members.map { [Bool](repeating: false, count: subject.children[$0].wishes.count) }
        guard var measure = accepted.measure else {
            forEachEligible { outcome, _ in
                for (member, wish) in outcome.enumerated() where wish != Allocation.baseline {
                    seen[member][Int(wish)] = true
                }
            }
            return seen
        }
        let eligible = members.map { member in
            let wishes = subject.children[member].wishes
            return wishes.indices.filter { wishes[$0].isEligible }.map(Int32.init)
        }
        var open = eligible.reduce(0) { $0 + $1.count }
        var tried = 0
        var combinations = AcceptedOutcomes.Combinations(of: eligible)
        while open > 0, combinations.advance() {
            tried += 1
            if tried > most { return nil }
            guard measure.accepts(combinations.outcome) else { continue }
            for (member, wish) in combinations.outcome.enumerated()
            where wish != Allocation.baseline && !seen[member][Int(wish)] {
                seen[member][Int(wish)] = true
                open -= 1
            }
        }
        return seen
    }

    /// Visits every accepted outcome of eligible wishes except the baseline, in no particular order.
    ///
    /// - Complexity: O(product of the members' wishes) for a sibling answer, one outcome at a time.
    public func forEachEligible(_ visit: (_ outcome: [Int32], _ liking: [Int]) -> Void) {
        let subject = accepted.subject
        let members = accepted.household.members
        switch accepted.household.wishes {
        case .single:
            for (index, wish) in subject.children[members[0]].wishes.enumerated() where wish.isEligible {
                visit([Int32(index)], [index])
            }
        case .table(let table):
            var seen: Set<[Int32]> = []
            for index in 0..<table.count {
                let outcome = Array(accepted.row(of: table, index))
                let isEligible = zip(members, outcome).allSatisfy {
                    $1 == Allocation.baseline || subject.children[$0].wishes[Int($1)].isEligible
                }
                if isEligible, outcome.contains(where: { $0 != Allocation.baseline }), seen.insert(outcome).inserted {
                    visit(outcome, [index])
                }
            }
        case .answer:
            let eligible = members.map { member in
                let wishes = subject.children[member].wishes
                return wishes.indices.filter { wishes[$0].isEligible }.map(Int32.init)
            }
            var measure = accepted.measure!
            var combinations = AcceptedOutcomes.Combinations(of: eligible)
            while combinations.advance() {
                if measure.accepts(combinations.outcome) { visit(combinations.outcome, measure.liking) }
            }
        }
    }
}

import Admissions

/// What one household accepts and in what order, by trying every combination: plain, so that it can be believed.
///
/// An outcome is one number for each member: the index of its wish, or ``Allocation/baseline``.
///
/// Source: Rules.md 3.
struct AcceptedOutcomes {
    let subject: Case
    let household: Household
    private let rules: SiblingRules
    private let members: Range<Int>
    /// For each member the facilities that it wishes, and where it is now; -1: nowhere.
    let wished: [[Int]]
    private let present: [Int]

    init(of household: Household, in subject: Case) {
        self.subject = subject
        self.household = household
        rules = subject.rules.siblings
        members = household.members.indices
        wished = household.members.map { subject.children[$0].wishes.map(\.facility) }
        present = household.members.map { subject.children[$0].currentFacility ?? -1 }
    }

    /// The position of `outcome` in the household's whole list, from 1, or `nil` where the household does not accept it.
    ///
    /// - Complexity: O(product of the members' wishes) for a sibling answer.
    func rank(of outcome: [Int32]) -> Int? {
        let isBaseline = outcome.allSatisfy { $0 == Allocation.baseline }
        switch household.wishes {
        case .single:
            return isBaseline ? wished[0].count + 1 : Int(outcome[0]) + 1
        case .table(let table):
            if isBaseline { return table.count + 1 }
            return (0..<table.count).first { row(of: table, $0).elementsEqual(outcome) }.map { $0 + 1 }
        case .answer(let answer):
            if !isBaseline, !accepts(outcome, answer) { return nil }
            let own = isBaseline ? nil : preference(outcome, answer)
            var better = 0
            var combinations = Combinations(of: wished.map { $0.indices.map(Int32.init) })
            while combinations.advance() {
                guard accepts(combinations.outcome, answer) else { continue }
                guard let own else {
                    better += 1
                    continue
                }
                if precedes(preference(combinations.outcome, answer), own) { better += 1 }
            }
            return better + 1
        }
    }

    /// The best outcome that comes before `outcome` in the list and passes `test`.
    ///
    /// - Parameter possible: For each member the wishes worth trying; the baseline is always tried.
    func best(before outcome: [Int32], possible: [[Int32]], where test: ([Int32]) -> Bool) -> [Int32]? {
        switch household.wishes {
        case .single:
            let end = outcome[0] == Allocation.baseline ? Int32(wished[0].count) : outcome[0]
            return possible[0].first { $0 < end && test([$0]) }.map { [$0] }
        case .table(let table):
            for index in 0..<table.count {
                let candidate = Array(row(of: table, index))
                if candidate == outcome { return nil }
                let isPossible = zip(candidate, possible).allSatisfy { $0 == Allocation.baseline || $1.contains($0) }
                if isPossible, test(candidate) { return candidate }
            }
            return nil
        case .answer(let answer):
            let isBaseline = outcome.allSatisfy { $0 == Allocation.baseline }
            var bound = isBaseline ? nil : preference(outcome, answer)
            var best: [Int32]?
            var combinations = Combinations(of: possible)
            while combinations.advance() {
                let candidate = combinations.outcome
                guard accepts(candidate, answer) else { continue }
                let key = preference(candidate, answer)
                if let bound, !precedes(key, bound) { continue }
                if test(candidate) { (best, bound) = (candidate, key) }
            }
            return best
        }
    }

    /// The household's list without its ineligible outcomes, best first, the baseline last.
    ///
    /// - Parameters:
    ///   - limit: The most that are returned.
    ///   - visit: Gets each of those that follow, in any order.
    func eligibleOutcomes(atMost limit: Int, rest visit: ([Int32]) -> Void) -> [[Int32]] {
        let baseline = [Int32](repeating: Allocation.baseline, count: members.count)
        var outcomes: [[Int32]]
        switch household.wishes {
        case .single: outcomes = wished[0].indices.filter { isEligible(0, Int32($0)) }.map { [Int32($0)] }
        case .table(let table):
            outcomes = (0..<table.count).map { Array(row(of: table, $0)) }.filter { row in
                members.allSatisfy { isEligible($0, row[$0]) }
            }
        case .answer(let answer):
            var ranked: [(key: [Int], outcome: [Int32])] = []
            func sort() { ranked.sort { $0.key.lexicographicallyPrecedes($1.key) } }
            func drop() {
                for entry in ranked.dropFirst(limit) { visit(entry.outcome) }
                ranked.removeLast(ranked.count - limit)
            }
            let eligible = members.map { member in
                wished[member].indices.map(Int32.init).filter { isEligible(member, $0) }
            }
            var combinations = Combinations(of: eligible)
            while combinations.advance() {
                let outcome = combinations.outcome
                guard accepts(outcome, answer) else { continue }
                ranked.append((preference(outcome, answer), outcome))
                if ranked.count >= 2 * limit + 64 {
                    sort()
                    drop()
                }
            }
            sort()
            outcomes = ranked.map(\.outcome)
        }
        outcomes.append(baseline)
        for outcome in outcomes.dropFirst(limit) { visit(outcome) }
        return Array(outcomes.prefix(limit))
    }

    private func isEligible(_ member: Int, _ choice: Int32) -> Bool {
        choice == Allocation.baseline || subject.children[household.members[member]].wishes[Int(choice)].isEligible
    }

    func row(of table: JointTable, _ index: Int) -> ArraySlice<Int32> {
        table.choices[index * table.memberCount..<(index + 1) * table.memberCount]
    }

    /// Every combination of the members' wishes and baselines in which somebody is placed, one after the other.
    struct Combinations {
        private let wishes: [[Int32]]
        /// For each member which of its wishes it is at; -1: its baseline.
        private var position: [Int]
        private(set) var outcome: [Int32]

        /// Begins before the first combination, with everybody at the baseline.
        init(of wishes: [[Int32]]) {
            self.wishes = wishes
            position = [Int](repeating: -1, count: wishes.count)
            outcome = [Int32](repeating: Allocation.baseline, count: wishes.count)
        }

        /// Goes on to the next combination; false after the last.
        mutating func advance() -> Bool {
            for member in wishes.indices.reversed() {
                position[member] += 1
                if position[member] < wishes[member].count {
                    outcome[member] = wishes[member][position[member]]
                    return true
                }
                position[member] = -1
                outcome[member] = Allocation.baseline
            }
            return false
        }
    }

    private func precedes(_ first: [Int], _ second: [Int]) -> Bool {
        for index in first.indices where first[index] != second[index] { return first[index] < second[index] }
        return false
    }

    // MARK: One outcome

    /// Where the member ends up; -1: nowhere.
    private func place(_ member: Int, _ outcome: [Int32]) -> Int {
        outcome[member] == Allocation.baseline
            ? present[member] : wished[member][Int(outcome[member])]
    }

    /// Whether the member is placed, or stays where a sibling is placed and that counts.
    private func counts(_ member: Int, _ outcome: [Int32]) -> Bool {
        if outcome[member] != Allocation.baseline { return true }
        let seat = present[member]
        if rules.keptSeat == .ignored || seat < 0 { return false }
        for sibling in members where outcome[sibling] != Allocation.baseline {
            if place(sibling, outcome) == seat { return true }
        }
        return false
    }

    /// Whether the household accepts an outcome in which somebody is placed.
    func accepts(_ outcome: [Int32], _ answer: SiblingAnswer) -> Bool {
        switch answer.timing {
        case .any: break
        case .together: for member in members where !counts(member, outcome) { return false }
        case .lead, .elder, .younger:
            if !counts(household.members.firstIndex(of: answer.lead!)!, outcome) { return false }
        case .independent: preconditionFailure("children who apply independently are households of their own")
        }
        switch answer.facility {
        case .sameFirst, .rankFirst: return true
        case .sameOnly:
            var common = -1
            for member in members {
                if rules.keptSeat == .ignored, outcome[member] == Allocation.baseline { continue }
                let place = place(member, outcome)
                if place < 0 { continue }
                if common >= 0, place != common { return false }
                common = place
            }
            return true
        case .near:
            for member in members where counts(member, outcome) {
                for other in 0..<member where counts(other, outcome) {
                    if !areNear(place(member, outcome), place(other, outcome)) { return false }
                }
            }
            return true
        }
    }

    private func areNear(_ first: Int, _ second: Int) -> Bool {
        if first == second { return true }
        let (one, other) = (subject.facilities[first], subject.facilities[second])
        if let start = one.location, let end = other.location {
            let kilometres = rules.nearKilometres!
            let limit = Double(kilometres.numerator) / Double(kilometres.denominator)
            return start.squaredKilometres(to: end) <= limit * limit
        }
        return !one.ward.isEmpty && one.ward == other.ward
    }

    /// Numbers compared from the first on; smaller is liked better. All outcomes of one household have equally many.
    func preference(_ outcome: [Int32], _ answer: SiblingAnswer) -> [Int] {
        var numbers: [Int] = []
        numbers.reserveCapacity(2 * members.count + 4)
        if rules.followLead, let lead = answer.lead {
            let placed = { counts($0, outcome) ? 0 : 1 }
            if answer.timing == .younger {
                for member in members.reversed() { numbers.append(placed(member)) }
            } else {
                forEachMember(from: lead) { numbers.append(placed($0)) }
            }
        }
        if rules.countFirst { numbers.append(-countingMembers(outcome)) }
        if answer.facility == .sameFirst || answer.facility == .near { numbers.append(-largestGroup(outcome)) }
        switch rules.aggregate {
        case .sum: numbers.append(members.reduce(0) { $0 + rank($1, outcome) })
        case .worst: numbers.append(members.reduce(0) { max($0, rank($1, outcome)) })
        case .lead: forEachMember(from: answer.preferred) { numbers.append(rank($0, outcome)) }
        case .product: numbers += product(outcome)
        }
        if !rules.countFirst { numbers.append(-countingMembers(outcome)) }
        forEachMember(from: answer.preferred) { numbers.append(rank($0, outcome)) }
        return numbers
    }

    /// The rank of the member's wish, from 1; one past its list where it is not placed.
    private func rank(_ member: Int, _ outcome: [Int32]) -> Int {
        outcome[member] == Allocation.baseline ? wished[member].count + 1 : Int(outcome[member]) + 1
    }

    private func countingMembers(_ outcome: [Int32]) -> Int {
        members.count { counts($0, outcome) }
    }

    /// The most members who count and are at one facility.
    private func largestGroup(_ outcome: [Int32]) -> Int {
        var largest = 0
        for member in members where counts(member, outcome) {
            let place = place(member, outcome)
            largest = max(largest, members.count { counts($0, outcome) && self.place($0, outcome) == place })
        }
        return largest
    }

    /// The product of the ranks, 99 for a child that is held or stays, as high and low part.
    private func product(_ outcome: [Int32]) -> [Int] {
        var product: UInt128 = 1
        for member in members {
            let factor = outcome[member] == Allocation.baseline ? 99 : UInt128(rank(member, outcome))
            let (next, overflow) = product.multipliedReportingOverflow(by: factor)
            precondition(!overflow, "the product of wish ranks leaves 128 bits")
            product = next
        }
        return [Int(product >> 62), Int(product & (1 << 62 - 1))]
    }

    /// Visits the member that is this child, then the others, eldest first.
    private func forEachMember(from child: Int, _ visit: (Int) -> Void) {
        let first = household.members.firstIndex(of: child)!
        visit(first)
        for member in members where member != first { visit(member) }
    }
}

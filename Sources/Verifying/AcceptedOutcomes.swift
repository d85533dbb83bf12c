import Admissions

/// What one household accepts and in what order, found by trying every combination. It is simple so that it can be trusted.
///
/// An outcome is one number for each member: the index of its wish, or ``Allocation/baseline``.
///
/// Source: Rules.md 3.
struct AcceptedOutcomes {
    let subject: Case
    let household: Household
    private let members: Range<Int>
    /// For each member the number of its wishes.
    private let wishCounts: [Int]
    /// For a sibling answer what measures the outcomes. Each search uses a copy, because making another takes longer.
    let measure: OutcomeMeasure?

    init(of household: Household, in subject: Case) {
        self.subject = subject
        self.household = household
        members = household.members.indices
        wishCounts = household.members.map { subject.children[$0].wishes.count }
        if case .answer(let answer) = household.wishes {
            measure = OutcomeMeasure(of: household, answer, in: subject)
        } else {
            measure = nil
        }
    }

    /// The position of `outcome` in the household's whole list, from 1, or `nil` if the household does not accept it.
    ///
    /// - Complexity: O(product of the members' wishes) for a sibling answer.
    func rank(of outcome: [Int32]) -> Int? { ranks(of: [outcome])[0] }

    /// The positions of several outcomes, found in one pass.
    ///
    /// - Complexity: The same as ``rank(of:)``.
    func ranks(of outcomes: [[Int32]]) -> [Int?] {
        switch household.wishes {
        case .single:
            return outcomes.map { $0[0] == Allocation.baseline ? wishCounts[0] + 1 : Int($0[0]) + 1 }
        case .table(let table):
            return outcomes.map { outcome in
                if isBaseline(outcome) { return table.count + 1 }
                return (0..<table.count).first { row(of: table, $0).elementsEqual(outcome) }.map { $0 + 1 }
            }
        case .answer:
            var measure = measure!
            // The baseline comes after everything that is accepted.
            let isLast = outcomes.map(isBaseline)
            let likings = outcomes.indices.map { index in
                !isLast[index] && measure.accepts(outcomes[index]) ? measure.liking : nil
            }
            var better = [Int](repeating: 0, count: outcomes.count)
            var combinations = Combinations(of: wishCounts.map { (0..<$0).map(Int32.init) })
            while combinations.advance() {
                guard measure.accepts(combinations.outcome) else { continue }
                for index in likings.indices {
                    if likings[index].map({ precedes(measure.liking, $0) }) ?? isLast[index] { better[index] += 1 }
                }
            }
            return outcomes.indices.map { isLast[$0] || likings[$0] != nil ? better[$0] + 1 : nil }
        }
    }

    private func isBaseline(_ outcome: [Int32]) -> Bool { outcome.allSatisfy { $0 == Allocation.baseline } }

    /// The best outcome that comes before `outcome` in the list and passes `test`.
    ///
    /// - Parameters:
    ///   - outcome: The baseline, or an outcome that the household accepts.
    ///   - possible: For each member the wishes worth trying; the baseline is always tried.
    func best(before outcome: [Int32], possible: [[Int32]], where test: ([Int32]) -> Bool) -> [Int32]? {
        switch household.wishes {
        case .single:
            let end = outcome[0] == Allocation.baseline ? Int32(wishCounts[0]) : outcome[0]
            return possible[0].first { $0 < end && test([$0]) }.map { [$0] }
        case .table(let table):
            for index in 0..<table.count {
                let candidate = Array(row(of: table, index))
                if candidate == outcome { return nil }
                let isPossible = zip(candidate, possible).allSatisfy { $0 == Allocation.baseline || $1.contains($0) }
                if isPossible, test(candidate) { return candidate }
            }
            return nil
        case .answer:
            var measure = measure!
            var bound = !isBaseline(outcome) && measure.accepts(outcome) ? measure.liking : nil
            var best: [Int32]?
            var combinations = Combinations(of: possible)
            while combinations.advance() {
                guard measure.accepts(combinations.outcome) else { continue }
                if let bound, !precedes(measure.liking, bound) { continue }
                if test(combinations.outcome) { (best, bound) = (combinations.outcome, measure.liking) }
            }
            return best
        }
    }

    /// The household's list without its ineligible outcomes, best first, the baseline last.
    ///
    /// - Parameters:
    ///   - limit: The most outcomes that are returned.
    ///   - visit: Called with each outcome after these, in any order.
    func eligibleOutcomes(atMost limit: Int, rest visit: ([Int32]) -> Void) -> [[Int32]] {
        let baseline = [Int32](repeating: Allocation.baseline, count: members.count)
        var outcomes: [[Int32]]
        switch household.wishes {
        case .single: outcomes = (0..<wishCounts[0]).filter { isEligible(0, Int32($0)) }.map { [Int32($0)] }
        case .table(let table):
            outcomes = (0..<table.count).map { Array(row(of: table, $0)) }.filter { row in
                members.allSatisfy { isEligible($0, row[$0]) }
            }
        case .answer:
            var ranked: [(key: [Int], outcome: [Int32])] = []
            func sort() { ranked.sort { $0.key.lexicographicallyPrecedes($1.key) } }
            func drop() {
                for entry in ranked.dropFirst(limit) { visit(entry.outcome) }
                ranked.removeLast(ranked.count - limit)
            }
            let eligible = members.map { member in
                (0..<wishCounts[member]).map(Int32.init).filter { isEligible(member, $0) }
            }
            var measure = measure!
            var combinations = Combinations(of: eligible)
            while combinations.advance() {
                guard measure.accepts(combinations.outcome) else { continue }
                ranked.append((measure.liking, combinations.outcome))
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
        /// For each member the index into its `wishes`; -1 for its baseline.
        private var position: [Int]
        private(set) var outcome: [Int32]

        /// Starts before the first combination, with everybody at the baseline.
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
}

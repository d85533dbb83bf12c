import Admissions
import Verifying

/// How two households would fare against each other if all others were absent: for each pair of joint outcomes what each gets.
///
/// The payoff of an outcome is the number of outcomes in the household's list minus those that it likes better: the length of
/// the list for the best outcome, down to 1 for the last. The payoff is 0 if priority throws the household out, that is, if at
/// some limit the other household's children who come before its lowest child, plus the seats that it needs, exceed the seats.
///
/// Source: Rules.md 7.
public struct PayoffTable: Sendable {
    /// Eligible outcomes of the first household, best first, without the baseline.
    public let rows: [[Int32]]
    /// Eligible outcomes of the second household, best first, without the baseline.
    public let columns: [[Int32]]
    /// At `row * columns.count + column` what the first and the second household get.
    public let payoffs: [Payoff]
    /// Pairs that fit together and in which neither household has a justified claim, by row, then column. An index past the end
    /// stands for the baseline.
    public let stable: [(row: Int, column: Int)]

    /// What each of the two households gets.
    public struct Payoff: Hashable, Sendable {
        public var first: Int
        public var second: Int

        public init(first: Int, second: Int) {
            self.first = first
            self.second = second
        }
    }

    /// - Parameters:
    ///   - first: Index into `Case.households`.
    ///   - second: The index of another household.
    ///   - subject: The case.
    ///   - most: The most outcomes of each list that are looked at, best first.
    /// - Complexity: O(pairs · seats), and for ``stable`` one check for each better outcome of each pair.
    public init(of first: Int, _ second: Int, in subject: Case, most: Int = .max) {
        let pair = Pair(first, second, subject)
        let lists = [first, second].map { household -> [[Int32]] in
            var outcomes: [(liking: [Int], outcome: [Int32])] = []
            HouseholdList(of: household, in: subject).forEachEligible { outcomes.append(($1, $0)) }
            outcomes.sort { $0.liking.lexicographicallyPrecedes($1.liking) }
            return outcomes.prefix(most).map(\.outcome)
        }
        (rows, columns) = (lists[0], lists[1])
        var payoffs: [Payoff] = []
        for (row, own) in rows.enumerated() {
            for (column, other) in columns.enumerated() {
                payoffs.append(
                    Payoff(
                        first: pair.isThrownOut(0, by: other, from: own) ? 0 : rows.count - row,
                        second: pair.isThrownOut(1, by: own, from: other) ? 0 : columns.count - column))
            }
        }
        self.payoffs = payoffs
        let baselines = [first, second].map { subject.households[$0].members.map { _ in Allocation.baseline } }
        let (allRows, allColumns) = (rows + [baselines[0]], columns + [baselines[1]])
        var stable: [(row: Int, column: Int)] = []
        for (row, own) in allRows.enumerated() {
            for (column, other) in allColumns.enumerated() where pair.fit(own, other) {
                let isClaimed =
                    allRows[..<row].contains { !pair.isThrownOut(0, by: other, from: $0) }
                    || allColumns[..<column].contains { !pair.isThrownOut(1, by: own, from: $0) }
                if !isClaimed { stable.append((row, column)) }
            }
        }
        self.stable = stable
    }
}

/// Two households and the seats that they would share.
private struct Pair {
    private let subject: Case
    private let comparator: Comparator
    private let coverage: Coverage
    private let members: [[Int]]

    init(_ first: Int, _ second: Int, _ subject: Case) {
        self.subject = subject
        comparator = Comparator(of: subject)
        coverage = Coverage(of: subject)
        members = [subject.households[first].members, subject.households[second].members]
    }

    /// The seats of the limit: its vacancies and the present seats of the two households' transfer applicants.
    private func seats(_ limit: Int) -> Int {
        subject.limits[limit].seats
            + members.joined().count { coverage.limits(usedBy: $0, Allocation.baseline).contains(limit) }
    }

    /// The users of each limit, each with its wish or the baseline.
    private func users(_ index: Int, _ outcome: [Int32]) -> [Int: [(child: Int, choice: Int32)]] {
        var users: [Int: [(child: Int, choice: Int32)]] = [:]
        for (child, choice) in zip(members[index], outcome) {
            for limit in coverage.limits(usedBy: child, choice) { users[limit, default: []].append((child, choice)) }
        }
        return users
    }

    private func comesBefore(_ one: (child: Int, choice: Int32), _ other: (child: Int, choice: Int32)) -> Bool {
        if one.choice == Allocation.baseline { return true }
        if other.choice == Allocation.baseline { return false }
        return comparator.precedes(one.child, at: Int(one.choice), other.child, at: Int(other.choice))
    }

    /// Whether household `index` cannot have the outcome if the other household has its own.
    func isThrownOut(_ index: Int, by other: [Int32], from outcome: [Int32]) -> Bool {
        let others = users(1 - index, other)
        for (limit, own) in users(index, outcome) {
            guard let lowest = own.filter({ $0.choice != Allocation.baseline }).max(by: comesBefore) else { continue }
            let before = (others[limit] ?? []).count { comesBefore($0, lowest) }
            if before + own.count > seats(limit) { return true }
        }
        return false
    }

    func fit(_ first: [Int32], _ second: [Int32]) -> Bool {
        let others = users(1, second)
        let own = users(0, first)
        return Set(own.keys).union(others.keys).allSatisfy { limit in
            let users = (own[limit] ?? []) + (others[limit] ?? [])
            return users.count <= seats(limit) || users.allSatisfy { $0.choice == Allocation.baseline }
        }
    }
}

import Admissions
import Allocating
import Asking
import Verifying

/// Moves of the points of named rows: which are tried, and which have evidence enough to be proposed.
extension Calibration {
    /// A moved row must be explained by at least this many households: of the households whose points it changes at least this
    /// many more get what staff decided only with the move than get it only without.
    ///
    /// One household alone would be fitted by name.
    public static let leastEvidence = 2

    /// What speaks for one moved row: the rules with all changes beside the rules with all but this one.
    public struct Evidence: Sendable {
        public let move: RowMove
        /// Children, and households with all their children, who have what staff decided with the move, and without it.
        public let childrenWith: Int
        public let childrenWithout: Int
        public let householdsWith: Int
        public let householdsWithout: Int
        /// Households with a child that the move gives another value at a key.
        public let households: Int
        /// Of these households those with what staff decided only with the move, and only without it.
        public let gained: Int
        public let lost: Int

        /// Whether the households suffice, of which enough must be changed and enough not.
        func isEnough(leastHouseholds: Int, of householdCount: Int) -> Bool {
            gained - lost >= Calibration.leastEvidence
                && min(households, householdCount - households) >= leastHouseholds
        }
    }

    /// What speaks for each moved row of a candidate, in the order of its moves; `nil` where the time ended, or where the rules
    /// without one of the moves cannot be solved.
    public mutating func evidence(for candidate: Candidate) throws -> [Evidence]? {
        var found: [Evidence] = []
        for move in candidate.moves {
            var rules = candidate.rules
            let back = RowMove(part: move.part, row: move.row, from: move.to, to: move.from, setting: move.setting)
            guard back.apply(to: &rules.pointsTable), let without = try evaluate([rules]).first else { return nil }
            found.append(Self.evidence(for: move, candidate, without))
        }
        return found
    }

    private static func evidence(for move: RowMove, _ with: Candidate, _ without: Candidate) -> Evidence {
        let (subject, other) = (with.subject, without.subject)
        var differing = (with: Set<HouseholdID>(), without: Set<HouseholdID>())
        var changed = Set<HouseholdID>()
        for (child, person) in subject.children.enumerated() {
            if !with.agrees[child] { differing.with.insert(person.householdID) }
            if !without.agrees[child] { differing.without.insert(person.householdID) }
            if subject.hasOtherValues(child, than: other) { changed.insert(person.householdID) }
        }
        return Evidence(
            move: move, childrenWith: with.children, childrenWithout: without.children,
            householdsWith: with.households, householdsWithout: without.households, households: changed.count,
            gained: changed.count { differing.without.contains($0) && !differing.with.contains($0) },
            lost: changed.count { differing.with.contains($0) && !differing.without.contains($0) })
    }

    /// Whether every moved row of a candidate has its evidence.
    mutating func isUpheld(_ candidate: Candidate) throws -> Bool {
        guard let rows, !candidate.moves.isEmpty else { return true }
        if let known = upheld[candidate.rules] { return known }
        guard let evidence = try evidence(for: candidate) else { return false }
        let isUpheld = evidence.allSatisfy {
            $0.isEnough(leastHouseholds: rows.leastHouseholds, of: candidate.householdCount)
        }
        upheld[candidate.rules] = isUpheld
        return isUpheld
    }

    /// Whether a candidate has no moved row, or all its moves are known to have their evidence.
    func isProposable(_ candidate: Candidate) -> Bool { candidate.moves.isEmpty || upheld[candidate.rules] == true }

    // MARK: What is tried

    /// The rules with one row moved, for each row to the few of its values that promise most, and back to what is written.
    ///
    /// Most promise those under which staff placed the fewest children against the priority order, of equals the nearest to
    /// what is written.
    mutating func promisingMoves(of rules: Rules) -> [Rules] {
        guard let rows else { return [] }
        var moved: [Rules] = []
        var rowOfMoved: [Int] = []
        for (index, row) in rows.rows.enumerated() {
            let written = draft.rules.pointsTable.parts[row.part].rows[row.row].amount
            for amount in [written] + row.values.map({ .points($0) }) {
                var changed = rules
                changed.pointsTable.parts[row.part].rows[row.row].amount = amount
                moved.append(changed)
                rowOfMoved.append(index)
            }
        }
        let inversions = inversions(under: moved)
        var promising: [Rules] = []
        var start = 0
        while start < inversions.count {
            let end = rowOfMoved[start...].firstIndex { $0 != rowOfMoved[start] } ?? moved.count
            let ordered = (start..<min(end, inversions.count)).sorted { (inversions[$0], $0) < (inversions[$1], $1) }
            promising += ([start] + ordered.prefix(Self.promisingValues).filter { $0 != start }).map { moved[$0] }
            start = end
        }
        return promising
    }

    /// For each of the rules how many children staff placed against the priority order; fewer entries where the time ended.
    private mutating func inversions(under all: [Rules]) -> [Int] {
        let (draft, manual, options) = (draft, manual, options)
        var inversions: [Int] = []
        Trial.inTurn(all, threads: options.threads, atATime: max(1, options.threads) * 16) {
            if options.deadline.hasPassed { hasTimeEnded = true }
            return !isOver
        } ask: { (rules: Rules) throws(Never) -> Int in
            var changed = draft
            changed.rules = rules
            // What the case does not take is not solved either.
            guard let subject = changed.resolve().case else { return .max }
            return ManualResult(manual, of: subject).inversions(in: subject)
        } take: { _, found throws(Never) in
            inversions.append(found.get())
            return true
        }
        return inversions
    }

    /// The rules with the best of these moves two by two, and each with another order of the keys.
    ///
    /// The best are those that agree best by themselves: a few values each of a few rows.
    func movedTwice(_ rules: Rules, _ moves: [Rules]) -> [Rules] {
        let single = Set(moves).subtracting([rules])
        var values: [[Int]: Int] = [:]
        var best: [(place: [Int], amount: PointsRow.Amount, rules: Rules)] = []
        for candidate in ranking() where single.contains(candidate.rules) {
            let table = candidate.rules.pointsTable
            let moved = rows!.rows.first { row in
                table.parts[row.part].rows[row.row] != rules.pointsTable.parts[row.part].rows[row.row]
            }!
            let place = [moved.part, moved.row]
            if values[place] == nil, values.count == Self.promisingRows { continue }
            values[place, default: 0] += 1
            best.append((place, table.parts[moved.part].rows[moved.row].amount, candidate.rules))
        }
        var twice: [Rules] = []
        for (index, first) in best.enumerated() {
            for second in best[(index + 1)...] where second.place != first.place {
                var rules = first.rules
                rules.pointsTable.parts[second.place[0]].rows[second.place[1]].amount = second.amount
                twice.append(rules)
            }
            twice += Self.alternatives(to: first.rules).filter { $0.priority != rules.priority }
        }
        return twice
    }

    /// How many values of a row are solved at a time.
    private static let promisingValues = 3
    /// How many rows are moved two by two.
    private static let promisingRows = 16
}

extension Case {
    /// Whether the child has other points or other values of the keys than in a case with the same children, at one of its
    /// wishes or where none is meant.
    fileprivate func hasOtherValues(_ child: Int, than other: Case) -> Bool {
        if children[child] != other.children[child] { return true }
        return rules.priority.indices.contains { key in
            keyValue(child: child, key: key) != other.keyValue(child: child, key: key)
                || children[child].wishes.indices.contains {
                    keyValue(child: child, wish: $0, key: key) != other.keyValue(child: child, wish: $0, key: key)
                }
        }
    }
}

extension ManualResult {
    /// How many pairs of children it places against the priority order: one would like to be where the other, of its class, is
    /// placed although it comes later.
    ///
    /// Siblings' answers and further limits are left out, so that this is an estimate, quick beside solving the case.
    ///
    /// - Complexity: O(wishes · log children) comparisons.
    func inversions(in subject: Case) -> Int {
        let comparator = Comparator(of: subject)
        let isPinned = subject.isPinned
        let choices = subject.children.indices.map { choice(of: $0, in: subject) }
        let ageCount = 6
        var placed = [[Comparator.Candidate]](repeating: [], count: subject.facilities.count * ageCount)
        for (child, person) in subject.children.enumerated() where choices[child] >= 0 && !isPinned[child] {
            let wish = Int(choices[child])
            placed[person.wishes[wish].facility * ageCount + person.ageClass]
                .append(comparator.candidate(child, at: wish))
        }
        for place in placed.indices { placed[place].sort { comparator.precedes($0, $1) } }
        var count = 0
        for (child, person) in subject.children.enumerated()
        where choices[child] != Allocation.elsewhere && !isPinned[child] {
            let better = choices[child] >= 0 ? Int(choices[child]) : person.wishes.count
            for wish in 0..<better where person.wishes[wish].isEligible {
                let rivals = placed[person.wishes[wish].facility * ageCount + person.ageClass]
                let own = comparator.candidate(child, at: wish)
                var (low, high) = (0, rivals.count)
                while low < high {
                    let middle = (low + high) / 2
                    if comparator.precedes(own, rivals[middle]) { high = middle } else { low = middle + 1 }
                }
                count += rivals.count - low
            }
        }
        return count
    }
}

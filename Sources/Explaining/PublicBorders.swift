import Admissions

/// The borders as they may be published: cells of one or two children placed are hidden, and as many others as keep them
/// from being computed.
///
/// An outsider is thought to know the totals placed of every facility, of every class and of the city, and that a hidden
/// cell may hold any number. A cell can be computed exactly if no other numbers in the hidden cells have the same totals:
/// if it lies on no cycle of hidden cells along which one more here is one less there. So in each facility with one such
/// cell another is hidden, and cells of further facilities until every small cell lies on such a cycle, where there is
/// one. A total that is the small cell itself (a facility of one class, a class of one facility) can not be protected by
/// other cells and must not be published either.
///
/// - Returns: In the order of the borders.
/// - Complexity: O(cells), and one pass over all cells for each of the few small cells that the first partners leave
///   unprotected.
///
/// Source: complementary cell suppression, Fischetti and Salazar, Mathematical Programming 84 (1999), 283-312; the smallest
/// number of hidden cells is not sought, only few children.
public func publicBorders(of subject: Case, _ borders: [Border]) -> [PublicBorder] {
    var table = SuppressedTable(borders, facilityCount: subject.facilities.count)
    table.hideSmallCells()
    table.hidePartners()
    table.protect()
    var hidesLeft = Set<Int>()
    for limit in subject.limits where !limit.isClassLimit {
        // What a shared limit leaves is one more total.
        guard limit.ages.ages.contains(where: { table.isHidden(limit.facility, $0) }) else { continue }
        for age in limit.ages.ages { hidesLeft.insert(limit.facility * 6 + age) }
    }
    return borders.map {
        PublicBorder(
            $0, isHidden: table.isHidden($0.facility, $0.ageClass),
            hidesLeft: hidesLeft.contains($0.facility * 6 + $0.ageClass))
    }
}

/// Counts by facility and class, of which some are hidden.
struct SuppressedTable {
    /// Cell `facility * 6 + age`: children placed; -1: not offered.
    private let counts: [Int]
    private(set) var hidden: [Bool]
    /// At `one * 6 + other` in how many facilities both classes are hidden, and at least one child is in `one`: there one
    /// child less in `one` and one more in `other` keeps the facility's total.
    private var exchanges = [Int](repeating: 0, count: 36)

    init(_ borders: [Border], facilityCount: Int) {
        var counts = [Int](repeating: -1, count: facilityCount * 6)
        for border in borders { counts[border.facility * 6 + border.ageClass] = border.placed }
        self.counts = counts
        hidden = [Bool](repeating: false, count: counts.count)
    }

    /// A table of counts by row and class, for tests.
    init(counts: [Int]) {
        self.counts = counts
        hidden = [Bool](repeating: false, count: counts.count)
    }

    func isHidden(_ facility: Int, _ age: Int) -> Bool { hidden[facility * 6 + age] }

    private var facilities: Range<Int> { 0..<counts.count / 6 }

    private func isSmall(_ cell: Int) -> Bool { counts[cell] == 1 || counts[cell] == 2 }

    mutating func hideSmallCells() {
        for cell in counts.indices where isSmall(cell) { hide(cell) }
    }

    /// Hides a second cell in every facility that has one hidden: the one with fewest children, an empty one last.
    mutating func hidePartners() {
        for facility in facilities {
            let cells = facility * 6..<facility * 6 + 6
            guard cells.count(where: { hidden[$0] }) == 1 else { continue }
            let open = cells.filter { !hidden[$0] && counts[$0] >= 0 }
            if let partner = open.min(by: { (cost($0), $0) < (cost($1), $1) }) { hide(partner) }
        }
    }

    private func cost(_ cell: Int) -> Int { Self.cost(counts[cell]) }

    /// Children whose number is lost when a cell is hidden; empty cells come last, because they can only grow.
    fileprivate static func cost(_ count: Int) -> Int { count == 0 ? 1 << 30 : count }

    /// Hides cells of further facilities until every small cell that others can protect can hold another number.
    mutating func protect() {
        for cell in counts.indices where isSmall(cell) {
            let (facility, age) = (cell / 6, cell % 6)
            let partners = (0..<6).filter { $0 != age && counts[facility * 6 + $0] >= 0 }
            guard !partners.isEmpty, !isProtected(facility, age) else { continue }
            for cell in cheapestCycle(facility, age, partners) { hide(cell) }
        }
    }

    /// The cells with fewest children that, once hidden, let the cell hold another number; empty where none can.
    private func cheapestCycle(_ facility: Int, _ age: Int, _ partners: [Int]) -> [Int] {
        let exchanges = CheapestExchanges(counts, hidden, without: facility)
        var best: (cost: Int, cells: [Int])?
        for partner in partners {
            let own = facility * 6 + partner
            // One child more in the cell is one less in its partner, and the other way round.
            let ways = counts[own] > 0 ? [(age, partner), (partner, age)] : [(partner, age)]
            for (first, last) in ways {
                guard let (cost, cells) = exchanges.path(from: first, to: last) else { continue }
                let total = cost + (hidden[own] ? 0 : self.cost(own))
                if best.map({ total < $0.cost }) ?? true { best = (total, cells + [own]) }
            }
        }
        return (best?.cells ?? []).filter { !hidden[$0] }
    }

    mutating func hide(_ cell: Int) {
        let (facility, age) = (cell / 6, cell % 6)
        for other in 0..<6 where hidden[facility * 6 + other] {
            if counts[cell] > 0 { exchanges[age * 6 + other] += 1 }
            if counts[facility * 6 + other] > 0 { exchanges[other * 6 + age] += 1 }
        }
        hidden[cell] = true
    }

    /// Whether some other number in the hidden cell fits all totals.
    func isProtected(_ facility: Int, _ age: Int) -> Bool {
        (0..<6).contains { partner in
            guard partner != age, isHidden(facility, partner) else { return false }
            let isFilled = counts[facility * 6 + partner] > 0
            return isFilled && canExchange(age, for: partner, without: facility)
                || canExchange(partner, for: age, without: facility)
        }
    }

    /// Whether facilities other than `excluded` can together have one child less in `first` and one more in `last`.
    private func canExchange(_ first: Int, for last: Int, without excluded: Int) -> Bool {
        var reached = [Bool](repeating: false, count: 6)
        var open = [first]
        reached[first] = true
        while let one = open.popLast() {
            if one == last { return true }
            for other in 0..<6 where !reached[other] && other != one {
                let own =
                    isHidden(excluded, one) && isHidden(excluded, other) && counts[excluded * 6 + one] > 0 ? 1 : 0
                if exchanges[one * 6 + other] > own {
                    reached[other] = true
                    open.append(other)
                }
            }
        }
        return false
    }
}

/// For each two classes the facility that can have one child less in the first and one more in the second, with fewest
/// children in cells that would have to be hidden for it.
private struct CheapestExchanges {
    /// At `one * 6 + other` the cost and the two cells; `nil` where no facility can.
    private var exchange = [(cost: Int, cells: [Int])?](repeating: nil, count: 36)

    init(_ counts: [Int], _ hidden: [Bool], without excluded: Int) {
        for facility in 0..<counts.count / 6 where facility != excluded {
            for one in 0..<6 where counts[facility * 6 + one] > 0 {
                for other in 0..<6 where other != one && counts[facility * 6 + other] >= 0 {
                    let cells = [facility * 6 + one, facility * 6 + other]
                    let cost = cells.reduce(0) { $0 + (hidden[$1] ? 0 : SuppressedTable.cost(counts[$1])) }
                    if exchange[one * 6 + other].map({ cost < $0.cost }) ?? true {
                        exchange[one * 6 + other] = (cost, cells)
                    }
                }
            }
        }
    }

    /// The cheapest chain of exchanges between two classes.
    func path(from first: Int, to last: Int) -> (cost: Int, cells: [Int])? {
        var best = [(cost: Int, cells: [Int])?](repeating: nil, count: 6)
        best[first] = (0, [])
        // Six classes: no chain is longer than five exchanges.
        for _ in 0..<5 {
            for one in 0..<6 {
                guard let reached = best[one] else { continue }
                for other in 0..<6 {
                    guard let step = exchange[one * 6 + other] else { continue }
                    let cost = reached.cost + step.cost
                    if best[other].map({ cost < $0.cost }) ?? true { best[other] = (cost, reached.cells + step.cells) }
                }
            }
        }
        return best[last]
    }
}

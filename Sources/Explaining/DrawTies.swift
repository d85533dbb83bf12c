import Admissions
import Verifying

/// Who was separated by the draw only: for every facility and class the groups of children, equal in every key and in the
/// same groups, of whom some were placed and others would rather have been.
///
/// Pinned children are left out: staff placed them, not the draw. Siblings' conditions may be a further reason why one of them was not placed; the draw is the only one in priority.
///
/// - Parameters:
///   - subject: The case.
///   - verified: The verification of the allocation.
///   - comparator: That of the case, where it was made before.
///   - threads: How many may look at the same time; the ties are the same with any number.
/// - Returns: Ascending by facility and class, then by priority.
/// - Complexity: O(n log n) in children and wishes.
public func drawTies(
    of subject: Case, _ verified: Verification, comparator: Comparator? = nil, threads: Int = 1
) -> [DrawTie] {
    precondition(verified.faults.isEmpty, "draw ties are for verified allocations")
    let comparator = comparator ?? Comparator(of: subject)
    let cells = Cells(of: subject, verified, subject.isPinned, comparator)
    @Sendable func isTied(_ one: Entry, _ other: Entry) -> Bool {
        one.print == other.print
            && comparator.areEqualButForDraw(Int(one.child), at: Int(one.wish), Int(other.child), at: Int(other.wish))
            && subject.children[Int(one.child)].groups == subject.children[Int(other.child)].groups
    }
    @Sendable func precedes(_ one: Entry, _ other: Entry) -> Bool {
        comparator.precedes(Int(one.child), at: Int(one.wish), Int(other.child), at: Int(other.wish))
    }
    @Sendable func ties(in cell: Int) -> [DrawTie] {
        var groups: [[Entry]] = []
        for entry in cells[cell] {
            if let group = groups.firstIndex(where: { isTied($0[0], entry) }) {
                groups[group].append(entry)
            } else if entry.isPlaced {
                // Those who are placed come first: a group of others only is none.
                groups.append([entry])
            }
        }
        return groups.filter { group in group.contains { !$0.isPlaced } }
            .map { $0.sorted(by: precedes) }
            .sorted { precedes($0[0], $1[0]) }
            .map { group in
                DrawTie(
                    facility: cell / 6, ageClass: cell % 6,
                    children: group.map { .init(child: Int($0.child), isPlaced: $0.isPlaced) })
            }
    }
    return inRanges(of: cells.count, threads: threads) { cells in cells.flatMap(ties) }.flatMap { $0 }
}

/// A child at one of its wishes.
private struct Entry {
    let child: Int32
    let wish: Int32
    let isPlaced: Bool
    /// What all who are equal to it share, and hardly anybody else.
    let print: UInt64
}

/// For each facility and class, at `facility * 6 + age`, who was placed there, and behind them who would rather have been.
private struct Cells {
    private let entries: [Entry]
    private let starts: [Int32]

    var count: Int { starts.count - 1 }

    subscript(cell: Int) -> ArraySlice<Entry> { entries[Int(starts[cell])..<Int(starts[cell + 1])] }

    init(of subject: Case, _ verified: Verification, _ isPinned: [Bool], _ comparator: Comparator) {
        let count = subject.facilities.count * 6
        // Who was placed, then who would rather have been where somebody was.
        var found: [(cell: Int, child: Int32, wish: Int32)] = []
        var hasPlaced = [Bool](repeating: false, count: count)
        var hasOthers = hasPlaced
        for placement in verified.placements where !isPinned[placement.child] {
            guard let rank = placement.wishRank, let facility = placement.facility else { continue }
            let cell = facility * 6 + subject.children[placement.child].ageClass
            found.append((cell, Int32(placement.child), Int32(rank - 1)))
            hasPlaced[cell] = true
        }
        let placedCount = found.count
        for placement in verified.placements where !isPinned[placement.child] {
            let child = placement.child
            let age = subject.children[child].ageClass
            let wishes = subject.children[child].wishes
            for wish in 0..<(placement.wishRank.map { $0 - 1 } ?? wishes.count) where wishes[wish].isEligible {
                let cell = wishes[wish].facility * 6 + age
                if !hasPlaced[cell] { continue }
                found.append((cell, Int32(child), Int32(wish)))
                hasOthers[cell] = true
            }
        }
        // A cell without the one or the other has no tie.
        let byCell = Grouped<Int32>(groups: count) { add in
            for (index, (cell, _, _)) in found.enumerated() where hasOthers[cell] { add(cell, Int32(index)) }
        }
        starts = byCell.starts
        entries = byCell.elements.map { index in
            let (_, child, wish) = found[Int(index)]
            return Entry(
                child: child, wish: wish, isPlaced: index < placedCount,
                print: comparator.fingerprintButForDraw(of: Int(child), at: Int(wish)))
        }
    }
}

import Admissions
import Verifying

/// Finds the children who were separated by the draw only.
///
/// For every facility and class these are sets of children who are equal in every key and belong to the same groups, of whom
/// some were placed there and others were not but would have preferred it. Pinned children are left out, because staff placed
/// them and not the draw. Conditions about siblings may be a further reason why a child was not placed; as far as priority
/// goes, the draw is the only one.
///
/// - Parameters:
///   - subject: The case.
///   - verified: The verification of the allocation.
///   - comparator: The comparator of the case, if it was made before.
///   - threads: How many threads may work at the same time; the ties are the same with any number.
/// - Returns: The ties, ascending by facility and class, then by priority.
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
                // Placed children come first, so a set can only begin with one of them.
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
    /// A fingerprint of its keys: equal entries have the same one, and others hardly ever.
    let print: UInt64
}

/// For each facility and class, at `facility * 6 + age`, the children placed there, followed by those who would have preferred
/// to be there.
private struct Cells {
    private let entries: [Entry]
    private let starts: [Int32]

    var count: Int { starts.count - 1 }

    subscript(cell: Int) -> ArraySlice<Entry> { entries[Int(starts[cell])..<Int(starts[cell + 1])] }

    init(of subject: Case, _ verified: Verification, _ isPinned: [Bool], _ comparator: Comparator) {
        let count = subject.facilities.count * 6
        // The placed children, then those who would have preferred a cell in which somebody was placed.
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
        // A cell that lacks one of the two kinds has no tie and stays empty.
        let byCell = Grouped(groups: count, count: found.count) { index in
            hasOthers[found[index].cell] ? found[index].cell : -1
        } element: { index in
            let (_, child, wish) = found[index]
            return Entry(
                child: child, wish: wish, isPlaced: index < placedCount,
                print: comparator.fingerprintButForDraw(of: Int(child), at: Int(wish)))
        }
        (starts, entries) = (byCell.starts, byCell.elements)
    }
}

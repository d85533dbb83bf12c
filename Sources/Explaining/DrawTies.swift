import Admissions
import Verifying

/// Who was separated by the draw only: for every facility and class the groups of children, equal in every key and in the
/// same groups, of whom some were placed and others would rather have been.
///
/// Pinned children are left out: staff placed them, not the draw. Siblings' conditions may be a further reason why one of them was not placed; the draw is the only one in priority.
///
/// - Parameter threads: How many may look at the same time; the ties are the same with any number.
/// - Returns: Ascending by facility and class, then by priority.
/// - Complexity: O(n log n) in children and wishes.
public func drawTies(of subject: Case, _ verified: Verification, threads: Int = 1) -> [DrawTie] {
    precondition(verified.faults.isEmpty, "draw ties are for verified allocations")
    let comparator = Comparator(of: subject)
    let pinned = Set(subject.pins.map(\.child))
    // At `facility * 6 + age`: who was placed there, and who would rather have been.
    var placed = [[Entry]](repeating: [], count: subject.facilities.count * 6)
    for placement in verified.placements {
        guard let rank = placement.wishRank, !pinned.contains(placement.child) else { continue }
        let (child, wish) = (placement.child, rank - 1)
        placed[subject.children[child].wishes[wish].facility * 6 + subject.children[child].ageClass]
            .append(Entry(child, wish))
    }
    var others = [[Entry]](repeating: [], count: placed.count)
    for placement in verified.placements where !pinned.contains(placement.child) {
        let (child, age) = (placement.child, subject.children[placement.child].ageClass)
        for index in 0..<(placement.wishRank.map { $0 - 1 } ?? subject.children[child].wishes.count) {
            let cell = subject.children[child].wishes[index].facility * 6 + age
            if !placed[cell].isEmpty, subject.children[child].wishes[index].isEligible {
                others[cell].append(Entry(child, index))
            }
        }
    }
    let hasPoints = subject.rules.priority.contains { $0.name == "points" }
    func points(_ entry: Entry) -> ExactNumber? {
        hasPoints ? comparator.points(of: entry.child, at: entry.wish) : nil
    }
    func isTied(_ one: Entry, _ other: Entry) -> Bool {
        comparator.areEqualButForDraw(one.child, at: one.wish, other.child, at: other.wish)
            && subject.children[one.child].groups == subject.children[other.child].groups
    }
    func ties(in cell: Int) -> [DrawTie] {
        if others[cell].isEmpty { return [] }
        // Only those whose points are equal are compared with each other.
        var tied: [ExactNumber?: [[Entry]]] = [:]
        for entry in placed[cell] {
            let points = points(entry)
            if let group = tied[points]?.firstIndex(where: { isTied($0[0], entry) }) {
                tied[points]![group].append(entry)
            } else {
                tied[points, default: []].append([entry])
            }
        }
        for entry in others[cell] {
            let points = points(entry)
            if let group = tied[points]?.firstIndex(where: { isTied($0[0], entry) }) {
                tied[points]![group].append(entry)
            }
        }
        let placedHere = Set(placed[cell].map(\.child))
        return tied.values.joined().filter { group in group.contains { !placedHere.contains($0.child) } }
            .map { $0.sorted { comparator.precedes($0.child, at: $0.wish, $1.child, at: $1.wish) } }
            .sorted { comparator.precedes($0[0].child, at: $0[0].wish, $1[0].child, at: $1[0].wish) }
            .map { group in
                DrawTie(
                    facility: cell / 6, ageClass: cell % 6,
                    children: group.map { .init(child: $0.child, isPlaced: placedHere.contains($0.child)) })
            }
    }
    return inRanges(of: placed.count, threads: threads) { cells in cells.flatMap(ties) }.flatMap { $0 }
}

/// A child at one of its wishes.
private struct Entry {
    let child: Int
    let wish: Int

    init(_ child: Int, _ wish: Int) {
        self.child = child
        self.wish = wish
    }
}

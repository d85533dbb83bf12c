import Admissions
import Verifying

/// Who was separated by the draw only: for every facility and class the groups of children, equal in every key and in the
/// same groups, of whom some were placed and others would rather have been.
///
/// Pinned children are left out: staff placed them, not the draw. Siblings' conditions may be a further reason why one of them was not placed; the draw is the only one in priority.
///
/// - Returns: Ascending by facility and class, then by priority.
/// - Complexity: O(n log n) in children and wishes.
public func drawTies(of subject: Case, _ verified: Verification) -> [DrawTie] {
    precondition(verified.faults.isEmpty, "draw ties are for verified allocations")
    let comparator = Comparator(of: subject)
    let keys = subject.rules.priority.indices.filter { subject.rules.priority[$0].name != "draw" }
    let pinned = Set(subject.pins.map(\.child))
    // At `facility * 6 + age`: who was placed there, and who would rather have been.
    var placed = [[Entry]](repeating: [], count: subject.facilities.count * 6)
    for placement in verified.placements {
        guard let rank = placement.wishRank, !pinned.contains(placement.child) else { continue }
        let child = subject.children[placement.child]
        placed[child.wishes[rank - 1].facility * 6 + child.ageClass].append(Entry(placement.child, rank - 1))
    }
    var others = [[Entry]](repeating: [], count: placed.count)
    for placement in verified.placements where !pinned.contains(placement.child) {
        let child = subject.children[placement.child]
        for index in 0..<(placement.wishRank.map { $0 - 1 } ?? child.wishes.count) where child.wishes[index].isEligible
        {
            let cell = child.wishes[index].facility * 6 + child.ageClass
            if !placed[cell].isEmpty { others[cell].append(Entry(placement.child, index)) }
        }
    }
    var ties: [DrawTie] = []
    for cell in placed.indices where !others[cell].isEmpty {
        func standing(of entry: Entry) -> Standing {
            let values = comparator.values(of: entry.child, at: entry.wish)
            return Standing(groups: subject.children[entry.child].groups, values: keys.map { values[$0] })
        }
        var tied: [Standing: [Entry]] = [:]
        for entry in placed[cell] { tied[standing(of: entry), default: []].append(entry) }
        let placedHere = Set(placed[cell].map(\.child))
        for entry in others[cell] {
            let standing = standing(of: entry)
            if tied[standing] != nil { tied[standing]!.append(entry) }
        }
        let groups = tied.values.filter { group in group.contains { !placedHere.contains($0.child) } }
            .map { $0.sorted { comparator.precedes($0.child, at: $0.wish, $1.child, at: $1.wish) } }
            .sorted { comparator.precedes($0[0].child, at: $0[0].wish, $1[0].child, at: $1[0].wish) }
        ties += groups.map { group in
            DrawTie(
                facility: cell / 6, ageClass: cell % 6,
                children: group.map { .init(child: $0.child, isPlaced: placedHere.contains($0.child)) })
        }
    }
    return ties
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

/// What is equal in children whom only the draw separates.
private struct Standing: Hashable {
    let groups: [String]
    let values: [KeyValue?]
}

import Admissions
import Verifying

/// How far priority reached, for every facility and class that it offers to somebody.
///
/// - Returns: Ascending by facility and class. `left` is what the tightest limit that covers a child of the class and of no
///   group leaves, 0 where the class is offered to groups only.
/// - Complexity: O(n log n) in children and wishes.
public func borders(of subject: Case, _ verified: Verification) -> [Border] {
    precondition(verified.faults.isEmpty, "borders are for verified allocations")
    let comparator = Comparator(of: subject)
    // One cell for each facility and class.
    var applicants = [Int](repeating: 0, count: subject.facilities.count * 6)
    var placed = applicants
    var lowest = [(child: Int, wish: Int)?](repeating: nil, count: applicants.count)
    for placement in verified.placements {
        let age = subject.children[placement.child].ageClass
        let wishes = subject.children[placement.child].wishes
        for wish in wishes where wish.isEligible { applicants[wish.facility * 6 + age] += 1 }
        // A pinned child is there whatever its priority, so it says nothing about how far priority reached.
        guard let rank = placement.wishRank, subject.pin(of: placement.child) == nil else { continue }
        let cell = wishes[rank - 1].facility * 6 + age
        placed[cell] += 1
        let isLower =
            lowest[cell].map { comparator.precedes($0.child, at: $0.wish, placement.child, at: rank - 1) } ?? true
        if isLower { lowest[cell] = (placement.child, rank - 1) }
    }
    var borders: [Border] = []
    for (index, facility) in subject.facilities.enumerated() {
        let limits = facility.limits.filter { subject.limits[$0].isClassLimit || subject.limits[$0].opens }
        for age in 0...5 where limits.contains(where: { subject.limits[$0].ages.contains(age: age) }) {
            let cell = index * 6 + age
            borders.append(
                Border(
                    facility: index, ageClass: age, seats: facility.seats[age], applicants: applicants[cell],
                    placed: placed[cell], left: seatsLeft(facility, age, subject, verified),
                    lowestKey: lowest[cell].map { key(of: $0.child, at: $0.wish, subject, comparator) }))
        }
    }
    return borders
}

/// How many more children of the class and of no group every limit would take.
private func seatsLeft(_ facility: Facility, _ age: Int, _ subject: Case, _ verified: Verification) -> Int {
    let covering = facility.limits.filter {
        subject.limits[$0].ages.contains(age: age) && subject.limits[$0].group.covers([])
            && subject.applies(limit: $0, inPhase: subject.phases.count - 1)
    }
    guard covering.contains(where: { subject.limits[$0].isClassLimit || subject.limits[$0].opens }) else { return 0 }
    return covering.map { max(0, verified.seats[$0] - verified.usedSeats[$0]) }.min() ?? 0
}

/// The child's values at the keys, such as `points=38;tax=2`; the draw is left out.
private func key(of child: Int, at wish: Int, _ subject: Case, _ comparator: Comparator) -> String {
    zip(subject.rules.priority, comparator.values(of: child, at: wish))
        .filter { $0.0.name != "draw" }
        .map { "\($0.name)=\($1?.description ?? "")" }
        .joined(separator: ";")
}

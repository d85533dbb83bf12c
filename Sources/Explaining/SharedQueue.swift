import Admissions
import Verifying

/// Who wishes the facilities of one limit over several, in the order in which they come there: first those who have a seat of
/// it now and keep it wherever they are, then by the comparator.
///
/// - Complexity: O(n log n) comparisons in the wishes for its facilities.
struct SharedQueue: Sendable {
    private(set) var entries: [Applicants.Entry]
    /// How many of the entries are of those who have a seat now.
    let keeperCount: Int
    /// For each row of the reasons its place among the entries; only those that are there.
    private(set) var places: [Int: Int] = [:]

    /// - Parameter starts: For each child where its reasons begin.
    init(
        _ limit: Int, _ applicants: Applicants, in subject: Case, _ phase: ExplainedPhase, _ comparator: Comparator,
        starts: [Int]
    ) {
        let wishing = subject.limits[limit].facilities.flatMap { applicants.entries[applicants.range(of: $0)] }
            .filter { phase.covers(limit, Int($0.child)) }
        let keepers = wishing.filter { phase.keepsSeat(limit, Int($0.child), by: $0.wish) }
            .sorted { ($0.child, $0.wish) < ($1.child, $1.wish) }
        let others = wishing.filter { !phase.keepsSeat(limit, Int($0.child), by: $0.wish) }
            .map { ($0, comparator.candidate(Int($0.child), at: Int($0.wish))) }
            .sorted { one, other in
                if comparator.precedes(one.1, other.1) { return true }
                // One child may wish several facilities of the limit.
                return one.0.child == other.0.child && !comparator.precedes(other.1, one.1) && one.0.wish < other.0.wish
            }
        entries = keepers + others.map(\.0)
        keeperCount = keepers.count
        for (place, entry) in entries.enumerated() { places[starts[Int(entry.child)] + Int(entry.wish)] = place }
    }

    /// Those of the case in a phase, by limit.
    static func all(
        _ applicants: Applicants, in subject: Case, _ phase: ExplainedPhase, _ comparator: Comparator, starts: [Int]
    ) -> [Int: SharedQueue] {
        let limits = subject.limits.indices.filter {
            subject.limits[$0].isShared && subject.applies(limit: $0, inPhase: phase.phase)
        }
        return Dictionary(
            uniqueKeysWithValues: limits.map {
                ($0, SharedQueue($0, applicants, in: subject, phase, comparator, starts: starts))
            })
    }
}

extension ReasonBuilder {
    /// Finds the wishes that fail for lack of a seat of a limit over several facilities, where no other limit was found first.
    ///
    /// - Complexity: O(entries of the queues), and O(n²) in those who are refused there.
    mutating func addSharedSeats(_ comparator: Comparator) {
        for limit in shared.keys.sorted() {
            let (queue, seats) = (shared[limit]!, phase.seats[limit])
            for place in queue.keeperCount..<queue.entries.count {
                let entry = queue.entries[place]
                let child = Int(entry.child)
                let row = starts[child] + Int(entry.wish)
                guard reasons[row].kind == .siblingCondition, reasons[row].joint < 0, phase.takesPart[child],
                    phase.decides[child], wants(entry)
                else { continue }
                let others = others(
                    on: limit, before: place, members: subject.households[subject.children[child].household].members)
                guard phase.isFull[limit] || others.users >= seats else { continue }
                reasons[row].kind = .seats
                reasons[row].limit = Int32(limit)
                reasons[row].ahead = Int32(others.wanting)
                reasons[row].seats = Int32(seats)
                guard let last = others.last else {
                    reasons[row].key = .presentSeat
                    continue
                }
                reasons[row].lastAdmitted = last.child
                reasons[row].key = comparator.decidingKey(
                    comparator.candidate(child, at: Int(entry.wish)),
                    comparator.candidate(Int(last.child), at: Int(last.wish)))
            }
        }
    }

    /// Whether the child is where the entry says, or would rather be there than where it is.
    private func wants(_ entry: Applicants.Entry) -> Bool {
        let choice = choices[Int(entry.child)]
        return choice == Allocation.baseline || entry.wish <= choice
    }

    /// Others than the members who use a seat of a limit over several facilities, and who use or want one, each child once,
    /// before a place in its queue; `nil`: all. And the last of them who was placed by its priority.
    func others(
        on limit: Int, before place: Int?, members: [Int]
    ) -> (users: Int, wanting: Int, last: Applicants.Entry?) {
        let queue = shared[limit]!
        let keeping = phase.fixed[limit] - members.count { phase.takesPart[$0] && keeps($0, on: limit) }
        var (users, wanting) = (keeping, keeping)
        var last: Applicants.Entry?
        var seen = Set<Int32>()
        for (position, entry) in queue.entries[..<(place ?? queue.entries.count)].enumerated() {
            let child = Int(entry.child)
            // Who keeps a seat is counted already.
            guard phase.takesPart[child], !members.contains(child), wants(entry), !keeps(child, on: limit) else {
                continue
            }
            if position >= queue.keeperCount, choices[child] == entry.wish { (users, last) = (users + 1, entry) }
            if seen.insert(entry.child).inserted { wanting += 1 }
        }
        return (users, wanting, last)
    }
}

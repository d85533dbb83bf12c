import Admissions

/// Who uses which seats after a phase, as a viewpoint sees it.
struct Occupation: Sendable {
    let stage: PhaseStage
    let viewpoint: Viewpoint
    private let subject: Case
    private let comparator: Comparator
    /// For each child the facility where it is placed by its own priority; -1: nowhere.
    private let place: [Int]
    /// Users of a limit who come before everyone.
    private let fixed: [Int]
    /// Users of a limit who could leave it, first in the comparator first.
    private let placed: [Comparator.Candidate]
    /// Users of a limit who could leave it and come after everyone, ascending.
    private let last: [Int]
    /// Of each limit where those who use it are; one more at the end.
    private let starts: [Start]

    /// Where the users of a limit begin among those of all limits; and whose limit it is, -1 for one over several facilities.
    private struct Start {
        let fixed: Int32
        let placed: Int32
        let last: Int32
        let facility: Int32
    }

    init(
        _ stage: PhaseStage, _ viewpoint: Viewpoint, of subject: Case, comparator: Comparator, threads: Int = 1
    ) {
        self.stage = stage
        self.viewpoint = viewpoint
        self.subject = subject
        self.comparator = comparator
        let coverage = stage.coverage
        let (places, uses) = elements(subject.children.count, threads: threads, state: Uses()) { uses, child in
            let choice = stage.end[child]
            if choice == Allocation.baseline || !viewpoint.isFree[child] {
                coverage.forEachLimit(usedBy: child, choice) { uses.fixed.append(($0, child)) }
                return -1
            }
            if viewpoint.withoutPriority.contains(child) {
                coverage.forEachLimit(usedBy: child, choice) { uses.last.append(($0, child)) }
                return -1
            }
            let candidate = comparator.candidate(child, at: Int(choice))
            coverage.forEachLimit(usedBy: child, choice) { limit in
                if coverage.keepsSeat(limit, child, choice) {
                    uses.fixed.append((limit, child))
                } else {
                    uses.placed.append((limit, candidate))
                }
            }
            return subject.children[child].wishes[Int(choice)].facility
        }
        place = places
        let count = subject.limits.count
        let (fixedStart, placedStart, lastStart): ([Int], [Int], [Int])
        (fixed, fixedStart) = Self.byLimit(Array(uses.map(\.fixed).joined()), count: count)
        (last, lastStart) = Self.byLimit(Array(uses.map(\.last).joined()), count: count)
        var placed: [Comparator.Candidate]
        (placed, placedStart) = Self.byLimit(Array(uses.map(\.placed).joined()), count: count)
        // Each limit has a range of its own.
        placed.writeDisjointly { placed in
            let start = placedStart
            _ = inRanges(of: count, threads: threads) { limits in
                for limit in limits { placed.sort(start[limit]..<start[limit + 1], by: comparator.precedes) }
            }
        }
        self.placed = placed
        starts = (0...count).map {
            Start(
                fixed: Int32(fixedStart[$0]), placed: Int32(placedStart[$0]), last: Int32(lastStart[$0]),
                facility: $0 < count && !subject.limits[$0].isShared ? Int32(subject.limits[$0].facility) : -1)
        }
    }

    /// What some children use.
    private struct Uses {
        var fixed: [(limit: Int, child: Int)] = []
        var placed: [(limit: Int, candidate: Comparator.Candidate)] = []
        var last: [(limit: Int, child: Int)] = []
    }

    /// The values in the order of their limits, those of limit `l` at `start[l]..<start[l + 1]`.
    private static func byLimit<Value>(
        _ uses: [(limit: Int, Value)], count: Int
    ) -> (values: [Value], start: [Int]) {
        var start = [Int](repeating: 0, count: count + 1)
        for use in uses { start[use.limit + 1] += 1 }
        for limit in 0..<count { start[limit + 1] += start[limit] }
        var next = start
        var order = [Int](repeating: 0, count: uses.count)
        for (index, use) in uses.enumerated() {
            order[next[use.limit]] = index
            next[use.limit] += 1
        }
        return (order.map { uses[$0].1 }, start)
    }

    private func fixed(_ limit: Int) -> ArraySlice<Int> {
        fixed[Int(starts[limit].fixed)..<Int(starts[limit + 1].fixed)]
    }

    private func placed(_ limit: Int) -> ArraySlice<Comparator.Candidate> {
        placed[Int(starts[limit].placed)..<Int(starts[limit + 1].placed)]
    }

    private func last(_ limit: Int) -> ArraySlice<Int> {
        last[Int(starts[limit].last)..<Int(starts[limit + 1].last)]
    }

    /// Whether the child's own seats count as given back when the members claim something.
    private func isGivenBack(_ child: Int, by members: [Int]) -> Bool {
        members.contains(child) && viewpoint.isFree[child]
    }

    /// Where the children of a household would use seats of one limit.
    struct Demand {
        let limit: Int
        var users: Int
        /// The user who comes last there, or `nil` where all of them keep a seat that they have now.
        var lowest: Comparator.Candidate?
    }

    /// What an outcome of some members asks of each limit that it touches, each limit once; the seats of those who are not
    /// free are not asked for.
    ///
    /// - Parameter demands: Is replaced; one array serves many outcomes.
    func collectDemands(_ members: [Int], _ outcome: [Int32], into demands: inout [Demand]) {
        demands.removeAll(keepingCapacity: true)
        for (child, choice) in zip(members, outcome) where viewpoint.isFree[child] {
            let candidate = choice == Allocation.baseline ? nil : comparator.candidate(child, at: Int(choice))
            stage.coverage.forEachLimit(usedBy: child, choice) { limit in
                let candidate = stage.coverage.keepsSeat(limit, child, choice) ? nil : candidate
                guard let index = demands.firstIndex(where: { $0.limit == limit }) else {
                    demands.append(Demand(limit: limit, users: 1, lowest: candidate))
                    return
                }
                demands[index].users += 1
                if let candidate, demands[index].lowest.map({ comparator.precedes($0, candidate) }) ?? true {
                    demands[index].lowest = candidate
                }
            }
        }
    }

    /// How many others are too many for the demand; none where it can be met with all of them where they are.
    func excess(of demand: Demand, of members: [Int]) -> Int {
        let limit = demand.limit
        // Keeping a seat depends neither on a limit that was full before the phase, nor on the children who are too many in
        // an over-full class while all others there stay too.
        if demand.lowest == nil, stage.isFull[limit] { return 0 }
        if demand.lowest == nil, subject.limits[limit].excess > 0, allOthersStay(limit, members) { return 0 }
        let others =
            fixed(limit).count { !isGivenBack($0, by: members) }
            + placed(limit).count { !members.contains($0.child) } + last(limit).count { !members.contains($0) }
        return others + demand.users - stage.seats[limit]
    }

    private func allOthersStay(_ limit: Int, _ members: [Int]) -> Bool {
        fixed(limit).allSatisfy { stage.end[$0] == Allocation.baseline || isGivenBack($0, by: members) }
            && placed(limit).allSatisfy { members.contains($0.child) } && last(limit).allSatisfy(members.contains)
    }

    /// Whether those who come before its lowest child leave the demand the seats that it needs.
    func isJustified(_ demand: Demand, of members: [Int]) -> Bool {
        // A child that keeps a seat comes before everybody who does not, and does not depend on vacancies.
        guard let lowest = demand.lowest else { return true }
        if viewpoint.isFull[demand.limit] { return false }
        let before = fixed(demand.limit).count { !isGivenBack($0, by: members) }
        // This many of those who are placed may come before.
        let room = stage.seats[demand.limit] - demand.users - before
        if room < 0 { return false }
        guard let next = other(room, placedOn: demand.limit, without: members) else { return true }
        return !comparator.precedes(next, lowest)
    }

    /// The one of those placed on the limit whom `position` come before, `members` left out; `nil` where there are no more.
    private func other(_ position: Int, placedOn limit: Int, without members: [Int]) -> Comparator.Candidate? {
        let placed = placed(limit)
        let facility = Int(starts[limit].facility)
        if facility >= 0, !members.contains(where: { place[$0] == facility }) {
            return position < placed.count ? placed[placed.startIndex + position] : nil
        }
        var before = 0
        for candidate in placed where !members.contains(candidate.child) {
            if before == position { return candidate }
            before += 1
        }
        return nil
    }

    /// Those who could leave the limit and come after the demand's lowest child, the last one first.
    func yielding(to demand: Demand, of members: [Int]) -> [Int] {
        let placed = placed(demand.limit).reversed().filter { candidate in
            demand.lowest.map { comparator.precedes($0, candidate) } ?? true
        }
        return (last(demand.limit).reversed() + placed.map(\.child)).filter { !members.contains($0) }
    }
}

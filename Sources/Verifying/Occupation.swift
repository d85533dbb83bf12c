import Admissions

/// The users of every seat limit after a phase, as a viewpoint sees them.
struct Occupation: Sendable {
    let stage: PhaseStage
    let viewpoint: Viewpoint
    private let subject: Case
    private let comparator: Comparator
    /// For each child the facility where it is placed by its own priority; -1 for nowhere.
    private let place: [Int]
    /// The users of each limit who come before everyone.
    private let fixed: [Int]
    /// The users of each limit who could leave it, highest priority first.
    private let placed: [Comparator.Candidate]
    /// The users of each limit who could leave it and come after everyone, ascending.
    private let last: [Int]
    /// For each limit where its users begin in the three arrays, and the ends of these at the end.
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
        let (fixedUses, placedUses, lastUses) = (
            uses.flatMap(\.fixed), uses.flatMap(\.placed), uses.flatMap(\.last)
        )
        let fixed = Grouped(
            groups: count, count: fixedUses.count, group: { fixedUses[$0].limit },
            element: { fixedUses[$0].child })
        let last = Grouped(
            groups: count, count: lastUses.count, group: { lastUses[$0].limit },
            element: { lastUses[$0].child })
        var placed = Grouped(
            groups: count, count: placedUses.count, group: { placedUses[$0].limit },
            element: { placedUses[$0].candidate })
        placed.sortGroups(threads: threads, by: comparator.precedes)
        (self.fixed, self.placed, self.last) = (fixed.elements, placed.elements, last.elements)
        starts = (0...count).map {
            Start(
                fixed: fixed.starts[$0], placed: placed.starts[$0], last: last.starts[$0],
                facility: $0 < count && !subject.limits[$0].isShared ? Int32(subject.limits[$0].facility) : -1)
        }
    }

    /// The limits that some children use.
    private struct Uses {
        var fixed: [(limit: Int, child: Int)] = []
        var placed: [(limit: Int, candidate: Comparator.Candidate)] = []
        var last: [(limit: Int, child: Int)] = []
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

    /// The seats of one limit that the children of a household would use.
    struct Demand {
        let limit: Int
        var users: Int
        /// The user who comes last there, or `nil` where all of them keep a seat that they have now.
        var lowest: Comparator.Candidate?
    }

    /// Collects the demands of an outcome: one for each limit that it touches. Members who are not free demand no seats.
    ///
    /// - Parameter demands: Its content is replaced, so that one array can be used for many outcomes.
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

    /// How many others would have to leave so that the demand can be met; 0 or less if it can be met with all of them in place.
    func excess(of demand: Demand, of members: [Int]) -> Int {
        let limit = demand.limit
        // A child may keep its seat even if the limit was full before the phase, and even in an over-full class as long as all
        // others there stay too.
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

    /// Whether the others who come before the lowest child of the demand leave it the seats that it needs.
    func isJustified(_ demand: Demand, of members: [Int]) -> Bool {
        // A child that keeps a seat comes before everybody who does not, and does not depend on vacancies.
        guard let lowest = demand.lowest else { return true }
        if viewpoint.isFull[demand.limit] { return false }
        let before = fixed(demand.limit).count { !isGivenBack($0, by: members) }
        // The number of placed children who may come before the demand.
        let room = stage.seats[demand.limit] - demand.users - before
        if room < 0 { return false }
        guard let next = other(room, placedOn: demand.limit, without: members) else { return true }
        return !comparator.precedes(next, lowest)
    }

    /// The user at a position among those placed on the limit, counted without `members`; `nil` if there are not enough.
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

    /// The users who could leave the limit and come after the demand's lowest child, the last one first.
    func yielding(to demand: Demand, of members: [Int]) -> [Int] {
        let placed = placed(demand.limit).reversed().filter { candidate in
            demand.lowest.map { comparator.precedes($0, candidate) } ?? true
        }
        return (last(demand.limit).reversed() + placed.map(\.child)).filter { !members.contains($0) }
    }
}

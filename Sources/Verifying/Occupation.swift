import Admissions

/// Which seat limits a child would use at a facility.
struct Coverage: Sendable {
    private let subject: Case
    /// Of each facility its limits, and of each limit what is asked for every wish, apart from all else that they are.
    private let limits: [Range<Int>]
    private let covering: [Covering]

    private struct Covering {
        let ages: AgeSet
        let isForAll: Bool
        /// Whether it offers its ages.
        let offers: Bool
    }

    init(of subject: Case) {
        self.subject = subject
        limits = subject.facilities.map(\.limits)
        covering = subject.limits.map {
            Covering(ages: $0.ages, isForAll: $0.group == .everyone, offers: $0.offersItsAges)
        }
    }

    /// Visits the limits that cover the child at the facility, ascending; none for one that stays in a class that is not
    /// offered.
    @inline(__always)
    func forEachLimit(of child: Int, staying: Bool, at facility: Int?, _ visit: (Int) -> Void) {
        guard let facility else { return }
        let limits = limits[facility]
        if staying, !limits.contains(where: { covering[$0].offers && covers($0, child) }) { return }
        for limit in limits where covers(limit, child) { visit(limit) }
    }

    private func covers(_ limit: Int, _ child: Int) -> Bool {
        covering[limit].ages.contains(age: subject.children[child].ageClass)
            && (covering[limit].isForAll || subject.limits[limit].group.covers(subject.children[child].groups))
    }

    func limits(of child: Int, staying: Bool, at facility: Int?) -> [Int] {
        var limits: [Int] = []
        forEachLimit(of: child, staying: staying, at: facility) { limits.append($0) }
        return limits
    }

    /// The limits that the child uses with a wish, or at its baseline.
    @inline(__always)
    func forEachLimit(of child: Int, with choice: Int32, _ visit: (Int) -> Void) {
        if choice == Allocation.baseline {
            forEachLimit(of: child, staying: true, at: subject.children[child].currentFacility, visit)
        } else {
            forEachLimit(
                of: child, staying: false, at: subject.children[child].wishes[Int(choice)].facility, visit)
        }
    }
}

/// Who uses which seats in an allocation.
struct Occupation: Sendable {
    private let comparator: Comparator
    private let coverage: Coverage
    /// For each limit its vacancies and the seats of the transfer applicants who are there now.
    let seats: [Int]
    /// For each child the facility where it is placed; -1: nowhere.
    private let place: [Int]
    /// Those who stay on a seat of a limit.
    private let staying: [Int]
    /// Those who are placed on a seat of a limit, first in the comparator first.
    private let placed: [Comparator.Candidate]
    /// Of each limit where those who use it stand; one more at the end.
    private let starts: [Start]

    /// Where those who stay on a limit's seats, and those who are placed on them, begin among all; and whose limit it is.
    private struct Start {
        let staying: Int32
        let placed: Int32
        let facility: Int32
    }

    init(
        _ allocation: Allocation, of subject: Case, comparator: Comparator, coverage: Coverage, threads: Int = 1
    ) {
        self.comparator = comparator
        self.coverage = coverage
        var seats = subject.limits.map(\.seats)
        let (places, uses) = elements(subject.children.count, threads: threads, state: Uses()) { uses, child in
            let choice = allocation.choices[child]
            coverage.forEachLimit(of: child, with: Allocation.baseline) { limit in
                uses.brought.append(limit)
                if choice == Allocation.baseline { uses.staying.append((limit, child)) }
            }
            if choice == Allocation.baseline { return -1 }
            let candidate = comparator.candidate(child, at: Int(choice))
            coverage.forEachLimit(of: child, with: choice) { uses.placed.append(($0, candidate)) }
            return subject.children[child].wishes[Int(choice)].facility
        }
        for part in uses { for limit in part.brought { seats[limit] += 1 } }
        self.seats = seats
        place = places
        let stayingStart: [Int]
        (staying, stayingStart) = Self.byLimit(Array(uses.map(\.staying).joined()), count: seats.count)
        let start: [Int]
        var placed: [Comparator.Candidate]
        (placed, start) = Self.byLimit(Array(uses.map(\.placed).joined()), count: seats.count)
        // Each limit has a range of its own.
        placed.writeDisjointly { placed in
            let start = start
            _ = inRanges(of: seats.count, threads: threads) { limits in
                for limit in limits { placed.sort(start[limit]..<start[limit + 1], by: comparator.precedes) }
            }
        }
        self.placed = placed
        starts = (0...seats.count).map {
            Start(
                staying: Int32(stayingStart[$0]), placed: Int32(start[$0]),
                facility: $0 < seats.count ? Int32(subject.limits[$0].facility) : -1)
        }
    }

    /// What some children use.
    private struct Uses {
        /// The limits of which those who have a seat now bring it.
        var brought: [Int] = []
        var staying: [(limit: Int, child: Int)] = []
        var placed: [(limit: Int, candidate: Comparator.Candidate)] = []
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

    private func staying(_ limit: Int) -> ArraySlice<Int> {
        staying[Int(starts[limit].staying)..<Int(starts[limit + 1].staying)]
    }

    private func placed(_ limit: Int) -> ArraySlice<Comparator.Candidate> {
        placed[Int(starts[limit].placed)..<Int(starts[limit + 1].placed)]
    }

    func used(_ limit: Int) -> Int { staying(limit).count + placed(limit).count }

    /// Whether somebody is there who does not stay, while more seats are used than there are: those who stay in an over-full class are
    /// no fault.
    func isExceeded(_ limit: Int) -> Bool { used(limit) > seats[limit] && !placed(limit).isEmpty }

    /// Where the children of a household would use seats of one limit.
    struct Demand {
        let limit: Int
        var users: Int
        /// The user who comes last there, or `nil` where all of them stay.
        var lowest: Comparator.Candidate?
    }

    /// What an outcome of some members asks of each limit that it touches, each limit once.
    ///
    /// - Parameter demands: Is replaced; one array serves many outcomes.
    func collectDemands(_ members: ArraySlice<Int>, _ outcome: ArraySlice<Int32>, into demands: inout [Demand]) {
        demands.removeAll(keepingCapacity: true)
        for (child, choice) in zip(members, outcome) {
            let candidate = choice == Allocation.baseline ? nil : comparator.candidate(child, at: Int(choice))
            coverage.forEachLimit(of: child, with: choice) { limit in
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

    /// Others who use the limit, not counting `members`.
    func others(_ limit: Int, without members: [Int]) -> Int {
        staying(limit).count { !members.contains($0) } + placed(limit).count { !members.contains($0.child) }
    }

    /// Whether the demand can be met with all others where they are.
    func isVacant(_ demand: Demand, for members: [Int]) -> Bool {
        let others = placed(demand.limit).count { !members.contains($0.child) }
        if demand.lowest == nil, others == 0 { return true }
        return self.others(demand.limit, without: members) + demand.users <= seats[demand.limit]
    }

    /// Whether those who come before its lowest child leave the demand the seats that it needs.
    func isJustified(_ demand: Demand, of members: [Int]) -> Bool {
        // Whoever stays comes before everybody who does not, and does not depend on vacancies.
        guard let lowest = demand.lowest else { return true }
        let staying = staying(demand.limit).count { !members.contains($0) }
        // So many of those who are placed may come before.
        let room = seats[demand.limit] - demand.users - staying
        if room < 0 { return false }
        guard let next = other(room, placedOn: demand.limit, without: members) else { return true }
        return !comparator.precedes(next, lowest)
    }

    /// The one of those placed on the limit whom `position` come before, `members` left out; `nil` where there are no more.
    private func other(_ position: Int, placedOn limit: Int, without members: [Int]) -> Comparator.Candidate? {
        let placed = placed(limit)
        let facility = Int(starts[limit].facility)
        if !members.contains(where: { place[$0] == facility }) {
            return position < placed.count ? placed[placed.startIndex + position] : nil
        }
        var before = 0
        for candidate in placed where !members.contains(candidate.child) {
            if before == position { return candidate }
            before += 1
        }
        return nil
    }

    /// Those placed on the limit who come after the demand's lowest child, the last in the comparator first.
    func yielding(to demand: Demand, of members: [Int]) -> [Int] {
        placed(demand.limit).reversed().filter { candidate in
            !members.contains(candidate.child)
                && (demand.lowest.map { comparator.precedes($0, candidate) } ?? true)
        }.map(\.child)
    }
}

import Admissions

/// Which seat limits a child would use at a facility.
struct Coverage: Sendable {
    private let subject: Case
    /// For each limit its ages, whether it covers every group, and whether it offers its ages.
    private let ages: [AgeSet]
    private let isForAll: [Bool]
    private let offers: [Bool]

    init(of subject: Case) {
        self.subject = subject
        ages = subject.limits.map(\.ages)
        isForAll = subject.limits.map { $0.group == .everyone }
        offers = subject.limits.map { $0.isClassLimit || $0.opens }
    }

    /// Visits the limits that cover the child at the facility, ascending; none for one that stays in a class that is not
    /// offered.
    @inline(__always)
    func forEachLimit(of child: Int, staying: Bool, at facility: Int?, _ visit: (Int) -> Void) {
        guard let facility else { return }
        let limits = subject.facilities[facility].limits
        if staying, !limits.contains(where: { offers[$0] && covers($0, child) }) { return }
        for limit in limits where covers(limit, child) { visit(limit) }
    }

    private func covers(_ limit: Int, _ child: Int) -> Bool {
        ages[limit].contains(age: subject.children[child].ageClass)
            && (isForAll[limit] || subject.limits[limit].group.covers(subject.children[child].groups))
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
    private let subject: Case
    private let comparator: Comparator
    private let coverage: Coverage
    /// For each limit its vacancies and the seats of the transfer applicants who are there now.
    let seats: [Int]
    /// For each child the facility where it is placed; -1: nowhere.
    private let place: [Int]
    /// Those who stay on a seat of limit `l`: `staying[stayingStart[l]..<stayingStart[l + 1]]`.
    private let staying: [Int]
    private let stayingStart: [Int]
    /// Those who are placed on a seat of limit `l`: `placed[placedStart[l]..<placedStart[l + 1]]`, first in the comparator
    /// first.
    private let placed: [Comparator.Candidate]
    private let placedStart: [Int]

    init(
        _ allocation: Allocation, of subject: Case, comparator: Comparator, coverage: Coverage, threads: Int = 1
    ) {
        self.subject = subject
        self.comparator = comparator
        self.coverage = coverage
        var seats = subject.limits.map(\.seats)
        var stays: [(limit: Int, child: Int)] = []
        var placements: [(limit: Int, candidate: Comparator.Candidate)] = []
        var place = [Int](repeating: -1, count: subject.children.count)
        for child in subject.children.indices {
            let choice = allocation.choices[child]
            coverage.forEachLimit(of: child, with: Allocation.baseline) { limit in
                seats[limit] += 1
                if choice == Allocation.baseline { stays.append((limit, child)) }
            }
            if choice == Allocation.baseline { continue }
            place[child] = subject.children[child].wishes[Int(choice)].facility
            let candidate = comparator.candidate(child, at: Int(choice))
            coverage.forEachLimit(of: child, with: choice) { placements.append(($0, candidate)) }
        }
        self.seats = seats
        self.place = place
        (staying, stayingStart) = Self.byLimit(stays, count: seats.count)
        let start: [Int]
        var placed: [Comparator.Candidate]
        (placed, start) = Self.byLimit(placements, count: seats.count)
        placed.withUnsafeMutableBufferPointer { placed in
            nonisolated(unsafe) let placed = placed
            let start = start
            _ = inRanges(of: seats.count, threads: threads) { limits in
                for limit in limits {
                    var here = UnsafeMutableBufferPointer(rebasing: placed[start[limit]..<start[limit + 1]])
                    here.sort(by: comparator.precedes)
                }
            }
        }
        (self.placed, placedStart) = (placed, start)
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

    private func staying(_ limit: Int) -> ArraySlice<Int> { staying[stayingStart[limit]..<stayingStart[limit + 1]] }

    private func placed(_ limit: Int) -> ArraySlice<Comparator.Candidate> {
        placed[placedStart[limit]..<placedStart[limit + 1]]
    }

    func used(_ limit: Int) -> Int { staying(limit).count + placed(limit).count }

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

    /// Whether those who come before its lowest child leave the demand the seats that it needs.
    func isJustified(_ demand: Demand, of members: [Int]) -> Bool {
        // Whoever stays comes before everybody who does not.
        guard let lowest = demand.lowest else { return demand.users <= seats[demand.limit] }
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
        let facility = subject.limits[limit].facility
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

import Admissions

/// Who uses which seats in an allocation.
struct Occupation {
    private let subject: Case
    private let comparator: Comparator
    /// For each limit its vacancies and the seats of the transfer applicants who are there now.
    let seats: [Int]
    /// For each limit those who stay on a seat of it.
    private var staying: [[Int]]
    /// For each limit those who are placed on a seat of it, first in the comparator first.
    private var placed: [[Comparator.Candidate]]

    init(_ allocation: Allocation, of subject: Case, comparator: Comparator) {
        self.subject = subject
        self.comparator = comparator
        var seats = subject.limits.map(\.seats)
        staying = [[Int]](repeating: [], count: seats.count)
        placed = [[Comparator.Candidate]](repeating: [], count: seats.count)
        for child in subject.children.indices {
            let current = Self.limits(
                of: child, staying: true, at: subject.children[child].currentFacility, in: subject)
            for limit in current { seats[limit] += 1 }
            let choice = allocation.choices[child]
            if choice == Allocation.baseline {
                for limit in current { staying[limit].append(child) }
            } else {
                let wish = Int(choice)
                let candidate = comparator.candidate(child, at: wish)
                let facility = subject.children[child].wishes[wish].facility
                for limit in Self.limits(of: child, staying: false, at: facility, in: subject) {
                    placed[limit].append(candidate)
                }
            }
        }
        self.seats = seats
        for limit in placed.indices { placed[limit].sort(by: comparator.precedes) }
    }

    /// The limits that cover the child at the facility; none for one that stays in a class that is not offered.
    static func limits(of child: Int, staying: Bool, at facility: Int?, in subject: Case) -> [Int] {
        guard let facility else { return [] }
        let limits = subject.facilities[facility].limits.filter { subject.covers(limit: $0, child: child) }
        if staying, !limits.contains(where: { subject.limits[$0].isClassLimit || subject.limits[$0].opens }) {
            return []
        }
        return limits
    }

    func used(_ limit: Int) -> Int { staying[limit].count + placed[limit].count }

    /// Where the children of a household would use seats of one limit.
    struct Demand {
        let limit: Int
        var users: Int
        /// The user who comes last there, or `nil` where all of them stay.
        var lowest: Comparator.Candidate?
    }

    /// What an outcome asks of each limit that it touches, ascending by limit.
    func demands(_ members: [Int], _ outcome: [Int32]) -> [Demand] {
        var demands: [Demand] = []
        for (child, choice) in zip(members, outcome) {
            let isStaying = choice == Allocation.baseline
            let facility =
                isStaying
                ? subject.children[child].currentFacility : subject.children[child].wishes[Int(choice)].facility
            for limit in Self.limits(of: child, staying: isStaying, at: facility, in: subject) {
                let candidate = isStaying ? nil : comparator.candidate(child, at: Int(choice))
                guard let index = demands.firstIndex(where: { $0.limit == limit }) else {
                    demands.append(Demand(limit: limit, users: 1, lowest: candidate))
                    continue
                }
                demands[index].users += 1
                if let candidate, demands[index].lowest.map({ comparator.precedes($0, candidate) }) ?? true {
                    demands[index].lowest = candidate
                }
            }
        }
        return demands.sorted { $0.limit < $1.limit }
    }

    /// Others who use the limit, not counting `members`.
    func others(_ limit: Int, without members: [Int]) -> Int {
        staying[limit].count { !members.contains($0) } + placed[limit].count { !members.contains($0.child) }
    }

    /// Whether those who come before its lowest child leave the demand the seats that it needs.
    func isJustified(_ demand: Demand, of members: [Int]) -> Bool {
        let limit = demand.limit
        var before = staying[limit].count { !members.contains($0) }
        if demand.lowest == nil {
            // Whoever stays comes before everybody who does not.
            before = 0
        }
        if before + demand.users > seats[limit] { return false }
        if let lowest = demand.lowest {
            for candidate in placed[limit] {
                if candidate.child != lowest.child, !comparator.precedes(candidate, lowest) { break }
                if !members.contains(candidate.child) { before += 1 }
            }
        }
        return before + demand.users <= seats[limit]
    }

    /// Those placed on the limit who come after the demand's lowest child, the last in the comparator first.
    func yielding(to demand: Demand, of members: [Int]) -> [Int] {
        placed[demand.limit].reversed().filter { candidate in
            !members.contains(candidate.child)
                && (demand.lowest.map { comparator.precedes($0, candidate) } ?? true)
        }.map(\.child)
    }
}

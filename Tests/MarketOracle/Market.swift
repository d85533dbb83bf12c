import Admissions

/// A set of children: bit `c` stands for child `c`.
typealias ChildSet = UInt64

/// A case with its lists, orders and seats written out, so that an allocation can be judged by counting.
struct Market {
    let subject: Case
    /// For each household its complete list.
    let lists: [[Option]]
    /// For each limit the children who have a seat of it now and could leave.
    let present: [ChildSet]
    /// For each limit what it takes beside them, and how many of them are too many: of the two one is 0.
    let vacancies: [Int]
    let excess: [Int]
    let householdOrder: [Int]

    /// A joint outcome with the seats that it needs.
    struct Option {
        let outcome: JointOutcome
        /// One for each limit that it touches, ascending by limit.
        let needs: [Need]
    }

    /// What an outcome needs of one limit.
    struct Need {
        let limit: Int
        /// The household's children who would use a seat.
        let users: ChildSet
        /// For each facility of the limit those of the users who would be there, and the other households' children who, being
        /// there, come before the lowest of the users.
        let places: [(users: ChildSet, before: ChildSet)]
    }

    init(of subject: Case) {
        precondition(subject.children.count <= 64, "\(subject.children.count) children do not fit a child set")
        self.subject = subject
        let order = PriorityOrder(of: subject)
        householdOrder = order.households()
        let present = subject.limits.indices.map { limit in
            Self.set(
                of: subject.children.indices.filter {
                    Self.limits(usedBy: $0, choice: -1, in: subject).contains(limit)
                })
        }
        self.present = present
        vacancies = subject.limits.map { $0.seats > 0 ? $0.seats : 0 }
        excess = subject.limits.map { $0.seats < 0 ? -$0.seats : 0 }
        lists = subject.households.map { household in
            JointList(of: household, in: subject).outcomes.map { outcome in
                Option(outcome: outcome, needs: Self.needs(of: outcome, household, order, present, in: subject))
            }
        }
    }

    /// The limits of which the child uses a seat: all that cover it where it is placed or stays, none where it is held.
    ///
    /// A child that stays in a class that is not offered, or whose seat stays closed when it leaves, uses no seat that anybody
    /// else could have.
    private static func limits(usedBy child: Int, choice: Int32, in subject: Case) -> [Int] {
        let applicant = subject.children[child]
        let facility = choice < 0 ? applicant.currentFacility : applicant.wishes[Int(choice)].facility
        guard let facility else { return [] }
        let covering = subject.facilities[facility].limits.filter { subject.covers(limit: $0, child: child) }
        if choice < 0, subject.facilities[facility].keepsClosed.contains(age: applicant.ageClass) { return [] }
        if choice < 0, !covering.contains(where: { subject.limits[$0].isClassLimit || subject.limits[$0].opens }) {
            return []
        }
        return covering
    }

    private static func needs(
        of outcome: JointOutcome, _ household: Household, _ order: PriorityOrder, _ present: [ChildSet],
        in subject: Case
    ) -> [Need] {
        struct Use {
            let child: Int
            let place: Int?
            let limits: [Int]
        }
        let used = zip(household.members, outcome.choices).map { child, choice in
            Use(
                child: child,
                place: choice < 0
                    ? subject.children[child].currentFacility : subject.children[child].wishes[Int(choice)].facility,
                limits: limits(usedBy: child, choice: choice, in: subject))
        }
        return Set(used.flatMap(\.limits)).sorted().map { limit in
            let users = used.filter { $0.limits.contains(limit) }
            // Who has a seat of the limit now keeps it at any facility of it, before everybody who has none.
            func hasSeat(_ child: Int) -> Bool { present[limit] & 1 << ChildSet(child) != 0 }
            let lowest = users.filter { !hasSeat($0.child) }.max {
                order.precedes($0.child, at: $0.place!, $1.child, at: $1.place!)
            }
            let places = subject.limits[limit].facilities.map { place in
                let before = subject.children.indices.filter { child in
                    if household.members.contains(child) { return false }
                    if hasSeat(child) { return true }
                    guard let lowest, subject.children[child].wishes.contains(where: { $0.facility == place }) else {
                        return false
                    }
                    return order.precedes(child, at: place, lowest.child, at: lowest.place!)
                }
                return (users: set(of: users.filter { $0.place == place }.map(\.child)), before: set(of: before))
            }
            return Need(limit: limit, users: set(of: users.map(\.child)), places: places)
        }
    }

    private static func set(of children: some Sequence<Int>) -> ChildSet {
        children.reduce(0) { $0 | 1 << ChildSet($1) }
    }

    /// Whether the limit has room for those of its users who are new there: its vacancies, and a seat for each who left, after
    /// the first who were too many.
    private func hasRoom(_ limit: Int, _ users: ChildSet) -> Bool {
        let newcomers = (users & ~present[limit]).nonzeroBitCount
        let leavers = (present[limit] & ~users).nonzeroBitCount
        return newcomers == 0 || newcomers <= vacancies[limit] + max(0, leavers - excess[limit])
    }

    // MARK: Allocations

    /// Visits every choice of one eligible outcome for each household that exceeds no limit.
    ///
    /// The visitor gets the index of each household's outcome in its list and, for each limit and each facility of it, who uses
    /// it there.
    func forEachAllocation(_ visit: (_ chosen: [Int], _ occupants: [[ChildSet]]) -> Void) {
        var chosen = [Int](repeating: 0, count: lists.count)
        func descend(_ household: Int, _ occupants: [[ChildSet]]) {
            guard household < lists.count else { return visit(chosen, occupants) }
            for (index, option) in lists[household].enumerated() where option.outcome.isEligible {
                var occupants = occupants
                add(option, to: &occupants)
                // Households further on only add users: what is exceeded now stays exceeded.
                if option.needs.contains(where: { !hasRoom($0.limit, union(occupants[$0.limit])) }) { continue }
                chosen[household] = index
                descend(household + 1, occupants)
            }
        }
        descend(0, nobody)
    }

    /// Nobody at any facility of any limit.
    private var nobody: [[ChildSet]] { subject.limits.map { [ChildSet](repeating: 0, count: $0.facilities.count) } }

    private func union(_ sets: [ChildSet]) -> ChildSet { sets.reduce(0, |) }

    private func add(_ option: Option, to occupants: inout [[ChildSet]]) {
        for need in option.needs {
            for (place, part) in need.places.enumerated() { occupants[need.limit][place] |= part.users }
        }
    }

    func allocation(_ chosen: [Int]) -> Allocation {
        var allocation = Allocation(baselineOf: subject)
        for (household, index) in chosen.enumerated() {
            let choices = lists[household][index].outcome.choices
            for (child, choice) in zip(subject.households[household].members, choices) {
                allocation.choices[child] = choice
            }
        }
        return allocation
    }

    func chosen(in allocation: Allocation) -> [Int] {
        subject.households.indices.map { household in
            let choices = subject.households[household].members.map { allocation.choices[$0] }
            guard let index = lists[household].firstIndex(where: { $0.outcome.choices == choices }) else {
                preconditionFailure("household \(household) does not accept \(choices)")
            }
            return index
        }
    }

    // MARK: Claims, section 4 of the rules

    /// The households with a justified claim, ascending, or `nil` where they are more than `limit`.
    func claimants(_ chosen: [Int], _ occupants: [[ChildSet]], atMost limit: Int) -> [Int]? {
        var claimants: [Int] = []
        for household in chosen.indices
        where lists[household][..<chosen[household]].contains(where: { isJustified($0, occupants) }) {
            if claimants.count == limit { return nil }
            claimants.append(household)
        }
        return claimants
    }

    /// Whether a household could insist on the option, better than what it got: at every limit the others who come
    /// before its lowest child there leave it the seats that it needs. Its own seats are not among the others'.
    private func isJustified(_ option: Option, _ occupants: [[ChildSet]]) -> Bool {
        option.outcome.isEligible
            && option.needs.allSatisfy { need in
                // Keeping a seat never depends on vacancies.
                let before = zip(occupants[need.limit], need.places).reduce(0) { $0 | $1.0 & $1.1.before }
                return need.users & ~present[need.limit] == 0 || hasRoom(need.limit, before | need.users)
            }
    }

    func claims(_ chosen: [Int]) -> [FoundClaim] {
        var occupants = nobody
        for (household, index) in chosen.enumerated() { add(lists[household][index], to: &occupants) }
        return chosen.indices.compactMap { household in
            let list = lists[household]
            guard let index = list[..<chosen[household]].firstIndex(where: { isJustified($0, occupants) }) else {
                return nil
            }
            let own = Self.set(of: subject.households[household].members)
            let isVacant = list[index].needs.allSatisfy {
                hasRoom($0.limit, union(occupants[$0.limit]) & ~own | $0.users)
            }
            return FoundClaim(household: household, jointRank: index + 1, kind: isVacant ? .vacant : .priority)
        }
    }

    // MARK: The comparison, section 5 of the rules

    /// Compared number by number, the smaller is better: claims; who claims, from the top household down; the
    /// objective's value; joint ranks from the top household down.
    func comparisonKey(_ chosen: [Int], claimants: [Int]) -> [Int] {
        let who = householdOrder.map { claimants.contains($0) ? 1 : 0 }
        let objective: [Int] =
            switch subject.rules.objective {
            case .priority: []
            case .placements: [heldCount(allocation(chosen))]
            case .ranks: [rankTotal(allocation(chosen))]
            }
        return [claimants.count] + who + objective + householdOrder.map { chosen[$0] + 1 }
    }

    private func heldCount(_ allocation: Allocation) -> Int {
        subject.children.indices.filter { allocation.choices[$0] < 0 && subject.children[$0].currentFacility == nil }
            .count
    }

    private func rankTotal(_ allocation: Allocation) -> Int {
        zip(subject.children, allocation.choices).reduce(0) { total, pair in
            total + (pair.1 < 0 ? pair.0.wishes.count : Int(pair.1)) + 1
        }
    }

    func describe(_ chosen: [Int], allocationCount: Int, stableCount: Int) -> Best {
        let allocation = allocation(chosen)
        return Best(
            allocation: allocation, claims: claims(chosen), allocationCount: allocationCount,
            stableCount: stableCount, heldCount: heldCount(allocation), rankTotal: rankTotal(allocation),
            jointRanks: chosen.map { $0 + 1 }, householdOrder: householdOrder)
    }
}

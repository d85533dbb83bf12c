import Admissions

/// Which seats could be used by whom, at each limit in the order of priority.
///
/// A *slot* is one child's use of one limit by one of its choices: by a wish that it may have, or by staying. The slots of
/// a limit stand together, first those that keep a seat which the child has there now, by staying or by moving from one
/// facility of the limit to another, then by the comparator; so of two slots of one limit the smaller number comes first.
///
/// Compiled from the case and the verifier's own comparator, with nothing of the solver's.
struct SeatOrder {
    /// For each limit its vacancies and the seats of the transfer applicants who are there now; below the number of these in an
    /// over-full class.
    private var seats: [Int32]
    /// For each limit how many slots keep a seat, and so are its first ones; and how many children have a seat now.
    private let keepingCount: [Int32]
    private var presentCount: [Int32]
    /// For each household whether a child of it has several slots at one limit.
    private(set) var hasRepeats: [Bool]
    /// Number of limits.
    var limitCount: Int { seats.count }
    /// Slots of limit `l`: `limitStart[l]..<limitStart[l + 1]`.
    private(set) var limitStart: [Int32]
    /// For each slot its limit and the household that could use it.
    private(set) var limit: [Int32] = []
    private(set) var household: [Int32] = []
    /// Choices of child `c`: its wishes from `choiceStart[c]`, then the baseline at `choiceStart[c + 1] - 1`.
    private(set) var choiceStart: [Int32] = [0]
    /// Slots of choice `k`, ascending: `choiceSlots[choiceSlotStart[k]..<choiceSlotStart[k + 1]]`.
    private(set) var choiceSlotStart: [Int32]
    private(set) var choiceSlots: [Int32]
    /// Slots of household `h`, ascending: `householdSlots[householdStart[h]..<householdStart[h + 1]]`.
    private(set) var householdStart: [Int32]
    private(set) var householdSlots: [Int32]

    /// A use before the slots are in order.
    private struct Use {
        let limit: Int32
        let child: Int32
        let choice: Int32
        /// `nil` for a child that keeps a seat.
        let candidate: Comparator.Candidate?
    }

    /// - Complexity: O(n log n) for n uses.
    init(_ subject: Case, _ comparator: Comparator) {
        seats = subject.limits.map { Int32($0.seats) }
        var keepingCount = [Int32](repeating: 0, count: seats.count)
        presentCount = keepingCount
        hasRepeats = [Bool](repeating: false, count: subject.households.count)
        limitStart = [Int32](repeating: 0, count: subject.limits.count + 1)
        var uses: [Use] = []
        let coverage = Coverage(of: subject)
        for (child, applicant) in subject.children.enumerated() {
            for (index, wish) in applicant.wishes.enumerated() where wish.isEligible {
                let candidate = comparator.candidate(child, at: index)
                let choice = choiceStart[child] + Int32(index)
                coverage.forEachLimit(usedBy: child, Int32(index)) { limit in
                    let keeps = coverage.keepsSeat(limit, child, Int32(index))
                    if keeps { keepingCount[limit] += 1 }
                    uses.append(
                        Use(
                            limit: Int32(limit), child: Int32(child), choice: choice,
                            candidate: keeps ? nil : candidate))
                }
            }
            let baseline = choiceStart[child] + Int32(applicant.wishes.count)
            choiceStart.append(baseline + 1)
            for limit in coverage.limits(usedBy: child, Allocation.baseline) {
                seats[limit] += 1
                keepingCount[limit] += 1
                presentCount[limit] += 1
                uses.append(Use(limit: Int32(limit), child: Int32(child), choice: baseline, candidate: nil))
            }
        }
        self.keepingCount = keepingCount
        let order = Self.ordered(uses, &limitStart, comparator)
        (choiceSlotStart, choiceSlots) = Self.grouped(
            order.map { uses[Int($0)].choice }, groups: Int(choiceStart.last!))
        limit = order.map { uses[Int($0)].limit }
        household = order.map { Int32(subject.children[Int(uses[Int($0)].child)].household) }
        (householdStart, householdSlots) = Self.grouped(household, groups: subject.households.count)
        guard subject.limits.contains(where: \.isShared) else { return }
        var last = [Int32](repeating: -1, count: subject.children.count)
        for slots in 0..<limitCount {
            for slot in self.slots(ofLimit: Int32(slots)) {
                let child = Int(uses[Int(order[slot])].child)
                if last[child] == Int32(slots) { hasRepeats[Int(household[slot])] = true }
                last[child] = Int32(slots)
            }
        }
    }

    /// The uses limit by limit, each in the order of priority.
    private static func ordered(_ uses: [Use], _ limitStart: inout [Int32], _ comparator: Comparator) -> [Int32] {
        var (start, order) = grouped(uses.map(\.limit), groups: limitStart.count - 1)
        limitStart = start
        for limit in 0..<start.count - 1 {
            order[Int(start[limit])..<Int(start[limit + 1])].sort { first, second in
                switch (uses[Int(first)].candidate, uses[Int(second)].candidate) {
                case (let one?, let other?):
                    // One child may wish several facilities of a limit.
                    comparator.precedes(one, other) || !comparator.precedes(other, one) && first < second
                case (nil, nil): first < second
                case (nil, _?): true
                case (_?, nil): false
                }
            }
        }
        return order
    }

    /// The indices of `keys` in groups of equal keys, ascending in each: offsets and members.
    private static func grouped(_ keys: [Int32], groups: Int) -> (start: [Int32], members: [Int32]) {
        var start = [Int32](repeating: 0, count: groups + 1)
        for key in keys { start[Int(key) + 1] += 1 }
        for group in 0..<groups { start[group + 1] += start[group] }
        var next = start
        var members = [Int32](repeating: 0, count: keys.count)
        for (index, key) in keys.enumerated() {
            members[Int(next[Int(key)])] = Int32(index)
            next[Int(key)] += 1
        }
        return (start, members)
    }

    /// The seats of the limit for the user of one of its slots: who keeps a seat has the one that it brought, so at least as
    /// many as there are who have one now.
    func seats(_ limit: Int32, for slot: Int32) -> Int32 {
        let seats = seats[Int(limit)]
        return slot < limitStart[Int(limit)] + keepingCount[Int(limit)] ? max(seats, presentCount[Int(limit)]) : seats
    }

    func slots(ofLimit limit: Int32) -> Range<Int> { Int(limitStart[Int(limit)])..<Int(limitStart[Int(limit) + 1]) }
    func slots(ofChoice choice: Int32) -> ArraySlice<Int32> {
        choiceSlots[Int(choiceSlotStart[Int(choice)])..<Int(choiceSlotStart[Int(choice) + 1])]
    }
    func slots(ofHousehold household: Int) -> ArraySlice<Int32> {
        householdSlots[Int(householdStart[household])..<Int(householdStart[household + 1])]
    }
}

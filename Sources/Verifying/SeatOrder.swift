import Admissions

/// The seats that each child could use, at each limit in the order of priority.
///
/// A *slot* is one child's use of one limit by one of its choices: by a wish that it may have, or by staying. The slots of
/// a limit stand together, first those that keep a seat which the child has there now, by staying or by moving from one
/// facility of the limit to another, then by the comparator; so of two slots of one limit the smaller number comes first.
///
/// It is compiled from the case and the verifier's own comparator, and uses nothing of the solver.
struct SeatOrder {
    /// For each limit its vacancies and the seats of the transfer applicants who are there now. In an over-full class it is less
    /// than the number of these applicants.
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
        var byLimit = Grouped(groups: subject.limits.count, positionsOf: uses.map(\.limit))
        byLimit.sortGroups { [uses] first, second in
            switch (uses[Int(first)].candidate, uses[Int(second)].candidate) {
            case (let one?, let other?):
                // One child may wish several facilities of a limit.
                comparator.precedes(one, other) || !comparator.precedes(other, one) && first < second
            case (nil, nil): first < second
            case (nil, _?): true
            case (_?, nil): false
            }
        }
        limitStart = byLimit.starts
        let order = byLimit.elements
        let byChoice = Grouped(groups: Int(choiceStart.last!), positionsOf: order.map { uses[Int($0)].choice })
        (choiceSlotStart, choiceSlots) = (byChoice.starts, byChoice.elements)
        limit = order.map { uses[Int($0)].limit }
        household = order.map { Int32(subject.children[Int(uses[Int($0)].child)].household) }
        let byHousehold = Grouped(groups: subject.households.count, positionsOf: household)
        (householdStart, householdSlots) = (byHousehold.starts, byHousehold.elements)
        self.keepingCount = keepingCount
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

    /// The seats of the limit that count for the user of one of its slots. A child that stays has the seat that it brought, so
    /// for it there are at least as many seats as children who could stay.
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

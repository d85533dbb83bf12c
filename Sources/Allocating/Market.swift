import Admissions

/// A case compiled to flat arrays: who can use which seats, and who comes before whom.
///
/// * A *member* is a child, numbered so that the members of a household stand together, eldest first.
/// * An *option* of a member is one of its wishes (index as in ``Child/wishes``) or, last, its baseline.
/// * A *slot* is one option of one member at one seat limit: a seat that may be used there. The slots of a limit stand
///   together in priority order, so comparing slot numbers of one limit compares priorities; those who stay come first.
///
/// All offsets are CSR: the slots of option `o` are `optionSlots[optionSlotStart[o]..<optionSlotStart[o + 1]]`.
struct Market: Sendable {
    let subject: Case
    /// Members of household `h`: `memberStart[h]..<memberStart[h + 1]`.
    private(set) var memberStart: [Int32] = [0]
    /// The child that a member is.
    private(set) var memberChild: [Int32] = []
    /// Options of member `m`: `optionStart[m]..<optionStart[m + 1]`; the last is the baseline.
    private(set) var optionStart: [Int32] = [0]
    /// Whether the option can be had at all; baselines can.
    private(set) var optionIsEligible: [Bool] = []
    private(set) var optionSlotStart: [Int32] = []
    private(set) var optionSlots: [Int32] = []
    /// Seats of each limit of the case, present seats of transfer applicants included.
    private(set) var limitSeats: [Int32] = []
    /// Slots of limit `l`: `limitSlotStart[l]..<limitSlotStart[l + 1]`, first in priority first.
    private(set) var limitSlotStart: [Int32] = [0]
    private(set) var slotLimit: [Int32] = []
    private(set) var slotHousehold: [Int32] = []
    private(set) var slotMember: [Int32] = []
    private(set) var slotOption: [Int32] = []
    /// Slots of household `h`, ascending: `householdSlots[householdSlotStart[h]..<householdSlotStart[h + 1]]`.
    private(set) var householdSlotStart: [Int32] = [0]
    private(set) var householdSlots: [Int32] = []
    /// Where a slot stands in ``householdSlots``.
    private(set) var slotPlace: [Int32] = []
    /// Households, best first.
    private(set) var householdOrder: [Int32] = []
    /// Where each household stands in ``householdOrder``.
    private(set) var householdPosition: [Int32] = []

    var householdCount: Int { memberStart.count - 1 }

    init(_ subject: Case) {
        self.subject = subject
        let order = PriorityOrder(subject)
        householdOrder = order.households
        householdPosition = [Int32](repeating: 0, count: householdOrder.count)
        for (position, household) in householdOrder.enumerated() {
            householdPosition[Int(household)] = Int32(position)
        }
        for household in subject.households {
            for child in household.members { memberChild.append(Int32(child)) }
            memberStart.append(Int32(memberChild.count))
        }
        compileSlots(order)
        indexHouseholdSlots()
    }

    /// The same market with more seats at some limits.
    ///
    /// - Parameter changed: The case with those seats, else as ``subject``.
    func raisingSeats(as changed: Case) -> Market {
        var market = self
        for limit in limitSeats.indices {
            let more = changed.limits[limit].seats - subject.limits[limit].seats
            precondition(more >= 0, "limit \(limit) may only gain seats, not \(more)")
            market.limitSeats[limit] += Int32(more)
        }
        return market
    }

    /// A use of a limit before the slots are in order.
    private struct Use {
        let limit: Int32
        let member: Int32
        let option: Int32
    }

    /// Makes the slots: first those of children that stay, by member, then those of wishes by priority.
    private mutating func compileSlots(_ order: PriorityOrder) {
        limitSeats = subject.limits.map { Int32($0.seats) }
        var uses: [Use] = []
        uses.reserveCapacity(order.wishPosition.count + memberChild.count)
        var memberOf = [Int32](repeating: 0, count: memberChild.count)
        optionStart.reserveCapacity(memberChild.count + 1)
        optionIsEligible.reserveCapacity(order.wishPosition.count + memberChild.count)
        for (member, child) in memberChild.enumerated() {
            memberOf[Int(child)] = Int32(member)
            for wish in subject.children[Int(child)].wishes { optionIsEligible.append(wish.isEligible) }
            optionIsEligible.append(true)
            optionStart.append(Int32(optionIsEligible.count))
            addStay(Int(child), Int32(member), to: &uses)
        }
        var wishChild = [Int32](repeating: 0, count: order.wishPosition.count)
        var byPriority = wishChild
        for child in subject.children.indices {
            for wish in order.wishStart[child]..<order.wishStart[child + 1] {
                wishChild[Int(wish)] = Int32(child)
                byPriority[Int(order.wishPosition[Int(wish)])] = wish
            }
        }
        for wish in byPriority {
            let child = Int(wishChild[Int(wish)])
            let index = Int(wish - order.wishStart[child])
            let option = optionStart[Int(memberOf[child])] + Int32(index)
            guard optionIsEligible[Int(option)] else { continue }
            for limit in subject.facilities[subject.children[child].wishes[index].facility].limits
            where subject.covers(limit: limit, child: child) {
                uses.append(Use(limit: Int32(limit), member: memberOf[child], option: option))
            }
        }
        sortSlots(uses)
    }

    private mutating func addStay(_ child: Int, _ member: Int32, to uses: inout [Use]) {
        guard let current = subject.children[child].currentFacility else { return }
        let limits = subject.facilities[current].limits.filter { subject.covers(limit: $0, child: child) }
        // A class that is not offered adds no seat: staying uses nothing and leaving frees nothing.
        guard limits.contains(where: { subject.limits[$0].isClassLimit || subject.limits[$0].opens }) else { return }
        for limit in limits {
            limitSeats[limit] += 1
            uses.append(Use(limit: Int32(limit), member: member, option: optionStart[Int(member) + 1] - 1))
        }
    }

    /// Puts the uses, which are in the order of priority, limit by limit.
    private mutating func sortSlots(_ uses: [Use]) {
        var start = [Int32](repeating: 0, count: limitSeats.count + 1)
        for use in uses { start[Int(use.limit) + 1] += 1 }
        for limit in limitSeats.indices { start[limit + 1] += start[limit] }
        limitSlotStart = start
        var householdOfMember = [Int32](repeating: 0, count: memberChild.count)
        for household in 0..<householdCount {
            for member in memberStart[household]..<memberStart[household + 1] {
                householdOfMember[Int(member)] = Int32(household)
            }
        }
        optionSlotStart = [Int32](repeating: 0, count: optionIsEligible.count + 1)
        for use in uses { optionSlotStart[Int(use.option) + 1] += 1 }
        for option in optionIsEligible.indices { optionSlotStart[option + 1] += optionSlotStart[option] }
        slotLimit = [Int32](repeating: 0, count: uses.count)
        slotMember = slotLimit
        slotHousehold = slotLimit
        slotOption = slotLimit
        for use in uses {
            let slot = Int(start[Int(use.limit)])
            start[Int(use.limit)] += 1
            slotLimit[slot] = use.limit
            slotMember[slot] = use.member
            slotHousehold[slot] = householdOfMember[Int(use.member)]
            slotOption[slot] = use.option
        }
        var filled = optionSlotStart
        optionSlots = [Int32](repeating: 0, count: uses.count)
        for slot in slotOption.indices {
            let option = Int(slotOption[slot])
            optionSlots[Int(filled[option])] = Int32(slot)
            filled[option] += 1
        }
    }

    private mutating func indexHouseholdSlots() {
        var start = [Int32](repeating: 0, count: householdCount + 1)
        for household in slotHousehold { start[Int(household) + 1] += 1 }
        for household in 0..<householdCount { start[household + 1] += start[household] }
        householdSlotStart = start
        householdSlots = [Int32](repeating: 0, count: slotHousehold.count)
        slotPlace = [Int32](repeating: 0, count: slotHousehold.count)
        for slot in slotHousehold.indices {
            let household = Int(slotHousehold[slot])
            householdSlots[Int(start[household])] = Int32(slot)
            slotPlace[slot] = start[household]
            start[household] += 1
        }
    }

    /// Number of members of a household.
    func memberCount(_ household: Int) -> Int { Int(memberStart[household + 1] - memberStart[household]) }

    /// Slots of other households at the touched limit that come before it.
    func slotsBefore(_ touch: Touch) -> Int32 {
        let first = limitSlotStart[Int(touch.limit)]
        var others = touch.lowest - first
        var place = Int(slotPlace[Int(touch.lowest)]) - 1
        while place >= Int(householdSlotStart[Int(slotHousehold[Int(touch.lowest)])]),
            householdSlots[place] >= first
        {
            others -= 1
            place -= 1
        }
        return others
    }

    /// Where the household stands in ``householdSlots``.
    func slotRange(_ household: Int) -> Range<Int> {
        Int(householdSlotStart[household])..<Int(householdSlotStart[household + 1])
    }
}

/// What a joint outcome does at one seat limit.
struct Touch {
    let limit: Int32
    /// Seats that it uses there.
    var use: Int32
    /// The slot of the household's lowest-priority child in the outcome there.
    var lowest: Int32
}

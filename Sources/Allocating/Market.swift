import Admissions

/// A case compiled to flat arrays: which children can use which seats, and in which order of priority.
///
/// * A *member* is a child, numbered so that the members of a household are adjacent, eldest first.
/// * An *option* of a member is one of its wishes (index as in ``Child/wishes``) or, last, its baseline.
/// * A *slot* is one option of one member at one seat limit: a seat that may be used there. The slots of a limit stand
///   together in priority order, so comparing slot numbers of one limit compares priorities; first come those of who has a
///   seat of the limit now and keeps it, by staying or by moving to another facility of the limit.
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
    /// Whether the option can be given at all; baselines always can.
    private(set) var optionIsEligible: [Bool] = []
    private(set) var optionSlotStart: [Int32] = []
    private(set) var optionSlots: [Int32] = []
    /// For each limit of the case the seats that can be given away, including the present seats of transfer applicants. It is
    /// negative if a class has more children too many than could leave.
    private(set) var limitSeats: [Int32] = []
    /// For each limit by how many children it is exceeded as the round begins (Rules.md 1); 0 except in over-full classes.
    /// Children who stay always fit, so for them the limit has this many more seats.
    private(set) var limitExcess: [Int32] = []
    /// For each limit its first slot that keeps no present seat.
    private(set) var limitEntry: [Int32] = []
    /// For each household whether a child of it has several slots at one limit, as only a limit over several facilities can
    /// bring about; empty where none has.
    private var repeats: [Bool] = []
    /// Slots of limit `l`: `limitSlotStart[l]..<limitSlotStart[l + 1]`, first in priority first.
    private(set) var limitSlotStart: [Int32] = [0]
    private(set) var slotLimit: [Int32] = []
    private(set) var slotHousehold: [Int32] = []
    private(set) var slotMember: [Int32] = []
    private(set) var slotOption: [Int32] = []
    /// Slots of household `h`, ascending: `householdSlots[householdSlotStart[h]..<householdSlotStart[h + 1]]`.
    private(set) var householdSlotStart: [Int32] = [0]
    private(set) var householdSlots: [Int32] = []
    /// The position of each slot in ``householdSlots``.
    private(set) var slotPlace: [Int32] = []
    /// Households, best first.
    private(set) var householdOrder: [Int32] = []
    /// The position of each household in ``householdOrder``.
    private(set) var householdPosition: [Int32] = []

    var householdCount: Int { memberStart.count - 1 }

    /// - Parameter threads: How many threads may compile at the same time; the market is the same with any number.
    /// - Complexity: O(w log s) for w wishes and s slots of a limit.
    init(_ subject: Case, threads: Int = 1) {
        self.subject = subject
        let order = PriorityOrder(subject, threads: threads)
        householdOrder = order.households
        householdPosition = [Int32](repeating: 0, count: householdOrder.count)
        for (position, household) in householdOrder.enumerated() {
            householdPosition[Int(household)] = Int32(position)
        }
        for household in subject.households {
            for child in household.members { memberChild.append(Int32(child)) }
            memberStart.append(Int32(memberChild.count))
        }
        compileOptions()
        compileSlots(uses(order, threads: threads), threads: threads)
        indexHouseholdSlots(threads: threads)
        if subject.limits.contains(where: \.isShared) { findRepeats() }
    }

    /// The same market with more seats at some limits.
    ///
    /// - Parameter changed: The case with those seats, otherwise equal to ``subject``.
    func raisingSeats(as changed: Case) -> Market {
        var market = self
        for limit in limitSeats.indices {
            let more = changed.limits[limit].seats - subject.limits[limit].seats
            precondition(more >= 0, "limit \(limit) may only gain seats, not \(more)")
            market.limitSeats[limit] += Int32(more)
            market.limitExcess[limit] = Int32(changed.limits[limit].excess)
        }
        return market
    }

    private mutating func compileOptions() {
        optionStart.reserveCapacity(memberChild.count + 1)
        for child in memberChild {
            for wish in subject.children[Int(child)].wishes { optionIsEligible.append(wish.isEligible) }
            optionIsEligible.append(true)
            optionStart.append(Int32(optionIsEligible.count))
        }
    }

    /// A use of a limit before the slots are in order.
    private struct Use {
        let limit: Int32
        let option: Int32
        let member: Int32
        /// Smaller comes before at the limit: below 0 those who keep a seat of it, by option, then wishes by priority.
        let key: Int32
    }

    /// The limits of the case's facilities, one facility after the other.
    private struct FacilityLimits: Sendable {
        let start: [Int32]
        let limits: [Int32]

        init(_ facilities: [Facility]) {
            var start: [Int32] = [0]
            for facility in facilities { start.append(start.last! + Int32(facility.limits.count)) }
            self.start = start
            limits = facilities.flatMap { $0.limits.map(Int32.init) }
        }

        @inline(__always)
        func range(of facility: Int) -> Range<Int> { Int(start[facility])..<Int(start[facility + 1]) }
    }

    /// All uses, by option, and those of an option by limit.
    private func uses(_ order: PriorityOrder, threads: Int) -> [Use] {
        // Copies only the properties of a limit that are needed for every wish.
        let covering = subject.limits.map { (ages: $0.ages, isForAll: $0.group == .everyone) }
        @Sendable func covers(_ limit: Int, _ child: Int, _ ageClass: Int) -> Bool {
            covering[limit].ages.contains(age: ageClass)
                && (covering[limit].isForAll || subject.covers(limit: limit, child: child))
        }
        let limits = FacilityLimits(subject.facilities)
        let parts = inRanges(of: memberChild.count, threads: threads) { [memberChild, optionStart, subject] members in
            var uses: [Use] = []
            for member in members {
                let child = Int(memberChild[member])
                let ageClass = subject.children[child].ageClass
                let first = optionStart[member]
                let present = presentLimits(of: child)
                func keep(_ limit: Int32, _ option: Int32) {
                    uses.append(
                        Use(limit: limit, option: option, member: Int32(member), key: option - optionStart.last!))
                }
                for (index, wish) in subject.children[child].wishes.enumerated() where wish.isEligible {
                    let key = order.wishPosition[Int(order.wishStart[child]) + index]
                    for place in limits.range(of: wish.facility) {
                        let limit = limits.limits[place]
                        guard covers(Int(limit), child, ageClass) else { continue }
                        if !present.isEmpty, present.contains(Int(limit)) {
                            keep(limit, first + Int32(index))
                            continue
                        }
                        uses.append(Use(limit: limit, option: first + Int32(index), member: Int32(member), key: key))
                    }
                }
                for limit in present { keep(Int32(limit), optionStart[member + 1] - 1) }
            }
            return uses
        }
        return parts.count == 1 ? parts[0] : Array(parts.joined())
    }

    /// The limits of which the child has a seat now that it would free, ascending.
    ///
    /// A class that is not offered, or whose seats are kept closed, adds no seat: staying uses nothing and leaving frees nothing.
    private func presentLimits(of child: Int) -> [Int] {
        guard let current = subject.children[child].currentFacility else { return [] }
        return subject.limits(usedBy: child, at: current, isStaying: true, inPhase: nil)
    }

    /// Makes the slots: the uses limit by limit, those of a limit by their keys.
    private mutating func compileSlots(_ uses: [Use], threads: Int) {
        limitSeats = subject.limits.map { Int32($0.seats) }
        limitExcess = subject.limits.map { Int32($0.excess) }
        var keeps = [Int32](repeating: 0, count: limitSeats.count)
        optionSlotStart = [Int32](repeating: 0, count: optionIsEligible.count + 1)
        for use in uses {
            if use.key < 0 {
                keeps[Int(use.limit)] += 1
                // Who stays brings the seat.
                if use.option == optionStart[Int(use.member) + 1] - 1 { limitSeats[Int(use.limit)] += 1 }
            }
            optionSlotStart[Int(use.option) + 1] += 1
        }
        for option in optionIsEligible.indices { optionSlotStart[option + 1] += optionSlotStart[option] }
        var byLimit = Grouped(
            groups: limitSeats.count, count: uses.count, group: { Int(uses[$0].limit) },
            element: { Place(key: uses[$0].key, use: Int32($0)) })
        byLimit.sortGroups(threads: threads)
        limitSlotStart = byLimit.starts
        limitEntry = keeps.indices.map { limitSlotStart[$0] + keeps[$0] }
        let order = byLimit.elements
        let inOrder = elements(order.count, threads: threads, state: ()) { _, slot in
            uses[Int(order[slot].use)]
        }.elements
        slotLimit = inOrder.map(\.limit)
        slotMember = inOrder.map(\.member)
        slotOption = inOrder.map(\.option)
        let householdOfMember = (0..<householdCount).flatMap { household in
            repeatElement(Int32(household), count: memberCount(household))
        }
        slotHousehold = slotMember.map { householdOfMember[Int($0)] }
        // Uses are sorted by option and those of an option by limit, and so are the slots of the options.
        optionSlots = [Int32](repeating: 0, count: uses.count)
        for (slot, place) in order.enumerated() { optionSlots[Int(place.use)] = Int32(slot) }
    }

    /// A use with its sort key.
    private struct Place: Comparable {
        let key: Int32
        let use: Int32

        static func < (one: Place, other: Place) -> Bool {
            // A child may wish two facilities of a limit with one priority.
            one.key != other.key ? one.key < other.key : one.use < other.use
        }
    }

    private mutating func indexHouseholdSlots(threads: Int) {
        householdSlotStart = memberStart.map { optionSlotStart[Int(optionStart[Int($0)])] }
        let starts = householdSlotStart
        householdSlots = optionSlots
        slotPlace = [Int32](repeating: 0, count: optionSlots.count)
        // Each household has a range of its own, and a slot belongs to one household.
        householdSlots.writeDisjointly { slots in
            slotPlace.writeDisjointly { places in
                _ = inRanges(of: starts.count - 1, threads: threads) { households in
                    for household in households {
                        let range = Int(starts[household])..<Int(starts[household + 1])
                        slots.sort(range, by: <)
                        for place in range { places[Int(slots[place])] = Int32(place) }
                    }
                }
            }
        }
    }

    private mutating func findRepeats() {
        repeats = (0..<householdCount).map { household in
            let slots = householdSlots[slotRange(household)]
            // The slots of one limit stand together.
            return slots.indices.contains { place in
                slots[(place + 1)...].prefix { slotLimit[Int($0)] == slotLimit[Int(slots[place])] }
                    .contains { slotMember[Int($0)] == slotMember[Int(slots[place])] }
            }
        }
        if !repeats.contains(true) { repeats = [] }
    }

    /// Whether a child of the household has several slots at one limit.
    func hasRepeats(_ household: Int) -> Bool { !repeats.isEmpty && repeats[household] }

    /// Whether the household is one child with at most one slot at each limit.
    func isSimple(_ household: Int) -> Bool { memberCount(household) == 1 && !hasRepeats(household) }

    /// The most seats that the household can use at a limit beside the one of a slot of its, or could use before that slot.
    func mostBesideOne(_ household: Int) -> Int32 {
        Int32(memberCount(household)) - (hasRepeats(household) ? 0 : 1)
    }

    /// Number of members of a household.
    func memberCount(_ household: Int) -> Int { Int(memberStart[household + 1] - memberStart[household]) }

    /// The seats of a limit that count for the user of one of its slots. There are more for those who stay in an over-full
    /// class, because staying never depends on vacancies.
    func seats(_ limit: Int, for slot: Int32) -> Int32 {
        slot < limitEntry[limit] ? limitSeats[limit] + limitExcess[limit] : limitSeats[limit]
    }

    /// The seats that count for a touch, see ``seats(_:for:)``.
    func seats(_ touch: Touch) -> Int32 { seats(Int(touch.limit), for: touch.lowest) }

    /// The number of slots of other households that come before the touch at its limit.
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

    /// The positions of the household's slots in ``householdSlots``.
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

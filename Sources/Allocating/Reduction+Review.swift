import Admissions

/// The part of a ``Reduction`` that reviews change.
///
/// A review changes only the state of its own household and of that household's outcomes and slots, so reviews of different
/// households can run at the same time.
struct ReviewState: Sendable {
    let states: DisjointWriter<Reduction.HouseholdState>
    let slots: DisjointWriter<Reduction.SlotState>
    let struckAt: DisjointWriter<Int32>
    let cause: DisjointWriter<Int32>
}

/// Reviews households one by one, on one of several threads.
///
/// A review reads the sums of the household's own slots, which do not change meanwhile, and writes the state of the household,
/// its outcomes and its slots. Therefore reviews of different households can run at the same time, and their results do not
/// depend on their order. Changes at the limits are noted and summed up afterwards.
struct Reviewer: Sendable {
    private let market: Market
    /// Copies of the store's properties: where each household's outcomes begin, and the options.
    private let start: [Int32]
    private let options: [Int32]
    /// The parts of ``ReviewState``, as single properties because every inner loop uses them.
    private let states: DisjointWriter<Reduction.HouseholdState>
    private let slots: DisjointWriter<Reduction.SlotState>
    private let struckAt: DisjointWriter<Int32>
    private let cause: DisjointWriter<Int32>
    /// The time that the strikes of the present review get.
    private var clock: Int32 = 0
    private var touches: [Touch] = []

    /// A slot with its limit. The reviewing thread looks the limit up, because it has the slot in its cache.
    struct ChangedSlot {
        let limit: Int32
        let slot: Int32
    }

    /// Slots at which the seats that their household may use, is bound to use or uses for certain have changed.
    private(set) var changed: [ChangedSlot] = []
    /// Households that have no outcome left.
    private(set) var emptied: [Int] = []

    init(_ market: Market, _ store: OutcomeStore, _ state: ReviewState) {
        self.market = market
        start = store.start
        options = store.options
        states = state.states
        slots = state.slots
        struckAt = state.struckAt
        cause = state.cause
    }

    @inline(__always)
    private func state(_ household: Int, _ outcome: Int) -> Int { Int(states[household].base) + outcome }

    private func survives(_ household: Int, _ outcome: Int) -> Bool { struckAt[state(household, outcome)] == 0 }

    private mutating func collectTouches(_ household: Int, _ outcome: Int) {
        OutcomeStore.collectTouches(household, outcome, start, options, market, into: &touches)
    }

    /// The seats that others may use, and are bound to use, before the touch at its limit, each plus the seats of the touch and
    /// minus the seats of the limit. The touch is sure if `most` is not above 0, and out of reach if `bound` is above 0.
    private func excess(_ touch: Touch, _ household: Int) -> (most: Int32, bound: Int32) {
        let slot = Int(touch.lowest)
        var (most, bound) = (slots[slot].mostBefore + touch.use, slots[slot].boundBefore + touch.use)
        if states[household].isSingle { return (most, bound) }
        var place = Int(market.slotPlace[slot]) - 1
        let first = Int(market.householdSlotStart[household])
        while place >= first {
            let other = Int(market.householdSlots[place])
            guard market.slotLimit[other] == touch.limit else { break }
            most -= Int32(slots[other].mostHere)
            bound -= Int32(slots[other].boundHere)
            place -= 1
        }
        return (most, bound)
    }

    /// Strikes the outcomes that the rules strike now, and notes the slots where something changed.
    mutating func review(_ household: Int, at clock: Int32) {
        states[household].isQueued = false
        if states[household].survivorCount == 0 && !states[household].hasTail { return }
        self.clock = clock
        let isStale = states[household].isStale
        states[household].isStale = false
        let hasStruck = applyRules(household)
        if states[household].survivorCount == 0 && !states[household].hasTail {
            emptied.append(household)
            for outcome in 0..<Int(states[household].known) where struckAt[state(household, outcome)] == clock {
                struckAt[state(household, outcome)] = .max
            }
            return
        }
        if states[household].isSingle && !isStale { return refreshStruckSingle(household, hasStruck: hasStruck) }
        if isStale || hasStruck { refreshUse(household) }
        refreshClaim(household, useChanged: isStale || hasStruck)
    }

    /// Strikes the household's outcomes by the rules, using the present sums. Returns whether any were struck.
    private mutating func applyRules(_ household: Int) -> Bool {
        var changed = false
        var outcome = Int(states[household].best)
        var isDecided =
            (states[household].survivorCount <= 1 && !states[household].hasTail) || states[household].isExempt
        let isSingle = states[household].isSingle
        while outcome < Int(states[household].known) {
            defer { outcome += 1 }
            guard struckAt[state(household, outcome)] == 0 else { continue }
            let (limit, allSure) = isSingle ? lookAtSingle(household, outcome) : look(household, outcome)
            if limit >= 0 {
                strike(household, outcome, cause: limit)
                changed = true
            } else if !isDecided, allSure {
                if strikeAll(household, after: outcome) { changed = true }
                isDecided = true
            }
        }
        return changed
    }

    /// Returns a limit at which the outcome is out of reach, or -1, and whether all its seats are sure.
    private mutating func look(_ household: Int, _ outcome: Int) -> (outOfReach: Int32, allSure: Bool) {
        collectTouches(household, outcome)
        var allSure = true
        for index in touches.indices {
            let (most, bound) = excess(touches[index], household)
            if bound > 0 { return (touches[index].limit, false) }
            if most > 0 { allSure = false }
        }
        return (-1, allSure)
    }

    /// Does the same as ``look(_:_:)`` for a household with one child, which has a single slot at each limit.
    private func lookAtSingle(_ household: Int, _ outcome: Int) -> (outOfReach: Int32, allSure: Bool) {
        let option = Int(options[Int(start[household]) + outcome])
        var allSure = true
        for place in Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1]) {
            let slot = Int(market.optionSlots[place])
            if slots[slot].boundBefore >= 0 { return (market.slotLimit[slot], false) }
            if slots[slot].mostBefore >= 0 { allSure = false }
        }
        return (-1, allSure)
    }

    private mutating func strike(_ household: Int, _ outcome: Int, cause reason: Int32) {
        struckAt[state(household, outcome)] = clock
        cause[state(household, outcome)] = reason
        states[household].survivorCount -= 1
        if Int(states[household].best) == outcome {
            var next = outcome + 1
            while next < Int(states[household].known), struckAt[state(household, next)] != 0 { next += 1 }
            states[household].best = Int32(next)
        }
    }

    private mutating func strikeAll(_ household: Int, after sure: Int) -> Bool {
        var changed = states[household].hasTail
        if states[household].hasTail {
            states[household].hasTail = false
            states[household].tailStruckAt = clock
            states[household].tailCause = Int32(-1 - sure)
        }
        for outcome in sure + 1..<max(sure + 1, Int(states[household].known))
        where struckAt[state(household, outcome)] == 0 {
            strike(household, outcome, cause: Int32(-1 - sure))
            changed = true
        }
        return changed
    }

    /// Recomputes the most and the least that the household's survivors use, slot by slot.
    mutating func refreshUse(_ household: Int) {
        let range = market.slotRange(household)
        if range.isEmpty { return }
        if states[household].isSingle && !states[household].hasTail { return refreshSingleUse(household) }
        // Both arrays hold cumulative uses along the household's slots of each limit.
        var most = [Int32](repeating: 0, count: range.count)
        var least = [Int32](repeating: states[household].hasTail ? 0 : .max, count: range.count)
        if states[household].hasTail {
            var used: Int32 = 0
            for place in range {
                if place == range.lowerBound || limit(at: place) != limit(at: place - 1) { used = 0 }
                used += 1
                most[place - range.lowerBound] = used
            }
        } else {
            var isUsed = [Bool](repeating: false, count: range.count)
            for outcome in Int(states[household].best)..<Int(states[household].known) where survives(household, outcome)
            {
                mark(household, outcome, &isUsed, range.lowerBound, true)
                var used: Int32 = 0
                for place in range {
                    if place == range.lowerBound || limit(at: place) != limit(at: place - 1) { used = 0 }
                    let index = place - range.lowerBound
                    if isUsed[index] { used += 1 }
                    most[index] = max(most[index], used)
                    least[index] = min(least[index], used)
                }
                mark(household, outcome, &isUsed, range.lowerBound, false)
            }
        }
        for place in range {
            let index = place - range.lowerBound
            let isFirst = index == 0 || limit(at: place) != limit(at: place - 1)
            let slot = Int(market.householdSlots[place])
            // Neither grows by more than one from one slot to the next.
            set(
                slot, most: UInt8(most[index] - (isFirst ? 0 : most[index - 1])),
                least: UInt8(least[index] - (isFirst ? 0 : least[index - 1])))
        }
    }

    private func limit(at place: Int) -> Int32 { market.slotLimit[Int(market.householdSlots[place])] }

    private func mark(_ household: Int, _ outcome: Int, _ isUsed: inout [Bool], _ first: Int, _ value: Bool) {
        let size = market.memberCount(household)
        let start = Int(start[household]) + outcome * size
        for position in start..<start + size {
            let option = Int(options[position])
            for place in Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1]) {
                isUsed[Int(market.slotPlace[Int(market.optionSlots[place])]) - first] = value
            }
        }
    }

    private mutating func refreshSingleUse(_ household: Int) {
        let least: UInt8 = states[household].survivorCount == 1 ? 1 : 0
        for outcome in 0..<Int(states[household].known) {
            let isAlive = survives(household, outcome)
            setSingle(household, outcome, most: isAlive ? 1 : 0, least: isAlive ? least : 0)
        }
    }

    private mutating func setSingle(_ household: Int, _ outcome: Int, most: UInt8, least: UInt8) {
        for place in singlePlaces(household, outcome) {
            set(Int(market.optionSlots[place]), most: most, least: least)
        }
    }

    /// The positions in the market's `optionSlots` of the slots of an outcome of a household with one child.
    @inline(__always)
    private func singlePlaces(_ household: Int, _ outcome: Int) -> Range<Int> {
        let option = Int(options[Int(start[household]) + outcome])
        return Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1])
    }

    /// Does what ``refreshUse(_:)`` and ``refreshClaim(_:useChanged:)`` do, for a household with one child for which nothing has
    /// changed except the strikes of this review.
    private mutating func refreshStruckSingle(_ household: Int, hasStruck: Bool) {
        let isDecided = states[household].survivorCount == 1
        if hasStruck {
            for outcome in 0..<Int(states[household].known) where struckAt[state(household, outcome)] == clock {
                setSingle(household, outcome, most: 0, least: 0)
            }
            if isDecided { setSingle(household, Int(states[household].best), most: 1, least: 1) }
        }
        let old = states[household].claimSlot
        let new = claim(household)
        states[household].claimSlot = new
        if old >= 0 { bind(Int(old), household) }
        if new >= 0 { bind(Int(new), household) }
        if hasStruck && isDecided {
            for place in singlePlaces(household, Int(states[household].best)) {
                bind(Int(market.optionSlots[place]), household)
            }
        }
    }

    /// Notes what a household with one child is bound to use at one of its slots.
    private mutating func bind(_ slot: Int, _ household: Int) {
        let bound = max(slots[slot].leastHere, slot == Int(states[household].claimSlot) ? 1 : 0)
        if slots[slot].boundHere != bound {
            slots[slot].boundHere = bound
            noteChange(slot)
        }
    }

    private mutating func set(_ slot: Int, most: UInt8, least: UInt8) {
        if slots[slot].mostHere != most || slots[slot].leastHere != least {
            slots[slot].mostHere = most
            slots[slot].leastHere = least
            noteChange(slot)
        }
    }

    private mutating func noteChange(_ slot: Int) {
        changed.append(ChangedSlot(limit: market.slotLimit[slot], slot: Int32(slot)))
    }

    /// Recomputes where the household claims a seat, and what it is bound to use at every slot.
    mutating func refreshClaim(_ household: Int, useChanged: Bool) {
        let old = states[household].claimSlot
        let new = claim(household)
        states[household].claimSlot = new
        if old == new && !useChanged { return }
        let range = market.slotRange(household)
        var least: Int32 = 0
        var bound: Int32 = 0
        var hasClaimed = false
        for place in range {
            let slot = Int(market.householdSlots[place])
            if place == range.lowerBound || limit(at: place) != limit(at: place - 1) {
                (least, bound, hasClaimed) = (0, 0, false)
            }
            least += Int32(slots[slot].leastHere)
            if slot == Int(new) { hasClaimed = true }
            let next = max(least, hasClaimed ? 1 : 0)
            if Int32(slots[slot].boundHere) != next - bound {
                slots[slot].boundHere = UInt8(next - bound)
                noteChange(slot)
            }
            bound = next
        }
    }

    /// The slot where the household claims a seat by its best survivor, or -1.
    private mutating func claim(_ household: Int) -> Int32 {
        if states[household].isExempt || states[household].survivorCount == 0 { return -1 }
        var slot: Int32 = -1
        if states[household].isSingle {
            for place in singlePlaces(household, Int(states[household].best)) {
                let own = market.optionSlots[place]
                if slots[Int(own)].mostBefore < 0 { continue }
                if slot >= 0 { return -1 }
                slot = own
            }
            return slot
        }
        collectTouches(household, Int(states[household].best))
        for index in touches.indices where excess(touches[index], household).most > 0 {
            if slot >= 0 || touches[index].use != 1 { return -1 }
            slot = touches[index].lowest
        }
        return slot
    }
}

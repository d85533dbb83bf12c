import Admissions
import Programs

/// Strikes every joint outcome that no stable allocation can contain, until nothing changes.
///
/// *Stable* here means that no household has a justified claim except those that are *exempt*: the search for fewest
/// claims lets some households claim. Three rules, each sound for every allocation in which the other households have
/// no claim:
///
/// 1. **Sure enough.** If at every limit that outcome p of h touches, the most seats that others could still use before
///    p, plus p's own, fit, then h would have a justified claim to p if it got anything worse: strike all after p.
/// 2. **Out of reach.** A household *claims* a seat at limit l if its best survivor uses exactly one seat there and every
///    other limit that it touches is sure. If i were chosen and the claims before i at l, plus the seats of i, exceed
///    the limit, then some claimant g uses nothing at l before i. It got something worse than its best survivor, and
///    of the seats used at l, of which there are no more than the limit has, at least the lowest of i does not come
///    before g's: so less than the limit is used before g by others, and g has a justified claim. Strike i.
/// 3. **Full of fixed children.** The least that others use before i in all their survivors counts like claims, each
///    household once (by the larger of the two). Strike i if together they do not leave room.
///
/// Which outcomes survive depends, rarely, on the order of the strikes (a claim that is no more may have had its use), and the
/// order on the market and the sequence of calls only. Each strike remembers when and why, so that ``Explanation`` can tell
/// which households' absence of a claim a contradiction needs, and ``exempt(_:)`` which strikes still follow.
///
/// - Complexity: O(S * R) for S slots and R the times that a limit changes, a few in practice.
///
/// Source: deferred acceptance, Gale and Shapley 1962, doi:10.2307/2312726, run from both sides.
struct Reduction {
    var market: Market
    var store: OutcomeStore
    /// What is known of each household, and of each slot.
    var states: [HouseholdState]
    private(set) var slots: [SlotState]

    /// What is known of a household; together, because a review needs all of it, and in a large market each look at another
    /// place in memory waits.
    struct HouseholdState {
        /// Outcomes known here: their state is at `base..<base + known`.
        fileprivate(set) var base: Int32 = 0
        fileprivate(set) var known: Int32 = 0
        /// Number of survivors among the known outcomes, and the best of them.
        var survivorCount: Int32 = 0
        var best: Int32 = 0
        /// When the tail was struck, by rule 1, and by which outcome; 0: never.
        var tailStruckAt: Int32 = 0
        fileprivate(set) var tailCause: Int32 = 0
        /// The slot where the household claims a seat, or -1.
        fileprivate(set) var claimSlot: Int32 = -1
        /// Whether the list goes on beyond the known outcomes, and they have not been struck.
        var hasTail = false
        /// Whether the household may have a claim.
        var isExempt: Bool
        let isSingle: Bool
        fileprivate var isQueued = false
        fileprivate var isStale = false

        fileprivate init(isExempt: Bool, isSingle: Bool) {
            self.isExempt = isExempt
            self.isSingle = isSingle
        }
    }

    /// What is known of a slot.
    struct SlotState {
        /// What others and the household use at most, and are bound to use, in the slots before this one at its limit, less the
        /// seats of the limit: negative where there is room for one.
        fileprivate(set) var mostBefore: Int32 = 0
        fileprivate var boundBefore: Int32 = 0
        fileprivate let household: Int32
        fileprivate let isOfSingle: Bool
        /// How much the most, the least, and the claimed use of its household at the limit grow here.
        fileprivate(set) var mostHere: UInt8 = 0
        fileprivate(set) var leastHere: UInt8 = 0
        fileprivate(set) var boundHere: UInt8 = 0

        fileprivate init(household: Int32, isOfSingle: Bool) {
            self.household = household
            self.isOfSingle = isOfSingle
        }
    }

    /// Households and limits of which something may have changed; they may be named several times.
    struct Changes {
        /// Nothing was told of before: anything may have changed.
        var isAll = true
        var households: [Int32] = []
        var limits: [Int32] = []
    }

    /// When the outcome was struck; 0: it survives.
    var struckAt: [Int32] = []
    /// Why: the limit of rules 2 and 3, or `-1 - p` for rule 1 by the sure outcome p.
    private(set) var cause: [Int32] = []

    private(set) var limitQueue: [Int32] = []
    /// For each limit in the queue the first slot where something changed; `.max`: it is not in the queue.
    private(set) var changedFrom: [Int32]
    private var householdQueue: [Int32] = []
    private(set) var clock: Int32 = 0
    /// Households that have no outcome left: then nothing is stable, and each is a contradiction of its own. For all others
    /// their last strikes, which are dated `.max`, have not happened, so that one contradiction does not hide another.
    var emptied: [Int] = []

    var touches: [Touch] = []
    /// What has changed since ``forgetChanges()``.
    private(set) var changes = Changes()
    let deadline: Deadline
    /// The deadline passed before all was found.
    private(set) var isStopped = false

    init(_ store: OutcomeStore, isExempt: [Bool], until deadline: Deadline = .none) {
        self.deadline = deadline
        self.store = store
        market = store.market
        states = isExempt.enumerated().map { [market] household, isExempt in
            HouseholdState(isExempt: isExempt, isSingle: market.memberCount(household) == 1)
        }
        slots = market.slotHousehold.map { [states] household in
            SlotState(household: household, isOfSingle: states[Int(household)].isSingle)
        }
        changedFrom = [Int32](repeating: .max, count: market.limitSeats.count)
        struckAt.reserveCapacity(store.options.count)
        cause.reserveCapacity(store.options.count)
        for household in states.indices {
            learn(household)
            refreshUse(household)
        }
        limitQueue.removeAll(keepingCapacity: true)
        for limit in market.limitSeats.indices {
            changedFrom[limit] = .max
            sum(Int32(limit), from: market.limitSlotStart[limit])
        }
        // From the top: who comes first is decided first, and seldom has to be looked at again.
        for household in householdQueue { states[Int(household)].isQueued = false }
        householdQueue.removeAll(keepingCapacity: true)
        for household in market.householdOrder { enqueue(household: Int(household)) }
    }

    /// Applies the rules until nothing changes or the deadline passes.
    mutating func run() {
        repeat { propagate() } while emptied.isEmpty && !isStopped && extendTails()
    }

    /// Households reviewed before the limits that they changed are summed up again.
    private static let waveLength = 256

    private mutating func propagate() {
        var wave: [Int32] = []
        while true {
            sumChanged()
            if householdQueue.isEmpty { return }
            if deadline.hasPassed {
                isStopped = true
                return
            }
            swap(&wave, &householdQueue)
            for (index, household) in wave.enumerated() {
                states[Int(household)].isQueued = false
                review(Int(household))
                if index % Self.waveLength == Self.waveLength - 1 {
                    if deadline.hasPassed {
                        isStopped = true
                        return
                    }
                    sumChanged()
                }
            }
            wave.removeAll(keepingCapacity: true)
        }
    }

    mutating func sumChanged() {
        if !changes.isAll { changes.limits += limitQueue }
        for limit in limitQueue {
            let first = changedFrom[Int(limit)]
            changedFrom[Int(limit)] = .max
            sum(limit, from: first)
        }
        limitQueue.removeAll(keepingCapacity: true)
    }

    /// Makes more of the lists that are still open and not yet long; false when there are none.
    private mutating func extendTails() -> Bool {
        var hasExtended = false
        for household in 0..<market.householdCount
        where states[household].hasTail
            && (states[household].known < store.count[household] || store.canGrowHere(household))
        {
            if states[household].known == store.count[household] { store.extend(household) }
            learn(household)
            states[household].isStale = true
            enqueue(household: household)
            hasExtended = true
        }
        return hasExtended
    }

    /// Begins the household's list anew.
    mutating func forget(_ household: Int) {
        states[household].known = 0
        states[household].survivorCount = 0
        states[household].tailStruckAt = 0
        learn(household)
    }

    /// Takes over what the store knows of the household's list.
    private mutating func learn(_ household: Int) {
        let old = Int(states[household].base)..<Int(states[household].base + states[household].known)
        let added = Int(store.count[household] - states[household].known)
        if old.upperBound != struckAt.count {
            states[household].base = Int32(struckAt.count)
            struckAt += Array(struckAt[old])
            cause += Array(cause[old])
        }
        struckAt += repeatElement(0, count: added)
        cause += repeatElement(0, count: added)
        if states[household].survivorCount == 0 { states[household].best = states[household].known }
        states[household].survivorCount += Int32(added)
        states[household].known += Int32(added)
        states[household].hasTail = !store.isComplete(household)
    }

    mutating func enqueue(household: Int) {
        if !states[household].isQueued {
            states[household].isQueued = true
            householdQueue.append(Int32(household))
        }
    }

    /// Notes that the household, or its list, may be another.
    mutating func noteChange(of household: Int) {
        if !changes.isAll { changes.households.append(Int32(household)) }
    }

    /// From here on ``changes`` tells only of what is new.
    mutating func forgetChanges() { changes = Changes(isAll: false) }

    /// The same, for somebody who knows nothing of it.
    func asUnknown() -> Reduction {
        var reduction = self
        reduction.changes = Changes()
        return reduction
    }

    /// Households that have changed, or have a slot at a limit that has, ascending; `nil` where it may be any.
    func householdsConcerned() -> [Int32]? {
        if changes.isAll { return nil }
        var concerned = Set(changes.households)
        for limit in Set(changes.limits).lazy.map(Int.init) {
            for slot in Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1]) {
                concerned.insert(market.slotHousehold[slot])
            }
        }
        return concerned.sorted()
    }

    /// Notes that what a household may use, or uses for certain, at the slot has changed.
    @inline(__always)
    mutating func noteChange(_ slot: Int) {
        let limit = Int(market.slotLimit[slot])
        let first = changedFrom[limit]
        if first == .max { limitQueue.append(Int32(limit)) }
        if slot < first { changedFrom[limit] = Int32(slot) }
    }

    /// Sums up a limit again from a slot on and puts the households in the queue whose outcomes may be decided by what
    /// changed: those whose seats become sure, or out of reach.
    ///
    /// For one child that is when a sum passes the number of seats; several may use as many seats more, or have used them
    /// before the slot themselves.
    private mutating func sum(_ limit: Int32, from first: Int32) {
        let end = Int(market.limitSlotStart[Int(limit) + 1])
        if Int(first) >= end { return }
        let isStart = first == market.limitSlotStart[Int(limit)]
        var most = isStart ? -market.limitSeats[Int(limit)] : slots[Int(first)].mostBefore
        var bound = isStart ? -market.limitSeats[Int(limit)] : slots[Int(first)].boundBefore
        for slot in Int(first)..<end {
            let old = slots[slot]
            if old.mostBefore != most || old.boundBefore != bound {
                slots[slot].mostBefore = most
                slots[slot].boundBefore = bound
                let siblings = old.isOfSingle ? 0 : Int32(market.memberCount(Int(old.household))) - 1
                let isNewlySure =
                    most - siblings < 0 && old.mostBefore != most && (siblings > 0 || old.mostBefore >= 0)
                let isNewlyOut =
                    bound + siblings >= 0 && old.boundBefore != bound && (siblings > 0 || old.boundBefore < 0)
                if isNewlySure || isNewlyOut { enqueue(household: Int(old.household)) }
            }
            most += Int32(old.mostHere)
            bound += Int32(old.boundHere)
        }
    }

    // MARK: One household

    @inline(__always)
    private func state(_ household: Int, _ outcome: Int) -> Int { Int(states[household].base) + outcome }

    func survives(_ household: Int, _ outcome: Int) -> Bool { struckAt[state(household, outcome)] == 0 }

    /// The survivors of a household, best first.
    func survivors(of household: Int) -> [Int] {
        (0..<Int(states[household].known)).filter { struckAt[state(household, $0)] == 0 }
    }

    /// What others may use, and are bound to use, before the touch at its limit, and what it uses itself, less the seats: the
    /// touch is sure where the most is not above 0, and out of reach where the bound is.
    ///
    /// Mutating, because a call that is not would work on a copy of the reduction.
    private mutating func excess(_ touch: Touch, _ household: Int) -> (most: Int32, bound: Int32) {
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

    /// Strikes what the rules strike now, and tells the limits what changed.
    private mutating func review(_ household: Int) {
        if states[household].survivorCount == 0 && !states[household].hasTail { return }
        clock += 1
        noteChange(of: household)
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

    /// Strikes the household's outcomes by the rules as the sums stand; whether there were any.
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

    /// A limit at which the outcome is out of reach, or -1; and whether all its seats are sure.
    private mutating func look(_ household: Int, _ outcome: Int) -> (outOfReach: Int32, allSure: Bool) {
        store.collectTouches(household, outcome, into: &touches)
        var allSure = true
        for index in touches.indices {
            let (most, bound) = excess(touches[index], household)
            if bound > 0 { return (touches[index].limit, false) }
            if most > 0 { allSure = false }
        }
        return (-1, allSure)
    }

    /// The same for one child, which has a single slot at a limit and none before it.
    private func lookAtSingle(_ household: Int, _ outcome: Int) -> (outOfReach: Int32, allSure: Bool) {
        let option = Int(store.options[Int(store.start[household]) + outcome])
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
        // Cumulative uses along the household's slots of each limit.
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
            // From one slot to the next neither grows by more than one.
            set(
                slot, most: UInt8(most[index] - (isFirst ? 0 : most[index - 1])),
                least: UInt8(least[index] - (isFirst ? 0 : least[index - 1])))
        }
    }

    private func limit(at place: Int) -> Int32 { market.slotLimit[Int(market.householdSlots[place])] }

    private func mark(_ household: Int, _ outcome: Int, _ isUsed: inout [Bool], _ first: Int, _ value: Bool) {
        let size = market.memberCount(household)
        let start = Int(store.start[household]) + outcome * size
        for position in start..<start + size {
            let option = Int(store.options[position])
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

    /// Where the slots of an outcome of one child stand in the market's `optionSlots`.
    @inline(__always)
    private func singlePlaces(_ household: Int, _ outcome: Int) -> Range<Int> {
        let option = Int(store.options[Int(store.start[household]) + outcome])
        return Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1])
    }

    /// What ``refreshUse(_:)`` and ``refreshClaim(_:useChanged:)`` do, for one child of which nothing has changed but what was
    /// struck just now.
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

    /// Notes what one child is bound to use at a slot of its.
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

    /// Recomputes where the household claims a seat, and its bound at every slot.
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
        store.collectTouches(household, Int(states[household].best), into: &touches)
        for index in touches.indices where excess(touches[index], household).most > 0 {
            if slot >= 0 || touches[index].use != 1 { return -1 }
            slot = touches[index].lowest
        }
        return slot
    }
}

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
    /// Households that may have a claim.
    var isExempt: [Bool]

    /// Outcomes of household `h` known here: state at `base[h]..<base[h] + known[h]`.
    private(set) var base: [Int32]
    private(set) var known: [Int32]
    /// When the outcome was struck; 0: it survives.
    var struckAt: [Int32] = []
    /// Why: the limit of rules 2 and 3, or `-1 - p` for rule 1 by the sure outcome p.
    private(set) var cause: [Int32] = []
    /// Number of survivors among the known outcomes, and the best of them.
    var survivorCount: [Int32]
    var best: [Int32]
    /// Whether the list goes on beyond the known outcomes, and they have not been struck.
    var hasTail: [Bool]
    /// When the tail was struck, by rule 1; 0: never.
    var tailStruckAt: [Int32]
    private(set) var tailCause: [Int32]
    /// The slot where the household claims a seat, or -1.
    private(set) var claimSlot: [Int32]

    // For each slot: how much the most, the least, and the claimed use of its household at the limit grow there.
    private(set) var mostHere: [UInt8]
    private(set) var leastHere: [UInt8]
    private(set) var boundHere: [UInt8]
    // For each slot: the sums of those over the slots before it at its limit.
    private(set) var mostBefore: [Int32]
    private(set) var boundBefore: [Int32]

    private(set) var limitQueue: [Int32] = []
    /// For each limit in the queue the first slot where something changed; `.max`: it is not in the queue.
    private(set) var changedFrom: [Int32]
    private var householdQueue: [Int32] = []
    private var isHouseholdQueued: [Bool]
    private var isStale: [Bool]
    private(set) var clock: Int32 = 0
    /// Households that have no outcome left: then nothing is stable, and each is a contradiction of its own. For all others
    /// their last strikes, which are dated `.max`, have not happened, so that one contradiction does not hide another.
    var emptied: [Int] = []

    var touches: [Touch] = []
    let deadline: Deadline
    /// The deadline passed before all was found.
    private(set) var isStopped = false

    init(_ store: OutcomeStore, isExempt: [Bool], until deadline: Deadline = .none) {
        self.deadline = deadline
        self.store = store
        market = store.market
        self.isExempt = isExempt
        let households = market.householdCount
        let slots = market.slotLimit.count
        base = [Int32](repeating: 0, count: households)
        known = [Int32](repeating: 0, count: households)
        survivorCount = known
        best = known
        tailStruckAt = known
        tailCause = known
        hasTail = [Bool](repeating: false, count: households)
        claimSlot = [Int32](repeating: -1, count: households)
        mostHere = [UInt8](repeating: 0, count: slots)
        leastHere = mostHere
        boundHere = mostHere
        mostBefore = [Int32](repeating: 0, count: slots)
        boundBefore = mostBefore
        changedFrom = [Int32](repeating: .max, count: market.limitSeats.count)
        isHouseholdQueued = [Bool](repeating: false, count: households)
        isStale = isHouseholdQueued
        for household in 0..<households {
            learn(household)
            refreshUse(household)
        }
        limitQueue.removeAll(keepingCapacity: true)
        for limit in market.limitSeats.indices {
            changedFrom[limit] = .max
            sum(Int32(limit), from: market.limitSlotStart[limit])
        }
        // From the top: who comes first is decided first, and seldom has to be looked at again.
        for household in householdQueue { isHouseholdQueued[Int(household)] = false }
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
                isHouseholdQueued[Int(household)] = false
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
        where hasTail[household]
            && (known[household] < store.count[household] || store.canGrowHere(household))
        {
            if known[household] == store.count[household] { store.extend(household) }
            learn(household)
            isStale[household] = true
            enqueue(household: household)
            hasExtended = true
        }
        return hasExtended
    }

    /// Begins the household's list anew.
    mutating func forget(_ household: Int) {
        known[household] = 0
        survivorCount[household] = 0
        tailStruckAt[household] = 0
        learn(household)
    }

    /// Takes over what the store knows of the household's list.
    private mutating func learn(_ household: Int) {
        let old = Int(base[household])..<Int(base[household] + known[household])
        let added = Int(store.count[household] - known[household])
        if old.upperBound != struckAt.count {
            base[household] = Int32(struckAt.count)
            struckAt += Array(struckAt[old])
            cause += Array(cause[old])
        }
        struckAt += repeatElement(0, count: added)
        cause += repeatElement(0, count: added)
        if survivorCount[household] == 0 { best[household] = known[household] }
        survivorCount[household] += Int32(added)
        known[household] += Int32(added)
        hasTail[household] = !store.isComplete(household)
    }

    mutating func enqueue(household: Int) {
        if !isHouseholdQueued[household] {
            isHouseholdQueued[household] = true
            householdQueue.append(Int32(household))
        }
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
        let seats = market.limitSeats[Int(limit)]
        let end = Int(market.limitSlotStart[Int(limit) + 1])
        if Int(first) >= end { return }
        let isStart = first == market.limitSlotStart[Int(limit)]
        var most = isStart ? 0 : mostBefore[Int(first)]
        var bound = isStart ? 0 : boundBefore[Int(first)]
        for slot in Int(first)..<end {
            let (oldMost, oldBound) = (mostBefore[slot], boundBefore[slot])
            if oldMost != most || oldBound != bound {
                mostBefore[slot] = most
                boundBefore[slot] = bound
                let household = Int(market.slotHousehold[slot])
                let others = Int32(market.memberCount(household)) - 1
                let isNewlySure = most - others < seats && oldMost != most && (others > 0 || oldMost >= seats)
                let isNewlyOut = bound + others >= seats && oldBound != bound && (others > 0 || oldBound < seats)
                if isNewlySure || isNewlyOut { enqueue(household: household) }
            }
            most += Int32(mostHere[slot])
            bound += Int32(boundHere[slot])
        }
    }

    // MARK: One household

    @inline(__always)
    private func state(_ household: Int, _ outcome: Int) -> Int { Int(base[household]) + outcome }

    func survives(_ household: Int, _ outcome: Int) -> Bool { struckAt[state(household, outcome)] == 0 }

    /// The survivors of a household, best first.
    func survivors(of household: Int) -> [Int] {
        (0..<Int(known[household])).filter { struckAt[state(household, $0)] == 0 }
    }

    /// What the household itself adds, by `here`, before the slot at its limit.
    private func ownBefore(_ slot: Int32, _ household: Int, _ here: [UInt8]) -> Int32 {
        var own: Int32 = 0
        var place = Int(market.slotPlace[Int(slot)]) - 1
        let limit = market.slotLimit[Int(slot)]
        let first = Int(market.householdSlotStart[household])
        while place >= first {
            let other = Int(market.householdSlots[place])
            guard market.slotLimit[other] == limit else { break }
            own += Int32(here[other])
            place -= 1
        }
        return own
    }

    /// Whether the outcome's seats at the touched limit are sure: others can not use so many before it.
    func isSure(_ touch: Touch, _ household: Int) -> Bool {
        mostBefore[Int(touch.lowest)] - ownBefore(touch.lowest, household, mostHere) + touch.use
            <= market.limitSeats[Int(touch.limit)]
    }

    private func isOutOfReach(_ touch: Touch, _ household: Int) -> Bool {
        boundBefore[Int(touch.lowest)] - ownBefore(touch.lowest, household, boundHere) + touch.use
            > market.limitSeats[Int(touch.limit)]
    }

    /// Strikes what the rules strike now, and tells the limits what changed.
    private mutating func review(_ household: Int) {
        if survivorCount[household] == 0 && !hasTail[household] { return }
        clock += 1
        var changed = isStale[household]
        isStale[household] = false
        if applyRules(household) { changed = true }
        if survivorCount[household] == 0 && !hasTail[household] {
            emptied.append(household)
            for outcome in 0..<Int(known[household]) where struckAt[state(household, outcome)] == clock {
                struckAt[state(household, outcome)] = .max
            }
            return
        }
        if changed { refreshUse(household) }
        refreshClaim(household, useChanged: changed)
    }

    /// Strikes the household's outcomes by the rules as the sums stand; whether there were any.
    private mutating func applyRules(_ household: Int) -> Bool {
        var changed = false
        var outcome = Int(best[household])
        var isDecided = (survivorCount[household] <= 1 && !hasTail[household]) || isExempt[household]
        let isSingle = market.memberCount(household) == 1
        while outcome < Int(known[household]) {
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
        if let touch = touches.first(where: { isOutOfReach($0, household) }) { return (touch.limit, false) }
        return (-1, touches.allSatisfy { isSure($0, household) })
    }

    /// The same for one child, which has a single slot at a limit and none before it.
    private func lookAtSingle(_ household: Int, _ outcome: Int) -> (outOfReach: Int32, allSure: Bool) {
        let option = Int(store.options[Int(store.start[household]) + outcome])
        var allSure = true
        for place in Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1]) {
            let slot = Int(market.optionSlots[place])
            let limit = market.slotLimit[slot]
            let seats = market.limitSeats[Int(limit)]
            if boundBefore[slot] >= seats { return (limit, false) }
            if mostBefore[slot] >= seats { allSure = false }
        }
        return (-1, allSure)
    }

    private mutating func strike(_ household: Int, _ outcome: Int, cause reason: Int32) {
        struckAt[state(household, outcome)] = clock
        cause[state(household, outcome)] = reason
        survivorCount[household] -= 1
        if Int(best[household]) == outcome {
            var next = outcome + 1
            while next < Int(known[household]), struckAt[state(household, next)] != 0 { next += 1 }
            best[household] = Int32(next)
        }
    }

    private mutating func strikeAll(_ household: Int, after sure: Int) -> Bool {
        var changed = hasTail[household]
        if hasTail[household] {
            hasTail[household] = false
            tailStruckAt[household] = clock
            tailCause[household] = Int32(-1 - sure)
        }
        for outcome in sure + 1..<max(sure + 1, Int(known[household]))
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
        let size = market.memberCount(household)
        if size == 1 && !hasTail[household] { return refreshSingleUse(household) }
        // Cumulative uses along the household's slots of each limit.
        var most = [UInt8](repeating: 0, count: range.count)
        var least = [UInt8](repeating: hasTail[household] ? 0 : .max, count: range.count)
        if hasTail[household] {
            var used: UInt8 = 0
            for place in range {
                if place == range.lowerBound || limit(at: place) != limit(at: place - 1) { used = 0 }
                used += 1
                most[place - range.lowerBound] = used
            }
        } else {
            var isUsed = [Bool](repeating: false, count: range.count)
            for outcome in Int(best[household])..<Int(known[household]) where survives(household, outcome) {
                mark(household, outcome, &isUsed, range.lowerBound, true)
                var used: UInt8 = 0
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
            set(
                slot, most: most[index] - (isFirst ? 0 : most[index - 1]),
                least: least[index] - (isFirst ? 0 : least[index - 1]))
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
        let least: UInt8 = survivorCount[household] == 1 ? 1 : 0
        for outcome in 0..<Int(known[household]) {
            let isAlive = survives(household, outcome)
            let option = Int(store.options[Int(store.start[household]) + outcome])
            for place in Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1]) {
                set(Int(market.optionSlots[place]), most: isAlive ? 1 : 0, least: isAlive ? least : 0)
            }
        }
    }

    private mutating func set(_ slot: Int, most: UInt8, least: UInt8) {
        if mostHere[slot] != most || leastHere[slot] != least {
            mostHere[slot] = most
            leastHere[slot] = least
            noteChange(slot)
        }
    }

    /// Recomputes where the household claims a seat, and its bound at every slot.
    mutating func refreshClaim(_ household: Int, useChanged: Bool) {
        let old = claimSlot[household]
        let new = claim(household)
        claimSlot[household] = new
        if old == new && !useChanged { return }
        let range = market.slotRange(household)
        var least: UInt8 = 0
        var bound: UInt8 = 0
        var hasClaimed = false
        for place in range {
            let slot = Int(market.householdSlots[place])
            if place == range.lowerBound || limit(at: place) != limit(at: place - 1) {
                (least, bound, hasClaimed) = (0, 0, false)
            }
            least += leastHere[slot]
            if slot == Int(new) { hasClaimed = true }
            let next = max(least, hasClaimed ? 1 : 0)
            if boundHere[slot] != next - bound {
                boundHere[slot] = next - bound
                noteChange(slot)
            }
            bound = next
        }
    }

    /// The slot where the household claims a seat by its best survivor, or -1.
    private mutating func claim(_ household: Int) -> Int32 {
        if isExempt[household] || survivorCount[household] == 0 { return -1 }
        var slot: Int32 = -1
        if market.memberCount(household) == 1 {
            let option = Int(store.options[Int(store.start[household] + best[household])])
            for place in Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1]) {
                let own = market.optionSlots[place]
                if mostBefore[Int(own)] < market.limitSeats[Int(market.slotLimit[Int(own)])] { continue }
                if slot >= 0 { return -1 }
                slot = own
            }
            return slot
        }
        store.collectTouches(household, Int(best[household]), into: &touches)
        for touch in touches where !isSure(touch, household) {
            if slot >= 0 || touch.use != 1 { return -1 }
            slot = touch.lowest
        }
        return slot
    }
}

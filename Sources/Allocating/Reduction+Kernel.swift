import Admissions
import Programs

/// Strikes every joint outcome that no stable allocation can contain, until nothing changes.
///
/// *Stable* here means that no household has a justified claim except those that are *exempt*: the search for the fewest
/// claims lets some households claim. There are three rules, each sound for every allocation in which the other households
/// have no claim:
///
/// 1. **Sure enough.** Suppose that at every limit that outcome p of h touches, the most seats that others could still use
///    before p, plus p's own seats, fit. Then h would have a justified claim to p if it got anything worse. Strike all
///    outcomes after p.
/// 2. **Out of reach.** A household *claims* a seat at limit l if its best survivor uses exactly one seat there and every
///    other limit that it touches is sure. Suppose that the claims before i at l, plus the seats of i, exceed the limit. If i
///    were chosen, some claimant g would use nothing at l before i, so it would have got something worse than its best
///    survivor. No more seats are used at l than the limit has, and at least one of them, the lowest of i, comes after the
///    seat that g claims. So others use less than the limit before that seat, and g has a justified claim. Strike i.
/// 3. **Full of fixed children.** The least that others use before i in all their survivors counts like claims; each
///    household counts once, by the larger of the two. Strike i if together they leave no room.
///
/// Which outcomes survive depends, rarely, on the order of the strikes, because a claim may have had its effect before it
/// ceased to exist. The order depends only on the market and the sequence of calls. Each strike records when and why it was
/// made. From this ``CoreFinder`` finds out which households' absence of a claim a contradiction needs, and ``exempt(_:)``
/// which strikes still follow.
///
/// - Complexity: O(S * R) for S slots and R changes of a limit; R is small in practice.
///
/// Source: deferred acceptance, Gale and Shapley 1962, doi:10.2307/2312726, run from both sides.
struct Reduction {
    var market: Market
    var store: OutcomeStore
    /// What is known about each household, and about each slot.
    var states: [HouseholdState]
    private(set) var slots: [SlotState]

    /// What is known about a household. It is kept in one place because a review needs all of it, and in a large market every
    /// access to another place in memory has to wait.
    struct HouseholdState {
        /// The state of the household's known outcomes is at `base..<base + known` in ``struckAt`` and ``cause``.
        var base: Int32 = 0
        var known: Int32 = 0
        /// Number of survivors among the known outcomes, and the best of them.
        var survivorCount: Int32 = 0
        var best: Int32 = 0
        /// When the tail was struck by rule 1, or 0 for never; and its cause, which names the sure outcome as in ``cause``.
        var tailStruckAt: Int32 = 0
        var tailCause: Int32 = 0
        /// The slot where the household claims a seat, or -1.
        var claimSlot: Int32 = -1
        /// Whether the list goes on beyond the known outcomes and this *tail* has not been struck.
        var hasTail = false
        /// Whether the household may have a claim.
        var isExempt: Bool
        /// Whether it is one child with at most one slot at a limit.
        let isSingle: Bool
        var isQueued = false
        var isStale = false

        /// Whether the household may still get more than one outcome.
        var isUndecided: Bool { survivorCount > 1 || hasTail }

        fileprivate init(isExempt: Bool, isSingle: Bool) {
            self.isExempt = isExempt
            self.isSingle = isSingle
        }
    }

    /// What is known about a slot.
    struct SlotState {
        /// The seats that all households use at most, and are bound to use, in the slots before this one at its limit, minus the
        /// seats of the limit. It is negative if there is room for one more.
        var mostBefore: Int32 = 0
        var boundBefore: Int32 = 0
        let household: Int32
        let isOfSingle: Bool
        /// By how much the most, the least and the bound use of the household at the limit grow at this slot.
        var mostHere: UInt8 = 0
        var leastHere: UInt8 = 0
        var boundHere: UInt8 = 0

        fileprivate init(household: Int32, isOfSingle: Bool) {
            self.household = household
            self.isOfSingle = isOfSingle
        }
    }

    /// Households and limits for which something may have changed.
    struct Changes {
        /// Whether anything may have changed, because no earlier state is known.
        var isAll = true
        var households: Set<Int32> = []
        var limits: Set<Int32> = []
    }

    /// For each outcome when it was struck, or 0 if it survives.
    var struckAt: [Int32] = []
    /// For each struck outcome why: the limit for rules 2 and 3, or `-1 - p` for rule 1 with the sure outcome p.
    private(set) var cause: [Int32] = []

    private(set) var limitQueue: [Int32] = []
    /// For each limit in the queue the first slot where something changed; `.max` for a limit that is not in the queue.
    private(set) var changedFrom: [Int32]
    private var householdQueue: [Int32] = []
    private(set) var clock: Int32 = 0
    /// Households that have no outcome left. Then nothing is stable, and each of them is a contradiction of its own. Their last
    /// strikes are dated `.max`, so that for all other households they have not happened and one contradiction does not hide
    /// another.
    var emptied: [Int] = []

    /// A scratch array for the touches of an outcome, to avoid allocations.
    var touches: [Touch] = []
    /// What has changed since ``forgetChanges()``.
    private(set) var changes = Changes()
    let deadline: Deadline
    let threads: Int
    /// What stopped the rules before they were done: the deadline, or an exhausted clock (`.size`).
    private(set) var limit: Termination.Limit?
    /// Whether the rules were stopped before they were done.
    var isStopped: Bool { limit != nil }

    /// - Parameter threads: How many threads may apply the rules at the same time; the result is the same with any number.
    init(_ store: OutcomeStore, isExempt: [Bool], threads: Int = 1, until deadline: Deadline = .none) {
        self.deadline = deadline
        self.threads = threads
        self.store = store
        market = store.market
        waveLength = max(256, market.householdCount / 16)
        var base: Int32 = 0
        states = isExempt.enumerated().map { [market] household, isExempt in
            var state = HouseholdState(isExempt: isExempt, isSingle: market.isSimple(household))
            state.base = base
            state.known = store.count[household]
            state.survivorCount = state.known
            state.hasTail = !store.isComplete(household)
            base += state.known
            return state
        }
        slots = market.slotHousehold.map { [states] household in
            SlotState(household: household, isOfSingle: states[Int(household)].isSingle)
        }
        struckAt = [Int32](repeating: 0, count: Int(base))
        cause = struckAt
        changedFrom = [Int32](repeating: .max, count: market.limitSeats.count)
        inReviews(of: states.count) { reviewer, households in
            for household in households { reviewer.refreshUse(household) }
        }
        _ = sums(of: market.limitSeats.count) { [market] in (limit: $0, first: market.limitSlotStart[$0]) }
        // In the household order, because the first households are decided first and seldom need another review.
        for household in market.householdOrder { enqueue(household: Int(household)) }
    }

    /// Applies the rules until nothing changes or the deadline passes.
    mutating func run() {
        repeat { propagate() } while emptied.isEmpty && !isStopped && extendTails()
    }

    /// How many steps a review counts for in a solve with a limit of work.
    private static let stepsOfReview = 100

    /// Number of households that are reviewed before the limits that they changed are summed up again. It is large in a large
    /// city, so that threads can share the work.
    ///
    /// The order of the strikes depends on it, so it depends on the market only and not on the number of threads.
    var waveLength: Int

    private mutating func propagate() {
        var queue: [Int32] = []
        while true {
            sumChanged()
            if householdQueue.isEmpty { return }
            swap(&queue, &householdQueue)
            for start in stride(from: 0, to: queue.count, by: waveLength) {
                if let passed = deadline.limit {
                    limit = Termination.Limit(passed)
                    return
                }
                review(queue[start..<min(start + waveLength, queue.count)])
                sumChanged()
            }
            queue.removeAll(keepingCapacity: true)
        }
    }

    /// Reviews households, using the present sums.
    private mutating func review(_ wave: ArraySlice<Int32>) {
        if !changes.isAll { changes.households.formUnion(wave) }
        // ``exempt(_:)`` begins anew long before the clock is full; a single run that still fills it ends with `.size`.
        guard clock < Int32.max - 1 - Int32(wave.count) else {
            limit = .size
            return
        }
        deadline.spend(Self.stepsOfReview * wave.count)
        let before = clock
        let reviewers = inReviews(of: wave.count) { reviewer, places in
            for place in places {
                reviewer.review(Int(wave[wave.startIndex + place]), at: before + 1 + Int32(place))
            }
        }
        clock += Int32(wave.count)
        for reviewer in reviewers {
            emptied += reviewer.emptied
            for slot in reviewer.changed { noteChange(slot) }
        }
    }

    /// Calls `body` on several threads with ranges of `0..<count`, each with a reviewer of its own, and returns the reviewers
    /// in the order of the ranges.
    @discardableResult
    private mutating func inReviews(
        of count: Int, _ body: @Sendable (inout Reviewer, Range<Int>) -> Void
    ) -> [Reviewer] {
        let (market, store, threads) = (market, store, threads)
        return states.writeDisjointly { states in
            slots.writeDisjointly { slots in
                struckAt.writeDisjointly { struckAt in
                    cause.writeDisjointly { cause in
                        let state = ReviewState(states: states, slots: slots, struckAt: struckAt, cause: cause)
                        let reviewer = Reviewer(market, store, state)
                        return inRanges(of: count, threads: threads) { range in
                            var reviewer = reviewer
                            body(&reviewer, range)
                            return reviewer
                        }
                    }
                }
            }
        }
    }

    /// Counts again what the household may use, and notes the slots for which this changes.
    mutating func refreshUse(_ household: Int) {
        refresh { $0.refreshUse(household) }
    }

    /// Finds out again where the household claims a seat, and notes the slots for which this changes something.
    mutating func refreshClaim(_ household: Int, useChanged: Bool) {
        refresh { $0.refreshClaim(household, useChanged: useChanged) }
    }

    private mutating func refresh(_ body: @Sendable (inout Reviewer) -> Void) {
        for reviewer in inReviews(of: 1, { reviewer, _ in body(&reviewer) }) {
            for slot in reviewer.changed { noteChange(slot) }
        }
    }

    mutating func sumChanged() {
        if limitQueue.isEmpty { return }
        if !changes.isAll { changes.limits.formUnion(limitQueue) }
        let concerned = sums(of: limitQueue.count) { [limitQueue, changedFrom] place in
            (limit: Int(limitQueue[place]), first: changedFrom[Int(limitQueue[place])])
        }
        for limit in limitQueue { changedFrom[Int(limit)] = .max }
        limitQueue.removeAll(keepingCapacity: true)
        for household in concerned.joined() { enqueue(household: Int(household)) }
    }

    /// Sums up limits, see ``sum(_:from:in:_:_:)``, and returns the households of which outcomes may now be decided.
    private mutating func sums(
        of count: Int, _ place: @Sendable (Int) -> (limit: Int, first: Int32)
    ) -> [[Int32]] {
        let (market, threads) = (market, threads)
        // Each place is a different limit, and a slot belongs to one limit.
        return slots.writeDisjointly { slots in
            inRanges(of: count, threads: threads) { range in
                var concerned: [Int32] = []
                for index in range {
                    let (limit, first) = place(index)
                    Self.sum(limit, from: Int(first), in: market, slots, &concerned)
                }
                return concerned
            }
        }
    }

    /// Makes more of the lists that still have a tail and are not yet long; false if there are none.
    private mutating func extendTails() -> Bool {
        var hasExtended = false
        for household in 0..<market.householdCount
        where states[household].hasTail
            && (states[household].known < store.count[household] || store.canGrowHere(household))
        {
            if states[household].known == store.count[household] { store.extend(household) }
            if let stopped = store.limit {
                limit = stopped
                return false
            }
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

    /// Notes that the household or its list may have changed.
    mutating func noteChange(of household: Int) {
        if !changes.isAll { changes.households.insert(Int32(household)) }
    }

    /// Empties ``changes``, so that it tells only what changes from now on.
    mutating func forgetChanges() { changes = Changes(isAll: false) }

    /// Households that have changed, or have a slot at a limit that has changed, ascending; `nil` if these may be all.
    func householdsConcerned() -> [Int32]? {
        if changes.isAll { return nil }
        var concerned = changes.households
        for limit in changes.limits.map(Int.init) {
            for slot in Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1]) {
                concerned.insert(market.slotHousehold[slot])
            }
        }
        return concerned.sorted()
    }

    /// Notes that what a household may use, or uses for certain, at the slot has changed.
    @inline(__always)
    mutating func noteChange(_ changed: Reviewer.ChangedSlot) {
        let limit = Int(changed.limit)
        let first = changedFrom[limit]
        if first == .max { limitQueue.append(changed.limit) }
        if changed.slot < first { changedFrom[limit] = changed.slot }
    }

    /// Sums up a limit again from a slot on, and adds to `concerned` the households of which outcomes may now be decided because
    /// their seats become sure or out of reach.
    ///
    /// For a household with one child this happens when a sum passes the number of seats. With siblings the sum is compared
    /// with a margin, because siblings may use further seats, or use seats before the slot themselves.
    private static func sum(
        _ limit: Int, from first: Int, in market: Market, _ slots: DisjointWriter<SlotState>,
        _ concerned: inout [Int32]
    ) {
        let end = Int(market.limitSlotStart[limit + 1])
        if first >= end { return }
        let excess = market.limitExcess[limit]
        let entry = excess == 0 ? first : Int(market.limitEntry[limit])
        let isStart = first == Int(market.limitSlotStart[limit])
        var most = isStart ? -market.limitSeats[limit] : slots[first].mostBefore
        var bound = isStart ? -market.limitSeats[limit] : slots[first].boundBefore
        if first < entry {
            // For the children who stay in an over-full class, there are as many seats as they brought.
            if isStart { (most, bound) = (most - excess, bound - excess) }
            sum(first..<min(entry, end), in: market, slots, &most, &bound, &concerned)
            (most, bound) = (most + excess, bound + excess)
        }
        sum(max(first, entry)..<end, in: market, slots, &most, &bound, &concerned)
    }

    /// Sums up a part of a limit's slots. `most` and `bound` are the sums before the part, and afterwards those after it.
    @inline(__always)
    private static func sum(
        _ range: Range<Int>, in market: Market, _ slots: DisjointWriter<SlotState>, _ most: inout Int32,
        _ bound: inout Int32, _ concerned: inout [Int32]
    ) {
        for slot in range {
            let old = slots[slot]
            if old.mostBefore != most || old.boundBefore != bound {
                slots[slot].mostBefore = most
                slots[slot].boundBefore = bound
                let siblings = old.isOfSingle ? 0 : market.mostBesideOne(Int(old.household))
                let isNewlySure =
                    most - siblings < 0 && old.mostBefore != most && (siblings > 0 || old.mostBefore >= 0)
                let isNewlyOut =
                    bound + siblings >= 0 && old.boundBefore != bound && (siblings > 0 || old.boundBefore < 0)
                // A single child's outcome that is struck already cannot be decided again.
                let isStruck = old.isOfSingle && old.mostHere == 0
                if isNewlySure || isNewlyOut, !isStruck { concerned.append(old.household) }
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
}

/// Changes the input of a reduction, and takes back only the strikes that no longer follow.
///
/// A strike rests on the state of its limits at its time, and therefore on earlier strikes and claims of the households that
/// come before it there. When a household is allowed to claim, every strike that rests on its absence of a claim is examined
/// again. A strike that no longer follows is taken back, and the strikes that may rest on it become suspects in turn. Each
/// strike that is kept was examined after the last change that it could rest on, and it rests on earlier strikes that are kept
/// too, so a reduction that begins anew would find it as well. Any further strikes that such a reduction would find are found
/// by the next run.
///
/// Source: delete and rederive, Gupta, Mumick and Subrahmanian 1993, doi:10.1145/170035.170066, with the times of the
/// strikes in place of the second step.
extension Reduction {
    /// The time from which on a reduction begins anew instead of going on. It is long before the clock is full.
    private static let lateClock: Int32 = 1 << 30

    /// Makes exactly these households exempt. Call ``run()`` afterwards to apply the rules further.
    ///
    /// - Complexity: O(suspects * slots of a limit * outcomes of a household). There are few suspects if few households were
    ///   newly exempted. With too many suspects the reduction begins anew, so the cost is never much more than that of a new one.
    mutating func exempt(_ households: Set<Int>) {
        if clock > Self.lateClock {
            self = Reduction(
                store, isExempt: states.indices.map(households.contains), threads: threads, until: deadline)
            return
        }
        var changed = reviveEmptied()
        var suspects = Suspects()
        let before = Set(states.indices.filter { states[$0].isExempt })
        for household in before.symmetricDifference(households).sorted() {
            states[household].isExempt.toggle()
            changed.insert(household)
            if states[household].isExempt {
                suspect(household, at: nil, since: 0, &suspects)
                suspectDependents(of: household, since: 0, &suspects)
            }
        }
        retract(&suspects, &changed)
    }

    /// Replaces the store by one of the same market with more seats at some limits.
    mutating func raiseSeats(by store: OutcomeStore) {
        var changed = reviveEmptied()
        var suspects = Suspects()
        for limit in market.limitSeats.indices where store.market.limitSeats[limit] != market.limitSeats[limit] {
            for slot in Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1]) {
                suspect(Int(market.slotHousehold[slot]), at: Int32(limit), since: 0, &suspects)
                noteChange(Reviewer.ChangedSlot(limit: Int32(limit), slot: Int32(slot)))
            }
        }
        self.store = store
        market = store.market
        retract(&suspects, &changed)
    }

    /// Replaces the store by one of the same market with another list for one household.
    mutating func replaceList(of household: Int, by store: OutcomeStore) {
        var changed = reviveEmptied()
        var suspects = Suspects()
        suspectDependents(of: household, since: 0, &suspects)
        self.store = store
        forget(household)
        changed.insert(household)
        retract(&suspects, &changed)
    }

    /// Takes back the suspects that no longer follow, and then the strikes that no longer follow from those, and counts again
    /// what the households can use. `changed` are the households for which something else has changed.
    private mutating func retract(_ suspects: inout Suspects, _ changed: inout Set<Int>) {
        let mostEffort = 2 * market.slotLimit.count
        while let (household, outcome) = suspects.next() {
            if suspects.effort > mostEffort {
                self = Reduction(store, isExempt: states.map(\.isExempt), threads: threads, until: deadline)
                return
            }
            // A list that was begun anew has no strikes.
            if outcome >= Int(states[household].known) { continue }
            let time =
                outcome == Suspects.tail
                ? states[household].tailStruckAt : struckAt[Int(states[household].base) + outcome]
            if time == 0 || follows(household, outcome) { continue }
            if outcome == Suspects.tail {
                states[household].tailStruckAt = 0
                states[household].hasTail = true
            } else {
                struckAt[Int(states[household].base) + outcome] = 0
            }
            changed.insert(household)
            suspectDependents(of: household, since: time, &suspects)
        }
        refresh(changed.sorted())
    }

    /// A queue of strikes to be examined again.
    private struct Suspects {
        /// The number that stands for all outcomes of a list that were not made.
        static let tail = -1
        private struct Strike: Hashable {
            let household: Int32
            let outcome: Int32
        }
        private var queue: [Strike] = []
        private var isQueued: Set<Strike> = []
        private var start = 0
        /// The effort so far: 1 for each list searched, 10 for each strike examined.
        var effort = 0

        mutating func add(_ household: Int, _ outcome: Int) {
            let strike = Strike(household: Int32(household), outcome: Int32(outcome))
            if isQueued.insert(strike).inserted { queue.append(strike) }
        }

        mutating func next() -> (household: Int, outcome: Int)? {
            guard start < queue.count else { return nil }
            let strike = queue[start]
            start += 1
            effort += 10
            isQueued.remove(strike)
            return (Int(strike.household), Int(strike.outcome))
        }
    }

    /// Takes back the last strikes of the households that had no outcome left, and returns these households.
    private mutating func reviveEmptied() -> Set<Int> {
        for household in emptied {
            for outcome in 0..<Int(states[household].known)
            where struckAt[Int(states[household].base) + outcome] == .max {
                struckAt[Int(states[household].base) + outcome] = 0
            }
        }
        defer { emptied = [] }
        return Set(emptied)
    }

    /// Adds the household's strikes after `time` that rest on the limit, or on any limit if it is `nil`.
    private mutating func suspect(_ household: Int, at limit: Int32?, since time: Int32, _ suspects: inout Suspects) {
        suspects.effort += 1
        for outcome in 0..<Int(states[household].known) {
            let state = Int(states[household].base) + outcome
            if struckAt[state] > time, rests(cause[state], of: household, on: limit) {
                suspects.add(household, outcome)
            }
        }
        if states[household].tailStruckAt > time, rests(states[household].tailCause, of: household, on: limit) {
            suspects.add(household, Suspects.tail)
        }
    }

    private mutating func rests(_ cause: Int32, of household: Int, on limit: Int32?) -> Bool {
        guard let limit else { return true }
        return cause < 0 ? store.use(household, Int(-1 - cause), at: limit) > 0 : cause == limit
    }

    /// Adds the strikes of other households after `time` for which it may matter what this household can use or claims.
    private mutating func suspectDependents(of household: Int, since time: Int32, _ suspects: inout Suspects) {
        for place in market.slotRange(household) {
            let slot = Int(market.householdSlots[place])
            guard isFirstSlot(slot, of: household) else { continue }
            let limit = market.slotLimit[slot]
            for later in slot + 1..<Int(market.limitSlotStart[Int(limit) + 1]) {
                let rival = Int(market.slotHousehold[later])
                if rival == household { continue }
                suspect(rival, at: limit, since: time, &suspects)
                suspectRivals(ofClaimsOf: rival, by: limit, since: time, &suspects)
            }
        }
    }

    /// Adds the strikes that may rest on a claim of the household for which its seats at this limit had to be sure. They are at
    /// the other limits touched by the outcomes that were its best one at some time after `time`.
    private mutating func suspectRivals(
        ofClaimsOf household: Int, by limit: Int32, since time: Int32, _ suspects: inout Suspects
    ) {
        if states[household].isExempt { return }
        for outcome in 0..<Int(states[household].known) where isAlive(household, outcome, at: time + 1) {
            store.collectTouches(household, outcome, into: &touches)
            if touches.count > 1, touches.contains(where: { $0.limit == limit }) {
                for touch in touches where touch.limit != limit && touch.use == 1 {
                    for later in Int(touch.lowest) + 1..<Int(market.limitSlotStart[Int(touch.limit) + 1]) {
                        let rival = Int(market.slotHousehold[later])
                        if rival != household { suspect(rival, at: touch.limit, since: time, &suspects) }
                    }
                }
            }
            if survives(household, outcome) { return }
        }
    }

    /// Whether a strike of an outcome or of the tail still follows from the strikes before it.
    private func follows(_ household: Int, _ outcome: Int) -> Bool {
        let isTail = outcome == Suspects.tail
        let state = Int(states[household].base) + outcome
        let (time, cause) =
            isTail ? (states[household].tailStruckAt, states[household].tailCause) : (struckAt[state], cause[state])
        var touches: [Touch] = []
        if cause < 0 {
            if states[household].isExempt { return false }
            store.collectTouches(household, Int(-1 - cause), into: &touches)
            return touches.allSatisfy { isSure($0, household, at: time) }
        }
        store.collectTouches(household, outcome, into: &touches)
        guard let touch = touches.first(where: { $0.limit == cause }) else { return false }
        var room = market.seats(touch) - touch.use
        forEachRival(household, touch) { rival in
            let certain = least(rival, before: touch.lowest, at: time)
            room -= certain > 0 ? certain : claimedOutcome(rival, touch, at: time) != nil ? 1 : 0
            return room >= 0
        }
        return room < 0
    }

    /// Counts again what the changed households can use and claim, and updates the households after them.
    private mutating func refresh(_ changed: [Int]) {
        for household in changed {
            noteChange(of: household)
            let survivors = (0..<Int(states[household].known)).filter {
                struckAt[Int(states[household].base) + $0] == 0
            }
            states[household].survivorCount = Int32(survivors.count)
            states[household].best = Int32(survivors.first ?? Int(states[household].known))
            refreshUse(household)
        }
        var concerned = Set(changed)
        for limit in limitQueue.map(Int.init) {
            for slot in Int(changedFrom[limit])..<Int(market.limitSlotStart[limit + 1]) {
                concerned.insert(Int(market.slotHousehold[slot]))
            }
        }
        // Claims depend on the sums of what all households can use, so these sums must be complete first.
        sumChanged()
        let isChanged = Set(changed)
        for household in concerned.sorted() {
            refreshClaim(household, useChanged: isChanged.contains(household))
            enqueue(household: household)
        }
    }
}

/// Works out again what held at the moment of a strike, from the strikes before it.
///
/// A time is a reading of the reduction's clock. An outcome struck at exactly that time still counts as alive, because strikes
/// of one time do not rest on each other.
extension Reduction {
    func isAlive(_ household: Int, _ outcome: Int, at time: Int32) -> Bool {
        let struck = struckAt[Int(states[household].base) + outcome]
        return struck == 0 || struck >= time
    }

    func hasTail(_ household: Int, at time: Int32) -> Bool {
        states[household].hasTail || (states[household].tailStruckAt != 0 && states[household].tailStruckAt >= time)
    }

    /// Calls `body` with each other household that has a slot at the limit before the touch, once and by priority, until `body`
    /// returns false.
    func forEachRival(_ household: Int, _ touch: Touch, _ body: (Rival) -> Bool) {
        for slot in Int(market.limitSlotStart[Int(touch.limit)])..<Int(touch.lowest) {
            let rival = Int(market.slotHousehold[slot])
            if rival != household, isFirstSlot(slot, of: rival),
                !body(Rival(household: rival, slot: slot, outcome: onlyOutcome(rival, at: slot)))
            {
                return
            }
        }
    }

    /// A household with a slot at a limit.
    struct Rival {
        let household: Int
        /// Its first slot at the limit.
        let slot: Int
        /// For a household of one child whose list is known to its end, the outcome that uses the limit; else `nil`.
        let outcome: Int?
    }

    private func onlyOutcome(_ household: Int, at slot: Int) -> Int? {
        guard states[household].isSingle, !states[household].hasTail, states[household].tailStruckAt == 0 else {
            return nil
        }
        let start = Int(store.start[household])
        return (0..<Int(states[household].known)).first { store.options[start + $0] == market.slotOption[slot] }
    }

    /// Whether the household has no earlier slot at the limit of this slot.
    func isFirstSlot(_ slot: Int, of household: Int) -> Bool {
        let place = market.slotPlace[slot]
        return place == market.householdSlotStart[household]
            || market.slotLimit[Int(market.householdSlots[Int(place) - 1])] != market.slotLimit[slot]
    }

    /// The most seats that a household could use before the slot at a time. If `time` is `nil`, all outcomes count, even struck
    /// ones.
    func most(_ rival: Rival, before slot: Int32, at time: Int32?) -> Int32 {
        let household = rival.household
        if let outcome = rival.outcome {
            return time.map { isAlive(household, outcome, at: $0) ? 1 : 0 } ?? 1
        }
        if time.map({ hasTail(household, at: $0) }) ?? (states[household].tailStruckAt != 0) {
            return Int32((rival.slot..<Int(slot)).count { Int(market.slotHousehold[$0]) == household })
        }
        var most: Int32 = 0
        for outcome in 0..<Int(states[household].known) where time.map({ isAlive(household, outcome, at: $0) }) ?? true
        {
            most = max(most, store.use(household, outcome, before: slot))
        }
        return most
    }

    /// The least seats that a household could use before the slot at a time.
    func least(_ rival: Rival, before slot: Int32, at time: Int32) -> Int32 {
        let household = rival.household
        if let outcome = rival.outcome {
            let isOnly = (0..<Int(states[household].known)).allSatisfy {
                $0 == outcome || !isAlive(household, $0, at: time)
            }
            return isOnly && isAlive(household, outcome, at: time) ? 1 : 0
        }
        if hasTail(household, at: time) { return 0 }
        var least = Int32.max
        for outcome in 0..<Int(states[household].known) where isAlive(household, outcome, at: time) {
            least = min(least, store.use(household, outcome, before: slot))
        }
        return least == .max ? 0 : least
    }

    /// Whether the seats of the touch were sure at a time: whatever others used before it, there was room for it.
    func isSure(_ touch: Touch, _ household: Int, at time: Int32) -> Bool {
        var room = market.seats(touch) - touch.use
        forEachRival(household, touch) { rival in
            room -= most(rival, before: touch.lowest, at: time)
            return room >= 0
        }
        return room >= 0
    }

    /// The best survivor at the time, if by it the household claimed a seat before the touch at its limit: it used one seat
    /// there, and every other limit was sure. Else `nil`.
    ///
    /// It does not matter whether the limit itself was sure by then: if it was, the household is even more certain of the seat.
    func claimedOutcome(_ rival: Rival, _ touch: Touch, at time: Int32) -> Int? {
        let household = rival.household
        if states[household].isExempt { return nil }
        if let outcome = rival.outcome, !isAlive(household, outcome, at: time) { return nil }
        guard let best = (0..<Int(states[household].known)).first(where: { isAlive(household, $0, at: time) })
        else { return nil }
        var touches: [Touch] = []
        store.collectTouches(household, best, into: &touches)
        guard let own = touches.first(where: { $0.limit == touch.limit }), own.use == 1, own.lowest < touch.lowest
        else { return nil }
        let isClaim = touches.allSatisfy { $0.limit == touch.limit || isSure($0, household, at: time) }
        return isClaim ? best : nil
    }
}

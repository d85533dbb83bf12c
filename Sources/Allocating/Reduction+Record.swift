import Admissions

extension Reduction {
    /// The strikes so far, in a form that another thread can work on while the lists of the store grow.
    var record: StrikeRecord {
        StrikeRecord(
            market: market, states: states, struckAt: struckAt, cause: cause, start: store.start,
            options: store.options)
    }
}

/// The strikes of a reduction, with what is needed to name their reasons.
struct StrikeRecord: Sendable {
    let market: Market
    /// Of the reduction, see its properties.
    let states: [Reduction.HouseholdState]
    let struckAt: [Int32]
    let cause: [Int32]
    /// Of the store, see its properties.
    let start: [Int32]
    let options: [Int32]

    /// The strikes in the order in which they were found, each with its reason.
    ///
    /// - Complexity: O(outcomes).
    func deduction() -> Deduction {
        var strikes: [Strike] = []
        strikes.reserveCapacity(states.count)
        var touches: [Touch] = []
        // When outcomes of the household at hand were struck for a sure one.
        var sureTimes: [Int32] = []
        for household in 0..<market.householdCount {
            let first = strikes.count
            sureTimes.removeAll(keepingCapacity: true)
            for outcome in 0..<Int(states[household].known) {
                let state = Int(states[household].base) + outcome
                let time = struckAt[state]
                if time == 0 { continue }
                var strike = Strike(household: Int32(household), outcome: Int32(outcome), time: time)
                if cause[state] < 0 {
                    // One strike tells of all that went for the same sure outcome.
                    strike.outcome = -1 - cause[state]
                    strike.limit = Strike.after
                    if sureTimes.contains(time) { continue }
                    sureTimes.append(time)
                } else {
                    strike.limit = place(of: cause[state], household, outcome, &touches)
                    if let last = strikes.indices.last, last >= first, strikes[last].time == time,
                        strikes[last].limit == strike.limit, Int(strikes[last].last) + 1 == outcome
                    {
                        strikes[last].last = Int32(outcome)
                        continue
                    }
                }
                strikes.append(strike)
            }
            let time = states[household].tailStruckAt
            if time != 0, !sureTimes.contains(time) {
                var strike = Strike(household: Int32(household), outcome: -1 - states[household].tailCause, time: time)
                strike.limit = Strike.after
                strikes.append(strike)
            }
        }
        return Deduction(Self.inOrder(strikes).map(\.step))
    }

    /// A step with its time, in a form that is quickly sorted.
    private struct Strike {
        /// In place of a limit: all after the outcome.
        static let after: Int32 = -1

        let household: Int32
        var outcome: Int32
        var last: Int32
        let time: Int32
        var limit: Int32 = 0

        init(household: Int32, outcome: Int32, time: Int32) {
            self.household = household
            self.outcome = outcome
            last = outcome
            self.time = time
        }

        var step: Deduction.Step {
            limit == Self.after
                ? .after(household: household, outcome: outcome)
                : .full(household: household, outcomes: outcome...last, limit: limit)
        }
    }

    /// The place of the limit among those that the outcome touches, ascending.
    private func place(of limit: Int32, _ household: Int, _ outcome: Int, _ touches: inout [Touch]) -> Int32 {
        if states[household].isSingle {
            // One slot at a limit, ascending.
            let places = OutcomeStore.places(ofSingle: household, outcome, start, options, market)
            return places.count == 1
                ? 0 : Int32(places.count { market.slotLimit[Int(market.optionSlots[$0])] < limit })
        }
        OutcomeStore.collectTouches(household, outcome, start, options, market, into: &touches)
        return touches.count == 1 ? 0 : Int32(touches.count { $0.limit < limit })
    }

    /// Strikes by time; those of one time are of one household and keep their order.
    ///
    /// - Complexity: O(strikes + latest time).
    private static func inOrder(_ strikes: [Strike]) -> [Strike] {
        guard let latest = strikes.map(\.time).max() else { return [] }
        return Grouped(groups: Int(latest) + 1) { add in
            for strike in strikes { add(Int(strike.time), strike) }
        }.elements
    }
}

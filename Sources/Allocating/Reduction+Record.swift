import Admissions

extension Reduction {
    /// A copy of the strikes so far, on which another thread can work while the lists of the store grow.
    var record: StrikeRecord {
        StrikeRecord(
            market: market, states: states, struckAt: struckAt, cause: cause, start: store.start,
            options: store.options)
    }
}

/// The strikes of a reduction, with what is needed to name their reasons.
struct StrikeRecord: Sendable {
    let market: Market
    /// Copies of the properties of the reduction.
    let states: [Reduction.HouseholdState]
    let struckAt: [Int32]
    let cause: [Int32]
    /// Copies of the properties of the store.
    let start: [Int32]
    let options: [Int32]

    /// The strikes in the order in which they were found, each with its reason.
    ///
    /// - Complexity: O(outcomes).
    func deduction() -> Deduction {
        var strikes: [Strike] = []
        strikes.reserveCapacity(states.count)
        var touches: [Touch] = []
        // The times at which outcomes of the present household were struck because an earlier one is sure.
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
                    // One step covers all outcomes that were struck because of the same sure outcome.
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

    /// A step with its time, in a form that can be sorted fast.
    private struct Strike {
        /// This value in place of a limit means that all outcomes after the outcome are struck.
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

    /// The position of the limit among those that the outcome touches, in ascending order.
    private func place(of limit: Int32, _ household: Int, _ outcome: Int, _ touches: inout [Touch]) -> Int32 {
        if states[household].isSingle {
            // There is one slot at each limit, and the slots are ascending by limit.
            let places = OutcomeStore.places(ofSingle: household, outcome, start, options, market)
            return places.count == 1
                ? 0 : Int32(places.count { market.slotLimit[Int(market.optionSlots[$0])] < limit })
        }
        OutcomeStore.collectTouches(household, outcome, start, options, market, into: &touches)
        return touches.count == 1 ? 0 : Int32(touches.count { $0.limit < limit })
    }

    /// The strikes sorted by time. Those of one time belong to one household and keep their order.
    ///
    /// - Complexity: O(strikes + latest time).
    private static func inOrder(_ strikes: [Strike]) -> [Strike] {
        guard let latest = strikes.map(\.time).max() else { return [] }
        return Grouped(
            groups: Int(latest) + 1, count: strikes.count, group: { Int(strikes[$0].time) },
            element: { strikes[$0] }
        ).elements
    }
}

import Admissions

extension Reduction {
    /// The strikes in the order in which they were found, each with its reason.
    ///
    /// - Complexity: O(outcomes).
    func deduction() -> Deduction {
        var strikes: [Deduction.Step] = []
        var times: [Int32] = []
        var touches: [Touch] = []
        for household in 0..<market.householdCount {
            let first = strikes.count
            for outcome in 0..<Int(known[household]) {
                let state = Int(base[household]) + outcome
                let time = struckAt[state]
                if time == 0 { continue }
                let strike: Deduction.Step
                if cause[state] < 0 {
                    // One strike tells of all that went for the same sure outcome.
                    if times[first...].contains(time), isSure(strikes[first...], times[first...], time) { continue }
                    strike = .after(household: Int32(household), outcome: -1 - cause[state])
                } else {
                    let limit = place(of: cause[state], household, outcome, &touches)
                    if let last = strikes.indices.last, last >= first, times[last] == time,
                        case .full(_, let outcomes, limit) = strikes[last], Int(outcomes.upperBound) + 1 == outcome
                    {
                        strikes[last] = .full(
                            household: Int32(household), outcomes: outcomes.lowerBound...Int32(outcome), limit: limit)
                        continue
                    }
                    strike = .full(
                        household: Int32(household), outcomes: Int32(outcome)...Int32(outcome), limit: limit)
                }
                strikes.append(strike)
                times.append(time)
            }
            let time = tailStruckAt[household]
            if time != 0, !isSure(strikes[first...], times[first...], time) {
                strikes.append(.after(household: Int32(household), outcome: -1 - tailCause[household]))
                times.append(time)
            }
        }
        return Deduction(Self.sorted(strikes, by: times))
    }

    /// Whether there is a strike by a sure outcome of that time.
    private func isSure(
        _ strikes: ArraySlice<Deduction.Step>, _ times: ArraySlice<Int32>, _ time: Int32
    ) -> Bool {
        for (strike, other) in zip(strikes, times) where other == time {
            if case .after = strike { return true }
        }
        return false
    }

    /// The place of the limit among those that the outcome touches, ascending.
    private func place(of limit: Int32, _ household: Int, _ outcome: Int, _ touches: inout [Touch]) -> Int32 {
        store.collectTouches(household, outcome, into: &touches)
        return touches.count == 1 ? 0 : Int32(touches.count { $0.limit < limit })
    }

    /// Strikes by time; those of one time are of one household and keep their order.
    ///
    /// - Complexity: O(strikes + latest time), a counting sort.
    private static func sorted(_ strikes: [Deduction.Step], by times: [Int32]) -> [Deduction.Step] {
        guard let latest = times.max() else { return [] }
        var start = [Int32](repeating: 0, count: Int(latest) + 2)
        for time in times { start[Int(time) + 1] += 1 }
        for time in 1..<start.count { start[time] += start[time - 1] }
        return [Deduction.Step](unsafeUninitializedCapacity: strikes.count) { sorted, count in
            for (strike, time) in zip(strikes, times) {
                sorted.initializeElement(at: Int(start[Int(time)]), to: strike)
                start[Int(time)] += 1
            }
            count = strikes.count
        }
    }
}

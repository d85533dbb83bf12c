import Admissions

/// A feasible allocation with few claims, for when the time has ended.
///
/// Households that the reduction has decided begin with the outcome that they are to get. Then households take what they have
/// a justified claim to, one after another. A household that has to make room goes back to its baseline and may claim again.
/// Without siblings this ends with nobody claiming. With siblings it may go round in circles; therefore a household that has
/// had its turn too often takes nothing more, which opens the circle. The allocation obeys every list and limit, but nothing
/// is promised about its claims. Of the states between two rounds, the one with the fewest claims is returned.
///
/// Source: Roth and Peranson 1999, doi:10.1257/aer.89.4.748, for couples in the residency match.
struct Approximation {
    private let store: OutcomeStore
    private let market: Market
    /// For each member the option that it has.
    private var option: [Int32]
    /// For each household how many of the outcomes made are better than its own.
    private var better: [Int32]
    private var isUsed: [Bool]
    private var used: [Int32]
    private var touches: [Touch] = []
    /// Households that may have a claim. All others were found to have none, and nothing has changed for them since.
    private var waiting: [Int32] = []
    private var isWaiting: [Bool]
    /// How often each household took something.
    private var turns: [Int32]
    /// Households that take nothing more.
    private var finished: [Int] = []
    private var isFinished: [Bool]

    /// Turns after which a household with siblings takes nothing more.
    private static let mostTurns: Int32 = 2
    /// The work after which it stops, in slots looked at: this total, or `mostWorkEach` for each slot and household of the
    /// market if that is more.
    private static let mostWork = 200_000_000
    private static let mostWorkEach = 100
    private var work = 0

    /// - Parameter reduction: The households that it has decided begin with what they are to get.
    /// - Complexity: O(slots), bounded by a fixed amount of work for each.
    static func allocation(_ store: OutcomeStore, from reduction: Reduction? = nil) -> Allocation {
        var approximation = Approximation(store, reduction)
        return approximation.run()
    }

    private init(_ store: OutcomeStore, _ reduction: Reduction?) {
        self.store = store
        market = store.market
        option = []
        better = [Int32](repeating: 0, count: market.householdCount)
        turns = better
        isUsed = [Bool](repeating: false, count: market.slotLimit.count)
        used = [Int32](repeating: 0, count: market.limitSeats.count)
        isWaiting = [Bool](repeating: true, count: market.householdCount)
        isFinished = [Bool](repeating: false, count: market.householdCount)
        for member in market.memberChild.indices { option.append(market.optionStart[member + 1] - 1) }
        for household in 0..<market.householdCount {
            better[household] = baselineRank(household)
            if let reduction, reduction.states[household].survivorCount == 1, !reduction.states[household].hasTail {
                choose(Int(reduction.states[household].best), household)
            }
            mark(household, true)
        }
        waiting = market.householdOrder
        // If the reduction found a contradiction, there may not be room for all decided households.
        pressed = market.limitSeats.indices.map { Int32($0) }
        makeRoom()
    }

    private mutating func run() -> Allocation {
        var (best, fewest) = (option, Int.max)
        let mostWork = max(Self.mostWork, Self.mostWorkEach * (market.slotLimit.count + market.householdCount))
        var isReversed = false
        while work < mostWork {
            let round = waiting.sorted { market.householdPosition[Int($0)] < market.householdPosition[Int($1)] }
            waiting.removeAll(keepingCapacity: true)
            var claimants: [Int] = []
            for household in round.map({ Int($0) }) {
                isWaiting[household] = false
                if firstClaim(of: household) != nil { claimants.append(household) }
            }
            let number = claimants.count + finished.count { firstClaim(of: $0) != nil }
            if number < fewest { (best, fewest) = (option, number) }
            if claimants.isEmpty { break }
            if isReversed { claimants.reverse() }
            isReversed.toggle()
            for household in claimants {
                guard let outcome = firstClaim(of: household) else { continue }
                take(outcome, household)
                makeRoom()
            }
        }
        var allocation = Allocation(baselineOf: market.subject)
        for (member, option) in best.enumerated() where option != market.optionStart[member + 1] - 1 {
            allocation.choices[Int(market.memberChild[member])] = option - market.optionStart[member]
        }
        return allocation
    }

    /// Notes that the household may have a claim now.
    private mutating func wake(_ household: Int) {
        if isWaiting[household] || isFinished[household] { return }
        isWaiting[household] = true
        waiting.append(Int32(household))
    }

    private func mostTurns(_ household: Int) -> Int32 {
        market.memberCount(household) == 1 ? 2 * store.count[household] + Self.mostTurns : Self.mostTurns
    }

    /// The rank of the baseline. Only the outcomes made so far are looked at; the last of them is the baseline if the list is
    /// complete.
    private func baselineRank(_ household: Int) -> Int32 {
        store.count[household] - (store.isComplete(household) ? 1 : 0)
    }

    /// The best outcome that the household likes better than its own and has a justified claim to.
    private mutating func firstClaim(of household: Int) -> Int? {
        for outcome in 0..<Int(better[household]) {
            store.collectTouches(household, outcome, into: &touches)
            work += 8
            if touches.allSatisfy({ isJustified($0, household) }) {
                work += touches.count
                return outcome
            }
        }
        return nil
    }

    private mutating func isJustified(_ touch: Touch, _ household: Int) -> Bool {
        var room = market.seats(touch) - touch.use
        let start = Int(market.limitSlotStart[Int(touch.limit)])
        work += Int(touch.lowest) - start
        for slot in start..<Int(touch.lowest) where isUsed[slot] && Int(market.slotHousehold[slot]) != household {
            room -= 1
            if room < 0 { return false }
        }
        return room >= 0
    }

    private mutating func mark(_ household: Int, _ value: Bool) {
        for member in Int(market.memberStart[household])..<Int(market.memberStart[household + 1]) {
            let own = Int(option[member])
            for place in Int(market.optionSlotStart[own])..<Int(market.optionSlotStart[own + 1]) {
                let slot = Int(market.optionSlots[place])
                isUsed[slot] = value
                used[Int(market.slotLimit[slot])] += value ? 1 : -1
            }
        }
    }

    private var pressed: [Int32] = []

    private mutating func take(_ outcome: Int, _ household: Int) {
        leave(household)
        choose(outcome, household)
        mark(household, true)
        press(household)
        turns[household] += 1
        if turns[household] > mostTurns(household) { finish(household) }
    }

    /// Lets the household take nothing more. The households that compete with it start counting their turns anew, because they
    /// may now stop by themselves.
    private mutating func finish(_ household: Int) {
        finished.append(household)
        isFinished[household] = true
        for place in market.slotRange(household) {
            let limit = Int(market.slotLimit[Int(market.householdSlots[place])])
            for slot in Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1]) {
                turns[Int(market.slotHousehold[slot])] = 0
            }
        }
    }

    private mutating func choose(_ outcome: Int, _ household: Int) {
        let first = Int(market.memberStart[household])
        let size = market.memberCount(household)
        let start = Int(store.start[household]) + outcome * size
        for index in 0..<size { option[first + index] = store.options[start + index] }
        better[household] = Int32(outcome)
    }

    /// Frees the seats of the household; households after it there may have a claim now.
    private mutating func leave(_ household: Int) {
        for place in market.slotRange(household) {
            let slot = Int(market.householdSlots[place])
            guard isUsed[slot] else { continue }
            let end = Int(market.limitSlotStart[Int(market.slotLimit[slot]) + 1])
            work += end - slot
            for later in slot + 1..<end { wake(Int(market.slotHousehold[later])) }
        }
        mark(household, false)
    }

    /// Notes the limits that the household uses, to be looked at by ``makeRoom()``.
    private mutating func press(_ household: Int) {
        for place in market.slotRange(household) {
            let slot = Int(market.householdSlots[place])
            if isUsed[slot] { pressed.append(market.slotLimit[slot]) }
        }
    }

    /// At each overfull limit sends the households that are last by priority back to their baselines.
    private mutating func makeRoom() {
        while let limit = pressed.popLast().map({ Int($0) }) {
            while used[limit] > market.limitSeats[limit] {
                let slots = Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1])
                let last = slots.last { isUsed[$0] }!
                // Children who stay in an over-full class never have to make room.
                if last < market.limitEntry[limit] { break }
                let household = Int(market.slotHousehold[last])
                leave(household)
                for member in Int(market.memberStart[household])..<Int(market.memberStart[household + 1]) {
                    option[member] = market.optionStart[member + 1] - 1
                }
                better[household] = baselineRank(household)
                mark(household, true)
                press(household)
                wake(household)
            }
        }
    }
}

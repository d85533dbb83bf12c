import Admissions

/// A feasible allocation with few claims, for when the time has ended.
///
/// Households take what they have a justified claim to, one after another; whoever has to make room goes back to its
/// baseline and claims again. Without siblings that ends with nobody claiming; with siblings it may go round in circles,
/// so the best state seen is kept. It obeys every list and limit, and promises nothing about claims.
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

    /// Rounds over all households, and slots looked at, after which it stops.
    private static let mostRounds = 60
    private static let mostWork = 60_000_000
    private var work = 0

    /// - Complexity: O(rounds * outcomes * slots of a limit), bounded by a fixed amount of work.
    static func allocation(_ store: OutcomeStore) -> Allocation {
        var approximation = Approximation(store)
        return approximation.run()
    }

    private init(_ store: OutcomeStore) {
        self.store = store
        market = store.market
        option = []
        better = [Int32](repeating: 0, count: market.householdCount)
        isUsed = [Bool](repeating: false, count: market.slotLimit.count)
        used = [Int32](repeating: 0, count: market.limitSeats.count)
        for member in market.memberChild.indices { option.append(market.optionStart[member + 1] - 1) }
        for household in 0..<market.householdCount {
            mark(household, true)
            better[household] = baselineRank(household)
        }
    }

    private mutating func run() -> Allocation {
        var (best, fewest) = (option, Int.max)
        let order = market.householdOrder.map { Int($0) }
        for round in 0..<Self.mostRounds where work < Self.mostWork {
            let claimants = order.count { firstClaim(of: $0) != nil }
            if claimants < fewest { (best, fewest) = (option, claimants) }
            if claimants == 0 { break }
            for household in round % 2 == 0 ? order : order.reversed() {
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

    /// Only what was made of a list is looked at; its end is the baseline where the list is complete.
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
        var room = market.limitSeats[Int(touch.limit)] - touch.use
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
        mark(household, false)
        let first = Int(market.memberStart[household])
        let size = market.memberCount(household)
        let start = Int(store.start[household]) + outcome * size
        for index in 0..<size { option[first + index] = store.options[start + index] }
        better[household] = Int32(outcome)
        mark(household, true)
        press(household)
    }

    /// Notes the limits that the household uses, to be looked at by ``makeRoom()``.
    private mutating func press(_ household: Int) {
        for place in market.slotRange(household) {
            let slot = Int(market.householdSlots[place])
            if isUsed[slot] { pressed.append(market.slotLimit[slot]) }
        }
    }

    /// Sends the last at each overfull limit back to their baselines, where they are first.
    private mutating func makeRoom() {
        while let limit = pressed.popLast().map({ Int($0) }) {
            while used[limit] > market.limitSeats[limit] {
                let slots = Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1])
                let last = slots.last { isUsed[$0] }!
                let household = Int(market.slotHousehold[last])
                mark(household, false)
                for member in Int(market.memberStart[household])..<Int(market.memberStart[household + 1]) {
                    option[member] = market.optionStart[member + 1] - 1
                }
                better[household] = baselineRank(household)
                mark(household, true)
                press(household)
            }
        }
    }
}

import Admissions
import Programs

/// A feasible allocation in one pass, for when the time has ended.
///
/// Households choose in the household order, each the best outcome for which there is room; present seats stay
/// reserved for those who have not moved yet. It obeys every list and limit, but may leave claims.
enum Greedy {
    /// - Complexity: O(outcomes looked at).
    static func allocation(_ store: OutcomeStore) -> Allocation {
        let market = store.market
        let subject = market.subject
        var room = market.limitSeats
        for household in 0..<market.householdCount { change(&room, baselineOf: household, by: -1, market) }
        var allocation = Allocation(baselineOf: subject)
        var touches: [Touch] = []
        for household in market.householdOrder.map({ Int($0) }) {
            change(&room, baselineOf: household, by: 1, market)
            // Only what was made of the list is looked at; where none of it fits the household stays at its baseline.
            let fitting = (0..<Int(store.count[household])).first { outcome in
                store.collectTouches(household, outcome, into: &touches)
                return touches.allSatisfy { room[Int($0.limit)] >= $0.use }
            }
            if let fitting {
                for touch in touches { room[Int(touch.limit)] -= touch.use }
                take(store, household, fitting, into: &allocation)
            } else {
                change(&room, baselineOf: household, by: -1, market)
            }
        }
        return allocation
    }

    private static func change(_ room: inout [Int32], baselineOf household: Int, by amount: Int32, _ market: Market) {
        for member in market.memberStart[household]..<market.memberStart[household + 1] {
            let baseline = Int(market.optionStart[Int(member) + 1]) - 1
            for place in market.optionSlotStart[baseline]..<market.optionSlotStart[baseline + 1] {
                room[Int(market.slotLimit[Int(market.optionSlots[Int(place)])])] += amount
            }
        }
    }

    private static func take(_ store: OutcomeStore, _ household: Int, _ outcome: Int, into allocation: inout Allocation)
    {
        let market = store.market
        let size = market.memberCount(household)
        let start = Int(store.start[household]) + outcome * size
        for index in 0..<size {
            let member = Int(market.memberStart[household]) + index
            let option = store.options[start + index]
            let isBaseline = option == market.optionStart[member + 1] - 1
            allocation.choices[Int(market.memberChild[member])] =
                isBaseline ? Allocation.baseline : option - market.optionStart[member]
        }
    }
}

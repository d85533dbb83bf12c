import Admissions
import Programs

/// Proves that some household of a core has a claim in any allocation: by strikes, and, if strikes alone do not suffice, by
/// trying every case.
///
/// It works on the core and, if that is not enough, on the core with its neighbours. Neighbours may claim, but each gets an
/// outcome of its list. All other households are left open: each of their slots may be used or not. The proof therefore
/// costs little even in the largest city, and it holds for exactly the core that is written down. The rules are those of
/// ``Reduction``, applied by a work list to a market of a few households. A case is the assumption that an undecided household
/// gets one particular outcome.
///
/// Source: case distinction with propagation, Davis, Logemann and Loveland 1962, doi:10.1145/368273.368557.
struct CoreProof {
    private let store: OutcomeStore
    private let market: Market
    /// The core and its neighbours, ascending, and whether each is assumed to have no claim.
    private let households: [Int]
    private let isClaimFree: [Bool]
    /// Slots of the households, ascending, and for each slot the index in `households` of its household.
    private var slots: [Int32] = []
    private var owner: [Int] = []
    /// For each of `slots` the place of the first one at its limit, and how many slots of open households come before it there.
    private var first: [Int] = []
    private var openBefore: [Int32] = []
    /// For each of `households` its places in `slots`.
    private var own: [[Int]] = []
    /// For each household and outcome what it uses, ascending by limit, and all places in `slots` that it uses.
    private var uses: [[[Use]]] = []
    private var places: [[[Int]]] = []
    /// The place of each slot in `slots`.
    private var placeOf: [Int32: Int] = [:]
    private var steps: [Deduction.Step] = []
    private var cases = 0
    private let deadline: Deadline

    /// The most cases to try before the proof is left to a solver. Larger cores get fewer, because each case costs more.
    private var mostCases: Int { min(4_000, 100_000 / households.count) }
    /// The most outcomes of a household that are made; only rule 1 can strike the ones after them.
    private static let mostOutcomes = 4_096

    private struct Use {
        /// The place in `slots` of the child that comes last.
        let lowest: Int
        let seats: Int32
    }

    /// What is left of the lists at some point.
    private struct State {
        var isStruck: [[Bool]]
        var left: [Int]
        var hasTail: [Bool]
        var claim: [Int]
        var most: [Int32]
        var certain: [Int32]
        var bound: [Int32]
        /// Households to be looked at again, first come first.
        var queue: [Int] = []
        var isQueued: [Bool]
        var emptied = false

        mutating func enqueue(_ index: Int) {
            if !isQueued[index] {
                isQueued[index] = true
                queue.append(index)
            }
        }
    }

    /// The core with its proof.
    ///
    /// - Parameters:
    ///   - neighbours: Other households that may matter; none of them is in the core.
    ///   - deadline: After which no more cases are tried.
    /// - Complexity: O(cases * slots of the households * their outcomes), the cases bounded by a fixed number.
    static func proof(
        of core: ClaimCore, beside neighbours: [Int], in store: OutcomeStore, until deadline: Deadline
    ) -> Proof.Core {
        if core.least == 1 {
            for others in neighbours.isEmpty ? [[]] : [[], neighbours] {
                var proof = CoreProof(core.households, others, store, deadline)
                if let steps = proof.refutation() {
                    return Proof.Core(households: core.households, deduction: steps)
                }
            }
        }
        var proof = CoreProof(core.households, [], store, deadline)
        let (steps, open) = core.least == 1 ? proof.premises() : (Deduction(), core.households)
        let limits = open.flatMap { store.market.slotRange($0) }.map {
            Int(store.market.slotLimit[Int(store.market.householdSlots[$0])])
        }
        return Proof.Core(
            households: core.households, least: core.least, deduction: steps,
            search: Proof.Search(households: open, limits: Set(limits).sorted()))
    }

    /// Steps to a contradiction, or `nil` if none was found.
    private mutating func refutation() -> Deduction? {
        while true {
            steps = []
            cases = 0
            var state = beginning()
            if refute(&state) { return Deduction(steps) }
            if cases > mostCases || !extendTails(state) { return nil }
        }
    }

    /// The strikes that follow without trying cases, and the households that then have more than one outcome left.
    private mutating func premises() -> (Deduction, open: [Int]) {
        steps = []
        var state = beginning()
        propagate(&state)
        let open = households.indices.filter { state.left[$0] > 1 || state.hasTail[$0] }
        return (Deduction(steps), open.map { households[$0] })
    }

    private init(_ core: [Int], _ neighbours: [Int], _ store: OutcomeStore, _ deadline: Deadline) {
        self.deadline = deadline
        self.store = store
        market = store.market
        let all = (core.map { ($0, true) } + neighbours.map { ($0, false) }).sorted { $0.0 < $1.0 }
        households = all.map(\.0)
        isClaimFree = all.map(\.1)
        let entries = households.enumerated().flatMap { index, household in
            market.slotRange(household).map { (slot: market.householdSlots[$0], owner: index) }
        }.sorted { $0.slot < $1.slot }
        own = [[Int]](repeating: [], count: households.count)
        for (place, entry) in entries.enumerated() {
            let limit = market.slotLimit[Int(entry.slot)]
            let isFirst = place == 0 || market.slotLimit[Int(entries[place - 1].slot)] != limit
            first.append(isFirst ? place : first[place - 1])
            slots.append(entry.slot)
            owner.append(entry.owner)
            own[entry.owner].append(place)
            openBefore.append(entry.slot - market.limitSlotStart[Int(limit)] - Int32(place - first[place]))
            placeOf[entry.slot] = place
        }
        uses = [[[Use]]](repeating: [], count: households.count)
        places = [[[Int]]](repeating: [], count: households.count)
        for index in households.indices { learn(index) }
    }

    /// Takes over what the store knows of the household's list.
    private mutating func learn(_ index: Int) {
        let household = households[index]
        let size = market.memberCount(household)
        var touches: [Touch] = []
        for outcome in uses[index].count..<Int(store.count[household]) {
            store.collectTouches(household, outcome, into: &touches)
            touches.sort { $0.limit < $1.limit }
            uses[index].append(touches.map { Use(lowest: placeOf[$0.lowest]!, seats: $0.use) })
            let start = Int(store.start[household]) + outcome * size
            places[index].append(
                store.options[start..<start + size].flatMap { option in
                    market.optionSlots[
                        Int(market.optionSlotStart[Int(option)])..<Int(market.optionSlotStart[Int(option) + 1])]
                }.map { placeOf[$0]! }.sorted())
        }
    }

    /// Makes more of the lists that still go on beyond what was made; false if there are none, or if they are too long.
    private mutating func extendTails(_ state: State) -> Bool {
        var hasExtended = false
        for index in households.indices where state.hasTail[index] && uses[index].count < Self.mostOutcomes {
            if uses[index].count == Int(store.count[households[index]]) { store.extend(households[index]) }
            if store.isStopped { return false }
            learn(index)
            hasExtended = true
        }
        return hasExtended
    }

    private func beginning() -> State {
        let none = [Int32](repeating: 0, count: slots.count)
        var state = State(
            isStruck: uses.map { [Bool](repeating: false, count: $0.count) }, left: uses.map(\.count),
            hasTail: households.indices.map {
                !store.isComplete(households[$0]) || uses[$0].count < Int(store.count[households[$0]])
            },
            claim: [Int](repeating: -1, count: households.count), most: none, certain: none, bound: none,
            isQueued: [Bool](repeating: false, count: households.count))
        for index in households.indices { refresh(index, &state) }
        return state
    }

    // MARK: Cases

    /// Leads the state to a contradiction; false if there is none, or none within the cases allowed.
    ///
    /// If it returns false, `steps` still contains what was tried in vain and must not be used.
    private mutating func refute(_ state: inout State) -> Bool {
        propagate(&state)
        if state.emptied { return true }
        // The household with the fewest cases first, and among equals the one with the lowest number.
        let undecided = households.indices.filter { state.left[$0] > 1 && !state.hasTail[$0] }
        guard let index = undecided.min(by: { state.left[$0] < state.left[$1] }) else { return false }
        while let outcome = state.isStruck[index].firstIndex(of: false) {
            cases += 1
            if cases > mostCases || deadline.hasPassed { return false }
            steps.append(.suppose(household: Int32(households[index]), outcome: Int32(outcome)))
            var supposed = state
            strike(index, &supposed) { $0 != outcome }
            guard refute(&supposed) else { return false }
            steps.append(.absurd)
            strike(index, &state) { $0 == outcome }
            propagate(&state)
            if state.emptied { return true }
            if state.left[index] == 1 { return refute(&state) }
        }
        return state.emptied
    }

    private func strike(_ index: Int, _ state: inout State, where isGone: (Int) -> Bool) {
        for outcome in state.isStruck[index].indices where !state.isStruck[index][outcome] && isGone(outcome) {
            state.isStruck[index][outcome] = true
            state.left[index] -= 1
        }
        if state.left[index] == 0, !state.hasTail[index] { state.emptied = true }
        refresh(index, &state)
    }

    // MARK: Strikes

    private mutating func propagate(_ state: inout State) {
        var next = 0
        while next < state.queue.count, !state.emptied {
            let index = state.queue[next]
            next += 1
            state.isQueued[index] = false
            review(index, &state)
        }
        for index in state.queue[next...] { state.isQueued[index] = false }
        state.queue = []
    }

    /// Strikes what the rules strike now, and queues the households for which that may matter.
    ///
    /// Rule 1 also uses outcomes that are struck already: a household that is supposed to get one outcome may still have a
    /// claim to a better one that the supposition struck.
    private mutating func review(_ index: Int, _ state: inout State) {
        let household = Int32(households[index])
        let start = steps.count
        let left = state.left[index]
        for outcome in uses[index].indices where !state.isStruck[index][outcome] {
            if let place = uses[index][outcome].firstIndex(where: { isOutOfReach($0, index, state) }) {
                state.isStruck[index][outcome] = true
                state.left[index] -= 1
                record(household, outcome, place, since: start)
            }
        }
        var hasChanged = state.left[index] < left
        if isClaimFree[index] {
            let end = state.hasTail[index] ? uses[index].count : state.isStruck[index].lastIndex(of: false) ?? 0
            let sure = (0..<end).first { outcome in uses[index][outcome].allSatisfy { isSure($0, index, state) } }
            if let sure {
                steps.append(.after(household: household, outcome: Int32(sure)))
                let later = uses[index].indices[(sure + 1)...].filter { !state.isStruck[index][$0] }
                for outcome in later { state.isStruck[index][outcome] = true }
                state.left[index] -= later.count
                state.hasTail[index] = false
                hasChanged = true
            }
        }
        if state.left[index] == 0, !state.hasTail[index] {
            state.emptied = true
            return
        }
        if hasChanged { refresh(index, &state) }
        refreshClaim(index, &state)
    }

    /// Notes a strike by a full limit. If it continues the strike before it, the two become one step.
    private mutating func record(_ household: Int32, _ outcome: Int, _ place: Int, since start: Int) {
        if let last = steps.indices.last, last >= start,
            case .full(household, let outcomes, Int32(place)) = steps[last],
            Int(outcomes.upperBound) + 1 == outcome
        {
            steps[last] = .full(
                household: household, outcomes: outcomes.lowerBound...Int32(outcome), limit: Int32(place))
        } else {
            steps.append(
                .full(household: household, outcomes: Int32(outcome)...Int32(outcome), limit: Int32(place)))
        }
    }

    private func seats(_ use: Use) -> Int32 {
        market.seats(Int(market.slotLimit[Int(slots[use.lowest])]), for: slots[use.lowest])
    }

    private func sum(_ numbers: [Int32], before place: Int, except index: Int) -> Int32 {
        var sum: Int32 = 0
        for other in first[place]..<place where owner[other] != index { sum += numbers[other] }
        return sum
    }

    private func isSure(_ use: Use, _ index: Int, _ state: State) -> Bool {
        openBefore[use.lowest] + sum(state.most, before: use.lowest, except: index) + use.seats <= seats(use)
    }

    private func isOutOfReach(_ use: Use, _ index: Int, _ state: State) -> Bool {
        sum(state.bound, before: use.lowest, except: index) + use.seats > seats(use)
    }

    // MARK: What a household uses

    /// Counts the most and the least seats that the household's outcomes use, as the growth of both at each of its slots.
    private func refresh(_ index: Int, _ state: inout State) {
        var reach = [Int32](repeating: 0, count: own[index].count)
        var least = [Int32](repeating: state.hasTail[index] ? 0 : .max, count: own[index].count)
        func count(_ isUsed: (Int) -> Bool) {
            var used: Int32 = 0
            for (number, place) in own[index].enumerated() {
                if number > 0, first[place] != first[own[index][number - 1]] { used = 0 }
                if isUsed(place) { used += 1 }
                reach[number] = max(reach[number], used)
                least[number] = min(least[number], used)
            }
        }
        if state.hasTail[index] { count { _ in true } }
        for outcome in uses[index].indices where !state.isStruck[index][outcome] {
            count(places[index][outcome].contains)
        }
        if state.hasTail[index] { least = [Int32](repeating: 0, count: least.count) }
        for (number, place) in own[index].enumerated() {
            let follows = number > 0 && first[place] == first[own[index][number - 1]]
            let most = reach[number] - (follows ? reach[number - 1] : 0)
            let certain = least[number] == .max ? 0 : least[number] - (follows ? least[number - 1] : 0)
            if most != state.most[place] || certain != state.certain[place] { queueRivals(of: place, &state) }
            state.most[place] = most
            state.certain[place] = certain
        }
        refreshBound(index, &state)
        state.enqueue(index)
    }

    /// Finds out where the household claims a seat: its best remaining outcome uses one seat there, and every other limit is
    /// sure.
    private func refreshClaim(_ index: Int, _ state: inout State) {
        var claim = -1
        if isClaimFree[index], let best = state.isStruck[index].firstIndex(of: false) {
            let unsure = uses[index][best].filter { !isSure($0, index, state) }
            if unsure.count == 1, unsure[0].seats == 1 { claim = unsure[0].lowest }
        }
        if claim == state.claim[index] { return }
        state.claim[index] = claim
        refreshBound(index, &state)
    }

    private func refreshBound(_ index: Int, _ state: inout State) {
        var (certain, counted): (Int32, Int32) = (0, 0)
        var claims = false
        for (number, place) in own[index].enumerated() {
            if number > 0, first[place] != first[own[index][number - 1]] { (certain, counted, claims) = (0, 0, false) }
            certain += state.certain[place]
            if place == state.claim[index] { claims = true }
            let next = max(certain, claims ? 1 : 0)
            if state.bound[place] != next - counted {
                state.bound[place] = next - counted
                queueRivals(of: place, &state)
            }
            counted = next
        }
    }

    /// Queues the households that have a slot after the place at the same limit.
    private func queueRivals(of place: Int, _ state: inout State) {
        var other = place + 1
        while other < slots.count, first[other] == first[place] {
            state.enqueue(owner[other])
            other += 1
        }
    }
}

import Admissions

/// What is left of every household's list while the steps of a proof are replayed one after another. A step is applied only
/// if it holds.
///
/// A strike is accepted if its reason follows, by counting seats, from the earlier strikes and from the households that are
/// assumed to have no claim (*claim-free*). Nothing else is trusted: the order of the slots, the lists and the seats are the
/// verifier's own.
///
/// - Complexity: O(slots of the limits that it touches) for each strike, as long as each claim is looked for only a few times.
struct StrikeReplay {
    private let subject: Case
    private let order: SeatOrder
    private var lists: OutcomeLists
    private var isClaimFree: [Bool]

    /// For each outcome made whether it is struck.
    private var isStruck: [Bool]
    /// For each household how many of its outcomes made are left, and the best of them.
    private var left: [Int32]
    private var best: [Int32]
    /// For each household whether outcomes that were not made are left, and what those use.
    private var hasRest: [Bool]
    private var rests: [Int: Reach] = [:]
    /// For each household the slot where it claims a seat, or -1.
    private var claimSlot: [Int32]

    // For each slot, counted along the household's slots of one limit: by how much the number of seats grows there that the
    // household can still use at most, that it uses for certain, and that it uses for certain or claims.
    private var most: [UInt8]
    private var certain: [UInt8]
    private var bound: [UInt8]
    /// For each limit how often `most` fell there. It tells whether it is worth looking for a claim again.
    private var falls: [Int32]
    private var refusal: [Refusal]

    /// For each household with siblings whether its last strikes are not yet counted in `most` and `certain`. Until then the
    /// numbers there are on the safe side.
    private var isStale: [Bool]
    private var changed: [Int] = []
    private var isChanged: [Bool]
    private var suppositions: [Supposition] = []
    /// A household that has no outcome left, if there is one.
    private(set) var emptied: Int?

    /// A claim at a limit that could not be proved, because another limit was not sure.
    private struct Refusal {
        let asked: Int32
        let unsure: Int32
        let falls: Int32

        static let none = Refusal(asked: -1, unsure: -1, falls: -1)
    }

    /// A supposition, with the earlier states of the households that have changed since it was made.
    private struct Supposition {
        let household: Int
        let outcome: Int
        var before: [Int: State] = [:]
    }

    /// The most and the least seats that some outcomes use, for each slot of the household counted up to this slot at its limit.
    private struct Reach {
        var most: [Int32]
        var least: [Int32]

        init(count: Int) {
            most = [Int32](repeating: 0, count: count)
            least = [Int32](repeating: .max, count: count)
        }

        /// Adds one outcome.
        ///
        /// - Parameter slots: The slots of the household, ascending.
        mutating func add(_ choices: ArraySlice<Int32>, _ slots: ArraySlice<Int32>, _ order: SeatOrder) {
            withUnsafeTemporaryAllocation(of: Bool.self, capacity: slots.count) { isUsed in
                isUsed.initialize(repeating: false)
                for choice in choices {
                    for slot in order.slots(ofChoice: choice) { isUsed[place(of: slot, in: slots)] = true }
                }
                var used: Int32 = 0
                var limit: Int32 = -1
                for (index, slot) in slots.enumerated() {
                    if order.limit[Int(slot)] != limit { (limit, used) = (order.limit[Int(slot)], 0) }
                    if isUsed[index] { used += 1 }
                    most[index] = max(most[index], used)
                    least[index] = min(least[index], used)
                }
            }
        }

        /// The position of the slot among those of its household.
        private func place(of slot: Int32, in slots: ArraySlice<Int32>) -> Int {
            var (low, high) = (slots.startIndex, slots.endIndex)
            while high - low > 1 {
                let middle = (low + high) / 2
                if slots[middle] <= slot { low = middle } else { high = middle }
            }
            return low - slots.startIndex
        }
    }

    private struct State {
        let isStruck: [Bool]
        let left: Int32
        let best: Int32
        let hasRest: Bool
    }

    /// What an outcome uses at one limit.
    private struct Use {
        let limit: Int32
        var seats: Int32
        /// The slot of the child that comes last there.
        var lowest: Int32
    }

    /// Starts with nothing struck and no household assumed to be claim-free.
    ///
    /// - Parameter lastNamed: For each household the last outcome that strikes will name, or -1.
    init(_ subject: Case, _ order: SeatOrder, lastNamed: [Int32]) {
        let households = subject.households.count
        let slots = order.limit.count
        self.subject = subject
        self.order = order
        lists = OutcomeLists(
            subject, choiceStart: order.choiceStart, needed: lastNamed.map { $0 == .max ? .max : $0 + 1 })
        isClaimFree = [Bool](repeating: false, count: households)
        isStruck = [Bool](repeating: false, count: lists.total)
        left = [Int32](repeating: 0, count: households)
        best = left
        hasRest = isClaimFree
        claimSlot = [Int32](repeating: -1, count: households)
        // A household whose list was not made may use every slot.
        most = [UInt8](repeating: 1, count: slots)
        certain = [UInt8](repeating: 0, count: slots)
        bound = certain
        falls = [Int32](repeating: 0, count: order.limitCount)
        refusal = [Refusal](repeating: .none, count: households)
        isChanged = isClaimFree
        isStale = isClaimFree
        for household in 0..<households where lists.count[household] >= 0 {
            left[household] = lists.count[household]
            // Of several slots at one limit a child can use only one at a time.
            if left[household] == 1 || order.hasRepeats[household] { refresh(household) }
        }
    }

    // MARK: Assumptions

    /// Assumes that exactly these households have no claim.
    mutating func assumeClaimFree(_ households: some Sequence<Int>) {
        for household in isClaimFree.indices where isClaimFree[household] { isClaimFree[household] = false }
        for household in households { isClaimFree[household] = true }
    }

    /// Forgets every strike and claim.
    ///
    /// - Complexity: O(outcomes of the households that were struck or claimed).
    mutating func reset() {
        for household in changed {
            isChanged[household] = false
            let start = Int(lists.first[household])
            for outcome in start..<start + Int(lists.count[household]) { isStruck[outcome] = false }
            left[household] = lists.count[household]
            best[household] = 0
            hasRest[household] = rests[household] != nil
            claimSlot[household] = -1
            refresh(household)
        }
        changed = []
        suppositions = []
        emptied = nil
    }

    // MARK: What is left

    /// The outcome of a household that has only one left, as the choices of its members; else `nil`.
    mutating func onlyOutcome(of household: Int) -> [Int32]? {
        list(household)
        guard left[household] == 1, !hasRest[household] else { return nil }
        return wishes(household, Int(best[household]))
    }

    /// Whether the outcome is in the household's list and not struck.
    mutating func isLeft(_ outcome: [Int32], to household: Int) -> Bool {
        list(household)
        for index in 0..<Int(lists.count[household]) where wishes(household, index) == outcome {
            return !isStruck[Int(lists.first[household]) + index]
        }
        return hasRest[household]
    }

    /// The members' wishes in an outcome, or ``Allocation/baseline``.
    private func wishes(_ household: Int, _ outcome: Int) -> [Int32] {
        zip(subject.households[household].members, lists.choices(household, outcome)).map { child, choice in
            let wish = choice - order.choiceStart[child]
            return Int(wish) == subject.children[child].wishes.count ? Allocation.baseline : wish
        }
    }

    // MARK: Steps

    /// Whether some supposition has not been found absurd yet.
    var isSupposing: Bool { !suppositions.isEmpty }

    /// Applies the step if it holds. Else it returns why not, and changes nothing.
    mutating func apply(_ step: Deduction.Step) -> ProofFault.Reason? {
        guard let named = step.named else { return endSupposition() }
        let household = Int(named.household)
        guard left.indices.contains(household) else { return .noSuchHousehold(household) }
        list(household)
        guard (0..<lists.count[household]).contains(named.outcome) else {
            return .noSuchOutcome(household: household, outcome: Int(named.outcome))
        }
        switch step {
        case .after(_, let outcome):
            if let reason = doubtAfter(household, Int(outcome)) { return reason }
            strikeOut(household, Int(outcome) + 1..<Int(lists.count[household]), withRest: true)
        case .full(_, let outcomes, let limit):
            guard outcomes.lowerBound >= 0 else {
                return .noSuchOutcome(household: household, outcome: Int(outcomes.lowerBound))
            }
            let range = Int(outcomes.lowerBound)...Int(outcomes.upperBound)
            for outcome in range {
                if let reason = doubtFull(household, outcome, Int(limit)) { return reason }
            }
            strikeOut(household, Range(range), withRest: false)
        case .suppose(_, let outcome):
            suppositions.append(Supposition(household: household, outcome: Int(outcome)))
            strikeOut(household, 0..<Int(outcome), withRest: false)
            strikeOut(household, Int(outcome) + 1..<Int(lists.count[household]), withRest: true)
        case .absurd: preconditionFailure("it names no household")
        }
        return nil
    }

    /// Ends the last supposition, which must have led to a contradiction, and strikes the supposed outcome.
    ///
    /// This is sound: every allocation in which the household gets the supposed outcome obeys the strikes made since. They leave
    /// none, so the household gets something else.
    private mutating func endSupposition() -> ProofFault.Reason? {
        guard let last = suppositions.last, emptied != nil else { return .notAbsurd }
        suppositions.removeLast()
        emptied = nil
        for household in last.before.keys.sorted() {
            let state = last.before[household]!
            let start = Int(lists.first[household])
            isStruck.replaceSubrange(start..<start + state.isStruck.count, with: state.isStruck)
            (left[household], best[household], hasRest[household]) = (state.left, state.best, state.hasRest)
            claimSlot[household] = -1
            refresh(household)
        }
        strikeOut(last.household, last.outcome..<last.outcome + 1, withRest: false)
        return nil
    }

    /// Why the household may get something worse than the outcome; `nil` if it may not.
    ///
    /// This is sound: the seats that others use before the outcome are at most those that they could still use there. If these
    /// and the household's own seats fit at every limit, the household has a justified claim as soon as it gets anything worse,
    /// but it is assumed to have none. This also holds for an outcome that was struck itself.
    private mutating func doubtAfter(_ household: Int, _ outcome: Int) -> ProofFault.Reason? {
        guard isClaimFree[household] else { return .mayClaim(household) }
        for use in uses(household, outcome) where !isSure(use, household) {
            return .notSure(household: household, outcome: outcome, limit: Int(use.limit))
        }
        return nil
    }

    /// Why the household may get the outcome; `nil` if the limit at that place among those it touches leaves no room.
    ///
    /// This is sound: suppose the household gets the outcome, and no limit is exceeded. The others who come before its lowest
    /// child at the limit then use less than is counted here, so some household that is counted by a claim uses nothing there
    /// before that child. The outcome that it claims uses one seat there, which comes before that child, and everything better is
    /// struck, so it gets something worse. Other households use at most all seats but one before the claimed seat, because the
    /// seat of the lowest child comes after it; and at every other limit its seats are sure. So it would have a justified claim
    /// to that outcome, but it is assumed to have none. Again this also holds for an outcome that was struck itself: strikes that
    /// were found at the same time rest on the claims of that time.
    private mutating func doubtFull(_ household: Int, _ outcome: Int, _ place: Int) -> ProofFault.Reason? {
        let uses = uses(household, outcome)
        guard uses.indices.contains(place) else {
            return .noSuchLimit(household: household, outcome: outcome, place: place)
        }
        let use = uses[place]
        let room = order.seats(use.limit, for: use.lowest) - use.seats
        if sum(bound, before: use, except: household) <= room {
            countStale(before: use)
            claimSeats(before: use, except: household)
            var counted = sum(bound, before: use, except: household)
            if counted <= room {
                claimSeats(before: use, except: household, byStruckOutcomes: true)
                counted = sum(bound, before: use, except: household)
            }
            if counted <= room {
                return .notFull(
                    household: household, outcome: outcome, limit: Int(use.limit), missing: room - counted + 1)
            }
        }
        return nil
    }

    private mutating func strikeOut(_ household: Int, _ outcomes: Range<Int>, withRest: Bool) {
        note(household)
        let start = Int(lists.first[household])
        for outcome in outcomes where !isStruck[start + outcome] {
            isStruck[start + outcome] = true
            left[household] -= 1
        }
        if withRest { hasRest[household] = false }
        let old = best[household]
        while best[household] < lists.count[household], isStruck[start + Int(best[household])] { best[household] += 1 }
        // A claim is by the best remaining outcome, so it is looked for again when that changes.
        if best[household] != old { claimSlot[household] = -1 }
        if left[household] == 0, !hasRest[household] { emptied = household }
        if isOneSlotEach(household) { return refresh(household) }
        isStale[household] = true
        refusal[household] = .none
        for slot in order.slots(ofHousehold: household) { falls[Int(order.limit[Int(slot)])] += 1 }
        refreshBound(household)
    }

    /// Counts the strikes that were not counted yet, for the households that have slots before the use.
    private mutating func countStale(before use: Use) {
        for slot in Int(order.limitStart[Int(use.limit)])..<Int(use.lowest) {
            let other = Int(order.household[slot])
            if isStale[other] { refresh(other) }
        }
    }

    /// Saves the state of the household before it changes.
    private mutating func note(_ household: Int) {
        if !isChanged[household] {
            isChanged[household] = true
            changed.append(household)
        }
        guard let last = suppositions.indices.last, suppositions[last].before[household] == nil else { return }
        let start = Int(lists.first[household])
        suppositions[last].before[household] = State(
            isStruck: Array(isStruck[start..<start + Int(lists.count[household])]), left: left[household],
            best: best[household], hasRest: hasRest[household])
    }

    /// Makes the household's list, if it was not made yet.
    private mutating func list(_ household: Int) {
        guard lists.count[household] < 0 else { return }
        let order = order
        let slots = order.slots(ofHousehold: household)
        var rest = Reach(count: slots.count)
        var isLong = false
        lists.make(household) { outcome in
            isLong = true
            rest.add(outcome[...], slots, order)
        }
        hasRest[household] = isLong
        if isLong { rests[household] = rest }
        isStruck += repeatElement(false, count: Int(lists.count[household]))
        left[household] = lists.count[household]
        refresh(household)
    }

    // MARK: Counting seats

    /// What the outcome uses at each limit that it touches, ascending by limit.
    private func uses(_ household: Int, _ outcome: Int) -> [Use] {
        var uses: [Use] = []
        for choice in lists.choices(household, outcome) {
            for slot in order.slots(ofChoice: choice) {
                let limit = order.limit[Int(slot)]
                if let known = uses.firstIndex(where: { $0.limit == limit }) {
                    uses[known].seats += 1
                    uses[known].lowest = max(uses[known].lowest, slot)
                } else {
                    uses.append(Use(limit: limit, seats: 1, lowest: slot))
                }
            }
        }
        if lists.choices(household, outcome).count > 1 { uses.sort { $0.limit < $1.limit } }
        return uses
    }

    private func sum(_ numbers: [UInt8], before use: Use, except household: Int) -> Int32 {
        var sum: Int32 = 0
        for slot in Int(order.limitStart[Int(use.limit)])..<Int(use.lowest)
        where order.household[slot] != Int32(truncatingIfNeeded: household) { sum += Int32(numbers[slot]) }
        return sum
    }

    /// Whether there is room for the use even if others use all that they still could before it.
    private mutating func isSure(_ use: Use, _ household: Int) -> Bool {
        let room = order.seats(use.limit, for: use.lowest) - use.seats
        if sum(most, before: use, except: household) <= room { return true }
        countStale(before: use)
        for slot in Int(order.limitStart[Int(use.limit)])..<Int(use.lowest) {
            let other = Int(order.household[slot])
            if lists.count[other] < 0 { list(other) }
        }
        return sum(most, before: use, except: household) <= room
    }

    /// Makes the lists of the households with slots at the limit before the use, because some of them may use seats for certain,
    /// and finds their claims to a seat there.
    ///
    /// - Parameter byStruckOutcomes: Whether to look for claims by outcomes that are struck and better than all that are left.
    private mutating func claimSeats(before use: Use, except household: Int, byStruckOutcomes: Bool = false) {
        for slot in Int(order.limitStart[Int(use.limit)])..<Int(use.lowest) {
            let other = Int(order.household[slot])
            list(other)
            guard other != household, isClaimFree[other], left[other] > 0 else { continue }
            if byStruckOutcomes {
                claimSeatByStruckOutcome(other, at: use.limit, before: use.lowest)
            } else {
                claimSeatByBest(other, at: use.limit, before: use.lowest)
            }
        }
    }

    /// Notes the household's claim to one seat of the limit by its best remaining outcome, if it has such a claim.
    private mutating func claimSeatByBest(_ household: Int, at limit: Int32, before end: Int32) {
        if claimSlot[household] >= 0, order.limit[Int(claimSlot[household])] == limit { return }
        let last = refusal[household]
        if last.asked == limit, last.falls == falls[Int(last.unsure)] { return }
        let unsure = claimSeat(household, by: Int(best[household]), at: limit, before: end)
        if let unsure { refusal[household] = Refusal(asked: limit, unsure: unsure, falls: falls[Int(unsure)]) }
    }

    /// Notes the household's claim to one seat of the limit by a struck outcome before its best remaining one, if it has such a
    /// claim and none before the end yet.
    private mutating func claimSeatByStruckOutcome(_ household: Int, at limit: Int32, before end: Int32) {
        for outcome in 0..<Int(best[household]) {
            let known = claimSlot[household]
            if known >= 0, known < end, order.limit[Int(known)] == limit { return }
            _ = claimSeat(household, by: outcome, at: limit, before: end)
        }
    }

    /// Notes the household's claim to one seat of the limit by an outcome of which all better ones are struck, if it has such
    /// a claim; else returns the limit that was not sure, if it was for that.
    private mutating func claimSeat(_ household: Int, by outcome: Int, at limit: Int32, before end: Int32) -> Int32? {
        let uses = uses(household, outcome)
        guard let own = uses.first(where: { $0.limit == limit }), own.seats == 1, own.lowest < end else { return nil }
        for other in uses where other.limit != limit && !isSure(other, household) { return other.limit }
        note(household)
        claimSlot[household] = own.lowest
        refreshBound(household)
        return nil
    }

    // MARK: What a household uses

    /// Counts again what the household can use, uses for certain, and claims.
    private mutating func refresh(_ household: Int) {
        isStale[household] = false
        refusal[household] = .none
        if isOneSlotEach(household) {
            refreshChild(household)
        } else {
            refreshSiblings(household)
        }
        refreshBound(household)
    }

    private mutating func setMost(_ slot: Int, _ value: UInt8) {
        if value < most[slot] { falls[Int(order.limit[slot])] += 1 }
        most[slot] = value
    }

    /// Whether the household is one child with at most one slot at each limit: its wishes and its present place are different
    /// facilities, of which no limit has two.
    private func isOneSlotEach(_ household: Int) -> Bool {
        guard case .single = subject.households[household].wishes else { return false }
        return !order.hasRepeats[household]
    }

    private mutating func refreshChild(_ household: Int) {
        let isDecided = left[household] == 1 && !hasRest[household]
        let start = Int(lists.first[household])
        for outcome in 0..<Int(lists.count[household]) {
            let isLeft = !isStruck[start + outcome]
            for slot in order.slots(ofChoice: lists.choices(household, outcome).first!) {
                setMost(Int(slot), isLeft ? 1 : 0)
                certain[Int(slot)] = isLeft && isDecided ? 1 : 0
            }
        }
    }

    private mutating func refreshSiblings(_ household: Int) {
        let slots = order.slots(ofHousehold: household)
        var reach = hasRest[household] ? rests[household]! : Reach(count: slots.count)
        let start = Int(lists.first[household])
        for outcome in 0..<Int(lists.count[household]) where !isStruck[start + outcome] {
            reach.add(lists.choices(household, outcome), slots, order)
        }
        for (index, slot) in slots.enumerated() {
            let follows = index > 0 && isSameLimit(slots[slots.startIndex + index - 1], slot)
            // Neither grows by more than one from one slot to the next.
            setMost(Int(slot), UInt8(reach.most[index] - (follows ? reach.most[index - 1] : 0)))
            certain[Int(slot)] =
                reach.least[index] == .max ? 0 : UInt8(reach.least[index] - (follows ? reach.least[index - 1] : 0))
        }
    }

    private func isSameLimit(_ first: Int32, _ second: Int32) -> Bool {
        order.limit[Int(first)] == order.limit[Int(second)]
    }

    /// Counts again what the household uses for certain or claims. It counts once, with the larger of the two up to each slot.
    private mutating func refreshBound(_ household: Int) {
        var (sure, counted): (Int32, Int32) = (0, 0)
        var claims = false
        var limit: Int32 = -1
        for slot in order.slots(ofHousehold: household) {
            if order.limit[Int(slot)] != limit {
                limit = order.limit[Int(slot)]
                (sure, counted, claims) = (0, 0, false)
            }
            sure += Int32(certain[Int(slot)])
            if slot == claimSlot[household] { claims = true }
            let next = max(sure, claims ? 1 : 0)
            bound[Int(slot)] = UInt8(next - counted)
            counted = next
        }
    }
}

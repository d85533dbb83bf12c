import Admissions
import Programs

/// Finds the households whose absence of a claim a deduction of the reduction rests on.
///
/// It starts from the strikes to be explained and walks back over the recorded strikes. For each strike it reconstructs, from
/// the strikes before it, what held at that moment, and follows only the part that the strike needs. The households that it
/// gathers are a *core*: no allocation leaves all of them without a claim.
///
/// - Complexity: O(strikes reached * (slots of a limit * outcomes of a household)).
struct CoreFinder {
    private let reduction: Reduction
    private var market: Market { reduction.market }
    private var store: OutcomeStore { reduction.store }
    /// Households whose absence of a claim is used.
    private(set) var core: Set<Int> = []
    /// Households whose strikes are used.
    private(set) var struck: Set<Int> = []
    /// False if a deduction could not be worked out again; then only all households together are a safe core.
    private(set) var isComplete = true
    /// What stopped the walk; `nil` when it came to its end. The results of a stopped walk mean nothing.
    private(set) var limit: Termination.Limit?

    private let deadline: Deadline
    private var isVisited: [Bool]
    private var isTailVisited: Set<Int> = []
    private var pending: [(household: Int, outcome: Int)] = []
    private var touches: [Touch] = []

    init(_ reduction: Reduction, until deadline: Deadline) {
        self.reduction = reduction
        self.deadline = deadline
        isVisited = [Bool](repeating: false, count: reduction.struckAt.count)
    }

    private static let now = Int32.max
    /// How many steps a strike that is worked out again counts for in a solve with a limit of work.
    private static let stepsOfStrike = 1_000

    // MARK: What to explain

    /// Explains every strike of the household.
    mutating func explainStrikes(of household: Int) {
        for outcome in 0..<Int(reduction.states[household].known) { visit(household, outcome) }
        visitTail(household)
        walk()
    }

    /// Explains why the household's seats at the touched limit are sure now.
    mutating func explainSureness(of touch: Touch, _ household: Int) {
        needMost(household, touch, at: Self.now)
        walk()
    }

    /// Notes that the household's absence of a claim is used.
    mutating func useClaimFreedom(of household: Int) {
        if !reduction.states[household].isExempt { core.insert(household) }
    }

    // MARK: Walking back

    private mutating func visit(_ household: Int, _ outcome: Int) {
        let state = Int(reduction.states[household].base) + outcome
        if reduction.struckAt[state] == 0 || isVisited[state] { return }
        isVisited[state] = true
        struck.insert(household)
        pending.append((household, outcome))
    }

    private mutating func visitTail(_ household: Int) {
        if reduction.states[household].tailStruckAt == 0 || !isTailVisited.insert(household).inserted { return }
        struck.insert(household)
        needSureOutcome(
            household, Int(-1 - reduction.states[household].tailCause), at: reduction.states[household].tailStruckAt)
    }

    private mutating func walk() {
        while let (household, outcome) = pending.popLast() {
            if let passed = deadline.limit {
                limit = Termination.Limit(passed)
                return
            }
            deadline.spend(Self.stepsOfStrike)
            let state = Int(reduction.states[household].base) + outcome
            let (time, cause) = (reduction.struckAt[state], reduction.cause[state])
            if cause < 0 {
                needSureOutcome(household, Int(-1 - cause), at: time)
            } else {
                var touches: [Touch] = []
                store.collectTouches(household, outcome, into: &touches)
                needBound(household, touches.first { $0.limit == cause }!, at: time)
            }
        }
    }

    /// Explains a strike by rule 1: the household has no claim to the outcome, and at every limit its seats are sure.
    private mutating func needSureOutcome(_ household: Int, _ outcome: Int, at time: Int32) {
        useClaimFreedom(of: household)
        var touches: [Touch] = []
        store.collectTouches(household, outcome, into: &touches)
        for touch in touches { needMost(household, touch, at: time) }
    }

    private func rivals(_ household: Int, _ touch: Touch) -> [Reduction.Rival] {
        var rivals: [Reduction.Rival] = []
        reduction.forEachRival(household, touch) { rival in
            rivals.append(rival)
            return true
        }
        return rivals
    }

    /// Visits enough strikes to show that others cannot use so many seats before the touch that no room is left for it.
    private mutating func needMost(_ household: Int, _ touch: Touch, at time: Int32) {
        let rivals = rivals(household, touch)
        let possible = rivals.map { reduction.most($0, before: touch.lowest, at: nil) }
        let reached = rivals.map { reduction.most($0, before: touch.lowest, at: time) }
        var slack = market.seats(touch) - touch.use - reached.reduce(0, +)
        if slack < 0 {
            isComplete = false
            return
        }
        for index in rivals.indices where possible[index] > reached[index] {
            if possible[index] - reached[index] <= slack {
                slack -= possible[index] - reached[index]
                continue
            }
            let rival = rivals[index].household
            for outcome in 0..<Int(reduction.states[rival].known)
            where !reduction.isAlive(rival, outcome, at: time)
                && store.use(rival, outcome, before: touch.lowest) > reached[index]
            {
                visit(rival, outcome)
            }
            if !reduction.hasTail(rival, at: time) { visitTail(rival) }
        }
    }

    /// Visits enough of what fills the limit before the touch (claims and least uses) to show that no room is left for it.
    private mutating func needBound(_ household: Int, _ touch: Touch, at time: Int32) {
        var missing = market.seats(touch) - touch.use + 1
        for rival in rivals(household, touch) {
            if missing <= 0 { return }
            if let best = reduction.claimedOutcome(rival, touch, at: time) {
                useClaimFreedom(of: rival.household)
                for outcome in 0..<best { visit(rival.household, outcome) }
                var touches: [Touch] = []
                store.collectTouches(rival.household, best, into: &touches)
                for other in touches where other.limit != touch.limit { needMost(rival.household, other, at: time) }
                missing -= 1
                // To show that the rival uses a second seat for certain takes all its strikes, so this is done only if needed.
                if missing > 0 { missing -= max(0, needLeast(rival, before: touch.lowest, at: time, above: 1)) }
            } else {
                missing -= needLeast(rival, before: touch.lowest, at: time, above: 0)
            }
        }
        if missing > 0 { isComplete = false }
    }

    /// Visits the strikes that force the household to use its least number of seats before the slot, if that number exceeds
    /// `above`; returns by how much it does.
    private mutating func needLeast(
        _ rival: Reduction.Rival, before slot: Int32, at time: Int32, above: Int32
    ) -> Int32 {
        let least = reduction.least(rival, before: slot, at: time)
        if least <= above { return 0 }
        let household = rival.household
        for outcome in 0..<Int(reduction.states[household].known)
        where !reduction.isAlive(household, outcome, at: time) && store.use(household, outcome, before: slot) < least {
            visit(household, outcome)
        }
        visitTail(household)
        return least - above
    }
}

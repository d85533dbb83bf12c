import Admissions
import Programs

/// The integer program of a set of households that must be decided together.
struct Formulation {
    var program = Program()
    /// The households that it decides, best first in the household order.
    var households: [Int] = []
    /// For each of `households`, its possible outcomes, best first, and their variables.
    var outcomes: [[Int]] = []
    var choices: [[Program.Variable]] = []
    /// For each of `households` the variable that stands for all worse outcomes that were not made, if there are any.
    var worse: [Program.Variable?] = []
    /// For each of `households` the variable that says it has a claim; empty where claims are not allowed.
    var claims: [Program.Variable] = []
    /// What its rows were made from.
    fileprivate var claimRows: [ClaimRow] = []
    fileprivate var scarceLimits: [Int32] = []
}

extension Formulation {
    /// Adds a variable that counts the claims.
    mutating func countClaims() -> Program.Variable {
        let number = program.addVariable("claims", lower: 0, upper: claims.count)
        program.addRow("", claims.map { Program.Term(1, $0) } + [Program.Term(-1, number)], lower: 0, upper: 0)
        return number
    }
}

/// A claim to be excluded.
private struct ClaimRow {
    let household: Int
    let outcome: Int
    /// The limits that may be full before the outcome's seats there.
    let touches: [Touch]
}

/// Finds claim rows, on several threads at the same time.
private struct ClaimRowFinder: Sendable {
    let market: Market
    /// Copies of properties of the store, the reduction and ``Formulator/Kept``, where they are described.
    let start: [Int32]
    let options: [Int32]
    let states: [Reduction.HouseholdState]
    let slots: [Reduction.SlotState]
    let struckAt: [Int32]
    let leastHere: [UInt8]
    let leastBefore: [Int32]

    struct Part: Sendable {
        var rows: [ClaimRow] = []
        var sure: [(household: Int, touch: Touch)] = []
        var limit: Termination.Limit?
    }

    /// The rows of the households that `household` gives for a range of indices.
    func rows(of range: Range<Int>, until deadline: Deadline, _ household: (Int) -> Int) -> Part {
        var part = Part()
        var touches: [Touch] = []
        for index in range {
            let household = household(index)
            if states[household].isExempt { continue }
            if index % 64 == 0, let limit = deadline.limit {
                part.limit = Termination.Limit(limit)
                return part
            }
            let isSingle = states[household].isSingle
            for outcome in 0..<claimableEnd(household) {
                if isSingle, isDeadForOne(household, outcome) { continue }
                OutcomeStore.collectTouches(household, outcome, start, options, market, into: &touches)
                if touches.contains(where: { isDead($0, household) }) { continue }
                let open = touches.filter { !isSure($0, household) }
                for touch in touches where isSure(touch, household) { part.sure.append((household, touch)) }
                part.rows.append(ClaimRow(household: household, outcome: outcome, touches: open))
            }
        }
        return part
    }

    /// The end of the outcomes that the household may have a claim to: those before it are better than some outcome that the
    /// household may get.
    private func claimableEnd(_ household: Int) -> Int {
        let state = states[household]
        if state.hasTail { return Int(state.known) }
        return (0..<Int(state.known)).last { struckAt[Int(state.base) + $0] == 0 } ?? 0
    }

    /// Whether the limit has no room left for the touch whatever the others choose.
    private func isDead(_ touch: Touch, _ household: Int) -> Bool {
        leastBefore[Int(touch.lowest)] - own(before: touch, household) { Int32(leastHere[$0]) } + touch.use
            > 0
    }

    /// Whether some limit has no room left for the outcome, for a household of one child, which has one slot at a limit.
    private func isDeadForOne(_ household: Int, _ outcome: Int) -> Bool {
        for place in OutcomeStore.places(ofSingle: household, outcome, start, options, market)
        where leastBefore[Int(market.optionSlots[place])] >= 0 {
            return true
        }
        return false
    }

    /// Whether the limit has room for the touch whatever the others choose.
    private func isSure(_ touch: Touch, _ household: Int) -> Bool {
        slots[Int(touch.lowest)].mostBefore
            - own(before: touch, household) { Int32(slots[$0].mostHere) } + touch.use <= 0
    }

    /// What the household itself counts for before the touch at its limit.
    @inline(__always)
    private func own(before touch: Touch, _ household: Int, _ count: (Int) -> Int32) -> Int32 {
        var own: Int32 = 0
        var place = Int(market.slotPlace[Int(touch.lowest)]) - 1
        while place >= Int(market.householdSlotStart[household]) {
            let slot = Int(market.householdSlots[place])
            guard market.slotLimit[slot] == touch.limit else { break }
            own += count(slot)
            place -= 1
        }
        return own
    }
}

/// A component without a solution as a program in which every premise has a switch of its own.
///
/// With all switches at 0 it is equivalent to the component. A set of switches that cannot all be 0 names the premises behind
/// the contradiction.
struct Refutation {
    var program = Program()
    /// The households whose outcomes are in the program.
    var households: [Int] = []
    /// For each household whose struck outcomes are left out, a switch; 1 lets it take any of them.
    var strikes: [(household: Int, off: Program.Variable)] = []
    /// For each household with a claim row, a switch; 1 lets it claim.
    var claims: [(household: Int, off: Program.Variable)] = []
}

/// Turns what a reduction leaves into programs, or a whole market into one program; ``ProgramBuilder`` writes their rows.
struct Formulator {
    private let market: Market
    private let store: OutcomeStore
    private let reduction: Reduction
    private let threads: Int
    private let kept: Kept

    /// Tables and claim rows that are kept from one reduction to the next, because little changes in between.
    final class Kept {
        let desk: ProgramBuilder.Desk
        /// For each slot 1 if the number of seats that its household uses for certain grows there, else 0.
        fileprivate var leastHere: [UInt8] = []
        /// Seats used for certain before each slot, minus the seats of its limit.
        fileprivate var leastBefore: [Int32] = []
        /// The claim rows, by household.
        fileprivate var rows: [ClaimRow] = []
        fileprivate var sure: [(household: Int, touch: Touch)] = []

        init(_ market: Market) { desk = ProgramBuilder.Desk(market) }

        /// For each of these households the touches that were left out of its rows because their seats are sure.
        func sureTouches(of households: Set<Int>) -> [Int: [Touch]] {
            Dictionary(grouping: sure.lazy.filter { households.contains($0.household) }, by: \.household)
                .mapValues { $0.map(\.touch) }
        }

        /// Takes over what has changed at the limits.
        fileprivate func follow(_ reduction: Reduction) {
            let market = reduction.market
            if reduction.changes.isAll {
                leastHere = reduction.slots.map(\.leastHere)
                leastBefore = [Int32](repeating: 0, count: market.slotLimit.count)
                for limit in market.limitSeats.indices { sum(limit, market) }
                return
            }
            for limit in reduction.changes.limits.map(Int.init) {
                for slot in Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1]) {
                    leastHere[slot] = reduction.slots[slot].leastHere
                }
                sum(limit, market)
            }
        }

        private func sum(_ limit: Int, _ market: Market) {
            var least = -market.limitSeats[limit]
            for slot in Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1]) {
                leastBefore[slot] = least
                least += Int32(leastHere[slot])
            }
            let excess = market.limitExcess[limit]
            if excess == 0 { return }
            for slot in Int(market.limitSlotStart[limit])..<Int(market.limitEntry[limit]) {
                leastBefore[slot] -= excess
            }
        }
    }

    /// - Parameters:
    ///   - kept: What was kept from an earlier state of the same reduction, which has noted what changed since. It may be `nil`
    ///     only if `changes.isAll` holds.
    ///   - threads: How many threads may look for rows at the same time; the programs are the same with any number.
    init(_ reduction: Reduction, keeping kept: Kept? = nil, threads: Int = 1) {
        precondition(kept != nil || reduction.changes.isAll, "without `kept`, `changes.isAll` must hold")
        self.reduction = reduction
        self.threads = threads
        market = reduction.market
        store = reduction.store
        self.kept = kept ?? Kept(reduction.market)
        self.kept.follow(reduction)
    }

    private var desk: ProgramBuilder.Desk { kept.desk }
    private var leastHere: [UInt8] { kept.leastHere }

    // MARK: Rows

    /// Finds the claim rows that some choice of survivors would violate. Rows are found anew only for households for which
    /// something has changed.
    ///
    /// - Throws: ``AllocationError/stopped(by:)`` when the deadline passes.
    private func findClaimRows(until deadline: Deadline) throws(AllocationError) {
        guard let concerned = reduction.householdsConcerned() else {
            (kept.rows, kept.sure) = try claimRows(of: market.householdCount, until: deadline) { $0 }
            return
        }
        let (rows, sure) = try claimRows(of: concerned.count, until: deadline) { Int(concerned[$0]) }
        let isConcerned = Set(concerned.map(Int.init))
        kept.rows = (kept.rows.filter { !isConcerned.contains($0.household) } + rows)
            .sorted { ($0.household, $0.outcome) < ($1.household, $1.outcome) }
        kept.sure = kept.sure.filter { !isConcerned.contains($0.household) } + sure
    }

    private func claimRows(
        of count: Int, until deadline: Deadline, _ household: @Sendable (Int) -> Int
    ) throws(AllocationError) -> (rows: [ClaimRow], sure: [(household: Int, touch: Touch)]) {
        let finder = ClaimRowFinder(
            market: market, start: store.start, options: store.options, states: reduction.states,
            slots: reduction.slots, struckAt: reduction.struckAt, leastHere: kept.leastHere,
            leastBefore: kept.leastBefore)
        let parts = inRanges(of: count, threads: threads) { range in
            finder.rows(of: range, until: deadline, household)
        }
        if let limit = parts.lazy.compactMap(\.limit).first { throw .stopped(by: limit) }
        return (parts.flatMap(\.rows), parts.flatMap(\.sure))
    }

    /// Limits where the survivors could use more seats than there are.
    private func scarceLimits() -> [Int32] {
        market.limitSeats.indices.filter { limit in
            let (first, end) = (market.limitSlotStart[limit], market.limitSlotStart[limit + 1])
            guard first < end else { return false }
            // In an over-full class those who stay always fit; what matters is whether anybody else can come in.
            if market.limitExcess[limit] > 0, market.limitEntry[limit] == end { return false }
            let last = reduction.slots[Int(end) - 1]
            return last.mostBefore + Int32(last.mostHere) > 0
        }.map(Int32.init)
    }

    // MARK: Components

    /// One program for each set of households that share a row, ordered by the first household of each set in the household
    /// order.
    ///
    /// Every undecided household is in one of the programs.
    ///
    /// - Parameter mostEntries: The most coefficients that a program may have.
    /// - Throws: ``AllocationError/stopped(by:)`` when the deadline passes, and with `.size` when a program would have more
    ///   coefficients.
    func components(
        until deadline: Deadline, mostEntries: Int = .max
    ) throws(AllocationError) -> [Formulation] {
        try findClaimRows(until: deadline)
        let (states, slotHousehold) = (reduction.states, market.slotHousehold)
        /// Undecided households with a slot at the limit before `end`.
        func undecided(at limit: Int32, before end: Int32) -> Set<Int> {
            var households: Set<Int> = []
            for slot in market.limitSlotStart[Int(limit)]..<min(end, market.limitSlotStart[Int(limit) + 1]) {
                let household = Int(slotHousehold[Int(slot)])
                if states[household].isUndecided { households.insert(household) }
            }
            return households
        }
        let rows = kept.rows
        let scarce = scarceLimits()
        var sets = DisjointSets(count: market.householdCount)
        for limit in scarce { sets.join(undecided(at: limit, before: .max)) }
        // Each row looks at the slots of a limit before some slot. All households before the last such slot are joined; then it
        // is enough to join each row with one household of each of its limits.
        var last: [Int32: Int32] = [:]
        for touch in rows.lazy.flatMap(\.touches) { last[touch.limit] = max(last[touch.limit] ?? 0, touch.lowest) }
        var first: [Int32: Int32] = [:]
        for (limit, end) in last {
            sets.join(undecided(at: limit, before: end))
            first[limit] = (market.limitSlotStart[Int(limit)]..<end).first {
                states[Int(slotHousehold[Int($0)])].isUndecided
            }
        }
        func someUndecided(before touch: Touch) -> Int? {
            first[touch.limit].flatMap { $0 < touch.lowest ? Int(slotHousehold[Int($0)]) : nil }
        }
        for row in rows {
            try deadline.check()
            var joined = states[row.household].isUndecided ? Set([row.household]) : []
            for touch in row.touches { if let other = someUndecided(before: touch) { joined.insert(other) } }
            sets.join(joined)
        }
        // A row belongs to the component of its undecided households. A row with decided households only is a component of its
        // own, named after its household.
        var rowsOf: [Int: [ClaimRow]] = [:]
        for row in rows {
            let home =
                states[row.household].isUndecided
                ? row.household
                : row.touches.lazy.compactMap(someUndecided).first ?? row.household
            rowsOf[sets.root(home), default: []].append(row)
        }
        var limitsOf: [Int: [Int32]] = [:]
        for limit in scarce {
            if let household = undecided(at: limit, before: .max).min() {
                limitsOf[sets.root(household), default: []].append(limit)
            }
        }
        var members: [Int: [Int]] = [:]
        for household in market.householdOrder.map({ Int($0) }) where states[household].isUndecided {
            members[sets.root(household), default: []].append(household)
        }
        let roots = Set(rowsOf.keys).union(members.keys).union(limitsOf.keys).sorted {
            let left = members[$0]?.first ?? $0
            let right = members[$1]?.first ?? $1
            return (market.householdPosition[left], left) < (market.householdPosition[right], right)
        }
        var formulations: [Formulation] = []
        for root in roots {
            var formulation = try build(
                members[root] ?? [], rows: rowsOf[root] ?? [], scarce: limitsOf[root] ?? [], options: .init(),
                until: deadline, mostEntries: mostEntries)
            formulation.claimRows = rowsOf[root] ?? []
            formulation.scarceLimits = limitsOf[root] ?? []
            formulations.append(formulation)
        }
        return formulations
    }

    /// One program of all households, decided or not, with a variable for every claim.
    ///
    /// - Throws: ``AllocationError/stopped(by:)`` when the deadline passes, and with `.size` when the program would have more
    ///   coefficients than `mostEntries`.
    func whole(
        isNamed: Bool, until deadline: Deadline = .none, mostEntries: Int = .max
    ) throws(AllocationError) -> Formulation {
        try findClaimRows(until: deadline)
        return try build(
            market.householdOrder.map { Int($0) }, rows: kept.rows, scarce: scarceLimits(),
            options: .init(hasClaimVariables: true, isCompact: true, isNamed: isNamed), until: deadline,
            mostEntries: mostEntries)
    }

    /// The component with a switch for every premise.
    func refutation(of component: Formulation) -> Refutation {
        var limits = Set(component.scarceLimits)
        for row in component.claimRows { limits.formUnion(row.touches.map(\.limit)) }
        var involved = Set(component.households).union(component.claimRows.map(\.household))
        for limit in limits {
            for slot in market.limitSlotStart[Int(limit)]..<market.limitSlotStart[Int(limit) + 1] {
                involved.insert(Int(market.slotHousehold[Int(slot)]))
            }
        }
        var builder = ProgramBuilder(
            store, leastHere: leastHere, options: .init(hasSwitches: true), desk: desk)
        let claiming = Set(component.claimRows.map(\.household))
        for household in involved.sorted(by: { market.householdPosition[$0] < market.householdPosition[$1] }) {
            builder.add(household, reduction.survivors(of: household), isOpenEnded: reduction.states[household].hasTail)
            let isWhole = reduction.states[household].survivorCount == reduction.states[household].known
            if !isWhole || reduction.states[household].tailStruckAt != 0 { builder.addStrikeSwitch(household) }
            if claiming.contains(household) { builder.addClaimSwitch(household) }
        }
        for limit in component.scarceLimits { builder.limitSeats(at: limit) }
        for row in component.claimRows { builder.forbidClaim(row.household, row.outcome, row.touches) }
        return builder.finishRefutation()
    }

    // MARK: Building

    /// How many steps a coefficient of a program counts for in a solve with a limit of work, for making and loading it.
    private static let stepsOfEntry = 10

    private func build(
        _ households: [Int], rows: [ClaimRow], scarce: [Int32], options: ProgramBuilder.Options,
        until deadline: Deadline, mostEntries: Int = .max
    ) throws(AllocationError) -> Formulation {
        var builder = ProgramBuilder(store, leastHere: leastHere, options: options, desk: desk)
        for household in households {
            builder.add(household, reduction.survivors(of: household), isOpenEnded: reduction.states[household].hasTail)
        }
        for limit in scarce { builder.limitSeats(at: limit) }
        for row in rows {
            try deadline.check()
            if builder.formulation.program.entryCount > mostEntries { throw .stopped(by: .size) }
            builder.forbidClaim(row.household, row.outcome, row.touches)
        }
        deadline.spend(Self.stepsOfEntry * builder.formulation.program.entryCount)
        return builder.finish()
    }
}

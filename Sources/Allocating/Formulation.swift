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
    /// For each of `households` the variable that says it has a claim; empty where claims are not allowed.
    var claims: [Program.Variable] = []
    /// Households whose absence of a claim is a row here, decided ones included.
    var claimFree: Set<Int> = []
    /// Limits whose seats or priorities are in a row here.
    var limits: Set<Int32> = []
    /// Touches that were left out of a row of the household, because their seats are sure.
    var sure: [(household: Int, touch: Touch)] = []
    /// What its rows were made from.
    fileprivate var claimRows: [ClaimRow] = []
    fileprivate var scarceLimits: [Int32] = []
}

/// A claim to be excluded.
private struct ClaimRow {
    let household: Int
    let outcome: Int
    /// The limits that may be full before the outcome.
    let touches: [Touch]
}

/// A component without a solution as a program in which every premise has a switch of its own.
///
/// With all switches at 0 it says what the component says. A set of switches that can not all be 0 names the premises
/// behind the contradiction.
struct Refutation {
    var program = Program()
    /// For a household whose struck outcomes are left out: 1 lets it take any.
    var strikes: [(household: Int, off: Program.Variable)] = []
    /// For a household with a claim row: 1 lets it claim.
    var claims: [(household: Int, off: Program.Variable)] = []
}

/// Turns what a reduction leaves into programs, or a whole market into one.
///
/// Variables are `x[h,i]`, one for each survivor, exactly one of which is 1 for a household. A household that gets
/// outcome i or better has no claim to i; otherwise some limit that i touches must be full before it:
/// where one limit alone can be, `sum of seats used before i by others + K * (i or better) >= K` with
/// `K = seats - use + 1`, else one 0-1 variable for each such limit says that it is full.
struct Formulator {
    private let market: Market
    private let store: OutcomeStore
    private let isExempt: [Bool]
    private let survivors: [[Int]]
    /// Seats used for certain before each slot.
    private var leastBefore: [Int32] = []
    private let reduction: Reduction
    private let options: Options

    struct Options {
        /// Every household may claim, with a variable that says so.
        var hasClaimVariables = false
        /// Sums along a limit are variables of their own: larger programs, but sparse ones.
        var usesRunningSums = false
        /// Leaves out the seats of limits that no claim row mentions: enough to refute, not to allocate.
        var isRelaxed = false
        /// Components of more survivors are left out.
        var mostVariables = Int.max
        /// Every premise can be switched off; see ``Refutation``.
        var hasSwitches = false
    }

    init(_ reduction: Reduction, options: Options = Options()) {
        self.reduction = reduction
        self.options = options
        market = reduction.market
        store = reduction.store
        isExempt = reduction.isExempt
        survivors = (0..<market.householdCount).map(reduction.survivors(of:))
        leastBefore = [Int32](repeating: 0, count: market.slotLimit.count)
        for limit in market.limitSeats.indices {
            var least: Int32 = 0
            for slot in Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1]) {
                leastBefore[slot] = least
                least += Int32(reduction.leastHere[slot])
            }
        }
    }

    // MARK: Rows

    /// The claim rows that are not met by every choice of survivors.
    private func claimRows(sure: inout [(household: Int, touch: Touch)]) -> [ClaimRow] {
        var rows: [ClaimRow] = []
        var touches: [Touch] = []
        for household in 0..<market.householdCount where !isExempt[household] {
            guard let worst = survivors[household].last else { continue }
            for outcome in 0..<worst {
                store.collectTouches(household, outcome, into: &touches)
                if touches.contains(where: { isDead($0, household) }) { continue }
                let open = touches.filter { !reduction.isSure($0, household) }
                for touch in touches where reduction.isSure(touch, household) { sure.append((household, touch)) }
                rows.append(ClaimRow(household: household, outcome: outcome, touches: open))
            }
        }
        return rows
    }

    /// Whether the limit is full before the touch whatever the others choose.
    private func isDead(_ touch: Touch, _ household: Int) -> Bool {
        var before = leastBefore[Int(touch.lowest)]
        var place = Int(market.slotPlace[Int(touch.lowest)]) - 1
        while place >= Int(market.householdSlotStart[household]) {
            let slot = Int(market.householdSlots[place])
            guard market.slotLimit[slot] == touch.limit else { break }
            before -= Int32(reduction.leastHere[slot])
            place -= 1
        }
        return before + touch.use > market.limitSeats[Int(touch.limit)]
    }

    private func isUndecided(_ household: Int) -> Bool { survivors[household].count > 1 }

    /// Limits where the survivors could use more seats than there are.
    private func scarceLimits() -> [Int32] {
        market.limitSeats.indices.filter { limit in
            var most: Int32 = 0
            for slot in Int(market.limitSlotStart[limit])..<Int(market.limitSlotStart[limit + 1]) {
                most += Int32(reduction.mostHere[slot])
            }
            return most > market.limitSeats[limit]
        }.map(Int32.init)
    }

    /// Undecided households with a slot at the limit before `end`.
    private func undecided(at limit: Int32, before end: Int32) -> Set<Int> {
        var households: Set<Int> = []
        for slot in market.limitSlotStart[Int(limit)]..<min(end, market.limitSlotStart[Int(limit) + 1])
        where reduction.mostHere[Int(slot)] != 0 || isUndecided(Int(market.slotHousehold[Int(slot)])) {
            let household = Int(market.slotHousehold[Int(slot)])
            if isUndecided(household) { households.insert(household) }
        }
        return households
    }

    // MARK: Components

    /// One program for each set of households that share a row, in the household order of their first.
    ///
    /// Every undecided household is in one of them.
    func components() -> [Formulation] {
        var sure: [(household: Int, touch: Touch)] = []
        let rows = claimRows(sure: &sure)
        var scarce = scarceLimits()
        if options.isRelaxed {
            let mentioned = Set(rows.flatMap { $0.touches.map(\.limit) })
            scarce = scarce.filter(mentioned.contains)
        }
        var sets = DisjointSets(count: market.householdCount)
        for limit in scarce { sets.join(undecided(at: limit, before: .max)) }
        for row in rows {
            var joined = isUndecided(row.household) ? Set([row.household]) : []
            for touch in row.touches { joined.formUnion(undecided(at: touch.limit, before: touch.lowest)) }
            sets.join(joined)
        }
        // A row belongs where its households are; one with decided households only stands alone, by its own household.
        var rowsOf: [Int: [ClaimRow]] = [:]
        for row in rows {
            let home =
                isUndecided(row.household)
                ? row.household
                : row.touches.lazy.compactMap { undecided(at: $0.limit, before: $0.lowest).min() }.first
                    ?? row.household
            rowsOf[sets.root(home), default: []].append(row)
        }
        var limitsOf: [Int: [Int32]] = [:]
        for limit in scarce {
            if let household = undecided(at: limit, before: .max).min() {
                limitsOf[sets.root(household), default: []].append(limit)
            }
        }
        var members: [Int: [Int]] = [:]
        for household in market.householdOrder.map({ Int($0) }) where isUndecided(household) {
            members[sets.root(household), default: []].append(household)
        }
        let roots = Set(rowsOf.keys).union(options.isRelaxed ? [] : Set(members.keys)).union(limitsOf.keys).sorted {
            let left = members[$0]?.first ?? $0
            let right = members[$1]?.first ?? $1
            return (market.householdPosition[left], left) < (market.householdPosition[right], right)
        }
        return roots.compactMap { root -> Formulation? in
            let size = (members[root] ?? []).reduce(0) { $0 + survivors[$1].count }
            if size > options.mostVariables { return nil }
            var formulation = build(members[root] ?? [], rows: rowsOf[root] ?? [], scarce: limitsOf[root] ?? [])
            formulation.claimRows = rowsOf[root] ?? []
            formulation.scarceLimits = limitsOf[root] ?? []
            let free = formulation.claimFree
            formulation.sure = sure.filter { free.contains($0.household) }
            return formulation
        }
    }

    /// Everything in one program, all households undecided or not.
    func whole() -> Formulation {
        var sure: [(household: Int, touch: Touch)] = []
        let rows = claimRows(sure: &sure)
        return build(market.householdOrder.map { Int($0) }, rows: rows, scarce: scarceLimits())
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
        var builder = Builder(market: market, store: store, reduction: reduction, options: .init(hasSwitches: true))
        let claiming = Set(component.claimRows.map(\.household))
        for household in involved.sorted(by: { market.householdPosition[$0] < market.householdPosition[$1] }) {
            builder.add(household, survivors[household])
            let isWhole = survivors[household].count == Int(reduction.known[household])
            if !isWhole || reduction.tailStruckAt[household] != 0 { builder.addStrikeSwitch(household) }
            if claiming.contains(household) { builder.addClaimSwitch(household) }
        }
        for limit in component.scarceLimits { builder.limitSeats(at: limit) }
        for row in component.claimRows { builder.forbidClaim(row) }
        return builder.refutation
    }

    // MARK: Building

    private func build(_ households: [Int], rows: [ClaimRow], scarce: [Int32]) -> Formulation {
        var builder = Builder(market: market, store: store, reduction: reduction, options: options)
        for household in households { builder.add(household, survivors[household]) }
        for limit in scarce { builder.limitSeats(at: limit) }
        for row in rows { builder.forbidClaim(row) }
        return builder.formulation
    }

    private struct Builder {
        let market: Market
        let store: OutcomeStore
        let reduction: Reduction
        let options: Options
        var formulation = Formulation()
        private var strikeSwitch: [Int: Program.Variable] = [:]
        private var claimSwitch: [Int: Program.Variable] = [:]
        private var place: [Int: Int] = [:]
        private var slotChoices: [Int32: [Program.Variable]] = [:]
        private var runningSum: [Int32: Program.Variable] = [:]
        private var full: [FullKey: Program.Variable] = [:]

        private struct FullKey: Hashable {
            let household: Int
            let slot: Int32
            let use: Int32
        }

        init(market: Market, store: OutcomeStore, reduction: Reduction, options: Options) {
            self.market = market
            self.store = store
            self.reduction = reduction
            self.options = options
        }

        mutating func add(_ household: Int, _ outcomes: [Int]) {
            place[household] = formulation.households.count
            formulation.households.append(household)
            formulation.outcomes.append(outcomes)
            let variables = outcomes.map { formulation.program.addVariable("x_\(household)_\($0)") }
            formulation.choices.append(variables)
            // With switches, no outcome at all stands for any struck one.
            formulation.program.addRow(
                "one_\(household)", variables.map { Program.Term(1, $0) }, lower: options.hasSwitches ? nil : 1,
                upper: 1)
            if options.hasClaimVariables {
                formulation.claims.append(formulation.program.addVariable("claim_\(household)"))
            }
            let size = market.memberCount(household)
            for (variable, outcome) in zip(variables, outcomes) {
                let start = Int(store.start[household]) + outcome * size
                for position in start..<start + size {
                    let option = Int(store.options[position])
                    for index in Int(market.optionSlotStart[option])..<Int(market.optionSlotStart[option + 1]) {
                        slotChoices[market.optionSlots[index], default: []].append(variable)
                    }
                }
            }
        }

        mutating func addStrikeSwitch(_ household: Int) {
            strikeSwitch[household] = formulation.program.addVariable("struck_\(household)")
        }

        mutating func addClaimSwitch(_ household: Int) {
            claimSwitch[household] = formulation.program.addVariable("claim_\(household)")
        }

        /// The program with its switches, in the household order; a household without strikes takes one of its outcomes.
        var refutation: Refutation {
            var refutation = Refutation(program: formulation.program)
            for (place, household) in formulation.households.enumerated() {
                let choices = formulation.choices[place].map { Program.Term(1, $0) }
                if let off = strikeSwitch[household] { refutation.strikes.append((household, off)) }
                refutation.program.addRow(
                    "", choices + (strikeSwitch[household].map { [Program.Term(1, $0)] } ?? []), lower: 1, upper: nil)
                if let off = claimSwitch[household] { refutation.claims.append((household, off)) }
            }
            return refutation
        }

        /// Switches that let the row of the household hold whatever else is so.
        private func ownSwitches(_ household: Int) -> [Program.Variable] {
            [claimSwitch[household], strikeSwitch[household]].compactMap { $0 }
        }

        /// Switches of others whose struck outcomes might use seats before the touch.
        private func switches(before touch: Touch, exceptBy household: Int) -> [Program.Variable] {
            if strikeSwitch.isEmpty { return [] }
            var seen = Set([household])
            var found: [Program.Variable] = []
            for slot in market.limitSlotStart[Int(touch.limit)]..<touch.lowest {
                let other = Int(market.slotHousehold[Int(slot)])
                if seen.insert(other).inserted, let off = strikeSwitch[other] { found.append(off) }
            }
            return found
        }

        mutating func limitSeats(at limit: Int32) {
            formulation.limits.insert(limit)
            let end = market.limitSlotStart[Int(limit) + 1]
            let sum = used(at: limit, before: end, exceptBy: nil, isFilling: false)
            formulation.program.addRow(
                "seats_\(limit)", sum.terms, lower: nil, upper: Int(market.limitSeats[Int(limit)]) - sum.constant)
        }

        /// Seats used at the limit before `end` by all households but one: terms and what decided households add.
        private mutating func used(
            at limit: Int32, before end: Int32, exceptBy household: Int?, isFilling: Bool = true
        ) -> (terms: [Program.Term], constant: Int) {
            var coefficients = Coefficients()
            var constant = 0
            let start = market.limitSlotStart[Int(limit)]
            if options.usesRunningSums, end > start {
                coefficients.add(sumThrough(end - 1, limit), 1)
                for slot in start..<end where Int(market.slotHousehold[Int(slot)]) == household {
                    for variable in slotChoices[slot] ?? [] { coefficients.add(variable, -1) }
                }
                return (coefficients.terms, 0)
            }
            for slot in start..<end {
                let other = Int(market.slotHousehold[Int(slot)])
                if other == household { continue }
                if place[other] == nil {
                    // Open households can fill what a claim must find full, and need not use what there is.
                    let isOpen = reduction.leavesExemptOpen && reduction.isExempt[other]
                    if isOpen ? isFilling : reduction.leastHere[Int(slot)] > 0 { constant += 1 }
                } else {
                    for variable in slotChoices[slot] ?? [] { coefficients.add(variable, 1) }
                }
            }
            return (coefficients.terms, constant)
        }

        /// The variable that counts the seats used at the limit up to and with the slot.
        private mutating func sumThrough(_ slot: Int32, _ limit: Int32) -> Program.Variable {
            if let known = runningSum[slot] { return known }
            var from = market.limitSlotStart[Int(limit)]
            var previous: Program.Variable?
            for candidate in stride(from: slot - 1, through: from, by: -1) {
                if let known = runningSum[candidate] {
                    (previous, from) = (known, candidate + 1)
                    break
                }
            }
            for current in from...slot {
                let sum = formulation.program.addVariable(
                    "used_\(current)", lower: 0, upper: Int(current - market.limitSlotStart[Int(limit)]) + 1)
                var terms = [Program.Term(1, sum)]
                if let previous { terms.append(Program.Term(-1, previous)) }
                terms += (slotChoices[current] ?? []).map { Program.Term(-1, $0) }
                formulation.program.addRow("sum_\(current)", terms, lower: 0, upper: 0)
                runningSum[current] = sum
                previous = sum
            }
            return previous!
        }

        mutating func forbidClaim(_ row: ClaimRow) {
            formulation.claimFree.insert(row.household)
            for touch in row.touches { formulation.limits.insert(touch.limit) }
            let enough: [Program.Variable]
            if let place = place[row.household] {
                let better = formulation.outcomes[place].prefix { $0 <= row.outcome }.count
                enough =
                    formulation.choices[place].prefix(better)
                    + (options.hasClaimVariables ? [formulation.claims[place]] : [])
            } else {
                enough = []
            }
            let off = ownSwitches(row.household)
            let name = "stable_\(row.household)_\(row.outcome)"
            if row.touches.count == 1 {
                let touch = row.touches[0]
                let before = used(at: touch.limit, before: touch.lowest, exceptBy: row.household)
                let needed = Int(market.limitSeats[Int(touch.limit)] - touch.use) + 1 - before.constant
                let free = enough + off + switches(before: touch, exceptBy: row.household)
                formulation.program.addRow(
                    name, before.terms + free.map { Program.Term(needed, $0) }, lower: needed, upper: nil)
                return
            }
            var terms = (enough + off).map { Program.Term(1, $0) }
            for touch in row.touches { terms.append(Program.Term(1, isFull(touch, row.household))) }
            formulation.program.addRow(name, terms, lower: 1, upper: nil)
        }

        private mutating func isFull(_ touch: Touch, _ household: Int) -> Program.Variable {
            let key = FullKey(household: household, slot: touch.lowest, use: touch.use)
            if let known = full[key] { return known }
            let variable = formulation.program.addVariable("full_\(household)_\(touch.lowest)_\(touch.use)")
            let before = used(at: touch.limit, before: touch.lowest, exceptBy: household)
            let needed = Int(market.limitSeats[Int(touch.limit)] - touch.use) + 1 - before.constant
            let free = switches(before: touch, exceptBy: household).map { Program.Term(needed, $0) }
            formulation.program.addRow(
                "means_\(household)_\(touch.lowest)_\(touch.use)",
                before.terms + free + [Program.Term(-needed, variable)], lower: 0, upper: nil)
            full[key] = variable
            return variable
        }
    }
}

/// Sums up coefficients of variables, keeping the order in which they first came.
private struct Coefficients {
    private var place: [Program.Variable: Int] = [:]
    private(set) var terms: [Program.Term] = []

    mutating func add(_ variable: Program.Variable, _ coefficient: Int) {
        if let known = place[variable] {
            terms[known].coefficient += coefficient
        } else {
            place[variable] = terms.count
            terms.append(Program.Term(coefficient, variable))
        }
    }
}

/// Union-find with the smallest member as root.
private struct DisjointSets {
    private var parent: [Int]

    init(count: Int) { parent = Array(0..<count) }

    mutating func join(_ members: Set<Int>) {
        guard let smallest = members.map(root).min() else { return }
        for member in members.map(root) { parent[member] = smallest }
    }

    func root(_ member: Int) -> Int {
        var root = member
        while parent[root] != root { root = parent[root] }
        return root
    }
}

import Admissions
import Programs

/// Chooses who may have a claim: the fewest households, as low as possible in the household order.
///
/// Every *core* is a set of households of which at least one has a claim in any allocation. A smallest set that meets
/// every core found so far is a lower bound; among the smallest, the one that sits lowest in the household order is
/// tried. Either an allocation exists in which only these have claims - then both levels are proved - or there is a new
/// core that the set misses.
///
/// Source: implicit hitting sets, Moreno-Centeno and Karp 2013, doi:10.1287/opre.1120.1139.
struct HittingSet {
    /// Households of each core, ascending.
    private(set) var cores: [[Int]] = []
    /// Where each household stands in the household order.
    let position: [Int32]

    init(position: [Int32]) { self.position = position }

    mutating func add(_ core: [Int]) { cores.append(core) }

    /// The set to try next, ascending; empty as long as no core is known.
    func smallest(by search: inout LevelSearch) throws(AllocationError) -> [Int] {
        if cores.isEmpty { return [] }
        let households = Set(cores.joined()).sorted { position[$0] < position[$1] }
        var program = Program()
        var variable: [Int: Program.Variable] = [:]
        for household in households { variable[household] = program.addVariable("claim_\(household)") }
        for core in cores { program.addRow("", core.map { Program.Term(1, variable[$0]!) }, lower: 1, upper: nil) }
        let levels =
            [Level.sum(households.map { Program.Term(1, variable[$0]!) })]
            + households.map { Level.flag(variable[$0]!) }
        guard let outcome = try search.minimise(program, levels) else {
            throw .fault("a core of no households was found")
        }
        if outcome.provedLevels < levels.count { throw .outOfTime }
        return households.filter { outcome.values[variable[$0]!.index] == 1 }.sorted()
    }
}

/// Refutes the absence of claims: reduces and solves with some households exempt.
struct Refuter {
    let store: OutcomeStore
    private var market: Market { store.market }

    init(_ store: OutcomeStore) { self.store = store }

    /// What is left when only the exempt households may have a claim.
    enum Finding {
        /// The reduction, and the components with a solution still to be chosen.
        case open(Reduction, [Formulation])
        /// No allocation leaves all of the core without a claim.
        case refuted(core: Set<Int>)
    }

    func reduce(exempt: Set<Int>) -> Finding {
        var reduction = Reduction(store, isExempt: (0..<market.householdCount).map(exempt.contains))
        reduction.run()
        if let household = reduction.emptied {
            var explanation = Explanation(reduction)
            explanation.explainStrikes(of: household)
            return .refuted(core: checked(explanation, exempt))
        }
        return .open(reduction, Formulator(reduction).components())
    }

    /// The core behind a component without a solution.
    func core(of component: Formulation, in reduction: Reduction, exempt: Set<Int>) -> Set<Int> {
        var explanation = Explanation(reduction)
        var involved = Set(component.households)
        for limit in component.limits {
            for slot in market.limitSlotStart[Int(limit)]..<market.limitSlotStart[Int(limit) + 1] {
                involved.insert(Int(market.slotHousehold[Int(slot)]))
            }
        }
        for household in component.claimFree.sorted() {
            involved.insert(household)
            explanation.useClaimFreedom(of: household)
        }
        for household in involved.sorted() { explanation.explainStrikes(of: household) }
        for (household, touch) in component.sure { explanation.explainSureness(of: touch, household) }
        return checked(explanation, exempt)
    }

    private func checked(_ explanation: Explanation, _ exempt: Set<Int>) -> Set<Int> {
        explanation.isComplete
            ? explanation.core : Set((0..<market.householdCount).filter { !exempt.contains($0) })
    }

    /// A smaller core, by leaving out parts of it as long as what remains is refuted.
    ///
    /// Parts are halves, then quarters, down to single households; at most `tests` refutations are tried, a number
    /// rather than a time, so that the result is the same on every machine.
    func shrink(
        _ core: Set<Int>, by search: inout LevelSearch, tests: Int = 600
    ) throws(AllocationError) -> [Int] {
        var kept = core.sorted { market.householdPosition[$0] < market.householdPosition[$1] }
        var left = tests
        var size = max(1, kept.count / 2)
        while true {
            var start = 0
            while start < kept.count, left > 0 {
                let part = start..<min(start + size, kept.count)
                let rest = Array(kept[..<part.lowerBound] + kept[part.upperBound...])
                left -= 1
                if !rest.isEmpty, try isRefuted(Set(rest), by: &search) {
                    kept = rest
                } else {
                    start += size
                }
            }
            if size == 1 || left == 0 { return kept.sorted() }
            size = max(1, min(size / 2, kept.count / 2))
        }
    }

    /// Whether no allocation leaves all of these households without a claim; may say no although none does.
    private func isRefuted(_ households: Set<Int>, by search: inout LevelSearch) throws(AllocationError) -> Bool {
        if search.deadline.hasPassed { throw .outOfTime }
        var reduction = Reduction(store, isExempt: (0..<market.householdCount).map { !households.contains($0) })
        reduction.run()
        if reduction.emptied != nil { return true }
        for component in Formulator(reduction, options: .init(isRelaxed: true)).components() {
            if try search.minimise(component.program, []) == nil { return true }
        }
        return false
    }
}

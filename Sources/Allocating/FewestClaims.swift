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
        let households = candidates()
        // The lowest in all cores: nothing is smaller, and no single household sits lower.
        if let common = households.last(where: { household in cores.allSatisfy { $0.contains(household) } }) {
            return [common]
        }
        var program = Program()
        var variable: [Int: Program.Variable] = [:]
        for household in households { variable[household] = program.addVariable("claim_\(household)") }
        for core in cores {
            program.addRow("", core.compactMap { variable[$0] }.map { Program.Term(1, $0) }, lower: 1, upper: nil)
        }
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

extension HittingSet {
    /// Households worth choosing, in the household order: of those in the same cores only the lowest, and none whose cores
    /// are all among those of a lower one.
    ///
    /// A smallest set that sits lowest contains no other: replaced by the lower one, it would still meet every core.
    private func candidates() -> [Int] {
        var coresOf: [Int: [Int]] = [:]
        for (index, core) in cores.enumerated() {
            for household in core { coresOf[household, default: []].append(index) }
        }
        var kept: [(household: Int, cores: Set<Int>)] = []
        for household in coresOf.keys.sorted(by: { position[$0] > position[$1] }) {
            let own = Set(coresOf[household]!)
            if !kept.contains(where: { own.isSubset(of: $0.cores) }) { kept.append((household, own)) }
        }
        return kept.reversed().map(\.household)
    }
}

/// Refutes the absence of claims: reduces and solves with some households exempt.
struct Refuter {
    let store: OutcomeStore
    private var market: Market { store.market }

    init(_ store: OutcomeStore) { self.store = store }

    /// Larger cores are only cropped.
    private static let largestToShrink = 200
    /// Variables of a component that a test of ``shrink(_:until:patience:)`` looks at; larger ones count as not refuted.
    private static let mostVariables = 600

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
    ///
    /// The native solver names the premises that its contradiction uses: claim rows, and households whose struck outcomes
    /// were left out. Those are explained; the rest is not needed. It is the native solver whichever backend found the
    /// contradiction, so that the core is always the same.
    func core(
        of component: Formulation, in reduction: Reduction, exempt: Set<Int>, until deadline: Deadline
    ) throws(AllocationError) -> Set<Int> {
        let refutation = Formulator(reduction).refutation(of: component)
        let premises = refutation.strikes + refutation.claims
        let answer: NativeSession.Answer
        do {
            answer = try NativeSolver().solve(
                refutation.program, assuming: premises.map { NativeSession.Assumption($0.off, is: 0) }, until: deadline)
        } catch { throw .solverFailed(error) }
        switch answer {
        case .stopped: throw .outOfTime
        case .solution: throw .fault("a component without a solution has one")
        case .infeasible(let failed):
            let isUsed = Set(failed.map(\.variable))
            var explanation = Explanation(reduction)
            for (household, off) in refutation.claims where isUsed.contains(off) {
                explanation.useClaimFreedom(of: household)
                for (owner, touch) in component.sure where owner == household {
                    explanation.explainSureness(of: touch, household)
                }
            }
            for (household, off) in refutation.strikes where isUsed.contains(off) {
                explanation.explainStrikes(of: household)
            }
            return checked(explanation, exempt)
        }
    }

    private func checked(_ explanation: Explanation, _ exempt: Set<Int>) -> Set<Int> {
        explanation.isComplete
            ? explanation.core : Set((0..<market.householdCount).filter { !exempt.contains($0) })
    }

    /// A smaller core, by leaving out parts of it as long as what remains is refuted.
    ///
    /// Parts are halves, then quarters, down to single households. It gives up after so many failures in a row that more
    /// effort is hardly worth it: a number rather than a time, so that the result is the same on every machine.
    func shrink(
        _ core: Set<Int>, until deadline: Deadline, patience: Int = 8
    ) throws(AllocationError) -> [Int] {
        var core = core
        if core.count > Self.largestToShrink { return try cropped(core, until: deadline) }
        // Logic alone may find a shorter way once only these are held to have no claim.
        while true {
            var reduction = Reduction(
                store, isExempt: (0..<market.householdCount).map { !core.contains($0) }, leavesExemptOpen: true)
            reduction.run()
            guard let household = reduction.emptied else { break }
            var explanation = Explanation(reduction)
            explanation.explainStrikes(of: household)
            guard explanation.isComplete, explanation.core.count < core.count else { break }
            core = explanation.core
        }
        var kept = core.sorted { market.householdPosition[$0] < market.householdPosition[$1] }
        let limit = max(patience, kept.count <= 24 ? 3 * kept.count : 0)
        var failures = 0
        var size = max(1, kept.count / 2)
        while true {
            var start = 0
            while start < kept.count, failures < limit {
                let part = start..<min(start + size, kept.count)
                let rest = Array(kept[..<part.lowerBound] + kept[part.upperBound...])
                if !rest.isEmpty, try isRefuted(Set(rest), until: deadline) {
                    kept = rest
                    failures = 0
                } else {
                    start += size
                    failures += 1
                }
            }
            if size == 1 || failures >= limit { return kept.sorted() }
            size = max(1, min(size / 2, kept.count / 2))
        }
    }

    /// A long core without as many of its lowest households as can be spared, one after another.
    ///
    /// A long chain of reasons hardly ever gets short; but the lowest household of a core is who would be let claim next,
    /// and leaving it out here costs far less than trying that in the whole market.
    private func cropped(_ core: Set<Int>, until deadline: Deadline) throws(AllocationError) -> [Int] {
        var core = core
        for household in core.sorted(by: { market.householdPosition[$0] > market.householdPosition[$1] }) {
            guard try isRefuted(core.subtracting([household]), until: deadline) else { break }
            core.remove(household)
        }
        return core.sorted()
    }

    /// Whether no allocation leaves all of these households without a claim; may say no although none does.
    ///
    /// The other households are not looked at: what they might use is left open. So a test costs little in the largest
    /// city, and its answer does not depend on the backend.
    private func isRefuted(_ households: Set<Int>, until deadline: Deadline) throws(AllocationError) -> Bool {
        if deadline.hasPassed { throw .outOfTime }
        var reduction = Reduction(
            store, isExempt: (0..<market.householdCount).map { !households.contains($0) }, leavesExemptOpen: true)
        reduction.run()
        if reduction.emptied != nil { return true }
        let options = Formulator.Options(isRelaxed: true, mostVariables: Self.mostVariables)
        for component in Formulator(reduction, options: options).components() {
            let outcome: Programs.Outcome
            do { outcome = try NativeSolver().solve(component.program, until: deadline, startingFrom: nil) } catch {
                throw .solverFailed(error)
            }
            switch outcome.reason {
            case .infeasible: return true
            case .optimal: continue
            case .deadline, .cancelled: throw .outOfTime
            }
        }
        return false
    }
}

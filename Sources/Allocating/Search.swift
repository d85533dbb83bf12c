import Admissions
import Programs

/// One search for the allocation of a case.
struct Search {
    let subject: Case
    let store: OutcomeStore
    let options: Allocator.Options
    var levelSearch: LevelSearch
    var record = SearchRecord()

    private var market: Market { store.market }

    init(subject: Case, store: OutcomeStore, options: Allocator.Options, levelSearch: LevelSearch) {
        self.subject = subject
        self.store = store
        self.options = options
        self.levelSearch = levelSearch
    }

    // MARK: By reduction

    mutating func solveReduced() throws(AllocationError) -> AllocationResult {
        var hittingSet = HittingSet(position: market.householdPosition)
        let refuter = Refuter(store)
        while true {
            let claimants = try hittingSet.smallest(by: &levelSearch)
            record.claimBound = claimants.count
            options.progress?(.reducing(claimants: claimants.count))
            if options.deadline.hasPassed { throw .outOfTime }
            let exempt = Set(claimants)
            var found: [Set<Int>] = []
            switch refuter.reduce(exempt: exempt) {
            case .refuted(let core): found = [core]
            case .open(let reduction, let components):
                note(reduction, components)
                let allocation = try decide(reduction, components, exempt: exempt, refuted: &found)
                if found.isEmpty {
                    return AllocationResult(proved: allocation, claimants: claimants, record: finished(hittingSet))
                }
            }
            for core in found {
                options.progress?(.explaining(cores: hittingSet.cores.count))
                if core.isEmpty { throw .fault("a market without an allocation") }
                hittingSet.add(try refuter.shrink(core, until: options.deadline))
                record.cores = hittingSet.cores
            }
        }
    }

    private mutating func note(_ reduction: Reduction, _ components: [Formulation]) {
        record.outcomes = reduction.known.reduce(0) { $0 + Int($1) }
        record.strikes = record.outcomes - reduction.survivorCount.reduce(0) { $0 + Int($1) }
        record.undecidedHouseholds = reduction.survivorCount.count { $0 > 1 }
        record.components = components.count
        record.largestComponent = components.map(\.households.count).max() ?? 0
    }

    private func finished(_ hittingSet: HittingSet) -> SearchRecord {
        var record = record
        record.cores = hittingSet.cores
        record.solves = levelSearch.solves
        return record
    }

    /// Decides every component by all levels; where one has no solution its core is added to `refuted`.
    private mutating func decide(
        _ reduction: Reduction, _ components: [Formulation], exempt: Set<Int>, refuted: inout [Set<Int>]
    ) throws(AllocationError) -> Allocation {
        var chosen = reduction.best.map { Int($0) }
        let refuter = Refuter(store)
        for (index, component) in components.enumerated() {
            options.progress?(.solving(index: index, count: components.count))
            let levels = objectiveLevels(of: component) + priorityLevels(of: component)
            guard let outcome = try levelSearch.minimise(component.program, levels) else {
                refuted.append(
                    try refuter.core(of: component, in: reduction, exempt: exempt, until: options.deadline))
                continue
            }
            if outcome.provedLevels < levels.count { throw .outOfTime }
            take(component, outcome.values, into: &chosen)
        }
        return allocation(chosen)
    }

    private func take(_ formulation: Formulation, _ values: [Int], into chosen: inout [Int]) {
        for (place, household) in formulation.households.enumerated() {
            let choice = formulation.choices[place].firstIndex { values[$0.index] == 1 }!
            chosen[household] = formulation.outcomes[place][choice]
        }
    }

    private func allocation(_ chosen: [Int]) -> Allocation {
        var allocation = Allocation(baselineOf: subject)
        for household in 0..<market.householdCount {
            let size = market.memberCount(household)
            let start = Int(store.start[household]) + chosen[household] * size
            for index in 0..<size {
                let member = Int(market.memberStart[household]) + index
                let option = store.options[start + index]
                if option != market.optionStart[member + 1] - 1 {
                    allocation.choices[Int(market.memberChild[member])] = option - market.optionStart[member]
                }
            }
        }
        return allocation
    }

    // MARK: Levels

    /// The round's objective, where it is a number; households that are decided already add the same to all.
    private func objectiveLevels(of formulation: Formulation) -> [Level] {
        if subject.rules.objective == .priority { return [] }
        var terms: [Program.Term] = []
        for (place, household) in formulation.households.enumerated() {
            for (choice, outcome) in formulation.outcomes[place].enumerated() {
                let cost = cost(household, outcome)
                if cost != 0 { terms.append(Program.Term(cost, formulation.choices[place][choice])) }
            }
        }
        return [.sum(terms)]
    }

    /// What an outcome adds to the round's objective.
    private func cost(_ household: Int, _ outcome: Int) -> Int {
        let size = market.memberCount(household)
        let start = Int(store.start[household]) + outcome * size
        var cost = 0
        for index in 0..<size {
            let member = Int(market.memberStart[household]) + index
            let option = store.options[start + index]
            let isBaseline = option == market.optionStart[member + 1] - 1
            switch subject.rules.objective {
            case .placements:
                if isBaseline, subject.children[Int(market.memberChild[member])].currentFacility == nil { cost += 1 }
            case .ranks: cost += Int(option - market.optionStart[member]) + 1
            case .priority: break
            }
        }
        return cost
    }

    private func priorityLevels(of formulation: Formulation) -> [Level] {
        formulation.choices.map { .choice($0) }
    }

    // MARK: Whole

    /// The unreduced program with a variable for every claim.
    static func wholeFormulation(_ store: OutcomeStore, usesRunningSums: Bool) -> Formulation {
        let market = store.market
        for household in 0..<market.householdCount { store.complete(household) }
        // Nothing is applied: every outcome survives.
        let reduction = Reduction(store, isExempt: [Bool](repeating: false, count: market.householdCount))
        return Formulator(
            reduction, options: .init(hasClaimVariables: true, usesRunningSums: usesRunningSums)
        ).whole()
    }

    mutating func solveWhole() throws(AllocationError) -> AllocationResult {
        options.progress?(.solvingWhole)
        let whole = Self.wholeFormulation(store, usesRunningSums: false)
        record.outcomes = store.count.reduce(0) { $0 + Int($1) }
        record.undecidedHouseholds = whole.households.count
        record.components = 1
        record.largestComponent = whole.households.count
        let levels =
            [Level.sum(whole.claims.map { Program.Term(1, $0) })] + whole.claims.map { .flag($0) }
            + objectiveLevels(of: whole) + priorityLevels(of: whole)
        guard let outcome = try levelSearch.minimise(whole.program, levels) else {
            throw .fault("the whole program has no solution")
        }
        if outcome.provedLevels < levels.count {
            if outcome.provedLevels == 0 { record.claimBound = max(0, outcome.bound ?? 0) }
            throw .outOfTime
        }
        let claimants = zip(whole.households, whole.claims).filter { outcome.values[$1.index] == 1 }.map(\.0).sorted()
        var chosen = [Int](repeating: 0, count: market.householdCount)
        take(whole, outcome.values, into: &chosen)
        record.claimBound = claimants.count
        record.solves = levelSearch.solves
        return AllocationResult(proved: allocation(chosen), claimants: claimants, record: record)
    }
}

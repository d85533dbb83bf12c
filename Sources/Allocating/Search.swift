import Admissions
import Programs

/// One search for the allocation of a case.
struct Search {
    let subject: Case
    let store: OutcomeStore
    let options: Allocator.Options
    var levelSearch: LevelSearch
    var record = SearchRecord()
    /// How far logic came; `nil` before it began.
    private(set) var reduction: Reduction?

    private var market: Market { store.market }

    init(subject: Case, store: OutcomeStore, options: Allocator.Options, levelSearch: LevelSearch) {
        self.subject = subject
        self.store = store
        self.options = options
        self.levelSearch = levelSearch
    }

    // MARK: By reduction

    mutating func solveReduced() throws(AllocationError) -> AllocationResult {
        let refuter = Refuter(store, until: options.deadline)
        let kept = Formulator.Kept(market)
        var fewest = FewestClaims(store, on: kept.desk)
        // Whichever solver was chosen: a region's program is large, and needs one that learns.
        var claimSearch = try LevelSearch(solver: .native, deadline: options.deadline)
        var reduction = Reduction(
            store, isExempt: [Bool](repeating: false, count: market.householdCount), threads: options.threads,
            until: options.deadline)
        defer { self.reduction = reduction }
        while true {
            let claimants = fewest.claimants
            record.claimBound = fewest.bound
            options.begin(.reducing(claimants: claimants.count), of: subject)
            if options.deadline.hasPassed || fewest.bound > options.mostClaims { throw .outOfTime }
            reduction.exempt(Set(claimants))
            var found = try refuter.run(&reduction)
            if found.isEmpty {
                options.begin(.separating, of: subject)
                let components = try Formulator(reduction, keeping: kept, threads: options.threads)
                    .components(until: options.deadline, mostEntries: options.mostEntries)
                note(reduction, components)
                let allocation = try decide(reduction, components, keeping: kept, refuted: &found)
                reduction.forgetChanges()
                if found.isEmpty, let allocation {
                    record.solves = levelSearch.solves + claimSearch.solves
                    if options.recordsProof {
                        // With its own copy of the lists, because looking for cores may make more of them.
                        let deduction = Background(threads: options.threads) { [last = reduction.record] in
                            last.deduction()
                        }
                        record.cores = try fewest.cores(until: options.deadline)
                        record.proof = proof(fewest, deduction, components)
                    }
                    return AllocationResult(proved: allocation, claimants: claimants, record: record)
                }
                if found.isEmpty { continue }
            }
            if options.mostClaims == 0 {
                record.claimBound = 1
                throw .outOfTime
            }
            if options.deadline.hasPassed { throw .outOfTime }
            options.begin(.explaining(cores: fewest.regions.count), of: subject)
            for contradiction in found {
                if contradiction.core.isEmpty { throw .fault("a market without an allocation") }
                fewest.add(contradiction)
            }
            do { try fewest.settle(by: &claimSearch) } catch {
                record.claimBound = fewest.bound
                throw error
            }
        }
    }

    /// What was proved: of each core the steps that refute it, then the strikes of the last reduction.
    private func proof(
        _ fewest: FewestClaims, _ deduction: Background<Deduction>, _ components: [Formulation]
    ) -> Proof {
        let cores = record.cores.map { core in
            CoreProof.proof(of: core, beside: fewest.neighbours(of: core), in: store, until: options.deadline)
        }
        let claimants = fewest.claimants
        let isLowest = cores.allSatisfy { core in
            let lowest = core.households.max { market.householdPosition[$0] < market.householdPosition[$1] }!
            return core.least == 1 && claimants.contains(lowest)
        }
        return Proof(
            cores: cores, isPlacedByCores: isLowest, deduction: deduction.value,
            components: components.map { $0.households.sorted() }.filter { !$0.isEmpty })
    }

    private mutating func note(_ reduction: Reduction, _ components: [Formulation]) {
        record.outcomes = reduction.states.reduce(0) { $0 + Int($1.known) }
        record.strikes = record.outcomes - reduction.states.reduce(0) { $0 + Int($1.survivorCount) }
        record.undecidedHouseholds =
            reduction.states.count(where: \.isUndecided)
        record.components = components.count
        record.largestComponent = components.map(\.households.count).max() ?? 0
    }

    /// Decides every component by all levels; where one has no solution its core is added to `refuted`.
    ///
    /// - Returns: `nil` where somebody gets something worse than all that was made of its list: there is more of it now.
    private mutating func decide(
        _ reduction: Reduction, _ components: [Formulation], keeping kept: Formulator.Kept,
        refuted: inout [Contradiction]
    ) throws(AllocationError) -> Allocation? {
        var chosen = reduction.states.map { Int($0.best) }
        var wanting: [Int] = []
        let refuter = Refuter(store, until: options.deadline)
        for (index, component) in components.enumerated() {
            options.begin(.solving(index: index, count: components.count), of: subject)
            let levels = objectiveLevels(of: component) + priorityLevels(of: component)
            guard let outcome = try levelSearch.minimise(component.program, levels) else {
                refuted.append(try refuter.core(of: component, in: reduction, keeping: kept))
                continue
            }
            guard outcome.provedLevels == levels.count, let values = outcome.values else { throw .outOfTime }
            for (household, worse) in zip(component.households, component.worse) {
                if let worse, values[worse.index] == 1 { wanting.append(household) }
            }
            if wanting.isEmpty { take(component, values, into: &chosen) }
        }
        for household in wanting { store.extend(household) }
        return wanting.isEmpty ? allocation(chosen) : nil
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
        zip(formulation.choices, formulation.worse).map { choices, worse in
            .choice(choices + (worse.map { [$0] } ?? []))
        }
    }

    // MARK: Whole

    /// The unreduced program with a variable for every claim.
    ///
    /// - Throws: ``AllocationError/outOfTime``, also where the program would have more coefficients than `mostEntries`.
    static func wholeFormulation(
        _ store: OutcomeStore, isNamed: Bool, until deadline: Deadline = .none, mostEntries: Int = .max
    ) throws(AllocationError) -> Formulation {
        let market = store.market
        for household in 0..<market.householdCount { store.complete(household) }
        if store.isStopped { throw .outOfTime }
        // Nothing is applied: every outcome survives.
        let reduction = Reduction(store, isExempt: [Bool](repeating: false, count: market.householdCount))
        return try Formulator(reduction).whole(isNamed: isNamed, until: deadline, mostEntries: mostEntries)
    }

    mutating func solveWhole() throws(AllocationError) -> AllocationResult {
        options.begin(.solvingWhole, of: subject)
        record.proof.isWhole = true
        var whole = try Self.wholeFormulation(
            store, isNamed: false, until: options.deadline, mostEntries: options.mostEntries)
        let number = whole.countClaims()
        record.outcomes = store.count.reduce(0) { $0 + Int($1) }
        record.undecidedHouseholds = whole.households.count
        record.components = 1
        record.largestComponent = whole.households.count
        let levels =
            [Level.fewest(whole.claims, number: number)]
            + objectiveLevels(of: whole) + priorityLevels(of: whole)
        guard let outcome = try levelSearch.minimise(whole.program, levels) else {
            throw .fault("the whole program has no solution")
        }
        guard outcome.provedLevels == levels.count, let values = outcome.values else {
            if outcome.provedLevels == 0 { record.claimBound = max(0, outcome.bound ?? 0) }
            throw .outOfTime
        }
        let claimants = zip(whole.households, whole.claims).filter { values[$1.index] == 1 }.map(\.0).sorted()
        var chosen = [Int](repeating: 0, count: market.householdCount)
        take(whole, values, into: &chosen)
        record.claimBound = claimants.count
        record.solves = levelSearch.solves
        return AllocationResult(proved: allocation(chosen), claimants: claimants, record: record)
    }
}

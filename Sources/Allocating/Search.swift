import Admissions
import Programs

/// One search for the allocation of a case.
struct Search {
    let subject: Case
    let store: OutcomeStore
    let options: Allocator.Options
    var levelSearch: LevelSearch
    var record = SearchRecord()
    /// The last state of the reduction; `nil` before it began.
    private(set) var reduction: Reduction?

    private var market: Market { store.market }

    init(subject: Case, store: OutcomeStore, options: Allocator.Options, levelSearch: LevelSearch) {
        self.subject = subject
        self.store = store
        self.options = options
        self.levelSearch = levelSearch
    }

    // MARK: By reduction

    /// The result of one round of reducing and solving.
    private enum Step {
        case solved(AllocationResult)
        /// No allocation leaves every household of one of these cores without a claim.
        case refuted([Contradiction])
        /// A household would get something worse than all outcomes made so far of its list; the list has been made longer.
        case needsLongerLists
    }

    /// The state that the rounds of reducing and solving share.
    private struct Course {
        let refuter: Refuter
        let kept: Formulator.Kept
        var fewest: FewestClaims
        /// Solves the programs of regions. Always native: a region's program is large, and needs a solver that learns.
        var claimSearch: LevelSearch
        var reduction: Reduction

        init(_ store: OutcomeStore, _ options: Allocator.Options) throws(AllocationError) {
            refuter = Refuter(store, until: options.deadline)
            kept = Formulator.Kept(store.market)
            fewest = FewestClaims(store, on: kept.desk)
            claimSearch = try LevelSearch(solver: .native, deadline: options.deadline)
            reduction = Reduction(
                store, isExempt: [Bool](repeating: false, count: store.market.householdCount), threads: options.threads,
                until: options.deadline)
        }
    }

    /// Reduces and solves, with more households allowed to claim each time, until an allocation is proved.
    ///
    /// - Throws: ``AllocationError/stopped(by:)``; ``record`` and ``reduction`` then tell how far the search came.
    mutating func solveReduced() throws(AllocationError) -> AllocationResult {
        var course = try Course(store, options)
        defer { reduction = course.reduction }
        while true {
            switch try step(&course) {
            case .solved(let result): return result
            case .refuted(let contradictions): try allowMoreClaims(contradictions, &course)
            case .needsLongerLists: continue
            }
        }
    }

    /// Reduces and solves with the claimants that the cores known so far call for.
    private mutating func step(_ course: inout Course) throws(AllocationError) -> Step {
        let claimants = course.fewest.claimants
        record.claimBound = course.fewest.bound
        options.begin(.reducing(claimants: claimants.count), of: subject)
        try options.deadline.check()
        if course.fewest.bound > options.mostClaims { throw .stopped(by: .claims) }
        course.reduction.exempt(Set(claimants))
        var contradictions = try course.refuter.run(&course.reduction)
        if !contradictions.isEmpty { return .refuted(contradictions) }
        options.begin(.separating, of: subject)
        let components = try Formulator(course.reduction, keeping: course.kept, threads: options.threads)
            .components(until: options.deadline, mostEntries: options.mostEntries)
        note(course.reduction, components)
        let allocation = try decide(course.reduction, components, keeping: course.kept, refuted: &contradictions)
        course.reduction.forgetChanges()
        if !contradictions.isEmpty { return .refuted(contradictions) }
        guard let allocation else { return .needsLongerLists }
        record.solves = levelSearch.solves + course.claimSearch.solves
        if options.recordsProof { try recordProof(course, components) }
        return .solved(AllocationResult(proved: allocation, claimants: claimants, record: record))
    }

    /// Adds the cores of the contradictions and decides which households may claim next.
    private mutating func allowMoreClaims(
        _ contradictions: [Contradiction], _ course: inout Course
    ) throws(AllocationError) {
        if options.mostClaims == 0 {
            record.claimBound = 1
            throw .stopped(by: .claims)
        }
        try options.deadline.check()
        options.begin(.explaining(cores: course.fewest.regions.count), of: subject)
        for contradiction in contradictions {
            if contradiction.core.isEmpty { throw .fault("a market without an allocation") }
            course.fewest.add(contradiction)
        }
        do { try course.fewest.settle(by: &course.claimSearch) } catch {
            record.claimBound = course.fewest.bound
            throw error
        }
    }

    /// Records the cores, and the proof of the result of the last reduction.
    private mutating func recordProof(_ course: Course, _ components: [Formulation]) throws(AllocationError) {
        // The record has its own copy of the lists, because looking for cores may make them longer.
        let deduction = Background(threads: options.threads) { [last = course.reduction.record] in last.deduction() }
        record.cores = try course.fewest.cores(until: options.deadline)
        record.proof = proof(course.fewest, deduction, components)
    }

    /// The proof of the result: for each core the steps that refute it, then the strikes of the last reduction.
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

    /// Decides every component by all levels. If one has no solution, its core is added to `refuted`.
    ///
    /// - Returns: `nil` if a household gets something worse than all outcomes made so far of its list; the list has then been
    ///   made longer.
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
            guard outcome.provedLevels == levels.count, let values = outcome.values else {
                throw .stopped(by: options.deadline.limitOfSolve)
            }
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

    /// The round's objective, if it is a number. Households that are decided already add the same to every solution, so they are
    /// left out.
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
    /// - Throws: ``AllocationError/stopped(by:)`` when the deadline passes, and with `.size` when the program would have more
    ///   coefficients than `mostEntries`.
    static func wholeFormulation(
        _ store: OutcomeStore, isNamed: Bool, until deadline: Deadline = .none, mostEntries: Int = .max
    ) throws(AllocationError) -> Formulation {
        let market = store.market
        for household in 0..<market.householdCount { store.complete(household) }
        if let limit = store.limit { throw .stopped(by: limit) }
        // The rules are not applied, so every outcome survives.
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
            throw .stopped(by: options.deadline.limitOfSolve)
        }
        let claimants = zip(whole.households, whole.claims).filter { values[$1.index] == 1 }.map(\.0).sorted()
        var chosen = [Int](repeating: 0, count: market.householdCount)
        take(whole, values, into: &chosen)
        record.claimBound = claimants.count
        record.solves = levelSearch.solves
        return AllocationResult(proved: allocation(chosen), claimants: claimants, record: record)
    }
}

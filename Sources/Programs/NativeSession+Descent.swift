// Closing in on the optimum from both sides.

/// How far a minimisation has come.
///
/// The objective is `sum`. For every assignment better than the incumbent it is at least `lower + sum of weight * literal`
/// over the soft literals. Cores move weight from soft literals into `lower`.
struct Descent {
    let sum: LiteralSum
    let isSingleUse: Bool
    var incumbent: Solution?
    /// No better solution than the incumbent exists.
    var isClosed = false
    var lower: Int

    /// The soft literals in the order in which they were made, and for each the weight that remains to be paid if it is true.
    var softLiterals: [Int32] = []
    var softWeights: [Int] = []
    /// For each soft literal the counter whose output it is, or -1, and which output it is.
    var softCounter: [Int] = []
    var softOutput: [Int] = []
    var placeOf: [Int32: Int] = [:]
    /// Only soft literals with at least this weight are assumed false for now.
    var threshold = 0
    /// Cores whose counters are still to be built.
    var delayed: [(core: [Int32], weight: Int)] = []
    var counters: [Counter] = []

    /// A counter of true literals: it has a literal for `sum of literals >= output` for each output from 2, built when needed.
    struct Counter {
        var literals: [Int32]
        var weight: Int
        var outputs: [Int32] = []
    }

    /// The row that demands a better solution than the incumbent, and the literal that switches it on.
    var objectiveRow: Int32?
    var objectiveSwitch: Int32?
    var demanded = 0
    var counterRows: [Int32] = []
    var hardened: (lower: Int, upper: Int)?

    init(_ sum: LiteralSum, isSingleUse: Bool) {
        self.sum = sum
        self.isSingleUse = isSingleUse
        lower = sum.constant
        for term in sum.terms { addSoft(term.literal, weight: term.coefficient) }
        threshold = softWeights.max() ?? 0
    }

    mutating func addSoft(_ literal: Int32, weight: Int, counter: Int = -1, output: Int = 0) {
        placeOf[literal] = softLiterals.count
        softLiterals.append(literal)
        softWeights.append(weight)
        softCounter.append(counter)
        softOutput.append(output)
    }

    func outcome(deadline: Deadline) -> Outcome {
        if isClosed {
            return Outcome(
                reason: incumbent == nil ? .infeasible : .optimal,
                incumbent: incumbent,
                bound: incumbent?.objective
            )
        }
        let bound = min(lower, incumbent?.objective ?? .max)
        return Outcome(reason: deadline.reason ?? .deadline, incumbent: incumbent, bound: bound)
    }
}

extension NativeSession {
    func descend(_ descent: inout Descent) throws(SolverError) {
        guard engine.propagateFacts() else {
            descent.isClosed = true
            return
        }
        absorbFacts(&descent)
        closeIfMet(&descent)
        var turn = options.firstTurn
        if options.raisesBoundFirst { try raiseBound(&descent, budget: turn) }
        while !descent.isClosed, !engine.stopped {
            try improve(&descent, budget: turn)
            if descent.isClosed || engine.stopped { break }
            try raiseBound(&descent, budget: turn)
            turn += turn / 2
        }
        retire(&descent)
    }

    private func closeIfMet(_ descent: inout Descent) {
        if let incumbent = descent.incumbent, descent.lower >= incumbent.objective { descent.isClosed = true }
    }

    private func offer(_ solution: Solution, to descent: inout Descent) {
        if solution.objective < descent.incumbent?.objective ?? .max { descent.incumbent = solution }
        closeIfMet(&descent)
    }

    // MARK: From above

    /// Finds better and better solutions until there is none, or `budget` conflicts have passed.
    private func improve(_ descent: inout Descent, budget: Int) throws(SolverError) {
        let end = engine.conflicts + budget
        while !descent.isClosed {
            demandBetter(&descent)
            let assumed = descent.objectiveSwitch.map { [$0] } ?? []
            switch engine.search(assuming: assumed, budget: max(1, end - engine.conflicts)) {
            case .satisfied: offer(try takeSolution(), to: &descent)
            case .contradictory, .assumptionsFailed: descent.isClosed = true
            case .budgetSpent, .stopped: return
            }
        }
    }

    /// Demands an objective below the incumbent's.
    private func demandBetter(_ descent: inout Descent) {
        guard let incumbent = descent.incumbent else { return }
        engine.undo(to: 0)
        // sum of coefficient * opposite >= total - (objective - 1 - constant)
        let demand = descent.sum.total - (incumbent.objective - 1 - descent.sum.constant)
        if let row = descent.objectiveRow {
            if demand > descent.demanded { engine.tighten(row, by: demand - descent.demanded) }
        } else {
            var terms = descent.sum.terms.map { (coefficient: $0.coefficient, literal: $0.literal ^ 1) }
            if !descent.isSingleUse {
                let literal = engine.addVariable(preferring: true)
                descent.objectiveSwitch = literal
                terms.append((descent.sum.total + 1, literal ^ 1))
            }
            guard engine.propagateFacts() else { return }
            descent.objectiveRow = engine.addFirmRow(terms, atLeast: demand)
        }
        descent.demanded = demand
    }

    // MARK: From below

    /// Adds the weight of soft literals that are true for certain to the bound.
    private func absorbFacts(_ descent: inout Descent) {
        for place in descent.softLiterals.indices where descent.softWeights[place] > 0 {
            let literal = descent.softLiterals[place]
            if engine.isFact(literal) {
                let weight = descent.softWeights[place]
                descent.lower += weight
                pay(weight, at: place, &descent)
            }
        }
    }

    /// Raises the bound by cores until it meets the incumbent, or `budget` conflicts have passed.
    private func raiseBound(_ descent: inout Descent, budget: Int) throws(SolverError) {
        let end = engine.conflicts + budget
        while !descent.isClosed, engine.conflicts < end {
            demandBetter(&descent)
            harden(&descent)
            guard engine.propagateFacts() else {
                descent.isClosed = true
                return
            }
            absorbFacts(&descent)
            closeIfMet(&descent)
            if descent.isClosed { return }
            var assumed = descent.objectiveSwitch.map { [$0] } ?? []
            for place in descent.softLiterals.indices
            where descent.softWeights[place] > 0 && descent.softWeights[place] >= descent.threshold {
                assumed.append(descent.softLiterals[place] ^ 1)
            }
            switch engine.search(assuming: assumed, budget: max(1, end - engine.conflicts)) {
            case .satisfied:
                offer(try takeSolution(), to: &descent)
                if !descent.delayed.isEmpty {
                    buildCounters(&descent)
                } else if let next = descent.softWeights.filter({ $0 < descent.threshold && $0 > 0 }).max() {
                    descent.threshold = max(1, min(next, descent.threshold / 2))
                }
            case .assumptionsFailed: relax(try shrunkCore(descent), &descent)
            case .contradictory: descent.isClosed = true
            case .budgetSpent, .stopped: return
            }
        }
    }

    /// The failed assumptions as a set of soft literals of which at least one is true, made smaller if that is cheap.
    private func shrunkCore(_ descent: Descent) throws(SolverError) -> [Int32] {
        func core() -> [Int32] {
            engine.failedLiterals.filter { $0 != descent.objectiveSwitch }.map { $0 ^ 1 }.sorted()
        }
        func search(_ core: [Int32], budget: Int) -> Engine.Verdict {
            engine.search(
                assuming: (descent.objectiveSwitch.map { [$0] } ?? []) + core.map { $0 ^ 1 },
                budget: budget
            )
        }
        var best = core()
        for _ in 0..<3 where best.count > 1 {
            guard search(best.reversed(), budget: 1000) == .assumptionsFailed else { break }
            let next = core()
            if next.count >= best.count { break }
            best = next
        }
        guard best.count <= 40 else { return best }
        for candidate in best where best.count > 1 && best.contains(candidate) {
            switch search(best.filter { $0 != candidate }, budget: 50) {
            case .assumptionsFailed: best = core()
            case .contradictory: return []
            case .stopped: return best
            case .satisfied, .budgetSpent: break
            }
        }
        return best
    }

    /// Moves the least weight in `core` into the bound.
    private func relax(_ core: [Int32], _ descent: inout Descent) {
        engine.undo(to: 0)
        engine.addClause(core + (descent.objectiveSwitch.map { [$0 ^ 1] } ?? []))
        guard let weight = core.map({ descent.softWeights[descent.placeOf[$0]!] }).min() else {
            descent.isClosed = true
            return
        }
        descent.lower += weight
        for literal in core { pay(weight, at: descent.placeOf[literal]!, &descent) }
        if core.count > 1 { descent.delayed.append((core, weight)) }
        closeIfMet(&descent)
    }

    /// Takes `weight` off a soft literal. If it is an output of a counter, the next output becomes a soft literal.
    private func pay(_ weight: Int, at place: Int, _ descent: inout Descent) {
        descent.softWeights[place] -= weight
        let counter = descent.softCounter[place]
        if counter >= 0, descent.counters[counter].outputs.count == descent.softOutput[place] - 1 {
            addOutput(of: counter, &descent)
        }
    }

    private func buildCounters(_ descent: inout Descent) {
        for (core, weight) in descent.delayed {
            descent.counters.append(Descent.Counter(literals: core, weight: weight))
            addOutput(of: descent.counters.count - 1, &descent)
        }
        descent.delayed.removeAll()
    }

    /// Adds the next output to a counter: a literal that may be false only if fewer of the counter's literals are true.
    private func addOutput(of counter: Int, _ descent: inout Descent) {
        let literals = descent.counters[counter].literals
        let number = descent.counters[counter].outputs.count + 2
        guard number <= literals.count else { return }
        engine.undo(to: 0)
        let output = engine.addVariable()
        let needed = literals.count - number + 1
        let row = engine.addRow(literals.map { (1, $0 ^ 1) } + [(needed, output)], atLeast: needed)
        if let row { descent.counterRows.append(row) }
        if let previous = descent.counters[counter].outputs.last { engine.addClause([previous, output ^ 1]) }
        descent.counters[counter].outputs.append(output)
        descent.addSoft(output, weight: descent.counters[counter].weight, counter: counter, output: number)
    }

    /// Makes false every soft literal that alone would cost as much as the incumbent.
    private func harden(_ descent: inout Descent) {
        guard let upper = descent.incumbent?.objective else { return }
        if let last = descent.hardened, last == (descent.lower, upper) { return }
        descent.hardened = (descent.lower, upper)
        for place in descent.softLiterals.indices where descent.softWeights[place] > 0 {
            let literal = descent.softLiterals[place]
            if descent.softWeights[place] >= upper - descent.lower, engine.value[literal] == 0 {
                engine.addClause([literal ^ 1] + (descent.objectiveSwitch.map { [$0 ^ 1] } ?? []))
            }
        }
    }

    /// Disables everything in the engine that served this objective only.
    private func retire(_ descent: inout Descent) {
        engine.undo(to: 0)
        guard !descent.isSingleUse else { return }
        if let literal = descent.objectiveSwitch { engine.addClause([literal ^ 1]) }
        // With all outputs true the counters demand nothing, and neither does anything learned from them.
        for counter in descent.counters {
            for output in counter.outputs { engine.addClause([output]) }
        }
        if let row = descent.objectiveRow { engine.retire(row) }
        for row in descent.counterRows { engine.retire(row) }
    }
}

extension Engine {
    /// Whether `literal` is true in every solution, as far as propagation has seen.
    func isFact(_ literal: Int32) -> Bool {
        value[literal] > 0 && level[literal >> 1] == 0
    }

    /// Adds a row unchanged, so that `tighten` can raise its degree later. All facts must have been propagated.
    ///
    /// - Parameter terms: As for `addRow`; not empty.
    mutating func addFirmRow(_ terms: [(coefficient: Int, literal: Int32)], atLeast degree: Int) -> Int32 {
        precondition(levelStart.isEmpty && head == trail.count, "facts are to be propagated first")
        let sorted = terms.sorted {
            $0.coefficient != $1.coefficient ? $0.coefficient > $1.coefficient : $0.literal < $1.literal
        }
        return installRow(sorted, degree: degree)
    }

    /// Forgets a row that cannot matter any more because a literal that satisfies it is a fact. No decision may be in place.
    mutating func retire(_ row: Int32) {
        precondition(levelStart.isEmpty, "rows are retired before decisions")
        _ = propagateFacts()
        for index in rowStart[row]..<rowEnd[row] { occurrences.remove(rowLiterals[index]) { $0.row == row } }
        rowEnd[row] = rowStart[row]
    }
}

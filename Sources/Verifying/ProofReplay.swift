import Admissions

/// Replays the proof of a result, step by step, from the case and the definition alone.
///
/// ```swift
/// let replayed = ProofReplay(of: subject).replay(proof, of: allocation, claimants: claimants, bound: claimants.count)
/// ```
///
/// Each step is accepted only if it follows from those before it; see `StrikeReplay`. What a solver decided has no
/// steps: it is counted, and left to a second solver.
public struct ProofReplay {
    private let subject: Case
    private let comparator: Comparator

    public init(of subject: Case) {
        self.subject = subject
        comparator = Comparator(of: subject)
    }

    /// What came of a replay.
    public struct Result: Hashable, Sendable {
        /// Every step that does not hold; empty where the proof stands.
        public internal(set) var faults: [ProofFault] = []
        /// Steps that hold.
        public internal(set) var steps = 0
        /// Cores that were replayed to a contradiction, and those whose last step a solver made.
        public internal(set) var replayedCores = 0
        public internal(set) var searchedCores = 0
        /// Households to which the strikes leave what they got, and those that a solver decided.
        public internal(set) var decidedHouseholds = 0
        public internal(set) var searchedHouseholds = 0
        /// False where a solver decided everything in one program, so that there are no steps.
        public internal(set) var hasSteps = true
    }

    /// Replays a proof.
    ///
    /// - Parameters:
    ///   - proof: The proof to replay.
    ///   - allocation: A verified allocation of the case.
    ///   - claimants: The households that have a claim in it, ascending.
    ///   - bound: How many households are said to have a claim in any allocation.
    /// - Complexity: O(n log n) for n slots to compile them, then O(slots of a limit) a step.
    public func replay(_ proof: Proof, of allocation: Allocation, claimants: [Int], bound: Int) -> Result {
        var result = Result()
        guard !proof.isWhole else {
            result.hasSteps = false
            result.searchedHouseholds = subject.households.count
            return result
        }
        var lastNamed = [Int32](repeating: -1, count: subject.households.count)
        for deduction in proof.cores.map(\.deduction) + (proof.deduction.map { [$0] } ?? []) {
            for case let named? in deduction.steps.lazy.map(\.named)
            where lastNamed.indices.contains(Int(named.household)) {
                lastNamed[Int(named.household)] = max(lastNamed[Int(named.household)], named.outcome)
            }
        }
        var strikes = StrikeReplay(subject, SeatOrder(subject, comparator), lastNamed: lastNamed)
        for (index, core) in proof.cores.enumerated() { replay(core, index, &strikes, &result) }
        checkClaimants(proof, claimants, bound: bound, &result)
        if let deduction = proof.deduction {
            let mayClaim = Set(claimants)
            strikes.assumeClaimFree(subject.households.indices.filter { !mayClaim.contains($0) })
            replay(deduction, .deduction, &strikes, &result)
            if strikes.isSupposing { result.faults.append(ProofFault(.deduction, .notAbsurd)) }
            checkResult(proof, allocation, &strikes, &result)
        }
        return result
    }

    private func replay(
        _ deduction: Deduction, _ part: ProofFault.Part, _ strikes: inout StrikeReplay, _ result: inout Result
    ) {
        for (index, step) in deduction.steps.enumerated() {
            if let reason = strikes.apply(step) {
                result.faults.append(ProofFault(part, step: index + 1, reason))
            } else {
                result.steps += 1
            }
        }
    }

    // MARK: Claims

    private func replay(_ core: Proof.Core, _ index: Int, _ strikes: inout StrikeReplay, _ result: inout Result) {
        guard isWellFormed(core) else {
            result.faults.append(ProofFault(.core(index), .malformed))
            return
        }
        strikes.assumeClaimFree(core.households)
        replay(core.deduction, .core(index), &strikes, &result)
        if core.search != nil {
            result.searchedCores += 1
        } else if core.least != 1 || strikes.emptied == nil || strikes.isSupposing {
            result.faults.append(ProofFault(.core(index), .noContradiction))
        } else {
            result.replayedCores += 1
        }
        strikes.reset()
    }

    /// Whether the core names households and limits of the case, ascending, and needs no more claims than it has households.
    private func isWellFormed(_ core: Proof.Core) -> Bool {
        if core.households.isEmpty || !(1...core.households.count).contains(core.least) { return false }
        return isAscending(core.households, in: subject.households.indices)
            && isAscending(core.search?.households ?? [], in: subject.households.indices)
            && isAscending(core.search?.limits ?? [], in: subject.limits.indices)
    }

    private func isAscending(_ numbers: [Int], in range: Range<Int>) -> Bool {
        zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 } && numbers.allSatisfy(range.contains)
    }

    /// The cores are disjoint and need as many claims as is said, and the claimants are as few as they need.
    private func checkClaimants(_ proof: Proof, _ claimants: [Int], bound: Int, _ result: inout Result) {
        var owner: [Int: Int] = [:]
        for (index, core) in proof.cores.enumerated() {
            for household in core.households {
                if let other = owner.updateValue(index, forKey: household) {
                    result.faults.append(ProofFault(.core(index), .overlaps(core: other)))
                }
            }
        }
        // A search that ended before has no cores yet; what it says is a solver's word.
        guard proof.deduction != nil else { return }
        let set = Set(claimants)
        for (index, core) in proof.cores.enumerated() where isWellFormed(core) {
            if core.households.count(where: set.contains) < core.least {
                result.faults.append(ProofFault(.core(index), .notMet))
            } else if proof.isPlacedByCores, core.least != 1 || !set.contains(lowest(of: core.households)) {
                result.faults.append(ProofFault(.core(index), .notLowest))
            }
        }
        if proof.bound != bound || proof.bound != claimants.count {
            result.faults.append(ProofFault(.claimants, .otherBound(cores: proof.bound, claimants: claimants.count)))
        }
    }

    /// The last of the households in the household order.
    ///
    /// A household stands where its best child does, by its own keys: what a wish or the household adds is left out.
    ///
    /// Source: Rules.md 2, household order.
    private func lowest(of households: [Int]) -> Int {
        func best(_ household: Int) -> Comparator.Candidate {
            let children = subject.households[household].members.map { comparator.candidate($0) }
            return children.dropFirst().reduce(children[0]) { comparator.precedes($1, $0) ? $1 : $0 }
        }
        var lowest = (household: households[0], best: best(households[0]))
        for household in households.dropFirst() {
            let other = best(household)
            if comparator.precedes(lowest.best, other) { lowest = (household, other) }
        }
        return lowest.household
    }

    // MARK: The result

    /// The strikes leave what the households got, and nothing else but to those that a solver decided.
    private func checkResult(
        _ proof: Proof, _ allocation: Allocation, _ strikes: inout StrikeReplay, _ result: inout Result
    ) {
        if let household = strikes.emptied { result.faults.append(ProofFault(.deduction, .emptied(household))) }
        let searched = Set(proof.components.joined())
        for component in proof.components
        where component.isEmpty || !isAscending(component, in: Int.min..<Int.max) {
            result.faults.append(ProofFault(.deduction, .malformed))
        }
        if searched.count != proof.components.reduce(0, { $0 + $1.count }) {
            result.faults.append(ProofFault(.deduction, .malformed))
        }
        for household in searched where !subject.households.indices.contains(household) {
            result.faults.append(ProofFault(.deduction, .noSuchHousehold(household)))
        }
        for (index, household) in subject.households.enumerated() {
            let own = household.members.map { allocation.choices[$0] }
            if let only = strikes.onlyOutcome(of: index) {
                result.decidedHouseholds += 1
                if only != own { result.faults.append(ProofFault(.deduction, .excludesResult(index))) }
                continue
            }
            if searched.contains(index) {
                result.searchedHouseholds += 1
                if strikes.isLeft(own, to: index) { continue }
                result.faults.append(ProofFault(.deduction, .excludesResult(index)))
            } else {
                result.faults.append(ProofFault(.deduction, .undecided(index)))
            }
        }
    }
}

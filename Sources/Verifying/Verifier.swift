import Admissions

/// Judges an allocation from the definition alone.
///
/// It shares nothing with the solver: its own comparator, its own enumeration of what siblings accept, its own counting of
/// seats. It is plain rather than clever, and untrusting: choices may be anything.
///
/// Source: Rules.md 1 to 4.
public struct Verifier: Sendable {
    private let subject: Case
    private let threads: Int
    /// That of the case.
    public let comparator: Comparator
    /// The fewest households whose lists may be long enough for a thread of their own.
    private static let fewHouseholds = 32

    /// - Parameters:
    ///   - subject: The case to judge allocations of.
    ///   - threads: How many may judge at the same time; the judgement is the same with any number.
    public init(_ subject: Case, threads: Int = 1) {
        self.subject = subject
        self.threads = threads
        comparator = Comparator(of: subject)
    }

    /// Checks the allocation, and finds every justified claim.
    ///
    /// - Complexity: O(n log n) in children and wishes, and for each household of siblings the product of its members'
    ///   list lengths, a combination at a time; for each phase, and in a round with phases or pins twice more.
    public func verify(_ allocation: Allocation) -> Verification {
        var faults = formFaults(allocation)
        if faults.isEmpty { faults = phaseFaults(allocation) }
        guard faults.isEmpty else { return .refused(faults) }
        let stages = PhaseStage.stages(of: allocation, in: subject, threads: threads)
        let judged = judge(stages)
        for (phase, stage) in stages.enumerated() {
            faults += stage.faults()
            for (household, judgement) in judged.enumerated() where judgement.refusedPhases.contains(phase) {
                faults.append(.notAccepted(household: subject.households[household].id))
            }
        }
        guard faults.isEmpty else { return .refused(faults) }
        return verification(of: allocation, stages, judged)
    }

    // MARK: Households

    /// What was found of one household.
    private struct Judgement {
        /// Phases that gave it what it does not accept.
        var refusedPhases: [Int] = []
        /// Where what it has at the end stands in its list, from 1; `nil` for what a pin made and the list does not have.
        var rank: Int?
        var claims: [Claim] = []
        var uncountedClaims: [Claim] = []
    }

    /// Judges every household: within each phase, and where there are phases or pins also in the whole round, with the
    /// pins and without them.
    private func judge(_ stages: [PhaseStage]) -> [Judgement] {
        var viewpoints = stages.map { ($0, Viewpoint.phase($0)) }
        if !subject.isPlain, let last = stages.last {
            viewpoints.append((last, .round(last, of: subject)))
            viewpoints.append((last, .withoutPins(last, of: subject)))
        }
        let occupations = viewpoints.map {
            Occupation($0, $1, of: subject, comparator: comparator, threads: threads)
        }
        let parts = inRanges(
            of: subject.households.count, threads: threads, smallest: Self.fewHouseholds
        ) { households in
            var finders = occupations.map { ClaimFinder(subject, $0, comparator) }
            return households.map { judge($0, stages, &finders) }
        }
        return Array(parts.joined())
    }

    /// - Parameter finders: One for each phase, then those of the whole round.
    private func judge(_ household: Int, _ stages: [PhaseStage], _ finders: inout [ClaimFinder]) -> Judgement {
        var judgement = Judgement()
        for (phase, stage) in stages.enumerated() {
            let before = phase > 0 ? judgement.rank : rankAtStart(of: household, stage)
            let claim: Claim?
            (judgement.rank, claim) = finders[phase].judge(household)
            if let claim { judgement.claims.append(claim) }
            // A household keeps what it had, or gets an outcome of its list that comes before it.
            let isChanged = subject.households[household].members.contains { stage.start[$0] != stage.end[$0] }
            let isAccepted = judgement.rank.map { rank in before.map { rank < $0 } ?? true } ?? false
            if isChanged, !isAccepted { judgement.refusedPhases.append(phase) }
        }
        for index in stages.count..<finders.count {
            guard let claim = finders[index].judge(household).claim else { continue }
            // What is a claim within a phase, or without any pin, is not listed again.
            let isKnown = (judgement.claims + judgement.uncountedClaims).contains { $0.jointRank == claim.jointRank }
            if !isKnown { judgement.uncountedClaims.append(claim) }
        }
        return judgement
    }

    /// The position in the household's list of what it had before the first phase; `nil` where it had nothing, or what a
    /// pin made and the list does not have.
    private func rankAtStart(of household: Int, _ first: PhaseStage) -> Int? {
        if subject.pins.isEmpty { return nil }
        let had = subject.households[household].members.map { first.start[$0] }
        if had.contains(Allocation.elsewhere) || had.allSatisfy({ $0 == Allocation.baseline }) { return nil }
        return AcceptedOutcomes(of: subject.households[household], in: subject).rank(of: had)
    }

    // MARK: What was found

    private func verification(
        of allocation: Allocation, _ stages: [PhaseStage], _ judged: [Judgement]
    ) -> Verification {
        let end = stages[stages.count - 1]
        var (seats, used) = (end.seats, end.used)
        for (limit, entry) in subject.limits.enumerated() {
            guard let phase = entry.phase, phase < stages.count - 1 else { continue }
            (seats[limit], used[limit]) = (stages[phase].seats[limit], stages[phase].used[limit])
        }
        let placements = elements(subject.children.count, threads: threads, state: ()) { _, child in
            placement(of: child, allocation, jointRank: judged[subject.children[child].household].rank)
        }.elements
        let total = figures(end.end)
        return Verification(
            faults: [], placements: placements, claims: judged.flatMap(\.claims),
            jointRanks: judged.map { $0.rank ?? 0 }, usedSeats: used, seats: seats, heldCount: total.heldCount,
            rankTotal: total.rankTotal, uncountedClaims: judged.flatMap(\.uncountedClaims),
            phases: subject.isPlain ? [] : stages.map { figures($0.end) })
    }

    private func figures(_ choices: [Int32]) -> PhaseFigures {
        var (heldCount, rankTotal) = (0, 0)
        for child in choices.indices {
            let isListed = choices[child] >= 0
            if choices[child] == Allocation.baseline, subject.children[child].currentFacility == nil { heldCount += 1 }
            rankTotal += (isListed ? Int(choices[child]) : subject.children[child].wishes.count) + 1
        }
        return PhaseFigures(heldCount: heldCount, rankTotal: rankTotal)
    }

    private func placement(of child: Int, _ allocation: Allocation, jointRank: Int?) -> Placement {
        let choice = allocation.choices[child]
        let facility = allocation.facility(of: child, in: subject)
        guard choice != Allocation.baseline else {
            return Placement(
                child: child, outcome: facility == nil ? .held : .stays, facility: facility, wishRank: nil,
                jointRank: jointRank, points: subject.children[child].points, isConditional: false)
        }
        let isListed = choice != Allocation.elsewhere
        let phase = allocation.phases.isEmpty || allocation.phases[child] < 0 ? nil : Int(allocation.phases[child])
        return Placement(
            child: child, outcome: .placed, facility: facility, wishRank: isListed ? Int(choice) + 1 : nil,
            jointRank: jointRank,
            points: isListed ? comparator.points(of: child, at: Int(choice)) : subject.children[child].points,
            isConditional: subject.children[child].isUnborn, phase: phase)
    }

    // MARK: Form and eligibility

    private func formFaults(_ allocation: Allocation) -> [Fault] {
        guard allocation.choices.count == subject.children.count else {
            return [.wrongCount(choices: allocation.choices.count, children: subject.children.count)]
        }
        let facilities = subject.facilities.map { MinimumAge(of: $0, on: subject.month.firstDay) }
        let offers = Offers(of: subject)
        let parts = inRanges(of: subject.children.count, threads: threads) { children in
            var faults: [Fault] = []
            for child in children { addFaults(of: child, allocation.choices[child], offers, facilities, to: &faults) }
            return faults
        }
        return Array(parts.joined())
    }

    private func addFaults(
        of index: Int, _ choice: Int32, _ offers: Offers, _ minimumAges: [MinimumAge], to faults: inout [Fault]
    ) {
        let wishes = subject.children[index].wishes
        func ineligibility(at wish: Wish) -> Ineligibility? {
            if !offers.includes(index, at: wish.facility) { return .notOffered }
            if let birth = subject.children[index].birthDate, !minimumAges[wish.facility].isReached(by: birth) {
                return .tooYoung
            }
            // What the points table refuses was computed with the points, when the case was resolved.
            return wish.ineligibility == .notEligible ? .notEligible : nil
        }
        for wish in wishes where ineligibility(at: wish) != wish.ineligibility {
            faults.append(
                .eligibilityDisagrees(
                    child: subject.children[index].id, facility: subject.facilities[wish.facility].id))
        }
        for key in computedKeys {
            for (rank, wish) in wishes.enumerated()
            where !isRight(
                subject.keyValue(child: index, wish: rank, key: key), key, of: index, rank: rank, at: wish.facility)
            {
                faults.append(
                    .keyValueDisagrees(
                        child: subject.children[index].id, facility: subject.facilities[wish.facility].id,
                        key: subject.rules.priority[key].name))
            }
        }
        // A pin overrides wishes and eligibility.
        if choice == Allocation.baseline || subject.pin(of: index)?.choice == choice { return }
        guard wishes.indices.contains(Int(choice)) else {
            faults.append(.noSuchWish(child: subject.children[index].id, choice: choice))
            return
        }
        let facility = wishes[Int(choice)].facility
        if let reason = ineligibility(at: wishes[Int(choice)]) {
            faults.append(
                .ineligible(child: subject.children[index].id, facility: subject.facilities[facility].id, reason))
        }
    }

    /// Keys whose values follow from the wish and its facility.
    private var computedKeys: [Int] {
        subject.wishKeyValues.keys.filter {
            [.wishRank, .siblingAtFacility, .livesInArea].contains(subject.rules.priority[$0].source)
        }
    }

    /// Whether the value is what the rules give; where a key is for some only, it may be blank.
    private func isRight(_ value: KeyValue?, _ key: Int, of child: Int, rank: Int, at facility: Int) -> Bool {
        if value == nil, !subject.rules.priority[key].onlyWhen.isEmpty { return true }
        return value == computedValue(key, of: child, rank: rank, at: facility)
    }

    /// The value at such a key, from the definition.
    ///
    /// Source: Rules.md 2, keys that depend on the wish.
    private func computedValue(_ key: Int, of child: Int, rank: Int, at facility: Int) -> KeyValue? {
        let isMet: Bool
        switch subject.rules.priority[key].source {
        case .wishRank: return .number(ExactNumber(rank + 1))
        case .siblingAtFacility: isMet = subject.children[child].siblingFacilities.contains(facility)
        case .livesInArea:
            let column = subject.attributeNames.firstIndex { $0 == subject.rules.priority[key].column }
            let home = column.map { subject.children[child].attributes[$0] } ?? ""
            isMet = home != "" && subject.facilities[facility].area == home
        case .points, .draw, .birthDate, .ageClass, .attribute, .part, .met: return nil
        }
        return .number(isMet ? 1 : 0)
    }

    /// Pins that are not kept, and children who are placed by no phase, or by one that is not for them.
    private func phaseFaults(_ allocation: Allocation) -> [Fault] {
        let hasPhases = subject.phases.count > 1
        guard allocation.phases.count == (hasPhases ? subject.children.count : 0) else {
            return [.wrongPhaseCount(phases: allocation.phases.count, children: subject.children.count)]
        }
        if subject.isPlain { return [] }
        var faults: [Fault] = []
        for pin in subject.pins where allocation.choices[pin.child] != pin.choice {
            faults.append(.pinBroken(child: subject.children[pin.child].id))
        }
        for child in subject.children.indices where subject.pin(of: child) == nil {
            let isPlaced = allocation.choices[child] != Allocation.baseline
            let phase = hasPhases ? Int(allocation.phases[child]) : isPlaced ? 0 : -1
            if isPlaced != subject.phases.indices.contains(phase) || (!isPlaced && phase != -1) {
                faults.append(.phaseUnclear(child: subject.children[child].id))
            } else if isPlaced, !subject.phases[phase].who.covers(subject.children[child].groups) {
                faults.append(.notInPhase(child: subject.children[child].id, phase: subject.phases[phase].name))
            }
        }
        return faults
    }
}

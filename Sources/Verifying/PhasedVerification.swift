import Admissions

/// Judges an allocation of a round with phases or pins, phase after phase, from the definition alone.
///
/// Source: Rules.md 4 to 6.
struct PhasedVerification {
    let subject: Case
    let comparator: Comparator
    let allocation: Allocation
    private let lists: [AcceptedOutcomes]
    private let isPinned: [Bool]

    init(_ allocation: Allocation, of subject: Case, comparator: Comparator) {
        self.subject = subject
        self.comparator = comparator
        self.allocation = allocation
        lists = subject.households.map { AcceptedOutcomes(of: $0, in: subject) }
        var isPinned = [Bool](repeating: false, count: subject.children.count)
        for pin in subject.pins { isPinned[pin.child] = true }
        self.isPinned = isPinned
    }

    /// - Precondition: The choices have the form of the case: one for each child, of a wish that it has.
    /// - Complexity: As ``Verifier/verify(_:)``, three times over for each phase.
    func verify() -> Verification {
        let formFaults = formFaults()
        if !formFaults.isEmpty { return .refused(formFaults) }
        let stages = stages()
        let faults = stages.flatMap { stage in
            stage.faults()
                + stage.households.filter { !accepts($0, in: stage) }.map {
                    .notAccepted(household: subject.households[$0].id)
                }
        }
        guard faults.isEmpty else { return .refused(faults) }
        return judged(stages)
    }

    /// The phases, each with what it found and left.
    func stages() -> [PhaseStage] {
        var stages: [PhaseStage] = []
        var closed = [Int](repeating: 0, count: subject.limits.count)
        for phase in subject.phases.indices {
            stages.append(
                PhaseStage(
                    subject, phase, start: choices(before: phase), end: choices(before: phase + 1), closed: closed,
                    isPinned: isPinned))
            closed = stages[phase].closedAfterwards
        }
        return stages
    }

    /// What everybody has before the phase: pins, and what earlier phases placed.
    private func choices(before phase: Int) -> [Int32] {
        subject.children.indices.map { child in
            let placedIn = allocation.phases.isEmpty ? 0 : Int(allocation.phases[child])
            return isPinned[child] || placedIn < phase ? allocation.choices[child] : Allocation.baseline
        }
    }

    // MARK: Form

    private func formFaults() -> [Fault] {
        let count = subject.children.count
        let hasPhases = subject.phases.count > 1
        if allocation.phases.count != (hasPhases ? count : 0) {
            return [.wrongPhaseCount(phases: allocation.phases.count, children: count)]
        }
        var faults: [Fault] = []
        for pin in subject.pins where allocation.choices[pin.child] != pin.choice {
            faults.append(.pinBroken(child: subject.children[pin.child].id))
        }
        for child in subject.children.indices where !isPinned[child] {
            let isPlaced = allocation.choices[child] != Allocation.baseline
            guard hasPhases else {
                if isPlaced, !subject.phases[0].who.covers(subject.children[child].groups) {
                    faults.append(.notInPhase(child: subject.children[child].id, phase: subject.phases[0].name))
                }
                continue
            }
            let phase = Int(allocation.phases[child])
            if isPlaced != subject.phases.indices.contains(phase) || (!isPlaced && phase != -1) {
                faults.append(.phaseUnclear(child: subject.children[child].id))
            } else if isPlaced, !subject.phases[phase].who.covers(subject.children[child].groups) {
                faults.append(.notInPhase(child: subject.children[child].id, phase: subject.phases[phase].name))
            }
        }
        return faults
    }

    /// Whether the household may have what the phase gave it: what it had, or an outcome of its list that keeps whoever
    /// does not take part and comes before what it had.
    private func accepts(_ household: Int, in stage: PhaseStage) -> Bool {
        let members = subject.households[household].members
        let (had, got) = (members.map { stage.start[$0] }, members.map { stage.end[$0] })
        if had == got { return true }
        guard let rank = rank(of: got, household) else { return false }
        return self.rank(of: had, household).map { rank < $0 } ?? true
    }

    /// The position in the household's list; `nil` for what a pin made and the list does not have.
    private func rank(of outcome: [Int32], _ household: Int) -> Int? {
        outcome.contains(Allocation.elsewhere) ? nil : lists[household].rank(of: outcome)
    }

    // MARK: Claims and rows

    private func judged(_ stages: [PhaseStage]) -> Verification {
        let end = stages.last!
        var claims: [Claim] = []
        var uncounted: [Claim] = []
        let round = RoundStage(end, pinnedKeepTheirSeats: true)
        let free = RoundStage(end, pinnedKeepTheirSeats: false)
        for household in subject.households.indices {
            var known = stages.compactMap { claim(of: household, by: $0) }
            claims += known
            for (judge, kind) in [(round, Claim.Kind.phase), (free, .overridden)] {
                guard let claim = claim(of: household, by: judge, as: kind) else { continue }
                // What is a claim within a phase, or without any pin, is not listed again.
                if !known.contains(where: { $0.jointRank == claim.jointRank }) { uncounted.append(claim) }
                known.append(claim)
            }
        }
        let jointRanks = subject.households.enumerated().map { index, household in
            rank(of: household.members.map { allocation.choices[$0] }, index)
        }
        let placements = subject.children.indices.map {
            placement(of: $0, jointRank: jointRanks[subject.children[$0].household])
        }
        var (seats, used) = (end.seats, end.usedAtEnd)
        for (limit, entry) in subject.limits.enumerated() {
            guard let phase = entry.phase, phase < stages.count - 1 else { continue }
            (seats[limit], used[limit]) = (stages[phase].seats[limit], stages[phase].usedAtEnd[limit])
        }
        return Verification(
            faults: [], placements: placements, claims: claims, jointRanks: jointRanks.map { $0 ?? 0 }, usedSeats: used,
            seats: seats, heldCount: heldCount(end.end), rankTotal: rankTotal(end.end), uncountedClaims: uncounted,
            phases: stages.map { PhaseFigures(heldCount: heldCount($0.end), rankTotal: rankTotal($0.end)) })
    }

    private func heldCount(_ choices: [Int32]) -> Int {
        zip(subject.children, choices).count { $1 == Allocation.baseline && $0.currentFacility == nil }
    }

    private func rankTotal(_ choices: [Int32]) -> Int {
        zip(subject.children, choices).reduce(0) { $0 + ($1.1 < 0 ? $1.0.wishes.count : Int($1.1)) + 1 }
    }

    private func placement(of child: Int, jointRank: Int?) -> Placement {
        let applicant = subject.children[child]
        let choice = allocation.choices[child]
        let phase = allocation.phases.isEmpty || allocation.phases[child] < 0 ? nil : Int(allocation.phases[child])
        let facility = allocation.facility(of: child, in: subject)
        if choice == Allocation.baseline {
            return Placement(
                child: child, outcome: facility == nil ? .held : .stays, facility: facility, wishRank: nil,
                jointRank: jointRank, points: applicant.points, isConditional: false)
        }
        return Placement(
            child: child, outcome: .placed, facility: facility,
            wishRank: choice == Allocation.elsewhere ? nil : Int(choice) + 1, jointRank: jointRank,
            points: choice == Allocation.elsewhere ? applicant.points : comparator.points(of: child, at: Int(choice)),
            isConditional: applicant.isUnborn, phase: phase)
    }

    /// The household's best-ranked claim as the judge sees it.
    ///
    /// - Parameter kind: What it is called; `nil`: by whether the seats are vacant.
    private func claim(of household: Int, by judge: some Judge, as kind: Claim.Kind? = nil) -> Claim? {
        let members = subject.households[household].members
        if !members.contains(where: judge.isFree) { return nil }
        let got = members.map { judge.stage.end[$0] }
        // An outcome that only a pin made is worse than every one of the list, and better than the baseline.
        let bound = rank(of: got, household) == nil ? got.map { _ in Allocation.baseline } : got
        let possible = members.map { child -> [Int32] in
            if !judge.isFree(child) { return [judge.stage.end[child]].filter { $0 >= 0 } }
            return subject.children[child].wishes.indices.map(Int32.init).filter {
                judge.mayHave(child, $0) && isJustified([child], [$0], of: members, by: judge)
            }
        }
        let claimed = lists[household].best(before: bound, possible: possible) { outcome in
            zip(members, outcome).allSatisfy { judge.isFree($0) || $1 == judge.stage.end[$0] }
                && isJustified(members, outcome, of: members, by: judge)
        }
        guard let claimed else { return nil }
        let demands = demands(members, claimed, by: judge)
        let isVacant = demands.allSatisfy { excess(of: $0, members, by: judge) <= 0 }
        let leaving = isVacant ? [] : displaced(by: demands, of: members, judge)
        let rows = zip(members, claimed).map { child, choice -> Claim.Member in
            let limits = judge.stage.limits(usedBy: child, choice)
            return Claim.Member(
                child: child,
                facility: choice == Allocation.baseline
                    ? subject.children[child].currentFacility : subject.children[child].wishes[Int(choice)].facility,
                displaced: leaving.filter { leaver in limits.contains { leaver.limits.contains($0) } }.map(\.child))
        }
        return Claim(
            household: household, kind: kind ?? (isVacant ? .vacant : .priority),
            jointRank: lists[household].rank(of: claimed)!, members: rows.sorted { $0.child < $1.child },
            phase: judge.stage.phase)
    }

    // MARK: Demands

    /// What some children of a household would use of one limit.
    private struct Demand {
        let limit: Int
        var users = 0
        /// The user who is placed and comes last; `nil` where all of them stay.
        var lowest: (child: Int, wish: Int)?
    }

    /// What the free children ask of each limit, ascending; where all stay there is nothing to ask.
    private func demands(_ members: [Int], _ outcome: [Int32], by judge: some Judge) -> [Demand] {
        var demands: [Int: Demand] = [:]
        for (child, choice) in zip(members, outcome) where judge.isFree(child) {
            for limit in judge.stage.limits(usedBy: child, choice) {
                var demand = demands[limit] ?? Demand(limit: limit)
                demand.users += 1
                if choice != Allocation.baseline {
                    let isLower = demand.lowest.map {
                        comparator.precedes($0.child, at: $0.wish, child, at: Int(choice))
                    }
                    if isLower ?? true { demand.lowest = (child, Int(choice)) }
                }
                demands[limit] = demand
            }
        }
        return demands.values.sorted { $0.limit < $1.limit }
    }

    private func isJustified(
        _ children: [Int], _ outcome: [Int32], of members: [Int], by judge: some Judge
    ) -> Bool {
        for (child, choice) in zip(children, outcome)
        where judge.isFree(child) && choice != Allocation.baseline && !judge.mayHave(child, choice) { return false }
        return demands(children, outcome, by: judge).allSatisfy { demand in
            // Staying never depends on vacancies.
            guard let lowest = demand.lowest else { return true }
            var before = 0
            for user in judge.stage.users[demand.limit] {
                if members.contains(user) && judge.isFree(user) { continue }
                if judge.comesBefore(user, lowest, comparator) { before += 1 }
            }
            return before + demand.users <= judge.stage.seats[demand.limit]
        }
    }

    /// How many others would have to leave the limit; 0 for those who only stay where nobody can have taken their seat.
    private func excess(of demand: Demand, _ members: [Int], by judge: some Judge) -> Int {
        if demand.lowest == nil, judge.stage.isFull[demand.limit] { return 0 }
        if demand.lowest == nil, subject.limits[demand.limit].excess > 0,
            !judge.stage.users[demand.limit].contains(where: {
                judge.stage.end[$0] != Allocation.baseline && !(members.contains($0) && judge.isFree($0))
            })
        {
            return 0
        }
        let others = judge.stage.users[demand.limit].count { !(members.contains($0) && judge.isFree($0)) }
        return others + demand.users - judge.stage.seats[demand.limit]
    }

    /// Those who would have to leave: limit by limit the last, as many as are too many after those who leave already.
    private func displaced(
        by demands: [Demand], of members: [Int], _ judge: some Judge
    ) -> [(child: Int, limits: Set<Int>)] {
        var leaving: [(child: Int, limits: Set<Int>)] = []
        for demand in demands {
            let excess =
                excess(of: demand, members, by: judge) - leaving.count { $0.limits.contains(demand.limit) }
            guard excess > 0 else { continue }
            let yielding = judge.stage.users[demand.limit].filter { user in
                !(members.contains(user) && judge.isFree(user)) && !leaving.contains { $0.child == user }
                    && judge.stage.end[user] != Allocation.baseline
                    && (demand.lowest.map { !judge.comesBefore(user, $0, comparator) } ?? judge.canLeave(user))
            }.sorted { judge.comesBefore($1, $0, comparator) }
            for child in yielding.prefix(excess) {
                leaving.append((child, Set(judge.stage.limits(usedBy: child, judge.stage.end[child]))))
            }
        }
        return leaving.sorted { $0.child < $1.child }
    }
}

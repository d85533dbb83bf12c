import Admissions
import Allocating
import Programs

/// Looks for the cheapest ways to fewer claims, where an allocation without claims does not exist.
///
/// Candidates come from the cores of the proof: one seat more where a step of a core finds a limit full, or one household of a
/// core with a wider answer. Each is tried by solving the changed case to the end (``Trial``), so what is returned is proved.
///
/// Candidates are tried in a fixed order, those most often behind a reason first, and the number tried is bounded; the findings
/// say how many were not tried.
public struct Adviser: Sendable {
    private let subject: Case
    private let options: Options

    /// How far to look.
    public struct Options: Sendable {
        /// How to solve the changed cases, and when to stop.
        public var allocator = Allocator.Options()
        /// The most candidates that are tried.
        public var mostCandidates = 12
        /// The most candidates times the children of the case: 32 candidates for 10,000 children.
        public var mostChildren = 320_000
        /// The most steps of the solver for one candidate: some seconds.
        public var mostSteps = 1_000_000_000

        public init() {}

        /// How many candidates of a case are tried at most.
        public func mostTried(of subject: Case) -> Int {
            min(mostCandidates, mostChildren / max(1, subject.children.count))
        }
    }

    /// What was found.
    public struct Findings: Sendable, Hashable {
        /// Fewest claims first; then fewest children who end up elsewhere.
        public var advice: [Advice] = []
        /// How many changes were worth trying; 0 where the search did not begin.
        public var candidates = 0
        /// How many changes were tried.
        public var tried = 0
        /// Why not all changes were tried; `nil` where all were.
        public var cut: Cut?

        public init() {}
    }

    /// Why a candidate was not tried.
    public typealias Cut = Trial.Cut

    public init(_ subject: Case, options: Options = Options()) {
        self.subject = subject
        self.options = options
    }

    /// Changes of one seat or one answer that lead to fewer claims than the result has.
    ///
    /// - Parameter result: A proved result of the case; without claims, or without proof, there is nothing to advise.
    /// - Throws: What the allocator throws. Running out of time is no error.
    /// - Complexity: A solve for each candidate tried.
    public func findings(on result: AllocationResult) throws(AllocationError) -> Findings {
        var findings = Findings()
        guard result.isProved, !result.claimants.isEmpty else { return findings }
        let most = options.mostTried(of: subject)
        guard most > 0 else {
            findings.cut = .work
            return findings
        }
        guard let proof = try proof(of: result) else {
            findings.cut = .time
            return findings
        }
        let candidates = candidates(proof, claimants: result.claimants)
        findings.candidates = candidates.count
        if candidates.count > most { findings.cut = .work }
        let filter =
            result.claimants.count == 1 && result.phases.isEmpty
            ? ChangeFilter(subject, until: options.allocator.deadline, mostSteps: options.mostSteps) : nil
        // The candidates are tried at the same time, so each has one thread.
        var alone = options.allocator
        alone.threads = 1
        let trial = Trial(alone)
        try Trial.inTurn(Array(candidates.prefix(most)), threads: options.allocator.threads) {
            [subject, options] change throws(AllocationError) in
            guard let changed = change.applied(to: subject) else {
                throw AllocationError.fault("a change of the case that does not apply")
            }
            if let filter, try filter.refutes(change, as: changed) {
                return (change, Trial.Answer(.tooManyClaims, steps: 0))
            }
            return (
                change,
                try trial.solve(changed, mostSteps: options.mostSteps, mostClaims: result.claimants.count - 1)
            )
        } take: { _, found throws(AllocationError) in
            let (change, answer) = try found.get()
            if let cut = answer.cut {
                findings.cut = cut
                // One that takes too much work says nothing of the others; the time ends all.
                return cut == .work
            }
            if let allocation = answer.allocation, answer.claimants.count < result.claimants.count {
                findings.advice.append(
                    advice(change, allocation, claims: answer.claimants.count, instead: result.allocation))
            }
            findings.tried += 1
            return true
        }
        findings.advice.sort { key($0).lexicographicallyPrecedes(key($1)) }
        return findings
    }

    /// The proof with its cores. Where a solver found the result without cores, the case is solved again to have them; `nil`
    /// where the time ended.
    private func proof(of result: AllocationResult) throws(AllocationError) -> Proof? {
        let records = result.phases.isEmpty ? [result.record] : result.phases.map(\.record)
        guard !records.contains(where: \.proof.isWhole) else {
            var allocator = options.allocator
            allocator.usesReduction = true
            let reduced = try Allocator(subject, options: allocator).allocate()
            return reduced.isProved ? try proof(of: reduced) : nil
        }
        if result.phases.isEmpty { return result.record.proof }
        // The steps of a phase name outcomes of that phase; the households are those of the whole round.
        return Proof(
            cores: records.flatMap(\.proof.cores).map {
                Proof.Core(
                    households: $0.households, deduction: Deduction(),
                    search: Proof.Search(households: $0.households, limits: []))
            })
    }

    private func advice(_ change: Change, _ allocation: Allocation, claims: Int, instead: Allocation) -> Advice {
        Advice(
            change: change, claims: claims, placed: allocation.choices.count { $0 != Allocation.baseline },
            changedChildren: subject.children.indices.count {
                allocation.facility(of: $0, in: subject) != instead.facility(of: $0, in: subject)
            })
    }

    /// The order of the advice: by claims, by children moved, then answers before seats, each in the order of the case.
    private func key(_ advice: Advice) -> [Int] {
        func place(of id: FacilityID) -> Int { subject.facilities.firstIndex { $0.id == id } ?? 0 }
        let change: [Int] =
            switch advice.change {
            case .timing(let id, _): [0, subject.answer(of: id)?.household ?? 0]
            case .facility(let id, _): [1, subject.answer(of: id)?.household ?? 0]
            case .usableSeat(let id, let ageClass): [2, place(of: id), ageClass]
            case .seats, .drawSeed, .setting, .attribute, .limitSeats, .answer, .list, .draw, .value, .points: [3]
            }
        return [advice.claims, advice.changedChildren] + change
    }

    // MARK: Candidates

    /// The changes to try, in order: the claimants' answers, then seats, then the answers of the other households of the cores.
    /// Of the seats, those that the claimants wish come first, then those whose limit is most often full in a reason.
    private func candidates(_ proof: Proof, claimants: [Int]) -> [Change] {
        let others = Set(proof.cores.flatMap(\.households)).subtracting(claimants).sorted()
        let changes =
            Set(claimants).sorted().flatMap(relaxations) + seats(proof, claimants) + others.flatMap(relaxations)
        return changes.filter { $0.applied(to: subject) != nil }
    }

    /// What a household could be content with beyond its answer.
    ///
    /// The new answer must not change which child is preferred. Where none is named, it is the lead child, and without a lead
    /// child the eldest.
    private func relaxations(of household: Int) -> [Change] {
        guard case .answer(let answer) = subject.households[household].wishes else { return [] }
        let id = subject.households[household].id
        var changes: [Change] = []
        let eldest = subject.households[household].members[0]
        if answer.timing != .any, answer.lead == nil || answer.lead == eldest || answer.preferred != answer.lead {
            changes.append(.timing(id, .any))
        }
        if answer.facility == .sameOnly || answer.facility == .near {
            changes.append(.facility(id, .sameFirst))
        }
        return changes
    }

    /// A class of a facility.
    private struct Room: Hashable, Comparable {
        let facility: Int
        let ageClass: Int

        static func < (left: Room, right: Room) -> Bool {
            (left.facility, left.ageClass) < (right.facility, right.ageClass)
        }
    }

    private func seats(_ proof: Proof, _ claimants: [Int]) -> [Change] {
        let fullLimits = FullLimits(of: subject)
        var uses: [Room: Int] = [:]
        for core in proof.cores {
            // Every core counts alike, however long its reasons are.
            var rooms: [Room: Int] = [:]
            for step in core.deduction.steps {
                for full in fullLimits.named(by: step) {
                    let room = Room(facility: full.facility, ageClass: subject.children[full.child].ageClass)
                    rooms[room, default: 0] += 1
                }
            }
            if let search = core.search { count(search, &rooms) }
            let total = max(1, rooms.values.reduce(0, +))
            for (room, number) in rooms { uses[room, default: 0] += number * 1_000_000 / total }
        }
        var wished: [Room: Int] = [:]
        count(Proof.Search(households: claimants, limits: []), &wished)
        for room in wished.keys { uses[room, default: 0] += 1_000_000 * (proof.cores.count + 1) }
        return uses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            .usableSeat(subject.facilities[$0.key.facility].id, ageClass: $0.key.ageClass)
        }
    }

    /// Counts the classes in which children of the households searched could use a seat of the limits searched.
    private func count(_ search: Proof.Search, _ rooms: inout [Room: Int]) {
        let limits = Set(search.limits)
        for child in search.households.flatMap({ subject.households[$0].members }) {
            for wish in subject.children[child].wishes where wish.isEligible {
                let uses = subject.facilities[wish.facility].limits.contains {
                    (limits.isEmpty || limits.contains($0)) && subject.covers(limit: $0, child: child)
                }
                if uses {
                    rooms[Room(facility: wish.facility, ageClass: subject.children[child].ageClass), default: 0] += 1
                }
            }
        }
    }
}

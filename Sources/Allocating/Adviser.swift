import Admissions
import Programs

/// Looks for the cheapest ways to fewer claims, where an allocation without claims does not exist.
///
/// Candidates come from the cores: one seat more where the reasons of a core find a limit full, and one household of a core
/// content with more. Each is tried by solving the changed case again to the end, so what is returned is proved.
///
/// Candidates are tried in a fixed order, those most often behind a reason first, and so many that the work is bounded; the
/// findings say how many were not tried.
public struct Adviser: Sendable {
    private let subject: Case
    private let options: Options

    /// How far to look.
    public struct Options: Sendable {
        /// How to solve the changed cases, and when to stop.
        public var allocator = Allocator.Options()
        /// Candidates that are tried at most.
        public var mostCandidates = 12
        /// Children whose case is solved again at most, all candidates together: 32 candidates for 10,000 children.
        public var mostChildren = 320_000
        /// Solver's steps that one candidate takes at most: some seconds.
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
        /// Changes that were worth trying, and those that were tried; 0 where no such work is done at all.
        public var candidates = 0
        public var tried = 0
        /// What kept the others from being tried; `nil` where all were.
        public var cut: Cut?

        public init() {}
    }

    /// Why a candidate was not tried.
    public enum Cut: String, Codable, Sendable {
        /// So much work is not done for advice.
        case work
        /// The deadline had passed.
        case time
        /// Somebody stopped the search.
        case interrupted
    }

    public init(_ subject: Case, options: Options = Options()) {
        self.subject = subject
        self.options = options
    }

    /// Changes of one seat or one answer that lead to fewer claims than the result has.
    ///
    /// - Parameter result: A proved result of the case; without claims, or without proof, there is nothing to advise.
    /// - Throws: What the allocator throws; not for want of time.
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
            ? Filter(subject, until: options.allocator.deadline, mostSteps: options.mostSteps) : nil
        let tried = Array(candidates.prefix(most))
        let trials = inRanges(of: tried.count, threads: options.allocator.threads, smallest: 1) { range in
            range.map { index in Result { () throws(AllocationError) in try trial(of: tried[index], result, filter) } }
        }
        trying: for trial in trials.joined() {
            switch try trial.get() {
            case .better(let advice): findings.advice.append(advice)
            case .noBetter: break
            case .outOfTime:
                findings.cut = .time
                break trying
            case .tooMuchWork:
                findings.cut = .work
                continue trying
            }
            findings.tried += 1
        }
        findings.advice.sort { key($0).lexicographicallyPrecedes(key($1)) }
        return findings
    }

    /// What came of trying a change.
    private enum Trial {
        case better(Advice)
        case noBetter
        case outOfTime
        case tooMuchWork
    }

    private func trial(
        of change: CaseChange, _ result: AllocationResult, _ filter: Filter?
    ) throws(AllocationError) -> Trial {
        guard let changed = subject.applying(change) else { throw .fault("a change of the case that does not apply") }
        if let filter, try filter.refutes(change, as: changed) { return .noBetter }
        var allocator = options.allocator
        allocator.usesReduction = true
        // The others are tried meanwhile.
        allocator.threads = 1
        allocator.progress = nil
        allocator.mostClaims = result.claimants.count - 1
        allocator.recordsProof = false
        allocator.approximates = false
        // Another budget for each, so that what comes of one does not depend on those that are tried meanwhile.
        allocator.deadline.work = WorkBudget(limit: options.mostSteps)
        let outcome = try Allocator(changed, options: allocator).allocate()
        if outcome.isProved, outcome.claimants.count < result.claimants.count {
            return .better(advice(change, outcome, instead: result.allocation))
        }
        if outcome.isProved || outcome.claimBound >= result.claimants.count { return .noBetter }
        return allocator.deadline.timeHasPassed ? .outOfTime : .tooMuchWork
    }

    /// Tells of most changes that they leave a claim, without solving anew: from where the reduction of the case stands.
    ///
    /// Nothing changes the store and the reduction once they are made: each question works on copies of both, so several
    /// threads may ask at the same time.
    private struct Filter: @unchecked Sendable {
        private let store: OutcomeStore
        private let reduction: Reduction
        private let deadline: Deadline
        private let mostSteps: Int

        init(_ subject: Case, until deadline: Deadline, mostSteps: Int) {
            self.deadline = deadline
            self.mostSteps = mostSteps
            store = OutcomeStore(Market(subject))
            var reduction = Reduction(
                store, isExempt: [Bool](repeating: false, count: subject.households.count), until: deadline)
            reduction.run()
            self.reduction = reduction
        }

        /// Whether no allocation of the changed case is without a claim; false where that is still to be found out.
        func refutes(_ change: CaseChange, as changed: Case) throws(AllocationError) -> Bool {
            var reduction = reduction
            switch change {
            case .timing(let household, _), .facility(let household, _):
                reduction.replaceList(of: household, by: OutcomeStore(store, changing: household, as: changed))
            case .seat:
                reduction.raiseSeats(by: OutcomeStore(store, on: store.market.raisingSeats(as: changed)))
            }
            reduction.run()
            if !reduction.emptied.isEmpty { return true }
            if reduction.isStopped { return false }
            do {
                var deadline = deadline
                deadline.work = WorkBudget(limit: mostSteps)
                var search = try LevelSearch(solver: .native, deadline: deadline)
                for component in try Formulator(reduction).components(until: deadline) {
                    if try search.minimise(component.program, []) == nil { return true }
                }
                return false
            } catch .stopped { return false }
        }
    }

    /// The proof with its cores, made anew where a solver did without; `nil` where the time ended.
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

    private func advice(_ change: CaseChange, _ outcome: AllocationResult, instead: Allocation) -> Advice {
        Advice(
            change: change, claims: outcome.claimants.count,
            placed: outcome.allocation.choices.count { $0 != Allocation.baseline },
            changedChildren: subject.children.indices.count {
                outcome.allocation.facility(of: $0, in: subject) != instead.facility(of: $0, in: subject)
            })
    }

    private func key(_ advice: Advice) -> [Int] {
        let change: [Int] =
            switch advice.change {
            case .timing(let household, _): [0, household]
            case .facility(let household, _): [1, household]
            case .seat(let facility, let ageClass): [2, facility, ageClass]
            }
        return [advice.claims, advice.changedChildren] + change
    }

    // MARK: Candidates

    /// The claimants' answers, then seats: those that the claimants wish first, else by how often a reason needs their limit to
    /// be full; then the answers of the others.
    private func candidates(_ proof: Proof, claimants: [Int]) -> [CaseChange] {
        let others = Set(proof.cores.flatMap(\.households)).subtracting(claimants).sorted()
        let changes =
            Set(claimants).sorted().flatMap(relaxations) + seats(proof, claimants) + others.flatMap(relaxations)
        return changes.filter { subject.applying($0) != nil }
    }

    /// What a household could be content with beyond its answer.
    ///
    /// Who is preferred must not change with the answer: where nobody is named it is the lead child, and without one the
    /// eldest.
    private func relaxations(of household: Int) -> [CaseChange] {
        guard case .answer(let answer) = subject.households[household].wishes else { return [] }
        var changes: [CaseChange] = []
        let eldest = subject.households[household].members[0]
        if answer.timing != .any, answer.lead == nil || answer.lead == eldest || answer.preferred != answer.lead {
            changes.append(.timing(household: household, .any))
        }
        if answer.facility == .sameOnly || answer.facility == .near {
            changes.append(.facility(household: household, .sameFirst))
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

    private func seats(_ proof: Proof, _ claimants: [Int]) -> [CaseChange] {
        let store = OutcomeStore(Market(subject))
        var uses: [Room: Int] = [:]
        for core in proof.cores {
            // Every core counts alike, however long its reasons are.
            var rooms: [Room: Int] = [:]
            for step in core.deduction.steps { count(step, store, &rooms) }
            if let search = core.search { count(search, &rooms) }
            let total = max(1, rooms.values.reduce(0, +))
            for (room, number) in rooms { uses[room, default: 0] += number * 1_000_000 / total }
        }
        var wished: [Room: Int] = [:]
        count(Proof.Search(households: claimants, limits: []), &wished)
        for room in wished.keys { uses[room, default: 0] += 1_000_000 * (proof.cores.count + 1) }
        return uses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            .seat(facility: $0.key.facility, ageClass: $0.key.ageClass)
        }
    }

    /// Counts the classes of the children for whom the step finds a limit full.
    private func count(_ step: Deduction.Step, _ store: OutcomeStore, _ rooms: inout [Room: Int]) {
        guard case .full(let household, let outcomes, let place) = step else { return }
        let market = store.market
        var touches: [Touch] = []
        for outcome in outcomes {
            while store.count[Int(household)] <= outcome { store.extend(Int(household)) }
            store.collectTouches(Int(household), Int(outcome), into: &touches)
            let touch = touches.sorted { $0.limit < $1.limit }[Int(place)]
            let child = Int(market.memberChild[Int(market.slotMember[Int(touch.lowest)])])
            let room = Room(
                facility: subject.limits[Int(touch.limit)].facility, ageClass: subject.children[child].ageClass)
            rooms[room, default: 0] += 1
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

import Admissions
import Allocating
import Asking
import CaseFiles
import Explaining
import Foundation
import Programs
import Reports
import Tables
import Verifying

/// One round: from a case that was read to a checked result. Nothing is written.
///
/// ```swift
/// let reading = CaseFolder(path: "city").read(doubts: .sought(previous: nil), threads: 4)
/// let result = try Round(reading, named: "city").run()
/// try writeFolder(try result.files(), to: url)
/// ```
///
/// The commands `run` and `batch` and any other front end go this way, so the promise about results is kept here: there is no
/// result unless a verifier that shares nothing with the allocator agrees with it, and unless every reason is confirmed.
/// Several rounds may run at the same time in one process. Their work blocks the threads that call it: never call it on
/// Swift's cooperative pool.
public struct Round: Sendable {
    /// How to search and what to ask; the defaults suit every case.
    public struct Options: Sendable {
        /// Which solver decides what logic leaves open. Default `.auto`.
        public var solver = SolverChoice.auto
        /// Whether to decide by logic first. Default true.
        public var usesReduction = true
        /// The time from the start of the round to the end of writing. Default `nil`: until the result is proved.
        public var timeLimit: Duration?
        /// For how many children without a place to look for what would have sufficed. Default `nil`: for as many as take little
        /// time.
        public var sufficient: Int?
        /// How the tables are written. Default UTF-8.
        public var encoding = TextEncoding.utf8
        /// Whether the result is written as a workbook (`result.xlsx`) too. Default false: only where case.yaml asks for it.
        public var writesWorkbook = false
        /// Whether the result is a trial: its pages say so. Default false.
        public var isTrial = false
        /// Other results that the report lays beside this one. Default none.
        public var earlier: [EarlierResult] = []
        /// How many threads may work at the same time; the result is the same with any number. Default 1.
        public var threads = 1

        public init() {}
    }

    /// The case.
    public let subject: Case
    /// Codes of the warnings that needed acceptance and have it, in order.
    public let accepted: [String]
    let reading: CaseReading
    /// What the parts of the points table count; the draft that says so is discarded.
    private let parts: [PartNumbers]
    /// What is written beside the usual tables.
    private let further: FurtherFiles
    let options: Options
    let start: ContinuousClock.Instant

    /// The most children in all changed cases that are solved where ``Options/sufficient`` is `nil`: four cases of 8,000. The
    /// steps of the solver are limited as well.
    private static let sufficientWork = 32_000

    /// Takes a case whose doubts were sought.
    ///
    /// - Parameters:
    ///   - reading: What was read from the case folder; its draft is discarded.
    ///   - name: What the case is called in errors, such as the path of its folder.
    ///   - acceptance: The warnings that somebody accepts.
    ///   - options: How to search and what to ask.
    ///   - start: When the work on the case began, before it was read.
    /// - Throws: ``RoundError/invalidCase(name:problems:)``, ``RoundError/needsAcceptance(codes:)``,
    ///   ``RoundError/invalidInput(sentence:problems:)`` where no workbook can hold the children's table, or
    ///   ``RoundError/missingSolver(_:)``.
    public init(
        _ reading: consuming CaseReading, named name: String, accepting acceptance: Acceptance = Acceptance(),
        options: Options = Options(), since start: ContinuousClock.Instant = .now
    ) throws(RoundError) {
        try Self.requireSolver(options.solver)
        guard let subject = reading.subject else {
            throw .invalidCase(name: name, problems: reading.problems.filter { $0.severity == .error })
        }
        accepted = try acceptance.accepted(of: reading.problems)
        parts = reading.draft?.partNumbers(of: subject, threads: options.threads) ?? []
        reading.dropDraft(threads: options.threads)
        further = try FurtherFiles(of: copy reading, writesWorkbook: options.writesWorkbook)
        self.subject = subject
        self.reading = reading
        self.options = options
        self.start = start
    }

    /// Does nothing if this build has the solver.
    ///
    /// - Throws: ``RoundError/missingSolver(_:)`` where it lacks the solver.
    public static func requireSolver(_ solver: SolverChoice) throws(RoundError) {
        if solver == .glpk, !GLPKSolver.isAvailable { throw .missingSolver(solver) }
    }

    /// What verifying and explaining need of the case alone, so that it can be made before there is a result.
    private struct Prepared {
        let queues: ApplicantQueues
        let verifier: Verifier

        init(for subject: Case, threads: Int) {
            verifier = Verifier(subject, threads: threads)
            queues = ApplicantQueues(of: subject, comparator: verifier.comparator)
        }
    }

    /// Allocates, verifies, explains, advises, and asks what would have sufficed.
    ///
    /// - Parameters:
    ///   - stop: Ends the search in order when it is raised, from any thread: the result is the best that was checked, and says
    ///     that it was interrupted.
    ///   - hears: Is told what is being done, on the thread that calls. It cannot change the result.
    /// - Throws: ``RoundError/notAllocated(_:)`` or ``RoundError/defect(_:faults:)``. Running out of time is no error.
    public func run(
        stop: StopSignal = StopSignal(), hears: @escaping @Sendable (RoundEvent) -> Void = { _ in }
    ) throws(RoundError) -> RoundResult {
        let clock = ContinuousClock()
        let (threads, encoding) = (options.threads, options.encoding)
        let read = clock.now
        // Depends on the case alone, so it is made while the result is searched for, where that leaves a thread idle.
        let digest = Background(threads: threads, waits: true) { [subject] in subject.digest().description }
        let prepared = Background(threads: threads, waits: true) { [subject, threads] in
            // The digest is needed last.
            defer { digest.begin() }
            return Prepared(for: subject, threads: threads)
        }

        var options = Allocator.Options()
        options.solver = self.options.solver
        options.usesReduction = self.options.usesReduction
        options.threads = threads
        // Raised by whoever stops the round, and by the watch over its time.
        let end = StopSignal(following: stop)
        let timeLimit = self.options.timeLimit
        options.deadline = Deadline(at: timeLimit.map { start + searchTime(of: $0, read: read - start) }, signal: end)
        let keeper = TimeKeeper(stop: end)
        if let timeLimit {
            keeper.watch(from: start, limit: timeLimit) { [encoding, subject] in
                let allocation = Allocator.approximation(of: subject)
                let verified = prepared.value.verifier.verify(allocation)
                guard
                    let explanations = try? Explanations(
                        of: subject, allocation, verified, queues: prepared.value.queues)
                else { return }
                _ = try? resultTables(
                    verified, explanations, of: subject, encoding: encoding,
                    ties: drawTies(verified, explanations, of: subject))
            }
        }
        options.whenIdle = { prepared.begin() }
        options.progress = { hears(.allocating($0)) }
        let result: AllocationResult
        do throws(AllocationError) { result = try Allocator(subject, options: options).allocate() } catch {
            throw .notAllocated(error)
        }
        keeper.endWatch()
        let allocated = clock.now
        hears(.verifying)
        let verified = prepared.value.verifier.verify(result.allocation)
        try Self.refuseFaults(verified, result)
        let explanations: Explanations
        do throws(UnconfirmedReasons) {
            explanations = try Explanations(
                of: subject, result.allocation, verified, queues: prepared.value.queues, threads: threads)
        } catch { throw .defect("\(error); nothing was written.") }
        let verifiedAt = clock.now
        hears(.advising)
        var advice = try advise(result, options)
        if advice.cut == .time, stop.isRaised { advice.cut = .interrupted }
        let advisedAt = clock.now

        let asked = try askWhatSuffices(result, options, verified, explanations, hears)
        var record = record(
            digest: digest.value, result, verified, advice,
            timings: [
                "readSeconds": (read - start).seconds, "allocateSeconds": (allocated - read).seconds,
                "verifySeconds": (verifiedAt - allocated).seconds, "adviseSeconds": (advisedAt - verifiedAt).seconds,
            ])
        record.sufficient = asked.map {
            // Time ends a search by the same signal as Ctrl-C.
            let cut = $0.cut == .time && stop.isRaised ? .interrupted : $0.cut
            return .init(
                children: $0.children, examined: $0.examined, confirmed: $0.confirmed, solves: $0.solves, cut: cut,
                leftOut: $0.leftOut.isEmpty ? nil : $0.leftOut)
        }
        return RoundResult(
            subject: subject, allocation: result, verified: verified, explanations: explanations, advice: advice,
            sufficient: asked, record: record, parts: parts, groups: reading.reportGroups, further: further,
            encoding: encoding,
            threads: threads)
    }

    /// Looks for what would have sufficed, for a proved result only: without a proof there might be a better result of the same
    /// case.
    private func askWhatSuffices(
        _ result: AllocationResult, _ options: Allocator.Options, _ verified: Verification,
        _ explanations: Explanations, _ hears: @escaping @Sendable (RoundEvent) -> Void
    ) throws(RoundError) -> SufficientSearch? {
        let sufficient = self.options.sufficient
        guard result.isProved, sufficient != 0 else { return nil }
        var options = options
        var mostSolves: Int?
        if sufficient == nil {
            // A case with claims may take long to solve again.
            guard verified.claims.isEmpty else { return nil }
            options.mostClaims = 0
            mostSolves = Self.sufficientWork / max(1, subject.children.count)
        }
        let children = SufficientSearch.candidates(of: subject, explanations, verified.placements)
        hears(.askingWhatSuffices(wishes: nil))
        var search = SufficientSearch(of: subject, explanations, options)
        do {
            try search.examine(
                Array(children.prefix(sufficient ?? .max)), mostSolves: mostSolves,
                mostSteps: sufficient == nil ? SufficientSearch.mostStepsInAll : .max, threads: self.options.threads
            ) { hears(.askingWhatSuffices(wishes: $0)) }
        } catch { throw RoundError(solving: error) }
        return search
    }

    /// How long the search may take at most, if verifying and writing take as long as reading did. ``TimeKeeper`` measures their
    /// time and may end the search earlier.
    private func searchTime(of limit: Duration, read: Duration) -> Duration { limit - min(limit / 2, read) }

    /// Throws unless the independent check agrees with the allocator.
    static func refuseFaults(_ verified: Verification, _ result: AllocationResult) throws(RoundError) {
        if verified.agrees(withProved: result.provedClaimants) { return }
        throw .defect(
            "the allocation did not pass its verification; nothing was written.",
            faults: verified.faults.map(\.description))
    }

    private func record(
        digest: String, _ result: AllocationResult, _ verified: Verification, _ advice: Adviser.Findings,
        timings: [String: Double]
    ) -> RunRecord {
        RunRecord(
            municipality: subject.municipality, round: subject.round, month: subject.month.description,
            objective: subject.rules.objective.rawValue,
            status: result.status, termination: result.termination,
            caseDigest: digest, digestVersion: Case.digestVersion,
            counts: .init(of: subject, verified),
            levels: RunRecord.levels(subject, result, verified),
            claimants: RunRecord.claimants(verified, in: subject),
            phases: RunRecord.phases(subject, result, verified), pins: RunRecord.pins(subject),
            advice: .init(candidates: advice.candidates, tried: advice.tried, cut: advice.cut),
            trial: self.options.isTrial ? true : nil,
            earlier: self.options.earlier.isEmpty ? nil : self.options.earlier,
            warnings: reading.warningCounts, warningsAccepted: accepted,
            unreadColumns: reading.unreadColumnsByFile, timings: timings,
            solver: .init(
                program: RunRecord.ownProgram, chosen: options.solver.rawValue, reduction: options.usesReduction,
                calls: result.record.solves, outcomes: result.record.outcomes, strikes: result.record.strikes,
                undecidedHouseholds: result.record.undecidedHouseholds, components: result.record.components,
                largestComponent: result.record.largestComponent,
                cores: result.record.cores.map { $0.households.map { RunRecord.name($0, in: subject) } },
                proof: ProofRecord(result.record.proof)),
            inputs: reading.files.map {
                .init(file: $0.name, encoding: $0.encoding.rawValue, sha256: $0.sha256)
            }, resultTable: further.layout?.fileName)
    }

    /// The cheapest ways to fewer claims, where some remain.
    private func advise(
        _ result: AllocationResult, _ options: Allocator.Options
    ) throws(RoundError) -> Adviser.Findings {
        var adviser = Adviser.Options()
        adviser.allocator = options
        do { return try Adviser(subject, options: adviser).findings(on: result) } catch {
            throw RoundError(solving: error)
        }
    }
}

extension Duration {
    /// The duration in seconds.
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

import Admissions
import Allocating
import BuildVersion
import CaseFiles
import Explaining
import Foundation
import Programs
import Tables
import Verifying

/// One round from the case to the files of its result: allocated, verified, explained, and nothing written yet.
///
/// `run` and `batch` both go this way. What stops it is told on the console and thrown as the status to end with.
struct RoundRun {
    let subject: Case
    let reading: CaseReading
    /// Codes of warnings that were accepted, in order.
    let accepted: [String]
    let threads: Int
    /// When the work on the case began, before it was read.
    let start: ContinuousClock.Instant

    var solver = SolverChoice.auto
    var usesReduction = true
    /// From ``start`` to the end of writing; `nil`: until it is proved.
    var timeLimit: Duration?
    /// For how many children is asked what would have sufficed; `nil`: for as many as take little time.
    var sufficient: Int?
    /// Children's worth of cases that are solved again where nobody says how many: four times a city of 8,000. How much work
    /// a solver may have with them is limited besides.
    private static let sufficientWork = 32_000
    var encoding = TextEncoding.utf8
    /// Stands before what is said of the progress.
    var label = ""

    init(
        _ subject: Case, _ reading: CaseReading, accepted: [String], threads: Int, since start: ContinuousClock.Instant
    ) {
        self.subject = subject
        self.reading = reading
        self.accepted = accepted
        self.threads = threads
        self.start = start
    }

    /// What is needed of the case once its result is there.
    private struct Prepared {
        let queues: ApplicantQueues
        let verifier: Verifier

        init(for subject: Case, threads: Int) {
            verifier = Verifier(subject, threads: threads)
            queues = ApplicantQueues(of: subject, comparator: verifier.comparator)
        }
    }

    /// What is to be written, and what is to be said of it.
    struct Finished {
        let record: RunRecord
        let advice: Adviser.Findings
        let files: [OutputFile]

        /// Ends with the status of a result that is not proved.
        func refuseUnproved() throws {
            if isInterrupted { throw ExitStatus.interrupted }
            if record.status != RunStatus.optimal.rawValue || record.endedBy != nil { throw ExitStatus.notProved }
        }

        /// Whether somebody stopped the work, before the proof or after it.
        var isInterrupted: Bool { record.status == Self.interrupted || record.endedBy == .interrupted }

        static let interrupted = "interrupted"
    }

    func perform(_ interruption: Interruption, _ console: Console) throws -> Finished {
        let clock = ContinuousClock()
        let read = clock.now
        // Depends on the case alone, so it is made while the result is searched for, where that leaves a thread idle.
        let digest = Background(threads: threads, waits: true) { [subject] in subject.digest().description }
        let prepared = Background(threads: threads, waits: true) { [subject, threads] in
            // The digest is needed last.
            defer { digest.begin() }
            return Prepared(for: subject, threads: threads)
        }

        let progress = ProgressLine(isJSON: console.isJSON)
        var options = Allocator.Options()
        options.solver = solver
        options.usesReduction = usesReduction
        options.threads = threads
        options.deadline = Deadline(
            at: timeLimit.map { start + searchTime(of: $0, read: read - start) }, signal: interruption.stop)
        let keeper = TimeKeeper(stop: interruption.stop)
        if let timeLimit {
            keeper.watch(from: start, limit: timeLimit) { [encoding, subject] in
                let allocation = Allocator.approximation(of: subject)
                let verified = prepared.value.verifier.verify(allocation)
                guard
                    let explanations = try? Explanations(
                        of: subject, allocation, verified, queues: prepared.value.queues)
                else { return }
                _ = try? resultTables(verified, explanations, of: subject, encoding: encoding)
            }
        }
        options.progress = { [label, leavesThreads] in
            if leavesThreads($0) { prepared.begin() }
            progress.show("enmusubi: \(label)\($0.text)")
        }
        let result: AllocationResult
        do { result = try Allocator(subject, options: options).allocate() } catch {
            progress.clear()
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
        keeper.endWatch()
        let allocated = clock.now
        progress.show("enmusubi: \(label)verifying")
        let verified = prepared.value.verifier.verify(result.allocation)
        progress.clear()
        try refuseFaults(verified, result, console)
        let explanations = try explain(result.allocation, verified, prepared.value.queues, console)
        let verifiedAt = clock.now
        progress.show("enmusubi: \(label)looking for advice")
        var advice = try advise(result, options, console)
        if advice.cut == .time, interruption.signal.isRaised { advice.cut = .interrupted }
        progress.clear()
        let advisedAt = clock.now

        let isInterrupted = interruption.signal.isRaised && !result.isProved
        let asked = try askWhatSuffices(result, options, verified, explanations, console)
        var record = record(
            digest: digest.value, result, verified, advice, isInterrupted: isInterrupted,
            timings: [
                "readSeconds": (read - start).seconds, "allocateSeconds": (allocated - read).seconds,
                "verifySeconds": (verifiedAt - allocated).seconds, "adviseSeconds": (advisedAt - verifiedAt).seconds,
            ])
        record.sufficient = asked.map {
            // Time ends a search by the same signal as Ctrl-C.
            let cut = $0.cut == .time && interruption.signal.isRaised ? .interrupted : $0.cut
            return .init(
                children: $0.children, examined: $0.examined, confirmed: $0.confirmed, solves: $0.solves, cut: cut,
                leftOut: $0.leftOut.isEmpty ? nil : $0.leftOut)
        }
        let files = try files(verified, explanations, advice.advice, record, asked, console)
        return Finished(record: record, advice: advice, files: files)
    }

    /// Whether a stage of the search works on one thread only: not compiling, nor deciding by logic in a large city.
    private func leavesThreads(_ stage: Allocator.Stage) -> Bool {
        switch stage {
        case .compiling: false
        case .reducing: subject.children.count < Self.largeCity
        default: true
        }
    }

    /// Children from which on deciding by logic keeps all threads busy.
    private static let largeCity = 50_000

    /// Asks only of a proved result: what is not proved might be better by itself.
    private func askWhatSuffices(
        _ result: AllocationResult, _ options: Allocator.Options, _ verified: Verification,
        _ explanations: Explanations, _ console: Console
    ) throws -> SufficientSearch? {
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
        let progress = ProgressLine(isJSON: console.isJSON)
        defer { progress.clear() }
        progress.show("enmusubi: \(label)looking for what would have sufficed")
        var search = SufficientSearch(of: subject, explanations, options)
        do {
            try search.examine(
                Array(children.prefix(sufficient ?? .max)), mostSolves: mostSolves,
                mostSteps: sufficient == nil ? SufficientSearch.mostStepsInAll : .max, threads: threads
            ) { [label] in
                progress.show("enmusubi: \(label)looked for what would have sufficed, \($0) wishes")
            }
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
        return search
    }

    /// When the search must end at the latest so that verifying and writing, which take about as long as reading, fit as
    /// well; ``TimeKeeper`` knows better.
    private func searchTime(of limit: Duration, read: Duration) -> Duration { limit - min(limit / 2, read) }

    /// Nothing is written unless the independent check agrees with the allocator.
    private func refuseFaults(_ verified: Verification, _ result: AllocationResult, _ console: Console) throws {
        for fault in verified.faults { console.complain("enmusubi: verification failed: \(fault)") }
        if !verified.faults.isEmpty || !verified.agrees(with: result) {
            console.complain(
                "enmusubi: defect in the program: the allocation did not pass its verification; nothing was written.")
            throw ExitStatus.programFault
        }
    }

    /// Nothing is written either unless every reason is confirmed.
    private func explain(
        _ allocation: Allocation, _ verified: Verification, _ queues: ApplicantQueues, _ console: Console
    ) throws -> Explanations {
        do { return try Explanations(of: subject, allocation, verified, queues: queues, threads: threads) } catch {
            console.complain("enmusubi: defect in the program: \(error); nothing was written.")
            throw ExitStatus.programFault
        }
    }

    private func record(
        digest: String, _ result: AllocationResult, _ verified: Verification, _ advice: Adviser.Findings,
        isInterrupted: Bool, timings: [String: Double]
    ) -> RunRecord {
        RunRecord(
            municipality: subject.municipality, round: subject.round, month: subject.month.description,
            objective: subject.rules.objective.rawValue,
            status: isInterrupted ? Finished.interrupted : result.status.rawValue,
            caseDigest: digest,
            counts: .init(of: subject, verified),
            levels: RunRecord.levels(subject, result, verified),
            claimants: RunRecord.claimants(verified, in: subject),
            phases: RunRecord.phases(subject, result, verified), pins: RunRecord.pins(subject),
            advice: .init(candidates: advice.candidates, tried: advice.tried, cut: advice.cut),
            warnings: reading.warningCounts, warningsAccepted: accepted,
            unreadColumns: reading.unreadColumnsByFile, timings: timings,
            solver: .init(
                program: "enmusubi \(ProgramVersion.recorded)", chosen: solver.rawValue, reduction: usesReduction,
                calls: result.record.solves, outcomes: result.record.outcomes, strikes: result.record.strikes,
                undecidedHouseholds: result.record.undecidedHouseholds, components: result.record.components,
                largestComponent: result.record.largestComponent,
                cores: result.record.cores.map { $0.households.map { RunRecord.name($0, in: subject) } },
                proof: ProofRecord(result.record.proof)),
            inputs: reading.files.map {
                .init(file: $0.name, encoding: $0.encoding.rawValue, sha256: $0.sha256)
            })
    }

    private func files(
        _ verified: Verification, _ explanations: Explanations, _ advice: [Advice], _ record: RunRecord,
        _ asked: SufficientSearch?, _ console: Console
    ) throws -> [OutputFile] {
        do {
            let adviceFile = try ResultTables(of: subject, encoding: encoding).advice(advice)
            let page = Background(threads: threads) { [subject] in
                reportFile(subject, verified, explanations, record, advice: advice)
            }
            var files =
                try resultTables(verified, explanations, of: subject, encoding: encoding, threads: threads) + [
                    adviceFile
                ]
            if let asked { files.append(try asked.file(of: subject, encoding: encoding)) }
            return files + [page.value, OutputFile(name: RunRecord.fileName, bytes: try record.bytes())]
        } catch let error as UnwritableTable {
            throw error.refused(subject, console)
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
    }

    /// The cheapest ways to fewer claims, where some remain.
    private func advise(
        _ result: AllocationResult, _ options: Allocator.Options, _ console: Console
    ) throws -> Adviser.Findings {
        var adviser = Adviser.Options()
        adviser.allocator = options
        do { return try Adviser(subject, options: adviser).findings(on: result) } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
    }
}

/// Ends with the status of wrong usage where the build lacks the solver.
func refuseMissingSolver(_ solver: SolverChoice, _ console: Console) throws {
    if solver == .glpk && !GLPKSolver.isAvailable {
        console.complain("enmusubi: this build has no GLPK; use --solver native.")
        throw ExitStatus.wrongUsage
    }
}

extension Duration {
    /// The duration in seconds.
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

extension Allocator.Stage {
    /// For the person at the terminal.
    fileprivate var text: String {
        switch self {
        case .compiling: "compiling the case"
        case .reducing(let claimants):
            claimants == 0 ? "deciding by logic" : "deciding by logic with \(claimants) claim(s) allowed"
        case .separating: "telling apart what logic leaves open"
        case .solving(let index, let count): "solving component \(index + 1) of \(count)"
        case .explaining(let cores): "looking for the reason of contradiction \(cores + 1)"
        case .solvingWhole: "solving the whole program"
        }
    }
}

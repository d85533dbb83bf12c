import Admissions
import Allocating
import ArgumentParser
import CaseFiles
import Explaining
import Foundation
import Programs
import Tables
import Verifying

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Allocate a case, verify the result and write it.",
        discussion: """
            The result folder is written whole or not at all. It is the one result of the rules, proved, unless
            --time-limit or Ctrl-C ends the search: then it is the best that was checked, and says so. Where something in
            the case cannot well be right, nothing is written until it is corrected or accepted by its code.

            EXAMPLES:
              enmusubi run city --out result
              enmusubi run city --out result --time-limit 60
              enmusubi run examples/two-nurseries --out result --solver native --no-reduction
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var acceptance: AcceptanceOptions

    @Option(help: "The result folder; it must not exist, or be empty.", completion: .directory)
    var out: String

    @Option(
        help:
            "Which solver decides what logic leaves open: \(SolverChoice.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var solver = SolverChoice.auto

    @Option(help: "Replaces the objective of case.yaml: \(Objective.allCases.map(\.rawValue).joined(separator: ", ")).")
    var objective: Objective?

    @Option(help: "Seconds after which to stop with what there is.")
    var timeLimit: Double?

    @Flag(name: .customLong("no-reduction"), help: "Solve everything in one program: for small cases and for checking.")
    var noReduction = false

    @Option(
        help: ArgumentHelp(
            "Look for what would have sufficed for so many children without a place, by solving again; see sufficient.csv.",
            discussion: "By default for as many as take little time, where nobody has a claim; 0: for none.",
            valueName: "children"))
    var sufficient: Int?

    /// Children's worth of cases that are solved again where nobody says how many: sixteen times a city of 8,000.
    private static let sufficientWork = 32_000

    @Option(help: "How to write the tables: utf8 or cp932.")
    var encoding = TextEncoding.utf8

    func validate() throws {
        if let sufficient, sufficient < 0 { throw ValidationError("--sufficient must be 0 or more children.") }
        if let timeLimit, !(timeLimit >= 0) { throw ValidationError("--time-limit must be 0 or more seconds.") }
    }

    func run() throws {
        let console = Console(isJSON: input.json)
        let clock = ContinuousClock()
        let start = clock.now
        let interruption = Interruption()
        if solver == .glpk && !GLPKSolver.isAvailable {
            console.complain("enmusubi: this build has no GLPK; use --solver native.")
            throw ExitStatus.wrongUsage
        }
        try refuseFullFolder(console)
        let (subject, reading, accepted) = try readCase(console)
        let read = clock.now
        // None of these depends on the result, so they are made while it is searched for.
        let digest = Background(threads: input.threads) { subject.digest().description }
        let verifier = Background(threads: input.threads) { [threads = input.threads] in
            Verifier(subject, threads: threads)
        }
        let queues = Background(threads: input.threads) { ApplicantQueues(of: subject) }

        let progress = ProgressLine(isJSON: input.json)
        var options = Allocator.Options()
        options.solver = solver
        options.usesReduction = !noReduction
        options.threads = input.threads
        options.deadline = Deadline(
            at: timeLimit.map { start + searchTime(of: .seconds($0), read: read - start) }, signal: interruption.stop)
        let keeper = TimeKeeper(stop: interruption.stop)
        if let timeLimit {
            keeper.watch(from: start, limit: .seconds(timeLimit)) { [encoding] in
                let allocation = Allocator.approximation(of: subject)
                let verified = verifier.value.verify(allocation)
                guard let explanations = try? Explanations(of: subject, allocation, verified, queues: queues.value)
                else { return }
                _ = try? resultTables(verified, explanations, of: subject, encoding: encoding)
            }
        }
        options.progress = { progress.show("enmusubi: \($0.text)") }
        let result: AllocationResult
        do { result = try Allocator(subject, options: options).allocate() } catch {
            progress.clear()
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
        keeper.endWatch()
        let allocated = clock.now
        progress.show("enmusubi: verifying")
        let verified = verifier.value.verify(result.allocation)
        progress.clear()
        try refuseFaults(verified, result, console)
        let explanations = try explain(subject, result.allocation, verified, queues.value, console)
        let verifiedAt = clock.now
        progress.show("enmusubi: looking for advice")
        let advice = try advise(subject, result, options, console)
        progress.clear()
        let advisedAt = clock.now

        let isInterrupted = interruption.signal.isRaised && !result.isProved
        let asked = try askWhatSuffices(subject, result, options, verified, explanations, console)
        var record = record(
            subject, digest: digest.value, reading, accepted, result, verified, advice, isInterrupted: isInterrupted,
            timings: [
                "readSeconds": (read - start).seconds, "allocateSeconds": (allocated - read).seconds,
                "verifySeconds": (verifiedAt - allocated).seconds, "adviseSeconds": (advisedAt - verifiedAt).seconds,
            ])
        record.sufficient = asked.map {
            .init(children: $0.children, examined: $0.examined, confirmed: $0.confirmed, solves: $0.solves)
        }
        try write(subject, verified, explanations, advice.advice, record, asked, console)
        report(record, advice, console)
        if isInterrupted { throw ExitStatus.interrupted }
        if !result.isProved { throw ExitStatus.notProved }
    }

    /// Asks only of a proved result: what is not proved might be better by itself.
    private func askWhatSuffices(
        _ subject: Case, _ result: AllocationResult, _ options: Allocator.Options, _ verified: Verification,
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
        let progress = ProgressLine(isJSON: input.json)
        defer { progress.clear() }
        progress.show("enmusubi: looking for what would have sufficed")
        var search = SufficientSearch(of: subject, explanations, options)
        do {
            try search.examine(
                Array(children.prefix(sufficient ?? .max)), mostSolves: mostSolves, threads: input.threads
            ) { [mostSolves] in
                if mostSolves == nil { progress.show("enmusubi: looked for what would have sufficed, \($0) children") }
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

    /// The case, what was noticed, without the draft, and the codes that were accepted.
    private func readCase(_ console: Console) throws -> (subject: Case, reading: CaseReading, accepted: [String]) {
        let (subject, reading) = try input.read(
            console, objective: objective, doubts: try acceptance.doubts(console))
        return (subject, reading.withoutDraft(), try acceptance.accepted(of: reading, console))
    }

    private func refuseFullFolder(_ console: Console) throws {
        let contents = try? FileManager.default.contentsOfDirectory(atPath: out)
        if FileManager.default.fileExists(atPath: out), contents?.isEmpty != true {
            console.complain("enmusubi: \(out) exists and is not an empty folder; choose another --out.")
            throw ExitStatus.cannotWrite
        }
    }

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
        _ subject: Case, _ allocation: Allocation, _ verified: Verification, _ queues: ApplicantQueues,
        _ console: Console
    ) throws -> Explanations {
        do { return try Explanations(of: subject, allocation, verified, queues: queues, threads: input.threads) } catch
        {
            console.complain("enmusubi: defect in the program: \(error); nothing was written.")
            throw ExitStatus.programFault
        }
    }

    private func record(
        _ subject: Case, digest: String, _ reading: CaseReading, _ accepted: [String], _ result: AllocationResult,
        _ verified: Verification, _ advice: Adviser.Findings, isInterrupted: Bool, timings: [String: Double]
    ) -> RunRecord {
        return RunRecord(
            municipality: subject.municipality, round: subject.round, month: subject.month.description,
            objective: subject.rules.objective.rawValue,
            status: isInterrupted ? "interrupted" : result.status.rawValue,
            caseDigest: digest,
            counts: .init(of: subject, verified),
            levels: RunRecord.levels(subject, result, verified),
            claimants: RunRecord.claimants(verified, in: subject),
            phases: RunRecord.phases(subject, result, verified), pins: RunRecord.pins(subject),
            advice: .init(candidates: advice.candidates, tried: advice.tried, cut: advice.cut),
            warnings: reading.warningCounts, warningsAccepted: accepted, timings: timings,
            solver: .init(
                program: "enmusubi \(Version.text)", chosen: solver.rawValue, reduction: !noReduction,
                calls: result.record.solves, outcomes: result.record.outcomes, strikes: result.record.strikes,
                undecidedHouseholds: result.record.undecidedHouseholds, components: result.record.components,
                largestComponent: result.record.largestComponent,
                cores: result.record.cores.map { $0.households.map { RunRecord.name($0, in: subject) } },
                proof: ProofRecord(result.record.proof)),
            inputs: reading.files.map {
                .init(file: $0.name, encoding: $0.encoding.rawValue, sha256: $0.sha256)
            })
    }

    private func write(
        _ subject: Case, _ verified: Verification, _ explanations: Explanations, _ advice: [Advice],
        _ record: RunRecord, _ asked: SufficientSearch?, _ console: Console
    ) throws {
        do {
            let adviceFile = try ResultTables(of: subject, encoding: encoding).advice(advice)
            let page = Background(threads: input.threads) {
                reportFile(subject, verified, explanations, record, advice: adviceFile.bytes)
            }
            var files =
                try resultTables(
                    verified, explanations, of: subject, encoding: encoding, threads: input.threads) + [adviceFile]
            if let asked { files.append(try asked.file(of: subject, encoding: encoding)) }
            try writeFolder(
                files + [
                    page.value,
                    OutputFile(name: RunRecord.fileName, bytes: try record.bytes()),
                ],
                to: URL(fileURLWithPath: out))
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
    }

    /// The cheapest ways to fewer claims, where some remain.
    private func advise(
        _ subject: Case, _ result: AllocationResult, _ options: Allocator.Options, _ console: Console
    ) throws -> Adviser.Findings {
        var adviser = Adviser.Options()
        adviser.allocator = options
        do { return try Adviser(subject, options: adviser).findings(on: result) } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
    }

    private func report(_ record: RunRecord, _ advice: Adviser.Findings, _ console: Console) {
        struct Done: Encodable {
            let message = "done"
            let out: String
            let status: String
            let counts: RunRecord.Counts
        }
        console.emit(Done(out: out, status: record.status, counts: record.counts))
        let counts = record.counts
        let seconds = String(format: "%.2f", record.timings.values.reduce(0, +))
        console.say(
            "\(record.municipality), \(record.round): \(counts.children) children, \(counts.facilities) facilities")
        console.say("  placed \(counts.placed), staying \(counts.stays), held \(counts.held)")
        if let phases = record.phases, let across = counts.phaseClaims {
            let names = phases.map(\.name).joined(separator: ", ")
            console.say("  phases: \(names); claims across phases, not counted: \(across)")
        }
        if let pinned = counts.pinned, pinned > 0, let overridden = counts.overriddenClaims {
            console.say("  pinned \(pinned); claims that only pins explain, not counted: \(overridden)")
        }
        let claims =
            counts.claims == 0
            ? "no justified claims: the allocation is stable"
            : "households with a justified claim: \(counts.claims)"
        switch record.status {
        case RunStatus.optimal.rawValue:
            console.say(
                "  \(claims)\(counts.claims == 0 ? "" : ", proved fewest (no allocation has fewer)"); result proved")
        default:
            console.say(
                "  \(claims) (at least \(record.levels[0].bound ?? 0) in any allocation); "
                    + "not proved: \(record.status == "interrupted" ? "interrupted" : "the time ended")")
        }
        if counts.claims > 0, record.status == RunStatus.optimal.rawValue {
            let reason = advice.cut == .time ? "the time ended" : "too much work"
            let left = advice.candidates - advice.tried
            console.say(
                advice.candidates == 0 && advice.cut != nil
                    ? "  advice: not looked for (\(reason))"
                    : "  advice: \(advice.advice.count) of \(advice.tried) changes tried lead to fewer claims"
                        + (left == 0 ? "" : "; \(left) not tried (\(reason))"))
        }
        console.say("  verified independently; \(seconds) s; written to \(out)")
    }
}

extension SolverChoice: ExpressibleByArgument {}
extension TextEncoding: ExpressibleByArgument {}

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
        case .solving(let index, let count): "solving component \(index + 1) of \(count)"
        case .explaining(let cores): "looking for the reason of contradiction \(cores + 1)"
        case .solvingWhole: "solving the whole program"
        }
    }
}

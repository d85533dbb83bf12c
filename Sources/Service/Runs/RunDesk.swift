import Admissions
import CaseFiles
import Foundation
import Logging

/// Works through the queue of runs: as many at a time as the machine has room for, each in a process of its own.
///
/// The table of runs is the queue, so nothing is lost when the service ends: what waited waits on, what ran runs again. A run
/// writes into a folder whose name is used once, `trials/.12-...`, which becomes `trials/12` when it ended well; so a process of
/// a service that was killed can never write into the folder of another.
actor RunDesk {
    private let options: ServiceOptions
    private let rounds: RoundBook
    private let cases: CaseDesk
    private let runs: RunBook
    private let handIns: HandIns
    private let recorder: Recorder
    private let settings: SectionSettings
    private let logger: Logger
    private var working: [Job: Work] = [:]
    private var (isLooking, looksAgain) = (false, false)

    /// What is done in a process.
    private enum Job: Hashable {
        case trial(Int64)
        /// That this run is handed in.
        case handIn(Int64)
    }

    /// A process at work.
    private struct Work {
        let voice = RunVoice()
        var child: ChildProcess?
        var isStopped = false
    }

    /// Where a run stands, for a page that shows it.
    struct Standing: Hashable, Sendable {
        let run: RunRow
        /// How many runs come before it; 0 where it does not wait.
        let before: Int
        /// What it is doing.
        let progress: Phrase?
    }

    init(
        _ options: ServiceOptions, settings: SectionSettings, rounds: RoundBook, cases: CaseDesk, runs: RunBook,
        handIns: HandIns, ledger: LedgerDesk, logger: Logger
    ) {
        (self.options, self.rounds, self.cases, self.runs) = (options, rounds, cases, runs)
        (self.handIns, self.logger) = (handIns, logger)
        self.settings = settings
        recorder = Recorder(ledger: ledger.file, results: options.data.appending(path: "results"))
    }

    private nonisolated var trials: URL { options.data.appending(path: "trials") }

    /// Goes on after a start of the service: clears away what was half done and takes up the queue.
    func resume() async throws {
        let incoming = options.data.appending(path: "incoming")
        for folder in [trials, incoming] {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
            where folder == incoming || name.hasPrefix(".") {
                try FileManager.default.removeItem(at: folder.appending(path: name))
            }
        }
        try await runs.queueAgain()
        try await handIns.queueAgain()
        await look()
    }

    /// Begins what waits, as long as there is room. Results that are handed in come first: they were waited for before.
    func look() async {
        // While one look waits for the database, another would not know what it is about to begin.
        if isLooking {
            looksAgain = true
            return
        }
        isLooking = true
        defer { isLooking = false }
        do {
            repeat {
                looksAgain = false
                while working.count < options.runs, try await beginNext() {}
            } while looksAgain
        } catch {
            logger.error("the queue of runs cannot be read: \(type(of: error))")
            Task {
                try await Task.sleep(for: .seconds(5))
                await look()
            }
        }
    }

    /// Begins what comes first.
    ///
    /// - Returns: Whether something waited.
    private func beginNext() async throws -> Bool {
        if let handIn = try await handIns.takeNext() {
            working[.handIn(handIn.run)] = Work()
            Task { await work(on: handIn) }
            return true
        }
        guard let run = try await runs.takeNext() else { return false }
        working[.trial(run.id)] = Work()
        Task { await work(on: run) }
        return true
    }

    func standing(of id: Int64) async throws -> Standing? {
        guard let run = try await runs.run(id) else { return nil }
        return Standing(
            run: run, before: run.state == .waiting ? try await runs.runs(before: id) : 0,
            progress: run.state == .running ? working[.trial(id)]?.voice.progress : nil)
    }

    /// Stops a run; one that waits leaves the queue.
    func stop(_ id: Int64) async throws {
        if try await runs.giveUp(id, Phrase("順番を待つ間に取りやめました。", "It was given up while it waited.")) { return }
        working[.trial(id)]?.isStopped = true
        working[.trial(id)]?.child?.stop()
    }

    // MARK: Work

    private func work(on run: RunRow) async {
        let part = part(of: run)
        let ending = await settled(run) {
            let ending = try await compute(run, into: part, as: .trial(run.id))
            if ending.state == .done { try keep(part, as: runs.folder(of: run.id)) }
            return ending
        }
        try? FileManager.default.removeItem(at: part)
        await persist { try await self.runs.end(run.id, ending.state, ending.why) }
        working[.trial(run.id)] = nil
        await look()
    }

    private func work(on handIn: HandInRow) async {
        var entry: Int?
        var why: Phrase? = Phrase(
            "試行を読めませんでした。もう一度提出してください。", "The trial could not be read. Hand it in again.")
        if let run = try? await runs.run(handIn.run) {
            let part = part(of: run)
            let ending = await settled(run) {
                let ending = try await compute(run, into: part, as: .handIn(run.id))
                if ending.state == .done { entry = try await record(part, of: run, handIn) }
                return ending
            }
            why = entry == nil ? ending.why : nil
            try? FileManager.default.removeItem(at: part)
        }
        await persist { [entry, why] in try await self.handIns.end(handIn.run, entry: entry, why) }
        working[.handIn(handIn.run)] = nil
        await look()
    }

    /// A name for a folder that is used once.
    private nonisolated func part(of run: RunRow) -> URL {
        trials.appending(path: ".\(run.id)-\(UUID().uuidString)")
    }

    /// How work ended, also where it failed.
    private func settled(_ run: RunRow, _ work: () async throws -> RunEnding) async -> RunEnding {
        do { return try await work() } catch {
            logger.error("run \(run.id) failed with \(type(of: error))")
            return RunEnding(
                .failed,
                (error as? any PhrasedError)?.phrase
                    ?? Phrase(
                        "結果を保存できませんでした。ディスクの空きを管理者に確かめてもらい、もう一度実行してください。",
                        "The result could not be kept. Ask the administrator to look at the disk and run again."))
        }
    }

    private func compute(_ run: RunRow, into part: URL, as job: Job) async throws -> RunEnding {
        var arguments = try await arguments(of: run, part)
        guard let voice = working[job]?.voice else { preconditionFailure("\(job) is not at work") }
        if case .trial = job { arguments.append("--trial") }
        let child = try ChildProcess(options.program, arguments) { voice.hear($0) }
        working[job]?.child = child
        if working[job]?.isStopped == true { child.stop() }
        let ending = await child.ending()
        return RunEnding(ending, wasStopped: working[job]?.isStopped == true, voice)
    }

    private func arguments(of run: RunRow, _ part: URL) async throws -> [String] {
        let folder = try await rounds.folder(of: run.round, version: run.version)
        let threads = max(1, ProcessInfo.processInfo.activeProcessorCount / options.runs)
        var arguments = ["run", folder.path, "--out", part.path, "--excel", "--json", "--threads", "\(threads)"]
        for code in run.accepted { arguments += ["--accept", code] }
        // Compared with the round before, as the check compares; one with errors has nothing to compare with.
        if let earlier = try await cases.earlier(than: run.round),
            try await cases.reading(earlier.round, earlier.number).subject != nil
        {
            arguments += ["--previous", try await rounds.folder(of: earlier.round, version: earlier.number).path]
        }
        if let limit = run.timeLimit { arguments += ["--time-limit", "\(limit)"] }
        return arguments
    }

    /// Gives a whole folder its name. One that is there is of the same run, before the service ended.
    private nonisolated func keep(_ part: URL, as folder: URL) throws {
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        try FileManager.default.moveItem(at: part, to: folder)
    }

    private func record(_ part: URL, of run: RunRow, _ handIn: HandInRow) async throws -> Int {
        let subject = CaseFolder(try await rounds.folder(of: run.round, version: run.version))
        let (recorder, trial, at) = (recorder, runs.folder(of: run.id), Store.text(runs.store.now()))
        let needsTwoPeople = try await settings.values().needsTwoPeople
        return try await Task.detached {
            try recorder.record(
                part, of: trial, case: subject, round: run.round, needsTwoPeople: needsTwoPeople, by: handIn.by, at: at,
                why: handIn.why)
        }.value
    }

    /// Records how work ended, as soon as the database can be written.
    private func persist(_ body: @Sendable () async throws -> Void) async {
        while true {
            do { return try await body() } catch {
                logger.error("the end of a run cannot be recorded: \(type(of: error))")
                guard (try? await Task.sleep(for: .seconds(3))) != nil else { return }
            }
        }
    }
}

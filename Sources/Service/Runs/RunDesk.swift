import Admissions
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
    private let runs: RunBook
    private let logger: Logger
    private var working: [Int64: Work] = [:]

    /// A run that goes on.
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

    init(_ options: ServiceOptions, rounds: RoundBook, runs: RunBook, logger: Logger) {
        (self.options, self.rounds, self.runs, self.logger) = (options, rounds, runs, logger)
    }

    private nonisolated var trials: URL { options.data.appending(path: "trials") }

    /// Goes on after a start of the service: clears away what was half done and takes up the queue.
    func resume() async throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: trials.path) where name.hasPrefix(".") {
            try FileManager.default.removeItem(at: trials.appending(path: name))
        }
        try await runs.queueAgain()
        await look()
    }

    /// Begins what waits, as long as there is room.
    func look() async {
        do {
            while working.count < options.runs, let run = try await runs.takeNext() {
                working[run.id] = Work()
                Task { await work(on: run) }
            }
        } catch {
            logger.error("the queue of runs cannot be read: \(type(of: error))")
            Task {
                try await Task.sleep(for: .seconds(5))
                await look()
            }
        }
    }

    func standing(of id: Int64) async throws -> Standing? {
        guard let run = try await runs.run(id) else { return nil }
        return Standing(
            run: run, before: run.state == .waiting ? try await runs.runs(before: id) : 0,
            progress: run.state == .running ? working[id]?.voice.progress : nil)
    }

    /// Stops a run; one that waits leaves the queue.
    func stop(_ id: Int64) async throws {
        if try await runs.giveUp(id, Phrase("順番を待つ間に取りやめました。", "It was given up while it waited.")) { return }
        working[id]?.isStopped = true
        working[id]?.child?.stop()
    }

    // MARK: One run

    private func work(on run: RunRow) async {
        let part = trials.appending(path: ".\(run.id)-\(UUID().uuidString)")
        var ending: RunEnding
        do {
            ending = try await compute(run, into: part)
            if ending.state == .done { try keep(part, as: runs.folder(of: run.id)) }
        } catch {
            logger.error("run \(run.id) failed with \(type(of: error))")
            let phrase = (error as? any PhrasedError)?.phrase
            ending = RunEnding(
                .failed,
                phrase
                    ?? Phrase(
                        "結果を保存できませんでした。ディスクの空きを管理者に確かめてもらい、もう一度実行してください。",
                        "The result could not be kept. Ask the administrator to look at the disk and run again."))
        }
        try? FileManager.default.removeItem(at: part)
        await record(ending, of: run)
        working[run.id] = nil
        await look()
    }

    private func compute(_ run: RunRow, into part: URL) async throws -> RunEnding {
        let folder = try await rounds.folder(of: run.round, version: run.version)
        guard let voice = working[run.id]?.voice else { preconditionFailure("run \(run.id) is not at work") }
        let child = try ChildProcess(options.program, arguments(of: run, folder, part)) { voice.hear($0) }
        working[run.id]?.child = child
        if working[run.id]?.isStopped == true { child.stop() }
        let ending = await child.ending()
        return RunEnding(ending, wasStopped: working[run.id]?.isStopped == true, voice)
    }

    private func arguments(of run: RunRow, _ folder: URL, _ part: URL) -> [String] {
        let threads = max(1, ProcessInfo.processInfo.activeProcessorCount / options.runs)
        var arguments = [
            "run", folder.path, "--out", part.path, "--trial", "--excel", "--json", "--threads", "\(threads)",
        ]
        for code in run.accepted { arguments += ["--accept", code] }
        if let limit = run.timeLimit { arguments += ["--time-limit", "\(limit)"] }
        return arguments
    }

    /// Gives a whole folder its name. One that is there is of the same run, before the service ended.
    private nonisolated func keep(_ part: URL, as folder: URL) throws {
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        try FileManager.default.moveItem(at: part, to: folder)
    }

    /// Records how a run ended, as soon as the database can be written.
    private func record(_ ending: RunEnding, of run: RunRow) async {
        while true {
            do { return try await runs.end(run.id, ending.state, ending.why) } catch {
                logger.error("the end of run \(run.id) cannot be recorded: \(type(of: error))")
                guard (try? await Task.sleep(for: .seconds(3))) != nil else { return }
            }
        }
    }
}

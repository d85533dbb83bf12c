import ArgumentParser
import Batches
import Logging
import Reports
import Terminal

/// Tells what a batch does: one line a case on standard output, problems and the log on standard error.
struct BatchTeller: Sendable {
    let console: Console
    let logger: Logger
    let progress: ProgressLine

    func tell(_ event: BatchEvent) {
        switch event {
        case .waiting(let seconds, let names):
            console.complain(
                "enmusubi: waiting \(seconds.formatted()) s, as files may still be being copied: "
                    + names.joined(separator: ", "))
        case .reading(let label): progress.show("enmusubi: \(label)reading")
        case .round(let event, let label): progress.show("enmusubi: \(label)\(event.text)")
        case .stepDone: progress.clear()
        case .problems(let problems, let folder):
            var console = console
            console.folder = folder
            console.report(problems)
        case .note(let sentence): console.complain("enmusubi: \(sentence)")
        case .failed(let folder, let error):
            if error.isWorthTelling { console.tell(error) }
            logger.error("failed", metadata: ["case": "\(harmless(folder))", "status": "\(error.status.rawValue)"])
        case .unfinished(let error):
            console.tell(error)
            logger.warning("the pass could not be finished", metadata: ["status": "\(error.status.rawValue)"])
        case .log(let line):
            logger.log(
                level: line.level == .debug ? .debug : .info, "\(line.message)",
                metadata: line.values.mapValues { "\(harmless($0))" })
        case .row(let row):
            console.answer(BatchRowMessage(row))
            Output.flush()
        }
    }

    /// Says which cases failed.
    func sumUp(_ summary: BatchSummary) {
        if summary.failures.isEmpty { return }
        console.complain("enmusubi: \(summary.failures.count) of \(summary.rows.count) cases failed:")
        for row in summary.rows where row.state == .failed { console.complain("  \(row.folder): \(row.note)") }
    }

    /// Says which cases failed, and ends with the status that says most.
    func conclude(_ summary: BatchSummary) throws {
        sumUp(summary)
        try summary.end()
    }
}

extension BatchSummary {
    /// Ends with the status that says most.
    func end() throws {
        let statuses = failures.map(\.status) + (isInterrupted ? [ExitStatus.interrupted] : [])
        for status in [ExitStatus.interrupted, ExitStatus.programFault, ExitStatus.cannotWrite, ExitStatus.faultFound]
        where statuses.contains(status) {
            throw status
        }
        if !statuses.isEmpty { throw ExitStatus.badInput }
        if unproved > 0 { throw ExitStatus.notProved }
    }
}

extension BatchError {
    /// Whether more must be said than the line of the case says.
    fileprivate var isWorthTelling: Bool {
        switch self {
        case .round(.invalidCase), .round(.needsAcceptance), .unfit, .alteredRevision, .interrupted: false
        case .round, .ledger, .cannotWrite, .unreadableInbox, .cannotFollow: true
        }
    }
}

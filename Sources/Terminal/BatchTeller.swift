import Admissions
import Batches
import Logging
import Reports

/// Tells what a batch does: one line a case on standard output, problems and the log on standard error.
public struct BatchTeller: Sendable {
    private let console: Console
    private let logger: Logger
    private let progress: ProgressLine

    /// - Parameters:
    ///   - console: Where it is told.
    ///   - level: From what weight on something is logged.
    public init(_ console: Console, loggingFrom level: Logger.Level) {
        self.console = console
        var logger = Logger(label: "enmusubi") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        self.logger = logger
        progress = ProgressLine(console)
    }

    public func tell(_ event: BatchEvent) {
        switch event {
        case .waiting(let seconds, let names):
            let (time, list) = (seconds.formatted(), names.joined(separator: ", "))
            console.tell(
                Phrase(
                    "ファイルをコピー中かもしれないため \(time) 秒待ちます: \(list)",
                    "waiting \(time) s, as files may still be being copied: \(list)"))
        case .reading(let label): progress.show(label + Phrase("読んでいます", "reading"))
        case .round(let event, let label): progress.show(label + event.phrase)
        case .stepDone: progress.clear()
        case .problems(let problems, let folder):
            var console = console
            console.folder = folder
            console.report(problems)
        case .note(let phrase): console.tell(phrase)
        case .failed(let folder, let error):
            if error.isWorthTelling { console.tell(error) }
            logger.error(
                "\(Phrase("失敗", "failed")[console.language])",
                metadata: ["case": "\(harmless(folder))", "status": "\(error.status.rawValue)"], source: "enmusubi")
        case .unfinished(let error):
            console.tell(error)
            logger.warning(
                "\(Phrase("最後まで処理できませんでした", "the pass could not be finished")[console.language])",
                metadata: ["status": "\(error.status.rawValue)"], source: "enmusubi")
        case .log(let line):
            logger.log(
                level: line.level == .debug ? .debug : .info, "\(line.message[console.language])",
                metadata: line.values.mapValues { "\(harmless($0))" }, source: "enmusubi")
        case .row(let row):
            console.answer(BatchRowMessage(row))
            Output.flush()
        }
    }

    /// Says which cases failed.
    public func sumUp(_ summary: BatchSummary) {
        if summary.failures.isEmpty { return }
        let (failed, all) = (summary.failures.count, summary.rows.count)
        console.tell(Phrase("案件 \(all) 件のうち \(failed) 件が失敗しました:", "\(failed) of \(all) cases failed:"))
        for row in summary.rows where row.state == .failed {
            console.complain("  \(row.folder): \(row.note[console.language])")
        }
    }

    /// Says which cases failed, and ends with the status that says most.
    public func conclude(_ summary: BatchSummary) throws(ExitStatus) {
        sumUp(summary)
        try summary.end()
    }
}

extension BatchSummary {
    /// Ends with the status that says most.
    public func end() throws(ExitStatus) {
        let statuses = failures.map(\.status) + (isInterrupted ? [.interrupted] : [])
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

import Admissions
import Batches
import CaseFiles
import Ledger
import Rounds
import Service

extension Console {
    /// Tells how many warnings of each kind a case has, and where they are listed.
    public func tellWarnings(of reading: CaseReading, named folder: String) {
        if reading.warnings.isEmpty { return }
        let kinds = reading.warningCounts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let list = kinds.joined(separator: ", ")
        tell(
            Phrase(
                "警告: \(list)。くわしくは enmusubi check \(shellWord(folder)) で見られます。",
                "warnings: \(list); enmusubi check \(shellWord(folder)) lists them."))
    }

    /// Names the columns that nothing reads.
    public func tellUnread(_ reading: CaseReading) {
        if reading.unreadColumns.isEmpty { return }
        emit(UnreadColumnsMessage(reading))
        if isJSON { return }
        let list = reading.unreadColumnsText
        tell(Phrase("どこにも使われない列: \(list)", "columns that nothing reads: \(list)."))
    }

    /// Tells what the check of a result folder found.
    ///
    /// - Throws: The status to end with, unless the result is the one of the rules.
    public func tell(_ found: ResultAudit.Findings, of result: String) throws(ExitStatus) {
        let (faults, summary) = (found.faults, AuditSummary(found, of: result))
        emit(summary)
        guard faults.isEmpty else {
            for fault in faults { tell(Phrase("不一致: ", "fault: ") + fault) }
            let count = faults.count
            tell(Phrase("\(result) に不一致が \(count) 件あります。", "\(counted(count, "fault")) in \(result)."))
            throw .faultFound
        }
        for line in summary.lines(in: language) { say(line) }
        switch summary.optimality {
        case .steps, .solved: break
        case .interrupted: throw .interrupted
        case .unproved, .quick, .outOfTime, .tooLarge: throw .notProved
        }
    }

    /// Tells what the check of a ledger found.
    ///
    /// - Throws: The status to end with, where something was altered.
    public func tell(_ found: LedgerVerification, of ledger: String) throws(ExitStatus) {
        let message = LedgerCheckMessage(found, of: ledger)
        emit(message)
        for note in found.notes { tell(Phrase("参考: ", "note: ") + note) }
        guard found.faults.isEmpty else {
            for fault in found.faults { tell(Phrase("不一致: ", "fault: ") + fault) }
            for run in found.alteredRuns {
                tell(
                    Phrase(
                        "対処: フォルダを元に戻すか、使わないことにしてください: ", "way out: put the folder back as it was, or set it aside: ")
                        + LedgerFault.settingAside(path: ledger, run: run))
            }
            throw .faultFound
        }
        for line in message.lines(in: language) { say(line) }
    }

    /// Tells what the check of an access log found.
    ///
    /// - Throws: The status to end with, where something was altered.
    public func tell(_ found: AccessLogVerification) throws(ExitStatus) {
        emit(found)
        guard found.faults.isEmpty else {
            for fault in found.faults { tell(Phrase("不一致: ", "fault: ") + fault) }
            throw .faultFound
        }
        for line in found.lines { say(line) }
    }

    /// Says so where a result that a further month builds on is not approved.
    public func tellUnapproved(_ recorded: RecordedResult) {
        let (number, state) = (recorded.run.number, recorded.run.state)
        if state >= .approved { return }
        tell(
            Phrase(
                "参考: \(number) 番は\(state.japanese)で、まだ承認されていません。",
                "note: run \(number) is \(state.rawValue), not approved yet."))
    }
}

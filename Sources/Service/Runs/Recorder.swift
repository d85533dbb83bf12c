import Admissions
import CaseFiles
import Foundation
import Ledger
import Rounds

/// Records a result in the ledger that is the same as its trial.
struct Recorder: Sendable {
    let ledger: LedgerFile
    /// Holds a folder for each round, with a folder for each revision.
    let results: URL

    /// Why a result is not recorded.
    private static func refusal(_ code: String, _ japanese: String, _ english: String) -> ServiceFault {
        ServiceFault(.unprocessableContent, code, Phrase(japanese, english))
    }

    /// The name of the folder of a round's revisions.
    static func folderName(of round: Int64) -> String { "round-\(round)" }

    /// Records a result. Once more for the same files changes nothing.
    ///
    /// - Parameters:
    ///   - result: The folder of the result, without the mark of a trial.
    ///   - trial: The folder of the trial.
    ///   - subject: The folder of the case that both are of.
    ///   - round: The number of the round.
    ///   - needsTwoPeople: Whether a ledger that begins here asks for two people.
    /// - Returns: The number of the run in the ledger.
    /// - Throws: ``ServiceFault`` where the results differ, or an error of the ledger. Then nothing is recorded.
    func record(
        _ result: URL, of trial: URL, case subject: CaseFolder, round: Int64, needsTwoPeople: Bool, by: String,
        at: String, why: String
    ) throws -> Int {
        guard let inventory = subject.inventory().inventory else {
            throw Self.refusal(
                "noCase", "ファイルを案件として読めません。「点検」で確かめてください。何も記録していません。",
                "The files cannot be read as a case. Look under Check. Nothing was recorded.")
        }
        let record = try SavedResult(ResultFolder(result), named: result.lastPathComponent).record
        try requireSame(result, trial, record)
        let key = RoundKey(municipality: inventory.municipality, month: inventory.month, round: inventory.round)
        let hashes = inventory.files.map { FileHash(name: $0.name, bytes: $0.bytes) }
        let lock = try LedgerLock(ledger.url, waits: true)
        defer { withExtendedLifetime(lock) {} }
        let store = ResultStore(ledger: ledger, root: results)
        let entries = try ledger.entries()
        if let other = entries.latest(of: key),
            ledger.folder(of: other.run).deletingLastPathComponent().lastPathComponent
                != Self.folderName(of: round)
        {
            throw Self.refusal(
                "otherRound",
                "case.yaml の自治体・入所月・回名（\(key)）が、すでに提出された別の回と同じです。「規則」で直してからもう一度実行してください。何も記録していません。",
                "Municipality, month and round of case.yaml (\(key)) are those of another round that was handed in. Correct them under Rules and run again. Nothing was recorded."
            )
        }
        switch try store.standing(of: key, inputs: hashes.digest) {
        case .done(let run):
            try requireSame(record: run, result)
            return run.number
        case .altered(let run, _):
            throw Self.refusal(
                "altered",
                "記録済みの結果（\(run.number) 番）のフォルダが書き換えられています。「承認」のページで確かめ、使わないことにしてから、もう一度提出してください。何も記録していません。",
                "The folder of the recorded result \(run.number) was altered. Look at it under Approve, set it aside and hand in again. Nothing was recorded."
            )
        case .new, .changed, .lost, .setAside: break
        }
        let run = RecordedRun(
            key: key, inputs: hashes.digest, rules: Array(hashes.prefix(inventory.ruleFileCount)).digest,
            caseDigest: record.caseDigest, digestVersion: record.digestVersion, program: record.solver.program,
            status: record.endedBy == nil ? .init(record.status) : .cutShort, limit: record.termination?.limit,
            children: record.counts.children, placed: record.counts.placed, stays: record.counts.stays,
            held: record.counts.held, claims: record.counts.claims, accepted: record.warningsAccepted)
        let copies = inventory.files.map { OutputFile(name: "\(ResultStore.caseFolder)/\($0.name)", bytes: $0.bytes) }
        let files = try copies + self.files(of: result)
        let kept = try store.keep(
            run, named: Self.folderName(of: round), files: files.map { ($0.name, $0.bytes) },
            volatile: [RunRecord.fileName], people: needsTwoPeople ? 2 : nil, by: by, at: at, why: why
        ) { try writeFolder(files, to: $0) }
        return kept.entry.number
    }

    private func files(of folder: URL) throws -> [OutputFile] {
        try Self.names(in: folder).map { name in
            var file = OutputFile(name: name, bytes: [UInt8](try Data(contentsOf: folder.appending(path: name))))
            file.isOpen = name == "borders_public.csv"
            return file
        }
    }

    private static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    /// Files in which a trial says that it is one; everything else must be the same.
    private static let marked: Set = [RunRecord.fileName, "report.html"]

    private func requireSame(_ result: URL, _ trial: URL, _ record: RunRecord) throws {
        let other = try SavedResult(ResultFolder(trial), named: trial.lastPathComponent).record
        let names = try Self.names(in: trial)
        var different: String?
        if record.trial == true || record.caseDigest != other.caseDigest { different = RunRecord.fileName }
        if try Self.names(in: result) != names { different = names.first }
        for name in names where different == nil && !Self.marked.contains(name) {
            let (own, others) = try (
                Data(contentsOf: result.appending(path: name)), Data(contentsOf: trial.appending(path: name))
            )
            if own != others { different = name }
        }
        guard let different else { return }
        throw Self.refusal(
            "otherResult",
            "もう一度計算した結果が試行と違うため、記録していません（\(different)）。制限時間で終わった試行では起きることがあります。制限時間を長くして試行し直し、その結果を提出してください。",
            "The result was computed again and differs from the trial (\(different)), so nothing was recorded. It can happen where a time limit ended the trial: run again with a longer one and hand that in."
        )
    }

    /// Requires that a run in the ledger has the same tables.
    private func requireSame(record run: LedgerRun, _ result: URL) throws {
        for file in run.run.files where file.name.hasSuffix(".csv") && !file.name.contains("/") {
            let bytes = (try? Data(contentsOf: result.appending(path: file.name))).map { [UInt8]($0) } ?? []
            if FileHash(name: file.name, bytes: bytes) != file {
                throw Self.refusal(
                    "otherRecorded",
                    "同じファイルの結果（\(run.number) 番）がすでに記録されていて、この試行と違います（\(file.name)）。記録済みの結果を使わないことにしてから、もう一度提出してください。",
                    "A result of the same files is recorded already (\(run.number)) and differs from this trial (\(file.name)). Set it aside and hand in again."
                )
            }
        }
    }
}

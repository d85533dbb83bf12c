import Admissions
import Allocating
import Asking
import CaseFiles
import Explaining
import Tables
import Verifying

/// The result of a round: checked, explained, and not written yet.
///
/// Only ``Round/run(stop:hears:)`` makes one.
public struct RoundResult: Sendable {
    /// The case.
    public let subject: Case
    /// The allocation and how it was found.
    public let allocation: AllocationResult
    /// What the independent verifier says of it.
    public let verified: Verification
    /// Why each child has the place that it has.
    public let explanations: Explanations
    /// The cheapest ways to fewer claims.
    public let advice: Adviser.Findings
    /// What would have sufficed; `nil` where it was not asked.
    public let sufficient: SufficientSearch?
    /// What `run.json` says, except for the hashes of the other files, which ``files()`` adds.
    public let record: RunRecord
    /// What the parts of the points table count, for the report.
    let parts: [PartNumbers]
    /// By what else the report counts the children.
    let groups: [String]
    /// What is written beside the usual tables.
    let further: FurtherFiles
    let encoding: TextEncoding
    let threads: Int

    /// Every file of the result folder. All except `run.json` are the same for the same case.
    ///
    /// - Throws: ``RoundError/unwritable(_:place:)`` where the encoding lacks a character; where a workbook is written also
    ///   ``RoundError/invalidInput(sentence:problems:)`` and ``RoundError/cannotWrite(_:)``.
    public func files() throws(RoundError) -> [OutputFile] {
        var files: [OutputFile]
        let workbookFile: Result<OutputFile?, RoundError>
        let ties = drawTies(verified, explanations, of: subject, threads: threads)
        do throws(UnwritableTable) {
            let adviceFile = try ResultTables(of: subject, encoding: encoding).advice(advice.advice)
            let workbook = Background(threads: threads) { [self] in
                Result { () throws(RoundError) in
                    let input = reportInput(
                        subject, verified, explanations, record, parts: parts, advice: advice.advice)
                    return try further.workbook(input)
                }
            }
            let page = Background(threads: threads) {
                [subject, verified, explanations, record, parts, advice, groups] in
                reportFile(
                    subject, verified, explanations, record, parts: parts, advice: advice.advice, ties: ties.value,
                    groups: groups)
            }
            files =
                try resultTables(
                    verified, explanations, of: subject, encoding: encoding, ties: ties, threads: threads) + [
                    adviceFile
                ]
            if let sufficient { files.append(try sufficient.file(of: subject, encoding: encoding)) }
            files.append(page.value)
            workbookFile = workbook.value
        } catch { throw RoundError(error, of: subject) }
        if let table = try further.table(of: subject, verified.placements) { files.append(table) }
        if let workbook = try workbookFile.get() { files.append(workbook) }
        do {
            return files + [OutputFile(name: RunRecord.fileName, bytes: try record.naming(files).bytes())]
        } catch { throw .defect("\(error)") }
    }
}

import Admissions
import CaseFiles
import Tables

/// The files that are written where somebody asks for them: the table for the core system, and the workbook.
extension ResultAudit {
    /// The name of the table for the core system, by the case; by `run.json` where the files of the case may be others.
    var resultTable: String? { isOtherCopy ? record.resultTable : reading.resultLayout?.fileName }

    /// Whether there must be a workbook: by the case or, where somebody asked for it besides, by `run.json`.
    var hasWorkbook: Bool {
        if !isOtherCopy, reading.asksForWorkbook { return true }
        return (record.files ?? []).contains { $0.file == ResultFolder.workbookName }
    }

    /// Where the table for the core system does not say what the placements imply.
    func resultTableFaults(_ notes: inout [String]) throws -> [String] {
        guard let resultTable else { return [] }
        guard let own = try further.table(of: subject, verified.placements), own.name == resultTable else {
            notes.append(
                "\(resultTable) is as its hash in run.json says; this copy of the case does not say how it looks.")
            return []
        }
        do {
            let written = try folder.bytes(of: resultTable)
            if written == own.bytes || record.files != nil && cells(written) == cells(own.bytes) { return [] }
            let line = firstDifference(written, own.bytes) ?? 1
            return ["\(resultTable):\(line): the line is not what the placements imply"]
        } catch { return ["\(resultTable): \(error.message)"] }
    }

    /// What a table says, header first; `nil` where it cannot be read.
    private func cells(_ bytes: [UInt8]) -> [[String]]? {
        guard let text = try? DecodedText(bytes), case (let table?, let problems) = Table.read(text.utf8),
            problems.isEmpty
        else { return nil }
        return [table.columns]
            + (0..<table.rowCount).map { row in table.columns.indices.map { table.text(row: row, column: $0) } }
    }

    /// Where the workbook cannot be read. Its bytes are judged by the hash in `run.json`; where this version made it, it is made
    /// again as well. Other versions of the libraries that write it may write the same cells in other bytes, so that a difference
    /// is no fault by itself.
    func workbookFaults(_ expected: RunRecord, advice: [Advice], _ notes: inout [String]) throws -> [String] {
        guard hasWorkbook else { return [] }
        let name = ResultFolder.workbookName
        let written: [UInt8]
        do { written = try folder.bytes(of: name) } catch { return ["\(name): \(error.message)"] }
        let parts = reading.draft?.partNumbers(of: subject, threads: options.threads) ?? []
        let input = reportInput(subject, verified, explanations, expected, parts: parts, advice: advice)
        if record.isOfThisVersion, try further.workbook(input, expected)?.bytes == written { return [] }
        notes.append(
            record.isOfThisVersion
                ? "\(name) is as its hash in run.json says; it is written otherwise here, so what it says was not checked."
                : "\(name) was written by \(record.solver.program); it is as its hash in run.json says, and what it says was "
                    + "not made again by this version, \(RunRecord.ownProgram).")
        return []
    }
}

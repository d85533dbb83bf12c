import Admissions
import CaseFiles
import Tables
import Workbooks

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

    /// Where the workbook does not say what the case and the placements imply. Its bytes are judged by the hash in `run.json`;
    /// where this version made it, it is made again, and its cells are compared. Other versions of the libraries that write it
    /// may write the same cells in other bytes, so that other bytes are no fault by themselves.
    func workbookFaults(_ expected: RunRecord, advice: [Advice], _ notes: inout [String]) throws -> [String] {
        guard hasWorkbook else { return [] }
        let name = ResultFolder.workbookName
        let written: [UInt8]
        do { written = try folder.bytes(of: name) } catch { return ["\(name): \(error.message)"] }
        let parts = reading.draft?.partNumbers(of: subject, threads: options.threads) ?? []
        let input = reportInput(subject, verified, explanations, expected, parts: parts, advice: advice)
        if record.isOfThisVersion, let own = try further.workbook(input)?.bytes {
            if own == written { return [] }
            if let difference = workbookDifference(written, own) { return ["\(name): \(difference)"] }
            notes.append(
                "\(name) says what it should; its bytes are those of other versions of the libraries that write it.")
            return []
        }
        notes.append(
            record.isOfThisVersion
                ? "\(name) is as its hash in run.json says; this copy of the case does not say how it looks."
                : "\(name) was written by \(record.solver.program); it is as its hash in run.json says, and what it says was "
                    + "not made again by this version, \(RunRecord.ownProgram).")
        return []
    }

    /// The first difference between what the cells of two workbooks say; `nil` where there is none.
    ///
    /// - Complexity: O(bytes).
    private func workbookDifference(_ written: [UInt8], _ own: [UInt8]) -> String? {
        do throws(WorkbookProblem) {
            let (written, own) = (try Workbook(written), try Workbook(own))
            guard written.sheets == own.sheets else { return "its sheets are not those that the case implies" }
            for index in own.sheets.indices {
                let (text, other) = (try written.sheet(index), try own.sheet(index))
                if text.csv != other.csv || text.rows != other.rows {
                    return "the sheet \(text.name) is not what the case and the placements imply"
                }
            }
            return nil
        } catch { return error.message }
    }
}

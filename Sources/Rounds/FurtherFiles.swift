import Admissions
import CaseFiles
import Reports
import Tables
import Verifying
import Workbooks

/// What is written beside the usual tables where somebody asks for it: the workbook, and the table for the core system.
struct FurtherFiles: Sendable {
    /// Whether a workbook is written.
    let writesWorkbook: Bool
    /// How the table for the core system looks; `nil`: there is none.
    let layout: ResultLayout?
    /// The children's table as it was written; `nil` where nothing needs it, so that it takes no memory then.
    private let children: WrittenChildren?
    private let headers: [String: String]

    /// - Parameters:
    ///   - reading: A case without errors.
    ///   - writesWorkbook: Whether somebody asks for a workbook although case.yaml does not.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where the children's table changed meanwhile, no workbook can hold
    ///   what stands in the case, or the encoding of the table for the core system lacks a character.
    init(of reading: CaseReading, writesWorkbook: Bool) throws(RoundError) {
        self.writesWorkbook = writesWorkbook || reading.asksForWorkbook
        layout = reading.resultLayout
        var headers: [String: String] = [:]
        do throws(Problem) {
            let isNeeded = self.writesWorkbook || layout?.readsChildren == true
            children = isNeeded ? try reading.writtenChildren() : nil
        } catch { throw .invalidInput(sentence: "nothing was written.", problems: [error]) }
        for name in ["child_id", "household_id"] { headers[name] = reading.header(of: name, in: .children) }
        for name in ["facility_id", "name", "kind", "ward"] + (0...5).map({ "seats_\($0)" }) {
            headers[name] = reading.header(of: name, in: .facilities)
        }
        self.headers = headers
        if let subject = reading.subject { try check(with: subject) }
    }

    /// Refuses what cannot be written, before a result is searched for in vain.
    private func check(with subject: Case) throws(RoundError) {
        if writesWorkbook, let children {
            do throws(WorkbookError) { try Self.sheet(of: children).check(with: subject) } catch {
                throw RoundError(error)
            }
        }
        guard layout?.encoding == .cp932, !subject.children.isEmpty, !subject.facilities.isEmpty else { return }
        // Every child and every facility stands in one of these rows.
        let rows = (0..<max(subject.children.count, subject.facilities.count)).map { row in
            Placement(
                child: row % subject.children.count, outcome: .placed, facility: row % subject.facilities.count,
                wishRank: nil, jointRank: nil, points: nil, isConditional: false)
        }
        _ = try table(of: subject, rows)
    }

    /// The table for the core system; `nil` where case.yaml describes none.
    ///
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where its encoding lacks a character.
    func table(of subject: Case, _ placements: [Placement]) throws(RoundError) -> OutputFile? {
        guard let layout else { return nil }
        do throws(UnwritableTable) {
            return try ResultTables(of: subject).table(in: layout, placements, children)
        } catch {
            throw .invalidInput(
                sentence: RoundError(error, of: subject).description
                    + " Write another character, or encoding: utf8 in columns.result.")
        }
    }

    /// The workbook; `nil` where none is asked for.
    ///
    /// - Parameter input: What the report says as well.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where Excel cannot hold it, or
    ///   ``RoundError/cannotWrite(_:)``.
    func workbook(_ input: ReportInput) throws(RoundError) -> OutputFile? {
        guard writesWorkbook, let children, let run = input.run else { return nil }
        do throws(WorkbookError) {
            let bytes = try ResultWorkbook(input, Self.sheet(of: children), run, headers: headers).bytes()
            return OutputFile(name: ResultFolder.workbookName, bytes: bytes)
        } catch { throw RoundError(error) }
    }

    private static func sheet(of children: WrittenChildren) -> ResultWorkbook.Children {
        .init(
            table: children.table, children: children.children, holdsValues: children.holdsValues,
            idColumn: children.idColumn)
    }
}

extension RoundError {
    /// The error for a workbook that cannot be written.
    init(_ error: WorkbookError) {
        if case .system(let reason) = error {
            self = .cannotWrite(CannotWrite(ResultFolder.workbookName, reason))
        } else {
            self = .invalidInput(
                sentence:
                    "\(ResultFolder.workbookName) cannot be written: \(error); shorten it, or leave out the workbook.")
        }
    }
}

import Admissions
import Foundation
import Tables

/// What the files of a case folder say of the time after its round.
public struct MonthReading {
    /// The rows; `nil` where an error stands.
    public let rows: MonthRows?
    /// Every problem, in the order of files, lines and columns.
    public let problems: [Problem]
    /// Where the findings of rows belong.
    let reader: CaseReader

    fileprivate init(_ reader: CaseReader, rows: MonthRows?) {
        self.reader = reader
        problems = reader.inOrder(reader.problems)
        self.rows = problems.contains { $0.severity == .error } ? nil : rows
    }

    /// The problems that findings are, at the places of their rows in the files of the folder.
    public func problems(of findings: [Finding]) -> [Problem] {
        var before: CaseReader?
        return reader.inOrder(
            findings.map { finding in
                if CaseTable.betweenRounds.contains(finding.table) { return reader.problem(of: finding, settings: nil) }
                // The tables of the case itself were not needed so far.
                let read = before ?? reader.ofTheCase
                before = read
                return read.problem(of: finding, settings: nil)
            })
    }
}

extension CaseFolder {
    /// Reads `declines.csv`, `withdrawals.csv` and `new_children.csv`, each where it is there.
    ///
    /// New children are read as the case's own children are, by the profile of the case.
    ///
    /// - Complexity: O(n log n) in the size of the files.
    public func readBetweenRounds() -> MonthReading {
        var reader = CaseReader(folder: url, objective: nil, doubts: .notSought, threads: 1, progress: nil)
        let rows = reader.readBetweenRounds()
        return MonthReading(reader, rows: rows)
    }
}

extension CaseFolder {
    /// The name of the file in which a table of the case is looked for, by the profile of the case.
    public func fileName(of table: CaseTable) -> String { SettingsFile(in: url).profile.fileName(of: table) }
}

extension CaseReader {
    /// A reader that has read the case of the same folder.
    fileprivate var ofTheCase: CaseReader {
        var reader = CaseReader(folder: folder, objective: nil, doubts: .notSought, threads: threads, progress: nil)
        _ = reader.read()
        return reader
    }

    /// Answers that the children's table gives by `sibling_pattern` for children who apply alone: they count once a sibling comes.
    private func answersOfLoneChildren() -> [HouseholdRow] {
        guard !profile.patterns.isEmpty else { return [] }
        var reader = CaseReader(folder: folder, objective: nil, doubts: .notSought, threads: threads, progress: nil)
        reader.profile = profile
        reader.files[.children] = CaseTableFile.read(.children, by: profile, in: folder, threads: threads).file
        _ = reader.readChildren(rules, keepsAnswersOfLoneChildren: true)
        return reader.origin.patternAnswers.map(\.answer)
    }

    fileprivate mutating func readBetweenRounds() -> MonthRows {
        let settings = SettingsFile(in: folder)
        profile = settings.profile
        rules = settings.settings?.rules
        for kind in CaseTable.betweenRounds {
            guard exists(fileName(of: kind)) else {
                refuseSimilarFile(to: kind)
                continue
            }
            let (file, wrong) = CaseTableFile.read(kind, by: profile, in: folder, threads: threads)
            problems += wrong
            files[kind] = file
        }
        let declines = readDepartures(.declines)
        let withdrawals = readDepartures(.withdrawals)
        let (children, attributeNames) = readChildren(
            settings.settings?.rules, of: .newChildren, keepsAnswersOfLoneChildren: true)
        examineUnreadColumns(of: CaseTable.betweenRounds)
        for kind in CaseTable.betweenRounds { problems += files[kind]?.problems ?? [] }
        var rows = MonthRows(
            declines: declines, withdrawals: withdrawals, newChildren: children ?? [], attributeNames: attributeNames,
            answers: answersOfLoneChildren() + origin.patternAnswers.map(\.answer))
        rows.wishAttributeNames = origin.wishAttributeNames
        return rows
    }

    private mutating func readDepartures(_ kind: CaseTable) -> [DepartureRow] {
        guard var file = files[kind] else { return [] }
        defer { files[kind] = file }
        let child = file.column("child_id", isNeeded: true)
        let date = file.column("date", isNeeded: true)
        let reason = file.column("reason")
        file.readIDs(in: [child])
        guard let child, date != nil else { return [] }
        var departures: [DepartureRow] = []
        let isCopied = file.table.mayBeGuarded([child])
        lazy var known = childIDs()
        for row in 0..<file.table.rowCount {
            guard let id = file.id(row, child, isCopied: isCopied, among: { known }) else {
                file.report(
                    row, child, .finding(.childIDBlank), "The child is not named; write its id.", "児童番号が空欄です。書いてください。")
                continue
            }
            departures.append(
                DepartureRow(child: id, date: file.date(row, date), reason: file.plainText(row, reason)))
        }
        return departures
    }

    /// The ids of the children of the case.
    private func childIDs() -> Set<ChildID> {
        guard var file = CaseTableFile.read(.children, by: profile, in: folder, threads: threads).file else {
            return []
        }
        let id = file.column("child_id")
        file.readIDs(in: [id])
        return Set((0..<file.table.rowCount).compactMap { file.text($0, id).map { ChildID($0) } })
    }
}

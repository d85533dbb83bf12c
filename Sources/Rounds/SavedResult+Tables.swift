import Admissions
import Asking
import CaseFiles
import Comparing
import Tables

extension SavedResult {
    /// A row of `placements.csv`.
    public struct Placement: Sendable, Hashable {
        public let child: ChildID
        public let household: HouseholdID
        public let ageClass: Int
        public let place: RunComparison.Place
    }

    /// The rows of `placements.csv`, ascending by child, as they are written. No case is needed, and nothing is checked.
    ///
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where the table cannot be read, lacks a column or has a wrong
    ///   line.
    public func placements() throws(RoundError) -> [Placement] {
        func refuse(_ what: Phrase) -> RoundError {
            .invalidInput(sentence: Phrase("\(name) は結果フォルダではありません。", "\(name) is no result folder: ") + what)
        }
        let table: Table?
        do {
            table = Table.read(try DecodedText(try folder.bytes(of: "placements.csv")).utf8).table
        } catch {
            throw refuse(Phrase("placements.csv を読めません。", "its placements.csv cannot be read."))
        }
        let names = ["child_id", "household_id", "age_class", "outcome", "facility_id", "wish_rank"]
        guard let table, case let columns = names.compactMap(table.column), columns.count == names.count else {
            throw refuse(Phrase("placements.csv に必要な列がありません。", "its placements.csv lacks a column."))
        }
        var rows: [Placement] = []
        rows.reserveCapacity(table.rowCount)
        for row in 0..<table.rowCount {
            let cells = columns.map { TableWriter.withoutGuard(table.trimmedText(row: row, column: $0)) }
            guard let age = Int(cells[2]), let outcome = Outcome(rawValue: cells[3]),
                cells[5].isEmpty || Int(cells[5]) != nil
            else {
                let line = table.place(row: row, column: columns[0]).line
                throw refuse(
                    Phrase("placements.csv の \(line) 行目が正しくありません。", "line \(line) of placements.csv is wrong."))
            }
            rows.append(
                Placement(
                    child: ChildID(spelled: cells[0]), household: HouseholdID(spelled: cells[1]), ageClass: age,
                    place: .init(
                        outcome: outcome, facility: cells[4].isEmpty ? nil : FacilityID(spelled: cells[4]),
                        wishRank: Int(cells[5]))))
        }
        return rows.sorted { $0.child < $1.child }
    }

    /// The facilities of `borders.csv`; `nil` where the file cannot be read, as in an incomplete result folder.
    func facilities() -> Set<FacilityID>? {
        guard let bytes = try? folder.bytes(of: "borders.csv"), let text = try? DecodedText(bytes).utf8,
            let table = Table.read(text).table, let column = table.column("facility_id")
        else { return nil }
        return Set(
            (0..<table.rowCount).map {
                FacilityID(spelled: TableWriter.withoutGuard(table.trimmedText(row: $0, column: column)))
            })
    }

    /// Where every child ends up in a proved result.
    ///
    /// - Parameter subject: The case, read with ``objective``.
    /// - Throws: ``RoundError/unprovedResult(name:)``, and the errors of ``allocation(of:)``.
    public func provedAllocation(of subject: Case) throws(RoundError) -> Allocation {
        guard record.isProved else { throw .unprovedResult(name: name) }
        return try allocation(of: subject)
    }
}

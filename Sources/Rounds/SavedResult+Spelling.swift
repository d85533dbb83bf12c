import Admissions
import CaseFiles
import Tables

extension SavedResult {
    /// The case with its ids spelled as in the tables of the result.
    ///
    /// Earlier versions wrote ids folded, and another copy of a case may spell them otherwise. Ids are compared folded, so such a
    /// result says the same, in one spelling throughout: what differs within it still is a fault.
    ///
    /// - Parameters:
    ///   - subject: The case of the result.
    ///   - isOtherCopy: Whether the result may have been made of another copy.
    func spelled(_ subject: Case, isOtherCopy: Bool) -> Case {
        guard isOtherCopy || subject.hasSpellings else { return subject }
        let placements = table("placements.csv")
        let facilities = [placements, table("borders.csv"), table("reasons.csv")]
        return subject.spelled(
            ids("child_id", in: placements), ids("household_id", in: placements),
            facilities.reduce(Set<FacilityID>()) { $0.union(ids("facility_id", in: $1)) })
    }

    /// A table of the result; `nil` where it cannot be read, which is a fault of its own.
    private func table(_ name: String) -> Table? {
        guard let bytes = try? folder.bytes(of: name), let text = try? DecodedText(bytes) else { return nil }
        return Table.read(text.utf8).table
    }

    private func ids<Subject>(_ name: String, in table: Table?) -> Set<Identifier<Subject>> {
        guard let table, let column = table.column(name) else { return [] }
        return Set(
            (0..<table.rowCount).lazy.map {
                Identifier(spelled: TableWriter.withoutGuard(table.trimmedText(row: $0, column: column)))
            })
    }
}

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
            ids("child_id", in: placements, besides: subject.children.lazy.map(\.id)),
            ids("household_id", in: placements, besides: subject.children.lazy.map(\.householdID)),
            facilities.reduce(Set<FacilityID>()) {
                $0.union(ids("facility_id", in: $1, besides: subject.facilities.lazy.map(\.id)))
            })
    }

    /// A table of the result with its encoding; `nil` where it cannot be read, which is a fault of its own.
    private func table(_ name: String) -> (table: Table, encoding: TextEncoding)? {
        guard let bytes = try? folder.bytes(of: name), let text = try? DecodedText(bytes) else { return nil }
        return Table.read(text.utf8).table.map { ($0, text.encoding) }
    }

    /// The ids of a column that are spelled otherwise than in the case; a character that only the encoding changed is no
    /// difference.
    private func ids<Subject>(
        _ name: String, in read: (table: Table, encoding: TextEncoding)?,
        besides own: some Sequence<Identifier<Subject>>
    ) -> Set<Identifier<Subject>> {
        guard let (table, encoding) = read, let column = table.column(name) else { return [] }
        var ids = Set(
            (0..<table.rowCount).lazy.map {
                Identifier<Subject>(
                    spelled: TableWriter.withoutGuard(table.trimmedText(row: $0, column: column)))
            })
        for id in own {
            guard let index = ids.firstIndex(of: id), ids[index].spelling != id.spelling,
                encoding.reread(id.spelling) == ids[index].spelling
            else { continue }
            ids.remove(at: index)
        }
        return ids
    }
}

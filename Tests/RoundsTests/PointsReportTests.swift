import Admissions
import CaseFiles
import Testing

@testable import Rounds

@Suite("Why a row of the points table does not count")
struct PointsReportTests {
    /// What the report says of one child that wishes A, then B.
    private func lines(_ parts: [PointsPart]) -> [String] {
        var draft = CaseDraft(
            municipality: "Test", round: "2027-04 first", month: PlacementMonth("2027-04")!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"), children: [],
            facilities: ["A", "B"].map { FacilityRow(id: $0, seats: [nil, 1, nil, nil, nil, nil]) })
        draft.children = [
            ChildRow(id: "kid", household: "X", birthDate: CalendarDate("2025-06-01")!, wishes: ["A", "B"])
        ]
        draft.rules.pointsTable = PointsTable(parts: parts)
        return PointsReport(draft, row: 0).lines(in: .english)
    }

    private func row(
        _ name: String, _ points: ExactNumber, _ group: String? = "g", at conditions: PointsCondition...
    ) -> PointsRow {
        PointsRow(name: name, when: conditions, earns: .points(points), maxGroup: group)
    }

    private let first = PointsCondition.wishRank(.oneOf([1]))

    @Test("A row of a list that is met at a wish and loses there is outdone, not without a wish")
    func list() {
        let text = lines(PointsTable(rows: [row("", 1, at: first), row("", 5)]).parts).joined(separator: "\n")
        #expect(text.contains("no: another row of g earns as much or more"))
        #expect(!text.contains("no wish is there"))
    }

    @Test("A part that is there at one wish is not called missing")
    func partOfWish() {
        let part = PointsPart("a", rows: [row("x", 2), row("y", 1)], when: [first], missing: 1)
        let text = lines([part, PointsPart("points", of: ["a"])]).joined(separator: "\n")
        #expect(text.contains("- y: 1, not counted, as another row of g earns as much or more"))
        let missing = PointsPart("a", rows: [row("x", 2)], when: [.facility("A"), .wishRank(.oneOf([2]))], missing: 1)
        #expect(
            lines([missing, PointsPart("points", of: ["a"])]).joined().contains(
                "- x: 2, not counted, as the part is missing"))
    }

    @Test("A row that loses within its group is not said to be overridden by an earlier one")
    func firstWithGroups() {
        let part = PointsPart("a", rows: [row("x", 1), row("y", 5), row("z", 7, nil)], combine: .first)
        let text = lines([part, PointsPart("points", of: ["a"])]).joined(separator: "\n")
        #expect(text.contains("- x: 1, not counted, as another row of g earns as much or more"))
        #expect(text.contains("+ y: 5"))
        #expect(text.contains("- z: 7, not counted, as an earlier row overrides it"))
    }
}

import Admissions

/// Small drafts that tests change in one place.
enum Drafts {
    /// One child of class 1, one facility with two seats for it, no finding.
    static func smallest() -> CaseDraft {
        CaseDraft(
            municipality: "Test", round: "2027-04 first", month: PlacementMonth("2027-04")!,
            rules: Rules(priority: [], drawSeed: "1"), children: [child("c", "X", wishes: ["A"])],
            facilities: [facility("A")])
    }

    /// Two children of classes 2 and 1 in the household X, two facilities, a full sibling answer, no finding.
    static func siblings(
        _ answer: HouseholdRow? = HouseholdRow(household: "X", timing: .together, facility: .sameFirst)
    ) -> CaseDraft {
        var draft = smallest()
        draft.children = [
            child("elder", "X", born: "2024-06-01", wishes: ["A", "B"]),
            child("younger", "X", born: "2025-06-01", wishes: ["A", "B"]),
        ]
        draft.facilities = [facility("A"), facility("B")]
        draft.households = answer.map { [$0] } ?? []
        return draft
    }

    /// Born on 1 June 2025: class 1 in April 2027.
    static func child(
        _ id: ChildID, _ household: HouseholdID, born: String = "2025-06-01", wishes: [FacilityID?]
    ) -> ChildRow {
        ChildRow(id: id, household: household, birthDate: CalendarDate(born)!, wishes: wishes)
    }

    /// Two seats each for classes 1 and 2.
    static func facility(_ id: FacilityID) -> FacilityRow {
        FacilityRow(id: id, name: "Nursery \(id)", seats: [nil, 2, 2, nil, nil, nil])
    }

    /// One rank of a table of joint wishes of the household X in ``siblings(_:)``.
    static func joint(rank: Int, _ elder: FacilityID?, _ younger: FacilityID?) -> [JointWishRow] {
        [
            JointWishRow(household: "X", rank: rank, child: "elder", facility: elder),
            JointWishRow(household: "X", rank: rank, child: "younger", facility: younger),
        ]
    }
}

/// What a test compares of a finding: all but its sentence.
struct Place: Hashable, CustomStringConvertible {
    var code: Finding.Code
    var table: CaseTable
    var row: Int?
    var column: String?

    init(_ code: Finding.Code, _ table: CaseTable, _ row: Int?, _ column: String?) {
        (self.code, self.table, self.row, self.column) = (code, table, row, column)
    }

    init(_ finding: Finding) { self.init(finding.code, finding.table, finding.row, finding.column) }

    var description: String {
        "\(code.rawValue) in \(table) row \(row.map(String.init) ?? "-") \(column ?? "-")"
    }
}

extension CaseDraft {
    /// The findings of ``resolve()`` without their sentences.
    var places: [Place] { resolve().findings.map(Place.init) }
}

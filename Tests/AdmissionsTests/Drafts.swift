import Admissions

/// Small drafts that tests change in one place.
enum Drafts {
    /// One child of class 1, one facility with two seats for it, no finding.
    static func smallest() -> CaseDraft {
        CaseDraft(
            municipality: "Test", round: "2027-04 first", month: PlacementMonth("2027-04")!,
            rules: Rules(priority: [], drawSeed: "1"), children: [child("kid", "X", wishes: ["A"])],
            facilities: [facility("A")])
    }

    /// Two children of classes 2 and 1 in the household X, two facilities, a full sibling answer, no finding.
    static func siblings(
        _ answer: HouseholdRow? = HouseholdRow(household: "X", timing: .together, facility: .sameFirst)
    ) -> CaseDraft {
        var draft = smallest()
        draft.children = [
            child("sib1", "X", born: "2024-06-01", wishes: ["A", "B"]),
            child("sib2", "X", born: "2025-06-01", wishes: ["A", "B"]),
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
            JointWishRow(household: "X", rank: rank, child: "sib1", facility: elder),
            JointWishRow(household: "X", rank: rank, child: "sib2", facility: younger),
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

/// Random numbers that are the same on every machine.
///
/// Source: Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}

extension CaseDraft {
    /// The same case with rows and attribute columns in another order.
    func shuffled(seed: UInt64) -> CaseDraft {
        var random = SplitMix64(seed: seed)
        var draft = self
        let columns = attributeNames.indices.shuffled(using: &random)
        draft.attributeNames = columns.map { attributeNames[$0] }
        for row in draft.children.indices {
            draft.children[row].attributes = columns.map { children[row].attributes[$0] }
            draft.children[row].groups.shuffle(using: &random)
            draft.children[row].siblingFacilities.shuffle(using: &random)
        }
        draft.children.shuffle(using: &random)
        draft.facilities.shuffle(using: &random)
        draft.households.shuffle(using: &random)
        draft.jointWishes.shuffle(using: &random)
        draft.seatLimits.shuffle(using: &random)
        draft.pins.shuffle(using: &random)
        return draft
    }
}

extension Drafts {
    /// A case with something in every field: an answered household, a table, a split household, a transfer applicant,
    /// an unborn child, one without a date, wish points, further limits.
    static func full() -> CaseDraft {
        var draft = smallest()
        draft.rules = Rules(
            priority: [PriorityKey("tier", .ascending), PriorityKey("points", .descending, blank: .last)], drawSeed: "7"
        )
        draft.attributeNames = ["tier", "area", "note"]
        draft.children = [
            child("a", "X", born: "2024-06-01", wishes: ["A", "B"]),
            child("b", "X", born: "2025-06-01", wishes: ["B", nil, "A"]),
            ChildRow(id: "c", household: "Y", ageClass: 1, currentFacility: "C", wishes: ["B", "A"]),
            ChildRow(id: "d", household: "Y", dueDate: CalendarDate("2027-05-01"), wishes: ["A"]),
            child("e", "Z", wishes: ["A", "C", "B"]),
            child("f", "W", born: "2024-04-02", wishes: ["B"]),
            child("g", "W", wishes: ["C", "B"]),
        ]
        for row in draft.children.indices { draft.children[row].attributes = ["\(row % 3)", "north \(row)", ""] }
        draft.children[0].points = 10
        draft.children[0].groups = ["support", "graduates"]
        draft.children[0].siblingFacilities = ["C", "B"]
        draft.children[1].wishPoints = [ExactNumber("12.5"), nil, 3]
        draft.facilities = ["A", "B", "C"].map {
            FacilityRow(id: $0, name: "Nursery \($0)", seats: [1, 2, 2, nil, nil, nil])
        }
        draft.facilities[0].latitude = 35.86
        draft.facilities[0].longitude = 139.65
        draft.facilities[1].minimumAgeMonths = 8
        draft.households = [
            HouseholdRow(household: "X", timing: .lead, facility: .sameFirst, leadChild: "a", preferredChild: "b"),
            HouseholdRow(household: "W", timing: .independent),
        ]
        draft.jointWishes = [("A", "A", 1), ("B", nil, 4), (nil, "A", 9)].flatMap { (c: FacilityID?, d, rank) in
            [
                JointWishRow(household: "Y", rank: rank, child: "c", facility: c),
                JointWishRow(household: "Y", rank: rank, child: "d", facility: d),
            ]
        }
        draft.seatLimits = [
            SeatLimitRow(facility: "A", ages: AgeSet(0...2), seats: 4),
            SeatLimitRow(facility: "A", ages: AgeSet(3...5), group: .members(of: "support"), seats: 1, opens: true),
            SeatLimitRow(facility: "B", ages: AgeSet(0...2), group: .others(than: "graduates"), seats: 3),
        ]
        return draft
    }

    /// ``full()`` in two phases, with limits of a phase and two pins.
    static func phased() -> CaseDraft {
        var draft = full()
        draft.rules.phases = [Phase("first", who: .members(of: "support")), Phase("second", who: .everyone)]
        draft.seatLimits.append(
            SeatLimitRow(facility: "A", ages: AgeSet(0...2), seats: 4, phase: "first", isReleased: true))
        draft.pins = [
            PinRow(child: "e", facility: "C", by: "Sato", reason: "emergency"),
            PinRow(child: "f", facility: nil, by: "Sato", reason: "moves away"),
        ]
        return draft
    }
}

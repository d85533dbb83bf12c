import Admissions
import SyntheticCity
import Testing
import Verifying

@Suite("What the verifier finds wrong")
struct FaultTests {
    /// One nursery with one seat and a minimum age, three children, two of them siblings who want both or none.
    static func subject() throws -> Case {
        try CaseDraft(
            municipality: "T", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [
                ChildRow(id: "a", household: "h", birthDate: CalendarDate("2025-05-01"), wishes: ["A"], points: 3),
                ChildRow(id: "b", household: "h", birthDate: CalendarDate("2025-06-01"), wishes: ["A"], points: 2),
                ChildRow(
                    id: "c", household: "i", birthDate: CalendarDate("2026-03-01"), wishes: ["A", "B"], points: 1),
            ],
            facilities: [
                FacilityRow(id: "A", seats: [nil, 1, nil, nil, nil, nil]),
                FacilityRow(id: "B", seats: [nil, 1, nil, nil, nil, nil], minimumAgeMonths: 14),
            ],
            households: [HouseholdRow(household: "h", timing: .together, facility: .sameOnly)]
        ).resolved()
    }

    static let cases: [([Int32], [String])] = [
        ([-1, -1], ["there are 2 choices for 3 children"]),
        ([-1, -1, 2], ["child c has no wish of index 2"]),
        ([-1, -1, -2], ["child c has no wish of index -2"]),
        ([-1, -1, 1], ["child c is not eligible at B: tooYoung"]),
        ([0, -1, -1], ["household h does not accept its outcome"]),
        ([0, 0, -1], ["A, ages 1: 2 of 1 seats used"]),
        ([0, -1, 0], ["A, ages 1: 2 of 1 seats used", "household h does not accept its outcome"]),
        ([-1, -1, 0], []),
        ([-1, -1, -1], []),
    ]

    @Test("Each broken rule is named", arguments: cases)
    func faults(choices: [Int32], expected: [String]) throws {
        let verified = Verifier(try Self.subject()).verify(Allocation(choices: choices))
        #expect(verified.faults.map(\.description) == expected)
        #expect(verified.placements.isEmpty == !expected.isEmpty)
    }

    @Test("Whom the points table refuses has no seat and no claim to one")
    func refused() throws {
        let rows = [
            PointsRow("base", earns: .value), PointsRow("arrears", at: .facility("A"), earns: .refusal("arrears")),
        ]
        var rules = Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1")
        rules.pointsTable = PointsTable(rows: rows)
        let children = [("a", "9", "yes"), ("b", "1", "")].map { id, base, arrears in
            ChildRow(
                id: ChildID(id), household: HouseholdID(id), ageClass: 1, wishes: ["A", "B"],
                attributes: [base, arrears])
        }
        let subject = try CaseDraft(
            municipality: "T", round: "r", month: PlacementMonth(year: 2027, month: 4)!, rules: rules,
            attributeNames: ["base", "arrears"], children: children,
            facilities: ["A", "B"].map { FacilityRow(id: $0, seats: [nil, 1, nil, nil, nil, nil]) }
        ).resolved()
        let verified = Verifier(subject).verify(Allocation(choices: [1, 0]))
        #expect(verified.faults == [])
        #expect(verified.isStable)
        let wrong = Verifier(subject).verify(Allocation(choices: [0, 1]))
        #expect(wrong.faults == [.ineligible(child: "a", facility: "A", .notEligible)])
    }

    @Test("A round without phases has no allocation with phases", arguments: [[-1, -1, 0], [0], [-1, -1, -1, -1]])
    func phasesOfPlainRound(phases: [Int32]) throws {
        let verified = Verifier(try Self.subject()).verify(Allocation(choices: [-1, -1, 0], phases: phases))
        #expect(verified.faults == [.wrongPhaseCount(phases: phases.count, children: 3)])
        #expect(verified.placements.isEmpty)
    }

    @Test("A seat left vacant is claimed by the one who wished it, siblings who need two are not")
    func vacantSeat() throws {
        let verified = Verifier(try Self.subject()).verify(Allocation(choices: [-1, -1, -1]))
        #expect(
            verified.claims == [
                Claim(
                    household: 1, kind: .vacant, jointRank: 1,
                    members: [Claim.Member(child: 2, facility: 0, displaced: [])])
            ])
        #expect(!verified.isStable)
        #expect(Verifier(try Self.subject()).verify(Allocation(choices: [-1, -1, 0])).isStable)
    }

    @Test("The two nurseries have exactly two stable allocations")
    func twoNurseries() throws {
        let subject = try makeTwoNurseries()
        // Children 1 to 4 by id; X is 1 and 4, Y is 2 and 3.
        var stable: [[Int32]] = []
        for code in 0..<81 {
            let choices = [code % 3, code / 3 % 3, code / 9 % 3, code / 27].map { Int32($0 - 1) }
            let verified = Verifier(subject).verify(Allocation(choices: choices))
            if verified.isStable { stable.append(choices) }
        }
        #expect(stable == [[0, 1, 1, 0], [1, 0, 0, 1]])
        // Both split: whoever does not hold child 4's place claims it.
        let split = Verifier(subject).verify(Allocation(choices: [0, 0, 1, 1]))
        #expect(split.faults == [])
        #expect(split.claims.map(\.household) == [1])
        #expect(split.claims[0].members.map(\.displaced) == [[3], [3]])
    }

    private func makeTwoNurseries() throws -> Case {
        func child(_ id: ChildID, _ household: HouseholdID, _ born: String, _ points: Int) -> ChildRow {
            ChildRow(
                id: id, household: household, birthDate: CalendarDate(born), wishes: ["A", "B"],
                points: ExactNumber(points))
        }
        let answer = { HouseholdRow(household: $0, timing: .together, facility: .sameFirst) }
        return try CaseDraft(
            municipality: "Example", round: "2027-04 first", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "20270401"),
            children: [
                child("1", "X", "2025-04-10", 40), child("2", "Y", "2025-05-02", 38),
                child("3", "Y", "2026-03-20", 36), child("4", "X", "2026-03-25", 34),
            ],
            facilities: ["A", "B"].map { FacilityRow(id: $0, seats: [nil, 2, nil, nil, nil, nil]) },
            households: [answer("X"), answer("Y")]
        ).resolved()
    }

    @Test("Four siblings with twenty wishes each are judged in full")
    func manyWishes() throws {
        let facilities = (0..<20).map { FacilityID("F\($0)") }
        let children = (0..<4).map { index in
            ChildRow(
                id: ChildID("c\(index)"), household: "h",
                birthDate: CalendarDate(year: 2026 - index, month: 1, day: 5), wishes: facilities, points: 1)
        }
        let subject = try CaseDraft(
            municipality: "T", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"), children: children,
            facilities: facilities.map { FacilityRow(id: $0, seats: [1, 1, 1, 1, 1, nil]) },
            households: [HouseholdRow(household: "h", timing: .any, facility: .rankFirst)]
        ).resolved()
        let baseline = Verifier(subject).verify(Allocation(baselineOf: subject))
        #expect(baseline.jointRanks == [194_481])
        #expect(baseline.claims.map(\.jointRank) == [1])
        let last = Verifier(subject).verify(Allocation(choices: [19, -1, -1, -1]))
        #expect(last.jointRanks[0] > 190_000)
    }

    @Test("A city of 2,000 at its baseline is judged, and everybody with a vacant wish claims")
    func city() throws {
        let subject = try City(CityOptions(children: 2_000, facilities: 80, seed: 3)).makeDraft().resolved()
        let verified = Verifier(subject).verify(Allocation(baselineOf: subject))
        #expect(verified.faults == [])
        #expect(verified.claims.count > 1_000)
        #expect(verified.claims.allSatisfy { $0.kind == .vacant })
    }

    @Test("Any number of threads judges the same", arguments: [0.2, 1.0])
    func threads(siblingShare: Double) throws {
        var options = CityOptions(children: 3_000, facilities: 110, seed: 5)
        options.siblingShare = siblingShare
        let subject = try City(options).makeDraft().resolved()
        var allocation = Allocation(baselineOf: subject)
        func judged(_ threads: Int) -> [String] {
            let verified = Verifier(subject, threads: threads).verify(allocation)
            return verified.faults.map(\.description) + [
                "\(verified.claims)", "\(verified.placements)", "\(verified.jointRanks)", "\(verified.usedSeats)",
            ]
        }
        #expect(judged(3) == judged(1))
        // Everybody at its first wish breaks rules of every kind.
        for child in subject.children.indices where !subject.children[child].wishes.isEmpty {
            allocation.choices[child] = 0
        }
        #expect(judged(3) == judged(1))
        #expect(judged(3).count > 100)
    }
}

import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@Suite("What two households can do to each other")
struct PayoffTableTests {
    static func twoNurseries() throws -> Case {
        func child(_ id: ChildID, _ household: HouseholdID, _ born: String, _ points: ExactNumber) -> ChildRow {
            ChildRow(
                id: id, household: household, birthDate: CalendarDate(born), wishes: ["A", "B"], points: points)
        }
        return try CaseDraft(
            municipality: "T", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(
                priority: [PriorityKey("points", .descending)], drawSeed: "1",
                siblings: SiblingRules(timing: .together, facility: .sameFirst)),
            children: [
                child("1", "X", "2025-04-10", 40), child("2", "Y", "2025-05-02", 38),
                child("3", "Y", "2026-03-20", 36), child("4", "X", "2026-03-25", 34),
            ],
            facilities: [
                FacilityRow(id: "A", seats: [nil, 2, nil, nil, nil, nil]),
                FacilityRow(id: "B", seats: [nil, 2, nil, nil, nil, nil]),
            ],
            households: [
                HouseholdRow(household: "X", timing: .together, facility: .sameFirst),
                HouseholdRow(household: "Y", timing: .together, facility: .sameFirst),
            ]
        ).resolved()
    }

    @Test("The table of the rules comes out cell for cell")
    func example() throws {
        let table = PayoffTable(of: 0, 1, in: try Self.twoNurseries())
        #expect(table.rows == [[0, 0], [1, 1], [0, 1], [1, 0]])
        #expect(table.columns == table.rows)
        let expected = [
            [(0, 0), (4, 3), (0, 2), (0, 1)], [(3, 4), (0, 0), (0, 2), (0, 1)], [(2, 0), (0, 3), (2, 2), (2, 1)],
            [(0, 4), (1, 0), (1, 2), (1, 1)],
        ]
        #expect(table.payoffs == expected.flatMap { $0 }.map { PayoffTable.Payoff(first: $0.0, second: $0.1) })
        #expect(table.stable.map { [$0.row, $0.column] } == [[0, 1], [1, 0]])
    }

    @Test("In markets of two households the stable pairs are the stable allocations")
    func stablePairs() throws {
        var pairs = 0
        for seed in 1...3_000 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed).resolved()
            guard subject.households.count == 2 else { continue }
            let table = PayoffTable(of: 0, 1, in: subject)
            let found = Set(
                table.stable.map { pair -> [Int32] in
                    var choices = Allocation(baselineOf: subject).choices
                    for (household, outcomes, index) in [(0, table.rows, pair.row), (1, table.columns, pair.column)]
                    where index < outcomes.count {
                        for (child, choice) in zip(subject.households[household].members, outcomes[index]) {
                            choices[child] = choice
                        }
                    }
                    return choices
                })
            let expected = Set(ExhaustiveSearch.stableAllocations(of: subject).map(\.choices))
            #expect(found == expected, "seed \(seed)")
            pairs += expected.count
        }
        #expect(pairs > 20)
    }
}

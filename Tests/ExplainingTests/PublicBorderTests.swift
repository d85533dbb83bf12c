import Admissions
import MarketOracle
import Testing
import Verifying

@testable import Explaining

@Suite("What is published tells of nobody")
struct PublicBorderTests {
    /// Whether other whole numbers from 0 to the most that each hidden cell can hold, with another one in `cell`, have the
    /// same totals of every row and class: by trying.
    private func canDiffer(_ cell: Int, _ counts: [Int], _ most: [Int]?, _ hidden: [Bool]) -> Bool {
        let rows = counts.count / 6
        let cells = hidden.indices.filter { hidden[$0] }
        var rowLeft = (0..<rows).map { row in cells.filter { $0 / 6 == row }.reduce(0) { $0 + counts[$1] } }
        var classLeft = (0..<6).map { age in cells.filter { $0 % 6 == age }.reduce(0) { $0 + counts[$1] } }
        func fill(_ index: Int) -> Bool {
            guard index < cells.count else { return rowLeft.allSatisfy { $0 == 0 } && classLeft.allSatisfy { $0 == 0 } }
            let (row, age) = (cells[index] / 6, cells[index] % 6)
            // The last hidden cell of a row or class takes what is left of it.
            let endsRow = !cells[(index + 1)...].contains { $0 / 6 == row }
            let endsClass = !cells[(index + 1)...].contains { $0 % 6 == age }
            if endsRow, endsClass, rowLeft[row] != classLeft[age] { return false }
            let highest = min(rowLeft[row], classLeft[age], most?[cells[index]] ?? .max)
            let least = endsRow ? rowLeft[row] : endsClass ? classLeft[age] : 0
            guard least <= highest else { return false }
            for value in least...highest where cells[index] != cell || value != counts[cell] {
                rowLeft[row] -= value
                classLeft[age] -= value
                defer {
                    rowLeft[row] += value
                    classLeft[age] += value
                }
                if fill(index + 1) { return true }
            }
            return false
        }
        return fill(0)
    }

    private func isSmall(_ count: Int) -> Bool { count == 1 || count == 2 }

    /// Whether a cell can be changed does not depend on what it costs to hide others.
    private static func costs(of counts: [Int]) -> [Int] {
        [Int](repeating: 0, count: (counts.count / 6 + 1) * SuppressedTable.width)
    }

    /// The place of a cell of six classes in the table with totals.
    private func place(_ cell: Int) -> Int { cell / 6 * SuppressedTable.width + cell % 6 }

    @Test(
        "A cell counts as protected exactly when other numbers fit all totals and vacancies", arguments: [false, true])
    func protection(hasMost: Bool) {
        var generator = Generator(state: 5)
        var (protected, bare) = (0, 0)
        for round in 0..<1_500 {
            let rows = 2 + Int(generator.next() % 3)
            let counts = (0..<rows * 6).map { _ in Int(generator.next() % 8) - 3 < 0 ? -1 : Int(generator.next() % 5) }
            let most = hasMost ? counts.map { $0 < 0 ? 0 : $0 + Int(generator.next() % 4) } : nil
            var table = SuppressedTable(counts: counts, most: most, costs: Self.costs(of: counts))
            var hidden = counts.map(isSmall)
            for cell in counts.indices where counts[cell] >= 0 && generator.next() % 3 == 0 { hidden[cell] = true }
            guard hidden.count(where: { $0 }) <= 7 else { continue }
            for cell in counts.indices where hidden[cell] { table.hide(place(cell)) }
            for cell in counts.indices where isSmall(counts[cell]) {
                let isProtected = table.isProtected(place(cell))
                #expect(isProtected == canDiffer(cell, counts, most, hidden), "round \(round): \(counts), cell \(cell)")
                if isProtected { protected += 1 } else { bare += 1 }
            }
        }
        #expect(protected > 100 && bare > 100)
    }

    @Test("Every small number placed, applied or refused is hidden, and can be another one with what may be published")
    func suppression() {
        var generator = Generator(state: 8)
        var (bare, secret) = (0, 0)
        for round in 0..<200 {
            let rows = 3 + Int(generator.next() % 12)
            let isOffered = (0..<rows * 6).map { _ in generator.next() % 3 > 0 }
            let placed = isOffered.map { $0 ? Int(generator.next() % 6) : -1 }
            let most = placed.map { $0 < 0 ? -1 : $0 + Int(generator.next() % 3) }
            let refused = placed.map { $0 < 0 ? -1 : Int(generator.next() % 6) }
            var cells = HiddenCells(
                placed: placed, most: most, mostOfClass: most, refused: refused,
                costs: zip(placed, refused).map { $0 + $1 + 1 })
            cells.hideSmallCells()
            cells.protect()
            for cell in placed.indices where placed[cell] >= 0 {
                let isAnySmall = [placed[cell], refused[cell], placed[cell] + refused[cell]].contains(where: isSmall)
                if isAnySmall { #expect(cells.isHidden(cell / 6, cell % 6), "round \(round), cell \(cell)") }
            }
            for (counts, most) in [(placed, most), (refused, nil)] {
                var table = SuppressedTable(counts: counts, most: most, costs: Self.costs(of: counts))
                for cell in counts.indices where cells.isHidden(cell / 6, cell % 6) { table.hide(place(cell)) }
                for facility in cells.secretFacilities { table.hide(facility * SuppressedTable.width + 6) }
                for age in cells.secretClasses { table.hide(rows * SuppressedTable.width + age) }
                if cells.isCitySecret { table.hide(rows * SuppressedTable.width + 6) }
                secret += cells.secretFacilities.count
                for cell in counts.indices where isSmall(counts[cell]) && !table.isProtected(place(cell)) {
                    bare += 1
                }
            }
            #expect(!placed.indices.contains { placed[$0] < 0 && cells.isHidden($0 / 6, $0 % 6) })
        }
        #expect(bare == 0)
        #expect(secret > 0)
    }

    @Test("What a round before hid is hidden again")
    func sticky() throws {
        for seed in 1...30 as ClosedRange<UInt64> {
            var draft = RandomMarket.draft(seed: seed)
            for row in draft.facilities.indices { draft.facilities[row].unpublished = AgeSet([0, 1, 2]) }
            let subject = try draft.resolved()
            let allocation = ExhaustiveSearch.best(of: subject).allocation
            let explanations = try Explanations(of: subject, allocation, Verifier(subject).verify(allocation))
            for border in explanations.publicBorders where border.ageClass <= 2 {
                #expect(border.isHidden && border.seats == nil && border.left == nil && border.lowestKey == nil)
            }
        }
    }

    @Test("What is left is hidden at every facility of a limit that a hidden cell shares")
    func sharedLimits() throws {
        func left(shared: [FacilityID]) throws -> [Int?] {
            // One child at A: its cell is hidden. Nine at B and C: theirs are not.
            let places: [FacilityID] = ["A"] + (0..<18).map { $0 < 9 ? "B" : "C" }
            let rows =
                shared.isEmpty
                ? []
                : [
                    SeatLimitRow(
                        facility: shared[0], sharedWith: Array(shared.dropFirst()), ages: AgeSet([1]), seats: 40)
                ]
            let subject = try CaseDraft(
                municipality: "縁結市", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
                rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
                children: places.enumerated().map { index, place in
                    ChildRow(
                        id: ChildID("c\(index)"), household: HouseholdID("h\(index)"), ageClass: 1, wishes: [place],
                        points: 40)
                },
                facilities: ["A", "B", "C", "D"].map { FacilityRow(id: $0, seats: [nil, 20, nil, nil, nil, nil]) },
                seatLimits: rows
            ).resolved()
            let allocation = Allocation(choices: places.map { _ in 0 })
            let explanations = try Explanations(of: subject, allocation, Verifier(subject).verify(allocation))
            #expect(explanations.publicBorders[0].isHidden)
            let tight = explanations.borders.map(\.left)
            #expect(tight == [19, 11, 11, 20])
            return explanations.publicBorders.filter { !$0.isHidden }.map(\.left)
        }
        let alone = try left(shared: [])
        #expect(alone.contains(11))
        let together = try left(shared: ["A", "B", "C", "D"])
        #expect(together.allSatisfy { $0 == nil })
        #expect(together.count == alone.count)
    }

    @Test("A key is published as the case says, and never where children of fewer than three families were placed")
    func keys() throws {
        func explained(_ publication: PriorityKey.Publication?, families: [HouseholdID]) throws -> String? {
            let subject = try CaseDraft(
                municipality: "縁結市", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
                rules: Rules(
                    priority: [
                        PriorityKey("points", .descending),
                        PriorityKey(
                            "tax", .ascending, publication: publication, bands: publication == .band ? [100, 200] : []),
                    ], drawSeed: "1", siblings: SiblingRules(timing: .independent)), attributeNames: ["tax"],
                children: families.enumerated().map { index, family in
                    ChildRow(
                        id: ChildID("c\(index)"), household: family, ageClass: 1, wishes: ["A"], points: 40,
                        attributes: ["\(150 + index)"])
                },
                facilities: [FacilityRow(id: "A", seats: [nil, 9, nil, nil, nil, nil])]
            ).resolved()
            let allocation = Allocation(choices: families.map { _ in 0 })
            return try Explanations(of: subject, allocation, Verifier(subject).verify(allocation)).publicBorders[0]
                .lowestKey
        }
        let three: [HouseholdID] = ["a", "b", "c", "d"]
        #expect(try explained(nil, families: three) == "points=40")
        #expect(try explained(.no, families: three) == "points=40")
        #expect(try explained(.yes, families: three) == "points=40;tax=153")
        #expect(try explained(.band, families: three) == "points=40;tax=100以上200未満")
        #expect(try explained(.yes, families: ["a", "a", "b", "b"]) == nil)
    }

    private struct Generator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}

import Admissions
import Allocating
import Foundation
import Testing

@testable import Comparing

/// Cities whose points come from a table with named rows, the same for the same seed on every machine.
struct TableCity {
    private var chooser: RootTests.Chooser
    private let count: Int
    private let areParts: Bool

    init(seed: UInt64, children: Int = 100, parts: Bool = false) {
        chooser = RootTests.Chooser(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 7)
        count = children
        areParts = parts
    }

    private static func row(_ name: String, _ column: String, _ values: [String], _ points: ExactNumber) -> PointsRow {
        PointsRow(name: name, when: [.attribute(column, .oneOf(values))], earns: .points(points))
    }

    /// The table that staff follow: what parents do, and adjustments.
    static func table(parts: Bool) -> PointsTable {
        let work = [
            row("full time", "work", ["a"], 20), row("part time", "work", ["b"], 16),
            row("some hours", "work", ["c"], 13),
            row("seeking", "work", ["d"], 8),
        ]
        let adjustments = [
            row("single parent", "single", ["yes"], 7), row("carer", "care", ["yes"], 4),
            row("arrears", "arrears", ["yes"], -6), row("returning", "returning", ["yes"], 3),
            PointsRow(name: "sibling there", when: [.sameFacility], earns: .points(5)),
        ]
        if !parts { return PointsTable(rows: work + adjustments) }
        return PointsTable(parts: [
            PointsPart("base", rows: work, combine: .max), PointsPart("adjustments", rows: adjustments, cap: 12),
            PointsPart(PointsTable.total, of: ["base", "adjustments"]),
        ])
    }

    mutating func draft() -> CaseDraft {
        var rules = Rules(
            priority: [
                PriorityKey("tier", .ascending), PriorityKey("points", .descending), PriorityKey("tax", .ascending),
            ], drawSeed: "1", siblings: SiblingRules(timing: .any, facility: .rankFirst))
        rules.pointsTable = Self.table(parts: areParts)
        let ids = ["A", "B", "C", "D", "E", "F"].map { FacilityID($0) }
        let seats = count / 9
        var draft = CaseDraft(
            municipality: "Test", round: "2027-04 first", month: PlacementMonth("2027-04")!, rules: rules,
            attributeNames: ["tier", "tax", "work", "single", "care", "arrears", "returning"], children: [],
            facilities: ids.map { FacilityRow(id: $0, seats: [nil, seats, nil, nil, nil, nil]) })
        while draft.children.count < count {
            let household = HouseholdID("h\(draft.children.count)")
            for _ in 0..<(chooser.next(below: 12) == 0 ? 2 : 1) {
                draft.children.append(child(ChildID("c\(draft.children.count)"), household, ids))
            }
        }
        return draft
    }

    private mutating func child(_ id: ChildID, _ household: HouseholdID, _ ids: [FacilityID]) -> ChildRow {
        var wishes: [FacilityID] = []
        while wishes.count < 4 {
            let wish = ids[chooser.next(below: ids.count)]
            if !wishes.contains(wish) { wishes.append(wish) }
        }
        func yes(_ share: Int) -> String { chooser.next(below: 100) < share ? "yes" : "" }
        var row = ChildRow(id: id, household: household, ageClass: 1, wishes: wishes)
        if chooser.next(below: 5) == 0 { row.siblingFacilities = [wishes[chooser.next(below: 4)]] }
        row.attributes = [
            chooser.next(below: 20) == 0 ? "2" : "1", "\(chooser.next(below: 400))",
            ["a", "a", "a", "b", "b", "c", "d"][chooser.next(below: 7)], yes(20), yes(25), yes(15), yes(30),
        ]
        return row
    }

    /// Other points for this many rows of a table.
    mutating func disturbed(_ table: PointsTable, rows: Int) -> PointsTable {
        var result = table
        let places = table.parts.indices.flatMap { part in table.parts[part].rows.indices.map { (part, $0) } }
        var chosen: [Int] = []
        while chosen.count < rows {
            let place = chooser.next(below: places.count)
            if chosen.contains(place) { continue }
            chosen.append(place)
            guard case .points(let points) = table.parts[places[place].0].rows[places[place].1].amount else { continue }
            let amount = ExactNumber([-3, -2, 2, 3, 4][chooser.next(below: 5)])
            let moved = points.adding(points == 3 && amount == -3 ? 3 : amount)!
            result.parts[places[place].0].rows[places[place].1].amount = .points(moved)
        }
        return result
    }
}

/// Points of rows that are learnt from what staff decided.
///
/// A search solves hundreds of cities, which takes minutes in a debug build: those that search run in `make learning`, which sets
/// `ENMUSUBI_LONG_TESTS` and builds for release. The command itself is tested end to end.
@Suite("Learning")
struct LearningTests {
    private static let isLong = ProcessInfo.processInfo.environment["ENMUSUBI_LONG_TESTS"] != nil
    static func places(_ subject: Case) throws -> [Int?] {
        let result = try Allocator(subject).allocate()
        #expect(result.isProved)
        return subject.children.indices.map { child in
            let place = result.allocation.facility(of: child, in: subject)
            return place == subject.children[child].currentFacility ? nil : place
        }
    }

    static func calibration(_ draft: CaseDraft, _ manual: [Int?], threads: Int = 2, least: Int = 5) throws
        -> Calibration
    {
        var options = Allocator.Options()
        options.threads = threads
        return Calibration(
            draft, manual: manual, options: options,
            moving: try #require(MovableRows(of: draft, leastHouseholds: least, steps: 6)))
    }

    /// For each row that differs whether at least ``Calibration/leastEvidence`` households explain it, reckoned anew.
    static func isExplained(_ truth: CaseDraft, _ written: PointsTable, _ manual: [Int?]) throws -> Bool {
        let subject = try truth.resolved()
        for move in RowMove.moves(from: truth.rules.pointsTable, to: written) {
            var other = truth
            #expect(move.apply(to: &other.rules.pointsTable))
            let changed = try other.resolved()
            let given = try places(changed)
            var gained = Set<HouseholdID>()
            for child in subject.children.indices where given[child] != manual[child] {
                gained.insert(subject.children[child].householdID)
            }
            let touched = subject.children.indices.filter { subject.children[$0] != changed.children[$0] }
            if gained.intersection(touched.map { subject.children[$0].householdID }).count < Calibration.leastEvidence {
                return false
            }
        }
        return true
    }

    @Test(
        "A table that is disturbed in one to three rows, and in the order of keys, is brought back to full agreement",
        .enabled(if: isLong),
        arguments: 1...4 as ClosedRange<UInt64>)
    func recovery(seed: UInt64) throws {
        var city = TableCity(seed: seed, parts: seed.isMultiple(of: 2))
        let truth = city.draft()
        let manual = try Self.places(try truth.resolved())
        var written = truth
        let rows = 1 + Int(seed) % 3
        written.rules.pointsTable = city.disturbed(truth.rules.pointsTable, rows: rows)
        let swapsKeys = seed.isMultiple(of: 4)
        if swapsKeys { written.rules.priority.swapAt(0, 2) }
        let explained = try Self.isExplained(truth, written.rules.pointsTable, manual)
        var calibration = try Self.calibration(written, manual)
        let ranking = try calibration.search()
        let best = try #require(ranking.first)
        let asWritten = try #require(ranking.first { $0.descriptions.isEmpty })
        #expect(best.children >= asWritten.children)
        if explained { #expect(best.children == manual.count) }
        if best.children == manual.count {
            #expect(best.descriptions.count <= rows + (swapsKeys ? 1 : 0))
        }
        // One row: every value of it was tried, the true one too, and nothing that moves further is proposed.
        if rows == 1, !swapsKeys, best.children == manual.count, !best.moves.isEmpty {
            let back = RowMove.moves(from: written.rules.pointsTable, to: truth.rules.pointsTable)
            let all = calibration.ranking().filter { $0.children == manual.count && $0.changes.isEmpty }
            #expect(all.contains { $0.moves == back })
            #expect(best.moves[0].distance! <= back[0].distance!)
        }
        // Another year of the same staff, whose table is written as this one's.
        var other = TableCity(seed: seed &+ 1_000, parts: seed.isMultiple(of: 2))
        let year = other.draft()
        let decided = try Self.places(try year.resolved())
        var yearAsWritten = year
        yearAsWritten.rules = written.rules
        if best.rules.pointsTable == truth.rules.pointsTable, best.rules.priority == truth.rules.priority {
            let held = try Calibration.agreement(
                under: best.changes, moving: best.moves, in: yearAsWritten, manual: decided, options: .init())
            #expect(held?.children == decided.count)
        }
    }

    @Test(
        "Decisions against the table for a few single households move no row", .enabled(if: isLong),
        arguments: 1...3 as ClosedRange<UInt64>)
    func noise(seed: UInt64) throws {
        var city = TableCity(seed: seed &+ 500, parts: seed.isMultiple(of: 2))
        let draft = city.draft()
        let subject = try draft.resolved()
        let fair = try Self.places(subject)
        var chooser = RootTests.Chooser(state: seed)
        var pinned: [(child: Int, facility: Int?)] = []
        while pinned.count < 4 {
            let child = chooser.next(below: subject.children.count)
            let isAlone = subject.households[subject.children[child].household].members.count == 1
            if !isAlone || pinned.contains(where: { $0.child == child }) { continue }
            // Who was held gets its first wish, and who was placed is passed over.
            pinned.append((child, fair[child] == nil ? subject.children[child].wishes[0].facility : nil))
        }
        let manual = try Self.places(subject.pinning(pinned, by: "staff", reason: "mistake"))
        var calibration = try Self.calibration(draft, manual)
        let best = try #require(try calibration.search().first)
        #expect(best.moves.isEmpty)
        #expect(best.children < manual.count)
    }

    /// A city in which this many households are alone in meeting a row that staff count far higher than the table.
    private func city(householdsOfRow count: Int) throws -> (draft: CaseDraft, manual: [Int?]) {
        var city = TableCity(seed: 77)
        var draft = city.draft()
        draft.attributeNames.append("rare")
        let alone = draft.children.indices.filter { index in
            draft.children.count { $0.household == draft.children[index].household } == 1
        }
        for index in draft.children.indices { draft.children[index].attributes.append("") }
        for index in alone.suffix(count) { draft.children[index].attributes[7] = "yes" }
        func row(_ points: ExactNumber) -> PointsRow {
            PointsRow(name: "rare row", when: [.attribute("rare", .filled)], earns: .points(points))
        }
        let rows = draft.rules.pointsTable.rows
        draft.rules.pointsTable = PointsTable(rows: rows + [row(6)])
        // Whoever comes last by the table, and first by what staff count.
        for index in alone.suffix(count) { draft.children[index].attributes[2] = "d" }
        var truth = draft
        truth.rules.pointsTable = PointsTable(rows: rows + [row(12)])
        return (draft, try Self.places(try truth.resolved()))
    }

    @Test("A row that too few households meet is never moved, however much it would explain", .enabled(if: isLong))
    func rareRows() throws {
        for count in [1, 4] {
            let (draft, manual) = try city(householdsOfRow: count)
            let rows = try #require(MovableRows(of: draft, leastHouseholds: 5, steps: 6))
            #expect(rows.rare == 1)
            #expect(rows.rows.count == 9)
            var calibration = try Self.calibration(draft, manual)
            let best = try #require(try calibration.search().first)
            #expect(calibration.ranking().allSatisfy { !$0.moves.contains { $0.row == "rare row" } })
            #expect(best.children < manual.count)
        }
        // With as many households as are asked for it is moved.
        let (draft, manual) = try city(householdsOfRow: 12)
        #expect(try #require(MovableRows(of: draft, leastHouseholds: 5)).rare == 0)
        var calibration = try Self.calibration(draft, manual)
        #expect(try calibration.search().first?.moves.map(\.row) == ["rare row"])
    }

    @Test("The proposal does not depend on the order of rows, nor on threads", .enabled(if: isLong))
    func independence() throws {
        var city = TableCity(seed: 3, parts: true)
        let truth = city.draft()
        let manual = try Self.places(try truth.resolved())
        var written = truth
        written.rules.pointsTable = city.disturbed(truth.rules.pointsTable, rows: 2)
        var shuffled = written
        var chooser = RootTests.Chooser(state: 9)
        for last in shuffled.children.indices.dropFirst().reversed() {
            shuffled.children.swapAt(last, chooser.next(below: last + 1))
        }
        shuffled.facilities.reverse()
        func found(_ draft: CaseDraft, threads: Int) throws -> [String] {
            var calibration = try Self.calibration(draft, manual, threads: threads)
            return try calibration.search().map { "\($0.descriptions) \($0.children) \($0.households) \($0.result)" }
                + calibration.unproposed.map { "\($0.descriptions) \($0.children)" }
        }
        let alone = try found(written, threads: 1)
        #expect(try found(shuffled, threads: 4) == alone)
    }

    @Test("Rows are moved only where they have points and a name of their own")
    func movable() throws {
        var city = TableCity(seed: 5)
        var draft = city.draft()
        let test = PointsCondition.attribute("work", .oneOf(["a"]))
        draft.rules.pointsTable = PointsTable(rows: [
            PointsRow(name: "twice", when: [test], earns: .points(10)),
            PointsRow(name: "twice", when: [.attribute("work", .oneOf(["b"]))], earns: .points(5)),
            PointsRow(when: [test], earns: .points(20)),
            PointsRow(name: "own value", when: [.attribute("tax", .filled)], earns: .value),
            PointsRow(name: "refused", when: [.attribute("work", .oneOf(["c"]))], earns: .refusal("no")),
            PointsRow(name: "everybody", when: [.attribute("tax", .filled)], earns: .points(ExactNumber("2.5")!)),
            PointsRow(name: "moved", when: [test], earns: .points(-5)),
        ])
        let rows = try #require(MovableRows(of: draft, leastHouseholds: 5))
        #expect(rows.count == 7)
        #expect((rows.withoutName, rows.withSharedName, rows.withoutPoints, rows.rare) == (1, 2, 2, 1))
        #expect(rows.rows.map(\.row) == [6])
        // 10, 5, 20, 2.5 and 5 are multiples of 2.5; 20 steps each way.
        #expect(rows.step == ExactNumber("2.5")!)
        #expect(rows.rows[0].values.max() == 45)
        #expect(rows.rows[0].values.min() == -55)
        #expect(Array(rows.rows[0].values.prefix(3)) == ["-7.5", "-2.5", "-10"].map { ExactNumber($0)! })
        draft.rules.pointsTable = []
        #expect(MovableRows(of: draft, leastHouseholds: 5) == nil)
    }
}

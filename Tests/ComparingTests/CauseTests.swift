import Admissions
import Allocating
import MarketOracle
import Testing

@testable import Comparing

/// Causes of roots, each tried by exhaustive search on tiny markets.
@Suite("Likely causes")
struct CauseTests {
    @Test(
        "With the change in place of the pin the rules give the manual result",
        arguments: [RandomMarket.Style.mixed, .singles, .transfers])
    func exhaustive(style: RandomMarket.Style) throws {
        var (named, alone, unknown) = (0, 0, 0)
        for seed in 1...UInt64(120) {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            guard subject.households.count <= 7, subject.phases.count == 1 else { continue }
            let manual = RootTests.manual(subject, seed: seed)
            var search = RootSearch(manual, of: subject, check: try ManualCheck(manual, of: subject))
            let roots = try search.find()
            var causes = CauseSearch(roots, manual, of: subject, options: .init())
            let explained = try causes.find()
            #expect(explained.roots.map(\.household) == roots.roots.map(\.household))
            for (index, root) in explained.roots.enumerated() {
                let cause = try #require(root.cause, "the work is enough for a tiny market")
                if cause == .unknown { unknown += 1 }
                if [.unknown, .pin].contains(cause.kind) { continue }
                named += 1
                let others = roots.roots.indices.filter { $0 != index }.map { roots.roots[$0].household }
                let pinned = manual.pinning(others, in: subject)
                let changed = try #require(cause.change(of: root.household, in: pinned, manual)?.applied(to: pinned))
                let given = ExhaustiveSearch.bestByPhases(of: changed).allocation
                if ManualResult(given, of: changed).places == manual.places { alone += 1 }
            }
        }
        print("\(style): \(named) causes named, \(alone) suffice alone, \(unknown) roots unexplained")
        #expect(named > 15)
        #expect(alone == named, "\(alone) of \(named)")
    }

    @Test("A tie decided otherwise, points misread and a seat too many are told apart")
    func kinds() throws {
        func child(_ id: String, points: Int) -> ChildRow {
            ChildRow(
                id: ChildID(id), household: HouseholdID(id), ageClass: 1, wishes: [FacilityID("F")],
                points: ExactNumber(points), draw: ExactNumber(Int(id)!))
        }
        func cause(_ points: [Int], placed: [Int]) throws -> [Cause.Kind] {
            let subject = try CaseDraft(
                municipality: "test", round: "test", month: PlacementMonth(year: 2027, month: 4)!,
                rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: nil),
                children: points.enumerated().map { child("\($0 + 1)", points: $1) },
                facilities: [FacilityRow(id: FacilityID("F"), seats: [nil, 1, nil, nil, nil, nil])]
            ).resolved()
            let manual = ManualResult(points.indices.map { placed.contains($0) ? 0 : nil }, of: subject)
            var search = RootSearch(manual, of: subject, check: try ManualCheck(manual, of: subject))
            var causes = CauseSearch(try search.find(), manual, of: subject, options: .init())
            return try causes.find().roots.map { $0.cause!.kind }
        }
        #expect(try cause([20, 20], placed: [1]) == [.tie])
        #expect(try cause([20, 18], placed: [1]) == [.value])
        #expect(try cause([20, 18], placed: [0, 1]) == [.seats, .seats])
        #expect(try cause([20, 18], placed: []).contains(.seats))
    }

    @Test("A sibling that staff overlooked explains a placement, at that wish only")
    func wishKey() throws {
        let subject = try CaseDraft(
            municipality: "test", round: "test", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(
                priority: [PriorityKey("sibling_at_facility", .descending), PriorityKey("points", .descending)],
                drawSeed: "1"),
            children: [
                ChildRow(id: "1", household: "1", ageClass: 1, siblingFacilities: ["A"], wishes: ["A"], points: 1),
                ChildRow(id: "2", household: "2", ageClass: 1, wishes: ["A"], points: 2),
            ], facilities: [FacilityRow(id: "A", seats: [nil, 1, nil, nil, nil, nil])]
        ).resolved()
        let manual = ManualResult([nil, 0], of: subject)
        var search = RootSearch(manual, of: subject, check: try ManualCheck(manual, of: subject))
        var causes = CauseSearch(try search.find(), manual, of: subject, options: .init())
        let cause = try #require(try causes.find().roots.first?.cause)
        guard case .value(let child, let key, let wish, let own, let needed, nil) = cause else {
            Issue.record("\(cause)")
            return
        }
        #expect(key == 0 && wish == 0)
        #expect([own, needed] == (child == 1 ? [.number(0), .number(1)] : [.number(1), .number(0)]))
        let changed = try #require(cause.change(of: child, in: subject, manual)?.applied(to: subject))
        #expect(changed.keyValue(child: child, wish: 0, key: 0) == needed)
    }
}

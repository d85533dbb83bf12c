import Admissions
import Allocating
import MarketOracle
import Testing

@testable import Comparing

@Suite("Calibration")
struct CalibrationTests {
    /// The best settings within one change, by trying each with exhaustive search.
    @Test("No single change of a setting agrees better than what is found", arguments: 1...25 as ClosedRange<UInt64>)
    func single(seed: UInt64) throws {
        let draft = RandomMarket.draft(seed: seed, style: .mixed)
        let subject = try draft.resolved()
        guard subject.phases.count == 1 else { return }
        var other = draft
        other.rules.siblings.aggregate = other.rules.siblings.aggregate == .product ? .sum : .product
        other.rules.siblings.countFirst.toggle()
        let staff = ExhaustiveSearch.bestByPhases(of: try other.resolved()).allocation
        let manual = subject.children.indices.map { child -> Int? in
            let place = staff.facility(of: child, in: subject)
            return place == subject.children[child].currentFacility ? nil : place
        }
        var calibration = Calibration(draft, manual: manual, options: .init())
        let ranking = try calibration.search()
        let best = try #require(ranking.first)
        #expect(ranking.count == calibration.tried)
        for rules in Calibration.alternatives(to: best.rules) {
            var changed = draft
            changed.rules = rules
            guard let round = try? changed.resolved() else { continue }
            let given = ExhaustiveSearch.bestByPhases(of: round).allocation
            let agreed = subject.children.indices.count {
                given.facility(of: $0, in: round) == (manual[$0] ?? subject.children[$0].currentFacility)
            }
            #expect(agreed <= best.children, "\(rules)")
        }
        // The settings that staff used are two changes away, and are looked at where one change does not explain all.
        #expect(best.children == subject.children.count)
    }
}

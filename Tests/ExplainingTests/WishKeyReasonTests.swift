import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@Suite("Reasons where a key depends on the wish")
struct WishKeyReasonTests {
    @Test("The applicants stand in the order of the definition, and the key that decided is the first that differs")
    func decidingKeys() throws {
        var decided: [String: Int] = [:]
        for style in [RandomMarket.Style.mixed, .plural, .transfers, .singles] {
            for seed in 1...150 as ClosedRange<UInt64> {
                let draft = RandomMarket.keyingByWish(RandomMarket.draft(seed: seed, style: style), seed: seed)
                let subject = try draft.resolved()
                let best = ExhaustiveSearch.best(of: subject)
                let verified = Verifier(subject).verify(best.allocation)
                let explanations = try Explanations(of: subject, best.allocation, verified)
                let order = PriorityOrder(of: subject)
                for facility in subject.facilities.indices {
                    let queue = order.children(at: facility).filter { child in
                        subject.children[child].wishes.contains { $0.facility == facility && $0.isEligible }
                    }
                    let range = explanations.applicants.range(of: facility)
                    #expect(explanations.applicants.entries[range].map { Int($0.child) } == queue, "\(style) \(seed)")
                }
                for reason in explanations.reasons where reason.kind == .seats {
                    guard case .key(let key) = reason.key else { continue }
                    let (child, wish, last) = (Int(reason.child), Int(reason.wish), Int(reason.lastAdmitted))
                    let facility = subject.children[child].wishes[wish].facility
                    for earlier in 0...key where subject.rules.priority[earlier].source != .draw {
                        let own = explanations.keyValue(of: child, at: wish, earlier)
                        let other = explanations.keyValue(of: last, atFacility: facility, earlier, in: subject)
                        #expect((own == other) == (earlier < key), "\(style) \(seed)")
                    }
                    decided[subject.rules.priority[key].name, default: 0] += 1
                }
            }
        }
        for name in ["wish_rank", "sibling_at_facility", "lives_in_area", "distance"] {
            #expect(decided[name, default: 0] > 20, "\(name): \(decided[name, default: 0])")
        }
    }
}

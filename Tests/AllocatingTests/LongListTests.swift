import Admissions
import MarketOracle
import Testing

@testable import Allocating

@Suite("Lists that are made only as far as they are needed")
struct LongListTests {
    @Test("However few outcomes are made at first, the result is that of exhaustive search")
    func firstBatchIsIrrelevant() throws {
        var (unfinished, extended) = (0, 0)
        for style in [RandomMarket.Style.mixed, .unstable, .tangled] {
            for seed in 1...150 as ClosedRange<UInt64> {
                let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
                let best = ExhaustiveSearch.best(of: subject)
                var options = Allocator.Options()
                options.solver = .native
                let store = OutcomeStore(Allocating.Market(subject), firstBatch: 1)
                let before = subject.households.indices.count { !store.isComplete($0) }
                if before > 0 { unfinished += 1 }
                var search = Search(
                    subject: subject, store: store, options: options,
                    levelSearch: try LevelSearch(solver: .native, deadline: .none))
                let result = try search.solveReduced()
                #expect(result.allocation == best.allocation, "style \(style), seed \(seed)")
                #expect(result.claimants == best.claimants.sorted(), "style \(style), seed \(seed)")
                if subject.households.indices.count(where: { !store.isComplete($0) }) < before { extended += 1 }
            }
        }
        #expect(
            unfinished > 100 && extended > 50, "\(unfinished) markets had long lists, \(extended) needed more of them")
    }
}

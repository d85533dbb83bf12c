import Admissions
import SyntheticCity
import Testing

@testable import Allocating

@Suite("No result depends on the number of threads")
struct ThreadsTests {
    @Test("The allocation and its proof are the same", arguments: [(5, false), (3, true)])
    func allocation(seed: UInt64, isPooled: Bool) throws {
        var city = CityOptions(children: 800, facilities: 30, seed: seed)
        city.siblingShare = 0.6
        city.pooledEverywhere = isPooled
        let subject = try City(city).makeDraft().resolved()
        func found(_ threads: Int) throws -> [String] {
            var options = Allocator.Options()
            options.threads = threads
            let result = try Allocator(subject, options: options).allocate()
            return ["\(result.allocation)", "\(result.claimants)", "\(result.record)"]
        }
        #expect(try found(3) == found(1))
    }

    @Test("Other work is told when threads are idle, not with one thread, and no listener of the progress is needed")
    func idleThreads() throws {
        final class Calls: Sendable {
            let stages = Guarded<[Allocator.Stage]>([])
            let idle = Guarded<[Allocator.Stage?]>([])
        }
        let subject = try City(CityOptions(children: 300, facilities: 12, seed: 5)).makeDraft().resolved()
        func calls(threads: Int, listens: Bool) throws -> Calls {
            let calls = Calls()
            var options = Allocator.Options()
            options.threads = threads
            if listens { options.progress = { stage in calls.stages.withLock { $0.append(stage) } } }
            options.whenIdle = { calls.idle.withLock { $0.append(calls.stages.withLock { $0.last }) } }
            _ = try Allocator(subject, options: options).allocate()
            return calls
        }
        let both = try calls(threads: 2, listens: true)
        // With every stage but compiling, in a case of this size.
        let stages = both.stages.withLock { $0 }
        #expect(stages.first == .compiling && stages.count >= 3)
        #expect(both.idle.withLock { $0 } == stages.dropFirst().map { $0 })
        #expect(try calls(threads: 2, listens: false).idle.withLock { $0.count } == stages.count - 1)
        #expect(try calls(threads: 1, listens: true).idle.withLock { $0.isEmpty })
        // In a large city deciding by logic needs all threads.
        #expect(Allocator.Stage.reducing(claimants: 0).leavesThreads(children: 49_999))
        #expect(!Allocator.Stage.reducing(claimants: 0).leavesThreads(children: 50_000))
    }

    @Test("The market and the lists are the same, also where lists are long")
    func lists() throws {
        var city = CityOptions(children: 300, facilities: 12, seed: 2)
        city.siblingShare = 1
        city.householdSizeShares = [0.5, 0.3, 0.2]
        let subject = try City(city).makeDraft().resolved()
        func found(_ threads: Int) -> [[Int32]] {
            let market = Market(subject, threads: threads)
            let store = OutcomeStore(market, threads: threads)
            return [
                market.slotLimit, market.slotMember, market.slotOption, market.optionSlots, market.householdSlots,
                market.slotPlace, market.limitSeats, market.householdOrder, store.start, store.count, store.options,
            ]
        }
        let alone = found(1)
        #expect(found(2) == alone)
        #expect(found(7) == alone)
        #expect(alone[9].contains(64))
    }

    @Test("The reduction is the same, also where threads share its waves")
    func reduction() throws {
        var city = CityOptions(children: 2_500, facilities: 90, seed: 45)
        city.siblingShare = 0.3
        let market = Market(try City(city).makeDraft().resolved())
        let none = [Bool](repeating: false, count: market.householdCount)
        func found(_ threads: Int) -> [[Int]] {
            // A reduction makes lists of its store longer, so each has its own.
            var reduction = Reduction(OutcomeStore(market), isExempt: none, threads: threads)
            // Long enough to be cut for several threads, as those of a large city are.
            reduction.waveLength = 1_024
            reduction.run()
            return [
                reduction.struckAt.map(Int.init), reduction.cause.map(Int.init), reduction.emptied,
                reduction.slots.map { Int($0.mostBefore) }, reduction.slots.map { Int($0.leastHere) },
            ]
        }
        let alone = found(1)
        #expect(alone[0].contains { $0 > 1_024 })
        for threads in [2, 5] {
            // Not the arrays, which are too long to be shown.
            let isSame = found(threads) == alone
            #expect(isSame, "with \(threads) threads")
        }
    }

    @Test("What is doubted is the same")
    func doubts() throws {
        let draft = try City(CityOptions(children: 600, facilities: 4, seed: 1)).makeDraft()
        var few = draft
        // Without their points and months of waiting the draw decides nearly everything.
        for index in few.children.indices { few.children[index].points = index.isMultiple(of: 200) ? 2 : 1 }
        few.rules.priority = [PriorityKey("points", .descending)]
        let subject = try few.resolved()
        let alone = few.doubts(about: subject)
        #expect(alone.contains { $0.code == .drawDecidesMuch })
        #expect(few.doubts(about: subject, threads: 2) == alone)
        #expect(few.doubts(about: subject, threads: 7) == alone)
    }
}

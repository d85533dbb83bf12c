import Dispatch
import Synchronization
import Testing

@testable import Admissions

struct IDGroupsTests {
    private func groups(_ ids: [String]) -> [[Int]] {
        let groups = IDGroups(ids.count) { ChildID(ids[$0]) }
        return (0..<groups.count).map { Array(groups[$0]) }
    }

    @Test(
        "Groups come in the order of the bytes, whatever the length of the ids",
        arguments: [
            [], ["a"], ["b", "a", "", "b"], ["10", "9", "1"], ["a", "a\u{0}", "a\u{0}\u{0}", "a"],
            ["0123456789abcdef", "0123456789abcdefg", "0123456789abcde", "0123456789abcdef"],
            ["2027-saitama-000002", "2027-saitama-000001", "2027-saitama-000002", "2027-saitama"],
            ["Ü", "Z", "児童2", "児童1", "Z"],
        ])
    func order(ids: [String]) {
        let groups = groups(ids)
        #expect(groups.flatMap { $0 }.sorted() == Array(ids.indices))
        #expect(groups.allSatisfy { group in group == group.sorted() && Set(group.map { ids[$0] }).count == 1 })
        let names = groups.map { ChildID(ids[$0[0]]) }
        #expect(zip(names, names.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("Ids that differ in their bytes only are one")
    func equivalence() {
        // Precomposed and decomposed; the Kelvin sign and the letter K.
        #expect(groups(["\u{E9}", "e\u{301}", "x"]).map { Set($0) }.contains([0, 1]))
        #expect(groups(["\u{212A}", "K", "J"]).map { Set($0) }.contains([0, 1]))
    }
}

struct ParallelTests {
    @Test("Ranges cover everything once and come in order, with any number of threads", arguments: [1, 2, 3, 8, .max])
    func ranges(threads: Int) {
        for count in [0, 1, 7, 100, 1_000] {
            let parts = inRanges(of: count, threads: threads, smallest: 8) { Array($0) }
            #expect(parts.flatMap { $0 } == Array(0..<count))
            #expect(!parts.isEmpty)
            let (squares, visited) = elements(count, threads: threads, state: [Int]()) { visited, index in
                visited.append(index)
                return index * index
            }
            #expect(squares == (0..<count).map { $0 * $0 })
            #expect(visited.flatMap { $0 } == Array(0..<count))
        }
    }

    @Test("A value of the background is computed once", arguments: [1, 2])
    func background(threads: Int) {
        let value = Background(threads: threads) { (0..<1_000).reduce(0, +) }
        #expect(value.value == 499_500)
        #expect(value.value == 499_500)
    }

    @Test("However many threads ask and begin at once, a value is computed once", arguments: [1, 2])
    func manyThreads(threads: Int) {
        final class Counter: Sendable {
            let computations = Atomic(0)
        }
        for round in 0..<400 {
            let counter = Counter()
            let value = Background(threads: threads, waits: true) {
                let number = counter.computations.wrappingAdd(1, ordering: .relaxed).newValue
                // Long enough for others to meet a computation under way.
                return (0..<2_000).reduce(number) { $0 &+ $1 % 7 }
            }
            let found = Guarded<[Int]>([])
            DispatchQueue.concurrentPerform(iterations: 16) { thread in
                if (thread + round) % 3 == 0 { value.begin() }
                let one = value.value
                found.withLock { $0.append(one) }
            }
            #expect(counter.computations.load(ordering: .relaxed) == 1)
            #expect(found.withLock { $0.count == 16 && Set($0).count == 1 })
        }
    }

    @Test("A value that nobody has started to compute yet is computed by the thread that asks, so nobody waits in vain")
    func fullPool() {
        // More threads than the pool has ask for values that would be computed behind them in its queue.
        let values = (0..<256).map { number in Background(threads: 2) { number * number } }
        DispatchQueue.concurrentPerform(iterations: values.count) { index in
            #expect(values[index].value == index * index)
        }
    }

    @Test("Ranges write, change and sort their own elements of a common array", arguments: [1, 2, 8])
    func disjointWriter(threads: Int) {
        let count = 10_000
        var numbers = [Int](count: count) { numbers in
            _ = inRanges(of: count, threads: threads, smallest: 8) { range in
                for index in range { numbers.initialize(index, to: count - index) }
            }
        }
        #expect(numbers == (1...count).reversed())
        numbers.writeDisjointly { numbers in
            _ = inRanges(of: count / 10, threads: threads, smallest: 8) { tens in
                for ten in tens {
                    numbers[ten * 10] += 1_000_000
                    numbers.sort(ten * 10..<ten * 10 + 10, by: <)
                }
            }
        }
        var expected: [Int] = []
        for ten in 0..<count / 10 {
            let first = count - ten * 10
            expected += Array(first - 9..<first)
            expected.append(first + 1_000_000)
        }
        #expect(numbers == expected)
        let nothing = [Int](count: 0) { $0.sort(0..<0, by: <) }
        #expect(nothing.isEmpty)
    }
}

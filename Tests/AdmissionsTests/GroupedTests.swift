import Admissions
import Testing

@Suite("Elements in groups")
struct GroupedTests {
    private func random(_ count: Int, below bound: Int, seed: UInt64) -> [Int] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    private func groups<Element>(of grouped: Grouped<Element>) -> [[Element]] {
        zip(grouped.starts, grouped.starts.dropFirst()).map { Array(grouped.elements[Int($0)..<Int($1)]) }
    }

    @Test("Each group has its elements in the order in which they were given", arguments: 0..<100 as Range<UInt64>)
    func groups(seed: UInt64) {
        let groupCount = 1 + Int(seed % 9)
        let keys = random(Int(seed / 2), below: groupCount, seed: seed)
        let expected = (0..<groupCount).map { group in keys.indices.filter { keys[$0] == group } }
        let texts = Grouped(groups: groupCount, count: keys.count, group: { keys[$0] }, element: { "element \($0)" })
        #expect(groups(of: texts) == expected.map { $0.map { "element \($0)" } })
        let positions = Grouped(groups: groupCount, positionsOf: keys)
        #expect(groups(of: positions) == expected.map { $0.map(Int32.init) })
        #expect(positions.starts == texts.starts)
    }

    @Test("An index without a group is left out")
    func leftOut() {
        let grouped = Grouped(groups: 3, count: 7, group: { $0 % 4 - 1 }, element: { "element \($0)" })
        #expect(groups(of: grouped) == [["element 1", "element 5"], ["element 2", "element 6"], ["element 3"]])
        #expect(groups(of: Grouped(groups: 2, count: 5, group: { _ in -1 }, element: { $0 })) == [[], []])
    }

    @Test("Groups may be empty, and there may be none")
    func empty() {
        #expect(groups(of: Grouped(groups: 4, positionsOf: [2, 2])) == [[], [], [0, 1], []])
        let none = Grouped(groups: 0, positionsOf: [Int]())
        #expect(none.starts == [0])
        #expect(none.elements == [])
    }

    @Test("Each group is sorted by itself, on one thread or on several", arguments: [1, 4])
    func sorting(threads: Int) {
        let groupCount = 700
        let keys = random(20_000, below: groupCount, seed: 7)
        let values = random(20_000, below: 1_000_000, seed: 8)
        var grouped = Grouped(
            groups: groupCount, count: keys.count, group: { keys[$0] }, element: { [values[$0], $0] })
        grouped.sortGroups(threads: threads, smallest: 16) { $0.lexicographicallyPrecedes($1) }
        let expected = (0..<groupCount).map { group in
            keys.indices.filter { keys[$0] == group }.map { [values[$0], $0] }
                .sorted { $0.lexicographicallyPrecedes($1) }
        }
        #expect(groups(of: grouped) == expected)
        var numbers = Grouped(groups: groupCount, count: keys.count, group: { keys[$0] }, element: { values[$0] })
        numbers.sortGroups(threads: threads, smallest: 16)
        #expect(groups(of: numbers) == expected.map { $0.map { $0[0] } })
    }
}

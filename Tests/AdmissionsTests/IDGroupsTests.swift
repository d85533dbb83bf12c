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
}

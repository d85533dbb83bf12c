import Testing

@testable import Admissions

@Suite("Disjoint sets")
struct DisjointSetsTests {
    /// The sets by repeated merging of lists, from the definition.
    private func merged(_ joins: [[Int]], count: Int) -> [Int] {
        var label = Array(0..<count)
        for join in joins {
            let labels = Set(join.map { label[$0] })
            guard let smallest = labels.min() else { continue }
            for member in label.indices where labels.contains(label[member]) { label[member] = smallest }
        }
        return label
    }

    @Test("The root is the smallest member of the set, in whatever order sets are joined", arguments: 1...200)
    func roots(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let count = 1 + random(12)
        let joins = (0..<random(10)).map { _ in (0..<random(4)).map { _ in random(count) } }
        var sets = DisjointSets(count: count)
        for join in joins { sets.join(join) }
        #expect((0..<count).map(sets.root) == merged(joins, count: count), "seed \(seed): \(joins)")
        var reversed = DisjointSets(count: count)
        for join in joins.reversed() { reversed.join(join) }
        #expect((0..<count).map(reversed.root) == (0..<count).map(sets.root), "seed \(seed)")
    }
}

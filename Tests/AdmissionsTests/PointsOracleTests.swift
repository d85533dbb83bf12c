import Admissions
import Testing

@Suite("Points by a table beside a plain second reading")
struct PointsOracleTests {
    /// 100,000 children in small cities, each with a table of its own.
    @Test("Random tables compute what a plain reading of them computes", arguments: 0..<8)
    func agreement(share: Int) throws {
        let childrenOfCity = 40
        let childrenOfShare = 12_520
        var coverage = PointsCoverage()
        for city in 0..<childrenOfShare / childrenOfCity {
            let seed = UInt64(share * childrenOfShare + city)
            var random = RandomPoints(seed: seed)
            var draft = random.draft(children: childrenOfCity)
            // Children with errors are compared, and leave, until the rest is a case.
            while !draft.children.isEmpty {
                let comparison = PointsComparison(draft)
                coverage.add(comparison.coverage)
                try #require(comparison.faultsOfTable == [], "seed \(seed): \(draft.rules.pointsTable)")
                if comparison.difference != nil {
                    Issue.record("seed \(seed): \(PointsComparison.described(PointsComparison.smallest(draft)))")
                    return
                }
                if comparison.rowsWithErrors.isEmpty { break }
                let sound = draft.children.indices.filter { !comparison.rowsWithErrors.contains($0) }
                draft.children = sound.map { draft.children[$0] }
            }
        }
        // A comparison that met little would mean little.
        #expect(coverage.rarer(than: 1_000, errors: 100) == [])
    }
}

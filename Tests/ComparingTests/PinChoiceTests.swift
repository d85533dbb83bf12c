import Testing

@testable import Comparing

/// The choice of pins against every set of households, for random cuts.
@Suite("Pins that meet claim cuts")
struct PinChoiceTests {
    /// Cuts as claims make them: the claimant alone is enough, others are so in numbers.
    static func cuts(_ chooser: inout RootTests.Chooser, households: Int) -> [ClaimCut] {
        (0...chooser.next(below: 9)).map { _ in
            let claimant = chooser.next(below: households)
            let need = 1 + chooser.next(below: 3)
            var weights = [claimant: need]
            for _ in 0..<chooser.next(below: 6) {
                let other = chooser.next(below: households)
                if other != claimant { weights[other] = 1 + chooser.next(below: need) }
            }
            return ClaimCut(
                claimant: claimant, need: need,
                weights: weights.sorted { $0.key < $1.key }.map { .init(household: $0.key, weight: $0.value) })
        }
    }

    @Test("The fewest that meet every cut, whichever are preferred")
    func fewest() throws {
        var chooser = RootTests.Chooser(state: 7)
        let households = 10
        var several = 0
        for _ in 0..<600 {
            let cuts = Self.cuts(&chooser, households: households)
            let least = (0..<1 << households).filter { mask in
                cuts.allSatisfy { $0.isMet(by: Set((0..<households).filter { mask & 1 << $0 != 0 })) }
            }.map(\.nonzeroBitCount).min()!
            var rank = Array(0..<households)
            for place in rank.indices { rank.swapAt(place, chooser.next(below: households)) }
            for prefersFirst in [true, false] {
                let choice = try PinChoice(cuts, rank: rank, prefersFirst: prefersFirst)
                #expect(cuts.allSatisfy { $0.isMet(by: choice.chosen) })
                #expect(choice.chosen.count == least)
                #expect(choice.bound == least)
            }
            if least > 2 { several += 1 }
        }
        #expect(several > 100)
    }

    @Test("What is reduced needs as few pins as before")
    func reduction() {
        var chooser = RootTests.Chooser(state: 11)
        let households = 9
        var shorter = 0
        for _ in 0..<600 {
            let cuts = Self.cuts(&chooser, households: households)
            let reduced = CutReduction(cuts, preferring: Array(0..<households))
            func least(_ cuts: [ClaimCut]) -> Int {
                (0..<1 << households).filter { mask in
                    cuts.allSatisfy { $0.isMet(by: Set((0..<households).filter { mask & 1 << $0 != 0 })) }
                }.map(\.nonzeroBitCount).min()!
            }
            #expect(reduced.pinned.count + least(reduced.cuts) == least(cuts))
            if !reduced.cuts.isEmpty { shorter += 1 }
        }
        #expect(shorter > 20, "the reduction must not always be the whole answer")
    }
}

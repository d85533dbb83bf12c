import Admissions
import Allocating
import MarketOracle
import Testing

@testable import Comparing

/// Roots against trying every set of households, on tiny markets.
@Suite("Roots")
struct RootTests {
    /// A small generator for choosing manual results.
    struct Chooser {
        var state: UInt64

        mutating func next(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    /// What staff might have made of the case: some decisions of their own, and the rules for the rest; or, the wilder, any.
    static func manual(_ subject: Case, seed: UInt64) -> ManualResult {
        var chooser = Chooser(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        func place(_ child: Int) -> Int? {
            let person = subject.children[child]
            var places: [Int?] = person.wishes.map(\.facility)
            places.append(person.currentFacility)
            if chooser.next(below: 6) == 0 { return chooser.next(below: subject.facilities.count) }
            return places[chooser.next(below: places.count)]
        }
        if seed.isMultiple(of: 5) { return ManualResult(subject.children.indices.map(place), of: subject) }
        var pinned: [(child: Int, facility: Int?)] = []
        for _ in 0...chooser.next(below: 2) {
            let household = chooser.next(below: subject.households.count)
            for child in subject.households[household].members where !pinned.contains(where: { $0.child == child }) {
                pinned.append((child, place(child)))
            }
        }
        let fixed = subject.pinning(pinned, by: "staff", reason: "test")
        return ManualResult(ExhaustiveSearch.bestByPhases(of: fixed).allocation, of: fixed)
    }

    /// Sizes of the smallest sets that give the manual result, of all and of those that leave no claim.
    static func smallest(_ manual: ManualResult, _ subject: Case) -> (any: Int, fair: Int) {
        var (any, fair) = (Int.max, Int.max)
        for mask in 0..<(1 << subject.households.count) {
            let size = mask.nonzeroBitCount
            if size >= any, size >= fair { continue }
            let pinned = subject.households.indices.filter { mask & 1 << $0 != 0 }
            let fixed = manual.pinning(pinned, in: subject)
            let best = ExhaustiveSearch.bestByPhases(of: fixed)
            guard ManualResult(best.allocation, of: fixed).places == manual.places else { continue }
            any = min(any, size)
            if best.claims.allSatisfy(\.isEmpty) { fair = min(fair, size) }
        }
        return (any, fair)
    }

    @Test(
        "They give the manual result, and what is said of their number is true",
        arguments: [
            (RandomMarket.Style.mixed, 250), (.unstable, 150), (.plural, 200), (.transfers, 200), (.singles, 200),
        ])
    func againstEverySet(style: RandomMarket.Style, count: Int) throws {
        var (tried, differing, proved, provedFair, smallest, several) = (0, 0, 0, 0, 0, 0)
        for seed in 1...UInt64(count) {
            var draft = RandomMarket.draft(seed: seed, style: style)
            // With limits over several facilities, and seats that stay closed.
            if seed % 3 == 0 { draft = RandomMarket.sharing(draft, seed: seed) }
            if seed % 5 == 0 { draft = RandomMarket.keepingClosed(draft, seed: seed) }
            let subject = try draft.resolved()
            guard subject.households.count <= 7 else { continue }
            let manual = Self.manual(subject, seed: seed)
            let check = try ManualCheck(manual, of: subject)
            var search = RootSearch(manual, of: subject, check: check)
            let roots = try search.find()
            let name = "\(style), seed \(seed)"
            let pinned = roots.roots.map(\.household)
            let fixed = manual.pinning(pinned, in: subject)
            let given = ExhaustiveSearch.bestByPhases(of: fixed).allocation
            #expect(ManualResult(given, of: fixed).places == manual.places, "\(name): not the manual result")
            let least = Self.smallest(manual, subject)
            #expect(roots.lowerBound <= least.any, "\(name): bound \(roots.lowerBound), smallest \(least.any)")
            #expect(roots.fairBound <= least.fair, "\(name): bound \(roots.fairBound), smallest \(least.fair)")
            #expect(least.any <= pinned.count, "\(name)")
            if roots.isMinimal, roots.solves > 0 {
                for household in pinned {
                    let rest = manual.pinning(pinned.filter { $0 != household }, in: subject)
                    let other = ExhaustiveSearch.bestByPhases(of: rest)
                    let isTheSame = ManualResult(other.allocation, of: rest).places == manual.places
                    #expect(
                        !isTheSame || !other.claims.allSatisfy(\.isEmpty), "\(name): \(household) is not needed")
                }
            }
            tried += 1
            if least.any == 0 { continue }
            differing += 1
            if roots.isProvedSmallest { proved += 1 }
            if roots.isProvedSmallestFair { provedFair += 1 }
            if pinned.count == least.any { smallest += 1 }
            if pinned.count > 1 { several += 1 }
        }
        print(
            "\(style): \(tried) markets, \(differing) differ, \(several) with several roots; smallest in \(smallest), "
                + "proved in \(proved), among fair sets in \(provedFair)")
        #expect(differing > 20)
        #expect(several > 5)
        #expect(smallest * 10 >= differing * 9, "smallest in \(smallest) of \(differing)")
        #expect(provedFair * 2 >= differing, "proved among fair sets in \(provedFair) of \(differing)")
    }
}

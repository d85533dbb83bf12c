import Admissions
import MarketOracle
import Testing

struct ExhaustiveSearchTests {
    @Test("The example everything starts from has two stable allocations, and X gets A")
    func foundingExample() throws {
        let order = ["AA", "BB", "AB", "BA"]
        let subject = try sketch(
            [
                child("1", of: "X", "AB", points: 4), child("2", of: "Y", "AB", points: 3),
                child("3", of: "Y", "AB", points: 2), child("4", of: "X", "AB", points: 1),
            ],
            [facility("A", [1: 2]), facility("B", [1: 2])],
            jointWishes: jointTable("X", ["1", "4"], order) + jointTable("Y", ["2", "3"], order))
        let best = ExhaustiveSearch.best(of: subject)
        #expect(subject.word(best.allocation) == "ABBA")
        #expect(best.claims.isEmpty)
        #expect(best.jointRanks == [1, 2])
        #expect(best.heldCount == 0)
        #expect(best.rankTotal == 6)
        #expect(best.householdOrder == [0, 1])
        #expect(ExhaustiveSearch.stableAllocations(of: subject).map(subject.word) == ["ABBA", "BAAB"])
        #expect(best.stableCount == 2)
        // 16 ways to place all four, less the ten that put more than two children at one place; the others hold one
        // household (four ways each) or both.
        #expect(best.allocationCount == 6 + 8 + 1)
    }

    @Test("A household may claim with its own seat, so the smallest trap has nothing stable")
    func smallestTrap() throws {
        let subject = try sketch(
            [
                child("a", of: "X", "A", points: 1), child("b", of: "X", "A", points: 3),
                child("c", of: "Y", "A", points: 2),
            ],
            [facility("A", [1: 1])], jointWishes: jointTable("X", ["a", "b"], ["A-", "-A"]))
        let best = ExhaustiveSearch.best(of: subject)
        #expect(best.stableCount == 0)
        // Each seat holder leaves one claim; X comes first in the household order, so the claim is Y's.
        #expect(subject.word(best.allocation) == "A--")
        #expect(best.claims == [FoundClaim(household: 1, jointRank: 1, kind: .priority)])
        let second = Allocation(choices: [-1, 0, -1])
        #expect(
            ExhaustiveSearch.claims(of: second, in: subject) == [
                FoundClaim(household: 0, jointRank: 1, kind: .vacant)
            ])
    }

    @Test(
        "The objective decides between two stable allocations",
        arguments: [
            (Objective.priority, "AB", nil, "AB-A"), (.placements, "AB", nil, "BAAB"), (.ranks, "AB", nil, "BAAB"),
            // A shorter list makes the totals equal, and priority follows.
            (.ranks, "A", nil, "AB-A"), (.placements, "A", nil, "BAAB"),
            // A transfer applicant that stays is not held.
            (.placements, "AB", FacilityID("C"), "AB-A"),
        ])
    func objectives(objective: Objective, wishes: String, current: FacilityID?, expected: String) throws {
        let subject = try sketch(
            [
                child("1", of: "X", "AB", points: 4), child("2", of: "Y", "AB", points: 3),
                child("3", of: "Y", wishes, points: 2, at: current), child("4", of: "X", "AB", points: 1),
            ],
            [facility("A", [1: 2]), facility("B", [1: 2]), facility("C", [1: 0])],
            jointWishes: jointTable("X", ["1", "4"], ["AA", "BB"]) + jointTable("Y", ["2", "3"], ["AA", "B-"]),
            objective: objective)
        let best = ExhaustiveSearch.best(of: subject)
        #expect(best.stableCount == 2)
        #expect(subject.word(best.allocation) == expected)
    }

    @Test("Transfer applicants swap full facilities, and a seat left behind is free in the same round")
    func transfers() throws {
        let swap = [child("1", of: "p", "B", at: "A"), child("2", of: "q", "A", at: "B")]
        let chain = [child("3", of: "r", "D", at: "C"), child("4", of: "s", "C")]
        let facilities = [facility("A", [1: 0]), facility("B", [1: 0]), facility("C", [1: 0]), facility("D", [1: 1])]
        let subject = try sketch(swap + chain, facilities)
        let best = ExhaustiveSearch.best(of: subject)
        #expect(subject.word(best.allocation) == "BADC")
        // Both also may stay: neither has a claim to a seat that the other keeps.
        #expect(ExhaustiveSearch.stableAllocations(of: subject).map(subject.word).sorted() == ["--DC", "BADC"])
        #expect(best.heldCount == 0)
    }

    @Test("A swap that somebody with more points would break does not happen")
    func brokenSwap() throws {
        let subject = try sketch(
            [
                child("1", of: "p", "B", at: "A"), child("2", of: "q", "A", at: "B"),
                child("3", of: "r", "A", points: 9),
            ],
            [facility("A", [1: 0]), facility("B", [1: 0])])
        let best = ExhaustiveSearch.best(of: subject)
        #expect(subject.word(best.allocation) == "---")
        #expect(best.stableCount == 1)
        #expect(best.heldCount == 1)
        #expect(
            ExhaustiveSearch.claims(of: Allocation(choices: [0, 0, -1]), in: subject)
                == [FoundClaim(household: 2, jointRank: 1, kind: .priority)])
    }

    @Test("A seat in a class that is not offered closes when its child leaves")
    func closingSeat() throws {
        let children = [child("1", of: "p", "B", at: "A"), child("2", of: "q", "A", age: 2)]
        let total = SeatLimitRow(facility: "A", ages: AgeSet(0...5), seats: 0)
        let subject = try sketch(children, [facility("A", [2: 1]), facility("B", [1: 1])], seatLimits: [total])
        #expect(subject.word(ExhaustiveSearch.best(of: subject).allocation) == "B-")
        // Where the class is offered, the seat under the total goes to the other child.
        let offered = try sketch(children, [facility("A", [1: 0, 2: 1]), facility("B", [1: 1])], seatLimits: [total])
        #expect(offered.word(ExhaustiveSearch.best(of: offered).allocation) == "BA")
    }

    @Test("A child uses a seat of every limit that covers it")
    func severalLimits() throws {
        let subject = try sketch(
            [
                child("1", of: "p", "A", points: 3, groups: ["support"]),
                child("2", of: "q", "A", points: 2, groups: ["support"]), child("3", of: "r", "A"),
                child("4", of: "s", "A", points: 2, age: 2), child("5", of: "t", "A", points: 1, age: 2),
            ],
            [facility("A", [1: 3, 2: 3])],
            seatLimits: [
                SeatLimitRow(facility: "A", ages: AgeSet([1]), group: .members(of: "support"), seats: 1),
                SeatLimitRow(facility: "A", ages: AgeSet(1...2), seats: 3),
            ])
        let best = ExhaustiveSearch.best(of: subject)
        // One of the two who need support; the total then keeps out one of 3 and 5, equal but for the draw.
        #expect(["A-AA-", "A--AA"].contains(subject.word(best.allocation)))
        #expect(best.stableCount == 1)
    }
}

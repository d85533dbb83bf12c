import Admissions
import MarketOracle
import Testing

struct PriorityOrderTests {
    @Test("A transfer applicant comes first at its present facility, and points of the wish count there only")
    func facilityOrder() throws {
        let subject = try sketch(
            [
                child("1", of: "p", "B", points: 1, at: "A"), child("2", of: "q", "AB", points: 5),
                child("3", of: "r", "AB", points: 4, wishPoints: [6]),
            ],
            [facility("A", [1: 1]), facility("B", [1: 1])])
        let order = PriorityOrder(of: subject)
        #expect(order.children(at: 0) == [0, 2, 1])
        #expect(order.children(at: 1) == [1, 2, 0])
        #expect(order.households() == [1, 2, 0])
    }

    @Test(
        "The household's points replace the child's own, and what the wish adds is added back",
        arguments: [
            // X has 9, 4 and 4; the wish of 2 adds 1. Rivals have 8, 6, 5.
            (HouseholdPriority.each, [0, 3, 4, 1, 5, 2]), (.best, [1, 0, 2, 3, 4, 5]), (.worst, [3, 4, 1, 5, 0, 2]),
            (.mean, [3, 1, 4, 0, 2, 5]),
        ])
    func householdPriority(rule: HouseholdPriority, expected: [Int]) throws {
        let subject = try sketch(
            [
                child("1", of: "X", "A", points: 9, attributes: ["1"]),
                child("2", of: "X", "A", points: 4, wishPoints: [5], attributes: ["2"]),
                child("3", of: "X", "A", points: 4, attributes: ["3"]),
                child("4", of: "p", "A", points: 8, attributes: ["4"]),
                child("5", of: "q", "A", points: 6, attributes: ["5"]),
                child("6", of: "r", "A", points: 5, attributes: ["6"]),
            ],
            [facility("A", [1: 1])], priority: [byPoints, PriorityKey("turn", .ascending)], householdPriority: rule,
            siblings: SiblingRules(timing: .independent), attributeNames: ["turn"])
        #expect(PriorityOrder(of: subject).children(at: 0) == expected)
        #expect(PriorityOrder(of: subject).households() == [0, 3, 4, 5, 1, 2])
    }

    @Test("Blanks come first or last, whichever way the key runs")
    func blanks() throws {
        for order in PriorityKey.Order.allCases {
            for blank in [PriorityKey.Blank.first, .last] {
                let subject = try sketch(
                    [
                        child("1", of: "p", "A", attributes: [""]),
                        child("2", of: "q", "A", attributes: ["2026-10-01"]),
                        child("3", of: "r", "A", attributes: ["2026/10/02"]),
                    ],
                    [facility("A", [1: 1])], priority: [PriorityKey("applied", order, blank: blank)],
                    attributeNames: ["applied"])
                let filled = order == .ascending ? [1, 2] : [2, 1]
                #expect(PriorityOrder(of: subject).children(at: 0) == (blank == .first ? [0] + filled : filled + [0]))
            }
        }
    }

    @Test("The draw decides among equals, and may be a key of its own")
    func draw() throws {
        var rows = [child("1", of: "p", "A"), child("2", of: "q", "A"), child("3", of: "r", "A")]
        for (index, number) in [2, 1, 2].enumerated() { rows[index].draw = ExactNumber(number) }
        let facilities = [facility("A", [1: 1])]
        #expect(try PriorityOrder(of: sketch(rows, facilities)).children(at: 0) == [1, 0, 2])
        let descending = PriorityKey("draw", .descending)
        #expect(
            try PriorityOrder(of: sketch(rows, facilities, priority: [descending])).children(at: 0) == [0, 2, 1])
    }
}

import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@Suite("Who wishes a facility, in order")
struct ApplicantTests {
    /// One facility with a seat, and a child for every combination of the values, some with points of the wish.
    private func subject(
        _ points: [ExactNumber?], _ texts: [String], _ order: PriorityKey.Order, _ blank: PriorityKey.Blank
    ) throws -> Case {
        var children: [ChildRow] = []
        for (index, number) in points.enumerated() {
            for text in texts {
                for own in [nil, points[(index + 1) % points.count]] {
                    let id = "c\(children.count)"
                    children.append(
                        ChildRow(
                            id: ChildID(id), household: HouseholdID("h\(id)"), ageClass: 1, wishes: ["B", "A"],
                            points: number, wishPoints: [nil, own], attributes: [text]))
                }
            }
        }
        return try CaseDraft(
            municipality: "T", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(
                priority: [PriorityKey("points", order, blank: blank), PriorityKey("key", order, blank: blank)],
                drawSeed: "1"),
            attributeNames: ["key"], children: children,
            facilities: [
                FacilityRow(id: "A", seats: [nil, 1, nil, nil, nil, nil]),
                FacilityRow(id: "B", seats: [nil, 0, nil, nil, nil, nil]),
            ], seatLimits: []
        ).resolved()
    }

    @Test("Numbers far apart, close together, not whole, dates and blanks are compared as they are")
    func values() throws {
        let farApart: [ExactNumber?] = [ExactNumber(.max), ExactNumber(-.max), 0, nil]
        let halves: [ExactNumber?] = [ExactNumber(1, over: 2), ExactNumber(-1, over: 3), 1, nil]
        let same: [ExactNumber?] = [7, 7]
        let numbers = ["999999999999999999", "-999999999999999999", "3", ""]
        let dates = ["2020-01-01", "1989-01-07", "2020-01-02", ""]
        let blanks = ["", ""]
        for points in [farApart, halves, same] {
            for texts in [numbers, dates, blanks] {
                for order in PriorityKey.Order.allCases {
                    for blank in [PriorityKey.Blank.first, .last] {
                        let subject = try subject(points, texts, order, blank)
                        let queues = ApplicantQueues(of: subject)
                        for facility in 0...1 {
                            let expected = PriorityOrder(of: subject).children(at: facility)
                            let range = queues.applicants.range(of: facility)
                            #expect(queues.applicants.entries[range].map { Int($0.child) } == expected)
                        }
                        // Every key that is said to have decided is confirmed here.
                        var choices = [Int32](repeating: Allocation.baseline, count: subject.children.count)
                        choices[PriorityOrder(of: subject).children(at: 0)[0]] = 1
                        let allocation = Allocation(choices: choices)
                        let verified = Verifier(subject).verify(allocation)
                        let explanations = try Explanations(of: subject, allocation, verified)
                        let deciding = explanations.reasons.filter { $0.kind == .seats && $0.lastAdmitted >= 0 }.map(
                            \.key)
                        #expect(Set(deciding).count > 1 || points == same)
                    }
                }
            }
        }
    }
}

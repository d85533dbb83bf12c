import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@Suite("Who was separated by the draw only")
struct DrawTieTests {
    /// Children of class 1 with the draw numbers given; all wish A, which has two seats.
    private func town(_ children: [(id: ChildID, points: Int, draw: Int)], seats: Int = 2) throws -> Case {
        try CaseDraft(
            municipality: "T", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: nil),
            children: children.map {
                ChildRow(
                    id: $0.id, household: HouseholdID("h\($0.id)"), ageClass: 1, wishes: ["A"],
                    points: ExactNumber($0.points), draw: ExactNumber($0.draw))
            },
            facilities: [FacilityRow(id: "A", seats: [nil, seats, nil, nil, nil, nil])]
        ).resolved()
    }

    @Test("Equals of whom one was placed and one not are listed in the order of the draw")
    func listed() throws {
        let subject = try town([("a", 40, 9), ("b", 38, 5), ("c", 38, 2), ("d", 38, 7), ("e", 30, 1)])
        let verified = Verifier(subject).verify(ExhaustiveSearch.best(of: subject).allocation)
        #expect(
            drawTies(of: subject, verified) == [
                DrawTie(
                    facility: 0, ageClass: 1,
                    children: [
                        .init(child: 2, isPlaced: true), .init(child: 1, isPlaced: false),
                        .init(child: 3, isPlaced: false),
                    ])
            ])
    }

    @Test("Equals who are all placed, or all not, and unequals are no ties")
    func unlisted() throws {
        for (points, seats) in [([38, 38, 30], 2), ([40, 38, 30, 30], 2), ([40, 38, 37], 1)] {
            let subject = try town(
                points.enumerated().map { (ChildID("\($0.offset)"), $0.element, $0.offset) }, seats: seats)
            let verified = Verifier(subject).verify(ExhaustiveSearch.best(of: subject).allocation)
            #expect(drawTies(of: subject, verified) == [])
        }
    }

    @Test("In every tie of a random market there is one in and one out, in the order of the comparator")
    func random() throws {
        var count = 0
        for seed in 1...150 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed).resolved()
            let verified = Verifier(subject).verify(ExhaustiveSearch.best(of: subject).allocation)
            let comparator = Comparator(of: subject)
            for tie in drawTies(of: subject, verified) {
                count += 1
                #expect(tie.children.contains { $0.isPlaced }, "seed \(seed)")
                #expect(tie.children.contains { !$0.isPlaced }, "seed \(seed)")
                let wishes = tie.children.map { member in
                    subject.children[member.child].wishes.firstIndex { $0.facility == tie.facility }!
                }
                for index in tie.children.indices.dropFirst() {
                    #expect(
                        comparator.precedes(
                            tie.children[index - 1].child, at: wishes[index - 1], tie.children[index].child,
                            at: wishes[index]), "seed \(seed)")
                }
            }
        }
        #expect(count > 0, "the random markets have ties")
    }
}

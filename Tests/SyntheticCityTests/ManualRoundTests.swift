import Admissions
import Allocating
import Testing

@testable import SyntheticCity

/// What staff make of a round by hand, against the result of the rules.
@Suite("Rounds done by hand")
struct ManualRoundTests {
    static func city(_ seed: UInt64, children: Int = 400) throws -> Case {
        try City(CityOptions(children: children, facilities: max(20, children / 25), seed: seed)).makeDraft().resolved()
    }

    @Test("Without a mistake the pencil ends in the result of the rules in most cities")
    func rules() throws {
        var same = 0
        for seed in 1...UInt64(25) {
            let subject = try Self.city(seed)
            let round = ManualRound(of: subject, mistakes: 0, seed: seed)
            let result = try Allocator(subject).allocate()
            #expect(result.isProved)
            let places = subject.children.indices.map { result.allocation.facility(of: $0, in: subject) }
            if places == round.places { same += 1 }
        }
        #expect(same >= 22, "\(same) of 25")
    }

    @Test("Transfer applicants exchange seats of full classes")
    func exchange() throws {
        // Child 1 has a seat at F2 and wishes F1; child 2 has one at F1 and wishes F2; both are full.
        func child(_ id: String, at facility: String, wishing wish: String, points: Int) -> ChildRow {
            ChildRow(
                id: ChildID(id), household: HouseholdID(id), ageClass: 1, currentFacility: FacilityID(facility),
                wishes: [FacilityID(wish)], points: ExactNumber(points))
        }
        let full: [Int?] = [nil, 0, nil, nil, nil, nil]
        let subject = try CaseDraft(
            municipality: "test", round: "test", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [
                child("1", at: "F2", wishing: "F1", points: 10), child("2", at: "F1", wishing: "F2", points: 9),
            ],
            facilities: [
                FacilityRow(id: FacilityID("F1"), seats: full), FacilityRow(id: FacilityID("F2"), seats: full),
            ]
        ).resolved()
        #expect(ManualRound(of: subject, mistakes: 0, seed: 1).places == [0, 1])
    }

    @Test("Mistakes are each another household's, change what it got, and are the same with the same seed")
    func mistakes() throws {
        var kinds: Set<StaffMistake.Kind> = []
        for seed in 1...UInt64(6) {
            let subject = try Self.city(seed)
            let plain = ManualRound(of: subject, mistakes: 0, seed: seed)
            let round = ManualRound(of: subject, mistakes: 6, seed: seed)
            let again = ManualRound(of: subject, mistakes: 6, seed: seed)
            #expect(round.places == again.places)
            #expect(round.mistakes == again.mistakes)
            #expect(round.mistakes.count == 6)
            #expect(Set(round.mistakes.map(\.household)).count == 6)
            #expect(round.places != plain.places)
            for mistake in round.mistakes {
                kinds.insert(mistake.kind)
                #expect(subject.children[mistake.child].household == mistake.household)
                if [.favour, .tie, .oversight].contains(mistake.kind) {
                    #expect(round.places[mistake.child] == mistake.facility)
                }
            }
            // Staff fill no seat twice: nobody is placed where no seat is left.
            for (index, limit) in subject.limits.enumerated() {
                func uses(_ child: Int, _ place: Int?) -> Bool {
                    place == limit.facility && subject.covers(limit: index, child: child)
                }
                let present = subject.children.indices.count { uses($0, subject.children[$0].currentFacility) }
                let used = subject.children.indices.count { uses($0, round.places[$0]) }
                #expect(used <= limit.seats + present)
            }
        }
        #expect(kinds.count >= 4, "\(kinds)")
    }
}

import Admissions
import Allocating
import Testing

@testable import SyntheticCity

/// What staff make of a round by hand, against the result of the rules.
@Suite("Rounds done by hand")
struct ManualRoundTests {
    static func city(
        _ seed: UInt64, children: Int = 400, rules: Set<CityOptions.ExtraRule> = [],
        points: CityOptions.Points = .steps
    ) throws -> Case {
        try draft(seed, children: children, rules: rules, points: points).resolved()
    }

    private static func draft(
        _ seed: UInt64, children: Int = 400, rules: Set<CityOptions.ExtraRule>, points: CityOptions.Points
    ) throws -> CaseDraft {
        var options = CityOptions(children: children, facilities: max(20, children / 25), seed: seed)
        (options.extraRules, options.points) = (rules, points)
        return try City(options).makeDraft()
    }

    /// The rules that a city may have besides the usual ones: each alone, and all at once with a points table.
    static let furtherRules: [(rules: Set<CityOptions.ExtraRule>, points: CityOptions.Points)] =
        CityOptions.ExtraRule.allCases.map { ([$0], .steps) }
        + [([], .table), (Set(CityOptions.ExtraRule.allCases), .table)]

    @Test("So it does in cities with further rules", arguments: furtherRules)
    func endsInTheRules(rules: Set<CityOptions.ExtraRule>, points: CityOptions.Points) throws {
        var (same, decided) = (0, 0)
        for seed in 1...UInt64(10) {
            let subject = try Self.city(seed, rules: rules, points: points)
            let round = ManualRound(of: subject, mistakes: 0, seed: seed)
            let places = try Self.computed(subject)
            if places == round.places { same += 1 }
            if try places != Self.computed(Self.plain(seed, rules: rules, points: points)) { decided += 1 }
        }
        #expect(same >= 7, "\(same) of 10")
        // Otherwise the rules would be in the files and in nobody's result.
        #expect(decided >= 5 || rules.isEmpty, "\(decided) of 10")
    }

    private static func computed(_ subject: Case) throws -> [Int?] {
        let result = try Allocator(subject).allocate()
        #expect(result.isProved)
        return subject.children.indices.map { result.allocation.facility(of: $0, in: subject) }
    }

    /// The city as if seats that transfers leave were given again, classes were full instead of over-full, and neither limits
    /// over several facilities nor keys that depend on the wish counted.
    private static func plain(
        _ seed: UInt64, rules: Set<CityOptions.ExtraRule>, points: CityOptions.Points
    ) throws -> Case {
        var draft = try draft(seed, rules: rules, points: points)
        draft.rules.keepsClosed = []
        draft.rules.priority.removeAll { $0.source.isComputed || $0.name == "distance" }
        draft.seatLimits.removeAll { !$0.sharedWith.isEmpty }
        for row in draft.facilities.indices {
            draft.facilities[row].keepsClosed = []
            draft.facilities[row].seats = draft.facilities[row].seats.map { $0.map { max(0, $0) } }
        }
        return try draft.resolved()
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
            Self.expectNoSeatTwice(round.places, in: subject)
        }
        #expect(kinds.count >= 4, "\(kinds)")
    }

    @Test(
        "With further rules too mistakes change what their households got, and no seat is filled twice",
        arguments: furtherRules)
    func mistakesUnderFurtherRules(rules: Set<CityOptions.ExtraRule>, points: CityOptions.Points) throws {
        for seed in 1...UInt64(4) {
            let subject = try Self.city(seed, rules: rules, points: points)
            let round = ManualRound(of: subject, mistakes: 5, seed: seed)
            #expect(round.mistakes.count == 5)
            #expect(round.places != ManualRound(of: subject, mistakes: 0, seed: seed).places)
            for mistake in round.mistakes where [.favour, .tie, .oversight].contains(mistake.kind) {
                #expect(round.places[mistake.child] == mistake.facility)
            }
            Self.expectNoSeatTwice(round.places, in: subject)
        }
    }

    /// Expects nobody to be placed where no seat is left: over-full classes give the first seats that are left to nobody, and
    /// seats that stay closed are no seats.
    private static func expectNoSeatTwice(_ places: [Int?], in subject: Case) {
        for (index, limit) in subject.limits.enumerated() {
            func uses(_ child: Int, _ place: Int?) -> Bool {
                place.map(limit.counts) == true && subject.covers(limit: index, child: child)
            }
            func isClosed(_ child: Int, _ place: Int?) -> Bool {
                place != nil && place == subject.children[child].currentFacility && subject.leavesNoSeat(child)
            }
            let children = subject.children.indices
            let present = children.count { child in
                let place = subject.children[child].currentFacility
                return uses(child, place) && !isClosed(child, place)
            }
            let used = children.filter { uses($0, places[$0]) && !isClosed($0, places[$0]) }
            let entered = used.contains { places[$0] != subject.children[$0].currentFacility }
            if entered { #expect(used.count <= limit.seats + present, "limit \(index)") }
        }
    }
}

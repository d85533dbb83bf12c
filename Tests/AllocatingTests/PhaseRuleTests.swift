import Admissions
import Testing

@testable import Allocating
@testable import MarketOracle

/// Phases, pins and transfers on cases small enough to be worked out by hand.
struct PhaseRuleTests {
    /// A case of class 1; wishes are letters, seats those of the class.
    private struct Sketch {
        var children: [ChildRow] = []
        var seats: [(FacilityID, Int?)] = []
        var limits: [SeatLimitRow] = []
        var phases: [Phase] = []
        var pins: [PinRow] = []
        var households: [HouseholdRow] = []
        var jointWishes: [JointWishRow] = []

        mutating func child(
            _ id: ChildID, _ wishes: String, points: Int, of household: HouseholdID? = nil,
            at current: FacilityID? = nil,
            groups: [String] = []
        ) {
            children.append(
                ChildRow(
                    id: id, household: household ?? HouseholdID("h-\(id)"), ageClass: 1, currentFacility: current,
                    groups: groups, wishes: wishes.map { FacilityID(String($0)) }, points: ExactNumber(points)))
        }

        mutating func pin(_ child: ChildID, to facility: FacilityID?) {
            pins.append(PinRow(child: child, facility: facility, by: "staff", reason: "decided"))
        }

        func subject() throws -> Case {
            try CaseDraft(
                municipality: "Example", round: "1", month: PlacementMonth("2027-04")!,
                rules: Rules(
                    priority: [PriorityKey("points", .descending)], drawSeed: "1",
                    siblings: SiblingRules(timing: .together, facility: .rankFirst), phases: phases),
                children: children,
                facilities: seats.map { FacilityRow(id: $0.0, seats: [nil, $0.1, nil, nil, nil, nil]) },
                households: households, jointWishes: jointWishes, seatLimits: limits, pins: pins
            ).resolved()
        }

        /// Where each child ends up, in the order of ids; `-`: nowhere. And the claims, such as `h-a 1 phase`.
        func result() throws -> Found {
            let subject = try subject()
            let result = try Allocator(subject).allocate()
            #expect(result.status == .optimal)
            let claims = ExhaustiveSearch.claimsByPhase(of: result.allocation, in: subject)
            #expect(
                result.phases.map(\.claimants) == (subject.isPlain ? [] : claims.counted.map { $0.map(\.household) }))
            let places = subject.children.indices.map { child in
                result.allocation.facility(of: child, in: subject).map { subject.facilities[$0].id.folded } ?? "-"
            }
            return Found(
                places.joined(),
                (claims.counted.flatMap { $0 } + claims.uncounted).map {
                    "\(subject.households[$0.household].id) \($0.jointRank) \($0.kind)"
                })
        }
    }

    private struct Found: Equatable {
        let places: String
        let claims: [String]

        init(_ places: String, _ claims: [String]) {
            self.places = places
            self.claims = claims
        }
    }

    private static let supportFirst = [
        Phase("first", who: .members(of: "support")), Phase("general", who: .everyone),
    ]

    @Test("Who was placed by a phase keeps its place, whatever others' points; the claim is one across phases")
    func earlierPhaseKeeps() throws {
        var sketch = Sketch(seats: [("A", 1), ("B", 1)], phases: Self.supportFirst)
        sketch.child("a", "A", points: 1, groups: ["support"])
        sketch.child("b", "AB", points: 9)
        let result = try sketch.result()
        #expect(result.places == "AB")
        #expect(result.claims == ["h-b 1 phase"])
    }

    @Test("Who was placed by a phase does not move again, even where its first wish becomes vacant")
    func placedOnce() throws {
        var sketch = Sketch(seats: [("A", 0), ("B", 1), ("C", 1)], phases: Self.supportFirst)
        sketch.child("a", "AB", points: 9, groups: ["support"])
        sketch.child("b", "C", points: 1, at: "A")
        let result = try sketch.result()
        #expect(result.places == "BC")
        #expect(result.claims == ["h-a 1 phase"])
    }

    @Test("Held children and those who stay take part again")
    func takePartAgain() throws {
        var sketch = Sketch(seats: [("A", 0), ("B", 0), ("C", 1)], phases: Self.supportFirst)
        sketch.child("a", "A", points: 9, groups: ["support"])
        sketch.child("b", "C", points: 1, at: "A")
        sketch.child("c", "A", points: 2, at: "B", groups: ["support"])
        // a and c find A full in the first phase; in the second b leaves it, and a comes before c.
        #expect(try sketch.result().places == "ACB")
        sketch.children[0].wishes = ["C"]
        // a takes C, so b stays and c does as well.
        #expect(try sketch.result().places == "CAB")
    }

    @Test("A household that wants all or nobody is decided in the phase in which all can take part")
    func togetherOverPhases() throws {
        var sketch = Sketch(seats: [("A", 2)], phases: Self.supportFirst)
        sketch.child("a", "A", points: 9, of: "x", groups: ["support"])
        sketch.child("b", "A", points: 3, of: "x")
        sketch.child("c", "A", points: 5)
        // In the first phase b would be left out; in the second c comes before b, so x gets nothing.
        let result = try sketch.result()
        #expect(result.places == "--A")
        #expect(result.claims == [])
        sketch.children[2].points = 1
        #expect(try sketch.result().places == "AA-")
    }

    @Test("What a household likes less than what it has is not in its list of the phase")
    func worseIsLeftOut() throws {
        var sketch = Sketch(seats: [("A", 1), ("B", 1)], phases: Self.supportFirst)
        sketch.child("a", "A", points: 9, of: "x", groups: ["support"])
        sketch.child("b", "B", points: 3, of: "x")
        func row(_ rank: Int, _ child: ChildID, _ facility: FacilityID?) -> JointWishRow {
            JointWishRow(household: "x", rank: rank, child: child, facility: facility)
        }
        sketch.jointWishes = [row(1, "a", "A"), row(1, "b", nil), row(2, "a", "A"), row(2, "b", "B")]
        #expect(try sketch.result().places == "A-")
        sketch.jointWishes = [row(2, "a", "A"), row(2, "b", nil), row(1, "a", "A"), row(1, "b", "B")]
        #expect(try sketch.result().places == "AB")
    }

    @Test("Reserved places that nobody took are closed afterwards, or released", arguments: [false, true])
    func reserved(isReleased: Bool) throws {
        var sketch = Sketch(seats: [("A", 2)], phases: Self.supportFirst)
        sketch.limits = [
            SeatLimitRow(
                facility: "A", ages: AgeSet([1]), group: .members(of: "support"), seats: 2, phase: "first",
                isReleased: isReleased)
        ]
        sketch.child("a", "A", points: 1, groups: ["support"])
        sketch.child("b", "A", points: 9)
        #expect(try sketch.result().places == (isReleased ? "AA" : "A-"))
        #expect(try sketch.result().claims == (isReleased ? [] : ["h-b 1 phase"]))
    }

    @Test("Places kept from others in every phase, or in one alone")
    func keptFromOthers() throws {
        var sketch = Sketch(seats: [("A", 2)], phases: [Phase("first", who: .everyone), Phase("last", who: .everyone)])
        sketch.limits = [SeatLimitRow(facility: "A", ages: AgeSet([1]), group: .others(than: "partner"), seats: 1)]
        sketch.child("a", "A", points: 1)
        sketch.child("b", "A", points: 9)
        #expect(try sketch.result().places == "-A")
        #expect(try sketch.result().claims == [])
        sketch.limits[0].phase = "first"
        #expect(try sketch.result().places == "AA")
    }

    @Test("A class that one phase opens is offered in that phase only")
    func openedInOnePhase() throws {
        var sketch = Sketch(seats: [("A", nil), ("B", 1)], phases: Self.supportFirst)
        sketch.limits = [
            SeatLimitRow(facility: "A", ages: AgeSet([1]), seats: 2, opens: true, phase: "first", isReleased: true)
        ]
        sketch.child("a", "A", points: 1, groups: ["support"])
        sketch.child("b", "AB", points: 9)
        let result = try sketch.result()
        #expect(result.places == "AB")
        #expect(result.claims == [])
    }

    @Test("A child takes a seat of its class and of the carer's, and either may be what is missing")
    func carer() throws {
        var sketch = Sketch(seats: [("A", 2)])
        sketch.limits = [SeatLimitRow(facility: "A", ages: AgeSet(0...5), group: .members(of: "support"), seats: 1)]
        sketch.child("a", "A", points: 9, groups: ["support"])
        sketch.child("b", "A", points: 8, groups: ["support"])
        sketch.child("c", "A", points: 1)
        #expect(try sketch.result().places == "A-A")
        sketch.seats = [("A", 1)]
        #expect(try sketch.result().places == "A--")
    }

    // MARK: Pins

    @Test("A pin comes before everyone, and its seat is used")
    func pin() throws {
        var sketch = Sketch(seats: [("A", 1), ("B", 1)])
        sketch.child("a", "A", points: 1)
        sketch.child("b", "AB", points: 9)
        sketch.pin("a", to: "A")
        #expect(try sketch.result() == Found("AB", ["h-b 1 overridden"]))
        // Pinned to where it never wished to be, it is out of the way at A, where b comes before it anyhow.
        sketch.pins[0].facility = "B"
        #expect(try sketch.result() == Found("BA", []))
    }

    @Test("Pins that exceed a limit leave no room for anybody, not even by a seat that is given back")
    func exceeded() throws {
        var sketch = Sketch(seats: [("A", 0), ("B", 1)])
        sketch.child("a", "B", points: 5, at: "A")
        sketch.child("b", "A", points: 9)
        sketch.child("c", "", points: 1)
        #expect(try sketch.result().places == "BA-")
        sketch.pin("c", to: "A")
        let result = try sketch.result()
        #expect(result.places == "B-A")
        #expect(result.claims == ["h-b 1 overridden"])
    }

    @Test("Siblings follow their list where an outcome has the pin, else they are at their baseline")
    func siblingsOfPin() throws {
        var sketch = Sketch(seats: [("A", 2), ("B", 2), ("C", 1)])
        sketch.child("a", "AB", points: 5, of: "x")
        sketch.child("b", "AB", points: 5, of: "x")
        sketch.households = [HouseholdRow(household: "x", timing: .together, facility: .sameOnly)]
        #expect(try sketch.result().places == "AA")
        sketch.pin("a", to: "B")
        #expect(try sketch.result() == Found("BB", ["x 1 overridden"]))
        sketch.pins[0].facility = "C"
        #expect(try sketch.result() == Found("C-", ["x 1 overridden"]))
        sketch.pins[0].facility = nil
        #expect(try sketch.result() == Found("--", ["x 1 overridden"]))
    }

    @Test("A transfer applicant pinned without a facility stays, and so does one pinned to where it is")
    func pinnedToStay() throws {
        var sketch = Sketch(seats: [("A", 0), ("B", 1)])
        sketch.child("a", "B", points: 5, at: "A")
        sketch.child("b", "A", points: 5)
        #expect(try sketch.result().places == "BA")
        for place in [nil, "A"] as [FacilityID?] {
            sketch.pins = []
            sketch.pin("a", to: place)
            let result = try sketch.result()
            #expect(result.places == "A-")
            #expect(result.claims == ["h-a 1 overridden"])
        }
    }

    // MARK: Transfers

    @Test("Three children rotate through full classes, unless somebody comes before one of them")
    func rotation() throws {
        var sketch = Sketch(seats: [("A", 0), ("B", 0), ("C", 0)])
        sketch.child("a", "B", points: 1, at: "A")
        sketch.child("b", "C", points: 2, at: "B")
        sketch.child("c", "A", points: 3, at: "C")
        sketch.child("d", "A", points: 2)
        #expect(try sketch.result().places == "BCA-")
        sketch.children[3].points = 4
        #expect(try sketch.result().places == "ABC-")
    }

    @Test("A seat that one leaves goes on in the same round, down a chain")
    func chain() throws {
        var sketch = Sketch(seats: [("A", 0), ("B", 0), ("C", 1)])
        sketch.child("a", "B", points: 9, at: "A")
        sketch.child("b", "C", points: 1, at: "B")
        sketch.child("c", "A", points: 5)
        #expect(try sketch.result().places == "BCA")
    }

    @Test("Nobody ever loses its seat, and seats that are left are used, in 600 markets of transfer applicants")
    func nobodyLosesItsSeat() throws {
        var (rotations, reused, oneStays) = (0, 0, 0)
        for seed in UInt64(1)...300 {
            for draft in [
                RandomMarket.draft(seed: seed, style: .transfers), RandomMarket.round(seed: seed, style: .transfers),
            ] {
                let subject = try draft.resolved()
                let result = try Allocator(subject).allocate()
                let places = subject.children.indices.map { result.allocation.facility(of: $0, in: subject) }
                for (child, place) in zip(subject.children, places) where child.currentFacility != nil {
                    #expect(place != nil, "seed \(seed)")
                }
                func leaves(_ child: Int) -> Bool {
                    subject.children[child].currentFacility != nil
                        && subject.children[child].currentFacility != places[child]
                }
                let leavers = subject.children.indices.filter(leaves)
                func comes(to facility: Int?) -> [Int] {
                    subject.children.indices.filter {
                        places[$0] == facility && subject.children[$0].currentFacility != facility
                    }
                }
                if leavers.contains(where: { !comes(to: subject.children[$0].currentFacility).isEmpty }) { reused += 1 }
                if leavers.contains(where: { first in
                    comes(to: subject.children[first].currentFacility).contains {
                        leaves($0) && places[first] == subject.children[$0].currentFacility
                    }
                }) {
                    rotations += 1
                }
                for household in subject.households where household.members.count > 1 {
                    let moved = household.members.filter { result.allocation.choices[$0] >= 0 }
                    let stayed = household.members.filter {
                        result.allocation.choices[$0] < 0 && subject.children[$0].currentFacility != nil
                    }
                    if !moved.isEmpty && !stayed.isEmpty { oneStays += 1 }
                }
            }
        }
        print("swaps \(rotations), vacated seats reused \(reused), siblings of whom one stays \(oneStays)")
        #expect(rotations >= 10 && reused >= 50 && oneStays >= 5)
    }
}

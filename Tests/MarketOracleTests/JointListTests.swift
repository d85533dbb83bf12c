import Admissions
import MarketOracle
import Testing

struct JointListTests {
    /// Elder 1 of class 2 and younger 2 of class 1, both wishing A and B unless said otherwise.
    private func list(
        _ timing: Timing, _ answer: FacilityAnswer, wishes: (String, String) = ("AB", "AB"),
        at current: (FacilityID?, FacilityID?) = (nil, nil), lead: ChildID? = nil, preferred: ChildID? = nil,
        rules: SiblingRules = SiblingRules(nearKilometres: 2)
    ) throws -> [String] {
        try sketch(
            [
                child("1", of: "X", wishes.0, at: current.0, age: 2), child("2", of: "X", wishes.1, at: current.1),
            ],
            [
                facility("A", [1: 1, 2: 1], ward: "north", latitude: 35.00),
                facility("B", [1: 1, 2: 1], ward: "north", latitude: 35.01),
                facility("C", [1: 1, 2: 1], ward: "north", latitude: 35.02),
                facility("D", [1: 1, 2: 1], ward: "north"), facility("E", [1: 1, 2: 1]),
            ],
            households: [
                HouseholdRow(
                    household: "X", timing: timing, facility: answer, leadChild: lead, preferredChild: preferred)
            ], siblings: rules
        ).words(ofHousehold: 0)
    }

    @Test("Timing says who may wait")
    func timing() throws {
        #expect(try list(.together, .rankFirst) == ["AA", "AB", "BA", "BB", "--"])
        #expect(try list(.any, .rankFirst) == ["AA", "AB", "BA", "BB", "A-", "-A", "B-", "-B", "--"])
        #expect(try list(.elder, .rankFirst) == ["AA", "AB", "BA", "BB", "A-", "B-", "--"])
        #expect(try list(.younger, .rankFirst) == ["AA", "BA", "AB", "BB", "-A", "-B", "--"])
        #expect(try list(.lead, .rankFirst, lead: "2") == ["AA", "BA", "AB", "BB", "-A", "-B", "--"])
    }

    @Test("The facility answer says where, and what being together earns")
    func facilityAnswer() throws {
        #expect(try list(.together, .sameOnly) == ["AA", "BB", "--"])
        #expect(try list(.any, .sameOnly) == ["AA", "BB", "A-", "-A", "B-", "-B", "--"])
        #expect(try list(.together, .sameFirst) == ["AA", "BB", "AB", "BA", "--"])
        #expect(
            try list(.together, .sameFirst, preferred: "2") == ["AA", "BB", "BA", "AB", "--"])
    }

    @Test("Near is a distance, or one ward where a location is missing")
    func near() throws {
        #expect(try list(.together, .near, wishes: ("A", "BC")) == ["AB", "--"])
        #expect(try list(.together, .near, wishes: ("A", "ED")) == ["AD", "--"])
        #expect(try list(.together, .near, wishes: ("E", "DE")) == ["EE", "--"])
    }

    @Test("A kept seat counts where a sibling joins it, or nowhere")
    func keptSeat() throws {
        // The elder stays at C: the younger joins it.
        #expect(try list(.together, .sameOnly, wishes: ("A", "CA"), at: ("C", nil)) == ["AA", "-C", "--"])
        #expect(
            try list(.together, .rankFirst, wishes: ("A", "CA"), at: ("C", nil)) == ["AC", "AA", "-C", "--"])
        #expect(try list(.any, .sameOnly, wishes: ("A", "AC"), at: ("C", nil)) == ["AA", "-C", "A-", "--"])
        let ignored = SiblingRules(keptSeat: .ignored, nearKilometres: 2)
        #expect(
            try list(.together, .sameOnly, wishes: ("A", "CA"), at: ("C", nil), rules: ignored) == ["AA", "--"])
        #expect(
            try list(.any, .sameOnly, wishes: ("A", "CA"), at: ("C", nil), rules: ignored)
                == ["AA", "-C", "A-", "-A", "--"])
    }

    @Test("The aggregate makes one number of the ranks")
    func aggregates() throws {
        func order(_ aggregate: Aggregate, countFirst: Bool = true) throws -> [String] {
            try list(
                .any, .rankFirst, wishes: ("ABC", "AB"),
                rules: SiblingRules(aggregate: aggregate, countFirst: countFirst))
        }
        #expect(try order(.sum).prefix(6) == ["AA", "AB", "BA", "BB", "CA", "CB"])
        #expect(try order(.product).prefix(6) == ["AA", "AB", "BA", "CA", "BB", "CB"])
        #expect(try order(.worst).prefix(6) == ["AA", "AB", "BA", "BB", "CA", "CB"])
        #expect(try order(.lead).prefix(6) == ["AA", "AB", "BA", "BB", "CA", "CB"])
        // Totals 2, 3, 3, 4 (A-, BB, CA), 5 (-A, B-, CB), 6 (-B, C-); then fewer waiting, then the elder's rank.
        #expect(
            try order(.sum, countFirst: false)
                == ["AA", "AB", "BA", "BB", "CA", "A-", "CB", "B-", "-A", "C-", "-B", "--"])
        #expect(try order(.lead, countFirst: false).prefix(4) == ["AA", "AB", "A-", "BA"])
    }

    @Test("Following the lead compares placed or not child by child before all else")
    func followLead() throws {
        func order(_ timing: Timing, followLead: Bool) throws -> [String] {
            try list(
                timing, .rankFirst, wishes: ("ABC", "AB"),
                rules: SiblingRules(countFirst: false, followLead: followLead))
        }
        #expect(
            try order(.elder, followLead: false) == ["AA", "AB", "BA", "BB", "CA", "A-", "CB", "B-", "C-", "--"])
        #expect(
            try order(.elder, followLead: true) == ["AA", "AB", "BA", "BB", "CA", "CB", "A-", "B-", "C-", "--"])
        #expect(try order(.any, followLead: true) == order(.any, followLead: false))
    }

    /// The order of pattern 2 (`elder`) and pattern 3 (`younger`) of the allocator ChilmAI, of whose siblings the eldest
    /// comes first here.
    @Test("Following the youngest of three goes on upward")
    func followYoungest() throws {
        func order(_ timing: Timing, followLead: Bool = true) throws -> [String] {
            try sketch(
                [
                    child("1", of: "X", "AB", age: 3), child("2", of: "X", "BA", age: 2),
                    child("3", of: "X", "AB", age: 1),
                ], [facility("A", [1: 1, 2: 1, 3: 1]), facility("B", [1: 1, 2: 1, 3: 1])],
                households: [HouseholdRow(household: "X", timing: timing, facility: .sameOnly)],
                siblings: SiblingRules(aggregate: .product, keptSeat: .ignored, followLead: followLead)
            ).words(ofHousehold: 0)
        }
        #expect(
            try order(.younger)
                == ["AAA", "BBB", "-AA", "-BB", "A-A", "B-B", "--A", "--B", "---"])
        #expect(
            try order(.elder)
                == ["AAA", "BBB", "AA-", "BB-", "A-A", "B-B", "A--", "B--", "---"])
        #expect(
            try order(.younger, followLead: false)
                == ["AAA", "BBB", "A-A", "-AA", "-BB", "B-B", "--A", "--B", "---"])
    }

    @Test("Outcomes with ineligible wishes keep their rank, and repeated ranks of a table do not")
    func ranks() throws {
        let subject = try sketch(
            [child("1", of: "X", "AB", age: 2), child("2", of: "X", "AB")],
            [facility("A", [1: 1]), facility("B", [1: 1, 2: 1])],
            jointWishes: jointTable("X", ["1", "2"], ["AB", "BA", "AB", "B-"]))
        #expect(subject.words(ofHousehold: 0) == ["AB", "BA", "B-", "--"])
        #expect(
            JointList(of: subject.households[0], in: subject).outcomes.map(\.isEligible) == [false, true, true, true])
        let best = ExhaustiveSearch.best(of: subject)
        #expect(best.jointRanks == [2])
        #expect(best.stableCount == 1)
    }
}

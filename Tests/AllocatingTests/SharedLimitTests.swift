import Admissions
import Programs
import Testing
import Verifying

@testable import Allocating
@testable import MarketOracle

/// Limits over several facilities, such as a main building and its branch.
struct SharedLimitTests {
    private func only(_ value: Int) -> [Int?] { [nil, value, nil, nil, nil, nil] }

    /// Nurseries A and B, which have `shared` seats together, and C; all for class 1, more points first.
    private func city(_ children: [ChildRow], shared: Int, seats: [Int] = [2, 2, 1]) throws -> Case {
        try CaseDraft(
            municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"), children: children,
            facilities: zip(["A", "B", "C"], seats).map { FacilityRow(id: FacilityID($0), seats: only($1)) },
            seatLimits: [SeatLimitRow(facility: "B", sharedWith: ["A"], ages: AgeSet(0...5), seats: shared)]
        ).resolved()
    }

    private func child(
        _ id: String, _ wishes: [FacilityID], at current: FacilityID? = nil, points: ExactNumber,
        wishPoints: [ExactNumber?] = []
    ) -> ChildRow {
        ChildRow(
            id: ChildID(id), household: HouseholdID(id), ageClass: 1, currentFacility: current, wishes: wishes,
            points: points, wishPoints: wishPoints)
    }

    /// Where each child ends up, `-` for nowhere; every backend must say the same, and the verifier finds no claim.
    private func places(_ subject: Case) throws -> [String] {
        let best = try expectAgreement(subject, "shared")
        #expect(best.claims.isEmpty)
        return subject.children.indices.map { child in
            best.allocation.facility(of: child, in: subject).map { subject.facilities[$0].id.folded } ?? "-"
        }
    }

    @Test("A seat at either building uses the limit, and the better priority gets it, wherever it is")
    func usesTheLimit() throws {
        let three = [
            child("a", ["A"], points: 1), child("b", ["B"], points: 3), child("c", ["A", "B"], points: 2),
        ]
        #expect(try places(city(three, shared: 3)) == ["A", "B", "A"])
        #expect(try places(city(three, shared: 2)) == ["-", "B", "A"])
        #expect(try places(city(three, shared: 1)) == ["-", "B", "-"])
        #expect(try places(city(three, shared: 0)) == ["-", "-", "-"])
    }

    @Test("A child's priority at the limit is that of its wish")
    func priorityOfTheWish() throws {
        // At A it comes first, at B last.
        let both = child("a", ["A", "B"], points: 1, wishPoints: [5, 1])
        let other = child("b", ["B"], points: 3)
        #expect(try places(city([both, other], shared: 1)) == ["A", "-"])
        #expect(try places(city([both, other], shared: 1, seats: [0, 2, 1])) == ["-", "B"])
        #expect(try places(city([both, other], shared: 2)) == ["A", "B"])
    }

    @Test("Who likes the building better where it comes last may leave nothing stable: the fewest claims are found")
    func nothingStable() throws {
        // Placed at A it keeps the other out, and would rather have B with the same seat; there the other comes first.
        let both = child("a", ["B", "A"], points: 1, wishPoints: [1, 5])
        let other = child("b", ["B"], points: 3)
        let subject = try city([both, other], shared: 1)
        #expect(ExhaustiveSearch.stableAllocations(of: subject).isEmpty)
        #expect(try expectAgreement(subject, "not stable").claims.count == 1)
    }

    @Test("Who moves from one building to the other keeps its seat of the limit; who leaves both frees it")
    func moves() throws {
        let moving = child("m", ["B"], at: "A", points: 1)
        let waiting = child("w", ["B"], points: 9)
        #expect(try places(city([moving, waiting], shared: 0)) == ["B", "-"])
        #expect(try places(city([moving, waiting], shared: 1)) == ["B", "B"])
        // At the class of B itself its priority counts.
        #expect(try places(city([moving, waiting], shared: 1, seats: [0, 1, 1])) == ["A", "B"])
        let leaving = child("m", ["C"], at: "A", points: 1)
        #expect(try places(city([leaving, waiting], shared: 0)) == ["C", "B"])
        #expect(try places(city([leaving, waiting], shared: 0, seats: [0, 0, 1])) == ["C", "-"])
    }

    @Test("A seat that a transfer leaves for another building stays closed in the whole limit where its class says so")
    func keptClosed() throws {
        var draft = CaseDraft(
            municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [child("m", ["C"], at: "A", points: 1), child("w", ["B"], points: 9)],
            facilities: ["A", "B", "C"].map { FacilityRow(id: $0, seats: only(1)) },
            seatLimits: [SeatLimitRow(facility: "A", sharedWith: ["B"], ages: AgeSet(0...5), seats: 0)])
        #expect(try places(draft.resolved()) == ["C", "B"])
        draft.rules.keepsClosed = AgeSet([1])
        #expect(try places(draft.resolved()) == ["C", "-"])
    }

    private static let markets: [(RandomMarket.Style, ClosedRange<UInt64>)] = [
        (.mixed, 1...300), (.transfers, 1...300), (.unstable, 1...250), (.plural, 1...150), (.tangled, 1...60),
        (.paired, 1...60),
    ]

    /// The market with limits over facilities, in turn also with seats kept closed and over-full classes.
    private static func draft(_ style: RandomMarket.Style, _ seed: UInt64) -> CaseDraft {
        var draft = RandomMarket.sharing(RandomMarket.draft(seed: seed, style: style), seed: seed)
        if seed % 3 == 1 { draft = RandomMarket.keepingClosed(draft, seed: seed) }
        if seed % 4 == 1 { draft = RandomMarket.overfilling(draft, seed: seed) }
        return draft
    }

    @Test("Exhaustive search finds the same allocation and claims, every backend, reduced or not")
    func agreesWithExhaustiveSearch() throws {
        var counts: [String: Int] = [:]
        func note(_ name: String, _ occurs: Bool) { if occurs { counts[name, default: 0] += 1 } }
        for (style, seeds) in Self.markets {
            for seed in seeds {
                let subject = try Self.draft(style, seed).resolved()
                let shared = subject.limits.indices.filter { subject.limits[$0].isShared }
                if shared.isEmpty { continue }
                let best = try expectAgreement(subject, "\(style), seed \(seed)")
                note("cases", true)
                note("unstable", !best.claims.isEmpty)
                let market = Allocating.Market(subject)
                note("children with several slots", subject.households.indices.contains(where: market.hasRepeats))
                note(
                    "siblings with several slots",
                    subject.households.indices.contains {
                        market.hasRepeats($0) && market.memberCount($0) > 1
                    })
                note(
                    "full",
                    shared.contains { limit in
                        let users = subject.children.indices.count { child in
                            best.allocation.facility(of: child, in: subject).map(subject.limits[limit].counts) == true
                                && subject.covers(limit: limit, child: child)
                        }
                        return users > 0 && users >= subject.limits[limit].seats
                    })
                note(
                    "moves within",
                    subject.children.indices.contains { child in
                        guard let from = subject.children[child].currentFacility, best.allocation.choices[child] >= 0,
                            let to = best.allocation.facility(of: child, in: subject)
                        else { return false }
                        return shared.contains {
                            subject.limits[$0].counts(at: from) && subject.limits[$0].counts(at: to)
                        }
                    })
            }
        }
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(name): \(count)") }
        for (name, least) in [
            "cases": 900, "unstable": 80, "children with several slots": 500, "siblings with several slots": 500,
            "full": 300, "moves within": 60,
        ] { #expect(counts[name, default: 0] >= least, "\(name)") }
    }

    @Test("The same in rounds with phases and pins")
    func agreesByPhases() throws {
        var cases = 0
        var ofPhases = 0
        for (style, seeds) in [
            (RandomMarket.RoundStyle.phases, 1...150 as ClosedRange<UInt64>), (.supportFirst, 1...80),
            (.reserved, 1...80),
            (.pins, 1...150), (.pinsInPhases, 1...150), (.transfers, 1...150),
        ] {
            for seed in seeds {
                var draft = RandomMarket.sharing(RandomMarket.round(seed: seed, style: style), seed: seed)
                if seed % 3 == 1 { draft = RandomMarket.keepingClosed(draft, seed: seed) }
                if seed % 4 == 1 { draft = RandomMarket.overfilling(draft, seed: seed) }
                let subject = try draft.resolved()
                if !subject.limits.contains(where: \.isShared) { continue }
                cases += 1
                if subject.limits.contains(where: { $0.isShared && $0.phase != nil }) { ofPhases += 1 }
                try expectAgreementByPhases(subject, "\(style), seed \(seed)")
            }
        }
        print("  cases: \(cases), with limits of a phase: \(ofPhases)")
        #expect(cases > 400)
        #expect(ofPhases > 60)
    }

    @Test("The reduction never strikes an outcome of a stable allocation, and refutes only what has none")
    func reductionIsSound() throws {
        for (style, seeds) in Self.markets {
            for seed in seeds {
                let subject = try Self.draft(style, seed).resolved()
                let store = OutcomeStore(Allocating.Market(subject))
                var reduction = Reduction(store, isExempt: [Bool](repeating: false, count: subject.households.count))
                reduction.run()
                let stable = ExhaustiveSearch.stableAllocations(of: subject)
                if !reduction.emptied.isEmpty {
                    #expect(stable.isEmpty, "style \(style), seed \(seed)")
                    continue
                }
                for allocation in stable {
                    for household in subject.households.indices {
                        let survives = reduction.survivors(of: household).contains {
                            store.choices(of: household, outcome: $0)
                                == subject.households[household].members.map { allocation.choices[$0] }
                        }
                        #expect(survives, "style \(style), seed \(seed), household \(household)")
                    }
                }
            }
        }
    }

    @Test("The order of rows and of the facilities in a row changes nothing", arguments: 1...60)
    func rowOrderIsIrrelevant(seed: UInt64) throws {
        var draft = Self.draft(.transfers, seed)
        let subject = try draft.resolved()
        let result = try Allocator(subject).allocate()
        draft.children.reverse()
        draft.facilities.reverse()
        draft.seatLimits.reverse()
        for row in draft.seatLimits.indices where !draft.seatLimits[row].sharedWith.isEmpty {
            let places = Array(draft.seatLimits[row].facilities.reversed())
            (draft.seatLimits[row].facility, draft.seatLimits[row].sharedWith) = (places[0], Array(places.dropFirst()))
        }
        let shuffled = try draft.resolved()
        #expect(shuffled == subject)
        #expect(shuffled.digest() == subject.digest())
        #expect(try Allocator(shuffled).allocate().allocation == result.allocation)
    }
}

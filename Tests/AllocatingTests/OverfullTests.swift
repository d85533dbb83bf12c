import Admissions
import Programs
import Testing
import Verifying

@testable import Allocating
@testable import MarketOracle

/// Classes with more children enrolled than places: a seat that a transfer applicant leaves first works that off.
struct OverfullTests {
    /// A city with nurseries A, over-full, and B; children are named by where they are and what they wish.
    private func city(
        seats: Int? = 0, capacity: Int, enrolled: Int, margin: Int? = nil, vacanciesAtB: Int, moving: Int, waiting: Int
    ) throws -> Case {
        func only(_ value: Int?) -> [Int?] { [nil, value, nil, nil, nil, nil] }
        var children: [ChildRow] = []
        for number in 0..<moving {
            children.append(
                ChildRow(
                    id: ChildID("m\(number)"), household: HouseholdID("m\(number)"), ageClass: 1, currentFacility: "A",
                    wishes: ["B"], points: ExactNumber(50 - number)))
        }
        for number in 0..<waiting {
            children.append(
                ChildRow(
                    id: ChildID("w\(number)"), household: HouseholdID("w\(number)"), ageClass: 1, wishes: ["A"],
                    points: ExactNumber(40 - number)))
        }
        return try CaseDraft(
            municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"), children: children,
            facilities: [
                FacilityRow(
                    id: "A", seats: only(seats), capacity: only(capacity), enrolled: only(enrolled),
                    margin: only(margin)),
                FacilityRow(id: "B", seats: only(vacanciesAtB)),
            ]
        ).resolved()
    }

    private func placed(_ subject: Case, at facility: Int) throws -> [String] {
        var answers: [[String]] = []
        for solver in AgreementTests.backends {
            for usesReduction in [true, false] {
                var options = Allocator.Options()
                (options.solver, options.usesReduction) = (solver, usesReduction)
                let result = try Allocator(subject, options: options).allocate()
                #expect(result.isProved)
                let verified = Verifier(subject).verify(result.allocation)
                #expect(verified.faults.isEmpty && verified.claims.isEmpty)
                answers.append(
                    subject.children.indices.filter {
                        result.allocation.choices[$0] != Allocation.baseline
                            && result.allocation.facility(of: $0, in: subject) == facility
                    }.map { subject.children[$0].id.folded })
            }
        }
        #expect(Set(answers).count == 1)
        return answers[0]
    }

    @Test("11 places, 12 enrolled, one moves away: nobody enters")
    func nobodyEnters() throws {
        let subject = try city(capacity: 11, enrolled: 12, vacanciesAtB: 1, moving: 1, waiting: 2)
        #expect(try placed(subject, at: 1) == ["m0"])
        #expect(try placed(subject, at: 0) == [])
    }

    @Test("Two move away from 12 for 11: one enters; the margin counts as places")
    func oneEnters() throws {
        #expect(
            try placed(city(capacity: 11, enrolled: 12, vacanciesAtB: 2, moving: 2, waiting: 2), at: 0) == ["w0"])
        #expect(
            try placed(city(capacity: 10, enrolled: 12, margin: 1, vacanciesAtB: 2, moving: 3, waiting: 3), at: 0)
                == ["w0"])
        #expect(
            try placed(city(capacity: 10, enrolled: 12, margin: 2, vacanciesAtB: 2, moving: 3, waiting: 3), at: 0)
                == ["w0", "w1"])
    }

    @Test("Keeping a seat in an over-full class never depends on it, even if more are too many than could leave")
    func everybodyMayStay() throws {
        let subject = try city(capacity: 5, enrolled: 12, vacanciesAtB: 1, moving: 3, waiting: 2)
        #expect(try placed(subject, at: 0) == [])
        #expect(try placed(subject, at: 1) == ["m0"])
        #expect(try placed(city(capacity: 11, enrolled: 12, vacanciesAtB: 0, moving: 2, waiting: 1), at: 0) == [])
    }

    @Test("Vacancies that the city gives beside an over-full class count, and the class is not over-full then")
    func givenSeatsCount() throws {
        #expect(
            try placed(city(seats: 1, capacity: 11, enrolled: 12, vacanciesAtB: 1, moving: 1, waiting: 3), at: 0)
                == ["w0", "w1"])
    }

    @Test("Only transfer applicants on a class with the numbers given make it over-full, and a warning tells of it")
    func warnsOnce() throws {
        var draft = CaseDraft(
            municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [ChildRow(id: "1", household: "1", ageClass: 1, currentFacility: "A", wishes: ["B"], points: 1)],
            facilities: [
                FacilityRow(
                    id: "A", seats: [0, 0, nil, nil, nil, nil], capacity: [5, 11, nil, nil, nil, nil],
                    enrolled: [6, 12, nil, nil, nil, nil]),
                FacilityRow(id: "B", seats: [nil, 1, nil, nil, nil, nil]),
            ])
        func warned() -> [Int?] { draft.resolve().findings.filter { $0.code == .classOverfull }.map(\.row) }
        #expect(warned() == [0])
        #expect(try draft.resolved().limits.map(\.seats) == [-1, -1, 1])
        #expect(try draft.resolved().facilities.map(\.seats) == draft.facilities.map(\.seats))
        draft.facilities[0].enrolled[1] = 100_011
        #expect(draft.resolve().case != nil)
        draft.facilities[0].enrolled[1] = 100_012
        #expect(draft.resolve().findings.first { $0.code == .seatsTooMany }?.column == "enrolled_1")
        draft.facilities[0].enrolled[1] = 11
        #expect(warned() == [])
        #expect(try draft.resolved().limits[1].seats == 0)
    }

    @Test("A negative number of seats means the same as more enrolled than places, and keeps its own case digest")
    func negativeSeats() throws {
        for moving in 1...3 {
            let derived = try city(capacity: 11, enrolled: 12, vacanciesAtB: 3, moving: moving, waiting: 2)
            let written = try city(seats: -1, capacity: 11, enrolled: 12, vacanciesAtB: 3, moving: moving, waiting: 2)
            #expect(written.limits == derived.limits)
            #expect(written.facilities[0].seats[1] == -1)
            #expect(try placed(written, at: 0) == placed(derived, at: 0))
            #expect(written.digest() != derived.digest())
        }
    }

    /// Markets of the families with many transfer applicants, over-full.
    private static let markets: [(RandomMarket.Style, ClosedRange<UInt64>)] = [
        (.transfers, 1...900), (.mixed, 1...300), (.unstable, 1...150), (.plural, 1...100),
    ]

    @Test("Exhaustive search finds the same allocation and claims, every backend, reduced or not")
    func agreesWithExhaustiveSearch() throws {
        var counts: [String: Int] = [:]
        for (style, seeds) in Self.markets {
            for seed in seeds {
                let draft = RandomMarket.overfilling(RandomMarket.draft(seed: seed, style: style), seed: seed)
                let subject = try draft.resolved()
                if !subject.limits.contains(where: { $0.excess > 0 }) { continue }
                let best = ExhaustiveSearch.best(of: subject)
                for solver in AgreementTests.backends {
                    for usesReduction in [true, false] {
                        var options = Allocator.Options()
                        (options.solver, options.usesReduction) = (solver, usesReduction)
                        let result = try Allocator(subject, options: options).allocate()
                        #expect(result.status == .optimal, "style \(style), seed \(seed)")
                        #expect(
                            result.allocation == best.allocation,
                            "style \(style), seed \(seed), \(solver) \(usesReduction)")
                        #expect(result.claimants == best.claimants.sorted(), "style \(style), seed \(seed)")
                        if usesReduction {
                            let replayed = ProofReplay(of: subject).replay(
                                result.record.proof, of: result.allocation, claimants: result.claimants,
                                bound: result.claimants.count)
                            #expect(replayed.faults == [], "style \(style), seed \(seed)")
                        }
                    }
                }
                let verified = Verifier(subject).verify(best.allocation)
                #expect(verified.faults.isEmpty, "style \(style), seed \(seed)")
                #expect(
                    verified.claims.map { FoundClaim(household: $0.household, jointRank: $0.jointRank, kind: $0.kind) }
                        .sorted { $0.household < $1.household } == best.claims, "style \(style), seed \(seed)")
                note(best.allocation, subject, &counts)
            }
        }
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(name): \(count)") }
        #expect(counts["cases", default: 0] > 300)
        #expect(counts["left and not filled", default: 0] > 100)
        #expect(counts["filled after the excess", default: 0] > 12)
    }

    private func note(_ allocation: Allocation, _ subject: Case, _ counts: inout [String: Int]) {
        counts["cases", default: 0] += 1
        for limit in subject.limits where limit.excess > 0 {
            let age = limit.ages.ages[0]
            let present = subject.children.indices.filter {
                subject.children[$0].currentFacility == limit.facility && subject.children[$0].ageClass == age
            }
            let left = present.count { allocation.choices[$0] != Allocation.baseline }
            let entered = subject.children.indices.count {
                allocation.choices[$0] != Allocation.baseline && subject.children[$0].ageClass == age
                    && allocation.facility(of: $0, in: subject) == limit.facility
            }
            #expect(entered <= max(0, left - limit.excess))
            if left > 0, entered == 0 { counts["left and not filled", default: 0] += 1 }
            if entered > 0 { counts["filled after the excess", default: 0] += 1 }
        }
    }

    @Test("The same in rounds with phases and pins")
    func agreesByPhases() throws {
        var cases = 0
        for (style, seeds) in [
            (RandomMarket.RoundStyle.transfers, 1...120 as ClosedRange<UInt64>), (.pins, 1...120),
            (.pinsInPhases, 1...80), (.phases, 1...60), (.reserved, 1...40),
        ] {
            for seed in seeds {
                let draft = RandomMarket.overfilling(RandomMarket.round(seed: seed, style: style), seed: seed)
                let subject = try draft.resolved()
                if !subject.limits.contains(where: { $0.excess > 0 }) { continue }
                cases += 1
                let best = ExhaustiveSearch.bestByPhases(of: subject)
                for way in PhaseAgreementTests.ways {
                    var options = Allocator.Options()
                    (options.solver, options.usesReduction) = (way.solver, way.usesReduction)
                    let result = try Allocator(subject, options: options).allocate()
                    #expect(result.allocation == best.allocation, "\(style), seed \(seed), \(way)")
                }
                let verified = Verifier(subject).verify(best.allocation)
                #expect(verified.faults.isEmpty, "\(style), seed \(seed)")
                func found(_ claims: [Claim]) -> Set<FoundClaim> {
                    Set(claims.map { FoundClaim(household: $0.household, jointRank: $0.jointRank, kind: $0.kind) })
                }
                #expect(found(verified.claims) == Set(best.claims.joined()), "\(style), seed \(seed)")
                #expect(found(verified.uncountedClaims) == Set(best.uncounted), "\(style), seed \(seed)")
            }
        }
        #expect(cases > 120)
    }
}

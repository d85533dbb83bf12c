import Admissions
import Programs
import Testing
import Verifying

@testable import Allocating
@testable import MarketOracle

/// Priority keys whose value depends on the wish.
struct WishKeyTests {
    /// A nursery A with one seat and B with one; `first` wishes A, then B, and `second` B, then A.
    private func city(_ priority: [PriorityKey], _ children: [ChildRow], wards: [String] = ["", ""]) throws -> Case {
        try CaseDraft(
            municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: priority, drawSeed: "1"), attributeNames: ["home"],
            children: children.map { child in
                var child = child
                if child.attributes.isEmpty { child.attributes = [""] }
                return child
            },
            facilities: zip(["A", "B"], wards).map {
                FacilityRow(id: FacilityID($0), seats: [nil, 1, nil, nil, nil, nil], ward: $1)
            }
        ).resolved()
    }

    private func child(
        _ id: ChildID, _ wishes: [FacilityID], points: Int, siblingAt: FacilityID? = nil, home: String = ""
    ) -> ChildRow {
        ChildRow(
            id: id, household: HouseholdID(id.folded), ageClass: 1, siblingFacilities: siblingAt.map { [$0] } ?? [],
            wishes: wishes, points: ExactNumber(points), attributes: [home])
    }

    /// Where each child ends up, by every backend, reduced or not; `-` held.
    private func places(_ subject: Case) throws -> String {
        var answers: Set<String> = []
        for solver in AgreementTests.backends {
            for usesReduction in [true, false] {
                var options = Allocator.Options()
                (options.solver, options.usesReduction) = (solver, usesReduction)
                let result = try Allocator(subject, options: options).allocate()
                #expect(result.isProved && Verifier(subject).verify(result.allocation).isStable)
                answers.insert(
                    subject.children.indices.map {
                        result.allocation.facility(of: $0, in: subject).map { subject.facilities[$0].id.folded } ?? "-"
                    }.joined())
            }
        }
        #expect(answers.count == 1)
        return answers.first ?? ""
    }

    private let points = PriorityKey("points", .descending)

    @Test("With the rank of the wish first, who wishes a nursery first has it before one with more points")
    func rankFirst() throws {
        // 1 has the most points and gets A; 2 is second at A and ranks B second, 3 ranks B first.
        let children = [
            child("1", ["A"], points: 30), child("2", ["A", "B"], points: 20), child("3", ["B"], points: 10),
        ]
        #expect(try places(city([points], children)) == "AB-")
        let rank = PriorityKey("wish_rank", .ascending)
        #expect(try places(city([rank, points], children)) == "A-B")
        // Had 2 wished B first, it would have it: that is what the warning is about.
        let other = [children[0], child("2", ["B", "A"], points: 20), children[2]]
        #expect(try places(city([rank, points], other)) == "AB-")
    }

    @Test("A sibling counts only at its own nursery")
    func siblingAtFacility() throws {
        let children = [child("1", ["A", "B"], points: 20), child("2", ["A", "B"], points: 10, siblingAt: "A")]
        let sibling = PriorityKey("sibling_at_facility", .descending)
        #expect(try places(city([points], children)) == "AB")
        #expect(try places(city([sibling, points], children)) == "BA")
        let elsewhere = [children[0], child("2", ["A", "B"], points: 10, siblingAt: "B")]
        #expect(try places(city([sibling, points], elsewhere)) == "AB")
    }

    @Test("Who lives in a nursery's ward comes before others there, and a blank home is no ward")
    func livesInArea() throws {
        let children = [
            child("1", ["A", "B"], points: 20, home: "east"), child("2", ["A", "B"], points: 10, home: "west"),
        ]
        let area = PriorityKey("lives_in_area", .descending, column: "home")
        #expect(try places(city([area, points], children, wards: ["west", "east"])) == "BA")
        #expect(try places(city([area, points], children, wards: ["east", "west"])) == "AB")
        let homeless = [children[0], child("2", ["A", "B"], points: 10)]
        #expect(try places(city([area, points], homeless, wards: ["", "west"])) == "AB")
    }

    @Test("First wishes with enough points come before all others, and then the points decide")
    func onlySome() throws {
        let rows = (10...30).map { PointsRow("score", .oneOf(["\($0)"]), earns: .points(ExactNumber($0))) }
        func city(_ priority: [PriorityKey]) throws -> Case {
            let children = [("1", ["A", "B"], "15"), ("2", ["B", "A"], "30"), ("3", ["A", "B"], "20")]
            return try CaseDraft(
                municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!,
                rules: {
                    var rules = Rules(priority: priority, drawSeed: "1")
                    rules.pointsTable = PointsTable(rows: rows)
                    return rules
                }(), attributeNames: ["score"],
                children: children.map { id, wishes, score in
                    ChildRow(
                        id: ChildID(id), household: HouseholdID(id), ageClass: 1, wishes: wishes.map { FacilityID($0) },
                        attributes: [score])
                }, facilities: ["A", "B"].map { FacilityRow(id: $0, seats: [nil, 1, nil, nil, nil, nil]) }
            ).resolved()
        }
        #expect(try places(city([points])) == "-BA")
        func first(from least: Int) -> PriorityKey {
            PriorityKey(
                "met", .descending,
                onlyWhen: KeyRestriction(
                    [.wishRank(.oneOf([1]))], parts: [.init("points", from: ExactNumber(least))]))
        }
        // Nobody has 31 points; of 16 or more 2 and 3 have them at their first wishes; those below 21 come last.
        #expect(try places(city([first(from: 31), points])) == "-BA")
        let ascending = PriorityKey("points", .ascending)
        #expect(try places(city([ascending])) == "A-B")
        #expect(try places(city([first(from: 16), ascending])) == "-BA")
    }

    @Test("A part of the points table is a key like the points")
    func part() throws {
        let table = PointsTable(parts: [
            PointsPart(
                "base",
                rows: [
                    PointsRow("home", .oneOf(["low"]), earns: .points(10)),
                    PointsRow("home", .oneOf(["high"]), earns: .points(20)),
                ]),
            PointsPart("extra", rows: [PointsRow(when: [.sameFacility], earns: .points(15))]),
            PointsPart("points", of: ["base", "extra"]),
        ])
        func city(_ priority: [PriorityKey]) throws -> Case {
            var draft = CaseDraft(
                municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!,
                rules: Rules(priority: priority, drawSeed: "1"), attributeNames: ["home"],
                children: [
                    child("1", ["A", "B"], points: 20, home: "high"),
                    child("2", ["A", "B"], points: 10, siblingAt: "A", home: "low"),
                ], facilities: ["A", "B"].map { FacilityRow(id: $0, seats: [nil, 1, nil, nil, nil, nil]) })
            draft.rules.pointsTable = table
            for row in draft.children.indices { draft.children[row].points = nil }
            return try draft.resolved()
        }
        #expect(try places(city([points])) == "BA")
        #expect(try places(city([PriorityKey("base", .descending), points])) == "AB")
        #expect(try places(city([PriorityKey("extra", .descending), PriorityKey("base", .descending)])) == "BA")
        let subject = try city([PriorityKey("extra", .descending)])
        #expect(subject.keyValue(child: 1, wish: 0, key: 0) == .number(15))
        #expect(subject.keyValue(child: 1, wish: 1, key: 0) == .number(0))
        #expect(subject.keyValue(child: 1, key: 0) == .number(0))
    }

    @Test("The largest number that can be computed comes before a blank, for solver and verifier")
    func largest() throws {
        var rules = Rules(
            priority: [PriorityKey("x", .ascending, blank: .last), PriorityKey("points", .descending)], drawSeed: "1")
        rules.pointsTable = PointsTable(parts: [
            PointsPart(
                "x", rows: [PointsRow("big", earns: .value)], factor: 49, when: [.attribute("big", .filled)]),
            PointsPart("points", rows: [PointsRow("p", earns: .value)]),
        ])
        let subject = try CaseDraft(
            municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!, rules: rules,
            attributeNames: ["big", "p"],
            children: [("1", ["188232082384791343", "1"]), ("2", ["", "9"])].map { id, attributes in
                ChildRow(
                    id: ChildID(id), household: HouseholdID(id), ageClass: 1, wishes: ["A"], attributes: attributes)
            },
            facilities: [FacilityRow(id: "A", seats: [nil, 1, nil, nil, nil, nil])]
        ).resolved()
        #expect(subject.keyValue(child: 0, key: 0) == .number(ExactNumber(Int(Int64.max))))
        #expect(try places(subject) == "A-")
    }

    /// Markets of all families, with keys that depend on the wish.
    private static let markets: [(RandomMarket.Style, ClosedRange<UInt64>)] = [
        (.mixed, 1...250), (.unstable, 1...250), (.plural, 1...150), (.transfers, 1...100), (.paired, 1...60),
        (.singles, 1...60),
    ]

    @Test("Exhaustive search finds the same allocation and claims, every backend, reduced or not")
    func agreesWithExhaustiveSearch() throws {
        var (moved, unstable, differing) = (0, 0, 0)
        for (style, seeds) in Self.markets {
            for seed in seeds {
                let plain = RandomMarket.draft(seed: seed, style: style)
                let subject = try RandomMarket.keyingByWish(plain, seed: seed).resolved()
                let best = ExhaustiveSearch.best(of: subject)
                if best.allocation != ExhaustiveSearch.best(of: try plain.resolved()).allocation { moved += 1 }
                if !best.claims.isEmpty { unstable += 1 }
                if hasDifferingValues(subject) { differing += 1 }
                #expect(
                    Allocator.householdOrder(of: subject) == PriorityOrder(of: subject).households(),
                    "style \(style), seed \(seed)")
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
            }
        }
        print("  another result than without the keys: \(moved), without a stable allocation: \(unstable)")
        #expect(moved > 150)
        #expect(unstable > 30)
        #expect(differing > 500)
    }

    /// Whether a child has different values of one key at two of its wishes.
    private func hasDifferingValues(_ subject: Case) -> Bool {
        subject.children.indices.contains { child in
            subject.wishKeyValues.keys.contains { key in
                Set(subject.children[child].wishes.indices.map { subject.keyValue(child: child, wish: $0, key: key) })
                    .count > 1
            }
        }
    }

    @Test("The same in rounds with phases and pins")
    func agreesByPhases() throws {
        var cases = 0
        for (style, seeds) in [
            (RandomMarket.RoundStyle.phases, 1...80 as ClosedRange<UInt64>), (.pins, 1...40), (.pinsInPhases, 1...60),
            (.reserved, 1...40), (.transfers, 1...40),
        ] {
            for seed in seeds {
                let draft = RandomMarket.keyingByWish(RandomMarket.round(seed: seed, style: style), seed: seed)
                let subject = try draft.resolved()
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
        #expect(cases == 260)
    }
}

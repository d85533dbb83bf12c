import Admissions
import Programs
import Testing
import Verifying

@testable import Allocating
@testable import MarketOracle

/// Classes of which a seat that a transfer leaves is given to nobody in the round.
struct KeptClosedTests {
    /// Nurseries A and B for class 1; `m` moves from A to B, `w` waits for A.
    private func city(seatsAtA: Int = 0, closed: [Bool?] = [], everywhere: AgeSet = []) throws -> Case {
        var rules = Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1")
        rules.keepsClosed = everywhere
        func only(_ value: Int) -> [Int?] { [nil, value, nil, nil, nil, nil] }
        return try CaseDraft(
            municipality: "test", round: "first", month: PlacementMonth(year: 2027, month: 4)!, rules: rules,
            children: [
                ChildRow(id: "m", household: "m", ageClass: 1, currentFacility: "A", wishes: ["B"], points: 2),
                ChildRow(id: "v", household: "v", ageClass: 1, wishes: ["A"], points: 1),
                ChildRow(id: "w", household: "w", ageClass: 1, wishes: ["A"], points: 1),
            ],
            facilities: [
                FacilityRow(id: "A", seats: only(seatsAtA), keepsClosed: closed), FacilityRow(id: "B", seats: only(1)),
            ]
        ).resolved()
    }

    private func placed(_ subject: Case) throws -> Set<String> {
        let result = try Allocator(subject).allocate()
        let verified = Verifier(subject).verify(result.allocation)
        #expect(result.isProved && verified.faults.isEmpty && verified.claims.isEmpty)
        #expect(verified.usedSeats.count == verified.seats.count)
        return Set(
            subject.children.indices.filter { result.allocation.choices[$0] != Allocation.baseline }
                .map { subject.children[$0].id.folded })
    }

    @Test("A seat that a transfer leaves is given again, or stays closed where the class says so")
    func staysClosed() throws {
        let yes: [Bool?] = [nil, true, nil, nil, nil, nil]
        let no: [Bool?] = [nil, false, nil, nil, nil, nil]
        #expect(try placed(city()).count == 2)
        #expect(try placed(city(closed: yes)) == ["m"])
        #expect(try placed(city(everywhere: AgeSet([1]))) == ["m"])
        #expect(try placed(city(everywhere: AgeSet([0]))).count == 2)
        #expect(try placed(city(closed: no, everywhere: AgeSet([1]))).count == 2)
        #expect(try placed(city(seatsAtA: 1, closed: yes)).count == 2)
        #expect(try placed(city(seatsAtA: 1)).count == 3)
    }

    @Test("With a seat left closed in an over-full class nobody comes in, however many leave")
    func overfull() throws {
        #expect(try placed(city(seatsAtA: -1, closed: [nil, true, nil, nil, nil, nil])) == ["m"])
        #expect(try placed(city(seatsAtA: -1)) == ["m"])
    }

    /// Markets with many transfer applicants.
    private static let markets: [(RandomMarket.Style, ClosedRange<UInt64>)] = [
        (.transfers, 1...300), (.mixed, 1...200), (.unstable, 1...150), (.plural, 1...60),
    ]

    @Test("Exhaustive search finds the same allocation and claims, every backend, reduced or not")
    func agreesWithExhaustiveSearch() throws {
        var counts: [String: Int] = [:]
        for (style, seeds) in Self.markets {
            for seed in seeds {
                var draft = RandomMarket.keepingClosed(RandomMarket.draft(seed: seed, style: style), seed: seed)
                if seed % 3 == 0 { draft = RandomMarket.overfilling(draft, seed: seed) }
                let subject = try draft.resolved()
                let leavers = subject.children.indices.filter {
                    subject.children[$0].currentFacility != nil && subject.leavesNoSeat($0)
                }
                if leavers.isEmpty { continue }
                counts["cases", default: 0] += 1
                let best = try expectAgreement(subject, "\(style), seed \(seed)")
                if leavers.contains(where: { best.allocation.choices[$0] != Allocation.baseline }) {
                    counts["left", default: 0] += 1
                }
                var open = draft
                open.rules.keepsClosed = []
                for row in open.facilities.indices { open.facilities[row].keepsClosed = [] }
                if ExhaustiveSearch.best(of: try open.resolved()).allocation != best.allocation {
                    counts["another result than with open seats", default: 0] += 1
                }
            }
        }
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(name): \(count)") }
        #expect(counts["cases", default: 0] > 250)
        #expect(counts["left", default: 0] > 80)
        #expect(counts["another result than with open seats", default: 0] > 30)
    }

    @Test("The same in rounds with phases and pins")
    func agreesByPhases() throws {
        var cases = 0
        for (style, seeds) in [
            (RandomMarket.RoundStyle.transfers, 1...100 as ClosedRange<UInt64>), (.pins, 1...100),
            (.pinsInPhases, 1...80), (.phases, 1...60), (.reserved, 1...40),
        ] {
            for seed in seeds {
                let draft = RandomMarket.keepingClosed(RandomMarket.round(seed: seed, style: style), seed: seed)
                let subject = try draft.resolved()
                let concerns = subject.children.indices.contains {
                    subject.children[$0].currentFacility != nil && subject.leavesNoSeat($0)
                }
                if !concerns { continue }
                cases += 1
                try expectAgreementByPhases(subject, "\(style), seed \(seed)")
            }
        }
        #expect(cases > 100)
    }
}

/// Expects every backend, reduced or not, the verifier and the replay of the proof to agree with looking at every allocation.
///
/// - Returns: What looking at every allocation found.
@discardableResult
func expectAgreement(_ subject: Case, _ name: String) throws -> Best {
    let best = ExhaustiveSearch.best(of: subject)
    for way in PhaseAgreementTests.ways {
        var options = Allocator.Options()
        (options.solver, options.usesReduction) = (way.solver, way.usesReduction)
        let result = try Allocator(subject, options: options).allocate()
        #expect(result.status == .optimal, "\(name)")
        #expect(result.allocation == best.allocation, "\(name), \(way)")
        #expect(result.claimants == best.claimants.sorted(), "\(name), \(way)")
        if way.usesReduction {
            let replayed = ProofReplay(of: subject).replay(
                result.record.proof, of: result.allocation, claimants: result.claimants, bound: result.claimants.count)
            #expect(replayed.faults == [], "\(name)")
        }
    }
    let verified = Verifier(subject).verify(best.allocation)
    #expect(verified.faults.isEmpty, "\(name)")
    #expect(
        verified.claims.map { FoundClaim(household: $0.household, jointRank: $0.jointRank, kind: $0.kind) }
            .sorted { $0.household < $1.household } == best.claims, "\(name)")
    return best
}

/// The same for a round with phases or pins.
func expectAgreementByPhases(_ subject: Case, _ name: String) throws {
    let best = ExhaustiveSearch.bestByPhases(of: subject)
    for way in PhaseAgreementTests.ways {
        var options = Allocator.Options()
        (options.solver, options.usesReduction) = (way.solver, way.usesReduction)
        let result = try Allocator(subject, options: options).allocate()
        #expect(result.allocation == best.allocation, "\(name), \(way)")
    }
    let verified = Verifier(subject).verify(best.allocation)
    #expect(verified.faults.isEmpty, "\(name)")
    func found(_ claims: [Claim]) -> Set<FoundClaim> {
        Set(claims.map { FoundClaim(household: $0.household, jointRank: $0.jointRank, kind: $0.kind) })
    }
    #expect(found(verified.claims) == Set(best.claims.joined()), "\(name)")
    #expect(found(verified.uncountedClaims) == Set(best.uncounted), "\(name)")
}

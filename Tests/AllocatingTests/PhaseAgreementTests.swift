import Admissions
import Programs
import Testing

@testable import Allocating
@testable import MarketOracle

/// Rounds with phases and pins against looking at every allocation of every phase.
struct PhaseAgreementTests {
    /// 1,200 rounds.
    static let rounds: [(RandomMarket.RoundStyle, ClosedRange<UInt64>)] = [
        (.phases, 1...300), (.supportFirst, 1...150), (.reserved, 1...150), (.pins, 1...250), (.pinsInPhases, 1...250),
        (.transfers, 1...100),
    ]

    /// Every backend with and without the reduction.
    static let ways: [(solver: SolverChoice, usesReduction: Bool)] = AgreementTests.backends.flatMap {
        [($0, true), ($0, false)]
    }

    @Test("Exhaustive search finds the same allocation and claims in every phase, every backend, reduced or not")
    func agreesWithExhaustiveSearch() throws {
        var counts: [String: Int] = [:]
        func note(_ name: String, _ occurs: Bool) { if occurs { counts[name, default: 0] += 1 } }
        for (style, seeds) in Self.rounds {
            for seed in seeds {
                let draft = RandomMarket.round(seed: seed, style: style)
                let subject = try draft.resolved()
                let best = ExhaustiveSearch.bestByPhases(of: subject)
                for way in Self.ways {
                    var options = Allocator.Options()
                    options.solver = way.solver
                    options.usesReduction = way.usesReduction
                    let result = try Allocator(subject, options: options).allocate()
                    #expect(result.status == .optimal, "\(style), seed \(seed), \(way)")
                    #expect(result.allocation == best.allocation, "\(style), seed \(seed), \(way)")
                    #expect(
                        result.phases.map(\.claimants)
                            == (subject.isPlain ? [] : best.claims.map { $0.map(\.household) }),
                        "\(style), seed \(seed), \(way)")
                }
                let placed = Set(best.allocation.phases.filter { $0 >= 0 })
                let codes = Set(draft.resolve().findings.map(\.code))
                note("several phases", subject.phases.count > 1)
                note("three phases", subject.phases.count > 2)
                note("placed in several phases", placed.count > 1)
                note("pins", !subject.pins.isEmpty)
                note("pins that exceed a limit", codes.contains(.pinExceedsLimit))
                note("pinned elsewhere", best.allocation.choices.contains(Allocation.elsewhere))
                note("pins in several phases", !subject.pins.isEmpty && subject.phases.count > 1)
                note("claims within a phase", best.claims.contains { !$0.isEmpty })
                note("claims across phases", best.uncounted.contains { $0.kind == .phase })
                note("claims because of a pin", best.uncounted.contains { $0.kind == .overridden })
                note("siblings placed in different phases", splitHouseholds(best.allocation, subject) > 0)
                note("transfers", subject.children.contains { $0.currentFacility != nil })
                note("rotating seats", rotation(best.allocation, subject))
                note("released", subject.limits.contains(where: \.isReleased))
                note("not released", subject.limits.contains { $0.phase == 0 && !$0.isReleased })
                note("support places", subject.limits.contains { $0.group == .members(of: "support") })
                note("opened in one phase", subject.limits.contains { $0.opens && $0.phase != nil })
            }
        }
        print("seeds: \(Self.rounds.map { "\($0.0) \($0.1)" }.joined(separator: ", "))")
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(name): \(count)") }
        let least = [
            "several phases": 500, "three phases": 50, "placed in several phases": 200, "pins": 400,
            "pins that exceed a limit": 100, "pinned elsewhere": 50, "pins in several phases": 200,
            "claims within a phase": 30, "claims across phases": 50, "claims because of a pin": 100,
            "siblings placed in different phases": 10, "transfers": 300, "rotating seats": 10, "released": 100,
            "not released": 200, "support places": 150, "opened in one phase": 50,
        ]
        for (name, least) in least { #expect(counts[name, default: 0] >= least, "\(name)") }
    }

    /// Households of which two children were placed by different phases.
    private func splitHouseholds(_ allocation: Allocation, _ subject: Case) -> Int {
        if allocation.phases.isEmpty { return 0 }
        return subject.households.count { household in
            Set(household.members.map { allocation.phases[$0] }.filter { $0 >= 0 }).count > 1
        }
    }

    /// Whether children move round: each into the class that another leaves, and the last into the first one's.
    private func rotation(_ allocation: Allocation, _ subject: Case) -> Bool {
        let moves = subject.children.indices.filter {
            allocation.choices[$0] >= 0 && subject.children[$0].currentFacility != nil
        }
        func reachable(from start: Int, to target: Int) -> Bool {
            var seen = Set([start])
            var frontier = [start]
            while let place = frontier.popLast() {
                for child in moves where subject.children[child].currentFacility == place {
                    let next = allocation.facility(of: child, in: subject)!
                    if next == target { return true }
                    if seen.insert(next).inserted { frontier.append(next) }
                }
            }
            return false
        }
        return subject.facilities.indices.contains { reachable(from: $0, to: $0) }
    }

    @Test("A round of one phase for all is the round without phases")
    func onePhase() throws {
        for (style, seeds) in [(RandomMarket.Style.mixed, 1...150), (.transfers, 1...50), (.unstable, 1...50)] {
            for seed in seeds {
                var draft = RandomMarket.draft(seed: UInt64(seed), style: style)
                let plain = try Allocator(try draft.resolved()).allocate()
                draft.rules.phases = [Phase("all at once", who: .everyone)]
                let subject = try draft.resolved()
                let phased = try Allocator(subject).allocate()
                #expect(phased.allocation == plain.allocation, "\(style), seed \(seed)")
                #expect(phased.claimants == plain.claimants, "\(style), seed \(seed)")
                #expect(phased.phases.count == 1)
                let best = ExhaustiveSearch.bestByPhases(of: subject)
                #expect(best.allocation == plain.allocation, "\(style), seed \(seed)")
                #expect(best.uncounted.isEmpty, "\(style), seed \(seed)")
            }
        }
    }

    @Test("The order of rows, pins and limits changes nothing, nor the digest")
    func orderOfRows() throws {
        for seed in UInt64(1)...60 {
            var draft = RandomMarket.round(seed: seed, style: .pinsInPhases)
            let subject = try draft.resolved()
            let result = try Allocator(subject).allocate()
            draft.children.reverse()
            draft.facilities.reverse()
            draft.households.reverse()
            draft.jointWishes.reverse()
            draft.seatLimits.reverse()
            draft.pins.reverse()
            let shuffled = try draft.resolved()
            #expect(shuffled.digest() == subject.digest(), "seed \(seed)")
            #expect(try Allocator(shuffled).allocate().allocation == result.allocation, "seed \(seed)")
        }
    }

    @Test("With no time left pins are kept, and nobody else moves")
    func noTimeLeft() throws {
        for seed in UInt64(1)...40 {
            let subject = try RandomMarket.round(seed: seed, style: .pinsInPhases).resolved()
            var options = Allocator.Options()
            options.deadline = .after(.zero)
            let result = try Allocator(subject, options: options).allocate()
            #expect(result.status == .feasible)
            for pin in subject.pins { #expect(result.allocation.choices[pin.child] == pin.choice) }
        }
    }
}

import Admissions
import SyntheticCity
import Testing
import Verifying

@testable import MarketOracle

/// The verifier against the oracle on rounds with phases and pins.
struct PhaseVerifyingTests {
    static let rounds: [(RandomMarket.RoundStyle, ClosedRange<UInt64>)] = RandomMarket.RoundStyle.allCases.map {
        ($0, 1...170)
    }

    @Test("The best allocation has the claims of every kind that the oracle finds")
    func best() throws {
        var kinds: [Claim.Kind: Int] = [:]
        for (style, seeds) in Self.rounds {
            for seed in seeds {
                let subject = try RandomMarket.round(seed: seed, style: style).resolved()
                let best = ExhaustiveSearch.bestByPhases(of: subject)
                let verified = Verifier(subject).verify(best.allocation)
                #expect(verified.faults == [], "\(style), seed \(seed)")
                compare(verified, subject, best.claims, best.uncounted, "\(style), seed \(seed)")
                for claim in verified.allClaims { kinds[claim.kind, default: 0] += 1 }
            }
        }
        print("claims of the best allocations: \(kinds.map { "\($0.key) \($0.value)" }.sorted())")
        #expect(kinds[.phase, default: 0] > 50)
        #expect(kinds[.overridden, default: 0] > 100)
    }

    @Test("Whatever each phase gave out of what it may give is judged as the oracle judges it")
    func anything() throws {
        var kinds: [Claim.Kind: Int] = [:]
        for (style, seeds) in Self.rounds {
            for seed in seeds {
                let subject = try RandomMarket.round(seed: seed, style: style).resolved()
                var random = SplitMix64(seed: seed &+ 99)
                let allocation = anyAllocation(of: subject, &random)
                let verified = Verifier(subject).verify(allocation)
                #expect(verified.faults == [], "\(style), seed \(seed)")
                let expected = ExhaustiveSearch.claimsByPhase(of: allocation, in: subject)
                compare(verified, subject, expected.counted, expected.uncounted, "\(style), seed \(seed)")
                for claim in verified.allClaims {
                    kinds[claim.kind, default: 0] += 1
                    checkDisplaced(claim, allocation, subject, "\(style), seed \(seed)")
                }
            }
        }
        print("claims of any allocations: \(kinds.map { "\($0.key) \($0.value)" }.sorted())")
        for kind in Claim.Kind.allCases { #expect(kinds[kind, default: 0] > 100, "\(kind)") }
    }

    @Test("A pin that is not kept, a phase that is not for the child and a seat too many are faults")
    func faults() throws {
        var (broken, wrongPhase, refused) = (0, 0, 0)
        for (style, seeds) in Self.rounds {
            for seed in seeds {
                let subject = try RandomMarket.round(seed: seed, style: style).resolved()
                var random = SplitMix64(seed: seed &+ 7)
                let sound = anyAllocation(of: subject, &random)
                for pin in subject.pins {
                    var changed = sound
                    changed.choices[pin.child] =
                        pin.choice == Allocation.baseline && !subject.children[pin.child].wishes.isEmpty
                        ? 0 : Allocation.baseline
                    if changed == sound { continue }
                    if !changed.phases.isEmpty { changed.phases[pin.child] = -1 }
                    let faults = Verifier(subject).verify(changed).faults
                    #expect(!faults.isEmpty, "\(style), seed \(seed)")
                    if faults.contains(.pinBroken(child: subject.children[pin.child].id)) { broken += 1 }
                }
                for child in subject.children.indices where !sound.phases.isEmpty && sound.phases[child] >= 0 {
                    for phase in subject.phases.indices
                    where !subject.phases[phase].who.covers(subject.children[child].groups) {
                        var changed = sound
                        changed.phases[child] = Int32(phase)
                        #expect(
                            Verifier(subject).verify(changed).faults == [
                                .notInPhase(child: subject.children[child].id, phase: subject.phases[phase].name)
                            ], "\(style), seed \(seed)")
                        wrongPhase += 1
                    }
                }
                // One child less in a household, or one more: a fault exactly where the oracle's lists say so.
                let (changed, isAllowed) = disturbed(sound, subject, &random)
                let faults = Verifier(subject).verify(changed).faults
                #expect(faults.isEmpty == isAllowed, "\(style), seed \(seed): \(faults)")
                if !isAllowed { refused += 1 }
            }
        }
        print("pins broken \(broken), wrong phases \(wrongPhase), refused \(refused)")
        #expect(broken > 100 && wrongPhase > 100 && refused > 100)
    }

    @Test("Any number of threads judges a round with phases and pins the same")
    func threads() throws {
        var draft = try City(CityOptions(children: 1_100, facilities: 40, seed: 5)).makeDraft()
        draft.rules.phases = [Phase("first", who: .others(than: "support")), Phase("everybody", who: .everyone)]
        draft.pins = draft.children.enumerated().filter { $0.offset % 40 == 0 }.map { index, child in
            PinRow(child: child.id, facility: index % 80 == 0 ? child.wishes.last ?? nil : nil, by: "S", reason: "r")
        }
        let subject = try draft.resolved()
        var allocation = Allocation(baselineOf: subject)
        func judged(_ threads: Int) -> [String] {
            let verified = Verifier(subject, threads: threads).verify(allocation)
            return verified.faults.map(\.description) + [
                "\(verified.allClaims)", "\(verified.placements)", "\(verified.jointRanks)", "\(verified.usedSeats)",
            ]
        }
        #expect(Verifier(subject).verify(allocation).claims.count > 300)
        #expect(judged(3) == judged(1))
        // Everybody else at its first wish in the last phase breaks rules of every kind.
        for child in subject.children.indices
        where subject.pin(of: child) == nil && !subject.children[child].wishes.isEmpty {
            (allocation.choices[child], allocation.phases[child]) = (0, 1)
        }
        #expect(judged(3) == judged(1))
        #expect(judged(3).count > 50)
    }

    // MARK: Help

    private func compare(
        _ verified: Verification, _ subject: Case, _ counted: [[FoundClaim]], _ uncounted: [FoundClaim],
        _ comment: Comment
    ) {
        func found(_ claims: [Claim]) -> [FoundClaim] {
            claims.map { FoundClaim(household: $0.household, jointRank: $0.jointRank, kind: $0.kind) }
        }
        if subject.isPlain {
            #expect(found(verified.claims) == counted[0], comment)
        } else {
            for phase in subject.phases.indices {
                #expect(found(verified.claims.filter { $0.phase == phase }) == counted[phase], comment)
            }
        }
        #expect(found(verified.uncountedClaims) == uncounted, comment)
    }

    /// Phase after phase, a random outcome for each household of those that exceed no limit with the ones before it.
    private func anyAllocation(of subject: Case, _ random: inout SplitMix64) -> Allocation {
        let order = PriorityOrder(of: subject)
        var allocation = Allocation(baselineOf: subject)
        var closed = [Int](repeating: 0, count: subject.limits.count)
        for phase in subject.phases.indices {
            let market = PhaseMarket(subject, order, phase, start: allocation.choices, closed: closed)
            for household in random.shuffled(Array(subject.households.indices)) {
                let members = subject.households[household].members
                let allowed = random.shuffled(market.lists[household].map(\.choices)).first { choices in
                    var trial = allocation.choices
                    for (child, choice) in zip(members, choices) { trial[child] = choice }
                    return fits(trial, market)
                }
                for (child, choice) in zip(members, allowed!) where choice != allocation.choices[child] {
                    allocation.choices[child] = choice
                    if !allocation.phases.isEmpty { allocation.phases[child] = Int32(phase) }
                }
            }
            closed = market.closed(after: allocation.choices)
        }
        return allocation
    }

    private func fits(_ choices: [Int32], _ market: PhaseMarket) -> Bool {
        let subject = market.subject
        let before = PhaseMarket.occupants(market.start, market.phase, subject)
        let after = PhaseMarket.occupants(choices, market.phase, subject)
        return subject.limits.indices.allSatisfy { limit in
            guard let seats = market.seats[limit] else { return true }
            return after[limit].nonzeroBitCount <= seats || after[limit] & ~before[limit] == 0
        }
    }

    /// One unpinned child put somewhere else, in the phase that placed it or the last one, and whether that is allowed.
    private func disturbed(
        _ sound: Allocation, _ subject: Case, _ random: inout SplitMix64
    ) -> (Allocation, isAllowed: Bool) {
        let pinned = Set(subject.pins.map(\.child))
        let movable = subject.children.indices.filter { !pinned.contains($0) && !subject.children[$0].wishes.isEmpty }
        guard !movable.isEmpty else { return (sound, true) }
        let child = random.pick(movable)
        var changed = sound
        changed.choices[child] = Int32(random.int(-1...subject.children[child].wishes.count - 1))
        if !changed.phases.isEmpty {
            let last = Int32(subject.phases.count - 1)
            changed.phases[child] = changed.choices[child] == -1 ? -1 : max(changed.phases[child], last)
        }
        return (changed, isAllowed(changed, subject))
    }

    private func isAllowed(_ allocation: Allocation, _ subject: Case) -> Bool {
        let order = PriorityOrder(of: subject)
        let pinned = Set(subject.pins.map(\.child))
        var closed = [Int](repeating: 0, count: subject.limits.count)
        func choices(before phase: Int) -> [Int32] {
            subject.children.indices.map { child in
                let placed = allocation.phases.isEmpty ? 0 : Int(allocation.phases[child])
                return pinned.contains(child) || placed < phase ? allocation.choices[child] : -1
            }
        }
        for phase in subject.phases.indices {
            let market = PhaseMarket(subject, order, phase, start: choices(before: phase), closed: closed)
            let after = choices(before: phase + 1)
            for (household, entry) in subject.households.enumerated() {
                let got = entry.members.map { after[$0] }
                if !market.lists[household].contains(where: { $0.choices == got }) { return false }
            }
            if !fits(after, market) { return false }
            closed = market.closed(after: after)
        }
        return true
    }

    /// Nobody displaced is of the household or keeps its seat whatever happens, and only a vacant claim displaces nobody.
    private func checkDisplaced(_ claim: Claim, _ allocation: Allocation, _ subject: Case, _ comment: Comment) {
        let displaced = Set(claim.members.flatMap(\.displaced))
        if claim.kind == .vacant { #expect(displaced.isEmpty, comment) }
        if claim.kind == .priority { #expect(!displaced.isEmpty, comment) }
        for child in displaced {
            #expect(allocation.choices[child] != Allocation.baseline, comment)
            if claim.kind != .overridden {
                #expect(subject.pin(of: child) == nil, comment)
                #expect(subject.children[child].household != claim.household, comment)
            }
        }
    }
}

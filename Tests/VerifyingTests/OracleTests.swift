import Admissions
import Testing
import Verifying

@testable import MarketOracle

/// The verifier against an oracle that was written apart from it, on tiny markets with every rule.
@Suite("The verifier agrees with exhaustive search")
struct OracleTests {
    static let markets = RandomMarket.Style.allCases.flatMap { style in (1...200).map { (style, UInt64($0)) } }

    @Test("The best allocation has the claims, ranks and counts that the oracle finds")
    func best() throws {
        var kinds: [Claim.Kind: Int] = [:]
        for (style, seed) in Self.markets {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            let best = ExhaustiveSearch.best(of: subject)
            let verified = Verifier(subject).verify(best.allocation)
            #expect(verified.faults == [], "style \(style), seed \(seed)")
            #expect(found(verified.claims) == best.claims, "style \(style), seed \(seed)")
            #expect(verified.jointRanks == best.jointRanks, "style \(style), seed \(seed)")
            #expect(verified.heldCount == best.heldCount, "style \(style), seed \(seed)")
            #expect(verified.rankTotal == best.rankTotal, "style \(style), seed \(seed)")
            for claim in verified.claims { kinds[claim.kind, default: 0] += 1 }
        }
        #expect(kinds[.priority, default: 0] > 100)
    }

    @Test("A household moved elsewhere is a fault where seats are exceeded, else has the oracle's claims")
    func moved() throws {
        var (faults, vacant, priority) = (0, 0, 0)
        for (style, seed) in Self.markets {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            var random = SplitMix64(seed: seed &+ 77)
            var allocation = ExhaustiveSearch.best(of: subject).allocation
            for _ in 0..<3 {
                let household = random.pick(subject.households)
                let outcomes = JointList(of: household, in: subject).outcomes.filter(\.isEligible)
                let choices = random.pick(outcomes).choices
                var changed = allocation
                for (child, choice) in zip(household.members, choices) { changed.choices[child] = choice }
                let verified = Verifier(subject).verify(changed)
                if !exceededLimits(of: changed, in: subject).isEmpty {
                    faults += 1
                    #expect(verified.faults.count == exceededLimits(of: changed, in: subject).count, "\(style) \(seed)")
                    continue
                }
                #expect(verified.faults == [], "style \(style), seed \(seed)")
                #expect(
                    found(verified.claims) == ExhaustiveSearch.claims(of: changed, in: subject),
                    "style \(style), seed \(seed)")
                for claim in verified.claims {
                    if claim.kind == .vacant { vacant += 1 } else { priority += 1 }
                    try checkDisplaced(claim, changed, subject, "style \(style), seed \(seed)")
                }
                allocation = changed
            }
        }
        #expect(
            faults > 300 && vacant > 300 && priority > 300, "\(faults) faults, \(vacant) vacant, \(priority) priority")
    }

    @Test("What a household does not accept is a fault")
    func refused() throws {
        var count = 0
        for (style, seed) in Self.markets {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            for household in subject.households where household.members.count > 1 {
                let accepted = Set(JointList(of: household, in: subject).outcomes.map(\.choices))
                var allocation = Allocation(baselineOf: subject)
                var random = SplitMix64(seed: seed)
                for child in household.members {
                    let wishes = subject.children[child].wishes.indices.filter {
                        subject.children[child].wishes[$0].isEligible
                    }
                    allocation.choices[child] =
                        wishes.isEmpty || random.chance(50)
                        ? Allocation.baseline : Int32(random.pick(wishes))
                }
                let isAccepted = accepted.contains(household.members.map { allocation.choices[$0] })
                let saysNot = Verifier(subject).verify(allocation).faults.contains {
                    $0 == .notAccepted(household: household.id)
                }
                #expect(saysNot == !isAccepted, "style \(style), seed \(seed)")
                if !isAccepted { count += 1 }
            }
        }
        #expect(count > 100)
    }

    private func found(_ claims: [Claim]) -> [FoundClaim] {
        claims.map { FoundClaim(household: $0.household, jointRank: $0.jointRank, kind: $0.kind) }
    }

    /// Limits that more children use than they have seats, by counting.
    private func exceededLimits(of allocation: Allocation, in subject: Case) -> [Int] {
        subject.limits.indices.filter { index in
            let limit = subject.limits[index]
            var left = limit.seats
            for (child, applicant) in subject.children.enumerated() where subject.covers(limit: index, child: child) {
                if allocation.choices[child] == Allocation.baseline {
                    continue  // One who stays uses the seat that it brings.
                }
                if allocation.facility(of: child, in: subject) == limit.facility { left -= 1 }
                let isOffered = subject.facilities[limit.facility].limits.contains {
                    (subject.limits[$0].isClassLimit || subject.limits[$0].opens)
                        && subject.covers(limit: $0, child: child)
                }
                if applicant.currentFacility == limit.facility, isOffered { left += 1 }
            }
            return left < 0
        }
    }

    /// Those displaced come after the claimant's lowest child, and without them the claimed outcome fits.
    private func checkDisplaced(
        _ claim: Claim, _ allocation: Allocation, _ subject: Case, _ comment: Comment
    ) throws {
        let displaced = Set(claim.members.flatMap(\.displaced))
        #expect(displaced.isEmpty == (claim.kind == .vacant), comment)
        var changed = allocation
        for child in displaced {
            #expect(changed.choices[child] != Allocation.baseline, comment)
            #expect(subject.children[child].household != claim.household, comment)
            changed.choices[child] = Allocation.baseline
        }
        for member in claim.members {
            let wish = subject.children[member.child].wishes.firstIndex { $0.facility == member.facility }
            changed.choices[member.child] = wish.map(Int32.init) ?? Allocation.baseline
        }
        // A displaced transfer applicant would go back to a seat that may be taken by now; those are left out.
        if displaced.contains(where: { subject.children[$0].currentFacility != nil }) { return }
        #expect(exceededLimits(of: changed, in: subject).isEmpty, comment)
    }
}

import Admissions
import MarketOracle
import Testing

struct LiteralClaimsTests {
    @Test("Claims are those that section 4 gives when read word by word", arguments: RandomMarket.Style.allCases)
    func claims(style: RandomMarket.Style) throws {
        var claimCount = 0
        for seed in 0..<80 as Range<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            let best = ExhaustiveSearch.best(of: subject).allocation
            var allocations = [best, Allocation(baselineOf: subject)]
            for household in subject.households {
                var other = best
                for member in household.members { other.choices[member] = Allocation.baseline }
                allocations.append(other)
            }
            for allocation in allocations {
                let literal = LiteralReading(subject: subject, allocation: allocation).claims
                claimCount += literal.count
                if literal != ExhaustiveSearch.claims(of: allocation, in: subject) {
                    Issue.record("seed \(seed) of style \(style), \(allocation.choices)")
                }
            }
        }
        #expect(claimCount > 100)
    }

    @Test("The result does not depend on the order of rows", arguments: RandomMarket.Style.allCases)
    func rowOrder(style: RandomMarket.Style) throws {
        for seed in 0..<40 as Range<UInt64> {
            let draft = RandomMarket.draft(seed: seed, style: style)
            var turned = draft
            turned.children.reverse()
            turned.facilities.reverse()
            turned.households.reverse()
            turned.seatLimits.reverse()
            let (best, other) = (
                ExhaustiveSearch.best(of: try draft.resolved()), ExhaustiveSearch.best(of: try turned.resolved())
            )
            #expect(best == other, "seed \(seed)")
        }
    }
}

/// Section 4 of the rules, each sentence looked up anew.
private struct LiteralReading {
    let subject: Case
    let allocation: Allocation
    /// For each facility who comes before whom.
    let queues: [[Int]]

    init(subject: Case, allocation: Allocation) {
        self.subject = subject
        self.allocation = allocation
        queues = subject.facilities.indices.map(PriorityOrder(of: subject).children(at:))
    }

    var claims: [FoundClaim] {
        subject.households.indices.compactMap { household in
            let members = subject.households[household].members
            let got = members.map { allocation.choices[$0] }
            let list = JointList(of: subject.households[household], in: subject).outcomes
            for (index, wanted) in list.enumerated() {
                if wanted.choices == got { return nil }
                guard wanted.isEligible else { continue }
                let pairs = Array(zip(members, wanted.choices))
                let touched = subject.limits.indices.filter { limit in pairs.contains { uses(limit, $0.0, $0.1) } }
                guard touched.allSatisfy({ fits($0, pairs, household, onlyBefore: true) }) else { continue }
                let isVacant = touched.allSatisfy { fits($0, pairs, household, onlyBefore: false) }
                return FoundClaim(household: household, jointRank: index + 1, kind: isVacant ? .vacant : .priority)
            }
            return nil
        }
    }

    /// Seats used by others (or only by those who come before the lowest child) and by the outcome itself.
    private func fits(_ limit: Int, _ wanted: [(Int, Int32)], _ household: Int, onlyBefore: Bool) -> Bool {
        let queue = queues[subject.limits[limit].facility]
        let own = wanted.filter { uses(limit, $0.0, $0.1) }.map(\.0)
        let lowest = own.map { queue.firstIndex(of: $0)! }.max()!
        var used = own.count
        for child in subject.children.indices where subject.children[child].household != household {
            guard uses(limit, child, allocation.choices[child]) else { continue }
            if !onlyBefore || queue.firstIndex(of: child)! < lowest { used += 1 }
        }
        var seats = subject.limits[limit].seats
        for child in subject.children.indices where uses(limit, child, Allocation.baseline) { seats += 1 }
        return used <= seats
    }

    private func uses(_ limit: Int, _ child: Int, _ choice: Int32) -> Bool {
        let (applicant, rule) = (subject.children[child], subject.limits[limit])
        guard rule.ages.contains(age: applicant.ageClass), rule.group.covers(applicant.groups) else { return false }
        if choice >= 0 { return applicant.wishes[Int(choice)].facility == rule.facility }
        guard applicant.currentFacility == rule.facility else { return false }
        if subject.facilities[rule.facility].seats[applicant.ageClass] != nil { return true }
        return subject.limits.contains {
            $0.facility == rule.facility && $0.opens && $0.ages.contains(age: applicant.ageClass)
                && $0.group.covers(applicant.groups)
        }
    }
}

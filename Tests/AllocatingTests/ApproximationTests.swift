import Admissions
import MarketOracle
import Testing

@testable import Allocating

@Suite("What there is when the time has ended")
struct ApproximationTests {
    @Test(
        "It is an allocation, stable without siblings, and seldom worse than the best",
        arguments: RandomMarket.Style.allCases, [false, true])
    func isAllocation(style: RandomMarket.Style, goesOnFromReduction: Bool) throws {
        var (asGood, total) = (0, 0)
        for seed in 1...150 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            let store = OutcomeStore(Allocating.Market(subject))
            var reduction = Reduction(store, isExempt: subject.households.map { _ in false })
            reduction.run()
            let allocation = Approximation.allocation(store, from: goesOnFromReduction ? reduction : nil)
            for household in subject.households {
                let choices = household.members.map { allocation.choices[$0] }
                #expect(
                    JointList(of: household, in: subject).outcomes.contains { $0.choices == choices && $0.isEligible },
                    "style \(style), seed \(seed)")
            }
            #expect(exceededLimits(of: allocation, in: subject).isEmpty, "style \(style), seed \(seed)")
            let claims = ExhaustiveSearch.claims(of: allocation, in: subject).count
            let fewest = ExhaustiveSearch.best(of: subject).claims.count
            #expect(claims >= fewest)
            if style == .singles { #expect(claims == 0, "seed \(seed)") }
            total += 1
            if claims == fewest { asGood += 1 }
        }
        #expect(asGood * 10 >= total * 7, "\(asGood) of \(total) have as few claims as possible")
    }

    @Test("The allocator returns it with its bound when the time is too short, and the baseline when there is none")
    func outOfTime() throws {
        let subject = try RandomMarket.draft(seed: 3, style: .tangled).resolved()
        var options = Allocator.Options()
        options.deadline = .after(.seconds(-1))
        let result = try Allocator(subject, options: options).allocate()
        #expect(result.status == .feasible)
        #expect(result.claimBound == 0)
        #expect(result.allocation == Allocation(baselineOf: subject))
    }

    private func exceededLimits(of allocation: Allocation, in subject: Case) -> [Int] {
        subject.limits.indices.filter { index in
            let limit = subject.limits[index]
            var left = limit.seats
            for (child, applicant) in subject.children.enumerated()
            where subject.covers(limit: index, child: child) && allocation.choices[child] != Allocation.baseline {
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
}

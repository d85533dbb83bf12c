import Admissions
import Testing
import Verifying

@testable import MarketOracle

/// The gate through which every result goes before it is used.
@Suite("A result whose proved claims are not those of its allocation is refused")
struct GateTests {
    /// The best allocation by the oracle, checked, with the claimants of each phase that the oracle found.
    private func rounds(_ test: (_ verified: Verification, _ claimants: [[Int]], _ comment: Comment) throws -> Void)
        throws
    {
        for seed in UInt64(1)...60 {
            for style in RandomMarket.Style.allCases {
                let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
                let best = ExhaustiveSearch.best(of: subject)
                try test(
                    Verifier(subject).verify(best.allocation), [best.claims.map(\.household)], "\(style), seed \(seed)")
            }
            for style in RandomMarket.RoundStyle.allCases {
                let subject = try RandomMarket.round(seed: seed, style: style).resolved()
                let best = ExhaustiveSearch.bestByPhases(of: subject)
                try test(
                    Verifier(subject).verify(best.allocation), best.claims.map { $0.map(\.household) },
                    "\(style), seed \(seed)")
            }
        }
    }

    @Test("The claims that the oracle finds are agreed with, and so is a search that proved nothing of some phase")
    func agreed() throws {
        try rounds { verified, claimants, comment in
            #expect(verified.agrees(withProved: claimants), comment)
            for phase in claimants.indices {
                var partly: [[Int]?] = claimants
                partly[phase] = nil
                #expect(verified.agrees(withProved: partly), comment)
            }
        }
    }

    @Test("A household that is missing, one too many, one instead of another and the wrong phase are refused")
    func refused() throws {
        var (missing, additional, moved) = (0, 0, 0)
        try rounds { verified, claimants, comment in
            let households = verified.jointRanks.indices
            for phase in claimants.indices {
                for index in claimants[phase].indices {
                    var changed = claimants
                    let household = changed[phase].remove(at: index)
                    #expect(!verified.agrees(withProved: changed), comment)
                    missing += 1
                    for other in claimants.indices where other != phase && !claimants[other].contains(household) {
                        var elsewhere = changed
                        elsewhere[other] = (elsewhere[other] + [household]).sorted()
                        #expect(!verified.agrees(withProved: elsewhere), comment)
                        moved += 1
                    }
                }
                for household in households where !claimants[phase].contains(household) {
                    var changed = claimants
                    changed[phase] = (changed[phase] + [household]).sorted()
                    #expect(!verified.agrees(withProved: changed), comment)
                    additional += 1
                }
            }
        }
        #expect(missing > 50 && additional > 1_000 && moved > 0, "\(missing), \(additional), \(moved)")
    }

    @Test("A list with a phase too few or too many is refused, and an allocation with a fault whatever is said of it")
    func form() throws {
        try rounds { verified, claimants, comment in
            #expect(!verified.agrees(withProved: claimants + [nil]), comment)
            #expect(!verified.agrees(withProved: Array(claimants.dropLast())), comment)
        }
        let faulty = Verifier(try FaultTests.subject()).verify(Allocation(choices: [0, 0, -1]))
        #expect(!faulty.faults.isEmpty)
        #expect(!faulty.agrees(withProved: [[]]))
        #expect(!faulty.agrees(withProved: [nil]))
    }
}

import Admissions
import MarketOracle
import Programs
import Testing

@testable import Allocating

/// Lists of the largest households that there may be, and searches that are told to stop.
struct ListLimitTests {
    /// One household of so many children who wish the same facilities, two seats each.
    static func household(
        of count: Int, wishes: Int, _ answer: HouseholdRow, change: (inout Rules) -> Void = { _ in }
    ) throws -> Case {
        let facilities = (0..<wishes).map { FacilityID("F\($0)") }
        var rules = Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1")
        change(&rules)
        return try CaseDraft(
            municipality: "Test", round: "1", month: PlacementMonth("2027-04")!, rules: rules,
            children: (0..<count).map {
                ChildRow(
                    id: ChildID("c\(10 + $0)"), household: "h", ageClass: 5 - $0 % 6, wishes: facilities,
                    points: ExactNumber(10 + $0))
            },
            facilities: facilities.map {
                FacilityRow(id: $0, seats: [2, 2, 2, 2, 2, 2])
            },
            households: [answer]
        ).resolved()
    }

    @Test(
        "The lists of ten children are the oracle's",
        arguments: [Timing.together, .any, .elder, .younger, .lead], [FacilityAnswer.sameOnly, .sameFirst, .rankFirst])
    func tenChildren(timing: Timing, facility: FacilityAnswer) throws {
        for (aggregate, followsLead) in [(Aggregate.product, true), (.product, false), (.sum, true), (.lead, false)] {
            let answer = HouseholdRow(
                household: "h", timing: timing, facility: facility, leadChild: timing == .lead ? "c14" : nil)
            let subject = try Self.household(of: 10, wishes: 1, answer) {
                $0.siblings.aggregate = aggregate
                $0.siblings.followLead = followsLead
            }
            let expected = MarketOracle.JointList(of: subject.households[0], in: subject).outcomes.flatMap(\.choices)
            var list = Allocating.JointList(0, in: subject)
            var options: [Int32] = []
            while !list.isExhausted { options += list.next(100) { $0 == $1 } }
            #expect(options.map { $0 == 1 ? -1 : $0 } == expected)
        }
    }

    @Test("A walk that is stopped gives nothing, and the list goes on as if it had not been asked")
    func stoppedWalk() throws {
        let subject = try JointListTests.largeHousehold(timing: .any, facility: .rankFirst)
        let signal = StopSignal()
        signal.raise()
        var whole = Allocating.JointList(0, in: subject)
        var list = whole
        for _ in 0..<3 {
            #expect(list.next(64, until: Deadline(signal: signal)) { $0 == $1 }.isEmpty)
            #expect(list.isStopped && !list.isExhausted)
            #expect(list.next(64) { $0 == $1 } == whole.next(64) { $0 == $1 })
            #expect(!list.isStopped)
        }
        let store = OutcomeStore(Allocating.Market(subject), until: Deadline(signal: signal))
        #expect(store.isStopped && store.count[0] == 0)
        store.complete(0)
        #expect(!store.isComplete(0))
    }

    @Test("A search that is stopped in a list of four million outcomes ends, with an allocation of the case")
    func stoppedSearch() throws {
        let answer = HouseholdRow(household: "h", timing: .any, facility: .sameFirst)
        let subject = try Self.household(of: 5, wishes: 20, answer)
        for usesReduction in [true, false] {
            var options = Allocator.Options()
            options.usesReduction = usesReduction
            options.deadline = .after(.milliseconds(200))
            let start = ContinuousClock.now
            let result = try Allocator(subject, options: options).allocate()
            #expect(result.status == .feasible && result.allocation.choices.count == 5)
            // One walk alone takes longer in a debug build.
            #expect(ContinuousClock.now - start < .seconds(10))
        }
    }

    @Test("Work that is counted ends a search in the same place each time, and without it nothing changes")
    func work() throws {
        var ended = 0
        for seed in 1...30 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed, style: .mixed).resolved()
            guard subject.isPlain else { continue }
            func allocate(_ limit: Int) throws -> (result: AllocationResult, spent: Int) {
                var options = Allocator.Options()
                let work = WorkBudget(limit: limit)
                options.deadline.work = work
                options.approximates = false
                return (try Allocator(subject, options: options).allocate(), work.spent)
            }
            let free = try Allocator(subject).allocate()
            let counted = try allocate(.max)
            #expect(counted.result.allocation == free.allocation && counted.result.isProved && counted.spent > 0)
            for limit in [1, counted.spent / 2, counted.spent + 1] {
                let (first, second) = (try allocate(limit), try allocate(limit))
                #expect(first.spent == second.spent && first.result.status == second.result.status)
                if first.result.isProved {
                    #expect(first.result.allocation == free.allocation)
                } else {
                    #expect(first.result.allocation == Allocation(baselineOf: subject))
                    ended += 1
                }
                if limit > counted.spent { #expect(first.result.isProved) }
            }
        }
        #expect(ended > 10)
    }
}

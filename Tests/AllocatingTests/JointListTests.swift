import Admissions
import MarketOracle
import Testing

@testable import Allocating

/// The lazy lists of joint outcomes.
struct JointListTests {
    @Test("Batches of every size give the oracle's list, ineligible outcomes left out", arguments: [1, 2, 7, 1_000])
    func batchesGiveTheWholeList(batch: Int) throws {
        var longest = 0
        for style in RandomMarket.Style.allCases {
            for seed in UInt64(1)...120 {
                let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
                for household in subject.households.indices {
                    let expected = MarketOracle.JointList(of: subject.households[household], in: subject)
                        .outcomes.filter(\.isEligible).map(\.choices)
                    let actual = list(of: household, in: subject, batch: batch)
                    #expect(actual == expected, "style \(style), seed \(seed), household \(household)")
                    longest = max(longest, actual.count)
                }
            }
        }
        #expect(longest > 20)
    }

    private func list(of household: Int, in subject: Case, batch: Int) -> [[Int32]] {
        let reach = subject.rules.siblings.nearKilometres.map { Double($0.numerator) / Double($0.denominator) } ?? 0
        var list = Allocating.JointList(household, in: subject)
        let members = subject.households[household].members
        var outcomes: [[Int32]] = []
        while !list.isExhausted {
            let options = list.next(batch) { first, second in
                if first == second { return true }
                let (one, other) = (subject.facilities[first], subject.facilities[second])
                if let here = one.location, let there = other.location {
                    return here.squaredKilometres(to: there) <= reach * reach
                }
                return !one.ward.isEmpty && one.ward == other.ward
            }
            for start in stride(from: 0, to: options.count, by: members.count) {
                outcomes.append(
                    zip(members, options[start..<start + members.count]).map { member, option in
                        Int(option) == subject.children[member].wishes.count ? -1 : Int32(option)
                    })
            }
        }
        return outcomes
    }

    @Test("Four children with twenty wishes have 194,481 outcomes, given out in order and in small batches")
    func fourChildrenWithTwentyWishes() throws {
        let subject = try Self.largeHousehold(timing: .any, facility: .rankFirst)
        var list = Allocating.JointList(0, in: subject)
        var count = 0
        var first: [Int32] = []
        var last: [Int32] = []
        while !list.isExhausted {
            let batch = list.next(50_000) { _, _ in true }
            #expect(batch.count <= 50_001 * 4)
            if first.isEmpty { first = Array(batch.prefix(4)) }
            last = batch.suffix(4)
            count += batch.count / 4
        }
        #expect(count == 21 * 21 * 21 * 21)
        #expect(first == [0, 0, 0, 0])
        #expect(last == [20, 20, 20, 20])
    }

    @Test("A household that its first wish satisfies has little of a long list made")
    func longListsAreMadeLazily() throws {
        let subject = try Self.largeHousehold(timing: .any, facility: .sameFirst)
        let store = OutcomeStore(Market(subject))
        var reduction = Reduction(store, isExempt: [false])
        reduction.run()
        #expect(reduction.survivors(of: 0) == [0])
        #expect(store.count[0] == 512)
        let result = try Allocator(subject).allocate()
        #expect(result.allocation.choices == [0, 0, 0, 0])
    }

    /// One household of four children, class ages 1 to 4, who wish the same twenty facilities.
    static func largeHousehold(timing: Timing, facility: FacilityAnswer) throws -> Case {
        let facilities = (1...20).map { FacilityID("F\($0)") }
        return try CaseDraft(
            municipality: "Test", round: "1", month: PlacementMonth("2027-04")!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: (1...4).map { (age: Int) in
                ChildRow(id: ChildID("c\(age)"), household: "h", ageClass: age, wishes: facilities, points: 10)
            },
            facilities: facilities.map { FacilityRow(id: $0, seats: [0, 1, 1, 1, 1, 0]) },
            households: [HouseholdRow(household: "h", timing: timing, facility: facility)]
        ).resolved()
    }
}

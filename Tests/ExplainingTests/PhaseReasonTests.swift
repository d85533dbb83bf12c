import Admissions
import Explaining
import MarketOracle
import Testing
import Verifying

@Suite("Reasons of rounds with phases and pins")
struct PhaseReasonTests {
    /// One seat for everybody, and one for `support` in a phase of its own.
    private func draft(pins: [PinRow] = []) -> CaseDraft {
        func child(_ id: ChildID, _ points: ExactNumber, _ wishes: [FacilityID], group: [String] = []) -> ChildRow {
            ChildRow(
                id: id, household: HouseholdID("h\(id)"), ageClass: 1, groups: group, wishes: wishes, points: points)
        }
        var draft = CaseDraft(
            municipality: "T", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [
                child("a", 10, ["A"], group: ["support"]), child("b", 40, ["A", "B"]), child("c", 30, ["B", "A"]),
            ],
            facilities: [
                FacilityRow(id: "A", seats: [nil, 1, nil, nil, nil, nil]),
                FacilityRow(id: "B", seats: [nil, 1, nil, nil, nil, nil]),
            ])
        draft.pins = pins
        return draft
    }

    @Test("A pinned child's wishes are pinned, and others find its seat taken without a key")
    func pins() throws {
        let subject = try draft(pins: [PinRow(child: "a", facility: "A", by: "staff", reason: "care")]).resolved()
        let allocation = Allocation(choices: [0, 1, Allocation.baseline])
        let verified = Verifier(subject).verify(allocation)
        #expect(verified.faults.isEmpty)
        let explanations = try Explanations(of: subject, allocation, verified)
        #expect(explanations.reasons.map(\.kind) == [.pinned, .seats, .placed, .seats, .seats])
        #expect(explanations.reasons[1].key == .presentSeat)
        #expect(explanations.reasons[3].key == .key(0))
        #expect(explanations.reasons[4].key == .presentSeat)
    }

    @Test("What an earlier phase gave away is taken without a key, and a child of no phase says so")
    func phases() throws {
        var draft = draft()
        draft.rules.phases = [
            Phase("first", who: .members(of: "support")), Phase("rest", who: .others(than: "support")),
        ]
        let subject = try draft.resolved()
        let allocation = Allocation(choices: [0, 1, Allocation.baseline], phases: [0, 1, -1])
        let verified = Verifier(subject).verify(allocation)
        #expect(verified.faults.isEmpty)
        let explanations = try Explanations(of: subject, allocation, verified)
        #expect(explanations.reasons.map(\.kind) == [.placed, .seats, .placed, .seats, .seats])
        #expect(explanations.reasons[1].key == .presentSeat)
        #expect(explanations.reasons[3].key == .key(0))
        draft.rules.phases = [Phase("first", who: .members(of: "support"))]
        let alone = try draft.resolved()
        let first = Allocation(choices: [0, Allocation.baseline, Allocation.baseline])
        let reasons = try Explanations(of: alone, first, Verifier(alone).verify(first)).reasons
        #expect(reasons.map(\.kind) == [.placed, .phase, .phase, .phase, .phase])
    }

    @Test("Pinned children are in no count of the borders and in no waiting order")
    func pinnedAreNoApplicants() throws {
        var (placed, held) = (0, 0)
        for seed in 1...150 as ClosedRange<UInt64> {
            let subject = try RandomMarket.round(seed: seed, style: .pins).resolved()
            let allocation = ExhaustiveSearch.bestByPhases(of: subject).allocation
            let explanations = try Explanations(of: subject, allocation, Verifier(subject).verify(allocation))
            let pinned = Set(subject.pins.map(\.child))
            let free = subject.children.indices.filter { !pinned.contains($0) }
            func wish(_ child: Int, _ facility: Int) -> Int? {
                subject.children[child].wishes.firstIndex { $0.facility == facility && $0.isEligible }
            }
            for border in explanations.borders {
                let applicants = free.filter {
                    subject.children[$0].ageClass == border.ageClass && wish($0, border.facility) != nil
                }
                #expect(border.applicants == applicants.count, "seed \(seed)")
                let here = applicants.filter { allocation.choices[$0] == Int32(wish($0, border.facility)!) }
                #expect(border.placed == here.count, "seed \(seed)")
                #expect((border.lowestKey != nil) == !here.isEmpty, "seed \(seed)")
            }
            #expect(!explanations.waiting.contains { pinned.contains($0.child) }, "seed \(seed)")
            placed += subject.pins.count { $0.choice >= 0 }
            held += subject.pins.count { $0.choice == -1 && !subject.children[$0.child].wishes.isEmpty }
        }
        #expect(placed > 20 && held > 20)
    }

    @Test("Every reason of random rounds with phases and pins is confirmed")
    func random() throws {
        var seen: Set<Reason.Kind> = []
        for style in RandomMarket.RoundStyle.allCases {
            for seed in 1...100 as ClosedRange<UInt64> {
                let subject = try RandomMarket.round(seed: seed, style: style).resolved()
                for allocation in [
                    ExhaustiveSearch.bestByPhases(of: subject).allocation, Allocation(baselineOf: subject),
                ] {
                    let verified = Verifier(subject).verify(allocation)
                    #expect(verified.faults.isEmpty, "\(style), seed \(seed)")
                    let explanations = try Explanations(of: subject, allocation, verified)
                    seen.formUnion(explanations.reasons.map(\.kind))
                }
            }
        }
        #expect(seen.isSuperset(of: [.placed, .seats, .pinned, .phase]))
    }
}

import Admissions
import Asking
import Explaining
import MarketOracle
import Testing
import Verifying

@Suite("What would have sufficed")
struct SufficientTests {
    @Test("Each answer is what solving the changed case says, also in phases, with pins and for siblings' seats")
    func answersHold() throws {
        let styles = RandomMarket.RoundStyle.allCases
        var answered = (values: 0, seats: 0, siblings: 0, phased: 0)
        for seed in 1...150 as ClosedRange<UInt64> {
            var draft =
                seed % 3 == 0
                ? RandomMarket.round(seed: seed, style: styles[Int(seed / 3) % styles.count])
                : RandomMarket.draft(seed: seed)
            // With limits over several facilities, and seats that stay closed.
            if seed % 4 == 0 { draft = RandomMarket.sharing(draft, seed: seed) }
            if seed % 7 == 0 { draft = RandomMarket.keepingClosed(draft, seed: seed) }
            let subject = try draft.resolved()
            let (explanations, verified) = try explained(subject)
            var search = SufficientSearch(
                of: subject, explanations,
                by: Trial { changed, _ in
                    .init(allocation: ExhaustiveSearch.bestByPhases(of: changed).allocation, steps: 0)
                })
            let candidates = SufficientSearch.candidates(of: subject, explanations, verified.placements)
            try search.examine(candidates, threads: 2)
            #expect(search.children == candidates.count)
            let refused = candidates.flatMap { explanations.reasons(of: $0) }.filter(SufficientSearch.isRefused)
            #expect(search.examined == refused.count)
            #expect(search.confirmed == Set(search.answers.map { [$0.child, $0.wish] }).count)
            for answer in search.answers {
                let reason = explanations.reasons(of: answer.child).first { Int($0.wish) == answer.wish }!
                #expect(SufficientSearch.isRefused(reason))
                if !subject.isPlain { answered.phased += 1 }
                switch answer.change {
                case .value(let key, let from, let to):
                    #expect(reason.key == .key(key) && from != to)
                    answered.values += 1
                case .seats(let count, let limits):
                    let changed = try #require(Change.limitSeats(limits, .more(count)).applied(to: subject))
                    let choice = ExhaustiveSearch.bestByPhases(of: changed).allocation.choices[answer.child]
                    #expect(choice >= 0 && choice <= answer.wish, "seed \(seed)")
                    if reason.kind == .siblingSeat { answered.siblings += 1 } else { answered.seats += 1 }
                }
            }
        }
        #expect(min(answered.values, answered.seats, answered.siblings, answered.phased) > 5)
    }

    @Test("A sibling there would have sufficed at that wish; nobody is told to rank a wish higher")
    func wishKeys() throws {
        func answers(_ key: PriorityKey) throws -> [Sufficient.Need] {
            let subject = try CaseDraft(
                municipality: "test", round: "test", month: PlacementMonth(year: 2027, month: 4)!,
                rules: Rules(priority: [key, PriorityKey("points", .descending)], drawSeed: "1"),
                children: [
                    ChildRow(id: "1", household: "1", ageClass: 1, siblingFacilities: ["A"], wishes: ["A"], points: 1),
                    ChildRow(id: "2", household: "2", ageClass: 1, wishes: ["B", "A"], points: 2),
                ],
                facilities: [("A", 1), ("B", 0)].map {
                    FacilityRow(id: FacilityID($0), seats: [nil, $1, nil, nil, nil, nil])
                }
            ).resolved()
            let (explanations, _) = try explained(subject)
            var search = SufficientSearch(of: subject, explanations)
            try search.examine(child: 1)
            return search.answers.filter { $0.wish == 1 }.map(\.change)
        }
        let seats = Sufficient.Need.seats(1, limits: [0])
        #expect(
            try answers(PriorityKey("sibling_at_facility", .descending)) == [.value(key: 0, from: "0", to: "1"), seats])
        #expect(try answers(PriorityKey("wish_rank", .ascending)) == [seats])
    }

    @Test("Nothing is asked of a key from which another one, or its condition, is computed")
    func keysThatFollow() throws {
        func values(_ priority: [PriorityKey]) throws -> [String] {
            var rules = Rules(priority: priority, drawSeed: "2")
            rules.pointsTable = PointsTable(parts: [
                PointsPart("base", rows: [PointsRow("p", earns: .value)]),
                PointsPart("points", rows: [PointsRow("more", earns: .value)], of: ["base"]),
            ])
            let subject = try CaseDraft(
                municipality: "test", round: "test", month: PlacementMonth(year: 2027, month: 4)!, rules: rules,
                attributeNames: ["p", "more"],
                children: [("1", "20"), ("2", "18")].map { id, points in
                    ChildRow(
                        id: ChildID(id), household: HouseholdID(id), ageClass: 1, wishes: ["A"],
                        attributes: [points, "0"])
                },
                facilities: [FacilityRow(id: "A", seats: [nil, 1, nil, nil, nil, nil])]
            ).resolved()
            let (explanations, _) = try explained(subject)
            var search = SufficientSearch(of: subject, explanations)
            try search.examine(child: 1)
            return search.answers.compactMap { if case .value(_, _, let to) = $0.change { to } else { nil } }
        }
        let points = PriorityKey("points", .descending)
        #expect(try values([points]) == ["20"] || values([points]) == ["21"])
        // With 21 points child 2 would no longer be one of those who come before all others.
        let restricted = KeyRestriction(parts: [.init("points", from: 16, to: 20)])
        #expect(try values([PriorityKey("met", .descending, onlyWhen: restricted), points]) == [])
        // With another base it would have other points.
        #expect(try values([PriorityKey("base", .descending), points]) == [])
        // The column from which the points are computed.
        #expect(try values([PriorityKey("p", .descending), points]) == [])
    }

    @Test("A value that sufficed at one wish counts in the household order too")
    func householdOrder() throws {
        let subject = try CaseDraft(
            municipality: "test", round: "test", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(
                priority: [PriorityKey("sibling_at_facility", .descending), PriorityKey("points", .descending)],
                drawSeed: "1"),
            children: [
                ("1", "X", 5, [] as [FacilityID], 40, ["A"] as [FacilityID]), ("4", "X", 6, [], 60, ["A"]),
                ("2", "Y", 5, ["A"], 50, ["A", "B"]), ("3", "Y", 6, ["A"], 10, ["A", "B"]),
            ].map { id, household, month, siblings, points, wishes in
                ChildRow(
                    id: ChildID(id), household: HouseholdID(household),
                    birthDate: CalendarDate(year: 2025, month: month, day: 1), siblingFacilities: siblings,
                    wishes: wishes,
                    points: ExactNumber(points))
            },
            facilities: ["A", "B"].map { FacilityRow(id: FacilityID($0), seats: [nil, 2, nil, nil, nil, nil]) }
        ).resolved()
        let child = subject.children.firstIndex { $0.id == "4" }!
        #expect(subject.keyValue(child: child, key: 0) == .number(0))
        let changed = try #require(Change.value(child: child, key: 0, wish: 0, .number(1)).applied(to: subject))
        #expect(changed.keyValue(child: child, wish: 0, key: 0) == .number(1))
        #expect(changed.keyValue(child: child, key: 0) == .number(1))
    }

    @Test("Nothing is printed that was not confirmed, and no more is solved than allowed")
    func limits() throws {
        for seed in 1...40 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed).resolved()
            let (explanations, verified) = try explained(subject)
            let candidates = SufficientSearch.candidates(of: subject, explanations, verified.placements)
            var ended = SufficientSearch(
                of: subject, explanations, by: Trial { _, _ in .init(.cut(.time), steps: 0) })
            try ended.examine(candidates, threads: 1)
            #expect(ended.answers.isEmpty && ended.examined == 0 && ended.solves == 0)
            let unchanged = ExhaustiveSearch.bestByPhases(of: subject).allocation
            var refuted = SufficientSearch(
                of: subject, explanations, by: Trial { _, _ in .init(allocation: unchanged, steps: 0) })
            try refuted.examine(candidates, mostSolves: 8, threads: 1)
            #expect(refuted.answers.isEmpty && refuted.confirmed == 0 && refuted.solves <= 8)
        }
    }

    @Test("What work or time cuts does not count, and is the same with any number of threads")
    func cuts() throws {
        var cutInAll = 0
        for seed in 1...30 as ClosedRange<UInt64> {
            let subject = try RandomMarket.draft(seed: seed).resolved()
            let (explanations, verified) = try explained(subject)
            let candidates = SufficientSearch.candidates(of: subject, explanations, verified.placements)
            let refused = candidates.flatMap { explanations.reasons(of: $0) }.count(where: SufficientSearch.isRefused)
            let unchanged = ExhaustiveSearch.bestByPhases(of: subject).allocation
            /// Every third case takes too much work; which one it is follows from the case.
            let work = SufficientSearch(
                of: subject, explanations,
                by: Trial { changed, mostSteps in
                    #expect(mostSteps.map { $0 <= SufficientSearch.mostStepsOfWish && $0 > 0 } == true)
                    let seats = changed.limits.reduce(0) { $0 + $1.seats }
                    return seats % 3 == 0
                        ? .init(.cut(.work), steps: 10) : .init(allocation: unchanged, steps: 7)
                })
            for mostSteps in [Int.max, 30] {
                var searches: [SufficientSearch] = []
                for threads in 1...3 {
                    var search = work
                    try search.examine(candidates, mostSteps: mostSteps, threads: threads)
                    searches.append(search)
                }
                for other in searches.dropFirst() {
                    #expect(other.examined == searches[0].examined && other.cut == searches[0].cut)
                    #expect(other.steps == searches[0].steps && other.children == searches[0].children)
                }
                #expect(searches[0].examined == refused || searches[0].cut == .work)
                #expect(searches[0].examined < refused || searches[0].cut == nil)
                if searches[0].cut != nil { cutInAll += 1 }
            }
            var timed = SufficientSearch(
                of: subject, explanations,
                by: Trial { _, _ in .init(.cut(.time), steps: 0) })
            try timed.examine(candidates, threads: 2)
            #expect(timed.examined == 0 && timed.children == 0 && timed.cut == (refused > 0 ? .time : nil))
        }
        #expect(cutInAll > 10)
    }

    private func explained(_ subject: Case) throws -> (Explanations, Verification) {
        let allocation = ExhaustiveSearch.bestByPhases(of: subject).allocation
        let verified = Verifier(subject).verify(allocation)
        return (try Explanations(of: subject, allocation, verified), verified)
    }
}

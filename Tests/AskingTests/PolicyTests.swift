import Admissions
import Allocating
import Programs
import Testing

@testable import Asking

@Suite("Policies side by side")
struct PolicyTests {
    static func draft() -> CaseDraft {
        func child(_ id: String, _ household: String, _ points: Int, at current: String? = nil, _ wishes: String...)
            -> ChildRow
        {
            ChildRow(
                id: ChildID(id), household: HouseholdID(household), ageClass: 1,
                currentFacility: current.map { FacilityID($0) }, groups: id == "4" ? ["support"] : [],
                wishes: wishes.map { FacilityID($0) }, points: ExactNumber(points))
        }
        let seats: [Int?] = [nil, 1, nil, nil, nil, nil]
        return CaseDraft(
            municipality: "test", round: "test", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1"),
            children: [
                child("1", "A", 40, "F1", "F2"), child("2", "A", 30, "F1", "F2"), child("3", "B", 20, at: "F2", "F1"),
                child("4", "C", 10, "F2", "F1"),
            ],
            facilities: [
                FacilityRow(id: FacilityID("F1"), seats: seats), FacilityRow(id: FacilityID("F2"), seats: seats),
            ],
            households: [HouseholdRow(household: HouseholdID("A"), timing: .any, facility: .rankFirst)])
    }

    @Test("Gains and losses are counted by group, against a count by hand")
    func counts() throws {
        let subject = try Self.draft().resolved()
        // Before: 1 at F1, 2 at F2, 3 stays, 4 held. After: 1 at F2, 2 held, 3 at F1, 4 at F2.
        let comparison = RunComparison(
            Allocation(choices: [0, 1, -1, -1]), of: subject, Allocation(choices: [1, -1, 0, 0]), of: subject)
        #expect(comparison.entries.map(\.change) == [.loses, .loses, .gains, .gains])
        let counts = Dictionary(
            uniqueKeysWithValues: comparison.counts(in: subject).map { ($0.group, $0.count) })
        #expect(
            counts[.all]
                == .init(
                    children: 4, gains: 2, loses: 2, elsewhere: 0, newlyPlaced: 2, noLongerPlaced: 1, placedBefore: 2,
                    placedAfter: 3, heldBefore: 1, heldAfter: 1))
        #expect(counts[.siblings]?.loses == 2 && counts[.siblings]?.children == 2)
        #expect(
            counts[.transfers]
                == .init(children: 1, gains: 1, loses: 0, elsewhere: 0, newlyPlaced: 1, placedAfter: 1))
        #expect(counts[.named("support")]?.gains == 1)
        #expect(counts[.ageClass(1)] == counts[.all])
        #expect(counts[.ageClass(0)] == nil)
        #expect(Set(comparison.counts(in: nil).map(\.group)) == [.all, .siblings, .alone, .ageClass(1)])
    }

    @Test(
        "What is read is what is written",
        arguments: [
            "seats:F1:1:+2", "seats:F1:1:-1", "seats:F1:1:=0", "drawSeed:a:b", "answer:A:timing:together",
            "answer:A:facility:sameOnly", "objective:placements", "siblings.countFirst:false",
        ])
    func changes(text: String) throws {
        let change = try Change(text)
        #expect(change.description == text)
        var draft = Self.draft()
        try change.apply(to: &draft)
        #expect(draft != Self.draft())
        #expect(try draft.resolved().digest() != Self.draft().resolved().digest())
    }

    @Test(
        "More seats in an over-full class first work off who is too many, as many as before change nothing",
        arguments: [("+1", -1), ("+2", 0), ("+3", 1), ("=2", 2), ("=0", -2)])
    func overfullClass(amount: String, seats: Int) throws {
        var draft = Self.draft()
        draft.facilities[1].seats = [0, 0, nil, nil, nil, nil]
        draft.facilities[1].capacity = [5, 11, nil, nil, nil, nil]
        draft.facilities[1].enrolled = [6, 13, nil, nil, nil, nil]
        try Change("seats:F2:1:\(amount)").apply(to: &draft)
        #expect(try draft.resolved().limits.suffix(2).map(\.seats) == [-1, seats])
    }

    @Test(
        "The same where the excess is written as a negative number of seats",
        arguments: [("+1", -1), ("+2", 0), ("+3", 1), ("=2", 2), ("=0", 0), ("=-2", -2)])
    func negativeSeats(amount: String, seats: Int) throws {
        var draft = Self.draft()
        draft.facilities[1].seats = [0, -2, nil, nil, nil, nil]
        guard let change = try? Change("seats:F2:1:\(amount)") else {
            // A number below 0 cannot be asked for.
            #expect(amount == "=-2")
            return
        }
        try change.apply(to: &draft)
        #expect(draft.facilities[1].seats == [0, seats, nil, nil, nil, nil])
        #expect(try draft.resolved().limits.suffix(2).map(\.seats) == [0, seats])
    }

    @Test(
        "What is no change is said",
        arguments: [
            ("seats:F1:1:2", "of the form seats"), ("seats:F1:9:+1", "of the form seats"),
            ("answer:A:timing:never", "answer:"),
            ("objective", "there are"), ("objective:best", "one of"), ("drawSeed:", "no seed"),
        ])
    func unreadable(text: String, part: String) {
        let error = #expect(throws: InvalidChange.self) { try Change(text) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test(
        "What cannot be made is said",
        arguments: [
            ("seats:F9:1:+1", "no facility"), ("seats:F1:2:+1", "does not offer"), ("seats:F1:1:-2", "has 1 seats"),
            ("answer:B:timing:any", "several children"), ("priority:tax", "each key"),
        ])
    func impossible(text: String, part: String) throws {
        let change = try Change(text)
        var draft = Self.draft()
        let error = #expect(throws: InvalidChange.self) { try change.apply(to: &draft) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test("Each draw is compared as solving both cases with its seed says, with any number of threads")
    func comparisons() throws {
        var draft = Self.draft()
        // The draw alone decides.
        for index in draft.children.indices { draft.children[index].points = 10 }
        let changes = [try Change("seats:F1:1:+1"), try Change("answer:A:timing:together")]
        var changed = draft
        for change in changes { try change.apply(to: &changed) }
        let expected = try (0..<8).map { draw in
            func solved(_ draft: CaseDraft) throws -> (Case, Allocation) {
                var draft = draft
                if draw > 0 { draft.rules.drawSeed = "1-\(draw)" }
                let subject = try draft.resolved()
                return (subject, try Allocator(subject).allocate().allocation)
            }
            let (before, after) = (try solved(draft), try solved(changed))
            return RunComparison(before.1, of: before.0, after.1, of: after.0).entries
        }
        #expect(Set(expected).count > 1, "the draw must matter to be worth testing")
        let trial = try PolicyTrial(draft, changes)
        #expect(trial.canRepeatDraw)
        for threads in [1, 3] {
            #expect(try trial.comparisons(draws: 8, threads: threads).map(\.entries) == expected)
            #expect(
                try trial.comparisons(draws: 8, threads: threads, mostSteps: 1_000_000_000).map(\.entries) == expected)
        }
    }

    @Test("What-if ends where its work or its time does, and says which")
    func ended() throws {
        let trial = try PolicyTrial(Self.draft(), [try Change("seats:F1:1:+1")])
        func isEnded(byWork mostSteps: Int, threads: Int) throws -> Bool {
            do {
                let comparisons = try trial.comparisons(draws: 6, threads: threads, mostSteps: mostSteps)
                #expect(comparisons.count == 6)
                return false
            } catch let error as TrialEnded {
                #expect(error.limit == .work)
                return true
            }
        }
        let limits = [0] + (0..<30).map { 1 << $0 }
        let ends = try limits.map { try isEnded(byWork: $0, threads: 1) }
        #expect(ends.first == true && ends.last == false)
        #expect(try limits.map { try isEnded(byWork: $0, threads: 3) } == ends)
        var options = Allocator.Options()
        options.deadline = .after(.zero)
        for threads in [1, 3] {
            #expect(throws: TrialEnded(.time)) {
                try trial.comparisons(draws: 4, threads: threads, options: options)
            }
        }
    }

    @Test("A draw held in public is not repeated")
    func givenDraws() throws {
        var draft = Self.draft()
        draft.rules.drawSeed = nil
        for index in draft.children.indices { draft.children[index].draw = ExactNumber(index) }
        let trial = try PolicyTrial(draft, [try Change("seats:F1:1:+1")])
        #expect(!trial.canRepeatDraw)
        #expect(try trial.comparisons().count == 1)
    }
}

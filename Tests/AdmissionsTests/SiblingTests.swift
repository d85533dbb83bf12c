import Admissions
import Testing

/// What households of several children become: answers, defaults, who is eldest, tables.
struct SiblingTests {
    private func answer(_ draft: CaseDraft) throws -> SiblingAnswer {
        let subject = try draft.resolved()
        guard case .answer(let answer) = try #require(subject.households.first).wishes else {
            throw NotOfThisKind()
        }
        return answer
    }

    private func table(_ draft: CaseDraft) throws -> [[Int32]] {
        let subject = try draft.resolved()
        guard case .table(let table) = try #require(subject.households.first).wishes else {
            throw NotOfThisKind()
        }
        return (0..<table.count).map {
            Array(table.choices[$0 * table.memberCount..<($0 + 1) * table.memberCount])
        }
    }

    /// The ids of the children `a`, `b`, `c` of one household from the eldest to the youngest.
    private func eldestFirst(_ change: (inout [ChildRow]) -> Void) throws -> (ids: String, codes: [Finding.Code]) {
        var draft = Drafts.siblings()
        draft.children = ["a", "b", "c"].map { Drafts.child($0, "X", wishes: ["A"]) }
        for row in draft.children.indices { draft.children[row].birthDate = nil }
        change(&draft.children)
        let (subject, findings) = draft.resolve()
        let resolved = try #require(subject)
        return (resolved.households[0].members.map { resolved.children[$0].id.folded }.joined(), findings.map(\.code))
    }

    @Test("The eldest is the one born first")
    func eldestByDate() throws {
        let found = try eldestFirst { rows in
            rows[0].birthDate = CalendarDate("2025-06-02")
            rows[1].birthDate = CalendarDate("2025-06-01")
            rows[2].birthDate = CalendarDate("2024-06-01")
        }
        #expect(found.ids == "cba")
        #expect(found.codes == [])
    }

    @Test("Without dates the higher class is the elder, and dates and classes go together")
    func eldestByClass() throws {
        let found = try eldestFirst { rows in
            rows[0].ageClass = 1
            rows[1].birthDate = CalendarDate("2024-06-01")
            rows[2].birthDate = CalendarDate("2022-06-01")
            rows[2].wishes = []
        }
        #expect(found.ids == "cba")
        #expect(found.codes == [.noWishes])
    }

    @Test(
        "Where a date is wanting in a class, and for twins, the smaller id is the elder, but no known date is contradicted"
    )
    func eldestByID() throws {
        let mixed = try eldestFirst { rows in
            rows[0].ageClass = 1
            rows[1].birthDate = CalendarDate("2025-06-01")
            rows[2].birthDate = CalendarDate("2025-05-01")
        }
        #expect(mixed.ids == "acb")
        #expect(mixed.codes == [.eldestByID])
        let middle = try eldestFirst { rows in
            rows[0].birthDate = CalendarDate("2025-06-01")
            rows[1].ageClass = 1
            rows[2].birthDate = CalendarDate("2025-05-01")
        }
        #expect(middle.ids == "cba")
        #expect(middle.codes == [.eldestByID])
        let twins = try eldestFirst { rows in
            rows[0].ageClass = 1
            rows[1].birthDate = CalendarDate("2024-06-01")
            rows[2].birthDate = CalendarDate("2024-06-01")
        }
        #expect(twins.ids == "bca")
        #expect(twins.codes == [.eldestByID])
    }

    @Test("A due date is a birth date: unborn twins are twins, and of two unborn the one due first is the elder")
    func unbornTwins() throws {
        var draft = Drafts.siblings(nil)
        for row in draft.facilities.indices { draft.facilities[row].seats[0] = 1 }
        draft.rules.siblings.timing = .any
        draft.rules.siblings.twinsTiming = .younger
        for row in draft.children.indices {
            draft.children[row].birthDate = nil
            draft.children[row].ageClass = nil
            draft.children[row].dueDate = CalendarDate("2027-03-20")
        }
        #expect(try answer(draft).timing == .younger)
        #expect(try draft.resolved().children.map(\.ageClass) == [0, 0])
        #expect(try draft.resolved().children.map(\.isUnborn) == [true, true])
        draft.children[0].dueDate = CalendarDate("2027-03-21")
        #expect(try answer(draft).timing == .any)
        let subject = try draft.resolved()
        #expect(subject.households[0].members.map { subject.children[$0].id.folded } == ["sib2", "sib1"])
    }

    @Test("An unborn child is younger than its born sibling")
    func unbornSibling() throws {
        var draft = Drafts.siblings()
        draft.facilities[0].seats[0] = 1
        draft.facilities[1].seats[0] = 1
        draft.children[0].birthDate = nil
        draft.children[0].dueDate = CalendarDate("2027-05-01")
        let subject = try draft.resolved()
        #expect(subject.households[0].members.map { subject.children[$0].id } == ["sib2", "sib1"])
    }

    @Test(
        "The lead and the preferred child follow from the timing",
        arguments: [
            (.together, nil, 0), (.any, nil, 0), (.elder, 0, 0), (.younger, 1, 1),
        ] as [(Timing, Int?, Int)])
    func leads(timing: Timing, lead: Int?, preferred: Int) throws {
        var draft = Drafts.siblings()
        draft.households[0].timing = timing
        let found = try answer(draft)
        #expect(found.timing == timing)
        #expect(found.facility == .sameFirst)
        #expect(found.lead == lead)
        #expect(found.preferred == preferred)
        draft.households[0].preferredChild = "sib2"
        #expect(try answer(draft).preferred == 1)
        #expect(try answer(draft).lead == lead)
    }

    @Test("A named lead is preferred unless another child is")
    func namedLead() throws {
        var draft = Drafts.siblings(
            HouseholdRow(household: "X", timing: .lead, facility: .rankFirst, leadChild: "sib2"))
        #expect(try answer(draft).lead == 1)
        #expect(try answer(draft).preferred == 1)
        draft.households[0].preferredChild = "sib1"
        #expect(try answer(draft).lead == 1)
        #expect(try answer(draft).preferred == 0)
    }

    @Test("Defaults fill each blank singly; twins may have their own")
    func defaults() throws {
        var draft = Drafts.siblings(nil)
        draft.rules.siblings = SiblingRules(
            timing: .any, facility: .rankFirst, twinsTiming: .together, twinsFacility: .sameOnly)
        #expect(try answer(draft).timing == .any)
        #expect(try answer(draft).facility == .rankFirst)
        draft.households = [HouseholdRow(household: "X", timing: .younger)]
        #expect(try answer(draft).timing == .younger)
        #expect(try answer(draft).facility == .rankFirst)
        draft.children[0].birthDate = draft.children[1].birthDate
        #expect(try answer(draft).timing == .younger)
        #expect(try answer(draft).facility == .sameOnly)
        draft.households = []
        #expect(try answer(draft).timing == .together)
        draft.rules.siblings.twinsTiming = nil
        #expect(try answer(draft).timing == .any)
        #expect(try answer(draft).facility == .sameOnly)
        // Twins to be born have a due date in common; a third child makes them siblings like others.
        draft.rules.siblings.twinsTiming = .together
        draft.children.append(Drafts.child("sib3", "X", born: "2024-06-01", wishes: ["A"]))
        #expect(try answer(draft).timing == .any)
        #expect(try answer(draft).facility == .rankFirst)
    }

    @Test("Blank answers are warned of once each, at the answer or at the household's first row")
    func filledWarnings() {
        var draft = Drafts.siblings(HouseholdRow(household: "X"))
        #expect(
            draft.places == [
                Place(.answerFilled, .households, 0, "timing"), Place(.answerFilled, .households, 0, "facility"),
            ])
        draft.households = []
        draft.children.insert(Drafts.child("kid", "Y", wishes: ["A"]), at: 0)
        draft.children.swapAt(1, 2)
        #expect(draft.places == [Place](repeating: Place(.answerFilled, .children, 1, "household_id"), count: 2))
    }

    @Test("An independent household is its children one by one, and keeps its id")
    func independent() throws {
        let subject = try Drafts.siblings(HouseholdRow(household: "X", timing: .independent)).resolved()
        #expect(subject.households.map(\.id) == ["X", "X"])
        #expect(subject.households.map(\.members) == [[0], [1]])
        #expect(subject.households.map(\.isSplit) == [true, true])
        #expect(subject.households.map(\.wishes) == [.single, .single])
        #expect(subject.children.map(\.household) == [0, 1])
        #expect(subject.children.map(\.householdID) == ["X", "X"])
    }

    @Test("A table ranks by its numbers, which need only ascend, and drops repeats and what follows the baseline")
    func tables() throws {
        var draft = Drafts.siblings()
        draft.jointWishes =
            Drafts.joint(rank: 30, nil, "B") + Drafts.joint(rank: -5, "B", "B") + Drafts.joint(rank: 7, "A", nil)
        #expect(try table(draft) == [[1, 1], [0, -1], [-1, 1]])
        draft.jointWishes += Drafts.joint(rank: 8, "B", "B") + Drafts.joint(rank: 9, "A", "A")
        #expect(try table(draft) == [[1, 1], [0, -1], [0, 0], [-1, 1]])
        draft.jointWishes += Drafts.joint(rank: 10, nil, nil) + Drafts.joint(rank: 11, "A", "B")
        #expect(try table(draft) == [[1, 1], [0, -1], [0, 0]])
        let dropped = draft.resolve().findings.filter { $0.code == .jointAfterBaseline }.map(\.row)
        #expect(dropped == [0, 12])
    }

    @Test("A table of nothing but the baseline is an empty one")
    func emptyTable() throws {
        var draft = Drafts.siblings(nil)
        draft.jointWishes = Drafts.joint(rank: 1, nil, nil)
        #expect(draft.places == [])
        #expect(try table(draft) == [])
    }

    @Test("An ineligible outcome keeps its place, so that the ranks after it stay what they are")
    func ineligibleOutcome() throws {
        var draft = Drafts.siblings(nil)
        draft.facilities[0].seats[1] = nil
        draft.jointWishes =
            Drafts.joint(rank: 1, "A", "A") + Drafts.joint(rank: 2, "A", "B") + Drafts.joint(rank: 3, "A", "A")
        #expect(try table(draft) == [[0, 0], [0, 1]])
        #expect(
            draft.places == [
                Place(.wishNotOffered, .children, 1, "wish_1"), Place(.jointOutcomeIneligible, .jointWishes, 0, "rank"),
                Place(.jointOutcomeRepeated, .jointWishes, 4, "rank"),
            ])
    }

    @Test("A table names members from the eldest, whatever their ids")
    func tableOrder() throws {
        var draft = Drafts.siblings()
        draft.children[0].birthDate = CalendarDate("2025-06-01")
        draft.children[1].birthDate = CalendarDate("2024-06-01")
        draft.jointWishes = Drafts.joint(rank: 1, "A", "B")
        #expect(try draft.resolved().households[0].members == [1, 0])
        #expect(try table(draft) == [[1, 0]])
    }

    @Test("The present facility is no wish, so a table cannot name it; a blank keeps the child there")
    func tableOfTransferApplicant() throws {
        var draft = Drafts.siblings()
        draft.children[0].currentFacility = "B"
        draft.jointWishes = Drafts.joint(rank: 1, "B", "B")
        #expect(draft.places.contains(Place(.jointFacilityNotWished, .jointWishes, 0, "facility_id")))
        draft.jointWishes = Drafts.joint(rank: 1, nil, "B")
        #expect(try table(draft) == [[-1, 1]])
    }
}

/// Thrown where a household has not the kind of wishes that a test asks for.
private struct NotOfThisKind: Error {}

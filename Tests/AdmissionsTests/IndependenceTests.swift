import Admissions
import Testing

/// What `independent` does to a facility answer and to joint rows: refused where the household says it, overruled or
/// without use where only the round's default does.
struct IndependenceTests {
    private func draft(_ answer: HouseholdRow?, joint: [JointWishRow] = []) -> CaseDraft {
        var draft = Drafts.siblings(answer)
        draft.rules.siblings.timing = .independent
        draft.jointWishes = joint
        return draft
    }

    private let table = Drafts.joint(rank: 1, "B", "B") + Drafts.joint(rank: 2, "A", nil)

    @Test(
        "A table of joint wishes replaces a blank timing, whatever fills it",
        arguments: [nil, HouseholdRow(household: "X"), HouseholdRow(household: "X", facility: .sameFirst)])
    func tableOverDefault(answer: HouseholdRow?) throws {
        let (subject, findings) = draft(answer, joint: table).resolve()
        let unused = Place(.answerWithoutUse, .households, 0, "facility")
        #expect(findings.map(Place.init) == (answer?.facility == nil ? [] : [unused]))
        let household = try #require(subject?.households.first)
        #expect(subject?.households.count == 1)
        #expect(household.members == [0, 1])
        #expect(!household.isSplit)
        guard case .table(let wishes) = household.wishes else {
            Issue.record("no table but \(household.wishes)")
            return
        }
        #expect(wishes.choices == [1, 1, 0, -1])
    }

    @Test("A table also replaces independent as the default of twins")
    func tableOverTwinsDefault() {
        var draft = Drafts.siblings(nil)
        draft.children[0].birthDate = draft.children[1].birthDate
        draft.rules.siblings.twinsTiming = .independent
        draft.jointWishes = table
        let (subject, findings) = draft.resolve()
        #expect(findings == [])
        #expect(subject?.households.map(\.isSplit) == [false])
    }

    @Test("A facility answer has no effect where timing is blank and independent by default")
    func facilityWithoutUse() {
        let (subject, findings) = draft(HouseholdRow(household: "X", facility: .sameOnly)).resolve()
        #expect(
            findings.map(Place.init) == [
                Place(.answerFilled, .households, 0, "timing"), Place(.answerWithoutUse, .households, 0, "facility"),
            ])
        #expect(subject?.households.map(\.isSplit) == [true, true])
        #expect(subject?.households.map(\.wishes) == [.single, .single])
    }

    @Test("A household that says independent itself has neither facility answer nor joint rows")
    func explicit() {
        let answer = HouseholdRow(household: "X", timing: .independent)
        #expect(draft(answer).places == [])
        #expect(
            draft(answer, joint: table).places == [Place(.independentWithJointWishes, .jointWishes, 0, "household_id")])
        let both = HouseholdRow(household: "X", timing: .independent, facility: .rankFirst)
        #expect(draft(both).places == [Place(.independentWithFacility, .households, 0, "facility")])
        #expect(
            draft(both, joint: table).places == [
                Place(.independentWithFacility, .households, 0, "facility"),
                Place(.independentWithJointWishes, .jointWishes, 0, "household_id"),
            ])
    }

    @Test("The same holds for a household of one child")
    func oneChild() throws {
        var draft = Drafts.smallest()
        draft.facilities.append(Drafts.facility("B"))
        draft.children[0].wishes = ["A", "B"]
        draft.households = [HouseholdRow(household: "X", timing: .independent, facility: .sameOnly)]
        draft.jointWishes = [JointWishRow(household: "X", rank: 3, child: "kid", facility: "B")]
        #expect(
            draft.places == [
                Place(.independentWithFacility, .households, 0, "facility"),
                Place(.independentWithJointWishes, .jointWishes, 0, "household_id"),
            ])
        for answer in [nil, HouseholdRow(household: "X", facility: .sameOnly), HouseholdRow(household: "X")] {
            for timing in [Timing.independent, .together] {
                draft.households = answer.map { [$0] } ?? []
                draft.rules.siblings.timing = timing
                let (subject, findings) = draft.resolve()
                #expect(findings == [])
                let household = try #require(subject?.households.first)
                #expect(!household.isSplit)
                guard case .table(let wishes) = household.wishes else {
                    Issue.record("no table but \(household.wishes)")
                    continue
                }
                #expect(wishes.choices == [1])
            }
        }
    }

    @Test("A household of one child needs no answer and gets no warning", arguments: Timing.allCases)
    func oneChildWithoutTable(timing: Timing) {
        var draft = Drafts.smallest()
        if timing != .lead { draft.rules.siblings.timing = timing }
        draft.households = [
            HouseholdRow(household: "X", timing: timing, facility: timing == .independent ? nil : .near)
        ]
        let (subject, findings) = draft.resolve()
        #expect(findings == [])
        #expect(subject?.households.map(\.wishes) == [.single])
        #expect(subject?.households.map(\.isSplit) == [false])
    }
}

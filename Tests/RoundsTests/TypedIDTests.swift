import Admissions
import Rounds
import Testing

@Suite("Ids as people type them")
struct TypedIDTests {
    private static func ids(_ children: [(String, String)]) -> TypedID {
        var draft = CaseDraft(
            municipality: "m", round: "r", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [], drawSeed: nil), children: [], facilities: [])
        draft.children = children.map {
            ChildRow(id: ChildID($0.0), household: HouseholdID($0.1), ageClass: 1, wishes: [])
        }
        return TypedID(in: draft)
    }

    @Test(
        "A child or the children of a household are found where only one is meant",
        arguments: [
            ("C00002", [1]), ("c00002", [1]), ("Ｃ００００２", [1]), ("c2", [1]), ("C 2", [1]), ("H1", [0, 1]),
            ("h001", [0, 1]),
            ("H2", [2]), ("C9", []), ("2", []), ("", []), ("C0002", [1]), ("a-7", [3]), ("A-07", [4]),
        ])
    func rows(text: String, expected: [Int]) {
        let ids = Self.ids([("C00001", "H1"), ("C00002", "H1"), ("C00003", "H2"), ("A-7", "H3"), ("A-07", "H3")])
        #expect(ids.rows(text) == expected)
    }

    @Test("Ids that differ in zeros or case only are found by the text itself, and by nothing else")
    func ambiguous() {
        let ids = Self.ids([("A1", "H1"), ("A01", "H2"), ("a1", "H3")])
        #expect(ids.rows("A01") == [1] && ids.rows("a1") == [2] && ids.rows("A001") == [])
    }

    @Test("Where nobody is meant, the form of an id is told and no id, nor a letter that may be of a name")
    func refusal() {
        let refusal = Self.ids([("山田-12", "世帯7")]).refusal("x", in: "city")
        for text in [refusal.japanese, refusal.english] {
            #expect(text.contains("○○-00") && text.contains("○○0") && !text.contains("12") && !text.contains("山"))
        }
    }
}

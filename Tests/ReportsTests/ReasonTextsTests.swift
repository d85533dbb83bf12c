import Admissions
import Testing

@testable import Reports

@Suite("The texts of reasons on the page")
struct ReasonTextsTests {
    @Test("Each reason names its own text, and nothing else does")
    func places() {
        var rules = Rules(priority: [PriorityKey("points", .descending)], drawSeed: "1")
        let refused = ["入所済み", "市外"].map { PointsRow(when: [], earns: .refusal($0)) }
        rules.pointsTable = PointsTable(rows: refused)
        let texts = ReasonTexts(rules)
        var expected: [Int: Phrase] = [:]
        for telling in DecisionTelling.allCases { expected[texts.place(telling)] = Wording.reason(.seats, telling) }
        #expect(Set(expected.keys) == Set(0..<texts.tellings.count))
        for kind in Reason.Kind.allCases where ![.seats, .notEligible, .priorityClaim, .vacantClaim].contains(kind) {
            expected[texts.place(kind)] = Wording.reason(kind)
        }
        expected[texts.noCombination] = Wording.noCombination
        for cause in ClaimCauses.Cause.allCases {
            expected[texts.place(ofPriority: true, cause)] = Wording.reason(.priorityClaim, cause: cause)
            expected[texts.place(ofPriority: false, cause)] = Wording.reason(.vacantClaim, cause: cause)
        }
        for (index, refusal) in rules.pointsTable.refusals.enumerated() {
            expected[texts.place(ofRefusal: index)] = Wording.reason(.notEligible).filled(["refusal": refusal])
        }
        #expect(rules.pointsTable.refusals.count == 2)
        #expect(texts.phrases.indices.map { expected[$0] } == texts.phrases)
    }
}

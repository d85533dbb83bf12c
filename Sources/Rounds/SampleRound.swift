import Admissions
import Allocating
import Explaining
import Reports
import Verifying

/// A made-up round whose letters show every kind: placed, placed before birth, held, a transfer refused, and siblings of whom one is
/// held.
struct SampleRound {
    let subject: Case
    let verified: Verification
    let explanations: Explanations

    /// - Parameter pattern: The case whose city, month and further columns the letters have. Nothing of its children is used.
    /// - Throws: ``RoundError/defect(_:faults:)``.
    init(like pattern: Case) throws(RoundError) {
        do {
            subject = try Self.draft(like: pattern).resolved()
            let result = try Allocator(subject).allocate()
            verified = Verifier(subject).verify(result.allocation)
            explanations = try Explanations(of: subject, result.allocation, verified)
        } catch { throw .defect("the made-up round: \(error)") }
    }

    private static func draft(like pattern: Case) -> CaseDraft {
        func child(
            _ number: Int, household: Int, age: Int, _ wishes: [FacilityID], points: Int64, from: FacilityID? = nil,
            due: CalendarDate? = nil
        ) -> ChildRow {
            ChildRow(
                id: ChildID("見本\(number)"), household: HouseholdID("見本\(household)"), dueDate: due, ageClass: age,
                currentFacility: from, wishes: wishes, points: ExactNumber("\(points)"),
                attributes: pattern.attributeNames.map(LetterTexts.sample(ofColumn:)))
        }
        func facility(_ number: Int, _ name: String, _ seats: [Int?]) -> FacilityRow {
            FacilityRow(id: FacilityID("見本園\(number)"), name: name, seats: seats)
        }
        let due = pattern.month.firstDay.adding(months: -1)
        return CaseDraft(
            municipality: pattern.municipality, round: pattern.round, month: pattern.month,
            rules: Rules(priority: [PriorityKey("points", .descending)], drawSeed: "見本"),
            attributeNames: pattern.attributeNames,
            children: [
                child(1, household: 1, age: 1, ["見本園1", "見本園2"], points: 45),
                child(2, household: 2, age: 1, ["見本園1", "見本園2", "見本園3", "見本園4"], points: 30),
                child(3, household: 3, age: 1, ["見本園1"], points: 28, from: "見本園4"),
                child(4, household: 4, age: 3, ["見本園2", "見本園1"], points: 40),
                child(5, household: 4, age: 1, ["見本園2", "見本園1"], points: 40),
                child(6, household: 5, age: 0, ["見本園3"], points: 42, due: due),
                child(7, household: 6, age: 1, ["見本園1", "見本園2"], points: 44),
                child(8, household: 7, age: 1, ["見本園4", "見本園3"], points: 43),
            ],
            facilities: [
                facility(1, "みほん中央保育園", [0, 1, 0, 0, 0, 0]), facility(2, "みほん東保育園", [0, 1, 0, 1, 0, 0]),
                facility(3, "みほん小規模保育室", [1, 1, nil, nil, nil, nil]), facility(4, "みほん西こども園", [0, 0, 0, 0, 0, 0]),
            ],
            households: [HouseholdRow(household: "見本4", timing: .any, facility: .rankFirst)])
    }
}

import Admissions

/// The texts that a page has for the reasons of wishes: it has each once, and every wish names its own by the place here.
struct ReasonTexts {
    /// The tellings of a missing seat stand first, so that their places tell them from the other texts.
    let tellings = DecisionTelling.allCases
    private let kinds = Reason.Kind.allCases.filter {
        ![.seats, .notEligible, .priorityClaim, .vacantClaim].contains($0)
    }
    private let causes = ClaimCauses.Cause.allCases
    let phrases: [Phrase]

    init(_ rules: Rules) {
        phrases =
            tellings.map { Wording.reason(.seats, $0) } + kinds.map { Wording.reason($0) } + [Wording.noCombination]
            + causes.map { Wording.reason(.priorityClaim, cause: $0) }
            + causes.map { Wording.reason(.vacantClaim, cause: $0) }
            + rules.pointsTable.refusals.map { Wording.reason(.notEligible).filled(["refusal": $0]) }
    }

    func place(_ telling: DecisionTelling) -> Int { tellings.firstIndex(of: telling)! }

    /// The place of a kind that has one text.
    func place(_ kind: Reason.Kind) -> Int { tellings.count + kinds.firstIndex(of: kind)! }

    var noCombination: Int { tellings.count + kinds.count }

    func place(ofPriority isPriority: Bool, _ cause: ClaimCauses.Cause) -> Int {
        noCombination + 1 + (isPriority ? 0 : causes.count) + causes.firstIndex(of: cause)!
    }

    func place(ofRefusal index: Int) -> Int { noCombination + 1 + 2 * causes.count + index }
}

import Admissions
import Explaining

/// The joint outcomes that a household likes better than what it got, and why it did not get them.
struct HouseholdOutcomes {
    private let subject: Case
    private let household: Int
    private let better: BetterOutcomes

    init(of household: Int, in subject: Case, _ explanations: Explanations) {
        self.subject = subject
        self.household = household
        better = BetterOutcomes(of: household, in: subject, explanations)
    }

    /// The most outcomes that are listed; the total is stated if there are more.
    static let most = 10

    func lines(in language: Language) -> [String] {
        guard better.count > 0 else {
            return [Phrase("これより上位の組み合わせはありません。", "No combination is liked better.")[language]]
        }
        let members = subject.households[household].members
        var lines = better.first.prefix(Self.most).map { outcome -> String in
            let places = zip(members, outcome.outcome).map { child, choice in
                let facility =
                    choice == Allocation.baseline
                    ? subject.children[child].currentFacility : subject.children[child].wishes[Int(choice)].facility
                return "\(subject.children[child].id) → \(facility.map { subject.facilities[$0].id.spelling } ?? "-")"
            }
            let missing = outcome.missing.map {
                "\(subject.children[$0.child].id) (\(subject.facilities[$0.facility].id))"
            }.joined(separator: ", ")
            let combination = places.joined(separator: ", ")
            return missing.isEmpty
                ? Phrase("\(combination): 枠はあります(優先順位の逆転または空き枠の残り)", "\(combination): a justified claim")[language]
                : Phrase("\(combination): 枠が足りない児童 \(missing)", "\(combination): seats missing for \(missing)")[
                    language]
        }
        if better.count > Self.most {
            lines.append(
                Phrase(
                    "上位の組み合わせ \(better.count) 通りのうち \(Self.most) 通りを示しています。",
                    "\(Self.most) of \(better.count) better combinations are shown.")[language])
        }
        return lines
    }
}

import Admissions
import Explaining

extension Report {
    /// Adds the data for the search as JSON. The script reads it at the first search.
    func addData(to page: inout Page) {
        page.add("<script type=\"application/json\" id=\"data\">{\"facilities\":[")
        let named = listsFacilities ? subject.facilities[...] : subject.facilities.prefix(0)
        page.add(named.map { "[\(Markup.json($0.id.spelling)),\(Markup.json($0.name))]" }.joined(separator: ","))
        page.add("],\"borders\":[")
        let borders = zip(input.explanations.borders, input.explanations.publicBorders)
        page.add(
            borders.prefix(listsFacilities ? .max : 0).map {
                let told = lastPlaced($1)
                let text: Markup =
                    told.japanese == told.english
                    ? Markup.json(told.japanese) : "[\(Markup.json(told.japanese)),\(Markup.json(told.english))]"
                return
                    "[\($0.facility),\($0.ageClass),\($0.seats ?? -1),\($0.applicants),\($0.placed),\($0.left),\(text),\(figures.firstWishesOfClass[$0.facility * 6 + $0.ageClass])]"
            }.joined(separator: ","))
        page.add("],\"kinds\":{")
        page.add(
            Reason.Kind.allCases.filter { $0 != .seats && $0 != .notEligible }.map {
                phrase($0.rawValue, Wording.reason($0))
            }.joined(separator: ","))
        for (index, refusal) in subject.rules.pointsTable.refusals.enumerated() {
            let text = Wording.reason(.notEligible).filled(["refusal": refusal])
            page.add(",\(phrase("\(Reason.Kind.notEligible.rawValue).\(index)", text))")
        }
        for cause in ClaimCauses.Cause.allCases {
            for kind in [Reason.Kind.priorityClaim, .vacantClaim] {
                let text = Wording.reason(kind, cause: cause)
                page.add(",\(phrase("\(kind.rawValue).\(cause.rawValue)", text))")
            }
        }
        page.add(",\(phrase("noCombination", Wording.noCombination))")
        page.add(",\(phrase("comparedHere", Wording.comparedHere))")
        for telling in DecisionTelling.allCases {
            page.add(",\(phrase("seats.\(telling.rawValue)", Wording.reason(.seats, telling)))")
        }
        page.add("},")
        page.add(phrase("places", Wording.places(hasKept: false)))
        page.add(",")
        page.add(phrase("placesKept", Wording.places(hasKept: true)))
        page.add(",\"keys\":[")
        page.add(
            subject.rules.priority.map {
                let name = Wording.priorityKey($0)
                return "[\(Markup.json(name.japanese)),\(Markup.json(name.english))]"
            }.joined(separator: ","))
        page.add("],\"outcomes\":{")
        page.add(Outcome.allCases.map { phrase($0.rawValue, Wording.outcome($0)) }.joined(separator: ","))
        page.add("},\"children\":[")
        if indexesChildren, listsFacilities { addChildren(to: &page) }
        page.add("],\"waiting\":[")
        if indexesChildren, listsFacilities {
            for (index, waiting) in input.explanations.waiting.enumerated() {
                page.add(index > 0 ? ",[" : "[")
                page.add(waiting.facility)
                page.add(",")
                page.add(waiting.ageClass)
                page.add(",")
                page.add(waiting.child)
                page.add("]")
            }
        }
        page.add("]}</script>\n")
    }

    private func phrase(_ name: String, _ phrase: Phrase) -> Markup {
        "\(Markup.json(name)):[\(Markup.json(phrase.japanese)),\(Markup.json(phrase.english))]"
    }

    /// Adds the children, each as id, household, class, outcome, facility or -1, condition in both languages or 0, and wishes.
    ///
    /// Each wish has its facility and the kind of its reason. If seats were missing, key, own value, last value, number ahead,
    /// seats, and the number of seats that transfer applicants have follow. If a sibling's seat was missing, the siblings, the
    /// facilities and the same three numbers follow.
    ///
    /// The page is used at counters, so it has only those values of other families that families may know.
    private func addChildren(to page: inout Page) {
        // They are read once, because copying them is expensive.
        let (subject, explanations) = (subject, input.explanations)
        var conditions: [String: Markup] = [:]
        let causes = ClaimCauses(
            counted: input.claims.filter { $0.kind == .priority || $0.kind == .vacant },
            isProved: input.status.isProved)
        let isPlaced = subject.households.map { household in
            household.members.contains { input.placements[$0].outcome == .placed }
        }
        // The result for the last household is kept, because siblings mostly follow each other.
        var known: (household: Int, possible: PossibleWishes?)?
        for placement in input.placements {
            let child = subject.children[placement.child]
            page.add(placement.child > 0 ? ",\n[" : "[")
            page.addJSON(child.id.spelling)
            page.add(",")
            page.addJSON(child.householdID.spelling)
            page.add(",")
            page.add(child.ageClass)
            page.add(",\"")
            page.add(escaping: placement.outcome.rawValue)
            page.add("\",")
            page.add(placement.facility ?? -1)
            page.add(",")
            page.add(condition(of: subject.households[child.household], &conditions))
            page.add(",[")
            // Only a household without a placed child can be one that accepts no combination.
            if known?.household != child.household {
                known = (
                    child.household,
                    isPlaced[child.household] ? nil : PossibleWishes(of: child.household, in: subject)
                )
            }
            let possible = known?.possible
            for (index, reason) in explanations.reasons(of: placement.child).enumerated() {
                page.add(index > 0 ? ",[" : "[")
                page.add(child.wishes[index].facility)
                page.add(",\"")
                addKind(of: reason, in: subject, explanations, possible, causes, to: &page)
                page.add("]")
            }
            page.add("]]")
        }
    }

    /// The household's condition in both languages, or 0 for one child.
    private func condition(of household: Household, _ known: inout [String: Markup]) -> Markup {
        if case .single = household.wishes { return "0" }
        if let known = known[household.condition] { return known }
        let phrase = Wording.condition(household.wishes)
        let text: Markup = "[\(Markup.json(phrase.japanese)),\(Markup.json(phrase.english))]"
        known[household.condition] = text
        return text
    }

    /// Adds the kind of the reason in quotes, then its values.
    private func addKind(
        of reason: Reason, in subject: Case, _ explanations: Explanations, _ possible: PossibleWishes?,
        _ causes: ClaimCauses, to page: inout Page
    ) {
        if let possible, reason.kind == .seats || reason.kind == .siblingCondition {
            let isPossible = possible.contains(Int(reason.child), Int(reason.wish))
            if possible.hasNone || !isPossible {
                page.add(possible.hasNone ? "noCombination\"" : "\(Reason.Kind.siblingCondition.rawValue)\"")
                return
            }
        }
        page.add(escaping: reason.kind.rawValue)
        var preference = Phrase("", "")
        switch reason.kind {
        case .seats: preference = addSeats(reason, in: subject, explanations, to: &page)
        case .siblingSeat:
            let missing = explanations.jointReasons[Int(reason.joint)].missing
            page.add("\",")
            page.addJSON(missing.map { subject.children[$0.child].id.spelling }.joined(separator: ", "))
            page.add(",")
            page.addJSON(
                missing.map { subject.facilities[$0.facility].id.spelling }.joined(separator: ", "))
        case .notEligible:
            page.add(".\(subject.children[Int(reason.child)].wishes[Int(reason.wish)].refusal!)\"")
            return
        case .priorityClaim, .vacantClaim:
            page.add(".\(causes.cause(ofHousehold: subject.children[Int(reason.child)].household).rawValue)\"")
            return
        default:
            page.add("\"")
            return
        }
        page.add(",")
        page.add(Int(reason.ahead))
        page.add(",")
        page.add(reason.toldSeats)
        page.add(",")
        page.add(ToldDecision.kept(reason, in: subject))
        if preference == Wording.comparedHere {
            // It is the most frequent, so the page has it once.
            page.add(",1")
        } else if !preference.japanese.isEmpty {
            page.add(",")
            addText(preference, to: &page)
        }
    }

    /// How the decision is told, the key by its index or -1, own and last value.
    ///
    /// - Returns: Whom the key put before the child, in a sentence, or blank.
    private func addSeats(
        _ reason: Reason, in subject: Case, _ explanations: Explanations, to page: inout Page
    ) -> Phrase {
        let told = ToldDecision(reason, in: subject, explanations, isForStaff: false)
        page.add(".")
        page.add(escaping: told.telling.rawValue)
        page.add("\",")
        if case .key(let index) = reason.key, told.telling != .unnamed { page.add(index) } else { page.add(-1) }
        page.add(",")
        addText(told.own, to: &page)
        page.add(",")
        addText(told.last, to: &page)
        return told.preference
    }

    /// A phrase in both languages, or as one text where they say the same.
    private func addText(_ phrase: Phrase, to page: inout Page) {
        if phrase.japanese == phrase.english {
            page.addJSON(phrase.japanese)
        } else {
            page.add("[\(Markup.json(phrase.japanese)),\(Markup.json(phrase.english))]")
        }
    }
}

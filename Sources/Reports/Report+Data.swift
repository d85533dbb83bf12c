import Admissions
import Explaining

extension Report {
    /// Adds the data for the search as JSON. The script reads it at the first search.
    func addData(to page: inout Page) {
        page.add("<script type=\"application/json\" id=\"data\">{\"facilities\":[")
        let named = listsFacilities ? subject.facilities[...] : subject.facilities.prefix(0)
        page.add(named.map { "[\(Markup.json($0.id.spelling)),\(Markup.json($0.name))]" }.joined(separator: ","))
        page.add("],\"borders\":[")
        if listsFacilities { addBorderData(to: &page) }
        page.add("],\"tellings\":")
        let texts = ReasonTexts(subject.rules)
        page.add(texts.tellings.count)
        page.add(",\"kinds\":[")
        page.add(texts.phrases.map(pair).joined(separator: ","))
        page.add("],")
        page.add(phrase("comparedHere", Wording.comparedHere))
        page.add(",")
        page.add(phrase("places", Wording.places(hasKept: false)))
        page.add(",")
        page.add(phrase("placesKept", Wording.places(hasKept: true)))
        page.add(",\"keys\":[")
        page.add(
            subject.rules.priority.map { pair(Wording.priorityKey($0)) }.joined(separator: ","))
        page.add("],\"outcomes\":{")
        page.add(Outcome.allCases.map { phrase($0.rawValue, Wording.outcome($0)) }.joined(separator: ","))
        page.add("},\"children\":[")
        if indexesChildren, listsFacilities { addChildren(texts, to: &page) }
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

    private func phrase(_ name: String, _ phrase: Phrase) -> Markup { "\(Markup.json(name)):\(pair(phrase))" }

    private func pair(_ phrase: Phrase) -> Markup {
        "[\(Markup.json(phrase.japanese)),\(Markup.json(phrase.english))]"
    }

    /// Adds what the card of a facility shows of each of its classes.
    private func addBorderData(to page: inout Page) {
        for (index, border) in input.explanations.borders.enumerated() {
            page.add(index > 0 ? ",[" : "[")
            let first = figures.firstWishesOfClass[border.facility * 6 + border.ageClass]
            for number in [
                border.facility, border.ageClass, border.seats ?? -1, border.applicants, border.placed, border.left,
            ] {
                page.add(number)
                page.add(",")
            }
            addText(lastPlaced[index], to: &page)
            page.add(",")
            page.add(first)
            page.add("]")
        }
    }

    /// Adds the children, each as id, household, class, outcome, facility or -1, condition in both languages or 0, and wishes.
    ///
    /// Each wish has its facility and the place of its reason's text. If seats were missing, key, own value, last value, number
    /// ahead, seats, and the number of seats that transfer applicants have follow. If a sibling's seat was missing, the
    /// siblings, the facilities and the same three numbers follow.
    ///
    /// The page is used at counters, so it has only those values of other families that families may know.
    private func addChildren(_ texts: ReasonTexts, to page: inout Page) {
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
                page.add(",")
                addKind(of: reason, in: subject, explanations, possible, causes, texts, to: &page)
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
        let text = pair(phrase)
        known[household.condition] = text
        return text
    }

    /// Adds the place of the reason's text, then its values.
    private func addKind(
        of reason: Reason, in subject: Case, _ explanations: Explanations, _ possible: PossibleWishes?,
        _ causes: ClaimCauses, _ texts: ReasonTexts, to page: inout Page
    ) {
        if let possible, reason.kind == .seats || reason.kind == .siblingCondition {
            let isPossible = possible.contains(Int(reason.child), Int(reason.wish))
            if possible.hasNone || !isPossible {
                return page.add(possible.hasNone ? texts.noCombination : texts.place(.siblingCondition))
            }
        }
        var preference = Phrase("", "")
        switch reason.kind {
        case .seats: preference = addSeats(reason, in: subject, explanations, texts, to: &page)
        case .siblingSeat:
            let missing = explanations.jointReasons[Int(reason.joint)].missing
            page.add(texts.place(.siblingSeat))
            page.add(",")
            page.addJSON(missing.map { subject.children[$0.child].id.spelling }.joined(separator: ", "))
            page.add(",")
            page.addJSON(
                missing.map { subject.facilities[$0.facility].id.spelling }.joined(separator: ", "))
        case .notEligible:
            let wish = subject.children[Int(reason.child)].wishes[Int(reason.wish)]
            return page.add(texts.place(ofRefusal: wish.refusal!))
        case .priorityClaim, .vacantClaim:
            let cause = causes.cause(ofHousehold: subject.children[Int(reason.child)].household)
            return page.add(texts.place(ofPriority: reason.kind == .priorityClaim, cause))
        default: return page.add(texts.place(reason.kind))
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
        _ reason: Reason, in subject: Case, _ explanations: Explanations, _ texts: ReasonTexts, to page: inout Page
    ) -> Phrase {
        let told = ToldDecision(reason, in: subject, explanations, isForStaff: false)
        page.add(texts.place(told.telling))
        page.add(",")
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
            page.add(pair(phrase))
        }
    }
}

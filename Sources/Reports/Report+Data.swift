import Admissions
import Explaining

extension Report {
    /// What the search shows, as JSON; the script reads it when somebody first searches.
    func addData(to page: inout Page) {
        page.add("<script type=\"application/json\" id=\"data\">{\"facilities\":[")
        let named = listsFacilities ? subject.facilities[...] : subject.facilities.prefix(0)
        page.add(named.map { "[\(Page.json($0.id.text)),\(Page.json($0.name))]" }.joined(separator: ","))
        page.add("],\"borders\":[")
        let borders = listsFacilities ? input.explanations.borders[...] : input.explanations.borders.prefix(0)
        page.add(
            borders.map {
                "[\($0.facility),\($0.ageClass),\($0.seats ?? -1),\($0.applicants),\($0.placed),\($0.left),\(Page.json($0.lowestKey ?? ""))]"
            }.joined(separator: ","))
        page.add("],\"kinds\":{")
        page.add(
            Reason.Kind.allCases.filter { $0 != .seats }.map { phrase($0.rawValue, Wording.reason($0)) }.joined(
                separator: ","))
        for (name, key) in [("key", DecidingKey.key(0)), ("presentSeat", .presentSeat), ("draw", .draw)] {
            page.add(",\(phrase("seats.\(name)", Wording.reason(.seats, key)))")
        }
        page.add("},\"keys\":[")
        page.add(
            subject.rules.priority.map {
                let name = Wording.priorityKey($0.name)
                return "[\(Page.json(name.japanese)),\(Page.json(name.english))]"
            }.joined(separator: ","))
        page.add("],\"outcomes\":{")
        page.add(Outcome.allCases.map { phrase($0.rawValue, Wording.outcome($0)) }.joined(separator: ","))
        page.add("},\"children\":[")
        if indexesChildren, listsFacilities { addChildren(to: &page) }
        page.add("],\"waiting\":[")
        if indexesChildren, listsFacilities {
            page.add(
                input.explanations.waiting.map { "[\($0.facility),\($0.ageClass),\($0.child)]" }.joined(separator: ","))
        }
        page.add("]}</script>\n")
    }

    private func phrase(_ name: String, _ phrase: Phrase) -> String {
        "\(Page.json(name)):[\(Page.json(phrase.japanese)),\(Page.json(phrase.english))]"
    }

    /// A child: id, household, class, outcome, facility or -1, condition in both languages or 0, and its wishes, each
    /// with facility and kind, for seats also key, own and last value, ahead and seats, and for a missing seat siblings,
    /// facilities, ahead and seats.
    private func addChildren(to page: inout Page) {
        var conditions: [String: String] = [:]
        for placement in input.placements {
            let child = subject.children[placement.child]
            page.add(placement.child > 0 ? ",\n[" : "[")
            page.addJSON(child.id.text)
            page.add(",")
            page.addJSON(child.householdID.text)
            page.add(",")
            page.add(child.ageClass)
            page.add(",\"")
            page.add(placement.outcome.rawValue)
            page.add("\",")
            page.add(placement.facility ?? -1)
            page.add(",")
            page.add(condition(of: subject.households[child.household], &conditions))
            page.add(",[")
            for (index, reason) in input.explanations.reasons(of: placement.child).enumerated() {
                page.add(index > 0 ? ",[" : "[")
                page.add(child.wishes[index].facility)
                page.add(",\"")
                page.add(reason.kind.rawValue)
                page.add("\"")
                addValues(of: reason, child.wishes[index].facility, to: &page)
                page.add("]")
            }
            page.add("]]")
        }
    }

    /// The household's condition in both languages, or 0 for one child.
    private func condition(of household: Household, _ known: inout [String: String]) -> String {
        if case .single = household.wishes { return "0" }
        if let known = known[household.condition] { return known }
        let phrase = Wording.condition(household.wishes)
        let text = "[\(Page.json(phrase.japanese)),\(Page.json(phrase.english))]"
        known[household.condition] = text
        return text
    }

    private func addValues(of reason: Reason, _ facility: Int, to page: inout Page) {
        switch reason.kind {
        case .seats: addSeats(reason, facility, to: &page)
        case .siblingSeat:
            let missing = input.explanations.jointReasons[Int(reason.joint)].missing
            page.add(",")
            page.addJSON(missing.map { subject.children[$0.child].id.text }.joined(separator: ", "))
            page.add(",")
            page.addJSON(
                missing.map { subject.facilities[subject.limits[$0.limit].facility].id.text }.joined(separator: ", "))
        default: return
        }
        page.add(",")
        page.add(Int(reason.ahead))
        page.add(",")
        page.add(reason.toldSeats)
    }

    /// Key, own and last value: a key by its index, -1 for the draw, -2 where nothing was compared.
    private func addSeats(_ reason: Reason, _ facility: Int, to page: inout Page) {
        guard case .key(let index) = reason.key else {
            let isDraw = reason.key == .draw || reason.key == .id
            page.add(isDraw ? ",-1,0,0" : ",-2,0,0")
            return
        }
        let last = Int(reason.lastAdmitted)
        let wish = subject.children[last].wishes.firstIndex { $0.facility == facility }!
        page.add(",")
        page.add(index)
        page.add(",")
        page.addJSON(input.explanations.value(of: Int(reason.child), at: Int(reason.wish), reason.key, in: subject))
        page.add(",")
        page.addJSON(input.explanations.value(of: last, at: wish, reason.key, in: subject))
    }
}

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
        var kinds: [Reason.Kind: String] = [:]
        for kind in Reason.Kind.allCases { kinds[kind] = "\"\(kind.rawValue)\"" }
        for placement in input.placements {
            let child = subject.children[placement.child]
            if placement.child > 0 { page.add(",\n") }
            page.add(
                "[\(Page.json(child.id.text)),\(Page.json(child.householdID.text)),\(child.ageClass),\"\(placement.outcome.rawValue)\",\(placement.facility ?? -1),"
            )
            let wishes = subject.households[child.household].wishes
            if case .single = wishes {
                page.add("0,[")
            } else {
                let condition = Wording.condition(wishes)
                page.add("[\(Page.json(condition.japanese)),\(Page.json(condition.english))],[")
            }
            for (index, reason) in input.explanations.reasons(of: placement.child).enumerated() {
                if index > 0 { page.add(",") }
                let facility = child.wishes[index].facility
                page.add("[\(facility),\(kinds[reason.kind]!)")
                switch reason.kind {
                case .seats: page.add(",\(seatsData(reason, facility)),\(reason.ahead),\(reason.seats)")
                case .siblingSeat:
                    let missing = input.explanations.jointReasons[Int(reason.joint)].missing
                    let siblings = missing.map { subject.children[$0.child].id.text }.joined(separator: ", ")
                    let places = missing.map { subject.facilities[subject.limits[$0.limit].facility].id.text }
                    page.add(
                        ",\(Page.json(siblings)),\(Page.json(places.joined(separator: ", "))),\(reason.ahead),\(reason.seats)"
                    )
                default: break
                }
                page.add("]")
            }
            page.add("]]")
        }
    }

    /// Key, own and last value: a key by its index, -1 for the draw, -2 where nothing was compared.
    private func seatsData(_ reason: Reason, _ facility: Int) -> String {
        switch reason.key {
        case .none, .presentSeat: return "-2,0,0"
        case .draw, .id: return "-1,0,0"
        case .key(let index):
            let last = Int(reason.lastAdmitted)
            let wish = subject.children[last].wishes.firstIndex { $0.facility == facility }!
            let own = input.explanations.value(of: Int(reason.child), at: Int(reason.wish), reason.key, in: subject)
            let other = input.explanations.value(of: last, at: wish, reason.key, in: subject)
            return "\(index),\(Page.json(own)),\(Page.json(other))"
        }
    }
}

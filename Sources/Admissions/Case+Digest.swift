extension Case {
    /// SHA-256 of the case in canonical order: the same for every order of rows and columns, line end and encoding.
    ///
    /// - Complexity: O(size of the case).
    public func digest() -> SHA256.Digest {
        var hash = SHA256()
        var record: [UInt8] = []
        func field(_ text: String) {
            record.append(contentsOf: text.utf8)
            record.append(0x1F)
        }
        func field(_ value: (some CustomStringConvertible)?) { field(value.map { "\($0)" } ?? "") }
        func endRecord() {
            record.append(0x1E)
            hash.update(record)
            record.removeAll(keepingCapacity: true)
        }
        for text in ["enmusubi case 1", municipality, round, month.description, rules.drawSeed ?? ""] { field(text) }
        field(rules.objective.rawValue)
        field(rules.householdPriority.rawValue)
        for key in rules.priority { for text in [key.name, key.order.rawValue, key.blank.rawValue] { field(text) } }
        let siblings = rules.siblings
        for text in [
            siblings.timing.rawValue, siblings.facility.rawValue, siblings.twinsTiming?.rawValue ?? "",
            siblings.twinsFacility?.rawValue ?? "", siblings.aggregate.rawValue, siblings.keptSeat.rawValue,
            "\(siblings.countFirst)", "\(siblings.followLead)",
        ] {
            field(text)
        }
        field(siblings.nearKilometres)
        for name in attributeNames { field(name) }
        endRecord()
        for facility in facilities {
            field(facility.id.text)
            field(facility.name)
            for seats in facility.seats { field(seats) }
            field(facility.minimumAgeMonths)
            field(facility.minimumAgeDays)
            field(facility.kind)
            field(facility.ward)
            field(facility.location?.latitude)
            field(facility.location?.longitude)
            for limit in limits[facility.limits] where !limit.isClassLimit {
                field(limit.ages.description)
                field(limit.group.description)
                field(limit.seats)
                field(limit.opens)
            }
            endRecord()
        }
        for child in children {
            field(child.id.text)
            field(child.householdID.text)
            field(child.birthDate)
            field(child.isUnborn)
            field(child.ageClass)
            field(child.currentFacility.map { facilities[$0].id })
            for group in child.groups { field(group) }
            field("/")
            for facility in child.siblingFacilities { field(facilities[facility].id.text) }
            field("/")
            for wish in child.wishes {
                field(facilities[wish.facility].id.text)
                field(wish.points)
            }
            field("/")
            field(child.points)
            switch child.draw {
            case .seeded: field("seeded")
            case .given(let number): field(number)
            }
            for text in child.attributes { field(text) }
            endRecord()
        }
        for household in households where household.members.count > 1 || household.isSplit {
            field(household.id.text)
            for member in household.members { field(children[member].id.text) }
            switch household.wishes {
            case .single: field("single")
            case .answer(let answer):
                field(answer.timing.rawValue)
                field(answer.facility.rawValue)
                field(answer.lead.map { children[$0].id })
                field(children[answer.preferred].id)
            case .table(let table):
                field("table")
                for choice in table.choices { field(choice) }
            }
            endRecord()
        }
        return hash.finalize()
    }
}

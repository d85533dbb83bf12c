extension Case {
    /// The same case with other spellings of its ids, such as those of a result that was made of another copy of it.
    ///
    /// - Parameters:
    ///   - children: Ids of children as they are to be spelled; what is not among them keeps its spelling, and so on.
    ///   - households: Ids of households.
    ///   - facilities: Ids of facilities.
    /// - Complexity: O(children + households + facilities).
    package func spelled(
        _ children: Set<ChildID>, _ households: Set<HouseholdID>, _ facilities: Set<FacilityID>
    ) -> Case {
        func spelled<Subject>(_ id: Identifier<Subject>, _ ids: Set<Identifier<Subject>>) -> Identifier<Subject> {
            ids.firstIndex(of: id).map { ids[$0] } ?? id
        }
        var subject = self
        for index in subject.children.indices {
            subject.children[index].id = spelled(subject.children[index].id, children)
            subject.children[index].householdID = spelled(subject.children[index].householdID, households)
        }
        for index in subject.households.indices {
            subject.households[index].id = spelled(subject.households[index].id, households)
        }
        for index in subject.facilities.indices {
            subject.facilities[index].id = spelled(subject.facilities[index].id, facilities)
        }
        return subject
    }
}

extension Case {
    /// Whether an id is spelled otherwise than it is compared.
    package var hasSpellings: Bool {
        children.indices.contains { children[$0].id.isSpelledOtherwise || children[$0].householdID.isSpelledOtherwise }
            || facilities.indices.contains { facilities[$0].id.isSpelledOtherwise }
    }
}

extension Change {
    /// The change with its ids spelled as in a case.
    ///
    /// - Complexity: O(children + facilities).
    package func spelled(as subject: Case) -> Change {
        func household(_ id: HouseholdID) -> HouseholdID { subject.households.first { $0.id == id }?.id ?? id }
        func facility(_ id: FacilityID) -> FacilityID { subject.facilities.first { $0.id == id }?.id ?? id }
        return switch self {
        case .seats(let id, let age, let amount): .seats(facility(id), ageClass: age, amount)
        case .usableSeat(let id, let age): .usableSeat(facility(id), ageClass: age)
        case .timing(let id, let timing): .timing(household(id), timing)
        case .facility(let id, let answer): .facility(household(id), answer)
        case .attribute(let id, let column, let text):
            .attribute(subject.children.first { $0.id == id }?.id ?? id, column: column, text)
        case .drawSeed, .setting, .limitSeats, .answer, .list, .draw, .value, .points: self
        }
    }
}

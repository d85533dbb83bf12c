import Admissions

extension City {
    /// The city as a draft: rows ascending by id, columns and rules as in the example of the case format.
    ///
    /// It resolves without errors. Its warnings are those of real forms: under 1 % of the wishes cannot be granted, a few
    /// answers are blank, and the twin with the smaller id counts as the elder.
    ///
    /// - Complexity: O(n) in rows and wishes.
    public func makeDraft() -> CaseDraft {
        let childIDs = Self.ids("C", count: residents.childCount, width: 5).map { ChildID($0) }
        let householdIDs = Self.ids("H", count: residents.householdCount, width: 5).map { HouseholdID($0) }
        let facilityIDs =
            options.given?.facilities.map(\.row.id)
            ?? Self.ids("F", count: places.count, width: 3).map { FacilityID($0) }
        var draft = CaseDraft(
            municipality: options.municipality, round: "\(options.month) first", month: options.month, rules: rules,
            attributeNames: attributeNames,
            children: childRows(childIDs, householdIDs, facilityIDs),
            facilities: facilityRows(facilityIDs), households: householdRows(childIDs, householdIDs),
            seatLimits: seatLimitRows(facilityIDs))
        if options.extraRules.contains(.wishKeys) { draft.wishAttributeNames = ["distance"] }
        Self.askAgain(&draft)
        if options.points == .column { giveComputedPoints(&draft) }
        return draft
    }

    /// Changes the answers of siblings for whom no outcome could ever be granted. A city would ask such families again; here
    /// they then accept what they can get.
    private static func askAgain(_ draft: inout CaseDraft) {
        guard let subject = draft.resolve().case else { return }
        let hopeless = Set(subject.householdsWithoutOutcome().map { subject.households[$0].id })
        if hopeless.isEmpty { return }
        draft.households.removeAll { hopeless.contains($0.household) }
        draft.households += hopeless.map { HouseholdRow(household: $0, timing: .any, facility: .sameFirst) }
        draft.households.sort { $0.household < $1.household }
    }

    /// Ids of equal width: the letter, followed by a number from 1 on.
    private static func ids(_ letter: String, count: Int, width: Int) -> [String] {
        let width = max(width, String(count).utf8.count)
        return (1...count).map { number in
            let digits = String(number)
            return letter + String(repeating: "0", count: width - digits.utf8.count) + digits
        }
    }

    // MARK: Children

    private func childRows(
        _ childIDs: [ChildID], _ householdIDs: [HouseholdID], _ facilityIDs: [FacilityID]
    ) -> [ChildRow] {
        let calendar = CityCalendar(month: options.month)
        var rows: [ChildRow] = []
        rows.reserveCapacity(residents.childCount)
        for household in 0..<residents.householdCount {
            let people = residents.people[household]
            let ofHousehold = attributes(of: household, people)
            for child in residents.members(of: household) {
                let birth = calendar.date(residents.birthdays[child])
                let isUnborn = residents.birthdays[child] > calendar.lastBornDay
                let siblings = siblingFacilities(of: child, household: household)
                let points =
                    options.points == .steps
                    ? points(of: child, household: household, siblings: siblings) : (own: nil, byWish: [])
                let attributes = ofHousehold + (options.points == .steps ? [] : [monthsWaiting(of: child)])
                let current = wishes.current[child]
                rows.append(
                    ChildRow(
                        id: childIDs[child], household: householdIDs[household], birthDate: isUnborn ? nil : birth,
                        dueDate: isUnborn ? birth : nil, ageClass: residents.ages[child],
                        currentFacility: current < 0 ? nil : facilityIDs[Int(current)], groups: groups(of: child),
                        siblingFacilities: siblings.map { facilityIDs[Int($0)] },
                        wishes: wishes.wishes(of: child).map { facilityIDs[Int($0)] }, points: points.own,
                        wishPoints: points.byWish, attributes: attributes))
                if options.extraRules.contains(.wishKeys) {
                    rows[rows.count - 1].wishAttributes = [distances(of: child, household: household)]
                }
            }
        }
        return rows
    }

    private func groups(of child: Int) -> [String] {
        (residents.isGraduate[child] ? ["partner-graduates"] : []) + (residents.needsSupport[child] ? ["support"] : [])
    }

    /// The facilities where siblings of the child are enrolled, ascending.
    func siblingFacilities(of child: Int, household: Int) -> [Int32] {
        var facilities: [Int32] = []
        if wishes.siblingFacility[household] >= 0 { facilities.append(wishes.siblingFacility[household]) }
        for sibling in residents.members(of: household) where sibling != child && wishes.current[sibling] >= 0 {
            if !facilities.contains(wishes.current[sibling]) { facilities.append(wishes.current[sibling]) }
        }
        return facilities.sorted()
    }

    private func points(
        of child: Int, household: Int, siblings: [Int32]
    ) -> (own: ExactNumber?, byWish: [ExactNumber?]) {
        let list = wishes.wishes(of: child)
        if options.priorities == .randomPerFacility {
            var random = SeededRandom(seed: options.seed, .order, child + 1)
            return (ExactNumber(random.below(1_000)), list.map { _ in ExactNumber(random.below(1_000)) })
        }
        let own =
            residents.people[household].points + (residents.isGraduate[child] ? Residents.graduateBonus : 0)
        guard let last = list.lastIndex(where: { siblings.contains($0) }) else { return (ExactNumber(own), []) }
        return (
            ExactNumber(own),
            list[...last].map { siblings.contains($0) ? ExactNumber(own + options.siblingBonus) : nil }
        )
    }

    private func householdRows(_ childIDs: [ChildID], _ householdIDs: [HouseholdID]) -> [HouseholdRow] {
        residents.answers.enumerated().compactMap { household, answer in
            guard let answer else { return nil }
            let first = residents.members(of: household).lowerBound
            return HouseholdRow(
                household: householdIDs[household], timing: answer.timing, facility: answer.facility,
                leadChild: answer.leadMember.map { childIDs[first + $0] },
                preferredChild: answer.preferredMember.map { childIDs[first + $0] })
        }
    }

    // MARK: Facilities

    private func facilityRows(_ ids: [FacilityID]) -> [FacilityRow] {
        if let given = options.given { return given.hasVacancies ? given.facilities.map(\.row) : drawnVacancies(given) }
        return ids.indices.map { facility in
            let position = Geography.degrees(x: places.x[facility], y: places.y[facility])
            let seats = (0..<6).map { age -> Int? in
                guard places.isOffered(facility, age: age) else { return nil }
                if age >= 3 && places.pooling[facility] == .openOlder { return nil }
                return Int(calibration.vacancies.classes[facility * 6 + age])
            }
            return FacilityRow(
                id: ids[facility], name: places.names[facility], seats: seats,
                minimumAgeMonths: places.isOffered(facility, age: 0) ? places.minimumMonths[facility] : nil,
                minimumAgeDays: places.isOffered(facility, age: 0) ? places.minimumDays[facility] : nil,
                kind: places.kinds[facility].name, ward: geography.wardNames[places.wards[facility]],
                latitude: position.latitude, longitude: position.longitude,
                keepsClosed: places.closing[facility])
        }
    }

    /// Given facilities without vacancies, with those that are drawn.
    private func drawnVacancies(_ given: GivenFacilities) -> [FacilityRow] {
        given.facilities.indices.map { facility in
            var row = given.facilities[facility].row
            row.seats = (0..<6).map { age in
                places.isOffered(facility, age: age) ? Int(calibration.vacancies.classes[facility * 6 + age]) : nil
            }
            return row
        }
    }

    private func seatLimitRows(_ ids: [FacilityID]) -> [SeatLimitRow] {
        let vacancies = calibration.vacancies
        var rows: [SeatLimitRow] = []
        for (facility, id) in ids.enumerated() {
            func add(_ seats: Int32, _ ages: [Int], _ group: GroupCondition = .everyone, opens: Bool = false) {
                guard seats != Vacancies.noLimit else { return }
                rows.append(
                    SeatLimitRow(facility: id, ages: AgeSet(ages), group: group, seats: Int(seats), opens: opens))
            }
            let offered = (0...5).filter { places.isOffered(facility, age: $0) }
            add(vacancies.younger[facility], offered.filter { $0 < 3 })
            add(vacancies.older[facility], [3, 4, 5], opens: places.pooling[facility] == .openOlder)
            add(vacancies.total[facility], offered)
            add(vacancies.support[facility], offered, .members(of: "support"))
            add(vacancies.notGraduates[facility], [3], .others(than: "partner-graduates"))
        }
        return rows
            + places.pairs.enumerated().map { index, pair in
                SeatLimitRow(
                    facility: ids[pair.main], sharedWith: [ids[pair.branch]], ages: pair.ages,
                    seats: Int(vacancies.shared[index]))
            }
    }
}

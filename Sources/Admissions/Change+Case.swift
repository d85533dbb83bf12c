extension Change {
    /// The case with the change; `nil` if the case has nothing to change, or would have to be resolved again.
    ///
    /// All indices stay valid, and everything stays in the order of the ids. The result is for solving again; there may be no
    /// files that would give this case.
    ///
    /// - Complexity: O(households + facilities) to find an id, plus the copy of the arrays that change.
    public func applied(to subject: Case) -> Case? {
        switch self {
        case .seats, .drawSeed, .attribute: return nil
        case .timing(let id, let timing):
            guard timing == .any, let (household, answer) = subject.answer(of: id), answer.timing != .any
            else { return nil }
            return subject.answering(
                SiblingAnswer(timing: timing, facility: answer.facility, lead: nil, preferred: answer.preferred),
                in: household)
        case .facility(let id, let facility):
            guard let (household, answer) = subject.answer(of: id), facility != answer.facility,
                facility != .near || subject.rules.siblings.nearKilometres != nil
            else { return nil }
            return subject.answering(
                SiblingAnswer(
                    timing: answer.timing, facility: facility, lead: answer.lead, preferred: answer.preferred),
                in: household)
        case .setting(let setting): return subject.ranking(by: setting)
        case .usableSeat(let id, let ageClass): return subject.addingSeat(at: id, ageClass: ageClass)
        case .limitSeats(let limits, let amount): return subject.changingSeats(by: amount, atLimits: limits)
        case .answer(let household, let answer): return subject.answering(answer, in: household)
        case .list(let household, let outcomes): return subject.listing(outcomes, for: household)
        case .draw(let child, let beforeOthers): return subject.drawing(child, beforeOthers: beforeOthers)
        case .value(let child, let key, let wish, let value):
            return subject.setting(key: key, of: child, at: wish, to: value)
        case .points(let children, let points): return subject.adding(points: points, to: children)
        }
    }
}

extension Case {
    /// The index and the sibling answer of the household with this id; `nil` if it has no answer.
    ///
    /// - Complexity: O(households).
    package func answer(of id: HouseholdID) -> (household: Int, answer: SiblingAnswer)? {
        for (index, household) in households.enumerated() where household.id == id {
            if case .answer(let answer) = household.wishes { return (index, answer) }
        }
        return nil
    }

    fileprivate func addingSeat(at id: FacilityID, ageClass: Int) -> Case? {
        guard let facility = facilities.firstIndex(where: { $0.id == id }) else { return nil }
        let covering = facilities[facility].limits.filter {
            limits[$0].ages.contains(age: ageClass) && limits[$0].group == .everyone
        }
        guard covering.contains(where: { limits[$0].offersItsAges }) else { return nil }
        return changingSeats(by: .more(1), atLimits: covering)
    }

    /// The case with more or fewer seats at these limits.
    ///
    /// - Returns: `nil` if a number of seats would be too large.
    fileprivate func changingSeats(by amount: Change.Amount, atLimits changed: [Int]) -> Case? {
        var copy = self
        for index in changed {
            guard let seats = amount.seats(from: limits[index].seats) else { return nil }
            copy.limits[index].seats = seats
            let limit = limits[index]
            if limit.isClassLimit {
                let age = limit.ages.ages[0]
                copy.facilities[limit.facility].seats[age] = copy.limits[index].vacancies
            }
        }
        return copy
    }

    /// The case in which a household gave another sibling answer, in place of its own or of its table.
    fileprivate func answering(_ answer: SiblingAnswer, in household: Int) -> Case {
        var copy = self
        copy.households[household].wishes = .answer(answer)
        return copy
    }

    /// The case in which the draw puts a child before, or behind, all who are equal to it in every key.
    fileprivate func drawing(_ child: Int, beforeOthers: Bool) -> Case {
        var copy = self
        let isAscending = rules.priority.first { $0.source == .draw }?.order != .descending
        let isFirst = beforeOthers == isAscending
        copy.children[child].draw =
            switch children[child].draw {
            case .given: .given(ExactNumber(isFirst ? .min / 2 : .max / 2))
            case .seeded: .seeded(isFirst ? .first : .last)
            }
        return copy
    }

    /// The case in which a household ranks these outcomes, best first, in place of its answer.
    fileprivate func listing(_ outcomes: [[Int32]], for household: Int) -> Case {
        var copy = self
        copy.households[household].wishes = .table(
            JointTable(choices: outcomes.flatMap { $0 }, memberCount: households[household].members.count))
        return copy
    }

    /// The case with another setting of how siblings' wishes are ranked; `nil` for any other setting, because that is needed when
    /// the case is resolved.
    fileprivate func ranking(by setting: RuleSetting) -> Case? {
        var copy = self
        switch setting {
        case .aggregate(let value): copy.rules.siblings.aggregate = value
        case .countFirst(let value): copy.rules.siblings.countFirst = value
        case .keptSeat(let value): copy.rules.siblings.keptSeat = value
        case .timing, .facility, .householdPriority, .objective, .priority: return nil
        }
        return copy
    }

    /// The case with another value at a priority key for one child, at one of its wishes or everywhere; the key is not `points`.
    ///
    /// What counts where no wish is meant is the best of the wishes where the child has nothing else.
    fileprivate func setting(key: Int, of child: Int, at wish: Int?, to value: KeyValue) -> Case {
        precondition(rules.priority[key].source != .points, "points are changed by adding to them")
        var copy = self
        if let position = wishKeyValues.keys.firstIndex(of: key) {
            for index in children[child].wishes.indices where wish == nil || wish == index {
                copy.wishKeyValues.values[wishKeyValues.place(child: child, wish: index, position: position)] = value
            }
        }
        let place = child * rules.priority.count + key
        if wish == nil {
            copy.keyValues[place] = value
        } else if isOfWishesAlone(key: key, child: child) {
            let values = children[child].wishes.indices.compactMap { copy.keyValue(child: child, wish: $0, key: key) }
            copy.keyValues[place] = rules.priority[key].order == .ascending ? values.min() : values.max()
        }
        return copy
    }

    /// Whether a child has nothing of its own at a key, so that the best of its wishes counts where no wish is meant.
    private func isOfWishesAlone(key: Int, child: Int) -> Bool {
        let rule = rules.priority[key]
        switch rule.source {
        case .wishRank, .siblingAtFacility, .livesInArea, .met: return true
        case .attribute:
            guard let column = attributeNames.firstIndex(of: rule.name) else { return true }
            return children[child].attributes[column].isEmpty
        // A part is computed without a wish too.
        case .points, .draw, .birthDate, .ageClass, .part: return false
        }
    }

    /// The case with more or fewer points for these children, at every wish.
    ///
    /// - Returns: `nil` if a sum does not fit.
    fileprivate func adding(points: ExactNumber, to children: [Int]) -> Case? {
        var copy = self
        for child in children {
            if let own = self.children[child].points {
                guard let sum = own.adding(points) else { return nil }
                copy.children[child].points = sum
            }
            for wish in self.children[child].wishes.indices {
                guard let own = self.children[child].wishes[wish].points else { continue }
                guard let sum = own.adding(points) else { return nil }
                copy.children[child].wishes[wish].points = sum
            }
            for (key, entry) in rules.priority.enumerated() where entry.source == .points {
                copy.keyValues[child * rules.priority.count + key] = copy.children[child].points.map(KeyValue.number)
            }
        }
        return copy
    }
}

extension Case {
    /// The case with these children fixed by staff; a pin that a child has already is replaced.
    ///
    /// - Parameters:
    ///   - places: Children, each once, with the index of the facility where each ends up. With `nil` or the present facility
    ///     the child is held, or stays if it is a transfer applicant.
    ///   - by: The staff id of the person who decided it.
    ///   - reason: The reason, in a sentence.
    /// - Complexity: O(pins log pins), plus the copy of the array that changes.
    public func pinning(_ places: [(child: Int, facility: Int?)], by: String, reason: String) -> Case {
        if places.isEmpty { return self }
        let replaced = Set(places.map(\.child))
        var copy = self
        copy.pins.removeAll { replaced.contains($0.child) }
        for (child, facility) in places {
            let moved = facility == children[child].currentFacility ? nil : facility
            let choice = moved.map { facility in
                children[child].wishes.firstIndex { $0.facility == facility }.map(Int32.init) ?? Allocation.elsewhere
            }
            copy.pins.append(
                Pin(child: child, facility: moved, choice: choice ?? Allocation.baseline, by: by, reason: reason))
        }
        copy.pins.sort { $0.child < $1.child }
        return copy
    }
}

/// The same case with one thing otherwise, to ask what would have happened.
///
/// What comes back is a case that no file gives; it is for solving again, not for writing.
extension Case {
    /// The case with so many more seats at a limit.
    ///
    /// - Complexity: O(1) beside the copy of the arrays that change.
    public func adding(seats: Int, toLimit index: Int) -> Case {
        var copy = self
        copy.limits[index].seats += seats
        let limit = limits[index]
        if limit.isClassLimit {
            let age = limit.ages.ages[0]
            copy.facilities[limit.facility].seats[age] = copy.limits[index].vacancies
        }
        return copy
    }

    /// The case in which a household gave another sibling answer, in place of its own or of its table.
    public func answering(_ answer: SiblingAnswer, in household: Int) -> Case {
        var copy = self
        copy.households[household].wishes = .answer(answer)
        return copy
    }

    /// The case in which the draw puts a child before, or behind, all who are equal to it in every key.
    public func drawing(_ child: Int, beforeOthers: Bool) -> Case {
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
    ///
    /// - Parameter outcomes: For each its members' wishes, or ``Allocation/baseline``, without the outcome of all baselines.
    public func listing(_ outcomes: [[Int32]], for household: Int) -> Case {
        var copy = self
        copy.households[household].wishes = .table(
            JointTable(choices: outcomes.flatMap { $0 }, memberCount: households[household].members.count))
        return copy
    }

    /// The case with another setting of how siblings' wishes are ranked; answers that were given or filled stay.
    public func ranking(by setting: RuleSetting) -> Case {
        var copy = self
        do { try setting.apply(to: &copy.rules) } catch {
            preconditionFailure("a sibling setting can be given: \(error)")
        }
        return copy
    }

    /// The case with another value at a priority key for one child; the key is not `points`.
    public func setting(key: Int, of child: Int, to value: KeyValue) -> Case {
        precondition(rules.priority[key].source != .points, "points are changed by adding to them")
        var copy = self
        copy.keyValues[child * rules.priority.count + key] = value
        return copy
    }

    /// The case with so many more points for these children, at every wish.
    ///
    /// - Returns: `nil` where a sum does not fit.
    public func adding(points: ExactNumber, to children: [Int]) -> Case? {
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
    /// - Parameter places: Children, each once, with the index of the facility where each ends up; `nil`, or the present
    ///   facility: held, or for a transfer applicant staying.
    /// - Complexity: O(pins log pins) beside the copy of the array that changes.
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

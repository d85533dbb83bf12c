import Admissions

/// Who comes before whom, at a facility and among households, written from section 2 of the rules.
public struct PriorityOrder: Sendable {
    private let subject: Case

    public init(of subject: Case) { self.subject = subject }

    /// The children who are at the facility or wish it, the first to get a seat first.
    public func children(at facility: Int) -> [Int] {
        let staying = subject.children.indices.filter { subject.children[$0].currentFacility == facility }
        let wishing = subject.children.indices.compactMap { child -> Standing? in
            guard let wish = subject.children[child].wishes.firstIndex(where: { $0.facility == facility }) else {
                return nil
            }
            return standing(
                of: child, at: wish, points: points(of: child, at: subject.children[child].wishes[wish]))
        }
        return staying + wishing.sorted(by: comesBefore).map(\.child)
    }

    /// Indices of the households, the first to choose first.
    public func households() -> [Int] {
        let general = subject.children.indices
            .map { standing(of: $0, at: nil, points: subject.children[$0].generalPoints) }
            .sorted(by: comesBefore)
        var ordered: [Int] = []
        for household in general.map({ subject.children[$0.child].household }) where !ordered.contains(household) {
            ordered.append(household)
        }
        return ordered
    }

    // MARK: Values

    /// What is compared of one child: a value for each key, then the child itself for the draw and the id.
    private struct Standing {
        let child: Int
        let values: [KeyValue?]
    }

    /// - Parameter wish: `nil` where no wish is meant.
    private func standing(of child: Int, at wish: Int?, points: ExactNumber?) -> Standing {
        let values = subject.rules.priority.indices.map { key -> KeyValue? in
            if subject.rules.priority[key].name == "points" { return points.map(KeyValue.number) }
            guard isComputed(key) else {
                if let value = restricted(key, of: child, at: wish) { return value }
                return wish.map { subject.keyValue(child: child, wish: $0, key: key) }
                    ?? subject.keyValue(child: child, key: key)
            }
            if let wish { return computed(key, of: child, at: wish) }
            let all = subject.children[child].wishes.indices.map { computed(key, of: child, at: $0) }
            return subject.rules.priority[key].order == .ascending ? all.min() : all.max()
        }
        return Standing(child: child, values: values)
    }

    /// The value at a key that is for some only, where its conditions are those that can be told from the case; `nil` elsewhere.
    private func restricted(_ key: Int, of child: Int, at wish: Int?) -> KeyValue?? {
        let rule = subject.rules.priority[key]
        guard !rule.onlyWhen.isEmpty else { return nil }
        func value(at wish: Int) -> KeyValue? {
            let applicant = subject.children[child]
            let isMet = rule.onlyWhen.conditions.allSatisfy { condition in
                switch condition {
                case .wishRank: wish == 0
                case .sameFacility: applicant.siblingFacilities.contains(applicant.wishes[wish].facility)
                case .attribute(let name, .oneOf(let texts)):
                    texts.contains(applicant.attributes[subject.attributeNames.firstIndex(of: name)!])
                default: preconditionFailure("the markets have no such condition")
                }
            }
            let points = applicant.wishes[wish].points ?? applicant.points ?? 0
            let isInRange = rule.onlyWhen.parts.allSatisfy { ($0.from ?? points) <= points }
            if rule.name == "met" { return .number(isMet && isInRange ? 1 : 0) }
            let text = applicant.attributes[subject.attributeNames.firstIndex(of: rule.name)!]
            return isMet && isInRange ? ExactNumber(text).map(KeyValue.number) : nil
        }
        if let wish { return .some(value(at: wish)) }
        // Every restriction of the markets looks at the wish, so the best wish stands for the child.
        let all = subject.children[child].wishes.indices.compactMap { value(at: $0) }
        let best = rule.order == .ascending ? all.min() : all.max()
        return .some(best ?? (rule.name == "met" ? .number(0) : nil))
    }

    /// Whether the key is known by its name, and no column of the children's table has the name.
    private func isComputed(_ key: Int) -> Bool {
        let name = subject.rules.priority[key].name
        return ["wish_rank", "sibling_at_facility", "lives_in_area"].contains(name)
            && !subject.attributeNames.contains(name)
    }

    /// What the key is at a wish, written from section 2 of the rules.
    private func computed(_ key: Int, of child: Int, at wish: Int) -> KeyValue {
        let facility = subject.children[child].wishes[wish].facility
        switch subject.rules.priority[key].name {
        case "wish_rank": return .number(ExactNumber(wish + 1))
        case "sibling_at_facility":
            return .number(subject.children[child].siblingFacilities.contains(facility) ? 1 : 0)
        default:
            let column = subject.attributeNames.firstIndex(of: subject.rules.priority[key].column!)!
            let home = subject.children[child].attributes[column]
            return .number(home != "" && home == subject.facilities[facility].ward ? 1 : 0)
        }
    }

    /// The points that count at the wish under the round's `householdPriority`; `nil` is blank.
    private func points(of child: Int, at wish: Wish) -> ExactNumber? {
        guard subject.rules.householdPriority != .each else { return wish.points ?? subject.children[child].points }
        // Every child of the household has its points, also one that has none of its own and so nothing that a wish adds.
        guard let shared = householdPoints(of: child) else { return nil }
        guard let own = subject.children[child].generalPoints else { return shared }
        return shared.adding((wish.points ?? own).subtracting(own)!)!
    }

    /// The best, worst or mean of the points of all children with the child's household id.
    private func householdPoints(of child: Int) -> ExactNumber? {
        let all = subject.children.filter { $0.householdID == subject.children[child].householdID }
            .compactMap(\.generalPoints)
        if all.isEmpty { return nil }
        let isDescending = subject.rules.priority.first { $0.name == "points" }?.order != .ascending
        return switch subject.rules.householdPriority {
        case .each: preconditionFailure("each child has its own points")
        case .best: isDescending ? all.max() : all.min()
        case .worst: isDescending ? all.min() : all.max()
        case .mean: all.reduce(ExactNumber(0)) { $0.adding($1)! }.divided(by: all.count)
        }
    }

    // MARK: Comparing

    private func comesBefore(_ left: Standing, _ right: Standing) -> Bool {
        for (index, key) in subject.rules.priority.enumerated() {
            if key.name == "draw" {
                let (leftDraw, rightDraw) = (subject.children[left.child].draw, subject.children[right.child].draw)
                if leftDraw != rightDraw { return (leftDraw < rightDraw) == (key.order == .ascending) }
                continue
            }
            switch (left.values[index], right.values[index]) {
            case (nil, nil): continue
            case (nil, _?): return key.blank == .first
            case (_?, nil): return key.blank != .first
            case (let leftValue?, let rightValue?):
                if leftValue != rightValue { return (leftValue < rightValue) == (key.order == .ascending) }
            }
        }
        let (leftChild, rightChild) = (subject.children[left.child], subject.children[right.child])
        if leftChild.draw != rightChild.draw { return leftChild.draw < rightChild.draw }
        return leftChild.id < rightChild.id
    }
}

import Admissions

/// Who comes before whom, at a facility and among households, written from section 2 of the rules.
public struct PriorityOrder: Sendable {
    private let subject: Case

    public init(of subject: Case) { self.subject = subject }

    /// The children who are at the facility or wish it, the first to get a seat first.
    public func children(at facility: Int) -> [Int] {
        let staying = subject.children.indices.filter { subject.children[$0].currentFacility == facility }
        let wishing = subject.children.indices.compactMap { child -> Standing? in
            let wish = subject.children[child].wishes.first { $0.facility == facility }
            return wish.map { standing(of: child, points: points(of: child, at: $0)) }
        }
        return staying + wishing.sorted(by: comesBefore).map(\.child)
    }

    /// Whether a child comes before another, each at a facility that it wishes; the facilities may be two of one limit.
    public func precedes(_ child: Int, at facility: Int, _ other: Int, at place: Int) -> Bool {
        func standing(_ child: Int, _ facility: Int) -> Standing {
            let wish = subject.children[child].wishes.first { $0.facility == facility }!
            return self.standing(of: child, points: points(of: child, at: wish))
        }
        return comesBefore(standing(child, facility), standing(other, place))
    }

    /// Indices of the households, the first to choose first.
    public func households() -> [Int] {
        let general = subject.children.indices
            .map { standing(of: $0, points: subject.children[$0].generalPoints) }
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

    private func standing(of child: Int, points: ExactNumber?) -> Standing {
        let values = subject.rules.priority.indices.map { key in
            subject.rules.priority[key].name == "points"
                ? points.map(KeyValue.number) : subject.keyValue(child: child, key: key)
        }
        return Standing(child: child, values: values)
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

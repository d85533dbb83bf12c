import Admissions

/// Who comes before whom at a facility: the keys in turn, then the draw, then the id.
///
/// Source: Rules.md 2.
public struct Comparator: Sendable {
    private let subject: Case
    /// For each child what replaces its own points; `nil` where it has none, empty where each child's own count.
    private let shared: [ExactNumber?]

    public init(of subject: Case) {
        self.subject = subject
        guard subject.rules.householdPriority != .each else {
            shared = []
            return
        }
        var ofHousehold: [HouseholdID: [ExactNumber]] = [:]
        for child in subject.children {
            if let points = child.generalPoints { ofHousehold[child.householdID, default: []].append(points) }
        }
        let smallIsGood = subject.rules.priority.contains { $0.name == "points" && $0.order == .ascending }
        let agreed = ofHousehold.mapValues { points -> ExactNumber in
            let sorted = points.sorted { smallIsGood ? $0 < $1 : $1 < $0 }
            switch subject.rules.householdPriority {
            case .each, .best: return sorted.first!
            case .worst: return sorted.last!
            case .mean:
                var sum = ExactNumber(0)
                for number in points {
                    guard let next = sum.adding(number) else { preconditionFailure("the points overflow") }
                    sum = next
                }
                return sum.divided(by: points.count)!
            }
        }
        shared = subject.children.map { $0.generalPoints == nil ? nil : agreed[$0.householdID] }
    }

    /// The points that count for the child at its wish: of the wish where it has some, else its own; under
    /// ``HouseholdPriority`` the household's, with what the wish adds to the child's own.
    public func points(of child: Int, at wish: Int) -> ExactNumber? {
        let applicant = subject.children[child]
        let plain = applicant.wishes[wish].points ?? applicant.points
        if shared.isEmpty { return plain }
        guard let household = shared[child], let own = applicant.generalPoints else { return nil }
        guard let plain else { return household }
        return plain.subtracting(own).flatMap(household.adding)
    }

    /// The child's value at each key for its wish, in the order of the comparator; `nil` is blank, and at `draw`.
    public func values(of child: Int, at wish: Int) -> [KeyValue?] {
        subject.rules.priority.indices.map { key in
            subject.rules.priority[key].name == "points"
                ? points(of: child, at: wish).map(KeyValue.number) : subject.keyValue(child: child, key: key)
        }
    }

    /// A child who wants a seat by one of its wishes.
    struct Candidate {
        let child: Int
        let points: ExactNumber?
    }

    func candidate(_ child: Int, at wish: Int) -> Candidate {
        Candidate(child: child, points: points(of: child, at: wish))
    }

    /// Whether the first child at its wish comes before the second at its own; both wishes are for one facility.
    public func precedes(_ first: Int, at firstWish: Int, _ second: Int, at secondWish: Int) -> Bool {
        precedes(candidate(first, at: firstWish), candidate(second, at: secondWish))
    }

    /// Whether `first` comes before `second`; they are different children who want a seat at one facility.
    func precedes(_ first: Candidate, _ second: Candidate) -> Bool {
        let (one, other) = (subject.children[first.child], subject.children[second.child])
        for (index, key) in subject.rules.priority.enumerated() {
            var order = 0
            switch key.name {
            case "draw": order = compare(one.draw, other.draw, key.order)
            case "points": order = compare(first.points, second.points, key)
            default:
                order = compare(
                    subject.keyValue(child: first.child, key: index), subject.keyValue(child: second.child, key: index),
                    key)
            }
            if order != 0 { return order < 0 }
        }
        let order = compare(one.draw, other.draw, .ascending)
        return order != 0 ? order < 0 : one.id < other.id
    }

    /// Below 0: the first comes before; a blank stands where the key puts it, whichever way the key runs.
    private func compare<Value: Comparable>(_ first: Value?, _ second: Value?, _ key: PriorityKey) -> Int {
        switch (first, second) {
        case (nil, nil): 0
        case (nil, _): key.blank == .first ? -1 : 1
        case (_, nil): key.blank == .first ? 1 : -1
        case (let first?, let second?): compare(first, second, key.order)
        }
    }

    private func compare<Value: Comparable>(_ first: Value, _ second: Value, _ order: PriorityKey.Order) -> Int {
        if first == second { return 0 }
        return (first < second) == (order == .ascending) ? -1 : 1
    }
}

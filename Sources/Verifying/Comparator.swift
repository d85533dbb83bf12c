import Admissions

/// The priority order of children at a facility: by the keys in turn, then by the draw, then by the id.
///
/// It is a class because it is passed to every place where two children are compared, and a copy would cost as much as the
/// comparison.
///
/// Source: Rules.md 2.
public final class Comparator: Sendable {
    private let subject: Case
    /// For each child its own points, separate from the other data of the child, because nearly every comparison needs them.
    private let own: [OwnPoints]
    /// For each child the points that replace its own, or `nil` if they are blank. Empty if each child's own points count.
    private let shared: [ExactNumber?]
    /// The keys in the order of comparison.
    private let keys: [Key]
    /// For child `c` and key `k` at `c * keys.count + k` its value as a whole number, smaller first; 0 at `points` and
    /// `draw`. At a key that depends on the wish what counts where no wish is meant.
    private let standings: [Int64]
    /// The same by wish, for the keys that depend on it: for the wish of row `r` and the key at column `k` at
    /// `r * wishKeyCount + k`.
    private let wishStandings: [Int64]
    private let wishKeyCount: Int

    private struct OwnPoints {
        let points: ExactNumber?
        /// Whether the same points count at every wish.
        let countEverywhere: Bool
    }

    /// How one key compares.
    private enum Key {
        /// The points, which depend on the wish.
        case points(PriorityKey.Order, blankIsFirst: Bool)
        case draw(PriorityKey.Order)
        /// A value that belongs to the child; it is in ``standings``.
        case own
        /// A value that depends on the wish, in this column of the standings by wish.
        case ofWish(Int)
    }

    public init(of subject: Case) {
        self.subject = subject
        own = subject.children.indices.map { child in
            OwnPoints(
                points: subject.children[child].points,
                countEverywhere: subject.children[child].wishes.allSatisfy { $0.points == nil })
        }
        shared = Self.sharedPoints(of: subject)
        let priority = subject.rules.priority
        let wishKeys = subject.wishKeyValues.keys
        keys = priority.enumerated().map { index, key in
            switch key.source {
            case .points: .points(key.order, blankIsFirst: key.blank == .first)
            case .draw: .draw(key.order)
            case .birthDate, .ageClass, .attribute, .wishRank, .siblingAtFacility, .livesInArea, .part, .met:
                wishKeys.firstIndex(of: index).map(Key.ofWish) ?? .own
            }
        }
        let count = subject.children.count
        var standings = [Int64](repeating: 0, count: count * priority.count)
        wishKeyCount = wishKeys.count
        var wishStandings = [Int64](repeating: 0, count: subject.wishKeyValues.rowCount * wishKeys.count)
        for (index, key) in priority.enumerated() where key.source != .points && key.source != .draw {
            var values = subject.children.indices.map { subject.keyValue(child: $0, key: index) }
            let column = wishKeys.firstIndex(of: index)
            if let column { values += Self.values(atWishesOf: subject, column) }
            let places = Self.places(of: values, key)
            for child in 0..<count { standings[child * priority.count + index] = places[child] }
            if let column {
                for row in 0..<places.count - count {
                    wishStandings[row * wishKeys.count + column] = places[count + row]
                }
            }
        }
        self.standings = standings
        self.wishStandings = wishStandings
    }

    /// One key's values at the wishes of all children, by child, then by wish.
    private static func values(atWishesOf subject: Case, _ column: Int) -> [KeyValue?] {
        let table = subject.wishKeyValues
        var values = [KeyValue?](repeating: nil, count: table.rowCount)
        for child in subject.children.indices {
            for wish in subject.children[child].wishes.indices {
                values[table.row(child: child, wish: wish)] = table.value(child: child, wish: wish, position: column)
            }
        }
        return values
    }

    /// For each child the points that replace its own; empty if each child's own points count.
    private static func sharedPoints(of subject: Case) -> [ExactNumber?] {
        if subject.rules.householdPriority == .each { return [] }
        var ofHousehold: [HouseholdID: [ExactNumber]] = [:]
        for child in subject.children {
            if let points = child.generalPoints { ofHousehold[child.householdID, default: []].append(points) }
        }
        let smallIsGood = subject.rules.priority.contains { $0.source == .points && $0.order == .ascending }
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
        return subject.children.map { agreed[$0.householdID] }
    }

    /// The values of one key as whole numbers with the same order, smaller first. Blanks come where the key says, whether it is
    /// ascending or descending.
    private static func places(of values: [KeyValue?], _ key: PriorityKey) -> [Int64] {
        var places: [Int64] = []
        places.reserveCapacity(values.count)
        let blank = key.blank == .first ? Int64.min : .max
        let sign: Int64 = key.order == .ascending ? 1 : -1
        for value in values {
            switch value {
            case nil: places.append(blank)
            case .date(let date): places.append(sign * Int64(date.dayNumber))
            case .number(let number) where number.isInteger && (-Int64.max / 2...Int64.max / 2) ~= number.numerator:
                places.append(sign * number.numerator)
            case .number:
                // Some values are not whole numbers, or as large as what stands for a blank: all are replaced by their ranks.
                let distinct = Set(values.compactMap { $0 }).sorted().enumerated()
                let rank = Dictionary(uniqueKeysWithValues: distinct.map { ($1, Int64($0)) })
                return values.map { $0.map { sign * rank[$0]! } ?? blank }
            }
        }
        return places
    }

    /// The points that count for the child at its wish: those of the wish, if it has any, else those of the child. If
    /// `HouseholdPriority` replaces them, the household's points count, plus what the wish adds to the child's own.
    public func points(of child: Int, at wish: Int) -> ExactNumber? {
        var plain = own[child].points
        if !own[child].countEverywhere, let other = subject.children[child].wishes[wish].points { plain = other }
        if shared.isEmpty { return plain }
        guard let household = shared[child] else { return nil }
        guard let plain, let own = subject.children[child].generalPoints else { return household }
        return plain.subtracting(own).flatMap(household.adding)
    }

    /// Whether the same points count for the child at every wish.
    public func hasOnePoints(_ child: Int) -> Bool { own[child].countEverywhere }

    /// The points that count for the child at the facility, which it wishes.
    public func points(of child: Int, atFacility facility: Int) -> ExactNumber? {
        // In nearly all cases the wish does not matter.
        if shared.isEmpty, own[child].countEverywhere { return own[child].points }
        return points(of: child, at: subject.children[child].wishes.firstIndex { $0.facility == facility }!)
    }

    /// The child's value for each key at its wish, in the order of comparison; `nil` if it is blank, and for the key `draw`.
    public func values(of child: Int, at wish: Int) -> [KeyValue?] {
        keys.indices.map { value(of: child, at: wish, key: $0) }
    }

    /// The child's value at a key for its wish; `nil` is blank, and at `draw`.
    public func value(of child: Int, at wish: Int, key: Int) -> KeyValue? {
        switch keys[key] {
        case .points: points(of: child, at: wish).map(KeyValue.number)
        case .draw, .own: subject.keyValue(child: child, key: key)
        case .ofWish(let column): subject.wishKeyValues.value(child: child, wish: wish, position: column)
        }
    }

    /// A child who wants a seat by one of its wishes.
    package struct Candidate: Sendable {
        let child: Int
        let points: ExactNumber?
        /// The wish among those of all children; -1 where none is meant, or no key but `points` depends on it.
        let row: Int32
    }

    package func candidate(_ child: Int, at wish: Int) -> Candidate {
        Candidate(
            child: child, points: points(of: child, at: wish),
            row: wishKeyCount == 0 ? -1 : Int32(subject.wishKeyValues.row(child: child, wish: wish)))
    }

    /// The child where no wish is meant.
    func candidate(_ child: Int) -> Candidate {
        Candidate(child: child, points: subject.children[child].generalPoints, row: -1)
    }

    /// The candidate's standing at a key that depends on the wish.
    private func standing(of candidate: Candidate, _ column: Int, key: Int) -> Int64 {
        candidate.row < 0
            ? standings[candidate.child * keys.count + key] : wishStandings[Int(candidate.row) * wishKeyCount + column]
    }

    /// Whether the first child at its wish comes before the second at its own; both wishes are for one facility.
    public func precedes(_ first: Int, at firstWish: Int, _ second: Int, at secondWish: Int) -> Bool {
        precedes(candidate(first, at: firstWish), candidate(second, at: secondWish))
    }

    /// Whether `first` comes before `second`; they are different children who want a seat at one facility.
    package func precedes(_ first: Candidate, _ second: Candidate) -> Bool {
        for index in keys.indices {
            var order = 0
            switch keys[index] {
            case .points(let direction, let blankIsFirst):
                order = compare(first.points, second.points, direction, blankIsFirst: blankIsFirst)
            case .draw(let direction): order = compareDraws(first.child, second.child, direction)
            case .own:
                let one = standings[first.child * keys.count + index]
                let other = standings[second.child * keys.count + index]
                order = one < other ? -1 : one > other ? 1 : 0
            case .ofWish(let column):
                let one = standing(of: first, column, key: index)
                let other = standing(of: second, column, key: index)
                order = one < other ? -1 : one > other ? 1 : 0
            }
            if order != 0 { return order < 0 }
        }
        let order = compareDraws(first.child, second.child, .ascending)
        return order != 0 ? order < 0 : subject.children[first.child].id < subject.children[second.child].id
    }

    /// Whether two children who want a seat at the same facility by these wishes differ only in the draw.
    public func areEqualButForDraw(_ first: Int, at firstWish: Int, _ second: Int, at secondWish: Int) -> Bool {
        let (one, other) = (candidate(first, at: firstWish), candidate(second, at: secondWish))
        return keys.indices.allSatisfy { index in
            switch keys[index] {
            case .points: one.points == other.points
            case .draw: true
            case .own: standings[first * keys.count + index] == standings[second * keys.count + index]
            case .ofWish(let column): standing(of: one, column, key: index) == standing(of: other, column, key: index)
            }
        }
    }

    /// A fingerprint that is the same for two children for whom ``areEqualButForDraw(_:at:_:at:)`` holds, and hardly ever for
    /// others.
    public func fingerprintButForDraw(of child: Int, at wish: Int) -> UInt64 {
        var print = Fingerprint()
        for index in keys.indices {
            switch keys[index] {
            case .points: print.mix(points(of: child, at: wish).map(KeyValue.number))
            case .draw: break
            case .own: print.mix(Int(standings[child * keys.count + index]))
            case .ofWish(let column): print.mix(Int(standing(of: candidate(child, at: wish), column, key: index)))
            }
        }
        return print.value
    }

    /// What tells two children apart who want a seat at one facility: the first key in which they differ, else the draw, else
    /// the id.
    package func decidingKey(_ first: Candidate, _ second: Candidate) -> DecidingKey {
        for index in keys.indices {
            switch keys[index] {
            case .points: if first.points != second.points { return .key(index) }
            case .draw(let direction):
                if compareDraws(first.child, second.child, direction) != 0 { return .draw }
            case .own:
                let place = (first.child * keys.count + index, second.child * keys.count + index)
                if standings[place.0] != standings[place.1] { return .key(index) }
            case .ofWish(let column):
                if standing(of: first, column, key: index) != standing(of: second, column, key: index) {
                    return .key(index)
                }
            }
        }
        return compareDraws(first.child, second.child, .ascending) != 0 ? .draw : .id
    }

    private func compareDraws(_ first: Int, _ second: Int, _ order: PriorityKey.Order) -> Int {
        compare(subject.children[first].draw, subject.children[second].draw, order)
    }

    /// Compares two values; the result is below 0 if the first comes before the second. Blanks come where the key says, whether
    /// it is ascending or descending.
    private func compare(
        _ first: ExactNumber?, _ second: ExactNumber?, _ order: PriorityKey.Order, blankIsFirst: Bool
    ) -> Int {
        switch (first, second) {
        case (nil, nil): 0
        case (nil, _): blankIsFirst ? -1 : 1
        case (_, nil): blankIsFirst ? 1 : -1
        case (let first?, let second?): compare(first, second, order)
        }
    }

    private func compare<Value: Comparable>(_ first: Value, _ second: Value, _ order: PriorityKey.Order) -> Int {
        if first == second { return 0 }
        return (first < second) == (order == .ascending) ? -1 : 1
    }
}

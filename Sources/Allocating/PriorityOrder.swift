import Admissions

/// The comparator of a case, compiled to integers.
///
/// The value of every key is replaced by its rank among all values that occur, compared exactly. Children and wishes are then
/// ordered by stable counting sorts from the last key to the first, so no key is ever mixed with another.
///
/// - Complexity: O(keys * (children + wishes)) after sorting the distinct values of each key.
struct PriorityOrder {
    /// For wish `w` of child `c`, at `wishStart[c] + w`: its position among all wishes of the case, smaller first. The wishes
    /// of a child that have no points of their own share one, where no other key depends on the wish.
    private(set) var wishPosition: [Int32] = []
    /// Offsets into ``wishPosition``, one more than there are children.
    private(set) var wishStart: [Int32] = [0]
    /// Households of the case, best first: the household order of Rules.md 3.
    private(set) var households: [Int32] = []

    /// - Parameter threads: How many threads may sort at the same time; the order is the same with any number.
    init(_ subject: Case, threads: Int = 1) {
        wishStart.reserveCapacity(subject.children.count + 1)
        for child in subject.children { wishStart.append(wishStart.last! + Int32(child.wishes.count)) }
        let (drawRank, drawKey) = Self.drawRanks(subject, threads: threads)
        let households = Background(threads: threads) {
            Self.orderHouseholds(subject, drawRank: drawRank, drawKey: drawKey)
        }
        wishPosition = Self.orderWishes(subject, drawRank: drawRank, drawKey: drawKey, PointsInPlay(subject))
        self.households = households.value
    }

    private static func orderWishes(
        _ subject: Case, drawRank: [Int32], drawKey: [Int32], _ points: PointsInPlay
    ) -> [Int32] {
        // What is sorted: a child with all its wishes that have no points of their own, and each wish that has some; every wish
        // by itself where other keys depend on it.
        let wishKeys = subject.wishKeyValues.keys
        var child: [Int32] = []
        var values: [ExactNumber?] = []
        var entryOfWish: [Int32] = []
        var rankOfEntry: [Int32] = []
        for index in subject.children.indices {
            var shared: Int32?
            for (rank, wish) in subject.children[index].wishes.enumerated() {
                if wish.points == nil, wishKeys.isEmpty, let shared {
                    entryOfWish.append(shared)
                    continue
                }
                if wish.points == nil { shared = Int32(child.count) }
                entryOfWish.append(Int32(child.count))
                child.append(Int32(index))
                values.append(points.points(of: index, at: wish, in: subject))
                if !wishKeys.isEmpty { rankOfEntry.append(Int32(rank)) }
            }
        }
        var order = Self.sorted(Array(0..<Int32(child.count)), by: child.map { drawRank[Int($0)] })
        for (key, rule) in subject.rules.priority.enumerated().reversed() {
            switch rule.source {
            case .draw:
                let ranks = child.map { rule.order == .ascending ? drawKey[Int($0)] : -drawKey[Int($0)] }
                order = Self.sorted(order, by: ranks)
            case .points:
                order = Self.sorted(order, by: Self.ranks(of: values.map { $0.map(KeyValue.number) }, rule))
            case _ where wishKeys.contains(key):
                let values = child.indices.map {
                    subject.keyValue(child: Int(child[$0]), wish: Int(rankOfEntry[$0]), key: key)
                }
                order = Self.sorted(order, by: Self.ranks(of: values, rule))
            case .birthDate, .ageClass, .attribute, .wishRank, .siblingAtFacility, .livesInArea, .part, .met:
                let perChild = Self.ranks(
                    of: subject.children.indices.map { subject.keyValue(child: $0, key: key) }, rule)
                order = Self.sorted(order, by: child.map { perChild[Int($0)] })
            }
        }
        var positions = [Int32](repeating: 0, count: order.count)
        for (position, entry) in order.enumerated() { positions[Int(entry)] = Int32(position) }
        return entryOfWish.map { positions[Int($0)] }
    }

    /// The household order: by the priority of each household's best child, including the draw. The points are the child's
    /// general ones, without those of a wish and without the rule that replaces a child's points by its household's.
    private static func orderHouseholds(_ subject: Case, drawRank: [Int32], drawKey: [Int32]) -> [Int32] {
        var households: [Int32] = []
        var order = Self.sorted(Array(0..<Int32(subject.children.count)), by: drawRank)
        for (key, rule) in subject.rules.priority.enumerated().reversed() {
            if rule.source == .draw {
                order = Self.sorted(order, by: rule.order == .ascending ? drawKey : drawKey.map { -$0 })
            } else {
                let values = subject.children.indices.map { index in
                    rule.source == .points
                        ? subject.generalPoints(of: index).map(KeyValue.number)
                        : subject.keyValue(child: index, key: key)
                }
                order = Self.sorted(order, by: Self.ranks(of: values, rule))
            }
        }
        var seen = [Bool](repeating: false, count: subject.households.count)
        for child in order {
            let household = subject.children[Int(child)].household
            if !seen[household] {
                seen[household] = true
                households.append(Int32(household))
            }
        }
        return households
    }

    /// Two orders of the children by draw. All `ranks` differ: equal draws are ordered by id. In `keys` equal draws are equal.
    private static func drawRanks(_ subject: Case, threads: Int) -> (ranks: [Int32], keys: [Int32]) {
        let draws = subject.children.map(\.draw)
        // The first word of the digest nearly always decides, so it is compared before the whole draw.
        @Sendable func word(_ draw: Draw) -> UInt64 {
            if case .seeded(let digest) = draw { digest.firstWord } else { .max }
        }
        @Sendable func precedes(_ one: (word: UInt64, child: Int), _ other: (word: UInt64, child: Int)) -> Bool {
            if one.word != other.word { return one.word < other.word }
            let (draw, rival) = (draws[one.child], draws[other.child])
            return draw == rival ? one.child < other.child : draw < rival
        }
        // Children are divided by the first byte; those that share it are then sorted, on several threads.
        var byFirstByte = Grouped(
            groups: 256, count: draws.count, group: { child in Int(word(draws[child]) >> 56) },
            element: { child in (word: word(draws[child]), child: child) })
        byFirstByte.sortGroups(threads: threads, smallest: 16, by: precedes)
        let order = byFirstByte.elements.map(\.child)
        var ranks = [Int32](repeating: 0, count: order.count)
        var keys = ranks
        for (index, child) in order.enumerated() {
            ranks[child] = Int32(index)
            if index > 0 {
                let before = order[index - 1]
                keys[child] = keys[before] + (draws[before] == draws[child] ? 0 : 1)
            }
        }
        return (ranks, keys)
    }

    /// Ranks of the values in the order of the key, smaller first; the key says where blanks come.
    private static func ranks(of values: [KeyValue?], _ rule: PriorityKey) -> [Int32] {
        if let ranks = smallIntegerRanks(of: values, rule) { return ranks }
        var rankOf: [KeyValue: Int32] = [:]
        var distinct: [KeyValue] = []
        for case let value? in values where rankOf.updateValue(0, forKey: value) == nil { distinct.append(value) }
        distinct.sort()
        if rule.order == .descending { distinct.reverse() }
        for (rank, value) in distinct.enumerated() { rankOf[value] = Int32(rank) + 1 }
        let blank: Int32 = rule.blank == .first ? 0 : Int32(distinct.count) + 1
        return values.map { value in value.map { rankOf[$0]! } ?? blank }
    }

    /// The ranks if all values are whole numbers close together, as points mostly are; `nil` if not.
    private static func smallIntegerRanks(of values: [KeyValue?], _ rule: PriorityKey) -> [Int32]? {
        var (least, greatest) = (Int64.max, Int64.min)
        for case let value? in values {
            guard case .number(let number) = value, number.isInteger else { return nil }
            least = min(least, number.numerator)
            greatest = max(greatest, number.numerator)
        }
        guard least <= greatest, greatest.subtractingReportingOverflow(least).partialValue.magnitude < 1 << 20,
            !greatest.subtractingReportingOverflow(least).overflow
        else { return nil }
        let blank: Int32 = rule.blank == .first ? 0 : Int32(greatest - least) + 2
        return values.map { value in
            guard case .number(let number)? = value else { return blank }
            return 1
                + Int32(rule.order == .ascending ? number.numerator - least : greatest - number.numerator)
        }
    }

    /// The indices sorted by their ranks; a stable counting sort.
    private static func sorted(_ order: [Int32], by ranks: [Int32]) -> [Int32] {
        guard let low = ranks.min(), let high = ranks.max() else { return order }
        if low == high { return order }
        return Grouped(
            groups: Int(high - low) + 1, count: order.count, group: { Int(ranks[Int(order[$0])] - low) },
            element: { order[$0] }
        ).elements
    }
}

/// The points that count for a child at a wish, as ``HouseholdPriority`` says.
struct PointsInPlay {
    /// For each child the points that replace its own; empty under `each`.
    private var replacement: [ExactNumber?] = []

    init(_ subject: Case) {
        let rule = subject.rules.householdPriority
        guard rule != .each else { return }
        let isDescending = subject.rules.priority.first { $0.source == .points }?.order != .ascending
        var pointsOf: [HouseholdID: [ExactNumber]] = [:]
        for child in subject.children {
            if let points = child.generalPoints { pointsOf[child.householdID, default: []].append(points) }
        }
        var replacementOf: [HouseholdID: ExactNumber] = [:]
        for (household, points) in pointsOf {
            replacementOf[household] =
                switch rule {
                case .mean:
                    // The case refuses points so large that this could overflow.
                    points.dropFirst().reduce(points[0]) { $0.adding($1)! }.divided(by: points.count)!
                case .best: isDescending ? points.max()! : points.min()!
                case .worst: isDescending ? points.min()! : points.max()!
                case .each: preconditionFailure("each replaces nothing")
                }
        }
        replacement = subject.children.map { replacementOf[$0.householdID] }
    }

    /// The points that count, or `nil` if they are blank.
    func points(of child: Int, at wish: Wish, in subject: Case) -> ExactNumber? {
        let person = subject.children[child]
        let own = wish.points ?? person.points
        if replacement.isEmpty { return own }
        guard let base = replacement[child] else { return nil }
        guard let own, let general = person.generalPoints else { return base }
        return base.adding(own.subtracting(general)!)!
    }
}

import Admissions

/// Measures the joint outcomes of a household of siblings one after the other: whether the household accepts the outcome,
/// and how well it likes it.
///
/// Every measurement depends on the outcome alone; the arrays are kept only for reuse.
///
/// Source: Rules.md 3.
struct OutcomeMeasure {
    /// How well the outcome that was accepted last is liked: numbers to be compared lexicographically, smaller for a better
    /// liked outcome. All outcomes of one household have the same count of numbers.
    private(set) var liking: [Int]
    private let rules: SiblingRules
    private let answer: SiblingAnswer
    private let members: Range<Int>
    private let lead: Int
    /// The preferred member, then the others, eldest first; the other array is the same with the lead first.
    private let fromPreferred: [Int]
    private let fromLead: [Int]
    /// The facility of wish `w` of member `m` is `wished[wishStart[m] + w]`. Facilities have numbers of the household's own: they
    /// are numbered as they occur among the wishes and present places of its children.
    private let wished: [Int]
    private let wishStart: [Int]
    /// The present facility of each member; -1 for none.
    private let present: [Int]
    private let facilityCount: Int
    /// At `a * facilityCount + b` whether facilities `a` and `b` are near each other; empty if that does not matter.
    private let isNear: [Bool]
    /// For the outcome measured last the facility where each member ends up, or -1, and whether the member is placed, or stays
    /// at a facility where a sibling is placed and the rules count that.
    private var place: [Int]
    private var counts: [Bool]

    /// Household and case are passed `__shared`, because a copy of them would cost more than all the rest.
    init(of household: __shared Household, _ answer: SiblingAnswer, in subject: __shared Case) {
        let rules = subject.rules.siblings
        self.rules = rules
        self.answer = answer
        let count = household.members.count
        members = 0..<count
        lead = answer.lead.map { household.members.firstIndex(of: $0)! } ?? 0
        fromPreferred = Self.order(of: count, first: household.members.firstIndex(of: answer.preferred)!)
        fromLead = Self.order(of: count, first: lead)
        // Every array is made at its full size: a million children have very many households of siblings.
        var wishStart: [Int] = []
        wishStart.reserveCapacity(count + 1)
        wishStart.append(0)
        for (member, child) in household.members.enumerated() {
            wishStart.append(wishStart[member] + subject.children[child].wishes.count)
        }
        var facilities: [Int] = []
        facilities.reserveCapacity(wishStart[count] + count)
        func number(_ facility: Int) -> Int {
            if let known = facilities.firstIndex(of: facility) { return known }
            facilities.append(facility)
            return facilities.count - 1
        }
        var wished: [Int] = []
        wished.reserveCapacity(wishStart[count])
        for child in household.members {
            for wish in subject.children[child].wishes { wished.append(number(wish.facility)) }
        }
        present = household.members.map { subject.children[$0].currentFacility.map(number) ?? -1 }
        (self.wished, self.wishStart, facilityCount) = (wished, wishStart, facilities.count)
        isNear =
            answer.facility == .near
            ? facilities.flatMap { one in facilities.map { Self.areNear(one, $0, in: subject) } } : []
        place = [Int](repeating: -1, count: count)
        counts = [Bool](repeating: false, count: count)
        var numbers = count + 1
        if rules.followLead, answer.lead != nil { numbers += count }
        if answer.facility == .sameFirst || answer.facility == .near { numbers += 1 }
        switch rules.aggregate {
        case .sum, .worst: numbers += 1
        case .product: numbers += 2
        case .lead: numbers += count
        }
        liking = [Int](repeating: 0, count: numbers)
    }

    /// The members with one of them moved to the front.
    private static func order(of count: Int, first: Int) -> [Int] {
        var order: [Int] = []
        order.reserveCapacity(count)
        order.append(first)
        for member in 0..<count where member != first { order.append(member) }
        return order
    }

    private static func areNear(_ first: Int, _ second: Int, in subject: Case) -> Bool {
        if first == second { return true }
        let (one, other) = (subject.facilities[first], subject.facilities[second])
        if let start = one.location, let end = other.location {
            let kilometres = subject.rules.siblings.nearKilometres!
            let limit = Double(kilometres.numerator) / Double(kilometres.denominator)
            return start.squaredKilometres(to: end) <= limit * limit
        }
        return !one.ward.isEmpty && one.ward == other.ward
    }

    /// Whether the household accepts an outcome in which somebody is placed; if so, ``liking`` is that of the outcome.
    mutating func accepts(_ outcome: [Int32]) -> Bool {
        for member in members {
            place[member] =
                outcome[member] == Allocation.baseline
                ? present[member] : wished[wishStart[member] + Int(outcome[member])]
        }
        for member in members { counts[member] = counting(member, outcome) }
        guard hasItsTime(), areWhereTheyMay(outcome) else { return false }
        measure(outcome)
        return true
    }

    private func counting(_ member: Int, _ outcome: [Int32]) -> Bool {
        if outcome[member] != Allocation.baseline { return true }
        let seat = present[member]
        if rules.keptSeat == .ignored || seat < 0 { return false }
        for sibling in members where outcome[sibling] != Allocation.baseline && place[sibling] == seat { return true }
        return false
    }

    private func hasItsTime() -> Bool {
        switch answer.timing {
        case .any: return true
        case .together:
            for member in members where !counts[member] { return false }
            return true
        case .lead, .elder, .younger: return counts[lead]
        case .independent: preconditionFailure("children who apply independently are households of their own")
        }
    }

    private func areWhereTheyMay(_ outcome: [Int32]) -> Bool {
        switch answer.facility {
        case .sameFirst, .rankFirst: return true
        case .sameOnly:
            var common = -1
            for member in members where place[member] >= 0 {
                if rules.keptSeat == .ignored, outcome[member] == Allocation.baseline { continue }
                if common >= 0, place[member] != common { return false }
                common = place[member]
            }
            return true
        case .near:
            // A member that stays has a facility too, unless the rules ignore staying.
            func matters(_ member: Int) -> Bool {
                place[member] >= 0 && (rules.keptSeat == .counts || outcome[member] != Allocation.baseline)
            }
            for member in members where matters(member) {
                for other in 0..<member where matters(other) {
                    if !isNear[place[member] * facilityCount + place[other]] { return false }
                }
            }
            return true
        }
    }

    private mutating func measure(_ outcome: [Int32]) {
        var next = 0
        func put(_ number: Int) {
            liking[next] = number
            next += 1
        }
        if rules.followLead, answer.lead != nil {
            if answer.timing == .younger {
                for member in members.reversed() { put(counts[member] ? 0 : 1) }
            } else {
                for member in fromLead { put(counts[member] ? 0 : 1) }
            }
        }
        var counting = 0
        for member in members where counts[member] { counting += 1 }
        if rules.countFirst { put(-counting) }
        if answer.facility == .sameFirst || answer.facility == .near { put(-largestGroup()) }
        switch rules.aggregate {
        case .sum:
            var sum = 0
            for member in members { sum += rank(member, outcome) }
            put(sum)
        case .worst:
            var worst = 0
            for member in members { worst = max(worst, rank(member, outcome)) }
            put(worst)
        case .lead: for member in fromPreferred { put(rank(member, outcome)) }
        case .product:
            let (high, low) = product(outcome)
            put(high)
            put(low)
        }
        if !rules.countFirst { put(-counting) }
        for member in fromPreferred { put(rank(member, outcome)) }
    }

    /// The rank of the member's wish, from 1; one past the end of its list if it is not placed.
    private func rank(_ member: Int, _ outcome: [Int32]) -> Int {
        outcome[member] == Allocation.baseline
            ? wishStart[member + 1] - wishStart[member] + 1 : Int(outcome[member]) + 1
    }

    /// The largest number of members who count and are at the same facility.
    private func largestGroup() -> Int {
        var largest = 0
        for member in members where counts[member] {
            var group = 0
            for other in members where counts[other] && place[other] == place[member] { group += 1 }
            largest = max(largest, group)
        }
        return largest
    }

    /// The product of the ranks as its high and low part, where 99 is the rank of a child that is held or stays.
    private func product(_ outcome: [Int32]) -> (high: Int, low: Int) {
        var product: UInt128 = 1
        for member in members {
            let factor = outcome[member] == Allocation.baseline ? 99 : UInt128(rank(member, outcome))
            let (next, overflow) = product.multipliedReportingOverflow(by: factor)
            precondition(!overflow, "the product of wish ranks leaves 128 bits")
            product = next
        }
        return (Int(product >> 62), Int(product & (1 << 62 - 1)))
    }
}

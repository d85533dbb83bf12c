import Admissions

/// What one household accepts, best first, written from section 3 of the rules and from nothing else.
public struct JointList: Sendable {
    /// The accepted outcomes in order, those with ineligible wishes included, the baseline last: the joint rank of
    /// `outcomes[i]` is `i + 1`.
    public let outcomes: [JointOutcome]

    /// Lists every outcome of the household: slow and complete.
    public init(of household: Household, in subject: Case) {
        let baseline = [Int32](repeating: Allocation.baseline, count: household.members.count)
        let listed: [[Int32]] =
            switch household.wishes {
            case .single:
                subject.children[household.members[0]].wishes.indices.map { [Int32($0)] }
            case .table(let table):
                (0..<table.count).map { Array(table.choices[$0 * table.memberCount..<($0 + 1) * table.memberCount]) }
            case .answer(let answer):
                Self.everyChoice(of: household, in: subject)
                    .map { Arrangement($0, of: household, answer: answer, in: subject) }
                    .filter { $0.isAccepted }
                    .map { ($0.choices, $0.sortKey) }
                    .sorted { $0.1.lexicographicallyPrecedes($1.1) }
                    .map(\.0)
            }
        outcomes = (listed + [baseline]).map { choices in
            JointOutcome(
                choices: choices,
                isEligible: zip(household.members, choices).allSatisfy { child, choice in
                    choice < 0 || subject.children[child].wishes[Int(choice)].isEligible
                })
        }
    }

    /// Every way to give each member a wish or its baseline.
    private static func everyChoice(of household: Household, in subject: Case) -> [[Int32]] {
        var all: [[Int32]] = [[]]
        for member in household.members {
            let own = [Allocation.baseline] + subject.children[member].wishes.indices.map { Int32($0) }
            all = all.flatMap { start in own.map { start + [$0] } }
        }
        return all
    }
}

/// One joint outcome of a household.
public struct JointOutcome: Hashable, Sendable {
    /// For each member the index of its wish, or ``Allocation/baseline``.
    public let choices: [Int32]
    /// Whether every wish in it is eligible: only then can it be received or claimed.
    public let isEligible: Bool
}

/// One way to place the children of a household that gave a sibling answer, judged by that answer.
private struct Arrangement {
    let choices: [Int32]
    let household: Household
    let answer: SiblingAnswer
    let subject: Case

    init(_ choices: [Int32], of household: Household, answer: SiblingAnswer, in subject: Case) {
        self.choices = choices
        self.household = household
        self.answer = answer
        self.subject = subject
    }

    private var rules: SiblingRules { subject.rules.siblings }
    private var everyMember: Range<Int> { choices.indices }

    private func child(_ member: Int) -> Child { subject.children[household.members[member]] }

    /// Moved to a wished facility now.
    private func isPlaced(_ member: Int) -> Bool { choices[member] >= 0 }

    /// Where the member ends up, if anywhere.
    private func facility(_ member: Int) -> Int? {
        isPlaced(member) ? child(member).wishes[Int(choices[member])].facility : child(member).currentFacility
    }

    /// Placed, or kept where a placed sibling joins it.
    private func countsAsPlaced(_ member: Int) -> Bool {
        if isPlaced(member) { return true }
        guard rules.keptSeat == .counts, let kept = child(member).currentFacility else { return false }
        return everyMember.contains { isPlaced($0) && facility($0) == kept }
    }

    // MARK: Accepted or refused

    var isAccepted: Bool { everyMember.contains(where: isPlaced) && isTimely && isWellLocated }

    private var isTimely: Bool {
        switch answer.timing {
        case .independent: preconditionFailure("independent children have no joint list")
        case .together: everyMember.allSatisfy(countsAsPlaced)
        case .any: true
        case .lead, .elder, .younger: countsAsPlaced(household.members.firstIndex(of: answer.lead!)!)
        }
    }

    private var isWellLocated: Bool {
        switch answer.facility {
        case .sameFirst, .rankFirst:
            return true
        case .sameOnly:
            let somewhere = everyMember.filter {
                rules.keptSeat == .ignored ? isPlaced($0) : facility($0) != nil
            }
            return Set(somewhere.map { facility($0)! }).count == 1
        case .near:
            let places = everyMember.filter { isPlaced($0) || rules.keptSeat == .counts }.compactMap { facility($0) }
            return places.allSatisfy { one in places.allSatisfy { areNear(one, $0) } }
        }
    }

    private func areNear(_ one: Int, _ other: Int) -> Bool {
        if one == other { return true }
        let (first, second) = (subject.facilities[one], subject.facilities[other])
        guard let firstPoint = first.location, let secondPoint = second.location else {
            return !first.ward.isEmpty && first.ward == second.ward
        }
        let limit = Double(rules.nearKilometres!.numerator) / Double(rules.nearKilometres!.denominator)
        return firstPoint.squaredKilometres(to: secondPoint) <= limit * limit
    }

    // MARK: The order

    /// Smaller is better; no two arrangements share one, because the single ranks close it.
    var sortKey: [Int] {
        let count = -everyMember.filter(countsAsPlaced).count
        var key = rules.followLead ? placedFromTheLeadOn : []
        if rules.countFirst { key.append(count) }
        if answer.facility == .sameFirst || answer.facility == .near { key.append(-largestGroup) }
        key += aggregate
        if !rules.countFirst { key.append(count) }
        return key + singleRanks
    }

    /// 0 for placed and 1 for not, the lead child first, then eldest first; from a leading youngest upward. Empty where
    /// nobody leads.
    private var placedFromTheLeadOn: [Int] {
        guard let lead = answer.lead else { return [] }
        let order = answer.timing == .younger ? everyMember.reversed() : membersStarting(with: lead)
        return order.map { countsAsPlaced($0) ? 0 : 1 }
    }

    private var largestGroup: Int {
        let facilities = everyMember.filter(countsAsPlaced).map { facility($0)! }
        return facilities.map { one in facilities.filter { $0 == one }.count }.max() ?? 0
    }

    private var aggregate: [Int] {
        let ranks = everyMember.map(rank)
        return switch rules.aggregate {
        case .sum: [ranks.reduce(0, +)]
        case .product: [everyMember.map { isPlaced($0) ? rank($0) : 99 }.reduce(1, *)]
        case .worst: [ranks.max()!]
        case .lead: singleRanks
        }
    }

    /// The preferred child's rank first, then the others', eldest first.
    private var singleRanks: [Int] { membersStarting(with: answer.preferred).map(rank) }

    /// From 1; one past the list for a child that is held or stays.
    private func rank(_ member: Int) -> Int {
        isPlaced(member) ? Int(choices[member]) + 1 : child(member).wishes.count + 1
    }

    private func membersStarting(with first: Int) -> [Int] {
        let start = household.members.firstIndex(of: first)!
        return [start] + everyMember.filter { $0 != start }
    }
}

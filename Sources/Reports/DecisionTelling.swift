import Admissions
import Explaining

/// What is told about the comparison that decided about a seat.
enum DecisionTelling: String, CaseIterable, Sendable {
    /// Nothing was compared.
    case nothing
    /// All seats were kept by children who had them already, or were decided before.
    case presentSeat
    /// All keys were equal.
    case draw
    /// The key that decided, the child's own value and that of the last child admitted.
    case last
    /// The key that decided and the child's own value.
    case key
    /// As ``key``, and that the points were equal.
    case keyAfterPoints
    /// As ``key``, and that the keys before it were equal.
    case keyAfterOthers
    /// Only that some key decided. Naming it would tell that the keys before it equal the values of one particular family.
    case unnamed
}

/// How one missing seat is told as a reason.
struct ToldDecision {
    var telling: DecisionTelling
    /// Blank unless the key is told.
    var own = Phrase("", "")
    /// Whom a key that depends on the wish put before the child, in a sentence; blank for other keys, and unless the key is told.
    var preference = Phrase("", "")
    /// Blank unless the last child's value is told.
    var last = Phrase("", "")
    /// How many of ``Reason/seats`` present transfer applicants have.
    var kept: Int

    /// The case and its explanations are passed `__shared`, because a copy of them would cost more than all the rest.
    ///
    /// - Parameter isForStaff: Whether other families' values may be told.
    init(_ reason: Reason, in subject: __shared Case, _ explanations: __shared Explanations, isForStaff: Bool) {
        kept = Self.kept(reason, in: subject)
        let child = Int(reason.child)
        // Of a limit over several facilities the last child admitted may be at another one.
        var facility: Int { explanations.facilityOfLastAdmitted(reason, in: subject) }
        var isOfSeveral: Bool {
            explanations.isOfSeveralFamilies(facility, subject.children[Int(reason.lastAdmitted)].ageClass)
        }
        switch reason.key {
        case .none: telling = .nothing
        case .presentSeat: telling = .presentSeat
        case .draw, .id:
            telling = isForStaff || subject.rules.priority.isEmpty || isOfSeveral ? .draw : .unnamed
        case .key(let key):
            // Not the whole key, which is expensive to copy.
            let source = subject.rules.priority[key].source
            let value = explanations.keyValue(of: child, at: Int(reason.wish), key)
            own = Wording.value(value, atKey: key, of: subject.rules)
            preference =
                Self.differs(key, of: child, in: subject)
                ? Wording.comparedHere : Wording.preference(ofKey: key, of: subject.rules, own: value)
            let last = Int(reason.lastAdmitted)
            if isForStaff {
                let value = explanations.keyValue(of: last, at: explanations.wishOfLastAdmitted(reason), key)
                (telling, self.last) = (.last, Wording.value(value, atKey: key, of: subject.rules))
                return
            }
            switch explanations.publicValue(of: last, atFacility: facility, key, in: subject) {
            case .exact(let value): (telling, self.last) = (.last, Wording.told(value, of: source))
            case .band(let band): (telling, self.last) = (.last, Wording.band(band))
            case nil where key == 0 && (isOfSeveral || !subject.rules.priority[key].leavesOneBetterValue(than: value)):
                telling = .key
            case nil where isOfSeveral:
                let isAfterPoints = subject.rules.priority[..<key].contains { $0.source == .points }
                telling = isAfterPoints ? .keyAfterPoints : .keyAfterOthers
            case nil:
                telling = .unnamed
                (own, preference) = (Phrase("", ""), Phrase("", ""))
            }
        }
    }

    /// Whether a child has different values of its own at a key, such as points that are higher where a sibling is.
    ///
    /// Keys that look at the wish itself say whom they put before the child and need no such words.
    private static func differs(_ key: Int, of child: Int, in subject: __shared Case) -> Bool {
        switch subject.rules.priority[key].source {
        case .points:
            return subject.children[child].wishes.contains { $0.points != nil }
        case .attribute, .part:
            guard let position = subject.wishKeyValues.keys.firstIndex(of: key) else { return false }
            let values = subject.children[child].wishes.indices.lazy.map {
                subject.wishKeyValues.value(child: child, wish: $0, position: position)
            }
            return values.contains { $0 != values.first }
        case .draw, .birthDate, .ageClass, .wishRank, .siblingAtFacility, .livesInArea, .met: return false
        }
    }

    /// How many of the seats of a reason present transfer applicants have; 0 in a round of several phases, where the seats are
    /// counted differently.
    static func kept(_ reason: Reason, in subject: Case) -> Int {
        guard subject.phases.count == 1, reason.limit >= 0 else { return 0 }
        return max(0, reason.toldSeats - subject.limits[Int(reason.limit)].vacancies)
    }
}

extension PriorityKey {
    /// Whether there is one value only that is better than a child's own, so that who hears that the key decided knows the value
    /// of the child that has the seat.
    fileprivate func leavesOneBetterValue(than own: KeyValue?) -> Bool {
        guard case .number(let number)? = own else { return !onlyWhen.isEmpty || values.count == 1 }
        switch source {
        case .siblingAtFacility, .livesInArea, .met: return true
        case .wishRank: return order == .ascending && number == 2
        case .points, .draw, .birthDate, .ageClass, .attribute, .part:
            if comparesPlainly { return false }
            let last = values.isEmpty ? 26 : values.count
            return number == (order == .ascending ? 2 : ExactNumber(last - 1))
        }
    }
}

/// Why households have justified claims.
public struct ClaimCauses: Sendable {
    private let counted: Set<Int>?
    private let isProved: Bool

    /// - Parameters:
    ///   - counted: The claims that count; `nil` if they are not known.
    ///   - isProved: Whether it is proved that no allocation has fewer claims.
    public init(counted: [Claim]? = nil, isProved: Bool = false) {
        self.counted = counted.map { Set($0.map(\.household)) }
        self.isProved = isProved
    }

    enum Cause: String, CaseIterable, Sendable {
        /// Every allocation leaves claims; this one has the fewest.
        case unavoidable
        /// Pins or the order of the phases cause the claim.
        case decision
        /// It is not known whether the claim could be avoided.
        case unproved
    }

    func cause(ofHousehold household: Int) -> Cause {
        if let counted, !counted.contains(household) { return .decision }
        return isProved ? .unavoidable : .unproved
    }
}

/// The wishes of a household that are in some combination that it accepts.
struct PossibleWishes {
    private let isPossible: [Int: [Bool]]
    /// Whether it accepts no combination of its wishes at all.
    let hasNone: Bool

    /// Households with more combinations than this are not examined.
    private static let mostCombinations = 1_000_000

    init(of household: Int, in subject: __shared Case) {
        let members = subject.households[household].members
        let wishes = subject.households[household].wishes
        var acceptsAny = wishes == .single
        if case .answer(let answer) = wishes { acceptsAny = answer.acceptsAnyChildAlone }
        guard !acceptsAny,
            let accepted = BetterOutcomes.acceptedWishes(of: household, in: subject, most: Self.mostCombinations)
        else {
            (isPossible, hasNone) = ([:], false)
            return
        }
        isPossible = Dictionary(uniqueKeysWithValues: zip(members, accepted))
        hasNone =
            !accepted.contains { $0.contains(true) }
            && members.contains { subject.children[$0].wishes.contains(where: \.isEligible) }
    }

    /// Whether some combination that the household accepts has the wish; true as well if that is not known.
    func contains(_ child: Int, _ wish: Int) -> Bool { isPossible[child]?[wish] ?? true }
}

import Admissions
import Explaining

/// What is told of the comparison that decided about a seat.
enum DecisionTelling: String, CaseIterable, Sendable {
    /// Nothing was compared.
    case nothing
    /// All seats were kept or decided before.
    case presentSeat
    /// All keys were equal.
    case draw
    /// The key, the child's own value and that of the last child admitted.
    case last
    /// The key and the child's own value.
    case key
    /// The same, and that the points were equal.
    case keyAfterPoints
    /// The same, and that the keys before were equal.
    case keyAfterOthers
    /// Only that keys decided: to say which would tell that those before it are equal to the values of one family.
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
    /// Of ``Reason/seats`` those that present transfer applicants have.
    var kept: Int

    /// The case and its explanations are lent, since a copy of them would cost more than the decision.
    ///
    /// - Parameter isForStaff: Whether other families' values may be told.
    init(_ reason: Reason, in subject: __shared Case, _ explanations: __shared Explanations, isForStaff: Bool) {
        kept = Self.kept(reason, in: subject)
        let child = Int(reason.child)
        let facility = subject.children[child].wishes[Int(reason.wish)].facility
        var isOfSeveral: Bool {
            explanations.isOfSeveralFamilies(facility, subject.children[Int(reason.lastAdmitted)].ageClass)
        }
        switch reason.key {
        case .none: telling = .nothing
        case .presentSeat: telling = .presentSeat
        case .draw, .id:
            telling = isForStaff || subject.rules.priority.isEmpty || isOfSeveral ? .draw : .unnamed
        case .key(let key):
            let rule = subject.rules.priority[key]
            let value = explanations.keyValue(of: child, at: Int(reason.wish), key)
            own = Wording.value(value, at: rule)
            preference = Wording.preference(of: rule, own: value)
            let last = Int(reason.lastAdmitted)
            if isForStaff {
                let wish = subject.children[last].wishes.firstIndex { $0.facility == facility }!
                (telling, self.last) = (.last, Wording.value(explanations.keyValue(of: last, at: wish, key), at: rule))
                return
            }
            switch explanations.publicValue(of: last, atFacility: facility, key, in: subject) {
            case .exact(let value): (telling, self.last) = (.last, Wording.told(value, at: rule))
            case .band(let band): (telling, self.last) = (.last, Wording.band(band))
            case nil where key == 0: telling = .key
            case nil where isOfSeveral:
                let isAfterPoints = subject.rules.priority[..<key].contains { $0.source == .points }
                telling = isAfterPoints ? .keyAfterPoints : .keyAfterOthers
            case nil:
                telling = .unnamed
                (own, preference) = (Phrase("", ""), Phrase("", ""))
            }
        }
    }

    /// Of the seats of a reason those that present transfer applicants have; 0 where phases make other sums.
    static func kept(_ reason: Reason, in subject: Case) -> Int {
        guard subject.phases.count == 1, reason.limit >= 0 else { return 0 }
        return max(0, reason.toldSeats - subject.limits[Int(reason.limit)].vacancies)
    }
}

/// What brought about that a household has a justified claim.
public struct ClaimCauses: Sendable {
    private let counted: Set<Int>?
    private let isProved: Bool

    /// - Parameters:
    ///   - counted: The claims that count; `nil`: not known.
    ///   - isProved: Whether no allocation has fewer.
    public init(counted: [Claim]? = nil, isProved: Bool = false) {
        self.counted = counted.map { Set($0.map(\.household)) }
        self.isProved = isProved
    }

    enum Cause: String, CaseIterable, Sendable {
        /// No allocation leaves no claim, because of siblings' conditions; this one has the fewest.
        case siblings
        /// Pins, or the order of the phases.
        case decision
        /// Nobody knows whether it could be avoided.
        case unproved
    }

    func cause(ofHousehold household: Int) -> Cause {
        if let counted, !counted.contains(household) { return .decision }
        return isProved ? .siblings : .unproved
    }
}

/// Which wishes of a household stand in a combination that it accepts.
struct PossibleWishes {
    private let isPossible: [Int: [Bool]]
    /// Whether it accepts no combination of its wishes at all.
    let hasNone: Bool

    /// Households whose combinations are more than this many are not looked at.
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

    /// Whether some combination that the household accepts has the wish; also where that is not known.
    func contains(_ child: Int, _ wish: Int) -> Bool { isPossible[child]?[wish] ?? true }
}

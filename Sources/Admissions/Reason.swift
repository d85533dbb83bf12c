/// Why a child got one of its wishes, or did not.
///
/// Small and flat, because a city has one for every wish of every child.
public struct Reason: Hashable, Sendable {
    /// Index into ``Case/children``.
    public var child: Int32
    /// Index into ``Child/wishes``.
    public var wish: Int32
    public var kind: Kind
    /// Index into ``Case/limits`` of the limit without a seat for the child: the first full one in the order of the case,
    /// or for ``Kind/siblingSeat`` the one that the first of the missing siblings finds full; -1: none.
    public var limit: Int32
    /// What told the child apart from the last one who has a seat there.
    public var key: DecidingKey {
        get { DecidingKey(code: keyCode) }
        set { keyCode = newValue.code }
    }
    /// As a small number, because there are millions of reasons.
    private var keyCode: Int32
    /// The last child, by priority, who has a seat of the limit and does not only keep its own; -1: none.
    public var lastAdmitted: Int32
    /// Children of other households who come before the child there and use a seat of the limit, or would rather be
    /// there than where they are.
    public var ahead: Int32
    /// Seats of the limit in the phase that decided, those of present transfer applicants included; in an over-full class it
    /// may be negative.
    public var seats: Int32
    /// ``seats`` as people are told of it.
    public var toldSeats: Int { max(0, Int(seats)) }
    /// Index of what is to be said of siblings, or -1.
    public var joint: Int32

    public init(
        child: Int, wish: Int, kind: Kind, limit: Int? = nil, key: DecidingKey = .none, lastAdmitted: Int? = nil,
        ahead: Int = 0, seats: Int = 0, joint: Int? = nil
    ) {
        self.child = Int32(child)
        self.wish = Int32(wish)
        self.kind = kind
        self.limit = Int32(limit ?? -1)
        keyCode = key.code
        self.lastAdmitted = Int32(lastAdmitted ?? -1)
        self.ahead = Int32(ahead)
        self.seats = Int32(seats)
        self.joint = Int32(joint ?? -1)
    }

    /// The reasons, in the order in which they are tried: the first that holds is the reason.
    public enum Kind: String, CaseIterable, Sendable {
        /// Staff fixed where the child ends up.
        case pinned
        /// The child is placed here.
        case placed
        /// No class for the child's age and groups.
        case notOffered
        /// Younger than the facility takes on the first day of the month.
        case tooYoung
        /// A row of the points table refuses the child.
        case notEligible
        /// The child is placed at a wish that it ranks higher.
        case betterWish
        /// The phase in which the child was decided does not offer the wish, or no phase was for the child.
        case phase
        /// A limit is full of children who come before.
        case seats
        /// There would be a seat by priority, but others with lower priority hold it (優先順位の逆転).
        case priorityClaim
        /// There is a vacant seat (空き枠の残り).
        case vacantClaim
        /// The child could have the seat, but in every joint outcome with it that the household likes better than what it
        /// got, a sibling's seat is missing.
        case siblingSeat
        /// The household prefers what it got to every joint outcome with this wish, and in it the child keeps its seat.
        case ownSeat
        /// The household prefers what it got to every joint outcome with this wish.
        case siblingPreference
        /// No joint outcome that the household accepts has this wish.
        case siblingCondition
    }
}

/// What told two children apart.
public enum DecidingKey: Hashable, Sendable {
    /// Nothing was compared.
    case none
    /// All seats are kept by children who have them already, placed by an earlier phase or pinned; no key was compared.
    case presentSeat
    /// A key, by its index in ``Rules/priority``.
    case key(Int)
    /// The draw, after all keys.
    case draw
    /// The id, where even the draw was equal.
    case id

    /// Not negative for a key.
    fileprivate var code: Int32 {
        switch self {
        case .none: -1
        case .presentSeat: -2
        case .key(let index): Int32(index)
        case .draw: -3
        case .id: -4
        }
    }

    fileprivate init(code: Int32) {
        switch code {
        case -1: self = .none
        case -2: self = .presentSeat
        case -3: self = .draw
        case -4: self = .id
        default: self = .key(Int(code))
        }
    }
}

/// What is to be said of the siblings where they are the reason.
public struct JointReason: Hashable, Sendable {
    /// The joint outcome that was looked at, in the order of ``Household/members``: for ``Reason/Kind/siblingSeat`` the
    /// household's best one with the wish. Empty where there is none.
    public var outcome: [Int32]
    /// The children whose seats are missing in it, ascending, each with the first limit that has none for it.
    public var missing: [MissingSeat]

    public init(outcome: [Int32], missing: [MissingSeat]) {
        self.outcome = outcome
        self.missing = missing
    }
}

/// A seat that a sibling would have needed.
public struct MissingSeat: Hashable, Sendable {
    public var child: Int
    /// Index into ``Case/limits``.
    public var limit: Int
    /// As ``Reason/ahead``, for this child at this limit.
    public var ahead: Int
    /// As ``Reason/seats``.
    public var seats: Int

    public init(child: Int, limit: Int, ahead: Int, seats: Int) {
        self.child = child
        self.limit = limit
        self.ahead = ahead
        self.seats = seats
    }
}

/// Who wishes each facility, in the order of the comparator.
///
/// Only eligible wishes are here: nobody can be ahead at a place that it cannot have.
public struct Applicants: Hashable, Sendable {
    /// One child at one of its wishes.
    public struct Entry: Hashable, Sendable {
        public var child: Int32
        /// Index into ``Child/wishes``.
        public var wish: Int32

        public init(child: Int32, wish: Int32) {
            self.child = child
            self.wish = wish
        }
    }

    /// All entries, by facility, and at each facility the first in the comparator first.
    public let entries: [Entry]
    /// For each facility where its entries begin in ``entries``; one more at the end.
    public let starts: [Int]

    public init(entries: [Entry], starts: [Int]) {
        self.entries = entries
        self.starts = starts
    }

    /// The range of the facility's entries.
    public func range(of facility: Int) -> Range<Int> { starts[facility]..<starts[facility + 1] }
}

/// A child who still waits for a seat at a facility (待機順位).
public struct WaitingChild: Hashable, Sendable {
    public var facility: Int
    public var ageClass: Int
    /// From 1, in the order of the comparator.
    public var position: Int
    public var child: Int
    public var outcome: Outcome

    public init(facility: Int, ageClass: Int, position: Int, child: Int, outcome: Outcome) {
        self.facility = facility
        self.ageClass = ageClass
        self.position = position
        self.child = child
        self.outcome = outcome
    }
}

extension Household {
    /// The sibling answer in one word pair such as `together/sameOnly`, `table` for explicit joint wishes, and blank for
    /// one child.
    public var condition: String {
        switch wishes {
        case .single: ""
        case .table: "table"
        case .answer(let answer): "\(answer.timing.rawValue)/\(answer.facility.rawValue)"
        }
    }
}

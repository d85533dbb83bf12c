/// Where every child of a case ends up.
public struct Allocation: Hashable, Sendable {
    /// For each child of ``Case/children`` the index of the wish that it is placed at, ``baseline``, or ``elsewhere``.
    public var choices: [Int32]
    /// For each child the phase that placed it, an index into ``Rules/phases``, or -1 if no phase placed it. Empty unless the
    /// round has several phases.
    public var phases: [Int32]

    /// The child is held, or stays where it is.
    public static let baseline: Int32 = -1
    /// The child is pinned to a facility that is not among its wishes.
    public static let elsewhere: Int32 = -2

    public init(choices: [Int32], phases: [Int32] = []) {
        self.choices = choices
        self.phases = phases
    }

    /// Makes the allocation with everybody at the baseline, except pinned children, who are at their pins.
    public init(baselineOf subject: Case) {
        choices = [Int32](repeating: Self.baseline, count: subject.children.count)
        phases = subject.phases.count > 1 ? choices : []
        for pin in subject.pins { choices[pin.child] = pin.choice }
    }

    /// The facility where the child ends up, or `nil` if it is held.
    public func facility(of child: Int, in subject: Case) -> Int? {
        switch choices[child] {
        case Self.baseline: subject.children[child].currentFacility
        case Self.elsewhere: subject.pin(of: child)!.facility
        case let choice: subject.children[child].wishes[Int(choice)].facility
        }
    }
}

/// The outcome for one child.
public enum Outcome: String, CaseIterable, Sendable {
    /// Moved to a wished facility (内定).
    case placed
    /// A transfer applicant that keeps its seat (転園保留).
    case stays
    /// A new applicant without a place (保留).
    case held
}

/// One row of the result: a child and what it got.
public struct Placement: Hashable, Sendable {
    public var child: Int
    public var outcome: Outcome
    /// Where the child ends up; `nil` when held.
    public var facility: Int?
    /// The rank of the wish, from 1; `nil` if the child is not placed, or is pinned to a facility that it did not wish.
    public var wishRank: Int?
    /// Position of the household's joint outcome in its list, from 1, counted before ineligible outcomes are skipped. The
    /// baseline comes last. `nil` if a pin gave the household an outcome that is not in its list.
    public var jointRank: Int?
    /// The points that counted at the facility; the child's own when it is not placed.
    public var points: ExactNumber?
    /// Whether the child is placed but not born yet.
    public var isConditional: Bool
    /// The phase that placed the child, an index into ``Rules/phases``; `nil` if none did, or if the round does not have several
    /// phases.
    public var phase: Int?

    public init(
        child: Int, outcome: Outcome, facility: Int?, wishRank: Int?, jointRank: Int?, points: ExactNumber?,
        isConditional: Bool, phase: Int? = nil
    ) {
        self.child = child
        self.outcome = outcome
        self.facility = facility
        self.wishRank = wishRank
        self.jointRank = jointRank
        self.points = points
        self.isConditional = isConditional
        self.phase = phase
    }
}

/// A household's best-ranked justified claim.
public struct Claim: Hashable, Sendable {
    /// Index into ``Case/households``.
    public var household: Int
    public var kind: Kind
    /// Position of the claimed outcome in the household's list, from 1.
    public var jointRank: Int
    /// Every member of the household, ascending by child.
    public var members: [Member]
    /// The phase in which it is judged, an index into ``Case/phases``; the last for a claim across phases or pins.
    public var phase: Int

    public init(household: Int, kind: Kind, jointRank: Int, members: [Member], phase: Int = 0) {
        self.household = household
        self.kind = kind
        self.jointRank = jointRank
        self.members = members
        self.phase = phase
    }

    public struct Member: Hashable, Sendable {
        public var child: Int
        /// Where the child would end up; `nil` if it would be held.
        public var facility: Int?
        /// Children who would have to leave that facility for it, chosen by lowest priority; ascending by child.
        public var displaced: [Int]

        public init(child: Int, facility: Int?, displaced: [Int]) {
            self.child = child
            self.facility = facility
            self.displaced = displaced
        }
    }

    /// What the claim rests on.
    public enum Kind: String, CaseIterable, Sendable {
        /// Children with lower priority hold the seats (優先順位の逆転).
        case priority
        /// The seats are vacant (空き枠の残り).
        case vacant
        /// The claim exists only across phases. It is not counted.
        case phase
        /// The claim exists only because of a pin, or is for the household's own pinned child. It is not counted.
        case overridden

        /// Whether it counts against the allocation: a claim within its phase that no pin explains.
        public var isCounted: Bool { self == .priority || self == .vacant }
    }
}

/// One level by which allocations are compared, with what was reached and what is proved.
public struct LevelResult: Hashable, Sendable {
    public var name: Name
    /// Smaller is better; `nil` for levels that are an order rather than a number.
    public var value: Int?
    /// No allocation that is as good on the levels before can have less; equals `value` when proved.
    public var bound: Int?
    public var isProved: Bool

    public init(_ name: Name, value: Int?, bound: Int?, isProved: Bool) {
        self.name = name
        self.value = value
        self.bound = bound
        self.isProved = isProved
    }

    /// The levels, in the order in which they can be compared.
    public enum Name: String, CaseIterable, Sendable {
        /// Households with a justified claim.
        case claims
        /// The positions of the claims in the household order.
        case claimOrder
        /// Children held.
        case placements
        /// Total of wish ranks.
        case ranks
        /// Joint ranks down the household order.
        case priority
    }
}

/// How far priority reached for one class of one facility.
public struct Border: Hashable, Sendable {
    /// Index into ``Case/facilities``.
    public var facility: Int
    public var ageClass: Int
    /// Vacancies of the class before the round; `nil` if it is offered only by a limit that it shares with other classes.
    public var seats: Int?
    /// Children of the class with an eligible wish for the facility.
    public var applicants: Int
    /// Children of the class who were placed here.
    public var placed: Int
    /// How many more children of the class who belong to no group all limits would take.
    public var left: Int
    /// The priority keys of the last child placed here, in the order of the comparator, such as `points=38;tax=2`;
    /// `nil` if nobody was placed.
    public var lowestKey: String?

    public init(
        facility: Int, ageClass: Int, seats: Int?, applicants: Int, placed: Int, left: Int, lowestKey: String?
    ) {
        self.facility = facility
        self.ageClass = ageClass
        self.seats = seats
        self.applicants = applicants
        self.placed = placed
        self.left = left
        self.lowestKey = lowestKey
    }
}

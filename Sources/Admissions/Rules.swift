/// Everything on which a round's result depends, apart from the children and the facilities.
public struct Rules: Hashable, Sendable {
    /// The keys that are compared in turn, without the draw, which always comes last.
    public var priority: [PriorityKey]
    /// The seed of the draw, as text; `nil` if the children have a `draw` column.
    public var drawSeed: String?
    /// What the third level of the result optimises. Default `priority`.
    public var objective: Objective
    /// Whose points count for a child. Default `each`.
    public var householdPriority: HouseholdPriority
    /// How sibling answers are read, and the defaults for blank ones.
    public var siblings: SiblingRules
    /// Computes the children's points; empty: they are given.
    public var pointsTable: PointsTable = []
    /// The phases in turn; empty: one, in which all take part.
    public var phases: [Phase]
    /// Classes whose seats stay closed in the round where a transfer leaves them, at every facility that does not say otherwise.
    public var keepsClosed: AgeSet = []

    public init(
        priority: [PriorityKey], drawSeed: String?, objective: Objective = .priority,
        householdPriority: HouseholdPriority = .each, siblings: SiblingRules = SiblingRules(),
        phases: [Phase] = []
    ) {
        self.priority = priority
        self.drawSeed = drawSeed
        self.objective = objective
        self.householdPriority = householdPriority
        self.siblings = siblings
        self.phases = phases
    }

    /// What families and the public are told about other families' values of a key.
    ///
    /// For a key without a setting of its own, only `points` is public, and only if each child's own points count. Points that
    /// are computed from those of siblings would reveal something about the siblings.
    public func publication(ofKey key: Int) -> PriorityKey.Publication {
        let entry = priority[key]
        return entry.publication ?? (entry.source == .points && householdPriority == .each ? .yes : .no)
    }
}

/// One key of the comparator.
///
/// `points` is the points of the child, or of the wish if it has points of its own. `draw`, `birth_date` and `age_class` have a
/// fixed meaning too. Every other name is a column of the children's table; see ``source``.
public struct PriorityKey: Hashable, Sendable {
    /// The column that the key compares.
    public var name: String { didSet { source = Source(ofKeyNamed: name) } }
    /// What the key compares. It follows from ``name``, so that no other code has to compare names.
    public private(set) var source: Source
    public var order: Order
    /// What a blank value means.
    public var blank: Blank
    /// What families and the public are told about other families' values; with `nil` the default of
    /// ``Rules/publication(ofKey:)`` applies.
    public var publication: Publication?
    /// The bounds between the ranges of ``Publication/band``, ascending. A bound belongs to the range that begins with it.
    public var bands: [ExactNumber]

    public init(
        _ name: String, _ order: Order, blank: Blank = .isError, publication: Publication? = nil,
        bands: [ExactNumber] = []
    ) {
        self.name = name
        source = Source(ofKeyNamed: name)
        self.order = order
        self.blank = blank
        self.publication = publication
        self.bands = bands
    }

    /// The range of ``bands`` that contains a value; `nil` for a blank or a date.
    public func band(of value: KeyValue?) -> ValueBand? {
        guard case .number(let number)? = value else { return nil }
        let above = bands.firstIndex { number < $0 } ?? bands.count
        return ValueBand(
            from: above > 0 ? bands[above - 1] : nil, below: above < bands.count ? bands[above] : nil)
    }

    /// What a key compares.
    public enum Source: Hashable, Sendable {
        /// The points that count at the wish.
        case points
        /// The number of the draw.
        case draw
        /// The date of birth, or the due date of an unborn child.
        case birthDate
        /// The age of the child's class.
        case ageClass
        /// A further column of the children's table, one of ``Case/attributeNames``.
        case attribute

        init(ofKeyNamed name: String) {
            self =
                switch name {
                case "points": .points
                case "draw": .draw
                case "birth_date": .birthDate
                case "age_class": .ageClass
                default: .attribute
                }
        }
    }

    /// What families and the public are told about other families' values.
    public enum Publication: String, CaseIterable, Sendable {
        /// They are told the value of the last child admitted.
        case yes
        /// They are told no value, but only that the key decided.
        case no
        /// They are told the range that contains the value of the last child admitted.
        case band
    }

    /// Which values come first.
    public enum Order: String, CaseIterable, Sendable { case ascending, descending }

    /// Where a child without a value comes in the order of this key; with `isError` the case is refused.
    public enum Blank: String, CaseIterable, Sendable {
        case isError = "error"
        case first, last
    }
}

/// A range of values from ``from`` (inclusive) to ``below`` (exclusive); `nil` if there is no such bound.
public struct ValueBand: Hashable, Sendable, CustomStringConvertible {
    public var from: ExactNumber?
    public var below: ExactNumber?

    public init(from: ExactNumber?, below: ExactNumber?) {
        self.from = from
        self.below = below
    }

    /// `100000以上200000未満`, for tables that a city publishes.
    public var description: String {
        (from.map { "\($0)以上" } ?? "") + (below.map { "\($0)未満" } ?? "")
    }
}

/// The third level by which allocations are compared. The level `priority` follows it in any case.
public enum Objective: String, CaseIterable, Sendable {
    /// The joint ranks are compared in the household order; the first household whose joint rank differs decides.
    case priority
    /// The fewest children are held; a transfer applicant that stays is not held.
    case placements
    /// The total of the children's wish ranks is smallest; a child that is held or stays has the rank after the end of its list.
    case ranks
}

/// Whose points count for the key `points`.
public enum HouseholdPriority: String, CaseIterable, Sendable {
    /// The child's own points count.
    case each
    /// The best, the worst or the exact mean of the points of all children with the same household id counts.
    case best, worst, mean
}

/// How sibling answers become ranked joint outcomes.
public struct SiblingRules: Hashable, Sendable {
    /// The default for a blank `timing`; `.lead` is not allowed here.
    public var timing: Timing
    /// The default for a blank `facility`.
    public var facility: FacilityAnswer
    /// The defaults for households whose children all have the same birth date; with `nil` the general defaults apply.
    public var twinsTiming: Timing?
    public var twinsFacility: FacilityAnswer?
    /// How the wish ranks of several children are combined. Default `sum`.
    public var aggregate: Aggregate
    /// Whether placing more children is preferred to better wishes. Default `true`.
    public var countFirst: Bool
    /// Whether a sibling that keeps its present seat counts. Default `counts`.
    public var keptSeat: KeptSeat
    /// Whether under `elder`, `younger` and `lead` it is compared first, child by child, which children are placed. Default
    /// `false`.
    public var followLead: Bool
    /// The distance that counts as `near`, in kilometres in a straight line; required if a household answers `near`.
    public var nearKilometres: ExactNumber?

    public init(
        timing: Timing = .together, facility: FacilityAnswer = .sameOnly, twinsTiming: Timing? = nil,
        twinsFacility: FacilityAnswer? = nil, aggregate: Aggregate = .sum, countFirst: Bool = true,
        keptSeat: KeptSeat = .counts, followLead: Bool = false, nearKilometres: ExactNumber? = nil
    ) {
        self.timing = timing
        self.facility = facility
        self.twinsTiming = twinsTiming
        self.twinsFacility = twinsFacility
        self.aggregate = aggregate
        self.countFirst = countFirst
        self.keptSeat = keptSeat
        self.followLead = followLead
        self.nearKilometres = nearKilometres
    }
}

/// Which sets of siblings a household lets start.
public enum Timing: String, CaseIterable, Sendable {
    /// The children are not linked; each is a household of its own.
    case independent
    /// All children are placed, or nobody.
    case together
    /// Any non-empty set of children may be placed.
    case any
    /// The named child is placed and others may wait, or nobody is placed.
    case lead
    /// As `lead`, with the eldest or the youngest applicant as the named child.
    case elder, younger
}

/// Where siblings may be, and how being together is valued.
public enum FacilityAnswer: String, CaseIterable, Sendable {
    /// All children who end up at a facility must be at the same one.
    case sameOnly
    /// The household prefers more children placed, then a larger group at one facility, then better wishes.
    case sameFirst
    /// The household prefers more children placed, then better wishes.
    case rankFirst
    /// As `sameFirst`, but placed children must be near each other.
    case near
}

/// How the wish ranks of siblings are combined; smaller is better.
public enum Aggregate: String, CaseIterable, Sendable {
    case sum
    /// The product, where a child that is held or stays counts as 99.
    case product
    /// The largest rank.
    case worst
    /// The ranks are compared child by child, the preferred child first, the rest eldest first.
    case lead
}

/// Whether a transfer applicant that stays counts among its siblings.
public enum KeptSeat: String, CaseIterable, Sendable {
    /// It counts as placed for timing, count and group exactly if a sibling is placed at its present facility. Under `sameOnly`
    /// a placed sibling must be there.
    case counts
    /// It never counts.
    case ignored
}

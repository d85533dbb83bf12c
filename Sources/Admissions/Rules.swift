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
        priority[key].publication ?? (priority[key].source == .points && householdPriority == .each ? .yes : .no)
    }

    /// The value as the column of a key writes it, see ``PriorityKey/text(of:)``.
    ///
    /// It avoids a copy of the key, which would cost more than all the rest.
    package func text(of value: KeyValue?, atKey key: Int) -> String {
        priority[key].values.isEmpty && !priority[key].usesLetters
            ? value?.description ?? "" : priority[key].text(of: value)
    }
}

/// One key of the comparator.
///
/// `points` is the child's points, at a wish with points of its own those; `draw`, `birth_date`, `age_class`, `wish_rank`,
/// `sibling_at_facility`, `lives_in_area` and `met` are known too; every other name is a column of the children's table, or a
/// part of the points table: see ``source``.
public struct PriorityKey: Hashable, Sendable {
    /// The column that the key compares.
    public var name: String { didSet { source = Source(ofKeyNamed: name) } }
    /// What the key compares, so that nothing else need compare names. It follows from ``name``; in a ``Case`` also from the
    /// columns of the children's table and the parts of the points table, see ``Source/isComputed`` and ``Source/part``.
    public private(set) var source: Source
    public var order: Order
    /// What a blank value means.
    public var blank: Blank
    /// What families and the public are told about other families' values; with `nil` the default of
    /// ``Rules/publication(ofKey:)`` applies.
    public var publication: Publication?
    /// The bounds between the ranges of ``Publication/band``, ascending. A bound belongs to the range that begins with it.
    public var bands: [ExactNumber]
    /// Of ``Source/livesInArea`` the column of the children's table that says in which ward a child lives.
    public var column: String?
    /// The texts that the key's column may hold, best first, compared by their place in this list; empty: the column holds
    /// numbers or dates.
    public var values: [String]
    /// Whether the key's column holds single letters `A` to `Z`, compared as the numbers 1 to 26.
    public var usesLetters: Bool
    /// For whom the key has a value; for the others it is blank, and stands last where ``blank`` is an error.
    public var onlyWhen: KeyRestriction

    public init(
        _ name: String, _ order: Order, blank: Blank = .isError, publication: Publication? = nil,
        bands: [ExactNumber] = [], column: String? = nil, values: [String] = [], usesLetters: Bool = false,
        onlyWhen: KeyRestriction = KeyRestriction()
    ) {
        self.name = name
        source = Source(ofKeyNamed: name)
        self.order = order
        self.blank = blank
        self.publication = publication
        self.bands = bands
        self.column = column
        self.values = values
        self.usesLetters = usesLetters
        self.onlyWhen = onlyWhen
    }

    /// Lets the key compare a column of the children's table although the program knows its name.
    mutating func compareColumn() { source = .attribute }

    /// Lets the key compare a part of the points table.
    mutating func comparePart() { source = .part }

    /// Whether the key compares wards of facilities.
    public var readsWards: Bool {
        source == .livesInArea
            || onlyWhen.conditions.contains {
                switch $0 {
                case .livesIn, .ward: true
                default: false
                }
            }
    }

    /// Every column of the children's table that the key reads besides the one of its name.
    public var furtherColumns: [String] {
        [column].compactMap { $0 } + onlyWhen.conditions.compactMap(\.column)
    }

    /// The value that a text of the key's column stands for; `nil` where it is blank or stands for none.
    ///
    /// - Complexity: O(length of the text), and O(n) in ``values``.
    func value(ofText text: String) -> KeyValue? {
        if !values.isEmpty { return values.firstIndex(of: text).map { .number(ExactNumber($0 + 1)) } }
        if usesLetters {
            guard text.utf8.count == 1, let letter = text.utf8.first, (65...90).contains(letter) else { return nil }
            return .number(ExactNumber(Int(letter) - 64))
        }
        return ExactNumber(text).map(KeyValue.number) ?? CalendarDate(written: text).map(KeyValue.date)
    }

    /// Whether the key's column holds numbers or dates, which are compared as they are written.
    public var comparesPlainly: Bool { values.isEmpty && !usesLetters }

    /// The value as the key's column writes it: an entry of ``values``, a letter, a number or a date; blank for `nil`.
    public func text(of value: KeyValue?) -> String {
        guard let value else { return "" }
        if case .number(let number) = value, allows(value) {
            if !values.isEmpty { return values[Int(number.numerator) - 1] }
            if usesLetters { return String(UnicodeScalar(UInt8(64 + number.numerator))) }
        }
        return value.description
    }

    /// Whether a child could have the value at the key.
    public func allows(_ value: KeyValue) -> Bool {
        let range: ClosedRange<Int64>
        switch source {
        case .siblingAtFacility, .livesInArea, .met: range = 0...1
        case .wishRank: range = 1...Int64.max
        case _ where !values.isEmpty: range = 1...Int64(values.count)
        case _ where usesLetters: range = 1...26
        case .points, .draw, .birthDate, .ageClass, .attribute, .part: return true
        }
        guard case .number(let number) = value else { return false }
        return number.isInteger && range.contains(number.numerator)
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
        /// A further column of the children's table, one of ``Case/attributeNames``; where it has values by wish, the one at
        /// the wish.
        case attribute
        /// The rank of the wish among the child's wishes, from 1.
        case wishRank
        /// 1 where a sibling is enrolled at the wished facility, else 0.
        case siblingAtFacility
        /// 1 where the wished facility is in the ward that ``PriorityKey/column`` names, else 0.
        case livesInArea
        /// A part of the points table: its value at the wish.
        case part
        /// 1 where ``PriorityKey/onlyWhen`` is met, else 0.
        case met

        init(ofKeyNamed name: String) {
            self =
                switch name {
                case "points": .points
                case "draw": .draw
                case "birth_date": .birthDate
                case "age_class": .ageClass
                case "wish_rank": .wishRank
                case "sibling_at_facility": .siblingAtFacility
                case "lives_in_area": .livesInArea
                case "met": .met
                default: .attribute
                }
        }

        /// Whether the program computes the value at each wish. A column of the children's table with the name of such a key
        /// is what the key compares instead, unless the key names a ``PriorityKey/column`` or is `met` with conditions.
        public var isComputed: Bool {
            switch self {
            case .wishRank, .siblingAtFacility, .livesInArea, .met: true
            case .points, .draw, .birthDate, .ageClass, .attribute, .part: false
            }
        }

        /// Which values come first where the settings do not say; `nil`: they must.
        public var usualOrder: Order? {
            switch self {
            case .wishRank: .ascending
            case .siblingAtFacility, .livesInArea, .met: .descending
            case .points, .draw, .birthDate, .ageClass, .attribute, .part: nil
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

/// Whom a priority key is for: those who meet all conditions, at a wish or where no wish is meant.
public struct KeyRestriction: Hashable, Sendable {
    public var conditions: [PointsCondition]
    public var parts: [PartRange]

    /// What a part of the points table must count; a missing part meets nothing.
    public struct PartRange: Hashable, Sendable {
        public var part: String
        /// At least; `nil`: no bound.
        public var from: ExactNumber?
        /// At most; `nil`: no bound.
        public var to: ExactNumber?

        public init(_ part: String, from: ExactNumber? = nil, to: ExactNumber? = nil) {
            self.part = part
            self.from = from
            self.to = to
        }

        func contains(_ number: ExactNumber?) -> Bool {
            guard let number else { return false }
            return (from.map { $0 <= number } ?? true) && (to.map { number <= $0 } ?? true)
        }
    }

    public init(_ conditions: [PointsCondition] = [], parts: [PartRange] = []) {
        self.conditions = conditions
        self.parts = parts
    }

    /// Whether the key is for everybody.
    public var isEmpty: Bool { conditions.isEmpty && parts.isEmpty }
}

/// A range of values: from one on, below another; `nil` where it has no end.
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

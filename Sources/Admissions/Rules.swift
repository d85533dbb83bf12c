/// Everything a round's result depends on besides the people and the places.
public struct Rules: Hashable, Sendable {
    /// The comparator without the draw, which always closes it. Compared in turn.
    public var priority: [PriorityKey]
    /// The seed of the draw, as text; `nil` where the children bring a `draw` column.
    public var drawSeed: String?
    /// What the third level of the result optimises. Default `priority`.
    public var objective: Objective
    /// Whose points count for a child. Default `each`.
    public var householdPriority: HouseholdPriority
    /// How sibling answers are read and what fills blank ones.
    public var siblings: SiblingRules
    /// Computes the children's points; empty: they are given.
    public var pointsTable: PointsTable = []
    /// The phases in turn; empty: one, in which all take part.
    public var phases: [Phase]

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

    /// What families and the public are told of other families' values of a key.
    ///
    /// Where a key says nothing, only `points` is public, and only where each child has its own: what is made of siblings'
    /// points tells of siblings.
    public func publication(ofKey key: Int) -> PriorityKey.Publication {
        let entry = priority[key]
        return entry.publication ?? (entry.source == .points && householdPriority == .each ? .yes : .no)
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
    /// What families and the public are told of other families' values; `nil`: ``Rules/publication(ofKey:)`` says.
    public var publication: Publication?
    /// Where the ranges of ``Publication/band`` meet, ascending: a value belongs to the range that begins at or below it.
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

    /// The range of ``bands`` in which a value lies; `nil` for a blank or a date.
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

    /// What families and the public are told of other families' values.
    public enum Publication: String, CaseIterable, Sendable {
        /// The value of the last child admitted.
        case yes
        /// No value; only that the key decided.
        case no
        /// The range in which the value of the last child admitted lies.
        case band
    }

    /// Which values come first.
    public enum Order: String, CaseIterable, Sendable { case ascending, descending }

    /// Where a child without a value stands at this key; `isError` refuses the case.
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

/// The third level by which allocations are compared; `priority` follows whichever is chosen.
public enum Objective: String, CaseIterable, Sendable {
    /// Go down the household order: the first household whose joint rank differs decides.
    case priority
    /// Fewest children held; a transfer applicant that stays is not held.
    case placements
    /// Smallest total of the children's wish ranks; a child that is held or stays counts one past its list.
    case ranks
}

/// Whose points decide at the `points` key.
public enum HouseholdPriority: String, CaseIterable, Sendable {
    /// The child's own.
    case each
    /// The best, worst or exact mean of the points of all children with the same household id.
    case best, worst, mean
}

/// How sibling answers become ranked joint outcomes.
public struct SiblingRules: Hashable, Sendable {
    /// Fills a blank `timing`; `.lead` is not allowed here.
    public var timing: Timing
    /// Fills a blank `facility`.
    public var facility: FacilityAnswer
    /// Fill blanks of households whose children all share one birth date; `nil`: as for the others.
    public var twinsTiming: Timing?
    public var twinsFacility: FacilityAnswer?
    /// How the wish ranks of several children become one. Default `sum`.
    public var aggregate: Aggregate
    /// Whether more children placed comes before better wishes. Default `true`.
    public var countFirst: Bool
    /// Whether a sibling that keeps its present seat counts. Default `counts`.
    public var keptSeat: KeptSeat
    /// Compare, under `elder`, `younger` and `lead`, placed or not child by child before all else. Default `false`.
    public var followLead: Bool
    /// What `near` means, in kilometres in a straight line; required where a household answers `near`.
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
    /// No link: each child is a household of its own.
    case independent
    /// All placed, or nobody.
    case together
    /// Any non-empty set.
    case any
    /// The named child placed, others may wait; or nobody.
    case lead
    /// `lead` with the eldest, or the youngest, applicant.
    case elder, younger
}

/// Where siblings may be, and what being together earns.
public enum FacilityAnswer: String, CaseIterable, Sendable {
    /// Children who end up somewhere are all at one facility.
    case sameOnly
    /// More placed, then the larger group at one facility, then better wishes.
    case sameFirst
    /// More placed, then better wishes.
    case rankFirst
    /// As `sameFirst`, but placed children must be near each other.
    case near
}

/// How the wish ranks of siblings become one number; smaller is better.
public enum Aggregate: String, CaseIterable, Sendable {
    case sum
    /// A child that is held or stays counts 99.
    case product
    /// The largest.
    case worst
    /// Child by child, the preferred child first, the rest eldest first.
    case lead
}

/// Whether a transfer applicant that stays counts among its siblings.
public enum KeptSeat: String, CaseIterable, Sendable {
    /// As placed, for timing, count and group, exactly when a sibling is placed at its present facility; and under
    /// `sameOnly` a placed sibling must be there.
    case counts
    /// Nowhere.
    case ignored
}

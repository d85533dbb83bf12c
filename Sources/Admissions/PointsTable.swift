/// A city's table of points (指数表), written as named parts that are computed from rows and from each other.
///
/// The order of the parts is that of the file; it says in which order they are shown, and nothing else.
public struct PointsTable: Hashable, Sendable {
    public var parts: [PointsPart]

    /// The name of the part that is the total: the points of the child.
    public static let total = "points"

    public init(parts: [PointsPart]) { self.parts = parts }

    /// A table whose rows add up: one part, the total. Without rows there is no table.
    public init(rows: [PointsRow]) {
        parts = rows.isEmpty ? [] : [PointsPart(Self.total, rows: rows)]
    }

    /// Whether there is no table: points are given.
    public var isEmpty: Bool { parts.isEmpty }

    /// Whether the table is one list of rows that add up to the total.
    public var isList: Bool {
        parts.count == 1 && parts[0] == PointsPart(Self.total, rows: parts[0].rows) && !parts[0].rows.isEmpty
    }

    /// Whether the table says nothing but what a list of rows could always say: each tests one column, at every wish, at one
    /// facility or at that of a sibling.
    var isPlain: Bool { isList && parts[0].rows.allSatisfy(\.isPlain) }

    /// All rows, part by part.
    public var rows: [PointsRow] { parts.flatMap(\.rows) }

    /// The rows that refuse a child, each with its reason, part by part; ``Wish/refusal`` is an index into them.
    public var refusals: [String] {
        rows.compactMap { if case .refusal(let reason) = $0.amount { reason } else { nil } }
    }

    /// Every column of the children's table that a condition reads.
    public var columns: Set<String> {
        Set(parts.flatMap { $0.when + $0.rows.flatMap(\.conditions) }.compactMap(\.column))
    }

    /// A part and all parts that it is made of, directly or through further ones; none where there is no such part.
    func ingredients(ofPart name: String) -> [PointsPart] {
        var found: [PointsPart] = []
        var open = [name]
        while let next = open.popLast() {
            guard !found.contains(where: { $0.name == next }), let part = parts.first(where: { $0.name == next }) else {
                continue
            }
            found.append(part)
            open += part.parts
        }
        return found
    }

    /// The conditions of the part or the row that stands at a place of the settings; see ``setting(ofRow:inPart:)``.
    public func conditions(at setting: String) -> [PointsCondition] {
        for (index, part) in parts.enumerated() {
            if self.setting(ofPart: index) == setting { return part.when }
            for row in part.rows.indices where self.setting(ofRow: row, inPart: index) == setting {
                return part.rows[row].conditions
            }
        }
        return []
    }

    /// Where a part stands in the settings, as findings name it.
    public func setting(ofPart part: Int) -> String { "pointsTable" + (isList ? "" : ".\(parts[part].name)") }

    /// Where a row stands in the settings, as findings name it.
    public func setting(ofRow row: Int, inPart part: Int) -> String {
        isList ? "pointsTable[\(row)]" : "pointsTable.\(parts[part].name).rows[\(row)]"
    }
}

extension PointsTable: ExpressibleByArrayLiteral {
    public init(arrayLiteral rows: PointsRow...) { self.init(rows: rows) }
}

/// A part of a points table, such as the points of one parent, the lower of both, or the adjustments.
///
/// Its terms are what its met rows earn, in order, then the values of ``parts``, in order. ``combine`` makes one number of
/// the terms, which is then multiplied by ``factor``, raised to ``floor`` and lowered to ``cap``. Without terms it is 0 where
/// the part has rows; where it has none, the part is missing.
public struct PointsPart: Hashable, Sendable {
    public var name: String
    public var rows: [PointsRow]
    /// Names of the parts whose values are terms; one that is missing is no term. Written `of`.
    public var parts: [String]
    public var combine: Combination
    /// Default 1.
    public var factor: ExactNumber?
    /// The least that the part counts.
    public var floor: ExactNumber?
    /// The most that the part counts; not below ``floor``.
    public var cap: ExactNumber?
    /// What must all be met; else the part is missing.
    public var when: [PointsCondition]
    /// What the part counts, as it is, where it is missing; `nil`: it stays missing.
    public var missing: ExactNumber?

    public init(
        _ name: String, rows: [PointsRow] = [], of parts: [String] = [], combine: Combination = .sum,
        factor: ExactNumber? = nil, floor: ExactNumber? = nil, cap: ExactNumber? = nil,
        when: [PointsCondition] = [], missing: ExactNumber? = nil
    ) {
        self.name = name
        self.rows = rows
        self.parts = parts
        self.combine = combine
        self.factor = factor
        self.floor = floor
        self.cap = cap
        self.when = when
        self.missing = missing
    }

    /// How the terms of a part become one number, without rounding.
    public enum Combination: String, CaseIterable, Sendable {
        case sum, max, min, mean
        /// The first term alone.
        case first
    }
}

/// One row of a points table: what a child must show, and what it earns.
///
/// Of the met rows of a part that share a ``maxGroup`` only the one with the most points counts, of equals the first.
public struct PointsRow: Hashable, Sendable {
    /// What the city's booklet calls the row.
    public var name: String?
    /// What must all be met; a row without conditions always counts.
    public var conditions: [PointsCondition]
    public var amount: Amount
    /// Rows of one group do not add up: the most points count.
    public var maxGroup: String?

    public init(
        name: String? = nil, when conditions: [PointsCondition], earns amount: Amount, maxGroup: String? = nil
    ) {
        self.name = name
        self.conditions = conditions
        self.amount = amount
        self.maxGroup = maxGroup
    }

    /// A row with a condition on one column, which may count at some wishes only.
    public init(
        _ attribute: String, _ test: PointsCondition.Test = .filled, at place: Place = .everywhere,
        earns amount: Amount, maxGroup: String? = nil
    ) {
        var conditions = [PointsCondition.attribute(attribute, test)]
        switch place {
        case .everywhere: break
        case .sameFacility: conditions.append(.sameFacility)
        case .facility(let id): conditions.append(.facility(id))
        }
        self.init(when: conditions, earns: amount, maxGroup: maxGroup)
    }

    /// At which wishes the row counts.
    public enum Place: Hashable, Sendable {
        case everywhere
        /// Where a sibling of the child is enrolled.
        case sameFacility
        case facility(FacilityID)
    }

    /// What a row earns.
    public enum Amount: Hashable, Sendable {
        case points(ExactNumber)
        /// The own value, a number, of the first column or count among the conditions.
        case value
        /// Nothing: the child is not eligible, with the reason for staff. It is so at every wish, or where a condition looks
        /// at the wish, at the wishes that meet it.
        case refusal(String)
    }

    /// Whether a condition looks at the wish.
    public var dependsOnWish: Bool { conditions.contains(where: \.isOfWish) }

    fileprivate var isPlain: Bool {
        guard name == nil, (1...2).contains(conditions.count), case .attribute(_, let test) = conditions[0] else {
            return false
        }
        switch test {
        case .blank, .months: return false
        case .filled, .oneOf, .range: break
        }
        if case .refusal = amount { return false }
        if conditions.count == 1 { return true }
        switch conditions[1] {
        case .sameFacility, .facility: return true
        default: return false
        }
    }
}

/// What a child, or a child at one of its wishes, must show.
public enum PointsCondition: Hashable, Sendable {
    /// A column of the children's table: `group`, `sibling_facility_ids`, `current_facility_id`, `age_class`, `birth_date`
    /// (or the due date), or any further column.
    case attribute(String, Test)
    case count(Count, WholeNumbers)
    /// A sibling is enrolled at the wished facility.
    case sameFacility
    /// Another child of the household wishes the facility too; wishes that are dropped do not count.
    case siblingApplies
    /// The wished facility is this one.
    case facility(FacilityID)
    /// The wished facility is of one of these kinds.
    case kind([String])
    /// The wished facility is in one of these wards.
    case ward([String])
    /// The wished facility is in the ward that the child's column names.
    case livesIn(String)
    /// The position of the wish among those of the child, from 1; gaps are closed and repeats dropped.
    case wishRank(WholeNumbers)

    /// What an attribute must be. A blank one meets ``blank`` alone; of a list, any entry may meet the test.
    public enum Test: Hashable, Sendable {
        /// Not blank.
        case filled
        case blank
        /// One of these texts, or a number equal to one of them.
        case oneOf([String])
        /// At least `from` and at most `to`, as numbers or as dates; `nil` is no bound.
        case range(from: KeyValue?, to: KeyValue?)
        /// A date whose calendar month is so many months after that of the round; before it they are negative.
        case months(from: Int?, to: Int?)
    }

    /// What is counted of a child and its household.
    public enum Count: String, CaseIterable, Sendable {
        /// Other children of the household in the children's table.
        case siblingsApplying = "siblings_applying"
        /// Entries of `sibling_facility_ids`; a facility that stands twice is two.
        case siblingsEnrolled = "siblings_enrolled"
        /// The child and both of these.
        case underSchoolAge = "under_school_age"
        /// The column `waiting_months`; blank is 0.
        case monthsWaiting = "months_waiting"
    }

    /// Whether it looks at the wish; without a wish it is not met.
    public var isOfWish: Bool {
        switch self {
        case .attribute, .count: false
        case .sameFacility, .siblingApplies, .facility, .kind, .ward, .livesIn, .wishRank: true
        }
    }

    /// The column of the children's table that it reads; `nil` where it reads none.
    public var column: String? {
        switch self {
        case .attribute(let column, _), .livesIn(let column): column
        case .count(.monthsWaiting, _): CaseDraft.waitingMonths
        case .count(.siblingsEnrolled, _), .count(.underSchoolAge, _), .sameFacility: "sibling_facility_ids"
        case .count(.siblingsApplying, _), .siblingApplies, .facility, .kind, .ward, .wishRank: nil
        }
    }
}

/// A set of whole numbers.
public enum WholeNumbers: Hashable, Sendable {
    case oneOf([Int])
    /// At least `from` and at most `to`; `nil` is no bound.
    case range(from: Int?, to: Int?)

    public func contains(_ number: Int) -> Bool {
        switch self {
        case .oneOf(let numbers): numbers.contains(number)
        case .range(let from, let to): (from.map { $0 <= number } ?? true) && (to.map { number <= $0 } ?? true)
        }
    }
}

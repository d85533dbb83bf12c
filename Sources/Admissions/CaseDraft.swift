/// A case as it was written down, with rows in any order and nothing checked yet.
///
/// ``resolve(threads:)`` checks everything at once and makes the ``Case`` that all other modules work on.
public struct CaseDraft: Hashable, Sendable {
    public var municipality: String
    /// The name of the round, such as `2027-04 first`.
    public var round: String
    public var month: PlacementMonth
    public var rules: Rules
    /// Names of further columns of the children's table; ``ChildRow/attributes`` has one value for each.
    public var attributeNames: [String]
    /// Names of priority keys that have a column for each wish, such as `distance` with `distance_1`, `distance_2`;
    /// ``ChildRow/wishAttributes`` has one list for each.
    public var wishAttributeNames: [String] = []
    public var children: [ChildRow]
    public var facilities: [FacilityRow]
    public var households: [HouseholdRow]
    public var jointWishes: [JointWishRow]
    public var seatLimits: [SeatLimitRow]
    public var pins: [PinRow]

    public init(
        municipality: String, round: String, month: PlacementMonth, rules: Rules, attributeNames: [String] = [],
        children: [ChildRow], facilities: [FacilityRow], households: [HouseholdRow] = [],
        jointWishes: [JointWishRow] = [], seatLimits: [SeatLimitRow] = [], pins: [PinRow] = []
    ) {
        self.municipality = municipality
        self.round = round
        self.month = month
        self.rules = rules
        self.attributeNames = attributeNames
        self.children = children
        self.facilities = facilities
        self.households = households
        self.jointWishes = jointWishes
        self.seatLimits = seatLimits
        self.pins = pins
    }
}

/// One row of the children's table.
public struct ChildRow: Hashable, Sendable {
    public var id: ChildID
    public var household: HouseholdID
    public var birthDate: CalendarDate?
    /// The due date of an unborn child; an offer to it is conditional.
    public var dueDate: CalendarDate?
    /// The class age, 0 to 5; it may be left out if a date is given.
    public var ageClass: Int?
    /// The facility where the child has a place now; `nil` for a new applicant.
    public var currentFacility: FacilityID?
    public var groups: [String]
    /// Facilities where a sibling is enrolled; used by points tables.
    public var siblingFacilities: [FacilityID]
    /// The wishes, best first; `nil` is a gap, and later wishes move up.
    public var wishes: [FacilityID?]
    public var points: ExactNumber?
    /// Points at the wish of the same index, before gaps close; may be shorter than `wishes`.
    public var wishPoints: [ExactNumber?]
    /// A number drawn in public. If any child has one, every child needs one, and ``Rules/drawSeed`` is not used.
    public var draw: ExactNumber?
    /// Raw text of the further columns, one for each of ``CaseDraft/attributeNames``; empty text is blank.
    public var attributes: [String]
    /// For each of ``CaseDraft/wishAttributeNames`` the raw text at the wish of the same index, before gaps close; may be
    /// shorter than `wishes`, and the whole may be empty.
    public var wishAttributes: [[String]]

    public init(
        id: ChildID, household: HouseholdID, birthDate: CalendarDate? = nil, dueDate: CalendarDate? = nil,
        ageClass: Int? = nil, currentFacility: FacilityID? = nil, groups: [String] = [],
        siblingFacilities: [FacilityID] = [], wishes: [FacilityID?], points: ExactNumber? = nil,
        wishPoints: [ExactNumber?] = [], draw: ExactNumber? = nil, attributes: [String] = [],
        wishAttributes: [[String]] = []
    ) {
        self.id = id
        self.household = household
        self.birthDate = birthDate
        self.dueDate = dueDate
        self.ageClass = ageClass
        self.currentFacility = currentFacility
        self.groups = groups
        self.siblingFacilities = siblingFacilities
        self.wishes = wishes
        self.points = points
        self.wishPoints = wishPoints
        self.draw = draw
        self.attributes = attributes
        self.wishAttributes = wishAttributes
    }
}

/// One row of the facilities' table.
public struct FacilityRow: Hashable, Sendable {
    public var id: FacilityID
    public var name: String
    /// Vacancies of classes 0 to 5: six values; `nil`: not offered; 0: offered, full; negative: over-full by so many.
    public var seats: [Int?]
    public var minimumAgeMonths: Int?
    public var minimumAgeDays: Int?
    public var kind: String
    public var ward: String
    /// The location in degrees, south and west negative; either both numbers are given or neither.
    public var latitude: Double?
    public var longitude: Double?
    /// The numbers from which the vacancies of classes 0 to 5 follow, if they are given: six values each, or empty. See
    /// ``Vacancy``.
    public var capacity: [Int?]
    public var enrolled: [Int?]
    public var margin: [Int?]
    /// Classes whose numbers were hidden from the public in an earlier round of the fiscal year, so that they stay hidden.
    public var unpublished: AgeSet
    /// For classes 0 to 5 whether a seat that a transfer leaves stays closed in the round: six values, or empty; `nil`:
    /// ``Rules/keepsClosed`` says.
    public var keepsClosed: [Bool?]
    /// ``kind`` and ``ward`` as conditions compare them, where they are written with other characters than these; `nil`: as
    /// they are.
    public var foldedKind: String?
    public var foldedWard: String?

    var comparedKind: String { foldedKind ?? kind }
    var comparedWard: String { foldedWard ?? ward }

    public init(
        id: FacilityID, name: String = "", seats: [Int?], minimumAgeMonths: Int? = nil, minimumAgeDays: Int? = nil,
        kind: String = "", ward: String = "", latitude: Double? = nil, longitude: Double? = nil,
        capacity: [Int?] = [], enrolled: [Int?] = [], margin: [Int?] = [], unpublished: AgeSet = [],
        keepsClosed: [Bool?] = []
    ) {
        precondition(seats.count == 6, "a facility has seats for the six classes 0 to 5, not \(seats.count)")
        self.id = id
        self.name = name
        self.seats = seats
        self.minimumAgeMonths = minimumAgeMonths
        self.minimumAgeDays = minimumAgeDays
        self.kind = kind
        self.ward = ward
        self.latitude = latitude
        self.longitude = longitude
        self.capacity = capacity
        self.enrolled = enrolled
        self.margin = margin
        self.unpublished = unpublished
        self.keepsClosed = keepsClosed
    }
}

/// One household's sibling answer; `nil` is a blank, which is filled with the round's default.
public struct HouseholdRow: Hashable, Sendable {
    public var household: HouseholdID
    public var timing: Timing?
    public var facility: FacilityAnswer?
    public var leadChild: ChildID?
    public var preferredChild: ChildID?

    public init(
        household: HouseholdID, timing: Timing? = nil, facility: FacilityAnswer? = nil, leadChild: ChildID? = nil,
        preferredChild: ChildID? = nil
    ) {
        self.household = household
        self.timing = timing
        self.facility = facility
        self.leadChild = leadChild
        self.preferredChild = preferredChild
    }
}

/// Where one child would be in one ranked joint wish; if `facility` is `nil`, the child is at its baseline.
public struct JointWishRow: Hashable, Sendable {
    public var household: HouseholdID
    /// The rank; smaller is better. Ranks need not be consecutive.
    public var rank: Int
    public var child: ChildID
    public var facility: FacilityID?

    public init(household: HouseholdID, rank: Int, child: ChildID, facility: FacilityID?) {
        self.household = household
        self.rank = rank
        self.child = child
        self.facility = facility
    }
}

/// A limit in addition to the class limits: pooled ages, a total, or special or reserved places.
public struct SeatLimitRow: Hashable, Sendable {
    public var facility: FacilityID
    /// Further facilities whose seats the limit counts together with those of ``facility``.
    public var sharedWith: [FacilityID]
    public var ages: AgeSet
    public var group: GroupCondition
    public var seats: Int
    /// Whether the row offers its ages if they have no `seats_` of their own.
    public var opens: Bool
    /// Name of the only phase in which the limit applies; `nil` if it applies in all.
    public var phase: String?
    /// Whether its unused seats are free in the phases after its own.
    public var isReleased: Bool

    public init(
        facility: FacilityID, sharedWith: [FacilityID] = [], ages: AgeSet, group: GroupCondition = .everyone,
        seats: Int,
        opens: Bool = false, phase: String? = nil, isReleased: Bool = false
    ) {
        self.facility = facility
        self.sharedWith = sharedWith
        self.ages = ages
        self.group = group
        self.seats = seats
        self.opens = opens
        self.phase = phase
        self.isReleased = isReleased
    }

    /// ``facility`` and those that it shares the limit with.
    public var facilities: [FacilityID] { [facility] + sharedWith }
}

/// A set of class ages 0 to 5.
public struct AgeSet: OptionSet, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The set of these ages; each must be 0 to 5.
    public init(_ ages: some Sequence<Int>) {
        var bits: UInt8 = 0
        for age in ages {
            precondition((0...5).contains(age), "class ages are 0 to 5, not \(age)")
            bits |= 1 << UInt8(age)
        }
        self.init(rawValue: bits)
    }

    /// Reads `0`, `3-5`, `0;2` and mixtures; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        var bits: UInt8 = 0
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { String($0).filter { $0 != " " } }.map { $0.utf8.count == 1 ? Int($0) : nil }
            guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1],
                low <= high, (0...5).contains(low), (0...5).contains(high)
            else { return nil }
            for age in low...high { bits |= 1 << UInt8(age) }
        }
        self.init(rawValue: bits)
    }

    @inlinable public func contains(age: Int) -> Bool { rawValue >> UInt8(age) & 1 == 1 }

    /// The ages, ascending.
    public var ages: [Int] { (0...5).filter(contains(age:)) }

    /// `0`, `3-5`, `0;2`.
    public var description: String {
        let ages = ages
        if ages.count > 2, ages.last! - ages.first! == ages.count - 1 { return "\(ages.first!)-\(ages.last!)" }
        return ages.map(String.init).joined(separator: ";")
    }
}

/// The children that a seat limit covers, by group.
public enum GroupCondition: Hashable, Sendable, CustomStringConvertible {
    case everyone
    case members(of: String)
    case others(than: String)

    /// Reads ``description``: blank, `name` or `!name`; `nil` for a lone `!`.
    public init?(_ text: String) {
        if text.isEmpty {
            self = .everyone
        } else if text.hasPrefix("!") {
            guard text.utf8.count > 1 else { return nil }
            self = .others(than: String(text.dropFirst()))
        } else {
            self = .members(of: text)
        }
    }

    public func covers(_ groups: [String]) -> Bool {
        switch self {
        case .everyone: true
        case .members(let name): groups.contains(name)
        case .others(let name): !groups.contains(name)
        }
    }

    /// Distinguishes conditions with the same text, such as the group named `!a` and all but the group `a`.
    var kind: String {
        switch self {
        case .everyone: "everyone"
        case .members: "members"
        case .others: "others"
        }
    }

    public var description: String {
        switch self {
        case .everyone: ""
        case .members(let name): name
        case .others(let name): "!" + name
        }
    }
}

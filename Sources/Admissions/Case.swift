/// One round of one municipality, checked and complete, for which an allocation is made.
///
/// A case comes only from ``CaseDraft/resolve(threads:)``, or from another case by a ``Change``. So every index in it is valid,
/// every blank answer is filled, and the order of all its arrays depends on ids alone, never on the order of rows.
public struct Case: Hashable, Sendable {
    public let municipality: String
    public let round: String
    public let month: PlacementMonth
    public package(set) var rules: Rules
    /// Ascending by id. Every `Int` called a child is an index into this.
    public package(set) var children: [Child]
    /// Ascending by id. Every `Int` called a facility is an index into this.
    public package(set) var facilities: [Facility]
    /// Children who decide together, ascending by id and first member. Each child of an `independent` household is a household
    /// of its own here.
    public package(set) var households: [Household]
    /// Ascending by facility; a facility's class limits come first, by age, then the rows of the limits' table by ages,
    /// group and phase. Those over several facilities stand behind all others, by facilities, ages, group and phase.
    /// ``Facility/limits`` names each facility's.
    public package(set) var limits: [SeatLimit]
    /// Decisions fixed by staff, ascending by child.
    public package(set) var pins: [Pin]
    /// Names of further columns of the children's table, ascending; ``Child/attributes`` is aligned with it.
    public let attributeNames: [String]
    /// For child `c` and key `k` of ``Rules/priority`` the value at `c * priority.count + k`; `nil` is blank. At the key
    /// `points` it is the child's own points, at `draw` always `nil`, at a key of ``WishKeyValues/keys`` what counts where no
    /// wish is meant.
    public package(set) var keyValues: [KeyValue?]
    /// The values of the keys that depend on the wish, but for `points`.
    public package(set) var wishKeyValues: WishKeyValues

    /// The value that child `child` has at the key of index `key` where no wish is meant.
    @inlinable public func keyValue(child: Int, key: Int) -> KeyValue? {
        keyValues[child * rules.priority.count + key]
    }

    /// The value that counts at the key of index `key` for a wish of the child; at `points` the child's own points, whatever
    /// the wish.
    @inlinable public func keyValue(child: Int, wish: Int, key: Int) -> KeyValue? {
        guard let position = wishKeyValues.keys.firstIndex(of: key) else { return keyValue(child: child, key: key) }
        return wishKeyValues.value(child: child, wish: wish, position: position)
    }

    /// The wish at which alone another value of the child at a key would count; `nil`: it would count wherever the key does,
    /// because the child has the same value at all its wishes and elsewhere.
    ///
    /// - Complexity: O(wishes of the child).
    public func wishDeciding(_ key: Int, of child: Int, at wish: Int) -> Int? {
        let source = rules.priority[key].source
        let own = keyValue(child: child, key: key)
        let isOne = children[child].wishes.indices.allSatisfy { keyValue(child: child, wish: $0, key: key) == own }
        return isOne && !source.isComputed ? nil : wish
    }

    /// ``Child/generalPoints`` of a child, where it has points of its own without the copy of it that asking it would take.
    @inlinable package func generalPoints(of child: Int) -> ExactNumber? {
        if let points = children[child].points { return points }
        return children[child].generalPoints
    }

    /// Whether the child's present seat stays closed in the round when it leaves: then the child uses no seat while it stays,
    /// and frees none.
    ///
    /// - Precondition: The child has a present facility.
    @inlinable package func leavesNoSeat(_ child: Int) -> Bool {
        facilities[children[child].currentFacility!].keepsClosed.contains(age: children[child].ageClass)
    }

    /// Whether a placement of the child at the facility would use a seat of the limit; the limit is the facility's.
    @inlinable public func covers(limit: Int, child: Int) -> Bool {
        limits[limit].ages.contains(age: children[child].ageClass) && limits[limit].group.covers(children[child].groups)
    }
}

/// The values of those priority keys whose value depends on the wish; `points` is none of them, since its values stand at the
/// wishes themselves.
public struct WishKeyValues: Hashable, Sendable {
    /// Indices into ``Rules/priority``, ascending; mostly there are none.
    public let keys: [Int]
    /// For each child where its wishes begin, and one more; empty without keys.
    @usableFromInline let starts: [Int]
    /// For wish `w` of child `c` and the key at position `p` of ``keys``: at `(starts[c] + w) * keys.count + p`.
    @usableFromInline package var values: [KeyValue?]

    /// No key depends on the wish.
    package init() { (keys, starts, values) = ([], [], []) }

    /// Blank values for all wishes.
    package init(keys: [Int], wishCounts: some Sequence<Int>) {
        self.keys = keys
        var starts = [0]
        for count in wishCounts { starts.append(starts.last! + count) }
        self.starts = starts
        values = [KeyValue?](repeating: nil, count: starts.last! * keys.count)
    }

    /// Where the value stands among ``values``.
    @inlinable package func place(child: Int, wish: Int, position: Int) -> Int {
        (starts[child] + wish) * keys.count + position
    }

    /// The value at the key at a position of ``keys``; `nil` is blank.
    @inlinable public func value(child: Int, wish: Int, position: Int) -> KeyValue? {
        values[(starts[child] + wish) * keys.count + position]
    }

    /// The place of a wish among the wishes of all children.
    @inlinable public func row(child: Int, wish: Int) -> Int { starts[child] + wish }

    /// The number of wishes of all children.
    public var rowCount: Int { starts.last ?? 0 }
}

/// One applicant.
public struct Child: Hashable, Sendable {
    public package(set) var id: ChildID
    /// The household id in the files, also for the children of an `independent` household.
    public package(set) var householdID: HouseholdID
    /// Index into ``Case/households``.
    public let household: Int
    /// The date of birth, or the due date of an unborn child; `nil` if only the class age is known.
    public let birthDate: CalendarDate?
    /// Whether the child is not born yet; an offer to it is then conditional (仮内定).
    public let isUnborn: Bool
    /// Age on 1 April of the fiscal year, 0 to 5.
    public let ageClass: Int
    /// Where it has a seat now (a transfer applicant, 転園); `nil` for a new applicant.
    public package(set) var currentFacility: Int?
    /// Ascending, without repeats.
    public let groups: [String]
    /// Facilities where a sibling is enrolled, ascending.
    public let siblingFacilities: [Int]
    /// The wishes, best first, without gaps and repeats, and never the present facility. The rank of a wish is its index + 1.
    public package(set) var wishes: [Wish]
    /// The child's own points; `nil` if they are blank.
    public package(set) var points: ExactNumber?
    public package(set) var draw: Draw
    /// Raw text, aligned with ``Case/attributeNames``.
    public let attributes: [String]

    /// The points of the child when no particular wish is meant: its own or, if these are blank, the highest of its wishes.
    @inlinable public var generalPoints: ExactNumber? { points ?? wishes.compactMap(\.points).max() }
}

/// One facility that a child would like, and whether it can have it at all.
public struct Wish: Hashable, Sendable {
    public let facility: Int
    /// Points of this wish alone (`points_n`); `nil` if the child's own points count.
    public package(set) var points: ExactNumber?
    /// Why the wish cannot be granted; `nil` if it can. An ineligible wish keeps its rank.
    public package(set) var ineligibility: Ineligibility?
    /// Of a wish that is ``Ineligibility/notEligible`` the row of the points table that refuses the child there, of several
    /// that whose reason comes first as text, as an index into ``PointsTable/refusals``; -1: none.
    package var refusalIndex: Int32 = -1

    /// `refusalIndex`; `nil`: none.
    public var refusal: Int? { refusalIndex < 0 ? nil : Int(refusalIndex) }

    @inlinable public var isEligible: Bool { ineligibility == nil }
}

extension Case {
    /// The reason, for staff and for the family itself, why the points table refuses a child at a wish; `nil` where it does not.
    public func refusal(of wish: Wish) -> String? {
        wish.refusal.map { rules.pointsTable.refusals[$0] }
    }
}

/// Why a wish is skipped.
public enum Ineligibility: String, Hashable, Sendable {
    /// The facility offers no class for the child's age and groups in any phase.
    case notOffered
    /// On the first day of the month the child is younger than the facility takes.
    case tooYoung
    /// A row of the points table refuses the child there.
    case notEligible
}

/// What decides among children who are equal in all keys. Draws are compared in ascending order; after them the id decides.
public enum Draw: Hashable, Sendable, Comparable {
    /// SHA-256 of the UTF-8 text `drawSeed:child_id`.
    case seeded(SHA256.Digest)
    /// The number of a lottery held in public.
    case given(ExactNumber)
}

/// The value of a priority key. Within one key all values are of one kind.
public enum KeyValue: Hashable, Sendable, Comparable, CustomStringConvertible {
    case number(ExactNumber)
    case date(CalendarDate)

    public var description: String {
        switch self {
        case .number(let number): number.description
        case .date(let date): date.description
        }
    }
}

/// A nursery, small-scale facility or kodomo-en.
public struct Facility: Hashable, Sendable {
    public package(set) var id: FacilityID
    public let name: String
    /// Vacancies of classes 0 to 5, as written; `nil`: not offered by a class of its own; negative: over-full by so many.
    public package(set) var seats: [Int?]
    public let minimumAgeMonths: Int?
    public let minimumAgeDays: Int?
    public let kind: String
    public let ward: String
    /// The ward as it is compared with where a child lives; see ``FacilityRow/foldedWard``.
    public let area: String
    public let location: Location?
    /// Classes whose numbers were hidden in an earlier round; see ``PublicBorder``.
    public let unpublished: AgeSet
    /// Classes of which a seat that a transfer leaves is given to nobody in the round.
    public let keepsClosed: AgeSet
    /// Indices of its limits in ``Case/limits``, ascending, those that it shares with other facilities last.
    public package(set) var limits: [Int]
}

/// A point on the earth, in degrees.
public struct Location: Hashable, Sendable {
    /// -90 to 90, north positive.
    public let latitude: Double
    /// -180 to 180, east positive.
    public let longitude: Double

    /// Makes a point, or `nil` outside the ranges.
    public init?(latitude: Double, longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.latitude = latitude
        self.longitude = longitude
    }

    /// The square of the straight-line distance in kilometres, accurate to 0.1 % within a city.
    ///
    /// It uses a flat map around the middle latitude, and only additions, products and a fixed polynomial, so that every machine
    /// gets the same bits.
    public func squaredKilometres(to other: Location) -> Double {
        let radiansPerDegree = 3.141592653589793 / 180
        let middle = (latitude + other.latitude) / 2 * radiansPerDegree
        let square = middle * middle
        // Taylor series of the cosine to the sixteenth power, below 1e-12 up to a right angle.
        var cosine = 1.0
        var term = 1.0
        for order in stride(from: 1, through: 15, by: 2) {
            term = -term * square / Double(order * (order + 1))
            cosine += term
        }
        let kilometresPerDegree = 6371.0088 * radiansPerDegree
        let north = (latitude - other.latitude) * kilometresPerDegree
        let east = (longitude - other.longitude) * kilometresPerDegree * cosine
        return north * north + east * east
    }
}

/// A number of seats that some children share at a facility, or at several facilities together.
public struct SeatLimit: Hashable, Sendable {
    /// The facility; of several the first.
    public let facility: Int
    /// The others of several facilities, ascending; mostly empty.
    public let sharedWith: [Int]
    public let ages: AgeSet
    public let group: GroupCondition
    /// Vacancies, without the seats of transfer applicants who are here now. It is negative if a class is over-full; then the
    /// first seats that transfer applicants leave are not free for anybody.
    public package(set) var seats: Int
    /// Whether it offers its ages by itself.
    public let opens: Bool
    /// Whether it comes from a `seats_` column.
    public let isClassLimit: Bool
    /// Index into ``Rules/phases`` of the only phase in which it applies; `nil` if it applies in all.
    public package(set) var phase: Int?
    /// Whether its unused seats are free in the phases after its own.
    public let isReleased: Bool

    /// Whether seats at several facilities count together.
    @inlinable public var isShared: Bool { !sharedWith.isEmpty }
    /// All its facilities, ascending.
    public var facilities: [Int] { [facility] + sharedWith }
    /// Whether a seat at the facility counts.
    @inlinable public func counts(at place: Int) -> Bool { place == facility || sharedWith.contains(place) }

    /// Whether the facility offers the limit's ages to the children of its group because of this limit: a class limit does, and
    /// a row of the limits' table that opens its ages. Other limits only bound what is offered.
    @inlinable public var offersItsAges: Bool { isClassLimit || opens }
    /// The seats that a round can fill, without the seats of transfer applicants; never negative.
    public var vacancies: Int { max(0, seats) }
    /// Number of children enrolled beyond the places; 0 except in an over-full class.
    public var excess: Int { max(0, -seats) }
}

/// Children who decide together.
public struct Household: Hashable, Sendable {
    public package(set) var id: HouseholdID
    /// The children, eldest first: by higher class age, then earlier birth date, then smaller id. An `independent` household has
    /// one child here.
    public let members: [Int]
    public package(set) var wishes: JointWishes
    /// Whether this is one of several siblings who are judged apart. Then files name the child as well.
    public let isSplit: Bool

    /// The most children that a household may have whose wishes are combined by a sibling answer.
    ///
    /// Together with ``mostCombinations`` it keeps every walk over a joint list short. A household with a table of joint wishes
    /// may have any number of children.
    public static let mostChildren = 10
    /// The most combinations that a household's wishes may have under a sibling answer: the product, over its children, of
    /// the number of wishes and one for none. Five children of twenty wishes have 4,084,101.
    public static let mostCombinations = 5_000_000
}

/// How a household ranks the joint outcomes of its members.
public enum JointWishes: Hashable, Sendable {
    /// The household is one child and ranks its wishes.
    case single
    /// The sibling answer gives the ranking.
    case answer(SiblingAnswer)
    /// An explicit table gives the ranking.
    case table(JointTable)
}

/// A sibling answer with every blank filled.
public struct SiblingAnswer: Hashable, Sendable {
    /// Never `independent`.
    public let timing: Timing
    public let facility: FacilityAnswer
    /// The child that must be placed first; `nil` for `together` and `any`.
    public let lead: Int?
    /// Whose single rank is compared first.
    public let preferred: Int

    /// - Precondition: `timing` is not `independent`, and `lead` is `nil` for `together` and `any` alone.
    public init(timing: Timing, facility: FacilityAnswer, lead: Int?, preferred: Int) {
        precondition(timing != .independent && (lead == nil) == (timing == .together || timing == .any))
        self.timing = timing
        self.facility = facility
        self.lead = lead
        self.preferred = preferred
    }
}

/// Explicitly ranked joint outcomes, without the baseline, which comes after them all.
public struct JointTable: Hashable, Sendable {
    /// For outcome `i` and member `m` (in the order of ``Household/members``), at `i * members + m`, the index of the
    /// wish in ``Child/wishes`` or -1 for the child's baseline. May contain ineligible wishes: the rank of an outcome
    /// is its position here, from 1.
    public let choices: [Int32]
    public let memberCount: Int

    package init(choices: [Int32], memberCount: Int) {
        self.choices = choices
        self.memberCount = memberCount
    }

    public var count: Int { choices.count / memberCount }
}

/// A border as it may be published: without what would tell of one or two children.
public struct PublicBorder: Hashable, Sendable {
    /// Index into ``Case/facilities``.
    public var facility: Int
    public var ageClass: Int
    /// Vacancies of the class before the round, which are announced anyway; `nil` where it is offered only by a limit that
    /// it shares.
    public var seats: Int?
    /// Whether the counts and the key are hidden: one or two children are placed here, or the counts would give away those
    /// of such a cell.
    public var isHidden: Bool
    /// `nil` where hidden.
    public var applicants: Int?
    /// `nil` where hidden.
    public var placed: Int?
    /// `nil` where hidden; also where a limit is shared with a hidden cell.
    public var left: Int?
    /// `nil` where hidden, or nobody was placed.
    public var lowestKey: String?

    /// What stands for a hidden field.
    public static let hiddenField = "*"

    public init(_ border: Border, isHidden: Bool, hidesLeft: Bool) {
        facility = border.facility
        ageClass = border.ageClass
        seats = border.seats
        self.isHidden = isHidden
        applicants = isHidden ? nil : border.applicants
        placed = isHidden ? nil : border.placed
        left = isHidden || hidesLeft ? nil : border.left
        lowestKey = isHidden ? nil : border.lowestKey
    }
}

/// A border as it may be published: without what would tell of one or two children.
public struct PublicBorder: Hashable, Sendable {
    /// Index into ``Case/facilities``.
    public var facility: Int
    public var ageClass: Int
    /// Vacancies of the class before the round; `nil` where hidden, or where it is offered only by a limit that it shares.
    public var seats: Int?
    /// Whether the counts and the key are hidden: one or two children applied, were placed or were refused here, the counts
    /// would give away those of such a cell, or a round before hid them.
    public var isHidden: Bool
    /// `nil` where hidden.
    public var applicants: Int?
    /// `nil` where hidden.
    public var placed: Int?
    /// `nil` where hidden; also where a limit is shared with a hidden cell.
    public var left: Int?
    /// Of the priority keys of the last child placed what ``Rules/publication(ofKey:)`` lets the public know; `nil` where
    /// hidden, or where children of fewer than ``fewestFamilies`` were placed.
    public var lowestKey: String?
    /// Families whose children were placed here, at most ``fewestFamilies``.
    public var families: Int

    /// Values of fewer families are told to no other family.
    public static let fewestFamilies = 3
    /// What stands for a hidden field.
    public static let hiddenField = "*"

    public init(_ border: Border, isHidden: Bool, hidesLeft: Bool, publicKey: String?, families: Int) {
        facility = border.facility
        ageClass = border.ageClass
        seats = isHidden ? nil : border.seats
        self.isHidden = isHidden
        applicants = isHidden ? nil : border.applicants
        placed = isHidden ? nil : border.placed
        left = isHidden || hidesLeft ? nil : border.left
        lowestKey = isHidden || families < Self.fewestFamilies ? nil : publicKey
        self.families = families
    }
}

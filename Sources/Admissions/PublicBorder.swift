/// A border as it may be published, without anything that could reveal facts about one or two children.
public struct PublicBorder: Hashable, Sendable {
    /// Index into ``Case/facilities``.
    public var facility: Int
    public var ageClass: Int
    /// Vacancies of the class before the round; `nil` if hidden, or if the class is offered only by a limit that it shares.
    public var seats: Int?
    /// Whether the counts and the key are hidden. This is so if one or two children applied, were placed or were refused here,
    /// if the counts would reveal those of such a cell, or if an earlier round hid them.
    public var isHidden: Bool
    /// Number of applicants; `nil` if hidden.
    public var applicants: Int?
    /// Number of children placed; `nil` if hidden.
    public var placed: Int?
    /// Number of seats left; `nil` if hidden, or if a limit is shared with a hidden cell.
    public var left: Int?
    /// What ``Rules/publication(ofKey:)`` lets the public know about the priority keys of the last child placed, in their order;
    /// empty if hidden, or if children of fewer than ``fewestFamilies`` families were placed.
    public var told: [ToldValue]
    /// Number of families whose children were placed here, counted up to ``fewestFamilies``.
    public var families: Int

    /// The least number of families among which a value must be found before it may be told to other families.
    public static let fewestFamilies = 3
    /// The text of a hidden field.
    public static let hiddenField = "*"

    /// ``told`` as tables have it, such as `points=38;tax=2`; `nil` if nothing is told.
    public var lowestKey: String? {
        told.isEmpty ? nil : told.map { "\($0.name)=\($0.text)" }.joined(separator: ";")
    }

    /// A value of the last child placed that the public may know.
    public struct ToldValue: Hashable, Sendable {
        /// Index into ``Rules/priority``.
        public var key: Int
        /// The name of the key.
        public var name: String
        /// The value, or the range that contains it.
        public var text: String

        public init(key: Int, name: String, text: String) {
            (self.key, self.name, self.text) = (key, name, text)
        }
    }

    public init(_ border: Border, isHidden: Bool, hidesLeft: Bool, told: [ToldValue], families: Int) {
        facility = border.facility
        ageClass = border.ageClass
        seats = isHidden ? nil : border.seats
        self.isHidden = isHidden
        applicants = isHidden ? nil : border.applicants
        placed = isHidden ? nil : border.placed
        left = isHidden || hidesLeft ? nil : border.left
        self.told = isHidden || families < Self.fewestFamilies ? [] : told
        self.families = families
    }
}

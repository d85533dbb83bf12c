/// The name of one child, household or facility, as the municipality writes it.
///
/// Two ids are equal if their texts are canonically equivalent. Code that reads ids from outside trims and NFKC-folds them
/// first (`CaseFormat.md`). The order is that of the UTF-8 bytes, so it is the same on every machine.
public struct Identifier<Subject>: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The folded text, never empty in a resolved ``Case``.
    public let text: String

    @inlinable public init(_ text: String) { self.text = text }

    @inlinable public var description: String { text }

    /// Byte order of the UTF-8 text. O(length).
    @inlinable public static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension Identifier: ExpressibleByStringLiteral, ExpressibleByUnicodeScalarLiteral,
    ExpressibleByExtendedGraphemeClusterLiteral
{
    public init(stringLiteral value: String) { self.init(value) }
}

/// Names a ``Child``.
public typealias ChildID = Identifier<Child>
/// Names the children of one application.
public typealias HouseholdID = Identifier<Household>
/// Names a ``Facility``.
public typealias FacilityID = Identifier<Facility>

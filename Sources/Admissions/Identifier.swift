import Foundation

/// The name of one child, household or facility, as the municipality writes it.
///
/// Ids are compared, ordered and hashed by their ``folded`` text, whatever their spelling: `００１` is `001`. People and other
/// programs get the ``spelling``, which is also what an id is in a string. So a text made of an id is right in every output, and
/// never a key.
///
/// Two ids are equal if their folded texts are canonically equivalent. The order is that of the UTF-8 bytes, so it is the same on
/// every machine.
public struct Identifier<Subject>: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The id as it was written where it was read first: a child's and a household's in the children's table, a facility's in the
    /// facilities' table. It is what every output shows.
    public let spelling: String

    /// An id without blanks at its ends.
    @inlinable public init(_ spelling: String) { self.spelling = spelling }

    /// An id as people write it.
    ///
    /// - Parameter text: The text in any width or form; blanks at its ends are no part of it.
    /// - Complexity: O(length).
    public init(spelled text: String) { self.init(text.trimmingCharacters(in: .whitespacesAndNewlines)) }

    /// What is compared, drawn by and kept in digests; never empty in a resolved ``Case``.
    ///
    /// - Complexity: O(1) for an id of ASCII, else O(length).
    @inlinable public var folded: String { isASCII ? spelling : Self.folded(spelling) }

    @usableFromInline static func folded(_ spelling: String) -> String { Admissions.folded(spelling) }

    /// Whether the id is of ASCII, which folding leaves as it is. O(1) if so: a string knows it of itself, and any other character
    /// has more bytes than words of UTF-16.
    @inlinable var isASCII: Bool { spelling.utf16.count == spelling.utf8.count }

    /// Whether the ``spelling`` differs from the ``folded`` text.
    package var isSpelledOtherwise: Bool { !isASCII && !folded.utf8.elementsEqual(spelling.utf8) }

    /// The ``spelling``.
    @inlinable public var description: String { spelling }

    @inlinable public static func == (left: Self, right: Self) -> Bool {
        left.spelling == right.spelling || !(left.isASCII && right.isASCII) && left.folded == right.folded
    }

    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    /// Byte order of the UTF-8 of the folded text. O(length).
    @inlinable public static func < (left: Self, right: Self) -> Bool {
        left.folded.utf8.lexicographicallyPrecedes(right.folded.utf8)
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

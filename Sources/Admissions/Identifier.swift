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
    /// What is compared, drawn by and kept in digests; never empty in a resolved ``Case``.
    public let folded: String
    /// The spelling where it differs, which is rare: an id is copied often, and so takes one word more and no text.
    @usableFromInline let different: Spelling?

    /// An id that is spelled as it is compared.
    ///
    /// - Parameter folded: The text, trimmed and folded.
    @inlinable public init(_ folded: String) {
        self.folded = folded
        different = nil
    }

    /// An id as people write it.
    ///
    /// - Parameter text: The text in any width or form; blanks at its ends are no part of it.
    /// - Complexity: O(length).
    public init(spelled text: String) {
        if text.utf8.allSatisfy({ 0x20 < $0 && $0 < 0x7F }) {
            self.init(text)
        } else {
            let spelling = text.trimmingCharacters(in: .whitespacesAndNewlines)
            let folded = Admissions.folded(spelling)
            self.init(folded, folded.utf8.elementsEqual(spelling.utf8) ? nil : Spelling(spelling))
        }
    }

    private init(_ folded: String, _ different: Spelling?) {
        self.folded = folded
        self.different = different
    }

    /// The id as it was written where it was read first: a child's and a household's in the children's table, a facility's in the
    /// facilities' table. It is what every output shows.
    @inlinable public var spelling: String { different?.text ?? folded }

    /// Whether the ``spelling`` differs from the ``folded`` text.
    @inlinable public var isSpelledOtherwise: Bool { different != nil }

    /// The ``spelling``.
    @inlinable public var description: String { spelling }

    @inlinable public static func == (left: Self, right: Self) -> Bool { left.folded == right.folded }

    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    /// Byte order of the UTF-8 of the folded text. O(length).
    @inlinable public static func < (left: Self, right: Self) -> Bool {
        left.folded.utf8.lexicographicallyPrecedes(right.folded.utf8)
    }
}

/// The text of an id as it was written.
@usableFromInline final class Spelling: Sendable {
    @usableFromInline let text: String

    init(_ text: String) { self.text = text }
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

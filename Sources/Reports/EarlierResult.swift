import Admissions

/// What a report says of another result of the municipality that is laid beside its own.
public struct EarlierResult: Codable, Equatable, Sendable {
    /// Such as `2026-04`.
    public var month: String
    public var round: String
    public var children: Int
    public var placed: Int
    public var stays: Int
    public var held: Int
    /// Children placed at their first wish.
    public var firstWish: Int
    /// SHA-256 of the case in canonical order.
    public var caseDigest: String

    public init(
        month: String, round: String, children: Int, placed: Int, stays: Int, held: Int, firstWish: Int,
        caseDigest: String
    ) {
        self.month = month
        self.round = round
        self.children = children
        self.placed = placed
        self.stays = stays
        self.held = held
        self.firstWish = firstWish
        self.caseDigest = caseDigest
    }
}

/// A change that leaves fewer households with a claim; this was confirmed by solving the changed case again.
public struct Advice: Hashable, Sendable {
    public var change: Change
    /// Households with a claim after the change; no allocation of the changed case has fewer.
    public var claims: Int
    /// Children placed after the change.
    public var placed: Int
    /// Children who end up somewhere else than without the change.
    public var changedChildren: Int

    public init(change: Change, claims: Int, placed: Int, changedChildren: Int) {
        self.change = change
        self.claims = claims
        self.placed = placed
        self.changedChildren = changedChildren
    }
}

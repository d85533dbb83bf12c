/// Children of one class who are equal in every priority key at a facility, and of whom the draw admitted some but not others.
public struct DrawTie: Hashable, Sendable {
    /// Index into ``Case/facilities``.
    public let facility: Int
    public let ageClass: Int
    /// The children in the order of the draw. At least one was placed here, and at least one was not but wanted to be.
    public let children: [Member]

    public init(facility: Int, ageClass: Int, children: [Member]) {
        self.facility = facility
        self.ageClass = ageClass
        self.children = children
    }

    public struct Member: Hashable, Sendable {
        /// Index into ``Case/children``.
        public let child: Int
        /// Whether it was placed here. If not, it would have preferred this to what it got.
        public let isPlaced: Bool

        public init(child: Int, isPlaced: Bool) {
            self.child = child
            self.isPlaced = isPlaced
        }
    }
}

import Admissions

extension Case {
    /// The limits of which a child uses a seat, ascending.
    ///
    /// - Parameters:
    ///   - facility: Where the child is; `nil`: nowhere, so that it uses no seat.
    ///   - isStaying: Whether the child keeps the place that it has now: in a class that is not offered, or whose seat stays
    ///     closed when it leaves, this uses no seat.
    ///   - phase: Only limits that apply in this phase count; `nil`: all do.
    /// - Complexity: O(limits of the facility).
    ///
    /// Source: Rules.md 1.
    package func limits(usedBy child: Int, at facility: Int?, isStaying: Bool, inPhase phase: Int?) -> [Int] {
        guard let facility else { return [] }
        let covering = facilities[facility].limits.filter { limit in
            (phase.map { applies(limit: limit, inPhase: $0) } ?? true) && covers(limit: limit, child: child)
        }
        if isStaying, leavesNoSeat(child) || !covering.contains(where: { limits[$0].offersItsAges }) { return [] }
        return covering
    }

    /// The limits of which the child uses a seat if it ends up at the facility; at its present one it stays.
    ///
    /// - Complexity: O(limits of the facility).
    package func limits(usedBy child: Int, endingAt facility: Int?) -> [Int] {
        limits(
            usedBy: child, at: facility, isStaying: facility == children[child].currentFacility, inPhase: nil)
    }

    /// Whether the child has a seat of a limit over several facilities now, which it keeps at any of them; `false` for a limit
    /// of one facility.
    package func hasSeatNow(_ child: Int, ofShared limit: Int) -> Bool {
        guard self.limits[limit].isShared else { return false }
        return limits(usedBy: child, at: children[child].currentFacility, isStaying: true, inPhase: nil).contains(limit)
    }
}

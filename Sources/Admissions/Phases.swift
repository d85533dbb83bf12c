/// One step of a round, in which some of the children take part.
///
/// A round without phases is one phase in which all take part. The page of ``Rules``, section 6, defines what a phase means.
public struct Phase: Hashable, Sendable {
    /// The name; it is not blank, and no other phase has it.
    public var name: String
    /// The children who take part; `everyone` is written `all`.
    public var who: GroupCondition

    public init(_ name: String, who: GroupCondition) {
        self.name = name
        self.who = who
    }
}

/// A decision of the staff about where one child ends up, with the person who decided it and the reason.
///
/// It overrides eligibility, the household's list and seats, and comes before everyone.
public struct Pin: Hashable, Sendable {
    /// Index into ``Case/children``.
    public let child: Int
    /// Index into ``Case/facilities``; never the present facility. With `nil` the child is held, or stays if it is a transfer
    /// applicant.
    public let facility: Int?
    /// The pin as a choice of an ``Allocation``: the index of the wish, ``Allocation/baseline``, or ``Allocation/elsewhere`` if
    /// the facility is not among the child's wishes.
    public let choice: Int32
    public let by: String
    public let reason: String
}

/// One row of the pins' table.
public struct PinRow: Hashable, Sendable {
    public var child: ChildID
    /// The facility; with `nil` the child is held, or stays if it is a transfer applicant.
    public var facility: FacilityID?
    public var by: String
    public var reason: String

    public init(child: ChildID, facility: FacilityID?, by: String, reason: String) {
        self.child = child
        self.facility = facility
        self.by = by
        self.reason = reason
    }
}

extension Case {
    /// The phases in turn; a round without phases has one, without a name, in which all take part.
    public var phases: [Phase] { rules.phases.isEmpty ? [Phase("", who: .everyone)] : rules.phases }

    /// Whether the round has a single phase for everybody, and no pins.
    public var isPlain: Bool { rules.phases.isEmpty && pins.isEmpty }

    /// Whether the limit applies in the phase with this index. A limit without a phase applies in all.
    @inlinable public func applies(limit: Int, inPhase phase: Int) -> Bool {
        limits[limit].phase.map { $0 == phase } ?? true
    }

    /// For each child whether a pin fixes it. O(children).
    package var isPinned: [Bool] {
        var isPinned = [Bool](repeating: false, count: children.count)
        for pin in pins { isPinned[pin.child] = true }
        return isPinned
    }

    /// The pin of the child. O(log pins).
    public func pin(of child: Int) -> Pin? {
        var (low, high) = (0, pins.count)
        while low < high {
            let middle = (low + high) / 2
            if pins[middle].child < child { low = middle + 1 } else { high = middle }
        }
        return low < pins.count && pins[low].child == child ? pins[low] : nil
    }
}

extension GroupCondition {
    /// Whether everybody whom `other` covers is covered too, judged by the two conditions alone.
    public func includes(_ other: GroupCondition) -> Bool { self == .everyone || self == other }
}

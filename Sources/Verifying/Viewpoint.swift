import Admissions

/// The children who count as movable when claims are looked for: within a phase, in the whole round, or without pins.
struct Viewpoint: Sendable {
    /// The kind of its claims; `nil` if the kind depends on whether the seats are vacant.
    let kind: Claim.Kind?
    /// For each child whether it could have something other than it has. Children who are not free come before everyone.
    let isFree: [Bool]
    /// For each limit whether it has no room for anybody.
    let isFull: [Bool]
    /// Free children who have their seat without a priority of their own. They come after everyone.
    var withoutPriority: Set<Int> = []

    /// The viewpoint within a phase. A child that does not take part comes before everyone.
    static func phase(_ stage: PhaseStage) -> Viewpoint {
        Viewpoint(kind: nil, isFree: stage.takesPart, isFull: stage.isFull)
    }

    /// The viewpoint of the whole round, as if it had only its last phase: every child has its own priority, whichever phase
    /// placed it, and pinned children come before everyone.
    static func round(_ last: PhaseStage, of subject: Case) -> Viewpoint {
        var isFree = [Bool](repeating: true, count: subject.children.count)
        for pin in subject.pins { isFree[pin.child] = false }
        return Viewpoint(kind: .phase, isFree: isFree, isFull: last.overfilledByPins())
    }

    /// The viewpoint of the whole round without pins: pinned children have their own priority, or none if the pin overrides
    /// wishes or eligibility.
    static func withoutPins(_ last: PhaseStage, of subject: Case) -> Viewpoint {
        let withoutPriority = subject.pins.lazy.filter { pin in
            if pin.choice < 0 { return pin.choice == Allocation.elsewhere }
            let wish = subject.children[pin.child].wishes[Int(pin.choice)]
            return !(wish.isEligible && last.coverage.offers(wish.facility, to: pin.child))
        }
        return Viewpoint(
            kind: .overridden, isFree: [Bool](repeating: true, count: subject.children.count),
            isFull: [Bool](repeating: false, count: subject.limits.count),
            withoutPriority: Set(withoutPriority.map(\.child)))
    }
}

import Admissions

/// The seat limits that a child uses by a choice, and the classes that are offered, in one phase of a round.
///
/// A limit that does not apply in the phase is treated as one that covers no age, so a plain round needs no extra check.
///
/// Source: Rules.md 1 and 6.
package struct Coverage: Sendable {
    private let subject: Case
    /// The limits of facility `f`: `limits[limitStart[f]..<limitStart[f + 1]]`.
    private let limits: [Int32]
    private let limitStart: [Int32]
    /// For each limit the few facts that are needed for every wish, kept apart from the rest of the limit.
    private let covering: [Covering]
    /// Whether other phases of the round may offer classes that this phase does not offer.
    private let offersLess: Bool

    private struct Covering {
        /// The ages of the limit; empty if it does not apply.
        let ages: AgeSet
        let isForAll: Bool
        /// Whether the limit offers its ages.
        let offers: Bool
        /// Whether it is over several facilities.
        let isShared: Bool
    }

    /// - Parameter phase: Index into ``Case/phases``; `nil` for the limits of all phases together.
    package init(of subject: Case, inPhase phase: Int? = nil) {
        self.subject = subject
        limits = subject.facilities.flatMap { $0.limits.map(Int32.init) }
        limitStart = subject.facilities.reduce(into: [0]) { $0.append($0.last! + Int32($1.limits.count)) }
        var offersLess = false
        covering = subject.limits.indices.map { index in
            let limit = subject.limits[index]
            let applies = phase.map { subject.applies(limit: index, inPhase: $0) } ?? true
            let offers = limit.offersItsAges
            if offers, !applies { offersLess = true }
            return Covering(
                ages: applies ? limit.ages : [], isForAll: limit.group == .everyone, offers: offers,
                isShared: limit.isShared)
        }
        self.offersLess = offersLess
    }

    /// Whether the limit applies and covers the child.
    package func covers(_ limit: Int, _ child: Int) -> Bool {
        covering[limit].ages.contains(age: subject.children[child].ageClass)
            && (covering[limit].isForAll || subject.limits[limit].group.covers(subject.children[child].groups))
    }

    /// Whether the phase offers the child's class at the facility.
    ///
    /// - Precondition: The child is eligible for its wish for the facility, so some phase of the round offers its class there.
    package func offers(_ facility: Int, to child: Int) -> Bool {
        !offersLess || hasClass(facility, of: child)
    }

    private func limits(of facility: Int) -> ArraySlice<Int32> {
        limits[Int(limitStart[facility])..<Int(limitStart[facility + 1])]
    }

    private func hasClass(_ facility: Int, of child: Int) -> Bool {
        limits(of: facility).contains { covering[Int($0)].offers && covers(Int($0), child) }
    }

    /// Whether the child has a seat of the limit now that it keeps by the choice of an ``Allocation``: it stays, or moves from
    /// one facility of the limit to another.
    ///
    /// - Precondition: The child uses a seat of the limit by the choice.
    @inline(__always)
    func keepsSeat(_ limit: Int, _ child: Int, _ choice: Int32) -> Bool {
        choice == Allocation.baseline || covering[limit].isShared && hasSeat(limit, child)
    }

    private func hasSeat(_ limit: Int, _ child: Int) -> Bool {
        var hasSeat = false
        forEachLimit(usedBy: child, Allocation.baseline) { if $0 == limit { hasSeat = true } }
        return hasSeat
    }

    /// Visits the limits of which the child uses a seat by the choice of an ``Allocation``, ascending.
    ///
    /// A child that stays uses none in a class that is not offered, or of which a seat that it left would stay closed.
    @inline(__always)
    func forEachLimit(usedBy child: Int, _ choice: Int32, _ visit: (Int) -> Void) {
        let place: Int? =
            switch choice {
            case Allocation.baseline: subject.children[child].currentFacility
            case Allocation.elsewhere: subject.pin(of: child)?.facility
            default: subject.children[child].wishes[Int(choice)].facility
            }
        guard let place else { return }
        if choice == Allocation.baseline,
            subject.facilities[place].keepsClosed.contains(age: subject.children[child].ageClass)
                || !hasClass(place, of: child)
        {
            return
        }
        for position in Int(limitStart[place])..<Int(limitStart[place + 1]) {
            let limit = Int(limits[position])
            if covers(limit, child) { visit(limit) }
        }
    }

    /// The limits of which the child uses a seat by the choice of an ``Allocation``, ascending.
    package func limits(usedBy child: Int, _ choice: Int32) -> [Int] {
        var limits: [Int] = []
        forEachLimit(usedBy: child, choice) { limits.append($0) }
        return limits
    }
}

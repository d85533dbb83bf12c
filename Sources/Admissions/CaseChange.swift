/// A small change to a case that somebody could agree to: a facility, or one household.
public enum CaseChange: Hashable, Sendable {
    /// One seat more for a class at a facility.
    ///
    /// Every limit there that covers the class whatever the child's group has one seat more: the class's own, and pooled
    /// and total limits, without which it could not be used.
    case seat(facility: Int, ageClass: Int)
    /// The household answers the question of timing otherwise.
    case timing(household: Int, Timing)
    /// The household answers the question of the facility otherwise.
    case facility(household: Int, FacilityAnswer)
}

extension Case {
    /// The case with the change; `nil` where there is nothing to change: no such class there, or no such answer.
    ///
    /// Nothing else changes: all indices stay valid, and the order of everything is that of the ids as before.
    ///
    /// - Complexity: O(households + limits), for copying the array that changes.
    public func applying(_ change: CaseChange) -> Case? {
        switch change {
        case .seat(let facility, let ageClass): return addingSeat(at: facility, ageClass: ageClass)
        case .timing(let household, let timing):
            guard case .answer(let answer) = households[household].wishes, timing == .any, answer.timing != .any
            else { return nil }
            return answering(
                SiblingAnswer(timing: timing, facility: answer.facility, lead: nil, preferred: answer.preferred),
                in: household)
        case .facility(let household, let facility):
            guard case .answer(let answer) = households[household].wishes, facility != answer.facility,
                facility != .near || rules.siblings.nearKilometres != nil
            else { return nil }
            return answering(
                SiblingAnswer(
                    timing: answer.timing, facility: facility, lead: answer.lead, preferred: answer.preferred),
                in: household)
        }
    }

    private func addingSeat(at facility: Int, ageClass: Int) -> Case? {
        let covering = facilities[facility].limits.filter {
            limits[$0].ages.contains(age: ageClass) && limits[$0].group == .everyone
        }
        guard covering.contains(where: { limits[$0].offersItsAges }) else { return nil }
        var changed = self
        for limit in covering { changed.limits[limit].seats += 1 }
        if let seats = covering.first(where: { limits[$0].isClassLimit }) {
            changed.facilities[facility].seats[ageClass] = changed.limits[seats].vacancies
        }
        return changed
    }
}

/// A change that leaves fewer households with a claim, as solving the changed case again has shown.
public struct Advice: Hashable, Sendable {
    public var change: CaseChange
    /// Households with a claim then; no allocation of the changed case has fewer.
    public var claims: Int
    /// Children placed then.
    public var placed: Int
    /// Children who end up somewhere else than without the change.
    public var changedChildren: Int

    public init(change: CaseChange, claims: Int, placed: Int, changedChildren: Int) {
        self.change = change
        self.claims = claims
        self.placed = placed
        self.changedChildren = changedChildren
    }
}

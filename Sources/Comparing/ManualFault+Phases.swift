import Admissions
import Verifying

extension ManualFault {
    /// What a manual result breaks whichever phase placed whom: pins, wishes, eligibility, the siblings' lists, and limits that
    /// apply in every phase. Claims are left out; they are judged within a phase, which a manual result does not tell.
    ///
    /// In the order of their kinds, then ascending by facility and children.
    ///
    /// - Complexity: O(children · limits of a facility).
    static func whateverThePhases(_ manual: ManualResult, of subject: Case) -> [ManualFault] {
        var faults: [ManualFault] = []
        let choices = subject.children.indices.map { manual.choice(of: $0, in: subject) }
        let isPinned = subject.isPinned
        for pin in subject.pins {
            let place = pin.facility ?? subject.children[pin.child].currentFacility
            if manual.places[pin.child] != place {
                faults.append(ManualFault(.pin, facility: manual.places[pin.child], children: [pin.child]))
            }
        }
        for child in subject.children.indices where !isPinned[child] {
            if choices[child] == Allocation.elsewhere {
                faults.append(ManualFault(.wish, facility: manual.places[child], children: [child]))
            } else if choices[child] >= 0, !subject.children[child].wishes[Int(choices[child])].isEligible {
                faults.append(ManualFault(.eligibility, facility: manual.places[child], children: [child]))
            }
        }
        for (index, household) in subject.households.enumerated() {
            let outcome = household.members.map { choices[$0] }
            if household.members.contains(where: { isPinned[$0] }) || outcome.contains(Allocation.elsewhere) {
                continue
            }
            if HouseholdList(of: index, in: subject).liking(of: outcome) == nil {
                faults.append(ManualFault(.siblings, children: household.members.sorted()))
            }
        }
        var present = [Int](repeating: 0, count: subject.limits.count)
        var users = [[Int]](repeating: [], count: subject.limits.count)
        for child in subject.children.indices {
            let now = subject.children[child].currentFacility
            for limit in subject.limits(usedBy: child, endingAt: now) { present[limit] += 1 }
            for limit in subject.limits(usedBy: child, endingAt: manual.places[child]) { users[limit].append(child) }
        }
        for (limit, entry) in subject.limits.enumerated() where entry.phase == nil {
            let seats = entry.seats + present[limit]
            // Pins alone may exceed the seats; then every other child that moved there is one too many.
            guard users[limit].count > seats,
                users[limit].contains(where: {
                    choices[$0] != Allocation.baseline && !isPinned[$0] && !subject.hasSeatNow($0, ofShared: limit)
                })
            else { continue }
            faults.append(
                ManualFault(
                    .seats, facility: entry.facility, children: users[limit], limit: limit, used: users[limit].count,
                    seats: seats))
        }
        return inOrder(faults)
    }

    /// In the order of their kinds, then ascending by facility, children and limit.
    static func inOrder(_ faults: some Sequence<ManualFault>) -> [ManualFault] {
        let order = Kind.allCases
        return faults.sorted { one, other in
            let (first, second) = (order.firstIndex(of: one.kind)!, order.firstIndex(of: other.kind)!)
            if first != second { return first < second }
            if one.facility != other.facility { return (one.facility ?? -1) < (other.facility ?? -1) }
            if one.children != other.children { return one.children.lexicographicallyPrecedes(other.children) }
            // The same children may be too many at several limits.
            return (one.limit ?? -1) < (other.limit ?? -1)
        }
    }
}

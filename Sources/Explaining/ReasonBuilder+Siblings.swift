import Admissions
import Verifying

extension ReasonBuilder {
    /// Finds the reasons of the wishes that were not granted although the child's own priority would suffice.
    ///
    /// A child without siblings then has a justified claim. A child with siblings may have one too; if not, a sibling's seat is
    /// missing, or the household prefers what it got, or it never accepts the wish.
    mutating func addSiblings(_ applicants: Applicants, _ claims: [Claim], threads: Int) {
        for found in openReasons(applicants, claims, threads: threads) {
            reasons[found.row] = found.reason
            if let reason = found.joint {
                reasons[found.row].joint = Int32(joint.count)
                joint.append(reason)
            }
        }
    }

    /// The reasons found for all rows that are open, in the order of the households.
    private func openReasons(_ applicants: Applicants, _ claims: [Claim], threads: Int) -> [OpenReason] {
        let claimants = Set(claims.filter { $0.phase == phase.phase }.map(\.household))
        let count = subject.households.count
        let parts = inRanges(of: count, threads: threads, smallest: 32) { households -> [OpenReason] in
            var found: [OpenReason] = []
            for index in households {
                let rows = openRows(ofHousehold: index)
                if rows.isEmpty { continue }
                let household = OpenHousehold(index, in: subject)
                found +=
                    household.isMoreThanWishes
                    ? jointReasons(of: household, rows, hasClaim: claimants.contains(index), applicants)
                    : rows.map { claim($0, [reasons[$0].wish], household, applicants) }
            }
            return found
        }
        return parts.flatMap { $0 }
    }

    /// A reason that was found for an open row.
    private struct OpenReason {
        let row: Int
        var reason: Reason
        var joint: JointReason?
    }

    /// Whether the wish still has no reason, and this phase must find it.
    private func isOpen(_ row: Int) -> Bool {
        reasons[row].kind == .siblingCondition && reasons[row].joint < 0 && phase.decides[Int(reasons[row].child)]
    }

    /// The open rows of a household's children, ascending.
    private func openRows(ofHousehold index: Int) -> [Int] {
        var rows: [Int] = []
        // No closure, because it would copy all of this builder for each household.
        for child in subject.households[index].members {
            for row in starts[child]..<starts[child + 1] where isOpen(row) { rows.append(row) }
        }
        rows.sort()
        return rows
    }

    /// Whether the child may have the wish in this phase: the phase must offer it, and pins must not have overfilled it. A child
    /// that does not take part keeps what it has.
    private func mayHave(_ wish: Int, _ child: Int) -> Bool {
        guard phase.takesPart[child] else { return choices[child] == wish }
        return phase.offers(subject.children[child].wishes[wish].facility, to: child)
            && !phase.isShut(child, Int32(wish))
    }

    /// A household some of whose wishes have no reason yet.
    struct OpenHousehold {
        let index: Int
        let members: [Int]
        /// Whether it has siblings or a table of its own, so that it may not accept every wish.
        let isMoreThanWishes: Bool

        /// The case is passed `__shared`, because a copy of it for each household would cost more than all the rest.
        init(_ index: Int, in subject: __shared Case) {
            self.index = index
            isMoreThanWishes = subject.households[index].wishes != .single
            members = subject.households[index].members
        }
    }

    private func jointReasons(
        of household: OpenHousehold, _ rows: [Int], hasClaim: Bool, _ applicants: Applicants
    ) -> [OpenReason] {
        let list = HouseholdList(of: household.index, in: subject)
        let (phase, choices) = (phase, phase.choices)
        let own = household.members.map { choices[$0] }
        // An outcome that is not in the list was made by a pin. It counts as worse than every outcome of the list, and as better
        // than the baseline.
        let ownLiking = list.liking(of: own) ?? [.max - 1]
        struct Found {
            var best: (liking: [Int], outcome: [Int32])?
            var claim: (liking: [Int], outcome: [Int32])?
        }
        // For the wish `w` of member `m`, at `first[m] + w`: whether a reason is looked for, whether the member may have it in
        // this phase, and whether a claim may contain it.
        var first: [Int] = []
        var (isAsked, isPossible, isFree) = ([Bool](), [Bool](), [Bool]())
        for member in household.members {
            first.append(isAsked.count)
            for row in starts[member]..<starts[member + 1] {
                let wish = row - starts[member]
                isAsked.append(isOpen(row))
                isPossible.append(mayHave(wish, member))
                isFree.append(hasClaim && isMetAlone(wish, member, household, applicants))
            }
        }
        let mayBeAtBaseline = household.members.map { phase.takesPart[$0] || choices[$0] == Allocation.baseline }
        var found = [Found](repeating: Found(), count: isAsked.count)
        list.forEachEligible { outcome, liking in
            var isAskedHere = false
            var mayClaim = hasClaim
            for member in outcome.indices {
                if outcome[member] == Allocation.baseline {
                    if !mayBeAtBaseline[member] { return }
                    continue
                }
                let entry = first[member] + Int(outcome[member])
                if !isPossible[entry] { return }
                if isAsked[entry] { isAskedHere = true }
                if !isFree[entry] { mayClaim = false }
            }
            if !isAskedHere { return }
            mayClaim = mayClaim && liking.lexicographicallyPrecedes(ownLiking)
            var isClaim: Bool?
            for member in outcome.indices where outcome[member] != Allocation.baseline {
                let entry = first[member] + Int(outcome[member])
                guard isAsked[entry] else { continue }
                if found[entry].best.map({ liking.lexicographicallyPrecedes($0.liking) }) ?? true {
                    found[entry].best = (liking, outcome)
                }
                guard mayClaim, found[entry].claim.map({ liking.lexicographicallyPrecedes($0.liking) }) ?? true
                else { continue }
                isClaim =
                    isClaim
                    ?? demands(household, outcome, applicants).allSatisfy { isMet($0, household, applicants) }
                if isClaim! { found[entry].claim = (liking, outcome) }
            }
        }
        return rows.map { row in
            let child = Int(reasons[row].child)
            let entry = found[first[household.members.firstIndex(of: child)!] + row - starts[child]]
            if let outcome = entry.claim?.outcome { return claim(row, outcome, household, applicants) }
            var reason = reasons[row]
            var joint = JointReason(outcome: entry.best?.outcome ?? [], missing: [])
            if let best = entry.best {
                if best.liking.lexicographicallyPrecedes(ownLiking) {
                    reason.kind = .siblingSeat
                    joint.missing = missingSeats(household, best.outcome, applicants)
                    if let first = joint.missing.first {
                        reason.seats = Int32(first.seats)
                        reason.limit = Int32(first.limit)
                        reason.ahead = Int32(first.ahead)
                    }
                } else {
                    let stays = choices[child] == Allocation.baseline && subject.children[child].currentFacility != nil
                    reason.kind = stays ? .ownSeat : .siblingPreference
                }
            }
            return OpenReason(row: row, reason: reason, joint: joint)
        }
    }

    private func claim(
        _ row: Int, _ outcome: [Int32], _ household: OpenHousehold, _ applicants: Applicants
    ) -> OpenReason {
        let isVacant = demands(household, outcome, applicants).allSatisfy {
            let used = others(on: $0.limit, before: nil, household, applicants).users
            // If all users of an over-full class stay, none of them takes a seat from another.
            let limit = $0.limit
            let own = household.members.count { phase.takesPart[$0] && keeps($0, on: limit) }
            if $0.lowest == nil, subject.limits[limit].excess > 0, used == phase.fixed[limit] - own { return true }
            return used + $0.users.count <= phase.seats[$0.limit]
        }
        var reason = reasons[row]
        reason.kind = isVacant ? .vacantClaim : .priorityClaim
        return OpenReason(row: row, reason: reason)
    }

    // MARK: Seats that an outcome needs

    /// What an outcome needs at one limit, with the positions of the users among the applicants.
    private struct QueuedDemand {
        let limit: Int
        /// Each user with where it would be and the place of its entry among the applicants; `nil` where it keeps a seat that
        /// it has.
        var users: [(child: Int, facility: Int, place: Int?)]
        /// The place of the user who comes last; `nil` where all keep their seats.
        var lowest: Int? { users.compactMap(\.place).max() }
    }

    /// What the outcome needs at each limit, ascending by limit.
    private func demands(_ household: OpenHousehold, _ outcome: [Int32], _ applicants: Applicants) -> [QueuedDemand] {
        var demands: [Int: QueuedDemand] = [:]
        for (child, choice) in zip(household.members, outcome) where phase.takesPart[child] {
            if choice == Allocation.baseline {
                for limit in phase.limits(of: child, choice) {
                    demands[limit, default: QueuedDemand(limit: limit, users: [])].users
                        .append((child, subject.children[child].currentFacility!, nil))
                }
            } else {
                let facility = subject.children[child].wishes[Int(choice)].facility
                for limit in subject.facilities[facility].limits where covers(limit, child) {
                    let place = place(of: child, at: Int(choice), on: limit)
                    demands[limit, default: QueuedDemand(limit: limit, users: [])].users
                        .append((child, facility, place))
                }
            }
        }
        return demands.values.sorted { $0.limit < $1.limit }
    }

    /// The place of the child's wish among those who wish a seat of the limit; `nil` where it keeps one that it has.
    private func place(of child: Int, at wish: Int, on limit: Int) -> Int? {
        let row = starts[child] + wish
        guard let queue = shared[limit] else { return Int(positions[row]) }
        return queue.places[row].flatMap { $0 < queue.keeperCount ? nil : $0 }
    }

    /// Others who use a seat of the limit, and who use or want one, before a place among the applicants; `nil`: all.
    private func others(
        on limit: Int, before place: Int?, _ household: OpenHousehold, _ applicants: Applicants
    ) -> (users: Int, wanting: Int) {
        if shared[limit] != nil {
            let others = others(on: limit, before: place, members: household.members)
            return (others.users, others.wanting)
        }
        let range = applicants.range(of: subject.limits[limit].facility)
        let (phase, choices, ages) = (phase, phase.choices, ages)
        let staying = phase.fixed[limit] - household.members.count { phase.takesPart[$0] && keeps($0, on: limit) }
        var (users, wanting) = (staying, staying)
        guard subject.applies(limit: limit, inPhase: phase.phase) else { return (users, wanting) }
        let (covered, isForAll) = (subject.limits[limit].ages, subject.limits[limit].group == .everyone)
        for position in range.lowerBound..<(place ?? range.upperBound) {
            let entry = applicants.entries[position]
            let child = Int(entry.child)
            let choice = choices[child]
            guard choice == Allocation.baseline || entry.wish <= choice, covered.contains(age: Int(ages[child])),
                isForAll || subject.covers(limit: limit, child: child), phase.takesPart[child],
                !household.members.contains(child)
            else { continue }
            wanting += 1
            if choice == entry.wish { users += 1 }
        }
        return (users, wanting)
    }

    /// Whether the others who come before the household's last user leave the seats that are needed.
    private func isMet(_ demand: QueuedDemand, _ household: OpenHousehold, _ applicants: Applicants) -> Bool {
        let seats = phase.seats[demand.limit]
        // Staying never depends on vacancies.
        guard let lowest = demand.lowest else { return true }
        return others(on: demand.limit, before: lowest, household, applicants).users + demand.users.count <= seats
    }

    /// Whether enough seats would be left for the wish if the child applied alone. If not, no outcome with the wish has its
    /// seats, because with siblings it needs at least as many, and its lowest child comes no earlier.
    private func isMetAlone(_ wish: Int, _ child: Int, _ household: OpenHousehold, _ applicants: Applicants) -> Bool {
        if !phase.takesPart[child] || positions[starts[child] + wish] < 0 { return true }
        let facility = subject.children[child].wishes[wish].facility
        return subject.facilities[facility].limits.allSatisfy { limit in
            guard covers(limit, child), let place = place(of: child, at: wish, on: limit) else { return true }
            return others(on: limit, before: place, household, applicants).users + 1 <= phase.seats[limit]
        }
    }

    /// The members for whom the outcome lacks a seat.
    ///
    /// At a limit with too few seats these are the members who could not have a seat even alone. If each could have one alone,
    /// but not all of them together, it is the member who comes last.
    func missingSeats(
        _ household: OpenHousehold, _ outcome: [Int32], _ applicants: Applicants
    ) -> [MissingSeat] {
        var missing: [MissingSeat] = []
        for demand in demands(household, outcome, applicants) where !isMet(demand, household, applicants) {
            let seats = phase.seats[demand.limit]
            let placed = demand.users.filter { $0.place != nil }
            var without = placed.filter {
                others(on: demand.limit, before: $0.place, household, applicants).users + 1 > seats
            }
            if without.isEmpty { without = placed.filter { $0.place == demand.lowest } }
            for user in without where !missing.contains(where: { $0.child == user.child }) {
                let ahead = others(on: demand.limit, before: user.place, household, applicants).wanting
                missing.append(
                    MissingSeat(
                        child: user.child, limit: demand.limit, facility: user.facility, ahead: ahead, seats: seats))
            }
        }
        return missing.sorted { $0.child < $1.child }
    }
}

import Admissions

/// Judges an allocation from the definition alone.
///
/// It shares nothing with the solver: its own comparator, its own enumeration of what siblings accept, its own counting of
/// seats. It is plain rather than clever, and untrusting: choices may be anything.
///
/// Source: Rules.md 1 to 4.
public struct Verifier: Sendable {
    private let subject: Case
    private let comparator: Comparator

    public init(_ subject: Case) {
        self.subject = subject
        comparator = Comparator(of: subject)
    }

    /// Checks the allocation, and finds every justified claim.
    ///
    /// - Complexity: O(n log n) in children and wishes, and for each household of siblings the product of its members'
    ///   list lengths, a combination at a time.
    public func verify(_ allocation: Allocation) -> Verification {
        var faults = formFaults(allocation)
        guard faults.isEmpty else { return .refused(faults) }
        if !subject.isPlain {
            return PhasedVerification(allocation, of: subject, comparator: comparator).verify()
        }
        let occupation = Occupation(allocation, of: subject, comparator: comparator)
        for (index, limit) in subject.limits.enumerated() where occupation.used(index) > occupation.seats[index] {
            // Those who stay never depend on vacancies, and fill no more than they brought.
            faults.append(
                .limitExceeded(
                    facility: subject.facilities[limit.facility].id, ages: limit.ages, group: limit.group,
                    used: occupation.used(index), seats: occupation.seats[index]))
        }
        var jointRanks: [Int] = []
        for household in subject.households {
            let outcome = household.members.map { allocation.choices[$0] }
            let rank = AcceptedOutcomes(of: household, in: subject).rank(of: outcome)
            if rank == nil { faults.append(.notAccepted(household: household.id)) }
            jointRanks.append(rank ?? 0)
        }
        guard faults.isEmpty else { return .refused(faults) }
        let claims = subject.households.indices.compactMap { claim(of: $0, allocation, occupation) }
        let placements = subject.children.indices.map {
            placement(of: $0, allocation, jointRank: jointRanks[subject.children[$0].household])
        }
        return Verification(
            faults: [], placements: placements, claims: claims, jointRanks: jointRanks,
            usedSeats: subject.limits.indices.map(occupation.used), seats: occupation.seats,
            heldCount: placements.count { $0.outcome == .held },
            rankTotal: placements.reduce(0) {
                $0 + ($1.wishRank ?? subject.children[$1.child].wishes.count + 1)
            })
    }

    // MARK: Form and eligibility

    private func formFaults(_ allocation: Allocation) -> [Fault] {
        guard allocation.choices.count == subject.children.count else {
            return [.wrongCount(choices: allocation.choices.count, children: subject.children.count)]
        }
        var faults: [Fault] = []
        let pinned = Dictionary(uniqueKeysWithValues: subject.pins.map { ($0.child, $0.choice) })
        for (index, (child, choice)) in zip(subject.children, allocation.choices).enumerated() {
            for wish in child.wishes where ineligibility(of: child, at: wish.facility) != wish.ineligibility {
                faults.append(.eligibilityDisagrees(child: child.id, facility: subject.facilities[wish.facility].id))
            }
            // A pin overrides wishes and eligibility.
            if choice == Allocation.baseline || (!pinned.isEmpty && pinned[index] == choice) { continue }
            guard child.wishes.indices.contains(Int(choice)) else {
                faults.append(.noSuchWish(child: child.id, choice: choice))
                continue
            }
            let facility = child.wishes[Int(choice)].facility
            if let reason = ineligibility(of: child, at: facility) {
                faults.append(.ineligible(child: child.id, facility: subject.facilities[facility].id, reason))
            }
        }
        return faults
    }

    private func ineligibility(of child: Child, at index: Int) -> Ineligibility? {
        let facility = subject.facilities[index]
        var isOffered = facility.seats[child.ageClass] != nil
        for limit in subject.limits[facility.limits] where limit.opens && !isOffered {
            isOffered = limit.ages.contains(age: child.ageClass) && limit.group.covers(child.groups)
        }
        if !isOffered { return .notOffered }
        guard let birth = child.birthDate else { return nil }
        let day = subject.month.firstDay
        if let months = facility.minimumAgeMonths {
            // Whole months lived: a month is full on the day of birth, or on its last day where it has no such day.
            var lived = (day.year - birth.year) * 12 + day.month - birth.month
            if min(birth.day, CalendarDate.daysInMonth(day.month, of: day.year)) > day.day { lived -= 1 }
            if lived < months { return .tooYoung }
        }
        if let days = facility.minimumAgeDays, day.dayNumber - birth.dayNumber < days { return .tooYoung }
        return nil
    }

    // MARK: Rows

    private func placement(of child: Int, _ allocation: Allocation, jointRank: Int) -> Placement {
        let applicant = subject.children[child]
        let choice = allocation.choices[child]
        guard choice != Allocation.baseline else {
            return Placement(
                child: child, outcome: applicant.currentFacility == nil ? .held : .stays,
                facility: applicant.currentFacility, wishRank: nil, jointRank: jointRank, points: applicant.points,
                isConditional: false)
        }
        return Placement(
            child: child, outcome: .placed, facility: applicant.wishes[Int(choice)].facility,
            wishRank: Int(choice) + 1, jointRank: jointRank, points: comparator.points(of: child, at: Int(choice)),
            isConditional: applicant.isUnborn)
    }

    // MARK: Claims

    /// The household's best-ranked justified claim.
    private func claim(of index: Int, _ allocation: Allocation, _ occupation: Occupation) -> Claim? {
        let household = subject.households[index]
        let members = household.members
        let own = members.map { allocation.choices[$0] }
        func isJustified(_ outcome: [Int32], _ members: ArraySlice<Int>) -> Bool {
            occupation.demands(Array(members), outcome).allSatisfy { occupation.isJustified($0, of: household.members) }
        }
        // What one child cannot have alone it cannot have with siblings, who only need seats of their own.
        let possible = members.indices.map { position in
            let child = subject.children[members[position]]
            return child.wishes.indices.filter { wish in
                child.wishes[wish].isEligible && isJustified([Int32(wish)], members[position...position])
            }.map(Int32.init)
        }
        let list = AcceptedOutcomes(of: household, in: subject)
        guard let claimed = list.best(before: own, possible: possible, where: { isJustified($0, members[...]) }) else {
            return nil
        }
        let demands = occupation.demands(members, claimed)
        let isVacant = demands.allSatisfy {
            occupation.others($0.limit, without: members) + $0.users <= occupation.seats[$0.limit]
        }
        let leaving = isVacant ? [] : displaced(by: demands, of: members, occupation)
        let rows = zip(members, claimed).map { child, choice -> Claim.Member in
            let applicant = subject.children[child]
            let isPlaced = choice != Allocation.baseline
            let facility = isPlaced ? applicant.wishes[Int(choice)].facility : applicant.currentFacility
            let limits = Occupation.limits(of: child, staying: !isPlaced, at: facility, in: subject)
            return Claim.Member(
                child: child, facility: facility,
                displaced: leaving.filter { leaver in limits.contains { leaver.limits.contains($0) } }.map(\.child))
        }
        return Claim(
            household: index, kind: isVacant ? .vacant : .priority, jointRank: list.rank(of: claimed)!,
            members: rows.sorted { $0.child < $1.child })
    }

    /// The children who would have to leave, ascending: limit by limit the last in the comparator, as many as are too many
    /// after those who leave already.
    private func displaced(
        by demands: [Occupation.Demand], of members: [Int], _ occupation: Occupation
    ) -> [(child: Int, limits: Set<Int>)] {
        var leaving: [(child: Int, limits: Set<Int>)] = []
        for demand in demands {
            let freed = leaving.count { $0.limits.contains(demand.limit) }
            let excess =
                occupation.others(demand.limit, without: members) + demand.users - occupation.seats[demand.limit]
                - freed
            guard excess > 0 else { continue }
            let facility = subject.limits[demand.limit].facility
            for child in occupation.yielding(to: demand, of: members)
                .filter({ child in !leaving.contains { $0.child == child } }).prefix(excess)
            {
                let limits = Occupation.limits(of: child, staying: false, at: facility, in: subject)
                leaving.append((child, Set(limits)))
            }
        }
        return leaving.sorted { $0.child < $1.child }
    }
}

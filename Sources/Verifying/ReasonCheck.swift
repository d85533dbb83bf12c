import Admissions

/// Confirms what explains a result, from the definition alone.
///
/// Of the order of the applicants it believes nothing but that it can be checked: each before the next, and nobody left
/// out. Everything else is counted again along that order.
public struct ReasonCheck: Sendable {
    private let subject: Case
    private let allocation: Allocation
    private let verified: Verification
    private let comparator: Comparator
    private let phases: [ExplainedPhase]
    /// The phase whose reasons are being checked.
    private var phase: ExplainedPhase
    /// For each child where its wishes begin among all wishes.
    private let starts: [Int]
    private var faults: [String] = []
    /// For each wish of each child its place among the applicants; -1: none.
    private var places: [Int32] = []
    private var choices: [Int32] { phase.choices }
    /// For each child what the inner loops ask of it.
    private let facts: [Facts]

    private struct Facts {
        let household: Int32
        let ageClass: UInt8
        let isAlone: Bool
    }

    /// - Parameters:
    ///   - subject: The case.
    ///   - allocation: The allocation that is explained.
    ///   - verified: The verification of the allocation.
    ///   - phases: The phases of the round as they are explained.
    ///   - comparator: That of the case, where it was made before.
    public init(
        of subject: Case, _ allocation: Allocation, _ verified: Verification, _ phases: [ExplainedPhase],
        comparator: Comparator? = nil
    ) {
        self.subject = subject
        self.allocation = allocation
        self.verified = verified
        self.phases = phases
        phase = phases[0]
        self.comparator = comparator ?? Comparator(of: subject)
        var starts = [0]
        starts.reserveCapacity(subject.children.count + 1)
        for child in subject.children.indices { starts.append(starts[child] + subject.children[child].wishes.count) }
        self.starts = starts
        facts = subject.children.indices.map {
            let household = subject.children[$0].household
            return Facts(
                household: Int32(household), ageClass: UInt8(subject.children[$0].ageClass),
                isAlone: subject.households[household].members.count == 1)
        }
    }

    /// What is wrong with the reasons, at most ten sentences; empty where all hold.
    ///
    /// - Parameters:
    ///   - reasons: One for each wish of each child, by child, then by wish.
    ///   - joint: What the reasons say of siblings.
    ///   - applicants: The order in which they come at each facility.
    ///   - threads: How many may count at the same time; the faults are the same with any number.
    /// - Complexity: O(w · limits of a facility) comparisons in the wishes, and the product of the members' wishes for a
    ///   household of which it is said that it prefers what it got.
    public func faults(
        of reasons: [Reason], _ joint: [JointReason], _ applicants: Applicants, threads: Int = 1
    ) -> [String] {
        var check = self
        guard reasons.count == starts.last!, areInOrder(reasons) else {
            return ["there is not one reason for each wish"]
        }
        check.checkOrder(applicants, threads)
        for phase in phases where check.faults.isEmpty {
            check.phase = phase
            check.inParts(of: subject.facilities.count, threads, 32) { part, facilities in
                for facility in facilities { part.checkSeats(facility, reasons, applicants) }
            }
            check.inParts(of: subject.children.count, threads, 512) { part, children in
                for row in part.starts[children.lowerBound]..<part.starts[children.upperBound]
                where part.phase.decides[Int(reasons[row].child)] {
                    part.checkForm(reasons[row])
                }
            }
            check.inParts(of: subject.households.count, threads, 32) { part, households in
                part.checkSiblings(households, reasons, joint, applicants)
            }
        }
        for child in subject.children.indices where !phases.contains(where: { $0.decides[child] }) {
            for row in starts[child]..<starts[child + 1] { check.checkUndecided(reasons[row]) }
        }
        return Array(check.faults.prefix(10))
    }

    private func areInOrder(_ reasons: [Reason]) -> Bool {
        for child in subject.children.indices {
            for row in starts[child]..<starts[child + 1]
            where Int(reasons[row].child) != child || Int(reasons[row].wish) != row - starts[child] {
                return false
            }
        }
        return true
    }

    /// Lets a copy of the check look at each range, and adds the faults that they found, in the order of the ranges.
    private mutating func inParts(
        of count: Int, _ threads: Int, _ smallest: Int, _ look: @Sendable (inout ReasonCheck, Range<Int>) -> Void
    ) {
        let start = self
        let found = inRanges(of: count, threads: threads, smallest: smallest) { range -> [String] in
            var part = start
            part.faults = []
            look(&part, range)
            return part.faults
        }
        for part in found { faults += part }
    }

    private mutating func complain(_ reason: Reason, _ what: String) {
        guard faults.count < 10 else { return }
        let child = subject.children[Int(reason.child)]
        let facility = subject.facilities[child.wishes[Int(reason.wish)].facility]
        faults.append("child \(child.id) at \(facility.id), \(reason.kind.rawValue): \(what)")
    }

    // MARK: The order of the applicants

    private mutating func checkOrder(_ applicants: Applicants, _ threads: Int) {
        places = [Int32](repeating: -1, count: starts.last!)
        let (subject, starts) = (subject, starts)
        let eligible = inRanges(of: subject.children.count, threads: threads) { children in
            children.reduce(0) { $0 + subject.children[$1].wishes.count { $0.isEligible } }
        }.reduce(0, +)
        guard applicants.starts.count == subject.facilities.count + 1, applicants.entries.count == eligible else {
            faults.append("the order of the applicants leaves somebody out")
            return
        }
        // Wishes for different facilities have different places, so facilities may be looked at at the same time.
        let strangers = places.writeDisjointly { places in
            inRanges(of: subject.facilities.count, threads: threads, smallest: 32) { facilities in
                facilities.first { facility in
                    applicants.range(of: facility).contains { place in
                        let (child, wish) = (
                            Int(applicants.entries[place].child), Int(applicants.entries[place].wish)
                        )
                        let row = starts[child] + wish
                        guard subject.children[child].wishes[wish].facility == facility,
                            subject.children[child].wishes[wish].isEligible, places[row] == -1
                        else { return true }
                        places[row] = Int32(place)
                        return false
                    }
                }
            }
        }
        if let facility = strangers.lazy.compactMap({ $0 }).first {
            faults.append("the order of the applicants at \(subject.facilities[facility].id) is of others")
            return
        }
        inParts(of: subject.facilities.count, threads, 32) { part, facilities in
            for facility in facilities { part.checkOrder(at: facility, applicants) }
        }
    }

    /// Confirms that each applicant comes after the one before.
    private mutating func checkOrder(at facility: Int, _ applicants: Applicants) {
        var last: Comparator.Candidate?
        for place in applicants.range(of: facility) {
            let entry = applicants.entries[place]
            let next = comparator.candidate(Int(entry.child), at: Int(entry.wish))
            if let last, !comparator.precedes(last, next), faults.count < 10 {
                faults.append("child \(subject.children[next.child].id) stands wrong in the order of the applicants")
            }
            last = next
        }
    }

    private func wants(_ entry: Applicants.Entry) -> Bool {
        choices[Int(entry.child)] == Allocation.baseline || entry.wish <= choices[Int(entry.child)]
    }

    private func isPlaced(_ entry: Applicants.Entry) -> Bool { choices[Int(entry.child)] == entry.wish }

    // MARK: Seats

    /// Confirms at each limit that it is full before those who are refused for it, and not before those who are not.
    private mutating func checkSeats(_ facility: Int, _ reasons: [Reason], _ applicants: Applicants) {
        // Those who want a seat here are found once for all limits.
        let interested = applicants.range(of: facility).compactMap { place -> (place: Int, ageClass: Int)? in
            let entry = applicants.entries[place]
            guard phase.takesPart[Int(entry.child)], wants(entry) else { return nil }
            return (place, Int(facts[Int(entry.child)].ageClass))
        }
        for limit in subject.facilities[facility].limits where subject.applies(limit: limit, inPhase: phase.phase) {
            var users: [Int] = []
            let (fixed, seats, isFull) = (phase.fixed[limit], phase.seats[limit], phase.isFull[limit])
            let (ages, isForAll) = (subject.limits[limit].ages, subject.limits[limit].group == .everyone)
            var wanting = 0
            for (place, ageClass) in interested where ages.contains(age: ageClass) {
                let entry = applicants.entries[place]
                let child = Int(entry.child)
                guard isForAll || subject.covers(limit: limit, child: child) else { continue }
                let row = starts[child] + Int(entry.wish)
                if isPlaced(entry) {
                    users.append(place)
                } else if phase.decides[child], reasons[row].kind != .phase,
                    reasons[row].kind != .seats || Int(reasons[row].limit) == limit
                {
                    let own = siblingsBefore(child, limit, place, applicants)
                    let before = users.count + fixed - own.users
                    if (isFull || before >= seats) != (reasons[row].kind == .seats) {
                        complain(reasons[row], "\(before) come before at a limit of \(seats) seats")
                    }
                    if reasons[row].kind == .seats {
                        if Int(reasons[row].seats) != seats { complain(reasons[row], "the limit has other seats") }
                        if Int(reasons[row].ahead) != wanting + fixed - own.wanting {
                            complain(reasons[row], "another number is ahead")
                        }
                        let last = users.last {
                            facts[Int(applicants.entries[$0].child)].household != facts[child].household
                        }
                        checkKey(reasons[row], entry, last.map { applicants.entries[$0] })
                    }
                }
                wanting += 1
            }
        }
    }

    /// Siblings who decide with the child and come before it: those who use a seat, and those who use or want one.
    private func siblingsBefore(
        _ child: Int, _ limit: Int, _ place: Int, _ applicants: Applicants
    ) -> (users: Int, wanting: Int) {
        var (users, wanting) = (0, 0)
        if facts[child].isAlone { return (users, wanting) }
        for sibling in subject.households[subject.children[child].household].members
        where sibling != child && phase.takesPart[sibling] {
            if isStaying(sibling, limit) { (users, wanting) = (users + 1, wanting + 1) }
            guard subject.covers(limit: limit, child: sibling) else { continue }
            for wish in subject.children[sibling].wishes.indices
            where subject.children[sibling].wishes[wish].facility == subject.limits[limit].facility {
                let other = Int(places[starts[sibling] + wish])
                guard other >= 0, other < place, wants(applicants.entries[other]) else { continue }
                wanting += 1
                if isPlaced(applicants.entries[other]) { users += 1 }
            }
        }
        return (users, wanting)
    }

    private func isStaying(_ child: Int, _ limit: Int) -> Bool {
        phase.takesPart[child] && choices[child] == Allocation.baseline
            && phase.limits(of: child, Allocation.baseline).contains(limit)
    }

    /// Confirms who was admitted last and the first key that tells the child apart from it.
    private mutating func checkKey(_ reason: Reason, _ entry: Applicants.Entry, _ last: Applicants.Entry?) {
        guard reason.lastAdmitted == last?.child ?? -1 else {
            return complain(reason, "another child was admitted last")
        }
        guard let last else {
            if reason.key != .presentSeat { complain(reason, "no key was compared") }
            return
        }
        let decided = comparator.decidingKey(
            comparator.candidate(Int(entry.child), at: Int(entry.wish)),
            comparator.candidate(Int(last.child), at: Int(last.wish)))
        if reason.key != decided { complain(reason, "another key decided") }
    }

    // MARK: Reasons of the child alone

    private mutating func checkForm(_ reason: Reason) {
        let child = Int(reason.child)
        let wish = subject.children[child].wishes[Int(reason.wish)]
        let choice = choices[child]
        let isRefused = choice == Allocation.baseline || choice > reason.wish
        var isOffered: Bool { phase.offers(wish.facility, to: child) }
        let holds =
            switch reason.kind {
            case .pinned: false
            case .phase: wish.isEligible && isRefused && !isOffered
            case .placed: choice == reason.wish
            case .notOffered: wish.ineligibility == .notOffered && choice != reason.wish
            case .tooYoung: wish.ineligibility == .tooYoung && choice != reason.wish
            case .notEligible: wish.ineligibility == .notEligible && choice != reason.wish
            case .betterWish: wish.isEligible && choice != Allocation.baseline && choice < reason.wish
            case .seats:
                wish.isEligible && isRefused
                    && subject.facilities[wish.facility].limits.contains(Int(reason.limit))
                    && phase.covers(Int(reason.limit), child)
            case .priorityClaim, .vacantClaim, .siblingSeat, .ownSeat, .siblingPreference, .siblingCondition:
                wish.isEligible && isRefused && isOffered
            }
        if !holds { complain(reason, "it is not so") }
    }

    /// Confirms the reason of a child whom no phase decided.
    private mutating func checkUndecided(_ reason: Reason) {
        let wish = subject.children[Int(reason.child)].wishes[Int(reason.wish)]
        let isPinned = subject.pin(of: Int(reason.child)) != nil
        let holds =
            switch reason.kind {
            case .pinned: isPinned
            case .notOffered, .tooYoung, .notEligible:
                !isPinned && wish.ineligibility?.rawValue == reason.kind.rawValue
            case .phase: !isPinned && wish.isEligible
            default: false
            }
        if !holds { complain(reason, "it is not so") }
    }

    // MARK: Reasons of siblings

    private mutating func checkSiblings(
        _ households: Range<Int>, _ reasons: [Reason], _ joint: [JointReason], _ applicants: Applicants
    ) {
        let claimants = Set(verified.claims.filter { $0.phase == phase.phase }.map(\.household))
        for household in households {
            var toEnumerate: [Reason] = []
            for child in subject.households[household].members where phase.decides[child] {
                for row in starts[child]..<starts[child + 1] {
                    let reason = reasons[row]
                    let stays = choices[child] == Allocation.baseline && subject.children[child].currentFacility != nil
                    switch reason.kind {
                    case .pinned, .placed, .notOffered, .tooYoung, .notEligible, .betterWish, .phase, .seats: break
                    case .priorityClaim, .vacantClaim:
                        if !claimants.contains(household) { complain(reason, "the household has no claim") }
                    case .siblingSeat: checkMissing(reason, joint[Int(reason.joint)], household, applicants)
                    case .ownSeat:
                        if !stays { complain(reason, "the child does not stay") }
                        toEnumerate.append(reason)
                    case .siblingPreference:
                        if stays { complain(reason, "the child keeps its seat") }
                        toEnumerate.append(reason)
                    case .siblingCondition: toEnumerate.append(reason)
                    }
                }
            }
            if !toEnumerate.isEmpty { checkPreference(household, toEnumerate) }
        }
    }

    /// Confirms that the outcome would be liked better, and that the seats said to be missing are missing.
    private mutating func checkMissing(
        _ reason: Reason, _ joint: JointReason, _ household: Int, _ applicants: Applicants
    ) {
        let members = subject.households[household].members
        let list = HouseholdList(of: household, in: subject)
        let own = list.liking(of: members.map { choices[$0] }) ?? [.max - 1]
        guard joint.outcome.count == members.count, let liking = list.liking(of: joint.outcome),
            liking.lexicographicallyPrecedes(own),
            joint.outcome[members.firstIndex(of: Int(reason.child))!] == reason.wish
        else { return complain(reason, "the outcome is not liked better") }
        guard !joint.missing.isEmpty else { return complain(reason, "no seat is missing") }
        for missing in joint.missing {
            // Everybody of the household who would use the limit, with the last of them.
            var users = 0
            var lowest = -1
            var place = -1
            for (member, choice) in zip(members, joint.outcome) where phase.takesPart[member] {
                guard phase.limits(of: member, choice).contains(missing.limit) else { continue }
                users += 1
                guard choice != Allocation.baseline else { continue }
                lowest = max(lowest, Int(places[starts[member] + Int(choice)]))
                if member == missing.child { place = Int(places[starts[member] + Int(choice)]) }
            }
            guard place >= 0 else {
                complain(reason, "the sibling needs no such seat")
                continue
            }
            var before = phase.fixed[missing.limit] - members.count { isStaying($0, missing.limit) }
            var (wanting, beforeLowest) = (before, before)
            let (ages, isForAll) = (
                subject.limits[missing.limit].ages, subject.limits[missing.limit].group == .everyone
            )
            for other in applicants.range(of: subject.limits[missing.limit].facility) where other < lowest {
                let entry = applicants.entries[other]
                let child = Int(entry.child)
                guard phase.takesPart[child], wants(entry), ages.contains(age: Int(facts[child].ageClass)),
                    isForAll || subject.covers(limit: missing.limit, child: child),
                    Int(facts[child].household) != household
                else { continue }
                if isPlaced(entry) { beforeLowest += 1 }
                guard other < place else { continue }
                wanting += 1
                if isPlaced(entry) { before += 1 }
            }
            let seats = phase.seats[missing.limit]
            if missing.seats != seats { complain(reason, "the limit has other seats") }
            if before + 1 <= seats, place != lowest || beforeLowest + users <= seats {
                complain(reason, "the sibling's seat is not missing")
            }
            if wanting != missing.ahead { complain(reason, "another number is ahead of the sibling") }
        }
    }

    /// Confirms that no outcome with the wishes comes before what the household got, or that there is none at all.
    private mutating func checkPreference(_ household: Int, _ reasons: [Reason]) {
        let members = subject.households[household].members
        let list = HouseholdList(of: household, in: subject)
        let own = list.liking(of: members.map { choices[$0] }) ?? [.max - 1]
        var isListed = [Bool](repeating: false, count: reasons.count)
        var isBetter = isListed
        let member = reasons.map { members.firstIndex(of: Int($0.child))! }
        // For each member whether it may have the wish, the baseline last; who does not take part keeps what it has.
        let isPossible = members.map { child -> [Bool] in
            let choices = subject.children[child].wishes.indices.map(Int32.init) + [Allocation.baseline]
            return choices.map { choice in
                guard phase.takesPart[child] else { return self.choices[child] == choice }
                if choice == Allocation.baseline { return true }
                return phase.offers(subject.children[child].wishes[Int(choice)].facility, to: child)
                    && !phase.limits(of: child, choice).contains { phase.isFull[$0] }
            }
        }
        list.forEachEligible { outcome, liking in
            for index in outcome.indices {
                let choice = outcome[index] == Allocation.baseline ? isPossible[index].count - 1 : Int(outcome[index])
                if !isPossible[index][choice] { return }
            }
            for index in reasons.indices where outcome[member[index]] == reasons[index].wish {
                isListed[index] = true
                if !isBetter[index], liking.lexicographicallyPrecedes(own) { isBetter[index] = true }
            }
        }
        for (index, reason) in reasons.enumerated() {
            if isBetter[index] { complain(reason, "the household likes an outcome with the wish better") }
            if isListed[index] == (reason.kind == .siblingCondition) {
                complain(reason, "the household \(isListed[index] ? "accepts" : "does not accept") the wish")
            }
        }
    }
}

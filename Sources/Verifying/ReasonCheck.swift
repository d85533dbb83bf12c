import Admissions

/// Confirms what explains a result, from the definition alone.
///
/// Of the order of the applicants it believes nothing but that it can be checked: each before the next, and nobody left
/// out. Everything else is counted again along that order.
public struct ReasonCheck {
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
    private var places: [Int] = []
    private var choices: [Int32] { phase.choices }

    public init(of subject: Case, _ allocation: Allocation, _ verified: Verification, _ phases: [ExplainedPhase]) {
        self.subject = subject
        self.allocation = allocation
        self.verified = verified
        self.phases = phases
        phase = phases[0]
        comparator = Comparator(of: subject)
        var starts = [0]
        for (index, child) in subject.children.enumerated() { starts.append(starts[index] + child.wishes.count) }
        self.starts = starts
    }

    /// What is wrong with the reasons, at most ten sentences; empty where all hold.
    ///
    /// - Parameters:
    ///   - reasons: One for each wish of each child, by child, then by wish.
    ///   - joint: What the reasons say of siblings.
    ///   - applicants: The order in which they come at each facility.
    /// - Complexity: O(w · limits of a facility) comparisons in the wishes, and the product of the members' wishes for a
    ///   household of which it is said that it prefers what it got.
    public func faults(of reasons: [Reason], _ joint: [JointReason], _ applicants: Applicants) -> [String] {
        var check = self
        guard reasons.count == starts.last!,
            zip(reasons.indices, reasons).allSatisfy({ starts[Int($1.child)] + Int($1.wish) == $0 })
        else { return ["there is not one reason for each wish"] }
        check.checkOrder(applicants)
        guard check.faults.isEmpty else { return check.faults }
        for phase in phases {
            check.phase = phase
            for facility in subject.facilities.indices { check.checkSeats(facility, reasons, applicants) }
            for reason in reasons where check.faults.count < 10 && phase.decides[Int(reason.child)] {
                check.checkForm(reason)
            }
            check.checkSiblings(reasons, joint, applicants)
        }
        for reason in reasons where !phases.contains(where: { $0.decides[Int(reason.child)] }) {
            check.checkUndecided(reason)
        }
        return Array(check.faults.prefix(10))
    }

    private mutating func complain(_ reason: Reason, _ what: String) {
        guard faults.count < 10 else { return }
        let child = subject.children[Int(reason.child)]
        let facility = subject.facilities[child.wishes[Int(reason.wish)].facility]
        faults.append("child \(child.id) at \(facility.id), \(reason.kind.rawValue): \(what)")
    }

    // MARK: The order of the applicants

    private mutating func checkOrder(_ applicants: Applicants) {
        places = [Int](repeating: -1, count: starts.last!)
        var eligible = 0
        for child in subject.children { eligible += child.wishes.count(where: \.isEligible) }
        guard applicants.starts.count == subject.facilities.count + 1, applicants.entries.count == eligible else {
            faults.append("the order of the applicants leaves somebody out")
            return
        }
        for facility in subject.facilities.indices {
            let range = applicants.range(of: facility)
            for place in range {
                let entry = applicants.entries[place]
                let child = subject.children[Int(entry.child)]
                let row = starts[Int(entry.child)] + Int(entry.wish)
                let wish = child.wishes[Int(entry.wish)]
                guard wish.facility == facility, wish.isEligible, places[row] == -1 else {
                    faults.append("the order of the applicants at \(subject.facilities[facility].id) is of others")
                    return
                }
                places[row] = place
                guard place > range.lowerBound else { continue }
                let last = applicants.entries[place - 1]
                if !comparator.precedes(Int(last.child), at: Int(last.wish), Int(entry.child), at: Int(entry.wish)) {
                    faults.append("child \(child.id) stands wrong in the order of the applicants")
                    return
                }
            }
        }
    }

    private func wants(_ entry: Applicants.Entry) -> Bool {
        choices[Int(entry.child)] == Allocation.baseline || entry.wish <= choices[Int(entry.child)]
    }

    private func isPlaced(_ entry: Applicants.Entry) -> Bool { choices[Int(entry.child)] == entry.wish }

    // MARK: Seats

    /// Confirms at each limit that it is full before those who are refused for it, and not before those who are not.
    private mutating func checkSeats(_ facility: Int, _ reasons: [Reason], _ applicants: Applicants) {
        for limit in subject.facilities[facility].limits where subject.applies(limit: limit, inPhase: phase.phase) {
            var users: [Int] = []
            let fixed = phase.fixed[limit]
            var wanting = 0
            for place in applicants.range(of: facility) {
                let entry = applicants.entries[place]
                guard phase.takesPart[Int(entry.child)], wants(entry),
                    subject.covers(limit: limit, child: Int(entry.child))
                else { continue }
                let reason = reasons[starts[Int(entry.child)] + Int(entry.wish)]
                if isPlaced(entry) {
                    users.append(place)
                } else if phase.decides[Int(entry.child)], reason.kind != .phase,
                    reason.kind != .seats || Int(reason.limit) == limit
                {
                    let own = siblingsBefore(Int(entry.child), limit, place, applicants)
                    let before = users.count + fixed - own.users
                    if (phase.isFull[limit] || before >= phase.seats[limit]) != (reason.kind == .seats) {
                        complain(reason, "\(before) come before at a limit of \(phase.seats[limit]) seats")
                    }
                    if reason.kind == .seats {
                        if Int(reason.seats) != phase.seats[limit] { complain(reason, "the limit has other seats") }
                        if Int(reason.ahead) != wanting + fixed - own.wanting {
                            complain(reason, "another number is ahead")
                        }
                        let household = subject.children[Int(entry.child)].household
                        let last = users.last {
                            subject.children[Int(applicants.entries[$0].child)].household != household
                        }
                        checkKey(reason, entry, last.map { applicants.entries[$0] })
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
        for sibling in subject.households[subject.children[child].household].members
        where sibling != child && phase.takesPart[sibling] {
            if isStaying(sibling, limit) { (users, wanting) = (users + 1, wanting + 1) }
            guard subject.covers(limit: limit, child: sibling) else { continue }
            for wish in subject.children[sibling].wishes.indices
            where subject.children[sibling].wishes[wish].facility == subject.limits[limit].facility {
                let other = places[starts[sibling] + wish]
                guard other >= 0, other < place, wants(applicants.entries[other]) else { continue }
                wanting += 1
                if isPlaced(applicants.entries[other]) { users += 1 }
            }
        }
        return (users, wanting)
    }

    private func isStaying(_ child: Int, _ limit: Int) -> Bool {
        phase.takesPart[child] && choices[child] == Allocation.baseline
            && phase.limits(of: child, Allocation.baseline, in: subject).contains(limit)
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
        let (own, other) = (subject.children[Int(entry.child)], subject.children[Int(last.child)])
        var decided = own.draw == other.draw ? DecidingKey.id : .draw
        for (index, key) in subject.rules.priority.enumerated() {
            let isEqual: Bool
            switch key.name {
            case "draw": isEqual = own.draw == other.draw
            case "points":
                isEqual =
                    comparator.points(of: Int(entry.child), at: Int(entry.wish))
                    == comparator.points(of: Int(last.child), at: Int(last.wish))
            default:
                isEqual =
                    subject.keyValue(child: Int(entry.child), key: index)
                    == subject.keyValue(child: Int(last.child), key: index)
            }
            if !isEqual {
                decided = key.name == "draw" ? .draw : .key(index)
                break
            }
        }
        if reason.key != decided { complain(reason, "another key decided") }
    }

    // MARK: Reasons of the child alone

    private mutating func checkForm(_ reason: Reason) {
        let child = subject.children[Int(reason.child)]
        let wish = child.wishes[Int(reason.wish)]
        let choice = choices[Int(reason.child)]
        let isRefused = choice == Allocation.baseline || choice > reason.wish
        let isOffered = phase.offers(wish.facility, to: Int(reason.child), in: subject)
        let holds =
            switch reason.kind {
            case .pinned: false
            case .phase: wish.isEligible && isRefused && !isOffered
            case .placed: choice == reason.wish
            case .notOffered: wish.ineligibility == .notOffered && choice != reason.wish
            case .tooYoung: wish.ineligibility == .tooYoung && choice != reason.wish
            case .betterWish: wish.isEligible && choice != Allocation.baseline && choice < reason.wish
            case .seats:
                wish.isEligible && isRefused
                    && subject.facilities[wish.facility].limits.contains(Int(reason.limit))
                    && phase.covers(Int(reason.limit), Int(reason.child), in: subject)
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
            case .notOffered, .tooYoung: !isPinned && wish.ineligibility?.rawValue == reason.kind.rawValue
            case .phase: !isPinned && wish.isEligible
            default: false
            }
        if !holds { complain(reason, "it is not so") }
    }

    // MARK: Reasons of siblings

    private mutating func checkSiblings(_ reasons: [Reason], _ joint: [JointReason], _ applicants: Applicants) {
        let claimants = Set(verified.claims.filter { $0.phase == phase.phase }.map(\.household))
        var toEnumerate: [Int: [Reason]] = [:]
        for reason in reasons where phase.decides[Int(reason.child)] {
            let household = subject.children[Int(reason.child)].household
            switch reason.kind {
            case .pinned, .placed, .notOffered, .tooYoung, .betterWish, .phase, .seats: break
            case .priorityClaim, .vacantClaim:
                if !claimants.contains(household) { complain(reason, "the household has no claim") }
            case .siblingSeat: checkMissing(reason, joint[Int(reason.joint)], household, applicants)
            case .ownSeat:
                let child = Int(reason.child)
                if choices[child] != Allocation.baseline || subject.children[child].currentFacility == nil {
                    complain(reason, "the child does not stay")
                }
                toEnumerate[household, default: []].append(reason)
            case .siblingPreference:
                let child = Int(reason.child)
                if choices[child] == Allocation.baseline, subject.children[child].currentFacility != nil {
                    complain(reason, "the child keeps its seat")
                }
                toEnumerate[household, default: []].append(reason)
            case .siblingCondition: toEnumerate[household, default: []].append(reason)
            }
        }
        for household in toEnumerate.keys.sorted() { checkPreference(household, toEnumerate[household]!) }
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
                guard phase.limits(of: member, choice, in: subject).contains(missing.limit) else { continue }
                users += 1
                guard choice != Allocation.baseline else { continue }
                lowest = max(lowest, places[starts[member] + Int(choice)])
                if member == missing.child { place = places[starts[member] + Int(choice)] }
            }
            guard place >= 0 else {
                complain(reason, "the sibling needs no such seat")
                continue
            }
            var before = phase.fixed[missing.limit] - members.count { isStaying($0, missing.limit) }
            var (wanting, beforeLowest) = (before, before)
            for other in applicants.range(of: subject.limits[missing.limit].facility) where other < lowest {
                let entry = applicants.entries[other]
                guard phase.takesPart[Int(entry.child)], wants(entry),
                    subject.covers(limit: missing.limit, child: Int(entry.child)),
                    subject.children[Int(entry.child)].household != household
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
        list.forEachEligible { outcome, liking in
            let isPossible = zip(members, outcome).allSatisfy { child, choice in
                guard phase.takesPart[child] else { return choices[child] == choice }
                if choice == Allocation.baseline || subject.isPlain { return true }
                return phase.offers(subject.children[child].wishes[Int(choice)].facility, to: child, in: subject)
                    && !phase.limits(of: child, choice, in: subject).contains { phase.isFull[$0] }
            }
            guard isPossible else { return }
            for (index, reason) in reasons.enumerated() where outcome[member[index]] == reason.wish {
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

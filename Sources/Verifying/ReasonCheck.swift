import Admissions

/// Confirms what explains a result, from the definition alone.
///
/// The order of the applicants is not trusted either; it is checked that each comes before the next and that nobody is left
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
    /// For each wish of each child its position among the applicants; -1 if it has none.
    private var places: [Int32] = []
    private var choices: [Int32] { phase.choices }
    /// For each child the facts that the inner loops need.
    private let facts: [Facts]
    /// For each limit over several facilities that applies in the phase, who wishes a seat of it.
    private var shared: [Int: SharedOrder] = [:]

    /// Who wishes the facilities of one limit, in the order in which they come there: first those who have a seat of it now,
    /// then by the comparator.
    private struct SharedOrder {
        var entries: [Applicants.Entry] = []
        /// How many of the entries are of those who have a seat now.
        var keeperCount = 0
        /// For each wish of each child its place; only those of the entries.
        var places: [Int: Int] = [:]
    }

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
    ///   - comparator: The comparator of the case, if it was made before.
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

    /// What is wrong with the reasons, in at most ten sentences; empty if all hold.
    ///
    /// - Parameters:
    ///   - reasons: One reason for each wish of each child, by child, then by wish.
    ///   - joint: What the reasons say about siblings.
    ///   - applicants: The order of the applicants at each facility.
    ///   - threads: How many threads may count at the same time; the faults are the same with any number.
    /// - Complexity: O(w · limits of a facility) comparisons for w wishes. Add the product of its members' wishes for each
    ///   household that is said to prefer what it got.
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
            check.orderShared()
            check.inParts(of: subject.facilities.count, threads, 32) { part, facilities in
                for facility in facilities { part.checkSeats(facility, reasons, applicants) }
            }
            for limit in check.shared.keys.sorted() { check.checkSharedSeats(limit, reasons) }
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

    /// Lets copies of the check work on ranges, and adds the faults that they found in the order of the ranges.
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
        // Wishes for different facilities have different places, so facilities can be checked at the same time.
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
            faults.append("the order of the applicants at \(subject.facilities[facility].id) contains others")
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
                faults.append(
                    "child \(subject.children[next.child].id) is in the wrong place in the order of the applicants")
            }
            last = next
        }
    }

    private func wants(_ entry: Applicants.Entry) -> Bool {
        choices[Int(entry.child)] == Allocation.baseline || entry.wish <= choices[Int(entry.child)]
    }

    private func isPlaced(_ entry: Applicants.Entry) -> Bool { choices[Int(entry.child)] == entry.wish }

    // MARK: Seats

    /// Confirms at each limit that it is full before exactly those children who are refused because of it.
    private mutating func checkSeats(_ facility: Int, _ reasons: [Reason], _ applicants: Applicants) {
        // The children who want a seat here are the same for all limits, so they are found once.
        let interested = applicants.range(of: facility).compactMap { place -> (place: Int, ageClass: Int)? in
            let entry = applicants.entries[place]
            guard phase.takesPart[Int(entry.child)], wants(entry) else { return nil }
            return (place, Int(facts[Int(entry.child)].ageClass))
        }
        for limit in subject.facilities[facility].limits
        where subject.applies(limit: limit, inPhase: phase.phase) && !subject.limits[limit].isShared {
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
                        if Int(reasons[row].seats) != seats { complain(reasons[row], "the number of seats is wrong") }
                        if Int(reasons[row].ahead) != wanting + fixed - own.wanting {
                            complain(reasons[row], "the number of children ahead is wrong")
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

    /// Finds who wishes a seat of each limit over several facilities.
    private mutating func orderShared() {
        shared = [:]
        for limit in subject.limits.indices
        where subject.limits[limit].isShared && subject.applies(limit: limit, inPhase: phase.phase) {
            var (keepers, others) = ([Applicants.Entry](), [Applicants.Entry]())
            for child in subject.children.indices where phase.covers(limit, child) {
                for (wish, place) in subject.children[child].wishes.enumerated()
                where place.isEligible && subject.limits[limit].counts(at: place.facility) {
                    let entry = Applicants.Entry(child: Int32(child), wish: Int32(wish))
                    if phase.keepsSeat(limit, child, by: entry.wish) {
                        keepers.append(entry)
                    } else {
                        others.append(entry)
                    }
                }
            }
            others.sort { one, other in
                if one.child == other.child {
                    let (first, second) = (candidate(one), candidate(other))
                    return comparator.precedes(first, second)
                        || !comparator.precedes(second, first) && one.wish < other.wish
                }
                return comparator.precedes(candidate(one), candidate(other))
            }
            var order = SharedOrder(entries: keepers + others, keeperCount: keepers.count)
            for (place, entry) in order.entries.enumerated() {
                order.places[starts[Int(entry.child)] + Int(entry.wish)] = place
            }
            shared[limit] = order
        }
    }

    private func candidate(_ entry: Applicants.Entry) -> Comparator.Candidate {
        comparator.candidate(Int(entry.child), at: Int(entry.wish))
    }

    /// Those of other households who come before a place at a limit over several facilities: how many use a seat, how many use
    /// or want one, each child once, and the last who was placed by its priority.
    private func others(
        before place: Int, on limit: Int, than household: Int32
    ) -> (users: Int, wanting: Int, last: Applicants.Entry?) {
        let order = shared[limit]!
        let own = subject.households[Int(household)].members.count { isKeeping($0, limit) }
        var (users, wanting) = (phase.fixed[limit] - own, phase.fixed[limit] - own)
        var last: Applicants.Entry?
        var seen = Set<Int32>()
        for (other, entry) in order.entries[..<place].enumerated() {
            let child = Int(entry.child)
            guard phase.takesPart[child], facts[child].household != household, wants(entry),
                !isKeeping(child, limit)
            else { continue }
            if isPlaced(entry), other >= order.keeperCount { (users, last) = (users + 1, entry) }
            if seen.insert(entry.child).inserted { wanting += 1 }
        }
        return (users, wanting, last)
    }

    /// Whether the child takes part and has a seat of the limit that it had before.
    private func isKeeping(_ child: Int, _ limit: Int) -> Bool {
        phase.takesPart[child] && phase.limits(of: child, choices[child]).contains(limit)
            && phase.keepsSeat(limit, child, by: choices[child])
    }

    /// As ``checkSeats(_:_:_:)``, at a limit over several facilities.
    private mutating func checkSharedSeats(_ limit: Int, _ reasons: [Reason]) {
        let order = shared[limit]!
        let (seats, isFull) = (phase.seats[limit], phase.isFull[limit])
        for place in order.keeperCount..<order.entries.count {
            let entry = order.entries[place]
            let child = Int(entry.child)
            let reason = reasons[starts[child] + Int(entry.wish)]
            guard phase.takesPart[child], phase.decides[child], wants(entry), !isPlaced(entry), reason.kind != .phase,
                reason.kind != .seats || Int(reason.limit) == limit
            else { continue }
            let ahead = others(before: place, on: limit, than: facts[child].household)
            if (isFull || ahead.users >= seats) != (reason.kind == .seats) {
                complain(reason, "\(ahead.users) come before at a limit of \(seats) seats")
            }
            if reason.kind == .seats {
                if Int(reason.seats) != seats { complain(reason, "the limit has other seats") }
                if Int(reason.ahead) != ahead.wanting { complain(reason, "another number is ahead") }
                checkKey(reason, entry, ahead.last)
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

    /// Confirms which child was admitted last, and the first key in which the two differ.
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
                    && !phase.keepsSeat(Int(reason.limit), child, by: reason.wish)
            case .priorityClaim, .vacantClaim, .siblingSeat, .ownSeat, .siblingPreference, .siblingCondition:
                wish.isEligible && isRefused && isOffered
            }
        if !holds { complain(reason, "this reason does not hold") }
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
        if !holds { complain(reason, "this reason does not hold") }
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
            // Counts the members who would use the limit, and finds the last of them.
            var users = 0
            var lowest = -1
            var place = -1
            for (member, choice) in zip(members, joint.outcome) where phase.takesPart[member] {
                guard phase.limits(of: member, choice).contains(missing.limit) else { continue }
                users += 1
                guard !phase.keepsSeat(missing.limit, member, by: choice) else { continue }
                let row = starts[member] + Int(choice)
                let other = shared[missing.limit].map { $0.places[row] ?? -1 } ?? Int(places[row])
                lowest = max(lowest, other)
                if member == missing.child {
                    place = other
                    if subject.children[member].wishes[Int(choice)].facility != missing.facility {
                        complain(reason, "the sibling's seat is somewhere else")
                    }
                }
            }
            guard place >= 0 else {
                complain(reason, "the sibling needs no such seat")
                continue
            }
            let before: Int
            let beforeLowest: Int
            let wanting: Int
            if shared[missing.limit] != nil {
                (before, wanting, _) = others(before: place, on: missing.limit, than: Int32(household))
                beforeLowest = others(before: lowest, on: missing.limit, than: Int32(household)).users
            } else {
                (before, wanting) = ahead(of: place, on: missing.limit, without: household, applicants)
                beforeLowest = ahead(of: lowest, on: missing.limit, without: household, applicants).users
            }
            let seats = phase.seats[missing.limit]
            if missing.seats != seats { complain(reason, "the number of seats is wrong") }
            if before + 1 <= seats, place != lowest || beforeLowest + users <= seats {
                complain(reason, "the sibling's seat is not missing")
            }
            if wanting != missing.ahead { complain(reason, "the number of children ahead of the sibling is wrong") }
        }
    }

    /// Those of other households who come before a place among the applicants at a limit of one facility: how many use a seat,
    /// and how many use or want one.
    private func ahead(
        of place: Int, on limit: Int, without household: Int, _ applicants: Applicants
    ) -> (users: Int, wanting: Int) {
        let staying = phase.fixed[limit] - subject.households[household].members.count { isStaying($0, limit) }
        var (users, wanting) = (staying, staying)
        let (ages, isForAll) = (subject.limits[limit].ages, subject.limits[limit].group == .everyone)
        for other in applicants.range(of: subject.limits[limit].facility) where other < place {
            let entry = applicants.entries[other]
            let child = Int(entry.child)
            guard phase.takesPart[child], wants(entry), ages.contains(age: Int(facts[child].ageClass)),
                isForAll || subject.covers(limit: limit, child: child), Int(facts[child].household) != household
            else { continue }
            wanting += 1
            if isPlaced(entry) { users += 1 }
        }
        return (users, wanting)
    }

    /// Confirms that no outcome with the wishes comes before what the household got, or that there is none at all.
    private mutating func checkPreference(_ household: Int, _ reasons: [Reason]) {
        let members = subject.households[household].members
        let list = HouseholdList(of: household, in: subject)
        let own = list.liking(of: members.map { choices[$0] }) ?? [.max - 1]
        var isListed = [Bool](repeating: false, count: reasons.count)
        var isBetter = isListed
        let member = reasons.map { members.firstIndex(of: Int($0.child))! }
        // For each member whether it may have each wish, and at the end the baseline. A member that does not take part keeps what
        // it has.
        let isPossible = members.map { child -> [Bool] in
            let choices = subject.children[child].wishes.indices.map(Int32.init) + [Allocation.baseline]
            return choices.map { choice in
                guard phase.takesPart[child] else { return self.choices[child] == choice }
                if choice == Allocation.baseline { return true }
                return phase.offers(subject.children[child].wishes[Int(choice)].facility, to: child)
                    && !phase.isShut(child, choice)
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

import Admissions
import Verifying

/// What a verified allocation means for every child: why each wish was granted or not, how far priority reached at each
/// facility, and which children still wait.
///
/// Everything here follows from the case and from where each child ends up; the same allocation gives the same
/// explanations. The verifier has confirmed every reason before this value is made.
public struct Explanations: Sendable {
    /// One reason for each wish of each child: by child, then by wish.
    public let reasons: [Reason]
    /// For each child where its reasons begin in ``reasons``, and the number of all reasons at the end.
    public let starts: [Int]
    /// The reasons that concern siblings, by the index `Reason.joint`.
    public let jointReasons: [JointReason]
    /// The applicants of each facility, in the order of the comparator.
    public let applicants: Applicants
    /// The border of each class, ascending by facility and class.
    public let borders: [Border]
    /// ``borders`` in the form that may be published.
    public var publicBorders: [PublicBorder] { published.borders }
    /// ``borders`` in the form that may be published, with the totals that would give hidden cells away.
    public let published: PublicBorders
    /// The children who still wait, ascending by facility, class and position.
    public let waiting: [WaitingChild]

    /// The comparator of the case.
    public let comparator: Comparator
    let choices: [Int32]
    let phases: [ExplainedPhase]
    private let usedSeats: [Int]
    private let seats: [Int]

    /// The value that a child has at one of its wishes for the key that decided; empty if it is blank.
    public func value(of child: Int, at wish: Int, _ key: DecidingKey, in subject: Case) -> String {
        switch key {
        case .none, .presentSeat: ""
        case .key(let index):
            subject.rules.text(of: comparator.value(of: child, at: wish, key: index), atKey: index)
        case .draw:
            switch subject.children[child].draw {
            case .seeded(let digest): digest.description
            case .given(let number): number.description
            }
        case .id: subject.children[child].id.spelling
        }
    }

    /// The value of a child at one of its wishes at a key; `nil` is blank.
    public func keyValue(of child: Int, at wish: Int, _ key: Int) -> KeyValue? {
        comparator.value(of: child, at: wish, key: key)
    }

    /// The value that a child has for a key at a facility that it wishes; `nil` if it is blank.
    public func keyValue(of child: Int, atFacility facility: Int, _ key: Int, in subject: Case) -> KeyValue? {
        if subject.rules.priority[key].source == .points {
            return comparator.points(of: child, atFacility: facility).map(KeyValue.number)
        }
        guard subject.wishKeyValues.keys.contains(key) else { return subject.keyValue(child: child, key: key) }
        let wish = subject.children[child].wishes.firstIndex { $0.facility == facility }!
        return subject.keyValue(child: child, wish: wish, key: key)
    }

    /// Whether something may be told about the last child placed in the class: children of at least three families were placed
    /// there, and the public borders show the cell.
    public func isOfSeveralFamilies(_ facility: Int, _ ageClass: Int) -> Bool {
        published.isOfSeveralFamilies[facility * 6 + ageClass]
    }

    /// The part of the value of the last child placed that other families may know.
    public enum PublicValue: Hashable, Sendable {
        case exact(String)
        case band(ValueBand)
    }

    /// What other families may know about the value that the last child with a seat has for a key; `nil` if they may know
    /// nothing.
    ///
    /// - Complexity: O(wishes of the child); for a key that is published in bands O(applicants of the facility).
    public func publicValue(
        of last: Int, atFacility facility: Int, _ key: Int, in subject: Case
    ) -> PublicValue? {
        guard isOfSeveralFamilies(facility, subject.children[last].ageClass),
            let wish = subject.children[last].wishes.firstIndex(where: { $0.facility == facility })
        else { return nil }
        switch subject.rules.publication(ofKey: key) {
        case .no: return nil
        case .yes: return .exact(value(of: last, at: wish, .key(key), in: subject))
        case .band:
            let entries = applicants.entries[applicants.range(of: facility)]
            let entry = Applicants.Entry(child: Int32(last), wish: Int32(wish))
            return sharedBand(of: entry, key: key, entries, in: subject, choices, comparator).map(PublicValue.band)
        }
    }

    /// Whether the applicant has a seat at the facility, or prefers the facility to where it is.
    public func wants(_ entry: Applicants.Entry) -> Bool {
        let choice = choices[Int(entry.child)]
        return choice == Allocation.baseline || entry.wish <= choice
    }

    /// The wish by which the last child admitted has its seat, of a reason that names one.
    public func wishOfLastAdmitted(_ reason: Reason) -> Int { Int(choices[Int(reason.lastAdmitted)]) }

    /// The facility where the last child admitted has its seat: of a limit over several facilities it may be another one than
    /// the reason's.
    public func facilityOfLastAdmitted(_ reason: Reason, in subject: Case) -> Int {
        subject.children[Int(reason.lastAdmitted)].wishes[wishOfLastAdmitted(reason)].facility
    }

    /// The children who want a seat of the reason's limit by a wish and come before its child, in their order.
    ///
    /// - Parameters:
    ///   - reason: Of a wish that was refused for want of a seat.
    ///   - subject: The case.
    public func applicantsAhead(of reason: Reason, in subject: Case) -> [Int] {
        let limit = Int(reason.limit)
        var places = subject.limits[limit].facilities.flatMap { applicants.entries[applicants.range(of: $0)] }
        if subject.limits[limit].isShared {
            let phase = phases.last { $0.decides[Int(reason.child)] }!
            places = SharedQueue(limit, applicants, in: subject, phase, comparator, starts: starts).entries
        }
        var ahead: [Int] = []
        for entry in places {
            if entry.child == reason.child, entry.wish == reason.wish { break }
            let child = Int(entry.child)
            guard entry.child != reason.child, subject.covers(limit: limit, child: child), wants(entry),
                !ahead.contains(child)
            else { continue }
            ahead.append(child)
        }
        return ahead
    }

    /// The limit and the others of the facility that cover the child and have no vacant seat at the end of the round,
    /// ascending.
    public func fullLimits(of child: Int, at facility: Int, limit: Int, in subject: Case) -> [Int] {
        subject.facilities[facility].limits.filter {
            $0 == limit || subject.covers(limit: $0, child: child) && usedSeats[$0] >= seats[$0]
        }
    }

    /// The reasons of one child, by wish.
    public func reasons(of child: Int) -> ArraySlice<Reason> { reasons[starts[child]..<starts[child + 1]] }

    /// Explains an allocation that passed its verification.
    ///
    /// - Parameters:
    ///   - subject: The case.
    ///   - allocation: The allocation to explain.
    ///   - verified: The verification of the allocation.
    ///   - queues: The applicant queues of the case, if they were made before.
    ///   - threads: How many threads may work at the same time; the explanations are the same with any number.
    /// - Throws: ``UnconfirmedReasons`` if the verifier does not confirm a reason, which is a defect of the program.
    /// - Complexity: O(w log w + w · limits of a facility) for w wishes. For each household of siblings in which a child's own
    ///   priority would suffice for a wish, add the product of the members' wishes.
    public init(
        of subject: Case, _ allocation: Allocation, _ verified: Verification, queues: ApplicantQueues? = nil,
        threads: Int = 1
    ) throws(UnconfirmedReasons) {
        precondition(verified.faults.isEmpty, "explanations are for verified allocations")
        let queues = queues ?? ApplicantQueues(of: subject, threads: threads)
        comparator = queues.comparator
        applicants = queues.applicants
        choices = allocation.choices
        usedSeats = verified.usedSeats
        seats = verified.seats
        let phases = ExplainedPhase.phases(of: allocation, in: subject)
        self.phases = phases
        var reasons = ReasonBuilder(subject, allocation, phases[0], threads: threads)
        for phase in phases {
            if phase.phase != phases[0].phase { reasons.begin(phase) }
            reasons.addSeats(queues, threads: threads)
            reasons.addSiblings(applicants, verified.claims, threads: threads)
        }
        var places = PlaceBuilder(subject, allocation, verified, comparator)
        places.add(applicants, threads: threads)
        self.reasons = reasons.reasons
        starts = reasons.starts
        jointReasons = reasons.joint
        borders = places.borders
        published = Explaining.publicBorders(of: subject, places.borders, places.tellings)
        waiting = places.waiting
        let faults = ReasonCheck(of: subject, allocation, verified, phases, comparator: comparator)
            .faults(of: self.reasons, jointReasons, applicants, threads: threads)
        if !faults.isEmpty { throw UnconfirmedReasons(faults: faults) }
    }
}

/// Reasons that the verifier does not confirm.
public struct UnconfirmedReasons: Error, Sendable, CustomStringConvertible {
    /// What the verifier says about each of them, for at most ten.
    public let faults: [String]

    public var description: String { "reasons that the verifier does not confirm: \(faults.joined(separator: "; "))" }
}

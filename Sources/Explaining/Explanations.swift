import Admissions
import Verifying

/// What a verified allocation means for every child: why each wish was granted or not, how far priority reached, and who
/// still waits.
///
/// Everything here follows from the case and from where each child ends up; the same allocation gives the same
/// explanations. The verifier confirmed every reason before this value exists.
public struct Explanations: Sendable {
    /// One for each wish of each child: by child, then by wish.
    public let reasons: [Reason]
    /// For each child where its reasons begin; one more at the end.
    public let starts: [Int]
    /// What is to be said of siblings, by `Reason.joint`.
    public let jointReasons: [JointReason]
    /// Who wishes each facility, in the order of the comparator.
    public let applicants: Applicants
    /// Ascending by facility and class.
    public let borders: [Border]
    /// As ``borders``, for the public.
    public var publicBorders: [PublicBorder] { published.borders }
    /// As ``borders``, for the public, and the totals that would give hidden cells away.
    public let published: PublicBorders
    /// Ascending by facility, class and position.
    public let waiting: [WaitingChild]

    /// That of the case.
    public let comparator: Comparator
    let choices: [Int32]
    let phases: [ExplainedPhase]
    private let usedSeats: [Int]
    private let seats: [Int]

    /// The value of a child at one of its wishes at what decided; blank where it has none.
    public func value(of child: Int, at wish: Int, _ key: DecidingKey, in subject: Case) -> String {
        switch key {
        case .none, .presentSeat: ""
        case .key(let index):
            subject.rules.priority[index].text(of: comparator.value(of: child, at: wish, key: index))
        case .draw:
            switch subject.children[child].draw {
            case .seeded(let digest): digest.description
            case .given(let number): number.description
            }
        case .id: subject.children[child].id.text
        }
    }

    /// The value of a child at one of its wishes at a key; `nil` is blank.
    public func keyValue(of child: Int, at wish: Int, _ key: Int) -> KeyValue? {
        comparator.value(of: child, at: wish, key: key)
    }

    /// The value of a child at a facility that it wishes, at a key; `nil` is blank.
    public func keyValue(of child: Int, atFacility facility: Int, _ key: Int, in subject: Case) -> KeyValue? {
        if subject.rules.priority[key].source == .points {
            return comparator.points(of: child, atFacility: facility).map(KeyValue.number)
        }
        guard subject.wishKeyValues.keys.contains(key) else { return subject.keyValue(child: child, key: key) }
        let wish = subject.children[child].wishes.firstIndex { $0.facility == facility }!
        return subject.keyValue(child: child, wish: wish, key: key)
    }

    /// Whether something may be told of the last child placed in the class: children of three families or more were, and
    /// the public borders show the cell.
    public func isOfSeveralFamilies(_ facility: Int, _ ageClass: Int) -> Bool {
        published.isOfSeveralFamilies[facility * 6 + ageClass]
    }

    /// The value of the last child placed, at a facility that it wishes, as another family may know it.
    public enum PublicValue: Hashable, Sendable {
        case exact(String)
        case band(ValueBand)
    }

    /// What another family may know of the value at a key of the last child who has a seat; `nil`: nothing.
    ///
    /// - Complexity: O(wishes of the child), for a key in bands O(applicants of the facility).
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

    /// Whether the applicant has a seat there, or would rather be there than where it is.
    public func wants(_ entry: Applicants.Entry) -> Bool {
        let choice = choices[Int(entry.child)]
        return choice == Allocation.baseline || entry.wish <= choice
    }

    /// The limit and the others of its facility that cover the child and have no vacant seat at the end of the round,
    /// ascending.
    public func fullLimits(of child: Int, limit: Int, in subject: Case) -> [Int] {
        subject.facilities[subject.limits[limit].facility].limits.filter {
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
    ///   - queues: Those of the case, where they were made before.
    ///   - threads: How many may look at the same time; the explanations are the same with any number.
    /// - Throws: ``UnconfirmedReasons`` where the verifier does not confirm a reason: a defect of the program.
    /// - Complexity: O(w log w + w · limits of a facility) in the wishes, and for a household of siblings whose own
    ///   priority would do, the product of its members' wishes.
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
    /// What it says of each, at most ten.
    public let faults: [String]

    public var description: String { "reasons that the verifier does not confirm: \(faults.joined(separator: "; "))" }
}

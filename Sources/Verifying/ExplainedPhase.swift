import Admissions

/// One phase of a verified allocation, as far as reasons need it.
///
/// A class, so that looking at it in an inner loop copies nothing.
public final class ExplainedPhase: Sendable {
    /// Index into `Case.phases`.
    public let phase: Int
    /// What everybody has after the phase, as choices of an `Allocation`.
    public let choices: [Int32]
    /// Whether the child could have been placed in it.
    public let takesPart: [Bool]
    /// Whether the reasons of the child are those of this phase: it was placed in it, or it is the last in which it could
    /// have been.
    public let decides: [Bool]
    /// For each limit its seats in the phase, those of present transfer applicants included; 0 where it does not apply.
    public let seats: [Int]
    /// For each limit how many use a seat who come before everyone: they stay, are pinned, or were placed earlier.
    public let fixed: [Int]
    /// For each limit whether so many are there by pins that nobody else gets a seat.
    public let isFull: [Bool]

    /// The phases of an allocation that passed its verification.
    public static func phases(of allocation: Allocation, in subject: Case) -> [ExplainedPhase] {
        subject.isPlain
            ? [ExplainedPhase(plain: allocation, subject)]
            : phased(
                PhasedVerification(allocation, of: subject, comparator: Comparator(of: subject)).stages(), allocation,
                subject)
    }

    private init(plain allocation: Allocation, _ subject: Case) {
        phase = 0
        choices = allocation.choices
        takesPart = [Bool](repeating: true, count: choices.count)
        decides = takesPart
        let coverage = Coverage(of: subject)
        var seats = subject.limits.map(\.seats)
        var fixed = [Int](repeating: 0, count: seats.count)
        for child in subject.children.indices {
            coverage.forEachLimit(of: child, with: Allocation.baseline) { limit in
                seats[limit] += 1
                if allocation.choices[child] == Allocation.baseline { fixed[limit] += 1 }
            }
        }
        self.seats = seats
        self.fixed = fixed
        isFull = [Bool](repeating: false, count: seats.count)
    }

    private static func phased(
        _ stages: [PhaseStage], _ allocation: Allocation, _ subject: Case
    ) -> [ExplainedPhase] {
        let deciding = subject.children.indices.map { child -> Int in
            if subject.pin(of: child) != nil { return -1 }
            if allocation.choices[child] != Allocation.baseline {
                return allocation.phases.isEmpty ? 0 : Int(allocation.phases[child])
            }
            return stages.last { $0.takesPart[child] }?.phase ?? -1
        }
        return stages.map { stage in
            ExplainedPhase(stage, decides: deciding.map { $0 == stage.phase })
        }
    }

    private init(_ stage: PhaseStage, decides: [Bool]) {
        phase = stage.phase
        choices = stage.end
        takesPart = stage.takesPart
        self.decides = decides
        seats = stage.seats
        fixed = stage.users.map { $0.count { !stage.canLeave($0) } }
        isFull = stage.isFull
    }

    /// Whether the limit applies in the phase and covers the child.
    public func covers(_ limit: Int, _ child: Int, in subject: Case) -> Bool {
        subject.applies(limit: limit, inPhase: phase) && subject.covers(limit: limit, child: child)
    }

    /// The limits of which the child would use a seat by the choice in this phase.
    public func limits(of child: Int, _ choice: Int32, in subject: Case) -> [Int] {
        let isStaying = choice == Allocation.baseline
        let applicant = subject.children[child]
        guard let facility = isStaying ? applicant.currentFacility : applicant.wishes[Int(choice)].facility,
            !isStaying || offers(facility, to: child, in: subject)
        else { return [] }
        return subject.facilities[facility].limits.filter { covers($0, child, in: subject) }
    }

    /// Whether the phase offers the child's class at the facility.
    public func offers(_ facility: Int, to child: Int, in subject: Case) -> Bool {
        for limit in subject.facilities[facility].limits
        where subject.limits[limit].offersItsAges {
            if covers(limit, child, in: subject) { return true }
        }
        return false
    }
}

import Admissions

/// One phase of a verified allocation, with what is needed to find and check reasons.
///
/// It is a class so that access in an inner loop copies nothing.
public final class ExplainedPhase: Sendable {
    /// Index into `Case.phases`.
    public let phase: Int
    /// For each child what it has after the phase, as in the choices of an `Allocation`.
    public let choices: [Int32]
    /// For each child whether it could have been placed in the phase.
    public let takesPart: [Bool]
    /// For each child whether its reasons are those of this phase: it was placed in the phase, or the phase is the last in which
    /// it could have been placed.
    public let decides: [Bool]
    /// For each limit its seats in the phase, including those of present transfer applicants; 0 if it does not apply.
    public let seats: [Int]
    /// For each limit how many use a seat who come before everyone: they keep a seat that they have, are pinned, or were
    /// placed earlier.
    public let fixed: [Int]
    /// For each limit whether pinned children leave no seat for anyone else.
    public let isFull: [Bool]

    private let coverage: Coverage

    /// The phases of an allocation that passed its verification.
    public static func phases(of allocation: Allocation, in subject: Case) -> [ExplainedPhase] {
        let stages = PhaseStage.stages(of: allocation, in: subject)
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
        fixed = stage.fixed
        isFull = stage.isFull
        coverage = stage.coverage
    }

    /// Whether the limit applies in the phase and covers the child.
    public func covers(_ limit: Int, _ child: Int) -> Bool { coverage.covers(limit, child) }

    /// The limits of which the child would use a seat in this phase if it had this choice, ascending.
    public func limits(of child: Int, _ choice: Int32) -> [Int] { coverage.limits(usedBy: child, choice) }

    /// Whether the child has a seat of the limit now that it would keep by the choice: it stays, or moves from one facility of
    /// the limit to another.
    ///
    /// - Precondition: The child uses a seat of the limit by the choice.
    public func keepsSeat(_ limit: Int, _ child: Int, by choice: Int32) -> Bool {
        coverage.keepsSeat(limit, child, choice)
    }

    /// Whether pins leave no seat of some limit for the child at the choice; a seat that it keeps is no question.
    public func isShut(_ child: Int, _ choice: Int32) -> Bool {
        limits(of: child, choice).contains { isFull[$0] && !keepsSeat($0, child, by: choice) }
    }

    /// Whether the phase offers the child's class at the facility.
    ///
    /// - Precondition: The child is eligible for its wish for the facility.
    public func offers(_ facility: Int, to child: Int) -> Bool { coverage.offers(facility, to: child) }
}

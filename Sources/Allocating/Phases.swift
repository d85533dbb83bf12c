import Admissions
import Programs

/// A round on its way through its phases: what the phases gave so far, and the next phase as a case.
///
/// A child that does not take part in a phase, or is pinned, keeps its seat whatever happens. Therefore a phase is a case of
/// its own: such children have no wishes there, the seats that they use are taken away, and the list of a household with such
/// a child is explicit and contains only the outcomes that keep that child where it is. Children, households and facilities
/// have the same indices as in the whole case.
///
/// Source: Rules.md 6.
struct PhaseCourse {
    let subject: Case
    /// What pins and the phases gave so far.
    private(set) var allocation: Allocation
    /// For each limit the seats that earlier phases left unused and did not release.
    private var closed: [Int]
    /// For each child whether a pin fixes it.
    private let isPinned: [Bool]

    init(_ subject: Case) {
        self.subject = subject
        allocation = Allocation(baselineOf: subject)
        closed = [Int](repeating: 0, count: subject.limits.count)
        isPinned = subject.isPinned
    }

    /// Whether the child can get something in the phase: the phase covers it, and neither a pin nor an earlier phase has placed
    /// it.
    private func takesPart(_ child: Int, in phase: Int) -> Bool {
        allocation.choices[child] == Allocation.baseline && !isPinned[child]
            && subject.phases[phase].who.covers(subject.children[child].groups)
    }

    // MARK: Seats

    /// Whether some limit of the facility that applies in the phase offers the child's class.
    private func isOffered(_ facility: Int, to child: Int, in phase: Int) -> Bool {
        subject.facilities[facility].limits.contains { limit in
            subject.limits[limit].offersItsAges
                && subject.applies(limit: limit, inPhase: phase) && subject.covers(limit: limit, child: child)
        }
    }

    /// The limits that apply in the phase and of which the child uses a seat if it has this choice.
    private func limits(usedBy child: Int, _ choice: Int32, in phase: Int) -> [Int] {
        let facility: Int?
        switch choice {
        case Allocation.baseline: facility = subject.children[child].currentFacility
        case Allocation.elsewhere: facility = subject.pin(of: child)?.facility
        default: facility = subject.children[child].wishes[Int(choice)].facility
        }
        return subject.limits(usedBy: child, at: facility, isStaying: choice == Allocation.baseline, inPhase: phase)
    }

    /// For each limit the seats in the phase, including those of present transfer applicants, and the seats used by the
    /// allocation so far.
    private func seats(in phase: Int) -> (seats: [Int], used: [Int]) {
        var seats = subject.limits.indices.map { subject.limits[$0].seats - closed[$0] }
        var used = [Int](repeating: 0, count: seats.count)
        for child in subject.children.indices {
            if subject.children[child].currentFacility != nil {
                for limit in limits(usedBy: child, Allocation.baseline, in: phase) { seats[limit] += 1 }
            } else if allocation.choices[child] == Allocation.baseline {
                continue
            }
            for limit in limits(usedBy: child, allocation.choices[child], in: phase) { used[limit] += 1 }
        }
        return (seats, used)
    }

    // MARK: The phase as a case

    /// The phase as a case; its baseline keeps everything as it was.
    ///
    /// - Complexity: O(children + wishes + limits), plus the joint outcomes of each household in which some children take part
    ///   and others do not.
    func problem(of phase: Int) -> Case {
        var problem = subject
        problem.rules.phases = []
        problem.pins = []
        let (seats, used) = seats(in: phase)
        // A limit that the allocation so far exceeds has no room for anybody else. The excess of an over-full class does not
        // count for this, because it shrinks as others leave seats there.
        let isFull = subject.limits.indices.map { seats[$0] + subject.limits[$0].excess < used[$0] }
        problem.limits = []
        var numbers = [Int?](repeating: nil, count: subject.limits.count)
        for (limit, entry) in subject.limits.enumerated() where subject.applies(limit: limit, inPhase: phase) {
            numbers[limit] = problem.limits.count
            var entry = entry
            entry.seats = isFull[limit] ? 0 : seats[limit] - used[limit]
            entry.phase = nil
            problem.limits.append(entry)
        }
        for (index, facility) in subject.facilities.enumerated() {
            problem.facilities[index].limits = facility.limits.compactMap { numbers[$0] }
        }
        let movable = subject.children.indices.map { takesPart($0, in: phase) }
        for child in subject.children.indices {
            // Who moves within a limit over several facilities keeps its seat there, which never depends on room.
            let present = limits(usedBy: child, Allocation.baseline, in: phase)
            for (index, wish) in subject.children[child].wishes.enumerated() {
                let isOpen =
                    movable[child]
                    ? wish.isEligible && isOffered(wish.facility, to: child, in: phase)
                        && !limits(usedBy: child, Int32(index), in: phase)
                            .contains { isFull[$0] && !present.contains($0) }
                    : allocation.choices[child] == index
                problem.children[child].wishes[index].ineligibility = isOpen ? nil : wish.ineligibility ?? .notOffered
            }
        }
        for index in subject.households.indices
        where subject.households[index].members.contains(where: { !movable[$0] }) {
            if case .single = subject.households[index].wishes { continue }
            problem.households[index].wishes = .table(restrictedList(of: index, movable, in: problem))
        }
        for child in subject.children.indices where !movable[child] {
            problem.children[child].points = subject.children[child].generalPoints
            problem.children[child].wishes = []
            problem.children[child].currentFacility = nil
        }
        return problem
    }

    /// The outcomes of the household's list that keep the children who do not take part where they are, and that are better
    /// than keeping everything. In the table those children are at their baseline.
    private func restrictedList(of household: Int, _ movable: [Bool], in problem: Case) -> JointTable {
        let members = subject.households[household].members
        var choices: [Int32] = []
        let fixed = members.map { child -> Int32? in
            if movable[child] { return nil }
            let choice = allocation.choices[child]
            return choice == Allocation.baseline ? Int32(subject.children[child].wishes.count) : choice
        }
        let keepsNothing = fixed.contains(Allocation.elsewhere) || !members.contains { movable[$0] }
        if keepsNothing { return JointTable(choices: [], memberCount: members.count) }
        var list = JointList(household, in: problem, keeping: fixed)
        let nearness = Nearness(in: subject)
        while !list.isExhausted {
            let batch = list.next(1 << 20) { nearness.areNear($0, $1) }
            for start in stride(from: 0, to: batch.count, by: members.count) {
                let options = batch[start..<start + members.count]
                if zip(options, fixed).contains(where: { $1 != nil && $0 != $1 }) { continue }
                let row = zip(members, options).map { child, option in
                    movable[child] && option < subject.children[child].wishes.count ? option : Allocation.baseline
                }
                if row.allSatisfy({ $0 == Allocation.baseline }) {
                    return JointTable(choices: choices, memberCount: members.count)
                }
                choices += row
            }
        }
        return JointTable(choices: choices, memberCount: members.count)
    }

    // MARK: Going on

    /// Takes over what the phase gave, and closes the seats that its limits left unused and do not release.
    mutating func take(_ given: Allocation, from phase: Int) {
        for child in subject.children.indices where given.choices[child] != Allocation.baseline {
            allocation.choices[child] = given.choices[child]
            if !allocation.phases.isEmpty { allocation.phases[child] = Int32(phase) }
        }
        let (seats, used) = seats(in: phase)
        for (index, limit) in subject.limits.enumerated()
        where limit.phase == phase && !limit.isReleased && seats[index] > used[index] {
            for other in subject.facilities[limit.facility].limits {
                let wider = subject.limits[other]
                if wider.phase.map({ $0 > phase }) ?? true, wider.ages.isSuperset(of: limit.ages),
                    wider.group.includes(limit.group), limit.sharedWith.allSatisfy(wider.counts)
                {
                    closed[other] += seats[index] - used[index]
                }
            }
        }
    }
}

/// Tells which facilities are near each other by the round's rules.
final class Nearness: Sendable {
    private let subject: Case
    private let squaredReach: Double

    init(in subject: Case) {
        self.subject = subject
        let reach = subject.rules.siblings.nearKilometres.map { Double($0.numerator) / Double($0.denominator) } ?? 0
        squaredReach = reach * reach
    }

    func areNear(_ first: Int, _ second: Int) -> Bool {
        if first == second { return true }
        let (one, other) = (subject.facilities[first], subject.facilities[second])
        if let here = one.location, let there = other.location {
            return here.squaredKilometres(to: there) <= squaredReach
        }
        return !one.ward.isEmpty && one.ward == other.ward
    }
}

/// What the search found in one phase.
public struct PhaseResult: Sendable {
    /// Index into `Case.phases`.
    public var phase: Int
    /// Why the search for the phase ended.
    public var termination: Termination
    /// Whether the placing of the claims, and the objective, are proved, given what the phases before gave.
    public var isProved: Bool { termination.isProved }
    /// Households that have a claim within the phase; ascending.
    public var claimants: [Int]
    /// A proved lower bound on the number of claimants.
    public var claimBound: Int
    public var record: SearchRecord
}

extension Allocator {
    /// Allocates phase after phase, each as a case of its own.
    func allocateByPhases() throws(AllocationError) -> AllocationResult {
        var course = PhaseCourse(subject)
        var results: [PhaseResult] = []
        for phase in subject.phases.indices {
            let problem = course.problem(of: phase)
            let result = try Allocator(problem, options: options).allocatePhase(isFirst: phase == 0)
            course.take(result.allocation, from: phase)
            results.append(
                PhaseResult(
                    phase: phase, termination: result.termination, claimants: result.claimants,
                    claimBound: result.claimBound, record: result.record))
        }
        return AllocationResult(course.allocation, phases: results)
    }

    /// Allocates one phase. If the time has ended in an earlier phase, the result is an approximation, so that the later phases
    /// are not left empty.
    private func allocatePhase(isFirst: Bool) throws(AllocationError) -> AllocationResult {
        guard let limit = options.deadline.limit, !isFirst else { return try allocate() }
        return AllocationResult(
            allocation: Approximation.allocation(OutcomeStore(Market(subject))),
            stoppedBy: Termination.Limit(limit), record: SearchRecord())
    }

    /// A phase as a case, after the phases before it have been allocated.
    ///
    /// - Parameters:
    ///   - phase: Index into `Case.phases`.
    ///   - subject: The round.
    ///   - options: How the earlier phases are allocated.
    /// - Returns: A plain case with the same children, households and facilities. Children who do not take part have no wishes
    ///   in it, and the seats that they use are taken away. A plain case is returned as it is.
    /// - Throws: What ``allocate()`` throws for an earlier phase, and ``AllocationError/phaseNotProved(_:)`` if the time ended
    ///   before that phase was proved.
    public static func problem(
        of phase: Int, in subject: Case, options: Options = Options()
    ) throws(AllocationError) -> Case {
        precondition(subject.phases.indices.contains(phase), "the round has no phase \(phase)")
        if subject.isPlain { return subject }
        var course = PhaseCourse(subject)
        for earlier in 0..<phase {
            let result = try Allocator(course.problem(of: earlier), options: options).allocate()
            guard result.isProved else { throw .phaseNotProved(subject.phases[earlier].name) }
            course.take(result.allocation, from: earlier)
        }
        return course.problem(of: phase)
    }
}

extension AllocationResult {
    /// The result of all phases. Claimants and bounds are those of the phases together; the termination is that of the first
    /// phase that is not proved.
    init(_ allocation: Allocation, phases: [PhaseResult]) {
        self.allocation = allocation
        termination = phases.map(\.termination).first { !$0.isProved } ?? .proved
        claimants = phases.flatMap(\.claimants).sorted()
        claimBound = phases.reduce(0) { $0 + $1.claimBound }
        record = phases.map(\.record).reduce(SearchRecord()) { $0.adding($1) }
        self.phases = phases
    }
}

extension SearchRecord {
    fileprivate func adding(_ other: SearchRecord) -> SearchRecord {
        var sum = self
        sum.outcomes += other.outcomes
        sum.strikes += other.strikes
        sum.undecidedHouseholds += other.undecidedHouseholds
        sum.components += other.components
        sum.largestComponent = max(largestComponent, other.largestComponent)
        sum.cores += other.cores
        sum.claimBound += other.claimBound
        sum.solves += other.solves
        // The proof of each phase is about another case and stays in the record of that phase.
        sum.proof.isWhole = true
        return sum
    }
}

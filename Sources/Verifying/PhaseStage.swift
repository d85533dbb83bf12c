import Admissions

/// One phase of a round with an allocation: which children take part, and how many seats of each limit are used.
///
/// A plain round is one phase in which everybody takes part. It is a class so that access for each household copies nothing.
final class PhaseStage: Sendable {
    /// Index into ``Case/phases``.
    let phase: Int
    let coverage: Coverage
    /// For each child what it has before and after the phase, as in the choices of an ``Allocation``.
    let start: [Int32]
    let end: [Int32]
    /// For each child whether it takes part and nothing has placed it yet.
    let takesPart: [Bool]
    /// For each limit its vacancies and the seats of present transfer applicants, minus the seats that earlier phases closed; 0
    /// if it does not apply.
    let seats: [Int]
    /// For each limit the number of its users after the phase.
    let used: [Int]
    /// For each limit how many of these come before everyone: they keep a seat that they have, are pinned, or were placed
    /// earlier.
    let fixed: [Int]
    /// For each limit whether more seats are used before the phase than there are. Then nobody else gets one.
    let isFull: [Bool]
    private let subject: Case
    /// For each limit the seats that earlier phases closed.
    private let closed: [Int]

    /// The phases in turn, each with the state before and after it.
    ///
    /// - Precondition: The allocation has the form of the case.
    static func stages(of allocation: Allocation, in subject: Case, threads: Int = 1) -> [PhaseStage] {
        let isPinned = subject.isPinned
        /// What each child has before the phase, by pins and earlier phases.
        func choices(before phase: Int) -> [Int32] {
            if phase == subject.phases.count { return allocation.choices }
            return subject.children.indices.map { child in
                let placedIn = allocation.phases.isEmpty ? 0 : Int(allocation.phases[child])
                return isPinned[child] || placedIn < phase ? allocation.choices[child] : Allocation.baseline
            }
        }
        var stages: [PhaseStage] = []
        var closed = [Int](repeating: 0, count: subject.limits.count)
        var start = choices(before: 0)
        for phase in subject.phases.indices {
            let end = choices(before: phase + 1)
            let stage = PhaseStage(
                subject, phase, start: start, end: end, closed: closed, isPinned: isPinned, threads: threads)
            stages.append(stage)
            (start, closed) = (end, stage.closedAfterwards)
        }
        return stages
    }

    private init(
        _ subject: Case, _ phase: Int, start: [Int32], end: [Int32], closed: [Int], isPinned: [Bool], threads: Int
    ) {
        let coverage = Coverage(of: subject, inPhase: phase)
        let who = subject.phases[phase].who
        let takesPart = subject.children.indices.map {
            start[$0] == Allocation.baseline && !isPinned[$0]
                && (who == .everyone || who.covers(subject.children[$0].groups))
        }
        // Without pins everybody is at the baseline before the first phase, so no limit is full then.
        let canBeFull = phase > 0 || !subject.pins.isEmpty
        let none = [Int](repeating: 0, count: subject.limits.count)
        let parts = inRanges(of: subject.children.count, threads: threads) { children -> Counts in
            var counts = Counts(brought: none, before: none, used: none, fixed: none)
            for child in children {
                let choice = end[child]
                coverage.forEachLimit(usedBy: child, Allocation.baseline) { counts.brought[$0] += 1 }
                if canBeFull { coverage.forEachLimit(usedBy: child, start[child]) { counts.before[$0] += 1 } }
                let isFixed = choice == Allocation.baseline || !takesPart[child]
                coverage.forEachLimit(usedBy: child, choice) { limit in
                    counts.used[limit] += 1
                    if isFixed || coverage.keepsSeat(limit, child, choice) { counts.fixed[limit] += 1 }
                }
            }
            return counts
        }
        func sum(_ count: KeyPath<Counts, [Int]>) -> [Int] {
            parts.reduce(into: none) { total, part in
                for (limit, number) in part[keyPath: count].enumerated() { total[limit] += number }
            }
        }
        let (brought, before) = (sum(\.brought), sum(\.before))
        let seats = subject.limits.indices.map {
            subject.applies(limit: $0, inPhase: phase) ? subject.limits[$0].seats - closed[$0] + brought[$0] : 0
        }
        self.subject = subject
        self.phase = phase
        self.coverage = coverage
        self.start = start
        self.end = end
        self.takesPart = takesPart
        self.closed = closed
        self.seats = seats
        used = sum(\.used)
        fixed = sum(\.fixed)
        isFull = canBeFull ? Self.overfilled(before, of: seats, subject) : [Bool](repeating: false, count: seats.count)
    }

    /// For each limit numbers of children who use a seat of it.
    private struct Counts {
        /// The children who have a seat now and bring it into the round.
        var brought: [Int]
        /// The users before the phase, and after it.
        var before: [Int]
        var used: [Int]
        /// The users after the phase who come before everyone.
        var fixed: [Int]
    }

    /// For each limit whether more seats are used than there are.
    ///
    /// The excess of an over-full class does not count, because enough children may leave it. A limit that does not apply has no
    /// seats and no users.
    private static func overfilled(_ used: [Int], of seats: [Int], _ subject: Case) -> [Bool] {
        subject.limits.indices.map { used[$0] > seats[$0] + subject.limits[$0].excess }
    }

    /// For each limit whether pinned children and those who stay alone exceed it after the phase.
    func overfilledByPins() -> [Bool] {
        var used = [Int](repeating: 0, count: seats.count)
        for child in subject.children.indices {
            coverage.forEachLimit(usedBy: child, Allocation.baseline) { used[$0] += 1 }
        }
        for pin in subject.pins {
            coverage.forEachLimit(usedBy: pin.child, Allocation.baseline) { used[$0] -= 1 }
            coverage.forEachLimit(usedBy: pin.child, end[pin.child]) { used[$0] += 1 }
        }
        return Self.overfilled(used, of: seats, subject)
    }

    /// The faults of the phase: granted wishes that it does not offer, and limits that it exceeds.
    ///
    /// A limit that is exceeded only by children who come before everyone (pinned, or staying in an over-full class) is no fault
    /// of the phase.
    func faults() -> [Fault] {
        var faults: [Fault] = []
        for child in subject.children.indices where start[child] != end[child] && end[child] >= 0 {
            let facility = subject.children[child].wishes[Int(end[child])].facility
            if !coverage.offers(facility, to: child) {
                faults.append(
                    .ineligible(
                        child: subject.children[child].id, facility: subject.facilities[facility].id, .notOffered))
            }
        }
        for (index, limit) in subject.limits.enumerated()
        where (isFull[index] || used[index] > seats[index]) && used[index] > fixed[index] {
            faults.append(
                .limitExceeded(
                    facilities: limit.facilities.map { subject.facilities[$0].id }, ages: limit.ages,
                    group: limit.group,
                    used: used[index], seats: seats[index]))
        }
        return faults
    }

    /// For each limit the seats that are closed after the phase, including those that the phase's own limits left unused and do
    /// not release.
    private var closedAfterwards: [Int] {
        var closed = closed
        for (index, limit) in subject.limits.enumerated() where limit.phase == phase && !limit.isReleased {
            let left = seats[index] - used[index]
            if left <= 0 { continue }
            for other in subject.facilities[limit.facility].limits {
                let wider = subject.limits[other]
                let comesLater = wider.phase == nil || wider.phase! > phase
                let hasItsPlaces = limit.sharedWith.allSatisfy { wider.counts(at: $0) }
                if comesLater, hasItsPlaces, wider.ages.intersection(limit.ages) == limit.ages,
                    wider.group.includes(limit.group)
                {
                    closed[other] += left
                }
            }
        }
        return closed
    }
}

import Admissions

/// One phase of a round: who takes part, and who uses which seats before and after it.
struct PhaseStage {
    let subject: Case
    /// Index into ``Case/phases``.
    let phase: Int
    /// What everybody has before and after the phase, as choices of an ``Allocation``.
    let start: [Int32]
    let end: [Int32]
    /// Whether the child takes part and nothing has placed it yet.
    let takesPart: [Bool]
    /// For each limit its vacancies and the seats of present transfer applicants, less what earlier phases closed; 0
    /// where it does not apply.
    let seats: [Int]
    /// Whether more seats than there are, are used before the phase: then nobody else gets one.
    let isFull: [Bool]
    /// For each limit those who use a seat after the phase, ascending.
    let users: [[Int]]
    private let closed: [Int]

    var usedAtEnd: [Int] { users.map(\.count) }

    init(
        _ subject: Case, _ phase: Int, start: [Int32], end: [Int32], closed: [Int], isPinned: [Bool]
    ) {
        self.subject = subject
        self.phase = phase
        self.start = start
        self.end = end
        self.closed = closed
        let who = subject.phases[phase].who
        takesPart = subject.children.indices.map {
            start[$0] == Allocation.baseline && !isPinned[$0] && who.covers(subject.children[$0].groups)
        }
        var seats = subject.limits.indices.map {
            subject.applies(limit: $0, inPhase: phase) ? subject.limits[$0].seats - closed[$0] : 0
        }
        var usedBefore = [Int](repeating: 0, count: seats.count)
        var users = [[Int]](repeating: [], count: seats.count)
        for child in subject.children.indices {
            for limit in Self.limits(usedBy: child, Allocation.baseline, in: phase, of: subject) { seats[limit] += 1 }
            for limit in Self.limits(usedBy: child, start[child], in: phase, of: subject) { usedBefore[limit] += 1 }
            for limit in Self.limits(usedBy: child, end[child], in: phase, of: subject) { users[limit].append(child) }
        }
        // Children who are too many in an over-full class can be outnumbered by those who leave it.
        isFull = zip(usedBefore, seats).enumerated().map { limit, count in
            count.0 > count.1 + (subject.applies(limit: limit, inPhase: phase) ? subject.limits[limit].excess : 0)
        }
        self.seats = seats
        self.users = users
    }

    /// Whether the phase offers the child's class at the facility.
    func offers(_ facility: Int, to child: Int) -> Bool {
        Self.offers(facility, to: child, in: phase, of: subject)
    }

    private static func offers(_ facility: Int, to child: Int, in phase: Int, of subject: Case) -> Bool {
        for limit in subject.facilities[facility].limits {
            let entry = subject.limits[limit]
            if entry.offersItsAges, subject.applies(limit: limit, inPhase: phase),
                subject.covers(limit: limit, child: child)
            {
                return true
            }
        }
        return false
    }

    /// The limits of the phase of which the child uses a seat by the choice.
    func limits(usedBy child: Int, _ choice: Int32) -> [Int] {
        Self.limits(usedBy: child, choice, in: phase, of: subject)
    }

    private static func limits(usedBy child: Int, _ choice: Int32, in phase: Int, of subject: Case) -> [Int] {
        var facility: Int?
        if choice >= 0 {
            facility = subject.children[child].wishes[Int(choice)].facility
        } else if choice == Allocation.elsewhere {
            facility = subject.pin(of: child)?.facility
        } else if let current = subject.children[child].currentFacility,
            offers(current, to: child, in: phase, of: subject)
        {
            facility = current
        }
        guard let facility else { return [] }
        return subject.facilities[facility].limits.filter {
            subject.applies(limit: $0, inPhase: phase) && subject.covers(limit: $0, child: child)
        }
    }

    /// Households for which the phase changed something.
    var households: [Int] {
        Set(subject.children.indices.filter { start[$0] != end[$0] }.map { subject.children[$0].household }).sorted()
    }

    /// Wishes that the phase does not offer, and limits that it exceeds.
    func faults() -> [Fault] {
        var faults: [Fault] = []
        for child in subject.children.indices where start[child] != end[child] && end[child] >= 0 {
            let facility = subject.children[child].wishes[Int(end[child])].facility
            if !offers(facility, to: child) {
                faults.append(
                    .ineligible(
                        child: subject.children[child].id, facility: subject.facilities[facility].id, .notOffered))
            }
        }
        for (index, limit) in subject.limits.enumerated() {
            let isExceeded =
                (isFull[index] || users[index].count > seats[index])
                && users[index].contains { start[$0] != end[$0] }
            if isExceeded {
                faults.append(
                    .limitExceeded(
                        facility: subject.facilities[limit.facility].id, ages: limit.ages, group: limit.group,
                        used: users[index].count, seats: seats[index]))
            }
        }
        return faults
    }

    /// What is closed once the phase is over: with what its own limits leave and do not release.
    var closedAfterwards: [Int] {
        var closed = closed
        for (index, limit) in subject.limits.enumerated() where limit.phase == phase && !limit.isReleased {
            let left = seats[index] - users[index].count
            if left <= 0 { continue }
            for other in subject.facilities[limit.facility].limits {
                let wider = subject.limits[other]
                let comesLater = wider.phase == nil || wider.phase! > phase
                if comesLater, wider.ages.intersection(limit.ages) == limit.ages, wider.group.includes(limit.group) {
                    closed[other] += left
                }
            }
        }
        return closed
    }
}

/// Says which children could be elsewhere, and who comes before whom: within a phase, in the round, or without pins.
protocol Judge {
    var stage: PhaseStage { get }
    /// Whether the child could have something else than it has.
    func isFree(_ child: Int) -> Bool
    /// Whether a free child may have the wish at all, seats aside.
    func mayHave(_ child: Int, _ wish: Int32) -> Bool
    /// Whether a user of a limit comes before the child at its wish there.
    func comesBefore(_ user: Int, _ other: (child: Int, wish: Int), _ comparator: Comparator) -> Bool
    /// Whether a user comes before another user, for telling who leaves first.
    func comesBefore(_ user: Int, _ other: Int, _ comparator: Comparator) -> Bool
    /// Whether a placed user could be made to leave.
    func canLeave(_ user: Int) -> Bool
}

/// Within the phase: whoever does not take part comes before everyone.
extension PhaseStage: Judge {
    var stage: PhaseStage { self }

    func isFree(_ child: Int) -> Bool { takesPart[child] }

    func mayHave(_ child: Int, _ wish: Int32) -> Bool {
        let choice = subject.children[child].wishes[Int(wish)]
        return choice.isEligible && offers(choice.facility, to: child)
            && !limits(usedBy: child, wish).contains { isFull[$0] }
    }

    func canLeave(_ user: Int) -> Bool { takesPart[user] && end[user] != Allocation.baseline }

    func comesBefore(_ user: Int, _ other: (child: Int, wish: Int), _ comparator: Comparator) -> Bool {
        !canLeave(user) || comparator.precedes(user, at: Int(end[user]), other.child, at: other.wish)
    }

    func comesBefore(_ user: Int, _ other: Int, _ comparator: Comparator) -> Bool {
        guard canLeave(user), canLeave(other) else { return canLeave(other) }
        return comparator.precedes(user, at: Int(end[user]), other, at: Int(end[other]))
    }
}

/// The round as if it were its last phase alone: everybody has its own priority, whichever phase placed it.
struct RoundStage: Judge {
    let stage: PhaseStage
    private let subject: Case
    /// Whether pinned children come before everyone, as they do; or have their own priority, as without the pin.
    private let pinnedKeepTheirSeats: Bool
    private let isPinned: [Bool]
    /// Limits that pins and those who stay exceed by themselves.
    private let isFull: [Bool]

    init(_ stage: PhaseStage, pinnedKeepTheirSeats: Bool) {
        self.stage = stage
        self.pinnedKeepTheirSeats = pinnedKeepTheirSeats
        subject = stage.subject
        var isPinned = [Bool](repeating: false, count: subject.children.count)
        for pin in subject.pins { isPinned[pin.child] = true }
        self.isPinned = isPinned
        var used = [Int](repeating: 0, count: subject.limits.count)
        for child in subject.children.indices {
            let choice = isPinned[child] ? stage.end[child] : Allocation.baseline
            for limit in stage.limits(usedBy: child, choice) { used[limit] += 1 }
        }
        isFull = zip(used, stage.seats).enumerated().map { limit, count in
            let applies = stage.subject.applies(limit: limit, inPhase: stage.phase)
            return pinnedKeepTheirSeats && count.0 > count.1 + (applies ? stage.subject.limits[limit].excess : 0)
        }
    }

    func isFree(_ child: Int) -> Bool { !(pinnedKeepTheirSeats && isPinned[child]) }

    func mayHave(_ child: Int, _ wish: Int32) -> Bool {
        let choice = subject.children[child].wishes[Int(wish)]
        return choice.isEligible && stage.offers(choice.facility, to: child)
            && !stage.limits(usedBy: child, wish).contains { isFull[$0] }
    }

    func canLeave(_ user: Int) -> Bool { isFree(user) && stage.end[user] != Allocation.baseline }

    /// The wish by whose priority the user has its seat; a pin that overrides wishes or eligibility has none.
    private func wish(of user: Int) -> Int? {
        let choice = stage.end[user]
        if choice < 0 { return nil }
        return isPinned[user] && !mayHave(user, choice) ? nil : Int(choice)
    }

    func comesBefore(_ user: Int, _ other: (child: Int, wish: Int), _ comparator: Comparator) -> Bool {
        if !canLeave(user) { return true }
        return wish(of: user).map { comparator.precedes(user, at: $0, other.child, at: other.wish) } ?? false
    }

    func comesBefore(_ user: Int, _ other: Int, _ comparator: Comparator) -> Bool {
        guard canLeave(user), canLeave(other) else { return canLeave(other) }
        switch (wish(of: user), wish(of: other)) {
        case (let own?, let others?): return comparator.precedes(user, at: own, other, at: others)
        case (nil, nil): return user < other
        case (_?, nil): return true
        case (nil, _?): return false
        }
    }
}

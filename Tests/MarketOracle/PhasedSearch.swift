import Admissions

/// A round with phases and pins, worked through by looking at every allocation of every phase.
///
/// Written from section 6 of the rules and from nothing else. Each phase is judged in a ``PhaseMarket``.
struct PhasedSearch {
    let subject: Case
    private let order: PriorityOrder

    init(of subject: Case) {
        self.subject = subject
        order = PriorityOrder(of: subject)
    }

    /// The number of joint allocations to look at, over all phases; those after the first are taken as if nothing had
    /// been placed yet.
    var size: Int {
        subject.phases.indices.reduce(0) { sum, phase in
            let market = PhaseMarket(subject, order, phase, start: pinned, closed: noneClosed)
            let size = market.lists.reduce(1) { size, list in
                size.multipliedReportingOverflow(by: list.count).overflow ? .max : size * list.count
            }
            return sum.addingReportingOverflow(size).overflow ? .max : sum + size
        }
    }

    private var pinned: [Int32] {
        var choices = [Int32](repeating: Allocation.baseline, count: subject.children.count)
        for pin in subject.pins { choices[pin.child] = pin.choice }
        return choices
    }

    private var noneClosed: [Int] { [Int](repeating: 0, count: subject.limits.count) }

    func best() -> PhasedBest {
        var choices = pinned
        var phaseOf = [Int32](repeating: -1, count: choices.count)
        var closed = noneClosed
        var claims: [[FoundClaim]] = []
        var allocations = 0
        var isStable = true
        var market: PhaseMarket?
        for phase in subject.phases.indices {
            let current = PhaseMarket(subject, order, phase, start: choices, closed: closed)
            let found = current.best()
            allocations += found.count
            isStable = isStable && found.claims.isEmpty
            claims.append(found.claims)
            for child in choices.indices where found.choices[child] != choices[child] { phaseOf[child] = Int32(phase) }
            choices = found.choices
            closed = current.closed(after: choices)
            market = current
        }
        let round = RoundMarket(market!, choices)
        return PhasedBest(
            allocation: Allocation(choices: choices, phases: subject.phases.count > 1 ? phaseOf : []), claims: claims,
            uncounted: round.claims(besides: claims), allocationCount: allocations)
    }
}

/// The result of a round with phases or pins.
public struct PhasedBest: Hashable, Sendable {
    public let allocation: Allocation
    /// For each phase the best-ranked claim within it of each household that has one, ascending by household.
    public let claims: [[FoundClaim]]
    /// Claims that exist across phases or because of a pin, ascending by household.
    public let uncounted: [FoundClaim]
    /// Allocations of all phases that exceed no limit.
    public let allocationCount: Int
}

extension ExhaustiveSearch {
    /// The result that section 6 of the rules defines; also for a plain case.
    public static func bestByPhases(of subject: Case) -> PhasedBest { PhasedSearch(of: subject).best() }

    /// The claims of an allocation that is one of the case: within each phase, and those not counted.
    ///
    /// - Parameter allocation: Every household must have been given what each phase allows.
    public static func claimsByPhase(
        of allocation: Allocation, in subject: Case
    ) -> (counted: [[FoundClaim]], uncounted: [FoundClaim]) {
        let order = PriorityOrder(of: subject)
        let pinned = Set(subject.pins.map(\.child))
        var closed = [Int](repeating: 0, count: subject.limits.count)
        var counted: [[FoundClaim]] = []
        var last: PhaseMarket?
        for phase in subject.phases.indices {
            func choices(before limit: Int) -> [Int32] {
                subject.children.indices.map { child in
                    let isThere =
                        pinned.contains(child)
                        || (allocation.phases.isEmpty ? 0 : Int(allocation.phases[child])) < limit
                    return isThere ? allocation.choices[child] : Allocation.baseline
                }
            }
            let market = PhaseMarket(subject, order, phase, start: choices(before: phase), closed: closed)
            counted.append(market.claims(choices(before: phase + 1)))
            closed = market.closed(after: choices(before: phase + 1))
            last = market
        }
        return (counted, RoundMarket(last!, allocation.choices).claims(besides: counted))
    }
}

/// One phase with everything written out.
struct PhaseMarket {
    let subject: Case
    let order: PriorityOrder
    let phase: Int
    /// What everybody has at first.
    let start: [Int32]
    /// For each limit that applies its seats; `nil` where it does not.
    let seats: [Int?]
    private let closed: [Int]
    /// For each household the outcomes that it may get, best first, keeping all as it was the last.
    private(set) var lists: [[Allowed]] = []
    private let asItWas: [ChildSet]
    private let queues: [[Int]]
    private let householdOrder: [Int]
    /// Those who do not take part.
    private let fixed: ChildSet

    struct Allowed {
        let choices: [Int32]
        /// Position in the household's whole list; `nil` for what only a pin made.
        let rank: Int?
        /// What all its members use of each limit, and those of them who are new there.
        var uses: [(limit: Int, users: ChildSet, newcomers: ChildSet)] = []
        /// What the members who take part need.
        var needs: [Need] = []
    }

    init(_ subject: Case, _ order: PriorityOrder, _ phase: Int, start: [Int32], closed: [Int]) {
        self.subject = subject
        self.order = order
        self.phase = phase
        self.start = start
        self.closed = closed
        queues = subject.facilities.indices.map(order.children(at:))
        householdOrder = order.households()
        fixed = .of(subject.children.indices.filter { !Self.takesPart($0, phase, start: start, subject) })
        seats = subject.limits.indices.map { limit in
            guard Self.applies(limit, phase, subject) else { return nil }
            let present = subject.children.indices.filter {
                Self.limits(usedBy: $0, -1, phase, subject).contains(limit)
            }
            return subject.limits[limit].seats + present.count - closed[limit]
        }
        let asItWas = Self.occupants(start, phase, subject)
        self.asItWas = asItWas
        let seats = seats
        let full = Set(
            subject.limits.indices.filter { limit in
                seats[limit].map { asItWas[limit].nonzeroBitCount > $0 + Self.excess(limit, subject) } ?? false
            })
        lists = subject.households.map { Self.list(of: $0, phase, start: start, full: full, subject) }
        for household in lists.indices {
            let members = subject.households[household].members
            for index in lists[household].indices {
                let choices = lists[household][index].choices
                var users: [Int: [Int]] = [:]
                for (child, choice) in zip(members, choices) {
                    for limit in Self.limits(usedBy: child, choice, phase, subject) {
                        users[limit, default: []].append(child)
                    }
                }
                lists[household][index].uses = users.sorted { $0.key < $1.key }.map { limit, users in
                    (limit, .of(users), ChildSet.of(users) & ~asItWas[limit])
                }
                lists[household][index].needs = needs(members.filter(takesPart), of: household, choices)
            }
        }
    }

    /// Children enrolled beyond the places: whoever leaves first makes room for them and not for others.
    static func excess(_ limit: Int, _ subject: Case) -> Int { max(0, -subject.limits[limit].seats) }

    private static func applies(_ limit: Int, _ phase: Int, _ subject: Case) -> Bool {
        subject.limits[limit].phase == nil || subject.limits[limit].phase == phase
    }

    private static func takesPart(_ child: Int, _ phase: Int, start: [Int32], _ subject: Case) -> Bool {
        start[child] == -1 && !subject.pins.contains { $0.child == child }
            && subject.phases[phase].who.covers(subject.children[child].groups)
    }

    func takesPart(_ child: Int) -> Bool { Self.takesPart(child, phase, start: start, subject) }

    /// What the household may get: the outcomes of its list that keep whoever does not take part, grant only wishes that
    /// the phase offers and no seat of a limit that is full already, down to what it has; that in any case, and last.
    private static func list(
        of household: Household, _ phase: Int, start: [Int32], full: Set<Int>, _ subject: Case
    ) -> [Allowed] {
        let own = household.members.map { start[$0] }
        var allowed: [Allowed] = []
        for (index, outcome) in JointList(of: household, in: subject).outcomes.enumerated() {
            if outcome.choices == own { return allowed + [Allowed(choices: own, rank: index + 1)] }
            let isAllowed = zip(household.members, outcome.choices).allSatisfy { child, choice in
                guard takesPart(child, phase, start: start, subject) else { return choice == start[child] }
                guard choice >= 0 else { return true }
                let wish = subject.children[child].wishes[Int(choice)]
                return wish.ineligibility != .tooYoung && wish.ineligibility != .notEligible
                    && isOffered(wish.facility, to: child, phase, subject)
                    && full.isDisjoint(with: limits(usedBy: child, choice, phase, subject))
            }
            if isAllowed { allowed.append(Allowed(choices: outcome.choices, rank: index + 1)) }
        }
        return allowed + [Allowed(choices: own, rank: nil)]
    }

    static func isOffered(_ facility: Int, to child: Int, _ phase: Int, _ subject: Case) -> Bool {
        subject.facilities[facility].limits.contains {
            applies($0, phase, subject) && subject.covers(limit: $0, child: child)
                && (subject.limits[$0].isClassLimit || subject.limits[$0].opens)
        }
    }

    /// The limits that apply and of which the child uses a seat.
    static func limits(usedBy child: Int, _ choice: Int32, _ phase: Int, _ subject: Case) -> [Int] {
        let applicant = subject.children[child]
        let place: Int?
        if choice == Allocation.elsewhere {
            place = subject.pins.first { $0.child == child }!.facility
        } else if choice >= 0 {
            place = applicant.wishes[Int(choice)].facility
        } else {
            place = applicant.currentFacility
        }
        guard let place, choice != -1 || isOffered(place, to: child, phase, subject) else { return [] }
        return subject.facilities[place].limits.filter {
            applies($0, phase, subject) && subject.covers(limit: $0, child: child)
        }
    }

    static func occupants(_ choices: [Int32], _ phase: Int, _ subject: Case) -> [ChildSet] {
        var occupants = [ChildSet](repeating: 0, count: subject.limits.count)
        for (child, choice) in choices.enumerated() {
            for limit in limits(usedBy: child, choice, phase, subject) { occupants[limit] |= 1 << ChildSet(child) }
        }
        return occupants
    }

    // MARK: Every allocation

    /// The allocation that section 5 picks in this phase, its claims, and how many exceed no limit.
    func best() -> (choices: [Int32], claims: [FoundClaim], count: Int) {
        var best: (key: [Int], choices: [Int32])?
        var count = 0
        var fewest = Int.max
        forEachAllocation { chosen, occupants in
            count += 1
            let claimants = claims(chosen, occupants).map(\.household)
            if claimants.count > fewest { return }
            fewest = claimants.count
            let choices = choices(chosen)
            let key = comparisonKey(chosen, choices, claimants: claimants)
            if best == nil || key.lexicographicallyPrecedes(best!.key) { best = (key, choices) }
        }
        return (best!.choices, claims(best!.choices), count)
    }

    private func choices(_ chosen: [Int]) -> [Int32] {
        var choices = start
        for (household, index) in chosen.enumerated() {
            for (child, choice) in zip(subject.households[household].members, lists[household][index].choices) {
                choices[child] = choice
            }
        }
        return choices
    }

    /// Visits every choice of an allowed outcome for each household that exceeds no limit, but by what was there before.
    private func forEachAllocation(_ visit: (_ chosen: [Int], _ occupants: [ChildSet]) -> Void) {
        var chosen = [Int](repeating: 0, count: lists.count)
        func descend(_ household: Int, _ occupants: [ChildSet]) {
            guard household < lists.count else { return visit(chosen, occupants) }
            for (index, allowed) in lists[household].enumerated() {
                var occupants = occupants
                for use in allowed.uses { occupants[use.limit] |= use.users }
                // Whoever keeps what it has never depends on seats; further households only add users.
                let isExceeded = allowed.uses.contains { use in
                    occupants[use.limit].nonzeroBitCount > seats[use.limit]!
                        && occupants[use.limit] & ~asItWas[use.limit] != 0
                }
                if isExceeded { continue }
                chosen[household] = index
                descend(household + 1, occupants)
            }
        }
        descend(0, [ChildSet](repeating: 0, count: seats.count))
    }

    /// As in a round of one phase; see ``Market/comparisonKey(_:claimants:)``.
    private func comparisonKey(_ chosen: [Int], _ choices: [Int32], claimants: [Int]) -> [Int] {
        let positions = householdOrder.map { chosen[$0] }
        var objective: [Int] = []
        switch subject.rules.objective {
        case .priority: break
        case .placements:
            objective = [choices.indices.count { choices[$0] == -1 && subject.children[$0].currentFacility == nil }]
        case .ranks:
            objective = [
                choices.indices.reduce(0) { total, child in
                    total + (choices[child] < 0 ? subject.children[child].wishes.count : Int(choices[child])) + 1
                }
            ]
        }
        return [claimants.count] + householdOrder.map { claimants.contains($0) ? 1 : 0 } + objective + positions
    }

    // MARK: Claims within the phase

    func claims(_ choices: [Int32]) -> [FoundClaim] {
        let chosen = subject.households.indices.map { household -> Int in
            let got = subject.households[household].members.map { choices[$0] }
            guard let index = lists[household].firstIndex(where: { $0.choices == got }) else {
                preconditionFailure("household \(household) may not have \(got) in phase \(phase)")
            }
            return index
        }
        return claims(chosen, Self.occupants(choices, phase, subject))
    }

    private func claims(_ chosen: [Int], _ occupants: [ChildSet]) -> [FoundClaim] {
        subject.households.indices.compactMap { household in
            for better in lists[household][..<chosen[household]] {
                let isJustified = better.needs.allSatisfy { need in
                    if need.isStaying { return true }
                    // Of those who take part, the ones before the lowest; the others come before everyone.
                    let before = occupants[need.limit] & ~need.own & (fixed | need.before)
                    return before.nonzeroBitCount + need.users.nonzeroBitCount <= seats[need.limit]!
                }
                guard isJustified else { continue }
                let isVacant = better.needs.allSatisfy {
                    let others = occupants[$0.limit] & ~$0.own
                    return others.nonzeroBitCount + $0.users.nonzeroBitCount <= seats[$0.limit]!
                        || ($0.isStaying && others & ~asItWas[$0.limit] == 0)
                }
                return FoundClaim(household: household, jointRank: better.rank!, kind: isVacant ? .vacant : .priority)
            }
            return nil
        }
    }

    /// What some members of a household would use of a limit.
    struct Need {
        let limit: Int
        let users: ChildSet
        /// All of these members.
        let own: ChildSet
        /// Children who come before the lowest of the users at the facility, by priority.
        let before: ChildSet
        /// Whether all of the users keep the seats that they have.
        let isStaying: Bool
    }

    /// The needs of those members who are free to move; limits where nobody but stayers that fit anyway use a seat are
    /// left out where they are overfull.
    func needs(_ free: [Int], of household: Int, _ choices: [Int32]) -> [Need] {
        let members = subject.households[household].members
        let choiceOf = Dictionary(uniqueKeysWithValues: zip(members, choices))
        let own = ChildSet.of(free)
        let used = free.map { ($0, Self.limits(usedBy: $0, choiceOf[$0]!, phase, subject)) }
        return Set(used.flatMap(\.1)).sorted().compactMap { limit in
            let users = used.filter { $0.1.contains(limit) }.map(\.0)
            let isStaying = users.allSatisfy { choiceOf[$0] == -1 }
            if isStaying, asItWas[limit].nonzeroBitCount > seats[limit]! + Self.excess(limit, subject) { return nil }
            let queue = queues[subject.limits[limit].facility]
            let lowest = queue.lastIndex { users.contains($0) }!
            return Need(
                limit: limit, users: .of(users), own: own,
                before: .of(queue[..<lowest].filter { !free.contains($0) }), isStaying: isStaying)
        }
    }

    /// The seats closed once the phase has given these choices.
    func closed(after choices: [Int32]) -> [Int] {
        let occupants = Self.occupants(choices, phase, subject)
        return subject.limits.indices.map { limit in
            let inside = subject.limits.indices.filter { other in
                let (narrow, wide) = (subject.limits[other], subject.limits[limit])
                return narrow.phase == phase && !narrow.isReleased && narrow.facility == wide.facility
                    && (wide.phase == nil || wide.phase! > phase)
                    && narrow.ages.ages.allSatisfy(wide.ages.contains(age:))
                    && (wide.group == .everyone || wide.group == narrow.group)
            }
            return closed[limit] + inside.reduce(0) { $0 + max(0, seats[$1]! - occupants[$1].nonzeroBitCount) }
        }
    }
}

/// The end of the round, looked at as one phase in which everybody has its own priority.
struct RoundMarket {
    private let last: PhaseMarket
    private let choices: [Int32]
    private var subject: Case { last.subject }

    init(_ last: PhaseMarket, _ choices: [Int32]) {
        self.last = last
        self.choices = choices
    }

    /// The best-ranked claim of each household across phases, and the best-ranked that only a pin explains, where they are
    /// no claims of another kind already.
    func claims(besides counted: [[FoundClaim]]) -> [FoundClaim] {
        var found: [FoundClaim] = []
        for household in subject.households.indices {
            var known = Set(counted.joined().filter { $0.household == household }.map(\.jointRank))
            for (kind, pinsHold) in [(Claim.Kind.phase, true), (.overridden, false)] {
                guard let rank = bestClaim(household, pinsHold: pinsHold) else { continue }
                if known.insert(rank).inserted {
                    found.append(FoundClaim(household: household, jointRank: rank, kind: kind))
                }
            }
        }
        return found
    }

    private func bestClaim(_ household: Int, pinsHold: Bool) -> Int? {
        let pinned = Set(subject.pins.map(\.child))
        let members = subject.households[household].members
        let got = members.map { choices[$0] }
        let free = members.filter { !pinsHold || !pinned.contains($0) }
        if free.isEmpty { return nil }
        let occupants = PhaseMarket.occupants(choices, last.phase, subject)
        var atFirst = [Int32](repeating: -1, count: choices.count)
        for pin in subject.pins { atFirst[pin.child] = pin.choice }
        let pinnedSeats = PhaseMarket.occupants(atFirst, last.phase, subject)
        func isFull(_ limit: Int) -> Bool {
            pinsHold && pinnedSeats[limit].nonzeroBitCount > last.seats[limit]! + PhaseMarket.excess(limit, subject)
        }
        for (index, outcome) in JointList(of: subject.households[household], in: subject).outcomes.enumerated() {
            if outcome.choices == got || outcome.choices.allSatisfy({ $0 < 0 }) { return nil }
            let isPossible = zip(members, outcome.choices).allSatisfy { child, choice in
                guard free.contains(child) else { return choice == choices[child] }
                guard choice >= 0 else { return true }
                return mayHave(child, choice)
                    && !PhaseMarket.limits(usedBy: child, choice, last.phase, subject).contains(where: isFull)
            }
            guard isPossible else { continue }
            let isJustified = last.needs(free, of: household, outcome.choices).allSatisfy { need in
                let others = occupants[need.limit] & ~need.own
                let before = subject.children.indices.filter { child in
                    guard others & 1 << ChildSet(child) != 0 else { return false }
                    if pinned.contains(child), choices[child] != -1 {
                        if pinsHold { return true }
                        if choices[child] < 0 || !mayHave(child, choices[child]) { return false }
                    }
                    return need.before & 1 << ChildSet(child) != 0
                }
                // Staying never depends on seats.
                let isStaying = zip(members, outcome.choices).allSatisfy { child, choice in
                    need.users & 1 << ChildSet(child) == 0 || choice == -1
                }
                return isStaying || before.count + need.users.nonzeroBitCount <= last.seats[need.limit]!
            }
            if isJustified { return index + 1 }
        }
        return nil
    }

    private func mayHave(_ child: Int, _ choice: Int32) -> Bool {
        let wish = subject.children[child].wishes[Int(choice)]
        return wish.ineligibility != .tooYoung && wish.ineligibility != .notEligible
            && PhaseMarket.isOffered(wish.facility, to: child, last.phase, subject)
    }
}

extension ChildSet {
    static func of(_ children: some Sequence<Int>) -> ChildSet { children.reduce(0) { $0 | 1 << ChildSet($1) } }
}

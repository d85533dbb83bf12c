import Admissions
import Allocating
import Verifying

/// One justified claim against the manual result, as a statement on who must be pinned to take it away.
///
/// The claim remains unless the claimant is pinned, or one of the limits that it touches has no room because of pins: either
/// enough of those who come after the claimant are pinned, as pinned children come before everyone, or enough pinned children
/// move there that they alone exceed the limit. In each case the weights of the pinned households add up to ``need`` or more.
struct ClaimCut: Hashable {
    /// Index into ``Case/households``.
    let claimant: Int
    let need: Int
    /// Ascending by household; the claimant's weight is ``need``.
    let weights: [Weight]

    struct Weight: Hashable {
        let household: Int
        let weight: Int
    }

    /// Whether nobody but the claimant can take it away: the seats are vacant.
    var isVacant: Bool { weights.count == 1 }

    func isMet(by pinned: Set<Int>) -> Bool {
        weights.reduce(0) { $0 + (pinned.contains($1.household) ? $1.weight : 0) } >= need
    }

    func contains(_ household: Int) -> Bool { weights.contains { $0.household == household } }
}

/// Every justified claim against a manual result, where some households are pinned anyway.
///
/// Source: Rules.md 4 and 6.
struct ClaimCuts {
    private let subject: Case
    private let manual: ManualResult
    private let comparator: Comparator
    private let choices: [Int32]
    /// Who is pinned, by the case or anyway.
    private let isPinned: [Bool]
    private let seats: [Int]
    /// Of each limit the seats that are used before anybody who is not pinned moves.
    private let usedByPins: [Int]
    /// Whether a transfer applicant leaves a seat of the limit.
    private let hasLeavers: [Bool]
    /// For each limit who uses a seat of it.
    private let users: [[Int]]
    /// For each limit over several facilities who has a seat of it now; elsewhere nobody is named.
    private let present: [Set<Int>]

    /// - Precondition: The round has one phase.
    init(_ manual: ManualResult, of subject: Case, pinned: Set<Int>) {
        self.subject = subject
        self.manual = manual
        comparator = Comparator(of: subject)
        choices = subject.children.indices.map { manual.choice(of: $0, in: subject) }
        let isPinned = zip(subject.children, subject.isPinned).map { pinned.contains($0.household) || $1 }
        self.isPinned = isPinned
        var seats = subject.limits.map(\.seats)
        var users = [[Int]](repeating: [], count: seats.count)
        var hasLeavers = [Bool](repeating: false, count: seats.count)
        var usedByPins = [Int](repeating: 0, count: seats.count)
        var present = [Set<Int>](repeating: [], count: seats.count)
        for child in subject.children.indices {
            let staying = Self.limits(usedBy: child, Allocation.baseline, manual, subject)
            let used = Self.limits(usedBy: child, choices[child], manual, subject)
            for limit in staying {
                seats[limit] += 1
                if subject.limits[limit].isShared { present[limit].insert(child) }
                if !used.contains(limit) { hasLeavers[limit] = true }
            }
            for limit in used { users[limit].append(child) }
            for limit in isPinned[child] ? used : staying { usedByPins[limit] += 1 }
        }
        self.seats = seats
        self.hasLeavers = hasLeavers
        self.users = users
        self.present = present
        self.usedByPins = usedByPins
    }

    /// The limits of which the child uses a seat; one that stays in a class that is not offered uses none.
    private static func limits(
        usedBy child: Int, _ choice: Int32, _ manual: ManualResult, _ subject: Case
    ) -> [Int] {
        let facility: Int?
        switch choice {
        case Allocation.baseline: facility = subject.children[child].currentFacility
        case Allocation.elsewhere: facility = manual.places[child]
        default: facility = subject.children[child].wishes[Int(choice)].facility
        }
        return subject.limits(usedBy: child, at: facility, isStaying: choice == Allocation.baseline, inPhase: 0)
    }

    /// All claims, ascending by household; of households with a pinned child none.
    ///
    /// - Complexity: As finding all claims: for each household of siblings the product of its members' lists.
    func all() -> [ClaimCut] {
        var cuts: [ClaimCut] = []
        for index in subject.households.indices {
            let members = subject.households[index].members
            if members.contains(where: { isPinned[$0] }) { continue }
            let list = HouseholdList(of: index, in: subject)
            guard let own = list.liking(of: members.map { choices[$0] }) else { continue }
            // What one child cannot have alone it cannot have with siblings.
            let possible = members.map { child in
                subject.children[child].wishes.indices.map { claim(of: index, [child], [Int32($0)]) != nil }
            }
            if !possible.contains(where: { $0.contains(true) }) { continue }
            var found: Set<ClaimCut> = []
            list.forEachEligible { outcome, liking in
                guard liking.lexicographicallyPrecedes(own) else { return }
                let isPossible = zip(possible, outcome).allSatisfy { $1 < 0 || $0[Int($1)] }
                if isPossible, let cut = claim(of: index, members, outcome) { found.insert(cut) }
            }
            cuts += found.sorted { one, other in
                (one.need, one.weights.count) != (other.need, other.weights.count)
                    ? (one.need, one.weights.count) < (other.need, other.weights.count)
                    : one.weights.flatMap { [$0.household, $0.weight] }
                        .lexicographicallyPrecedes(other.weights.flatMap { [$0.household, $0.weight] })
            }
        }
        return cuts
    }

    private struct Demand {
        var users = 0
        var lowest: (child: Int, wish: Int)?
    }

    /// The claim of the household that these of its children get these choices; `nil` where it is not justified.
    private func claim(of household: Int, _ children: [Int], _ outcome: [Int32]) -> ClaimCut? {
        let members = subject.households[household].members
        var demands: [Int: Demand] = [:]
        for (child, choice) in zip(children, outcome) {
            for limit in Self.limits(usedBy: child, choice, manual, subject) {
                // Who stays, or moves within a limit over several facilities, keeps its seat.
                let keeps = choice < 0 || present[limit].contains(child)
                if !keeps, usedByPins[limit] > seats[limit] + subject.limits[limit].excess { return nil }
                demands[limit, default: Demand()].users += 1
                if keeps { continue }
                let lowest = demands[limit]!.lowest
                if lowest.map({ comparator.precedes($0.child, at: $0.wish, child, at: Int(choice)) }) ?? true {
                    demands[limit]!.lowest = (child, Int(choice))
                }
            }
        }
        /// Of each limit where pins could end the claim: how many must be pinned, and whom it would pass over.
        var ways: [(needed: Int, lower: [Int])] = []
        for (limit, demand) in demands.sorted(by: { $0.key < $1.key }) {
            // Staying never depends on seats.
            guard let lowest = demand.lowest else { continue }
            var before = 0
            var lower: [Int] = []
            for user in users[limit] where !members.contains(user) {
                if present[limit].contains(user) || comesBefore(user, lowest) {
                    before += 1
                } else {
                    lower.append(user)
                }
            }
            let slack = seats[limit] - before - demand.users
            if slack < 0 { return nil }
            if lower.count > slack { ways.append((slack + 1, lower)) }
            if hasLeavers[limit] {
                // Pins can close it together with the seats of those who have not left yet.
                let moving = users[limit].filter {
                    !members.contains($0) && !isPinned[$0] && choices[$0] != Allocation.baseline
                        && !present[limit].contains($0)
                }
                let needed = seats[limit] + subject.limits[limit].excess - usedByPins[limit] + 1
                if moving.count >= needed { ways.append((needed, moving)) }
            }
        }
        // One way is enough, so a household counts for the way in which it weighs most.
        let scale = ways.reduce(1) { leastCommonMultiple($0, $1.needed) }
        var weights = [household: scale]
        for way in ways {
            var own: [Int: Int] = [:]
            for user in way.lower { own[subject.children[user].household, default: 0] += scale / way.needed }
            for (user, weight) in own { weights[user] = max(weights[user] ?? 0, weight) }
        }
        return ClaimCut(
            claimant: household, need: scale,
            weights: weights.sorted { $0.key < $1.key }.map { .init(household: $0.key, weight: min($0.value, scale)) })
    }

    private func comesBefore(_ user: Int, _ other: (child: Int, wish: Int)) -> Bool {
        if isPinned[user] || choices[user] < 0 { return true }
        return comparator.precedes(user, at: Int(choices[user]), other.child, at: other.wish)
    }

    private func leastCommonMultiple(_ one: Int, _ other: Int) -> Int {
        var (greater, smaller) = (one, other)
        while smaller > 0 { (greater, smaller) = (smaller, greater % smaller) }
        return one / greater * other
    }
}

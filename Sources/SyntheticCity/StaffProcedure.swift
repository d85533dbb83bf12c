import Admissions
import Verifying

/// How staff allocate a round of one phase by hand.
///
/// Households come in turn, those with higher priority first. Each is entered in pencil at the best outcome of its list for
/// which the seats are vacant, or are held by children who come after its own. A child that loses its seat by this is erased
/// together with its siblings, and the household comes again. Seats that somebody left are offered to the children who prefer
/// them. When nobody has anything better to claim, staff look for exchanges that this does not find: transfer applicants who
/// could move if one of them left first, and siblings whose better places others could leave for something as good.
///
/// If a stable allocation exists, this mostly ends with the result of the rules. Siblings can also make it go round in circles,
/// as on paper; then a household that came ``mostTurns`` times is left where it is.
///
/// Source: deferred acceptance with couples, Roth and Peranson 1999, doi:10.1257/aer.89.4.748.
struct StaffProcedure {
    private let subject: Case
    private let comparator: Comparator
    private let coverage: Coverage
    /// Households in the order in which staff go through them, and for each its place there; -1: it wishes nothing.
    private let order: [Int]
    private let rank: [Int]
    private let isFixed: [Bool]
    /// At `6 * f + a` the households with a child of class `a` that wishes facility `f`.
    private let wishing: [[Int]]
    /// For households with siblings or a table their outcomes, best first, as far as they have been needed.
    private var lists: [Int: [[Int32]]] = [:]
    /// For each limit the number of its seats, including those of present transfer applicants, and the children who use one.
    private var seats: [Int]
    private var users: [[Int]]
    private(set) var choices: [Int32]
    /// By place in the order whether the household must be looked at, and how often it was moved. No household before ``next``
    /// must be looked at.
    private var isWaiting: [Bool]
    private var turns: [Int]
    private var next = 0
    /// The household for which an exchange is being tried.
    private var kept: Int?
    /// Whether the procedure ended with nobody having anything better to claim.
    private(set) var isSettled = true

    static let mostTurns = 60

    /// - Precondition: The round has one phase.
    init(of subject: Case) {
        precondition(subject.phases.count == 1, "by hand a round is done in one phase")
        self.subject = subject
        let comparator = Comparator(of: subject)
        self.comparator = comparator
        coverage = Coverage(of: subject)
        let first = subject.households.map { household in
            household.members.filter { !subject.children[$0].wishes.isEmpty }
                .min { comparator.precedes($0, at: 0, $1, at: 0) }
        }
        order = subject.households.indices.filter { first[$0] != nil }
            .sorted { comparator.precedes(first[$0]!, at: 0, first[$1]!, at: 0) }
        var rank = [Int](repeating: -1, count: first.count)
        for (place, household) in order.enumerated() { rank[household] = place }
        self.rank = rank
        var wishing = [[Int]](repeating: [], count: 6 * subject.facilities.count)
        for child in subject.children {
            for wish in child.wishes { wishing[6 * wish.facility + child.ageClass].append(child.household) }
        }
        self.wishing = wishing
        isFixed = subject.isPinned
        isWaiting = [Bool](repeating: true, count: order.count)
        turns = [Int](repeating: 0, count: order.count)
        seats = subject.limits.map(\.seats)
        users = [[Int]](repeating: [], count: seats.count)
        choices = Allocation(baselineOf: subject).choices
        for child in subject.children.indices {
            for limit in coverage.limits(usedBy: child, Allocation.baseline) { seats[limit] += 1 }
            for limit in coverage.limits(usedBy: child, choices[child]) { users[limit].append(child) }
        }
    }

    /// Goes through the households until nobody has anything better to claim.
    ///
    /// - Complexity: O(wishes · seats of a limit) for each turn of a household; for siblings their joint list takes the place of
    ///   the wishes.
    mutating func run() {
        while next < order.count {
            let place = next
            next += 1
            guard isWaiting[place] else { continue }
            isWaiting[place] = false
            if turns[place] == Self.mostTurns {
                isSettled = false
            } else if pencilIn(order[place]) {
                turns[place] += 1
            }
        }
    }

    /// Looks for exchanges, from the first household down.
    ///
    /// - Complexity: A few turns of households for each transfer applicant that stays, and for each better outcome of siblings.
    mutating func exchange() {
        for household in order where !isAtItsBest(household) {
            for child in subject.households[household].members
            where choices[child] == Allocation.baseline && subject.children[child].currentFacility != nil {
                tryLeaving(child)
            }
            if case .single = subject.households[household].wishes { continue }
            for outcome in list(of: household) {
                if outcome == subject.households[household].members.map({ choices[$0] }) { break }
                // Households that come earlier in turn are not asked to leave.
                if hasSeats(subject.households[household].members, outcome, amongThoseBefore: rank[household]),
                    tryGiving(household, outcome)
                {
                    break
                }
            }
        }
    }

    private mutating func isAtItsBest(_ household: Int) -> Bool {
        let members = subject.households[household].members
        return members.contains { isFixed[$0] } || list(of: household).first == members.map { choices[$0] }
    }

    /// Tries what happens if a transfer applicant leaves its seat before it has another one. The trial counts only if it finds
    /// one.
    private mutating func tryLeaving(_ child: Int) {
        var trial = self
        trial.free(coverage.limits(usedBy: child, Allocation.baseline), from: child)
        trial.turns = [Int](repeating: 0, count: order.count)
        trial.run()
        if trial.isSettled, trial.choices[child] >= 0, isNoWorse(trial, for: subject.children[child].household) {
            take(trial)
        }
    }

    /// Tries to give siblings something better even if others have those seats, and returns whether that works out for all.
    private mutating func tryGiving(_ household: Int, _ outcome: [Int32]) -> Bool {
        var trial = self
        trial.kept = household
        trial.turns = [Int](repeating: 0, count: order.count)
        trial.move(subject.households[household].members, to: outcome)
        trial.run()
        trial.kept = nil
        guard trial.isSettled,
            trial.users.indices.allSatisfy({ limit in
                trial.users[limit].count <= seats[limit] || !trial.users[limit].contains { trial.choices[$0] >= 0 }
            }),
            subject.households[household].members.map({ trial.choices[$0] }) == outcome,
            trial.hasSeats(subject.households[household].members, outcome),
            isNoWorse(trial, for: household)
        else { return false }
        take(trial)
        return true
    }

    private mutating func take(_ trial: StaffProcedure) {
        let turns = turns
        self = trial
        self.turns = turns
    }

    /// Whether no household that comes earlier in turn got something worse in the trial.
    private mutating func isNoWorse(_ trial: StaffProcedure, for household: Int) -> Bool {
        order[..<rank[household]].allSatisfy { other in
            let members = subject.households[other].members
            let (own, theirs) = (members.map { choices[$0] }, members.map { trial.choices[$0] })
            if own == theirs { return true }
            let list = list(of: other)
            return (list.firstIndex(of: theirs) ?? list.count) < (list.firstIndex(of: own) ?? list.count)
        }
    }

    /// For each child the facility where it ends up; `nil` if it is held.
    var places: [Int?] {
        let allocation = Allocation(choices: choices)
        return subject.children.indices.map { allocation.facility(of: $0, in: subject) }
    }

    // MARK: One household

    private mutating func pencilIn(_ household: Int) -> Bool {
        let members = subject.households[household].members
        if household == kept || members.contains(where: { isFixed[$0] }) { return false }
        let own = members.map { choices[$0] }
        for outcome in list(of: household) {
            if outcome == own { return false }
            if hasSeats(members, outcome) {
                move(members, to: outcome)
                return true
            }
        }
        return false
    }

    /// The household's outcomes without the baseline, best first.
    private mutating func list(of household: Int) -> [[Int32]] {
        if let known = lists[household] { return known }
        var outcomes: [(liking: [Int], outcome: [Int32])] = []
        HouseholdList(of: household, in: subject).forEachEligible { outcomes.append(($1, $0)) }
        outcomes.sort { $0.liking.lexicographicallyPrecedes($1.liking) }
        lists[household] = outcomes.map(\.outcome)
        return lists[household]!
    }

    /// Whether, at every limit that the outcome touches, the children who come before its last child leave the seats needed.
    ///
    /// - Parameter place: Only children who cannot leave, or whose household has an earlier place in turn than this, count.
    private func hasSeats(_ members: [Int], _ outcome: [Int32], amongThoseBefore place: Int = .max) -> Bool {
        var demands: [Int: (users: Int, last: (child: Int, wish: Int)?)] = [:]
        for (child, choice) in zip(members, outcome) {
            for limit in coverage.limits(usedBy: child, choice) {
                var demand = demands[limit] ?? (0, nil)
                demand.users += 1
                if choice >= 0,
                    demand.last.map({ comparator.precedes($0.child, at: $0.wish, child, at: Int(choice)) }) ?? true
                {
                    demand.last = (child, Int(choice))
                }
                demands[limit] = demand
            }
        }
        return demands.allSatisfy { limit, demand in
            // Staying never depends on seats.
            guard let last = demand.last else { return true }
            let before = users[limit].count { user in
                if members.contains(user) { return false }
                if !canLeave(user) { return true }
                return rank[subject.children[user].household] < place
                    && comparator.precedes(user, at: Int(choices[user]), last.child, at: last.wish)
            }
            return before + demand.users <= seats[limit]
        }
    }

    private func canLeave(_ user: Int) -> Bool { !isFixed[user] && choices[user] >= 0 }

    private mutating func move(_ members: [Int], to outcome: [Int32]) {
        var touched: Set<Int> = []
        for (child, choice) in zip(members, outcome) {
            free(coverage.limits(usedBy: child, choices[child]), from: child)
            choices[child] = choice
            for limit in coverage.limits(usedBy: child, choice) {
                users[limit].append(child)
                touched.insert(limit)
            }
        }
        for limit in touched.sorted() {
            while users[limit].count > seats[limit], let last = lastUser(of: limit, but: members) {
                let household = subject.households[subject.children[last].household]
                move(household.members, to: household.members.map { _ in Allocation.baseline })
                wake(subject.children[last].household)
            }
        }
    }

    /// Frees the seats of a child and offers them to those who wish them.
    private mutating func free(_ limits: [Int], from child: Int) {
        for limit in limits {
            users[limit].removeAll { $0 == child }
            for age in subject.limits[limit].ages.ages {
                for household in wishing[6 * subject.limits[limit].facility + age] { wake(household) }
            }
        }
    }

    private mutating func wake(_ household: Int) {
        guard rank[household] >= 0 else { return }
        isWaiting[rank[household]] = true
        next = min(next, rank[household])
    }

    /// The user of the limit who has to leave first.
    private func lastUser(of limit: Int, but members: [Int]) -> Int? {
        users[limit].filter { canLeave($0) && !members.contains($0) }
            .max { comparator.precedes($0, at: Int(choices[$0]), $1, at: Int(choices[$1])) }
    }
}

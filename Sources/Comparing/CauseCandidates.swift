import Admissions
import Verifying

/// What could explain a root decision, most telling first, each worth confirming.
struct CauseCandidates {
    private let subject: Case
    private let manual: ManualResult
    private let comparator: Comparator
    /// For each limit who uses a seat of it by the manual result.
    private let users: [[Int]]

    init(_ manual: ManualResult, of subject: Case) {
        self.subject = subject
        self.manual = manual
        comparator = Comparator(of: subject)
        var users = [[Int]](repeating: [], count: subject.limits.count)
        for (child, place) in manual.places.enumerated() {
            for limit in subject.limits(usedBy: child, endingAt: place) { users[limit].append(child) }
        }
        self.users = users
    }

    func candidates(of root: Root) -> [Cause] {
        let members = subject.households[root.household].members
        var found: [Cause] = []
        for child in members {
            if let pin = subject.pin(of: child), manual.places[child] != place(of: pin) {
                found.append(.pin(child: child))
            }
        }
        for child in members { found += seats(child) }
        found += siblings(root.household)
        for child in members { found += ranking(child) }
        var seen: Set<Cause> = []
        return found.filter { seen.insert($0).inserted }
    }

    private func place(of pin: Pin) -> Int? { pin.facility ?? subject.children[pin.child].currentFacility }

    // MARK: Seats

    /// Limits where the child is over the number, or where it waits beside seats that staff left.
    private func seats(_ child: Int) -> [Cause] {
        var found: [Cause] = []
        func add(_ limit: Int, _ seats: Int) {
            found.append(
                subject.limits[limit].group == .everyone
                    ? .seats(limit: limit, seats: seats) : .reserved(limit: limit, seats: seats))
        }
        func limits(_ facility: Int) -> [Int] {
            subject.facilities[facility].limits.filter { subject.covers(limit: $0, child: child) }
        }
        /// Vacancies that staff used.
        func used(_ limit: Int) -> Int {
            let present = subject.children.indices.count { other in
                subject.limits(usedBy: other, endingAt: subject.children[other].currentFacility).contains(limit)
            }
            return users[limit].count - present
        }
        if let place = manual.places[child] {
            for limit in limits(place) where used(limit) > subject.limits[limit].seats { add(limit, used(limit)) }
        }
        for facility in better(child) {
            for limit in limits(facility) where used(limit) < subject.limits[limit].seats && used(limit) >= 0 {
                add(limit, used(limit))
            }
        }
        return found
    }

    /// Facilities that the child is eligible for and wishes more than what staff gave it.
    private func better(_ child: Int) -> [Int] {
        wishes(of: child).filter { $0 < (own(child) ?? .max) }.map { subject.children[child].wishes[$0].facility }
    }

    private func wishes(of child: Int) -> [Int] {
        subject.children[child].wishes.indices.filter { subject.children[child].wishes[$0].isEligible }
    }

    /// The wish that staff gave the child.
    private func own(_ child: Int) -> Int? {
        let choice = manual.choice(of: child, in: subject)
        return choice >= 0 ? Int(choice) : nil
    }

    // MARK: Siblings

    private func siblings(_ household: Int) -> [Cause] {
        guard case .answer(let answer) = subject.households[household].wishes else { return [] }
        var found: [Cause] = []
        for timing in [Timing.together, .any] where timing != answer.timing {
            found.append(
                .answer(.init(timing: timing, facility: answer.facility, lead: nil, preferred: answer.preferred)))
        }
        if answer.lead == nil {
            for lead in subject.households[household].members {
                found.append(
                    .answer(.init(timing: .lead, facility: answer.facility, lead: lead, preferred: answer.preferred)))
            }
        }
        for facility in [FacilityAnswer.sameOnly, .sameFirst, .rankFirst] where facility != answer.facility {
            found.append(
                .answer(
                    .init(timing: answer.timing, facility: facility, lead: answer.lead, preferred: answer.preferred)))
        }
        let rules = subject.rules.siblings
        let settings =
            [RuleSetting.countFirst(!rules.countFirst)]
            + KeptSeat.allCases.filter { $0 != rules.keptSeat }.map { .keptSeat($0) }
            + Aggregate.allCases.filter { $0 != rules.aggregate }.map { .aggregate($0) }
        let list = Self.ranked(household, in: subject, under: nil)
        for setting in settings {
            // A setting that leaves the list as it is explains nothing.
            if let other = Self.ranked(household, in: subject, under: setting), other != list {
                found.append(.setting(setting))
            }
        }
        return found
    }

    /// Longer lists are not written down.
    private static let longestList = 20_000

    /// The household's eligible outcomes, best first, under another setting of the rules; `nil` where they are too many.
    static func ranked(_ household: Int, in subject: Case, under setting: RuleSetting?) -> [[Int32]]? {
        let combinations = subject.households[household].members.reduce(1) {
            min($0 * (subject.children[$1].wishes.count + 1), longestList + 1)
        }
        guard combinations <= longestList else { return nil }
        var changed = subject
        if let setting {
            guard let other = Change.setting(setting).applied(to: subject) else { return nil }
            changed = other
        }
        var outcomes: [(liking: [Int], outcome: [Int32])] = []
        HouseholdList(of: household, in: changed).forEachEligible { outcomes.append(($1, $0)) }
        return outcomes.sorted { $0.liking.lexicographicallyPrecedes($1.liking) }.map(\.outcome)
    }

    // MARK: Priority

    /// Ties and values of keys that would put the child before those whose seats it has, or behind those it waits for.
    private func ranking(_ child: Int) -> [Cause] {
        var found: [Cause] = []
        // Preferred: who wishes its seat more than what they got.
        if let wish = own(child) {
            let facility = subject.children[child].wishes[wish].facility
            let claimants = waiting(for: facility, as: child)
                .filter { comparator.precedes($0.child, at: $0.wish, child, at: wish) }
            found += explain(child, wish, against: claimants, isPreferred: true)
        }
        // Passed over: who has a seat that it wishes more.
        for wish in wishes(of: child) where wish < (own(child) ?? .max) {
            let facility = subject.children[child].wishes[wish].facility
            let holders = placed(at: facility, as: child)
                .filter { comparator.precedes(child, at: wish, $0.child, at: $0.wish) }
            found += explain(child, wish, against: holders, isPreferred: false)
        }
        return found
    }

    private typealias Rival = (child: Int, wish: Int)

    /// Children of the class who would rather be there than where staff put them.
    private func waiting(for facility: Int, as child: Int) -> [Rival] {
        subject.children.indices.compactMap { other in
            guard other != child, subject.children[other].household != subject.children[child].household,
                subject.children[other].ageClass == subject.children[child].ageClass,
                let wish = wishes(of: other).first(where: { subject.children[other].wishes[$0].facility == facility }),
                wish < (own(other) ?? .max)
            else { return nil }
            return (other, wish)
        }
    }

    /// Children of the class who were placed there.
    private func placed(at facility: Int, as child: Int) -> [Rival] {
        subject.children.indices.compactMap { other in
            guard other != child, subject.children[other].ageClass == subject.children[child].ageClass,
                let wish = own(other), subject.children[other].wishes[wish].facility == facility
            else { return nil }
            return (other, wish)
        }
    }

    /// The smallest change of one key that puts the child before, or behind, all of the rivals.
    private func explain(_ child: Int, _ wish: Int, against rivals: [Rival], isPreferred: Bool) -> [Cause] {
        // The one who is hardest to come before, or behind.
        let hardest = rivals.min { one, other in
            isPreferred
                ? comparator.precedes(one.child, at: one.wish, other.child, at: other.wish)
                : comparator.precedes(other.child, at: other.wish, one.child, at: one.wish)
        }
        guard let hardest else { return [] }
        var found: [Cause] = []
        if rivals.allSatisfy({ comparator.areEqualButForDraw(child, at: wish, $0.child, at: $0.wish) }) {
            return [.tie(child: child, others: rivals.map(\.child).sorted())]
        }
        let own = comparator.values(of: child, at: wish)
        let others = comparator.values(of: hardest.child, at: hardest.wish)
        guard let key = own.indices.first(where: { own[$0] != others[$0] }), let wanted = others[key],
            subject.rules.standsAlone(key: key)
        else { return [] }
        // As good as the rival, if the later keys then decide; else by one more.
        let direction = (subject.rules.priority[key].order == .ascending) == isPreferred ? -1 : 1
        for step in [0, direction] {
            guard let needed = Self.shifted(wanted, by: step), subject.rules.priority[key].allows(needed) else {
                continue
            }
            found.append(
                .value(
                    child: child, key: key, wish: subject.wishDeciding(key, of: child, at: wish), own: own[key],
                    needed: needed, row: row(own[key], needed, key)))
        }
        return found
    }

    private static func shifted(_ value: KeyValue, by step: Int) -> KeyValue? {
        switch value {
        case .number(let number): number.adding(ExactNumber(step)).map(KeyValue.number)
        case .date(let date): step == 0 ? .date(date) : nil
        }
    }

    /// The first row of the points table that is worth the difference.
    private func row(_ own: KeyValue?, _ needed: KeyValue, _ key: Int) -> Int? {
        guard subject.rules.priority[key].source == .points, case .number(let from)? = own,
            case .number(let to) = needed,
            let amount = to.subtracting(from), let reverse = from.subtracting(to)
        else { return nil }
        return subject.rules.pointsTable.rows.firstIndex { row in
            if case .points(let points) = row.amount { points == amount || points == reverse } else { false }
        }
    }
}

extension ManualResult {
    /// Whether staff put the child where the others wish to be, and not the other way round.
    func isPreferred(_ child: Int, to others: [Int], in subject: Case) -> Bool {
        guard let place = places[child], choice(of: child, in: subject) >= 0 else { return false }
        return others.allSatisfy { places[$0] != place }
    }
}

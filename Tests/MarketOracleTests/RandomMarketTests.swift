import Admissions
import MarketOracle
import Testing

struct RandomMarketTests {
    private static let seeds: Range<UInt64> = 0..<1_000

    @Test("The same seed makes the same market, another one another")
    func reproducible() {
        for style in RandomMarket.Style.allCases {
            #expect(RandomMarket.draft(seed: 7, style: style) == RandomMarket.draft(seed: 7, style: style))
            #expect(RandomMarket.draft(seed: 7, style: style) != RandomMarket.draft(seed: 8, style: style))
        }
    }

    @Test("Every feature of the rules occurs in a thousand mixed markets")
    func coverage() throws {
        var counts: [String: Int] = [:]
        for seed in Self.seeds {
            let draft = RandomMarket.draft(seed: seed)
            for feature in features(of: draft, try draft.resolved()) { counts[feature, default: 0] += 1 }
        }
        for feature in expectedFeatures where counts[feature, default: 0] < 3 {
            Issue.record("\(feature) occurs \(counts[feature, default: 0]) times")
        }
    }

    @Test("What is found holds together, and every kind of result occurs", arguments: RandomMarket.Style.allCases)
    func results(style: RandomMarket.Style) throws {
        var (unstable, several, twoClaims) = (0, 0, 0)
        let seeds = style == .mixed || style == .unstable ? Self.seeds : 0..<400
        for seed in seeds {
            let subject = try RandomMarket.draft(seed: seed, style: style).resolved()
            let best = ExhaustiveSearch.best(of: subject)
            if best.stableCount == 0 { unstable += 1 }
            if best.stableCount > 1 { several += 1 }
            if best.claims.count > 1 { twoClaims += 1 }
            let size = ExhaustiveSearch.size(of: subject)
            if best.claims.isEmpty != (best.stableCount > 0)
                || best.claims != ExhaustiveSearch.claims(of: best.allocation, in: subject)
                || best.allocationCount > size || size > RandomMarket.largestSize
            {
                Issue.record("seed \(seed) of style \(style) is at odds with itself")
            }
        }
        switch style {
        case .mixed: #expect(unstable >= 10 && several >= 10)
        case .unstable: #expect(unstable >= 200 && twoClaims >= 3)
        case .tangled: #expect(unstable >= 200 && twoClaims >= 50)
        case .plural: #expect(several >= 25)
        case .paired: #expect(several >= 40)
        case .transfers: #expect(unstable >= 5 && several >= 20)
        case .singles: #expect(unstable == 0 && several >= 5)
        }
    }

    @Test("Without siblings, the result is the one of deferred acceptance")
    func deferredAcceptance() throws {
        for seed in Self.seeds.prefix(400) {
            let subject = try RandomMarket.draft(seed: seed, style: .singles).resolved()
            let best = ExhaustiveSearch.best(of: subject)
            if best.allocation != acceptDeferred(subject) { Issue.record("seed \(seed) differs") }
        }
    }

    @Test("Each objective decides in some market")
    func levelsMatter() throws {
        var decided: [Objective: Int] = [:]
        for seed in Self.seeds.prefix(300) {
            var draft = RandomMarket.draft(seed: seed, style: .paired)
            draft.rules.objective = .priority
            let plain = ExhaustiveSearch.best(of: try draft.resolved())
            for objective in [Objective.placements, .ranks] {
                draft.rules.objective = objective
                let other = ExhaustiveSearch.best(of: try draft.resolved())
                #expect(other.claims.map(\.household) == plain.claims.map(\.household), "seed \(seed)")
                if other.allocation != plain.allocation {
                    decided[objective, default: 0] += 1
                    let (value, former) =
                        objective == .ranks
                        ? (other.rankTotal, plain.rankTotal) : (other.heldCount, plain.heldCount)
                    #expect(value < former, "seed \(seed)")
                }
            }
        }
        #expect(decided[.placements, default: 0] >= 5)
        #expect(decided[.ranks, default: 0] >= 5)
    }
}

// MARK: Deferred acceptance

/// Children ask down their lists; facilities keep the first whom their limits leave room for.
///
/// Source: Gale and Shapley 1962, doi:10.2307/2312726; with nested limits, Fleiner 2003, doi:10.1287/moor.28.1.103.14256.
private func acceptDeferred(_ subject: Case) -> Allocation {
    let order = PriorityOrder(of: subject)
    let lists = subject.children.map { child in
        JointList(of: subject.households[child.household], in: subject).outcomes.filter(\.isEligible)
            .map { $0.choices[0] }
    }
    var asking = [Int](repeating: 0, count: lists.count)
    func allocation() -> Allocation { Allocation(choices: zip(lists, asking).map { $0[$1] }) }
    func uses(_ child: Int, _ limit: Int) -> Bool { subject.covers(limit: limit, child: child) }
    var hasChanged = true
    while hasChanged {
        hasChanged = false
        let asked = allocation()
        for facility in subject.facilities.indices {
            let limits = subject.facilities[facility].limits
            let opening = limits.filter { subject.limits[$0].isClassLimit || subject.limits[$0].opens }
            func hasSeat(_ child: Int) -> Bool {
                subject.children[child].currentFacility == facility && opening.contains { uses(child, $0) }
            }
            var left = limits.map { limit in
                subject.limits[limit].seats
                    + subject.children.indices.filter { hasSeat($0) && uses($0, limit) }.count
            }
            for child in order.children(at: facility) where asked.facility(of: child, in: subject) == facility {
                if asked.choices[child] < 0 && !hasSeat(child) { continue }
                let covering = limits.indices.filter { uses(child, limits[$0]) }
                if covering.allSatisfy({ left[$0] > 0 }) {
                    for limit in covering { left[limit] -= 1 }
                } else {
                    asking[child] += 1
                    hasChanged = true
                }
            }
        }
    }
    return allocation()
}

// MARK: Features

private let expectedFeatures: [String] = {
    var names = [
        "transfer", "swap cycle", "present class not offered", "vacated seat wished", "wish for present facility",
        "wish repeated", "gap", "household of 3", "household of 4", "twins", "unborn", "independent", "single table",
        "table", "table with ineligible", "table with repeat", "table with early baseline", "not offered", "too young",
        "minimum age untested", "wish points", "wish points without own", "points blank", "fractional points",
        "points tie", "draw column", "draw seed", "draw key", "date key", "number key", "birth_date key",
        "age_class key", "ascending", "descending", "blank first", "blank last", "pooled limit", "total limit",
        "group limit", "limit of others", "opens", "opens for a group", "location", "ward only", "no wishes",
        "no draw seed", "useless lead", "preferred", "twins rule",
    ]
    let timings: [Timing] = [.together, .any, .lead, .elder, .younger]
    for timing in timings { for answer in FacilityAnswer.allCases { names.append("\(timing) \(answer)") } }
    for aggregate in Aggregate.allCases {
        for flags in 0..<8 {
            let kept: KeptSeat = flags & 1 == 0 ? .counts : .ignored
            names.append("\(aggregate) \(kept) countFirst \(flags & 2 != 0) followLead \(flags & 4 != 0)")
        }
    }
    names += Objective.allCases.map { "objective \($0)" } + HouseholdPriority.allCases.map { "householdPriority \($0)" }
    return names + (2...7).map { "\($0) children" } + (1...4).map { "\($0) facilities" }
}()

private func features(of draft: CaseDraft, _ subject: Case) -> Set<String> {
    var found = Set(draft.resolve().findings.compactMap { featureOfFinding[$0.code] })
    func note(_ name: String, _ occurs: Bool = true) { if occurs { found.insert(name) } }
    let rules = subject.rules
    note("objective \(rules.objective)")
    note("householdPriority \(rules.householdPriority)")
    note("\(subject.children.count) children")
    note("\(subject.facilities.count) facilities")
    note("no draw seed", rules.drawSeed == nil)
    note("twins rule", rules.siblings.twinsTiming != nil || rules.siblings.twinsFacility != nil)
    for key in rules.priority {
        note("\(key.order)")
        note("blank \(key.blank)")
        switch key.name {
        case "applied": note("date key")
        case "tier", "category": note("number key")
        default: note("\(key.name) key")
        }
    }
    for limit in subject.limits where !limit.isClassLimit {
        note("pooled limit", limit.ages.ages.count > 1 && limit.ages.ages.count < 6)
        note("total limit", limit.ages.ages.count == 6)
        note("opens", limit.opens)
        note("opens for a group", limit.opens && limit.group != .everyone)
        if case .members = limit.group { note("group limit") }
        if case .others = limit.group { note("limit of others") }
    }
    for facility in subject.facilities {
        note("location", facility.location != nil)
        note("ward only", facility.location == nil && !facility.ward.isEmpty)
    }
    for row in draft.children { note("gap", row.wishes.contains(nil)) }
    note("preferred", draft.households.contains { $0.preferredChild != nil })
    for child in subject.children { noteChild(child, in: subject, note) }
    for household in subject.households { noteHousehold(household, in: subject, note) }
    return found
}

private let featureOfFinding: [Finding.Code: String] = [
    .wishForPresentFacility: "wish for present facility", .wishRepeated: "wish repeated",
    .presentClassNotOffered: "present class not offered", .jointOutcomeIneligible: "table with ineligible",
    .jointOutcomeRepeated: "table with repeat", .jointAfterBaseline: "table with early baseline",
    .minimumAgeUntested: "minimum age untested", .noWishes: "no wishes", .answerWithoutUse: "useless lead",
]

private func noteChild(_ child: Child, in subject: Case, _ note: (String, Bool) -> Void) {
    let pointsKey = subject.rules.priority.contains { $0.name == "points" }
    let wishesElsewhere = child.wishes.contains { wish in
        subject.children.contains { $0.currentFacility == wish.facility && $0.ageClass == child.ageClass }
    }
    note("unborn", child.isUnborn)
    note("transfer", child.currentFacility != nil)
    note("vacated seat wished", wishesElsewhere)
    note("not offered", child.wishes.contains { $0.ineligibility == .notOffered })
    note("too young", child.wishes.contains { $0.ineligibility == .tooYoung })
    note("wish points", pointsKey && child.wishes.contains { $0.points != nil })
    note("wish points without own", pointsKey && child.points == nil && child.wishes.contains { $0.points != nil })
    note("points blank", pointsKey && child.generalPoints == nil)
    note("fractional points", pointsKey && child.points?.isInteger == false)
    switch child.draw {
    case .given: note("draw column", true)
    case .seeded: note("draw seed", true)
    }
    let peers = subject.children.filter { $0.ageClass == child.ageClass && $0.household != child.household }
    note("points tie", peers.contains { $0.points == child.points && pointsKey })
    let swaps = peers.contains { other in
        guard let mine = child.currentFacility, let theirs = other.currentFacility else { return false }
        return child.wishes.contains { $0.facility == theirs } && other.wishes.contains { $0.facility == mine }
    }
    note("swap cycle", swaps)
}

private func noteHousehold(_ household: Household, in subject: Case, _ note: (String, Bool) -> Void) {
    let rules = subject.rules.siblings
    note("independent", household.isSplit)
    note("household of \(household.members.count)", true)
    let dates = household.members.map { subject.children[$0].birthDate }
    note("twins", dates.count > 1 && dates[0] != nil && Set(dates).count == 1)
    switch household.wishes {
    case .single: break
    case .table: note(household.members.count == 1 ? "single table" : "table", true)
    case .answer(let answer):
        note("\(answer.timing) \(answer.facility)", true)
        note(
            "\(rules.aggregate) \(rules.keptSeat) countFirst \(rules.countFirst) followLead \(rules.followLead)", true)
    }
}

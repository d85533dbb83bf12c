import Admissions

/// Tiny markets that exercise every rule, the same for the same seed and style on every machine.
public enum RandomMarket {
    /// What kind of market is made.
    public enum Style: String, CaseIterable, Sendable {
        /// Everything the rules know, children competing for few seats.
        case mixed
        /// Siblings who need two seats at once and priorities that differ by facility: often nothing is stable.
        case unstable
        /// Two such troubles in one market, apart or sharing a facility: often two claims cannot be avoided.
        case tangled
        /// Facilities that prefer those who wish them less: often several allocations are stable, so that the order
        /// among them decides.
        case plural
        /// Couples who keep each other out of the place that both like best: the objective often decides.
        case paired
        /// Mostly transfer applicants: swaps, vacated seats, siblings who join one that stays.
        case transfers
        /// No siblings, and the limits of a facility nested or apart: something is always stable.
        case singles
    }

    /// The most joint allocations, as ``ExhaustiveSearch/size(of:)`` counts them, that a market may have.
    public static let largestSize = 50_000

    /// A draft without errors.
    ///
    /// Markets too large to search are drawn again from the same sequence.
    public static func draft(seed: UInt64, style: Style = .mixed) -> CaseDraft {
        var random = SplitMix64(seed: seed)
        while true {
            var maker = MarketMaker(style: style, random: random)
            let draft = maker.make()
            random = maker.random
            do {
                if ExhaustiveSearch.size(of: try draft.resolved()) <= largestSize { return draft }
            } catch {
                preconditionFailure("seed \(seed) of style \(style) made an invalid draft: \(error)")
            }
        }
    }
}

/// How often the makers use what, in percent where not said otherwise.
struct Taste {
    /// Weights of the number of children, from 0 to 7.
    var children = [0, 0, 1, 1, 2, 4, 6, 7]
    /// Weights of the number of facilities, from 0 to 4.
    var facilities = [0, 1, 2, 4, 5]
    /// Weights of the number of a child's wishes, from 0 to 4.
    var wishes = [0, 1, 3, 5, 4]
    /// Weights of household sizes 1, 2, 3, 4.
    var householdSizes = [6, 6, 2, 1]
    /// Weights of the number of classes in which the children are.
    var classes = [0, 6, 4, 1]
    /// Weights of 0, 1, 2 seats.
    var seats = [3, 6, 2]
    var transfers = 20
    var swapCycle = 10
    /// A couple and a single child who push each other out in turn; tried twice.
    var knot = 0
    /// Two couples who keep each other out of the place that both like best.
    var nest = 0
    var wishPoints = 25
    /// Points of single wishes that are higher the later the wish.
    var contrary = 0
    /// Households that want both or nobody, at separate facilities if need be.
    var complementary = 0
    var groups = 40
    var moreLimits = 45
    var notOffered = 8
    var minimumAge = 14
    var table = 20
    var independent = 10
    /// Rounds in which each child has its own points.
    var ownPriority = 50
    var followLead = 35
    var isNested = false

    init(_ style: RandomMarket.Style) {
        switch style {
        case .mixed: break
        case .unstable:
            children = [0, 0, 0, 1, 1, 2, 5, 8]
            facilities = [0, 0, 2, 3, 5]
            householdSizes = [7, 8, 1, 0]
            classes = [0, 8, 1]
            seats = [1, 16, 2]
            (transfers, swapCycle, wishPoints, groups, moreLimits) = (8, 0, 75, 10, 15)
            (notOffered, minimumAge, independent) = (2, 4, 2)
            (knot, complementary, table, ownPriority) = (60, 85, 8, 85)
        case .tangled:
            children = [0, 0, 0, 0, 0, 0, 2, 3]
            facilities = [0, 0, 0, 1, 4]
            householdSizes = [1, 1, 0, 0]
            classes = [0, 1]
            seats = [0, 24, 1]
            (transfers, swapCycle, wishPoints, groups, moreLimits) = (3, 0, 60, 5, 5)
            (notOffered, minimumAge, independent) = (1, 1, 0)
            (knot, complementary, table, ownPriority) = (95, 95, 4, 95)
        case .plural:
            children = [0, 0, 0, 0, 2, 3, 4, 4]
            facilities = [0, 0, 3, 4, 3]
            wishes = [0, 0, 3, 4, 2]
            householdSizes = [6, 6, 1, 0]
            classes = [0, 6, 2]
            seats = [0, 4, 3]
            (transfers, wishPoints, contrary, notOffered, minimumAge) = (15, 100, 80, 2, 4)
        case .paired:
            children = [0, 0, 0, 0, 3, 3, 2, 1]
            facilities = [0, 0, 4, 2, 1]
            householdSizes = [1, 6, 0, 0]
            classes = [0, 12, 1]
            seats = [0, 1, 14]
            (transfers, swapCycle, moreLimits, notOffered, minimumAge) = (8, 0, 10, 1, 1)
            (independent, table, nest, ownPriority) = (1, 10, 90, 85)
        case .transfers:
            classes = [0, 6, 3]
            seats = [6, 4, 1]
            (transfers, swapCycle) = (60, 40)
        case .singles:
            householdSizes = [1, 0, 0, 0]
            (independent, isNested) = (100, true)
        }
    }
}

/// Makes one draft, drawing every choice from one sequence.
struct MarketMaker {
    let style: RandomMarket.Style
    let taste: Taste
    var random: SplitMix64

    /// What the children and the facilities have in common.
    var month = PlacementMonth(year: 2027, month: 4)!
    var ages: [Int] = []
    var groups: [String] = []
    var facilityIDs: [FacilityID] = []
    var keys: [PriorityKey] = []
    var usesDrawColumn = false
    var allowsNear = false

    static let attributeNames = ["tier", "category", "applied"]

    init(style: RandomMarket.Style, random: SplitMix64) {
        self.style = style
        self.random = random
        taste = Taste(style)
    }

    mutating func make() -> CaseDraft {
        month = PlacementMonth(year: 2027, month: random.pick([4, 4, 4, 10, 1]))!
        let classCount = max(1, random.weighted(taste.classes))
        ages = Array(random.shuffled([0, 0, 1, 1, 2, 3, 4, 5]).prefix(classCount))
        groups = random.chance(taste.groups) ? random.pick([["support"], ["support", "partner"]]) : []
        facilityIDs = ["A", "B", "C", "D"].prefix(random.weighted(taste.facilities)).map { FacilityID($0) }
        let rules = makeRules()
        let (facilities, limits) = makeFacilities()
        var children = makeChildren(count: random.weighted(taste.children))
        if random.chance(taste.swapCycle) { makeSwapCycle(&children) }
        if random.chance(taste.knot) { makeKnot(&children, places: Array(facilityIDs.prefix(2))) }
        if random.chance(taste.knot) { makeKnot(&children, places: Array(facilityIDs.suffix(2))) }
        if random.chance(taste.nest) { makeNest(&children, places: Array(facilityIDs.prefix(2))) }
        let (households, jointWishes) = makeAnswers(children, rules: rules.siblings)
        return CaseDraft(
            municipality: "test", round: "first", month: month, rules: rules,
            attributeNames: Self.attributeNames, children: random.shuffled(children),
            facilities: random.shuffled(facilities), households: random.shuffled(households),
            jointWishes: random.shuffled(jointWishes), seatLimits: random.shuffled(limits))
    }

    // MARK: Rules

    private mutating func makeRules() -> Rules {
        keys = makeKeys()
        usesDrawColumn = random.chance(30)
        allowsNear = random.chance(80)
        let timing = random.pick([Timing.together, .together, .any, .elder, .younger])
        var siblings = SiblingRules(
            timing: random.chance(taste.independent) ? .independent : timing,
            facility: anyFacilityAnswer(), aggregate: random.pick(Aggregate.allCases),
            countFirst: random.chance(65), keptSeat: random.pick(KeptSeat.allCases),
            followLead: random.chance(taste.followLead))
        if random.chance(30) {
            siblings.twinsTiming = random.pick([.together, .together, .any, .younger, .independent])
        }
        if random.chance(30) { siblings.twinsFacility = anyFacilityAnswer() }
        if allowsNear { siblings.nearKilometres = random.pick([ExactNumber("1.5")!, 2, 3]) }
        return Rules(
            priority: keys, drawSeed: usesDrawColumn && random.chance(50) ? nil : "\(random.int(0...999))",
            objective: random.pick(Objective.allCases),
            householdPriority: random.chance(taste.ownPriority) ? .each : random.pick([.best, .worst, .mean]),
            siblings: siblings)
    }

    mutating func anyFacilityAnswer() -> FacilityAnswer {
        random.pick(FacilityAnswer.allCases.filter { $0 != .near || allowsNear })
    }

    private mutating func makeKeys() -> [PriorityKey] {
        var names = random.shuffled(["tier", "category", "applied", "birth_date", "age_class"])
        names = Array(names.prefix(random.int(0...2)))
        if random.chance(8) { names.append("draw") }
        let isByWish = taste.wishPoints > 50
        if isByWish || random.chance(85) { names.insert("points", at: isByWish ? 0 : random.int(0...names.count)) }
        return names.map { name in
            let order: PriorityKey.Order =
                name == "points" && random.chance(isByWish ? 90 : 70)
                ? .descending : random.pick(PriorityKey.Order.allCases)
            // A birth date may be unknown, so blanks must have a meaning there.
            let blank: PriorityKey.Blank =
                name == "birth_date" || random.chance(40) ? random.pick([.first, .last]) : .isError
            return PriorityKey(name, order, blank: blank)
        }
    }

    func mayBeBlank(_ name: String) -> Bool {
        keys.first { $0.name == name }.map { $0.blank != .isError } ?? true
    }

    // MARK: Facilities

    private mutating func makeFacilities() -> ([FacilityRow], [SeatLimitRow]) {
        let usesLocations = random.chance(70)
        var limits: [SeatLimitRow] = []
        let facilities = facilityIDs.map { id -> FacilityRow in
            var facility = FacilityRow(
                id: id, name: "nursery \(id)", seats: [Int?](repeating: nil, count: 6),
                ward: random.pick(["north", "south", ""]))
            for age in 0...5 {
                let isInPlay = ages.contains(age)
                if random.chance(isInPlay ? 100 - taste.notOffered : 15) {
                    facility.seats[age] = random.weighted(taste.seats)
                }
            }
            if random.chance(taste.minimumAge) {
                if random.chance(70) {
                    facility.minimumAgeMonths = 12 * random.pick(ages) + random.pick([0, 3, 6, 9])
                }
                if random.chance(40) { facility.minimumAgeDays = random.pick([57, 180, 366]) }
            }
            if usesLocations && random.chance(75) {
                // Steps of about 1.1 km.
                facility.latitude = 35.86 + 0.01 * Double(random.int(0...3))
                facility.longitude = 139.64
            }
            if random.chance(taste.moreLimits) { limits += makeLimits(of: &facility) }
            return facility
        }
        return (facilities, limits)
    }

    private mutating func makeLimits(of facility: inout FacilityRow) -> [SeatLimitRow] {
        var rows: [SeatLimitRow] = []
        let inPlay = AgeSet(ages)
        func add(_ row: SeatLimitRow) {
            let isNew = !rows.contains { $0.ages == row.ages && $0.group == row.group }
            if isNew { rows.append(row) }
        }
        let kinds = random.shuffled([0, 1, 2, 3]).prefix(random.int(1...2))
        for kind in kinds {
            let seats = random.weighted([2, 5, 3, 1])
            switch kind {
            case 0: add(SeatLimitRow(facility: facility.id, ages: AgeSet(0...5), seats: seats))
            case 1 where ages.count > 1 && !taste.isNested:
                add(SeatLimitRow(facility: facility.id, ages: AgeSet(ages.prefix(2)), seats: seats))
            case 2 where !groups.isEmpty:
                // A group's limit across classes would cross the class limits.
                let covered = taste.isNested ? AgeSet([ages[0]]) : random.pick([inPlay, AgeSet([ages[0]])])
                add(SeatLimitRow(facility: facility.id, ages: covered, group: anyGroup(), seats: min(seats, 1)))
            case 3:
                let opened = taste.isNested ? [ages[0]] : Array(Set(ages)).sorted()
                for age in opened { facility.seats[age] = nil }
                let group = groups.isEmpty || taste.isNested || random.chance(60) ? .everyone : anyGroup()
                rows.removeAll { $0.opens }
                add(SeatLimitRow(facility: facility.id, ages: AgeSet(opened), group: group, seats: seats, opens: true))
            default: break
            }
        }
        return rows
    }

    private mutating func anyGroup() -> GroupCondition {
        let name = random.pick(groups)
        return random.chance(60) ? .members(of: name) : .others(than: name)
    }
}

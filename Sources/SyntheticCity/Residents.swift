import Admissions

/// The applicants, in flat arrays, without their wishes.
struct Residents {
    /// Household `h` is the children `starts[h]..<starts[h + 1]`, eldest first.
    private(set) var starts: [Int] = [0]
    /// For each child its class age, 0 to 5, and its birthday as a day number.
    private(set) var ages: [Int] = []
    private(set) var birthdays: [Int] = []
    private(set) var isTransfer: [Bool] = []
    private(set) var needsSupport: [Bool] = []
    /// For each child whether it leaves a small-scale nursery for whose children a partner facility keeps places.
    private(set) var isGraduate: [Bool] = []
    /// For each household the values of its priority keys.
    private(set) var people: [People] = []
    private(set) var answers: [Answer?] = []
    private(set) var hasTwins: [Bool] = []
    /// For each household whether a sibling who does not apply is enrolled somewhere.
    private(set) var hasEnrolledSibling: [Bool] = []

    /// The values of a household's priority keys.
    struct People {
        var tier: Int
        var points: Int
        var category: Int
        /// Tax in units of 100 yen, 0 to 6,000.
        var tax: Int
    }

    /// A sibling answer. Members are numbered within the household, eldest first.
    struct Answer {
        var timing: Timing?
        var facility: FacilityAnswer?
        var leadMember: Int?
        var preferredMember: Int?
    }

    /// Points added for a child that leaves a small-scale nursery.
    static let graduateBonus = 2

    var childCount: Int { ages.count }
    var householdCount: Int { people.count }
    func members(of household: Int) -> Range<Int> { starts[household]..<starts[household + 1] }

    init(_ options: CityOptions, places: Places) {
        let sizes = Self.householdSizes(options)
        addFamilies(options, sizes: sizes, places: places)
        addPeople(options)
        addAnswers(options)
        addTransfers(options, places: places)
        addEnrolledSiblings(options)
        for child in ages.indices {
            var random = SeededRandom(seed: options.seed, .people, householdCount + child)
            needsSupport.append(random.chance(options.supportShare))
            // Nobody says which given facilities are partners.
            isGraduate.append(random.chance(0.2) && ages[child] == 3 && !isTransfer[child] && !places.isGiven)
        }
    }

    // MARK: Families

    private static func householdSizes(_ options: CityOptions) -> [Int] {
        var random = SeededRandom(seed: options.seed, .sizes)
        let shares = options.householdSizeShares
        let average = (2 * shares[0] + 3 * shares[1] + 4 * shares[2]) / (shares[0] + shares[1] + shares[2])
        let households = Int((Double(options.children) * options.siblingShare / average).rounded())
        var sizes = random.apportion(households, shares).map { $0 + 2 }
        var children = 0
        for size in sizes { children += size }
        while children > options.children { children -= sizes.removeLast() }
        sizes.append(contentsOf: repeatElement(1, count: options.children - children))
        random.shuffle(&sizes)
        return sizes
    }

    private mutating func addFamilies(_ options: CityOptions, sizes: [Int], places: Places) {
        var random = SeededRandom(seed: options.seed, .ages)
        let families = Self.siblingAges(
            options, sizes: sizes.filter { $0 > 1 }, classes: places.takenClasses, &random)
        var wanted = Self.normalised(options.ageShares).map { $0 * Double(options.children) }
        for family in families { for age in family.ages { wanted[age] -= 1 } }
        wanted = wanted.map { max(0, $0) }
        var singles = random.apportion(
            sizes.count { $0 == 1 }, wanted.contains { $0 > 0 } ? wanted : options.ageShares)
        let calendar = CityCalendar(month: options.month).taken(by: places)
        var nextFamily = 0
        for size in sizes {
            if size == 1 {
                let age = singles.removeLast()
                ages.append(age)
                birthdays.append(calendar.birthday(age: age, &random))
                hasTwins.append(false)
            } else {
                let family = families[nextFamily]
                nextFamily += 1
                ages += family.ages
                birthdays += Self.birthdays(ages: family.ages, calendar, &random)
                hasTwins.append(family.hasTwins)
            }
            starts.append(ages.count)
        }
    }

    private static func normalised(_ shares: [Double]) -> [Double] {
        var total = 0.0
        for share in shares { total += share }
        return shares.map { $0 / total }
    }

    /// The class ages of each household of siblings, eldest first. Only twins share a class.
    private static func siblingAges(
        _ options: CityOptions, sizes: [Int], classes: [Int], _ random: inout SeededRandom
    ) -> [(ages: [Int], hasTwins: Bool)] {
        // A household may need several different ages, so no age that a facility takes gets a share of exactly 0.
        let shares = normalised(options.ageShares).enumerated().map { age, share in
            classes.contains(age) ? share + 0.000_001 : 0
        }
        let pairs = (0...5).flatMap { younger in (younger..<6).dropFirst().map { [$0, younger] } }
        // Siblings are usually two or three years apart, and less often one.
        let pairWeights = pairs.map { shares[$0[0]] * shares[$0[1]] * [0, 0.5, 1, 1, 0.7, 0.4][$0[0] - $0[1]] }
        let twins = Int((Double(sizes.count) * options.twinShare).rounded())
        let pairCount = sizes.dropFirst(twins).count { $0 == 2 }
        var pairChoices = random.apportion(pairCount, pairWeights)
        return sizes.enumerated().map { index, size in
            if index >= twins, size == 2 { return (pairs[pairChoices.removeLast()], false) }
            var weights = shares
            var ages: [Int] = []
            while ages.count < size {
                let age = random.pick(weights)
                weights[age] = 0
                ages += ages.isEmpty && index < twins ? [age, age] : [age]
            }
            return (ages.sorted(by: >), index < twins)
        }
    }

    /// Birthdays of siblings: the same day if they share a class, else at least 300 days apart.
    private static func birthdays(ages: [Int], _ calendar: CityCalendar, _ random: inout SeededRandom) -> [Int] {
        // The last birthday of each that leaves room for those after it.
        var last = ages.map { calendar.birthdays[$0].upperBound }
        for index in ages.indices.dropLast().reversed() where ages[index] != ages[index + 1] {
            last[index] = min(last[index], last[index + 1] - 300)
        }
        var days: [Int] = []
        for (index, age) in ages.enumerated() {
            if index > 0, ages[index - 1] == age {
                days.append(days[index - 1])
                continue
            }
            var day = calendar.birthday(age: age, &random)
            // There is always room: if the elder was born on its last day, 300 days later is in this class.
            let first = max(calendar.birthdays[age].lowerBound, index > 0 ? days[index - 1] + 300 : .min)
            if day < first || day > last[index] { day = first + random.below(last[index] - first + 1) }
            days.append(day)
        }
        return days
    }

    // MARK: People and answers

    /// Points in coarse steps; 40 means that both parents work full time.
    private static let pointSteps: [(points: Int, weight: Double)] = [
        (40, 46), (42, 7), (44, 2), (41, 5), (39, 3), (38, 10), (36, 8), (34, 5), (32, 4), (30, 3), (28, 2), (26, 2),
        (24, 1), (20, 2),
    ]

    private mutating func addPeople(_ options: CityOptions) {
        let weights = Self.pointSteps.map(\.weight)
        for household in 0..<starts.count - 1 {
            var random = SeededRandom(seed: options.seed, .people, household)
            let tier = 1 + random.pick([0.95, 0.04, 0.01])
            let points = Self.pointSteps[random.pick(weights)].points
            let category = 1 + random.pick([0.55, 0.2, 0.1, 0.06, 0.04, 0.03, 0.02])
            // Income-based tax in units of 100 yen: many pay around 150,000 yen, few more than 400,000, and some none.
            let exempt = random.chance(0.06)
            let (first, second) = (random.fraction(), random.fraction())
            let tax = exempt ? 0 : Int(600 + 2_700 * first + 2_700 * first * second * second)
            people.append(People(tier: tier, points: points, category: category, tax: tax))
        }
    }

    /// The share of each answer about timing.
    static let timingShares: [(timing: Timing, share: Double)] = [
        (.together, 0.42), (.any, 0.29), (.elder, 0.07), (.younger, 0.06), (.lead, 0.04), (.independent, 0.12),
    ]
    /// The share of each answer about facilities, among households whose timing is not `independent`.
    static let facilityShares: [(facility: FacilityAnswer, share: Double)] = [
        (.sameFirst, 0.35), (.sameOnly, 0.30), (.rankFirst, 0.22), (.near, 0.13),
    ]

    private mutating func addAnswers(_ options: CityOptions) {
        var random = SeededRandom(seed: options.seed, .answers)
        let (timings, facilities) = (Self.timingShares, Self.facilityShares)
        let families = (0..<householdCount).filter { members(of: $0).count > 1 }
        let timingChoices = random.apportion(families.count, timings.map(\.share))
        let facilityChoices = random.apportion(families.count, facilities.map(\.share))
        answers = [Answer?](repeating: nil, count: householdCount)
        for (index, household) in families.enumerated() {
            let size = members(of: household).count
            let timing = timings[timingChoices[index]].timing
            var answer = Answer(timing: timing)
            if timing != .independent { answer.facility = facilities[facilityChoices[index]].facility }
            if timing == .lead { answer.leadMember = random.below(size) }
            let (isBlank, blankColumn, prefers) = (
                random.chance(options.blankAnswerShare), random.below(2), random.chance(0.05)
            )
            // A household that leaves its timing blank keeps its facility answer, and needs no lead.
            if isBlank, timing != .independent {
                if blankColumn == 0 {
                    answer.timing = nil
                    answer.leadMember = nil
                } else {
                    answer.facility = nil
                }
            }
            if prefers, timing != .independent { answer.preferredMember = random.below(size) }
            answers[household] = answer
        }
    }

    // MARK: Enrolment

    /// Chooses the transfer applicants. Most are single children; some are enrolled elder siblings who apply to move together
    /// with a younger one.
    private mutating func addTransfers(_ options: CityOptions, places: Places) {
        var random = SeededRandom(seed: options.seed, .enrolment)
        isTransfer = [Bool](repeating: false, count: childCount)
        var (elders, singles, others): ([Int], [Int], [Int]) = ([], [], [])
        for household in 0..<householdCount {
            let isFamily = members(of: household).count > 1
            let elderMoves = isFamily && random.chance(0.15)
            for child in members(of: household)
            where ages[child] > 0 && birthdays[child] <= places.latestBirths[ages[child]].second {
                if !isFamily {
                    singles.append(child)
                } else if elderMoves, child == starts[household] {
                    elders.append(child)
                } else {
                    others.append(child)
                }
            }
        }
        random.shuffle(&singles)
        random.shuffle(&others)
        let wanted = Int((Double(childCount) * options.transferShare).rounded())
        for child in (elders + singles + others).prefix(wanted) { isTransfer[child] = true }
    }

    private mutating func addEnrolledSiblings(_ options: CityOptions) {
        var random = SeededRandom(seed: options.seed, .enrolment, 1)
        hasEnrolledSibling = [Bool](repeating: false, count: householdCount)
        var missing = Int((Double(childCount) * options.enrolledSiblingShare).rounded())
        var households: [Int] = []
        for household in 0..<householdCount {
            let transfers = members(of: household).count { isTransfer[$0] }
            if transfers == 0 {
                households.append(household)
            } else if members(of: household).count > 1 {
                // A sibling that applies to move counts as an enrolled sibling of all the others.
                missing -= members(of: household).count - (transfers == 1 ? 1 : 0)
            } else {
                households.append(household)
            }
        }
        random.shuffle(&households)
        for household in households where missing > 0 {
            hasEnrolledSibling[household] = true
            missing -= members(of: household).count
        }
    }
}

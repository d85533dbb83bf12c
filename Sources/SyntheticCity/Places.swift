import Admissions

/// The kind of a facility in Japanese law.
enum FacilityKind: UInt8 {
    /// Licensed nursery, classes 0 to 5.
    case nursery
    /// Small-scale nursery (小規模保育), classes 0 to 2; its children go on to a partner facility.
    case smallScale
    /// Kodomo-en: nursery and kindergarten in one.
    case kodomoEn

    var name: String {
        switch self {
        case .nursery: "認可保育所"
        case .smallScale: "小規模保育事業"
        case .kodomoEn: "認定こども園"
        }
    }

    /// Shares of the three kinds.
    static let shares = [0.58, 0.27, 0.15]

    var nameEndings: [String] {
        switch self {
        case .nursery: ["保育園", "保育園", "保育所"]
        case .smallScale: ["小規模保育室", "保育室", "ナーサリー"]
        case .kodomoEn: ["こども園", "認定こども園"]
        }
    }

    /// Children of classes 0 to 5 at a facility of ordinary size.
    var capacities: [Double] {
        switch self {
        case .nursery: [6, 10, 12, 15, 16, 16]
        case .smallScale: [4, 7, 8, 0, 0, 0]
        case .kodomoEn: [6, 11, 13, 22, 24, 24]
        }
    }
}

/// Which classes of a facility share places.
enum Pooling: UInt8 {
    case none
    /// Classes 3 to 5 share a limit in addition to their own limits.
    case limitOnOlder
    /// Classes 3 to 5 share a limit and have none of their own.
    case openOlder
    /// Classes 0 to 2 share a limit, and classes 3 to 5 another, in addition to their own limits.
    case limitOnBoth
}

/// The facilities, without their vacancies, which are scaled to the demand later.
struct Places {
    let count: Int
    private(set) var x: [Double] = []
    private(set) var y: [Double] = []
    private(set) var names: [String] = []
    private(set) var wards: [Int] = []
    private(set) var kinds: [FacilityKind] = []
    /// For each facility a set of bits; bit `a` is set if class `a` is offered. The first facility offers all classes and takes
    /// children from the age of 57 days.
    private(set) var offers: [UInt8] = []
    private(set) var minimumDays: [Int?] = []
    private(set) var minimumMonths: [Int?] = []
    /// The last birthday with which a child is old enough, as a day number.
    private(set) var latestBirth: [Int] = []
    /// How much families like each facility, about 1. At equal distance the probability of a wish is proportional to it.
    private(set) var popularity: [Double] = []
    private(set) var pooling: [Pooling] = []
    private(set) var hasTotal: [Bool] = []
    /// Places for the group `support`; `nil` if the facility sets no limit.
    private(set) var supportSeats: [Int?] = []
    /// For class `a` at facility `f`, at `6 * f + a`, a number proportional to its vacancies.
    private(set) var vacancyWeights: [Double] = []
    /// For each class the number of facilities that offer it.
    private(set) var offering = [Int](repeating: 0, count: 6)
    /// Main buildings and their branches that share a limit, ascending by the main building.
    private(set) var pairs: [BuildingPair] = []
    /// For each facility the index of its pair; -1 if it has none.
    private(set) var pairOf: [Int]
    /// For each facility what it says of seats that a transfer leaves in classes 0 to 5, as in a facility's row; empty: nothing.
    private(set) var closing: [[Bool?]]
    /// Classes in which such seats stay closed where a facility says nothing.
    let closedEverywhere: AgeSet
    let grid: PointGrid
    /// For each class the latest birthday with which a facility takes a child, and with which a second one does, as day numbers.
    private(set) var latestBirths = [(first: Int, second: Int)](repeating: (.min, .min), count: 6)
    /// The vacancies of class `a` at facility `f`, at `6 * f + a`, where they are given; else empty.
    private(set) var givenVacancies: [Int32] = []
    /// Whether the facilities are given.
    let isGiven: Bool
    /// The largest distance from the middle to the east or to the north.
    private(set) var reach = 0.0

    /// Two facilities near each other with one limit over some of their classes.
    struct BuildingPair {
        let main: Int
        let branch: Int
        let ages: AgeSet
    }

    init(_ options: CityOptions, geography: Geography) {
        count = options.facilities
        isGiven = false
        pairOf = [Int](repeating: -1, count: count)
        closing = [[Bool?]](repeating: [], count: count)
        closedEverywhere = options.extraRules.contains(.closedSeats) ? AgeSet([5]) : []
        var usedNames = Set<String>()
        var (xs, ys): ([Double], [Double]) = ([], [])
        var stations: [Int] = []
        for index in 0..<count {
            var random = SeededRandom(seed: options.seed, .facilities, index)
            // Facilities are spread evenly over the stations, because a city plans its supply.
            stations.append(geography.station(at: (Double(index) + random.fraction()) / Double(count)))
            let place = geography.place(around: stations[index], spread: 0.7, &random)
            xs.append(place.x)
            ys.append(place.y)
        }
        grid = PointGrid(x: xs, y: ys, radius: geography.radius, pointsPerCell: 4)
        (x, y) = (xs, ys)
        let days = AgeTest(month: options.month)
        for index in 0..<count {
            var random = SeededRandom(seed: options.seed, .facilities, count + index)
            let kind: FacilityKind =
                index == 0 ? .nursery : [.nursery, .smallScale, .kodomoEn][random.pick(FacilityKind.shares)]
            kinds.append(kind)
            names.append(
                CityNames.facility(
                    kind: kind, town: geography.stationNames[stations[index]], used: &usedNames, &random))
            wards.append(geography.ward(x: x[index], y: y[index]))
            addClasses(kind, isFirst: index == 0, &random)
            addMinimumAge(isFirst: index == 0, days, &random)
            addPopularity(station: stations[index], geography, &random)
            addLimits(options, &random)
        }
        if options.extraRules.contains(.sharedLimits) { addPairs(seed: options.seed) }
        if options.extraRules.contains(.closedSeats) { addClosing(seed: options.seed) }
        findLatestBirths()
    }

    /// Takes the facilities that are given. Without vacancies of their own they get weights for them by kind and size.
    init(_ options: CityOptions, _ given: GivenFacilities) {
        count = given.facilities.count
        isGiven = true
        pairOf = [Int](repeating: -1, count: count)
        closing = [[Bool?]](repeating: [], count: count)
        closedEverywhere = []
        let positions = given.positions(seed: options.seed)
        (x, y) = (positions.x, positions.y)
        reach = zip(x, y).reduce(1) { max($0, abs($1.0), abs($1.1)) }
        grid = PointGrid(x: x, y: y, radius: reach, pointsPerCell: 4)
        let days = AgeTest(month: options.month)
        let waiting = given.facilities.reduce(0) { $0 + $1.waitingCount }
        for facility in given.facilities {
            let row = facility.row
            names.append(row.name)
            kinds.append(facility.kind)
            minimumDays.append(row.minimumAgeDays)
            minimumMonths.append(row.minimumAgeMonths)
            latestBirth.append(days.latestBirth(months: row.minimumAgeMonths ?? 0, days: row.minimumAgeDays ?? 0))
            // Where many wait, many wish.
            let sought = waiting > 0 ? Double(facility.waitingCount * count) / Double(waiting) : 1
            popularity.append(0.5 + 0.5 * min(5, sought))
            pooling.append(.none)
            hasTotal.append(false)
            supportSeats.append(nil)
            addClasses(of: facility, hasVacancies: given.hasVacancies, days)
            if given.hasVacancies { givenVacancies += row.seats.map { Int32($0 ?? 0) } }
        }
        findLatestBirths()
    }

    /// The classes that some facility takes children of.
    var takenClasses: [Int] { (0..<6).filter { latestBirths[$0].first > .min } }

    private mutating func findLatestBirths() {
        for facility in 0..<count {
            for age in 0..<6 where isOffered(facility, age: age) {
                let (first, second) = latestBirths[age]
                let birth = latestBirth[facility]
                latestBirths[age] = (max(first, birth), max(min(first, birth), second))
            }
        }
    }

    /// The classes of a given facility that a child may be old enough for.
    private mutating func addClasses(of facility: GivenFacility, hasVacancies: Bool, _ days: AgeTest) {
        let index = offers.count
        offers.append(0)
        let ofKind = facility.kind.capacities
        let takes = (0..<6).map { age in
            facility.offers(age, hasVacancies: hasVacancies) && days.firstBirth(age: age) <= latestBirth[index]
        }
        var pattern = 0.0
        for age in 0..<6 where takes[age] { pattern += max(1, ofKind[age]) }
        var below = 0.0
        for age in 0..<6 {
            if takes[age] {
                offers[index] |= 1 << UInt8(age)
                offering[age] += 1
            }
            let told = facility.row.capacity.isEmpty ? nil : facility.row.capacity[age]
            let share = max(1, ofKind[age]) / max(1, pattern)
            let places = told.map { Double(max(0, $0)) } ?? Double(facility.size) * share
            vacancyWeights.append(takes[age] ? max(0.06 * places, places - 0.92 * below) : 0)
            below = takes[age] ? places : 0
        }
    }

    /// Whether a seat of the class stays closed where a transfer leaves it.
    func keepsClosed(_ facility: Int, age: Int) -> Bool {
        (closing[facility].isEmpty ? nil : closing[facility][age]) ?? closedEverywhere.contains(age: age)
    }

    /// Whether the facility has a limit over several facilities that covers the class.
    func shares(_ facility: Int, age: Int) -> Bool {
        pairOf[facility] >= 0 && pairs[pairOf[facility]].ages.contains(age: age)
    }

    /// Gives some facilities a branch: the nearest one around that has no pair yet.
    private mutating func addPairs(seed: UInt64) {
        for main in 0..<count {
            var random = SeededRandom(seed: seed, .buildings, main)
            let (isMain, sharesAll) = (random.chance(0.12), random.chance(0.6))
            guard isMain, pairOf[main] < 0 else { continue }
            var nearest: (facility: Int, square: Double)?
            for ring in 0...1 where grid.reaches(ring: ring, x: x[main], y: y[main]) {
                grid.forEachPoint(inRing: ring, x: x[main], y: y[main]) { other in
                    guard other != main, pairOf[other] < 0 else { return }
                    let (east, north) = (x[other] - x[main], y[other] - y[main])
                    let square = east * east + north * north
                    if square < nearest?.square ?? .infinity { nearest = (other, square) }
                }
            }
            guard let branch = nearest?.facility else { continue }
            pairOf[main] = pairs.count
            pairOf[branch] = pairs.count
            pairs.append(BuildingPair(main: main, branch: branch, ages: sharesAll ? AgeSet(0...5) : AgeSet(0...2)))
        }
    }

    /// Lets some facilities give no seat again in any class, or in classes 0 to 2, and a few give those of the eldest again.
    private mutating func addClosing(seed: UInt64) {
        for facility in 0..<count {
            var random = SeededRandom(seed: seed, .closing, facility)
            switch random.pick([0.1, 0.15, 0.1, 0.65]) {
            case 0: closing[facility] = [Bool?](repeating: true, count: 6)
            case 1: closing[facility] = [true, true, true, nil, nil, nil]
            case 2: closing[facility] = [nil, nil, nil, nil, nil, false]
            default: break
            }
        }
    }

    func isOffered(_ facility: Int, age: Int) -> Bool { offers[facility] >> UInt8(age) & 1 == 1 }

    private mutating func addClasses(_ kind: FacilityKind, isFirst: Bool, _ random: inout SeededRandom) {
        let startsAtOne = random.chance(kind == .smallScale ? 0.05 : kind == .nursery ? 0.15 : 0.4)
        let size = 0.6 + random.fraction() * 0.9
        let mask: UInt8 = (kind == .smallScale ? 0b000111 : 0b111111) & (startsAtOne && !isFirst ? 0b111110 : 0b111111)
        offers.append(mask)
        var below = 0.0
        for (age, capacity) in kind.capacities.enumerated() {
            let isOffered = mask >> UInt8(age) & 1 == 1
            if isOffered { offering[age] += 1 }
            // In April a class fills with the children of the class below; some of them leave.
            vacancyWeights.append(isOffered ? size * max(0.06 * capacity, capacity - 0.92 * below) : 0)
            below = isOffered ? capacity : 0
        }
    }

    private mutating func addMinimumAge(isFirst: Bool, _ test: AgeTest, _ random: inout SeededRandom) {
        // 57 days of age follow the end of a mother's leave after birth (Labour Standards Act, art. 65).
        let choice = isFirst ? 0 : random.pick([0.45, 0.12, 0.10, 0.33])
        minimumDays.append(choice == 0 ? 57 : nil)
        minimumMonths.append([nil, 3, 4, 6][choice])
        latestBirth.append(choice == 0 ? test.firstDay - 57 : test.latestBirth(months: [0, 3, 4, 6][choice]))
    }

    private mutating func addPopularity(station: Int, _ geography: Geography, _ random: inout SeededRandom) {
        let index = popularity.count
        let liking = random.fraction()
        let (east, north) = (x[index] - geography.stationX[station], y[index] - geography.stationY[station])
        // Most facilities are near 1, and a few are three times as popular; those within half a kilometre of a station gain more.
        let reputation = 0.5 + 2.5 * liking * liking * liking * liking
        popularity.append(reputation * (east * east + north * north < 0.25 ? 1.5 : 1))
    }

    private mutating func addLimits(_ options: CityOptions, _ random: inout SeededRandom) {
        let offersOlder = offers[offers.count - 1] & 0b111000 != 0
        let (poolDraw, totalDraw, supportDraw) = (random.fraction(), random.fraction(), random.fraction())
        if options.pooledEverywhere {
            pooling.append(.limitOnBoth)
        } else {
            pooling.append(!offersOlder || poolDraw >= 0.12 ? .none : poolDraw < 0.06 ? .openOlder : .limitOnOlder)
        }
        // A facility with a single pool has no total limit in addition.
        hasTotal.append(totalDraw < 0.08 && (offersOlder || !options.pooledEverywhere))
        supportSeats.append(supportDraw < 0.10 ? 0 : supportDraw < 0.50 ? 1 : supportDraw < 0.65 ? 2 : nil)
    }
}

/// Compares birthdays with minimum ages on the first day of the placement month.
struct AgeTest {
    /// The first day of the placement month, as a day number.
    let firstDay: Int
    private let month: PlacementMonth
    private let latest: [Int]

    init(month: PlacementMonth) {
        self.month = month
        firstDay = month.firstDay.dayNumber
        latest = (0...120).map { months in
            var date = month.firstDay.adding(months: -months)
            // A later birthday may reach the age on the same day if the month in which it is reached is shorter.
            while true {
                let next = CityCalendar.dayAfter(date)
                if next.adding(months: months) > month.firstDay { return date.dayNumber }
                date = next
            }
        }
    }

    /// The last birthday on which a child is `months` (0 to 120) old on the first day.
    func latestBirth(months: Int) -> Int { latest[months] }

    /// The last birthday on which a child is `months` (0 to 120) and `days` old on the first day.
    func latestBirth(months: Int, days: Int) -> Int { min(latest[months], firstDay - days) }

    /// The first birthday of a class.
    func firstBirth(age: Int) -> Int { CalendarDate(year: month.fiscalYear - 1 - age, month: 4, day: 2)!.dayNumber }
}

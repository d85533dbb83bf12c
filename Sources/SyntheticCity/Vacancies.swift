import Admissions

/// The vacant seats of every facility: those in the draft, or during the calibration those that are still free.
struct Vacancies {
    /// The seats of class `a` at facility `f`, at `6 * f + a`; meaningful only if the class is offered.
    var classes: [Int32]
    /// For each facility three limits, or `noLimit`: of classes 0-2 together, of classes 3-5 together, and of all classes.
    var younger: [Int32]
    var older: [Int32]
    var total: [Int32]
    /// Places for the group `support`.
    var support: [Int32]
    /// Seats of class 3 for children who do not come from a partner.
    var notGraduates: [Int32]
    /// For each pair of main building and branch the seats that they share.
    var shared: [Int32]

    static let noLimit = Int32.max

    /// Makes as many seats as the scale of each class says. A fraction of each facility decides how its numbers are rounded.
    ///
    /// - Parameters:
    ///   - places: The facilities.
    ///   - scales: For each class its seats per weight.
    ///   - roundings: For each class of each facility a fraction.
    ///   - reserved: For each facility the places of class 3 that it keeps for children of its partner.
    ///   - excess: For each class of each facility how many children it has too many.
    init(places: Places, scales: [Double], roundings: [Double], reserved: [Int32], excess: [Int32]) {
        classes = [Int32](repeating: 0, count: places.count * 6)
        younger = [Int32](repeating: Self.noLimit, count: places.count)
        (older, total, support, notGraduates) = (younger, younger, younger, younger)
        shared = [Int32](repeating: 0, count: places.pairs.count)
        for facility in 0..<places.count {
            var sums = (younger: 0, older: 0)
            for age in 0..<6 {
                let place = facility * 6 + age
                let seats = Int(places.vacancyWeights[place] * scales[age] + roundings[place])
                classes[place] = excess[place] > 0 ? -excess[place] : Int32(seats)
                if places.shares(facility, age: age) { shared[places.pairOf[facility]] += Int32(seats) }
                if age < 3 { sums.younger += seats } else { sums.older += seats }
            }
            func share(_ seats: Int, _ share: Double) -> Int32 { Int32((Double(seats) * share).rounded(.up)) }
            switch places.pooling[facility] {
            case .none: break
            case .openOlder: older[facility] = Int32(sums.older)
            case .limitOnOlder: older[facility] = share(sums.older, 0.85)
            case .limitOnBoth:
                if places.offers[facility] & 0b000111 != 0 { younger[facility] = share(sums.younger, 0.75) }
                if places.offers[facility] & 0b111000 != 0 { older[facility] = share(sums.older, 0.75) }
            }
            if places.hasTotal[facility] { total[facility] = share(sums.younger + sums.older, 0.92) }
            if let seats = places.supportSeats[facility] { support[facility] = Int32(seats) }
            if reserved[facility] > 0 {
                notGraduates[facility] = max(0, classes[facility * 6 + 3] - reserved[facility])
            }
        }
        // Both buildings together have fewer carers than rooms.
        for pair in shared.indices { shared[pair] = Int32((Double(shared[pair]) * 0.8).rounded(.up)) }
    }

    /// The vacancies of given facilities, which have no further limits.
    init(given vacancies: [Int32]) {
        classes = vacancies
        younger = [Int32](repeating: Self.noLimit, count: vacancies.count / 6)
        (older, total, support, notGraduates) = (younger, younger, younger, younger)
        shared = []
    }

    /// Takes (`change` 1) or gives back (`change` -1) a seat of every limit that covers the child at the facility.
    mutating func use(_ facility: Int, _ seat: Seat, in places: Places, change: Int32) {
        if !(seat.age >= 3 && places.pooling[facility] == .openOlder) { classes[facility * 6 + seat.age] -= change }
        func take(_ seats: inout Int32) { if seats != Self.noLimit { seats -= change } }
        if seat.age < 3 { take(&younger[facility]) } else { take(&older[facility]) }
        take(&total[facility])
        if seat.needsSupport { take(&support[facility]) }
        if places.shares(facility, age: seat.age) { take(&shared[places.pairOf[facility]]) }
        if seat.age == 3 && !seat.isGraduate { take(&notGraduates[facility]) }
    }

    /// Whether every limit that covers the child at the facility has a seat left.
    func hasRoom(_ facility: Int, _ seat: Seat, in places: Places) -> Bool {
        if !(seat.age >= 3 && places.pooling[facility] == .openOlder), classes[facility * 6 + seat.age] <= 0 {
            return false
        }
        return (seat.age < 3 ? younger : older)[facility] > 0 && total[facility] > 0
            && (!seat.needsSupport || support[facility] > 0)
            && (!places.shares(facility, age: seat.age) || shared[places.pairOf[facility]] > 0)
            && (seat.age != 3 || seat.isGraduate || notGraduates[facility] > 0)
    }

    /// The properties that decide which limits cover a child.
    struct Seat {
        let age: Int
        let needsSupport: Bool
        let isGraduate: Bool
    }
}

/// Scales the vacancies until the wanted number of new applicants of each class is held.
///
/// Held children are counted by a plain serial dictatorship: in the order of priority each child takes its first wish with
/// room. This ignores sibling rules, bonuses at single facilities and seats that become free later, so a true allocation holds
/// somewhat more or fewer children. It is an aid for calibration and never a result.
struct Calibration {
    /// The vacancies that came nearest to the wanted numbers.
    private(set) var vacancies: Vacancies
    /// New applicants of each class, and how many of them are held.
    private(set) var applicants = [Int](repeating: 0, count: 6)
    private(set) var held = [Int](repeating: 0, count: 6)

    /// The share of the new applicants of each class that should be held; empty where the vacancies are given.
    let targets: [Double]

    /// The share of each class that is held, before it is scaled to the wanted total. It is largest for 1-year-olds.
    private static let hardness = [0.17, 0.40, 0.25, 0.12, 0.10, 0.08]

    init(_ options: CityOptions, places: Places, residents: Residents, wishes: Wishes) {
        let order = Self.priorityOrder(options, residents)
        for child in residents.ages.indices where wishes.current[child] < 0 { applicants[residents.ages[child]] += 1 }
        if !places.givenVacancies.isEmpty {
            vacancies = Vacancies(given: places.givenVacancies)
            targets = []
            held = Self.heldChildren(order, vacancies, places, residents, wishes)
            return
        }
        var roundings: [Double] = []
        roundings.reserveCapacity(places.count * 6)
        for facility in 0..<places.count {
            var random = SeededRandom(seed: options.seed, .vacancies, facility)
            for _ in 0..<6 { roundings.append(random.fraction()) }
        }
        let reserved = Self.reserved(places, residents, wishes)
        let excess = Self.excess(options, places, residents, wishes)
        targets = Self.heldTargets(options, applicants)
        var scales = Self.firstScales(places, applicants, targets)
        vacancies = Vacancies(
            places: places, scales: scales, roundings: roundings, reserved: reserved, excess: excess)
        var best = Double.infinity
        for _ in 0..<20 {
            let trial = Vacancies(
                places: places, scales: scales, roundings: roundings, reserved: reserved, excess: excess)
            let trialHeld = Self.heldChildren(order, trial, places, residents, wishes)
            var error = 0.0
            for age in 0..<6 { error += abs(Double(trialHeld[age]) - targets[age] * Double(applicants[age])) }
            if error < best { (best, vacancies, held) = (error, trial, trialHeld) }
            if error <= 0.001 * Double(residents.childCount) { break }
            for age in 0..<6 where applicants[age] > 0 {
                let placed = 1 - Double(trialHeld[age]) / Double(applicants[age])
                let ratio = (1 - targets[age]) / max(placed, 0.05)
                scales[age] *= max(0.5, min(2, ratio * ratio.squareRoot()))
            }
        }
    }

    /// Children in the order of the comparator's keys, without points of single wishes, and with a draw of its own.
    private static func priorityOrder(_ options: CityOptions, _ residents: Residents) -> [Int32] {
        var keys: [(key: UInt64, child: Int32)] = []
        keys.reserveCapacity(residents.childCount)
        var random = SeededRandom(seed: options.seed, .order)
        for household in 0..<residents.householdCount {
            let people = residents.people[household]
            for child in residents.members(of: household) {
                let draw = random.next() >> 32
                var key = UInt64(people.tier) << 60
                key |= UInt64(100 - people.points - (residents.isGraduate[child] ? Residents.graduateBonus : 0)) << 50
                key |= UInt64(people.category) << 46 | UInt64(people.tax) << 32
                keys.append((options.priorities == .realistic ? key | draw : draw, Int32(child)))
            }
        }
        keys.sort { ($0.key, $0.child) < ($1.key, $1.child) }
        return keys.map(\.child)
    }

    /// Places of class 3 that each facility keeps for children of its partner, at most three.
    private static func reserved(_ places: Places, _ residents: Residents, _ wishes: Wishes) -> [Int32] {
        var reserved = [Int32](repeating: 0, count: places.count)
        for child in residents.ages.indices where residents.isGraduate[child] {
            guard let first = wishes.wishes(of: child).first, places.pooling[Int(first)] != .openOlder else { continue }
            reserved[Int(first)] = min(3, reserved[Int(first)] + 1)
        }
        return reserved
    }

    /// How many children each class of each facility has too many: one or two in some classes, mostly of those that somebody
    /// wants to leave.
    private static func excess(
        _ options: CityOptions, _ places: Places, _ residents: Residents, _ wishes: Wishes
    ) -> [Int32] {
        var excess = [Int32](repeating: 0, count: places.count * 6)
        guard options.extraRules.contains(.overFull) else { return excess }
        var isLeft = [Bool](repeating: false, count: places.count * 6)
        for (child, facility) in wishes.current.enumerated() where facility >= 0 {
            isLeft[Int(facility) * 6 + residents.ages[child]] = true
        }
        for facility in 0..<places.count {
            var random = SeededRandom(seed: options.seed, .overfull, facility)
            for age in 0..<6 {
                let (part, isTwo) = (random.fraction(), random.chance(0.25))
                let hasLimit = age < 3 || places.pooling[facility] != .openOlder
                guard places.isOffered(facility, age: age), hasLimit, part < (isLeft[facility * 6 + age] ? 0.3 : 0.02)
                else { continue }
                excess[facility * 6 + age] = isTwo ? 2 : 1
            }
        }
        return excess
    }

    private static func heldTargets(_ options: CityOptions, _ applicants: [Int]) -> [Double] {
        var (hard, all) = (0.0, 0.0)
        for age in 0..<6 {
            hard += hardness[age] * Double(applicants[age])
            all += Double(applicants[age])
        }
        return hardness.map { hard > 0 ? min(0.95, $0 / hard * all * options.heldShare) : 0 }
    }

    private static func firstScales(_ places: Places, _ applicants: [Int], _ targets: [Double]) -> [Double] {
        (0..<6).map { age in
            var weight = 0.0
            for facility in 0..<places.count { weight += places.vacancyWeights[facility * 6 + age] }
            return weight > 0 ? Double(applicants[age]) * (1 - targets[age]) / weight : 0
        }
    }

    private static func heldChildren(
        _ order: [Int32], _ vacancies: Vacancies, _ places: Places, _ residents: Residents, _ wishes: Wishes
    ) -> [Int] {
        var free = vacancies
        var held = [Int](repeating: 0, count: 6)
        for child in order.lazy.map({ Int($0) }) {
            let seat = Vacancies.Seat(
                age: residents.ages[child], needsSupport: residents.needsSupport[child],
                isGraduate: residents.isGraduate[child])
            let current = Int(wishes.current[child])
            let taken = wishes.wishes(of: child).first { wish in
                places.isOffered(Int(wish), age: seat.age)
                    && residents.birthdays[child] <= places.latestBirth[Int(wish)]
                    && free.hasRoom(Int(wish), seat, in: places)
            }
            if let taken {
                free.use(Int(taken), seat, in: places, change: 1)
                if current >= 0, !places.keepsClosed(current, age: seat.age) {
                    free.use(current, seat, in: places, change: -1)
                }
            } else if current < 0 {
                held[seat.age] += 1
            }
        }
        return held
    }
}

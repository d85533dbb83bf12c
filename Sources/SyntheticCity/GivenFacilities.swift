import Admissions

/// A facility for which applicants are drawn, as a city publishes it.
public struct GivenFacility: Hashable, Sendable {
    /// What the facilities' table of the case says of it. Without vacancies anywhere they are drawn.
    public var row: FacilityRow
    /// Children who wait for classes 0 to 5, as the city counts them: six values, or empty.
    public var waiting: [Int?]
    /// Places of all classes together, where the city says no more.
    public var totalCapacity: Int?

    public init(_ row: FacilityRow, waiting: [Int?] = [], totalCapacity: Int? = nil) {
        precondition(waiting.isEmpty || waiting.count == 6, "waiting has six values or none, not \(waiting.count)")
        (self.row, self.waiting, self.totalCapacity) = (row, waiting, totalCapacity)
    }

    /// Whether the class is one of the facility's.
    ///
    /// Where places or children are given, one of the numbers of the class must be above 0: many lists have 0 both for a full
    /// class and for one that there is not. Where they are not, a class with a number is one, and without any number each is.
    func offers(_ age: Int, hasVacancies: Bool) -> Bool {
        if hasVacancies, row.seats[age] == nil { return false }
        let numbers = [row.seats, row.capacity, row.enrolled, waiting].filter { $0.contains { $0 != nil } }
        if numbers.isEmpty { return true }
        if [row.capacity, row.enrolled].contains(where: { $0.contains { $0 != nil } }) {
            return numbers.contains { ($0[age] ?? 0) != 0 }
        }
        return numbers.contains { $0[age] != nil }
    }

    /// How many children the facility has about, for its share of the families; at least 1.
    var size: Int {
        func sum(_ numbers: [Int?]) -> Int { numbers.reduce(0) { $0 + max(0, min($1 ?? 0, 1_000_000)) } }
        let capacity = totalCapacity.map { min($0, 1_000_000) } ?? sum(row.capacity)
        return max(1, capacity > 0 ? capacity : sum(row.enrolled) + sum(row.seats))
    }

    var waitingCount: Int { waiting.reduce(0) { $0 + max(0, min($1 ?? 0, 1_000_000)) } }

    var kind: FacilityKind {
        if row.kind.contains("小規模") || row.kind.contains("家庭的") { return .smallScale }
        return row.kind.contains("こども園") ? .kodomoEn : .nursery
    }

    /// The position in degrees, where both numbers are given and are on the globe's inhabited part.
    var position: (latitude: Double, longitude: Double)? {
        guard let latitude = row.latitude, let longitude = row.longitude, abs(latitude) <= 85, abs(longitude) <= 180
        else { return nil }
        return (latitude, longitude)
    }
}

/// The facilities of a city for which applicants are drawn, in place of facilities that are made up.
public struct GivenFacilities: Hashable, Sendable {
    /// Ascending by id, whatever order they were given in.
    public let facilities: [GivenFacility]
    /// Whether any class has vacancies; without any, vacancies are drawn as for a city that is made up.
    public let hasVacancies: Bool

    /// - Complexity: O(n log n) in the facilities.
    public init(_ facilities: [GivenFacility]) {
        self.facilities = facilities.sorted { $0.row.id < $1.row.id }
        hasVacancies = facilities.contains { $0.row.seats.contains { $0 != nil } }
    }

    /// Takes rows of a facilities' table, with what stands beside each row; the three have the same length.
    public init(_ rows: [FacilityRow], waiting: [[Int?]], totalCapacities: [Int?]) {
        self.init(
            rows.indices.map { GivenFacility(rows[$0], waiting: waiting[$0], totalCapacity: totalCapacities[$0]) })
    }

    /// How many children apply where nobody says.
    ///
    /// Where waiting numbers are given, their sum over ``wishesPerChild``, because a child that waits is counted at each
    /// facility that it wishes; else, with vacancies, so many that a quarter of the children find no seat if all seats are
    /// filled; else as many for a facility as in a city that is made up. At most 100,000: more is rather a number mistyped.
    public var usualChildren: Int {
        let usual = CityOptions()
        let waiting = facilities.reduce(0) { $0 + $1.waitingCount }
        let children: Double
        if waiting > 0 {
            children = Double(waiting) / Self.wishesPerChild
        } else if hasVacancies {
            let seats = facilities.flatMap(\.row.seats).reduce(0) { $0 + max(0, min($1 ?? 0, 1_000_000)) }
            children = Double(seats) / (1 - usual.heldShare)
        } else {
            children = Double(facilities.count * usual.children) / Double(usual.facilities)
        }
        return max(1, min(100_000, Int(min(children, 100_000).rounded())))
    }

    /// The wishes of a child on average: 4.7.
    public static let wishesPerChild = 4.7

    /// The shares of classes 0 to 5 among the children who wait; `nil` where nobody says.
    public var waitingShares: [Double]? {
        let counts = (0..<6).map { age in
            facilities.reduce(0) { $0 + ($1.waiting.isEmpty ? 0 : max(0, min($1.waiting[age] ?? 0, 1_000_000))) }
        }
        let sum = counts.reduce(0, +)
        return sum > 0 ? counts.map { Double($0) / Double(sum) } : nil
    }

    /// What is wrong with them, one sentence for each problem.
    var problems: [Phrase] {
        if facilities.isEmpty { return [Phrase("施設は一つ以上必要です。", "facilities must be at least one.")] }
        let month = PlacementMonth(year: 2027, month: 4)!
        let draft = CaseDraft(
            municipality: "", round: "", month: month, rules: Rules(priority: [], drawSeed: nil), attributeNames: [],
            children: [], facilities: facilities.map(\.row))
        return draft.resolve().findings.filter { $0.severity == .error && $0.table == .facilities }.map { finding in
            Phrase(same: finding.row.map { "\(facilities[$0].row.id): " } ?? "")
                + finding.phrase
        }
    }
}

// MARK: Where they are

extension GivenFacilities {
    /// Positions in kilometres east and north of the middle.
    struct Positions {
        var x: [Double] = []
        var y: [Double] = []
    }

    /// The positions by coordinates; where a facility has none, near the others of its ward; where no facility has any, in
    /// wards that lie apart from each other, since nobody says which are neighbours.
    func positions(seed: UInt64) -> Positions {
        let located = facilities.map(\.position)
        let known = located.compactMap { $0 }
        if known.isEmpty { return inWards(seed: seed) }
        let (south, north) = (known.map(\.latitude).min()!, known.map(\.latitude).max()!)
        let (west, east) = (known.map(\.longitude).min()!, known.map(\.longitude).max()!)
        let middle = (latitude: (south + north) / 2, longitude: (west + east) / 2)
        let kilometresEast = 111.32 * Self.cosine(degrees: middle.latitude)
        let places = located.map { place in
            place.map { (($0.longitude - middle.longitude) * kilometresEast, ($0.latitude - middle.latitude) * 110.95) }
        }
        var sums: [String: (x: Double, y: Double, count: Double)] = [:]
        for (index, place) in places.enumerated() {
            guard let place else { continue }
            let sum = sums[wardName(index), default: (0, 0, 0)]
            sums[wardName(index)] = (sum.x + place.0, sum.y + place.1, sum.count + 1)
        }
        var positions = Positions()
        for (index, place) in places.enumerated() {
            var random = SeededRandom(seed: seed, .facilities, index)
            let ward = sums[wardName(index), default: (0, 0, 1)]
            let position =
                place ?? (ward.x / ward.count + 0.8 * random.bell(), ward.y / ward.count + 0.8 * random.bell())
            positions.x.append(position.0)
            positions.y.append(position.1)
        }
        return positions
    }

    /// The ward as conditions compare it.
    func wardName(_ index: Int) -> String { facilities[index].row.foldedWard ?? facilities[index].row.ward }

    /// Rows of square wards in the order of their names, of 0.72 square kilometres for each facility, four kilometres apart.
    private func inWards(seed: UInt64) -> Positions {
        var members: [String: [Int]] = [:]
        for index in facilities.indices { members[wardName(index), default: []].append(index) }
        let names = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let sides = names.map { (0.72 * Double(members[$0]!.count)).squareRoot() }
        let perRow = max(1, Int(Double(names.count).squareRoot().rounded(.up)))
        var positions = Positions(
            x: [Double](repeating: 0, count: facilities.count), y: [Double](repeating: 0, count: facilities.count))
        var corner = (x: 0.0, y: 0.0)
        var height = 0.0
        for (index, name) in names.enumerated() {
            if index > 0, index % perRow == 0 {
                corner = (0, corner.y + height + Self.gap)
                height = 0
            }
            for facility in members[name]! {
                var random = SeededRandom(seed: seed, .facilities, facility)
                positions.x[facility] = corner.x + sides[index] * random.fraction()
                positions.y[facility] = corner.y + sides[index] * random.fraction()
            }
            corner.x += sides[index] + Self.gap
            height = max(height, sides[index])
        }
        let middle = (
            x: (positions.x.min()! + positions.x.max()!) / 2, y: (positions.y.min()! + positions.y.max()!) / 2
        )
        return Positions(x: positions.x.map { $0 - middle.x }, y: positions.y.map { $0 - middle.y })
    }

    /// Kilometres between two wards.
    private static let gap = 4.0

    /// The cosine by its series, which unlike that of a C library is the same on every machine.
    static func cosine(degrees: Double) -> Double {
        let square = degrees * 3.141592653589793 / 180 * (degrees * 3.141592653589793 / 180)
        var (sum, term) = (1.0, 1.0)
        for index in 1...12 {
            term *= -square / Double(2 * index * (2 * index - 1))
            sum += term
        }
        return sum
    }
}

// MARK: What follows for the applicants

extension CityOptions {
    /// The same without applicants for classes that no facility takes, and without households larger than there are classes.
    func fitting(_ places: Places) -> CityOptions {
        var options = self
        let classes = places.takenClasses
        options.ageShares = (0..<6).map { classes.contains($0) ? ageShares[$0] : 0 }
        if !options.ageShares.contains(where: { $0 > 0 }) {
            options.ageShares = (0..<6).map { classes.contains($0) ? 1 : 0 }
        }
        options.householdSizeShares = (0..<3).map { $0 + 2 <= classes.count ? householdSizeShares[$0] : 0 }
        if !options.householdSizeShares.contains(where: { $0 > 0 }) {
            (options.householdSizeShares, options.siblingShare) = (householdSizeShares, 0)
        }
        return options
    }
}

import Admissions

/// The wishes of each child, and where it and its siblings are enrolled.
struct Wishes {
    /// The wishes of child `c`, best first, are `facilities[starts[c]..<starts[c + 1]]`.
    private(set) var starts: [Int] = [0]
    private(set) var facilities: [Int32] = []
    /// The facility where each child has a place now; -1 for a new applicant.
    private(set) var current: [Int32] = []
    /// The facility of each household's enrolled sibling; -1 if there is none.
    private(set) var siblingFacility: [Int32] = []
    /// Home of each household, in kilometres.
    private(set) var homeX: [Double] = []
    private(set) var homeY: [Double] = []
    /// The number of wishes that cannot be granted.
    private(set) var ineligibleCount = 0

    func wishes(of child: Int) -> ArraySlice<Int32> { facilities[starts[child]..<starts[child + 1]] }

    /// - Complexity: O(n) in the number of wishes, as long as facilities are about equally dense around all homes.
    init(_ options: CityOptions, geography: Geography, places: Places, residents: Residents) {
        let lengths = ListLengths(options.wishes)
        current = [Int32](repeating: -1, count: residents.childCount)
        facilities.reserveCapacity(residents.childCount * 5)
        var chooser = WishChooser(places: places, residents: residents)
        for household in 0..<residents.householdCount {
            var random = SeededRandom(seed: options.seed, .homes, household)
            let station = geography.station(at: random.fraction())
            let home = geography.place(around: station, spread: 0.8, &random)
            homeX.append(home.x)
            homeY.append(home.y)
            random = SeededRandom(seed: options.seed, .wishes, household)
            chooser.choose(household: household, home: home, length: lengths.draw(&random), &random)
            for (index, child) in residents.members(of: household).enumerated() {
                facilities += chooser.lists[index]
                starts.append(facilities.count)
                current[child] = chooser.current[index]
                ineligibleCount += chooser.hasIneligible[index] ? 1 : 0
            }
            siblingFacility.append(chooser.siblingFacility)
        }
    }
}

/// The lengths of households' wish lists.
struct ListLengths {
    private let weights: [Double]
    private let fixed: Int?

    init(_ counts: CityOptions.WishCounts) {
        switch counts {
        case .fixed(let count): (weights, fixed) = ([], count)
        case .varied(let average, let maximum):
            fixed = nil
            var (low, high) = (0.0, 1.0)
            for _ in 0..<60 {
                let ratio = (low + high) / 2
                if Self.average(Self.weights(ratio: ratio, maximum: maximum)) < average {
                    low = ratio
                } else {
                    high = ratio
                }
            }
            weights = Self.weights(ratio: low, maximum: maximum)
        }
    }

    func draw(_ random: inout SeededRandom) -> Int { fixed ?? 1 + random.pick(weights) }

    /// The weights of lists of 1 to `maximum` wishes: one wish plus two geometric random numbers (a negative binomial
    /// distribution, cut off).
    private static func weights(ratio: Double, maximum: Int) -> [Double] {
        var power = 1.0
        return (0..<maximum).map { index in
            defer { power *= ratio }
            return Double(index + 1) * power
        }
    }

    private static func average(_ weights: [Double]) -> Double {
        var (sum, total) = (0.0, 0.0)
        for (index, weight) in weights.enumerated() {
            sum += Double(index + 1) * weight
            total += weight
        }
        return sum / total
    }
}

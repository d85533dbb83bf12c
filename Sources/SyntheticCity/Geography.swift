import Admissions

/// Where people live: homes around stations, inside a round city that is divided into wards.
///
/// Positions are kilometres east (`x`) and north (`y`) of the middle of the city.
struct Geography {
    /// The radius of the city in kilometres.
    let radius: Double
    let stationX: [Double]
    let stationY: [Double]
    let stationNames: [String]
    private let wardX: [Double]
    private let wardY: [Double]
    let wardNames: [String]
    private let cumulatedWeights: [Double]
    private let wardGrid: PointGrid

    init(facilities: Int, seed: UInt64) {
        radius = (0.72 * Double(facilities) / 3.141592653589793).squareRoot()
        var random = SeededRandom(seed: seed, .stations)
        let stationCount = max(1, facilities / 6)
        var (xs, ys, sums): ([Double], [Double], [Double]) = ([], [], [])
        var sum = 0.0
        while xs.count < stationCount {
            let (x, y) = (random.fraction() * 2 - 1, random.fraction() * 2 - 1)
            let square = x * x + y * y
            // There are fewer stations towards the edge.
            guard square < 1, random.chance(1 - 0.6 * square) else { continue }
            let busyness = random.fraction()
            sum += 1 + 3 * busyness * busyness
            xs.append(x * radius)
            ys.append(y * radius)
            sums.append(sum)
        }
        (stationX, stationY, cumulatedWeights) = (xs, ys, sums)
        stationNames = CityNames.towns(count: stationCount, seed: seed)
        // A ward has about 30 facilities; its centre is a station.
        let wardCount = max(1, facilities / 30)
        wardX = Array(xs.prefix(wardCount))
        wardY = Array(ys.prefix(wardCount))
        wardNames = CityNames.wards(x: wardX, y: wardY, seed: seed)
        wardGrid = PointGrid(x: wardX, y: wardY, radius: radius * 1.5, pointsPerCell: 2)
    }

    /// The surroundings of given facilities: families live around them in proportion to their size, and a home is in the ward of
    /// the nearest one.
    init(_ given: GivenFacilities, _ places: Places) {
        (stationX, stationY) = (places.x, places.y)
        stationNames = []
        radius = places.reach
        var sum = 0.0
        cumulatedWeights = given.facilities.map { facility in
            sum += Double(facility.size)
            return sum
        }
        (wardX, wardY) = (places.x, places.y)
        wardNames = given.facilities.indices.map { given.wardName($0) }
        wardGrid = PointGrid(x: wardX, y: wardY, radius: radius, pointsPerCell: 2)
    }

    /// The station at the fraction `part` (0 to 1) of the sequence of all stations, in which busy stations take more space.
    func station(at part: Double) -> Int {
        let target = part * cumulatedWeights[cumulatedWeights.count - 1]
        var (low, high) = (0, cumulatedWeights.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulatedWeights[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// A random position around a station. Its offsets to the east and to the north have a standard deviation of `spread`
    /// kilometres.
    func place(around station: Int, spread: Double, _ random: inout SeededRandom) -> (x: Double, y: Double) {
        (stationX[station] + spread * random.bell(), stationY[station] + spread * random.bell())
    }

    /// The ward whose centre is nearest.
    func ward(x: Double, y: Double) -> Int {
        var best = (ward: 0, square: Double.infinity)
        var ring = 0
        var lastRing = Int.max
        while ring <= lastRing, wardGrid.reaches(ring: ring, x: x, y: y) {
            wardGrid.forEachPoint(inRing: ring, x: x, y: y) { ward in
                let (east, north) = (wardX[ward] - x, wardY[ward] - y)
                let square = east * east + north * north
                if square < best.square || (square == best.square && ward < best.ward) { best = (ward, square) }
            }
            // A point in the far corner of this ring may be farther away than a point in a ring 1.42 times as far out, so further
            // rings must be searched.
            if lastRing == .max, best.square < .infinity { lastRing = (3 * (ring + 1) + 1) / 2 }
            ring += 1
        }
        return best.ward
    }

    /// Degrees of a position, with five decimals (a metre), around 35.86 N, 139.65 E.
    static func degrees(x: Double, y: Double) -> (latitude: Double, longitude: Double) {
        // The divisors are the kilometres of a degree at the centre.
        func rounded(_ degrees: Double) -> Double { (degrees * 100_000).rounded() / 100_000 }
        return (rounded(35.86 + y / 110.95), rounded(139.65 + x / 90.35))
    }
}

/// Points sorted into square cells, so that the surroundings of a position can be searched ring by ring.
struct PointGrid {
    private let side: Int
    private let cell: Double
    private let origin: Double
    /// The points of cell `c` are `points[starts[c]..<starts[c + 1]]`, ascending.
    private let starts: [Int32]
    private let points: [Int32]

    init(x: [Double], y: [Double], radius: Double, pointsPerCell: Double) {
        let reach = radius + 1
        let wanted = (Double(x.count) / pointsPerCell).squareRoot()
        side = max(1, min(4_096, Int(wanted)))
        cell = 2 * reach / Double(side)
        origin = -reach
        let (side, cell, origin) = (side, cell, origin)
        let cells = x.indices.map { index in
            Self.index(x[index], cell, origin, side) + side * Self.index(y[index], cell, origin, side)
        }
        let points = Grouped(groups: side * side, positionsOf: cells)
        (starts, self.points) = (points.starts, points.elements)
    }

    /// Whether some cell of the ring is on the grid. Ring 0 is the cell of the position itself.
    func reaches(ring: Int, x: Double, y: Double) -> Bool {
        let (column, row) = (Self.index(x, cell, origin, side), Self.index(y, cell, origin, side))
        return ring <= max(max(column, side - 1 - column), max(row, side - 1 - row))
    }

    /// Visits the points of the ring, row by row from the south, each row from the west.
    @inline(__always)
    func forEachPoint(inRing ring: Int, x: Double, y: Double, _ visit: (Int) -> Void) {
        let (column, row) = (Self.index(x, cell, origin, side), Self.index(y, cell, origin, side))
        for cellRow in max(0, row - ring)...min(side - 1, row + ring) {
            let isEdge = cellRow == row - ring || cellRow == row + ring
            let step = isEdge || ring == 0 ? 1 : 2 * ring
            for cellColumn in stride(from: column - ring, through: column + ring, by: step)
            where cellColumn >= 0 && cellColumn < side {
                let cell = cellRow * side + cellColumn
                for position in starts[cell]..<starts[cell + 1] { visit(Int(points[Int(position)])) }
            }
        }
    }

    /// The row or column of a position. Positions outside the grid belong to the cells at its edge.
    private static func index(_ position: Double, _ cell: Double, _ origin: Double, _ side: Int) -> Int {
        max(0, min(side - 1, Int((position - origin) / cell)))
    }
}

import Admissions

/// The borders as they may be published, and the totals that would give hidden cells away.
public struct PublicBorders: Hashable, Sendable {
    /// One for each border, in the same order.
    public var borders: [PublicBorder]
    /// Facilities, ascending, whose totals must not be published.
    public var secretFacilities: [Int]
    /// Classes, ascending, whose totals must not be published.
    public var secretClasses: [Int]
    /// Whether the city's total must not be published.
    public var isCitySecret: Bool
    /// At `facility * 6 + class` the answer to ``Explanations/isOfSeveralFamilies(_:_:)``.
    var isOfSeveralFamilies: [Bool]
}

/// The borders without anything from which an outsider could learn about one or two children who were placed, applied or were
/// refused.
///
/// A cell is one class of a facility. It is hidden as a whole if one of its three counts is 1 or 2, if an earlier round hid it
/// (``Facility/unpublished``), or if hiding it is needed so that such a count cannot be computed.
///
/// An outsider is assumed to know the vacancies of every cell, the totals of placed and applied children of every facility, of
/// every class and of the city, and that no more children are placed than there are vacancies. A count in a hidden cell can
/// have another value if it lies on a cycle of hidden cells along which one more here is one less there. The placed and the
/// refused children are two tables that can change independently, and the applicants are their sum. So for each small count a
/// cycle is looked for, if possible one that leads to a count that is not small, and the cells that it needs are hidden too.
/// If there is none as long as all totals are known, such as in a facility with all vacancies filled, a total must not be
/// published either; such totals are named in the result. So are the totals of a cell that an earlier round hid.
///
/// - Complexity: O(cells), and one pass over all cells for each of the few small counts that other hidden cells leave
///   unprotected.
///
/// Source: complementary cell suppression, Fischetti and Salazar, Mathematical Programming 84 (1999), 283-312. Unlike there,
/// the aim is not the smallest number of hidden cells, but that the hidden cells concern few children.
func publicBorders(of subject: Case, _ borders: [Border], _ tellings: [BorderTelling]) -> PublicBorders {
    var cells = HiddenCells(borders, facilityCount: subject.facilities.count)
    for border in borders where subject.facilities[border.facility].unpublished.contains(age: border.ageClass) {
        cells.hideAgain(border.facility, border.ageClass)
    }
    cells.hideSmallCells()
    cells.protect()
    var hidesLeft = Set<Int>()
    for limit in subject.limits where !limit.isClassLimit {
        // What a shared limit leaves is one more total.
        let shares = limit.facilities.flatMap { facility in limit.ages.ages.map { (facility: facility, age: $0) } }
        guard shares.contains(where: { cells.isHidden($0.facility, $0.age) }) else { continue }
        for cell in shares { hidesLeft.insert(cell.facility * 6 + cell.age) }
    }
    let published = zip(borders, tellings).map { border, telling in
        PublicBorder(
            border, isHidden: cells.isHidden(border.facility, border.ageClass),
            hidesLeft: hidesLeft.contains(border.facility * 6 + border.ageClass), told: telling.told,
            families: telling.families)
    }
    var isOfSeveralFamilies = [Bool](repeating: false, count: subject.facilities.count * 6)
    for border in published where !border.isHidden && border.families >= PublicBorder.fewestFamilies {
        isOfSeveralFamilies[border.facility * 6 + border.ageClass] = true
    }
    return PublicBorders(
        borders: published, secretFacilities: cells.secretFacilities, secretClasses: cells.secretClasses,
        isCitySecret: cells.isCitySecret, isOfSeveralFamilies: isOfSeveralFamilies)
}

/// The hidden cells of a round, chosen so that neither the placed nor the refused children can be computed.
struct HiddenCells {
    /// The placed children, where no cell can hold more than its limits would still take.
    private var placed: SuppressedTable
    /// The placed children, where no cell can hold more than its vacancies; this is all that an outsider knows, who does not
    /// see how classes share limits.
    private var placedByClass: SuppressedTable
    private var refused: SuppressedTable
    private let facilityCount: Int

    init(_ borders: [Border], facilityCount: Int) {
        let size = facilityCount * 6
        var placed = [Int](repeating: -1, count: size)
        var refused = placed
        var (most, mostOfClass) = (placed, placed)
        var costs = [Int](repeating: 0, count: size)
        for border in borders {
            let cell = border.facility * 6 + border.ageClass
            placed[cell] = border.placed
            refused[cell] = border.applicants - border.placed
            // Seats that transfer applicants vacate are in `left` too, but an outsider does not count on them.
            most[cell] =
                border.placed
                + min(border.left, border.seats.map { max(0, $0 - border.placed) } ?? border.left)
            mostOfClass[cell] = max(most[cell], border.seats ?? 0)
            costs[cell] = border.applicants + 1
        }
        self.init(placed: placed, most: most, mostOfClass: mostOfClass, refused: refused, costs: costs)
    }

    /// Takes tables with six classes in each row, with -1 for a class that is not offered.
    ///
    /// - Parameter costs: For each cell 1 plus the number of children about whom nothing is told if it is hidden.
    init(placed: [Int], most: [Int], mostOfClass: [Int], refused: [Int], costs: [Int]) {
        let facilityCount = placed.count / 6
        self.facilityCount = facilityCount
        // A total is kept secret only if nothing else helps.
        let costs = (0..<(facilityCount + 1) * SuppressedTable.width).map { cell in
            let (row, column) = (cell / SuppressedTable.width, cell % SuppressedTable.width)
            if row == facilityCount, column == 6 { return SuppressedTable.costOfCity }
            return row < facilityCount && column < 6 ? costs[row * 6 + column] : SuppressedTable.costOfTotal
        }
        self.placed = SuppressedTable(counts: placed, most: most, costs: costs)
        placedByClass = SuppressedTable(counts: placed, most: mostOfClass, costs: costs)
        self.refused = SuppressedTable(counts: refused, most: nil, costs: costs)
    }

    func cell(_ facility: Int, _ age: Int) -> Int { facility * SuppressedTable.width + age }
    func isHidden(_ facility: Int, _ age: Int) -> Bool { placed.hidden[cell(facility, age)] }

    var secretFacilities: [Int] {
        (0..<facilityCount).filter { placed.hidden[cell($0, SuppressedTable.width - 1)] }
    }
    var secretClasses: [Int] { (0..<6).filter { placed.hidden[cell(facilityCount, $0)] } }

    var isCitySecret: Bool { placed.hidden[cell(facilityCount, SuppressedTable.width - 1)] }

    private var cells: [Int] {
        (0..<facilityCount).flatMap { facility in
            (0..<6).map { cell(facility, $0) }.filter { placed.counts[$0] >= 0 }
        }
    }

    private static func isSmall(_ count: Int) -> Bool { count == 1 || count == 2 }

    mutating func hide(_ cell: Int) {
        placed.hide(cell)
        placedByClass.hide(cell)
        refused.hide(cell)
    }

    /// Hides a cell that an earlier round hid, together with both totals that contain it. The children placed now take seats
    /// that the earlier round left, so this round's totals could reveal the hidden numbers of the earlier one.
    mutating func hideAgain(_ facility: Int, _ age: Int) {
        hide(cell(facility, age))
        hide(cell(facility, SuppressedTable.width - 1))
        hide(cell(facilityCount, age))
    }

    mutating func hideSmallCells() {
        for cell in cells {
            let (placed, refused) = (placed.counts[cell], refused.counts[cell])
            if Self.isSmall(placed) || Self.isSmall(refused) || Self.isSmall(placed + refused) { hide(cell) }
        }
    }

    /// Hides further cells until every small count can have another value.
    mutating func protect() {
        for cell in cells where Self.isSmall(placed.counts[cell]) {
            var needed = placed.cellsProtecting(cell)
            // If every limit is full nothing can change, but an outsider does not know that.
            if needed.cost >= SuppressedTable.costOfCity { needed = placedByClass.cellsProtecting(cell) }
            for other in needed.cells { hide(other) }
        }
        for cell in cells where Self.isSmall(refused.counts[cell]) {
            for other in refused.cellsProtecting(cell).cells { hide(other) }
        }
    }
}

/// Counts by facility and class, some of them hidden. The last column has the totals of the facilities and the last row those
/// of the classes; they may be hidden as well.
///
/// A total is in the table with the opposite sign, so that each row and each column of hidden cells keeps its sum.
struct SuppressedTable {
    static let width = 7
    static let costOfTotal = 1 << 30
    /// The city's total is the last to be kept secret.
    static let costOfCity = 1 << 45
    /// The count of cell `row * 7 + column`, or -1 if there is no such cell.
    let counts: [Int]
    private(set) var hidden: [Bool]
    /// Whether a cell may hold one more (`mayRise`), or one less (`mayFall`).
    private let mayRise: [Bool]
    private let mayFall: [Bool]
    /// At `one * 7 + other` the number of rows in which both columns are hidden and there may be one less in `one` and one more
    /// in `other`, which keeps the row's sum.
    private var exchanges = [Int](repeating: 0, count: Self.width * Self.width)
    /// What it costs to hide each cell, including the totals.
    private let costs: [Int]
    /// At `one * 7 + other` the rows that can have one less in `one` and one more in `other` and are the cheapest to hide. It is
    /// empty until it is first needed.
    private var cheapest: [CheapestRows] = []

    /// - Parameters:
    ///   - inner: Counts with six classes in each row; -1 for a class that is not offered.
    ///   - most: How many each cell can hold at most; `nil` if there is no bound.
    ///   - costs: What it costs to hide each cell, including the totals.
    init(counts inner: [Int], most: [Int]?, costs: [Int]) {
        let facilities = inner.count / 6
        var counts = [Int](repeating: -1, count: (facilities + 1) * Self.width)
        var mayRise = [Bool](repeating: false, count: counts.count)
        var mayFall = mayRise
        for cell in inner.indices where inner[cell] >= 0 {
            let place = cell / 6 * Self.width + cell % 6
            let totals = [cell / 6 * Self.width + 6, facilities * Self.width + cell % 6]
            counts[place] = inner[cell]
            mayRise[place] = most.map { $0[cell] > inner[cell] } ?? true
            mayFall[place] = inner[cell] > 0
            for total in totals + [counts.count - 1] { counts[total] = max(0, counts[total]) + inner[cell] }
        }
        for total in counts.indices where total / Self.width == facilities || total % Self.width == 6 {
            // A total has the opposite sign here, so a total that falls rises in the table.
            mayRise[total] = counts[total] > 0
            mayFall[total] = counts[total] >= 0
        }
        // The city's total is negated twice, so it has its own sign.
        mayRise[counts.count - 1] = counts[counts.count - 1] >= 0
        mayFall[counts.count - 1] = counts[counts.count - 1] > 0
        self.counts = counts
        self.mayRise = mayRise
        self.mayFall = mayFall
        hidden = [Bool](repeating: false, count: counts.count)
        self.costs = costs
    }

    mutating func hide(_ cell: Int) {
        guard !hidden[cell] else { return }
        let (row, column) = (cell / Self.width, cell % Self.width)
        for other in 0..<Self.width where hidden[row * Self.width + other] {
            let second = row * Self.width + other
            if mayFall[cell], mayRise[second] { exchanges[column * Self.width + other] += 1 }
            if mayFall[second], mayRise[cell] { exchanges[other * Self.width + column] += 1 }
        }
        hidden[cell] = true
        if !cheapest.isEmpty { offerExchanges(row, column) }
    }

    /// Whether the hidden cell could have another value without contradicting the known totals.
    func isProtected(_ cell: Int) -> Bool { canChange(cell, rises: true) || canChange(cell, rises: false) }

    /// Whether the hidden cell could hold one more, or one less, without contradicting the known totals.
    func canChange(_ cell: Int, rises: Bool) -> Bool {
        guard rises ? mayRise[cell] : mayFall[cell] else { return false }
        let (row, column) = (cell / Self.width, cell % Self.width)
        return (0..<Self.width).contains { partner in
            let other = row * Self.width + partner
            guard partner != column, hidden[other], rises ? mayFall[other] : mayRise[other] else { return false }
            return rises
                ? canExchange(column, for: partner, without: row) : canExchange(partner, for: column, without: row)
        }
    }

    /// Whether rows other than `excluded` can together have one less in `first` and one more in `last`.
    private func canExchange(_ first: Int, for last: Int, without excluded: Int) -> Bool {
        var reached = [Bool](repeating: false, count: Self.width)
        var open = [first]
        reached[first] = true
        while let one = open.popLast() {
            if one == last { return true }
            for other in 0..<Self.width where !reached[other] && other != one {
                let (less, more) = (excluded * Self.width + one, excluded * Self.width + other)
                let own = hidden[less] && hidden[more] && mayFall[less] && mayRise[more] ? 1 : 0
                if exchanges[one * Self.width + other] > own {
                    reached[other] = true
                    open.append(other)
                }
            }
        }
        return false
    }

    /// The cells to hide so that the small count of a hidden cell can change: to a count that is not small if no total has to be
    /// hidden for that, else to any other count. If even the city's total may be hidden, there always is a solution.
    mutating func cellsProtecting(_ cell: Int) -> (cost: Int, cells: [Int]) {
        // A count that is not small is next to it: 0 below 1, and 3 above 2.
        let rises = counts[cell] == 2
        if canChange(cell, rises: rises) { return (0, []) }
        let best = cheapestCycle(cell, rises: rises)
        if let best, best.cost < Self.costOfTotal { return best }
        if canChange(cell, rises: !rises) { return (0, []) }
        let other = cheapestCycle(cell, rises: !rises)
        guard let found = [best, other].compactMap({ $0 }).min(by: { $0.cost < $1.cost }) else {
            preconditionFailure("a count above 0 can fall with its three totals")
        }
        return found
    }

    /// The cheapest cells that, once hidden, let the cell hold one more or one less; `nil` if there are none.
    private mutating func cheapestCycle(_ cell: Int, rises: Bool) -> (cost: Int, cells: [Int])? {
        guard rises ? mayRise[cell] : mayFall[cell] else { return nil }
        findCheapest()
        let (row, column) = (cell / Self.width, cell % Self.width)
        // One more here means one less in another row of the column, and so on, until there is one less in the cell's own row.
        // One less here is the same with every exchange reversed.
        func step(_ one: Int, _ other: Int) -> CheapestRows.Entry? {
            rises
                ? cheapest[one * Self.width + other].outside(row) : cheapest[other * Self.width + one].outside(row)
        }
        let chains = Self.chains(from: column, step)
        var best: (cost: Int, partner: Int)?
        for partner in 0..<Self.width where partner != column {
            let own = row * Self.width + partner
            guard rises ? mayFall[own] : mayRise[own], let chain = chains[partner] else { continue }
            let cost = chain.cost + (hidden[own] ? 0 : costs[own])
            if best.map({ cost < $0.cost }) ?? true { best = (cost, partner) }
        }
        guard let best else { return nil }
        var cells = [row * Self.width + best.partner]
        var last = best.partner
        while last != column {
            let before = chains[last]!.before
            let start = step(before, last)!.row * Self.width
            cells += [start + before, start + last]
            last = before
        }
        return (best.cost, cells)
    }

    private mutating func findCheapest() {
        guard cheapest.isEmpty else { return }
        cheapest = [CheapestRows](repeating: CheapestRows(), count: Self.width * Self.width)
        for row in 0..<counts.count / Self.width {
            for one in 0..<Self.width where mayFall[row * Self.width + one] {
                for other in 0..<Self.width where other != one { offerExchange(row, one, other) }
            }
        }
    }

    /// Offers each exchange of a row that involves a column and has become cheaper.
    private mutating func offerExchanges(_ row: Int, _ column: Int) {
        for other in 0..<Self.width where other != column {
            offerExchange(row, column, other)
            offerExchange(row, other, column)
        }
    }

    private mutating func offerExchange(_ row: Int, _ one: Int, _ other: Int) {
        let (less, more) = (row * Self.width + one, row * Self.width + other)
        guard mayFall[less], mayRise[more] else { return }
        let cost = (hidden[less] ? 0 : costs[less]) + (hidden[more] ? 0 : costs[more])
        cheapest[one * Self.width + other].offer(.init(cost: cost, row: row))
    }

    /// The two cheapest rows for an exchange, so that one of them remains whichever row is excluded.
    private struct CheapestRows {
        struct Entry {
            var cost: Int
            var row: Int

            static func < (left: Self, right: Self) -> Bool { (left.cost, left.row) < (right.cost, right.row) }
        }

        private var first: Entry?
        private var second: Entry?

        func outside(_ row: Int) -> Entry? { first?.row == row ? second : first }

        /// - Parameter entry: A row that was not offered yet, or has become cheaper.
        mutating func offer(_ entry: Entry) {
            guard let best = first, best.row != entry.row else {
                first = entry
                return
            }
            if entry < best {
                (first, second) = (entry, best)
            } else if second.map({ $0.row == entry.row || entry < $0 }) ?? true {
                second = entry
            }
        }
    }

    /// For each column the cost of the cheapest chain of steps from `first` to it, and the column before the last step; `nil` if
    /// there is no chain.
    private static func chains(
        from first: Int, _ step: (_ one: Int, _ other: Int) -> CheapestRows.Entry?
    ) -> [(cost: Int, before: Int)?] {
        var best = [(cost: Int, before: Int)?](repeating: nil, count: width)
        var open = [Bool](repeating: false, count: width)
        open[first] = true
        best[first] = (0, first)
        // The nearest column that is not settled comes next, as in Dijkstra's algorithm; no cost is negative.
        var settled = [Bool](repeating: false, count: width)
        while let one = (0..<width).filter({ open[$0] && !settled[$0] }).min(by: { best[$0]!.cost < best[$1]!.cost }) {
            settled[one] = true
            for other in 0..<width where !settled[other] {
                guard let step = step(one, other) else { continue }
                let cost = best[one]!.cost + step.cost
                if best[other].map({ cost < $0.cost }) ?? true { (best[other], open[other]) = ((cost, one), true) }
            }
        }
        return best
    }
}

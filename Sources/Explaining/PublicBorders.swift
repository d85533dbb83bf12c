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
    /// At `facility * 6 + class`; see ``Explanations/isOfSeveralFamilies(_:_:)``.
    var isOfSeveralFamilies: [Bool]
}

/// The borders without what an outsider could learn of one or two children who were placed, applied or were refused.
///
/// A cell, one class of a facility, is hidden whole where one of the three counts is 1 or 2, where a round before hid it
/// (``Facility/unpublished``), and where it is needed to keep such a count from being computed.
///
/// An outsider is thought to know the vacancies of every cell, the totals placed and applied of every facility, of every
/// class and of the city, and that no more are placed than there are vacancies. A count in a hidden cell can then hold
/// another number if it lies on a cycle of hidden cells along which one more here is one less there. Those placed and those
/// refused are two tables that can change independently, and those who applied are their sum. So for each small count a
/// cycle is looked for, if possible one that leads to a count that is not small, and the cells that it needs are hidden
/// too. Where there is none with the totals known, such as in a facility all of whose vacancies are filled, the total is
/// named: it must not be published. So are the totals of a cell that a round before hid.
///
/// - Complexity: O(cells), and one pass over all cells for each of the few small counts that other hidden cells leave
///   unprotected.
///
/// Source: complementary cell suppression, Fischetti and Salazar, Mathematical Programming 84 (1999), 283-312; the smallest
/// number of hidden cells is not sought, only few children.
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
            hidesLeft: hidesLeft.contains(border.facility * 6 + border.ageClass), publicKey: telling.publicKey,
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

/// Which cells of a round are hidden, so that neither those placed nor those refused can be computed.
struct HiddenCells {
    /// No cell can hold more than every limit would still take.
    private var placed: SuppressedTable
    /// No cell can hold more than its vacancies, whatever limits it shares: as much as an outsider knows.
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
            // Seats that transfer applicants leave are left over, but an outsider does not count on them.
            most[cell] =
                border.placed
                + min(border.left, border.seats.map { max(0, $0 - border.placed) } ?? border.left)
            mostOfClass[cell] = max(most[cell], border.seats ?? 0)
            costs[cell] = border.applicants + 1
        }
        self.init(placed: placed, most: most, mostOfClass: mostOfClass, refused: refused, costs: costs)
    }

    /// Of tables with six classes in a row; -1: not offered.
    ///
    /// - Parameter costs: Children of whom nothing is told where a cell is hidden, and one more.
    init(placed: [Int], most: [Int], mostOfClass: [Int], refused: [Int], costs: [Int]) {
        let facilityCount = placed.count / 6
        self.facilityCount = facilityCount
        // A total is kept secret only where nothing else helps.
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

    /// Hides a cell that a round before hid, with both totals that it stands in: who was placed now came no more than who was
    /// placed before left, so that this round's totals could tell of the hidden numbers of that one.
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

    /// Hides further cells until every small count can hold another number.
    mutating func protect() {
        for cell in cells where Self.isSmall(placed.counts[cell]) {
            var needed = placed.cellsProtecting(cell)
            // Where every limit is full nothing can change; an outsider does not know that.
            if needed.cost >= SuppressedTable.costOfCity { needed = placedByClass.cellsProtecting(cell) }
            for other in needed.cells { hide(other) }
        }
        for cell in cells where Self.isSmall(refused.counts[cell]) {
            for other in refused.cellsProtecting(cell).cells { hide(other) }
        }
    }
}

/// Counts by facility and class, some of them hidden, with the totals of facilities in a last column and those of classes
/// in a last row, which may be hidden as well.
///
/// A total stands in the table with the opposite sign, so that each row and each column of hidden cells keeps its sum.
struct SuppressedTable {
    static let width = 7
    static let costOfTotal = 1 << 30
    /// The city's total is the last to be kept secret.
    static let costOfCity = 1 << 45
    /// Cell `row * 7 + column`; -1: not there.
    let counts: [Int]
    private(set) var hidden: [Bool]
    /// Whether a cell may hold one more, or one less.
    private let mayRise: [Bool]
    private let mayFall: [Bool]
    /// At `one * 7 + other` in how many rows both columns are hidden, and there may be one less in `one` and one more in
    /// `other`: that keeps the row's sum.
    private var exchanges = [Int](repeating: 0, count: Self.width * Self.width)
    /// What it costs to hide each cell, totals included.
    private let costs: [Int]
    /// At `one * 7 + other` the rows that can have one less in `one` and one more in `other`, cheapest to hide; empty until
    /// that is asked for.
    private var cheapest: [CheapestRows] = []

    /// - Parameters:
    ///   - inner: Counts with six classes in a row; -1: not offered.
    ///   - most: How many each cell can hold at most; `nil`: any number.
    ///   - costs: Of each cell, totals included.
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
            // With the opposite sign a total that falls rises here.
            mayRise[total] = counts[total] > 0
            mayFall[total] = counts[total] >= 0
        }
        // The city's total stands there with its own sign again.
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

    /// Whether some other number in the hidden cell fits all totals that are known.
    func isProtected(_ cell: Int) -> Bool { canChange(cell, rises: true) || canChange(cell, rises: false) }

    /// Whether one more in the hidden cell, or one less, fits all totals that are known.
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

    /// The cells to hide so that the small count of a hidden cell can change: to a count that is not small where that
    /// takes no total, else to any. With the city's total secret too it always can.
    mutating func cellsProtecting(_ cell: Int) -> (cost: Int, cells: [Int]) {
        // From 1 to 0, from 2 to 3.
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

    /// The cheapest cells that, once hidden, let the cell hold one more or one less; `nil` where none do.
    private mutating func cheapestCycle(_ cell: Int, rises: Bool) -> (cost: Int, cells: [Int])? {
        guard rises ? mayRise[cell] : mayFall[cell] else { return nil }
        findCheapest()
        let (row, column) = (cell / Self.width, cell % Self.width)
        // One more here is one less in another row of the column, and so on to one less in the own row; one less here is the
        // same with every exchange the other way round.
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

    /// Offers each exchange of a row, now cheaper, in which a column has a part.
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

    /// The two cheapest rows for an exchange: one of them is left whichever row is excluded.
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

    /// To each column the cheapest chain of steps from one, and the column before the last step; `nil` where there is none.
    private static func chains(
        from first: Int, _ step: (_ one: Int, _ other: Int) -> CheapestRows.Entry?
    ) -> [(cost: Int, before: Int)?] {
        var best = [(cost: Int, before: Int)?](repeating: nil, count: width)
        var open = [Bool](repeating: false, count: width)
        open[first] = true
        best[first] = (0, first)
        // The nearest column not yet settled goes on; no step costs less than nothing.
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

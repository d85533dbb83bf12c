import Admissions

/// Other points for one named row of the points table.
public struct RowMove: Hashable, Sendable, CustomStringConvertible {
    /// The name of the part that holds the row; the total's where the table is one list.
    public let part: String
    /// The row's name, which no other row of the part has.
    public let row: String
    public let from: ExactNumber
    public let to: ExactNumber
    /// Where the part stands in the settings.
    let setting: String

    public var description: String { "\(setting) \(row): \(from) -> \(to)" }

    /// How far the points move; `nil` where that does not fit in 64 bits.
    var distance: ExactNumber? {
        (from < to ? to.subtracting(from) : from.subtracting(to))
    }

    /// Gives the row of this name its points in a table, which may be that of another year.
    ///
    /// - Returns: False where the table has no such row, or several, or the row has no points of its own.
    public func apply(to table: inout PointsTable) -> Bool {
        let places = table.parts.indices.filter { table.parts[$0].name == part }.flatMap { part in
            table.parts[part].rows.indices.filter { table.parts[part].rows[$0].name == row }.map { (part, $0) }
        }
        guard places.count == 1, case .points = table.parts[places[0].0].rows[places[0].1].amount else { return false }
        table.parts[places[0].0].rows[places[0].1].amount = .points(to)
        return true
    }

    /// What makes one table of another that differs in the points of named rows alone, in the order of the table.
    static func moves(from table: PointsTable, to other: PointsTable) -> [RowMove] {
        table.parts.indices.flatMap { index in
            zip(table.parts[index].rows, other.parts[index].rows).compactMap { row, moved in
                guard row != moved, let name = row.name, case .points(let from) = row.amount,
                    case .points(let to) = moved.amount
                else { return nil }
                return RowMove(
                    part: table.parts[index].name, row: name, from: from, to: to,
                    setting: table.setting(ofPart: index))
            }
        }
    }
}

/// The rows of a points table whose points may be moved, and how many others there are.
///
/// A row may be moved where it has points and a name that no other row of its part has, and where enough households meet it
/// and enough do not: moving a row that tells one household from all others would be naming that household.
public struct MovableRows: Sendable {
    /// One of the rows.
    public struct Row: Sendable {
        /// Index into `PointsTable.parts`.
        public let part: Int
        /// Index into the rows of the part.
        public let row: Int
        /// Children who meet it, at one of their wishes or without one.
        public let children: Int
        /// The households of these children.
        public let households: Int
        /// What it may earn in place of what is written, nearest first, of equals the smaller one.
        let values: [ExactNumber]
    }

    public let rows: [Row]
    /// Points move by multiples of this: the largest number of which the points of all rows are multiples.
    public let step: ExactNumber
    /// The fewest households that must meet a row, and the fewest that must not.
    public let leastHouseholds: Int
    /// All rows of the table.
    public let count: Int
    /// Rows that have no name.
    public let withoutName: Int
    /// Rows with the name of another row of their part.
    public let withSharedName: Int
    /// Named rows that refuse, or that count the child's own value.
    public let withoutPoints: Int
    /// Rows that too few households meet, or that all but too few do.
    public let rare: Int

    /// A row moves by at most this many steps where no other number is asked for.
    public static let usualSteps = 20

    /// Looks for the rows of a draft's table.
    ///
    /// The rows that enough households meet depend on the children of the draft; `leastHouseholds` is how many that are, `steps`
    /// by how many steps a row moves at most, and `threads` how many may work at the same time. `nil` where the draft has no
    /// sound table.
    public init?(of draft: CaseDraft, leastHouseholds: Int, steps: Int = Self.usualSteps, threads: Int = 1) {
        guard let meeting = draft.childrenMeetingPointsRows(threads: threads) else { return nil }
        let table = draft.rules.pointsTable
        let householdCount = Set(draft.children.map(\.household)).count
        step = Self.step(of: table.rows)
        self.leastHouseholds = leastHouseholds
        count = table.rows.count
        var rows: [Row] = []
        var (withoutName, withSharedName, withoutPoints, rare) = (0, 0, 0, 0)
        var index = 0
        for part in table.parts.indices {
            for row in table.parts[part].rows.indices {
                defer { index += 1 }
                let entry = table.parts[part].rows[row]
                guard let name = entry.name else {
                    withoutName += 1
                    continue
                }
                guard table.parts[part].rows.count(where: { $0.name == name }) == 1 else {
                    withSharedName += 1
                    continue
                }
                guard case .points(let written) = entry.amount else {
                    withoutPoints += 1
                    continue
                }
                let households = Set(meeting[index].map { draft.children[$0].household }).count
                guard min(households, householdCount - households) >= leastHouseholds else {
                    rare += 1
                    continue
                }
                rows.append(
                    Row(
                        part: part, row: row, children: meeting[index].count, households: households,
                        values: Self.values(around: written, step, steps)))
            }
        }
        self.rows = rows
        (self.withoutName, self.withSharedName, self.withoutPoints, self.rare) = (
            withoutName, withSharedName, withoutPoints, rare
        )
    }

    /// The row that a move concerns.
    public func row(of move: RowMove, in table: PointsTable) -> Row? {
        rows.first { table.parts[$0.part].name == move.part && table.parts[$0.part].rows[$0.row].name == move.row }
    }

    private static func values(around written: ExactNumber, _ step: ExactNumber, _ steps: Int) -> [ExactNumber] {
        var values: [ExactNumber] = []
        var (below, above) = (Optional(written), Optional(written))
        for _ in 0..<steps {
            below = below.flatMap { $0.subtracting(step) }
            above = above.flatMap { $0.adding(step) }
            values += [below, above].compactMap { $0 }
        }
        return values
    }

    /// The largest number of which the points of all rows are multiples; 1 where all are 0, or it does not fit in 64 bits.
    private static func step(of rows: [PointsRow]) -> ExactNumber {
        func divisor(_ one: Int64, _ other: Int64) -> Int64 { other == 0 ? one : divisor(other, one % other) }
        var (above, below) = (Int64(0), Int64(1))
        for case .points(let points) in rows.map(\.amount) where points.numerator != 0 {
            // The largest common measure of two fractions in lowest terms.
            let (product, overflow) = (below / divisor(below, points.denominator))
                .multipliedReportingOverflow(by: points.denominator)
            guard !overflow, let magnitude = Int64(exactly: points.numerator.magnitude) else { return 1 }
            (above, below) = (divisor(magnitude, above), product)
        }
        return above == 0 ? 1 : ExactNumber(above, over: below) ?? 1
    }
}

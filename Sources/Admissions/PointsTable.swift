/// One row of a table that computes points (指数表): what a child must show, and what it earns.
///
/// Rows add up. Of rows that share a ``maxGroup`` only the one with the most points counts.
public struct PointsRow: Hashable, Sendable {
    /// A column of the children's table: `group`, `sibling_facility_ids`, `current_facility_id`, `age_class`,
    /// `birth_date` (or the due date), or any further column.
    public var attribute: String
    public var condition: Condition
    public var place: Place
    public var amount: Amount
    /// Rows of one group do not add up: the most points count.
    public var maxGroup: String?

    public init(
        _ attribute: String, _ condition: Condition = .filled, at place: Place = .everywhere, earns amount: Amount,
        maxGroup: String? = nil
    ) {
        self.attribute = attribute
        self.condition = condition
        self.place = place
        self.amount = amount
        self.maxGroup = maxGroup
    }

    /// What the attribute must be; a blank attribute meets none.
    public enum Condition: Hashable, Sendable {
        /// Not blank.
        case filled
        /// One of these texts, or a number equal to one of them; of a list, any entry.
        case oneOf([String])
        /// At least `from` and at most `to`, as numbers or as dates; `nil` is no bound.
        case range(from: KeyValue?, to: KeyValue?)
    }

    /// At which wishes the row counts.
    public enum Place: Hashable, Sendable {
        case everywhere
        /// Where a sibling of the child is enrolled.
        case sameFacility
        case facility(FacilityID)
    }

    /// What a row earns.
    public enum Amount: Hashable, Sendable {
        case points(ExactNumber)
        /// The attribute's own value, a number.
        case value
    }
}

/// How the points of one child come about, row by row.
public struct PointsComputation: Hashable, Sendable {
    /// Rows of the table that the child meets, in the table's order.
    public let lines: [Line]
    /// What counts where no wish adds to it.
    public let own: ExactNumber
    /// What counts at each wish, in the order of the form, gaps left out.
    public let wishes: [AtWish]

    public struct Line: Hashable, Sendable {
        /// Index into ``Rules/pointsTable``.
        public let row: Int
        public let amount: ExactNumber
        /// Whether it is part of ``PointsComputation/own``; not where another row of its group earns more.
        public let countsInOwn: Bool
        /// Facilities at whose wishes it is part of the points.
        public let countsAt: [FacilityID]
    }

    /// What counts at one wish.
    public struct AtWish: Hashable, Sendable {
        public let facility: FacilityID
        public let points: ExactNumber
    }
}

extension CaseDraft {
    /// How the table of ``Rules/pointsTable`` computes the points of a row of the children's table.
    ///
    /// - Returns: `nil` where there is no table, or a value that it needs is no number.
    public func pointsComputation(ofRow row: Int) -> PointsComputation? {
        guard !rules.pointsTable.isEmpty else { return nil }
        var computer = PointsComputer(self)
        return computer.computation(ofRow: row)
    }

    /// The draft with the points that its table computes, and what is wrong with them.
    ///
    /// Points that the draft gives itself are only compared: others than computed are an error.
    ///
    /// - Complexity: O(children * (rows + wishes)).
    func computingPoints() -> (draft: CaseDraft, findings: [Finding]) {
        guard !rules.pointsTable.isEmpty else { return (self, []) }
        var computer = PointsComputer(self)
        computer.checkTable()
        var result = self
        if !computer.findings.isEmpty {
            // An error stands; points that are missing because of it are no second one.
            for row in children.indices where children[row].points == nil { result.children[row].points = 0 }
            return (result, computer.findings)
        }
        for row in children.indices { computer.compute(row, into: &result.children[row]) }
        return (result, computer.findings)
    }
}

/// Evaluates a points table for the rows of a draft.
private struct PointsComputer {
    let draft: CaseDraft
    private let table: [PointsRow]
    /// For each row of the table the index of its attribute column; `nil` for the columns with a meaning of their own.
    private let columns: [Int?]
    private(set) var findings: [Finding] = []

    private static let ownColumns = [
        "group", "sibling_facility_ids", "current_facility_id", "age_class", "birth_date",
    ]

    /// Of these the ones that hold facility ids; ids are text, and so are names of groups.
    private static let facilityColumns = ["sibling_facility_ids", "current_facility_id"]
    private static let textColumns = facilityColumns + ["group"]

    init(_ draft: CaseDraft) {
        self.draft = draft
        table = draft.rules.pointsTable
        columns = table.map { draft.attributeNames.firstIndex(of: $0.attribute) }
    }

    private mutating func note(
        _ code: Finding.Code, _ table: CaseTable, row: Int? = nil, column: String, _ message: String
    ) {
        findings.append(Finding(code, table, row: row, column: column, message))
    }

    mutating func checkTable() {
        if !draft.rules.priority.contains(where: { $0.source == .points }) {
            note(
                .pointsWithoutKey, .settings, column: "pointsTable",
                "The table computes points, but points is no priority key; add it to priority.")
        }
        let facilities = Set(draft.facilities.map(\.id))
        for (index, row) in table.enumerated() {
            if columns[index] == nil, !Self.ownColumns.contains(row.attribute) {
                note(
                    .pointsAttributeUnknown, .settings, column: "pointsTable[\(index)]",
                    "The attribute \(row.attribute) is not a column of children.csv.")
            }
            var named: [FacilityID] = []
            if case .facility(let id) = row.place { named.append(id) }
            if Self.facilityColumns.contains(row.attribute), case .oneOf(let texts) = row.condition {
                named += texts.map { FacilityID($0) }
            }
            for id in named where !facilities.contains(id) {
                note(
                    .facilityUnknown, .settings, column: "pointsTable[\(index)]",
                    "The facility \(id) is not in facilities.csv.")
            }
        }
    }

    // MARK: One child

    private struct Match {
        let row: Int
        let amount: ExactNumber
    }

    mutating func compute(_ row: Int, into child: inout ChildRow) {
        // Where an error stands, points that are missing because of it are no second one.
        defer { if child.points == nil { child.points = 0 } }
        guard let matches = matches(ofRow: row) else { return }
        let general = matches.filter { table[$0.row].place == .everywhere }
        guard let own = sum(general) else { return tooLarge(row) }
        let computed = { (given: ExactNumber?, points: ExactNumber) in given == nil || given == points }
        if !computed(child.points, own) { disagree(row, column: "points") }
        child.points = own
        let hasPlaces = general.count < matches.count
        var wishPoints: [ExactNumber?] = []
        for (index, wish) in child.wishes.enumerated() {
            let given = index < child.wishPoints.count ? child.wishPoints[index] : nil
            guard let wish else {
                // Points without a wish are reported as everywhere.
                wishPoints.append(given)
                continue
            }
            var points = own
            if hasPlaces {
                guard let sum = sum(matches.filter { counts($0, at: wish, child) }) else { return tooLarge(row) }
                points = sum
            }
            if !computed(given, points) { disagree(row, column: "points_\(index + 1)") }
            wishPoints.append(points == own ? nil : points)
        }
        wishPoints += child.wishPoints.dropFirst(wishPoints.count)
        child.wishPoints = wishPoints.contains { $0 != nil } ? wishPoints : []
    }

    private mutating func tooLarge(_ row: Int) {
        note(
            .pointsTooLarge, .children, row: row, column: "points",
            "The points that the table computes are too large to be exact; use smaller numbers.")
    }

    private mutating func disagree(_ row: Int, column: String) {
        note(
            .pointsDisagree, .children, row: row, column: column,
            "The table in case.yaml computes other points than are written here; correct the table, the attributes or "
                + "this cell (enmusubi check with --points shows the computation).")
    }

    mutating func computation(ofRow row: Int) -> PointsComputation? {
        guard let matches = matches(ofRow: row) else { return nil }
        let child = draft.children[row]
        let general = matches.filter { table[$0.row].place == .everywhere }
        guard let own = sum(general) else { return nil }
        var wishes: [PointsComputation.AtWish] = []
        var countsAt = [[FacilityID]](repeating: [], count: table.count)
        for case let wish? in child.wishes {
            let here = matches.filter { counts($0, at: wish, child) }
            guard let points = sum(here) else { return nil }
            wishes.append(PointsComputation.AtWish(facility: wish, points: points))
            for match in winners(of: here) { countsAt[match.row].append(wish) }
        }
        let inOwn = Set(winners(of: general).map(\.row))
        let lines = matches.map {
            PointsComputation.Line(
                row: $0.row, amount: $0.amount, countsInOwn: inOwn.contains($0.row), countsAt: countsAt[$0.row])
        }
        return PointsComputation(lines: lines, own: own, wishes: wishes)
    }

    private func counts(_ match: Match, at wish: FacilityID, _ child: ChildRow) -> Bool {
        switch table[match.row].place {
        case .everywhere: true
        case .sameFacility: child.siblingFacilities.contains(wish)
        case .facility(let id): id == wish
        }
    }

    /// Those that count: of each group the first with the most points.
    private func winners(of matches: [Match]) -> [Match] {
        matches.enumerated().filter { index, match in
            guard let group = table[match.row].maxGroup else { return true }
            return matches.enumerated().allSatisfy { other, rival in
                other == index || table[rival.row].maxGroup != group || rival.amount < match.amount
                    || (rival.amount == match.amount && index < other)
            }
        }.map(\.element)
    }

    private func sum(_ matches: [Match]) -> ExactNumber? {
        var sum = ExactNumber(0)
        for match in winners(of: matches) {
            guard let next = sum.adding(match.amount) else { return nil }
            sum = next
        }
        return sum
    }

    /// The rows that the child meets, or `nil` where a value is no number.
    private mutating func matches(ofRow row: Int) -> [Match]? {
        var matches: [Match] = []
        var isSound = true
        for (index, entry) in table.enumerated() {
            let values = values(of: index, row: row)
            guard let isMet = isMet(entry.condition, values, index: index, row: row) else {
                isSound = false
                continue
            }
            guard isMet else { continue }
            switch entry.amount {
            case .points(let points): matches.append(Match(row: index, amount: points))
            case .value:
                if let number = values.count == 1 ? ExactNumber(values[0]) : nil {
                    matches.append(Match(row: index, amount: number))
                } else {
                    isSound = false
                    notANumber(index, row: row)
                }
            }
        }
        return isSound ? matches : nil
    }

    /// What the child has at the attribute of a table row; empty where blank.
    private func values(of index: Int, row: Int) -> [String] {
        let child = draft.children[row]
        if let column = columns[index] {
            let text = child.attributes[column]
            return text.isEmpty ? [] : [text]
        }
        switch table[index].attribute {
        case "group": return child.groups
        case "sibling_facility_ids": return child.siblingFacilities.map(\.text)
        case "current_facility_id": return child.currentFacility.map { [$0.text] } ?? []
        case "age_class":
            let age = (child.birthDate ?? child.dueDate).flatMap(draft.month.classAge(bornOn:)) ?? child.ageClass
            return age.map { [String($0)] } ?? []
        case "birth_date": return (child.birthDate ?? child.dueDate).map { [$0.description] } ?? []
        default: return []
        }
    }

    /// Whether the values meet the condition; `nil`, with a finding, where a range needs a number or a date.
    private mutating func isMet(
        _ condition: PointsRow.Condition, _ values: [String], index: Int, row: Int
    ) -> Bool? {
        if values.isEmpty { return false }
        switch condition {
        case .filled: return true
        case .oneOf(let texts):
            let isText = Self.textColumns.contains(table[index].attribute)
            return values.contains { value in
                texts.contains { $0 == value || (!isText && ExactNumber($0).map { $0 == ExactNumber(value) } == true) }
            }
        case .range(let from, let to):
            let isDate = if case .date = from ?? to { true } else { false }
            for text in values {
                let value =
                    isDate
                    ? CalendarDate(written: text).map(KeyValue.date) : ExactNumber(text).map(KeyValue.number)
                guard let value else {
                    notANumber(index, row: row)
                    return nil
                }
                if from.map({ $0 <= value }) ?? true, to.map({ value <= $0 }) ?? true { return true }
            }
            return false
        }
    }

    private mutating func notANumber(_ index: Int, row: Int) {
        let attribute = table[index].attribute
        // One cell is said once, however many rows of the table look at it.
        if findings.suffix(table.count).contains(where: { $0.row == row && $0.column == attribute }) { return }
        note(
            .pointsNotComputable, .children, row: row, column: attribute,
            "Row \(index + 1) of the points table compares \(attribute) as a number or a date, and this is none.")
    }
}

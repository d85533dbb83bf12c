/// How the points of one child come about, part by part and row by row.
public struct PointsComputation: Hashable, Sendable {
    public let table: PointsTable
    /// What counts where no wish adds to it.
    public let own: ExactNumber
    /// What counts at each wish, in the order of the form, gaps left out.
    public let wishes: [AtWish]
    /// In the order of the table.
    public let parts: [Part]

    /// What counts at one wish.
    public struct AtWish: Hashable, Sendable {
        public let facility: FacilityID
        /// Index into ``ChildRow/wishes``.
        public let position: Int
        /// From 1; gaps are closed, and a repeat has the rank of the first.
        public let rank: Int
        public let points: ExactNumber
        /// The row that refuses the child here, of several that whose reason comes first as text, as an index into ``PointsTable/refusals``.
        public let refusal: Int?
    }

    /// One part of the table.
    public struct Part: Hashable, Sendable {
        /// Its value without a wish; `nil`: it is missing, or too large to be exact.
        public let own: ExactNumber?
        /// What its terms make together without a wish, before factor, floor and cap.
        public let combined: ExactNumber?
        /// Its value at each of ``PointsComputation/wishes``.
        public let wishes: [ExactNumber?]
        /// The conditions of the part that are not met without a wish.
        public let missed: [PointsCondition]
        /// As many as the part has.
        public let rows: [Row]
    }

    /// One row of a part.
    public struct Row: Hashable, Sendable {
        /// What it earns where it is met; `nil` where it refuses, or where the value that it counts is not known.
        public let amount: ExactNumber?
        /// Whether it is met without a wish, and at each of ``PointsComputation/wishes``.
        public let isMet: Bool
        public let isMetAtWishes: [Bool]
        /// Whether it is a term of its part there; not where another row of its group earns more, an earlier row overrides
        /// it, or the part is missing.
        public let counts: Bool
        public let countsAtWishes: [Bool]
        /// The conditions for want of which it is not met: of those on the wish only what no wish meets.
        public let missed: [PointsCondition]

        /// Whether it is met somewhere.
        public var isMetAnywhere: Bool { isMet || isMetAtWishes.contains(true) }
    }
}

extension CaseDraft {
    /// How the table of ``Rules/pointsTable`` computes the points of a row of the children's table.
    ///
    /// - Returns: `nil` where there is no sound table, or a value that it needs is no number.
    public func pointsComputation(ofRow row: Int) -> PointsComputation? {
        guard !rules.pointsTable.isEmpty, checkPointsTable().isEmpty else { return nil }
        var draft = self
        // Only the household matters for one child.
        let household = children[row].household
        let rows = children.indices.filter { $0 == row || children[$0].household == household }
        draft.children = rows.map { children[$0] }
        return PointsComputer(draft).computation(row: rows.firstIndex(of: row)!)
    }

    /// For each row of the points table, part by part, the rows of the children's table that meet it, ascending: without a wish
    /// or at one of their wishes, with the conditions of the part.
    ///
    /// - Returns: `nil` where there is no sound table.
    /// - Parameter threads: How many may work at the same time; the result is the same with any number.
    /// - Complexity: O(children · (columns + rows · wishes)).
    public func childrenMeetingPointsRows(threads: Int = 1) -> [[Int]]? {
        guard !rules.pointsTable.isEmpty, checkPointsTable().isEmpty else { return nil }
        let computer = PointsComputer(self, threads: threads)
        let met = elements(children.count, threads: threads, state: ()) { _, row in computer.metRows(row: row) }
            .elements
        return rules.pointsTable.rows.indices.map { entry in children.indices.filter { met[$0][entry] } }
    }

    /// The draft with the points that its table computes, what the table refuses, and what is wrong.
    ///
    /// Points that the draft gives itself are only compared: others than computed are an error.
    ///
    /// - Returns: Beside the draft, for each row with a refused wish, at each position of its wishes the row that refuses it,
    ///   as an index into ``PointsTable/refusals``; and what the parts that keys compare count.
    /// - Complexity: O(children · (columns + rows · wishes)).
    func computingPoints(
        threads: Int
    ) -> (draft: CaseDraft, refusals: [Int: [Int?]], parts: PartsOfKeys, findings: [Finding]) {
        guard !rules.pointsTable.isEmpty else { return (self, [:], PartsOfKeys(), []) }
        var result = self
        var findings = checkPointsTable()
        if !findings.isEmpty {
            // An error stands; points that are missing because of it are no second one.
            for row in children.indices where children[row].points == nil { result.children[row].points = 0 }
            return (result, [:], PartsOfKeys(), findings)
        }
        let computer = PointsComputer(self, threads: threads)
        /// What a row's child has besides its points.
        struct Found: Sendable {
            var findings: [Finding] = []
            var refusals: [Int?] = []
            var parts: [PartValue]?
        }
        let found = result.children.writeDisjointly { children in
            // Each row's child is an element of its own.
            elements(children.count, threads: threads, state: computer.workspace) { work, row in
                // Where an error stands, points that are missing because of it are no second one.
                defer { if children[row].points == nil { children[row].points = 0 } }
                let cells = computer.unreadableCells(row: row)
                guard cells.isEmpty else { return Found(findings: cells.map { computer.finding(of: $0, row: row) }) }
                let points = computer.points(row: row, &work)
                let findings = children[row].take(points, row: row)
                return Found(findings: findings, refusals: points.refusals, parts: points.parts)
            }.elements
        }
        var refusals: [Int: [Int?]] = [:]
        for (row, found) in found.enumerated() {
            findings += found.findings
            if !found.refusals.isEmpty { refusals[row] = found.refusals }
        }
        let parts = PartsOfKeys(
            names: computer.partsOfKeys.map { rules.pointsTable.parts[$0].name },
            values: computer.partsOfKeys.isEmpty ? [] : found.map(\.parts))
        return (result, refusals, parts, findings)
    }
}

/// What the parts of the points table that keys compare count for each row of the children's table.
struct PartsOfKeys: Sendable {
    var names: [String] = []
    /// By row; `nil` where a cell cannot be read. For each of ``names`` the value without a wish; where one depends on the
    /// wish, then at each position of ``ChildRow/wishes``.
    var values: [[PartValue]?] = []

    /// Whether the parts could be computed for the row.
    func areKnown(row: Int) -> Bool { values.isEmpty || values[row] != nil }

    /// - Parameter wish: Index into ``ChildRow/wishes``; `nil`: without a wish.
    func value(of name: String, row: Int, wish: Int?) -> PartValue {
        guard let place = names.firstIndex(of: name), !values.isEmpty, let values = values[row] else { return .missing }
        let position = wish.map { ($0 + 1) * names.count + place } ?? place
        return values[values.indices.contains(position) ? position : place]
    }
}

extension ChildRow {
    /// Takes the computed points, and says where those that are written are others.
    fileprivate mutating func take(_ points: PointsComputer.ChildPoints, row: Int) -> [Finding] {
        var findings: [Finding] = []
        func isThere(_ value: PartValue, column: String) -> Bool {
            switch value {
            case .number: return true
            case .missing:
                findings.append(
                    Finding(
                        .pointsNotComputable, .children, row: row, column: column,
                        "Every part that points is made of is missing for this child; fill the columns that they need, or give "
                            + "points a value for missing in case.yaml.",
                        "この児童には、合計（points）の元になる区分が一つもありません。区分に要る欄を埋めるか、case.yaml の points に "
                            + "missing の値を書いてください。"))
            case .tooLarge:
                findings.append(
                    Finding(
                        .pointsTooLarge, .children, row: row, column: column,
                        PointsTable.tooLarge(points.tooLargePart ?? PointsTable.total)))
            }
            return false
        }
        func compare(_ given: ExactNumber?, _ points: ExactNumber, column: String) {
            if given == nil || given == points { return }
            findings.append(
                Finding(
                    .pointsDisagree, .children, row: row, column: column,
                    "The table in case.yaml computes other points than are written here; correct the table, the attributes or "
                        + "this cell (enmusubi check with --points shows the computation).",
                    "case.yaml の指数表から計算した指数が、ここに書かれた指数と違います。指数表か、計算に使う欄か、この欄を直してください"
                        + "（計算は enmusubi check --points で見られます）。"))
        }
        guard isThere(points.own, column: "points"), let own = points.own.number else { return findings }
        compare(self.points, own, column: "points")
        self.points = own
        var computed: [ExactNumber?] = []
        computed.reserveCapacity(wishes.count)
        for (index, wish) in wishes.enumerated() {
            let given = index < wishPoints.count ? wishPoints[index] : nil
            guard wish != nil else {
                // Points without a wish are reported as everywhere.
                computed.append(given)
                continue
            }
            guard isThere(points.wishes[index], column: "points_\(index + 1)"), let here = points.wishes[index].number
            else { return findings }
            compare(given, here, column: "points_\(index + 1)")
            computed.append(here == own ? nil : here)
        }
        computed += wishPoints.dropFirst(computed.count)
        wishPoints = computed.contains { $0 != nil } ? computed : []
        return findings
    }
}

extension PointsComputer {
    fileprivate func finding(of cell: UnreadableCell, row: Int) -> Finding {
        let name = table.parts[cell.part].name
        let place =
            switch cell.row {
            case let number? where table.isList:
                Sentence("Row \(number + 1) of the points table", "指数表の \(number + 1) 行目")
            case let number?: Sentence("Row \(number + 1) of the part \(name)", "区分「\(name)」の \(number + 1) 行目")
            case nil: Sentence("The part \(name)", "区分「\(name)」")
            }
        let demand = Sentence(
            " compares \(column: cell.column) as a number or a date, and this is none; write one here, or correct the table.",
            "は列「\(column: cell.column)」を数か日付として使いますが、この欄はそう読めません。この欄か指数表を直してください。")
        return Finding(.pointsNotComputable, .children, row: row, column: cell.column, place + demand)
    }
}

extension PointsTable {
    /// What is said where a part has no exact value.
    static func tooLarge(_ part: String) -> Sentence {
        Sentence(
            "The part \(part) of the points table is too large to be exact: as a fraction in lowest terms it must have no number "
                + "above \(Int(Int64.max)); use smaller numbers, or factors with fewer digits.",
            "指数表の区分「\(part)」の値が大きすぎるか細かすぎて、正確に計算できません（約分した分数の分子・分母は \(Int(Int64.max)) まで）。"
                + "小さい数か、桁の少ない係数にしてください。"
        )
    }
}

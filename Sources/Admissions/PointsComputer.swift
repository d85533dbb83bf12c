/// What a part of a points table counts.
enum PartValue: Hashable, Sendable {
    /// The part does not exist for the child, or nothing that it is made of does.
    case missing
    case number(ExactNumber)
    /// It cannot be computed without rounding.
    case tooLarge

    var number: ExactNumber? { if case .number(let number) = self { number } else { nil } }
}

/// Evaluates the points table of a draft: made once, it then computes any part for any row, when it is asked.
///
/// ``Values`` keeps what was computed of one row. Nothing here depends on the order of rows or on threads.
struct PointsComputer: Sendable {
    let draft: CaseDraft
    let table: PointsTable
    let tester: ConditionTester
    /// In the order of the table.
    private let parts: [Part]
    /// Indices of ``parts``, each after those that it is made of.
    private let order: [Int]
    /// Those of ``order`` that the total is made of, and it.
    private let orderOfTotal: [Int]
    private let total: Int
    private let refusals: [Refusal]
    /// Indices of ``refusals`` in the order in which one of several that are met is told: by their texts.
    private let orderOfRefusals: [Int]
    /// Rows that count the child's own value, part by part.
    private let rowsOfValues: [(part: Int, row: Int)]
    /// For each condition where it is first used, as a part and a row; `-1` is the part's own condition.
    private let uses: [(part: Int, row: Int)]

    /// A class, because copies of its lists for every child would cost more than what is done with them.
    private final class Part: Sendable {
        let when: [Int]
        let rows: [Row]
        /// The conditions of all rows, one row after another.
        let conditions: [Int]
        let parts: [Int]
        let combine: PointsPart.Combination
        let factor, floor, cap, missing: ExactNumber?
        let groupCount: Int
        let dependsOnWish: Bool

        init(
            _ part: PointsPart, when: [Int], rows: [Row], conditions: [Int], parts: [Int], groupCount: Int,
            dependsOnWish: Bool
        ) {
            (self.when, self.rows, self.conditions, self.parts) = (when, rows, conditions, parts)
            (combine, factor, floor, cap, missing) = (part.combine, part.factor, part.floor, part.cap, part.missing)
            (self.groupCount, self.dependsOnWish) = (groupCount, dependsOnWish)
        }
    }

    private struct Row: Sendable {
        /// In ``Part/conditions``.
        let conditions: Range<Int>
        let earning: Earning
        /// A number for its ``PointsRow/maxGroup``.
        let group: Int?
    }

    private enum Earning: Sendable {
        case points(ExactNumber)
        /// The number where this condition looks.
        case number(ofCondition: Int)
        case nothing
    }

    private struct Refusal: Sendable {
        let conditions: [Int]
    }

    /// - Precondition: The table is sound: ``CaseDraft/checkPointsTable()`` finds nothing.
    /// - Parameter threads: How many may work at the same time.
    init(_ draft: CaseDraft, threads: Int = 1) {
        self.draft = draft
        table = draft.rules.pointsTable
        let tester = ConditionTester(
            table.parts.flatMap { $0.when + $0.rows.flatMap(\.conditions) }, in: draft, threads: threads)
        self.tester = tester
        var uses = [(part: Int, row: Int)?](repeating: nil, count: tester.conditions.count)
        func indices(_ conditions: [PointsCondition], part: Int, row: Int) -> [Int] {
            let indices = conditions.map(tester.index(of:))
            for index in indices where uses[index] == nil { uses[index] = (part, row) }
            return indices
        }
        let partOfName = Dictionary(uniqueKeysWithValues: table.parts.enumerated().map { ($1.name, $0) })
        order = table.order!
        var dependsOnWish = [Bool](repeating: false, count: table.parts.count)
        for index in order {
            let part = table.parts[index]
            dependsOnWish[index] =
                part.when.contains(where: \.isOfWish) || part.rows.contains(where: \.dependsOnWish)
                || part.parts.contains { dependsOnWish[partOfName[$0]!] }
        }
        var refusals: [Refusal] = []
        var rowsOfValues: [(part: Int, row: Int)] = []
        parts = table.parts.enumerated().map { index, part in
            var groups: [String: Int] = [:]
            var conditionsOfRows: [Int] = []
            let when = indices(part.when, part: index, row: -1)
            let rows = part.rows.enumerated().map { number, row in
                let conditions = indices(row.conditions, part: index, row: number)
                var group: Int?
                if let name = row.maxGroup {
                    group = groups[name] ?? groups.count
                    groups[name] = group
                }
                let earning: Earning
                switch row.amount {
                case .points(let points): earning = .points(points)
                case .value:
                    earning = .number(ofCondition: tester.index(of: row.valueCondition!))
                    rowsOfValues.append((index, number))
                case .refusal:
                    earning = .nothing
                    refusals.append(Refusal(conditions: when + conditions))
                }
                let start = conditionsOfRows.count
                conditionsOfRows += conditions
                return Row(conditions: start..<conditionsOfRows.count, earning: earning, group: group)
            }
            return Part(
                part, when: when, rows: rows, conditions: conditionsOfRows, parts: part.parts.map { partOfName[$0]! },
                groupCount: groups.count, dependsOnWish: dependsOnWish[index])
        }
        total = partOfName[PointsTable.total]!
        self.refusals = refusals
        let reasons = table.refusals
        // The order of the parts has no meaning.
        orderOfRefusals = reasons.indices.sorted {
            reasons[$0] == reasons[$1] ? $0 < $1 : reasons[$0].utf8.lexicographicallyPrecedes(reasons[$1].utf8)
        }
        self.rowsOfValues = rowsOfValues
        self.uses = uses.map { $0! }
        var needed = Set([total])
        for index in order.reversed() where needed.contains(index) { needed.formUnion(parts[index].parts) }
        orderOfTotal = order.filter(needed.contains)
    }

    // MARK: Parts

    /// The index of a part in the order of the table.
    func part(named name: String) -> Int? { table.parts.firstIndex { $0.name == name } }

    /// The values of the parts for one row's child.
    struct Values: Sendable {
        let row: Int
        /// By part, as far as they were asked for.
        fileprivate(set) var own: [PartValue]
        fileprivate let met: ConditionTester.Met
    }

    /// The own values of all parts, or of those that the total is made of: what counts without a wish.
    ///
    /// - Precondition: Every cell that the row needs can be read: ``unreadableCells(row:)`` is empty.
    /// - Complexity: O(conditions + rows of the table).
    func values(row: Int, ofTotalOnly: Bool = false) -> Values {
        let met = tester.met(row: row)
        var own = [PartValue](repeating: .missing, count: parts.count)
        var terms: [ExactNumber] = []
        for index in ofTotalOnly ? orderOfTotal : order { own[index] = value(of: index, met, row, own, &terms) }
        return Values(row: row, own: own, met: met)
    }

    /// What the parts count at one wish.
    ///
    /// - Parameters:
    ///   - position: Of the wish in ``ChildRow/wishes``, where one stands.
    ///   - rank: Of the wish, as ``ConditionTester/ranks(row:)`` gives it.
    func values(_ values: Values, atWish position: Int, rank: Int, ofTotalOnly: Bool = false) -> [PartValue] {
        guard let met = met(values, atWish: position, rank: rank) else { return values.own }
        return self.values(values, met, ofTotalOnly: ofTotalOnly)
    }

    /// The conditions that are met at one wish; `nil` where they are those that are met without a wish.
    private func met(_ values: Values, atWish position: Int, rank: Int) -> ConditionTester.Met? {
        guard tester.looksAtWishes else { return nil }
        var met = values.met
        return tester.add(row: values.row, wish: position, rank: rank, to: &met) ? met : nil
    }

    private func values(_ values: Values, _ met: ConditionTester.Met, ofTotalOnly: Bool) -> [PartValue] {
        var result = values.own
        var terms: [ExactNumber] = []
        for index in ofTotalOnly ? orderOfTotal : order where parts[index].dependsOnWish {
            result[index] = value(of: index, met, values.row, result, &terms)
        }
        return result
    }

    private func value(
        of index: Int, _ met: ConditionTester.Met, _ row: Int, _ values: [PartValue], _ terms: inout [ExactNumber]
    ) -> PartValue {
        guard let combined = combination(ofPart: index, met, row, values, &terms) else { return .tooLarge }
        let part = parts[index]
        guard var value = combined.number else { return part.missing.map(PartValue.number) ?? .missing }
        if let factor = part.factor {
            guard let product = value.multiplied(by: factor) else { return .tooLarge }
            value = product
        }
        if let floor = part.floor, value < floor { value = floor }
        if let cap = part.cap, cap < value { value = cap }
        return .number(value)
    }

    /// What the terms of a part make together, before factor, floor and cap; `nil` where it does not fit.
    private func combination(
        ofPart index: Int, _ met: ConditionTester.Met, _ row: Int, _ values: [PartValue], _ terms: inout [ExactNumber]
    ) -> PartValue? {
        let part = parts[index]
        guard part.when.allSatisfy({ met[$0] }) else { return .missing }
        terms.removeAll(keepingCapacity: true)
        forEachTerm(of: index, met, row) { _, amount in terms.append(amount) }
        for other in part.parts {
            switch values[other] {
            case .missing: break
            case .number(let number): terms.append(number)
            case .tooLarge:
                // The first term alone counts, whatever comes behind it.
                if part.combine == .first && !terms.isEmpty { continue }
                return nil
            }
        }
        if terms.isEmpty && part.rows.isEmpty { return .missing }
        return Self.combination(of: terms, by: part.combine).map(PartValue.number)
    }

    /// The number that terms make, 0 for none; `nil` where it does not fit.
    private static func combination(of terms: [ExactNumber], by combine: PointsPart.Combination) -> ExactNumber? {
        guard let first = terms.first else { return 0 }
        switch combine {
        case .first: return first
        case .max: return terms.max()
        case .min: return terms.min()
        case .sum, .mean:
            var sum = first
            for term in terms.dropFirst() {
                guard let next = sum.adding(term) else { return nil }
                sum = next
            }
            return combine == .sum ? sum : sum.divided(by: terms.count)
        }
    }

    /// The met rows of a part that are terms, with what they earn, in order.
    private func forEachTerm(
        of index: Int, _ met: ConditionTester.Met, _ row: Int, _ body: (Int, ExactNumber) -> Void
    ) {
        let part = parts[index]
        /// What a row of the table earns where it is met; `nil` where it is not, or refuses.
        func amount(of number: Int) -> ExactNumber? {
            for place in part.rows[number].conditions where !met[part.conditions[place]] { return nil }
            switch part.rows[number].earning {
            case .points(let points): return points
            case .number(let condition): return tester.number(of: condition, row: row)
            case .nothing: return nil
            }
        }
        var best: [(row: Int, amount: ExactNumber)?] = []
        if part.groupCount > 0 {
            best = [(row: Int, amount: ExactNumber)?](repeating: nil, count: part.groupCount)
            for number in part.rows.indices {
                guard let group = part.rows[number].group, let amount = amount(of: number) else { continue }
                if let rival = best[group], amount <= rival.amount { continue }
                best[group] = (number, amount)
            }
        }
        for number in part.rows.indices {
            if let group = part.rows[number].group {
                if let winner = best[group], winner.row == number { body(number, winner.amount) }
            } else if let amount = amount(of: number) {
                body(number, amount)
            }
        }
    }

    // MARK: Cells

    /// A cell that the table needs as a number or a date, and where the table first says so.
    struct UnreadableCell {
        /// Of the part, in the order of the table.
        let part: Int
        /// Of the part; `nil`: its own condition.
        let row: Int?
        let column: String
    }

    /// What the child's cells do not tell, in the order of the table, each column once.
    func unreadableCells(row: Int) -> [UnreadableCell] {
        var cells: [(part: Int, row: Int, column: String)] = tester.unreadable(row: row).map { condition in
            (uses[condition].part, uses[condition].row, tester.conditions[condition].column!)
        }
        if !rowsOfValues.isEmpty {
            let met = tester.met(row: row)
            for (part, number) in rowsOfValues {
                let entry = parts[part].rows[number]
                let isNeeded = (parts[part].when + parts[part].conditions[entry.conditions]).allSatisfy {
                    tester.conditions[$0].isOfWish || met[$0]
                }
                guard isNeeded, case .number(let condition) = entry.earning,
                    tester.number(of: condition, row: row) == nil
                else { continue }
                cells.append((part, number, tester.conditions[condition].column!))
            }
        }
        if cells.isEmpty { return [] }
        cells.sort { ($0.part, $0.row) < ($1.part, $1.row) }
        var seen = Set<String>()
        return cells.filter { seen.insert($0.column).inserted }.map {
            UnreadableCell(part: $0.part, row: $0.row < 0 ? nil : $0.row, column: $0.column)
        }
    }

    // MARK: One child

    /// The points of one row's child.
    struct ChildPoints: Sendable {
        let own: PartValue
        /// At each position of ``ChildRow/wishes``; as ``own`` where none stands.
        let wishes: [PartValue]
        /// For each position the row that refuses the child there, as an index into ``PointsTable/refusals``: of several that
        /// whose reason comes first as text. Empty where none does.
        let refusals: [Int?]
        /// The name of the part that cannot be computed without rounding, where that leaves no points.
        let tooLargePart: String?
    }

    /// - Precondition: ``unreadableCells(row:)`` is empty.
    func points(row: Int) -> ChildPoints {
        let values = values(row: row, ofTotalOnly: true)
        let wishes = draft.children[row].wishes
        let ranks = tester.looksAtWishes ? tester.ranks(row: row) : []
        let general = refusals.isEmpty ? nil : refusal(values.met)
        var points: [PartValue] = []
        points.reserveCapacity(wishes.count)
        var refused: [Int?] = []
        var tooLargePart = tooLargePart(values.own)
        for position in wishes.indices {
            let met =
                wishes[position] == nil || ranks.isEmpty ? nil : met(values, atWish: position, rank: ranks[position])
            let here = met.map { self.values(values, $0, ofTotalOnly: true) }
            points.append(here?[total] ?? values.own[total])
            refused.append(met.flatMap(refusal) ?? general)
            tooLargePart = tooLargePart ?? here.flatMap(self.tooLargePart)
        }
        return ChildPoints(
            own: values.own[total], wishes: points, refusals: refused.contains { $0 != nil } ? refused : [],
            tooLargePart: tooLargePart)
    }

    /// The name of the first part, of equals by its name, that is too large while nothing that it is made of is; `nil` where
    /// the total is not too large.
    private func tooLargePart(_ values: [PartValue]) -> String? {
        guard values[total] == .tooLarge else { return nil }
        return orderOfTotal.filter { part in
            values[part] == .tooLarge && !parts[part].parts.contains { values[$0] == .tooLarge }
        }.map { table.parts[$0].name }.min()
    }

    /// The row that refuses whom meets these conditions; of several that whose reason comes first as text.
    private func refusal(_ met: ConditionTester.Met) -> Int? {
        orderOfRefusals.first { refusals[$0].conditions.allSatisfy { met[$0] } }
    }

    // MARK: Explaining

    /// How the points of one row's child come about; `nil` where a cell cannot be read.
    func computation(row: Int) -> PointsComputation? {
        guard unreadableCells(row: row).isEmpty else { return nil }
        let values = values(row: row)
        let ranks = tester.ranks(row: row)
        var stages = [Stage(met: values.met, values: values.own, terms: terms(values.met, row))]
        var wishes: [PointsComputation.AtWish] = []
        for (position, wish) in draft.children[row].wishes.enumerated() {
            guard let wish else { continue }
            let met = met(values, atWish: position, rank: ranks[position]) ?? values.met
            let stage = Stage(
                met: met, values: self.values(values, met, ofTotalOnly: false), terms: terms(met, row))
            stages.append(stage)
            guard let points = stage.values[total].number else { return nil }
            wishes.append(
                PointsComputation.AtWish(
                    facility: wish, position: position, rank: ranks[position], points: points, refusal: refusal(met)))
        }
        guard let own = values.own[total].number else { return nil }
        var unused: [ExactNumber] = []
        let ofParts = parts.indices.map { part in
            PointsComputation.Part(
                own: stages[0].values[part].number,
                combined: combination(ofPart: part, values.met, row, values.own, &unused)?.number,
                wishes: stages.dropFirst().map { $0.values[part].number },
                missed: parts[part].when.filter { !stages[0].met[$0] }.map { tester.conditions[$0] },
                rows: parts[part].rows.indices.map { self.row($0, ofPart: part, stages, row) })
        }
        return PointsComputation(table: table, own: own, wishes: wishes, parts: ofParts)
    }

    /// What is met and what counts without a wish, or at one.
    private struct Stage {
        let met: ConditionTester.Met
        let values: [PartValue]
        /// For each part the rows that are terms, with what they earn.
        let terms: [[Int: ExactNumber]]
    }

    private func terms(_ met: ConditionTester.Met, _ row: Int) -> [[Int: ExactNumber]] {
        parts.indices.map { part in
            var terms: [Int: ExactNumber] = [:]
            if parts[part].when.allSatisfy({ met[$0] }) {
                forEachTerm(of: part, met, row) { terms[$0] = $1 }
                // Of all terms the first alone counts.
                if parts[part].combine == .first, let first = terms.keys.min() { terms = [first: terms[first]!] }
            }
            return terms
        }
    }

    private func row(_ number: Int, ofPart part: Int, _ stages: [Stage], _ row: Int) -> PointsComputation.Row {
        let entry = parts[part].rows[number]
        let conditions = parts[part].conditions[entry.conditions]
        let isMet = stages.map { stage in conditions.allSatisfy { stage.met[$0] } }
        let child = conditions.filter { !tester.conditions[$0].isOfWish && !stages[0].met[$0] }
        let ofWish = conditions.filter { index in
            tester.conditions[index].isOfWish && !stages.contains { $0.met[index] }
        }
        let amount: ExactNumber? =
            switch entry.earning {
            case .points(let points): points
            case .number(let condition): child.isEmpty ? tester.number(of: condition, row: row) : nil
            case .nothing: nil
            }
        return PointsComputation.Row(
            amount: amount, isMet: isMet[0], isMetAtWishes: Array(isMet.dropFirst()),
            counts: stages[0].terms[part][number] != nil,
            countsAtWishes: stages.dropFirst().map { $0.terms[part][number] != nil },
            missed: (child + ofWish).map { tester.conditions[$0] })
    }
}

extension PointsTable {
    /// Indices of the parts, each after those that it is made of; `nil` where there is a circle, or a part is not defined or
    /// stands twice.
    ///
    /// - Complexity: O(parts and their names in `of`).
    var order: [Int]? {
        guard Set(parts.map(\.name)).count == parts.count else { return nil }
        let (order, isWhole) = partsWithoutCircle
        return isWhole && order.count == parts.count ? order : nil
    }

    /// Indices of the parts that neither are in a circle nor are made of one, each after those that it is made of; and
    /// whether every name in `of` is a part's.
    var partsWithoutCircle: (order: [Int], isWhole: Bool) {
        let places = Dictionary(parts.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        var madeOf = [[Int]](repeating: [], count: parts.count)
        var waitsFor = [Int](repeating: 0, count: parts.count)
        var isWhole = true
        for (index, part) in parts.enumerated() {
            for name in part.parts {
                guard let place = places[name] else {
                    isWhole = false
                    continue
                }
                madeOf[place].append(index)
                waitsFor[index] += 1
            }
        }
        var order = parts.indices.filter { waitsFor[$0] == 0 }
        var next = 0
        while next < order.count {
            for index in madeOf[order[next]] {
                waitsFor[index] -= 1
                if waitsFor[index] == 0 { order.append(index) }
            }
            next += 1
        }
        return (order, isWhole)
    }
}

extension PointsRow {
    /// The condition whose own value counts: the first on a column or a count.
    var valueCondition: PointsCondition? { conditions.first { !$0.isOfWish } }
}

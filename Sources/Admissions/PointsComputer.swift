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
    // What parts and rows list stands in flat arrays of plain numbers. Lists of their own would have a count of uses each, which
    // all threads would change for every child.
    /// In the order of the table.
    private let parts: [Part]
    /// The rows of the parts, one part after another.
    private let rows: [Row]
    /// The conditions of parts, rows and refusals.
    private let conditions: [Int]
    /// The conditions of rows word by word of ``ConditionTester/Met``, which is faster to look at.
    private let tests: [(word: Int, mask: UInt64)]
    /// The parts that parts are made of.
    private let members: [Int]
    /// Indices of ``parts``, each after those that it is made of.
    private let order: [Int]
    /// Those of ``order`` that the total and ``partsOfKeys`` are made of, and they.
    private let neededOrder: [Int]
    /// Those of ``order`` that the total is made of, and it.
    private let orderOfTotal: [Int]
    /// The parts that priority keys name, in the order of the table.
    let partsOfKeys: [Int]
    /// Whether one of them depends on the wish.
    private let keysDependOnWish: Bool
    private let total: Int
    /// For each row that refuses its conditions and those of its part, in ``conditions``.
    private let refusals: [Range<Int>]
    /// Indices of ``refusals`` in the order in which one of several that are met is told: by their texts.
    private let orderOfRefusals: [Int]
    /// Rows that count the child's own value, part by part.
    private let rowsOfValues: [(part: Int, row: Int)]
    /// For each condition where it is first used, as a part and a row; `-1` is the part's own condition.
    private let uses: [(part: Int, row: Int)]

    private struct Part: Sendable {
        /// In ``PointsComputer/conditions``.
        let when: Range<Int>
        /// In ``PointsComputer/rows``.
        let rows: Range<Int>
        /// In ``PointsComputer/members``.
        let members: Range<Int>
        let combine: PointsPart.Combination
        let factor, floor, cap, missing: ExactNumber?
        let dependsOnWish: Bool
    }

    private struct Row: Sendable {
        /// In ``PointsComputer/conditions``.
        let conditions: Range<Int>
        /// In ``PointsComputer/tests``.
        let tests: Range<Int>
        let earning: Earning
        /// A number for its ``PointsRow/maxGroup``; -1: none.
        let group: Int
    }

    private enum Earning: Sendable {
        case points(ExactNumber)
        /// The number where this condition looks.
        case number(ofCondition: Int)
        case nothing
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
        let order = table.order!
        self.order = order
        var dependsOnWish = [Bool](repeating: false, count: table.parts.count)
        for index in order {
            let part = table.parts[index]
            dependsOnWish[index] =
                part.when.contains(where: \.isOfWish) || part.rows.contains(where: \.dependsOnWish)
                || part.parts.contains { dependsOnWish[partOfName[$0]!] }
        }
        var refusals: [Range<Int>] = []
        var rowsOfValues: [(part: Int, row: Int)] = []
        var (rows, conditions, tests, members): ([Row], [Int], [(word: Int, mask: UInt64)], [Int]) = ([], [], [], [])
        func add(_ more: [Int]) -> Range<Int> {
            conditions += more
            return conditions.count - more.count..<conditions.count
        }
        var parts: [Part] = []
        for (index, part) in table.parts.enumerated() {
            var groups: [String: Int] = [:]
            let when = add(indices(part.when, part: index, row: -1))
            let firstRow = rows.count
            for (number, row) in part.rows.enumerated() {
                let own = add(indices(row.conditions, part: index, row: number))
                if let name = row.maxGroup, groups[name] == nil { groups[name] = groups.count }
                let earning: Earning
                switch row.amount {
                case .points(let points): earning = .points(points)
                case .value:
                    earning = .number(ofCondition: tester.index(of: row.valueCondition!))
                    rowsOfValues.append((index, number))
                case .refusal:
                    earning = .nothing
                    refusals.append(add(Array(conditions[when] + conditions[own])))
                }
                let firstTest = tests.count
                for condition in conditions[own] {
                    let (word, bit) = (condition >> 6, 1 << UInt64(condition & 63) as UInt64)
                    if let place = tests[firstTest...].firstIndex(where: { $0.word == word }) {
                        tests[place].mask |= bit
                    } else {
                        tests.append((word, bit))
                    }
                }
                rows.append(
                    Row(
                        conditions: own, tests: firstTest..<tests.count, earning: earning,
                        group: row.maxGroup.flatMap { groups[$0] } ?? -1))
            }
            let firstMember = members.count
            members += part.parts.map { partOfName[$0]! }
            parts.append(
                Part(
                    when: when, rows: firstRow..<rows.count, members: firstMember..<members.count,
                    combine: part.combine, factor: part.factor, floor: part.floor, cap: part.cap,
                    missing: part.missing, dependsOnWish: dependsOnWish[index]))
        }
        (self.parts, self.rows, self.conditions, self.tests, self.members) = (parts, rows, conditions, tests, members)
        total = partOfName[PointsTable.total]!
        // The key `points` has its own values.
        let named = Set(draft.rules.priority.map(\.name)).subtracting([PointsTable.total])
            .union(draft.rules.priority.flatMap { $0.onlyWhen.parts.map(\.part) })
        partsOfKeys = draft.rules.pointsTable.parts.enumerated().filter { named.contains($1.name) }.map(\.offset)
        keysDependOnWish = partsOfKeys.contains { dependsOnWish[$0] }
        self.refusals = refusals
        let reasons = table.refusals
        // The order of the parts has no meaning.
        orderOfRefusals = reasons.indices.sorted {
            reasons[$0] == reasons[$1] ? $0 < $1 : reasons[$0].utf8.lexicographicallyPrecedes(reasons[$1].utf8)
        }
        self.rowsOfValues = rowsOfValues
        self.uses = uses.map { $0! }
        func needed(for wanted: [Int]) -> [Int] {
            var needed = Set(wanted)
            for index in order.reversed() where needed.contains(index) {
                needed.formUnion(members[parts[index].members])
            }
            return order.filter(needed.contains)
        }
        neededOrder = needed(for: [total] + partsOfKeys)
        orderOfTotal = needed(for: [total])
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

    /// The own values of all parts: what counts without a wish.
    ///
    /// - Precondition: Every cell that the row needs can be read: ``unreadableCells(row:)`` is empty.
    /// - Complexity: O(conditions + rows of the table).
    func values(row: Int) -> Values {
        let met = tester.met(row: row)
        var own = [PartValue](repeating: .missing, count: parts.count)
        var terms: [Term] = []
        for index in order { own[index] = value(of: index, met, row, own, &terms) }
        return Values(row: row, own: own, met: met)
    }

    /// What the parts count at one wish.
    ///
    /// - Parameters:
    ///   - position: Of the wish in ``ChildRow/wishes``, where one stands.
    ///   - rank: Of the wish, as ``ConditionTester/ranks(row:)`` gives it.
    func values(_ values: Values, atWish position: Int, rank: Int) -> [PartValue] {
        guard let met = met(values, atWish: position, rank: rank) else { return values.own }
        return self.values(values, met)
    }

    /// The conditions that are met at one wish; `nil` where they are those that are met without a wish.
    private func met(_ values: Values, atWish position: Int, rank: Int) -> ConditionTester.Met? {
        guard tester.looksAtWishes else { return nil }
        var met = values.met
        return tester.add(row: values.row, wish: position, rank: rank, to: &met) ? met : nil
    }

    private func values(_ values: Values, _ met: ConditionTester.Met) -> [PartValue] {
        var result = values.own
        var terms: [Term] = []
        for index in order where parts[index].dependsOnWish {
            result[index] = value(of: index, met, values.row, result, &terms)
        }
        return result
    }

    /// A number that a part is made of: what one of its rows earns, or what another part counts.
    fileprivate struct Term: Sendable {
        /// Index into ``PointsComputer/rows``; -1 for another part.
        let row: Int
        let amount: ExactNumber
    }

    private func value(
        of index: Int, _ met: ConditionTester.Met, _ row: Int, _ values: [PartValue], _ terms: inout [Term]
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
        ofPart index: Int, _ met: ConditionTester.Met, _ row: Int, _ values: [PartValue], _ terms: inout [Term]
    ) -> PartValue? {
        let part = parts[index]
        for place in part.when where !met[conditions[place]] { return .missing }
        findTerms(of: part, met, row, &terms)
        for place in part.members {
            switch values[members[place]] {
            case .missing: break
            case .number(let number): terms.append(Term(row: -1, amount: number))
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
    private static func combination(of terms: [Term], by combine: PointsPart.Combination) -> ExactNumber? {
        guard var result = terms.first?.amount else { return 0 }
        if combine == .first { return result }
        for term in terms.dropFirst() {
            switch combine {
            case .first: break
            case .max: result = max(result, term.amount)
            case .min: result = min(result, term.amount)
            case .sum, .mean:
                guard let sum = result.adding(term.amount) else { return nil }
                result = sum
            }
        }
        return combine == .mean ? result.divided(by: terms.count) : result
    }

    /// Finds the met rows of a part that are terms, with what they earn, in order.
    private func findTerms(of part: Part, _ met: ConditionTester.Met, _ row: Int, _ terms: inout [Term]) {
        terms.removeAll(keepingCapacity: true)
        search: for number in part.rows {
            for test in rows[number].tests where !met.contains(tests[test].mask, ofWord: tests[test].word) {
                continue search
            }
            let amount: ExactNumber?
            switch rows[number].earning {
            case .points(let points): amount = points
            case .number(let condition): amount = tester.number(of: condition, row: row)
            case .nothing: amount = nil
            }
            guard let amount else { continue }
            let group = rows[number].group
            if group >= 0, let rival = terms.firstIndex(where: { rows[$0.row].group == group }) {
                if amount <= terms[rival].amount { continue }
                terms.remove(at: rival)
            }
            terms.append(Term(row: number, amount: amount))
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
                let entry = rows[parts[part].rows.lowerBound + number]
                let isNeeded = (conditions[parts[part].when] + conditions[entry.conditions]).allSatisfy {
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
        /// What each of ``PointsComputer/partsOfKeys`` counts without a wish; where one depends on the wish, then also at each
        /// position.
        let parts: [PartValue]
        /// The name of the part that cannot be computed without rounding, where that leaves no points.
        let tooLargePart: String?
    }

    /// Places for what is met and what parts count, which are used for one row after another.
    struct Workspace: Sendable {
        fileprivate var met: ConditionTester.Met
        /// By part, without a wish and at one.
        fileprivate var own: [PartValue]
        fileprivate var here: [PartValue]
        fileprivate var terms: [Term] = []
    }

    var workspace: Workspace {
        let missing = [PartValue](repeating: .missing, count: parts.count)
        return Workspace(met: tester.nothing, own: missing, here: missing)
    }

    /// - Precondition: ``unreadableCells(row:)`` is empty.
    func points(row: Int, _ work: inout Workspace) -> ChildPoints {
        tester.find(row: row, in: &work.met)
        for index in neededOrder {
            work.own[index] = value(of: index, work.met, row, work.own, &work.terms)
            work.here[index] = work.own[index]
        }
        let wishes = draft.children[row].wishes
        let own = work.own[total]
        var ofKeys = partsOfKeys.isEmpty ? [] : partsOfKeys.map { work.own[$0] }
        let general = refusals.isEmpty ? nil : refusal(work.met)
        guard tester.looksAtWishes else {
            return ChildPoints(
                own: own, wishes: [PartValue](repeating: own, count: wishes.count),
                refusals: general == nil ? [] : [Int?](repeating: general, count: wishes.count), parts: ofKeys,
                tooLargePart: tooLargePart(work.own))
        }
        let ranks = tester.ranks(row: row)
        var points: [PartValue] = []
        points.reserveCapacity(wishes.count)
        var refused: [Int?] = []
        var tooLargePart = tooLargePart(work.own)
        for position in wishes.indices {
            let isAny =
                wishes[position] != nil
                && tester.add(row: row, wish: position, rank: ranks[position], to: &work.met)
            if isAny {
                for index in neededOrder where parts[index].dependsOnWish {
                    work.here[index] = value(of: index, work.met, row, work.here, &work.terms)
                }
                tooLargePart = tooLargePart ?? self.tooLargePart(work.here)
            }
            points.append(isAny ? work.here[total] : own)
            if keysDependOnWish { ofKeys += partsOfKeys.map { isAny ? work.here[$0] : work.own[$0] } }
            if !refusals.isEmpty { refused.append(isAny ? refusal(work.met) ?? general : general) }
            if isAny { tester.removeWish(from: &work.met) }
        }
        return ChildPoints(
            own: own, wishes: points, refusals: refused.contains { $0 != nil } ? refused : [], parts: ofKeys,
            tooLargePart: tooLargePart)
    }

    /// The name of the first part, of equals by its name, that is too large while nothing that it is made of is; `nil` where
    /// the total is not too large.
    private func tooLargePart(_ values: [PartValue]) -> String? {
        guard values[total] == .tooLarge else { return nil }
        return orderOfTotal.filter { part in
            values[part] == .tooLarge && !members[parts[part].members].contains { values[$0] == .tooLarge }
        }.map { table.parts[$0].name }.min()
    }

    /// The row that refuses whom meets these conditions; of several that whose reason comes first as text.
    private func refusal(_ met: ConditionTester.Met) -> Int? {
        orderOfRefusals.first { refusals[$0].allSatisfy { met[conditions[$0]] } }
    }

    /// Which rows of the table a row's child meets, without a wish or at one of its wishes, with the conditions of their parts;
    /// part by part.
    func metRows(row: Int) -> [Bool] {
        let own = tester.met(row: row)
        var stages = [own]
        let ranks = tester.looksAtWishes ? tester.ranks(row: row) : []
        for (position, rank) in ranks.enumerated() where draft.children[row].wishes[position] != nil {
            var met = own
            if tester.add(row: row, wish: position, rank: rank, to: &met) { stages.append(met) }
        }
        return parts.flatMap { part in
            part.rows.map { entry in
                let needed = conditions[part.when] + conditions[rows[entry].conditions]
                return stages.contains { met in needed.allSatisfy { met[$0] } }
            }
        }
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
                met: met, values: self.values(values, met), terms: terms(met, row))
            stages.append(stage)
            guard let points = stage.values[total].number else { return nil }
            wishes.append(
                PointsComputation.AtWish(
                    facility: wish, position: position, rank: ranks[position], points: points, refusal: refusal(met)))
        }
        guard let own = values.own[total].number else { return nil }
        var unused: [Term] = []
        let ofParts = parts.indices.map { part in
            PointsComputation.Part(
                own: stages[0].values[part].number,
                combined: combination(ofPart: part, values.met, row, values.own, &unused)?.number,
                wishes: stages.dropFirst().map { $0.values[part].number },
                missed: conditions[parts[part].when].filter { !stages[0].met[$0] }.map { tester.conditions[$0] },
                rows: parts[part].rows.map { self.row($0, ofPart: part, stages, row) })
        }
        return PointsComputation(table: table, own: own, wishes: wishes, parts: ofParts)
    }

    /// What is met and what counts without a wish, or at one.
    private struct Stage {
        let met: ConditionTester.Met
        let values: [PartValue]
        /// For each part those of ``PointsComputer/rows`` that are terms, with what they earn.
        let terms: [[Int: ExactNumber]]
    }

    private func terms(_ met: ConditionTester.Met, _ row: Int) -> [[Int: ExactNumber]] {
        parts.indices.map { part in
            var terms: [Int: ExactNumber] = [:]
            if conditions[parts[part].when].allSatisfy({ met[$0] }) {
                var found: [Term] = []
                findTerms(of: parts[part], met, row, &found)
                for term in found { terms[term.row] = term.amount }
                // Of all terms the first alone counts.
                if parts[part].combine == .first, let first = terms.keys.min() { terms = [first: terms[first]!] }
            }
            return terms
        }
    }

    private func row(_ number: Int, ofPart part: Int, _ stages: [Stage], _ row: Int) -> PointsComputation.Row {
        let entry = rows[number]
        let conditions = conditions[entry.conditions]
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

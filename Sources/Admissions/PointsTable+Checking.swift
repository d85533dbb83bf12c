extension CaseDraft {
    /// What is wrong with the points table itself, whatever the children's rows say; nothing where there is no table.
    ///
    /// - Complexity: O(rows of the table · conditions), and O(parts²).
    func checkPointsTable() -> [Finding] {
        if rules.pointsTable.isEmpty { return [] }
        var check = PointsTableCheck(self)
        check.checkKey()
        check.checkParts()
        check.checkConditions()
        return check.findings
    }
}

/// Collects what is wrong with a points table.
private struct PointsTableCheck {
    let draft: CaseDraft
    let table: PointsTable
    private(set) var findings: [Finding] = []

    init(_ draft: CaseDraft) {
        self.draft = draft
        table = draft.rules.pointsTable
    }

    private mutating func note(_ code: Finding.Code, _ setting: String, _ message: String) {
        findings.append(Finding(code, .settings, column: setting, message))
    }

    // MARK: Parts

    mutating func checkKey() {
        let names = Set(table.parts.map(\.name))
        if !draft.rules.priority.contains(where: { $0.source == .points || names.contains($0.name) }) {
            note(
                .pointsWithoutKey, "pointsTable",
                "The table computes points, but points is no priority key; add it to priority.")
        }
        for (index, part) in table.parts.enumerated() where part.name != PointsTable.total {
            guard draft.rules.priority.contains(where: { $0.name == part.name }), isColumn(part.name) else { continue }
            note(
                .partNameTaken, table.setting(ofPart: index),
                "The priority key \(part.name) could be this part or the column of that name; give the part another name."
            )
        }
    }

    /// Whether a priority key of this name is a column of the children's table.
    private func isColumn(_ name: String) -> Bool {
        draft.attributeNames.contains(name) || ["draw", "birth_date", "age_class"].contains(name)
    }

    mutating func checkParts() {
        let names = Set(table.parts.map(\.name))
        if !names.contains(PointsTable.total) {
            note(
                .partUnknown, "pointsTable",
                "The table has no part \(PointsTable.total), which is the total; add it, such as "
                    + "\(PointsTable.total): {of: [base, adjustments]}.")
        }
        var seen = Set<String>()
        for (index, part) in table.parts.enumerated() {
            let setting = table.setting(ofPart: index)
            if !seen.insert(part.name).inserted {
                note(.partUnknown, setting, "The part \(part.name) stands twice; give one of them another name.")
            }
            for name in part.parts where !names.contains(name) {
                note(
                    .partUnknown, setting,
                    "The part \(part.name) is made of \(name), which is no part of the table; define \(name) or take it out of "
                        + "of.")
            }
            if part.rows.isEmpty && part.parts.isEmpty {
                note(
                    .partEmpty, setting,
                    "The part \(part.name) is the \(part.combine.rawValue) of nothing; give it rows, or name in of the parts "
                        + "that it is made of.")
            }
            if let floor = part.floor, let cap = part.cap, cap < floor {
                note(
                    .capBelowFloor, setting,
                    "The cap \(cap) of the part \(part.name) is below its floor \(floor); correct one of them.")
            }
        }
        checkCircles()
    }

    /// Each circle of parts is said once, from its first part in the order of the table.
    private mutating func checkCircles() {
        let places = Dictionary(table.parts.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let next = table.parts.map { $0.parts.compactMap { places[$0] } }
        var isSaid = [Bool](repeating: false, count: table.parts.count)
        for part in table.partsWithoutCircle.order { isSaid[part] = true }
        for start in table.parts.indices where !isSaid[start] {
            guard let circle = Self.shortestCircle(from: start, next) else { continue }
            for part in circle { isSaid[part] = true }
            let names = (circle + [start]).map { table.parts[$0].name }
            note(
                .partsCircle, table.setting(ofPart: start),
                "The parts are made of each other in a circle: \(names.joined(separator: " of ")); take one of them out of of."
            )
        }
    }

    /// The parts on the shortest way from a part back to itself; of equals the first in the order of the table.
    private static func shortestCircle(from start: Int, _ next: [[Int]]) -> [Int]? {
        var cameFrom = [Int?](repeating: nil, count: next.count)
        var queue = [start]
        var head = 0
        while head < queue.count {
            let part = queue[head]
            head += 1
            for other in next[part] {
                if other == start {
                    var circle = [part]
                    while circle[0] != start { circle.insert(cameFrom[circle[0]]!, at: 0) }
                    return circle
                }
                if cameFrom[other] == nil {
                    cameFrom[other] = part
                    queue.append(other)
                }
            }
        }
        return nil
    }

    // MARK: Conditions

    mutating func checkConditions() {
        let facilities = Set(draft.facilities.map(\.id))
        for (index, part) in table.parts.enumerated() {
            let setting = table.setting(ofPart: index)
            checkNames(part.when, facilities, setting)
            let isContradictory = PointsCondition.neverMetTogether(part.when, in: draft.month)
            if isContradictory {
                note(
                    .rowNeverMet, setting,
                    "The conditions of the part \(part.name) can never be met together; correct them.")
            }
            for (number, row) in part.rows.enumerated() {
                let setting = table.setting(ofRow: number, inPart: index)
                checkNames(row.conditions, facilities, setting)
                if row.amount == .value, row.valueCondition == nil {
                    note(
                        .pointsAttributeUnknown, setting,
                        "points: value counts the own value of a column or a count, and the row has no condition on one."
                    )
                }
                if !isContradictory, PointsCondition.neverMetTogether(part.when + row.conditions, in: draft.month) {
                    note(
                        .rowNeverMet, setting,
                        "The conditions of this row can never be met together"
                            + (part.when.isEmpty ? "" : " with those of its part") + "; correct them or remove the row."
                    )
                }
            }
        }
    }

    private mutating func checkNames(
        _ conditions: [PointsCondition], _ facilities: Set<FacilityID>, _ setting: String
    ) {
        var named: [FacilityID] = []
        for condition in conditions {
            var column: String?
            switch condition {
            case .attribute(let attribute, let test):
                column = ChildColumn(attribute, in: draft) == nil ? attribute : nil
                if ChildColumn.facilities.contains(attribute), case .oneOf(let texts) = test {
                    named += texts.map { FacilityID($0) }
                }
            case .livesIn(let attribute): column = draft.attributeNames.contains(attribute) ? nil : attribute
            case .facility(let id): named.append(id)
            case .count, .sameFacility, .siblingApplies, .kind, .ward, .wishRank: break
            }
            if let column {
                note(
                    .pointsAttributeUnknown, setting, "The attribute \(column) is not a column of children.csv.")
            }
        }
        for id in named where !facilities.contains(id) {
            note(.facilityUnknown, setting, "The facility \(id) is not in facilities.csv.")
        }
    }
}

// MARK: Contradictions

extension PointsCondition {
    /// Whether no child and no wish can ever meet all of these conditions.
    ///
    /// Compared are tests of the same column or count, and conditions on the wish of the same kind. Of a column with lists only
    /// blank and not blank exclude each other, because each test may be met by another entry.
    ///
    /// - Parameter month: The month of the round.
    static func neverMetTogether(_ conditions: [PointsCondition], in month: PlacementMonth) -> Bool {
        var tests: [String: [Test]] = [:]
        var numbers: [Count?: [WholeNumbers]] = [:]
        var facilities = Set<FacilityID>()
        var kinds: [[String]] = []
        var wards: [[String]] = []
        for condition in conditions {
            switch condition {
            case .attribute(let column, let test): tests[column, default: []].append(test)
            case .count(let count, let set): numbers[count, default: [count.possible]].append(set)
            case .wishRank(let set): numbers[nil, default: [.range(from: 1, to: nil)]].append(set)
            case .facility(let id): facilities.insert(id)
            case .kind(let names): kinds.append(names)
            case .ward(let names): wards.append(names)
            case .sameFacility, .siblingApplies, .livesIn: break
            }
        }
        return facilities.count > 1 || haveNothingInCommon(kinds) || haveNothingInCommon(wards)
            || numbers.values.contains(where: WholeNumbers.haveNothingInCommon)
            || tests.contains { Test.excludeEachOther($0.value, ofColumn: $0.key, in: month) }
    }

    private static func haveNothingInCommon(_ lists: [[String]]) -> Bool {
        guard let first = lists.first else { return false }
        return !first.contains { name in lists.allSatisfy { $0.contains(name) } }
    }
}

extension PointsCondition.Count {
    /// The numbers that there can be.
    fileprivate var possible: WholeNumbers {
        switch self {
        case .siblingsApplying, .siblingsEnrolled: .range(from: 0, to: nil)
        case .underSchoolAge: .range(from: 1, to: nil)
        case .monthsWaiting: .range(from: nil, to: nil)
        }
    }
}

extension WholeNumbers {
    fileprivate static func haveNothingInCommon(_ sets: [WholeNumbers]) -> Bool {
        for case .oneOf(let numbers) in sets {
            return !numbers.contains { number in sets.allSatisfy { $0.contains(number) } }
        }
        var (from, to) = (Int.min, Int.max)
        for case .range(let low, let high) in sets { (from, to) = (max(from, low ?? .min), min(to, high ?? .max)) }
        return from > to
    }
}

extension PointsCondition.Test {
    fileprivate static func excludeEachOther(_ tests: [Self], ofColumn column: String, in month: PlacementMonth) -> Bool
    {
        if tests.contains(.blank) { return tests.contains { $0 != .blank } }
        if ChildColumn.lists.contains(column) { return false }
        let isText = ChildColumn.texts.contains(column)
        for case .oneOf(let texts) in tests {
            return !texts.contains { text in
                tests.allSatisfy { $0.isMet(by: text, isText: isText, in: month) }
            }
        }
        return [true, false].contains { dates in
            let bounds = tests.compactMap { $0.bounds(asDates: dates, in: month) }
            guard let from = bounds.compactMap(\.from).max(), let to = bounds.compactMap(\.to).min() else {
                return false
            }
            return to < from
        }
    }

    /// The bounds of a range of dates, or of numbers; `nil` for every other test.
    private func bounds(asDates: Bool, in month: PlacementMonth) -> (from: KeyValue?, to: KeyValue?)? {
        switch self {
        case .range(let from, let to): (from ?? to)?.isDate == asDates ? (from, to) : nil
        case .months(let from, let to) where asDates:
            (
                from.map { .date(month.firstDay.adding(months: $0)) },
                to.map {
                    let first = month.firstDay.adding(months: $0)
                    return .date(first.adding(months: 1).dayBefore ?? first)
                }
            )
        default: nil
        }
    }
}

extension CalendarDate {
    /// The day before; `nil` for the first day of the calendar.
    fileprivate var dayBefore: CalendarDate? { CalendarDate(dayNumber: dayNumber - 1) }
}

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

    private mutating func note(
        _ code: Finding.Code, _ setting: String, _ english: Telling, _ japanese: Telling
    ) {
        findings.append(Finding(code, .settings, column: setting, english, japanese))
    }

    // MARK: Parts

    mutating func checkKey() {
        let names = Set(table.parts.map(\.name))
        if !draft.rules.priority.contains(where: { $0.source == .points || names.contains($0.name) }) {
            note(
                .pointsWithoutKey, "pointsTable",
                "The table computes points, but points is no priority key; add it to priority.",
                "指数表は points を計算しますが、優先順位に points がありません。priority に加えてください。")
        }
        for (index, part) in table.parts.enumerated() where part.name != PointsTable.total {
            guard draft.rules.priority.contains(where: { $0.name == part.name }), isColumn(part.name) else { continue }
            note(
                .partNameTaken, table.setting(ofPart: index),
                "The priority key \(part.name) could be this part or the column of that name; give the part another name.",
                "優先順位の基準「\(part.name)」が、この区分なのか同じ名前の列なのか決まりません。区分の名前を変えてください。"
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
                    + "\(PointsTable.total): {of: [base, adjustments]}.",

                "指数表に合計の区分 \(PointsTable.total) がありません。\(PointsTable.total): {of: [base, adjustments]} のように加えてください。"
            )
        }
        var seen = Set<String>()
        for (index, part) in table.parts.enumerated() {
            let setting = table.setting(ofPart: index)
            if !seen.insert(part.name).inserted {
                note(
                    .partUnknown, setting, "The part \(part.name) stands twice; give one of them another name.",
                    "指数表に区分「\(part.name)」が二つあります。片方の名前を変えてください。")
            }
            for name in part.parts where !names.contains(name) {
                note(
                    .partUnknown, setting,
                    "The part \(part.name) is made of \(name), which is no part of the table; define \(name) or take it out of "
                        + "of.",
                    "区分「\(part.name)」の of にある「\(name)」は、指数表の区分ではありません。「\(name)」を定義するか、of から外してください。")
            }
            if part.rows.isEmpty && part.parts.isEmpty {
                note(
                    .partEmpty, setting,
                    "The part \(part.name) is the \(part.combine.rawValue) of nothing; give it rows, or name in of the parts "
                        + "that it is made of.",
                    "区分「\(part.name)」には、\(part.combine.rawValue) の元になる行（rows）も区分（of）もありません。どちらかを書いてください。")
            }
            if let floor = part.floor, let cap = part.cap, cap < floor {
                note(
                    .capBelowFloor, setting,
                    "The cap \(cap) of the part \(part.name) is below its floor \(floor); correct one of them.",
                    "区分「\(part.name)」の上限（cap）\(cap) が下限（floor）\(floor) より小さくなっています。どちらかを直してください。")
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
            let round = Phrase(names.joined(separator: " ← "), names.joined(separator: " of "))
            note(
                .partsCircle, table.setting(ofPart: start),
                "The parts are made of each other in a circle: \(round); take one of them out of of.",
                "指数表の区分が互いに元になって一回りしています: \(round)。どれかを of から外してください。")
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
        let names = ConditionNames(draft)
        for (index, part) in table.parts.enumerated() {
            let setting = table.setting(ofPart: index)
            checkNames(part.when, names, setting)
            let isContradictory = PointsCondition.neverMetTogether(part.when, in: draft)
            if isContradictory {
                note(
                    .rowNeverMet, setting,
                    "The conditions of the part \(part.name) can never be met together; correct them.",
                    "区分「\(part.name)」の条件は、同時に満たされることがありません。条件を直してください。")
            }
            for (number, row) in part.rows.enumerated() {
                let setting = table.setting(ofRow: number, inPart: index)
                checkNames(row.conditions, names, setting)
                if row.amount == .value, row.valueCondition == nil {
                    note(
                        .pointsAttributeUnknown, setting,
                        "points: value counts the own value of a column or a count, and the row has no condition on one; add it.",
                        "points: value は列の値か数を指数とする書き方ですが、この行には列や数の条件がありません。条件を加えてください。"
                    )
                }
                if !isContradictory, PointsCondition.neverMetTogether(part.when + row.conditions, in: draft) {
                    note(
                        .rowNeverMet, setting,
                        "The conditions of row \(number + 1) of "
                            + (table.isList ? "the points table" : "the part \(part.name)")
                            + " can never be met together"
                            + (part.when.isEmpty ? "" : " with those of its part")
                            + "; correct them or remove the row.",
                        (table.isList ? "指数表" : "区分「\(part.name)」") + "の \(number + 1) 行目の条件は、"
                            + (part.when.isEmpty ? "" : "区分の条件と合わせて") + "同時に満たされることがありません。条件を直すか、行を消してください。"
                    )
                }
            }
        }
    }

    private mutating func checkNames(_ conditions: [PointsCondition], _ names: ConditionNames, _ setting: String) {
        findings += names.errors(in: conditions, at: setting) { column in
            Finding(
                .pointsAttributeUnknown, .settings, column: setting,
                "The attribute \(column) is not a column of \(file: .children).",
                "指数表の条件にある列「\(column)」は、\(file: .children) にありません。列名を直してください。")
        }
    }
}

/// The names that conditions may use in a draft.
struct ConditionNames {
    private let draft: CaseDraft
    private let facilities: Set<FacilityID>
    private let kinds, wards: Set<String>

    init(_ draft: CaseDraft) {
        self.draft = draft
        facilities = Set(draft.facilities.map(\.id))
        kinds = Set(draft.facilities.map(\.comparedKind))
        wards = Set(draft.facilities.map(\.comparedWard))
    }

    /// The errors of conditions that name a column, a facility, a kind or a ward that is not there, in their order.
    ///
    /// - Parameters:
    ///   - conditions: Those of one row, part or key.
    ///   - setting: Where they stand.
    ///   - ofColumn: The error of a column that is not there.
    func errors(
        in conditions: [PointsCondition], at setting: String, ofColumn: (String) -> Finding
    ) -> [Finding] {
        func unknown(_ english: Telling, _ japanese: Telling) -> Finding {
            Finding(.facilityUnknown, .settings, column: setting, english, japanese)
        }
        func ids(_ ids: [FacilityID]) -> [Finding] {
            ids.filter { !facilities.contains($0) }.map {
                unknown(
                    "The facility \($0) is not in \(file: .facilities).",
                    "施設「\($0)」は \(file: .facilities) にありません。施設番号を直すか、施設を加えてください。")
            }
        }
        return conditions.flatMap { condition -> [Finding] in
            switch condition {
            case .attribute(let name, let test):
                guard let column = ChildColumn(name, in: draft) else { return [ofColumn(name)] }
                guard case .oneOf(let texts) = test else { return [] }
                switch column {
                case .siblingFacilities, .currentFacility: return ids(texts.map { FacilityID($0) })
                case .attribute, .group, .ageClass, .birthDate: return []
                }
            case .livesIn(let name): return draft.attributeNames.contains(name) ? [] : [ofColumn(name)]
            case .facility(let id): return ids([id])
            case .kind(let names):
                return names.filter { !kinds.contains($0) }.map {
                    unknown(
                        "No facility is of the kind \($0); write it as the column \(column: "kind", .facilities) of \(file: .facilities) does, or remove it.",
                        "種別が「\($0)」の施設はありません。\(file: .facilities) の \(column: "kind", .facilities) のとおりに書くか、消してください。")
                }
            case .ward(let names):
                return names.filter { !wards.contains($0) }.map {
                    unknown(
                        "No facility is in the ward \($0); write it as the column \(column: "ward", .facilities) of \(file: .facilities) does, or remove it.",
                        "地区が「\($0)」の施設はありません。\(file: .facilities) の \(column: "ward", .facilities) のとおりに書くか、消してください。")
                }
            case .count, .sameFacility, .siblingApplies, .wishRank: return []
            }
        }
    }
}

// MARK: Contradictions

extension PointsCondition {
    /// Whether no child and no wish can ever meet all of these conditions.
    ///
    /// Compared are tests of the same column or count, conditions on the wish of the same kind, what they say of siblings, and a
    /// named facility with kinds and wards. Of a column with lists only blank and not blank exclude each other, because each
    /// test may be met by another entry.
    static func neverMetTogether(_ conditions: [PointsCondition], in draft: CaseDraft) -> Bool {
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
            case .sameFacility:
                numbers[.siblingsEnrolled, default: [Count.siblingsEnrolled.possible]].append(.atLeastOne)
            case .siblingApplies:
                numbers[.siblingsApplying, default: [Count.siblingsApplying.possible]].append(.atLeastOne)
            case .livesIn: break
            }
        }
        // Where columns of their own have these names, they mean something else.
        if let own = tests["age_class"], !draft.attributeNames.contains("age_class") {
            tests["age_class"] = own + [.oneOf((0...5).map(String.init))]
        }
        if let own = tests["sibling_facility_ids"], !draft.attributeNames.contains("sibling_facility_ids") {
            numbers[.siblingsEnrolled, default: [Count.siblingsEnrolled.possible]].append(
                own.contains(.blank) ? .oneOf([0]) : .atLeastOne)
        }
        if let own = numbers[.underSchoolAge] {
            let siblings = [Count.siblingsApplying, .siblingsEnrolled].map {
                WholeNumbers.bounds(of: numbers[$0] ?? [$0.possible])
            }
            let most = siblings[0].to.flatMap { applying in siblings[1].to.map { 1 + applying + $0 } }
            numbers[.underSchoolAge] = own + [.range(from: 1 + siblings[0].from + siblings[1].from, to: most)]
        }
        if facilities.count == 1, !isOfThese(facilities.first!, kinds, wards, in: draft) { return true }
        let month = draft.month
        return facilities.count > 1 || haveNothingInCommon(kinds) || haveNothingInCommon(wards)
            || numbers.values.contains(where: WholeNumbers.haveNothingInCommon)
            || tests.contains { Test.excludeEachOther($0.value, ofColumn: $0.key, in: month) }
    }

    /// Whether a facility is of a kind of each list and in a ward of each; lists of what no facility has, and a facility that is
    /// not there, are errors of their own.
    private static func isOfThese(
        _ id: FacilityID, _ kinds: [[String]], _ wards: [[String]], in draft: CaseDraft
    ) -> Bool {
        guard !kinds.isEmpty || !wards.isEmpty, let facility = draft.facilities.first(where: { $0.id == id }) else {
            return true
        }
        func isOf(_ lists: [[String]], _ name: (FacilityRow) -> String) -> Bool {
            lists.allSatisfy { list in
                list.contains(name(facility)) || !draft.facilities.contains { list.contains(name($0)) }
            }
        }
        return isOf(kinds, \.comparedKind) && isOf(wards, \.comparedWard)
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
    fileprivate static let atLeastOne = WholeNumbers.range(from: 1, to: nil)

    /// The least and the most that sets have in common can be; 0 at least, and `nil` for no end.
    fileprivate static func bounds(of sets: [WholeNumbers]) -> (from: Int, to: Int?) {
        var (from, to): (Int, Int?) = (0, nil)
        for set in sets {
            let (low, high) =
                switch set {
                case .oneOf(let numbers): (numbers.min(), numbers.max())
                case .range(let low, let high): (low, high)
                }
            from = max(from, low ?? 0)
            if let high { to = min(to ?? high, high) }
        }
        return (from, to)
    }

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

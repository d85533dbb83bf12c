@testable import Admissions

extension SplitMix64 {
    /// A number of the range, the same on every machine and in every release.
    mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True in `percent` of 100 draws.
    mutating func chance(_ percent: Int) -> Bool { int(0...99) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[int(0...elements.count - 1)] }

    /// One element or several, in their order; there must be one.
    mutating func some<Element>(_ elements: [Element]) -> [Element] {
        let chosen = elements.filter { _ in chance(40) }
        return chosen.isEmpty ? [pick(elements)] : chosen
    }
}

/// Random cities with random tables of points.
struct RandomPoints {
    private var random: SplitMix64
    private let month = PlacementMonth("2027-04")!
    private let facilities: [FacilityRow]
    /// The facilities and columns, without a child.
    private let city: CaseDraft
    /// Whether some cells hold what is no number or date.
    private let hasSlips: Bool

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        hasSlips = random.chance(35)
        var facilities: [FacilityRow] = []
        for id in ["A", "B", "C", "D", "E", "F"].prefix(random.int(2...6)) {
            var facility = FacilityRow(id: FacilityID(id), seats: [2, 2, 2, 2, 2, random.chance(30) ? nil : 2])
            facility.kind = random.pick(["", "nursery", "small", "小規模２"])
            facility.ward = random.pick(["", "north", "south", "南区１"])
            // As a reader folds them.
            if facility.kind == "小規模２" { facility.foldedKind = "小規模2" }
            if facility.ward == "南区１" { facility.foldedWard = "南区1" }
            facilities.append(facility)
        }
        self.facilities = facilities
        city = CaseDraft(
            municipality: "Test", round: "2027-04 first", month: month, rules: Rules(priority: [], drawSeed: "1"),
            attributeNames: Self.attributeNames, children: [], facilities: facilities)
    }

    private static let attributeNames = ["hours", "work", "since", "home", "waiting_months"]

    /// A city of so many children, each of whose points the table computes unless a cell or the table itself forbids it.
    mutating func draft(children count: Int) -> CaseDraft {
        let rules = Rules(
            priority: [PriorityKey("points", .descending)], drawSeed: "1",
            siblings: SiblingRules(timing: random.pick([.together, .independent])))
        var draft = CaseDraft(
            municipality: "Test", round: "2027-04 first", month: month, rules: rules,
            attributeNames: Self.attributeNames, children: [], facilities: facilities)
        draft.rules.pointsTable = table()
        while draft.children.count < count {
            let household = HouseholdID("h\(draft.children.count)")
            for _ in 0..<min(random.pick([1, 1, 2, 2, 3, 4]), count - draft.children.count) {
                draft.children.append(child(ChildID("k\(draft.children.count)"), household))
            }
        }
        // Siblings need not stand together.
        for last in draft.children.indices.dropFirst().reversed() { draft.children.swapAt(last, random.int(0...last)) }
        return draft
    }

    // MARK: Children

    private mutating func child(_ id: ChildID, _ household: HouseholdID) -> ChildRow {
        let ids = facilities.map(\.id)
        var wishes: [FacilityID?] = []
        for _ in 0..<random.int(0...4) { wishes.append(random.chance(15) ? nil : random.pick(ids)) }
        var row = ChildRow(id: id, household: household, wishes: wishes)
        let date = CalendarDate(year: random.int(2021...2026), month: random.int(5...12), day: random.int(1...28))!
        switch random.int(0...9) {
        case 0: row.ageClass = random.int(0...5)
        case 1: row.dueDate = CalendarDate(year: 2027, month: random.int(1...3), day: random.int(1...28))!
        default: row.birthDate = date
        }
        if random.chance(20) { row.currentFacility = random.pick(ids) }
        if random.chance(40) { row.groups = random.some(["support", "staff", "1"]) }
        for _ in 0..<random.pick([0, 0, 1, 1, 2, 3]) { row.siblingFacilities.append(random.pick(ids)) }
        row.attributes = [
            random.pick(["", "0", "40", "120", "0120", "120.0", "159.5", "160", "-3", "20.25"]),
            random.pick(["", "job", "study", "1", "01", "1.0", "１", "２交代"]),
            since(), random.pick(["", "north", "south", "南区1", "abroad"]),
            random.pick(["", "0", "2", "05", "12"]),
        ]
        if hasSlips, random.chance(10) { row.attributes[0] = random.pick(["many", "１６０", "1,600", "8h"]) }
        if hasSlips, random.chance(10) {
            row.attributes[2] = random.pick(["2026-02-30", "soon", "27.4.1", "平成32年4月1日"])
        }
        if hasSlips, random.chance(5) { row.attributes[4] = random.pick(["2.5", "long"]) }
        return row
    }

    /// A day within a year of the round, written as people write it.
    private mutating func since() -> String {
        if random.chance(15) { return "" }
        let (year, month, day) = (random.int(2026...2028), random.int(1...12), random.int(1...28))
        let twoDigits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        switch random.int(0...9) {
        case 0: return "\(year)/\(month)/\(day)"
        case 1: return "\(year)年\(month)月\(day)日"
        case 2: return "令和\(year - 2018)年\(month)月\(day)日"
        case 3: return "R\(year - 2018).\(month).\(day)"
        case 4: return "\(year)\(twoDigits(month))\(twoDigits(day))"
        case 5: return "\(year)/\(month)/\(day) 0:00:00"
        default: return "\(year)-\(twoDigits(month))-\(twoDigits(day))"
        }
    }

    // MARK: The table

    private mutating func table() -> PointsTable {
        if random.chance(8) {
            let part = PointsPart(PointsTable.total)
            return PointsTable(rows: (0..<random.int(1...8)).map { _ in row(of: part) })
        }
        var parts: [PointsPart] = []
        // How many parts are evaluated for the value of each, so that recursion stays short.
        var sizes: [String: Int] = [:]
        let count = random.pick([1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 9, 12])
        for index in 1...count {
            var part = PointsPart(index == count ? PointsTable.total : "part\(index)")
            for _ in 0..<random.int(0...2) where !parts.isEmpty {
                let other = random.pick(parts).name
                if part.parts.reduce(1, { $0 + sizes[$1]! }) + sizes[other]! <= 12 { part.parts.append(other) }
            }
            sizes[part.name] = part.parts.reduce(1) { $0 + sizes[$1]! }
            fill(&part)
            parts.append(part)
        }
        for last in parts.indices.dropFirst().reversed() { parts.swapAt(last, random.int(0...last)) }
        return PointsTable(parts: parts)
    }

    private mutating func fill(_ part: inout PointsPart) {
        let isTotal = part.name == PointsTable.total
        part.combine = random.pick(PointsPart.Combination.allCases)
        if random.chance(isTotal ? 8 : 30) { part.when = conditions(count: 1, besides: []) }
        if random.chance(isTotal ? 50 : 30) { part.missing = random.pick(Self.points) }
        if random.chance(30) { part.factor = random.pick(Self.factors) }
        if random.chance(isTotal ? 10 : 2) { part.factor = Self.tooLargeFactor }
        if random.chance(25) { part.floor = random.pick(Self.points) }
        if random.chance(25) { part.cap = random.pick(Self.points) }
        if let floor = part.floor, let cap = part.cap, cap < floor { (part.floor, part.cap) = (cap, floor) }
        let fewest = part.parts.isEmpty ? 1 : 0
        for _ in 0..<random.int(fewest...4) { part.rows.append(row(of: part)) }
    }

    private static let points: [ExactNumber] = [
        0, 1, 2, 2, 3, 5, 20, 20, -4, ExactNumber("0.5")!, ExactNumber("5.25")!, ExactNumber(fraction: "1/3")!,
    ]
    private static let factors: [ExactNumber] = [
        2, 10, -1, 0, ExactNumber("0.5")!, ExactNumber("1.1")!, ExactNumber(fraction: "1/3")!,
        ExactNumber(fraction: "-2/7")!,
    ]
    /// Times what most parts count it is no number of 64 bits.
    private static let tooLargeFactor = ExactNumber(900_000_000_000_000_000)

    private mutating func row(of part: PointsPart) -> PointsRow {
        let conditions = conditions(count: random.pick([0, 1, 1, 1, 1, 2, 2, 3]), besides: part.when)
        if random.chance(9), !conditions.isEmpty { return PointsRow(when: conditions, earns: .refusal(reason())) }
        let group = random.chance(60) ? random.pick(["g", "g", "g", "g", "h"]) : nil
        let counted = conditions.first {
            switch $0 {
            case .count: true
            case .attribute(let column, let test): ["hours", "age_class"].contains(column) && test != .blank
            default: false
            }
        }
        let isFirst = counted == conditions.first { !$0.isOfWish }
        var amount = PointsRow.Amount.points(random.pick(Self.points))
        if counted != nil && isFirst && random.chance(50) { amount = .value }
        // Equals within a group need a hand.
        let rivals = part.rows.filter { $0.maxGroup == group && $0.amount != .value }
        if group != nil, let rival = rivals.first, random.chance(30) { amount = rival.amount }
        return PointsRow(when: conditions, earns: amount, maxGroup: group)
    }

    private var reasons = 0

    /// Another text each time, so that a comparison of texts is one of rows.
    private mutating func reason() -> String {
        reasons += 1
        return "reason \(reasons)"
    }

    /// Conditions that can be met together.
    private mutating func conditions(count: Int, besides others: [PointsCondition]) -> [PointsCondition] {
        var found: [PointsCondition] = []
        while found.count < count {
            let condition = random.chance(60) ? ofChild() : ofWish()
            if (others + found).allSatisfy({ Self.canBothBeMet($0, condition) }),
                !PointsCondition.neverMetTogether(others + found + [condition], in: city)
            {
                found.append(condition)
            }
        }
        return found
    }

    /// Whether two conditions look at something else, or at the same column for what it may show at once.
    private static func canBothBeMet(_ one: PointsCondition, _ other: PointsCondition) -> Bool {
        guard case .attribute(let column, let test) = one, case .attribute(column, let otherTest) = other else {
            if case .attribute = one, case .attribute = other { return true }
            return PointsCoverage.Kind(one) != PointsCoverage.Kind(other)
        }
        if test == .blank || otherTest == .blank { return false }
        // A list may show several words.
        return test == .filled || otherTest == .filled || column == "group" || column == "sibling_facility_ids"
    }

    private mutating func ofChild() -> PointsCondition {
        let ids = facilities.map(\.id.folded)
        switch random.int(0...13) {
        case 0, 1: return .attribute("hours", test(words: ["0", "120", "160.0"], bounds: numbers(0, 120, 160)))
        case 2, 3: return .attribute("work", test(words: ["job", "study", "1", "２交代"], bounds: nil))
        case 4: return .attribute("since", test(words: ["2027-04-01", "20270401"], bounds: dates(2026...2028)))
        case 5, 6: return .attribute(random.pick(["since", "birth_date"]), months())
        case 7: return .attribute("birth_date", test(words: nil, bounds: dates(2022...2026)))
        case 8: return .attribute("age_class", test(words: ["0", "1", "02"], bounds: numbers(1, 2, 4)))
        case 9: return .attribute("group", test(words: ["support", "staff", "1"], bounds: nil))
        case 10: return .attribute("sibling_facility_ids", test(words: ids, bounds: nil))
        case 11: return .attribute("current_facility_id", test(words: ids, bounds: nil))
        default:
            let name = random.pick(PointsCondition.Count.allCases)
            switch name {
            case .monthsWaiting: return .count(name, wholeNumbers([0, 2, 5, 12]))
            case .siblingsApplying, .siblingsEnrolled: return .count(name, wholeNumbers([0, 1, 2, 3]))
            // The child itself is one.
            case .underSchoolAge: return .count(name, wholeNumbers([1, 2, 3, 4]))
            }
        }
    }

    private mutating func ofWish() -> PointsCondition {
        switch random.int(0...7) {
        case 0, 1: return .sameFacility
        case 2: return .siblingApplies
        case 3: return .facility(random.pick(facilities).id)
        case 4:
            let kinds = ["nursery", "small", "小規模2"].filter { kind in facilities.contains { $0.comparedKind == kind } }
            return kinds.isEmpty ? .livesIn("home") : .kind(random.some(kinds))
        case 5:
            let wards = ["north", "south", "南区1"].filter { ward in facilities.contains { $0.comparedWard == ward } }
            return wards.isEmpty ? .livesIn("home") : .ward(random.some(wards))
        case 6: return .livesIn("home")
        default: return .wishRank(wholeNumbers([1, 2, 3]))
        }
    }

    private mutating func test(words: [String]?, bounds: (KeyValue, KeyValue)?) -> PointsCondition.Test {
        switch random.int(0...9) {
        case 0: return .filled
        case 1: return .blank
        case 2...5 where words != nil: return .oneOf(random.some(words!))
        default: break
        }
        guard let (from, to) = bounds else { return .oneOf(random.some(words!)) }
        switch random.int(0...2) {
        case 0: return .range(from: from, to: nil)
        case 1: return .range(from: nil, to: to)
        default: return .range(from: from, to: to)
        }
    }

    /// Two of three ascending numbers, or one twice.
    private mutating func numbers(_ low: Int, _ middle: Int, _ high: Int) -> (KeyValue, KeyValue) {
        let ends = [random.pick([low, middle, high]), random.pick([low, middle, high])].sorted()
        return (.number(ExactNumber(ends[0])), .number(ExactNumber(ends[1])))
    }

    private mutating func dates(_ years: ClosedRange<Int>) -> (KeyValue, KeyValue) {
        let ends = (0..<2).map { _ in
            CalendarDate(year: random.int(years), month: random.int(1...12), day: random.int(1...28))!
        }.sorted()
        return (.date(ends[0]), .date(ends[1]))
    }

    private mutating func months() -> PointsCondition.Test {
        let ends = [random.int(-14...10), random.int(-14...10)].sorted()
        switch random.int(0...3) {
        case 0: return .months(from: ends[0], to: nil)
        case 1: return .months(from: nil, to: ends[1])
        default: return .months(from: ends[0], to: ends[1])
        }
    }

    private mutating func wholeNumbers(_ numbers: [Int]) -> WholeNumbers {
        let ends = [random.pick(numbers), random.pick(numbers)].sorted()
        switch random.int(0...3) {
        case 0: return .range(from: ends[0], to: nil)
        case 1: return .range(from: nil, to: ends[1])
        case 2: return .range(from: ends[0], to: ends[1])
        default: return .oneOf(random.some(numbers))
        }
    }
}

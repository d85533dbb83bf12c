import Admissions

/// What a points table says, read a second time and in the plainest way: the judge of the program's own computation.
///
/// It is written from the meaning of ``PointsTable`` alone. Every question is answered anew from the rows of the draft, parts
/// are evaluated by recursion, and the arithmetic is its own.
struct PointsOracle {
    let draft: CaseDraft
    /// For each row the other rows of its household.
    private let siblings: [[Int]]
    /// What the evaluation met so far.
    var coverage = PointsCoverage()

    init(_ draft: CaseDraft) {
        self.draft = draft
        let households = draft.children.map(\.household)
        siblings = households.indices.map { row in
            households.indices.filter { $0 != row && households[$0] == households[row] }
        }
    }

    /// One of a child's wishes.
    struct Wish: Equatable {
        var facility: FacilityID
        /// Index into ``ChildRow/wishes``.
        var position: Int
        /// From 1, without gaps and repeats.
        var rank: Int
        /// Whether the case keeps it: it is no repeat and stands before the present facility.
        var isKept: Bool
    }

    /// The value of a part.
    enum Value: Equatable {
        case number(Fraction)
        case missing
        case tooLarge

        var fraction: Fraction? { if case .number(let fraction) = self { fraction } else { nil } }
    }

    // MARK: One child

    /// All wishes of a child in the order of the form, gaps left out.
    func wishes(of row: Int) -> [Wish] {
        let child = draft.children[row]
        var wishes: [Wish] = []
        var isDropped = false
        for (position, facility) in child.wishes.enumerated() {
            guard let facility else { continue }
            isDropped = isDropped || facility == child.currentFacility
            let earlier = wishes.first { $0.facility == facility }
            let rank = earlier?.rank ?? (wishes.map(\.rank).max() ?? 0) + 1
            wishes.append(
                Wish(facility: facility, position: position, rank: rank, isKept: earlier == nil && !isDropped))
        }
        return wishes
    }

    /// All errors of a child: at every cell that is wrong, or else at every place where points are.
    mutating func errors(of row: Int) -> Set<Place> {
        let cells = unreadableColumns(of: row)
        if !cells.isEmpty { return Set(cells.map { Place(.pointsNotComputable, .children, row, $0) }) }
        let own = value(of: PointsTable.total, of: row, at: nil)
        var errors: Set<Place> = []
        func note(_ value: Value, _ column: String) {
            if value == .missing { errors.insert(Place(.pointsNotComputable, .children, row, column)) }
            if value == .tooLarge { errors.insert(Place(.pointsTooLarge, .children, row, column)) }
            if let number = value.fraction, !number.isWritable {
                errors.insert(Place(.pointsTooLarge, .children, row, column))
            }
        }
        note(own, "points")
        for wish in wishes(of: row) {
            note(value(of: PointsTable.total, of: row, at: wish), "points_\(wish.position + 1)")
        }
        if errors.contains(where: { $0.code == .pointsNotComputable }) { coverage.count(.missingTotal) }
        if errors.contains(where: { $0.code == .pointsTooLarge }) { coverage.count(.tooLarge) }
        return errors
    }

    /// The row that refuses the child at a wish, of several that whose reason comes first as text, as an index into
    /// ``PointsTable/refusals``.
    mutating func refusal(of row: Int, at wish: Wish) -> Int? {
        var index = 0
        var found: (index: Int, reason: String)?
        for part in draft.rules.pointsTable.parts {
            let exists = isMet(part.when, row, wish)
            for entry in part.rows {
                guard case .refusal(let reason) = entry.amount else { continue }
                let isFirst = found.map { reason.utf8.lexicographicallyPrecedes($0.reason.utf8) } ?? true
                if isFirst, exists, isMet(entry.conditions, row, wish) { found = (index, reason) }
                index += 1
            }
        }
        if found != nil { coverage.count(.refusal) }
        return found?.index
    }

    // MARK: Parts

    /// The value of the part of a name at a wish, or without one.
    mutating func value(of name: String, of row: Int, at wish: Wish?) -> Value {
        let part = draft.rules.pointsTable.parts.first { $0.name == name }!
        let combined = combined(part, row, wish)
        return combined == .missing ? missing(part) : finished(part, combined)
    }

    /// What the terms of a part make together.
    mutating func combined(_ part: PointsPart, _ row: Int, _ wish: Wish?) -> Value {
        guard isMet(part.when, row, wish) else { return .missing }
        var terms = part.rows.indices.filter { counts(part, $0, row, wish) }.map {
            Value.number(amount(of: part.rows[$0], row)!)
        }
        for other in part.parts {
            let value = value(of: other, of: row, at: wish)
            if value == .missing { coverage.count(.missingTerm) } else { terms.append(value) }
        }
        if terms.isEmpty, part.rows.isEmpty { return .missing }
        return combination(part.combine, terms)
    }

    private mutating func missing(_ part: PointsPart) -> Value {
        coverage.count(part.missing == nil ? .missingPart : .missingNumber)
        return part.missing.map { .number(Fraction($0)) } ?? .missing
    }

    /// Factor, then floor, then cap.
    private mutating func finished(_ part: PointsPart, _ value: Value) -> Value {
        guard var number = value.fraction else { return value }
        if let factor = part.factor {
            guard let product = number.times(Fraction(factor)) else { return .tooLarge }
            coverage.count(.factor)
            number = product
        }
        if let floor = part.floor, number < Fraction(floor) {
            coverage.count(.floor)
            number = Fraction(floor)
        }
        if let cap = part.cap, Fraction(cap) < number {
            coverage.count(.cap)
            number = Fraction(cap)
        }
        return .number(number)
    }

    private mutating func combination(_ combine: PointsPart.Combination, _ terms: [Value]) -> Value {
        guard let first = terms.first else { return .number(Fraction(0, 1)) }
        if terms.count > 1 { coverage.count(PointsCoverage.Event(combine)) }
        if combine == .first { return first }
        let numbers = terms.compactMap(\.fraction)
        guard numbers.count == terms.count else { return .tooLarge }
        var result = numbers[0]
        for number in numbers.dropFirst() {
            switch combine {
            case .max: if result < number { result = number }
            case .min: if number < result { result = number }
            case .sum, .mean, .first:
                guard let sum = result.plus(number) else { return .tooLarge }
                result = sum
            }
        }
        guard combine == .mean else { return .number(result) }
        return result.times(Fraction(1, Int64(numbers.count))).map(Value.number) ?? .tooLarge
    }

    // MARK: Rows

    /// Whether a row is met, and no row of its group takes its place.
    mutating func counts(_ part: PointsPart, _ index: Int, _ row: Int, _ wish: Wish?) -> Bool {
        let entry = part.rows[index]
        guard isMet(entry.conditions, row, wish), let amount = amount(of: entry, row) else { return false }
        guard let group = entry.maxGroup else { return true }
        for (other, rival) in part.rows.enumerated() where other != index && rival.maxGroup == group {
            guard isMet(rival.conditions, row, wish), let more = self.amount(of: rival, row) else { continue }
            coverage.count(more == amount ? .groupOfEquals : .group)
            if amount < more || (amount == more && other < index) { return false }
        }
        return true
    }

    /// What a row earns where it is met; `nil` where it refuses, or counts what is no number.
    func amount(of entry: PointsRow, _ row: Int) -> Fraction? {
        switch entry.amount {
        case .points(let points): return Fraction(points)
        case .refusal: return nil
        case .value:
            for condition in entry.conditions {
                switch condition {
                case .attribute(let column, _):
                    let texts = self.texts(of: column, row)
                    return texts.count == 1 ? Fraction(texts[0]) : nil
                case .count(let count, _): return self.count(count, row).map { Fraction(Int64($0), 1) }
                default: continue
                }
            }
            return nil
        }
    }

    // MARK: Conditions

    mutating func isMet(_ conditions: [PointsCondition], _ row: Int, _ wish: Wish?) -> Bool {
        for condition in conditions where !isMet(condition, row, wish) { return false }
        return true
    }

    mutating func isMet(_ condition: PointsCondition, _ row: Int, _ wish: Wish?) -> Bool {
        let isMet = test(condition, row, wish)
        coverage.count(condition, isMet: isMet)
        return isMet
    }

    private func test(_ condition: PointsCondition, _ row: Int, _ wish: Wish?) -> Bool {
        let child = draft.children[row]
        switch condition {
        case .attribute(let column, let test): return meets(test, column, row)
        case .count(let name, let numbers): return count(name, row).map { isIn(numbers, $0) } ?? false
        default: break
        }
        guard let wish else { return false }
        let facility = draft.facilities.first { $0.id == wish.facility }!
        switch condition {
        case .attribute, .count: return false
        case .sameFacility: return child.siblingFacilities.contains(wish.facility)
        case .siblingApplies:
            return siblings[row].contains { sibling in
                wishes(of: sibling).contains { $0.facility == wish.facility && $0.isKept }
            }
        case .facility(let id): return id == wish.facility
        case .kind(let kinds): return kinds.contains(facility.foldedKind ?? facility.kind)
        case .ward(let wards): return wards.contains(facility.foldedWard ?? facility.ward)
        case .livesIn(let column): return texts(of: column, row).contains(facility.foldedWard ?? facility.ward)
        case .wishRank(let ranks): return isIn(ranks, wish.rank)
        }
    }

    private func isIn(_ numbers: WholeNumbers, _ number: Int) -> Bool {
        switch numbers {
        case .oneOf(let list): return list.contains(number)
        case .range(let from, let to):
            if let from, number < from { return false }
            if let to, to < number { return false }
            return true
        }
    }

    /// `nil` where the months of waiting are no whole number.
    private func count(_ name: PointsCondition.Count, _ row: Int) -> Int? {
        switch name {
        case .siblingsApplying: return siblings[row].count
        case .siblingsEnrolled: return draft.children[row].siblingFacilities.count
        case .underSchoolAge: return 1 + siblings[row].count + draft.children[row].siblingFacilities.count
        case .monthsWaiting:
            guard let text = texts(of: "waiting_months", row).first else { return 0 }
            guard let number = Fraction(text), number.denominator == 1 else { return nil }
            return Int(number.numerator)
        }
    }

    /// What stands in a column; nothing where it is blank.
    private func texts(of column: String, _ row: Int) -> [String] {
        let child = draft.children[row]
        if let index = draft.attributeNames.firstIndex(of: column) {
            return child.attributes[index].isEmpty ? [] : [child.attributes[index]]
        }
        let date = child.birthDate ?? child.dueDate
        switch column {
        case "group": return child.groups
        case "sibling_facility_ids": return child.siblingFacilities.map(\.folded)
        case "current_facility_id": return child.currentFacility.map { [$0.folded] } ?? []
        case "age_class":
            return (date.map { draft.month.classAge(bornOn: $0) } ?? child.ageClass).map { ["\($0)"] } ?? []
        case "birth_date": return date.map { ["\($0)"] } ?? []
        default: return []
        }
    }

    private func meets(_ test: PointsCondition.Test, _ column: String, _ row: Int) -> Bool {
        let texts = texts(of: column, row)
        switch test {
        case .blank: return texts.isEmpty
        case .filled: return !texts.isEmpty
        case .oneOf(let wanted):
            let isName = ["group", "sibling_facility_ids", "current_facility_id"].contains(column)
            return texts.contains { text in
                if wanted.contains(text) { return true }
                guard !isName, let number = Fraction(text) else { return false }
                return wanted.contains { Fraction($0) == number }
            }
        case .range(let from, let to): return texts.contains { isWithin(from, to, $0) ?? false }
        case .months(let from, let to): return texts.contains { isWithin(from, to, $0) ?? false }
        }
    }

    /// Whether a text lies between two numbers or dates; `nil` where it is neither as they are.
    private func isWithin(_ from: KeyValue?, _ to: KeyValue?, _ text: String) -> Bool? {
        var isWithin = true
        for (bound, isLower) in [(from, true), (to, false)] {
            switch bound {
            case .number(let number):
                guard let value = Fraction(text) else { return nil }
                if isLower ? value < Fraction(number) : Fraction(number) < value { isWithin = false }
            case .date(let date):
                guard let value = CalendarDate(written: text) else { return nil }
                if isLower ? value < date : date < value { isWithin = false }
            case nil: break
            }
        }
        return isWithin
    }

    /// Whether a date is so many calendar months after the month of the round; `nil` where the text is no date.
    private func isWithin(_ from: Int?, _ to: Int?, _ text: String) -> Bool? {
        guard let date = CalendarDate(written: text) else { return nil }
        let start = draft.month.firstDay
        return isIn(.range(from: from, to: to), (date.year - start.year) * 12 + date.month - start.month)
    }

    // MARK: Cells

    /// The columns in which the child has something that the table takes for a number or a date, and that is none.
    private mutating func unreadableColumns(of row: Int) -> Set<String> {
        var columns: Set<String> = []
        for part in draft.rules.pointsTable.parts {
            for condition in part.when + part.rows.flatMap(\.conditions) where !isReadable(condition, row) {
                columns.insert(condition.column!)
            }
            for entry in part.rows where entry.amount == .value && amount(of: entry, row) == nil {
                // It is needed where the row counts, if only at some wish.
                let ofChild = entry.conditions.filter { !$0.isOfWish }
                let ofPart = part.when.filter { !$0.isOfWish }
                if isMet(ofPart + ofChild, row, nil) { columns.insert(ofChild[0].column!) }
            }
        }
        if !columns.isEmpty { coverage.count(.unreadableCell) }
        return columns
    }

    private func isReadable(_ condition: PointsCondition, _ row: Int) -> Bool {
        switch condition {
        case .attribute(let column, .range(let from, let to)):
            return texts(of: column, row).allSatisfy { isWithin(from, to, $0) != nil }
        case .attribute(let column, .months(let from, let to)):
            return texts(of: column, row).allSatisfy { isWithin(from, to, $0) != nil }
        case .count(let name, _): return count(name, row) != nil
        default: return true
        }
    }
}

/// A rational number in lowest terms, with a positive denominator.
struct Fraction: Hashable, Comparable, CustomStringConvertible {
    let numerator: Int64
    let denominator: Int64

    init(_ numerator: Int64, _ denominator: Int64) {
        self.init(exactly: Int128(numerator), over: Int128(denominator))!
    }

    /// `nil` where it does not fit.
    private init?(exactly numerator: Int128, over denominator: Int128) {
        var (divisor, rest) = (denominator, numerator.magnitude)
        while rest != 0 { (divisor, rest) = (Int128(rest), UInt128(divisor) % rest) }
        guard let above = Int64(exactly: numerator / divisor), let below = Int64(exactly: denominator / divisor) else {
            return nil
        }
        (self.numerator, self.denominator) = (above, below)
    }

    init(_ number: ExactNumber) {
        (numerator, denominator) = (number.numerator, number.denominator)
    }

    /// A decimal of at most 18 digits, such as `-12.50`.
    init?(_ text: String) {
        var digits: Int64 = 0
        var scale: Int64 = 1
        var count = 0
        var hasPoint = false
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        for byte in text.utf8.dropFirst(isNegative ? 1 : 0) {
            if byte == UInt8(ascii: "."), !hasPoint, count > 0 {
                hasPoint = true
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < 18 else { return nil }
            digits = digits * 10 + Int64(byte - UInt8(ascii: "0"))
            if hasPoint { scale *= 10 }
            count += 1
        }
        if count == 0 || (hasPoint && scale == 1) { return nil }
        self.init(isNegative ? -digits : digits, scale)
    }

    /// Whether points may be written so: whole, or with at most 12 digits above and 10,000 below.
    var isWritable: Bool { denominator == 1 || (numerator.magnitude <= 1_000_000_000_000 && denominator <= 10_000) }

    func plus(_ other: Fraction) -> Fraction? {
        Fraction(
            exactly: Int128(numerator) * Int128(other.denominator) + Int128(other.numerator) * Int128(denominator),
            over: Int128(denominator) * Int128(other.denominator))
    }

    func times(_ other: Fraction) -> Fraction? {
        Fraction(
            exactly: Int128(numerator) * Int128(other.numerator), over: Int128(denominator) * Int128(other.denominator))
    }

    static func < (left: Self, right: Self) -> Bool {
        Int128(left.numerator) * Int128(right.denominator) < Int128(right.numerator) * Int128(left.denominator)
    }

    var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}

/// How often the evaluation met what a comparison must have met to mean anything.
struct PointsCoverage {
    private var met = [Int](repeating: 0, count: Kind.allCases.count)
    private var missed = [Int](repeating: 0, count: Kind.allCases.count)
    private var events = [Int](repeating: 0, count: Event.allCases.count)

    /// Something that happens to a part or a row.
    enum Event: Int, CaseIterable {
        /// Two terms or more under a word.
        case sum, max, min, mean, first
        case factor, floor, cap
        /// A row beside another one of its group that earns more or less, or as much.
        case group, groupOfEquals
        case missingPart, missingNumber, missingTerm, missingTotal
        case refusal, unreadableCell, tooLarge

        /// What gives a child no points.
        static let errors: [Event] = [.missingTotal, .unreadableCell, .tooLarge]

        init(_ combine: PointsPart.Combination) {
            switch combine {
            case .sum: self = .sum
            case .max: self = .max
            case .min: self = .min
            case .mean: self = .mean
            case .first: self = .first
            }
        }
    }

    /// A kind of condition.
    enum Kind: Int, CaseIterable {
        case filled, blank, oneOf, range, months
        case siblingsApplying, siblingsEnrolled, underSchoolAge, monthsWaiting
        case sameFacility, siblingApplies, facility, kind, ward, livesIn, wishRank

        init(_ condition: PointsCondition) {
            switch condition {
            case .attribute(_, .filled): self = .filled
            case .attribute(_, .blank): self = .blank
            case .attribute(_, .oneOf): self = .oneOf
            case .attribute(_, .range): self = .range
            case .attribute(_, .months): self = .months
            case .count(.siblingsApplying, _): self = .siblingsApplying
            case .count(.siblingsEnrolled, _): self = .siblingsEnrolled
            case .count(.underSchoolAge, _): self = .underSchoolAge
            case .count(.monthsWaiting, _): self = .monthsWaiting
            case .sameFacility: self = .sameFacility
            case .siblingApplies: self = .siblingApplies
            case .facility: self = .facility
            case .kind: self = .kind
            case .ward: self = .ward
            case .livesIn: self = .livesIn
            case .wishRank: self = .wishRank
            }
        }
    }

    mutating func count(_ event: Event) { events[event.rawValue] += 1 }

    mutating func count(_ condition: PointsCondition, isMet: Bool) {
        let kind = Kind(condition).rawValue
        if isMet { met[kind] += 1 } else { missed[kind] += 1 }
    }

    mutating func add(_ other: PointsCoverage) {
        for kind in met.indices {
            met[kind] += other.met[kind]
            missed[kind] += other.missed[kind]
        }
        for event in events.indices { events[event] += other.events[event] }
    }

    /// What was met less often than so many times, each with how often.
    func rarer(than least: Int, errors leastErrors: Int) -> [String] {
        let conditions = Kind.allCases.flatMap {
            [("\($0) met", met[$0.rawValue]), ("\($0) not met", missed[$0.rawValue])]
        }
        let others = Event.allCases.map { ("\($0)", events[$0.rawValue]) }
        let errors = Event.errors.map { "\($0)" }
        return (conditions + others).filter { $0.1 < (errors.contains($0.0) ? leastErrors : least) }
            .map { "\($0.0): \($0.1)" }
    }
}

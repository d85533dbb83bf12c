extension CaseDraft {
    /// Checks everything and makes the case.
    ///
    /// - Returns: Every finding, in the order of tables, rows and columns, and the case where none is an error.
    /// - Precondition: ``attributeNames`` do not repeat, every ``ChildRow/attributes`` has one value for each of them and
    ///   every ``FacilityRow/seats`` six.
    /// - Complexity: O(n log n) in the number of rows and wishes.
    public func resolve() -> (case: Case?, findings: [Finding]) {
        let (draft, pointsFindings) = computingPoints()
        var resolver = CaseResolver(draft)
        resolver.findings = pointsFindings
        let resolved = resolver.resolve()
        let findings = resolver.findings.enumerated()
            .sorted {
                ($0.element.table, $0.element.row ?? -1, $0.offset) < (
                    $1.element.table, $1.element.row ?? -1, $1.offset
                )
            }
            .map(\.element)
        return (findings.contains { $0.severity == .error } ? nil : resolved, findings)
    }

    /// The case, or the findings as an error; for cases made in code.
    public func resolved() throws(InvalidCase) -> Case {
        let (resolved, findings) = resolve()
        guard let resolved else { throw InvalidCase(findings: findings) }
        return resolved
    }
}

/// A draft that is no case.
public struct InvalidCase: Error, CustomStringConvertible {
    /// Everything noticed, warnings included.
    public let findings: [Finding]

    public var description: String {
        findings.filter { $0.severity == .error }.map { finding in
            let row = finding.row.map { " row \($0)" } ?? ""
            let column = finding.column.map { " \($0)" } ?? ""
            return "\(finding.code.rawValue) in \(finding.table.rawValue)\(row)\(column): \(finding.message)"
        }.joined(separator: "\n")
    }
}

extension ChildRow {
    /// The date of birth, or of an unborn child the date it is due.
    fileprivate var date: CalendarDate? { birthDate ?? dueDate }

    /// The class age by the date, or where that gives none as written.
    fileprivate func classAge(in month: PlacementMonth) -> Int? {
        date.flatMap(month.classAge(bornOn:)) ?? ageClass
    }
}

/// Turns a draft into a case, collecting what it notices on the way.
struct CaseResolver {
    let draft: CaseDraft
    var findings: [Finding] = []

    /// Row indices in the order of the ids, repeats left out.
    private(set) var childRows: [Int] = []
    private var facilityRows: [Int] = []
    private(set) var childOfID: [ChildID: Int] = [:]
    private(set) var facilityOfID: [FacilityID: Int] = [:]
    private(set) var facilities: [Facility] = []
    private(set) var limits: [SeatLimit] = []
    /// For each facility the row of the child that wished it last: tells repeats without a search.
    private var lastWisher: [Int] = []

    init(_ draft: CaseDraft) { self.draft = draft }

    mutating func note(
        _ code: Finding.Code, _ table: CaseTable, row: Int? = nil, column: String? = nil, _ message: String
    ) {
        findings.append(Finding(code, table, row: row, column: column, message))
    }

    mutating func resolve() -> Case? {
        checkShape()
        checkRules()
        checkPhases()
        resolveFacilities()
        indexChildren()
        let keyColumns = resolveKeys()
        let drawIsGiven = draft.children.contains { $0.draw != nil }
        if !drawIsGiven && draft.rules.drawSeed == nil {
            note(
                .drawMissing, .settings, column: "drawSeed",
                "Give drawSeed in case.yaml or a draw column in children.csv: ties must be broken by a recorded draw.")
        }
        let (households, householdOfChild) = resolveHouseholds()
        var children: [Child] = []
        children.reserveCapacity(childRows.count)
        let attributeOrder = draft.attributeNames.indices.sorted {
            draft.attributeNames[$0].utf8.lexicographicallyPrecedes(draft.attributeNames[$1].utf8)
        }
        for (index, row) in childRows.enumerated() {
            children.append(
                resolveChild(
                    row: row, household: householdOfChild[index], attributeOrder: attributeOrder,
                    drawIsGiven: drawIsGiven))
        }
        checkPoints(children)
        let pins = resolvePins(children)
        if findings.contains(where: { $0.severity == .error }) { return nil }
        let linked = resolveJointWishes(households: households, children: children)
        checkTakingPart(children, pins: pins)
        checkPinnedSeats(children, pins: pins)
        if findings.contains(where: { $0.severity == .error }) { return nil }
        let keyCount = draft.rules.priority.count
        var keyValues: [KeyValue?] = []
        keyValues.reserveCapacity(childRows.count * keyCount)
        for row in childRows {
            for column in keyColumns { keyValues.append(column[row]) }
        }
        return Case(
            municipality: draft.municipality, round: draft.round, month: draft.month, rules: draft.rules,
            children: children, facilities: facilities, households: linked, limits: limits, pins: pins,
            attributeNames: attributeOrder.map { draft.attributeNames[$0] }, keyValues: keyValues)
    }

    /// Rows that do not fit their table are a fault of the program that made them, not of the data.
    private func checkShape() {
        let names = draft.attributeNames
        precondition(Set(names).count == names.count, "attribute names repeat in \(names)")
        for (row, child) in draft.children.enumerated() {
            let count = child.attributes.count
            precondition(
                count == names.count, "row \(row) of children has \(count) attributes for \(names.count) names")
        }
        for (row, facility) in draft.facilities.enumerated() {
            precondition(
                facility.seats.count == 6,
                "row \(row) of facilities has seats for \(facility.seats.count) classes, not 6"
            )
        }
    }

    // MARK: Rules

    private mutating func checkRules() {
        var names = Set<String>()
        for (index, key) in draft.rules.priority.enumerated() where !names.insert(key.name).inserted {
            note(
                .keyTwice, .settings, column: "priority[\(index)]",
                "The priority key \(key.name) stands twice; remove one.")
        }
        let siblings = draft.rules.siblings
        if siblings.timing == .lead || siblings.twinsTiming == .lead {
            note(
                .leadAsDefault, .settings, column: "siblings",
                "lead cannot be the default timing, because it needs a named child; use elder or younger.")
        }
        if let distance = siblings.nearKilometres, distance < 0 {
            note(
                .nearWithoutDistance, .settings, column: "siblings",
                "nearKilometres must not be negative.")
        }
    }

    /// The values of each priority key by row.
    private mutating func resolveKeys() -> [[KeyValue?]] {
        draft.rules.priority.enumerated().map { index, key -> [KeyValue?] in
            switch key.name {
            case "points": return draft.children.map { $0.points.map(KeyValue.number) }
            case "draw": return draft.children.map { _ in nil }
            case "age_class", "birth_date":
                let values = draft.children.map { child -> KeyValue? in
                    if key.name == "birth_date" { return child.date.map(KeyValue.date) }
                    return child.classAge(in: draft.month).map { .number(ExactNumber($0)) }
                }
                checkBlanks(of: key, values)
                return values
            default:
                guard let column = draft.attributeNames.firstIndex(of: key.name) else {
                    note(
                        .keyUnknown, .settings, column: "priority[\(index)]",
                        "The priority key \(key.name) is not a column of children.csv.")
                    return draft.children.map { _ in nil }
                }
                return attributeValues(of: key, column: column)
            }
        }
    }

    private mutating func attributeValues(of key: PriorityKey, column: Int) -> [KeyValue?] {
        let texts = draft.children.map { $0.attributes[column] }
        let numbers = texts.map { ExactNumber($0) }
        let dates = texts.indices.map { numbers[$0] == nil ? CalendarDate(written: texts[$0]) : nil }
        let filled = texts.indices.filter { !texts[$0].isEmpty }
        let isDates = filled.contains { dates[$0] != nil } && !filled.contains { numbers[$0] != nil }
        for row in filled where isDates ? dates[row] == nil : numbers[row] == nil {
            note(
                .keyNotComparable, .children, row: row, column: key.name,
                isDates
                    ? "The other values of \(key.name) are dates; write this one as a date too, such as 2025-04-02 or R7.4.2."
                    : "\(key.name) is a priority key: write a whole number or a decimal of at most 18 digits.")
        }
        let values = texts.indices.map { row in
            isDates ? dates[row].map(KeyValue.date) : numbers[row].map(KeyValue.number)
        }
        checkBlanks(of: key, texts.indices.map { texts[$0].isEmpty ? nil : KeyValue.number(0) })
        return values
    }

    private mutating func checkBlanks(of key: PriorityKey, _ values: [KeyValue?]) {
        guard key.blank == .isError else { return }
        for row in values.indices where values[row] == nil {
            note(
                .keyBlank, .children, row: row, column: key.name,
                "\(key.name) is a priority key and blank here; fill it or give the key blank: first or last.")
        }
    }

    /// Every wish needs points where `points` is a key; numbers so large that a mean could overflow are refused.
    private mutating func checkPoints(_ children: [Child]) {
        let key = draft.rules.priority.first { $0.name == "points" }
        for (child, row) in zip(children, childRows) {
            if let key, key.blank == .isError, child.points == nil,
                child.wishes.isEmpty || child.wishes.contains(where: { $0.points == nil })
            {
                note(
                    .keyBlank, .children, row: row, column: "points",
                    "points is a priority key and blank here; fill it or give the key blank: first or last.")
            }
            checkSize(of: draft.children[row].points, row: row, column: "points")
            for (index, points) in draft.children[row].wishPoints.enumerated() {
                checkSize(of: points, row: row, column: "points_\(index + 1)")
            }
        }
    }

    private mutating func checkSize(of points: ExactNumber?, row: Int, column: String) {
        guard let points else { return }
        // Whole numbers that are only compared, such as several keys in one, may be as long as numbers can be.
        if points.isInteger && draft.rules.householdPriority == .each { return }
        if points.numerator.magnitude > 1_000_000_000_000 || points.denominator > 10_000 {
            note(
                .pointsTooLarge, .children, row: row, column: column,
                "Points have at most 12 digits, 4 of them after the decimal point.")
        }
    }

    // MARK: Facilities

    private mutating func resolveFacilities() {
        var rowOfID: [FacilityID: Int] = [:]
        for (row, facility) in draft.facilities.enumerated() {
            if facility.id.text.isEmpty {
                note(.facilityIDBlank, .facilities, row: row, column: "facility_id", "The facility has no id.")
            } else if rowOfID[facility.id] != nil {
                note(
                    .facilityTwice, .facilities, row: row, column: "facility_id",
                    "The facility \(facility.id) stands twice; keep one row.")
            } else {
                rowOfID[facility.id] = row
            }
        }
        facilityRows = rowOfID.values.sorted { draft.facilities[$0].id < draft.facilities[$1].id }
        for (index, row) in facilityRows.enumerated() { facilityOfID[draft.facilities[row].id] = index }
        lastWisher = [Int](repeating: -1, count: facilityRows.count)
        var rowsOfFacility = [[(limit: SeatLimitRow, phase: Int?)]](repeating: [], count: facilityRows.count)
        resolveLimitRows(into: &rowsOfFacility)
        for (index, row) in facilityRows.enumerated() {
            let facility = draft.facilities[row]
            let start = limits.count
            for (age, seats) in facility.seats.enumerated() {
                guard let seats else { continue }
                checkSeats(
                    seats, .facilities, row: row, column: "seats_\(age)",
                    "Seats cannot be negative; 0 means offered but full, blank means not offered.")
                limits.append(
                    SeatLimit(
                        facility: index, ages: AgeSet(CollectionOfOne(age)), group: .everyone, seats: seats,
                        opens: false, isClassLimit: true, phase: nil, isReleased: false))
            }
            for (limit, phase) in rowsOfFacility[index].sorted(by: {
                ($0.limit.ages.rawValue, $0.limit.group.description, $0.limit.group.kind, $0.phase ?? -1)
                    < ($1.limit.ages.rawValue, $1.limit.group.description, $1.limit.group.kind, $1.phase ?? -1)
            }) {
                limits.append(
                    SeatLimit(
                        facility: index, ages: limit.ages, group: limit.group, seats: limit.seats,
                        opens: limit.opens, isClassLimit: false, phase: phase, isReleased: limit.isReleased))
            }
            checkVacancies(of: facility, row: row)
            checkAgeLimit(facility.minimumAgeMonths, most: 120, "months", row: row)
            checkAgeLimit(facility.minimumAgeDays, most: 3_660, "days", row: row)
            facilities.append(
                Facility(
                    id: facility.id, name: facility.name, seats: facility.seats,
                    minimumAgeMonths: facility.minimumAgeMonths, minimumAgeDays: facility.minimumAgeDays,
                    kind: facility.kind, ward: facility.ward, location: location(of: facility, row: row),
                    limits: start..<limits.count))
        }
    }

    /// A minimum age past ten years is a slip of the pen: no class takes children so old.
    private mutating func checkAgeLimit(_ age: Int?, most: Int, _ unit: String, row: Int) {
        guard let age else { return }
        if age < 0 {
            note(
                .ageLimitNegative, .facilities, row: row, column: "min_age_\(unit)",
                "A minimum age cannot be negative.")
        } else if age > most {
            note(
                .ageLimitTooLarge, .facilities, row: row, column: "min_age_\(unit)",
                "A minimum age can be at most \(most) \(unit); leave it blank where there is none.")
        }
    }

    /// The upper bound keeps every sum of seats far from overflow.
    private mutating func checkSeats(_ seats: Int, _ table: CaseTable, row: Int, column: String, _ ifNegative: String) {
        if seats < 0 {
            note(.seatsNegative, table, row: row, column: column, ifNegative)
        } else if seats > 100_000 {
            note(.seatsTooMany, table, row: row, column: column, "Seats can be at most 100000; correct the number.")
        }
    }

    private mutating func location(of facility: FacilityRow, row: Int) -> Location? {
        if facility.latitude == nil && facility.longitude == nil { return nil }
        if let latitude = facility.latitude, let longitude = facility.longitude,
            let location = Location(latitude: latitude, longitude: longitude)
        {
            return location
        }
        note(
            .coordinatesInvalid, .facilities, row: row,
            column: facility.latitude.map((-90...90).contains) == true ? "longitude" : "latitude",
            "Give latitude (-90 to 90) and longitude (-180 to 180) in degrees, both or neither.")
        return nil
    }

    private mutating func resolveLimitRows(into rowsOfFacility: inout [[(limit: SeatLimitRow, phase: Int?)]]) {
        struct Likeness: Hashable {
            let facility: FacilityID
            let ages: AgeSet
            let group: GroupCondition
            let phase: String?
        }
        var seen = Set<Likeness>()
        for (row, limit) in draft.seatLimits.enumerated() {
            if limit.ages.isEmpty {
                note(
                    .limitWithoutAges, .seatLimits, row: row, column: "ages",
                    "The limit covers no age; write ages such as 0, 3-5 or 0;2.")
            }
            checkSeats(limit.seats, .seatLimits, row: row, column: "seats", "Seats cannot be negative.")
            let phase = phase(ofLimit: row)
            guard let facility = facilityOfID[limit.facility] else {
                note(
                    .facilityUnknown, .seatLimits, row: row, column: "facility_id",
                    "The facility \(limit.facility) is not in facilities.csv.")
                continue
            }
            let likeness = Likeness(
                facility: limit.facility, ages: limit.ages, group: limit.group, phase: limit.phase)
            if !seen.insert(likeness).inserted {
                note(
                    .limitTwice, .seatLimits, row: row, column: "ages",
                    "Another row has the same facility, ages, group and phase; keep one.")
            }
            let seats = draft.facilities[facilityRows[facility]].seats
            if limit.opens, let age = limit.ages.ages.first(where: { seats[$0] != nil }) {
                note(
                    .opensClassWithSeats, .seatLimits, row: row, column: "opens",
                    "Class \(age) has seats_\(age) in facilities.csv already, so this row cannot open it.")
            }
            rowsOfFacility[facility].append((limit, phase))
        }
    }

    // MARK: Children

    private mutating func indexChildren() {
        var rowOfID: [ChildID: Int] = [:]
        rowOfID.reserveCapacity(draft.children.count)
        for (row, child) in draft.children.enumerated() {
            if child.id.text.isEmpty {
                note(.childIDBlank, .children, row: row, column: "child_id", "The child has no id.")
            } else if let first = rowOfID.updateValue(row, forKey: child.id) {
                rowOfID[child.id] = first
                note(
                    .childTwice, .children, row: row, column: "child_id",
                    "This child_id stands twice; keep one row for each child.")
            }
            if child.household.text.isEmpty {
                note(.householdIDBlank, .children, row: row, column: "household_id", "The child has no household_id.")
            }
        }
        childRows = rowOfID.values.sorted { draft.children[$0].id < draft.children[$1].id }
        childOfID.reserveCapacity(childRows.count)
        for (index, row) in childRows.enumerated() { childOfID[draft.children[row].id] = index }
    }

    private mutating func ageClass(of child: ChildRow, row: Int) -> Int {
        if child.birthDate != nil && child.dueDate != nil {
            note(
                .dueDateIgnored, .children, row: row, column: "due_date",
                "The child has a birth_date, so its due_date is ignored.")
        }
        if let given = child.ageClass, !(0...5).contains(given) {
            note(.ageOutOfRange, .children, row: row, column: "age_class", "Class ages are 0 to 5.")
            return 0
        }
        guard let date = child.date else {
            if child.ageClass == nil {
                note(
                    .ageMissing, .children, row: row, column: "birth_date",
                    "Give birth_date, due_date or age_class.")
            }
            return child.ageClass ?? 0
        }
        let column = child.birthDate != nil ? "birth_date" : "due_date"
        guard let age = draft.month.classAge(bornOn: date) else {
            note(
                .ageOutOfRange, .children, row: row, column: column,
                "A child born on this day has no class from 0 to 5 in fiscal year \(draft.month.fiscalYear).")
            return 0
        }
        if let given = child.ageClass, given != age {
            note(
                .ageDisagrees, .children, row: row, column: "age_class",
                "The \(column) gives class \(age), not \(given); correct one of them.")
        }
        return age
    }

    private mutating func resolveChild(row: Int, household: Int, attributeOrder: [Int], drawIsGiven: Bool) -> Child {
        let child = draft.children[row]
        let age = ageClass(of: child, row: row)
        var current: Int?
        if let id = child.currentFacility {
            current = facilityOfID[id]
            if current == nil {
                note(
                    .facilityUnknown, .children, row: row, column: "current_facility_id",
                    "The facility \(id) is not in facilities.csv; leave the cell blank for a place outside.")
            }
        }
        let groups = Set(child.groups).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var siblingFacilities = Set<Int>()
        for id in child.siblingFacilities {
            if let facility = facilityOfID[id] {
                siblingFacilities.insert(facility)
            } else {
                note(
                    .facilityUnknown, .children, row: row, column: "sibling_facility_ids",
                    "The facility \(id) is not in facilities.csv.")
            }
        }
        if let current, !offers(facility: current, age: age, groups: groups) {
            note(
                .presentClassNotOffered, .children, row: row, column: "current_facility_id",
                "The present facility \(facilities[current].id) does not offer the child's class; "
                    + "its seat closes when the child leaves.")
        }
        let wishes = resolveWishes(of: child, row: row, age: age, groups: groups, current: current)
        if wishes.isEmpty {
            note(.noWishes, .children, row: row, column: "wish_1", "The child has no wish that counts.")
        }
        if drawIsGiven && child.draw == nil {
            note(
                .drawBlank, .children, row: row, column: "draw",
                "The draw column is used, so every child needs a number in it.")
        }
        let draw: Draw =
            drawIsGiven
            ? .given(child.draw ?? 0)
            : .seeded(SHA256.digest(of: "\(draft.rules.drawSeed ?? ""):\(child.id.text)".utf8))
        return Child(
            id: child.id, householdID: child.household, household: household,
            birthDate: child.date, isUnborn: child.birthDate == nil && child.dueDate != nil,
            ageClass: age, currentFacility: current, groups: groups, siblingFacilities: siblingFacilities.sorted(),
            wishes: wishes, points: child.points, draw: draw,
            attributes: attributeOrder.map { child.attributes[$0] })
    }

    func offers(facility: Int, age: Int, groups: [String]) -> Bool {
        facilities[facility].limits.contains { index in
            let limit = limits[index]
            return (limit.isClassLimit || limit.opens) && limit.ages.contains(age: age) && limit.group.covers(groups)
        }
    }

    private mutating func resolveWishes(
        of child: ChildRow, row: Int, age: Int, groups: [String], current: Int?
    ) -> [Wish] {
        for index in child.wishPoints.indices where child.wishPoints[index] != nil {
            if index >= child.wishes.count || child.wishes[index] == nil {
                note(
                    .wishPointsWithoutWish, .children, row: row, column: "points_\(index + 1)",
                    "There are points for wish \(index + 1), but no such wish.")
            }
        }
        var wishes: [Wish] = []
        for (index, id) in child.wishes.enumerated() {
            guard let id else { continue }
            let column = "wish_\(index + 1)"
            guard let facility = facilityOfID[id] else {
                note(
                    .facilityUnknown, .children, row: row, column: column,
                    "The facility \(id) is not in facilities.csv.")
                continue
            }
            if facility == current {
                note(
                    .wishForPresentFacility, .children, row: row, column: column,
                    "The child is at \(id) now: this wish and those after it are dropped.")
                break
            }
            if lastWisher[facility] == row {
                note(
                    .wishRepeated, .children, row: row, column: column,
                    "The facility \(id) was wished before; the repeat is dropped.")
                continue
            }
            lastWisher[facility] = row
            let ineligibility = ineligibility(
                of: child, at: facility, age: age, groups: groups, row: row, column: column)
            wishes.append(
                Wish(
                    facility: facility,
                    points: index < child.wishPoints.count ? child.wishPoints[index] : nil,
                    ineligibility: ineligibility))
        }
        return wishes
    }

    private mutating func ineligibility(
        of child: ChildRow, at index: Int, age: Int, groups: [String], row: Int, column: String
    ) -> Ineligibility? {
        let facility = facilities[index]
        if !offers(facility: index, age: age, groups: groups) {
            note(
                .wishNotOffered, .children, row: row, column: column,
                "\(facility.id) does not offer class \(age) to this child; the wish is skipped and keeps its rank.")
            return .notOffered
        }
        guard facility.minimumAgeMonths != nil || facility.minimumAgeDays != nil else { return nil }
        guard let birth = child.date else {
            note(
                .minimumAgeUntested, .children, row: row, column: column,
                "\(facility.id) has a minimum age, which cannot be tested without a birth date; it counts as met.")
            return nil
        }
        let day = draft.month.firstDay
        let oldEnough =
            birth.adding(months: facility.minimumAgeMonths ?? 0) <= day
            && day.dayNumber - birth.dayNumber >= (facility.minimumAgeDays ?? .min)
        if oldEnough { return nil }
        note(
            .wishTooYoung, .children, row: row, column: column,
            "The child is younger on \(day) than \(facility.id) takes; the wish is skipped and keeps its rank.")
        return .tooYoung
    }

    // MARK: Households

    /// A household before its joint wishes are read.
    private struct Party {
        let id: HouseholdID
        let members: [Int]
        let isSplit: Bool
        let answer: (timing: Timing, facility: FacilityAnswer, row: Int?)?
    }

    private mutating func resolveHouseholds() -> (parties: [Party], partyOfChild: [Int]) {
        var membersOfID: [HouseholdID: [Int]] = [:]
        for (index, row) in childRows.enumerated() {
            membersOfID[draft.children[row].household, default: []].append(index)
        }
        let answerRows = indexAnswers(membersOfID)
        var firstJointRows: [HouseholdID: Int] = [:]
        for (row, wish) in draft.jointWishes.enumerated() where firstJointRows[wish.household] == nil {
            firstJointRows[wish.household] = row
        }
        var parties: [Party] = []
        var partyOfChild = [Int](repeating: 0, count: childRows.count)
        func add(_ party: Party) {
            for member in party.members { partyOfChild[member] = parties.count }
            parties.append(party)
        }
        for id in membersOfID.keys.sorted() {
            let members = membersOfID[id]!
            let (answerRow, firstJointRow) = (answerRows[id], firstJointRows[id])
            if let answerRow { checkIndependence(answerRow: answerRow, firstJointRow: firstJointRow) }
            guard members.count > 1 else {
                add(Party(id: id, members: members, isSplit: false, answer: nil))
                continue
            }
            let hasTable = firstJointRow != nil
            let answer = filledAnswer(members: members, row: answerRow, hasTable: hasTable)
            if answer.timing == .independent && !hasTable {
                for member in members { add(Party(id: id, members: [member], isSplit: true, answer: nil)) }
            } else {
                let ordered = eldestFirst(members, answerRow: answerRow, warns: !hasTable)
                add(Party(id: id, members: ordered, isSplit: false, answer: answer))
            }
        }
        return (parties, partyOfChild)
    }

    private mutating func indexAnswers(_ membersOfID: [HouseholdID: [Int]]) -> [HouseholdID: Int] {
        var rows: [HouseholdID: Int] = [:]
        for (row, answer) in draft.households.enumerated() {
            guard membersOfID[answer.household] != nil else {
                note(
                    .householdUnknown, .households, row: row, column: "household_id",
                    "No child has this household_id; correct it or remove the row.")
                continue
            }
            if let first = rows[answer.household] {
                if draft.households[first] == answer {
                    note(
                        .answerRepeated, .households, row: row, column: "household_id",
                        "The household stands twice with the same answer; the repeat is dropped.")
                } else {
                    note(
                        .householdTwice, .households, row: row, column: "household_id",
                        "The household stands twice with different answers; keep one.")
                }
                continue
            }
            rows[answer.household] = row
            let members = Set(membersOfID[answer.household]!)
            for (child, column) in [(answer.leadChild, "lead_child_id"), (answer.preferredChild, "prefer_child_id")] {
                if let child, childOfID[child].map(members.contains) != true {
                    note(
                        .childNotInHousehold, .households, row: row, column: column,
                        "This child is not in the household.")
                }
            }
        }
        return rows
    }

    /// Children who apply independently, by their own answer and not by default, have nothing to rank together.
    private mutating func checkIndependence(answerRow row: Int, firstJointRow: Int?) {
        guard draft.households[row].timing == .independent else { return }
        if draft.households[row].facility != nil {
            note(
                .independentWithFacility, .households, row: row, column: "facility",
                "Children who apply independently cannot have a facility answer; remove it or change timing.")
        }
        if let firstJointRow {
            note(
                .independentWithJointWishes, .jointWishes, row: firstJointRow, column: "household_id",
                "The children of this household apply independently, so it cannot have joint wishes.")
        }
    }

    /// The answer with blanks filled; what is filled, missing or useless is noted unless a table replaces it all.
    private mutating func filledAnswer(
        members: [Int], row: Int?, hasTable: Bool
    ) -> (timing: Timing, facility: FacilityAnswer, row: Int?) {
        let given = row.map { draft.households[$0] }
        let siblings = draft.rules.siblings
        let dates = members.map { draft.children[childRows[$0]].date }
        let areTwins = dates[0] != nil && dates.allSatisfy { $0 == dates[0] }
        let timing = given?.timing ?? (areTwins ? siblings.twinsTiming : nil) ?? siblings.timing
        let facility = given?.facility ?? (areTwins ? siblings.twinsFacility : nil) ?? siblings.facility
        if !hasTable { checkAnswer(given, row: row, members: members, timing: timing, facility: facility) }
        if given?.leadChild != nil, timing != .lead || hasTable {
            note(
                .answerWithoutUse, .households, row: row, column: "lead_child_id",
                "lead_child_id has no effect here: only timing lead without joint wishes uses it.")
        }
        if let given, hasTable, given.timing != .independent {
            for (isGiven, column) in [
                (given.timing != nil, "timing"), (given.facility != nil, "facility"),
                (given.preferredChild != nil, "prefer_child_id"),
            ] where isGiven {
                note(
                    .answerWithoutUse, .households, row: row, column: column,
                    "\(column) has no effect here: the household's joint wishes replace its answer.")
            }
        }
        return (timing, facility, row)
    }

    private mutating func checkAnswer(
        _ given: HouseholdRow?, row: Int?, members: [Int], timing: Timing, facility: FacilityAnswer
    ) {
        // A household without a row is named by its first child's row.
        let table: CaseTable = row == nil ? .children : .households
        let place = row ?? members.map { childRows[$0] }.min()!
        if given?.timing == nil {
            note(
                .answerFilled, table, row: place, column: row == nil ? "household_id" : "timing",
                "The siblings' timing is not answered; the round's default \(timing.rawValue) is used.")
        }
        if timing == .independent {
            if given?.facility != nil, given?.timing == nil {
                note(
                    .answerWithoutUse, .households, row: row, column: "facility",
                    "The facility answer has no effect, because the siblings apply independently by default; "
                        + "answer timing too.")
            }
            return
        }
        if given?.facility == nil {
            note(
                .answerFilled, table, row: place, column: row == nil ? "household_id" : "facility",
                "The siblings' facility is not answered; the round's default \(facility.rawValue) is used.")
        }
        if timing == .lead, given?.leadChild == nil {
            note(
                .leadMissing, .households, row: row, column: "lead_child_id",
                "timing lead needs a lead_child_id.")
        }
        if facility == .near, draft.rules.siblings.nearKilometres == nil {
            note(
                .nearWithoutDistance, table, row: place, column: row == nil ? "household_id" : "facility",
                "A household answers near, so case.yaml must give siblings.nearKilometres.")
        }
    }

    /// Higher class age, then earlier birth date where all of that class have one, then smaller id.
    private mutating func eldestFirst(_ members: [Int], answerRow: Int?, warns: Bool) -> [Int] {
        func birth(_ member: Int) -> CalendarDate? { draft.children[childRows[member]].date }
        let ages = members.map { draft.children[childRows[$0]].classAge(in: draft.month) ?? 0 }
        var ordered: [Int] = []
        var hasTie = false
        for age in Set(ages).sorted(by: >) {
            var peers = members.indices.filter { ages[$0] == age }.map { members[$0] }
            let dates = peers.compactMap(birth)
            if dates.count == peers.count {
                peers.sort { (birth($0)!, $0) < (birth($1)!, $1) }
                if Set(dates).count < peers.count { hasTie = true }
            } else if peers.count > 1 {
                hasTie = true
            }
            ordered += peers
        }
        if hasTie && warns {
            note(
                .eldestByID, answerRow == nil ? .children : .households,
                row: answerRow ?? members.map { childRows[$0] }.min()!, column: "household_id",
                "Which sibling is the eldest is not told by dates; the smaller child_id counts as elder.")
        }
        return ordered
    }

    private mutating func resolveJointWishes(households parties: [Party], children: [Child]) -> [Household] {
        let tables = resolveTables(parties: parties, children: children)
        return parties.enumerated().map { index, party in
            let wishes: JointWishes
            if let table = tables[index] {
                wishes = .table(table)
            } else if let answer = party.answer {
                let row = answer.row.map { draft.households[$0] }
                let lead: Int? =
                    switch answer.timing {
                    case .lead: row?.leadChild.flatMap { childOfID[$0] }
                    case .elder: party.members.first
                    case .younger: party.members.last
                    default: nil
                    }
                wishes = .answer(
                    SiblingAnswer(
                        timing: answer.timing, facility: answer.facility, lead: lead,
                        preferred: row?.preferredChild.flatMap { childOfID[$0] } ?? lead ?? party.members[0]))
            } else {
                wishes = .single
            }
            return Household(id: party.id, members: party.members, wishes: wishes, isSplit: party.isSplit)
        }
    }

    /// The explicit tables by household.
    private mutating func resolveTables(parties: [Party], children: [Child]) -> [Int: JointTable] {
        guard !draft.jointWishes.isEmpty else { return [:] }
        var partyOfID: [HouseholdID: Int] = [:]
        for (index, party) in parties.enumerated() { partyOfID[party.id] = index }
        var rowsOfParty: [Int: [Int]] = [:]
        for (row, wish) in draft.jointWishes.enumerated() {
            if let party = partyOfID[wish.household] {
                rowsOfParty[party, default: []].append(row)
            } else {
                note(
                    .householdUnknown, .jointWishes, row: row, column: "household_id",
                    "No child has this household_id; correct it or remove the row.")
            }
        }
        var tables: [Int: JointTable] = [:]
        for party in rowsOfParty.keys.sorted() {
            let rows = rowsOfParty[party]!.sorted {
                (draft.jointWishes[$0].rank, $0) < (draft.jointWishes[$1].rank, $1)
            }
            tables[party] = table(of: parties[party], rows: rows, children: children)
        }
        return tables
    }

    private mutating func table(of party: Party, rows: [Int], children: [Child]) -> JointTable {
        let wishOfFacility = party.members.map { member in
            Dictionary(
                uniqueKeysWithValues: children[member].wishes.enumerated().map {
                    ($0.element.facility, Int32($0.offset))
                })
        }
        var choices: [Int32] = []
        var seen = Set<[Int32]>()
        var afterBaseline = false
        var start = 0
        while start < rows.count {
            let rank = draft.jointWishes[rows[start]].rank
            var end = start
            while end < rows.count, draft.jointWishes[rows[end]].rank == rank { end += 1 }
            defer { start = end }
            let first = rows[start..<end].min()!
            if afterBaseline {
                note(
                    .jointAfterBaseline, .jointWishes, row: first, column: "rank",
                    "This rank comes after the one in which nobody is placed and is dropped.")
                continue
            }
            guard let choice = jointChoice(of: party, rows: rows[start..<end], first: first, wishOfFacility) else {
                continue
            }
            if choice.allSatisfy({ $0 < 0 }) {
                afterBaseline = true
            } else if !seen.insert(choice).inserted {
                note(
                    .jointOutcomeRepeated, .jointWishes, row: first, column: "rank",
                    "The same outcome stands at an earlier rank; this one is dropped.")
            } else {
                if zip(party.members, choice).contains(where: {
                    $1 >= 0 && !children[$0].wishes[Int($1)].isEligible
                }) {
                    note(
                        .jointOutcomeIneligible, .jointWishes, row: first, column: "rank",
                        "A child is not eligible for its facility here; the rank is skipped.")
                }
                choices += choice
            }
        }
        return JointTable(choices: choices, memberCount: party.members.count)
    }

    /// One rank's choice for each member, or `nil` where the rows are wrong.
    ///
    /// - Parameter wishOfFacility: For each member the index of its wish for a facility.
    private mutating func jointChoice(
        of party: Party, rows: ArraySlice<Int>, first: Int, _ wishOfFacility: [[Int: Int32]]
    ) -> [Int32]? {
        var choice = [Int32?](repeating: nil, count: party.members.count)
        var isSound = true
        for row in rows {
            let wish = draft.jointWishes[row]
            guard let child = childOfID[wish.child], let member = party.members.firstIndex(of: child) else {
                note(
                    .childNotInHousehold, .jointWishes, row: row, column: "child_id",
                    "This child is not in the household.")
                isSound = false
                continue
            }
            if choice[member] != nil {
                note(
                    .jointChildTwice, .jointWishes, row: row, column: "child_id",
                    "This child stands twice in rank \(wish.rank).")
                isSound = false
                continue
            }
            guard let id = wish.facility else {
                choice[member] = -1
                continue
            }
            guard let index = facilityOfID[id].flatMap({ wishOfFacility[member][$0] }) else {
                note(
                    .jointFacilityNotWished, .jointWishes, row: row, column: "facility_id",
                    "The facility \(id) is not among the child's wishes.")
                isSound = false
                choice[member] = -1
                continue
            }
            choice[member] = index
        }
        if choice.contains(where: { $0 == nil }) {
            note(
                .jointRankIncomplete, .jointWishes, row: first, column: "child_id",
                "Rank \(draft.jointWishes[first].rank) must name every child of the household once.")
            return nil
        }
        return isSound ? choice.compactMap { $0 } : nil
    }
}

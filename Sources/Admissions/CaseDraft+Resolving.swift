extension CaseDraft {
    /// Checks everything and makes the case.
    ///
    /// - Returns: Every finding, in the order of tables, rows and columns, and the case if none of them is an error.
    /// - Precondition: ``attributeNames`` do not repeat, every ``ChildRow/attributes`` has one value for each of them and
    ///   every ``FacilityRow/seats`` six.
    /// - Parameter threads: How many threads may work at the same time; the result is the same with any number.
    /// - Complexity: O(n log n) in the number of rows and wishes.
    public func resolve(threads: Int = 1) -> (case: Case?, findings: [Finding]) {
        var (draft, refusals, parts, pointsFindings) = computingPoints(threads: threads)
        draft.settleKeys()
        var resolver = CaseResolver(draft, threads: threads)
        (resolver.refusals, resolver.parts) = (refusals, parts)
        resolver.findings = pointsFindings
        let resolved = resolver.resolve()
        let tables = Dictionary(uniqueKeysWithValues: CaseTable.allCases.enumerated().map { ($1, $0) })
        let places = resolver.findings.enumerated().map { (tables[$1.table]!, $1.row ?? -1, $0) }.sorted(by: <)
        let findings = places.map { resolver.findings[$0.2] }
        return (findings.contains { $0.severity == .error } ? nil : resolved, findings)
    }

    /// The case; the findings are thrown as an error. This is for cases made in code.
    public func resolved() throws(InvalidCase) -> Case {
        let (resolved, findings) = resolve()
        guard let resolved else { throw InvalidCase(findings: findings) }
        return resolved
    }
}

extension CaseDraft {
    /// The value of a row's child for a priority key; `nil` if it is blank, and for `draw`, which has no value.
    ///
    /// - Parameter column: For a key that compares an attribute its index in ``ChildRow/attributes``; `nil`: no column has it.
    fileprivate func keyValue(ofRow row: Int, _ key: PriorityKey, column: Int?) -> KeyValue? {
        switch key.source {
        case .points: return children[row].points.map(KeyValue.number)
        case .draw, .wishRank, .siblingAtFacility, .livesInArea, .part, .met: return nil
        case .ageClass: return children[row].classAge(in: month).map { .number(ExactNumber($0)) }
        case .birthDate: return children[row].date.map(KeyValue.date)
        case .attribute:
            guard let column else { return nil }
            let text = children[row].attributes[column]
            return text.isEmpty ? nil : key.value(ofText: text)
        }
    }
}

/// The error for a draft that cannot become a case.
public struct InvalidCase: PhrasedError {
    /// All findings, including warnings.
    public let findings: [Finding]

    public var phrase: Phrase {
        let lines = findings.filter { $0.severity == .error }.map { finding in
            let (row, column) = (finding.row.map { " \($0)" } ?? "", finding.column.map { " \($0)" } ?? "")
            return Phrase(
                "\(finding.code.rawValue)（\(finding.table.rawValue)\(row)\(column)）: \(finding.phrase.japanese)",
                "\(finding.code.rawValue) in \(finding.table.rawValue)\(row.isEmpty ? "" : " row")\(row)\(column): "
                    + finding.message)
        }
        return Phrase(
            lines.map(\.japanese).joined(separator: "\n"), lines.map(\.english).joined(separator: "\n"))
    }
}

/// Turns a draft into a case, collecting what it notices on the way.
struct CaseResolver {
    let draft: CaseDraft
    let threads: Int
    var findings: [Finding] = []
    /// What the points table refuses; see ``CaseDraft/computingPoints(threads:)``.
    var refusals: [Int: [Int?]] = [:]
    /// What the parts of the points table that keys compare count.
    var parts = PartsOfKeys()

    /// Row indices in the order of the ids, without repeated ids.
    private(set) var childRows: [Int] = []
    /// Keys that compare dates in a column of the children's table.
    private(set) var datedKeys: Set<Int> = []
    private var facilityRows: [Int] = []
    /// Every child by its id; empty if there are no pins that name children.
    private(set) var childOfID: [ChildID: Int] = [:]
    private(set) var facilityOfID: [FacilityID: Int] = [:]
    private(set) var facilities: [Facility] = []
    private(set) var limits: [SeatLimit] = []

    init(_ draft: CaseDraft, threads: Int) {
        self.draft = draft
        self.threads = threads
    }

    mutating func note(
        _ code: Finding.Code, _ table: CaseTable, row: Int? = nil, column: String? = nil, _ english: Telling,
        _ japanese: Telling
    ) {
        note(code, table, row: row, column: column, Sentence(english, japanese))
    }

    mutating func note(
        _ code: Finding.Code, _ table: CaseTable, row: Int? = nil, column: String? = nil, _ sentence: Sentence
    ) {
        findings.append(Finding(code, table, row: row, column: column, sentence))
    }

    mutating func resolve() -> Case? {
        checkShape()
        checkRules()
        checkPhases()
        resolveFacilities()
        indexChildren()
        // The values of the keys and the households do not depend on each other.
        let keys = Background(threads: threads) { [self] in
            var resolver = self
            resolver.findings = []
            let values = resolver.keyValues()
            return (values: values, findings: resolver.findings, datedKeys: resolver.datedKeys)
        }
        let before = findings
        findings = []
        let drawIsGiven = draft.children.indices.contains { draft.children[$0].draw != nil }
        if !drawIsGiven && draft.rules.drawSeed == nil {
            note(
                .drawMissing, .settings, column: "drawSeed",
                "Give drawSeed in case.yaml or a \(column: "draw") column in \(file: .children): ties must be broken by a recorded draw.",
                "同点は記録の残る抽選で決めます。case.yaml に抽選の種（drawSeed）を書くか、\(file: .children) に抽選番号の列「\(column: "draw")」を加えてください。")
        }
        let (households, householdOfChild) = resolveHouseholds()
        findings = before + keys.value.findings + findings
        let attributeOrder = draft.attributeNames.indices.sorted {
            draft.attributeNames[$0].utf8.lexicographicallyPrecedes(draft.attributeNames[$1].utf8)
        }
        let resolver = ChildResolver(
            draft: draft, facilities: facilities, limits: limits, facilityOfID: facilityOfID,
            attributeOrder: attributeOrder, drawIsGiven: drawIsGiven, refusals: refusals)
        let children = resolveChildren(resolver, householdOfChild)
        if findings.contains(where: { $0.code == .householdConstant }) {
            // If the households are not real ones, other findings about them mean nothing.
            findings.removeAll {
                [.householdUnknown, .childNotInHousehold, .answerFilled, .answerWithoutUse, .eldestByID].contains(
                    $0.code)
            }
        }
        datedKeys = keys.value.datedKeys
        var values = keys.value.values
        let wishKeyValues = wishKeyValues(of: children, &values)
        checkCombinations(households, children)
        checkSharedPoints(children)
        let pins = resolvePins(children)
        if findings.contains(where: { $0.severity == .error }) { return nil }
        let linked = resolveJointWishes(households: households, children: children)
        checkTakingPart(children, pins: pins)
        checkPinnedSeats(children, pins: pins)
        checkOverfullClasses(children)
        if findings.contains(where: { $0.severity == .error }) { return nil }
        return Case(
            municipality: draft.municipality, round: draft.round, month: draft.month, rules: draft.rules,
            children: children, facilities: facilities, households: linked, limits: limits, pins: pins,
            attributeNames: attributeOrder.map { draft.attributeNames[$0] }, keyValues: values,
            wishKeyValues: wishKeyValues)
    }

    /// Checks that rows fit their tables. If they do not, this is a fault of the program that made them, not of the data.
    private func checkShape() {
        let names = draft.attributeNames
        precondition(Set(names).count == names.count, "attribute names repeat in \(names)")
        for row in draft.children.indices {
            let count = draft.children[row].attributes.count
            precondition(
                count == names.count, "row \(row) of children has \(count) attributes for \(names.count) names")
            let lists = draft.children[row].wishAttributes.count
            precondition(
                lists == 0 || lists == draft.wishAttributeNames.count,
                "row \(row) of children has \(lists) lists of values by wish for \(draft.wishAttributeNames.count) names"
            )
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
                "The priority key \(key.name) stands twice; remove one.", "優先順位の基準「\(key.name)」が二回あります。一つにしてください。")
        }
        checkWishKeys()
        let siblings = draft.rules.siblings
        if siblings.timing == .lead || siblings.twinsTiming == .lead {
            note(
                .leadAsDefault, .settings, column: "siblings",
                "lead cannot be the default timing, because it needs a named child; use elder or younger.",
                "lead には児童の指定が要るため、既定にはできません。elder か younger にしてください。")
        }
        if let distance = siblings.nearKilometres, distance < 0 {
            note(
                .nearWithoutDistance, .settings, column: "siblings",
                "nearKilometres must not be negative; correct it.", "nearKilometres は 0 以上の距離にしてください。")
        }
    }

    /// The values of all priority keys, child by child.
    private mutating func keyValues() -> [KeyValue?] {
        let (draft, childRows, keys) = (draft, childRows, draft.rules.priority)
        let columns = keys.indices.map { column(of: keys[$0], index: $0) }
        // At `row * keys.count + key`.
        var values = [KeyValue?](repeating: nil, count: draft.children.count * keys.count)
        // Key by key, because a key is expensive to copy. Each row has elements of its own.
        values.writeDisjointly { values in
            for (index, key) in keys.enumerated() {
                let column = columns[index]
                _ = inRanges(of: draft.children.count, threads: threads) { rows in
                    for row in rows {
                        values[row * keys.count + index] = draft.keyValue(ofRow: row, key, column: column)
                    }
                }
            }
        }
        for (index, column) in columns.enumerated() { check(&values, of: index, column) }
        if childRows.count == draft.children.count, childRows.elementsEqual(draft.children.indices) { return values }
        return elements(childRows.count * keys.count, threads: threads, state: ()) { [values] _, place in
            values[childRows[place / keys.count] * keys.count + place % keys.count]
        }.elements
    }

    /// The index into ``ChildRow/attributes`` of a key that compares one of them; `nil` for other keys, and if there is no such
    /// column, which is noted.
    private mutating func column(of key: PriorityKey, index: Int) -> Int? {
        guard key.source == .attribute else { return nil }
        let column = draft.attributeNames.firstIndex(of: key.name)
        if column == nil, !draft.wishAttributeNames.contains(key.name) {
            note(
                .keyUnknown, .settings, column: "priority[\(index)]",
                "The priority key \(key.name) is not a column of \(file: .children).",
                "優先順位の基準「\(key.name)」は \(file: .children) の列にありません。基準の名前か、列の見出しを直してください。")
        }
        return column
    }

    /// Notes the values of a key that are missing, or do not compare with the others; the latter are then removed.
    ///
    /// - Parameter column: The result of ``column(of:index:)`` for the key.
    private mutating func check(_ values: inout [KeyValue?], of index: Int, _ column: Int?) {
        let (draft, key) = (draft, draft.rules.priority[index])
        let count = draft.rules.priority.count
        func rows(where test: @Sendable (KeyValue?) -> Bool) -> [Int] {
            let values = values
            return Array(
                inRanges(of: draft.children.count, threads: threads) { rows in
                    rows.filter { test(values[$0 * count + index]) }
                }.joined())
        }
        switch key.source {
        case .points, .draw, .wishRank, .siblingAtFacility, .livesInArea, .part, .met: break
        case .ageClass, .birthDate:
            if key.blank == .isError, key.onlyWhen.isEmpty {
                for row in rows(where: { $0 == nil }) { noteBlank(key, row: row) }
            }
        case .attribute:
            let wishColumn = draft.wishAttributeNames.firstIndex(of: key.name)
            let hasNumbers =
                !rows { $0?.isDate == false }.isEmpty || has(dates: false, atWishColumn: wishColumn, of: key)
            let isDates =
                !hasNumbers
                && (!rows { $0?.isDate == true }.isEmpty || has(dates: true, atWishColumn: wishColumn, of: key))
            if isDates { datedKeys.insert(index) }
            if let wishColumn { checkTexts(atWishColumn: wishColumn, of: key, isDates: isDates) }
            if !key.values.isEmpty { checkListed(key, index, column, wishColumn) }
            guard let column else { return }
            let isBlank = { (row: Int) in draft.children[row].attributes[column].isEmpty }
            let others = rows { $0?.isDate != isDates }
            for row in others {
                values[row * count + index] = nil
                if isBlank(row) || !key.values.isEmpty { continue }
                note(
                    .keyNotComparable, .children, row: row, column: key.name,
                    Self.demand(on: key, isDates: isDates))
            }
            // A blank beside values by wish, or where the key is not for the child, may be none: that is looked at with the wishes.
            if key.blank == .isError, wishColumn == nil, key.onlyWhen.isEmpty {
                for row in others where isBlank(row) { noteBlank(key, row: row) }
            }
        }
    }

    /// What the cells of a key must hold.
    private static func demand(on key: PriorityKey, isDates: Bool) -> Sentence {
        if key.usesLetters {
            return Sentence(
                "\(column: key.name) is a priority key of letters: write one letter from A to Z.",
                "「\(column: key.name)」は英字で比べる優先順位の基準です。A から Z までの一文字を書いてください。")
        }
        return isDates
            ? Sentence(
                "The other values of \(column: key.name) are dates; write this one as a date too, such as 2025-04-02 or R7.4.2.",
                "「\(column: key.name)」のほかの値は日付です。この欄も 2025-04-02 や R7.4.2 のような日付で書いてください。")
            : Sentence(
                "\(column: key.name) is a priority key: write a whole number or a decimal of at most 18 digits.",
                "「\(column: key.name)」は優先順位の基準です。18桁までの整数か小数を書いてください。")
    }

    /// Whether a cell of a key's columns by wish holds a date, or a number.
    private func has(dates: Bool, atWishColumn column: Int?, of key: PriorityKey) -> Bool {
        guard let column else { return false }
        return draft.children.indices.contains { row in
            draft.wishTexts(ofRow: row, column: column).contains { key.value(ofText: $0)?.isDate == dates }
        }
    }

    /// Notes cells of a key's columns by wish that do not compare with its other values, or belong to no wish.
    private mutating func checkTexts(atWishColumn column: Int, of key: PriorityKey, isDates: Bool) {
        for row in draft.children.indices {
            let wishes = draft.children[row].wishes
            for (number, text) in draft.wishTexts(ofRow: row, column: column).enumerated() where !text.isEmpty {
                if number >= wishes.count || wishes[number] == nil {
                    note(
                        .keyValueWithoutWish, .children, row: row, column: "\(key.name)_\(number + 1)",
                        "There is a value of \(key.name) here and no wish of the same number; fill the wish or remove the value.",
                        "同じ番号の希望がないのに、優先順位の基準「\(key.name)」の値があります。希望を書くか、値を消してください。")
                } else if key.values.isEmpty, key.value(ofText: text)?.isDate != isDates {
                    note(
                        .keyNotComparable, .children, row: row, column: "\(key.name)_\(number + 1)",
                        Self.demand(on: key, isDates: isDates))
                }
            }
        }
    }

    /// Notes, once for the key, the texts that its list does not name, with how many cells have each.
    private mutating func checkListed(_ key: PriorityKey, _ index: Int, _ column: Int?, _ wishColumn: Int?) {
        let listed = Set(key.values)
        var counts: [String: Int] = [:]
        for row in draft.children.indices {
            let own = column.map { [draft.children[row].attributes[$0]] } ?? []
            for text in own + (wishColumn.map { draft.wishTexts(ofRow: row, column: $0) } ?? [])
            where !text.isEmpty && !listed.contains(text) {
                counts[text, default: 0] += 1
            }
        }
        if counts.isEmpty { return }
        let named = Sentence.Value.counts(
            counts.sorted {
                $0.value == $1.value ? $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) : $0.value > $1.value
            }.map { .init($0.key, $0.value) }, more: 0)
        let total = counts.values.reduce(0, +)
        findings.append(
            Finding(
                .keyValueUnlisted, .settings, column: "priority[\(index)]",
                "\(total, one: " cell has a value", many: " cells have values") of \(key.name) that the key's list does not name: "
                    + "\(named); add the missing ones to values, or correct the cells.",
                "優先順位の基準「\(key.name)」の values にない値が \(total) 件あります: \(named)。"
                    + "values に加えるか、欄を直してください。"))
    }

    mutating func noteBlank(_ key: PriorityKey, row: Int) {
        note(
            .keyBlank, .children, row: row, column: key.name,
            key.source == .part
                ? Sentence(
                    "The part \(key.name) of the points table is a priority key and missing here; give the part a number under "
                        + "missing, or give the key blank: first or last.",
                    "優先順位の基準である指数表の区分「\(key.name)」が、この児童にはありません。区分の missing に数を書くか、"
                        + "その基準に blank: first か blank: last を書いてください。")
                : Sentence(
                    "\(column: key.name) is a priority key and blank here; fill it or give the key blank: first or last.",
                    "優先順位の基準「\(column: key.name)」が空欄です。埋めるか、その基準に blank: first か blank: last を書いてください。"))
    }

    // MARK: Facilities

    private mutating func resolveFacilities() {
        let groups = IDGroups(draft.facilities.count) { draft.facilities[$0].id }
        facilityOfID.reserveCapacity(groups.count)
        for group in 0..<groups.count {
            let rows = groups[group]
            let id = draft.facilities[rows.first!].id
            if id.folded.isEmpty {
                for row in rows {
                    note(
                        .facilityIDBlank, .facilities, row: row, column: "facility_id",
                        "The facility has no id; write one.", "施設番号が空欄です。書いてください。")
                }
                continue
            }
            for row in rows.dropFirst() {
                note(
                    .facilityTwice, .facilities, row: row, column: "facility_id",
                    "The facility \(draft.facilities[row].id) stands twice; keep one row.",
                    "施設「\(draft.facilities[row].id)」が二回あります。一行だけ残してください。")
            }
            facilityOfID[id] = facilityRows.count
            facilityRows.append(rows.first!)
        }
        var rowsOfFacility = [[(limit: SeatLimitRow, phase: Int?)]](repeating: [], count: facilityRows.count)
        let shared = resolveLimitRows(into: &rowsOfFacility)
        for (index, row) in facilityRows.enumerated() {
            let facility = draft.facilities[row]
            let start = limits.count
            for (age, seats) in facility.seats.enumerated() {
                guard let seats else { continue }
                let excess = facility.excess(ofClass: age)
                checkCount(
                    max(seats, excess), .facilities, row: row,
                    column: seats == 0 && excess > 0 ? "enrolled_\(age)" : "seats_\(age)")
                limits.append(
                    SeatLimit(
                        facility: index, sharedWith: [], ages: AgeSet(CollectionOfOne(age)), group: .everyone,
                        seats: excess > 0 ? -excess : seats, opens: false, isClassLimit: true, phase: nil,
                        isReleased: false))
            }
            for (limit, phase) in rowsOfFacility[index].sorted(by: {
                ($0.limit.ages.rawValue, $0.limit.group.description, $0.limit.group.kind, $0.phase ?? -1)
                    < ($1.limit.ages.rawValue, $1.limit.group.description, $1.limit.group.kind, $1.phase ?? -1)
            }) {
                limits.append(
                    SeatLimit(
                        facility: index, sharedWith: [], ages: limit.ages, group: limit.group, seats: limit.seats,
                        opens: limit.opens, isClassLimit: false, phase: phase, isReleased: limit.isReleased))
            }
            checkVacancies(of: facility, row: row)
            checkAgeLimit(facility.minimumAgeMonths, most: 120, "months", row: row)
            checkAgeLimit(facility.minimumAgeDays, most: 3_660, "days", row: row)
            facilities.append(
                Facility(
                    id: facility.id, name: facility.name, seats: facility.seats,
                    minimumAgeMonths: facility.minimumAgeMonths, minimumAgeDays: facility.minimumAgeDays,
                    kind: facility.kind, ward: facility.ward, area: facility.comparedWard,
                    location: location(of: facility, row: row),
                    unpublished: facility.unpublished,
                    keepsClosed: AgeSet(
                        (0...5).filter { age in
                            let own = facility.keepsClosed.indices.contains(age) ? facility.keepsClosed[age] : nil
                            return own ?? draft.rules.keepsClosed.contains(age: age)
                        }), limits: Array(start..<limits.count)))
        }
        addSharedLimits(shared)
    }

    /// The limits over several facilities, behind all others, by facilities, ages, group and phase.
    private mutating func addSharedLimits(_ rows: [(facilities: [Int], limit: SeatLimitRow, phase: Int?)]) {
        let ordered = rows.sorted { one, other in
            if one.facilities != other.facilities { return one.facilities.lexicographicallyPrecedes(other.facilities) }
            return (one.limit.ages.rawValue, one.limit.group.description, one.limit.group.kind, one.phase ?? -1)
                < (other.limit.ages.rawValue, other.limit.group.description, other.limit.group.kind, other.phase ?? -1)
        }
        for (places, limit, phase) in ordered {
            for place in places { facilities[place].limits.append(limits.count) }
            limits.append(
                SeatLimit(
                    facility: places[0], sharedWith: Array(places.dropFirst()), ages: limit.ages, group: limit.group,
                    seats: limit.seats, opens: false, isClassLimit: false, phase: phase, isReleased: limit.isReleased))
        }
    }

    /// Refuses a minimum age beyond ten years as a typing error, because no class takes children so old.
    private mutating func checkAgeLimit(_ age: Int?, most: Int, _ unit: String, row: Int) {
        guard let age else { return }
        if age < 0 {
            note(
                .ageLimitNegative, .facilities, row: row, column: "min_age_\(unit)",
                "A minimum age cannot be negative; correct it or leave it blank.", "受入月齢・日齢は 0 以上です。直すか、空欄にしてください。")
        } else if age > most {
            let unit = Phrase(unit == "months" ? "か月" : "日", unit)
            note(
                .ageLimitTooLarge, .facilities, row: row, column: "min_age_\(unit.english)",
                "A minimum age can be at most \(most) \(unit); leave it blank where there is none.",
                "受入月齢・日齢は最大 \(most) \(unit)です。定めがなければ空欄にしてください。")
        }
    }

    /// The upper bound keeps every sum of seats far from overflow.
    private mutating func checkCount(_ seats: Int, _ table: CaseTable, row: Int, column: String) {
        if seats > 100_000 {
            note(
                .seatsTooMany, table, row: row, column: column, "Seats can be at most 100000; correct the number.",
                "受入可能数は 100000 までです。数を直してください。")
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
            "Give \(column: "latitude", .facilities) (-90 to 90) and \(column: "longitude", .facilities) (-180 to 180) in degrees, both or neither.",
            "緯度（\(column: "latitude", .facilities)、-90 から 90）と経度（\(column: "longitude", .facilities)、-180 から 180）は度で、両方とも書くか、両方とも空欄にしてください。"
        )
        return nil
    }

    /// Adds the rows to those of their facilities.
    ///
    /// - Returns: The rows over several facilities, with these, ascending.
    private mutating func resolveLimitRows(
        into rowsOfFacility: inout [[(limit: SeatLimitRow, phase: Int?)]]
    ) -> [(facilities: [Int], limit: SeatLimitRow, phase: Int?)] {
        struct Likeness: Hashable {
            let facilities: [Int]
            let ages: AgeSet
            let group: GroupCondition
            let phase: String?
        }
        var seen = Set<Likeness>()
        var shared: [(facilities: [Int], limit: SeatLimitRow, phase: Int?)] = []
        for (row, limit) in draft.seatLimits.enumerated() {
            if limit.ages.isEmpty {
                note(
                    .limitWithoutAges, .seatLimits, row: row, column: "ages",
                    "The limit covers no age; write ages such as 0, 3-5 or 0;2.",
                    "受入枠に年齢がありません。0、3-5、0;2 のようにクラス年齢を書いてください。")
            }
            if limit.seats < 0 {
                note(
                    .seatsNegative, .seatLimits, row: row, column: "seats",
                    "The seats of a limit cannot be negative; correct the number.", "受入枠の数は 0 以上です。数を直してください。")
            }
            checkCount(limit.seats, .seatLimits, row: row, column: "seats")
            let phase = phase(ofLimit: row)
            guard let places = facilities(ofLimit: row) else { continue }
            let likeness = Likeness(
                facilities: places, ages: limit.ages, group: limit.group, phase: limit.phase)
            if !seen.insert(likeness).inserted {
                note(
                    .limitTwice, .seatLimits, row: row, column: "ages",
                    "Another row has the same facility, ages, group and phase; keep one.",
                    "施設・年齢・区分・段階が同じ受入枠が別の行にもあります。一行だけ残してください。")
            }
            if places.count > 1 {
                if limit.opens {
                    note(
                        .opensSharedLimit, .seatLimits, row: row, column: "opens",
                        "A limit over several facilities cannot open a class; give each facility a row of its own with "
                            + "\(column: "opens", .seatLimits), or seats_ in \(file: .facilities).",
                        "複数の施設にまたがる受入枠では、クラスを募集できません。施設ごとの行に \(column: "opens", .seatLimits) を書くか、"
                            + "\(file: .facilities) に受入可能数を書いてください。")
                }
                shared.append((places, limit, phase))
                continue
            }
            let seats = draft.facilities[facilityRows[places[0]]].seats
            if limit.opens, let age = limit.ages.ages.first(where: { seats[$0] != nil }) {
                note(
                    .opensClassWithSeats, .seatLimits, row: row, column: "opens",
                    "Class \(age) has \(column: "seats_\(age)", .facilities) in \(file: .facilities) already (a blank cell too, where "
                        + "blankSeats is zero), so this row cannot open it; take opens out.",
                    "\(age)歳児クラスは \(file: .facilities) の \(column: "seats_\(age)", .facilities) に受入可能数があるため（blankSeats が zero なら"
                        + "空欄も 0 人）、この行では募集できません。opens を消してください。")
            }
            rowsOfFacility[places[0]].append((limit, phase))
        }
        return shared
    }

    /// The facilities of a row of the limits' table, ascending; `nil` where one is not known.
    private mutating func facilities(ofLimit row: Int) -> [Int]? {
        var places: [Int] = []
        var isKnown = true
        for id in draft.seatLimits[row].facilities {
            guard let facility = facilityOfID[id] else {
                note(
                    .facilityUnknown, .seatLimits, row: row, column: "facility_id",
                    "The facility \(id) is not in \(file: .facilities).",
                    "施設「\(id)」は \(file: .facilities) にありません。施設番号を直すか、施設を加えてください。")
                isKnown = false
                continue
            }
            if places.contains(facility) {
                note(
                    .limitFacilityTwice, .seatLimits, row: row, column: "facility_id",
                    "The facility \(id) stands twice in this row; name each facility of the limit once.",
                    "施設「\(id)」がこの行に二回あります。一回だけ書いてください。")
            } else {
                places.append(facility)
            }
        }
        return isKnown ? places.sorted() : nil
    }

    // MARK: Children

    private mutating func indexChildren() {
        let groups = IDGroups(draft.children.count) { draft.children[$0].id }
        childRows.reserveCapacity(groups.count)
        for group in 0..<groups.count {
            let rows = groups[group]
            if draft.children[rows.first!].id.folded.isEmpty {
                for row in rows {
                    note(
                        .childIDBlank, .children, row: row, column: "child_id", "The child has no id; write one.",
                        "児童番号が空欄です。書いてください。")
                }
                continue
            }
            for row in rows.dropFirst() {
                note(
                    .childTwice, .children, row: row, column: "child_id",
                    "This \(column: "child_id") stands twice; keep one row for each child.",
                    "同じ児童番号（\(column: "child_id")）が前にもあります。児童ごとに一行だけ残してください。")
            }
            childRows.append(rows.first!)
        }
        if !draft.pins.isEmpty {
            childOfID = Dictionary(
                uniqueKeysWithValues: childRows.enumerated().map { (draft.children[$1].id, $0) })
        }
        for row in draft.children.indices where draft.children[row].household.folded.isEmpty {
            note(
                .householdIDBlank, .children, row: row, column: "household_id",
                "The child has no \(column: "household_id"); write one.",
                "世帯番号（\(column: "household_id")）が空欄です。書いてください。")
        }
    }

    private mutating func resolveChildren(_ resolver: ChildResolver, _ householdOfChild: [Int]) -> [Child] {
        let childRows = childRows
        let (children, resolvers) = elements(childRows.count, threads: threads, state: resolver) {
            resolver, index in
            resolver.resolve(row: childRows[index], household: householdOfChild[index])
        }
        for resolver in resolvers { findings += resolver.findings }
        return children
    }

    func offers(facility: Int, age: Int, groups: [String]) -> Bool {
        facilities[facility].limits.contains { index in
            let limit = limits[index]
            return limit.offersItsAges && limit.ages.contains(age: age) && limit.group.covers(groups)
        }
    }

    // MARK: Households

    /// A household before its joint wishes are read.
    private struct Party {
        let id: HouseholdID
        let members: [Int]
        let isSplit: Bool
        let answer: (timing: Timing, facility: FacilityAnswer, row: Int?)?
        var hasTable = false
    }

    private mutating func resolveHouseholds() -> (parties: [Party], partyOfChild: [Int]) {
        let groups = IDGroups(childRows.count) { draft.children[childRows[$0]].household }
        let answerRows = indexAnswers(groups)
        let firstJointRows = Dictionary(
            draft.jointWishes.enumerated().map { ($1.household, $0) }, uniquingKeysWith: { first, _ in first })
        var parties: [Party] = []
        parties.reserveCapacity(groups.count)
        var partyOfChild = [Int](repeating: 0, count: childRows.count)
        func add(_ party: Party) {
            for member in party.members { partyOfChild[member] = parties.count }
            parties.append(party)
        }
        for group in 0..<groups.count {
            let members = Array(groups[group])
            let id = draft.children[childRows[members[0]]].household
            let answerRow = answerRows[group]
            let firstJointRow = firstJointRows.isEmpty ? nil : firstJointRows[id]
            if let answerRow { checkIndependence(answerRow: answerRow, firstJointRow: firstJointRow) }
            guard members.count > 1 else {
                add(Party(id: id, members: members, isSplit: false, answer: nil))
                continue
            }
            let hasTable = firstJointRow != nil
            let answer = filledAnswer(members: members, row: answerRow, hasTable: hasTable)
            if !hasTable, !id.folded.isEmpty { checkSize(members, isJoint: answer.timing != .independent) }
            if answer.timing == .independent && !hasTable {
                for member in members { add(Party(id: id, members: [member], isSplit: true, answer: nil)) }
            } else {
                let ordered = eldestFirst(members, answerRow: answerRow, warns: !hasTable)
                add(Party(id: id, members: ordered, isSplit: false, answer: answer, hasTable: hasTable))
            }
        }
        return (parties, partyOfChild)
    }

    /// What to do if children share a household id although they are not a household.
    private static let ownHousehold = Phrase(
        "きょうだいでない児童には、児童番号など一人ずつ別の世帯番号を付けてください",
        "where children have no siblings here, give each a household_id of its own, such as its child_id")

    /// Refuses household ids that very many children share, as in an export that fills the column with a constant.
    ///
    /// - Parameter isJoint: Whether the children's wishes are combined; else they share at most their points.
    private mutating func checkSize(_ members: [Int], isJoint: Bool) {
        guard members.count > Household.mostChildren, isJoint || draft.rules.householdPriority != .each else { return }
        let row = members.map { childRows[$0] }.min()!
        if members.count >= max(1, draft.children.count / 10) {
            note(
                .householdConstant, .children, row: row, column: "household_id",
                "\(members.count) of \(draft.children.count) children have this one household_id, so it names no household; "
                    + "\(Self.ownHousehold).",
                "児童 \(draft.children.count) 人のうち \(members.count) 人が同じ世帯番号になっています。「きょうだいなし」などの決まった値で"
                    + "埋まっていないか確かめ、\(Self.ownHousehold)。")
        } else if isJoint {
            note(
                .householdTooLarge, .children, row: row, column: "household_id",
                "The household has \(members.count) children; more than \(Household.mostChildren) cannot be decided together "
                    + "by a sibling answer: \(Self.ownHousehold); else write the household's wishes in \(file: .jointWishes).",
                "この世帯の児童は \(members.count) 人で、きょうだいの条件でまとめて決められるのは \(Household.mostChildren) 人までです。"
                    + "\(Self.ownHousehold)。きょうだいなら \(file: .jointWishes) に世帯の希望の表を書いてください。")
        }
    }

    /// Refuses households whose wishes have too many combinations. The search and the check of its result look at every
    /// combination of a household that decides together, even if its answer accepts only few of them.
    private mutating func checkCombinations(_ parties: [Party], _ children: [Child]) {
        for party in parties where party.answer != nil && !party.hasTable && !party.id.folded.isEmpty {
            guard party.members.count <= Household.mostChildren else { continue }
            var combinations = 1
            for member in party.members {
                let (product, overflow) = combinations.multipliedReportingOverflow(
                    by: children[member].wishes.count + 1)
                combinations = overflow ? .max : product
            }
            guard combinations > Household.mostCombinations else { continue }
            note(
                .householdTooLarge, .children, row: party.members.map { childRows[$0] }.min()!, column: "household_id",
                "The wishes of the household's \(party.members.count) children can be combined in more than "
                    + "\(Household.mostCombinations) ways, too many to rank: \(Self.ownHousehold); else write the household's "
                    + "wishes in \(file: .jointWishes), or give fewer wishes.",
                "この世帯の児童 \(party.members.count) 人の希望の組み合わせが \(Household.mostCombinations) 通りを超え、順位付けできません。"
                    + "\(Self.ownHousehold)。きょうだいなら \(file: .jointWishes) に世帯の希望の表を書くか、希望を減らしてください。")
        }
    }

    /// Refuses points of a household so large that what the rule makes of them, or a wish's points added to it, cannot be
    /// represented. This also covers questions that change a child's points to those of another child.
    private mutating func checkSharedPoints(_ children: [Child]) {
        let rule = draft.rules.householdPriority
        if rule == .each { return }
        let largest = children.reduce(Int64(0)) { largest, child in
            ([child.points] + child.wishes.map(\.points)).reduce(largest) { largest, points in
                // Points with more digits were refused before.
                max(largest, points.map { Int64(clamping: $0.numerator.magnitude) / $0.denominator } ?? 0)
            }
        }
        let margin = ExactNumber(Int(4 * min(largest, 1_000_000_000_000) + 4))
        var membersOfID: [HouseholdID: [Int]] = [:]
        for (index, child) in children.enumerated() { membersOfID[child.householdID, default: []].append(index) }
        for members in membersOfID.values.sorted(by: { $0[0] < $1[0] }) where members.count > 1 {
            let points = members.compactMap { children[$0].generalPoints }.map { $0.adding(margin) ?? $0 }
            guard let first = points.first else { continue }
            let sum = points.dropFirst().reduce(Optional(first)) { sum, next in sum.flatMap { $0.adding(next) } }
            let replacements =
                rule == .mean ? [sum.flatMap { $0.divided(by: points.count) }] : [points.min(), points.max()]
            let fits = replacements.allSatisfy { replacement in
                guard let replacement else { return false }
                return members.allSatisfy { child in
                    guard let general = children[child].generalPoints else { return true }
                    return children[child].wishes.allSatisfy { wish in
                        (wish.points ?? children[child].points).map {
                            $0.subtracting(general).flatMap(replacement.adding) != nil
                        } ?? true
                    }
                }
            }
            if fits { continue }
            note(
                .pointsTooLarge, .children, row: members.map { childRows[$0] }.min()!, column: "points",
                rule == .mean
                    ? Sentence(
                        "The mean of the household's points has too many digits to be exact; use points with fewer digits.",
                        "世帯の指数の平均の桁が多すぎて、正確に計算できません。指数の桁を減らしてください。")
                    : Sentence(
                        "The points that the household shares have too many digits to be exact; use points with fewer digits.",
                        "世帯で共にする指数の桁が多すぎて、正確に計算できません。指数の桁を減らしてください。"))
        }
    }

    /// The row of each household's answer, with the households in the order of the groups.
    private mutating func indexAnswers(_ households: IDGroups) -> [Int?] {
        var rows = [Int?](repeating: nil, count: households.count)
        if draft.households.isEmpty { return rows }
        let firstRows = Dictionary(
            draft.households.enumerated().map { ($1.household, $0) }, uniquingKeysWith: { first, _ in first })
        var groupOfRow = [Int](repeating: -1, count: draft.households.count)
        for group in 0..<households.count {
            rows[group] = firstRows[draft.children[childRows[households[group].first!]].household]
            if let row = rows[group] { groupOfRow[row] = group }
        }
        for (row, answer) in draft.households.enumerated() {
            let first = firstRows[answer.household]!
            guard groupOfRow[first] >= 0 else {
                note(
                    .householdUnknown, .households, row: row, column: "household_id",
                    "No child has this household_id; correct it or remove the row.",
                    "この世帯番号の児童がいません。世帯番号を直すか、行を消してください。")
                continue
            }
            if first < row {
                if draft.households[first] == answer {
                    note(
                        .answerRepeated, .households, row: row, column: "household_id",
                        "The household stands twice with the same answer; the repeat is dropped.",
                        "この世帯の同じ回答が前にもあります。後の行を除きました。")
                } else {
                    note(
                        .householdTwice, .households, row: row, column: "household_id",
                        "The household stands twice with different answers; keep one.", "この世帯の違う回答が前にもあります。一行だけ残してください。"
                    )
                }
                continue
            }
            let members = households[groupOfRow[first]]
            for (child, column) in [(answer.leadChild, "lead_child_id"), (answer.preferredChild, "prefer_child_id")] {
                if let child, self.child(child, among: members) == nil {
                    note(
                        .childNotInHousehold, .households, row: row, column: column,
                        "This child is not in the household; correct the id.", "この児童はこの世帯にいません。児童番号を直してください。")
                }
            }
        }
        return rows
    }

    /// The child with this id among some children, or `nil`.
    private func child(_ id: ChildID, among children: some Sequence<Int>) -> Int? {
        children.first { draft.children[childRows[$0]].id == id }
    }

    /// Refuses answers and joint wishes of children who apply independently by their own answer (not by default), because they
    /// have nothing to rank together.
    private mutating func checkIndependence(answerRow row: Int, firstJointRow: Int?) {
        guard draft.households[row].timing == .independent else { return }
        if draft.households[row].facility != nil {
            note(
                .independentWithFacility, .households, row: row, column: "facility",
                "Children who apply independently cannot have a \(column: "facility", .households) answer; remove it or change \(column: "timing", .households).",
                "別々に申し込む世帯に、施設条件（\(column: "facility", .households)）の回答は書けません。消すか、同時入所条件（\(column: "timing", .households)）を直してください。"
            )
        }
        if let firstJointRow {
            note(
                .independentWithJointWishes, .jointWishes, row: firstJointRow, column: "household_id",
                "The children of this household apply independently, so it cannot have joint wishes; remove its rows or change its timing.",
                "この世帯の児童は別々に申し込むため、組み合わせの希望は書けません。行を消すか、同時入所条件を直してください。")
        }
    }

    /// The answer with blanks filled. Filled, missing and useless parts are noted, unless a table replaces the whole answer.
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
                "\(column: "lead_child_id", .households) has no effect here: only timing lead without joint wishes uses it.",
                "\(column: "lead_child_id", .households) はここでは使われません。使うのは、同時入所条件が lead で、組み合わせの希望がない世帯だけです。")
        }
        if let given, hasTable, given.timing != .independent {
            for (isGiven, column) in [
                (given.timing != nil, "timing"), (given.facility != nil, "facility"),
                (given.preferredChild != nil, "prefer_child_id"),
            ] where isGiven {
                note(
                    .answerWithoutUse, .households, row: row, column: column,
                    "\(column: column, .households) has no effect here: the household's joint wishes replace its answer.",
                    "\(column: column, .households) はここでは使われません。世帯の組み合わせの希望が、きょうだいの回答に代わります。")
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
                "The siblings' timing is not answered; the round's default \(timing.rawValue) is used.",
                "きょうだいの同時入所条件（timing）が空欄のため、この回の既定 \(timing.rawValue) を使います。")
        }
        if timing == .independent {
            if given?.facility != nil, given?.timing == nil {
                note(
                    .answerWithoutUse, .households, row: row, column: "facility",
                    "The facility answer has no effect, because the siblings apply independently by default; "
                        + "answer timing too.",
                    "きょうだいは既定では別々に申し込むため、施設条件の回答は使われません。同時入所条件（timing）も書いてください。")
            }
            return
        }
        if given?.facility == nil {
            note(
                .answerFilled, table, row: place, column: row == nil ? "household_id" : "facility",
                "The siblings' facility is not answered; the round's default \(facility.rawValue) is used.",
                "きょうだいの施設条件（facility）が空欄のため、この回の既定 \(facility.rawValue) を使います。")
        }
        if timing == .lead, given?.leadChild == nil {
            note(
                .leadMissing, .households, row: row, column: "lead_child_id",
                "timing lead needs a \(column: "lead_child_id", .households); write the child that is to be placed first.",
                "同時入所条件が lead のときは、先に入所させる子の番号（\(column: "lead_child_id", .households)）が要ります。書いてください。")
        }
        if facility == .near, draft.rules.siblings.nearKilometres == nil {
            note(
                .nearWithoutDistance, table, row: place, column: row == nil ? "household_id" : "facility",
                "A household answers near, so case.yaml must give siblings.nearKilometres.",
                "near と答えた世帯があるため、case.yaml の siblings.nearKilometres に距離を書いてください。")
        }
    }

    /// The members sorted by higher class age, then by smaller id; but the members of one class who have a birth date are sorted
    /// by it among themselves.
    private mutating func eldestFirst(_ members: [Int], answerRow: Int?, warns: Bool) -> [Int] {
        func birth(_ member: Int) -> CalendarDate? { draft.children[childRows[member]].date }
        let ages = members.map { draft.children[childRows[$0]].classAge(in: draft.month) ?? 0 }
        var ordered: [Int] = []
        var hasTie = false
        for age in Set(ages).sorted(by: >) {
            var peers = members.indices.filter { ages[$0] == age }.map { members[$0] }
            let places = peers.indices.filter { birth(peers[$0]) != nil }
            let dated = places.map { peers[$0] }.sorted { (birth($0)!, $0) < (birth($1)!, $1) }
            for (place, peer) in zip(places, dated) { peers[place] = peer }
            if peers.count > 1, Set(dated.map { birth($0)! }).count < peers.count { hasTie = true }
            ordered += peers
        }
        if hasTie && warns {
            note(
                .eldestByID, answerRow == nil ? .children : .households,
                row: answerRow ?? members.map { childRows[$0] }.min()!, column: "household_id",
                "Which sibling is the eldest is not told by dates; the smaller child_id counts as elder.",
                "どの子が上の子か日付では決まらないため、児童番号の小さい子を上の子とします。")
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
                    case .lead: row?.leadChild.flatMap { child($0, among: party.members) }
                    case .elder: party.members.first
                    case .younger: party.members.last
                    default: nil
                    }
                wishes = .answer(
                    SiblingAnswer(
                        timing: answer.timing, facility: answer.facility, lead: lead,
                        preferred: row?.preferredChild.flatMap { child($0, among: party.members) } ?? lead
                            ?? party.members[0]))
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
                    "No child has this household_id; correct it or remove the row.",
                    "この世帯番号の児童がいません。世帯番号を直すか、行を消してください。")
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
                    "This rank comes after the one in which nobody is placed and is dropped.",
                    "誰も入所しない順位より後の順位です。この順位を除きました。")
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
                    "The same outcome stands at an earlier rank; this one is dropped.", "同じ組み合わせが前の順位にもあります。この順位を除きました。"
                )
            } else {
                if zip(party.members, choice).contains(where: {
                    $1 >= 0 && !children[$0].wishes[Int($1)].isEligible
                }) {
                    note(
                        .jointOutcomeIneligible, .jointWishes, row: first, column: "rank",
                        "A child is not eligible for its facility here; the rank is skipped.",
                        "この組み合わせには、児童が入れない施設があります。この順位は飛ばします。")
                }
                choices += choice
            }
        }
        return JointTable(choices: choices, memberCount: party.members.count)
    }

    /// The choice of each member in one rank, or `nil` if the rows are wrong.
    ///
    /// - Parameter wishOfFacility: For each member the index of its wish for a facility.
    private mutating func jointChoice(
        of party: Party, rows: ArraySlice<Int>, first: Int, _ wishOfFacility: [[Int: Int32]]
    ) -> [Int32]? {
        var choice = [Int32?](repeating: nil, count: party.members.count)
        var isSound = true
        for row in rows {
            let wish = draft.jointWishes[row]
            guard let child = child(wish.child, among: party.members),
                let member = party.members.firstIndex(of: child)
            else {
                note(
                    .childNotInHousehold, .jointWishes, row: row, column: "child_id",
                    "This child is not in the household; correct the id.", "この児童はこの世帯にいません。児童番号を直してください。")
                isSound = false
                continue
            }
            if choice[member] != nil {
                note(
                    .jointChildTwice, .jointWishes, row: row, column: "child_id",
                    "This child stands twice in rank \(wish.rank); name it once.",
                    "この児童が順位 \(wish.rank) に二回あります。一回だけ書いてください。")
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
                    "The facility \(id) is not among the child's wishes; correct it, or add the wish.",
                    "施設「\(id)」は、この児童の希望にありません。施設番号を直すか、希望に加えてください。")
                isSound = false
                choice[member] = -1
                continue
            }
            choice[member] = index
        }
        if choice.contains(where: { $0 == nil }) {
            note(
                .jointRankIncomplete, .jointWishes, row: first, column: "child_id",
                "Rank \(draft.jointWishes[first].rank) must name every child of the household once.",
                "順位 \(draft.jointWishes[first].rank) に、世帯の児童全員を一回ずつ書いてください。")
            return nil
        }
        return isSound ? choice.compactMap { $0 } : nil
    }
}

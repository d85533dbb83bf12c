import Admissions
import Tables

extension CaseReader {
    /// - Parameters:
    ///   - rules: What the settings say.
    ///   - kind: `children`, or `newChildren`, which is like it.
    ///   - keepsAnswersOfLoneChildren: Whether the answer of a child that applies alone counts too.
    mutating func readChildren(
        _ rules: Rules?, of kind: CaseTable = .children, keepsAnswersOfLoneChildren: Bool = false
    ) -> (rows: [ChildRow]?, attributeNames: [String]) {
        guard var file = files[kind] else { return (nil, []) }
        defer { files[kind] = file }
        let id = file.column("child_id", isNeeded: true)
        let household = file.column("household_id", isNeeded: true)
        let birthDate = file.column("birth_date")
        let dueDate = file.column("due_date")
        let ageClass = file.column("age_class")
        let current = file.column("current_facility_id")
        let group = file.column("group")
        let siblings = file.column("sibling_facility_ids")
        let points = file.column("points")
        let draw = file.column("draw")
        let pattern = profile.patterns.isEmpty ? nil : file.column("sibling_pattern")
        let wishes = file.numberedColumns("wish")
        let wishPoints = file.numberedColumns("points")
        let byWish = keyColumnsByWish(rules, of: &file)
        origin.wishAttributeNames = byWish.map(\.name)
        origin.wishNumbers =
            byWish.reduce(Set(wishes.keys).union(wishPoints.keys)) { $0.union($1.columns.keys) }.sorted()
        if wishes.isEmpty { _ = file.column("wish_1", isNeeded: true) }
        if birthDate == nil && dueDate == nil && ageClass == nil {
            _ = file.column("birth_date", isNeeded: true)
        }
        let further = file.furtherColumns
        if kind == .children, file.table.rowCount == 0, !file.hasLostRows {
            file.remark(
                .file(.noRows), "The table has no children; is it the right file?", "児童が一人もいません。正しいファイルか確かめてください。")
        }
        file.readIDs(in: [id, household, current, siblings] + wishes.values.map { $0 })
        file.refuseClashes(in: id)
        file.refuseClashes(in: household)
        guard id != nil, household != nil, !wishes.isEmpty else { return (nil, []) }
        let columns = ChildColumns(
            id: id, household: household, birthDate: birthDate, dueDate: dueDate, ageClass: ageClass,
            current: current, group: group, siblings: siblings, points: points, draw: draw,
            wishes: origin.wishNumbers.map { wishes[$0] }, wishPoints: origin.wishNumbers.map { wishPoints[$0] },
            attributes: further.map(\.index),
            wishAttributes: byWish.map { key in origin.wishNumbers.map { key.columns[$0] } },
            ignoresPointsOfBlankWishes: profile.ignoresPointsOfBlankWishes)
        let blank = file.unremarked
        let (children, parts) = elements(file.table.rowCount, threads: threads, state: blank) { part, row in
            columns.child(row, of: &part)
        }
        for part in parts { file.absorb(part) }
        let compared = rules?.comparedColumns ?? []
        file.refuseDrawnFigures(
            in: further.filter { compared.contains($0.name) }.map(\.index)
                + byWish.filter { compared.contains($0.name) }.flatMap { $0.columns.values.sorted() })
        if let pattern { readPatterns(&file, pattern, children, ofLone: keepsAnswersOfLoneChildren) }
        return (children, further.map(\.name))
    }

    /// For each priority key that has a column for each wish, such as `distance_1`, these columns by their number.
    ///
    /// A column that another rule reads by its own name is none of them.
    private func keyColumnsByWish(
        _ rules: Rules?, of file: inout CaseTableFile
    ) -> [(name: String, columns: [Int: Int])] {
        guard let rules else { return [] }
        let others = Set(
            rules.priority.map(\.name) + rules.priority.flatMap(\.furtherColumns) + rules.pointsTable.columns)
        return keysWithColumns(in: file).compactMap { name in
            let columns = file.numberedColumns(ofKey: name, besides: others)
            return columns.isEmpty ? nil : (name, columns)
        }
    }

    /// Names of the priority keys, each once, that may have a column for each wish in the children's table.
    func keysWithColumns(in file: CaseTableFile) -> [String] {
        guard let rules else { return [] }
        var names: [String] = []
        for key in rules.priority where !names.contains(key.name) {
            let isOwn = key.source == .attribute || key.source.isComputed && file.place(ofColumn: key.name) != nil
            let isPart =
                rules.pointsTable.parts.contains { $0.name == key.name } && file.place(ofColumn: key.name) == nil
            if isOwn, key.column == nil, !isPart, !file.kind.columns.contains(key.name + "_N") {
                names.append(key.name)
            }
        }
        return names
    }

    /// Makes the patterns that the children's rows name answers of their households.
    private mutating func readPatterns(
        _ file: inout CaseTableFile, _ column: Int, _ children: [ChildRow], ofLone: Bool
    ) {
        var first: [HouseholdID: Int] = [:]
        var memberCount: [HouseholdID: Int] = [:]
        var answers: [HouseholdID: (pattern: ColumnProfile.SiblingPattern, row: Int)] = [:]
        for (row, child) in children.enumerated() {
            if first[child.household] == nil { first[child.household] = row }
            memberCount[child.household, default: 0] += 1
            let codes = profile.patterns.keys.sorted()
            guard
                let pattern = file.textValue(
                    row, column, .file(.notAPattern),
                    Sentence("must be one of \(codes), or blank", "\(codes) のどれかを書くか、空欄にしてください"),
                    { profile.pattern($0) })
            else { continue }
            if let answer = answers[child.household], answer.pattern != pattern {
                file.report(
                    row, column, .file(.patternDisagrees),
                    "A sibling's row says otherwise; write the same pattern in all rows of a household.",
                    "同じ世帯の別の行ときょうだいパターンが違います。世帯のすべての行でそろえてください。")
            } else if answers[child.household] == nil {
                answers[child.household] = (pattern, row)
            }
        }
        for (household, answer) in answers.sorted(by: { $0.value.row < $1.value.row })
        where ofLone || memberCount[household]! > 1 {
            origin.patternAnswers.append(
                (
                    HouseholdRow(
                        household: household, timing: answer.pattern.timing, facility: answer.pattern.facility),
                    answer.row
                ))
        }
    }

    /// - Parameter blankSeats: What a blank cell of seats means; a column that is not there offers nothing.
    /// - Parameter needsSeats: Whether there must be a column of seats.
    mutating func readFacilities(blankSeats: BlankSeats, needsSeats: Bool = true) -> [FacilityRow]? {
        guard var file = files[.facilities] else { return nil }
        defer { files[.facilities] = file }
        let id = file.column("facility_id", isNeeded: true)
        let name = file.column("name")
        let seats = (0...5).map { file.column("seats_\($0)") }
        let months = file.column("min_age_months")
        let days = file.column("min_age_days")
        let kind = file.column("kind")
        let ward = file.column("ward")
        let latitude = file.column("latitude")
        let longitude = file.column("longitude")
        let unpublished = file.column("unpublished")
        if needsSeats, seats.allSatisfy({ $0 == nil }) { _ = file.column("seats_0", isNeeded: true) }
        let derivation = ["capacity", "enrolled", "margin"].map { prefix in
            (0...5).map { file.column("\(prefix)_\($0)") }
        }
        let closed = (0...5).map { file.column("closed_\($0)") }
        if file.table.rowCount == 0 && !file.hasLostRows {
            file.remark(
                .file(.noRows), "The table has no facilities; is it the right file?", "施設が一つもありません。正しいファイルか確かめてください。")
        }
        file.readIDs(in: [id])
        file.refuseClashes(in: id)
        guard id != nil else { return nil }
        var facilities: [FacilityRow] = []
        for row in 0..<file.table.rowCount {
            let vacancies = seats.map { column -> Int? in
                if blankSeats == .zero, let column, file.text(row, column) == nil { return 0 }
                return file.seats(row, column)
            }
            let sources = derivation.map { columns in
                columns.allSatisfy { $0 == nil } ? [] : columns.map { file.integer(row, $0) }
            }
            let minimum = file.minimumAge(row, months: months, days: days)
            var facility = FacilityRow(
                id: file.id(row, id), name: file.plainText(row, name),
                seats: vacancies, minimumAgeMonths: minimum.months,
                minimumAgeDays: minimum.days, kind: file.plainText(row, kind),
                ward: file.plainText(row, ward), latitude: file.degrees(row, latitude),
                longitude: file.degrees(row, longitude), capacity: sources[0], enrolled: sources[1],
                margin: sources[2], unpublished: file.ages(row, unpublished) ?? [],
                keepsClosed: closed.allSatisfy { $0 == nil } ? [] : closed.map { file.yesOrNo(row, $0) })
            // Names stay as they are written; what compares them folds them as it does all other words.
            (facility.foldedKind, facility.foldedWard) = (folded(facility.kind), folded(facility.ward))
            if facility.foldedKind == facility.kind { facility.foldedKind = nil }
            if facility.foldedWard == facility.ward { facility.foldedWard = nil }
            facilities.append(facility)
        }
        return facilities
    }

    mutating func readHouseholds() -> [HouseholdRow] {
        guard var file = files[.households] else { return [] }
        defer { files[.households] = file }
        let id = file.column("household_id", isNeeded: true)
        let timing = file.column("timing")
        let facility = file.column("facility")
        let lead = file.column("lead_child_id")
        let preferred = file.column("prefer_child_id")
        file.readIDs(in: [id, lead, preferred])
        guard id != nil else { return [] }
        var answers: [HouseholdRow] = []
        for row in 0..<file.table.rowCount {
            let answer = HouseholdRow(
                household: HouseholdID(file.text(row, id) ?? ""), timing: file.choice(row, timing),
                facility: file.choice(row, facility), leadChild: file.text(row, lead).map { ChildID($0) },
                preferredChild: file.text(row, preferred).map { ChildID($0) })
            answers.append(answer)
        }
        return answers
    }

    mutating func readJointWishes(_ children: [ChildRow]) -> [JointWishRow] {
        guard var file = files[.jointWishes] else { return [] }
        defer { files[.jointWishes] = file }
        let id = file.column("household_id", isNeeded: true)
        let rank = file.column("rank", isNeeded: true)
        let numberedChildren = file.numberedColumns("child_id")
        if !numberedChildren.isEmpty {
            return readNumberedJointWishes(&file, id, rank, numberedChildren, children)
        }
        let child = file.column("child_id", isNeeded: true)
        let facility = file.column("facility_id", isNeeded: true)
        guard let id, let rank, let child, let facility else { return [] }
        file.readIDs(in: [id, child, facility])
        var wishes: [JointWishRow] = []
        for row in 0..<file.table.rowCount {
            guard let number = readRank(&file, row, rank) else { continue }
            origin.add(row, of: .jointWishes)
            wishes.append(
                JointWishRow(
                    household: HouseholdID(file.text(row, id) ?? ""), rank: number,
                    child: ChildID(file.text(row, child) ?? ""),
                    facility: file.text(row, facility).map { FacilityID($0) }))
        }
        return wishes
    }

    private func readRank(_ file: inout CaseTableFile, _ row: Int, _ column: Int) -> Int? {
        if file.text(row, column) == nil {
            file.report(
                row, column, .file(.notANumber), "rank must be a whole number in digits, such as 12.",
                "順位（rank）を 12 のような整数で書いてください。")
        }
        return file.integer(row, column)
    }

    /// Reads joint wishes of which one row names all children of a rank.
    ///
    /// A child that the row does not name is at its baseline, and so is one at its present facility.
    private mutating func readNumberedJointWishes(
        _ file: inout CaseTableFile, _ id: Int?, _ rank: Int?, _ numberedChildren: [Int: Int], _ children: [ChildRow]
    ) -> [JointWishRow] {
        let numbers = numberedChildren.keys.sorted()
        let facilities = numbers.map { file.column("facility_id_\($0)", isNeeded: true) }
        guard let id, let rank, !facilities.contains(nil) else { return [] }
        file.readIDs(in: [id] + facilities + numberedChildren.values.map { $0 })
        let current = Dictionary(children.map { ($0.id, $0.currentFacility) }, uniquingKeysWith: { first, _ in first })
        var members: [HouseholdID: [ChildID]] = [:]
        for child in children { members[child.household, default: []].append(child.id) }
        var wishes: [JointWishRow] = []
        for row in 0..<file.table.rowCount {
            guard let position = readRank(&file, row, rank) else { continue }
            let household = HouseholdID(file.text(row, id) ?? "")
            var named = Set<ChildID>()
            func add(_ child: ChildID, _ facility: FacilityID?, number: Int?) {
                origin.add(row, of: .jointWishes)
                origin.jointNumbers.append(number)
                wishes.append(
                    JointWishRow(household: household, rank: position, child: child, facility: facility))
            }
            for (number, facilityColumn) in zip(numbers, facilities) {
                let facility = file.text(row, facilityColumn).map { FacilityID($0) }
                guard let text = file.text(row, numberedChildren[number]) else {
                    if facility != nil {
                        file.report(
                            row, numberedChildren[number]!, .finding(.childIDBlank),
                            "There is a facility for a child that is not named; name it or leave both blank.",
                            "施設が書かれていますが、児童がありません。児童番号を書くか、両方とも空欄にしてください。")
                    }
                    continue
                }
                let child = ChildID(text)
                named.insert(child)
                add(child, facility == current[child] ?? nil ? nil : facility, number: number)
            }
            for child in members[household] ?? [] where !named.contains(child) { add(child, nil, number: nil) }
        }
        return wishes
    }

    /// - Parameter facilities: Those of the case; an id of theirs is no list.
    mutating func readSeatLimits(_ facilities: [FacilityRow]) -> [SeatLimitRow] {
        guard var file = files[.seatLimits] else { return [] }
        defer { files[.seatLimits] = file }
        let id = file.column("facility_id", isNeeded: true)
        let ages = file.column("ages", isNeeded: true)
        let group = file.column("group")
        let seats = file.column("seats", isNeeded: true)
        let opens = file.column("opens")
        let phase = file.column("phase")
        let release = file.column("release")
        file.readIDs(in: [id])
        guard let id, let ages, let seats else { return [] }
        var limits: [SeatLimitRow] = []
        for row in 0..<file.table.rowCount {
            if file.text(row, seats) == nil {
                file.report(
                    row, seats, .file(.notANumber), "A seat limit needs a number of seats; write it.",
                    "受入枠には数が要ります。書いてください。")
            }
            if file.text(row, ages) == nil {
                file.report(
                    row, ages, .file(.notAges), "A seat limit needs ages such as 0, 3-5 or 0;2.",
                    "受入枠にはクラス年齢が要ります。0、3-5、0;2 のように書いてください。")
            }
            let isOpening = file.yesOrNo(row, opens)
            let isReleased = file.yesOrNo(row, release)
            let condition = file.textValue(
                row, group, .file(.notAGroup), Sentence("must be blank, a group or !group", "区分名か !区分名を書くか、空欄にしてください")
            ) {
                GroupCondition($0)
            }
            guard let number = file.seats(row, seats),
                let ageSet = file.ages(row, ages)
            else { continue }
            origin.add(row, of: .seatLimits)
            var places = file.list(row, id).map { FacilityID($0) }
            if places.count != 1 {
                let whole = FacilityID(file.text(row, id) ?? "")
                if places.isEmpty || facilities.contains(where: { $0.id == whole }) { places = [whole] }
            }
            limits.append(
                SeatLimitRow(
                    facility: places[0], sharedWith: Array(places.dropFirst()), ages: ageSet,
                    group: condition ?? .everyone, seats: number, opens: isOpening ?? false,
                    phase: file.text(row, phase), isReleased: isReleased ?? false))
        }
        return limits
    }

    /// - Parameters:
    ///   - children: Those of the case, whose ids may be copied from a result.
    ///   - facilities: Those of the case.
    mutating func readPins(_ children: [ChildRow], _ facilities: [FacilityRow]) -> [PinRow] {
        guard var file = files[.pins] else { return [] }
        defer { files[.pins] = file }
        let child = file.column("child_id", isNeeded: true)
        let facility = file.column("facility_id", isNeeded: true)
        let by = file.column("by", isNeeded: true)
        let reason = file.column("reason", isNeeded: true)
        file.readIDs(in: [child, facility])
        guard child != nil, facility != nil, by != nil, reason != nil else { return [] }
        return (0..<file.table.rowCount).map { row in
            PinRow(
                child: file.id(row, child, isCopied: false) { Set(children.map(\.id)) } ?? ChildID(""),
                facility: file.id(row, facility, isCopied: false) { Set(facilities.map(\.id)) },
                by: file.plainText(row, by), reason: file.plainText(row, reason))
        }
    }
}

extension Rules {
    /// Names of the columns of the children's table that are read as texts and compared as numbers or dates.
    fileprivate var comparedColumns: Set<String> {
        var columns = Set(priority.filter(\.comparesPlainly).map(\.name))
        let rows = pointsTable.rows
        for condition in pointsTable.parts.flatMap(\.when) + rows.flatMap(\.conditions)
            + priority.flatMap(\.onlyWhen.conditions)
        {
            switch condition {
            case .attribute(let column, .range), .attribute(let column, .months): columns.insert(column)
            case .count: columns.formUnion([condition.column].compactMap { $0 })
            default: break
            }
        }
        for row in rows where row.amount == .value {
            columns.formUnion([row.conditions.first { !$0.isOfWish }?.column].compactMap { $0 })
        }
        return columns
    }
}

/// Where the columns of the children's table are; `nil`: missing.
private struct ChildColumns {
    let id, household, birthDate, dueDate, ageClass, current, group, siblings, points, draw: Int?
    let wishes: [Int?]
    let wishPoints: [Int?]
    let attributes: [Int]
    let wishAttributes: [[Int?]]
    let ignoresPointsOfBlankWishes: Bool

    /// The row as it was written, without blanks at the end of its lists.
    func child(_ row: Int, of file: inout CaseTableFile) -> ChildRow {
        let wished = list(wishes, row, file).map { file.text(row, $0).map { FacilityID($0) } }
        var points: [ExactNumber?] = []
        for (index, column) in list(wishPoints, row, file).enumerated() {
            let isIgnored = ignoresPointsOfBlankWishes && (index >= wished.count || wished[index] == nil)
            points.append(isIgnored ? nil : file.number(row, column))
        }
        return ChildRow(
            id: file.id(row, id), household: file.id(row, household),
            birthDate: file.date(row, birthDate), dueDate: file.date(row, dueDate),
            ageClass: file.age(row, ageClass),
            currentFacility: file.text(row, current).map { FacilityID($0) },
            groups: file.list(row, group), siblingFacilities: file.list(row, siblings).map { FacilityID($0) },
            wishes: wished, points: file.number(row, self.points), wishPoints: points,
            draw: file.number(row, draw), attributes: attributes.map { file.text(row, $0) ?? "" },
            wishAttributes: wishAttributes.map { columns in
                list(columns, row, file).map { file.text(row, $0) ?? "" }
            })
    }

    /// The columns up to the last that is not blank.
    private func list(_ columns: [Int?], _ row: Int, _ file: CaseTableFile) -> ArraySlice<Int?> {
        let last = columns.lastIndex { column in column.map { !file.isBlank(row, $0) } ?? false }
        return columns[..<(last.map { $0 + 1 } ?? 0)]
    }
}

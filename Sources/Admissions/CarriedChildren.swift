/// The children of the next round: those who remain applicants, then the new ones.
struct CarriedChildren {
    /// The further columns of both tables, and the months of waiting.
    private(set) var attributeNames: [String]
    /// The keys that have a column for each wish in one of the tables.
    private(set) var wishAttributeNames: [String]
    private(set) var rows: [ChildRow] = []
    /// The index in ``rows`` of the first new child.
    private(set) var firstNewRow = 0
    /// As ``CarriedOver/children``.
    private(set) var children: [CarriedChild]
    private(set) var findings: [Finding] = []

    private let before: CaseDraft
    private let fates: RoundFates
    private let month: PlacementMonth

    /// - Parameters:
    ///   - draft: The case of the previous round.
    ///   - fates: What happened to its children.
    ///   - jointWishes: The tables of joint wishes as they are carried over.
    ///   - month: The month of the next round.
    ///   - rows: What happened since then.
    init(
        _ draft: CaseDraft, _ fates: RoundFates, _ jointWishes: CarriedJointWishes, to month: PlacementMonth,
        _ rows: MonthRows
    ) {
        before = draft
        self.fates = fates
        self.month = month
        children = fates.children
        attributeNames = draft.attributeNames
        for name in [CaseDraft.waitingMonths] + rows.attributeNames where !attributeNames.contains(name) {
            attributeNames.append(name)
        }
        wishAttributeNames = draft.wishAttributeNames
        for name in rows.wishAttributeNames where !wishAttributeNames.contains(name) {
            wishAttributeNames.append(name)
        }
        carry(wishesOfTables: jointWishes.wishes)
        firstNewRow = self.rows.count
        add(rows)
    }

    private mutating func note(
        _ code: Finding.Code, _ table: CaseTable, row: Int, column: String, _ english: Telling, _ japanese: Telling
    ) {
        findings.append(Finding(code, table, row: row, column: column, english, japanese))
    }

    // MARK: Children in play

    private mutating func carry(wishesOfTables: [ChildID: [FacilityID]]) {
        for (number, row) in before.children.enumerated() {
            guard let child = fates.child(row.id), fates.isInPlay(child) else { continue }
            var row = row
            row.ageClass = fates.subject.children[child].ageClass
            row.attributes += [String](repeating: "", count: attributeNames.count - row.attributes.count)
            row.nameWishAttributes(before.wishAttributeNames, as: wishAttributeNames)
            countMonths(&row, number)
            enrolSiblings(&row, child)
            narrowWishes(&row, child)
            if let wishes = wishesOfTables[row.id] { keep(wishes, in: &row) }
            let left = Set(row.wishes)
            var taken: [FacilityID] = []
            for case let wish? in before.children[number].wishes where !left.contains(wish) && !taken.contains(wish) {
                taken.append(wish)
            }
            if !taken.isEmpty {
                children[child].wishesTaken = taken
                children[child].reasonTaken = wishesOfTables[row.id] == nil ? .siblingPlaced : .jointWishes
            }
            if !before.rules.pointsTable.isEmpty { (row.points, row.wishPoints) = (nil, []) }
            if let due = row.dueDate, row.birthDate == nil, due < month.firstDay {
                note(
                    .dueDatePassed, .children, row: number, column: "due_date",
                    "The child \(row.id) is due on \(due), before \(month) begins; write its \(column: "birth_date") once it is born.",
                    "児童「\(row.id)」の出産予定日 \(due) は、\(month) の初日より前です。生まれたら \(column: "birth_date") に生年月日を書いてください。")
            }
            rows.append(row)
        }
    }

    /// Adds the months since the previous round to those that the child has waited.
    private mutating func countMonths(_ row: inout ChildRow, _ number: Int) {
        let (now, then) = (month.firstDay, before.month.firstDay)
        let months = (now.year - then.year) * 12 + now.month - then.month
        let waiting = attributeNames.firstIndex(of: CaseDraft.waitingMonths)!
        let text = row.attributes[waiting]
        if let waited = text.isEmpty ? 0 : Int(text), (0...1200).contains(waited) {
            row.attributes[waiting] = String(waited + months)
        } else {
            note(
                .waitingNotANumber, .children, row: number, column: CaseDraft.waitingMonths,
                "\(column: CaseDraft.waitingMonths) of the child \(row.id) must be a whole number of months, or blank.",
                "児童「\(row.id)」の待機月数（\(column: CaseDraft.waitingMonths)）は、月数を数字で書くか、空欄にしてください。")
        }
    }

    /// Adds the facilities where siblings were placed, and takes out those that they left.
    private mutating func enrolSiblings(_ row: inout ChildRow, _ child: Int) {
        for facility in fates.places[row.household] ?? [] where !row.siblingFacilities.contains(facility) {
            row.siblingFacilities.append(facility)
            children[child].siblingsAdded.append(facility)
        }
        let siblings = fates.siblings[row.household] ?? []
        for sibling in siblings where sibling != child {
            guard fates.children[sibling].fate == .placed || fates.children[sibling].fate == .declined,
                let left = fates.children[sibling].former, row.siblingFacilities.contains(left)
            else { continue }
            let hasAnother = siblings.contains { other in
                let (fate, facility) = (fates.children[other].fate, fates.children[other].facility)
                return other != child
                    && (fate == .placed && facility == left
                        || (fate == .stays || fate == .withdrawn) && fates.children[other].former == left)
            }
            if hasAnother { continue }
            row.siblingFacilities.removeAll { $0 == left }
            children[child].siblingsRemoved.append(left)
        }
    }

    /// Leaves only a sibling's place as a wish, if the household wants one facility only.
    private mutating func narrowWishes(_ row: inout ChildRow, _ child: Int) {
        let household = fates.subject.households[fates.subject.children[child].household]
        guard case .answer(let answer) = household.wishes, answer.facility == .sameOnly else { return }
        let placed = household.members.map { fates.children[$0] }.filter { $0.fate == .placed }.map { $0.facility! }
        guard !placed.isEmpty else { return }
        // A child that has a seat there already needs no wish for it.
        let kept = placed.filter { $0 != fates.children[child].former }
        keep(kept, in: &row)
        children[child].wishesKept = row.wishes.compactMap { $0 }
    }

    /// Keeps only these wishes, in their order, with their points.
    private func keep(_ facilities: [FacilityID], in row: inout ChildRow) {
        var (wishes, points): ([FacilityID?], [ExactNumber?]) = ([], [])
        var texts = row.wishAttributes.map { _ in [String]() }
        for facility in facilities {
            guard let index = row.wishes.firstIndex(of: facility), !wishes.contains(facility) else { continue }
            wishes.append(facility)
            points.append(index < row.wishPoints.count ? row.wishPoints[index] : nil)
            for (key, values) in row.wishAttributes.enumerated() {
                texts[key].append(index < values.count ? values[index] : "")
            }
        }
        row.wishAttributes = texts
        row.wishes = wishes
        row.wishPoints = points.contains { $0 != nil } ? points : []
    }

    // MARK: New children

    private mutating func add(_ month: MonthRows) {
        let subject = fates.subject
        let inPlay = Set(subject.children.indices.filter(fates.isInPlay).map { subject.children[$0].id })
        var placed: [ChildID: (facility: FacilityID, household: HouseholdID)] = [:]
        for (index, child) in fates.children.enumerated() where child.fate == .placed {
            placed[child.id] = (child.facility!, subject.children[index].householdID)
        }
        let sources = attributeNames.map { month.attributeNames.firstIndex(of: $0) }
        for (number, row) in month.newChildren.enumerated() {
            if inPlay.contains(row.id) {
                note(
                    .newChildInPlay, .newChildren, row: number, column: "child_id",
                    "This child is in play already; leave it out, or write its withdrawal into \(file: .withdrawals).",
                    "すでに申込中の児童です。行を消すか、先に \(file: .withdrawals) に申込取下げを書いてください。")
            }
            var row = row
            row.attributes = zip(attributeNames, sources).map { name, source in
                let text = source.map { row.attributes[$0] } ?? ""
                return text.isEmpty && name == CaseDraft.waitingMonths ? "0" : text
            }
            row.nameWishAttributes(month.wishAttributeNames, as: wishAttributeNames)
            var child = CarriedChild(id: row.id, fate: .new)
            // A child that got its place in this round and applies again is not a sibling of itself.
            let own = placed[row.id]
            if let own, row.currentFacility != own.facility {
                note(
                    .newChildPlaced, .newChildren, row: number, column: "current_facility_id",
                    "This child has a place from the round before; if it asks for a transfer, write \(own.facility) as its "
                        + "\(column: "current_facility_id", .newChildren), and if it gave the place up, write that into "
                        + "\(file: .declines).",
                    "前の回で内定した児童です。転園を申し込むなら \(column: "current_facility_id", .newChildren) に \(own.facility) と書き、"
                        + "内定を辞退したのなら \(file: .declines) に書いてください。")
            }
            var siblingPlaces = fates.places[row.household] ?? []
            if let own, own.household == row.household, let index = siblingPlaces.firstIndex(of: own.facility) {
                siblingPlaces.remove(at: index)
            }
            for facility in siblingPlaces where !row.siblingFacilities.contains(facility) {
                row.siblingFacilities.append(facility)
                child.siblingsAdded.append(facility)
            }
            children.append(child)
            rows.append(row)
        }
    }
}

extension ChildRow {
    /// Puts the lists of values by wish, which have some names, in the order of others.
    fileprivate mutating func nameWishAttributes(_ names: [String], as others: [String]) {
        if wishAttributes.isEmpty || names == others { return }
        wishAttributes = others.map { name in names.firstIndex(of: name).map { wishAttributes[$0] } ?? [] }
    }
}

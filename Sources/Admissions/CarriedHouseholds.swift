/// The answers of households in which siblings still apply.
struct CarriedAnswers {
    private(set) var rows: [HouseholdRow] = []
    private(set) var findings: [Finding] = []

    private let fates: RoundFates

    /// - Parameters:
    ///   - draft: The case of the previous round.
    ///   - fates: What happened to its children.
    ///   - month: What happened since then.
    init(_ draft: CaseDraft, _ fates: RoundFates, _ month: MonthRows) {
        self.fates = fates
        let subject = fates.subject
        var total: [HouseholdID: Int] = [:]
        for index in subject.children.indices where fates.isInPlay(index) {
            total[subject.children[index].householdID, default: 0] += 1
        }
        for row in month.newChildren { total[row.household, default: 0] += 1 }
        var answered = Set<HouseholdID>()
        for (number, row) in draft.households.enumerated() where total[row.household, default: 0] > 1 {
            answered.insert(row.household)
            rows.append(carried(row, number))
        }
        for row in month.answers where total[row.household, default: 0] > 1 && answered.insert(row.household).inserted {
            rows.append(row)
        }
        // A default answer that the eldest or youngest comes first is also fulfilled once that child is placed.
        for household in subject.households where !answered.contains(household.id) {
            guard total[household.id, default: 0] > 1, isLeadPlaced(household) else { continue }
            rows.append(HouseholdRow(household: household.id, timing: .any))
        }
    }

    private func isLeadPlaced(_ household: Household) -> Bool {
        guard case .answer(let answer) = household.wishes, let lead = answer.lead else { return false }
        return fates.children[lead].fate == .placed
    }

    private mutating func carried(_ row: HouseholdRow, _ number: Int) -> HouseholdRow {
        var row = row
        func isGone(_ id: ChildID?) -> Bool {
            id.flatMap { fates.child($0) }.map { !fates.isInPlay($0) } ?? false
        }
        if fates.subject.households.contains(where: { $0.id == row.household && isLeadPlaced($0) }) {
            // The others may follow in any order.
            (row.timing, row.leadChild) = (.any, nil)
        } else if isGone(row.leadChild) {
            (row.timing, row.leadChild) = (.any, nil)
            findings.append(
                Finding(
                    .leadGone, .households, row: number, column: "lead_child_id",
                    "In the household \(row.household) the child that had to be placed first has left without a place; the next case says "
                        + "any. Ask the household.",
                    "世帯「\(row.household)」では、先に入所させる子が内定しないまま抜けました。次の案件では any（どの子が先でもよい）とします。世帯に確かめてください。"
                ))
        }
        if isGone(row.preferredChild) { row.preferredChild = nil }
        return row
    }
}

/// The tables of joint wishes without the children who left. Only the outcomes that agree with what those children got remain.
struct CarriedJointWishes {
    private(set) var rows: [JointWishRow] = []
    /// For each child that is alone now the facilities of its table; an empty array if its table has no outcome left.
    private(set) var wishes: [ChildID: [FacilityID]] = [:]
    private(set) var findings: [Finding] = []

    private let fates: RoundFates

    /// - Parameters:
    ///   - draft: The case of the previous round.
    ///   - fates: What happened to its children.
    ///   - month: What happened since then.
    init(_ draft: CaseDraft, _ fates: RoundFates, _ month: MonthRows) {
        self.fates = fates
        let newcomers = Set(month.newChildren.map(\.household))
        var order: [HouseholdID] = []
        var tables: [HouseholdID: [JointWishRow]] = [:]
        for row in draft.jointWishes {
            if tables[row.household] == nil { order.append(row.household) }
            tables[row.household, default: []].append(row)
        }
        for household in order {
            let members = fates.siblings[household] ?? []
            if !members.contains(where: fates.isInPlay) { continue }
            if newcomers.contains(household) {
                let number = draft.jointWishes.firstIndex { $0.household == household }
                findings.append(
                    Finding(
                        .jointWishesDropped, .jointWishes, row: number,
                        "A sibling joined the household \(household), so its table no longer names every child; it is left out of the "
                            + "next case. Ask the household for a new one.",
                        "世帯「\(household)」にきょうだいが加わったため、組み合わせの希望の表に全員の名がありません。表は次の案件に引き継ぎません。世帯に確かめてください。"))
                continue
            }
            carry(tables[household]!, of: members)
        }
    }

    private mutating func carry(_ table: [JointWishRow], of members: [Int]) {
        let remaining = members.filter(fates.isInPlay)
        if remaining.count == members.count {
            rows += table
            return
        }
        let agreeing = outcomes(of: table, agreeingWith: members.filter { !fates.isInPlay($0) })
        let remainingIDs = Set(remaining.map { fates.children[$0].id })
        let projected = agreeing.map { outcome in outcome.filter { remainingIDs.contains($0.child) } }
        let useful = projected.prefix { outcome in outcome.contains { $0.facility != nil } }
        if useful.isEmpty {
            for child in remaining { wishes[fates.children[child].id] = [] }
        } else if remaining.count == 1 {
            wishes[fates.children[remaining[0]].id] = useful.compactMap { $0[0].facility }
        } else {
            rows += useful.flatMap { $0 }
        }
    }

    /// The outcomes of a table, best first, in which the children who left are where they ended up.
    private func outcomes(of table: [JointWishRow], agreeingWith gone: [Int]) -> [[JointWishRow]] {
        let byRank = Dictionary(grouping: table, by: \.rank)
        return byRank.keys.sorted().map { byRank[$0]! }.filter { outcome in
            gone.allSatisfy { child in
                let place = fates.children[child].fate == .placed ? fates.children[child].facility : nil
                return outcome.contains { $0.child == fates.children[child].id && $0.facility == place }
            }
        }
    }
}

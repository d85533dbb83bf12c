import Admissions
import Explaining
import Workbooks

/// The sheets that have a row for each child or for each of its wishes.
extension ResultWorkbook {
    // MARK: 児童

    /// Columns at the left that may stay in sight, so that there is room for the others.
    private static let mostFixedColumns = 3

    func addChildren(to writer: WorkbookWriter) throws(WorkbookError) {
        let table = children.table
        let found = ["結果", facilityHeader, facilityNameHeader, "希望順位", "指数", "理由"].map { header in
            // The table may have a column of this name, such as the result of another round.
            let shown = table.columns.contains(header) ? "\(header)(今回)" : header
            return WorkbookSheet.Column(shown, tint: .found, most: header == "理由" ? 90 : 40)
        }
        let fixed = children.idColumn < Self.mostFixedColumns ? children.idColumn + 1 : 0
        try writer.addSheet(
            sheet(Self.nameOfChildren, table.columns.map { .init($0, most: 30) } + found, fixed: fixed)
        ) { rows throws(WorkbookError) in
            for (row, child) in children.children.enumerated() {
                var cells = table.columns.indices.map { cell(row, $0) }
                let placement = input.placements[child]
                cells += [
                    outcome(placement), id(placement.facility), name(placement.facility), .number(placement.wishRank),
                    Self.cell(placement.points), .words(reasonInShort(of: placement)),
                ]
                try rows.append(cells)
            }
        }
    }

    /// A cell of the children's table as it was written.
    private func cell(_ row: Int, _ column: Int) -> WorkbookCell {
        let text = children.table.text(row: row, column: column)
        if children.holdsValues[column] {
            if let number = Self.shownNumber(text) { return WorkbookCell(.number(number)) }
            if let day = Self.shownDay(text) { return WorkbookCell(day) }
        }
        return .text(text)
    }

    // MARK: Reasons

    private var claims: ClaimCauses {
        ClaimCauses(counted: input.claims.filter(\.kind.isCounted), isProved: input.status.isProved)
    }

    /// Why a wish was granted or not, as the family may know it.
    private func text(of reason: Reason, _ possible: PossibleWishes) -> String {
        ChildPage.text(
            of: reason, in: subject, input.explanations, claims: claims, possible: possible, isForStaff: false
        ).japanese
    }

    /// The reason of the first wish; that of the others stands on the sheet of held children.
    private func reasonInShort(of placement: Placement) -> String {
        let reasons = input.explanations.reasons(of: placement.child)
        guard let first = reasons.first else { return "" }
        let possible = PossibleWishes(of: subject.children[placement.child].household, in: subject)
        let text = "第1希望:\(text(of: first, possible))"
        let others = reasons.count - 1
        return placement.outcome == .placed || others == 0 ? text : "\(text)(ほか \(others) 件は「\(Self.nameOfHeld)」のシート)"
    }

    // MARK: 待機順

    func addWaiting(to writer: WorkbookWriter) throws(WorkbookError) {
        let columns = [
            facilityHeader, facilityNameHeader, "クラス", "待機順位", childHeader, householdHeader, "結果", "希望順位",
        ]
        try writer.addSheet(sheet("待機順", columns.map { .init($0, tint: .found) })) { rows throws(WorkbookError) in
            for waiting in input.explanations.waiting {
                let child = subject.children[waiting.child]
                let wish = child.wishes.firstIndex { $0.facility == waiting.facility }
                try rows.append([
                    id(waiting.facility), name(waiting.facility), .number(waiting.ageClass), .number(waiting.position),
                    .text(child.id.spelling), .text(child.householdID.spelling),
                    outcome(input.placements[waiting.child]), .number(wish.map { $0 + 1 }),
                ])
            }
        }
    }

    // MARK: 保留

    static let nameOfHeld = "保留"

    private struct WaitingPlace: Hashable {
        let child: Int
        let facility: Int
    }

    func addHeld(to writer: WorkbookWriter) throws(WorkbookError) {
        let positions = Dictionary(
            input.explanations.waiting.map { (WaitingPlace(child: $0.child, facility: $0.facility), $0.position) },
            uniquingKeysWith: { first, _ in first })
        let columns: [WorkbookSheet.Column] =
            [childHeader, householdHeader, "クラス", "結果", "希望順位", facilityHeader, facilityNameHeader].map {
                .init($0, tint: .found)
            } + [.init("理由", tint: .found, most: 90), .init("上位の児童数", tint: .found), .init("待機順位", tint: .found)]
        try writer.addSheet(sheet(Self.nameOfHeld, columns, fixed: 1)) { rows throws(WorkbookError) in
            var isSecond = false
            for placement in input.placements where placement.outcome != .placed {
                let child = subject.children[placement.child]
                let possible = PossibleWishes(of: child.household, in: subject)
                for reason in input.explanations.reasons(of: placement.child) {
                    let facility = child.wishes[Int(reason.wish)].facility
                    let place = WaitingPlace(child: placement.child, facility: facility)
                    let isOfSeats = reason.kind == .seats || reason.kind == .siblingSeat
                    let cells = [
                        WorkbookCell.text(child.id.spelling), .text(child.householdID.spelling),
                        .number(child.ageClass), outcome(placement), .number(Int(reason.wish) + 1), id(facility),
                        name(facility),
                        .words(text(of: reason, possible)), .number(isOfSeats ? Int(reason.ahead) : nil),
                        .number(positions[place]),
                    ]
                    try rows.append(
                        isSecond ? cells.map { $0.look == .plain ? $0.looking(.second) : $0 } : cells)
                }
                isSecond.toggle()
            }
        }
    }

    // MARK: 世帯

    func addHouseholds(to writer: WorkbookWriter) throws(WorkbookError) {
        let columns = [
            householdHeader, "児童数", "世帯の結果", "きょうだいの条件", "組み合わせの順位", childHeader, "クラス", "結果", facilityHeader,
            facilityNameHeader, "希望順位",
        ]
        var members: [HouseholdID: [Int]] = [:]
        for (index, child) in subject.children.enumerated() { members[child.householdID, default: []].append(index) }
        try writer.addSheet(sheet("世帯", columns.map { .init($0, tint: .found) }, fixed: 1)) {
            rows throws(WorkbookError) in
            var isSecond = false
            for household in members.keys.sorted() {
                let all = members[household]!
                let result = Self.result(of: all.map { input.placements[$0] })
                for index in all {
                    let (child, placement) = (subject.children[index], input.placements[index])
                    let wishes = subject.households[child.household].wishes
                    let condition = wishes == .single ? Wording.timing(.independent) : Wording.condition(wishes)
                    let cells = [
                        WorkbookCell.text(household.spelling), .number(all.count), .text(result),
                        .text(all.count == 1 ? "" : condition.japanese),
                        .number(placement.jointRank), .text(child.id.spelling), .number(child.ageClass),
                        outcome(placement), id(placement.facility), name(placement.facility),
                        .number(placement.wishRank),
                    ]
                    try rows.append(
                        isSecond ? cells.map { $0.look == .plain ? $0.looking(.second) : $0 } : cells)
                }
                isSecond.toggle()
            }
        }
    }

    /// What became of a household, in words.
    private static func result(of placements: [Placement]) -> String {
        let placed = placements.filter { $0.outcome == .placed }
        if placed.isEmpty { return "内定なし" }
        if placements.count == 1 { return "内定" }
        if placed.count < placements.count { return "一部内定" }
        return Set(placed.map(\.facility)).count == 1 ? "全員内定(同じ施設)" : "全員内定(別々の施設)"
    }
}

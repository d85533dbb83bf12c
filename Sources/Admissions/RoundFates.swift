/// What happened to the children of a round: by its result, and since then.
struct RoundFates {
    let subject: Case
    /// For each child of the case its fate, and the facilities where it was and is.
    private(set) var children: [CarriedChild]
    /// For each household id the facilities where children were placed, without declines.
    private(set) var places: [HouseholdID: [FacilityID]] = [:]
    /// The children of each household id, ascending.
    let siblings: [HouseholdID: [Int]]
    private let childOfID: [ChildID: Int]
    /// What is wrong with the rows of declines and withdrawals.
    private(set) var findings: [Finding] = []

    init(of subject: Case, _ result: Allocation, _ rows: MonthRows) {
        self.subject = subject
        func id(_ facility: Int?) -> FacilityID? { facility.map { subject.facilities[$0].id } }
        children = subject.children.enumerated().map { index, child in
            let facility = result.facility(of: index, in: subject)
            let isPlaced = facility != nil && facility != child.currentFacility
            return CarriedChild(
                id: child.id, fate: isPlaced ? .placed : child.currentFacility == nil ? .held : .stays,
                facility: isPlaced ? id(facility) : nil, former: id(child.currentFacility))
        }
        siblings = Dictionary(grouping: subject.children.indices) { subject.children[$0].householdID }
        childOfID = Dictionary(uniqueKeysWithValues: subject.children.enumerated().map { ($1.id, $0) })
        takeDepartures(rows)
        for (index, child) in children.enumerated() where child.fate == .placed {
            places[subject.children[index].householdID, default: []].append(child.facility!)
        }
    }

    private mutating func takeDepartures(_ rows: MonthRows) {
        var named = Set<ChildID>()
        for (table, rows) in [(CaseTable.declines, rows.declines), (.withdrawals, rows.withdrawals)] {
            for (row, departure) in rows.enumerated() {
                func refuse(_ code: Finding.Code, _ english: Telling, _ japanese: Telling) {
                    findings.append(Finding(code, table, row: row, column: "child_id", english, japanese))
                }
                guard let child = childOfID[departure.child] else {
                    refuse(
                        .departureUnknownChild, "This child is not in the case; correct the id or take the row out.",
                        "この案件にいない児童です。児童番号を直すか、行を消してください。")
                    continue
                }
                guard named.insert(departure.child).inserted else {
                    refuse(
                        .departureTwice, "This child has declined or withdrawn in another row already; leave one.",
                        "この児童の内定辞退か申込取下げは、別の行にもあります。一行だけ残してください。")
                    continue
                }
                let wasPlaced = children[child].fate == .placed
                if table == .declines, !wasPlaced {
                    refuse(
                        .declineNotPlaced,
                        "This child was not placed, so there is nothing to decline; if it withdrew, write it into \(file: .withdrawals).",
                        "内定していない児童の辞退です。申込みの取下げなら \(file: .withdrawals) に書いてください。")
                } else if table == .withdrawals, wasPlaced {
                    refuse(
                        .withdrawalOfPlaced,
                        "This child was placed; write it into \(file: .declines), so that its seat is given back.",
                        "内定した児童の取下げです。席が戻るように、\(file: .declines) に書いてください。")
                } else {
                    children[child].fate = wasPlaced ? .declined : .withdrawn
                }
            }
        }
    }

    /// The child of the case with this id.
    func child(_ id: ChildID) -> Int? { childOfID[id] }

    /// Whether the child remains an applicant.
    func isInPlay(_ child: Int) -> Bool { children[child].fate == .held || children[child].fate == .stays }
}

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
                func refuse(_ code: Finding.Code, _ message: String) {
                    findings.append(Finding(code, table, row: row, column: "child_id", message))
                }
                guard let child = childOfID[departure.child] else {
                    refuse(
                        .departureUnknownChild, "This child is not in the case; correct the id or take the row out.")
                    continue
                }
                guard named.insert(departure.child).inserted else {
                    refuse(
                        .departureTwice, "This child has declined or withdrawn in another row already; leave one.")
                    continue
                }
                let wasPlaced = children[child].fate == .placed
                if table == .declines, !wasPlaced {
                    refuse(
                        .declineNotPlaced,
                        "This child was not placed, so there is nothing to decline; is it a withdrawal?")
                } else if table == .withdrawals, wasPlaced {
                    refuse(
                        .withdrawalOfPlaced,
                        "This child was placed; write it into declines.csv, so that its seat is given back.")
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

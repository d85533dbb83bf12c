/// A row of `declines.csv` or `withdrawals.csv`.
public struct DepartureRow: Hashable, Sendable {
    public var child: ChildID
    public var date: CalendarDate?
    public var reason: String

    public init(child: ChildID, date: CalendarDate? = nil, reason: String = "") {
        self.child = child
        self.date = date
        self.reason = reason
    }
}

/// What happened between two rounds.
public struct MonthRows: Hashable, Sendable {
    /// Children who did not take the place that the round gave them.
    public var declines: [DepartureRow]
    /// Held or staying children whose application ended.
    public var withdrawals: [DepartureRow]
    public var newChildren: [ChildRow]
    /// Names of further columns of the new children; ``ChildRow/attributes`` is aligned with it.
    public var attributeNames: [String]
    /// Sibling answers from the rows of the new children, if a profile has patterns for them.
    public var answers: [HouseholdRow]

    public init(
        declines: [DepartureRow] = [], withdrawals: [DepartureRow] = [], newChildren: [ChildRow] = [],
        attributeNames: [String] = [], answers: [HouseholdRow] = []
    ) {
        self.declines = declines
        self.withdrawals = withdrawals
        self.newChildren = newChildren
        self.attributeNames = attributeNames
        self.answers = answers
    }
}

/// What happened to one child between two rounds.
public struct CarriedChild: Hashable, Sendable {
    public var id: ChildID
    public var fate: Fate
    /// The facility where it was placed, also if it declined; `nil` otherwise.
    public var facility: FacilityID?
    /// The facility where it had a seat before.
    public var former: FacilityID?
    /// Facilities that were added to those where a sibling is enrolled, and in the next property those that were taken out.
    public var siblingsAdded: [FacilityID] = []
    public var siblingsRemoved: [FacilityID] = []
    /// The only wish that is left, because a sibling is placed there and the household wants one facility only; empty if the
    /// child did not wish that facility.
    public var wishesKept: [FacilityID]?
    /// Wishes that the next case does not have any more, best first, and why.
    public var wishesTaken: [FacilityID] = []
    public var reasonTaken: TakenWishes?

    /// Why wishes of a child are not carried over.
    public enum TakenWishes: String, CaseIterable, Sendable {
        /// A sibling is placed, and the household wants one facility only.
        case siblingPlaced
        /// The wishes are not in those ranks of the household's table that agree with what its other children got.
        case jointWishes
    }

    public enum Fate: String, CaseIterable, Sendable {
        /// The child is placed. It leaves the applicants and takes its seat; a transfer applicant frees its former one.
        case placed
        /// The child declined. It leaves the applicants, and the seat is free again.
        case declined
        case withdrawn
        /// The child remains an applicant, without a place or with its present one.
        case held, stays
        case new
    }
}

/// The case of the next round, with what changed.
public struct CarriedOver: Sendable {
    public let draft: CaseDraft
    /// Every child of the previous round in the order of ids, then the new ones in the order of rows.
    public let children: [CarriedChild]
    /// Index in ``CaseDraft/children`` of the first new child.
    public let firstNewRow: Int
    /// Numbers of seats at class limits: those that placed children took, that transfers freed, and that declines gave back.
    public let seatsTaken: Int
    public let seatsFreed: Int
    public let seatsReturned: Int
    /// Number of pins of the previous round, which are not carried over because they were for that round only.
    public let pinsDropped: Int

    public func count(_ fate: CarriedChild.Fate) -> Int { children.count { $0.fate == fate } }
}

/// Why the next round cannot be made from this one.
public enum CarryOverFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Applications end with the fiscal year, and every class moves up.
    case otherFiscalYear(PlacementMonth)
    case earlierMonth(PlacementMonth)
    case sameRound(String)
    /// Errors in the rows of the month, in the order of tables and rows.
    case findings([Finding])

    public var description: String {
        switch self {
        case .otherFiscalYear(let month):
            "\(month) is in another fiscal year: applications end with March, classes move up and every vacancy is another; "
                + "begin with a case of its own"
        case .earlierMonth(let month): "\(month) is before the month of the case"
        case .sameRound(let round): "a second round of the month needs a name of its own, not \(round)"
        case .findings(let findings): findings.map(\.message).joined(separator: "\n")
        }
    }
}

extension CaseDraft {
    /// The column in which months of waiting are counted.
    public static let waitingMonths = "waiting_months"

    /// Makes the case of the next round from this one and its result.
    ///
    /// Placed children leave the applicants and take a seat of every limit that covers them. Transfers free a seat of every limit
    /// that covers them at their former facility. Declines give back what was taken. A transfer applicant that declines has
    /// given up its former seat, which others may have by now. Held and staying children remain applicants with their class; the
    /// months since the previous round are added to ``waitingMonths``. A facility where a sibling was placed becomes one where a
    /// sibling is enrolled, and one that a sibling left is taken out. If the household wants one facility only, a sibling's place
    /// becomes the only wish. Points that a table computes are left blank for it.
    ///
    /// - Parameters:
    ///   - subject: This draft, resolved.
    ///   - result: The result of its round, checked.
    ///   - rows: What happened since then.
    ///   - month: The month of the next round. It must be in the same fiscal year and not before the month of this round.
    ///   - round: The name of the next round.
    /// - Returns: The draft, not resolved yet, and warnings.
    /// - Throws: ``CarryOverFault``.
    /// - Complexity: O(n log n) in the number of rows.
    public func carriedOver(
        _ subject: Case, _ result: Allocation, _ rows: MonthRows, to month: PlacementMonth, round: String
    ) throws(CarryOverFault) -> (next: CarriedOver, warnings: [Finding]) {
        if month.fiscalYear != self.month.fiscalYear { throw .otherFiscalYear(month) }
        if month < self.month { throw .earlierMonth(month) }
        if month == self.month, round == self.round { throw .sameRound(round) }
        var work = CarryOver(draft: self, subject: subject, result: result, rows: rows, month: month, round: round)
        let next = work.carry()
        let errors = work.findings.filter { $0.severity == .error }
        if !errors.isEmpty { throw .findings(errors) }
        return (next, work.findings)
    }
}

/// Makes the next case, collecting what it notices on the way.
private struct CarryOver {
    let before: CaseDraft
    let subject: Case
    let result: Allocation
    let rows: MonthRows
    private(set) var findings: [Finding] = []

    private var draft: CaseDraft
    /// For each child what happened to it.
    private var carried: [CarriedChild] = []
    /// For each household id the facilities where children were placed, without declines.
    private var places: [HouseholdID: [FacilityID]] = [:]
    private var taken = 0
    private var freed = 0
    private var returned = 0
    private let childOfID: [ChildID: Int]
    private let facilityRow: [FacilityID: Int]
    private let limitRows: [FacilityID: [Int]]

    init(
        draft: CaseDraft, subject: Case, result: Allocation, rows: MonthRows, month: PlacementMonth, round: String
    ) {
        before = draft
        self.subject = subject
        self.result = result
        self.rows = rows
        self.draft = draft
        self.draft.month = month
        self.draft.round = round
        childOfID = Dictionary(uniqueKeysWithValues: subject.children.enumerated().map { ($1.id, $0) })
        facilityRow = Dictionary(
            draft.facilities.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        limitRows = Dictionary(grouping: draft.seatLimits.indices) { draft.seatLimits[$0].facility }
    }

    mutating func carry() -> CarriedOver {
        judge()
        readDepartures()
        moveSeats()
        nameColumns()
        let wishesOfTables = carryJointWishes()
        let rows = childRows(wishesOfTables)
        carryHouseholds()
        let pins = draft.pins.count
        draft.pins = []
        let firstNewRow = rows.count
        draft.children = rows + newRows()
        return CarriedOver(
            draft: draft, children: carried, firstNewRow: firstNewRow, seatsTaken: taken, seatsFreed: freed,
            seatsReturned: returned, pinsDropped: pins)
    }

    private mutating func note(
        _ code: Finding.Code, _ table: CaseTable, row: Int? = nil, column: String? = nil, _ message: String
    ) {
        findings.append(Finding(code, table, row: row, column: column, message))
    }

    private func id(_ facility: Int?) -> FacilityID? { facility.map { subject.facilities[$0].id } }

    // MARK: Fates

    /// Finds out what happened to each child.
    private mutating func judge() {
        for (index, child) in subject.children.enumerated() {
            let facility = result.facility(of: index, in: subject)
            let isPlaced = facility != nil && facility != child.currentFacility
            carried.append(
                CarriedChild(
                    id: child.id, fate: isPlaced ? .placed : child.currentFacility == nil ? .held : .stays,
                    facility: isPlaced ? id(facility) : nil, former: id(child.currentFacility)))
        }
    }

    private mutating func readDepartures() {
        var named = Set<ChildID>()
        for (table, rows) in [(CaseTable.declines, rows.declines), (.withdrawals, rows.withdrawals)] {
            for (row, departure) in rows.enumerated() {
                guard let child = childOfID[departure.child] else {
                    note(
                        .departureUnknownChild, table, row: row, column: "child_id",
                        "This child is not in the case; correct the id or take the row out.")
                    continue
                }
                guard named.insert(departure.child).inserted else {
                    note(
                        .departureTwice, table, row: row, column: "child_id",
                        "This child has declined or withdrawn in another row already; leave one.")
                    continue
                }
                let wasPlaced = carried[child].fate == .placed
                if table == .declines, !wasPlaced {
                    note(
                        .declineNotPlaced, table, row: row, column: "child_id",
                        "This child was not placed, so there is nothing to decline; is it a withdrawal?")
                } else if table == .withdrawals, wasPlaced {
                    note(
                        .withdrawalOfPlaced, table, row: row, column: "child_id",
                        "This child was placed; write it into declines.csv, so that its seat is given back.")
                } else {
                    carried[child].fate = wasPlaced ? .declined : .withdrawn
                }
            }
        }
        for (index, child) in carried.enumerated() where child.fate == .placed {
            places[subject.children[index].householdID, default: []].append(child.facility!)
        }
    }

    // MARK: Seats

    private mutating func moveSeats() {
        // In an over-full class, seats that become free first reduce its excess.
        for row in draft.facilities.indices {
            for age in 0...5 where draft.facilities[row].seats[age] == 0 {
                draft.facilities[row].seats[age] = -before.facilities[row].excess(ofClass: age)
            }
        }
        for (index, child) in carried.enumerated() where child.fate == .placed || child.fate == .declined {
            if child.fate == .placed {
                taken += change(by: -1, at: child.facility!, for: index, phase: phase(of: index))
            } else {
                // The seat was taken and given back, so only the count changes.
                returned += offersClass(at: child.facility!, for: index) ? 1 : 0
            }
            if let former = child.former {
                freed += change(by: 1, at: former, for: index, phase: nil)
                change(enrolled: -1, at: former, for: index)
            }
            if child.fate == .placed { change(enrolled: 1, at: child.facility!, for: index) }
        }
        for row in draft.facilities.indices {
            for age in 0...5 {
                guard let seats = draft.facilities[row].seats[age], seats < 0 else { continue }
                let excess = before.facilities[row].seats[age] == 0 ? before.facilities[row].excess(ofClass: age) : 0
                if seats < -excess { noteOverbooked(.facilities, row, "seats_\(age)", draft.facilities[row].id) }
                draft.facilities[row].seats[age] = 0
            }
        }
        for row in draft.seatLimits.indices where draft.seatLimits[row].seats < 0 {
            noteOverbooked(.seatLimits, row, "seats", draft.seatLimits[row].facility)
            draft.seatLimits[row].seats = 0
        }
    }

    private mutating func noteOverbooked(_ table: CaseTable, _ row: Int, _ column: String, _ facility: FacilityID) {
        note(
            .limitOverbooked, table, row: row, column: column,
            "Pins placed more children at \(facility) than it has seats; the next case says 0, and a seat that is given back "
                + "there later is not vacant.")
    }

    /// Whether a class limit covers the child at the facility.
    private func offersClass(at facility: FacilityID, for child: Int) -> Bool {
        draft.facilities[facilityRow[facility]!].seats[subject.children[child].ageClass] != nil
    }

    /// The name of the phase that placed the child; `nil` unless the round has several phases.
    private func phase(of child: Int) -> String? {
        guard !result.phases.isEmpty, result.phases[child] >= 0 else { return nil }
        return subject.phases[Int(result.phases[child])].name
    }

    /// Changes every limit of the facility that covers the child.
    ///
    /// - Parameter phase: The phase in which a seat is taken; with `nil` the limits of every phase change.
    /// - Returns: 1 if a class limit changed, else 0.
    private mutating func change(by amount: Int, at facility: FacilityID, for child: Int, phase: String?) -> Int {
        let (age, groups) = (subject.children[child].ageClass, subject.children[child].groups)
        for row in limitRows[facility] ?? [] {
            let limit = draft.seatLimits[row]
            guard limit.ages.contains(age: age), limit.group.covers(groups),
                phase == nil || limit.phase == nil || limit.phase == phase
            else { continue }
            draft.seatLimits[row].seats += amount
        }
        guard offersClass(at: facility, for: child) else { return 0 }
        draft.facilities[facilityRow[facility]!].seats[age]! += amount
        return 1
    }

    /// Changes the number of enrolled children as well, if it is given, so that the vacancies still follow from it.
    private mutating func change(enrolled amount: Int, at facility: FacilityID, for child: Int) {
        let (row, age) = (facilityRow[facility]!, subject.children[child].ageClass)
        guard draft.facilities[row].enrolled.indices.contains(age), offersClass(at: facility, for: child),
            let enrolled = draft.facilities[row].enrolled[age]
        else { return }
        draft.facilities[row].enrolled[age] = max(0, enrolled + amount)
    }

    // MARK: Children

    private func isInPlay(_ child: Int) -> Bool { carried[child].fate == .held || carried[child].fate == .stays }

    /// Collects the names of the columns of both tables, and adds the one for the months of waiting.
    private mutating func nameColumns() {
        for name in [CaseDraft.waitingMonths] + rows.attributeNames where !draft.attributeNames.contains(name) {
            draft.attributeNames.append(name)
        }
    }

    private mutating func childRows(_ wishesOfTables: [ChildID: [FacilityID]]) -> [ChildRow] {
        let waiting = draft.attributeNames.firstIndex(of: CaseDraft.waitingMonths)!
        let months =
            (draft.month.firstDay.year - before.month.firstDay.year) * 12 + draft.month.firstDay.month
            - before.month.firstDay.month
        var rows: [ChildRow] = []
        for (number, row) in before.children.enumerated() {
            guard let child = childOfID[row.id], isInPlay(child) else { continue }
            var row = row
            row.ageClass = subject.children[child].ageClass
            row.attributes += [String](repeating: "", count: draft.attributeNames.count - row.attributes.count)
            let text = row.attributes[waiting]
            if let waited = text.isEmpty ? 0 : Int(text), (0...1200).contains(waited) {
                row.attributes[waiting] = String(waited + months)
            } else {
                note(
                    .waitingNotANumber, .children, row: number, column: CaseDraft.waitingMonths,
                    "\(CaseDraft.waitingMonths) must be a whole number of months, or blank.")
            }
            enrolSiblings(&row, child)
            narrowWishes(&row, child)
            if let wishes = wishesOfTables[row.id] { keep(wishes, in: &row) }
            let left = Set(row.wishes)
            var taken: [FacilityID] = []
            for case let wish? in before.children[number].wishes where !left.contains(wish) && !taken.contains(wish) {
                taken.append(wish)
            }
            if !taken.isEmpty {
                carried[child].wishesTaken = taken
                carried[child].reasonTaken = wishesOfTables[row.id] == nil ? .siblingPlaced : .jointWishes
            }
            if !draft.rules.pointsTable.isEmpty { (row.points, row.wishPoints) = (nil, []) }
            if let due = row.dueDate, row.birthDate == nil, due < draft.month.firstDay {
                note(
                    .dueDatePassed, .children, row: number, column: "due_date",
                    "The child is due before the next month begins; write its birth_date once it is born.")
            }
            rows.append(row)
        }
        return rows
    }

    /// Adds the facilities where siblings were placed, and takes out those that they left.
    private mutating func enrolSiblings(_ row: inout ChildRow, _ child: Int) {
        for facility in places[row.household] ?? [] where !row.siblingFacilities.contains(facility) {
            row.siblingFacilities.append(facility)
            carried[child].siblingsAdded.append(facility)
        }
        for sibling in siblings[row.household] ?? [] where sibling != child {
            guard carried[sibling].fate == .placed || carried[sibling].fate == .declined,
                let left = carried[sibling].former, row.siblingFacilities.contains(left)
            else { continue }
            let hasAnother = siblings[row.household]!.contains { other in
                other != child
                    && (carried[other].fate == .placed && carried[other].facility == left
                        || (carried[other].fate == .stays || carried[other].fate == .withdrawn)
                            && carried[other].former == left)
            }
            if hasAnother { continue }
            row.siblingFacilities.removeAll { $0 == left }
            carried[child].siblingsRemoved.append(left)
        }
    }

    /// The children of each household id, ascending.
    private lazy var siblings = Dictionary(grouping: subject.children.indices) { subject.children[$0].householdID }

    /// Leaves only a sibling's place as a wish, if the household wants one facility only.
    private mutating func narrowWishes(_ row: inout ChildRow, _ child: Int) {
        let household = subject.households[subject.children[child].household]
        guard case .answer(let answer) = household.wishes, answer.facility == .sameOnly else { return }
        let placed = household.members.filter { carried[$0].fate == .placed }.map { carried[$0].facility! }
        guard !placed.isEmpty else { return }
        // A child that has a seat there already needs no wish for it.
        let kept = placed.filter { $0 != carried[child].former }
        keep(kept, in: &row)
        carried[child].wishesKept = row.wishes.compactMap { $0 }
    }

    /// Keeps only these wishes, in their order, with their points.
    private func keep(_ facilities: [FacilityID], in row: inout ChildRow) {
        var (wishes, points): ([FacilityID?], [ExactNumber?]) = ([], [])
        for facility in facilities {
            guard let index = row.wishes.firstIndex(of: facility), !wishes.contains(facility) else { continue }
            wishes.append(facility)
            points.append(index < row.wishPoints.count ? row.wishPoints[index] : nil)
        }
        row.wishes = wishes
        row.wishPoints = points.contains { $0 != nil } ? points : []
    }

    private mutating func newRows() -> [ChildRow] {
        let inPlay = Set(carried.indices.filter(isInPlay).map { carried[$0].id })
        var placed: [ChildID: (facility: FacilityID, household: HouseholdID)] = [:]
        for (index, child) in carried.enumerated() where child.fate == .placed {
            placed[child.id] = (child.facility!, subject.children[index].householdID)
        }
        for name in rows.attributeNames where !draft.attributeNames.contains(name) {
            draft.attributeNames.append(name)
        }
        let sources = draft.attributeNames.map { rows.attributeNames.firstIndex(of: $0) }
        var added: [ChildRow] = []
        for (number, row) in rows.newChildren.enumerated() {
            if inPlay.contains(row.id) {
                note(
                    .newChildInPlay, .newChildren, row: number, column: "child_id",
                    "This child is in play already; leave it out, or write its withdrawal into withdrawals.csv.")
            }
            var row = row
            row.attributes = zip(draft.attributeNames, sources).map { name, source in
                let text = source.map { row.attributes[$0] } ?? ""
                return text.isEmpty && name == CaseDraft.waitingMonths ? "0" : text
            }
            var child = CarriedChild(id: row.id, fate: .new)
            // A child that got its place in this round and applies again is not a sibling of itself.
            let own = placed[row.id]
            if let own, row.currentFacility != own.facility {
                note(
                    .newChildPlaced, .newChildren, row: number, column: "current_facility_id",
                    "This child has a place from the round before; if it asks for a transfer, write \(own.facility) as its "
                        + "current_facility_id, and if it gave the place up, write that into declines.csv.")
            }
            var siblingPlaces = places[row.household] ?? []
            if let own, own.household == row.household, let index = siblingPlaces.firstIndex(of: own.facility) {
                siblingPlaces.remove(at: index)
            }
            for facility in siblingPlaces where !row.siblingFacilities.contains(facility) {
                row.siblingFacilities.append(facility)
                child.siblingsAdded.append(facility)
            }
            carried.append(child)
            added.append(row)
        }
        return added
    }

    // MARK: Households

    /// Carries over the answers of households in which siblings still apply.
    private mutating func carryHouseholds() {
        var inPlay: [HouseholdID: Int] = [:]
        for index in carried.indices where isInPlay(index) {
            inPlay[subject.children[index].householdID, default: 0] += 1
        }
        var total = inPlay
        for row in rows.newChildren { total[row.household, default: 0] += 1 }
        var answers: [HouseholdRow] = []
        var answered = Set<HouseholdID>()
        for row in draft.households where total[row.household, default: 0] > 1 {
            answered.insert(row.household)
            answers.append(carriedAnswer(row))
        }
        for row in rows.answers where total[row.household, default: 0] > 1 && answered.insert(row.household).inserted {
            answers.append(row)
        }
        // A default answer that the eldest or youngest comes first is also fulfilled once that child is placed.
        for household in subject.households where !answered.contains(household.id) {
            guard total[household.id, default: 0] > 1, isLeadPlaced(household) else { continue }
            answers.append(HouseholdRow(household: household.id, timing: .any))
        }
        draft.households = answers
    }

    private func isLeadPlaced(_ household: Household) -> Bool {
        guard case .answer(let answer) = household.wishes, let lead = answer.lead else { return false }
        return carried[lead].fate == .placed
    }

    private mutating func carriedAnswer(_ row: HouseholdRow) -> HouseholdRow {
        var row = row
        func isGone(_ id: ChildID?) -> Bool { id.flatMap { childOfID[$0] }.map { !isInPlay($0) } ?? false }
        let wasLeadPlaced = subject.households.contains { $0.id == row.household && isLeadPlaced($0) }
        if wasLeadPlaced {
            // The others may follow in any order.
            (row.timing, row.leadChild) = (.any, nil)
        } else if isGone(row.leadChild) {
            (row.timing, row.leadChild) = (.any, nil)
            let number = before.households.firstIndex { $0.household == row.household }
            note(
                .leadGone, .households, row: number, column: "lead_child_id",
                "The child that had to be placed first has left without a place; the next case says any. Ask the household."
            )
        }
        if isGone(row.preferredChild) { row.preferredChild = nil }
        return row
    }

    /// Removes children who left from explicit tables. Only the outcomes that agree with what those children got remain.
    ///
    /// - Returns: For each child that is alone now the facilities of its table; an empty array if its table has no outcome left.
    private mutating func carryJointWishes() -> [ChildID: [FacilityID]] {
        guard !draft.jointWishes.isEmpty else { return [:] }
        var wishes: [ChildID: [FacilityID]] = [:]
        var kept: [JointWishRow] = []
        let newcomers = Set(rows.newChildren.map(\.household))
        var order: [HouseholdID] = []
        var tables: [HouseholdID: [JointWishRow]] = [:]
        for row in draft.jointWishes {
            if tables[row.household] == nil { order.append(row.household) }
            tables[row.household, default: []].append(row)
        }
        for household in order {
            let table = tables[household]!
            let members = siblings[household] ?? []
            let remaining = members.filter(isInPlay)
            if remaining.isEmpty { continue }
            if newcomers.contains(household) {
                let number = before.jointWishes.firstIndex { $0.household == household }
                note(
                    .jointWishesDropped, .jointWishes, row: number,
                    "A sibling joined the household, so its table no longer names every child; it is left out of the next "
                        + "case.")
                continue
            }
            if remaining.count == members.count {
                kept += table
                continue
            }
            let agreeing = outcomes(of: table, agreeingWith: members.filter { !isInPlay($0) })
            let remainingIDs = Set(remaining.map { carried[$0].id })
            let projected = agreeing.map { outcome in outcome.filter { remainingIDs.contains($0.child) } }
            let useful = projected.prefix { outcome in outcome.contains { $0.facility != nil } }
            if useful.isEmpty {
                for child in remaining { wishes[carried[child].id] = [] }
            } else if remaining.count == 1 {
                wishes[carried[remaining[0]].id] = useful.compactMap { $0[0].facility }
            } else {
                kept += useful.flatMap { $0 }
            }
        }
        draft.jointWishes = kept
        return wishes
    }

    /// The outcomes of a table, best first, in which the children who left are where they ended up.
    private func outcomes(of table: [JointWishRow], agreeingWith gone: [Int]) -> [[JointWishRow]] {
        let byRank = Dictionary(grouping: table, by: \.rank)
        return byRank.keys.sorted().map { byRank[$0]! }.filter { outcome in
            gone.allSatisfy { child in
                let place = carried[child].fate == .placed ? carried[child].facility : nil
                return outcome.contains { $0.child == carried[child].id && $0.facility == place }
            }
        }
    }
}

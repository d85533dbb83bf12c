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
    /// Names of keys that have a column for each wish; ``ChildRow/wishAttributes`` is aligned with it.
    public var wishAttributeNames: [String] = []
    /// Sibling answers that the new children's rows bring, where a profile has patterns.
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

        /// What became of the child, in Japanese.
        public var japanese: String {
            switch self {
            case .placed: "内定"
            case .declined: "内定辞退"
            case .withdrawn: "申込取下げ"
            case .held: "保留（引き続き申込み中）"
            case .stays: "転園保留（引き続き申込み中）"
            case .new: "新規"
            }
        }
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
public enum CarryOverFault: PhrasedError, Hashable, Sendable {
    /// Applications end with the fiscal year, and every class moves up.
    case otherFiscalYear(PlacementMonth)
    case earlierMonth(PlacementMonth)
    case sameRound(String)
    /// Errors in the rows of the month, in the order of tables and rows.
    case findings([Finding])

    public var phrase: Phrase {
        switch self {
        case .otherFiscalYear(let month):
            Phrase(
                "\(month) は別の年度です。申込みは 3 月で終わり、クラスが上がり、受入可能数もすべて変わるため、新しい案件から始めてください。"
                    + "この案件の case.yaml（列の対応と規則）を写して入所月と回を書き換え、新年度の児童、施設、回答の表を書き出します。"
                    + "check --previous で二つの案件を比べられます",
                "\(month) is in another fiscal year: applications end with March, classes move up and every vacancy is another. Begin "
                    + "with a case of its own: take case.yaml, with its columns and rules, from this one, write the new month and "
                    + "round into it, and export children, facilities and answers of the new year; check --previous compares the two"
            )
        case .earlierMonth(let month):
            Phrase("\(month) は案件の入所月より前です", "\(month) is before the month of the case")
        case .sameRound(let round):
            Phrase(
                "同じ月の二回目には \(round) とは別の名前が必要です。翌月なら別の月を指定してください",
                "a second round of the month needs a name of its own, not \(round), and the next month is another one")
        case .findings(let findings):
            Phrase(
                findings.map(\.phrase.japanese).joined(separator: "\n"),
                findings.map(\.message).joined(separator: "\n"))
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
        let fates = RoundFates(of: subject, result, rows)
        let seats = CarriedSeats(self, fates, result)
        let jointWishes = CarriedJointWishes(self, fates, rows)
        let carried = CarriedChildren(self, fates, jointWishes, to: month, rows)
        let answers = CarriedAnswers(self, fates, rows)
        // The rows of new children come last.
        let findings =
            fates.findings + seats.findings + jointWishes.findings
            + carried.findings.filter { $0.table != .newChildren } + answers.findings
            + carried.findings.filter { $0.table == .newChildren }
        let errors = findings.filter { $0.severity == .error }
        if !errors.isEmpty { throw .findings(errors) }
        var next = self
        (next.month, next.round) = (month, round)
        (next.facilities, next.seatLimits) = (seats.facilities, seats.limits)
        (next.attributeNames, next.wishAttributeNames) = (carried.attributeNames, carried.wishAttributeNames)
        next.children = carried.rows
        (next.households, next.jointWishes) = (answers.rows, jointWishes.rows)
        next.pins = []
        // A new child may name a household and facilities in another spelling.
        next.unifySpellings()
        return (
            CarriedOver(
                draft: next, children: carried.children, firstNewRow: carried.firstNewRow, seatsTaken: seats.taken,
                seatsFreed: seats.freed, seatsReturned: seats.returned, pinsDropped: pins.count),
            findings
        )
    }
}

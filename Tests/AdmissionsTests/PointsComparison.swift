import Admissions

/// The points of a draft as the program computes them, beside those of the oracle.
struct PointsComparison {
    private let draft: CaseDraft
    private var oracle: PointsOracle
    /// What the program finds wrong with the table itself; then nothing is compared.
    private(set) var faultsOfTable: [Finding] = []
    /// What differs first; `nil` where all agrees.
    private(set) var difference: String?
    /// The children of whom the oracle says an error.
    private(set) var rowsWithErrors: Set<Int> = []

    /// What the oracle met on the way.
    var coverage: PointsCoverage { oracle.coverage }

    init(_ draft: CaseDraft) {
        self.draft = draft
        oracle = PointsOracle(draft)
        compare()
    }

    private mutating func compare() {
        let (subject, findings) = draft.resolve()
        faultsOfTable = findings.filter { $0.table == .settings && $0.severity == .error }
        if !faultsOfTable.isEmpty || draft.rules.pointsTable.isEmpty { return }
        let errors = Set(findings.filter { $0.severity == .error }.map(Place.init))
        var expected: Set<Place> = []
        for row in draft.children.indices {
            let ofRow = oracle.errors(of: row)
            if !ofRow.isEmpty { rowsWithErrors.insert(row) }
            expected.formUnion(ofRow)
        }
        // The program need not name every place of a child that has several.
        let silent = rowsWithErrors.subtracting(errors.compactMap(\.row))
        expect(errors.isSubset(of: expected) && silent.isEmpty, "errors \(errors), \(silent) of \(expected)")
        for row in draft.children.indices where row == 0 || rowsWithErrors.contains(row) { compareComputation(of: row) }
        guard let subject else { return }
        for row in draft.children.indices { compare(row, in: subject) }
    }

    private mutating func expect(_ isRight: Bool, _ text: @autoclosure () -> String) {
        if !isRight, difference == nil { difference = text() }
    }

    /// The child of the case.
    private mutating func compare(_ row: Int, in subject: Case) {
        let id = draft.children[row].id
        let child = subject.children.first { $0.id == id }!
        let own = oracle.value(of: PointsTable.total, of: row, at: nil)
        expect(child.points.map { .number(Fraction($0)) } == own, "\(id) has \(child.points as Any), not \(own)")
        let wishes = oracle.wishes(of: row).filter(\.isKept)
        let facilities = child.wishes.map { subject.facilities[$0.facility].id }
        expect(facilities == wishes.map(\.facility), "\(id) wishes \(facilities), not \(wishes)")
        for (wish, expected) in zip(child.wishes, wishes) {
            let points = wish.points ?? child.points
            let value = oracle.value(of: PointsTable.total, of: row, at: expected)
            expect(
                points.map { .number(Fraction($0)) } == value, "\(id) has \(points as Any) at \(expected), not \(value)"
            )
            // A wish that is ineligible without the table needs no other reason.
            guard wish.ineligibility == nil || wish.ineligibility == .notEligible else { continue }
            let refusal = oracle.refusal(of: row, at: expected).map { draft.rules.pointsTable.refusals[$0] }
            expect(
                subject.refusal(of: wish) == refusal && wish.isEligible == (refusal == nil),
                "\(id) is refused at \(expected) for \(subject.refusal(of: wish) as Any), not \(refusal as Any)")
        }
    }

    /// Every part and row of one child.
    private mutating func compareComputation(of row: Int) {
        let id = draft.children[row].id
        let errors = oracle.errors(of: row)
        let computation = draft.pointsComputation(ofRow: row)
        guard let computation else { return expect(!errors.isEmpty, "\(id) has no computation") }
        expect(!errors.contains { !$0.column!.hasPrefix("points") }, "\(id) has a computation beside \(errors)")
        let wishes = oracle.wishes(of: row)
        let ofForm = computation.wishes.map { "\($0.facility) \($0.position) \($0.rank)" }
        expect(
            ofForm == wishes.map { "\($0.facility) \($0.position) \($0.rank)" }, "\(id) wishes \(ofForm), not \(wishes)"
        )
        let own = oracle.value(of: PointsTable.total, of: row, at: nil)
        expect(.number(Fraction(computation.own)) == own, "\(id) is shown \(computation.own), not \(own)")
        for (shown, wish) in zip(computation.wishes, wishes) {
            let value = oracle.value(of: PointsTable.total, of: row, at: wish)
            expect(.number(Fraction(shown.points)) == value, "\(id) is shown \(shown.points) at \(wish), not \(value)")
            let refusal = oracle.refusal(of: row, at: wish)
            expect(
                shown.refusal == refusal,
                "\(id) is shown the refusal \(shown.refusal as Any) at \(wish), not \(refusal as Any)")
        }
        for (part, shown) in zip(draft.rules.pointsTable.parts, computation.parts) {
            compare(part, shown, of: row, wishes)
        }
    }

    private mutating func compare(
        _ part: PointsPart, _ shown: PointsComputation.Part, of row: Int, _ wishes: [PointsOracle.Wish]
    ) {
        let id = draft.children[row].id
        let places: [PointsOracle.Wish?] = [nil] + wishes
        for (place, number) in zip(places, [shown.own] + shown.wishes) {
            let value = oracle.value(of: part.name, of: row, at: place)
            expect(
                number.map(Fraction.init) == value.fraction,
                "\(id) is shown \(number as Any) for \(part.name) at \(place as Any), not \(value)")
        }
        let combined = oracle.combined(part, row, nil).fraction
        expect(
            shown.combined.map(Fraction.init) == combined, "\(id) is shown \(shown) combined, not \(combined as Any)")
        let missed = part.when.filter { !oracle.isMet($0, row, nil) }
        expect(shown.missed == missed, "\(id) is shown \(shown) missed, not \(missed)")
        for index in part.rows.indices { compareRow(index, of: part, shown.rows[index], of: row, places) }
    }

    private mutating func compareRow(
        _ index: Int, of part: PointsPart, _ shown: PointsComputation.Row, of row: Int, _ places: [PointsOracle.Wish?]
    ) {
        let entry = part.rows[index]
        let isMet = places.map { oracle.isMet(entry.conditions, row, $0) }
        let counts = places.map { place in
            let earlier = part.combine == .first ? 0..<index : 0..<0
            return oracle.isMet(part.when, row, place) && oracle.counts(part, index, row, place)
                && !earlier.contains { oracle.counts(part, $0, row, place) }
        }
        // A condition on the wish is missed where no wish meets it.
        let missed = entry.conditions.filter { condition in
            !(condition.isOfWish ? places : [nil]).contains { oracle.isMet(condition, row, $0) }
        }
        expect(
            [shown.isMet] + shown.isMetAtWishes == isMet && [shown.counts] + shown.countsAtWishes == counts
                && Set(shown.missed) == Set(missed) && shown.isMetAnywhere == isMet.contains(true),
            "row \(row) is shown \(shown), not met \(isMet), counting \(counts), missing \(missed)")
        if isMet.contains(true) {
            let amount = oracle.amount(of: entry, row)
            expect(shown.amount.map(Fraction.init) == amount, "row \(row) is shown \(shown), not \(amount as Any)")
        }
    }

    // MARK: The smallest draft

    /// A draft of which nothing can be left out without the difference going away.
    static func smallest(_ draft: CaseDraft) -> CaseDraft {
        var draft = draft
        while let smaller = smaller(than: draft).first(where: { PointsComparison($0).difference != nil }) {
            draft = smaller
        }
        return draft
    }

    /// The draft with one thing less, the largest things first.
    private static func smaller(than draft: CaseDraft) -> [CaseDraft] {
        var drafts: [CaseDraft] = []
        func add(_ change: (inout CaseDraft) -> Void) {
            var smaller = draft
            change(&smaller)
            if smaller != draft { drafts.append(smaller) }
        }
        for row in draft.children.indices { add { $0.children.remove(at: row) } }
        for (index, part) in draft.rules.pointsTable.parts.enumerated() {
            add { $0.rules.pointsTable.parts.remove(at: index) }
            for other in part.parts.indices { add { $0.rules.pointsTable.parts[index].parts.remove(at: other) } }
            for row in part.rows.indices {
                add { $0.rules.pointsTable.parts[index].rows.remove(at: row) }
                for condition in part.rows[row].conditions.indices {
                    add { $0.rules.pointsTable.parts[index].rows[row].conditions.remove(at: condition) }
                }
                add { $0.rules.pointsTable.parts[index].rows[row].maxGroup = nil }
            }
            add { $0.rules.pointsTable.parts[index].factor = nil }
            add { $0.rules.pointsTable.parts[index].floor = nil }
            add { $0.rules.pointsTable.parts[index].cap = nil }
            add { $0.rules.pointsTable.parts[index].missing = nil }
            add { $0.rules.pointsTable.parts[index].when = [] }
            add { $0.rules.pointsTable.parts[index].combine = .sum }
        }
        for (row, child) in draft.children.enumerated() {
            for wish in child.wishes.indices { add { $0.children[row].wishes.remove(at: wish) } }
            add { $0.children[row].siblingFacilities = [] }
            add { $0.children[row].groups = [] }
            add { $0.children[row].currentFacility = nil }
            for column in child.attributes.indices { add { $0.children[row].attributes[column] = "" } }
        }
        return drafts
    }

    static func described(_ draft: CaseDraft) -> String {
        var lines = ["difference: \(PointsComparison(draft).difference ?? "none")"]
        for part in draft.rules.pointsTable.parts { lines.append("part \(part)") }
        for child in draft.children { lines.append("child \(child)") }
        return lines.joined(separator: "\n")
    }
}

import Admissions
import Rounds

/// A result in sums, without anything about one or two children: for people who may not see records, and for showing around.
///
/// The counts of facilities are those that may be published (``PublicBorder``). Of the other sums, numbers of one and two are
/// hidden (`nil`, and left out for programs), together with as many others as are needed so that they do not follow from the
/// total.
struct Overview: Encodable, Sendable {
    /// A sum; `nil` is hidden.
    struct ClassSums: Encodable, Sendable {
        let ageClass: Int
        let children, placed, stays, held: Int?
    }

    struct Cell: Encodable, Sendable {
        let ageClass: Int
        let isHidden: Bool
        let seats, applicants, placed, left, waiting: Int?
    }

    struct FacilitySums: Encodable, Sendable {
        let facility, name, ward: String
        let placed, applicants: Int?
        /// By class; a class that is not offered is missing.
        let cells: [Cell]
    }

    struct ReasonSum: Encodable, Sendable {
        /// As in `reasons.csv`.
        let reason: String
        let wishes: Int?
    }

    let classes: [ClassSums]
    let facilities: [FacilitySums]
    /// How many wishes have each reason.
    let reasons: [ReasonSum]

    init(of result: CheckedResult) {
        let (subject, explanations) = (result.subject, result.explanations)
        var counts = [Outcome: [Int]](
            uniqueKeysWithValues: Outcome.allCases.map { ($0, [Int](repeating: 0, count: 6)) })
        for child in subject.children.indices {
            counts[result.verified.placements[child].outcome]![subject.children[child].ageClass] += 1
        }
        let published = explanations.published
        let placed = Self.hiding(counts[.placed]!, besides: published.secretClasses)
        let (stays, held) = (Self.hiding(counts[.stays]!), Self.hiding(counts[.held]!))
        classes = (0...5).map { age in
            let parts = [placed[age], stays[age], held[age]]
            let children = parts.contains(nil) ? nil : parts.reduce(0) { $0 + ($1 ?? 0) }
            return ClassSums(ageClass: age, children: children, placed: parts[0], stays: parts[1], held: parts[2])
        }
        var waiting = [Int](repeating: 0, count: subject.facilities.count * 6)
        for child in explanations.waiting { waiting[child.facility * 6 + child.ageClass] += 1 }
        let cells = Dictionary(grouping: zip(explanations.borders, published.borders), by: \.0.facility)
        facilities = subject.facilities.indices.compactMap { facility in
            guard let own = cells[facility] else { return nil }
            let isSecret = published.secretFacilities.contains(facility)
            let applicants = own.reduce(0) { $0 + $1.0.applicants }
            return FacilitySums(
                facility: subject.facilities[facility].id.spelling, name: subject.facilities[facility].name,
                ward: subject.facilities[facility].ward,
                placed: isSecret ? nil : own.reduce(0) { $0 + $1.0.placed }, applicants: isSecret ? nil : applicants,
                cells: own.map { _, border in
                    let waits = waiting[facility * 6 + border.ageClass]
                    return Cell(
                        ageClass: border.ageClass, isHidden: border.isHidden, seats: border.seats,
                        applicants: border.applicants, placed: border.placed, left: border.left,
                        waiting: border.isHidden || Self.isSmall(waits) ? nil : waits)
                })
        }
        var wishes = [Reason.Kind: Int]()
        for reason in explanations.reasons { wishes[reason.kind, default: 0] += 1 }
        let kinds = Reason.Kind.allCases.filter { wishes[$0] != nil }
        reasons = zip(kinds, Self.hiding(kinds.map { wishes[$0]! })).map {
            ReasonSum(reason: $0.rawValue, wishes: $1)
        }
    }

    private static func isSmall(_ count: Int) -> Bool { count == 1 || count == 2 }

    /// The counts with those of one and two hidden, and with others so that the hidden ones do not follow from the total: at least
    /// two are hidden, and one of them is not small, unless there is no other.
    ///
    /// - Parameter hidden: Indices of counts that must be hidden in any case.
    static func hiding(_ counts: [Int], besides hidden: [Int] = []) -> [Int?] {
        var hidden = Set(hidden).union(counts.indices.filter { isSmall(counts[$0]) })
        if hidden.isEmpty { return counts }
        var others = counts.indices.filter { !hidden.contains($0) && counts[$0] > 0 }.sorted {
            (counts[$0], $0) < (counts[$1], $1)
        }
        while hidden.count < 2 || !hidden.contains(where: { counts[$0] > 2 }), !others.isEmpty {
            hidden.insert(others.removeFirst())
        }
        return counts.indices.map { hidden.contains($0) ? nil : counts[$0] }
    }
}

import Admissions
import CaseFiles

/// How the points of one child are computed.
public struct PointsReport: Message {
    let message = "points"
    let child: String
    let household: String
    /// Whether the table of case.yaml computes the points; otherwise they are given.
    let isComputed: Bool
    let rows: [Row]
    let points: String?
    let wishes: [Wish]

    public struct Row: Encodable, Sendable {
        /// From 1, as in case.yaml.
        let row: Int
        let condition: String
        let amount: String
        let counts: String
    }

    public struct Wish: Encodable, Sendable {
        let facility: String
        let points: String?
    }

    /// The report on the child in a row of the draft's `children`, counted from 0.
    public init(_ draft: CaseDraft, row: Int) {
        let applicant = draft.children[row]
        child = applicant.id.text
        household = applicant.household.text
        guard let computation = draft.pointsComputation(ofRow: row) else {
            isComputed = false
            rows = []
            points = applicant.points?.description
            wishes = applicant.wishes.enumerated().compactMap { index, facility in
                guard let facility else { return nil }
                let own = index < applicant.wishPoints.count ? applicant.wishPoints[index] : nil
                return Wish(facility: facility.text, points: (own ?? applicant.points)?.description)
            }
            return
        }
        isComputed = true
        points = computation.own.description
        wishes = computation.wishes.map { Wish(facility: $0.facility.text, points: $0.points.description) }
        let table = draft.rules.pointsTable
        rows = computation.lines.map { line in
            let counts: String
            if line.countsInOwn && line.countsAt.count == computation.wishes.count {
                counts = "everywhere"
            } else if !line.countsAt.isEmpty {
                counts = "at \(line.countsAt.map(\.text).joined(separator: ", "))"
            } else if table[line.row].place == .everywhere, let group = table[line.row].maxGroup {
                counts = "no: another row of \(group) earns as much or more"
            } else {
                counts = line.countsInOwn ? "without a wish" : "no: no wish is there"
            }
            return Row(
                row: line.row + 1, condition: table[line.row].text, amount: line.amount.description, counts: counts)
        }
    }

    public func lines(in language: Problem.Language) -> [String] {
        var lines = ["child \(child), household \(household): points \(points ?? "blank")"]
        lines.append(isComputed ? "  by the points table of case.yaml:" : "  as given in children.csv")
        let width = rows.map(\.condition.count).max() ?? 0
        for row in rows {
            let condition = row.condition + String(repeating: " ", count: width - row.condition.count)
            let amount = String(repeating: " ", count: max(0, 7 - row.amount.count)) + row.amount
            lines.append("  row \(row.row)\t\(condition) \(amount)  \(row.counts)")
        }
        for (index, wish) in wishes.enumerated() {
            lines.append("  wish \(index + 1) \(wish.facility): \(wish.points ?? "blank")")
        }
        return lines
    }
}

extension PointsRow {
    /// The condition and the place, in short.
    fileprivate var text: String {
        let condition: String
        switch self.condition {
        case .filled: condition = attribute
        case .oneOf(let texts): condition = "\(attribute) = \(texts.joined(separator: " or "))"
        case .range(let from, let to):
            condition = [
                from.map { "\(attribute) from \($0)" } ?? attribute, to.map { "to \($0)" },
            ].compactMap { $0 }.joined(separator: " ")
        }
        switch place {
        case .everywhere: return condition
        case .sameFacility: return "\(condition), at the sibling's facility"
        case .facility(let id): return "\(condition), at \(id)"
        }
    }
}

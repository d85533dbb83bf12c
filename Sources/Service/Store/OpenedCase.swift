import Admissions
import CaseFiles
import Foundation
import Tables

/// A version of a round with all that the pages say of it, computed once.
struct OpenedCase: Sendable {
    let reading: CaseReading
    let tables: [WrittenTable]
    /// Problems of one cause together: errors, then doubts, then what is only remarkable.
    let groups: [Group]
    /// What must be accepted, by code.
    let doubts: [Doubt]
    /// Applications that may be of the same child.
    let alike: [AlikeChildren]

    /// Problems of one cause, with a name that stays while others are corrected.
    struct Group: Sendable {
        let id: String
        let problems: ProblemGroup

        var first: Problem { problems.problems[0] }
    }

    /// Doubts of one code, with the hash of what is doubted.
    struct Doubt: Hashable, Sendable {
        let code: String
        let count: Int
        let fingerprint: String
    }

    init(_ reading: CaseReading) {
        self.reading = reading
        let tables = reading.writtenTables()
        self.tables = tables
        var counts: [String: Int] = [:]
        let groups = ProblemGroup.all(of: reading.problems).map { group in
            let first = group.problems[0]
            let cause = [first.code, first.file ?? "", first.sheet ?? "", first.spot?.header ?? ""]
            let name = String(Secret.hash(of: cause.joined(separator: "\n")).prefix(10))
            counts[name, default: 0] += 1
            return Group(id: "\(name)-\(counts[name]!)", problems: group)
        }
        let ranks = groups.indices.sorted { (Self.rank(groups[$0]), $0) < (Self.rank(groups[$1]), $1) }
        self.groups = ranks.map { groups[$0] }
        let doubted = Dictionary(grouping: reading.problems.filter(\.needsAcceptance), by: \.code)
        doubts = doubted.keys.sorted().map { code in
            Doubt(
                code: code, count: doubted[code]!.count,
                fingerprint: Self.fingerprint(of: doubted[code]!.map { Self.text(of: $0, in: tables) }))
        }
        alike = AlikeChildren.all(in: tables)
    }

    private static func rank(_ group: Group) -> Int {
        group.first.severity == .error ? 0 : group.first.needsAcceptance ? 1 : 2
    }

    /// The hash of some texts, whatever their order.
    static func fingerprint(of texts: [String]) -> String {
        SHA256.digest(of: Array(texts.sorted().joined(separator: "\n").utf8)).description
    }

    /// A problem with the ids of its row: sentences name no child, and another child in the same row is another doubt.
    private static func text(of problem: Problem, in tables: [WrittenTable]) -> String {
        guard let row = problem.spot?.row,
            let table = tables.first(where: { $0.file == problem.file && $0.sheet == problem.sheet }),
            let place = table.row(numbered: row)
        else { return problem.description }
        return ([problem.description] + table.ids(row: place)).joined(separator: "\t")
    }

    func table(of problem: Problem) -> WrittenTable? {
        tables.first { $0.file == problem.file && $0.sheet == problem.sheet }
    }

    func table(_ kind: CaseTable) -> WrittenTable? { tables.first { $0.kind == kind } }
}

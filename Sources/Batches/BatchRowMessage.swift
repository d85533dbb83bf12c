import Admissions
import CaseFiles
import Rounds

/// What became of one case of a batch.
public struct BatchRowMessage: Message {
    public let message = "case"
    public let folder, month, round, state, note: String
    public let revision, children, placed, stays, held, claims: Int?
    private let row: BatchSummary.Row

    private enum CodingKeys: CodingKey {
        case message, folder, month, round, state, note, revision, children, placed, stays, held, claims
    }

    public init(_ row: BatchSummary.Row) {
        self.row = row
        (folder, month, round, state, note) = (row.folder, row.month, row.round, row.state.rawValue, row.note)
        let counts = row.counts
        (revision, children, placed) = (counts?.revision, counts?.children, counts?.placed)
        (stays, held, claims) = (counts?.stays, counts?.held, counts?.claims)
    }

    public func lines(in language: Language) -> [String] {
        var line = "\(folder): \(state)"
        if let counts = row.counts {
            line += ", revision \(counts.revision): \(counts.children) \(counts.children == 1 ? "child" : "children")"
            line += ", placed \(counts.placed), staying \(counts.stays), held \(counts.held)"
            if counts.claims > 0 { line += ", households with a claim \(counts.claims)" }
        }
        if !note.isEmpty { line += row.counts == nil ? ": \(note)" : "; \(note)" }
        return [line]
    }
}

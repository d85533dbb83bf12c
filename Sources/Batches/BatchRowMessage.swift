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
        (folder, month, round, state, note) = (row.folder, row.month, row.round, row.state.rawValue, row.note.english)
        let counts = row.counts
        (revision, children, placed) = (counts?.revision, counts?.children, counts?.placed)
        (stays, held, claims) = (counts?.stays, counts?.held, counts?.claims)
    }

    public func lines(in language: Language) -> [String] {
        if language == .japanese { return [japanese] }
        var line = "\(folder): \(state)"
        if let counts = row.counts {
            line += ", revision \(counts.revision): \(counts.children) \(counts.children == 1 ? "child" : "children")"
            line += ", placed \(counts.placed), staying \(counts.stays), held \(counts.held)"
            if counts.claims > 0 { line += ", households with a claim \(counts.claims)" }
        }
        if !note.isEmpty { line += row.counts == nil ? ": \(note)" : "; \(note)" }
        return [line]
    }

    private var japanese: String {
        var line = "\(folder): \(row.state.phrase.japanese)"
        if let counts = row.counts {
            line += "、第 \(counts.revision) 版: 児童 \(counts.children) 人、内定 \(counts.placed) 人、"
            line += "転園保留 \(counts.stays) 人、保留 \(counts.held) 人"
            if counts.claims > 0 { line += "、優先順位の逆転・空き枠の残りがある世帯 \(counts.claims)" }
        }
        return line + (note.isEmpty ? "" : "（\(row.note.japanese)）")
    }
}

import Admissions
import CaseFiles

/// What an audit of a saved result found.
public struct AuditSummary: Message {
    public let message = "verified"
    public let result: String
    public let faults: [String]
    public let counts: RunRecord.Counts
    public let proof: ProofFindings
    public let optimality: Optimality
    /// Files of the case that differ from those that the result was made of, byte by byte.
    public let otherFiles: [String]
    /// Remarks that are no faults.
    public let notes: [String]
    private let notePhrases: [Phrase]

    private enum CodingKeys: CodingKey { case message, result, faults, counts, proof, optimality, otherFiles, notes }

    /// The summary of an audit of the result that is called `name`.
    public init(_ findings: ResultAudit.Findings, of name: String) {
        result = name
        faults = findings.faults.map(\.english)
        counts = findings.record.counts
        proof = findings.proof
        optimality = findings.proof.optimality
        otherFiles = findings.otherFiles
        notes = findings.notes.map(\.english)
        notePhrases = findings.notes
    }

    /// The lines for a result without faults; no lines for one with faults.
    public func lines(in language: Language) -> [String] {
        if !faults.isEmpty { return [] }
        let claims = counts.claims
        let copies = otherFiles.joined(separator: ", ")
        let said =
            [
                Phrase(
                    "\(result): 検証しました。内定 \(counts.placed) 人、転園保留 \(counts.stays) 人、保留 \(counts.held) 人。"
                        + "受入枠を超えるところはなく、どの世帯も受け入れられる組み合わせになっています。",
                    "\(result): verified. \(counts.placed) placed, \(counts.stays) staying, \(counts.held) held; no seat limit is "
                        + "exceeded, every household has an outcome of its list,"),
                claims == 0
                    ? Phrase(
                        "優先順位の逆転も空き枠の残りもありません（安定）。", "nobody has a justified claim: the allocation is stable.")
                    : Phrase(
                        "優先順位の逆転・空き枠の残りがある世帯は \(claims) で、結果に書かれたとおりです。",
                        "and \(claims) household\(claims == 1 ? " has" : "s have") a justified claim, as written."),
            ]
            + (otherFiles.isEmpty
                ? []
                : [
                    Phrase(
                        "結果は同じ内容の別の写しから作られています: \(copies)", "made of another copy of \(copies), which says the same.")
                ]) + notePhrases + proof.phrases
        return said.map { $0[language] }
    }
}

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

    /// The summary of an audit of the result that is called `name`.
    public init(_ findings: ResultAudit.Findings, of name: String) {
        result = name
        faults = findings.faults
        counts = findings.record.counts
        proof = findings.proof
        optimality = findings.proof.optimality
        otherFiles = findings.otherFiles
        notes = findings.notes
    }

    /// The lines for a result without faults; no lines for one with faults.
    public func lines(in language: Language) -> [String] {
        if !faults.isEmpty { return [] }
        var lines: [String] = []
        func say(_ line: String) { lines.append(line) }
        say(
            "\(result): verified. \(counts.placed) placed, \(counts.stays) staying, \(counts.held) held; no seat limit is "
                + "exceeded, every household has an outcome of its list,")
        say(
            counts.claims == 0
                ? "nobody has a justified claim: the allocation is stable."
                : "and \(counts.claims) household\(counts.claims == 1 ? " has" : "s have") a justified claim, as written."
        )
        if !otherFiles.isEmpty {
            say("made of another copy of \(otherFiles.joined(separator: ", ")), which says the same.")
        }
        for note in notes { say(note) }
        for sentence in proof.sentences { say(sentence) }
        return lines
    }
}

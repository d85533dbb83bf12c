import Admissions
import Allocating
import Asking
import CaseFiles
import Foundation
import Reports

/// What a person wants to know first of a round whose result was written.
public struct RoundSummary: Message {
    public let message = "done"
    public let out: String
    public let status: RunStatus
    public let termination: Termination?
    public let counts: RunRecord.Counts
    /// Why the work after the proof was not completed, as in ``RunRecord/Sufficiency/cut`` or ``RunRecord/Advice/cut``; left out
    /// where it was.
    public let cut: String?
    private let record: RunRecord
    private let advice: Adviser.Findings

    private enum CodingKeys: CodingKey { case message, out, status, termination, counts, cut }

    /// The summary of a result that was written to the folder `out`.
    public init(_ result: RoundResult, out: String) {
        record = result.record
        advice = result.advice
        self.out = out
        status = record.status
        termination = record.termination
        counts = record.counts
        cut = record.endedBy?.rawValue
    }

    public func lines(in language: Language) -> [String] {
        var lines: [String] = []
        func say(_ line: String) { lines.append(line) }
        let counts = record.counts
        let seconds = String(format: "%.2f", record.timings.values.reduce(0, +))
        say(
            "\(record.municipality), \(record.round): \(counts.children) children, \(counts.facilities) facilities")
        say("  placed \(counts.placed), staying \(counts.stays), held \(counts.held)")
        if let phases = record.phases, let across = counts.phaseClaims {
            let names = phases.map(\.name).joined(separator: ", ")
            say("  phases: \(names); claims across phases, not counted: \(across)")
        }
        if let pinned = counts.pinned, pinned > 0, let overridden = counts.overriddenClaims {
            say("  pinned \(pinned); claims that only pins explain, not counted: \(overridden)")
        }
        let claims =
            counts.claims == 0
            ? "no justified claims: the allocation is stable"
            : "households with a justified claim: \(counts.claims)"
        switch record.termination {
        case .proved?, nil:
            say(
                "  \(claims)\(counts.claims == 0 ? "" : ", proved fewest (no allocation has fewer)"); result proved")
        case .stopped(let limit)?:
            say(
                "  \(claims) (at least \(record.levels[0].bound ?? 0) in any allocation); "
                    + "not proved: \(limit.phrase.english)")
        }
        if counts.claims > 0, record.isProved {
            let reason =
                switch advice.cut {
                case .time: "the time ended"
                case .interrupted: "interrupted"
                case .work, nil: "too much work"
                }
            let left = advice.candidates - advice.tried
            say(
                advice.candidates == 0 && advice.cut != nil
                    ? "  advice: not looked for (\(reason))"
                    : "  advice: \(advice.advice.count) of \(advice.tried) changes tried lead to fewer claims"
                        + (left == 0 ? "" : "; \(left) not tried (\(reason))"))
        }
        if let asked = record.sufficient, let cut = asked.cut {
            let reason =
                switch cut {
                case .time: "cut short by the time limit"
                case .interrupted: "cut short: interrupted"
                case .work: "ended after as much work as is done for it"
                }
            say("  what would have sufficed: \(reason); \(asked.examined) wishes looked at")
        }
        say("  verified independently; \(seconds) s; written to \(out)")
        return lines
    }
}

import Admissions
import CaseFiles
import Foundation
import Ledger
import Reports
import Rounds

/// A run of the ledger.
public struct LedgerRunMessage: Message {
    public let message = "run"
    public let number: Int
    public let state: String
    public let supersededBy: Int?
    public let run: RecordedRun
    private let shown: LedgerRun

    private enum CodingKeys: CodingKey { case message, number, state, supersededBy, run }

    public init(_ run: LedgerRun) {
        shown = run
        number = run.number
        state = run.state.rawValue
        supersededBy = run.supersededBy
        self.run = run.run
    }

    public func lines(in language: Language) -> [String] {
        [
            "\(number)  \(run.key)  revision \(run.revision)  \(state)"
                + (supersededBy.map { ", superseded by \($0)" } ?? "") + (shown.setAside == nil ? "" : ", set aside")
                + "  placed \(run.placed), staying \(run.stays), held \(run.held)"
        ]
    }

    /// Everything that is recorded of the run, in lines for people.
    public var facts: [String] {
        var lines: [String] = []
        func say(_ line: String) { lines.append(line) }
        let facts = shown.run
        say("run \(shown.number): \(facts.key), revision \(facts.revision)")
        if let before = facts.supersedes { say("  supersedes run \(before)") }
        if let after = shown.supersededBy { say("  superseded by run \(after)") }
        say("  children \(facts.children), placed \(facts.placed), staying \(facts.stays), held \(facts.held)")
        say(
            "  households with a claim \(facts.claims); \(facts.status.rawValue)\(facts.limit.map { ": \($0.phrase.english)" } ?? "")"
        )
        if !facts.accepted.isEmpty { say("  warnings accepted: \(facts.accepted.joined(separator: ", "))") }
        say("  program \(facts.program)")
        say("  folder  \(facts.folder)")
        for (name, hash) in [
            ("inputs", facts.inputs), ("rules", facts.rules), ("case", facts.caseDigest), ("result", facts.result),
        ] { say("  \(name.padding(toLength: 7, withPad: " ", startingAt: 0)) \(hash)") }
        for entry in shown.history {
            say(
                "  \(entry.body.at)  entry \(entry.number): \(entry.body.event) by \(entry.body.by): \(entry.body.why)"
            )
            say("    \(entry.hash)")
        }
        return lines
    }
}

/// What checking a ledger found.
public struct LedgerCheckMessage: Message {
    public let message = "ledger"
    public let faults, notes: [String]
    public let entries, files: Int
    private let name: String

    private enum CodingKeys: CodingKey { case message, faults, notes, entries, files }

    /// What was found in the ledger that is called `name`.
    public init(_ found: LedgerVerification, of name: String) {
        (faults, notes, entries, files) = (found.faults, found.notes, found.entries, found.files)
        self.name = name
    }

    /// The lines for a ledger in which nothing was altered; no lines for any other.
    public func lines(in language: Language) -> [String] {
        faults.isEmpty
            ? ["\(name): verified. \(entries) entries, \(files) files of results; nothing was altered."] : []
    }
}

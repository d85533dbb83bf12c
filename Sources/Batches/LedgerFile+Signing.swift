import Admissions
import Foundation
import Ledger
import Rounds

extension LedgerFile {
    /// Every entry, in order, of a ledger that must be there.
    ///
    /// - Parameter name: What an error calls the ledger.
    /// - Throws: `LedgerFault`, also `LedgerFault.missing(path:)`.
    public func entries(ofLedger name: String) throws(LedgerFault) -> [LedgerEntry] {
        guard isThere else { throw .missing(path: name) }
        return try entries()
    }

    /// Adds an entry about a run, while no other program works with the ledger.
    ///
    /// Nobody signs what is not there any more as it was computed: before a run is moved to its next state its result folder is
    /// checked.
    ///
    /// - Parameters:
    ///   - text: The run's number, or the month or round that names it.
    ///   - step: What is done.
    ///   - by: Who does it.
    ///   - why: Why it is done.
    ///   - name: What an error calls the ledger.
    ///   - waits: Whether to wait for another program that works with the ledger.
    ///   - time: When it is done.
    /// - Returns: The run as it was, and the new entry.
    /// - Throws: ``BatchError/ledger(_:)``, or ``BatchError/round(_:)`` where the text names no run, or several.
    public func sign(
        runNamed text: String, as step: LedgerStep, by: String, why: String, ofLedger name: String,
        waits: Bool = false, at time: Date = Date()
    ) throws(BatchError) -> SignedRun {
        try BatchError.wrapping {
            guard isThere else { throw LedgerFault.missing(path: name) }
            let lock = try LedgerLock(url, waits: waits)
            defer { withExtendedLifetime(lock) {} }
            let run = try entries(ofLedger: name).run(named: text, in: name)
            let at = time.formatted(.iso8601)
            let entry: LedgerEntry
            switch step {
            case .advance(let state):
                if let remedy = step.remedy(for: run, ofLedger: name) { throw LedgerFault.refused(remedy) }
                // That a run was set aside says more than what is wrong with its folder.
                let faults = run.setAside == nil ? faults(ofFolder: run.run) : []
                if !faults.isEmpty { throw LedgerFault.alteredFolder(path: name, run: run.number, faults: faults) }
                entry = try advance(to: state, run: run.number, by: by, at: at, why: why)
            case .withdraw: entry = try withdraw(run: run.number, by: by, at: at, why: why)
            case .setAside: entry = try setAside(run: run.number, by: by, at: at, why: why)
            }
            return SignedRun(run: run, entry: entry, time: time)
        }
    }
}

/// What somebody does to a run of a ledger.
public enum LedgerStep: Hashable, Sendable {
    /// Moves it to this state, `reviewed`, `approved` or `published`, from the one before.
    case advance(RunState)
    /// Takes back the approval, or the review of a run that is not approved.
    case withdraw
    /// Says that its result folder does not count any more.
    case setAside

    /// The commands that must come first, where the run has not come as far; `nil`: none.
    fileprivate func remedy(for run: LedgerRun, ofLedger name: String) -> Phrase? {
        guard case .advance(let state) = self, run.supersededBy == nil, run.setAside == nil else { return nil }
        let missing = RunState.allCases.filter { $0 > run.state && $0 < state }
        guard let first = missing.first else { return nil }
        let commands = missing.map {
            "enmusubi ledger \($0.command) \(shellWord(name)) \(run.number)"
        }
        return Phrase(
            "\(run.number) 番は「\(run.state.japanese)」です。次にできるのは「\(first.japanese)」だけです。先に次を実行してください: "
                + commands.map { "\($0) --by 職員番号 --why 理由" }.joined(separator: "、"),
            "run \(run.number) is \(run.state.rawValue); only \(first.rawValue) can follow. First: "
                + commands.map { "\($0) --by ID --why TEXT" }.joined(separator: ", then "))
    }
}

extension RunState {
    /// The command of `enmusubi ledger` that leads to it.
    fileprivate var command: String {
        switch self {
        case .computed: "batch"
        case .reviewed: "review"
        case .approved: "approve"
        case .published: "publish"
        }
    }
}

/// An entry that somebody made about a run.
public struct SignedRun: Message {
    public let message = "entry"
    public let run, entry: Int
    public let event, state, hash: String
    private let before: LedgerRun
    private let time: Date

    private enum CodingKeys: CodingKey { case message, run, entry, event, state, hash }

    init(run: LedgerRun, entry: LedgerEntry, time: Date) {
        (self.run, self.entry, event, state) = (run.number, entry.number, entry.body.event, entry.body.state.rawValue)
        (hash, before, self.time) = (entry.hash, run, time)
    }

    public func lines(in language: Language) -> [String] {
        let when = LocalTime.text(of: time.formatted(.iso8601), in: .current)
        let key = before.run.key
        let revision = before.run.revision
        let entry = Phrase("  記録 \(entry)、\(when)、\(hash)", "  entry \(entry), \(when), \(hash)")
        return (events(key, revision) + [entry]).map { $0[language] }
    }

    private func events(_ key: RoundKey, _ revision: Int) -> [Phrase] {
        let subject = Phrase("\(run) 番（\(key)、第 \(revision) 版）", "run \(run), \(key), revision \(revision)")
        let new = RunState(rawValue: state)!
        switch LedgerAct(rawValue: event) {
        case nil: return [Phrase("\(subject.japanese): \(new.japanese)", "\(subject.english): \(state)")]
        case .withdrawn:
            return [
                Phrase(
                    "\(subject.japanese): 「\(before.state.japanese)」を取り消し、「\(new.japanese)」に戻しました",
                    "\(subject.english): no longer \(before.state.rawValue); \(state) again")
            ]
        case .setAside:
            return [
                Phrase(
                    "\(subject.japanese): 使わないことにしました。フォルダ \(before.run.folder) はそのまま残ります。次の batch が新しい版を作ります",
                    "\(subject.english): set aside; its folder \(before.run.folder) stays as it is, and the next batch makes a new "
                        + "revision")
            ]
        }
    }
}

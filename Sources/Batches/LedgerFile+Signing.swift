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

    /// Moves a run to the next state, while no other program works with the ledger.
    ///
    /// Nobody signs what is not there any more as it was computed: the run's result folder is checked first.
    ///
    /// - Parameters:
    ///   - text: The run's number, or the month or round that names it.
    ///   - state: `reviewed`, `approved` or `published`; the run must be in the state before.
    ///   - by: Who does it.
    ///   - why: Why it is done.
    ///   - name: What an error calls the ledger.
    ///   - time: When it is done.
    /// - Returns: The run as it was, and the new entry.
    /// - Throws: ``BatchError/ledger(_:)``, or ``BatchError/round(_:)`` where the text names no run, or several.
    public func sign(
        runNamed text: String, as state: RunState, by: String, why: String, ofLedger name: String,
        at time: Date = Date()
    ) throws(BatchError) -> (run: LedgerRun, entry: LedgerEntry) {
        try BatchError.wrapping {
            guard isThere else { throw LedgerFault.missing(path: name) }
            let lock = try LedgerLock(url)
            defer { withExtendedLifetime(lock) {} }
            let run = try entries(ofLedger: name).run(named: text, in: name)
            let faults = faults(ofFolder: run.run)
            if !faults.isEmpty { throw LedgerFault.altered(path: name, faults: faults) }
            let entry = try advance(to: state, run: run.number, by: by, at: time.formatted(.iso8601), why: why)
            return (run, entry)
        }
    }
}

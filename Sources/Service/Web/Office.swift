import BuildVersion
import Foundation
import Logging

/// Everything that a visit can use. One for the service.
struct Office: Sendable {
    let options: ServiceOptions
    let store: Store
    let accounts: Accounts
    let log: AccessLog
    let rounds: RoundBook
    let cases: CaseDesk
    let acceptances: Acceptances
    let papers: Papers
    let runs: RunBook
    let handIns: HandIns
    let ledger: LedgerDesk
    let desk: RunDesk
    let results: ResultDesk
    let logger: Logger

    init(_ options: ServiceOptions, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.options = options
        self.logger = logger
        store = try Store(options.data, now: now)
        accounts = Accounts(store)
        log = try AccessLog(options.data.appending(path: "access.sqlite"), now: now)
        rounds = RoundBook(store: store)
        cases = CaseDesk(rounds)
        acceptances = Acceptances(store: store)
        papers = Papers(store: store)
        runs = RunBook(store: store)
        results = ResultDesk(cases: cases, runs: runs)
        handIns = HandIns(store: store)
        ledger = LedgerDesk(options, now: now)
        desk = RunDesk(
            options, rounds: rounds, cases: cases, runs: runs, handIns: handIns, ledger: ledger, logger: logger)
    }
}

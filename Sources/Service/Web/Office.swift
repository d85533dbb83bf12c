import BuildVersion
import Foundation
import Logging

/// Everything that a visit can use. One for the service.
struct Office: Sendable {
    let options: ServiceOptions
    let store: Store
    let accounts: Accounts
    let settings: SectionSettings
    let notes = OneTimeNotes()
    let log: AccessLog
    let anchors: Anchors
    let pace = Pace()
    let rounds: RoundBook
    let cases: CaseDesk
    let acceptances: Acceptances
    let papers: Papers
    let runs: RunBook
    let handIns: HandIns
    let ledger: LedgerDesk
    let desk: RunDesk
    let results: ResultDesk
    let program: ProgramDesk
    let prints: Prints
    let following: FollowingRounds
    let logger: Logger

    init(_ options: ServiceOptions, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.options = options
        self.logger = logger
        store = try Store(options.data, now: now)
        accounts = Accounts(store)
        settings = SectionSettings(store: store, needsTwoPeopleAtFirst: options.needsTwoPeople)
        log = try AccessLog(options.data.appending(path: "access.sqlite"), now: now)
        anchors = Anchors(store: store)
        rounds = RoundBook(store: store)
        cases = CaseDesk(rounds)
        acceptances = Acceptances(store: store)
        papers = Papers(store: store)
        runs = RunBook(store: store)
        results = ResultDesk(cases: cases, runs: runs)
        handIns = HandIns(store: store)
        ledger = LedgerDesk(options, settings: settings, now: now)
        program = ProgramDesk(options.program)
        prints = Prints(store: store)
        following = FollowingRounds(store: store)
        desk = RunDesk(
            options, settings: settings, rounds: rounds, cases: cases, runs: runs, handIns: handIns, ledger: ledger,
            logger: logger)
    }
}

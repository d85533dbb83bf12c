import Admissions
import ArgumentParser
import Batches
import CaseFiles
import Rounds
import Terminal

struct Next: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "next",
        abstract: "Make the case of the next month or round from a case and its result in the ledger.",
        discussion: """
            Held children stay in play until March, placed ones leave and take their seats, transfers free theirs. CASE may
            hold declines.csv and withdrawals.csv (child_id, date, reason) and new_children.csv (as children.csv): declines
            give seats back, withdrawals leave, new children join. waiting_months counts the months since a child applied, for
            a priority key that uses it. A sibling's new place becomes one where a sibling is enrolled, and under sameOnly the
            only wish. Decisions of the staff (pins.csv) are for one round and are not carried. Sibling answers of new
            households are added to households.csv of the new case, whose tables have the names, headers, words and encoding of CASE;
            its changes.csv says what changed, child by child.

            EXAMPLES:
              enmusubi next inbox/2027-04-second ledger.sqlite --month 2027-05 --out inbox/2027-05
              enmusubi next inbox/2027-04 ledger.sqlite --month 2027-04 --round "2027-04 second" --out inbox/2027-04-second
              enmusubi next inbox/2027-05 ledger.sqlite --month 2027-06 --out inbox/2027-06 --children
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var ledger: LedgerArgument
    @OptionGroup var writing: WritingOptions

    @Option(help: "The month of the next round, of the same fiscal year, such as 2027-05.", transform: enmusubi.month)
    var month: PlacementMonth

    @Option(help: "What the next round is called (default: the month).")
    var round: String?

    @Option(help: "Replaces the seed of the draw, where the next round has one of its own.")
    var drawSeed: String?

    @Option(
        help: ArgumentHelp(
            "Accept the warnings of this code about the three tables, which stop it otherwise; may be repeated.",
            valueName: "code"),
        transform: AcceptanceOptions.acceptableCode)
    var accept: [String] = []

    @Option(name: .out, help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String

    @Flag(help: "Show what changed child by child, not in numbers only.")
    var children = false

    var console: Console { input.console(onlyTells: true) }

    func perform(_ console: Console) throws {
        let (subject, reading) = try input.read(console)
        guard let draft = reading.draft else { preconditionFailure("a case that was read has a draft") }
        let recorded = try RecordedResult(of: subject, named: input.folder, in: ledger.file, threads: input.threads)
        console.tellUnapproved(recorded)
        let rows = CaseFolder(path: input.folder).readBetweenRounds()
        console.report(rows.problems)
        // A second round of the same month cannot be called like the month.
        if round == nil, month == subject.month { throw BatchError.cannotFollow(.sameRound(month.description)) }
        var options = NextRound.Options(month: month)
        options.round = round
        options.drawSeed = drawSeed
        options.acceptance = Acceptance(codes: accept)
        options.threads = input.threads
        let next = try NextRound(after: recorded, draft, rows, to: options)
        console.report(next.warnings)
        try next.write(to: CaseFolder(path: out), access: writing.access, threads: input.threads)
        for message in next.messages(after: recorded.run, out: out, listsChildren: children) {
            console.answer(message)
        }
    }
}

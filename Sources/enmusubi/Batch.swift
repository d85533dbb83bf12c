import Admissions
import ArgumentParser
import Batches
import CaseFiles
import Foundation
import Rounds
import Terminal

struct Batch: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Allocate every case of a folder that is new or changed, and record it in a ledger.",
        discussion: """
            Takes the case folders of INBOX in the order of month and round. Each is checked, compared with the round before
            it in the ledger, allocated and verified; its result goes to DIR/CASE/revision-N, with a copy of the case in it,
            and into the ledger. What is done and unchanged is left alone; a changed case becomes a new revision. One bad
            case does not stop the others. A batch that was killed is finished by the next one; two never run at once.
            A case whose files changed a moment ago may still be being copied: the batch waits --quiet-time seconds for it, and
            leaves it for the next one where its files change on. Names that begin with a dot are passed over: copy a case as
            .NAME and rename it to NAME when it is whole, then it is never taken half. Links that lead out of the inbox, or of
            a case, are refused. DIR/batch.html sums the batch up. The log on standard error names rounds and numbers, never a child.

            Ends with 65 where a case failed, 74 where a result or the ledger could not be written, 4 where the ledger or a
            result folder was altered, 3 where a result is not proved, 130 when interrupted (Ctrl-C, TERM, HUP).

            EXAMPLES:
              enmusubi batch inbox --ledger ledger.sqlite --out results
              enmusubi batch inbox --ledger ledger.sqlite --out results --watch
              enmusubi batch inbox --ledger ledger.sqlite --out results --accept SEATS_CHANGED --by k-012
            """)

    @Argument(help: "A folder of case folders.", completion: .directory)
    var inbox: String

    @Option(help: "The ledger; made where it does not exist.", completion: .file())
    var ledger: String

    @Option(name: .out, help: "The folder for result folders; made where it does not exist.", completion: .directory)
    var out: String

    @Option(
        help: ArgumentHelp(
            "Accept the warnings of this code in every case, which fails otherwise; may be repeated.", valueName: "code"
        ),
        transform: AcceptanceOptions.acceptableCode)
    var accept: [String] = []

    @OptionGroup var rounds: RoundOptions
    @OptionGroup var writing: WritingOptions

    @Option(help: ArgumentHelp("Who runs the batch, for the ledger.", valueName: "id"))
    var by = "enmusubi batch"

    @Flag(help: "Begin a ledger in which who reviewed a run may also approve it; another ledger stays as it is.")
    var onePerson = false

    @Flag(help: "Wait for another batch that works with the ledger, instead of ending with status 74.")
    var wait = false

    @Flag(help: "Keep running and take what comes into the inbox, once it has stopped changing; Ctrl-C ends it.")
    var watch = false

    @Option(help: "Seconds between two looks into the inbox, with --watch.")
    var interval = 5.0

    @Option(
        help: ArgumentHelp(
            "Seconds for which nothing in a case may have changed before it is taken; 0: take it at once.",
            valueName: "seconds"))
    var quietTime = 5.0

    @Option(help: "What is logged: \(LogLevel.allCases.map(\.rawValue).joined(separator: ", ")).")
    var logLevel = LogLevel.info

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    @OptionGroup var speech: LanguageOption

    @Option(help: "Threads that work at the same time (default: one for each core); the result is the same with any.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        try valid(OptionValues.check(threads: threads))
        if !(interval >= 0.1 && interval <= 86_400) {
            throw ValidationError("--interval は 0.1 秒から 86400 秒までです。", "--interval must be 0.1 to 86400 seconds.")
        }
        if !(quietTime >= 0 && quietTime <= 86_400) {
            throw ValidationError("--quiet-time は 0 秒から 86400 秒までです。", "--quiet-time must be 0 to 86400 seconds.")
        }
        if by.isEmpty || holdsMyNumber(by) {
            throw ValidationError("--by には職員の番号を書いてください。", "--by must be an id of the staff.")
        }
    }

    var console: Console { Console(isJSON: json, onlyTells: true, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        try Round.requireSolver(rounds.solver)
        if FileManager.default.fileExists(atPath: URL(fileURLWithPath: inbox).appending(path: "case.yaml").path) {
            throw RoundError.invalidRequest(
                Phrase(
                    "\(inbox) は案件で、案件の置き場所ではありません。案件を置いたフォルダを指定するか、enmusubi run を使ってください。",
                    "\(inbox) is a case, not a folder of cases; give the folder that holds it, or use enmusubi run."))
        }
        let interruption = Interruption()
        var options = MonthlyBatch.Options(inbox: inbox, ledger: ledger, out: out, by: by)
        options.acceptance = Acceptance(codes: accept)
        options.round = rounds.options(threads: threads)
        options.access = writing.access
        options.waits = wait
        options.needsTwoPeople = !onePerson
        options.quietTime = quietTime
        let teller = BatchTeller(console, loggingFrom: logLevel.level)
        let batch = MonthlyBatch(options, stop: interruption.signal, hears: { teller.tell($0) })
        guard watch else { return try teller.conclude(try batch.pass()) }
        let last = try batch.watch(every: interval) { teller.sumUp($0) }
        if !last.failures.isEmpty { try last.end() }
    }
}

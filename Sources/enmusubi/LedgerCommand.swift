import Admissions
import ArgumentParser
import Batches
import CaseFiles
import Ledger
import Service
import Terminal

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "See what was computed; review, approve and publish it; check that nothing was altered.",
        discussion: """
            A run is named by its number, or by its month or round where that names one run. The ledger holds rounds, counts
            and hashes, no child. An approved run cannot be changed: a changed case becomes a new revision that supersedes it. Who
            reviewed a run may not approve it, unless batch made the ledger with --one-person.

            EXAMPLES:
              enmusubi ledger list ledger.sqlite
              enmusubi ledger show ledger.sqlite 2027-05
              enmusubi ledger review ledger.sqlite 3 --by k-012 --why "checked against the list of facilities"
              enmusubi ledger approve ledger.sqlite 3 --by k-001 --why "allocation meeting of 5 February"
              enmusubi ledger publish ledger.sqlite 3 --by k-012 --why "notices sent"
              enmusubi ledger set-aside ledger.sqlite 3 --by k-012 --why "placements.csv was saved in Excel"
              enmusubi ledger verify ledger.sqlite
              enmusubi ledger export ledger.sqlite > ledger.jsonl
            """,
        subcommands: [
            LedgerList.self, LedgerShow.self, LedgerReview.self, LedgerApprove.self, LedgerPublish.self,
            LedgerWithdraw.self, LedgerSetAside.self, LedgerExport.self, LedgerVerify.self,
        ])

    @OptionGroup var speech: LanguageOption
}

struct LedgerList: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "One line a run: number, month, round, revision, state, counts.",
        discussion: """
            EXAMPLES:
              enmusubi ledger list ledger.sqlite
              enmusubi ledger list ledger.sqlite --all --json
            """)

    @OptionGroup var ledger: LedgerArgument

    @Flag(help: "List superseded revisions too.")
    var all = false

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    @OptionGroup var speech: LanguageOption

    var console: Console { Console(isJSON: json, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        for run in try ledger.entries().runs where all || run.supersededBy == nil {
            console.answer(LedgerRunMessage(run))
        }
    }
}

struct LedgerShow: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Everything that is recorded of one run.",
        discussion: """
            EXAMPLES:
              enmusubi ledger show ledger.sqlite 3
              enmusubi ledger show ledger.sqlite 2027-05
            """)

    @OptionGroup var meant: RunArguments
    @OptionGroup var speech: LanguageOption

    var console: Console { Console(isJSON: false, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        let shown = try meant.ledger.entries().run(named: meant.run, in: meant.ledger.ledger)
        for line in LedgerRunMessage(shown).facts(in: console.language) { console.say(line) }
    }
}

/// What the commands share that add an entry about a run.
protocol LedgerSigning: TellingCommand {
    var signature: SignatureOptions { get }
    static var step: LedgerStep { get }
}

extension LedgerSigning {
    var console: Console { Console(isJSON: false, onlyTells: true, language: signature.speech.chosen()) }

    func perform(_ console: Console) throws {
        let meant = signature.meant
        let signed = try meant.ledger.file.sign(
            runNamed: meant.run, as: Self.step, by: signature.by, why: signature.why, ofLedger: meant.ledger.ledger,
            waits: signature.wait)
        for line in signed.lines(in: console.language) { console.say(line) }
    }

    /// The configuration of a command with one example.
    static func configured(_ name: String, _ abstract: String, example: String) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: "EXAMPLES:\n  enmusubi ledger \(name) ledger.sqlite 3 \(example)")
    }
}

struct LedgerReview: LedgerSigning {
    static let configuration = configured(
        "review", "Say that somebody has looked a computed run through.",
        example: #"--by k-012 --why "checked against the list of facilities""#)
    static let step = LedgerStep.advance(.reviewed)
    @OptionGroup var signature: SignatureOptions
}

struct LedgerApprove: LedgerSigning {
    static let configuration = configured(
        "approve", "Approve a reviewed run; from then on it can only be superseded, or the approval taken back.",
        example: #"--by k-001 --why "allocation meeting of 5 February""#)
    static let step = LedgerStep.advance(.approved)
    @OptionGroup var signature: SignatureOptions
}

struct LedgerPublish: LedgerSigning {
    static let configuration = configured(
        "publish", "Say that an approved run was published.", example: #"--by k-012 --why "notices sent""#)
    static let step = LedgerStep.advance(.published)
    @OptionGroup var signature: SignatureOptions
}

struct LedgerWithdraw: LedgerSigning {
    static let configuration = configured(
        "withdraw", "Take back an approval, or a review; a published run cannot be taken back.",
        example: #"--by k-001 --why "another run was meant""#)
    static let step = LedgerStep.withdraw
    @OptionGroup var signature: SignatureOptions
}

struct LedgerSetAside: LedgerSigning {
    static let configuration = configured(
        "set-aside",
        "Say that a result folder was altered or lost, or is not wanted; the next batch makes a new revision.",
        example: #"--by k-012 --why "placements.csv was saved in Excel""#)
    static let step = LedgerStep.setAside
    @OptionGroup var signature: SignatureOptions
}

struct LedgerExport: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print every entry, one JSON object a line, for an archive or another check.",
        discussion: """
            `hash` is the SHA-256 of `previous`, a line feed, and the text `body`.

            EXAMPLES:
              enmusubi ledger export ledger.sqlite > ledger.jsonl
            """)

    @OptionGroup var ledger: LedgerArgument

    @OptionGroup var speech: LanguageOption

    var console: Console { Console(isJSON: true, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        for entry in try ledger.entries() { console.emit(entry) }
    }
}

struct LedgerVerify: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Find every altered byte of the ledger and of its result folders.",
        discussion: """
            Checks the chain of entries, compares the file byte for byte with one made of its entries anew, and hashes every
            file of every result folder. Ends with 4 where something was altered. That a result is right is what
            enmusubi verify CASE DIR checks. The access log of the section's service, access.sqlite, is checked likewise, with
            the hashes that service.sqlite beside it keeps; also while the service runs.

            EXAMPLES:
              enmusubi ledger verify ledger.sqlite
              enmusubi ledger verify data/access.sqlite
            """)

    @OptionGroup var ledger: LedgerArgument

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    @OptionGroup var speech: LanguageOption

    var console: Console { Console(isJSON: json, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        if AccessLog.isOne(at: ledger.file.url) { return try console.tell(AccessLog.verify(ledger.file.url)) }
        try console.tell(ledger.file.verify(), of: ledger.ledger)
    }
}

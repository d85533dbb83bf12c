import Admissions
import ArgumentParser
import Batches
import Foundation
import Ledger
import Programs
import Terminal

/// The ledger that a command works with.
struct LedgerArgument: ParsableArguments {
    @Argument(help: "The ledger that batch wrote.", completion: .file())
    var ledger: String

    var file: LedgerFile { LedgerFile(path: ledger) }

    func entries() throws(LedgerFault) -> [LedgerEntry] { try file.entries(ofLedger: ledger) }
}

/// A run of a ledger.
struct RunArguments: ParsableArguments {
    @OptionGroup var ledger: LedgerArgument

    @Argument(help: "The run: its number, or a month or round that names one.")
    var run: String
}

/// Who did something to which run of a ledger, and why.
struct SignatureOptions: ParsableArguments {
    @OptionGroup var meant: RunArguments
    @OptionGroup var speech: LanguageOption

    @Option(help: ArgumentHelp("Who does it, as an id of the staff; never a name of a child.", valueName: "id"))
    var by: String

    @Option(help: ArgumentHelp("Why, in a sentence that stands in the ledger for good.", valueName: "text"))
    var why: String

    @Flag(help: "Wait for a batch that works with the ledger, instead of ending with status 74.")
    var wait = false

    func validate() throws {
        for (name, text) in [("--by", by), ("--why", why)] {
            try valid(OptionValues.check(signature: name, text))
        }
    }
}

extension LogLevel: ExpressibleByArgument {}

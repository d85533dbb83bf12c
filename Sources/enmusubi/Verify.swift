import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import Rounds
import Terminal

struct Verify: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a result folder against its case, from the definition alone.",
        discussion: """
            Believes nothing in the folder but where each child ends up: seat limits, eligibility, sibling answers, claims,
            borders and counts are computed again, without any part of the solver, and every file and every field of run.json
            is compared. Then the proof in run.json is replayed, strike by strike. What the steps leave to a solver, and a round
            in phases or with pins, is solved again, unless --quick is given; --deep solves it with the solver that the result
            was not made with, and asks again for all that advice.csv and sufficient.csv say.
            The files of the case must be those that the result was made of, byte by byte; --other-copy allows other files of
            the same case, such as one saved in another encoding, and tells them.
            Ends with 0 when all agrees and the result is the one of the rules; with 3 when no fault was found, but that was not
            checked: with --quick, when the time ends, or for a result that is not proved itself; with 4 when a fault was
            found; with 65 when it is the result of another case.

            EXAMPLES:
              enmusubi verify city result
              enmusubi verify city result --json
              enmusubi verify city result --deep
              enmusubi verify city result --quick
            """)

    @OptionGroup var input: CaseArgument

    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String

    @Flag(help: "Solve the case again with the other solver, and ask again for advice and what would have sufficed.")
    var deep = false

    @Flag(help: "Solve nothing again; what the proof leaves to a solver is then not checked.")
    var quick = false

    @Flag(
        name: .customLong("other-copy"),
        help: "The files of the case may be another copy than the result was made of, as long as they say the same.")
    var otherCopy = false

    @Option(help: "Seconds after which solving again stops.", transform: seconds)
    var timeLimit: Double?

    func validate() throws {
        if deep, quick {
            throw ValidationError("--deep と --quick は一緒に使えません。", "--deep and --quick exclude each other.")
        }
        if timeLimit != nil, quick {
            throw ValidationError(
                "--quick は何も解き直さないので、--time-limit は使えません。", "--time-limit is not for --quick, which solves nothing.")
        }
    }

    var console: Console { input.console() }

    func perform(_ console: Console) throws {
        let saved = try SavedResult(ResultFolder(path: result), named: result)
        if deep {
            do throws(RoundError) { _ = try ResultAudit.secondSolver(for: saved.record) } catch {
                console.tell(
                    Phrase(
                        "このプログラムには GLPK が組み込まれていないため、--deep に使う二つ目のソルバーがありません。GLPK を付けてビルドするか、"
                            + "--deep を外してください。",
                        "this build has no GLPK, so there is no second solver for --deep; build with the trait GLPK, or verify "
                            + "without --deep."))
                throw error.status
            }
        }
        let reading = input.load(
            console, objective: saved.objective, listsWarnings: false, doubts: .sought(previous: nil),
            tellsDoubts: false)
        _ = try input.require(reading, console, listsWarnings: false)
        var options = ResultAudit.Options()
        options.depth = deep ? .deep : quick ? .quick : .standard
        options.allowsOtherCopy = otherCopy
        options.timeLimit = timeLimit.map { .seconds($0) }
        options.threads = input.threads
        let interruption = Interruption()
        let findings = try ProgressLine(console).showing { hears throws(RoundError) in
            try ResultAudit.findings(
                on: saved, of: reading, named: input.folder, options: options, stop: interruption.signal, hears: hears)
        }
        try console.tell(findings, of: result)
    }
}

import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import Programs
import Reports
import Rounds
import Terminal

struct Run: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Allocate a case, verify the result and write it.",
        discussion: """
            The result folder is written whole or not at all. It is the one result of the rules, proved, unless
            --time-limit, Ctrl-C or a program too large to solve ends the search: then it is the best that was checked, and
            says so. Where something in the case cannot well be right, nothing is written until it is corrected or accepted
            by its code.

            EXAMPLES:
              enmusubi run city --out result
              enmusubi run city --out result --time-limit 60
              enmusubi run examples/two-nurseries --out result --solver native --no-reduction
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var acceptance: AcceptanceOptions
    @OptionGroup var writing: WritingOptions
    @OptionGroup var rounds: RoundOptions

    @Option(name: .out, help: "The result folder; it must not exist, or be empty.", completion: .directory)
    var out: String

    @Option(
        help: "A result that the report lays beside this one, as last month's; may be repeated.", completion: .directory
    )
    var compareWith: [String] = []
    @Flag(help: "Mark the result as a trial, on screen and on every sheet.") var trial = false

    @Option(help: "Replaces the objective of case.yaml: \(Objective.allCases.map(\.rawValue).joined(separator: ", ")).")
    var objective: Objective?

    @Flag(name: .customLong("no-reduction"), help: "Solve everything in one program: for small cases and for checking.")
    var noReduction = false

    @Option(
        help: ArgumentHelp(
            "Look for what would have sufficed for this many children without a place, by solving again; see sufficient.csv.",
            discussion: "By default for as many as take little time, where nobody has a claim; 0: for none.",
            valueName: "children"))
    var sufficient: Int?

    func validate() throws {
        try valid(OptionValues.check("sufficient", sufficient, in: 0...OptionValues.most))
    }

    var console: Console { input.console(onlyTells: true) }

    func perform(_ console: Console) throws {
        let start = ContinuousClock.now
        let interruption = Interruption()
        try Round.requireSolver(rounds.solver)
        try refuseFullFolder(out)
        let (subject, reading) = try input.read(console, objective: objective, doubts: try acceptance.doubts())
        var options = rounds.options(threads: input.threads)
        options.usesReduction = !noReduction
        options.sufficient = sufficient
        options.isTrial = trial
        try options.layBeside(compareWith, of: subject.municipality)
        let round = try Round(
            reading, named: input.folder, accepting: acceptance.acceptance, options: options, since: start)
        console.tellUnread(reading)
        let result = try ProgressLine(console).showing { hears throws(RoundError) in
            try round.run(stop: interruption.signal, hears: hears)
        }
        defer { Memory.leave((round, result)) }
        try writeFolder(
            try result.files(), to: URL(fileURLWithPath: out), access: writing.access, threads: input.threads)
        console.answer(RoundSummary(result, out: out))
        if result.record.sufficient?.cut == .time {
            console.say(
                Phrase(
                    "  もっと調べるときは --time-limit を長く、調べないときは --sufficient 0 にしてください",
                    "  give it more with a longer --time-limit, or leave it out with --sufficient 0"))
        }
        try result.record.refuseUnproved()
    }
}

extension RunRecord {
    /// Ends with the status of a result that is not proved, or whose questions were cut short.
    func refuseUnproved() throws {
        if isInterrupted { throw ExitStatus.interrupted }
        if !isProved || endedBy != nil { throw ExitStatus.notProved }
    }
}

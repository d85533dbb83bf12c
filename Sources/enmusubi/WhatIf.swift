import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import Programs
import Rounds
import Terminal

struct WhatIf: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "what-if",
        abstract: "Try changes of a case: who gains and who loses, by group.",
        discussion: """
            A change is \(Change.forms.joined(separator: "; ")). The case is not touched. With --draws the draw is repeated
            with this many seeds, for the case and the changed one alike, and each number is a median with the interval of 90 %
            of the draws. With --out are written groups.csv, and changes.csv for the draw as it stands.

            EXAMPLES:
              enmusubi what-if city --change seats:F012:1:+2
              enmusubi what-if city --change objective:placements --draws 100 --out more-places
              enmusubi what-if city --change siblings.aggregate:product --change answer:H00021:timing:any --lang ja
            """)

    @OptionGroup var input: CaseArgument

    @Option(help: "A change to try; may be repeated.", transform: change)
    var change: [Change]

    @Option(help: "With how many seeds the draw is repeated.")
    var draws = 1

    @Option(name: .out, help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String?

    @OptionGroup var writing: WritingOptions

    @Option(help: "Seconds after which to stop, with nothing written.", transform: seconds)
    var timeLimit: Double?

    static func change(_ text: String) throws -> Change {
        do { return try Change(text) } catch { throw ValidationError(error.phrase.japanese, error.phrase.english) }
    }

    func validate() throws {
        try valid(OptionValues.check("draws", draws, in: 1...100_000))
        if change.isEmpty { throw ValidationError("--change を指定してください。", "Give a --change.") }
    }

    var console: Console { input.console() }

    func perform(_ console: Console) throws {
        let start = ContinuousClock.now
        let interruption = Interruption()
        if let out { try refuseFullFolder(out) }
        let (subject, reading) = try input.read(console)
        guard let draft = reading.draft else { preconditionFailure("a case that was read has a draft") }
        let study = try PolicyStudy(draft, of: subject, change)
        let findings = try ProgressLine(console).showing { hears throws(RoundError) in
            try study.findings(
                draws: draws, threads: input.threads,
                deadline: Deadline(at: timeLimit.map { start + .seconds($0) }, signal: interruption.signal),
                hears: hears)
        }
        if let out {
            try writeFolder(try findings.files(), to: URL(fileURLWithPath: out), access: writing.access)
        }
        console.answer(findings.report)
    }
}

import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import Rounds
import Terminal

struct CompareRuns: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-runs",
        abstract: "Lay two results of the same children side by side: who gains and who loses, by group.",
        discussion: """
            The results are folders that run wrote, of one case or of two variants of it. A child gains when it ends up at a
            wish that it ranked higher. Siblings and classes are told from the results; with --case also transfer applicants
            and the groups of the case. With --out are written groups.csv and changes.csv. Results in which a child is of
            another household or class, or that are of other facilities or of another municipality, are refused; household
            numbers that were corrected in between are taken with --households-changed.

            EXAMPLES:
              enmusubi compare-runs result result-with-more-seats
              enmusubi compare-runs result other --case city --out changes --lang ja
            """)

    @Argument(help: "The result before.", completion: .directory)
    var before: String

    @Argument(help: "The result after.", completion: .directory)
    var after: String

    @Option(
        name: .customLong("case"), help: "A case folder of these children, for transfer applicants and groups.",
        completion: .directory)
    var caseFolder: String?

    @Option(name: .out, help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String?

    @Flag(help: "The numbers of households were changed on purpose between the two results; those of the second count.")
    var householdsChanged = false
    @OptionGroup var writing: WritingOptions

    @OptionGroup var speech: LanguageOption

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    var console: Console { Console(isJSON: json, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        if let out { try refuseFullFolder(out) }
        let results = try [before, after].map { try SavedResult(ResultFolder(path: $0), named: $0) }
        let comparison = try ResultComparison(results[0], results[1], householdsChanged: householdsChanged)
        let findings = comparison.findings(
            with: try caseFolder.map { try comparison.subject(CaseFolder(path: $0).read(), named: $0) })
        if let out {
            try writeFolder(try findings.files(), to: URL(fileURLWithPath: out), access: writing.access)
        }
        console.answer(findings.report)
    }
}

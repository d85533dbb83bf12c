import ArgumentParser
import CaseFiles
import Foundation
import Programs
import Rounds
import Terminal

struct Compare: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Lay a manual result beside the computed one, and say which decisions are the cause.",
        discussion: """
            manual.csv has the columns child_id and facility_id; a blank facility means held, or for a transfer applicant
            staying. Written are differences.csv, agreement.csv, roots.csv, faults.csv: what the manual result breaks by
            itself, and compare.html, which shows all of it on one page. The roots are a small set of
            household decisions which, pinned as staff decided, make the rules give the manual result in full, each with a
            likely cause where one change explains it; what is proved of their number is said.
            Ends with 0 when nothing differs, with 4 when something does, with 3 when the time ended the search.

            EXAMPLES:
              enmusubi compare city result --out comparison
              enmusubi compare city result --manual staff.csv --out comparison --lang ja
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var writing: WritingOptions

    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String

    @Option(help: "What staff decided (default: manual.csv in the case folder).", completion: .file())
    var manual: String?

    @Option(name: .out, help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String

    @Option(help: "Seconds after which to stop, with nothing written.", transform: seconds)
    var timeLimit: Double?

    var console: Console { input.console(onlyTells: true) }

    func perform(_ console: Console) throws {
        let start = ContinuousClock.now
        let interruption = Interruption()
        try refuseFullFolder(out)
        let saved = try SavedResult(ResultFolder(path: result), named: result)
        let (subject, _) = try input.read(console, objective: saved.objective)
        let computed = try saved.provedAllocation(of: subject)
        let url = manual.map { URL(fileURLWithPath: $0) } ?? ManualTable.url(in: URL(fileURLWithPath: input.folder))
        let (places, remarks) = try ManualComparison.reading(
            url, of: subject, named: url.lastPathComponent, in: URL(fileURLWithPath: input.folder))
        console.report(remarks)
        var comparison = try ManualComparison(
            of: subject, named: result, computed: computed,
            with: places, threads: input.threads,
            deadline: Deadline(at: timeLimit.map { start + .seconds($0) }, signal: interruption.signal))
        comparison.isTrial = saved.record.trial == true
        try writeFolder(try comparison.files(), to: URL(fileURLWithPath: out), access: writing.access)
        console.answer(comparison.summary)
        if !comparison.differences.isEmpty { throw ExitStatus.faultFound }
    }
}

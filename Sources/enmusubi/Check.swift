import Admissions
import ArgumentParser
import CaseFiles
import Rounds
import Terminal

struct Check: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Report every problem and warning of a case, and nothing else.",
        discussion: """
            Each line names file, line, column, severity and code, and says in one sentence what to do.
            Ends with 0 when there is no error, with 65 otherwise, and with 2 when a warning must be accepted before a run.

            EXAMPLES:
              enmusubi check examples/small-town
              enmusubi check city --json
              enmusubi check city --previous last-month
              enmusubi check city --points C00012
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var acceptance: AcceptanceOptions

    @Option(help: ArgumentHelp("Show how the points of this child come about.", valueName: "child"))
    var points: String?

    @Flag(help: "Show each of many problems of one cause.") var all = false

    var console: Console { input.console(optionForAll: all ? nil : "--all") }

    func perform(_ console: Console) throws {
        let reading = input.load(
            console, objective: nil, listsWarnings: true, doubts: try acceptance.doubts())
        try showPoints(reading, console)
        let subject = try input.require(reading, console, listsWarnings: true)
        for derivation in VacancyDerivation.all(of: reading.draft) { console.answer(derivation) }
        console.answer(CheckSummary(subject, reading))
        try acceptance.acceptance.accepted(of: reading.problems)
    }

    /// Shows the points of the child asked for, also where an error stands.
    private func showPoints(_ reading: CaseReading, _ console: Console) throws {
        guard let points, let draft = reading.draft else { return }
        let ids = TypedID(in: draft)
        let rows = ids.rows(points)
        if rows.isEmpty {
            console.tell(ids.refusal(points, in: input.folder))
            throw ExitStatus.wrongUsage
        }
        for row in rows { console.answer(PointsReport(draft, row: row)) }
    }
}

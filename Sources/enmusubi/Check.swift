import Admissions
import ArgumentParser
import CaseFiles

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Report every problem and warning of a case, and nothing else.",
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

    func run() throws {
        let console = Console(isJSON: input.json)
        let reading = input.load(
            console, objective: nil, listsWarnings: true, doubts: try acceptance.doubts(console))
        try showPoints(reading, console)
        let subject = try input.require(reading, console, listsWarnings: true)
        let summary = Summary(subject, reading)
        console.emit(summary)
        console.say(summary.text)
        _ = try acceptance.accepted(of: reading, console)
    }

    /// Shows the points of the child asked for, also where an error stands.
    private func showPoints(_ reading: CaseReading, _ console: Console) throws {
        guard let points, let draft = reading.draft else { return }
        guard let row = draft.children.firstIndex(where: { $0.id.text == points }) else {
            console.complain("enmusubi: there is no child \(points) in \(input.folder).")
            throw ExitStatus.wrongUsage
        }
        let report = PointsReport(draft, row: row)
        console.emit(report)
        console.say(report.text)
    }

    /// What the case holds.
    private struct Summary: Encodable {
        let message = "checked"
        let children: Int
        let facilities: Int
        let households: Int
        let warnings: Int
        let attributes: [String]

        init(_ subject: Case, _ reading: CaseReading) {
            children = subject.children.count
            facilities = subject.facilities.count
            households = Set(subject.children.map(\.householdID)).count
            warnings = reading.warnings.count
            attributes = subject.attributeNames
        }

        var text: String {
            let kept = attributes.isEmpty ? "" : "\nColumns kept as attributes: \(attributes.joined(separator: ", "))"
            return "\(children) children of \(households) households, \(facilities) facilities: no errors, "
                + "\(warnings) warning\(warnings == 1 ? "" : "s").\(kept)"
        }
    }
}

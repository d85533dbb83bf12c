import Admissions
import ArgumentParser
import CaseFiles

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Report every problem and warning of a case, and nothing else.",
        discussion: """
            Each line names file, line, column, severity and code, and says in one sentence what to do.
            Ends with 0 when there is no error, with 65 otherwise.

            EXAMPLES:
              enmusubi check examples/small-town
              enmusubi check city --json
            """)

    @OptionGroup var input: CaseArgument

    func run() throws {
        let console = Console(isJSON: input.json)
        let (subject, reading) = try input.read(console, listsWarnings: true)
        let summary = Summary(subject, reading)
        console.emit(summary)
        console.say(summary.text)
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

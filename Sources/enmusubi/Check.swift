import Admissions
import ArgumentParser
import CaseFiles
import Rounds

struct Check: TellingCommand {
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

    var console: Console { Console(isJSON: input.json, language: input.lang ?? .english) }

    func perform(_ console: Console) throws {
        let reading = input.load(
            console, objective: nil, listsWarnings: true, doubts: try acceptance.doubts())
        try showPoints(reading, console)
        let subject = try input.require(reading, console, listsWarnings: true)
        let summary = Summary(subject, reading)
        for derivation in derivations(of: reading.draft) {
            console.emit(derivation)
            console.say(isJapanese ? derivation.japanese : derivation.text)
        }
        console.emit(summary)
        console.say(lines: isJapanese ? summary.japanese : summary.text)
        try acceptance.acceptance.accepted(of: reading.problems)
    }

    private var isJapanese: Bool { input.lang == .japanese }

    /// Shows the points of the child asked for, also where an error stands.
    private func showPoints(_ reading: CaseReading, _ console: Console) throws {
        guard let points, let draft = reading.draft else { return }
        guard let row = draft.children.firstIndex(where: { $0.id.text == points }) else {
            console.complain("enmusubi: there is no child \(points) in \(input.folder).")
            throw ExitStatus.wrongUsage
        }
        let report = PointsReport(draft, row: row)
        console.emit(report)
        for line in report.lines { console.say(line) }
    }

    /// How the vacancies came about, where the table gives capacity and enrolment.
    private func derivations(of draft: CaseDraft?) -> [Derivation] {
        (draft?.facilities ?? []).sorted { $0.id < $1.id }.flatMap { facility in
            facility.vacancies.map { vacancy in
                Derivation(
                    facility: facility.id.text, ageClass: vacancy.ageClass, capacity: vacancy.capacity,
                    margin: vacancy.margin, enrolled: vacancy.enrolled, expected: vacancy.expected,
                    seats: vacancy.seats, derivation: vacancy.derivation, agrees: vacancy.agrees)
            }
        }
    }

    private struct Derivation: Encodable {
        let message = "vacancies"
        let facility: String
        let ageClass: Int
        let capacity: Int
        let margin: Int
        let enrolled: Int
        let expected: Int
        let seats: Int?
        let derivation: String
        let agrees: Bool

        var text: String {
            let terms = margin == 0 ? "capacity - enrolled" : "capacity \(margin < 0 ? "-" : "+") margin - enrolled"
            let said = seats.map { "seats \($0)" } ?? "not offered"
            return "\(facility) class \(ageClass): \(terms): \(derivation); \(said)\(agrees ? "" : ", which disagrees")"
        }

        var japanese: String {
            let terms = margin == 0 ? "定員-在籍" : "定員\(margin < 0 ? "-" : "+")弾力化枠-在籍"
            let said = seats.map { "受入可能数 \($0)" } ?? "募集なし"
            return "\(facility) \(ageClass)歳児: \(terms): \(derivation)、\(said)\(agrees ? "" : "(一致しません)")"
        }
    }

    /// What the case holds.
    private struct Summary: Encodable {
        let message = "checked"
        let children: Int
        let facilities: Int
        let households: Int
        let warnings: Int
        let attributes: [String]
        let unreadColumns: [String: [String]]
        private let unreadText: String

        private enum CodingKeys: CodingKey {
            case message, children, facilities, households, warnings, attributes, unreadColumns
        }

        init(_ subject: Case, _ reading: CaseReading) {
            children = subject.children.count
            facilities = subject.facilities.count
            households = subject.householdIDCount
            warnings = reading.warnings.count
            attributes = subject.attributeNames
            unreadColumns = reading.unreadColumnsByFile
            unreadText = reading.unreadColumnsText
        }

        var text: String {
            let kept =
                (attributes.isEmpty ? "" : "\nColumns kept as attributes: \(attributes.joined(separator: ", "))")
                + (unreadText.isEmpty ? "" : "\nColumns that nothing reads: \(unreadText)")
            return "\(children) children of \(households) households, \(facilities) facilities: no errors, "
                + "\(warnings) warning\(warnings == 1 ? "" : "s").\(kept)"
        }

        var japanese: String {
            let kept =
                (attributes.isEmpty ? "" : "\n属性として残した列: \(attributes.joined(separator: "、"))")
                + (unreadText.isEmpty ? "" : "\nどこにも使われない列: \(unreadText)")
            return "児童 \(children) 人、\(households) 世帯、\(facilities) 施設: エラーなし、注意 \(warnings) 件。\(kept)"
        }
    }
}

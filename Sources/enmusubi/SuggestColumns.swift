import ArgumentParser
import CaseFiles

struct SuggestColumns: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Propose a map of columns for case.yaml from the headers of a file.",
        discussion: """
            Only the header is read. What is printed belongs into case.yaml; read it before you use it: headers that are
            not known, and columns that are still needed, are listed as comments.

            EXAMPLES:
              enmusubi suggest-columns 申込者.csv
              enmusubi suggest-columns 募集数.csv >> case/case.yaml
            """)

    @Argument(help: "A table of the municipality, in CSV.", completion: .file(extensions: ["csv"]))
    var file: String

    @Flag(help: "Write a machine-readable message, one JSON object a line, to standard output.")
    var json = false

    func run() throws {
        let console = Console(isJSON: json)
        let suggestions: ColumnSuggestions
        do { suggestions = try ColumnSuggestions(path: file) } catch {
            console.report([error])
            throw ExitStatus.badInput
        }
        console.emit(Suggested(suggestions))
        console.say(lines: String(suggestions.yaml.dropLast()))
    }

    private struct Suggested: Encodable {
        let message = "suggested"
        let table: String
        let columns: [String: String]
        let others: [String]
        let missing: [String]

        init(_ suggestions: ColumnSuggestions) {
            table = suggestions.table.fileName
            columns = Dictionary(
                suggestions.columns.map { ($0.column, $0.header) }, uniquingKeysWith: { first, _ in first })
            others = suggestions.others
            missing = suggestions.missing
        }
    }
}

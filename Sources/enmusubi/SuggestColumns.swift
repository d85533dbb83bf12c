import Admissions
import ArgumentParser
import CaseFiles
import Foundation

struct SuggestColumns: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Propose a map of columns for case.yaml from the headers of a file.",
        discussion: """
            Only the headers are read. What is printed belongs into case.yaml, where columns may stand once: name all files, or
            their folder, in one call. Read it before you use it: headers that are not known, and columns that are still
            needed, are listed as comments.

            EXAMPLES:
              enmusubi suggest-columns 申込者.csv
              enmusubi suggest-columns 申込者.csv 募集数.csv きょうだい.csv >> case/case.yaml
              enmusubi suggest-columns case
            """)

    @Argument(
        help: "Tables of the municipality, in CSV, or the folder that holds them.",
        completion: .file(extensions: ["csv"]))
    var files: [String]

    @Flag(help: "Write a machine-readable message for each file, one JSON object a line, to standard output.")
    var json = false

    func run() throws {
        let console = Console(isJSON: json)
        var suggestions: [ColumnSuggestions] = []
        var problems: [Problem] = []
        for file in files.flatMap(tables) {
            do { suggestions.append(try ColumnSuggestions(path: file)) } catch { problems.append(error) }
        }
        console.report(problems)
        // A folder may hold tables of other kinds.
        guard problems.allSatisfy({ $0.kind == .file(.headerUnknown) }), !suggestions.isEmpty else {
            if problems.isEmpty {
                console.complain("enmusubi: there is no CSV file in \(files.joined(separator: ", ")).")
            }
            throw ExitStatus.badInput
        }
        for suggestion in suggestions { console.emit(Suggested(suggestion)) }
        console.say(lines: String(ColumnSuggestions.yaml(of: suggestions).dropLast()))
    }

    /// The file, or of a folder its tables, ascending by name, without those of decisions and of the next month.
    private func tables(_ path: String) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
            let names = try? FileManager.default.contentsOfDirectory(atPath: path)
        else { return [path] }
        let others = Set(CaseTable.betweenRounds.map(\.fileName) + [ManualTable.fileName])
        return names.filter { name in
            name.lowercased().hasSuffix(".csv") && !name.hasPrefix(".") && !name.hasPrefix("~")
                && !others.contains(name)
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { URL(fileURLWithPath: path).appending(path: $0).path }
    }

    private struct Suggested: Encodable {
        let message = "suggested"
        let file: String
        let table: String
        let columns: [String: String]
        let others: [String]
        let missing: [String]

        init(_ suggestions: ColumnSuggestions) {
            file = suggestions.fileName
            table = suggestions.table.fileName
            columns = Dictionary(
                suggestions.columns.map { ($0.column, $0.header) }, uniquingKeysWith: { first, _ in first })
            others = suggestions.others
            missing = suggestions.missing
        }
    }
}

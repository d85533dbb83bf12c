import ArgumentParser
import CaseFiles
import Rounds
import Terminal

struct SuggestColumns: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "suggest-columns", abstract: "Propose a map of columns for case.yaml from the headers of a file.",
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

    var console: Console { Console(isJSON: json) }

    func perform(_ console: Console) throws {
        let proposal = try ColumnProposal(of: files)
        console.report(proposal.problems)
        for suggestion in proposal.messages { console.emit(suggestion) }
        console.say(lines: proposal.yaml)
    }
}

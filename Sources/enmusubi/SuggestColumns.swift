import Admissions
import ArgumentParser
import CaseFiles
import Rounds
import Terminal

struct SuggestColumns: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "suggest-columns", abstract: "Propose a map of columns for case.yaml from a city's own files.",
        discussion: """
            Headers and cells are looked at: titles above the header, sums below, ids that another file names. What is printed
            belongs into case.yaml, where columns may stand once: name all files, or their folder, in one call. Read it before
            you use it: comments say what is likely or a guess only, show a cell of each column of facilities and the form of
            others, and list what is not known and what is still needed.

            EXAMPLES:
              enmusubi suggest-columns 申込者.csv
              enmusubi suggest-columns 申込者.csv 募集数.csv きょうだい.csv >> case/case.yaml
              enmusubi suggest-columns case --write
            """)

    @Argument(
        help: "Tables of the municipality, in CSV or workbooks, or the folder that holds them.",
        completion: .file(extensions: ["csv", "xlsx", "ods"]))
    var files: [String]

    @Flag(help: "Write it as columns.yaml into the folder of the tables, where there is none.")
    var write = false

    @Flag(help: "Write a machine-readable message for each file, one JSON object a line, to standard output.")
    var json = false

    @OptionGroup var speech: LanguageOption

    var console: Console { Console(isJSON: json, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        let proposal = try ColumnProposal(of: files)
        console.report(proposal.problems)
        for suggestion in proposal.messages { console.emit(suggestion) }
        let language = console.language
        console.say(write ? try proposal.write(in: language) : Phrase(same: proposal.yaml(in: language)))
    }
}

import ArgumentParser
import CaseFiles
import Foundation
import Guide
import Terminal

struct GuideCommand: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "guide", abstract: "Write the guide for staff (手引き), in Japanese, as one page.",
        discussion: """
            EXAMPLES:
              enmusubi guide --out guide.html
            """)

    @Option(
        name: .out, help: "The file to write; one of that name is replaced. (default: standard output)",
        completion: .file())
    var out: String?

    @OptionGroup var speech: LanguageOption

    var console: Console { Console(isJSON: false, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        guard let out else { return Output.write(Guide.html, isData: true) }
        try writeFile(Guide.html, to: URL(fileURLWithPath: out), access: .shared)
    }
}

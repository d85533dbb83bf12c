import Admissions
import ArgumentParser
import CaseFiles
import Explaining
import Foundation
import Reports

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say of one child why each wish was granted or not.",
        discussion: """
            For a clerk at the counter, in Japanese unless --lang en is given. Without --staff it tells nothing of any other
            family but what case.yaml calls public: the value of the last child admitted is told of keys with public: yes (a
            range with public: band), and only where children of three families or more were placed. What would have sufficed
            is confirmed by solving the case again, a few times for each refused wish, and only what is confirmed is printed;
            without --staff other values only of public keys, and only such as some child has.

            EXAMPLES:
              enmusubi explain city result C00001
              enmusubi explain city result C00001 --staff
              enmusubi explain city result C00001 --lang en
            """)

    @OptionGroup var input: CaseArgument

    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String

    @Argument(help: "The id of the child.")
    var child: String

    @Flag(help: "Add who comes before, for staff only.")
    var staff = false

    @Flag(name: .customLong("no-sufficient"), help: "Do not look for what would have sufficed, which solves again.")
    var noSufficient = false

    func run() throws {
        let console = Console(isJSON: input.json)
        let read = try ExplainedResult(input, result: result, console)
        guard let index = read.subject.children.firstIndex(where: { $0.id.text == child }) else {
            console.complain(
                read.language == .japanese
                    ? "enmusubi: \(input.folder) にその番号の児童はいません。"
                    : "enmusubi: there is no such child in \(input.folder).")
            throw ExitStatus.wrongUsage
        }
        var search = SufficientSearch(of: read.subject, read.explanations)
        if !noSufficient {
            do { try search.examine(child: index) } catch {
                console.complain("enmusubi: \(error)")
                throw ExitStatus.programFault
            }
        }
        let page = ChildPage(
            of: index, in: read.subject, read.explanations, placement: read.verified.placements[index],
            jointRank: read.verified.jointRanks[read.subject.children[index].household],
            sufficient: noSufficient ? nil : search, claims: read.claims, isForStaff: staff)
        let language = read.language == .japanese ? Language.japanese : .english
        console.emit(Explained(page, language))
        for line in page.lines(in: language) { console.say(line) }
    }

    private struct Explained: Encodable {
        let message = "explained"
        let child: String
        let outcome: String
        let lines: [String]

        init(_ page: ChildPage, _ language: Language) {
            child = page.childID
            outcome = page.outcome.rawValue
            lines = page.lines(in: language)
        }
    }
}

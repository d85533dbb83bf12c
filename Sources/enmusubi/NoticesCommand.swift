import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import Reports
import Rounds
import Tables
import Terminal

struct NoticesCommand: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "notices",
        abstract: "Write a printable notice for each household, and the data for a mail merge.",
        discussion: """
            The notices are in Japanese, each household on an A4 sheet of its own (with very many wishes on two, the second
            headed like the first), 500 households a file; notices.csv is for the city's own letters, in CP932 unless --encoding
            says otherwise. The template is Mustache: print the default one with --print-template, edit it, and give it with
            --template. In it, the columns of children.csv that the program does not know are {{attributes.NAME}}; a tag that
            no letter can fill is an error with its line.

            A letter tells of other families only what case.yaml calls public. Where letters would say that priority was not
            followed for a household (PRIORITY_INVERSION) or that a seat stays vacant (VACANT_SEAT), nothing is written, and
            the households are listed, until that is accepted with --accept.

            EXAMPLES:
              enmusubi notices city result --out notices
              enmusubi notices city result --print-template > letter.mustache
              enmusubi notices city result --out notices --template letter.mustache
              enmusubi notices city result --out notices --accept PRIORITY_INVERSION
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var writing: WritingOptions

    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String

    @Option(
        name: [.customShort("o"), .long], help: "The folder to write; it must not exist, or be empty.",
        completion: .directory)
    var out: String?

    @Option(help: "The city's own Mustache template.", completion: .file(extensions: ["mustache"]))
    var template: String?

    @Option(help: "How to write notices.csv: utf8 or cp932.")
    var encoding = TextEncoding.cp932
    @Option(
        help: ArgumentHelp(
            "Write letters that tell of this too: PRIORITY_INVERSION or VACANT_SEAT; may be repeated.",
            valueName: "code"))
    var accept: [ToldClaim] = []

    @Flag(name: .customLong("print-template"), help: "Print the default template and do nothing else.")
    var printTemplate = false

    func validate() throws {
        if out == nil, !printTemplate {
            throw ValidationError("--out で書き出すフォルダを指定してください。", "Say where to write with --out.")
        }
    }

    var console: Console { input.console(onlyTells: true, usual: .japanese) }

    func perform(_ console: Console) throws {
        guard let out, !printTemplate else {
            Output.write(Notices.defaultTemplate.utf8, isData: true)
            return
        }
        let read = try input.readResult(result, console)
        let notices = try HouseholdNotices(of: read, template: template, encoding: encoding)
        try refuseUnaccepted(notices, console)
        let files = try notices.files()
        try writeFolder(files, to: URL(fileURLWithPath: out), access: writing.access)
        console.answer(notices.summary(of: files, out: out))
    }

    /// Ends with status 2 where a letter tells of a claim that nobody accepted.
    private func refuseUnaccepted(_ notices: HouseholdNotices, _ console: Console) throws {
        let open = notices.unaccepted(accept)
        for claim in open {
            console.emit(claim)
            for line in claim.lines(in: console.language) { console.tell(Phrase(same: line)) }
        }
        guard !open.isEmpty else { return }
        let options = open.map { "--accept \($0.code)" }.joined(separator: " ")
        console.tell(
            Phrase(
                "何も書いていません。claims.csv で確かめ、このまま通知するときは次を付けてください: \(options)",
                "nothing was written; look at claims.csv, and if the letters are meant to say so: \(options)"))
        throw ExitStatus.acceptanceNeeded
    }
}

extension ToldClaim: ExpressibleByArgument {}

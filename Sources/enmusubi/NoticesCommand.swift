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
            The letters are in Japanese, on sheets of A4 that each name the household and say 1／2, 500 households a file;
            notices.csv is for a mail merge. What the city words comes from letter.yaml in the case folder or --texts, how the
            page looks from a Mustache template. A misspelt name in either is an error with its line; what nobody filled in,
            as 〔市長名〕, is listed. A letter tells of other families only what case.yaml calls public. Where it would say that
            priority was not followed or a seat stays vacant, nothing is written until that is accepted with --accept.

            EXAMPLES:
              enmusubi notices city result --print-texts > city/letter.yaml
              enmusubi notices city result --test-print --out sample
              enmusubi notices city result --out notices --date 2027-02-01 --first-number 101
              enmusubi notices city result --out again --household H00012
              enmusubi notices city result --out held --only held --from 1 --to 200
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var writing: WritingOptions
    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String
    @Option(name: .out, help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String?
    @Option(help: "The city's own texts (default: letter.yaml in the case folder).", completion: .file())
    var texts: String?
    @Option(help: "The city's own Mustache template.", completion: .file(extensions: ["mustache"]))
    var template: String?
    @Option(help: "The date of the letters, as 2027-02-01 or 令和9年2月1日.")
    var date: CalendarDate?
    @Option(help: "The number of the first household's letter.")
    var firstNumber = 1
    @Option(help: "Only the letter of this household; may be repeated.")
    var household: [String] = []
    @Option(help: "The first household in the order of ids: its id, or else its position.")
    var from: String?
    @Option(help: "The last household, likewise.")
    var to: String?
    @Option(help: "Only households with a child that is placed, or with none: placed or held.")
    var only: HouseholdNotices.Kind?
    @Option(help: "How to write notices.csv: utf8 or cp932.")
    var encoding = TextEncoding.cp932
    @Option(help: "Write letters that tell of this too: PRIORITY_INVERSION or VACANT_SEAT; may be repeated.")
    var accept: [ToldClaim] = []
    @Flag(help: "Write a few letters with made-up contents, marked 見本, instead.")
    var testPrint = false
    @Flag(help: "Print the usual texts for this case and do nothing else.")
    var printTexts = false
    @Flag(help: "Print the default template and do nothing else.")
    var printTemplate = false

    func validate() throws {
        if out == nil, !printTemplate, !printTexts {
            throw ValidationError("--out で書き出すフォルダを指定してください。", "Say where to write with --out.")
        }
    }

    var console: Console { input.console(onlyTells: true, usual: .japanese) }

    private var options: HouseholdNotices.Options {
        var options = HouseholdNotices.Options()
        (options.template, options.texts, options.encoding) = (template, texts, encoding)
        (options.households, options.from, options.to, options.only) = (household, from, to, only)
        (options.issue.date, options.issue.firstNumber) = (date, firstNumber)
        return options
    }

    func perform(_ console: Console) throws {
        if printTemplate { return Output.write(Notices.defaultTemplate.utf8, isData: true) }
        guard let out, !printTexts else {
            return Output.write(
                LetterTexts.file(for: try input.read(console).subject).utf8, isData: true)
        }
        let notices =
            testPrint
            ? try HouseholdNotices(
                samplesFor: input.read(console).subject, in: input.folder, options)
            : try HouseholdNotices(of: input.readResult(result, console), in: input.folder, options)
        let open = notices.unaccepted(accept)
        console.remark(open)
        if !open.isEmpty {
            console.tell(HouseholdNotices.refusal(open))
            throw ExitStatus.acceptanceNeeded
        }
        let files = try notices.files()
        try writeFolder(files, to: URL(fileURLWithPath: out), access: writing.access)
        console.remark(notices.remarks)
        console.answer(notices.summary(of: files, out: out))
    }
}

extension ToldClaim: ExpressibleByArgument {}
extension HouseholdNotices.Kind: ExpressibleByArgument {}

extension CalendarDate: ExpressibleByArgument {
    public init?(argument: String) { self.init(written: argument) }
}

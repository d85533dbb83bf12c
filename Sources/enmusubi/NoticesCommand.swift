import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import Reports
import Rounds
import Tables

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

    @Option(help: "The folder to write; it must not exist, or be empty.", completion: .directory)
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

    /// Households in one file.
    private static let pageSize = 500

    func validate() throws {
        if out == nil, !printTemplate { throw ValidationError("Say where to write with --out.") }
    }

    var console: Console { Console(isJSON: input.json, onlyTells: true, language: input.lang ?? .japanese) }

    func perform(_ console: Console) throws {
        guard let out, !printTemplate else {
            Output.write(Notices.defaultTemplate.utf8, isData: true)
            return
        }
        let read = try input.readResult(result, console)
        let notices = try notices(read, console)
        try refuseUnaccepted(notices, read, console)
        let letters = notices.letters
        var files: [OutputFile] = []
        for start in stride(from: 0, to: letters.count, by: Self.pageSize) {
            let page = notices.page(Array(letters[start..<min(letters.count, start + Self.pageSize)]))
            let number = String(files.count + 1)
            let name = "notices-\(String(repeating: "0", count: max(0, 3 - number.count)))\(number).html"
            files.append(OutputFile(name: name, bytes: Array(page.utf8)))
        }
        do { files.append(try table(notices)) } catch { throw RoundError(error, of: read.subject) }
        do {
            try writeFolder(files, to: URL(fileURLWithPath: out), access: writing.access)
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
        console.emit(Done(out: out, households: letters.count, files: files.map(\.name)))
        console.say(
            console.language == .japanese
                ? "通知書 \(letters.count) 世帯分を \(files.count - 1) 個のファイルに、差し込み印刷用の notices.csv とともに \(out) に書きました。"
                : "\(letters.count) notices in \(files.count - 1) file\(files.count == 2 ? "" : "s") and notices.csv; written to \(out)"
        )
    }

    /// What letters tell of a claim of the household.
    enum ToldClaim: String, CaseIterable, ExpressibleByArgument {
        case priorityInversion = "PRIORITY_INVERSION"
        case vacantSeat = "VACANT_SEAT"

        var kind: Reason.Kind {
            switch self {
            case .priorityInversion: .priorityClaim
            case .vacantSeat: .vacantClaim
            }
        }

        var phrase: Phrase {
            switch self {
            case .priorityInversion: Phrase("優先順位の逆転があることを知らせる通知", "letters tell of a priority inversion")
            case .vacantSeat: Phrase("空き枠が残っていることを知らせる通知", "letters tell of a vacant seat")
            }
        }
    }

    private struct Unaccepted: Encodable {
        let message = "unaccepted"
        let code: String
        let households: [String]
    }

    /// Ends with status 2 where a letter tells of a claim that nobody accepted.
    private func refuseUnaccepted(_ notices: Notices, _ read: CheckedResult, _ console: Console) throws {
        var open: [ToldClaim] = []
        for claim in ToldClaim.allCases where !accept.contains(claim) {
            let households = notices.households(with: claim.kind).map(\.text)
            guard !households.isEmpty else { continue }
            open.append(claim)
            console.emit(Unaccepted(code: claim.rawValue, households: households))
            let (list, phrase) = (households.joined(separator: ", "), claim.phrase)
            console.complain(
                console.language == .japanese
                    ? "enmusubi: \(claim.rawValue): \(phrase.japanese) \(households.count) 世帯: \(list)"
                    : "enmusubi: \(claim.rawValue): \(phrase.english), \(households.count): \(list)")
        }
        guard !open.isEmpty else { return }
        let options = open.map { "--accept \($0.rawValue)" }.joined(separator: " ")
        console.complain(
            console.language == .japanese
                ? "enmusubi: 何も書いていません。claims.csv で確かめ、このまま通知するときは次を付けてください: \(options)"
                : "enmusubi: nothing was written; look at claims.csv, and if the letters are meant to say so: \(options)"
        )
        throw ExitStatus.acceptanceNeeded
    }

    private func notices(_ read: CheckedResult, _ console: Console) throws -> Notices {
        do {
            let text = try template.map { try plainText(of: URL(fileURLWithPath: $0)) }
            return try Notices(
                of: read.subject, read.explanations, placements: read.verified.placements, claims: read.claims,
                template: text ?? Notices.defaultTemplate)
        } catch let error as Notices.InvalidTemplate {
            console.complain("enmusubi: \(template ?? "template"): \(error)")
        } catch let problem as Problem {
            console.report([problem], in: console.language)
            console.complain("enmusubi: \(template ?? "template") cannot be read as UTF-8 text.")
        }
        throw ExitStatus.badInput
    }

    private func table(_ notices: Notices) throws(UnwritableTable) -> OutputFile {
        let (columns, rows) = notices.table()
        var writer = TableWriter(encoding)
        do throws(TableWriter.UnencodableCharacter) {
            try writer.append(columns)
            for row in rows { try writer.append(row) }
        } catch { throw UnwritableTable(file: "notices.csv", character: error) }
        return OutputFile(name: "notices.csv", bytes: writer.bytes)
    }

    private struct Done: Encodable {
        let message = "notices"
        let out: String
        let households: Int
        let files: [String]
    }
}

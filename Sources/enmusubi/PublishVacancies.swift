import Admissions
import ArgumentParser
import CaseFiles
import Explaining
import Foundation

struct PublishVacancies: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish-vacancies",
        abstract: "Write the vacancies that a round left, by facility and class, as open data.",
        discussion: """
            One row a facility, UTF-8: facility_id, name, kind, ward, month, round, vacancies_0 to vacancies_5. A blank says
            that the class is not offered, * that the number is not published, because with the vacancies before the round it
            would tell of one or two children (the same cells as in borders_public.csv).

            EXAMPLES:
              enmusubi publish-vacancies city result > vacancies.csv
              enmusubi publish-vacancies results/2027-05/revision-1/case results/2027-05/revision-1 --out vacancies.csv
            """)

    @OptionGroup var input: CaseArgument

    @Argument(help: "The result folder of the case.", completion: .directory)
    var result: String

    @Option(help: "The file to write; one of that name is replaced. (default: standard output)", completion: .file())
    var out: String?

    private struct Done: Encodable {
        let message = "vacancies"
        let out: String
        let facilities, hidden: Int
    }

    func run() throws {
        let console = Console(isJSON: input.json)
        let read = try ExplainedResult(input, result: result, console)
        let borders = read.explanations.publicBorders
        do {
            let file = try ResultTables(of: read.subject).vacancies(borders)
            guard let out else {
                FileHandle.standardOutput.write(Data(file.bytes))
                return
            }
            try writeFile(file.bytes, to: URL(fileURLWithPath: out))
            let hidden = borders.count { $0.left == nil }
            console.emit(Done(out: out, facilities: read.subject.facilities.count, hidden: hidden))
            console.say("\(read.subject.facilities.count) facilities, \(hidden) numbers hidden; written to \(out)")
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
    }
}

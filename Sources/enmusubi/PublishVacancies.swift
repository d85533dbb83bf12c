import ArgumentParser
import CaseFiles
import Foundation
import Rounds
import Tables
import Terminal

struct PublishVacancies: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish-vacancies",
        abstract: "Write the vacancies that a round left, by facility and class, as open data.",
        discussion: """
            One row a facility, UTF-8 unless --encoding says otherwise: facility_id, name, kind, ward, month, round, vacancies_0 to vacancies_5. A blank says
            that the class is not offered, * that the number is not published, because with the vacancies before the round it
            would tell of one or two children (the same cells as in borders_public.csv). Totals of facilities or classes that
            would give such numbers away are named: publish none of them. What an outsider can and cannot learn then is said
            in the page Publishing of the module Explaining.

            EXAMPLES:
              enmusubi publish-vacancies city result > vacancies.csv
              enmusubi publish-vacancies results/2027-05/revision-1/case results/2027-05/revision-1 --out vacancies.csv
            """)

    @OptionGroup var input: CaseArgument

    @Argument(help: "The result folder of the case.", completion: .directory)
    var result: String

    @Option(
        name: .out, help: "The file to write; one of that name is replaced. (default: standard output)",
        completion: .file())
    var out: String?

    @Option(help: "How to write the table: utf8 or cp932.")
    var encoding = TextEncoding.utf8

    var console: Console { input.console(onlyTells: true) }

    func perform(_ console: Console) throws {
        let vacancies = try PublishedVacancies(of: try input.readResult(result, console), encoding: encoding)
        for warning in vacancies.warnings { console.tell(warning) }
        guard let out else {
            Output.write(vacancies.file.bytes, isData: true)
            return
        }
        // Open data, which the city publishes.
        try writeFile(vacancies.file.bytes, to: URL(fileURLWithPath: out), access: .shared)
        console.answer(vacancies.summary(out: out))
    }
}

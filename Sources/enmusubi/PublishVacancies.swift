import Admissions
import ArgumentParser
import CaseFiles
import Explaining
import Foundation
import Rounds
import Tables

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

    @Option(help: "The file to write; one of that name is replaced. (default: standard output)", completion: .file())
    var out: String?

    @Option(help: "How to write the table: utf8 or cp932.")
    var encoding = TextEncoding.utf8

    private struct Done: Encodable {
        let message = "vacancies"
        let out: String
        let facilities, hidden: Int
        /// Facilities and classes whose totals must not be published.
        let secretFacilityTotals: [String]
        let secretClassTotals: [Int]
        let isCityTotalSecret: Bool
    }

    /// Names the totals that would give hidden numbers away.
    private func warn(_ published: PublicBorders, _ subject: Case, _ console: Console) {
        let facilities = published.secretFacilities.map { subject.facilities[$0].id.text }
        let classes = published.secretClasses.map(String.init)
        if published.isCitySecret {
            console.complain("enmusubi: publish no total of children placed or applied for the city.")
        }
        for (names, kind) in [(facilities, "facilities"), (classes, "classes")] where !names.isEmpty {
            console.complain(
                "enmusubi: publish no total of children placed or applied for the \(kind) \(names.joined(separator: ", "))."
            )
        }
    }

    var console: Console { Console(isJSON: input.json, onlyTells: true, language: input.lang ?? .japanese) }

    func perform(_ console: Console) throws {
        let read = try input.readResult(result, console)
        let borders = read.explanations.publicBorders
        let file: OutputFile
        do { file = try ResultTables(of: read.subject, encoding: encoding).vacancies(borders) } catch {
            throw RoundError(error, of: read.subject)
        }
        do {
            warn(read.explanations.published, read.subject, console)
            guard let out else {
                Output.write(file.bytes, isData: true)
                return
            }
            // Open data, which the city publishes.
            try writeFile(file.bytes, to: URL(fileURLWithPath: out), access: .shared)
            let hidden = borders.count { $0.left == nil }
            let published = read.explanations.published
            console.emit(
                Done(
                    out: out, facilities: read.subject.facilities.count, hidden: hidden,
                    secretFacilityTotals: published.secretFacilities.map { read.subject.facilities[$0].id.text },
                    secretClassTotals: published.secretClasses, isCityTotalSecret: published.isCitySecret))
            console.say("\(read.subject.facilities.count) facilities, \(hidden) numbers hidden; written to \(out)")
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
    }
}

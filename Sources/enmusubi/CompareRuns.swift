import Admissions
import ArgumentParser
import Asking
import CaseFiles
import Foundation
import Rounds
import Tables

struct CompareRuns: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare-runs",
        abstract: "Lay two results of the same children side by side: who gains and who loses, by group.",
        discussion: """
            The results are folders that run wrote, of one case or of two variants of it. A child gains when it ends up at a
            wish that it ranked higher. Siblings and classes are told from the results; with --case also transfer applicants
            and the groups of the case. With --out are written groups.csv and changes.csv. Results in which a child is of
            another household or class, or that are of other facilities or of another municipality, are refused; household
            numbers that were corrected in between are taken with --households-changed.

            EXAMPLES:
              enmusubi compare-runs result result-with-more-seats
              enmusubi compare-runs result other --case city --out changes --lang ja
            """)

    @Argument(help: "The result before.", completion: .directory)
    var before: String

    @Argument(help: "The result after.", completion: .directory)
    var after: String

    @Option(
        name: .customLong("case"), help: "A case folder of these children, for transfer applicants and groups.",
        completion: .directory)
    var caseFolder: String?

    @Option(help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String?

    @Flag(help: "The numbers of households were changed on purpose between the two results; those of the second count.")
    var householdsChanged = false
    @OptionGroup var writing: WritingOptions

    @Option(help: "The language of the answer: en or ja.")
    var lang = Problem.Language.english

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    var console: Console { Console(isJSON: json, language: lang) }

    func perform(_ console: Console) throws {
        if let out { try refuseFullFolder(out) }
        for result in [before, after] {
            _ = try SavedResult(ResultFolder(path: result), named: result)
        }
        let (one, other) = (try placements(before, console), try placements(after, console))
        guard one.map(\.child) == other.map(\.child) else {
            let missing = Set(one.map(\.child)).symmetricDifference(other.map(\.child)).count
            console.complain("enmusubi: the results are of different children: \(missing) stand in one of them only.")
            throw ExitStatus.badInput
        }
        try refuseAnotherCase(one, other, console)
        let comparison = RunComparison(
            zip(one, other).map { before, after in
                .init(
                    child: before.child, household: after.household, ageClass: before.ageClass, before: before.place,
                    after: after.place)
            })
        var subject: Case?
        if let caseFolder {
            let reading = CaseFolder(path: caseFolder).read()
            guard let found = reading.subject, found.children.map(\.id) == comparison.entries.map(\.child) else {
                console.report(reading.errors, in: lang)
                console.complain("enmusubi: \(caseFolder) is no case of these children.")
                throw ExitStatus.badInput
            }
            subject = found
        }
        let report = PolicyReport("compare-runs", comparison, in: subject)
        if let out {
            do {
                try writeFolder(
                    [try report.file(), try PolicyReport.changesFile(comparison)], to: URL(fileURLWithPath: out),
                    access: writing.access)
            } catch {
                console.complain("enmusubi: \(error)")
                throw ExitStatus.cannotWrite
            }
        }
        console.emit(report)
        for line in report.text(in: lang) { console.say(line) }
    }

    /// Refuses results whose children or facilities only share their numbers.
    private func refuseAnotherCase(_ one: [Row], _ other: [Row], _ console: Console) throws {
        if let here = municipality(before), let there = municipality(after), here != there {
            console.complain("enmusubi: the results are of different municipalities: \(here) and \(there).")
            throw ExitStatus.badInput
        }
        let classes = zip(one, other).count { $0.ageClass != $1.ageClass }
        let households = zip(one, other).count { $0.household != $1.household }
        if classes > 0 || (households > 0 && !householdsChanged) {
            let what = [(classes, "class"), (households, "household")].filter { $0.0 > 0 }
                .map { "\($0.0) of \(one.count) children are of another \($0.1)" }.joined(separator: ", ")
            console.complain(
                "enmusubi: the results are of different cases: \(what)."
                    + (classes == 0 ? " If household numbers were changed on purpose, say --households-changed." : ""))
            throw ExitStatus.badInput
        }
        guard let here = facilities(before), let there = facilities(after) else { return }
        let common = here.intersection(there).count
        if common * 2 < max(here.count, there.count) {
            console.complain(
                "enmusubi: the results are of different cases: of \(here.count) and \(there.count) facilities they share "
                    + "\(common).")
            throw ExitStatus.badInput
        }
    }

    /// The municipality of a result that has its record; else it cannot be told.
    private func municipality(_ folder: String) -> String? {
        struct Head: Decodable { let municipality: String }
        guard let bytes = try? ResultFolder(path: folder).record() else { return nil }
        return (try? JSONDecoder().decode(Head.self, from: Data(bytes)))?.municipality
    }

    /// The facilities of a result that has its borders; else it cannot be told.
    private func facilities(_ folder: String) -> Set<String>? {
        guard let bytes = try? ResultFolder(path: folder).bytes(of: "borders.csv"),
            let text = try? DecodedText(bytes).utf8, let table = Table.read(text).table,
            let column = table.column("facility_id")
        else { return nil }
        return Set((0..<table.rowCount).map { table.trimmedText(row: $0, column: column) })
    }

    private struct Row {
        let child: ChildID
        let household: HouseholdID
        let ageClass: Int
        let place: RunComparison.Place
    }

    /// The rows of placements.csv, ascending by child.
    private func placements(_ folder: String, _ console: Console) throws -> [Row] {
        func refuse(_ what: String) -> any Error {
            console.complain("enmusubi: \(folder) is no result folder: \(what)")
            return ExitStatus.badInput
        }
        let table: Table?
        do {
            table = Table.read(try DecodedText(try ResultFolder(path: folder).bytes(of: "placements.csv")).utf8).table
        } catch {
            throw refuse("its placements.csv cannot be read.")
        }
        let names = ["child_id", "household_id", "age_class", "outcome", "facility_id", "wish_rank"]
        guard let table, case let columns = names.compactMap(table.column), columns.count == names.count else {
            throw refuse("its placements.csv lacks a column.")
        }
        return try (0..<table.rowCount).map { row in
            let cells = columns.map { TableWriter.withoutGuard(table.trimmedText(row: row, column: $0)) }
            guard let age = Int(cells[2]), let outcome = Outcome(rawValue: cells[3]),
                cells[5].isEmpty || Int(cells[5]) != nil
            else { throw refuse("line \(table.place(row: row, column: columns[0]).line) of placements.csv is wrong.") }
            return Row(
                child: ChildID(cells[0]), household: HouseholdID(cells[1]), ageClass: age,
                place: .init(
                    outcome: outcome, facility: cells[4].isEmpty ? nil : FacilityID(cells[4]), wishRank: Int(cells[5])))
        }.sorted { $0.child < $1.child }
    }
}

import Admissions
import ArgumentParser
import CaseFiles
import Foundation

/// The case folder that every command begins with.
struct CaseArgument: ParsableArguments {
    @Argument(
        help: "The case folder: case.yaml, children.csv, facilities.csv and optional tables.", completion: .directory)
    var folder: String

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    /// Reads the case, reports what is wrong, and ends with status 65 where an error stands.
    ///
    /// - Parameter listsWarnings: Whether every warning is reported, or only how many there are of each kind.
    func read(
        _ console: Console, objective: Objective? = nil, listsWarnings: Bool = false
    ) throws -> (subject: Case, reading: CaseReading) {
        let progress = ProgressLine(isJSON: json)
        progress.show("enmusubi: reading \(folder)")
        let reading = CaseFolder(path: folder).read(objective: objective)
        progress.clear()
        console.report(listsWarnings ? reading.problems : reading.errors)
        guard let subject = reading.subject else {
            let count = reading.errors.count
            console.complain("enmusubi: \(count) error\(count == 1 ? "" : "s") in \(folder); nothing was written.")
            throw ExitStatus.badInput
        }
        if !listsWarnings, !reading.warnings.isEmpty {
            let kinds = reading.warningCounts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            console.complain(
                "enmusubi: warnings: \(kinds.joined(separator: ", ")); enmusubi check \(folder) lists them.")
        }
        return (subject, reading)
    }
}

extension CaseReading {
    /// Codes of the warnings, with how often each came.
    var warningCounts: [String: Int] { Dictionary(grouping: warnings, by: \.code).mapValues(\.count) }
}

extension Objective: ExpressibleByArgument {}

import Admissions
import Allocating
import CaseFiles
import Comparing
import Foundation
import Programs
import Reports

/// What staff decided beside what the rules give: where they differ, which rules the manual result breaks, and which decisions
/// are the roots of all differences.
///
/// Nothing is written. Several comparisons may be made at the same time in one process.
public struct ManualComparison: Sendable {
    public let subject: Case
    public let manual: ManualResult
    public let differences: [Difference]
    public let agreements: [Agreement]
    public let check: ManualCheck
    public let roots: Roots
    /// Whether the computed result is a trial; then the page says so.
    public var isTrial = false

    /// Compares, searches for the roots, and for a likely cause of each.
    ///
    /// - Parameters:
    ///   - subject: The case.
    ///   - name: What the computed result is called in errors, such as the path of its folder.
    ///   - computed: A proved result of the case.
    ///   - places: For each child the facility that staff gave it, as ``places(in:of:named:)`` reads them.
    ///   - threads: How many threads may work at the same time; the result is the same with any number.
    ///   - deadline: Ends the search, by time or by its signal.
    /// - Throws: ``RoundError/ended(_:sentence:)`` where the deadline came first,
    ///   ``RoundError/faultyResult(name:faults:problems:)`` where `computed` is not what the rules give, and
    ///   ``RoundError/notAllocated(_:)`` or ``RoundError/defect(_:faults:)``.
    public init(
        of subject: Case, named name: String, computed: Allocation, with places: [Int?], threads: Int = 1,
        deadline: Deadline = .none
    ) throws(RoundError) {
        let manualResult = ManualResult(places, of: subject)
        let comparison = Comparison(manualResult, with: ManualResult(computed, of: subject), of: subject)
        var options = Allocator.Options()
        options.threads = threads
        options.deadline = deadline
        let check: ManualCheck
        let roots: Roots
        do {
            check = try ManualCheck(manualResult, of: subject, threads: threads)
            var search = RootSearch(manualResult, of: subject, check: check, options: options)
            // Asked first: the search takes much longer.
            guard try search.computed().choices == computed.choices else {
                throw RoundError.faultyResult(
                    name: name, faults: ["\(name) is not what the rules give."])
            }
            let found = try search.find()
            var causes = CauseSearch(found, manualResult, of: subject, options: options)
            roots = subject.phases.count > 1 ? found : try causes.find()
        } catch { throw RoundError(searching: error) }
        self.subject = subject
        manual = manualResult
        differences = comparison.differences()
        agreements = comparison.agreements()
        self.check = check
        self.roots = roots
    }

    /// Reads the table of what staff decided, which errors call `name`, with the headers of the case's profile.
    ///
    /// - Parameters:
    ///   - url: The table.
    ///   - subject: The case.
    ///   - name: What errors call the table.
    ///   - folder: The folder of the case; `nil`: the headers are the usual ones.
    /// - Returns: For each child the index of its facility, `nil` where it has none; and what was found of the form of the table
    ///   that people should know, such as in which row the header is.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` unless the table says of every child where it ends up.
    public static func reading(
        _ url: URL, of subject: Case, named name: String, in folder: URL?
    ) throws(RoundError) -> (places: [Int?], remarks: [Problem]) {
        let (places, problems) = ManualTable.read(url, of: subject, in: folder)
        guard let places else {
            throw .invalidInput(
                sentence: "\(problems.count) problems in \(name); nothing was written.", problems: problems)
        }
        return (places, problems)
    }

    /// Reads the table of what staff decided, which errors call `name`.
    ///
    /// - Returns: For each child the index of its facility; `nil` where it has none.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` unless the table says of every child where it ends up.
    public static func places(
        in url: URL, of subject: Case, named name: String
    ) throws(RoundError) -> [Int?] {
        try reading(url, of: subject, named: name, in: nil).places
    }

    /// What a person wants to know first.
    public var summary: CompareSummary { CompareSummary(self) }

    /// The five files of the comparison's folder.
    public func files() throws(RoundError) -> [OutputFile] {
        do throws(UnwritableTable) {
            var files = [try differencesFile(), try agreementFile()]
            files.append(try faultsFile())
            return files + [try rootsFile(), OutputFile(name: "compare.html", bytes: page().page())]
        } catch { throw RoundError(error, of: subject) }
    }

    private func page() -> ComparisonPage {
        ComparisonPage(
            subject: subject, manual: manual, differences: differences, agreements: agreements, faults: check.faults,
            judgesClaims: check.judgesClaims, roots: roots, isTrial: isTrial)
    }

    private func differencesFile() throws(UnwritableTable) -> OutputFile {
        let move = Dictionary(uniqueKeysWithValues: roots.moves.map { ($0.child, $0) })
        let computed = ManualResult(roots.computed, of: subject)
        return try plainTable(
            "differences.csv",
            [
                "child_id", "household_id", "age_class", "kind", "manual_outcome", "manual_facility_id",
                "computed_outcome", "computed_facility_id", "root",
            ],
            differences.map { difference in
                let child = difference.child
                return [
                    id(child), subject.children[child].householdID.spelling, String(subject.children[child].ageClass),
                    difference.kind.rawValue, manual.outcome(of: child, in: subject).rawValue, name(difference.manual),
                    computed.outcome(of: child, in: subject).rawValue, name(difference.computed),
                    move[child]?.root.map { String($0 + 1) } ?? "",
                ]
            })
    }

    private func agreementFile() throws(UnwritableTable) -> OutputFile {
        try plainTable(
            "agreement.csv", ["by", "of", "basis", "agreed", "count", "rate"],
            agreements.map { agreement in
                let (by, of) =
                    switch agreement.group {
                    case .children: ("child", "")
                    case .households: ("household", "")
                    case .facility(let facility): ("facility", name(facility))
                    case .ageClass(let age): ("class", String(age))
                    }
                return [
                    by, of, agreement.basis.rawValue, String(agreement.agreed), String(agreement.count),
                    agreement.rate ?? "",
                ]
            })
    }

    private func faultsFile() throws(UnwritableTable) -> OutputFile {
        try plainTable(
            "faults.csv",
            [
                "kind", "rule", "facility_id", "ages", "group", "used", "seats", "household_ids", "child_ids",
                "displaced_child_ids",
            ],
            check.faults.map { fault in
                let limit = fault.limit.map { subject.limits[$0] }
                let households = Set(fault.children.map { subject.children[$0].household }).sorted()
                let group = limit.map { $0.group == .everyone ? "" : "\($0.group)" } ?? ""
                let places = limit.map { $0.facilities.map(Optional.some) } ?? [fault.facility]
                return [
                    fault.kind.rawValue, String(fault.kind.rule), places.map(name).joined(separator: ";"),
                    limit?.ages.description ?? "", group, fault.used.map(String.init) ?? "",
                    fault.seats.map(String.init) ?? "",
                    households.map { RunRecord.name($0, in: subject) }.joined(separator: ";"),
                    fault.children.map(id).joined(separator: ";"), fault.displaced.map(id).joined(separator: ";"),
                ]
            })
    }

    private func rootsFile() throws(UnwritableTable) -> OutputFile {
        try plainTable(
            "roots.csv",
            [
                "root", "root_household_id", "depth", "child_id", "household_id", "computed_facility_id",
                "manual_facility_id", "link", "cause_child_id", "departure", "against_household_ids", "likely_cause",
                "evidence",
            ],
            roots.moves.map { move in
                let root = move.root.map { roots.roots[$0] }
                let isRoot = move.link == .root
                return [
                    move.root.map { String($0 + 1) } ?? "",
                    root.map { RunRecord.name($0.household, in: subject) } ?? "",
                    String(move.depth), id(move.child), subject.children[move.child].householdID.spelling,
                    name(move.from),
                    name(move.to), move.link.rawValue, move.cause.map(id) ?? "",
                    isRoot ? root!.departure.rawValue : "",
                    isRoot ? root!.against.map { RunRecord.name($0, in: subject) }.joined(separator: ";") : "",
                    isRoot ? root!.cause?.kind.rawValue ?? "" : "",
                    isRoot ? root!.cause.map { Wording.evidence($0, in: subject).english } ?? "" : "",
                ]
            })
    }

    private func id(_ child: Int) -> String { subject.children[child].id.spelling }

    private func name(_ facility: Int?) -> String { facility.map { subject.facilities[$0].id.spelling } ?? "" }
}

extension Agreement {
    /// Agreed by count to four decimals, rounded down so that only full agreement is 1; `nil` where nobody is counted.
    var rate: String? {
        if count == 0 { return nil }
        let digits = String(agreed * 10_000 / count)
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return "\(padded.dropLast(4)).\(padded.suffix(4))"
    }
}

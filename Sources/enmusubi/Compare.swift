import Admissions
import Allocating
import ArgumentParser
import CaseFiles
import Comparing
import Foundation
import Reports
import Rounds
import Verifying

struct Compare: TellingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lay a manual result beside the computed one, and say which decisions are the cause.",
        discussion: """
            manual.csv has the columns child_id and facility_id; a blank facility means held, or for a transfer applicant
            staying. Written are differences.csv, agreement.csv, roots.csv, faults.csv: what the manual result breaks by
            itself, and compare.html, which shows all of it on one page. The roots are a small set of
            household decisions which, pinned as staff decided, make the rules give the manual result in full, each with a
            likely cause where one change explains it; what is proved of their number is said.
            Ends with 0 when nothing differs, with 4 when something does, with 3 when the time ended the search.

            EXAMPLES:
              enmusubi compare city result --out comparison
              enmusubi compare city result --manual staff.csv --out comparison --lang ja
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var writing: WritingOptions

    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String

    @Option(help: "What staff decided (default: manual.csv in the case folder).", completion: .file())
    var manual: String?

    @Option(help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String

    @Option(help: "Seconds after which to stop, with nothing written.")
    var timeLimit: Double?

    func validate() throws {
        try OptionRanges.check(timeLimit: timeLimit)
    }

    var console: Console { Console(isJSON: input.json, onlyTells: true, language: input.lang ?? .english) }

    func perform(_ console: Console) throws {
        let start = ContinuousClock.now
        let interruption = Interruption()
        try refuseFullFolder(out)
        let (subject, computed) = try readResult(console)
        let url =
            manual.map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: input.folder).appending(path: ManualTable.fileName)
        let (places, problems) = ManualTable.read(url, of: subject)
        console.report(problems, in: input.lang ?? .english)
        guard let places else {
            console.complain("enmusubi: \(problems.count) problems in \(url.lastPathComponent); nothing was written.")
            throw ExitStatus.badInput
        }
        let manualResult = ManualResult(places, of: subject)
        let comparison = Comparison(manualResult, with: ManualResult(computed, of: subject), of: subject)
        var options = Allocator.Options()
        options.threads = input.threads
        options.deadline = .init(at: timeLimit.map { start + .seconds($0) }, signal: interruption.signal)
        let check: ManualCheck
        let roots: Roots
        do {
            check = try ManualCheck(manualResult, of: subject, threads: input.threads)
            var search = RootSearch(manualResult, of: subject, check: check, options: options)
            // Asked first: the search takes much longer.
            guard try search.computed().choices == computed.choices else {
                console.complain("enmusubi: fault: \(result) is not what the rules give; see enmusubi verify.")
                throw ExitStatus.faultFound
            }
            let found = try search.find()
            var causes = CauseSearch(found, manualResult, of: subject, options: options)
            roots = subject.phases.count > 1 ? found : try causes.find()
        } catch RootSearchError.stopped(let limit) {
            console.complain("enmusubi: \(RootSearchError.stopped(by: limit)) Nothing was written.")
            throw limit == .interrupted ? ExitStatus.interrupted : ExitStatus.notProved
        } catch let status as ExitCode {
            throw status
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
        let tables = CompareTables(
            subject: subject, manual: manualResult, differences: comparison.differences(),
            agreements: comparison.agreements(), check: check, roots: roots)
        do { try writeFolder(try tables.files(), to: URL(fileURLWithPath: out), access: writing.access) } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
        let summary = CompareSummary(tables)
        console.emit(summary)
        for line in summary.lines(in: input.lang ?? .english, Wording.proof(of: roots)) { console.say(line) }
        if !tables.differences.isEmpty { throw ExitStatus.faultFound }
    }

    /// The case and its proved result; ends with status 65 where the folder is not that.
    private func readResult(_ console: Console) throws -> (subject: Case, computed: Allocation) {
        let saved = try SavedResult(ResultFolder(path: result), named: result)
        let (subject, _) = try input.read(console, objective: saved.objective, in: console.language)
        guard saved.record.isProved else { throw RoundError.unprovedResult(name: result) }
        return (subject, try saved.allocation(of: subject))
    }
}

/// What a person wants to know first.
struct CompareSummary: Encodable {
    let message = "compared"
    let children: Int
    let agreed: Int
    let agreedOutcome: Int
    let differences: [String: Int]
    let faults: [String: Int]
    /// Whether claims were judged; in a round of several phases a manual result does not tell which placed whom.
    let claimsJudged: Bool
    let roots: Int
    let rootsAtLeast: Int
    let fairRootsAtLeast: Int
    let departures: [String: Int]
    /// Likely causes; those that the work did not reach are not counted.
    let causes: [String: Int]
    let withoutRoot: Int
    /// Whether the rules gave the manual result with the roots pinned; anything else is written nowhere.
    let reproduced = true
    let eachNeeded: Bool
    let solves: Int

    init(_ tables: CompareTables) {
        let all = tables.agreements.filter { $0.group == .children }
        children = all[0].count
        agreed = all[0].agreed
        agreedOutcome = all[1].agreed
        differences = Self.counts(tables.differences.map(\.kind.rawValue))
        faults = Self.counts(tables.check.faults.map(\.kind.rawValue))
        claimsJudged = tables.check.judgesClaims
        roots = tables.roots.roots.count
        rootsAtLeast = tables.roots.lowerBound
        fairRootsAtLeast = tables.roots.fairBound
        departures = Self.counts(tables.roots.roots.map(\.departure.rawValue))
        causes = Self.counts(tables.roots.roots.compactMap { $0.cause?.kind.rawValue })
        withoutRoot = tables.roots.moves.count { $0.link == .unknown }
        eachNeeded = tables.roots.isMinimal
        solves = tables.roots.solves
    }

    /// Roots whose cause the work did not reach.
    private var unasked: Int { roots - causes.values.reduce(0, +) }

    private static func counts(_ names: [String]) -> [String: Int] {
        names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// - Parameter proof: What is proved of the number of roots.
    func lines(in language: Problem.Language, _ proof: Phrase) -> [String] {
        func list(_ counts: [String: Int]) -> String {
            counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        let count = children - agreed
        guard language == .japanese else {
            var lines = [
                "\(agreed) of \(children) children agree; \(agreedOutcome) agree in being placed, staying or held",
                "  differences: \(count)\(count == 0 ? "" : " (\(list(differences)))")",
            ]
            lines.append(
                "  faults of the manual result by itself: \(faults.isEmpty ? "none" : list(faults))"
                    + (claimsJudged ? "" : "; claims were not judged: the round has several phases"))
            if count == 0 { return lines }
            lines.append(
                "  root decisions: \(roots) (\(list(departures))); with them the rules give the manual result in full")
            lines.append("  " + proof.english)
            lines.append("  likely causes: \(list(causes))\(unasked > 0 ? "; not looked for: \(unasked)" : "")")
            if withoutRoot > 0 { lines.append("  no chain of seats leads from a root to \(withoutRoot) children") }
            return lines
        }
        func words(_ counts: [String: Int], _ name: (String) -> Phrase?) -> String {
            counts.sorted { $0.key < $1.key }.map { "\(name($0.key)?.japanese ?? $0.key) \($0.value)" }
                .joined(separator: "、")
        }
        var lines = [
            "児童 \(children) 人のうち \(agreed) 人が一致（内定・保留の別だけでは \(agreedOutcome) 人）",
            "  相違: \(count)"
                + (count == 0
                    ? "" : "（\(words(differences) { Difference.Kind(rawValue: $0).map(Wording.difference) })）"),
        ]
        lines.append(
            "  手作業の結果そのものの問題: "
                + (faults.isEmpty ? "なし" : words(faults) { ManualFault.Kind(rawValue: $0).map(Wording.fault) })
                + (claimsJudged ? "" : "（複数の段階があるため、優先順位の逆転と空き枠の残りは検査していません）"))
        if count == 0 { return lines }
        lines.append(
            "  起点となる判断: \(roots)（\(words(departures) { Root.Departure(rawValue: $0).map(Wording.departure) })）。これらを固定すると、規則から手作業の結果がすべて再現されます"
        )
        lines.append("  " + proof.japanese)
        lines.append(
            "  考えられる原因: \(words(causes) { Cause.Kind(rawValue: $0).map(Wording.cause) })"
                + (unasked > 0 ? "（調べていないもの \(unasked)）" : ""))
        if withoutRoot > 0 { lines.append("  \(withoutRoot) 人は、席のつながりでは起点となる判断に結び付きません") }
        return lines
    }
}

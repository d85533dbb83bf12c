import Admissions
import Allocating
import ArgumentParser
import CaseFiles
import Comparing
import Foundation
import Programs
import Reports
import Tables

struct Calibrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find the rule settings under which the rules agree best with what staff decided.",
        discussion: """
            Tried are what cities leave unsaid: the default sibling answers, aggregate, countFirst, keptSeat,
            householdPriority, objective and the order of the priority keys. From the settings as written it goes to
            whichever change of one setting, or of two together, agrees better, until none does; what is proposed differs
            from what is written only where that helps. Further years judge what the first one chose.
            Ends with 0; with 3 when the time ended the search, with 130 when interrupted: then what was found by then is shown,
            and no file is written. Settings that take far more work than those as written are passed over, and counted.

            EXAMPLES:
              enmusubi calibrate city
              enmusubi calibrate city-2026 city-2025 city-2024 --out proposed.yaml
              enmusubi calibrate city --manual staff.csv --lang ja
            """)

    @Argument(
        help: "The case folder, and those of further years that are not used for choosing.", completion: .directory)
    var folders: [String]

    @Option(help: "What staff decided, one for each case in turn (default: manual.csv in each).", completion: .file())
    var manual: [String] = []

    @Option(help: "The file for the proposed case.yaml; it must not exist.", completion: .file())
    var out: String?

    @OptionGroup var writing: WritingOptions

    @Option(help: "For how many of the best settings root decisions are counted.")
    var roots = 3

    @Option(help: "How many settings are listed.")
    var most = 10

    @Option(help: "Seconds after which to stop with what was found by then, and no file written.")
    var timeLimit: Double?

    @Option(help: "The language of the answer: en or ja.")
    var lang = Problem.Language.english

    @Option(help: "Threads that work at the same time (default: one for each core); the result is the same with any.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    func validate() throws {
        if folders.isEmpty { throw ValidationError("Give a case folder.") }
        if manual.count > folders.count { throw ValidationError("There are more --manual files than cases.") }
        try OptionRanges.check(timeLimit: timeLimit)
        try OptionRanges.check(threads: threads)
        try OptionRanges.check("roots", roots, in: 0...OptionRanges.most)
        try OptionRanges.check("most", most, in: 1...OptionRanges.most)
    }

    /// A year's case as written, with what staff decided.
    private struct Year {
        let folder: String
        let draft: CaseDraft
        let subject: Case
        let manual: [Int?]
    }

    func run() throws {
        let console = Console(isJSON: json)
        let start = ContinuousClock.now
        let interruption = Interruption()
        if let out, FileManager.default.fileExists(atPath: out) {
            console.complain("enmusubi: \(out) exists; choose another --out.")
            throw ExitStatus.cannotWrite
        }
        var years: [Year] = []
        for (index, folder) in folders.enumerated() {
            years.append(try read(folder, index < manual.count ? manual[index] : nil, console))
        }
        var options = Allocator.Options()
        options.threads = threads
        options.recordsProof = false
        options.deadline = .init(at: timeLimit.map { start + .seconds($0) }, signal: interruption.signal)
        let progress = ProgressLine(isJSON: json)
        let found: CalibrationFindings
        do {
            found = try findings(years, options, progress, interruption)
            progress.clear()
        } catch RootSearchError.stopped(let limit) {
            progress.clear()
            console.complain("enmusubi: \(RootSearchError.stopped(by: limit)) Nothing was written.")
            throw limit == .interrupted ? ExitStatus.interrupted : ExitStatus.notProved
        } catch {
            progress.clear()
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
        console.emit(found)
        for line in found.lines(in: lang) { console.say(line) }
        if found.cut != nil {
            if out != nil { console.complain("enmusubi: the search is not whole; \(out!) was not written.") }
            throw found.cut == .interrupted ? ExitStatus.interrupted : ExitStatus.notProved
        }
        if let out { try write(found.best, of: years[0], to: out, console) }
    }

    private func read(_ folder: String, _ manual: String?, _ console: Console) throws -> Year {
        let reading = CaseFolder(path: folder).read(threads: threads)
        guard let subject = reading.subject, let draft = reading.draft else {
            console.report(reading.errors, in: lang)
            console.complain("enmusubi: \(folder) cannot be read; nothing was written.")
            throw ExitStatus.badInput
        }
        guard subject.phases.count == 1 else {
            console.complain(
                "enmusubi: \(folder) is a round of several phases; a manual result does not tell which placed whom.")
            throw ExitStatus.badInput
        }
        let url =
            manual.map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: folder).appending(path: ManualTable.fileName)
        let (places, problems) = ManualTable.read(url, of: subject)
        console.report(problems, in: lang)
        guard let places else {
            console.complain("enmusubi: \(problems.count) problems in \(url.path); nothing was written.")
            throw ExitStatus.badInput
        }
        return Year(folder: folder, draft: draft, subject: subject, manual: places)
    }

    private func findings(
        _ years: [Year], _ options: Allocator.Options, _ progress: ProgressLine, _ interruption: Interruption
    ) throws -> CalibrationFindings {
        let first = years[0]
        var calibration = Calibration(first.draft, manual: first.manual, options: options) { state in
            progress.show(
                "enmusubi: \(state.tried) settings tried, \(state.bestChildren) of \(first.manual.count) children agree"
            )
        }
        let ranking = try calibration.search()
        var entries: [CalibrationFindings.Entry] = []
        // Settings that give the same result stand together: these data cannot tell them apart.
        var shown: [(places: [Int?], entry: Int)] = []
        var hasTimeEnded = calibration.hasTimeEnded
        for candidate in ranking {
            if let known = shown.first(where: { $0.places == candidate.computed.places }) {
                entries[known.entry].sameWith.append(candidate.changes.map(\.description))
                continue
            }
            let isWritten = candidate.changes.isEmpty
            if shown.count >= most, !isWritten { continue }
            shown.append((candidate.computed.places, entries.count))
            var entry = CalibrationFindings.Entry(
                changes: candidate.changes.map(\.description), children: candidate.children,
                households: candidate.households, householdCount: candidate.householdCount)
            if options.deadline.hasPassed { hasTimeEnded = true }
            if entries.count < roots || isWritten, !hasTimeEnded {
                progress.show("enmusubi: counting root decisions")
                let found = try rootDecisions(candidate, first.manual, options)
                (entry.roots, entry.rootsAtLeast) = (found?.roots.count, found?.lowerBound)
            }
            if options.deadline.hasPassed { hasTimeEnded = true }
            if entries.count < roots || isWritten, !hasTimeEnded {
                entry.heldBack = try years.dropFirst().map { year in
                    progress.show("enmusubi: judging by \(year.folder)")
                    let other = try Calibration.agreement(
                        under: candidate.changes, in: year.draft, manual: year.manual, options: options)
                    if options.deadline.hasPassed { hasTimeEnded = true }
                    return .init(folder: year.folder, children: other?.children, count: year.manual.count)
                }
            }
            entries.append(entry)
        }
        return CalibrationFindings(
            tried: calibration.tried, count: first.manual.count, entries: entries, best: ranking[0],
            cut: !hasTimeEnded ? nil : interruption.signal.isRaised ? .interrupted : .time,
            tooMuchWork: calibration.tooMuchWork)
    }

    /// Solver's steps for the root decisions under one of the settings: about a minute.
    private static let mostStepsForRoots = 10_000_000_000

    /// The root decisions that are left; `nil` where the time ended, or that takes too much work.
    private func rootDecisions(
        _ candidate: Calibration.Candidate, _ manual: [Int?], _ options: Allocator.Options
    ) throws -> Roots? {
        var options = options
        options.deadline.work = WorkBudget(limit: Self.mostStepsForRoots)
        let staff = ManualResult(manual, of: candidate.subject)
        let check = try ManualCheck(staff, of: candidate.subject, threads: threads)
        var search = RootSearch(staff, of: candidate.subject, check: check, options: options)
        do { return try search.find() } catch RootSearchError.stopped { return nil }
    }

    /// Writes the case's settings with the changes, once a case read with them is the one that was found.
    private func write(_ best: Calibration.Candidate, of year: Year, to out: String, _ console: Console) throws {
        let manager = FileManager.default
        let trial = manager.temporaryDirectory.appending(path: "enmusubi-\(UUID().uuidString)")
        defer { try? manager.removeItem(at: trial) }
        do {
            let bytes = try CaseFolder(path: year.folder).settings(changing: year.draft.rules, to: best.rules)
            let files = CaseFolder(path: year.folder).inventory().inventory?.files ?? []
            try writeFolder(
                files.filter { $0.name != "case.yaml" } + [OutputFile(name: "case.yaml", bytes: bytes)], to: trial)
            guard let again = CaseFolder(path: trial.path).read(threads: threads).subject,
                again.digest() == best.subject.digest()
            else {
                console.complain(
                    "enmusubi: the settings of \(year.folder)/case.yaml are written in a way that cannot be changed here; "
                        + "change them by hand: \(best.changes.map(\.description).joined(separator: ", "))")
                throw ExitStatus.cannotWrite
            }
            try writeFile(bytes, to: URL(fileURLWithPath: out), access: writing.access)
            console.say("\(lang == .japanese ? "提案する設定" : "the proposed settings"): \(out)")
        } catch let status as ExitCode {
            throw status
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
    }
}

/// Which settings agree best, for people and programs.
struct CalibrationFindings: Encodable {
    struct Entry: Encodable {
        /// Differences from the settings as written; empty: as written.
        let changes: [String]
        let children: Int
        let households: Int
        let householdCount: Int
        /// `nil` where they were not counted.
        var roots: Int?
        /// As many are needed for certain; where it is below ``roots``, a smaller set is not ruled out.
        var rootsAtLeast: Int?
        var heldBack: [Year] = []
        /// Other settings under which the rules give the same result.
        var sameWith: [[String]] = []
    }

    struct Year: Encodable {
        let folder: String
        /// `nil` where the year's case does not take the settings.
        let children: Int?
        let count: Int
    }

    let message = "calibrated"
    let tried: Int
    let count: Int
    let entries: [Entry]
    let best: Calibration.Candidate
    /// What ended the search before it was whole.
    var cut: Cut?
    /// Settings passed over because they take too much work.
    var tooMuchWork = 0

    enum Cut: String, Encodable { case time, interrupted }

    private enum CodingKeys: CodingKey { case message, tried, count, entries, cut, tooMuchWork }

    func lines(in language: Problem.Language) -> [String] {
        let isJapanese = language == .japanese
        func text(_ changes: [String]) -> String {
            changes.isEmpty ? (isJapanese ? "現在の設定" : "as written") : changes.joined(separator: ", ")
        }
        func share(_ part: Int, _ whole: Int) -> String {
            "\(part) / \(whole) (\(whole == 0 ? "-" : String(format: "%.2f %%", 100 * Double(part) / Double(whole))))"
        }
        var first =
            isJapanese
            ? "\(tried) 通りの設定を試しました。設定を一つ、または二つ変えても、これ以上は一致しません。"
            : "\(tried) settings tried; no change of one setting, or of two together, agrees better."
        if let cut {
            let reason =
                cut == .time ? Phrase("時間切れ", "the time ended") : Phrase("中断", "interrupted")
            first =
                isJapanese
                ? "\(reason.japanese)のため途中までです。\(tried) 通りの設定を試しました。ほかの設定がもっと一致するかもしれません。"
                : "Cut short (\(reason.english)): \(tried) settings tried; others may agree better."
        }
        if tooMuchWork > 0 {
            first +=
                isJapanese
                ? "計算量の多い \(tooMuchWork) 通りは試していません。" : " \(tooMuchWork) were passed over: they take too much work."
        }
        var lines = [
            first,
            isJapanese
                ? "順位  児童の一致 / 世帯の一致 / 根本の判断 / 設定"
                : "rank  children agreed, households agreed, root decisions, settings",
        ]
        for (index, entry) in entries.enumerated() {
            let roots = entry.roots.map(String.init) ?? "-"
            lines.append(
                "\(String(repeating: " ", count: index < 9 ? 3 : 2))\(index + 1)  \(share(entry.children, count))  "
                    + "\(share(entry.households, entry.householdCount))  \(roots)  \(text(entry.changes))")
            if let roots = entry.roots, let least = entry.rootsAtLeast, least < roots {
                lines.append(
                    isJapanese
                        ? "        根本の判断 \(roots) 件は最少と証明されていません(少なくとも \(least) 件)"
                        : "        \(roots) root decisions are not proved to be the fewest; at least \(least) are needed"
                )
            }
            for year in entry.heldBack {
                let agreed = year.children.map { share($0, year.count) } ?? (isJapanese ? "適用できません" : "does not apply")
                lines.append("        \(isJapanese ? "選定に使わない年" : "held back"): \(year.folder)  \(agreed)")
            }
            if !entry.sameWith.isEmpty {
                let others = entry.sameWith.prefix(4).map(text).joined(separator: "; ")
                let more = entry.sameWith.count - 4
                lines.append(
                    (isJapanese ? "        同じ結果になる設定: " : "        the same result, so not told apart: ") + others
                        + (more > 0 ? (isJapanese ? "、ほか \(more) 通り" : "; and \(more) more") : ""))
            }
        }
        return lines
    }
}

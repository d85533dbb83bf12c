import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import Programs
import Rounds
import Terminal

struct Calibrate: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Find the rule settings under which the rules agree best with what staff decided.",
        discussion: """
            Tried are what cities leave unsaid: the default sibling answers, aggregate, countFirst, keptSeat,
            householdPriority, objective and the order of the priority keys. From the settings as written it goes to
            whichever change of one setting, or of two together, agrees better, until none does; what is proposed differs
            from what is written only where that helps. Further years judge what the first one chose.
            With --learn adjustments the points of the named rows of pointsTable are moved too. A row is moved only where enough
            households meet it (--least-households), and a move is proposed only where several of them explain it; --out
            refuses a table that the further years do not confirm, unless it is accepted.
            Ends with 0; with 3 when the time ended the search, with 130 when interrupted: then what was found by then is shown,
            and no file is written. Settings that take far more work than those as written are passed over, and counted.

            EXAMPLES:
              enmusubi calibrate city
              enmusubi calibrate city-2026 city-2025 city-2024 --out proposed.yaml
              enmusubi calibrate city --manual staff.csv --lang ja
              enmusubi calibrate city-2026 city-2025 --learn adjustments --out proposed.yaml
            """)

    @Argument(
        help: "The case folder, and those of further years that are not used for choosing.", completion: .directory)
    var folders: [String]

    @Option(help: "What staff decided, one for each case in turn (default: manual.csv in each).", completion: .file())
    var manual: [String] = []

    @Option(name: .out, help: "The file for the proposed case.yaml; it must not exist.", completion: .file())
    var out: String?

    @OptionGroup var writing: WritingOptions

    @Option(help: "What may change beside the settings: adjustments (the points of the named rows of pointsTable).")
    var learn: Learning?

    @Option(help: "Rows that fewer households meet, or all but fewer, are never moved.")
    var leastHouseholds = CalibrationStudy.Options.usualLeastHouseholds

    @Option(help: "Write with --out though it is not confirmed; takes \(CalibrationStudy.unconfirmedCode).")
    var accept: [String] = []

    @Option(help: "For how many of the best settings root decisions are counted.")
    var roots = 3

    @Option(help: "How many settings are listed.")
    var most = 10

    @Option(help: "Seconds after which to stop with what was found by then, and no file written.", transform: seconds)
    var timeLimit: Double?

    @OptionGroup var speech: LanguageOption

    @Option(help: "Threads that work at the same time (default: one for each core); the result is the same with any.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    enum Learning: String, CaseIterable, ExpressibleByArgument { case adjustments }

    func validate() throws {
        if folders.isEmpty { throw ValidationError("案件のフォルダを指定してください。", "Give a case folder.") }
        if manual.count > folders.count {
            throw ValidationError("--manual のファイルが案件より多くあります。", "There are more --manual files than cases.")
        }
        try valid(OptionValues.check(threads: threads))
        try valid(OptionValues.check("roots", roots, in: 0...OptionValues.most))
        try valid(OptionValues.check("most", most, in: 1...OptionValues.most))
        try valid(OptionValues.check("least-households", leastHouseholds, in: 2...OptionValues.most))
        if accept.contains(where: { $0 != CalibrationStudy.unconfirmedCode }) {
            let code = CalibrationStudy.unconfirmedCode
            throw ValidationError("ここで --accept に使えるのは \(code) だけです。", "--accept takes \(code) here.")
        }
    }

    var console: Console { Console(isJSON: json, language: speech.chosen()) }

    func perform(_ console: Console) throws {
        let start = ContinuousClock.now
        let interruption = Interruption()
        if let out, FileManager.default.fileExists(atPath: out) {
            console.tell(
                Phrase("\(out) はすでにあります。--out に別の名前を指定してください。", "\(out) exists; choose another --out."))
            throw ExitStatus.cannotWrite
        }
        let years = try CalibrationStudy.Year.all(folders, manual: manual, threads: threads)
        console.report(years.flatMap(\.remarks))
        var options = CalibrationStudy.Options()
        options.roots = roots
        options.most = most
        options.threads = threads
        options.learnsAdjustments = learn == .adjustments
        options.leastHouseholds = leastHouseholds
        options.deadline = Deadline(at: timeLimit.map { start + .seconds($0) }, signal: interruption.signal)
        let study = CalibrationStudy(years, options: options)
        let found = try ProgressLine(console).showing { hears throws(RoundError) in
            try study.findings(hears: hears)
        }
        console.answer(found)
        if found.cut != nil {
            if let out {
                console.tell(Phrase("途中までの探索のため、\(out) は書いていません。", "the search is not whole; \(out) was not written."))
            }
            throw found.cut == .interrupted ? ExitStatus.interrupted : ExitStatus.notProved
        }
        guard let out else { return }
        guard let settings = try study.settings(proposedBy: found, accepting: Set(accept)) else {
            let changes = found.best.descriptions.joined(separator: ", ")
            console.tell(
                Phrase(
                    "\(folders[0])/case.yaml の設定は、ここでは変えられない書き方です。手で変えてください: \(changes)",
                    "the settings of \(folders[0])/case.yaml are written in a way that cannot be changed here; "
                        + "change them by hand: \(changes)"))
            throw ExitStatus.cannotWrite
        }
        try writeFile(settings, to: URL(fileURLWithPath: out), access: writing.access)
        console.say(Phrase("提案する設定: \(out)", "the proposed settings: \(out)"))
    }
}

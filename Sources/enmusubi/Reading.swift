import Admissions
import Allocating
import ArgumentParser
import CaseFiles
import Foundation
import Rounds
import Tables
import Terminal

/// In which language people are told, by every command.
struct LanguageOption: ParsableArguments {
    @Option(
        help:
            "The language for people: ja or en (default: ENMUSUBI_LANG, else the locale's if ja, else en; for explain and notices ja)."
    )
    var lang: Language?

    func chosen(usual: Language = .english) -> Language { Speech.language(said: lang, usual: usual) }
}

extension ValidationError {
    /// A usage error in the language of the process.
    init(_ japanese: String, _ english: String) { self.init(Phrase(japanese, english)[Speech.ofProcess]) }
}

extension NameSpecification {
    /// `--out`, and `-o` for short.
    static var out: Self { [.customShort("o"), .long] }
}

/// The case folder that every command begins with.
struct CaseArgument: ParsableArguments {
    @Argument(
        help: "The case folder: case.yaml, children.csv, facilities.csv and optional tables.", completion: .directory)
    var folder: String

    @Flag(help: "Write machine-readable messages, one JSON object a line, to standard output.")
    var json = false

    @OptionGroup var speech: LanguageOption

    @Option(help: "Threads that work at the same time (default: one for each core); the result is the same with any.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        try valid(OptionValues.check(threads: threads))
    }

    func console(
        onlyTells: Bool = false, usual: Language = .english, optionForAll: String? = "--json"
    ) -> Console {
        Console(
            isJSON: json, onlyTells: onlyTells, language: speech.chosen(usual: usual), optionForAll: optionForAll)
    }

    /// Reads the case, reports what is wrong, and ends with status 65 where an error stands.
    ///
    /// - Parameter listsWarnings: Whether every warning is reported, or only how many there are of each kind.
    func read(
        _ console: Console, objective: Objective? = nil, listsWarnings: Bool = false,
        doubts: CaseFolder.Doubts = .notSought
    ) throws -> (subject: Case, reading: CaseReading) {
        let reading = load(console, objective: objective, listsWarnings: listsWarnings, doubts: doubts)
        return (try require(reading, console, listsWarnings: listsWarnings), reading)
    }

    /// Reads the case and reports what is wrong.
    ///
    /// - Parameter tellsDoubts: False where warnings that need acceptance were told, and accepted, before.
    func load(
        _ console: Console, objective: Objective?, listsWarnings: Bool, doubts: CaseFolder.Doubts,
        tellsDoubts: Bool = true
    ) -> CaseReading {
        Memory.prepare(forCaseOf: CaseFolder(path: folder).byteCount, threads: threads)
        let progress = ProgressLine(console)
        progress.show(Phrase("\(folder) を読んでいます", "reading \(folder)"))
        let reading = CaseFolder(path: folder).read(objective: objective, doubts: doubts, threads: threads) {
            progress.show($0.phrase(in: folder))
        }
        progress.clear()
        console.report(
            listsWarnings
                ? reading.problems
                : reading.problems.filter { $0.severity == .error || $0.needsAcceptance && tellsDoubts })
        return reading
    }

    /// The case; its errors were told before.
    func require(_ reading: CaseReading, _ console: Console, listsWarnings: Bool) throws -> Case {
        guard let subject = reading.subject else {
            // The errors themselves were told before.
            console.tell(RoundError.invalidCase(name: folder, problems: reading.errors).phrases[0])
            throw ExitStatus.badInput
        }
        if !listsWarnings { console.tellWarnings(of: reading, named: folder) }
        return subject
    }

    /// Reads a result folder, then its case, and checks the one with the other.
    func readResult(_ path: String, _ console: Console) throws -> CheckedResult {
        try readResultWithDraft(path, console).result
    }

    /// As ``readResult(_:_:)``, with the rows of the case as they were written.
    func readResultWithDraft(_ path: String, _ console: Console) throws -> (result: CheckedResult, draft: CaseDraft?) {
        let saved = try SavedResult(ResultFolder(path: path), named: path)
        let (subject, reading) = try read(console, objective: saved.objective)
        return (try saved.checked(with: subject, threads: threads), reading.draft)
    }
}

/// Who may read what a command writes.
struct WritingOptions: ParsableArguments {
    @Flag(
        help:
            "Write files as open as the user's other files (umask); without it only their owner may read what tells of children."
    )
    var shared = false

    var access: FileAccess { shared ? .shared : .owner }
}

/// How rounds are computed and written, by the commands that do so.
struct RoundOptions: ParsableArguments {
    @Option(
        help:
            "Which solver decides what logic leaves open: \(SolverChoice.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var solver = SolverChoice.auto

    @Option(help: "Seconds after which a round is stopped with what there is.", transform: seconds)
    var timeLimit: Double?

    @Option(help: "How to write the tables: utf8 or cp932.")
    var encoding = TextEncoding.utf8

    @Flag(help: "Also write result.xlsx: the children's table with the result beside it, facilities and reasons.")
    var excel = false

    func options(threads: Int) -> Round.Options {
        var options = Round.Options()
        (options.solver, options.encoding, options.writesWorkbook) = (solver, encoding, excel)
        options.timeLimit = timeLimit.map { .seconds($0) }
        options.threads = threads
        return options
    }
}

extension TextEncoding: ExpressibleByArgument {}
extension SolverChoice: ExpressibleByArgument {}

/// What somebody accepts, and what the case is compared with to find it.
struct AcceptanceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Accept the warnings of this code, which stop a run otherwise; may be repeated.", valueName: "code"),
        transform: acceptableCode)
    var accept: [String] = []

    @Option(
        help: ArgumentHelp(
            "An earlier case folder of the same municipality: seats and classes are compared with it.",
            valueName: "case"),
        completion: .directory)
    var previous: String?

    static func acceptableCode(_ text: String) throws -> String {
        guard Problem.acceptableCodes.contains(text) else {
            let codes = Problem.acceptableCodes.joined(separator: ", ")
            throw ValidationError("--accept に使えるコード: \(codes)", "--accept takes one of \(codes).")
        }
        return text
    }

    var acceptance: Acceptance { Acceptance(codes: accept) }

    /// What to look for; reads the previous case.
    func doubts() throws(RoundError) -> CaseFolder.Doubts { try Acceptance.doubts(comparingWith: previous) }
}

extension Objective: ExpressibleByArgument {}
extension Language: ExpressibleByArgument {}

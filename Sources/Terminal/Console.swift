import Admissions
import CaseFiles
import Foundation
import Reports
import Rounds

/// The one place that writes for people and programs: results on standard output, problems and progress on standard error.
public struct Console: Sendable {
    /// Whether standard output has one JSON object a line instead of text.
    public let isJSON: Bool
    /// Whether the text only describes what is in files, so that nothing is lost if the text cannot be written.
    public var onlyTells = false
    /// A folder with its `/`, which is written before the place of each problem where several cases are read.
    public var folder = ""
    /// The option that shows every problem, where many of one cause are told in one line; `nil`: each has its line.
    public var optionForAll: String?
    /// The language of everything that people read.
    public let language: Language

    public init(
        isJSON: Bool, onlyTells: Bool = false, folder: String = "", language: Language, optionForAll: String? = "--json"
    ) {
        self.isJSON = isJSON
        self.onlyTells = onlyTells
        self.folder = folder
        self.language = language
        self.optionForAll = optionForAll
    }

    /// Writes a line of the result, as text only.
    public func say(_ text: String) {
        if !isJSON { Output.write((harmless(text) + "\n").utf8, isData: !onlyTells) }
    }

    /// Writes a line of the result in the console's language, as text only.
    public func say(_ phrase: Phrase) { say(lines: phrase[language]) }

    /// Writes lines of the result, as text only.
    public func say(lines text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { say(String(line)) }
    }

    /// Writes a machine-readable message, as JSON only.
    public func emit(_ message: some Encodable) {
        guard isJSON else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Our messages are plain structs of strings and numbers, which always encode.
        guard let data = try? encoder.encode(message) else { preconditionFailure("a message did not encode") }
        Output.write(harmlessJSON(Array(data)) + [UInt8(ascii: "\n")], isData: true)
    }

    /// Writes a message, in its machine-readable form or in lines.
    public func answer(_ message: some Message) {
        emit(message)
        for line in message.lines(in: language) { say(line) }
    }

    /// Writes messages that are no part of the result: in their machine-readable form, and in lines for the person.
    public func remark(_ messages: [any Message]) {
        for message in messages {
            emit(message)
            for line in message.lines(in: language) { complain("enmusubi: \(line)") }
        }
    }

    /// Writes a line for the person at the terminal, which is no part of the result.
    public func complain(_ text: String) {
        Output.complain(harmless(text) + "\n")
    }

    /// Writes a sentence of the program for the person at the terminal, in the console's language.
    public func tell(_ phrase: Phrase) { complain("enmusubi: \(phrase[language])") }

    /// Writes every problem, one a line; as text many of one cause in few lines.
    public func report(_ problems: [Problem]) {
        if isJSON {
            for problem in problems { emit(ProblemMessage(problem, folder: folder.isEmpty ? nil : folder)) }
            return
        }
        let lines = ProblemGroup.lines(of: problems, in: language, optionForAll: optionForAll) {
            "--accept \($0.code)"
        }
        for line in lines { complain(folder + line) }
    }

    /// Writes what is being done for the program that started this one.
    fileprivate func tellProgress(_ phrase: Phrase) {
        struct ProgressMessage: Encodable {
            let message = "progress"
            let japanese, english: String
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Two strings always encode.
        guard let data = try? encoder.encode(ProgressMessage(japanese: phrase.japanese, english: phrase.english)) else {
            preconditionFailure("progress did not encode")
        }
        complain(String(decoding: data, as: UTF8.self))
    }

    private struct ProblemMessage: Encodable {
        let message = "problem"
        let problem: Problem
        /// Left out where there is only one case.
        let folder: String?
        init(_ problem: Problem, folder: String?) { (self.problem, self.folder) = (problem, folder) }
    }
}

/// Progress, on one line of a terminal; as lines of JSON on standard error for a program that started this one as its child.
/// Nothing is shown elsewhere.
public final class ProgressLine: Sendable {
    private let console: Console
    private let isShown: Bool
    private let language: Language
    private let width = Guarded(0)

    public init(_ console: Console) {
        self.console = console
        isShown = !console.isJSON && isatty(STDERR_FILENO) == 1
        language = console.language
    }

    /// Shows what is being done in place of what was before.
    public func show(_ phrase: Phrase) {
        if Startup.isChild { return console.tellProgress(phrase) }
        show("enmusubi: \(phrase[language])")
    }

    /// Shows a text in place of the one before.
    private func show(_ text: String) {
        guard isShown else { return }
        let text = harmless(text)
        width.withLock { width in
            let padding = String(repeating: " ", count: max(0, width - text.count))
            Output.complain("\r\(text)\(padding)")
            width = text.count
        }
    }

    /// Takes the text away.
    public func clear() {
        guard isShown else { return }
        width.withLock { width in
            if width > 0 { Output.complain("\r\(String(repeating: " ", count: width))\r") }
            width = 0
        }
    }
}

extension ProgressLine {
    /// Shows what a round is doing while `body` works, then clears the line.
    public func showing<Value, Failure: Error>(
        _ body: (@escaping @Sendable (RoundEvent) -> Void) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        defer { clear() }
        return try body { self.show($0.phrase) }
    }
}

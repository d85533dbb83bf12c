import Admissions
import Foundation
import Reports

/// What the command line itself says, in the language of the process: help and usage errors.
///
/// ArgumentParser says them in English. Its help is made again of the same description of the commands with the texts of
/// Resources/help.ja.yaml; its usage errors are recognised by their form.
public struct CommandTexts {
    private let tree: HelpTree
    private let arguments: [String]
    private let language: Language

    /// - Parameters:
    ///   - dump: The description in JSON that ArgumentParser makes of the commands.
    ///   - arguments: The arguments of the process, without its name.
    ///   - language: The language to speak.
    public init(
        dump: String, arguments: [String] = Array(CommandLine.arguments.dropFirst()),
        language: Language = Speech.ofProcess
    ) {
        tree = HelpTree(dump: dump)
        (self.arguments, self.language) = (arguments, language)
    }

    /// Everything that help needs a text for and has none, or has one too many; empty where the texts fit the commands.
    public var misfits: [String] { HelpTexts.read().misfits(with: tree) }

    /// The examples of each command, by its words.
    public var examples: [(command: String, lines: [String])] {
        tree.all.map { (HelpTexts.name($0.path), $0.command.examples) }
    }

    /// Writes what ArgumentParser says where no command ran to its end.
    ///
    /// - Parameters:
    ///   - message: What is wrong, in one sentence.
    ///   - full: The answer, or the same with the line of usage.
    ///   - isAnswer: Whether it was asked for, such as help.
    public func tell(_ message: String, full: String, isAnswer: Bool) {
        if isAnswer {
            Output.write((answer(full) + "\n").utf8, isData: true)
        } else {
            for line in usageError(message, full: full).split(separator: "\n", omittingEmptySubsequences: false) {
                Output.complain(harmless(String(line)) + "\n")
            }
        }
    }

    /// What ArgumentParser answers instead of a command: help, a version, a script.
    public func answer(_ english: String) -> String {
        guard language == .japanese, let usage = Self.line(of: english, after: "USAGE: ") else { return english }
        let words = usage.split(separator: " ").dropFirst().map(String.init)
        return HelpPage(of: words, in: tree, .read()).text
    }

    /// A usage error.
    ///
    /// - Parameters:
    ///   - message: What ArgumentParser says is wrong, in one sentence.
    ///   - full: The same with the line of usage and where to read more.
    public func usageError(_ message: String, full: String) -> String {
        let usage = Self.line(of: full, after: "Usage: ")
        let path = tree.command((usage ?? "").split(separator: " ").dropFirst().map(String.init)).path
        var unknown = unknownCommand(after: Array(path.dropFirst()))
        // What is missing may have been meant by an option that is misspelt.
        if message.hasPrefix("Missing expected argument") {
            unknown = unknown ?? misspeltOption(of: tree.command(path.dropFirst()).command)
        }
        guard language == .japanese else {
            return unknown.map { full.replacing("Error: \(message)", with: "Error: \($0.english)") } ?? full
        }
        var lines = ["エラー: " + (unknown?.japanese ?? UsageErrors.japanese(of: message))]
        if unknown == nil, let help = Self.line(of: full, after: "Help:  ") {
            let texts = HelpTexts.read()
            let command = tree.command(path.dropFirst()).command
            let meant = command.shown.first { argument in
                (argument.names?.map(\.written) ?? [argument.key]).contains { help.hasPrefix($0 + " ") }
            }
            if let meant, let text = texts.text(of: meant, of: Array(path.dropFirst())) {
                lines.append("説明: \(meant.label)  \(text)")
            }
        }
        if let usage {
            lines.append(
                "使い方: " + usage.replacing("[<options>]", with: "[<オプション>]").replacing("<subcommand>", with: "<サブコマンド>"))
            lines.append("  くわしくは「\(path.joined(separator: " ")) --help」を見てください。")
        }
        return lines.joined(separator: "\n")
    }

    /// What is said where a command is followed by a word that is none of its subcommands; `nil` otherwise.
    private func unknownCommand(after path: [String]) -> Phrase? {
        let names = (tree.command(path).command.subcommands ?? []).map(\.commandName)
        var words: [String] = []
        var isValue = false
        for argument in arguments {
            if !argument.hasPrefix("-"), !isValue { words.append(argument) }
            isValue = argument == "--lang"
        }
        guard !names.isEmpty, words.starts(with: path), let word = words.dropFirst(path.count).first,
            !names.contains(word)
        else { return nil }
        let near = names.map { (distance($0, word.lowercased()), $0) }.min { $0.0 < $1.0 }
        guard let near, near.0 <= 2 else {
            let known = names.joined(separator: ", ")
            return Phrase(
                "「\(word)」というコマンドはありません。使えるもの: \(known)", "There is no command '\(word)'. There are: \(known)")
        }
        return Phrase(
            "「\(word)」というコマンドはありません。「\(near.1)」のことですか。", "There is no command '\(word)'. Did you mean '\(near.1)'?")
    }

    /// What is said of the first option that the command does not have but nearly has; `nil` where there is none.
    private func misspeltOption(of command: HelpTree.Command) -> Phrase? {
        let names = command.shown.flatMap { $0.names ?? [] }.map(\.written).filter { $0.hasPrefix("--") }
        for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
            let name = String(argument.prefix { $0 != "=" })
            if names.contains(name) { continue }
            let near = names.map { (distance($0, name), $0) }.min { $0.0 < $1.0 }
            guard let near, near.0 <= 3 else { continue }
            return Phrase(
                "「\(name)」というオプションはありません。「\(near.1)」のことですか。",
                "Unknown option '\(name)'. Did you mean '\(near.1)'?")
        }
        return nil
    }

    private static func line(of text: String, after start: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }
}

/// How many letters must be changed, put in or left out to make one word of the other.
private func distance(_ one: String, _ other: String) -> Int {
    let (one, other) = (Array(one), Array(other))
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for place in other.indices {
            let changed = diagonal + (letter == other[place] ? 0 : 1)
            diagonal = row[place + 1]
            row[place + 1] = min(changed, row[place] + 1, row[place + 1] + 1)
        }
    }
    return row[other.count]
}

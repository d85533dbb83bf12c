import Foundation
import Yams

/// The Japanese texts of the help: Resources/help.ja.yaml, which the build embeds in the program.
struct HelpTexts: Decodable {
    struct Command: Decodable {
        let abstract: String
        let discussion: String?
        /// The texts of arguments that only this command has, or that mean something else in it.
        let arguments: [String: String]?
    }

    /// The texts of arguments that several commands have, by what they are called.
    let arguments: [String: String]
    /// The commands by their words, such as `ledger list`; the program itself is `enmusubi`.
    let commands: [String: Command]

    static func read() -> HelpTexts {
        let text = String(decoding: PackageResources.help_ja_yaml, as: UTF8.self)
        do { return try YAMLDecoder().decode(HelpTexts.self, from: text) } catch {
            preconditionFailure("help.ja.yaml has another form: \(error)")
        }
    }

    static func name(_ path: [String]) -> String { path.isEmpty ? "enmusubi" : path.joined(separator: " ") }

    func command(_ path: [String]) -> Command? { commands[Self.name(path)] }

    func text(of argument: HelpTree.Argument, of path: [String]) -> String? {
        command(path)?.arguments?[argument.key] ?? arguments[argument.key]
    }

    /// What the texts lack of a tree of commands, and what they have beyond it; empty where they fit.
    func misfits(with tree: HelpTree) -> [String] {
        var misfits: [String] = []
        var (unusedCommands, unusedArguments) = (Set(commands.keys), Set(arguments.keys))
        for (path, shown) in tree.all {
            let name = Self.name(path)
            guard let own = command(path) else {
                misfits.append("commands has no \(name)")
                continue
            }
            unusedCommands.remove(name)
            if (own.discussion == nil) != (shown.prose.isEmpty) {
                misfits.append("\(name): one of the languages has no discussion")
            }
            var unused = Set((own.arguments ?? [:]).keys)
            for argument in shown.shown {
                if unused.remove(argument.key) != nil { continue }
                if arguments[argument.key] == nil { misfits.append("\(name) has no text for \(argument.key)") }
                unusedArguments.remove(argument.key)
            }
            misfits += unused.sorted().map { "\(name) has no argument \($0)" }
        }
        return misfits + unusedCommands.sorted().map { "there is no command \($0)" }
            + unusedArguments.sorted().map { "no command takes \($0)" }
    }
}

extension HelpTree.Command {
    /// The discussion without the examples.
    fileprivate var prose: String {
        let text = discussion ?? ""
        return text.components(separatedBy: "EXAMPLES:")[0].trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

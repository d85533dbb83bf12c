import Foundation

/// The commands of the program with their arguments, as the command line describes itself.
public struct HelpTree: Decodable, Sendable {
    let command: Command

    struct Command: Decodable, Sendable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let subcommands: [Command]?
        let arguments: [Argument]?
    }

    struct Argument: Decodable, Sendable {
        enum Kind: String, Decodable { case positional, option, flag }

        struct Name: Decodable, Sendable {
            let kind: String
            let name: String

            var written: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: Kind
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let preferredName: Name?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?

        /// What the argument is called in the data file: `--out`, or `<result>` where it has no name.
        var key: String { preferredName?.written ?? "<\(valueName ?? "")>" }
        private var value: String { kind == .flag ? "" : " <\(valueName ?? "")>" }
        /// All its names and its value, as the list of options has it.
        var label: String {
            guard let names, kind != .positional else { return key + (isRepeating ? " ..." : "") }
            // Short names first.
            let written = names.map(\.written).sorted { ($0.count, $0) < ($1.count, $1) }
            return written.joined(separator: ", ") + value
        }
        /// As the line of usage has it.
        var synopsis: String {
            let one = kind == .positional ? key : key + value
            let all = one + (isRepeating ? " ..." : "")
            return isOptional ? "[\(all)]" : all
        }
    }

    /// - Parameter dump: The description in JSON that ArgumentParser makes of a tree of commands.
    public init(dump: String) {
        do { self = try JSONDecoder().decode(HelpTree.self, from: Data(dump.utf8)) } catch {
            preconditionFailure("the description of the commands has another form: \(error)")
        }
    }

    /// The command that words name, such as `ledger list`; as far as they name one.
    func command(_ words: some Sequence<String>) -> (path: [String], command: Command) {
        var (path, found) = ([command.commandName], command)
        for word in words {
            guard let next = found.subcommands?.first(where: { $0.commandName == word }) else { break }
            path.append(word)
            found = next
        }
        return (path, found)
    }

    /// Every command with the words that name it, without the name of the program, in the order of the help.
    var all: [(path: [String], command: Command)] {
        func under(_ path: [String], _ command: Command) -> [(path: [String], command: Command)] {
            [(path, command)] + (command.subcommands ?? []).flatMap { under(path + [$0.commandName], $0) }
        }
        return under([], command)
    }
}

extension HelpTree.Command {
    /// The arguments that help shows.
    var shown: [HelpTree.Argument] { (arguments ?? []).filter(\.shouldDisplay) }

    /// The command lines that the help gives as examples, which are the same in every language.
    var examples: [String] {
        let lines = (discussion ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        guard let heading = lines.firstIndex(of: "EXAMPLES:") else { return [] }
        return lines[(heading + 1)...].prefix { !$0.isEmpty }.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}

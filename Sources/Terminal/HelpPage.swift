import Admissions
import Foundation

/// The help of one command in Japanese.
struct HelpPage {
    private let path: [String]
    private let command: HelpTree.Command
    private let texts: HelpTexts

    /// - Parameter words: The words of the command, without the name of the program.
    init(of words: some Sequence<String>, in tree: HelpTree, _ texts: HelpTexts) {
        let found = tree.command(words)
        (path, command, self.texts) = (Array(found.path.dropFirst()), found.command, texts)
    }

    var text: String {
        let own = texts.command(path)
        let abstract = "概要: " + (own?.abstract ?? command.abstract ?? "")
        var parts = [Self.wrapped(abstract, width: Self.lineWidth).joined(separator: "\n")]
        if let discussion = own?.discussion { parts += Self.paragraphs(of: discussion) }
        if !command.examples.isEmpty {
            parts.append((["例:"] + command.examples.map { "  " + $0 }).joined(separator: "\n"))
        }
        parts.append("使い方: " + usage)
        let shown = command.shown.map { ($0, texts.text(of: $0, of: path) ?? "") }
        let (arguments, options) = (
            shown.filter { $0.0.kind == .positional }, shown.filter { $0.0.kind != .positional }
        )
        for (title, entries) in [("引数:", arguments), ("オプション:", options)] where !entries.isEmpty {
            parts.append(title + entries.map { Self.entry($0.0.label, $0.1 + Self.remark($0.0)) }.joined())
        }
        if let subcommands = command.subcommands, !subcommands.isEmpty {
            let entries = subcommands.map { ($0.commandName, texts.command(path + [$0.commandName])?.abstract ?? "") }
            parts.append("サブコマンド:" + entries.map { Self.entry($0.0, $0.1) }.joined())
            let words = (["enmusubi", "help"] + path).joined(separator: " ")
            parts.append("  くわしくは「\(words) <サブコマンド>」を見てください。")
        }
        return parts.joined(separator: "\n\n")
    }

    /// The line of usage; many options are one word.
    private var usage: String {
        let words = ["enmusubi"] + path
        if command.subcommands?.isEmpty == false { return (words + ["<サブコマンド>"]).joined(separator: " ") }
        let all = command.shown.filter { !["--help", "--version"].contains($0.key) }
        let optional = all.filter { $0.kind != .positional && $0.isOptional }
        let kept = all.filter { $0.kind == .positional || !$0.isOptional }
        return (words + (optional.isEmpty ? [] : ["[<オプション>]"]) + kept.map(\.synopsis)).joined(separator: " ")
    }

    /// The values that an argument takes, and what it is where it is not given.
    private static func remark(_ argument: HelpTree.Argument) -> String {
        let values = argument.allValues.map { "値: " + $0.joined(separator: "、") }
        let usual = argument.defaultValue.map { "指定しないとき: \($0)" }
        let parts = [values, usual].compactMap { $0 }
        return parts.isEmpty ? "" : "（\(parts.joined(separator: "。"))）"
    }

    /// The paragraphs of a text, wrapped; lines that begin with a blank stay as they are.
    private static func paragraphs(of text: String) -> [String] {
        text.split(separator: "\n\n").map { paragraph in
            let lines = paragraph.split(separator: "\n")
            if lines.contains(where: { $0.hasPrefix(" ") }) { return lines.joined(separator: "\n") }
            let whole = lines.reduce("") { text, line in
                text + (text.last?.isASCII == true && line.first?.isASCII == true ? " " : "") + line
            }
            return wrapped(whole, width: lineWidth).joined(separator: "\n")
        }
    }

    private static let labelWidth = 26
    private static let lineWidth = 84

    /// A label with its text beside it, or below it where it is long.
    private static func entry(_ label: String, _ text: String) -> String {
        let lines = wrapped(text, width: lineWidth - labelWidth)
        let columns = consoleWidth(of: label)
        let fits = columns <= labelWidth - 4
        let first = "\n  " + label + (fits ? String(repeating: " ", count: labelWidth - 2 - columns) : "")
        let indent = "\n" + String(repeating: " ", count: labelWidth)
        return first + (fits ? "" : indent) + lines.joined(separator: indent)
    }

    /// A text in lines of at most `width` columns. A line begins with no closing mark, and words of Latin letters stay whole.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var (lines, line, used) = ([String](), "", 0)
        for piece in pieces(of: text) {
            let own = consoleWidth(of: piece)
            if used + own > width, !line.isEmpty {
                lines.append(line.trimmingCharacters(in: .whitespaces))
                (line, used) = ("", 0)
                if piece == " " { continue }
            }
            (line, used) = (line + piece, used + own)
        }
        return lines + (line.isEmpty ? [] : [line])
    }

    /// Pieces that no line may divide: a word of ASCII, or a character with the closing marks after it.
    private static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        for character in text.split(separator: "\n").joined(separator: " ") {
            let joinsLast =
                "、。」）：".contains(character)
                || (character.isASCII && character != " " && pieces.last?.last?.isASCII == true && pieces.last != " ")
            if joinsLast, !pieces.isEmpty {
                pieces[pieces.count - 1].append(character)
            } else {
                pieces.append(String(character))
            }
        }
        return pieces
    }
}

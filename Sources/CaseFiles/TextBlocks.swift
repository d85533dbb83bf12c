import Admissions
import Foundation
import Tables
import Yams

/// Texts by name, as a clerk edits them in a YAML file: `宛名: |` with the lines of the text below.
public struct TextBlocks: Sendable {
    /// A block that the file may have.
    public struct Form: Sendable {
        public let name: String
        /// The placeholders that its text may have, folded.
        public let placeholders: [String]

        public init(_ name: String, placeholders: [String]) {
            self.name = name
            self.placeholders = placeholders
        }
    }

    /// The file of a case folder with the city's texts for letters.
    public static let letterFile = "letter.yaml"

    /// The text of each block that the file has; an empty text leaves a block out.
    public private(set) var texts: [String: String] = [:]
    /// Everything that is wrong, in the order of lines.
    public private(set) var problems: [Problem] = []
    private let name: String

    /// A file this large holds no texts for a letter.
    private static let byteLimit = 1 << 20

    /// Reads a file in UTF-8, UTF-16 or CP932.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - staysInFolder: Whether the file must lie in its folder also after every link was followed.
    ///   - forms: The blocks that it may have.
    public init(of url: URL, staysInFolder: Bool = false, forms: [Form]) {
        name = url.lastPathComponent
        do {
            let bytes =
                staysInFolder
                ? try fileBytes(name, in: url.deletingLastPathComponent(), limit: Self.byteLimit)
                : try fileBytes(url, limit: Self.byteLimit)
            let text = String(decoding: try DecodedText(bytes).utf8, as: UTF8.self)
            guard let root = try Yams.compose(yaml: text) else { return }
            read(root, forms)
        } catch let fault as FileFault {
            problems = [fault.problem(in: name)]
        } catch let problem as TableProblem {
            problems = [Problem(problem, file: name)]
        } catch {
            var problem = SettingsFile.problem(of: error, in: name)
            if problem.kind == .file(.yamlSyntax) {
                problem.sentence = problem.sentence + Sentence(" \(Self.howTo)", "\(Self.howTo)")
            }
            problems = [problem]
        }
    }

    private static let howTo = Phrase(
        "「名前: |」と書き、次の行から文章を半角の空白 2 文字だけ下げて書いてください。",
        "Write the name, a colon and |, and below it the text, indented by two blanks.")

    private mutating func read(_ root: Node, _ forms: [Form]) {
        guard let mapping = root.mapping else {
            return report(root.mark, .settingInvalid, "\(Self.howTo)", "\(Self.howTo)")
        }
        for (key, value) in mapping {
            let block = folded((key.scalar?.string ?? "").trimmingCharacters(in: .whitespaces))
            guard let form = forms.first(where: { $0.name == block }) else {
                let known = forms.map(\.name)
                let choices = Self.choices(nearest(to: block, among: known), known)
                report(
                    key.mark, .settingUnknown,
                    "There is no block \(block). \(choices)",
                    "「\(block)」という項目はありません。\(choices)")
                continue
            }
            guard let text = value.scalar?.string, value.tag != Tag(.null), value.null == nil else {
                report(
                    value.mark ?? key.mark, .settingInvalid,
                    "\(block) has no text. \(Self.howTo) To leave the block out, write \"\".",
                    "「\(block)」に文章がありません。\(Self.howTo)項目を印刷しないときは \"\" と書いてください。")
                continue
            }
            check(text, of: form, at: value)
            texts[block] = text
        }
    }

    /// Reports placeholders that the block cannot have.
    private mutating func check(_ text: String, of form: Form, at node: Node) {
        // The text of `|` and `>` begins on the line below the sign.
        let besideName: [Node.Scalar.Style] = [.any, .plain, .singleQuoted, .doubleQuoted]
        let isBelow = node.scalar.map { !besideName.contains($0.style) } ?? false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let place = (node.mark?.line ?? 1) + index + (isBelow ? 1 : 0)
            if line.unicodeScalars.contains(where: { $0.isUnwelcome && $0 != "\t" }) {
                report(
                    place, .settingInvalid,
                    "There is a control character in \(form.name); remove it.",
                    "「\(form.name)」に制御文字が入っています。取り除いてください。")
            }
            for piece in PlaceholderText(String(line)).pieces {
                switch piece {
                case .text: continue
                case .stray(let brace):
                    report(
                        place, .settingInvalid,
                        "\(brace) in \(form.name) has no partner; write a placeholder as {月}.",
                        "「\(form.name)」の \(brace) に対になる括弧がありません。差し込む項目は {月} のように書いてください。")
                case .placeholder(let placeholder, _) where !form.placeholders.contains(placeholder):
                    let near = nearest(to: placeholder, among: form.placeholders)
                    let choices = Self.choices(near.map { "{\($0)}" }, form.placeholders.map { "{\($0)}" })
                    report(
                        place, .settingUnknown,
                        "\(form.name) cannot have {\(placeholder)}. \(choices)",
                        "「\(form.name)」に {\(placeholder)} を差し込むことはできません。\(choices)")
                case .placeholder: continue
                }
            }
        }
    }

    private static func choices(_ near: String?, _ known: [String]) -> Phrase {
        if let near { return Phrase("\(near) の誤りではありませんか。", "Is \(near) meant?") }
        return Phrase(
            "使えるのは次のとおりです: \(known.joined(separator: "、"))。", "Known are \(known.joined(separator: ", ")).")
    }

    private mutating func report(
        _ mark: Mark?, _ code: Problem.FileCode, _ english: Telling, _ japanese: Telling
    ) {
        report(mark?.line ?? 1, column: mark?.column ?? 1, code, english, japanese)
    }

    private mutating func report(
        _ line: Int, column: Int = 1, _ code: Problem.FileCode, _ english: Telling, _ japanese: Telling
    ) {
        problems.append(Problem(.file(code), file: name, line: line, column: column, english, japanese))
    }
}

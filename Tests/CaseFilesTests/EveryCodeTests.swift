import Admissions
import Foundation
import Testing

@testable import CaseFiles

@Suite("What is said of every code")
struct EveryCodeTests {
    static let codes = Problem.Code.allCases.filter { !EveryCode.asked.contains($0.rawValue) }

    /// The problem that a code's mistake makes.
    static func problem(_ code: Problem.Code) throws -> Problem {
        let problems = try EveryCode.problems(code)
        return try #require(
            problems.first { $0.kind == code }, "\(code.rawValue) has no mistake that makes it: \(problems)")
    }

    /// The numbers in a text.
    static func numbers(_ text: String) -> Set<String> {
        Set(text.split { !$0.isASCII || !$0.isNumber }.map(String.init))
    }

    @Test("A real mistake makes it, and both languages tell the same values", arguments: codes)
    func tellsTheSame(_ code: Problem.Code) throws {
        let problem = try Self.problem(code)
        let (english, japanese) = (problem.sentence[.english], problem.sentence[.japanese])
        #expect(problem.sentence.tellsTheSame)
        #expect(english.hasSuffix(".") || english.hasSuffix("?"), "\(english)")
        #expect(japanese.hasSuffix("。"), "\(japanese)")
        #expect(english.first?.isASCII == true || !problem.sentence.values.isEmpty, "\(english)")
        #expect(!english.contains("  ") && !japanese.contains("。。"), "\(english) \(japanese)")
        // Modules below the domain write their sentences as texts.
        switch code {
        case .table, .workbook, .cell:
            #expect(Self.numbers(english) == Self.numbers(japanese), "\(english) \(japanese)")
        case .file, .finding: break
        }
        for value in problem.sentence.values {
            #expect(english.contains(value.text(in: .english)) && japanese.contains(value.text(in: .japanese)))
        }
    }

    @Test("The codes by which commands ask are made by no case, and have their meaning")
    func asked() {
        #expect(EveryCode.asked.isSubset(of: Problem.Code.allCases.map(\.rawValue)))
        for code in Problem.Code.allCases { #expect(code.meaning.hasSuffix("。"), "\(code.rawValue)") }
    }

    // MARK: The pages

    static let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../docs")

    /// The sections of the pages, each with its codes.
    static let sections: [(title: Phrase, codes: [Problem.Code])] = [
        (
            Phrase("ファイル、列、設定、セルの値", "Files, columns, settings and cells"),
            Problem.FileCode.allCases.map(Problem.Code.file)
        ),
        (
            Phrase("表の形式", "The form of tables"),
            Problem.Code.allCases.filter { if case .table = $0 { true } else { false } }
        ),
        (
            Phrase("Excel などのブック", "Workbooks"),
            Problem.Code.allCases.filter {
                switch $0 {
                case .workbook, .cell: true
                case .file, .table, .finding: false
                }
            }
        ),
        (Phrase("申込み、施設、規則の内容", "Applications, facilities and rules"), Finding.Code.allCases.map(Problem.Code.finding)),
    ]

    static func page(_ language: Language) throws -> String {
        var text: String
        switch language {
        case .japanese:
            text = """
                # すべてのメッセージ

                `enmusubi check` などが出すメッセージの一覧です。プログラムから作られ、テストで照合されています。

                * 「エラー」があるときは何も書き出しません。直してください。
                * 「注意」は記録され、処理は続きます。「要承認」の注意は、内容を確かめたうえで `--accept 番号` を付けて承認するまで書き出しません。
                * 例の初めの `18行目「第5希望」(Q18)` は、表計算ソフトで開いたときの行、見出し、セルです。

                """
        case .english:
            text = """
                # All messages

                What `enmusubi check` and the other commands say of input. The page is made from the program, and a test compares it.

                * An error stops the command: nothing is written.
                * A warning is recorded, and the run goes on; one *to accept* stops the run until it is accepted by its code
                  (`--accept CODE`). [Warnings](warnings.md) says when each is raised.
                * `row 18, "wish_5" (Q18)` at the beginning of an example is the row, the header and the cell as a spreadsheet shows them.

                """
        }
        for section in sections {
            text += "\n## \(section.title[language])\n\n"
            text +=
                language == .japanese
                ? "| 番号 | 種類 | 意味と対処 | 例 |\n|---|---|---|---|\n" : "| code | kind | example |\n|---|---|---|\n"
            for code in section.codes { text += try row(code, language) }
        }
        return text
    }

    private static func row(_ code: Problem.Code, _ language: Language) throws -> String {
        let isAsked = EveryCode.asked.contains(code.rawValue)
        let problem = isAsked ? nil : try problem(code)
        let needsAcceptance = problem?.needsAcceptance ?? true
        let kind =
            needsAcceptance ? Phrase("要承認", "to accept") : (problem?.severity ?? .warning).word
        var example =
            problem.map { problem in
                (problem.spot.map { "\($0.text(in: language)): " } ?? "") + problem.sentence[language]
            } ?? ""
        example.replace("|", with: "\\|")
        let cells =
            language == .japanese
            ? ["`\(code.rawValue)`", kind[language], code.meaning, example]
            : ["`\(code.rawValue)`", kind[language], example]
        return "| \(cells.joined(separator: " | ")) |\n"
    }

    /// `UPDATE=1 swift test --filter EveryCodeTests` writes the pages anew.
    @Test(
        "The pages of all messages are what the program says",
        arguments: [(Language.japanese, "ja/messages.md"), (.english, "messages.md")])
    func pages(_ language: Language, _ name: String) throws {
        let url = Self.docs.appending(path: name)
        let page = try Self.page(language)
        if ProcessInfo.processInfo.environment["UPDATE"] != nil { try Data(page.utf8).write(to: url) }
        let written = try String(contentsOf: url, encoding: .utf8)
        #expect(
            written == page,
            "\(name) is not what the program says: UPDATE=1 swift test --filter EveryCodeTests writes it anew")
    }
}

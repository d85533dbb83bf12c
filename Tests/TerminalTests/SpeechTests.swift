import Admissions
import Foundation
import Testing

@testable import Terminal

@Suite("In which language people are told")
struct SpeechTests {
    @Test(
        "An option counts more than ENMUSUBI_LANG, that more than the locale, and only Japanese is chosen by the locale",
        arguments: [
            (Language.english as Language?, ["ENMUSUBI_LANG": "ja"], Language.english),
            (nil, ["ENMUSUBI_LANG": "ja"], .japanese),
            (nil, ["ENMUSUBI_LANG": "en", "LANG": "ja_JP.UTF-8"], .english),
            (nil, ["ENMUSUBI_LANG": "", "LANG": "ja_JP.UTF-8"], .japanese), (nil, ["LANG": "ja"], .japanese),
            (nil, ["LC_ALL": "C", "LANG": "ja_JP.UTF-8"], .english),
            (nil, ["LC_ALL": "", "LC_MESSAGES": "ja_JP", "LANG": "C"], .japanese), (nil, ["LANG": "en_US"], .english),
            (nil, [:], .english),
        ])
    func chosen(said: Language?, environment: [String: String], expected: Language) {
        #expect(Speech.language(said: said, environment: environment) == expected)
    }

    @Test("Where nobody chose, a command has its usual language")
    func usual() {
        #expect(Speech.language(said: nil, usual: .japanese, environment: ["LANG": "en_US"]) == .japanese)
        #expect(Speech.language(said: nil, usual: .japanese, environment: ["ENMUSUBI_LANG": "en"]) == .english)
    }

    @Test("The option is found wherever it stands, but not behind --")
    func arguments() {
        #expect(Speech.said(in: ["run", "--lang", "ja", "case"]) == .japanese)
        #expect(Speech.said(in: ["--lang=en", "help"]) == .english)
        #expect(Speech.said(in: ["run", "--lang", "fr"]) == nil)
        #expect(Speech.said(in: ["run", "--", "--lang", "ja"]) == nil)
    }

    @Test("A path is quoted where a shell would read it otherwise")
    func paths() {
        #expect(shellWord("園データ/令和9年") == "園データ/令和9年")
        #expect(shellWord("園データ 令和９年４月") == "'園データ 令和９年４月'")
        #expect(shellWord("it's $HOME") == "'it'\\''s $HOME'")
        #expect(shellWord("a\u{3000}b") == "'a\u{3000}b'" && shellWord("") == "''")
    }
}

@Suite("Help and usage errors in Japanese")
struct CommandTextTests {
    /// The description of the commands, by the program beside the tests.
    private static let dump: String = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "enmusubi")
        process.arguments = ["--experimental-dump-help"]
        let output = Pipe()
        process.standardOutput = output
        guard (try? process.run()) != nil else { return "" }
        return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }()

    @Test("Every command and argument has its text in help.ja.yaml, and no text is left over")
    func complete() {
        let misfits = CommandTexts(dump: Self.dump).misfits
        #expect(misfits == [])
    }

    @Test("A text that is missing or left over is found")
    func incomplete() throws {
        let tree = HelpTree(dump: Self.dump)
        let texts = HelpTexts.read()
        var commands = texts.commands
        commands["run"] = nil
        commands["walk"] = texts.commands["check"]
        var arguments = texts.arguments
        arguments["--lang"] = nil
        arguments["--pace"] = "x"
        let misfits = HelpTexts(arguments: arguments, commands: commands).misfits(with: tree)
        for expected in ["commands has no run", "there is no command walk", "no command takes --pace"] {
            #expect(misfits.contains(expected))
        }
        #expect(misfits.contains("check has no text for --lang"))
    }

    @Test("No help has a line that begins with a closing mark, or more columns than a wide terminal")
    func lines() {
        let tree = HelpTree(dump: Self.dump)
        for (path, _) in tree.all {
            for line in HelpPage(of: path, in: tree, .read()).text.split(separator: "\n") {
                let columns = line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x1100 ? 2 : 1) }
                #expect(columns <= 88 || line.contains("enmusubi "), "\(path): \(line)")
                #expect(!"、。」）".contains(line.trimmingCharacters(in: .whitespaces).prefix(1)), "\(path): \(line)")
            }
        }
    }

    @Test(
        "Each form of a usage error is told in Japanese with what differs",
        arguments: [
            ("Unknown option '--ouut'. Did you mean '--out'?", "「--ouut」というオプションはありません。「--out」のことですか。"),
            ("Unknown option '-x'", "「-x」というオプションはありません。"),
            ("Missing value for '--out <out>'", "「--out <out>」の値がありません。"),
            ("The option '--json' does not take any value, but 'a' was specified.", "「--json」に値は要りませんが、「a」が付いています。"),
            ("Unexpected argument 'it's'", "余分な引数があります: it's"),
            ("2 unexpected arguments: 'a', 'b'", "余分な引数が 2 個あります: a、b"),
            ("Missing expected argument '<folder>'", "「<folder>」が足りません。"),
            (
                "The value 'x' is invalid for '--lang <lang>'. Please provide one of 'ja' and 'en'.",
                "「--lang <lang>」に「x」は使えません。使える値: ja、en"
            ),
            (
                "The value 'x' is invalid for '--solver <solver>'. Please provide one of 'auto', 'glpk' or 'native'.",
                "「--solver <solver>」に「x」は使えません。使える値: auto、glpk、native"
            ),
            ("The value 'x' is invalid for '--seed <seed>'", "「--seed <seed>」に「x」は使えません。"),
            ("--deep と --quick は一緒に使えません。", "--deep と --quick は一緒に使えません。"),
        ])
    func usageErrors(english: String, expected: String) {
        #expect(UsageErrors.japanese(of: english) == expected)
    }
}

import Admissions
import ArgumentParser
import BuildVersion
import Reports
import Rounds
import Terminal

/// The command line: parses, calls, prints.
///
/// Every command writes its name down. To make it of the type's name is work that each start would repeat many times.
@main
struct Enmusubi: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enmusubi",
        abstract: "Nursery admission (利用調整), decided fairly and explained.",
        discussion: """
            A case is a folder: case.yaml, children.csv, facilities.csv and optional tables.

            EXAMPLES:
              enmusubi generate city --children 8000 --facilities 300 --seed 1
              enmusubi check city
              enmusubi run city --out result
              enmusubi verify city result
              enmusubi batch inbox --ledger ledger.sqlite --out results

            EXIT STATUS:
              0 done and proved; 2 warnings must be accepted, nothing written; 3 done, not proved in the time given, or verified
              without checking that the result is the one of the rules; 4 verify found a fault, or compare a difference;
              64 wrong usage; 65 bad input; 70 fault of the program; 74 cannot write, also to standard output;
              130 interrupted, by Ctrl-C or the signals TERM or HUP
            """,
        version: "enmusubi \(ProgramVersion.text)",
        subcommands: [
            Run.self, Check.self, Verify.self, Explain.self, Compare.self, Calibrate.self, CompareRuns.self,
            WhatIf.self, TableCommand.self,
            NoticesCommand.self,
            Generate.self,
            Export.self, SuggestColumns.self, Batch.self, Next.self, LedgerCommand.self,
            PublishVacancies.self, GuideCommand.self, Serve.self,
        ])

    @OptionGroup var speech: LanguageOption

    static func main() {
        Startup.prepare()
        var status = ExitCode.success
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            status = exitCode(for: error)
            let text = fullMessage(for: error)
            if status == .success {
                Output.write((CommandTexts(dump: _dumpHelp()).answer(text) + "\n").utf8, isData: true)
            } else if !text.isEmpty {
                let lines = CommandTexts(dump: _dumpHelp()).usageError(message(for: error), full: text)
                for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
                    Output.complain(harmless(String(line)) + "\n")
                }
            }
        }
        Output.flush()
        if let loss = Output.loss {
            let phrase = Phrase("標準出力に書き込めません: ", "cannot write to standard output: ") + loss
            Output.complain("enmusubi: \(phrase[Speech.ofProcess])\n")
            if status == .success { status = ExitCode(ExitStatus.cannotWrite.rawValue) }
        }
        exit(withError: status)
    }
}

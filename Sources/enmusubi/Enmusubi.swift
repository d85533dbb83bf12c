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
            WhatIf.self, TableCommand.self, NoticesCommand.self, Generate.self, Export.self, SuggestColumns.self,
            Batch.self, Next.self, LedgerCommand.self, PublishVacancies.self, GuideCommand.self, Serve.self,
            Backup.self, Restore.self,
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
            if !text.isEmpty {
                CommandTexts(dump: _dumpHelp()).tell(message(for: error), full: text, isAnswer: status == .success)
            }
        }
        if let lost = Output.end(), status == .success { status = ExitCode(lost.rawValue) }
        exit(withError: status)
    }
}

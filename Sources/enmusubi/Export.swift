import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import Rounds
import Terminal

struct Export: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the whole integer program of a case in LP format.",
        discussion: """
            The program is not reduced: any solver that reads LP files can check a result with it. Its optimum is the
            number of households that keep a justified claim, 0 where a stable allocation exists.
            A round of several phases is a program for each phase: --phase says which. The phases before it are
            allocated first, because the program depends on what they give.

            EXAMPLES:
              enmusubi export examples/two-nurseries --lp two-nurseries.lp
              enmusubi export examples/support-first --lp general.lp --phase general
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var writing: WritingOptions

    @Option(help: "The file to write; it must not exist yet.", completion: .file(extensions: ["lp"]))
    var lp: String

    @Option(help: "Which phase to write, by its name in case.yaml; needed where there are several.")
    var phase: String?

    var console: Console { input.console(onlyTells: true) }

    func perform(_ console: Console) throws {
        let (subject, _) = try input.read(console)
        do throws(RoundError) { _ = try WholeProgram.phaseIndex(phase, in: subject) } catch {
            let names = subject.rules.phases.map(\.name).joined(separator: ", ")
            console.tell(
                names.isEmpty
                    ? Phrase("この利用調整に段階はありません。--phase を外してください。", "the round has no phases; leave --phase out.")
                    : Phrase(
                        "計画問題は段階ごとに別です。--phase に次のどれかを指定してください: \(names)",
                        "each phase is a program of its own; give --phase, one of: \(names)."))
            throw error.status
        }
        guard !FileManager.default.fileExists(atPath: lp) else {
            console.tell(
                Phrase("\(lp) はすでにあります。別の名前にするか、消してください。", "\(lp) exists already; choose another name or remove it."))
            throw ExitStatus.cannotWrite
        }
        let program = try WholeProgram(of: subject, phase: phase)
        try writeFile(program.lpFormat(), to: URL(fileURLWithPath: lp), access: writing.access)
        console.answer(program.summary(file: lp))
    }
}

import Admissions
import Allocating
import ArgumentParser
import CaseFiles
import Foundation
import Programs

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the whole integer program of a case in LP format.",
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

    func run() throws {
        let console = Console(isJSON: input.json, onlyTells: true)
        let (subject, _) = try input.read(console)
        let index = try phaseIndex(in: subject, console)
        guard !FileManager.default.fileExists(atPath: lp) else {
            console.complain("enmusubi: \(lp) exists already; choose another name or remove it.")
            throw ExitStatus.cannotWrite
        }
        let program: Program
        do { program = Allocator.wholeProgram(of: try Allocator.problem(of: index, in: subject)) } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
        do {
            try writeFile(Array(program.lpFormat().utf8), to: URL(fileURLWithPath: lp), access: writing.access)
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
        let summary = Summary(file: lp, phase: phase, variables: program.variableCount, rows: program.rowCount)
        console.emit(summary)
        let which = phase.map { ", phase \($0)" } ?? ""
        console.say("\(lp)\(which): \(summary.variables) variables, \(summary.rows) rows.")
    }

    private func phaseIndex(in subject: Case, _ console: Console) throws -> Int {
        let names = subject.rules.phases.map(\.name)
        if phase == nil, names.count < 2 { return 0 }
        guard let index = phase.flatMap(names.firstIndex(of:)) else {
            console.complain(
                names.isEmpty
                    ? "enmusubi: the round has no phases; leave --phase out."
                    : "enmusubi: each phase is a program of its own; give --phase, one of: "
                        + "\(names.joined(separator: ", ")).")
            throw ExitStatus.wrongUsage
        }
        return index
    }

    private struct Summary: Encodable {
        let message = "exported"
        let file: String
        let phase: String?
        let variables: Int
        let rows: Int
    }
}

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

            EXAMPLES:
              enmusubi export examples/two-nurseries --lp two-nurseries.lp
            """)

    @OptionGroup var input: CaseArgument

    @Option(help: "The file to write; it must not exist yet.", completion: .file(extensions: ["lp"]))
    var lp: String

    func run() throws {
        let console = Console(isJSON: input.json)
        let (subject, _) = try input.read(console)
        guard !FileManager.default.fileExists(atPath: lp) else {
            console.complain("enmusubi: \(lp) exists already; choose another name or remove it.")
            throw ExitStatus.cannotWrite
        }
        let program = Allocator.wholeProgram(of: subject)
        do {
            try writeFile(Array(program.lpFormat().utf8), to: URL(fileURLWithPath: lp))
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
        let summary = Summary(file: lp, variables: program.variableCount, rows: program.rowCount)
        console.emit(summary)
        console.say("\(lp): \(summary.variables) variables, \(summary.rows) rows.")
    }

    private struct Summary: Encodable {
        let message = "exported"
        let file: String
        let variables: Int
        let rows: Int
    }
}

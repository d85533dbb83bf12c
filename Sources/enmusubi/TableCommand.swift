import Admissions
import ArgumentParser
import Explaining
import Rounds

struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Print the payoff table of two households, all others absent.",
        discussion: """
            Rows are the first household's joint outcomes, best first, columns the second's. A cell says what each gets: the
            length of its list for its best outcome down to 1, and 0 where priority throws the household out. Below stand the
            pairs in which neither household has a justified claim.

            EXAMPLES:
              enmusubi table examples/two-nurseries X Y
            """)

    @OptionGroup var input: CaseArgument

    @Argument(help: "The first household; for a child judged apart HOUSEHOLD/CHILD.")
    var first: String

    @Argument(help: "The second household.")
    var second: String

    @Option(help: "How many outcomes of each household to show, best first.")
    var most = 30

    func validate() throws {
        try OptionRanges.check("most", most, in: 1...OptionRanges.most)
        if first == second { throw ValidationError("Name two different households.") }
    }

    func run() throws {
        let console = Console(isJSON: input.json)
        let (subject, _) = try input.read(console)
        let one = try household(first, in: subject, console)
        let other = try household(second, in: subject, console)
        let table = PayoffTable(of: one, other, in: subject, most: most)
        let rows = table.rows.map { label($0, one, subject) }
        let columns = table.columns.map { label($0, other, subject) }
        let stable = table.stable.map { pair in
            "\(first) \(pair.row < rows.count ? rows[pair.row] : "-"), \(second) \(pair.column < columns.count ? columns[pair.column] : "-")"
        }
        console.emit(
            Payoffs(rows: rows, columns: columns, payoffs: table.payoffs.map { [$0.first, $0.second] }, stable: stable))
        console.say("| \(first) \\ \(second) | \(columns.joined(separator: " | ")) |")
        console.say("|\(String(repeating: "---|", count: columns.count + 1))")
        for (index, row) in rows.enumerated() {
            let cells = table.payoffs[index * columns.count..<(index + 1) * columns.count]
            console.say("| \(row) | \(cells.map { "\($0.first) \($0.second)" }.joined(separator: " | ")) |")
        }
        console.say("")
        console.say(stable.isEmpty ? "No pair is stable." : "Stable: \(stable.joined(separator: "; ")).")
        if rows.count == most || columns.count == most {
            console.say("At most \(most) outcomes of each household are shown; --most shows more.")
        }
    }

    private func household(_ name: String, in subject: Case, _ console: Console) throws -> Int {
        let found = subject.households.indices.filter { RunRecord.name($0, in: subject) == name }
        if let only = found.first, found.count == 1 { return only }
        let apart = subject.households.contains { $0.id.text == name }
        console.complain(
            apart
                ? "enmusubi: the children of household \(name) are judged apart; name one as HOUSEHOLD/CHILD."
                : "enmusubi: there is no household \(name) in \(input.folder).")
        throw ExitStatus.wrongUsage
    }

    /// The facilities, eldest child first; written together where each is one character.
    private func label(_ outcome: [Int32], _ household: Int, _ subject: Case) -> String {
        let names = zip(subject.households[household].members, outcome).map { child, choice in
            choice == Allocation.baseline
                ? "-" : subject.facilities[subject.children[child].wishes[Int(choice)].facility].id.text
        }
        return names.joined(separator: names.allSatisfy { $0.count == 1 } ? "" : "+")
    }

    private struct Payoffs: Encodable {
        let message = "payoffs"
        let rows: [String]
        let columns: [String]
        /// By row, then column: what the first and the second get.
        let payoffs: [[Int]]
        let stable: [String]
    }
}

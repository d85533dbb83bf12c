import Admissions
import ArgumentParser
import Rounds
import Terminal

struct TableCommand: TellingCommand {
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
        try valid(OptionValues.check("most", most, in: 1...OptionValues.most))
        if first == second { throw ValidationError("別々の二つの世帯を指定してください。", "Name two different households.") }
    }

    var console: Console { input.console() }

    func perform(_ console: Console) throws {
        let (subject, _) = try input.read(console)
        let report = try PayoffReport(of: first, second, in: subject, named: input.folder, most: most)
        console.answer(report)
        if report.mayHaveMore { console.say(Phrase("--most でもっと示せます。", "Show more with --most.")) }
    }
}

import Admissions
import Allocating
import ArgumentParser
import Asking
import CaseFiles
import Explaining
import Foundation
import Programs
import Reports
import Rounds
import Terminal

struct Explain: TellingCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say of one child why each wish was granted or not.",
        discussion: """
            For a clerk at the counter, in Japanese unless --lang en is given. Without --staff it tells nothing of any other
            family but what case.yaml calls public: the value of the last child admitted is told of keys with public: yes (a
            range with public: band), and only where children of three families or more were placed. What would have sufficed
            is confirmed by solving the case again, a few times for each refused wish, and only what is confirmed is printed,
            after the reasons; without --staff other values only of public keys, and only such as some child has. Wishes that
            take too much work are left out; --time-limit or Ctrl-C end the search with what there is.

            Ends with 3 where the time limit ended the search, 130 when interrupted.

            EXAMPLES:
              enmusubi explain city result C00001
              enmusubi explain city result C00001 --staff
              enmusubi explain city result C00001 --lang en
            """)

    @OptionGroup var input: CaseArgument

    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String

    @Argument(help: "The id of the child.")
    var child: String

    @Flag(help: "Add who comes before, for staff only.")
    var staff = false

    @Flag(name: .customLong("no-sufficient"), help: "Do not look for what would have sufficed, which solves again.")
    var noSufficient = false

    @Option(help: "Seconds after which to stop asking what would have sufficed.", transform: seconds)
    var timeLimit: Double?

    var console: Console { Console(isJSON: input.json, language: input.lang ?? .japanese) }

    func perform(_ console: Console) throws {
        let start = ContinuousClock.now
        let (read, draft) = try input.readResultWithDraft(result, console)
        guard let index = read.subject.children.firstIndex(where: { $0.id == ChildID(spelled: child) }) else {
            console.complain(
                console.language == .japanese
                    ? "enmusubi: \(input.folder) にその番号の児童はいません。"
                    : "enmusubi: there is no such child in \(input.folder).")
            throw ExitStatus.wrongUsage
        }
        let language = console.language
        func page(_ search: SufficientSearch?) -> ChildPage {
            read.page(of: index, sufficient: search, isForStaff: staff)
        }
        let points = draft.flatMap { PointsReport(ofChild: ChildID(spelled: child), in: $0) }
        func sayReasons() {
            for line in page(nil).lines(in: language) { console.say(line) }
            for line in points?.booklet(in: language) ?? [] { console.say(line) }
        }
        if noSufficient {
            console.emit(ExplainedChild(page(nil), language, cut: nil, points: points))
            sayReasons()
            return
        }
        let interruption = Interruption()
        // The reasons are there at once; what follows may take its time.
        sayReasons()
        fflush(nil)
        let deadline = Deadline(at: timeLimit.map { start + .seconds($0) }, signal: interruption.signal)
        let (search, cut) = try ProgressLine(isJSON: input.json).showing { hears throws(RoundError) in
            try read.search(for: index, deadline: deadline, hears: hears)
        }
        console.emit(ExplainedChild(page(search), language, cut: cut, points: points))
        for line in page(search).sufficientLines(in: language, cut: cut) { console.say(line) }
        switch cut {
        case .interrupted: throw ExitStatus.interrupted
        case .time: throw ExitStatus.notProved
        case .work, nil: break
        }
    }
}

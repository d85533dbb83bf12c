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

            An id is also found as c00012, in full-width characters or without its zeros, where it is the only one like that;
            the id of a household gives all its children.

            Ends with 3 where the time limit ended the search, 130 when interrupted.

            EXAMPLES:
              enmusubi explain city result C00001
              enmusubi explain city result C00001 --staff
              enmusubi explain city result C00001 --lang en
            """)

    @OptionGroup var input: CaseArgument

    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String

    @Argument(help: "The id of the child, or of a household.")
    var child: String

    @Flag(help: "Add who comes before, for staff only.")
    var staff = false

    @Flag(name: .customLong("no-sufficient"), help: "Do not look for what would have sufficed, which solves again.")
    var noSufficient = false

    @Option(help: "Seconds after which to stop asking what would have sufficed.", transform: seconds)
    var timeLimit: Double?

    var console: Console { input.console(usual: .japanese) }

    func perform(_ console: Console) throws {
        let start = ContinuousClock.now
        let (read, draft) = try input.readResultWithDraft(result, console)
        let ids = TypedID(in: read.subject)
        let children = ids.rows(child)
        if children.isEmpty {
            console.tell(ids.refusal(child, in: input.folder))
            throw ExitStatus.wrongUsage
        }
        let interruption = Interruption()
        let deadline = Deadline(at: timeLimit.map { start + .seconds($0) }, signal: interruption.signal)
        var cuts: [SufficientSearch.Cut] = []
        for index in children {
            if index != children.first { console.say("") }
            if let cut = try explain(index, read, draft, deadline, console) { cuts.append(cut) }
        }
        if cuts.contains(.interrupted) { throw ExitStatus.interrupted }
        if cuts.contains(.time) { throw ExitStatus.notProved }
    }

    /// Explains one child, and says why the search for what would have sufficed was cut short; `nil` where it was not.
    private func explain(
        _ index: Int, _ read: CheckedResult, _ draft: CaseDraft?, _ deadline: Deadline, _ console: Console
    ) throws -> SufficientSearch.Cut? {
        let language = console.language
        // What programs read does not depend on the environment.
        let ofJSON = input.speech.lang ?? .japanese
        func page(_ search: SufficientSearch?) -> ChildPage {
            read.page(of: index, sufficient: search, isForStaff: staff)
        }
        let points = draft.flatMap { PointsReport(ofChild: read.subject.children[index].id, in: $0) }
        // The reasons are there at once; what follows may take its time.
        for line in page(nil).lines(in: language) + (points?.booklet(in: language) ?? []) { console.say(line) }
        if noSufficient {
            console.emit(ExplainedChild(page(nil), ofJSON, cut: nil, points: points))
            return nil
        }
        fflush(nil)
        let (search, cut) = try ProgressLine(console).showing { hears throws(RoundError) in
            try read.search(for: index, deadline: deadline, hears: hears)
        }
        console.emit(ExplainedChild(page(search), ofJSON, cut: cut, points: points))
        for line in page(search).sufficientLines(in: language, cut: cut) { console.say(line) }
        return cut
    }
}

import Admissions
import ArgumentParser
import Batches
import CaseFiles
import Ledger
import Rounds

struct Next: TellingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the case of the next month or round from a case and its result in the ledger.",
        discussion: """
            Held children stay in play until March, placed ones leave and take their seats, transfers free theirs. CASE may
            hold declines.csv and withdrawals.csv (child_id, date, reason) and new_children.csv (as children.csv): declines
            give seats back, withdrawals leave, new children join. waiting_months counts the months since a child applied, for
            a priority key that uses it. A sibling's new place becomes one where a sibling is enrolled, and under sameOnly the
            only wish. Decisions of the staff (pins.csv) are for one round and are not carried. Sibling answers of new
            households are added to households.csv of the new case.

            EXAMPLES:
              enmusubi next inbox/2027-04-second ledger.sqlite --month 2027-05 --out inbox/2027-05
              enmusubi next inbox/2027-04 ledger.sqlite --month 2027-04 --round "2027-04 second" --out inbox/2027-04-second
              enmusubi next inbox/2027-05 ledger.sqlite --month 2027-06 --out inbox/2027-06 --children
            """)

    @OptionGroup var input: CaseArgument
    @OptionGroup var ledger: LedgerArgument
    @OptionGroup var writing: WritingOptions

    @Option(help: "The month of the next round, of the same fiscal year, such as 2027-05.", transform: Generate.month)
    var month: PlacementMonth

    @Option(help: "What the next round is called (default: the month).")
    var round: String?

    @Option(help: "Replaces the seed of the draw, where the next round has one of its own.")
    var drawSeed: String?

    @Option(
        help: ArgumentHelp(
            "Accept the warnings of this code about the three tables, which stop it otherwise; may be repeated.",
            valueName: "code"),
        transform: AcceptanceOptions.acceptableCode)
    var accept: [String] = []

    @Option(help: "The folder to write; it must not exist, or be empty.", completion: .directory)
    var out: String

    @Flag(help: "Show what changed child by child, not in numbers only.")
    var children = false

    private var language: Problem.Language { input.lang ?? .english }

    var console: Console { Console(isJSON: input.json, onlyTells: true, language: language) }

    func perform(_ console: Console) throws {
        let (subject, reading) = try input.read(console)
        guard let draft = reading.draft else { preconditionFailure("a case that was read has a draft") }
        let recorded = try RecordedResult(of: subject, named: input.folder, in: ledger.file, threads: input.threads)
        if recorded.run.state < .approved {
            console.complain(
                "enmusubi: note: run \(recorded.run.number) is \(recorded.run.state.rawValue), not approved yet.")
        }
        let rows = CaseFolder(path: input.folder).readBetweenRounds()
        console.report(rows.problems)
        var options = NextRound.Options(month: month)
        options.round = round
        options.drawSeed = drawSeed
        options.acceptance = Acceptance(codes: accept)
        options.threads = input.threads
        let next = try NextRound(after: recorded, draft, rows, to: options)
        console.report(next.warnings)
        try next.write(to: CaseFolder(path: out), access: writing.access, threads: input.threads)
        tell(next.carried, recorded.run, console)
        tellOfWishes(next.carried, next.subject, console)
    }

    // MARK: Telling

    private struct Message: Encodable {
        let message = "next"
        let out: String
        let run: Int
        let children: Int
        let fates: [String: Int]
        let transfers, seatsTaken, seatsFreed, seatsReturned, siblingsEnrolled, wishesNarrowed, pinsDropped: Int
    }

    private struct ChildMessage: Encodable {
        let message = "child"
        let child, fate: String
        let facility, former: String?
        let siblingsAdded, siblingsRemoved: [String]
        let wishesKept: [String]?
    }

    private func tell(_ next: CarriedOver, _ run: LedgerRun, _ console: Console) {
        if children { for child in next.children { tell(child, console) } }
        let transfers = next.children.count { $0.fate == .placed && $0.former != nil }
        let enrolled = next.children.count { !$0.siblingsAdded.isEmpty }
        let narrowed = next.children.count { $0.wishesKept != nil }
        console.emit(
            Message(
                out: out, run: run.number, children: next.draft.children.count,
                fates: Dictionary(
                    uniqueKeysWithValues: CarriedChild.Fate.allCases.map { ($0.rawValue, next.count($0)) }),
                transfers: transfers, seatsTaken: next.seatsTaken, seatsFreed: next.seatsFreed,
                seatsReturned: next.seatsReturned, siblingsEnrolled: enrolled, wishesNarrowed: narrowed,
                pinsDropped: next.pinsDropped))
        console.say(
            "\(out): \(next.draft.round), \(next.draft.children.count) children: \(next.count(.held)) held and "
                + "\(next.count(.stays)) staying stay in play, \(next.count(.new)) new")
        console.say(
            "  left: \(next.count(.placed)) placed (\(transfers) of them transfers), \(next.count(.declined)) declined, "
                + "\(next.count(.withdrawn)) withdrawn")
        console.say(
            "  seats of classes: \(next.seatsTaken) taken, \(next.seatsFreed) freed by transfers, "
                + "\(next.seatsReturned) given back by declines")
        console.say(
            "  siblings: \(enrolled) children with a sibling enrolled now, \(narrowed) with a sibling's place as the only wish"
        )
        if next.draft.children.isEmpty {
            console.say(
                "  no child is left in play; a batch takes the round as it is, and new_children.csv brings more later")
        }
        if enrolled > 0, next.draft.rules.pointsTable.isEmpty {
            console.say("  points are as they were given: raise them where a sibling's place earns some")
        }
        if next.pinsDropped > 0 { console.say("  pins: \(next.pinsDropped) of the round before are not carried") }
        console.say("  from run \(run.number), revision \(run.run.revision), \(run.state.rawValue)")
    }

    private struct WishesMessage: Encodable {
        let message = "wishesTaken"
        let child, household, reason: String
        let taken, left: [String]
    }

    private struct HopelessMessage: Encodable {
        let message = "noOutcome"
        let household: String
        let children: [String]
    }

    /// Says of which children the wish lists are shorter now, and who can never be placed again without a new application.
    private func tellOfWishes(_ next: CarriedOver, _ after: Case, _ console: Console) {
        let indexOfID = Dictionary(uniqueKeysWithValues: after.children.enumerated().map { ($1.id, $0) })
        let shortened = next.children.compactMap { child in
            child.reasonTaken.flatMap { reason in indexOfID[child.id].map { (child, reason, after.children[$0]) } }
        }
        let headings: [(CarriedChild.TakenWishes, String)] = [
            (.siblingPlaced, "a sibling is placed, and the household wants one facility only"),
            (.jointWishes, "the household's joint wishes agree with no other"),
        ]
        for (reason, heading) in headings {
            let children = shortened.filter { $0.1 == reason }
            if children.isEmpty { continue }
            console.say("  wishes taken out, because \(heading):")
            for (child, _, carried) in children {
                let left = carried.wishes.map { after.facilities[$0.facility].id.text }
                console.emit(
                    WishesMessage(
                        child: child.id.text, household: carried.householdID.text, reason: reason.rawValue,
                        taken: child.wishesTaken.map(\.text), left: left))
                console.say(
                    "    \(child.id): \(child.wishesTaken.map(\.text).joined(separator: ", ")); "
                        + (left.isEmpty ? "no wish is left" : "left: \(left.joined(separator: ", "))"))
            }
        }
        tellOfHopeless(after, Set(shortened.map(\.0.id)), console)
    }

    /// - Parameter shortened: Children whose wish lists are shorter now.
    private func tellOfHopeless(_ after: Case, _ shortened: Set<ChildID>, _ console: Console) {
        let hopeless = Set(after.householdsWithoutOutcome())
        var hasHeading = false
        for (index, household) in after.households.enumerated() {
            // Of a household in which one child has lost all wishes, the others may still be placed.
            let children = household.members.map { after.children[$0] }.filter {
                hopeless.contains(index) || ($0.wishes.isEmpty && shortened.contains($0.id))
            }.map(\.id.text).sorted()
            if children.isEmpty { continue }
            if !hasHeading {
                console.say("  never to be placed again, unless the household changes its wishes or its answer:")
                hasHeading = true
            }
            console.emit(HopelessMessage(household: household.id.text, children: children))
            console.say("    household \(household.id): \(children.joined(separator: ", "))")
        }
    }

    private func tell(_ child: CarriedChild, _ console: Console) {
        console.emit(
            ChildMessage(
                child: child.id.text, fate: child.fate.rawValue, facility: child.facility?.text,
                former: child.former?.text, siblingsAdded: child.siblingsAdded.map(\.text),
                siblingsRemoved: child.siblingsRemoved.map(\.text), wishesKept: child.wishesKept?.map(\.text)))
        var line = "  \(child.id): \(child.fate.rawValue)"
        if let facility = child.facility { line += " at \(facility)" }
        if let former = child.former { line += ", before at \(former)" }
        for facility in child.siblingsAdded { line += "; a sibling is at \(facility) now" }
        for facility in child.siblingsRemoved { line += "; the sibling left \(facility)" }
        if let kept = child.wishesKept {
            line += kept.isEmpty ? "; no wish is left" : "; only wish \(kept.map(\.text).joined(separator: ", "))"
        }
        console.say(line)
    }
}

import Admissions
import ArgumentParser
import CaseFiles
import Explaining
import Foundation
import Ledger
import Verifying

struct Next: ParsableCommand {
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

    func run() throws {
        let console = Console(isJSON: input.json, onlyTells: true)
        let (subject, reading) = try input.read(console)
        guard let draft = reading.draft else { preconditionFailure("a case that was read has a draft") }
        let run = try recordedRun(of: subject, console)
        let (allocation, verified) = try allocation(of: subject, run, console)
        let month = CaseFolder(path: input.folder).readBetweenRounds()
        console.report(month.problems, in: language)
        guard let rows = month.rows else { throw refused(console) }
        try AcceptanceOptions.requireAcceptance(of: month.problems, accept, console)
        var (next, warnings): (CarriedOver, [Finding])
        do throws(CarryOverFault) {
            (next, warnings) = try draft.carriedOver(
                subject, allocation, rows, to: self.month, round: round ?? self.month.description)
        } catch {
            if case .findings(let findings) = error {
                console.report(month.problems(of: findings), in: language)
            } else {
                console.complain("enmusubi: \(error).")
            }
            throw refused(console)
        }
        console.report(month.problems(of: warnings), in: language)
        var made = next.draft
        if let drawSeed { made.rules.drawSeed = drawSeed }
        try hideAgain(in: &made, subject, allocation, verified, console)
        let after = try check(made, next, month, console)
        try write(made, console)
        tell(next, run, console)
        tellOfWishes(next, after, console)
    }

    private func refused(_ console: Console) -> ExitCode {
        console.complain("enmusubi: nothing was written.")
        return ExitStatus.badInput
    }

    /// The latest run of the case's round, if it is of this case and nothing of it was altered.
    private func recordedRun(of subject: Case, _ console: Console) throws -> LedgerRun {
        let key = RoundKey(municipality: subject.municipality, month: subject.month, round: subject.round)
        guard let run = try ledger.entries(console).latest(of: key) else {
            console.complain("enmusubi: \(key) is not in the ledger \(ledger.ledger); run the batch first.")
            throw ExitStatus.badInput
        }
        guard run.run.caseDigest == subject.digest().description else {
            console.complain(
                "enmusubi: \(input.folder) is not the case of run \(run.number); it changed since. Run the batch first."
            )
            throw ExitStatus.badInput
        }
        try withLedger(console) {
            let faults = ledger.file.faults(ofFolder: run.run)
            if !faults.isEmpty { throw LedgerFault.altered(path: ledger.ledger, faults: faults) }
        }
        if run.state < .approved {
            console.complain("enmusubi: note: run \(run.number) is \(run.state.rawValue), not approved yet.")
        }
        return run
    }

    /// The allocation of the run, checked again.
    private func allocation(
        of subject: Case, _ run: LedgerRun, _ console: Console
    ) throws -> (Allocation, Verification) {
        let folder = ResultFolder(ledger.file.folder(of: run.run))
        try RunRecord.requireFormat(of: folder, named: run.run.folder, console, in: language)
        let read = folder.readAllocation(of: subject)
        console.report(read.problems)
        guard let allocation = read.allocation else { throw ExitStatus.faultFound }
        let verified = Verifier(subject, threads: input.threads).verify(allocation)
        let faults = verified.faults
        for fault in faults { console.complain("enmusubi: fault: \(fault)") }
        if !faults.isEmpty { throw ExitStatus.faultFound }
        return (allocation, verified)
    }

    /// What this round hides from the public the next one hides too: its vacancies are what this round left.
    private func hideAgain(
        in draft: inout CaseDraft, _ subject: Case, _ allocation: Allocation, _ verified: Verification,
        _ console: Console
    ) throws {
        let explanations: Explanations
        do { explanations = try Explanations(of: subject, allocation, verified, threads: input.threads) } catch {
            console.complain("enmusubi: defect in the program: \(error)")
            throw ExitStatus.programFault
        }
        let rows = Dictionary(
            draft.facilities.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        for border in explanations.publicBorders where border.isHidden {
            guard let row = rows[subject.facilities[border.facility].id] else { continue }
            draft.facilities[row].unpublished.formUnion(AgeSet(CollectionOfOne(border.ageClass)))
        }
    }

    /// The next case; refuses one that could not be read.
    private func check(
        _ draft: CaseDraft, _ next: CarriedOver, _ month: MonthReading, _ console: Console
    ) throws -> Case {
        let (after, findings) = draft.resolve(threads: input.threads)
        if let after { return after }
        let errors = findings.filter { $0.severity == .error }
        var ofNewChildren: [Finding] = []
        for var finding in errors {
            if finding.table == .children, let row = finding.row, row >= next.firstNewRow {
                (finding.table, finding.row) = (.newChildren, row - next.firstNewRow)
                ofNewChildren.append(finding)
            } else {
                // A row that is written nowhere has no place to point at.
                console.report(
                    [Problem(.finding(finding.code), file: finding.table.fileName, finding.message)], in: language)
            }
        }
        console.report(month.problems(of: ofNewChildren), in: language)
        throw refused(console)
    }

    /// Writes the case, unless a reading of it finds an error.
    private func write(_ draft: CaseDraft, _ console: Console) throws {
        var errors: [Problem] = []
        do {
            try CaseFolder(path: out).write(draft, access: writing.access) { folder in
                errors = folder.read(threads: input.threads).errors
                return errors.isEmpty
            }
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
        guard errors.isEmpty else {
            console.report(errors, in: language)
            throw refused(console)
        }
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

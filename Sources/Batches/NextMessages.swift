import Admissions
import CaseFiles
import Ledger
import Rounds

/// The case of the next round in numbers.
public struct NextSummary: Message {
    public let message = "next"
    public let out: String
    public let run: Int
    public let children: Int
    public let fates: [String: Int]
    public let transfers, seatsTaken, seatsFreed, seatsReturned, siblingsEnrolled, wishesNarrowed, pinsDropped: Int
    private let text: [String]

    private enum CodingKeys: CodingKey {
        case message, out, run, children, fates, transfers, seatsTaken, seatsFreed, seatsReturned, siblingsEnrolled
        case wishesNarrowed, pinsDropped
    }

    init(_ next: CarriedOver, _ run: LedgerRun, out: String) {
        let transfers = next.children.count { $0.fate == .placed && $0.former != nil }
        let enrolled = next.children.count { !$0.siblingsAdded.isEmpty }
        let narrowed = next.children.count { $0.wishesKept != nil }
        self.out = out
        self.run = run.number
        children = next.draft.children.count
        fates = Dictionary(
            uniqueKeysWithValues: CarriedChild.Fate.allCases.map { ($0.rawValue, next.count($0)) })
        self.transfers = transfers
        (seatsTaken, seatsFreed, seatsReturned) = (next.seatsTaken, next.seatsFreed, next.seatsReturned)
        (siblingsEnrolled, wishesNarrowed, pinsDropped) = (enrolled, narrowed, next.pinsDropped)
        var text: [String] = []
        func say(_ line: String) { text.append(line) }
        say(
            "\(out): \(next.draft.round), \(next.draft.children.count) children: \(next.count(.held)) held and "
                + "\(next.count(.stays)) staying stay in play, \(next.count(.new)) new")
        say(
            "  left: \(next.count(.placed)) placed (\(transfers) of them transfers), \(next.count(.declined)) declined, "
                + "\(next.count(.withdrawn)) withdrawn")
        say(
            "  seats of classes: \(next.seatsTaken) taken, \(next.seatsFreed) freed by transfers, "
                + "\(next.seatsReturned) given back by declines")
        say(
            "  siblings: \(enrolled) children with a sibling enrolled now, \(narrowed) with a sibling's place as the only wish"
        )
        if next.draft.children.isEmpty {
            say(
                "  no child is left in play; a batch takes the round as it is, and new_children.csv brings more later")
        }
        if enrolled > 0, next.draft.rules.pointsTable.isEmpty {
            say("  points are as they were given: raise them where a sibling's place earns some")
        }
        if next.pinsDropped > 0 { say("  pins: \(next.pinsDropped) of the round before are not carried") }
        say("  from run \(run.number), revision \(run.run.revision), \(run.state.rawValue)")
        self.text = text
    }

    public func lines(in language: Language) -> [String] { text }
}

/// What became of one child between two rounds.
public struct CarriedChildMessage: Message {
    public let message = "child"
    public let child, fate: String
    public let facility, former: String?
    public let siblingsAdded, siblingsRemoved: [String]
    public let wishesKept: [String]?

    init(_ child: CarriedChild) {
        self.child = child.id.spelling
        fate = child.fate.rawValue
        facility = child.facility?.spelling
        former = child.former?.spelling
        siblingsAdded = child.siblingsAdded.map(\.spelling)
        siblingsRemoved = child.siblingsRemoved.map(\.spelling)
        wishesKept = child.wishesKept?.map(\.spelling)
    }

    public func lines(in language: Language) -> [String] {
        var line = "  \(child): \(fate)"
        if let facility { line += " at \(facility)" }
        if let former { line += ", before at \(former)" }
        for facility in siblingsAdded { line += "; a sibling is at \(facility) now" }
        for facility in siblingsRemoved { line += "; the sibling left \(facility)" }
        if let kept = wishesKept {
            line += kept.isEmpty ? "; no wish is left" : "; only wish \(kept.joined(separator: ", "))"
        }
        return [line]
    }
}

/// A child whose wish list is shorter in the next round.
public struct WishesTakenMessage: Message {
    public let message = "wishesTaken"
    public let child, household, reason: String
    public let taken, left: [String]
    /// Precedes the first of several; empty before the others.
    let heading: [String]

    private enum CodingKeys: CodingKey { case message, child, household, reason, taken, left }

    public func lines(in language: Language) -> [String] {
        heading + [
            "    \(child): \(taken.joined(separator: ", ")); "
                + (left.isEmpty ? "no wish is left" : "left: \(left.joined(separator: ", "))")
        ]
    }
}

/// Children who can never be placed again without a new application.
public struct NoOutcomeMessage: Message {
    public let message = "noOutcome"
    public let household: String
    public let children: [String]
    /// Precedes the first of several; empty before the others.
    let heading: [String]

    private enum CodingKeys: CodingKey { case message, household, children }

    public func lines(in language: Language) -> [String] {
        heading + ["    household \(household): \(children.joined(separator: ", "))"]
    }
}

extension NextRound {
    /// What people want to know of the next round.
    ///
    /// - Parameters:
    ///   - run: The run that it follows.
    ///   - out: The folder that its case was written to.
    ///   - listsChildren: Whether to say of every child what became of it.
    public func messages(after run: LedgerRun, out: String, listsChildren: Bool = false) -> [any Message] {
        var messages: [any Message] = []
        if listsChildren { messages += carried.children.map { CarriedChildMessage($0) } }
        messages.append(NextSummary(carried, run, out: out))
        messages.append(NextChangesMessage(changes, in: "\(out)/\(Self.changesFile)"))
        return messages + wishesMessages()
    }

    /// Whose wish lists are shorter now, and who can never be placed again without a new application.
    private func wishesMessages() -> [any Message] {
        let indexOfID = Dictionary(uniqueKeysWithValues: subject.children.enumerated().map { ($1.id, $0) })
        let shortened = carried.children.compactMap { child in
            child.reasonTaken.flatMap { reason in indexOfID[child.id].map { (child, reason, subject.children[$0]) } }
        }
        let headings: [(CarriedChild.TakenWishes, String)] = [
            (.siblingPlaced, "a sibling is placed, and the household wants one facility only"),
            (.jointWishes, "the household's joint wishes agree with no other"),
        ]
        var messages: [any Message] = []
        for (reason, heading) in headings {
            let children = shortened.filter { $0.1 == reason }
            for (index, (child, _, after)) in children.enumerated() {
                messages.append(
                    WishesTakenMessage(
                        child: child.id.spelling, household: after.householdID.spelling, reason: reason.rawValue,
                        taken: child.wishesTaken.map(\.spelling),
                        left: after.wishes.map { subject.facilities[$0.facility].id.spelling },
                        heading: index > 0 ? [] : ["  wishes taken out, because \(heading):"]))
            }
        }
        return messages + noOutcomeMessages(Set(shortened.map(\.0.id)))
    }

    /// Who can never be placed again without a new application; `shortened` are the children whose wish lists are shorter now.
    private func noOutcomeMessages(_ shortened: Set<ChildID>) -> [any Message] {
        let hopeless = Set(subject.householdsWithoutOutcome())
        var messages: [any Message] = []
        for (index, household) in subject.households.enumerated() {
            // Of a household in which one child has lost all wishes, the others may still be placed.
            let children = household.members.map { subject.children[$0] }.filter {
                hopeless.contains(index) || ($0.wishes.isEmpty && shortened.contains($0.id))
            }.map(\.id).sorted().map(\.spelling)
            if children.isEmpty { continue }
            messages.append(
                NoOutcomeMessage(
                    household: household.id.spelling, children: children,
                    heading: messages.isEmpty
                        ? ["  never to be placed again, unless the household changes its wishes or its answer:"] : []))
        }
        return messages
    }
}

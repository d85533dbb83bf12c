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
    private let text: [Phrase]

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
        var text = [
            Phrase(
                "\(out): \(next.draft.round)、児童 \(next.draft.children.count) 人: 引き続き申込み中 \(next.count(.held)) 人、"
                    + "転園保留 \(next.count(.stays)) 人、新規 \(next.count(.new)) 人",
                "\(out): \(next.draft.round), \(counted(next.draft.children.count, "child", plural: "children")): "
                    + "\(next.count(.held)) held and \(next.count(.stays)) staying stay in play, \(next.count(.new)) new"
            ),
            Phrase(
                "  対象から外れた児童: 内定 \(next.count(.placed)) 人（うち転園 \(transfers) 人）、内定辞退 \(next.count(.declined)) 人、"
                    + "申込取下げ \(next.count(.withdrawn)) 人",
                "  left: \(next.count(.placed)) placed (\(transfers) of them transfers), \(next.count(.declined)) declined, "
                    + "\(next.count(.withdrawn)) withdrawn"),
            Phrase(
                "  クラスの枠: 内定で減った数 \(next.seatsTaken)、転園で空いた数 \(next.seatsFreed)、内定辞退で戻った数 \(next.seatsReturned)",
                "  seats of classes: \(next.seatsTaken) taken, \(next.seatsFreed) freed by transfers, "
                    + "\(next.seatsReturned) given back by declines"),
            Phrase(
                "  きょうだい: 新たにきょうだいが在園することになった児童 \(enrolled) 人、きょうだいの施設だけが希望に残った児童 \(narrowed) 人",
                "  siblings: \(enrolled) children with a sibling enrolled now, \(narrowed) with a sibling's place as the only wish"
            ),
        ]
        if next.draft.children.isEmpty {
            text.append(
                Phrase(
                    "  残る児童はいません。一括処理はこのまま行えます。new_children.csv で後から加えることもできます",
                    "  no child is left in play; a batch takes the round as it is, and new_children.csv brings more later"
                ))
        }
        if enrolled > 0, next.draft.rules.pointsTable.isEmpty {
            text.append(
                Phrase(
                    "  指数は前回のままです。きょうだいの在園で加点がある場合は、指数を直してください",
                    "  points are as they were given: raise them where a sibling's place earns some"))
        }
        if next.pinsDropped > 0 {
            text.append(
                Phrase(
                    "  固定配置: 前回の \(next.pinsDropped) 件は引き継ぎません",
                    "  pins: \(next.pinsDropped) of the round before are not carried"))
        }
        text.append(
            Phrase(
                "  もとの結果: \(run.number) 番、第 \(run.run.revision) 版、\(run.state.japanese)",
                "  from run \(run.number), revision \(run.run.revision), \(run.state.rawValue)"))
        self.text = text
    }

    public func lines(in language: Language) -> [String] { text.map { $0[language] } }
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
        if language == .japanese { return [japanese] }
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

    private var japanese: String {
        let became = CarriedChild.Fate(rawValue: fate)?.japanese ?? fate
        var line = "  \(child): \(facility.map { "\($0) に" } ?? "")\(became)"
        if let former { line += "、それまでは \(former)" }
        for facility in siblingsAdded { line += "、きょうだいが \(facility) に入所" }
        for facility in siblingsRemoved { line += "、きょうだいが \(facility) から転園" }
        if let kept = wishesKept {
            line += kept.isEmpty ? "、希望が残っていません" : "、残った希望は \(kept.joined(separator: "、")) だけ"
        }
        return line
    }
}

/// A child whose wish list is shorter in the next round.
public struct WishesTakenMessage: Message {
    public let message = "wishesTaken"
    public let child, household, reason: String
    public let taken, left: [String]
    /// Precedes the first of several; empty before the others.
    let heading: [Phrase]

    private enum CodingKeys: CodingKey { case message, child, household, reason, taken, left }

    public func lines(in language: Language) -> [String] {
        heading.map { $0[language] } + [
            Phrase(
                "    \(child): \(taken.joined(separator: "、"))"
                    + (left.isEmpty ? "（希望が残っていません）" : "（残る希望: \(left.joined(separator: "、"))）"),
                "    \(child): \(taken.joined(separator: ", ")); "
                    + (left.isEmpty ? "no wish is left" : "left: \(left.joined(separator: ", "))"))[language]
        ]
    }
}

/// Children who can never be placed again without a new application.
public struct NoOutcomeMessage: Message {
    public let message = "noOutcome"
    public let household: String
    public let children: [String]
    /// Precedes the first of several; empty before the others.
    let heading: [Phrase]

    private enum CodingKeys: CodingKey { case message, household, children }

    public func lines(in language: Language) -> [String] {
        heading.map { $0[language] } + [
            Phrase(
                "    世帯 \(household): \(children.joined(separator: "、"))",
                "    household \(household): \(children.joined(separator: ", "))")[language]
        ]
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
        let headings: [(CarriedChild.TakenWishes, Phrase)] = [
            (
                .siblingPlaced,
                Phrase(
                    "  きょうだいが内定し、世帯の希望が同園のみのため、外した希望:",
                    "  wishes taken out, because a sibling is placed, and the household wants one facility only:")
            ),
            (
                .jointWishes,
                Phrase(
                    "  世帯の組合せ表に合わなくなったため、外した希望:",
                    "  wishes taken out, because the household's joint wishes agree with no other:")
            ),
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
                        heading: index > 0 ? [] : [heading]))
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
                        ? [
                            Phrase(
                                "  希望か回答を変えない限り、今後も内定できない世帯:",
                                "  never to be placed again, unless the household changes its wishes or its answer:")
                        ] : []))
        }
        return messages
    }
}

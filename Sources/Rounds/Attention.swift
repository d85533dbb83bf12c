import Admissions
import Explaining
import Reports
import Verifying

/// The children of a result that a person should look at before it is approved (見てほしい児童), each with why.
///
/// Everything here is computed from the case and its checked result. Nothing is guessed, and nobody is judged: a mark says what the
/// computation met at this child, so that somebody looks.
public struct Attention: Sendable {
    /// Why a child should be looked at, the most urgent first.
    public enum Kind: String, CaseIterable, Sendable, Codable, Comparable {
        /// The household keeps a justified claim.
        case claim
        /// Staff decided where the child goes, or the child is the first who would have a seat but for such a decision.
        case pin
        /// The child is held while a sibling is placed.
        case someSiblings
        /// The child is held though its own priority suffices for a wish: a sibling's seat is missing.
        case siblingSeat
        /// Only the draw, or the id after it, separates the child from one that is placed where it would rather be.
        case draw
        /// The child is the first one refused at a border that the last key decides.
        case lastKey
        /// The child moves to another wish than its first, and its present seat is gone.
        case ownSeat

        public static func < (one: Self, other: Self) -> Bool {
            allCases.firstIndex(of: one)! < allCases.firstIndex(of: other)!
        }

        /// How much a mark of the kind counts in the order of the list.
        var weight: Int {
            switch self {
            case .claim: 100
            case .pin: 60
            case .someSiblings: 40
            case .siblingSeat: 30
            case .draw: 20
            case .lastKey: 10
            case .ownSeat: 5
            }
        }
    }

    /// One reason to look at a child.
    public struct Mark: Hashable, Sendable {
        public let kind: Kind
        /// What was met, for staff: it may name other children.
        public let sentence: Phrase
    }

    /// A child with its marks.
    public struct Item: Sendable {
        /// Index into the children of the case.
        public let child: Int
        /// In the order of ``Kind``.
        public let marks: [Mark]
        /// The sum of the weights of its kinds.
        public let weight: Int
    }

    /// Those with the most weight first, then by id.
    public let items: [Item]

    /// How many children have a mark of each kind.
    public func count(of kind: Kind) -> Int { items.count { $0.marks.contains { $0.kind == kind } } }

    /// The marks of a child; empty where it has none.
    public func marks(of child: Int) -> [Mark] { marksOfChild[child] ?? [] }

    private let marksOfChild: [Int: [Mark]]

    /// - Complexity: O(w log w) for w wishes.
    public init(of result: CheckedResult) {
        var finder = AttentionFinder(result)
        finder.markClaims()
        finder.markPins()
        finder.markSiblings()
        finder.markDraws()
        finder.markLastKeys()
        finder.markOwnSeats()
        marksOfChild = finder.marks.mapValues { $0.sorted { $0.kind < $1.kind } }
        items = marksOfChild.map { child, marks in
            Item(child: child, marks: marks, weight: Set(marks.map(\.kind)).reduce(0) { $0 + $1.weight })
        }.sorted { ($1.weight, $0.child) < ($0.weight, $1.child) }
    }
}

extension Attention.Kind {
    public var phrase: Phrase {
        switch self {
        case .claim: Phrase("優先順位の逆転・空き枠の残り", "justified claim left")
        case .pin: Phrase("固定配置", "pin")
        case .someSiblings: Phrase("きょうだいの一部だけ内定", "only some siblings placed")
        case .siblingSeat: Phrase("きょうだいの枠不足", "a sibling's seat missing")
        case .draw: Phrase("抽選で決定", "decided by the draw")
        case .lastKey: Phrase("最後の基準で決定", "border by the last key")
        case .ownSeat: Phrase("在籍の枠に戻れない", "own seat given up")
        }
    }

    /// What a mark of the kind means, and how it is found.
    public var definition: Phrase {
        switch self {
        case .claim:
            Phrase(
                "世帯に優先順位の逆転または空き枠の残りがあり、その組み合わせになれば行き先が変わる児童です。",
                "The household keeps a justified claim, and the child would end up elsewhere if it were met.")
        case .pin:
            Phrase(
                "市の個別の決定（固定配置）がある児童と、その決定がなければ枠があった児童（施設とクラスごとに、最も順位が上の一人）です。",
                "Staff decided about the child, or the child is the first of its class at the facility who would have a seat but for such a decision."
            )
        case .someSiblings:
            Phrase(
                "同じ世帯のきょうだいは内定し、本人は保留の児童です。", "The child is held, and a child of the same household is placed.")
        case .siblingSeat:
            Phrase(
                "本人の優先順位では枠があるのに、きょうだいの枠が足りず保留となった児童です。",
                "The child is held though its own priority suffices for a wish, because a sibling's seat is missing.")
        case .draw:
            Phrase(
                "すべての基準が同じで、抽選（それも同じときは児童番号）だけで、より上位の希望に内定しなかった児童です。",
                "All keys were equal, and only the draw, or the id after it, kept the child from a wish that it likes better."
            )
        case .lastKey:
            Phrase(
                "内定しなかった児童のうち枠ごとに最も順位が上の児童で、抽選の前の最後の基準だけで差がついた児童です。基準が一つだけの回では数えません。",
                "Of those refused a seat the first of its limit, where only the last key before the draw made the difference. Not counted where there is one key only."
            )
        case .ownSeat:
            Phrase(
                "第2希望以下への転園が内定し、離れる施設の枠に空きがない児童です。内定を辞退しても、元の枠には戻れません。",
                "The child moves to another wish than its first, and the facility that it leaves has no seat left: it cannot go back if it declines."
            )
        }
    }
}

/// Looks for the marks, kind by kind.
private struct AttentionFinder {
    private let result: CheckedResult
    private let subject: Case
    private let verified: Verification
    private let explanations: Explanations
    private(set) var marks: [Int: [Attention.Mark]] = [:]

    init(_ result: CheckedResult) {
        self.result = result
        (subject, verified, explanations) = (result.subject, result.verified, result.explanations)
    }

    private mutating func mark(_ child: Int, _ kind: Attention.Kind, _ sentence: Phrase) {
        marks[child, default: []].append(.init(kind: kind, sentence: sentence))
    }

    private func name(_ facility: Int) -> String {
        "\(subject.facilities[facility].id) \(subject.facilities[facility].name)"
    }

    private func ids(_ children: some Sequence<Int>) -> Phrase {
        let ids = children.map { subject.children[$0].id.spelling }
        return Phrase(ids.joined(separator: "、"), ids.joined(separator: ", "))
    }

    /// The members who would end up elsewhere if the claim were met.
    private func moved(_ claim: Claim) -> [Claim.Member] {
        claim.members.filter { $0.facility != verified.placements[$0.child].facility }
    }

    // MARK: Claims and pins

    mutating func markClaims() {
        for claim in verified.claims {
            let kind =
                claim.kind == .priority
                ? Phrase("優先順位が下の児童が内定しています（優先順位の逆転）", "children who come after hold the seats")
                : Phrase("空いている枠があります（空き枠の残り）", "there is a vacant seat")
            for member in moved(claim) {
                mark(member.child, .claim, Self.place(member, name) + kind + displaced(member))
            }
        }
    }

    private static func place(_ member: Claim.Member, _ name: (Int) -> String) -> Phrase {
        guard let facility = member.facility else { return Phrase("保留となる組み合わせで、", "Held, ") }
        return Phrase("\(name(facility)) に、", "At \(name(facility)) ")
    }

    private func displaced(_ member: Claim.Member) -> Phrase {
        if member.displaced.isEmpty { return Phrase("。", ".") }
        let names = ids(member.displaced)
        return Phrase("。順位が下の児童: \(names.japanese)。", ". Who comes after: \(names.english).")
    }

    mutating func markPins() {
        for pin in subject.pins {
            let place = pin.facility.map(name).map { Phrase($0, $0) } ?? Phrase("保留または在園継続", "held, or stays")
            mark(
                pin.child, .pin,
                Phrase(
                    "\(pin.by) の決定により \(place.japanese) に固定されています。理由: \(pin.reason)。",
                    "\(pin.by) decided: \(place.english). Reason: \(pin.reason)."))
        }
        // Many may come before a pinned child; of each class of a facility the first of them is named.
        var claimed: [Int: Set<Int>] = [:]
        var members: [Int: Claim.Member] = [:]
        for claim in verified.uncountedClaims where claim.kind == .overridden {
            for member in moved(claim) where subject.pin(of: member.child) == nil {
                guard let facility = member.facility else { continue }
                claimed[facility * 6 + subject.children[member.child].ageClass, default: []].insert(member.child)
                members[member.child] = member
            }
        }
        for (cell, children) in claimed.sorted(by: { $0.key < $1.key }) {
            let entries = explanations.applicants.entries[explanations.applicants.range(of: cell / 6)]
            guard let first = entries.first(where: { children.contains(Int($0.child)) }),
                let member = members[Int(first.child)]
            else { continue }
            mark(
                member.child, .pin,
                Self.place(member, name)
                    + Phrase(
                        "固定配置がなければ枠がありました\(displaced(member).japanese)",
                        "there would be a seat but for a pin\(displaced(member).english)"))
        }
    }

    // MARK: Siblings

    mutating func markSiblings() {
        let isPlaced = verified.placements.map { $0.outcome == .placed }
        let families = Dictionary(grouping: subject.children.indices) { subject.children[$0].householdID }
        for placement in verified.placements where placement.outcome == .held {
            let child = placement.child
            let placed = families[subject.children[child].householdID]!.filter { isPlaced[$0] }
            if !placed.isEmpty {
                let names = ids(placed)
                mark(
                    child, .someSiblings,
                    Phrase(
                        "きょうだいの \(names.japanese) は内定し、本人は保留です。",
                        "Siblings placed: \(names.english). The child is held."))
            }
            guard let reason = explanations.reasons(of: child).first(where: { $0.kind == .siblingSeat }) else {
                continue
            }
            let facility = subject.children[child].wishes[Int(reason.wish)].facility
            let missing = explanations.jointReasons[Int(reason.joint)].missing
            let names = ids(missing.map(\.child))
            let places = Set(missing.map(\.facility)).sorted().map(name)
            mark(
                child, .siblingSeat,
                Phrase(
                    "第\(reason.wish + 1)希望 \(name(facility)) に本人の枠はありますが、きょうだいの \(names.japanese) の枠（\(places.joined(separator: "、"))）が足りません。",
                    "At wish \(reason.wish + 1), \(name(facility)), the child has a seat; no seat for \(names.english) at \(places.joined(separator: ", "))."
                ))
        }
    }

    // MARK: Priority

    mutating func markDraws() {
        var marked = Set<[Int]>()
        for tie in drawTies(of: subject, verified, comparator: explanations.comparator) {
            let placed = ids(tie.children.filter(\.isPlaced).map(\.child))
            for member in tie.children where !member.isPlaced {
                marked.insert([member.child, tie.facility])
                mark(
                    member.child, .draw,
                    Phrase(
                        "\(name(tie.facility)) では、すべての基準が同じ \(placed.japanese) が抽選で先になりました。",
                        "At \(name(tie.facility)) the draw put \(placed.english) first, who are equal in every key."))
            }
        }
        // Equal with the last child admitted to a limit of several classes or facilities.
        for reason in explanations.reasons where reason.kind == .seats && reason.lastAdmitted >= 0 {
            guard reason.key == .draw || reason.key == .id else { continue }
            let child = Int(reason.child)
            let facility = subject.children[child].wishes[Int(reason.wish)].facility
            guard marked.insert([child, facility]).inserted else { continue }
            let last = ids([Int(reason.lastAdmitted)])
            mark(
                child, .draw,
                Phrase(
                    "\(name(facility)) では、すべての基準が同じ \(last.japanese) が抽選で先になりました。",
                    "At \(name(facility)) the draw put \(last.english) first, who is equal in every key."))
        }
    }

    mutating func markLastKeys() {
        let keys = subject.rules.priority.indices.filter { subject.rules.priority[$0].source != .draw }
        guard keys.count > 1, let last = keys.last else { return }
        // Of each limit the reason of the first child refused.
        var first: [Int32: Reason] = [:]
        for reason in explanations.reasons where reason.kind == .seats && reason.lastAdmitted >= 0 {
            if let other = first[reason.limit], (other.ahead, other.child) <= (reason.ahead, reason.child) { continue }
            first[reason.limit] = reason
        }
        for reason in first.values.sorted(by: { ($0.child, $0.wish) < ($1.child, $1.wish) })
        where reason.key == .key(last) {
            let (child, wish) = (Int(reason.child), Int(reason.wish))
            let facility = subject.children[child].wishes[wish].facility
            let admitted = Int(reason.lastAdmitted)
            func told(_ child: Int, _ wish: Int) -> String {
                let value = explanations.value(of: child, at: wish, .key(last), in: subject)
                return value.isEmpty ? "-" : value
            }
            let (own, other) = (told(child, wish), told(admitted, explanations.wishOfLastAdmitted(reason)))
            let key = Wording.key(.key(last), in: subject.rules)
            let id = subject.children[admitted].id.spelling
            mark(
                child, .lastKey,
                Phrase(
                    "\(name(facility)) の境目です。最後に内定した \(id) とは\(key.japanese)だけが違います（本人 \(own)、\(id) \(other)）。",
                    "First refused at \(name(facility)). Only \(key.english) differs from \(id), the last one admitted: \(own), and \(other)."
                ))
        }
    }

    mutating func markOwnSeats() {
        for placement in verified.placements where placement.outcome == .placed {
            let child = placement.child
            guard let left = subject.children[child].currentFacility, placement.facility != left,
                placement.wishRank != 1,
                !subject.facilities[left].keepsClosed.contains(age: subject.children[child].ageClass),
                subject.facilities[left].limits.contains(where: { limit in
                    subject.covers(limit: limit, child: child) && verified.usedSeats[limit] >= verified.seats[limit]
                })
            else { continue }
            mark(
                child, .ownSeat,
                Phrase(
                    "\(name(left)) から転園が内定し、元の枠は残っていません。内定を辞退しても戻れません。",
                    "The child moves from \(name(left)), where no seat is left; it cannot go back."))
        }
    }
}

import Admissions
import Asking
import Explaining

/// What a clerk can say about one child at the counter.
public struct ChildPage {
    private let subject: Case
    private let explanations: Explanations
    private let placement: Placement
    private let jointRank: Int
    private let sufficient: SufficientSearch?
    private let isForStaff: Bool
    private let claims: ClaimCauses
    private let possible: PossibleWishes
    private var child: Child { subject.children[placement.child] }

    public var childID: String { child.id.spelling }
    public var outcome: Outcome { placement.outcome }

    /// - Parameters:
    ///   - child: The index of the child.
    ///   - subject: The case.
    ///   - explanations: The explanations of the result.
    ///   - placement: The placement of the child.
    ///   - jointRank: The position of the household's outcome in its list; 0 if it is not in the list.
    ///   - sufficient: A search that examined the child; `nil` if none was made.
    ///   - claims: What is known about justified claims.
    ///   - isForStaff: Whether other children may be named.
    public init(
        of child: Int, in subject: Case, _ explanations: Explanations, placement: Placement, jointRank: Int,
        sufficient: SufficientSearch?, claims: ClaimCauses = ClaimCauses(), isForStaff: Bool
    ) {
        precondition(placement.child == child, "the placement is of another child")
        self.subject = subject
        self.explanations = explanations
        self.placement = placement
        self.jointRank = jointRank
        self.sufficient = sufficient
        self.isForStaff = isForStaff
        self.claims = claims
        possible = PossibleWishes(of: subject.children[child].household, in: subject)
    }

    /// The page as lines of text.
    public func lines(in language: Language) -> [String] {
        var lines: [String] = []
        func say(_ japanese: String, _ english: String) { lines.append(Phrase(japanese, english)[language]) }
        say(
            "\(subject.municipality) \(subject.round) 児童 \(childID)",
            "\(subject.municipality) \(subject.round), child \(childID)")
        let outcome = Wording.outcome(placement.outcome, isConditional: placement.isConditional)
        let place = placement.facility.map(name(of:))
        say(
            "結果: \(outcome.japanese)\(place.map { " \($0)" } ?? "")",
            "Result: \(outcome.english)\(place.map { ", \($0)" } ?? "")")
        lines += household(in: language)
        lines.append("")
        for wish in wishes(in: language) {
            lines += [wish.title, "  " + wish.reason] + (wish.sufficient + wish.forStaff).map { "  " + $0 }
        }
        addShare(to: &lines, language)
        return lines
    }

    /// A wish with all that is said of it.
    public struct Wish: Sendable {
        /// Its rank and the facility.
        public let title: String
        /// The kind of reason that is told.
        public let kind: Reason.Kind
        /// Why it was granted or not.
        public let reason: String
        /// What would have sufficed; empty where it was not looked for.
        public let sufficient: [String]
        /// Who comes before; empty unless the page is for staff.
        public let forStaff: [String]
    }

    /// The wishes, best first.
    public func wishes(in language: Language) -> [Wish] {
        explanations.reasons(of: placement.child).map { reason in
            let place = name(of: child.wishes[Int(reason.wish)].facility)
            let text = Self.text(
                of: reason, in: subject, explanations, claims: claims, possible: possible, isForStaff: isForStaff)
            var sufficient: [String] = []
            addSufficient(for: reason, to: &sufficient, language)
            var forStaff: [String] = []
            if isForStaff { addAhead(of: reason, to: &forStaff, language) }
            return Wish(
                title: Phrase("第\(reason.wish + 1)希望 \(place)", "Wish \(reason.wish + 1), \(place)")[language],
                kind: isImpossible(reason) ? .siblingCondition : reason.kind, reason: text[language],
                sufficient: sufficient.map(Self.withoutMargin),
                forStaff: forStaff.map(Self.withoutMargin))
        }
    }

    /// Whether the household accepts no combination with the wish, which then is told as the reason.
    private func isImpossible(_ reason: Reason) -> Bool {
        reason.kind == .seats && (possible.hasNone || !possible.contains(Int(reason.child), Int(reason.wish)))
    }

    private static func withoutMargin(_ line: String) -> String { String(line.drop { $0 == " " }) }

    /// What would have sufficed, as lines to be appended to a page that was made without it: first by wish, then how many wishes
    /// were looked at. There are no lines if no wish was refused for lack of a seat.
    ///
    /// - Parameters:
    ///   - language: The language of the lines.
    ///   - cut: What ended the search before it was complete.
    public func sufficientLines(in language: Language, cut: SufficientSearch.Cut?) -> [String] {
        let reasons = explanations.reasons(of: placement.child)
        if !reasons.contains(where: SufficientSearch.isRefused) { return [] }
        var lines = ["", Phrase("何があれば足りたか", "What would have sufficed")[language]]
        for reason in reasons {
            var answers: [String] = []
            addSufficient(for: reason, to: &answers, language)
            if answers.isEmpty { continue }
            let place = name(of: child.wishes[Int(reason.wish)].facility)
            lines.append(Phrase("第\(reason.wish + 1)希望 \(place)", "Wish \(reason.wish + 1), \(place)")[language])
            lines += answers
        }
        addShare(to: &lines, language)
        switch cut {
        case .time:
            lines.append(
                Phrase(
                    "時間切れのため、ここまでです。ほかの希望は調べていません。", "The time ended here; other wishes were not looked at.")[language])
        case .interrupted:
            lines.append(
                Phrase("中断されたため、ここまでです。ほかの希望は調べていません。", "Interrupted here; other wishes were not looked at.")[
                    language])
        case .work:
            lines.append(
                Phrase(
                    "計算量が多いため、調べていない希望があります。", "Some wishes were not looked at, because they take too much work.")[
                        language])
        case nil: break
        }
        return lines
    }

    private func name(of facility: Int) -> String {
        "\(subject.facilities[facility].id) \(subject.facilities[facility].name)"
    }

    /// The siblings' condition and the combinations that the household likes better; empty for one child.
    public func household(in language: Language) -> [String] {
        let household = subject.households[child.household]
        guard household.members.count > 1 else { return [] }
        let condition = Wording.condition(household.wishes)
        guard !possible.hasNone else {
            let phrase = Phrase("きょうだいの条件: {condition}。", "Siblings: {condition}.")
            return [
                Self.filled(phrase, condition: condition)[language],
                "  " + Self.filled(Wording.noCombination, condition: condition)[language],
            ]
        }
        let rank = jointRank > 0 ? String(jointRank) : "-"
        let own = Phrase(
            "きょうだいの条件: \(condition.japanese)。世帯の組み合わせの第 \(rank) 位になりました。",
            "Siblings: \(condition.english). The household got its combination number \(rank).")[language]
        let better = HouseholdOutcomes(of: child.household, in: subject, explanations)
        return [own] + better.lines(in: language).map { "  " + $0 }
    }

    /// The reason in words.
    ///
    /// If the text is not for staff, it tells only what `Explanations.publicValue(of:atFacility:_:in:)` gives about other
    /// families. If the household accepts no combination with the wish, that is the reason, even if there are others as well.
    public static func text(
        of reason: Reason, in subject: Case, _ explanations: Explanations, claims: ClaimCauses = ClaimCauses(),
        isForStaff: Bool
    ) -> Phrase {
        let household = subject.children[Int(reason.child)].household
        return text(
            of: reason, in: subject, explanations, claims: claims,
            possible: PossibleWishes(of: household, in: subject), isForStaff: isForStaff)
    }

    /// The reason in words, using what is already known about the household.
    static func text(
        of reason: Reason, in subject: Case, _ explanations: Explanations, claims: ClaimCauses,
        possible: PossibleWishes, isForStaff: Bool
    ) -> Phrase {
        let child = subject.children[Int(reason.child)]
        let condition = Wording.condition(subject.households[child.household].wishes)
        if reason.kind == .seats || reason.kind == .siblingCondition {
            if possible.hasNone { return filled(Wording.noCombination, condition: condition) }
            if !possible.contains(Int(reason.child), Int(reason.wish)) {
                return filled(Wording.reason(.siblingCondition), condition: condition)
            }
        }
        let told = ToldDecision(reason, in: subject, explanations, isForStaff: isForStaff)
        let key = Wording.key(reason.key, in: subject.rules)
        let places = Wording.places(hasKept: told.kept > 0).filled([
            "seats": String(reason.toldSeats), "kept": String(told.kept),
            "offered": String(reason.toldSeats - told.kept),
        ])
        var values = ["ahead": String(reason.ahead)]
        if reason.kind == .siblingSeat {
            let missing = explanations.jointReasons[Int(reason.joint)].missing
            values["siblings"] = missing.map { subject.children[$0.child].id.spelling }.joined(separator: ", ")
            values["facilities"] = missing.map { subject.facilities[$0.facility].id.spelling }
                .joined(separator: ", ")
        }
        if reason.kind == .notEligible {
            values["refusal"] = subject.refusal(of: subject.children[Int(reason.child)].wishes[Int(reason.wish)]) ?? ""
        }
        let phrase = Wording.reason(reason.kind, told.telling, cause: claims.cause(ofHousehold: child.household))
        func text(_ language: Language) -> String {
            let words = ["key": key, "condition": condition, "places": places, "own": told.own, "last": told.last]
            return phrase.filled(values.merging(words.mapValues { $0[language] }) { $1 })[language]
                + told.preference[language]
        }
        return Phrase(text(.japanese), text(.english))
    }

    private static func filled(_ phrase: Phrase, condition: Phrase) -> Phrase {
        Phrase(
            phrase.filled(["condition": condition.japanese]).japanese,
            phrase.filled(["condition": condition.english]).english)
    }

    private func addSufficient(for reason: Reason, to lines: inout [String], _ language: Language) {
        guard let sufficient else { return }
        for answer in sufficient.answers where answer.wish == Int(reason.wish) && answer.child == placement.child {
            switch answer.change {
            case .value(let key, let from, let to):
                guard isForStaff || isTold(key, to, reason) else { continue }
                let rule = subject.rules.priority[key]
                let name = Wording.priorityKey(rule)
                let more = Self.distance(from: from, to: to, of: rule.source)
                // Staff alone are told of a value that no child has.
                let remark =
                    hasChild(with: to, atKey: key)
                    ? Phrase("", "") : Phrase("この値の申込児童は今回いません。", " No child of this round has this value.")
                let (from, to) = (Wording.told(from, of: rule.source), Wording.told(to, of: rule.source))
                lines.append(
                    Phrase(
                        "  → \(name.japanese)が \(from.japanese) でなく \(to.japanese) なら\(more.japanese)、ここか上位の希望に内定していました(再計算で確認)。\(remark.japanese)",
                        "  → With \(name.english) \(to.english) instead of \(from.english)\(more.english) the child would be here or at a higher wish (confirmed by solving again).\(remark.english)"
                    )[language])
            case .seats(let count, let limits):
                let names = limits.map { limit -> Phrase in
                    let (ages, facilities) = (subject.limits[limit].ages.description, subject.limits[limit].facilities)
                    // A sibling may want for a seat elsewhere.
                    let place =
                        facilities == [child.wishes[answer.wish].facility]
                        ? "" : facilities.map { name(of: $0) + " " }.joined()
                    return Phrase("\(place)\(ages)歳児", "\(place)ages \(ages)")
                }
                lines.append(
                    Phrase(
                        "  → 受入枠(\(names.map(\.japanese).joined(separator: "、")))があと \(count) 人分あれば、ここか上位の希望に内定していました(再計算で確認)。",
                        "  → With \(count) more seat\(count == 1 ? "" : "s") (\(names.map(\.english).joined(separator: "; "))) the child would be here or at a higher wish (confirmed by solving again)."
                    )[language])
            }
        }
    }

    /// Whether a family may be told that another value would have sufficed.
    ///
    /// Such a value is next to that of the last admitted child and so reveals it. A value that no child has would also raise
    /// questions that nobody can answer.
    private func isTold(_ key: Int, _ value: String, _ reason: Reason) -> Bool {
        let last = Int(reason.lastAdmitted)
        guard subject.rules.publication(ofKey: key) == .yes,
            explanations.isOfSeveralFamilies(
                explanations.facilityOfLastAdmitted(reason, in: subject), subject.children[last].ageClass)
        else { return false }
        return hasChild(with: value, atKey: key)
    }

    private func hasChild(with value: String, atKey key: Int) -> Bool {
        subject.children.indices.contains { other in
            subject.children[other].wishes.indices.contains { wish in
                subject.rules.priority[key].text(of: explanations.keyValue(of: other, at: wish, key)) == value
            }
        }
    }

    /// How many points lie between two values, where they are whole points.
    private static func distance(from: String, to: String, of source: PriorityKey.Source) -> Phrase {
        guard source == .points, let from = Int(from), let to = Int(to), to > from else { return Phrase("", "") }
        return Phrase("(あと \(to - from) 点)", ", \(to - from) more")
    }

    private func addAhead(of reason: Reason, to lines: inout [String], _ language: Language) {
        guard reason.kind == .seats else { return }
        let facility = child.wishes[Int(reason.wish)].facility
        let ahead = explanations.applicantsAhead(of: reason, in: subject)
        let names = ahead.map { subject.children[$0].id.spelling }
        let siblings = ahead.count { subject.children[$0].household == child.household }
        let text = names.isEmpty ? "-" : names.joined(separator: ", ")
        lines.append(Phrase("  職員用 上位の申込児童: \(text)", "  staff only, applicants ahead: \(text)")[language])
        addCounts(of: reason, facility, named: names.count - siblings, to: &lines, language)
    }

    /// Explains how the number of children ahead, the children who are named and the waiting order fit together.
    private func addCounts(
        of reason: Reason, _ facility: Int, named: Int, to lines: inout [String], _ language: Language
    ) {
        let others = Int(reason.ahead) - named
        if others > 0 {
            lines.append(
                Phrase(
                    "  職員用 上位 \(reason.ahead) 人 = 申込児童 \(named) 人 + 在園を続ける児童・先に決まった児童 \(others) 人",
                    "  staff only, \(reason.ahead) ahead = \(named) applicants + \(others) who keep a seat or were decided before"
                )[language])
        }
        let place = explanations.waiting.first { $0.facility == facility && $0.child == placement.child }
        guard let position = place?.position else { return }
        lines.append(
            Phrase(
                "  職員用 待機順位 \(position)(どこにも内定していない同じクラスの児童だけを数えた順位)",
                "  staff only, waiting position \(position) (counting only children of the class who are placed nowhere)"
            )[
                language])
    }

    private func addShare(to lines: inout [String], _ language: Language) {
        guard let sufficient, sufficient.examined > 0, !possible.hasNone else { return }
        let (confirmed, examined) = (sufficient.confirmed, sufficient.examined)
        let share = Share.percent(confirmed, of: examined)
        lines.append("")
        lines.append(
            Phrase(
                "枠不足の希望 \(examined) 件のうち \(confirmed) 件(\(share))で、何があれば足りたかを再計算で確認しました。\(confirmed == 0 ? "確認できたものはありません。" : "")",
                "For \(confirmed) of \(examined) wishes refused for lack of a seat (\(share)), what would have sufficed is confirmed by solving again.\(confirmed == 0 ? " None is confirmed." : "")"
            )[language])
    }
}

import Admissions
import Explaining

/// What a clerk says of one child at the counter.
public struct ChildPage {
    private let subject: Case
    private let explanations: Explanations
    private let placement: Placement
    private let jointRank: Int
    private let sufficient: SufficientSearch?
    private let isForStaff: Bool
    private var child: Child { subject.children[placement.child] }

    public var childID: String { child.id.text }
    public var outcome: Outcome { placement.outcome }

    /// - Parameters:
    ///   - jointRank: The position of the household's outcome in its list; 0 where it is not there.
    ///   - sufficient: A search that examined the child; `nil` where none was made.
    ///   - isForStaff: Whether other children may be named.
    public init(
        of child: Int, in subject: Case, _ explanations: Explanations, placement: Placement, jointRank: Int,
        sufficient: SufficientSearch?, isForStaff: Bool
    ) {
        precondition(placement.child == child, "the placement is of another child")
        self.subject = subject
        self.explanations = explanations
        self.placement = placement
        self.jointRank = jointRank
        self.sufficient = sufficient
        self.isForStaff = isForStaff
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
        addHousehold(to: &lines, language)
        lines.append("")
        for reason in explanations.reasons(of: placement.child) {
            let wish = child.wishes[Int(reason.wish)]
            say(
                "第\(reason.wish + 1)希望 \(name(of: wish.facility))",
                "Wish \(reason.wish + 1), \(name(of: wish.facility))")
            lines.append("  " + Self.text(of: reason, in: subject, explanations, isForStaff: isForStaff)[language])
            addSufficient(for: reason, to: &lines, language)
            if isForStaff { addAhead(of: reason, to: &lines, language) }
        }
        addShare(to: &lines, language)
        return lines
    }

    private func name(of facility: Int) -> String {
        "\(subject.facilities[facility].id) \(subject.facilities[facility].name)"
    }

    private func addHousehold(to lines: inout [String], _ language: Language) {
        let household = subject.households[child.household]
        guard household.members.count > 1 else { return }
        let condition = Wording.condition(household.wishes)
        let rank = jointRank > 0 ? String(jointRank) : "-"
        lines.append(
            Phrase(
                "きょうだいの条件: \(condition.japanese)。世帯の組み合わせの第 \(rank) 位になりました。",
                "Siblings: \(condition.english). The household got its combination number \(rank).")[language])
        let better = HouseholdOutcomes(of: child.household, in: subject, explanations)
        for line in better.lines(in: language) { lines.append("  " + line) }
    }

    /// The reason in words.
    ///
    /// Without staff's eyes the last admitted child's value is told only where the public borders tell it too.
    public static func text(
        of reason: Reason, in subject: Case, _ explanations: Explanations, isForStaff: Bool
    ) -> Phrase {
        let child = subject.children[Int(reason.child)]
        let facility = child.wishes[Int(reason.wish)].facility
        let key = Wording.key(reason.key, in: subject.rules)
        var values = ["seats": String(reason.toldSeats), "ahead": String(reason.ahead), "own": "", "last": ""]
        var showsLast = true
        if case .key = reason.key {
            values["own"] = explanations.value(of: Int(reason.child), at: Int(reason.wish), reason.key, in: subject)
            let last = Int(reason.lastAdmitted)
            let wish = subject.children[last].wishes.firstIndex { $0.facility == facility }!
            values["last"] = explanations.value(of: last, at: wish, reason.key, in: subject)
            showsLast = isForStaff || explanations.isPublic(facility, subject.children[last].ageClass)
        }
        let condition = Wording.condition(subject.households[child.household].wishes)
        if reason.kind == .siblingSeat {
            let missing = explanations.jointReasons[Int(reason.joint)].missing
            values["siblings"] = missing.map { subject.children[$0.child].id.text }.joined(separator: ", ")
            values["facilities"] = missing.map { subject.facilities[subject.limits[$0.limit].facility].id.text }
                .joined(separator: ", ")
        }
        let phrase = Wording.reason(reason.kind, reason.key, showsLast: showsLast)
        return Phrase(
            phrase.filled(values.merging(["key": key.japanese, "condition": condition.japanese]) { $1 }).japanese,
            phrase.filled(values.merging(["key": key.english, "condition": condition.english]) { $1 }).english)
    }

    private func addSufficient(for reason: Reason, to lines: inout [String], _ language: Language) {
        guard let sufficient else { return }
        for answer in sufficient.answers where answer.wish == Int(reason.wish) && answer.child == placement.child {
            switch answer.change {
            case .value(let key, let from, let to):
                // The needed value is next to the last admitted child's.
                let last = subject.children[Int(reason.lastAdmitted)]
                let facility = child.wishes[answer.wish].facility
                guard isForStaff || explanations.isPublic(facility, last.ageClass) else { continue }
                let name = Wording.priorityKey(subject.rules.priority[key].name)
                lines.append(
                    Phrase(
                        "  → \(name.japanese)が \(from) でなく \(to) なら、ここか上位の希望に内定していました(再計算で確認)。",
                        "  → With \(name.english) \(to) instead of \(from) the child would be here or at a higher wish (confirmed by solving again)."
                    )[language])
            case .seats(let count, let limits):
                let names = limits.map { limit -> Phrase in
                    let (ages, facility) = (subject.limits[limit].ages.description, subject.limits[limit].facility)
                    // A sibling may want for a seat elsewhere.
                    let place = facility == child.wishes[answer.wish].facility ? "" : name(of: facility) + " "
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

    private func addAhead(of reason: Reason, to lines: inout [String], _ language: Language) {
        guard reason.kind == .seats else { return }
        let facility = child.wishes[Int(reason.wish)].facility
        var names: [String] = []
        for entry in explanations.applicants.entries[explanations.applicants.range(of: facility)] {
            if entry.child == reason.child { break }
            guard subject.covers(limit: Int(reason.limit), child: Int(entry.child)),
                explanations.wants(entry)
            else { continue }
            names.append(subject.children[Int(entry.child)].id.text)
        }
        let text = names.isEmpty ? "-" : names.joined(separator: ", ")
        lines.append(Phrase("  職員用 上位の申込児童: \(text)", "  staff only, applicants ahead: \(text)")[language])
    }

    private func addShare(to lines: inout [String], _ language: Language) {
        guard let sufficient, sufficient.examined > 0 else { return }
        let (confirmed, examined) = (sufficient.confirmed, sufficient.examined)
        let share = Report.percent(confirmed, of: examined)
        lines.append("")
        lines.append(
            Phrase(
                "枠不足の希望 \(examined) 件のうち \(confirmed) 件(\(share))で、何があれば足りたかを再計算で確認しました。\(confirmed == 0 ? "確認できたものはありません。" : "")",
                "For \(confirmed) of \(examined) wishes refused for want of a seat (\(share)), what would have sufficed is confirmed by solving again.\(confirmed == 0 ? " None is confirmed." : "")"
            )[language])
    }
}

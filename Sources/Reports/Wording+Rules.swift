import Admissions

/// The words of rules, for those who must know by which ones a result was made.
extension Wording {
    /// The rules of a case, each with what it is called.
    static func rules(of subject: Case) -> [(name: Phrase, text: Phrase)] {
        let rules = subject.rules
        var lines = rules.priority.enumerated().map { index, key in
            (Phrase("優先順位の基準 \(index + 1)", "Priority key \(index + 1)"), rule(key))
        }
        func add(_ japanese: String, _ english: String, _ text: Phrase) {
            lines.append((Phrase(japanese, english), text))
        }
        add(
            "抽選", "Draw",
            rules.drawSeed.map { Phrase("シード \($0)", "seed \($0)") }
                ?? Phrase("児童の表の抽選番号", "the numbers in the children's table"))
        add("目的", "Objective", objective(rules.objective))
        add("きょうだいの指数", "Points of siblings", householdPriority(rules.householdPriority))
        let siblings = rules.siblings
        add(
            "きょうだいの条件(空欄の世帯)", "Sibling answer where it is blank", answer(siblings.timing, siblings.facility))
        if siblings.twinsTiming != nil || siblings.twinsFacility != nil {
            add(
                "きょうだいの条件(空欄の多胎児の世帯)", "Sibling answer of twins where it is blank",
                answer(siblings.twinsTiming ?? siblings.timing, siblings.twinsFacility ?? siblings.facility))
        }
        add(
            "きょうだいの希望順位", "Wishes of siblings",
            siblings.countFirst
                ? Phrase("入所できる人数の多い組み合わせを先にする", "combinations that place more children come first")
                : Phrase("希望順位を人数より先に比べる", "the ranks of the wishes come before the number of children placed"))
        if let distance = siblings.nearKilometres {
            add("「別々でも近くなら」の距離", "Distance of near", Phrase("\(distance) km まで", "up to \(distance) km"))
        }
        if !rules.pointsTable.isEmpty {
            let rows = rules.pointsTable.parts.reduce(0) { $0 + $1.rows.count }
            add("指数表", "Points table", Phrase("\(rows) 行から指数を計算", "points are computed from its \(rows) rows"))
        }
        for (index, phase) in rules.phases.enumerated() {
            let who: Phrase =
                switch phase.who {
                case .everyone: Phrase("全員", "all")
                case .members(let name): group(name)
                case .others(let name):
                    Phrase("\(group(name).japanese)以外", "all but \(group(name).english)")
                }
            add(
                "審査段階 \(index + 1)", "Phase \(index + 1)",
                Phrase("\(phase.name)(\(who.japanese))", "\(phase.name) (\(who.english))"))
        }
        if !rules.keepsClosed.isEmpty {
            add(
                "転園で空いた枠を閉じるクラス", "Classes that keep seats closed which a transfer leaves",
                Phrase("\(rules.keepsClosed)歳児", "age \(rules.keepsClosed)"))
        }
        if !subject.pins.isEmpty {
            add("固定配置", "Pins", Phrase("\(subject.pins.count) 人", "\(subject.pins.count)"))
        }
        return lines
    }

    private static func answer(_ timing: Timing, _ facility: FacilityAnswer) -> Phrase {
        let (time, place) = (Self.timing(timing), Self.facility(facility))
        return timing == .independent
            ? time : Phrase("\(time.japanese)・\(place.japanese)", "\(time.english), \(place.english)")
    }

    /// A priority key with its order.
    package static func rule(_ key: PriorityKey) -> Phrase {
        let name = priorityKey(key)
        var japanese = [key.order == .descending ? "大きい順" : "小さい順"]
        var english = [key.order == .descending ? "largest first" : "smallest first"]
        if !key.values.isEmpty {
            japanese = [key.values.joined(separator: "、") + "の順"]
            english = ["in the order \(key.values.joined(separator: ", "))"]
        } else if key.usesLetters {
            japanese = [key.order == .descending ? "Z から A の順" : "A から Z の順"]
            english = [key.order == .descending ? "Z to A" : "A to Z"]
        } else if [.siblingAtFacility, .livesInArea, .met].contains(key.source) {
            japanese = [key.order == .descending ? "該当を先に" : "非該当を先に"]
            english = [key.order == .descending ? "yes first" : "no first"]
        }
        switch key.blank {
        case .isError: break
        case .first:
            japanese.append("値なしは先頭")
            english.append("no value first")
        case .last:
            japanese.append("値なしは最後")
            english.append("no value last")
        }
        if !key.onlyWhen.isEmpty {
            let condition = restriction(key.onlyWhen)
            japanese.append("対象: \(condition.japanese)")
            english.append("only for: \(condition.english)")
        }
        return Phrase(
            "\(name.japanese)(\(japanese.joined(separator: "、")))",
            "\(name.english) (\(english.joined(separator: ", ")))")
    }

    /// Whose points count for a child with siblings.
    package static func householdPriority(_ priority: HouseholdPriority) -> Phrase {
        switch priority {
        case .each: Phrase("一人ひとりの指数で比べる", "each child's own")
        case .best: Phrase("きょうだいのうち最も高い指数で比べる", "the best of the siblings")
        case .worst: Phrase("きょうだいのうち最も低い指数で比べる", "the worst of the siblings")
        case .mean: Phrase("きょうだいの指数の平均で比べる", "the mean of the siblings")
        }
    }
}

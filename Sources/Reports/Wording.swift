import Admissions

/// The words in which results are told to clerks and families, in one place for pages, notices and the counter.
///
/// A claim is called 優先順位の逆転 or 空き枠の残り; a transfer applicant that stays is 転園保留, not 保留.
public enum Wording {
    /// A month as a city hall writes it, such as 令和9年4月.
    static func month(_ month: PlacementMonth) -> Phrase {
        let (year, number) = (month.firstDay.year, month.firstDay.month)
        // Reiwa began on 1 May 2019.
        let isReiwa = (year, number) >= (2019, 5)
        let name = isReiwa ? year == 2019 ? "令和元" : "令和\(year - 2018)" : "\(year)"
        return Phrase("\(name)年\(number)月", month.description)
    }

    /// A group of children as a page names it: as the city writes it; those of cities that are made up have Japanese names.
    static func group(_ name: String) -> Phrase {
        switch name {
        case "support": Phrase("要配慮(support)", name)
        case "partner-graduates": Phrase("連携施設の卒園児(partner-graduates)", name)
        default: Phrase(name, name)
        }
    }

    /// How a file was written, from the word that a record has for it.
    static func encoding(_ name: String) -> String {
        switch name {
        case "cp932": "CP932"
        case "utf16": "UTF-16"
        case "workbook": "Excel"
        default: "UTF-8"
        }
    }

    /// A cell without anything.
    static let blank = Phrase("(空欄)", "(blank)")

    public static func outcome(_ outcome: Outcome, isConditional: Bool = false) -> Phrase {
        switch outcome {
        case .placed where isConditional: Phrase("仮内定", "placed (on condition)")
        case .placed: Phrase("内定", "placed")
        case .stays: Phrase("転園保留(在園継続)", "stays where it is (transfer not granted)")
        case .held: Phrase("保留", "held")
        }
    }

    /// Why a wish was granted or not; placeholders `{...}` stand for the reason's values.
    ///
    /// The placeholders are `places`, `ahead`, `key`, `own`, `last`, `condition`, `siblings`, `facilities` and `refusal`; each
    /// text has only those that its reason has.
    static func reason(
        _ kind: Reason.Kind, _ telling: DecisionTelling = .nothing, cause: ClaimCauses.Cause = .unproved
    ) -> Phrase {
        switch kind {
        case .pinned: Phrase("市の個別の決定により、行き先が決まっています。", "Staff decided individually where the child goes.")
        case .placed: Phrase("この施設に内定しました。", "Placed here.")
        case .notOffered:
            Phrase("この施設には、対象となるクラスの募集がありません。", "The facility offers no class for this child.")
        case .tooYoung:
            Phrase("入所日に、この施設の受入開始年齢に達していません。", "Too young for the facility on the first day of the month.")
        case .notEligible:
            Phrase("利用調整の基準により、この施設の申込みの対象外です({refusal})。", "Not eligible here by the city's rules ({refusal}).")
        case .betterWish: Phrase("希望順位がより上の施設に内定しています。", "A wish ranked higher was granted.")
        case .phase:
            Phrase(
                "対象となった審査段階では、この施設の募集がありませんでした。",
                "Not offered in the phase that decided this child.")
        case .seats: seats(telling)
        case .priorityClaim:
            because(
                cause,
                Phrase(
                    "優先順位の逆転:優先順位では入所できる枠に、順位が下の児童が内定しています。",
                    "A priority claim: children who come after hold the seats."))
        case .vacantClaim:
            because(
                cause,
                Phrase("空き枠の残り:空いている枠がありますが、内定していません。", "A vacant-seat claim: there is a vacant seat."))
        case .siblingSeat:
            Phrase(
                "本人の優先順位では枠がありますが、きょうだいの条件({condition})のため、{siblings} の枠({facilities}、{places}に優先順位が上の児童 {ahead} 人)が足りませんでした。",
                "The child's own priority would do, but under the siblings' condition ({condition}) the seat of {siblings} at {facilities} is missing ({places}, {ahead} children come before)."
            )
        case .ownSeat:
            Phrase(
                "世帯の希望では、今の施設に在園を続ける組み合わせが、この希望を含む組み合わせより上位です(転園保留)。",
                "The household prefers what it got, with the child keeping its present seat, to every combination with this wish."
            )
        case .siblingPreference:
            Phrase(
                "世帯の希望では、今回の組み合わせが、この希望を含む組み合わせより上位です。",
                "The household prefers what it got to every combination with this wish.")
        case .siblingCondition:
            Phrase(
                "きょうだいの条件({condition})では、この希望を含む組み合わせは希望されていません。",
                "Under the siblings' condition ({condition}) no accepted combination has this wish.")
        }
    }

    /// The text of a claim with its cause.
    private static func because(_ cause: ClaimCauses.Cause, _ claim: Phrase) -> Phrase {
        let why =
            switch cause {
            case .unavoidable:
                Phrase(
                    "このような例が一件も残らない割り当ては存在せず(きょうだいの条件や、いくつかのクラスや施設にまたがる枠があると起こることがあります)、最も少ない割り当てとした結果です。",
                    " Every allocation leaves such cases, as siblings' conditions or seats that classes or facilities share can bring about; this one leaves the fewest."
                )
            case .decision:
                Phrase(
                    "市の個別の決定、または審査段階の順序によるものです。",
                    " It follows from individual decisions of the staff, or from the order of the phases.")
            case .unproved:
                Phrase(
                    "これを避けられるかどうかは、計算が途中で終わったため確かめられていません。",
                    " Whether it can be avoided is not known: the search ended before.")
            }
        return Phrase(claim.japanese + why.japanese, claim.english + why.english)
    }

    /// The reason if no combination that the household accepts has any of its wishes.
    static let noCombination = Phrase(
        "きょうだいの条件({condition})を満たす施設の組み合わせが、世帯の希望の中に一つもありません。優先順位がどれだけ上でも、この条件では内定できません。",
        "No combination of the household's wishes meets the siblings' condition ({condition}); no priority would help.")

    /// The number of seats for which children compete, with the placeholder `{seats}`, or with `{offered}` and `{kept}`.
    static func places(hasKept: Bool) -> Phrase {
        hasKept
            ? Phrase(
                "募集 {offered} 人＋転園申込者の在園枠 {kept} 人", "{offered} vacancies and {kept} seats of transfer applicants")
            : Phrase("受入枠 {seats} 人", "{seats} seats")
    }

    private static func seats(_ telling: DecisionTelling) -> Phrase {
        let count = Phrase(
            "{places}に対し、優先順位が上の児童が {ahead} 人います。", "{places}, and {ahead} children come before.")
        let rest: Phrase
        switch telling {
        case .nothing: rest = Phrase("", "")
        case .presentSeat:
            rest = Phrase(
                "枠はすべて、在園を続ける児童や先に決まった児童が使っています。",
                " All seats are kept by children who have them already or were decided before.")
        case .draw: rest = Phrase("すべての項目が同じで、抽選で決まりました。", " All keys were equal; the draw decided.")
        case .last:
            rest = Phrase(
                "決め手は{key}です(本人 {own}、最後に内定した児童 {last})。",
                " {key} decided: {own}, and the last child admitted has {last}.")
        case .key: rest = Phrase("決め手は{key}です(本人 {own})。", " {key} decided: the child has {own}.")
        case .keyAfterPoints:
            rest = Phrase(
                "同点のため次の基準({key})で決まりました(本人 {own})。",
                " The points were equal, and the next key, {key}, decided: the child has {own}.")
        case .keyAfterOthers:
            rest = Phrase(
                "ここまでの基準が同じため次の基準({key})で決まりました(本人 {own})。",
                " The keys before were equal, and the next key, {key}, decided: the child has {own}.")
        case .unnamed: rest = Phrase("優先順位の基準を順に比べて決まりました。", " The keys, compared in turn, decided.")
        }
        return Phrase(count.japanese + rest.japanese, count.english + rest.english)
    }

    static func band(_ band: ValueBand) -> Phrase {
        let english =
            switch (band.from, band.below) {
            case (let from?, let below?): "\(from) to under \(below)"
            case (let from?, nil): "\(from) or more"
            case (nil, let below?): "under \(below)"
            case (nil, nil): "any value"
            }
        return Phrase(band.description, english)
    }

    public static func key(_ key: DecidingKey, in rules: Rules) -> Phrase {
        switch key {
        case .none: Phrase("", "")
        case .presentSeat: Phrase("在園・先の決定", "present seat")
        case .draw: Phrase("抽選", "draw")
        case .id: Phrase("児童番号", "child id")
        case .key(let index): priorityKey(rules.priority[index])
        }
    }

    /// The name of a key; a city's own column keeps its name.
    public static func priorityKey(_ key: PriorityKey) -> Phrase {
        switch key.source {
        case .wishRank: return Phrase("希望順位", "the rank of the wish")
        case .siblingAtFacility: return Phrase("きょうだいの在園", "a sibling at the facility")
        case .livesInArea: return Phrase("施設の区域に居住", "living in the facility's area")
        case .met: return Phrase("優先する条件", "the condition that comes first")
        case .points, .draw, .birthDate, .ageClass, .attribute, .part: break
        }
        switch key.name {
        case "points": return Phrase("指数", "points")
        case "tier": return Phrase("区分", "tier")
        case "category": return Phrase("類型", "category")
        case "tax": return Phrase("税額", "tax")
        case "draw": return Phrase("抽選", "draw")
        case "birth_date": return Phrase("生年月日", "birth date")
        case "age_class": return Phrase("クラス年齢", "class age")
        case "waiting_months": return Phrase("待機月数", "months waiting")
        default: return Phrase(key.name, key.name)
        }
    }

    /// A value at a key as it is told; a city's own column is told as it is written.
    static func value(_ value: KeyValue?, atKey key: Int, of rules: Rules) -> Phrase {
        told(rules.text(of: value, atKey: key), of: rules.priority[key].source)
    }

    /// The text of a value at a key that compares `source`, as files have it, as it is told.
    static func told(_ text: String, of source: PriorityKey.Source) -> Phrase {
        if text.isEmpty { return Phrase("値なし", "no value") }
        switch source {
        case .wishRank: return Phrase("第\(text)希望", "wish \(text)")
        case .siblingAtFacility, .livesInArea: return text == "1" ? Phrase("あり", "yes") : Phrase("なし", "no")
        case .met: return text == "1" ? Phrase("該当", "met") : Phrase("非該当", "not met")
        case .points, .draw, .birthDate, .ageClass, .attribute, .part: return Phrase(text, text)
        }
    }

    /// Whom a key that depends on the wish put before a child, in a sentence; blank for the other keys, whose name says enough.
    ///
    /// - Parameters:
    ///   - key: An index into the keys of `rules`. A whole key is expensive to copy.
    ///   - own: The child's own value. The sentence follows from it and from the fact that the key decided.
    static func preference(ofKey key: Int, of rules: Rules, own: KeyValue?) -> Phrase {
        if own == nil, !rules.priority[key].onlyWhen.isEmpty {
            let condition = restriction(rules.priority[key].onlyWhen)
            return Phrase(
                "この基準で比べるのは、条件(\(condition.japanese))に当てはまる方だけです。",
                " Only those who meet the condition (\(condition.english)) are compared by it.")
        }
        switch (rules.priority[key].source, rules.priority[key].order) {
        case (.wishRank, .ascending) where own == .number(2):
            return Phrase("この施設を第1希望とした方が優先されました。", " Those who wish this facility first came before.")
        case (.wishRank, .ascending):
            return Phrase("この施設をより上位の希望とした方が優先されました。", " Those who rank this facility higher came before.")
        case (.siblingAtFacility, .descending):
            return Phrase("この施設にきょうだいが在園している方が優先されました。", " Those with a sibling at this facility came before.")
        case (.livesInArea, .descending):
            return Phrase("この施設の区域にお住まいの方が優先されました。", " Those who live in this facility's area came before.")
        case (.met, .descending):
            let condition = restriction(rules.priority[key].onlyWhen)
            return Phrase(
                "条件(\(condition.japanese))に当てはまる方が優先されました。",
                " Those who meet the condition (\(condition.english)) came before.")
        default: return Phrase("", "")
        }
    }

    /// That a child's value at the key that decided differs by wish, and which of its values was compared.
    static let comparedHere = Phrase(
        "この基準の値は希望する施設によって異なるため、この施設での値で比べました。",
        " Its value differs by wish; the one at this facility was compared.")

    /// The siblings' condition as on the application form.
    public static func condition(_ wishes: JointWishes) -> Phrase {
        switch wishes {
        case .single: Phrase("なし", "none")
        case .table: Phrase("組み合わせの指定", "a list of combinations")
        case .answer(let answer):
            Phrase(
                "\(timing(answer.timing).japanese)・\(facility(answer.facility).japanese)",
                "\(timing(answer.timing).english), \(facility(answer.facility).english)")
        }
    }

    package static func timing(_ timing: Timing) -> Phrase {
        switch timing {
        case .independent: Phrase("別々に審査", "judged apart")
        case .together: Phrase("同時入所のみ", "all at the same time only")
        case .any: Phrase("どの子が先でもよい", "any child may start first")
        case .lead: Phrase("先に入所させる子を指定", "a named child first")
        case .elder: Phrase("上の子が先", "the eldest first")
        case .younger: Phrase("下の子が先", "the youngest first")
        }
    }

    package static func facility(_ answer: FacilityAnswer) -> Phrase {
        switch answer {
        case .sameOnly: Phrase("同園のみ", "at one facility only")
        case .sameFirst: Phrase("同園優先", "preferably at one facility")
        case .rankFirst: Phrase("希望順位優先", "by the rank of the wishes")
        case .near: Phrase("別々でも近くなら", "apart if near each other")
        }
    }

    public static func objective(_ objective: Objective) -> Phrase {
        switch objective {
        case .priority: Phrase("優先順位の高い世帯から順に希望をかなえる", "grant wishes from the household of highest priority down")
        case .placements: Phrase("保留を最も少なくする", "as few children held as possible")
        case .ranks: Phrase("希望順位の合計を最も小さくする", "the smallest total of wish ranks")
        }
    }
}

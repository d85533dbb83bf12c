import Admissions
import CaseFiles
import Reports

/// A setting of case.yaml as a field of a form.
struct RuleField: Sendable {
    typealias Step = SettingsDocument.Step

    /// As docs/reference.md calls it, such as `siblings.timing`.
    let name: String
    let path: [Step]
    let label: Phrase
    /// What it decides.
    let sentence: Phrase
    let control: Control
    /// What applies where it is not written; `nil`: it must be written.
    let standard: Phrase?

    enum Control: Sendable {
        case text
        /// Texts with commas between.
        case list
        case choice([(value: String, words: Phrase)])
    }

    init(
        _ name: String, _ label: Phrase, _ sentence: Phrase, _ control: Control = .text, standard: Phrase? = nil,
        at path: [Step]? = nil
    ) {
        self.name = name
        self.path = path ?? name.split(separator: ".").map { .key(String($0)) }
        self.label = label
        self.sentence = sentence
        self.control = control
        self.standard = standard
    }

    /// What a document says, as a form shows it; blank where it is not written.
    func text(in document: SettingsDocument) -> String {
        switch document.value(at: path) {
        case .text(let text)?: text
        case .list(let texts)?: texts.joined(separator: "、")
        case nil: ""
        }
    }

    /// What a text of a form means; `nil`: nothing is written.
    func value(of text: String) -> SettingsDocument.Value? {
        if text.isEmpty { return nil }
        guard case .list = control else { return .text(text) }
        let texts = text.split(whereSeparator: { ",、，".contains($0) }).map { $0.trimmingCharacters(in: .whitespaces) }
        return .list(texts.filter { !$0.isEmpty })
    }

    /// A text of a form in words.
    func words(of text: String) -> Phrase {
        if text.isEmpty {
            return standard.map { Phrase("既定（\($0.japanese)）", "default (\($0.english))") } ?? Phrase("なし", "none")
        }
        if case .choice(let choices) = control, let choice = choices.first(where: { $0.value == text }) {
            return choice.words
        }
        return Phrase(same: text)
    }
}

extension RuleField {
    /// A heading with its fields.
    struct Section: Sendable {
        let title: Phrase
        let fields: [RuleField]
    }

    private static let yesNo = Control.choice([
        ("true", Phrase("はい", "yes")), ("false", Phrase("いいえ", "no")),
    ])

    private static func choices<Value: RawRepresentable<String>>(
        _ values: [Value], _ words: (Value) -> Phrase
    ) -> Control { .choice(values.map { ($0.rawValue, words($0)) }) }

    private static let timings = choices(Timing.allCases.filter { $0 != .lead }, Wording.timing)
    private static let answers = choices(FacilityAnswer.allCases, Wording.facility)

    /// Every setting that is one value, but those of lists.
    static let sections: [Section] = [
        Section(
            title: Phrase("この回", "The round"),
            fields: [
                RuleField(
                    "municipality", Phrase("自治体", "Municipality"),
                    Phrase(
                        "利用調整をする市や区の名前です。結果や通知に載ります。",
                        "The city or ward that allocates; it stands on results and notices.")),
                RuleField(
                    "round", Phrase("回の名前", "Name of the round"),
                    Phrase("結果や通知に載る、この回の呼び名です。", "What the round is called on results and notices.")),
                RuleField(
                    "month", Phrase("入所月", "Month"),
                    Phrase(
                        "入所日はこの月の1日です。クラス年齢と受入月齢はこの月で決まります。",
                        "Placements start on its first day; classes and minimum ages follow from it.")),
            ]),
        Section(
            title: Phrase("順位と抽選", "Priority and draw"),
            fields: [
                RuleField(
                    "drawSeed", Phrase("抽選のシード", "Seed of the draw"),
                    Phrase(
                        "すべての基準で並んだ児童の順を決める、抽選のもとになる文字です。申込みの締切前に公表した文字を書いてください。",
                        "The text from which the draw is computed that orders children who are equal at every key. Publish it before applications close."
                    ), standard: Phrase("児童の表の抽選番号を使う", "the numbers in the children's table")),
                RuleField(
                    "householdPriority", Phrase("きょうだいの指数", "Points of siblings"),
                    Phrase("きょうだいで申し込む児童を、だれの指数で比べるかを決めます。", "Whose points count for a child with siblings."),
                    choices(HouseholdPriority.allCases, Wording.householdPriority),
                    standard: Wording.householdPriority(.each)),
                RuleField(
                    "objective", Phrase("目的", "Objective"),
                    Phrase(
                        "優先順位の逆転も空き枠の残りもない割当てがいくつかあるとき、どれにするかを決めます。",
                        "Which one is taken where several allocations are equally fair."),
                    choices(Objective.allCases, Wording.objective), standard: Wording.objective(.priority)),
            ]),
        Section(
            title: Phrase("きょうだい", "Siblings"),
            fields: [
                RuleField(
                    "siblings.timing", Phrase("空欄の世帯の入所時期", "Timing where it is blank"),
                    Phrase("入所時期の答えが空欄の世帯を、この答えとして扱います。", "How a blank answer on timing is read."), timings,
                    standard: Wording.timing(.together)),
                RuleField(
                    "siblings.facility", Phrase("空欄の世帯の施設", "Facility where it is blank"),
                    Phrase("施設の答えが空欄の世帯を、この答えとして扱います。", "How a blank answer on the facility is read."), answers,
                    standard: Wording.facility(.sameOnly)),
                RuleField(
                    "siblings.twins.timing", Phrase("多胎児の世帯の入所時期", "Timing of twins"),
                    Phrase(
                        "生年月日が同じ児童だけの世帯で空欄のときの答えです。", "Likewise for households whose children share one birth date."),
                    timings, standard: Phrase("ほかの世帯と同じ", "as for others")),
                RuleField(
                    "siblings.twins.facility", Phrase("多胎児の世帯の施設", "Facility of twins"),
                    Phrase(
                        "生年月日が同じ児童だけの世帯で空欄のときの答えです。", "Likewise for households whose children share one birth date."),
                    answers, standard: Phrase("ほかの世帯と同じ", "as for others")),
                RuleField(
                    "siblings.aggregate", Phrase("希望順位のまとめ方", "How wish ranks become one"),
                    Phrase(
                        "きょうだいそれぞれの希望順位から、組み合わせの順を決める方法です。", "How the wish ranks of siblings order their combinations."),
                    .choice([
                        ("sum", Phrase("希望順位の合計", "their sum")), ("product", Phrase("希望順位の積", "their product")),
                        ("worst", Phrase("最も低い希望順位", "the worst of them")),
                        ("lead", Phrase("児童ごとに順に比べる", "child by child")),
                    ]), standard: Phrase("希望順位の合計", "their sum")),
                RuleField(
                    "siblings.countFirst", Phrase("入所できる人数を先に比べる", "More children come first"),
                    Phrase(
                        "「はい」なら、希望順位よりも、入所できる人数の多い組み合わせを先にします。",
                        "With yes, a combination that places more children comes before one with better wishes."),
                    yesNo,
                    standard: Phrase("はい", "yes")),
                RuleField(
                    "siblings.keptSeat", Phrase("在園のまま残るきょうだい", "A sibling that stays"),
                    Phrase(
                        "転園できずに在園を続けるきょうだいを、同じ施設に入所したものと数えるかを決めます。",
                        "Whether a sibling that stays where it is counts as placed there."),
                    .choice([("counts", Phrase("数える", "counts")), ("ignored", Phrase("数えない", "does not count"))]),
                    standard: Phrase("数える", "counts")),
                RuleField(
                    "siblings.followLead", Phrase("先に入所させる子から比べる", "The lead child first"),
                    Phrase(
                        "「上の子が先」などの世帯で、先に入所させる子から順に、入所できるかどうかを比べます。",
                        "Under a lead child, outcomes are compared first by which children are placed, the lead child first."
                    ),
                    yesNo, standard: Phrase("いいえ", "no")),
                RuleField(
                    "siblings.nearKilometres", Phrase("「近く」の距離（km）", "Distance of near (km)"),
                    Phrase(
                        "「別々でも近くなら」と答えた世帯で、近いとみなす施設の間の距離です。",
                        "The distance within which two facilities are near."),
                    standard: Phrase("決めない", "not said")),
            ]),
        Section(
            title: Phrase("受入枠", "Seats"),
            fields: [
                RuleField(
                    "blankSeats", Phrase("受入可能数の空欄", "Blank seats"),
                    Phrase("施設の表で受入可能数が空欄のクラスの意味です。", "What a blank cell of seats means."),
                    .choice([
                        ("notOffered", Phrase("募集しない", "the class is not offered")),
                        ("zero", Phrase("募集するが空きはない（0）", "offered and full (0)")),
                    ]), standard: Phrase("募集しない", "the class is not offered")),
                RuleField(
                    "keepsClosed", Phrase("転園の空きを閉じるクラス", "Classes whose seats stay closed"),
                    Phrase(
                        "転園で空いた枠を、この回ではだれにも渡さないクラスです（例: 0-2、0;3）。",
                        "Classes in which a seat that a transfer leaves is given to nobody in this round, such as 0-2."),
                    standard: Phrase("なし", "none")),
            ]),
        Section(
            title: Phrase("報告書とファイル", "Report and files"),
            fields: [
                RuleField(
                    "report.groups", Phrase("報告書で人数を分ける列", "Groups of the report"),
                    Phrase(
                        "この列の値ごとに、報告書が内定・保留の人数を数えます（結果は変わりません）。「、」で区切ります。",
                        "Columns by whose values the report counts the children; they decide nothing. Separate them by commas."
                    ), .list, standard: Phrase("なし", "none")),
                RuleField(
                    "excel", Phrase("結果をブックでも書く", "Result as a workbook too"),
                    Phrase("結果を Excel のブック（result.xlsx）でも書き出します。", "The result is also written as result.xlsx."), yesNo,
                    standard: Phrase("いいえ", "no")),
            ]),
    ]

    static let plain: [RuleField] = sections.flatMap(\.fields)

    // MARK: Lists

    /// The fields of a priority key.
    static func fields(ofKey index: Int, _ key: PriorityKey) -> [RuleField] {
        let name = visitName(key)
        func field(_ setting: String, _ japanese: String, _ english: String, _ control: Control, _ standard: Phrase?)
            -> RuleField
        {
            RuleField(
                "priority[\(index)].\(setting)",
                Phrase("\(name.japanese)の\(japanese)", "\(english) of \(name.english)"),
                Phrase(same: ""), control, standard: standard,
                at: [.key("priority"), .index(index), .key(setting)])
        }
        let hasOrder = key.source.usualOrder != nil || !key.values.isEmpty || key.usesLetters
        return [
            field(
                "order", "並び", "order",
                .choice([
                    ("descending", Phrase("大きい順", "largest first")), ("ascending", Phrase("小さい順", "smallest first")),
                ]), hasOrder ? Phrase("通常の順", "the usual") : nil),
            field(
                "blank", "空欄", "blank",
                .choice([
                    ("error", Phrase("誤りとする", "an error")), ("first", Phrase("先頭", "first")),
                    ("last", Phrase("最後", "last")),
                ]), Phrase("誤りとする", "an error")),
            field(
                "public", "公表", "publication",
                .choice([
                    ("yes", Phrase("値を伝える", "the value is told")), ("no", Phrase("伝えない", "nothing is told")),
                    ("band", Phrase("範囲を伝える", "its range is told")),
                ]), Phrase("通常", "the usual")),
        ]
    }

    private static func visitName(_ key: PriorityKey) -> Phrase { Wording.priorityKey(key) }

    /// The fields of a phase.
    static func fields(ofPhase index: Int) -> [RuleField] {
        [
            ("name", Phrase("段階\(index + 1)の名前", "Name of phase \(index + 1)")),
            ("who", Phrase("段階\(index + 1)の対象", "Who takes part in phase \(index + 1)")),
        ].map { setting, label in
            RuleField(
                "phases[\(index)].\(setting)", label, Phrase(same: ""),
                at: [.key("phases"), .index(index), .key(setting)])
        }
    }

    /// The numbers of a part of the points table.
    static func fields(ofPart index: Int, in table: PointsTable) -> [RuleField] {
        if table.isList { return [] }
        let name = table.parts[index].name
        func field(
            _ setting: String, _ japanese: String, _ english: String, _ control: Control = .text,
            standard: Phrase = Phrase("なし", "none")
        ) -> RuleField {
            RuleField(
                "\(table.setting(ofPart: index)).\(setting)", Phrase(japanese, english), Phrase(same: ""), control,
                standard: standard, at: [.key("pointsTable"), .key(name), .key(setting)])
        }
        return [
            field(
                "combine", "まとめ方", "combined",
                .choice(PointsPart.Combination.allCases.map { ($0.rawValue, Wording.combination($0)) }),
                standard: Wording.combination(.sum)),
            field("factor", "倍率", "factor"), field("floor", "下限", "floor"), field("cap", "上限", "cap"),
            field("missing", "ないとき", "where missing"),
        ]
    }

    /// The points of a row; `nil` where they are no number.
    static func field(ofRow row: Int, inPart part: Int, of table: PointsTable) -> RuleField? {
        guard case .points = table.parts[part].rows[row].amount else { return nil }
        let start: [Step] = table.isList ? [] : [.key(table.parts[part].name), .key("rows")]
        return RuleField(
            table.setting(ofRow: row, inPart: part) + ".points", Phrase("点数", "points"), Phrase(same: ""),
            at: [.key("pointsTable")] + start + [.index(row), .key("points")])
    }
}

import Admissions

extension CityFigures.Row {
    /// The name in both languages; a figure that somebody else made up keeps its name.
    public var phrase: Phrase {
        for form in Self.forms {
            guard let hole = form.english.firstIndex(of: "{"), let end = form.english.firstIndex(of: "}") else {
                if form.english == name { return form }
                continue
            }
            let (before, after) = (form.english[..<hole], form.english[form.english.index(after: end)...])
            guard name.hasPrefix(before), name.hasSuffix(after), name.count > before.count + after.count else {
                continue
            }
            let value = String(name.dropFirst(before.count).dropLast(after.count))
            return form.filled(["n": value])
        }
        return Phrase(same: name)
    }

    /// Every name of a figure; `{n}` stands for what differs.
    private static let forms = [
        Phrase("児童の数", "children"), Phrase("{n} 歳児クラスの割合", "share of class {n}"),
        Phrase("転園を希望する児童の割合", "share of transfer applicants"),
        Phrase("きょうだいが在園する児童の割合", "share with an enrolled sibling"),
        Phrase("要配慮の児童の割合", "share of the group support"),
        Phrase("指数 40 の児童の割合", "share with 40 points"),
        Phrase("きょうだいで申し込む児童の割合", "share applying with siblings"),
        Phrase("そのうち {n} 人の世帯", "households of {n} among those"),
        Phrase("そのうち双子のいる世帯", "households with twins among those"), Phrase("同時入所の回答 {n}", "timing {n}"),
        Phrase("施設の回答 {n}", "facility {n}"),
        Phrase("一番上の子と同じ希望施設の割合", "wishes shared with the eldest sibling"),
        Phrase("希望施設の数の平均", "wishes on average"), Phrase("最も長い希望", "longest list"),
        Phrase("対象外の希望の割合", "share of wishes not eligible"),
        Phrase("第1希望までの距離（km）", "kilometres to the first wish"),
        Phrase("同じ区の希望の割合", "share of wishes in the own ward"),
        Phrase("新規の申込みの保留の割合", "held share of new applicants"),
        Phrase("{n} 歳児クラスの保留の割合", "held share of class {n}"),
        Phrase("保留のうち 1 歳児クラス", "class 1 among the held"),
        Phrase("全クラスの受入可能数", "vacancies of all classes"), Phrase("定員を超えるクラス", "over-full classes"),
        Phrase("二施設にまたがる受入枠", "limits over two facilities"),
        Phrase("転園しても枠が空かない児童", "transfer applicants whose seat would stay closed"),
        Phrase("施設の数", "facilities"), Phrase("保育所の割合", "share of nursery facilities"),
        Phrase("小規模保育の割合", "share of small-scale facilities"),
        Phrase("認定こども園の割合", "share of kodomo-en facilities"),
    ]
}

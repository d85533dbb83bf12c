import Admissions

/// The words of a points table.
extension Wording {
    /// What a row is called: by the city's booklet, else by its conditions.
    public static func row(_ row: PointsRow) -> Phrase {
        if let name = row.name { return Phrase(name, name) }
        if row.conditions.isEmpty { return Phrase("全員", "always") }
        let conditions = row.conditions.map(condition)
        return Phrase(
            conditions.map(\.japanese).joined(separator: "、"), conditions.map(\.english).joined(separator: ", "))
    }

    /// A row in as few words as name it: what the booklet calls it, or the column that it tests.
    static func shortName(of row: PointsRow) -> Phrase {
        if row.name == nil, let column = row.conditions.first?.column { return Phrase(column, column) }
        return Self.row(row)
    }

    public static func condition(_ condition: PointsCondition) -> Phrase {
        switch condition {
        case .attribute(let column, let test): return Self.test(test, column)
        case .count(let count, let numbers): return Self.numbers(numbers, Self.count(count))
        case .sameFacility: return Phrase("きょうだいの在園する施設", "at the sibling's facility")
        case .siblingApplies: return Phrase("きょうだいも希望する施設", "where a sibling applies too")
        case .facility(let id): return Phrase("施設 \(id)", "at \(id)")
        case .kind(let kinds):
            return Phrase("種別が\(either(kinds).japanese)の施設", "at a facility of kind \(either(kinds).english)")
        case .ward(let wards):
            return Phrase("\(either(wards).japanese)の施設", "at a facility in \(either(wards).english)")
        case .livesIn(let column): return Phrase("\(column) と同じ区の施設", "at a facility in the ward of \(column)")
        case .wishRank(let ranks): return Self.ranks(ranks)
        }
    }

    /// For whom a key is.
    static func restriction(_ restriction: KeyRestriction) -> Phrase {
        let parts = restriction.parts.map { range -> Phrase in
            let name = range.part == PointsTable.total ? "指数" : range.part
            let japanese = [range.from.map { "\($0) 以上" }, range.to.map { "\($0) 以下" }]
            let english = [range.from.map { "from \($0)" }, range.to.map { "to \($0)" }]
            return Phrase(
                "\(name)が \(japanese.compactMap { $0 }.joined(separator: " "))",
                "\(range.part) \(english.compactMap { $0 }.joined(separator: " "))")
        }
        let all = restriction.conditions.map(condition) + parts
        return Phrase(
            all.map(\.japanese).joined(separator: "、"), all.map(\.english).joined(separator: ", "))
    }

    private static func test(_ test: PointsCondition.Test, _ column: String) -> Phrase {
        switch test {
        case .filled: return Phrase("\(column) あり", column)
        case .blank: return Phrase("\(column) なし", "\(column) blank")
        case .oneOf(let texts):
            return Phrase("\(column) が \(either(texts).japanese)", "\(column) = \(either(texts).english)")
        case .range(let from, let to):
            let isDate = (from ?? to).map { if case .date = $0 { true } else { false } } ?? false
            let japanese = [from.map { "\($0)\(isDate ? " 以後" : " 以上")" }, to.map { "\($0)\(isDate ? " 以前" : " 以下")" }]
            let english = [from.map { "\(column) from \($0)" } ?? column, to.map { "to \($0)" }]
            return Phrase(
                "\(column) が \(japanese.compactMap { $0 }.joined(separator: " "))",
                english.compactMap { $0 }.joined(separator: " "))
        case .months(let from, let to):
            let japanese = [from.map { "\($0) か月後から" }, to.map { "\($0) か月後まで" }]
            let english = [from.map { "from \($0)" }, to.map { "to \($0)" }]
            return Phrase(
                "\(column) が入所月の \(japanese.compactMap { $0 }.joined(separator: " "))",
                "\(column) \((english.compactMap { $0 } + ["months after the month of the round"]).joined(separator: " "))"
            )
        }
    }

    private static func count(_ count: PointsCondition.Count) -> Phrase {
        switch count {
        case .siblingsApplying: Phrase("同時に申し込むきょうだい", "siblings applying")
        case .siblingsEnrolled: Phrase("在園するきょうだい", "siblings enrolled")
        case .underSchoolAge: Phrase("未就学の子", "children under school age")
        case .monthsWaiting: Phrase("待機月数", "months waiting")
        }
    }

    private static func numbers(_ numbers: WholeNumbers, _ name: Phrase) -> Phrase {
        switch numbers {
        case .oneOf(let numbers):
            let numbers = either(numbers.map(String.init))
            return Phrase("\(name.japanese)が \(numbers.japanese)", "\(name.english) = \(numbers.english)")
        case .range(nil, nil): return name
        case .range(let from, let to):
            let japanese = [from.map { "\($0) 以上" }, to.map { "\($0) 以下" }]
            let english = [from.map { "from \($0)" }, to.map { "to \($0)" }]
            return Phrase(
                "\(name.japanese)が \(japanese.compactMap { $0 }.joined(separator: " "))",
                "\(name.english) \(english.compactMap { $0 }.joined(separator: " "))")
        }
    }

    private static func ranks(_ ranks: WholeNumbers) -> Phrase {
        switch ranks {
        case .oneOf(let ranks):
            Phrase(
                "第\(ranks.map(String.init).joined(separator: "・"))希望",
                "wish \(ranks.map(String.init).joined(separator: " or "))")
        case .range(let from, let to):
            Phrase(
                "第\(from ?? 1)希望" + (to.map { "から第\($0)希望まで" } ?? "以降"),
                "wish \(from ?? 1) " + (to.map { "to \($0)" } ?? "or later"))
        }
    }

    private static func either(_ words: [String]) -> Phrase {
        Phrase(words.joined(separator: " か "), words.joined(separator: " or "))
    }

    /// How the terms of a part become one number.
    public static func combination(_ combine: PointsPart.Combination) -> Phrase {
        switch combine {
        case .sum: Phrase("合計", "sum")
        case .max: Phrase("最大", "largest")
        case .min: Phrase("最小", "smallest")
        case .mean: Phrase("平均", "mean")
        case .first: Phrase("最初の一つ", "first")
        }
    }
}

import Admissions

/// The words of rules, for those who must know by which ones a result was made.
extension Wording {
    /// A priority key with its order.
    static func rule(_ key: PriorityKey) -> Phrase {
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
    static func householdPriority(_ priority: HouseholdPriority) -> Phrase {
        switch priority {
        case .each: Phrase("一人ひとりの指数で比べる", "each child's own")
        case .best: Phrase("きょうだいのうち最も高い指数で比べる", "the best of the siblings")
        case .worst: Phrase("きょうだいのうち最も低い指数で比べる", "the worst of the siblings")
        case .mean: Phrase("きょうだいの指数の平均で比べる", "the mean of the siblings")
        }
    }
}

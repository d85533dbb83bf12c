import Admissions

extension RandomMarket {
    /// The draft in which the numbers of the keys `tier` and `category` are written as letters, or as words that the key lists.
    ///
    /// The order of the children stays what it was.
    ///
    /// - Parameter seed: Decides which of the two, and which words that nobody has stand between the others.
    public static func wording(_ draft: CaseDraft, seed: UInt64) -> CaseDraft {
        var draft = draft
        var random = SplitMix64(seed: seed &+ 0x303D5)
        for key in draft.rules.priority.indices {
            guard ["tier", "category"].contains(draft.rules.priority[key].name),
                let column = draft.attributeNames.firstIndex(of: draft.rules.priority[key].name)
            else { continue }
            // As numbers, so that 1.5 stands between 1 and 2.
            let numbers = Set(draft.children.compactMap { ExactNumber($0.attributes[column]) }).sorted()
            let usesLetters = random.chance(50)
            let words = numbers.indices.map { usesLetters ? ["B", "D", "E", "Z"][$0] : "word \($0)" }
            if usesLetters {
                draft.rules.priority[key].usesLetters = true
            } else {
                draft.rules.priority[key].values = words.flatMap { random.chance(30) ? ["not \($0)", $0] : [$0] }
                if words.isEmpty { draft.rules.priority[key].values = ["word"] }
            }
            for row in draft.children.indices {
                guard let number = ExactNumber(draft.children[row].attributes[column]) else { continue }
                draft.children[row].attributes[column] = words[numbers.firstIndex(of: number)!]
            }
        }
        return draft
    }
}

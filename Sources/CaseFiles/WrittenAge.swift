/// The minimum age of a facility, as a number of months or days or in words: `57日`, `生後6か月から`, `2歳半`, `1歳3か月`.
struct WrittenAge: Equatable {
    var months: Int?
    var days: Int?

    /// - Parameter text: Folded, without blanks at its ends.
    init?(_ text: String) {
        var rest = Substring(text.filter { !$0.isWhitespace })
        for word in ["生後", "満"] where rest.hasPrefix(word) { rest = rest.dropFirst(word.count) }
        for word in ["から", "以上", "以降", "~", "〜", "より"] where rest.hasSuffix(word) { rest = rest.dropLast(word.count) }
        if let match = rest.wholeMatch(of: /([0-9]{1,4})日目?/) {
            days = Int(match.1)
        } else if let match = rest.wholeMatch(of: /(?:([0-9]{1,2})[歳才](半)?)?(?:([0-9]{1,3})[かカヵケヶ箇]?月)?/),
            match.1 != nil || match.3 != nil, match.2 == nil || match.3 == nil
        {
            months = (match.1.flatMap { Int($0) } ?? 0) * 12 + (match.3.flatMap { Int($0) } ?? 0)
            if match.2 != nil { months! += 6 }
        } else {
            return nil
        }
    }

    init(months: Int?, days: Int?) { (self.months, self.days) = (months, days) }

    /// Both ages at once: the later one of each unit.
    func and(_ other: WrittenAge?) -> WrittenAge {
        func later(_ one: Int?, _ two: Int?) -> Int? { [one, two].compactMap { $0 }.max() }
        return WrittenAge(months: later(months, other?.months), days: later(days, other?.days))
    }
}

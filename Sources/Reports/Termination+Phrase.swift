import Admissions

extension Termination.Limit {
    /// What stopped a search, as the end of a sentence: *not proved: the time ended*.
    public var phrase: Phrase {
        switch self {
        case .time: Phrase("計算時間が尽きました", "the time ended")
        case .interrupted: Phrase("計算は途中で止められました", "interrupted")
        case .work: Phrase("決められた計算量に達しました", "as much work was done as was allowed")
        case .size: Phrase("計算の規模が大きくなりすぎました", "a program grew too large")
        case .claims:
            Phrase("優先順位の逆転・空き枠の残りが、調べる範囲より多くなります", "more households must have a claim than were allowed")
        }
    }
}

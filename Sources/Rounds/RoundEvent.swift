import Admissions
import Allocating
import CaseFiles

/// What a round is doing, for a front end to show.
public enum RoundEvent: Sendable, Hashable {
    /// Searching for the allocation.
    case allocating(Allocator.Stage)
    /// Checking the allocation by the independent verifier, and explaining it.
    case verifying
    /// Looking for the cheapest ways to fewer claims.
    case advising
    /// Looking for what would have sufficed; `wishes` were looked at so far, `nil` before the first.
    case askingWhatSuffices(wishes: Int?)
    /// Looking for what would have sufficed for a child at the wish of this index.
    case askingWhatSufficesForWish(Int)
    /// Solving the case again, to check a result.
    case solvingAgain
    /// Allocating `count` cases of a policy study; `done` of them are finished, `nil` before the first.
    case allocatingCases(done: Int?, count: Int)
    /// Trying settings of the rules; under the best so far, `agreed` of `children` get what staff decided.
    case tryingSettings(tried: Int, agreed: Int, children: Int)
    /// Counting root decisions under one of the settings.
    case countingRoots
    /// Judging settings by a further year.
    case judging(name: String)
    /// Judging each moved row of the points table by itself.
    case judgingMoves
}

extension RoundEvent {
    /// What is being done, for a person who waits.
    public var phrase: Phrase {
        switch self {
        case .allocating(.compiling): Phrase("案件を整理しています", "compiling the case")
        case .allocating(.reducing(0)): Phrase("論理で決めています", "deciding by logic")
        case .allocating(.reducing(let claimants)):
            Phrase(
                "論理で決めています（逆転・空き枠の残りを \(claimants) 世帯まで認める）",
                "deciding by logic with \(counted(claimants, "claim")) allowed")
        case .allocating(.separating): Phrase("残った部分を分けています", "separating what logic leaves open")
        case .allocating(.solving(let index, let count)):
            Phrase("残った部分を解いています（\(count) 件中 \(index + 1) 件目）", "solving component \(index + 1) of \(count)")
        case .allocating(.explaining(let cores)):
            Phrase("両立しない理由を探しています（\(cores + 1) 件目）", "looking for the reason of contradiction \(cores + 1)")
        case .allocating(.solvingWhole): Phrase("全体を一度に解いています", "solving the whole program")
        case .verifying: Phrase("検証しています", "verifying")
        case .advising: Phrase("改善案を探しています", "looking for advice")
        case .askingWhatSuffices(nil): Phrase("何があれば足りたかを調べています", "looking for what would have sufficed")
        case .askingWhatSuffices(let wishes?):
            Phrase("何があれば足りたかを調べました（希望 \(wishes) 件）", "looked for what would have sufficed, \(wishes) wishes")
        case .askingWhatSufficesForWish(let wish):
            Phrase(
                "何があれば足りたかを調べています（かなわなかった希望の \(wish + 1) 件目）",
                "looking for what would have sufficed, wish \(wish + 1) of those refused")
        case .solvingAgain: Phrase("もう一度解いています", "solving the case again")
        case .allocatingCases(nil, let count): Phrase("\(count) 件を割り当てています", "allocating \(count) cases")
        case .allocatingCases(let done?, let count):
            Phrase("\(count) 件中 \(done) 件を割り当てました", "allocated \(done) of \(count) cases")
        case .tryingSettings(let tried, let agreed, let children):
            Phrase(
                "設定を \(tried) 通り試しました。児童 \(children) 人中 \(agreed) 人が一致しています",
                "\(tried) settings tried, \(agreed) of \(children) children agree")
        case .countingRoots: Phrase("起点となる判断を数えています", "counting root decisions")
        case .judging(let name): Phrase("\(name) で確かめています", "judging by \(name)")
        case .judgingMoves: Phrase("動かした行を一つずつ確かめています", "judging each moved row")
        }
    }
}

extension ReadingStage {
    /// What is being read, for a person who waits.
    public func phrase(in folder: String) -> Phrase {
        switch self {
        case .file(let name): Phrase("\(folder)/\(name) を読んでいます", "reading \(folder)/\(name)")
        case .checking(let children): Phrase("児童 \(children) 人を確かめています", "checking \(children) children")
        }
    }
}

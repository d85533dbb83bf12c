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
    public var text: String {
        switch self {
        case .allocating(.compiling): "compiling the case"
        case .allocating(.reducing(let claimants)):
            claimants == 0 ? "deciding by logic" : "deciding by logic with \(claimants) claim(s) allowed"
        case .allocating(.separating): "separating what logic leaves open"
        case .allocating(.solving(let index, let count)): "solving component \(index + 1) of \(count)"
        case .allocating(.explaining(let cores)): "looking for the reason of contradiction \(cores + 1)"
        case .allocating(.solvingWhole): "solving the whole program"
        case .verifying: "verifying"
        case .advising: "looking for advice"
        case .askingWhatSuffices(nil): "looking for what would have sufficed"
        case .askingWhatSuffices(let wishes?): "looked for what would have sufficed, \(wishes) wishes"
        case .askingWhatSufficesForWish(let wish):
            "looking for what would have sufficed, wish \(wish + 1) of those refused"
        case .solvingAgain: "solving the case again"
        case .allocatingCases(nil, let count): "allocating \(count) cases"
        case .allocatingCases(let done?, let count): "allocated \(done) of \(count) cases"
        case .tryingSettings(let tried, let agreed, let children):
            "\(tried) settings tried, \(agreed) of \(children) children agree"
        case .countingRoots: "counting root decisions"
        case .judging(let name): "judging by \(name)"
        case .judgingMoves: "judging each moved row"
        }
    }
}

extension ReadingStage {
    /// What is being read, for a person who waits.
    public func text(in folder: String) -> String {
        switch self {
        case .file(let name): "reading \(folder)/\(name)"
        case .checking(let children): "checking \(children) children"
        }
    }
}

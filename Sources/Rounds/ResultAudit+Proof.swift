import Admissions
import Allocating
import Verifying

/// What replaying the proof of a result showed.
public struct ProofFindings: Encodable, Sendable {
    public var steps = 0
    public var replayedCores = 0
    public var searchedCores = 0
    public var decidedHouseholds = 0
    public var searchedHouseholds = 0
    /// Whether the proof has no steps to replay.
    public var isWhole = false
    /// `logic` or `search`, as ``ProofRecord`` says.
    public var claims = Proof.Means.search
    public var claimOrder = Proof.Means.search
    public var objective = Proof.Means.search
    /// The solver that was asked again in a deep audit; `nil` where none was.
    public var secondSolver: String?
    public var optimality = Optimality.unproved

    /// Whether the steps alone prove every level.
    public var isStepwise: Bool { !isWhole && claims == .logic && claimOrder == .logic && objective == .logic }

    /// The findings for people. The last phrase says whether the result is the one that the rules define.
    public var phrases: [Phrase] {
        if isWhole {
            return [
                Phrase("証明: ソルバーによるもので、たどれる手順はありません。", "proof: by a solver; there are no steps to replay."), conclusion,
            ]
        }
        let cores = replayedCores + searchedCores
        return [
            Phrase("証明: 手順 \(steps) 件をたどり直しました。", "proof: \(steps) steps replayed")
                + (cores == 0
                    ? Phrase(same: "")
                    : Phrase(
                        "両立しない組 \(cores) 件のうち \(replayedCores) 件は手順から導かれます。",
                        "; \(replayedCores) of \(cores) cores follow from them"))
                + Phrase(
                    "\(decidedHouseholds) 世帯は手順で、\(searchedHouseholds) 世帯はソルバーで決まります。",
                    "; \(decidedHouseholds) households are decided by them, \(searchedHouseholds) by a solver."),
            conclusion,
        ]
    }

    private var conclusion: Phrase {
        func unchecked(_ japanese: String, _ english: String) -> Phrase {
            Phrase("規則の定めるただ一つの結果かどうかは確かめていません: \(japanese)", "optimality was not checked: \(english)")
        }
        return switch optimality {
        case .steps:
            Phrase(
                "手順だけで、規則の定めるただ一つの結果であることが確かめられました。", "the steps leave nothing else: it is the one result of the rules."
            )
        case .solved:
            Phrase(
                "\(secondSolver.map { "\($0) で" } ?? "")もう一度解いて同じ結果になりました。規則の定めるただ一つの結果です。",
                "\(secondSolver.map { "\($0) solved it again" } ?? "it was solved again") and came to the same: "
                    + "it is the one result of the rules.")
        case .unproved: unchecked("証明のない結果で、結果にもそう書かれています。", "the result is not proved, and says so.")
        case .quick: unchecked("ソルバーの部分は解き直さない指定です。", "what a solver did was not to be solved again.")
        case .outOfTime: unchecked("解き直す途中で時間切れになりました。", "the time ended before everything was solved again.")
        case .tooLarge:
            unchecked("解き直すには計画問題が大きすぎました。", "a program grew too large when the case was solved again.")
        case .interrupted: unchecked("中断されました。", "interrupted.")
        }
    }
}

/// Whether a result is the one that the rules define, and how that was found.
public enum Optimality: String, Encodable, Sendable {
    /// The steps of its proof leave nothing else.
    case steps
    /// It was solved again.
    case solved
    /// Not checked: the result does not say that it is proved.
    case unproved
    /// Not checked: the options say that nothing is solved again.
    case quick
    /// Not checked: it was not solved again to the end.
    case outOfTime
    /// Not checked: a program grew too large when it was solved again.
    case tooLarge
    /// Not checked: somebody stopped the work.
    case interrupted
}

extension ResultAudit {
    /// Replays the proof in `run.json`.
    ///
    /// - Returns: What was found, and every fault.
    func replay() -> (findings: ProofFindings, faults: [Phrase]) {
        var findings = ProofFindings()
        guard let proof = record.solver.proof.proof() else {
            return (
                findings, [fault(RunRecord.fileName, "証明の手順の文字列が壊れています", "a text of steps in the proof is malformed")]
            )
        }
        // A search that ended at once has an empty proof however it would have gone on.
        let isEmpty = !record.isProved && proof == Proof(isPlacedByCores: false)
        if proof.isWhole == (record.solver.reduction && subject.isPlain), !isEmpty {
            return (
                findings,
                [
                    fault(
                        RunRecord.fileName, proof.isWhole ? "証明に手順がありません" : "証明にあるはずのない手順があります",
                        "the proof has \(proof.isWhole ? "no" : "unexpected") steps")
                ]
            )
        }
        findings.isWhole = proof.isWhole
        findings.claims = proof.meansForClaims
        findings.claimOrder = proof.meansForPlacing
        findings.objective = proof.meansForObjective
        let bound = record.levels.first { $0.name == LevelResult.Name.claims.rawValue }?.bound ?? 0
        let replayed = ProofReplay(of: subject).replay(
            proof, of: allocation, claimants: verified.claims.map(\.household), bound: bound)
        findings.steps = replayed.steps
        findings.replayedCores = replayed.replayedCores
        findings.searchedCores = replayed.searchedCores
        findings.decidedHouseholds = replayed.decidedHouseholds
        findings.searchedHouseholds = replayed.searchedHouseholds
        var faults = replayed.faults.prefix(Self.mostFaults).map {
            Phrase("\(RunRecord.fileName): 証明: ", "\(RunRecord.fileName): proof: ") + $0.phrase
        }
        if replayed.faults.count > Self.mostFaults {
            faults.append(
                fault(
                    RunRecord.fileName, "証明: ほかに \(replayed.faults.count - Self.mostFaults) 件の手順が成り立ちません",
                    "proof: and \(replayed.faults.count - Self.mostFaults) steps more that do not hold")
            )
        }
        if record.isProved, !proof.isWhole, proof.deduction == nil {
            faults.append(
                fault(
                    RunRecord.fileName, "証明済みとありますが、証明が結果に届いていません",
                    "the status is optimal, but the proof does not reach the result"))
        }
        if record.solver.proof.claims != proof.meansForClaims
            || record.solver.proof.claimOrder != proof.meansForPlacing
            || record.solver.proof.objective != proof.meansForObjective
        {
            faults.append(
                fault(RunRecord.fileName, "証明の印が、その手順と違います", "the proof is marked otherwise than its steps are"))
        }
        return (findings, faults)
    }

    /// The most faults of the proof that are named one by one.
    private static let mostFaults = 20
}

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

    /// The findings in sentences for people. The last one says whether the result is the one that the rules define.
    public var sentences: [String] {
        var text = "proof: by a solver; there are no steps to replay."
        if !isWhole {
            text = "proof: \(steps) steps replayed"
            if replayedCores + searchedCores > 0 {
                text += "; \(replayedCores) of \(replayedCores + searchedCores) cores follow from them"
            }
            text += "; \(decidedHouseholds) households are decided by them, \(searchedHouseholds) by a solver."
        }
        return [text, conclusion]
    }

    private var conclusion: String {
        switch optimality {
        case .steps: "the steps leave nothing else: it is the one result of the rules."
        case .solved:
            "\(secondSolver.map { "\($0) solved it again" } ?? "it was solved again") and came to the same: "
                + "it is the one result of the rules."
        case .unproved: "optimality was not checked: the result is not proved, and says so."
        case .quick: "optimality was not checked: what a solver did was not to be solved again."
        case .outOfTime:
            "optimality was not checked: the time ended before everything was solved again."
        case .tooLarge: "optimality was not checked: a program grew too large when the case was solved again."
        case .interrupted: "optimality was not checked: interrupted."
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
    /// - Returns: What was found, and every fault as a sentence.
    func replay() -> (findings: ProofFindings, faults: [String]) {
        var findings = ProofFindings()
        guard let proof = record.solver.proof.proof() else {
            return (findings, ["\(RunRecord.fileName): a text of steps in the proof is malformed"])
        }
        // A search that ended at once has an empty proof however it would have gone on.
        let isEmpty = !record.isProved && proof == Proof(isPlacedByCores: false)
        if proof.isWhole == (record.solver.reduction && subject.isPlain), !isEmpty {
            return (findings, ["\(RunRecord.fileName): the proof has \(proof.isWhole ? "no" : "unexpected") steps"])
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
        var faults = replayed.faults.prefix(Self.mostFaults).map { "\(RunRecord.fileName): proof: \($0)" }
        if replayed.faults.count > Self.mostFaults {
            faults.append(
                "\(RunRecord.fileName): proof: and \(replayed.faults.count - Self.mostFaults) steps more that do not hold"
            )
        }
        if record.isProved, !proof.isWhole, proof.deduction == nil {
            faults.append("\(RunRecord.fileName): the status is optimal, but the proof does not reach the result")
        }
        if record.solver.proof.claims != proof.meansForClaims
            || record.solver.proof.claimOrder != proof.meansForPlacing
            || record.solver.proof.objective != proof.meansForObjective
        {
            faults.append("\(RunRecord.fileName): the proof is marked otherwise than its steps are")
        }
        return (findings, faults)
    }

    /// The most faults of the proof that are named one by one.
    private static let mostFaults = 20
}

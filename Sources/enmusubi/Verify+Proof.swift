import Admissions
import Allocating
import CaseFiles
import Foundation
import Programs
import Verifying

/// What replaying the proof of a result showed.
struct ProofFindings: Encodable {
    var steps = 0
    var replayedCores = 0
    var searchedCores = 0
    var decidedHouseholds = 0
    var searchedHouseholds = 0
    /// There are no steps to replay.
    var isWhole = false
    /// `logic` or `search`, as ``ProofRecord`` says.
    var claims = Proof.Means.search
    var claimOrder = Proof.Means.search
    var objective = Proof.Means.search
    /// The solver that was asked again; `nil` where none was.
    var secondSolver: String?

    /// For the person who asked.
    var sentences: [String] {
        if let secondSolver, isWhole { return ["proof: \(secondSolver) solved it again and came to the same."] }
        if isWhole {
            return ["proof: by a solver; there are no steps to replay, --deep asks another one."]
        }
        var text = "proof: \(steps) steps replayed"
        if replayedCores + searchedCores > 0 {
            text += "; \(replayedCores) of \(replayedCores + searchedCores) cores follow from them"
        }
        text += "; \(decidedHouseholds) households are decided by them, \(searchedHouseholds) by a solver."
        if let secondSolver { return [text, "\(secondSolver) solved it again and came to the same."] }
        return claims == .logic && claimOrder == .logic && objective == .logic
            ? [text] : [text, "what a solver did is not replayed; --deep asks another one."]
    }
}

extension Verify {
    /// Replays the proof in `run.json`.
    ///
    /// - Returns: What was found, and every fault as a sentence.
    func replay(
        _ record: RunRecord, of subject: Case, _ allocation: Allocation, _ verified: Verification
    ) -> (findings: ProofFindings, faults: [String]) {
        var findings = ProofFindings()
        guard let proof = record.solver.proof.proof() else {
            return (findings, ["\(RunRecord.fileName): a text of steps in the proof is malformed"])
        }
        if proof.isWhole == (record.solver.reduction && subject.isPlain) {
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
        if record.status == RunStatus.optimal.rawValue, !proof.isWhole, proof.deduction == nil {
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

    /// Faults of the proof that are named one by one.
    private static let mostFaults = 20

    /// The solver that the result was not made with.
    func secondSolver(_ record: RunRecord, _ console: Console) throws -> SolverChoice {
        let second: SolverChoice = record.solver.chosen == SolverChoice.glpk.rawValue ? .native : .glpk
        if second == .glpk, !GLPKSolver.isAvailable {
            console.complain(
                "enmusubi: this build has no GLPK, so there is no second solver for --deep; "
                    + "build with the trait GLPK, or verify without --deep.")
            throw ExitStatus.wrongUsage
        }
        return second
    }

    /// What is wrong with `advice.csv`, as far as that shows without solving the changed cases.
    func adviceFaults(_ record: RunRecord, _ written: [UInt8], _ subject: Case) throws -> [String] {
        let header = try ResultTables(of: subject).advice([]).bytes
        let text = written.filter { $0 != UInt8(ascii: "\r") }
        guard text.starts(with: header) else {
            return ["\(ResultFolder.adviceName):1: the header is not what run writes"]
        }
        let isEmpty = text.count == header.count
        if !isEmpty, record.counts.claims == 0 || record.advice.tried == 0 {
            return ["\(ResultFolder.adviceName):2: there is advice, although nothing was tried"]
        }
        return []
    }

    /// What the folder advises otherwise than the second solver's result leads to.
    private func differentAdvice(
        _ result: AllocationResult, of subject: Case, _ options: Allocator.Options
    ) throws -> [String] {
        var adviser = Adviser.Options()
        adviser.allocator = options
        do {
            let findings = try Adviser(subject, options: adviser).findings(on: result)
            let written = try ResultFolder(path: self.result).bytes(of: ResultFolder.adviceName)
            if findings.cut == .time { throw AllocationError.outOfTime }
            let isCP932 = written.contains(UInt8(ascii: "\r"))
            let expected = try ResultTables(of: subject, encoding: isCP932 ? .cp932 : .utf8).advice(findings.advice)
            return written == expected.bytes ? [] : ["\(ResultFolder.adviceName): solving again leads to other advice"]
        } catch let problem as Problem {
            return ["\(ResultFolder.adviceName): \(problem.message)"]
        }
    }

    /// Solves the case, and what the proof leaves to a solver, again with another one.
    ///
    /// - Returns: Every difference as a sentence.
    func solveAgain(
        _ record: RunRecord, of subject: Case, _ allocation: Allocation, by second: SolverChoice, _ console: Console
    ) throws -> [String] {
        var options = Allocator.Options()
        options.solver = second
        options.deadline = Deadline(at: timeLimit.map { ContinuousClock.now + .seconds($0) })
        let allocator = Allocator(subject, options: options)
        var faults: [String] = []
        do {
            let result = try allocator.allocate()
            guard result.isProved else { throw AllocationError.outOfTime }
            if record.status == RunStatus.optimal.rawValue {
                if result.claimBound != record.levels[0].bound {
                    faults.append("\(second.rawValue) proves \(result.claimBound) claims to be the fewest")
                }
                if result.allocation != allocation {
                    faults.append("\(second.rawValue) comes to another allocation")
                }
                faults += try differentAdvice(result, of: subject, options)
            } else if record.levels[0].bound ?? 0 > result.claimBound {
                faults.append(
                    "\(RunRecord.fileName): \(second.rawValue) needs \(result.claimBound) claims, fewer than the bound")
            }
        } catch AllocationError.outOfTime {
            console.complain("enmusubi: the time ended before \(second.rawValue) had solved the case again.")
            throw ExitStatus.notProved
        } catch let error as AllocationError {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
        }
        return faults
    }
}

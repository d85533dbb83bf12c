import Admissions
import Allocating
import Asking
import CaseFiles
import Explaining
import Foundation
import Programs
import Verifying

/// Solving again: what the steps of a proof leave to a solver, and what only the outcome of changed cases shows.
extension ResultAudit {
    /// The solver that the result was not made with.
    ///
    /// - Throws: ``RoundError/missingSolver(_:)`` where this build lacks it.
    public static func secondSolver(for record: RunRecord) throws(RoundError) -> SolverChoice {
        let second: SolverChoice = record.solver.chosen == SolverChoice.glpk.rawValue ? .native : .glpk
        try Round.requireSolver(second)
        return second
    }

    /// Checks that the result is the one of the rules, by solving again where the steps of its proof do not show it.
    ///
    /// There is one result, so another allocation is a fault, whatever else agrees. Afterwards `findings` says how the result was
    /// checked, or why it was not.
    ///
    /// - Returns: Every fault.
    func checkOptimality(
        by second: SolverChoice?, _ findings: inout ProofFindings, _ stop: StopSignal,
        _ hears: @Sendable (RoundEvent) -> Void
    ) throws -> [Phrase] {
        let isProved = record.isProved
        findings.optimality = !isProved ? .unproved : findings.isStepwise ? .steps : .quick
        if second == nil, self.options.depth == .quick || findings.optimality != .quick { return [] }
        hears(.solvingAgain)
        var options = Allocator.Options()
        options.solver = second ?? .auto
        options.usesReduction = second != nil || !record.solver.reduction || !Self.isSmall(subject)
        options.threads = self.options.threads
        options.deadline = Deadline(
            at: self.options.timeLimit.map { ContinuousClock.now + $0 }, signal: stop)
        // The steps are needed to look for advice.
        options.recordsProof = second != nil
        do {
            let result = try Allocator(subject, options: options).allocate()
            if let limit = result.termination.limit { throw AllocationError.stopped(by: limit) }
            findings.secondSolver = second?.rawValue
            let name = second.map { Phrase(same: $0.rawValue) } ?? Phrase("解き直し", "solving again")
            if !isProved {
                return record.levels[0].bound ?? 0 <= result.claimBound
                    ? []
                    : [
                        fault(
                            RunRecord.fileName,
                            "\(name.japanese)では逆転・空き枠の残りは \(result.claimBound) 世帯で足り、記録された下限より少なくなります",
                            "\(name.english) needs \(result.claimBound) claims, fewer than the bound")
                    ]
            }
            findings.optimality = .solved
            var faults: [Phrase] = []
            if result.claimBound != record.levels[0].bound {
                faults.append(
                    name
                        + Phrase(
                            "では、逆転・空き枠の残りのある世帯は最少 \(result.claimBound) と証明されます",
                            " proves \(result.claimBound) claims to be the fewest"))
            }
            if result.allocation != allocation {
                faults.append(name + Phrase("では別の割当てになります", " comes to another allocation"))
            }
            if second != nil, faults.isEmpty {
                faults += try adviceFaults(result, options)
                faults += try sufficientFaults(options)
            }
            return faults
        } catch AllocationError.stopped(let limit) {
            findings.optimality = stop.isRaised ? .interrupted : limit == .size ? .tooLarge : .outOfTime
            return []
        }
    }

    /// Whether the case is small enough to be solved in one program, without the logic that the result was found with.
    private static func isSmall(_ subject: Case) -> Bool {
        guard subject.households.count <= 64 else { return false }
        var outcomes = 0
        for household in subject.households {
            var product = 1
            for child in household.members {
                product = min(mostOutcomes + 1, product) * (min(mostOutcomes, subject.children[child].wishes.count) + 1)
            }
            outcomes += product
            if outcomes > mostOutcomes { return false }
        }
        return true
    }

    /// The most joint outcomes, accepted or not, that such a program may have.
    private static let mostOutcomes = 4096

    // MARK: What changed cases lead to

    /// Where the advice in the folder differs from the advice that the second solver's result leads to.
    private func adviceFaults(
        _ result: AllocationResult, _ options: Allocator.Options
    ) throws -> [Phrase] {
        // How far a search comes in a given time is not the same twice.
        if record.advice.cut == .time || record.advice.cut == .interrupted { return [] }
        var adviser = Adviser.Options()
        adviser.allocator = options
        // Another solver takes other steps.
        adviser.mostSteps = .max
        let findings = try Adviser(subject, options: adviser).findings(on: result)
        if findings.cut == .time || findings.cut == .interrupted { throw AllocationError.stopped(by: .time) }
        // Of a search that its work ended, what was tried beyond it is no fault.
        if record.advice.cut == .work, findings.tried > record.advice.tried { return [] }
        let written = try folder.bytes(of: ResultFolder.adviceName)
        let tables = ResultTables(of: subject, encoding: Self.encoding(of: written))
        var faults: [Phrase] = []
        if written != (try tables.advice(findings.advice).bytes) {
            faults.append(fault(ResultFolder.adviceName, "解き直すと別の改善案になります", "solving again leads to other advice"))
        }
        let found = RunRecord.Advice(candidates: findings.candidates, tried: findings.tried, cut: findings.cut)
        if found != record.advice {
            faults.append(
                fault(
                    RunRecord.fileName, "解き直すと、試す変更が改善案の記録と違います", "solving again tries other changes than advice says"))
        }
        return faults
    }

    /// Where the folder's answers to what would have sufficed differ from those that solving the changed cases again confirms.
    private func sufficientFaults(_ options: Allocator.Options) throws -> [Phrase] {
        if record.sufficient == nil { return [] }
        let written = try folder.bytes(of: ResultFolder.sufficientName)
        // Unless children were named, a changed case with claims was not solved to the end.
        for mostClaims in verified.claims.isEmpty ? [0, .max] : [.max] {
            var options = options
            options.mostClaims = mostClaims
            var search = SufficientSearch(of: subject, explanations, options)
            guard try search.examine(wishes: examinedWishes(), threads: self.options.threads) else {
                throw AllocationError.stopped(by: .time)
            }
            let expected = try search.file(of: subject, encoding: Self.encoding(of: written))
            if written == expected.bytes { return [] }
        }
        return [fault(ResultFolder.sufficientName, "解き直すと別の答えになります", "solving again confirms other answers")]
    }
}

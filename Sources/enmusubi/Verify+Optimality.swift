import Admissions
import Allocating
import Asking
import CaseFiles
import Explaining
import Foundation
import Programs
import Verifying

/// Solving again: what the steps of a proof leave to a solver, and what only the outcome of changed cases shows.
extension Verify {
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

    /// Checks that the result is the one of the rules, by solving again where the steps of its proof do not show it.
    ///
    /// There is one result, so another allocation is a fault, whatever else agrees.
    ///
    /// - Parameter findings: Says afterwards how it was checked, or why not.
    /// - Returns: Every fault as a sentence.
    func checkOptimality(
        _ audit: ResultAudit, _ allocation: Allocation, by second: SolverChoice?, _ findings: inout ProofFindings,
        _ console: Console
    ) throws -> [String] {
        let record = audit.record
        let isProved = record.status == RunStatus.optimal.rawValue
        findings.optimality = !isProved ? .unproved : findings.isStepwise ? .steps : .quick
        if second == nil, quick || findings.optimality != .quick { return [] }
        let interruption = Interruption()
        let progress = ProgressLine(isJSON: console.isJSON)
        defer { progress.clear() }
        progress.show("enmusubi: solving \(input.folder) again")
        var options = Allocator.Options()
        options.solver = second ?? .auto
        options.usesReduction = second != nil || !record.solver.reduction || !Self.isSmall(audit.subject)
        options.threads = input.threads
        options.deadline = Deadline(
            at: timeLimit.map { ContinuousClock.now + .seconds($0) }, signal: interruption.signal)
        // The steps are needed to look for advice.
        options.recordsProof = second != nil
        do {
            let result = try Allocator(audit.subject, options: options).allocate()
            guard result.isProved else { throw AllocationError.outOfTime }
            findings.secondSolver = second?.rawValue
            let name = second?.rawValue ?? "solving again"
            if !isProved {
                return record.levels[0].bound ?? 0 <= result.claimBound
                    ? []
                    : ["\(RunRecord.fileName): \(name) needs \(result.claimBound) claims, fewer than the bound"]
            }
            findings.optimality = .solved
            var faults: [String] = []
            if result.claimBound != record.levels[0].bound {
                faults.append("\(name) proves \(result.claimBound) claims to be the fewest")
            }
            if result.allocation != allocation { faults.append("\(name) comes to another allocation") }
            if second != nil, faults.isEmpty {
                faults += try adviceFaults(audit, result, options)
                faults += try sufficientFaults(audit, options)
            }
            return faults
        } catch AllocationError.outOfTime {
            findings.optimality = interruption.signal.isRaised ? .interrupted : .outOfTime
            return []
        } catch let error as AllocationError {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.programFault
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

    /// Joint outcomes, accepted or not, that such a program may have.
    private static let mostOutcomes = 4096

    // MARK: What changed cases lead to

    /// What the folder advises otherwise than the second solver's result leads to.
    private func adviceFaults(
        _ audit: ResultAudit, _ result: AllocationResult, _ options: Allocator.Options
    ) throws -> [String] {
        // How far a search comes in a given time is not the same twice.
        if audit.record.advice.cut == .time || audit.record.advice.cut == .interrupted { return [] }
        var adviser = Adviser.Options()
        adviser.allocator = options
        // Another solver takes other steps.
        adviser.mostSteps = .max
        let findings = try Adviser(audit.subject, options: adviser).findings(on: result)
        if findings.cut == .time || findings.cut == .interrupted { throw AllocationError.outOfTime }
        // Of a search that its work ended, what was tried beyond it is no fault.
        if audit.record.advice.cut == .work, findings.tried > audit.record.advice.tried { return [] }
        let written = try audit.folder.bytes(of: ResultFolder.adviceName)
        let tables = ResultTables(of: audit.subject, encoding: ResultAudit.encoding(of: written))
        var faults: [String] = []
        if written != (try tables.advice(findings.advice).bytes) {
            faults.append("\(ResultFolder.adviceName): solving again leads to other advice")
        }
        let found = RunRecord.Advice(candidates: findings.candidates, tried: findings.tried, cut: findings.cut)
        if found != audit.record.advice {
            faults.append("\(RunRecord.fileName): solving again tries other changes than advice says")
        }
        return faults
    }

    /// What the folder says would have sufficed otherwise than solving the changed cases again shows.
    private func sufficientFaults(_ audit: ResultAudit, _ options: Allocator.Options) throws -> [String] {
        if audit.record.sufficient == nil { return [] }
        let written = try audit.folder.bytes(of: ResultFolder.sufficientName)
        // Unless children were named, a changed case with claims was not solved to the end.
        for mostClaims in audit.verified.claims.isEmpty ? [0, .max] : [.max] {
            var options = options
            options.mostClaims = mostClaims
            var search = SufficientSearch(of: audit.subject, audit.explanations, options)
            guard try search.examine(wishes: audit.examinedWishes(), threads: input.threads) else {
                throw AllocationError.outOfTime
            }
            let expected = try search.file(of: audit.subject, encoding: ResultAudit.encoding(of: written))
            if written == expected.bytes { return [] }
        }
        return ["\(ResultFolder.sufficientName): solving again confirms other answers"]
    }
}

import Admissions
import Allocating
import CaseFiles
import Explaining
import Foundation
import Programs
import Reports
import Verifying

/// A result folder read with its case: checked and explained.
struct ExplainedResult {
    let subject: Case
    let record: RunRecord
    let verified: Verification
    let explanations: Explanations
    /// The language for the clerk: Japanese unless another one is asked for.
    let language: Problem.Language
    /// What is known of justified claims.
    var claims: ClaimCauses {
        ClaimCauses(counted: verified.claims, isProved: record.isProved)
    }

    /// Reads and checks; ends with status 65 where the folder is not the result of the case, with 4 where it is faulty.
    init(_ input: CaseArgument, result: String, _ console: Console) throws {
        language = input.lang ?? .japanese
        let folder = ResultFolder(path: result)
        record = try RunRecord.read(folder, named: result, console, in: language)
        let (subject, _) = try input.read(console, objective: Objective(rawValue: record.objective), in: language)
        guard subject.digest().description == record.caseDigest else {
            console.complain("enmusubi: \(result) is the result of another case.")
            throw ExitStatus.badInput
        }
        let read = folder.readAllocation(of: subject)
        console.report(read.problems, in: language)
        guard let allocation = read.allocation else {
            console.complain("enmusubi: \(result) holds no allocation of this case.")
            throw ExitStatus.faultFound
        }
        let verified = Verifier(subject).verify(allocation)
        guard verified.faults.isEmpty else {
            for fault in verified.faults { console.complain("enmusubi: fault: \(fault)") }
            throw ExitStatus.faultFound
        }
        do { explanations = try Explanations(of: subject, allocation, verified, threads: input.threads) } catch {
            console.complain("enmusubi: defect in the program: \(error)")
            throw ExitStatus.programFault
        }
        self.subject = subject
        self.verified = verified
    }

}

extension SufficientSearch {
    /// Asks what would have been by solving changed cases, each on one thread, until the deadline.
    ///
    /// - Parameter options: Where they say how many claims are of use, a changed case with more confirms nothing.
    init(of subject: Case, _ explanations: Explanations, _ options: Allocator.Options = Allocator.Options()) {
        var options = options
        options.threads = 1
        options.progress = nil
        options.recordsProof = false
        options.approximates = false
        // Its work is counted, and it is the same whichever solver found the result.
        options.solver = .auto
        options.usesReduction = true
        self.init(of: subject, explanations) { [options] changed, mostSteps in
            var options = options
            let work = WorkBudget(limit: mostSteps)
            options.deadline.work = work
            let result = try Allocator(changed, options: options).allocate()
            if result.isProved || result.claimBound > options.mostClaims {
                return Answer(allocation: result.allocation, steps: work.spent)
            }
            return Answer(
                allocation: nil, steps: work.spent, cut: options.deadline.timeHasPassed ? .time : .work)
        }
    }
}

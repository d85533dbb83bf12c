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
        ClaimCauses(counted: verified.claims, isProved: record.status == RunStatus.optimal.rawValue)
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

import Admissions
import Allocating
import CaseFiles
import Explaining
import Foundation
import Reports
import Verifying

/// A result folder: the one way to read what a run or a batch wrote.
///
/// The format of the folder is checked before anything else. The only thing in the folder that is ever believed is where each
/// child ends up; ``ResultAudit`` compares the rest.
public struct SavedResult: Sendable {
    /// What the folder is called in errors.
    public let name: String
    public let folder: ResultFolder
    /// What its `run.json` says.
    public let record: RunRecord

    /// Reads the record of a result folder.
    ///
    /// - Throws: ``RoundError/unreadableResult(name:problems:)`` where it is no result folder, or has the format of another
    ///   version.
    public init(_ folder: ResultFolder, named name: String) throws(RoundError) {
        self.folder = folder
        self.name = name
        do throws(Problem) {
            let bytes = try folder.record()
            guard let record = try? JSONDecoder().decode(RunRecord.self, from: Data(bytes)) else {
                throw ResultFolder.notWrittenByRun
            }
            self.record = record
        } catch { throw .unreadableResult(name: name, problems: [error]) }
    }

    /// The objective that the case was read with, which may have replaced that of `case.yaml`.
    public var objective: Objective? { Objective(rawValue: record.objective) }

    /// Where every child ends up.
    ///
    /// - Parameter subject: The case, read with ``objective``.
    /// - Throws: ``RoundError/otherDigest(name:version:)``, ``RoundError/otherCase(name:)`` or
    ///   ``RoundError/faultyResult(name:faults:problems:)``.
    public func allocation(of subject: Case) throws(RoundError) -> Allocation {
        let version = record.digestVersion ?? 3
        guard version == Case.digestVersion else { throw .otherDigest(name: name, version: version) }
        guard subject.digest().description == record.caseDigest else { throw .otherCase(name: name) }
        let read = folder.readAllocation(of: subject)
        guard let allocation = read.allocation else {
            throw .faultyResult(name: name, faults: [], problems: read.problems)
        }
        return allocation
    }

    /// The result with its case, checked by the independent verifier and explained.
    ///
    /// The case must have been read with ``objective``.
    ///
    /// - Throws: The errors of ``allocation(of:)``; ``RoundError/faultyResult(name:faults:problems:)`` also where a rule is
    ///   broken; and ``RoundError/defect(_:faults:)``.
    public func checked(with subject: Case, threads: Int = 1) throws(RoundError) -> CheckedResult {
        let allocation = try allocation(of: subject)
        let verified = Verifier(subject, threads: threads).verify(allocation)
        guard verified.faults.isEmpty else {
            throw .faultyResult(name: name, faults: verified.faults.map(\.phrase))
        }
        do throws(UnconfirmedReasons) {
            return CheckedResult(
                saved: self, subject: subject, allocation: allocation, verified: verified,
                explanations: try Explanations(of: subject, allocation, verified, threads: threads))
        } catch { throw .defect("\(error)") }
    }
}

/// A saved result with its case: no rule is broken, and every reason is confirmed.
///
/// Only ``SavedResult/checked(with:threads:)`` makes one. Whether it is the one result that the rules define is not checked
/// here; ``ResultAudit`` checks it.
public struct CheckedResult: Sendable {
    public let saved: SavedResult
    public let subject: Case
    public let allocation: Allocation
    public let verified: Verification
    public let explanations: Explanations

    /// What is known of justified claims.
    public var claims: ClaimCauses {
        ClaimCauses(counted: verified.claims, isProved: saved.record.isProved)
    }
}

import Admissions
import Allocating
import CaseFiles
import Explaining
import Foundation
import Verifying

@testable import Rounds

/// A case folder, its result, and results that were forged so that every file agrees with a chosen allocation.
final class Bench {
    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "examples")

    let home = FileManager.default.temporaryDirectory.appending(path: "enmusubi-\(UUID().uuidString)")
    let caseFolder: URL
    let reading: CaseReading
    let subject: Case
    /// The result that `run` would write.
    let finished: RoundResult

    /// - Parameter change: Sets options of the run.
    init(
        _ folder: URL?, _ draft: CaseDraft? = nil, objective: Objective? = nil,
        change: (inout Round.Options) -> Void = { _ in }
    ) throws {
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        caseFolder = folder ?? home.appending(path: "the-case")
        if let draft { try CaseFolder(caseFolder).write(draft) }
        reading = CaseFolder(caseFolder).read(objective: objective, doubts: .sought(previous: nil))
        guard let subject = reading.subject else {
            throw CocoaError(.fileReadCorruptFile, userInfo: [NSLocalizedDescriptionKey: "\(reading.errors)"])
        }
        var options = Round.Options()
        change(&options)
        let codes = reading.problems.filter(\.needsAcceptance).map(\.code)
        self.subject = subject
        finished = try Round(reading, named: "bench", accepting: Acceptance(codes: codes), options: options).run()
    }

    deinit { try? FileManager.default.removeItem(at: home) }

    /// Writes a result folder, in place of one of that name.
    @discardableResult
    func write(_ files: [OutputFile], as name: String = "result") throws -> URL {
        let folder = home.appending(path: name)
        try? FileManager.default.removeItem(at: folder)
        try writeFolder(files, to: folder)
        return folder
    }

    /// Everything that `run` would write if this were its proved result: tables, reasons, report and run.json agree.
    ///
    /// - Parameters:
    ///   - allocation: Where every child ends up.
    ///   - other: The case with other spellings; `nil`: as it was read.
    ///   - change: Changes the record before what follows from the allocation is put in.
    func forged(
        _ allocation: Allocation, of other: Case? = nil, change: (inout RunRecord) -> Void = { _ in }
    ) throws -> [OutputFile] {
        let subject = other ?? subject
        let verified = Verifier(subject).verify(allocation)
        let explanations = try Explanations(of: subject, allocation, verified)
        var record = finished.record
        record.sufficient = nil
        change(&record)
        record = record.expected(
            by: .init(subject: subject, reading: reading, verified: verified, sufficient: nil, isOtherCopy: false))
        let advice = try ResultTables(of: subject).advice([])
        let ties = drawTies(verified, explanations, of: subject)
        let files =
            try resultTables(verified, explanations, of: subject, encoding: .utf8, ties: ties) + [
                advice,
                reportFile(
                    subject, verified, explanations, record, parts: reading.draft?.partNumbers(of: subject) ?? [],
                    advice: [], ties: ties.value, groups: reading.reportGroups),
            ]
        return files + [OutputFile(name: RunRecord.fileName, bytes: try record.naming(files).bytes())]
    }

    /// What `verify` finds in a folder that was written.
    func check(
        _ name: String = "result", _ depth: ResultAudit.Options.Depth = .standard, otherCopy: Bool = false
    ) throws -> ResultAudit.Findings {
        var options = ResultAudit.Options()
        options.depth = depth
        options.allowsOtherCopy = otherCopy
        let saved = try SavedResult(ResultFolder(home.appending(path: name)), named: name)
        let reading = CaseFolder(caseFolder).read(objective: saved.objective, doubts: .sought(previous: nil))
        return try ResultAudit.findings(on: saved, of: reading, named: "bench", options: options)
    }
}

import Admissions
import Allocating
import CaseFiles
import Explaining
import Foundation
import Verifying

@testable import enmusubi

/// A case folder, its result, and results that were forged so that every file agrees with a chosen allocation.
final class Bench {
    static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "examples")

    let home = FileManager.default.temporaryDirectory.appending(path: "enmusubi-\(UUID().uuidString)")
    let caseFolder: URL
    let reading: CaseReading
    var subject: Case { reading.subject! }
    /// The result that `run` would write.
    let finished: RoundRun.Finished
    private let console = Console(isJSON: false)

    /// - Parameter change: Sets options of the run.
    init(
        _ folder: URL?, _ draft: CaseDraft? = nil, objective: Objective? = nil,
        change: (inout RoundRun) -> Void = { _ in }
    ) throws {
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        caseFolder = folder ?? home.appending(path: "the-case")
        if let draft { try CaseFolder(caseFolder).write(draft) }
        reading = CaseFolder(caseFolder).read(objective: objective, doubts: .sought(previous: nil))
        guard let subject = reading.subject else {
            throw CocoaError(.fileReadCorruptFile, userInfo: [NSLocalizedDescriptionKey: "\(reading.errors)"])
        }
        let accepted = Set(reading.problems.filter(\.needsAcceptance).map(\.code)).sorted()
        var round = RoundRun(subject, reading, accepted: accepted, threads: 1, since: .now)
        change(&round)
        finished = try round.perform(Interruption(), console)
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
    /// - Parameter change: Changes the record before what follows from the allocation is put in.
    func forged(_ allocation: Allocation, change: (inout RunRecord) -> Void = { _ in }) throws -> [OutputFile] {
        let verified = Verifier(subject).verify(allocation)
        let explanations = try Explanations(of: subject, allocation, verified)
        var record = finished.record
        record.sufficient = nil
        change(&record)
        record = record.expected(
            by: .init(subject: subject, reading: reading, verified: verified, sufficient: nil, isOtherCopy: false))
        let advice = try ResultTables(of: subject).advice([])
        return try resultTables(verified, explanations, of: subject, encoding: .utf8) + [
            advice, reportFile(subject, verified, explanations, record, advice: []),
            OutputFile(name: RunRecord.fileName, bytes: try record.bytes()),
        ]
    }

    /// What `verify` finds in a folder that was written.
    func check(_ name: String = "result", _ options: [String] = []) throws -> Verify.Checked {
        try Verify.parse([caseFolder.path, home.appending(path: name).path, "--threads", "1"] + options).check(console)
    }
}

import Admissions
import Allocating
import CaseFiles
import Explaining
import Foundation
import Programs
import Tables
import Verifying

/// Checks a result folder against its case, from the definition alone.
///
/// The only thing in the folder that is believed is where each child ends up. Seat limits, eligibility, sibling answers, claims,
/// borders and counts are computed again without any part of the allocator. Every file and every field of `run.json` is compared:
/// tables by the content of their cells, and all bytes by the hashes in `run.json`, so that later versions can check the result
/// too. Then the proof in `run.json` is replayed, and what its steps leave to a solver is solved again.
public struct ResultAudit {
    let subject: Case
    let reading: CaseReading
    let allocation: Allocation
    let verified: Verification
    let explanations: Explanations
    let saved: SavedResult
    let further: FurtherFiles
    let options: Options

    var record: RunRecord { saved.record }
    var folder: ResultFolder { saved.folder }
    /// Whether the files of the case may differ from those that the result was made of.
    var isOtherCopy: Bool { options.allowsOtherCopy }

    /// How much is checked.
    public struct Options: Sendable {
        public enum Depth: Sendable, Hashable {
            /// Nothing is solved again.
            case quick
            /// What the steps of the proof leave to a solver is solved again.
            case standard
            /// Everything is solved again by the solver that the result was not made with, advice and what would have sufficed
            /// included.
            case deep
        }

        /// How much is solved again. Default ``Depth/standard``.
        public var depth = Depth.standard
        /// Whether the files of the case may be another copy that says the same. Default false.
        public var allowsOtherCopy = false
        /// Time for solving again, from when it begins. Default `nil`: as long as it takes.
        public var timeLimit: Duration?
        /// How many threads may work at the same time; what is found is the same with any number. Default 1.
        public var threads = 1

        public init() {}
    }

    /// What an audit found.
    public struct Findings: Sendable {
        /// What `run.json` says.
        public let record: RunRecord
        /// Everything that is not as it must be, one sentence each; empty where all agrees.
        public internal(set) var faults: [String]
        /// What replaying the proof and solving again showed.
        public internal(set) var proof = ProofFindings()
        /// Names of the files of the case that differ, byte by byte, from those that the result was made of.
        public let otherFiles: [String]
        /// Remarks that are no faults, one sentence each: which files were checked by their hash alone.
        public internal(set) var notes: [String] = []
    }

    /// Checks a saved result.
    ///
    /// - Parameters:
    ///   - saved: The result.
    ///   - reading: The case, read with ``SavedResult/objective`` and with its doubts sought, without an earlier case.
    ///   - name: What the case is called in errors.
    ///   - options: How much is checked.
    ///   - stop: Ends solving again when it is raised.
    ///   - hears: Is told what is being done, on the thread that calls.
    /// - Throws: ``RoundError/invalidCase(name:problems:)``, ``RoundError/otherCase(name:)``,
    ///   ``RoundError/faultyResult(name:faults:problems:)`` where the folder holds no allocation of the case,
    ///   ``RoundError/missingSolver(_:)``, ``RoundError/notAllocated(_:)`` or ``RoundError/defect(_:faults:)``.
    public static func findings(
        on saved: SavedResult, of reading: CaseReading, named name: String, options: Options = Options(),
        stop: StopSignal = StopSignal(), hears: @escaping @Sendable (RoundEvent) -> Void = { _ in }
    ) throws(RoundError) -> Findings {
        let second = options.depth == .deep ? try secondSolver(for: saved.record) : nil
        guard let subject = reading.subject else {
            throw .invalidCase(name: name, problems: reading.problems.filter { $0.severity == .error })
        }
        let verifier = Background(threads: options.threads) { [threads = options.threads] in
            Verifier(subject, threads: threads)
        }
        let allocation = try saved.allocation(of: subject)
        // Verifier and explanations do not depend on the spelling, everything written does.
        let spelled = saved.spelled(subject, isOtherCopy: options.allowsOtherCopy)
        let verified = verifier.value.verify(allocation)
        let used = Dictionary(
            saved.record.inputs.map { ($0.file, $0.sha256) }, uniquingKeysWith: { first, _ in first })
        var findings = Findings(
            record: saved.record, faults: verified.faults.map(\.description),
            otherFiles: reading.files.filter { used[$0.name] != $0.sha256 }.map(\.name))
        guard findings.faults.isEmpty else { return findings }
        do {
            let files = saved.record.files ?? []
            let audit = ResultAudit(
                subject: spelled, reading: reading, allocation: allocation, verified: verified,
                explanations: try Explanations(of: spelled, allocation, verified, threads: options.threads),
                saved: saved,
                further: try FurtherFiles(
                    of: reading, writesWorkbook: files.contains { $0.file == ResultFolder.workbookName }),
                options: options)
            findings.faults = try audit.faults(&findings.notes)
            let replayed = audit.replay()
            (findings.proof, findings.faults) = (replayed.findings, findings.faults + replayed.faults)
            if findings.faults.isEmpty {
                findings.faults = try audit.checkOptimality(by: second, &findings.proof, stop, hears)
            }
        } catch let unconfirmed as UnconfirmedReasons {
            findings.faults = unconfirmed.faults
        } catch let table as UnwritableTable {
            throw RoundError(table, of: subject)
        } catch let error as RoundError {
            throw error
        } catch { throw RoundError(solving: error) }
        return findings
    }

    /// Everything that is not as it must be, one sentence each.
    ///
    /// The page must be what this version writes only if this version wrote it. Another version may word its sentences
    /// otherwise; its page is checked by its hash, if it noted one.
    ///
    /// - Parameter notes: Is told what could be checked in part only.
    /// - Throws: `UnwritableTable` where the tables cannot be made again.
    func faults(_ notes: inout [String]) throws -> [String] {
        let ties = drawTies(verified, explanations, of: subject)
        let own = try resultTables(verified, explanations, of: subject, encoding: .utf8, ties: ties)
        var faults = try tableFaults(own)
        var advice: [UInt8] = []
        do {
            advice = try folder.bytes(of: ResultFolder.adviceName)
            faults += try adviceFaults(judged(advice))
        } catch let problem as Problem { faults.append("\(ResultFolder.adviceName): \(problem.message)") }
        let sufficient = sufficientFindings()
        faults += sufficient.faults
        let expected = record.expected(
            by: .init(
                subject: subject, reading: reading, verified: verified, sufficient: sufficient.expected,
                isOtherCopy: isOtherCopy, fileNames: writtenNames(own.map(\.name))))
        faults += try resultTableFaults(&notes)
        faults += try workbookFaults(expected, advice: writtenAdvice(advice).compactMap { $0 }, &notes)
        do {
            let written = try folder.bytes(of: Self.reportName)
            if record.files == nil || record.isOfThisVersion {
                let own = reportFile(
                    subject, verified, explanations, expected,
                    parts: reading.draft?.partNumbers(of: subject, threads: options.threads) ?? [],
                    advice: writtenAdvice(advice).compactMap { $0 }, ties: ties.value, groups: reading.reportGroups)
                if let line = firstDifference(written, own.bytes) {
                    if record.isOfThisVersion {
                        faults.append("\(Self.reportName):\(line): the line is not what the placements imply")
                    } else {
                        notes.append(
                            "\(Self.reportName) was written by \(record.solver.program), which noted no hash of it, and this "
                                + "version, \(RunRecord.ownProgram), words it otherwise; what it says was not checked.")
                    }
                }
            } else {
                notes.append(
                    "\(Self.reportName) was written by \(record.solver.program); it is as its hash in run.json says, and what it "
                        + "says was not made again by this version, \(RunRecord.ownProgram).")
            }
        } catch { faults.append("\(Self.reportName): \(error.message)") }
        faults += hashFaults(beside: faults)
        return try faults + recordFaults(expected) + addedFiles(beside: own.map(\.name))
    }

    // MARK: Hashes

    private static let reportName = "report.html"

    /// The bytes by which a table is judged. If its own bytes are checked by a hash, only the content of its cells counts here.
    ///
    /// - Returns: The table written anew with the same cells; the bytes themselves where there is no hash or no table.
    private func judged(_ written: [UInt8]) -> [UInt8] {
        if record.files == nil { return written }
        guard let text = try? DecodedText(written) else { return written }
        let (table, problems) = Table.read(text.utf8)
        guard let table, problems.isEmpty else { return written }
        var writer = TableWriter(Self.encoding(of: written))
        do throws(TableWriter.UnencodableCharacter) {
            try writer.append(table.columns)
            for row in 0..<table.rowCount {
                try writer.append(
                    table.columns.indices.map { TableWriter.withoutGuard(table.text(row: row, column: $0)) })
            }
        } catch { return written }
        return writer.bytes
    }

    /// The bytes by which the table of this name is judged.
    func judgedBytes(of name: String) throws(Problem) -> [UInt8] { judged(try folder.bytes(of: name)) }

    /// The files that a run writes beside `run.json`, in the order of names.
    private func writtenNames(_ tables: [String]) -> [String] {
        var names = tables + [Self.reportName, ResultFolder.adviceName]
        if record.sufficient != nil { names.append(ResultFolder.sufficientName) }
        if hasWorkbook { names.append(ResultFolder.workbookName) }
        if let resultTable { names.append(resultTable) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The files whose hash is not the one in `run.json`, except those that have a fault already.
    private func hashFaults(beside faults: [String]) -> [String] {
        (record.files ?? []).compactMap { file in
            if faults.contains(where: { $0.hasPrefix("\(file.file):") }) { return nil }
            // A name that is made up leads nowhere.
            guard !file.file.contains("/"), let bytes = try? folder.bytes(of: file.file),
                SHA256.digest(of: bytes).description == file.sha256
            else { return "\(Self.shown(file.file)): the file is not the one that \(RunRecord.fileName) names" }
            return nil
        }
    }

    /// A name in a form that may be shown. A name that no file of a result has may contain anything, so it is not repeated.
    private static func shown(_ name: String) -> String {
        name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && name.utf8.count < 100 ? name : "a file"
    }

    // MARK: Tables

    /// Whether a table was written in CP932, whose lines end with CRLF.
    static func encoding(of written: some Collection<UInt8>) -> TextEncoding {
        guard let end = written.firstIndex(of: 0x0A), end > written.startIndex else { return .utf8 }
        return written[written.index(end, offsetBy: -1)] == 0x0D ? .cp932 : .utf8
    }

    /// The tables that follow from the placements alone.
    private func tableFaults(_ own: [OutputFile]) throws -> [String] {
        var faults: [String] = []
        var tables: [TextEncoding: [OutputFile]] = [.utf8: own]
        for name in own.map(\.name) {
            do {
                let written = try folder.bytes(of: name)
                let encoding = Self.encoding(of: written)
                if tables[encoding] == nil, written != tables[.utf8]!.first(where: { $0.name == name })!.bytes {
                    tables[encoding] = try resultTables(
                        verified, explanations, of: subject, encoding: encoding,
                        ties: drawTies(verified, explanations, of: subject))
                }
                let expected = (tables[encoding] ?? own).first { $0.name == name }!.bytes
                if written != expected, let line = firstDifference(judged(written), expected) {
                    faults.append("\(name):\(line): the line is not what the placements imply")
                }
            } catch { faults.append("\(name): \((error as? Problem)?.message ?? "\(error)")") }
        }
        return faults
    }

    // MARK: run.json

    /// The most differences that are named one by one.
    private static let mostDifferences = 20

    private func recordFaults(_ expected: RunRecord) throws -> [String] {
        let written: [UInt8]
        do { written = try folder.bytes(of: RunRecord.fileName) } catch {
            return ["\(RunRecord.fileName): \(error.message)"]
        }
        let own = try record.bytes()
        var faults: [String] = []
        if let line = firstDifference(written, own) {
            faults.append(
                "\(RunRecord.fileName):\(line): the line is not as run writes it; a field is written otherwise, stands "
                    + "twice, or is none of this file")
        }
        let right = try expected.bytes()
        if right == own { return faults }
        func value(_ bytes: [UInt8]) throws -> JSONValue {
            try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        }
        let paths = try value(own).differences(from: value(right))
        faults += paths.prefix(Self.mostDifferences).map {
            "\(RunRecord.fileName): \($0) is not what the case and the placements allow"
        }
        if paths.isEmpty {
            faults.append("\(RunRecord.fileName): a number is not what the case and the placements allow")
        }
        if paths.count > Self.mostDifferences {
            faults.append("\(RunRecord.fileName): \(paths.count - Self.mostDifferences) more fields are not either")
        }
        return faults
    }

    // MARK: The folder

    /// The name of the folder in which a batch keeps a copy of the case.
    private static let caseName = "case"

    /// What is in the folder although no run wrote it there.
    private func addedFiles(beside tables: [String]) -> [String] {
        let known = Set(writtenNames(tables) + [RunRecord.fileName])
        do {
            return try folder.names().flatMap { name -> [String] in
                if name == Self.caseName { return try copyFaults() }
                return known.contains(name) ? [] : ["\(name): run did not write this; it was put there afterwards"]
            }
        } catch { return ["the result folder: \((error as? Problem)?.message ?? "\(error)")"] }
    }

    /// Where the copy of the case is not as `run.json` says.
    private func copyFaults() throws -> [String] {
        let copy = ResultFolder(folder.url.appending(path: Self.caseName))
        let hashes = Dictionary(record.inputs.map { ($0.file, $0.sha256) }, uniquingKeysWith: { first, _ in first })
        let names = try copy.names(recursively: true)
        let missing = Set(hashes.keys).subtracting(names).sorted().map { "\(Self.caseName)/\($0): the file is missing" }
        return missing
            + names.compactMap { name in
                let path = "\(Self.caseName)/\(name)"
                guard let hash = hashes[name] else {
                    return "\(path): run did not read this; it was put there afterwards"
                }
                guard let bytes = try? copy.bytes(of: name), SHA256.digest(of: bytes).description == hash else {
                    return "\(path): the file is not the one that \(RunRecord.fileName) names"
                }
                return nil
            }
    }
}

/// The first line, from 1, in which two files differ.
func firstDifference(_ first: [UInt8], _ second: [UInt8]) -> Int? {
    if first == second { return nil }
    let common = zip(first, second).prefix { $0 == $1 }
    return 1 + common.count { $0.0 == 0x0A }
}

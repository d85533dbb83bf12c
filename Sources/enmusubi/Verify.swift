import Admissions
import ArgumentParser
import CaseFiles
import Explaining
import Foundation
import Tables
import Verifying

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a result folder against its case, from the definition alone.",
        discussion: """
            Believes nothing in the folder but where each child ends up: seat limits, eligibility, sibling answers, claims,
            borders and counts are computed again, without any part of the solver, and compared. Then the proof in run.json
            is replayed, strike by strike; what a solver proved is only replayed by --deep, which solves the case again with
            the solver that the result was not made with.
            Ends with 0 when all agrees, with 4 when a fault was found, with 65 when it is the result of another case.

            EXAMPLES:
              enmusubi verify city result
              enmusubi verify city result --json
              enmusubi verify city result --deep
            """)

    @OptionGroup var input: CaseArgument

    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String

    @Flag(help: "Solve the case again with the other solver, and compare.")
    var deep = false

    @Option(help: "Seconds after which --deep stops.")
    var timeLimit: Double?

    func validate() throws {
        try OptionRanges.check(timeLimit: timeLimit)
        if timeLimit != nil, !deep { throw ValidationError("--time-limit is for --deep.") }
    }

    func run() throws {
        let console = Console(isJSON: input.json)
        let folder = ResultFolder(path: result)
        let record = try readRecord(folder, console)
        let second = deep ? try secondSolver(record, console) : nil
        let (subject, _) = try input.read(console, objective: Objective(rawValue: record.objective))
        let verifier = Background(threads: input.threads) { [threads = input.threads] in
            Verifier(subject, threads: threads)
        }
        guard subject.digest().description == record.caseDigest else {
            console.complain(
                "enmusubi: \(result) is the result of another case: the case digest in its run.json is not this case's."
            )
            throw ExitStatus.badInput
        }
        let read = folder.readAllocation(of: subject)
        console.report(read.problems)
        guard let allocation = read.allocation else {
            console.complain("enmusubi: \(result) holds no allocation of this case.")
            throw ExitStatus.faultFound
        }
        let verified = verifier.value.verify(allocation)
        var faults = verified.faults.map(\.description)
        if faults.isEmpty {
            do {
                let explanations = try Explanations(of: subject, allocation, verified, threads: input.threads)
                faults = try differences(verified, explanations, of: subject, record, folder)
            } catch let unconfirmed as UnconfirmedReasons { faults = unconfirmed.faults }
        }
        var findings = ProofFindings()
        if faults.isEmpty { (findings, faults) = replay(record, of: subject, allocation, verified) }
        if faults.isEmpty, let second {
            faults = try solveAgain(record, of: subject, allocation, by: second, console)
            findings.secondSolver = second.rawValue
        }
        let counts = record.counts
        console.emit(Verified(result: result, faults: faults, counts: counts, proof: findings))
        guard faults.isEmpty else {
            for fault in faults { console.complain("enmusubi: fault: \(fault)") }
            console.complain("enmusubi: \(faults.count) fault\(faults.count == 1 ? "" : "s") in \(result).")
            throw ExitStatus.faultFound
        }
        console.say(
            "\(result): verified. \(counts.placed) placed, \(counts.stays) staying, \(counts.held) held; no seat limit is "
                + "exceeded, every household has an outcome of its list,")
        console.say(
            counts.claims == 0
                ? "nobody has a justified claim: the allocation is stable."
                : "and \(counts.claims) household\(counts.claims == 1 ? " has" : "s have") a justified claim, as written."
        )
        for sentence in findings.sentences { console.say(sentence) }
    }

    private struct Verified: Encodable {
        let message = "verified"
        let result: String
        let faults: [String]
        let counts: RunRecord.Counts
        let proof: ProofFindings
    }

    private func readRecord(_ folder: ResultFolder, _ console: Console) throws -> RunRecord {
        do {
            let record = try JSONDecoder().decode(RunRecord.self, from: Data(try folder.bytes(of: RunRecord.fileName)))
            guard record.format == 1 else {
                throw Problem(
                    "FORMAT_UNKNOWN", file: RunRecord.fileName,
                    "The file has format \(record.format); this version reads 1.")
            }
            return record
        } catch let problem as Problem {
            console.report([problem])
        } catch {
            console.report([Problem("JSON_SYNTAX", file: RunRecord.fileName, "The file is not what run writes.")])
        }
        console.complain("enmusubi: \(result) is no result folder that can be verified.")
        throw ExitStatus.badInput
    }

    /// What the folder says otherwise than the allocation in it implies.
    private func differences(
        _ verified: Verification, _ explanations: Explanations, of subject: Case, _ record: RunRecord,
        _ folder: ResultFolder
    ) throws -> [String] {
        var faults: [String] = []
        var tables: [TextEncoding: [OutputFile]] = [
            .utf8: try resultTables(verified, explanations, of: subject, encoding: .utf8)
        ]
        for name in tables[.utf8]!.map(\.name) {
            do {
                let written = try folder.bytes(of: name)
                // CP932 tables end their lines with CRLF.
                let isCP932 = written.firstIndex(of: 0x0A).map { $0 > 0 && written[$0 - 1] == 0x0D } ?? false
                let encoding = isCP932 ? TextEncoding.cp932 : .utf8
                if tables[encoding] == nil {
                    tables[encoding] = try resultTables(
                        verified, explanations, of: subject, encoding: encoding)
                }
                let expected = tables[encoding]!.first { $0.name == name }!.bytes
                if let line = firstDifference(written, expected) {
                    faults.append("\(name):\(line): the line is not what the placements imply")
                }
            } catch { faults.append("\(name): \((error as? Problem)?.message ?? "\(error)")") }
        }
        do {
            faults += try adviceFaults(record, try folder.bytes(of: ResultFolder.adviceName), subject)
        } catch let problem as Problem { faults.append("\(ResultFolder.adviceName): \(problem.message)") }
        do {
            let written = try folder.bytes(of: "report.html")
            if let line = firstDifference(
                written,
                reportFile(
                    subject, verified, explanations, record, advice: try folder.bytes(of: ResultFolder.adviceName)
                ).bytes)
            {
                faults.append("report.html:\(line): the line is not what the placements imply")
            }
        } catch { faults.append("report.html: \(error.message)") }
        if record.counts != RunRecord.Counts(of: subject, verified) {
            faults.append("\(RunRecord.fileName): the counts are not those of the placements")
        }
        if record.claimants != RunRecord.claimants(verified, in: subject) {
            faults.append("\(RunRecord.fileName): the claimants are not those who have a claim")
        }
        let values: [String: Int] = [
            LevelResult.Name.claims.rawValue: verified.claims.count,
            LevelResult.Name.placements.rawValue: verified.heldCount,
            LevelResult.Name.ranks.rawValue: verified.rankTotal,
        ]
        faults += record.levelFaults(record.levels, values, status: record.status)
        return faults + record.phaseFaults(of: subject, verified)
    }

    /// The first line, from 1, in which two files differ.
    private func firstDifference(_ first: [UInt8], _ second: [UInt8]) -> Int? {
        if first == second { return nil }
        let common = zip(first, second).prefix { $0 == $1 }
        return 1 + common.count { $0.0 == 0x0A }
    }
}

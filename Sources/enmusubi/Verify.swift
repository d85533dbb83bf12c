import Admissions
import ArgumentParser
import CaseFiles
import Foundation
import Tables
import Verifying

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a result folder against its case, from the definition alone.",
        discussion: """
            Believes nothing in the folder but where each child ends up: seat limits, eligibility, sibling answers, claims,
            borders and counts are computed again, without any part of the solver, and compared.
            Ends with 0 when all agrees, with 4 when a fault was found, with 65 when it is the result of another case.

            EXAMPLES:
              enmusubi verify city result
              enmusubi verify city result --json
            """)

    @OptionGroup var input: CaseArgument

    @Argument(help: "The result folder that run wrote.", completion: .directory)
    var result: String

    func run() throws {
        let console = Console(isJSON: input.json)
        let folder = ResultFolder(path: result)
        let record = try readRecord(folder, console)
        let (subject, _) = try input.read(console, objective: Objective(rawValue: record.objective))
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
        let verified = Verifier(subject).verify(allocation)
        var faults = verified.faults.map(\.description)
        if faults.isEmpty { faults = try differences(verified, of: subject, record, folder) }
        let counts = record.counts
        console.emit(Verified(result: result, faults: faults, counts: counts))
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
    }

    private struct Verified: Encodable {
        let message = "verified"
        let result: String
        let faults: [String]
        let counts: RunRecord.Counts
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
        _ verified: Verification, of subject: Case, _ record: RunRecord, _ folder: ResultFolder
    ) throws -> [String] {
        var faults: [String] = []
        for name in try resultTables(verified, of: subject, encoding: .utf8).map(\.name) {
            do {
                let written = try folder.bytes(of: name)
                // CP932 tables end their lines with CRLF.
                let isCP932 = written.firstIndex(of: 0x0A).map { $0 > 0 && written[$0 - 1] == 0x0D } ?? false
                let tables = try resultTables(verified, of: subject, encoding: isCP932 ? .cp932 : .utf8)
                let expected = tables.first { $0.name == name }!.bytes
                if let line = firstDifference(written, expected) {
                    faults.append("\(name):\(line): the line is not what the placements imply")
                }
            } catch { faults.append("\(name): \((error as? Problem)?.message ?? "\(error)")") }
        }
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

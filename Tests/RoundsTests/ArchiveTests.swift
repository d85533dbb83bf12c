import CaseFiles
import Foundation
import Ledger
import Testing

@testable import Rounds

/// What earlier versions wrote, and what later ones may do to it.
@Suite("An archive lasts")
struct ArchiveTests {
    private static let home = Bench.examples.deletingLastPathComponent().appending(path: "Tests/Archive")

    private static func folders(in url: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: [.isDirectoryKey]).filter {
            try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
        }.sorted { $0.path < $1.path }
    }

    static let versions: [URL] = (try? folders(in: home)) ?? []
    static let results: [URL] = versions.flatMap { (try? folders(in: $0.appending(path: "results"))) ?? [] }

    @Test("The archives are there")
    func archives() throws {
        let names = Self.versions.map(\.lastPathComponent)
        #expect(names.contains("0.1.0") && names.count >= 2, "\(names)")
        for version in Self.versions {
            let count = try Self.folders(in: version.appending(path: "results")).count
            #expect(count >= 7, "\(version.lastPathComponent): \(count)")
        }
    }

    private func findings(_ folder: URL) throws -> ResultAudit.Findings {
        let saved = try SavedResult(ResultFolder(folder.appending(path: "result")), named: folder.lastPathComponent)
        let reading = CaseFolder(folder.appending(path: "case")).read(
            objective: saved.objective, doubts: .sought(previous: nil))
        return try ResultAudit.findings(on: saved, of: reading, named: "case")
    }

    @Test("Every result verifies", arguments: results)
    func result(folder: URL) throws {
        let status = try String(contentsOf: folder.appending(path: "status"), encoding: .utf8)
        let found = try findings(folder)
        #expect(found.faults == [])
        switch status {
        case "0\n": #expect([.steps, .solved].contains(found.proof.optimality))
        case "3\n": #expect(found.proof.optimality == .unproved)
        default: Issue.record("\(status)")
        }
    }

    @Test("Every ledger verifies, its result folders included", arguments: versions)
    func ledger(version: URL) throws {
        let ledger = LedgerFile(version.appending(path: "ledger/ledger.sqlite"))
        let found = try ledger.verify()
        #expect(found.faults == [])
        #expect(found.entries == 4 && found.files > 20, "\(found)")
        let runs = try ledger.entries().runs
        #expect(runs.map(\.state) == [.approved, .computed])
        for run in runs {
            let folder = ledger.folder(of: run.run)
            let reading = CaseFolder(folder.appending(path: "case")).read(doubts: .sought(previous: nil))
            let saved = try SavedResult(ResultFolder(folder), named: run.run.folder)
            #expect(try ResultAudit.findings(on: saved, of: reading, named: "case").faults == [])
        }
    }

    // MARK: Another version

    /// Replaces one of the files and says another version and the right hash in run.json.
    private func rewrite(
        _ name: String, _ bytes: [UInt8], of files: [OutputFile], program: String?, _ bench: Bench
    ) throws {
        var record = bench.finished.record
        if let program { record.solver.program = program }
        let others = files.filter { $0.name != RunRecord.fileName }.map {
            $0.name == name ? OutputFile(name: name, bytes: bytes) : $0
        }
        try bench.write(
            others + [OutputFile(name: RunRecord.fileName, bytes: try record.naming(others).bytes())])
    }

    @Test(
        "A page that another version worded otherwise is no fault, and its hash speaks for it; of this version it is one"
    )
    func page() throws {
        let bench = try Bench(Bench.examples.appending(path: "two-nurseries"))
        let files = try bench.finished.files()
        let page = try #require(files.first { $0.name == "report.html" }).bytes + Array("<!-- reworded -->\n".utf8)
        try rewrite("report.html", page, of: files, program: "enmusubi 0.0.1", bench)
        let other = try bench.check()
        #expect(other.faults == [])
        #expect(other.notes.count == 1)
        #expect(
            other.notes.first?.english.hasPrefix("report.html was written by enmusubi 0.0.1; it is as its hash") == true
        )
        // Another byte, without the hash.
        try Data(page.dropLast()).write(to: bench.home.appending(path: "result/report.html"))
        #expect(try bench.check().faults.map(\.english) == ["report.html: the file is not the one that run.json names"])
        // The same forgery in the name of this version.
        try rewrite("report.html", page, of: files, program: nil, bench)
        let own = try bench.check()
        #expect(own.faults.count == 1 && own.faults[0].english.hasPrefix("report.html:"), "\(own.faults)")
        #expect(own.notes == [])
    }

    @Test("A page of a version that noted no hash may be worded otherwise, which is told; its tables may not")
    func pageWithoutHash() throws {
        let bench = try Bench(Bench.examples.appending(path: "two-nurseries"))
        var record = bench.finished.record
        record.files = nil
        func check(_ program: String?, _ name: String) throws -> ResultAudit.Findings {
            if let program { record.solver.program = program }
            let others = try bench.finished.files().filter { $0.name != RunRecord.fileName }.map {
                $0.name == name ? OutputFile(name: name, bytes: $0.bytes + Array("x\n".utf8)) : $0
            }
            try bench.write(others + [OutputFile(name: RunRecord.fileName, bytes: try record.bytes())])
            return try bench.check()
        }
        let own = try check(nil, "report.html")
        #expect(
            own.faults.count == 1 && own.faults[0].english.hasPrefix("report.html:") && own.notes == [], "\(own.faults)"
        )
        let other = try check("enmusubi 0.1.0", "report.html")
        #expect(other.faults == [])
        #expect(
            other.notes.count == 1 && other.notes[0].english.hasSuffix("what it says was not checked."),
            "\(other.notes)")
        // A page names the program that made it, so that of another version always differs.
        #expect(try check("enmusubi 0.1.0", "none").notes == other.notes)
        #expect(try check("enmusubi 0.1.0", "waiting.csv").faults.first?.english.hasPrefix("waiting.csv:") == true)
    }

    @Test("A table in other quotes says the same; another cell is a fault whatever its hash")
    func tables() throws {
        let bench = try Bench(Bench.examples.appending(path: "small-town"))
        let files = try bench.finished.files()
        for file in files where file.name.hasSuffix(".csv") {
            var lines = String(decoding: file.bytes, as: UTF8.self).components(separatedBy: "\n")
            lines[0] = lines[0].split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",")
            try rewrite(
                file.name, Array(lines.joined(separator: "\n").utf8), of: files, program: "enmusubi 0.0.1", bench)
            #expect(try bench.check().faults == [], "\(file.name)")
            // Without the hash.
            try Data(file.bytes).write(to: bench.home.appending(path: "result/\(file.name)"))
            #expect(
                try bench.check().faults.map(\.english) == [
                    "\(file.name): the file is not the one that run.json names"
                ],
                "\(file.name)")
            guard file.name != "placements.csv", lines.count > 2 else { continue }
            lines[1] = "x" + lines[1]
            try rewrite(
                file.name, Array(lines.joined(separator: "\n").utf8), of: files, program: "enmusubi 0.0.1", bench)
            let faults = try bench.check().faults
            #expect(faults.first?.english.hasPrefix("\(file.name):2: ") == true, "\(faults)")
        }
    }

    @Test("The list of files in run.json is each file once, in order")
    func list() throws {
        let bench = try Bench(Bench.examples.appending(path: "two-nurseries"))
        let files = try bench.finished.files()
        func faults(_ change: (inout [RunRecord.WrittenFile]) -> Void) throws -> [String] {
            var record = bench.finished.record.naming(files)
            change(&record.files!)
            try bench.write(
                files.filter { $0.name != RunRecord.fileName } + [
                    OutputFile(name: RunRecord.fileName, bytes: try record.bytes())
                ])
            return try bench.check().faults.map(\.english)
        }
        #expect(try faults { _ in } == [])
        #expect(try faults { $0.removeAll() } == ["run.json: files is not what the case and the placements allow"])
        #expect(try faults { $0.removeLast() } == ["run.json: files is not what the case and the placements allow"])
        #expect(try faults { $0.append($0[0]) } == ["run.json: files is not what the case and the placements allow"])
        #expect(try !faults { $0.swapAt(0, 1) }.isEmpty)
        #expect(try !faults { $0[0].file = "../case.yaml" }.isEmpty)
        #expect(try faults { $0[0].sha256 = "" } == ["advice.csv: the file is not the one that run.json names"])
    }

    @Test("Another version of the digest is told as such, not as another case")
    func digest() throws {
        let bench = try Bench(Bench.examples.appending(path: "two-nurseries"))
        let files = try bench.finished.files()
        var record = bench.finished.record.naming(files)
        record.digestVersion = 4
        record.caseDigest = String(repeating: "0", count: 64)
        try bench.write(
            files.filter { $0.name != RunRecord.fileName } + [
                OutputFile(name: RunRecord.fileName, bytes: try record.bytes())
            ])
        #expect {
            _ = try bench.check()
        } throws: { error in
            guard case RoundError.otherDigest("result", 4) = error else { return false }
            return (error as? RoundError)?.sentences.first?.contains("another version of the digest") == true
        }
    }
}

import Foundation
import Testing

@testable import BuildVersion

@Suite("The version names the commit")
struct ProgramVersionTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("It is told and recorded with the commit, where there is one")
    func forms() {
        let commit = "c8684ca1f0a7b3d2e5c4968778695a4b3c2d1e0f"
        #expect(ProgramVersion.text("1.2.3", commit: nil, isModified: false) == "1.2.3")
        #expect(ProgramVersion.recorded("1.2.3", commit: nil, isModified: false) == "1.2.3")
        #expect(ProgramVersion.text("1.2.3", commit: commit, isModified: false) == "1.2.3 (\(commit))")
        #expect(ProgramVersion.recorded("1.2.3", commit: commit, isModified: false) == "1.2.3+c8684ca")
        #expect(ProgramVersion.text("1.2.3", commit: commit, isModified: true) == "1.2.3 (\(commit)-dirty)")
        #expect(ProgramVersion.recorded("1.2.3", commit: commit, isModified: true) == "1.2.3+c8684ca-dirty")
    }

    /// What the script of the plugin writes for a folder.
    private func written(for folder: URL, in home: URL) throws -> String {
        let file = home.appending(path: "Commit.swift")
        try run("/bin/sh", [Self.root.appending(path: "Plugins/CommitVersion/commit.sh").path, folder.path, file.path])
        return try String(contentsOf: file, encoding: .utf8)
    }

    @discardableResult
    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(program) \(arguments)")
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test("A repository gives its commit, changed sources are marked, and a folder without one gives none")
    func commits() throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "commit-\(UUID().uuidString)")
        let folder = home.appending(path: "package")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "Sources"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: home) }
        #expect(try written(for: folder, in: home).contains("hash: String? = nil"))
        func git(_ arguments: String...) throws -> String {
            try run(
                "/usr/bin/env", ["git", "-C", folder.path, "-c", "user.name=a", "-c", "user.email=a@b"] + arguments)
        }
        let source = folder.appending(path: "Sources/a.swift")
        try Data("1".utf8).write(to: source)
        _ = try git("init", "--quiet")
        _ = try git("add", ".")
        _ = try git("commit", "--quiet", "--message", "one")
        let commit = try git("rev-parse", "HEAD")
        let text = try written(for: folder, in: home)
        #expect(commit.count == 40 && text.contains("\"\(commit)\"") && text.contains("isModified = false"))
        // Notes beside the sources are not built.
        try Data("note".utf8).write(to: folder.appending(path: "NOTES"))
        #expect(try written(for: folder, in: home) == text)
        try Data("2".utf8).write(to: source)
        #expect(try written(for: folder, in: home).contains("isModified = true"))
        // A folder inside another repository is none of its commits.
        #expect(try written(for: folder.appending(path: "Sources"), in: home).contains("hash: String? = nil"))
    }
}

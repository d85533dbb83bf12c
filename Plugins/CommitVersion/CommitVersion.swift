import Foundation
import PackagePlugin

/// Writes the commit that is built into a source file of the target, through `commit.sh`.
///
/// The script runs again where a source or the history of the repository has changed, and leaves its file alone where it would
/// write the same; so nothing is compiled again unless the commit is another one.
@main
struct CommitVersion: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let package = context.package.directoryURL
        let script = package.appending(path: "Plugins/CommitVersion/commit.sh")
        let output = context.pluginWorkDirectoryURL.appending(path: "Commit.swift")
        let sources = context.package.targets.compactMap { $0.sourceModule }.flatMap { $0.sourceFiles.map(\.url) }
        let inputs = [script, package.appending(path: "Package.swift")] + history(of: package) + sources
        return [
            .buildCommand(
                displayName: "Naming the commit", executable: URL(filePath: "/bin/sh"),
                arguments: [script.path, package.path, output.path], inputFiles: inputs, outputFiles: [output])
        ]
    }

    /// The files of the repository that change with every commit and every switch to another one; none without a repository.
    private func history(of package: URL) -> [URL] {
        var folder = package.appending(path: ".git")
        // In a linked working tree `.git` is a file that names the folder.
        if let text = try? String(contentsOf: folder, encoding: .utf8), text.hasPrefix("gitdir: ") {
            let path = text.dropFirst("gitdir: ".count).trimmingCharacters(in: .whitespacesAndNewlines)
            folder = URL(filePath: path, relativeTo: package)
        }
        return ["HEAD", "logs/HEAD"].map { folder.appending(path: $0).absoluteURL }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
    }
}

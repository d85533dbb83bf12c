import Foundation
import PackagePlugin

/// Writes the page `guide.html` of the target into a source file of it, as one literal.
///
/// SwiftPM's own way to embed a file writes an array with each byte as an expression, which takes minutes for a page of this size.
@main
struct EmbeddedGuide: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let script = context.package.directoryURL.appending(path: "Plugins/EmbeddedGuide/embed.sh")
        let page = target.directoryURL.appending(path: "guide.html")
        let output = context.pluginWorkDirectoryURL.appending(path: "GuidePage.swift")
        return [
            .buildCommand(
                displayName: "Embedding the guide", executable: URL(filePath: "/bin/sh"),
                arguments: [script.path, page.path, output.path], inputFiles: [script, page], outputFiles: [output])
        ]
    }
}

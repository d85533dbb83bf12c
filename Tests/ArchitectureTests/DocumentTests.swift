import Foundation
import Testing

/// Compares the pages for people with the package.
@Suite("The pages are as the package is")
struct DocumentTests {
    static func text(_ path: String) throws -> String {
        try String(contentsOf: ImportTests.root.appending(path: path), encoding: .utf8)
    }

    /// What stands between `before` and the next quotation mark, wherever `before` occurs.
    static func quoted(after before: String, in text: String) -> [String] {
        text.components(separatedBy: before + "\"").dropFirst().map { $0.components(separatedBy: "\"")[0] }
    }

    /// The Markdown pages of the repository, apart from those of DocC.
    static func pages() throws -> [String] {
        let root = ImportTests.root.path
        let top = try FileManager.default.contentsOfDirectory(atPath: root)
        let docs = try FileManager.default.subpathsOfDirectory(atPath: root + "/docs").map { "docs/" + $0 }
        return (top + docs).filter { $0.hasSuffix(".md") }.sorted()
    }

    @Test("Every package and every system library that is linked is listed with its licence")
    func licences() throws {
        let manifest = try Self.text("Package.swift")
        let listed = try Self.text("THIRD-PARTY.md").split(separator: "\n").filter { $0.hasPrefix("|") }
        // Package.resolved names also what our packages bring with them.
        let resolved = Self.quoted(after: "\"location\" : ", in: try Self.text("Package.resolved"))
        let packages = Set(
            (Self.quoted(after: ".package(url: ", in: manifest) + resolved).map {
                $0.hasSuffix(".git") ? String($0.dropLast(4)) : $0
            }
        ).filter { !$0.contains("/swift-docc-") }.sorted()
        #expect(packages.count >= 28)
        for package in packages {
            let row = try #require(listed.first { $0.contains("](\(package))") }, "\(package)")
            #expect(row.contains("Apache 2.0") || row.contains("MIT"), "\(package)")
        }
        let modules = Self.quoted(after: ".systemLibrary(name: ", in: manifest)
        let linked = try modules.flatMap {
            Self.quoted(after: "link ", in: try Self.text("Sources/\($0)/module.modulemap"))
        }
        let libraries = Self.quoted(after: ".linkedLibrary(", in: manifest) + linked
        #expect(libraries.contains("glpk") && libraries.contains("zip"))
        let words = Set(listed.flatMap { $0.split { !$0.isLetter && !$0.isNumber } }.map(String.init))
        for library in libraries { #expect(words.contains(library) || words.contains("lib\(library)"), "\(library)") }
    }

    @Test("A link from page to page leads to a file")
    func links() throws {
        var count = 0
        for page in try Self.pages() {
            let folder = ImportTests.root.appending(path: page).deletingLastPathComponent()
            for part in try Self.text(page).components(separatedBy: "](").dropFirst() {
                let target = part.prefix { $0 != ")" && $0 != "#" }
                guard !target.isEmpty, !target.contains("://") else { continue }
                count += 1
                let path = folder.appending(path: String(target)).standardizedFileURL.path
                #expect(FileManager.default.fileExists(atPath: path), "\(page): \(target)")
            }
        }
        #expect(count > 20)
    }

    @Test("The index names every page of docs")
    func index() throws {
        let index = try Self.text("docs/README.md")
        for page in try Self.pages() where page.hasPrefix("docs/") && page != "docs/README.md" {
            #expect(index.contains("](\(page.dropFirst("docs/".count)))"), "\(page)")
        }
    }

    @Test("The README stays short")
    func readme() throws {
        #expect(try Self.text("README.md").split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
    }
}

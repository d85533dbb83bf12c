import Foundation
import Testing

/// Compares the table of docs/architecture.md with the sources: what each module imports, and that each has its page.
@Suite("The house is as docs/architecture.md says")
struct ImportTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Modules in the order of the table, each with what it may import.
    static func table() throws -> [(module: String, mayImport: Set<String>)] {
        let page = try String(contentsOf: root.appending(path: "docs/architecture.md"), encoding: .utf8)
        let section = page.components(separatedBy: "\n## The table\n").dropFirst().joined()
            .components(separatedBy: "\n## ")[0]
        return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3 else { return nil }
            let names = cells[2].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            return (cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "`")), Set(names.filter { $0 != "-" }))
        }
    }

    /// Modules that only let Swift see a library of C, with the library and its header.
    static let libraries = [
        (module: "CGLPK", library: "glpk", header: "glpk.h"), (module: "CZip", library: "zip", header: "zip.h"),
        (module: "CExpat", library: "expat", header: "expat.h"),
        (module: "CXlsxWriter", library: "xlsxwriter", header: "xlsxwriter.h"),
    ]

    static func modules() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path).sorted()
    }

    static func files(of module: String) -> [URL] {
        let folder = root.appending(path: "Sources/\(module)")
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)!
        return all.compactMap { $0 as? URL }
    }

    @Test("Every module stands in the table, and nothing else does")
    func completeness() throws {
        #expect(try Self.table().map(\.module).sorted() == Self.modules())
    }

    @Test("No module imports what the table does not allow, and each uses what it is allowed")
    func imports() throws {
        let standard: Set<String> = ["Foundation", "Dispatch", "Synchronization"]
        for (module, mayImport) in try Self.table() {
            var used: Set<String> = []
            for file in Self.files(of: module) where file.pathExtension == "swift" {
                for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                    let words = line.split(separator: " ")
                    guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                        words[..<place].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "internal" })
                    else { continue }
                    let name = String(words[place + 1])
                    if standard.contains(name) { continue }
                    used.insert(name)
                    #expect(mayImport.contains(name), "\(module) imports \(name) in \(file.lastPathComponent)")
                }
            }
            let unused = mayImport.subtracting(used).subtracting(Self.libraries.map(\.library))
            #expect(unused.isEmpty, "\(module) may import \(unused.sorted()) and does not")
        }
    }

    @Test("Only what reads and compares ids uses their folded text, so that all outputs have the spelling")
    func spellings() throws {
        let readers: Set<String> = ["CaseTableFile.swift", "TypedID.swift"]
        for module in try Self.modules() where module != "Admissions" {
            for file in Self.files(of: module) where file.pathExtension == "swift" {
                let usesFolded = try String(contentsOf: file, encoding: .utf8).contains(/\.folded(?![A-Za-z(])/)
                #expect(usesFolded == readers.contains(file.lastPathComponent), "\(file.lastPathComponent)")
            }
        }
    }

    @Test("A module imports only what stands above it")
    func direction() throws {
        let table = try Self.table()
        for (index, (module, mayImport)) in table.enumerated() {
            let above = Set(table[..<index].map(\.module))
            let ours = mayImport.intersection(table.map(\.module))
            #expect(ours.isSubset(of: above), "\(module)")
        }
    }

    @Test("Only one file includes the header of a library of C", arguments: libraries)
    func header(_ module: String, _ library: String, _ header: String) throws {
        let including = try Self.modules().flatMap(Self.files(of:)).filter {
            ["c", "h", "swift"].contains($0.pathExtension)
        }
        .filter { try String(contentsOf: $0, encoding: .utf8).contains("<\(header)>") }
        #expect(including.map { $0.deletingPathExtension().lastPathComponent } == [module])
    }

    @Test("Only one file imports a library of C that is not wrapped", arguments: ["CZip", "CExpat"])
    func importing(_ library: String) throws {
        let importing = try Self.modules().flatMap(Self.files(of:)).filter { $0.pathExtension == "swift" }
            .filter { try String(contentsOf: $0, encoding: .utf8).contains("import \(library)\n") }
        #expect(importing.count == 1, "\(library): \(importing.map(\.lastPathComponent))")
    }

    @Test("Every module of the library has its page")
    func pages() throws {
        for module in try Self.modules() where module != "enmusubi" && !Self.libraries.map(\.module).contains(module) {
            let page = Self.root.appending(path: "Sources/\(module)/\(module).docc/\(module).md")
            let text = try String(contentsOf: page, encoding: .utf8)
            #expect(text.hasPrefix("# ``\(module)``"), "\(module)")
        }
    }
}

import Foundation
import Testing

@testable import Service

/// Compares what is said of the service with its tables.
@Suite("The service is as it is described")
struct DescriptionTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("docs/service.md has the table of permissions as it is in the program")
    func permissions() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/service.md"), encoding: .utf8)
        let section = page.components(separatedBy: "\n## Who may do what\n").dropFirst().joined()
            .components(separatedBy: "\n## ")[0]
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(rows.first?.dropFirst().map { $0 } == Role.allCases.map { "\($0.phrase.japanese) \($0.rawValue)" })
        let written = Dictionary(uniqueKeysWithValues: rows.dropFirst(2).map { ($0[0], Array($0.dropFirst())) })
        #expect(written.count == Permission.allCases.count)
        for permission in Permission.allCases {
            let marks = Role.allCases.map { permission.roles.contains($0) ? "yes" : "" }
            #expect(written[permission.phrase.english] == marks, "\(permission)")
        }
    }

    @Test("The description of the API names every operation with its path, parameters and body")
    func operations() throws {
        let encoder = JSONEncoder()
        let bytes = try encoder.encode(OpenAPI.document(Routes.operations, version: "1"))
        let document = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        #expect(paths.values.map(\.count).reduce(0, +) == Routes.operations.count)
        for operation in Routes.operations {
            let item = try #require(
                paths[OpenAPI.template(operation.path)]?[operation.method.rawValue.lowercased()], "\(operation.id)")
            #expect(item["operationId"] as? String == operation.id)
            let parameters = (item["parameters"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
            for name in OpenAPI.variables(operation.path) { #expect(parameters.contains(name), "\(operation.id)") }
            #expect((item["requestBody"] != nil) == (operation.body != .none), "\(operation.id)")
            #expect(APIPages.example(operation, "http://localhost").contains("curl"))
        }
    }

    @Test("Every test that docs/security.md names is there")
    func tests() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/security.md"), encoding: .utf8)
        let files = FileManager.default.enumerator(
            at: Self.root.appending(path: "Tests"), includingPropertiesForKeys: nil)!
        let paths = files.compactMap { $0 as? URL }.filter { !$0.path.contains("/Tests/Archive/") }
        var texts: [String: String] = [:]
        for path in paths where ["swift", "py"].contains(path.pathExtension) {
            texts[path.lastPathComponent] = try String(contentsOf: path, encoding: .utf8)
        }
        var count = 0
        for quoted in page.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        where quoted.offset % 2 == 1 {
            let name = String(quoted.element)
            if name.hasSuffix("_test.py") {
                #expect(texts[name] != nil, "\(name)")
            } else if let place = name.range(of: "_test.py::") {
                let file = String(name[..<place.lowerBound]) + "_test.py"
                #expect(texts[file]?.contains("def \(name[place.upperBound...])(") == true, "\(name)")
            } else if let place = name.range(of: "Tests.") {
                let file = String(name[..<place.lowerBound]) + "Tests.swift"
                #expect(texts[file]?.contains("func \(name[place.upperBound...])(") == true, "\(name)")
            } else if name.hasSuffix("Tests") {
                let folder = "/Tests/\(name)/"
                #expect(paths.contains { $0.path.contains(folder) }, "\(name)")
            } else {
                continue
            }
            count += 1
        }
        #expect(count > 50)
    }
}

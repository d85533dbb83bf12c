import Foundation
import Testing

@testable import Service

/// Compares what is said of the service with its tables.
@Suite("The service is as it is described")
struct DescriptionTests {
    @Test("docs/service.md has the table of permissions as it is in the program")
    func permissions() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/service.md"), encoding: .utf8)
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
}

import Admissions
import Foundation
import Testing

@testable import CaseFiles

@Suite("The README's tables")
struct DocumentationTests {
    /// The cells of the rows of the table under a heading, without code marks.
    static func rows(under heading: String) throws -> [[String]] {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../README.md")
        let text = try String(contentsOf: url, encoding: .utf8)
        let section = try #require(text.components(separatedBy: "\n## \(heading)\n").dropFirst().first)
        return section.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("|") }
            .dropFirst(2)
            .map { line in
                line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                    .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
            }
    }

    @Test("Every setting of case.yaml has one row, and no row is of another")
    func settings() throws {
        let known = SettingsFile.knownSettings.flatMap { entry in
            entry.settings.map { entry.map.isEmpty ? $0 : "\(entry.map).\($0)" }
        }
        let written = try Self.rows(under: "Every setting of case.yaml").map { $0[0] }
        #expect(Set(known).subtracting(written) == [])
        #expect(Set(written).subtracting(known) == [])
        #expect(written.count == Set(written).count)
    }

    @Test("Every column that is read has one row, and no row of an input file is of another")
    func columns() throws {
        let known = Set(CaseTable.ofCase.flatMap { table in table.columns.map { "\(table.fileName) \($0)" } })
        let inputs = Set(CaseTable.ofCase.map(\.fileName))
        let written = try Self.rows(under: "Every column")
            .filter { inputs.contains($0[0]) && $0[1] != "others" }.map { "\($0[0]) \($0[1])" }
        #expect(known.subtracting(written) == [])
        #expect(Set(written).subtracting(known) == [])
        #expect(written.count == Set(written).count)
    }

    @Test("Every column between two rounds has one row, new children apart")
    func month() throws {
        let tables = CaseTable.betweenRounds.filter { $0 != .newChildren }
        let known = tables.flatMap { table in table.columns.map { "\(table.fileName) \($0)" } }
        let written = try Self.rows(under: "Month by month").map { "\($0[0]) \($0[1])" }
        #expect(written.sorted() == known.sorted())
    }

    @Test("Every warning that needs acceptance is explained")
    func doubts() throws {
        let written = Set(try Self.rows(under: "Commands").map { $0[0] })
        for code in Finding.Code.allCases where code.needsAcceptance { #expect(written.contains(code.rawValue)) }
        for code in Problem.acceptableCodes { #expect(written.contains(code)) }
    }
}

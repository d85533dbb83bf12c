import Admissions
import CaseFiles
import Foundation

/// A map of columns for `case.yaml`, proposed from the headers of files.
public struct ColumnProposal: Sendable {
    /// The problems of tables whose kind is not known, such as other tables of a folder.
    public let problems: [Problem]
    private let suggestions: [ColumnSuggestions]

    /// - Parameter paths: Tables of a municipality, or folders of them.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where a table cannot be read, or none is known.
    public init(of paths: [String]) throws(RoundError) {
        var suggestions: [ColumnSuggestions] = []
        var problems: [Problem] = []
        for file in paths.flatMap(Self.tables) {
            do { suggestions.append(try ColumnSuggestions(path: file)) } catch { problems.append(error) }
        }
        // A folder may hold tables of other kinds.
        guard problems.allSatisfy({ $0.code == "HEADER_UNKNOWN" }), !suggestions.isEmpty else {
            if problems.isEmpty {
                throw .invalidInput(sentence: "there is no CSV file in \(paths.joined(separator: ", ")).")
            }
            throw .invalidTables(problems)
        }
        self.suggestions = suggestions
        self.problems = problems
    }

    /// The map as a part of `case.yaml`.
    public var yaml: String { String(ColumnSuggestions.yaml(of: suggestions).dropLast()) }

    /// The file itself, or the tables of a folder, ascending by name, without those of decisions and of the next month.
    private static func tables(_ path: String) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
            let names = try? FileManager.default.contentsOfDirectory(atPath: path)
        else { return [path] }
        let others = Set(CaseTable.betweenRounds.map(\.fileName) + [ManualTable.fileName])
        return names.filter { name in
            name.lowercased().hasSuffix(".csv") && !name.hasPrefix(".") && !name.hasPrefix("~")
                && !others.contains(name)
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { URL(fileURLWithPath: path).appending(path: $0).path }
    }

    /// What is proposed for one file, as a machine-readable message.
    public struct FileMessage: Encodable, Sendable {
        public let message = "suggested"
        public let file: String
        public let table: String
        public let columns: [String: String]
        public let others: [String]
        public let missing: [String]

        init(_ suggestions: ColumnSuggestions) {
            file = suggestions.fileName
            table = suggestions.table.fileName
            columns = Dictionary(
                suggestions.columns.map { ($0.column, $0.header) }, uniquingKeysWith: { first, _ in first })
            others = suggestions.others
            missing = suggestions.missing
        }
    }

    /// What is proposed, file by file.
    public var messages: [FileMessage] { suggestions.map(FileMessage.init) }
}

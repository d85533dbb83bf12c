import Admissions
import CaseFiles
import Foundation

/// A map of columns for `case.yaml`, proposed from the headers and the cells of files.
public struct ColumnProposal: Sendable {
    /// The problems of tables whose kind is not known, such as other tables of a folder.
    public let problems: [Problem]
    private let suggestions: ProfileSuggestions
    /// The folders that hold the tables.
    private let folders: Set<String>

    /// - Parameter paths: Tables of a municipality, or folders of them.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where a table cannot be read, or none is known.
    public init(of paths: [String]) throws(RoundError) {
        suggestions = ProfileSuggestions(paths: paths.flatMap(Self.tables))
        problems = suggestions.problems
        folders = Set(
            paths.map { path in
                let url = URL(fileURLWithPath: path).standardizedFileURL
                return Self.isFolder(path) ? url.path : url.deletingLastPathComponent().path
            })
        // A folder may hold tables of other kinds.
        guard problems.allSatisfy({ $0.code == "HEADER_UNKNOWN" }), !suggestions.tables.isEmpty else {
            if problems.isEmpty {
                throw .invalidInput(
                    sentence: Phrase(
                        "\(paths.joined(separator: "、")) に表がありません。",
                        "there is no table in \(paths.joined(separator: ", "))."))
            }
            throw .invalidTables(problems)
        }
    }

    /// The map as a part of `case.yaml`.
    public func yaml(in language: Language) -> String { String(suggestions.yaml(in: language).dropLast()) }

    /// Writes the map as `columns.yaml` into the folder of the tables, whole or not at all.
    ///
    /// - Returns: Where it was written and what to put into `case.yaml`, as a line of its own.
    /// - Throws: ``RoundError/invalidRequest(_:)`` where the tables lie in several folders,
    ///   ``RoundError/cannotWrite(_:)`` where there is such a file already, or it cannot be written.
    public func write(in language: Language) throws(RoundError) -> Phrase {
        guard let folder = folders.first, folders.count == 1 else {
            throw .invalidRequest(
                Phrase(
                    "columns.yaml は表と同じフォルダに置きますが、これらの表は別々のフォルダにあります。フォルダごとに実行してください。",
                    "columns.yaml belongs beside the tables, and these lie in several folders; do one folder at a time."
                ))
        }
        do { try suggestions.write(into: URL(fileURLWithPath: folder), in: language) } catch {
            throw .cannotWrite(error)
        }
        let name = FacilityList.profileName
        let path = URL(fileURLWithPath: folder).appending(path: name).path
        return Phrase(
            "\(path) に書きました。内容を確かめて直し、case.yaml に次のように書いてください。\ncolumns: \(name)",
            "Written to \(path). Read it, correct it, and write in case.yaml:\ncolumns: \(name)")
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The file itself, or the tables of a folder, ascending by name, without those of decisions and of the next month.
    private static func tables(_ path: String) -> [String] {
        guard isFolder(path), let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            return [path]
        }
        let others = Set(CaseTable.betweenRounds.map(\.fileName) + [ManualTable.fileName])
        return names.filter { name in
            [".csv", ".tsv", ".xlsx", ".xlsm", ".ods"].contains { name.lowercased().hasSuffix($0) }
                && !name.hasPrefix(".") && !name.hasPrefix("~") && !others.contains(name)
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { URL(fileURLWithPath: path).appending(path: $0).path }
    }

    /// What is proposed for one table, as a machine-readable message.
    public struct FileMessage: Encodable, Sendable {
        public let message = "suggested"
        public let file: String
        public let table: String
        public let columns: [String: String]
        /// For each proposed column `certain`, `likely` or `guess`.
        public let confidence: [String: String]
        /// What says how the table stands in its file, as in `columns.files`; empty where nothing need be said.
        public let form: [String: String]
        /// Cells that seem to mean blank, by column.
        public let blank: [String: [String]]
        public let others: [String]
        public let missing: [String]
        public let notes: [String]

        init(_ suggestions: ColumnSuggestions) {
            file = suggestions.fileName
            table = suggestions.table.fileName
            func map<Value>(_ pairs: [(String, Value)]) -> [String: Value] {
                Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            }
            columns = map(suggestions.columns.map { ($0.column, $0.header) })
            confidence = map(suggestions.columns.map { ($0.column, $0.confidence.rawValue) })
            form = map(suggestions.formEntries)
            blank = map(suggestions.blanks.map { ($0.column, $0.cells) })
            others = suggestions.others
            missing = suggestions.missing
            notes = suggestions.notes.map(\.english)
        }
    }

    /// What is proposed, table by table.
    public var messages: [FileMessage] { suggestions.tables.map(FileMessage.init) }
}

import Admissions
import Foundation
import Tables

/// A folder that holds a case: one round of one municipality, as `case.yaml` and tables.
public struct CaseFolder: Sendable {
    public let url: URL

    public init(_ url: URL) { self.url = url }
    public init(path: String) { url = URL(fileURLWithPath: path) }

    /// Bytes of all files of the folder that are called like tables, whether they belong to the case or not; 0 where there is
    /// no such folder.
    public var byteCount: Int {
        let files = try? FileManager.default.contentsOfDirectory(
            at: url, includingPropertiesForKeys: [.fileSizeKey], options: [])
        return (files ?? []).filter { Self.tableEndings.contains($0.pathExtension.lowercased()) }.reduce(0) {
            sum, file in
            let size = (try? file.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
            // What is larger is not read.
            return sum + (size <= Table.byteLimit ? size : 0)
        }
    }

    /// What files of tables are called, in small letters.
    static let tableEndings = Set(["csv", "tsv", "txt"] + ColumnProfile.workbookEndings)

    /// Reads and checks everything.
    ///
    /// - Parameters:
    ///   - objective: Replaces the objective of `case.yaml`.
    ///   - doubts: Whether to look for what cannot well be right.
    ///   - threads: How many may work at the same time; the result is the same with any number.
    ///   - progress: Hears of each stage as it begins, on the thread that calls.
    /// - Returns: The case, and every problem of all files in one go, in the order of files and places.
    /// - Complexity: O(n log n) in the size of the files.
    public func read(
        objective: Objective? = nil, doubts: Doubts = .notSought, threads: Int = 1,
        progress: ((ReadingStage) -> Void)? = nil
    ) -> CaseReading {
        var reader = CaseReader(
            folder: url, objective: objective, doubts: doubts, threads: threads, progress: progress)
        return reader.read()
    }

    /// Whether a case is searched for what cannot well be right: warnings that need acceptance.
    public enum Doubts: Sendable {
        case notSought
        /// `previous` is an earlier round of the same municipality to compare with.
        case sought(previous: Case?)
    }
}

/// What reading a case is at.
public enum ReadingStage: Hashable, Sendable {
    /// Reading a file of this name.
    case file(String)
    /// Checking this many children and their households.
    case checking(children: Int)
}

/// What a case folder says.
public struct CaseReading: Sendable {
    /// The case; `nil` where an error stands.
    public let subject: Case?
    /// The rows as they were written; `nil` where the settings or a needed table could not be read.
    public private(set) var draft: CaseDraft?
    /// Every problem, in the order of files, lines and columns.
    public let problems: [Problem]
    /// The files that were read.
    public let files: [InputFile]
    /// Of each table with some, the columns that no rule and no reader uses, in the order of the tables.
    public let unreadColumns: [UnreadColumns]
    /// Whether `case.yaml` asks for the result as a workbook.
    public let asksForWorkbook: Bool
    /// By what `case.yaml` lets a report count the children: columns of the children's table, and parts of the points table.
    public let reportGroups: [String]
    /// The table of the result for the city's core system; `nil` where case.yaml describes none.
    public var resultLayout: ResultLayout? { profile.result }
    /// Where the case lies, and how its files differ from the standard form.
    let folder: URL
    let profile: ColumnProfile

    public var errors: [Problem] { problems.filter { $0.severity == .error } }
    public var warnings: [Problem] { problems.filter { $0.severity == .warning } }

    /// Gives up the draft, which takes as much memory as the case.
    ///
    /// - Parameter threads: With more than one it is freed on another: millions of rows take a moment.
    public mutating func dropDraft(threads: Int = 1) {
        let rows = draft
        draft = nil
        if threads > 1 { DispatchQueue.global().async { withExtendedLifetime(rows) {} } }
    }
}

/// A file that was read, for the record.
public struct InputFile: Hashable, Sendable {
    public let name: String
    public let encoding: InputEncoding
    /// In hexadecimal, of the bytes as they were.
    public let sha256: String
}

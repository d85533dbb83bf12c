import Admissions
import CaseFiles

/// The warnings about doubtful data that somebody accepts for a case.
public struct Acceptance: Sendable, Hashable {
    /// Codes of warnings. A code that no warning of the case has is no error.
    public var codes: Set<String>

    public init(codes: some Sequence<String> = []) { self.codes = Set(codes) }

    /// The codes that may be accepted, in order.
    public static var acceptableCodes: [String] { Problem.acceptableCodes }

    /// The codes of the warnings that need acceptance and have it, in order.
    ///
    /// - Throws: ``RoundError/needsAcceptance(codes:)`` with the codes that are not accepted.
    @discardableResult
    public func accepted(of problems: [Problem]) throws(RoundError) -> [String] {
        let standing = Set(problems.filter(\.needsAcceptance).map(\.code))
        let open = standing.subtracting(codes).sorted()
        guard open.isEmpty else { throw .needsAcceptance(codes: open) }
        return standing.sorted()
    }

    /// Reads an earlier case of the same municipality, with which seats and classes are compared.
    ///
    /// - Parameter path: Its folder; `nil`: there is none.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where the earlier case cannot be read.
    public static func doubts(comparingWith path: String?) throws(RoundError) -> CaseFolder.Doubts {
        guard let path else { return .sought(previous: nil) }
        let reading = CaseFolder(path: path).read()
        guard let subject = reading.subject else {
            throw .invalidInput(
                sentence: Phrase(
                    "前回の案件 \(path) を読めません。何も書いていません。",
                    "the previous case \(path) cannot be read; nothing was written."), problems: reading.errors)
        }
        return .sought(previous: subject)
    }
}

extension CaseReading {
    /// Codes of the warnings, with how often each occurs.
    public var warningCounts: [String: Int] { Dictionary(grouping: warnings, by: \.code).mapValues(\.count) }

    /// The columns that nothing reads, by file.
    public var unreadColumnsByFile: [String: [String]] {
        Dictionary(uniqueKeysWithValues: unreadColumns.map { ($0.file, $0.columns) })
    }
}

extension CaseReading {
    /// The columns that nothing reads, in one line. Where a file has very many, the first are named and the others counted.
    public var unreadColumnsText: String {
        unreadColumns.map { table in
            let named = table.columns.prefix(Self.mostColumnsInLine).joined(separator: ", ")
            let rest = table.columns.count - Self.mostColumnsInLine
            return "\(table.file): \(named)\(rest > 0 ? " and \(rest) more, which run.json names" : "")"
        }.joined(separator: "; ")
    }

    private static var mostColumnsInLine: Int { 30 }
}

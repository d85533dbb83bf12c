import Admissions
import Foundation
import Tables

/// A proposal for `columns` in `case.yaml`, made from the headers of a municipality's own file.
///
/// Only headers are looked at, never what the cells say. A proposal is for a person to read: what it does not know is
/// listed, not guessed.
public struct ColumnSuggestions: Sendable {
    /// Which table the file seems to be.
    public let table: CaseTable
    /// Standard columns, numbered ones ending in `_N`, with the header that seems to hold them.
    public let columns: [(column: String, header: String)]
    /// Headers that nothing is proposed for; those of the children's table are kept as attributes.
    public let others: [String]
    /// Columns that the table needs and no header seems to hold.
    public let missing: [String]
    /// Name of the file.
    public let fileName: String
    /// The built-in profile that reads the file as it is, if there is one.
    fileprivate let builtIn: String?
    /// In which line the header stands.
    private var headerLine = 1

    /// Reads the header of a file and proposes.
    ///
    /// - Throws: ``Problem`` where the file cannot be read or has no header.
    public init(path: String) throws(Problem) {
        let url = URL(fileURLWithPath: path)
        let name = url.lastPathComponent
        let bytes: [UInt8]
        do { bytes = try fileBytes(url) } catch { throw error.problem(in: name) }
        let text: DecodedText
        do { text = try DecodedText(bytes) } catch { throw Problem(error, file: name) }
        let (read, problems) = Table.read(text.utf8)
        guard let read else {
            throw problems.first.map { Problem($0, file: name) }
                ?? Problem(.table(.emptyFile), file: name, line: 1, column: 1, "The file has no header line.")
        }
        self.init(headers: read.columns, fileName: name)
        headerLine = read.headerRow
        if columns.isEmpty {
            throw Problem(
                .file(.headerUnknown), file: name, line: headerLine, column: 1,
                "No header in this line is known; remove what stands above the header, or write columns by hand.")
        }
    }

    /// Proposes for headers; the table is the one that most headers fit.
    init(headers: [String], fileName: String) {
        let proposals = CaseTable.ofCase.filter { $0 != .settings }.map { table in
            (table, Self.propose(headers, for: table))
        }
        let best = proposals.enumerated().max { left, right in
            let (a, b) = (left.element.1, right.element.1)
            return (a.taken.count, -right.offset) < (b.taken.count, -left.offset)
        }!.element
        table = best.0
        columns = best.1.columns
        self.fileName = fileName
        let table = best.0
        builtIn =
            ColumnProfile.builtIn.first { _, profile in
                profile.headers[table] != nil && ColumnNames(headers, of: table, by: profile).problems.isEmpty
            }?.name
        others = headers.enumerated().filter { !best.1.taken.contains($0.offset) && !$0.element.isEmpty }.map(\.element)
        let found = Set(best.1.columns.map(\.column))
        missing = best.0.neededColumns.filter { alternatives in !alternatives.contains { found.contains($0) } }
            .map { $0.joined(separator: " or ") }
    }

    /// What to write in `case.yaml`.
    public var yaml: String { Self.yaml(of: [self]) }

    /// What to write in `case.yaml` for several files: one map, since `columns` may stand there only once.
    ///
    /// Of two files that seem to be one table the first counts; a comment names the other.
    public static func yaml(of files: [ColumnSuggestions]) -> String {
        var chosen: [ColumnSuggestions] = []
        var comments: [String] = []
        for file in files {
            if let other = chosen.first(where: { $0.table == file.table }) {
                comments.append(
                    "  # \(oneLine(file.fileName)) seems to be \(file.table.settingName) too, as \(oneLine(other.fileName)) is"
                )
            } else {
                chosen.append(file)
            }
        }
        chosen.sort { $0.table < $1.table }
        var lines = ["columns:"]
        let base = chosen.lazy.compactMap(\.builtIn).first
        if let base { lines.append("  profile: \(base)") }
        let named = chosen.filter { $0.fileName != $0.table.fileName }
        if !named.isEmpty {
            let names = named.map { "\($0.table.settingName): \(quoted($0.fileName))" }
            lines.append("  files: {\(names.joined(separator: ", "))}")
        }
        let profile = ColumnProfile.builtIn.first { $0.name == base }?.profile ?? .standard
        for file in chosen where file.builtIn == nil || file.builtIn != base {
            lines += file.lines(over: profile)
        }
        return (lines + comments).joined(separator: "\n") + "\n"
    }

    /// The entries of the table, with those of the profile taken out that the file does not have.
    private func lines(over profile: ColumnProfile) -> [String] {
        var lines = ["  \(table.settingName):"]
        for (column, header) in columns {
            let isAdded = column == "points_N" && header.firstMatch(of: /(加点|加算点?)$/) != nil
            let note = isAdded ? "  # only if these are all points at that wish, not what is added to them" : ""
            lines.append("    \(column): \(Self.quoted(header))\(note)")
        }
        let proposed = Set(columns.map(\.column))
        for column in (profile.headers[table] ?? [:]).keys.sorted() where !proposed.contains(column) {
            lines.append("    \(column): null")
        }
        for header in others { lines.append("    # not used by name: \(Self.oneLine(header))") }
        for column in missing { lines.append("    # still needed: \(column)") }
        return lines
    }

    private static func oneLine(_ text: String) -> String { text.filter { !$0.isNewline } }

    private static func quoted(_ text: String) -> String {
        let marks = ["\\": "\\\\", "\"": "\\\"", "\n": "\\n", "\r": "\\r", "\r\n": "\\r\\n", "\t": "\\t"]
        return "\"" + text.map { marks[String($0)] ?? String($0) }.joined() + "\""
    }

    private static func propose(
        _ headers: [String], for table: CaseTable
    ) -> (columns: [(column: String, header: String)], taken: Set<Int>) {
        let folded = headers.map { ColumnSynonyms.simplified($0) }
        var taken = Set<Int>()
        var columns: [(column: String, header: String)] = []
        for (column, aliases) in ColumnSynonyms.names(of: table) {
            if column.hasSuffix("_N") {
                for alias in aliases {
                    let template = ColumnSynonyms.simplified(alias)
                    let pattern = NumberedHeader(template)
                    let matches = headers.indices.filter {
                        !taken.contains($0) && pattern.number(in: folded[$0]) != nil
                    }
                    guard let first = matches.first, let number = pattern.number(in: folded[first]) else { continue }
                    taken.formUnion(matches)
                    columns.append((column, self.template(of: headers[first], number: number)))
                    break
                }
            } else if let index = aliases.lazy.compactMap({ alias in
                headers.indices.first { !taken.contains($0) && folded[$0] == ColumnSynonyms.simplified(alias) }
            }).first {
                taken.insert(index)
                columns.append((column, headers[index]))
            }
        }
        // A table that names facilities without numbering them has the name as id.
        if table == .facilities, !columns.contains(where: { $0.column == "facility_id" }),
            let name = columns.first(where: { $0.column == "name" })
        {
            columns.insert(("facility_id", name.header), at: 0)
        }
        return (columns, taken)
    }

    /// The header with `N` in the place of its number.
    private static func template(of header: String, number: Int) -> String {
        let text = folded(header)
        guard let range = text.firstRange(of: String(number)) else { return text }
        var start = range.lowerBound
        while start > text.startIndex, text[text.index(before: start)] == "0" { start = text.index(before: start) }
        return text.replacingCharacters(in: start..<range.upperBound, with: "N")
    }
}

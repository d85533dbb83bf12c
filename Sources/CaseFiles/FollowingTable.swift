import Admissions
import Tables

/// The columns of a table of the next case, and the words of the city in it.
struct FollowingColumns {
    fileprivate let file: CaseTableFile
    private let profile: ColumnProfile
    /// The columns by their standard names.
    fileprivate var index: [String: Int] = [:]

    fileprivate init(_ file: CaseTableFile, by profile: ColumnProfile) {
        self.file = file
        self.profile = profile
        for case (let column, let name?) in file.standardNames.enumerated() { index[name] = column }
    }

    /// The header of a column in the files of this profile, with digits as wide as those of its neighbours.
    fileprivate func header(of name: String) -> String {
        guard let header = profile.header(of: name, in: file.kind) else { return name }
        let isWide = file.table.columns.contains { other in
            other != folded(other) && folded(other).filter { !$0.isNumber } == folded(header).filter { !$0.isNumber }
        }
        guard isWide else { return header }
        let wide = header.unicodeScalars.map { digit in
            ("0"..."9").contains(digit) ? Unicode.Scalar(digit.value + 0xFEE0)! : digit
        }
        return String(String.UnicodeScalarView(wide))
    }

    /// The city's word for a standard one: as a cell of the column has it, else as the profile has it.
    fileprivate func word(_ text: String, in name: String) -> String {
        guard let column = index[name], let meanings = profile.values[name],
            let cell = meanings.filter({ $0.value == text && !$0.key.isEmpty }).keys.min()
        else { return text }
        guard column < file.table.columns.count else { return cell }
        let written = (0..<file.table.rowCount).lazy.map { file.table.trimmedText(row: $0, column: column) }
        return written.first { meanings[folded($0)] == text } ?? cell
    }
}

/// A table of the next case while it is written: the rows of the table before, with what changed.
struct FollowingTable {
    let file: CaseTableFile
    private var columns: FollowingColumns
    private(set) var text: RewrittenTable

    init(_ file: CaseTableFile, by profile: ColumnProfile) {
        self.file = file
        columns = FollowingColumns(file, by: profile)
        text = RewrittenTable(file.table, separator: file.form.separator)
    }

    func column(_ name: String) -> Int? { columns.index[name] }

    /// Adds a column at the right, unless it is there.
    ///
    /// - Parameters:
    ///   - name: Its standard name.
    ///   - header: How it is called in the file; `nil`: as the profile says.
    mutating func add(_ name: String, header: String? = nil) {
        guard columns.index[name] == nil else { return }
        columns.index[name] = text.addColumn(header ?? columns.header(of: name))
    }

    /// Appends a row of the table before.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - change: Says what is different.
    mutating func append(row: Int, _ change: (inout FollowingRow) -> Void = { _ in }) {
        var next = FollowingRow(columns) { [file] column in
            column < file.table.columns.count ? file.table.trimmedText(row: row, column: column) : ""
        }
        change(&next)
        text.append(row: row, changing: next.changes)
    }

    /// Appends a row that the table before did not have.
    ///
    /// - Parameters:
    ///   - row: A row of another table from which it comes, with all columns of the same names; `nil`: it begins blank.
    ///   - source: That table.
    ///   - change: Says what is different.
    mutating func append(row: Int? = nil, from source: CaseTableFile? = nil, _ change: (inout FollowingRow) -> Void) {
        var places: [Int: Int] = [:]
        for case (let column, let name?) in (source?.standardNames ?? []).enumerated() {
            if let place = columns.index[name] { places[place] = column }
        }
        func cell(_ column: Int) -> (table: Table, row: Int, column: Int)? {
            guard let source, let row, let place = places[column] else { return nil }
            return (source.table, row, place)
        }
        var next = FollowingRow(columns) { column in
            cell(column).map { $0.table.trimmedText(row: $0.row, column: $0.column) } ?? ""
        }
        change(&next)
        let isAlike = source.map { $0.form.separator == file.form.separator && !$0.form.isSheet } ?? false
        text.append(
            text.columns.indices.map { column in
                if let text = next.changes[column] { return .text(text) }
                guard let cell = cell(column) else { return .text("") }
                return isAlike && !file.form.isSheet
                    ? .field(cell.table.field(row: cell.row, column: cell.column))
                    : .text(cell.table.text(row: cell.row, column: cell.column))
            })
    }
}

/// A row of a table of the next case, and what it says that it did not say before.
struct FollowingRow {
    private let columns: FollowingColumns
    /// The cell of a column before, trimmed.
    private let before: (Int) -> String
    private(set) var changes: [Int: String] = [:]

    fileprivate init(_ columns: FollowingColumns, before: @escaping (Int) -> String) {
        self.columns = columns
        self.before = before
    }

    /// Writes a cell unless it says the same as before; in the city's word where there is one.
    mutating func set(_ name: String, _ text: String, unless isSame: Bool) {
        guard !isSame, let column = columns.index[name] else { return }
        changes[column] = columns.word(text, in: name)
    }

    /// Writes an id, or several, unless the cell names the same; then only in the spelling that the id has in its own table.
    mutating func setID(_ name: String, _ spelling: String, unless isSame: Bool) {
        guard let column = columns.index[name] else { return }
        let written = before(column)
        if isSame, written == spelling || folded(written) != folded(spelling) { return }
        changes[column] = spelling
    }
}

/// How a table lay in its file.
struct TableForm: Sendable {
    var separator = TableLayout.Separator.comma
    /// How the text is encoded; `nil` for a sheet of a workbook.
    var text: TextForm?
    /// Where the rows of a sheet stood.
    var places: SheetPlaces?

    var isSheet: Bool { text == nil }
}

import Admissions
import Foundation
import Tables
import Workbooks

/// A table of which nothing is known yet: where it stands in its file, and what its columns are like.
struct SampleTable {
    let fileName: String
    /// What must be said of the file, so that it is read like this.
    let form: FileForm
    let headers: [String]
    let contents: [ColumnContent]
    /// The rows of the header, as a spreadsheet counts.
    let headerRows: ClosedRange<Int>
    /// What stands above the header.
    let title: String
    /// Rows whose form keeps them from being read, as lines of the file.
    let unreadable: [Int]
    /// For each row of the sample its cells.
    let rows: [[String]]
    /// How many rows the whole table has.
    let rowCount: Int

    /// Rows that are looked at, evenly from the whole table.
    private static let sampleSize = 4_000

    /// Reads the table of a file, or those of the sheets of a workbook.
    ///
    /// - Returns: The tables whose header can be one; of several sheets those only that have one.
    /// - Throws: ``Problem`` where the file cannot be read, or has no header.
    /// - Complexity: O(bytes).
    static func all(path: String) throws(Problem) -> [SampleTable] {
        let url = URL(fileURLWithPath: path)
        let name = url.lastPathComponent
        let bytes: [UInt8]
        do { bytes = try fileBytes(url) } catch { throw error.problem(in: name) }
        let sources = try TableSource.all(of: bytes, named: name)
        var tables: [SampleTable] = []
        var problem: Problem?
        for source in sources {
            switch read(source, name, isOneOfSeveral: sources.count > 1) {
            case .success(let table): tables.append(table)
            case .failure(let other): problem = problem ?? other
            }
        }
        if tables.isEmpty {
            throw problem ?? Problem(.noHeader, file: name)
        }
        return tables
    }

    private static func read(
        _ source: TableSource, _ name: String, isOneOfSeveral: Bool
    ) -> Result<SampleTable, Problem> {
        let layout = bestLayout(of: source)
        var notes: [String] = []
        let (table, problems) = Table.read(source.utf8, layout: layout, sheet: source.places) { first in
            guard let note = NoteRow.pattern(of: first) else { return false }
            if !notes.contains(note) { notes.append(note) }
            return true
        }
        guard let table else {
            return .failure(
                problems.first.map { Problem($0, file: name).inSheet(source.sheet?.name) }
                    ?? Problem(.noHeader, file: name))
        }
        var form = FileForm()
        if isOneOfSeveral { form.sheet = source.sheet?.name }
        if table.rowsAboveHeader > 0 || table.headerRows.count > 1 { form.header = table.headerRows }
        if layout.separator != .comma { form.separator = layout.separator }
        form.leaveOut = notes
        var contents = [ColumnContent](repeating: ColumnContent(), count: table.columns.count)
        var rows: [[String]] = []
        let step = max(1, (table.rowCount + sampleSize - 1) / sampleSize)
        for row in stride(from: 0, to: table.rowCount, by: step) {
            let cells = table.columns.indices.map { table.trimmedText(row: row, column: $0) }
            for column in cells.indices { contents[column].add(cells[column]) }
            rows.append(cells)
        }
        let above = FirstRows(of: source.utf8, separator: layout.separator, sheet: source.places).rows
            .filter { $0.isSound && $0.number < table.headerRows.lowerBound }.flatMap(\.fields).filter { !$0.isEmpty }
        return .success(
            SampleTable(
                fileName: name, form: form, headers: table.columns, contents: contents, headerRows: table.headerRows,
                title: above.joined(separator: " "), unreadable: problems.map(\.line), rows: rows,
                rowCount: table.rowCount))
    }

    /// The place whose header has most columns with names that are known; else the first row that is as long as most.
    private static func bestLayout(of source: TableSource) -> TableLayout {
        var best: (layout: TableLayout, known: Int)?
        var likely: (layout: TableLayout, columns: Int)?
        for separator in source.places == nil ? TableLayout.Separator.allCases : [.comma] {
            let first = FirstRows(of: source.utf8, separator: separator, sheet: source.places)
            let numbers = first.rows.map(\.number)
            let lengths = Dictionary(first.rows.map { ($0.fields.count, 1) }, uniquingKeysWith: +)
            let usual = lengths.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
            if usual < 2, separator != .comma { continue }
            for further in 0..<TableLayout.headerRowLimit {
                for index in numbers.indices where index + further < numbers.count {
                    let last = numbers[index + further]
                    guard last - numbers[index] == further else { continue }
                    let header: ClosedRange<Int>? = index == 0 && further == 0 ? nil : numbers[index]...last
                    let layout = TableLayout(header: header, separator: separator)
                    let columns = first.names(index...index + further)
                    let named = columns.filter { !$0.isEmpty }
                    guard first.rows[index...index + further].allSatisfy(\.isSound), Set(named).count == named.count
                    else {
                        continue
                    }
                    let known = ColumnSuggestions.knownCount(columns)
                    if known > best?.known ?? 0 { best = (layout, known) }
                    if further == 0, columns.count > likely?.columns ?? 1, first.rows[index].fields.count == usual {
                        likely = (layout, columns.count)
                    }
                }
            }
        }
        return best?.layout ?? likely?.layout ?? .standard
    }
}

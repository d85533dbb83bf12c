import Admissions

/// Where the rows and columns of a draft stand in the files that it was read from.
struct DraftOrigin {
    /// For each row of a draft's table the row of the file. A table that is not here has the same rows in both.
    private var rows: [CaseTable: [Int]] = [:]
    /// For each position of a draft's wish list the number of its column.
    var wishNumbers: [Int] = []
    /// For each of a draft's joint wishes the number of its columns; empty where they have none.
    var jointNumbers: [Int?] = []
    /// Answers that the children's table gives by `sibling_pattern`, with the row of the first child; in a draft they
    /// follow the rows of the households' table.
    var patternAnswers: [(answer: HouseholdRow, childRow: Int)] = []
    /// Number of rows of the households' table.
    var householdRowCount = 0

    /// Notes that the next row of a draft's table comes from this row of the file.
    mutating func add(_ row: Int, of table: CaseTable) { rows[table, default: []].append(row) }

    /// The row of the file from which a row of the draft's table comes.
    func row(_ row: Int, of table: CaseTable) -> Int { rows[table]?[row] ?? row }

    /// The finding at the table and row that hold what it is about: an answer may come from the children's table.
    func located(_ finding: Finding) -> Finding {
        guard finding.table == .households, let row = finding.row, row >= householdRowCount else { return finding }
        var finding = finding
        (finding.table, finding.column) = (.children, "sibling_pattern")
        finding.row = patternAnswers[row - householdRowCount].childRow
        return finding
    }

    /// The column of the file that a finding names; the wishes of a draft are numbered without gaps.
    func column(of finding: Finding, in file: CaseTableFile) -> Int? {
        guard let name = finding.column else { return nil }
        for prefix in ["wish_", "points_"]
        where (file.kind == .children || file.kind == .newChildren) && name.hasPrefix(prefix) {
            if let position = Int(name.dropFirst(prefix.count)), wishNumbers.indices.contains(position - 1) {
                return file.place(ofColumn: "\(prefix)\(wishNumbers[position - 1])")
            }
        }
        if file.kind == .jointWishes, let row = finding.row, jointNumbers.indices.contains(row) {
            let number = jointNumbers[row] ?? jointNumbers.compactMap { $0 }.min() ?? 1
            if let column = file.place(ofColumn: "\(name)_\(number)") { return column }
        }
        return file.place(ofColumn: name)
    }
}

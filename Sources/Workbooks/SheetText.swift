/// A sheet of a workbook as its table of contents tells it.
public struct SheetName: Hashable, Sendable {
    public let name: String
    public let isHidden: Bool
}

/// The content of one sheet.
public struct SheetText: Sendable {
    public let name: String
    /// The rows as CSV (RFC 4180) in UTF-8, with a line feed behind each.
    ///
    /// Every row has as many fields as the sheet has columns up to the last with content, from column A on. Rows without
    /// any content are left out. A cell with a problem has what the workbook stores: the name of the error, the digits that
    /// are left, or nothing.
    public let csv: [UInt8]
    /// The number of each row of ``csv`` in the sheet, from 1, ascending.
    public let rows: [UInt32]
    /// The number of fields of each row of ``csv``.
    public let columnCount: Int
    /// Merged cells, in order of their first cell; only the first has content in ``csv``.
    ///
    /// They do not overlap in columns with content. Those that begin behind the last row or column with content are left
    /// out. A range may have all rows of the sheet, and there may be one for each column: do not go through their rows.
    public let merged: [CellRange]
    /// Rows with content that are not shown, from 1, ascending.
    public let hiddenRows: [UInt32]
    /// Columns with content that are not shown, from 1, ascending.
    public let hiddenColumns: [UInt32]
    /// Cells that cannot be read, row by row.
    public let problems: [CellProblem]
}

/// Cells from one corner to the other, both included; rows and columns count from 1.
public struct CellRange: Hashable, Sendable {
    public let firstRow: Int
    public let firstColumn: Int
    public let lastRow: Int
    public let lastColumn: Int

    public init(firstRow: Int, firstColumn: Int, lastRow: Int, lastColumn: Int) {
        self.firstRow = firstRow
        self.firstColumn = firstColumn
        self.lastRow = lastRow
        self.lastColumn = lastColumn
    }
}

/// The name of a cell as spreadsheets write it, such as `C12`.
///
/// - Parameters:
///   - row: The row, from 1.
///   - column: The column, from 1.
public func cellName(row: Int, column: Int) -> String {
    precondition(row >= 1 && column >= 1, "no cell: row \(row), column \(column)")
    var letters: [UInt8] = []
    var rest = column
    while rest > 0 {
        letters.append(UInt8(ascii: "A") + UInt8((rest - 1) % 26))
        rest = (rest - 1) / 26
    }
    return String(decoding: letters.reversed(), as: UTF8.self) + String(row)
}

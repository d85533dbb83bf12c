/// Writes the rows of a sheet as CSV into memory that is given.
///
/// Rows and cells come in ascending order. While they come, rows end at their last cell; finishing empties cells
/// that merged ones cover and gives all rows the same number of fields, in place.
struct SheetBuilder {
    /// A row of the CSV.
    struct Row {
        let number: UInt32
        let isHidden: Bool
        /// Fields up to the last with content.
        var fields: UInt32
        /// Where the row ends, behind its line feed.
        var end: UInt32
    }

    let buffer: UnsafeMutableBufferPointer<UInt8>
    var count = 0
    var rows: [Row] = []
    /// For each column the number of cells with content.
    var contents = [UInt32](repeating: 0, count: Limits.columns)
    private var row = 0
    private var isHidden = false
    /// Fields of the open row that have begun.
    private var fields = 0
    var problems: [CellProblem] = []

    /// - Parameter buffer: Memory for the CSV; it has as many bytes as the sheet may have.
    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    /// What is wrong where the memory is full.
    var tooLarge: WorkbookProblem { .tooLarge(buffer.count < Limits.csvBytes ? .unfolding : .csv) }

    /// Begins a row.
    ///
    /// - Parameters:
    ///   - number: The number of the row, from 1.
    ///   - isHidden: Whether the row is not shown.
    mutating func beginRow(_ number: Int, isHidden: Bool) throws(WorkbookProblem) {
        guard number > row else { throw .damaged(.order) }
        guard number <= Limits.sheetRows else { throw .damaged(.place) }
        row = number
        self.isHidden = isHidden
        fields = 0
    }

    /// Begins a field that has content; bytes are then added by ``append(_:)``.
    ///
    /// - Parameter column: The column, from 1, behind all columns of the row that had content.
    @inline(__always)
    mutating func beginField(_ column: Int) throws(WorkbookProblem) {
        guard column > fields else { throw .damaged(.order) }
        guard column <= Limits.columns else { throw .tooLarge(.columns) }
        contents[column - 1] += 1
        if fields == 0 { fields = 1 }
        while fields < column {
            try append(UInt8(ascii: ","))
            fields += 1
        }
    }

    /// Ends the row; without content it is left out.
    mutating func endRow() throws(WorkbookProblem) {
        guard fields > 0 else { return }
        try append(UInt8(ascii: "\n"))
        rows.append(Row(number: UInt32(row), isHidden: isHidden, fields: UInt32(fields), end: UInt32(count)))
    }

    /// Adds the row that ended last again, as the next ones.
    ///
    /// - Parameter times: How many times.
    mutating func repeatRow(_ times: Int) throws(WorkbookProblem) {
        guard times > 0 else { return }
        guard times <= Limits.sheetRows - row else { throw .damaged(.place) }
        let told = Array(problems.reversed().prefix { $0.row == row }.reversed())
        guard let last = rows.last, Int(last.number) == row else {
            for _ in told.isEmpty ? 0..<0 : 0..<times {
                row += 1
                for problem in told { try note(problem.code, column: problem.column) }
            }
            if told.isEmpty { row += times }
            return
        }
        let start = rows.count > 1 ? Int(rows[rows.count - 2].end) : 0
        let source = UnsafeBufferPointer(rebasing: buffer[start..<count])
        guard source.count * times <= buffer.count - count else { throw tooLarge }
        var place = start
        for column in 0..<Int(last.fields) {
            let end = fieldEnd(place)
            if end > place { contents[column] += UInt32(times) }
            place = end + 1
        }
        for _ in 0..<times {
            row += 1
            try append(source)
            rows.append(Row(number: UInt32(row), isHidden: last.isHidden, fields: last.fields, end: UInt32(count)))
            for problem in told { try note(problem.code, column: problem.column) }
        }
    }

    /// Notes that a cell of the open row cannot be read.
    mutating func note(_ code: CellProblem.Code, column: Int) throws(WorkbookProblem) {
        guard column <= Limits.columns else { throw .tooLarge(.columns) }
        guard problems.count < Limits.cellProblems else { throw .tooLarge(.cellProblems) }
        problems.append(CellProblem(code: code, row: row, column: column))
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) throws(WorkbookProblem) {
        guard count < buffer.count else { throw tooLarge }
        buffer[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) {
        guard bytes.count <= buffer.count - count else { throw tooLarge }
        guard let source = bytes.baseAddress else { return }
        (buffer.baseAddress.unsafelyUnwrapped + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    /// Adds text to the field that has begun, in quotes where it needs them.
    mutating func appendQuoting(_ text: UnsafeBufferPointer<UInt8>) throws(WorkbookProblem) {
        guard let written = writeField(text, to: UnsafeMutableBufferPointer(rebasing: buffer[count...])) else {
            throw tooLarge
        }
        count += written
    }
}

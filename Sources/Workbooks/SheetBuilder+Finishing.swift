extension SheetBuilder {
    /// What a sheet is beside its CSV.
    struct Finished {
        let rows: [UInt32]
        let columnCount: Int
        let hiddenRows: [UInt32]
        /// Columns with content, from 1, ascending.
        let columns: [Int]
        let problems: [CellProblem]
    }

    /// Ends the sheet: empties cells that merged ones cover and gives all rows the same number of fields.
    ///
    /// - Parameter merged: Merged ranges, ascending by their first row.
    /// - Complexity: O(bytes).
    mutating func finish(merged: [CellRange]) throws(WorkbookProblem) -> Finished {
        let width = columnCount
        guard rows.count * width <= buffer.count else { throw .tooLarge(.csv) }
        try emptyCovered(merged.filter { $0.firstColumn <= width }, width: width)
        try pad(to: columnCount)
        return Finished(
            rows: rows.map(\.number), columnCount: columnCount, hiddenRows: rows.filter(\.isHidden).map(\.number),
            columns: contents.indices.filter { contents[$0] > 0 }.map { $0 + 1 },
            problems: problems.filter { problem in !merged.contains { $0.covers(problem) } })
    }

    private var columnCount: Int { (contents.lastIndex { $0 > 0 } ?? -1) + 1 }

    /// Empties the cells that merged ones cover, and leaves out rows that are empty then.
    ///
    /// Ranges that overlap are refused, so that a row has at most as many as it has columns.
    private mutating func emptyCovered(_ merged: [CellRange], width: Int) throws(WorkbookProblem) {
        guard let last = merged.map(\.lastRow).max() else { return }
        var isCovered = [Bool](repeating: false, count: width)
        var (kept, start, target, next) = (0, 0, 0, 0)
        var active: [CellRange] = []
        for row in rows {
            let number = Int(row.number)
            if number > last, target == start { return }
            active.removeAll { $0.lastRow < number }
            while next < merged.count, merged[next].firstRow <= number {
                if merged[next].lastRow >= number { active.append(merged[next]) }
                next += 1
            }
            for range in active {
                for column in range.firstColumn...min(range.lastColumn, width) {
                    guard !isCovered[column - 1] else { throw .damaged(.merge) }
                    isCovered[column - 1] = true
                }
            }
            for range in active where range.firstRow == number { isCovered[range.firstColumn - 1] = false }
            let fields = rewrite(row, from: start, to: &target, isCovered)
            for range in active {
                for column in range.firstColumn...min(range.lastColumn, width) { isCovered[column - 1] = false }
            }
            start = Int(row.end)
            guard fields > 0 else { continue }
            rows[kept] = Row(
                number: row.number, isHidden: row.isHidden, fields: UInt32(fields), end: UInt32(target))
            kept += 1
        }
        rows.removeLast(rows.count - kept)
        count = target
    }

    /// Moves a row towards the beginning, without its covered cells.
    ///
    /// - Returns: The number of fields that are left.
    private mutating func rewrite(_ row: Row, from start: Int, to target: inout Int, _ isCovered: [Bool]) -> Int {
        var source = start
        var written = 0
        for column in 0..<Int(row.fields) {
            let end = fieldEnd(source)
            defer { source = end + 1 }
            guard end > source else { continue }
            if isCovered[column] {
                contents[column] -= 1
                continue
            }
            for _ in max(1, written)..<column + 1 {
                buffer[target] = UInt8(ascii: ",")
                target += 1
            }
            written = column + 1
            move(source..<end, to: target)
            target += end - source
        }
        guard written > 0 else { return 0 }
        buffer[target] = UInt8(ascii: "\n")
        target += 1
        return written
    }

    /// Where the field that begins at an offset ends.
    func fieldEnd(_ start: Int) -> Int {
        var end = start
        var isQuoted = false
        while isQuoted || (buffer[end] != UInt8(ascii: ",") && buffer[end] != UInt8(ascii: "\n")) {
            // A doubled quote ends the quoted part and begins it again.
            if buffer[end] == UInt8(ascii: "\"") { isQuoted.toggle() }
            end += 1
        }
        return end
    }

    private func move(_ bytes: Range<Int>, to target: Int) {
        let base = buffer.baseAddress.unsafelyUnwrapped
        (base + target).update(from: base + bytes.lowerBound, count: bytes.count)
    }

    /// Gives every row the same number of fields, from the last row to the first, since all that follow move back.
    private mutating func pad(to width: Int) throws(WorkbookProblem) {
        var missing = rows.reduce(0) { $0 + width - Int($1.fields) }
        guard missing <= buffer.count - count else { throw .tooLarge(.csv) }
        count += missing
        for index in rows.indices.reversed() where missing > 0 {
            let start = index == 0 ? 0 : Int(rows[index - 1].end)
            let end = Int(rows[index].end)
            let commas = width - Int(rows[index].fields)
            buffer[end + missing - 1] = UInt8(ascii: "\n")
            rows[index].end = UInt32(end + missing)
            for offset in 0..<commas { buffer[end + missing - 2 - offset] = UInt8(ascii: ",") }
            missing -= commas
            move(start..<end - 1, to: start + missing)
        }
    }
}

extension CellRange {
    /// Whether a cell stands in the range and is not its first.
    fileprivate func covers(_ cell: CellProblem) -> Bool {
        (firstRow...lastRow).contains(cell.row) && (firstColumn...lastColumn).contains(cell.column)
            && (cell.row, cell.column) != (firstRow, firstColumn)
    }
}

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
        guard rows.count * columnCount <= buffer.count else { throw tooLarge }
        try checkOverlap(merged)
        try forgetCovered(merged)
        try emptyCovered(merged)
        try pad(to: columnCount)
        return Finished(
            rows: rows.map(\.number), columnCount: columnCount, hiddenRows: rows.filter(\.isHidden).map(\.number),
            columns: contents.indices.filter { contents[$0] > 0 }.map { $0 + 1 }, problems: problems)
    }

    private var columnCount: Int { (contents.lastIndex { $0 > 0 } ?? -1) + 1 }

    /// Refuses ranges that overlap in a column with content, whether or not their rows have any.
    private func checkOverlap(_ merged: [CellRange]) throws(WorkbookProblem) {
        var sweep = MergeSweep(merged, columns: columnCount)
        for range in merged { try sweep.advance(to: range.firstRow) }
    }

    /// Leaves out the problems of cells that merged ones cover.
    private mutating func forgetCovered(_ merged: [CellRange]) throws(WorkbookProblem) {
        guard !problems.isEmpty, !merged.isEmpty else { return }
        var sweep = MergeSweep(merged, columns: Limits.columns)
        var kept = 0
        for problem in problems {
            try sweep.advance(to: problem.row)
            guard !sweep.covers(problem.column) else { continue }
            problems[kept] = problem
            kept += 1
        }
        problems.removeLast(problems.count - kept)
    }

    /// Empties the cells that merged ones cover, and leaves out rows that are empty then.
    private mutating func emptyCovered(_ merged: [CellRange]) throws(WorkbookProblem) {
        var sweep = MergeSweep(merged, columns: columnCount)
        var (kept, start, target) = (0, 0, 0)
        for row in rows {
            if sweep.isOver, target == start { return }
            try sweep.advance(to: Int(row.number))
            let fields = rewrite(row, from: start, to: &target, sweep)
            start = Int(row.end)
            guard fields > 0 else { continue }
            rows[kept] = Row(number: row.number, isHidden: row.isHidden, fields: UInt32(fields), end: UInt32(target))
            kept += 1
        }
        rows.removeLast(rows.count - kept)
        count = target
    }

    /// Moves a row towards the beginning, without its covered cells.
    ///
    /// - Returns: The number of fields that are left.
    private mutating func rewrite(_ row: Row, from start: Int, to target: inout Int, _ sweep: MergeSweep) -> Int {
        var source = start
        var written = 0
        for column in 0..<Int(row.fields) {
            let end = fieldEnd(source)
            defer { source = end + 1 }
            guard end > source else { continue }
            if sweep.covers(column + 1) {
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
        guard missing <= buffer.count - count else { throw tooLarge }
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

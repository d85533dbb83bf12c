/// Says which cells merged ranges cover, row by row downwards.
///
/// - Complexity: O(ranges × columns) for all rows together, since ranges that overlap are refused: no more than one of them
///   covers a cell.
struct MergeSweep {
    private let ranges: [CellRange]
    private var next = 0
    private var row = 0
    /// The ranges that have the row.
    private var active: [Int] = []
    /// The first row in which one of the active ranges has ended.
    private var end = Int.max
    /// For each column the range that has it in the row, and one more; 0 for none.
    private var covering: [UInt32]

    /// - Parameters:
    ///   - ranges: Merged ranges, ascending by their first row.
    ///   - columns: The columns that are asked for.
    init(_ ranges: [CellRange], columns: Int) {
        self.ranges = ranges.filter { $0.firstColumn <= columns }
        covering = Array(repeating: 0, count: columns)
    }

    /// Whether no range has this row or a later one.
    var isOver: Bool { active.isEmpty && next == ranges.count }

    /// Goes down to a row.
    mutating func advance(to row: Int) throws(WorkbookProblem) {
        self.row = row
        if row >= end { removeEnded() }
        while next < ranges.count, ranges[next].firstRow <= row {
            let range = ranges[next]
            next += 1
            guard range.lastRow >= row else { continue }
            for column in columns(range) {
                guard covering[column - 1] == 0 else { throw .damaged(.merge) }
                covering[column - 1] = UInt32(next)
            }
            active.append(next - 1)
            end = min(end, range.lastRow + 1)
        }
    }

    /// Whether a merged range has the cell of the row and another first cell.
    func covers(_ column: Int) -> Bool {
        guard column <= covering.count, covering[column - 1] > 0 else { return false }
        let range = ranges[Int(covering[column - 1]) - 1]
        return row > range.firstRow || column > range.firstColumn
    }

    private func columns(_ range: CellRange) -> ClosedRange<Int> {
        range.firstColumn...min(range.lastColumn, covering.count)
    }

    private mutating func removeEnded() {
        for index in active where ranges[index].lastRow < row {
            for column in columns(ranges[index]) { covering[column - 1] = 0 }
        }
        active.removeAll { ranges[$0].lastRow < row }
        end = active.map { ranges[$0].lastRow + 1 }.min() ?? .max
    }
}

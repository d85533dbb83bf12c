/// The first rows of a text with content, as they stand: among them is the header of its table.
public struct FirstRows: Sendable {
    public let rows: [Row]
    private let merged: [SheetPlaces.Merged]

    /// A row.
    public struct Row: Sendable {
        /// As a spreadsheet counts rows, from 1.
        public let number: Int
        /// Trimmed.
        public let fields: [String]
        /// Whether nothing is wrong with its form.
        public let isSound: Bool
    }

    /// Rows among which a header is looked for.
    public static let searchedCount = 40

    /// Reads rows.
    ///
    /// - Parameters:
    ///   - utf8: The text.
    ///   - separator: What parts fields.
    ///   - sheet: Where the rows stood in a sheet.
    ///   - wanted: The rows to read, as a spreadsheet counts; `nil`: the first ``searchedCount`` with content.
    /// - Complexity: O(bytes up to the last of these rows).
    public init(
        of utf8: [UInt8], separator: TableLayout.Separator = .comma, sheet: SheetPlaces? = nil,
        in wanted: ClosedRange<Int>? = nil
    ) {
        merged = sheet?.merged ?? []
        rows = utf8.withUnsafeBufferPointer { buffer in
            var reader = TableReader(
                buffer, TableLayout(separator: separator), sheet, rowLimit: sheet == nil ? 1 << 20 : utf8.count,
                unwelcome: [])
            return reader.firstRows(wanted == nil ? Self.searchedCount : .max, in: wanted)
        }
    }

    /// The names of the columns if these rows are the header, without blank ones at the end.
    ///
    /// - Parameter places: Places of neighbours in ``rows``.
    /// - Complexity: O(fields · merged ranges).
    public func names(_ places: ClosedRange<Int>) -> [String] {
        var names = joinedNames(rows[places].map(\.fields), numbers: rows[places].map(\.number), merged: merged)
        names.removeLast(names.count - (names.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0))
        return names
    }

    /// Looks for the rows whose names are those of a header.
    ///
    /// A row above that is filled like a header or like data, or wrong in form, shows that there is more than a title above;
    /// then nothing below it is a header.
    ///
    /// - Parameters:
    ///   - isKnown: Whether the rows are those of the header, as somebody said; then all are taken, or none.
    ///   - fits: Whether these are the names of the columns that are looked for.
    /// - Returns: Their numbers, of one row before several, of the highest rows; `nil` where none fits.
    public func header(isKnown: Bool = false, fits: ([String]) -> Bool) -> ClosedRange<Int>? {
        for further in 0..<TableLayout.headerRowLimit where !isKnown || further == rows.count - 1 {
            for first in rows.indices where first + further < rows.count {
                let places = first...first + further
                let (top, bottom) = (rows[first].number, rows[first + further].number)
                guard rows[places].allSatisfy(\.isSound), isKnown || bottom - top == further else { continue }
                let names = names(places)
                guard names.count <= Table.columnLimit, fits(names) else { continue }
                let named = names.count { !$0.isEmpty }
                let isBelowTitles = rows[..<first].allSatisfy { row in
                    row.isSound && row.fields.count { !$0.isEmpty } * 2 <= named
                }
                if isBelowTitles { return top...bottom }
            }
        }
        return nil
    }
}

/// The name of each column, of all rows of a header together: the names that stand below each other, with a blank between.
///
/// - Parameters:
///   - rows: The fields of each row, trimmed.
///   - numbers: The row of the sheet that each stands in.
///   - merged: Cells of the sheet that are one.
/// - Complexity: O(fields + rows · columns · merged ranges).
func joinedNames(_ rows: [[String]], numbers: [Int], merged: [SheetPlaces.Merged]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    var texts = rows.map { row in (0..<count).map { $0 < row.count ? Table.onOneLine(row[$0]) : "" } }
    for upper in texts.indices.dropLast() {
        // Of each column whether the rows below say something.
        let below = (0..<count).map { column in texts[(upper + 1)...].contains { !$0[column].isEmpty } }
        var isMerged = [Bool](repeating: false, count: count)
        for range in merged
        where range.rows.contains(numbers[upper]) && range.columns.count > 1 && range.columns.lowerBound <= count {
            for column in range.columns.lowerBound...min(range.columns.upperBound, count) {
                isMerged[column - 1] = true
                if below[column - 1] { texts[upper][column - 1] = texts[upper][range.columns.lowerBound - 1] }
            }
        }
        // What stands above the first of several columns stands above the next ones too.
        for column in texts[upper].indices.dropFirst()
        where texts[upper][column].isEmpty && below[column] && below[column - 1] && !isMerged[column]
            && !isMerged[column - 1]
        {
            texts[upper][column] = texts[upper][column - 1]
        }
    }
    return (0..<count).map { column in
        var parts: [String] = []
        for text in texts.map({ $0[column] }) where !text.isEmpty && text != parts.last { parts.append(text) }
        return parts.joined(separator: " ")
    }
}

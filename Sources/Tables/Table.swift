/// A table read from CSV (RFC 4180): a header and rows of as many fields, each with its exact place in the file.
///
/// The bytes are kept once; fields are ranges in them and become strings when asked for.
public struct Table: Sendable {
    /// Column names, trimmed.
    public let columns: [String]
    public var rowCount: Int { rowLine.count }
    @usableFromInline let bytes: [UInt8]
    /// Where the fields of the rows begin, quotes included, row by row; a further entry for each row says where one more
    /// field would begin, so that a field ends one byte before the next begins. Large tables are mostly commas: of the empty
    /// fields at the end of a row only the first has its entry, as each of the others begins one byte after the one before.
    @usableFromInline private(set) var starts: [UInt32] = []
    /// The entries of row `r` stand at `rowStarts[r]..<rowStarts[r + 1]`.
    @usableFromInline private(set) var rowStarts: [Int] = [0]
    /// For each row the line of its first byte.
    private var rowLine: [UInt32] = []
    /// How many lines come before the row of that number besides one a row, from these rows on; most tables have none.
    private var furtherLines: [(row: Int, count: Int)] = []
    /// Where each field of the header's last row begins, and where a further one would begin.
    private let headerStart: [UInt32]
    /// Where the header begins, and where the rows below it do.
    let headerStartOffset: Int
    fileprivate(set) var rowsStart = 0
    private let headerLine: Int
    private let headerOffset: Int
    /// Whether the text was made from a sheet, so that places are rows and columns of that.
    private let isSheet: Bool
    /// Rows that were left out as somebody said, by their numbers as a spreadsheet counts them.
    public fileprivate(set) var leftOutRows: [Int] = []
    /// Line of the first of these, from 1; 0 where there is none.
    public fileprivate(set) var leftOutLine = 0
    /// The rows above the header that have content, counted likewise.
    public fileprivate(set) var rowsAboveHeader = 0
    /// The rows of the header, counted likewise.
    public let headerRows: ClosedRange<Int>

    /// Tables are smaller than this, in bytes.
    public static let byteLimit = 1 << 32 - 1
    /// Columns that a table may have; no list of children has as many.
    public static let columnLimit = 2_000

    /// Reads a table.
    ///
    /// Rows end with LF, CRLF or CR; quoted fields may contain them. Rows without any content are passed over, empty
    /// fields past the last column too. Rows that are wrong in form are left out of the table.
    ///
    /// - Parameters:
    ///   - utf8: The bytes of the table.
    ///   - layout: Where in the text the table stands. The names of a header of several rows are joined, with a blank
    ///     between them; what stands above several columns counts for each of them.
    ///   - sheet: Where the rows stood in the sheet that the text was made from; places are then of the sheet.
    ///   - rowLimit: Bytes that one row may have; in a sheet any number.
    ///   - leavesOut: Whether to leave out a row below the header, given its first field with content, trimmed; asked of no
    ///     row if it is `nil`.
    /// - Returns: The table, `nil` where there is not even a header, and every problem of form in order.
    /// - Complexity: O(bytes).
    public static func read(
        _ utf8: [UInt8], layout: TableLayout = .standard, sheet: SheetPlaces? = nil, rowLimit: Int = 1 << 20,
        leavesOut: ((String) -> Bool)? = nil
    ) -> (table: Table?, problems: [TableProblem]) {
        guard utf8.count < byteLimit else {
            return (
                nil,
                [
                    TableProblem(
                        .fileTooLarge, line: 1, column: 1, "The file has 4 GiB or more; part it.",
                        "ファイルが 4 GiB 以上あります。分けてください。")
                ]
            )
        }
        return utf8.withUnsafeBufferPointer { buffer in
            var reader = TableReader(
                buffer, layout, sheet, rowLimit: sheet == nil ? rowLimit : utf8.count,
                unwelcome: UnwelcomeCharacter.all(in: buffer))
            let table = reader.read(utf8, leavesOut: leavesOut)
            return (table, reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
    }

    /// Looks among the first rows for those whose names are those of a header.
    ///
    /// - Parameters:
    ///   - utf8: The text.
    ///   - separators: What may part fields.
    ///   - rows: The rows of the header, where that is known.
    ///   - sheet: Where the rows stood in a sheet.
    ///   - fits: Whether these are the names of the columns that are looked for.
    /// - Returns: The layout of the first separator that has one; see ``FirstRows/header(isKnown:fits:)``.
    public static func layout(
        of utf8: [UInt8], separators: [TableLayout.Separator], rows: ClosedRange<Int>? = nil,
        sheet: SheetPlaces? = nil, fits: ([String]) -> Bool
    ) -> TableLayout? {
        for separator in separators {
            let first = FirstRows(of: utf8, separator: separator, sheet: sheet, in: rows)
            if let header = first.header(isKnown: rows != nil, fits: fits) {
                return TableLayout(header: rows ?? header, separator: separator)
            }
        }
        return nil
    }

    fileprivate init(
        bytes: [UInt8], header: TableReader.Row, from start: Int, rows: ClosedRange<Int>, names: [String], isSheet: Bool
    ) {
        headerStartOffset = start
        self.bytes = bytes
        columns = names
        headerStart = header.starts
        headerLine = header.line
        headerOffset = header.start
        headerRows = rows
        self.isSheet = isSheet
    }

    fileprivate mutating func append(_ row: TableReader.Row) {
        var last = columns.count
        while last > 0, row.starts[last] == row.starts[last - 1] + 1 { last -= 1 }
        starts.append(contentsOf: row.starts[...last])
        rowStarts.append(starts.count)
        if row.line - row.number != furtherLines.last?.count ?? 0 {
            furtherLines.append((rowLine.count, row.line - row.number))
        }
        rowLine.append(UInt32(row.line))
    }

    /// Makes room for as many rows as the rest of the bytes may have, going by those that were read.
    fileprivate mutating func reserveRows(_ read: Int, rest: Int) {
        let share = Double(rest) / Double(max(1, read)) * 1.02 + 1
        rowLine.reserveCapacity(Int(Double(rowLine.count) * share))
        rowStarts.reserveCapacity(Int(Double(rowStarts.count) * share))
        starts.reserveCapacity(Int(Double(starts.count) * share))
    }

    /// Where the field begins and ends, quotes included.
    @inlinable func range(_ row: Int, _ column: Int) -> Range<Int> {
        let (place, last) = (rowStarts[row] + column, rowStarts[row + 1] - 1)
        if place < last { return Int(starts[place])..<Int(starts[place + 1]) - 1 }
        let start = Int(starts[last]) + place - last
        return start..<start
    }

    /// A name without line breaks: nothing stands for one, or a blank between two words of ASCII.
    public static func onOneLine(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return name }
        let lines = name.split(whereSeparator: \.isNewline)
        return lines.dropFirst().reduce(into: lines.first.map(String.init) ?? "") { text, line in
            if text.last?.isASCII == true, line.first?.isASCII == true { text += " " }
            text += line
        }
    }

    /// Where each field of the header's last row begins, and where a further one would begin.
    var headerFieldStarts: [Int] { headerStart.map(Int.init) }

    /// What ends the lines of the text: as the header's does, LF where that ends the text.
    var lineEnd: [UInt8] {
        let end = bytes[..<rowsStart].suffix(2)
        if end.elementsEqual([0x0D, 0x0A]) { return [0x0D, 0x0A] }
        return end.last == 0x0D ? [0x0D] : [0x0A]
    }

    /// The field as it stands in the text, quotes included.
    public func field(row: Int, column: Int) -> ArraySlice<UInt8> { bytes[range(row, column)] }

    /// The rows with content that stand above the header.
    ///
    /// - Parameter sheet: Where the rows stood in the sheet that the text was made from.
    public func titles(_ sheet: SheetPlaces?) -> [FirstRows.Row] {
        guard headerRows.lowerBound > 1 else { return [] }
        return FirstRows(of: bytes, sheet: sheet, in: 1...headerRows.lowerBound - 1).rows
    }

    /// Index of the column of this name, or `nil`.
    public func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

    /// Whether the field has no content but blanks.
    public func isBlank(row: Int, column: Int) -> Bool {
        withTrimmedBytes(row: row, column: column) { $0.isEmpty }
    }

    /// The field with its quotes resolved, not trimmed. O(length).
    public func text(row: Int, column: Int) -> String {
        bytes.withUnsafeBufferPointer { Self.string(in: $0, content(row, column)) }
    }

    /// The field without blanks (ASCII ones and U+3000) at its ends. O(length).
    public func trimmedText(row: Int, column: Int) -> String {
        bytes.withUnsafeBufferPointer { Self.string(in: $0, trimmedRange(of: content(row, column), in: $0)) }
    }

    /// Bytes that the field takes, quotes and blanks included. O(1).
    @inlinable public func byteCount(row: Int, column: Int) -> Int {
        let (place, last) = (rowStarts[row] + column, rowStarts[row + 1] - 1)
        return place < last ? Int(starts[place + 1] - starts[place]) - 1 : 0
    }

    /// Calls `body` with the bytes of the field without blanks at its ends, doubled quotes as they stand. O(blanks).
    @inlinable public func withTrimmedBytes<Result>(
        row: Int, column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        bytes.withUnsafeBufferPointer { buffer in
            body(UnsafeBufferPointer(rebasing: buffer[trimmedRange(of: content(row, column), in: buffer)]))
        }
    }

    /// The range of the field without the quotes around it.
    @usableFromInline func content(_ row: Int, _ column: Int) -> Range<Int> {
        let range = range(row, column)
        if range.isEmpty { return range }
        let first = bytes[range.lowerBound]
        if first != UInt8(ascii: "\""), first != UInt8(ascii: "=") { return range }
        return bytes.withUnsafeBufferPointer { contentRange(of: range, in: $0) }
    }

    fileprivate static func string(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
        let content = UnsafeBufferPointer(rebasing: bytes[range])
        // A quote can stand only inside a quoted field, doubled.
        guard content.contains(UInt8(ascii: "\"")) else { return String(decoding: content, as: UTF8.self) }
        var text: [UInt8] = []
        var index = 0
        while index < content.count {
            text.append(content[index])
            index += content[index] == UInt8(ascii: "\"") ? 2 : 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Line and character, from 1, at which the field begins (its quote included).
    ///
    /// In a sheet the numbers of the row and the column.
    public func place(row: Int, column: Int) -> (line: Int, column: Int) {
        if isSheet { return (Int(rowLine[row]), column + 1) }
        return place(of: range(row, column).lowerBound, from: range(row, 0).lowerBound, line: Int(rowLine[row]))
    }

    /// Line of the row's first byte, from 1.
    public func line(row: Int) -> Int { Int(rowLine[row]) }

    /// Number of the row as a spreadsheet counts, from 1: fields of several lines are in one row of it. O(log of such fields).
    public func rowNumber(row: Int) -> Int {
        var (low, high) = (0, furtherLines.count)
        while low < high {
            let middle = (low + high) / 2
            if furtherLines[middle].row <= row { low = middle + 1 } else { high = middle }
        }
        return Int(rowLine[row]) - (low == 0 ? 0 : furtherLines[low - 1].count)
    }

    /// Line and character, from 1, at which the column's name begins.
    public func headerPlace(column: Int) -> (line: Int, column: Int) {
        if isSheet { return (headerLine, column + 1) }
        // Behind the last field another one would begin, and an upper row of the header may have more.
        return place(
            of: Int(headerStart[min(column, headerStart.count - 2)]), from: headerOffset, line: headerLine)
    }

    /// Line of the header.
    public var headerRow: Int { headerLine }

    private func place(of offset: Int, from rowStart: Int, line: Int) -> (line: Int, column: Int) {
        bytes.withUnsafeBufferPointer { placeOf(offset, from: rowStart, line: line, in: $0) }
    }
}

/// Counts lines and characters up to an offset.
private func placeOf(_ offset: Int, from start: Int, line: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (
    line: Int, column: Int
) {
    var line = line
    var column = 1
    var index = start
    while index < offset {
        let byte = bytes[index]
        if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && bytes[index + 1] != UInt8(ascii: "\n")) {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80, byte != UInt8(ascii: "\r") {
            column += 1
        }
        index += 1
    }
    return (line, column)
}

/// The range without blanks at its ends: space, tab, line ends and the ideographic space (E3 80 80).
@usableFromInline func trimmedRange(of range: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    // Most fields begin and end with a character that is no blank and does not look like one.
    if start < end, (33..<0x80).contains(bytes[start]), (33..<0x80).contains(bytes[end - 1]) { return range }
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    while start < end {
        if isBlank(bytes[start]) {
            start += 1
        } else if end - start >= 3, bytes[start] == 0xE3, bytes[start + 1] == 0x80, bytes[start + 2] == 0x80 {
            start += 3
        } else {
            break
        }
    }
    while start < end {
        if isBlank(bytes[end - 1]) {
            end -= 1
        } else if end - start >= 3, bytes[end - 3] == 0xE3, bytes[end - 2] == 0x80, bytes[end - 1] == 0x80 {
            end -= 3
        } else {
            break
        }
    }
    return start..<end
}

/// The range of a field without the quotes around it, also of a text that is written as a formula so that a spreadsheet leaves
/// it alone: `="0012"`.
@usableFromInline func contentRange(of range: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    let (quote, equals) = (UInt8(ascii: "\""), UInt8(ascii: "="))
    guard range.count >= 2 else { return range }
    let (start, end) = (range.lowerBound, range.upperBound)
    if bytes[start] == equals {
        return bytes[start + 1] == quote && range.count >= 3 && bytes[end - 1] == quote ? start + 2..<end - 1 : range
    }
    // A quoted field has a quote at both ends: text behind the second is refused.
    guard bytes[start] == quote else { return range }
    // Quotes within quotes stand twice.
    if range.count >= 7, bytes[start + 1] == equals, bytes[start + 2] == quote, bytes[start + 3] == quote,
        bytes[end - 2] == quote, bytes[end - 3] == quote,
        !bytes[start + 4..<end - 3].contains(quote)
    {
        return start + 4..<end - 3
    }
    return start + 1..<end - 1
}

/// Cuts bytes into rows and fields.
struct TableReader {
    struct Row {
        var start: Int
        var line: Int
        /// As a spreadsheet counts.
        var number = 0
        /// Where each field begins, its quote included, and where a further one would begin.
        var starts: [UInt32] = []
        var isSound = true

        var fieldCount: Int { starts.count - 1 }
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let layout: TableLayout
    private let separator: UInt8
    private let sheet: SheetPlaces?
    private let rowLimit: Int
    /// Rows that were begun.
    private var rowCount = 0
    /// Characters beyond C0 that no field may have, ascending, and how many of them were passed.
    private let unwelcome: [UnwelcomeCharacter]
    private var passed = 0
    private var index = 0
    private var line = 1
    private(set) var problems: [TableProblem] = []

    /// The number of rows after which the total is estimated.
    private static let rowsToGoBy = 256
    private static let quote = UInt8(ascii: "\"")
    private static let newLine = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(
        _ bytes: UnsafeBufferPointer<UInt8>, _ layout: TableLayout, _ sheet: SheetPlaces?, rowLimit: Int,
        unwelcome: [UnwelcomeCharacter]
    ) {
        self.bytes = bytes
        self.layout = layout
        separator = layout.separator.byte
        self.sheet = sheet
        self.rowLimit = rowLimit
        self.unwelcome = unwelcome
    }

    /// The number of the row that was read last, as a spreadsheet counts.
    private var rowNumber: Int {
        sheet.map { $0.rows.indices.contains(rowCount - 1) ? Int($0.rows[rowCount - 1]) : rowCount } ?? rowCount
    }

    /// - Parameter kept: The bytes again, for the table to keep.
    mutating func read(_ kept: [UInt8], leavesOut: ((String) -> Bool)?) -> Table? {
        guard let (rows, numbers, above) = readHeader(), let names = names(rows) else { return nil }
        let header = rows[rows.count - 1]
        var row = Row(start: 0, line: 1)
        var table = Table(
            bytes: kept, header: header, from: rows[0].start, rows: numbers, names: names, isSheet: sheet != nil)
        table.rowsAboveHeader = above
        table.rowsStart = index
        let first = index
        let before = problems.count
        let headerNumber = header.number
        var longer = 0
        let nameless = names.indices.filter { names[$0].isEmpty }
        var filled: [Int: (line: Int, row: Int)] = [:]
        while next(&row) {
            guard row.isSound, hasContent(row) else { continue }
            if let leavesOut, leavesOut(firstText(of: row)) {
                table.leftOutRows.append(rowNumber)
                if table.leftOutLine == 0 { table.leftOutLine = row.line }
                continue
            }
            if row.fieldCount < names.count || hasContent(row, past: names.count) {
                if row.fieldCount > names.count { longer += 1 }
                let isNote = NoteRow.isLikely(firstText(of: row))
                note(
                    .rowLength, at: row.start, row, isOfRow: true,
                    "The row has \(row.fieldCount) fields where the header has \(names.count)"
                        + (isNote ? "; \(Self.noteHint.english)" : "; correct the row."),
                    "この行の欄は \(row.fieldCount) 個ですが、見出しは \(names.count) 個です。"
                        + (isNote ? Self.noteHint.japanese : "行を直してください。"))
                continue
            }
            for column in nameless where filled[column] == nil && !text(column, of: row).isEmpty {
                filled[column] = (row.line, rowNumber)
            }
            table.append(row)
            if table.rowCount == Self.rowsToGoBy { table.reserveRows(index - first, rest: bytes.count - index) }
        }
        // A column without a name and without content is none.
        if !filled.isEmpty {
            for column in filled.keys.sorted() {
                let place = table.headerPlace(column: column)
                problems.append(
                    TableProblem(
                        .columnWithoutName, line: place.line, column: place.column,
                        row: headerNumber, field: column + 1,
                        "The column has no name in the header; name it, or empty it.",
                        "見出しのない列に値があります。見出しを書くか、列の中身を消してください。"))
            }
            return nil
        }
        // One sentence instead of one for each row.
        if table.rowCount == 0, longer >= 2, longer == problems.count - before {
            let line = problems[before].line
            problems.removeSubrange(before...)
            note(
                .titleLine, at: header.start, header, isOfRow: true,
                "All rows have more fields than this line; a title seems to stand above the header, which may be line "
                    + "\(line): name the row of the header in files, as header: \(line), or remove the lines above it.",
                "どの行もこの行より欄が多く、見出しの上に表題の行があるようです。見出しは \(line) 行目かもしれません。columns の files に "
                    + "header: \(line) と書くか、上の行を取り除いてください。")
            return nil
        }
        return table
    }

    private static let noteHint = (
        english: "it seems to be a sum or a note: name it in files, as leaveOut: [合計, 更新日*], or remove it.",
        japanese: "合計か注記の行のようです。columns の files に leaveOut: [合計, 更新日*] のように書くか、行を消してください。"
    )

    /// The first rows that have content, or are wrong in form.
    mutating func firstRows(_ count: Int, in wanted: ClosedRange<Int>?) -> [FirstRows.Row] {
        var rows: [FirstRows.Row] = []
        var row = Row(start: 0, line: 1)
        while rows.count < count, next(&row) {
            if let wanted, rowNumber > wanted.upperBound { break }
            guard wanted?.contains(rowNumber) ?? true, !row.isSound || hasContent(row) else { continue }
            let fields = (0..<row.fieldCount).map { text($0, of: row) }
            rows.append(FirstRows.Row(number: rowNumber, fields: fields, isSound: row.isSound))
        }
        return rows
    }

    /// Reads up to the last row of the header.
    ///
    /// - Returns: Its rows, their numbers, and how many rows with content stand above; `nil` where there is no header.
    private mutating func readHeader() -> (rows: [Row], numbers: ClosedRange<Int>, above: Int)? {
        var row = Row(start: 0, line: 1)
        guard let wanted = layout.header else {
            while next(&row) {
                if !row.isSound { return nil }
                if hasContent(row) { return ([row], rowNumber...rowNumber, 0) }
            }
            if problems.isEmpty {
                problems.append(.noHeader)
            }
            return nil
        }
        var rows: [Row] = []
        var above = 0
        while true {
            let (index, line, count, passed) = (index, line, rowCount, passed)
            guard next(&row) else { break }
            if rowNumber > wanted.upperBound {
                (self.index, self.line, rowCount, self.passed) = (index, line, count, passed)
                break
            }
            if rowNumber < wanted.lowerBound {
                // Whatever is wrong with a title is nobody's trouble.
                problems.removeAll()
                if row.isSound, hasContent(row) { above += 1 }
                continue
            }
            if !row.isSound { return nil }
            if hasContent(row) { rows.append(row) }
        }
        if rows.isEmpty {
            problems.append(
                TableProblem(
                    .emptyFile, line: sheet == nil ? 1 : wanted.lowerBound, column: 1,
                    "There is no header in row \(wanted.lowerBound)\(wanted.count > 1 ? " to \(wanted.upperBound)" : ""), where "
                        + "the settings say it is; correct header in files.",
                    "設定にある \(wanted.lowerBound)\(wanted.count > 1 ? " から \(wanted.upperBound)" : "") 行目に見出しがありません。"
                        + "columns の files の header を直してください。"))
            return nil
        }
        return (rows, wanted, above)
    }

    /// The range of a field without the quotes around it.
    private func content(_ field: Int, of row: Row) -> Range<Int> {
        contentRange(of: Int(row.starts[field])..<Int(row.starts[field + 1]) - 1, in: bytes)
    }

    /// The field, trimmed.
    private func text(_ field: Int, of row: Row) -> String {
        Table.string(in: bytes, trimmedRange(of: content(field, of: row), in: bytes))
    }

    /// The first field with content, trimmed.
    private func firstText(of row: Row) -> String {
        for field in 0..<row.fieldCount {
            let range = trimmedRange(of: content(field, of: row), in: bytes)
            if !range.isEmpty { return Table.string(in: bytes, range) }
        }
        return ""
    }

    private func hasContent(_ row: Row) -> Bool {
        for field in 0..<row.fieldCount where !trimmedRange(of: content(field, of: row), in: bytes).isEmpty {
            return true
        }
        return false
    }

    private func hasContent(_ row: Row, past count: Int) -> Bool {
        for field in count..<max(count, row.fieldCount) where !content(field, of: row).isEmpty { return true }
        return false
    }

    /// The names of the columns; `nil` where the header is no header. O(bytes).
    private mutating func names(_ rows: [Row]) -> [String]? {
        let header = rows[rows.count - 1]
        var joined = joinedNames(
            rows.map { row in (0..<row.fieldCount).map { text($0, of: row) } }, numbers: rows.map(\.line),
            merged: sheet?.merged ?? [])
        // Spreadsheets leave empty columns behind; they may end the header but hold nothing.
        joined.removeLast(joined.count - (joined.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0))
        func start(_ field: Int) -> Int { Int(header.starts[min(field, header.fieldCount - 1)]) }
        guard joined.count <= Table.columnLimit else {
            note(
                .tooManyColumns, at: start(Table.columnLimit), header,
                "The header has \(joined.count) columns, and a table may have \(Table.columnLimit); remove what is no column.",
                "見出しに列が \(joined.count) あります（\(Table.columnLimit) 列まで）。列でないものを取り除いてください。")
            return nil
        }
        var known = Set<String>()
        let before = problems.count
        for (field, name) in joined.enumerated() where !name.isEmpty && !known.insert(name).inserted {
            // What the settings take for a header may be a row of children, which no message repeats.
            let isTold = layout.header == nil
            note(
                .columnTwice, at: start(field), header,
                (isTold ? "The column \(name)" : "The name of this column")
                    + " stands twice in the header; rename or remove one of them.",
                (isTold ? "見出し「\(name)」" : "この列と同じ見出し") + "が二つあります。片方の見出しを変えるか、列を消してください。")
        }
        if sheet == nil, layout.separator == .comma, joined.count == 1,
            let mark = [("\t", "tab"), (";", "semicolon")].first(where: { joined[0].contains($0.0) })
        {
            note(
                .notCommaSeparated, at: start(0), header,
                "The columns are parted by \(mark.1)s; say so in files, as separator: \(mark.1), or save the file as CSV, parted "
                    + "by commas.",
                "列が\(mark.1 == "tab" ? "タブ" : "セミコロン")で区切られています。columns の files に separator: \(mark.1) と書くか、"
                    + "コンマ区切りの CSV で保存し直してください。")
        }
        return problems.count == before ? joined : nil
    }

    /// - Parameter isOfRow: Whether the row as a whole is meant.
    private mutating func note(
        _ code: TableProblem.Code, at offset: Int, _ row: Row, isOfRow: Bool = false, _ message: String,
        _ japanese: String
    ) {
        let place: (line: Int, column: Int) =
            sheet == nil
            ? placeOf(offset, from: row.start, line: row.line, in: bytes)
            : (row.line, max(1, row.starts.count { Int($0) <= offset }))
        let field = isOfRow ? nil : max(1, row.starts.count { Int($0) <= offset })
        problems.append(
            TableProblem(
                code, line: place.line, column: place.column, row: row.number, field: field, message, japanese))
    }

    /// Notes the first problem of a row.
    private mutating func refuse(
        _ row: inout Row, _ code: TableProblem.Code, at offset: Int, _ message: String,
        _ japanese: String
    ) {
        if row.isSound { note(code, at: offset, row, message, japanese) }
        row.isSound = false
    }

    /// Reads the next row into `row`; false at the end.
    private mutating func next(_ row: inout Row) -> Bool {
        guard index < bytes.count else { return false }
        row.start = index
        rowCount += 1
        row.number = rowNumber
        row.line = sheet == nil ? line : rowNumber
        row.starts.removeAll(keepingCapacity: true)
        row.isSound = true
        while true {
            row.starts.append(UInt32(truncatingIfNeeded: index))
            let end = readField(&row)
            let isLast = end == nil || endField()
            if index - row.start > rowLimit {
                note(
                    .rowTooLong, at: row.start, row, isOfRow: true,
                    "The row is longer than \(rowLimit) bytes; a quote may be missing, or this is no CSV file.",
                    "行が \(rowLimit) バイトを超えています。引用符の閉じ忘れか、CSV ではないファイルです。直してください。")
                row.isSound = false
                skipLine()
                return true
            }
            if isLast {
                row.starts.append(UInt32(truncatingIfNeeded: (end ?? index) + 1))
                if passed < unwelcome.count, unwelcome[passed].offset < index { refuseUnwelcome(&row) }
                return true
            }
        }
    }

    /// Refuses the row that was read last for the first character in it that no field may have.
    private mutating func refuseUnwelcome(_ row: inout Row) {
        while passed < unwelcome.count, unwelcome[passed].offset < row.start { passed += 1 }
        if passed < unwelcome.count, unwelcome[passed].offset < index {
            let character = unwelcome[passed]
            refuse(
                &row, character.isByteOrderMark ? .byteOrderMark : .controlCharacter, at: character.offset,
                character.message.english, character.message.japanese)
        }
        while passed < unwelcome.count, unwelcome[passed].offset < index { passed += 1 }
    }

    /// Reads one field, quotes included, up to what ends it.
    ///
    /// - Returns: The offset behind the field; `nil` where a quote is not closed in reach.
    private mutating func readField(_ row: inout Row) -> Int? {
        let stop = min(bytes.count, row.start + rowLimit + 1)
        if index < bytes.count, bytes[index] == Self.quote { return readQuotedField(&row, upTo: stop) }
        if index + 1 < bytes.count, bytes[index] == UInt8(ascii: "="), bytes[index + 1] == Self.quote {
            index += 1
            return readQuotedField(&row, upTo: stop)
        }
        let separator = separator
        var index = index
        while index < stop {
            let byte = bytes[index]
            // Letters but for semicolons, digits and everything beyond ASCII.
            if byte > UInt8(ascii: ","), byte != separator {
                index += 1
                continue
            }
            if byte == separator || byte == Self.newLine || byte == Self.carriageReturn { break }
            if byte == Self.quote {
                refuse(
                    &row, .quoteInField, at: index,
                    "A quote stands inside a field that is not quoted; quote the field and double the quote.",
                    "引用符で囲まれていない欄に引用符があります。欄を引用符で囲み、中の引用符は二つ重ねてください。")
            } else if byte < 32 && byte != 9 {
                refuse(
                    &row, .controlCharacter, at: index, "There is a control character here; remove it.",
                    "制御文字が入っています。取り除いてください。")
            }
            index += 1
        }
        self.index = index
        return index
    }

    private mutating func readQuotedField(_ row: inout Row, upTo stop: Int) -> Int? {
        let outer = index
        index += 1
        while index < stop {
            let byte = bytes[index]
            if byte == Self.quote {
                if index + 1 < bytes.count, bytes[index + 1] == Self.quote {
                    index += 2
                    continue
                }
                index += 1
                let end = index
                if index < bytes.count, !isFieldEnd(bytes[index]) {
                    refuse(
                        &row, .textAfterQuote, at: index,
                        "There is text after the closing quote of the field; remove it, or double the quote.",
                        "閉じた引用符のあとに文字があります。取り除くか、引用符を二つ重ねてください。")
                    while index < bytes.count, !isFieldEnd(bytes[index]) { index += 1 }
                }
                return end
            }
            if byte == Self.newLine
                || (byte == Self.carriageReturn && (index + 1 == bytes.count || bytes[index + 1] != Self.newLine))
            {
                line += 1
            } else if byte < 32, byte != 9, byte != Self.carriageReturn {
                refuse(
                    &row, .controlCharacter, at: index, "There is a control character here; remove it.",
                    "制御文字が入っています。取り除いてください。")
            }
            index += 1
        }
        if index >= bytes.count {
            note(
                .unterminatedQuote, at: outer, row, "The quote that opens this field is never closed; close it.",
                "ここで始まる引用符が閉じられていません。閉じてください。")
            row.isSound = false
        }
        return nil
    }

    private func isFieldEnd(_ byte: UInt8) -> Bool {
        byte == separator || byte == Self.newLine || byte == Self.carriageReturn
    }

    /// Passes over what ends a field; true where that ends the row.
    private mutating func endField() -> Bool {
        guard index < bytes.count else { return true }
        switch bytes[index] {
        case separator:
            index += 1
            return false
        case Self.carriageReturn:
            index += 1
            if index < bytes.count, bytes[index] == Self.newLine { index += 1 }
            line += 1
            return true
        case Self.newLine:
            index += 1
            line += 1
            return true
        default: return true
        }
    }

    private mutating func skipLine() {
        while index < bytes.count, bytes[index] != Self.newLine, bytes[index] != Self.carriageReturn { index += 1 }
        _ = endField()
    }
}

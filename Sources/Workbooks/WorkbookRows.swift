import CXlsxWriter
import Foundation

/// The rows of a sheet while it is written.
public struct WorkbookRows {
    private let sheet: WorkbookSheet
    private let worksheet: UnsafeMutablePointer<lxw_worksheet>
    private let styles: CellStyles
    private var row = 0
    /// The widest line of each column so far, in halfwidth characters.
    private var widths: [Int]

    init(of sheet: WorkbookSheet, in worksheet: UnsafeMutablePointer<lxw_worksheet>, _ styles: CellStyles) {
        self.sheet = sheet
        self.worksheet = worksheet
        self.styles = styles
        widths = [Int](repeating: 0, count: sheet.columns.count)
    }

    /// Appends a row below the others.
    ///
    /// - Parameter cells: One for each column; the last may be left out.
    /// - Throws: ``WorkbookError``.
    public mutating func append(_ cells: [WorkbookCell]) throws(WorkbookError) {
        precondition(cells.count <= sheet.columns.count, "\(cells.count) cells for \(sheet.columns.count) columns")
        guard row < WorkbookWriter.mostRows else { throw .tooManyRows(sheet: sheet.name) }
        let lines = zip(cells, sheet.columns).map { Self.lines(of: $0.content, in: $1) }.max() ?? 1
        try setHeight(lines: lines)
        for (column, cell) in cells.enumerated() {
            try write(cell.content, column, styles.format(of: cell))
        }
        row += 1
    }

    mutating func appendHeader() throws(WorkbookError) {
        try setHeight(
            lines: sheet.columns.map { Self.lines(of: .words($0.header + (sheet.hasFilter ? "   " : "")), in: $0) }
                .max() ?? 1)
        for (column, entry) in sheet.columns.enumerated() {
            try write(.words(entry.header), column, styles.header(entry.tint))
            // Room for the button of the filter.
            widths[column] += sheet.hasFilter ? 3 : 0
        }
        row = 1
    }

    // MARK: Heights

    /// Points of a line of text, of the space around the lines, and of the highest row that Excel has.
    private static let (lineHeight, space, mostHeight) = (16, 3, 409)

    /// Not every program finds the heights of rows itself when it opens a workbook.
    private func setHeight(lines: Int) throws(WorkbookError) {
        let height = min(lines * Self.lineHeight + Self.space, Self.mostHeight)
        try check(worksheet_set_row(worksheet, lxw_row_t(row), Double(height), nil))
    }

    /// The lines that a cell takes. A text that is wider than the widest column makes its column that wide, so that the final width
    /// need not be known.
    private static func lines(of content: WorkbookCell.Content, in column: WorkbookSheet.Column) -> Int {
        switch content {
        case .blank, .number, .day: 1
        case .text(let text), .words(let text):
            // Most texts are short and of one line.
            text.utf8.count <= column.most && !text.utf8.contains(UInt8(ascii: "\n"))
                ? 1
                : escaped(text).split(separator: "\n", omittingEmptySubsequences: false).reduce(0) {
                    $0 + max(1, (displayWidth(of: $1) + column.most - 1) / column.most)
                }
        }
    }

    // MARK: Cells

    private mutating func write(
        _ content: WorkbookCell.Content, _ column: Int, _ format: UnsafeMutablePointer<lxw_format>?
    ) throws(WorkbookError) {
        let (line, place) = (lxw_row_t(row), lxw_col_t(column))
        let error: lxw_error
        switch content {
        case .blank: error = worksheet_write_blank(worksheet, line, place, format)
        case .text(let text), .words(let text):
            try check(text, column)
            let text = escaped(text)
            widths[column] = max(widths[column], displayWidth(of: text))
            error = worksheet_write_string(worksheet, line, place, text, format)
        case .number(let number):
            precondition(number.isFinite, "no cell holds \(number)")
            let digits = number == number.rounded() ? "\(Int64(number))".utf8.count : "\(number)".utf8.count
            widths[column] = max(widths[column], digits)
            error = worksheet_write_number(worksheet, line, place, number, format)
        case .day(let year, let month, let day, _):
            guard (1900...9999).contains(year), year > 1900 || month > 2 else {
                throw .unknownDay(sheet: sheet.name, cell: cellName(column))
            }
            widths[column] = max(widths[column], 10)
            var date = lxw_datetime(
                year: Int32(year), month: Int32(month), day: Int32(day), hour: 0, min: 0, sec: 0)
            error = worksheet_write_datetime(worksheet, line, place, &date, format)
        }
        guard error == LXW_NO_ERROR else { throw WorkbookError(error) }
    }

    private func check(_ text: String, _ column: Int) throws(WorkbookError) {
        if let error = Self.refusal(of: text, sheet: sheet.name, row: row, column) { throw error }
    }

    /// Why a cell cannot hold a text; `nil` where it can.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - sheet: The name of the sheet.
    ///   - row: The row of the cell, from 0.
    ///   - column: The column of the cell, from 0.
    public static func refusal(of text: String, sheet: String, row: Int, _ column: Int) -> WorkbookError? {
        // No text has more UTF-16 units than bytes.
        if text.utf8.count > WorkbookWriter.mostUnitsOfCell, text.utf16.count > WorkbookWriter.mostUnitsOfCell {
            return .textTooLong(sheet: sheet, cell: cellName(row: row, column), count: text.utf16.count)
        }
        return text.unicodeScalars.first { !$0.isForWorkbooks }.map {
            .invalidCharacter(sheet: sheet, cell: cellName(row: row, column), character: $0)
        }
    }

    private func cellName(_ column: Int) -> String { Self.cellName(row: row, column) }

    /// The place as Excel names it, such as `C12`, of a row and a column that are counted from 0.
    static func cellName(row: Int, _ column: Int) -> String {
        var (letters, rest) = ("", column + 1)
        while rest > 0 {
            letters = String(UnicodeScalar(UInt8(65 + (rest - 1) % 26))) + letters
            rest = (rest - 1) / 26
        }
        return "\(letters)\(row + 1)"
    }

    // MARK: The sheet

    /// Halfwidth characters that fit beside each other on a printed page without becoming too small to read.
    private static let readableWidth = 240

    func finish() throws(WorkbookError) {
        var total = 0
        for (column, width) in widths.enumerated() {
            let width = min(max(width, 4), sheet.columns[column].most) + 2
            total += width
            let place = lxw_col_t(column)
            try check(worksheet_set_column(worksheet, place, place, Double(width), nil))
        }
        worksheet_freeze_panes(worksheet, 1, lxw_col_t(sheet.fixedColumns))
        let (last, lastColumn) = (lxw_row_t(max(row - 1, 0)), lxw_col_t(max(sheet.columns.count - 1, 0)))
        if sheet.hasFilter { try check(worksheet_autofilter(worksheet, 0, 0, last, lastColumn)) }
        // Ids are texts of digits and are meant to be.
        let all = "A1:XFD\(WorkbookWriter.mostRows)"
        try check(worksheet_ignore_errors(worksheet, UInt8(LXW_IGNORE_NUMBER_STORED_AS_TEXT.rawValue), all))
        try setPages(across: max(1, (total + Self.readableWidth - 1) / Self.readableWidth))
    }

    /// A4 landscape, all columns on one page, or on as many as keep them readable; the header on every page.
    private func setPages(across pages: Int) throws(WorkbookError) {
        worksheet_set_landscape(worksheet)
        worksheet_set_paper(worksheet, 9)
        worksheet_set_margins(worksheet, 0.4, 0.4, 0.6, 0.6)
        worksheet_fit_to_pages(worksheet, UInt16(min(pages, 1000)), 0)
        try check(worksheet_repeat_rows(worksheet, 0, 0))
        worksheet_print_across(worksheet)
        if sheet.fixedColumns > 0, pages > 1 {
            try check(worksheet_repeat_columns(worksheet, 0, lxw_col_t(sheet.fixedColumns - 1)))
        }
        if !sheet.pageHeader.isEmpty {
            try check(worksheet_set_header(worksheet, "&L" + shortened(sheet.pageHeader) + "&R&A"))
        }
        try check(worksheet_set_footer(worksheet, "&L" + shortened(sheet.pageFooter) + "&R&P / &N"))
    }

    /// The text for the head or foot of a page, cut where Excel would refuse it.
    private func shortened(_ text: String) -> String {
        // A sign of its own for them; a digit behind it would be a size.
        let text = text.filter { !$0.isNewline }.replacingOccurrences(of: "&", with: "&&")
        let most = WorkbookWriter.mostOfFooter - 20
        if text.unicodeScalars.count <= most { return text }
        var cut = Array(text.unicodeScalars.prefix(most - 1))
        // Half of a doubled sign would begin a code.
        if cut.reversed().prefix(while: { $0 == "&" }).count % 2 == 1 { cut.removeLast() }
        return String(String.UnicodeScalarView(cut)) + "…"
    }

    private func check(_ error: lxw_error) throws(WorkbookError) {
        guard error == LXW_NO_ERROR else { throw WorkbookError(error) }
    }
}

/// The text as it must be written so that readers find what was meant: lines end with LF, and what looks like the code of a character
/// in a workbook (`_x0041_`, ECMA-376 part 1, 22.9.2.19) has its own underscore as such a code.
func escaped(_ text: String) -> String {
    let hasLineEnd = text.utf8.contains(UInt8(ascii: "\r"))
    guard hasLineEnd || text.utf8.contains(UInt8(ascii: "_")) else { return text }
    let lines = hasLineEnd ? text.replacing("\r\n", with: "\n").replacing("\r", with: "\n") : text
    return lines.replacing(/_(?=x[0-9A-Fa-f]{4}_)/, with: "_x005F_")
}

/// The width of the widest line in halfwidth characters.
func displayWidth(of text: some StringProtocol) -> Int {
    var (widest, width) = (0, 0)
    for scalar in text.unicodeScalars {
        if scalar == "\n" {
            widest = max(widest, width)
            width = 0
        } else {
            // What stands behind the Latin, Greek and Cyrillic letters is mostly wide, but for halfwidth katakana.
            width += scalar.value < 0x1100 || (0xFF61...0xFFDC).contains(scalar.value) ? 1 : 2
        }
    }
    return max(widest, width)
}

/// Something wrong with the form of a table, with its place.
///
/// The layer above adds the file's name. Messages never repeat what a cell says.
public struct TableProblem: Error, Hashable, Sendable {
    public var code: Code
    /// Physical line of the file, from 1.
    public var line: Int
    /// Character in the line, from 1, as an editor counts.
    public var column: Int
    /// Number of the row as a spreadsheet counts, from 1; `nil`: no single row is meant.
    public var row: Int?
    /// Number of the field in the row, from 1; `nil`: the row as a whole.
    public var field: Int?
    /// The header of that field, where it is known.
    public var header: String?
    /// One plain English sentence that says what to do.
    public var message: String
    /// The same in Japanese.
    public var japanese: String

    public init(
        _ code: Code, line: Int, column: Int, row: Int? = nil, field: Int? = nil, header: String? = nil,
        _ message: String, _ japanese: String
    ) {
        self.code = code
        self.line = line
        self.column = column
        self.row = row
        self.field = field
        self.header = header
        self.message = message
        self.japanese = japanese
    }

    /// The file has not even a header.
    public static let noHeader = TableProblem(
        .emptyFile, line: 1, column: 1, "The file has no header line; is it the right one?",
        "ファイルに見出しの行がありません。正しいファイルか確かめてください。")

    /// A stable name that scripts may rely on.
    public enum Code: String, CaseIterable, Sendable {
        case invalidEncoding = "INVALID_ENCODING"
        case emptyFile = "EMPTY_FILE"
        case fileTooLarge = "FILE_TOO_LARGE"
        case controlCharacter = "CONTROL_CHARACTER"
        case byteOrderMark = "BYTE_ORDER_MARK"
        case unterminatedQuote = "UNTERMINATED_QUOTE"
        case textAfterQuote = "TEXT_AFTER_QUOTE"
        case quoteInField = "QUOTE_IN_FIELD"
        case rowTooLong = "ROW_TOO_LONG"
        case rowLength = "ROW_LENGTH"
        case columnTwice = "COLUMN_TWICE"
        case columnWithoutName = "COLUMN_WITHOUT_NAME"
        case tooManyColumns = "TOO_MANY_COLUMNS"
        case titleLine = "TITLE_LINE"
        case notCommaSeparated = "NOT_COMMA_SEPARATED"
    }
}

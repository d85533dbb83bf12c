/// Something wrong with the form of a table, with its place.
///
/// The layer above adds the file's name. Messages never repeat what a cell says.
public struct TableProblem: Error, Hashable, Sendable {
    public var code: Code
    /// Physical line of the file, from 1.
    public var line: Int
    /// Character in the line, from 1, as an editor counts.
    public var column: Int
    /// One plain English sentence.
    public var message: String

    public init(_ code: Code, line: Int, column: Int, _ message: String) {
        self.code = code
        self.line = line
        self.column = column
        self.message = message
    }

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

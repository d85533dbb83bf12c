/// What a workbook may ask for before it is refused.
///
/// A workbook is packed: a file of a few kilobytes can stand for gigabytes. Each bound is far above what a nursery section
/// keeps in one file and low enough that a hostile file is refused within a second and 200 MB.
enum Limits {
    /// Bytes of a sheet as CSV: 100,000 rows of 60 columns take about 30 MB.
    static let csvBytes = 90_000_000

    /// How many times the bytes of its file a sheet may have as CSV, where repetitions make more of it than stands there.
    static let unfolding = 100

    /// Bytes of a sheet as CSV that any file may have: 2,000 rows of 1,000 equal columns, which LibreOffice writes as one cell each,
    /// take 4 MB.
    static let bytesBeforeUnfolding = 5_000_000

    /// Bytes that a sheet of a file of this many bytes may have as CSV.
    static func csvBytes(ofFile bytes: Int) -> Int {
        min(csvBytes, max(bytesBeforeUnfolding, min(bytes, csvBytes) * unfolding))
    }

    /// Bytes of all shared strings, with four more for each. They stay in memory beside the sheet.
    static let stringBytes = 50_000_000

    /// Unpacked bytes of one part of the container: 100,000 rows of 60 columns take about 300 MB.
    static let partBytes = 512_000_000

    /// How many times larger a part may be unpacked than packed; sheets of real workbooks stay below 40.
    static let packing = 100

    /// Parts smaller than this may be packed as tightly as they are, since they do no harm.
    static let bytesBeforePacking = 8_000_000

    /// Entries of the container; a workbook has a few for each sheet.
    static let entries = 10_000

    /// Columns that may have content, the same as those of a table.
    static let columns = 2_000

    /// Columns of a sheet, up to XFD, as Excel and LibreOffice count them.
    static let sheetColumns = 16_384

    /// Rows of a sheet, as Excel and LibreOffice count them.
    static let sheetRows = 1_048_576

    /// Bytes of the text of one cell: a whole row of a table may have no more. Excel allows 32,767 characters.
    static let cellBytes = 1 << 20

    /// Bytes of a name of a sheet, a style or a part, which stay in memory. Excel allows 31 characters for sheets.
    static let nameBytes = 512

    /// Sheets of a workbook.
    static let sheets = 1_000

    /// Merged ranges of a sheet.
    static let merges = 100_000

    /// Cells of a sheet that cannot be read. All are told, since some may stand where nothing is read.
    static let cellProblems = 250_000

    /// Cell styles, formats and relationships; Excel allows 65,490 styles.
    static let styles = 65_536

    /// Elements open at the same time. Sheets nest eight deep, drawings of OpenDocument some more.
    static let depth = 100

    /// Bytes of one tag with its attributes, or of one comment. The parser holds them in memory together.
    static let tagBytes = 1 << 20
}

/// Why a workbook, or one of its sheets, cannot be read.
///
/// The layer above adds the file's name. Messages never repeat what a cell says.
public struct WorkbookProblem: Error, Hashable, Sendable {
    public var code: Code
    /// One plain English sentence that says what to do.
    public var message: String
    /// The same in Japanese.
    public var japanese: String
    /// The sheet that cannot be read; `nil` where it is the whole file.
    public var sheet: String?

    /// A stable name that scripts may rely on.
    public enum Code: String, CaseIterable, Sendable {
        case old = "WORKBOOK_OLD"
        case binary = "WORKBOOK_BINARY"
        case encrypted = "WORKBOOK_ENCRYPTED"
        case unknown = "WORKBOOK_UNKNOWN"
        case damaged = "WORKBOOK_DAMAGED"
        case tooLarge = "WORKBOOK_TOO_LARGE"
    }
}

extension WorkbookProblem {
    static let old = WorkbookProblem(
        code: .old,
        message: "This is a workbook in the old form .xls; open it in Excel or LibreOffice and save it as .xlsx.",
        japanese: "古い形式（.xls）のブックです。ExcelかLibreOfficeで開き、.xlsx形式で保存してください。")

    static let binary = WorkbookProblem(
        code: .binary,
        message: "This is a workbook in the binary form .xlsb; open it in Excel and save it as .xlsx.",
        japanese: "バイナリ形式（.xlsb）のブックです。Excelで開き、.xlsx形式で保存してください。")

    static let encrypted = WorkbookProblem(
        code: .encrypted,
        message: "The workbook is protected by a password; save a copy without one.",
        japanese: "ブックがパスワードで保護されています。パスワードを外したものを保存してください。")

    static let unknown = WorkbookProblem(
        code: .unknown,
        message: "This is no workbook that can be read; save the table as .xlsx, .ods or CSV.",
        japanese: "読み込めるブックではありません。表を.xlsx、.odsまたはCSV形式で保存してください。")

    /// - Parameter what: What is too large.
    static func tooLarge(_ what: Excess) -> WorkbookProblem {
        WorkbookProblem(
            code: .tooLarge,
            message: "The workbook is too large: \(what.english); remove what does not belong to the table.",
            japanese: "ブックが大きすぎます（\(what.japanese)）。表に不要なものを取り除いてください。")
    }

    /// - Parameter what: What is wrong.
    static func damaged(_ what: Damage) -> WorkbookProblem {
        WorkbookProblem(
            code: .damaged,
            message: "The workbook is damaged: \(what.english); open it in Excel or LibreOffice and save it again.",
            japanese: "ブックが壊れています（\(what.japanese)）。ExcelかLibreOfficeで開き、保存し直してください。")
    }

    /// What a workbook has too much of.
    enum Excess {
        case unpacked, packing, entries, sheets, columns, csv, unfolding, strings, cell, name, tag, merges, styles
        case cellProblems

        var english: String {
            switch self {
            case .unpacked: "a part has more than \(Limits.partBytes / 1_000_000) MB"
            case .packing: "a part is packed more than \(Limits.packing) times"
            case .entries: "it has more than \(Limits.entries) parts"
            case .sheets: "it has more than \(Limits.sheets) sheets"
            case .columns: "a sheet has content beyond column \(Limits.columns)"
            case .csv: "a sheet has more than \(Limits.csvBytes / 1_000_000) MB"
            case .unfolding:
                "a sheet has more than \(Limits.bytesBeforeUnfolding / 1_000_000) MB and \(Limits.unfolding) times the file, "
                    + "mostly repeated or empty cells"
            case .strings: "its texts have more than \(Limits.stringBytes / 1_000_000) MB"
            case .cell: "a cell has more than \(Limits.cellBytes) bytes"
            case .name: "a name has more than \(Limits.nameBytes) bytes"
            case .tag: "a tag has more than \(Limits.tagBytes) bytes"
            case .merges: "a sheet has more than \(Limits.merges) merged ranges"
            case .cellProblems: "more than \(Limits.cellProblems) cells of a sheet cannot be read"
            case .styles: "it has more than \(Limits.styles) formats"
            }
        }

        var japanese: String {
            switch self {
            case .unpacked: "\(Limits.partBytes / 1_000_000)MBを超える部分があります"
            case .packing: "\(Limits.packing)倍を超えて圧縮された部分があります"
            case .entries: "構成要素が\(Limits.entries)個を超えています"
            case .sheets: "シートが\(Limits.sheets)枚を超えています"
            case .columns: "\(Limits.columns)列目より右に内容のあるシートがあります"
            case .csv: "\(Limits.csvBytes / 1_000_000)MBを超えるシートがあります"
            case .unfolding:
                "\(Limits.bytesBeforeUnfolding / 1_000_000)MBとファイルの\(Limits.unfolding)倍を超えるシートがあります。大半は繰り返しか空のセルです"
            case .strings: "文字列が\(Limits.stringBytes / 1_000_000)MBを超えています"
            case .cell: "\(Limits.cellBytes)バイトを超えるセルがあります"
            case .name: "\(Limits.nameBytes)バイトを超える名前があります"
            case .tag: "\(Limits.tagBytes)バイトを超えるタグがあります"
            case .merges: "セルの結合が\(Limits.merges)か所を超えるシートがあります"
            case .cellProblems: "読み取れないセルが\(Limits.cellProblems)個を超えるシートがあります"
            case .styles: "書式が\(Limits.styles)個を超えています"
            }
        }
    }

    /// What is wrong with a workbook.
    enum Damage {
        case container, partTwice, partMissing, size, xml, doctype, depth, order, place, string, style, merge, row

        var english: String {
            switch self {
            case .container: "its container cannot be unpacked"
            case .partTwice: "a part stands in it twice"
            case .partMissing: "a part is missing"
            case .size: "a part is larger than it says"
            case .xml: "a part is no well-formed XML"
            case .doctype: "a part has a document type declaration, which no workbook has"
            case .depth: "a part is nested more than \(Limits.depth) deep"
            case .order: "rows or cells of a sheet do not ascend"
            case .place: "a cell stands outside the sheet"
            case .string: "a cell refers to a text that does not exist"
            case .style: "a cell refers to a format that does not exist"
            case .merge: "merged ranges of a sheet overlap"
            case .row: "a repeated row or column has no count"
            }
        }

        var japanese: String {
            switch self {
            case .container: "ファイルを展開できません"
            case .partTwice: "同じ構成要素が二つあります"
            case .partMissing: "構成要素が足りません"
            case .size: "記録より大きい構成要素があります"
            case .xml: "正しいXMLでない部分があります"
            case .doctype: "ブックにはない文書型宣言があります"
            case .depth: "\(Limits.depth)段を超える入れ子があります"
            case .order: "行またはセルが昇順に並んでいません"
            case .place: "シートの範囲の外にセルがあります"
            case .string: "存在しない文字列を参照するセルがあります"
            case .style: "存在しない書式を参照するセルがあります"
            case .merge: "セルの結合が重なっています"
            case .row: "行または列の繰り返し数が正しくありません"
            }
        }
    }
}

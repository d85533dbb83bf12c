import Admissions
import Foundation
import Tables
import Workbooks

/// A table of a case as it is written, with its rows and columns as a spreadsheet counts them.
public struct WrittenTable: Sendable {
    public let kind: CaseTable
    /// The name of its file.
    public let file: String
    /// The sheet, where the file is a workbook.
    public let sheet: String?
    /// The standard name of each column, such as `wish_2`; that of a column of the city's own is its header.
    public let names: [String?]
    private let table: Table
    private let form: TableForm

    init(_ file: CaseTableFile) {
        kind = file.kind
        self.file = file.name
        sheet = file.sheet
        names = file.standardNames
        table = file.table
        form = file.form
    }

    /// The headers as the file spells them.
    public var headers: [String] { table.columns }
    public var rowCount: Int { table.rowCount }
    /// Whether a cell can be corrected in the file itself; in a workbook it cannot.
    public var canBeCorrected: Bool { form.text != nil }

    /// The number of a row as a spreadsheet counts, from 1.
    public func number(ofRow row: Int) -> Int { table.rowNumber(row: row) }

    /// The row that a spreadsheet gives this number; `nil` where none was read there.
    ///
    /// - Complexity: O(log rows).
    public func row(numbered number: Int) -> Int? {
        var (low, high) = (0, rowCount)
        while low < high {
            let middle = (low + high) / 2
            if self.number(ofRow: middle) < number { low = middle + 1 } else { high = middle }
        }
        return low < rowCount && self.number(ofRow: low) == number ? low : nil
    }

    /// The column of a standard name; `nil`: there is none.
    public func column(_ name: String) -> Int? { names.firstIndex(of: name) }

    /// The cell without blanks at its ends.
    public func text(row: Int, column: Int) -> String { table.trimmedText(row: row, column: column) }

    /// The cells of a row.
    public func texts(row: Int) -> [String] { headers.indices.map { text(row: row, column: $0) } }

    /// The ids that say of whom or of what a row tells.
    public func ids(row: Int) -> [String] {
        ["child_id", "household_id", "facility_id"].compactMap(column).map { text(row: row, column: $0) }
    }

    /// The file with another content in one cell. Every other byte stays as it was.
    ///
    /// - Parameters:
    ///   - row: The row, from 0.
    ///   - column: The column, from 0.
    ///   - content: What the cell says then.
    ///   - bytes: Of the file as it is.
    /// - Throws: ``UncorrectableCell``, with what to do instead.
    /// - Complexity: O(bytes).
    public func file(
        replacing row: Int, _ column: Int, by content: String, in bytes: [UInt8]
    ) throws(UncorrectableCell) -> [UInt8] {
        guard let encoding = form.text else {
            throw .workbook(cell: cellName(row: number(ofRow: row), column: column + 1))
        }
        if content.unicodeScalars.contains(where: { $0.isUnwelcome || $0.properties.generalCategory == .control }) {
            throw .character
        }
        // A file that does not come out as it went in, such as one with two codes for a character, is left alone.
        guard let same = try? encoding.encoded(table.utf8), same == bytes else { throw .form }
        let text = table.text(replacing: row, column, by: content, separator: form.separator)
        do { return try encoding.encoded(text) } catch { throw .unencodable("\(error.character)") }
    }
}

/// Why a cell cannot be corrected in its file, and what to do.
public enum UncorrectableCell: PhrasedError, Hashable {
    /// The file is a workbook.
    case workbook(cell: String)
    /// The content has a character that no cell may have.
    case character
    /// The encoding of the file lacks a character.
    case unencodable(String)
    /// The file cannot be written so that everything else stays as it is.
    case form

    public var phrase: Phrase {
        switch self {
        case .workbook(let cell):
            Phrase(
                "ブックのセルはここでは直せません。表計算ソフトでセル \(cell) を直し、「準備」でファイルを差し替えてください。何も変わっていません。",
                "A cell of a workbook cannot be corrected here. Correct cell \(cell) in the spreadsheet and replace the file under Files. Nothing was changed."
            )
        case .character:
            Phrase(
                "改行や目に見えない文字は入れられません。取り除いてください。何も変わっていません。",
                "A line break or a character that cannot be seen is not allowed. Remove it. Nothing was changed.")
        case .unencodable(let character):
            Phrase(
                "「\(character)」はこのファイルの文字コード（Shift_JIS）にありません。別の文字にするか、UTF-8 で保存したファイルに差し替えてください。何も変わっていません。",
                "The file's encoding (Shift_JIS) lacks the character \(character). Use another one, or replace the file by one saved as UTF-8. Nothing was changed."
            )
        case .form:
            Phrase(
                "このファイルは、ほかの部分を変えずに書き直すことができません。手元で直し、「準備」で差し替えてください。何も変わっていません。",
                "The file cannot be written with everything else as it is. Correct it yourself and replace it under Files. Nothing was changed."
            )
        }
    }
}

extension CaseReading {
    /// The tables of the case as they are written, those that can be read at all.
    ///
    /// - Complexity: O(bytes).
    public func writtenTables() -> [WrittenTable] {
        CaseTable.ofCase.filter { $0 != .settings && isThere(profile.fileName(of: $0), in: folder) }.compactMap {
            kind in
            CaseTableFile.read(kind, by: profile, in: folder, threads: 1).file.map(WrittenTable.init)
        }
    }
}

/// A cell that cannot be read.
public struct CellProblem: Error, Hashable, Sendable {
    public var code: Code
    /// The row of the sheet, from 1.
    public var row: Int
    /// The column of the sheet, from 1.
    public var column: Int

    public init(code: Code, row: Int, column: Int) {
        self.code = code
        self.row = row
        self.column = column
    }

    /// A stable name that scripts may rely on.
    public enum Code: String, CaseIterable, Sendable {
        case formulaWithoutValue = "CELL_FORMULA_WITHOUT_VALUE"
        case errorValue = "CELL_ERROR_VALUE"
        case lostDigits = "CELL_LOST_DIGITS"
        case noDate = "CELL_NO_DATE"
        case noNumber = "CELL_NO_NUMBER"
    }

    /// One plain English sentence that says what to do.
    public var message: String {
        switch code {
        case .formulaWithoutValue:
            "The cell has a formula whose value is not stored; open the workbook in Excel or LibreOffice and save it again."
        case .errorValue: "The formula of the cell gives an error; correct it, or type the value."
        case .lostDigits:
            "The number has more digits than a spreadsheet keeps, so its last digits are lost; format the column as text and "
                + "type the number again."
        case .noDate: "The cell is formatted as a date or time and holds none; correct the value or the format."
        case .noNumber:
            "The cell does not hold the number or truth value that the workbook says it does; type the value again."
        }
    }

    /// The same in Japanese.
    public var japanese: String {
        switch code {
        case .formulaWithoutValue:
            "数式の計算結果が保存されていません。ブックをExcelかLibreOfficeで開き、保存し直してください。"
        case .errorValue: "数式の結果がエラーになっています。数式を直すか、値を入力してください。"
        case .lostDigits:
            "表計算ソフトで扱える桁数を超える数値のため、末尾の桁が失われています。列の書式を文字列にして、番号を入力し直してください。"
        case .noDate: "日付・時刻の書式ですが、日付・時刻として読めない値です。値か書式を直してください。"
        case .noNumber: "数値または真偽値のはずのセルが、そのように読めません。値を入力し直してください。"
        }
    }
}

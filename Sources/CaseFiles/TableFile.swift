import Admissions
import Foundation
import Tables
import Workbooks

/// How the text of a file that was read came to be.
public enum InputEncoding: String, Codable, Sendable {
    case utf8, cp932, utf16
    /// A sheet of a workbook.
    case workbook

    init(_ text: DecodedText) {
        self = text.isUTF16 ? .utf16 : text.encoding == .cp932 ? .cp932 : .utf8
    }
}

/// A table as it lies in a file: a text, or one sheet of a workbook.
struct TableFile {
    let table: Table
    let encoding: InputEncoding
    /// The sheet, where the file is a workbook.
    let sheet: String?
    /// How it lies in its file.
    private(set) var form = TableForm()
    /// What is wrong or remarkable in the form of the file, each with its place.
    private(set) var problems: [Problem] = []
    /// Whether rows were left out because of their form.
    private(set) var hasLostRows = false

    /// Reads a table.
    ///
    /// Where the form does not say in which rows the header is, what parts the fields, or which sheet it is, and the usual
    /// place does not hold the columns that the table needs, they are looked for, and a remark says what was found.
    ///
    /// - Parameters:
    ///   - bytes: Of the file.
    ///   - name: Of the file, for problems.
    ///   - form: What is said of it.
    ///   - entry: Its entry in `columns.files`, which problems tell to write; `nil`: there is none.
    ///   - fits: Whether these columns are those of the table, as far as it cannot do without them.
    /// - Returns: The table; `nil` where there is none that could be read, with every problem.
    /// - Complexity: O(bytes), for a workbook O(bytes of all its sheets).
    static func read(
        _ bytes: [UInt8], named name: String, as form: FileForm, entry: String?, fits: ([String]) -> Bool
    ) -> (file: TableFile?, problems: [Problem]) {
        if Workbook.looksLikeWorkbook(bytes) {
            do {
                let workbook = try Workbook(bytes)
                let source = try TableSource.only(of: workbook, named: name, as: form, fits: fits).get()
                return read(source, named: name, as: form, entry, fits: fits)
            } catch let problem as Problem {
                return (nil, [problem])
            } catch let problem as WorkbookProblem {
                return (nil, [Problem(problem, file: name)])
            } catch {
                preconditionFailure("no other error is thrown: \(error)")
            }
        }
        if let sheet = form.sheet {
            let problem = Problem(
                .file(.sheetUnknown), file: name,
                "The settings name the sheet \(sheet), and the file is no workbook; correct the file or take the sheet out.",
                "設定にシート「\(sheet)」とありますが、このファイルはブックではありません。ファイルか sheet の設定を直してください。")
            return (nil, [problem])
        }
        do throws(TableProblem) {
            let text = try DecodedText(bytes)
            var (file, problems) = read(TableSource(text), named: name, as: form, entry, fits: fits)
            file?.form.text = TextForm(of: bytes, text)
            return (file, problems)
        } catch { return (nil, [Problem(error, file: name)]) }
    }

    private static func read(
        _ source: TableSource, named name: String, as form: FileForm, _ entry: String?, fits: ([String]) -> Bool
    ) -> (file: TableFile?, problems: [Problem]) {
        var layout = TableLayout(
            header: form.header, separator: source.places == nil ? form.separator ?? .comma : .comma)
        var unmatched = Set(form.leaveOut)
        let leavesOut: ((String) -> Bool)? =
            form.leaveOut.isEmpty
            ? nil
            : { first in
                guard let entry = form.entry(for: first) else { return false }
                unmatched.remove(entry)
                return true
            }
        var found: TableLayout?
        var (table, wrong) = Table.read(source.utf8, layout: layout, sheet: source.places, leavesOut: leavesOut)
        if !(table.map { fits($0.columns) } ?? false), let other = source.layout(as: form, fits: fits), other != layout
        {
            (layout, found) = (other, other)
            (table, wrong) = Table.read(source.utf8, layout: layout, sheet: source.places, leavesOut: leavesOut)
        }
        let problems = wrong.map { Problem($0, file: name).inSheet(source.sheet?.name) }
        guard let table else { return (nil, problems) }
        var file = TableFile(table: table, encoding: source.encoding, sheet: source.sheet?.name)
        file.form = TableForm(separator: layout.separator, places: source.places)
        file.problems = problems
        file.hasLostRows = !problems.isEmpty
        // Whoever writes down what was found writes all that is known.
        var known = form
        func words() -> String? { entry.map { "{\($0): \(known.yaml(ofFile: name))}" } }
        if source.choice != nil { known.sheet = source.sheet?.name }
        if let found {
            known.header = table.headerRows
            known.separator = found.separator == .comma ? form.separator : found.separator
            file.tell(found, of: name, words())
        }
        if !form.leaveOut.isEmpty { file.tellLeftOut(name, unmatched: form.leaveOut.filter(unmatched.contains)) }
        file.doubtNotes(name, isInSettings: entry != nil)
        if let sheet = source.sheet { file.examine(sheet, name) }
        if let choice = source.choice { file.tell(choice, of: name, words()) }
        return (file, [])
    }

    // MARK: What is remarkable

    private mutating func add(
        _ code: Problem.FileCode, _ name: String, line: Int, column: Int = 1, at spot: Problem.Spot? = nil,
        _ sentence: Sentence
    ) {
        var problem = Problem(.file(code), .warning, file: name, line: line, column: column, sentence).inSheet(sheet)
        problem.spot = spot
        problem.needsAcceptance = code.needsAcceptance
        problems.append(problem)
    }

    /// Tells where the header was found.
    ///
    /// - Parameter words: What to write down; `nil`: there is no such setting.
    private mutating func tell(_ layout: TableLayout, of name: String, _ words: String?) {
        let rows = table.headerRows
        let header = rows.count == 1 ? "\(rows.lowerBound)" : "\(rows.lowerBound)-\(rows.upperBound)"
        let above = table.rowsAboveHeader
        let place = Sentence("The header was found in row \(header)", "見出しを \(header) 行目に見つけました")
        let passed =
            above == 0
            ? Sentence("", "")
            : Sentence(
                " and \(above, one: " above is", many: " above are") passed over", "（その上の \(above) 行は読みません）")
        let separator = Phrase(layout.separator == .tab ? "タブ" : "セミコロン", "\(layout.separator.rawValue)s")
        let parted =
            layout.separator == .comma
            ? Sentence("", "") : Sentence(", with fields parted by \(separator)", "。区切り文字は\(separator)です")
        add(.layoutFound, name, line: table.headerRow, place + passed + parted + Sentence("", "。") + Self.advice(words))
    }

    /// What to write down; follows a sentence that has not ended in English, and has in Japanese.
    private static func advice(_ words: String?) -> Sentence {
        words.map {
            Sentence("; say so in columns, files: \($0).", "columns の files に \($0) と書けばこの知らせは出ません。")
        } ?? Sentence(".", "")
    }

    /// Tells which of several sheets was taken; one that people do not see is asked about.
    ///
    /// - Parameter words: What to write down; `nil`: there is no such setting.
    private mutating func tell(_ choice: TableSource.Choice, of name: String, _ words: String?) {
        if choice.isHidden {
            let advice =
                words.map {
                    Sentence(
                        "; say so in columns, files: \($0), or accept it.",
                        "正しければ承認するか、columns の files に \($0) と書いてください。")
                } ?? Sentence(", or accept it.", "正しければ承認してください。")
            add(
                .sheetHidden, name, line: table.headerRow,
                Sentence(
                    "Of \(choice.count) sheets only this one has the columns of the table, and it is hidden",
                    "\(choice.count) 枚のシートのうち、この表の列を持つのは隠れたこのシートだけです。") + advice)
        } else {
            add(
                .sheetFound, name, line: table.headerRow,
                Sentence(
                    "Of \(choice.count) sheets this one was read, as only it has the columns of the table",
                    "\(choice.count) 枚のシートのうち、この表の列を持つこのシートを読みました。") + Self.advice(words))
        }
    }

    /// Rows that one sentence names at most.
    private static let namedRows = 50

    private mutating func tellLeftOut(_ name: String, unmatched: [String]) {
        let rows = table.leftOutRows
        var sentences: [Sentence] = []
        if !rows.isEmpty {
            let more = rows.count - Self.namedRows
            let named = rows.prefix(Self.namedRows).map(String.init)
            let rest = more > 0 ? Sentence(" and \(more) more.", "、ほか \(more) 行）。") : Sentence(".", "）。")
            sentences.append(
                Sentence(
                    "\(rows.count, one: " row was", many: " rows were") left out as leaveOut says: \(named)",
                    "leaveOut のとおり \(rows.count) 行を読みませんでした（行番号: \(named)") + rest)
        }
        if !unmatched.isEmpty {
            sentences.append(
                Sentence(
                    (rows.isEmpty ? "" : " ") + "No row begins with \(unmatched), which leaveOut names.",
                    "leaveOut の \(unmatched) で始まる行はありません。"))
        }
        guard let first = sentences.first else { return }
        add(
            .rowsLeftOut, name, line: rows.isEmpty ? table.headerRow : table.leftOutLine,
            sentences.dropFirst().reduce(first, +))
    }

    /// Asks about rows that seem to be sums or notes but have the form of data.
    ///
    /// - Complexity: O(rows), for those that may be one O(length of their first cells).
    private mutating func doubtNotes(_ name: String, isInSettings: Bool) {
        var found = 0
        for row in 0..<table.rowCount {
            guard let column = table.columns.indices.first(where: { !table.isBlank(row: row, column: $0) }) else {
                continue
            }
            let mayBe = table.withTrimmedBytes(row: row, column: column) { NoteRow.mayBegin($0[0]) }
            guard mayBe, NoteRow.isLikely(table.trimmedText(row: row, column: column)) else { continue }
            found += 1
            if found > Self.namedRows { continue }
            let place = table.place(row: row, column: column)
            add(
                .noteRow, name, line: place.line, column: place.column,
                at: Problem.Spot(
                    row: table.rowNumber(row: row), column: column + 1, header: table.columns[column]),
                Sentence(
                    "This row seems to be a sum or a note and would be read as data; if it is none, "
                        + (isInSettings
                            ? "name its first cell in columns, files, as leaveOut: [合計, 更新日*], else accept it."
                            : "remove it."),
                    "この行は合計か注記のようですが、このままではデータとして読まれます。"
                        + (isInSettings
                            ? "データでないなら columns の files に leaveOut: [合計, 更新日*] のように最初のセルを書いてください。データなら承認してください。"
                            : "データでないなら行を消してください。")))
        }
        let more = found - Self.namedRows
        guard more > 0 else { return }
        add(
            .noteRow, name, line: table.headerRow,
            Sentence(
                "\(more) more rows seem to be sums or notes; look at them all.",
                "ほかに \(more) 行が合計か注記のようです。すべて確かめてください。"))
    }

    private mutating func examine(_ text: SheetText, _ name: String) {
        let header = table.headerRows
        let (first, headerEnd, last) = (header.lowerBound, header.upperBound, text.rows.last.map(Int.init) ?? 0)
        let leftOut = Set(table.leftOutRows)
        let columns = table.columns.count
        for cell in text.problems
        where cell.row >= first && !leftOut.contains(cell.row) && (cell.column <= columns || header.contains(cell.row))
        {
            var problem = Problem(
                .cell(cell.code), file: name, line: cell.row, column: cell.column,
                Sentence(Telling(stringLiteral: cell.message), Telling(stringLiteral: cell.japanese))
            ).inSheet(sheet)
            problem.spot = Problem.Spot(
                row: cell.row, column: cell.column,
                header: header.contains(cell.row) ? nil : table.columns[cell.column - 1])
            problems.append(problem)
            hasLostRows = true
        }
        let merged = text.merged.filter { range in
            range.lastRow > headerEnd && range.firstRow <= last && range.firstColumn <= columns
                && !(range.firstRow == range.lastRow && leftOut.contains(range.firstRow))
        }
        if let range = merged.first {
            add(
                .mergedCells, name, line: range.firstRow, column: range.firstColumn,
                Sentence(
                    "Cells are merged in \(merged.count, one: " place", many: " places") from here on, and only the first of each "
                        + "is read as having the value; part them and write the value into each, or accept that the others are "
                        + "blank.",
                    "ここから \(merged.count) か所でセルが結合されています。値は先頭のセルだけにあり、ほかは空欄として読みます。"
                        + "結合を解いてそれぞれに書くか、このままでよければ承認してください。"))
        }
        let rows = text.hiddenRows.map(Int.init).filter { $0 > headerEnd }
        let hiddenColumns = text.hiddenColumns.map(Int.init).filter { $0 <= columns }
        if !rows.isEmpty || !hiddenColumns.isEmpty {
            add(
                .hiddenCells, name, line: rows.first ?? first, column: hiddenColumns.first ?? 1,
                Sentence(
                    "\(rows.count, one: " row", many: " rows") and \(hiddenColumns.count, one: " column", many: " columns") of the "
                        + "sheet are hidden; they were read like the others.",
                    "隠れた行が \(rows.count)、隠れた列が \(hiddenColumns.count) あります。ほかと同じように読みました。"))
        }
    }
}

/// A text in which a table stands, and where.
struct TableSource {
    let utf8: [UInt8]
    let encoding: InputEncoding
    private(set) var sheet: SheetText?
    private(set) var places: SheetPlaces?
    /// How the sheet was chosen, where nobody named it and there are several.
    private(set) var choice: Choice?

    struct Choice {
        /// The sheets of the workbook.
        let count: Int
        let isHidden: Bool
    }

    init(_ text: DecodedText) {
        utf8 = text.utf8
        encoding = InputEncoding(text)
    }

    private init(_ sheet: SheetText) {
        utf8 = sheet.csv
        encoding = .workbook
        self.sheet = sheet
        places = SheetPlaces(
            rows: sheet.rows,
            merged: sheet.merged.map {
                SheetPlaces.Merged(rows: $0.firstRow...$0.lastRow, columns: $0.firstColumn...$0.lastColumn)
            })
    }

    /// The text of the file, or those of all sheets of a workbook that have cells.
    ///
    /// - Throws: A problem of the file as a whole.
    static func all(of bytes: [UInt8], named name: String) throws(Problem) -> [TableSource] {
        guard Workbook.looksLikeWorkbook(bytes) else {
            do { return [TableSource(try DecodedText(bytes))] } catch { throw Problem(error, file: name) }
        }
        do throws(WorkbookProblem) {
            let workbook = try Workbook(bytes)
            var sources: [TableSource] = []
            for index in workbook.sheets.indices { sources.append(TableSource(try workbook.sheet(index))) }
            return sources
        } catch { throw Problem(error, file: name) }
    }

    /// The sheet of this name, or the only one that fits.
    static func only(
        of workbook: Workbook, named name: String, as form: FileForm, fits: ([String]) -> Bool
    ) throws(WorkbookProblem) -> Result<TableSource, Problem> {
        let names = workbook.sheets.map(\.name)
        func refuse(_ english: Telling, _ japanese: Telling) -> Result<TableSource, Problem> {
            .failure(Problem(.file(.sheetUnknown), file: name, english, japanese))
        }
        if let wanted = form.sheet {
            let alike = names.indices.filter { folded(names[$0]) == folded(wanted) }
            if let index = names.firstIndex(of: wanted) ?? (alike.count == 1 ? alike[0] : nil) {
                return .success(TableSource(try workbook.sheet(index)))
            }
            if alike.isEmpty {
                return refuse(
                    "The workbook has no sheet \(wanted); its sheets are: \(names). Correct the name.",
                    "シート「\(wanted)」がありません。あるのは次のシートです：\(names)。シート名を直してください。")
            }
            return refuse(
                "The workbook has several sheets that are called like \(wanted) but for the width of letters; name one as it is "
                    + "written.",
                "「\(wanted)」と全角・半角だけが違うシートがいくつもあります。書かれているとおりの名前を書いてください。")
        }
        if names.count == 1 { return .success(TableSource(try workbook.sheet(0))) }
        guard names.count <= searchedSheets else {
            return refuse(
                "The workbook has \(names.count) sheets; name the one to read in columns, files, as {file: "
                    + "\(CaseFolder.quoted(name)), sheet: NAME}.",
                "シートが \(names.count) 枚あります。読むシートを columns の files に {file: \(CaseFolder.quoted(name)), sheet: シート名} のように"
                    + "書いてください。")
        }
        var taken: TableSource?
        var fitting: [String] = []
        for index in names.indices {
            // One that cannot be read is not the table that is looked for, unless none is.
            guard let text = try? workbook.sheet(index) else { continue }
            var source = TableSource(text)
            guard source.layout(as: form, fits: fits) != nil else { continue }
            source.choice = Choice(count: names.count, isHidden: workbook.sheets[index].isHidden)
            fitting.append(names[index])
            if taken == nil { taken = source }
        }
        if fitting.count == 1, let taken { return .success(taken) }
        if fitting.isEmpty {
            return refuse(
                "No sheet of the workbook has the columns of this table; its sheets are: \(names). Correct the headers, or name "
                    + "the sheet in columns, files.",
                "この表の列を持つシートがありません。あるのは次のシートです：\(names)。見出しを直すか、columns の "
                    + "files に sheet を書いてください。")
        }
        return refuse(
            "Several sheets of the workbook have the columns of this table: \(fitting); name one in "
                + "columns, files, as {file: \(CaseFolder.quoted(name)), sheet: \(CaseFolder.quoted(fitting[0]))}.",
            "この表の列を持つシートがいくつもあります：\(fitting)。columns の files に {file: \(CaseFolder.quoted(name)), sheet: "
                + "\(CaseFolder.quoted(fitting[0]))} のように書いてください。")
    }

    /// Sheets among which the table is looked for.
    private static let searchedSheets = 30

    /// Where a header fits; `nil` where none does.
    func layout(as form: FileForm, fits: ([String]) -> Bool) -> TableLayout? {
        let separators =
            places != nil ? [.comma] : form.separator.map { [$0] } ?? TableLayout.Separator.allCases
        return Table.layout(of: utf8, separators: separators, rows: form.header, sheet: places, fits: fits)
    }
}

extension Problem {
    /// A problem of a workbook as a whole, or of one of its sheets.
    init(_ problem: WorkbookProblem, file: String) {
        self.init(
            .workbook(problem.code), file: file,
            Sentence(Telling(stringLiteral: problem.message), Telling(stringLiteral: problem.japanese)))
        self = inSheet(problem.sheet)
    }
}

extension CaseTable {
    /// Columns of which each list needs one header; a numbered one ends in `_N`.
    var neededColumns: [[String]] {
        switch self {
        case .settings: []
        case .children, .newChildren:
            [["child_id"], ["household_id"], ["birth_date", "due_date", "age_class"], ["wish_N"]]
        case .facilities: [["facility_id"], ["seats_N"]]
        case .households: [["household_id"], ["timing"], ["facility"]]
        case .jointWishes: [["household_id"], ["rank"], ["child_id", "child_id_N"], ["facility_id", "facility_id_N"]]
        case .seatLimits: [["facility_id"], ["ages"], ["seats"]]
        case .pins, .manual: [["child_id"], ["facility_id"]]
        case .declines, .withdrawals: [["child_id"], ["date"]]
        }
    }

    /// Whether a header has the columns without which the table cannot be read.
    func fits(_ columns: [String], by profile: ColumnProfile) -> Bool {
        let names = ColumnNames(columns, of: self, by: profile).index.keys
        return neededColumns.allSatisfy { alternatives in
            alternatives.contains { column in
                guard column.hasSuffix("_N") else { return names.contains(column) }
                return names.contains { name in
                    name.hasPrefix(column.dropLast()) && Int(name.dropFirst(column.count - 1)) != nil
                }
            }
        }
    }
}

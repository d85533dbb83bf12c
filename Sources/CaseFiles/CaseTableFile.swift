import Admissions
import Foundation
import Tables

/// One table of a case folder while it is read: cells as values, and what is wrong with them.
struct CaseTableFile {
    let kind: CaseTable
    /// As it lies in the folder.
    let name: String
    let table: Table
    /// The columns under their standard names.
    private let names: ColumnNames
    /// The sheet, where the file is a workbook.
    let sheet: String?
    /// How it lies in its file.
    let form: TableForm
    /// Cells that mean blank, in every column and in some, and for each column what its cells mean.
    private let blanks: Set<String>
    private let blanksOfColumns: [Int: Set<String>]
    private let meanings: [Int: [String: String]]
    let encoding: InputEncoding
    /// In hexadecimal, of the bytes as they were.
    let sha256: Background<String>
    /// Whether rows were left out because of their form.
    let hasLostRows: Bool
    private(set) var problems: [Problem]
    /// Cells that have an error already, so that what follows from it is not reported again.
    private(set) var wrongCells: Set<Cell> = []
    private(set) var wrongRows: Set<Int> = []
    /// Columns that were asked for by name.
    private var knownColumns: Set<Int> = []
    /// Columns that were reported as missing, under their standard names and under those of the profile.
    private(set) var missingColumns: Set<String> = []
    /// Cells that a spreadsheet seems to have written as numbers, until ``readIDs(in:)`` says which of them are ids.
    private var numberForms: [(cell: Cell, form: SpreadsheetNumber)] = []
    /// Ids that are read without the `.0` that stands in the file.
    private var idsWithoutDecimal: Set<Cell> = []

    struct Cell: Hashable {
        var row: Int
        var column: Int
    }

    /// Reads a file as the profile says, or says why not.
    static func read(
        _ kind: CaseTable, by profile: ColumnProfile, in folder: URL, threads: Int
    ) -> (file: CaseTableFile?, problems: [Problem]) {
        let name = profile.fileName(of: kind)
        let bytes: [UInt8]
        do { bytes = try fileBytes(name, in: folder) } catch { return (nil, [error.problem(in: name)]) }
        let sha256 = Background(threads: threads) { SHA256.digest(of: bytes).description }
        let (file, problems) = TableFile.read(bytes, named: name, as: profile.form(of: kind), entry: kind.settingName) {
            kind.fits($0, by: profile)
        }
        guard let file else { return (nil, problems) }
        var read = CaseTableFile(kind: kind, name: name, file, profile: profile, sha256: sha256)
        read.inspectDigits()
        return (read, [])
    }

    private init(
        kind: CaseTable, name: String, _ file: TableFile, profile: ColumnProfile, sha256: Background<String>
    ) {
        self.kind = kind
        self.name = name
        table = file.table
        sheet = file.sheet
        form = file.form
        encoding = file.encoding
        self.sha256 = sha256
        hasLostRows = file.hasLostRows
        problems = file.problems
        let form = ColumnProfile.form(kind)
        names = ColumnNames(table.columns, of: kind, by: profile)
        let headers = profile.headers[form] ?? [:]
        missingColumns = names.missing.union(names.missing.compactMap { headers[$0] })
        blanks = profile.blanks.union(profile.blanksOfTables[form] ?? [])
        var blanksOfColumns: [Int: Set<String>] = [:]
        for (name, cells) in profile.blanksOfColumns[form] ?? [:] {
            let columns = file.table.columns.indices.filter { folded(file.table.columns[$0]) == name }
            for column in names.columns(called: name) + columns {
                blanksOfColumns[column, default: []].formUnion(cells)
            }
        }
        self.blanksOfColumns = blanksOfColumns
        var meanings: [Int: [String: String]] = [:]
        for (name, values) in profile.values {
            if let column = names.index[name] { meanings[column] = values }
        }
        self.meanings = meanings
        for problem in names.problems {
            if let column = problem.column {
                add(problem.code, atHeaderOf: column, problem.sentence)
            } else {
                add(problem.code, at: (table.headerRow, 1), nil, problem.sentence)
            }
        }
    }

    /// Adds a problem at a line and character of the file, or a row and column of the sheet.
    private mutating func add(
        _ code: Problem.Code, _ severity: Problem.Severity = .error, at place: (line: Int, column: Int),
        _ spot: Problem.Spot?, _ sentence: Sentence, needsAcceptance: Bool = false
    ) {
        var problem = Problem(code, severity, file: name, line: place.line, column: place.column, sentence)
            .inSheet(sheet)
        problem.spot = spot
        problem.needsAcceptance = needsAcceptance
        problems.append(problem)
    }

    /// Adds a problem of a column as a whole, at its name.
    private mutating func add(
        _ code: Problem.Code, _ severity: Problem.Severity = .error, atHeaderOf column: Int, _ sentence: Sentence,
        needsAcceptance: Bool = false
    ) {
        add(
            code, severity, at: table.headerPlace(column: column),
            Problem.Spot(row: table.headerRows.upperBound, column: column + 1, header: table.columns[column]), sentence,
            needsAcceptance: needsAcceptance)
    }

    /// Adds a problem of a cell.
    private mutating func add(
        _ code: Problem.Code, _ severity: Problem.Severity = .error, row: Int, column: Int, _ sentence: Sentence,
        needsAcceptance: Bool = false
    ) {
        add(
            code, severity, at: table.place(row: row, column: column), spot(row: row, column: column), sentence,
            needsAcceptance: needsAcceptance)
    }

    /// Where a spreadsheet shows a row, or a cell of it.
    func spot(row: Int, column: Int?) -> Problem.Spot {
        Problem.Spot(
            row: table.rowNumber(row: row), column: column.map { $0 + 1 }, header: column.map { table.columns[$0] })
    }

    // MARK: Columns

    /// The one of some standard names that the profile reads from the column with this header.
    func standardName(ofHeader header: String, among names: [String]) -> String? {
        let header = folded(header)
        return names.first { name in self.names.index[name].map { folded(table.columns[$0]) == header } ?? false }
    }

    /// The column of this name, reported where it is missing and needed.
    mutating func column(_ name: String, isNeeded: Bool = false) -> Int? {
        assert(kind.knows(column: name), "the list of columns lacks \(name)")
        if let column = names.index[name] {
            knownColumns.insert(column)
            return column
        }
        if isNeeded, !names.missing.contains(name), !names.missing.contains(name.prefix { $0 != "1" } + "N") {
            // Rows that only the settings take for a header may be children.
            let others = table.headerRows.count == 1 ? table.columns : []
            let similar =
                nearest(to: name, among: others).map {
                    Sentence(
                        "; is \($0) meant to be it?", "「\($0)」のことなら見出しを直すか、列の対応（columns）に書いてください。")
                } ?? Sentence(".", "見出しか、列の対応（columns）を直してください。")
            missingColumns.insert(name)
            add(
                .file(.missingColumn), at: (table.headerRow, 1), nil,
                Sentence("The column \(name) is missing", "列「\(name)」がありません。") + similar)
        }
        return nil
    }

    /// Columns `prefix_1`, `prefix_2`, ... by their number; `lowest` is the first number that counts.
    mutating func numberedColumns(_ prefix: String, from lowest: Int = 1) -> [Int: Int] {
        assert(kind.columns.contains(prefix + "_N"), "the list of columns lacks \(prefix)_N")
        return columns(numberedBy: prefix, from: lowest)
    }

    /// Columns `key_1`, `key_2`, ... of a priority key by their number, but those whose name stands among others.
    mutating func numberedColumns(ofKey key: String, besides others: Set<String>) -> [Int: Int] {
        columns(numberedBy: key, from: 1, besides: others)
    }

    private mutating func columns(
        numberedBy prefix: String, from lowest: Int, besides others: Set<String> = []
    ) -> [Int: Int] {
        var columns: [Int: Int] = [:]
        for (name, index) in names.index where name.hasPrefix(prefix + "_") {
            let digits = name.dropFirst(prefix.count + 1)
            guard let number = Int(digits), number >= lowest, String(number) == digits, !others.contains(name) else {
                continue
            }
            columns[number] = index
            knownColumns.insert(index)
        }
        return columns
    }

    /// Whether the table has a column of this name, or one of a numbered kind.
    func hasColumns(called name: String) -> Bool {
        !names.columns(called: name).isEmpty || table.columns.contains { folded($0) == name }
    }

    /// The standard name of each column, in the order of the file; that of a column of the city's own is its header.
    var standardNames: [String?] {
        var standard = [String?](repeating: nil, count: table.columns.count)
        for (name, column) in names.index { standard[column] = name }
        return standard
    }

    /// The column that a finding names, without making it known.
    func place(ofColumn name: String) -> Int? { names.index[name] }

    /// Names and indices of the columns that nothing asked for.
    var furtherColumns: [(name: String, index: Int)] {
        names.index.filter { !knownColumns.contains($0.value) }.sorted { $0.value < $1.value }
            .map { ($0.key, $0.value) }
    }

    /// The standard names of the columns that were asked for, in no order.
    var readColumnNames: [String] { names.index.filter { knownColumns.contains($0.value) }.map(\.key) }

    // MARK: Parts

    /// The same table with nothing noted yet, for one who reads a part of the rows.
    var unremarked: CaseTableFile {
        var part = self
        part.problems = []
        return part
    }

    /// Takes over what was noted in a part of the rows.
    mutating func absorb(_ part: CaseTableFile) {
        problems += part.problems
        wrongCells.formUnion(part.wrongCells)
        wrongRows.formUnion(part.wrongRows)
    }

    // MARK: Cells

    /// Whether cells mean what they say, folded.
    private var readsAsWritten: Bool {
        meanings.isEmpty && blanks.isEmpty && blanksOfColumns.isEmpty && idsWithoutDecimal.isEmpty
    }

    /// Calls `make` with the bytes of what ``text(_:_:)`` reads; `nil` where that is blank.
    private func withText<Value>(
        _ row: Int, _ column: Int?, _ make: (UnsafeBufferPointer<UInt8>) -> Value
    ) -> Value? {
        guard let column else { return nil }
        if readsAsWritten {
            if table.byteCount(row: row, column: column) == 0 { return nil }
            let (plain, isPlain) = table.withTrimmedBytes(row: row, column: column) { bytes -> (Value?, Bool) in
                // Neither folding nor a doubled quote changes anything.
                for byte in bytes where byte >= 0x80 || byte == UInt8(ascii: "\"") { return (nil, false) }
                return (bytes.isEmpty ? nil : make(bytes), true)
            }
            if isPlain { return plain }
        }
        var text = folded(table.trimmedText(row: row, column: column))
        if !idsWithoutDecimal.isEmpty, idsWithoutDecimal.contains(Cell(row: row, column: column)) {
            text = String(text.prefix { $0 != "." })
        } else if let meaning = meanings[column]?[text] {
            text = meaning
        } else if text.isEmpty || blanks.contains(text) || blanksOfColumns[column]?.contains(text) == true {
            return nil
        }
        return text.withUTF8(make)
    }

    /// Whether the cell says nothing, whatever is read there.
    func isBlank(_ row: Int, _ column: Int) -> Bool {
        (table.byteCount(row: row, column: column) == 0 || table.isBlank(row: row, column: column))
            && meanings[column]?[""] == nil
    }

    /// The cell, trimmed and folded; `nil` where it is blank or the column is missing.
    func text(_ row: Int, _ column: Int?) -> String? {
        withText(row, column) { String(decoding: $0, as: UTF8.self) }
    }

    /// The id in the cell as it is spelled; its text is empty where the cell is blank or the column is missing.
    ///
    /// What the profile says that a cell means, and what a spreadsheet made of a number, is no spelling of the id.
    func id<Subject>(_ row: Int, _ column: Int?) -> Identifier<Subject> {
        guard let column else { return Identifier("") }
        if readsAsWritten {
            let plain = table.withTrimmedBytes(row: row, column: column) { bytes -> Identifier<Subject>? in
                for byte in bytes where byte >= 0x80 || byte == UInt8(ascii: "\"") { return nil }
                return Identifier(String(decoding: bytes, as: UTF8.self))
            }
            if let plain { return plain }
        }
        let id = Identifier<Subject>(text(row, column) ?? "")
        let written = Identifier<Subject>(spelled: table.trimmedText(row: row, column: column))
        return written.folded.utf8.elementsEqual(id.spelling.utf8) ? written : id
    }

    /// The id in a cell that people may have copied from a result, where an apostrophe stands before what a spreadsheet would run;
    /// `nil` where it is blank.
    ///
    /// - Parameters:
    ///   - row: The row of the table.
    ///   - column: The column; `nil`: it is missing.
    ///   - isCopied: Whether the ids were copied, so that an apostrophe is such a one where the case has the id without it. With
    ///     false it is only where the case lacks the id with it.
    ///   - known: The ids of the case, asked for only where the cell begins with an apostrophe.
    func id<Subject>(
        _ row: Int, _ column: Int?, isCopied: Bool, among known: () -> Set<Identifier<Subject>>
    ) -> Identifier<Subject>? {
        guard let column, let text = text(row, column) else { return nil }
        let id = Identifier<Subject>(text)
        guard text.utf8.first == UInt8(ascii: "'") else { return id }
        let bare = Identifier<Subject>(
            spelled: TableWriter.withoutGuard(table.trimmedText(row: row, column: column)))
        if bare == id { return id }
        let known = known()
        return known.contains(bare) && (isCopied || !known.contains(id)) ? bare : id
    }

    /// The cell trimmed only, for names that people read.
    func plainText(_ row: Int, _ column: Int?) -> String {
        column.map { table.trimmedText(row: row, column: $0) } ?? ""
    }

    /// A list parted by `;`, trimmed and folded.
    func list(_ row: Int, _ column: Int?) -> [String] {
        guard let text = text(row, column) else { return [] }
        // One plain name needs no parting.
        if text.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: ";") }) { return [text] }
        return text.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    mutating func integer(_ row: Int, _ column: Int?) -> Int? {
        value(
            row, column, .file(.notANumber),
            Sentence("must be a whole number in digits, such as 12", "12 のような整数を数字で書いてください")
        ) { Self.wholeNumber($0) }
    }

    /// A number of seats; where a mark for people stands in its place, the error says what it seems to be.
    mutating func seats(_ row: Int, _ column: Int?) -> Int? {
        guard let column, let value = withText(row, column, Self.wholeNumber) else { return nil }
        if showsDrawnFigures(row, column) { return integer(row, column) }
        if let value { return value }
        guard let mark = SeatMark(text(row, column) ?? "") else { return integer(row, column) }
        let name = table.columns[column]
        report(row, column, .file(.notANumber), Sentence("\(name) ", "「\(name)」は") + mark.sentence)
        return nil
    }

    private static func wholeNumber(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        guard (1...9).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        return isNegative ? -number : number
    }

    mutating func number(_ row: Int, _ column: Int?) -> ExactNumber? {
        value(
            row, column, .file(.notANumber),
            Sentence("must be a number of at most 18 digits, such as 12 or -3.5", "12 や -3.5 のような18桁までの数を書いてください")
        ) {
            ExactNumber(utf8: $0)
        }
    }

    mutating func ages(_ row: Int, _ column: Int?) -> AgeSet? {
        textValue(
            row, column, .file(.notAges),
            Sentence("must be class ages such as 0, 3-5 or 0;2", "0、3-5、0;2 のようにクラス年齢を書いてください")
        ) { AgeSet($0) }
    }

    mutating func degrees(_ row: Int, _ column: Int?) -> Double? {
        value(
            row, column, .file(.notANumber),
            Sentence("must be a number of degrees, such as 35.8617", "35.8617 のような度の数を書いてください")
        ) { text in
            ExactNumber(utf8: text) == nil ? nil : Double(String(decoding: text, as: UTF8.self))
        }
    }

    /// A class age, also written as `0歳` or `0歳児`.
    mutating func age(_ row: Int, _ column: Int?) -> Int? {
        value(
            row, column, .file(.notANumber),
            Sentence("must be a class age in digits, such as 0 or 0歳児", "0 や 0歳児 のようにクラス年齢を数字で書いてください")
        ) { bytes in
            if let number = Self.wholeNumber(bytes) { return number }
            let text = String(decoding: bytes, as: UTF8.self)
            for suffix in ["歳児クラス", "歳児", "歳"] where text.hasSuffix(suffix) {
                var digits = String(text.dropLast(suffix.count))
                return digits.withUTF8(Self.wholeNumber)
            }
            return nil
        }
    }

    /// A minimum age, from a column of months and one of days; each may have it in words, whatever their unit.
    mutating func minimumAge(_ row: Int, months: Int?, days: Int?) -> WrittenAge {
        func age(_ column: Int?, _ unit: Phrase, _ plain: (Int) -> WrittenAge) -> WrittenAge? {
            value(
                row, column, .file(.notANumber),
                Sentence(
                    "must be whole \(unit) in digits, such as 6, or an age such as 57日, 6か月 or 2歳半",
                    "\(unit)を 6 のような数字で書くか、57日、6か月、2歳半 のように書いてください")
            ) { bytes in
                Self.wholeNumber(bytes).map(plain) ?? WrittenAge(String(decoding: bytes, as: UTF8.self))
            }
        }
        let inMonths = age(months, Phrase("月数", "months")) { WrittenAge(months: $0, days: nil) }
        let inDays = age(days, Phrase("日数", "days")) { WrittenAge(months: nil, days: $0) }
        return (inMonths ?? WrittenAge(months: nil, days: nil)).and(inDays)
    }

    /// A day, in any of the forms that can mean one day only.
    mutating func date(_ row: Int, _ column: Int?) -> CalendarDate? {
        value(
            row, column, .file(.notADate),
            Sentence(
                "must be a day that the calendar has, such as 2025-04-02, 2025/4/2, 令和7年4月2日 or R7.4.2",
                "2025-04-02、2025/4/2、令和7年4月2日、R7.4.2 のように、暦にある日を書いてください")
        ) { CalendarDate(utf8: $0) ?? CalendarDate(written: String(decoding: $0, as: UTF8.self)) }
    }

    /// One of the choices of an answer.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ row: Int, _ column: Int?
    ) -> Choice? {
        value(
            row, column, .file(.notAChoice),
            Sentence(
                "must be one of \(Choice.allCases.map(\.rawValue)), or blank",
                "\(Choice.allCases.map(\.rawValue)) のどれかを書くか、空欄にしてください")
        ) { Choice(rawValue: String(decoding: $0, as: UTF8.self)) }
    }

    /// `yes` or `no`; `nil` where it is blank.
    mutating func yesOrNo(_ row: Int, _ column: Int?) -> Bool? {
        textValue(row, column, .file(.notAChoice), Sentence("must be yes, no or blank", "yes か no を書くか、空欄にしてください")) {
            ["yes": true, "no": false][$0]
        }
    }

    /// The cell made a value, or an error where that fails.
    ///
    /// - Parameters:
    ///   - row: The row of the table.
    ///   - column: The column; `nil`: it is missing.
    ///   - code: The error's.
    ///   - demand: What follows the name of the column: what the cell must be.
    ///   - make: Makes the value.
    mutating func value<Value>(
        _ row: Int, _ column: Int?, _ code: Problem.Code, _ demand: @autoclosure () -> Sentence,
        _ make: (UnsafeBufferPointer<UInt8>) -> Value?
    ) -> Value? {
        guard let value = withText(row, column, make) else { return nil }
        if [.file(.notANumber), .file(.notADate), .file(.notAges)].contains(code), showsDrawnFigures(row, column!) {
            reportDrawnFigures(row, column!, code)
            return nil
        }
        if value == nil {
            let name = table.columns[column!]
            report(row, column!, code, Sentence("\(name) ", "「\(name)」には、") + demand() + Sentence(".", "。"))
        }
        return value
    }

    /// The cell made a value from its text, or an error where that fails.
    mutating func textValue<Value>(
        _ row: Int, _ column: Int?, _ code: Problem.Code, _ demand: @autoclosure () -> Sentence,
        _ make: (String) -> Value?
    ) -> Value? {
        value(row, column, code, demand()) { make(String(decoding: $0, as: UTF8.self)) }
    }

    /// Whether figures of the cell are drawn in a way that folding would make other numbers of, and the profile gives it no
    /// meaning.
    private func showsDrawnFigures(_ row: Int, _ column: Int) -> Bool {
        if table.withTrimmedBytes(row: row, column: column, { $0.allSatisfy { $0 < 0x80 } }) { return false }
        let text = table.trimmedText(row: row, column: column)
        return hasDrawnFigures(text) && meanings[column]?[folded(text)] == nil
    }

    private mutating func reportDrawnFigures(_ row: Int, _ column: Int, _ code: Problem.Code) {
        let name = table.columns[column]
        report(
            row, column, code,
            "\(name) has a circled, raised or lowered figure, such as ① or ², which could be read as part of "
                + "another number; write plain digits.",
            "「\(name)」に ① や ² のような飾りのある数字があり、別の数に読まれるおそれがあります。普通の数字で書いてください。")
    }

    /// Refuses drawn figures in columns that are read as texts and compared as numbers or dates.
    ///
    /// - Complexity: O(rows · columns).
    mutating func refuseDrawnFigures(in columns: [Int]) {
        for column in columns {
            for row in 0..<table.rowCount where showsDrawnFigures(row, column) {
                guard let text = text(row, column), ExactNumber(text) != nil || CalendarDate(written: text) != nil
                else {
                    continue
                }
                reportDrawnFigures(row, column, .file(.notANumber))
            }
        }
    }

    /// An error in a cell, unless it has one already.
    mutating func report(_ row: Int, _ column: Int, _ code: Problem.Code, _ sentence: @autoclosure () -> Sentence) {
        guard wrongCells.insert(Cell(row: row, column: column)).inserted else { return }
        add(code, row: row, column: column, sentence())
        wrongRows.insert(row)
    }

    mutating func report(_ row: Int, _ column: Int, _ code: Problem.Code, _ english: Telling, _ japanese: Telling) {
        report(row, column, code, Sentence(english, japanese))
    }

    /// A remark on a column as a whole, at its name.
    mutating func remark(column: Int, _ code: Problem.Code, _ english: Telling, _ japanese: Telling) {
        add(code, .warning, atHeaderOf: column, Sentence(english, japanese))
    }

    /// A doubt about a column as a whole, at its name: a warning that somebody must accept.
    mutating func doubt(column: Int, _ code: Problem.Code, _ sentence: Sentence) {
        add(code, .warning, atHeaderOf: column, sentence, needsAcceptance: true)
    }

    /// An error of a column as a whole, at its name.
    mutating func refuse(column: Int, _ code: Problem.Code, _ english: Telling, _ japanese: Telling) {
        add(code, atHeaderOf: column, Sentence(english, japanese))
    }

    /// A remark on the table as a whole.
    mutating func remark(_ code: Problem.Code, _ english: Telling, _ japanese: Telling) {
        add(code, .warning, at: (table.headerRow, 1), nil, Sentence(english, japanese))
    }

    // MARK: Ids

    /// Reads ids of the columns as a spreadsheet may have left them.
    ///
    /// `123.0` is read as `123`, with a warning for the column; `1.2E+11` has lost digits and is an error.
    mutating func readIDs(in columns: [Int?]) {
        if numberForms.isEmpty { return }
        let columns = Set(columns.compactMap { $0 })
        var decimals: [Int: Int] = [:]
        for (cell, form) in numberForms where columns.contains(cell.column) {
            switch form {
            case .decimal:
                idsWithoutDecimal.insert(cell)
                decimals[cell.column, default: 0] += 1
            case .exponent:
                report(
                    cell.row, cell.column, .file(.idShortened),
                    SpreadsheetNumber.shortened)
            }
        }
        for column in decimals.keys.sorted() {
            remark(
                column: column, .file(.idDecimal),
                "A spreadsheet has written \(decimals[column]!) of these ids with .0 behind; they are read without it.",
                "表計算ソフトがこの列の番号 \(decimals[column]!) 件に .0 を付けています。.0 を除いて読みました。")
        }
    }

    /// Reports ids that only folding makes equal, which may have made one of two, and warns of those that look alike.
    mutating func refuseClashes(in column: Int?) {
        guard let column else { return }
        if mayHoldLookalikes(column) { doubtLookalikes(in: column) }
        refuseFoldedClashes(in: column)
    }

    /// Whether the column has other than ASCII or letters of both cases.
    private func mayHoldLookalikes(_ column: Int) -> Bool {
        var hasSmall = false
        var hasCapital = false
        for row in 0..<table.rowCount {
            let isOther = table.withTrimmedBytes(row: row, column: column) { bytes in
                for byte in bytes {
                    if byte >= 0x80 { return true }
                    if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) { hasSmall = true }
                    if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) { hasCapital = true }
                }
                return false
            }
            if isOther || hasSmall && hasCapital { return true }
        }
        return false
    }

    /// Warns, at the first of each, of ids that differ from one above only in what people hardly see.
    private mutating func doubtLookalikes(in column: Int) {
        var first: [String: String] = [:]
        var told = Set<String>()
        for row in 0..<table.rowCount {
            guard let id = text(row, column) else { continue }
            let other = first[likeness(of: id), default: id]
            first[likeness(of: id)] = other
            guard other != id, told.insert(id).inserted else { continue }
            let name = table.columns[column]
            add(
                .file(.idSimilar), .warning, row: row, column: column,
                Sentence(
                    "This \(name) differs from one above only by case or by a letter or dash that looks the "
                        + "same; write one id in one way, or accept that they are two.",
                    "大文字・小文字や似た文字だけが違う「\(name)」が上にあります。同じものなら書き方をそろえ、別のものなら承認してください。"),
                needsAcceptance: true)
        }
    }

    /// Reports ids that only folding makes equal: it may have made one of two.
    private mutating func refuseFoldedClashes(in column: Int) {
        let file = self
        func ids() -> some Sequence<(row: Int, raw: String, id: String)> {
            (0..<file.table.rowCount).lazy.map { row in
                (row, file.table.trimmedText(row: row, column: column), file.text(row, column) ?? "")
            }
        }
        // Folding leaves ASCII as it is.
        func isASCII(_ row: Int) -> Bool {
            table.withTrimmedBytes(row: row, column: column) { $0.allSatisfy { $0 < 0x80 } }
        }
        if readsAsWritten, (0..<table.rowCount).allSatisfy(isASCII) { return }
        let changed = Set(ids().filter { $0.raw != $0.id }.map(\.id))
        if changed.isEmpty { return }
        var spelling: [String: String] = [:]
        for (row, raw, id) in ids() where changed.contains(id) {
            let first = spelling[id] ?? raw
            spelling[id] = first
            if raw.utf8.elementsEqual(first.utf8) { continue }
            let name = table.columns[column]
            report(
                row, column, .file(.idClash),
                "Written in another width or form the same \(name) stands above; "
                    + "write one id in one way, or give them different ids.",
                "全角・半角などの書き方だけが違う同じ「\(name)」が上にあります。書き方をそろえるか、別の番号にしてください。")
        }
    }

    /// Refuses My Numbers and remembers numbers in a spreadsheet's form.
    private mutating func inspectDigits() {
        let columns = table.columns.indices
        for row in 0..<table.rowCount {
            // Neither form is shorter than three bytes.
            for column in columns where table.byteCount(row: row, column: column) >= 3 {
                let (form, isPersonal) = table.withTrimmedBytes(row: row, column: column) { bytes in
                    let form = SpreadsheetNumber(bytes)
                    return (form, form == nil && isMyNumber(bytes))
                }
                if let form { numberForms.append((Cell(row: row, column: column), form)) }
                if isPersonal {
                    report(row, column, .file(.myNumber), Self.personalNumber)
                }
            }
        }
    }
}

extension CaseTableFile {
    /// What is said of a My Number, wherever it is.
    static let personalNumber = Sentence(
        "This twelve-digit value has the check digit of a My Number (個人番号), which must not be here; use an id of your own.",
        "個人番号（マイナンバー）と思われる12桁の値です。ここに書いてはいけません。市の別の番号を使ってください。")
}

extension SpreadsheetNumber {
    /// What is said of an id that has lost its digits.
    static let shortened = Sentence(
        "A spreadsheet has shortened this id to a power of ten and lost its digits; format the column as text and export it "
            + "again.",
        "表計算ソフトが番号を指数（1.2E+11 など）に縮めて桁を失っています。列を文字列にして書き出し直してください。")
}

extension Problem {
    /// A problem of form, in a file.
    init(_ problem: TableProblem, file: String) {
        self.init(
            .table(problem.code), file: file, line: problem.line, column: problem.column,
            Sentence(Telling(stringLiteral: problem.message), Telling(stringLiteral: problem.japanese)))
        spot = problem.row.map { Spot(row: $0, column: problem.field, header: problem.header) }
    }
}

import Admissions
import Foundation
import Tables

/// One table of a case folder while it is read: cells as values, and what is wrong with them.
struct CaseTableFile {
    let kind: CaseTable
    let table: Table
    let encoding: TextEncoding
    let sha256: String
    /// Whether rows were left out because of their form.
    let hasLostRows: Bool
    private(set) var problems: [Problem]
    /// Cells that have an error already, so that what follows from it is not reported again.
    private(set) var wrongCells: Set<Cell> = []
    private(set) var wrongRows: Set<Int> = []
    /// Columns that were asked for by name.
    private var knownColumns: Set<Int> = []

    struct Cell: Hashable {
        var row: Int
        var column: Int
    }

    var name: String { kind.fileName }

    /// Reads a file, or says why not.
    static func read(_ kind: CaseTable, in folder: URL) -> (file: CaseTableFile?, problems: [Problem]) {
        let name = kind.fileName
        let bytes: [UInt8]
        do { bytes = Array(try Data(contentsOf: folder.appending(path: name))) } catch {
            return (nil, [Problem("FILE_UNREADABLE", file: name, "The file cannot be read: \(error.plainText).")])
        }
        let text: DecodedText
        do { text = try DecodedText(bytes) } catch { return (nil, [Problem(error, file: name)]) }
        let (table, problems) = Table.read(text.utf8)
        let located = problems.map { Problem($0, file: name) }
        guard let table else { return (nil, located) }
        var file = CaseTableFile(
            kind: kind, table: table, encoding: text.encoding, sha256: SHA256.digest(of: bytes).description,
            hasLostRows: !problems.isEmpty, problems: located)
        file.refuseMyNumbers()
        return (file, [])
    }

    private init(
        kind: CaseTable, table: Table, encoding: TextEncoding, sha256: String, hasLostRows: Bool, problems: [Problem]
    ) {
        self.kind = kind
        self.table = table
        self.encoding = encoding
        self.sha256 = sha256
        self.hasLostRows = hasLostRows
        self.problems = problems
    }

    // MARK: Columns

    /// The column of this name, reported where it is missing and needed.
    mutating func column(_ name: String, isNeeded: Bool = false) -> Int? {
        if let column = table.column(name) {
            knownColumns.insert(column)
            return column
        }
        if isNeeded {
            let similar = nearest(to: name, among: table.columns).map { "; is \($0) meant to be it?" } ?? "."
            problems.append(
                Problem(
                    "MISSING_COLUMN", file: self.name, line: table.headerRow, column: 1,
                    "The column \(name) is missing\(similar)"))
        }
        return nil
    }

    /// Columns `prefix_1`, `prefix_2`, ... by their number; `lowest` is the first number that counts.
    mutating func numberedColumns(_ prefix: String, from lowest: Int = 1) -> [Int: Int] {
        var columns: [Int: Int] = [:]
        for (index, name) in table.columns.enumerated() where name.hasPrefix(prefix + "_") {
            let digits = name.dropFirst(prefix.count + 1)
            guard let number = Int(digits), number >= lowest, String(number) == digits else { continue }
            columns[number] = index
            knownColumns.insert(index)
        }
        return columns
    }

    /// Names and indices of the columns that nothing asked for.
    var furtherColumns: [(name: String, index: Int)] {
        table.columns.enumerated().filter { !knownColumns.contains($0.offset) && !$0.element.isEmpty }
            .map { ($0.element, $0.offset) }
    }

    // MARK: Cells

    /// The cell, trimmed and folded; `nil` where it is blank or the column is missing.
    func text(_ row: Int, _ column: Int?) -> String? {
        guard let column else { return nil }
        let text = folded(table.trimmedText(row: row, column: column))
        return text.isEmpty ? nil : text
    }

    /// The cell trimmed only, for names that people read.
    func plainText(_ row: Int, _ column: Int?) -> String {
        column.map { table.trimmedText(row: row, column: $0) } ?? ""
    }

    /// A list parted by `;`, trimmed and folded.
    func list(_ row: Int, _ column: Int?) -> [String] {
        guard let text = text(row, column) else { return [] }
        return text.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    mutating func integer(_ row: Int, _ column: Int?) -> Int? {
        value(row, column, "NOT_A_NUMBER", "must be a whole number in digits, such as 12") { text in
            let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
            guard text.utf8.count - digits.count <= 1, (1...9).contains(digits.count),
                digits.allSatisfy({ (48...57).contains($0) })
            else { return nil }
            return Int(text)
        }
    }

    mutating func number(_ row: Int, _ column: Int?) -> ExactNumber? {
        value(row, column, "NOT_A_NUMBER", "must be a number of at most 18 digits, such as 12 or -3.5") {
            ExactNumber($0)
        }
    }

    mutating func degrees(_ row: Int, _ column: Int?) -> Double? {
        value(row, column, "NOT_A_NUMBER", "must be a number of degrees, such as 35.8617") { text in
            ExactNumber(text) == nil ? nil : Double(text)
        }
    }

    mutating func date(_ row: Int, _ column: Int?) -> CalendarDate? {
        value(row, column, "NOT_A_DATE", "must be a day of the calendar, such as 2025-04-02 or 2025/4/2") {
            CalendarDate($0)
        }
    }

    /// One of the choices of an answer.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ row: Int, _ column: Int?
    ) -> Choice? {
        let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return value(row, column, "NOT_A_CHOICE", "must be one of \(choices), or blank") { Choice(rawValue: $0) }
    }

    /// `yes` or `no`; `nil` where it is blank.
    mutating func yesOrNo(_ row: Int, _ column: Int?) -> Bool? {
        value(row, column, "NOT_A_CHOICE", "must be yes, no or blank") { ["yes": true, "no": false][$0] }
    }

    /// The cell made a value, or an error where that fails.
    mutating func value<Value>(
        _ row: Int, _ column: Int?, _ code: String, _ demand: String, _ make: (String) -> Value?
    ) -> Value? {
        guard let column, let text = text(row, column) else { return nil }
        if let value = make(text) { return value }
        report(row, column, code, "\(table.columns[column]) \(demand).")
        return nil
    }

    /// An error in a cell.
    mutating func report(
        _ row: Int, _ column: Int, _ code: String, _ message: String
    ) {
        let place = table.place(row: row, column: column)
        problems.append(Problem(code, file: name, line: place.line, column: place.column, message))
        wrongCells.insert(Cell(row: row, column: column))
        wrongRows.insert(row)
    }

    /// A remark on a column as a whole, at its name.
    mutating func remark(column: Int, _ code: String, _ message: String) {
        let place = table.headerPlace(column: column)
        problems.append(Problem(code, .warning, file: name, line: place.line, column: place.column, message))
    }

    /// A remark on the table as a whole.
    mutating func remark(_ code: String, _ message: String) {
        problems.append(Problem(code, .warning, file: name, line: table.headerRow, column: 1, message))
    }

    // MARK: Ids

    /// Reports ids that only folding makes equal: it may have made one of two.
    mutating func refuseClashes(in column: Int?) {
        guard let column else { return }
        let table = table
        func ids() -> some Sequence<(row: Int, raw: String, id: String)> {
            (0..<table.rowCount).lazy.map { row in
                let raw = table.trimmedText(row: row, column: column)
                return (row, raw, folded(raw))
            }
        }
        let changed = Set(ids().filter { $0.raw != $0.id }.map(\.id))
        if changed.isEmpty { return }
        var spelling: [String: String] = [:]
        for (row, raw, id) in ids() where changed.contains(id) {
            let first = spelling[id] ?? raw
            spelling[id] = first
            if raw.utf8.elementsEqual(first.utf8) { continue }
            report(
                row, column, "ID_CLASH",
                "Written in another width or form the same \(table.columns[column]) stands above; "
                    + "write one id in one way, or give them different ids.")
        }
    }

    private mutating func refuseMyNumbers() {
        for row in 0..<table.rowCount {
            for column in table.columns.indices where isMyNumber(table.trimmedBytes(row: row, column: column)) {
                report(
                    row, column, "MY_NUMBER",
                    "This twelve-digit value has the check digit of a My Number (個人番号), which must not be here; "
                        + "use an id of your own.")
            }
        }
    }
}

extension Problem {
    /// A problem of form, in a file.
    init(_ problem: TableProblem, file: String) {
        self.init(
            problem.code.rawValue, file: file, line: problem.line, column: problem.column, problem.message)
    }
}

extension Error {
    /// What the system said, without a path.
    var plainText: String {
        let underlying = (self as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        if let code = underlying?.code
            ?? ((self as NSError).domain == NSPOSIXErrorDomain ? (self as NSError).code : nil),
            let text = strerror(Int32(code))
        {
            return String(cString: text).lowercased()
        }
        return localizedDescription
    }
}

import Admissions
import Explaining
import Tables
import Workbooks

/// The result of a round as a workbook of Excel for the staff, in Japanese.
///
/// The first sheet has the children's table as it was written, row by row, with the result beside it; the others have the
/// facilities, the borders, the waiting order, the held children with their reasons, the households, and what was run. A row about
/// a child tells nothing of other families that these may not know, so that it can be copied into an answer to its family.
///
/// The same input gives the same bytes. It may hold whatever a city keeps in its table, such as names; it is for the staff alone.
public struct ResultWorkbook: Sendable {
    let input: ReportInput
    let children: Children
    let run: Run
    /// The headers that the city has for standard columns.
    let headers: [String: String]
    var subject: Case { input.subject }

    /// The children's table as it was written.
    public struct Children: Sendable {
        var table: Table
        /// For each row its child, as an index into `Case.children`.
        var children: [Int]
        /// For each column whether it holds numbers or days rather than texts.
        var holdsValues: [Bool]
        /// The column of the children's ids.
        var idColumn: Int

        public init(table: Table, children: [Int], holdsValues: [Bool], idColumn: Int) {
            self.table = table
            self.children = children
            self.holdsValues = holdsValues
            self.idColumn = idColumn
        }

        /// Refuses what no sheet can hold, before a result is searched for in vain.
        ///
        /// - Parameter subject: The case that the table belongs to.
        /// - Throws: `WorkbookError`.
        /// - Complexity: O(bytes of the table).
        public func check(with subject: Case) throws(WorkbookError) {
            if table.rowCount >= WorkbookWriter.mostRows { throw .tooManyRows(sheet: ResultWorkbook.nameOfChildren) }
            for row in 0..<table.rowCount {
                for column in table.columns.indices where table.byteCount(row: row, column: column) > 0 {
                    try check(table.text(row: row, column: column), ResultWorkbook.nameOfChildren, row, column)
                }
            }
            for (row, facility) in subject.facilities.enumerated() {
                for (column, text) in [facility.id.spelling, facility.name, facility.kind, facility.ward].enumerated() {
                    try check(text, ResultWorkbook.nameOfFacilities, row, column)
                }
            }
        }

        /// Refuses a text of a row below the header that no cell can hold.
        private func check(_ text: String, _ sheet: String, _ row: Int, _ column: Int) throws(WorkbookError) {
            if let error = WorkbookRows.refusal(of: text, sheet: sheet, row: row + 1, column) { throw error }
        }
    }

    /// What was run.
    public struct Run: Sendable {
        /// The program with its version.
        public var program: String
        public var caseDigest: String
        public var files: [(name: String, encoding: String, sha256: String)]

        public init(program: String, caseDigest: String, files: [(name: String, encoding: String, sha256: String)]) {
            self.program = program
            self.caseDigest = caseDigest
            self.files = files
        }
    }

    static let nameOfChildren = "児童"
    static let nameOfFacilities = "施設"

    /// - Parameters:
    ///   - input: What the report says as well.
    ///   - children: The children's table as it was written.
    ///   - run: What was run.
    ///   - headers: For standard columns, such as `child_id`, `facility_id`, `name` or `seats_0`, the header that the city has.
    public init(_ input: ReportInput, _ children: Children, _ run: Run, headers: [String: String]) {
        self.input = input
        self.children = children
        self.run = run
        self.headers = headers
    }

    /// The workbook.
    ///
    /// - Throws: `WorkbookError`.
    /// - Complexity: O(cells of the children's table + wishes); one row at a time is in memory, and the bytes at the end.
    public func bytes() throws(WorkbookError) -> [UInt8] {
        let writer = try WorkbookWriter(title: "\(subject.municipality) \(subject.round) 利用調整結果")
        try addChildren(to: writer)
        try addFacilities(to: writer)
        try addBorders(to: writer)
        try addWaiting(to: writer)
        try addHeld(to: writer)
        try addHouseholds(to: writer)
        try addRun(to: writer)
        return try writer.finish()
    }

    // MARK: What sheets share

    func header(_ name: String, _ ours: String) -> String { headers[name] ?? ours }
    var childHeader: String { header("child_id", "児童番号") }
    var householdHeader: String { header("household_id", "世帯番号") }
    var facilityHeader: String { header("facility_id", "施設番号") }
    var facilityNameHeader: String { header("name", "施設名") }

    func sheet(_ name: String, _ columns: [WorkbookSheet.Column], fixed: Int = 0) -> WorkbookSheet {
        var sheet = WorkbookSheet(name, columns: columns)
        sheet.fixedColumns = fixed
        sheet.pageHeader = "庁内用(個人情報を含みます)"
        sheet.pageFooter = "\(subject.municipality) \(subject.month) 入所 \(subject.round) 利用調整結果"
        return sheet
    }

    func id(_ facility: Int?) -> WorkbookCell { .text(facility.map { subject.facilities[$0].id.spelling } ?? "") }
    func name(_ facility: Int?) -> WorkbookCell { .text(facility.map { subject.facilities[$0].name } ?? "") }

    func outcome(_ placement: Placement) -> WorkbookCell {
        let look: WorkbookCell.Look =
            switch placement.outcome {
            case .placed: .granted
            case .stays: .kept
            case .held: .refused
            }
        return .text(Wording.outcome(placement.outcome, isConditional: placement.isConditional).japanese).looking(look)
    }

    /// A number as a number if the cell shows every digit of it, or else as a text.
    static func cell(_ number: ExactNumber?) -> WorkbookCell {
        guard let number else { return .blank }
        return shownNumber(number.description).map { WorkbookCell(.number($0)) } ?? .text(number.description)
    }

    /// The number that a text is, if a cell with this number shows just this text.
    static func shownNumber(_ text: String) -> Double? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), digits.utf8.count <= 10,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            parts[0] == "0" || !parts[0].hasPrefix("0"), parts.count == 1 || !parts[1].hasSuffix("0"), text != "-0"
        else { return nil }
        return Double(text)
    }

    /// The day that a text is, if a cell with this day shows just this text.
    static func shownDay(_ text: String) -> WorkbookCell.Content? {
        guard (8...10).contains(text.utf8.count), let separator = text.dropFirst(4).first,
            separator == "-" || separator == "/"
        else { return nil }
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4,
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 1900,
            CalendarDate(year: year, month: month, day: day) != nil
        else { return nil }
        let isPadded = parts[1].utf8.count == 2 && parts[2].utf8.count == 2
        let isPlain = parts[1] == String(month) && parts[2] == String(day)
        if separator == "-" { return isPadded ? .day(year: year, month: month, day: day, .hyphens) : nil }
        if isPadded { return .day(year: year, month: month, day: day, .paddedSlashes) }
        return isPlain ? .day(year: year, month: month, day: day, .slashes) : nil
    }
}

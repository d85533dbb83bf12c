import Admissions
import Tables
import Workbooks

/// Something wrong or remarkable in the files of a case, with its place.
///
/// Sentences name files, columns, settings and facilities, never what a child's cell says.
public struct Problem: Hashable, Sendable, CustomStringConvertible {
    public var kind: Code
    public var severity: Severity
    /// Name of the file within the case folder; `nil`: the folder itself.
    public var file: String?
    /// Line of the file, from 1; `nil`: the file as a whole.
    public var line: Int?
    /// Character in the line, from 1.
    public var column: Int?
    /// The sheet, where the file is a workbook; `line` and `column` are then the row and the column of it.
    public private(set) var sheet: String?
    /// Where it is in the table as a spreadsheet shows it; `nil`: it is at no row of a table.
    public var spot: Spot?
    /// What is wrong and what to do.
    public var sentence: Sentence
    /// Whether it is a warning that must be accepted by its code before anything is written.
    public var needsAcceptance = false

    /// A place in a table as a spreadsheet shows it.
    public struct Spot: Hashable, Sendable {
        /// From 1.
        public var row: Int
        /// From 1; `nil`: the row as a whole.
        public var column: Int?
        /// The header of the column, as the file spells it.
        public var header: String?

        public init(row: Int, column: Int? = nil, header: String? = nil) {
            (self.row, self.column, self.header) = (row, column, header)
        }

        /// `C12`.
        public var cell: String? { column.map { cellName(row: row, column: $0) } }
    }

    /// The cell, such as `C12`; of a row of a workbook its first.
    public var cell: String? {
        spot?.cell ?? (sheet == nil ? nil : line.map { cellName(row: $0, column: column ?? 1) })
    }

    /// The ``sentence`` in English.
    public var message: String { sentence[.english] }

    /// A stable name that scripts may rely on, such as `FACILITY_UNKNOWN`.
    public var code: String { kind.rawValue }

    /// Codes of the warnings that somebody must accept by their code, in order.
    public static let acceptableCodes: [String] =
        (Finding.Code.allCases.filter(\.needsAcceptance).map(\.rawValue)
        + FileCode.allCases.filter(\.needsAcceptance).map(\.rawValue)).sorted()

    /// Whether it stops the case.
    public enum Severity: String, Sendable, Codable { case error, warning }

    public init(
        _ kind: Code, _ severity: Severity = .error, file: String? = nil, line: Int? = nil, column: Int? = nil,
        _ sentence: Sentence
    ) {
        self.kind = kind
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.sentence = sentence
    }

    /// A problem with its sentence in both languages, which tell the same values.
    public init(
        _ kind: Code, _ severity: Severity = .error, file: String? = nil, line: Int? = nil, column: Int? = nil,
        _ english: Telling, _ japanese: Telling
    ) {
        self.init(kind, severity, file: file, line: line, column: column, Sentence(english, japanese))
    }

    /// The problem in a sheet of its file, at the row and column that `line` and `column` say.
    ///
    /// - Parameter name: The sheet; `nil`: the file is no workbook.
    func inSheet(_ name: String?) -> Problem {
        var problem = self
        problem.sheet = name
        return problem
    }

    /// A doubt as an error, where nobody can accept it; other problems as they are.
    var asError: Problem {
        guard needsAcceptance else { return self }
        var problem = self
        (problem.severity, problem.needsAcceptance) = (.error, false)
        return problem
    }

    /// `children.csv:12:5: error FACILITY_UNKNOWN: The facility ...`, the form that editors can jump to; of a workbook
    /// `申込.xlsx:申込者!C12`.
    public var description: String { text(in: .english) }
}

extension Problem: Encodable {
    private enum CodingKeys: String, CodingKey {
        case kind = "code"
        case severity, file, sheet, cell, line, column, row, header, message, japanese, values, needsAcceptance
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(severity, forKey: .severity)
        try container.encodeIfPresent(file, forKey: .file)
        try container.encodeIfPresent(sheet, forKey: .sheet)
        try container.encodeIfPresent(cell, forKey: .cell)
        try container.encodeIfPresent(line, forKey: .line)
        try container.encodeIfPresent(column, forKey: .column)
        try container.encodeIfPresent(spot?.row, forKey: .row)
        try container.encodeIfPresent(spot?.header, forKey: .header)
        try container.encode(message, forKey: .message)
        try container.encode(sentence[.japanese], forKey: .japanese)
        try container.encode(sentence.values.map { $0.text(in: .english) }, forKey: .values)
        try container.encode(needsAcceptance, forKey: .needsAcceptance)
    }
}

extension Problem {
    /// What is wrong: with the form of a table, a workbook or one of its cells, with what the tables say, or with files, columns, settings and cells.
    public enum Code: RawRepresentable, Hashable, Sendable, Codable, CaseIterable {
        case file(FileCode)
        case table(TableProblem.Code)
        case workbook(WorkbookProblem.Code)
        case cell(CellProblem.Code)
        case finding(Finding.Code)

        public static var allCases: [Code] {
            FileCode.allCases.map(Code.file) + TableProblem.Code.allCases.map(Code.table)
                + WorkbookProblem.Code.allCases.map(Code.workbook) + CellProblem.Code.allCases.map(Code.cell)
                + Finding.Code.allCases.map(Code.finding)
        }

        /// The stable name that scripts may rely on.
        public var rawValue: String {
            switch self {
            case .file(let code): code.rawValue
            case .table(let code): code.rawValue
            case .workbook(let code): code.rawValue
            case .cell(let code): code.rawValue
            case .finding(let code): code.rawValue
            }
        }

        public init?(rawValue: String) {
            if let code = FileCode(rawValue: rawValue) {
                self = .file(code)
            } else if let code = TableProblem.Code(rawValue: rawValue) {
                self = .table(code)
            } else if let code = WorkbookProblem.Code(rawValue: rawValue) {
                self = .workbook(code)
            } else if let code = CellProblem.Code(rawValue: rawValue) {
                self = .cell(code)
            } else if let code = Finding.Code(rawValue: rawValue) {
                self = .finding(code)
            } else {
                return nil
            }
        }
    }

    /// What is wrong with files, columns, settings and cells, as this module finds it.
    public enum FileCode: String, CaseIterable, Sendable {
        case folderMissing = "FOLDER_MISSING"
        case fileMissing = "FILE_MISSING"
        case fileOutside = "FILE_OUTSIDE"
        case fileUnreadable = "FILE_UNREADABLE"
        case headerUnknown = "HEADER_UNKNOWN"
        case yamlSyntax = "YAML_SYNTAX"
        case jsonSyntax = "JSON_SYNTAX"
        case formatUnknown = "FORMAT_UNKNOWN"
        case noRows = "NO_ROWS"
        case missingColumn = "MISSING_COLUMN"
        case columnSimilar = "COLUMN_SIMILAR"
        case columnMisspelt = "COLUMN_MISSPELT"
        case columnOfIds = "COLUMN_OF_IDS"
        case idSimilar = "ID_SIMILAR"
        case fileSimilar = "FILE_SIMILAR"
        case columnUnread = "COLUMN_UNREAD"
        case settingInvalid = "SETTING_INVALID"
        case settingMissing = "SETTING_MISSING"
        case settingTwice = "SETTING_TWICE"
        case settingUnknown = "SETTING_UNKNOWN"
        case notANumber = "NOT_A_NUMBER"
        case notADate = "NOT_A_DATE"
        case notAChoice = "NOT_A_CHOICE"
        case notAGroup = "NOT_A_GROUP"
        case notAges = "NOT_AGES"
        case notAPattern = "NOT_A_PATTERN"
        case patternDisagrees = "PATTERN_DISAGREES"
        case myNumber = "MY_NUMBER"
        case idClash = "ID_CLASH"
        case idDecimal = "ID_DECIMAL"
        case idShortened = "ID_SHORTENED"
        case childUnknown = "CHILD_UNKNOWN"
        case childMissing = "CHILD_MISSING"
        case facilityNotWished = "FACILITY_NOT_WISHED"
        case priorityInversion = "PRIORITY_INVERSION"
        case vacantSeat = "VACANT_SEAT"
        case learntUnconfirmed = "LEARNT_UNCONFIRMED"
        case layoutFound = "LAYOUT_FOUND"
        case rowsLeftOut = "ROWS_LEFT_OUT"
        case noteRow = "NOTE_ROW"
        case mergedCells = "MERGED_CELLS"
        case hiddenCells = "HIDDEN_CELLS"
        case sheetUnknown = "SHEET_UNKNOWN"
        case sheetFound = "SHEET_FOUND"
        case sheetHidden = "SHEET_HIDDEN"

        /// Whether it is a warning that somebody must accept by its code before anything is written.
        public var needsAcceptance: Bool {
            switch self {
            case .columnSimilar, .columnOfIds, .idSimilar, .noteRow, .mergedCells, .sheetHidden:
                true
            case .folderMissing, .fileMissing, .fileOutside, .fileUnreadable, .headerUnknown, .yamlSyntax,
                .jsonSyntax, .formatUnknown, .noRows, .missingColumn, .columnMisspelt, .fileSimilar, .columnUnread,
                .settingInvalid, .settingMissing, .settingTwice, .settingUnknown, .notANumber, .notADate,
                .notAChoice, .notAGroup, .notAges, .notAPattern, .patternDisagrees, .myNumber, .idClash, .idDecimal,
                .idShortened, .childUnknown, .childMissing, .facilityNotWished, .priorityInversion, .vacantSeat,
                .learntUnconfirmed, .layoutFound, .rowsLeftOut, .hiddenCells, .sheetUnknown, .sheetFound:
                false
            }
        }
    }
}

import Admissions

/// Something wrong or remarkable in the files of a case, with its place.
///
/// Messages name files, columns, settings and facilities, never what a child's cell says.
public struct Problem: Hashable, Sendable, Codable, CustomStringConvertible {
    /// A stable name that scripts may rely on, such as `FACILITY_UNKNOWN`.
    public var code: String
    public var severity: Severity
    /// Name of the file within the case folder; `nil`: the folder itself.
    public var file: String?
    /// Line of the file, from 1; `nil`: the file as a whole.
    public var line: Int?
    /// Character in the line, from 1.
    public var column: Int?
    /// One plain English sentence that says what to do.
    public var message: String
    /// Whether it is a warning that must be accepted by its code before anything is written.
    public var needsAcceptance = false
    /// The same sentence in Japanese where it names more than the code's own; ends with 。.
    var japanese: String?

    private enum CodingKeys: String, CodingKey {
        case code, severity, file, line, column, message, needsAcceptance
    }

    /// Codes of the warnings that somebody must accept by their code, in order.
    public static let acceptableCodes: [String] =
        (Finding.Code.allCases.filter(\.needsAcceptance).map(\.rawValue) + acceptableColumnCodes).sorted()

    /// Those of them that are about columns and ids in files.
    static let acceptableColumnCodes = ["COLUMN_SIMILAR", "COLUMN_OF_IDS", "ID_SIMILAR"]

    /// Whether it stops the case.
    public enum Severity: String, Sendable, Codable { case error, warning }

    public init(
        _ code: String, _ severity: Severity = .error, file: String? = nil, line: Int? = nil, column: Int? = nil,
        _ message: String
    ) {
        self.code = code
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `children.csv:12:5: error FACILITY_UNKNOWN: The facility ...`, the form that editors can jump to.
    public var description: String {
        let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
        let demand = needsAcceptance ? " (accepted by --accept \(code))" : ""
        return (place.isEmpty ? "" : place + ": ") + "\(severity.rawValue) \(code): \(message)\(demand)"
    }
}

extension CaseTable {
    /// The file that holds the table.
    public var fileName: String {
        switch self {
        case .settings: "case.yaml"
        case .children: "children.csv"
        case .facilities: "facilities.csv"
        case .households: "households.csv"
        case .jointWishes: "joint_wishes.csv"
        case .seatLimits: "seat_limits.csv"
        case .pins: "pins.csv"
        case .declines: "declines.csv"
        case .withdrawals: "withdrawals.csv"
        case .newChildren: "new_children.csv"
        }
    }
}

import CXlsxWriter
import Foundation

/// Writes a workbook of Excel (.xlsx).
///
/// ```swift
/// let writer = try WorkbookWriter(title: "利用調整結果")
/// try writer.addSheet(WorkbookSheet("児童", columns: [.init("児童番号")])) { rows throws(WorkbookError) in
///     try rows.append([.text("0012")])
/// }
/// let bytes = try writer.finish()
/// ```
///
/// The same calls give the same bytes whoever makes them, wherever and whenever; only another version of libxlsxwriter or zlib may
/// write the same cells in other bytes. Line ends within a cell become LF, which is what Excel breaks lines by. One row at a time is in memory. The library keeps the others in files that have no name, in
/// a folder that only the user may enter and that is removed in any case.
///
/// A writer is for one thread.
public final class WorkbookWriter {
    /// Rows that a sheet may have, its header included.
    public static let mostRows = 1_048_576
    /// Columns that a sheet may have.
    public static let mostColumns = 16_384
    /// UTF-16 units that a cell may have.
    public static let mostUnitsOfCell = 32_767
    /// UTF-16 units that the name of a sheet may have.
    public static let mostUnitsOfName = 31
    /// Characters that a footer may have.
    static let mostOfFooter = 255

    /// `nil` once the library has closed it.
    private var workbook: UnsafeMutablePointer<lxw_workbook>?
    /// Where the library works; `nil` once the workbook is finished.
    private var folder: PrivateFolder?
    private let styles: CellStyles
    private var names: Set<String> = []

    /// Begins a workbook.
    ///
    /// - Parameters:
    ///   - title: The title among the properties of the document.
    ///   - folder: Where the private folder is made. Default: where the system has its temporary files.
    /// - Throws: ``WorkbookError/system(_:)``.
    public init(title: String, in folder: URL = FileManager.default.temporaryDirectory) throws(WorkbookError) {
        let privateFolder = try PrivateFolder(in: folder)
        self.folder = privateFolder
        let workbook = privateFolder.path.withCString { path in
            // The library copies the path.
            var options = lxw_workbook_options(
                constant_memory: 1, tmpdir: UnsafeMutablePointer(mutating: path), use_zip64: 0)
            return workbook_new_opt(privateFolder.fileOfWorkbook, &options)
        }
        guard let workbook else { throw .system("there is no memory for a workbook") }
        self.workbook = workbook
        styles = CellStyles(of: workbook)
        title.withCString { title in
            var properties = lxw_doc_properties()
            // The library copies the text.
            properties.title = UnsafeMutablePointer(mutating: title)
            properties.created = Self.created
            _ = workbook_set_properties(workbook, &properties)
        }
    }

    /// Closes a workbook that was given up: only this closes the files of its sheets, whose content is on the disk until then.
    deinit { if let workbook { _ = workbook_close(workbook) } }

    /// Every workbook says that it was made at the beginning of 2000: a clock would make other bytes each time.
    private static let created: time_t = 946_684_800

    /// Adds a sheet with its header and its rows.
    ///
    /// - Parameters:
    ///   - sheet: Its name, its columns, and how it is printed.
    ///   - body: Appends the rows.
    /// - Throws: ``WorkbookError``; then the workbook is of no use.
    public func addSheet(
        _ sheet: WorkbookSheet, rows body: (inout WorkbookRows) throws(WorkbookError) -> Void
    ) throws(WorkbookError) {
        precondition(workbook != nil, "the workbook is finished")
        try checkName(sheet.name)
        guard sheet.columns.count <= Self.mostColumns else {
            throw .tooManyColumns(sheet: sheet.name, count: sheet.columns.count)
        }
        guard let worksheet = workbook_add_worksheet(workbook, sheet.name) else {
            throw .system("the sheet \(sheet.name) cannot be added")
        }
        var rows = WorkbookRows(of: sheet, in: worksheet, styles)
        try rows.appendHeader()
        try body(&rows)
        try rows.finish()
    }

    private func checkName(_ name: String) throws(WorkbookError) {
        let units = name.utf16.count
        let isRight =
            (1...Self.mostUnitsOfName).contains(units) && !name.hasPrefix("'") && !name.hasSuffix("'")
            && !name.unicodeScalars.contains { "[]:*?/\\".unicodeScalars.contains($0) || !$0.isForWorkbooks }
            && !name.contains(where: \.isNewline)
        guard isRight else { throw .unfitName(name) }
        // Excel takes capitals for small letters here.
        guard names.insert(name.lowercased()).inserted else { throw .nameTwice(name) }
    }

    /// The bytes of the workbook; it takes no more sheets.
    ///
    /// - Throws: ``WorkbookError/system(_:)``, such as for a full disk.
    public func finish() throws(WorkbookError) -> [UInt8] {
        guard let folder, workbook != nil else { preconditionFailure("the workbook is finished") }
        // The library frees the workbook, whatever the outcome.
        let error = workbook_close(workbook)
        workbook = nil
        defer { self.folder = nil }
        guard error == LXW_NO_ERROR else { throw WorkbookError(error) }
        guard let bytes = FileManager.default.contents(atPath: folder.fileOfWorkbook) else {
            throw .system("the temporary folder \(folder.path) cannot be read")
        }
        return Array(bytes)
    }
}

/// Why a workbook cannot be written. No error shows the content of a cell.
public enum WorkbookError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A sheet has more rows than Excel takes.
    case tooManyRows(sheet: String)
    /// A sheet has more columns than Excel takes.
    case tooManyColumns(sheet: String, count: Int)
    /// A cell has more characters than Excel takes.
    case textTooLong(sheet: String, cell: String, count: Int)
    /// A cell has a character that no workbook can hold.
    case invalidCharacter(sheet: String, cell: String, character: Unicode.Scalar)
    /// A cell has a day before 1 March 1900 or after 9999, which Excel does not know or counts otherwise.
    case unknownDay(sheet: String, cell: String)
    /// No sheet can have this name.
    case unfitName(String)
    /// Two sheets have this name.
    case nameTwice(String)
    /// The system or libxlsxwriter says this.
    case system(String)

    init(_ error: lxw_error) { self = .system(String(cString: lxw_strerror(error))) }

    public var description: String {
        switch self {
        case .tooManyRows(let sheet):
            "the sheet \(sheet) would have more than \(WorkbookWriter.mostRows) rows, which Excel cannot hold"
        case .tooManyColumns(let sheet, let count):
            "the sheet \(sheet) would have \(count) columns, and Excel holds \(WorkbookWriter.mostColumns)"
        case .textTooLong(let sheet, let cell, let count):
            "the cell \(sheet)!\(cell) would have \(count) characters, and Excel holds \(WorkbookWriter.mostUnitsOfCell)"
        case .invalidCharacter(let sheet, let cell, let character):
            "the cell \(sheet)!\(cell) has the character U+\(String(character.value, radix: 16, uppercase: true)), which "
                + "no workbook can hold"
        case .unknownDay(let sheet, let cell):
            "the cell \(sheet)!\(cell) has a day that Excel does not know"
        case .unfitName(let name):
            "\(name) cannot be the name of a sheet, which has 1 to \(WorkbookWriter.mostUnitsOfName) characters and none of "
                + "[ ] : * ? / \\"
        case .nameTwice(let name): "two sheets would be called \(name)"
        case .system(let reason): reason
        }
    }
}

extension Unicode.Scalar {
    /// Whether a workbook, which is XML, can hold the character.
    var isForWorkbooks: Bool {
        value >= 0x20 && value != 0x7F && value != 0xFFFE && value != 0xFFFF || value == 0x09 || value == 0x0A
            || value == 0x0D
    }
}

/// A folder that only the user may enter; it is removed with all that is in it.
private final class PrivateFolder {
    let path: String
    var fileOfWorkbook: String { path + "/workbook.xlsx" }

    init(in parent: URL) throws(WorkbookError) {
        var template = Array(parent.appending(path: "enmusubi-workbook-XXXXXX").path.utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .system("no folder can be made in \(parent.path): \(String(cString: strerror(errno)).lowercased())")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A workbook of Excel (.xlsx, .xlsm) or of OpenDocument (.ods), in memory.
///
/// Workbooks come from anywhere. Whatever the bytes are, reading ends with the content or with one problem, within bounds
/// of memory, and gives the same for the same bytes.
public struct Workbook: Sendable {
    /// The sheets that have cells, in the order in which they are shown.
    public let sheets: [SheetName]
    private let archive: Archive
    private let content: Content

    private enum Content: Sendable {
        case office(OfficePackage)
        case open(OpenDocument)
    }

    /// Whether bytes begin like a workbook of any kind, readable or not: a zip file, or the form of .xls and of files
    /// with a password.
    public static func looksLikeWorkbook(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: zip) || bytes.starts(with: emptyZip) || bytes.starts(with: compoundFile)
    }

    private static let zip: [UInt8] = [0x50, 0x4B, 3, 4]
    private static let emptyZip: [UInt8] = [0x50, 0x4B, 5, 6]
    private static let compoundFile: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

    /// Reads what the sheets are and what they share.
    ///
    /// - Parameter bytes: The file.
    /// - Throws: A ``WorkbookProblem`` where this is no workbook, or one that cannot be read.
    /// - Complexity: O(bytes), unpacked.
    public init(_ bytes: [UInt8]) throws(WorkbookProblem) {
        if bytes.starts(with: Self.compoundFile) {
            throw Self.isEncrypted(compoundFile: bytes) ? .encrypted : .old
        }
        guard bytes.starts(with: Self.zip) else { throw .unknown }
        archive = try Archive(bytes)
        if archive.part("_rels/.rels") != nil {
            let package = try OfficePackage(archive)
            content = .office(package)
            sheets = package.sheets.map(\.name)
        } else {
            let document = try OpenDocument(archive)
            content = .open(document)
            sheets = document.sheets
        }
    }

    /// Reads the cells of a sheet.
    ///
    /// - Parameter index: The index of the sheet in ``sheets``.
    /// - Throws: A ``WorkbookProblem`` with the name of the sheet where it cannot be read.
    /// - Complexity: O(bytes), unpacked.
    public func sheet(_ index: Int) throws(WorkbookProblem) -> SheetText { try sheet(index, scans: true) }

    /// Reads the cells of a sheet.
    ///
    /// - Parameters:
    ///   - index: The index of the sheet in ``sheets``.
    ///   - scans: Whether plain rows may be read without the XML parser; the result is the same.
    package func sheet(_ index: Int, scans: Bool) throws(WorkbookProblem) -> SheetText {
        precondition(sheets.indices.contains(index), "no sheet: \(index)")
        do throws(WorkbookProblem) {
            switch content {
            case .office(let package):
                return try OfficeSheetReceiver.read(package.sheets[index], in: package, of: archive, scans: scans)
            case .open(let document): return try document.sheet(index, of: archive)
            }
        } catch {
            var problem = error
            problem.sheet = sheets[index].name
            throw problem
        }
    }

    /// Whether a compound file holds an encrypted package. Names of streams stand in it as UTF-16.
    private static func isEncrypted(compoundFile bytes: [UInt8]) -> Bool {
        let name = "EncryptedPackage".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        var index = 0
        while index + name.count <= bytes.count {
            if bytes[index] == name[0], bytes[index..<index + name.count].elementsEqual(name) { return true }
            // Streams are named in entries of 128 bytes, which stand at multiples of 128.
            index += 128
        }
        return false
    }
}

extension SheetText {
    /// Makes the text of a sheet.
    ///
    /// - Parameters:
    ///   - archive: The container that has the sheet.
    ///   - build: Writes the rows into memory and gives the name, the builder, merged ranges and hidden columns.
    static func make(
        of archive: Archive,
        _ build: (UnsafeMutableBufferPointer<UInt8>) throws(WorkbookProblem) -> (
            name: String, builder: SheetBuilder, merged: [CellRange], hiddenColumns: [ClosedRange<Int>]
        )
    ) throws(WorkbookProblem) -> SheetText {
        var problem: WorkbookProblem?
        var finished: SheetBuilder.Finished?
        var name = ""
        var merged: [CellRange] = []
        var hidden: [ClosedRange<Int>] = []
        // Memory that is never written costs nothing, so there is room for the most that is allowed.
        var csv = [UInt8](unsafeUninitializedCapacity: Limits.csvBytes(ofFile: archive.fileBytes)) { buffer, count in
            do throws(WorkbookProblem) {
                var built = try build(buffer)
                name = built.name
                merged = built.merged.sorted { ($0.firstRow, $0.firstColumn) < ($1.firstRow, $1.firstColumn) }
                hidden = built.hiddenColumns
                finished = try built.builder.finish(merged: merged)
                count = built.builder.count
            } catch { problem = error }
        }
        if let problem { throw problem }
        // Many small sheets may be kept.
        if csv.count < Limits.csvBytes / 8 { csv = Array(csv[...]) }
        let sheet = finished!
        return SheetText(
            name: name, csv: csv, rows: sheet.rows, columnCount: sheet.columnCount,
            merged: merged.filter { $0.firstColumn <= sheet.columnCount && $0.firstRow <= sheet.rows.last ?? 0 },
            hiddenRows: sheet.hiddenRows,
            hiddenColumns: sheet.columns.filter { column in hidden.contains { $0.contains(column) } }.map(UInt32.init),
            problems: sheet.problems)
    }
}

extension Array {
    /// The element at an index, or `nil` where there is none.
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

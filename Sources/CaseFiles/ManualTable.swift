import Admissions
import Foundation
import Tables

/// The table of what staff decided: a row for each child of a case, with the facility where it ends up.
public enum ManualTable {
    public static let fileName = "manual.csv"
    static let columns = ["child_id", "facility_id"]

    /// The table in a case folder: the file that the profile names, else ``fileName``, or a workbook of that name where there is no
    /// such file.
    ///
    /// - Parameter folder: The case folder.
    public static func url(in folder: URL) -> URL {
        folder.appending(path: SettingsFile(in: folder).profile.fileName(of: .manual))
    }

    /// Reads the table.
    ///
    /// - Parameters:
    ///   - url: The file; problems name it by its last part.
    ///   - subject: Its case.
    ///   - folder: The folder of the case, whose profile says how the columns are called; `nil`: as usual.
    /// - Returns: For each child of `Case.children` the index of the facility, `nil` where the cell is blank (held, or for
    ///   a transfer applicant staying); `nil` altogether where the table does not give a place for every child, with every
    ///   problem and its place.
    /// - Complexity: O(children + facilities).
    public static func read(
        _ url: URL, of subject: Case, in folder: URL? = nil
    ) -> (places: [Int?]?, problems: [Problem]) {
        let profile = folder.map { SettingsFile(in: $0).profile } ?? .standard
        let name = url.lastPathComponent
        let bytes: [UInt8]
        do { bytes = try fileBytes(url) } catch { return (nil, [error.problem(in: name)]) }
        let (file, problems) = TableFile.read(
            bytes, named: name, as: name == profile.fileName(of: .manual) ? profile.form(of: .manual) : FileForm(),
            entry: folder == nil ? nil : CaseTable.manual.settingName
        ) {
            CaseTable.manual.fits($0, by: profile)
        }
        // Nobody is asked here, and a place that is read wrongly is a child's.
        guard let file, !file.hasLostRows, !file.problems.contains(where: \.needsAcceptance) else {
            return (nil, problems + (file?.problems ?? []).map(\.asError))
        }
        let (places, wrong) = places(in: file.table, name, subject, profile)
        return (places, file.problems + wrong.map { $0.inSheet(file.sheet) })
    }

    private static func places(
        in table: Table, _ name: String, _ subject: Case, _ profile: ColumnProfile
    ) -> (places: [Int?]?, problems: [Problem]) {
        var problems: [Problem] = []
        var columns: [Int] = []
        for column in Self.columns {
            if let index = ColumnNames(table.columns, of: .manual, by: profile).index[column] {
                columns.append(index)
            } else {
                problems.append(
                    Problem(
                        .file(.missingColumn), file: name, line: table.headerRow, column: 1,
                        "The column \(column) is missing."))
            }
        }
        problems += unreadColumns(of: table, name, besides: columns)
        guard problems.isEmpty else { return (nil, problems) }
        let childOfID = Dictionary(uniqueKeysWithValues: subject.children.enumerated().map { ($1.id, $0) })
        let facilityOfID = Dictionary(uniqueKeysWithValues: subject.facilities.enumerated().map { ($1.id, $0) })
        var places = [Int?](repeating: nil, count: subject.children.count)
        var isRead = [Bool](repeating: false, count: places.count)
        func report(_ row: Int, _ column: Int, _ code: Problem.Code, _ message: String) {
            let place = table.place(row: row, column: column)
            problems.append(Problem(code, file: name, line: place.line, column: place.column, message))
        }
        // As in the tables of a case: `123.0` is an id that a spreadsheet took for a number, `1.2E+11` has lost digits.
        func readID(_ row: Int, _ column: Int) -> String? {
            let (form, isPersonal) = table.withTrimmedBytes(row: row, column: column) { bytes in
                (SpreadsheetNumber(bytes), isMyNumber(bytes))
            }
            let text = table.trimmedText(row: row, column: column)
            switch form {
            case .decimal: return text.split(separator: ".").first.map(String.init)
            case .exponent:
                report(
                    row, column, .file(.idShortened),
                    "A spreadsheet has shortened this id to a power of ten and lost its digits; "
                        + "format the column as text and export it again.")
                return nil
            case nil: break
            }
            if isPersonal {
                report(
                    row, column, .file(.myNumber),
                    "This twelve-digit value has the check digit of a My Number (個人番号), which must not be here; "
                        + "use an id of your own.")
                return nil
            }
            return text
        }
        let blanks = profile.blanks.union(profile.blanksOfTables[.manual] ?? []).union(
            profile.blanksOfColumns[.manual]?["facility_id"] ?? [])
        let isGuarded = table.mayBeGuarded(columns)
        func find<ID, Found>(_ text: String, _ id: (String) -> ID, _ found: [ID: Found]) -> Found? {
            let written = isGuarded ? TableWriter.withoutGuard(text) : text
            return found[id(written)] ?? found[id(text)]
        }
        for row in 0..<table.rowCount {
            guard let id = readID(row, columns[0]), let facility = readID(row, columns[1]) else { continue }
            guard let child = find(id, { ChildID(spelled: $0) }, childOfID) else {
                report(row, columns[0], .file(.childUnknown), "This child is not in the case.")
                continue
            }
            if isRead[child] { report(row, columns[0], .finding(.childTwice), "This child stands twice.") }
            isRead[child] = true
            if folded(facility).isEmpty || blanks.contains(folded(facility)) { continue }
            places[child] = find(facility, { FacilityID(spelled: $0) }, facilityOfID)
            if places[child] == nil {
                report(row, columns[1], .finding(.facilityUnknown), "This facility is not in the case.")
            }
        }
        // Where another problem took rows away, these children may stand there.
        let missing = isRead.indices.filter { !isRead[$0] }
        if !missing.isEmpty {
            let named = missing.prefix(5).map { subject.children[$0].id.spelling }.joined(separator: ", ")
            problems.append(
                Problem(
                    .file(.childMissing), file: name,
                    "\(missing.count) \(missing.count == 1 ? "child" : "children") of the case "
                        + "\(missing.count == 1 ? "has" : "have") no row: \(named)\(missing.count > 5 ? ", ..." : "").")
            )
        }
        return (problems.isEmpty ? places : nil, problems)
    }

    /// Errors of columns that are not read and whose name is nearly that of one that is: which of the two says where a child
    /// goes must be certain. Others, as those of `placements.csv`, are passed over.
    private static func unreadColumns(of table: Table, _ name: String, besides read: [Int]) -> [Problem] {
        table.columns.enumerated().compactMap { index, header in
            guard !read.contains(index) else { return nil }
            let squeezed = KnownColumns.squeezed(header)
            let meant =
                columns.first { KnownColumns.squeezed($0) == squeezed } ?? nearest(to: folded(header), among: columns)
            guard let meant else { return nil }
            let place = table.headerPlace(column: index)
            var problem = Problem(
                .file(.columnMisspelt), file: name, line: place.line, column: place.column,
                "The column \(header) is not read, and \(meant) stands beside it; rename or remove it.")
            problem.japanese = "列「\(header)」は読まれません。\(meant) に似ています。名前を変えるか消してください。"
            return problem
        }
    }

    /// The table of an allocation, as `manual.csv` of the case.
    public static func file(
        _ places: [Int?], of subject: Case, encoding: TextEncoding = .utf8
    ) throws(UnwritableTable) -> OutputFile {
        try ResultTables(of: subject, encoding: encoding).table(fileName, columns, Array(places.enumerated())) {
            writer, row throws(TableWriter.UnencodableCharacter) in
            try writer.add(subject.children[row.offset].id.spelling)
            try writer.add(row.element.map { subject.facilities[$0].id.spelling } ?? "")
        }
    }
}

extension Table {
    /// Whether no cell of the columns is what a spreadsheet would run.
    ///
    /// A table that a program of ours wrote has an apostrophe before everything of that kind; where one such id stands bare,
    /// somebody else wrote it, and an apostrophe is a part of the id.
    func mayBeGuarded(_ columns: [Int]) -> Bool {
        columns.allSatisfy { column in
            (0..<rowCount).allSatisfy { !TableWriter.isFormula(trimmedText(row: $0, column: column)) }
        }
    }
}

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
                        "The column \(column) is missing; correct the header.", "列「\(column)」がありません。見出しを直してください。"))
            }
        }
        problems += unreadColumns(of: table, name, besides: columns)
        guard problems.isEmpty else { return (nil, problems) }
        let childOfID = Dictionary(uniqueKeysWithValues: subject.children.enumerated().map { ($1.id, $0) })
        let facilityOfID = Dictionary(uniqueKeysWithValues: subject.facilities.enumerated().map { ($1.id, $0) })
        var places = [Int?](repeating: nil, count: subject.children.count)
        var isRead = [Bool](repeating: false, count: places.count)
        func report(_ row: Int, _ column: Int, _ code: Problem.Code, _ sentence: Sentence) {
            problems.append(table.problem(code, row: row, column: column, of: name, sentence))
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
                report(row, column, .file(.idShortened), SpreadsheetNumber.shortened)
                return nil
            case nil: break
            }
            if isPersonal {
                report(row, column, .file(.myNumber), CaseTableFile.personalNumber)
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
                report(row, columns[0], .file(.childUnknown), PlacementProblem.childUnknown)
                continue
            }
            if isRead[child] { report(row, columns[0], .finding(.childTwice), PlacementProblem.childTwice) }
            isRead[child] = true
            if folded(facility).isEmpty || blanks.contains(folded(facility)) { continue }
            places[child] = find(facility, { FacilityID(spelled: $0) }, facilityOfID)
            if places[child] == nil {
                report(
                    row, columns[1], .finding(.facilityUnknown),
                    Sentence(
                        "This facility is not in the case; write its id, or leave the cell blank for a child that is held or stays.",
                        "この案件にない施設です。施設番号を書き、保留または在園継続の児童なら空欄にしてください。"))
            }
        }
        // Where another problem took rows away, these children may stand there.
        let missing = isRead.indices.filter { !isRead[$0] }
        if !missing.isEmpty {
            problems.append(PlacementProblem.childMissing(missing.map { subject.children[$0].id }, name))
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
                "The column \(header) is not read, and \(meant) stands beside it; rename or remove it.",
                "列「\(header)」は読まれません。\(meant) の列が別にあります。見出しを変えるか、列を消してください。")
            problem.spot = Problem.Spot(row: table.headerRows.upperBound, column: index + 1, header: header)
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

/// What is said of tables that give each child of a case a place.
enum PlacementProblem {
    static let childUnknown = Sentence(
        "This child is not in the case; correct the id or remove the row.", "この案件にいない児童です。児童番号を直すか、行を消してください。")
    static let childTwice = Sentence("This child stands twice; keep one row.", "同じ児童が前にもあります。一行だけ残してください。")

    /// - Parameters:
    ///   - ids: The children without a row, at least one.
    ///   - file: The name of the file.
    static func childMissing(_ ids: [ChildID], _ file: String) -> Problem {
        let named = ids.prefix(5).map(\.spelling)
        let more = ids.count - named.count
        let who = Sentence(
            "\(ids.count, one: " child of the case has", many: " children of the case have") no row: \(named)",
            "この案件の児童 \(ids.count) 人の行がありません: \(named)")
        let rest = more > 0 ? Sentence(" and \(more) more", "、ほか \(more) 人") : Sentence("", "")
        return Problem(
            .file(.childMissing), file: file,
            who + rest + Sentence("; write a row for each child.", "。児童ごとに一行ずつ書いてください。"))
    }
}

extension Table {
    /// A problem of a cell.
    func problem(
        _ code: Problem.Code, row: Int, column: Int, of file: String, _ sentence: Sentence
    ) -> Problem {
        let place = place(row: row, column: column)
        var problem = Problem(code, file: file, line: place.line, column: place.column, sentence)
        problem.spot = Problem.Spot(row: rowNumber(row: row), column: column + 1, header: columns[column])
        return problem
    }

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

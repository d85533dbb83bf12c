import Admissions
import Foundation
import Tables

/// How a municipality's files differ from the standard form: their names, their columns, what their cells say, and the
/// settings that go with them.
///
/// Reading with a profile gives the same case as standard files with the same content.
struct ColumnProfile: Hashable, Sendable {
    /// Names of the files that are not called as usual.
    var fileNames: [CaseTable: String] = [:]
    /// How tables stand in their files, where that is said.
    var forms: [CaseTable: FileForm] = [:]
    /// For each standard column its header in the municipality's file. The name of a numbered column ends in `_N`, and
    /// the `N` of its header stands for the number.
    var headers: [CaseTable: [String: String]] = [:]
    /// Standard columns that the profile says there are none of.
    var withoutColumns: [CaseTable: Set<String>] = [:]
    /// Cells that mean blank in every column of every table, such as `-`; of one table, and of one column.
    var blanks: Set<String> = []
    var blanksOfTables: [CaseTable: Set<String>] = [:]
    /// By standard names, numbered ones with `_N`, or by headers of further columns.
    var blanksOfColumns: [CaseTable: [String: Set<String>]] = [:]
    /// For each standard column what its cells say, and what that means.
    var values: [String: [String: String]] = [:]
    /// What the cells of `sibling_pattern` mean.
    var patterns: [String: SiblingPattern] = [:]
    /// Whether points beside a blank wish are passed over rather than an error.
    var ignoresPointsOfBlankWishes = false
    /// The table of the result for the city's core system; `nil`: there is none.
    var result: ResultLayout?
    /// What counts where `case.yaml` says nothing.
    var rules = Rules(priority: [], drawSeed: nil)

    /// A household's answer under one code.
    struct SiblingPattern: Hashable, Sendable {
        var timing: Timing
        var facility: FacilityAnswer
    }

    static let standard = ColumnProfile()

    /// The files of the published allocator ChilmAI, with its rules for siblings.
    ///
    /// Source: the documentation of its data format, https://github.com/CyberAgent/ChilmAI, version 0.2.
    static let chilmai: ColumnProfile = {
        var profile = ColumnProfile()
        profile.headers = [
            .children: [
                "child_id": "申請者番号", "household_id": "世帯番号", "age_class": "年齢", "points": "点数1",
                "points_N": "点数N", "wish_N": "希望保育園ID_N", "current_facility_id": "在籍保育所ID",
                "sibling_pattern": "きょうだいパターン",
            ],
            .facilities: ["facility_id": "保育所ID", "name": "保育所名", "seats_N": "N歳募集人数"],
            .jointWishes: [
                "household_id": "ファミリーコード", "rank": "総当たり順位", "child_id_N": "宛名コードN",
                "facility_id_N": "希望施設N",
            ],
        ]
        profile.patterns = [
            "1": SiblingPattern(timing: .together, facility: .sameOnly),
            "2": SiblingPattern(timing: .elder, facility: .sameOnly),
            "3": SiblingPattern(timing: .younger, facility: .sameOnly),
            "4": SiblingPattern(timing: .together, facility: .sameFirst),
            "5": SiblingPattern(timing: .any, facility: .sameFirst),
            "6": SiblingPattern(timing: .together, facility: .rankFirst),
            "7": SiblingPattern(timing: .any, facility: .rankFirst),
        ]
        profile.ignoresPointsOfBlankWishes = true
        profile.rules = Rules(
            priority: [PriorityKey("points", .descending)], drawSeed: nil, objective: .placements,
            siblings: SiblingRules(
                timing: .together, facility: .sameOnly, aggregate: .product, keptSeat: .ignored, followLead: true))
        return profile
    }()

    /// The profiles that come with the program, by name.
    static let builtIn: [(name: String, profile: ColumnProfile)] = [("standard", standard), ("chilmai", chilmai)]

    func fileName(of table: CaseTable) -> String { fileNames[table] ?? table.fileName }

    /// How the table stands in its file.
    ///
    /// New children come in the form of the others, in any sheet, unless something is said of their own file.
    func form(of table: CaseTable) -> FileForm {
        if let form = forms[table] { return form }
        guard table == .newChildren, var form = forms[.children] else { return FileForm() }
        form.sheet = nil
        return form
    }

    /// The table in whose form, headers and meanings this one is written: new children come in the form of the others.
    static func form(_ table: CaseTable) -> CaseTable { table == .newChildren ? .children : table }

    /// What tables that people write by hand may call their ids: as the tables of children and facilities do.
    func sharedHeaders(of table: CaseTable) -> [(name: String, header: String)] {
        guard table.isWrittenByHand else { return [] }
        return [("child_id", CaseTable.children), ("facility_id", .facilities)].compactMap { name, owner in
            guard headers[table]?[name] == nil, let header = headers[owner]?[name] else { return nil }
            return (name, header)
        }
    }

    /// Takes workbooks where there is no CSV file of a table's usual name: `children.xlsx` for `children.csv`.
    mutating func lookForWorkbooks(in folder: URL) {
        for table in CaseTable.allCases where fileNames[table] == nil && !isThere(table.fileName, in: folder) {
            fileNames[table] = Self.workbookNames(of: table).first { isThere($0, in: folder) }
        }
    }

    /// What a workbook of the table is called as usual.
    static func workbookNames(of table: CaseTable) -> [String] {
        table == .settings ? [] : workbookEndings.map { "\(table.settingName).\($0)" }
    }

    /// How the names of workbooks end, in the order in which they are looked for.
    static let workbookEndings = ["xlsx", "xlsm", "ods"]

    /// The pattern that a cell names, also where a spreadsheet wrote `1.0`.
    func pattern(_ text: String) -> SiblingPattern? {
        patterns[text] ?? ExactNumber(text).flatMap { patterns[$0.description] }
    }
}

/// How a table stands in its file.
struct FileForm: Hashable, Sendable {
    /// The sheet of a workbook; `nil`: the only one that fits.
    var sheet: String?
    /// The rows of the header; `nil`: they are looked for.
    var header: ClosedRange<Int>?
    /// What parts the fields of a text; `nil`: commas, or what is found.
    var separator: TableLayout.Separator?
    /// First cells of rows that are no data, folded and without blanks; one that ends in `*` counts as a beginning.
    var leaveOut: [String] = []

    /// What `files` says of it: names of entries and their values as YAML.
    var entries: [(String, String)] {
        let quoted = ColumnSuggestions.quoted
        var entries: [(String, String)] = []
        if let sheet { entries.append(("sheet", quoted(sheet))) }
        if let header {
            entries.append(
                ("header", header.count == 1 ? "\(header.lowerBound)" : "\(header.lowerBound)-\(header.upperBound)"))
        }
        if let separator { entries.append(("separator", separator.rawValue)) }
        if !leaveOut.isEmpty { entries.append(("leaveOut", "[\(leaveOut.map(quoted).joined(separator: ", "))]")) }
        return entries
    }

    /// The value of a table's entry in `files`, as YAML.
    func yaml(ofFile name: String) -> String {
        let all = [("file", ColumnSuggestions.quoted(name))] + entries
        return "{\(all.map { "\($0.0): \($0.1)" }.joined(separator: ", "))}"
    }

    /// The entry of `leaveOut` that says that a row whose first cell says this is no data.
    func entry(for first: String) -> String? {
        let text = folded(first).filter { !$0.isWhitespace }
        return leaveOut.first { $0.hasSuffix("*") ? text.hasPrefix($0.dropLast()) : text == $0 }
    }
}

/// A header with a number somewhere in it, such as `第N希望施設` or `N歳募集人数`.
struct NumberedHeader: Sendable {
    private let before: String
    private let after: String

    /// Makes it from a template whose first `N` that no ASCII letter touches stands for the number; without one the
    /// number stands at the end.
    ///
    /// - Parameter template: Folded.
    init(_ template: String) { (before, after) = Self.parts(of: template) }

    /// What stands before and behind the number.
    static func parts(of template: String) -> (before: String, after: String) {
        let letters = Array(template)
        func isLetter(_ index: Int) -> Bool {
            letters.indices.contains(index) && letters[index].isASCII && letters[index].isLetter
        }
        let position = letters.indices.first { letters[$0] == "N" && !isLetter($0 - 1) && !isLetter($0 + 1) }
        return (
            String(letters[..<(position ?? letters.count)]), position.map { String(letters[($0 + 1)...]) } ?? ""
        )
    }

    /// The header with this number.
    static func text(of template: String, _ number: Int) -> String {
        let (before, after) = parts(of: template)
        return before + (number == .max ? "N" : String(number)) + after
    }

    /// The number in a header of this form, of at most three digits; `nil` for any other header.
    ///
    /// - Parameter header: Folded.
    func number(in header: String) -> Int? {
        guard header.utf8.count > before.utf8.count + after.utf8.count, header.hasPrefix(before),
            header.hasSuffix(after)
        else { return nil }
        let digits = header.dropFirst(before.count).dropLast(after.count)
        guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }
}

/// The columns of a table under their standard names.
struct ColumnNames: Sendable {
    /// Index of the column of each standard name, numbered ones with their number.
    private(set) var index: [String: Int] = [:]
    /// Columns that the profile names and the header lacks, under their standard names.
    private(set) var missing: Set<String> = []
    /// What is wrong with the header, each at a column or at the header as a whole.
    private(set) var problems: [(column: Int?, code: Problem.Code, sentence: Sentence)] = []

    /// Names the columns of a header as the profile says; others keep their own name.
    init(_ columns: [String], of table: CaseTable, by profile: ColumnProfile) {
        let headers = columns.map { folded($0) }
        // New children come in the form of the others.
        let map = profile.headers[ColumnProfile.form(table)] ?? [:]
        var taken = Set<Int>()
        for (name, template) in map.sorted(by: { $0.key < $1.key }) {
            // As the names of a table are.
            let template = folded(Table.onOneLine(template))
            var isFound = false
            if name.hasSuffix("_N") {
                let pattern = NumberedHeader(template)
                for (column, header) in headers.enumerated() {
                    guard let number = pattern.number(in: header) else { continue }
                    isFound = true
                    taken.insert(column)
                    add("\(name.dropLast())\(number)", column, header: columns[column])
                }
            } else if let column = headers.firstIndex(of: template) {
                isFound = true
                taken.insert(column)
                add(name, column, header: columns[column])
            }
            if !isFound, !table.columnsOfNext.contains(name) {
                missing.insert(name)
                problems.append(
                    (
                        nil, .file(.missingColumn),
                        Sentence(
                            "The column \(template), which the profile reads as \(name), is missing; correct the header or "
                                + "the profile.",
                            "列の対応（columns）が \(name) として読む列「\(template)」がありません。見出しか、列の対応を直してください。")
                    ))
            }
        }
        for (name, header) in profile.sharedHeaders(of: table) where index[name] == nil && !headers.contains(name) {
            guard let column = headers.firstIndex(of: folded(Table.onOneLine(header))), taken.insert(column).inserted
            else { continue }
            add(name, column, header: columns[column])
        }
        for (column, header) in headers.enumerated() where !taken.contains(column) && !header.isEmpty {
            add(header, column, header: columns[column])
        }
    }

    /// The columns of a standard name, of all numbers where it ends in `_N`, or of a header.
    ///
    /// - Parameter name: Folded.
    func columns(called name: String) -> [Int] {
        if let column = index[name] { return [column] }
        guard name.hasSuffix("_N") else { return [] }
        return index.filter { $0.key.hasPrefix(name.dropLast()) && Int($0.key.dropFirst(name.count - 1)) != nil }
            .map(\.value)
    }

    private mutating func add(_ name: String, _ column: Int, header: String) {
        if index[name] == nil {
            index[name] = column
        } else {
            problems.append(
                (
                    column, .table(.columnTwice),
                    Sentence(
                        "The column \(header) is read as \(name), and so is another one; rename or remove one of them.",
                        "列「\(header)」は \(name) として読まれますが、同じに読まれる列がほかにもあります。片方の見出しを変えるか、列を消してください。")
                ))
        }
    }
}

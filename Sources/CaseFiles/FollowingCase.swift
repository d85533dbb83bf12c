import Admissions
import Foundation
import Tables
import Workbooks
import Yams

extension MonthReading {
    /// The files of the case that follows, in the form of this case's own.
    ///
    /// Each table keeps the name of its file, its header, its encoding and all its columns, also those that nothing reads. A row
    /// that goes on keeps its cells but for those that the next case has otherwise, which are written in the words of the
    /// profile. A new child has the cells of its row in the table of new children. Columns that the next case needs beside
    /// these follow at the right. `case.yaml` differs in month, round and seed alone. Tables for one round only (pins, declines,
    /// withdrawals, new children) stay as a header, to be filled again. A workbook is written as .xlsx, with the sheets that are
    /// read; rows that `leaveOut` names, such as sums, are not carried.
    ///
    /// - Parameters:
    ///   - draft: The next case.
    ///   - firstNewRow: The index of its first child that comes from the table of new children.
    ///   - threads: How many may work at the same time.
    /// - Throws: ``Problem`` where a table cannot be written so.
    /// - Complexity: O(n log n) in the size of the files.
    public func files(of draft: CaseDraft, firstNewRow: Int, threads: Int = 1) throws(Problem) -> [OutputFile] {
        var before = CaseReader(
            folder: reader.folder, objective: nil, doubts: .notSought, threads: threads, progress: nil)
        let reading = before.read()
        guard let old = reading.draft, let rows, let children = before.files[.children] else {
            throw reading.errors.first
                ?? Problem(
                    .file(.fileUnreadable), file: CaseTable.children.fileName,
                    "The case cannot be read again; start once more.",
                    "案件をもう一度読むことができません。もう一度実行してください。")
        }
        var next = FollowingCase(
            before: before, old: old, month: reader, newRows: rows.newChildren, newNames: rows, draft: draft,
            firstNewRow: firstNewRow)
        next.writeTables(children)
        return try next.files()
    }

    /// A table for people, written as the children's table is, whose headers `child_id` and `household_id` are those of that.
    ///
    /// - Parameters:
    ///   - name: The name of the file.
    ///   - columns: The header.
    ///   - rows: Each with a text for every column.
    public func table(named name: String, _ columns: [String], _ rows: [[String]]) throws(Problem) -> OutputFile {
        let form = CaseTableFile.read(.children, by: reader.profile, in: reader.folder, threads: 1).file?.form
        let header = columns.map { reader.profile.header(of: $0, in: .children) ?? $0 }
        return try FollowingCase.file(name, header, rows, as: form?.text ?? .utf8)
    }

    /// Whether the children's table has headers of the city's own, rather than the standard ones.
    public var hasOwnHeaders: Bool { reader.profile.headers[.children]?.isEmpty == false }
}

/// A case while it is made of the one before, table by table.
struct FollowingCase {
    let before: CaseReader
    /// What ``before`` says.
    let old: CaseDraft
    /// The reader of what happened since.
    let month: CaseReader
    /// The rows of new children, and the names of their further columns.
    let newRows: [ChildRow]
    let newNames: MonthRows
    /// What is to be written.
    let draft: CaseDraft
    let firstNewRow: Int
    private var tables: [(name: String, table: FollowingTable)] = []
    private var made: [(kind: CaseTable, columns: [String], rows: [[String]])] = []

    init(
        before: CaseReader, old: CaseDraft, month: CaseReader, newRows: [ChildRow], newNames: MonthRows,
        draft: CaseDraft, firstNewRow: Int
    ) {
        (self.before, self.old, self.month, self.newRows, self.newNames) = (before, old, month, newRows, newNames)
        (self.draft, self.firstNewRow) = (draft, firstNewRow)
    }

    private var profile: ColumnProfile { before.profile }

    mutating func writeTables(_ file: CaseTableFile) {
        let patterns = SiblingCodes(self, file)
        write(.children, childrenTable(file, patterns))
        write(.facilities, facilitiesTable())
        writeHouseholds(patterns)
        write(.jointWishes, jointWishesTable())
        write(.seatLimits, seatLimitsTable())
        write(.pins, before.files[.pins].map { FollowingTable($0, by: profile) })
        for kind in CaseTable.betweenRounds {
            write(kind, month.files[kind].map { FollowingTable($0, by: profile) })
        }
    }

    private mutating func write(_ kind: CaseTable, _ table: FollowingTable?) {
        if let table { tables.append((table.file.name, table)) }
    }

    // MARK: Children

    private func childrenTable(_ file: CaseTableFile, _ patterns: SiblingCodes) -> FollowingTable {
        var table = FollowingTable(file, by: profile)
        let source = month.files[.newChildren]
        let numbers = addColumns(&table, source)
        let rowOfID = Dictionary(old.children.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        for (position, child) in draft.children.enumerated() {
            let isNew = position >= firstNewRow
            let number = isNew ? position - firstNewRow : rowOfID[child.id]!
            let was = isNew ? newRows[number] : old.children[number]
            func change(_ row: inout FollowingRow) {
                set(child, was, numbers, &row)
                setWords(child, was, isNew: isNew, numbers, &row)
                if let code = patterns.cells[child.household] { row.set("sibling_pattern", code, unless: false) }
            }
            if isNew {
                table.append(row: number, from: source, change)
            } else {
                table.append(row: number, change)
            }
        }
        return table
    }

    /// Adds the columns that the table lacks; returns the numbers of the columns of wishes.
    private func addColumns(_ table: inout FollowingTable, _ source: CaseTableFile?) -> [Int] {
        let children = draft.children
        for name in draft.attributeNames where old.attributeNames.contains(name) || name == CaseDraft.waitingMonths {
            table.add(name)
        }
        for case (let column, let name?) in (source?.standardNames ?? []).enumerated() {
            table.add(name, header: source!.table.columns[column])
        }
        if children.contains(where: { !$0.siblingFacilities.isEmpty }) { table.add("sibling_facility_ids") }
        if children.contains(where: { $0.points != nil }) { table.add("points") }
        func most(_ count: (ChildRow) -> Int) -> Int { children.reduce(0) { max($0, count($1)) } }
        var lists = [("wish", most(\.wishes.count)), ("points", most(\.wishPoints.count))]
        for (key, name) in draft.wishAttributeNames.enumerated() {
            lists.append((name, most { $0.wishAttributes.isEmpty ? 0 : $0.wishAttributes[key].count }))
        }
        var numbers = before.origin.wishNumbers
        while numbers.count < lists.reduce(0, { max($0, $1.1) }) { numbers.append((numbers.last ?? 0) + 1) }
        for (name, count) in lists { for number in numbers.prefix(count) { table.add("\(name)_\(number)") } }
        return numbers
    }

    /// Ids, wishes and points of a child.
    private func set(_ child: ChildRow, _ was: ChildRow, _ numbers: [Int], _ row: inout FollowingRow) {
        row.setID("child_id", child.id.spelling, unless: child.id == was.id)
        row.setID("household_id", child.household.spelling, unless: child.household == was.household)
        row.setID(
            "current_facility_id", child.currentFacility?.spelling ?? "",
            unless: child.currentFacility == was.currentFacility)
        row.setID(
            "sibling_facility_ids", child.siblingFacilities.map(\.spelling).joined(separator: ";"),
            unless: child.siblingFacilities == was.siblingFacilities)
        row.set("points", child.points?.description ?? "", unless: child.points == was.points)
        func item<Item>(_ list: [Item?], _ index: Int) -> Item? { list.indices.contains(index) ? list[index] : nil }
        for (index, number) in numbers.enumerated() {
            let (wish, wished) = (item(child.wishes, index), item(was.wishes, index))
            row.setID("wish_\(number)", wish?.spelling ?? "", unless: wish == wished)
            let (points, before) = (item(child.wishPoints, index), item(was.wishPoints, index))
            row.set("points_\(number)", points?.description ?? "", unless: points == before)
        }
    }

    /// The further columns of a child, and those by wish.
    private func setWords(
        _ child: ChildRow, _ was: ChildRow, isNew: Bool, _ numbers: [Int], _ row: inout FollowingRow
    ) {
        let names = isNew ? newNames.attributeNames : old.attributeNames
        for (index, name) in draft.attributeNames.enumerated() {
            let before = names.firstIndex(of: name).map { was.attributes[$0] } ?? ""
            row.set(name, child.attributes[index], unless: child.attributes[index] == before)
        }
        let keys = isNew ? newNames.wishAttributeNames : old.wishAttributeNames
        for (key, name) in draft.wishAttributeNames.enumerated() {
            let texts = child.wishAttributes.isEmpty ? [] : child.wishAttributes[key]
            let before =
                was.wishAttributes.isEmpty ? [] : keys.firstIndex(of: name).map { was.wishAttributes[$0] } ?? []
            for (index, number) in numbers.enumerated() {
                let text = index < texts.count ? texts[index] : ""
                row.set("\(name)_\(number)", text, unless: text == (index < before.count ? before[index] : ""))
            }
        }
    }

    // MARK: Other tables

    private func facilitiesTable() -> FollowingTable? {
        guard let file = before.files[.facilities] else { return nil }
        var table = FollowingTable(file, by: profile)
        if draft.facilities.contains(where: { !$0.unpublished.isEmpty }) { table.add("unpublished") }
        func text(_ number: Int?) -> String { number.map(String.init) ?? "" }
        for (index, facility) in draft.facilities.enumerated() {
            let was = old.facilities[index]
            table.append(row: index) { row in
                for age in 0...5 {
                    row.set("seats_\(age)", text(facility.seats[age]), unless: facility.seats[age] == was.seats[age])
                    if facility.enrolled.indices.contains(age) {
                        row.set(
                            "enrolled_\(age)", text(facility.enrolled[age]),
                            unless: facility.enrolled[age] == was.enrolled[age])
                    }
                }
                row.set(
                    "unpublished", facility.unpublished.description, unless: facility.unpublished == was.unpublished)
            }
        }
        return table
    }

    private mutating func writeHouseholds(_ patterns: SiblingCodes) {
        let answers = draft.households.filter { !patterns.answered.contains($0.household) }
        let columns = ["household_id", "timing", "facility", "lead_child_id", "prefer_child_id"]
        func cells(_ answer: HouseholdRow) -> [String] {
            [
                answer.household.spelling, answer.timing?.rawValue ?? "", answer.facility?.rawValue ?? "",
                answer.leadChild?.spelling ?? "", answer.preferredChild?.spelling ?? "",
            ]
        }
        guard let file = before.files[.households] else {
            if !answers.isEmpty { made.append((.households, columns, answers.map(cells))) }
            return
        }
        var table = FollowingTable(file, by: profile)
        for (column, name) in columns.enumerated() where answers.contains(where: { !cells($0)[column].isEmpty }) {
            table.add(name)
        }
        let own = old.households.prefix(before.origin.householdRowCount)
        let rowOfID = Dictionary(own.enumerated().map { ($1.household, $0) }, uniquingKeysWith: { first, _ in first })
        for answer in answers {
            let new = cells(answer)
            guard let number = rowOfID[answer.household] else {
                table.append { row in
                    for (name, text) in zip(columns, new) { row.set(name, text, unless: text.isEmpty) }
                }
                continue
            }
            let was = old.households[number]
            table.append(row: number) { row in
                row.setID("household_id", new[0], unless: true)
                row.set("timing", new[1], unless: answer.timing == was.timing)
                row.set("facility", new[2], unless: answer.facility == was.facility)
                row.setID("lead_child_id", new[3], unless: answer.leadChild == was.leadChild)
                row.setID("prefer_child_id", new[4], unless: answer.preferredChild == was.preferredChild)
            }
        }
        write(.households, table)
    }

    /// The rows of outcomes that are left; where one row names all children, without those who left.
    private func jointWishesTable() -> FollowingTable? {
        guard let file = before.files[.jointWishes] else { return nil }
        var table = FollowingTable(file, by: profile)
        var left: [JointWishRow.Place: Bool] = [:]
        for wish in draft.jointWishes { left[wish.place] = true }
        var rows: [Int: [(wish: JointWishRow, number: Int?)]] = [:]
        var order: [Int] = []
        for (index, wish) in old.jointWishes.enumerated() where left[wish.place] == true {
            let row = before.origin.row(index, of: .jointWishes)
            if rows[row] == nil { order.append(row) }
            let numbers = before.origin.jointNumbers
            rows[row, default: []].append((wish, numbers.isEmpty ? nil : numbers[index]))
        }
        let numbers = Set(before.origin.jointNumbers.compactMap { $0 })
        for number in order {
            let wishes = rows[number]!
            table.append(row: number) { row in
                row.setID("household_id", wishes[0].wish.household.spelling, unless: true)
                guard !before.origin.jointNumbers.isEmpty else {
                    row.setID("child_id", wishes[0].wish.child.spelling, unless: true)
                    row.setID("facility_id", wishes[0].wish.facility?.spelling ?? "", unless: true)
                    return
                }
                for gone in numbers.subtracting(wishes.compactMap(\.number)) {
                    row.set("child_id_\(gone)", "", unless: false)
                    row.set("facility_id_\(gone)", "", unless: false)
                }
            }
        }
        return table
    }

    private func seatLimitsTable() -> FollowingTable? {
        guard let file = before.files[.seatLimits] else { return nil }
        var table = FollowingTable(file, by: profile)
        for (index, limit) in draft.seatLimits.enumerated() {
            table.append(row: before.origin.row(index, of: .seatLimits)) { row in
                row.setID("facility_id", limit.facilities.map(\.spelling).joined(separator: ";"), unless: true)
                row.set("seats", String(limit.seats), unless: limit.seats == old.seatLimits[index].seats)
            }
        }
        return table
    }

    // MARK: Files

    /// All files, those of the settings first.
    func files() throws(Problem) -> [OutputFile] {
        var renamed: [String: String] = [:]
        var files: [OutputFile] = []
        for (name, table) in tables where !files.contains(where: { $0.name == renamed[name, default: name] }) {
            guard table.file.form.isSheet else {
                files.append(
                    OutputFile(name: name, bytes: try Self.encoded(table.text.utf8, table.file.form.text!, name)))
                continue
            }
            let stem = URL(fileURLWithPath: name).deletingPathExtension().relativePath
            if !name.lowercased().hasSuffix(".xlsx") { renamed[name] = stem + ".xlsx" }
            files.append(
                try Self.workbook(renamed[name, default: name], tables.filter { $0.name == name }.map(\.table)))
        }
        let form = before.files[.children]!.form.text ?? .utf8
        for (kind, columns, rows) in made {
            let header = columns.map { profile.header(of: $0, in: kind) ?? $0 }
            files.append(try Self.file(profile.fileName(of: kind), header, rows, as: form))
        }
        return try settingsFiles(renaming: renamed) + files + letterTexts()
    }

    /// The city's texts for letters, which hold for any month.
    private func letterTexts() throws(Problem) -> [OutputFile] {
        let name = TextBlocks.letterFile
        guard isThere(name, in: before.folder) else { return [] }
        do { return [OutputFile(name: name, bytes: try fileBytes(name, in: before.folder))] } catch {
            throw error.problem(in: name)
        }
    }

    static func file(
        _ name: String, _ header: [String], _ rows: [[String]], as form: TextForm
    ) throws(Problem) -> OutputFile {
        var writer = TableWriter(.utf8, guardsFormulas: false)
        do {
            for row in [header] + rows { try writer.append(row) }
        } catch { preconditionFailure("UTF-8 has every character: \(error)") }
        return OutputFile(name: name, bytes: try encoded(writer.bytes, form, name))
    }

    static func encoded(_ utf8: [UInt8], _ form: TextForm, _ name: String) throws(Problem) -> [UInt8] {
        do throws(TableWriter.UnencodableCharacter) { return try form.encoded(utf8) } catch {
            let character = "\(error.character) (U+\(String(error.character.value, radix: 16, uppercase: true)))"
            throw Problem(
                .table(.invalidEncoding), file: name,
                "This table is in CP932, which has no character \(character), and the next month needs it: write it otherwise "
                    + "where it is new, or save this table as UTF-8 once; it then stays UTF-8.",
                "この表は CP932（Shift_JIS）ですが、翌月分に必要な文字 \(character) は CP932 にありません。新しく書いた表の文字を置き換えるか、"
                    + "この表を一度 UTF-8 で保存してください（以後は UTF-8 のまま続きます）。")
        }
    }

    /// A workbook with a sheet for each of some tables.
    static func workbook(_ name: String, _ tables: [FollowingTable]) throws(Problem) -> OutputFile {
        do throws(WorkbookError) {
            let writer = try WorkbookWriter(title: URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent)
            for table in tables { try add(table, to: writer) }
            return OutputFile(name: name, bytes: try writer.finish())
        } catch {
            throw Problem(
                .file(.fileUnreadable), file: name, "The workbook cannot be written: \("\(error)").",
                "ブックを書き出せません（\("\(error)")）。")
        }
    }

    private static func add(_ table: FollowingTable, to writer: WorkbookWriter) throws(WorkbookError) {
        let (rows, columns) = (table.text.rows, table.text.columns)
        // The header stays in its row; one of several rows becomes one, since what was merged is not any more.
        let titles = table.file.table.titles(table.file.form.places)
        var lines = (1..<table.file.table.headerRows.lowerBound).map { number in
            titles.first { $0.number == number }?.fields ?? []
        }
        lines.append(columns)
        lines += table.file.table.headerRows.dropFirst().map { _ in [] }
        let width = lines.reduce(0) { max($0, $1.count) }
        let first = lines[0] + Array(repeating: "", count: width - lines[0].count)
        var sheet = WorkbookSheet(table.file.sheet!, columns: first.map { WorkbookSheet.Column($0) })
        sheet.hasFilter = lines.count == 1
        let numbers = columns.indices.filter { column in
            ["seats_", "capacity_", "enrolled_", "margin_"].contains { prefix in
                (0...5).contains { table.column("\(prefix)\($0)") == column }
            }
        }
        try writer.addSheet(sheet) { sheet throws(WorkbookError) in
            for line in lines.dropFirst() { try sheet.append(line.map { .text($0) }) }
            for row in rows {
                var cells: [WorkbookCell] = []
                for (column, text) in row.enumerated() {
                    let number = numbers.contains(column) ? Int(text).flatMap { String($0) == text ? $0 : nil } : nil
                    cells.append(number.map { .number($0) } ?? .text(text))
                }
                try sheet.append(cells)
            }
        }
    }
}

/// Where a joint wish stands in its table, whatever its position.
extension JointWishRow {
    fileprivate struct Place: Hashable {
        let household: HouseholdID
        let rank: Int
        let child: ChildID
    }

    fileprivate var place: Place { Place(household: household, rank: rank, child: child) }
}

/// Which sibling answers of the next case stand in the children's table, as codes of the profile.
struct SiblingCodes {
    /// Households whose answer stands there.
    private(set) var answered: Set<HouseholdID> = []
    /// What the cells of a household must say where they say something else.
    private(set) var cells: [HouseholdID: String] = [:]

    init(_ next: FollowingCase, _ file: CaseTableFile) {
        let (profile, draft) = (next.before.profile, next.draft)
        guard !profile.patterns.isEmpty, let column = file.place(ofColumn: "sibling_pattern") else { return }
        let own = Set(next.old.households.prefix(next.before.origin.householdRowCount).map(\.household))
        let answers = Dictionary(draft.households.map { ($0.household, $0) }, uniquingKeysWith: { first, _ in first })
        let rowOfID = Dictionary(
            next.old.children.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var written: [HouseholdID: [ColumnProfile.SiblingPattern?]] = [:]
        for (position, child) in draft.children.enumerated() {
            let isNew = position >= next.firstNewRow
            let table = isNew ? next.month.files[.newChildren] : file
            let place = isNew ? table?.place(ofColumn: "sibling_pattern") : column
            let row = isNew ? position - next.firstNewRow : rowOfID[child.id]!
            let text = place.flatMap { table?.text(row, $0) }
            written[child.household, default: []].append(text.flatMap { profile.pattern($0) })
        }
        for (household, patterns) in written where patterns.count > 1 {
            let answer = own.contains(household) ? nil : answers[household]
            let code = answer.flatMap { Self.code(of: $0, in: profile) }
            if code != nil { answered.insert(household) }
            let wanted = code.flatMap { profile.patterns[$0] }
            let found = patterns.compactMap { $0 }
            let isRight = found.allSatisfy { $0 == wanted } && (found.isEmpty == (wanted == nil))
            if !isRight { cells[household] = code ?? "" }
        }
    }

    private static func code(of answer: HouseholdRow, in profile: ColumnProfile) -> String? {
        guard answer.leadChild == nil, answer.preferredChild == nil, let timing = answer.timing,
            let facility = answer.facility
        else { return nil }
        let pattern = ColumnProfile.SiblingPattern(timing: timing, facility: facility)
        return profile.patterns.filter { $0.value == pattern }.keys.min()
    }
}

import Admissions
import Foundation

/// A proposal for `columns` in `case.yaml`, made from all files of a municipality together.
public struct ProfileSuggestions: Sendable {
    /// What is proposed for each table, in the order of the files.
    public internal(set) var tables: [ColumnSuggestions]
    /// Files that cannot be read, and files of which nothing is known (`HEADER_UNKNOWN`), such as other tables of a folder.
    public private(set) var problems: [Problem] = []

    /// Reads the files and proposes.
    ///
    /// - Complexity: O(bytes of all files).
    public init(paths: [String]) {
        var samples: [SampleTable] = []
        for path in paths {
            do { samples += try SampleTable.all(path: path) } catch { problems.append(error) }
        }
        tables = samples.map { ColumnSuggestions($0) }
        let headless = tables.filter(\.mayHaveNoHeader)
        tables.removeAll(where: \.mayHaveNoHeader)
        if let facilities = facilities() {
            for index in tables.indices where index != facilities { findReferences(in: index, to: facilities) }
        }
        for index in tables.indices {
            if tables[index].table == .children, !tables[index].columns.isEmpty { tables[index].findPeople() }
            tables[index].readCells()
        }
        for table in headless + tables.filter(\.columns.isEmpty) {
            problems.append(
                Problem(
                    .file(.headerUnknown), file: table.fileName, line: table.sample?.headerRows.lowerBound ?? 1,
                    column: 1,
                    "No header in this line is known; remove what stands above the header, or write columns by hand.",
                    "この行に知っている見出しが一つもありません。見出しの上に表題の行があれば取り除き、なければ columns を手で書いてください。"))
        }
        tables.removeAll(where: \.columns.isEmpty)
    }

    /// What to write in `case.yaml`.
    public var yaml: String { yaml(in: .english) }

    /// The same with comments in this language.
    public func yaml(in language: Language) -> String { ColumnSuggestions.yaml(of: tables, in: language) }

    /// The same as a file of its own, for `columns: columns.yaml`.
    public func profileFile(in language: Language = .english) -> String {
        ColumnSuggestions.profileFile(of: tables, in: language)
    }

    /// Writes ``profileFile(in:)`` as `columns.yaml` into a folder, whole or not at all.
    ///
    /// - Throws: ``CannotWrite``, also where there is something of that name: a profile that was corrected is never replaced.
    public func write(into folder: URL, in language: Language = .english) throws(CannotWrite) {
        let name = FacilityList.profileName
        let url = folder.appending(path: name)
        if isThere(name, in: folder) {
            throw CannotWrite(
                url.path,
                Phrase(
                    "すでにあります。別の場所に移すか、足りないところを手で書き足してください",
                    "it is there already; move it away, or add what is missing by hand"))
        }
        try writeFile(Array(profileFile(in: language).utf8), to: url, access: .shared)
    }

    // MARK: Ids that recur

    /// The table of facilities: by its headers, else the one with ids that columns of another file say.
    private mutating func facilities() -> Int? {
        let known = tables.firstIndex { $0.table == .facilities && $0.columns.count > 1 }
        if let known, tables[known].columns.contains(where: { $0.column == "facility_id" && $0.remarks.isEmpty }) {
            return known
        }
        var best: (table: Int, column: Int, count: Int)?
        for index in known.map({ [$0] }) ?? tables.indices.filter({ tables[$0].columns.count < 2 }) {
            for (column, content) in (tables[index].sample?.contents ?? []).enumerated()
            where content.isDistinct && content.mayBeIDs {
                let others = tables.indices.filter { $0 != index }.flatMap { tables[$0].sample?.contents ?? [] }
                let count = others.count { $0.filled > 2 && $0.share(in: content.values) >= 0.8 }
                if count > best?.count ?? 0 { best = (index, column, count) }
            }
        }
        if let best {
            tables[best.table].takeID(
                at: best.column, .likely, Phrase("ほかのファイルにこの番号があります", "another file has these ids"))
        } else if let known, tables[known].missing.contains("facility_id"),
            let column = tables[known].sample?.contents.firstIndex(where: { $0.isDistinct && $0.mayBeIDs })
        {
            tables[known].takeID(at: column, .guess, ColumnSuggestions.distinct)
        }
        return best?.table ?? known
    }

    /// Confirms the columns that name facilities, proposes those that no header tells, and finds what in them means blank.
    private mutating func findReferences(in index: Int, to facilities: Int) {
        guard let sample = tables[facilities].sample else { return }
        func values(_ column: String) -> [String: Int] {
            guard let proposed = tables[facilities].columns.first(where: { $0.column == column }),
                let place = tables[facilities].indices(of: proposed).first
            else { return [:] }
            return sample.contents[place].values
        }
        let (ids, names) = (values("facility_id"), values("name"))
        let says = tables[index].findWishes(ids: ids, names: names)
        guard says == .names, ids != names,
            let name = tables[facilities].columns.first(where: { $0.column == "name" }),
            let id = tables[facilities].columns.firstIndex(where: { $0.column == "facility_id" })
        else { return }
        tables[facilities].columns[id] = ColumnSuggestions.Column(
            column: "facility_id", header: name.header, confidence: .likely,
            remarks: [Phrase("希望が施設名で書かれています", "wishes say names")])
    }
}

extension ColumnSuggestions {
    /// Whether the row of the header is rather a row of data, as in a file without one: hardly a name in it is known, and it has
    /// dates or numbers.
    var mayHaveNoHeader: Bool {
        guard columns.count < 2, let sample else { return false }
        return sample.headers.contains { header in
            let text = folded(header)
            return CalendarDate(written: text) != nil || CalendarDate(text) != nil
                || text.count >= 3 && text.allSatisfy(\.isNumber)
        }
    }

    /// Takes a column that was found by cells.
    mutating func take(_ table: CaseTable, _ column: Column) {
        if self.table != table {
            self.table = table
            let taken = columns.map(\.header)
            columns = []
            others = (sample?.headers ?? []).filter { !$0.isEmpty && (others.contains($0) || taken.contains($0)) }
        }
        columns.append(column)
        let order = table.columns
        columns.sort { order.firstIndex(of: $0.column) ?? 0 < order.firstIndex(of: $1.column) ?? 0 }
        let used = Set(indices(of: column).map { sample!.headers[$0] })
        others.removeAll { used.contains($0) }
        findMissing()
    }

    /// Takes a column as the id of facilities, in place of one that was taken for lack of a better.
    mutating func takeID(at index: Int, _ confidence: Confidence, _ remark: Phrase) {
        columns.removeAll { $0.column == "facility_id" }
        take(
            .facilities,
            Column(
                column: "facility_id", header: sample!.headers[index], confidence: confidence, remarks: [remark]))
    }

    /// How cells name facilities.
    enum Reference { case ids, names }

    /// Confirms wishes, or proposes columns of which most cells name facilities.
    ///
    /// - Returns: How wishes name facilities, where they do.
    mutating func findWishes(ids: [String: Int], names: [String: Int]) -> Reference? {
        guard let sample, !ids.isEmpty else { return nil }
        func share(_ indices: [Int], in values: [String: Int]) -> Double {
            let shares = indices.map { sample.contents[$0] }.filter { $0.filled > $0.values["0"] ?? 0 }
                .map { $0.share(in: values) }
            return shares.isEmpty ? 0 : shares.reduce(0, +) / Double(shares.count)
        }
        var groups: [(header: String, indices: [Int])] = []
        for (index, header) in sample.headers.enumerated() {
            guard let match = folded(header).firstMatch(of: /[0-9]{1,2}/), let number = Int(match.0) else { continue }
            let template = Self.template(of: header, number: number)
            guard NumberedHeader(template).number(in: folded(header)) == number else { continue }
            if let group = groups.firstIndex(where: { $0.header == template }) {
                groups[group].indices.append(index)
            } else {
                groups.append((template, [index]))
            }
        }
        if !columns.contains(where: { $0.column == "wish_N" }) {
            let found = groups.map { ($0, max(share($0.indices, in: ids), share($0.indices, in: names))) }
                .filter { $0.1 >= 0.8 }
            if let (group, _) = found.first {
                take(
                    .children,
                    Column(
                        column: "wish_N", header: group.header, confidence: .likely,
                        remarks: [Phrase("施設を指す欄です", "its cells name facilities")]))
            }
        }
        guard table == .children, let wish = columns.firstIndex(where: { $0.column == "wish_N" }) else { return nil }
        let indices = indices(of: columns[wish])
        let (byID, byName) = (share(indices, in: ids), share(indices, in: names))
        let most = max(byID, byName)
        if most < 0.9 {
            columns[wish].doubt(
                Phrase(
                    "もう一つのファイルにある施設を指す欄は \(Int(most * 100)) % だけです",
                    "only \(Int(most * 100)) % of its cells name a facility of the other file"), isLess: true)
        }
        let values = byName > byID ? names : ids
        if values["0"] == nil, indices.contains(where: { sample.contents[$0].values["0"] != nil }) {
            add(blanks: ["0"], of: "wish_N")
            notes.append(
                Phrase("wish_N の 0 は希望なしです。この番号の施設はありません", "0 in wish_N means no wish: no facility has this number"))
        }
        let used = Set(columns.flatMap { self.indices(of: $0) })
        for index in sample.headers.indices where !used.contains(index) {
            let content = sample.contents[index]
            if content.filled > 2, max(content.share(in: ids), content.share(in: names)) >= 0.9, values.count > 2 {
                notes.append(
                    Phrase(
                        "「\(sample.headers[index])」も施設を指しています。current_facility_id か sibling_facility_ids ではありませんか",
                        "\(sample.headers[index]) names facilities too: is it current_facility_id or sibling_facility_ids?"
                    ))
            }
        }
        return byName > byID ? .names : .ids
    }

    private mutating func take(
        _ column: String, at index: Int, _ confidence: Confidence, _ remark: Phrase
    ) {
        take(
            .children,
            Column(column: column, header: sample!.headers[index], confidence: confidence, remarks: [remark]))
    }

    /// Proposes what no header tells of children: their ids and households, and when they were born.
    mutating func findPeople() {
        guard let sample else { return }
        func unused() -> [Int] {
            let used = Set(columns.flatMap { indices(of: $0) })
            return sample.headers.indices.filter { !used.contains($0) && !sample.headers[$0].isEmpty }
        }
        func has(_ column: String) -> Bool { columns.contains { $0.column == column } }
        if !has("birth_date"), !has("due_date"), !has("age_class") {
            let dates = unused().filter { index in
                let content = sample.contents[index]
                guard let years = content.years, content.share(content.dates) >= 0.9 else { return false }
                return content.values.count > 2 && years.upperBound - years.lowerBound <= 8
                    && years.upperBound > years.lowerBound
            }
            if let index = dates.first {
                let isOnly = dates.count == 1
                take(
                    "birth_date", at: index, isOnly ? .likely : .guess,
                    isOnly
                        ? Phrase("いくつかのクラスの児童の日付です", "its dates are those of children of several classes")
                        : Phrase("このような日付の列がほかにもあります", "other columns have such dates too"))
            }
        }
        if !has("birth_date"), !has("due_date"), !has("age_class"),
            let index = unused().first(where: { index in
                let content = sample.contents[index]
                return content.filled == content.rows && content.classAges == content.filled && content.values.count > 2
            })
        {
            take("age_class", at: index, .guess, Phrase("欄が 0 から 5 です", "its cells are 0 to 5"))
        }
        let ids = unused().filter { index in
            let content = sample.contents[index]
            return content.mayBeIDs && content.filled == content.rows && content.share(content.dates) < 0.5
        }
        if !has("child_id"), let index = ids.first(where: { sample.contents[$0].isDistinct }) {
            take("child_id", at: index, .guess, Self.distinct)
        }
        if !has("household_id"),
            let index = ids.first(where: { index in
                let content = sample.contents[index]
                let share = Double(content.values.count) / Double(content.rows)
                return (0.3..<1).contains(share) && content.values.count > 2
            })
        {
            take(
                "household_id", at: index, .guess,
                Phrase("きょうだいのように同じ値の欄があります", "some of its cells are alike, as those of siblings are"))
        }
    }
}

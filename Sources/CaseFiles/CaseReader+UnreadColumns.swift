import Admissions
import Foundation

/// The columns of a file that nothing reads.
public struct UnreadColumns: Hashable, Sendable {
    public let file: String
    /// As the header has them, ascending by their bytes.
    public let columns: [String]
}

/// From where on the cells of a column that nothing reads say what it is.
enum ColumnDoubt {
    /// Ids as people write them, such as `F012`: more than half of the cells that are not blank.
    static func areIDs(_ hits: Int, of cells: Int) -> Bool { hits * 2 > cells }

    /// Ids that are plain numbers, as counts and ages are too: nine in ten of three or more cells, and at least half as many
    /// different ids as there could be. A column that counts siblings has few different numbers, one of facilities many.
    static func areNumericIDs(_ hits: Int, different: Int, of cells: Int, among ids: Int) -> Bool {
        cells >= 3 && hits * 10 >= cells * 9 && different * 2 >= min(cells, ids)
    }
}

/// Ids or names that cells of other columns may repeat.
private struct KnownCells {
    let texts: Set<String>
    /// Whether most of them are plain numbers without leading zeros.
    let areNumbers: Bool

    init(_ texts: Set<String>) {
        self.texts = texts
        let numbers = texts.count { text in
            text.utf8.allSatisfy { (48...57).contains($0) } && (text == "0" || !text.hasPrefix("0"))
        }
        areNumbers = numbers * 2 >= max(1, texts.count)
    }

    /// Whether most of the cells are of these.
    func holdMost(of cells: [String: Int]) -> Bool {
        if texts.isEmpty { return false }
        let all = cells.values.reduce(0, +)
        let known = cells.filter { texts.contains($0.key) }
        let hits = known.values.reduce(0, +)
        return areNumbers
            ? ColumnDoubt.areNumericIDs(hits, different: known.count, of: all, among: texts.count)
            : ColumnDoubt.areIDs(hits, of: all)
    }
}

/// What the tables of a case have in common, to recognise a column by its cells.
private struct CaseWords {
    var facilities = KnownCells([])
    var facilityNames = KnownCells([])
    var children = KnownCells([])
    /// What the cells of columns say that need not be there.
    var words: [CaseTable: [(column: String, words: Set<String>)]] = [:]
}

extension CaseReader {
    /// Whether a priority key or the points table reads this column of the children's table.
    private func isUsed(attribute name: String) -> Bool {
        guard let rules else { return false }
        return rules.priority.contains { $0.name == name } || rules.pointsTable.contains { $0.attribute == name }
    }

    /// The columns of a table that nothing reads, in the order of the header.
    private func unread(_ file: CaseTableFile) -> [(name: String, index: Int)] {
        let isOfChildren = file.kind == .children || file.kind == .newChildren
        return file.furtherColumns.filter { !isOfChildren || !isUsed(attribute: $0.name) }
    }

    /// Of each file with some, the columns that nothing reads, in the order of the tables.
    var unreadColumns: [UnreadColumns] {
        var order: [String] = []
        var columns: [String: Set<String>] = [:]
        for file in CaseTable.allCases.compactMap({ files[$0] }) {
            let names = Set(unread(file).map { file.table.columns[$0.index] })
            if let others = columns[file.name] {
                // A file that holds two tables.
                columns[file.name] = others.intersection(names)
            } else {
                order.append(file.name)
                columns[file.name] = names
            }
        }
        return order.compactMap { name in
            let names = columns[name]!.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            return names.isEmpty ? nil : UnreadColumns(file: name, columns: names)
        }
    }

    /// Reports every column that nothing reads and that may be one which is read, misspelt; remarks the others.
    ///
    /// - Complexity: O(n) in the cells of these columns.
    mutating func examineUnreadColumns(of tables: [CaseTable]) {
        var words: CaseWords?
        for kind in tables {
            guard var file = files[kind] else { continue }
            let columns = unread(file)
            if columns.isEmpty { continue }
            let read = words ?? caseWords()
            words = read
            let names = KnownColumns(file, by: profile, near: rules?.siblings.nearKilometres != nil)
            for (name, index) in columns {
                let header = file.table.columns[index]
                let verdict = names.verdict(on: header, named: name)
                if case .misspelt(let meant, let why) = verdict {
                    if !file.missingColumns.contains(meant) { refuse(&file, index, meant, why) }
                    continue
                }
                // A table that lacks a needed column has its error; what else it lacks may follow from that.
                if !file.missingColumns.isEmpty { continue }
                let cells = file.cells(of: index)
                let ids = kindOfIDs(cells, of: kind, read)
                switch verdict {
                case .wish(let number, _) where isEcho(index, of: file, wish: number): break
                case .wish(_, let meant) where ids == .facilities || ids == .facilityNames:
                    refuse(&file, index, meant, .holdsWishes)
                    continue
                case .wish(_, let meant), .similar(let meant):
                    doubt(&file, index, meant)
                    continue
                case .unusable(let english, let japanese):
                    file.doubt(column: index, "COLUMN_SIMILAR", english, japanese: japanese)
                    continue
                case .misspelt, .unlike:
                    if let meant = columnOfTheseWords(cells, file, read) {
                        doubt(&file, index, meant)
                        continue
                    }
                    if let ids, !isEcho(index, of: file, wish: nil) {
                        doubtIDs(&file, index, ids)
                        continue
                    }
                }
                if kind != .children && kind != .newChildren {
                    file.remark(column: index, "COLUMN_UNREAD", "The column \(header) is not used.")
                }
            }
            files[kind] = file
        }
    }

    // MARK: What is said

    private func refuse(_ file: inout CaseTableFile, _ column: Int, _ meant: String, _ why: KnownColumns.Mistake) {
        let header = file.table.columns[column]
        switch why {
        case .spelling:
            file.refuse(
                column: column, "COLUMN_MISSPELT",
                "The column \(header) is not read; write \(meant) if that is meant, else rename or remove the column.",
                japanese: "列「\(header)」は読まれません。\(meant) のことなら見出しをそのとおりに直し、違うなら名前を変えるか消してください。")
        case .number:
            file.refuse(
                column: column, "COLUMN_MISSPELT",
                "The column \(header) is not read: its number is none that counts here; correct it, or rename or remove the "
                    + "column.",
                japanese: "列「\(header)」は読まれません。ここで使える番号ではありません。番号を直すか、名前を変えるか消してください。")
        case .holdsWishes:
            file.refuse(
                column: column, "COLUMN_MISSPELT",
                "The column \(header) holds facilities and has the name of a wish, but is not read; write \(meant), or "
                    + "name it under columns in case.yaml.",
                japanese: "列「\(header)」は希望の列のようで施設が書かれていますが、読まれません。見出しを \(meant) に直すか、columns に書いてください。")
        }
    }

    private func doubt(_ file: inout CaseTableFile, _ column: Int, _ meant: String) {
        let header = file.table.columns[column]
        file.doubt(
            column: column, "COLUMN_SIMILAR",
            "The column \(header) is not used, and seems to be \(meant); rename it or name it under columns, or accept "
                + "that it is not used.",
            japanese: "列「\(header)」は使われませんが、\(meant) のようです。そのことなら見出しを直すか columns に書いてください。")
    }

    private func doubtIDs(_ file: inout CaseTableFile, _ column: Int, _ ids: KindOfIDs) {
        let header = file.table.columns[column]
        file.doubt(
            column: column, "COLUMN_OF_IDS",
            "Most cells of the column \(header) are \(ids.english) of this case, and nothing reads them; rename it or name "
                + "it under columns if they count, or accept that it is not used.",
            japanese: "列「\(header)」の多くの欄はこの案件の\(ids.japanese)ですが、使われません。使う列なら見出しを直すか columns に書いてください。")
    }

    // MARK: Cells

    private enum KindOfIDs {
        case facilities, facilityNames, children

        var english: String {
            switch self {
            case .facilities: "ids of facilities"
            case .facilityNames: "names of facilities"
            case .children: "ids of children"
            }
        }

        var japanese: String {
            switch self {
            case .facilities: "施設番号"
            case .facilityNames: "施設名"
            case .children: "児童番号"
            }
        }
    }

    private func kindOfIDs(_ cells: [String: Int], of kind: CaseTable, _ words: CaseWords) -> KindOfIDs? {
        if words.facilities.holdMost(of: cells) { return .facilities }
        // Tables of facilities name no child; numbers that could be one are others.
        if kind != .facilities, kind != .seatLimits, words.children.holdMost(of: cells) { return .children }
        return words.facilityNames.holdMost(of: cells) ? .facilityNames : nil
    }

    /// The column that is missing and whose cells would say what these say.
    private func columnOfTheseWords(_ cells: [String: Int], _ file: CaseTableFile, _ words: CaseWords) -> String? {
        let all = cells.values.reduce(0, +)
        let without = profile.columnsMissing(in: file.kind)
        for (column, words) in words.words[file.kind] ?? []
        where file.place(ofColumn: column) == nil && !without.contains(column) {
            let hits = cells.filter { words.contains($0.key) }.values.reduce(0, +)
            if ColumnDoubt.areIDs(hits, of: all) { return column }
        }
        // Answers are what the table is for.
        guard file.kind == .households else { return nil }
        return ["timing", "facility"].first { file.place(ofColumn: $0) == nil && !without.contains($0) }
    }

    private func caseWords() -> CaseWords {
        func texts(_ kind: CaseTable, _ column: String) -> Set<String> {
            guard let file = files[kind], let index = file.place(ofColumn: column) else { return [] }
            return Set((0..<file.table.rowCount).lazy.compactMap { file.text($0, index) })
        }
        var words = CaseWords()
        words.facilities = KnownCells(texts(.facilities, "facility_id"))
        words.facilityNames = KnownCells(texts(.facilities, "name"))
        words.children = KnownCells(texts(.children, "child_id").union(texts(.newChildren, "child_id")))
        let phases = rules?.phases ?? []
        func group(_ condition: GroupCondition) -> String? {
            switch condition {
            case .everyone: nil
            case .members(let group), .others(let group): group
            }
        }
        let limited = texts(.seatLimits, "group").map { $0.hasPrefix("!") ? String($0.dropFirst()) : $0 }
        let groups = Set(phases.compactMap { group($0.who) } + limited)
        words.words[.children] = [("group", groups)]
        words.words[.newChildren] = words.words[.children]
        let childGroups = texts(.children, "group").flatMap { $0.split(separator: ";") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        words.words[.seatLimits] = [
            ("group", groups.union(childGroups).union(childGroups.map { "!" + $0 })),
            ("phase", Set(phases.map(\.name))), ("opens", ["yes", "no"]), ("release", ["yes", "no"]),
        ]
        words.words[.households] = [
            ("timing", Set(Timing.allCases.map(\.rawValue))),
            ("facility", Set(FacilityAnswer.allCases.map(\.rawValue))),
        ]
        return words
    }

    /// Whether the column only repeats, row by row, by id or by name, what a column says that is read.
    ///
    /// - Parameter wish: The number of the wish that it must repeat; `nil`: any column of ids.
    private func isEcho(_ column: Int, of file: CaseTableFile, wish: Int?) -> Bool {
        let candidates: [String]
        switch file.kind {
        case .children, .newChildren:
            let wishes = file.numbers(of: "wish").map { "wish_\($0)" }
            candidates =
                wish.map { ["wish_\($0)"] } ?? (wishes + ["current_facility_id", "sibling_facility_ids", "child_id"])
        default: candidates = file.kind.columns.filter { $0.hasSuffix("_id") }
        }
        var names: [String: String] = [:]
        if let facilities = files[.facilities], let id = facilities.place(ofColumn: "facility_id") {
            for row in 0..<facilities.table.rowCount {
                guard let text = facilities.text(row, id) else { continue }
                names[text] = folded(facilities.plainText(row, facilities.place(ofColumn: "name")))
            }
        }
        return candidates.contains { candidate in
            guard let read = file.place(ofColumn: candidate), read != column else { return false }
            return (0..<file.table.rowCount).allSatisfy { row in
                let (said, repeated) = (file.text(row, read), file.text(row, column))
                return said == repeated || repeated != nil && said.flatMap { names[$0] } == repeated
            }
        }
    }
}

extension ColumnProfile {
    /// Columns of which the profile says that the table has none.
    fileprivate func columnsMissing(in table: CaseTable) -> Set<String> {
        withoutColumns[table == .newChildren ? .children : table] ?? []
    }
}

extension CaseTableFile {
    /// The parts of a column's cells that are not blank, each with how often it comes; lists are parted by `;`.
    fileprivate func cells(of column: Int) -> [String: Int] {
        var counts: [String: Int] = [:]
        for row in 0..<table.rowCount {
            for part in list(row, column) { counts[part, default: 0] += 1 }
        }
        return counts
    }

    /// The numbers that columns `prefix_N` have, ascending.
    fileprivate func numbers(of prefix: String) -> [Int] {
        readColumnNames.compactMap { $0.hasPrefix(prefix + "_") ? Int($0.dropFirst(prefix.count + 1)) : nil }.sorted()
    }
}

/// The columns that a table may have, by every name under which they could be meant.
struct KnownColumns {
    enum Verdict: Equatable {
        /// The column is this one, written in another way, or with a number that none has.
        case misspelt(meant: String, Mistake)
        /// By its name it holds the wish of this number, or something of it; `nil`: what counts at it.
        case wish(number: Int?, meant: String)
        case similar(meant: String)
        /// The column is known, and of no use here, as the sentences say.
        case unusable(english: String, japanese: String)
        case unlike
    }

    enum Mistake { case spelling, number, holdsWishes }

    private let kind: CaseTable
    /// Each known column with the header that is read for it; numbered ones with `N`.
    private let headers: [(column: String, header: String)]
    private let present: Set<String>
    /// What the columns are called that somebody's result depends on.
    private let synonyms: [Synonyms]
    private let isWithoutWishPoints: Bool

    /// - Parameter near: Whether distances count, so that coordinates do.
    init(_ file: CaseTableFile, by profile: ColumnProfile, near: Bool) {
        kind = file.kind
        let without = profile.columnsMissing(in: kind)
        isWithoutWishPoints = without.contains("points_N")
        synonyms = ColumnSynonyms.names(of: kind)
            .filter { Self.hasEffect($0.column, near: near) && !without.contains($0.column) }
            .map { Synonyms($0.column, $0.names) }
        let map = profile.headers[kind == .newChildren ? .children : kind] ?? [:]
        headers = kind.columns.flatMap { column in
            [map[column], column].compactMap { $0 }.map { (column, $0) }
        }
        present = Set(file.readColumnNames)
    }

    /// - Parameters:
    ///   - header: Of a column that nothing reads.
    ///   - name: Its standard name where the profile gives it one.
    func verdict(on header: String, named name: String) -> Verdict {
        if kind.columns.contains(name) { return hasEffect(name) ? whyUnread(name) : .unlike }
        let squeezed = Self.squeezed(header)
        for (column, known) in headers {
            guard column.hasSuffix("_N") else {
                if Self.squeezed(known) == squeezed { return .misspelt(meant: known, .spelling) }
                continue
            }
            for spelling in [squeezed, Self.squeezed(name)] {
                guard let number = Self.number(in: spelling, by: known) else { continue }
                let meant = NumberedHeader.text(of: known, number)
                return .misspelt(meant: meant, isNumber(number, of: column) ? .spelling : .number)
            }
        }
        if let wish = wish(header) { return wish }
        if let meant = called(header) ?? classColumn(header) { return .similar(meant: meant) }
        return near(header).map { .similar(meant: $0) } ?? .unlike
    }

    /// Why a column with a known name is not read.
    private func whyUnread(_ name: String) -> Verdict {
        switch (kind, name) {
        case (_, "sibling_pattern"):
            .unusable(
                english:
                    "The column sibling_pattern is read only where columns in case.yaml has patterns; add them, or "
                    + "accept that it is not used.",
                japanese: "列 sibling_pattern は、case.yaml の columns に patterns があるときだけ読まれます。")
        default:
            .unusable(
                english:
                    "The column \(name) is not used beside the others of this table; remove it, or accept that it is "
                    + "not used.",
                japanese: "列 \(name) は、この表の他の列があるときは使われません。")
        }
    }

    private func isNumber(_ number: Int, of column: String) -> Bool {
        switch column {
        case "wish_N", "points_N", "child_id_N": number >= 1
        case "facility_id_N": number >= 1 && present.contains("child_id_\(number)")
        default: (0...5).contains(number)
        }
    }

    // MARK: Names

    /// Folded, in small letters, without blanks, `_`, `-`, `.` and leading zeros.
    static func squeezed(_ header: String) -> String {
        var text = ""
        var run = ""
        var isParted = false
        func endRun() {
            guard !run.isEmpty else { return }
            let digits = run.drop { $0 == "0" }
            text += digits.isEmpty ? "0" : digits
            run = ""
        }
        for letter in folded(header).lowercased() {
            if letter.isASCII, letter.isNumber {
                // Two numbers stay two.
                if isParted, run.isEmpty, text.last?.isNumber == true { text += "_" }
                if isParted, !run.isEmpty {
                    endRun()
                    text += "_"
                }
                run.append(letter)
                isParted = false
            } else if letter.isWhitespace || "_-.‐‑–−".contains(letter) {
                isParted = true
            } else {
                endRun()
                isParted = false
                text.append(letter)
            }
        }
        endRun()
        return text
    }

    /// The number in a squeezed header of the form of a numbered one.
    private static func number(in squeezed: String, by template: String) -> Int? {
        let (before, after) = NumberedHeader.parts(of: folded(template))
        let (start, end) = (Self.squeezed(before), Self.squeezed(after))
        guard squeezed.hasPrefix(start), squeezed.dropFirst(start.count).hasSuffix(end) else { return nil }
        let digits = squeezed.dropFirst(start.count).dropLast(end.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(digits) ?? .max
    }

    /// A name with 希望, 志望 or wish in it, and a number.
    private func wish(_ header: String) -> Verdict? {
        let text = folded(header).lowercased()
        guard ["希望", "志望", "wish"].contains(where: text.contains) else { return nil }
        let digits = text.drop { !($0.isASCII && $0.isNumber) }.prefix { $0.isASCII && $0.isNumber }
        let words = text.firstMatch(of: /第([一二三四五六七八九十]+|[ivx]+)/).map { String($0.1) }
        guard !digits.isEmpty || words != nil else { return nil }
        let number = Int(digits) ?? words.flatMap { Self.numbersInWords[$0] }
        let isOfPoints = ["点", "指数", "加算", "point", "score", "bonus"].contains(where: text.contains)
        if isOfPoints, isWithoutWishPoints { return nil }
        let column = isOfPoints ? "points" : "wish"
        return .wish(number: isOfPoints ? nil : number, meant: "\(column)_\(number.map(String.init) ?? "N")")
    }

    /// 1 to 20 in Chinese and Roman figures.
    private static let numbersInWords: [String: Int] = {
        let units = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
        let chinese = (1...20).map { ["", "十", "二十"][$0 / 10] + units[$0 % 10] }
        let ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
        let roman = (1...20).map { ["", "x", "xx"][$0 / 10] + ones[$0 % 10] }
        return Dictionary(uniqueKeysWithValues: zip(chinese + roman, Array(1...20) + Array(1...20)))
    }()

    /// A column that is missing and that municipalities, or words that mean the same, call so.
    private func called(_ header: String) -> String? {
        let simple = ColumnSynonyms.simplified(header)
        let words = Words(of: header)
        for known in synonyms {
            if known.isNumbered {
                let number =
                    known.patterns.lazy.compactMap { $0.number(in: simple) }.first
                    ?? (words.mean(known.words) ? words.number : nil)
                if let number, !present.contains("\(known.column.dropLast())\(number)") {
                    return "\(known.column.dropLast())\(number)"
                }
            } else if !present.contains(known.column),
                known.names.contains(simple) || words.number == nil && words.mean(known.words)
            {
                return known.column
            }
        }
        return nil
    }

    /// What a column is called.
    private struct Synonyms {
        let column: String
        let isNumbered: Bool
        /// Simplified; of a numbered column its patterns instead.
        var names: Set<String> = []
        var patterns: [NumberedHeader] = []
        let words: Words

        init(_ column: String, _ written: [String]) {
            self.column = column
            isNumbered = column.hasSuffix("_N")
            words = Words(of: isNumbered ? String(column.dropLast(2)) : column)
            let simple = written.filter { !ColumnSynonyms.vague.contains($0) }.map { ColumnSynonyms.simplified($0) }
            if isNumbered { patterns = simple.map { NumberedHeader($0) } } else { names = Set(simple) }
        }
    }

    private func hasEffect(_ column: String) -> Bool { synonyms.contains { $0.column == column } }

    /// - Parameter near: Whether distances count.
    private static func hasEffect(_ column: String, near: Bool) -> Bool {
        if ColumnSynonyms.withoutEffect.contains(column) { return false }
        return near || !["ward", "latitude", "longitude"].contains(column)
    }

    /// A column of a class that holds seats, or whose seats are missing.
    private func classColumn(_ header: String) -> String? {
        guard kind == .facilities else { return nil }
        let text = folded(header).lowercased()
        let digits = text.drop { !($0.isASCII && $0.isNumber) }.prefix { $0.isASCII && $0.isNumber }
        guard digits.count <= 2, let age = Int(digits) else { return nil }
        let isOfSeats = ["募集", "受入", "空き", "空枠", "seat", "vacan"].contains(where: text.contains)
        let isOfClass = ["歳", "才", "class", "age"].contains(where: text.contains)
        guard isOfSeats || isOfClass && (0...5).contains(age) && !present.contains("seats_\(age)") else { return nil }
        return "seats_\((0...5).contains(age) ? String(age) : "N")"
    }

    /// A column whose name is nearly this one.
    private func near(_ header: String) -> String? {
        let text = folded(header)
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        let number = text.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
        let stem = String(text.dropLast(number.count).lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
        for (column, known) in headers where column.hasSuffix("_N") && hasEffect(column) {
            let (before, after) = NumberedHeader.parts(of: folded(known))
            guard after.isEmpty, !number.isEmpty else { continue }
            let prefix = String(before.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
            let limit = prefix.count < 4 ? 0 : prefix.count < 6 ? 1 : 2
            if distance(stem, prefix, swaps: true) <= limit {
                return NumberedHeader.text(of: known, Int(String(number)) ?? .max)
            }
        }
        // In Japanese one character more is often another thing; what is there cannot be meant.
        let candidates = headers.filter { column, known in
            !column.hasSuffix("_N") && hasEffect(column) && (isASCII || !present.contains(column))
        }
        return nearest(to: text, among: candidates.map(\.header))
    }
}

/// The words of a header in English, in one form each.
private struct Words {
    private let words: Set<String>
    /// The number among them; `nil` without one, or with several.
    let number: Int?

    init(of header: String) {
        var parts: [String] = []
        var wasSmall = false
        for letter in folded(header) {
            let isLetter = letter.isLetter && letter.isASCII
            let isDigit = letter.isNumber && letter.isASCII
            guard isLetter || isDigit else {
                parts.append("")
                wasSmall = false
                continue
            }
            let isBreak = wasSmall && letter.isUppercase || isDigit != (parts.last?.last?.isNumber ?? isDigit)
            if parts.isEmpty || isBreak { parts.append("") }
            parts[parts.count - 1] += letter.lowercased()
            wasSmall = letter.isLowercase
        }
        let numbers = parts.filter { $0.first?.isNumber == true }
        number = numbers.count == 1 ? Int(numbers[0]) : nil
        words = Set(
            parts.filter { !$0.isEmpty && $0.first?.isNumber == false }.map { Self.singular($0) }
                .map { Self.meanings[$0] ?? $0 }.filter { !Self.fillers.contains($0) })
    }

    /// Whether they mean what the words of a column's name do, whatever their order.
    func mean(_ others: Words) -> Bool { !words.isEmpty && words == others.words }

    private static func singular(_ word: String) -> String {
        if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
        return word.hasSuffix("s") && !word.hasSuffix("ss") && word.count > 3 ? String(word.dropLast()) : word
    }

    private static let fillers: Set<String> = [
        "id", "ids", "no", "nr", "num", "number", "code", "cd", "key", "total", "sum", "of", "the", "in",
    ]

    private static let meanings: [String: String] = {
        let groups: [(String, [String])] = [
            (
                "facility",
                ["nursery", "school", "kindergarten", "daycare", "center", "centre", "institution", "hoikuen"]
            ),
            ("current", ["present", "enrolled", "attending", "now", "existing"]),
            ("sibling", ["brother", "sister", "sib"]),
            ("wish", ["choice", "preference", "pref", "hope", "kibou", "kibo"]),
            ("point", ["score", "pt", "pts"]), ("household", ["family"]), ("child", ["kid", "applicant"]),
            ("seat", ["vacancy", "opening", "place"]), ("draw", ["lottery", "lot"]), ("min", ["minimum"]),
            ("prefer", ["preferred"]),
        ]
        return Dictionary(uniqueKeysWithValues: groups.flatMap { word, others in others.map { ($0, word) } })
    }()
}

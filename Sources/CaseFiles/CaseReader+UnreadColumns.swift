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

    /// Whether the name of a column speaks of wishes or of facilities, so that numbers in it are ids rather than counts.
    static func speaksOfFacilities(_ header: String) -> Bool {
        let header = folded(header).lowercased()
        return facilityWords.contains { header.contains($0) }
    }

    private static let facilityWords = [
        "希", "きぼう", "候補", "選択", "園", "施設", "保育", "wish", "choice", "prefer", "facility", "nursery", "school",
    ]
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
    ///
    /// - Parameter isExpected: Whether the name of the column says so too: then few different numbers are ids as well.
    func holdMost(of cells: [String: Int], isExpected: Bool = false) -> Bool {
        if texts.isEmpty { return false }
        let all = cells.values.reduce(0, +)
        let known = cells.filter { texts.contains($0.key) }
        let hits = known.values.reduce(0, +)
        return areNumbers && !isExpected
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
        return rules.priority.contains { $0.name == name || $0.furtherColumns.contains(name) }
            || rules.pointsTable.columns.contains(name) || reportGroups.contains(name)
    }

    /// The columns of a table that nothing reads, in the order of the header.
    private func unread(_ file: CaseTableFile) -> [(name: String, index: Int)] {
        let isOfChildren = file.kind == .children || file.kind == .newChildren
        guard isOfChildren else { return file.furtherColumns }
        let inResult = (profile.result?.columnsRead ?? []).compactMap { file.column(calledOrHeaded: $0) }
        return file.furtherColumns.filter { !isUsed(attribute: $0.name) && !inResult.contains($0.index) }
    }

    /// Of each file with some, the columns that nothing reads, in the order of the tables.
    var unreadColumns: [UnreadColumns] {
        var order: [String] = []
        var columns: [String: Set<String>] = [:]
        for file in CaseTable.ofCase.compactMap({ files[$0] }) {
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
            let isOfChildren = kind == .children || kind == .newChildren
            let names = KnownColumns(
                file, by: profile, keys: isOfChildren ? keysWithColumns(in: file) : [],
                near: rules?.siblings.nearKilometres != nil,
                wards: rules?.priority.contains(where: \.readsWards) == true)
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
                let ids = kindOfIDs(cells, of: kind, header, read)
                switch verdict {
                case .wish(let number, _) where isEcho(index, of: file, wish: number): break
                case .wish(_, let meant) where ids == .facilities || ids == .facilityNames:
                    refuse(&file, index, meant, .holdsWishes)
                    continue
                case .wish(_, let meant), .similar(let meant):
                    doubt(&file, index, meant)
                    continue
                case .unusable(let english, let japanese):
                    file.doubt(column: index, .file(.columnSimilar), english, japanese: japanese)
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
                    file.remark(column: index, .file(.columnUnread), "The column \(header) is not used.")
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
                column: column, .file(.columnMisspelt),
                "The column \(header) is not read; write \(meant) if that is meant, else rename or remove the column.",
                japanese: "列「\(header)」は読まれません。\(meant) のことなら見出しをそのとおりに直し、違うなら名前を変えるか消してください。")
        case .number:
            file.refuse(
                column: column, .file(.columnMisspelt),
                "The column \(header) is not read: its number is none that counts here; correct it, or rename or remove the "
                    + "column.",
                japanese: "列「\(header)」は読まれません。ここで使える番号ではありません。番号を直すか、名前を変えるか消してください。")
        case .holdsWishes:
            file.refuse(
                column: column, .file(.columnMisspelt),
                "The column \(header) holds facilities and has the name of a wish, but is not read; write \(meant), or "
                    + "name it under columns in case.yaml.",
                japanese: "列「\(header)」は希望の列のようで施設が書かれていますが、読まれません。見出しを \(meant) に直すか、columns に書いてください。")
        }
    }

    private func doubt(_ file: inout CaseTableFile, _ column: Int, _ meant: String) {
        let header = file.table.columns[column]
        file.doubt(
            column: column, .file(.columnSimilar),
            "The column \(header) is not used, and seems to be \(meant); rename it or name it under columns, or accept "
                + "that it is not used.",
            japanese: "列「\(header)」は使われませんが、\(meant) のようです。そのことなら見出しを直すか columns に書いてください。")
    }

    private func doubtIDs(_ file: inout CaseTableFile, _ column: Int, _ ids: KindOfIDs) {
        let header = file.table.columns[column]
        file.doubt(
            column: column, .file(.columnOfIds),
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

    private func kindOfIDs(
        _ cells: [String: Int], of kind: CaseTable, _ header: String, _ words: CaseWords
    ) -> KindOfIDs? {
        let isExpected = (kind == .children || kind == .newChildren) && ColumnDoubt.speaksOfFacilities(header)
        if words.facilities.holdMost(of: cells, isExpected: isExpected) { return .facilities }
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
    func columnsMissing(in table: CaseTable) -> Set<String> {
        withoutColumns[ColumnProfile.form(table)] ?? []
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

import Admissions
import Foundation
import Tables

/// A proposal for one table of `columns` in `case.yaml`, made from a municipality's own file.
///
/// Headers tell which column is which; cells, also those of the other files, confirm it, contradict it or stand in for a header
/// that nobody knows. A proposal is for a person to read: it says how sure it is, and what it does not know is listed.
public struct ColumnSuggestions: Sendable {
    /// Which table the file seems to be.
    public internal(set) var table: CaseTable
    /// What is proposed, in the order of the table's columns.
    public internal(set) var columns: [Column]
    /// Headers that nothing is proposed for; those of the children's table are kept as attributes.
    public internal(set) var others: [String]
    /// Columns that the table needs and no header seems to hold.
    public internal(set) var missing: [String]
    /// Name of the file.
    public let fileName: String
    /// Cells that seem to mean blank, for standard columns.
    public internal(set) var blanks: [(column: String, cells: [String])] = []
    /// What a person should know, in sentences without an end.
    public internal(set) var notes: [Phrase] = []
    /// How the table stands in its file.
    var form: FileForm
    /// Whether the city's profile names the file as this table.
    public internal(set) var isOfProfile = false
    /// Cells that the city's profile says to mean blank, by column.
    var saidBlanks: [String: Set<String>] = [:]
    /// The built-in profile that reads the file as it is, if there is one.
    var builtIn: String?
    /// `nil` where only headers are known.
    let sample: SampleTable?

    /// A column that is proposed.
    public struct Column: Hashable, Sendable {
        /// Its standard name, numbered ones with `_N`.
        public let column: String
        /// The header that seems to hold it, with `N` for the number.
        public let header: String
        public internal(set) var confidence: Confidence
        /// Its first cell where it is one of facilities, else what the cells look like, such as `9 digits`; `nil` without cells.
        public internal(set) var example: Phrase?
        /// Why it is not certain.
        public internal(set) var remarks: [Phrase] = []
    }

    /// How sure a proposal is.
    public enum Confidence: String, Comparable, Sendable {
        /// Cities call the column so, and its cells do not contradict.
        case certain
        /// The name means several things, or is unknown and cells tell: ids that stand in another file, dates of birth.
        case likely
        /// It could well be another column: only the form of the cells tells, or they contradict the name.
        case guess

        public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .certain ? 2 : self == .likely ? 1 : 0 }
        var less: Self { self == .certain ? .likely : .guess }

        /// The word for people.
        public var phrase: Phrase {
            switch self {
            case .certain: Phrase("確実", rawValue)
            case .likely: Phrase("おそらく", rawValue)
            case .guess: Phrase("推測", rawValue)
            }
        }
    }

    init(_ sample: SampleTable) {
        self.init(
            headers: sample.headers, fileName: sample.fileName, title: sample.title, form: sample.form, sample: sample)
    }

    /// Proposes for headers; the table is the one that most headers fit.
    init(
        headers: [String], fileName: String, title: String = "", form: FileForm = FileForm(),
        sample: SampleTable? = nil
    ) {
        let context = folded(title + " " + fileName)
        let proposals = Self.tables.map { ($0, Self.propose(headers, for: $0, context: context)) }
        let best = proposals.enumerated().max { left, right in
            let (a, b) = (left.element.1, right.element.1)
            return (a.taken.count, -right.offset) < (b.taken.count, -left.offset)
        }!.element
        table = best.0
        columns = best.1.columns
        self.fileName = fileName
        self.form = form
        self.sample = sample
        let table = best.0
        builtIn =
            ColumnProfile.builtIn.first { _, profile in
                profile.headers[table] != nil && ColumnNames(headers, of: table, by: profile).problems.isEmpty
            }?.name
        others = headers.enumerated().filter { !best.1.taken.contains($0.offset) && !$0.element.isEmpty }.map(\.element)
        missing = []
        findMissing()
    }

    static let tables = CaseTable.ofCase.filter { $0 != .settings }

    /// How many of the headers are known, for the table that most of them fit.
    static func knownCount(_ headers: [String]) -> Int {
        tables.map { propose(headers, for: $0, context: "").taken.count }.max() ?? 0
    }

    mutating func findMissing() {
        let found = Set(columns.map(\.column))
        missing = table.neededColumns.filter { alternatives in !alternatives.contains { found.contains($0) } }
            .map { $0.joined(separator: " or ") }
    }

    /// The headers of a proposed column, by their indices.
    func indices(of column: Column) -> [Int] {
        let headers = (sample?.headers ?? []).map { folded($0) }
        guard column.column.hasSuffix("_N") else {
            return headers.firstIndex(of: folded(column.header)).map { [$0] } ?? []
        }
        let pattern = NumberedHeader(folded(column.header))
        return headers.indices.filter { pattern.number(in: headers[$0]) != nil }
    }

    // MARK: By names

    /// What the headers alone propose where the file is this table.
    func columnsProposed(for table: CaseTable) -> [Column] {
        Self.propose(sample?.headers ?? [], for: table, context: folded((sample?.title ?? "") + " " + fileName)).columns
    }

    private static func propose(
        _ headers: [String], for table: CaseTable, context: String
    ) -> (columns: [Column], taken: Set<Int>) {
        let simplified = headers.map { ColumnSynonyms.simplified($0) }
        var taken = Set<Int>()
        var columns: [Column] = []
        for (column, aliases) in ColumnSynonyms.aliases[table] ?? [] {
            func confidence(_ alias: ColumnSynonyms.Alias) -> Confidence {
                ColumnSynonyms.vague.contains(alias.name) ? .likely : .certain
            }
            if column.hasSuffix("_N") {
                for alias in aliases {
                    let matches = headers.indices.filter {
                        !taken.contains($0) && alias.pattern?.number(in: simplified[$0]) != nil
                    }
                    guard let first = matches.first, let number = alias.pattern?.number(in: simplified[first]) else {
                        continue
                    }
                    taken.formUnion(matches)
                    columns.append(
                        Column(
                            column: column, header: template(of: headers[first], number: number),
                            confidence: confidence(alias)))
                    break
                }
            } else if let (alias, index) = aliases.lazy.compactMap({ alias in
                simplified.indices.first { !taken.contains($0) && simplified[$0] == alias.simplified }.map {
                    (alias, $0)
                }
            }).first {
                taken.insert(index)
                columns.append(Column(column: column, header: headers[index], confidence: confidence(alias)))
            }
        }
        if table == .facilities {
            addClasses(headers, context, &columns, &taken)
            // A table that names facilities without numbering them has the name as id.
            if !columns.contains(where: { $0.column == "facility_id" }),
                let name = columns.first(where: { $0.column == "name" })
            {
                columns.insert(
                    Column(
                        column: "facility_id", header: name.header, confidence: .likely,
                        remarks: [Self.noNumbers]), at: 0)
            }
        }
        return (columns, taken)
    }

    /// What numbers by class are, by the words of their headers or, where these are the class alone, of the title or the file.
    private static let classWords: [(column: String, words: [String])] = [
        ("waiting_N", ["待ち", "待機"]), ("margin_N", ["弾力"]), ("capacity_N", ["定員"]),
        ("enrolled_N", ["在籍", "在園", "入所児童", "入所者", "入所数"]), ("seats_N", ["募集", "受入", "空き", "空枠", "入所可能"]),
    ]

    /// Proposes for numbered headers of classes, such as `０歳児`.
    private static func addClasses(
        _ headers: [String], _ context: String, _ columns: inout [Column], _ taken: inout Set<Int>
    ) {
        var members: [String: [Int]] = [:]
        for (index, header) in headers.enumerated() where !taken.contains(index) {
            guard let match = folded(header).firstMatch(of: /([0-5])[歳才]児?/), let number = Int(match.1) else {
                continue
            }
            members[template(of: header, number: number), default: []].append(index)
        }
        for (template, indices) in members.sorted(by: { $0.value[0] < $1.value[0] }) where indices.count >= 2 {
            let rest = template.replacing(/N[歳才]児?(クラス)?/, with: "").filter { !$0.isWhitespace && $0 != "_" }
            func named(_ text: String) -> String? {
                classWords.first { $0.words.contains(where: text.contains) }?.column
            }
            let isBare = rest.isEmpty
            let named = isBare ? named(context) : named(rest)
            guard let column = named ?? (isBare ? "seats_N" : nil),
                !columns.contains(where: { $0.column == column })
            else { continue }
            taken.formUnion(indices)
            let remarks =
                named == nil
                ? [Phrase("何の数か、見出しからは分かりません", "the header does not say what is counted")]
                : isBare ? [Phrase("表題またはファイル名から", "by the title or the name of the file")] : []
            columns.append(
                Column(
                    column: column, header: template, confidence: named == nil ? .guess : .likely, remarks: remarks))
        }
    }

    /// The header with `N` in the place of its number, such as `第N希望`, or without the number behind a letter: `wish` for `wish2`.
    static func template(of header: String, number: Int) -> String {
        let text = folded(header)
        guard let range = text.firstRange(of: String(number)) else { return text }
        var start = range.lowerBound
        while start > text.startIndex, text[text.index(before: start)] == "0" { start = text.index(before: start) }
        // An N beside a letter would be one of a word; without any, the number stands at the end.
        if start > text.startIndex, range.upperBound == text.endIndex {
            let before = text[text.index(before: start)]
            if before.isASCII, before.isLetter { return String(text[..<start]) }
        }
        return text.replacingCharacters(in: start..<range.upperBound, with: "N")
    }
}

// MARK: As YAML

extension ColumnSuggestions {
    /// What to write in `case.yaml`.
    public var yaml: String { Self.yaml(of: [self], in: .english) }

    /// What to write in `case.yaml` for several files: one map, since `columns` may stand there only once.
    ///
    /// Of two files that seem to be one table the first counts; a comment names the other.
    public static func yaml(of files: [ColumnSuggestions], in language: Language = .english) -> String {
        yaml(of: files, over: nil, in: language)
    }

    /// The same over the built-in profile of this name, unless the files are read by another.
    static func yaml(of files: [ColumnSuggestions], over given: String?, in language: Language) -> String {
        var chosen: [ColumnSuggestions] = []
        var comments: [String] = []
        for file in files {
            if let other = chosen.first(where: { $0.table == file.table }) {
                let (name, known, table) = (oneLine(file.fileName), oneLine(other.fileName), file.table.settingName)
                comments.append(
                    "  # "
                        + Phrase(
                            "\(name) も \(known) と同じ \(table) のようです", "\(name) seems to be \(table) too, as \(known) is")[
                            language])
            } else {
                chosen.append(file)
            }
        }
        chosen.sort { $0.table < $1.table }
        var lines = ["columns:"]
        let base = chosen.lazy.compactMap(\.builtIn).first ?? given
        if let base { lines.append("  profile: \(base)") }
        let named = chosen.compactMap { file in file.fileEntry.map { "\(file.table.settingName): \($0)" } }
        if !named.isEmpty { lines.append("  files: {\(named.joined(separator: ", "))}") }
        let blank = chosen.filter { !$0.blanks.isEmpty }
        if !blank.isEmpty { lines.append("  blank:") }
        for file in blank {
            let columns = file.blanks.map { "\($0.column): [\($0.cells.map(quoted).joined(separator: ", "))]" }
            lines.append("    \(file.table.settingName): {\(columns.joined(separator: ", "))}")
        }
        let profile = ColumnProfile.builtIn.first { $0.name == base }?.profile ?? .standard
        for file in chosen where file.builtIn == nil || file.builtIn != base {
            lines += file.lines(over: profile, language)
        }
        return (lines + comments).joined(separator: "\n") + "\n"
    }

    /// What `files` says of how the table stands in its file: names of entries and their values as YAML.
    public var formEntries: [(String, String)] { form.entries }

    /// What `files` says of the table; `nil` where nothing need be said.
    private var fileEntry: String? {
        if !form.entries.isEmpty { return form.yaml(ofFile: fileName) }
        return fileName == table.fileName ? nil : Self.quoted(fileName)
    }

    /// The entries of the table, with those of the profile taken out that the file does not have.
    private func lines(over profile: ColumnProfile, _ language: Language) -> [String] {
        var lines = ["  \(table.settingName):"]
        for column in columns {
            let isAdded = column.column == "points_N" && column.header.firstMatch(of: /(加点|加算点?)$/) != nil
            let added = Phrase(
                "加点だけでなく、その希望での指数の全部であるときに限ります", "only if these are all points at that wish, not what is added to them")
            let example = column.example.map { showsCells ? Phrase("例: ", "such as ") + $0 : $0 }
            let isSaid = column.confidence != .certain || sample != nil
            let remarks =
                (isAdded ? [added] : []) + (isSaid ? [column.confidence.phrase] : []) + column.remarks
                + [example].compactMap { $0 }
            let said = remarks.map { $0[language] }.joined(separator: Phrase("、", "; ")[language])
            let note = remarks.isEmpty ? "" : "  # \(Self.oneLine(said))"
            lines.append("    \(column.column): \(Self.quoted(column.header))\(note)")
        }
        let proposed = Set(columns.map(\.column))
        for column in (profile.headers[table] ?? [:]).keys.sorted() where !proposed.contains(column) {
            lines.append("    \(column): null")
        }
        let comments =
            others.map { Phrase("知らない見出し: \($0)", "not used by name: \($0)") }
            + missing.map { Phrase("まだ足りない列: \($0)", "still needed: \($0)") } + notes
        return lines + comments.map { "    # \(Self.oneLine($0[language]))" }
    }

    static let noNumbers = Phrase("施設の番号の列がありません", "no column has numbers of facilities")
    static let distinct = Phrase("同じ値の欄がありません", "no two of its cells are alike")

    static func oneLine(_ text: String) -> String { text.filter { !$0.isNewline } }

    static func quoted(_ text: String) -> String {
        let marks = ["\\": "\\\\", "\"": "\\\"", "\n": "\\n", "\r": "\\r", "\r\n": "\\r\\n", "\t": "\\t"]
        return "\"" + text.map { marks[String($0)] ?? String($0) }.joined() + "\""
    }
}

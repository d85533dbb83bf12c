import Admissions

// What a person says of a proposal.
extension ColumnSuggestions {
    /// The tables that a file can be.
    public static var choosableTables: [CaseTable] { tables }

    /// A cell that may mean "nothing", of which a person must say whether it does.
    public struct BlankQuestion: Hashable, Sendable {
        /// The standard name of the column.
        public let column: String
        /// What stands in the cells, such as `0`.
        public let cell: String
        /// In how many cells of the sample it stands.
        public let count: Int
        /// Whether the city's profile says that it means nothing.
        public let isSaid: Bool
    }

    /// Whether so many rows were passed over that counts are too low.
    public var isSampled: Bool { sample.map { $0.rowCount > $0.rows.count } ?? false }

    /// The standard columns that the table may have, in the order of the reference, with what cities call each.
    public var choosableColumns: [(column: String, name: String)] {
        ColumnSynonyms.names(of: table).map { column, names in
            let japanese = names.filter { $0 != column && $0.unicodeScalars.contains { $0.value > 0x7F } }
            return (column, japanese.first { !$0.contains("ID") } ?? japanese.first ?? column)
        }
    }

    /// What may hold a column: the headers of the file; for a numbered one those with a number, with `N` in its place.
    public func choices(for column: String) -> [String] {
        let headers = (sample?.headers ?? columns.map(\.header) + others).filter { !$0.isEmpty }
        guard column.hasSuffix("_N") else { return headers }
        var templates: [String] = []
        for header in headers {
            guard let digits = folded(header).firstMatch(of: /[0-9]+/), let number = Int(digits.0) else { continue }
            let template = Self.template(of: header, number: number)
            if !templates.contains(template) { templates.append(template) }
        }
        return templates
    }

    /// The questions about cells that may mean "nothing": `0` where others are ids, strokes.
    public var blankQuestions: [BlankQuestion] {
        columns.flatMap { column in
            let contents = indices(of: column).compactMap { sample?.contents[$0] }
            func count(_ cell: String) -> Int { contents.reduce(0) { $0 + ($1.values[cell] ?? 0) } }
            let isID = column.column == "wish_N" || column.column.contains("_id")
            let proposed = blanks.first { $0.column == column.column }?.cells ?? []
            let zero = isID && count("0") > 0 && !proposed.contains("0") ? ["0"] : []
            let said = saidBlanks[column.column] ?? []
            // What the profile says of cells that the file does not have is kept, and not asked again.
            return (proposed + zero).filter { count($0) > 0 }.map {
                BlankQuestion(column: column.column, cell: $0, count: count($0), isSaid: said.contains(folded($0)))
            }
        }
    }

    /// Takes what a person chose in place of the proposal.
    ///
    /// - Parameters:
    ///   - table: Which table the file is. Where it is another one than was proposed, its columns are proposed by their headers.
    ///   - headers: For each standard column the header that holds it; columns that are not named are not in the file.
    ///   - blanks: The questions that were answered with yes.
    public mutating func choose(_ table: CaseTable, headers: [String: String], blanks: Set<BlankQuestion>) {
        let proposed = Dictionary(columns.map { ($0.column, $0) }, uniquingKeysWith: { first, _ in first })
        let isSame = table == self.table && headers == proposed.mapValues(\.header)
        let questions = blankQuestions
        let said = questions.filter(blanks.contains)
        let kept = self.blanks.map { column, cells in
            (column, cells.filter { cell in !questions.contains { $0.column == column && $0.cell == cell } })
        }
        var headers = headers
        if table != self.table {
            for column in columnsProposed(for: table) where headers[column.column] == nil {
                headers[column.column] = column.header
            }
        }
        self.table = table
        columns = ColumnSynonyms.names(of: table).compactMap { column, _ in
            headers[column].map { header in
                proposed[column].flatMap { $0.header == header ? $0 : nil }
                    ?? Column(column: column, header: header, confidence: .certain, example: nil)
            }
        }
        if !isSame { builtIn = nil }
        self.blanks = []
        for (column, cells) in kept where headers[column] != nil { add(blanks: cells, of: column) }
        for question in said where headers[question.column] != nil { add(blanks: [question.cell], of: question.column) }
        findOthers()
        findMissing()
    }

    /// A profile for `columns: columns.yaml`, of what was chosen for several files.
    public static func profileFile(of files: [ColumnSuggestions], in language: Language) -> String {
        profileFile(of: files, over: nil, in: language)
    }

    static func profileFile(of files: [ColumnSuggestions], over base: String?, in language: Language) -> String {
        yaml(of: files, over: base, in: language).split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
            .map { $0.hasPrefix("  ") ? $0.dropFirst(2) : $0 }.joined(separator: "\n")
    }
}

import Admissions
import Tables

/// Problems of one cause: of one code, in one column of one file, with the same words.
public struct ProblemGroup: Sendable {
    /// In the order in which they were found, never empty.
    public let problems: [Problem]

    /// Problems that are told in full; the others are counted, unless there is only one more.
    static let shown = 3
    /// The same for what somebody must accept, who should see what that is.
    static let shownOfDoubts = 20
    /// Places and values that the line on the others names.
    private static let named = 5
    /// From this number on problems of one cause are probably not as many mistakes, but one.
    static let many = 10

    private struct Cause: Hashable {
        let kind: Problem.Code
        let file, sheet, header: String?
        let words: String
        /// The position of a problem that has no place, and so no group.
        let single: Int?
    }

    /// The groups, in the order of the first problem of each.
    ///
    /// - Complexity: O(problems), expected.
    public static func all(of problems: [Problem]) -> [ProblemGroup] {
        places(of: problems).map { ProblemGroup(problems: $0.map { problems[$0] }) }
    }

    private static func places(of problems: [Problem]) -> [[Int]] {
        var groupOfCause: [Cause: Int] = [:]
        var groups: [[Int]] = []
        for (index, problem) in problems.enumerated() {
            let cause = Cause(
                kind: problem.kind, file: problem.file, sheet: problem.sheet, header: problem.spot?.header,
                words: problem.sentence.pattern, single: problem.line == nil ? index : nil)
            if let group = groupOfCause[cause] {
                groups[group].append(index)
            } else {
                groupOfCause[cause] = groups.count
                groups.append([index])
            }
        }
        return groups
    }

    /// The lines for people: every problem in its order, but of each group the first few, then one line on the others.
    ///
    /// - Parameters:
    ///   - problems: In the order in which they are told.
    ///   - language: The language of the lines.
    ///   - optionForAll: What shows every problem, such as an option of a command; `nil`: each has its line.
    ///   - acceptance: How a warning that needs it is accepted.
    public static func lines(
        of problems: [Problem], in language: Language, optionForAll: String?, acceptance: (Problem) -> String?
    ) -> [String] {
        guard let optionForAll else { return problems.map { $0.text(in: language, acceptance: acceptance($0)) } }
        var isHidden = [Bool](repeating: false, count: problems.count)
        var rest: [Int: String] = [:]
        for places in places(of: problems) {
            let group = ProblemGroup(problems: places.map { problems[$0] })
            guard group.hasOthers else { continue }
            for place in places[group.shown...] { isHidden[place] = true }
            rest[places[group.shown - 1]] = group.textOfOthers(in: language, optionForAll: optionForAll)
        }
        var lines: [String] = []
        for (index, problem) in problems.enumerated() where !isHidden[index] {
            lines.append(problem.text(in: language, acceptance: acceptance(problem)))
            if let text = rest[index] { lines.append(text) }
        }
        return lines
    }

    /// How many of the problems are told in full.
    private var shown: Int { problems[0].needsAcceptance ? Self.shownOfDoubts : Self.shown }
    private var hasOthers: Bool { problems.count > shown + 1 }

    /// The line on the problems that are not told in full.
    private func textOfOthers(in language: Language, optionForAll: String) -> String {
        let first = problems[0]
        let others = problems.dropFirst(shown)
        let count = others.count
        var sentence = Sentence("\(count) more of the same", "同じものがほかに \(count) 件あります")
        if let header = first.spot?.header { sentence = sentence + Sentence(" in \"\(header)\"", "（「\(header)」") }
        let isInColumn = first.spot?.header != nil
        let rows = others.prefix(Self.named).map { "\($0.spot?.row ?? $0.line ?? 1)" }
        let more = count > rows.count
        sentence =
            sentence
            + Sentence(
                ", rows \(rows)" + (more ? " and so on" : ""),
                (isInColumn ? "、" : "（") + "\(rows) 行目" + (more ? "など" : "") + "）。")
        if let values { sentence = sentence + Sentence(": \(values)", "内訳は \(values) です。") }
        sentence =
            sentence + Sentence("; \(optionForAll) shows all.", "すべて見るには \(optionForAll) を付けてください。")
        if let hint { sentence = sentence + Sentence(" ", "") + hint }
        return first.start(in: language, hasPlace: false) + sentence[language]
    }

    /// The names that are not the same in all sentences, each with how often it is told, most frequent first.
    private var values: Sentence.Value? {
        var counts: [String: Int] = [:]
        for problem in problems {
            for case .name(let name) in problem.sentence.values { counts[name, default: 0] += 1 }
        }
        let varying = counts.filter { $0.value < problems.count }.sorted {
            $0.value == $1.value ? $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) : $0.value > $1.value
        }
        if varying.isEmpty { return nil }
        return .counts(
            varying.prefix(Self.named).map { .init($0.key, $0.value) }, more: max(0, varying.count - Self.named))
    }

    /// What probably stands behind so many problems; `nil`: they are few, or of a kind of which nothing is known.
    public var hint: Sentence? {
        guard problems.count >= Self.many else { return nil }
        switch problems[0].kind {
        case .finding(.ageDisagrees) where areClassesOneApart:
            return Sentence(
                "All of them are one class apart in the same direction: month in case.yaml is probably of another fiscal year.",
                "すべて同じ向きに1クラスずれています。case.yaml の month の年度が違うと思われます。")
        case .finding(.ageDisagrees):
            return Sentence(
                "Is month in case.yaml right, and are these classes of its fiscal year?",
                "case.yaml の month と、クラス年齢の年度が合っているか確かめてください。")
        case .table(.rowLength):
            return Sentence(
                "If nearly all rows are concerned, the first line may be a title: write the row of the header in columns, files, as "
                    + "header: 2.",
                "ほとんどの行で出るなら、最初の行は表題かもしれません。columns の files に header: 2 のように見出しの行を書いてください。")
        case .file(.notAChoice):
            return Sentence(
                "The city's own words can be given a meaning in columns, values, such as values: {timing: {同時: together}}.",
                "市の言葉で書かれているなら、columns の values に values: {timing: {同時: together}} のように意味を書けば読めます。")
        case .finding(.facilityUnknown):
            return Sentence(
                "Is the table of facilities the right one, or has a spreadsheet taken zeros from the beginning of ids (012, 12)?",
                "施設の表が別の市や年度のものでないか、表計算ソフトが番号の先頭の 0 を落としていないか（012 と 12）確かめてください。")
        case .finding(.pinUnknownChild), .finding(.departureUnknownChild),
            .file(.childUnknown), .finding(.householdUnknown):
            return Sentence(
                "Is this table of another month or round, or has a spreadsheet taken zeros from the beginning of ids (012, 12)?",
                "この表が別の月や回のものでないか、表計算ソフトが番号の先頭の 0 を落としていないか（012 と 12）確かめてください。")
        case .finding(.childTwice):
            return Sentence(
                "If the table has a row for each wish, or the rows of two months, make it one row for each child, with the wishes in "
                    + "columns.",
                "希望ごとに一行の表か、二か月分を合わせた表かもしれません。児童ごとに一行とし、希望は列に並べてください。")
        case .finding(.ageMissing):
            return Sentence(
                "The column of birth dates probably has another name in this table: name it in columns.",
                "生年月日の列の見出しが違うと思われます。columns にその見出しを書いてください。")
        case .finding(.ageOutOfRange):
            return Sentence(
                "Is month in case.yaml right, and is this the column of the children's birth dates?",
                "case.yaml の month と、この列が児童の生年月日の列であることを確かめてください。")
        case .finding(.keyBlank):
            return Sentence(
                "If blank means that a child has no such value, give the key blank: last in case.yaml.",
                "空欄が「該当なし」の意味なら、case.yaml のその基準に blank: last と書いてください。")
        case .finding(.pointsDisagree):
            return Sentence(
                "pointsTable in case.yaml is probably of another year, or lacks a row.",
                "case.yaml の pointsTable が別の年度のものか、行が足りないと思われます。")
        case .file(.notANumber), .file(.notADate):
            return Sentence(
                "A word that stands where there is no value can be named in columns, blank, such as blank: {children: {points: "
                    + "[none]}}.",
                "値がないことを言葉で書いているなら、columns の blank に blank: {children: {points: [なし]}} のように書けば空欄として読みます。")
        default: return nil
        }
    }

    /// Whether every class that is written differs by one from that of the date, always in the same direction.
    private var areClassesOneApart: Bool {
        let differences = Set(
            problems.map { problem -> Int? in
                let numbers = problem.sentence.values.compactMap {
                    if case .number(let number) = $0 { number } else { nil }
                }
                return numbers.count == 2 ? numbers[1] - numbers[0] : nil
            })
        return differences.count == 1 && [1, -1].contains(differences.first!)
    }
}

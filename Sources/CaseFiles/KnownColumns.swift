import Admissions

/// The columns that a table may have, by every name under which they could be meant.
struct KnownColumns {
    enum Verdict: Equatable {
        /// The column is this one, written in another way, or with a number that none has.
        case misspelt(meant: String, Mistake)
        /// By its name it holds the wish of this number, or something of it; `nil`: what counts at it.
        case wish(number: Int?, meant: String)
        case similar(meant: String)
        /// The column is known, and of no use here, as the sentence says.
        case unusable(Sentence)
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
    /// Names of the columns by wish of priority keys, with `N`.
    private let ofKeys: Set<String>
    /// The largest number that a wish has.
    private let wishCount: Int

    /// - Parameters:
    ///   - keys: Names of priority keys that may have a column for each wish.
    ///   - near: Whether distances count, so that coordinates do.
    ///   - wards: Whether wards count, also without distances.
    init(
        _ file: CaseTableFile, by profile: ColumnProfile, keys: [String] = [], near: Bool, wards: Bool = false
    ) {
        kind = file.kind
        let without = profile.columnsMissing(in: kind)
        isWithoutWishPoints = without.contains("points_N")
        synonyms = ColumnSynonyms.names(of: kind)
            .filter {
                (Self.hasEffect($0.column, near: near) || wards && $0.column == "ward") && !without.contains($0.column)
            }
            .map { Synonyms($0.column, $0.names) }
        let map = profile.headers[ColumnProfile.form(kind)] ?? [:]
        headers =
            kind.columns.flatMap { column in
                [map[column], column].compactMap { $0 }.map { (column, $0) }
            } + keys.map { ("\($0)_N", "\($0)_N") }
        ofKeys = Set(keys.map { "\($0)_N" })
        present = Set(file.readColumnNames)
        wishCount = present.compactMap { $0.hasPrefix("wish_") ? Int($0.dropFirst(5)) : nil }.max() ?? 0
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
                // Beside a key `income` a column `income2026` is its own.
                if ofKeys.contains(column), number > wishCount { continue }
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
                Sentence(
                    "The column sibling_pattern is read only where columns in case.yaml has patterns; add them, or "
                        + "accept that it is not used.",
                    "列 sibling_pattern は、case.yaml の columns に patterns があるときだけ読まれます。patterns を加えるか、"
                        + "使わないなら承認してください。"))
        default:
            .unusable(
                Sentence(
                    "The column \(name) is not used beside the others of this table; remove it, or accept that it is "
                        + "not used.",
                    "列「\(name)」は、この表のほかの列があるときは使われません。消すか、使わないなら承認してください。"))
        }
    }

    private func isNumber(_ number: Int, of column: String) -> Bool {
        switch column {
        case "wish_N", "points_N", "child_id_N": number >= 1
        case _ where ofKeys.contains(column): number >= 1
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

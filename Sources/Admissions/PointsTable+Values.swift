extension CaseDraft {
    /// Values of columns that rules name and nobody has, beside values that nothing names: likely the same, written otherwise.
    ///
    /// The messages count children and name no one.
    ///
    /// - Complexity: O(columns that are named · children), and O(rows of the table and values that they name).
    func doubtsAboutPointsTable() -> [Finding] {
        var doubts = ValueDoubts(self)
        doubts.lookAtParts()
        doubts.lookAtColumns()
        doubts.lookAtHomes()
        return doubts.findings
    }
}

/// A text as conditions compare it: a number by its value.
enum ComparedText: Hashable {
    case number(ExactNumber)
    case text(String)

    /// - Parameter isText: Whether entries are text alone, so that `01` is not `1`.
    init(_ text: String, isText: Bool = false) {
        self = (isText ? nil : ExactNumber(text)).map(Self.number) ?? .text(text)
    }
}

/// Collects doubts about values that the points table and the conditions of priority keys name.
private struct ValueDoubts {
    let draft: CaseDraft
    private let columns: [String: Int]
    private(set) var findings: [Finding] = []
    /// By column how many children have each text.
    private var counts: [Int: [String: Int]] = [:]
    /// Columns about which something is said.
    private var doubted: Set<Int> = []

    init(_ draft: CaseDraft) {
        self.draft = draft
        columns = Dictionary(
            draft.attributeNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: What is doubted

    /// Doubts, at a part whose rows all name values of a column, values that no row of the part names, where one that a row
    /// names stands nowhere.
    mutating func lookAtParts() {
        let table = draft.rules.pointsTable
        for (index, part) in table.parts.enumerated() {
            for (name, named) in part.columnsOfNamedValues {
                guard let column = columns[name] else { continue }
                let texts = texts(of: column)
                let isNamed = Set(named.map { ComparedText($0) })
                let isThere = Set(texts.keys.map { ComparedText($0) })
                let unnamed = texts.filter { !isNamed.contains(ComparedText($0.key)) }
                guard !unnamed.isEmpty, let absent = named.first(where: { !isThere.contains(ComparedText($0)) }) else {
                    continue
                }
                doubt(unnamed, of: column, at: table.setting(ofPart: index), absent: absent)
            }
        }
    }

    /// Doubts columns of whose values conditions name none at all, although there are several of both, and values that seem to
    /// be a named one written otherwise. One value that is named for an exception may well be nobody's.
    mutating func lookAtColumns() {
        var uses: [Int: (setting: String, named: [String])] = [:]
        var order: [Int] = []
        var isCompared: Set<Int> = Set(draft.rules.priority.compactMap { columns[$0.name] })
        for (setting, conditions) in conditions {
            for case .attribute(let name, let test) in conditions {
                guard let column = columns[name] else { continue }
                switch test {
                case .oneOf(let texts):
                    if uses[column] == nil { order.append(column) }
                    uses[column, default: (setting, [])].named += texts
                case .range, .months: isCompared.insert(column)
                case .filled, .blank: break
                }
            }
        }
        for row in draft.rules.pointsTable.rows where row.amount == .value {
            if case .attribute(let name, _)? = row.valueCondition, let column = columns[name] {
                isCompared.insert(column)
            }
        }
        for column in order where !doubted.contains(column) {
            let (setting, named) = uses[column]!
            let texts = texts(of: column)
            let isNamed = Set(named.map { ComparedText($0) })
            let unnamed = texts.filter { !isNamed.contains(ComparedText($0.key)) }
            if unnamed.count == texts.count, !isCompared.contains(column), isNamed.count > 1,
                unnamed.keys.count(where: { !Self.saysNo($0) }) > 1
            {
                doubt(unnamed, of: column, at: setting, absent: named[0])
                continue
            }
            let likenesses = Dictionary(
                named.map { (Self.likeness(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
            let alike = unnamed.filter { likenesses[Self.likeness(of: $0.key)] != nil }
            if let first = Self.ordered(alike).first {
                doubt(alike, of: column, at: setting, like: likenesses[Self.likeness(of: first.key)]!)
            }
        }
    }

    /// Doubts columns that should say in which ward a child lives, and of which no value is the ward of a facility.
    mutating func lookAtHomes() {
        let wards = Set(draft.facilities.map(\.comparedWard))
        var seen: Set<Int> = []
        var homes = conditions.flatMap { setting, conditions in
            conditions.compactMap { condition -> (setting: String, name: String)? in
                if case .livesIn(let name) = condition { (setting, name) } else { nil }
            }
        }
        for (index, key) in draft.rules.priority.enumerated() where key.source == .livesInArea {
            if let name = key.column { homes.append(("priority[\(index)]", name)) }
        }
        for (setting, name) in homes {
            guard let column = columns[name], seen.insert(column).inserted else { continue }
            let texts = texts(of: column)
            if texts.isEmpty || texts.keys.contains(where: wards.contains) { continue }
            let list = Self.list(texts)
            findings.append(
                Finding(
                    .valuesUnnamed, .settings, column: setting,
                    "No value of `\(name)` is the ward of a facility: \(list). Write both alike, or accept that no child "
                        + "lives in the ward of a facility.",
                    "列「\(name)」に、施設の地区（ward）と同じ値が一つもありません: \(list)。書き方をそろえるか、"
                        + "施設のある地区に住む児童がいないものとして承認してください。"))
        }
    }

    // MARK: What rules name

    /// All conditions, each list with the setting where it stands, in the order of the settings.
    private var conditions: [(setting: String, conditions: [PointsCondition])] {
        let table = draft.rules.pointsTable
        return table.parts.enumerated().flatMap { index, part in
            [(table.setting(ofPart: index), part.when)]
                + part.rows.enumerated().map { (table.setting(ofRow: $0, inPart: index), $1.conditions) }
        } + draft.rules.priority.enumerated().map { ("priority[\($0)]", $1.onlyWhen.conditions) }
    }

    private mutating func texts(of column: Int) -> [String: Int] {
        if let known = counts[column] { return known }
        var texts: [String: Int] = [:]
        for row in draft.children.indices {
            let text = draft.children[row].attributes[column]
            if !text.isEmpty { texts[text, default: 0] += 1 }
        }
        counts[column] = texts
        return texts
    }

    /// Whether a value says that there is nothing to say, so that it need not be named.
    private static func saysNo(_ text: String) -> Bool {
        [
            "no", "n", "false", "none", "0", "無", "無し", "なし", "いいえ", "否", "非該当", "該当なし", "該当しない", "×", "x", "-", "ー",
        ].contains(text.lowercased())
    }

    /// What two texts have in common that differ only by blanks, signs between words or case, or are words for yes.
    private static func likeness(of text: String) -> String {
        let plain = text.lowercased().filter { !$0.isWhitespace && !"-_.・･/".contains($0) }
        return yes.contains(plain) ? "yes" : plain
    }

    private static let yes: Set<String> = [
        "yes", "y", "true", "はい", "有", "有り", "あり", "○", "◯", "〇", "該当", "該当あり", "該当する",
    ]

    // MARK: What is said

    private mutating func doubt(
        _ unnamed: [String: Int], of column: Int, at setting: String, absent: String? = nil, like: String? = nil
    ) {
        doubted.insert(column)
        let name = draft.attributeNames[column]
        let count = unnamed.values.reduce(0, +)
        let list = Self.list(unnamed)
        let what = Sentence(
            "\(count, one: " child has a", many: " children have") `\(name)` " + (count == 1 ? "value" : "values")
                + " that no row names: \(list)",
            "列「\(name)」に、どの行にも書かれていない値が \(count) 人分あります: \(list)。")
        let why =
            absent.map {
                Sentence("; \($0), which a row names, stands nowhere.", "指数表や条件にある「\($0)」は列にありません。")
            }
            ?? Sentence(
                "; \(like!), which a row names, seems to be the same, written otherwise.",
                "指数表や条件にある「\(like!)」と同じ意味の、別の書き方のようです。")
        let remedy = Sentence(
            " Write both alike, or accept that these values earn nothing.",
            "書き方をそろえるか、これらの値には指数が付かないものとして承認してください。")
        findings.append(Finding(.valuesUnnamed, .settings, column: setting, what + why + remedy))
    }

    /// The most frequent first, of equals in the order of their bytes.
    private static func ordered(_ texts: [String: Int]) -> [(key: String, value: Int)] {
        texts.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }
    }

    private static func list(_ texts: [String: Int]) -> Sentence.Value {
        let most = 10
        return .counts(
            ordered(texts).prefix(most).map { .init($0.key, $0.value) }, more: max(0, texts.count - most))
    }
}

extension PointsPart {
    /// The columns of which every row names values, each with these values, in the order of the first row.
    fileprivate var columnsOfNamedValues: [(column: String, named: [String])] {
        func named(_ row: PointsRow, _ column: String) -> [String] {
            row.conditions.flatMap { condition -> [String] in
                if case .attribute(column, .oneOf(let texts)) = condition { texts } else { [] }
            }
        }
        guard let first = rows.first else { return [] }
        var columns: [String] = []
        for case .attribute(let column, .oneOf) in first.conditions where !columns.contains(column) {
            columns.append(column)
        }
        return columns.filter { column in rows.allSatisfy { !named($0, column).isEmpty } }.map { column in
            (column, rows.flatMap { named($0, column) })
        }
    }
}

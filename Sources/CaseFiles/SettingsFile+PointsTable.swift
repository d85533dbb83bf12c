import Admissions
import Yams

extension SettingsFile {
    /// Reads `pointsTable`: a list of rows that add up, or a map of named parts.
    mutating func pointsTable(_ node: Node) -> PointsTable {
        if refuseEmpty(node, "pointsTable") { return [] }
        if node.mapping != nil { return pointsParts(node) }
        guard node.sequence != nil else {
            report(
                node, .file(.settingInvalid),
                "pointsTable must be a list, such as - {attribute: father_hours, from: 160, points: 26}, or a map of named parts.",
                "pointsTable は - {attribute: father_hours, from: 160, points: 26} のような行の並びか、名前の付いた区分にしてください。"
            )
            return []
        }
        return PointsTable(rows: pointsRows(node, of: PointsTable.total, isList: true))
    }

    // MARK: Parts

    private mutating func pointsParts(_ node: Node) -> PointsTable {
        var parts: [PointsPart] = []
        for (key, entry) in node.mapping! {
            guard let name = title(key, Phrase("区分の名前", "the name of a part")).map({ folded($0) }) else { continue }
            note(place: "pointsTable.\(name)", at: key)
            guard entry.mapping != nil else {
                report(
                    entry, .file(.settingInvalid),
                    "Each part of pointsTable is a map, such as base: {combine: min, of: [father, mother]}.",
                    "指数表の区分は、それぞれ base: {combine: min, of: [father, mother]} のように書いてください。")
                // A part that is there is not missed besides.
                parts.append(PointsPart(name))
                continue
            }
            parts.append(pointsPart(entry, named: name))
        }
        if !parts.contains(where: { $0.name == PointsTable.total }) {
            report(
                node, .file(.settingMissing),
                "pointsTable has no part \(PointsTable.total), which is the total; add it, such as "
                    + "\(PointsTable.total): {of: [base, adjustments]}.",
                "指数表に合計の区分 \(PointsTable.total) がありません。\(PointsTable.total): {of: [base, adjustments]} のように加えてください。")
        }
        return PointsTable(parts: parts)
    }

    private mutating func pointsPart(_ node: Node, named name: String) -> PointsPart {
        let entries = map(node, name: "pointsTable.\(name)", known: Self.known(in: "pointsTable.PART"))
        var part = PointsPart(name)
        if let rows = entries["rows"] {
            if rows.sequence != nil {
                part.rows = pointsRows(rows, of: name, isList: false)
            } else {
                report(
                    rows, .file(.settingInvalid),
                    "rows must be a list, such as - {attribute: father_hours, from: 160, points: 26}.",
                    "rows は - {attribute: father_hours, from: 160, points: 26} のような並びにしてください。")
            }
        }
        if let of = entries["of"] {
            if let names = of.sequence {
                part.parts = names.compactMap { title($0, "of") }.map { folded($0) }
            } else {
                report(
                    of, .file(.settingInvalid), "of must be a list of parts, such as [father, mother].",
                    "of は [father, mother] のような区分の並びにしてください。")
            }
        }
        if let combine: PointsPart.Combination = choice(entries["combine"], "combine") { part.combine = combine }
        part.factor = exact(entries["factor"], "factor")
        part.floor = exact(entries["floor"], "floor")
        part.cap = exact(entries["cap"], "cap")
        part.missing = exact(entries["missing"], "missing")
        part.when = conditions(in: entries["when"]) ?? []
        return part
    }

    private mutating func exact(_ node: Node?, _ name: String) -> ExactNumber? {
        value(
            node, name,
            Sentence("must be a number such as 0.5, or a fraction such as \"1/3\"", "0.5 のような数か、\"1/3\" のような分数を書いてください")
        ) {
            foldedFigures($0).flatMap { ExactNumber(fraction: $0) }
        }
    }

    // MARK: Rows

    private mutating func pointsRows(_ node: Node, of part: String, isList: Bool) -> [PointsRow] {
        var rows: [PointsRow] = []
        for (index, entry) in node.sequence!.enumerated() {
            guard entry.mapping != nil else {
                report(
                    entry, .file(.settingInvalid),
                    "Each row of pointsTable is a map, such as {attribute: father_hours, from: 160, points: 26}.",
                    "指数表の行は、それぞれ {attribute: father_hours, from: 160, points: 26} のように書いてください。")
                continue
            }
            // Findings call the rows of a table that is one list by their number alone.
            if part == PointsTable.total { note(place: "pointsTable[\(rows.count)]", at: entry) }
            note(place: "pointsTable.\(part).rows[\(rows.count)]", at: entry)
            let name = isList ? "pointsTable[\(index)]" : "pointsTable.\(part).rows[\(index)]"
            if let row = pointsRow(entry, name: name) { rows.append(row) }
        }
        return rows
    }

    private mutating func pointsRow(_ node: Node, name: String) -> PointsRow? {
        let before = problems.count
        let entries = map(node, name: name, known: Self.known(in: "pointsTable"))
        if entries["points"] == nil, entries["refuse"] == nil, !isMisspelt("points"), !isMisspelt("refuse") {
            report(
                node, .file(.settingMissing), "points is missing in this row of pointsTable.",
                "指数表のこの行に points がありません。書いてください。")
        }
        let own = conditions(of: entries, node, isItem: false)
        let further = conditions(in: entries["when"]) ?? []
        let points = value(
            entries["points"], "points",
            Sentence("must be a number, or value for the attribute's own", "数か、列の値を指数とするなら value を書いてください")
        ) {
            $0 == "value"
                ? PointsRow.Amount.value
                : foldedFigures($0).flatMap { ExactNumber(fraction: $0) }.map(PointsRow.Amount.points)
        }
        let refusal = title(entries["refuse"], "refuse").map { PointsRow.Amount.refusal($0) }
        let group = title(entries["maxGroup"], "maxGroup")
        let title = title(entries["name"], "name")
        if let refuse = entries["refuse"], entries["points"] != nil || entries["maxGroup"] != nil {
            report(
                refuse, .file(.settingInvalid),
                "A row that refuses earns nothing: remove points and maxGroup, or refuse.",
                "refuse のある行に指数は付きません。points と maxGroup を消すか、refuse を消してください。")
        }
        let conditions = own + further
        let valued = conditions.first { !$0.isOfWish }
        if points == .value, case .attribute(_, .blank)? = valued {
            report(
                node, .file(.settingInvalid), "points: value counts a number, and the column must be blank here.",
                "points: value は列の数を指数としますが、この行の条件は列が空欄であることです。どちらかを直してください。")
        }
        // What could not be read leaves a row that means something else.
        let hasError = problems[before...].contains { $0.severity == .error }
        guard !hasError, let amount = refusal ?? points else { return nil }
        return PointsRow(name: title, when: conditions, earns: amount, maxGroup: group)
    }

    // MARK: Conditions

    /// The items of a list of conditions.
    ///
    /// - Parameters:
    ///   - node: The list; `nil`: there is none.
    ///   - others: Words of further conditions that the list may have, and that stand in none of these items.
    mutating func conditions(in node: Node?, besides others: [String] = []) -> [PointsCondition]? {
        guard let node else { return nil }
        guard let items = node.sequence else {
            report(
                node, .file(.settingInvalid),
                "when must be a list of conditions, such as [{attribute: single_parent, value: \"yes\"}].",
                "when は [{attribute: single_parent, value: \"yes\"}] のような条件の並びにしてください。")
            return nil
        }
        var found: [PointsCondition] = []
        for item in items {
            guard item.mapping != nil else {
                report(
                    item, .file(.settingInvalid),
                    "Each condition of when is a map, such as {attribute: single_parent, value: \"yes\"}.",
                    "when の条件は、それぞれ {attribute: single_parent, value: \"yes\"} のように書いてください。")
                continue
            }
            let entries = map(item, name: "", known: others + Self.conditionWords, notesPlaces: false)
            let own = conditions(of: entries, item, isItem: true, besides: others)
            found += own
        }
        return found
    }

    /// The words of conditions, which stand in an item of `when` or in the row itself.
    static let conditionWords = [
        "attribute", "value", "from", "to", "blank", "monthsFrom", "monthsTo", "count", "at", "kind", "ward", "livesIn",
        "wishRank",
    ]

    /// Words that say what a column or a count must be.
    private static let testWords = ["value", "from", "to", "blank", "monthsFrom", "monthsTo"]

    /// The conditions of a map, that on a column or a count first.
    ///
    /// - Parameters:
    ///   - entries: Those of the map.
    ///   - node: The map.
    ///   - isItem: Whether the map is one condition; else it is a row, which may have one of each kind.
    ///   - others: Words of further conditions that an item could have been.
    private mutating func conditions(
        of entries: [String: Node], _ node: Node, isItem: Bool, besides others: [String] = []
    ) -> [PointsCondition] {
        let words = ["attribute", "count", "at", "kind", "ward", "livesIn", "wishRank"]
        let kinds = words.filter { entries[$0] != nil }
        let test = Self.testWords.first { entries[$0] != nil }
        if isItem, kinds.count != 1 {
            if kinds.isEmpty, (["attribute", "count"] + others).contains(where: isMisspelt) { return [] }
            let all = others + words
            report(
                node, .file(kinds.isEmpty ? .settingMissing : .settingInvalid),
                kinds.isEmpty
                    ? Sentence(
                        "This condition names nothing; it needs one of \(all).",
                        "この条件に対象がありません。\(all) のどれかを書いてください。")
                    : Sentence(
                        "A condition has one of \(all); make items of their own of \(kinds).",
                        "一つの条件に書けるのは \(all) のどれか一つです。\(kinds) を別々の条件に分けてください。"))
            return []
        }
        if !isItem, entries["attribute"] != nil, entries["count"] != nil {
            report(
                node, .file(.settingInvalid),
                "A row tests one attribute or one count itself; put the other into when.",
                "一つの行にじかに書けるのは attribute か count の一つだけです。もう一つは when に書いてください。")
            return []
        }
        var found: [PointsCondition] = []
        if entries["attribute"] != nil {
            if let condition = attribute(entries, node) { found.append(condition) }
        } else if entries["count"] != nil {
            if let condition = count(entries, node) { found.append(condition) }
        } else if let test, !isMisspelt("attribute"), !isMisspelt("count") {
            report(
                entries[test]!, .file(.settingMissing),
                "attribute is missing in this row of pointsTable: \(test) says what a column, or a count, must be.",
                "指数表のこの行に attribute がありません。\(test) は列や数の条件です。対象を書いてください。")
        }
        let place = value(
            entries["at"], "at",
            Sentence(
                "must be sameFacility, siblingApplies or the id of a facility",
                "sameFacility、siblingApplies、施設番号 のどれかを書いてください")
        ) { text in
            switch text {
            case "sameFacility": PointsCondition.sameFacility
            case "siblingApplies": .siblingApplies
            default: .facility(FacilityID(spelled: text))
            }
        }
        if let place { found.append(place) }
        if let kinds = texts(entries["kind"], "kind") { found.append(.kind(kinds)) }
        if let wards = texts(entries["ward"], "ward") { found.append(.ward(wards)) }
        if let column = text(entries["livesIn"], "livesIn") { found.append(.livesIn(folded(column))) }
        if let ranks = wishRank(entries["wishRank"]) { found.append(.wishRank(ranks)) }
        return found
    }

    private mutating func attribute(_ entries: [String: Node], _ node: Node) -> PointsCondition? {
        guard let name = text(entries["attribute"], "attribute").map({ folded($0) }) else { return nil }
        return pointsTest(entries, node).map { .attribute(name, $0) }
    }

    /// `value`, or `from` and `to`, or `monthsFrom` and `monthsTo`, or `blank`, or none of them: not blank.
    private mutating func pointsTest(_ entries: [String: Node], _ node: Node) -> PointsCondition.Test? {
        let isBlank = truth(entries["blank"], "blank")
        let tests = [
            entries["value"] != nil, entries["from"] != nil || entries["to"] != nil,
            entries["monthsFrom"] != nil || entries["monthsTo"] != nil,
        ]
        if isBlank == true {
            guard tests.contains(true) else { return .blank }
            report(
                node, .finding(.rowNeverMet),
                "A column that is blank has no value; remove blank: true, or what else the row asks of it.",
                "空欄の列に値はありません。blank: true か、列のほかの条件を消してください。")
            return nil
        }
        if tests.count(where: { $0 }) > 1 {
            report(
                node, .file(.settingInvalid),
                tests[2]
                    ? Sentence(
                        "A row has a value, a range or months, and only one of them.",
                        "一つの行に書けるのは、値・範囲・月数のどれか一つです。ほかを消してください。")
                    : Self.valueAndRange)
            return nil
        }
        if let values = entries["value"] { return texts(values, "value").map { .oneOf($0) } }
        if tests[2] {
            let from = wholeNumber(entries["monthsFrom"], "monthsFrom")
            let to = wholeNumber(entries["monthsTo"], "monthsTo")
            if let from, let to, to < from {
                report(
                    node, .file(.settingInvalid), "monthsFrom must not be greater than monthsTo.",
                    "monthsFrom は monthsTo 以下にしてください。")
                return nil
            }
            return .months(from: from, to: to)
        }
        return tests[1] ? range(entries, node) : .filled
    }

    private mutating func range(_ entries: [String: Node], _ node: Node) -> PointsCondition.Test? {
        let demand = Sentence("must be a number or a date", "数か日付を書いてください")
        func bound(_ text: String) -> KeyValue? {
            guard let text = foldedFigures(text) else { return nil }
            return ExactNumber(text).map(KeyValue.number) ?? CalendarDate(written: text).map(KeyValue.date)
        }
        let from = value(entries["from"], "from", demand, bound)
        let to = value(entries["to"], "to", demand, bound)
        switch (from, to) {
        case (.number?, .date?), (.date?, .number?):
            report(
                node, .file(.settingInvalid), "from and to must both be numbers or both be dates.",
                "from と to は、両方とも数か、両方とも日付にしてください。")
            return nil
        case (let from?, let to?) where to < from:
            report(node, .file(.settingInvalid), "from must not be greater than to.", "from は to 以下にしてください。")
            return nil
        default: return .range(from: from, to: to)
        }
    }

    private mutating func count(_ entries: [String: Node], _ node: Node) -> PointsCondition? {
        let count: PointsCondition.Count? = choice(entries["count"], "count")
        if let word = ["blank", "monthsFrom", "monthsTo"].first(where: { entries[$0] != nil }) {
            report(
                entries[word]!, .file(.settingInvalid), "A count is a number: test it by value, or by from and to.",
                "count は数です。条件は value か、from と to で書いてください。")
            return nil
        }
        let numbers: WholeNumbers?
        if let values = entries["value"] {
            if entries["from"] != nil || entries["to"] != nil {
                report(node, .file(.settingInvalid), Self.valueAndRange)
                return nil
            }
            numbers = wholeNumbers(values, "value")
        } else {
            numbers = wholeRange(entries, node)
        }
        guard let count, let numbers else { return nil }
        return .count(count, numbers)
    }

    /// `1`, `[1, 2]` or `{from: 1, to: 3}`.
    private mutating func wishRank(_ node: Node?) -> WholeNumbers? {
        guard let node else { return nil }
        let ranks: WholeNumbers?
        if node.mapping != nil {
            let entries = map(node, name: "", known: Self.known(in: "pointsTable.wishRank"), notesPlaces: false)
            ranks = wholeRange(entries, node)
        } else {
            ranks = wholeNumbers(node, "wishRank")
        }
        guard let ranks else { return nil }
        let isRank =
            switch ranks {
            case .oneOf(let numbers): numbers.allSatisfy { $0 > 0 }
            case .range(let from, let to): (from ?? 1) > 0 && (to ?? 1) > 0
            }
        if !isRank {
            report(
                node, .file(.settingInvalid), "wishRank counts the child's wishes from 1.", "wishRank は希望順位で、1 から数えます。")
            return nil
        }
        return ranks
    }

    // MARK: Values

    private static let valueAndRange = Sentence(
        "A row has a value or a range, not both.", "一つの行に書けるのは、値か範囲のどちらかです。片方を消してください。")

    private mutating func wholeNumber(_ node: Node?, _ name: String) -> Int? {
        value(node, name, Sentence("must be a whole number in digits", "整数を数字で書いてください")) { text in
            foldedFigures(text).flatMap { ExactNumber($0) }.flatMap { $0.isInteger ? Int($0.numerator) : nil }
        }
    }

    /// One whole number or a list of them; never empty.
    private mutating func wholeNumbers(_ node: Node, _ name: String) -> WholeNumbers? {
        let nodes = node.sequence.map { Array($0) } ?? [node]
        let numbers = nodes.compactMap { wholeNumber($0, name) }
        if nodes.isEmpty { reportEmpty(node, name) }
        return numbers.isEmpty ? nil : .oneOf(numbers)
    }

    /// `from` and `to`, either optional.
    private mutating func wholeRange(_ entries: [String: Node], _ node: Node) -> WholeNumbers? {
        let (from, to) = (wholeNumber(entries["from"], "from"), wholeNumber(entries["to"], "to"))
        if let from, let to, to < from {
            report(node, .file(.settingInvalid), "from must not be greater than to.", "from は to 以下にしてください。")
            return nil
        }
        return .range(from: from, to: to)
    }

    /// One text or a list of them, folded; never empty.
    private mutating func texts(_ node: Node?, _ name: String) -> [String]? {
        guard let node else { return nil }
        let nodes = node.sequence.map { Array($0) } ?? [node]
        let texts = nodes.compactMap { text($0, name) }.map { folded($0) }
        if nodes.isEmpty { reportEmpty(node, name) }
        return texts.isEmpty ? nil : texts
    }

    private mutating func reportEmpty(_ node: Node, _ name: String) {
        report(
            node, .file(.settingInvalid), "\(name) is an empty list; write what it may be, or remove it.",
            "「\(name)」に何も並んでいません。当てはまる値を書くか、消してください。")
    }
}

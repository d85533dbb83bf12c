extension CaseDraft {
    /// Says of each key whether it compares a column of the children's table or a part of the points table.
    ///
    /// A column of the name of a key that the program would compute comes first, as it did before the program knew the name.
    mutating func settleKeys() {
        for (index, key) in rules.priority.enumerated() {
            let isRestricted = key.source == .met && !key.onlyWhen.isEmpty
            if key.source.isComputed, key.column == nil, !isRestricted, hasColumn(of: key) || key.source == .met {
                rules.priority[index].compareColumn()
            } else if key.source == .attribute, !hasColumn(of: key), isPart(key.name) {
                rules.priority[index].comparePart()
            }
        }
    }

    /// Whether the children's table has a column of the key's name, for the child or for a wish.
    private func hasColumn(of key: PriorityKey) -> Bool {
        attributeNames.contains(key.name) || wishAttributeNames.contains(key.name)
    }

    fileprivate func isPart(_ name: String) -> Bool { rules.pointsTable.parts.contains { $0.name == name } }

    /// What a row says at the columns by wish of a key, by the wishes before gaps close.
    func wishTexts(ofRow row: Int, column: Int) -> [String] {
        let texts = children[row].wishAttributes
        return texts.indices.contains(column) ? texts[column] : []
    }
}

/// A priority key whose values are computed, or looked for at each wish.
struct WishKey {
    /// Index into ``Rules/priority``.
    let key: Int
    let value: Value
    /// Whether the value depends on the wish.
    let isOfWish: Bool

    /// Where the value comes from.
    enum Value {
        /// The child's own value, whatever the wish.
        case own
        /// A list of ``ChildRow/wishAttributes``; where that is blank the child's own value.
        case column(Int)
        case rank
        case siblingIsThere
        /// Whether the facility is in the ward that this one of ``ChildRow/attributes`` names; `nil`: nobody lives anywhere.
        case isInArea(attribute: Int?)
        /// A part of the points table.
        case part(String)
        /// Whether the conditions of the key are met.
        case isMet
    }

    /// These keys of a draft, in their order.
    static func keys(of draft: CaseDraft) -> [WishKey] {
        let table = draft.rules.pointsTable
        return draft.rules.priority.enumerated().compactMap { index, key in
            let isRestrictedByWish =
                key.onlyWhen.conditions.contains(where: \.isOfWish)
                || key.onlyWhen.parts.contains { table.depends(part: $0.part, on: \.isOfWish) }
            let value: Value
            switch key.source {
            case .points, .draw: return nil
            case .birthDate, .ageClass, .attribute:
                let column = key.source == .attribute ? draft.wishAttributeNames.firstIndex(of: key.name) : nil
                if column == nil, key.onlyWhen.isEmpty { return nil }
                value = column.map(Value.column) ?? .own
            case .wishRank: value = .rank
            case .siblingAtFacility: value = .siblingIsThere
            case .livesInArea:
                value = .isInArea(attribute: key.column.flatMap { draft.attributeNames.firstIndex(of: $0) })
            case .part: value = .part(key.name)
            case .met: value = .isMet
            }
            let isOfWish: Bool
            switch value {
            case .own, .isMet: isOfWish = isRestrictedByWish
            case .part(let name): isOfWish = isRestrictedByWish || table.depends(part: name, on: \.isOfWish)
            case .column, .rank, .siblingIsThere, .isInArea: isOfWish = true
            }
            return WishKey(key: index, value: value, isOfWish: isOfWish)
        }
    }
}

extension PointsTable {
    /// Whether a condition of a part, or of one that it is made of, is of a kind.
    fileprivate func depends(part name: String, on isOfKind: (PointsCondition) -> Bool) -> Bool {
        ingredients(ofPart: name).contains { ($0.when + $0.rows.flatMap(\.conditions)).contains(where: isOfKind) }
    }
}

extension PointsCondition {
    fileprivate var isOfRank: Bool { if case .wishRank = self { true } else { false } }
}

extension CaseResolver {
    /// Notes what is wrong, or worth knowing, with the settings of keys that are computed or depend on the wish.
    mutating func checkWishKeys() {
        noteKeysOfWishRank()
        for key in draft.rules.priority where key.source.isComputed && draft.isPart(key.name) {
            let part = draft.rules.pointsTable.parts.firstIndex { $0.name == key.name }!
            note(
                .partNameTaken, .settings, column: draft.rules.pointsTable.setting(ofPart: part),
                "The priority key \(key.name) is computed by the program and cannot name this part; give the part another name.",
                "優先順位の基準「\(key.name)」はプログラムが計算するため、この区分の名前にはできません。区分の名前を変えてください。"
            )
        }
        for entry in WishKey.keys(of: draft) {
            let key = draft.rules.priority[entry.key]
            let place = "priority[\(entry.key)]"
            checkRestriction(of: key, place)
            checkTexts(of: key, place)
            switch entry.value {
            case .own, .rank, .siblingIsThere, .part, .isMet: break
            case .column:
                findings.append(
                    Finding(
                        .keyByWish, .settings, column: place,
                        "The columns \(key.name)_1, \(key.name)_2 and so on are read as the values of the key \(key.name) at the "
                            + "first wish, the second and so on; rename them if they mean something else.",

                        "列「\(key.name)_1」「\(key.name)_2」…は、優先順位の基準「\(key.name)」の希望ごとの値として読みます。違う意味なら見出しを変えてください。"
                    ))
            case .isInArea(let attribute):
                if attribute == nil {
                    note(
                        .keyUnknown, .settings, column: place,
                        key.column.map {
                            Sentence(
                                "The column \($0) of the key \(key.name) is not a column of \(file: .children).",
                                "優先順位の基準「\(key.name)」の column にある列「\($0)」は、\(file: .children) にありません。列名を直してください。")
                        }
                            ?? Sentence(
                                "The key \(key.name) needs column, the column of \(file: .children) that says where a child lives.",
                                "優先順位の基準「\(key.name)」には column が要ります。\(file: .children) の、児童の住む地区の列を書いてください。"))
                } else if draft.facilities.allSatisfy(\.comparedWard.isEmpty) {
                    findings.append(
                        Finding(
                            .keyUnknown, .settings, column: place,
                            "No facility has a ward, so that the key \(key.name) could tell nobody apart; fill the column "
                                + "\(column: "ward", .facilities) of \(file: .facilities), or remove the key.",

                            "\(file: .facilities) のどの施設にも地区（\(column: "ward", .facilities)）がないため、優先順位の基準「\(key.name)」では順位に差が付きません。"
                                + "地区を書くか、この基準を消してください。"
                        ))
                }
            }
        }
    }

    /// Says once that listing wishes truthfully may be a disadvantage, and because of which keys.
    private mutating func noteKeysOfWishRank() {
        let table = draft.rules.pointsTable
        let keys = draft.rules.priority.enumerated().filter { _, key in
            let isOfRank: Bool
            switch key.source {
            case .wishRank: isOfRank = true
            case .points, .part: isOfRank = table.depends(part: key.name, on: \.isOfRank)
            case .draw, .birthDate, .ageClass, .attribute, .siblingAtFacility, .livesInArea, .met: isOfRank = false
            }
            return isOfRank || key.onlyWhen.conditions.contains(where: \.isOfRank)
                || key.onlyWhen.parts.contains { table.depends(part: $0.part, on: \.isOfRank) }
        }
        guard let first = keys.first else { return }
        let names = keys.map(\.element.name)
        findings.append(
            Finding(
                .keyOfWishRank, .settings, column: "priority[\(first.offset)]",
                "Who comes first depends on how families rank their wishes (\(names)): whoever wishes a popular facility first and "
                    + "does not get it may lose its second wish for that, so ranking the wishes as one likes them can be a "
                    + "disadvantage.",
                "優先順位が希望順位によって変わる決まりです（\(names)）。人気の施設を第1希望にして入れないと、第2希望でも後の順位になることがあり、"
                    + "希望どおりの順に書くことが不利になる場合があります。"))
    }

    /// Notes `values` and `letters` of a key that has no column: the program would compute it, and the texts would only turn
    /// its order round.
    private mutating func checkTexts(of key: PriorityKey, _ place: String) {
        if key.comparesPlainly || key.source == .attribute { return }
        let setting = key.values.isEmpty ? "letters" : "values"
        note(
            .keyUnknown, .settings, column: place,
            "\(setting) says what a column of \(file: .children) holds, and there is no column \(key.name): this key is computed. "
                + "Remove \(setting).",
            "\(setting) は \(file: .children) の列が何を持つかを書く設定ですが、列「\(key.name)」がなく、この項目は計算されます。"
                + "\(setting) を消してください。")
    }

    /// Notes conditions that name what is not there, or can never be met together.
    private mutating func checkRestriction(of key: PriorityKey, _ place: String) {
        findings += ConditionNames(draft).errors(in: key.onlyWhen.conditions, at: place) { column in
            Finding(
                .keyUnknown, .settings, column: place,
                "The column \(column) in onlyWhen of the key \(key.name) is not a column of \(file: .children).",
                "優先順位の基準「\(key.name)」の onlyWhen にある列「\(column)」は、\(file: .children) にありません。列名を直してください。")
        }
        for range in key.onlyWhen.parts where !draft.isPart(range.part) {
            note(
                .partUnknown, .settings, column: place,
                "The part \(range.part) in onlyWhen of the key \(key.name) is no part of pointsTable.",
                "優先順位の基準「\(key.name)」の onlyWhen にある「\(range.part)」は、指数表の区分ではありません。名前を直してください。")
        }
        let ranges = Dictionary(grouping: key.onlyWhen.parts, by: \.part)
        let excludeEachOther = ranges.values.contains { ranges in
            guard let from = ranges.compactMap(\.from).max(), let to = ranges.compactMap(\.to).min() else {
                return false
            }
            return to < from
        }
        if excludeEachOther || PointsCondition.neverMetTogether(key.onlyWhen.conditions, in: draft) {
            note(
                .rowNeverMet, .settings, column: place,
                "The conditions in onlyWhen of the key \(key.name) can never be met together; correct them.",
                "優先順位の基準「\(key.name)」の onlyWhen の条件は、同時に満たされることがありません。条件を直してください。")
        }
    }

    /// The values at the wishes, and in `values` what counts where no wish is meant: the child's own value or, where it has none,
    /// the best of its wishes.
    ///
    /// - Parameters:
    ///   - children: Ascending by id.
    ///   - values: As ``Case/keyValues``, with the children's own values.
    /// - Complexity: O(keys · wishes).
    mutating func wishKeyValues(of children: [Child], _ values: inout [KeyValue?]) -> WishKeyValues {
        let entries = WishKey.keys(of: draft)
        if entries.isEmpty { return WishKeyValues() }
        let rules = draft.rules.priority
        let keys = entries.filter(\.isOfWish).map(\.key)
        var result =
            keys.isEmpty ? WishKeyValues() : WishKeyValues(keys: keys, wishCounts: children.lazy.map(\.wishes.count))
        let evaluator = KeyEvaluator(draft, entries, parts, threads: threads)
        let looksAtWishes = entries.contains(where: \.isOfWish)
        for child in children.indices {
            let row = childRows[child]
            let numbers = looksAtWishes ? writtenNumbers(of: children[child], row: row) : []
            let unreadable = evaluator.unreadableColumns(row: row)
            for column in unreadable {
                note(
                    .keyNotComparable, .children, row: row, column: column,
                    "onlyWhen of a priority key compares \(column: column) as a number or a date, and this is none; write one here, or correct the key.",
                    "優先順位の基準の onlyWhen が「\(column: column)」を数か日付として比べますが、この欄はそう読めません。この欄か、基準を直してください。")
            }
            // What could not be read has its error.
            if !unreadable.isEmpty || !evaluator.isReadable(row: row) { continue }
            let general = evaluator.standpoint(row: row)
            let atWishes = numbers.enumerated().map { rank, number in
                evaluator.standpoint(general, wish: number, rank: rank + 1)
            }
            for entry in entries {
                let rule = rules[entry.key]
                let place = child * rules.count + entry.key
                let own = values[place]
                var (hasBlank, isTooLarge) = (false, false)
                func value(_ standpoint: KeyEvaluator.Standpoint, wish: Int?) -> KeyValue? {
                    guard evaluator.isMet(rule.onlyWhen, at: standpoint) else { return nil }
                    let value: KeyValue?
                    switch entry.value {
                    case .own: value = own
                    case .isMet: return .number(1)
                    case .part(let name):
                        let part = evaluator.value(ofPart: name, at: standpoint)
                        if part == .tooLarge { isTooLarge = true }
                        value = part.number.map(KeyValue.number)
                    case .column, .rank, .siblingIsThere, .isInArea:
                        value =
                            wish.map {
                                self.value(entry, child: children[child], row: row, wish: $0, numbers[$0]) ?? own
                            }
                            ?? own
                        // Without a wish the wishes' values stand for the child.
                        if wish == nil { return value }
                    }
                    // Where wishes have values of their own, they alone must have one. What is written and has no value has an error.
                    if value == nil, wish != nil || !entry.isOfWish,
                        !isFilled(entry, row: row, wish: wish.map { numbers[$0] })
                    {
                        hasBlank = true
                    }
                    return value
                }
                var best: KeyValue?
                if entry.isOfWish {
                    let position = keys.firstIndex(of: entry.key)!
                    for (wish, standpoint) in atWishes.enumerated() {
                        var value = value(standpoint, wish: wish)
                        if value == nil, rule.source == .met { value = .number(0) }
                        result.values[result.place(child: child, wish: wish, position: position)] = value
                        guard let value else { continue }
                        best = best.map { rule.order == .ascending ? min($0, value) : max($0, value) } ?? value
                    }
                }
                let plain = value(general, wish: nil)
                if case .column = entry.value, plain == nil, children[child].wishes.isEmpty, rule.onlyWhen.isEmpty {
                    hasBlank = true
                }
                values[place] = plain ?? best ?? (rule.source == .met ? .number(0) : nil)
                if isTooLarge {
                    note(
                        .pointsTooLarge, .children, row: row, column: "points", PointsTable.tooLarge(rule.name))
                } else if hasBlank, rule.blank == .isError {
                    noteBlank(rule, row: row)
                }
            }
        }
        return result
    }

    /// The value at a wish of a key that looks at the wish itself; `nil` where the child's own counts.
    private func value(_ entry: WishKey, child: Child, row: Int, wish: Int, _ number: Int) -> KeyValue? {
        let facility = child.wishes[wish].facility
        switch entry.value {
        case .column(let column):
            let texts = draft.wishTexts(ofRow: row, column: column)
            return number < texts.count ? comparableValue(of: texts[number], entry.key) : nil
        case .rank: return .number(ExactNumber(wish + 1))
        case .siblingIsThere: return .number(child.siblingFacilities.contains(facility) ? 1 : 0)
        case .isInArea(let attribute):
            let home = attribute.map { draft.children[row].attributes[$0] } ?? ""
            return .number(!home.isEmpty && home == facilities[facility].area ? 1 : 0)
        case .own, .part, .isMet: return nil
        }
    }

    /// Whether a cell says what a key compares for a row's child, or at one of its wishes before gaps close.
    private func isFilled(_ entry: WishKey, row: Int, wish: Int?) -> Bool {
        let key = draft.rules.priority[entry.key]
        guard key.source == .attribute else { return false }
        if case .column(let column) = entry.value, let wish {
            let texts = draft.wishTexts(ofRow: row, column: column)
            if wish < texts.count, !texts[wish].isEmpty { return true }
        }
        return draft.attributeNames.firstIndex(of: key.name).map { !draft.children[row].attributes[$0].isEmpty }
            ?? false
    }

    /// For each wish of a child its index in the row, where gaps and repeats stand too.
    private func writtenNumbers(of child: Child, row: Int) -> [Int] {
        let written = draft.children[row].wishes
        var next = 0
        return child.wishes.map { wish in
            while written[next] != facilities[wish.facility].id { next += 1 }
            defer { next += 1 }
            return next
        }
    }

    /// The value of a text at a key, if it compares with the key's other values.
    private func comparableValue(of text: String, _ key: Int) -> KeyValue? {
        guard let value = draft.rules.priority[key].value(ofText: text), value.isDate == datedKeys.contains(key) else {
            return nil
        }
        return value
    }
}

/// Tells what priority keys need of the points table: which conditions are met, and what parts count.
private struct KeyEvaluator {
    private let tester: ConditionTester
    private let parts: PartsOfKeys

    /// A child where no wish is meant, or at one of its wishes.
    struct Standpoint {
        let row: Int
        /// Index into ``ChildRow/wishes``.
        let wish: Int?
        fileprivate let met: ConditionTester.Met
    }

    init(_ draft: CaseDraft, _ entries: [WishKey], _ parts: PartsOfKeys, threads: Int) {
        tester = ConditionTester(
            entries.flatMap { draft.rules.priority[$0.key].onlyWhen.conditions }, in: draft, threads: threads)
        self.parts = parts
    }

    /// The columns that a condition needs as a number or a date, and of which a row has none.
    func unreadableColumns(row: Int) -> [String] {
        var seen: Set<String> = []
        return tester.unreadable(row: row).compactMap { tester.conditions[$0].column }.filter {
            seen.insert($0).inserted
        }
    }

    /// Whether the points table can be computed for a row.
    func isReadable(row: Int) -> Bool { parts.areKnown(row: row) }

    func standpoint(row: Int) -> Standpoint { Standpoint(row: row, wish: nil, met: tester.met(row: row)) }

    /// - Parameters:
    ///   - general: The child where no wish is meant.
    ///   - wish: Index into ``ChildRow/wishes``.
    ///   - rank: From 1.
    func standpoint(_ general: Standpoint, wish: Int, rank: Int) -> Standpoint {
        var met = general.met
        _ = tester.add(row: general.row, wish: wish, rank: rank, to: &met)
        return Standpoint(row: general.row, wish: wish, met: met)
    }

    func value(ofPart name: String, at standpoint: Standpoint) -> PartValue {
        parts.value(of: name, row: standpoint.row, wish: standpoint.wish)
    }

    func isMet(_ restriction: KeyRestriction, at standpoint: Standpoint) -> Bool {
        restriction.conditions.allSatisfy { standpoint.met[tester.index(of: $0)] }
            && restriction.parts.allSatisfy { $0.contains(value(ofPart: $0.part, at: standpoint).number) }
    }
}

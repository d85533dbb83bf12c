extension CaseDraft {
    /// Lets a key whose value the program would compute compare the column of its name instead, where there is one.
    mutating func preferOwnColumns() {
        for (index, key) in rules.priority.enumerated()
        where key.source.isComputed && key.column == nil && hasColumn(of: key) {
            rules.priority[index].compareColumn()
        }
    }

    /// Whether the children's table has a column of the key's name, for the child or for a wish.
    private func hasColumn(of key: PriorityKey) -> Bool {
        attributeNames.contains(key.name) || wishAttributeNames.contains(key.name)
    }

    /// What a row says at the columns by wish of a key, by the wishes before gaps close.
    func wishTexts(ofRow row: Int, column: Int) -> [String] {
        let texts = children[row].wishAttributes
        return texts.indices.contains(column) ? texts[column] : []
    }
}

/// A priority key whose value depends on the wish, beside `points`.
struct WishKey {
    /// Index into ``Rules/priority``.
    let key: Int
    let value: Value

    /// Where the value at a wish comes from.
    enum Value {
        /// A list of ``ChildRow/wishAttributes``; where that is blank the child's own value.
        case column(Int)
        case rank
        case siblingIsThere
        /// Whether the facility's area is what this one of ``ChildRow/attributes`` says; `nil`: nobody lives anywhere.
        case isInArea(attribute: Int?)
    }

    /// The keys of a draft whose value depends on the wish, in their order.
    static func keys(of draft: CaseDraft) -> [WishKey] {
        draft.rules.priority.enumerated().compactMap { index, key in
            switch key.source {
            case .points, .draw, .birthDate, .ageClass: nil
            case .attribute:
                draft.wishAttributeNames.firstIndex(of: key.name).map { WishKey(key: index, value: .column($0)) }
            case .wishRank: WishKey(key: index, value: .rank)
            case .siblingAtFacility: WishKey(key: index, value: .siblingIsThere)
            case .livesInArea:
                WishKey(
                    key: index,
                    value: .isInArea(attribute: key.column.flatMap { draft.attributeNames.firstIndex(of: $0) })
                )
            }
        }
    }
}

extension CaseResolver {
    /// Notes what is wrong, or worth knowing, with the settings of keys that depend on the wish.
    mutating func checkWishKeys() {
        for entry in WishKey.keys(of: draft) {
            let key = draft.rules.priority[entry.key]
            let place = "priority[\(entry.key)]"
            switch entry.value {
            case .column:
                findings.append(
                    Finding(
                        .keyByWish, .settings, column: place,
                        "The columns \(key.name)_1, \(key.name)_2 and so on are read as the values of the key \(key.name) at the "
                            + "first wish, the second and so on; rename them if they mean something else.",
                        japanese:
                            "列「\(key.name)_1」「\(key.name)_2」…は、優先順位の項目 \(key.name) の希望ごとの値として読みます。違う意味なら列の名前を変えてください。"
                    ))
            case .rank:
                note(
                    .keyOfWishRank, .settings, column: place,
                    "The key \(key.name) puts a child who ranks a facility higher before one who ranks it lower: whoever wishes a "
                        + "popular facility first and does not get it may lose its second wish for it, so that it can be a "
                        + "disadvantage to rank wishes as one likes them.")
            case .siblingIsThere: break
            case .isInArea(let attribute):
                if attribute == nil {
                    note(
                        .keyUnknown, .settings, column: place,
                        key.column.map { "The column \($0) of the key \(key.name) is not a column of children.csv." }
                            ?? "The key \(key.name) needs column, the column of children.csv that says where a child lives."
                    )
                } else if draft.facilities.allSatisfy(\.area.isEmpty) {
                    findings.append(
                        Finding(
                            .keyUnknown, .settings, column: place,
                            "No facility has a ward, so that the key \(key.name) could tell nobody apart; fill the column ward of "
                                + "facilities.csv, or remove the key.",
                            japanese: "施設の表のどの施設にも ward がないため、優先順位の項目 \(key.name) では誰の順位も決まりません。ward を書くか、項目を消してください。"))
                }
            }
        }
    }

    /// The values at the wishes, and in `values` what counts where no wish is meant: the child's own value or, where it has none,
    /// the best of its wishes.
    ///
    /// - Parameters:
    ///   - children: Ascending by id.
    ///   - values: As ``Case/keyValues``, with the children's own values.
    mutating func wishKeyValues(of children: [Child], _ values: inout [KeyValue?]) -> WishKeyValues {
        let entries = WishKey.keys(of: draft)
        if entries.isEmpty { return WishKeyValues() }
        let keys = draft.rules.priority
        var result = WishKeyValues(keys: entries.map(\.key), wishCounts: children.lazy.map(\.wishes.count))
        for (position, entry) in entries.enumerated() {
            let key = keys[entry.key]
            for child in children.indices {
                let row = childRows[child]
                let own = values[child * keys.count + entry.key]
                let numbers = writtenNumbers(of: children[child], row: row)
                var best: KeyValue?
                var hasBlank = children[child].wishes.isEmpty
                for (wish, number) in numbers.enumerated() {
                    let facility = children[child].wishes[wish].facility
                    let value: KeyValue?
                    switch entry.value {
                    case .column(let column):
                        let texts = draft.wishTexts(ofRow: row, column: column)
                        value = (number < texts.count ? comparableValue(of: texts[number], entry.key) : nil) ?? own
                    case .rank: value = .number(ExactNumber(wish + 1))
                    case .siblingIsThere:
                        value = .number(children[child].siblingFacilities.contains(facility) ? 1 : 0)
                    case .isInArea(let attribute):
                        let home = attribute.map { draft.children[row].attributes[$0] } ?? ""
                        value = .number(!home.isEmpty && home == facilities[facility].area ? 1 : 0)
                    }
                    result.values[result.place(child: child, wish: wish, position: position)] = value
                    guard let value else {
                        hasBlank = true
                        continue
                    }
                    best = best.map { key.order == .ascending ? min($0, value) : max($0, value) } ?? value
                }
                if case .column = entry.value, key.blank == .isError, own == nil, hasBlank { noteBlank(key, row: row) }
                if own == nil { values[child * keys.count + entry.key] = best }
            }
        }
        return result
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

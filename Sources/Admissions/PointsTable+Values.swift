extension CaseDraft {
    /// Values of columns that no row of a part names, where a row names one that no child has: likely the same, written otherwise.
    ///
    /// Looked at are columns of which every row of the part names values. The message counts children and names no one.
    ///
    /// - Complexity: O(parts · children) and O(different values · rows).
    func doubtsAboutPointsTable() -> [Finding] {
        let table = rules.pointsTable
        return table.parts.indices.flatMap { part in
            table.parts[part].columnsOfNamedValues.compactMap { column, lists in
                attributeNames.firstIndex(of: column).flatMap {
                    doubt(aboutColumn: $0, named: lists, setting: table.setting(ofPart: part))
                }
            }
        }
    }

    private func doubt(aboutColumn column: Int, named lists: [[String]], setting: String) -> Finding? {
        var counts: [String: Int] = [:]
        for row in children.indices {
            let text = children[row].attributes[column]
            if !text.isEmpty { counts[text, default: 0] += 1 }
        }
        func isMet(_ list: [String], by text: String) -> Bool {
            PointsCondition.Test.oneOf(list).isMet(by: text, in: month)
        }
        let unused = lists.joined().filter { item in !counts.keys.contains { isMet([item], by: $0) } }
        let unnamed = counts.filter { entry in !lists.contains { isMet($0, by: entry.key) } }
        guard let first = unused.first, !unnamed.isEmpty else { return nil }
        let ordered = unnamed.sorted {
            $0.value != $1.value ? $0.value > $1.value : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }
        let most = 10
        let names = ordered.prefix(most).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
        let more = ordered.count > most ? " and \(ordered.count - most) more" : ""
        let count = unnamed.values.reduce(0, +)
        return Finding(
            .valuesUnnamed, .settings, column: setting,
            "\(count) \(count == 1 ? "child has a" : "children have") `\(attributeNames[column])` "
                + "\(count == 1 ? "value" : "values") that no row names: \(names)\(more); \(first), which a row names, stands "
                + "nowhere. Write both alike, or accept that these values earn nothing.")
    }
}

extension PointsPart {
    /// The columns of which every row names values, each with these lists, in the order of the first row.
    fileprivate var columnsOfNamedValues: [(column: String, lists: [[String]])] {
        func lists(_ row: PointsRow, _ column: String) -> [[String]] {
            row.conditions.compactMap {
                if case .attribute(column, .oneOf(let texts)) = $0 { texts } else { nil }
            }
        }
        guard let first = rows.first else { return [] }
        var columns: [String] = []
        for case .attribute(let column, .oneOf) in first.conditions where !columns.contains(column) {
            columns.append(column)
        }
        return columns.filter { column in rows.allSatisfy { !lists($0, column).isEmpty } }.map { column in
            (column, rows.flatMap { lists($0, column) })
        }
    }
}

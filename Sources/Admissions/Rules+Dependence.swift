extension Rules {
    /// Whether a child can be thought to have another value at a priority key while all its other values stay as they are.
    ///
    /// It cannot where another key, the points table or the conditions of a key are computed from what the key compares: with
    /// more points, say, a key would apply that is only for those with 16 points or more. Nor can the rank of a wish change, as
    /// families should rank their wishes as they like them.
    ///
    /// - Precondition: The keys' sources are those of a ``Case``.
    /// - Complexity: O(keys · parts and rows of the points table).
    package func standsAlone(key index: Int) -> Bool {
        let key = priority[index]
        switch key.source {
        case .draw, .wishRank: return false
        case .points, .part: return !isReadElsewhere(part: key.name, besides: index)
        case .attribute, .siblingAtFacility, .livesInArea: return !isRead(columns: key.comparedColumns, besides: index)
        // The one follows from the other.
        case .birthDate, .ageClass: return !isRead(columns: ["birth_date", "age_class"], besides: index)
        case .met:
            let isOfRank = key.onlyWhen.conditions.contains { if case .wishRank = $0 { true } else { false } }
            return !isOfRank && key.onlyWhen.parts.isEmpty
                && !isRead(columns: key.onlyWhen.conditions.compactMap(\.column), besides: index)
        }
    }

    /// Whether another key, or the conditions of any key, are computed from the part.
    private func isReadElsewhere(part: String, besides index: Int) -> Bool {
        priority.indices.contains { other in
            let key = priority[other]
            let isOfPart = key.source == .points || key.source == .part
            return other != index && isOfPart && pointsTable.ingredients(ofPart: key.name).contains { $0.name == part }
                || key.onlyWhen.parts.contains { range in
                    pointsTable.ingredients(ofPart: range.part).contains { $0.name == part }
                }
        }
    }

    /// Whether the points table, another key, or the conditions of any key read one of the columns.
    ///
    /// - Parameter index: The key that compares the columns itself, or at `met` whose conditions read them.
    private func isRead(columns: [String], besides index: Int) -> Bool {
        let columns = Set(columns)
        if !columns.isDisjoint(with: pointsTable.columns) { return true }
        return priority.indices.contains { other in
            let key = priority[other]
            if other != index, !columns.isDisjoint(with: key.comparedColumns) { return true }
            return (other != index || key.source != .met)
                && !columns.isDisjoint(with: key.onlyWhen.conditions.compactMap(\.column))
        }
    }
}

extension PriorityKey {
    /// The columns of the children's table from which its value comes, but for its conditions and the points table.
    fileprivate var comparedColumns: [String] {
        switch source {
        case .attribute: [name]
        case .birthDate: ["birth_date"]
        case .ageClass: ["age_class"]
        case .siblingAtFacility: ["sibling_facility_ids"]
        case .livesInArea: [column].compactMap { $0 }
        case .points, .draw, .wishRank, .part, .met: []
        }
    }
}

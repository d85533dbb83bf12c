import Admissions

extension CaseFolder {
    /// The points table as case.yaml has it: a list where it is one, else a map of parts.
    static func lines(of table: PointsTable) -> [String] {
        if table.isEmpty { return [] }
        if table.isList { return ["pointsTable:"] + table.rows.map { "  - \(map(settings(of: $0)))" } }
        return ["pointsTable:"] + table.parts.flatMap(lines)
    }

    private static func lines(of part: PointsPart) -> [String] {
        var settings: [String] = []
        if part.combine != .sum { settings.append("combine: \(part.combine.rawValue)") }
        if !part.parts.isEmpty { settings.append("of: \(list(part.parts.map(quoted)))") }
        for (name, number) in [
            ("factor", part.factor), ("floor", part.floor), ("cap", part.cap), ("missing", part.missing),
        ] {
            if let number { settings.append("\(name): \(text(of: number))") }
        }
        if !part.when.isEmpty { settings.append("when: \(list(part.when.map { map(Self.settings(of: $0)) }))") }
        if !part.rows.isEmpty { settings.append("rows:") }
        return ["  \(quoted(part.name)):" + (settings.isEmpty ? " {}" : "")] + settings.map { "    \($0)" }
            + part.rows.map { "      - \(map(Self.settings(of: $0)))" }
    }

    private static func settings(of row: PointsRow) -> [String] {
        var settings = row.name.map { ["name: \(quoted($0))"] } ?? []
        if row.isDirect {
            settings += row.conditions.flatMap(Self.settings)
        } else {
            settings.append("when: \(list(row.conditions.map { map(Self.settings(of: $0)) }))")
        }
        switch row.amount {
        case .points(let points): settings.append("points: \(text(of: points))")
        case .value: settings.append("points: value")
        case .refusal(let reason): settings.append("refuse: \(quoted(reason))")
        }
        if let group = row.maxGroup { settings.append("maxGroup: \(quoted(group))") }
        return settings
    }

    private static func settings(of condition: PointsCondition) -> [String] {
        switch condition {
        case .attribute(let column, let test): ["attribute: \(quoted(column))"] + settings(of: test)
        case .count(let count, let numbers): ["count: \(count.rawValue)"] + settings(of: numbers)
        case .sameFacility: ["at: sameFacility"]
        case .siblingApplies: ["at: siblingApplies"]
        case .facility(let id): ["at: \(quoted(id.spelling))"]
        case .kind(let kinds): ["kind: \(list(kinds.map(quoted)))"]
        case .ward(let wards): ["ward: \(list(wards.map(quoted)))"]
        case .livesIn(let column): ["livesIn: \(quoted(column))"]
        case .wishRank(.oneOf(let ranks)): ["wishRank: \(list(ranks.map(String.init)))"]
        case .wishRank(let ranks): ["wishRank: \(map(settings(of: ranks)))"]
        }
    }

    private static func settings(of test: PointsCondition.Test) -> [String] {
        switch test {
        case .filled: []
        case .blank: ["blank: true"]
        case .oneOf(let texts): ["value: \(list(texts.map(quoted)))"]
        case .range(let from, let to):
            [from.map { "from: \($0)" }, to.map { "to: \($0)" }].compactMap { $0 }
        case .months(let from, let to):
            [from.map { "monthsFrom: \($0)" }, to.map { "monthsTo: \($0)" }].compactMap { $0 }
        }
    }

    private static func settings(of numbers: WholeNumbers) -> [String] {
        switch numbers {
        case .oneOf(let numbers): ["value: \(list(numbers.map(String.init)))"]
        case .range(let from, let to): [from.map { "from: \($0)" }, to.map { "to: \($0)" }].compactMap { $0 }
        }
    }

    /// The restriction of a priority key, behind its other settings.
    static func setting(of restriction: KeyRestriction) -> String {
        if restriction.isEmpty { return "" }
        let parts = restriction.parts.map { range in
            ["part: \(quoted(range.part))"]
                + [range.from.map { "from: \(text(of: $0))" }, range.to.map { "to: \(text(of: $0))" }].compactMap { $0 }
        }
        return ", onlyWhen: \(list((restriction.conditions.map { Self.settings(of: $0) } + parts).map(map)))"
    }

    /// A number as it is read again: a fraction where the decimal has too many digits.
    private static func text(of number: ExactNumber) -> String {
        ExactNumber(fraction: number.description) == number
            ? number.description : "\(number.numerator)/\(number.denominator)"
    }

    private static func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

    private static func map(_ settings: [String]) -> String { "{\(settings.joined(separator: ", "))}" }
}

extension PointsRow {
    /// Whether the row can hold its conditions itself, without `when`: one, or one on a column or a count and one on the place.
    fileprivate var isDirect: Bool {
        if conditions.count == 1 { return true }
        guard conditions.count == 2, !conditions[0].isOfWish else { return false }
        switch conditions[1] {
        case .sameFacility, .siblingApplies, .facility: return true
        default: return false
        }
    }
}

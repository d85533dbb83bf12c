import Admissions

/// The children counted by something that they have in common, such as the ward where they live.
struct GroupCounts {
    /// One value, with the children who have it.
    struct Row {
        var name: Phrase
        var count = ReportFigures.Count()
        /// Held children of each class.
        var heldOfClass = [Int](repeating: 0, count: 6)
    }

    var title: Phrase
    var rows: [Row]

    /// The most values that are listed; the children with the others share the last row.
    static let mostListed = 40

    /// All that a report counts children by: the groups of the case, the ward, and what the city names.
    static func all(_ input: ReportInput) -> [GroupCounts] {
        let subject = input.subject
        let ward = wardColumn(of: subject)
        var names = input.groups
        if let ward, !names.contains(ward) { names.insert(ward, at: 0) }
        let named = names.compactMap { name in
            byColumn(name, input) ?? byPart(name, input)
        }
        return [groups(input), ward == nil ? wardsOfFirstWishes(input) : nil].compactMap { $0 } + named
    }

    /// The column of the children's table that some rule compares with the wards of facilities.
    private static func wardColumn(of subject: Case) -> String? {
        let rules = subject.rules
        let key = rules.priority.first { $0.source == .livesInArea }?.column
        let conditions =
            rules.priority.flatMap { $0.onlyWhen.conditions }
            + rules.pointsTable.parts.flatMap { $0.when + $0.rows.flatMap(\.conditions) }
        return key
            ?? conditions.lazy.compactMap { if case .livesIn(let column) = $0 { column } else { nil } }.first
    }

    /// Children in each group that a limit, a phase or a child names, and those in none; `nil` without groups.
    private static func groups(_ input: ReportInput) -> GroupCounts? {
        let conditions = input.subject.limits.map(\.group) + input.subject.rules.phases.map(\.who)
        let named = conditions.compactMap { condition -> String? in
            switch condition {
            case .everyone: nil
            case .members(let name), .others(let name): name
            }
        }
        var rows = Dictionary(named.map { ($0, Row(name: Wording.group($0))) }, uniquingKeysWith: { first, _ in first })
        var others = Row(name: Phrase("どの群にも属さない", "in no group"))
        for placement in input.placements {
            let groups = input.subject.children[placement.child].groups
            for group in groups {
                rows[group, default: Row(name: Wording.group(group))].add(placement, in: input.subject)
            }
            if groups.isEmpty { others.add(placement, in: input.subject) }
        }
        if rows.isEmpty { return nil }
        let sorted = rows.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return GroupCounts(title: Phrase("群", "Group"), rows: sorted.map(\.value) + [others])
    }

    /// Children by the ward of their first wish; `nil` where the facilities are not of several wards.
    private static func wardsOfFirstWishes(_ input: ReportInput) -> GroupCounts? {
        let wards = Set(input.subject.facilities.map(\.ward)).sorted()
        if wards.count < 2 { return nil }
        let wardOfFacility = input.subject.facilities.map { wards.firstIndex(of: $0.ward)! }
        var rows = wards.map { Row(name: $0.isEmpty ? Wording.blank : Phrase($0, $0)) }
        var none = Row(name: Phrase("希望なし", "no wish"))
        for placement in input.placements {
            if let wish = input.subject.children[placement.child].wishes.first {
                rows[wardOfFacility[wish.facility]].add(placement, in: input.subject)
            } else {
                none.add(placement, in: input.subject)
            }
        }
        if none.count.total > 0 { rows.append(none) }
        return GroupCounts(title: Phrase("第1希望の施設の区", "Ward of the first wish"), rows: rows)
    }

    private static func byColumn(_ name: String, _ input: ReportInput) -> GroupCounts? {
        guard let column = input.subject.attributeNames.firstIndex(of: name) else { return nil }
        return GroupCounts(title: Phrase(name, name), input) { input.subject.children[$0].attributes[column] }
    }

    private static func byPart(_ name: String, _ input: ReportInput) -> GroupCounts? {
        guard let part = input.parts.first(where: { $0.name == name }) else { return nil }
        return GroupCounts(title: Phrase(name, name), input) {
            let code = Int(part.values.codes[$0])
            return code < 0 ? "" : part.values.numbers[code].description
        }
    }

    private init(title: Phrase, rows: [Row]) { (self.title, self.rows) = (title, rows) }

    /// By a text of each child: numbers ascending, then other texts in the order of their bytes, then blank.
    private init(title: Phrase, _ input: ReportInput, text: (Int) -> String) {
        var found: [String: Row] = [:]
        for placement in input.placements {
            let text = text(placement.child)
            let name = text.isEmpty ? Wording.blank : Phrase(text, text)
            found[text, default: Row(name: name)].add(placement, in: input.subject)
        }
        let sorted = found.map { (text: $0, number: ExactNumber($0), row: $1) }.sorted { one, other in
            if one.text.isEmpty != other.text.isEmpty { return other.text.isEmpty }
            if let number = one.number, let second = other.number, number != second { return number < second }
            if (one.number == nil) != (other.number == nil) { return other.number == nil }
            return one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
        }
        var rows = sorted.map(\.row)
        if rows.count > Self.mostListed {
            var rest = Row(
                name: Phrase("ほかの \(rows.count - Self.mostListed + 1) 種類", "\(rows.count - Self.mostListed + 1) others")
            )
            for row in rows[(Self.mostListed - 1)...] { rest.add(row) }
            rows = rows.prefix(Self.mostListed - 1) + [rest]
        }
        self.init(title: title, rows: rows)
    }
}

extension GroupCounts.Row {
    fileprivate mutating func add(_ placement: Placement, in subject: Case) {
        count.add(placement.outcome)
        if placement.outcome == .held { heldOfClass[subject.children[placement.child].ageClass] += 1 }
    }

    fileprivate mutating func add(_ other: Self) {
        count.add(other.count)
        for age in 0..<6 { heldOfClass[age] += other.heldOfClass[age] }
    }
}

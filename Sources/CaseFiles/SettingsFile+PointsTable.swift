import Admissions
import Yams

extension SettingsFile {
    /// Reads the rows of `pointsTable`.
    mutating func pointsTable(_ node: Node) -> [PointsRow] {
        if refuseEmpty(node, "pointsTable") { return [] }
        guard let sequence = node.sequence else {
            report(
                node, .file(.settingInvalid),
                "pointsTable must be a list, such as - {attribute: father_hours, from: 160, points: 26}.")
            return []
        }
        var rows: [PointsRow] = []
        for (index, entry) in sequence.enumerated() {
            guard entry.mapping != nil else {
                report(
                    entry, .file(.settingInvalid),
                    "Each row of pointsTable is a map, such as {attribute: father_hours, from: 160, points: 26}.")
                continue
            }
            note(place: "pointsTable[\(rows.count)]", at: entry)
            if let row = pointsRow(entry, name: "pointsTable[\(index)]") { rows.append(row) }
        }
        return rows
    }

    private mutating func pointsRow(_ node: Node, name: String) -> PointsRow? {
        let entries = map(node, name: name, known: Self.known(in: "pointsTable"))
        for setting in ["attribute", "points"] where entries[setting] == nil && !isMisspelt(setting) {
            report(node, .file(.settingMissing), "\(setting) is missing in this row of pointsTable.")
        }
        let attribute = text(entries["attribute"], "attribute").map { folded($0) }
        let condition = pointsCondition(entries, node)
        let place = value(entries["at"], "at", "must be sameFacility or the id of a facility") {
            $0 == "sameFacility" ? PointsRow.Place.sameFacility : .facility(FacilityID(folded($0)))
        }
        let amount = value(entries["points"], "points", "must be a number, or value for the attribute's own") {
            $0 == "value" ? PointsRow.Amount.value : ExactNumber(folded($0)).map(PointsRow.Amount.points)
        }
        let group = text(entries["maxGroup"], "maxGroup")
        guard let attribute, let condition, let amount else { return nil }
        return PointsRow(attribute, condition, at: place ?? .everywhere, earns: amount, maxGroup: group)
    }

    /// `value`, or `from` and `to`, or neither: not blank.
    private mutating func pointsCondition(_ entries: [String: Node], _ node: Node) -> PointsRow.Condition? {
        let demand = "must be a number or a date"
        func bound(_ text: String) -> KeyValue? {
            ExactNumber(folded(text)).map(KeyValue.number) ?? CalendarDate(written: folded(text)).map(KeyValue.date)
        }
        let from = value(entries["from"], "from", demand, bound)
        let to = value(entries["to"], "to", demand, bound)
        let hasRange = entries["from"] != nil || entries["to"] != nil
        guard let values = entries["value"] else {
            guard hasRange else { return .filled }
            switch (from, to) {
            case (.number?, .date?), (.date?, .number?):
                report(node, .file(.settingInvalid), "from and to must both be numbers or both be dates.")
                return nil
            case (let from?, let to?) where to < from:
                report(node, .file(.settingInvalid), "from must not be greater than to.")
                return nil
            default: return .range(from: from, to: to)
            }
        }
        if hasRange {
            report(node, .file(.settingInvalid), "A row has a value or a range, not both.")
            return nil
        }
        let nodes = values.sequence.map { Array($0) } ?? [values]
        let texts = nodes.compactMap { text($0, "value") }.map { folded($0) }
        return texts.isEmpty ? nil : .oneOf(texts)
    }
}

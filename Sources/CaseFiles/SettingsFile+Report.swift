import Admissions
import Tables
import Yams

extension SettingsFile {
    /// `report: {groups: [ひとり親, 居住区]}`: by what a report counts the children, folded.
    mutating func reportGroups(_ node: Node) -> [String] {
        if refuseEmpty(node, "report") { return [] }
        guard node.mapping != nil else {
            report(
                node, .file(.settingInvalid), "report must be a map, such as {groups: [ひとり親]}.",
                "report は {groups: [ひとり親]} のように書いてください。")
            return []
        }
        guard let groups = map(node, name: "report", known: Self.known(in: "report"))["groups"] else { return [] }
        let nodes = groups.sequence.map { Array($0) } ?? []
        let texts = nodes.compactMap { title($0, "groups") }.map { folded($0) }
        // Each that is no text has its error.
        if texts.count < nodes.count { return [] }
        guard !texts.isEmpty, Set(texts).count == texts.count else {
            report(
                groups, .file(.settingInvalid),
                "groups must be a list of different columns of children.csv or parts of pointsTable, such as [ひとり親].",
                "groups には、children.csv の列か pointsTable の区分を、[ひとり親] のように重ならないように並べてください。")
            return []
        }
        for (text, node) in zip(texts, nodes) { note(place: "report.groups.\(text)", at: node) }
        return texts
    }
}

extension CaseReader {
    /// Reports names in `report.groups` that are neither a further column of the children's table nor a part of the points
    /// table.
    mutating func refuseUnknownReportGroups(_ settings: SettingsFile?) {
        guard let settings, let file = files[.children], let rules else { return }
        let known = file.furtherColumns.map(\.name) + rules.pointsTable.parts.map(\.name)
        for group in reportGroups where !known.contains(group) {
            let mark = settings.places["report.groups.\(group)"]
            let similar =
                nearest(to: group, among: known)
                .map { Sentence("; is \($0) meant?", "\($0) の誤りではありませんか。") } ?? Sentence(".", "")
            problems.append(
                Problem(
                    .file(.settingInvalid), file: settings.fileName, line: mark?.line ?? 1, column: mark?.column ?? 1,
                    Sentence(
                        "\(file.name) has no further column \(group) and pointsTable no such part, by which report.groups counts",
                        "report.groups にある \(group) は、\(file.name) のほかの列にも pointsTable の区分にもありません。") + similar))
        }
    }
}

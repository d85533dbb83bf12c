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
    /// table, and columns that tell children apart instead of counting them: a report never shows names or addresses.
    ///
    /// - Complexity: O(children) for each name.
    mutating func refuseReportGroups(_ settings: SettingsFile?, _ draft: CaseDraft?) {
        guard let settings, let file = files[.children], let rules else { return }
        let parts = rules.pointsTable.parts.map(\.name)
        let known = file.furtherColumns.map(\.name) + parts
        func refuse(_ group: String, _ sentence: Sentence) {
            let mark = settings.places["report.groups.\(group)"]
            problems.append(
                Problem(
                    .file(.settingInvalid), file: settings.fileName, line: mark?.line ?? 1, column: mark?.column ?? 1,
                    sentence))
        }
        for group in reportGroups {
            guard known.contains(group) else {
                let similar =
                    nearest(to: group, among: known)
                    .map { Sentence("; is \($0) meant?", "\($0) の誤りではありませんか。") } ?? Sentence(".", "")
                refuse(
                    group,
                    Sentence(
                        "\(file.name) has no further column \(group) and pointsTable no such part, by which report.groups counts",
                        "report.groups にある \(group) は、\(file.name) のほかの列にも pointsTable の区分にもありません。") + similar)
                continue
            }
            guard !parts.contains(group), let draft, let column = draft.attributeNames.firstIndex(of: group) else {
                continue
            }
            let filled = draft.children.map { $0.attributes[column] }.filter { !$0.isEmpty }
            let different = Set(filled).count
            guard different > Self.mostGroups || filled.count >= Self.leastFilled && 2 * different > filled.count else {
                continue
            }
            refuse(
                group,
                Sentence(
                    "\(group) has \(different) different values for \(filled.count) children, as names and addresses have; report.groups "
                        + "counts children by few values, such as a ward: name another column.",
                    "\(group) には、児童 \(filled.count) 人に対して \(different) 種類の値があり、氏名や住所のような列です。"
                        + "report.groups には、居住区のように値の種類が少ない列を書いてください。"))
        }
    }

    /// More different values are no groups.
    private static var mostGroups: Int { 200 }
    /// In fewer cells half of the values may be different.
    private static var leastFilled: Int { 6 }
}

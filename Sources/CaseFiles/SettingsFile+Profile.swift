import Admissions
import Foundation
import Tables
import Yams

extension SettingsFile {
    /// The profile that `columns` names, describes or has in a file of its own.
    mutating func profile(_ node: Node, in folder: URL) -> ColumnProfile {
        if refuseEmpty(node, "columns") { return .standard }
        if let name = node.scalar?.string {
            if let builtIn = ColumnProfile.builtIn.first(where: { $0.name == name }) { return builtIn.profile }
            if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return profileFile(name, node, in: folder) }
        }
        guard node.mapping != nil else {
            let names = ColumnProfile.builtIn.map(\.name)
            report(
                node, .file(.settingInvalid),
                "columns must be one of \(names), a file that ends in .yaml, or a map of columns.",
                "columns には、\(names) のどれか、.yaml で終わるファイル、または列の対応を書いてください。")
            return .standard
        }
        return profile(fromMap: node)
    }

    private mutating func profileFile(_ name: String, _ node: Node, in folder: URL) -> ColumnProfile {
        guard staysInside(name) else {
            reportOutside(node, name)
            return .standard
        }
        guard isThere(name, in: folder) else {
            report(
                node, .file(.fileMissing),
                "The file \(name), which columns names, does not exist; put it into the folder or correct the name.",
                "columns にあるファイル \(name) がありません。フォルダに置くか、名前を直してください。")
            return .standard
        }
        let file = SettingsFile(profileNamed: name, in: folder)
        adopt(file)
        return file.profile
    }

    private mutating func reportOutside(_ node: Node, _ name: String) {
        report(
            node, .file(.fileOutside),
            "The file \(name) lies outside the case folder; move it into the folder and name it without a path.",
            "ファイル \(name) は案件のフォルダの外にあります。フォルダの中に移し、ファイル名だけを書いてください。")
    }

    /// Reads a map that describes a profile.
    mutating func profile(fromMap node: Node) -> ColumnProfile {
        let entries = map(node, name: "columns", known: Self.known(in: "columns"))
        var profile = ColumnProfile.standard
        if let base = entries["profile"] {
            let names = ColumnProfile.builtIn.map(\.name)
            let name = value(base, "profile", Sentence("must be one of \(names)", "\(names) のどれかを書いてください")) {
                names.contains($0) ? $0 : nil
            }
            profile = ColumnProfile.builtIn.first { $0.name == name }?.profile ?? .standard
        }
        for (table, entry) in tables(entries["files"], "files") { read(file: entry, of: table, into: &profile) }
        for table in CaseTable.allCases where table != .settings && table != .newChildren {
            guard let headers = entries[table.settingName] else { continue }
            read(headers, of: table, into: &profile)
        }
        if let blank = entries["blank"] { read(blank: blank, into: &profile) }
        for (column, node) in pairs(entries["values"], "values") {
            profile.values[column] = Dictionary(
                pairs(node, column).compactMap { cell, meaning in text(meaning, column).map { (folded(cell), $0) } },
                uniquingKeysWith: { first, _ in first })
        }
        for (code, node) in pairs(entries["patterns"], "patterns") {
            let answers =
                node.mapping == nil
                ? [:] : map(node, name: "columns.patterns", known: Self.known(in: "columns.patterns"))
            let timing: Timing? = choice(answers["timing"], "timing")
            let facility: FacilityAnswer? = choice(answers["facility"], "facility")
            guard let timing, let facility, timing != .lead else {
                report(
                    node, .file(.settingInvalid), "A pattern is a map such as {timing: together, facility: sameOnly}.",
                    "きょうだいパターンは {timing: together, facility: sameOnly} のように書いてください。")
                continue
            }
            profile.patterns[folded(code)] = .init(timing: timing, facility: facility)
        }
        if let result = entries["result"] { profile.result = resultLayout(result) }
        if let settings = entries["settings"], !refuseEmpty(settings, "settings") {
            guard settings.mapping != nil else {
                report(
                    settings, .file(.settingInvalid), "settings must be a map of settings.",
                    "settings には設定を「名前: 値」の形で書いてください。")
                return profile
            }
            let entries = map(settings, name: "columns.settings", known: Self.known(in: "columns.settings"))
            readRules(entries, into: &profile.rules)
        }
        return profile
    }

    /// The file of one table: its name, or a map that says how the table stands in it.
    private mutating func read(file node: Node, of table: CaseTable, into profile: inout ColumnProfile) {
        var name = node
        if node.mapping != nil {
            let entries = map(node, name: "columns.files", known: Self.known(in: "columns.files"))
            var form = FileForm()
            if let sheet = entries["sheet"] { form.sheet = text(sheet, "sheet") }
            if let header = entries["header"] {
                form.header = value(
                    header, "header",
                    Sentence(
                        "must be a row such as 2, or up to three rows such as 2-3", "2 のような行か、2-3 のような3行までの行を書いてください")
                ) {
                    Self.rows($0)
                }
            }
            form.separator = choice(entries["separator"], "separator")
            if let leaveOut = entries["leaveOut"] {
                form.leaveOut = texts(leaveOut, "leaveOut").map { folded($0).filter { !$0.isWhitespace } }
                if form.leaveOut.contains(where: { ["", "*"].contains($0) }) {
                    report(
                        leaveOut, .file(.settingInvalid),
                        "leaveOut names a row by its first cell, such as 合計, or by its beginning, such as 更新日*; nothing but * "
                            + "would leave out every row.",
                        "leaveOut には、合計 のように最初のセルを、または 更新日* のようにその初めを書いてください。* だけではすべての行が外れます。")
                }
            }
            profile.forms[table] = form
            guard let file = entries["file"] else { return }
            name = file
        }
        guard let text = text(name, "files") else { return }
        guard staysInside(text) else { return reportOutside(name, text) }
        profile.fileNames[table] = text
    }

    /// Rows such as `2` or `2-3`.
    private static func rows(_ text: String) -> ClosedRange<Int>? {
        let ends = folded(text).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 1,
            first <= last, last - first < TableLayout.headerRowLimit
        else { return nil }
        return first...last
    }

    /// Cells that mean blank: a list for every table, or for each table a list, or a map of lists for its columns.
    private mutating func read(blank node: Node, into profile: inout ColumnProfile) {
        guard node.mapping != nil else {
            profile.blanks.formUnion(texts(node, "blank").map { folded($0) })
            return
        }
        for (table, node) in tables(node, "blank") {
            guard node.mapping != nil else {
                profile.blanksOfTables[table, default: []].formUnion(texts(node, "blank").map { folded($0) })
                continue
            }
            for (column, node) in pairs(node, "blank") {
                note(place: "columns.blank.\(table.settingName).\(folded(column))", at: node)
                profile.blanksOfColumns[table, default: [:]][folded(column), default: []].formUnion(
                    texts(node, "blank").map { folded($0) })
            }
        }
    }

    /// One text, or a list of them.
    private mutating func texts(_ node: Node, _ name: String) -> [String] {
        (node.sequence.map { Array($0) } ?? [node]).compactMap { text($0, name) }
    }

    /// The headers of one table; a blank header takes a column of the base out again.
    private mutating func read(_ node: Node, of table: CaseTable, into profile: inout ColumnProfile) {
        let known = table.columns + table.columnsOfNext
        for (name, header) in pairs(node, table.settingName) {
            guard known.contains(name) else {
                let similar =
                    nearest(to: name, among: known).map { Sentence("; is \($0) meant?", "「\($0)」のことではありませんか。") }
                    ?? Sentence("; known are \(known).", "書けるのは \(known) です。")
                report(
                    header, .file(.settingUnknown),
                    Sentence(
                        "\(table.fileName) has no column \(name)", "\(table.fileName) に列「\(name)」はありません。") + similar)
                continue
            }
            guard isNull(header) else {
                profile.headers[table, default: [:]][name] = text(header, name)
                continue
            }
            // Where there is nothing to take out, an empty header is rather one that was lost.
            if header.scalar?.string.isEmpty != false, profile.headers[table]?[name] == nil {
                report(
                    header, .file(.settingInvalid), "\(name) is empty; write its header, or null where there is none.",
                    "「\(name)」が空です。見出しを書くか、列がないなら null と書いてください。")
            }
            profile.headers[table, default: [:]][name] = nil
            profile.withoutColumns[table, default: []].insert(name)
        }
    }

    /// The entries of a map whose keys are tables.
    private mutating func tables(_ node: Node?, _ name: String) -> [(CaseTable, Node)] {
        let known = CaseTable.allCases.filter { $0 != .settings }
        return pairs(node, name).compactMap { key, value in
            if let table = known.first(where: { $0.settingName == key }) { return (table, value) }
            let names = known.map(\.settingName)
            report(
                value, .file(.settingUnknown),
                "\(name) has an entry for \(key), which is none of \(names); correct it.",
                "\(name) にある「\(key)」は表の名前ではありません。\(names) のどれかに直してください。")
            return nil
        }
    }

    /// The entries of a map with free keys.
    private mutating func pairs(_ node: Node?, _ name: String) -> [(String, Node)] {
        guard let node, !refuseEmpty(node, name) else { return [] }
        guard let mapping = node.mapping else {
            report(node, .file(.settingInvalid), "\(name) must be a map.", "\(name) には「名前: 値」の形で書いてください。")
            return []
        }
        return mapping.compactMap { key, value in
            if let key = key.scalar { return (key.string, value) }
            report(
                key, .file(.settingInvalid), "An entry of \(name) must have a text as its name.",
                "\(name) の名前には文字を書いてください。")
            return nil
        }
    }
}

extension CaseTable {
    /// The table's name in `columns`: its file without the ending.
    var settingName: String { String(fileName.prefix { $0 != "." }) }

    /// Whether the column is one of ``columns``, or one of a numbered kind.
    func knows(column name: String) -> Bool {
        if columns.contains(name) { return true }
        let digits = name.reversed().prefix { $0.isNumber }.count
        return digits > 0 && columns.contains(name.dropLast(digits) + "N")
    }

    /// Every column that has a meaning, numbered ones with `_N`.
    var columns: [String] {
        switch self {
        case .settings: []
        case .children, .newChildren:
            [
                "child_id", "household_id", "birth_date", "due_date", "age_class", "current_facility_id", "group",
                "sibling_facility_ids", "sibling_pattern", "wish_N", "points", "points_N", "draw",
            ]
        case .facilities:
            [
                "facility_id", "name", "seats_N", "min_age_months", "min_age_days", "kind", "ward", "latitude",
                "longitude", "capacity_N", "enrolled_N", "margin_N", "closed_N", "unpublished", "capacity_total",
                "waiting_N",
            ]
        case .households: ["household_id", "timing", "facility", "lead_child_id", "prefer_child_id"]
        case .jointWishes: ["household_id", "rank", "child_id", "facility_id", "child_id_N", "facility_id_N"]
        case .seatLimits: ["facility_id", "ages", "group", "seats", "opens", "phase", "release"]
        case .pins: ["child_id", "facility_id", "by", "reason"]
        case .declines, .withdrawals: ["child_id", "date", "reason"]
        case .manual: ["child_id", "facility_id"]
        }
    }

    /// Columns that `next` adds where they are missing, so that a profile may name them before they are there.
    var columnsOfNext: [String] {
        switch self {
        case .children, .newChildren: [CaseDraft.waitingMonths]
        case .facilities: ["unpublished"]
        default: []
        }
    }

    /// Whether people write the table by hand, so that it takes the headers of ids from the tables of children and facilities.
    var isWrittenByHand: Bool { [.pins, .declines, .withdrawals, .manual].contains(self) }
}

import Admissions
import Foundation
import Tables
import Yams

/// What `case.yaml` says already of a city's columns, from which choosing them begins again.
public struct CityProfile: Sendable {
    let profile: ColumnProfile
    /// The map of columns as YAML; `nil`: there is none.
    private let text: String?

    /// A map with more entries than this, as aliases of aliases make one, is no profile.
    private static let entryLimit = 20_000

    /// Reads what `columns` says in the `case.yaml` of a folder, there or in a file of its own.
    public init(in folder: URL) {
        profile = SettingsFile(in: folder).profile
        func root(_ name: String) -> Node? {
            guard let bytes = try? fileBytes(name, in: folder, limit: 1 << 20), let text = try? DecodedText(bytes)
            else {
                return nil
            }
            return (try? Yams.compose(yaml: String(decoding: text.utf8, as: UTF8.self))) ?? nil
        }
        let columns = root(SettingsFile.name)?.mapping?.first { folded($0.key.scalar?.string ?? "") == "columns" }?
            .value
        if let name = columns?.scalar?.string {
            text =
                ColumnProfile.builtIn.contains { $0.name == name }
                ? "profile: \(name)\n" : root(name).flatMap(Self.text)
        } else {
            text = columns.flatMap(Self.text)
        }
    }

    private static func text(of node: Node) -> String? {
        var left = entryLimit
        func isShort(_ node: Node) -> Bool {
            left -= 1
            if left < 0 { return false }
            if let map = node.mapping { return map.allSatisfy { isShort($0.key) && isShort($0.value) } }
            return node.sequence?.allSatisfy(isShort) ?? true
        }
        guard node.mapping != nil, isShort(node) else { return nil }
        return try? Yams.serialize(node: node, allowUnicode: true)
    }

    /// Whether the profile has anything to say.
    public var isEmpty: Bool { text == nil }

    /// Whether the profile names the file as that of a table.
    func table(ofFile name: String) -> CaseTable? {
        ColumnSuggestions.choosableTables.first { profile.fileName(of: $0) == name }
    }

    /// A profile for `columns: columns.yaml`: what was chosen for files, and everything else that was said before, such as what
    /// cells mean and the layout of the result.
    public func profileFile(choosing files: [ColumnSuggestions], in language: Language) -> String {
        let old = text.flatMap { try? Yams.compose(yaml: $0) }?.mapping
        let base = old?["profile"]?.scalar?.string
        let chosen = ColumnSuggestions.profileFile(of: files, over: base, in: language)
        guard let old, let new = (try? Yams.compose(yaml: chosen))?.mapping else { return chosen }
        let tables = Set(files.map(\.table.settingName))
        var merged: [(Node, Node)] = []
        for name in ["profile", "files", "blank"] {
            let value =
                switch name {
                case "profile": new[name] ?? old[name]
                case "files": Self.merged(old[name]?.mapping, new[name]?.mapping, without: tables)
                default: blank(old[name], new[name]?.mapping, files)
                }
            if let value { merged.append((Node(name), value)) }
        }
        let known = Set(["profile", "files", "blank"] + tables)
        merged += new.filter { !["profile", "files", "blank"].contains($0.key.scalar?.string) }.map {
            ($0.key, $0.value)
        }
        merged += old.filter { !known.contains($0.key.scalar?.string ?? "") }.map { ($0.key, $0.value) }
        return (try? Yams.serialize(node: Node(merged), allowUnicode: true)) ?? chosen
    }

    /// Entries of tables, in the order of tables: the old ones but for tables that were chosen, and the new ones.
    private static func merged(_ old: Node.Mapping?, _ new: Node.Mapping?, without tables: Set<String>) -> Node? {
        let kept = (old ?? [:]).filter { !tables.contains($0.key.scalar?.string ?? "") }
        let all = kept.map { ($0.key, $0.value) } + (new ?? [:]).map { ($0.key, $0.value) }
        let order = CaseTable.allCases.map(\.settingName)
        func place(_ entry: (key: Node, value: Node)) -> Int {
            entry.key.scalar.flatMap { order.firstIndex(of: $0.string) } ?? order.count
        }
        let sorted = all.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }
        return sorted.isEmpty ? nil : Node(sorted.map { ($0.element.0, $0.element.1) })
    }

    /// Cells that mean blank. Where a list held for all columns, it is said of each column of the chosen tables.
    private func blank(_ old: Node?, _ new: Node.Mapping?, _ files: [ColumnSuggestions]) -> Node? {
        let tables = Set(files.map(\.table.settingName))
        var added: [(Node, Node)] = []
        for file in files {
            let everywhere = profile.blanks.union(profile.blanksOfTables[file.table] ?? [])
            let said = new?[file.table.settingName]?.mapping
            guard !everywhere.isEmpty else {
                if let said { added.append((Node(file.table.settingName), .mapping(said))) }
                continue
            }
            let columns = file.columns.map { column -> (Node, Node) in
                let cells = (said?[column.column]?.sequence ?? []).compactMap { $0.scalar?.string }
                let all = cells + everywhere.subtracting(cells).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                return (Node(column.column), Node(all.map { Node($0, Tag(.str), .doubleQuoted) }))
            }
            added.append((Node(file.table.settingName), Node(columns)))
        }
        if let old, old.mapping == nil {
            for table in ColumnSuggestions.choosableTables where !tables.contains(table.settingName) {
                added.append((Node(table.settingName), old))
            }
            return Self.merged(nil, Node(added).mapping, without: [])
        }
        return Self.merged(old?.mapping, Node(added).mapping, without: tables)
    }
}

extension ProfileSuggestions {
    /// Takes what the case says of its columns in place of what was found, as far as the files have these columns.
    public mutating func begin(from city: CityProfile) {
        if city.isEmpty { return }
        for index in tables.indices {
            guard let table = city.table(ofFile: tables[index].fileName) else { continue }
            let sheet = city.profile.forms[table]?.sheet
            // Other sheets of a workbook are other tables.
            guard
                sheet.map({ $0 == tables[index].form.sheet || tables[index].form.sheet == nil })
                    ?? (tables[index].table == table)
            else { continue }
            tables[index].begin(as: table, from: city.profile)
        }
    }

    /// For each table whether it is taken for the case: of several that seem to be the same one, that of the profile, or the first.
    public var areTaken: [Bool] {
        tables.indices.map { index in
            let rivals = tables.indices.filter { tables[$0].table == tables[index].table }
            return index == rivals.first { tables[$0].isOfProfile } ?? rivals[0]
        }
    }
}

extension ColumnSuggestions {
    fileprivate mutating func begin(as table: CaseTable, from profile: ColumnProfile) {
        isOfProfile = true
        let proposed = table == self.table ? columns : columnsProposed(for: table)
        self.table = table
        builtIn = nil
        if let form = profile.forms[table] { self.form = form }
        let said = profile.headers[table] ?? [:]
        columns = table.columns.compactMap { name in
            let found = proposed.first { $0.column == name }
            if let header = said[name] {
                let column = Column(
                    column: name, header: header, confidence: .certain, example: found?.example,
                    remarks: [Phrase("保存した対応です", "as it was saved")])
                return indices(of: column).isEmpty ? nil : column
            }
            guard let found, profile.withoutColumns[table]?.contains(name) != true else { return nil }
            // A column under its standard name is read without being named.
            return said.isEmpty || folded(found.header) == name ? found : nil
        }
        saidBlanks = profile.blanksOfColumns[table] ?? [:]
        for column in columns {
            let known = blanks.first { $0.column == column.column }?.cells ?? []
            let more = (saidBlanks[column.column] ?? []).subtracting(known.map { folded($0) })
            add(blanks: more.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, of: column.column)
        }
        blanks.removeAll { blank in !columns.contains { $0.column == blank.column } }
        findOthers()
        findMissing()
    }

    /// Lists the headers that no column holds.
    mutating func findOthers() {
        let taken = Set(columns.flatMap(indices(of:)))
        others = (sample?.headers ?? []).enumerated().filter { !taken.contains($0.offset) && !$0.element.isEmpty }
            .map(\.element)
    }
}

extension CaseReading {
    /// The tables without which there is no case and of which there is no file.
    public var missingTables: [CaseTable] {
        [.children, .facilities].filter { !isThere(profile.fileName(of: $0), in: folder) }
    }
}

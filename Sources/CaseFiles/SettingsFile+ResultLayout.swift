import Admissions
import Tables
import Yams

extension SettingsFile {
    /// Reads `columns.result`; `nil` where it is wrong, which is reported.
    mutating func resultLayout(_ node: Node) -> ResultLayout? {
        if refuseEmpty(node, "result") { return nil }
        guard node.mapping != nil else {
            report(
                node, .file(.settingInvalid),
                "result must be a map, such as {file: 結果取込.csv, columns: {児童番号: child_id}}.",
                "result は {file: 結果取込.csv, columns: {児童番号: child_id}} のように書いてください。")
            return nil
        }
        let before = problems.count
        let entries = map(node, name: "columns.result", known: Self.known(in: "columns.result"))
        for name in ["file", "columns"] where entries[name] == nil && !isMisspelt(name) {
            report(
                node, .file(.settingMissing), "\(name) is missing in result; write it.",
                "result に \(name) がありません。書いてください。")
        }
        var layout = ResultLayout(fileName: "", columns: [])
        if let file = entries["file"], let name = text(file, "file") { layout.fileName = checked(name, file) }
        layout.encoding = choice(entries["encoding"], "encoding") ?? .utf8
        layout.hasHeader = truth(entries["header"], "header") ?? true
        if let columns = entries["columns"] { layout.columns = resultColumns(columns) }
        if let outcomes = entries["outcomes"] { layout.codes = outcomeCodes(outcomes) }
        return problems.count == before ? layout : nil
    }

    /// The name of a file for the result folder, reported where no file there can have it.
    private mutating func checked(_ name: String, _ node: Node) -> String {
        let ending = [".csv", ".txt"].contains { name.lowercased().hasSuffix($0) && name.count > $0.count }
        let isPlain = !name.hasPrefix(".") && !name.contains { "<>:\"/\\|?*".contains($0) || $0.isNewline }
        if !ending || !isPlain || name.utf8.count > 200 || name.first == " " {
            report(
                node, .file(.settingInvalid),
                "file must be the name of a file without a folder, which ends in .csv or .txt, such as 結果取込.csv.",
                "file には、結果取込.csv のように .csv か .txt で終わるファイル名を、フォルダを付けずに書いてください。")
        } else if ResultFolder.isTaken(name) {
            report(
                node, .file(.settingInvalid),
                "The result folder has a file \(name) already; give the table of the result another name.",
                "結果フォルダには \(name) というファイルがすでにあります。別の名前にしてください。")
        }
        return name
    }

    private mutating func resultColumns(_ node: Node) -> [ResultLayout.Column] {
        if refuseEmpty(node, "columns") { return [] }
        guard let mapping = node.mapping, !mapping.isEmpty else {
            report(
                node, .file(.settingInvalid),
                "columns must be a map from headers to what stands below them, such as {児童番号: child_id}.",
                "columns には {児童番号: child_id} のように、見出しとその下に書く内容を並べてください。")
            return []
        }
        var columns: [ResultLayout.Column] = []
        for (key, value) in mapping {
            guard let header = title(key, Phrase("columns の見出し", "A header in columns")),
                let content = resultContent(value, header)
            else {
                continue
            }
            let place = ResultLayout.Place(
                file: fileName, line: value.mark?.line ?? 1, column: value.mark?.column ?? 1)
            columns.append(.init(header: header, content: content, place: place))
        }
        return columns
    }

    /// What stands below a header.
    private mutating func resultContent(_ node: Node, _ header: String) -> ResultLayout.Content? {
        if isNull(node) { return .text("") }
        guard node.mapping != nil else {
            let fields = ResultLayout.Field.allCases.map(\.rawValue)
            let field = value(
                node, header,
                Sentence(
                    "must be one of \(fields), a map such as {column: 住所} or {text: \"01\"}, or null",
                    "\(fields) のどれか、{column: 住所} や {text: \"01\"} のような指定、または null を書いてください")
            ) { ResultLayout.Field(rawValue: $0) }
            return field.map { .field($0) }
        }
        let place = "columns.result.columns.COLUMN"
        let entries = map(node, name: place, known: Self.known(in: place), notesPlaces: false)
        guard entries.count == 1, let (kind, entry) = entries.first else {
            if entries.count != 1, node.mapping!.count == entries.count {
                report(
                    node, .file(.settingInvalid), "\(header) must have one of column, text and month.",
                    "見出し「\(header)」には column、text、month のどれか一つを書いてください。")
            }
            return nil
        }
        switch kind {
        case "column": return text(entry, "column").map { .column($0) }
        case "text": return entry.scalar?.string == "" ? .text("") : text(entry, "text").map { .text($0) }
        default:
            let demand = Sentence(
                "must have YYYY for the year and MM for the month, such as YYYYMM or YYYY/MM/01",
                "YYYYMM や YYYY/MM/01 のように、年を YYYY、月を MM と書いてください")
            return value(entry, "month", demand) { $0.contains("YYYY") && $0.contains("MM") ? .month($0) : nil }
        }
    }

    private mutating func outcomeCodes(_ node: Node) -> [ResultLayout.OutcomeCode: String] {
        if refuseEmpty(node, "outcomes") { return [:] }
        guard node.mapping != nil else {
            report(
                node, .file(.settingInvalid),
                "outcomes must be a map of codes, such as {placed: \"1\", held: \"2\", stays: \"3\"}.",
                "outcomes は {placed: \"1\", held: \"2\", stays: \"3\"} のように書いてください。")
            return [:]
        }
        let entries = map(node, name: "columns.result.outcomes", known: Self.known(in: "columns.result.outcomes"))
        var codes: [ResultLayout.OutcomeCode: String] = [:]
        for code in ResultLayout.OutcomeCode.allCases {
            guard let entry = entries[code.rawValue] else {
                // An outcome without a code would stand among codes as a word.
                if code != .conditional, !isMisspelt(code.rawValue) {
                    report(
                        node, .file(.settingMissing), "\(code.rawValue) is missing in outcomes; write its code.",
                        "outcomes に \(code.rawValue) がありません。その番号を書いてください。")
                }
                continue
            }
            codes[code] = text(entry, code.rawValue)
        }
        return codes
    }
}

extension CaseReader {
    /// Reports columns of `columns.result` that the children's table does not have.
    mutating func refuseUnknownResultColumns() {
        guard let layout = profile.result, let file = files[.children] else { return }
        for column in layout.columns {
            guard case .column(let name) = column.content, file.column(calledOrHeaded: name) == nil else { continue }
            let similar =
                nearest(to: name, among: file.table.columns).map {
                    Sentence("; is \($0) meant?", "「\($0)」のことではありませんか。")
                } ?? Sentence("; correct the name.", "列名を直してください。")
            problems.append(
                Problem(
                    .file(.settingInvalid), file: column.place.file, line: column.place.line,
                    column: column.place.column,
                    Sentence(
                        "\(file.name) has no column \(name), which the table of the result should have",
                        "結果の表に入れる列「\(name)」が \(file.name) にありません。") + similar))
        }
    }
}

extension CaseTableFile {
    /// The column of this standard name or, where none has it, of this header.
    func column(calledOrHeaded name: String) -> Int? {
        place(ofColumn: folded(name)) ?? table.columns.firstIndex { folded($0) == folded(name) }
    }
}

import Admissions
import Explaining
import Workbooks

/// The sheets that have a row for each facility, or for each of its classes.
extension ResultWorkbook {
    // MARK: 施設

    func addFacilities(to writer: WorkbookWriter) throws(WorkbookError) {
        let borders = Dictionary(
            uniqueKeysWithValues: input.explanations.borders.map { ($0.facility * 6 + $0.ageClass, $0) })
        let last = lastPlaced()
        let ages = (0...5).filter { age in input.explanations.borders.contains { $0.ageClass == age } }
        let key = borderKey
        var columns = [facilityHeader, facilityNameHeader, header("kind", "種別"), header("ward", "区域")].map {
            WorkbookSheet.Column($0)
        }
        for age in ages {
            columns.append(.init(header("seats_\(age)", "\(age)歳 募集")))
            columns += ["内定", "空き"].map { .init("\(age)歳 \($0)", tint: .found) }
            if let key { columns.append(.init("\(age)歳 最低\(keyName(key))", tint: .found)) }
        }
        try writer.addSheet(sheet(Self.nameOfFacilities, columns, fixed: 2)) { rows throws(WorkbookError) in
            for (index, facility) in subject.facilities.enumerated() {
                var cells: [WorkbookCell] = [
                    .text(facility.id.spelling), .text(facility.name), .text(facility.kind), .text(facility.ward),
                ]
                for age in ages {
                    let border = borders[index * 6 + age]
                    cells += [
                        .number(border?.seats), .number(border?.placed),
                        .number(border?.left).looking((border?.left ?? 0) > 0 ? .granted : .plain),
                    ]
                    if let key { cells.append(value(of: last[index * 6 + age], key)) }
                }
                try rows.append(cells)
            }
        }
    }

    // MARK: 最低指数

    func addBorders(to writer: WorkbookWriter) throws(WorkbookError) {
        let last = lastPlaced()
        let keys = subject.rules.priority.indices.filter { subject.rules.priority[$0].source != .draw }
        let columns =
            [facilityHeader, facilityNameHeader, "クラス", "募集", "申込", "内定", "残り"].map {
                WorkbookSheet.Column($0, tint: .found)
            } + keys.map { WorkbookSheet.Column("最後の内定者の\(keyName($0))", tint: .found) }
        try writer.addSheet(sheet("最低指数", columns, fixed: 2)) { rows throws(WorkbookError) in
            for border in input.explanations.borders {
                let cells: [WorkbookCell] = [
                    id(border.facility), name(border.facility), .number(border.ageClass), .number(border.seats),
                    .number(border.applicants), .number(border.placed), .number(border.left),
                ]
                try rows.append(cells + keys.map { value(of: last[border.facility * 6 + border.ageClass], $0) })
            }
        }
    }

    /// The key by which facilities are told apart in one number: the points or, without them, the first.
    private var borderKey: Int? {
        let keys = subject.rules.priority
        return keys.firstIndex { $0.source == .points } ?? keys.firstIndex { $0.source != .draw }
    }

    private func keyName(_ key: Int) -> String { Wording.priorityKey(subject.rules.priority[key]).japanese }

    /// For each facility and class, at `facility * 6 + class`, the last child that priority placed there.
    private func lastPlaced() -> [Applicants.Entry?] {
        var last = [Applicants.Entry?](repeating: nil, count: subject.facilities.count * 6)
        let applicants = input.explanations.applicants
        for facility in subject.facilities.indices {
            for entry in applicants.entries[applicants.range(of: facility)] {
                let child = Int(entry.child)
                guard input.placements[child].outcome == .placed,
                    input.placements[child].wishRank == Int(entry.wish) + 1, subject.pin(of: child) == nil
                else { continue }
                last[facility * 6 + subject.children[child].ageClass] = entry
            }
        }
        return last
    }

    private func value(of entry: Applicants.Entry?, _ key: Int) -> WorkbookCell {
        guard let entry else { return .blank }
        let value = input.explanations.keyValue(of: Int(entry.child), at: Int(entry.wish), key)
        if case .number(let number)? = value, subject.rules.priority[key].comparesPlainly,
            !subject.rules.priority[key].source.isComputed
        {
            return Self.cell(number)
        }
        return .text(Wording.value(value, atKey: key, of: subject.rules).japanese)
    }

    // MARK: 実行内容

    func addRun(to writer: WorkbookWriter) throws(WorkbookError) {
        var run = sheet("実行内容", [.init("項目", tint: .found), .init("内容", tint: .found, most: 100)])
        run.hasFilter = false
        try writer.addSheet(run) { rows throws(WorkbookError) in
            for (title, lines) in [
                ("回", roundLines), ("結果", resultLines), ("規則", ruleLines), ("確認した警告", warningLines),
                ("入力ファイル(SHA-256)", fileLines), ("計算", programLines),
            ] {
                try rows.append([.text(title).looking(.title), WorkbookCell(.blank, .title)])
                for (name, content) in lines { try rows.append([.text(name), .words(content)]) }
            }
        }
    }

    private var roundLines: [(String, String)] {
        [("自治体", subject.municipality), ("回", subject.round), ("入所月", subject.month.description)]
    }

    private var resultLines: [(String, String)] {
        func count(_ outcome: Outcome) -> Int { input.placements.count { $0.outcome == outcome } }
        let claims = input.claims.count { $0.kind.isCounted }
        return [
            ("証明", input.statusPhrase.japanese),
            ("申込児童", "\(subject.children.count) 人"), ("施設", "\(subject.facilities.count) か所"),
            ("内定", "\(count(.placed)) 人"), ("転園保留(在園継続)", "\(count(.stays)) 人"), ("保留", "\(count(.held)) 人"),
            ("優先順位の逆転・空き枠の残り", claims == 0 ? "なし(安定)" : "\(claims) 件(claims.csv)"),
        ]
    }

    private var ruleLines: [(String, String)] {
        Wording.rules(of: subject).map { ($0.name.japanese, $0.text.japanese) }
    }

    private var warningLines: [(String, String)] {
        let accepted = Set(input.accepted)
        let codes = input.warnings.filter { accepted.contains($0.code) }.map { ($0.code, "\($0.count) 件、承認済み") }
        let unread = input.unreadColumns.map { ("使われなかった列", "\($0.file): \($0.columns.joined(separator: "、"))") }
        return codes.isEmpty && unread.isEmpty ? [("", "なし")] : codes + unread
    }

    private var programLines: [(String, String)] {
        [("プログラム", run.program), ("ケースのダイジェスト", run.caseDigest)]
    }

    private var fileLines: [(String, String)] {
        run.files.map { ($0.name, "\($0.sha256)(\(Wording.encoding($0.encoding)))") }
    }
}

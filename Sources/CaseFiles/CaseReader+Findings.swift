import Admissions

extension CaseReader {
    /// Whether a finding only follows from a problem that was reported already.
    func isConsequence(_ finding: Finding) -> Bool {
        let finding = origin.located(finding)
        if let row = finding.row, let file = files[finding.table], let column = origin.column(of: finding, in: file),
            file.wrongCells.contains(.init(row: origin.row(row, of: finding.table), column: column))
        {
            return true
        }
        if finding.severity == .warning, let row = finding.row, let file = files[finding.table],
            file.wrongRows.contains(origin.row(row, of: finding.table))
        {
            return true
        }
        return finding.premises.contains { !holds($0, ofRow: finding.row) }
    }

    /// - Parameter row: The row of the draft's table that the finding is about.
    private func holds(_ premise: Finding.Premise, ofRow row: Int?) -> Bool {
        switch premise {
        case .rows(let table): !incomplete.contains(table)
        case .cells(let table): !incomplete.contains(table) && files[table]?.wrongCells.isEmpty ?? true
        case .settings: !problems.contains { $0.severity == .error && $0.file == SettingsFile.name }
        case .namesOfSettings: !problems.contains { $0.kind == .file(.settingUnknown) }
        case .pointsTable: !lacksPointsTable
        case .classOfChild: row.map(rowsWithoutAge.contains) != true
        }
    }

    /// Whether rows or columns of the table are missing.
    func isIncomplete(_ table: CaseTable) -> Bool {
        files[table]?.hasLostRows == true
            || problems.contains {
                $0.kind == .file(.missingColumn) && $0.file == fileName(of: table) && $0.sheet == files[table]?.sheet
            }
    }

    /// The problem that a finding is, at its place in the files.
    ///
    /// - Parameter settings: `case.yaml`, for findings about settings; `nil`: such a finding stands at its beginning.
    func problem(of finding: Finding, settings: SettingsFile?) -> Problem {
        let finding = origin.located(finding)
        let severity: Problem.Severity = finding.severity == .error ? .error : .warning
        var sentence = finding.sentence
        if let known = knownColumn(finding) {
            sentence = Sentence(
                "The column \(known) has a meaning of its own, so that no key and no condition reads it as it is; conditions may "
                    + "read \(PointsCondition.standardColumns) and every further column.",
                "列「\(known)」には決まった意味があり、優先順位の基準や条件でそのまま使うことはできません。条件に使えるのは "
                    + "\(PointsCondition.standardColumns) と、その他の列です。")
        } else if let meant = meantColumn(finding) {
            sentence = sentence + Sentence(" Is \(meant) meant?", "「\(meant)」のことではありませんか。")
        }
        var problem = Problem(
            .finding(finding.code), severity, file: fileName(of: finding.table),
            sentence.renamed(column: header, file: fileName))
        problem.needsAcceptance = finding.code.needsAcceptance
        if finding.table == .settings {
            let mark = finding.column.flatMap { settings?.places[$0] }
            (problem.line, problem.column) = (mark?.line ?? 1, mark?.column ?? 1)
        } else if let file = files[finding.table] {
            guard let row = finding.row else {
                (problem.line, problem.column) = (file.table.headerRow, 1)
                return problem.inSheet(file.sheet)
            }
            let (place, column) = (origin.row(row, of: finding.table), origin.column(of: finding, in: file))
            (problem.line, problem.column) = file.table.place(row: place, column: column ?? 0)
            problem.spot = file.spot(row: place, column: column)
            problem = problem.inSheet(file.sheet)
        }
        return problem
    }

    /// The header of a column in its file, or as the profile has it.
    ///
    /// - Parameters:
    ///   - name: The standard name.
    ///   - table: The table.
    private func header(_ name: String, of table: CaseTable) -> String? {
        if let file = files[table], let column = file.place(ofColumn: name) { return file.table.columns[column] }
        return profile.header(of: name, in: table)
    }

    /// The column that a setting names although it is there for something else, such as `wish_1`.
    private func knownColumn(_ finding: Finding) -> String? {
        guard let file = files[.children], [.keyUnknown, .pointsAttributeUnknown].contains(finding.code) else {
            return nil
        }
        return file.readColumnNames.filter { name in
            [
                "The attribute \(name) is not a column", "The priority key \(name) is not a column",
                "The column \(name) of the key ", "The column \(name) in onlyWhen of the key ",
            ].contains { finding.message.hasPrefix($0) }
        }.min()
    }

    /// The column of the children's table that a setting seems to mean, where it names none.
    private func meantColumn(_ finding: Finding) -> String? {
        guard let file = files[.children], let setting = finding.column else { return nil }
        switch finding.code {
        case .keyUnknown:
            guard let key = rules?.priority.enumerated().first(where: { setting == "priority[\($0.offset)]" }) else {
                return nil
            }
            let computed = [
                "points", "birth_date", "age_class", "wish_rank", "sibling_at_facility", "lives_in_area", "met",
            ]
            return key.element.source == .attribute
                ? nearest(to: key.element.name, among: file.table.columns + computed)
                : key.element.column.flatMap { nearest(to: $0, among: file.table.columns) }
        case .pointsAttributeUnknown:
            let column = rules?.pointsTable.conditions(at: setting).compactMap(\.column).first {
                finding.message.hasPrefix("The attribute \($0) ")
            }
            return column.flatMap {
                file.standardName(ofHeader: $0, among: PointsCondition.standardColumns)
                    ?? nearest(to: $0, among: file.table.columns)
            }
        default: return nil
        }
    }

    /// The problems in the order of files, lines and columns; those of one place keep their order.
    func inOrder(_ problems: [Problem]) -> [Problem] {
        let tables = CaseTable.ofCase.dropFirst().map { fileName(of: $0) }
        let profiles = Set(problems.compactMap(\.file)).subtracting(
            tables + CaseTable.betweenRounds.map { fileName(of: $0) } + ["", SettingsFile.name])
        let order =
            ["", SettingsFile.name] + profiles.sorted() + tables
            + CaseTable.betweenRounds.map { fileName(of: $0) }
        let rank = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let places = problems.enumerated().map { offset, problem in
            (rank[problem.file ?? ""] ?? 0, problem.line ?? 0, problem.column ?? 0, offset)
        }
        return places.sorted(by: <).map { problems[$0.3] }
    }
}

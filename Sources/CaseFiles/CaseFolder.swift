import Admissions
import Foundation
import Tables

/// A folder that holds a case: one round of one municipality, as `case.yaml` and tables.
public struct CaseFolder: Sendable {
    public let url: URL

    public init(_ url: URL) { self.url = url }
    public init(path: String) { url = URL(fileURLWithPath: path) }

    /// Bytes of all files of the folder that are called like tables, whether they belong to the case or not; 0 where there is
    /// no such folder.
    public var byteCount: Int {
        let files = try? FileManager.default.contentsOfDirectory(
            at: url, includingPropertiesForKeys: [.fileSizeKey], options: [])
        return (files ?? []).filter { $0.pathExtension.lowercased() == "csv" }.reduce(0) { sum, file in
            let size = (try? file.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
            // What is larger is not read.
            return sum + (size <= Table.byteLimit ? size : 0)
        }
    }

    /// Reads and checks everything.
    ///
    /// - Parameters:
    ///   - objective: Replaces the objective of `case.yaml`.
    ///   - doubts: Whether to look for what cannot well be right.
    ///   - threads: How many may work at the same time; the result is the same with any number.
    ///   - progress: Hears of each stage as it begins, on the thread that calls.
    /// - Returns: The case, and every problem of all files in one go, in the order of files and places.
    /// - Complexity: O(n log n) in the size of the files.
    public func read(
        objective: Objective? = nil, doubts: Doubts = .notSought, threads: Int = 1,
        progress: ((ReadingStage) -> Void)? = nil
    ) -> CaseReading {
        var reader = CaseReader(
            folder: url, objective: objective, doubts: doubts, threads: threads, progress: progress)
        return reader.read()
    }

    /// Whether a case is searched for what cannot well be right: warnings that need acceptance.
    public enum Doubts: Sendable {
        case notSought
        /// `previous` is an earlier round of the same municipality to compare with.
        case sought(previous: Case?)
    }
}

/// What reading a case is at.
public enum ReadingStage: Hashable, Sendable {
    /// Reading a file of this name.
    case file(String)
    /// Checking this many children and their households.
    case checking(children: Int)
}

/// What a case folder says.
public struct CaseReading: Sendable {
    /// The case; `nil` where an error stands.
    public let subject: Case?
    /// The rows as they were written; `nil` where the settings or a needed table could not be read.
    public private(set) var draft: CaseDraft?
    /// Every problem, in the order of files, lines and columns.
    public let problems: [Problem]
    /// The files that were read.
    public let files: [InputFile]
    /// Of each table with some, the columns that no rule and no reader uses, in the order of the tables.
    public let unreadColumns: [UnreadColumns]

    public var errors: [Problem] { problems.filter { $0.severity == .error } }
    public var warnings: [Problem] { problems.filter { $0.severity == .warning } }

    /// Gives up the draft, which takes as much memory as the case.
    ///
    /// - Parameter threads: With more than one it is freed on another: millions of rows take a moment.
    public mutating func dropDraft(threads: Int = 1) {
        let rows = draft
        draft = nil
        if threads > 1 { DispatchQueue.global().async { withExtendedLifetime(rows) {} } }
    }
}

/// A file that was read, for the record.
public struct InputFile: Hashable, Sendable {
    public let name: String
    public let encoding: TextEncoding
    /// In hexadecimal, of the bytes as they were.
    public let sha256: String
}

/// Reads the files of a case one after another.
struct CaseReader {
    let folder: URL
    let objective: Objective?
    let doubts: CaseFolder.Doubts
    let threads: Int
    let progress: ((ReadingStage) -> Void)?
    var problems: [Problem] = []
    var files: [CaseTable: CaseTableFile] = [:]
    /// For each row of a draft's table the row of the file.
    private var rows: [CaseTable: [Int]] = [:]
    /// Tables of which rows or columns are missing, so that what follows from it is not reported.
    private var incomplete: Set<CaseTable> = []

    init(
        folder: URL, objective: Objective?, doubts: CaseFolder.Doubts, threads: Int,
        progress: ((ReadingStage) -> Void)?
    ) {
        self.folder = folder
        self.objective = objective
        self.doubts = doubts
        self.threads = threads
        self.progress = progress
    }

    /// What `case.yaml` says of them.
    var rules: Rules?
    /// Rows of a draft's children whose class is not known; whether they may have a wish is not either.
    private var rowsWithoutAge: Set<Int> = []
    /// Whether points may be blank because their table was not read whole.
    private var lacksPointsTable = false
    /// How the files differ from the standard form.
    var profile = ColumnProfile.standard

    func fileName(of table: CaseTable) -> String { profile.fileName(of: table) }

    func exists(_ name: String) -> Bool { isThere(name, in: folder) }

    mutating func read() -> CaseReading {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
            return CaseReading(
                subject: nil, draft: nil,
                problems: [Problem(.file(.folderMissing), .error, "The case folder \(folder.path) does not exist.")],
                files: [], unreadColumns: [])
        }
        var inputs: [InputFile] = []
        var settings: SettingsFile?
        var namesAreKnown = true
        if exists(SettingsFile.name) {
            let file = SettingsFile(in: folder)
            if !file.sha256.isEmpty {
                inputs.append(InputFile(name: SettingsFile.name, encoding: file.encoding, sha256: file.sha256))
            }
            inputs += [file.profileFile].compactMap { $0 }
            problems += file.problems
            profile = file.profile
            namesAreKnown = file.settings != nil
            lacksPointsTable = file.hasPointsTable && file.problems.contains { $0.severity == .error }
            settings = file
            rules = file.settings?.rules
            if !file.hasSoundProfile {
                return CaseReading(
                    subject: nil, draft: nil, problems: inOrder(problems), files: inputs, unreadColumns: [])
            }
        } else {
            problems.append(Problem(.file(.fileMissing), file: SettingsFile.name, "A case needs this file."))
        }
        for kind in CaseTable.ofCase where kind != .settings {
            guard exists(fileName(of: kind)) else {
                let isNamed = profile.fileNames[kind] != nil
                if isNamed || namesAreKnown && (kind == .children || kind == .facilities) {
                    let similar = similarFile(to: kind).map { " Is \($0) meant? Save it as CSV under this name." } ?? ""
                    problems.append(
                        Problem(
                            .file(.fileMissing), file: fileName(of: kind),
                            (isNamed
                                ? "The profile names this file, and it does not exist." : "A case needs this file.")
                                + similar))
                } else if namesAreKnown {
                    refuseSimilarFile(to: kind)
                }
                continue
            }
            progress?(.file(fileName(of: kind)))
            let (file, wrong) = CaseTableFile.read(kind, by: profile, in: folder, threads: threads)
            problems += wrong
            files[kind] = file
        }
        let draft = makeDraft(settings?.settings)
        if let settings, draft != nil { refuseUnusedValues(settings) }
        for kind in CaseTable.ofCase { problems += files[kind]?.problems ?? [] }
        var subject: Case?
        if let draft {
            progress?(.checking(children: draft.children.count))
            let (resolved, findings) = draft.resolve(threads: threads)
            incomplete = Set(CaseTable.ofCase.filter(isIncomplete))
            let ageless: Set<Finding.Code> = [.ageMissing, .ageOutOfRange]
            rowsWithoutAge = Set(findings.filter { ageless.contains($0.code) }.compactMap(\.row))
            for finding in findings where !isConsequence(finding) {
                problems.append(problem(of: finding, settings: settings))
            }
            subject = resolved
            if case .sought(let previous) = doubts, let resolved, !problems.contains(where: { $0.severity == .error }) {
                problems += draft.doubts(about: resolved, previous: previous, threads: threads).map {
                    problem(of: $0, settings: settings)
                }
            }
        }
        for kind in CaseTable.ofCase {
            guard let file = files[kind] else { continue }
            inputs.append(InputFile(name: file.name, encoding: file.encoding, sha256: file.sha256.value))
        }
        let hasError = problems.contains { $0.severity == .error }
        return CaseReading(
            subject: hasError ? nil : subject, draft: draft, problems: inOrder(problems), files: inputs,
            unreadColumns: unreadColumns)
    }

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

    // MARK: Findings

    /// Whether a finding only follows from a problem that was reported already.
    func isConsequence(_ finding: Finding) -> Bool {
        let finding = located(finding)
        if let row = finding.row, let file = files[finding.table], let column = column(of: finding, in: file),
            file.wrongCells.contains(.init(row: rows[finding.table]?[row] ?? row, column: column))
        {
            return true
        }
        if finding.severity == .warning, let row = finding.row, let file = files[finding.table],
            file.wrongRows.contains(rows[finding.table]?[row] ?? row)
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
    private func isIncomplete(_ table: CaseTable) -> Bool {
        files[table]?.hasLostRows == true
            || problems.contains { $0.kind == .file(.missingColumn) && $0.file == fileName(of: table) }
    }

    func problem(of finding: Finding, settings: SettingsFile?) -> Problem {
        let finding = located(finding)
        let severity: Problem.Severity = finding.severity == .error ? .error : .warning
        var problem = Problem(.finding(finding.code), severity, file: fileName(of: finding.table), finding.message)
        problem.needsAcceptance = finding.code.needsAcceptance
        problem.japanese = finding.japanese
        if let meant = meantColumn(finding) { problem.message += " Is \(meant) meant?" }
        if finding.table == .settings {
            let mark = finding.column.flatMap { settings?.places[$0] }
            (problem.line, problem.column) = (mark?.line ?? 1, mark?.column ?? 1)
        } else if let file = files[finding.table] {
            guard let row = finding.row else {
                (problem.line, problem.column) = (file.table.headerRow, 1)
                return problem
            }
            let fileRow = rows[finding.table]?[row] ?? row
            let place = file.table.place(row: fileRow, column: column(of: finding, in: file) ?? 0)
            (problem.line, problem.column) = place
        }
        return problem
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
            return column.flatMap { nearest(to: $0, among: file.table.columns) }
        default: return nil
        }
    }

    /// The column of the file that a finding names; the wishes of a draft are numbered without gaps.
    private func column(of finding: Finding, in file: CaseTableFile) -> Int? {
        guard let name = finding.column else { return nil }
        for prefix in ["wish_", "points_"] + wishAttributeNames.map({ $0 + "_" })
        where (file.kind == .children || file.kind == .newChildren) && name.hasPrefix(prefix) {
            if let position = Int(name.dropFirst(prefix.count)), wishNumbers.indices.contains(position - 1) {
                return file.place(ofColumn: "\(prefix)\(wishNumbers[position - 1])")
            }
        }
        if file.kind == .jointWishes, let row = finding.row, jointNumbers.indices.contains(row) {
            let number = jointNumbers[row] ?? jointNumbers.compactMap { $0 }.min() ?? 1
            if let column = file.place(ofColumn: "\(name)_\(number)") { return column }
        }
        return file.place(ofColumn: name)
    }

    /// For each position of a draft's wish list the number of its column.
    private var wishNumbers: [Int] = []
    /// Names of the keys that have a column for each wish.
    private(set) var wishAttributeNames: [String] = []
    /// For each of a draft's joint wishes the number of its columns; empty where they have none.
    private var jointNumbers: [Int?] = []
    /// Answers that the children's table gives by `sibling_pattern`, with the row of the first child; in a draft they
    /// follow the rows of the households' table.
    private(set) var patternAnswers: [(answer: HouseholdRow, childRow: Int)] = []
    private var householdRowCount = 0

    /// The finding at the place where its row really stands.
    private func located(_ finding: Finding) -> Finding {
        guard finding.table == .households, let row = finding.row, row >= householdRowCount else { return finding }
        var finding = finding
        (finding.table, finding.column) = (.children, "sibling_pattern")
        finding.row = patternAnswers[row - householdRowCount].childRow
        return finding
    }

    // MARK: Tables

    private mutating func makeDraft(_ settings: Settings?) -> CaseDraft? {
        let (children, attributeNames) = readChildren(settings?.rules)
        let facilities = readFacilities()
        let households = readHouseholds()
        householdRowCount = households.count
        let jointWishes = readJointWishes(children ?? [])
        let seatLimits = readSeatLimits()
        let pins = readPins()
        examineUnreadColumns(of: CaseTable.ofCase)
        guard let settings, let month = settings.month, let children, let facilities else { return nil }
        var rules = settings.rules
        if let objective { rules.objective = objective }
        var draft = CaseDraft(
            municipality: settings.municipality, round: settings.round, month: month, rules: rules,
            attributeNames: attributeNames, children: children, facilities: facilities,
            households: households + patternAnswers.map(\.answer), jointWishes: jointWishes, seatLimits: seatLimits,
            pins: pins)
        draft.wishAttributeNames = wishAttributeNames
        return draft
    }

    /// Reports what `columns.values` says of a column that no table has.
    private mutating func refuseUnusedValues(_ settings: SettingsFile) {
        let mark = settings.places["columns.values"] ?? settings.places["columns"]
        for name in profile.values.keys.sorted()
        where !CaseTable.ofCase.contains(where: { $0.knows(column: name) })
            && !files.values.contains(where: { $0.place(ofColumn: name) != nil })
        {
            problems.append(
                Problem(
                    .file(.settingUnknown), file: SettingsFile.name, line: mark?.line ?? 1, column: mark?.column ?? 1,
                    "values has an entry for \(name), which is no column of any table; correct it or take it out."))
        }
    }

    /// - Parameter kind: `children`, or `newChildren`, which is like it.
    mutating func readChildren(
        _ rules: Rules?, of kind: CaseTable = .children
    ) -> (rows: [ChildRow]?, attributeNames: [String]) {
        guard var file = files[kind] else { return (nil, []) }
        defer { files[kind] = file }
        let id = file.column("child_id", isNeeded: true)
        let household = file.column("household_id", isNeeded: true)
        let birthDate = file.column("birth_date")
        let dueDate = file.column("due_date")
        let ageClass = file.column("age_class")
        let current = file.column("current_facility_id")
        let group = file.column("group")
        let siblings = file.column("sibling_facility_ids")
        let points = file.column("points")
        let draw = file.column("draw")
        let pattern = profile.patterns.isEmpty ? nil : file.column("sibling_pattern")
        let wishes = file.numberedColumns("wish")
        let wishPoints = file.numberedColumns("points")
        let byWish = keyColumnsByWish(rules, of: &file)
        wishAttributeNames = byWish.map(\.name)
        wishNumbers = byWish.reduce(Set(wishes.keys).union(wishPoints.keys)) { $0.union($1.columns.keys) }.sorted()
        if wishes.isEmpty { _ = file.column("wish_1", isNeeded: true) }
        if birthDate == nil && dueDate == nil && ageClass == nil {
            _ = file.column("birth_date", isNeeded: true)
        }
        let further = file.furtherColumns
        if kind == .children, file.table.rowCount == 0, !file.hasLostRows {
            file.remark(.file(.noRows), "The table has no children.")
        }
        file.readIDs(in: [id, household, current, siblings] + wishes.values.map { $0 })
        file.refuseClashes(in: id)
        file.refuseClashes(in: household)
        guard id != nil, household != nil, !wishes.isEmpty else { return (nil, []) }
        let columns = ChildColumns(
            id: id, household: household, birthDate: birthDate, dueDate: dueDate, ageClass: ageClass,
            current: current, group: group, siblings: siblings, points: points, draw: draw,
            wishes: wishNumbers.map { wishes[$0] }, wishPoints: wishNumbers.map { wishPoints[$0] },
            attributes: further.map(\.index), wishAttributes: byWish.map { key in wishNumbers.map { key.columns[$0] } },
            ignoresPointsOfBlankWishes: profile.ignoresPointsOfBlankWishes)
        let blank = file.unremarked
        let (children, parts) = elements(file.table.rowCount, threads: threads, state: blank) { part, row in
            columns.child(row, of: &part)
        }
        for part in parts { file.absorb(part) }
        if let pattern { readPatterns(&file, pattern, children) }
        return (children, further.map(\.name))
    }

    /// For each priority key that has a column for each wish, such as `distance_1`, these columns by their number.
    ///
    /// A column that another rule reads by its own name is none of them.
    private func keyColumnsByWish(
        _ rules: Rules?, of file: inout CaseTableFile
    ) -> [(name: String, columns: [Int: Int])] {
        guard let rules else { return [] }
        let others = Set(
            rules.priority.map(\.name) + rules.priority.flatMap(\.furtherColumns) + rules.pointsTable.columns)
        var found: [(name: String, columns: [Int: Int])] = []
        for key in rules.priority where !found.contains(where: { $0.name == key.name }) {
            let isOwn = key.source == .attribute || key.source.isComputed && file.place(ofColumn: key.name) != nil
            let isPart =
                rules.pointsTable.parts.contains { $0.name == key.name } && file.place(ofColumn: key.name) == nil
            guard isOwn, key.column == nil, !isPart, !file.kind.columns.contains(key.name + "_N") else { continue }
            let columns = file.numberedColumns(ofKey: key.name, besides: others)
            if !columns.isEmpty { found.append((key.name, columns)) }
        }
        return found
    }

    /// Makes the patterns that the children's rows name answers of their households.
    private mutating func readPatterns(_ file: inout CaseTableFile, _ column: Int, _ children: [ChildRow]) {
        var first: [HouseholdID: Int] = [:]
        var memberCount: [HouseholdID: Int] = [:]
        var answers: [HouseholdID: (pattern: ColumnProfile.SiblingPattern, row: Int)] = [:]
        for (row, child) in children.enumerated() {
            if first[child.household] == nil { first[child.household] = row }
            memberCount[child.household, default: 0] += 1
            let codes = profile.patterns.keys.sorted().joined(separator: ", ")
            guard
                let pattern = file.textValue(
                    row, column, .file(.notAPattern), "must be one of \(codes), or blank", { profile.pattern($0) })
            else { continue }
            if let answer = answers[child.household], answer.pattern != pattern {
                file.report(
                    row, column, .file(.patternDisagrees),
                    "A sibling's row says otherwise; write the same pattern in all rows of a household.")
            } else if answers[child.household] == nil {
                answers[child.household] = (pattern, row)
            }
        }
        for (household, answer) in answers.sorted(by: { $0.value.row < $1.value.row })
        where memberCount[household]! > 1 {
            patternAnswers.append(
                (
                    HouseholdRow(
                        household: household, timing: answer.pattern.timing, facility: answer.pattern.facility),
                    answer.row
                ))
        }
    }

    private mutating func readFacilities() -> [FacilityRow]? {
        guard var file = files[.facilities] else { return nil }
        defer { files[.facilities] = file }
        let id = file.column("facility_id", isNeeded: true)
        let name = file.column("name")
        let seats = (0...5).map { file.column("seats_\($0)") }
        let months = file.column("min_age_months")
        let days = file.column("min_age_days")
        let kind = file.column("kind")
        let ward = file.column("ward")
        let latitude = file.column("latitude")
        let longitude = file.column("longitude")
        let unpublished = file.column("unpublished")
        if seats.allSatisfy({ $0 == nil }) { _ = file.column("seats_0", isNeeded: true) }
        let derivation = ["capacity", "enrolled", "margin"].map { prefix in
            (0...5).map { file.column("\(prefix)_\($0)") }
        }
        if file.table.rowCount == 0 && !file.hasLostRows { file.remark(.file(.noRows), "The table has no facilities.") }
        file.readIDs(in: [id])
        file.refuseClashes(in: id)
        guard id != nil else { return nil }
        var facilities: [FacilityRow] = []
        for row in 0..<file.table.rowCount {
            let vacancies = seats.map { file.integer(row, $0) }
            let sources = derivation.map { columns in
                columns.allSatisfy { $0 == nil } ? [] : columns.map { file.integer(row, $0) }
            }
            var facility = FacilityRow(
                id: FacilityID(file.text(row, id) ?? ""), name: file.plainText(row, name),
                seats: vacancies, minimumAgeMonths: file.integer(row, months),
                minimumAgeDays: file.integer(row, days), kind: file.plainText(row, kind),
                ward: file.plainText(row, ward), latitude: file.degrees(row, latitude),
                longitude: file.degrees(row, longitude), capacity: sources[0], enrolled: sources[1],
                margin: sources[2], unpublished: file.ages(row, unpublished) ?? [])
            // Names stay as they are written; what compares them folds them as it does all other words.
            (facility.foldedKind, facility.foldedWard) = (folded(facility.kind), folded(facility.ward))
            if facility.foldedKind == facility.kind { facility.foldedKind = nil }
            if facility.foldedWard == facility.ward { facility.foldedWard = nil }
            facilities.append(facility)
        }
        return facilities
    }

    private mutating func readHouseholds() -> [HouseholdRow] {
        guard var file = files[.households] else { return [] }
        defer { files[.households] = file }
        let id = file.column("household_id", isNeeded: true)
        let timing = file.column("timing")
        let facility = file.column("facility")
        let lead = file.column("lead_child_id")
        let preferred = file.column("prefer_child_id")
        file.readIDs(in: [id, lead, preferred])
        guard id != nil else { return [] }
        var answers: [HouseholdRow] = []
        for row in 0..<file.table.rowCount {
            let answer = HouseholdRow(
                household: HouseholdID(file.text(row, id) ?? ""), timing: file.choice(row, timing),
                facility: file.choice(row, facility), leadChild: file.text(row, lead).map { ChildID($0) },
                preferredChild: file.text(row, preferred).map { ChildID($0) })
            answers.append(answer)
        }
        return answers
    }

    private mutating func readJointWishes(_ children: [ChildRow]) -> [JointWishRow] {
        guard var file = files[.jointWishes] else { return [] }
        defer { files[.jointWishes] = file }
        let id = file.column("household_id", isNeeded: true)
        let rank = file.column("rank", isNeeded: true)
        let numberedChildren = file.numberedColumns("child_id")
        if !numberedChildren.isEmpty {
            return readNumberedJointWishes(&file, id, rank, numberedChildren, children)
        }
        let child = file.column("child_id", isNeeded: true)
        let facility = file.column("facility_id", isNeeded: true)
        guard let id, let rank, let child, let facility else { return [] }
        file.readIDs(in: [id, child, facility])
        var wishes: [JointWishRow] = []
        for row in 0..<file.table.rowCount {
            guard let number = readRank(&file, row, rank) else { continue }
            rows[.jointWishes, default: []].append(row)
            wishes.append(
                JointWishRow(
                    household: HouseholdID(file.text(row, id) ?? ""), rank: number,
                    child: ChildID(file.text(row, child) ?? ""),
                    facility: file.text(row, facility).map { FacilityID($0) }))
        }
        return wishes
    }

    private func readRank(_ file: inout CaseTableFile, _ row: Int, _ column: Int) -> Int? {
        if file.text(row, column) == nil {
            file.report(row, column, .file(.notANumber), "rank must be a whole number in digits, such as 12.")
        }
        return file.integer(row, column)
    }

    /// Reads joint wishes of which one row names all children of a rank.
    ///
    /// A child that the row does not name is at its baseline, and so is one at its present facility.
    private mutating func readNumberedJointWishes(
        _ file: inout CaseTableFile, _ id: Int?, _ rank: Int?, _ numberedChildren: [Int: Int], _ children: [ChildRow]
    ) -> [JointWishRow] {
        let numbers = numberedChildren.keys.sorted()
        let facilities = numbers.map { file.column("facility_id_\($0)", isNeeded: true) }
        guard let id, let rank, !facilities.contains(nil) else { return [] }
        file.readIDs(in: [id] + facilities + numberedChildren.values.map { $0 })
        let current = Dictionary(children.map { ($0.id, $0.currentFacility) }, uniquingKeysWith: { first, _ in first })
        var members: [HouseholdID: [ChildID]] = [:]
        for child in children { members[child.household, default: []].append(child.id) }
        var wishes: [JointWishRow] = []
        for row in 0..<file.table.rowCount {
            guard let position = readRank(&file, row, rank) else { continue }
            let household = HouseholdID(file.text(row, id) ?? "")
            var named = Set<ChildID>()
            func add(_ child: ChildID, _ facility: FacilityID?, number: Int?) {
                rows[.jointWishes, default: []].append(row)
                jointNumbers.append(number)
                wishes.append(
                    JointWishRow(household: household, rank: position, child: child, facility: facility))
            }
            for (number, facilityColumn) in zip(numbers, facilities) {
                let facility = file.text(row, facilityColumn).map { FacilityID($0) }
                guard let text = file.text(row, numberedChildren[number]) else {
                    if facility != nil {
                        file.report(
                            row, numberedChildren[number]!, .finding(.childIDBlank),
                            "There is a facility for a child that is not named; name it or leave both blank.")
                    }
                    continue
                }
                let child = ChildID(text)
                named.insert(child)
                add(child, facility == current[child] ?? nil ? nil : facility, number: number)
            }
            for child in members[household] ?? [] where !named.contains(child) { add(child, nil, number: nil) }
        }
        return wishes
    }

    private mutating func readSeatLimits() -> [SeatLimitRow] {
        guard var file = files[.seatLimits] else { return [] }
        defer { files[.seatLimits] = file }
        let id = file.column("facility_id", isNeeded: true)
        let ages = file.column("ages", isNeeded: true)
        let group = file.column("group")
        let seats = file.column("seats", isNeeded: true)
        let opens = file.column("opens")
        let phase = file.column("phase")
        let release = file.column("release")
        file.readIDs(in: [id])
        guard let id, let ages, let seats else { return [] }
        var limits: [SeatLimitRow] = []
        for row in 0..<file.table.rowCount {
            if file.text(row, seats) == nil {
                file.report(row, seats, .file(.notANumber), "A seat limit needs a number of seats.")
            }
            if file.text(row, ages) == nil {
                file.report(row, ages, .file(.notAges), "A seat limit needs ages such as 0, 3-5 or 0;2.")
            }
            let isOpening = file.yesOrNo(row, opens)
            let isReleased = file.yesOrNo(row, release)
            let condition = file.textValue(row, group, .file(.notAGroup), "must be blank, a group or !group") {
                GroupCondition($0)
            }
            guard let number = file.integer(row, seats),
                let ageSet = file.ages(row, ages)
            else { continue }
            rows[.seatLimits, default: []].append(row)
            limits.append(
                SeatLimitRow(
                    facility: FacilityID(file.text(row, id) ?? ""), ages: ageSet, group: condition ?? .everyone,
                    seats: number, opens: isOpening ?? false, phase: file.text(row, phase),
                    isReleased: isReleased ?? false))
        }
        return limits
    }

    private mutating func readPins() -> [PinRow] {
        guard var file = files[.pins] else { return [] }
        defer { files[.pins] = file }
        let child = file.column("child_id", isNeeded: true)
        let facility = file.column("facility_id", isNeeded: true)
        let by = file.column("by", isNeeded: true)
        let reason = file.column("reason", isNeeded: true)
        file.readIDs(in: [child, facility])
        guard child != nil, facility != nil, by != nil, reason != nil else { return [] }
        return (0..<file.table.rowCount).map { row in
            PinRow(
                child: ChildID(file.text(row, child) ?? ""), facility: file.text(row, facility).map { FacilityID($0) },
                by: file.plainText(row, by), reason: file.plainText(row, reason))
        }
    }
}

/// Where the columns of the children's table are; `nil`: missing.
private struct ChildColumns {
    let id, household, birthDate, dueDate, ageClass, current, group, siblings, points, draw: Int?
    let wishes: [Int?]
    let wishPoints: [Int?]
    let attributes: [Int]
    let wishAttributes: [[Int?]]
    let ignoresPointsOfBlankWishes: Bool

    /// The row as it was written, without blanks at the end of its lists.
    func child(_ row: Int, of file: inout CaseTableFile) -> ChildRow {
        let wished = list(wishes, row, file).map { file.text(row, $0).map { FacilityID($0) } }
        var points: [ExactNumber?] = []
        for (index, column) in list(wishPoints, row, file).enumerated() {
            let isIgnored = ignoresPointsOfBlankWishes && (index >= wished.count || wished[index] == nil)
            points.append(isIgnored ? nil : file.number(row, column))
        }
        var child = ChildRow(
            id: ChildID(file.text(row, id) ?? ""), household: HouseholdID(file.text(row, household) ?? ""),
            birthDate: file.date(row, birthDate), dueDate: file.date(row, dueDate),
            ageClass: file.age(row, ageClass),
            currentFacility: file.text(row, current).map { FacilityID($0) },
            groups: file.list(row, group), siblingFacilities: file.list(row, siblings).map { FacilityID($0) },
            wishes: wished, points: file.number(row, self.points), wishPoints: points,
            draw: file.number(row, draw), attributes: attributes.map { file.text(row, $0) ?? "" })
        if !wishAttributes.isEmpty {
            child.wishAttributes = wishAttributes.map { columns in
                list(columns, row, file).map { file.text(row, $0) ?? "" }
            }
        }
        return child
    }

    /// The columns up to the last that is not blank.
    private func list(_ columns: [Int?], _ row: Int, _ file: CaseTableFile) -> ArraySlice<Int?> {
        let last = columns.lastIndex { column in column.map { !file.isBlank(row, $0) } ?? false }
        return columns[..<(last.map { $0 + 1 } ?? 0)]
    }
}

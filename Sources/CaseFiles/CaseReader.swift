import Admissions
import Foundation

/// Reads the files of a case one after another.
struct CaseReader {
    let folder: URL
    let objective: Objective?
    let doubts: CaseFolder.Doubts
    let threads: Int
    let progress: ((ReadingStage) -> Void)?
    /// Every problem so far; those of a table are in its ``CaseTableFile`` until all tables are read.
    var problems: [Problem] = []
    var files: [CaseTable: CaseTableFile] = [:]
    /// How the files differ from the standard form.
    var profile = ColumnProfile.standard
    /// What `case.yaml` says of them.
    var rules: Rules?
    /// Where the rows and columns of the draft stand in the files.
    var origin = DraftOrigin()
    /// Tables of which rows or columns are missing, so that what follows from it is not reported.
    private(set) var incomplete: Set<CaseTable> = []
    /// Rows of a draft's children whose class is not known; whether they may have a wish is not either.
    private(set) var rowsWithoutAge: Set<Int> = []
    /// Whether points may be blank because their table was not read whole.
    private(set) var lacksPointsTable = false
    /// Whether `case.yaml` asks for a workbook of the result.
    private var asksForWorkbook = false
    /// By what a report counts the children.
    private(set) var reportGroups: [String] = []
    /// The files that were read.
    private var inputs: [InputFile] = []

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

    func fileName(of table: CaseTable) -> String { profile.fileName(of: table) }

    func exists(_ name: String) -> Bool { isThere(name, in: folder) }

    mutating func read() -> CaseReading {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
            problems = [
                Problem(
                    .file(.folderMissing), .error, "The case folder \(folder.path) does not exist; correct the path.",
                    "案件のフォルダ \(folder.path) がありません。場所を確かめてください。")
            ]
            return reading(nil, nil, unreadColumns: [])
        }
        let settings = readSettings()
        if let settings, !settings.hasSoundProfile { return reading(nil, nil, unreadColumns: []) }
        readTables(namesAreKnown: settings.map { $0.settings != nil } ?? true)
        let draft = makeDraft(settings?.settings)
        if let settings, draft != nil {
            refuseUnusedValues(settings)
            refuseUnusedBlanks(settings)
        }
        refuseUnknownResultColumns()
        refuseReportGroups(settings, draft)
        for kind in CaseTable.ofCase { problems += files[kind]?.problems ?? [] }
        let subject = draft.flatMap { resolve($0, settings) }
        for kind in CaseTable.ofCase {
            // A workbook may hold several tables.
            guard let file = files[kind], !inputs.contains(where: { $0.name == file.name }) else { continue }
            inputs.append(InputFile(name: file.name, encoding: file.encoding, sha256: file.sha256.value))
        }
        return reading(subject, draft, unreadColumns: unreadColumns)
    }

    private func reading(_ subject: Case?, _ draft: CaseDraft?, unreadColumns: [UnreadColumns]) -> CaseReading {
        let hasError = problems.contains { $0.severity == .error }
        return CaseReading(
            subject: hasError ? nil : subject, draft: draft, problems: inOrder(problems), files: inputs,
            unreadColumns: unreadColumns, asksForWorkbook: asksForWorkbook, reportGroups: reportGroups,
            folder: folder, profile: profile)
    }

    /// Reads `case.yaml` and the profile that it names; `nil` where there is no such file.
    private mutating func readSettings() -> SettingsFile? {
        guard exists(SettingsFile.name) else {
            problems.append(SettingsFile.missing)
            return nil
        }
        let file = SettingsFile(in: folder)
        if !file.sha256.isEmpty {
            inputs.append(
                InputFile(name: SettingsFile.name, encoding: file.inputEncoding, sha256: file.sha256))
        }
        inputs += [file.profileFile].compactMap { $0 }
        problems += file.problems
        profile = file.profile
        lacksPointsTable = file.hasPointsTable && file.problems.contains { $0.severity == .error }
        rules = file.settings?.rules
        asksForWorkbook = file.settings?.writesWorkbook ?? false
        reportGroups = file.settings?.reportGroups ?? []
        return file
    }

    /// Reads the tables that are there.
    ///
    /// - Parameter namesAreKnown: Whether no error of the settings hides how the files are called.
    private mutating func readTables(namesAreKnown: Bool) {
        for kind in CaseTable.ofCase where kind != .settings {
            guard exists(fileName(of: kind)) else {
                refuseMissingFile(of: kind, namesAreKnown: namesAreKnown)
                continue
            }
            refuseTwins(of: kind)
            progress?(.file(fileName(of: kind)))
            let (file, wrong) = CaseTableFile.read(kind, by: profile, in: folder, threads: threads)
            problems += wrong
            files[kind] = file
        }
    }

    /// Refuses a workbook beside the file that is read: which of the two is right must be certain.
    private mutating func refuseTwins(of kind: CaseTable) {
        let name = fileName(of: kind)
        guard name == kind.fileName || ColumnProfile.workbookNames(of: kind).contains(name) else { return }
        for twin in ColumnProfile.workbookNames(of: kind)
        where twin != name && exists(twin) && !profile.fileNames.values.contains(twin) {
            problems.append(
                Problem(
                    .file(.fileSimilar), file: twin,
                    "\(name) is read, and this file of the same table beside it is not; take one of the two out of the folder, or "
                        + "name the right one in columns, files.",
                    "\(name) を読むので、同じ表のこのファイルは読まれません。どちらかをフォルダから出すか、正しい方を columns の files に書いてください。"))
        }
    }

    private mutating func refuseMissingFile(of kind: CaseTable, namesAreKnown: Bool) {
        let isNamed = profile.fileNames[kind] != nil
        guard isNamed || namesAreKnown else { return }
        guard isNamed || kind == .children || kind == .facilities else {
            refuseSimilarFile(to: kind)
            return
        }
        let why =
            isNamed
            ? Sentence(
                "The profile names this file, and it does not exist.", "列の対応（columns）にあるこのファイルがありません。")
            : Sentence("A case needs this file.", "案件に必要なこのファイルがありません。")
        let similar =
            similarFile(to: kind).map {
                Sentence(
                    " Is \($0) meant? Save it as CSV under this name.", "\($0) のことなら、CSV としてこの名前で保存してください。")
            } ?? Sentence("", "フォルダに置いてください。")
        problems.append(Problem(.file(.fileMissing), file: fileName(of: kind), why + similar))
    }

    private mutating func makeDraft(_ settings: Settings?) -> CaseDraft? {
        let (children, attributeNames) = readChildren(settings?.rules)
        let facilities = readFacilities(blankSeats: settings?.blankSeats ?? .notOffered)
        let households = readHouseholds()
        origin.householdRowCount = households.count
        let jointWishes = readJointWishes(children ?? [])
        let seatLimits = readSeatLimits(facilities ?? [])
        let pins = readPins(children ?? [], facilities ?? [])
        examineUnreadColumns(of: CaseTable.ofCase)
        guard let settings, let month = settings.month, let children, let facilities else { return nil }
        var rules = settings.rules
        if let objective { rules.objective = objective }
        var draft = CaseDraft(
            municipality: settings.municipality, round: settings.round, month: month, rules: rules,
            attributeNames: attributeNames, children: children, facilities: facilities,
            households: households + origin.patternAnswers.map(\.answer), jointWishes: jointWishes,
            seatLimits: seatLimits, pins: pins)
        draft.wishAttributeNames = origin.wishAttributeNames
        draft.unifySpellings()
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
                    "values has an entry for \(name), which is no column of any table; correct it or take it out.",
                    "values にある \(name) は、どの表の列でもありません。直すか、消してください。"))
        }
    }

    /// Reports what `columns.blank` says of a column that its table does not have.
    private mutating func refuseUnusedBlanks(_ settings: SettingsFile) {
        for kind in CaseTable.ofCase {
            guard let file = files[kind] else { continue }
            for name in (profile.blanksOfColumns[kind] ?? [:]).keys.sorted() where !file.hasColumns(called: name) {
                let mark = settings.places["columns.blank.\(kind.settingName).\(name)"] ?? settings.places["columns"]
                problems.append(
                    Problem(
                        .file(.settingUnknown), file: SettingsFile.name, line: mark?.line ?? 1,
                        column: mark?.column ?? 1,
                        "blank has an entry for \(name), which is no column of \(file.name); correct it or take it out.",
                        "blank にある \(name) は、\(file.name) の列ではありません。直すか、消してください。"
                    ))
            }
        }
    }

    /// Makes a case of the draft, and problems of what is noticed on the way; then of doubts, where they are sought and
    /// there is no error.
    private mutating func resolve(_ draft: CaseDraft, _ settings: SettingsFile?) -> Case? {
        progress?(.checking(children: draft.children.count))
        let (subject, findings) = draft.resolve(threads: threads)
        incomplete = Set(CaseTable.ofCase.filter(isIncomplete))
        let ageless: Set<Finding.Code> = [.ageMissing, .ageOutOfRange]
        rowsWithoutAge = Set(findings.filter { ageless.contains($0.code) }.compactMap(\.row))
        for finding in findings where !isConsequence(finding) {
            problems.append(problem(of: finding, settings: settings))
        }
        if case .sought(let previous) = doubts, let subject, !problems.contains(where: { $0.severity == .error }) {
            problems += draft.doubts(about: subject, previous: previous, threads: threads).map {
                problem(of: $0, settings: settings)
            }
        }
        return subject
    }
}

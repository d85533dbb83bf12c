import Admissions
import Foundation
import Tables

/// A folder that holds the result of a run.
public struct ResultFolder: Sendable {
    public let url: URL

    public init(_ url: URL) { self.url = url }
    public init(path: String) { url = URL(fileURLWithPath: path) }

    /// The file that says how the result was found, and in which form the folder is.
    public static let recordName = "run.json"
    /// The form of result folders that this version writes and reads.
    public static let format = 1
    public static let sufficientName = "sufficient.csv"

    static let placementsName = "placements.csv"
    static let placementsColumns = [
        "child_id", "household_id", "age_class", "outcome", "facility_id", "wish_rank", "joint_rank", "points",
        "conditional",
    ]
    /// Added where the round has several phases.
    static let phaseColumn = "phase"

    public static let adviceName = "advice.csv"
    public static let adviceColumns = [
        "kind", "facility_id", "age_class", "household_id", "change", "claims_after", "placed_after",
        "changed_children",
    ]

    /// The workbook of the result, where one was asked for.
    public static let workbookName = "result.xlsx"

    /// Names that files of a result folder may have, and the folder in which a batch keeps the case.
    private static let names: Set<String> = [
        recordName, placementsName, "claims.csv", "reasons.csv", "borders.csv", "borders_public.csv", "waiting.csv",
        "draw_ties.csv", adviceName, sufficientName, "report.html", workbookName, "case",
    ]

    /// Whether a table of a city's own cannot have this name, also on a disk that takes capitals for small letters.
    static func isTaken(_ name: String) -> Bool { names.contains(folded(name).lowercased()) }

    /// The bytes of one of the files, or the problem.
    public func bytes(of name: String) throws(Problem) -> [UInt8] {
        do { return try fileBytes(url.appending(path: name)) } catch { throw error.problem(in: name) }
    }

    /// `run.json` is not what a run writes.
    public static let notWrittenByRun = Problem(
        .file(.jsonSyntax), file: recordName, "The file is not what run writes; run the case again.",
        "run が書き出したファイルではありません。案件をもう一度実行してください。")

    /// The bytes of `run.json`, of a folder in the form that this version reads.
    ///
    /// Whatever reads a result folder asks for this before it looks at anything else: a folder in another form may mean
    /// something else by the same names.
    ///
    /// - Throws: ``Problem`` `FILE_UNREADABLE`, `JSON_SYNTAX`, or `FORMAT_UNKNOWN` where the folder is in another form.
    public func record() throws(Problem) -> [UInt8] {
        struct Head: Decodable { let format: Int }
        let bytes = try bytes(of: Self.recordName)
        guard let head = try? JSONDecoder().decode(Head.self, from: Data(bytes)) else {
            throw Self.notWrittenByRun
        }
        guard head.format == Self.format else {
            throw Problem(
                .file(.formatUnknown), file: Self.recordName,
                "The file has format \(head.format); this version reads \(Self.format). Read the folder with the version of enmusubi "
                    + "that wrote it, or run the case again.",
                "ファイルの形式は \(head.format) ですが、この版が読むのは \(Self.format) です。書き出した版の enmusubi で読むか、"
                    + "案件をもう一度実行してください。")
        }
        return bytes
    }

    /// Names of what lies in the folder, in order; hidden files, and those that a file manager puts into every folder that it
    /// shows, are left out.
    ///
    /// - Parameter recursively: In place of the folders in it, the paths of the files that lie in these.
    public func names(recursively: Bool = false) throws(Problem) -> [String] {
        let files = FileManager.default
        func isFile(_ name: String) -> Bool {
            var isFolder: ObjCBool = false
            return files.fileExists(atPath: url.appending(path: name).path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        func isPassedOver(_ name: String) -> Bool {
            let last = name.split(separator: "/").last ?? ""
            return last.hasPrefix(".") || ["Thumbs.db", "desktop.ini"].contains(last)
        }
        do {
            let all =
                recursively
                ? try files.subpathsOfDirectory(atPath: url.path).filter(isFile)
                : try files.contentsOfDirectory(atPath: url.path)
            return all.filter { !isPassedOver($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw Problem(
                .file(.fileUnreadable), .error,
                "The folder cannot be listed; look whether it is there and may be read.",
                "フォルダの中を見られません。場所と権限を確かめてください。")
        }
    }

    /// Reads where every child ends up from `placements.csv`, believing nothing else in it.
    ///
    /// - Returns: The allocation, `nil` where the table does not give one for this case, the encoding of the file, and
    ///   every problem with its place.
    public func readAllocation(
        of subject: Case
    ) -> (allocation: Allocation?, encoding: TextEncoding, problems: [Problem]) {
        let name = Self.placementsName
        do {
            let text = try DecodedText(try bytes(of: name))
            let (table, problems) = Table.read(text.utf8)
            guard let table, problems.isEmpty else {
                return (nil, text.encoding, problems.map { Problem($0, file: name) })
            }
            var reader = PlacementReader(table: table, subject: subject)
            let allocation = reader.read()
            return (reader.problems.isEmpty ? allocation : nil, text.encoding, reader.problems)
        } catch let problem as Problem {
            return (nil, .utf8, [problem])
        } catch let problem as TableProblem {
            return (nil, .utf8, [Problem(problem, file: name)])
        } catch {
            preconditionFailure("neither reading nor decoding throws \(error)")
        }
    }
}

extension Problem: Error {}

/// Reads the rows of `placements.csv`.
private struct PlacementReader {
    let table: Table
    let subject: Case
    private(set) var problems: [Problem] = []

    init(table: Table, subject: Case) {
        self.table = table
        self.subject = subject
    }

    mutating func read() -> Allocation {
        var allocation = Allocation(baselineOf: subject)
        guard let idColumn = table.column("child_id"), let outcomeColumn = table.column("outcome"),
            let facilityColumn = table.column("facility_id")
        else {
            problems.append(
                Problem(
                    .file(.missingColumn), file: ResultFolder.placementsName, line: table.headerRow, column: 1,
                    "The columns child_id, outcome and facility_id are needed; take the file as run wrote it.",
                    "child_id、outcome、facility_id の列が要ります。run が書き出したままのファイルを使ってください。"))
            return allocation
        }
        let phaseColumn = table.column(ResultFolder.phaseColumn)
        if subject.phases.count > 1, phaseColumn == nil {
            problems.append(
                Problem(
                    .file(.missingColumn), file: ResultFolder.placementsName, line: table.headerRow, column: 1,
                    "The round has several phases, so the column \(ResultFolder.phaseColumn) is needed.",
                    "段階が複数ある回なので、列「\(ResultFolder.phaseColumn)」が要ります。run が書き出したままのファイルを使ってください。"))
            return allocation
        }
        var isRead = [Bool](repeating: false, count: subject.children.count)
        for row in 0..<table.rowCount {
            let id = table.trimmedText(row: row, column: idColumn)
            // As run wrote it; an older run wrote fewer apostrophes.
            guard let child = child(TableWriter.withoutGuard(id), expected: row) ?? child(id, expected: row) else {
                report(row, idColumn, .file(.childUnknown), PlacementProblem.childUnknown)
                continue
            }
            if isRead[child] {
                report(row, idColumn, .finding(.childTwice), PlacementProblem.childTwice)
                continue
            }
            isRead[child] = true
            let facility = table.trimmedText(row: row, column: facilityColumn)
            switch table.trimmedText(row: row, column: outcomeColumn) {
            case Outcome.placed.rawValue:
                let written = FacilityID(spelled: TableWriter.withoutGuard(facility))
                func wish(_ id: FacilityID) -> Int? {
                    subject.children[child].wishes.firstIndex { subject.facilities[$0.facility].id == id }
                }
                if let wish = wish(written) ?? wish(FacilityID(spelled: facility)) {
                    allocation.choices[child] = Int32(wish)
                } else if let place = subject.pin(of: child)?.facility.map({ subject.facilities[$0].id }),
                    place == written || place == FacilityID(spelled: facility)
                {
                    allocation.choices[child] = Allocation.elsewhere
                } else {
                    report(
                        row, facilityColumn, .file(.facilityNotWished),
                        Sentence(
                            "The child is placed where it has no wish; correct the facility.",
                            "希望していない施設に内定しています。施設番号を直してください。"))
                }
            case Outcome.stays.rawValue, Outcome.held.rawValue: allocation.choices[child] = Allocation.baseline
            default: report(row, outcomeColumn, .file(.notAChoice), Self.outcomes)
            }
            if let phaseColumn, let phase = phase(row, phaseColumn) { allocation.phases[child] = phase }
        }
        let missing = isRead.indices.filter { !isRead[$0] }
        if !missing.isEmpty, problems.isEmpty {
            problems.append(
                PlacementProblem.childMissing(
                    missing.map { subject.children[$0].id }, ResultFolder.placementsName))
        }
        return allocation
    }

    /// The index of the phase that the row names, where it names one.
    private mutating func phase(_ row: Int, _ column: Int) -> Int32? {
        let name = table.trimmedText(row: row, column: column)
        if subject.phases.count < 2 || name.isEmpty { return nil }
        let phase =
            subject.phases.firstIndex { $0.name == folded(TableWriter.withoutGuard(name)) }
            ?? subject.phases.firstIndex { $0.name == folded(name) }
        if phase == nil {
            report(
                row, column, .finding(.phaseUnknown),
                Sentence(
                    "The round has no phase of this name; it has \(subject.phases.map(\.name)).",
                    "この名前の段階はありません。\(subject.phases.map(\.name)) のどれかを書いてください。"))
        }
        return phase.map(Int32.init)
    }

    /// Every child by its id; made when rows come in another order than `run` writes.
    private lazy var childOfID = Dictionary(
        uniqueKeysWithValues: subject.children.indices.map { (subject.children[$0].id, $0) })

    /// The child of this id, looked for first where `run` puts it.
    private mutating func child(_ id: String, expected: Int) -> Int? {
        if expected < subject.children.count, subject.children[expected].id.spelling == id { return expected }
        return childOfID[ChildID(spelled: id)]
    }

    private static let outcomes = Sentence(
        "outcome must be placed, stays or held.", "outcome には placed、stays、held のどれかを書いてください。")

    private mutating func report(_ row: Int, _ column: Int, _ code: Problem.Code, _ sentence: Sentence) {
        problems.append(table.problem(code, row: row, column: column, of: ResultFolder.placementsName, sentence))
    }
}

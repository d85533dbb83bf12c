import Admissions
import Foundation

/// The facilities of a table that no case needs to belong to, with numbers that a city publishes beside them.
///
/// The table is read as in its folder: by the `columns` of `case.yaml`, else by `columns.yaml`, else in the standard form.
public struct FacilityList: Sendable {
    /// What the table says of each facility; `nil` where an error stands, or a row that seems to be a sum or a note, which would
    /// be read as a facility. Without columns of seats no class has any.
    public let rows: [FacilityRow]?
    /// For each row the children who wait for classes 0 to 5: six values, or empty without such columns.
    public private(set) var waiting: [[Int?]] = []
    /// For each row the places of all classes together; `nil` where it does not say.
    public private(set) var totalCapacities: [Int?] = []
    /// Every problem, in the order of lines and columns.
    public let problems: [Problem]

    /// The name of a profile that belongs to all tables of its folder that no `case.yaml` describes.
    public static let profileName = "columns.yaml"

    /// - Complexity: O(n log n) in the rows.
    public init(path: String) {
        let url = URL(fileURLWithPath: path)
        var reader = CaseReader(
            folder: url.deletingLastPathComponent(), objective: nil, doubts: .notSought, threads: 1, progress: nil)
        let (rows, file) = reader.readFacilityList(url.lastPathComponent)
        if let rows, var file {
            let columns = (0...5).map { file.column("waiting_\($0)") }
            let total = file.column("capacity_total")
            for row in rows.indices {
                waiting.append(columns.allSatisfy { $0 == nil } ? [] : columns.map { file.integer(row, $0) })
                totalCapacities.append(file.integer(row, total))
            }
            reader.problems += file.problems
        }
        problems = reader.inOrder(reader.problems)
        self.rows = problems.contains { $0.severity == .error || $0.code == "NOTE_ROW" } ? nil : rows
    }
}

extension CaseReader {
    /// The facilities of this file of the folder, and the file while its further columns are unread.
    fileprivate mutating func readFacilityList(_ name: String) -> (rows: [FacilityRow]?, file: CaseTableFile?) {
        let names = [SettingsFile.name, FacilityList.profileName].filter(exists)
        var blankSeats = BlankSeats.notOffered
        if let profileName = names.first {
            let isCase = profileName == SettingsFile.name
            let settings = isCase ? SettingsFile(in: folder) : SettingsFile(profileNamed: profileName, in: folder)
            // What else is wrong with the settings of a case does not matter here.
            if !settings.hasSoundProfile || !isCase { problems += settings.problems }
            profile = settings.profile
            blankSeats = settings.settings?.blankSeats ?? .notOffered
        }
        guard !problems.contains(where: { $0.severity == .error }) else { return (nil, nil) }
        // How the table stands in its file is said of that file alone.
        if profile.fileName(of: .facilities) != name { profile.forms[.facilities] = nil }
        profile.fileNames[.facilities] = name
        let (file, wrong) = CaseTableFile.read(.facilities, by: profile, in: folder, threads: threads)
        problems += wrong
        files[.facilities] = file
        guard let rows = readFacilities(blankSeats: blankSeats, needsSeats: false), !rows.isEmpty else {
            problems += files[.facilities]?.problems ?? []
            return (nil, nil)
        }
        let draft = CaseDraft(
            municipality: "", round: "", month: PlacementMonth(year: 2027, month: 4)!,
            rules: Rules(priority: [], drawSeed: nil), attributeNames: [], children: [], facilities: rows)
        problems += draft.resolve(threads: threads).findings.filter { $0.table == .facilities && $0.severity == .error }
            .map { problem(of: $0, settings: nil) }
        return (rows, files[.facilities])
    }
}

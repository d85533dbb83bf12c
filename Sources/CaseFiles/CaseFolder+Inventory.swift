import Admissions
import Foundation

/// Which round a folder holds and which files make it, without reading the tables.
public struct CaseInventory: Sendable {
    public let municipality: String
    public let round: String
    public let month: PlacementMonth
    /// The files that a reading of the case reads, with their bytes: `case.yaml`, a profile of its own, and the tables that
    /// are there, in this order.
    public let files: [OutputFile]
    /// How many of ``files`` hold rules: `case.yaml`, and a profile where there is one.
    public let ruleFileCount: Int
}

extension CaseFolder {
    /// Reads `case.yaml` and the bytes of every file that ``read(objective:doubts:threads:progress:)`` would read.
    ///
    /// - Returns: The inventory, or the problems that keep the round from being known.
    /// - Complexity: O(size of the files).
    public func inventory() -> (inventory: CaseInventory?, problems: [Problem]) {
        guard isThere(SettingsFile.name, in: url) else {
            return (nil, [SettingsFile.missing])
        }
        let settings = SettingsFile(in: url)
        guard let content = settings.settings, let month = content.month, !content.municipality.isEmpty,
            !content.round.isEmpty, settings.hasSoundProfile
        else { return (nil, settings.problems.filter { $0.severity == .error }) }
        let rules = [SettingsFile.name] + [settings.profileFile?.name].compactMap { $0 }
        let tables = CaseTable.ofCase.filter { $0 != .settings }.map { settings.profile.fileName(of: $0) }.filter {
            isThere($0, in: url)
        }
        var files: [OutputFile] = []
        var problems: [Problem] = []
        for name in rules + tables where !files.contains(where: { $0.name == name }) {
            do { files.append(OutputFile(name: name, bytes: try fileBytes(name, in: url))) } catch {
                problems.append(error.problem(in: name))
            }
        }
        guard problems.isEmpty else { return (nil, problems) }
        return (
            CaseInventory(
                municipality: content.municipality, round: content.round, month: month, files: files,
                ruleFileCount: rules.count),
            []
        )
    }
}

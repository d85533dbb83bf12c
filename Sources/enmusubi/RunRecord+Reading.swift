import CaseFiles
import Foundation

extension RunRecord {
    /// Reads the record of a result folder.
    ///
    /// - Throws: ``Problem`` where the folder is in another form, which is looked at first, or is none at all.
    init(of folder: ResultFolder) throws(Problem) {
        let bytes = try folder.record()
        do { self = try JSONDecoder().decode(RunRecord.self, from: Data(bytes)) } catch {
            throw Problem(.file(.jsonSyntax), file: Self.fileName, "The file is not what run writes.")
        }
    }

    /// Reads the record of a result folder; where that cannot be done says so and ends with status 65.
    static func read(
        _ folder: ResultFolder, named name: String, _ console: Console, in language: Problem.Language = .english
    ) throws -> RunRecord {
        do { return try RunRecord(of: folder) } catch { throw refusal(error, named: name, console, language) }
    }

    /// Ends with status 65 where the folder is in another form than this version reads.
    static func requireFormat(
        of folder: ResultFolder, named name: String, _ console: Console, in language: Problem.Language = .english
    ) throws {
        do { _ = try folder.record() } catch { throw refusal(error, named: name, console, language) }
    }

    private static func refusal(
        _ problem: Problem, named name: String, _ console: Console, _ language: Problem.Language
    ) -> any Error {
        console.report([problem], in: language)
        console.complain("enmusubi: \(name) is no result folder that this version can read.")
        return ExitStatus.badInput
    }
}

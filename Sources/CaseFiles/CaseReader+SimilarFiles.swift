import Admissions
import Foundation

extension CaseReader {
    /// Reports a file that nothing reads and whose name is nearly that of a table that is not there.
    mutating func refuseSimilarFile(to kind: CaseTable) {
        guard let name = similarFile(to: kind) else { return }
        let expected = fileName(of: kind)
        problems.append(
            Problem(
                .file(.fileSimilar), file: name,
                "This file is not read; if \(expected) is meant, save it as CSV under that name, else take it out of the folder.",
                "このファイルは読まれません。\(expected) のことなら CSV としてその名前で保存し、違うならフォルダから出してください。"))
    }

    /// The file of the folder whose name is nearly that of the table, the first by name.
    ///
    /// - Complexity: O(files of the folder).
    func similarFile(to kind: CaseTable) -> String? {
        let known = Set(
            CaseTable.allCases.flatMap { [$0.fileName, fileName(of: $0)] }
                + [ManualTable.fileName])
        let (stem, ending) = Self.parts(of: fileName(of: kind))
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return nil }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.first { name in
            guard !known.contains(name), !name.hasPrefix("."), !name.hasPrefix("~") else { return false }
            let (otherStem, otherEnding) = Self.parts(of: name)
            guard otherEnding == ending || Self.tableEndings.contains(otherEnding) else { return false }
            let (one, other) = (KnownColumns.squeezed(stem), KnownColumns.squeezed(otherStem))
            return one == other
                || one.utf8.allSatisfy { $0 < 0x80 } && distance(one, other, swaps: true) <= (one.count < 6 ? 1 : 2)
        }
    }

    /// What spreadsheets write, in small letters.
    private static let tableEndings = CaseFolder.tableEndings.union(["xls", "xlsb"])

    private static func parts(of name: String) -> (stem: String, ending: String) {
        let url = URL(fileURLWithPath: name)
        return (url.deletingPathExtension().lastPathComponent, url.pathExtension.lowercased())
    }
}

import Admissions
import CaseFiles
import Foundation
import Reports

extension LetterTexts {
    /// The file with the city's own texts that is used where it lies in the case folder.
    public static let fileName = TextBlocks.letterFile

    /// The texts for the letters of a case.
    ///
    /// - Parameters:
    ///   - subject: The case, whose further columns are placeholders.
    ///   - path: The file with the city's own texts; `nil`: ``fileName`` in `folder`, or the usual texts where it is not there.
    ///   - folder: The case folder.
    /// - Throws: ``RoundError/invalidTables(_:)`` where a block or a placeholder is misspelt, or the file cannot be read.
    init(for subject: Case, path: String?, in folder: String) throws(RoundError) {
        let usual = URL(fileURLWithPath: folder).appending(path: Self.fileName)
        let isThere = FileManager.default.fileExists(atPath: usual.path)
        guard let url = path.map({ URL(fileURLWithPath: $0) }) ?? (isThere ? usual : nil) else {
            self.init(columns: subject.attributeNames)
            return
        }
        let forms = Self.placeholders(columns: subject.attributeNames).map {
            TextBlocks.Form($0.block.rawValue, placeholders: $0.names)
        }
        let blocks = TextBlocks(of: url, staysInFolder: path == nil, forms: forms)
        guard blocks.problems.isEmpty else { throw .invalidTables(blocks.problems) }
        self.init(columns: subject.attributeNames, own: blocks.texts)
    }

    /// The usual texts for the letters of a case, as a file for a clerk to edit.
    public static func file(for subject: Case) -> String { file(columns: subject.attributeNames) }
}

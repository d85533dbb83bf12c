import Admissions
import CaseFiles
import Reports

extension Round.Options {
    /// Lets the report lay these results beside that of the round.
    ///
    /// - Parameters:
    ///   - folders: Paths of result folders.
    ///   - municipality: The municipality of the round.
    /// - Throws: The errors of ``SavedResult/init(_:named:)`` and of ``SavedResult/earlier(of:)``.
    public mutating func layBeside(_ folders: [String], of municipality: String) throws(RoundError) {
        for folder in folders {
            earlier.append(
                try SavedResult(ResultFolder(path: folder), named: folder).earlier(of: municipality))
        }
    }
}

extension SavedResult {
    /// What the report of another round lays beside its own figures.
    ///
    /// - Parameter municipality: The municipality of the other round.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where the result is of another municipality, or its table of
    ///   placements cannot be read.
    public func earlier(of municipality: String) throws(RoundError) -> EarlierResult {
        guard record.municipality == municipality else {
            throw .invalidInput(
                sentence: Phrase(
                    "\(name) は \(record.municipality) の結果で、\(municipality) のものではありません。同じ自治体の結果を指定してください。",
                    "\(name) is a result of \(record.municipality), not of \(municipality); give one of the same municipality."
                ))
        }
        return EarlierResult(
            month: record.month, round: record.round, children: record.counts.children, placed: record.counts.placed,
            stays: record.counts.stays, held: record.counts.held, firstWish: try firstWishes(),
            caseDigest: record.caseDigest)
    }

    /// How many children were placed at their first wish.
    public func firstWishes() throws(RoundError) -> Int {
        try placements().count { $0.place.outcome == .placed && $0.place.wishRank == 1 }
    }
}

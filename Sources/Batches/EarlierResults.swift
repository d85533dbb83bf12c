import Admissions
import CaseFiles
import Ledger
import Reports
import Rounds

/// The results that the report of a round lays beside its own.
struct EarlierResults {
    private(set) var results: [EarlierResult] = []
    /// The folders that could not be read, so that they are left out.
    private(set) var unreadable: [String] = []

    /// Those of the round before it, and of the same month a year earlier: of several the round of the same name, else the last.
    ///
    /// The counts are those of the ledger, which shows any alteration.
    init(than key: RoundKey, in entries: [LedgerEntry], of ledger: LedgerFile) {
        let runs = entries.runs.filter {
            $0.supersededBy == nil && $0.setAside == nil
                && $0.run.key.municipality == key.municipality && $0.run.key < key
        }
        let before = runs.max { $0.run.key < $1.run.key }
        let lastYear = PlacementMonth(key.month).flatMap {
            PlacementMonth(year: $0.firstDay.year - 1, month: $0.firstDay.month)
        }
        let sameMonth = runs.filter { $0.run.key.month == lastYear?.description }
        let year = sameMonth.first { $0.run.key.round == key.round } ?? sameMonth.max { $0.run.key < $1.run.key }
        var numbers = Set<Int>()
        for run in [before, year].compactMap({ $0 }) where numbers.insert(run.number).inserted {
            add(run.run, of: ledger)
        }
    }

    private mutating func add(_ run: RecordedRun, of ledger: LedgerFile) {
        guard let saved = try? SavedResult(ResultFolder(ledger.folder(of: run)), named: run.folder),
            let firstWish = try? saved.firstWishes()
        else { return unreadable.append(run.folder) }
        results.append(
            EarlierResult(
                month: run.key.month, round: run.key.round, children: run.children, placed: run.placed,
                stays: run.stays, held: run.held, firstWish: firstWish, caseDigest: run.caseDigest))
    }
}

import Admissions
import CaseFiles
import Foundation
import Rounds

/// Results of trial runs, checked and explained. Each is read once, on a thread of its own, and the last few that were asked for
/// are kept: neither the result of a run nor the version of its files changes.
actor ResultDesk {
    private let cases: CaseDesk
    private let runs: RunBook
    /// One of 8,000 children takes some 40 MB beside its case.
    private var results = Recent<Int64, OpenResult>(most: 2)
    private var comparisons = Recent<[Int64], TwoResults>(most: 8)

    init(cases: CaseDesk, runs: RunBook) {
        self.cases = cases
        self.runs = runs
    }

    /// The result of a run that is done.
    func result(of run: RunRow) async throws -> OpenResult {
        let (cases, folder) = (cases, runs.folder(of: run.id))
        let result = results.task(for: run.id) {
            let reading = try await cases.reading(run.round, run.version)
            return try await Self.apart { try OpenResult(run, folder: folder, reading) }
        }
        do {
            var result = try await result.value
            // It may have been handed in meanwhile.
            result.run = run
            return result
        } catch {
            results.drop(run.id)
            throw error
        }
    }

    /// Two runs that are done, of the same round, child by child.
    func comparison(_ before: RunRow, _ after: RunRow, in office: Office) async throws -> TwoResults {
        let key = [before.id, after.id]
        let comparison = comparisons.task(for: key) { try await TwoResults(before, after, in: office) }
        do { return try await comparison.value } catch {
            comparisons.drop(key)
            throw error
        }
    }

    /// The pins of a version of a round, ascending by child.
    nonisolated func pins(of round: Int64, version: Int) async throws -> [PinRow] {
        guard let draft = try await cases.reading(round, version).draft else {
            throw ServiceFault.invalid(
                "この回のファイルを読めないため、固定配置を扱えません。先に「点検」で示された点を直してください。",
                "The files of this round cannot be read, so pins cannot be set. Correct what the check names first.")
        }
        return draft.pins.sorted { $0.child < $1.child }
    }

    /// Does long work of the library on a thread of its own, one after another, so that no other visitor waits for it.
    nonisolated static func apart<Value: Sendable>(
        on queue: DispatchQueue = ResultDesk.queue, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        do { return try work() } catch let error as RoundError { throw ServiceFault(error) }
                    })
            }
        }
    }

    /// A file of a result folder.
    nonisolated static func file(_ name: String, of run: RunRow, in office: Office) async throws -> [UInt8] {
        let folder = ResultFolder(office.runs.folder(of: run.id))
        return try await apart {
            do throws(Problem) { return try folder.bytes(of: name) } catch { throw ServiceFault.notFound }
        }
    }

    static let queue = DispatchQueue(label: "enmusubi.results")
    /// Searches for what would have sufficed, which may take seconds each, must not keep a page waiting.
    private static let searches = DispatchQueue(label: "enmusubi.searches")

    /// The longest search for what would have sufficed for one child.
    static let longestSearch = Duration.seconds(15)

    /// What would have sufficed for a child, in lines; empty where no wish was refused for lack of a seat.
    nonisolated static func sufficient(
        for child: Int, in result: OpenResult, isForStaff: Bool, _ language: Language
    ) async throws -> [String] {
        // Counted from the question, so that those who wait for others do not wait for ever.
        let end = ContinuousClock.now + longestSearch
        return try await apart(on: searches) {
            let (search, cut) = try result.checked.search(for: child, deadline: .init(at: end))
            return result.checked.page(of: child, sufficient: search, isForStaff: isForStaff)
                .sufficientLines(in: language, cut: cut)
        }
    }
}

/// The last few values that were asked for, made or on the way.
private struct Recent<Key: Equatable, Value: Sendable> {
    let most: Int
    /// The one asked for last at the end.
    private var kept: [(key: Key, value: Task<Value, any Error>)] = []

    init(most: Int) { self.most = most }

    mutating func task(for key: Key, _ make: @escaping @Sendable () async throws -> Value) -> Task<Value, any Error> {
        let known = kept.first { $0.key == key }?.value
        let value = known ?? Task.detached { try await make() }
        drop(key)
        kept.append((key, value))
        if kept.count > most { kept.removeFirst() }
        return value
    }

    mutating func drop(_ key: Key) { kept.removeAll { $0.key == key } }
}

extension ServiceFault {
    /// What the library says of a result that cannot be used.
    init(_ error: RoundError) {
        let phrases = error.phrases + error.problems.map(\.phrase)
        self.init(
            .unprocessableContent, "unusableResult",
            Phrase(
                phrases.map(\.japanese).joined(), phrases.map(\.english).joined(separator: " ")))
    }
}

/// A result with its case, as pages ask for it.
struct OpenResult: Sendable {
    fileprivate(set) var run: RunRow
    let folder: ResultFolder
    let checked: CheckedResult
    let attention: Attention
    let overview: Overview
    /// The rows as they were written, for the computation of points.
    private let draft: CaseDraft?
    private let ids: TypedID
    /// The household ids of the files, ascending.
    let households: [HouseholdID]
    private let members: [HouseholdID: [Int]]
    private let waitingPlaces: [Int: [WaitingChild]]

    var subject: Case { checked.subject }
    var record: RunRecord { checked.saved.record }

    /// Reads the result and checks it with its case.
    init(_ run: RunRow, folder: URL, _ reading: CaseReading) throws {
        self.run = run
        self.folder = ResultFolder(folder)
        let saved = try SavedResult(self.folder, named: "trials/\(run.id)")
        guard let subject = reading.subject else {
            throw ServiceFault.invalid(
                "この実行のファイルを読めません。もう一度実行してください。", "The files of this run cannot be read. Run it again.")
        }
        checked = try saved.checked(with: subject)
        attention = Attention(of: checked)
        overview = Overview(of: checked)
        draft = subject.rules.pointsTable.isEmpty ? nil : reading.draft
        ids = TypedID(in: subject)
        members = Dictionary(grouping: subject.children.indices) { subject.children[$0].householdID }
        households = members.keys.sorted()
        waitingPlaces = Dictionary(grouping: checked.explanations.waiting, by: \.child)
    }

    func placement(of child: Int) -> Placement { checked.verified.placements[child] }

    /// The children of a household, in the order of ids; empty where there is no such household.
    func children(of household: HouseholdID) -> [Int] { members[household] ?? [] }

    /// The household that somebody means who typed the id of a child or of a household; `nil` where none or several are meant.
    func household(typed text: String) -> HouseholdID? {
        guard let first = ids.rows(text).first else { return nil }
        return subject.children[first].householdID
    }

    /// What is said where nobody is meant; no id of anybody is named.
    func refusal(typed text: String, in round: RoundRow, _ language: Language) -> String {
        ids.refusal(text, in: round.title[language])[language]
    }

    /// Where the child waits, ascending by facility.
    func waiting(_ child: Int) -> [WaitingChild] { waitingPlaces[child] ?? [] }

    /// How the points come about, in lines; empty where no table computes them.
    func points(of child: Int, _ language: Language) -> [String] {
        draft.flatMap { PointsReport(ofChild: subject.children[child].id, in: $0) }?.booklet(in: language) ?? []
    }

    func name(of facility: Int) -> String { "\(subject.facilities[facility].id) \(subject.facilities[facility].name)" }

    /// The names of the files that the run wrote, in order.
    var fileNames: [String] { [RunRecord.fileName] + (record.files ?? []).map(\.file).filter { !$0.contains("/") } }
}

extension Visit {
    /// The run of the path, which is done and belongs to the round of the path.
    func run() async throws -> RunRow {
        guard let id = Int64(parameter("run")), let run = try await office.runs.run(id),
            run.round == Int64(parameter("round")), run.state == .done
        else { throw ServiceFault.notFound }
        return run
    }

    /// The result of the run of the path.
    func result() async throws -> OpenResult { try await office.results.result(of: try await run()) }

    /// The household of the path.
    func household(in result: OpenResult) throws -> HouseholdID {
        let household = HouseholdID(spelled: parameter("household").removingPercentEncoding ?? "")
        guard !result.children(of: household).isEmpty else { throw ServiceFault.notFound }
        return household
    }
}

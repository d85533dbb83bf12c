import Admissions
import Foundation
import GRDB
import Ledger

/// Where a round stands: which steps are done, and at which something must be mended.
struct RoundProgress: Sendable, Encodable {
    enum Mark: String, Sendable, Encodable {
        case done, stuck
        /// Being computed, or waiting for it.
        case underWay

        var phrase: Phrase {
            switch self {
            case .done: Phrase("済み", "done")
            case .stuck: Phrase("直すところがあります", "needs mending")
            case .underWay: Phrase("実行中", "under way")
            }
        }
    }

    /// Figures of the newest trial of the newest version.
    struct Figures: Sendable, Encodable {
        let children: Int
        let placed: Int
        let stays: Int
        let held: Int
    }

    fileprivate(set) var marks: [RoundStep: Mark] = [:]
    fileprivate(set) var figures: Figures?
    /// What stands in the ledger; `nil`: nothing was handed in.
    fileprivate(set) var state: RunState?

    /// The step that comes next.
    var step: RoundStep {
        RoundStep.allCases.first { $0 != .rules && marks[$0] != .done } ?? .next
    }

    private enum CodingKeys: String, CodingKey { case step, marks, figures, state }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(step.rawValue, forKey: .step)
        try container.encode(
            Dictionary(uniqueKeysWithValues: marks.map { ($0.key.rawValue, $0.value) }), forKey: .marks)
        try container.encodeIfPresent(figures, forKey: .figures)
        try container.encodeIfPresent(state?.rawValue, forKey: .state)
    }
}

extension Office {
    /// Where a round stands. Nothing is read or computed for it that is not known already.
    func progress(of round: RoundRow) async throws -> RoundProgress {
        var progress = RoundProgress()
        let files = try await rounds.files(of: round.id, version: round.version)
        if files.contains(where: { FileName.isTable($0.name) }) { progress.marks[.files] = .done }
        let runs = try await runs.runs(of: round.id)
        let newest = runs.first { $0.version == round.version }
        if await cases.hasRead(round.id, round.version) {
            let readiness = try await readiness(of: round.id, version: round.version)
            progress.marks[.check] = readiness.isReady ? .done : .stuck
            if readiness.tables.contains(where: { $0.isNeeded && $0.file == nil }) { progress.marks[.files] = nil }
        }
        switch newest?.state {
        case .done:
            progress.marks[.run] = .done
            progress.marks[.check] = .done
            progress.figures = RunFigures.read(self.runs.folder(of: newest!.id))
        case .waiting, .running: progress.marks[.run] = .underWay
        case .failed: progress.marks[.run] = .stuck
        case .stopped, nil: break
        }
        if progress.marks[.check] == .done { progress.marks[.rules] = .done }
        if let recorded = try await ledger.runs(of: round.id).last(where: {
            $0.supersededBy == nil && $0.setAside == nil
        }) {
            progress.state = recorded.state
            if recorded.state >= .reviewed { progress.marks[.review] = .done }
            if recorded.state >= .approved { progress.marks[.approve] = .done }
            if recorded.state >= .published { progress.marks[.notices] = .done }
        }
        let isFollowed = try await store.database.read { db in
            try Int.fetchOne(db, sql: "SELECT 1 FROM round WHERE before = ?", arguments: [round.id]) != nil
        }
        if isFollowed { progress.marks[.next] = .done }
        return progress
    }
}

/// The counts that stand in a result's `run.json`.
private enum RunFigures {
    private struct Counts: Decodable { let children, placed, stays, held: Int }
    private struct Record: Decodable { let counts: Counts? }

    static func read(_ folder: URL) -> RoundProgress.Figures? {
        guard let data = try? Data(contentsOf: folder.appending(path: "run.json")),
            let counts = try? JSONDecoder().decode(Record.self, from: data).counts
        else { return nil }
        return .init(children: counts.children, placed: counts.placed, stays: counts.stays, held: counts.held)
    }
}

import Admissions
import Batches
import Foundation
import Ledger
import Synchronization

/// The ledger as pages use it: read when it changed, and signed under its lock, never on the threads that answer.
final class LedgerDesk: Sendable {
    let file: LedgerFile
    private let settings: SectionSettings
    private let now: @Sendable () -> Date
    private let known = Mutex<(stamp: [Int64], entries: [LedgerEntry])?>(nil)

    init(_ options: ServiceOptions, settings: SectionSettings, now: @escaping @Sendable () -> Date) {
        file = LedgerFile(options.data.appending(path: "ledger.sqlite"))
        self.settings = settings
        self.now = now
    }

    /// The runs of a round, the latest first.
    func runs(of round: Int64) async throws -> [LedgerRun] {
        let folder = "/\(Recorder.folderName(of: round))/"
        return try await entries().runs.filter { "/\($0.run.folder)".contains(folder) }.reversed()
    }

    func entries() async throws -> [LedgerEntry] {
        let stamp = Self.stamp(of: file.url)
        if let known = known.withLock({ $0 }), known.stamp == stamp { return known.entries }
        let file = file
        let entries = try await Task.detached { try file.entries() }.value
        known.withLock { $0 = (stamp, entries) }
        return entries
    }

    private static func stamp(of url: URL) -> [Int64] {
        var status = stat()
        guard stat(url.path, &status) == 0 else { return [] }
        return [Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec)]
    }

    /// The chain and every result folder, checked byte by byte; `nil` where there is no ledger yet.
    func verification() async throws -> LedgerVerification? {
        let file = file
        guard file.isThere else { return nil }
        return try await Task.detached { try file.verify() }.value
    }

    /// Signs a run.
    ///
    /// - Throws: ``ServiceFault`` where another step must come first or the person may not take this one.
    func sign(_ run: LedgerRun, _ step: LedgerStep, by person: Person, why: String) async throws {
        let needsTwoPeople = try await settings.values().needsTwoPeople
        if let fault = Self.fault(of: step, run, by: person, needsTwoPeople: needsTwoPeople) { throw fault }
        let (file, at) = (file, now())
        _ = try await Task.detached {
            try file.sign(
                runNamed: "\(run.number)", as: step, by: Signature.text(of: person), why: why,
                ofLedger: file.url.lastPathComponent, waits: true, at: at)
        }.value
    }

    /// Who handed a run in, and who reviewed it as it stands.
    static func signers(of run: LedgerRun) -> (handedIn: String, reviewed: String?) {
        let review = run.history.last { $0.body.act == nil && $0.body.state == .reviewed }
        return (run.history[0].body.by, run.state >= .reviewed ? review?.body.by : nil)
    }

    /// Why a person cannot take a step; `nil`: nothing is against it.
    static func fault(
        of step: LedgerStep, _ run: LedgerRun, by person: Person, needsTwoPeople: Bool
    ) -> ServiceFault? {
        func conflict(_ japanese: String, _ english: String) -> ServiceFault {
            ServiceFault(.conflict, "notNow", Phrase(japanese + "何も変わっていません。", english + " Nothing was changed."))
        }
        if run.setAside != nil {
            return conflict("\(run.number) 番は使わないことにしたものです。", "Result \(run.number) was set aside.")
        }
        if run.supersededBy != nil {
            return conflict(
                "\(run.number) 番より新しい結果が提出されています。ページを読み込み直してください。",
                "A newer result than \(run.number) was handed in. Reload the page.")
        }
        switch step {
        case .setAside: return nil
        case .withdraw:
            switch run.state {
            case .computed: return conflict("取り消す確認や承認がありません。", "There is nothing to take back.")
            case .reviewed, .approved: return nil
            case .published:
                return conflict(
                    "公表済みの結果は取り消せません。ファイルを直して新しい結果を提出してください。",
                    "A published result cannot be taken back. Correct the files and hand in a new result.")
            }
        case .advance(let state):
            if run.state >= state {
                return conflict("すでに「\(run.state.japanese)」です。", "It is \(run.state.rawValue) already.")
            }
            if let first = RunState.allCases.first(where: { $0 > run.state && $0 < state }) {
                return conflict(
                    "先に「\(first.japanese)」にする必要があります。", "It must be \(first.rawValue) first.")
            }
            guard needsTwoPeople, state == .approved else { return nil }
            let signers = signers(of: run)
            if Signature.login(in: signers.handedIn) == person.login {
                return ServiceFault(
                    .forbidden, "twoPeople",
                    Phrase(
                        "提出した人は承認できません。別の人が承認してください。何も変わっていません。",
                        "Whoever handed a result in cannot approve it. Ask somebody else. Nothing was changed."))
            }
            if let reviewed = signers.reviewed, Signature.login(in: reviewed) == person.login {
                return ServiceFault(
                    .forbidden, "twoPeople",
                    Phrase(
                        "確認した人は承認できません。別の人が承認してください。何も変わっていません。",
                        "Whoever reviewed a result cannot approve it. Ask somebody else. Nothing was changed."))
            }
            return nil
        }
    }
}

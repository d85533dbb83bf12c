import Admissions
import Allocating
import CaseFiles
import Foundation
import Ledger
import Programs
import Reports
import Rounds
import Tables

/// The monthly batch: allocates every case of an inbox that is new or changed, and records it in a ledger.
///
/// ```swift
/// let batch = MonthlyBatch(options)
/// let summary = try batch.pass()
/// ```
///
/// A pass holds the lock of the ledger, so two batches never work with one ledger at the same time; batches with different
/// ledgers may run in one process. One batch is for one thread. Its work blocks that thread.
public final class MonthlyBatch {
    /// Where a batch takes its cases from, where it puts results, and how.
    public struct Options: Sendable {
        /// The folder of case folders.
        public var inbox: String
        /// The ledger's file; made where it does not exist.
        public var ledger: String
        /// The folder for result folders; made where it does not exist.
        public var out: String
        /// Warnings that are accepted in every case.
        public var acceptance = Acceptance()
        /// How each round is searched.
        public var round = Round.Options()
        /// Who may read what is written. Default: its owner.
        public var access = FileAccess.owner
        /// The name of who runs the batch, for the ledger.
        public var by: String
        /// Whether a ledger that this batch begins asks for two people: who reviewed a run may not approve it. Default true.
        public var needsTwoPeople = true
        /// Whether to wait for another batch that works with the ledger. Default false.
        public var waits = false
        /// A case is taken once nothing in it has changed for this many seconds; 0: it is taken at once. Default 5.
        public var quietTime = 5.0

        public init(inbox: String, ledger: String, out: String, by: String) {
            (self.inbox, self.ledger, self.out, self.by) = (inbox, ledger, out, by)
        }
    }

    private let options: Options
    private let hears: @Sendable (BatchEvent) -> Void
    private let now: @Sendable () -> Date
    private let store: ResultStore
    private let stop: StopSignal
    private var root: URL { store.root }
    /// The state of each folder at the last look, for passes that take quiet cases only.
    private var seen: [String: String] = [:]
    /// The state of each folder in which it was computed, or in which it was found bad.
    private var settled: [String: String] = [:]
    private var quiet: QuietFolders
    /// Cases that were already reported as waiting.
    private var saidToWait: Set<String> = []
    /// What was reported last of each folder.
    private var told: [String: BatchSummary.Row] = [:]

    /// - Parameters:
    ///   - options: Where cases come from, where results go, and how the work is done.
    ///   - stop: Ends the batch in order when it is raised: the case at work is not recorded.
    ///   - now: The time that the ledger records.
    ///   - hears: Is told what is being done, on the thread that works.
    public init(
        _ options: Options, stop: StopSignal = StopSignal(), now: @escaping @Sendable () -> Date = { Date() },
        hears: @escaping @Sendable (BatchEvent) -> Void = { _ in }
    ) {
        self.options = options
        self.stop = stop
        self.now = now
        self.hears = hears
        quiet = QuietFolders(quietTime: options.quietTime)
        var ledger = LedgerFile(path: options.ledger)
        ledger.isShared = options.access == .shared
        store = ResultStore(ledger: ledger, root: URL(fileURLWithPath: options.out, isDirectory: true))
    }

    /// A case folder of the inbox.
    private struct Item {
        let name: String
        let folder: CaseFolder
        /// `nil` where it cannot be read from the case.
        let key: RoundKey?
        let problems: [Problem]
        let hashes: [FileHash]
        /// The stamp of the folder before its files were read, and whether it had not changed for a while by then.
        let stamp: FolderStamp?
        let isQuiet: Bool
        /// Why it cannot be taken at all; `nil` where it can.
        let refusal: Phrase?
        /// Its position among the others, for the person at the terminal.
        var label = Phrase(same: "")

        init(_ entry: Inbox.Entry, _ quiet: inout QuietFolders) {
            (folder, name, refusal) = (CaseFolder(entry.url), entry.name, entry.refusal)
            if refusal != nil {
                (stamp, isQuiet, problems, key, hashes) = (nil, true, [], nil, [])
                return
            }
            // Looked at before it is read, so that nothing changes unseen in between.
            let look = quiet.look(at: entry.url)
            (stamp, isQuiet) = (look.stamp, look.isQuiet)
            let (inventory, problems) = folder.inventory()
            self.problems = problems
            key = inventory?.key
            hashes = inventory?.hashes ?? []
        }
    }

    /// Works through the inbox once, holding the lock.
    ///
    /// - Parameter onlyQuiet: Whether to pass over folders that changed since the last pass, and those that are as they were when
    ///   they were computed or found bad.
    /// - Throws: What stops the whole pass. A case that fails does not; it is in the summary.
    public func pass(onlyQuiet: Bool = false) throws(BatchError) -> BatchSummary {
        let lock: LedgerLock
        do throws(BatchError) {
            lock = try BatchError.wrapping {
                try makeHome()
                return try LedgerLock(store.ledger.url, waits: options.waits, isShared: options.access == .shared) {
                    [stop] in stop.isRaised
                }
            }
        } catch {
            if stop.isRaised { throw .interrupted }
            throw error
        }
        defer { withExtendedLifetime(lock) {} }
        // An altered ledger stops everything, before anything is computed.
        _ = try BatchError.wrapping { try store.ledger.entries() }
        if !onlyQuiet { try waitForCopies() }
        let items = try self.items()
        var summary = BatchSummary()
        let folders = Dictionary(grouping: items.filter { $0.key != nil }, by: { $0.key! }).mapValues { $0.map(\.name) }
        for (index, var item) in items.enumerated() {
            if stop.isRaised {
                summary.isInterrupted = true
                break
            }
            // Which of two is meant is not for the program to say.
            let others = (item.key.flatMap { folders[$0] } ?? []).filter { $0 != item.name }
            let state = ([item.hashes.digest] + others).joined(separator: "/")
            if onlyQuiet, !isQuiet(item, state) {
                if !item.isQuiet, saidToWait.insert(item.name).inserted {
                    log(.info, Phrase("コピー中かもしれないため待ちます", "waits, may still be being copied"), ["case": item.name])
                }
                continue
            }
            saidToWait.remove(item.name)
            item.label = Phrase(
                "\(items.count) 件中 \(index + 1) 件目 \(item.name): ",
                "case \(index + 1) of \(items.count), \(item.name): ")
            let row: BatchSummary.Row
            do throws(BatchError) {
                guard others.isEmpty else {
                    let same = others.joined(separator: ", ")
                    throw .unfit(
                        Phrase(
                            "\(same) と同じ回です。置き場所には一つだけ残してください",
                            "it is the same round as \(same); leave one in the inbox"))
                }
                guard item.isQuiet else {
                    throw .unfit(
                        Phrase(
                            "ファイルがまだ変わっています。コピーの途中かもしれないため、次の一括処理で扱います",
                            "its files are still changing, so it may be half copied; left for the next batch"))
                }
                row = try work(on: item, &summary)
                settled[item.name] = state
            } catch {
                // A full disk may have room at the next look; a bad case must change.
                if error.isOfTheCase { settled[item.name] = state }
                summary.failures.append(error)
                row = self.row(item, .failed, nil, note: error.note)
                hears(.failed(folder: item.name, error))
            }
            summary.rows.append(row)
            told[item.name] = row
            hears(.row(row))
        }
        if !onlyQuiet || !summary.rows.isEmpty { try conclude(summary, items) }
        return summary
    }

    /// Works through the inbox again and again until the batch is stopped, and takes each case once it has stopped changing.
    ///
    /// - Parameters:
    ///   - interval: Seconds between two looks into the inbox.
    ///   - ended: Called with each pass that was finished.
    /// - Returns: The last pass that was finished.
    /// - Throws: What a later pass would meet again. Of everything else the batch tells, and goes on.
    public func watch(
        every interval: Double, ended: (BatchSummary) -> Void
    ) throws(BatchError) -> BatchSummary {
        var last = BatchSummary()
        while !stop.isRaised {
            do throws(BatchError) {
                last = try pass(onlyQuiet: true)
                ended(last)
            } catch {
                guard error.mayPass else { throw error }
                hears(.unfinished(error))
            }
            let end = ContinuousClock.now + .seconds(interval)
            while ContinuousClock.now < end, !stop.isRaised { usleep(50_000) }
        }
        return last
    }

    private func makeHome() throws {
        for folder in [store.ledger.home, root] {
            do { try makeFolder(folder, options.access) } catch {
                throw LedgerFault.inaccessible(path: folder.path, reason: error.reason)
            }
        }
    }

    /// The case folders in the order of month and round; those whose month or round cannot be read come last, by name.
    private func items() throws(BatchError) -> [Item] {
        let items = try entries().map { Item($0, &quiet) }
        return items.sorted { first, second in
            switch (first.key, second.key) {
            case (let own?, let other?) where own != other: own < other
            case (nil, _?): false
            case (_?, nil): true
            default: first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
            }
        }
    }

    private func entries() throws(BatchError) -> [Inbox.Entry] {
        do throws(Inbox.Unreadable) { return try Inbox(path: options.inbox).entries() } catch {
            throw .unreadableInbox(path: options.inbox, reason: error.reason)
        }
    }

    /// Waits until nobody seems to copy into the inbox any more, for the quiet time at most.
    private func waitForCopies() throws(BatchError) {
        let names = try entries().filter { $0.refusal == nil && !quiet.look(at: $0.url).isQuiet }.map(\.name)
        if names.isEmpty { return }
        hears(.waiting(seconds: options.quietTime, names: names))
        let end = ContinuousClock.now + .seconds(options.quietTime)
        while ContinuousClock.now < end, !stop.isRaised { usleep(50_000) }
        // A look now finds what has not changed since the first one.
        usleep(10_000)
    }

    /// Whether a folder has stopped changing, and was neither computed nor found bad as it is now.
    private func isQuiet(_ item: Item, _ state: String) -> Bool {
        let before = seen.updateValue(state, forKey: item.name)
        return item.isQuiet && before == state && settled[item.name] != state
    }

    // MARK: One case

    private func work(on item: Item, _ summary: inout BatchSummary) throws(BatchError) -> BatchSummary.Row {
        if let refusal = item.refusal { throw .unfit(refusal) }
        guard let key = item.key else {
            report(item.problems, item)
            let count = item.problems.count
            throw .unfit(
                Phrase("回の設定を読めません（エラー \(count) 件）", "its round cannot be read: \(counted(count, "error"))"))
        }
        let standing = try BatchError.wrapping { try store.standing(of: key, inputs: item.hashes.digest) }
        let why: String
        switch standing {
        case .done(let run):
            if !run.run.status.isWhole { summary.unproved += 1 }
            log(.debug, Phrase("変更なし", "unchanged"), values(item, run.run))
            return row(item, .unchanged, run.run, run.history, note: Self.note(on: run.run))
        case .altered(let run, let faults):
            for fault in faults { hears(.note(Phrase("\(run.number) 番: ", "run \(run.number): ") + fault)) }
            throw .alteredRevision(run.run.revision, run: run.number, ledger: options.ledger)
        case .setAside(let run): why = "revision \(run.run.revision) was set aside"
        case .new: why = "new case"
        case .changed(let run): why = "the case changed since revision \(run.run.revision)"
        case .lost(let run): why = "the folder of revision \(run.run.revision) is gone"
        }
        log(
            .info, Phrase("開始", "begins"), ["case": item.name, "month": "\(key.month)", "round": key.round, "why": why])
        let start = ContinuousClock.now
        // Only one case at a time is held.
        guard let inventory = item.folder.inventory().inventory, inventory.hashes == item.hashes else {
            throw .unfit(Phrase("読んでいる間にファイルが変わりました", "its files changed while they were read"))
        }
        let round = try round(of: item, inventory, key, since: start)
        let result = try compute(item, round)
        // Files that came meanwhile belong to the case as well.
        guard item.stamp.map({ $0 == FolderStamp(item.folder.url) }) ?? true else {
            throw .unfit(Phrase("計算している間にファイルが変わりました", "its files changed while it was computed"))
        }
        let kept = try keep(result, item, inventory, key, why: why)
        let run = kept.entry.body.run!
        if !run.status.isWhole { summary.unproved += 1 }
        log(.info, Phrase("記録", "recorded"), values(item, run))
        if let aside = kept.setAside {
            hears(
                .note(
                    Phrase(
                        "台帳に記録のないフォルダが同じ名前であったため、\(aside.path) に移しました",
                        "an unrecorded folder stood in the way; it is now \(aside.path)")))
        }
        return row(item, .computed, run, [kept.entry], note: Self.note(on: run))
    }

    /// What the recorded result lacks; empty where it lacks nothing.
    private static func note(on run: RecordedRun) -> Phrase {
        switch run.status {
        case .optimal: Phrase(same: "")
        case .cutShort:
            Phrase(
                "証明済み。足りた条件または改善案を調べる作業は、時間切れで途中までです",
                "proved; what would have sufficed, or the advice, was cut short by the time limit")
        case .feasible, .interrupted:
            Phrase("証明されていません", "not proved")
                + (run.limit.map { Phrase(": ", ": ") + $0.phrase } ?? Phrase(same: ""))
        }
    }

    /// Reads the case, with the doubts that a comparison with the previous round raises.
    private func round(
        of item: Item, _ inventory: CaseInventory, _ key: RoundKey, since start: ContinuousClock.Instant
    ) throws(BatchError) -> Round {
        hears(.reading(label: item.label))
        let previous = try BatchError.wrapping { try self.previous(of: key, inventory) }
        let reading = item.folder.read(doubts: .sought(previous: previous), threads: options.round.threads)
        hears(.stepDone)
        report(reading.problems.filter { $0.severity == .error || $0.needsAcceptance }, item)
        let read = Set(reading.files.map { FileHash(name: $0.name, sha256: $0.sha256) })
        guard reading.subject == nil || read == Set(item.hashes) else {
            throw .unfit(Phrase("読んでいる間にファイルが変わりました", "its files changed while they were read"))
        }
        return try BatchError.wrapping {
            var options = options
            let earlier = EarlierResults(than: key, in: try store.ledger.entries(), of: store.ledger)
            for folder in earlier.unreadable {
                hears(
                    .note(
                        Phrase(
                            "\(folder) を読めないため、報告ページにその回との比較は出ません",
                            "\(folder) cannot be read, so the report does not show the round beside it")))
            }
            options.round.earlier = earlier.results
            return try Round(
                reading, named: item.name, accepting: options.acceptance, options: options.round, since: start)
        }
    }

    /// The case of the previous round in the ledger, from the copy in its result folder. Within a fiscal year it is the case as
    /// that round left it, so that seats which the round gave out raise no doubt when they are gone.
    private func previous(of key: RoundKey, _ inventory: CaseInventory) throws -> Case? {
        let runs = try store.ledger.entries().runs.filter {
            $0.run.key.municipality == key.municipality && $0.run.key < key && $0.supersededBy == nil
        }
        guard let last = runs.max(by: { $0.run.key < $1.run.key }) else { return nil }
        let folder = store.ledger.folder(of: last.run)
        let reading = CaseFolder(folder.appending(path: ResultStore.caseFolder)).read(threads: options.round.threads)
        guard let subject = reading.subject, let draft = reading.draft,
            let result = try? SavedResult(ResultFolder(folder), named: last.run.folder).allocation(of: subject)
        else {
            // What was set aside need not be readable.
            if last.setAside != nil { return nil }
            throw LedgerFault.altered(
                path: store.ledger.url.path,
                faults: [
                    Phrase(
                        "\(last.run.folder) の案件か結果を読めません", "the case or the result in \(last.run.folder) cannot be read"
                    )
                ])
        }
        let left = try? draft.carriedOver(
            subject, result, MonthRows(), to: inventory.month, round: inventory.round
        ).next.draft.resolve(threads: options.round.threads).case
        return left ?? subject
    }

    private func compute(_ item: Item, _ round: Round) throws(BatchError) -> RoundResult {
        defer { hears(.stepDone) }
        let result = try BatchError.wrapping {
            try round.run(stop: stop) { [hears, label = item.label] in hears(.round($0, label: label)) }
        }
        if result.record.isInterrupted { throw .interrupted }
        return result
    }

    private func keep(
        _ result: RoundResult, _ item: Item, _ inventory: CaseInventory, _ key: RoundKey, why: String
    ) throws(BatchError) -> ResultStore.Kept {
        let record = result.record
        let run = RecordedRun(
            key: key, inputs: item.hashes.digest, rules: Array(item.hashes.prefix(inventory.ruleFileCount)).digest,
            caseDigest: record.caseDigest, digestVersion: record.digestVersion, program: record.solver.program,
            status: record.endedBy == nil ? .init(record.status) : .cutShort, limit: record.termination?.limit,
            children: record.counts.children, placed: record.counts.placed, stays: record.counts.stays,
            held: record.counts.held, claims: record.counts.claims, accepted: record.warningsAccepted)
        let copies = inventory.files.map { OutputFile(name: "\(ResultStore.caseFolder)/\($0.name)", bytes: $0.bytes) }
        return try BatchError.wrapping {
            let files = copies + (try result.files())
            return try store.keep(
                run, named: item.name, files: files.map { ($0.name, $0.bytes) }, volatile: [RunRecord.fileName],
                people: options.needsTwoPeople ? 2 : nil, by: options.by, at: now().formatted(.iso8601), why: why
            ) { try writeFolder(files, to: $0, access: options.access) }
        }
    }

    // MARK: Telling

    private func report(_ problems: [Problem], _ item: Item) {
        hears(.problems(problems, folder: "\(options.inbox)/\(item.name)/"))
    }

    private func log(_ level: LogLine.Level, _ message: Phrase, _ values: [String: String]) {
        hears(.log(LogLine(level, message, values)))
    }

    private func values(_ item: Item, _ run: RecordedRun) -> [String: String] {
        [
            "case": item.name, "month": run.key.month, "round": run.key.round, "revision": "\(run.revision)",
            "children": "\(run.children)", "placed": "\(run.placed)", "stays": "\(run.stays)", "held": "\(run.held)",
            "status": run.status.rawValue,
        ]
    }

    private func row(
        _ item: Item, _ state: BatchPage.State, _ run: RecordedRun?, _ history: [LedgerEntry] = [], note: Phrase
    ) -> BatchSummary.Row {
        let key = run?.key ?? item.key
        return BatchSummary.Row(
            folder: item.name, municipality: key?.municipality ?? "", month: key?.month ?? "", round: key?.round ?? "",
            state: state,
            counts: run.map { run in
                BatchPage.Counts(
                    children: run.children, placed: run.placed, stays: run.stays, held: run.held, claims: run.claims,
                    revision: run.revision,
                    report: ResultStore.path(
                        from: root, to: store.ledger.folder(of: run).appending(path: "report.html")))
            }, steps: history.map(\.step), note: note)
    }

    /// Writes the page of the batch.
    private func conclude(_ summary: BatchSummary, _ items: [Item]) throws(BatchError) {
        try BatchError.wrapping {
            try writeFile(
                BatchPage(items.compactMap { told[$0.name] }).page(), to: root.appending(path: "batch.html"),
                access: options.access)
        }
        log(
            .info, Phrase("一括処理の終了", "batch ended"),
            [
                "computed": "\(summary.count(.computed))", "unchanged": "\(summary.count(.unchanged))",
                "failed": "\(summary.count(.failed))",
            ])
    }
}

extension CaseInventory {
    fileprivate var key: RoundKey { RoundKey(municipality: municipality, month: month, round: round) }
    fileprivate var hashes: [FileHash] { files.map { FileHash(name: $0.name, bytes: $0.bytes) } }
}

extension LedgerEntry {
    /// What happened to a result, as a page tells it: in the time of the machine.
    fileprivate var step: BatchPage.Step {
        let (state, english) = (body.state.japanese, body.state.rawValue)
        let name: Phrase =
            switch body.act {
            case nil: Phrase(state, english)
            case .withdrawn: Phrase("「\(state)」に戻した", "\(english) again")
            case .setAside: Phrase("使わないことにした", "set aside")
            }
        let time = LocalTime.text(of: body.at, in: .current)
        return BatchPage.Step(name: name, by: body.by, at: time)
    }
}

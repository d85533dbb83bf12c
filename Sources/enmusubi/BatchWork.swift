import Admissions
import Allocating
import ArgumentParser
import CaseFiles
import Foundation
import Ledger
import Logging
import Reports

/// One batch at its work: looks into the inbox and does what is to be done.
final class BatchWork {
    private let options: Batch
    private let console: Console
    private let logger: Logger
    private let store: ResultStore
    private let interruption: Interruption
    private var root: URL { store.root }
    /// With `--watch`: what each folder held at the last look, and with what it was done, or found bad.
    private var seen: [String: String] = [:]
    private var settled: [String: String] = [:]
    private var quiet: QuietFolders
    /// With `--watch`: cases that were said to wait.
    private var saidToWait: Set<String> = []
    /// What was said last of each folder.
    private var told: [String: BatchPage.Row] = [:]

    init(options: Batch, console: Console, logger: Logger, interruption: Interruption) {
        self.interruption = interruption
        self.options = options
        quiet = QuietFolders(quietTime: options.quietTime)
        self.console = console
        self.logger = logger
        var ledger = LedgerFile(path: options.ledger)
        ledger.isShared = options.writing.shared
        store = ResultStore(ledger: ledger, root: URL(fileURLWithPath: options.out, isDirectory: true))
    }

    /// A case folder of the inbox.
    private struct Item {
        let name: String
        let folder: CaseFolder
        /// `nil` where the case does not say it.
        let key: RoundKey?
        let problems: [Problem]
        let hashes: [FileHash]
        /// What the folder was like before its files were read, and whether it had not changed for a while then.
        let stamp: FolderStamp?
        let isQuiet: Bool
        /// Why it cannot be taken at all; `nil` where it can.
        let refusal: String?
        /// Where it stands among the others, for the person at the terminal.
        var label = ""

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

    /// Why a case has no result, with the status to end with.
    private struct Failed: Error {
        let status: ExitCode
        let reason: String
    }

    /// Works through the inbox once, holding the lock.
    ///
    /// - Parameter onlyQuiet: Whether folders are left alone that changed since the last pass, or are settled.
    func pass(onlyQuiet: Bool) throws -> BatchSummary {
        let lock: LedgerLock
        do {
            lock = try withLedger(console) { () throws -> LedgerLock in
                try makeHome()
                return try LedgerLock(store.ledger.url, waits: options.wait, isShared: options.writing.shared) {
                    interruption.signal.isRaised
                }
            }
        } catch let status as ExitCode where status == ExitStatus.cannotWrite && interruption.signal.isRaised {
            throw ExitStatus.interrupted
        }
        defer { withExtendedLifetime(lock) {} }
        // An altered ledger stops everything, before anything is computed.
        _ = try withLedger(console) { try store.ledger.entries() }
        if !onlyQuiet { try waitForCopies() }
        let items = try self.items()
        var summary = BatchSummary()
        let folders = Dictionary(grouping: items.filter { $0.key != nil }, by: { $0.key! }).mapValues { $0.map(\.name) }
        for (index, var item) in items.enumerated() {
            if interruption.signal.isRaised {
                summary.statuses.append(ExitStatus.interrupted)
                break
            }
            // Which of two is meant is not for the program to say.
            let others = (item.key.flatMap { folders[$0] } ?? []).filter { $0 != item.name }
            let state = ([item.hashes.digest] + others).joined(separator: "/")
            if onlyQuiet, !isQuiet(item, state) {
                if !item.isQuiet, saidToWait.insert(item.name).inserted {
                    logger.info("waits, may still be being copied", metadata: ["case": "\(harmless(item.name))"])
                }
                continue
            }
            saidToWait.remove(item.name)
            item.label = "case \(index + 1) of \(items.count), \(item.name): "
            let row: BatchPage.Row
            do {
                guard others.isEmpty else {
                    throw Failed(
                        status: ExitStatus.badInput,
                        reason: "it is the same round as \(others.joined(separator: ", ")); leave one in the inbox")
                }
                guard item.isQuiet else {
                    throw Failed(
                        status: ExitStatus.badInput,
                        reason: "its files are still changing, so it may be half copied; left for the next batch")
                }
                row = try work(on: item, &summary)
                settled[item.name] = state
            } catch let failed as Failed {
                // A full disk may have room at the next look; a bad case must change.
                if failed.status == ExitStatus.badInput { settled[item.name] = state }
                summary.statuses.append(failed.status)
                row = self.row(item, .failed, nil, note: failed.reason)
                logger.error(
                    "failed", metadata: ["case": "\(harmless(item.name))", "status": "\(failed.status.rawValue)"])
            }
            summary.rows.append(row)
            told[item.name] = row
            tell(row)
        }
        if !onlyQuiet || !summary.rows.isEmpty { try conclude(summary, items) }
        return summary
    }

    private func makeHome() throws {
        for folder in [store.ledger.home, root] {
            do { try makeFolder(folder, options.writing.access) } catch {
                throw LedgerFault.inaccessible(path: folder.path, reason: error.reason)
            }
        }
    }

    /// The case folders in the order of month and round; those that do not say it come last, by name.
    private func items() throws -> [Item] {
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

    private func entries() throws -> [Inbox.Entry] {
        do { return try Inbox(path: options.inbox).entries() } catch {
            console.complain("enmusubi: the inbox \(options.inbox) cannot be read: \(error.reason)")
            throw ExitStatus.badInput
        }
    }

    /// Waits until nobody seems to copy into the inbox any more, for the quiet time at most.
    private func waitForCopies() throws {
        func changing() throws -> [String] {
            try entries().filter { $0.refusal == nil && !quiet.look(at: $0.url).isQuiet }.map(\.name)
        }
        let names = try changing()
        if names.isEmpty { return }
        console.complain(
            "enmusubi: waiting \(options.quietTime.formatted()) s, as files may still be being copied: "
                + names.joined(separator: ", "))
        let end = ContinuousClock.now + .seconds(options.quietTime)
        while ContinuousClock.now < end, !interruption.signal.isRaised { usleep(50_000) }
        // A look now finds what has not changed since the first one.
        usleep(10_000)
    }

    /// Whether a folder has stopped changing and is not settled as it is.
    private func isQuiet(_ item: Item, _ state: String) -> Bool {
        let before = seen.updateValue(state, forKey: item.name)
        return item.isQuiet && before == state && settled[item.name] != state
    }

    // MARK: One case

    private func work(on item: Item, _ summary: inout BatchSummary) throws -> BatchPage.Row {
        if let refusal = item.refusal { throw Failed(status: ExitStatus.badInput, reason: refusal) }
        guard let key = item.key else {
            report(item.problems, item)
            throw Failed(
                status: ExitStatus.badInput, reason: "its round cannot be read: \(count(item.problems.count, "error"))")
        }
        let standing: ResultStore.Standing
        do { standing = try store.standing(of: key, inputs: item.hashes.digest) } catch { throw failed(error) }
        var why = "new case"
        switch standing {
        case .done(let run):
            if !run.run.status.isWhole { summary.unproved += 1 }
            logger.debug("unchanged", metadata: metadata(item, run.run))
            return row(item, .unchanged, run.run, note: Self.note(on: run.run))
        case .altered(let run, let faults):
            for fault in faults { console.complain("enmusubi: run \(run.number): \(fault)") }
            throw Failed(
                status: ExitStatus.faultFound,
                reason: "the folder of its revision \(run.run.revision) was altered; see enmusubi ledger verify")
        case .new: break
        case .changed(let run): why = "the case changed since revision \(run.run.revision)"
        case .lost(let run): why = "the folder of revision \(run.run.revision) is gone"
        }
        logger.info(
            "begins",
            metadata: [
                "case": "\(harmless(item.name))", "month": "\(key.month)", "round": "\(harmless(key.round))",
                "why": "\(why)",
            ])
        let start = ContinuousClock.now
        // Only one case at a time is held.
        guard let inventory = item.folder.inventory().inventory, inventory.hashes == item.hashes else {
            throw Failed(status: ExitStatus.badInput, reason: "its files changed while they were read")
        }
        let (subject, reading, accepted) = try read(item, inventory, key)
        let finished = try compute(item, subject, reading, accepted, since: start)
        // Files that came meanwhile belong to the case as well.
        guard item.stamp.map({ $0 == FolderStamp(item.folder.url) }) ?? true else {
            throw Failed(status: ExitStatus.badInput, reason: "its files changed while it was computed")
        }
        let kept = try keep(finished, item, inventory, key, why: why)
        let run = kept.entry.body.run!
        if !run.status.isWhole { summary.unproved += 1 }
        logger.info("recorded", metadata: metadata(item, run))
        if let aside = kept.setAside {
            console.complain("enmusubi: an unrecorded folder stood in the way; it is now \(aside.path)")
        }
        return row(item, .computed, run, note: Self.note(on: run))
    }

    /// What the recorded result lacks; blank where nothing.
    private static func note(on run: RecordedRun) -> String {
        switch run.status {
        case .optimal: ""
        case .cutShort: "proved; what would have sufficed, or the advice, was cut short by the time limit"
        case .feasible, .interrupted: "not proved\(run.limit.map { ": \($0.phrase.english)" } ?? "")"
        }
    }

    /// Reads the case with the doubts that a comparison with the round before raises.
    private func read(
        _ item: Item, _ inventory: CaseInventory, _ key: RoundKey
    ) throws -> (subject: Case, reading: CaseReading, accepted: [String]) {
        let progress = ProgressLine(isJSON: options.json)
        progress.show("enmusubi: \(item.label)reading")
        let previous: Case?
        do { previous = try self.previous(of: key, inventory) } catch { throw failed(error) }
        var reading = item.folder.read(doubts: .sought(previous: previous), threads: options.threads)
        reading.dropDraft(threads: options.threads)
        progress.clear()
        report(reading.problems.filter { $0.severity == .error || $0.needsAcceptance }, item)
        guard let subject = reading.subject else {
            throw Failed(status: ExitStatus.badInput, reason: count(reading.errors.count, "error"))
        }
        let standing = Set(reading.problems.filter(\.needsAcceptance).map(\.code))
        let open = standing.subtracting(options.accept).sorted()
        guard open.isEmpty else {
            throw Failed(
                status: ExitStatus.badInput,
                reason: "warnings must be accepted: \(open.map { "--accept \($0)" }.joined(separator: " "))")
        }
        let read = Set(reading.files.map { FileHash(name: $0.name, sha256: $0.sha256) })
        guard read == Set(item.hashes) else {
            throw Failed(status: ExitStatus.badInput, reason: "its files changed while they were read")
        }
        return (subject, reading, standing.sorted())
    }

    /// The case of the round before in the ledger, from the copy in its result folder; within a fiscal year as that round
    /// left it, so that seats which it gave out are not missed.
    private func previous(of key: RoundKey, _ inventory: CaseInventory) throws -> Case? {
        let runs = try store.ledger.entries().runs.filter {
            $0.run.key.municipality == key.municipality && $0.run.key < key && $0.supersededBy == nil
        }
        guard let last = runs.max(by: { $0.run.key < $1.run.key }) else { return nil }
        let folder = store.ledger.folder(of: last.run)
        _ = try ResultFolder(folder).record()
        let reading = CaseFolder(folder.appending(path: ResultStore.caseFolder)).read(threads: options.threads)
        guard let subject = reading.subject, let draft = reading.draft,
            let result = ResultFolder(folder).readAllocation(of: subject).allocation
        else {
            throw LedgerFault.altered(
                path: store.ledger.url.path, faults: ["the case or the result in \(last.run.folder) cannot be read"])
        }
        let left = try? draft.carriedOver(
            subject, result, MonthRows(), to: inventory.month, round: inventory.round
        ).next.draft.resolve(threads: options.threads).case
        return left ?? subject
    }

    private func compute(
        _ item: Item, _ subject: Case, _ reading: CaseReading, _ accepted: [String],
        since start: ContinuousClock.Instant
    ) throws -> RoundRun.Finished {
        var round = RoundRun(subject, reading, accepted: accepted, threads: options.threads, since: start)
        round.solver = options.solver
        round.timeLimit = options.timeLimit.map { .seconds($0) }
        round.encoding = options.encoding
        round.label = item.label
        do {
            interruption.renewStop()
            if interruption.signal.isRaised { interruption.stop.raise() }
            let finished = try round.perform(interruption, console)
            if finished.isInterrupted {
                throw Failed(status: ExitStatus.interrupted, reason: "interrupted; nothing was recorded")
            }
            return finished
        } catch let status as ExitCode {
            throw Failed(status: status, reason: "see standard error")
        }
    }

    private func keep(
        _ finished: RoundRun.Finished, _ item: Item, _ inventory: CaseInventory, _ key: RoundKey, why: String
    ) throws -> ResultStore.Kept {
        let record = finished.record
        let run = RecordedRun(
            key: key, inputs: item.hashes.digest, rules: Array(item.hashes.prefix(inventory.ruleFileCount)).digest,
            caseDigest: record.caseDigest, program: record.solver.program,
            status: record.endedBy == nil ? .init(record.status) : .cutShort, limit: record.termination?.limit,
            children: record.counts.children, placed: record.counts.placed, stays: record.counts.stays,
            held: record.counts.held, claims: record.counts.claims, accepted: record.warningsAccepted)
        let copies = inventory.files.map { OutputFile(name: "\(ResultStore.caseFolder)/\($0.name)", bytes: $0.bytes) }
        let files = copies + finished.files
        do {
            return try store.keep(
                run, named: item.name, files: files.map { ($0.name, $0.bytes) }, volatile: [RunRecord.fileName],
                by: options.by, at: timestamp(), why: why
            ) { try writeFolder(files, to: $0, access: options.writing.access) }
        } catch { throw failed(error) }
    }

    private func failed(_ error: any Error) -> Failed {
        console.complain("enmusubi: \(error)")
        switch error {
        case let fault as LedgerFault: return Failed(status: fault.status, reason: "\(fault)")
        case let problem as Problem: return Failed(status: ExitStatus.badInput, reason: "\(problem)")
        default: return Failed(status: ExitStatus.cannotWrite, reason: "\(error)")
        }
    }

    // MARK: Telling

    private func report(_ problems: [Problem], _ item: Item) {
        var console = console
        console.folder = "\(options.inbox)/\(item.name)/"
        console.report(problems, in: options.lang)
    }

    private func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }

    private func metadata(_ item: Item, _ run: RecordedRun) -> Logger.Metadata {
        [
            "case": "\(harmless(item.name))", "month": "\(harmless(run.key.month))",
            "round": "\(harmless(run.key.round))",
            "revision": "\(run.revision)", "children": "\(run.children)", "placed": "\(run.placed)",
            "stays": "\(run.stays)", "held": "\(run.held)", "status": "\(run.status.rawValue)",
        ]
    }

    private func row(_ item: Item, _ state: BatchPage.State, _ run: RecordedRun?, note: String) -> BatchPage.Row {
        let key = run?.key ?? item.key
        return BatchPage.Row(
            folder: item.name, municipality: key?.municipality ?? "", month: key?.month ?? "", round: key?.round ?? "",
            state: state,
            counts: run.map { run in
                BatchPage.Counts(
                    children: run.children, placed: run.placed, stays: run.stays, held: run.held, claims: run.claims,
                    revision: run.revision,
                    report: ResultStore.path(
                        from: root, to: store.ledger.folder(of: run).appending(path: "report.html")))
            }, note: note)
    }

    private struct Line: Encodable {
        let message = "case"
        let folder, month, round, state, note: String
        let revision, children, placed, stays, held, claims: Int?
    }

    /// One line a case on standard output.
    private func tell(_ row: BatchPage.Row) {
        let counts = row.counts
        console.emit(
            Line(
                folder: row.folder, month: row.month, round: row.round, state: row.state.rawValue, note: row.note,
                revision: counts?.revision, children: counts?.children, placed: counts?.placed, stays: counts?.stays,
                held: counts?.held, claims: counts?.claims))
        var line = "\(row.folder): \(row.state.rawValue)"
        if let counts {
            line += ", revision \(counts.revision): \(counts.children) \(counts.children == 1 ? "child" : "children")"
            line += ", placed \(counts.placed), staying \(counts.stays), held \(counts.held)"
            if counts.claims > 0 { line += ", households with a claim \(counts.claims)" }
        }
        if !row.note.isEmpty { line += counts == nil ? ": \(row.note)" : "; \(row.note)" }
        console.say(line)
        Output.flush()
    }

    /// Writes the page of the batch and says what failed.
    private func conclude(_ summary: BatchSummary, _ items: [Item]) throws {
        do {
            try writeFile(
                BatchPage(items.compactMap { told[$0.name] }).page(), to: root.appending(path: "batch.html"),
                access: options.writing.access)
        } catch {
            console.complain("enmusubi: \(error)")
            throw ExitStatus.cannotWrite
        }
        func count(_ state: BatchPage.State) -> Int { summary.rows.count { $0.state == state } }
        logger.info(
            "batch ended",
            metadata: [
                "computed": "\(count(.computed))", "unchanged": "\(count(.unchanged))", "failed": "\(count(.failed))",
            ])
        if summary.failed > 0 {
            console.complain("enmusubi: \(summary.failed) of \(summary.rows.count) cases failed:")
            for row in summary.rows where row.state == .failed { console.complain("  \(row.folder): \(row.note)") }
        }
    }
}

extension CaseInventory {
    fileprivate var key: RoundKey { RoundKey(municipality: municipality, month: month, round: round) }
    fileprivate var hashes: [FileHash] { files.map { FileHash(name: $0.name, bytes: $0.bytes) } }
}

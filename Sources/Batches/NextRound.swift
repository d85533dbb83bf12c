import Admissions
import CaseFiles
import Explaining
import Foundation
import Ledger
import Rounds
import Verifying

/// The case of the next month or round, made from a case and its result in the ledger. Nothing is written yet.
///
/// ```swift
/// let recorded = try RecordedResult(of: subject, named: "2027-05", in: ledger)
/// let month = CaseFolder(path: "2027-05").readBetweenRounds()
/// let next = try NextRound(after: recorded, draft, month, to: options)
/// try next.write(to: CaseFolder(path: "2027-06"))
/// ```
public struct NextRound: Sendable {
    /// What the next round is.
    public struct Options: Sendable {
        /// The month of the next round, in the same fiscal year.
        public var month: PlacementMonth
        /// What the next round is called. Default `nil`: it is called like the month.
        public var round: String?
        /// Replaces the seed of the draw. Default `nil`: the seed stays.
        public var drawSeed: String?
        /// The warnings about the tables of the month that somebody accepts.
        public var acceptance = Acceptance()
        /// How many threads may work at the same time; the case is the same with any number. Default 1.
        public var threads = 1

        public init(month: PlacementMonth) { self.month = month }
    }

    /// What became of each child and of the seats.
    public let carried: CarriedOver
    /// The rows of the next case.
    public let draft: CaseDraft
    /// The next case.
    public let subject: Case
    /// Warnings about the tables of the month.
    public let warnings: [Problem]
    /// What the next case says otherwise, child by child.
    public let changes: [ChildChange]
    /// The files of the next case, in the form of those of this one.
    private let files: [OutputFile]

    /// Carries the case over to the next round.
    ///
    /// What the round hides from the public, the next one hides as well, because its vacancies are what the round left.
    ///
    /// - Parameters:
    ///   - result: The result of the round, from the ledger.
    ///   - draft: The rows of the case.
    ///   - month: Declines, withdrawals and new children; its problems are for the caller to show.
    ///   - options: What the next round is.
    /// - Throws: ``BatchError/cannotFollow(_:)``, or `RoundError.invalidInput` or `RoundError.needsAcceptance` within
    ///   ``BatchError/round(_:)``.
    public init(
        after result: RecordedResult, _ draft: CaseDraft, _ month: MonthReading, to options: Options
    ) throws(BatchError) {
        let refused = Phrase.nothingWritten
        // A second round is never what somebody means who names a month only.
        guard options.round != nil || options.month != draft.month else {
            throw .cannotFollow(.sameRound(options.month.description))
        }
        guard let rows = month.rows else { throw .round(.invalidInput(sentence: refused)) }
        _ = try BatchError.wrapping { try options.acceptance.accepted(of: month.problems) }
        let checked = result.checked
        let (carried, findings): (CarriedOver, [Finding])
        do throws(CarryOverFault) {
            (carried, findings) = try draft.carriedOver(
                checked.subject, checked.allocation, rows, to: options.month,
                round: options.round ?? options.month.description)
        } catch {
            if case .findings(let findings) = error {
                throw .round(.invalidInput(sentence: refused, problems: month.problems(of: findings)))
            }
            throw .cannotFollow(error)
        }
        var made = carried.draft
        if let drawSeed = options.drawSeed { made.rules.drawSeed = drawSeed }
        let rowOfID = Dictionary(
            made.facilities.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        for border in checked.explanations.publicBorders where border.isHidden {
            guard let row = rowOfID[checked.subject.facilities[border.facility].id] else { continue }
            made.facilities[row].unpublished.formUnion(AgeSet(CollectionOfOne(border.ageClass)))
        }
        let (subject, all) = made.resolve(threads: options.threads)
        guard let subject else {
            throw .round(
                .invalidInput(sentence: refused, problems: Self.problems(all, carried.firstNewRow, in: month)))
        }
        self.carried = carried
        self.draft = made
        self.subject = subject
        warnings = month.problems(of: findings)
        changes = ChangeSearch(draft, made, carried, subject).changes()
        do {
            files =
                try month.files(of: made, firstNewRow: carried.firstNewRow, threads: options.threads)
                + [Self.changesTable(changes, like: month)]
        } catch {
            throw .round(.invalidInput(sentence: refused, problems: [error]))
        }
    }

    /// Errors of the next case. Those of new children have their places in the file of new children.
    private static func problems(_ findings: [Finding], _ firstNewRow: Int, in month: MonthReading) -> [Problem] {
        var (problems, ofNewChildren): ([Problem], [Finding]) = ([], [])
        for var finding in findings where finding.severity == .error {
            if finding.table == .children, let row = finding.row, row >= firstNewRow {
                (finding.table, finding.row) = (.newChildren, row - firstNewRow)
                ofNewChildren.append(finding)
            } else {
                // A row that is written nowhere has no place to point at.
                problems.append(
                    Problem(.finding(finding.code), file: finding.table.fileName, finding.sentence))
            }
        }
        return problems + month.problems(of: ofNewChildren)
    }

    /// Writes the case, unless reading it back finds an error.
    ///
    /// - Throws: ``BatchError/cannotWrite(_:)``, or ``BatchError/round(_:)`` with `RoundError.invalidInput`.
    public func write(
        to folder: CaseFolder, access: FileAccess = .owner, threads: Int = 1
    ) throws(BatchError) {
        var errors: [Problem] = []
        var isRight = false
        try BatchError.wrapping {
            try writeFolder(files, to: folder.url, access: access, threads: threads) { written in
                let reading = CaseFolder(written).read(threads: threads)
                errors = reading.errors
                isRight = reading.subject.map { $0.digest() == subject.digest() } ?? false
                return isRight
            }
        }
        if !errors.isEmpty { throw .round(.invalidInput(sentence: .nothingWritten, problems: errors)) }
        if !isRight { throw .round(.invalidInput(sentence: Self.readsOtherwise)) }
    }

    /// Why a case that has no error is not written all the same.
    private static let readsOtherwise = Phrase(
        "この案件の言葉で翌月の案件を書くと、意図と違うように読まれます。何も書いていません。必要な数や言葉（募集数の 0 など）が、case.yaml の columns、"
            + "blank、values で別の意味になっていないか確かめてください。",
        "the next case, in the words of this one, would be read otherwise than it is meant; nothing was written. Does a number or a "
            + "word that it needs, such as 0 seats, mean something else by columns, blank or values, in case.yaml?")
}

/// The latest result of a round in a ledger, with its case. Nothing in its folder was altered, and it was checked again.
public struct RecordedResult: Sendable {
    public let run: LedgerRun
    public let checked: CheckedResult

    /// Finds the result of a case, which errors call `name`, and checks it.
    ///
    /// - Throws: ``BatchError/round(_:)`` where the round is not in the ledger, the case has changed since, or the result fails
    ///   its check; ``BatchError/ledger(_:)`` where the ledger is missing or something was altered.
    public init(
        of subject: Case, named name: String, in ledger: LedgerFile, threads: Int = 1
    ) throws(BatchError) {
        let key = RoundKey(municipality: subject.municipality, month: subject.month, round: subject.round)
        let path = ledger.url.path
        let run = try BatchError.wrapping { () throws -> LedgerRun in
            guard ledger.isThere else { throw LedgerFault.missing(path: path) }
            guard let run = try ledger.entries().latest(of: key) else {
                throw RoundError.invalidInput(
                    sentence: Phrase(
                        "\(key) は台帳 \(path) にありません。先に一括処理を行ってください。",
                        "\(key) is not in the ledger \(path); run the batch first."))
            }
            guard run.setAside == nil else {
                throw RoundError.invalidInput(
                    sentence: Phrase(
                        "\(run.number) 番は使わないことにされています。先に一括処理を行うと、新しい版ができます。",
                        "run \(run.number) was set aside; run the batch first, which makes a new revision."))
            }
            let version = run.run.digestVersion ?? 3
            guard version == Case.digestVersion else {
                throw RoundError.otherDigest(name: "run \(run.number)", version: version)
            }
            guard run.run.caseDigest == subject.digest().description else {
                throw RoundError.invalidInput(
                    sentence: Phrase(
                        "\(name) は \(run.number) 番の案件と違います。その後に変更されています。先に一括処理を行ってください。",
                        "\(name) is not the case of run \(run.number); it changed since. Run the batch first."))
            }
            let faults = ledger.faults(ofFolder: run.run)
            if !faults.isEmpty { throw LedgerFault.alteredFolder(path: path, run: run.number, faults: faults) }
            return run
        }
        self.run = run
        checked = try BatchError.wrapping {
            try SavedResult(ResultFolder(ledger.folder(of: run.run)), named: run.run.folder)
                .checked(with: subject, threads: threads)
        }
    }
}

extension [LedgerEntry] {
    /// The run that a number, a month or a round names; errors call the ledger `ledger`.
    ///
    /// - Throws: `RoundError.invalidRequest` where the text names no run, or several.
    public func run(named text: String, in ledger: String) throws(RoundError) -> LedgerRun {
        let runs = self.runs
        if let number = Int(text) {
            if let run = runs.first(where: { $0.number == number }) { return run }
            throw .invalidRequest(sentence(onNoRun: number, in: ledger))
        }
        let month = PlacementMonth(written: text)?.description ?? text
        let meant = runs.filter {
            $0.supersededBy == nil && ($0.run.key.month == month || $0.run.key.round == text)
        }
        if let run = meant.first, meant.count == 1 { return run }
        let list = meant.map { "\($0.number) (\($0.run.key.round))" }.joined(separator: ", ")
        throw .invalidRequest(
            meant.isEmpty
                ? Phrase(
                    "\(ledger) に、月または回が \(text) の結果はありません。", "no run of month or round \(text) is in \(ledger).")
                : Phrase(
                    "\(text) に当たる結果が複数あります。番号で指定してください: \(list)", "\(text) names several runs: \(list)."))
    }

    /// Why a number names no run: entries are counted through, and only some of them compute a run.
    private func sentence(onNoRun number: Int, in ledger: String) -> Phrase {
        let numbers = runs.map { "\($0.number)" }.joined(separator: ", ")
        let command = "enmusubi ledger list \(shellWord(ledger)) --all"
        let list = Phrase(
            "計算結果の番号は \(numbers) です。\(command) で一覧を見られます。", "the runs are \(numbers); \(command) shows them.")
        guard indices.contains(number - 1), let subject = self[number - 1].body.subject else {
            return Phrase("\(ledger) に \(number) 番の結果はありません。", "no run was recorded as \(number) in \(ledger): ")
                + (runs.isEmpty ? Phrase("まだ結果が一つもありません。", "it has no run yet.") : list)
        }
        let body = self[number - 1].body
        return Phrase(
            "\(number) は計算結果ではなく、\(subject) 番についての記録（\(body.eventJapanese)）です。",
            "\(number) is no run but an entry about run \(subject) (\(body.event)): ") + list
    }
}

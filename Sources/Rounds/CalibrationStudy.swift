import Admissions
import Allocating
import CaseFiles
import Comparing
import Foundation
import Programs

/// Looks for the settings under which the rules agree best with what staff decided.
///
/// Only ``settings(proposedBy:accepting:)`` writes anything, into a temporary folder that it removes again.
public struct CalibrationStudy: Sendable {
    /// A year's case as written, with what staff decided.
    public struct Year: Sendable {
        public let folder: String
        let draft: CaseDraft
        let subject: Case
        let manual: [Int?]
        /// What was found of the form of the table of what staff decided.
        public let remarks: [Problem]

        /// Reads the case folder of a year and what staff decided in that year.
        ///
        /// `manual` is the path of the table of what staff decided; `nil`: `manual.csv` in the case folder.
        ///
        /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where one of the two cannot be read, or the round has
        ///   several phases.
        public init(_ folder: String, manual: String? = nil, threads: Int = 1) throws(RoundError) {
            let reading = CaseFolder(path: folder).read(threads: threads)
            guard let subject = reading.subject, let draft = reading.draft else {
                throw .invalidInput(
                    sentence: Phrase("\(folder) を読めません。何も書いていません。", "\(folder) cannot be read; nothing was written."),
                    problems: reading.errors)
            }
            guard subject.phases.count == 1 else {
                throw .invalidInput(
                    sentence: Phrase(
                        "\(folder) は複数の段階からなる利用調整です。手作業結果からは、どの段階で内定したかが分かりません。",
                        "\(folder) is a round of several phases; a manual result does not tell which placed whom."))
            }
            let url =
                manual.map { URL(fileURLWithPath: $0) }
                ?? ManualTable.url(in: URL(fileURLWithPath: folder))
            (self.manual, remarks) = try ManualComparison.reading(
                url, of: subject, named: url.path, in: URL(fileURLWithPath: folder))
            self.folder = folder
            self.draft = draft
            self.subject = subject
        }

        /// Reads several years, each with the table at its place in `manual`, where there is one; see ``init(_:manual:threads:)``.
        ///
        /// - Throws: What reading one of them throws.
        public static func all(_ folders: [String], manual: [String], threads: Int = 1) throws(RoundError) -> [Self] {
            var years: [Self] = []
            for (index, folder) in folders.enumerated() {
                years.append(try Self(folder, manual: index < manual.count ? manual[index] : nil, threads: threads))
            }
            return years
        }
    }

    /// How far to search.
    public struct Options: Sendable {
        /// For how many of the best settings root decisions are counted.
        public var roots = 3
        /// How many settings are listed.
        public var most = 10
        /// How many threads may work at the same time; the result is the same with any number.
        public var threads = 1
        /// Whether the points of named rows of the points table may be moved as well.
        public var learnsAdjustments = false
        /// Where they may: the fewest households that must meet a row, and the fewest that must not. Moving a row that fewer
        /// share would be naming them.
        public var leastHouseholds = Self.usualLeastHouseholds
        /// With five households a row cannot tell one family apart, and one mistake of staff is the smaller part of its evidence.
        public static let usualLeastHouseholds = 5
        /// Ends the search, by time or by its signal; what was found by then is returned.
        public var deadline = Deadline.none

        public init() {}
    }

    let years: [Year]
    private let options: Options

    /// A study that chooses settings by the first of the years and judges the choice by the others; at least one year is needed.
    public init(_ years: [Year], options: Options = Options()) {
        precondition(!years.isEmpty, "a calibration needs a year")
        self.years = years
        self.options = options
    }

    /// Searches for the settings.
    ///
    /// - Parameter hears: Is told what is being done, on any thread.
    /// - Throws: ``RoundError/invalidInput(sentence:problems:)`` where rows are to be moved and a year has no points table, or
    ///   gives points besides; ``RoundError/ended(_:sentence:)`` where not even the settings as written were tried, and
    ///   ``RoundError/notAllocated(_:)`` or ``RoundError/defect(_:faults:)``.
    public func findings(
        hears: @escaping @Sendable (RoundEvent) -> Void = { _ in }
    ) throws(RoundError) -> CalibrationFindings {
        if self.options.learnsAdjustments { try checkTables() }
        var options = Allocator.Options()
        options.threads = self.options.threads
        options.recordsProof = false
        options.deadline = self.options.deadline
        do { return try search(options, hears) } catch { throw RoundError(searching: error) }
    }

    /// The first year's `case.yaml` with the settings that agree best, read back and found to be the case that was tried.
    ///
    /// - Parameters:
    ///   - findings: What the study found.
    ///   - accepted: Codes of what somebody accepts; see ``unconfirmedCode``.
    /// - Returns: `nil` where the settings are written in a way that cannot be changed here.
    /// - Throws: ``RoundError/needsAcceptance(codes:)`` where a row is moved, and the years held back do not confirm it;
    ///   ``RoundError/cannotWrite(_:)`` where there is no room for the trial, or
    ///   ``RoundError/invalidInput(sentence:problems:)`` where the case is no longer there.
    public func settings(
        proposedBy findings: CalibrationFindings, accepting accepted: Set<String> = []
    ) throws(RoundError) -> [UInt8]? {
        if findings.learnt?.verdict.isUnconfirmed == true, !accepted.contains(Self.unconfirmedCode) {
            throw .needsAcceptance(codes: [Self.unconfirmedCode])
        }
        let (best, year) = (findings.best, years[0])
        let manager = FileManager.default
        let trial = manager.temporaryDirectory.appending(path: "enmusubi-\(UUID().uuidString)")
        defer { try? manager.removeItem(at: trial) }
        do {
            let bytes = try CaseFolder(path: year.folder).settings(changing: year.draft.rules, to: best.rules)
            let files = CaseFolder(path: year.folder).inventory().inventory?.files ?? []
            try writeFolder(
                files.filter { $0.name != "case.yaml" } + [OutputFile(name: "case.yaml", bytes: bytes)], to: trial)
            let again = CaseFolder(path: trial.path).read(threads: options.threads).subject
            return again?.digest() == best.subject.digest() ? bytes : nil
        } catch let error as CannotWrite {
            throw .cannotWrite(error)
        } catch let error as Problem {
            throw .invalidInput(sentence: .nothingWritten, problems: [error])
        } catch { throw .defect("\(error)") }
    }

    private func search(
        _ options: Allocator.Options, _ hears: @escaping @Sendable (RoundEvent) -> Void
    ) throws -> CalibrationFindings {
        let (most, roots) = (self.options.most, self.options.roots)
        let first = years[0]
        let rows =
            !self.options.learnsAdjustments
            ? nil
            : MovableRows(
                of: first.draft, leastHouseholds: self.options.leastHouseholds, threads: options.threads)
        var calibration = Calibration(first.draft, manual: first.manual, options: options, moving: rows) { state in
            hears(
                .tryingSettings(tried: state.tried, agreed: state.bestChildren, children: first.manual.count))
        }
        let ranking = try calibration.search()
        var entries: [CalibrationFindings.Entry] = []
        // Settings that give the same result stand together: these data cannot tell them apart.
        var shown: [(result: SHA256.Digest, entry: Int)] = []
        var hasTimeEnded = calibration.hasTimeEnded
        for candidate in ranking {
            if let known = shown.first(where: { $0.result == candidate.result }) {
                entries[known.entry].sameWith.append(candidate.descriptions)
                continue
            }
            let isWritten = candidate.descriptions.isEmpty
            if shown.count >= most, !isWritten { continue }
            shown.append((candidate.result, entries.count))
            var entry = CalibrationFindings.Entry(
                changes: candidate.descriptions, children: candidate.children,
                households: candidate.households, householdCount: candidate.householdCount)
            if options.deadline.hasPassed { hasTimeEnded = true }
            if entries.count < roots || isWritten, !hasTimeEnded {
                hears(.countingRoots)
                let found = try rootDecisions(candidate, first.manual, options)
                (entry.roots, entry.rootsAtLeast) = (found?.roots.count, found?.lowerBound)
            }
            if options.deadline.hasPassed { hasTimeEnded = true }
            if entries.count < roots || isWritten, !hasTimeEnded {
                entry.heldBack = try years.dropFirst().map { year in
                    hears(.judging(name: year.folder))
                    let other = try Calibration.agreement(
                        under: candidate.changes, moving: candidate.moves, in: year.draft, manual: year.manual,
                        options: options)
                    if options.deadline.hasPassed { hasTimeEnded = true }
                    return .init(folder: year.folder, children: other?.children, count: year.manual.count)
                }
            }
            entries.append(entry)
        }
        for candidate in calibration.unproposed {
            guard let known = shown.first(where: { $0.result == candidate.result }) else { continue }
            entries[known.entry].sameWith.append(candidate.descriptions)
        }
        let learnt = try rows.map { rows in
            hears(.judgingMoves)
            let judged = try judge(ranking[0], by: &calibration, rows, options)
            if options.deadline.hasPassed { hasTimeEnded = true }
            return judged
        }
        return CalibrationFindings(
            tried: calibration.tried, count: first.manual.count, entries: entries, best: ranking[0],
            cut: !hasTimeEnded ? nil : options.deadline.signal?.isRaised == true ? .interrupted : .time,
            tooMuchWork: calibration.tooMuchWork, learnt: learnt)
    }

    /// The most steps of the solver for the root decisions under one of the settings: about a minute.
    private static let mostStepsForRoots = 10_000_000_000

    /// The root decisions under the settings of a candidate; `nil` where the time ended or the search took too much work.
    private func rootDecisions(
        _ candidate: Calibration.Candidate, _ manual: [Int?], _ options: Allocator.Options
    ) throws -> Roots? {
        var options = options
        options.deadline.work = WorkBudget(limit: Self.mostStepsForRoots)
        let subject = candidate.subject
        let staff = ManualResult(manual, of: subject)
        let check = try ManualCheck(staff, of: subject, threads: options.threads)
        var search = RootSearch(staff, of: subject, check: check, options: options)
        do { return try search.find() } catch RootSearchError.stopped { return nil }
    }
}

import Admissions
import Allocating
import Asking
import CaseFiles
import Foundation
import Verifying

extension RunRecord {
    /// What `run.json` is checked against.
    struct Basis {
        let subject: Case
        /// The case as it was read, doubts included, with no earlier case to compare with.
        let reading: CaseReading
        let verified: Verification
        /// Of `sufficient.csv`; `nil` where there can be no such file.
        let sufficient: Sufficiency?
        /// Whether the files of the case may differ from those that the result was made of.
        let isOtherCopy: Bool
        /// Names of the files of the result folder that ``RunRecord/files`` must list, in order.
        var fileNames: [String] = []
    }

    /// The record as it must be.
    ///
    /// What the case, its files and the placements determine is made anew. What they leave open, such as how often a solver was
    /// called, is taken from this record if that value is possible, and otherwise is the nearest possible one. A field that is
    /// added to the record must be given here as well.
    func expected(by basis: Basis) -> RunRecord {
        let (subject, verified) = (basis.subject, basis.verified)
        let isOptimal = isProved
        let phases = expectedPhases(basis, isOptimal: isOptimal)
        let claims = verified.claims.count
        let bound = phases.map { $0.reduce(0) { $0 + ($1.levels[0].bound ?? 0) } } ?? levels.first?.bound ?? 0
        let warnings = expectedWarnings(basis.reading)
        return RunRecord(
            municipality: subject.municipality, round: subject.round, month: subject.month.description,
            objective: subject.rules.objective.rawValue, status: status, termination: expectedTermination,
            caseDigest: caseDigest, digestVersion: digestVersion.map { _ in Case.digestVersion },
            counts: Counts(of: subject, verified),
            levels: Self.levels(
                subject.rules.objective, claims: claims, bound: isOptimal ? claims : bound.nearest(in: 0...claims),
                isProved: isOptimal, heldCount: verified.heldCount, rankTotal: verified.rankTotal),
            claimants: Self.claimants(verified, in: subject), phases: phases, pins: Self.pins(subject),
            advice: expectedAdvice(subject, isOptimal: isOptimal, claims: claims),
            trial: trial == true ? true : nil, earlier: earlier,
            warnings: warnings.counts, warningsAccepted: warnings.accepted,
            unreadColumns: basis.isOtherCopy ? unreadColumns : basis.reading.unreadColumnsByFile,
            sufficient: isOptimal ? basis.sufficient : nil,
            timings: Dictionary(
                uniqueKeysWithValues: Self.timingNames.map { name in
                    (name, timings[name].map { $0.isFinite ? max(0, $0) : 0 } ?? 0)
                }),
            solver: expectedSolver(subject, verified, isOptimal: isOptimal),
            inputs: basis.isOtherCopy
                ? inputs
                : basis.reading.files.map { Input(file: $0.name, encoding: $0.encoding.rawValue, sha256: $0.sha256) },
            resultTable: basis.isOtherCopy ? resultTable : basis.reading.resultLayout?.fileName,
            files: expectedFiles(basis.fileNames))
    }

    /// Each file once. Whether its hash is that of its bytes is checked elsewhere. Earlier versions did not list the files.
    private func expectedFiles(_ names: [String]) -> [WrittenFile]? {
        files.map { files in
            let hashes = Dictionary(files.map { ($0.file, $0.sha256) }, uniquingKeysWith: { first, _ in first })
            return names.map { WrittenFile(file: $0, sha256: hashes[$0] ?? "") }
        }
    }

    /// Why the search ended, as far as the status allows. Earlier versions did not say.
    private var expectedTermination: Termination? {
        guard let termination else { return nil }
        switch status {
        case .optimal: return .proved
        case .interrupted: return .stopped(by: .interrupted)
        case .feasible:
            guard let limit = termination.limit?.inRun, limit != .interrupted else { return .stopped(by: .time) }
            return .stopped(by: limit)
        }
    }

    private static let timingNames = ["adviseSeconds", "allocateSeconds", "readSeconds", "verifySeconds"]

    /// The phases. Where the round is proved, all of them are; otherwise the status of each is taken from this record.
    private func expectedPhases(_ basis: Basis, isOptimal: Bool) -> [Phase]? {
        let (subject, verified) = (basis.subject, basis.verified)
        if subject.rules.phases.isEmpty { return nil }
        func own(_ index: Int) -> Phase? { phases.flatMap { $0.indices.contains(index) ? $0[index] : nil } }
        var statuses = subject.phases.indices.map { index -> RunStatus in
            if isOptimal { return .optimal }
            return own(index)?.status == .optimal ? .optimal : .feasible
        }
        if !isOptimal, !statuses.contains(.feasible) { statuses[statuses.count - 1] = .feasible }
        let firstUnproved = statuses.firstIndex(of: .feasible)
        return subject.phases.indices.map { index in
            let claims = verified.claims.filter { $0.phase == index }
            let isProved = statuses[index].isProved
            let bound = own(index)?.levels.first?.bound ?? 0
            return Phase(
                name: subject.phases[index].name,
                who: subject.phases[index].who == .everyone ? "all" : subject.phases[index].who.description,
                status: statuses[index],
                termination: own(index)?.termination.map {
                    // What stopped the first of the phases stopped the round.
                    if index == firstUnproved, let round = expectedTermination { return round }
                    return isProved ? .proved : $0.limit.map { .stopped(by: $0.inRun) } ?? .stopped(by: .time)
                },
                claimants: claims.map { Self.name($0.household, in: subject) },
                levels: Self.levels(
                    subject.rules.objective, claims: claims.count,
                    bound: isProved ? claims.count : bound.nearest(in: 0...claims.count), isProved: isProved,
                    heldCount: verified.phases[index].heldCount, rankTotal: verified.phases[index].rankTotal))
        }
    }

    /// Advice is only looked for where a proved result has claims; `work` ends it at a fixed number of changes.
    private func expectedAdvice(_ subject: Case, isOptimal: Bool, claims: Int) -> Advice {
        if !isOptimal || claims == 0 { return Advice(candidates: 0, tried: 0, cut: nil) }
        let most = Adviser.Options().mostTried(of: subject)
        var expected = Advice(candidates: max(0, advice.candidates), tried: 0, cut: advice.cut)
        if expected.candidates == 0 { return expected }
        let reachable = min(expected.candidates, most)
        switch advice.cut {
        case .time, .interrupted: expected.tried = advice.tried.nearest(in: 0...max(0, reachable - 1))
        // Of the changes that are tried some may take too much work.
        case .work where expected.candidates > most: expected.tried = advice.tried.nearest(in: 0...reachable)
        case .work: expected.tried = advice.tried.nearest(in: 0...max(0, reachable - 1))
        case nil where expected.candidates > most: (expected.tried, expected.cut) = (reachable, .work)
        case nil: expected.tried = reachable
        }
        return expected
    }

    /// The warnings of the case, and those that only a comparison with an earlier case can have raised.
    private func expectedWarnings(_ reading: CaseReading) -> (counts: [String: Int], accepted: [String]) {
        var counts = reading.warningCounts
        var accepted = Set(reading.warnings.filter(\.needsAcceptance).map(\.code))
        for code in Finding.Code.comparedWithPrevious {
            guard let count = warnings[code.rawValue], count > 0 else { continue }
            counts[code.rawValue] = count
            if code.needsAcceptance { accepted.insert(code.rawValue) }
        }
        for code in Finding.Code.settledByPrevious {
            guard let own = counts[code.rawValue] else { continue }
            counts[code.rawValue] = min(own, max(0, warnings[code.rawValue] ?? 0))
            guard counts[code.rawValue] == 0 else { continue }
            counts[code.rawValue] = nil
            accepted.remove(code.rawValue)
        }
        return (counts, accepted.sorted())
    }

    // MARK: How it was found

    private func expectedSolver(_ subject: Case, _ verified: Verification, isOptimal: Bool) -> Solver {
        let proof = solver.proof.proof()
        let most = subject.households.count * subject.phases.count
        var expected = Solver(
            program: Self.isProgram(solver.program) ? solver.program : Self.ownProgram,
            chosen: SolverChoice(rawValue: solver.chosen)?.rawValue ?? SolverChoice.auto.rawValue,
            reduction: solver.reduction, calls: max(0, solver.calls), outcomes: max(0, solver.outcomes), strikes: 0,
            undecidedHouseholds: solver.undecidedHouseholds.nearest(in: 0...most), components: 0, largestComponent: 0,
            cores: expectedCores(subject, proof, verified), proof: proof.map(ProofRecord.init) ?? solver.proof)
        if solver.reduction {
            // Every household keeps an outcome.
            expected.strikes = solver.strikes.nearest(in: 0...max(0, expected.outcomes - 1))
        }
        if let proof, !proof.isWhole, isOptimal {
            expected.undecidedHouseholds = proof.components.reduce(0) { $0 + $1.count }
            expected.components = proof.components.count
            expected.largestComponent = proof.components.map(\.count).max() ?? 0
        } else if expected.undecidedHouseholds > 0 {
            expected.components = solver.components.nearest(in: 0...expected.undecidedHouseholds)
            expected.largestComponent = solver.largestComponent.nearest(in: 0...expected.undecidedHouseholds)
        }
        return expected
    }

    /// `enmusubi` and a version.
    private static func isProgram(_ text: String) -> Bool {
        text.wholeMatch(of: /enmusubi [0-9A-Za-z.+-]+/) != nil
    }

    /// The cores of the proof by name. Those of phases are taken from this record, if they name households of the case of which
    /// one has a claim.
    private func expectedCores(_ subject: Case, _ proof: Proof?, _ verified: Verification) -> [[String]] {
        if subject.isPlain {
            return (proof?.cores ?? []).map { core in
                core.households.filter(subject.households.indices.contains).map { Self.name($0, in: subject) }
            }
        }
        if !solver.reduction || !isProved, solver.cores.isEmpty { return [] }
        let names = Set(subject.households.indices.map { Self.name($0, in: subject) })
        let claimants = Set(Self.claimants(verified, in: subject))
        return solver.cores.filter { core in
            names.isSuperset(of: core) && Set(core).count == core.count && !claimants.isDisjoint(with: core)
        }
    }
}

extension Termination.Limit {
    /// The limit itself if `run` can set it. It sets no limit of work or claims, so time stands for these.
    fileprivate var inRun: Self { self == .work || self == .claims ? .time : self }
}

extension Int {
    /// The number of a range that is nearest to this.
    func nearest(in range: ClosedRange<Int>) -> Int { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}

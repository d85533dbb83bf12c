import Admissions
import Allocating
import Asking
import BuildVersion
import CaseFiles
import Explaining
import Foundation
import Reports
import Tables
import Verifying

/// `run.json`: how a result was found, what is proved, and by what.
///
/// Everything outside `timings`, `solver`, `inputs`, `trial` and `earlier` is the same for the same case, whoever runs it.
public struct RunRecord: Codable, Sendable {
    public static let fileName = ResultFolder.recordName

    /// The version of the file's format.
    public var format = ResultFolder.format
    public var municipality: String
    public var round: String
    public var month: String
    public var objective: String
    /// `optimal`: the one result of the rules, proved; `feasible` and `interrupted`: checked, but not proved.
    public var status: RunStatus
    /// Why the search ended, from which ``status`` follows; left out by earlier versions.
    public var termination: Termination?
    /// Whether the result is proved.
    public var isProved: Bool { status.isProved }
    /// SHA-256 of the case in canonical order.
    public var caseDigest: String
    /// The version of the canonical order, see `Case.digestVersion`; left out by earlier versions, which all used version 3.
    public var digestVersion: Int?
    public var counts: Counts
    public var levels: [Level]
    /// The households that keep a justified claim, in the order of ids; where `claims` is proved, no allocation has fewer.
    public var claimants: [String]
    /// The phases; left out where the round has none.
    public var phases: [Phase]?
    /// The pins; left out where the case has none.
    public var pins: [Pin]?
    /// How far the search for the rows of `advice.csv` came.
    public var advice: Advice
    /// Whether the result was made as a trial; left out where it was not.
    public var trial: Bool?
    /// Other results that the report lays beside this one, as they were given; left out where there are none.
    public var earlier: [EarlierResult]?
    /// Codes of warnings, with how often each occurs.
    public var warnings: [String: Int]
    /// Codes of the warnings that need acceptance and were accepted, in order.
    public var warningsAccepted: [String]
    /// The columns that no rule and no reader uses, by file, each list in order. Nothing from them is in the result, except that
    /// a workbook repeats the children's table.
    public var unreadColumns: [String: [String]]?
    /// How far the search for what would have sufficed came; left out where there was none.
    public var sufficient: Sufficiency?
    public var timings: [String: Double]
    public var solver: Solver
    public var inputs: [Input]
    /// The name of the table in the layout of the city's core system; left out where case.yaml describes none.
    public var resultTable: String?
    /// Every other file that was written with this one, in the order of names; left out by earlier versions.
    public var files: [WrittenFile]?

    public struct Counts: Codable, Equatable, Sendable {
        public var children: Int
        public var households: Int
        public var facilities: Int
        public var placed: Int
        public var stays: Int
        public var held: Int
        public var claims: Int
        public var priorityClaims: Int
        public var vacantClaims: Int
        /// Claims across phases, which do not count; left out of a case without phases and pins.
        public var phaseClaims: Int?
        /// Claims because of pins, which do not count; left out of a case without phases and pins.
        public var overriddenClaims: Int?
        /// Pinned children; left out of a case without phases and pins.
        public var pinned: Int?
    }

    /// A level by which allocations are compared: the value reached, and a bound below which no allocation can be.
    public struct Level: Codable, Equatable, Sendable {
        public var name: String
        /// The value reached; left out for levels that are an order rather than a number.
        public var value: Int?
        public var bound: Int?
        public var proved: Bool
    }

    /// Changes of the case that were worth trying, and those that were tried.
    public struct Advice: Codable, Equatable, Sendable {
        public var candidates: Int
        public var tried: Int
        /// Why not all were tried: `work`, `time` or `interrupted`; left out where all were.
        public var cut: Adviser.Cut?
    }

    /// How many wishes refused for lack of a seat were looked at, how many of them have a confirmed answer, and how many cases
    /// were solved for that.
    public struct Sufficiency: Codable, Equatable, Sendable {
        public var children: Int
        public var examined: Int
        public var confirmed: Int
        public var solves: Int
        /// Why not all wishes were looked at. After `time` and `interrupted` the answers are incomplete; after `work` they are
        /// the same each time. Left out where all that were asked for were looked at.
        public var cut: SufficientSearch.Cut?
        /// Wishes that took too much work, by their place among those asked about, from 0; left out where none did.
        public var leftOut: [Int]?
    }

    /// Whether somebody stopped the work, before the proof or after it.
    public var isInterrupted: Bool { status == .interrupted || endedBy == .interrupted }

    /// Why the work after the proof ended before it was complete: `time` or `interrupted`; `nil` where neither was the reason.
    public var endedBy: SufficientSearch.Cut? {
        let cuts = [sufficient?.cut, advice.cut.flatMap { SufficientSearch.Cut(rawValue: $0.rawValue) }]
        return cuts.contains(.interrupted) ? .interrupted : cuts.contains(.time) ? .time : nil
    }

    /// Which program found the result, and how.
    public struct Solver: Codable, Sendable {
        public var program: String
        public var chosen: String
        public var reduction: Bool
        /// How often a solver was called.
        public var calls: Int
        /// How many joint outcomes were made.
        public var outcomes: Int
        /// How many joint outcomes the reduction struck.
        public var strikes: Int
        /// How many households the reduction left open.
        public var undecidedHouseholds: Int
        /// Into how many components they fall.
        public var components: Int
        /// How many households the largest component has.
        public var largestComponent: Int
        /// Sets of households: in any allocation at least one household of each set has a claim. Each set contains a claimant,
        /// and no smaller set of households meets all of them.
        public var cores: [[String]]
        /// The steps behind what is proved.
        public var proof: ProofRecord
    }

    public struct Input: Codable, Sendable {
        public var file: String
        public var encoding: String
        public var sha256: String
    }

    /// A file of the result folder by the SHA-256 of its bytes in hexadecimal.
    public struct WrittenFile: Codable, Equatable, Sendable {
        public var file: String
        public var sha256: String

        public init(file: String, sha256: String) { (self.file, self.sha256) = (file, sha256) }

        init(_ file: OutputFile) {
            self.init(file: file.name, sha256: file.sha256.description)
        }
    }

    /// The program that writes records here, as ``Solver/program`` names it.
    static let ownProgram = "enmusubi \(ProgramVersion.recorded)"

    /// Whether this version of the program made the result, so that it would write every byte again.
    public var isOfThisVersion: Bool { solver.program == Self.ownProgram }

    /// This record with the hashes of the files that are written with it.
    func naming(_ files: [OutputFile]) -> RunRecord {
        var record = self
        record.files = files.filter { $0.name != Self.fileName }.map(WrittenFile.init).sorted {
            $0.file.utf8.lexicographicallyPrecedes($1.file.utf8)
        }
        return record
    }

    /// The file's bytes: keys in order, so the same record gives the same bytes.
    public func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + Array("\n".utf8)
    }
}

extension RunRecord.Counts {
    init(of subject: Case, _ verified: Verification) {
        func count(_ outcome: Outcome) -> Int { verified.placements.count { $0.outcome == outcome } }
        self.init(
            children: subject.children.count, households: subject.householdIDCount,
            facilities: subject.facilities.count, placed: count(.placed), stays: count(.stays), held: count(.held),
            claims: verified.claims.count, priorityClaims: verified.claims.count { $0.kind == .priority },
            vacantClaims: verified.claims.count { $0.kind == .vacant })
        if subject.isPlain { return }
        phaseClaims = verified.uncountedClaims.count { $0.kind == .phase }
        overriddenClaims = verified.uncountedClaims.count { $0.kind == .overridden }
        pinned = subject.pins.count
    }
}

extension Case {
    /// How many household ids there are.
    public var householdIDCount: Int {
        // Children of one id who are judged apart stand one after the other.
        households.indices.count { $0 == 0 || households[$0].id != households[$0 - 1].id }
    }
}

/// The children of a verified result whom the draw alone separated, found when they are first needed.
func drawTies(
    _ verified: Verification, _ explanations: Explanations, of subject: Case, threads: Int = 1
) -> Background<[DrawTie]> {
    Background(threads: threads) { drawTies(of: subject, verified, comparator: explanations.comparator) }
}

/// The tables of a verified result.
func resultTables(
    _ verified: Verification, _ explanations: Explanations, of subject: Case, encoding: TextEncoding,
    ties: Background<[DrawTie]>, threads: Int = 1
) throws(UnwritableTable) -> [OutputFile] {
    let tables = ResultTables(of: subject, encoding: encoding)
    // The reasons are as much work as all others together.
    let others = Background(threads: threads) { () -> Result<[OutputFile], UnwritableTable> in
        Result { () throws(UnwritableTable) in
            [
                try tables.placements(verified.placements), try tables.claims(verified.allClaims),
                try tables.borders(explanations.borders), try tables.publicBorders(explanations.publicBorders),
                try tables.waiting(explanations.waiting),
            ]
        }
    }
    let reasons = Result { () throws(UnwritableTable) in
        try tables.reasons(explanations.reasons, explanations.jointReasons, threads: threads) { child, wish, key in
            if case .key(let index) = key, subject.rules.priority[index].comparesPlainly,
                case .number(let number)? = explanations.keyValue(of: child, at: wish, index),
                number.isInteger
            {
                return .number(Int(number.numerator))
            }
            return .text(explanations.value(of: child, at: wish, key, in: subject))
        } wishOfLast: {
            explanations.wishOfLastAdmitted($0)
        }
    }
    var files = try others.value.get()
    files.insert(try reasons.get(), at: 2)
    files.append(try tables.drawTies(ties.value))
    return files
}

extension RunRecord {
    /// The levels of Rules.md 5 with their values in the verified allocation.
    static func levels(_ subject: Case, _ result: AllocationResult, _ verified: Verification) -> [Level] {
        levels(
            subject.rules.objective, claims: verified.claims.count, bound: result.claimBound,
            isProved: result.isProved, heldCount: verified.heldCount, rankTotal: verified.rankTotal)
    }

    static func levels(
        _ objective: Objective, claims: Int, bound: Int, isProved: Bool, heldCount: Int, rankTotal: Int
    ) -> [Level] {
        var levels = [
            Level(name: "claims", value: claims, bound: bound, proved: isProved || claims == bound),
            Level(name: "claimOrder", value: nil, bound: nil, proved: isProved),
        ]
        switch objective {
        case .priority: break
        case .placements:
            levels.append(
                Level(
                    name: "placements", value: heldCount, bound: isProved ? heldCount : nil, proved: isProved))
        case .ranks:
            levels.append(
                Level(
                    name: "ranks", value: rankTotal, bound: isProved ? rankTotal : nil, proved: isProved))
        }
        levels.append(Level(name: "priority", value: nil, bound: nil, proved: isProved))
        return levels
    }

    /// How a household is named: by its id, or for a child judged apart by household and child.
    public static func name(_ household: Int, in subject: Case) -> String {
        Wording.household(household, in: subject)
    }
}

import Admissions
import Foundation

/// Which round of which municipality: what a ledger counts revisions of.
public struct RoundKey: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public var municipality: String
    /// As `PlacementMonth` writes it, such as `2027-04`.
    public var month: String
    /// What the round is called.
    public var round: String

    public init(municipality: String, month: PlacementMonth, round: String) {
        (self.municipality, self.month, self.round) = (municipality, month.description, round)
    }

    /// By month, then by the number in the round's name, see `RoundName`, then by municipality.
    public static func < (left: Self, right: Self) -> Bool {
        if left.month != right.month { return left.month.utf8.lexicographicallyPrecedes(right.month.utf8) }
        let (own, other) = (RoundName(left.round), RoundName(right.round))
        if own != other { return own < other }
        return left.municipality.utf8.lexicographicallyPrecedes(right.municipality.utf8)
    }

    public var description: String { "\(municipality), \(month), \(round)" }
}

/// A file by its name and the SHA-256 of its bytes in hexadecimal.
public struct FileHash: Hashable, Sendable, Codable {
    public var name: String
    public var sha256: String

    public init(name: String, sha256: String) { (self.name, self.sha256) = (name, sha256) }

    public init(name: String, bytes: [UInt8]) {
        self.init(name: name, sha256: bytes.withUnsafeBufferPointer { SHA256.digest(of: $0) }.description)
    }
}

extension [FileHash] {
    /// SHA-256 over names and hashes in the order of names; the same for the same files.
    public var digest: String {
        let lines = sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map { "\($0.sha256)  \($0.name)\n" }
        return SHA256.digest(of: lines.joined().utf8).description
    }
}

/// How far a result has come. Each is reached from the one before.
public enum RunState: String, CaseIterable, Sendable, Codable, Comparable {
    case computed, reviewed, approved, published

    /// The state in Japanese.
    public var japanese: String {
        switch self {
        case .computed: "計算済み"
        case .reviewed: "確認済み"
        case .approved: "承認済み"
        case .published: "公表済み"
        }
    }

    public static func < (left: Self, right: Self) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}

/// A computed result, as the ledger keeps it: hashes and counts, no child.
public struct RecordedRun: Hashable, Sendable, Codable {
    public var key: RoundKey
    /// From 1; a new one for each change of the case.
    public var revision: Int
    /// Number of the entry of the revision before; `nil` for the first.
    public var supersedes: Int?
    /// The result folder, from the folder that holds the ledger.
    public var folder: String
    /// SHA-256 of the inputs, of the rules among them, and of the result; see ``FileHash``.
    public var inputs: String
    public var rules: String
    public var result: String
    /// SHA-256 of the case in canonical order.
    public var caseDigest: String
    /// In which version of the canonical order; left out of entries of versions that did not record it, which all made 3.
    public var digestVersion: Int?
    /// Name and version of the program that computed it.
    public var program: String
    public var status: Status
    /// What stopped the search; left out of a proved result, and of entries of versions that did not record it.
    public var limit: Termination.Limit?

    /// How far a result is proved and whole.
    public enum Status: String, CaseIterable, Sendable, Codable {
        /// Proved.
        case optimal
        /// Checked, but not proved.
        case feasible
        /// Checked, but not proved, because somebody stopped the search.
        case interrupted
        /// Proved; but the time limit cut short the search for what would have sufficed, or for advice.
        case cutShort = "optimal, cut short"

        /// The status of a result that is whole.
        public init(_ status: RunStatus) {
            switch status {
            case .optimal: self = .optimal
            case .feasible: self = .feasible
            case .interrupted: self = .interrupted
            }
        }

        /// The status in Japanese.
        public var japanese: String {
            switch self {
            case .optimal: "証明済み"
            case .feasible: "証明なし"
            case .interrupted: "証明なし（中断）"
            case .cutShort: "証明済み（追加の調べは途中まで）"
            }
        }

        /// Whether the result is proved and nothing was cut short.
        public var isWhole: Bool { self == .optimal }
    }

    public var children: Int
    public var placed: Int
    public var stays: Int
    public var held: Int
    /// Households that keep a justified claim.
    public var claims: Int
    /// Codes of warnings that were accepted, in order.
    public var accepted: [String]
    /// Every file of the result folder, in the order of names.
    public var files: [FileHash]

    public init(
        key: RoundKey, inputs: String, rules: String, caseDigest: String, digestVersion: Int? = nil, program: String,
        status: Status, limit: Termination.Limit? = nil, children: Int, placed: Int, stays: Int, held: Int, claims: Int,
        accepted: [String]
    ) {
        self.key = key
        revision = 0
        folder = ""
        result = ""
        self.inputs = inputs
        self.rules = rules
        self.caseDigest = caseDigest
        self.digestVersion = digestVersion
        self.program = program
        self.status = status
        self.limit = limit
        self.children = children
        self.placed = placed
        self.stays = stays
        self.held = held
        self.claims = claims
        self.accepted = accepted
        files = []
    }
}

/// One line of the ledger: something that happened to a result, by whom, when and why.
public struct LedgerEntry: Hashable, Sendable {
    /// From 1, without gaps.
    public let number: Int
    public let body: Body
    /// SHA-256 of the entry before; 64 zeros for the first.
    public let previous: String
    /// SHA-256 of ``previous``, a line feed, and the body as it is stored.
    public let hash: String

    /// The body as it is stored: JSON with keys in order.
    public let text: String

    public struct Body: Hashable, Sendable {
        /// How far the run has come with this entry.
        public var state: RunState
        /// What the entry does besides; `nil`: it moves the run to ``state``, the next after the one before.
        public var act: LedgerAct?
        /// The run, where the entry computes one; else `nil`.
        public var run: RecordedRun?
        /// Number of the entry that computed what this one is about; `nil` where it computes a run itself.
        public var subject: Int?
        /// How many people must have signed an approved run; said by the first entry of a ledger for all, `nil`: one.
        public var people: Int?
        /// Who did it: an id of the staff, or the program.
        public var by: String
        /// UTC, `2027-02-01T09:00:00Z`.
        public var at: String
        public var why: String
        /// Version of SQLite that wrote the entry.
        public var sqlite: String
        /// The lowest version of a ledger that may hold the entry; `nil`: 1.
        public var version: Int?

        /// What the entry says of its run, in a word.
        public var event: String { act?.rawValue ?? state.rawValue }
        /// The same in Japanese.
        public var eventJapanese: String { act?.japanese ?? state.japanese }
    }

    static let noPrevious = String(repeating: "0", count: 64)

    static func hash(previous: String, text: String) -> String {
        SHA256.digest(of: "\(previous)\n\(text)".utf8).description
    }
}

/// A run with what became of it.
public struct LedgerRun: Hashable, Sendable {
    public let number: Int
    public let run: RecordedRun
    /// Everything that happened to it, the computing first.
    public let history: [LedgerEntry]
    /// Number of the entry of the next revision; `nil` for the latest.
    public let supersededBy: Int?

    public var state: RunState { history.last!.body.state }
    /// The entry that says that the result folder does not count any more; `nil`: it counts.
    public var setAside: LedgerEntry? { history.last { $0.body.act == .setAside } }
}

extension [LedgerEntry] {
    /// The runs in the order in which they were computed.
    ///
    /// - Complexity: O(entries).
    public var runs: [LedgerRun] {
        var history: [Int: [LedgerEntry]] = [:]
        var next: [Int: Int] = [:]
        for entry in self {
            history[entry.body.subject ?? entry.number, default: []].append(entry)
            if let before = entry.body.run?.supersedes { next[before] = entry.number }
        }
        return compactMap { entry in
            entry.body.run.map {
                LedgerRun(
                    number: entry.number, run: $0, history: history[entry.number]!, supersededBy: next[entry.number])
            }
        }
    }

    /// The latest revision of a round.
    public func latest(of key: RoundKey) -> LedgerRun? { runs.last { $0.run.key == key } }
}

extension LedgerEntry: Encodable {
    private enum CodingKeys: String, CodingKey { case number, previous, hash, body }

    /// The text that is stored, from which a reader can compute the hash again.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(previous, forKey: .previous)
        try container.encode(hash, forKey: .hash)
        try container.encode(text, forKey: .body)
    }
}

import Admissions
import CaseFiles

/// Whether a version of a round can be run, and what it takes.
struct Readiness: Sendable, Encodable {
    let round: Int64
    let version: Int
    let tables: [Table]
    let errors: Int
    let doubts: [Doubt]
    let children: Int
    let households: Int
    let facilities: Int
    let seats: Int
    /// Children whose papers are missing.
    let waitingForPapers: Int

    /// A table of the case, whether it is there or not.
    struct Table: Sendable, Encodable {
        let table: String
        let isNeeded: Bool
        /// `nil`: it is not there.
        let file: String?
        let rows: Int?
    }

    /// Something that somebody must decide before the run: doubts of one code, or open papers.
    struct Doubt: Sendable, Encodable {
        let code: String
        let count: Int
        let fingerprint: String
        /// Who accepted it, for these very problems; `nil`: it is open.
        let acceptance: AcceptanceRow?
        /// Whether it was accepted for other problems than these.
        let wasAccepted: Bool

        var isOpen: Bool { acceptance == nil }
    }

    var openDoubts: [Doubt] { doubts.filter(\.isOpen) }
    var isReady: Bool { errors == 0 && openDoubts.isEmpty }

    /// The codes of the library that are accepted, for `run --accept`.
    var acceptedCodes: [String] { doubts.filter { !$0.isOpen && $0.code != Papers.code }.map(\.code) }
    /// The codes that are not.
    var openCodes: [String] { openDoubts.map(\.code) }

    private enum CodingKeys: String, CodingKey {
        case round, version, isReady, tables, errors, doubts, children, households, facilities, seats, waitingForPapers
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(round, forKey: .round)
        try container.encode(version, forKey: .version)
        try container.encode(isReady, forKey: .isReady)
        try container.encode(tables, forKey: .tables)
        try container.encode(errors, forKey: .errors)
        try container.encode(doubts, forKey: .doubts)
        try container.encode(children, forKey: .children)
        try container.encode(households, forKey: .households)
        try container.encode(facilities, forKey: .facilities)
        try container.encode(seats, forKey: .seats)
        try container.encode(waitingForPapers, forKey: .waitingForPapers)
    }
}

extension Office {
    /// Whether a version can be run now: its errors, its doubts, and which of them are accepted.
    func readiness(of round: Int64, version: Int) async throws -> Readiness {
        let opened = try await cases.opened(round, version)
        let open = try await papers.all(of: round).filter(\.isOpen)
        let accepted = try await acceptances.accepted(of: round)
        var doubts = opened.doubts
        if !open.isEmpty {
            doubts.append(
                .init(
                    code: Papers.code, count: Set(open.map(\.child)).count,
                    fingerprint: OpenedCase.fingerprint(of: open.map { "\($0.child)\t\($0.missing)" })))
        }
        let draft = opened.reading.draft
        return Readiness(
            round: round, version: version,
            tables: CaseTable.ofCase.dropFirst().map { kind in
                let table = opened.table(kind)
                return .init(
                    table: kind.rawValue, isNeeded: kind == .children || kind == .facilities, file: table?.file,
                    rows: table?.rowCount)
            }, errors: opened.reading.errors.count,
            doubts: doubts.map { doubt in
                let own = accepted.filter { $0.code == doubt.code }
                return .init(
                    code: doubt.code, count: doubt.count, fingerprint: doubt.fingerprint,
                    acceptance: own.first { $0.fingerprint == doubt.fingerprint }, wasAccepted: !own.isEmpty)
            }, children: draft?.children.count ?? opened.table(.children)?.rowCount ?? 0,
            households: draft.map { Set($0.children.map(\.household)).count } ?? 0,
            facilities: draft?.facilities.count ?? opened.table(.facilities)?.rowCount ?? 0,
            seats: draft?.facilities.reduce(0) { $0 + $1.seats.reduce(0) { $0 + max(0, $1 ?? 0) } } ?? 0,
            waitingForPapers: Set(open.map(\.child)).count)
    }
}

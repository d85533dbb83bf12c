import Admissions
import CaseFiles
import Foundation
import GRDB

/// Versions of rounds as cases. Each is read once, on a thread of its own, and the last ones asked for are kept: a version never
/// changes.
actor CaseDesk {
    private let rounds: RoundBook
    /// What is kept or under way, the one asked for last at the end.
    private var kept: [(key: Key, opened: Task<OpenedCase, any Error>)] = []
    /// Which of them are no longer under way.
    private var read: Set<Key> = []

    /// How many are kept: one of 8,000 children takes some 40 MB.
    static let most = 3

    private struct Key: Hashable {
        let round: Int64
        let version: Int
        /// The version of the round before with which it is compared.
        let earlier: Version?
    }

    /// A version of a round.
    struct Version: Hashable, Sendable {
        let round: Int64
        let number: Int
    }

    init(_ rounds: RoundBook) { self.rounds = rounds }

    /// A version as the library reads it: the case, where it has no error, and every problem and doubt.
    ///
    /// Where the round follows another, its seats and classes are compared with that one, as by `check --previous`.
    func reading(_ round: Int64, _ version: Int) async throws -> CaseReading {
        try await opened(round, version).reading
    }

    /// A version with all that the pages say of it.
    func opened(_ round: Int64, _ version: Int) async throws -> OpenedCase {
        let earlier = try await earlier(than: round)
        let key = Key(round: round, version: version, earlier: earlier)
        if let place = kept.firstIndex(where: { $0.key == key }) {
            kept.append(kept.remove(at: place))
            return try await kept[kept.count - 1].opened.value
        }
        let rounds = rounds
        let opened = Task.detached {
            let folder = try await rounds.folder(of: round, version: version)
            let before: URL? =
                if let earlier { try await rounds.folder(of: earlier.round, version: earlier.number) } else { nil }
            return await Self.apart {
                // An earlier round with errors has nothing to compare with.
                let previous = before.flatMap { CaseFolder($0).read().subject }
                return OpenedCase(CaseFolder(folder).read(doubts: .sought(previous: previous)))
            }
        }
        kept.append((key, opened))
        if kept.count > Self.most { read.remove(kept.removeFirst().key) }
        do {
            let value = try await opened.value
            if kept.contains(where: { $0.key == key }) { read.insert(key) }
            return value
        } catch {
            kept.removeAll { $0.key == key }
            throw error
        }
    }

    /// Whether a version was read and is kept, so that asking for it takes no time.
    func hasRead(_ round: Int64, _ version: Int) -> Bool {
        read.contains { $0.round == round && $0.version == version }
    }

    /// A version as it would be read with another file, which is kept nowhere.
    func reading(_ round: Int64, _ version: Int, with file: String, saying bytes: [UInt8]) async throws -> CaseReading {
        let folder = try await rounds.folder(of: round, version: version)
        let trial = rounds.store.home.appending(path: "incoming/\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: trial) }
        try FileManager.default.copyItem(at: folder, to: trial)
        let place = trial.appending(path: file)
        // The copy may be read-only, as what it is a copy of.
        try? FileManager.default.removeItem(at: place)
        try Data(bytes).write(to: place)
        return await Self.apart { CaseFolder(trial).read() }
    }

    /// The round that this one follows, in its newest version; `nil`: it follows none.
    nonisolated func earlier(than round: Int64) async throws -> Version? {
        try await rounds.store.database.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT version.round, max(version.number) AS number FROM round
                    JOIN version ON version.round = round.before WHERE round.id = ? GROUP BY version.round
                    """, arguments: [round]
            ).map { Version(round: $0["round"], number: $0["number"]) }
        }
    }

    /// Does long work of the library on a thread of its own, one after another, so that no other visitor waits for it.
    nonisolated static func apart<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    private static let queue = DispatchQueue(label: "enmusubi.cases")
}

import Foundation
import GRDB

/// What the administrator chose for the section.
struct SectionSettings: Sendable {
    let store: Store
    /// Whether two people are needed where nobody chose yet.
    let needsTwoPeopleAtFirst: Bool

    struct Values: Hashable, Sendable, Encodable {
        /// Whether whoever handed a result in may not approve it.
        var needsTwoPeople: Bool
        /// After how many minutes without a visit a log-in ends.
        var idleMinutes: Int
    }

    /// What ``Values/idleMinutes`` may be.
    static let idleRange = 5...240
    private static let usualIdleMinutes = 30

    func values() async throws -> Values {
        try await store.database.read { db in
            let chosen = try Self.setting("needsTwoPeople", db)
            return Values(
                needsTwoPeople: chosen.map { $0 == "true" } ?? needsTwoPeopleAtFirst,
                idleMinutes: try Self.idleMinutes(db))
        }
    }

    func set(_ values: Values) async throws {
        guard Self.idleRange.contains(values.idleMinutes) else {
            throw ServiceFault.invalid(
                "自動ログアウトまでの時間は、\(Self.idleRange.lowerBound)分から\(Self.idleRange.upperBound)分までにしてください。何も変わっていません。",
                "A log-in may be idle for \(Self.idleRange.lowerBound) to \(Self.idleRange.upperBound) minutes. Nothing was changed."
            )
        }
        try await store.database.write { db in
            for (name, value) in [
                ("needsTwoPeople", String(values.needsTwoPeople)), ("idleMinutes", String(values.idleMinutes)),
            ] {
                try db.execute(
                    sql: "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = ?",
                    arguments: [name, value, value])
            }
        }
    }

    /// The time of the last visit before which a log-in has ended.
    static func idleSince(_ now: Date, _ db: Database) throws -> Date {
        now.addingTimeInterval(-60 * Double(try idleMinutes(db)))
    }

    private static func idleMinutes(_ db: Database) throws -> Int {
        try setting("idleMinutes", db).flatMap { Int($0) } ?? usualIdleMinutes
    }

    private static func setting(_ name: String, _ db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
    }
}

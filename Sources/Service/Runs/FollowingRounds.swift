import Admissions
import CaseFiles
import Foundation
import GRDB
import Ledger

/// What came in after a round and counts in the next: a file of declines, of withdrawals or of new children.
struct FollowingFile: Hashable, Sendable, Encodable {
    enum Kind: String, Sendable, Codable, CaseIterable {
        case declines, withdrawals
        case newChildren = "new_children"

        /// The table that it is for the library.
        var table: CaseTable {
            switch self {
            case .declines: .declines
            case .withdrawals: .withdrawals
            case .newChildren: .newChildren
            }
        }

        var phrase: Phrase {
            switch self {
            case .declines: Phrase("内定辞退", "declines")
            case .withdrawals: Phrase("申込取下げ", "withdrawals")
            case .newChildren: Phrase("新しい申込み", "new children")
            }
        }

        /// What the file holds.
        var columns: Phrase {
            switch self {
            case .declines, .withdrawals: Phrase("児童番号、日付、理由の列", "columns child_id, date and reason")
            case .newChildren: Phrase("申込児童の表と同じ列", "the columns of the children's table")
            }
        }
    }

    let kind: Kind
    /// What the file was called.
    let name: String
    let sha256: String
    let size: Int
    let by: String
    let at: String
}

/// How the last attempt to make the next round ended.
struct FollowingAttempt: Hashable, Sendable, Codable {
    struct Place: Hashable, Sendable, Codable {
        let file, cell, header: String?
        let line: Int?
        let japanese, message: String
        let code: String
    }

    var by: String
    var at: String
    /// The round that was made; `nil`: none.
    var made: Int64?
    /// What kept it from being made.
    var problems: [Place] = []
    /// How many problems there were.
    var problemCount = 0
    /// Codes of doubts among them that can be accepted.
    var doubts: [String] = []
    /// How many changes of each kind there are.
    var changes: [String: Int] = [:]
    /// What became of the children.
    var fates: [String: Int] = [:]
    var children = 0
}

/// The files for the next round, and its making.
struct FollowingRounds: Sendable {
    let store: Store

    static let migrations: [(String, [String])] = [
        (
            "followingRounds",
            [
                """
                CREATE TABLE followingFile (
                    round INTEGER NOT NULL REFERENCES round(id), kind TEXT NOT NULL, name TEXT NOT NULL,
                    sha256 TEXT NOT NULL, size INTEGER NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
                    PRIMARY KEY (round, kind)
                ) STRICT
                """,
                """
                CREATE TABLE followingAttempt (
                    id INTEGER PRIMARY KEY, round INTEGER NOT NULL REFERENCES round(id), made INTEGER REFERENCES round(id),
                    files TEXT NOT NULL, attempt TEXT NOT NULL
                ) STRICT
                """,
            ]
        )
    ]

    func files(of round: Int64) async throws -> [FollowingFile] {
        try await store.database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM followingFile WHERE round = ? ORDER BY kind", arguments: [round]
            ).compactMap { row in
                FollowingFile.Kind(rawValue: row["kind"]).map {
                    FollowingFile(
                        kind: $0, name: row["name"], sha256: row["sha256"], size: row["size"], by: row["by"],
                        at: row["at"])
                }
            }
        }
    }

    /// Puts a file that was kept in for the next round, in the place of one of its kind.
    func put(
        _ kept: (sha256: String, size: Int), as kind: FollowingFile.Kind, name: String, of round: Int64, by: Person
    ) async throws {
        let at = Store.text(store.now())
        try await store.database.write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO followingFile VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [round, kind.rawValue, name, kept.sha256, kept.size, by.login, at])
        }
    }

    func remove(_ kind: FollowingFile.Kind, of round: Int64) async throws {
        try await store.database.write { db in
            try db.execute(
                sql: "DELETE FROM followingFile WHERE round = ? AND kind = ?", arguments: [round, kind.rawValue])
        }
    }

    /// Records an attempt with the files that it used.
    func record(_ attempt: FollowingAttempt, files: [FollowingFile], of round: Int64) async throws {
        let used = String(decoding: try Reception.json(files), as: UTF8.self)
        let text = String(decoding: try Reception.json(attempt), as: UTF8.self)
        try await store.database.write { db in
            try db.execute(
                sql: "INSERT INTO followingAttempt (round, made, files, attempt) VALUES (?, ?, ?, ?)",
                arguments: [round, attempt.made, used, text])
        }
    }

    /// The rounds that follow a round, the newest first.
    func rounds(after round: Int64) async throws -> [Int64] {
        try await store.database.read { db in
            try Int64.fetchAll(db, sql: "SELECT id FROM round WHERE before = ? ORDER BY id DESC", arguments: [round])
        }
    }

    /// The attempts of a round, the newest first.
    func attempts(of round: Int64) async throws -> [FollowingAttempt] {
        try await store.database.read { db in
            try String.fetchAll(
                db, sql: "SELECT attempt FROM followingAttempt WHERE round = ? ORDER BY id DESC LIMIT 20",
                arguments: [round]
            ).compactMap { try? JSONDecoder().decode(FollowingAttempt.self, from: Data($0.utf8)) }
        }
    }
}

extension Office {
    /// What the next round is.
    struct Following: Sendable {
        var month: PlacementMonth
        var name: String
        /// Replaces the seed of the draw; `nil`: it stays.
        var drawSeed: String?
        /// Codes of doubts about the three files that somebody accepts.
        var accepted: [String] = []
    }

    /// Makes the round that follows one, from its approved result and what came in since.
    ///
    /// - Returns: The number of the new round.
    func makeNext(_ following: Following, after round: RoundRow, by person: Person, in language: Language) async throws
        -> Int64
    {
        let result = try await approvedResult(of: round.id)
        try await requireNoRound(following, of: round)
        let files = try await self.following.files(of: round.id)
        let work = store.home.appending(path: "incoming/\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: work) }
        try FileManager.default.createDirectory(
            at: work, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let (before, made) = (work.appending(path: "before"), work.appending(path: "next"))
        try FileManager.default.copyItem(at: try await caseFolder(of: result, in: round.id), to: before)
        for file in files {
            let place = before.appending(path: CaseFolder(before).fileName(of: file.kind.table))
            try? FileManager.default.removeItem(at: place)
            try Data(Blobs(store).content(file.sha256)).write(to: place)
        }
        var arguments = [
            "next", before.path, ledger.file.url.path, "--month", following.month.description,
            "--round=\(following.name)", "--out", made.path,
        ]
        if let seed = following.drawSeed { arguments.append("--draw-seed=\(seed)") }
        // What was accepted for the result itself, the same files need not ask about again.
        for code in Set(result.run.accepted + following.accepted).sorted() { arguments += ["--accept", code] }
        let answer = try await program.answer(arguments, in: language)
        var attempt = attempt(answer, by: person)
        guard answer.ending == .status(0) else {
            try await self.following.record(attempt, files: files, of: round.id)
            throw Self.refusal(of: attempt, answer)
        }
        var contents: [String: [UInt8]] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: made.path) {
            contents[name] = [UInt8](try Data(contentsOf: made.appending(path: name)))
        }
        let id = try await rounds.make(
            municipality: round.municipality, month: following.month, name: following.name, files: contents,
            before: round.id, by: person,
            what: round.title
                + Phrase("の結果（台帳 \(result.number) 番）からつくりました", ": made from its result (ledger \(result.number))"))
        attempt.made = id
        try await self.following.record(attempt, files: files, of: round.id)
        return id
    }

    private func requireNoRound(_ following: Following, of round: RoundRow) async throws {
        let isThere = try await rounds.rounds().contains {
            $0.municipality == round.municipality && $0.month == following.month.description
                && $0.name == following.name
        }
        if isThere {
            throw ServiceFault(
                .conflict, "roundExists",
                Phrase(
                    "\(following.month.japanese)の「\(following.name)」はすでにあります。別の名前を付けるか、一覧から開いてください。何も作っていません。",
                    "There is a round \(following.month) \(following.name) already. Choose another name, or open it from the list. Nothing was made."
                ))
        }
    }

    private func attempt(_ answer: ProgramDesk.Answer, by person: Person) -> FollowingAttempt {
        struct Told: Decodable {
            struct Problem: Decodable {
                let code, severity, japanese, message: String
                let file, cell, header: String?
                let line: Int?
                let needsAcceptance: Bool?
            }
            let problem: Problem
        }
        struct Next: Decodable {
            let children: Int
            let fates: [String: Int]
        }
        struct Changes: Decodable { let changes: [String: Int] }
        let problems = answer.messages("problem", as: Told.self).map(\.problem).filter {
            $0.severity == "error" || $0.needsAcceptance == true
        }
        let next = answer.messages("next", as: Next.self).first
        return FollowingAttempt(
            by: person.login, at: Store.text(store.now()), made: nil,
            problems: problems.prefix(200).map {
                .init(
                    file: $0.file, cell: $0.cell, header: $0.header, line: $0.line, japanese: $0.japanese,
                    message: $0.message, code: $0.code)
            }, problemCount: problems.count,
            doubts: Set(problems.filter { $0.needsAcceptance == true }.map(\.code)).sorted(),
            changes: answer.messages("changes", as: Changes.self).first?.changes ?? [:], fates: next?.fates ?? [:],
            children: next?.children ?? 0)
    }

    private static func refusal(of attempt: FollowingAttempt, _ answer: ProgramDesk.Answer) -> ServiceFault {
        guard let first = attempt.problems.first else { return answer.refusal }
        let place = [first.file, first.cell ?? first.line.map { "\($0)" }].compactMap { $0 }.joined(separator: " ")
        return ServiceFault(
            .unprocessableContent, "nextRefused",
            Phrase(
                "次の回は作っていません。直すところが \(attempt.problemCount) 件あります。はじめの一件は \(place): \(first.japanese) 「翌月」のページに全部を並べてあります。",
                "The next round was not made: \(counted(attempt.problemCount, "problem")), the first at \(place): \(first.message) The page of the next month lists them all."
            ))
    }
}

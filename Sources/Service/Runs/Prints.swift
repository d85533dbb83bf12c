import Admissions
import CaseFiles
import Foundation
import GRDB
import Ledger

/// Something that was made from a result to be handed out: letters, or a table for the public.
struct PrintRow: Hashable, Sendable, Encodable {
    enum Kind: String, Sendable, Codable, CaseIterable {
        case letters, sample, vacancies

        var phrase: Phrase {
            switch self {
            case .letters: Phrase("通知書", "notices")
            case .sample: Phrase("見本（試し刷り）", "samples (test print)")
            case .vacancies: Phrase("空き状況の公表用データ", "vacancies for the public")
            }
        }
    }

    let id: Int64
    let round: Int64
    /// The number of the result in the ledger; `nil` for samples, which tell of no result.
    let result: Int?
    let kind: Kind
    let by: String
    let at: String
    /// What was chosen, in both languages.
    let japanese: String
    let english: String
    /// What somebody must see to before it is sent or published, in both languages, a line each.
    let remarksJapanese: String
    let remarksEnglish: String
    let files: [String]
}

/// What was made to be handed out: `prints/ID`, made whole or not at all.
struct Prints: Sendable {
    let store: Store

    static let migrations: [(String, [String])] = [
        (
            "prints",
            [
                """
                CREATE TABLE print (
                    id INTEGER PRIMARY KEY, round INTEGER NOT NULL REFERENCES round(id), result INTEGER,
                    kind TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, japanese TEXT NOT NULL,
                    english TEXT NOT NULL, remarksJapanese TEXT NOT NULL, remarksEnglish TEXT NOT NULL,
                    files TEXT NOT NULL
                ) STRICT
                """
            ]
        )
    ]

    /// How many are kept of a round; the folders of older ones are removed, since they can be made again.
    static let most = 20

    func folder(of print: Int64) -> URL { store.home.appending(path: "prints/\(print)") }

    /// Those of a round that are kept, the newest first.
    func all(of round: Int64) async throws -> [PrintRow] {
        try await store.database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM print WHERE round = ? ORDER BY id DESC LIMIT ?",
                arguments: [round, Self.most]
            ).map {
                PrintRow(
                    id: $0["id"], round: $0["round"], result: $0["result"],
                    kind: PrintRow.Kind(rawValue: $0["kind"]) ?? .letters, by: $0["by"], at: $0["at"],
                    japanese: $0["japanese"], english: $0["english"], remarksJapanese: $0["remarksJapanese"],
                    remarksEnglish: $0["remarksEnglish"],
                    files: (($0["files"] as String).split(separator: "/")).map(String.init))
            }
        }
    }

    /// Gives a folder that was made its number.
    func keep(
        _ made: URL, round: Int64, result: Int?, kind: PrintRow.Kind, by: Person, what: Phrase, remarks: [Phrase]
    ) async throws -> Int64 {
        let files = try FileManager.default.contentsOfDirectory(atPath: made.path).sorted()
        let at = Store.text(store.now())
        let id = try await store.database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO print (round, result, kind, by, at, japanese, english, remarksJapanese, remarksEnglish, files)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    round, result, kind.rawValue, by.login, at, what.japanese, what.english,
                    remarks.map(\.japanese).joined(separator: "\n"), remarks.map(\.english).joined(separator: "\n"),
                    files.joined(separator: "/"),
                ])
            let id = db.lastInsertedRowID
            // Within the transaction: a row without a folder cannot come about; a folder without a row is what a kill left.
            try? FileManager.default.removeItem(at: folder(of: id))
            try FileManager.default.moveItem(at: made, to: folder(of: id))
            return id
        }
        let old = try await store.database.read { db in
            try Int64.fetchAll(
                db, sql: "SELECT id FROM print WHERE round = ? ORDER BY id DESC LIMIT -1 OFFSET ?",
                arguments: [round, Self.most])
        }
        for id in old { try? FileManager.default.removeItem(at: folder(of: id)) }
        return id
    }
}

/// Makes what is handed out, by the commands of the program.
extension Office {
    /// The newest result of a round that counts; `nil`: none was handed in, or it was set aside.
    func newestResult(of round: Int64) async throws -> LedgerRun? {
        try await ledger.runs(of: round).first.flatMap { $0.setAside == nil ? $0 : nil }
    }

    /// The newest result, which must be approved.
    func approvedResult(of round: Int64) async throws -> LedgerRun {
        guard let result = try await newestResult(of: round), result.state >= .approved else {
            throw ServiceFault(
                .conflict, "notApproved",
                Phrase(
                    "承認された結果がまだないため、できません。「承認」で承認を済ませてください。何も作っていません。",
                    "There is no approved result yet. Finish the approval first. Nothing was made."))
        }
        return result
    }

    /// The folder of the case that a result is of.
    func caseFolder(of result: LedgerRun, in round: Int64) async throws -> URL {
        guard let run = try await runs.runs(of: round).first(where: { $0.handedIn == result.number }) else {
            return ledger.file.folder(of: result.run).appending(path: ResultStore.caseFolder)
        }
        return try await rounds.folder(of: round, version: run.version)
    }

    /// Which letters are made.
    struct Letters: Sendable {
        /// `placed` or `held`; `nil`: all.
        var only: String?
        var from, to, household, date: String?
        var firstNumber: Int?
        /// Letters that tell of a claim are made only where somebody says so.
        var accepted: [String] = []

        var arguments: [String] {
            let options = [
                ("--only", only), ("--from", from), ("--to", to), ("--household", household), ("--date", date),
                ("--first-number", firstNumber.map(String.init)),
            ]
            return options.flatMap { name, value in value.map { ["\(name)=\($0)"] } ?? [] }
                + accepted.map { "--accept=\($0)" }
        }

        /// What was chosen, for the list.
        var phrase: Phrase {
            var parts: [Phrase] = []
            switch only {
            case "placed": parts.append(Phrase("内定のある世帯", "households with a place"))
            case "held": parts.append(Phrase("内定のない世帯", "households without a place"))
            default: break
            }
            if let household { parts.append(Phrase("世帯 \(household)", "household \(household)")) }
            if from != nil || to != nil {
                parts.append(
                    Phrase("\(from ?? "はじめ")から\(to ?? "おわり")まで", "\(from ?? "first") to \(to ?? "last")"))
            }
            if parts.isEmpty { parts.append(Phrase("すべての世帯", "all households")) }
            return Phrase(
                parts.map(\.japanese).joined(separator: "、"), parts.map(\.english).joined(separator: ", "))
        }
    }

    /// Makes the notices of the approved result; `nil` letters: samples with made-up contents, which need no result.
    func makeNotices(_ letters: Letters?, of round: RoundRow, by person: Person, in language: Language) async throws
        -> Int64
    {
        let newest = try await rounds.folder(of: round.id, version: round.version)
        var result: LedgerRun?
        var arguments = ["notices"]
        if let letters {
            let approved = try await approvedResult(of: round.id)
            arguments += [
                try await caseFolder(of: approved, in: round.id).path, ledger.file.folder(of: approved.run).path,
            ]
            arguments += letters.arguments
            result = approved
        } else {
            arguments += [newest.path, newest.path, "--test-print"]
        }
        // What the city words may be corrected after the approval: no place depends on it.
        let texts = newest.appending(path: "letter.yaml")
        if FileManager.default.fileExists(atPath: texts.path) { arguments += ["--texts", texts.path] }
        let (answer, made) = try await make(arguments, in: language)
        defer { try? FileManager.default.removeItem(at: made) }
        let told = answer.messages("unaccepted", as: Unaccepted.self)
        if !told.isEmpty { throw Self.refusal(told) }
        guard answer.ending == .status(0), let summary = answer.messages("notices", as: Summary.self).first else {
            throw answer.refusal
        }
        let count = Phrase("\(summary.households)世帯分", counted(summary.households, "household"))
        let what = letters.map { $0.phrase + Phrase("、", ", ") + count } ?? count
        return try await prints.keep(
            made, round: round.id, result: result?.number, kind: letters == nil ? .sample : .letters, by: person,
            what: what, remarks: answer.messages("unfinished", as: Remark.self).map(\.phrase))
    }

    /// Makes the vacancies that the round left, for publication.
    func makeVacancies(of round: RoundRow, by person: Person, in language: Language) async throws -> Int64 {
        let result = try await approvedResult(of: round.id)
        let made = store.home.appending(path: "incoming/\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: made) }
        try FileManager.default.createDirectory(
            at: made, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let answer = try await program.answer(
            [
                "publish-vacancies", try await caseFolder(of: result, in: round.id).path,
                ledger.file.folder(of: result.run).path, "--out", made.appending(path: "vacancies.csv").path,
            ], in: language)
        guard answer.ending == .status(0), let summary = answer.messages("vacancies", as: Vacancies.self).first else {
            throw answer.refusal
        }
        return try await prints.keep(
            made, round: round.id, result: result.number, kind: .vacancies, by: person,
            what: Phrase("\(summary.facilities)施設", counted(summary.facilities, "facility", plural: "facilities")),
            remarks: summary.remarks)
    }

    /// Runs a command that writes a folder.
    private func make(_ arguments: [String], in language: Language) async throws -> (ProgramDesk.Answer, URL) {
        let made = store.home.appending(path: "incoming/\(UUID().uuidString)")
        return (try await program.answer(arguments + ["--out", made.path], in: language), made)
    }

    private struct Summary: Decodable { let households: Int }

    private struct Unaccepted: Decodable {
        let code: String
        let households: [String]
    }

    private static func refusal(_ told: [Unaccepted]) -> ServiceFault {
        let list = told.map { told -> Phrase in
            let name =
                told.code == "PRIORITY_INVERSION"
                ? Phrase("優先順位の逆転", "a priority inversion") : Phrase("空き枠の残り", "a vacant seat")
            return Phrase("\(name.japanese) \(told.households.count)世帯", "\(name.english), \(told.households.count)")
        }
        return ServiceFault(
            .conflict, "lettersTellClaims",
            Phrase(
                "通知書の中に、次のことを知らせるものがあります: \(list.map(\.japanese).joined(separator: "、"))。「確認」で内容を確かめ、このまま知らせるときは「逆転や空き枠の残りを知らせる通知書も作る」に印を付けてください。何も作っていません。",
                "Some letters would tell of \(list.map(\.english).joined(separator: "; ")). Look at them under Review, and tick the box if the letters are meant to say so. Nothing was made."
            ))
    }

    /// What is not finished in letters.
    private struct Remark: Decodable {
        let kind: String
        let block, column: String?
        let blanks: [String]?
        let households: [String]

        var phrase: Phrase {
            let count = households.count
            switch kind {
            case "blank":
                let list = blanks ?? []
                return Phrase(
                    "「\(block ?? "")」に書き入れていない箇所があります: \(list.joined(separator: "、"))（\(count)世帯）",
                    "\(block ?? "") has blanks to fill in: \(list.joined(separator: ", ")) (households: \(count))")
            case "blankCell":
                return Phrase(
                    "申込児童の表の列「\(column ?? "")」が空欄です（\(count)世帯）",
                    "the column \(column ?? "") of the children's table is blank (households: \(count))")
            default:
                return Phrase(
                    "列「\(column ?? "")」がきょうだいで異なります。先の児童のものを使いました（\(count)世帯）",
                    "the column \(column ?? "") differs among siblings; the first child's is used (households: \(count))"
                )
            }
        }
    }

    private struct Vacancies: Decodable {
        let facilities: Int
        let secretFacilityTotals: [String]
        let secretClassTotals: [Int]
        let isCityTotalSecret: Bool

        /// Totals that would give hidden numbers away.
        var remarks: [Phrase] {
            var remarks: [Phrase] = []
            if isCityTotalSecret {
                remarks.append(
                    Phrase(
                        "市全体の内定者数と申込者数の合計は公表しないでください。", "publish no total of children placed or applied for the city."))
            }
            for (names, kind) in [
                (secretFacilityTotals, Phrase("次の施設", "facilities")),
                (secretClassTotals.map(String.init), Phrase("次のクラス", "classes")),
            ] where !names.isEmpty {
                let list = names.joined(separator: ", ")
                remarks.append(
                    Phrase(
                        "\(kind.japanese)の内定者数と申込者数の合計は公表しないでください: \(list)",
                        "publish no total of children placed or applied for the \(kind.english) \(list)."))
            }
            return remarks
        }
    }
}
